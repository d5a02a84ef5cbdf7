"""Readers: files, directories and standard input -> notes and cases, text exactly as given.

Of plain text nothing is normalized: carriage returns, tabs, form feeds and a leading byte order mark stay in the
text, so that offsets refer to the characters of the file. Bytes are decoded as strict UTF-8, or UTF-16 with its mark.
(In JSON the note text is the decoded string; a byte order mark before the JSON itself is not part of any note.) Of
other documents the note is the text that `chartproof.extract.documents` makes of them.

A source is a stream of entries. An entry that cannot be read carries its error instead of a value, so that one
bad row of a batch does not lose the others.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal

from chartproof.errors import ChartproofError
from chartproof.extract.documents import document_text, kind_of, largest_file
from chartproof.extract.documents.encoding import decode_text
from chartproof.extract.regex import Regex
from chartproof.notes import Case, Note
from chartproof.records import DEFAULT_MAX_BYTES, read_case, read_note

InputFormat = Literal["auto", "text", "json", "jsonl"]

STDIN = "-"

_LONGEST_PATH = 1000
_DATED_STEM = Regex(r"(\d{4}-\d{2}-\d{2})(?!\d)")
_SURROGATE = Regex(r"\\u[dD][89a-fA-F]")
#: Names of documents in a directory end with one of these.
DOCUMENT_SUFFIXES = frozenset({".txt", ".pdf", ".docx", ".rtf", ".html", ".htm", ".xml"})
_HEAD = 4096
_FORMAT_OF_SUFFIX: Mapping[str, InputFormat] = {".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl"}


@dataclass(frozen=True)
class Entry:
    """One note or case of a source, or the error that stands in its place.

    `where` names the file and, for rows, the row: ``notes.jsonl:3``. Exactly one of `value` and `error` is set.
    """

    where: str
    value: Note | Case | None = None
    error: ChartproofError | None = None


def read_entries(
    sources: Iterable[str],
    *,
    input_format: InputFormat = "auto",
    max_bytes: int = DEFAULT_MAX_BYTES,
    also: Sequence[Note] = (),
) -> Iterator[Entry]:
    """Read every note and case of `sources` in order.

    Inputs: paths of ``.json`` and ``.jsonl`` files, of text and other documents (PDF, Word, RTF, HTML, C-CDA),
    directories of documents (sorted by name) and ``-`` for standard input; other names are read as documents.
    `input_format` overrides what the name says. `max_bytes` is the largest note, in bytes of UTF-8. The notes in
    `also` are added to every case. The note_id of a document is its stem, or its path where two of the sources share a stem; a stem that begins with a date
    (``2024-05-14-visit.txt``) gives the note's date.
    Outputs: entries; unreadable ones carry a ChartproofError. Raises nothing of its own.
    """
    listed = [*sources]
    reader = _Reader(input_format, max_bytes, tuple(also), _document_note_ids(listed, input_format))
    for source in listed:
        yield from reader.read(source)


def read_bytes(name: str, raw: bytes, *, max_bytes: int = DEFAULT_MAX_BYTES) -> Iterator[Entry]:
    """The notes and cases of a file at hand, such as an upload; its name says how it is read and names its note.

    As `read_entries`: unreadable ones carry their error, and nothing is raised.
    """
    path = Path(name)
    dated = _DATED_STEM.match(path.stem)
    reader = _Reader("auto", max_bytes, (), {})
    stream = io.BytesIO(raw)
    entries = reader._stream(stream, _format_of(path, "auto"), name, path.stem, dated[1] if dated else None)
    yield from reader._guarded(name, entries)


def notes_of(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The notes of `entries`, cases taken apart, in order; a note_id that was used before becomes an error."""
    seen: dict[str, str] = {}
    for entry in entries:
        if entry.value is None:
            yield entry
            continue
        for note in entry.value.notes if isinstance(entry.value, Case) else (entry.value,):
            yield _once(Entry(entry.where, note), "note_id", note.note_id, seen)


