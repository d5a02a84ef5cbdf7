"""Exam tests: results and sides in the orders that notes use."""

from __future__ import annotations

import pytest

from tests.extract.helpers import facts


def _short(text: str) -> list[tuple[str, str | None, str | None]]:
    return [(f["test"], f.get("result"), f.get("side")) for f in facts(text, "exam_test")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FABER positive on the left.", [("faber", "positive", "left")]),
        ("Straight leg raising negative bilaterally.", [("straight_leg_raise", "negative", "bilateral")]),
        (
            "Exam: SLR + L at 40 deg, FNST neg.",
            [("straight_leg_raise", "positive", "left"), ("other", "negative", None)],
        ),
        (
            "FABER, Gaenslen and thigh thrust were positive on the left, compression negative.",
            [
                ("faber", "positive", "left"),
                ("gaenslen", "positive", "left"),
                ("thigh_thrust", "positive", "left"),
                ("si_compression", "negative", None),
            ],
        ),
        (
            "Negative Spurling's and negative Lhermitte's.",
            [("spurling", "negative", None), ("other", "negative", None)],
        ),
        (
            "The following tests were positive: Kemp's and straight leg raise on the right.",
            [("kemp", "positive", "right"), ("straight_leg_raise", "positive", "right")],
        ),
        (
            "FABER            R +     L -\nGaenslen         R +     L +",
            [
                ("faber", "positive", "right"),
                ("faber", "negative", "left"),
                ("gaenslen", "positive", "right"),
                ("gaenslen", "positive", "left"),
            ],
        ),
        (
            "Test          R    L\nFABER         +    -\nGaenslen      -    -",
            [
                ("faber", "positive", "right"),
                ("faber", "negative", "left"),
                ("gaenslen", "negative", "right"),
                ("gaenslen", "negative", "left"),
            ],
        ),
        (
            "FABER (+) left, SLR (-), thigh thrust (+) left.",
            [
                ("faber", "positive", "left"),
                ("straight_leg_raise", "negative", None),
                ("thigh_thrust", "positive", "left"),
            ],
        ),
        (
            "FABER and Gaenslen were negative in May but today both are positive on the right.",
            [("faber", "positive", "right"), ("gaenslen", "positive", "right")],
        ),
        ("FABER positive for groin pain only.", [("faber", "equivocal", None)]),
        ("[x] FABER  [ ] Gaenslen", [("faber", "positive", None)]),
        ("SLR [ ] pos [x] neg b/l", [("straight_leg_raise", "negative", "bilateral")]),
        (
            "SLR R 40 (+), L 80 (-)",
            [("straight_leg_raise", "positive", "right"), ("straight_leg_raise", "negative", "left")],
        ),
        (
            "FABER positive on the right, negative on the left.",
            [("faber", "positive", "right"), ("faber", "negative", "left")],
        ),
        (
            "Left straight leg raise to 60 degrees reproduces the calf pain.",
            [("straight_leg_raise", "positive", "left")],
        ),
        ("Straight leg raise does not reproduce any leg symptoms.", [("straight_leg_raise", "negative", None)]),
        ("Seated SLR is done to 90 degrees.", [("straight_leg_raise", "negative", None)]),
        ("Lumbar facet loading equivocal on the right.", [("facet_loading", "equivocal", "right")]),
        (
            "PE: FABER, Gaenslen and compression performed on both sides.",
            [("faber", None, "bilateral"), ("gaenslen", None, "bilateral"), ("si_compression", None, "bilateral")],
        ),
        (
            "SI cluster (distraction, thigh thrust, compression) 0/3 bilaterally.",
            [
                ("si_distraction", "negative", "bilateral"),
                ("thigh_thrust", "negative", "bilateral"),
                ("si_compression", "negative", "bilateral"),
            ],
        ),
    ],
)
def test_results(text: str, expected: list[tuple[str, str | None, str | None]]) -> None:
    assert _short(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Strength 5/5, reflexes normal, Babinski negative.",
        "She was unable to perform a straight leg raise.",
        "Compression stockings were positive for comfort.",
        "L4 compression fracture is present.",
        "Gait normal, heel walk normal.",
    ],
)
def test_what_is_no_test(text: str) -> None:
    assert _short(text) == []
