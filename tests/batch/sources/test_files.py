"""Folders and zips of documents: what is a case, and what is not to be trusted."""

from __future__ import annotations

import os
import stat
import zipfile
from pathlib import Path

import pytest

from chartproof.batch.sources import find_format
from chartproof.errors import ChartproofError
from tests.extract.documents import samples

from .exports import archive, rows_of, summary


def put(folder: Path, **files: str | bytes) -> Path:
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def test_a_case_is_a_subfolder_or_a_file_that_stands_alone(tmp_path: Path) -> None:
    charts = put(
        tmp_path / "charts",
        c1__a_dot_txt="Pain 7/10.",
        c1__deep__b_dot_rtf=r"{\rtf1 FABER positive.}",
        c2__a_dot_pdf=samples.pdf(["Thigh thrust negative."]),
        c2__b_dot_docx=samples.docx(["Pain for 7 months."]),
        lone_dot_html="<html><p>Pain",
        _dot_DS_Store="x",
    )
    (charts / "c1" / "2024-05-14-visit.xml").write_bytes(samples.ccda(("Plan", "Injection")))
    rows = rows_of(charts)
    assert summary(rows) == [("c1", ["2024-05-14-visit", "a", "deep/b"]), ("c2", ["a", "b"]), ("lone", ["lone"])]
    assert rows[0].where == "charts/c1/2024-05-14-visit.xml"
    assert rows[0].case is not None
    assert [str(note.date) for note in rows[0].case.notes] == ["2024-05-14", "None", "None"]
    assert rows[0].case.notes[0].text == "PLAN\nInjection"


def test_the_date_of_a_ccda_is_its_encounter(tmp_path: Path) -> None:
    header = (
        '<effectiveTime value="20240601120000"/><componentOf><encompassingEncounter><effectiveTime>'
        '<low value="20240514"/></effectiveTime></encompassingEncounter></componentOf>'
    )
    path = tmp_path / "visit.xml"
    path.write_bytes(samples.ccda(("Plan", "Injection"), header=header))
    assert find_format(path) == "ccda"
    (row,) = rows_of(path)
    assert row.case is not None
    assert str(row.case.notes[0].date) == "2024-05-14"
    path.write_bytes(samples.ccda(("Plan", "Injection"), header='<effectiveTime value="20240601120000"/>'))
    (row,) = rows_of(path)
    assert row.case is not None
    assert str(row.case.notes[0].date) == "2024-06-01"


def test_a_table_beside_the_cases_has_their_requests(tmp_path: Path) -> None:
    charts = put(tmp_path / "charts", c1__a_dot_txt="x", c2__a_dot_txt="y", c3__a_dot_txt="z")
    (charts / "requests.csv").write_text("case_id,CPT,date,site\nc1,27096,2024-05-21,North\nc2,64493,soon,South\n")
    first, second, third = rows_of(charts)
    assert first.case is not None
    assert first.case.request.cpt == ("27096",)
    assert str(first.case.request.date) == "2024-05-21"
    assert first.extra == {"site": "North"}
    assert "requests.csv:3" in str(second.error)
    assert third.case is not None
    assert third.case.request.cpt == ()


def test_a_case_in_the_table_twice(tmp_path: Path) -> None:
    charts = put(tmp_path / "charts", c1__a_dot_txt="x", requests_dot_csv="case_id,cpt\nc1,27096\nc1,64493\n")
    with pytest.raises(ChartproofError, match=r"requests\.csv:3: this case already has a row"):
        rows_of(charts)


def test_a_case_is_refused_with_what_cannot_be_read_of_it(tmp_path: Path) -> None:
    charts = put(
        tmp_path / "charts",
        a__note_dot_txt="x",
        a__scan_dot_pdf=samples.pdf(None),
        b__note_dot_txt="x",
        b__table_dot_xlsx=b"PK\x03\x04",
        c__note_dot_txt="fine",
        d__note_dot_txt="",
    )
    os.symlink("/etc/hostname", charts / "c.txt")
    os.mkfifo(charts / "e.txt")
    rows = rows_of(charts)
    assert summary(rows) == ["error", "error", "error", "error", "error"]
    says = [str(row.error) for row in rows]
    assert "scanned" in says[0]
    assert "no kind of file that is read here" in says[1]
    assert "symbolic link" in says[2]
    assert "empty" in says[3]
    assert "no ordinary file" in says[4]


