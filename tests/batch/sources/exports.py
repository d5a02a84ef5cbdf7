"""Exports written for the tests."""

from __future__ import annotations

import base64
import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from chartproof.batch.rows import ReadOptions, Row, read_export
from tests.extract.documents import samples

LINES = ["2024-05-14 office visit", "Low back pain for 7 months, average 7/10. FABER and thigh thrust positive."]
NAMES = ["note_id", "case_id", "visit_date", "text", "cpt"]


def rows_of(path: Path, **options: Any) -> list[Row]:
    return list(read_export(path, ReadOptions(**options)))


def table(rows: Sequence[Sequence[str]], *, names: Sequence[str] = NAMES, **dialect: Any) -> str:
    """A table of text with a row of names."""
    stream = io.StringIO(newline="")
    csv.writer(stream, **dialect).writerows([names, *rows])
    return stream.getvalue()


def lines(*contents: Any) -> str:
    """JSON Lines."""
    return "".join(json.dumps(content) + "\n" for content in contents)


def archive(path: Path, entries: Mapping[str, bytes | str], **options: Any) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as file:
        for name, content in entries.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(info, content)
    return path


def summary(rows: Sequence[Row]) -> list[Any]:
    """Each row as its case id with note ids, or "error"."""
    return [
        (row.case.case_id, [note.note_id for note in row.case.notes]) if row.case is not None else "error"
        for row in rows
    ]


def encoded(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


def charts(folder: Path) -> Path:
    """A document of each kind, two of which cannot be read, and a case of several."""
    contents = {
        "a.pdf": samples.pdf(LINES, ["PLAN: right sacroiliac joint injection."]),
        "b/2024-05-14-visit.docx": samples.docx(LINES),
        "b/later.rtf": rb"{\rtf1 FABER negative.\par}",
        "b/plain.txt": b"Pain 8/10.",
        "c.html": b"<html><p>Pain 6/10",
        "d.xml": samples.ccda(("Plan", "Injection"), header='<effectiveTime value="20240601"/>'),
        "e/fine.txt": b"Pain 5/10.",
        "e/scan.pdf": samples.pdf(None),
        "f.docx": b"PK\x03\x04 torn",
        "requests.csv": b"case_id,cpt,date,site\na,27096,2024-05-21,North\nb,27096,,South\n",
    }
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder
