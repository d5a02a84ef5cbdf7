"""Spark gives the tables of the local engine, byte by byte, with real executor processes."""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from chartproof.batch.pool import Limits
from chartproof.batch.run import Plan
from chartproof.errors import ChartproofError
from tests.batch.conftest import STUBS, check_whole, rows, run, table_bytes
from tests.batch.sources.exports import charts

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [
    pytest.mark.xdist_group("spark"),  # one process, as each would start Java anew
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java, which is not here"),
    pytest.mark.skipif(importlib.util.find_spec("pyspark") is None, reason="pyspark is not installed"),
]
MASTER = "local-cluster[2,1,1024]"
GOLD = Path(__file__).parents[2] / "gold" / "cases" / "own-a.jsonl"
Plans = Callable[..., Plan]


@pytest.fixture(scope="module", autouse=True)
def _environment() -> Iterator[None]:
    """The executors find the stand-in, which the Java process must know of before it starts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(STUBS))
        patch.setenv("PYTHONSAFEPATH", "1")
        # for jobs as short as these, compiling costs more than it brings
        patch.setenv(
            "JAVA_TOOL_OPTIONS",
            "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote -XX:-UsePerfData",
        )
        yield


@pytest.fixture(scope="module")
def session(_environment: None) -> Iterator[SparkSession]:
    """A session that stands, as in a notebook of a cluster; a batch takes it and leaves it."""
    from pyspark.sql import SparkSession

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        builder = SparkSession.builder.master(MASTER).config("spark.driver.host", "127.0.0.1")
        one = builder.config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "2").getOrCreate()
        yield one
        one.stop()


def test_a_master_that_cannot_be_reached_is_told(tmp_path: Path) -> None:
    """The first, as a session that stands would be taken."""
    from chartproof.batch.spark import run_spark

    export = tmp_path / "cases.jsonl"
    export.write_text(GOLD.read_text(encoding="utf-8").splitlines(keepends=True)[0], encoding="utf-8")
    with pytest.raises(ChartproofError, match=r"Spark does not start \(\w*(Parse|Spark|Py4J|Java)\w*\)"):
        run_spark(Plan(export, tmp_path / "out"), "nonsense://127.0.0.1:1")


def test_the_true_pipeline_gives_the_same_bytes(tmp_path: Path) -> None:
    from chartproof.batch.spark import run_spark

    export = tmp_path / "cases.jsonl"
    lines = GOLD.read_text(encoding="utf-8").splitlines(keepends=True)
    export.write_text("".join([*lines[:12], "no case\n", lines[12]]), encoding="utf-8")
    plan = Plan(export, tmp_path / "spark", part_rows=1, workers=1)
    told = run_spark(plan, MASTER)
    check_whole(plan.out, 14)
    local = replace(plan, out=tmp_path / "local")
    assert run(local).content == told.content
    assert table_bytes(local.out) == table_bytes(plan.out)
    assert json.loads((plan.out / "manifest.json").read_bytes())["timing"]["engine"] == "spark"
    assert run_spark(plan, MASTER).tally is None


def test_documents_are_read_by_the_executors(
    session: SparkSession, stub_plan: Plans, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chartproof.batch import spark

    monkeypatch.setattr(spark, "_FILE_CHARACTERS", 2_000)
    spooled: list[Path] = []
    work = spark._work
    monkeypatch.setattr(spark, "_work", lambda *given: (spooled.extend(given[2].glob("*.parquet")), work(*given))[1])
    plan = replace(stub_plan([]), export=charts(tmp_path / "charts"))
    told = spark.run_spark(plan)
    assert len(spooled) > 1  # documents are large
    check_whole(plan.out, 6)
    local = replace(plan, out=tmp_path / "local")
    assert run(local).content == told.content
    assert table_bytes(local.out) == table_bytes(plan.out)
    assert [one["where"] for one in rows(plan.out, "rejects")] == ["charts/e/fine.txt", "charts/f.docx"]


def test_what_hangs_or_crashes_an_executor_s_worker_is_named(session: SparkSession, stub_plan: Plans) -> None:
    from chartproof.batch.spark import run_spark

    texts = ["good", "crash", "fine", "good", "hang", "bug", "good", "refuse", "fine", "exit", "good", "crash", "good"]
    plan = stub_plan(texts, part_rows=1, limits=Limits(seconds=1))
    run_spark(plan)
    assert session.range(1).count() == 1  # it still stands
    check_whole(plan.out, len(texts))
    assert [one["kind"] for one in rows(plan.out, "rejects")] == [
        "crash",
        "timeout",
        "internal",
        "judge",
        "crash",
        "crash",
    ]
    assert [one["row"] for one in rows(plan.out, "rejects")] == [2, 5, 6, 8, 10, 12]


def test_frames_of_a_session_become_the_tables(session: SparkSession, tmp_path: Path) -> None:
    """As in a notebook of a cluster, without files."""
    from pyspark.sql.pandas.types import from_arrow_schema

    from chartproof.batch.reading import encoded
    from chartproof.batch.rows import ReadOptions, read_export
    from chartproof.batch.spark import judged, tables
    from chartproof.batch.tables import ROWS

    export = tmp_path / "cases.jsonl"
    lines = GOLD.read_text(encoding="utf-8").splitlines(keepends=True)
    export.write_text("".join([*lines[:3], "no case\n"]), encoding="utf-8")
    local = Plan(export, tmp_path / "local", workers=1)
    run(local)
    content = [encoded(row, number) for number, row in enumerate(read_export(export, ReadOptions()), start=1)]
    frame = session.createDataFrame(
        [tuple(one[name] for name in ROWS.names) for one in content], from_arrow_schema(ROWS)
    )
    for name, table in tables(judged(frame).persist()).items():
        order = ["row", "item"] if "item" in table.columns else ["row"]
        found = [one.asDict(recursive=True) for one in table.orderBy(*order).collect()]
        assert found == rows(local.out, name), name
