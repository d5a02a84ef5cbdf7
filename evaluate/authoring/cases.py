"""The test cases beside a guideline file (``*.cases.yaml``): facts and request in, statuses out.

A case names a base (request and notes), changes it, and says what must come out. Facts are written without spans;
each gets a line of its own in a made-up note text.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chartproof.assessment import Assessment, CriterionResult, PathwayResult, Status
from chartproof.errors import ChartproofError
from chartproof.evaluate.engine import evaluate
from chartproof.evaluate.guideline import Guideline
from chartproof.evaluate.site import CASES_SUFFIX
from chartproof.facts import NoteFacts
from chartproof.notes import Case

Raw = dict[str, Any]
Lacking = Literal["met", "not_met", "not_documented"]
PROVEN: tuple[Lacking, ...] = ("met", "not_met", "not_documented")
"""The statuses that test cases must prove of each criterion."""

RESULT_FIELDS = ("pathway", "determination", "initial_or_repeat", "category", "by_default")
"""What a case may expect of the assessment beside the statuses of criteria and pathways.

`category` is the name of a triage's category, `by_default` says yes or no: whether nothing else was documented.
"""


class NoteEntry(BaseModel):
    """A note as the file writes it: its facts without spans."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    note_id: str | None = None
    date: dt.date | None = None
    type: str | None = None
    facts: tuple[Raw, ...] = ()


class CaseEntry(BaseModel):
    """One case as the file writes it.

    `drop` takes facts out of all notes of the base, by kind or by some of their values; `add` and `last_note` change
    its last note; `notes` follow it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    base: str
    request: Raw = {}
    drop: tuple[str | Raw, ...] = ()
    add: tuple[Raw, ...] = ()
    notes: tuple[NoteEntry, ...] = ()
    last_note: Raw = {}
    expect: dict[str, str] = Field(min_length=1)


class Base(BaseModel):
    """A request and its notes, each with facts, that cases begin from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    request: Raw
    notes: tuple[NoteEntry, ...] = Field(min_length=1)


