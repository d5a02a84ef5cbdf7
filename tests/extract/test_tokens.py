"""Tokens: normalization and offsets."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chartproof.extract.tokens import tokenize


def test_normalization() -> None:
    assert tokenize("Gaenslen's straight-leg raise, X-ray").words == [
        "gaenslen",
        "straight",
        "leg",
        "raise",
        ",",
        "x",
        "ray",
    ]
    assert tokenize("can't, doesn’t").words == ["can't", ",", "doesn't"]
    assert tokenize("L4-5 and T12").words == ["l4", "5", "and", "t12"]


def test_word_broken_over_a_line_is_one_token() -> None:
    tokens = tokenize("Decem-\nber and low-\nback", frozenset({"low", "back"}))
    assert tokens.words == ["december", "and", "low", "back"]


def test_words_broken_over_lines_among_others() -> None:
    tokens = tokenize("the low-\nback's pain-\nful low-\nback5", frozenset({"low", "back"}))
    assert tokens.words == ["the", "low", "back", "'", "s", "painful", "low", "back5"]
    assert [*zip(tokens.starts, tokens.ends, strict=True)] == sorted(zip(tokens.starts, tokens.ends, strict=True))


@given(st.text(alphabet=st.sampled_from("aZ'-\n 5.,_;s\x1c"), max_size=40))
def test_classes_of_ascii_cut_as_those_of_unicode(text: str) -> None:
    plain, wide = tokenize(text), tokenize(text + " é")
    assert plain.words == wide.words[:-1]
    assert plain.starts == wide.starts[:-1]
    assert plain.ends == wide.ends[:-1]


@given(st.text(max_size=300))
def test_offsets_are_ordered_and_hold_no_white_space(text: str) -> None:
    tokens = tokenize(text)
    previous = 0
    for start, end in zip(tokens.starts, tokens.ends, strict=True):
        assert previous <= start < end <= len(text)
        assert not text[start].isspace()
        previous = end
