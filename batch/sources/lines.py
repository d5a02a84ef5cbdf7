"""JSON Lines, and JSON: notes under any names, or whole cases."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from chartproof.batch.rows import ReadOptions
from chartproof.batch.sources.item import Item, Source
from chartproof.batch.sources.streams import CutOffError, open_bytes, read_lines
from chartproof.batch.sources.table import SAMPLE, Table, learn
from chartproof.errors import ChartproofError
from chartproof.extract.readers import parse_json

#: JSON escapes and the case around a note: so many times the largest note a line may be long.
_LONGEST_LINE = 20
#: A file that is one JSON value is read whole; larger ones are asked for as lines.
LARGEST_WHOLE = 200_000_000

Content = tuple[str, Any]


def open_lines(path: Path, where: str, options: ReadOptions, *, whole: bool) -> Source:
    """JSON Lines, or with `whole` a file that is one note or case, or a list of them.

    Raises ChartproofError for notes without a known text field, and for JSON that cannot be read as a whole.
    """

    def contents() -> Iterator[Content]:
        return read_whole(path, where) if whole else read_objects(path, where, options.max_bytes)

    sample = [content for _, content in islice(contents(), SAMPLE) if isinstance(content, dict)]
    table = _table(where, sample, options)

    def items() -> Iterator[Item]:
        for place, content in contents():
            if isinstance(content, ChartproofError):
                yield Item(place, error=str(content), cut_off=isinstance(content, CutOffError))
            elif not isinstance(content, dict):
                yield Item(place, error=f"{place}: expected a JSON object, a note or a case")
            elif _is_case(content):
                yield Item(place, case=content, extra=_kept(content, options))
            elif table is None:
                yield Item(place, error=f"{place}: no case (it has no list of notes), as the others are; mend it")
            else:
                yield table.item(place, content)

    return Source(
        where,
        "json" if whole else "jsonl",
        items,
        keyed=table is not None and table.keyed,
        encoding="utf-8",
        columns=table.columns.columns if table is not None else {},
        guessed=table.columns.guessed if table is not None else frozenset(),
        unused=table.columns.unused if table is not None else (),
    )


def read_objects(path: Path, where: str, max_bytes: int) -> Iterator[Content]:
    """The place and content of each line that is not blank, or its error; a CutOffError is the last."""
    number = 0
    try:
        with open_bytes(path, where) as stream:
            for number, line in read_lines(stream, _LONGEST_LINE * max_bytes):
                place = f"{where}:{number}"
                if line is None:
                    limit = _LONGEST_LINE * max_bytes
                    yield place, ChartproofError(f"{place}: the line is longer than {limit:,} bytes; split it")
                elif line.strip():
                    try:
                        yield place, parse_json(line.rstrip(b"\r\n"), place)
                    except ChartproofError as error:
                        yield place, error
    except CutOffError as error:
        yield f"{where}:{number + 1}", error


def read_whole(path: Path, where: str) -> Iterator[Content]:
    """The elements of a file that is one JSON value: of a list each, else the value itself."""
    with open_bytes(path, where) as stream:
        raw = stream.read(LARGEST_WHOLE + 1)
    if len(raw) > LARGEST_WHOLE:
        raise ChartproofError(f"{where}: one JSON value of more than {LARGEST_WHOLE:,} bytes; write it as JSON Lines")
    content = parse_json(raw, where)
    if isinstance(content, list):
        yield from ((f"{where}:[{number}]", each) for number, each in enumerate(content, start=1))
    else:
        yield where, content


def first_object(head: bytes) -> Mapping[str, Any] | None:
    """The object that the first line is, where it is one."""
    try:
        content = json.loads(head.removeprefix(b"\xef\xbb\xbf").lstrip().split(b"\n", 1)[0])
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _table(where: str, sample: Sequence[Mapping[str, Any]], options: ReadOptions) -> Table | None:
    """How notes are read; None where the first objects are cases, and what else is among them gives no notes.

    Raises ChartproofError as `learn` does where none of them is a case.
    """
    notes = [content for content in sample if not _is_case(content)]
    if not notes:
        return None
    try:
        return learn(where, dict.fromkeys(name for note in notes for name in note), notes, options)
    except ChartproofError:
        if len(notes) == len(sample):
            raise
        return None


def _is_case(content: Mapping[str, Any]) -> bool:
    return isinstance(content.get("notes"), list)


def _kept(case: Mapping[str, Any], options: ReadOptions) -> dict[str, str]:
    names = {"provider": "provider", "site": "site", **{name: name for name in options.keep}}
    names |= {name: column for name, column in options.mapping.items() if name in ("provider", "site")}
    return {name: str(case[column]) for name, column in names.items() if isinstance(case.get(column), str | int)}
