"""The sentence around a span, for lists of errors that a person asked for."""

from __future__ import annotations

import re

from chartproof.spans import Span

_BREAK = re.compile(r"\n\s*|(?<=[.!?;])\s+(?=[A-Z0-9\[•*-])")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_REACH = 240  # characters either side, so that a note without sentence ends is not printed whole

OPEN, CLOSE = "[[", "]]"


def printable(text: str) -> str:
    """`text` on one line, without control characters."""
    return re.sub(r"\s+", " ", _UNPRINTABLE.sub(" ", text))


def sentence(text: str, span: Span) -> str:
    """The line or sentence that holds `span`, on one line, with the span in double brackets."""
    left = max(0, span.start - _REACH)
    before = text[left : span.start]
    starts = [match.end() for match in _BREAK.finditer(before)]
    start = left + starts[-1] if starts else left
    after = text[span.end : span.end + _REACH]
    end_match = _BREAK.search(after)
    end = span.end + (end_match.start() if end_match else len(after))
    marked = f"{text[start : span.start]}{OPEN}{span.of(text)}{CLOSE}{text[span.end : end]}"
    return printable(marked).strip()
