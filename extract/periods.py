"""Periods of time between two dates: "from July to Sept 2023", "7/15-9/27/24", "11/6/23 - present"."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from chartproof.extract.dates import find_dates
from chartproof.extract.regex import Regex
from chartproof.spans import Span

_MONTH = (
    r"(?:january|jan|february|febr|feb|march|mar|april|apr|may|june|jun|july|jul|august|aug|september|sept|sep"
    r"|october|oct|november|nov|december|dec)\b\.?"
)
_PART = r"(?:(?:the\s+)?(?:early|mid|late|beginning(?:\s+of)?|middle(?:\s+of)?|end(?:\s+of)?|first\s+(?:week\s+)?of)[\s-]+)?"
_POINT = (
    rf"(?:(?:19|20)\d\d-\d\d(?:-\d\d)?|\d{{1,2}}[/.]\d{{1,2}}[/.](?:(?:19|20)\d\d|\d\d)|\d{{1,2}}/(?:(?:19|20)\d\d|\d{{1,2}})"
    rf"|(?:about\s+)?{_PART}{_MONTH}(?:\s+\d{{1,2}}(?:st|nd|rd|th)?(?![\d/]))?(?:,?\s+(?:of\s+)?(?:19|20)\d\d|\s+'\d\d)?|(?:19|20)\d\d)"
)
_PERIOD = Regex(
    rf"(?<![\w/.-])(?:(?P<between>between)\s+)?(?P<start>{_POINT})\s*(?:\([^)]{{0,20}}\)\s*)?"
    rf"(?:-|–|—|->|(?:up\s+)?to|thru|through|until|till|til|into|and\s+ending|and\s+ended|-\s*(?:dc|d/c|discharge)|(?(between)and|and\s+through))\s*"
    rf"(?P<end>{_POINT}|(?:the\s+)?present|now|today|current(?:ly)?|date|this\s+\w+)(?![\w/%])",
    re.IGNORECASE,
)
_NOW = Regex(r"(?:the\s+)?(?:present|now|today|current(?:ly)?|date|this\s+\w+)$", re.IGNORECASE)
_SHORT = Regex(r"(\d{1,2})/(\d{1,2})$")
_HAS_YEAR = Regex(r"(?:19|20)\d\d|\d{1,2}[/.]\d{1,2}[/.]\d\d|'\d\d")


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch between two dates; `end` is None when it lasts to the present, then `open` is True."""

    span: Span
    start: str
    end: str | None
    open: bool = False


def find_periods(text: str, reference: dt.date | None, offset: int = 0) -> Iterator[Period]:
    """Periods in `text`, resolved against `reference` (the note's date); `offset` is added to offsets.

    A start without a year takes it from the end. "8/23-10/23" is read as month and year where both
    second numbers are years not after the reference.
    """
    for match in _PERIOD.finditer(text):
        first, last = match["start"], match["end"]
        span = Span(offset + match.start(), offset + match.end())
        months = _month_year_pair(first, last, reference)
        if months is not None:
            yield Period(span, *months)
            continue
        start = _resolve(first, reference)
        if start is None:
            continue
        if _NOW.match(last):
            yield Period(span, start, None, open=True)
            continue
        end = _resolve(last, reference)
        if end is None:
            continue
        if len(first) == 4 and len(last) == 4 and start == first and int(first) > int(last):
            continue
        if start > end and not _HAS_YEAR.search(last):
            if _HAS_YEAR.search(first):
                end = _first_after(end, start)
            elif end[:4] < start[:4] and not _IS_OVER.search(text, 0, match.start()):
                end = nearest_to(end, reference)
        if not _HAS_YEAR.search(first) and _HAS_YEAR.search(last):
            start = end[:4] + start[4:]
        if start > end and not _HAS_YEAR.search(first) and len(start) > 4:
            start = f"{int(end[:4]) - 1:04d}{start[4:]}" if start[4:] > end[4:] else end[:4] + start[4:]
        if start <= end or start.startswith(end) or end.startswith(start):
            yield Period(span, start, end)


#: What is told of a period that has ended.
_IS_OVER = Regex(
    r"\b(?:attended|completed|did|went|underwent|finished|received|ended|stopped|wore|took|used|ran|had|tried|failed)\b[^.;]{0,60}$",
    re.IGNORECASE,
)


def _first_after(iso: str, start: str) -> str:
    """The first such day of a year that does not lie before `start`."""
    year = int(start[:4])
    return f"{year if iso[4:] >= start[4 : len(iso)] else year + 1:04d}{iso[4:]}"


def nearest_to(iso: str, reference: dt.date | None) -> str:
    """A day that the note gives no year, read as a past one: the same day of the next year where that is nearer."""
    if reference is None or len(iso) < 7:
        return iso
    day = dt.date(int(iso[:4]), int(iso[5:7]), min(int(iso[8:10] or 15), 28))
    later = day.replace(year=day.year + 1)
    return f"{later.year:04d}{iso[4:]}" if abs(later - reference) < abs(reference - day) else iso


def _month_year_pair(first: str, last: str, reference: dt.date | None) -> tuple[str, str] | None:
    """ "8/23-10/23" as months of years, when the second numbers can only sensibly be years."""
    a, b = _SHORT.match(first), _SHORT.match(last)
    if a is None or b is None or reference is None:
        return None
    (month_a, year_a), (month_b, year_b) = ((int(m[1]), int(m[2])) for m in (a, b))
    limit = reference.year % 100
    if not (1 <= month_a <= 12 and 1 <= month_b <= 12 and limit - 12 <= year_a <= year_b <= limit):
        return None
    if (year_a == year_b and month_a <= month_b) or (year_b == year_a + 1 and month_b <= month_a):
        pair = f"{2000 + year_a}-{month_a:02d}", f"{2000 + year_b}-{month_b:02d}"
        return pair if pair[1] <= reference.isoformat()[:7] else None
    return None


def _resolve(text: str, reference: dt.date | None) -> str | None:
    for mention in find_dates(f"in {text}", reference):
        return mention.iso
    return None
