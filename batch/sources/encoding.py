"""The encoding of a whole export: UTF-8 where it is that, else a guess that is told."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from chartproof.errors import ChartproofError

_BLOCK = 1 << 20
_SAMPLE = 200_000  # bytes of lines that are not ASCII, by which the guess is made
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
#: What tables of western clinics come in; Windows-1252 where nothing speaks against it.
_LEGACY = ["cp1252", "mac_roman", "cp850", "cp437"]


@dataclass(frozen=True)
class Encoding:
    """The encoding, and what to tell about it."""

    name: str
    remark: str | None = None


def find_encoding(stream: BinaryIO, given: str | None = None) -> Encoding:
    """The encoding of everything that can be read of `stream`, or the one `given`.

    A file that is UTF-8 but for a few bytes is UTF-8: the rows with those bytes are refused later, one by one.
    Raises ChartproofError for an unknown encoding; what the stream raises when it is cut off ends the search.
    """
    if given is not None:
        try:
            return Encoding(codecs.lookup(given).name)
        except LookupError:
            raise ChartproofError(f"--encoding {given}: no such encoding; e.g. utf-8, windows-1252, utf-16") from None
    good = bad = 0
    sample = bytearray()
    for number, block in enumerate(_blocks(stream)):
        if number == 0:
            for mark, name in _MARKS.items():
                if block.startswith(mark):
                    return Encoding(name)
            if (wide := _unmarked_wide(block)) is not None:
                return Encoding(wide, f"{wide.upper()} by its zero bytes")
        if block.isascii():
            continue
        text = block.decode("utf-8", "replace")
        wrong = text.count("\ufffd")
        bad += wrong
        good += len(text) - len(text.encode("ascii", "ignore")) - wrong
        if wrong and len(sample) < _SAMPLE:
            sample += b"\n".join(line for line in block.split(b"\n") if not line.isascii())[:_SAMPLE]
    if bad <= good:
        return Encoding("utf-8", f"{bad:,} bytes are not UTF-8; their rows are refused" if bad else None)
    return _guess(bytes(sample))


def _guess(sample: bytes) -> Encoding:
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=_LEGACY).best()
    name = "cp1252" if best is None or best.encoding not in _LEGACY else best.encoding
    shown = "windows-1252" if name == "cp1252" else name
    return Encoding(name, f"not UTF-8; read as {shown}, which is a guess: say it with --encoding if it is another")


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    """Blocks that end with a line, so that no character is torn, as long as the stream can be read."""
    rest = b""
    try:
        while block := stream.read(_BLOCK):
            block = rest + block
            end = block.rfind(b"\n") + 1 or (len(block) if len(block) > 8 * _BLOCK else 0)
            rest = block[end:]
            if end:
                yield block[:end]
    except ChartproofError:  # told where the rows are read
        pass
    if rest:
        yield rest


def _unmarked_wide(block: bytes) -> str | None:
    """UTF-16 without its mark: every other byte of Latin text is zero."""
    head = block[:4000]
    if len(head) < 4:
        return None
    even, odd = head[::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > 0.4 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.4 * half and odd < 0.1 * half:
        return "utf-16-be"
    return None
