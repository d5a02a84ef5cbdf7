"""A new assessment as it is typed, pasted and dropped: read into a case, each error beside its field, nothing lost.

Text that was typed reaches the server with the line ends of a form (CR LF), whatever the person saw; it is kept with
LF. A file's text is kept as it is; while a form is mended it travels as JSON, which no form changes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from chartproof.errors import ChartproofError
from chartproof.extract.readers import read_bytes
from chartproof.notes import Case, Note
from chartproof.records import read_case, read_note, read_request
from chartproof.review.web.procedures import codes_of

MOST_NOTES = 60
MOST_CASES = 100
REQUEST_FIELDS = ("case_id", "procedure", "icd10", "date", "side", "region", "levels", "state", "plan", "guideline")
_CASE_SUFFIXES = (".json", ".jsonl", ".ndjson")


@dataclass(frozen=True)
class Typed:
    """A note in a text area, with the date beside it as typed."""

    text: str = ""
    date: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing was typed."""
        return not self.text.strip()


@dataclass(frozen=True)
class Kept:
    """A note read from a file, its text exactly as given."""

    name: str
    text: str
    date: str = ""

    def packed(self) -> str:
        """As JSON, for a hidden field."""
        return json.dumps({"name": self.name, "text": self.text, "date": self.date})


@dataclass
class Intake:
    """What was given so far. `errors` are by field: ``notes``, ``note-2``, ``files`` or a field of the request."""

    typed: list[Typed] = field(default_factory=lambda: [Typed()])
    kept: list[Kept] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def read_intake(
    texts: Sequence[str],
    dates: Sequence[str],
    kept: Sequence[str],
    kept_dates: Sequence[str],
    files: Sequence[tuple[str, bytes]],
    fields: Mapping[str, str],
    max_bytes: int,
) -> Intake:
    """Everything of a sent form; files that cannot be read are named in `errors` and left out.

    Inputs: typed notes and their dates in order; packed notes of files read before, and their dates; new files by name
    and content; the fields of the request; the largest note, in bytes of UTF-8.
    """
    intake = Intake(
        [
            Typed(text.replace("\r\n", "\n"), dates[number].strip() if number < len(dates) else "")
            for number, text in enumerate(texts[:MOST_NOTES])
        ]
        or [Typed()],
        fields={name: fields.get(name, "").strip() for name in REQUEST_FIELDS},
    )
    problems = []
    for number, packed in enumerate(kept[:MOST_NOTES]):
        try:
            intake.kept.append(_unpacked(packed, kept_dates[number] if number < len(kept_dates) else ""))
        except ChartproofError as error:
            problems.append(str(error))
    for name, raw in files:
        try:
            _take(intake, PurePath(name.replace("\\", "/")).name or "file", raw, max_bytes)
        except ChartproofError as error:
            problems.append(str(error))
    if problems:
        intake.errors["files"] = " ".join(problems)
    return intake


def case_of(intake: Intake, max_bytes: int) -> Case | None:
    """The case that was typed; None when there are errors, which then stand in `intake.errors`."""
    errors = intake.errors
    notes: list[Note] = []
    for number, one in enumerate(intake.typed, start=1):
        if not one.empty:
            _read_into(notes, one.text, f"note-{number}", one.date, errors, f"note-{number}", max_bytes)
    for number, kept in enumerate(intake.kept, start=1):
        name = _unused(PurePath(kept.name).stem or f"file-{number}", notes)
        _read_into(notes, kept.text, name, kept.date, errors, f"kept-{number}", max_bytes)
    if not notes and not errors:
        errors["notes"] = "Paste a note, or drop a file."
    request = _request(intake)
    if errors or request is None:
        return None
    case_id = intake.fields["case_id"] or _made_up(notes, request)
    return read_case({"case_id": case_id, "request": request}, "the request", max_bytes, also=notes)


def _request(intake: Intake) -> dict[str, Any] | None:
    """The request, every field checked by itself so that its error stands beside it."""
    content: dict[str, Any] = {}
    for name in ("icd10", "date", "side", "region", "levels", "state", "plan"):
        value = intake.fields.get(name, "")
        try:
            content[name] = getattr(read_request({name: value}, ""), name)
        except ChartproofError as error:
            intake.errors[name] = _sentence(str(error))
    try:
        content["cpt"] = codes_of(intake.fields.get("procedure", ""))
    except ChartproofError as error:
        intake.errors["procedure"] = _sentence(str(error))
    if intake.errors:
        return None
    return {**content, "date": content["date"].isoformat() if content["date"] else None}


def _read_into(
    notes: list[Note], text: str, note_id: str, date: str, errors: dict[str, str], place: str, max_bytes: int
) -> None:
    try:
        notes.append(read_note({"note_id": note_id, "text": text, "date": date}, "", max_bytes))
    except ChartproofError as error:
        errors[place] = _sentence(str(error))


def _take(intake: Intake, name: str, raw: bytes, max_bytes: int) -> None:
    """Read one file: cases by themselves, every other file as one note."""
    suffix = PurePath(name).suffix.lower()
    if suffix not in (*_CASE_SUFFIXES, ".txt"):
        from chartproof.extract.documents import document_text  # its readers load slowly, and few notes need them

        intake.kept.append(Kept(name, document_text(name, raw, max_bytes=max_bytes)))
        return
    for entry in read_bytes(name, raw, max_bytes=max_bytes):
        if entry.error is not None:
            raise entry.error
        if isinstance(entry.value, Case):
            intake.cases.append(entry.value)
        elif entry.value is not None:
            date = entry.value.date.isoformat() if entry.value.date else ""
            intake.kept.append(Kept(entry.value.note_id, entry.value.text, date))
    if len(intake.cases) > MOST_CASES:
        raise ChartproofError(f"{name}: more than {MOST_CASES} cases at once; use 'chartproof assess' for so many")


def _unpacked(packed: str, date: str) -> Kept:
    try:
        content = json.loads(packed)
        return Kept(str(content["name"])[:200], str(content["text"]), date.strip() or str(content["date"]))
    except (ValueError, KeyError, TypeError):
        raise ChartproofError("a file did not arrive whole; choose it again") from None


def _unused(name: str, notes: Sequence[Note]) -> str:
    taken = {note.note_id for note in notes}
    return next(one for one in (name, *(f"{name}-{number}" for number in range(2, 1000))) if one not in taken)


def _made_up(notes: Sequence[Note], request: Mapping[str, Any]) -> str:
    """A case id out of what was given: the same request of the same notes has the same one."""
    digest = hashlib.sha256(json.dumps([[one.text for one in notes], request], default=str).encode())
    return f"case-{digest.hexdigest()[:8]}"


def _sentence(message: str) -> str:
    """A message that names its place, without it: it stands beside the field."""
    told = message.lstrip(": ")
    for name in (*REQUEST_FIELDS, "note"):
        told = told.removeprefix(f"{name}: ")
    return f"{told[:1].upper()}{told[1:]}{'' if told.endswith('.') else '.'}"
