"""Gold as people write it: one YAML file per note, with quotes in place of offsets.

A fact quotes the note: ``quotes: ["7/10", ["average", 2]]``, where a pair gives which occurrence
(from 1) is meant; a quote without it must be unique in the text. Keys other than ``kind`` and
``quotes`` are the attributes of the fact schema. ``assertion``, and an attribute that has
``unspecified`` in the schema, may be left out and then count as given with their default.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from chartproof.errors import ChartproofError
from chartproof.facts import FACT_ADAPTER, KINDS, Fact, NoteFacts
from chartproof.notes import Note
from chartproof.spans import Span

STYLES = (
    "dictated",
    "terse",
    "checkbox",
    "table",
    "bullets",
    "all_caps",
    "copied_forward",
    "fax",
    "typos",
    "letter",
    "soap",
    "therapy_note",
    "procedure_note",
    "phone",
)
TOP_KEYS = ("note_id", "style", "date", "type", "text", "kinds", "facts")
DATE_KEYS = ("since", "start", "end", "date", "until")
_COUNTS_AS_GIVEN = ("assertion", "statistic", "status")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a gold source, and where; never note text."""

    file: str
    fact: int | None
    key: str
    message: str
    warning: bool = False

    def __str__(self) -> str:
        place = "" if self.fact is None else f" fact {self.fact}:"
        note = " warning:" if self.warning else ""
        return f"{self.file}:{place} {self.key}:{note} {self.message}"


@dataclass(frozen=True, slots=True)
class Compiled:
    """A compiled source; ``numbers`` are the places of the facts in the file, from 1."""

    note: Note
    facts: NoteFacts
    numbers: tuple[int, ...]


class _Loader(yaml.CSafeLoader):
    """Safe YAML that refuses a key given twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"key {key!r} occurs twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


def read_yaml(file: Path, holds: str = "note_id, text and facts") -> dict[str, Any]:
    """The mapping in a YAML file, which `holds` what an error says. Raises ChartproofError naming file and line."""
    try:
        return parse_yaml(file.read_bytes().decode("utf-8"), str(file), holds)
    except (OSError, UnicodeDecodeError) as error:
        raise ChartproofError(f"{file}: cannot be read as UTF-8 text ({type(error).__name__})") from None


def parse_yaml(content: str, file: str, holds: str) -> dict[str, Any]:
    """The mapping in YAML text, its dates as ISO text; `file` names it in errors."""
    try:
        data = yaml.load(content, _Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise ChartproofError(f"{file}, line {line}: not YAML: {error.problem}") from None
    except yaml.YAMLError:
        raise ChartproofError(f"{file}: not YAML") from None
    if not isinstance(data, dict):
        raise ChartproofError(f"{file}: not a mapping with {holds}")
    return {str(key): _plain(value) for key, value in data.items()}


def _plain(value: Any) -> Any:
    """YAML makes days of 2023-05-01; the schema, like JSON, has ISO text."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return value


def compile_source(data: dict[str, Any], file: str) -> tuple[Note, NoteFacts]:
    """The note and its gold facts, with offsets. Raises ChartproofError with the first problem."""
    compiled, problems = compile_with_problems(data, file)
    if compiled is None or problems:
        more = f" (and {len(problems) - 1} more; chartproof gold check lists them)" if problems[1:] else ""
        raise ChartproofError(f"{problems[0]}{more}")
    return compiled.note, compiled.facts


def compile_with_problems(data: dict[str, Any], file: str) -> tuple[Compiled | None, list[Problem]]:
    """The compiled note, None when its head is unusable, and all problems of its form.

    Facts with problems are left out of the compiled note.
    """
    problems = list(_head_problems(data, file))
    note_id, text = data.get("note_id"), data.get("text")
    date = _note_date(data.get("date"))
    entries = data.get("facts")
    if not isinstance(note_id, str) or not isinstance(text, str) or not isinstance(entries, list):
        return None, problems
    facts: dict[int, Fact] = {}
    for number, entry in enumerate(entries, start=1):
        fact, found = _fact(entry, text, file, number)
        problems.extend(found)
        if fact is not None:
            facts[number] = fact
    kinds = data.get("kinds")
    usable = tuple(kind for kind in kinds if kind in KINDS) if isinstance(kinds, list) else None
    note = Note(note_id=note_id, text=text, date=date, type=str(data["type"]) if data.get("type") else None)
    gold = NoteFacts(note_id=note_id, facts=tuple(facts.values()), kinds=usable)
    return Compiled(note, gold, tuple(facts)), problems


