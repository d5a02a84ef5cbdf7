"""The judgement of one case under one guideline: the chart with its history and plan, as the checks need it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol

from chartproof.evaluate import dates
from chartproof.evaluate.amendment import Amendments
from chartproof.evaluate.chart import AnyItem, Chart, Item, when
from chartproof.evaluate.code_lists import NO_CODES, CodeLists
from chartproof.evaluate.regions import region_class, region_of_levels, segments
from chartproof.evaluate.timeline import SPINAL_INJECTIONS, Event, Timeline, family_of
from chartproof.facts import Procedure

NO_INTERVENTION = frozenset({"surgery", "other", "trigger_point", "joint_injection"})
"""Planned procedures that are no interventional treatment of the spine."""


class CodeInfo(Protocol):
    """What a guideline file says about one procedure code."""

    @property
    def procedures(self) -> tuple[str, ...]: ...
    @property
    def guidance(self) -> tuple[str, ...] | None: ...
    @property
    def transforaminal(self) -> bool: ...
    @property
    def add_on(self) -> bool: ...
    @property
    def regions(self) -> tuple[str, ...]: ...


class HistoryRules(Protocol):
    """How a guideline counts earlier procedures."""

    @property
    def families(self) -> tuple[str, ...]: ...
    @property
    def new_episode_years(self) -> int | None: ...
    @property
    def initial_phase(self) -> int | None: ...
    @property
    def phase_restarts_after(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Plan:
    """What the notes plan: the planned procedures of the latest note that plans the requested one (or any)."""

    requested: tuple[Item[Procedure], ...]
    beside: tuple[Item[Procedure], ...]


def names_plan(plan: str | None, names: Iterable[str]) -> bool:
    """Whether a request's plan holds one of the names, as whole words whatever their case."""
    told = f" {_words_of(plan or '')} "
    return any(f" {_words_of(name)} " in told for name in names)


def _words_of(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))


