"""CSV, TSV and their kin: any delimiter, quoted notes of many lines, any encoding that can be told."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO

from chartproof.batch.rows import ReadOptions
from chartproof.batch.sources.encoding import Encoding, find_encoding
from chartproof.batch.sources.item import Item, Source
from chartproof.batch.sources.streams import CutOffError, open_bytes
from chartproof.batch.sources.table import SAMPLE, learn
from chartproof.errors import ChartproofError

_DELIMITERS = (",", "\t", ";", "|")
_NAMES = {",": "comma", "\t": "tab", ";": "semicolon", "|": "bar"}
_SNIFFED = 1 << 18  # characters
#: Cells up to so many times the largest note are read (and then refused as notes); what is longer is a lost quote.
_LONGEST_CELL = 20
#: What a byte that is not of the encoding is decoded to.
_HALF = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Dialect:
    """How cells are told apart."""

    delimiter: str
    quoted: bool = True
    backslash: bool = False

    def reader(self, stream: TextIO | Iterator[str]) -> Iterator[list[str]]:
        """The cells of each row; csv.Error for what is not in this dialect."""
        return csv.reader(
            stream,
            delimiter=self.delimiter,
            quoting=csv.QUOTE_MINIMAL if self.quoted else csv.QUOTE_NONE,
            doublequote=not self.backslash,
            escapechar="\\" if self.backslash else None,
            strict=True,
        )

    def describe(self) -> str:
        """The dialect in words."""
        shown = _NAMES.get(self.delimiter, repr(self.delimiter))
        return (
            shown
            + ("" if self.quoted else ", no quotes")
            + (", quotes escaped by a backslash" if self.backslash else "")
        )


def open_delimited(path: Path, where: str, options: ReadOptions, needed: tuple[str, ...] = ("text",)) -> Source:
    """A table of text as a source of notes, or of what else its `needed` columns say.

    Raises ChartproofError for a table without a usable row of column names.
    """
    csv.field_size_limit(max(_LONGEST_CELL * options.max_bytes, csv.field_size_limit()))
    with open_bytes(path, where) as stream:
        encoding = find_encoding(stream, options.encoding)
    dialect = _dialect(path, where, encoding, options.delimiter)
    names, sample = _head(path, where, encoding, dialect)
    table = learn(where, names, sample, options, needed)
    remarks = [encoding.remark] if encoding.remark else []
    if dialect.delimiter not in _DELIMITERS or not dialect.quoted or dialect.backslash:
        remarks.append(f"cells: {dialect.describe()}")

    def items() -> Iterator[Item]:
        rows = _rows(path, where, encoding, dialect)
        next(rows)
        for number, cells in rows:
            place = f"{where}:{number}"
            if isinstance(cells, ChartproofError):
                yield Item(place, error=f"{place}: {cells}", cut_off=True)
            elif len(cells) != len(names) and (len(cells) < len(names) or any(cells[len(names) :])):
                yield Item(
                    place, error=f"{place}: {len(cells)} cells, but the table has {len(names)} columns; mend the row"
                )
            elif any(not cell.isascii() and not _is_whole(cell) for cell in cells):
                yield _undecodable(table.item(place, dict(zip(names, cells, strict=False))), encoding)
            else:
                yield table.item(place, dict(zip(names, cells, strict=False)))

    return Source(
        where,
        "csv",
        items,
        keyed=table.keyed,
        encoding=encoding.name,
        delimiter=dialect.describe(),
        columns=table.columns.columns,
        guessed=table.columns.guessed,
        unused=table.columns.unused,
        remarks=tuple(remarks),
    )


def _rows(
    path: Path, where: str, encoding: Encoding, dialect: Dialect
) -> Iterator[tuple[int, list[str] | ChartproofError]]:
    """The rows with their numbers, the line of names being 1; blank ones are passed over. An error is the last."""
    number = 0
    errors = "strict" if encoding.name.startswith("utf-16") else "surrogateescape"
    with io.TextIOWrapper(open_bytes(path, where), encoding.name, errors, newline="") as stream:
        try:
            for number, cells in enumerate(dialect.reader(stream), start=1):
                if cells:
                    yield number, cells
        except csv.Error as error:
            yield (
                number + 1,
                ChartproofError(
                    f"from here on the table cannot be read ({error}); mend the quotes of this row, or choose --delimiter"
                ),
            )
        except UnicodeError:
            yield number + 1, ChartproofError(f"from here on this is not {encoding.name}; choose --encoding")
        except CutOffError as error:
            yield number + 1, ChartproofError(str(error).removeprefix(f"{where}: "))


def _head(path: Path, where: str, encoding: Encoding, dialect: Dialect) -> tuple[list[str], list[dict[str, str]]]:
    """The column names, and the first rows."""
    rows = _rows(path, where, encoding, dialect)
    _, names = next(rows, (0, []))
    if isinstance(names, ChartproofError):
        raise ChartproofError(f"{where}: {names}")
    if not names:
        raise ChartproofError(f"{where}: empty; expected a table with a row of column names")
    names = [name.strip().removeprefix("\ufeff") for name in names]
    twice = {name for name in names if name and names.count(name) > 1}
    if twice:
        raise ChartproofError(f"{where}: {len(twice)} column names stand twice in the first row; give each its own")
    sample = [dict(zip(names, cells, strict=False)) for _, cells in islice(rows, SAMPLE) if isinstance(cells, list)]
    rows.close()  # type: ignore[attr-defined]
    return names, sample


def _dialect(path: Path, where: str, encoding: Encoding, given: str | None) -> Dialect:
    """The dialect in which the first rows have the same number of cells as the names, and the most of them."""
    errors = "strict" if encoding.name.startswith("utf-16") else "surrogateescape"
    try:
        with io.TextIOWrapper(open_bytes(path, where), encoding.name, errors, newline="") as stream:
            head = stream.read(_SNIFFED)
    except CutOffError:
        head = _readable_head(path, where, encoding, errors)
    except UnicodeError:
        raise ChartproofError(f"{where}: not {encoding.name}; choose --encoding") from None
    delimiters = _DELIMITERS if given is None else ("\t" if given.lower() in ("tab", "\\t") else given,)
    if any(len(delimiter) != 1 for delimiter in delimiters):
        raise ChartproofError(f"--delimiter {given}: expected one character, or tab")
    best, best_score = Dialect(delimiters[0]), (0.0, 0)
    for delimiter in delimiters:
        for dialect in _dialects(delimiter, head):
            score = _score(head, dialect)
            if score > best_score:
                best, best_score = dialect, score
    return best


def _dialects(delimiter: str, head: str) -> Iterator[Dialect]:
    yield Dialect(delimiter)
    if '\\"' in head:
        yield Dialect(delimiter, backslash=True)
    if delimiter not in ",;":  # a note is full of those, so that only a lost quote would make it look so
        yield Dialect(delimiter, quoted=False)


def _readable_head(path: Path, where: str, encoding: Encoding, errors: str) -> str:
    parts = bytearray()
    with open_bytes(path, where) as stream:
        try:
            while len(parts) < _SNIFFED and (part := stream.read(1024)):
                parts += part
        except CutOffError:
            pass
    return bytes(parts).decode(encoding.name, errors)


def _score(head: str, dialect: Dialect) -> tuple[float, int]:
    """Share of rows with as many cells as there are names (half of it where an error ends them), and their number."""
    lengths: list[int] = []
    weight = 1.0
    try:
        lengths.extend(len(cells) for cells in dialect.reader(io.StringIO(head, newline="")) if cells)
    except csv.Error:
        if len(head) < _SNIFFED:  # else the sample's end tore a cell
            weight = 0.5
    else:
        if len(head) >= _SNIFFED and len(lengths) > 1:
            lengths.pop()
    if not lengths or lengths[0] < 2:
        return 0.0, 0
    fitting = sum(length == lengths[0] for length in lengths)
    return round(weight * fitting / len(lengths), 1), lengths[0]


def _is_whole(cell: str) -> bool:
    return _HALF.search(cell) is None


def _undecodable(item: Item, encoding: Encoding) -> Item:
    message = f"{item.where}: holds bytes that are not {encoding.name}; convert the row, or choose --encoding"
    key = item.key if item.key is not None and _is_whole(item.key) else None
    return Item(item.where, key, error=message)
