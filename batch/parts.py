"""The parts of a batch on the disk: each is written whole or not at all, so that an interrupted run can go on.

A part holds the `RESULT` records of a fixed number of rows, as an Arrow IPC stream with its SHA-256 behind it.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from chartproof.batch.frames import from_bytes, to_bytes
from chartproof.batch.tables import RESULT
from chartproof.errors import ChartproofError

FOLDER = ".parts"
_DIGEST = 32
_STATE = "run.json"
_UNFINISHED = ".unfinished"


def replace_file(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, whatever happens, a power cut included."""
    with replacing(path) as file:
        file.write(content)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write to, which takes the place of `path` when the block ends well. Errors: OSError."""
    unfinished = path.with_name(path.name + _UNFINISHED)
    try:
        with unfinished.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            unfinished.unlink()
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def only_run(folder: Path) -> Iterator[None]:
    """While it runs, no other run works in the folder. Errors: ChartproofError when one does."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise ChartproofError(
            f"{folder}: another run is working in this folder; wait for it or choose another folder"
        ) from None
    finally:
        os.close(descriptor)


class Parts:
    """The parts of one run in its folder."""

    def __init__(self, out: Path) -> None:
        self.folder = out / FOLDER

    @property
    def begun(self) -> bool:
        """Whether a run has begun here and is not finished."""
        return (self.folder / _STATE).is_file()

    def begin(self, run: Mapping[str, Any]) -> None:
        """Say what the parts are of. Errors: OSError."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        replace_file(self.folder / _STATE, json.dumps(run, indent=1).encode())

    def run(self) -> dict[str, Any]:
        """What `begin` was told. Errors: ChartproofError when it cannot be read."""
        try:
            content: dict[str, Any] = json.loads((self.folder / _STATE).read_bytes())
        except (OSError, ValueError):
            raise ChartproofError(f"{self.folder}: cannot be read; begin anew with --restart") from None
        return content

    def done(self) -> set[int]:
        """The numbers of the parts that are there. What an interrupted run left unfinished is removed."""
        found = set()
        with os.scandir(self.folder) as entries:
            for entry in entries:
                if entry.name.endswith(_UNFINISHED):
                    os.unlink(entry.path)
                elif entry.name.endswith(".part"):
                    found.add(int(entry.name.removesuffix(".part")))
        return found

    def write(self, number: int, records: pa.RecordBatch) -> None:
        """Keep a part. Errors: OSError."""
        content = to_bytes(records, RESULT, compression="zstd")
        replace_file(self._path(number), content + hashlib.sha256(content).digest())

    def read(self, number: int) -> pa.RecordBatch:
        """A part. Errors: ChartproofError for a damaged one, which is removed so that the next run makes it again."""
        path = self._path(number)
        content = path.read_bytes()
        body = content[:-_DIGEST]
        if hashlib.sha256(body).digest() != content[-_DIGEST:]:
            path.unlink()
            raise ChartproofError(f"{path}: was damaged and is removed; the same command makes it again")
        return from_bytes(body, RESULT)

    def remove(self) -> None:
        """Remove the folder with all that is in it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:08d}.part"
