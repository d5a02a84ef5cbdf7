"""An interrupted batch goes on, with the tables of one that was not interrupted."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from chartproof.batch import manifest
from chartproof.batch.parts import Parts
from chartproof.batch.run import Plan
from chartproof.batch.writers import Format
from chartproof.errors import ChartproofError
from tests.batch.conftest import (
    STUB,
    STUBS,
    begun,
    check_whole,
    parts_of,
    rows,
    run,
    table_bytes,
    wait_for,
    write_cases,
)

Plans = Callable[..., Plan]


def test_the_tables_depend_neither_on_workers_nor_on_earlier_runs(stub_plan: Plans, tmp_path: Path) -> None:
    plan = stub_plan(["good", "fine", "refuse"] * 5 + ["good"])
    first = run(plan, workers=1)
    second = run(plan, workers=3, out=tmp_path / "again")
    check_whole(plan.out, 16)
    assert table_bytes(plan.out) == table_bytes(tmp_path / "again")
    assert first.content == second.content
    whole = json.loads((plan.out / "manifest.json").read_bytes())
    assert whole["sha256"] == manifest.digest_of(whole["content"])
    assert set(whole["timing"]) >= {"begun", "ended", "seconds"}


def test_a_finished_batch_is_not_done_again(stub_plan: Plans) -> None:
    plan = stub_plan(["good"] * 4)
    run(plan)
    before = {path.name: path.stat().st_mtime_ns for path in plan.out.iterdir()}
    again = run(plan)
    assert again.tally is None
    assert again.content["counts"]["cases"] == 4
    assert {path.name: path.stat().st_mtime_ns for path in plan.out.iterdir()} == before


TEXTS = ["good", "fine", "refuse", "sleep 0.03", "good", "sleep 0.1", "fine"] * 5


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The tables of an undisturbed run."""
    folder = tmp_path_factory.mktemp("undisturbed")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(STUBS))
        plan = Plan(write_cases(folder / "export.jsonl", TEXTS), folder / "out", settings=STUB, workers=1, part_rows=3)
        run(plan)
    return table_bytes(plan.out)


@pytest.mark.parametrize("seed", range(20))
def test_killed_at_any_moment_it_goes_on_and_nothing_is_lost_or_doubled(
    stub_plan: Plans, undisturbed: dict[str, bytes], seed: int
) -> None:
    """The batch itself by even seeds, up to twice; its workers by odd ones, one or two."""
    chance = random.Random(seed)
    plan = stub_plan(TEXTS)
    for moment in sorted(chance.choices(range(11), k=chance.choice((1, 2)))):
        process = begun(plan)
        wait_for(lambda moment=moment: parts_of(plan) >= moment and (plan.out / ".parts" / "run.json").exists())  # type: ignore[misc]
        time.sleep(chance.uniform(0, 0.3))
        if seed % 2:
            workers = psutil.Process(process.pid).children() if process.is_alive() else []
            for worker in chance.sample(workers, min(len(workers), 1)):
                worker.kill()
            process.join(120)
            assert process.exitcode == 0
            break
        process.kill()
        process.join(30)
    run(plan)
    check_whole(plan.out, len(TEXTS))
    assert table_bytes(plan.out) == undisturbed


def test_a_killed_parent_leaves_no_worker(stub_plan: Plans) -> None:
    plan = stub_plan(["wait"] * 4)
    process = begun(plan)
    wait_for(lambda: len(psutil.Process(process.pid).children()) == 2)
    workers = psutil.Process(process.pid).children()
    time.sleep(1)
    process.kill()
    process.join(30)
    _, alive = psutil.wait_procs(workers, timeout=60)
    assert not alive


def test_ctrl_c_keeps_what_is_done(stub_plan: Plans) -> None:
    plan = stub_plan(["good"] * 3 + ["wait"])
    process = begun(plan)
    wait_for(lambda: parts_of(plan) == 1)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGINT)
    process.join(60)
    assert process.exitcode not in (0, None)
    assert Parts(plan.out).done() == {0}
    assert not (plan.out / "cases.parquet").exists()


