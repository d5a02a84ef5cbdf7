"""Items of a source to rows: the notes of a case put together, whatever order they come in, in bounded memory."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chartproof.batch.documents import NOT_WITHOUT, CaseSize, DocumentCase, DocumentNote, note_of, stand_in
from chartproof.batch.rows import ReadOptions, Row
from chartproof.batch.scratch import scratch
from chartproof.batch.sources.item import Item, Source
from chartproof.errors import ChartproofError
from chartproof.notes import Note
from chartproof.records import read_case

_MOST_WAITING = 1000


def rows_of(source: Source, options: ReadOptions) -> Iterator[Row]:
    """The rows of a source.

    Where each case's notes follow each other, they are put together as they come. Where they are scattered, they are
    first written to `options.work_dir`, sorted by case. Case ids that were used before, and cases whose notes may be
    incomplete because the export is cut off, are errors.
    """
    with scratch(options.work_dir) as database:
        seen = _Seen(database)
        scattered = source.order == "scattered" or (
            source.keyed and source.order == "unknown" and _is_scattered(source.items(), database)
        )
        if scattered:
            yield from _gathered(source.items(), database, seen, options)
        else:
            yield from _adjacent(source.items(), seen, options)


class _Seen:
    """The case ids so far, and where they were."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.execute("CREATE TABLE seen (id TEXT PRIMARY KEY, place TEXT) WITHOUT ROWID")

    def once(self, row: Row) -> Row:
        """The row, or an error in its place where its case id was used before."""
        if row.case_id is None:
            return row
        try:
            self._database.execute("INSERT INTO seen VALUES (?, ?)", (row.case_id, row.where))
        except sqlite3.IntegrityError:
            ((place,),) = self._database.execute("SELECT place FROM seen WHERE id = ?", (row.case_id,))
            message = f"{row.where}: this case id was already used at {place}; give each case its own"
            return Row(row.where, error=message, extra=row.extra)
        return row


def _is_scattered(items: Iterable[Item], database: sqlite3.Connection) -> bool:
    """Whether the notes of any case are apart from each other."""
    database.execute("CREATE TABLE closed (id TEXT PRIMARY KEY) WITHOUT ROWID")
    try:
        current: str | None = None
        for item in items:
            if item.key is None or item.key == current:
                continue
            try:
                database.execute("INSERT INTO closed VALUES (?)", (item.key,))
            except sqlite3.IntegrityError:
                return True
            current = item.key
        return False
    finally:
        database.execute("DROP TABLE closed")


def _adjacent(items: Iterable[Item], seen: _Seen, options: ReadOptions) -> Iterator[Row]:
    case = _Case(options)
    waiting: list[Row] = []  # rows without a case among those of one, to come behind it
    for item in items:
        if item.key is not None:
            if case.key != item.key:
                yield from case.finish(seen)
                yield from waiting
                case, waiting = _Case(options), []
            case.add(item)
        elif item.cut_off:
            yield from case.finish(seen, cut_off=item.where)
            yield from waiting
            case, waiting = _Case(options), []
            yield Row(item.where, error=item.error)
        else:
            waiting.append(_single(item, seen, options))
            if case.key is None or len(waiting) > _MOST_WAITING:
                yield from waiting
                waiting = []
    yield from case.finish(seen)
    yield from waiting


def _gathered(items: Iterable[Item], database: sqlite3.Connection, seen: _Seen, options: ReadOptions) -> Iterator[Row]:
    database.execute("CREATE TABLE cases (number INTEGER PRIMARY KEY, id TEXT UNIQUE)")
    database.execute("CREATE TABLE items (case_number INTEGER, number INTEGER, content TEXT)")
    cut_off: str | None = None
    for number, item in enumerate(items):
        if item.cut_off:
            cut_off = item.where
        database.execute("INSERT OR IGNORE INTO cases (id) VALUES (?)", (item.key or f"\0{number}",))
        database.execute(
            "INSERT INTO items SELECT number, ?, ? FROM cases WHERE id = ?",
            (number, _packed(item), item.key or f"\0{number}"),
        )
    database.execute("CREATE INDEX by_case ON items (case_number, number)")
    stored = database.execute("SELECT content FROM items ORDER BY case_number, number")
    case = _Case(options)
    for (content,) in stored:
        item = _unpacked(content)
        if item.key is None or item.key != case.key:
            yield from case.finish(seen, cut_off=cut_off)
            case = _Case(options)
        if item.key is not None:
            case.add(item)
        else:
            yield _single(item, seen, options)
    yield from case.finish(seen, cut_off=cut_off)


