"""Word documents (.docx) to text, in document order: page headers, body with its tables and text boxes, notes.

The elements are walked here rather than through python-docx's paragraphs, which leave out inserted words of tracked
changes, content controls and text boxes: a missing "not" would turn a sentence round.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from chartproof.errors import ChartproofError
from chartproof.extract.documents.lines import Lines
from chartproof.extract.documents.markup import local_name

if TYPE_CHECKING:
    from lxml.etree import _Element

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SKIPPED = frozenset(
    [
        "del",
        "movefrom",
        "fallback",
        "instrtext",
        "deltext",
        "rpr",
        "ppr",
        "sectpr",
        "tblpr",
        "tcpr",
        "trpr",
        "sdtpr",
        "sdtendpr",
    ]
)
_HIDING = ("strike", "dstrike", "vanish")
_OFF = ("0", "false", "off")
#: Check boxes and marks of the Wingdings fonts, by their code.
_SYMBOLS = {
    "F0FE": "[x]",
    "F0FD": "[x]",
    "F052": "[x]",
    "F053": "[x]",
    "F0A8": "[ ]",
    "F06F": "[ ]",
    "F0A3": "[ ]",
    "F0FC": "✓",
    "F0FB": "✗",
}

_MOST_PARTS = 10_000
_RATIO = 100  # times smaller than its content: no written document is
_SMALL = 10_000_000  # bytes that are unpacked whatever the ratio


def docx_text(where: str, raw: bytes, max_bytes: int) -> str:
    """The text a reader sees: tracked changes as accepted, nothing hidden or struck out.

    Raises ChartproofError for a zip that is no Word document, one with a password, and one that unpacks beyond reason.
    """
    from docx import Document
    from lxml import etree

    _check_archive(where, raw, max_bytes)
    document = Document(io.BytesIO(raw))
    lines = Lines()
    headers: dict[str, None] = {}
    for section in document.sections:
        for header in (
            (section.first_page_header, section.header)
            if section.different_first_page_header_footer
            else (section.header,)
        ):
            if not header.is_linked_to_previous:
                headers[_content(header._element)] = None
    for text in filter(None, headers):
        lines.exactly(text)
        lines.paragraph()
    _write(document.element.body, lines)
    for relation in document.part.rels.values():
        if relation.reltype.endswith(("/footnotes", "/endnotes")) and not relation.is_external:
            lines.paragraph()
            _write(etree.fromstring(relation.target_part.blob, etree.XMLParser(resolve_entities=False)), lines)
    return lines.text()


def _check_archive(where: str, raw: bytes, max_bytes: int) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile:
        raise ChartproofError(f"{where}: a damaged Word document or zip (cut off?); get it again") from None
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise ChartproofError(f"{where}: encrypted; save it without a password")
    if "[Content_Types].xml" not in names or not any(name.startswith("word/") for name in names):
        raise ChartproofError(f"{where}: a zip or another Office document, not Word's; save it as .docx or plain text")
    unpacked = sum(part.file_size for part in parts)
    xml = max(part.file_size for part in parts if part.filename.endswith((".xml", ".rels")))
    if (
        len(parts) > _MOST_PARTS
        or (unpacked > _SMALL and unpacked > _RATIO * len(raw))
        or xml > max(_SMALL, 20 * max_bytes)
    ):
        raise ChartproofError(
            f"{where}: unpacks to {unpacked:,} bytes in {len(parts):,} parts, more than any document (a zip bomb?); "
            "save it as plain text"
        )


def _write(element: _Element, lines: Lines) -> None:
    name = local_name(element)
    if not name or name in _SKIPPED:
        return
    if name == "t":
        lines.exactly(element.text)
    elif name in ("tab", "ptab"):
        lines.exactly("\t")
    elif name in ("br", "cr"):
        lines.exactly("\n")
    elif name == "nobreakhyphen":
        lines.exactly("-")
    elif name == "sym":
        lines.exactly(_SYMBOLS.get((element.get(f"{_WORD}char") or "").upper()))
    elif name == "checkbox" and element.tag == f"{_WORD}checkBox":
        lines.exactly("[x]" if _is_checked(element) else "[ ]")
    elif name == "ddlist":
        lines.exactly(_chosen(element))
    elif name == "tr":
        lines.row(_content(cell) for cell in _cells(element))
    elif name in ("p", "tbl", "txbxcontent"):
        lines.line()
        _write_all(element, lines)
        lines.exactly("\n")
    elif name != "r" or not _is_hidden(element):
        _write_all(element, lines)


def _write_all(element: _Element, lines: Lines) -> None:
    for child in element:
        _write(child, lines)


def _cells(row: _Element) -> list[_Element]:
    """The cells of a row, also those that stand in content controls."""
    if row.find(f"{_WORD}trPr/{_WORD}del") is not None:
        return []
    return [each for child in row for each in ([child] if child.tag == f"{_WORD}tc" else child.iter(f"{_WORD}tc"))]


def _content(element: _Element) -> str:
    lines = Lines()
    _write_all(element, lines)
    return lines.text()


def _is_hidden(run: _Element) -> bool:
    marks = (run.find(f"{_WORD}rPr/{_WORD}{mark}") for mark in _HIDING)
    return any(mark is not None and mark.get(f"{_WORD}val", "1") not in _OFF for mark in marks)


def _is_checked(box: _Element) -> bool:
    for name in ("checked", "default"):
        state = box.find(f"{_WORD}{name}")
        if state is not None:
            return state.get(f"{_WORD}val", "1") not in _OFF
    return False


def _chosen(choices: _Element) -> str | None:
    """What a drop-down field shows."""
    entries = [entry.get(f"{_WORD}val") for entry in choices.findall(f"{_WORD}listEntry")]
    for name in ("result", "default"):
        state = choices.find(f"{_WORD}{name}")
        if state is not None:
            return entries[int(state.get(f"{_WORD}val", "0"))]
    return entries[0] if entries else None
