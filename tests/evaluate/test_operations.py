"""The operation that is monitored, and where on the spine it lies."""

from __future__ import annotations

import pytest

from chartproof.evaluate.operations import Planned, vertebra


@pytest.mark.parametrize(
    ("level", "place"),
    [
        ("C1", 1),
        ("C7-T1", 7),
        ("T1", 8),
        ("T12-L1", 19),
        ("L1", 20),
        ("L1-2", 20),
        ("L2", 21),
        ("L5-S1", 24),
        ("S1", 25),
    ],
)
def test_vertebrae_are_counted_from_the_first(level: str, place: int) -> None:
    assert vertebra(level) == place


def test_what_is_no_level_has_no_place() -> None:
    assert vertebra("conus") is None


@pytest.mark.parametrize(
    ("levels", "top", "vertebrae", "regions"),
    [
        (("L4-5",), 23, 2, {"lumbar"}),
        (("L4-5", "L1-2"), 20, 2, {"lumbar"}),
        (("T10-S1",), 17, 9, {"thoracic", "lumbar"}),
        (("C2-T2",), 2, 8, {"cervical", "thoracic"}),
        (("C7-L2",), 7, 15, {"cervical", "thoracic", "lumbar"}),
        (("T8",), 15, 1, {"thoracic"}),
    ],
)
def test_the_reach_of_an_operation(levels: tuple[str, ...], top: int, vertebrae: int, regions: set[str]) -> None:
    planned = Planned("spine", None, levels, None)
    assert (planned.top, planned.vertebrae, set(planned.regions)) == (top, vertebrae, regions)
