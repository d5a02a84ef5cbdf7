"""Partial dates, calendar months and lengths."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartproof.evaluate import dates
from chartproof.evaluate.dates import Days, add_months, parse, shift

DAYS = st.dates(min_value=dt.date(1950, 1, 1), max_value=dt.date(2090, 12, 31))


@pytest.mark.parametrize(
    ("text", "lo", "hi"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-02", "2023-02-01", "2023-02-28"),
        ("2024-12", "2024-12-01", "2024-12-31"),
        ("2024-05-07", "2024-05-07", "2024-05-07"),
        ("2023-06/2023-08", "2023-06-01", "2023-08-31"),
        ("1990/1994", "1990-01-01", "1994-12-31"),
        ("2024-02-30", "2024-02-01", "2024-02-29"),
        ("2024-13", "2024-01-01", "2024-12-31"),
        ("0000", "0001-01-01", "0001-12-31"),
    ],
)
def test_partial_dates(text: str, lo: str, hi: str) -> None:
    assert parse(text) == Days(dt.date.fromisoformat(lo), dt.date.fromisoformat(hi))


@pytest.mark.parametrize(
    ("date", "months", "result"),
    [
        ("2024-01-31", 1, "2024-02-29"),
        ("2023-01-31", 1, "2023-02-28"),
        ("2024-03-31", -1, "2024-02-29"),
        ("2024-06-20", -6, "2023-12-20"),
        ("2023-12-15", 2, "2024-02-15"),
        ("2024-02-29", 12, "2025-02-28"),
    ],
)
def test_calendar_months(date: str, months: int, result: str) -> None:
    assert add_months(dt.date.fromisoformat(date), months) == dt.date.fromisoformat(result)


@given(DAYS, st.integers(-600, 600), st.integers(0, 600))
def test_more_months_are_never_earlier(date: dt.date, months: int, more: int) -> None:
    assert add_months(date, months) <= add_months(date, months + more)


def test_unknown_bounds_stay_unknown() -> None:
    assert add_months(dt.date.min, 3) == dt.date.min
    assert add_months(dt.date.max, -3) == dt.date.max
    assert shift(dt.date.max, -10) == dt.date.max
    assert shift(dt.date(2024, 1, 1), -1e9) == dt.date.min
    assert shift(dt.date(2024, 1, 1), 1e9) == dt.date.max


@given(DAYS)
def test_an_exact_date_is_one_day(date: dt.date) -> None:
    read = parse(date.isoformat())
    assert read.exact
    assert read.width == 0
    assert str(read) == date.isoformat()


@pytest.mark.parametrize("text", ["2024", "2024-02", "2024-05-07"])
def test_days_are_shown_as_they_were_written(text: str) -> None:
    assert str(parse(text)) == text


@pytest.mark.parametrize(
    ("amount", "unit", "days"), [(3, "month", 90), (1, "year", 365), (6, "week", 42), (12, "hour", 0.5)]
)
def test_lengths(amount: float, unit: str, days: float) -> None:
    assert dates.length_in_days(amount, unit) == days
