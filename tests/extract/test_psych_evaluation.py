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
