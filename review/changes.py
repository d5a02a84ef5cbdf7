"""The changes that people make to a review: checked, and told in ids for the audit trail.

Each function takes the review and gives the corrections after the change. Errors: Invalid for a change that does not
fit the review.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import get_args

from pydantic import ValidationError

from chartproof.assessment import Evidence, Status
from chartproof.evaluate import Guideline
from chartproof.facts import Fact
from chartproof.review.corrections import fact_id
from chartproof.review.errors import Invalid
from chartproof.review.model import AddedEvidence, AddedFact, Corrections, Override, RejectedFact, Review


@dataclass(frozen=True, slots=True)
class Change:
    """Corrections after a change, and what the audit trail says of it.

    `before` and `after` hold ids, statuses and offsets. What stands in `private` was written by a person or drawn from
    a note: it is recorded as a keyed hash only, with `after`, or with `before` where something was taken away.
    """

    action: str
    corrections: Corrections
    before: dict[str, object]
    after: dict[str, object]
    private: dict[str, str] = field(default_factory=dict)


#: A change as the store applies it: to the review as it is, by its guideline, at a moment.
Changing = Callable[[Review, Guideline, dt.datetime], Change]


def override(
    review: Review, guideline: Guideline, criterion_id: str, status: Status, reason: str, actor: str, at: dt.datetime
) -> Change:
    """Set the status of a criterion, in place of the machine's or of an earlier one."""
    _check_criterion(guideline, criterion_id)
    if status not in get_args(Status):
        raise Invalid(f"there is no such status; choose one of {', '.join(get_args(Status))}")
    try:
        made = Override(status=status, reason=reason.strip(), by=actor, at=at)
    except ValidationError:
        raise Invalid("give a reason for the status, of at most 2000 characters") from None
    before = review.corrections
    return Change(
        "override",
        before.model_copy(update={"overrides": {**before.overrides, criterion_id: made}}),
        {"criterion": criterion_id, "status": _status(review, criterion_id)},
        {"criterion": criterion_id, "status": status},
        {"reason": made.reason},
    )


def withdraw_override(review: Review, criterion_id: str) -> Change:
    """Take a set status back: the machine's counts again."""
    overrides = dict(review.corrections.overrides)
    taken = overrides.pop(criterion_id, None)
    if taken is None:
        raise Invalid(f"{criterion_id} has no status that a person set")
    return Change(
        "override.withdraw",
        review.corrections.model_copy(update={"overrides": overrides}),
        {"criterion": criterion_id, "status": taken.status},
        {},
    )


def add_evidence(
    review: Review, guideline: Guideline, criterion_id: str, evidence: Evidence, actor: str, at: dt.datetime
) -> Change:
    """Cite a span for a criterion."""
    _check_criterion(guideline, criterion_id)
    text = _note_text(review, evidence.note_id)
    _check_span(text, evidence.start, evidence.end)
    if text[evidence.start : evidence.end] != evidence.text:
        raise Invalid("the evidence is not the text of the note at its place; select it again")
    if any(one.criterion_id == criterion_id and one.evidence == evidence for one in review.corrections.evidence):
        raise Invalid("this evidence is cited for the criterion already")
    added = AddedEvidence(criterion_id=criterion_id, evidence=evidence, by=actor, at=at)
    return Change(
        "evidence.add",
        review.corrections.model_copy(update={"evidence": (*review.corrections.evidence, added)}),
        {},
        _place(criterion_id, evidence),
        {"text": evidence.text, "note": evidence.note_id},
    )


def remove_evidence(review: Review, criterion_id: str, evidence: Evidence) -> Change:
    """Take back a span that a person cited."""
    kept = tuple(
        one
        for one in review.corrections.evidence
        if not (one.criterion_id == criterion_id and one.evidence == evidence)
    )
    if kept == review.corrections.evidence:
        raise Invalid("no person cited this evidence for the criterion; the machine's evidence stays")
    return Change(
        "evidence.remove",
        review.corrections.model_copy(update={"evidence": kept}),
        _place(criterion_id, evidence),
        {},
        {"text": evidence.text, "note": evidence.note_id},
    )


