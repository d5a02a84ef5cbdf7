"""The web app: pages and JSON API over the same reviews.

For the pages: `chartproof.review.web.security` has the dependencies (`CurrentUser`, `require_csrf`, `form_of`),
`chartproof.review.web.templating` has `render`, `chartproof.review.web.state` has `reviews_of` and `in_thread`. Errors
are raised as ChartproofError and shown by the template ``error.html`` (``status``, ``title``, ``detail``).
"""

from __future__ import annotations

import importlib.util
from http import HTTPStatus
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
from chartproof.review.web import login
from chartproof.review.web.middleware import Guard
from chartproof.review.web.problems import problem_response
from chartproof.review.web.security import Forbidden, NotLoggedIn, Security, TooManyTries
from chartproof.review.web.settings import Settings
from chartproof.review.web.state import Users
from chartproof.review.web.templating import render

_STATUS: dict[type[ChartproofError], int] = {
    NotFound: 404,
    Stale: 409,
    Signed: 409,
    Invalid: 422,
    Forbidden: 403,
    NotLoggedIn: 401,
    TooManyTries: 429,
}


def create_app(reviews: Reviews, *, users: Users | None, settings: Settings) -> FastAPI:
    """The app over `reviews`. With `users` people log in by name, else by the token of `settings`, if there is one.

    Raises ChartproofError when the settings would let strangers in.
    """
    settings.check(users=users is not None)
    MultiPartParser.spool_max_size = settings.max_body + 1  # uploads stay in memory: no note in a temporary file
    app = FastAPI(title="chartproof", version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.reviews = reviews
    app.state.users = users
    app.state.settings = settings
    app.state.security = Security.of(settings)
    app.add_middleware(Guard, settings=settings)
    app.add_exception_handler(ChartproofError, _problem)
    app.add_exception_handler(RequestValidationError, _problem)
    app.add_exception_handler(HTTPException, _problem)
    app.mount("/static", StaticFiles(packages=[("chartproof.review.web", "static")]), name="static")
    app.include_router(login.router)
    if importlib.util.find_spec("chartproof.review.web.pages") is not None:
        from chartproof.review.web.pages import router

        app.include_router(router)
    return app


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


def _invalid(error: RequestValidationError) -> str:
    """Which fields are wrong and how, never what was sent."""
    return "; ".join(f"{'.'.join(map(str, one['loc'][1:])) or one['loc'][0]}: {one['msg']}" for one in error.errors())
