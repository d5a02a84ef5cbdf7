"""Earlier procedures: their response, count and intervals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal

from chartproof.assessment import Status
from chartproof.evaluate import dates, finding, logic
from chartproof.evaluate.chart import AnyItem, Item, by_latest_note, is_procedure_note, on
from chartproof.evaluate.checks.registry import NoParams, Params, check
from chartproof.evaluate.checks.wording import amount, interval, number, plural
from chartproof.evaluate.finding import Finding
from chartproof.evaluate.judgement import Judgement
from chartproof.evaluate.regions import opposite, sides_agree
from chartproof.evaluate.timeline import SPINAL_INJECTIONS, Event
from chartproof.facts import AnestheticName, PainScore, Region, Relief

NOUN = {"esi": "epidural injection", "facet": "facet procedure", "rfa": "denervation", "sij": "sacroiliac injection"}

# -- response ----------------------------------------------------------------------------------------------------


class ResponseParams(Params):
    """The response asked for: percent of relief, or functional improvement, for so many months.

    `each` says which procedures: the last one, or each therapeutic one (since the initial phase, and its last).
    With `other_level_or_technique` an unsuccessful one may be followed by another level or technique. In place of
    months, `hours` asks for the time of the local anesthetic (hours by its name).
    """

    percent: float
    months: int | None = None
    hours: dict[AnestheticName, float] | None = None
    functional: bool = True
    each: Literal["last", "therapeutic", "same_side"] = "last"
    other_level_or_technique: bool = False


@check("response", ResponseParams)
def response(judgement: Judgement, params: ResponseParams) -> Finding:
    """Earlier procedures of the kind gave the relief, or functional improvement, that is asked for."""
    events = _judged(judgement, params.each)
    if not events:
        return finding.open_(
            "No earlier procedure of the kind is documented", missing="the earlier procedure's response"
        )
    found = finding.both(*(_response(judgement, event, params) for event in events))
    if found.status != "met" and params.other_level_or_technique and _changed(judgement, events[-1], params):
        question = _question(judgement)
        return finding.met(
            f"The procedure of {events[-1].describe()} was unsuccessful, and now another level or technique is planned"
            " because the pain generator is in question or several levels are diseased",
            [*found.items, *question, *judgement.plan.requested],
        )
    return found


def _judged(judgement: Judgement, which: str) -> list[Event]:
    episode = judgement.phase_events or judgement.episode
    if which == "therapeutic":
        begun = (judgement.rules.initial_phase or 1) - 1
        return episode[min(begun, len(episode) - 1) :] if episode else []
    if which == "same_side":
        same = [event for event in judgement.earlier if sides_agree(event.side, judgement.side)]
        return (same or judgement.earlier)[-1:]
    return episode[-1:]


def _response(judgement: Judgement, event: Event, params: ResponseParams) -> Finding:
    asked = f"{number(params.percent)}% relief or functional improvement"
    if params.months:
        asked += f" for {params.months} months"
    if params.hours:
        asked += " for the anesthetic's time"
    missing = f"percent and duration of relief, or functional improvement, after the procedure of {event.describe()}"
    percent = _percent(judgement, event, params.percent)
    timed = bool(params.months or params.hours)
    lasting = _for_anesthetic(event, params.hours) if params.hours else _lasting(event, params)
    relief = finding.both(percent, lasting) if timed else percent
    functional = [item for item in event.reliefs if item.fact.functional]
    if params.functional and functional and relief.status != "met":
        own = [item for item in functional if _has_length(item.fact)]
        term = _lasted(event, own, params.months) if own and params.months else lasting
        gained = finding.met("functional improvement", functional)
        better = finding.both(gained, term) if timed else gained
        relief = better if better.status == "met" else finding.either(relief, better)
    text = f"The procedure of {event.describe()} gave {_told(event, percent)}"
    if relief.status == "met":
        return relief.because(text)
    if relief.status == "not_met":
        return relief.because(f"{text}, short of {asked}")
    if not event.reliefs and not percent.items:
        return finding.open_(
            f"The response to the procedure of {event.describe()} is not documented", event.mentions, missing=missing
        )
    return finding.open_(
        f"{text}, which does not settle {asked}",
        [*relief.items, *(item for item in event.reliefs if item not in relief.items)],
        missing=missing,
        conflict=relief.conflict,
    )


def _percent(judgement: Judgement, event: Event, threshold: float) -> Finding:
    """The percent of relief against the threshold; the latest note that gives one decides."""
    told = [item for item in event.reliefs if item.fact.percent_low is not None or item.fact.percent_high is not None]
    for group in by_latest_note(told)[:1]:
        statuses = {_percent_status(item.fact, threshold) for item in group}
        shown = " and ".join(
            dict.fromkeys(f"{interval(item.fact.percent_low, item.fact.percent_high)}% relief" for item in group)
        )
        if {"met", "not_met"} <= statuses:
            return finding.open_(shown, group, conflict=True)
        if "met" in statuses:
            return finding.met(shown, group)
        return Finding("not_met" if statuses == {"not_met"} else "not_documented", shown, tuple(group))
    scores = _score_pair(judgement, event)
    if scores is not None:
        before, after = scores
        gain = 100 * (before.fact.low - after.fact.high) / before.fact.low
        shown = (
            f"{number(gain)}% relief by scores of {number(before.fact.low)} before and {number(after.fact.high)} after"
        )
        return (finding.met if gain >= threshold else finding.not_met)(shown, scores)
    return finding.open_("no percent of relief")


def _percent_status(fact: Relief, threshold: float) -> Status:
    """A range takes its low end; an open end decides nothing beyond what it says."""
    if fact.percent_low is not None and fact.percent_low >= threshold:
        return "met"
    if fact.percent_high is not None and (fact.percent_low is not None or fact.percent_high <= threshold):
        return "not_met"
    return "not_documented"


def _score_pair(judgement: Judgement, event: Event) -> tuple[Item[PainScore], Item[PainScore]] | None:
    """Usual-level scores before and after the last procedure, told of in one note after that day."""
    if event is not judgement.last or not event.dated:
        return None
    scores = [
        item
        for item in judgement.chart.pain_scores
        if item.current
        and item.fact.moment is not None
        and not is_procedure_note(item.note)
        and item.date is not None
        and item.date > event.date.hi
        and item.fact.statistic in ("average", "unspecified")
        and judgement.chart.concerns(item.fact.region, item.note)
    ]
    for group in by_latest_note(scores):
        for statistic in ("average", "unspecified"):
            before = [one for one in group if one.fact.moment == "before_procedure" and one.fact.statistic == statistic]
            after = [one for one in group if one.fact.moment == "after_procedure" and one.fact.statistic == statistic]
            if len(before) == 1 and len(after) == 1 and before[0].fact.low > 0:
                return before[0], after[0]
    return None


def _has_length(fact: Relief) -> bool:
    stated = fact.unit is not None and (fact.low is not None or fact.high is not None)
    return stated or fact.until is not None or bool(fact.ongoing)


def _lasting(event: Event, params: ResponseParams) -> Finding:
    """How long the relief lasted; the latest note that says so decides."""
    if params.months is None:
        return finding.open_("no length of relief")
    told = [item for item in event.reliefs if _has_length(item.fact)]
    enough = [
        item
        for item in told
        if item.fact.functional or item.fact.percent_low is None or item.fact.percent_low >= params.percent
    ]
    return _lasted(event, enough or told, params.months)


def _lasted(event: Event, told: Sequence[Item[Relief]], months: int | None) -> Finding:
    """The lengths told in the latest note against `months`."""
    for group in by_latest_note(told)[:1]:
        statuses = [_length_status(event, item, months or 0) for item in group]
        status: Status = logic.any_of(statuses)
        return Finding(status, _length_shown(group[0]), tuple(group))
    return finding.open_("no length of relief")


def _length_status(event: Event, item: Item[Relief], months: int) -> Status:
    fact = item.fact
    if fact.unit is not None and fact.low is not None:
        if dates.length_in_days(fact.low, fact.unit) >= 30 * months:
            return "met"
        if not fact.ongoing:
            return "not_met" if fact.high is not None else "not_documented"
    if fact.unit is not None and fact.low is None and fact.high is not None and not fact.ongoing:
        return "not_met" if dates.length_in_days(fact.high, fact.unit) <= 30 * months else "not_documented"
    if not event.dated:
        return "not_documented"
    if fact.until is not None:
        until = dates.parse(fact.until)
        if dates.add_months(event.date.hi, months) <= until.lo:
            return "met"
        return "not_met" if dates.add_months(event.date.lo, months) > until.hi else "not_documented"
    if fact.ongoing and item.date is not None and dates.add_months(event.date.hi, months) <= item.date:
        return "met"
    return "not_documented"


def _length_shown(item: Item[Relief]) -> str:
    fact = item.fact
    if fact.unit is not None and (fact.low is not None or fact.high is not None):
        return f"for {amount(fact.low, fact.high, fact.unit)}"
    if fact.until is not None:
        return f"until {dates.parse(fact.until)}"
    return f"ongoing on {item.date.isoformat()}" if item.date else "ongoing"


def _told(event: Event, percent: Finding) -> str:
    """What the notes tell of the response, in values."""
    lengths = [item for item in event.reliefs if _has_length(item.fact)]
    parts = [percent.reason if percent.items else "relief without a percent"]
    if lengths:
        parts.append(_length_shown(by_latest_note(lengths)[0][0]))
    if any(item.fact.functional for item in event.reliefs):
        parts.append("with functional improvement")
    return " ".join(parts)


def _changed(judgement: Judgement, event: Event, params: ResponseParams) -> bool:
    """Whether the last one failed and another level or technique is planned for an open question."""
    failed = _percent(judgement, event, params.percent).status == "not_met"
    other_level = bool(judgement.levels and event.segments and not judgement.levels & event.segments)
    generic = {"esi", "facet_injection"} if event.family == "esi" else {"esi"}
    specific = judgement.kinds - generic
    other_technique = bool(specific) and event.kind not in specific and event.kind not in generic
    return failed and (other_level or other_technique) and bool(_question(judgement))


def _question(judgement: Judgement) -> list[AnyItem]:
    return [
        item
        for topic in ("pain_generator_question", "multilevel_pathology")
        for item in judgement.chart.topic(topic)
        if item.current
    ]


# -- counts and intervals ----------------------------------------------------------------------------------------


@check("phase_count", NoParams)
def phase_count(judgement: Judgement, params: NoParams) -> Finding:
    """The initial phase is not used up, this procedure included."""
    limit = judgement.rules.initial_phase or 0
    count = judgement.count_in_phase + 1
    items = [item for event in judgement.phase_events for item in event.mentions]
    text = f"This would be number {count} of at most {limit} in the initial phase"
    return (finding.met if count <= limit else finding.not_met)(text, items)


class IntervalParams(Params):
    """Least days since the last procedure, and since one with local anesthetic only."""

    days: int
    days_after_anesthetic_only: int | None = None


@check("interval", IntervalParams)
def interval_since_last(judgement: Judgement, params: IntervalParams) -> Finding:
    """Enough days have passed since the last procedure of the kind."""
    last = judgement.last
    if last is None or judgement.reference is None:
        return finding.open_("The date of the last procedure is not documented", missing="the last procedure's date")
    wanted = params.days
    if params.days_after_anesthetic_only is not None and last.agent == "local_anesthetic":
        wanted = params.days_after_anesthetic_only
    least, most = (judgement.reference - last.date.hi).days, _most(judgement.reference, last.date.lo)
    if least >= wanted:
        return finding.met(
            f"The last one was on {last.describe()}, {_days(least, most)} before, at least {wanted} days", last.mentions
        )
    if most is not None and most < wanted:
        return finding.not_met(
            f"The last one was on {last.describe()}, {_days(least, most)} before, less than {wanted} days",
            last.mentions,
        )
    return finding.open_(
        f"The last one, on {last.describe()}, may be less than {wanted} days ago",
        last.mentions,
        missing="the exact date of the last procedure",
    )


def _most(reference: dt.date, earliest: dt.date) -> int | None:
    return None if earliest == dt.date.min else (reference - earliest).days


def _days(least: int, most: int | None) -> str:
    return f"{least} days" if least == most else f"at least {least} days"


class SinceParams(Params):
    """Calendar months since the last procedure."""

    months: int


@check("within_months_of_last", SinceParams)
def within_months_of_last(judgement: Judgement, params: SinceParams) -> Finding:
    """The last procedure of the kind was no longer ago than so many calendar months."""
    last, reference = judgement.last, judgement.reference
    if last is None or reference is None or not last.dated:
        return finding.not_met("The last procedure is not dated")
    if reference <= dates.add_months(last.date.lo, params.months):
        return finding.met(
            f"The last one was on {last.describe()}, within {plural(params.months, 'month')}", last.mentions
        )
    return finding.not_met(f"The last one was on {last.describe()}", last.mentions)


@check("opposite_side_within_months", SinceParams)
def opposite_side_within_months(judgement: Judgement, params: SinceParams) -> Finding:
    """The last procedure was on the other side at the same levels, no longer ago than so many calendar months."""
    reference = judgement.reference
    for event in reversed(judgement.earlier):
        if (
            reference is not None
            and event.dated
            and opposite(event.side, judgement.side)
            and event.segments
            and event.segments == judgement.levels
            and reference <= dates.add_months(event.date.lo, params.months)
        ):
            return finding.met(
                f"The other side was done at the same levels on {event.date}, within {plural(params.months, 'month')}",
                event.mentions,
            )
    return finding.not_met("No procedure on the other side at the same levels shortly before")


class LimitParams(Params):
    """At most so many procedures, this one included, in the calendar months before the reference date.

    `special` is the limit under documented special circumstances; with `special_open` a source allows for them without a
    number, so that an exceeded limit is left open. `after_first_year` limits take over from those
    `in_first_year`. Procedures that only an ordinal tells of ("#4") count as undated. With `sides_together` the right and
    left of one level within a month count once. A limit that does not start afresh with a new episode counts
    `all_episodes`.
    """

    limit: int
    months: int = 12
    special: int | None = None
    special_open: bool = False
    governs: Literal["always", "in_first_year", "after_first_year"] = "always"
    sides_together: bool = False
    all_episodes: bool = False


@check("limit", LimitParams)
def limit(judgement: Judgement, params: LimitParams) -> Finding:
    """The count of procedures in the region, this one included, stays within the limit."""
    events = judgement.earlier if params.all_episodes else judgement.episode
    noun = NOUN.get(judgement.rules.families[0], "procedure") if judgement.rules.families else "procedure"
    if not events:
        return finding.met(f"No earlier {noun} in the region counts toward the limit", _denials(judgement))
    reference = judgement.reference
    if reference is None:
        return finding.open_("Without a request date the limit cannot be counted", missing="the date of the request")
    first = events[0].date
    untold = max(judgement.count_in_phase - len(judgement.phase_events), 0)
    if params.governs != "always":
        in_first = _in_first_year(first, reference) if events[0].dated else None
        if in_first and untold:
            in_first = None
        if in_first is not None and in_first != (params.governs == "in_first_year"):
            other = "first year of treatment" if in_first else "time after the first year"
            return finding.not_applicable(f"The {other} governs: the first {noun} was on {events[0].describe()}")
    opening = dt.date.min if params.governs == "in_first_year" else dates.add_months(reference, -params.months)
    inside = [event for event in events if event.date.hi > opening]
    certain = [event for event in inside if event.date.lo > opening]
    most = _count(judgement, inside, params, together=False) + untold
    least = _count(judgement, certain, params, together=True)
    allowed, why = params.limit, ""
    special = [item for item in judgement.chart.topic("special_circumstances") if item.current]
    if params.special is not None and special and most > params.limit:
        allowed, why = params.special, " under the documented special circumstances"
    items: list[AnyItem] = [item for event in inside for item in event.mentions]
    if why:
        items.extend(special)
    span = "since the first one" if params.governs == "in_first_year" else f"in {params.months} months"
    text = f"This would be number {interval(least, most)} of at most {allowed} {span}{why}"
    if most <= allowed:
        return finding.met(text, items)
    if least > allowed and params.special_open and special:
        return finding.open_(
            f"{text}, and special circumstances are documented",
            [*items, *special],
            missing="whether the special circumstances justify more than the limit",
        )
    if least > allowed:
        return finding.not_met(text, items)
    return finding.open_(text, items, missing="the dates, sides and levels of the earlier procedures")


def _in_first_year(first: dates.Days, reference: dt.date) -> bool | None:
    """Whether the reference date lies in the year that begins with the first procedure; None when unclear."""
    earliest, latest = (reference < dates.add_months(one, 12) for one in first)
    return earliest if earliest == latest else None


def _count(judgement: Judgement, events: Sequence[Event], params: LimitParams, *, together: bool) -> int:
    """Procedures including the request; unclear pairs of sides count once when `together`, else twice."""
    if not params.sides_together:
        return len(events) + 1
    pairs = 0
    open_event: tuple[dates.Days, str | None, frozenset[str]] | None = None
    requested = (
        dates.day(judgement.reference or dt.date.max),
        judgement.side,
        judgement.levels,
    )
    for one in [*((event.date, event.side, event.segments) for event in events), requested]:
        if open_event is not None and _one_procedure(open_event, one, together=together):
            pairs += 1
            open_event = None
        else:
            open_event = one
    return len(events) + 1 - pairs


def _one_procedure(
    first: tuple[dates.Days, str | None, frozenset[str]],
    second: tuple[dates.Days, str | None, frozenset[str]],
    *,
    together: bool,
) -> bool:
    """Whether the right and left of one level, within a calendar month, count as one procedure."""
    known = opposite(first[1], second[1])
    maybe = known or (None in (first[1], second[1]))
    level_known = bool(first[2]) and first[2] == second[2]
    level_maybe = level_known or not first[2] or not second[2]
    near = second[0].hi <= dates.add_months(first[0].lo, 1)
    near_maybe = second[0].lo <= dates.add_months(first[0].hi, 1)
    if together:
        return maybe and level_maybe and near_maybe
    return known and level_known and near


def _denials(judgement: Judgement) -> list[AnyItem]:
    """Statements that there were no earlier procedures."""
    return [
        item
        for item in judgement.chart.procedures
        if item.fact.assertion == "negated" and item.fact.status == "done" and item.fact.procedure != "spine_surgery"
    ]


class OtherRegionParams(Params):
    """Least days since an injection in another spinal region."""

    days: int


@check("other_region", OtherRegionParams)
def other_region(judgement: Judgement, params: OtherRegionParams) -> Finding:
    """No injection in another spinal region came shortly before, or a medical reason is stated."""
    reference = judgement.reference
    here = judgement.chart.region_class
    events = [
        event
        for event in judgement.timeline.of(SPINAL_INJECTIONS | {"rfa"}, None)
        if event.region is not None and here is not None and event.region != here
    ]
    if not events:
        return finding.met("No injection in another spinal region is on record")
    if reference is None:
        return finding.open_("Without a request date the interval cannot be counted", missing="the date of the request")
    last = max(events, key=lambda event: (event.date.hi, event.date.lo))
    gap = (reference - last.date.hi).days
    if gap >= params.days:
        text = (
            f"The last injection in another region was on {last.describe()}"
            if last.dated
            else "No recent injection in another region"
        )
        return finding.met(f"{text}, at least {params.days} days before", last.mentions)
    reason = [item for item in judgement.chart.topic("same_day_reason") if item.current]
    if reason:
        return finding.met("A medical reason for treating two regions is stated", [*last.mentions, *reason])
    most = _most(reference, last.date.lo)
    if most is not None and most < params.days:
        return finding.not_met(
            f"An injection in another region was on {last.describe()}, {most} days before", last.mentions
        )
    return finding.open_(
        "The date of an injection in another region is not stated", last.mentions, missing="the date of that injection"
    )


class ImprovementParams(Params):
    """After so many procedures without clinically meaningful improvement (`percent` of relief, or better function) no
    further one is covered."""

    at_most: int
    percent: float = 30


@check("improvement_before_more", ImprovementParams)
def improvement_before_more(judgement: Judgement, params: ImprovementParams) -> Finding:
    """Fewer than so many earlier procedures went without meaningful improvement in pain and function."""
    events = judgement.episode
    if not events:
        return finding.met("No earlier procedure of the kind is on record", _denials(judgement))
    asked = ResponseParams(percent=params.percent)
    found = [(event, _response(judgement, event, asked)) for event in events]
    failed = [one for event, one in found if one.status == "not_met"]
    unknown = [one for event, one in found if one.status == "not_documented"]
    items = list(dict.fromkeys(item for _, one in found for item in one.items))
    text = f"{len(failed)} of {plural(len(events), 'earlier procedure')} went without meaningful improvement"
    if len(failed) >= params.at_most:
        after = plural(params.at_most, "such procedure")
        return finding.not_met(f"{text}, and after {after} no further one is covered", items)
    if len(failed) + len(unknown) >= params.at_most and unknown:
        return finding.open_(
            f"{text}, and the response to {len(unknown)} is not documented",
            items,
            missing="the response to each earlier procedure",
        )
    return finding.met(text, items)


# -- blocks before a denervation -----------------------------------------------------------------------------------


class BlockParams(Params):
    """Relief in percent (or functional improvement) for the anesthetic's time, and the longest sustained relief.

    A source that prints a range ("less than 2-3 months") is open between its ends, from `sustained_open_from_months` on.
    """

    percent: float
    sustained_less_than_months: int = 3
    sustained_open_from_months: int | None = None
    hours: dict[AnestheticName, float]


@check("diagnostic_block", BlockParams)
def diagnostic_block(judgement: Judgement, params: BlockParams) -> Finding:
    """At least one medial branch block gave enough relief for the anesthetic's time, but no sustained relief."""
    blocks = _blocks(judgement)
    if not blocks:
        return finding.open_("No medial branch block is documented", missing="a medial branch block and its relief")
    return finding.either(*(_block(judgement, event, params) for event in blocks))


