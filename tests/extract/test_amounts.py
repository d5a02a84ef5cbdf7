"""Numbers, amounts of time, percentages, levels and dates."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartproof.extract.dates import find_dates
from chartproof.extract.numbers import parse_number
from chartproof.extract.quantities import find_durations, find_levels, find_percents

TODAY = dt.date(2024, 11, 5)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", 7),
        ("7.5", 7.5),
        ("seven", 7),
        ("thirty-five", 35),
        ("one-and-a-half", 1.5),
        ("1 1/2", 1.5),
        ("2½", 2.5),
        ("a hundred", 100),
        ("pain", None),
    ],
)
def test_numbers(text: str, value: float | None) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6-8 weeks", (6, 8, "week")),
        ("x 8 wks", (8, 8, "week")),
        ("one-and-a-half months", (1.5, 1.5, "month")),
        ("six to eight months", (6, 8, "month")),
        ("a couple of years", (2, 2, "year")),
        ("several weeks", (None, None, "week")),
        ("over a year", (1, 1, "year")),
        ("a year and a half", (1.5, 1.5, "year")),
        ("3+ yrs", (3, 3, "year")),
        ("15-year history", (15, 15, "year")),
    ],
)
def test_durations(text: str, expected: tuple[float | None, float | None, str]) -> None:
    found = list(find_durations(text))
    assert [(d.low, d.high, d.unit) for d in found] == [expected]


@pytest.mark.parametrize("text", ["44-year-old man", "at the same time", "5/5 strength", "the week", "L4-5"])
def test_what_is_no_duration(text: str) -> None:
    assert list(find_durations(text)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("50 to 60 percent", (50, 60)),
        (">50%", (50, 50)),
        ("ninety percent", (90, 90)),
        ("60-65%", (60, 65)),
        ("about 80 %", (80, 80)),
    ],
)
def test_percents(text: str, expected: tuple[float, float]) -> None:
    assert [(p.low, p.high) for p in find_percents(text)] == [expected]


def test_a_percentage_above_a_hundred_is_none() -> None:
    assert list(find_percents("150% of normal")) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("L4-L5 and L5-S1", ["L4-5", "L5-S1"]),
        ("C5-6", ["C5-6"]),
        ("L4/5", ["L4-5"]),
        ("right L5 root", ["L5"]),
        ("T8-9", ["T8-9"]),
        ("L7 or C9", []),
        ("SL4", []),
    ],
)
def test_levels(text: str, names: list[str]) -> None:
    assert [level.name for level in find_levels(text)] == names


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("3/4/2024", "2024-03-04"),
        ("03/04/24", "2024-03-04"),
        ("2024-03-04", "2024-03-04"),
        ("March 4th, 2024", "2024-03-04"),
        ("the 30th of October 2008", "2008-10-30"),
        ("June of 2022", "2022-06"),
        ("5/2023", "2023-05"),
        ("on 9/17", "2024-09-17"),
        ("on 12/10", "2023-12-10"),
        ("since March", "2024-03"),
        ("3 weeks ago", "2024-10-15"),
        ("six months ago", "2024-05"),
        ("fall 2023", "2023-10"),
        ("December of last year", "2023-12"),
        ("since 2004", "2004"),
        ("in '98", None),
        ("yesterday", "2024-11-04"),
        ("on June third of this year", "2024-06-03"),
        ("since March twenty-second, 2021", "2021-03-22"),
        ("on October thirty-first.", "2024-10-31"),
        ("in May second thoughts came up", "2024-05"),
        ("in May third injection", "2024-05"),
    ],
)
def test_dates(text: str, iso: str | None) -> None:
    assert [d.iso for d in find_dates(text, TODAY)] == ([] if iso is None else [iso])


@pytest.mark.parametrize(
    "text",
    ["he may go home", "in the 1970s", "2/31/2024", "13/45/2024", "5/5 strength and 24/28 on the test", "fall risk"],
)
def test_what_is_no_date(text: str) -> None:
    assert [d.iso for d in find_dates(text, TODAY) if d.form != "md"] == []


def test_month_without_year_needs_a_reference() -> None:
    assert [d.iso for d in find_dates("since March", None)] == [None]
    assert [d.iso for d in find_dates("on 1/15", dt.date(2024, 11, 5), ahead=True)] == ["2025-01-15"]


@given(st.text(max_size=200), st.integers(min_value=0, max_value=1000))
def test_offsets_point_at_what_was_read(text: str, offset: int) -> None:
    for finder in (find_durations, find_percents, find_levels):
        for item in finder(text, offset):
            start, end = item.span.start - offset, item.span.end - offset
            assert 0 <= start < end <= len(text)
            assert text[start:end] == text[start:end].strip() or text[start:end]
    for date in find_dates(text, TODAY, offset):
        assert 0 <= date.span.start - offset < date.span.end - offset <= len(text)


def test_a_holiday_without_a_digit_is_a_date() -> None:
    found = [(date.iso, date.form) for date in find_dates("Neck pain since Christmas.", dt.date(2024, 3, 1))]
    assert found == [("2023-12-25", "holiday")]
