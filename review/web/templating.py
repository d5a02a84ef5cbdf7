"""Pages out of the templates in ``templates/``, everything escaped."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from chartproof.review.web.security import csrf_token, login_needed, optional_user


@cache
def environment() -> Environment:
    """The templates with autoescape; filters and globals may be added at import."""
    return Environment(
        loader=PackageLoader("chartproof.review.web", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )


async def render(request: Request, template: str, *, status: int = 200, **content: Any) -> HTMLResponse:
    """A page. Beside `content` every template gets ``request``, ``user`` (None before the login), ``csrf_token`` and
    ``login_needed``."""
    common = {
        "request": request,
        "user": await optional_user(request),
        "csrf_token": csrf_token(request),
        "login_needed": login_needed(request),
    }
    return HTMLResponse(environment().get_template(template).render(**common, **content), status)
