"""Exports in any format as streams of notes and cases."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

from chartproof.batch.rows import ExportFormat, ReadOptions
from chartproof.batch.sources.item import Item, Source
from chartproof.batch.sources.streams import CutOffError
from chartproof.errors import ChartproofError

__all__ = ["Item", "Source", "find_format", "open_source"]

_HEAD = 1 << 16
_DOCUMENTS = {".txt": "folder", ".xml": "ccda", ".html": "folder", ".htm": "folder"}
#: Folders that hold only tables of one of these formats are one table in parts.
_PARTS: dict[str, ExportFormat] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}


def open_source(path: Path, options: ReadOptions) -> Source:
    """An export, in the format that the options say or that its content has.

    Raises ChartproofError for a path that is not there, a format that is not known, and as the readers of the formats.
    """
    from chartproof.batch.sources import columnar, delimited, fhir, files, lines

    if not path.exists():
        raise ChartproofError(f"{path}: no such file or folder; check the path")
    try:
        format_ = find_format(path) if options.format == "auto" else options.format
        where = path.name
        if path.is_dir():
            parts = _parts(path)
            if format_ == "fhir":
                return fhir.open_fhir([*parts], path.name, options)
            if format_ in ("csv", "jsonl", "parquet") and parts:
                return _joined(path, [_part(part, replace(options, format=format_)) for part in parts])
            if format_ not in ("folder", "ccda"):
                raise ChartproofError(f"{path}: a folder, which cannot be read as {format_}; name the file")
            return files.open_folder(path, where, options)
        if format_ == "csv":
            return delimited.open_delimited(path, where, options)
        if format_ in ("jsonl", "json"):
            return lines.open_lines(path, where, options, whole=format_ == "json")
        if format_ == "parquet":
            return columnar.open_parquet(path, where, options)
        if format_ == "fhir":
            return fhir.open_fhir([path], where, options)
        if format_ == "zip":
            return files.open_zip(path, where, options)
        return files.open_file(path, where, options)
    except OSError as error:
        raise ChartproofError(f"{path}: cannot be read ({error.strerror}); check its permissions") from None


def find_format(path: Path) -> ExportFormat:
    """The format of an export, by its content, and by its name where that does not tell.

    Raises ChartproofError for what is no export of notes, and OSError for what cannot be read.
    """
    if path.is_dir():
        parts = _parts(path)
        if not parts:
            return "folder"
        found = find_format(parts[0])
        return found if found == "fhir" else _PARTS[_suffix(parts[0])]
    head = _head(path)
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK"):
        return _format_of_zip(path)
    if not head.strip():
        raise ChartproofError(f"{path.name}: empty; there is nothing to read")
    suffix = _suffix(path)
    if suffix == ".parquet":
        raise ChartproofError(f"{path.name}: a Parquet file that is damaged; get it again")
    if head.startswith((b"%PDF", b"{\\rtf")) or suffix in _DOCUMENTS:
        return "ccda" if suffix == ".xml" else "folder"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start in (b"{", b"["):
        return _format_of_json(head, suffix)
    if suffix in (".jsonl", ".ndjson", ".json"):
        return "json" if suffix == ".json" else "jsonl"
    return "csv"


def _format_of_json(head: bytes, suffix: str) -> ExportFormat:
    from chartproof.batch.sources.lines import first_object

    first = first_object(head)
    if b'"resourceType"' in head[:4096] and (first is None or "resourceType" in first):
        return "fhir"
    lines = suffix in (".jsonl", ".ndjson") or (first is not None and suffix != ".json")
    return "jsonl" if lines else "json"


def _format_of_zip(path: Path) -> ExportFormat:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return "zip"  # which says what is wrong
    if "[Content_Types].xml" in names:
        if any(name.startswith("word/") for name in names):
            return "folder"
        raise ChartproofError(f"{path.name}: an Excel or other Office file; save the table as CSV")
    return "zip"


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if not head.startswith(b"\x1f\x8b"):
        return head
    try:
        with gzip.open(path, "rb") as stream:
            return stream.read1(_HEAD)
    except (EOFError, OSError, zlib.error):
        raise ChartproofError(f"{path.name}: a gzip file that is cut off or damaged; get it again") from None


def _suffix(path: Path) -> str:
    """The ending of a name, without that of its compression."""
    name = path.name.lower().removesuffix(".gz")
    return name[name.rfind(".") :] if "." in name else ""


def _parts(folder: Path) -> list[Path]:
    """The files of a folder that is one table in parts; none for any other folder."""
    entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith((".", "_")))
    kinds = {_PARTS.get(_suffix(entry)) if entry.is_file() and not entry.is_symlink() else None for entry in entries}
    whole = all(_suffix(entry) == ".json" and entry.is_file() for entry in entries)
    if entries and whole and all(find_format(entry) == "fhir" for entry in entries):
        return entries
    if len(kinds) != 1 or None in kinds or [entry.name for entry in entries] == ["requests.csv"]:
        return []
    return entries


def _part(path: Path, options: ReadOptions) -> Source:
    """One file of a table in parts; of a damaged one, its error."""
    try:
        return open_source(path, options)
    except CutOffError as error:
        item = Item(path.name, error=str(error), cut_off=True)
        return Source(path.name, options.format, lambda: iter((item,)), damaged=True)


def _joined(folder: Path, sources: list[Source]) -> Source:
    """Several tables of the same columns as one."""
    whole = [source for source in sources if not source.damaged]
    if not whole:
        raise ChartproofError(f"{folder}: all its {len(sources):,} files are damaged or cut off; get them again")
    first = whole[0]
    for source in whole:
        if dict(source.columns) != dict(first.columns):
            raise ChartproofError(f"{folder}: {source.where} has other columns than {first.where}; read them apart")
    remark = f"{len(sources):,} files as one table"
    return replace(
        first,
        where=folder.name,
        items=lambda: (item for source in sources for item in source.items()),
        remarks=(remark, *dict.fromkeys(each for source in sources for each in source.remarks)),
    )
