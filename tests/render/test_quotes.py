"""Evidence quoted in its sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartproof.assessment import Evidence
from chartproof.render.quotes import quotes
from chartproof.render.wording import flat

TEXT = (
    "HISTORY:\nShe denies fever. No  injections\r\nso far; walks well.\n\nPLAN:\n- Right SI joint injection\n- PT\n"
    "A very long sentence that goes on and on with words before the value of 7/10 and with many more words behind it."
)


def cite(*phrases: str, text: str = TEXT) -> list[Evidence]:
    return [
        Evidence(note_id="n1", start=text.index(phrase), end=text.index(phrase) + len(phrase), text=phrase)
        for phrase in phrases
    ]


def shown(*phrases: str) -> list[str]:
    return [
        "".join(f"«{words}»" if cited else words for words, cited in quote.pieces)
        for quote in quotes(cite(*phrases), {"n1": TEXT})
    ]


@pytest.mark.parametrize(
    ("phrases", "quoted"),
    [
        (["fever"], ["HISTORY: She denies «fever»."]),
        (["injections"], ["No «injections» so far;"]),
        (["fever", "injections"], ["HISTORY: She denies «fever». No «injections» so far;"]),
        (["Right SI joint injection"], ["«Right SI joint injection»"]),
        (["7/10"], ["…on and on with words before the value of «7/10» and with many more words behind it."]),
        (["injections", "PT"], ["No «injections» so far;", "«PT» A very long sentence that goes on and on…"]),
        (["SI joint", "joint injection"], ["Right «SI joint injection»"]),
        (["walks well."], ["«walks well.»"]),
    ],
)
def test_near_spans_are_quoted_together_in_their_sentence(phrases: list[str], quoted: list[str]) -> None:
    assert [words.replace("»«", "") for words in shown(*phrases)] == quoted


def test_a_quote_knows_its_place() -> None:
    (quote,) = quotes(cite("fever", "injections"), {"n1": TEXT})
    assert TEXT[quote.start : quote.end] == "fever. No  injections"
    assert quote.numbers == (0, 1)


def test_a_span_of_an_absent_note_stands_alone() -> None:
    (first, second) = quotes(cite("fever", "injections"), {})
    assert first.pieces == (("fever", True),)
    assert second.numbers == (1,)


@given(
    st.text(alphabet="ab .\n\r\f-1)é\x1b", min_size=1, max_size=60),
    st.lists(st.tuples(st.integers(0, 59), st.integers(1, 9)), min_size=1, max_size=5),
)
def test_every_cited_character_is_quoted(text: str, places: list[tuple[int, int]]) -> None:
    spans = [(start, min(start + length, len(text))) for start, length in places if start < len(text)]
    evidence = [Evidence(note_id="n", start=start, end=end, text=text[start:end]) for start, end in spans]
    found = quotes(evidence, {"n": text})
    assert [number for quote in found for number in quote.numbers] == [*range(len(evidence))]
    for quote in found:
        cited = "".join(words for words, is_cited in quote.pieces if is_cited)
        for number in quote.numbers:
            for words in flat(evidence[number].text).split():
                assert words in cited
