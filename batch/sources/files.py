"""A folder or a zip of documents: a case is a subfolder, or a file that stands alone."""

from __future__ import annotations

import os
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from chartproof.batch.documents import text_or_document
from chartproof.batch.names import shown
from chartproof.batch.rows import ReadOptions
from chartproof.batch.sources.delimited import open_delimited
from chartproof.batch.sources.item import Item, Source
from chartproof.errors import ChartproofError
from chartproof.extract.documents import largest_file
from chartproof.extract.readers import DOCUMENT_SUFFIXES, date_of_name

REQUESTS = "requests.csv"

_IGNORED = frozenset({".ds_store", "thumbs.db", "desktop.ini", "__macosx"})
_ARCHIVES = frozenset({".zip", ".gz", ".tgz", ".tar", ".7z", ".rar", ".bz2", ".xz"})
_HEAD = 4096
_NAMELESS = "(no name)"
_MOST_ENTRIES = 2_000_000
#: A zip entry that unpacks to more than this many bytes and times its packed size is no document.
_FREE, _RATIO = 1_000_000, 200


@dataclass(frozen=True, slots=True)
class File:
    """One file of a folder or zip: its path in it, where it lies, and why it is not read, if so."""

    name: str
    place: Path | zipfile.ZipInfo
    refused: str | None = None

    @property
    def case(self) -> str:
        """The subfolder, or for a file at the top its name without suffix."""
        path = PurePosixPath(self.name)
        return path.parts[0] if len(path.parts) > 1 else path.stem

    @property
    def note(self) -> str:
        """The path within the case, without suffix."""
        path = PurePosixPath(self.name).with_suffix("")
        return "/".join(path.parts[1:]) if len(path.parts) > 1 else path.stem


def open_folder(path: Path, where: str, options: ReadOptions) -> Source:
    """All documents below a folder. Raises ChartproofError where there is none."""
    files, ignored = _listed(path)
    table = path / REQUESTS
    requests = _requests(table, options) if table.is_file() else {}
    return _source(where, "folder", [file for file in files if file.name != REQUESTS], requests, ignored, options, None)


def open_file(path: Path, where: str, options: ReadOptions) -> Source:
    """One document, which is a case of its own."""
    format_ = "ccda" if path.suffix.lower() == ".xml" else "folder"
    return _source("", format_, [File(path.name, path)], {}, 0, options, None)


