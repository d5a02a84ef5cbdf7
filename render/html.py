"""HTML: one self-contained page, without anything from elsewhere, with every character of a note escaped.

Criteria (or facts) stand beside the notes. A criterion links to its evidence and the evidence back; overlapping spans
are cut at their borders. The page's own style and script are the only ones its content policy allows.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from chartproof.assessment import Assessment, CriterionResult, Evidence, Status
from chartproof.facts import KINDS, Fact, NoteFacts
from chartproof.notes import Case, Note
from chartproof.render import wording
from chartproof.render.quotes import quotes
from chartproof.render.segments import Mark, Segment, segments

Spans = dict[str, list[Mark]]


@dataclass(frozen=True)
class Citation:
    """A quote on the page: `anchor` is the id of its place in the note, None when that note is absent."""

    anchor: str | None
    pieces: tuple[tuple[str, bool], ...]
    place: str


@dataclass(frozen=True)
class Row:
    """A criterion on the page, with its number and its evidence."""

    anchor: str
    number: int
    result: CriterionResult
    citations: tuple[Citation, ...]


@dataclass(frozen=True)
class Section:
    """Criteria under one heading."""

    title: str
    status: Status | None
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class FactRow:
    """A fact on the page; `anchor` is the id of its row, `mark` of its first span in the note."""

    anchor: str
    mark: str
    number: int
    fact: Fact
    evidence: str
    value: str


@dataclass(frozen=True)
class Sheet:
    """A note on the page, cut at the borders of its spans."""

    anchor: str
    note: Note
    segments: tuple[Segment, ...]
    facts: tuple[FactRow, ...] = ()


@dataclass(frozen=True)
class ReviewMarks:
    """What people did with an assessment: `changes` by criterion id, `remarks` on the whole, and who signed."""

    sign_off: str
    changes: Mapping[str, str]
    remarks: tuple[str, ...]
    content_hash: str


def assessment_page(items: Iterable[tuple[Case, Assessment, str | None]], review: ReviewMarks | None = None) -> str:
    """One page for one or many assessed cases: (case, its assessment, title of the guideline).

    `review` marks what people changed in them.
    """
    views = [_assessed(number, *item) for number, item in enumerate(items, start=1)]
    return _page("assessment.html.j2", views=views, review=review)


def facts_page(items: Iterable[tuple[Note, NoteFacts]]) -> str:
    """One page for the facts of one or many notes."""
    sheets = [_fact_sheet(number, note, found) for number, (note, found) in enumerate(items, start=1)]
    kinds = [kind for kind in KINDS if any(row.fact.kind == kind for sheet in sheets for row in sheet.facts)]
    return _page("facts.html.j2", sheets=sheets, kinds=kinds)


def _assessed(number: int, case: Case, assessment: Assessment, title: str | None) -> dict[str, Any]:
    prefix = f"k{number}"
    texts = {note.note_id: note.text for note in case.notes}
    marks: Spans = {note_id: [] for note_id in texts}
    sections: list[Section] = []
    anchors: dict[str, str] = {}
    count = 0
    for group in wording.groups(assessment):
        rows: list[Row] = []
        for result in group.criteria:
            count += 1
            anchor = f"{prefix}-c{count}"
            anchors[result.id] = anchor
            rows.append(Row(anchor, count, result, _citations(anchor, result.evidence, texts, marks)))
        sections.append(Section(group.title, group.status, tuple(rows)))
    return {
        "anchor": prefix,
        "case": case,
        "assessment": assessment,
        "title": title,
        "sections": sections,
        "anchors": anchors,
        "open_points": wording.open_points(assessment),
        "sheets": [
            Sheet(f"{prefix}-n{index}", note, tuple(segments(note.text, marks[note.note_id])))
            for index, note in enumerate(case.notes, start=1)
        ],
    }


def _citations(
    anchor: str, evidence: Sequence[Evidence], texts: Mapping[str, str], marks: Spans
) -> tuple[Citation, ...]:
    for number, one in enumerate(evidence):
        if one.note_id in marks:
            marks[one.note_id].append(Mark(f"{anchor}-e{number}", one.start, one.end))
    return tuple(
        Citation(
            f"{anchor}-e{quote.numbers[0]}" if quote.note_id in texts else None,
            quote.pieces,
            f"{quote.note_id} {quote.start}-{quote.end}",
        )
        for quote in quotes(evidence, texts)
    )


def _fact_sheet(number: int, note: Note, found: NoteFacts) -> Sheet:
    prefix = f"n{number}"
    rows: list[FactRow] = []
    marks: list[Mark] = []
    for index, fact in enumerate(found.facts, start=1):
        anchor = f"{prefix}-f{index}"
        spans = [Mark(f"{anchor}-s{order}", *span) for order, span in enumerate(fact.spans, start=1)]
        marks += spans
        evidence, value = wording.evidence_text(fact, note.text), wording.describe(fact)
        rows.append(FactRow(anchor, spans[0].id, index, fact, evidence, value))
    return Sheet(prefix, note, tuple(segments(note.text, marks)), tuple(rows))


def _owner(mark: Mark) -> str:
    """The id of the criterion or fact that a mark belongs to."""
    return mark.id.rpartition("-")[0]


def _number(mark: Mark) -> str:
    """The number that the mark's criterion or fact is shown under."""
    return _owner(mark).rpartition("-")[2][1:]


def _owners(marks: Sequence[Mark]) -> str:
    return " ".join(dict.fromkeys(map(_owner, marks)))


def _ending(segment: Segment) -> list[Mark]:
    """The marks to refer back from the end of `segment`, one for each criterion or fact."""
    return [*{_owner(mark): mark for mark in segment.ends}.values()]


def _as_given(text: str) -> Markup:
    """`text` escaped; carriage returns as references, since a parser would drop them."""
    return Markup(Markup.escape(text).replace("\r", Markup("&#13;")))


def _page(template: str, **content: Any) -> str:
    return _environment().get_template(template).render(**content)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("chartproof.render", ""),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {
        "as_given": _as_given,
        "owners": _owners,
        "owner": _owner,
        "number": _number,
        "ending": _ending,
    }
    style, script = _asset("page.css"), _asset("page.js")
    environment.globals |= {
        "style": Markup(style),
        "script": Markup(script),
        "policy": f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'",
        "wording": wording,
    }
    return environment


def _asset(name: str) -> str:
    return resources.files("chartproof.render").joinpath(name).read_text(encoding="utf-8")


def _digest(content: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"
