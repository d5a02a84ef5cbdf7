"""Words of a note that a person cites are those characters and no others."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chartproof.errors import ChartproofError
from chartproof.notes import Note
from chartproof.review.web.quoting import MAX_QUOTE, cited

TEXT = "Pain 7/10.\r\nPT  for six\tweeks, no relief. \U0001f600 Pain 4/10 later."
NOTES = (Note(note_id="a", text=TEXT), Note(note_id="b", text="Other."))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("PT for six weeks", "PT  for six\tweeks"),
        ("  7/10.\nPT ", "7/10.\r\nPT"),
        ("\U0001f600 Pain", "\U0001f600 Pain"),
        ("(no", None),
        ("pt for six", None),
        ("Pain", None),
        ("", None),
        ("\n", None),
        ("x" * (MAX_QUOTE + 1), None),
    ],
)
def test_typed_words_stand_in_the_note_exactly_once(words: str, found: str | None) -> None:
    if found is None:
        with pytest.raises(ChartproofError) as raised:
            cited(NOTES, "a", words)
        assert not words.strip() or words not in str(raised.value)
    else:
        evidence = cited(NOTES, "a", words)
        assert TEXT[evidence.start : evidence.end] == evidence.text == found


def test_an_unknown_note_is_refused() -> None:
    with pytest.raises(ChartproofError, match="no such note"):
        cited(NOTES, "c", "Pain")


@given(st.text(min_size=1, max_size=40), st.integers(0, 40), st.integers(1, 40))
def test_a_selection_is_found_again_however_a_form_changed_its_line_ends(text: str, start: int, length: int) -> None:
    words = text[start : start + length]
    assume(words.strip())
    notes = (Note(note_id="n", text=text),)
    end = start + len(words)
    for sent in (words, words.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")):
        evidence = cited(notes, "n", sent, str(start), str(end))
        assert (evidence.start, evidence.end, evidence.text) == (start, end, words)


@given(
    st.text("ab \n", min_size=1, max_size=30),
    st.text("ab \n", min_size=1, max_size=8),
    st.integers(-3, 33),
    st.integers(-3, 33),
)
def test_what_is_cited_are_always_the_words_sent(text: str, words: str, start: int, end: int) -> None:
    notes = (Note(note_id="n", text=text),)
    try:
        evidence = cited(notes, "n", words, str(start), str(end))
    except ChartproofError:
        assume(text.strip() and words.strip())
        assert not 0 <= start < end <= len(text) or text[start:end] != words
    else:
        assert text[evidence.start : evidence.end] == words == evidence.text