def reject_fact(review: Review, rejected_id: str, reason: str, actor: str, at: dt.datetime) -> Change:
    """Strike out a fact of the machine."""
    found = {fact_id(one.note_id, fact): fact for one in review.facts for fact in one.facts}
    if rejected_id not in found:
        raise Invalid("the machine found no such fact; a fact that a person added is removed, not rejected")
    if any(one.fact_id == rejected_id for one in review.corrections.rejected):
        raise Invalid("the fact is rejected already")
    try:
        rejected = RejectedFact(fact_id=rejected_id, reason=reason.strip(), by=actor, at=at)
    except ValidationError:
        raise Invalid("give a reason of at most 2000 characters") from None
    return Change(
        "fact.reject",
        review.corrections.model_copy(update={"rejected": (*review.corrections.rejected, rejected)}),
        {},
        {"kind": found[rejected_id].kind, "rejected": True},
        {"fact": rejected_id, "reason": rejected.reason},
    )


def restore_fact(review: Review, rejected_id: str) -> Change:
    """Let a rejected fact count again."""
    kept = tuple(one for one in review.corrections.rejected if one.fact_id != rejected_id)
    if kept == review.corrections.rejected:
        raise Invalid("the fact is not rejected")
    return Change(
        "fact.restore",
        review.corrections.model_copy(update={"rejected": kept}),
        {"rejected": True},
        {},
        {"fact": rejected_id},
    )


def add_fact(review: Review, note_id: str, fact: Fact, actor: str, at: dt.datetime) -> Change:
    """Add a fact; its value is what the person says, its source the person."""
    text = _note_text(review, note_id)
    for start, end in fact.spans:
        _check_span(text, start, end)
    made = fact.model_copy(update={"source": f"manual:{actor}"})
    rejected = {one.fact_id for one in review.corrections.rejected}
    counting = [
        *(one for found in review.facts if found.note_id == note_id for one in found.facts),
        *(one.fact for one in review.corrections.added if one.note_id == note_id),
    ]
    if any(_same(made, one) and fact_id(note_id, one) not in rejected for one in counting):
        raise Invalid("the same fact stands at this place already")
    added = AddedFact(note_id=note_id, fact=made, by=actor, at=at)
    return Change(
        "fact.add",
        review.corrections.model_copy(update={"added": (*review.corrections.added, added)}),
        {},
        {"kind": made.kind},
        {"fact": fact_id(note_id, made)},
    )


def remove_fact(review: Review, removed_id: str) -> Change:
    """Take back a fact that a person added."""
    gone = [one for one in review.corrections.added if fact_id(one.note_id, one.fact) == removed_id]
    if not gone:
        raise Invalid("no person added such a fact; a fact of the machine is rejected, not removed")
    return Change(
        "fact.remove",
        review.corrections.model_copy(
            update={"added": tuple(one for one in review.corrections.added if one not in gone)}
        ),
        {"kind": gone[0].fact.kind},
        {},
        {"fact": removed_id},
    )


def _check_criterion(guideline: Guideline, criterion_id: str) -> None:
    if criterion_id not in guideline.criterion_ids:
        raise Invalid(f"{guideline.id} {guideline.version} has no such criterion")


def _note_text(review: Review, note_id: str) -> str:
    for note in review.case.notes:
        if note.note_id == note_id:
            return note.text
    raise Invalid("the case has no such note")


def _check_span(text: str, start: int, end: int) -> None:
    if not 0 <= start < end <= len(text):
        raise Invalid("the span does not lie in its note; select the text again")
    if not text[start:end].strip():
        raise Invalid("the span holds no words; select the text again")


def _status(review: Review, criterion_id: str) -> Status | None:
    """The status that is shown for a criterion; None where it is not shown."""
    shown = (*review.reviewed.criteria, *review.reviewed.gates, *review.reviewed.routing)
    return next((one.status for one in shown if one.id == criterion_id), None)


def _place(criterion_id: str, evidence: Evidence) -> dict[str, object]:
    return {"criterion": criterion_id, "start": evidence.start, "end": evidence.end}


def _same(one: Fact, other: Fact) -> bool:
    """Whether two facts say the same at the same place, whoever found them."""
    told = [fact.model_dump(exclude={"source", "section"}) for fact in (one, other)]
    return told[0] == told[1]