def cases_of(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The cases of `entries`, in order; a loose note or a case_id that was used before becomes an error."""
    seen: dict[str, str] = {}
    for entry in entries:
        if isinstance(entry.value, Note):
            yield _failed(entry.where, "this is a note, not a case; a case has case_id, request and notes")
        elif entry.value is None:
            yield entry
        else:
            yield _once(entry, "case_id", entry.value.case_id, seen)


def date_of_name(stem: str) -> str | None:
    """The date with which the name of a document begins, if it does: ``2024-05-14-visit``."""
    dated = _DATED_STEM.match(stem)
    return dated[1] if dated else None


def _once(entry: Entry, name: str, identifier: str, seen: dict[str, str]) -> Entry:
    if identifier in seen:
        return _failed(entry.where, f"{name} {identifier!r} was already used at {seen[identifier]}; give each its own")
    seen[identifier] = entry.where
    return entry


def _failed(where: str, message: str) -> Entry:
    return Entry(where, error=ChartproofError(f"{where}: {message}"))


@dataclass(frozen=True)
class _Reader:
    """Reads one source after the other under the same settings."""

    input_format: InputFormat
    max_bytes: int
    also: tuple[Note, ...]
    note_ids: Mapping[Path, str]

    def read(self, source: str) -> Iterator[Entry]:
        """The entries of one source; an error of the source as a whole is its last entry."""
        if source == STDIN:
            kind = "text" if self.input_format == "auto" else self.input_format
            yield from self._guarded("stdin", self._stream(sys.stdin.buffer, kind, "stdin", "stdin", None))
        elif not _is_path(source):
            message = "a NOTE argument is a file name, not the text of a note; pipe the text in and write - for NOTE"
            yield Entry("arguments", error=ChartproofError(message))
        elif Path(source).is_dir():
            try:
                files = _document_files(Path(source))
            except ChartproofError as error:
                yield Entry(source, error=error)
                return
            for file in files:
                yield from self._guarded(str(file), self._file(file, "text"))
        else:
            path = Path(source)
            yield from self._guarded(source, self._file(path, _format_of(path, self.input_format)))

    @staticmethod
    def _guarded(where: str, entries: Iterator[Entry]) -> Iterator[Entry]:
        try:
            yield from entries
        except ChartproofError as error:
            yield Entry(where, error=error)
        except FileNotFoundError:
            yield _failed(where, "no such file; check the path")
        except OSError as error:
            yield _failed(where, f"cannot be read ({error.strerror}); check its permissions")

    def _file(self, path: Path, kind: InputFormat) -> Iterator[Entry]:
        with path.open("rb") as stream:
            note_id = self.note_ids.get(path, path.stem)
            yield from self._stream(stream, kind, str(path), note_id, date_of_name(path.stem))

    def _stream(
        self, stream: BinaryIO, kind: InputFormat, where: str, note_id: str, date: str | None
    ) -> Iterator[Entry]:
        if kind == "text":
            head = stream.read(_HEAD)
            raw = head + stream.read(max(0, largest_file(where, head, self.max_bytes) + 1 - len(head)))
            text = document_text(where, raw, max_bytes=self.max_bytes)
            fields = {"note_id": note_id, "text": text, "date": date}
            yield Entry(where, read_note(fields, where, self.max_bytes))
        elif kind == "jsonl":
            yield from self._rows(stream, where)
        else:
            content = parse_json(stream.read(), where)
            if content == []:
                raise ChartproofError(f"{where}: an empty list; expected notes or cases")
            items = enumerate(content, start=1) if isinstance(content, list) else ((0, content),)
            for number, item in items:
                yield self._item(item, f"{where}:[{number}]" if number else where)

    def _rows(self, stream: BinaryIO, where: str) -> Iterator[Entry]:
        blank = True
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            blank = False
            place = f"{where}:{number}"
            try:
                content = parse_json(line.rstrip(b"\r\n"), place)
            except ChartproofError as error:
                yield Entry(place, error=error)
            else:
                yield self._item(content, place)
        if blank:
            raise ChartproofError(f"{where}: empty; expected one JSON object per line")

    def _item(self, content: Any, where: str) -> Entry:
        if not isinstance(content, dict):
            return _failed(where, "expected a JSON object, a note or a case")
        try:
            if content.keys() & {"case_id", "request", "notes"}:
                return Entry(where, read_case(content, where, self.max_bytes, self.also))
            return Entry(where, read_note(content, where, self.max_bytes))
        except ChartproofError as error:
            return Entry(where, error=error)


def _is_path(source: str) -> bool:
    """Whether `source` can be a file name; standard input and a pasted note are none."""
    return source != STDIN and "\n" not in source and len(source) <= _LONGEST_PATH


def _format_of(path: Path, input_format: InputFormat) -> InputFormat:
    return _FORMAT_OF_SUFFIX.get(path.suffix.lower(), "text") if input_format == "auto" else input_format


def _document_files(directory: Path) -> list[Path]:
    try:
        files = sorted(
            file for file in directory.iterdir() if file.suffix.lower() in DOCUMENT_SUFFIXES and file.is_file()
        )
    except OSError as error:
        raise ChartproofError(f"{directory}: cannot be read ({error.strerror}); check its permissions") from None
    if not files:
        raise ChartproofError(
            f"{directory}: no document (.txt, .pdf, .docx, .rtf, .html, .xml) in this directory; name the files or another directory"
        )
    return files


def _document_note_ids(sources: Iterable[str], input_format: InputFormat) -> dict[Path, str]:
    """note_id of every document: its stem, or its path where two files share a stem."""
    files: dict[Path, None] = {}
    for source in filter(_is_path, sources):
        path = Path(source)
        if path.is_dir():
            try:
                files.update(dict.fromkeys(_document_files(path)))
            except ChartproofError:  # reported when the directory is read
                continue
        elif _format_of(path, input_format) == "text":
            files[path] = None
    stems = [file.stem for file in files]
    return {file: file.stem if stems.count(file.stem) == 1 else str(file) for file in files}


def parse_json(raw: bytes, where: str) -> Any:
    """The JSON value in `raw`. Raises ChartproofError, without its words, for anything else."""
    kind = kind_of(where, raw)
    if kind != "text":
        raise ChartproofError(f"{where}: a document ({kind.upper()}), not JSON")
    content = decode_text(raw, where).removeprefix("\ufeff")
    if not content.strip():
        raise ChartproofError(f"{where}: empty; expected JSON")
    try:
        parsed = json.loads(content)
        if _SURROGATE.search(content):
            json.dumps(parsed, ensure_ascii=False).encode()
        return parsed
    except UnicodeEncodeError:
        raise ChartproofError(f"{where}: holds half a character (a lone \\ud8xx escape); write it whole") from None
    except json.JSONDecodeError as error:
        place = f"column {error.colno}" if error.lineno == 1 else f"line {error.lineno}, column {error.colno}"
        raise ChartproofError(f"{where}: not valid JSON at {place} ({error.msg})") from None
    except (RecursionError, ValueError) as error:
        raise ChartproofError(f"{where}: not usable JSON ({type(error).__name__})") from None
