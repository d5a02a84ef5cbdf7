"""Files, directories and standard input: the text exactly as given, and an error that helps."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chartproof.extract.readers import Entry, cases_of, notes_of, read_entries
from chartproof.notes import Case, Note

ODD_TEXT = "\ufeffBP 120/80\r\n\tpain\u00a07/10\x0c😀 e\u0301\r end\n\n"
NOTE = {"note_id": "n1", "text": "Pain 7/10."}
CASE = {"case_id": "c1", "request": {"cpt": ["27096"], "date": "2024-05-21"}, "notes": [NOTE]}

Write = Callable[[str, Any], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file: bytes as they are, text as UTF-8, a list of rows as JSON Lines, other things as JSON."""

    def write_file(name: str, content: Any) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(".jsonl") and isinstance(content, list):
            content = "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in content)
        elif not isinstance(content, bytes | str):
            content = json.dumps(content)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file


def read(*sources: object, **options: Any) -> list[Entry]:
    return list(read_entries([str(source) for source in sources], **options))


def note_of(*sources: object, **options: Any) -> Note:
    (entry,) = read(*sources, **options)
    assert isinstance(entry.value, Note), entry.error
    return entry.value


def error_of(*sources: object, **options: Any) -> str:
    (entry,) = read(*sources, **options)
    assert entry.value is None
    return str(entry.error)


def test_a_text_file_is_one_note_with_every_character_kept(write: Write) -> None:
    note = note_of(write("visit.txt", ODD_TEXT))
    assert note.note_id == "visit"
    assert note.text == ODD_TEXT
    assert note.date is None


def test_the_name_of_a_text_file_may_begin_with_its_date(write: Write) -> None:
    assert str(note_of(write("2024-05-14_visit.txt", "Pain.")).date) == "2024-05-14"
    assert note_of(write("2024-05-141.txt", "Pain.")).date is None
    assert "YYYY-MM-DD" in error_of(write("2024-13-41-visit.txt", "Pain."))


def test_a_file_of_another_name_is_text(write: Write) -> None:
    assert note_of(write("visit.note", "Pain.")).note_id == "visit"


def test_a_directory_is_its_text_files_by_name(write: Write, tmp_path: Path) -> None:
    for name in ("b.txt", "a.TXT", "c.md"):
        write(f"chart/{name}", name)
    assert [entry.value.note_id for entry in read(tmp_path / "chart") if isinstance(entry.value, Note)] == ["a", "b"]


def test_text_files_that_share_a_stem_are_named_by_path(write: Write) -> None:
    first, second, third = write("x/visit.txt", "A"), write("y/visit.txt", "B"), write("y/other.txt", "C")
    ids = [entry.value.note_id for entry in read(first, second, third) if isinstance(entry.value, Note)]
    assert ids == [str(first), str(second), "other"]


def test_json_lines_are_notes_and_cases(write: Write) -> None:
    path = write("batch.jsonl", [{**NOTE, "date": "2024-05-01", "type": "visit", "title": "ignored"}, "", CASE])
    first, second = read(path)
    assert first.where == f"{path}:1"
    assert isinstance(first.value, Note)
    assert str(first.value.date) == "2024-05-01"
    assert second.where == f"{path}:3"
    assert isinstance(second.value, Case)


@pytest.mark.parametrize(
    ("content", "kinds"),
    [(NOTE, [Note]), ([NOTE, {**NOTE, "note_id": "n2"}], [Note, Note]), (CASE, [Case]), ([CASE, CASE], [Case, Case])],
)
def test_json_is_a_note_a_case_or_a_list(write: Write, content: Any, kinds: list[type]) -> None:
    assert [type(entry.value) for entry in read(write("in.json", content))] == kinds


def test_text_in_json_is_kept_as_it_is(write: Write) -> None:
    assert note_of(write("in.json", {"note_id": "n", "text": ODD_TEXT})).text == ODD_TEXT


def test_a_byte_order_mark_before_json_belongs_to_no_note(write: Write) -> None:
    assert note_of(write("in.json", "\ufeff" + json.dumps(NOTE))).text == NOTE["text"]