def _blocks(judgement: Judgement) -> list[Event]:
    return [
        event
        for event in judgement.timeline.of(("facet",), judgement.chart.region_class)
        if event.kind == "medial_branch_block" and sides_agree(event.side, judgement.side)
    ]


def _block(judgement: Judgement, event: Event, params: BlockParams) -> Finding:
    percent = _percent(judgement, event, params.percent)
    functional = [item for item in event.reliefs if item.fact.functional]
    gained = percent
    if percent.status != "met" and functional:
        gained = finding.met("functional improvement", functional)
    text = f"The block of {event.describe()} gave {_told(event, percent)}"
    long_enough = _for_anesthetic(event, params.hours)
    sustained = _sustained(event, params)
    found = finding.both(gained, long_enough, sustained)
    missing = f"percent and hours of relief after the block of {event.describe()}"
    if found.status == "not_documented":
        return finding.open_(
            f"{text}, which does not settle it", found.items or event.mentions, missing=missing, conflict=found.conflict
        )
    return found.because(text)


def _for_anesthetic(event: Event, hours: dict[AnestheticName, float]) -> Finding:
    """Whether the relief lasted the time of the anesthetic."""
    stated = [item for item in event.reliefs if item.fact.anesthetic_duration]
    if stated:
        return finding.met("for the anesthetic's time", stated)
    known = hours.get(event.anesthetic) if event.anesthetic is not None else None
    needed = (max(hours.values()) if known is None else known) / 24
    told = [
        item
        for item in event.reliefs
        if item.fact.unit is not None and (item.fact.low is not None or item.fact.high is not None)
    ]
    for group in by_latest_note(told)[:1]:
        least = [dates.length_in_days(item.fact.low or 0, item.fact.unit or "day") for item in group]
        if max(least) + 1e-9 >= needed:
            return finding.met(_length_shown(group[0]), group)
        if event.anesthetic is not None or max(least) + 1e-9 < min(hours.values()) / 24:
            return finding.not_met(_length_shown(group[0]), group)
        return finding.open_(_length_shown(group[0]), group)
    if event.dated:
        lasting = [
            item
            for item in event.reliefs
            if item.fact.ongoing and item.date is not None and (item.date - event.date.hi).days >= max(needed, 1)
        ]
        if lasting:
            return finding.met(f"still going on{on(lasting[-1])}", lasting)
    return finding.open_("no length of relief")


