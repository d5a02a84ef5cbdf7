"""Delimited text: dialects, encodings, columns, dates, and what is wrong with a row."""

from __future__ import annotations

import csv
import gzip
import io
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chartproof.batch.mapping import map_columns
from chartproof.batch.rows import ReadOptions, Row, read_export
from chartproof.batch.sources import find_format
from chartproof.batch.sources.dates import Dates, dates_like
from chartproof.errors import ChartproofError

from .exports import NAMES, rows_of, summary, table

NOTE = 'HPI: "burning" pain,\n7/10; worse standing\tor walking | sitting.'
ROWS = [
    ["n1", "c1", "2024-05-14", NOTE, "27096"],
    ["n2", "c1", "2024-05-20", "FABER positive, 37° C.", "27096"],
    ["n3", "c2", "", "Naïve note.", "64493, 64494"],
]


def errors(rows: list[Row]) -> list[str]:
    return [row.error for row in rows if row.error is not None]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "windows-1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_any_dialect_and_encoding(tmp_path: Path, encoding: str, delimiter: str, ending: str) -> None:
    path = tmp_path / "export.txt.csv"
    path.write_bytes(table(ROWS, delimiter=delimiter, lineterminator=ending).encode(encoding))
    first, second = rows_of(path)
    assert first.where == "export.txt.csv:2"
    assert first.case is not None
    assert [note.text for note in first.case.notes] == [NOTE, "FABER positive, 37° C."]
    assert [str(note.date) for note in first.case.notes] == ["2024-05-14", "2024-05-20"]
    assert first.case.request.cpt == ("27096",)
    assert second.where == "export.txt.csv:4"
    assert second.case is not None
    assert second.case.request.cpt == ("64493", "64494")
    assert second.case.notes[0].date is None


@pytest.mark.parametrize(
    "dialect",
    [
        {"quoting": csv.QUOTE_ALL},
        {"doublequote": False, "escapechar": "\\", "quoting": csv.QUOTE_ALL},
    ],
)
def test_other_ways_to_quote(tmp_path: Path, dialect: dict[str, Any]) -> None:
    path = tmp_path / "export.csv"
    path.write_text(table(ROWS, **dialect), newline="")
    first, _ = rows_of(path)
    assert first.case is not None
    assert first.case.notes[0].text == NOTE


def test_tabs_without_quoting(tmp_path: Path) -> None:
    path = tmp_path / "export.tsv"
    path.write_text('note_id\ttext\nn1\t"burning" pain, 6" scar\nn2\t"ache" now\n')
    assert [row.case.notes[0].text for row in rows_of(path) if row.case] == ['"burning" pain, 6" scar', '"ache" now']


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\0"), min_size=1).filter(
    lambda text: bool(text.replace("\ufeff", "").strip())
)


