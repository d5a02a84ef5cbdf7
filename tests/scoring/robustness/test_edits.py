from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chartproof.facts import NoteFacts, PainScore
from chartproof.notes import Note
from chartproof.scoring.robustness.edits import Edit, Edited, edited, reordered
from chartproof.spans import Span

TEXT = "Pain is 7/10 today."


def gold(text: str, *spans: tuple[int, int]) -> tuple[Note, NoteFacts]:
    facts = tuple(PainScore(kind="pain_score", spans=(Span(*span),), low=7, high=7) for span in spans)
    return Note(note_id="n", text=text), NoteFacts(note_id="n", facts=facts)


def test_spans_behind_an_edit_move() -> None:
    note, facts = edited(gold(TEXT, (8, 12)), [Edit(0, 4, "PAIN SCORE")])
    assert note.text == "PAIN SCORE is 7/10 today."
    assert facts.facts[0].spans[0].of(note.text) == "7/10"


def test_a_span_that_cuts_an_edit_takes_the_whole_of_it() -> None:
    changed = Edited(TEXT, [Edit(5, 12, "was six")])
    assert changed.span(Span(8, 12)).of(changed.text) == "was six"
    assert changed.span(Span(0, 7)).of(changed.text) == "Pain was six"


def test_of_overlapping_edits_the_first_stands() -> None:
    assert Edited("abcdef", [Edit(1, 4, "X"), Edit(2, 5, "Y")]).text == "aXef"


def test_blocks_in_another_order_keep_what_their_spans_say() -> None:
    text = "A: one\nB: 7/10\nC: three\n"
    start = text.index("7/10")
    blocks = [Span(0, 7), Span(7, 15), Span(15, len(text))]
    note, facts = reordered(gold(text, (start, start + 4)), blocks, [0, 2, 1])
    assert note.text == "A: one\nC: three\nB: 7/10\n"
    assert facts.facts[0].spans[0].of(note.text) == "7/10"


@given(st.text(min_size=1, max_size=40), st.data())
def test_text_outside_the_edits_is_kept(text: str, data: st.DataObject) -> None:
    places = st.integers(0, len(text))
    cuts = data.draw(st.lists(places, min_size=2, max_size=6, unique=True).map(sorted)) if len(text) > 1 else [0, 1]
    edits = [Edit(cuts[i], cuts[i + 1], "<>") for i in range(0, len(cuts) - 1, 2)]
    changed = Edited(text, edits)
    at = 0
    for edit in [*edits, Edit(len(text), len(text), "")]:
        kept = Span(at, edit.start)
        if kept.end > kept.start:
            assert changed.span(kept).of(changed.text) == kept.of(text)
        at = edit.end
    assert changed.span(Span(0, len(text))) == Span(0, len(changed.text))
