"""Courses of conservative therapy: the same therapy told in several notes is one course.

Dates may come from one note and the outcome from another. Partial dates are read conservatively: a course lasted at
least from the latest day it can have begun to the earliest day it can have ended.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from chartproof.evaluate import dates
from chartproof.evaluate.chart import Chart, Item, when
from chartproof.evaluate.dates import Days
from chartproof.facts import Therapy

ACTIVE = ("physical_therapy", "chiropractic", "home_exercise")
"""Modalities that count as active; home exercise only when prescribed and followed up."""

BEGINS_WHEN_PRESCRIBED = frozenset(
    {"home_exercise", "medication", "activity_modification", "ice_heat", "brace", "tens"}
)
"""Modalities that begin at the visit that prescribes them; the others wait for a first appointment."""

UNKNOWN = Days(dt.date.min, dt.date.max)


@dataclass(slots=True, eq=False)
class Course:
    """One course of one modality.

    `start` and `end` are the days it can have begun and ended on, `lengths` its stated length in days (the upper
    end None when open); `last_told` is the date of the last note that tells of it.
    """

    modality: str
    start: Days = UNKNOWN
    end: Days = UNKNOWN
    lengths: tuple[float, float | None] | None = None
    ongoing: bool = False
    last_told: dt.date = dt.date.min
    items: list[Item[Therapy]] = field(default_factory=list)

    @property
    def dated(self) -> bool:
        """Whether any note says when it began or ended."""
        return self.start != UNKNOWN or self.end != UNKNOWN

    def days_since(self, opening: dt.date, *, not_before: dt.date) -> tuple[float, float | None]:
        """The least and the most days of it that lie after `opening`; the most is None when open.

        `not_before` is the earliest day it can have begun (the pain's onset).
        """
        told = self.last_told if self.last_told != dt.date.min else dt.date.max
        begun = Days(max(self.start.lo, not_before), min(self.start.hi, told))
        ended = Days(self.end.lo, min(self.end.hi, told))
        low, high = self.lengths or (0.0, None)
        if self.end == UNKNOWN and high is not None:
            ended = Days(ended.lo, min(ended.hi, dates.shift(begun.hi, high)))
        least: float = (ended.lo - max(begun.hi, opening)).days
        most: float | None = None if ended.hi == dt.date.max else (ended.hi - max(begun.lo, opening)).days
        stated = self.lengths is not None and not (self.start.exact and self.end.exact)
        if stated and (begun.lo == dt.date.min or ended.hi == dt.date.max or low <= (ended.hi - begun.lo).days + 7):
            if begun.lo >= opening:
                least = max(least, low)
            elif self.end != UNKNOWN:
                least = max(least, min(low, (ended.lo - opening).days))
            elif self.start != UNKNOWN:
                least = max(least, low - (opening - begun.lo).days)
            if high is not None:
                most = high if most is None else min(most, high)
        return max(least, 0), None if most is None else max(most, least, 0)


def courses(chart: Chart, modalities: Sequence[str], *, anywhere: bool = False) -> list[Course]:
    """The courses of therapy that were begun, by modality in the order given: for the requested region.

    With `anywhere` therapy of any part of the spine counts, and therapy without a region whatever its note is about.
    """
    found: list[Course] = []
    for modality in modalities:
        items = [item for item in told(chart, modality, anywhere=anywhere) if _begun(item)]
        found.extend(_courses_of(chart, modality, items))
    return found


def told(chart: Chart, modality: str, *, anywhere: bool = False) -> list[Item[Therapy]]:
    """All statements about a modality for the requested region (see `courses`), whatever they assert."""
    return [
        item
        for item in chart.therapies
        if item.fact.modality == modality
        and (chart.concerns(item.fact.region, item.note) or (anywhere and item.fact.region != "other"))
    ]


def _begun(item: Item[Therapy]) -> bool:
    return item.current and item.fact.status not in ("planned", "declined", "unable")


def _courses_of(chart: Chart, modality: str, items: list[Item[Therapy]]) -> list[Course]:
    groups: dict[str | None, list[Item[Therapy]]] = {}
    for item in items:
        name = item.fact.name if modality in ("medication", "other") else None
        groups.setdefault(name, []).append(item)
    found: list[Course] = []
    for name in sorted(groups, key=lambda one: one or ""):
        found.extend(_merge(chart, modality, groups[name]))
    return found


def _merge(chart: Chart, modality: str, items: list[Item[Therapy]]) -> list[Course]:
    dated = [
        (start, end, item) for item in items for start, end in [_limits(item)] if (start, end) != (UNKNOWN, UNKNOWN)
    ]
    dated.sort(key=lambda entry: (_anchor(entry[0], entry[1]), entry[2].order))
    merged: list[Course] = []
    for start, end, item in dated:
        course = merged[-1] if merged and _overlap(merged[-1], start, end) else None
        if course is None:
            course = Course(modality)
            merged.append(course)
        _take(course, item, start, end)
    undated = [item for item in items if _limits(item) == (UNKNOWN, UNKNOWN)]
    for item in undated:
        earlier = [course for course in merged if course.dated and _anchor(course.start, course.end) <= when(item).hi]
        if not earlier:
            loose = next((course for course in merged if not course.dated), None)
            if loose is None:
                loose = Course(modality)
                merged.append(loose)
            earlier = [loose]
        _take(earlier[-1], item, UNKNOWN, UNKNOWN)
    for course in merged:
        _begin_when_planned(chart, course)
    return merged


def _limits(item: Item[Therapy]) -> tuple[Days, Days]:
    """The days a statement lets the therapy begin and end on; what is ongoing lasts to the note."""
    fact, note = item.fact, when(item)
    start = dates.parse(fact.start) if fact.start else UNKNOWN
    if fact.end:
        end = dates.parse(fact.end)
        if fact.status == "ongoing" and end.hi > note.hi:
            end = note
        return start, end
    return start, note if fact.status == "ongoing" and item.date is not None else UNKNOWN


def _anchor(start: Days, end: Days) -> dt.date:
    return start.lo if start != UNKNOWN else end.lo


def _overlap(course: Course, start: Days, end: Days) -> bool:
    """Whether a statement with these limits continues the course before it."""
    if start != UNKNOWN and course.start != UNKNOWN and start.meets(course.start):
        return True
    if end != UNKNOWN and course.end != UNKNOWN and end.meets(course.end):
        return True
    if start == UNKNOWN or course.end == UNKNOWN:
        return course.ongoing or start != UNKNOWN
    return start.lo <= course.end.hi


def _lies_ahead(item: Item[Therapy]) -> bool:
    """Whether a stated length is of therapy still to come: "continue therapy for 6 weeks" in a plan."""
    return item.fact.status == "ongoing" and item.fact.section in ("plan", "assessment_plan")


def _take(course: Course, item: Item[Therapy], start: Days, end: Days) -> None:
    """Take a statement into a course: the more exact start stays, the end moves on while it is ongoing."""
    fact = item.fact
    course.items.append(item)
    course.last_told = max(course.last_told, when(item).lo)
    if start != UNKNOWN and (course.start == UNKNOWN or start.width < course.start.width):
        course.start = start
    ongoing = fact.status == "ongoing"
    if ongoing and course.start == UNKNOWN and course.end != UNKNOWN and end != UNKNOWN:
        course.start = Days(dt.date.min, min(course.end.lo, end.lo))
    if end != UNKNOWN:
        later = course.end == UNKNOWN or (course.ongoing and end.lo >= course.end.lo)
        if later or (not ongoing and end.width < course.end.width):
            course.end = end
            course.ongoing = ongoing
    if fact.unit is not None and (fact.low is not None or fact.high is not None) and not _lies_ahead(item):
        low = dates.length_in_days(fact.low or 0, fact.unit)
        high = None if fact.high is None else dates.length_in_days(fact.high, fact.unit)
        course.lengths = (low, high)
    if ongoing and course.lengths is not None and course.start == UNKNOWN and course.end != UNKNOWN:
        low, high = course.lengths
        course.start = Days(
            dates.shift(course.end.lo, -high) if high is not None else dt.date.min, dates.shift(course.end.lo, -low)
        )


def _begin_when_planned(chart: Chart, course: Course) -> None:
    """Without a stated start, a therapy began when an earlier note prescribed it, or after that."""
    if course.start != UNKNOWN or not course.items:
        return
    first = min(when(item).lo for item in course.items)
    names = {item.fact.name for item in course.items}
    planned = [
        when(item).lo
        for item in told(chart, course.modality)
        if (item.fact.status == "planned" or item.fact.assertion == "planned" or item.fact.prescribed)
        and item.date is not None
        and item.date < first
        and (item.fact.name in names or None in names)
    ]
    if planned:
        begun = max(planned)
        course.start = dates.day(begun) if course.modality in BEGINS_WHEN_PRESCRIBED else Days(begun, first)
