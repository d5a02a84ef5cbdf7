"""Symptom durations: amounts and onsets of the pain, and not of other things."""

from __future__ import annotations

from typing import Any

import pytest

from tests.extract.helpers import facts


def _short(text: str) -> list[tuple[Any, ...]]:
    return [(f.get("low"), f.get("high"), f.get("unit"), f.get("since")) for f in facts(text, "symptom_duration")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Low back pain for the past 6 months.", [(6, 6, "month", None)]),
        ("Neck pain for 5 months, average 6/10.", [(5, 5, "month", None)]),
        ("It has been eight months since her low back pain began.", [(8, 8, "month", None)]),
        ("Low back pain going on four years now.", [(4, 4, "year", None)]),
        ("CHRONIC LBP > 10 YRS", [(10, 10, "year", None)]),
        ("She had been free of neck pain for more than a year.", []),
        ("He was free of back pain until two years ago.", [(2, 2, "year", None)]),
        ("Chronic neck pain. It is an ache. It has built up over the course of 9 years.", [(9, 9, "year", None)]),
        (
            "On May 3, 2021 he slipped on a wet ramp. He landed on his side. He felt sudden low back pain.",
            [(None, None, None, "2021-05-03")],
        ),
        ("Work injury of 4/2/2022, which caused the onset of neck pain.", [(None, None, None, "2022-04-02")]),
        ("Low back pain x 3 yrs, worse since May.", [(3, 3, "year", None)]),
        ("An 18-month history of neck pain.", [(18, 18, "month", None)]),
        ("Leg pain began about three weeks ago.", [(3, 3, "week", None)]),
        ("She has had back pain since 2004.", [(None, None, None, "2004")]),
        ("HPI: Onset July 2023, no injury.", [(None, None, None, "2023-07")]),
        ("Pain in the low back for several months.", [(None, None, "month", None)]),
        ("He complains of back pain over the last 2-3 weeks.", [(2, 3, "week", None)]),
        ("CC: low back pain, 3+ years", [(3, 3, "year", None)]),
        ("Left buttock pain since a twist at work 01/22/2024.", [(None, None, None, "2024-01-22")]),
        (
            "She slipped in the garage on May 3, 2022. Her neck has been in pain ever since.",
            [(None, None, None, "2022-05-03")],
        ),
        ("Numbness of both feet for one-and-a-half years.", [(1.5, 1.5, "year", None)]),
    ],
)
def test_durations(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert _short(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Diabetes for 12 years.",
        "On May 3, 2021 he slipped on a wet ramp. He felt sudden knee pain.",
        "On May 3, 2021 he fell. No injury resulted. He has a cat. He has a dog. Later he developed back pain.",
        "She was seen on May 3, 2021 after a fall. Low back pain started.",
        "He has gout. It flares in spring. It has been there over the course of 9 years.",
        "She has smoked for 20 years and has back pain.",
        "He has worked there for the last four years.",
        "Follow up in 6 weeks for back pain.",
        "Chest pain for two days.",
        "Over the past two weeks pain has averaged 6/10.",
        "MRI of the lumbar spine 5/2023.",
        "Last seen 3 months ago.",
        "Pain with sitting for 20 minutes.",
    ],
)
def test_what_is_no_symptom_duration(text: str) -> None:
    assert _short(text) == []
