"""HTML, and the narrative of a C-CDA, which is much like it, to the text that a browser would show.

Tables are read cell by cell in their rows: setting cells of several lines side by side, as a browser does, would weave
sentences into one another.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chartproof.extract.documents.lines import Lines

if TYPE_CHECKING:
    from lxml.etree import _Element

_UNSEEN = frozenset(
    [
        "head",
        "script",
        "style",
        "template",
        "noscript",
        "svg",
        "math",
        "object",
        "iframe",
        "del",
        "s",
        "strike",
        "rendermultimedia",
        "audio",
        "video",
        "canvas",
    ]
)
_PARAGRAPHS = frozenset(
    [
        "p",
        "paragraph",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "ul",
        "ol",
        "dl",
        "list",
        "hr",
        "pre",
        "blockquote",
        "section",
        "article",
        "header",
        "footer",
        "form",
    ]
)
_LINES = frozenset(
    [
        "div",
        "li",
        "item",
        "dt",
        "dd",
        "caption",
        "address",
        "fieldset",
        "figure",
        "figcaption",
        "legend",
        "main",
        "nav",
        "aside",
        "tr",
        "thead",
        "tbody",
        "tfoot",
        "center",
    ]
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|line-through", re.I)
_BOXES = frozenset({"checkbox", "radio"})
_SILENT_INPUTS = frozenset({"hidden", "password", "submit", "button", "reset", "image", "file"})


def markup_text(root: _Element) -> str:
    """The text of an element and all in it, as `Lines.text` gives it."""
    lines = Lines()
    _write(root, lines)
    return lines.text()


def local_name(element: _Element) -> str:
    """The name of an element without its namespace, in small letters; empty for comments and the like."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _write(element: _Element, lines: Lines) -> None:
    name = local_name(element)
    if not name or name in _UNSEEN or _is_hidden(element):
        return
    if name == "br":
        lines.exactly("\n")
    elif name == "input":
        _write_input(element, lines)
    elif name == "select":
        lines.words(" ".join(_content(each) for each in element.iter("option") if each.get("selected") is not None))
    elif name == "tr":
        lines.row(_content(cell) for cell in element if local_name(cell) in ("td", "th"))
    elif name in ("pre", "textarea"):
        lines.line()
        lines.exactly("".join(str(part) for part in element.itertext()))
        lines.line()
    elif name in ("ol", "ul", "list"):
        _write_list(element, lines, numbered=name == "ol" or element.get("listType") == "ordered")
    else:
        _break(name, lines)
        _write_content(element, lines)
        _break(name, lines)


def _break(name: str, lines: Lines) -> None:
    if name in _PARAGRAPHS:
        lines.paragraph()
    elif name in _LINES:
        lines.line()


def _write_content(element: _Element, lines: Lines) -> None:
    lines.words(element.text)
    for child in element:
        _write(child, lines)
        lines.words(child.tail)


def _write_list(element: _Element, lines: Lines, *, numbered: bool) -> None:
    lines.paragraph()
    number = 0
    for child in element:
        lines.line()
        if local_name(child) in ("li", "item") and not _is_hidden(child):
            number += 1
            lines.exactly(f"{number}. " if numbered else "- ")
            _write_content(child, lines)
        else:
            _write(child, lines)
    lines.paragraph()


def _write_input(element: _Element, lines: Lines) -> None:
    kind = (element.get("type") or "text").lower()
    if kind in _BOXES:
        lines.words(" [x] " if element.get("checked") is not None else " [ ] ")
    elif kind not in _SILENT_INPUTS:
        lines.words(f" {element.get('value') or ''} ")


def _content(element: _Element) -> str:
    lines = Lines()
    if not _is_hidden(element):
        _write_content(element, lines)
    return lines.text()


def _is_hidden(element: _Element) -> bool:
    return (
        element.get("hidden") is not None
        or element.get("revised") == "delete"
        or _HIDDEN_STYLE.search(element.get("style") or "") is not None
    )
