"""Documents are read by the workers: what hangs or crashes a parser is named, and nothing else comes out than before."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from chartproof.batch.documents import DocumentCase
from chartproof.batch.partition import Partition, Settings, case_hash
from chartproof.batch.pool import Limits
from chartproof.batch.reading import encoded
from chartproof.batch.rows import ReadOptions, Row, read_export
from chartproof.batch.run import Plan
from chartproof.batch.tables import ROWS
from chartproof.errors import ChartproofError
from chartproof.extract.documents import document_text
from chartproof.notes import Case
from tests.batch.conftest import STUB, check_whole, judged, rows, run, table_bytes
from tests.batch.sources.exports import LINES, charts
from tests.batch.sources.exports import encoded as base64_of
from tests.batch.sources.exports import lines as json_lines
from tests.extract.documents import samples

Plans = Callable[..., Plan]


def unread(path: Path, **options: int) -> list[Row]:
    return [*read_export(path, ReadOptions(**options), read_documents=False)]  # type: ignore[arg-type]


def test_the_tables_are_those_of_the_documents_read_beforehand(tmp_path: Path) -> None:
    export = charts(tmp_path / "charts")
    plan = Plan(export, tmp_path / "out", settings=Settings(guideline="nia-305"), workers=2, part_rows=2)
    run(plan)
    check_whole(plan.out, 6)
    read = [*read_export(export, ReadOptions())]
    expected = [(number, row.where, str(row.error)) for number, row in enumerate(read, start=1) if row.error]
    assert [row.case is None for row in read] == [False, False, False, False, True, True]
    assert [(one["row"], one["where"], one["error"]) for one in rows(plan.out, "rejects")] == expected
    assert {(one["kind"], one["case_id"], one["file"]) for one in rows(plan.out, "rejects")} == {
        ("read", None, "charts/e/fine.txt"),
        ("read", None, "charts/f.docx"),
    }
    texts = tmp_path / "texts.jsonl"
    texts.write_text(json_lines(*(json.loads(row.case.model_dump_json()) for row in read if row.case)))
    run(plan, export=texts, out=tmp_path / "texts")
    for name in ("criteria", "facts"):
        assert rows(plan.out, name) == rows(tmp_path / "texts", name)
    moved = ("where", "hash", "extra")
    found, same = (
        [{**one, **dict.fromkeys(moved)} for one in rows(out, "cases")] for out in (plan.out, tmp_path / "texts")
    )
    assert found == same
    again = tmp_path / "again"
    run(plan, out=again, workers=1)
    assert table_bytes(again) == table_bytes(plan.out)


def test_a_document_that_hangs_its_parser_is_timed_out_and_the_others_are_done(
    stub_plan: Plans, tmp_path: Path
) -> None:
    export = tmp_path / "charts"
    export.mkdir()
    for number in range(6):
        content = samples.endless_pdf() if number == 2 else samples.pdf(LINES)
        (export / f"c{number}.pdf").write_bytes(content)
    plan = replace(stub_plan([], limits=Limits(seconds=3), part_rows=6), export=export)
    run(plan)
    check_whole(plan.out, 6)
    assert [(one["file"], one["case_id"], one["kind"], one["error"]) for one in rows(plan.out, "rejects")] == [
        ("charts/c2.pdf", "c2", "timeout", "took longer than 3 s (--timeout)")
    ]


def test_a_document_that_crashes_its_parser_is_named_and_the_others_are_done(stub_plan: Plans, tmp_path: Path) -> None:
    export = tmp_path / "charts"
    export.mkdir()
    for name in ("a", "crash", "d", "memory", "bug", "z"):
        (export / f"{name}.rtf").write_bytes(rb"{\rtf1 %s}" % name.encode())
    settings = replace(STUB, judge="chartproof_stub_reader:judge")
    plan = replace(stub_plan([], settings=settings, part_rows=6), export=export)
    run(plan)
    check_whole(plan.out, 6)
    found = {one["file"]: (one["case_id"], one["kind"], one["error"]) for one in rows(plan.out, "rejects")}
    assert found == {
        "charts/bug.rtf": (
            None,
            "read",
            "charts/bug.rtf: damaged, or not really RTF (ValueError); save it again, or as plain text"
            " (the case is not read without this note)",
        ),
        "charts/crash.rtf": ("crash", "crash", "the worker process ended at it (SIGSEGV)"),
        "charts/memory.rtf": ("memory", "memory", "needs more memory than a worker may have (--memory)"),
    }


def test_reading_and_counting_parse_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    export = charts(tmp_path / "charts")
    parsed = []
    monkeypatch.setattr("chartproof.batch.documents.document_text", lambda name, *_, **__: parsed.append(name) or "x")
    found = unread(export)
    assert [row.case_id for row in found] == ["a", "b", "c", "d", "e", "f"]
    assert parsed == ["charts/b/plain.txt", "charts/e/fine.txt"]
    assert all(row.unread is not None and row.case is None for row in found)


def test_fhir_attachments_are_read_by_the_worker_too(tmp_path: Path) -> None:
    def document(identifier: str, content: bytes) -> dict[str, object]:
        attachment = {"contentType": "application/pdf", "data": base64_of(content)}
        subject = {"reference": f"Patient/{identifier}"}
        return {
            "resourceType": "DocumentReference",
            "id": identifier,
            "subject": subject,
            "content": [{"attachment": attachment}],
        }

    export = tmp_path / "export.ndjson"
    export.write_text(json_lines(document("d1", samples.pdf(["Pain 7/10."])), document("d2", samples.pdf(None))))
    assert [row.unread is not None for row in unread(export)] == [True, True]
    plan = Plan(export, tmp_path / "out", settings=Settings(guideline="nia-305"), workers=1)
    run(plan)
    assert [one["kind"] for one in rows(plan.out, "facts")] == ["pain_score"]
    (reject,) = rows(plan.out, "rejects")
    assert (reject["where"], reject["kind"]) == ("export.ndjson:2", "read")
    assert reject["error"].startswith("export.ndjson:2: page 1 of 1 is a picture (scanned)")
    assert reject["error"].endswith("(the case is not read without this note)")


def test_the_hash_is_over_the_bytes_and_not_over_the_place(tmp_path: Path) -> None:
    def hashes(folder: Path, **options: int) -> list[str]:
        fields = [encoded(row, number) for number, row in enumerate(unread(folder, **options), start=1)]
        return [case_hash(one["case"], one["extra"]) for one in fields]

    first = charts(tmp_path / 'say "document":{"place":"x' / "charts")
    before = hashes(first)
    assert len(set(before)) == 6
    assert before == hashes(Path(shutil.copytree(first, tmp_path / "moved")))
    (first / "a.pdf").write_bytes(samples.pdf([*LINES, "More."]))
    after = hashes(first)
    assert [one != other for one, other in zip(before, after, strict=True)] == [True] + [False] * 5
    assert not {*after} & {*hashes(first, max_bytes=4_000_000)}


def test_since_judges_only_changed_documents(stub_plan: Plans, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = replace(stub_plan([]), export=charts(tmp_path / "charts"))
    run(first)
    second = replace(
        first,
        export=Path(shutil.copytree(first.export, tmp_path / "charts2")),
        out=tmp_path / "second",
        since=first.out,
    )
    (second.export / "c.html").write_bytes(b"<html><p>good")
    seen = judged(monkeypatch)
    outcome = run(second)
    assert seen == ["c", "e", "f"]  # rejected ones are tried again
    assert outcome.changes is not None
    assert outcome.changes.transitions == {("needs_information", "criteria_met"): 1}
    run(second, since=None, out=tmp_path / "anew")
    assert table_bytes(second.out) == table_bytes(tmp_path / "anew")


def test_a_document_is_never_taken_for_an_empty_note(tmp_path: Path) -> None:
    (row, *_) = unread(charts(tmp_path / "charts"))
    content = encoded(row, 1)["case"]
    with pytest.raises(ValueError, match=r"notes\.0\.text"):
        Case.model_validate_json(content)
    assert DocumentCase.model_validate_json(content) == row.unread


def test_what_is_no_document_in_a_frame_is_rejected() -> None:
    def reject(document: object) -> dict[str, object]:
        case = {"case_id": "c", "notes": [{"note_id": "n", "document": document}]}
        row = {"row": 1, "where": "x:1", "case": json.dumps(case), "error": None, "extra": None}
        import pyarrow as pa

        (found,) = Partition(Settings())(pa.RecordBatch.from_pylist([row], schema=ROWS)).to_pylist()
        told: dict[str, object] = found["reject"]
        return told

    whole = {"place": "x:1", "content": base64_of("<html>x"), "max_bytes": 100}
    assert reject(whole)["kind"] == "judge"  # no code
    assert (
        reject({**whole, "content": "!"})["error"]
        == "x:1: the document is not valid base64 (the case is not read without this note)"
    )
    for broken in (7, {}, {**whole, "max_bytes": "many"}):
        assert reject(broken) == {"case_id": None, "kind": "read", "error": "x:1: note 1: field 'text' is missing"}


def test_the_documents_of_a_case_together_have_a_limit(tmp_path: Path) -> None:
    """As files before they are read, and as texts after it."""
    folder = tmp_path / "charts" / "c"
    folder.mkdir(parents=True)
    page = samples.pdf(["word " * 15] * 40)
    for number in range(30):
        (folder / f"{number:02d}.pdf").write_bytes(page)
    text = len(document_text("x", page, max_bytes=10_000))
    (row,) = read_export(folder.parent, ReadOptions(max_bytes=30 * len(page) // 40 - 10))
    assert (
        str(row.error)
        == f"charts/c/29.pdf: the documents of this case are larger than {40 * (30 * len(page) // 40 - 10):,} bytes; split it"
    )
    (row,) = read_export(folder.parent, ReadOptions(max_bytes=text * 30 // 20 - 10))
    limit = 20 * (text * 30 // 20 - 10)
    assert str(row.error) == f"charts/c/29.pdf: the notes of this case are longer than {limit:,} characters; split it"
    (folder / "29.pdf").unlink()
    (folder / "z.txt").write_text("x" * text)
    (row,) = read_export(folder.parent, ReadOptions(max_bytes=text * 30 // 20 - 10))
    assert str(row.error) == f"charts/c/00.pdf: the notes of this case are longer than {limit:,} characters; split it"
    (row,) = read_export(folder.parent, ReadOptions(max_bytes=3 * text))
    assert row.case is not None


def test_large_documents_go_to_workers_in_small_pieces(tmp_path: Path) -> None:
    from chartproof.batch.reading import Reader

    for number in range(6):
        path = tmp_path / "charts" / f"c{number}.pdf"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(samples.pdf(LINES) + b"%" * 1_600_000)
    reader = Reader(read_export(tmp_path / "charts", ReadOptions(), read_documents=False), part_rows=50)
    assert [piece.rows.num_rows for piece in reader.pieces()] == [2, 2, 2]


def test_a_name_that_is_not_text_is_an_error_of_its_own(stub_plan: Plans, tmp_path: Path) -> None:
    """As old archives leave them; the whole batch ended at one."""
    export = tmp_path / "charts"
    for name in (b"caf\xe9.txt", b"b\xe9/n.html", b"c/\xe9.pdf", b"good.txt"):
        path = Path(os.fsdecode(os.fsencode(export) + b"/" + name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"<p>good")
    plan = replace(stub_plan([]), export=export)
    run(plan)
    check_whole(plan.out, 4)
    assert [(one["file"], one["error"].split(": ")[1]) for one in rows(plan.out, "rejects")] == [
        (
            f"charts/{name}",
            "its name is not UTF-8; rename it; it is not read (the case is not read without this note)",
        )
        for name in ("b\ufffd/n.html", "c/\ufffd.pdf", "caf\ufffd.txt")
    ]


@pytest.mark.parametrize("name", ["x.png", "x.pdf"])
def test_what_is_no_document_is_refused_where_it_lies(tmp_path: Path, name: str) -> None:
    """Without a look into it: a picture whatever its name."""
    (tmp_path / "charts").mkdir()
    (tmp_path / "charts" / name).write_bytes(samples.PIXEL)
    (row,) = unread(tmp_path / "charts")
    assert row.error is not None


def test_no_memory_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    def short(*_: object) -> str:
        raise MemoryError

    monkeypatch.setattr("chartproof.extract.documents.rtf.rtf_text", short)
    with pytest.raises(ChartproofError, match=r"x\.rtf: needs more memory than there is"):
        document_text("x.rtf", rb"{\rtf1 x}", max_bytes=100)
