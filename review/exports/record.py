"""A review as every document tells it: which criteria there are, and what of each is the machine's and what people's."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from chartproof.assessment import Assessment, CriterionResult, Status
from chartproof.errors import ChartproofError
from chartproof.render import wording
from chartproof.review.canonical import canonical
from chartproof.review.model import AddedEvidence, AddedFact, Origin, Override, RejectedFact, Review

DRAFT = "Draft, not signed"


@dataclass(frozen=True)
class Line:
    """One criterion of a review.

    `origin` is ``auto`` only where everything is as the machine left it; else `author` names who changed it and
    `change` says how, in a sentence or two. `machine` is the machine's result, None where it had not judged it.
    """

    group: str
    result: CriterionResult
    machine: CriterionResult | None
    origin: Origin
    author: str | None = None
    change: str | None = None


@dataclass(frozen=True)
class Section:
    """The lines under one heading; `taken` is False for the pathways that the request does not take."""

    title: str
    status: Status | None
    lines: tuple[Line, ...]
    taken: bool


def sections(review: Review) -> list[Section]:
    """The criteria as reviewed, by pathway, gates and routing."""
    machine = {one.id: one for one in every_result(review.machine)}
    return [
        Section(
            group.title,
            group.status,
            tuple(_line(group.title, one, machine.get(one.id), review) for one in group.criteria),
            not group.title.startswith("Other "),
        )
        for group in wording.groups(review.reviewed)
    ]


def lines(review: Review) -> list[Line]:
    """The lines of all sections."""
    return [line for section in sections(review) for line in section.lines]


def every_result(assessment: Assessment) -> tuple[CriterionResult, ...]:
    """Criteria, gates and routing."""
    return (*assessment.criteria, *assessment.gates, *assessment.routing)


def _line(group: str, result: CriterionResult, machine: CriterionResult | None, review: Review) -> Line:
    corrections = review.corrections
    override = corrections.overrides.get(result.id)
    if override is not None:
        before = (
            "the machine had not judged it"
            if machine is None
            else f"the machine's status: {wording.STATUS_WORDS[machine.status].lower()}"
        )
        change = f"Set by {override.by} on {moment(override.at)}; {before}."
        return Line(group, result, machine, "manual" if machine is None else "override", override.by, change)
    if result == machine:
        return Line(group, result, machine, "auto")
    cited = _names(one.by for one in corrections.evidence if one.criterion_id == result.id)
    corrected = _names([*(one.by for one in corrections.rejected), *(one.by for one in corrections.added)])
    told = [f"Evidence added by {cited}."] if cited else []
    if machine is None:
        told.append(f"Judged since facts or statuses were changed by {authors(review)}.")
    elif (result.status, result.reason) != (machine.status, machine.reason):
        was = f"; the machine's status: {wording.STATUS_WORDS[machine.status].lower()}"
        told.append(
            f"Follows from facts corrected by {corrected or authors(review)}{was if result.status != machine.status else ''}."
        )
    elif not cited:
        told.append(f"Evidence follows from facts corrected by {corrected or authors(review)}.")
    return Line(group, result, machine, "override", cited or authors(review), " ".join(told))


def authors(review: Review) -> str:
    """The names of all who corrected something, in the order in which they did."""
    made = review.corrections
    changes: tuple[Override | RejectedFact | AddedFact | AddedEvidence, ...] = (
        *made.overrides.values(),
        *made.rejected,
        *made.added,
        *made.evidence,
    )
    return _names(one.by for one in sorted(changes, key=lambda one: one.at))


def result_changed(review: Review) -> bool:
    """Whether people's corrections changed the determination or category."""
    shown = [(one.determination, one.category and one.category.id) for one in (review.reviewed, review.machine)]
    return shown[0] != shown[1]


def sign_off(review: Review) -> str:
    """Who signed and when, or that nobody has."""
    signed = review.signed
    if signed is None:
        return DRAFT
    user = "" if signed.by == signed.name else f" (user {signed.by})"
    return f"Signed by {signed.name}{user} on {moment(signed.at)}"


def remarks(review: Review) -> list[str]:
    """What people changed on the whole, in sentences without the words of the notes."""
    rejected, added = review.corrections.rejected, review.corrections.added
    told = []
    if result_changed(review):
        was = wording.result_words(review.machine)
        told.append(f"The result follows from corrections by {authors(review)}; the machine's result: {was}.")
    if rejected:
        told.append(f"{_facts(len(rejected))} of the machine rejected by {_names(one.by for one in rejected)}.")
    if added:
        told.append(f"{_facts(len(added))} added by {_names(one.by for one in added)}.")
    return told


def content_hash(review: Review) -> str:
    """SHA-256 over the whole review: two documents with the same one tell of the same content."""
    return hashlib.sha256(canonical(review.model_dump(mode="json"))).hexdigest()


def guideline_title(assessment: Assessment) -> str | None:
    """The title of the very version that was judged by; None when it is known no more."""
    from chartproof.evaluate.guideline import guideline_versions

    try:
        versions = guideline_versions(assessment.guideline)
    except ChartproofError:  # of a site whose files are not in force now
        return None
    wanted = assessment.hashes.get("guideline")
    return next((one.title for one in versions if one.content_hash == wanted), None)


def moment(at: dt.datetime) -> str:
    """A moment to the minute, in UTC."""
    return f"{at.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC"


def _names(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def _facts(count: int) -> str:
    return f"{count} fact{'' if count == 1 else 's'}"
