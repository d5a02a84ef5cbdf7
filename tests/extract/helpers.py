"""Shortcuts for the extraction tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

from chartproof.extract import extract_note
from chartproof.notes import Note


def facts(
    text: str, kind: str, date: dt.date | None = dt.date(2024, 6, 11), note_type: str | None = None
) -> list[dict[str, Any]]:
    """Facts of one kind in a text, as dictionaries without empty attributes, with the quoted evidence."""
    note = Note(note_id="n", text=text, date=date, type=note_type)
    found = []
    for fact in extract_note(note).facts:
        if fact.kind != kind:
            continue
        item = fact.model_dump(exclude_none=True)
        item["quotes"] = [text[start:end] for start, end in fact.spans]
        found.append(item)
    return found
