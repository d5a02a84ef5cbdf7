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