def _head_problems(data: dict[str, Any], file: str) -> Iterator[Problem]:
    for key in data:
        if key not in TOP_KEYS:
            yield Problem(file, None, str(key), f"unknown; a note has {', '.join(TOP_KEYS)}")
    for key in ("note_id", "text"):
        if not isinstance(data.get(key), str) or not data[key].strip():
            yield Problem(file, None, key, "must be text (write it in quotes if it looks like a number)")
    if "style" in data and data["style"] not in STYLES:
        yield Problem(file, None, "style", f"must be one of {', '.join(STYLES)}")
    if data.get("date") is not None and _note_date(data["date"]) is None:
        yield Problem(file, None, "date", "must be a full ISO date, as 2024-03-05")
    if not isinstance(data.get("facts"), list):
        yield Problem(file, None, "facts", "must be a list; [] when the note holds none")
    kinds = data.get("kinds")
    if kinds is not None:
        unknown = [str(kind) for kind in kinds if kind not in KINDS] if isinstance(kinds, list) else ["no list"]
        if unknown:
            yield Problem(file, None, "kinds", f"unknown: {', '.join(unknown)}; the kinds are {', '.join(KINDS)}")


def _note_date(value: object) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _fact(entry: object, text: str, file: str, number: int) -> tuple[Fact | None, list[Problem]]:
    if not isinstance(entry, dict):
        return None, [Problem(file, number, "kind", "a fact is a mapping of kind, quotes and attributes")]
    kind = entry.get("kind")
    if kind not in KINDS:
        return None, [Problem(file, number, "kind", f"must be one of {', '.join(KINDS)}")]
    problems: list[Problem] = []
    if "spans" in entry:
        problems.append(Problem(file, number, "spans", "write quotes; offsets are computed"))
    spans, quote_problems = _spans(entry.get("quotes"), text, file, number)
    problems.extend(quote_problems)
    values = {key: _year_as_text(key, value) for key, value in entry.items() if key not in ("quotes", "spans")}
    try:
        # A stand-in span lets the attributes be checked when the quotes are wrong.
        fact = FACT_ADAPTER.validate_python({**values, "spans": spans or [(0, 1)]})
        explicit = {name: getattr(fact, name) for name in _COUNTS_AS_GIVEN if hasattr(fact, name)}
        fact = FACT_ADAPTER.validate_python({**explicit, **values, "spans": spans or [(0, 1)]})
    except ValidationError as error:
        for item in error.errors(include_url=False, include_input=False, include_context=False):
            key = ".".join(str(part) for part in item["loc"][1:]) or "kind"
            problems.append(Problem(file, number, key, item["msg"]))
        return None, problems
    return (None if problems else fact), problems


def _year_as_text(key: str, value: object) -> object:
    """YAML reads 2023 as a number."""
    return str(value) if key in DATE_KEYS and type(value) is int else value


