"""Edits of a text that carry the spans of its gold along."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chartproof.facts import NoteFacts
from chartproof.notes import Note
from chartproof.spans import Span

Gold = tuple[Note, NoteFacts]


@dataclass(frozen=True, slots=True)
class Edit:
    """Put `text` in place of the characters from `start` to `end`."""

    start: int
    end: int
    text: str


class Edited:
    """A text after its edits, and where its characters went."""

    def __init__(self, text: str, edits: Iterable[Edit]) -> None:
        """Apply `edits`; of those that overlap the first by start stands, the later ones are left out."""
        parts: list[str] = []
        self._edits: list[Edit] = []
        self._moved: list[int] = []  # the new offset of each edit's start
        at = length = 0
        for edit in sorted(edits, key=lambda one: (one.start, one.end)):
            if edit.start < at:
                continue
            parts += text[at : edit.start], edit.text
            length += edit.start - at
            self._edits.append(edit)
            self._moved.append(length)
            length += len(edit.text)
            at = edit.end
        self.text = "".join(parts) + text[at:]
        self._starts = [edit.start for edit in self._edits]

    def span(self, span: Span) -> Span:
        """Where a span of the old text lies now; one that begins or ends inside an edit takes the whole of it."""
        return Span(self._offset(span.start, end=False), self._offset(span.end, end=True))

    def _offset(self, offset: int, *, end: bool) -> int:
        index = bisect_right(self._starts, offset - 1 if end else offset) - 1
        if index < 0:
            return offset
        edit, moved = self._edits[index], self._moved[index]
        after = moved + len(edit.text)
        if offset >= edit.end:
            return after + offset - edit.end
        return after if end else moved


def edited(gold: Gold, edits: Iterable[Edit]) -> Gold:
    """The annotated note after `edits`."""
    note, facts = gold
    changed = Edited(note.text, edits)
    return (
        note.model_copy(update={"text": changed.text}),
        _with_spans(facts, [[changed.span(span) for span in fact.spans] for fact in facts.facts]),
    )


def reordered(gold: Gold, blocks: Sequence[Span], order: Sequence[int]) -> Gold:
    """The annotated note with its `blocks`, which cover the text, put in another `order`.

    Every span of the gold must lie within one block.
    """
    note, facts = gold
    offsets: dict[int, int] = {}
    length = 0
    for index in order:
        offsets[index] = length
        length += blocks[index].end - blocks[index].start
    starts = [block.start for block in blocks]

    def moved(span: Span) -> Span:
        index = bisect_right(starts, span.start) - 1
        shift = offsets[index] - blocks[index].start
        return Span(span.start + shift, span.end + shift)

    return (
        note.model_copy(update={"text": "".join(blocks[index].of(note.text) for index in order)}),
        _with_spans(facts, [[moved(span) for span in fact.spans] for fact in facts.facts]),
    )


def _with_spans(facts: NoteFacts, spans: Sequence[Sequence[Span]]) -> NoteFacts:
    changed = [fact.model_copy(update={"spans": tuple(new)}) for fact, new in zip(facts.facts, spans, strict=True)]
    return facts.model_copy(update={"facts": tuple(changed)})
