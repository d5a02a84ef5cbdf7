"""Evidence in its sentence: "No «fever»." says more than "fever".

Spans that stand near each other in one note are quoted together, the cited characters marked apart from the words
around them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chartproof.assessment import Evidence
from chartproof.render.segments import Mark, segments
from chartproof.render.wording import flat

_NEAR = 60
_CONTEXT = 45
_ELLIPSIS = "…"
_BREAK = re.compile(r"\n[ \t\r]*\n|\f")
_ITEM = r"\s*(?:[-*•]|\d+[.)]|\[[ xX]?\])\s"
_SENTENCE_END = re.compile(rf"[.!?;](?=\s)|\n(?:[ \t\r]*\n|(?={_ITEM}))|\f")
_SENTENCE_START = re.compile(rf"(?:[.!?;]\s+|\n[ \t\r]*\n\s*|\f\s*|\n{_ITEM}\s*)(?=\S)")


@dataclass(frozen=True)
class Quote:
    """Words of one note: pieces of (text on one line, whether it is cited).

    `start` and `end` are the offsets of the first and the last cited character (half-open); `numbers` are the places
    of the evidence in the list that was given.
    """

    note_id: str
    start: int
    end: int
    pieces: tuple[tuple[str, bool], ...]
    numbers: tuple[int, ...]


def quotes(evidence: Sequence[Evidence], texts: Mapping[str, str]) -> list[Quote]:
    """`evidence` in its order, near spans together; `texts` are the notes by id. Without its note a span stands alone."""
    clusters: list[list[int]] = []
    for number, one in enumerate(evidence):
        text = texts.get(one.note_id)
        last = evidence[clusters[-1][-1]] if clusters else None
        if (
            text is not None
            and last is not None
            and last.note_id == one.note_id
            and last.start <= one.start <= last.end + _NEAR
            and not _BREAK.search(text, last.end, max(last.end, one.start))
        ):
            clusters[-1].append(number)
        else:
            clusters.append([number])
    return [_quote([evidence[number] for number in cluster], tuple(cluster), texts) for cluster in clusters]


def _quote(cluster: Sequence[Evidence], numbers: tuple[int, ...], texts: Mapping[str, str]) -> Quote:
    note_id, start, end = cluster[0].note_id, cluster[0].start, max(one.end for one in cluster)
    text = texts.get(note_id)
    if text is None:
        return Quote(note_id, start, end, ((flat(cluster[0].text).strip(), True),), numbers)
    left, cut_left = _left(text, start)
    right, cut_right = _right(text, end)
    marks = [Mark("", one.start - left, one.end - left) for one in cluster]
    pieces: list[tuple[str, bool]] = []
    for segment in segments(text[left:right], marks):
        cited = bool(segment.marks)
        words = flat(segment.text)
        if pieces and pieces[-1][1] == cited:
            words = pieces.pop()[0] + words
        pieces.append((words, cited))
    if not pieces[0][1]:
        pieces[0] = (pieces[0][0].lstrip(), False)
    if not pieces[-1][1]:
        pieces[-1] = (pieces[-1][0].rstrip(), False)
    before = [(_ELLIPSIS, False)] if cut_left else []
    after = [(_ELLIPSIS, False)] if cut_right else []
    return Quote(note_id, start, end, (*before, *pieces, *after), numbers)


def _left(text: str, start: int) -> tuple[int, bool]:
    """Where the quote begins, and whether that is inside a sentence."""
    earliest = max(0, start - _CONTEXT)
    begins = [match.end() for match in _SENTENCE_START.finditer(text, earliest, start + 1) if match.end() <= start]
    if begins:
        return begins[-1], False
    if earliest == 0:
        return 0, False
    space = re.compile(r"\s+").search(text, earliest, start)
    return (space.end() if space else start), True


def _right(text: str, end: int) -> tuple[int, bool]:
    """Where the quote ends, and whether that is inside a sentence."""
    latest = min(len(text), end + _CONTEXT)
    stop = _SENTENCE_END.search(text, max(0, end - 1), latest + 10)
    if stop:
        return max(end, stop.start() + (0 if text[stop.start()] in "\n\f" else 1)), False
    if latest == len(text):
        return latest, False
    return max(end, end + len(text[end:latest].rstrip().rpartition(" ")[0])), True
