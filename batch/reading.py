"""The rows of an export as pieces of parts, in the form in which they go to workers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Set
from typing import Any

import pyarrow as pa

from chartproof.batch.partition import case_hash
from chartproof.batch.pool import Piece
from chartproof.batch.rows import Row
from chartproof.batch.tables import ROWS, batch_of

_PIECE_CHARACTERS = 4_000_000

#: What is known already of a row: its `RESULT` records, from rows as dictionaries of `ROWS`; or nothing.
Known = Callable[[list[dict[str, Any]]], list[dict[str, Any]]]


class Reader:
    """Reads rows once, in order. `rows` and `parts` count what was read; `total` is set when all are.

    `done`: numbers of parts that are there already. `is_known` and `known`: which rows need no work, and their records.
    """

    def __init__(
        self,
        rows: Iterable[Row],
        part_rows: int,
        done: Set[int] = frozenset(),
        is_known: Callable[[str, str], bool] | None = None,
        known: Known | None = None,
    ) -> None:
        self._source = rows
        self._part_rows = part_rows
        self._done = done
        self._is_known = is_known
        self._known = known
        self.rows = 0
        self.skipped = 0
        self.total: int | None = None

    @property
    def parts(self) -> int:
        return -(-self.rows // self._part_rows)

    def pieces(self) -> Iterator[Piece]:
        """The pieces of parts that are not done: rows of one part, never many more characters than a few million."""
        kept: list[dict[str, Any]] = []
        part, start, size, known = 0, 0, 0, False
        for row in self._source:
            this, offset = divmod(self.rows, self._part_rows)
            self.rows += 1
            if this in self._done:
                self.skipped += 1
                continue
            fields = encoded(row, self.rows)
            told = self._told(fields)
            if kept and (this != part or told != known or size >= _PIECE_CHARACTERS):
                yield self._piece(part, start, kept, known, last=this != part)
                kept = []
            if not kept:
                part, start, size, known = this, offset, 0, told
            kept.append(fields)
            size += len(fields["case"] or "")
        self.total = self.rows
        if kept:
            yield self._piece(part, start, kept, known, last=True)

    def _told(self, fields: dict[str, Any]) -> bool:
        if self._is_known is None or fields["case"] is None:
            return False
        return self._is_known(fields["case_id"], case_hash(fields["case"], fields["extra"]))

    def _piece(self, part: int, start: int, kept: list[dict[str, Any]], known: bool, *, last: bool) -> Piece:
        rows = pa.RecordBatch.from_pylist(kept, schema=ROWS)
        found = batch_of(self._known(kept)) if known and self._known is not None else None
        return Piece(part, start, rows, last=last, found=found)


def encoded(row: Row, number: int) -> dict[str, Any]:
    """The fields of `ROWS` of the row of that number, and its `case_id`."""
    case = row.case or row.unread
    return {
        "row": number,
        "where": row.where,
        "case": None if case is None else case.model_dump_json(),
        "error": row.error,
        "extra": json.dumps(row.extra, ensure_ascii=False, sort_keys=True) if row.extra else None,
        "case_id": row.case_id,
    }
