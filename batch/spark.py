"""A batch on Spark: the same function per partition, the same records, the same tables.

Rows are read by the driver and written, a few hundred to a file, into the run's folder, which all executors must be able
to open (of a cluster: shared storage). Each Python worker of Spark keeps one supervised process, which loads the pipeline
once and can be ended when a case hangs or crashes it. The driver writes the tables from the records.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from chartproof.batch.partition import Settings
from chartproof.batch.parts import replace_file, replacing
from chartproof.batch.pool import Limits, Piece, Pool
from chartproof.batch.reading import encoded
from chartproof.batch.rows import read_export
from chartproof.batch.run import PART_ROWS, Outcome, Plan, Run, finish, prepared
from chartproof.batch.tables import FILE_OF_PLACE, RESULT, ROWS
from chartproof.errors import ChartproofError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_PARTS_OF_A_PARTITION = 10
_FILE_CHARACTERS = 32_000_000  # of rows in one file, at about which it ends before it has those parts
_COUNT = "rows.json"
_LOCAL = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
}


def run_spark(
    plan: Plan,
    master: str | None = None,
    *,
    restart: bool = False,
    notice: Callable[[str], None] = lambda message: None,
) -> Outcome:
    """Do a batch on Spark: tables, summary and manifest in `plan.out`, the same bytes as of `run_local`.

    `master`: its URL; None for that of the session or of spark-submit. An interrupted run goes on after the step that
    was done: reading, work on all rows. Errors: ChartproofError, also where pyspark or Java is missing.
    """
    if plan.since is not None:
        raise ChartproofError("--since works with the local engine; leave out --engine spark")
    with prepared(plan, restart=restart) as run:
        if isinstance(run, Outcome):
            return run
        run.tell(notice)
        spool, done = run.parts.folder / "rows", run.parts.folder / "results"
        run.rows = _spooled(run, spool)
        if not (done / "_SUCCESS").exists():
            with _session(master) as session:
                _work(session, plan, spool, done)
        return finish(run, _in_order(done), {"engine": "spark", "master": master})


def judged(frame: DataFrame, settings: Settings | None = None, limits: Limits | None = None) -> DataFrame:
    """The `RESULT` records of a frame of `ROWS` (row, where, case as JSON, error, extra as JSON), one per row."""
    from pyspark.sql.pandas.types import from_arrow_schema

    work = functools.partial(_partition, (settings or Settings()).as_json(), limits or Limits())
    return frame.select(*ROWS.names).mapInArrow(work, from_arrow_schema(RESULT))


def tables(results: DataFrame) -> dict[str, DataFrame]:
    """The four tables of `judged` records, as frames."""
    from pyspark.sql import functions as sql

    def many(name: str) -> DataFrame:
        exploded = results.select("row", sql.posexplode(name).alias("position", "one"))
        return exploded.select("row", (sql.col("position") + 1).alias("item"), "one.*")

    place = [sql.col("row"), sql.col("where")]
    file = sql.regexp_replace("where", FILE_OF_PLACE, "").alias("file")
    return {
        "cases": results.where("case is not null").select(*place, "case.*", "extra"),
        "criteria": many("criteria"),
        "facts": many("facts"),
        "rejects": results.where("reject is not null").select(*place, file, "reject.*"),
    }


def _spooled(run: Run, spool: Path) -> int:
    """Write the rows of the export for the executors, unless that is done; how many there are."""
    marker = spool / _COUNT
    if marker.is_file():
        count: int = json.loads(marker.read_bytes())
        return count
    spool.mkdir(exist_ok=True)
    kept: list[dict[str, Any]] = []
    number = size = 0

    def flush() -> None:
        if kept:
            with replacing(spool / f"{number:010d}.parquet") as file:
                pq.write_table(pa.Table.from_pylist(kept, schema=ROWS), file, compression="zstd")
            kept.clear()

    options = run.reading("reading")
    for number, row in enumerate(read_export(run.plan.export, options, read_documents=False), start=1):
        kept.append(encoded(row, number))
        size += len(kept[-1]["case"] or "")
        if len(kept) >= _PARTS_OF_A_PARTITION * run.plan.part_rows or size >= _FILE_CHARACTERS:
            flush()
            size = 0
    flush()
    replace_file(marker, json.dumps(number).encode())
    return number


def _work(session: SparkSession, plan: Plan, spool: Path, done: Path) -> None:
    from pyspark.sql.pandas.types import from_arrow_schema

    # Each file is a partition of its own, so that each file of records is of rows that follow each other.
    for name in ("spark.sql.files.maxPartitionBytes", "spark.sql.files.openCostInBytes"):
        session.conf.set(name, str(128 * 1024 * 1024))
    files = sorted(str(path.resolve()) for path in spool.glob("*.parquet"))
    rows = session.createDataFrame([], from_arrow_schema(ROWS))
    if files:
        rows = session.read.schema(from_arrow_schema(ROWS)).parquet(*files)
    try:
        judged(rows, plan.settings, plan.limits).write.mode("overwrite").parquet(str(done.resolve()))
    except Exception as error:  # its message holds what a worker wrote
        raise ChartproofError(
            f"the Spark job failed ({type(error).__name__}); look into the logs of its executors, and whether they can"
            f" open {done.parent} and import chartproof"
        ) from None


@contextlib.contextmanager
def _session(master: str | None) -> Iterator[SparkSession]:
    """The session that is there, or one of our own, which is stopped at the end."""
    try:
        from pyspark.sql import SparkSession
    except ModuleNotFoundError:
        raise ChartproofError(
            "--engine spark needs one more library; install it: pip install 'chartproof[spark]'"
        ) from None
    there = SparkSession.getActiveSession()
    if there is not None:
        yield there
        return
    builder = SparkSession.builder.appName("chartproof batch")
    if master is not None:
        builder = builder.master(master)
    if (master or os.environ.get("MASTER", "local")).startswith("local"):
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        for name, value in _LOCAL.items():
            builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except Exception as error:
        raise ChartproofError(
            f"Spark does not start ({type(error).__name__}); it needs Java 17 or later (java -version) and a master that"
            " can be reached (--master)"
        ) from None
    try:
        session.sparkContext.setLogLevel("ERROR")
        yield session
    finally:
        session.stop()


@functools.cache
def _pool(settings: str, limits: Limits) -> Pool:
    """The one process of this Python worker; it ends with it."""
    return Pool(Settings.of_json(settings), 1, limits)


def _partition(settings: str, limits: Limits, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The records of the rows of a partition, in their order."""
    waiting: dict[int, pa.RecordBatch] = {}
    following = 0
    for number, records in _pool(settings, limits).run(_pieces(batches)):
        waiting[number] = records
        while following in waiting:
            yield waiting.pop(following)
            following += 1


def _pieces(batches: Iterable[pa.RecordBatch]) -> Iterator[Piece]:
    number = 0
    for batch in batches:
        rows = pa.Table.from_batches([batch]).cast(ROWS).combine_chunks().to_batches()
        for one in rows:
            for start in range(0, one.num_rows, PART_ROWS):
                yield Piece(number, 0, one.slice(start, PART_ROWS))
                number += 1


def _in_order(done: Path) -> Iterator[pa.RecordBatch]:
    """The records that Spark has written, file by file in the order of their rows."""
    begins = []
    for path in done.glob("*.parquet"):
        rows = pq.read_table(path, columns=["row"]).column("row")
        if len(rows):
            begins.append((rows[0].as_py(), path))
    for _, path in sorted(begins):
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=PART_ROWS):
                yield from pa.Table.from_batches([batch]).cast(RESULT).to_batches()
