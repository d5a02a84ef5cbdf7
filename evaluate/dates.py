"""Dates known in part, calendar months, and amounts of time in days.

A partial date (``2023``, ``2023-05``) or a range of two joined by a slash is a `Days`: the first and the
last day it can stand for. A bound nothing is known about is ``date.min`` or ``date.max``.
"""

from __future__ import annotations

import calendar
import datetime as dt
from functools import lru_cache
from typing import NamedTuple

DAYS_PER: dict[str, float] = {"hour": 1 / 24, "day": 1, "week": 7, "month": 30, "year": 365}
"""Length of a unit in days, where only lengths are given: 1 month is 30 days, 1 year 365 days."""


class Days(NamedTuple):
    """The days something can fall on, both ends included."""

    lo: dt.date
    hi: dt.date

    @property
    def width(self) -> int:
        """Days between the ends; 0 for an exactly known date."""
        return (self.hi - self.lo).days

    @property
    def exact(self) -> bool:
        """Whether it is one day."""
        return self.lo == self.hi

    def meets(self, other: Days) -> bool:
        """Whether some day belongs to both."""
        return self.lo <= other.hi and other.lo <= self.hi

    def __str__(self) -> str:
        if self.exact:
            return self.lo.isoformat()
        if self.lo == dt.date.min:
            return "an unstated date"
        if self.lo.day == 1 and (self.hi + dt.timedelta(days=1)).day == 1:
            if (self.lo.year, self.lo.month) == (self.hi.year, self.hi.month):
                return f"{self.lo:%Y-%m}"
            if self.lo.year == self.hi.year and (self.lo.month, self.hi.month) == (1, 12):
                return f"{self.lo.year:04d}"
        return f"{self.lo.isoformat()}/{self.hi.isoformat()}"


def day(date: dt.date) -> Days:
    """One exactly known day."""
    return Days(date, date)


@lru_cache(maxsize=4096)
def parse(text: str) -> Days:
    """Read an ISO date that may be partial, or two joined by a slash: ``2023-05`` is all of May.

    A month or day that the calendar does not have is read as the whole year or month.
    """
    first, _, last = text.partition("/")
    lo, hi = _one(first), _one(last or first)
    return Days(lo.lo, max(lo.hi, hi.hi))


def _one(text: str) -> Days:
    numbers = [int(part) for part in text.split("-")]
    year = min(max(numbers[0], 1), 9998)
    if len(numbers) == 1 or not 1 <= numbers[1] <= 12:
        return Days(dt.date(year, 1, 1), dt.date(year, 12, 31))
    month = numbers[1]
    length = calendar.monthrange(year, month)[1]
    if len(numbers) == 2 or not 1 <= numbers[2] <= length:
        return Days(dt.date(year, month, 1), dt.date(year, month, length))
    return day(dt.date(year, month, numbers[2]))


def add_months(date: dt.date, months: int) -> dt.date:
    """`date` moved by calendar months; a day the month lacks becomes its last (31 Jan + 1 is 28 or 29 Feb).

    Unknown bounds (``date.min``, ``date.max``) and results outside the calendar stay at the calendar's ends.
    """
    if date in (dt.date.min, dt.date.max):
        return date
    index = date.year * 12 + date.month - 1 + months
    year, month = index // 12, index % 12 + 1
    if year < 1:
        return dt.date.min
    if year > 9999:
        return dt.date.max
    return dt.date(year, month, min(date.day, calendar.monthrange(year, month)[1]))


def shift(date: dt.date, days: float) -> dt.date:
    """`date` moved by whole days (rounded down); unknown bounds stay unknown."""
    if date in (dt.date.min, dt.date.max):
        return date
    try:
        return date + dt.timedelta(days=int(days // 1))
    except OverflowError:
        return dt.date.min if days < 0 else dt.date.max


def length_in_days(amount: float, unit: str) -> float:
    """An amount of time as days, a month being 30 and a year 365."""
    return amount * DAYS_PER[unit]
