"""Cut a note at the borders of its marked spans, so that overlapping spans can be shown."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """A span of the note (half-open offsets) and the id it is shown under."""

    id: str
    start: int
    end: int


@dataclass(frozen=True)
class Segment:
    """A run of text under the same marks; `begins` and `ends` are the marks whose first or last part it is."""

    text: str
    marks: tuple[Mark, ...] = ()
    begins: tuple[Mark, ...] = ()
    ends: tuple[Mark, ...] = ()


def segments(text: str, marks: Iterable[Mark]) -> list[Segment]:
    """Cut `text` at every border of `marks`; joined again, the segments are the text. Marks outside it are left out."""
    starting: dict[int, list[Mark]] = defaultdict(list)
    ending: dict[int, list[Mark]] = defaultdict(list)
    for mark in marks:
        if 0 <= mark.start < mark.end <= len(text):
            starting[mark.start].append(mark)
            ending[mark.end].append(mark)
    borders = sorted({0, len(text), *starting, *ending})
    active: list[Mark] = []
    cut: list[Segment] = []
    for start, end in itertools.pairwise(borders):
        begins = starting.get(start, [])
        active = [mark for mark in active if mark.end > start] + begins
        cut.append(Segment(text[start:end], tuple(active), tuple(begins), tuple(ending.get(end, ()))))
    return cut
