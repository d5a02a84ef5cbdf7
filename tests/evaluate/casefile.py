"""Reading of the test cases beside the guideline files (``evaluate/guidelines/*.cases.yaml``).

A case names a base (request and notes), changes it, and says what must come out. Facts are written without spans;
each gets a line of its own in a made-up note text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from chartproof.facts import NoteFacts
from chartproof.notes import Case

Raw = dict[str, Any]
FOLDER = "chartproof.evaluate.guidelines"


@dataclass(frozen=True)
class GuidelineCase:
    """One test case: a case with its facts, and the statuses, pathway and determination that are expected."""

    guideline: str
    name: str
    case: Case
    facts: tuple[NoteFacts, ...]
    expect: Mapping[str, str]


@cache
def case_file(guideline: str) -> Raw:
    """The content of a guideline's case file."""
    text = resources.files(FOLDER).joinpath(f"{guideline}.cases.yaml").read_text(encoding="utf-8")
    content: Raw = yaml.safe_load(text)
    if "include" in content:
        content = _with(_under(content["include"], guideline), content)
    return content


def _under(included: str, guideline: str) -> Raw:
    """The case file of an included guideline, its ids under the prefix of the one that includes it."""
    text = resources.files(FOLDER).joinpath(f"{included}.cases.yaml").read_text(encoding="utf-8")
    content: Raw = yaml.safe_load(text.replace(f"{included}.", f"{guideline}."))
    return content


def _with(base: Raw, own: Raw) -> Raw:
    """Two case files as one; a case or base of the same name is the own one."""
    cases = {entry["name"]: entry for entry in (*base["cases"], *own["cases"])}
    return {
        "bases": {**base["bases"], **own["bases"]},
        "unreachable": {**base.get("unreachable", {}), **own.get("unreachable", {})},
        "cases": list(cases.values()),
    }


def guidelines_with_cases() -> list[str]:
    """The guidelines that have a case file, sorted."""
    names = (entry.name for entry in resources.files(FOLDER).iterdir())
    return sorted(name.removesuffix(".cases.yaml") for name in names if name.endswith(".cases.yaml"))


def read_cases(guideline: str) -> Iterator[GuidelineCase]:
    """The test cases of a guideline."""
    content = case_file(guideline)
    for entry in content["cases"]:
        yield _case(guideline, content["bases"], entry)


def all_cases() -> list[GuidelineCase]:
    """The test cases of all guidelines."""
    return [one for guideline in guidelines_with_cases() for one in read_cases(guideline)]


def _case(guideline: str, bases: Mapping[str, Raw], entry: Raw) -> GuidelineCase:
    unknown = set(entry) - {"name", "base", "request", "drop", "add", "notes", "last_note", "expect"}
    if unknown:
        raise ValueError(f"{guideline}, case {entry.get('name')}: unknown keys {sorted(unknown)}")
    base = bases[entry["base"]]
    notes = [dict(note) for note in base["notes"]]
    for note in notes:
        note["facts"] = [fact for fact in note["facts"] if not _dropped(fact, entry.get("drop", ()))]
    notes[-1]["facts"] = notes[-1]["facts"] + entry.get("add", [])
    notes[-1].update(entry.get("last_note", {}))
    notes.extend(entry.get("notes", ()))
    request = {**base["request"], **entry.get("request", {})}
    return build(guideline, entry["name"], request, notes, entry["expect"])


def _dropped(fact: Raw, drop: Sequence[str | Raw]) -> bool:
    return any(
        fact["kind"] == one if isinstance(one, str) else all(fact.get(key) == value for key, value in one.items())
        for one in drop
    )


def build(guideline: str, name: str, request: Raw, notes: Sequence[Raw], expect: Mapping[str, str]) -> GuidelineCase:
    """A test case from raw request and notes; note texts and spans are made up, one line for each fact."""
    texts, extractions = [], []
    for number, note in enumerate(notes):
        note_id = note.get("note_id", f"note-{number}")
        lines = [f"statement {place:03d} of kind {fact['kind']}" for place, fact in enumerate(note["facts"])]
        start, facts = 0, []
        for line, fact in zip(lines, note["facts"], strict=True):
            facts.append({"spans": [[start, start + len(line)]], **fact})
            start += len(line) + 1
        texts.append({"note_id": note_id, "text": "\n".join(lines), "date": note.get("date"), "type": note.get("type")})
        extractions.append(NoteFacts.model_validate({"note_id": note_id, "facts": facts}))
    case = Case.model_validate({"case_id": name, "request": request, "notes": texts})
    return GuidelineCase(guideline, name, case, tuple(extractions), expect)
