"""Who acts, and whether the request was meant: logins, sessions, CSRF tokens and bearer tokens as dependencies.

With users, people log in by name and password; with a token only, by the token; with neither (loopback only) everyone
on the machine is the user ``local``. The API takes the same sessions with the header ``X-CSRF-Token``, or
``Authorization: Bearer`` with the app's token or with the key of a session that ``POST /api/v1/sessions`` began.
"""

from __future__ import annotations

import hmac
import math
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends
from starlette.datastructures import FormData
from starlette.requests import Request

from chartproof.errors import ChartproofError
from chartproof.review.web.sessions import Session, Sessions
from chartproof.review.web.settings import Settings
from chartproof.review.web.state import User, Users, in_thread, settings_of, users_of
from chartproof.review.web.throttle import Throttle

CSRF_FIELD = "csrf_token"
CSRF_HEADER = "x-csrf-token"
LOCAL = User("local", "admin")
TOKEN_USER = User("token", "admin")


class NotLoggedIn(ChartproofError):  # noqa: N818 - as the other errors of a review are called
    """Nobody is logged in; pages lead to the login, the API answers 401."""


class Forbidden(ChartproofError):  # noqa: N818
    """The user may not do this, or the request did not come from our own page."""


class TooManyTries(ChartproofError):  # noqa: N818
    """Too many failed logins; `seconds` until the next try is allowed."""

    def __init__(self, seconds: float) -> None:
        self.seconds = math.ceil(seconds)
        super().__init__(f"too many failed logins; try again in {self.seconds} seconds")


@dataclass(frozen=True)
class Security:
    """What is kept of logins while the app runs."""

    sessions: Sessions
    by_user: Throttle
    by_address: Throttle

    @classmethod
    def of(cls, settings: Settings) -> Security:
        """Empty, with the times of `settings`."""
        sessions = Sessions(age=settings.session_age, idle=settings.session_idle)
        return cls(sessions, Throttle(free=5), Throttle(free=20))


def security_of(request: Request) -> Security:
    """The sessions and failures of the app."""
    return cast(Security, request.app.state.security)


def login_needed(request: Request) -> bool:
    """Whether people have to log in."""
    return users_of(request) is not None or settings_of(request).token is not None


def cookie_name(settings: Settings) -> str:
    """The session cookie's name; with the port, for browsers share cookies between the ports of a host."""
    return "__Host-chartproof" if settings.secure else f"chartproof-{settings.port}"


# -- the user -----------------------------------------------------------------------------------------------------


async def optional_user(request: Request) -> User | None:
    """The user who acts, None before the login. Raises TooManyTries for guessed bearer tokens."""
    if not hasattr(request.state, "user"):
        request.state.user = await _find_user(request)
    return cast("User | None", request.state.user)


async def current_user(request: Request) -> User:
    """The user who acts. Raises NotLoggedIn."""
    user = await optional_user(request)
    if user is None:
        raise NotLoggedIn("log in first")
    return user


async def current_admin(request: Request) -> User:
    """The user who acts, an admin. Raises NotLoggedIn, and Forbidden for reviewers."""
    user = await current_user(request)
    if user.role != "admin":
        raise Forbidden("only an admin may do this")
    return user


async def _find_user(request: Request) -> User | None:
    if not login_needed(request):
        return LOCAL
    bearer = _bearer(request)
    if bearer is not None:
        return await _bearer_user(request, bearer)
    session = _session(request)
    return None if session is None else await _still(session.user, users_of(request))


async def _bearer_user(request: Request, bearer: str) -> User:
    security, address = security_of(request), _address(request)
    if (seconds := security.by_address.wait([address])) > 0:
        raise TooManyTries(seconds)
    if _is_token(request, bearer):
        return TOKEN_USER
    session = security.sessions.find(bearer)
    user = None if session is None else await _still(session.user, users_of(request))
    if user is None:
        security.by_address.failed([address])
        raise NotLoggedIn("the bearer token is not, or no longer, valid")
    return user


async def _still(user: User | None, users: Users | None) -> User | None:
    """The user, unless the account was removed, or its password or role were set, after the login."""
    if user is None or users is None or user is TOKEN_USER:
        return user
    account = await in_thread(users.find, user.name)
    return user if account is not None and User.of(account) == user else None


