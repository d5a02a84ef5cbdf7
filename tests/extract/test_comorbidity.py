"""Conditions that exclude a procedure, in the ways notes tell them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.extract.helpers import facts


def told(text: str, topic: str = "comorbidity", **options: Any) -> list[tuple[Any, ...]]:
    """The statements on a topic as (value, assertion), in order."""
    found = [one for one in facts(text, "statement", **options) if one["topic"] == topic]
    return [(one.get("value"), one["assertion"]) for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PMH: osteoporosis on alendronate.", [("osteoporosis", "present")]),
        ("History of osteoporosis.", [("osteoporosis", "present")]),
        ("DEXA with a T-score of -2.5.", [("osteoporosis", "present")]),
        ("DEXA with a T-score of -2.4.", []),
        ("PMH: osteopenia.", []),
        ("No osteoporosis.", [("osteoporosis", "negated")]),
        ("Osteoporosis: no.", [("osteoporosis", "negated")]),
        ("DEXA ordered to rule out osteoporosis.", [("osteoporosis", "possible")]),
        ("Mother has osteoporosis.", []),
        ("Screening for osteoporosis is due.", []),
        ("Risk factors for osteoporosis were discussed.", []),
        ("PMH: osteomalacia.", [("metabolic_bone_disease", "present")]),
        ("PMH: Paget's disease of bone.", [("metabolic_bone_disease", "present")]),
        ("Osteoporotic compression fracture of L2 in the past.", [("fragility_fracture", "present")]),
        ("Fragility fracture of the hip.", []),
    ],
)
def test_bone(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PMH: severe COPD.", [("severe_pulmonary", "present")]),
        ("PMH: COPD, severe.", [("severe_pulmonary", "present")]),
        ("Uses home oxygen.", [("severe_pulmonary", "present")]),
        ("PMH: COPD, hypertension.", [("pulmonary", "present")]),
        ("PMH: mild COPD.", []),
        ("PMH: COPD, well controlled.", []),
        ("PMH: asthma, hypertension, CAD.", []),
        ("Heart failure, NYHA class III.", [("severe_cardiac", "present")]),
        ("Heart failure, NYHA class II.", []),
        ("PMH: congestive heart failure.", [("cardiac", "present")]),
        ("Echo: EF 20-25%.", [("severe_cardiac", "present")]),
        ("Echo: EF 55%.", []),
        ("No lung disease.", [("severe_pulmonary", "negated")]),
        ("No asthma.", []),
        ("No severe cardiac or pulmonary disease.", [("severe_cardiac", "negated"), ("severe_pulmonary", "negated")]),
        ("Father died of severe COPD.", []),
    ],
)
def test_heart_and_lungs(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Bipolar disorder, poorly controlled, is a major contributor to her back pain.",
            [("psychiatric_uncontrolled", "present"), ("psychiatric_contributor", "present")],
        ),
        ("Uncontrolled schizophrenia.", [("psychiatric_uncontrolled", "present")]),
        ("Active suicidal ideation.", [("psychiatric_uncontrolled", "present")]),
        ("Denies suicidal ideation.", []),
        ("Depression, well controlled on sertraline.", []),
        ("Bipolar disorder, stable.", []),
        ("Depression is not thought to be contributing to the pain.", [("psychiatric_contributor", "negated")]),
        ("PMH: anxiety, depression.", []),
        ("Poor posture is contributing to the pain.", []),
    ],
)
def test_mind(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He is bedbound.", [("bedbound", "present")]),
        ("She is not bedbound.", [("bedbound", "negated")]),
        ("Bedbound: no.", [("bedbound", "negated")]),
        ("Wheelchair-bound from multiple sclerosis.", [("immobility", "present")]),
        ("Paraplegia since a car crash.", [("immobility", "present")]),
        ("Uses a wheelchair for long distances.", [("wheelchair", "present")]),
        ("Multiple sclerosis, walks without help.", []),
        ("Wheelchair accessible home.", []),
        ("Morbid obesity.", [("morbid_obesity", "present")]),
        ("BMI > 40.", [("bmi_over_40", "present")]),
        ("BMI is over 45.", [("bmi_over_40", "present")]),
        ("BMI over 30.", []),
        ("Obesity.", []),
    ],
)
def test_mobility_and_weight(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lung cancer metastatic to the lumbar spine.", [("spine_malignancy", "present")]),
        ("Spinal metastasis at L3.", [("spine_malignancy", "present")]),
        ("Prostate cancer with bone metastases.", [("bone_malignancy", "present")]),
        ("Breast cancer in 2015.", []),
        ("Cervical cancer in 2010.", []),
        ("Testicular cancer, bone scan clean.", []),
        ("No history of cancer.", [("spine_malignancy", "negated")]),
        ("Intradural schwannoma.", []),
    ],
)
def test_malignancy(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert told(text) == expected


def fractures(text: str) -> list[tuple[Any, ...]]:
    found = [one for one in facts(text, "statement") if one["topic"] == "vertebral_fracture"]
    return [(one.get("value"), one.get("date"), one["assertion"]) for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Acute L1 compression fracture.", [("recent", None, "present")]),
        ("Old healed T12 compression fracture.", [("old", None, "present")]),
        ("T12 compression fracture in 2019.", [(None, "2019", "present")]),
        ("L1 compression fracture on 2/3/2024 after a fall.", [(None, "2024-02-03", "present")]),
        ("L1 compression fracture 3 months ago.", [(None, "2024-03", "present")]),
        ("T11 compression deformity.", [(None, None, "present")]),
        ("No compression fracture.", [(None, None, "negated")]),
        ("Wrist fracture in January.", []),
        (
            "T12 compression fracture in 2019.\nAssessment: T12 compression fracture. L1 compression fracture.",
            [(None, "2019", "present"), (None, "2019", "present"), (None, None, "present")],
        ),
    ],
)
def test_fractures(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert fractures(text) == expected


def slips(text: str) -> list[tuple[Any, ...]]:
    found = [one for one in facts(text, "statement") if one["topic"] == "vertebral_slip"]
    return [(one.get("low"), one.get("high"), one.get("value"), one.get("region"), one["assertion"]) for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3 mm anterolisthesis of L4 on L5.", [(3, 3, None, "lumbar", "present")]),
        ("Retrolisthesis of L5 on S1 measuring 2.5 mm.", [(2.5, 2.5, None, "lumbar", "present")]),
        ("2-3 mm of anterolisthesis at L4-5.", [(2, 3, None, "lumbar", "present")]),
        ("0.4 cm spondylolisthesis at L4-5.", [(4, 4, None, "lumbar", "present")]),
        ("Grade 1 spondylolisthesis L5-S1.", [(None, None, "grade_1", "lumbar", "present")]),
        ("Grade II spondylolisthesis L5-S1.", [(None, None, "grade_2", "lumbar", "present")]),
        ("L4-5 spondylolisthesis.", [(None, None, None, "lumbar", "present")]),
        ("C4-5 anterolisthesis of 3 mm.", [(3, 3, None, "cervical", "present")]),
        ("No listhesis at L4-5.", [(None, None, None, "lumbar", "negated")]),
        ("L4-5 spondylolisthesis with a 5 mm disc protrusion.", [(None, None, None, "lumbar", "present")]),
        ("He had a slip on ice.", []),
        (
            "2 mm retrolisthesis at L5-S1, trace anterolisthesis at L3-4.\nImpression: L5-S1 retrolisthesis.",
            [
                (2, 2, None, "lumbar", "present"),
                (None, None, None, "lumbar", "present"),
                (2, 2, None, "lumbar", "present"),
            ],
        ),
    ],
)
def test_slips(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert slips(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Depression. Anxiety might contribute to the pain.", []),
        ("Nothing suggests that depression is a significant contributor to the pain.", ["negated"]),
        ("No doubt anxiety is a significant contributor to the pain.", ["present"]),
        ("Sleep is not good; anxiety is a significant contributor to the pain.", ["present"]),
        ("Depression is not a significant contributor to the pain.", ["negated"]),
    ],
)
def test_polarity_of_the_mind_in_the_pain(text: str, expected: list[str]) -> None:
    found = [assertion for value, assertion in told(f"Low back pain. {text}") if value == "psychiatric_contributor"]
    assert found == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("COPD ruled out.", []), ("CHF?", [("cardiac", "possible")]), ("COPD.", [("pulmonary", "present")])],
)
def test_a_disease_asked_after_or_ruled_out(text: str, expected: list[tuple[str, str]]) -> None:
    assert told(f"Low back pain. {text}") == expected
