"""Character spans: the currency of evidence."""

from __future__ import annotations

from typing import NamedTuple


class Span(NamedTuple):
    """Half-open character offsets into a note exactly as read: ``text[start:end]`` is the evidence.

    Written to JSON as a two-element array.
    """

    start: int
    end: int

    def of(self, text: str) -> str:
        """The characters of `text` that the span covers."""
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Whether the two spans share at least one character."""
        return self.start < other.end and other.start < self.end
