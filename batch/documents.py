"""Documents on their way to a worker, which makes notes of them.

A parser may hang, crash or take long, so the reading of an export only looks what kind of document it is: the row carries
the bytes in the place of the text, and the partition reads them under the supervision that every case has.
"""

from __future__ import annotations

import base64
import datetime as dt
import functools
import re
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from chartproof.errors import ChartproofError
from chartproof.extract.documents import DocumentKind, NoMemoryError, document_text, kind_of, readable_kind
from chartproof.notes import Case, Note, Request
from chartproof.records import read_note

#: What an error of a note ends with where its case is refused for it.
NOT_WITHOUT = "(the case is not read without this note)"
#: The notes of one case together may be so many times as large as the largest note,
_CASE_PER_NOTE = 20
#: and its documents as files so many times, which is twice the largest one, but never more bytes than these.
_FILES_PER_NOTE, _MOST_BYTES = 40, 1_000_000_000

_LIBRARIES: Mapping[DocumentKind, tuple[str, ...]] = {
    "pdf": ("pypdf",),
    "docx": ("python-docx", "lxml"),
    "rtf": ("striprtf",),
    "html": ("lxml",),
    "ccda": ("lxml",),
}
# A quotation mark within a string of JSON has a backslash before it, so that this is found in no note.
_PLACE = re.compile(r'(?<="document":\{)"place":"(?:[^"\\]|\\.)*",')


class Document(BaseModel):
    """A document as a file, with all that decides its text.

    `place`: what its errors begin with, the name of the file or its place in one; first, as `without_places` leaves it
    out. `content`: base64. `max_bytes`: the largest text. `has_date`: whether it may tell the date of its note.
    `libraries`: what reads it, with versions.
    """

    model_config = ConfigDict(frozen=True)

    place: str
    content: str
    encoding: str | None = None
    max_bytes: int
    has_date: bool = False
    libraries: str = ""

    @property
    def size(self) -> int:
        """Bytes, up to two too many."""
        return len(self.content) // 4 * 3

    def text_and_date(self) -> tuple[str, str | None]:
        """The text, and the date that the document tells. Errors: ChartproofError."""
        try:
            raw = base64.b64decode(self.content, validate=True)
        except ValueError:
            raise ChartproofError(f"{self.place}: the document is not valid base64") from None
        text = document_text(self.place, raw, max_bytes=self.max_bytes, encoding=self.encoding)
        if self.has_date and kind_of(self.place, raw) == "ccda":
            from chartproof.extract.documents.ccda import ccda_date

            return text, ccda_date(self.place, raw)
        return text, None


class DocumentNote(BaseModel):
    """A note whose text is still in its document; in JSON it has no `text`, so that it is never taken for an empty one."""

    model_config = ConfigDict(frozen=True)

    note_id: str
    date: dt.date | None = None
    type: str | None = None
    document: Document

    def read(self) -> Note:
        """The note. Errors: ChartproofError, also NoMemoryError."""
        try:
            text, told = self.document.text_and_date()
            date = self.date.isoformat() if self.date is not None else told
            fields = {"note_id": self.note_id, "text": text, "date": date, "type": self.type}
            return read_note(fields, self.document.place, self.document.max_bytes)
        except NoMemoryError:
            raise
        except ChartproofError as error:
            raise ChartproofError(f"{error} {NOT_WITHOUT}") from None


class DocumentCase(BaseModel):
    """A case of which at least one note is still in its document."""

    model_config = ConfigDict(frozen=True)

    case_id: str
    request: Request = Request()
    notes: tuple[DocumentNote | Note, ...] = Field(min_length=1)

    def read(self, where: str) -> Case:
        """The case with the texts of its documents. Errors: ChartproofError, also NoMemoryError."""
        size = CaseSize()
        max_bytes = max(note.document.max_bytes for note in self.notes if isinstance(note, DocumentNote))
        notes = []
        for given in self.notes:
            note, place = (given.read(), given.document.place) if isinstance(given, DocumentNote) else (given, where)
            size.add(note, place, max_bytes)
            notes.append(note)
        return Case(case_id=self.case_id, request=self.request, notes=tuple(notes))


class CaseSize:
    """How large the notes of a case are together."""

    def __init__(self) -> None:
        self._characters = 0
        self._bytes = 0

    def add(self, note: Note | DocumentNote, where: str, max_bytes: int) -> None:
        """Count a note. Errors: ChartproofError where they are larger than a case may be."""
        if isinstance(note, Note):
            self._characters += len(note.text)
        else:
            self._bytes += note.document.size
        limit = _CASE_PER_NOTE * max_bytes
        if self._characters > limit:
            raise ChartproofError(f"{where}: the notes of this case are longer than {limit:,} characters; split it")
        limit = min(_FILES_PER_NOTE * max_bytes, _MOST_BYTES)
        if self._bytes > limit:
            raise ChartproofError(f"{where}: the documents of this case are larger than {limit:,} bytes; split it")


def text_or_document(
    place: str, raw: bytes, *, max_bytes: int, encoding: str | None = None, has_date: bool = False
) -> dict[str, Any]:
    """The field of a note for a file that was read: `text` where it is plain text, else `document`, to be read later.

    Errors: ChartproofError for what no document is read from, and for text as `document_text`; LookupError for text of
    an encoding that there is not.
    """
    kind = readable_kind(place, raw, max_bytes)
    if kind == "text":
        return {"text": document_text(place, raw, max_bytes=max_bytes, encoding=encoding)}
    document = Document(
        place=place,
        content=base64.b64encode(raw).decode(),
        encoding=encoding,
        max_bytes=max_bytes,
        has_date=has_date,
        libraries=_libraries(kind),
    )
    return {"document": document.model_dump()}


def note_of(content: Mapping[str, Any], where: str, max_bytes: int) -> Note | DocumentNote:
    """A note from fields with `text` or `document`. Errors: ChartproofError as `read_note`."""
    if "document" not in content:
        return read_note(content, where, max_bytes)
    known = read_note({**content, "text": "still in the document"}, where, max_bytes)
    document = Document.model_validate(content["document"])
    return DocumentNote(note_id=known.note_id, date=known.date, type=known.type, document=document)


def stand_in(note: Note | DocumentNote) -> Note:
    """A note in the place of one whose text is not known, for checks of all but the text."""
    if isinstance(note, Note):
        return note
    return Note(note_id=note.note_id, text="", date=note.date, type=note.type)


def without_places(case: str) -> str:
    """The JSON of a case without the places of its documents, which change with every export."""
    return _PLACE.sub("", case) if '"document":{' in case else case


@functools.cache
def _libraries(kind: DocumentKind) -> str:
    """Another version of a library may find another text in the same bytes."""
    found = []
    for name in _LIBRARIES[kind]:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:  # told where the document is read
            found.append(name)
    return ", ".join(found)
