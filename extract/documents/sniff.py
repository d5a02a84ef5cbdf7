"""What kind of document it is, by its first bytes; the name counts only where they do not tell."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Literal

from chartproof.errors import ChartproofError

DocumentKind = Literal["text", "pdf", "docx", "rtf", "html", "ccda"]

_HEAD = 4096
_HTML = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!doctype\s+html|<html[\s>])", re.I | re.S)
_XML = re.compile(rb"\s*(?:<\?xml[\s?]|<(?:\w+:)?ClinicalDocument[\s>])")
_CCDA = re.compile(rb"<(?:\w+:)?ClinicalDocument[\s>]")
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")

_REFUSED = {
    b"\x1f\x8b": "gzip-compressed; decompress it first",
    b"\xd0\xcf\x11\xe0": "an old Word document (.doc) or an Office file with a password; save it as .docx without one",
    b"\x89PNG": "a picture; run text recognition (OCR) first",
    b"\xff\xd8\xff": "a picture; run text recognition (OCR) first",
    b"GIF8": "a picture; run text recognition (OCR) first",
    b"II*\0": "a picture; run text recognition (OCR) first",
    b"MM\0*": "a picture; run text recognition (OCR) first",
    b"BZh": "compressed; decompress it first",
    b"7z\xbc\xaf": "an archive; unpack it first",
    b"\xfd7zXZ": "compressed; decompress it first",
    b"\x28\xb5\x2f\xfd": "compressed; decompress it first",
}


def kind_of(name: str, raw: bytes) -> DocumentKind:
    """The kind of the document `raw`, of which the first 4,096 bytes will do.

    Raises ChartproofError for what is no document with text in it: a picture, an archive, an old Word file.
    """
    head = raw[:_HEAD]
    for mark, what in _REFUSED.items():
        if head.startswith(mark):
            raise ChartproofError(f"{name}: {what}")
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "docx"
    for mark in _MARKS:
        head = head.removeprefix(mark)
    plain = head.replace(b"\0", b"")  # UTF-16 of Latin letters
    if plain.lstrip().startswith(b"%PDF-"):
        return "pdf"
    if plain.lstrip().startswith(b"{\\rtf"):
        return "rtf"
    if _HTML.match(plain):
        return "html"
    if _XML.match(plain):
        if _CCDA.search(plain):
            return "ccda"
        raise ChartproofError(f"{name}: an XML document that is no C-CDA (ClinicalDocument); save it as plain text")
    return "html" if PurePath(name).suffix.lower() in (".html", ".htm", ".xhtml") else "text"