class Judgement:
    """A case being judged: its chart, its timeline and the guideline's counting rules."""

    def __init__(
        self,
        chart: Chart,
        codes: Mapping[str, CodeInfo],
        procedures: tuple[str, ...],
        history: HistoryRules,
        foreign_codes: frozenset[str] = frozenset(),
        code_lists: CodeLists = NO_CODES,
        lines: Mapping[str, tuple[str, ...]] | None = None,
        amendments: Amendments | None = None,
    ) -> None:
        self.chart = chart
        self.codes = codes
        self.foreign_codes = foreign_codes
        self.code_lists = code_lists
        self.procedures = procedures
        self.rules = history
        self.lines = lines or {}
        self.amendments = amendments or {}
        self.timeline = Timeline(chart)

    @property
    def reference(self) -> dt.date | None:
        """The date windows count back from."""
        return self.chart.reference

    # -- history ------------------------------------------------------------------------------------------------

    @cached_property
    def earlier(self) -> list[Event]:
        """Earlier procedures of the requested kind in the region, oldest first."""
        return self.timeline.of(self.rules.families, self.chart.region_class)

    @cached_property
    def episode(self) -> list[Event]:
        """Those of the present episode: since the last new episode of care, if there was one."""
        years = self.rules.new_episode_years
        events = self.earlier
        if years is None:
            return events
        start = 0
        for index, event in enumerate(events):
            following = events[index + 1].date if index + 1 < len(events) else None
            if following is None:
                following = dates.day(self.reference) if self.reference is not None else None
            if following is not None and self._breaks(event.date, following, years):
                start = index + 1
        return events[start:]

    def _breaks(self, before: dates.Days, after: dates.Days, years: int) -> bool:
        """Whether a new episode began between two procedures: years apart, surgery, or new pathology."""
        if dates.add_months(before.hi, 12 * years) <= after.lo:
            return True
        surgery = self.timeline.of(("surgery",), self.chart.region_class)
        if any(before.hi < one.date.lo and one.date.hi <= after.hi for one in surgery if one.dated):
            return True
        return any(
            item.current and before.hi < when(item).lo and when(item).hi <= after.hi
            for item in self.chart.topic("new_pathology")
        )

    @cached_property
    def phase_events(self) -> list[Event]:
        """The procedures that the present treatment phase counts from its beginning.

        A procedure of the kind `phase_restarts_after` begins the phase anew if the notes leave the pain generator
        open or other levels are requested now.
        """
        restart = self.rules.phase_restarts_after
        if restart is None or not self.episode:
            return self.episode
        since = [event for event in self.timeline.of((restart,), self.chart.region_class) if event.dated]
        if not since:
            return self.episode
        last = since[-1].date.lo
        question = any(item.current for item in self.chart.topic("pain_generator_question"))
        treated = frozenset().union(*(event.segments for event in self.episode if event.date.hi <= last))
        if question or (self.levels and treated and not self.levels & treated):
            return [event for event in self.episode if event.date.lo > last]
        return self.episode

    @cached_property
    def count_in_phase(self) -> int:
        """How many procedures the phase has had: those told of, or the highest ordinal when that is more."""
        told = self.phase_events
        numbers = [event.number for event in told if event.number is not None]
        if len(self.earlier) > len(told):
            return len(told)
        return max(len(told), *numbers) if numbers else len(told)

    @cached_property
    def is_repeat(self) -> bool:
        """Whether the request repeats an earlier procedure of the present episode."""
        return bool(self.episode)

    @cached_property
    def phase(self) -> Literal["initial", "therapeutic"] | None:
        """The treatment phase a repeat falls in; None when the guideline has no phases."""
        if self.rules.initial_phase is None:
            return None
        return "initial" if self.count_in_phase < self.rules.initial_phase else "therapeutic"

    @cached_property
    def last(self) -> Event | None:
        """The latest earlier procedure of the kind in the present episode."""
        return self.episode[-1] if self.episode else None

    @cached_property
    def injections_before(self) -> list[Event]:
        """Earlier spinal injections of any kind in the region."""
        return self.timeline.of(SPINAL_INJECTIONS, self.chart.region_class)

    # -- plan and request ---------------------------------------------------------------------------------------

    @cached_property
    def plan(self) -> Plan:
        """The planned procedures of the latest note that plans the requested kind; of the latest that plans any."""
        planned = [
            item
            for item in self.chart.procedures
            if item.fact.status == "planned" and item.fact.assertion in ("planned", "present")
        ]
        own = [item for item in planned if self._is_requested(item.fact)]
        base = own or [item for item in planned if family_of(item.fact) not in NO_INTERVENTION]
        if not base:
            return Plan((), ())
        note = base[-1].note
        return Plan(
            tuple(item for item in own if item.note is note),
            tuple(item for item in planned if item.note is note and not self._is_requested(item.fact)),
        )

    def _is_requested(self, fact: Procedure) -> bool:
        """Whether a planned procedure is the requested one, by kind and region."""
        if fact.procedure not in self.procedures or fact.name is not None:
            return False
        if self.chart.place == "device":
            return True
        region = region_class(fact.region) or region_of_levels(fact.levels or ())
        return region is None or self.chart.region_class in (None, region)

    @cached_property
    def levels(self) -> frozenset[str]:
        """The requested motion segments: from the request, else from the plan."""
        stated = segments(self.chart.request.levels)
        if stated:
            return stated
        return frozenset().union(*(segments(item.fact.levels) for item in self.plan.requested))

    @cached_property
    def side(self) -> str | None:
        """The requested side: from the request, else from the plan when it is one."""
        if self.chart.request.side is not None:
            return self.chart.request.side
        sides = {item.fact.side for item in self.plan.requested} - {None}
        return next(iter(sides)) if len(sides) == 1 else None

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The procedure kinds that the codes, or without codes the plan, ask for."""
        from_codes = [self.codes[code].procedures for code in self.chart.request.cpt if code in self.codes]
        narrowed = {item.fact.procedure for item in self.plan.requested}
        allowed = {kind for kinds in from_codes for kind in kinds}
        return frozenset(narrowed & allowed or allowed or narrowed)

    @cached_property
    def line(self) -> str | None:
        """The payer's line of business that the request's plan names; None without one."""
        return next((line for line, names in self.lines.items() if names_plan(self.chart.request.plan, names)), None)

    @cached_property
    def continued_since(self) -> dt.date | None:
        """For a repeat, the date after which pain and function must be told again: the last procedure's."""
        if self.last is None or not self.last.dated:
            return None
        return self.last.date.lo

    def after_last(self, item: AnyItem) -> bool:
        """Whether a statement is about the time after the last procedure of the episode."""
        since = self.continued_since
        return since is None or item.date is None or item.date > since
