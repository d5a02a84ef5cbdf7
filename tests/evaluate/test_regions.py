"""Levels, regions and sides."""

from __future__ import annotations

import pytest

from chartproof.evaluate.regions import (
    motion_segment,
    opposite,
    region_class,
    region_of_levels,
    segments,
    sides_agree,
    vertebrae,
)


@pytest.mark.parametrize(
    ("level", "segment"),
    [
        ("L4-5", "L4-5"),
        ("L4-L5", "L4-5"),
        ("L4/5", "L4-5"),
        ("l5-s1", "L5-S1"),
        ("C7-T1", "C7-T1"),
        ("T12-L1", "T12-L1"),
        ("L5", "L5-S1"),
        ("L4", "L4-5"),
        ("C6", "C5-6"),
        ("C8", "C7-T1"),
        ("T12", "T12-L1"),
        ("S1", "S1"),
        ("L9", None),
        ("none", None),
    ],
)
def test_motion_segments(level: str, segment: str | None) -> None:
    assert motion_segment(level) == segment


def test_what_is_no_level_is_left_out() -> None:
    assert segments(["L4-5", "unknown", "L5"]) == {"L4-5", "L5-S1"}
    assert segments(["C4-6"]) == {"C4-5", "C5-6"}
    assert segments(["L4-S1"]) == {"L4-5", "L5-S1"}
    assert segments(None) == frozenset()


@pytest.mark.parametrize(
    ("levels", "region"),
    [(["C5-6"], "cervical"), (["T5-6"], "thoracic"), (["L5-S1"], "lumbar"), (["S1"], "lumbar"), ([], None)],
)
def test_region_of_levels(levels: list[str], region: str | None) -> None:
    assert region_of_levels(levels) == region


def test_the_sacroiliac_joint_counts_as_lumbar() -> None:
    assert region_class("sacroiliac") == region_class("lumbar") == "lumbar"
    assert region_class("other") is None


def test_sides() -> None:
    assert sides_agree("left", None)
    assert sides_agree("bilateral", "right")
    assert not sides_agree("left", "right")
    assert opposite("left", "right")
    assert not opposite("left", "bilateral")


@pytest.mark.parametrize(
    ("level", "named"),
    [
        ("L4", {"L4"}),
        ("S1", {"S1"}),
        ("L4-5", {"L4", "L5"}),
        ("L5-S1", {"L5", "S1"}),
        ("L3-S1", {"L3", "L4", "L5", "S1"}),
        ("L3 to L5", {"L3", "L4", "L5"}),
        ("T12-L1", {"T12", "L1"}),
        ("L9", set()),
        ("none", set()),
    ],
)
def test_the_vertebrae_of_a_level(level: str, named: set[str]) -> None:
    assert vertebrae(level) == named
