"""``chartproof batch`` as it is used: exports whole and broken, through the command line and the true pipeline."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from chartproof import assess
from chartproof.cli import app
from chartproof.notes import Case
from tests.batch.conftest import check_whole, rows, wait_for

GOLD = Path(__file__).parents[2] / "gold" / "cases" / "own-a.jsonl"
SECRET = "Xylophone"
NOTE = f"{SECRET}. Average pain 7/10. FABER positive on the left."
Batch = Callable[..., Any]


@pytest.fixture
def batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Batch:
    """Runs ``chartproof batch`` with an export and options, in the folder of the test; tables go to ``out``."""
    monkeypatch.chdir(tmp_path)

    def invoke(export: object, *options: object) -> Any:
        arguments = ["batch", str(export), "--out", "out", "--workers", "1", *map(str, options)]
        result = CliRunner().invoke(app, arguments)
        assert SECRET not in result.stdout + result.stderr
        return result

    return invoke


def lines(texts: list[str]) -> str:
    return "".join(
        json.dumps({"case_id": f"c{n}", "request": {"cpt": ["27096"]}, "notes": [{"note_id": f"n{n}", "text": text}]})
        + "\n"
        for n, text in enumerate(texts, start=1)
    )


def test_an_export_becomes_tables_with_what_assess_says(batch: Batch, tmp_path: Path) -> None:
    text = "".join(GOLD.read_text(encoding="utf-8").splitlines(keepends=True)[:3])
    (tmp_path / "cases.jsonl").write_text(text + lines([NOTE]).replace("27096", "99999"), encoding="utf-8")
    result = batch("cases.jsonl")
    assert result.exit_code == 0, result.stderr
    check_whole(tmp_path / "out", 4)
    expected = [assess(Case.model_validate_json(line)).determination for line in text.splitlines()]
    assert [one["determination"] for one in rows(tmp_path / "out", "cases")] == expected
    assert "4 rows: 3 cases judged" in result.stdout
    assert "1 rejected" in result.stdout
    assert "cases.jsonl:4: CPT code 99999 is not supported." in result.stderr
    assert "Batch summary" in (tmp_path / "out" / "summary.html").read_text(encoding="utf-8")
    assert batch("cases.jsonl").stdout.startswith("Nothing to do")
    assert batch("cases.jsonl", "--strict").exit_code == 2


def broken(path: Path, kind: str) -> Path:
    """Exports that end in the middle, or hold what cannot be read."""
    whole = lines([f"{NOTE} {number}" for number in range(300)]).encode()
    if kind == "gzip":
        path = path / "cases.jsonl.gz"
        path.write_bytes(gzip.compress(whole)[:-200])
    elif kind == "zip":
        path = path / "notes.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(5):
                archive.writestr(f"note{number}.txt", NOTE)
        path.write_bytes(path.read_bytes()[:-60])
    else:
        path = path / "notes.parquet"
        table = pa.table({"note_id": [f"n{n}" for n in range(500)], "text": [f"{NOTE} {n}" for n in range(500)]})
        pq.write_table(table, path)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


@pytest.mark.parametrize("kind", ["gzip", "zip", "parquet"])
def test_a_broken_export_is_told_and_what_was_readable_is_kept(batch: Batch, tmp_path: Path, kind: str) -> None:
    export = broken(tmp_path, kind)
    result = batch(export.name, "--guideline", "nia-305")
    assert export.name in result.stderr
    if result.exit_code == 0:
        cases, rejects = rows(tmp_path / "out", "cases"), rows(tmp_path / "out", "rejects")
        check_whole(tmp_path / "out", len(cases) + len(rejects))
        assert rejects
        assert all(export.name in one["error"] for one in rejects)
    else:
        assert result.exit_code == 2
        assert not (tmp_path / "out" / "cases.parquet").exists()


def test_doubled_keys_and_empty_notes_are_named(batch: Batch, tmp_path: Path) -> None:
    text = lines([NOTE, "", NOTE, "   "])
    (tmp_path / "cases.jsonl").write_text(text + text.splitlines(keepends=True)[0], encoding="utf-8")
    result = batch("cases.jsonl")
    assert result.exit_code == 0
    check_whole(tmp_path / "out", 5)
    assert [one["case_id"] for one in rows(tmp_path / "out", "cases")] == ["c1", "c3"]
    errors = {one["where"]: one["error"] for one in rows(tmp_path / "out", "rejects")}
    assert "empty" in errors["cases.jsonl:2"]
    assert "empty" in errors["cases.jsonl:4"]
    assert "already used at cases.jsonl:1" in errors["cases.jsonl:5"]


def test_a_note_of_50_megabytes_is_named_and_under_a_raised_limit_done_or_timed_out(
    batch: Batch, tmp_path: Path
) -> None:
    (tmp_path / "cases.jsonl").write_text(lines([NOTE, (NOTE + "\n") * (50_000_000 // len(NOTE)), NOTE]))
    assert batch("cases.jsonl").exit_code == 0
    (reject,) = rows(tmp_path / "out", "rejects")
    assert (reject["row"], reject["kind"]) == (2, "read")
    assert "--max-bytes" in reject["error"]
    result = batch("cases.jsonl", "--max-bytes", 60_000_000, "--timeout", 1, "--restart")
    assert result.exit_code == 0, result.stderr
    check_whole(tmp_path / "out", 3)
    assert [(one["row"], one["kind"]) for one in rows(tmp_path / "out", "rejects")] in ([(2, "timeout")], [])


def test_ctrl_c_says_how_to_go_on_and_the_same_command_does(tmp_path: Path) -> None:
    cases = GOLD.read_text(encoding="utf-8").splitlines(keepends=True)
    many = [line.replace('"case_id": "', f'"case_id": "{number}-', 1) for number in range(20) for line in cases]
    (tmp_path / "cases.jsonl").write_text("".join(many), encoding="utf-8")
    command = [sys.executable, "-P", "-m", "chartproof", "batch", "cases.jsonl", "--out", "out", "--workers", "1"]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    wait_for((tmp_path / "out" / ".parts" / "run.json").exists)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert told.splitlines()[-1] == "chartproof: stopped; give the same command again to go on where it stopped"
    (tmp_path / "cases.jsonl").write_text("".join(many[:2]), encoding="utf-8")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "unfinished run of another run (inputs differ)" in done.stderr
    assert subprocess.run([*command, "--restart"], cwd=tmp_path, capture_output=True, check=False).returncode == 0
    check_whole(tmp_path / "out", 2)


def test_without_a_terminal_progress_is_plain_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from chartproof.batch.progress import Progress, line

    with Progress(terminal=False, every=0) as progress:
        progress.at(0)
        progress.total = 10
        progress.at(5)
    assert capsys.readouterr().err.splitlines() == ["chartproof: 0 cases", "chartproof: 5 of 10 cases (50%)"]
    assert line(1200, 5000, 85) == "1,200 of 5,000 cases (24%), 85.0/s, 0:00:45 left"
    assert line(7, None, 2) == "7 cases, 2.0/s"
    assert line(0, 0, 0) == "0 of 0 cases (0%)"


def test_mistakes_are_told_in_one_line(batch: Batch, tmp_path: Path) -> None:
    (tmp_path / "cases.jsonl").write_text(lines([NOTE]))
    for options, message in (
        (("--map", "text"), "write FIELD=COLUMN"),
        (("--guideline", "none-1"), "unknown guideline none-1"),
        (("--since", "nowhere.json"), "no such manifest"),
        (("--engine", "spark", "--since", "nowhere.json"), "--since works with the local engine"),
    ):
        result = batch("cases.jsonl", *options)
        assert result.exit_code == 2, options
        assert message in result.stderr
        assert len(result.stderr.splitlines()) == 1
    result = CliRunner().invoke(app, ["batch", "cases.jsonl"])
    assert result.exit_code == 2
    assert "--out" in result.stderr
    assert "no such file" in batch("nothing.csv").stderr


def test_a_dry_run_writes_nothing(batch: Batch, tmp_path: Path) -> None:
    (tmp_path / "cases.jsonl").write_text(lines([NOTE, ""]))
    result = batch("cases.jsonl", "--dry-run")
    assert result.exit_code == 0
    assert "c1" in result.stdout
    assert not (tmp_path / "out").exists()


def test_no_word_of_a_note_is_in_the_tables_of_places_alone(batch: Batch, tmp_path: Path) -> None:
    (tmp_path / "cases.jsonl").write_text(lines([f"Cannot climb to the {SECRET}. Average pain 7/10."]))
    assert batch("cases.jsonl", "--no-evidence-text", "--format", "csv").exit_code == 0
    for path in (tmp_path / "out").iterdir():
        assert SECRET.lower() not in path.read_text(encoding="utf-8").lower(), path
    assert os.path.getsize(tmp_path / "out" / "facts.csv") > 100


def test_what_the_tables_hold_is_documented() -> None:
    from chartproof.batch.tables import TABLES

    page = (Path(__file__).parents[2] / "docs" / "batch.md").read_text(encoding="utf-8")
    for name, schema in TABLES.items():
        (table,) = re.findall(rf"### `{name}`\n\n((?:\|.*\n)+)", page)
        documented = re.findall(r"^\| `(\w+)`", table, re.MULTILINE)
        assert documented == schema.names, name
