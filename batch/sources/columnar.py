"""Parquet files, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chartproof.batch.rows import ReadOptions
from chartproof.batch.sources.item import Item, Source
from chartproof.batch.sources.streams import CutOffError
from chartproof.batch.sources.table import SAMPLE, learn
from chartproof.errors import ChartproofError

_ROWS = 256  # of a batch: notes may be megabytes


def open_parquet(path: Path, where: str, options: ReadOptions) -> Source:
    """A Parquet file as a source of notes.

    Raises ChartproofError for a file that is damaged or cut off, and where columns are missing or in doubt.
    """
    try:
        import pyarrow.parquet as pq
    except ImportError:
        raise ChartproofError(
            f"{where}: reading Parquet needs one more library; install it: pip install 'chartproof[batch]'"
        ) from None
    from pyarrow import ArrowException

    failures = (ArrowException, OSError, ValueError)

    def batches(columns: list[str] | None, rows: int) -> Iterator[list[dict[str, Any]]]:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=rows, columns=columns, use_threads=False):
                yield batch.to_pylist()

    try:
        with pq.ParquetFile(path) as file:
            names = file.schema_arrow.names
        first: list[dict[str, Any]] = []
        known = [name for name in names if name.lower() not in ("text", "note_text")]
        if known:
            try:
                first = next(batches(known, SAMPLE), [])
            except failures:
                first = []  # told where the rows are read
    except failures as error:
        raise CutOffError(
            f"{where}: a Parquet file that is damaged or cut off ({type(error).__name__}); get it again"
        ) from None
    table = learn(where, names, first, options)
    wanted = sorted({*table.columns.columns.values(), *table.columns.keep}, key=names.index)

    def items() -> Iterator[Item]:
        number = 0
        try:
            for rows in batches(wanted, _ROWS):
                for row in rows:
                    number += 1
                    yield table.item(f"{where}:{number}", row)
        except failures as error:
            place = f"{where}:{number + 1}"
            yield Item(
                place, error=f"{place}: damaged from here on ({type(error).__name__}); get it again", cut_off=True
            )

    return Source(
        where,
        "parquet",
        items,
        keyed=table.keyed,
        columns=table.columns.columns,
        guessed=table.columns.guessed,
        unused=table.columns.unused,
    )