class CaseFile(BaseModel):
    """A case file. `cannot_be` says, for a criterion and a status that no case can show, why it cannot be."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    include: str | None = None
    cannot_be: dict[str, dict[Status, str]] = {}
    bases: dict[str, Base] = {}
    cases: tuple[CaseEntry, ...] = ()


@dataclass(frozen=True)
class GuidelineCase:
    """One test case: a case with its facts, and the statuses, pathway and determination that are expected."""

    guideline: str
    name: str
    case: Case
    facts: tuple[NoteFacts, ...]
    expect: Mapping[str, str]


def read_case_file(text: str, guideline_id: str, text_of: Callable[[str], str]) -> CaseFile:
    """The case file of a guideline, with the cases of the guideline it includes under its own prefix.

    `text_of` gives the text of another guideline's case file. Errors: pydantic's ValidationError for what a file must
    not hold, YAMLError for what is no YAML.
    """
    own = CaseFile.model_validate(yaml.safe_load(text) or {})
    if own.include is None:
        return own
    shared = text_of(own.include).replace(f"{own.include}.", f"{guideline_id}.")
    base = read_case_file(shared, guideline_id, text_of)
    named = {entry.name: entry for entry in (*base.cases, *own.cases)}
    return CaseFile(
        include=own.include,
        cannot_be={**base.cannot_be, **own.cannot_be},
        bases={**base.bases, **own.bases},
        cases=tuple(named.values()),
    )


def cases_path(path: Path) -> Path:
    """Where the test cases of a guideline file stand: ``x-1.yaml`` has ``x-1.cases.yaml``."""
    return path.with_name(f"{path.name.removesuffix('.yaml').removesuffix('.yml')}{CASES_SUFFIX}")


def cases_of(guideline_id: str, file: CaseFile) -> Iterator[GuidelineCase]:
    """The test cases of a case file. Errors: as for `case_of`."""
    for entry in file.cases:
        yield case_of(guideline_id, entry, file.bases)


def case_of(guideline_id: str, entry: CaseEntry, bases: Mapping[str, Base]) -> GuidelineCase:
    """A test case from its entry. Errors: ChartproofError for an unknown base, a bad request or a bad fact."""
    if entry.base not in bases:
        raise ChartproofError(f"there is no base {entry.base!r}; known are {', '.join(sorted(bases))}")
    base = bases[entry.base]
    notes: list[Raw] = [
        {**_written(note), "facts": [fact for fact in note.facts if not _dropped(fact, entry.drop)]}
        for note in base.notes
    ]
    notes[-1] = {**notes[-1], "facts": [*notes[-1]["facts"], *entry.add], **entry.last_note}
    notes.extend(_written(note) for note in entry.notes)
    try:
        return build(guideline_id, entry.name, {**base.request, **entry.request}, notes, entry.expect)
    except ValidationError as error:
        raise ChartproofError(explain(error)) from None


def _written(note: NoteEntry) -> Raw:
    return note.model_dump(exclude_none=True)


def explain(error: ValidationError) -> str:
    """What is wrong with a made-up request or fact, with the place and the value."""
    return "; ".join(
        f"{'.'.join(map(str, one['loc']))}: {one['msg'][0].lower()}{one['msg'][1:]}"
        for one in error.errors(include_url=False, include_context=False)
    )


def _dropped(fact: Raw, drop: Sequence[str | Raw]) -> bool:
    return any(
        fact.get("kind") == one if isinstance(one, str) else all(fact.get(key) == value for key, value in one.items())
        for one in drop
    )


def build(guideline: str, name: str, request: Raw, notes: Sequence[Raw], expect: Mapping[str, str]) -> GuidelineCase:
    """A test case from raw request and notes; note texts and spans are made up, one line for each fact."""
    texts, extractions = [], []
    for number, note in enumerate(notes):
        note_id = note.get("note_id", f"note-{number}")
        written = note.get("facts", ())
        lines = [f"statement {place:03d} of kind {fact.get('kind')}" for place, fact in enumerate(written)]
        start, facts = 0, []
        for line, fact in zip(lines, written, strict=True):
            facts.append({"spans": [[start, start + len(line)]], **fact})
            start += len(line) + 1
        texts.append({"note_id": note_id, "text": "\n".join(lines), "date": note.get("date"), "type": note.get("type")})
        extractions.append(NoteFacts.model_validate({"note_id": note_id, "facts": facts}))
    case = Case.model_validate({"case_id": name, "request": request, "notes": texts})
    return GuidelineCase(guideline, name, case, tuple(extractions), expect)


def outcome(assessment: Assessment) -> dict[str, str | None]:
    """What a case can expect: the status of each criterion, gate and pathway judged, and of the whole."""
    fields = (getattr(assessment, name) for name in Assessment.model_fields)
    judged = (one for field in fields if isinstance(field, tuple) for one in field)
    found: dict[str, str | None] = {
        one.id: one.status for one in judged if isinstance(one, (CriterionResult, PathwayResult))
    }
    found |= {field: getattr(assessment, field) for field in RESULT_FIELDS[:3]}
    if (category := assessment.category) is not None:
        found |= {"category": category.name, "by_default": "yes" if category.by_default else "no"}
    return found


def differences(one: GuidelineCase, guideline: Guideline) -> list[tuple[str, str, str]]:
    """Where a case comes out otherwise than expected: key, expected, found."""
    found = outcome(evaluate(one.case, one.facts, guideline))
    return [
        (key, wanted, found.get(key) or "not judged") for key, wanted in one.expect.items() if found.get(key) != wanted
    ]


def unproven(guideline: Guideline, file: CaseFile) -> list[tuple[str, Lacking]]:
    """The criteria and statuses that no case shows and for which no reason is given."""
    shown = {item for entry in file.cases for item in entry.expect.items()}
    return [
        (criterion_id, status)
        for criterion_id in guideline.criterion_ids
        for status in PROVEN
        if (criterion_id, status) not in shown and status not in file.cannot_be.get(criterion_id, {})
    ]
