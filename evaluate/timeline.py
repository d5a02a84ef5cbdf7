"""The patient's procedures in order of time, and what each of them brought.

The same procedure told in several notes is one event; relief statements belong to the event they follow. What is
planned is the request, never history.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from chartproof.evaluate import dates
from chartproof.evaluate.chart import Chart, Item, is_procedure_note, when
from chartproof.evaluate.dates import Days
from chartproof.evaluate.regions import (
    RegionClass,
    opposite,
    region_class,
    region_of_levels,
    segments,
    sides_agree,
)
from chartproof.facts import AnestheticName, Procedure, Relief

FAMILY: dict[str, str] = {
    "esi_interlaminar": "esi",
    "esi_transforaminal": "esi",
    "esi_caudal": "esi",
    "esi": "esi",
    "facet_injection": "facet",
    "medial_branch_block": "facet",
    "rf_ablation": "rfa",
    "si_joint_injection": "sij",
    "spine_surgery": "surgery",
}
"""Kinds that are counted together; a kind that is not listed is its own family."""

SPINAL_INJECTIONS = frozenset({"esi", "facet", "sij"})
INTERVENTIONS = SPINAL_INJECTIONS | {"rfa", "bvna", "sympathetic_block", "sacral_lateral_branch_block", "sij_rf"}
"""Families that are interventional treatment of the spine (surgery, devices and trigger points are not)."""

NEAR = 250
"""Characters within which a relief statement that names no date or number belongs to a procedure mention."""


def family_of(fact: Procedure) -> str:
    """The family a procedure is counted in; a finer name (``sij_rf``, ``labor_epidural``) sets it apart."""
    return fact.name or FAMILY.get(fact.procedure, fact.procedure)


@dataclass(slots=True, eq=False)
class Event:
    """One procedure that was done.

    `date` is the range of days it can have been done on: its lower end is ``date.min`` when no note gives a date.
    """

    family: str
    kind: str
    region: RegionClass | None
    date: Days
    dated: bool
    side: str | None = None
    number: int | None = None
    segments: frozenset[str] = frozenset()
    agent: str | None = None
    anesthetic: AnestheticName | None = None
    technique: str | None = None
    mentions: list[Item[Procedure]] = field(default_factory=list)
    reliefs: list[Item[Relief]] = field(default_factory=list)

    def add(self, item: Item[Procedure]) -> None:
        """Take in another mention: what it adds is kept, what is known stays."""
        fact = item.fact
        self.mentions.append(item)
        if fact.procedure != self.kind and self.kind in ("esi", "facet_injection"):
            self.kind = fact.procedure
        if self.side is None or opposite(self.side, fact.side):
            self.side = fact.side if self.side is None else "bilateral"
        self.number = self.number if self.number is not None else fact.number
        self.segments = self.segments or segments(fact.levels)
        self.agent = self.agent or fact.agent
        self.anesthetic = self.anesthetic or fact.anesthetic
        self.technique = self.technique or fact.technique

    def describe(self) -> str:
        """Date and side for a reason: ``2024-03-05 (left)``."""
        shown = str(self.date) if self.dated else "an unstated date"
        return f"{shown} ({self.side})" if self.side else shown


class Timeline:
    """The events of a case, oldest first, with their relief statements attached."""

    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        self.events = _build(chart)
        self._of_mention = {id(item): event for event in self.events for item in event.mentions}
        for relief in chart.reliefs:
            if relief.fact.assertion in ("present", "historical"):
                event = self._followed(relief)
                if event is not None:
                    event.reliefs.append(relief)

    def of(self, families: Iterable[str], region: RegionClass | None) -> list[Event]:
        """The events of some families in a counting region (all regions for None), oldest first."""
        wanted = frozenset(families)
        return [event for event in self.events if event.family in wanted and (region is None or event.region == region)]

    def _followed(self, item: Item[Relief]) -> Event | None:
        """The event a relief statement is about; None when it is about none of them."""
        fact = item.fact
        if fact.procedure in ("therapy", "medication") or fact.region == "other":
            return None
        stated = region_class(fact.region)
        unnamed = fact.procedure is None or (fact.procedure == "other" and (fact.date or fact.number))
        family = None if unnamed else FAMILY.get(fact.procedure or "", fact.procedure)
        upper = when(item).hi
        fits = [
            event
            for event in self.events
            if (family is None or event.family == family)
            and (stated is None or event.region in (stated, None))
            and sides_agree(fact.side, event.side)
            and event.date.lo <= upper
        ]
        if fact.date is not None:
            told = dates.parse(fact.date)
            fits = [event for event in fits if event.date.meets(told) and (event.dated or event.date.hi >= told.lo)]
            fits = _exact_kind(fits, fact)
            return fits[-1] if fits else None
        if fact.number is not None:
            return _numbered(_exact_kind(fits, fact), fact.number)
        return self._nearest(item, fits, named=family is not None)

    def _nearest(self, item: Item[Relief], fits: list[Event], *, named: bool) -> Event | None:
        """The event whose mention stands closest; failing that, for a named procedure, the latest."""
        start, end = item.fact.spans[0]
        best: tuple[int, int, Event] | None = None
        for mention in self.chart.procedures:
            event = self._of_mention.get(id(mention))
            if mention.note is not item.note or event is None or (named and event not in fits):
                continue
            gap, behind = min(
                (start - span[1], 0) if span[1] <= start else (max(span[0] - end, 0), 1) for span in mention.fact.spans
            )
            if gap <= NEAR and (best is None or (gap, behind) < best[:2]):
                best = (gap, behind, event)
        if best is not None:
            return best[2] if best[2] in fits else None
        exact = _exact_kind(fits, item.fact)
        return exact[-1] if named and exact else None


def _exact_kind(events: list[Event], fact: Relief) -> list[Event]:
    """Those of the very kind the relief names, if there are any; a general name fits every kind."""
    if fact.procedure == "esi":
        return events
    exact = [event for event in events if event.kind == fact.procedure]
    return exact or events


def _numbered(events: list[Event], number: int) -> Event | None:
    """The event with that ordinal; without stated ordinals, the one at that place in time."""
    for event in events:
        if event.number == number:
            return event
    unnumbered = [event for event in events if event.number is None]
    if len(unnumbered) == len(events) and len(events) >= number:
        return events[number - 1]
    return None


# -- building ----------------------------------------------------------------------------------------------------


def _build(chart: Chart) -> list[Event]:
    groups: dict[tuple[str, RegionClass | None], list[Item[Procedure]]] = {}
    for item in chart.procedures:
        fact = item.fact
        if fact.status != "done" or fact.assertion not in ("present", "historical"):
            continue
        family = family_of(fact)
        if family == "other":
            continue
        region = _region(chart, item)
        if region is None and fact.region == "other":
            continue
        groups.setdefault((family, region), []).append(item)
    events: list[Event] = []
    for (family, region), items in sorted(groups.items(), key=lambda group: (group[0][0], group[0][1] or "")):
        events.extend(_events(chart, family, region, items))
    if chart.reference is not None:
        events = [event for event in events if not event.dated or event.date.lo < chart.reference]
    events.sort(key=lambda event: (event.date.lo, event.date.hi, event.number or 0, event.mentions[0].order))
    return events


def _region(chart: Chart, item: Item[Procedure]) -> RegionClass | None:
    """Where a procedure was done: as stated, by its levels or kind, else the one region the note speaks of."""
    fact = item.fact
    if fact.region is not None:
        return region_class(fact.region)
    if (from_levels := region_of_levels(fact.levels or ())) is not None:
        return from_levels
    if fact.procedure in ("si_joint_injection", "esi_caudal"):
        return "lumbar"
    spoken = {region_class(region) for region in chart.topics[item.note.note_id]} - {None}
    return next(iter(spoken)) if len(spoken) == 1 else chart.region_class


def _events(chart: Chart, family: str, region: RegionClass | None, items: Sequence[Item[Procedure]]) -> list[Event]:
    """Merge the mentions of one family in one region: exact dates first, then partial ones, then the undated."""
    dated: list[tuple[Days, Item[Procedure]]] = []
    undated: list[Item[Procedure]] = []
    for item in items:
        days = _date(chart, item)
        if days is None:
            undated.append(item)
        else:
            dated.append((days, item))
    dated.sort(key=lambda entry: (entry[0].width, entry[0].lo, entry[1].order))
    undated.sort(key=lambda item: (item.fact.number is None, item.order))
    events: list[Event] = []
    for days, item in dated:
        same = [event for event in events if event.date.meets(days) and _same(event, item, same_day=days.exact)]
        _place(events, same, item, family, region, days, dated=True)
    events.sort(key=lambda event: (event.date.lo, event.date.hi))
    for item in undated:
        before = when(item).hi
        same = [event for event in events if event.date.lo <= before and _same(event, item, same_day=False)]
        number = item.fact.number
        if number is not None:
            ordered = _numbered(same, number)
            same = [ordered] if ordered is not None else []
        _place(events, same, item, family, region, Days(dt.date.min, before), dated=False)
    return events


def _place(
    events: list[Event],
    same: list[Event],
    item: Item[Procedure],
    family: str,
    region: RegionClass | None,
    days: Days,
    *,
    dated: bool,
) -> None:
    """Put a mention with the events it repeats, and add those it tells beyond them."""
    count = max(item.fact.count or 1, 1)
    for event in same[-count:]:
        event.add(item)
    for _ in range(count - len(same)):
        event = Event(family, item.fact.procedure, region, days, dated)
        event.add(item)
        events.append(event)


def _date(chart: Chart, item: Item[Procedure]) -> Days | None:
    """When it was done: the stated date; for the procedure a procedure note reports, the date of the note."""
    if item.fact.date is not None:
        told, upper = dates.parse(item.fact.date), when(item).hi
        return Days(told.lo, min(told.hi, upper)) if told.lo <= upper else told
    if item.note.date is None or not is_procedure_note(item.note):
        return None
    done = [one for one in chart.procedures if one.note is item.note and one.fact.status == "done"]
    reported = next((one for one in done if one.fact.date is None and one.fact.assertion == "present"), None)
    if reported is None or family_of(reported.fact) != family_of(item.fact):
        return None
    return dates.day(item.note.date) if item.fact.number in (None, reported.fact.number) else None


def _same(event: Event, item: Item[Procedure], *, same_day: bool) -> bool:
    """Whether a mention can be about an event, their dates agreeing."""
    fact = item.fact
    if same_day:
        generic = "esi" in (event.kind, fact.procedure) or event.family != "esi"
        return generic or event.kind == fact.procedure
    if None not in (fact.number, event.number) and fact.number != event.number:
        return False
    if not sides_agree(event.side, fact.side):
        return False
    named = segments(fact.levels)
    if named and event.segments and not named & event.segments:
        return False
    return event.kind == fact.procedure or fact.procedure in ("esi", "facet_injection") or event.kind == "esi"
