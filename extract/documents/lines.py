"""Text put together as a reader of a document sees it: lines, paragraphs, the rows of tables."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SPACE = re.compile(r"[ \t\r\n\f]+")
_BLANK_LINES = re.compile(r"\n{3,}")

#: Between the cells of a table's row.
CELL = " | "


class Lines:
    """Collects words and breaks; `text` is what they come to."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._last = "\n"

    def words(self, text: str | None) -> None:
        """Add running text, in which any white space is one space."""
        if text:
            text = _SPACE.sub(" ", text)
            self.exactly(text.lstrip(" ") if self._last in " \n" else text)

    def exactly(self, text: str | None) -> None:
        """Add text with its own spaces and line ends."""
        if text:
            self._parts.append(text)
            self._last = text[-1]

    def line(self) -> None:
        """Begin a line, where none has just begun."""
        if self._last != "\n":
            self.exactly("\n")

    def paragraph(self) -> None:
        """Begin a line behind a blank one."""
        self.line()
        self.exactly("\n")

    def row(self, cells: Iterable[str]) -> None:
        """Add a table's row as one line; cells of several lines stand below each other, so that none is torn."""
        cells = list(cells)
        while cells and not cells[-1]:
            cells.pop()
        self.line()
        if any("\n" in cell for cell in cells):
            for cell in filter(None, cells):
                self.exactly(cell)
                self.paragraph()
        elif cells:
            self.exactly(CELL.join(cells))
            self.line()

    def text(self) -> str:
        """Everything added so far, without trailing spaces and with one blank line at most; no line end at its end."""
        # Line by line: an expression for trailing spaces takes quadratic time over a long run of them.
        lines = (line.rstrip(" \t") for line in "".join(self._parts).split("\n"))
        return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n ")
