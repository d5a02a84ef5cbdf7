"""What a batch reads: one row per case of an export, in a fixed order, whatever the format of the export is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from chartproof.batch.documents import DocumentCase
from chartproof.errors import ChartproofError
from chartproof.notes import Case
from chartproof.records import DEFAULT_MAX_BYTES

ExportFormat = Literal["auto", "csv", "jsonl", "json", "parquet", "folder", "zip", "fhir", "ccda"]


@dataclass(frozen=True)
class Row:
    """One case of an export, or the error that stands in its place: exactly one of `case`, `unread` and `error` is set."""

    where: str
    """File and row, as a person would look for it: ``export.csv:17``; in a table the line with the names is row 1."""
    case: Case | None = None
    unread: DocumentCase | None = None
    """A case that has documents still to be read."""
    error: str | None = None
    """What is wrong and what to do, in one line without note text."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """Other columns that are kept for the tables and the summary, e.g. ``provider`` and ``site``."""

    @property
    def case_id(self) -> str | None:
        """Of the case, whether its documents are read or not."""
        found = self.case or self.unread
        return None if found is None else found.case_id

    def read(self) -> Row:
        """The row with its documents read, where they were not: with a case or an error."""
        if self.unread is None:
            return self
        try:
            return Row(self.where, case=self.unread.read(self.where), extra=self.extra)
        except ChartproofError as error:
            return Row(self.where, error=str(error), extra=self.extra)


@dataclass(frozen=True)
class ReadOptions:
    """How an export is read; what is not given is found in the export itself."""

    format: ExportFormat = "auto"
    mapping: Mapping[str, str] = field(default_factory=dict)
    """Field (`chartproof.batch.mapping.FIELDS`) to column; a blank column means that the export has none for it."""
    keep: tuple[str, ...] = ()
    """Further columns for `Row.extra`, under their own names."""
    delimiter: str | None = None
    encoding: str | None = None
    date_format: str | None = None
    """Of dates that are not ISO, as for `datetime.strptime`, e.g. ``%m/%d/%Y``."""
    max_bytes: int = DEFAULT_MAX_BYTES
    """Largest note, in bytes of UTF-8."""
    work_dir: Path | None = None
    """Where identifiers, and the notes of exports whose rows are not sorted by case, are kept while reading, in a
    folder that only this user can open and that is removed at the end; None: in memory."""


def read_export(path: Path, options: ReadOptions, *, read_documents: bool = True) -> Iterator[Row]:
    """The cases of an export, in its order; the same export and options give the same rows.

    Inputs: a file or folder; the options; whether PDF, Word, RTF, HTML and C-CDA documents are read here, or left to who
    takes the rows (`Row.unread`), which makes reading quick and safe from what hangs a parser. Rows that name a case (`mapping`: ``case_id``) are put together by it, in the
    order in which the cases appear; without one each note is a case of its own. Memory does not grow with the export.
    Outputs: rows; one that is not readable, or whose chart would not be whole, has an error and the others go on.
    Errors: ChartproofError where the export as a whole cannot be read: no such file, no column for the text, unknown
    format.
    """
    from chartproof.batch.grouping import rows_of
    from chartproof.batch.sources import open_source

    rows = rows_of(open_source(path, options), options)
    return (row.read() for row in rows) if read_documents else rows
