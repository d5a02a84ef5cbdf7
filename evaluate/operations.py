"""The operation a request for monitoring belongs to: what the notes plan or report, with its place on the spine."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from chartproof.evaluate.chart import AnyItem, by_latest_note
from chartproof.evaluate.judgement import Judgement
from chartproof.evaluate.regions import region_of_levels

_VERTEBRA = re.compile(r"([CTLS])\s*-?\s*(\d{1,2})", re.IGNORECASE)
_LAST = re.compile(r"(?:-|/|to)\s*([CTLS])?\s*(\d{1,2})\s*$", re.IGNORECASE)
_ABOVE = {"C": 0, "T": 7, "L": 19, "S": 24}
"""Vertebrae above the first of each part of the spine."""


def vertebra(level: str) -> int | None:
    """The uppermost vertebra of a level, counted from C1 = 1 (L1 = 20); None when it is no level."""
    found = _VERTEBRA.search(level)
    return _ABOVE[found[1].upper()] + int(found[2]) if found is not None else None


def _lowest(level: str) -> int | None:
    first, last = _VERTEBRA.search(level), _LAST.search(level)
    if first is None or last is None:
        return vertebra(level)
    return _ABOVE[(last[1] or first[1]).upper()] + int(last[2])


@dataclass(frozen=True, slots=True)
class Planned:
    """One operation: its name, and on the spine its region and levels. `item` is None for the request's own levels."""

    name: str
    region: str | None
    levels: tuple[str, ...]
    item: AnyItem | None

    L1: ClassVar[int] = 20

    @property
    def top(self) -> int | None:
        """The uppermost vertebra that is operated on."""
        return min((place for level in self.levels if (place := vertebra(level)) is not None), default=None)

    @property
    def lowest(self) -> int | None:
        """The lowest vertebra that is operated on."""
        return max((place for level in self.levels if (place := _lowest(level)) is not None), default=None)

    @property
    def vertebrae(self) -> int:
        """How many vertebrae the longest of its levels spans."""
        spans = [(_lowest(level) or 0) - (vertebra(level) or 0) + 1 for level in self.levels if vertebra(level)]
        return max(spans, default=0)

    @property
    def bottom_lumbar(self) -> bool:
        """Whether the operation ends in the lumbar spine or the sacrum."""
        return (self.lowest or 0) >= self.L1

    @property
    def regions(self) -> frozenset[str]:
        """All regions that it lies in."""
        places = [place for level in self.levels for place in (vertebra(level), _lowest(level)) if place is not None]
        found = {_region(place) for place in places}
        if {"cervical", "lumbar"} <= found:
            found.add("thoracic")
        return frozenset(found | {self.region}) if self.region is not None else frozenset(found)


def _region(place: int) -> str:
    return "cervical" if place <= 7 else "thoracic" if place < Planned.L1 else "lumbar"


def operations(judgement: Judgement) -> list[Planned]:
    """What the latest note that names an operation plans or reports.

    A note that names no levels takes them from the request or from an earlier note that plans an operation of the same
    region. Where no note names one as a `surgery` fact, a planned spine surgery among the procedures counts, and without
    any the levels of the request.
    """
    chart = judgement.chart
    told: list[AnyItem] = [
        item
        for item in chart.surgeries
        if item.fact.operation is not None
        and item.fact.status in ("planned", "done")
        and item.fact.assertion in ("planned", "present")
    ]
    if not told:
        told = [
            item
            for item in chart.procedures
            if item.fact.procedure == "spine_surgery"
            and item.fact.status == "planned"
            and item.fact.assertion in ("planned", "present")
        ]
    groups = by_latest_note(told)
    if not groups:
        levels = chart.request.levels
        return [Planned("spine", _upper_region(levels), levels, None)] if levels else []
    earlier = [item for group in groups[1:] for item in group]
    return [_planned(judgement, item, earlier) for item in groups[0]]


def _planned(judgement: Judgement, item: AnyItem, earlier: Sequence[AnyItem]) -> Planned:
    name = getattr(item.fact, "operation", None) or "spine"
    region, levels = item.fact.region, tuple(item.fact.levels or ())
    if name == "spine" and not levels:
        requested = judgement.chart.request.levels
        if requested and region in (None, _upper_region(requested)):
            levels = requested
        else:
            same = [one for one in earlier if one.fact.levels and region in (None, one.fact.region)]
            levels = tuple(same[0].fact.levels or ()) if same else ()
    if name == "spine" and region is None:
        region = judgement.chart.request.region
    if levels:
        region = _upper_region(levels) or region
    return Planned(name, region, levels, item)


def _upper_region(levels: Sequence[str]) -> str | None:
    return region_of_levels((min(levels, key=lambda level: vertebra(level) or 99),))


def reasons(
    judgement: Judgement,
    wanted: Sequence[str],
    regions: frozenset[str] = frozenset(),
    *,
    assertion: str = "present",
) -> list[AnyItem]:
    """The statements of one of the reasons; with `regions`, those of these regions or of none."""
    accepted = ("present", "planned") if assertion == "present" else (assertion,)
    told = [
        item
        for item in judgement.chart.surgeries
        if item.fact.reason in wanted
        and item.fact.assertion in ("present", "planned", "negated")
        and (not regions or item.fact.region is None or item.fact.region in regions)
    ]
    for group in by_latest_note(told)[:1]:
        return [item for item in group if item.fact.assertion in accepted]
    return []
