"""HTML to text."""

from __future__ import annotations

import re

from chartproof.errors import ChartproofError
from chartproof.extract.documents.encoding import decode_text
from chartproof.extract.documents.markup import markup_text

_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w-]+)|<\?xml[^>]+encoding\s*=\s*[\"']([\w-]+)", re.I)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def html_text(where: str, raw: bytes, encoding: str | None = None) -> str:
    """The text of a page as a browser shows it without scripts and style sheets.

    The encoding is the one that the page says, else `encoding`, else UTF-8 or, for bytes that are none, Windows-1252.
    """
    from lxml import html

    source = _XML_DECLARATION.sub("", _decode(where, raw, encoding).removeprefix("\ufeff"))
    if not source.strip():
        return ""
    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    page = html.document_fromstring(source, parser=parser)
    if parser.error_log.filter_from_fatals():  # what follows such an error is not in the tree
        raise ChartproofError(f"{where}: too deeply nested or otherwise unreadable HTML; save it as plain text")
    return markup_text(page)


def _decode(where: str, raw: bytes, encoding: str | None) -> str:
    said = _CHARSET.search(raw[:4096])
    if said is not None:
        encoding = (said[1] or said[2]).decode("ascii", "replace").lower()
        # On the web these names all mean Windows-1252.
        encoding = "windows-1252" if encoding in ("iso-8859-1", "latin1", "us-ascii", "ascii") else encoding
        encoding = "utf-8" if encoding.startswith("utf-16") else encoding  # it was readable as ASCII
    try:
        return decode_text(raw, where, encoding)
    except LookupError:
        raise ChartproofError(f"{where}: the page names an encoding that does not exist; convert it to UTF-8") from None
    except ChartproofError:
        if encoding is not None or b"\0" in raw:
            raise
        return decode_text(raw, where, "windows-1252")
