"""Brat standoff: gold out to annotators' tools and back, without loss.

Each note is a ``.txt`` with its text and an ``.ann`` with one text-bound annotation per fact, whose
type is the kind. Attributes with a closed list of values are brat attributes (``therapy-status``;
``assertion`` is common to all kinds); the rest (numbers, dates, free words) stands in the
annotator's note as JSON. By hand, ``low=6; high=7`` does as well. Brat keeps fragments in the order
of the text; when the value is not in the first of them, ``order`` gives the fragments in the order
of the fact (from 1), or by hand ``first=2`` says which one holds the value. ``notes.json`` keeps note
id, date, type and annotated kinds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, get_args, get_origin
from urllib.parse import quote, unquote

from pydantic import ValidationError

from chartproof.errors import ChartproofError
from chartproof.facts import FACT_ADAPTER, KINDS, Fact, FactBase, NoteFacts
from chartproof.notes import Note

NOTES_FILE = "notes.json"
_FIRST, _ORDER = "first", "order"
_TEXT_BOUND = re.compile(r"(T\d+)\t(\S+) (\d+ \d+(?:;\d+ \d+)*)(?:\t.*)?")
_ATTRIBUTE = re.compile(r"[AM]\d+\t(\S+) (T\d+)(?: (\S+))?")
_NOTE = re.compile(r"#\d+\tAnnotatorNotes (T\d+)\t(.*)")
_IGNORED = ("R", "E", "N", "*", "#")  # relations, events and the like: other people's work, not facts


def _models() -> dict[str, type[FactBase]]:
    return {model.model_fields["kind"].default: model for model in FactBase.__subclasses__()}


def choices(annotation: Any) -> tuple[str, ...]:
    """The closed list of values of a field, empty when it takes numbers, flags or free words."""
    if get_origin(annotation) is Literal:
        return tuple(value for value in get_args(annotation) if isinstance(value, str))
    parts = [part for part in get_args(annotation) if part is not type(None)]
    listed = [choices(part) for part in parts]
    return tuple(value for part in listed for value in part) if parts and all(listed) else ()


def export_brat(gold: Sequence[tuple[Note, NoteFacts]], folder: Path) -> None:
    """Write the notes to `folder`, made if need be, with the configuration brat wants.

    Raises ChartproofError when the folder holds annotations already, which may be someone's work, and
    for a text that UTF-8 cannot hold.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.glob("*.ann")):
        raise ChartproofError(f"{folder}: holds .ann files already; export to another folder")
    about: dict[str, dict[str, Any]] = {}
    for note, facts in gold:
        stem = file_stem(note.note_id)
        _write(folder / f"{stem}.txt", note.text)
        _write(folder / f"{stem}.ann", "".join(f"{line}\n" for line in annotation_lines(note, facts.facts)))
        about[stem] = {
            "note_id": note.note_id,
            "date": note.date.isoformat() if note.date else None,
            "type": note.type,
            "kinds": facts.kinds,
        }
    _write(folder / NOTES_FILE, json.dumps(about, indent=1, sort_keys=True) + "\n")
    _write(folder / "annotation.conf", configuration())


def file_stem(note_id: str) -> str:
    """A file name for a note id: letters, digits and ``_.-~`` stay, the rest is percent-coded."""
    return quote(note_id, safe="") or "%"


def _write(path: Path, text: str) -> None:
    try:
        path.write_bytes(text.encode("utf-8"))
    except UnicodeEncodeError:
        raise ChartproofError(f"{path}: the text holds half a surrogate pair, which UTF-8 cannot write") from None


def annotation_lines(note: Note, facts: Sequence[Fact]) -> Iterator[str]:
    """The lines of the ``.ann`` file of one note."""
    attribute_number = 0
    for number, fact in enumerate(facts, start=1):
        name = f"T{number}"
        spans = sorted(fact.spans)
        offsets = ";".join(f"{span.start} {span.end}" for span in spans)
        covered = " ".join(re.sub(r"\s", " ", span.of(note.text)) for span in spans)
        yield f"{name}\t{fact.kind} {offsets}\t{covered}"
        rest: dict[str, Any] = {}
        for key, value in fact.model_dump(mode="json", exclude={"kind", "spans"}).items():
            if value is None or (key not in fact.model_fields_set and key != "assertion"):
                continue
            if choices(type(fact).model_fields[key].annotation):
                attribute_number += 1
                yield f"A{attribute_number}\t{_attribute_name(fact.kind, key)} {name} {value}"
            else:
                rest[key] = value
        order = [spans.index(span) + 1 for span in fact.spans]
        if order != sorted(order):
            rest[_ORDER] = order
        if rest:
            yield f"#{number}\tAnnotatorNotes {name}\t{json.dumps(rest)}"


def _attribute_name(kind: str, key: str) -> str:
    return key if key == "assertion" else f"{kind}-{key}"


def configuration() -> str:
    """The ``annotation.conf`` that shows brat the kinds and their closed attributes."""
    lines = ["[entities]", *KINDS, "", "[relations]", "", "[events]", "", "[attributes]"]
    for kind, model in _models().items():
        for key, field in model.model_fields.items():
            values = choices(field.annotation)
            if key == "assertion" and kind == KINDS[0]:
                lines.append(f"{key}\tArg:<ENTITY>, Value:{'|'.join(values)}")
            elif key not in ("kind", "assertion") and values:
                lines.append(f"{_attribute_name(kind, key)}\tArg:{kind}, Value:{'|'.join(values)}")
    return "\n".join(lines) + "\n"


