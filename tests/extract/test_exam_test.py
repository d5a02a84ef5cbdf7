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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Straight leg raising is limited to 40 degrees on the right and 85 degrees on the left.",
            [("straight_leg_raise", "positive", "right"), ("straight_leg_raise", "negative", "left")],
        ),
        ("Straight leg raise is 50 degrees on the right and 60 degrees on the left, tight hamstrings.", []),
        ("SLR limited to 45 degrees bilaterally.", [("straight_leg_raise", "positive", "bilateral")]),
        ("Contralateral straight leg raise negative.", [("crossed_straight_leg_raise", "negative", None)]),
        ("Opposite SLR positive.", [("crossed_straight_leg_raise", "positive", None)]),
        ("Right and left femoral nerve stress tests were negative.", [("other", "negative", "bilateral")]),
        ("No root tension signs.", [("other", "negative", None)]),
        ("No root tension signs: SLR negative.", [("straight_leg_raise", "negative", None)]),
        ("No leg symptoms on straight leg raising.", [("straight_leg_raise", "negative", None)]),
        ("Back pain with left straight leg raise.", [("straight_leg_raise", "positive", "left")]),
        (
            "Positive FABER on the right, with groin pain, negative on the left.",
            [("faber", "positive", "right"), ("faber", "negative", "left")],
        ),
        (
            "FABER reproduces her pain on the right. Negative on the left.",
            [("faber", "positive", "right"), ("faber", "negative", "left")],
        ),
        (
            "SLR positive on the left at 50 degrees and on the right at 60.",
            [("straight_leg_raise", "positive", "bilateral")],
        ),
        (
            "Hawkins and Neer impingement signs are positive.",
            [("other", "positive", None), ("other", "positive", None)],
        ),
        ("No active impingement signs.", []),
        ("Straight leg raise reproducible within +/- 10 percent.", []),
        ("She was placed in reverse Trendelenburg without difficulty.", []),
        ("Normal speed and rate. Mr. Jackson was positive and pleasant.", []),
        ("Speed's test is positive on the left.", [("other", "positive", "left")]),
    ],
)
def test_sides_angles_and_signs(text: str, expected: list[tuple[str, str, str | None]]) -> None:
    found = facts("EXAM: " + text, "exam_test")
    assert sorted((f["test"], f["result"], f.get("side") or "") for f in found) == sorted(
        (test, result, side or "") for test, result, side in expected
    )


def test_boxes_in_columns_under_a_head_of_sides() -> None:
    text = "EXAM (R / L)\nFABER   [x] pos [ ] neg  /  [ ] pos [x] neg\nKemp   [ ] pos [x] neg  /  [x] pos [ ] neg\n"
    found = [(f["test"], f["result"], f.get("side")) for f in facts(text, "exam_test")]
    assert sorted(found) == [
        ("faber", "negative", "left"),
        ("faber", "positive", "right"),
        ("kemp", "negative", "right"),
        ("kemp", "positive", "left"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Straight leg raising to 60 degrees with radiating pain on the left.",
            [("straight_leg_raise", "positive", "left")],
        ),
        ("Straight leg raising to 60 degrees without radiating pain.", [("straight_leg_raise", "negative", None)]),
        ("FABER is questionably positive.", [("faber", "equivocal", None)]),
        (
            "Patrick and Gaenslen maneuver: both positive left.",
            [("faber", "positive", "left"), ("gaenslen", "positive", "left")],
        ),
        ("FABER both positive.", [("faber", "positive", "bilateral")]),
        (
            "FABER hurt on the right, thigh thrust did not.",
            [("faber", "positive", "right"), ("thigh_thrust", "negative", None)],
        ),
        ("Gaenslen does not bother her.", [("gaenslen", "negative", None)]),
        (
            "Thigh thrust and compression tests were positive.",
            [("thigh_thrust", "positive", None), ("si_compression", "positive", None)],
        ),
        (
            "Spurling positive, compression test of the neck positive.",
            [("spurling", "positive", None), ("other", "positive", None)],
        ),
    ],
)
def test_result_with_a_sensation_and_what_both_means(text: str, expected: list[tuple[str, str, str | None]]) -> None:
    found = facts("PHYSICAL EXAMINATION\n" + text, "exam_test")
    assert [(f["test"], f["result"], f.get("side")) for f in found] == expected
