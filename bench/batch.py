"""Batch: rate and memory of the local engine on many notes, and its rate beside that of one process in memory.

    python bench/batch.py 1000 10000 --workers 2

The notes are made by repeating and varying the gold notes: names, ages, numbers and the order of paragraphs, by a fixed
seed. Each is a case of its own. `--short` cuts them to about 1.5 kB. The tables go to a folder that is removed, or to `--keep`,
where an interrupted measurement goes on.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import resource
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import yaml

from chartproof.api import assess, extract
from chartproof.batch.engine import run_local
from chartproof.batch.partition import Partition, Settings
from chartproof.batch.progress import Progress
from chartproof.batch.reading import encoded
from chartproof.batch.rows import ReadOptions, Row
from chartproof.batch.run import Plan
from chartproof.batch.tables import ROWS
from chartproof.notes import Case

ROOT = Path(__file__).resolve().parents[1]
CODES = ("27096", "62323", "64483", "64493", "64635", "63650", "62321", "64490")
SHORT = 1500
SYLLABLES = ("mar", "ten", "ko", "lin", "sa", "bru", "vel", "dor", "hei", "pra", "tu", "win", "ask", "ole", "ri", "gan")


def made(count: int, *, short: bool) -> Iterator[dict[str, object]]:
    """Cases of one note each, the same for the same count."""
    texts = [
        yaml.safe_load(path.read_text("utf-8"))["text"] for path in sorted((ROOT / "gold" / "notes").glob("*.yaml"))
    ]
    chance = random.Random(20240305)
    for number in range(count):
        paragraphs = chance.choice(texts).split("\n\n")
        chance.shuffle(paragraphs)
        name = "".join(chance.choices(SYLLABLES, k=4)).title()
        body = "\n\n".join([f"PATIENT: {name} {chance.randrange(10**7):07d}", *paragraphs])
        text = re.sub(r"\b\d{1,2}\b", lambda found: varied(found[0], chance), body)
        yield {
            "case_id": f"c{number:08d}",
            "request": {"cpt": [chance.choice(CODES)], "date": "2024-06-01"},
            "notes": [{"note_id": f"n{number:08d}", "date": "2024-05-01", "text": text[:SHORT] if short else text}],
        }


def varied(number: str, chance: random.Random) -> str:
    """Another number near by, now and then."""
    return number if chance.random() < 0.7 else str(max(1, int(number) + chance.choice((-1, 1))))


def write(path: Path, count: int, *, short: bool) -> None:
    """The export as JSON Lines."""
    if not path.is_file():
        unfinished = path.with_suffix(".new")
        with unfinished.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(case, ensure_ascii=False) + "\n" for case in made(count, short=short))
        unfinished.replace(path)


class Memory:
    """The most memory of this process and of its largest and all children, in MB, sampled twice a second."""

    def __init__(self) -> None:
        self.now = self.peak = (0.0, 0.0, 0.0)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        me = psutil.Process()
        while not self._over.wait(0.5):
            children = [0.0]
            for one in me.children(recursive=True):
                try:
                    children.append(one.memory_info().rss / 1e6)
                except psutil.NoSuchProcess:
                    continue
            parent = me.memory_info().rss / 1e6
            self.now = (parent, max(children), parent + sum(children))
            self.peak = tuple(max(pair) for pair in zip(self.peak, self.now, strict=True))  # type: ignore[assignment]

    def stop(self) -> None:
        """End the sampling."""
        self._over.set()
        self._thread.join()


class Sampling(Progress):
    """Tells the peaks of memory so far now and then on standard error, in the place of a bar."""

    def __init__(self, memory: Memory, every: int) -> None:
        super().__init__(terminal=False, every=float("inf"))
        self._memory = memory
        self._rows = every
        self._next = 0

    def at(self, done: int) -> None:
        """Tell at every so many rows."""
        if done >= self._next:
            self._next = done // self._rows * self._rows + self._rows
            told = dict(zip(("parent", "worker", "all"), map(round, self._memory.peak), strict=True))
            print(
                json.dumps({"done": done, "peak_mb": told, "at": round(time.monotonic())}), file=sys.stderr, flush=True
            )


def in_memory(count: int, *, short: bool) -> tuple[float, float]:
    """Cases per second of CPU and of wall time, of extract and assess alone in one process."""
    cases = [Case.model_validate(case) for case in made(count, short=short)]
    Partition(Settings()).warm_up()
    cpu, wall = time.process_time(), time.perf_counter()
    for case in cases:
        assess(case, facts=[extract(note) for note in case.notes])
    return count / (time.process_time() - cpu), count / (time.perf_counter() - wall)


def work_alone(count: int, *, short: bool) -> float:
    """Cases per second of CPU of the partition function in one process: with the records of the tables."""
    import pyarrow as pa

    rows = [
        encoded(Row(f"bench:{number}", Case.model_validate(case)), number)
        for number, case in enumerate(made(count, short=short), start=1)
    ]
    partition = Partition(Settings())
    partition.warm_up()
    cpu = time.process_time()
    for start in range(0, count, 50):
        partition(pa.RecordBatch.from_pylist(rows[start : start + 50], schema=ROWS))
    return count / (time.process_time() - cpu)


def baseline(count: int, *, short: bool) -> dict[str, float]:
    """The rates of one process without a batch."""
    cpu, wall = in_memory(count, short=short)
    alone = work_alone(count, short=short)
    return {
        "in_memory_per_cpu_second": round(cpu, 1),
        "in_memory_per_second": round(wall, 1),
        "partition_per_cpu_second": round(alone, 1),
        "load": os.getloadavg()[0],
    }


def measured(export: Path, out: Path, workers: int) -> dict[str, float]:
    """Rate and memory of a batch."""
    plan = Plan(export=export, out=out, read=ReadOptions(format="jsonl"), workers=workers)
    own, children = time.process_time(), resource.getrusage(resource.RUSAGE_CHILDREN)
    memory = Memory()
    outcome = run_local(plan, Sampling(memory, every=1000))
    memory.stop()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    rows = outcome.content["counts"]["rows"] - outcome.before
    worked = after.ru_utime + after.ru_stime - children.ru_utime - children.ru_stime
    return {
        "rows": rows,
        "workers": workers,
        "seconds": round(outcome.seconds, 1),
        "rows_per_second": round(rows / outcome.seconds, 1),
        "parent_cpu_seconds": round(time.process_time() - own, 1),
        "workers_cpu_seconds": round(worked, 1),
        "rows_per_worker_cpu_second": round(rows / max(worked, 0.01), 1),
        "peak_parent_mb": round(memory.peak[0]),
        "peak_worker_mb": round(memory.peak[1]),
        "peak_all_mb": round(memory.peak[2]),
        "table_mb": round(sum(one["bytes"] for one in outcome.content["tables"].values()) / 1e6, 1),
    }


class Computing:
    """Seconds computed by the processes of Spark, by what they are; sampled, for they are not all children of ours."""

    def __init__(self) -> None:
        self._seen: dict[int, tuple[str, float]] = {}
        self._begun = time.time()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._over.wait(0.3):
            for one in psutil.process_iter():
                try:
                    if one.create_time() >= self._begun and (kind := self._kind(one)):
                        times = one.cpu_times()
                        self._seen[one.pid] = (kind, times.user + times.system)
                except psutil.Error:
                    continue

    @staticmethod
    def _kind(process: psutil.Process) -> str | None:
        line = " ".join(process.cmdline())
        if "org.apache.spark" in line:
            return "java"
        if "pyspark" in line and "daemon" in line:
            return "python of spark"
        parent = process.parent()
        if "chartproof.batch.worker" in line and parent is not None and "daemon" in " ".join(parent.cmdline()):
            return "worker"
        return None

    def stop(self) -> dict[str, float]:
        """The sums."""
        self._over.set()
        self._thread.join()
        kinds = sorted({kind for kind, _ in self._seen.values()})
        return {kind: round(sum(cpu for one, cpu in self._seen.values() if one == kind), 1) for kind in kinds}


def measured_spark(export: Path, out: Path, master: str) -> dict[str, object]:
    """What a batch on Spark computes, by kind of process."""
    from chartproof.batch.spark import run_spark

    own, computing = time.process_time(), Computing()
    outcome = run_spark(Plan(export=export, out=out, read=ReadOptions(format="jsonl")), master)
    told = computing.stop()
    return {
        "spark_rows": outcome.content["counts"]["rows"],
        "seconds": round(outcome.seconds, 1),
        "cpu_seconds": {"driver": round(time.process_time() - own, 1), **told},
        "load": os.getloadavg()[0],
    }


def main() -> None:
    """Print one JSON object per measurement."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("counts", type=int, nargs="*", help="how many notes")
    parser.add_argument("--baseline", type=int, default=0, help="first, one process in memory on so many notes")
    parser.add_argument("--workers", type=int, nargs="+", default=[2], help="runs with so many, one after the other")
    parser.add_argument("--spark", metavar="MASTER", help="on Spark instead, e.g. 'local-cluster[2,1,1024]'")
    parser.add_argument("--short", action="store_true", help="notes of at most 1.5 kB")
    parser.add_argument("--keep", type=Path, help="folder for exports and tables")
    arguments = parser.parse_args()
    folder = arguments.keep or Path(tempfile.mkdtemp(prefix="chartproof-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        if arguments.baseline:
            print(json.dumps(baseline(arguments.baseline, short=arguments.short)), flush=True)
        for count in arguments.counts:
            export = folder / f"notes-{count}{'-short' if arguments.short else ''}.jsonl"
            write(export, count, short=arguments.short)
            if arguments.spark:
                print(json.dumps(measured_spark(export, folder / f"{export.stem}-spark", arguments.spark)), flush=True)
                continue
            for turn, workers in enumerate(arguments.workers, start=1):
                found = measured(export, folder / f"{export.stem}-{turn}-{workers}", workers)
                size = export.stat().st_size / count / 1000
                print(json.dumps({**found, "kB_per_note": round(size, 2), "load": os.getloadavg()[0]}), flush=True)
    finally:
        if arguments.keep is None:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
