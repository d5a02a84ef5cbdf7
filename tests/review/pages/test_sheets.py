"""Notes cut for the page: the pieces are the note, with their offsets."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from chartproof.notes import Note
from chartproof.review.web.sheets import Owner, Placed, as_given, sheets

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=()), min_size=1, max_size=60)


@given(TEXTS, st.lists(st.tuples(st.integers(-2, 62), st.integers(-2, 62)), max_size=8))
def test_the_pieces_are_the_note_and_lie_under_their_marks(text: str, spans: list[tuple[int, int]]) -> None:
    placed = [Placed(f"m{n}", Owner(f"c{n % 3}", n % 3), *span) for n, span in enumerate(spans)]
    (sheet,) = sheets([Note(note_id="n", text=text)], {"n": placed})
    assert "".join(piece.text for piece in sheet.pieces) == text
    at = 0
    for piece in sheet.pieces:
        assert piece.start == at
        at += len(piece.text)
        covering = {one.owner for one in placed if 0 <= one.start <= piece.start and at <= one.end <= len(text)}
        assert set(piece.owners) == {owner for owner in covering if piece.text}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@given(TEXTS)
def test_markup_is_escaped_and_no_character_is_lost(text: str) -> None:
    shown = str(as_given(text))
    shown.encode()
    assert "\r" not in shown
    reader = _Reader()
    reader.feed(shown.replace("&#13;", "\x01"))
    reader.close()
    assert reader.tags == []
    assert len(reader.text) == len(text)
