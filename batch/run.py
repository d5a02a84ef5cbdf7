"""What every batch begins and ends with, whatever does the work between: the folder, and what is written into it."""

from __future__ import annotations

import dataclasses
import errno
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from chartproof.batch import manifest
from chartproof.batch.formats import Format, table_names
from chartproof.batch.names import shown
from chartproof.batch.partition import Settings
from chartproof.batch.parts import FOLDER, Parts, only_run, replace_file
from chartproof.batch.pool import Limits
from chartproof.batch.rows import ReadOptions
from chartproof.batch.since import CHANGES, Changes, Earlier
from chartproof.batch.summary import summary_page
from chartproof.batch.tally import Tally
from chartproof.batch.writers import TableFiles
from chartproof.errors import ChartproofError

PART_ROWS = 50
SUMMARY = "summary.html"
_FULL = (errno.ENOSPC, errno.EDQUOT)


def available_cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True)
class Plan:
    """What a batch is asked to do. `by`: columns of the export that the summary counts by; None for usual names.

    `part_rows`: rows of a part; after an interruption, at most the parts under way are done again.
    """

    export: Path
    out: Path
    read: ReadOptions = field(default_factory=ReadOptions)
    settings: Settings = field(default_factory=Settings)
    limits: Limits = field(default_factory=Limits)
    table_format: Format = Format.parquet
    by: tuple[str, ...] | None = None
    since: Path | None = None
    workers: int = field(default_factory=available_cores)
    part_rows: int = PART_ROWS


@dataclass
class Run:
    """A run under way in its folder. `identity`: what decides its tables; `earlier`: the batch it is compared with."""

    plan: Plan
    identity: dict[str, Any]
    parts: Parts
    earlier: Earlier | None
    begun: float = field(default_factory=time.time)
    rows: int = 0
    before: int = 0

    def reading(self, name: str) -> ReadOptions:
        """How the export is read, with a folder of that name for what a reading must keep on disk."""
        return dataclasses.replace(self.plan.read, work_dir=self.parts.folder / name)

    def tell(self, notice: Callable[[str], None]) -> None:
        """What a person should know before the work begins."""
        if self.earlier is not None and self.earlier.reason is not None:
            notice(f"all cases are judged again: {self.earlier.reason}")
        if self.parts.done():
            notice(f"going on with the run in {self.plan.out}")


@dataclass(frozen=True)
class Outcome:
    """How a batch ended: the content of its manifest, how long it took, how many rows an interrupted run had done
    already, and what has changed since an earlier batch. `counts` is None where all was done and nothing was to do."""

    content: dict[str, Any]
    tally: Tally | None = None
    seconds: float = 0.0
    before: int = 0
    changes: Changes | None = None


@contextmanager
def prepared(plan: Plan, *, restart: bool = False) -> Iterator[Run | Outcome]:
    """The run of a plan, begun or to be gone on with; or its outcome, where it has been finished before.

    While the block runs, no other run can work in the folder. Errors: ChartproofError for an export or a folder that
    cannot be used, and for a full disk.
    """
    _check_places(plan)
    with _told_errors(plan.out):
        plan.out.mkdir(mode=0o700, parents=True, exist_ok=True)
        with only_run(plan.out):
            parts = Parts(plan.out)
            if restart:
                _clear(plan.out, parts)
            identity = _identity(plan)
            finished = _finished(plan, identity, parts)
            if finished is not None:
                yield finished
                return
            earlier = None if plan.since is None else Earlier.of(plan.since, identity)
            parts.begin(identity)
            yield Run(plan, identity, parts, earlier)