def _bearer(request: Request) -> str | None:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" and value.strip() else None


def _is_token(request: Request, given: str) -> bool:
    token = settings_of(request).token
    return token is not None and _same(given, token)


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode(errors="replace"), right.encode())


def _address(request: Request) -> str:
    return request.client.host if request.client is not None else ""


# -- logging in and out ---------------------------------------------------------------------------------------------


async def log_in(request: Request, name: str, password: str) -> tuple[str, User]:
    """Begin a session for the user with this name and password; without users, `password` is the token.

    Outputs: the session's key, for API clients (browsers get it as a cookie with the answer), and the user. Raises
    NotLoggedIn for a wrong name or password and TooManyTries after many of them.
    """
    security, users = security_of(request), users_of(request)
    address = _address(request)
    pair = f"{name.strip().casefold()}|{address}"
    if (seconds := max(security.by_user.wait([pair]), security.by_address.wait([address]))) > 0:
        raise TooManyTries(seconds)
    user: User | None = None
    if _is_token(request, password):
        user = TOKEN_USER
    elif users is not None:
        account = await in_thread(users.authenticate, name.strip(), password)
        user = None if account is None else User.of(account)
    if user is None:
        security.by_user.failed([pair])
        security.by_address.failed([address])
        raise NotLoggedIn("this name and password do not fit" if users is not None else "this is not the token")
    security.by_user.succeeded([pair])
    log_out(request)  # a new key at every login, so that nobody can have planted it
    key, session = security.sessions.begin(user)
    request.state.session, request.state.user = session, user
    return key, user


def log_out(request: Request) -> None:
    """End the request's session, if it has one."""
    key = request.cookies.get(cookie_name(settings_of(request))) or _bearer(request)
    if key is not None:
        security_of(request).sessions.end(key)
    request.state.session, request.state.cookie = None, ""


def keep_in_cookie(request: Request, key: str) -> None:
    """Send the session's key to the browser with the answer."""
    request.state.cookie = key


# -- forms ----------------------------------------------------------------------------------------------------------


async def form_of(request: Request) -> FormData:
    """The form sent, within the app's limit; its files stay in memory. Use it in place of ``request.form()``."""
    limit = settings_of(request).max_body
    return await request.form(max_files=200, max_fields=2000, max_part_size=limit)


def csrf_token(request: Request) -> str:
    """The token for the forms of this browser, in the hidden field ``csrf_token``; begins a session where none is."""
    session = _session(request)
    if session is None:
        key, session = security_of(request).sessions.begin(None if login_needed(request) else LOCAL)
        request.state.session = session
        keep_in_cookie(request, key)
    return session.csrf


async def require_csrf(request: Request) -> None:
    """Dependency of every handler that changes something: the header or the form field has the session's token.

    A bearer token needs none, for no browser sends it by itself. Raises Forbidden.
    """
    if _bearer(request) is not None and login_needed(request):
        return
    session = _session(request)
    given = request.headers.get(CSRF_HEADER)
    if given is None and _is_form(request):
        field = (await form_of(request)).get(CSRF_FIELD)
        given = field if isinstance(field, str) else None
    if session is None or given is None or not _same(given, session.csrf):
        raise Forbidden("this page is out of date; load it again and repeat")


async def require_csrf_or_json(request: Request) -> None:
    """As `require_csrf`, for the API: where nobody logs in, a JSON body is enough.

    A foreign page cannot send JSON or DELETE without asking first, and we allow it to none; it cannot hide its origin
    either, which every request is checked for.
    """
    if not login_needed(request) and not _is_form(request) and request.headers.get(CSRF_HEADER) is None:
        return
    await require_csrf(request)


def _is_form(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind in ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")


def _session(request: Request) -> Session | None:
    if not hasattr(request.state, "session"):
        key = request.cookies.get(cookie_name(settings_of(request)))
        request.state.session = security_of(request).sessions.find(key) if key else None
    return cast("Session | None", request.state.session)


CurrentUser = Annotated[User, Depends(current_user)]
CurrentAdmin = Annotated[User, Depends(current_admin)]
