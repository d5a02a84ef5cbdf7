"""Errors as people and programs see them: what is wrong and what to do, never a traceback or a word of a note."""

from __future__ import annotations

import json
from http import HTTPStatus

from starlette.responses import Response

PROBLEM_JSON = "application/problem+json"


def problem_response(status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
    """A problem as JSON (RFC 9457)."""
    content = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return Response(json.dumps(content), status, headers, PROBLEM_JSON)
