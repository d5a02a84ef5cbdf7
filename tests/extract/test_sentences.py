"""Sentences: where clinical text ends a statement."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartproof.extract.sentences import sentence_bounds


def _cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_bounds(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He saw Dr. Lee. Pain is 7/10.", ["He saw Dr. Lee.", "Pain is 7/10."]),
        ("Gabapentin 300 mg t.i.d. was tried. It failed.", ["Gabapentin 300 mg t.i.d. was tried.", "It failed."]),
        ("Naproxen b.i.d. He is better.", ["Naproxen b.i.d.", "He is better."]),
        ("SLR neg b/l\nStrength 5/5\nGait normal", ["SLR neg b/l", "Strength 5/5", "Gait normal"]),
        (
            "The patient cannot stand long enough to wash the\ndishes and has to sit. She is sad.",
            ["The patient cannot stand long enough to wash the\ndishes and has to sit.", "She is sad."],
        ),
        ("PLAN:\n1. MRI of the spine\n2. Physical therapy", ["PLAN:", "1. MRI of the spine", "2. Physical therapy"]),
        ("[x] PT, 12 visits\n[ ] Chiropractic", ["[x] PT, 12 visits", "[ ] Chiropractic"]),
        ("Avg      7/10\nWorst    9/10", ["Avg      7/10", "Worst    9/10"]),
        ("Weight 2.5 kg less at L4-5.1 mm of slip.", ["Weight 2.5 kg less at L4-5.1 mm of slip."]),
        ("Rash? NO. Fever? YES. Eats well.", ["Rash? NO.", "Fever? YES.", "Eats well."]),
        ("Is it worse? She says so. Bed No. 5 is free.", ["Is it worse?", "She says so.", "Bed No. 5 is free."]),
        ("6/10, no leg sx. Bending hurts.", ["6/10, no leg sx.", "Bending hurts."]),
        ("-----\nPain is worse.\n-----", ["Pain is worse."]),
        ("", []),
        (" \n\t\n", []),
    ],
)
def test_boundaries(text: str, expected: list[str]) -> None:
    assert _cut(text) == expected


def test_crlf_offsets_refer_to_the_text_as_given() -> None:
    text = "Pain 7/10.\r\n\r\nPlan: PT.\r\n"
    assert _cut(text) == ["Pain 7/10.", "Plan: PT."]


@pytest.mark.parametrize(
    ("piece", "ends_with"),
    [("pain and fever, ", ","), ("low back\n", "back"), ("numb", "numb"), ("a b; c d ", "b;")],
)
def test_what_has_no_end_is_cut_between_clauses_or_words(piece: str, ends_with: str) -> None:
    text = (piece * 2_000).strip()
    cut = _cut(text)
    assert all(len(one) <= 2_000 for one in cut)
    assert all(one.endswith(ends_with) for one in cut[:-1])
    assert "".join("".join(cut).split()) == "".join(text.split())


def test_a_long_sentence_stays_whole() -> None:
    text = "Denies " + "fever, " * 200 + "and chills."
    assert 1_243 < len(text) < 2_000
    assert _cut(text) == [text]


@given(st.text(alphabet=st.sampled_from("ab A.1\n\r\t -[x]:;|\u00a0\u2028😀"), max_size=200))
def test_bounds_are_ordered_disjoint_and_cover_every_word(text: str) -> None:
    previous = 0
    covered = ""
    for start, end in sentence_bounds(text):
        assert previous <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        previous = end
        covered += text[start:end]
    assert [c for c in covered if c.isalnum()] == [c for c in text if c.isalnum()]
