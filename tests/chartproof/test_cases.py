"""Which requests are judged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chartproof.cases import gather_cases
from chartproof.errors import ChartproofError
from chartproof.notes import Case

NOTE = {"note_id": "n1", "text": "Pain 7/10."}
CASE = {"case_id": "c1", "request": {"cpt": ["27096"], "state": "PA"}, "notes": [NOTE]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One file of each sort."""
    contents: dict[str, Any] = {"case.json": CASE, "request.json": {"case_id": "c1", "request": {"cpt": ["27096"]}}}
    for name, content in contents.items():
        (tmp_path / name).write_text(json.dumps(content))
    (tmp_path / "cases.jsonl").write_text("".join(json.dumps({**CASE, "case_id": name}) + "\n" for name in ("a", "b")))
    (tmp_path / "visit.txt").write_text("Pain.")
    (tmp_path / "other.txt").write_text("More pain.")
    (tmp_path / "bad.txt").write_bytes(b"\xff")
    return tmp_path


def cases(folder: Path, notes: list[str], files: list[str] | None = None, **asked: Any) -> list[Case]:
    entries = gather_cases([str(folder / n) for n in notes], [str(folder / f) for f in files or []], asked)
    assert all(isinstance(entry.value, Case) for entry in entries)
    return [entry.value for entry in entries if isinstance(entry.value, Case)]


def test_notes_together_are_one_request(folder: Path) -> None:
    (case,) = cases(folder, ["visit.txt", "other.txt"], cpt=["27096"], date="2024-05-21", levels=["L4-5"])
    assert case.case_id == "case"
    assert [note.note_id for note in case.notes] == ["visit", "other"]
    assert case.request.cpt == ("27096",)
    assert str(case.request.date) == "2024-05-21"
    assert case.request.levels == ("L4-5",)


def test_one_note_names_its_request(folder: Path) -> None:
    assert cases(folder, ["visit.txt"])[0].case_id == "visit"


def test_case_files_hold_one_or_many(folder: Path) -> None:
    assert [case.case_id for case in cases(folder, [], ["case.json", "cases.jsonl"])] == ["c1", "a", "b"]
    assert [case.case_id for case in cases(folder, ["cases.jsonl"], ["case.json"])] == ["a", "b", "c1"]


def test_options_go_before_a_case_file(folder: Path) -> None:
    (case,) = cases(folder, [], ["case.json"], state="WA")
    assert case.request.state == "WA"
    assert case.request.cpt == ("27096",)


def test_loose_notes_are_added_to_the_only_case(folder: Path) -> None:
    (case,) = cases(folder, ["visit.txt"], ["case.json"])
    assert [note.note_id for note in case.notes] == ["n1", "visit"]
    (bare,) = cases(folder, ["visit.txt"], ["request.json"])
    assert [note.note_id for note in bare.notes] == ["visit"]


@pytest.mark.parametrize(
    ("notes", "files", "says"),
    [
        (["visit.txt", "cases.jsonl"], [], "notes and cases are mixed"),
        (["visit.txt"], ["cases.jsonl"], "2 cases beside loose notes"),
        (["visit.txt", "bad.txt"], [], "nothing was assessed"),
        (["bad.txt"], ["case.json"], "not UTF-8"),
    ],
)
def test_what_cannot_be_one_chart_is_refused(folder: Path, notes: list[str], files: list[str], says: str) -> None:
    with pytest.raises(ChartproofError, match=says):
        cases(folder, notes, files)


@pytest.mark.parametrize(
    ("asked", "says"),
    [({"date": "5/21/24"}, "options: date: write dates"), ({"region": "knee"}, "options: region: input should be")],
)
def test_a_bad_option_is_said(folder: Path, asked: dict[str, str], says: str) -> None:
    with pytest.raises(ChartproofError, match=says):
        cases(folder, ["visit.txt"], **asked)


def test_a_bad_case_does_not_lose_the_others(folder: Path) -> None:
    with (folder / "cases.jsonl").open("a") as file:
        file.write("{}\n")
    entries = gather_cases([], [str(folder / "cases.jsonl")])
    assert [entry.value is not None for entry in entries] == [True, True, False]
