"""The page where a new assessment is asked for."""

from __future__ import annotations

from typing import get_args

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from chartproof.errors import ChartproofError
from chartproof.evaluate.guideline import list_guidelines
from chartproof.facts import Region
from chartproof.notes import Case
from chartproof.records import DEFAULT_MAX_BYTES
from chartproof.review.web.intake import MOST_NOTES, REQUEST_FIELDS, Intake, Typed, case_of, read_intake
from chartproof.review.web.procedures import choices, matching
from chartproof.review.web.security import CurrentUser, form_of, require_csrf
from chartproof.review.web.state import User, in_thread, reviews_of, settings_of
from chartproof.review.web.templating import render

router = APIRouter()

_SIDES = ("left", "right", "bilateral", "midline")


@router.get("/new")
async def new_page(request: Request, user: CurrentUser) -> Response:
    """The empty form."""
    return await _page(request, Intake(fields=dict.fromkeys(REQUEST_FIELDS, "")))


@router.post("/new", dependencies=[Depends(require_csrf)])
async def new(request: Request, user: CurrentUser) -> Response:
    """Assess what was given and lead to its review; with errors the form again, as it was filled in."""
    form = await form_of(request)
    most = min(DEFAULT_MAX_BYTES, settings_of(request).max_body)
    intake = await _read(form, most)
    if form.get("do") == "add-note":
        intake.typed += [Typed()] * (len(intake.typed) < MOST_NOTES)
        return await _page(request, intake, 422 if intake.errors else 200)
    if intake.cases and not intake.errors:
        return await _assess_cases(request, intake, user)
    case = case_of(intake, most)
    if case is None:
        return await _page(request, intake, 422)
    try:
        made = await in_thread(
            reviews_of(request).create, case, guideline=intake.fields["guideline"] or None, actor=user.name
        )
    except ChartproofError as error:
        intake.errors[_field_of(error, intake)] = _told(error)
        return await _page(request, intake, 422)
    return RedirectResponse(f"/reviews/{made.id}", 303)


async def _assess_cases(request: Request, intake: Intake, user: User) -> Response:
    """Cases of files bring their own notes and requests; what fails is named, the others are made."""
    if intake.kept or not all(one.empty for one in intake.typed):
        intake.errors["files"] = "A case file brings its own notes and request; send it without other notes."
        return await _page(request, intake, 422)
    made, problems = [], []
    for case in intake.cases:
        try:
            made.append(await in_thread(reviews_of(request).create, case, guideline=None, actor=user.name))
        except ChartproofError as error:
            problems.append(f"{_name(case)}: {_told(error)}")
    if problems:
        done = f" The other {len(made)} were assessed and stand in the worklist." if made else ""
        intake.errors["files"] = " ".join(problems) + done
        return await _page(request, intake, 422)
    return RedirectResponse(f"/reviews/{made[0].id}" if len(made) == 1 else f"/?done={len(made)}", 303)


async def _read(form: FormData, most: int) -> Intake:
    files = [
        (one.filename, await one.read())
        for one in form.getlist("files")
        if isinstance(one, UploadFile) and one.filename
    ]
    fields = {name: _text(form, name) for name in REQUEST_FIELDS}
    if chosen := _text(form, "chosen"):
        fields["procedure"] = chosen
    return await in_thread(
        read_intake,
        _texts(form, "text"),
        _texts(form, "note_date"),
        _texts(form, "kept"),
        _texts(form, "kept_date"),
        files,
        fields,
        most,
    )


async def _page(request: Request, intake: Intake, status: int = 200) -> Response:
    offered = choices()
    return await render(
        request,
        "new.html",
        status=status,
        intake=intake,
        blank=Typed(),
        choices=offered,
        suggested=matching(intake.fields["procedure"], offered) if "procedure" in intake.errors else [],
        sides=_SIDES,
        regions=get_args(Region),
        guidelines=list_guidelines(),
    )


def _field_of(error: ChartproofError, intake: Intake) -> str:
    if "the case an id" in str(error):
        return "case_id"
    return "guideline" if intake.fields["guideline"] else "procedure"


def _told(error: ChartproofError) -> str:
    """The message without the list of codes: the form offers them."""
    message = str(error).split(" Supported")[0].rstrip(". ")
    return f"{message[:1].upper()}{message[1:]}."


def _name(case: Case) -> str:
    return case.case_id[:60]


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _texts(form: FormData, name: str) -> list[str]:
    return [value for value in form.getlist(name) if isinstance(value, str)]
