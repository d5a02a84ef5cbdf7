"""The dry run: what would be read, without the words of the notes."""

from __future__ import annotations

from pathlib import Path

from chartproof.batch.describe import describe, dry_run_text
from chartproof.batch.rows import ReadOptions

TABLE = """Note_ID;CASE_ID;Visit Date;NOTE_TEXT;CPT;Provider;MRN
n1;a;05/14/2024;"Zebrafinch has pain;
7/10.";27096;Dr X;1
n2;a;05/20/2024;FABER positive at 37 \xb0C.;27096;Dr X;1
n3;b;05/20/2024; ;27096;Dr Y;2
"""


def test_what_is_found_out(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(TABLE.encode("windows-1252"))
    run = describe(path, ReadOptions(mapping={"provider": ""}))
    assert (run.format, run.encoding, run.delimiter) == ("csv", "cp1252", "semicolon")
    assert run.columns["text"] == "NOTE_TEXT"
    assert "text" in run.guessed
    assert run.unused == ("Provider", "MRN")
    assert (run.looked_at, run.whole, run.cases, run.notes) == (3, True, 1, 2)
    assert run.problems == (
        "export.csv:4: the note is empty; there is nothing to read (the case is not read without this note)",
    )
    assert any("guess" in remark for remark in run.remarks)


def test_as_text(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(TABLE.encode("windows-1252"))
    run = describe(path, ReadOptions())
    shown = dry_run_text(run)
    assert "Zebrafinch" not in shown
    for part in ("csv, cp1252, semicolon", "CPT 27096", "2024-05-14", "24 characters", "Problems (1)", "MRN"):
        assert part in shown
    assert "Zebrafinch has pain; 7/10." in dry_run_text(run, show_text=True)


def test_only_so_many_rows_are_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("note_id,text\n" + "".join(f"n{n},x\n" for n in range(50)) + ",\n" * 30)
    run = describe(path, ReadOptions(), limit=50)
    assert (run.looked_at, run.whole, run.cases) == (50, False, 50)
    assert "50 looked at, there are more" in dry_run_text(run)
    run = describe(path, ReadOptions())
    assert (run.looked_at, run.whole, len(run.problems), run.more_problems) == (80, True, 20, 10)
    assert "and 10 more" in dry_run_text(run)
