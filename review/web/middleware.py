"""What holds for every request: the host it names, where it comes from, its size, and the headers of the answer."""

from __future__ import annotations

import ipaddress
import logging
import socket
import traceback
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chartproof.review.web.problems import problem_response
from chartproof.review.web.security import cookie_name
from chartproof.review.web.settings import Settings, is_loopback

log = logging.getLogger(__name__)

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}


class Guard:
    """Refuses requests for foreign hosts, from foreign pages and with too large bodies; hides what went wrong inside.

    A pure ASGI middleware, the outermost one, so that nothing is logged or answered past it.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._allowed = _host_check(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})
        answer = _Answer(scope, send, self._settings)
        refusal = self._refusal(scope["method"], Headers(scope=scope))
        if refusal is None:
            refusal = await self._serve(scope, receive, answer)
        if refusal is not None and not answer.started:
            await problem_response(*refusal)(scope, receive, answer.send)

    async def _serve(self, scope: Scope, receive: Receive, answer: _Answer) -> tuple[int, str] | None:
        body = _LimitedBody(receive, self._settings.max_body)

        async def send(message: Message) -> None:
            if not body.too_large or answer.started:  # what the app makes of a body cut short is no answer
                await answer.send(message)

        try:
            await self._app(scope, body.receive, send)
        except _TooLargeError:
            pass
        except Exception as error:
            # The message may quote a note, the places in the program do not.
            log.error("%s at\n%s", type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))
            return 500, "something went wrong inside; what was asked for was not done"
        return (413, self._too_large()) if body.too_large else None

    def _refusal(self, method: str, headers: Headers) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if not self._allowed(host):
            return 421, "this server does not go by that name; open it by the address it was started with"
        if not _own(method, headers, host):
            return 403, "the request came from another site"
        length = headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit():
            return 400, "the content length is no number"
        if int(length) > self._settings.max_body:
            return 413, self._too_large()
        return None

    def _too_large(self) -> str:
        return f"more than {self._settings.max_body:,} bytes at once; send the notes in smaller parts"


class _LimitedBody:
    """Counts the bytes of a body as they come: its stated length may be missing."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive, self._left = receive, limit
        self.too_large = False

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            if self._left < 0:
                self.too_large = True
                raise _TooLargeError
        return message


class _TooLargeError(Exception):
    """The body is longer than allowed."""


class _Answer:
    """Puts the headers on an answer."""

    def __init__(self, scope: Scope, send: Send, settings: Settings) -> None:
        self._scope, self._send, self._settings = scope, send, settings
        self.started = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(scope=message)
            for name, value in _ALWAYS.items():
                headers[name] = value
            headers.setdefault("content-security-policy", POLICY)
            if not self._scope["path"].startswith("/static/"):
                headers["cache-control"] = "no-store"
            if self._settings.secure:
                headers["strict-transport-security"] = "max-age=31536000"
            key = self._scope["state"].get("cookie")
            if key is not None:
                headers.append("set-cookie", _cookie(key, self._settings))
        await self._send(message)


def _cookie(key: str, settings: Settings) -> str:
    """The session cookie with `key`; without one, the cookie is taken away."""
    parts = [f"{cookie_name(settings)}={key}", "Path=/", "HttpOnly", "SameSite=Strict"]
    parts += ["Secure"] if settings.secure else []
    parts += [] if key else ["Max-Age=0"]
    return "; ".join(parts)


def _host_check(settings: Settings) -> Callable[[str], bool]:
    """Which ``Host`` a request may name.

    A page that rebinds its own name to this machine's address shows by that name. An address cannot be rebound.
    """
    names = {name.lower() for name in settings.allowed_hosts}
    if is_loopback(settings.host):
        names |= {"localhost", "127.0.0.1", "::1", settings.host.strip("[]").lower()}
    else:
        names |= {settings.host.strip("[]").lower(), "localhost", socket.gethostname().lower()}
    addresses = not is_loopback(settings.host)

    def allowed(host: str) -> bool:
        name = _name(host)
        return name is not None and (name in names or (addresses and _is_address(name)))

    return allowed


def _name(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _own(method: str, headers: Headers, host: str) -> bool:
    """Whether a request was sent by one of our own pages, by a person who follows a link, or by no page at all."""
    origin = headers.get("origin")
    if origin == "null":  # what a browser sends of a form of ours, whose pages send no referrer
        return headers.get("sec-fetch-site") == "same-origin"
    if origin is not None and method not in _SAFE_METHODS:
        return urlsplit(origin).netloc.lower() == host.lower()
    if headers.get("sec-fetch-site", "none") in ("same-origin", "none"):
        return True
    return method in _SAFE_METHODS and headers.get("sec-fetch-mode") == "navigate"
