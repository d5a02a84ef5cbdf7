"""Notes, cases and requests out of decoded JSON, checked: every error names the place and the field, never a value."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from chartproof.errors import ChartproofError
from chartproof.notes import Case, Note, Request

DEFAULT_MAX_BYTES = 5_000_000

_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ].*)?", re.DOTALL)
_LIST_BREAK = re.compile(r"[\s,]+")


def read_note(content: Mapping[str, Any], where: str, max_bytes: int = DEFAULT_MAX_BYTES) -> Note:
    """A note from its fields; `max_bytes` is the largest text, in bytes of UTF-8. The text is taken as it is.

    Raises ChartproofError for a missing field, a bad date, an empty, binary or over-long text.
    """
    fields = {**content, "date": _date(content.get("date"), f"{where}: date")}
    _number_to_text(fields, "note_id")
    try:
        note = Note.model_validate(fields)
    except ValidationError as error:
        raise ChartproofError(f"{where}: {_explain(error)}") from None
    if not note.note_id.strip():
        raise ChartproofError(f"{where}: note_id is empty; give each note an id")
    if not note.text.replace("\ufeff", "").strip():
        raise ChartproofError(f"{where}: the note is empty; there is nothing to read")
    if "\0" in note.text:
        raise ChartproofError(f"{where}: the text holds a NUL character, so it is no text note")
    if len(note.text) > max_bytes // 4:  # a character is at most four bytes
        check_size(len(note.text.encode()), where, max_bytes)
    return note


def read_request(content: Mapping[str, Any], where: str) -> Request:
    """A request from its fields; codes, diagnoses and levels as a list or as text with commas.

    Raises ChartproofError for a bad date or a value that is not one of those allowed.
    """
    fields = {
        **content,
        **{name: _date(content.get(name), f"{where}: {name}") for name in ("date", "birth_date")},
    }
    for name in ("cpt", "levels", "icd10"):
        value = fields.get(name)
        fields[name] = [part for part in _LIST_BREAK.split(value) if part] if isinstance(value, str) else value or []
    try:
        return Request.model_validate(fields)
    except ValidationError as error:
        raise ChartproofError(f"{where}: {_explain(error)}") from None


def read_case(
    content: Mapping[str, Any], where: str, max_bytes: int = DEFAULT_MAX_BYTES, also: Sequence[Note] = ()
) -> Case:
    """A case from its fields, with the notes in `also` added to its own.

    Raises ChartproofError for what `read_note` and `read_request` refuse, for a case without notes and for a
    note_id that stands twice.
    """
    request = content.get("request")
    if request is not None and not isinstance(request, dict):
        raise ChartproofError(f"{where}: request: expected a JSON object")
    listed = content.get("notes") or []
    if not isinstance(listed, list) or not (listed or also):
        raise ChartproofError(f"{where}: notes: expected a list of at least one note")
    notes: dict[str, Note] = {}
    for number, item in enumerate([*listed, *also], start=1):
        place = f"{where}: note {number}"
        if not isinstance(item, dict | Note):
            raise ChartproofError(f"{place}: expected a JSON object")
        note = item if isinstance(item, Note) else read_note(item, place, max_bytes)
        if note.note_id in notes:
            raise ChartproofError(f"{place}: note_id {note.note_id!r} stands twice in this case; give each its own")
        notes[note.note_id] = note
    fields = {**content, "request": read_request(request or {}, f"{where}: request"), "notes": [*notes.values()]}
    _number_to_text(fields, "case_id")
    try:
        return Case.model_validate(fields)
    except ValidationError as error:
        raise ChartproofError(f"{where}: {_explain(error)}") from None


def check_size(size: int, where: str, max_bytes: int) -> None:
    """Raise ChartproofError when a note of `size` bytes is larger than `max_bytes`."""
    if size > max_bytes:
        raise ChartproofError(
            f"{where}: the note is longer than {max_bytes:,} bytes; split it into its visits, or raise --max-bytes"
        )


def _date(value: object, where: str) -> str | None:
    """ISO text of a date, its time of day cut off; None for a blank one."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    match = _DATE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ChartproofError(f"{where}: write dates as YYYY-MM-DD")
    return match[1]


def _number_to_text(fields: dict[str, Any], name: str) -> None:
    """Identifiers are often numbers in exports; a bool is none."""
    if type(fields.get(name)) is int:
        fields[name] = str(fields[name])


def _explain(error: ValidationError) -> str:
    """What is wrong with which field, without the value: it may be note text."""
    parts = []
    for item in error.errors(include_url=False, include_context=False, include_input=False):
        field = ".".join(str(step) for step in item["loc"])
        if item["type"] == "missing":
            parts.append(f"field {field!r} is missing")
        elif item["type"].startswith("date"):
            parts.append(f"{field}: no such date; write dates as YYYY-MM-DD")
        else:
            parts.append(f"{field}: {item['msg'][0].lower()}{item['msg'][1:]}")
    return "; ".join(parts)
