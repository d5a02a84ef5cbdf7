"""The description of the API: OpenAPI as JSON, and a page of our own that lists it without scripts from elsewhere."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from chartproof.review.web.security import CurrentUser
from chartproof.review.web.templating import render

router = APIRouter(include_in_schema=False)


@router.get("/api/v1/openapi.json")
@router.get("/api/openapi.json")
async def openapi(request: Request, _: CurrentUser) -> Response:
    """OpenAPI 3.1."""
    return JSONResponse(request.app.openapi())


@router.get("/api/docs")
async def page(request: Request, _: CurrentUser) -> Response:
    """The operations for people."""
    described: dict[str, Any] = request.app.openapi()
    operations = [
        {
            "method": method.upper(),
            "path": path,
            "tag": operation["tags"][0],
            "told": operation.get("description", ""),
            "body": _name(operation.get("requestBody")),
            "answer": _name(next(iter(operation["responses"].values()))),
            "parameters": [one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"],
        }
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]
    return await render(request, "api.html", operations=operations, version=described["info"]["version"])


def _name(part: dict[str, Any] | None) -> str:
    """The name of the schema of a body or an answer, empty where there is none."""
    schema = (part or {}).get("content", {}).get("application/json", {}).get("schema", {})
    items = schema.get("items", {})
    name = schema.get("title") or schema.get("$ref", "").rpartition("/")[2]
    return f"list of {items['$ref'].rpartition('/')[2]}" if "$ref" in items else name
