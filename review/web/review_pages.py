"""The pages of one review: criteria, facts, procedures and history beside the notes; and every change to it.

A change is a form that names the version it was made on. When it is done the browser is led back to the place it came
from; when it is not, the page is shown again as it now is, with the reason and with what was entered.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, cast
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from chartproof.assessment import Evidence, Status
from chartproof.errors import ChartproofError
from chartproof.facts import KINDS
from chartproof.render import wording
from chartproof.review.errors import NotFound, Signed, Stale
from chartproof.review.exports.formats import FORMATS
from chartproof.review.exports.record import every_result
from chartproof.review.model import Review
from chartproof.review.service import Reviews
from chartproof.review.web import reviewview
from chartproof.review.web.factforms import ASSERTIONS, FieldsError, fields_of, read_fact
from chartproof.review.web.quoting import cited
from chartproof.review.web.reviewview import FactFilter
from chartproof.review.web.security import CurrentAdmin, CurrentUser, form_of, require_csrf
from chartproof.review.web.state import in_thread, reviews_of
from chartproof.review.web.templating import render
from chartproof.spans import Span

router = APIRouter(prefix="/reviews/{review_id}")
CSRF = [Depends(require_csrf)]

_VIEWS = {"criteria": "Criteria", "facts": "Facts", "timeline": "Timeline", "history": "History"}
_STALE = "Someone else changed this review meanwhile. Below is its newer state; your change was not saved. Check it and repeat."
_SIGNED = "This review was signed meanwhile, so it can no longer be changed. Your change was not saved."

#: A change as it is asked of the store: (reviews, version it was made on) -> the review after it.
Work = Callable[[Reviews, int], Review]


@dataclass(frozen=True)
class Draft:
    """What was entered in a form that could not be saved; `form` says in which."""

    form: str = ""
    criterion: str = ""
    status: str = ""
    reason: str = ""
    name: str = ""
    note_id: str = ""
    words: str = ""
    start: str = ""
    end: str = ""
    kind: str = ""


class Sent:
    """The fields of a sent form as text."""

    def __init__(self, values: dict[str, str]) -> None:
        self.values = values

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")

    @property
    def version(self) -> int:
        """The version the change was made on; 0, which no review has, when it is missing."""
        return int(self["version"]) if self["version"].isdecimal() and len(self["version"]) < 10 else 0

    @property
    def view(self) -> str:
        """The part of the review the form stood in."""
        return self["view"] if self["view"] in _VIEWS else "criteria"

    @property
    def filter(self) -> FactFilter:
        """The filter of the facts that the form stood among."""
        return FactFilter(
            self["filter_kind"], self["filter_assertion"], self["filter_note"], bool(self["filter_changed"])
        )

    def draft(self, form: str) -> Draft:
        """What was entered, to be shown again."""
        names = {one.name for one in fields(Draft)} - {"form"}
        return Draft(form, **{name: self[name] for name in names})


async def _sent(request: Request) -> Sent:
    form = await form_of(request)
    return Sent({name: value for name, value in form.items() if isinstance(value, str)})


# -- looking ------------------------------------------------------------------------------------------------------


@router.get("")
async def criteria_page(request: Request, review_id: str, user: CurrentUser) -> Response:
    """The criteria beside the notes."""
    return await _show(request, await _get(request, review_id), "criteria")


@router.get("/facts")
async def facts_page(request: Request, review_id: str, user: CurrentUser) -> Response:
    """The facts beside the notes, filtered by ``kind``, ``assertion``, ``note`` and ``changed``."""
    given = request.query_params
    chosen = FactFilter(
        given.get("kind", ""), given.get("assertion", ""), given.get("note", ""), bool(given.get("changed"))
    )
    return await _show(request, await _get(request, review_id), "facts", chosen=chosen)


@router.get("/timeline")
async def timeline_page(request: Request, review_id: str, user: CurrentUser) -> Response:
    """The procedures over time beside the notes."""
    return await _show(request, await _get(request, review_id), "timeline")


@router.get("/history")
async def history_page(request: Request, review_id: str, user: CurrentUser) -> Response:
    """The audit trail of the review."""
    return await _show(request, await _get(request, review_id), "history")


async def _get(request: Request, review_id: str) -> Review:
    return await in_thread(reviews_of(request).get, review_id)


async def _show(
    request: Request,
    review: Review,
    view: str,
    *,
    status: int = 200,
    chosen: FactFilter | None = None,
    draft: Draft | None = None,
    errors: dict[str, str] | None = None,
    alert: str = "",
) -> Response:
    content = await in_thread(_content, reviews_of(request), review, view, chosen or FactFilter())
    return await render(
        request,
        f"{view}.html",
        status=status,
        review=review,
        view=view,
        draft=draft or Draft(),
        errors=errors or {},
        alert=alert,
        **content,
    )


def _content(reviews: Reviews, review: Review, view: str, chosen: FactFilter) -> dict[str, Any]:
    """What the templates of a view need, beside what was entered."""
    every = every_result(review.reviewed)
    counted = Counter(one.status for one in every)
    guideline = reviewview.guideline_of_review(review)
    content: dict[str, Any] = {
        "title": guideline.title if guideline else None,
        "open_points": wording.open_points(review.reviewed),
        "changed_result": _result(review.reviewed) != _result(review.machine),
        "criterion_anchor": reviewview.criterion_anchor,
        "every": every,
        "exports": [(one.name, one.title) for one in FORMATS.values()],
        "filter": chosen if view == "facts" else None,
        "kinds": KINDS,
        "settable": reviewview.SETTABLE,
        "tally": [(status, counted[status]) for status in wording.STATUS_SYMBOLS],
        "views": list(_VIEWS.items()),
        "sheets": [],
    }
    if view == "criteria":
        sections, content["sheets"] = reviewview.criteria_view(review)
        content |= {"sections": sections, "resting": reviewview.resting(review)}
    elif view == "facts":
        every_fact = reviewview.fact_rows(review)
        content["rows"], content["sheets"] = reviewview.facts_view(review, every_fact, chosen)
        content |= {"total": len(every_fact), "options": reviewview.options(every_fact)}
    elif view == "timeline":
        content["rows"], content["svg"], content["sheets"] = reviewview.timeline_view(review)
    else:
        content["trail"] = reviews.audit(review.id)
    return content


def _result(assessment: Any) -> tuple[object, ...]:
    return assessment.determination, assessment.pathway, assessment.category and assessment.category.id


# -- changing -----------------------------------------------------------------------------------------------------


@router.post("/override", dependencies=CSRF)
async def override(request: Request, review_id: str, user: CurrentUser) -> Response:
    """Set a status: fields ``criterion``, ``status`` and ``reason``."""
    sent = await _sent(request)

    def work(reviews: Reviews, version: int) -> Review:
        if not sent["reason"].strip():
            raise FieldsError({"reason": "Say why: the reason stands in the record."})
        status = cast(Status, sent["status"])
        return reviews.override(review_id, sent["criterion"], status, sent["reason"], actor=user.name, version=version)

    return await _change(request, review_id, sent, "override", work, reviewview.criterion_anchor(sent["criterion"]))


@router.post("/withdraw", dependencies=CSRF)
async def withdraw(request: Request, review_id: str, user: CurrentUser) -> Response:
    """Take a set status back: field ``criterion``."""
    sent = await _sent(request)

    def work(reviews: Reviews, version: int) -> Review:
        return reviews.withdraw_override(review_id, sent["criterion"], actor=user.name, version=version)

    return await _change(request, review_id, sent, "withdraw", work, reviewview.criterion_anchor(sent["criterion"]))


@router.post("/evidence", dependencies=CSRF)
async def add_evidence(request: Request, review_id: str, user: CurrentUser) -> Response:
    """Cite words of a note: ``criterion``, ``note_id``, ``words`` and, where they were selected, ``start``, ``end``."""
    sent = await _sent(request)

    def work(reviews: Reviews, version: int) -> Review:
        evidence = _cited(reviews.get(review_id), sent)
        return reviews.add_evidence(review_id, sent["criterion"], evidence, actor=user.name, version=version)

    return await _change(request, review_id, sent, "evidence", work, reviewview.criterion_anchor(sent["criterion"]))


@router.post("/evidence/remove", dependencies=CSRF)
async def remove_evidence(request: Request, review_id: str, user: CurrentUser) -> Response:
    """Take a cited span back: ``criterion``, ``note_id``, ``start`` and ``end``."""
    sent = await _sent(request)

    def work(reviews: Reviews, version: int) -> Review:
        spot = (sent["note_id"], sent["start"], sent["end"])
        for one in reviews.get(review_id).corrections.evidence:
            evidence = one.evidence
            if one.criterion_id == sent["criterion"] and spot == _spot(evidence):
                return reviews.remove_evidence(review_id, one.criterion_id, evidence, actor=user.name, version=version)
        raise Stale("this evidence is cited no more")

    anchor = reviewview.criterion_anchor(sent["criterion"])
    return await _change(request, review_id, sent, "remove-evidence", work, anchor)


@router.post("/facts/reject", dependencies=CSRF)
async def reject_fact(request: Request, review_id: str, user: CurrentUser) -> Response:
    """Strike out a fact of the machine: fields ``fact`` and ``reason``."""
    sent = await _sent(request)

    def work(reviews: Reviews, version: int) -> Review:
        return reviews.reject_fact(review_id, sent["fact"], sent["reason"], actor=user.name, version=version)

    return await _change(request, review_id, sent, "reject", work, f"f-{sent['fact']}")


@router.post("/facts/restore", dependencies=CSRF)
async def restore_fact(request: Request, review_id: str, user: CurrentUser) -> Response:
    """Let a rejected fact count again: field ``fact``."""
    sent = await _sent(request)

    def work(reviews: Reviews, version: int) -> Review:
        return reviews.restore_fact(review_id, sent["fact"], actor=user.name, version=version)

    return await _change(request, review_id, sent, "restore", work, f"f-{sent['fact']}")


@router.post("/facts/remove", dependencies=CSRF)
async def remove_fact(request: Request, review_id: str, user: CurrentUser) -> Response:
    """Remove a fact that a person added: field ``fact``."""
    sent = await _sent(request)

    def work(reviews: Reviews, version: int) -> Review:
        return reviews.remove_fact(review_id, sent["fact"], actor=user.name, version=version)

    return await _change(request, review_id, sent, "remove", work, "left")


@router.post("/fact-form", dependencies=CSRF)
async def fact_form(request: Request, review_id: str, user: CurrentUser) -> Response:
    """The form of a fact of one ``kind`` on the words cited; nothing changes. A POST, for words go into no address."""
    sent = await _sent(request)
    review = await _get(request, review_id)
    try:
        evidence = _cited(review, sent)
        fields_of(sent["kind"])
    except ChartproofError as error:
        return await _refused(request, review, sent, "fact", error)
    return await _fact_form(request, review, sent, evidence)


@router.post("/facts", dependencies=CSRF)
async def add_fact(request: Request, review_id: str, user: CurrentUser) -> Response:
    """Add a fact: its kind, the words it stands on, its assertion and its attributes, each with ``a_`` before it."""
    sent = await _sent(request)
    review = await _get(request, review_id)
    evidence = _cited(review, sent)
    values = {name.removeprefix("a_"): value for name, value in sent.values.items() if name.startswith("a_")}
    try:
        span = Span(evidence.start, evidence.end)
        fact = read_fact(sent["kind"], values, sent["assertion"], [span], user.name)
        await in_thread(
            reviews_of(request).add_fact, review_id, evidence.note_id, fact, actor=user.name, version=sent.version
        )
    except FieldsError as error:
        return await _fact_form(request, review, sent, evidence, 422, error.errors)
    except Stale:
        told = (
            "Someone else changed this review meanwhile. Nothing was saved yet; add the fact again if it still holds."
        )
        return await _fact_form(request, await _get(request, review_id), sent, evidence, 409, {}, told)
    except NotFound:
        raise
    except ChartproofError as error:
        return await _fact_form(request, review, sent, evidence, 422, {}, _sentence(error))
    return RedirectResponse(_address(review_id, sent.view, sent.filter, ""), 303)


@router.post("/sign", dependencies=CSRF)
async def sign(request: Request, review_id: str, user: CurrentUser) -> Response:
    """Close the review under the ``name`` given."""
    sent = await _sent(request)

    def work(reviews: Reviews, version: int) -> Review:
        if not sent["name"].strip():
            raise FieldsError({"name": "Sign with your name."})
        return reviews.sign(review_id, sent["name"].strip(), actor=user.name, version=version)

    return await _change(request, review_id, sent, "sign", work, "main")


@router.post("/delete", dependencies=CSRF)
async def delete(request: Request, review_id: str, user: CurrentAdmin) -> Response:
    """Remove the case and its notes for good; for admins."""
    await in_thread(reviews_of(request).delete, review_id, actor=user.name)
    return RedirectResponse("/?done=deleted", 303)


async def _change(request: Request, review_id: str, sent: Sent, form: str, work: Work, anchor: str) -> Response:
    """Do a change and lead back to its place; refused, show the review as it is with what was entered."""
    try:
        await in_thread(work, reviews_of(request), sent.version)
    except NotFound:
        raise
    except ChartproofError as error:
        return await _refused(request, await _get(request, review_id), sent, form, error)
    return RedirectResponse(_address(review_id, sent.view, sent.filter, anchor), 303)


async def _refused(request: Request, review: Review, sent: Sent, form: str, error: ChartproofError) -> Response:
    errors: dict[str, str] = {}
    status = 409 if isinstance(error, Stale | Signed) else 422
    if isinstance(error, Stale):
        alert = _STALE
    elif isinstance(error, Signed):
        alert = _SIGNED
    elif isinstance(error, FieldsError):
        errors, alert = error.errors, ""
    elif form in ("evidence", "fact"):
        errors, alert = {"words": _sentence(error)}, ""
    else:
        alert = _sentence(error)
    return await _show(
        request,
        review,
        sent.view,
        status=status,
        chosen=sent.filter,
        draft=sent.draft(form),
        errors=errors,
        alert=alert,
    )


async def _fact_form(
    request: Request,
    review: Review,
    sent: Sent,
    evidence: Evidence,
    status: int = 200,
    errors: dict[str, str] | None = None,
    alert: str = "",
) -> Response:
    if review.signed is not None:
        raise Signed(_SIGNED)
    asked = fields_of(sent["kind"])
    values: defaultdict[str, str] = defaultdict(str)
    values |= {name.removeprefix("a_"): value for name, value in sent.values.items() if name.startswith("a_")}
    return await render(
        request,
        "fact.html",
        status=status,
        review=review,
        version=review.version if status != 422 else sent.version,
        view=sent.view,
        kind=sent["kind"],
        note_id=evidence.note_id,
        words=evidence.text,
        start=evidence.start,
        end=evidence.end,
        fields=asked,
        values=values,
        opened=any(field.more and (values[field.name] or field.name in (errors or {})) for field in asked),
        assertions=ASSERTIONS,
        assertion=sent["assertion"] or "present",
        errors=errors or {},
        alert=alert,
    )


def _cited(review: Review, sent: Sent) -> Evidence:
    return cited(review.case.notes, sent["note_id"], sent["words"], sent["start"], sent["end"])


def _spot(evidence: Evidence) -> tuple[str, str, str]:
    return evidence.note_id, str(evidence.start), str(evidence.end)


def _address(review_id: str, view: str, chosen: FactFilter, anchor: str) -> str:
    path = f"/reviews/{review_id}{'' if view == 'criteria' else f'/{view}'}"
    query = urlencode(chosen.query()) if view == "facts" else ""
    return f"{path}{f'?{query}' if query else ''}{f'#{anchor}' if anchor else ''}"


def _sentence(error: ChartproofError) -> str:
    message = str(error)
    return f"{message[:1].upper()}{message[1:]}{'' if message.endswith('.') else '.'}"
