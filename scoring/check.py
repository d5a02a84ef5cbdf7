"""Checking gold: what the schema cannot see in a file's facts, and what is wrong across files."""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from chartproof.errors import ChartproofError
from chartproof.facts import Fact, NoteFacts
from chartproof.notes import Note
from chartproof.scoring.gold import gold_files, read_gold
from chartproof.scoring.source import DATE_KEYS, Compiled, Problem, compile_with_problems, read_yaml

_RANGES = (("low", "high"), ("percent_low", "percent_high"))
_NOT_YET = ("planned", "considered")
_LONG_SPAN = 80  # characters; gold asks for the shortest sufficient span


@dataclass
class Checked:
    """What a check found: problems, and how much gold there is."""

    problems: list[Problem] = field(default_factory=list)
    notes: int = 0
    cases: int = 0
    facts: Counter[str] = field(default_factory=Counter)
    styles: Counter[str] = field(default_factory=Counter)

    @property
    def errors(self) -> int:
        """The number of problems that are not warnings."""
        return sum(not problem.warning for problem in self.problems)


def check_gold(paths: Sequence[Path], notes: Path | None = None) -> Checked:
    """Check YAML sources and JSONL gold; `notes` holds the texts of gold without text.

    Every problem names file, fact number and key, and holds no note text.
    """
    checked = Checked()
    places: dict[str, str] = {}
    for file in gold_files(paths):
        for where, compiled in _read(file, notes, checked):
            checked.problems.extend(fact_problems(compiled, where))
            checked.facts.update(fact.kind for fact in compiled.facts.facts)
            checked.notes += 1
            note_id = compiled.note.note_id
            if note_id in places:
                message = f"{note_id} is also the note_id in {places[note_id]}"
                checked.problems.append(Problem(where, None, "note_id", message))
            places.setdefault(note_id, where)
    return checked


def _read(file: Path, notes: Path | None, checked: Checked) -> Iterator[tuple[str, Compiled]]:
    try:
        if file.suffix not in (".yaml", ".yml"):
            gold = read_gold([file], notes)
            checked.cases += len(gold.cases)
            for note, facts in gold.facts:
                numbers = tuple(range(1, len(facts.facts) + 1))
                yield f"{file}, {note.note_id}", Compiled(note, facts, numbers)
            return
        data = read_yaml(file)
        if "case_id" in data:
            checked.cases += len(read_gold([file]).cases)
            return
        compiled, problems = compile_with_problems(data, str(file))
        checked.problems.extend(problems)
        checked.styles[str(data.get("style", "none given"))] += 1
        if compiled is not None:
            yield str(file), compiled
    except ChartproofError as error:
        checked.problems.append(Problem(str(file), None, "file", str(error)))


def fact_problems(compiled: Compiled, file: str) -> list[Problem]:
    """Problems of the facts of one note that the schema cannot see; `file` names it in the messages."""
    problems: list[Problem] = []
    facts = list(zip(compiled.numbers, compiled.facts.facts, strict=True))
    for index, (number, fact) in enumerate(facts):
        found = _fact_problems(compiled.note, compiled.facts, fact)
        problems.extend(Problem(file, number, *parts) for parts in found)
        for earlier, other in facts[:index]:
            if other.kind != fact.kind or not other.spans[0].overlaps(fact.spans[0]):
                continue
            if other == fact:
                problems.append(Problem(file, number, "quotes", f"the same fact as fact {earlier}"))
            else:
                message = f"the value overlaps that of fact {earlier}, of the same kind"
                problems.append(Problem(file, number, "quotes", message, warning=True))
    return problems


def _fact_problems(note: Note, gold: NoteFacts, fact: Fact) -> Iterator[tuple[str, str] | tuple[str, str, bool]]:
    if gold.kinds is not None and fact.kind not in gold.kinds:
        yield "kind", f"{fact.kind} is not among the kinds of the file"
    for index, span in enumerate(fact.spans, start=1):
        covered = span.of(note.text)
        if covered != covered.strip():
            yield f"quotes[{index}]", "begins or ends with white space"
        if any(span.overlaps(other) for other in fact.spans[: index - 1]):
            yield f"quotes[{index}]", "overlaps another quote of the same fact"
        if len(covered) > _LONG_SPAN:
            message = f"is {len(covered)} characters long; the shortest sufficient span is asked for"
            yield f"quotes[{index}]", message, True
    values = fact.model_dump(exclude_none=True)
    for low, high in _RANGES:
        if (low in values) != (high in values):
            yield (high if low in values else low), f"give both {low} and {high}, equal when there is one value"
        elif low in values and values[low] > values[high]:
            yield low, f"greater than {high}"
    if "low" in values and "unit" in type(fact).model_fields and "unit" not in values:
        yield "unit", "is needed with low and high"
    yield from _date_problems(note, fact)
    yield from _status_problems(fact)


def _date_problems(note: Note, fact: Fact) -> Iterator[tuple[str, str]]:
    for key in DATE_KEYS:
        value = getattr(fact, key, None)
        if value is None:
            continue
        parts = value.split("/")
        if not all(_is_date(part) for part in parts):
            yield key, "no such day in the calendar"
        elif len(parts) == 2 and _first_day(parts[0]) > _last_day(parts[1]):
            yield key, "the range ends before it begins"
        elif note.date and _first_day(parts[0]) > note.date.isoformat() and _is_past(fact, key):
            yield key, "after the date of the note"
    start, end = getattr(fact, "start", None), getattr(fact, "end", None)
    if start and end and start[: len(end)] > end[: len(start)]:
        yield "end", "before start"


def _is_past(fact: Fact, key: str) -> bool:
    """Whether the attribute tells of something that has happened when the note is written."""
    return key != "end" and getattr(fact, "status", None) not in _NOT_YET and fact.assertion != "planned"


def _is_date(value: str) -> bool:
    year, month, day = (int(part) for part in [*value.split("-"), "1", "1"][:3])
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(max(year, 1), month)[1]


def _first_day(value: str) -> str:
    return value + "0000-01-01"[len(value) :]


def _last_day(value: str) -> str:
    return value + "0000-12-31"[len(value) :]


def _status_problems(fact: Fact) -> Iterator[tuple[str, str]]:
    status = getattr(fact, "status", None)
    if fact.assertion == "planned" and status is not None and status not in _NOT_YET:
        yield "status", "must be planned (or considered) when the assertion is planned"
    if status in _NOT_YET and fact.assertion in ("present", "historical"):
        yield "assertion", f"cannot be {fact.assertion} when the status is {status}"