def test_a_folder_without_documents(tmp_path: Path) -> None:
    (tmp_path / "charts").mkdir()
    with pytest.raises(ChartproofError, match="no document in it"):
        rows_of(tmp_path / "charts")


def test_a_zip_is_read_where_it_lies(tmp_path: Path) -> None:
    path = archive(tmp_path / "export.zip", {"export/c1/a.txt": "x", "export/c1/b.txt": "y", "export/c2.txt": "z"})
    before = sorted(tmp_path.rglob("*"))
    rows = rows_of(path)
    assert summary(rows) == [("c1", ["a", "b"]), ("c2", ["c2"])]
    assert rows[0].where == "export.zip/c1/a.txt"
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.txt", "/etc/passwd.txt", "a/../../x.txt", "..\\..\\x.txt", "C:/x.txt", "\\x.txt"]
)
def test_paths_that_lead_out_are_refused_by_name(tmp_path: Path, name: str) -> None:
    rows = rows_of(archive(tmp_path / "z.zip", {"good/a.txt": "x", name: "y"}))
    (message,) = [str(row.error) for row in rows if row.error]
    assert "leads out of the zip" in message
    assert ("good", ["a"]) in summary(rows)


def test_other_tricks_of_zips(tmp_path: Path) -> None:
    path = tmp_path / "z.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("bomb/a.txt", " " * 4_000_000)
        file.writestr("good/a.txt", "x")
        link = zipfile.ZipInfo("link/a.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(link, "/etc/hostname")
        file.writestr("nested/a.zip", b"PK\x03\x04")
        file.writestr("twice/a.txt", "x")
        with pytest.warns(UserWarning, match="Duplicate name"):
            file.writestr("twice/a.txt", "y")
    rows = rows_of(path)
    assert summary(rows) == ["error", ("good", ["a"]), "error", "error", "error"]
    says = [str(row.error) for row in rows if row.error]
    for message, word in zip(says, ["zip bomb", "symbolic link", "archive within", "stands twice"], strict=True):
        assert word in message


@pytest.mark.parametrize("name", [b".", b"\0"])  # a name ends at its first NUL
def test_an_entry_without_a_name(tmp_path: Path, name: bytes) -> None:
    path = archive(tmp_path / "z.zip", {"@": "x", "good/a.txt": "y"})
    path.write_bytes(path.read_bytes().replace(b"@", name))
    rows = rows_of(path)
    assert summary(rows) == ["error", ("good", ["a"])]
    assert str(rows[0].error).startswith("z.zip/(no name): has no name; it is not read")


def test_a_damaged_entry_is_named_and_the_others_read(tmp_path: Path) -> None:
    path = archive(tmp_path / "z.zip", {"a/n.txt": "first note " * 50, "b/n.txt": "second note " * 50})
    raw = bytearray(path.read_bytes())
    raw[45] ^= 0xFF
    path.write_bytes(raw)
    rows = rows_of(path)
    assert summary(rows) == ["error", ("b", ["n"])]
    assert "z.zip/a/n.txt: damaged in the zip" in str(rows[0].error)


def test_an_encrypted_entry(tmp_path: Path) -> None:
    path = archive(tmp_path / "z.zip", {"a/n.txt": "x"})
    raw = path.read_bytes()
    local, central = raw.index(b"PK\x03\x04"), raw.index(b"PK\x01\x02")
    flagged = bytearray(raw)
    flagged[local + 6] |= 1
    flagged[central + 8] |= 1
    path.write_bytes(flagged)
    assert "encrypted" in str(rows_of(path)[0].error)


def test_a_cut_off_zip(tmp_path: Path) -> None:
    path = archive(tmp_path / "z.zip", {f"c{n}/n.txt": "note " * 50 for n in range(20)})
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(ChartproofError, match=r"z\.zip: a zip that is damaged or cut off"):
        rows_of(path)


def test_a_single_document(tmp_path: Path) -> None:
    path = tmp_path / "2024-05-14-visit.docx"
    path.write_bytes(samples.docx(["Pain 7/10."]))
    (row,) = rows_of(path)
    assert row.where == "2024-05-14-visit.docx"
    assert row.case is not None
    assert row.case.case_id == "2024-05-14-visit"
    assert str(row.case.notes[0].date) == "2024-05-14"


def test_an_excel_workbook_is_asked_for_as_csv(tmp_path: Path) -> None:
    path = archive(tmp_path / "x.xlsx", {"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<x/>"})
    with pytest.raises(ChartproofError, match="save the table as CSV"):
        rows_of(path)
