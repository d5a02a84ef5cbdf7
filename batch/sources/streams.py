"""Bytes of an export, unpacked where they are compressed, in bounded memory and within reason."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from chartproof.errors import ChartproofError

_GZIP = b"\x1f\x8b"
_CHUNK = 1 << 16
#: Content that unpacks to more than this many bytes, and so many times what it was packed in, is no text.
_FREE = 20_000_000
_RATIO = 200


class CutOffError(ChartproofError):
    """The export ends, or can no longer be read, before its end."""


class _Gunzipped(io.RawIOBase):
    """The content of a gzip file; says where it is cut off and refuses what grows beyond reason."""

    def __init__(self, path: Path, where: str) -> None:
        self._where = where
        self._packed = path.stat().st_size
        self._read = 0
        self._stream = gzip.GzipFile(path, "rb")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            part = self._stream.read1(min(len(buffer), _CHUNK))
        except EOFError:
            raise CutOffError(f"{self._where}: the gzip file is cut off; get it again") from None
        except (gzip.BadGzipFile, zlib.error):
            raise CutOffError(f"{self._where}: the gzip file is damaged; get it again") from None
        self._read += len(part)
        if self._read > _FREE and self._read > _RATIO * self._packed:
            raise CutOffError(f"{self._where}: unpacks to more than {_RATIO} times its size (a zip bomb?); unpack it")
        buffer[: len(part)] = part
        return len(part)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()


def open_bytes(path: Path, where: str) -> BinaryIO:
    """The content of a file, unpacked where it is gzip, whatever its name.

    Reading raises CutOffError where a gzip file is cut off, damaged or a bomb.
    """
    with path.open("rb") as stream:
        packed = stream.read(2) == _GZIP
    if packed:
        return cast(BinaryIO, io.BufferedReader(_Gunzipped(path, where), _CHUNK))
    return path.open("rb")


def read_lines(stream: BinaryIO, longest: int) -> Iterator[tuple[int, bytes | None]]:
    """The lines of a stream with their numbers from 1; None for one of more than `longest` bytes, which is skipped."""
    number = 0
    while line := stream.readline(longest + 1):
        number += 1
        if len(line) <= longest or line.endswith(b"\n"):
            yield number, line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(_CHUNK)
        yield number, None
