"""Statements of how urgent a spine procedure is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.extract.helpers import facts

BACK = "Low back pain from an L4-5 disc herniation.\n"


def told(text: str, topic: str) -> list[tuple[Any, ...]]:
    """The statements on a topic as (value, assertion), in order."""
    found = [one for one in facts(text, "statement") if one["topic"] == topic]
    return [(one.get("value"), one["assertion"]) for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Progressive right leg weakness.", [("progressive", "present")]),
        ("Her foot drop is getting worse.", [("progressive", "present")]),
        ("Severe leg weakness.", [("severe", "present")]),
        ("Exam: dorsiflexion 1/5 on the left.", [("severe", "present")]),
        ("Exam: dorsiflexion 3/5 on the left.", [("significant", "present")]),
        ("Cauda equina syndrome.", [("severe", "present")]),
        ("New urinary retention with saddle anesthesia.", [("severe", "present")]),
        ("Urinary retention from his prostate.", []),
        ("Foot drop for 3 months.", [("persistent", "present")]),
        ("Left foot drop.", [("significant", "present")]),
        ("Exam: strength 5/5 throughout.", [(None, "negated")]),
        ("No weakness.", [(None, "negated")]),
        ("Denies bowel or bladder incontinence.", [(None, "negated")]),
        ("Call for progressive weakness or bowel incontinence.", []),
        ("Risks include paralysis.", []),
        ("Weakness after a stroke, worsening.", []),
        ("Progressive resistance exercises for weakness.", []),
        ("Reflexes 1/5 at the ankle.", []),
        ("Mild weakness.", []),
    ],
)
def test_deficits(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert told(BACK + text, "neurologic_deficit") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Cervical myelopathy. Gait has worsened over two months.", [("progressive", "present")]),
        ("Cervical myelopathy. Gait is stable.", [("stable", "present")]),
        ("Low back pain. Gait has worsened.", []),
    ],
)
def test_the_course_of_a_myelopathy(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert told(text, "myelopathy_course") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Unstable burst fracture of L1.", [("at_risk", "present")]),
        ("T12 burst fracture, unstable.", [("at_risk", "present")]),
        ("L4-5 instability on flexion and extension.", [("unspecified", "present")]),
        ("No instability on flexion and extension.", [("unspecified", "negated")]),
        ("Unstable housing.", []),
        ("Unstable relationships.", []),
    ],
)
def test_instability(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert told(BACK + text, "spinal_instability") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Epidural abscess at T8, needs emergent decompression.",
            [("epidural_abscess", "present"), ("decompression_needed", "present")],
        ),
        ("No epidural abscess.", [("epidural_abscess", "negated")]),
        ("L3-4 discitis despite six weeks of IV vancomycin.", [("treatment_failed", "present")]),
        ("L3-4 discitis, responding to ceftriaxone.", []),
        ("The pain is unresponsive to medical therapy.", []),
        ("Postoperative wound infection after the fusion.", [("wound", "present")]),
        ("No surgical site infection.", [("wound", "negated")]),
        ("Sea food allergy.", []),
    ],
)
def test_infections(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert told(BACK + text, "spine_infection") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Intractable pain.", [("intractable", "present")]),
        ("He went to the ED twice for it.", [("emergency_visit", "present")]),
        ("Go to the emergency room for new weakness.", []),
        ("She works in the ER.", []),
        ("ED visit for chest pain.", []),
        ("She cannot walk to the bathroom.", [("severe_limitation", "present")]),
        ("Escalating opioid use.", [("excessive_opioid", "present")]),
        ("The pain is well controlled with ibuprofen.", [("managed", "present")]),
        ("Pain is tolerable.", [("managed", "present")]),
    ],
)
def test_pain(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert told(BACK + text, "pain_crisis") == expected


def test_hardware_and_deformity() -> None:
    assert told(BACK + "Loose pedicle screw at L5.", "spine_hardware") == [("symptomatic", "present")]
    assert told(BACK + "Pseudarthrosis at L5-S1.", "spine_hardware") == [("pseudarthrosis", "present")]
    assert told(BACK + "Risks include pseudarthrosis.", "spine_hardware") == []
    assert told(BACK + "Plan: scoliosis correction T4-L4.", "deformity_correction") == [(None, "planned")]
    assert told(BACK + "Mild scoliosis.", "deformity_correction") == []
