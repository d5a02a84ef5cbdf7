"""Cutting a note at the borders of its spans."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chartproof.render.segments import Mark, segments


def test_overlapping_spans_are_cut_at_every_border() -> None:
    cut = segments("abcdef", [Mark("x", 1, 4), Mark("y", 2, 6)])
    assert [(part.text, [mark.id for mark in part.marks]) for part in cut] == [
        ("a", []),
        ("b", ["x"]),
        ("cd", ["x", "y"]),
        ("ef", ["y"]),
    ]
    assert [mark.id for mark in cut[2].begins] == ["y"]
    assert [mark.id for mark in cut[2].ends] == ["x"]


def test_text_without_marks_is_one_segment() -> None:
    assert [part.text for part in segments("abc", [])] == ["abc"]


def test_marks_outside_the_text_are_left_out() -> None:
    assert all(not part.marks for part in segments("abc", [Mark("x", 2, 9), Mark("y", 3, 3)]))


@given(st.text(min_size=1, max_size=30), st.lists(st.tuples(st.integers(0, 29), st.integers(1, 10)), max_size=8))
def test_every_mark_covers_exactly_its_span(text: str, places: list[tuple[int, int]]) -> None:
    marks = [Mark(str(number), start, min(start + length, len(text))) for number, (start, length) in enumerate(places)]
    cut = segments(text, marks)
    assert "".join(part.text for part in cut) == text
    for mark in marks:
        covered = "".join(part.text for part in cut if mark in part.marks)
        assert covered == (text[mark.start : mark.end] if mark.start < mark.end else "")
        if covered:
            assert sum(mark in part.begins for part in cut) == sum(mark in part.ends for part in cut) == 1
