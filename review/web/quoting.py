"""Words of a note that a person cites: checked against the note, so that no other characters are ever cited."""

from __future__ import annotations

import re
from collections.abc import Sequence

from chartproof.assessment import Evidence
from chartproof.errors import ChartproofError
from chartproof.notes import Note
from chartproof.review.web.sheets import encodable

MAX_QUOTE = 2000
"""Characters that can be cited at once."""

_LINE_BREAK = re.compile(r"\r\n?")


def cited(notes: Sequence[Note], note_id: str, words: str, start: str = "", end: str = "") -> Evidence:
    """The span of a note that was selected or typed.

    Inputs: the id of the note; the words themselves; and, where they were selected, their offsets in characters. With
    offsets the words must stand there; without, they must stand in the note exactly once, white space aside. Line
    ends compare alike, as a form sends them changed. Errors: ChartproofError, which never quotes the note.
    """
    note = next((one for one in notes if one.note_id == note_id), None)
    if note is None:
        raise ChartproofError("this case has no such note; choose one of its notes")
    if not words.strip():
        raise ChartproofError("select words in the note, or type the words to cite")
    if len(words) > MAX_QUOTE:
        raise ChartproofError(f"cite at most {MAX_QUOTE:,} characters at once")
    first, last = _given(note.text, words, start, end) if start or end else _found(note.text, words)
    return Evidence(note_id=note_id, start=first, end=last, text=note.text[first:last])


def _given(text: str, words: str, start: str, end: str) -> tuple[int, int]:
    try:
        first, last = int(start), int(end)
    except ValueError:
        raise ChartproofError("the selection has no offsets; select the words again") from None
    if not 0 <= first < last <= len(text) or _plain(text[first:last]) != _plain(words):
        raise ChartproofError("the selection does not match the note; select the words again")
    return first, last


def _found(text: str, words: str) -> tuple[int, int]:
    pattern = r"\s+".join(map(re.escape, words.split()))
    places = [match.span() for match in re.finditer(pattern, text)]
    if not places:
        raise ChartproofError("the note does not hold these words; copy them from the note as they stand")
    if len(places) > 1:
        raise ChartproofError(f"these words stand {len(places)} times in the note; add the words beside them")
    return places[0]


def _plain(text: str) -> str:
    return _LINE_BREAK.sub("\n", encodable(text))
