"""A batch on this machine: rows are read, worked on by worker processes, kept in parts, and written as tables.

A part is a fixed number of rows, so that its content depends neither on the number of workers nor on time. An
interrupted run goes on with the parts that are not there, and its tables are those of a run that was not interrupted.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from chartproof.batch.counting import Counting
from chartproof.batch.pool import Pool
from chartproof.batch.progress import Progress
from chartproof.batch.reading import Reader
from chartproof.batch.rows import read_export
from chartproof.batch.run import Outcome, Plan, Run, finish, prepared

_COUNT_AFTER = 5.0


def run_local(
    plan: Plan, progress: Progress, *, restart: bool = False, notice: Callable[[str], None] = lambda message: None
) -> Outcome:
    """Do a batch, or go on with it: tables, summary and manifest in `plan.out`. `notice` hears what a
    person should know before it begins.

    Errors: ChartproofError for an export or folder that cannot be used, for a folder with another run in it, and for a
    full disk, after which the same command goes on. Any interruption leaves what is done for the next run.
    """
    with prepared(plan, restart=restart) as run:
        if isinstance(run, Outcome):
            return run
        run.tell(notice)
        _work(run, progress)
        results = (run.parts.read(number) for number in range(-(-run.rows // plan.part_rows)))
        return finish(run, results, {"engine": "local", "workers": plan.workers})


def _work(run: Run, progress: Progress) -> None:
    """Do the parts that are not there yet."""
    plan, parts, earlier = run.plan, run.parts, run.earlier
    reusing = earlier is not None and earlier.reason is None
    reader = Reader(
        read_export(plan.export, run.reading("reading"), read_documents=False),
        plan.part_rows,
        parts.done(),
        is_known=earlier.unchanged if earlier is not None and reusing else None,
        known=earlier.records if earlier is not None and reusing else None,
    )
    done = 0
    with Pool(plan.settings, plan.workers, plan.limits) as pool, progress, _Total(reader, run) as total:

        def tick() -> None:
            progress.total = total.value
            progress.at(reader.skipped + done + pool.under_way)

        for number, records in pool.run(reader.pieces(), tick):
            parts.write(number, records)
            done += records.num_rows
    run.rows, run.before = reader.rows, reader.skipped


class _Total:
    """The number of rows, as soon as it is known: counted beside the work where reading alone takes a while."""

    def __init__(self, reader: Reader, run: Run) -> None:
        self._reader = reader
        self._run = run
        self._begun = time.monotonic()
        self._counting: Counting | None = None

    def __enter__(self) -> _Total:
        return self

    def __exit__(self, *_: object) -> None:
        if self._counting is not None:
            self._counting.close()

    @property
    def value(self) -> int | None:
        if self._reader.total is not None:
            return self._reader.total
        if self._counting is None and time.monotonic() - self._begun > _COUNT_AFTER:
            self._counting = Counting(self._run.plan.export, self._run.reading("counting"))
        return None if self._counting is None else self._counting.total
