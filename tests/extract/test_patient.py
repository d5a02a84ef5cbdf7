"""Age, sex and body mass index of the patient, not of relatives."""

from __future__ import annotations

import pytest

from tests.extract.helpers import facts


@pytest.mark.parametrize(
    ("text", "age", "sex"),
    [
        ("Mrs. Roe is a 67-year-old woman.", 67, "female"),
        ("Patient is a sixty-two year old gentleman.", 62, "male"),
        ("HPI: 71F known to me.", 71, "female"),
        ("HPI: 34yoM with back pain.", 34, "male"),
        ("Age/Sex: 66 F", 66, "female"),
        ("Ms. Lee, 44, returns.", 44, "female"),
        ("A 49 YEAR OLD BUS MECHANIC", 49, None),
    ],
)
def test_age_and_sex(text: str, age: float, sex: str | None) -> None:
    assert [(f.get("age"), f.get("sex")) for f in facts(text, "patient")] == [(age, sex)]


@pytest.mark.parametrize(("text", "bmi"), [("BMI 34.2 kg/m2", 34.2), ("Body mass index is 41.", 41)])
def test_bmi(text: str, bmi: float) -> None:
    assert [f["bmi"] for f in facts(text, "patient")] == [bmi]


@pytest.mark.parametrize(
    "text", ["Her mother died at age 80.", "Temp 98.6 F.", "A 3-year-old injury.", "5 F sheath was placed."]
)
def test_none(text: str) -> None:
    assert facts(text, "patient") == []


@pytest.mark.parametrize(
    ("text", "age", "sex"),
    [
        ("NEW PATIENT -- R. Ives, F, AGE 46", 46, "female"),
        ("| Age / sex | 48 / F | BMI | 27.3 |", 48, "female"),
        ("| Patient | 52 M | seen today |", 52, "male"),
        ("Age: 39   Sex: [x] F [ ] M", 39, "female"),
        ("AGE 29 GENDER: ( ) female (X) male", 29, "male"),
        ("Pt: 55 yo [ ] M [x] F Wt 171 lb", 55, "female"),
    ],
)
def test_heads_and_boxes(text: str, age: int, sex: str) -> None:
    assert [(f["age"], f["sex"]) for f in facts(text, "patient") if "age" in f] == [(age, sex)]


@pytest.mark.parametrize("text", ["His back pain is five years old.", "Temp 98 F, pulse 70."])
def test_no_age(text: str) -> None:
    assert facts(text, "patient") == []