def finish(run: Run, results: Iterable[pa.RecordBatch], engine: dict[str, Any]) -> Outcome:
    """Write tables, summary and manifest from the records of all rows in order, and remove the parts.

    Errors: ChartproofError when a row is missing or doubled, or the export was changed while it was read; OSError.
    """
    plan = run.plan
    tally = Tally(plan.by)
    changes = None if run.earlier is None else Changes(run.earlier)
    files = TableFiles(plan.out, plan.table_format)
    with files:
        for records in results:
            _check_order(records, tally.rows)
            tally.add(records)
            if changes is not None:
                changes.add(records)
            files.write(records)
        if tally.rows != run.rows:
            raise ChartproofError(f"{plan.out}: {tally.rows} of {run.rows} rows are there; begin anew with --restart")
    if manifest.inputs(plan.export) != run.identity["inputs"]:
        raise ChartproofError(f"{plan.export}: was changed while it was read; begin anew with --restart")
    tables = files.described()
    content = {
        **run.identity,
        "counts": {
            "rows": tally.rows,
            **{name: tables[file]["rows"] for name, file in table_names(plan.table_format).items()},
            "determinations": dict(sorted(tally.determinations.items())),
            "rejects_by_kind": dict(sorted(tally.rejects.items())),
        },
        "tables": tables,
    }
    if changes is not None:
        changes.end()
        replace_file(plan.out / CHANGES, changes.table())
    replace_file(plan.out / SUMMARY, summary_page(tally, content).encode())
    ended = time.time()
    timing = {
        "begun": _moment(run.begun),
        "ended": _moment(ended),
        "seconds": round(ended - run.begun, 1),
        "rows_done_before": run.before,
        **engine,
    }
    manifest.write_manifest(plan.out, content, timing)
    run.parts.remove()
    return Outcome(content, tally, ended - run.begun, run.before, changes)


def _check_places(plan: Plan) -> None:
    if not plan.export.exists():
        raise ChartproofError(f"{plan.export}: no such file or folder; check the path")
    out, export = plan.out.resolve(), plan.export.resolve()
    if export.is_dir() and out.is_relative_to(export):
        raise ChartproofError(f"{plan.out}: lies in the export, and would be read with it; choose another folder")
    if plan.out.exists() and not plan.out.is_dir():
        raise ChartproofError(f"{plan.out}: is a file; name a folder for the tables")


def _identity(plan: Plan) -> dict[str, Any]:
    """What decides the tables: the program with its rules and guidelines, the inputs, and the options."""
    settings = {name: value for name, value in vars(plan.settings).items() if name != "site"}
    read = dataclasses.asdict(dataclasses.replace(plan.read, work_dir=None))
    options = {
        "export": shown(str(plan.export)),
        "read": {**read, "mapping": dict(plan.read.mapping), "keep": list(plan.read.keep)},
        "settings": settings,
        "limits": vars(plan.limits),
        "format": plan.table_format.value,
        "by": None if plan.by is None else list(plan.by),
        "since": None if plan.since is None else manifest.digest_of(manifest.read_manifest(plan.since)),
        "part_rows": plan.part_rows,
    }
    return {"program": manifest.program(), "inputs": manifest.inputs(plan.export), "options": options}


def _finished(plan: Plan, identity: dict[str, Any], parts: Parts) -> Outcome | None:
    """The outcome of the run where it has been finished. Errors: ChartproofError where the folder holds another."""
    if parts.begun:
        _refuse_other(plan, parts.run(), identity, "an unfinished run")
        return None
    if (plan.out / manifest.NAME).is_file():
        content = manifest.read_manifest(plan.out)
        _refuse_other(plan, content, identity, "the tables")
        return Outcome(content)
    if any(entry.name != FOLDER for entry in plan.out.iterdir()):
        raise ChartproofError(f"{plan.out}: is not empty; name a new folder")
    return None


def _refuse_other(plan: Plan, found: dict[str, Any], identity: dict[str, Any], what: str) -> None:
    different = [name for name in ("program", "inputs", "options") if found.get(name) != identity[name]]
    if "options" in different:
        before, now = found.get("options", {}), identity["options"]
        different.remove("options")
        different += [f"option {name}" for name in now if before.get(name) != now[name]]
    if different:
        raise ChartproofError(
            f"{plan.out}: holds {what} of another run ({', '.join(different)} differ); name another folder,"
            " or begin anew with --restart"
        )


def _clear(out: Path, parts: Parts) -> None:
    """Remove what a batch writes, and nothing else."""
    parts.remove()
    tables = (name for one in Format for name in table_names(one).values())
    for name in (manifest.NAME, SUMMARY, CHANGES, *tables):
        (out / name).unlink(missing_ok=True)


def _check_order(records: pa.RecordBatch, before: int) -> None:
    """Every row is there once, and in its place."""
    if records.column("row").to_pylist() != [*range(before + 1, before + 1 + records.num_rows)]:
        raise ChartproofError(f"rows after {before} are missing or doubled; begin anew with --restart")


def _moment(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


@contextmanager
def _told_errors(out: Path) -> Iterator[None]:
    """Errors of the disk say what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise ChartproofError(
                f"{out}: the disk is full; make room and give the same command again, which goes on where it stopped"
            ) from None
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise ChartproofError(
                f"{out}: cannot be written ({error.strerror}); choose another folder or change its permissions"
            ) from None
        raise
