from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chartproof.facts import FACT_ADAPTER, NoteFacts
from chartproof.notes import Note
from chartproof.scoring.robustness import PERTURBATIONS
from chartproof.scoring.robustness.edits import Gold

NOTE = """\
Visit of 2024-03-05. Patient with low back pain for 6 weeks.

HISTORY: She tried physical therapy for eight weeks without relief, with home exercise as well and
then stopped going because of the pain, which averages 7/10.

EXAM: FABER positive on the left.

PLAN: Sacroiliac joint injection, left.
"""


def annotated(text: str, *quotes: str) -> Gold:
    facts = []
    for quote in quotes:
        start = text.index(quote)
        facts.append(
            FACT_ADAPTER.validate_python(
                {"kind": "functional_limit", "spans": [[start, start + len(quote)]], "activity": "walking"}
            )
        )
    return Note(note_id="n", text=text), NoteFacts(note_id="n", facts=tuple(facts))


def disturbed(name: str, text: str, *quotes: str, seed: int = 1) -> tuple[str, list[str]]:
    note, facts = PERTURBATIONS[name](annotated(text, *quotes), Random(seed))
    return note.text, [fact.spans[0].of(note.text) for fact in facts.facts]


@pytest.mark.parametrize(
    ("name", "quote", "expected"),
    [
        ("capitals", "physical therapy", "PHYSICAL THERAPY"),
        ("small letters", "FABER positive", "faber positive"),
        ("date forms", "PLAN: Sacroiliac", "PLAN: Sacroiliac"),
        ("number words", "6 weeks", "six weeks"),
        ("number words", "eight weeks", "8 weeks"),
    ],
)
def test_gold_moves_along(name: str, quote: str, expected: str) -> None:
    _, (found,) = disturbed(name, NOTE, quote)
    assert found == expected


def test_scores_are_no_counted_amounts() -> None:
    text, _ = disturbed("number words", "Pain 7 of 10, L4-5, 6 weeks of care.")
    assert text == "Pain 7 of 10, L4-5, six weeks of care."


def test_dates_stay_the_same_day() -> None:
    text, _ = disturbed("date forms", "Seen 2024-03-05.")
    assert text in ("Seen 03/05/2024.", "Seen March 5, 2024.", "Seen 5 Mar 2024.")


def test_no_date_is_made_of_a_number_that_is_none() -> None:
    assert disturbed("date forms", "Score 13/45/2024, chart 2024-99-99.")[0] == "Score 13/45/2024, chart 2024-99-99."


def test_long_lines_are_wrapped_at_spaces() -> None:
    text, _ = disturbed("wrapped lines", NOTE)
    assert max(map(len, text.splitlines())) <= 66
    assert text.split() == NOTE.split()


def test_rows_of_a_table_are_not_wrapped() -> None:
    row = "| physical therapy | " + "x " * 40 + "|"
    assert disturbed("wrapped lines", row)[0] == row


def test_broken_sentences_are_joined_and_lists_are_not() -> None:
    text, _ = disturbed("joined lines", NOTE + "- bends\n- lifts\n")
    assert "as well and then stopped" in text
    assert "- bends\n- lifts\n" in text


def test_sections_change_places_and_keep_their_words() -> None:
    orders = {disturbed("section order", NOTE, "7/10", seed=seed)[0] for seed in range(8)}
    assert len(orders) > 1
    for text in orders:
        assert text.startswith("Visit of 2024-03-05.")
        assert sorted(text.splitlines()) == sorted(NOTE.splitlines())


def test_sections_that_share_a_fact_stay_together() -> None:
    start = NOTE.index("FABER")
    end = NOTE.index("Sacroiliac") + len("Sacroiliac")
    note, facts = annotated(NOTE)
    across = FACT_ADAPTER.validate_python(
        {"kind": "functional_limit", "spans": [[start, start + 5], [end - 10, end]], "activity": "walking"}
    )
    for seed in range(8):
        text = PERTURBATIONS["section order"]((note, facts.model_copy(update={"facts": (across,)})), Random(seed))[
            0
        ].text
        assert NOTE[start:end] in text


def test_errors_of_typing_and_scanning_are_few() -> None:
    words = "patient therapy lumbar weakness walking " * 100
    for name in ("typing errors", "scanner"):
        text, _ = disturbed(name, words)
        assert text != words
        same = sum(a == b for a, b in zip(words.split(), text.split(), strict=False))
        assert abs(len(text) - len(words)) < 60
        assert same > 0 if name == "scanner" else same > 440


@settings(max_examples=60)
@given(st.sampled_from(sorted(PERTURBATIONS)), st.text(max_size=200), st.integers(0, 5))
def test_any_text_is_disturbed_the_same_way_each_time(name: str, text: str, seed: int) -> None:
    gold = (Note(note_id="n", text=text), NoteFacts(note_id="n", facts=()))
    assert PERTURBATIONS[name](gold, Random(seed)) == PERTURBATIONS[name](gold, Random(seed))
