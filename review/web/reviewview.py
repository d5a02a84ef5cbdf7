"""What the page of one review shows: criteria with their citations, facts, procedures over time, all linked to notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from chartproof.assessment import CriterionResult, Evidence, Status
from chartproof.errors import ChartproofError
from chartproof.evaluate.guideline import Guideline
from chartproof.facts import KINDS, Fact
from chartproof.render import wording
from chartproof.render.quotes import Quote, quotes
from chartproof.review.corrections import corrected_facts, fact_id, guideline_of
from chartproof.review.exports.record import every_result
from chartproof.review.model import AddedEvidence, Override, RejectedFact, Review
from chartproof.review.web.sheets import Owner, Placed, Sheet, sheets
from chartproof.review.web.timeline import TimelineRow, draw

Marks = dict[str, list[Placed]]
#: The statuses a person sets; the other two follow from the guideline.
SETTABLE: tuple[Status, ...] = ("met", "not_met", "not_documented", "not_applicable")


@dataclass(frozen=True)
class Citation:
    """A quote and the id of its place in the note; `by` is the person who cites it, with the evidence to withdraw."""

    anchor: str | None
    pieces: tuple[tuple[str, bool], ...]
    place: str
    added: AddedEvidence | None = None


@dataclass(frozen=True)
class CriterionRow:
    """A criterion on the page. `machine` is the status before people changed anything, None when it was not judged."""

    owner: Owner
    result: CriterionResult
    override: Override | None
    machine: Status | None
    citations: tuple[Citation, ...]


@dataclass(frozen=True)
class Section:
    """Criteria under one heading, with the status of the pathway they make up."""

    title: str
    status: Status | None
    rows: tuple[CriterionRow, ...]


@dataclass(frozen=True)
class FactRow:
    """A fact on the page: of the machine (perhaps `rejected`), or `added` by the person named."""

    owner: Owner
    id: str
    note_id: str
    fact: Fact
    evidence: str
    value: str
    mark: str
    rejected: RejectedFact | None = None
    added: str | None = None

    @property
    def order(self) -> int:
        """The place of its kind among the kinds."""
        return KINDS.index(self.fact.kind)


@dataclass(frozen=True)
class FactFilter:
    """Which facts are shown: of one kind, assertion or note; empty for all. `changed` shows only what people changed."""

    kind: str = ""
    assertion: str = ""
    note: str = ""
    changed: bool = False

    def takes(self, row: FactRow) -> bool:
        """Whether a row is shown."""
        return (
            self.kind in ("", row.fact.kind)
            and self.assertion in ("", row.fact.assertion)
            and self.note in ("", row.note_id)
            and not (self.changed and row.rejected is None and row.added is None)
        )

    def query(self) -> dict[str, str]:
        """The filter as the parameters of an address."""
        given = {"kind": self.kind, "assertion": self.assertion, "note": self.note, "changed": "1" * self.changed}
        return {name: value for name, value in given.items() if value}


@dataclass(frozen=True)
class EventRow:
    """A procedure of the timeline with the id of its first mention in a note."""

    owner: Owner
    row: TimelineRow
    mark: str | None


def guideline_of_review(review: Review) -> Guideline | None:
    """The guideline the review was made by; None when it is not at hand any more."""
    try:
        return guideline_of(review.machine)
    except ChartproofError:
        return None


def criteria_view(review: Review) -> tuple[list[Section], list[Sheet]]:
    """The criteria by pathway and gate, and the notes with what they cite."""
    texts = {note.note_id: note.text for note in review.case.notes}
    marks: Marks = {note_id: [] for note_id in texts}
    machine = {one.id: one.status for one in every_result(review.machine)}
    found: list[Section] = []
    number = 0
    for group in wording.groups(review.reviewed):
        rows = []
        for result in group.criteria:
            number += 1
            owner = Owner(criterion_anchor(result.id), number)
            rows.append(
                CriterionRow(
                    owner,
                    result,
                    review.corrections.overrides.get(result.id),
                    machine.get(result.id),
                    _citations(owner, result, review, texts, marks),
                )
            )
        found.append(Section(group.title, group.status, tuple(rows)))
    return found, sheets(review.case.notes, marks)


def resting(review: Review) -> list[tuple[str, Override]]:
    """Statuses that people set for criteria which the corrected facts no longer lead to."""
    shown = {one.id for one in every_result(review.reviewed)}
    return [(name, one) for name, one in review.corrections.overrides.items() if name not in shown]


def criterion_anchor(criterion_id: str) -> str:
    """The id of a criterion's place on the page, the same whatever else is judged."""
    return f"c-{criterion_id}"