class _Case:
    """The notes of one case, as they come."""

    def __init__(self, options: ReadOptions) -> None:
        self.key: str | None = None
        self._options = options
        self._where = ""
        self._notes: list[Note | DocumentNote] = []
        self._request: dict[str, Any] = {}
        self._asked_at: dict[str, str] = {}
        self._extra: dict[str, str] = {}
        self._error: str | None = None
        self._size = CaseSize()

    def add(self, item: Item) -> None:
        """Take in one note, or what is wrong with it."""
        if self.key is None:
            self.key, self._where = item.key, item.where
        for name, value in item.extra.items():
            self._extra.setdefault(name, value)
        if self._error is not None:
            return
        if item.error is not None:
            self._error = f"{item.error} {NOT_WITHOUT}"
        for name, value in item.request.items():
            if name not in self._request:
                self._request[name], self._asked_at[name] = value, item.where
            elif self._request[name] != value:
                self._error = (
                    f"{item.where}: another {name} than at {self._asked_at[name]}, the same case; "
                    f"make them agree, or leave the column out with --map {name}="
                )
        if item.note is not None:
            self._add(item.note, item.where)
        if self._error is not None:
            self._notes.clear()

    def _add(self, content: Mapping[str, Any], where: str) -> None:
        try:
            note = note_of(content, where, self._options.max_bytes)
        except ChartproofError as error:
            self._error = f"{error} {NOT_WITHOUT}"
            return
        self._notes.append(note)
        try:
            self._size.add(note, where, self._options.max_bytes)
        except ChartproofError as error:
            self._error = self._error or str(error)

    def finish(self, seen: _Seen, cut_off: str | None = None) -> Iterator[Row]:
        """The row of the case, if there is one; with `cut_off` an error, for notes may be missing."""
        if self.key is None:
            return
        if cut_off is not None:
            self._error = f"{self._where}: notes of this case may be missing, for the export breaks off at {cut_off}"
        if self._error is None:
            yield seen.once(self._row())
        else:
            yield Row(self._where, error=self._error, extra=self._extra)

    def _row(self) -> Row:
        notes = [stand_in(note) for note in self._notes]
        row = _row(
            self._where, {"case_id": self.key, "request": self._request, "notes": notes}, self._extra, self._options
        )
        if row.case is None or notes == self._notes:
            return row
        unread = DocumentCase(case_id=row.case.case_id, request=row.case.request, notes=tuple(self._notes))
        return Row(row.where, unread=unread, extra=row.extra)


def _single(item: Item, seen: _Seen, options: ReadOptions) -> Row:
    """The row of an error, of a whole case, or of a note that is a case of its own."""
    if item.error is not None:
        return Row(item.where, error=item.error, extra=item.extra)
    content = item.case
    if content is None:
        note = item.note or {}
        content = {"case_id": note.get("note_id"), "request": item.request, "notes": [note]}
    return seen.once(_row(item.where, content, item.extra, options))


def _row(where: str, content: Mapping[str, Any], extra: Mapping[str, str], options: ReadOptions) -> Row:
    try:
        return Row(where, case=read_case(content, where, options.max_bytes), extra=extra)
    except ChartproofError as error:
        return Row(where, error=str(error), extra=extra)


def _packed(item: Item) -> str:
    return json.dumps(
        [item.where, item.key, item.note, dict(item.request), item.case, item.error, dict(item.extra), item.cut_off],
        default=str,
    )


def _unpacked(content: str) -> Item:
    return Item(*json.loads(content))
