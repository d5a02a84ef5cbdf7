"""Dates as exports write them, to ISO; an order of day and month that the export does not prove is not assumed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from chartproof.errors import ChartproofError

_TIME = r"(?:[T ]\s*\d{1,2}:\d{2}.*)?"
_ISO = re.compile(rf"(\d{{4}}-\d{{2}}-\d{{2}}){_TIME}", re.S)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{2,6}(?:[.+-]\d+)?)?")
_NUMBERS = re.compile(rf"(\d{{1,2}})([/.-])(\d{{1,2}})\2(\d{{4}}){_TIME}", re.S)
_WORDS = ("%d-%b-%Y", "%d %b %Y", "%d%b%Y", "%b %d, %Y", "%B %d, %Y", "%d %B %Y")


@dataclass(frozen=True)
class Dates:
    """Reads the dates of an export. `month_first` is None where its dates do not show which comes first."""

    month_first: bool | None = None
    given: str | None = None

    def iso(self, value: object) -> str | None:
        """The date as YYYY-MM-DD, its time of day cut off; None for a blank one.

        Raises ChartproofError for a value that is no date or may be two.
        """
        if isinstance(value, dt.date):
            return value.isoformat()[:10]
        text = str(value).strip() if value is not None else ""
        if not text:
            return None
        if self.given is not None:
            parsed = _parsed(text, self.given)
            if parsed is not None:
                return parsed
        if match := _ISO.fullmatch(text):
            return match[1]
        if match := _COMPACT.fullmatch(text):
            return "-".join(match.groups())
        if match := _NUMBERS.fullmatch(text):
            return self._numbers(int(match[1]), int(match[3]), match[4])
        for form in _WORDS:
            if parsed := _parsed(text, form):
                return parsed
        raise ChartproofError("not a date that is known; write YYYY-MM-DD, or say its form with --date-format")

    def _numbers(self, first: int, second: int, year: str) -> str:
        month_first = self.month_first
        if first > 12 or second > 12:
            month_first = first <= 12
        elif first == second:
            month_first = True
        if month_first is None:
            raise ChartproofError(
                "a date that may be month/day or day/month; say which with --date-format %m/%d/%Y or %d/%m/%Y"
            )
        month, day = (first, second) if month_first else (second, first)
        return f"{year}-{month:02d}-{day:02d}"


def dates_like(values: Iterable[object], given: str | None = None) -> Dates:
    """How the dates of an export are read, by some of them: the order of day and month where any of them shows it."""
    proofs = set()
    for value in values:
        match = _NUMBERS.fullmatch(str(value).strip()) if isinstance(value, str) else None
        if match is not None:
            first, second = int(match[1]), int(match[3])
            if second > 12 >= first:
                proofs.add(True)
            elif first > 12 >= second:
                proofs.add(False)
    return Dates(proofs.pop() if len(proofs) == 1 else None, given)


def _parsed(text: str, form: str) -> str | None:
    try:
        return dt.datetime.strptime(text, form).date().isoformat()
    except ValueError:
        return None