def _sustained(event: Event, params: BlockParams) -> Finding:
    """Whether the relief did not last; long sustained relief makes a denervation unnecessary."""
    told = [item for item in event.reliefs if _has_length(item.fact) and not item.fact.anesthetic_duration]
    open_from = params.sustained_open_from_months
    for group in by_latest_note(told)[:1]:
        if _lasted_for(event, group, params.sustained_less_than_months):
            return finding.not_met(_length_shown(group[0]), group)
        if open_from is not None and _lasted_for(event, group, open_from):
            return finding.open_(_length_shown(group[0]), group)
    return finding.met("without sustained relief")


def _lasted_for(event: Event, told: Sequence[Item[Relief]], months: int) -> bool:
    """Whether one of the lengths told reaches so many months."""
    return logic.any_of(_length_status(event, item, months) for item in told) == "met"


class DifferentialParams(Params):
    """Relief in percent per region of each of two blocks, and which anesthetics are short- and long-acting."""

    percent: dict[Region, float]
    short: tuple[AnestheticName, ...]
    long: tuple[AnestheticName, ...]


@check("differential_blocks", DifferentialParams)
def differential_blocks(judgement: Judgement, params: DifferentialParams) -> Finding:
    """A short- and a long-acting medial branch block each gave the relief asked for."""
    region = judgement.chart.region_class
    threshold = params.percent.get(region) if region is not None else None
    if threshold is None:
        return finding.not_applicable("No threshold is set for this region")
    found = [_percent(judgement, event, threshold) for event in _blocks(judgement)]
    parts = []
    for name, agents in (("short-acting", params.short), ("long-acting", params.long)):
        used = [one for event, one in zip(_blocks(judgement), found, strict=True) if event.anesthetic in agents]
        parts.append(
            finding.either(*used)
            if used
            else finding.open_(
                f"No {name} block with its relief is documented", missing=f"a {name} block and its relief"
            )
        )
    both = finding.both(*parts)
    if both.status == "met":
        return both.because(f"Both differential blocks gave at least {number(threshold)}% relief")
    return both.because(f"{both.reason}, where {number(threshold)}% of each differential block is asked for")


@check("earlier_procedure", NoParams)
def earlier_procedure(judgement: Judgement, params: NoParams) -> Finding:
    """There was an earlier procedure of the kind in the region."""
    if judgement.earlier:
        items = [item for event in judgement.earlier for item in event.mentions]
        return finding.met(f"The last one was on {judgement.earlier[-1].describe()}", items)
    return finding.not_met("There was no earlier procedure of the kind", _denials(judgement))
