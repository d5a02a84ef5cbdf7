"""Percentages of relief that a table or form gives without a sign: below "% better", after "% relief:", in an "overall %" row."""

from __future__ import annotations

import re

from chartproof.extract.quantities import Percent
from chartproof.extract.regex import Regex
from chartproof.extract.view import Sentence
from chartproof.spans import Span

_RESPONSE = r"(?:relief|better|improve\w*|benefit|reduction|response|pain relief|less pain)"
_SIGN = r"(?:%|pct\.?|percent(?:age)?)"
_HEADING = Regex(rf"{_SIGN}\s*(?:of\s+)?{_RESPONSE}|{_RESPONSE}\s*[(,]?\s*{_SIGN}", re.IGNORECASE)
_RANGE = r"(?P<low>\d{1,3})(?:\s*(?:-|–|to)\s*(?P<high>\d{1,3}))?(?![\d/.%-])"
_NUMBER = Regex(rf"(?<![\d/.-]){_RANGE}", re.IGNORECASE)
_KEYED = Regex(
    rf"(?:{_SIGN}\s*(?:of\s+)?{_RESPONSE}|{_RESPONSE}\s*\(?{_SIGN}\)?)(?:\s*[:=]\s*~?|\s+(?:of|was|is)\s+|\s(?=\d)){_RANGE}",
    re.IGNORECASE,
)
_LABEL = Regex(rf"\s*(?:\w+\s+){{0,2}}{_SIGN}(?:\s+{_RESPONSE})?(?:\s{{2,}}|\s*\||\t)", re.IGNORECASE)
_COLUMNS = Regex(r"\S(?:[ \xa0]{2,}|\t+|\s*\|\s*)\S")
_SHIFT = 6  # characters that a cell may stand left or right of its heading
_ROWS = 12  # rows between a heading and a cell


def unsigned_percents(sentence: Sentence) -> list[Percent]:
    """The percentages of relief in a sentence that a heading or key marks as such, not their own sign."""
    text = sentence.text
    if not sentence.has_digits:
        return []
    signed = "%" in text or "pct" in sentence.lower or "percent" in sentence.lower
    found = [_percent(sentence, match) for match in _KEYED.finditer(text)] if signed else []
    if not found and _COLUMNS.search(text) is not None:
        label = _LABEL.match(text)
        if label is not None:
            found = [_percent(sentence, match) for match in _NUMBER.finditer(text, label.end())]
        else:
            found = _below_heading(sentence)
    return [percent for percent in found if percent.high <= 100]


def _percent(sentence: Sentence, match: re.Match[str]) -> Percent:
    low = float(match["low"])
    high = float(match["high"] or low)
    end = match.end("high") if match["high"] else match.end("low")
    return Percent(Span(sentence.start + match.start("low"), sentence.start + end), min(low, high), max(low, high))


def _below_heading(sentence: Sentence) -> list[Percent]:
    """The number that stands in the column of a heading such as "% better" above."""
    if not sentence.dates:
        return []
    above = sentence.previous
    for _ in range(_ROWS):
        if above is None:
            return []
        heading = _HEADING.search(above.text)
        if heading is not None:
            return _in_column(sentence, above, heading)
        if _COLUMNS.search(above.text) is None and not above.dates:
            return []
        above = above.previous
    return []


def _in_column(sentence: Sentence, above: Sentence, heading: re.Match[str]) -> list[Percent]:
    note = sentence.view.note.text
    line = note[note.rfind("\n", 0, sentence.start) + 1 : sentence.end]
    head_start = note.rfind("\n", 0, above.start + heading.start()) + 1
    left = above.start + heading.start() - head_start
    right = above.start + heading.end() - head_start
    shift = sentence.start - (note.rfind("\n", 0, sentence.start) + 1)
    for match in _NUMBER.finditer(sentence.text):
        start, end = match.start() + shift, match.end() + shift
        dated = any(date.span.start <= sentence.start + match.start() < date.span.end for date in sentence.dates)
        if dated:
            continue
        if "|" in line:
            same = line[:start].count("|") == note[head_start : head_start + left].count("|")
        else:
            same = start <= right + _SHIFT and end >= left - _SHIFT
        if same:
            return [_percent(sentence, match)]
    return []
