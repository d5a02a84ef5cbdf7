"""Notes as the pages show them: cut at the borders of their marks, each piece knowing where in the note it begins.

The offsets are those of the note as given. A page counts a selection from the piece it begins in, so that nothing
between the pieces (numbers that link back) can shift it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from chartproof.notes import Note
from chartproof.render.segments import Mark, segments

_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True)
class Owner:
    """The criterion, fact or event that marks belong to: the id of its place on the page and its number there."""

    anchor: str
    number: int


@dataclass(frozen=True)
class Placed:
    """A span of a note (half-open offsets) that belongs to `owner`; `anchor` is the id of its place in the note."""

    anchor: str
    owner: Owner
    start: int
    end: int


@dataclass(frozen=True)
class Piece:
    """A run of text under the same marks, beginning at the offset `start`.

    `begins` are the ids of the marks that begin with it; `owners` whose marks it lies under; `ends` those of whom a
    mark ends with it, once each.
    """

    start: int
    text: str
    begins: tuple[str, ...]
    owners: tuple[Owner, ...]
    ends: tuple[Owner, ...]


@dataclass(frozen=True)
class Sheet:
    """A note on the page, under its own id there."""

    anchor: str
    note: Note
    pieces: tuple[Piece, ...]


def sheets(notes: Sequence[Note], marks: Mapping[str, Iterable[Placed]]) -> list[Sheet]:
    """The notes in their order with the marks of each, by note id. Joined again, the pieces are the text."""
    return [
        Sheet(f"note-{number}", note, tuple(_cut(note.text, list(marks.get(note.note_id, ())))))
        for number, note in enumerate(notes, start=1)
    ]


def _cut(text: str, placed: Sequence[Placed]) -> Iterable[Piece]:
    of = {one.anchor: one for one in placed}
    start = 0
    for part in segments(text, (Mark(one.anchor, one.start, one.end) for one in placed)):
        yield Piece(
            start,
            part.text,
            tuple(mark.id for mark in part.begins),
            tuple(dict.fromkeys(of[mark.id].owner for mark in part.marks)),
            tuple(dict.fromkeys(of[mark.id].owner for mark in part.ends)),
        )
        start += len(part.text)


def as_given(text: str) -> Markup:
    """`text` escaped so that a browser has as many characters of it as the note.

    Carriage returns become references, since a parser would drop them; half a surrogate pair, which no encoding can
    carry, is shown as one replacement character.
    """
    return Markup(escape(encodable(text)).replace("\r", Markup("&#13;")))


def encodable(text: str) -> str:
    """`text` with one replacement character for each half of a surrogate pair."""
    return _LONE_SURROGATE.sub("\ufffd", text)