def test_a_damaged_part_is_made_again(stub_plan: Plans, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = stub_plan(["good"] * 9)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chartproof.batch.engine.finish", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            run(plan)
    part = plan.out / ".parts" / "00000001.part"
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.write_bytes(content)
    with pytest.raises(ChartproofError, match="damaged and is removed; the same command makes it again"):
        run(plan)
    outcome = run(plan)
    assert outcome.before == 6
    check_whole(plan.out, 9)


def test_other_options_or_inputs_in_a_folder_with_parts_are_refused(stub_plan: Plans) -> None:
    plan = stub_plan(["good"] * 4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chartproof.batch.engine.finish", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            run(plan)
    with pytest.raises(ChartproofError, match=r"unfinished run of another run \(option part_rows differ\).*--restart"):
        run(plan, part_rows=2)
    write_cases(plan.export, ["good"] * 5)
    with pytest.raises(ChartproofError, match=r"\(inputs differ\)"):
        run(plan)
    run(plan, restart=True)
    check_whole(plan.out, 5)
    write_cases(plan.export, ["fine"])
    with pytest.raises(ChartproofError, match=r"holds the tables of another run \(inputs differ\)"):
        run(plan)


def test_a_folder_with_other_files_is_left_alone(stub_plan: Plans) -> None:
    plan = stub_plan(["good"])
    plan.out.mkdir()
    (plan.out / "thesis.txt").write_text("mine")
    for restart in (False, True):
        with pytest.raises(ChartproofError, match="not empty"):
            run(plan, restart=restart)
    assert [path.name for path in plan.out.iterdir()] == ["thesis.txt"]


def test_an_export_must_be_there_and_not_around_the_tables(stub_plan: Plans, tmp_path: Path) -> None:
    plan = stub_plan(["good"])
    with pytest.raises(ChartproofError, match="no such file or folder"):
        run(plan, export=tmp_path / "nowhere")
    with pytest.raises(ChartproofError, match="lies in the export"):
        run(plan, export=tmp_path, out=tmp_path / "x" / "out")
    with pytest.raises(ChartproofError, match="is a file"):
        run(plan, out=plan.export)


def test_an_export_that_changes_meanwhile_is_refused(stub_plan: Plans, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = stub_plan(["good"] * 3)
    told = manifest.inputs
    calls = []

    def inputs(export: Path) -> list[dict[str, object]]:
        calls.append(export)
        if len(calls) == 2:
            with export.open("a") as file:
                file.write("\n")
        return told(export)

    monkeypatch.setattr("chartproof.batch.manifest.inputs", inputs)
    with pytest.raises(ChartproofError, match="changed while it was read"):
        run(plan)
    assert not (plan.out / "manifest.json").exists()


def test_two_runs_in_one_folder_are_refused(stub_plan: Plans) -> None:
    plan = stub_plan(["wait"])
    process = begun(plan)
    try:
        wait_for((plan.out / ".parts" / "run.json").exists)
        with pytest.raises(ChartproofError, match="another run is working in this folder"):
            run(plan)
    finally:
        process.kill()
        process.join()


def test_the_tables_are_for_the_user_alone_while_notes_are_in_parts(stub_plan: Plans) -> None:
    plan = stub_plan(["good"])
    run(plan)
    assert plan.out.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("table_format", [Format.csv, Format.jsonl])
def test_other_formats_say_the_same(stub_plan: Plans, tmp_path: Path, table_format: Format) -> None:
    import csv

    plan = stub_plan(["good", "refuse", "fine"])
    run(plan)
    run(plan, out=tmp_path / "other", table_format=table_format)
    expected = rows(plan.out, "cases")
    path = tmp_path / "other" / f"cases.{table_format.value}"
    with path.open(encoding="utf-8", newline="") as file:
        found = [*csv.DictReader(file)] if table_format is Format.csv else [json.loads(line) for line in file]
    assert [(int(one["row"]), one["case_id"], one["determination"]) for one in found] == [
        (one["row"], one["case_id"], one["determination"]) for one in expected
    ]
    assert found[0].keys() == expected[0].keys()
    missing = found[0]["missing"]
    assert (json.loads(missing) if isinstance(missing, str) else missing) == []


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system needs root")


def mounted(folder: Path, options: str) -> bool:
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@needs_root
def test_a_full_disk_is_told_and_with_room_the_same_command_goes_on(stub_plan: Plans, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    if not mounted(disk, "size=128k"):
        pytest.skip("no file system can be mounted here")
    try:
        filler = disk / "filler"
        filler.write_bytes(b"x" * 90_000)
        plan = replace(stub_plan(["good"] * 30), out=disk / "out")
        with pytest.raises(ChartproofError, match="disk is full; make room and give the same command again"):
            run(plan)
        assert not (plan.out / "manifest.json").exists()
        done = len(Parts(plan.out).done())
        filler.unlink()
        subprocess.run(["mount", "-o", "remount,size=4m", str(disk)], check=True)
        assert run(plan).before == 3 * done
        check_whole(plan.out, 30)
        run(plan, out=tmp_path / "roomy")
        assert table_bytes(plan.out) == table_bytes(tmp_path / "roomy")
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@needs_root
def test_a_read_only_folder_is_told(stub_plan: Plans, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    if not mounted(disk, "size=128k,ro"):
        pytest.skip("no file system can be mounted here")
    try:
        for out in (disk, disk / "out"):
            with pytest.raises(ChartproofError, match=r"cannot be written .*choose another folder"):
                run(stub_plan(["good"]), out=out)
    finally:
        subprocess.run(["umount", str(disk)], check=True)