def import_brat(folder: Path) -> list[tuple[Note, NoteFacts]]:
    """The gold of a folder of ``.txt`` and ``.ann`` files, in the order of their names.

    A text without ``.ann`` is a note that nobody annotated and is left out. Raises ChartproofError
    naming file, line and key for what cannot be read as facts.
    """
    if not folder.is_dir():
        raise ChartproofError(f"{folder}: no such folder")
    about = _about(folder / NOTES_FILE)
    found: list[tuple[Note, NoteFacts]] = []
    for file in sorted(folder.glob("*.ann")):
        text = _read(file.with_suffix(".txt"))
        head = about.get(file.stem, {"note_id": unquote(file.stem)})
        kinds = head.get("kinds")
        try:
            note = Note.model_validate({**head, "text": text})
            facts = tuple(read_annotations(_read(file), len(text), str(file)))
            found.append((note, NoteFacts(note_id=note.note_id, facts=facts, kinds=kinds)))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False, include_context=False)[0]
            key = ".".join(map(str, first["loc"]))
            raise ChartproofError(f"{folder / NOTES_FILE}: {file.stem}: {key}: {first['msg']}") from None
    if not found:
        raise ChartproofError(f"{folder}: no .ann file in this folder")
    return found


def _about(path: Path) -> dict[str, dict[str, Any]]:
    if not path.is_file():
        return {}
    try:
        data = json.loads(_read(path))
    except json.JSONDecodeError as error:
        raise ChartproofError(f"{path}: not JSON ({error.msg}, line {error.lineno})") from None
    if not isinstance(data, dict) or not all(isinstance(head, dict) for head in data.values()):
        raise ChartproofError(f"{path}: not a mapping of file names to note_id, date, type and kinds")
    return data


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ChartproofError(f"{path}: cannot be read as UTF-8 text ({type(error).__name__})") from None


def read_annotations(content: str, length: int, file: str) -> Iterator[Fact]:
    """The facts of an ``.ann`` file for a text of `length` characters, in the order of the file."""
    bounds: dict[str, tuple[str, str, list[tuple[int, int]]]] = {}
    values: dict[str, dict[str, Any]] = {}
    later: list[tuple[str, str, str, Any]] = []
    for number, line in enumerate(content.split("\n"), start=1):
        where = f"{file}, line {number}"
        line = line.removesuffix("\r")
        if match := _TEXT_BOUND.fullmatch(line):
            name, kind, offsets = match.groups()
            spans = [(int(start), int(end)) for start, end in (part.split() for part in offsets.split(";"))]
            if kind not in KINDS:
                raise ChartproofError(f"{where}: unknown kind; the kinds are {', '.join(KINDS)}")
            if any(end > length for _, end in spans):
                raise ChartproofError(f"{where}: offset after the end of the text")
            bounds[name] = (where, kind, spans)
        elif match := _ATTRIBUTE.fullmatch(line):
            key, name, value = match.groups()
            later.append((where, name, key, True if value is None else value))
        elif match := _NOTE.fullmatch(line):
            name, remark = match.groups()
            later.extend((where, name, key, value) for key, value in _remark(remark, where).items())
        elif line.strip() and not line.startswith(_IGNORED):
            raise ChartproofError(f"{where}: not a line of brat standoff that holds a fact")
    for where, name, key, value in later:
        if name not in bounds:
            raise ChartproofError(f"{where}: {name} is not in this file")
        values.setdefault(name, {})[key.removeprefix(f"{bounds[name][1]}-")] = value
    for name, (where, kind, spans) in bounds.items():
        yield _fact(where, kind, spans, values.get(name, {}))


def _remark(remark: str, where: str) -> dict[str, Any]:
    """An annotator's note: JSON, or ``name=value`` pairs with semicolons between."""
    if remark.lstrip().startswith("{"):
        try:
            data = json.loads(remark)
        except json.JSONDecodeError as error:
            raise ChartproofError(f"{where}: the note is not JSON ({error.msg}, column {error.colno})") from None
        return data if isinstance(data, dict) else {}
    found: dict[str, Any] = {}
    for part in filter(str.strip, remark.split(";")):
        key, sign, value = (piece.strip() for piece in part.partition("="))
        if not sign:
            raise ChartproofError(f"{where}: the note must be name=value pairs with semicolons between, or JSON")
        found[key] = _by_hand(key, value)
    return found


def _by_hand(key: str, value: str) -> object:
    """A hand-written value: true, false, a list of levels, or text, of which the schema makes numbers."""
    if key == "levels":
        return [level.strip() for level in value.strip("[]").split(",")]
    return {"true": True, "false": False}.get(value.casefold(), value)


def _fact(where: str, kind: str, spans: list[tuple[int, int]], values: dict[str, Any]) -> Fact:
    try:
        if _ORDER in values:
            spans = [spans[int(index) - 1] for index in values[_ORDER]]
        elif _FIRST in values:
            first = spans[int(values[_FIRST]) - 1]
            spans = [first, *(span for span in spans if span != first)]
    except (IndexError, TypeError, ValueError):
        raise ChartproofError(f"{where}: {_ORDER} or {_FIRST}: no such fragment") from None
    attributes = {key: value for key, value in values.items() if key not in (_FIRST, _ORDER)}
    try:
        return FACT_ADAPTER.validate_python({**attributes, "kind": kind, "spans": spans})
    except ValidationError as error:
        first_error = error.errors(include_url=False, include_input=False, include_context=False)[0]
        key = ".".join(map(str, first_error["loc"][1:]))
        raise ChartproofError(f"{where}: {key}: {first_error['msg']}") from None
