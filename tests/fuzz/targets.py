"""What must hold for any bytes: a result or a named error, and valid spans. Each target takes bytes and a folder."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from chartproof.batch.documents import DocumentCase
from chartproof.batch.reading import encoded
from chartproof.batch.rows import ReadOptions, read_export
from chartproof.errors import ChartproofError
from chartproof.extract import extract_note
from chartproof.extract.documents import document_text
from chartproof.notes import Note

#: The longest that any input may take, in seconds.
LONGEST = 10
_LIMIT = 200_000
_NAMES = ["e.csv", "e.jsonl", "e.json", "e.ndjson", "e.parquet", "e.zip", "e.csv.gz", "e.xml", "e.docx", "e.html"]


def documents(raw: bytes, folder: Path) -> None:
    """A document has a text that can be written, or a named error."""
    first, again = (_outcome(raw) for _ in range(2))
    assert first == again
    text, message = first
    assert (text is None) == message.startswith("fuzz: ")
    if text is not None:
        assert text.strip()
        assert len(text.encode()) <= _LIMIT


def _outcome(raw: bytes) -> tuple[str | None, str]:
    try:
        return document_text("fuzz", raw, max_bytes=_LIMIT), ""
    except ChartproofError as error:
        return None, str(error)


def exports(raw: bytes, folder: Path) -> None:
    """An export has rows, each a case or an error, or is refused as a whole; what was written meanwhile is gone."""
    path = folder / _NAMES[raw[0] % len(_NAMES)] if raw else folder / "e.csv"
    path.write_bytes(raw[1:])
    work = folder / "work"
    mapping = {"case_id": "", "text": "text"} if raw and raw[0] >= 128 else {}
    with suppress(ChartproofError):
        options = ReadOptions(max_bytes=_LIMIT, work_dir=work, mapping=mapping)
        for row in read_export(path, options, read_documents=False):
            assert row.where
            assert sum(one is not None for one in (row.case, row.unread, row.error)) == 1
            sent = encoded(row, 1)["case"]
            if row.unread is not None:
                assert DocumentCase.model_validate_json(sent) == row.unread
            read = row.read()
            assert (read.case is None) != (read.error is None)
    path.unlink()
    assert not work.exists() or not any(work.iterdir())


def notes(raw: bytes, folder: Path) -> None:
    """Every span of every fact lies in the note."""
    text = raw.decode("utf-8", "replace").replace("\0", " ")
    for fact in extract_note(Note(note_id="fuzz", text=text)).facts:
        assert fact.spans
        for span in fact.spans:
            assert 0 <= span.start < span.end <= len(text)


TARGETS: dict[str, Callable[[bytes, Path], None]] = {"documents": documents, "exports": exports, "notes": notes}
