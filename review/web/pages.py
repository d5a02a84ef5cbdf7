"""The pages for people: worklist, help, users; and those of `new_pages` and `review_pages`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Protocol, cast
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from chartproof.assessment import Status
from chartproof.errors import ChartproofError
from chartproof.evaluate.guideline import list_guidelines
from chartproof.render import wording
from chartproof.review.model import WorklistQuery
from chartproof.review.users import SHORTEST_PASSWORD, Role, User
from chartproof.review.web import new_pages, review_pages
from chartproof.review.web.assets import asset_path
from chartproof.review.web.security import CurrentAdmin, CurrentUser, form_of, require_csrf
from chartproof.review.web.sheets import as_given
from chartproof.review.web.state import in_thread, reviews_of, users_of
from chartproof.review.web.templating import environment, render

router = APIRouter(include_in_schema=False)
router.include_router(new_pages.router)
router.include_router(review_pages.router)

_COLUMNS = (
    ("case", "Case"),
    ("guideline", "Guideline"),
    ("determination", "Determination"),
    ("missing", "Missing"),
    ("state", "Review"),
    ("updated", "Changed"),
)
_SORTABLE = frozenset({"case", "guideline", "determination", "updated"})
_MEANINGS: dict[Status, str] = {
    "met": "the notes document that the requirement holds",
    "not_met": "the notes document facts that contradict it",
    "not_documented": "silent, too vague, or in conflict",
    "not_applicable": "its own condition does not arise in this case",
    "external": "needs criteria that are not in the guideline",
}


class ManagedUsers(Protocol):
    """The users as an admin manages them."""

    def list(self) -> Sequence[User]: ...
    def add(self, name: str, role: Role, password: str, *, actor: str) -> User: ...
    def remove(self, name: str, *, actor: str) -> None: ...


def _shown(value: object) -> str:
    """A value of the audit trail: hashes cut, lists in a line."""
    if isinstance(value, str):
        return f"{value[:12]}…" if len(value) >= 40 and value.isalnum() else value.replace("_", " ")
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, value))
    if isinstance(value, dict):
        return ", ".join(f"{name} {_shown(one)}" for name, one in value.items())
    return str(value)


environment().globals |= {"wording": wording, "static": asset_path}
environment().filters |= {"as_given": as_given, "shown": _shown}


@router.get("/")
async def worklist(request: Request, user: CurrentUser) -> Response:
    """The reviews, filtered, sorted and paged by the parameters of the address."""
    query = _query(request)
    found = await in_thread(reviews_of(request).worklist, query)
    pages = max(math.ceil(found.total / query.size), 1)
    known = list_guidelines()

    def link(**changed: object) -> str:
        given: dict[str, object] = {
            "search": query.search,
            "state": query.state or "",
            "determination": query.determination or "",
            "guideline": query.guideline or "",
            "sort": query.sort,
            "order": "desc" if query.descending else "asc",
            "page": query.page,
        }
        return urlencode({name: value for name, value in {**given, **changed}.items() if value})

    if query.page > pages:
        return RedirectResponse(f"/?{link(page=pages)}", 303)
    first = (query.page - 1) * query.size + 1
    return await render(
        request,
        "worklist.html",
        query=query,
        rows=found.rows,
        total=found.total,
        first=first,
        last=first + len(found.rows) - 1,
        page_count=pages,
        filtered=bool(query.search or query.state or query.determination or query.guideline),
        guidelines=[one.id for one in known],
        titles={one.id: one.title for one in known},
        columns=_COLUMNS,
        sortable=_SORTABLE,
        link=link,
        notice=_notice(request),
    )


@router.get("/help")
async def help_page(request: Request, user: CurrentUser) -> Response:
    """What the pages show and how they are used."""
    return await render(request, "help.html", meanings=_MEANINGS)


@router.get("/users")
async def users_page(request: Request, user: CurrentAdmin) -> Response:
    """The accounts, for admins."""
    return await _users(request)


@router.post("/users", dependencies=[Depends(require_csrf)])
async def add_user(request: Request, user: CurrentAdmin) -> Response:
    """Add an account: fields ``name``, ``role`` and ``password``."""
    form = await form_of(request)
    name, role, password = (str(form.get(field, "")) for field in ("name", "role", "password"))
    try:
        await in_thread(_managed(request).add, name, cast(Role, role), password, actor=user.name)
    except ChartproofError as error:
        return await _users(request, status=422, alert=_sentence(error), typed=name)
    return RedirectResponse("/users", 303)


@router.post("/users/remove", dependencies=[Depends(require_csrf)])
async def remove_user(request: Request, user: CurrentAdmin) -> Response:
    """Remove an account, never one's own: field ``name``."""
    name = str((await form_of(request)).get("name", ""))
    try:
        if name.strip().lower() == user.name:
            raise ChartproofError("nobody removes their own account; another admin can")
        await in_thread(_managed(request).remove, name, actor=user.name)
    except ChartproofError as error:
        return await _users(request, status=422, alert=_sentence(error))
    return RedirectResponse("/users", 303)


async def _users(request: Request, *, status: int = 200, alert: str = "", typed: str = "") -> Response:
    accounts = await in_thread(_managed(request).list)
    content: dict[str, Any] = {"accounts": accounts, "alert": alert, "notice": "", "typed": typed}
    return await render(request, "users.html", status=status, shortest=SHORTEST_PASSWORD, **content)


def _managed(request: Request) -> ManagedUsers:
    users = users_of(request)
    if users is None:
        raise HTTPException(404)
    return cast(ManagedUsers, users)


def _query(request: Request) -> WorklistQuery:
    """The query of an address; parameters that make no sense are left out."""
    given = {
        name: value for name, value in request.query_params.items() if value and name in WorklistQuery.model_fields
    }
    order = request.query_params.get("order")
    chosen: dict[str, Any] = {"descending": order != "asc"}
    for name, value in given.items():
        try:
            WorklistQuery.model_validate({name: value})
        except ValidationError:
            continue
        chosen[name] = value
    return WorklistQuery.model_validate(chosen)


def _notice(request: Request) -> str:
    done = request.query_params.get("done", "")
    if done == "deleted":
        return "The case and its notes were deleted for good."
    if done.isdecimal() and len(done) <= 4:
        return f"{done} cases were assessed."
    return ""


def _sentence(error: ChartproofError) -> str:
    message = str(error)
    return f"{message[:1].upper()}{message[1:]}{'' if message.endswith('.') else '.'}"