def test_standard_input_is_text_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    def give(content: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content.encode())))

    give(ODD_TEXT)
    note = note_of("-")
    assert (note.note_id, note.text) == ("stdin", ODD_TEXT)
    give(json.dumps(NOTE))
    assert note_of("-", input_format="json").note_id == "n1"
    give(json.dumps(NOTE) + "\n" + json.dumps(CASE))
    assert [entry.where for entry in read("-", input_format="jsonl")] == ["stdin:1", "stdin:2"]


def test_identifiers_may_be_numbers_and_dates_may_have_a_time(write: Write) -> None:
    note = note_of(write("in.json", {"note_id": 17, "text": "Pain.", "date": "2024-05-01T10:30:00Z"}))
    assert note.note_id == "17"
    assert str(note.date) == "2024-05-01"


def test_codes_may_be_text(write: Write) -> None:
    (entry,) = read(write("in.json", {**CASE, "request": {"cpt": "64483, 64484", "date": ""}}))
    assert isinstance(entry.value, Case)
    assert entry.value.request.cpt == ("64483", "64484")
    assert entry.value.request.date is None


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b" \r\n\t\xc2\xa0\n", "empty"),
        ("\ufeff\n".encode(), "empty"),
        (b"abc\0def", "binary (a NUL at byte 3)"),
        (b"caf\xe9", "not UTF-8 at byte 3; convert it, e.g. iconv"),
        (b"%PDF-1.7\n", "damaged, or not really PDF"),
        (b"PK\x03\x04...", "a damaged Word document or zip"),
        (b"\x1f\x8b\x08", "gzip-compressed; decompress it first"),
    ],
)
def test_what_is_no_text_note_is_refused(write: Write, content: bytes, says: str) -> None:
    path = write("visit.txt", content)
    message = error_of(path)
    assert message.startswith(f"{path}: ")
    assert says in message


def test_other_documents_are_notes_of_their_text(write: Write, tmp_path: Path) -> None:
    write("chart/2024-05-14-visit.rtf", r"{\rtf1 Pain 7/10.\par}")
    write("chart/b.html", "<html><p>FABER <b>positive</b>.</p></html>")
    write("chart/c.txt", "Pain".encode("utf-16"))
    write("chart/d.csv", "not read")
    notes = [entry.value for entry in read(tmp_path / "chart")]
    assert [(note.note_id, note.text) for note in notes if isinstance(note, Note)] == [
        ("2024-05-14-visit", "Pain 7/10."),
        ("b", "FABER positive."),
        ("c", "Pain"),
    ]
    assert isinstance(notes[0], Note)
    assert str(notes[0].date) == "2024-05-14"


def test_a_document_may_be_larger_than_the_text_in_it(write: Write) -> None:
    page = write("visit.html", "<html><!-- " + "x" * 500 + " --><p>Pain</p></html>")
    assert note_of(page, max_bytes=100).text == "Pain"
    assert "longer than 2,000 bytes" in error_of(write("long.html", "<html>" + " " * 3_000), max_bytes=100)


def test_a_document_is_no_json(write: Write) -> None:
    assert "a document (RTF), not JSON" in error_of(write("in.json", r"{\rtf1 Pain}"))


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    assert "no such file" in error_of(tmp_path / "none.txt")


def test_a_directory_without_text_files_is_said(tmp_path: Path) -> None:
    assert "no document (.txt" in error_of(tmp_path)