def fact_rows(review: Review) -> list[FactRow]:
    """All facts by kind, note and place: the machine's, those rejected among them, and those added."""
    rejected = {one.fact_id: one for one in review.corrections.rejected}
    every = [(found.note_id, fact, None) for found in review.facts for fact in found.facts]
    every_added = [(one.note_id, one.fact, one.by) for one in review.corrections.added]
    order = {note.note_id: number for number, note in enumerate(review.case.notes)}
    listed = sorted(
        [*every, *every_added],
        key=lambda entry: (KINDS.index(entry[1].kind), order.get(entry[0], 0), entry[1].spans[0]),
    )
    texts = {note.note_id: note.text for note in review.case.notes}
    rows = []
    for number, (note_id, fact, added) in enumerate(listed, start=1):
        known = fact_id(note_id, fact)
        owner = Owner(f"f-{known}", number)
        evidence = wording.evidence_text(fact, texts[note_id])
        mark = _mark(owner, 0)
        out = rejected.get(known) if added is None else None
        rows.append(FactRow(owner, known, note_id, fact, evidence, wording.describe(fact), mark, out, added))
    return rows


def facts_view(review: Review, every: Sequence[FactRow], chosen: FactFilter) -> tuple[list[FactRow], list[Sheet]]:
    """The facts that the filter takes, and the notes with their marks."""
    shown = [row for row in every if chosen.takes(row)]
    marks: Marks = {note.note_id: [] for note in review.case.notes}
    for row in shown:
        _place(marks, row.owner, ((row.note_id, *span) for span in row.fact.spans))
    return shown, sheets(review.case.notes, marks)


def timeline_view(review: Review) -> tuple[list[EventRow], str | None, list[Sheet]]:
    """The procedures as rows, their drawing, and the notes with their mentions."""
    drawing = draw(
        review.case,
        corrected_facts(review.facts, review.corrections),
        guideline_of_review(review),
        review.reviewed.reference_date,
    )
    marks: Marks = {note.note_id: [] for note in review.case.notes}
    rows = []
    for number, row in enumerate(drawing.rows, start=1):
        owner = Owner(f"p-{number}", number)
        _place(marks, owner, row.spans)
        rows.append(EventRow(owner, row, _mark(owner, 0) if row.spans else None))
    return rows, drawing.svg, sheets(review.case.notes, marks)


def _citations(
    owner: Owner, result: CriterionResult, review: Review, texts: Mapping[str, str], marks: Marks
) -> tuple[Citation, ...]:
    """The machine's evidence, near spans quoted together, then each span a person cites by itself."""
    by_people = [one for one in review.corrections.evidence if one.criterion_id == result.id]
    own = {_spot(one.evidence) for one in by_people}
    evidence = [one for one in result.evidence if _spot(one) not in own]
    everything = [*evidence, *(one.evidence for one in by_people)]
    _place(marks, owner, map(_spot, everything))
    found = [
        Citation(_anchor(owner, quote.numbers[0], quote.note_id, texts), quote.pieces, _spot_words(quote))
        for quote in quotes(evidence, texts)
    ]
    for number, one in enumerate(by_people, start=len(evidence)):
        quote = quotes([one.evidence], texts)[0]
        found.append(Citation(_anchor(owner, number, quote.note_id, texts), quote.pieces, _spot_words(quote), one))
    return tuple(found)


def _spot(evidence: Evidence) -> tuple[str, int, int]:
    return evidence.note_id, evidence.start, evidence.end


def _spot_words(quote: Quote) -> str:
    return f"{quote.note_id} {quote.start}-{quote.end}"


def _mark(owner: Owner, number: int) -> str:
    return f"{owner.anchor}-s{number}"


def _anchor(owner: Owner, number: int, note_id: str, texts: Mapping[str, str]) -> str | None:
    return _mark(owner, number) if note_id in texts else None


def _place(marks: Marks, owner: Owner, spots: Iterable[tuple[str, int, int]]) -> None:
    for number, (note_id, start, end) in enumerate(spots):
        if note_id in marks:
            marks[note_id].append(Placed(_mark(owner, number), owner, start, end))


def options(rows: Sequence[FactRow]) -> dict[str, list[str]]:
    """What the facts can be filtered by."""
    return {
        "kind": [kind for kind in KINDS if any(row.fact.kind == kind for row in rows)],
        "assertion": sorted({row.fact.assertion for row in rows}),
        "note": list(dict.fromkeys(row.note_id for row in rows)),
    }
