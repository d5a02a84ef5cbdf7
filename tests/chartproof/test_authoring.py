"""The example of docs/authoring.md works as it is: files only, no Python; and the commands for authors."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "authoring"
FOLDER = EXAMPLE / "guidelines"
NOTE = EXAMPLE / "2025-06-12-visit.txt"
FILES = sorted(path for path in FOLDER.glob("*.yaml") if not path.name.endswith(".cases.yaml"))

Run = Callable[..., Any]


def test_the_example_is_made_of_text_files_only() -> None:
    assert {path.suffix for path in EXAMPLE.rglob("*") if path.is_file()} == {".yaml", ".txt"}
    assert [path.name for path in FILES] == ["qhp-114.yaml", "qhp-114@2026.yaml"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_its_files_and_cases_pass_the_check(path: Path, run: Run) -> None:
    result = run("guidelines", "check", "--strict", path)
    assert result.code == 0, result.out
    assert "0 errors, 0 warnings" in result.out
    assert int(re.findall(r"(\d+) test cases", result.out)[0]) > 20


def test_a_note_is_assessed_by_it(run: Run) -> None:
    result = run("assess", NOTE, "--cpt", "20553", "--date", "2025-06-16", "--guidelines", FOLDER, "--format", "json")
    assert result.code == 0, result.err
    [assessment] = result.rows
    statuses = {one["id"]: one["status"] for one in (*assessment["criteria"], *assessment["gates"])}
    assert (assessment["guideline"], assessment["guideline_version"]) == ("qhp-114", "2025")
    assert assessment["determination"] == "needs_information"
    assert {key for key, status in statuses.items() if status != "met"} == {"qhp-114.first.exam"}


def test_the_date_of_the_request_picks_its_version(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHARTPROOF_GUIDELINES", str(FOLDER))
    found = {}
    for date in ("2024-06-16", "2025-12-31", "2026-01-01"):
        [assessment] = run("assess", NOTE, "--cpt", "20553", "--date", date, "--format", "json").rows
        found[date] = (assessment["guideline_version"], assessment["version_note"] is not None)
    assert found == {"2024-06-16": ("2025", True), "2025-12-31": ("2025", False), "2026-01-01": ("2026", False)}
    told = run("assess", NOTE, "--cpt", "20553", "--date", "2024-06-16").out
    assert "the version of that time is not known here" in " ".join(told.split())
    page = run("assess", NOTE, "--cpt", "20553", "--date", "2024-06-16", "--format", "html").out
    assert "the version of that time is not known here" in page


def test_without_the_folder_its_codes_are_unknown(run: Run) -> None:
    result = run("assess", NOTE, "--cpt", "20553", "--date", "2025-06-16")
    assert result.code == 2
    assert "CPT code 20553 is not supported" in result.err


def test_it_is_listed_and_shown(run: Run) -> None:
    assert "qhp-114" in run("guidelines", "list", "--guidelines", FOLDER).out
    assert "qhp-114" not in run("guidelines", "list").out
    shown = " ".join(run("guidelines", "show", "qhp-114@2025", "--guidelines", FOLDER).out.split())
    assert "qhp-114.limit.annual | QHP-114, 4a" in shown
    assert "Remarks on the source" in shown
    assert run("guidelines", "show", FILES[1]).code == 0


def test_its_versions_are_compared(run: Run) -> None:
    for old, new in (("qhp-114@2025", "qhp-114@2026"), FILES):
        content = json.loads(run("guidelines", "diff", old, new, "--guidelines", FOLDER, "--format", "json").out)
        assert [one["field"] for one in content["entries"]["criteria"][0]["fields"]] == ["params.weeks", "text"]
    assert run("guidelines", "diff", *FILES, "--format", "markdown").out.startswith("# qhp-114@2025 to qhp-114@2026")


def test_mistakes_are_told_and_end_with_exit_code_1(run: Run) -> None:
    result = run("guidelines", "check", EXAMPLE / "mistakes.yaml", "--format", "json")
    assert result.code == 1
    assert {row["severity"] for row in result.rows} == {"error", "warning"}
    assert all(row["line"] > 0 and row["message"] for row in result.rows)


def test_warnings_alone_fail_only_when_strict(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "qhp-114.yaml"
    path.write_bytes(FILES[0].read_bytes())
    assert run("guidelines", "check", path).code == 0
    assert run("guidelines", "check", "--strict", path).code == 1


def test_a_file_that_cannot_be_read_ends_with_exit_code_2(run: Run, tmp_path: Path) -> None:
    result = run("guidelines", "check", tmp_path / "none.yaml", FILES[0])
    assert result.code == 2
    assert "none.yaml" in result.err
    assert "qhp-114.yaml: 0 errors" in result.out
    assert run("guidelines", "diff", "nia-305", "nia-999").code == 2
    assert run("guidelines", "list", "--guidelines", tmp_path / "none").code == 2


def test_the_policy_in_the_page_is_the_file() -> None:
    assert (EXAMPLE / "qhp-114.txt").read_text("utf-8") in (ROOT / "docs" / "authoring.md").read_text("utf-8")


def test_the_pieces_in_the_page_are_those_of_the_files() -> None:
    page = (ROOT / "docs" / "authoring.md").read_text("utf-8")
    files = [path.read_text("utf-8") for path in (FILES[0], FOLDER / "qhp-114.cases.yaml")]
    blocks = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert len(blocks) == 4
    assert [any(block in text for text in files) for block in blocks[1:3]] == [True, True]


def test_the_table_of_checks_is_current(run: Run) -> None:
    written = (ROOT / "docs" / "checks.md").read_text("utf-8")
    assert written == run("guidelines", "checks", "--format", "markdown").out, "run `make docs`"
    assert "| `response` |" in written
    assert "response" in run("guidelines", "checks").out