def open_zip(path: Path, where: str, options: ReadOptions) -> Source:
    """All documents in a zip, read where they lie: nothing is unpacked to disk.

    A folder that is all the zip holds and has its name is no case. Raises ChartproofError for a zip that is damaged,
    cut off, empty or has too many entries.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError) as error:
        raise ChartproofError(
            f"{where}: a zip that is damaged or cut off ({type(error).__name__}); get it again"
        ) from None
    if len(infos) > _MOST_ENTRIES:
        raise ChartproofError(
            f"{where}: more than {_MOST_ENTRIES:,} entries (a zip bomb?); unpack it and give the folder"
        )
    entries = [info for info in infos if not info.filename.endswith("/")]
    kept = [info for info in entries if not _is_ignored(info.filename)]
    wrapper = f"{path.stem}/"
    strip = len(wrapper) if kept and all(info.filename.startswith(wrapper) for info in kept) else 0
    files: list[File] = []
    seen: set[str] = set()
    for info in kept:
        name = info.filename[strip:] if PurePosixPath(info.filename[strip:]).name else _NAMELESS
        refused = (
            "has no name"
            if name == _NAMELESS
            else _trick(info) or ("stands twice in the zip" if name in seen else None)
        )
        seen.add(name)
        files.append(File(name, info, refused))
    return _source(where, "zip", files, {}, len(entries) - len(kept), options, path)


def _source(
    where: str,
    format_: str,
    files: Sequence[File],
    requests: Mapping[str, Item],
    ignored: int,
    options: ReadOptions,
    archive: Path | None,
) -> Source:
    if not files:
        raise ChartproofError(f"{where}: no document in it; expected {', '.join(sorted(DOCUMENT_SUFFIXES))}")
    files = sorted(files, key=lambda file: (file.case, PurePosixPath(file.name).parts))
    cases = dict.fromkeys(file.case for file in files)
    remarks = [f"{len(files):,} files in {len(cases):,} cases"]
    if ignored:
        remarks.append(f"{ignored:,} hidden or system files passed over")
    unknown = [key for key in requests if key not in cases]
    if unknown:
        remarks.append(f"{REQUESTS}: {len(unknown):,} of its cases have no files")

    def items() -> Iterator[Item]:
        with zipfile.ZipFile(archive) if archive is not None else nullcontext() as opened:
            for file in files:
                place = f"{where}/{file.name}".lstrip("/")
                yield _item(file, opened, place, requests.get(file.case), options)

    return Source(where, format_, items, keyed=True, order="by_case", remarks=tuple(remarks))


def _item(file: File, archive: zipfile.ZipFile | None, place: str, asked: Item | None, options: ReadOptions) -> Item:
    extra = asked.extra if asked is not None else {}
    if asked is not None and asked.error is not None:
        return Item(place, file.case, error=asked.error, extra=extra)
    try:
        note = _note(file, archive, place, options)
    except ChartproofError as error:
        return Item(place, file.case, error=str(error), extra=extra)
    except OSError as error:
        return Item(place, file.case, error=f"{place}: cannot be read ({error.strerror})", extra=extra)
    return Item(place, file.case, note=note, request=asked.request if asked is not None else {}, extra=extra)


def _note(file: File, archive: zipfile.ZipFile | None, place: str, options: ReadOptions) -> dict[str, Any]:
    path = PurePosixPath(file.name)
    if file.refused is not None:
        raise ChartproofError(f"{place}: {file.refused}; it is not read")
    if path.suffix.lower() in _ARCHIVES:
        raise ChartproofError(f"{place}: an archive within the export is not read; unpack it")
    if path.suffix.lower() not in DOCUMENT_SUFFIXES:
        raise ChartproofError(f"{place}: no kind of file that is read here; remove it, or save it as a document")
    size = largest_file(place, _read(file, archive, place, _HEAD), options.max_bytes)
    raw = _read(file, archive, place, size + 1)
    date = date_of_name(path.stem)
    content = text_or_document(
        place, raw, max_bytes=options.max_bytes, encoding=options.encoding, has_date=date is None
    )
    return {"note_id": file.note, **content, "date": date}


def _listed(folder: Path) -> tuple[list[File], int]:
    """The files below a folder, and how many were passed over."""
    files: list[File] = []
    ignored = 0
    for directory, folders, names in os.walk(folder):
        for name in [*folders, *names]:
            path = Path(directory, name)
            inner = path.relative_to(folder).as_posix()
            at = shown(inner)
            if path.is_symlink():
                files.append(File(at, path, "a symbolic link, which is not followed"))
            elif name in folders:
                continue
            elif _is_ignored(at):
                ignored += 1
            elif at != inner:
                files.append(File(at, path, "its name is not UTF-8; rename it"))
            else:
                files.append(File(at, path, None if path.is_file() else "no ordinary file"))
    return files, ignored


def _read(file: File, archive: zipfile.ZipFile | None, place: str, size: int) -> bytes:
    """The first so many bytes of a file."""
    if isinstance(file.place, Path):
        with file.place.open("rb") as stream:
            return stream.read(size)
    assert archive is not None
    try:
        with archive.open(file.place) as stream:
            return stream.read(size)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise ChartproofError(f"{place}: damaged in the zip ({type(error).__name__}); get it again") from None


def _trick(info: zipfile.ZipInfo) -> str | None:
    """Why an entry of a zip is not to be trusted, if so."""
    name = info.orig_filename
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or (len(name) > 1 and name[1] == ":") or "\0" in name:
        return "a path that leads out of the zip"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "a symbolic link, which is not followed"
    if info.flag_bits & 1:
        return "encrypted; unpack the zip with its password and give the folder"
    if info.file_size > _FREE and info.file_size > _RATIO * max(info.compress_size, 1):
        return f"unpacks to more than {_RATIO} times its size (a zip bomb?)"
    return None


def _is_ignored(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any(part.lower() in _IGNORED or (part.startswith(".") and not part.startswith("..")) for part in parts)


def _requests(table: Path, options: ReadOptions) -> dict[str, Item]:
    """The requests of a table beside the cases, by case."""
    asked: dict[str, Item] = {}
    source = open_delimited(table, REQUESTS, options, needed=("case_id",))
    for item in source.items():
        if item.key is None or item.cut_off:
            raise ChartproofError(str(item.error))
        if item.key in asked:
            raise ChartproofError(
                f"{item.where}: this case already has a row at {asked[item.key].where}; give it one row"
            )
        request = dict(item.request)
        if item.note is not None and item.note["date"] is not None:
            request.setdefault("date", item.note["date"])
        asked[item.key] = replace(item, request=request)
    return asked