def _spans(quotes: object, text: str, file: str, number: int) -> tuple[list[Span], list[Problem]]:
    if not isinstance(quotes, list) or not quotes:
        return [], [Problem(file, number, "quotes", "must be a list of quotes; the first holds the value")]
    spans: list[Span] = []
    problems: list[Problem] = []
    for index, item in enumerate(quotes, start=1):
        key = f"quotes[{index}]"
        quote, occurrence = item if isinstance(item, list) and len(item) == 2 else (item, None)
        if not isinstance(quote, str) or not quote:
            problems.append(Problem(file, number, key, "must be text, or a pair of text and occurrence"))
            continue
        if occurrence is not None and (type(occurrence) is not int or occurrence < 1):
            problems.append(Problem(file, number, key, "the occurrence must be a number from 1"))
            continue
        starts = occurrences(text, quote)
        lines = ", ".join(str(text.count("\n", 0, start) + 1) for start in starts)
        if not starts:
            problems.append(Problem(file, number, key, "not found in the text"))
        elif occurrence is None and len(starts) > 1:
            message = f"occurs {len(starts)} times (text lines {lines}); write [quote, occurrence]"
            problems.append(Problem(file, number, key, message))
        elif occurrence is not None and occurrence > len(starts):
            message = f"occurrence {occurrence} is asked for, the text has {len(starts)} (text lines {lines})"
            problems.append(Problem(file, number, key, message))
        else:
            start = starts[(occurrence or 1) - 1]
            spans.append(Span(start, start + len(quote)))
    return ([] if problems else spans), problems


def occurrences(text: str, quote: str) -> list[int]:
    """Every offset at which `quote` stands in `text`, overlapping ones included."""
    found: list[int] = []
    start = text.find(quote)
    while start >= 0:
        found.append(start)
        start = text.find(quote, start + 1)
    return found


def new_source(
    path: Path, *, note_id: str | None, style: str, date: dt.date | None, note_type: str | None
) -> tuple[str, int]:
    """A source for the note in a text file, with the extractor's facts as proposals, and their number.

    The text is kept exactly. Raises ChartproofError for a file that is not UTF-8 text or an unknown style.
    """
    from chartproof.api import extract

    if style not in STYLES:
        raise ChartproofError(f"--style: must be one of {', '.join(STYLES)}")
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ChartproofError(f"{path}: cannot be read as UTF-8 text ({type(error).__name__})") from None
    if not text.strip():
        raise ChartproofError(f"{path}: no text in this file")
    note = Note(note_id=note_id or path.stem, text=text, date=date, type=note_type)
    proposed = extract(note)
    return to_source(note, proposed, style), len(proposed.facts)


class _FlowMapping(dict[str, Any]):
    """A mapping that is written on one line."""


class _FlowList(list[Any]):
    """A list that is written on one line."""


class _Dumper(yaml.SafeDumper):
    """Block style, but facts on one line each and text of several lines as a literal block."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


# YAML would read these back as other characters unless they are escaped.
_NEEDS_ESCAPE = re.compile("[\r\x85\u2028\u2029\ufeff]")


def _text(dumper: _Dumper, value: str) -> yaml.Node:
    style = '"' if _NEEDS_ESCAPE.search(value) else "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(
    _FlowMapping, lambda dumper, value: dumper.represent_mapping("tag:yaml.org,2002:map", value, True)
)
_Dumper.add_representer(
    _FlowList, lambda dumper, value: dumper.represent_sequence("tag:yaml.org,2002:seq", value, True)
)


def to_source(note: Note, gold: NoteFacts, style: str | None = None) -> str:
    """The YAML source of a note with its facts; compiling it gives them back.

    What found a fact, and its section, are not gold and are left out.
    """
    data: dict[str, Any] = {"note_id": note.note_id, "style": style, "date": note.date, "type": note.type}
    data["text"] = note.text
    data["kinds"] = None if gold.kinds is None else _FlowList(gold.kinds)
    data = {key: value for key, value in data.items() if value is not None}
    data["facts"] = [_FlowMapping(_entry(note.text, fact)) for fact in gold.facts]
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10**6)


def _entry(text: str, fact: Fact) -> dict[str, Any]:
    values = fact.model_dump(mode="json", exclude={"kind", "spans", "source", "section"}, exclude_none=True)
    if fact.assertion == "present":
        del values["assertion"]
    numbers = {
        key: int(value) if isinstance(value, float) and value.is_integer() else value for key, value in values.items()
    }
    return {"kind": fact.kind, "quotes": _FlowList(_quote(text, span) for span in fact.spans), **numbers}


def _quote(text: str, span: Span) -> object:
    quote = span.of(text)
    starts = occurrences(text, quote)
    return quote if len(starts) == 1 else _FlowList([quote, starts.index(span.start) + 1])
