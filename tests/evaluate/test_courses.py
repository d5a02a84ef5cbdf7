"""Courses of therapy from facts of several notes, and their days in a window."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from chartproof.evaluate.chart import Chart
from chartproof.evaluate.courses import ACTIVE, Course, courses
from tests.evaluate.casefile import build

REQUEST = {"cpt": ["27096"], "date": "2024-06-20", "region": "sacroiliac"}
WINDOW = dt.date(2023, 12, 20)
VISIT = {"date": "2024-06-13", "type": "office visit"}


def therapy(**more: Any) -> dict[str, Any]:
    return {"kind": "therapy", "modality": "physical_therapy", **more}


def read(*notes: dict[str, Any]) -> list[Course]:
    one = build("nia-305", "courses", REQUEST, notes, {})
    return courses(Chart(one.case, one.facts), ACTIVE)


def days(course: Course, *, onset: dt.date = dt.date.min) -> tuple[float, float | None]:
    return course.days_since(WINDOW, not_before=onset)


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (therapy(start="2024-03-01", end="2024-04-12"), (42, 42)),
        (therapy(start="2023-12-01", end="2024-01-19"), (30, 30)),
        (therapy(start="2023-06-01", end="2023-08-01"), (0, 0)),
        (therapy(start="2024-03", end="2024-05"), (31, 91)),
        (therapy(start="2024-03", end="2024-05", low=10, high=10, unit="week"), (70, 70)),
        (therapy(start="2024-05-02", status="ongoing"), (42, 42)),
        (therapy(low=8, high=8, unit="week", status="ongoing"), (56, 56)),
        (therapy(low=8, high=8, unit="week", end="2024-04"), (56, 56)),
        (therapy(low=8, high=8, unit="week", start="2024-04-01"), (56, 56)),
        (therapy(low=6, high=8, unit="week", end="2024-04-30"), (42, 56)),
        (therapy(low=8, high=8, unit="week"), (0, 56)),
        (therapy(sessions=12), (0, 176)),
    ],
)
def test_days_in_the_window(fact: dict[str, Any], expected: tuple[float, float]) -> None:
    (course,) = read({**VISIT, "facts": [fact]})
    assert days(course) == expected


def test_an_undated_course_of_recent_pain_lies_in_the_window() -> None:
    (course,) = read({**VISIT, "facts": [therapy(low=8, high=8, unit="week")]})
    assert days(course, onset=dt.date(2024, 1, 10)) == (56, 56)


def test_dates_of_one_note_and_outcome_of_another_are_one_course() -> None:
    (course,) = read(
        {"date": "2024-04-12", "type": "PT note", "facts": [therapy(start="2024-02-19", end="2024-04-12")]},
        {**VISIT, "facts": [therapy(end="2024-04", low=8, high=8, unit="week", outcome="failed")]},
    )
    assert days(course) == (53, 53)
    assert [item.fact.outcome for item in course.items] == [None, "failed"]


def test_courses_of_different_years_stay_apart() -> None:
    found = read(
        {**VISIT, "facts": [therapy(start="2022-02", end="2022-04"), therapy(start="2024-03-01", end="2024-04-12")]}
    )
    assert [str(course.start) for course in found] == ["2022-02", "2024-03-01"]


def test_ongoing_in_two_notes_lasts_at_least_from_the_first_to_the_second() -> None:
    (course,) = read(
        {"date": "2024-05-01", "type": "PT note", "facts": [therapy(status="ongoing")]},
        {**VISIT, "facts": [therapy(status="ongoing")]},
    )
    assert days(course)[0] == 43


@pytest.mark.parametrize(
    "fact",
    [
        therapy(assertion="negated"),
        therapy(assertion="historical"),
        therapy(status="planned", assertion="planned"),
        therapy(status="declined"),
        therapy(status="unable"),
        therapy(start="2024-03-01", end="2024-04-12", region="other"),
        therapy(start="2024-03-01", end="2024-04-12", region="cervical"),
    ],
)
def test_what_was_not_begun_for_the_region_is_no_course(fact: dict[str, Any]) -> None:
    assert read({**VISIT, "facts": [fact, {"kind": "pain_score", "low": 5, "high": 5, "region": "lumbar"}]}) == []


def test_home_exercise_begins_at_the_visit_that_prescribes_it() -> None:
    planned = therapy(modality="home_exercise", status="planned", assertion="planned", prescribed=True)
    (course,) = read(
        {"date": "2024-04-25", "type": "office visit", "facts": [planned]},
        {**VISIT, "facts": [therapy(modality="home_exercise", status="ongoing")]},
    )
    assert days(course) == (49, 49)


def test_physical_therapy_begins_some_day_after_its_referral() -> None:
    (course,) = read(
        {"date": "2024-04-25", "type": "office visit", "facts": [therapy(status="planned", assertion="planned")]},
        {**VISIT, "facts": [therapy(status="ongoing")]},
    )
    assert days(course) == (0, 49)
