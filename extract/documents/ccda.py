"""The narrative of a C-CDA: the title and the text of each section, as a person reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from chartproof.errors import ChartproofError
from chartproof.extract.documents.lines import Lines
from chartproof.extract.documents.markup import local_name, markup_text

if TYPE_CHECKING:
    from lxml.etree import _Element

_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")


def ccda_text(where: str, raw: bytes) -> str:
    """The sections of a clinical document in their order; raises as `ccda_root` does.

    Titles are in capitals on a line of their own, so that each ends the section before it whatever it is called.
    """
    lines = Lines()
    for title, text in _sections(ccda_root(where, raw)):
        lines.paragraph()
        lines.exactly(title.upper())
        lines.line()
        lines.exactly(text)
    return lines.text()


def ccda_root(where: str, raw: bytes) -> _Element:
    """The parsed document. Raises ChartproofError for one with a DTD, and lxml's errors for broken XML."""
    from lxml import etree

    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw.replace(b"\0", b""):
        raise ChartproofError(f"{where}: the XML declares a document type, which a C-CDA never does; remove it")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(raw, parser)


def _sections(root: _Element) -> Iterator[tuple[str, str]]:
    for section in root.iter():
        if local_name(section) == "section":
            parts = {local_name(child): child for child in section if local_name(child) in ("title", "text")}
            title = markup_text(parts["title"]) if "title" in parts else ""
            text = markup_text(parts["text"]) if "text" in parts else ""
            if text:
                yield title, text


def ccda_date(where: str, raw: bytes) -> str | None:
    """The day of the encounter that the document tells of, else the day of the document, as YYYY-MM-DD."""
    root = ccda_root(where, raw)
    encounter = "{*}componentOf/{*}encompassingEncounter/{*}effectiveTime"
    for path in (encounter, encounter + "/{*}low", "{*}effectiveTime"):
        found = root.find(path)
        match = _DAY.match(found.get("value") or "") if found is not None else None
        if match is not None:
            return "-".join(match.groups())
    return None
