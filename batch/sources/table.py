"""Rows of a table, whatever it is stored in, to notes with their case and request."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chartproof.batch.mapping import KEPT_FIELDS, NOTE_FIELDS, REQUEST_FIELDS, ColumnMapping, map_columns
from chartproof.batch.rows import ReadOptions
from chartproof.batch.sources.dates import Dates, dates_like
from chartproof.batch.sources.item import Item
from chartproof.errors import ChartproofError

#: Rows from which the form of an export is learned.
SAMPLE = 1000


@dataclass(frozen=True)
class Table:
    """How the rows of one export are read."""

    columns: ColumnMapping
    dates: Dates

    @property
    def keyed(self) -> bool:
        """Whether rows name their case."""
        return "case_id" in self.columns.columns

    def item(self, where: str, row: Mapping[str, Any]) -> Item:
        """The note of a row; its error when a value cannot be used."""
        values = {name: row.get(column) for name, column in self.columns.columns.items()}
        key = _text(values.get("case_id")) if self.keyed else None
        extra = {name: shown for name in KEPT_FIELDS if (shown := _text(values.get(name)))}
        extra |= {name: shown for name in self.columns.keep if (shown := _text(row.get(name)))}
        if self.keyed and not key:
            return Item(where, error=f"{where}: no case id in this row; fill column {self._column('case_id')}")
        note = {name: values.get(name) for name in NOTE_FIELDS if name in values}
        request = {name: values[name] for name in REQUEST_FIELDS if name in values and not _blank(values[name])}
        try:
            note["date"] = self._date("date", note.get("date"))
            if "request_date" in request:
                request["date"] = self._date("request_date", request.pop("request_date"))
        except ChartproofError as error:
            return Item(where, key, error=f"{where}: {error}", extra=extra)
        text = note.get("text")
        if text is not None and not isinstance(text, str):
            return Item(where, key, error=f"{where}: column {self._column('text')} holds no text", extra=extra)
        note["text"] = text or ""
        note["note_id"] = _text(note.get("note_id")) or where
        note["type"] = _text(note.get("type")) or None
        for name in ("cpt", "icd10", "levels"):
            if name in request:
                request[name] = _codes(request[name])
        for name in ("state", "plan", "region", "side"):
            if name in request:
                request[name] = _text(request[name])
        for name in ("region", "side"):
            if name in request:
                request[name] = str(request[name]).lower()
        return Item(where, key, note=note, request=request, extra=extra)

    def _date(self, name: str, value: Any) -> str | None:
        try:
            return self.dates.iso(None if _blank(value) else value)
        except ChartproofError as error:
            raise ChartproofError(f"column {self._column(name)}: {error}") from None

    def _column(self, name: str) -> str:
        return self.columns.columns[name]


def learn(
    where: str,
    names: Iterable[str],
    sample: Sequence[Mapping[str, Any]],
    options: ReadOptions,
    needed: tuple[str, ...] = ("text",),
) -> Table:
    """How a table with these columns is read, by its first rows and the options; `needed` fields must have a column.

    Raises ChartproofError as `map_columns` does.
    """
    columns = map_columns(where, names, options.mapping, needed=needed, keep=options.keep)
    dated = [columns.columns[name] for name in ("date", "request_date") if name in columns.columns]
    dates = dates_like((row.get(column) for row in sample for column in dated), options.date_format)
    return Table(columns, dates)


def _blank(value: Any) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, float) and math.isnan(value))


def _text(value: Any) -> str:
    """An identifier or name as text; a whole number loses the point that a table gave it."""
    if _blank(value):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def _codes(value: Any) -> list[str]:
    if isinstance(value, list | tuple):
        return [shown for each in value if (shown := _text(each))]
    return [part for part in _text(value).replace(";", ",").replace("|", ",").replace(" ", ",").split(",") if part]
