"""Logging in and out in the browser. The page is the template ``login.html``."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from chartproof.review.web.security import (
    NotLoggedIn,
    TooManyTries,
    form_of,
    keep_in_cookie,
    log_in,
    log_out,
    login_needed,
    optional_user,
    require_csrf,
)
from chartproof.review.web.state import users_of
from chartproof.review.web.templating import render

router = APIRouter(include_in_schema=False)


@router.get("/login")
async def login_page(request: Request) -> Response:
    """The login; those who need none, or are in, are led on."""
    after = _path(request.query_params.get("next"))
    if not login_needed(request) or await optional_user(request) is not None:
        return RedirectResponse(after, 303)
    return await _page(request, after, None, 200)


@router.post("/login", dependencies=[Depends(require_csrf)])
async def login(request: Request) -> Response:
    """Fields ``name`` (with users), ``password`` (or the token) and ``next``, the page to go on to."""
    form = await form_of(request)
    name, password, after = (str(form.get(field, "")) for field in ("name", "password", "next"))
    try:
        key, _ = await log_in(request, name, password)
    except NotLoggedIn as error:
        return await _page(request, _path(after), str(error), 401)
    except TooManyTries as error:
        answer = await _page(request, _path(after), str(error), 429)
        answer.headers["retry-after"] = str(error.seconds)
        return answer
    keep_in_cookie(request, key)
    return RedirectResponse(_path(after), 303)


@router.post("/logout", dependencies=[Depends(require_csrf)])
async def logout(request: Request) -> Response:
    """End the session."""
    log_out(request)
    return RedirectResponse("/login" if login_needed(request) else "/", 303)


async def _page(request: Request, after: str, error: str | None, status: int) -> Response:
    by_name = users_of(request) is not None
    return await render(request, "login.html", status=status, by_name=by_name, error=error, next=after)


def _path(after: str | None) -> str:
    """A path of this server, whatever was given: never another site."""
    if after and after.startswith("/") and after.isprintable() and not after.startswith(("//", "/\\", "/login")):
        return after
    return "/"
