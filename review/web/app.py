"""The web app: pages and JSON API over the same reviews.

For the pages: `chartproof.review.web.security` has the dependencies (`CurrentUser`, `require_csrf`, `form_of`),
`chartproof.review.web.templating` has `render`, `chartproof.review.web.state` has `reviews_of` and `in_thread`. Errors
are raised as ChartproofError and shown by the template ``error.html`` (``status``, ``title``, ``detail``).
"""

from __future__ import annotations

import asyncio
import importlib.util
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartParser
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from chartproof import __version__
from chartproof.errors import ChartproofError
from chartproof.review.errors import Invalid, NotFound, Signed, Stale
from chartproof.review.service import Reviews
from chartproof.review.web import apidocs, downloads, login
from chartproof.review.web.api import include_api
from chartproof.review.web.middleware import Guard
from chartproof.review.web.problems import problem_response
from chartproof.review.web.security import Forbidden, NotLoggedIn, Security, TooManyTries
from chartproof.review.web.settings import Settings
from chartproof.review.web.state import Users, in_thread
from chartproof.review.web.templating import render
from chartproof.review.web.work import Worker

_STATUS: dict[type[ChartproofError], int] = {
    NotFound: 404,
    Stale: 409,
    Signed: 409,
    Invalid: 422,
    Forbidden: 403,
    NotLoggedIn: 401,
    TooManyTries: 429,
}


# FastAPI would send errors with their messages to whatever OpenTelemetry exporter the environment names.
_NO_TELEMETRY: Any = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
    "exclude": lambda _scope: True,
}


def create_app(reviews: Reviews, *, users: Users | None, settings: Settings) -> FastAPI:
    """The app over `reviews`. With `users` people log in by name, else by the token of `settings`, if there is one.

    Raises ChartproofError when the settings would let strangers in.
    """
    settings.check(users=users is not None)
    MultiPartParser.spool_max_size = settings.max_body + 1  # uploads stay in memory: no note in a temporary file
    app = FastAPI(
        title="chartproof",
        version=__version__,
        description="Pre-filled assessments for a human reviewer, never coverage decisions.",
        docs_url=None,  # the stock pages load their scripts from elsewhere; apidocs has our own
        redoc_url=None,
        openapi_url=None,
        lifespan=_lifespan,
        telemetry=_NO_TELEMETRY,
    )
    app.state.reviews = reviews
    app.state.users = users
    app.state.settings = settings
    app.state.security = Security.of(settings)
    app.state.worker = Worker(settings.workers)
    app.add_middleware(Guard, settings=settings)
    app.add_exception_handler(ChartproofError, _problem)
    app.add_exception_handler(RequestValidationError, _problem)
    app.add_exception_handler(HTTPException, _problem)
    app.mount("/static", StaticFiles(packages=[("chartproof.review.web", "static")]), name="static")
    app.include_router(login.router)
    app.include_router(apidocs.router)
    app.include_router(downloads.router)
    include_api(app)
    if importlib.util.find_spec("chartproof.review.web.pages") is not None:
        from chartproof.review.web.pages import router

        app.include_router(router)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    worker = app.state.worker
    warming = asyncio.create_task(in_thread(worker.warm_up))
    try:
        yield
    finally:
        warming.cancel()
        await in_thread(worker.close)


async def _problem(request: Request, error: Exception) -> Response:
    """An error as problem JSON for the API and as a page for people."""
    status, detail, headers = _told(error)
    if request.url.path.startswith("/api"):
        return problem_response(status, detail, headers)
    if isinstance(error, NotLoggedIn) and request.method == "GET":
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/login?next={quote(path, safe='')}", 303)
    page = await render(request, "error.html", status=status, title=HTTPStatus(status).phrase, detail=detail)
    page.headers.update(headers)
    return page


def _told(error: Exception) -> tuple[int, str, dict[str, str]]:
    """Status, words and headers of an error."""
    if isinstance(error, TooManyTries):
        return 429, str(error), {"retry-after": str(error.seconds)}
    if isinstance(error, ChartproofError):
        return next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 422), str(error), {}
    if isinstance(error, RequestValidationError):
        return 422, _invalid(error), {}
    if isinstance(error, HTTPException):
        status = error.status_code
        return status, HTTPStatus(status).description or HTTPStatus(status).phrase, dict(error.headers or {})
    raise error


_INSTEAD = {
    "json_invalid": "is no JSON",
    "extra_forbidden": "unknown field",
    "union_tag_invalid": "no such kind",
    "value_error": "not as it should be",
    "assertion_error": "not as it should be",
}


def _invalid(error: RequestValidationError) -> str:
    """Which fields are wrong and how, never what was sent: messages that may quote it are replaced."""
    told = []
    for one in error.errors():
        place = [str(step) for step in one["loc"][1:]]
        if one["type"] in ("extra_forbidden", "json_invalid"):
            del place[-1:]  # the name of the field, or the offset, that was sent
        message = _INSTEAD.get(one["type"]) or f"{one['msg'][:1].lower()}{one['msg'][1:]}"
        told.append(f"{'.'.join(place) or one['loc'][0]}: {message}")
    return "; ".join(told)
