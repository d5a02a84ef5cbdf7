"""The JSON API: the same as the pages, under ``/api/v1`` and, for short, ``/api``.

What goes in and comes out is the JSON of the command line and of the export. Errors are problem JSON (RFC 9457).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Body, Depends, FastAPI, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from chartproof.assessment import Assessment, Evidence
from chartproof.errors import ChartproofError
from chartproof.evaluate.guideline import list_guidelines
from chartproof.facts import NoteFacts
from chartproof.notes import Case, Note
from chartproof.records import read_case, read_note
from chartproof.render.json import assessment_json, facts_json
from chartproof.review.errors import Invalid
from chartproof.review.model import AuditEntry, Review, WorklistPage, WorklistQuery
from chartproof.review.web.bodies import (
    EvidenceBody,
    FactBody,
    GuidelineSummary,
    LoggedIn,
    LoginBody,
    OverrideBody,
    RejectionBody,
    SignBody,
    SpanBody,
    Verified,
    Version,
    json_body,
)
from chartproof.review.web.downloads import FormatName, ReviewId, exported
from chartproof.review.web.problems import PROBLEM_JSON
from chartproof.review.web.security import (
    CurrentAdmin,
    CurrentUser,
    current_user,
    log_in,
    log_out,
    require_csrf_or_json,
)
from chartproof.review.web.state import in_thread, reviews_of, settings_of
from chartproof.review.web.work import worker_of

T = TypeVar("T")

Json = Annotated[dict[str, Any], Body()]
CriterionId = Annotated[str, Path(pattern=r"^[A-Za-z0-9._-]{1,120}$")]
FactId = Annotated[str, Path(pattern=r"^[0-9a-f]{1,64}$")]
OnVersion = Annotated[Version, Query(description="The version of the review this change is made on.")]

_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
_GUIDELINE = {"guideline": {"type": "string", "description": "Guideline id, in place of what the codes lead to."}}
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    code: {"description": told, "content": {PROBLEM_JSON: {}}}
    for code, told in {
        401: "Not logged in",
        404: "Unknown id",
        409: "Changed meanwhile, or signed",
        422: "Not as it should be",
    }.items()
}


async def whole_characters(request: Request) -> None:
    """Refuse half characters (lone surrogates), which JSON can write and nothing can store. Errors: Invalid."""
    if _HALF.search(await request.body()):
        try:
            json.dumps(await request.json(), ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise Invalid("the body holds half a character (a lone \\ud8xx escape); write it whole") from None
        except (ValueError, RecursionError):
            return  # no JSON: who reads it says so


router = APIRouter(responses=_PROBLEMS, dependencies=[Depends(current_user)])
changing = APIRouter(
    responses=_PROBLEMS,
    dependencies=[Depends(current_user), Depends(require_csrf_or_json), Depends(whole_characters)],
)
entrance = APIRouter(responses=_PROBLEMS, dependencies=[Depends(whole_characters)])


def include_api(app: FastAPI) -> None:
    """Add the API to the app, in its version and by its short name."""
    for part in (entrance, router, changing):
        app.include_router(part, prefix="/api/v1")
        app.include_router(part, prefix="/api", include_in_schema=False)


# -- without the store ----------------------------------------------------------------------------------------------


@changing.post("/extract", response_model=NoteFacts, tags=["reading"], openapi_extra=json_body(Note))
async def extract(request: Request, content: Json) -> Response:
    """The facts of one note, each with the characters that prove it. Nothing is kept."""
    note = _read(lambda: read_note(content, "note", settings_of(request).max_body))
    return _json(facts_json(await in_thread(worker_of(request).extract, note)))


@changing.post("/assess", response_model=Assessment, tags=["reading"], openapi_extra=json_body(Case, _GUIDELINE))
async def assess(request: Request, content: Json) -> Response:
    """The assessment of one case, as ``chartproof assess --format json`` gives it. Nothing is kept."""
    case, guideline = _case(request, content)
    assessment = await in_thread(worker_of(request).assess, case, guideline)
    return _json(assessment_json(assessment))


@router.get("/guidelines", tags=["reading"])
def guidelines() -> list[GuidelineSummary]:
    """The guidelines that can be asked for."""
    return [
        GuidelineSummary(id=one.id, title=one.title, version=one.version, cpt=tuple(one.cpt))
        for one in list_guidelines()
    ]


# -- reviews --------------------------------------------------------------------------------------------------------


@router.get("/assessments", tags=["reviews"])
def worklist(request: Request, query: Annotated[WorklistQuery, Query()]) -> WorklistPage:
    """One page of the worklist."""
    return reviews_of(request).worklist(query)


@changing.post(
    "/assessments",
    status_code=201,
    response_model=Review,
    tags=["reviews"],
    openapi_extra=json_body(Case, _GUIDELINE),
)
async def create(request: Request, content: Json, user: CurrentUser) -> Response:
    """Assess a case and keep it as a review."""
    case, guideline = _case(request, content)
    made = await in_thread(reviews_of(request).create, case, guideline=guideline, actor=user.name)
    return _review(made, 201, {"location": f"/api/v1/assessments/{made.id}"})


@router.get("/assessments/{review_id}", response_model=Review, tags=["reviews"])
def get(request: Request, review_id: ReviewId) -> Response:
    """A review: the case, what the machine made of it, what people changed, and what follows."""
    return _review(reviews_of(request).get(review_id))


@changing.delete("/assessments/{review_id}", status_code=204, tags=["reviews"])
def delete(request: Request, review_id: ReviewId, user: CurrentAdmin) -> Response:
    """Delete a review and its notes for good; for admins."""
    reviews_of(request).delete(review_id, actor=user.name)
    return Response(status_code=204)


@router.get(
    "/assessments/{review_id}/exports/{name}",
    response_class=Response,
    responses={200: {"description": "The document"}},
    tags=["reviews"],
)
async def get_export(request: Request, review_id: ReviewId, name: FormatName, user: CurrentUser) -> Response:
    """A review as a document: pdf, html, json, csv, fhir, letter-pdf, letter-docx or letter-txt."""
    return await exported(request, review_id, name, user)


@router.get("/assessments/{review_id}/audit", tags=["audit"])
def audit(request: Request, review_id: ReviewId) -> list[AuditEntry]:
    """The audit trail of a review, which may have been deleted."""
    return [*reviews_of(request).audit(review_id)]


@router.get("/audit/verify", tags=["audit"])
def verify(request: Request, _: CurrentAdmin) -> Verified:
    """Whether the audit trail of the store is whole; for admins."""
    faults = tuple(reviews_of(request).verify())
    return Verified(intact=not faults, faults=faults)


# -- corrections ----------------------------------------------------------------------------------------------------


@changing.post("/assessments/{review_id}/overrides", response_model=Review, tags=["corrections"])
def override(request: Request, review_id: ReviewId, body: OverrideBody, user: CurrentUser) -> Response:
    """Set the status of a criterion."""
    return _review(
        reviews_of(request).override(
            review_id, body.criterion_id, body.status, body.reason, actor=user.name, version=body.version
        )
    )


@changing.delete("/assessments/{review_id}/overrides/{criterion_id}", response_model=Review, tags=["corrections"])
def withdraw_override(
    request: Request, review_id: ReviewId, criterion_id: CriterionId, version: OnVersion, user: CurrentUser
) -> Response:
    """Take a set status back."""
    return _review(reviews_of(request).withdraw_override(review_id, criterion_id, actor=user.name, version=version))


@changing.post("/assessments/{review_id}/evidence", response_model=Review, tags=["corrections"])
def add_evidence(request: Request, review_id: ReviewId, body: EvidenceBody, user: CurrentUser) -> Response:
    """Cite a place in a note for a criterion."""
    reviews = reviews_of(request)
    evidence = _evidence(reviews.get(review_id), body.evidence)
    return _review(reviews.add_evidence(review_id, body.criterion_id, evidence, actor=user.name, version=body.version))


@changing.post("/assessments/{review_id}/evidence/remove", response_model=Review, tags=["corrections"])
def remove_evidence(request: Request, review_id: ReviewId, body: EvidenceBody, user: CurrentUser) -> Response:
    """Take back a place that a person cited."""
    reviews = reviews_of(request)
    evidence = _evidence(reviews.get(review_id), body.evidence)
    return _review(
        reviews.remove_evidence(review_id, body.criterion_id, evidence, actor=user.name, version=body.version)
    )


@changing.post("/assessments/{review_id}/facts", response_model=Review, tags=["corrections"])
def add_fact(request: Request, review_id: ReviewId, body: FactBody, user: CurrentUser) -> Response:
    """Add a fact."""
    return _review(
        reviews_of(request).add_fact(review_id, body.note_id, body.fact, actor=user.name, version=body.version)
    )


@changing.delete("/assessments/{review_id}/facts/{fact_id}", response_model=Review, tags=["corrections"])
def remove_fact(
    request: Request, review_id: ReviewId, fact_id: FactId, version: OnVersion, user: CurrentUser
) -> Response:
    """Take back a fact that a person added."""
    return _review(reviews_of(request).remove_fact(review_id, fact_id, actor=user.name, version=version))


@changing.post("/assessments/{review_id}/rejections", response_model=Review, tags=["corrections"])
def reject_fact(request: Request, review_id: ReviewId, body: RejectionBody, user: CurrentUser) -> Response:
    """Strike out a fact of the machine."""
    return _review(
        reviews_of(request).reject_fact(review_id, body.fact_id, body.reason, actor=user.name, version=body.version)
    )


@changing.delete("/assessments/{review_id}/rejections/{fact_id}", response_model=Review, tags=["corrections"])
def restore_fact(
    request: Request, review_id: ReviewId, fact_id: FactId, version: OnVersion, user: CurrentUser
) -> Response:
    """Let a rejected fact count again."""
    return _review(reviews_of(request).restore_fact(review_id, fact_id, actor=user.name, version=version))


@changing.post("/assessments/{review_id}/sign", response_model=Review, tags=["corrections"])
def sign(request: Request, review_id: ReviewId, body: SignBody, user: CurrentUser) -> Response:
    """Sign a review; afterwards it is read-only."""
    return _review(reviews_of(request).sign(review_id, body.name, actor=user.name, version=body.version))


# -- sessions -------------------------------------------------------------------------------------------------------


@entrance.post("/sessions", status_code=201, tags=["sessions"])
async def begin_session(request: Request, body: LoginBody) -> LoggedIn:
    """Log in: the token goes into the header ``Authorization: Bearer``."""
    key, user = await log_in(request, body.name, body.password)
    return LoggedIn(token=key, name=user.name, role=user.role, seconds=settings_of(request).session_age)


@changing.delete("/sessions", status_code=204, tags=["sessions"])
async def end_session(request: Request) -> Response:
    """Log out."""
    log_out(request)
    return Response(status_code=204)


# -- shared ---------------------------------------------------------------------------------------------------------


def _case(request: Request, content: dict[str, Any]) -> tuple[Case, str | None]:
    """The case of a body and the guideline asked for. Errors: Invalid."""
    guideline = content.get("guideline")
    if guideline is not None and not isinstance(guideline, str):
        raise Invalid("guideline: expected text")
    return _read(lambda: read_case(content, "case", settings_of(request).max_body)), guideline


def _read(read: Callable[[], T]) -> T:
    try:
        return read()
    except ChartproofError as error:
        raise Invalid(str(error)) from None


def _evidence(review: Review, span: SpanBody) -> Evidence:
    """The evidence at a place. Errors: Invalid when the review has no such place."""
    for note in review.case.notes:
        if note.note_id == span.note_id and span.start < span.end <= len(note.text):
            text = note.text[span.start : span.end]
            return Evidence(note_id=note.note_id, start=span.start, end=span.end, text=text)
    raise Invalid("the evidence does not lie in a note of this case")


def _review(review: Review, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(review.model_dump_json(), status, headers, "application/json")


def _json(content: str) -> Response:
    return Response(content, media_type="application/json")
