"""The tables as files: Parquet, CSV or JSON Lines. The same records give the same bytes, however they come in."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import hashlib
import io
import json
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from chartproof.batch.formats import Format, table_names
from chartproof.batch.parts import replacing
from chartproof.batch.tables import TABLES, explode

_ROW_GROUP = 20_000


class _Writer(ABC):
    """Writes one table to an open file."""

    def __init__(self, file: BinaryIO, schema: pa.Schema) -> None:
        self.file = file
        self.schema = schema
        self.rows = 0

    def write(self, batch: pa.RecordBatch) -> None:
        """Add rows."""
        self.rows += batch.num_rows
        self._write(batch)

    @abstractmethod
    def _write(self, batch: pa.RecordBatch) -> None: ...

    def close(self) -> None:  # noqa: B027 - most writers keep nothing back
        """Write what is left."""

    def abandon(self) -> None:  # noqa: B027
        """Write nothing more: the file is given up."""


class _Parquet(_Writer):
    """Row groups of a fixed size, whatever the size of the batches."""

    def __init__(self, file: BinaryIO, schema: pa.Schema) -> None:
        super().__init__(file, schema)
        self._writer = pq.ParquetWriter(
            file, schema, version="2.6", compression="zstd", compression_level=3, use_dictionary=True
        )
        self._kept: list[pa.RecordBatch] = []
        self._kept_rows = 0

    def _write(self, batch: pa.RecordBatch) -> None:
        self._kept.append(batch)
        self._kept_rows += batch.num_rows
        if self._kept_rows >= _ROW_GROUP:
            table = pa.Table.from_batches(self._kept, self.schema)
            whole = self._kept_rows // _ROW_GROUP * _ROW_GROUP
            for start in range(0, whole, _ROW_GROUP):
                self._group(table.slice(start, _ROW_GROUP))
            self._kept = table.slice(whole).to_batches()
            self._kept_rows -= whole

    def _group(self, table: pa.Table) -> None:
        # A slice carries the rows around it, and where a column is cut into chunks its pages are, too.
        self._writer.write_table(
            table.take(pa.array(range(table.num_rows))).combine_chunks(), row_group_size=_ROW_GROUP
        )

    def close(self) -> None:
        if self._kept_rows:
            self._group(pa.Table.from_batches(self._kept, self.schema))
        self._writer.close()

    def abandon(self) -> None:
        self._kept.clear()
        with contextlib.suppress(OSError):
            self._writer.close()
        self._writer.is_open = False  # else it tries once more when it is collected


class _Csv(_Writer):
    """Lists and structures are JSON text in their cell; nothing is an empty cell."""

    def __init__(self, file: BinaryIO, schema: pa.Schema) -> None:
        super().__init__(file, schema)
        self._line(schema.names)

    def _line(self, cells: Iterable[str]) -> None:
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow(cells)
        self.file.write(line.getvalue().encode())

    def _write(self, batch: pa.RecordBatch) -> None:
        for record in batch.to_pylist():
            self._line([_cell(value) for value in record.values()])


class _Jsonl(_Writer):
    """One object per line; what is JSON text in the other formats is an object here."""

    def _write(self, batch: pa.RecordBatch) -> None:
        for record in batch.to_pylist():
            for name in ("value", "extra"):
                if record.get(name) is not None:
                    record[name] = json.loads(record[name])
            self.file.write((_json(record) + "\n").encode())


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool | list | dict):
        return _json(value)
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=dt.date.isoformat)


_WRITERS: dict[Format, type[_Writer]] = {Format.parquet: _Parquet, Format.csv: _Csv, Format.jsonl: _Jsonl}


class TableFiles:
    """The four table files, which take their places together when the block ends well. Errors: OSError."""

    def __init__(self, folder: Path, table_format: Format) -> None:
        self._stack = ExitStack()
        self._paths = {name: folder / file for name, file in table_names(table_format).items()}
        self._type = _WRITERS[table_format]
        self._writers: dict[str, _Writer] = {}

    def __enter__(self) -> TableFiles:
        with ExitStack() as stack:
            for name, path in self._paths.items():
                self._writers[name] = self._type(stack.enter_context(replacing(path)), TABLES[name])
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *error: Any) -> None:
        try:
            if error[0] is None:
                for writer in self._writers.values():
                    writer.close()
        except BaseException:
            self._give_up(*sys.exc_info())
            raise
        if error[0] is not None:
            self._give_up(*error)
        else:
            self._stack.close()

    def _give_up(self, *error: Any) -> None:
        for writer in self._writers.values():
            writer.abandon()
        self._stack.__exit__(*error)

    def write(self, results: pa.RecordBatch) -> None:
        """Add `RESULT` records."""
        for name, batch in explode(results).items():
            self._writers[name].write(batch)

    def described(self) -> dict[str, dict[str, Any]]:
        """Of each file, when all are written: rows, bytes and SHA-256."""
        found = {}
        for name, path in self._paths.items():
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            found[path.name] = {"rows": self._writers[name].rows, "bytes": path.stat().st_size, "sha256": digest}
        return found
