"""Exports, and batches with a stand-in for the work on a case: most of these tests are about what surrounds it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from chartproof.batch.engine import run_local
from chartproof.batch.partition import Settings
from chartproof.batch.pool import Limits, Piece, Pool
from chartproof.batch.progress import Progress
from chartproof.batch.run import Outcome, Plan

STUBS = Path(__file__).parent / "stubs"
STUB = Settings(judge="chartproof_stub_judge:judge")
TABLES = ("cases", "criteria", "facts", "rejects")


def write_cases(path: Path, texts: Iterable[str], **extra: str) -> Path:
    """Cases c1, c2 ... of one note each, as JSON Lines."""
    rows = (
        {
            "case_id": f"c{number}",
            **extra,
            "request": {"cpt": ["27096"]},
            "notes": [{"note_id": f"n{number}", "text": text}],
        }
        for number, text in enumerate(texts, start=1)
    )
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def rows(folder: Path, table: str) -> list[dict[str, Any]]:
    """The rows of a table."""
    found: list[dict[str, Any]] = pq.read_table(folder / f"{table}.parquet").to_pylist()
    return found


def table_bytes(folder: Path) -> dict[str, bytes]:
    """The tables of a batch in Parquet, as they are."""
    return {name: (folder / f"{name}.parquet").read_bytes() for name in TABLES}


def check_whole(folder: Path, count: int) -> None:
    """Every row is there once: as a case or as a reject."""
    cases, rejects = rows(folder, "cases"), rows(folder, "rejects")
    assert sorted(one["row"] for one in [*cases, *rejects]) == [*range(1, count + 1)]
    counts = json.loads((folder / "manifest.json").read_bytes())["content"]["counts"]
    assert (counts["rows"], counts["cases"], counts["rejects"]) == (count, len(cases), len(rejects))
    assert not (folder / ".parts").exists()


@pytest.fixture
def stub_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Plan]:
    """A plan with the stand-in, for an export with these texts of notes."""
    monkeypatch.syspath_prepend(str(STUBS))

    def plan(texts: Iterable[str], **options: Any) -> Plan:
        export = write_cases(tmp_path / "export.jsonl", texts)
        defaults: dict[str, Any] = {"settings": STUB, "limits": Limits(seconds=30), "workers": 2, "part_rows": 3}
        return Plan(export=export, out=tmp_path / "out", **{**defaults, **options})

    return plan


def run(plan: Plan, **changes: Any) -> Outcome:
    """Do a batch without telling its progress."""
    restart = changes.pop("restart", False)
    return run_local(replace(plan, **changes), Progress(terminal=False, every=float("inf")), restart=restart)


def begun(plan: Plan) -> ForkProcess:
    """A batch in a process of its own, which can be killed."""
    process = get_context("fork").Process(target=run, args=(plan,))
    process.start()
    return process


def wait_for(condition: Callable[[], object], seconds: float = 120) -> None:
    """Wait until it holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def parts_of(plan: Plan) -> int:
    """How many parts of a run under way are there."""
    return len([*plan.out.glob(".parts/*.part")])


def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The cases that go to workers from now on."""
    seen: list[str] = []
    assign = Pool._assign

    def noting(pool: Pool, again: Any, waiting: Any) -> None:
        for piece in waiting:
            assert isinstance(piece, Piece)
            names = [json.loads(case)["case_id"] for case in piece.rows.column("case").to_pylist()]
            seen.extend(name for name in names if name not in seen)
        assign(pool, again, waiting)

    monkeypatch.setattr(Pool, "_assign", noting)
    return seen
