"""JSON Lines, JSON and Parquet."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from chartproof.batch.sources import find_format
from chartproof.errors import ChartproofError

from .exports import lines, rows_of, summary

CASE = {"case_id": "c1", "request": {"cpt": ["27096"]}, "notes": [{"note_id": "n1", "text": "x"}], "site": "North"}


def test_notes_and_cases_by_line(tmp_path: Path) -> None:
    path = tmp_path / "export.jsonl"
    path.write_text(
        lines(CASE, {"note_id": 7, "text": "y", "date": "2024-05-14"}, {**CASE, "request": {}}) + "{torn\n[]\n"
    )
    rows = rows_of(path)
    assert summary(rows) == [("c1", ["n1"]), ("7", ["7"]), "error", "error", "error"]
    assert rows[0].extra == {"site": "North"}
    assert [str(row.error).split(": ")[1].split(" at ")[0] for row in rows[2:]] == [
        "this case id was already used",
        "not valid JSON",
        "expected a JSON object, a note or a case",
    ]


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ({}, "no case"),
        ({"case_id": "c0", "words": "Zebrafinch"}, "no case"),
        ({"case_id": "c0", "notes": None, "words": "Zebrafinch"}, "the note is empty"),
    ],
)
@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("whole", [False, True])
def test_a_row_that_is_no_case_among_cases_is_named_and_the_others_read(
    tmp_path: Path, broken: dict[str, Any], says: str, place: int, whole: bool
) -> None:
    contents = [CASE, {**CASE, "case_id": "c2"}]
    contents.insert(place * 2, broken)
    path = tmp_path / ("export.json" if whole else "export.jsonl")
    path.write_text(json.dumps(contents) if whole else lines(*contents))
    rows = rows_of(path)
    expected: list[Any] = [("c1", ["n1"]), ("c2", ["n1"])]
    expected.insert(place * 2, "error")
    assert summary(rows) == expected
    error = str(rows[place * 2].error)
    assert error.startswith(f"{path.name}:{f'[{place * 2 + 1}]' if whole else place * 2 + 1}: {says}")
    assert "Zebrafinch" not in error


def test_without_a_case_what_cannot_be_notes_is_refused_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "export.jsonl"
    path.write_text(lines({}, {"case_id": "c1", "words": "x"}))
    with pytest.raises(ChartproofError, match="no column is known to hold the text"):
        rows_of(path)


def test_notes_under_other_names_put_together(tmp_path: Path) -> None:
    path = tmp_path / "export.jsonl.gz"
    notes = [{"ReportID": n, "NOTE_TEXT": f"text {n}", "case_id": n % 2, "cpt": ["27096"]} for n in range(4)]
    path.write_bytes(gzip.compress(lines(*notes).encode()))
    assert find_format(path) == "jsonl"
    assert summary(rows_of(path)) == [("0", ["0", "2"]), ("1", ["1", "3"])]


def test_a_line_beyond_reason_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "export.jsonl"
    path.write_text(lines({"note_id": "a", "text": "x" * 5000}, {"note_id": "b", "text": "y"}))
    rows = rows_of(path, max_bytes=100)
    assert summary(rows) == ["error", ("b", ["b"])]
    assert "export.jsonl:1: the line is longer than 2,000 bytes" in str(rows[0].error)


@pytest.mark.parametrize("content", [[CASE], CASE])
def test_json_as_a_whole(tmp_path: Path, content: Any) -> None:
    path = tmp_path / "export.json"
    path.write_text(json.dumps(content, indent=1))
    assert find_format(path) == "json"
    assert summary(rows_of(path)) == [("c1", ["n1"])]


def test_a_note_whose_text_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "export.jsonl"
    path.write_text(lines({"note_id": "a", "text": 7}, {"note_id": "b", "text": None}, {"note_id": "c", "text": "x"}))
    assert summary(rows_of(path)) == ["error", "error", ("c", ["c"])]


# --- Parquet -----------------------------------------------------------------------------------------------

pa = pytest.importorskip("pyarrow", reason="the extra batch is not installed")


def parquet(path: Path, **columns: Any) -> Path:
    import pyarrow.parquet as pq

    pq.write_table(pa.table(columns), path, row_group_size=2)
    return path


def test_parquet_with_its_types(tmp_path: Path) -> None:
    path = parquet(
        tmp_path / "export.parquet",
        note_id=[1, 2, 3],
        text=["a", "b", None],
        note_date=[dt.datetime(2024, 5, 14, 9), None, None],
        cpt=[["27096"], [], None],
    )
    first, second, third = rows_of(path)
    assert first.where == "export.parquet:1"
    assert first.case is not None
    assert first.case.case_id == "1"
    assert str(first.case.notes[0].date) == "2024-05-14"
    assert first.case.request.cpt == ("27096",)
    assert second.case is not None
    assert "empty" in str(third.error)


def test_a_parquet_file_cut_in_half(tmp_path: Path) -> None:
    path = parquet(tmp_path / "export.parquet", text=["x" * 50] * 100)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(ChartproofError, match=r"export\.parquet: a Parquet file that is damaged or cut off"):
        rows_of(path)


def test_a_cut_part_among_others_is_named_and_the_others_kept(tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    for number in range(3):
        parquet(folder / f"part-{number}.parquet", note_id=[f"n{number}"], text=["x"])
    cut = folder / "part-1.parquet"
    cut.write_bytes(cut.read_bytes()[:100])
    rows = rows_of(folder)
    assert summary(rows) == [("n0", ["n0"]), "error", ("n2", ["n2"])]
    assert "part-1.parquet" in str(rows[1].error)


def test_a_damaged_page_keeps_the_rows_before(tmp_path: Path) -> None:
    path = parquet(
        tmp_path / "export.parquet",
        note_id=[str(n) for n in range(2000)],
        text=["y" * 40 + str(n) for n in range(2000)],
    )
    raw = bytearray(path.read_bytes())
    middle = len(raw) // 3
    raw[middle : middle + 4000] = b"\xff" * 4000
    path.write_bytes(raw)
    rows = rows_of(path)
    kept = [row for row in rows if row.case]
    assert kept
    assert [row.case.notes[0].text for row in kept if row.case] == ["y" * 40 + str(n) for n in range(len(kept))]
    assert "damaged from here on" in str(rows[-1].error)
