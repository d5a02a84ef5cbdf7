"""Reading gold: annotated notes and judged cases, from JSON Lines, YAML files and folders of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from chartproof.assessment import Assessment, Determination, Status
from chartproof.errors import ChartproofError
from chartproof.facts import NoteFacts
from chartproof.notes import Case, Note
from chartproof.records import read_case, read_note
from chartproof.scoring.source import compile_source, read_yaml

_M = TypeVar("_M", bound=BaseModel)


class CaseGold(BaseModel):
    """What a reader judged: guideline, status per criterion, gate and routing rule, determination."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    guideline: str
    pathway: str | None = None
    criteria: dict[str, Status]
    gates: dict[str, Status] = {}
    routing: dict[str, Status] = {}
    determination: Determination


@dataclass(frozen=True, slots=True)
class GoldCase:
    """A case with its gold."""

    case: Case
    gold: CaseGold


@dataclass(frozen=True, slots=True)
class GoldSet:
    """All gold of a run: annotated notes, and judged cases; and the style of notes that say it, by note id."""

    facts: tuple[tuple[Note, NoteFacts], ...]
    cases: tuple[GoldCase, ...]
    styles: Mapping[str, str] = field(default_factory=dict)


def load_gold(path: Path, notes: Path | None = None) -> list[tuple[Note, NoteFacts]]:
    """The annotated notes of a JSONL file, a YAML source file, or a folder of them.

    `notes` is a JSONL file of ``note_id`` and ``text`` for gold that does not carry the text; left
    out, a file ``notes.jsonl`` beside the gold is used. Raises ChartproofError for bad input.
    """
    return list(read_gold([path], notes).facts)


def read_gold(paths: Sequence[Path], notes: Path | None = None) -> GoldSet:
    """Everything that `paths` hold; an object with ``case_id`` is a case, one with ``facts`` a note."""
    facts: list[tuple[Note, NoteFacts]] = []
    cases: list[GoldCase] = []
    texts: dict[Path, dict[str, Note]] = {}
    styles: dict[str, str] = {}
    for file in gold_files(paths):
        for where, data in read_objects(file):
            if "case_id" in data:
                cases.append(_case(where, data))
            elif file.suffix in (".yaml", ".yml"):
                facts.append(compile_source(data, where))
                if data.get("style"):
                    styles[facts[-1][0].note_id] = str(data["style"])
            elif "facts" in data:
                beside = notes or file.with_name("notes.jsonl")
                if beside not in texts and "text" not in data:
                    texts[beside] = _read_notes(beside, where)
                facts.append(_annotated(where, data, texts.get(beside, {})))
            elif file.name != "notes.jsonl":
                raise ChartproofError(f"{where}: neither a case (case_id) nor an annotated note (facts)")
    _refuse_repeated("note_id", [note.note_id for note, _ in facts])
    _refuse_repeated("case_id", [item.case.case_id for item in cases])
    return GoldSet(tuple(facts), tuple(cases), styles)


def read_predictions(paths: Sequence[Path]) -> tuple[dict[str, NoteFacts], dict[str, Assessment]]:
    """Facts by note id and assessments by case id, from JSONL as ``extract`` and ``assess --format json`` write."""
    facts: list[NoteFacts] = []
    assessments: list[Assessment] = []
    for file in gold_files(paths):
        for where, data in read_objects(file):
            if "determination" in data:
                assessments.append(_validated(Assessment, where, data))
            else:
                facts.append(_facts(data, where))
    _refuse_repeated("note_id", [item.note_id for item in facts])
    _refuse_repeated("case_id", [item.case_id for item in assessments])
    return {item.note_id: item for item in facts}, {item.case_id: item for item in assessments}


def gold_line(note: Note, facts: NoteFacts) -> str:
    """One line of JSONL gold that carries its text."""
    head = note.model_dump(mode="json", exclude_none=True)
    kinds = {} if facts.kinds is None else {"kinds": facts.kinds}
    found = [
        {
            **fact.model_dump(mode="json", include={"kind", "spans", "assertion"}),
            **fact.model_dump(mode="json", exclude_unset=True, exclude_none=True),
        }
        for fact in facts.facts
    ]
    return json.dumps({**head, **kinds, "facts": found}, ensure_ascii=False)


def gold_files(paths: Iterable[Path]) -> list[Path]:
    """The files of `paths`; a folder stands for its .yaml, .yml and .jsonl files at any depth, in name order."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(file for file in path.rglob("*") if file.suffix in (".yaml", ".yml", ".jsonl"))
            if not inside:
                raise ChartproofError(f"{path}: no .yaml or .jsonl file in this folder")
            files.extend(inside)
        elif path.is_file():
            files.append(path)
        else:
            raise ChartproofError(f"{path}: no such file or folder")
    return files


def read_objects(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of a JSONL or YAML file, each with the words that say where it stands."""
    if file.suffix in (".yaml", ".yml"):
        yield str(file), read_yaml(file)
        return
    try:
        lines = file.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ChartproofError(f"{file}: cannot be read as UTF-8 text ({type(error).__name__})") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = f"{file}, line {number}"
        try:
            data = json.loads(line)
        except json.JSONDecodeError as error:
            raise ChartproofError(f"{where}: not JSON ({error.msg}, column {error.colno})") from None
        if not isinstance(data, dict):
            raise ChartproofError(f"{where}: not a JSON object")
        yield where, data


def _read_notes(path: Path, where: str) -> dict[str, Note]:
    if not path.is_file():
        raise ChartproofError(f"{where}: the gold has no text; give the notes with --notes NOTES.jsonl")
    return {note.note_id: note for note in (read_note(data, at) for at, data in read_objects(path))}


def _annotated(where: str, data: dict[str, Any], texts: dict[str, Note]) -> tuple[Note, NoteFacts]:
    facts = _facts(data, where)
    note = read_note(data, where) if "text" in data else texts.get(facts.note_id)
    if note is None:
        raise ChartproofError(f"{where}: note {facts.note_id} is not among the notes")
    for number, fact in enumerate(facts.facts, start=1):
        if any(span.end > len(note.text) for span in fact.spans):
            raise ChartproofError(f"{where}: fact {number}: spans: end after the end of the note")
    return note, facts


def _case(where: str, data: dict[str, Any]) -> GoldCase:
    if "gold" not in data:
        raise ChartproofError(f"{where}: the case has no gold")
    return GoldCase(read_case(data, where), _validated(CaseGold, where, data["gold"]))


def _facts(data: dict[str, Any], where: str) -> NoteFacts:
    """The facts of an object that may hold the note as well."""
    return _validated(NoteFacts, where, {key: data[key] for key in NoteFacts.model_fields if key in data})


def _validated(model: type[_M], where: str, data: Any) -> _M:
    """`data` as `model`; the error names keys and what they should be, never their content."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ChartproofError(f"{where}: {key}: {first['msg']}") from None


def _refuse_repeated(key: str, ids: Sequence[str]) -> None:
    seen: set[str] = set()
    for item in ids:
        if item in seen:
            raise ChartproofError(f"{key} {item} occurs twice in the input")
        seen.add(item)
