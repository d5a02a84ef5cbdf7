"""What is wished for, owed or only begun is not taken for done."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from chartproof.extract.kinds.intentions import lies_ahead, meant
from tests.extract.helpers import facts

NOTE_DATE = dt.date(2024, 6, 11)


def therapy(text: str) -> dict[str, Any]:
    """The one therapy of a note about back pain."""
    found = facts(f"Low back pain. {text}", "therapy", NOTE_DATE)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("before", "firm"),
    [
        ("i'd like to do a ", True),
        ("we'll repeat the left ", True),
        ("let's try another ", True),
        ("my preference would be to start with the ", True),
        ("it is reasonable to repeat the ", False),
        ("she asked me to do ", False),
        ("the patient would like to try ", False),
        ("he hopes the ", False),
        ("expect half a year from the ", False),
        ("as expected after the ", None),
        ("he went on to have a ", None),
        ("she came back to get the ", None),
        ("he had to have the ", None),
        ("i'd like to do an mri and he has completed the ", None),
        ("we will see her, ", None),
    ],
)
def test_what_is_meant(before: str, firm: bool | None) -> None:
    found = meant(before)
    assert (None if found is None else found.firm) == firm


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("has yet to finish the six weeks of ", "", True),
        ("she needs to complete eight weeks of ", ".", True),
        ("he asked about ", "", True),
        ("", " is reasonable before that", True),
        ("she has six visits of ", " left.", True),
        ("", " for six weeks would be appropriate", True),
        ("he finished the six weeks of ", "", False),
        ("she had to do ", "", False),
        ("", " left her no better", False),
        ("", " remained without effect", False),
    ],
)
def test_what_lies_ahead(before: str, after: str, expected: bool) -> None:
    assert lies_ahead(before, after) is expected


@pytest.mark.parametrize(
    "text",
    [
        "I'd like her to do eight weeks of physical therapy.",
        "Let's do 6 weeks of PT first.",
        "She asked about six weeks of physical therapy.",
        "The plan of care is 8 weeks of physical therapy.",
        "Physical therapy for six weeks is reasonable.",
        "Four weeks of PT remain on the authorization.",
        "He still needs to complete six weeks of PT.",
        "She has yet to finish 8 weeks of PT.",
        "He would have to do six weeks of PT.",
    ],
)
def test_therapy_that_is_meant_or_owed_is_planned(text: str) -> None:
    assert therapy(text)["status"] == "planned"


@pytest.mark.parametrize(
    "text",
    [
        "He had to do six weeks of PT before anything else.",
        "Physical therapy for six weeks is what she did.",
        "PT for 8 weeks left her no better.",
    ],
)
def test_therapy_that_came_to_pass_is_done(text: str) -> None:
    found = therapy(text)
    assert (found["status"], found["unit"]) == ("completed", "week")


@pytest.mark.parametrize(
    "text",
    [
        "He started a 6 week course of PT yesterday.",
        "She is in week two of an 8-week PT program.",
        "He enrolled in an eight week program of physical therapy.",
    ],
)
def test_the_length_of_a_course_just_begun_is_not_behind_the_patient(text: str) -> None:
    found = therapy(text)
    assert (found["status"], found.get("unit")) == ("ongoing", None)


def test_a_course_begun_long_enough_ago_keeps_its_length() -> None:
    found = therapy("She started a 6 week course of PT in January and finished it.")
    assert (found["status"], found["low"], found["unit"]) == ("completed", 6, "week")