@given(st.lists(texts, min_size=1, max_size=6), st.sampled_from([",", ";", "\t", "|"]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_text_comes_back_whole(tmp_path: Path, notes: list[str], delimiter: str) -> None:
    path = tmp_path / "export.csv"
    content = table(
        [[f"n{number}", note] for number, note in enumerate(notes)],
        names=["note_id", "text"],
        delimiter=delimiter,
        quoting=csv.QUOTE_ALL,
    )
    path.write_bytes(content.encode())
    assert [row.case.notes[0].text for row in rows_of(path) if row.case] == notes


# --- encodings ---------------------------------------------------------------------------------------------


def test_a_row_with_other_bytes_in_a_table_of_utf_8(tmp_path: Path) -> None:
    rows = [*ROWS, ["n4", "c3", "", "torn", ""]]
    path = tmp_path / "export.csv"
    path.write_bytes(table(rows).encode().replace(b"torn", b"torn \xff\xfe"))
    read = rows_of(path)
    assert summary(read) == [("c1", ["n1", "n2"]), ("c2", ["n3"]), "error"]
    assert "not utf-8" in errors(read)[0]


def test_an_encoding_that_is_told_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(table([["n1", "c1", "", "37°", ""]]).encode("cp850"))
    (row,) = rows_of(path, encoding="cp850")
    assert row.case is not None
    assert row.case.notes[0].text == "37°"
    with pytest.raises(ChartproofError, match="no such encoding"):
        rows_of(path, encoding="klingon")


# --- columns -----------------------------------------------------------------------------------------------


def test_columns_are_guessed_by_names_that_leave_no_doubt() -> None:
    found = map_columns("x", ["NOTE TEXT", "Note-ID", "Patient", "CPT_Code", "Provider"], {})
    assert found.columns == {"text": "NOTE TEXT", "note_id": "Note-ID", "cpt": "CPT_Code", "provider": "Provider"}
    assert found.guessed == set(found.columns)
    assert found.unused == ("Patient",)


def test_columns_that_are_told_go_first() -> None:
    found = map_columns("x", ["text", "body"], {"text": "body"})
    assert found.columns == {"text": "body"}
    assert found.guessed == frozenset()
    assert map_columns("x", ["text", "date"], {"date": ""}).columns == {"text": "text"}


@pytest.mark.parametrize(
    ("names", "given_", "says"),
    [
        (["text", "note_text"], {}, "columns text, note_text may each be the text: choose with --map text=text"),
        (["text", "visit_date", "note_date"], {}, "may each be the date"),
        (["a", "b"], {}, "choose with --map text=COLUMN; the columns are a, b"),
        (["text"], {"text": "body"}, "--map text=body: no such column; the columns are text"),
        (["text"], {"wurst": "text"}, "no such field: wurst"),
        (["x" * 90, "b"], {}, "the first row does not look like column names"),
    ],
)
def test_what_is_in_doubt_is_asked(names: list[str], given_: dict[str, str], says: str) -> None:
    with pytest.raises(ChartproofError) as caught:
        map_columns("x", names, given_)
    assert says in str(caught.value)


def test_a_first_row_that_is_a_note_is_not_quoted(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text('n1,"Zebrafinch has had low back pain for seven months and is seen today for an injection."\n')
    with pytest.raises(ChartproofError) as caught:
        rows_of(path)
    assert "Zebrafinch" not in str(caught.value)


def test_kept_columns(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(table([["n1", "x", "Dr X", "North", "7"]], names=["note_id", "text", "NPI", "Clinic", "Unit"]))
    (row,) = rows_of(path, keep=("Unit",))
    assert row.extra == {"provider": "Dr X", "site": "North", "Unit": "7"}


# --- dates -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2024-05-14", "2024-05-14"),
        ("2024-05-14T10:30:00Z", "2024-05-14"),
        ("2024-05-14 10:30", "2024-05-14"),
        ("20240514", "2024-05-14"),
        ("05/14/2024", "2024-05-14"),
        ("14.05.2024", "2024-05-14"),
        ("5/14/2024 9:05 AM", "2024-05-14"),
        ("14-May-2024", "2024-05-14"),
        ("May 14, 2024", "2024-05-14"),
        ("04/04/2024", "2024-04-04"),
        (" ", None),
        (None, None),
    ],
)
def test_dates_that_can_be_only_one_day(written: str | None, iso: str | None) -> None:
    assert Dates().iso(written) == iso


@pytest.mark.parametrize("written", ["03/04/2024", "yesterday", "5/14/24", "2024"])
def test_dates_that_may_be_another_day_are_asked(written: str) -> None:
    with pytest.raises(ChartproofError, match="--date-format"):
        Dates().iso(written)


def test_the_order_of_day_and_month_is_learned_from_the_export() -> None:
    assert dates_like(["03/04/2024", "05/14/2024"]).iso("03/04/2024") == "2024-03-04"
    assert dates_like(["03/04/2024", "14/05/2024"]).iso("03/04/2024") == "2024-04-03"
    assert dates_like(["05/14/2024", "14/05/2024"]).month_first is None
    assert dates_like([], "%d/%m/%y").iso("03/04/24") == "2024-04-03"


def test_a_date_that_cannot_be_is_the_error_of_its_row(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(table([["n1", "a", "soon", "x", ""], ["n2", "b", "2024-02-31", "x", ""], ["n3", "c", "", "x", ""]]))
    rows = rows_of(path)
    assert summary(rows) == ["error", "error", ("c", ["n3"])]
    assert "column visit_date" in errors(rows)[0]


# --- bad rows ----------------------------------------------------------------------------------------------


def test_bad_rows_are_named_and_the_others_kept(tmp_path: Path) -> None:
    rows = [
        ["n1", "a", "", "x", ""],
        ["n2", "b", "", " ", ""],
        ["n3", "c", "x"],
        ["n4", "", "", "x", ""],
        ["n5", "e", "", "x" * 200, ""],
        ["n6", "f", "", "x", "", "", ""],
        ["n7", "g", "", "x", "", "more", "cells"],
    ]
    path = tmp_path / "export.csv"
    path.write_text(table(rows))
    read = rows_of(path, max_bytes=100)
    assert summary(read) == [("a", ["n1"]), "error", "error", "error", "error", ("f", ["n6"]), "error"]
    says = errors(read)
    assert "export.csv:3: the note is empty" in says[0]
    assert "export.csv:4: 3 cells, but the table has 5 columns" in says[1]
    assert "export.csv:5: no case id" in says[2]
    assert "export.csv:6: the note is longer than 100 bytes" in says[3]
    assert "export.csv:8: 7 cells" in says[4]


def test_no_bad_row_tells_words_of_a_note(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    secret = "Zebrafinch"
    rows = [[f"n{n}", f"c{n}", secret, secret, secret] for n in range(3)] + [[secret] * 9, [secret]]
    path.write_text(table(rows) + f'n9,"{secret} "{secret}" x\n')
    for message in errors(rows_of(path)):
        assert secret not in message


def test_a_lost_quote_ends_the_table_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(table([["n1", "x"], ["n2", "y"]], names=["note_id", "text"]) + 'n3,"never closed\nn4,z\nn5,z\n')
    rows = rows_of(path)
    assert summary(rows) == [("n1", ["n1"]), ("n2", ["n2"]), "error"]
    assert "export.csv:4: from here on the table cannot be read" in errors(rows)[0]


def test_a_cut_off_gzip_keeps_what_was_whole(tmp_path: Path) -> None:
    words = [f"{number:08d} {os.urandom(200).hex()}" for number in range(400)]
    raw = table([[f"n{number}", word] for number, word in enumerate(words)], names=["note_id", "text"]).encode()
    path = tmp_path / "export.csv.gz"
    path.write_bytes(gzip.compress(raw)[: len(gzip.compress(raw)) // 2])
    rows = rows_of(path)
    kept = [row.case.notes[0].text for row in rows if row.case]
    assert 100 < len(kept) < 300
    assert kept == words[: len(kept)]
    (message,) = errors(rows)
    assert f"export.csv.gz:{len(kept) + 2}: the gzip file is cut off" in message


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "export.csv.gz"
    with gzip.open(path, "wb", compresslevel=9) as stream:
        stream.write(b"note_id,text\nn1,x\n")
        for number in range(30):
            stream.write(b"m%d," % number + b"x" * 1_000_000 + b"\n")
    rows = rows_of(path)
    assert summary(rows)[0] == ("n1", ["n1"])
    assert len(rows) < 25
    assert "zip bomb" in errors(rows)[-1]


# --- cases of several notes --------------------------------------------------------------------------------


@given(st.permutations(list(range(12))))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_scattered_notes_come_together_in_order(tmp_path: Path, order: list[int]) -> None:
    path, work = tmp_path / "export.csv", tmp_path / "work"
    path.write_text(table([[f"n{n}", f"c{n % 4}", "", f"text {n}", ""] for n in order]))
    rows = rows_of(path, work_dir=work)
    expected: dict[str, list[str]] = {}
    for number in order:
        expected.setdefault(f"c{number % 4}", []).append(f"n{number}")
    assert summary(rows) == list(expected.items())
    assert [*work.iterdir()] == []
    assert rows == rows_of(path)


def test_what_is_spilled_is_for_this_user_only_and_removed_however_it_ends(tmp_path: Path) -> None:
    path, work = tmp_path / "export.csv", tmp_path / "work"
    path.write_text(table([["n1", "a", "", "x", ""], ["n2", "b", "", "x", ""], ["n3", "a", "", "x", ""]]))
    left = work / ".reading-rows-left"
    left.mkdir(parents=True)
    (left / "data.sqlite").write_text("of a killed process")
    reading = read_export(path, ReadOptions(work_dir=work))
    next(reading)
    (folder,) = work.iterdir()
    assert folder != left
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    reading.close()  # type: ignore[attr-defined]
    assert [*work.iterdir()] == []


def test_a_case_is_not_read_without_one_of_its_notes(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(table([["n1", "a", "", "x", ""], ["n2", "a", "", "", ""], ["n3", "b", "", "x", ""]]))
    rows = rows_of(path)
    assert summary(rows) == ["error", ("b", ["n3"])]
    assert "export.csv:3: the note is empty" in errors(rows)[0]
    assert "not read without this note" in errors(rows)[0]


def test_notes_of_a_case_agree_on_the_request(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(table([["n1", "a", "", "x", "27096"], ["n2", "a", "", "y", ""], ["n3", "a", "", "z", "64483"]]))
    (row,) = rows_of(path)
    assert "another cpt than at export.csv:2" in str(row.error)
    (row,) = rows_of(path, mapping={"cpt": ""})
    assert row.case is not None
    assert row.case.request.cpt == ()


def test_ids_that_stand_twice(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(table([["n1", "a", "", "x", ""], ["n1", "a", "", "y", ""]]))
    assert "stands twice" in str(rows_of(path)[0].error)
    path.write_text(table([["n1", "x"], ["n2", "y"], ["n1", "z"]], names=["note_id", "text"]))
    rows = rows_of(path)
    assert summary(rows) == [("n1", ["n1"]), ("n2", ["n2"]), "error"]
    assert "already used at export.csv:2" in errors(rows)[0]


def test_when_the_export_breaks_off_the_last_case_may_lack_notes(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    body = table([["n1", "a", "", "x", ""], ["n2", "b", "", "x", ""]])
    path.write_text(body + 'n3,b,,"never closed\n')
    rows = rows_of(path)
    assert summary(rows) == [("a", ["n1"]), "error", "error"]
    assert "may be missing" in errors(rows)[0]


def test_when_a_scattered_export_breaks_off_no_case_is_sure(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    body = table([["n1", "a", "", "x", ""], ["n2", "b", "", "x", ""], ["n3", "a", "", "x", ""]])
    path.write_text(body + 'n4,b,,"never closed\n')
    assert summary(rows_of(path)) == ["error", "error", "error"]


def test_notes_without_ids_are_called_by_their_rows(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("text,author\nx,me\ny,you\n")
    assert summary(rows_of(path)) == [("export.csv:2", ["export.csv:2"]), ("export.csv:3", ["export.csv:3"])]


# --- formats -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"", b" \n"])
def test_an_empty_export(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(content)
    with pytest.raises(ChartproofError, match="empty"):
        rows_of(path)


def test_no_export(tmp_path: Path) -> None:
    with pytest.raises(ChartproofError, match="no such file"):
        rows_of(tmp_path / "none.csv")


def test_a_folder_of_tables_is_one_table(tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    for number in range(3):
        (folder / f"part-{number}.csv").write_text(table([[f"n{number}", "c", "", "x", ""]]))
    (folder / "_SUCCESS").write_text("")
    assert find_format(folder) == "csv"
    assert summary(rows_of(folder)) == [("c", ["n0", "n1", "n2"])]
    (folder / "part-3.csv").write_text("text,author\nx,y\n")
    with pytest.raises(ChartproofError, match="other columns"):
        rows_of(folder)


def test_memory_does_not_hold_the_table(tmp_path: Path) -> None:
    """Reading goes on while the file grows: rows are yielded before the rest is there."""
    path = tmp_path / "export.csv"
    many = io.StringIO(newline="")
    writer = csv.writer(many)
    writer.writerow(NAMES)
    writer.writerows([f"n{n}", f"c{n}", "", "x" * 2000, ""] for n in range(5000))
    path.write_text(many.getvalue())
    reading = read_export(path, ReadOptions(mapping={"case_id": ""}))
    first = next(reading)
    assert first.case is not None
    path.write_text("")  # what is not read yet is gone
    assert sum(1 for _ in reading) < 4999
