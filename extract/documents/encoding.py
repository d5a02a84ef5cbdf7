"""Bytes to text: strict, so that no character is guessed unless an encoding was chosen."""

from __future__ import annotations

import codecs

from chartproof.errors import ChartproofError


def decode_text(raw: bytes, where: str, encoding: str | None = None) -> str:
    """Plain text out of `raw`: UTF-16 where it begins with that mark, else `encoding`, else UTF-8.

    A UTF-8 mark stays in the text, as it always has: it is counted by spans.
    Raises ChartproofError for binary content and for bytes that are not of the encoding.
    """
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif encoding is None or raw.startswith(codecs.BOM_UTF8):
        encoding = "utf-8"
    if b"\0" in raw and "16" not in encoding:
        raise ChartproofError(f"{where}: binary (a NUL at byte {raw.index(0)}), not a text note")
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-8":
            raise ChartproofError(
                f"{where}: not UTF-8 at byte {error.start}; convert it, e.g. iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW"
            ) from None
        raise ChartproofError(f"{where}: not {encoding.upper()} at byte {error.start}; convert it to UTF-8") from None
    if "\0" in text:
        raise ChartproofError(f"{where}: binary (a NUL at character {text.index(chr(0))}), not a text note")
    return text