def test_a_failure_to_read_is_said(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = write("visit.txt", "Pain.")
    monkeypatch.setattr(Path, "open", refuse)
    assert "cannot be read (Permission denied)" in error_of(path)


@pytest.mark.parametrize("pasted", ["CC: back pain\nPain 7/10", "pain " * 400])
def test_a_pasted_note_is_no_file_name_and_is_not_repeated(pasted: str) -> None:
    message = error_of(pasted)
    assert "pipe the text in" in message
    assert "pain" not in message.lower()


def test_a_note_over_the_limit_is_refused_before_it_is_read(write: Write) -> None:
    assert "longer than 1,000 bytes" in error_of(write("visit.txt", "x" * 1001), max_bytes=1000)
    assert note_of(write("visit.txt", "x" * 1000), max_bytes=1000)
    assert "longer than" in error_of(write("in.json", {"note_id": "n", "text": "é" * 501}), max_bytes=1000)
    assert "raise --max-bytes" in error_of(write("big.txt", "x" * 10_000_000))


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ('{"note_id": "n1", "text": ', "not valid JSON at column"),
        ("[1, 2]", "expected a JSON object"),
        ({"note_id": "n1"}, "field 'text' is missing"),
        ({"text": "Pain."}, "field 'note_id' is missing"),
        ({"note_id": " ", "text": "Pain."}, "note_id is empty"),
        ({"note_id": "n1", "text": ["secret"]}, "text: input should be a valid string"),
        ({"note_id": "n1", "text": "\ud800 secret"}, "half a character"),
        ({"note_id": "n1", "text": "secret\0"}, "NUL"),
        ({"note_id": "n1", "text": " \n"}, "empty"),
        ({**NOTE, "date": "05/14/2024"}, "date: write dates as YYYY-MM-DD"),
        ({**NOTE, "date": "2024-02-30"}, "date: no such date; write dates as YYYY-MM-DD"),
        ({**NOTE, "date": 20240514}, "date: write dates as YYYY-MM-DD"),
        ({**CASE, "notes": []}, "notes: expected a list of at least one note"),
        ({**CASE, "notes": "secret"}, "notes: expected a list of at least one note"),
        ({**CASE, "notes": [NOTE, "secret"]}, "note 2: expected a JSON object"),
        ({**CASE, "notes": [NOTE, NOTE]}, "note_id 'n1' stands twice"),
        ({**CASE, "notes": [{"note_id": "n1"}]}, "note 1: field 'text' is missing"),
        ({**CASE, "request": "27096"}, "request: expected a JSON object"),
        ({**CASE, "request": {"date": "June"}}, "request: date: write dates as YYYY-MM-DD"),
        ({**CASE, "request": {"side": "up"}}, "request: side: input should be 'left', 'right'"),
        ({"request": {}, "notes": [NOTE]}, "field 'case_id' is missing"),
    ],
)
def test_a_bad_row_is_named_and_the_others_are_read(write: Write, row: Any, says: str) -> None:
    path = write("batch.jsonl", [NOTE, row, {**NOTE, "note_id": "n3"}])
    first, bad, last = read(path)
    assert isinstance(first.value, Note)
    assert isinstance(last.value, Note)
    message = str(bad.error)
    assert message.startswith(f"{path}:2: ")
    assert says in message
    assert "secret" not in message


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("in.json", '{\n"note_id": oops}', "not valid JSON at line 2, column"),
        ("in.json", "", "empty; expected JSON"),
        ("in.json", "[]", "an empty list"),
        ("in.json", '"text"', "expected a JSON object"),
        ("in.json", "[" * 100_000, "not usable JSON"),
        ("in.json", b"\xff\xfe{", "UTF-16"),
        ("in.jsonl", "\n \n", "expected one JSON object per line"),
    ],
)
def test_bad_json_is_said(write: Write, name: str, content: Any, says: str) -> None:
    assert says in error_of(write(name, content))


def test_a_failing_source_does_not_lose_the_others(write: Write, tmp_path: Path) -> None:
    good = write("chart/good.txt", "Pain.")
    write("chart/bad.txt", b"\xff")
    values = [entry.value for entry in read(tmp_path / "none.txt", good.parent, good)]
    assert [value and value.note_id for value in values if not isinstance(value, Case)] == [None, None, "good", "good"]


def test_notes_of_takes_cases_apart_and_finds_what_stands_twice(write: Write) -> None:
    path = write("batch.jsonl", [CASE, NOTE])
    first, second = notes_of(read(path))
    assert isinstance(first.value, Note)
    assert str(second.error) == f"{path}:2: note_id 'n1' was already used at {path}:1; give each its own"


def test_cases_of_finds_loose_notes_and_what_stands_twice(write: Write) -> None:
    path = write("batch.jsonl", [CASE, {**CASE, "case_id": "c2"}, CASE, NOTE, "{"])
    entries = list(cases_of(read(path)))
    assert [isinstance(entry.value, Case) for entry in entries] == [True, True, False, False, False]
    assert "case_id 'c1' was already used" in str(entries[2].error)
    assert "this is a note, not a case" in str(entries[3].error)
