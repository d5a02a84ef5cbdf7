"""Attributes that are computed once."""

from __future__ import annotations

from chartproof.extract.lazy import lazy


class _Counting:
    def __init__(self) -> None:
        self.calls = 0

    @lazy
    def value(self) -> int:
        """How often it was computed."""
        self.calls += 1
        return self.calls


def test_computed_once_for_each_object() -> None:
    one, other = _Counting(), _Counting()
    assert (one.value, one.value, other.value) == (1, 1, 1)
    assert one.calls == 1


def test_the_class_gives_the_description() -> None:
    assert _Counting.value.__doc__ == "How often it was computed."
