"""Regions, levels and sides of the spine as the guidelines count them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from typing import Literal

RegionClass = Literal["cervical", "thoracic", "lumbar"]
"""Region in which procedures are counted; the sacroiliac joint belongs to lumbar/sacral."""

ACCEPTED: dict[str, frozenset[str]] = {
    "cervical": frozenset({"cervical"}),
    "thoracic": frozenset({"thoracic"}),
    "lumbar": frozenset({"lumbar", "sacroiliac"}),
    "sacroiliac": frozenset({"lumbar", "sacroiliac"}),
}
"""Regions in which a fact counts for a request in the given region."""

NAMES: dict[str, str] = {
    "cervical": "cervical",
    "thoracic": "thoracic",
    "lumbar": "lumbar/sacral",
    "sacroiliac": "sacroiliac",
}

_CLASS: dict[str, RegionClass] = {
    "cervical": "cervical",
    "thoracic": "thoracic",
    "lumbar": "lumbar",
    "sacroiliac": "lumbar",
}
_OF_LETTER: dict[str, RegionClass] = {"C": "cervical", "T": "thoracic", "L": "lumbar", "S": "lumbar"}
_LEVEL = re.compile(r"([CTLS])\s*-?\s*(\d{1,2})(?:\s*(?:-|/|to)\s*([CTLS])?\s*(\d{1,2}))?", re.IGNORECASE)
_LAST = {"C": 7, "T": 12, "L": 5, "S": 5}
_NEXT = {"C": "T", "T": "L", "L": "S"}


def region_class(region: str | None) -> RegionClass | None:
    """The counting region of a fact's or request's region; None for `other` and unknown."""
    return _CLASS.get(region or "")


@lru_cache(maxsize=4096)
def motion_segment(level: str) -> str | None:
    """A level as the motion segment it stands for: ``L4-L5`` and ``L4/5`` are ``L4-5``.

    A single vertebra or root stands for the segment whose foramen the root leaves by: L5 is ``L5-S1``, C6 is
    ``C5-6``; sacral roots stay as they are. None when it is no level.
    """
    found = _LEVEL.search(level)
    if found is None:
        return None
    letter, number = found[1].upper(), int(found[2])
    if not 1 <= number <= _LAST[letter] + (letter == "C"):
        return None
    if found[4] is not None:
        end = (found[3] or letter).upper()
        return f"{letter}{number}-{found[4]}" if end == letter else f"{letter}{number}-{end}{found[4]}"
    if letter == "S":
        return f"S{number}"
    if letter == "C":
        return f"C{number - 1}-{number}" if number < 8 else "C7-T1"
    return f"{letter}{number}-{_NEXT[letter]}1" if number == _LAST[letter] else f"{letter}{number}-{number + 1}"


def segments(levels: Iterable[str] | None) -> frozenset[str]:
    """The motion segments of several levels, of a range (``C4-6``) each; what is no level is left out."""
    return frozenset(segment for level in levels or () for segment in _segments(level))


@lru_cache(maxsize=4096)
def _segments(level: str) -> tuple[str, ...]:
    named = sorted(vertebrae(level), key=ORDER.index)
    told = [f"{top}-{bottom}" for top, bottom in pairwise(named)] if len(named) > 2 else [level]
    return tuple(segment for one in told if (segment := motion_segment(one)) is not None)


ORDER: tuple[str, ...] = tuple(f"{letter}{number}" for letter, last in _LAST.items() for number in range(1, last + 1))
"""The vertebrae from top to bottom."""


@lru_cache(maxsize=4096)
def vertebrae(level: str) -> frozenset[str]:
    """The vertebrae that a level names: ``L4`` is one, ``L4-5`` both, ``L3-S1`` all from L3 to S1; none if no level."""
    found = _LEVEL.search(level)
    if found is None:
        return frozenset()
    top = f"{found[1].upper()}{int(found[2])}"
    bottom = f"{(found[3] or found[1]).upper()}{int(found[4])}" if found[4] is not None else top
    if top not in ORDER or bottom not in ORDER:
        return frozenset()
    first, last = sorted((ORDER.index(top), ORDER.index(bottom)))
    return frozenset(ORDER[first : last + 1])


def region_of_levels(levels: Iterable[str]) -> RegionClass | None:
    """The region that the levels lie in, from the first of them in order; None without levels."""
    letters = sorted(segment[0] for segment in segments(levels))
    return _OF_LETTER[letters[0]] if letters else None


def sides_agree(one: str | None, other: str | None) -> bool:
    """Whether two sides can be the same: an unknown side, or a bilateral or midline procedure, agrees with any."""
    free = (None, "bilateral", "midline")
    return one == other or one in free or other in free


def opposite(one: str | None, other: str | None) -> bool:
    """Whether one is left and the other right."""
    return {one, other} == {"left", "right"}
