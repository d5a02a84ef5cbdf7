"""Psychological evaluations: done, planned, and what they find."""

from __future__ import annotations

import pytest

from tests.extract.helpers import facts


@pytest.mark.parametrize(
    ("text", "done", "assertion"),
    [
        ("SCS: psychological evaluation completed on 3/2/2024.", True, "present"),
        ("SCS trial planned. Refer for psychological evaluation.", False, "planned"),
        ("SCS: psych eval is scheduled for next week.", False, "planned"),
        ("No psychological evaluation has been done for the stimulator.", False, "negated"),
        ("A psychological evaluation for a stimulator has not been done.", False, "negated"),
    ],
)
def test_evaluation(text: str, done: bool, assertion: str) -> None:
    assert [(f["done"], f["assertion"]) for f in facts(text, "psych_evaluation")] == [(done, assertion)]


def test_parts() -> None:
    text = (
        "SCS trial. Psychological assessment done: pain is not psychogenic. No personality disorder. "
        "No substance abuse. She is able to operate the device."
    )
    found = [f["finding"] for f in facts(text, "psych_evaluation") if "finding" in f]
    assert found == ["pain not psychogenic", "axis II none", "no untreated addiction", "able to manage device"]


def test_deferred_part_is_no_ability() -> None:
    text = "Psychological evaluation for SCS completed. Whether she is able to operate the device is deferred."
    assert "able to manage device" not in [f.get("finding") for f in facts(text, "psych_evaluation")]


def test_note_about_something_else() -> None:
    assert facts("Psychological evaluation completed before bariatric surgery.", "psych_evaluation") == []


@pytest.mark.parametrize(
    ("text", "note_type", "expected"),
    [
        ("Health psychology\nSeen before a pump implant. She is willing.", "psychology consult", [(True, "present")]),
        ("Individual session 3 of 8. Paced activity, spine pain.", "psychotherapy progress note", []),
        (
            "PSYCHOLOGICAL EVALUATION\nFor SCS. Evaluation is incomplete.",
            "psychological evaluation",
            [(False, "planned")],
        ),
        ("PSYCHOLOGICAL EVALUATION\nSCS. No show, reschedule.", "psychological evaluation", [(False, "planned")]),
        ("SCS candidate. Pain psych done 2/3/24.", "office visit", [(True, "present")]),
        ("Stimulator: not yet cleared by psychology.", "office visit", [(False, "planned")]),
        ("SCS. Psych: mood normal.", "office visit", []),
    ],
)
def test_the_report_is_the_evaluation(text: str, note_type: str, expected: list[tuple[bool, str]]) -> None:
    found = facts(text, "psych_evaluation", note_type=note_type)
    assert [(f["done"], f["assertion"]) for f in found if f.get("finding") in (None, "cleared")] == expected


def test_parts_elsewhere_in_another_note_are_not_the_assessments() -> None:
    text = "SCS: psychological evaluation completed.\n\nSOCIAL HISTORY: No substance abuse."
    assert [f.get("finding") for f in facts(text, "psych_evaluation")] == [None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "SCS: psych evaluation done 3/2/2024, appropriate candidate, no untreated addiction.",
            [("good candidate; no untreated addiction", "present")],
        ),
        (
            "SCS: psych evaluation done 3/2/2024. She is an appropriate candidate.",
            [(None, "present"), ("good candidate", "present")],
        ),
        (
            "Pump: psychological evaluation completed, appropriate candidate but not able to operate the device.",
            [("good candidate", "present"), ("able to manage device", "negated")],
        ),
    ],
)
def test_findings_of_one_statement_are_one_fact(text: str, expected: list[tuple[str | None, str]]) -> None:
    assert [(f.get("finding"), f["assertion"]) for f in facts(text, "psych_evaluation")] == expected
