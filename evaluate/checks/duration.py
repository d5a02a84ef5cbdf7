"""How long the pain has lasted."""

from __future__ import annotations

import datetime as dt

from chartproof.assessment import Status
from chartproof.evaluate import dates, finding
from chartproof.evaluate.chart import Item, by_latest_note, days_before, on
from chartproof.evaluate.checks.registry import Params, check
from chartproof.evaluate.checks.wording import amount
from chartproof.evaluate.finding import Finding
from chartproof.evaluate.judgement import Judgement
from chartproof.facts import SymptomDuration


class MonthsParams(Params):
    """Calendar months; where a note gives only a length, 30 days each."""

    months: int


@check("duration_at_least", MonthsParams)
def duration_at_least(judgement: Judgement, params: MonthsParams) -> Finding:
    """The pain has lasted at least so many months at the reference date."""
    return _duration(judgement, params.months, longest=True)


@check("duration_less_than", MonthsParams)
def duration_less_than(judgement: Judgement, params: MonthsParams) -> Finding:
    """The pain, or its acute exacerbation, has lasted less than so many months at the reference date."""
    return _duration(judgement, params.months, longest=False)


def _duration(judgement: Judgement, months: int, *, longest: bool) -> Finding:
    chart = judgement.chart
    missing = "when the present pain began"
    told = [
        item
        for item in chart.durations
        if item.current and chart.concerns(item.fact.region, item.note) and _usable(item.fact)
    ]
    groups = by_latest_note(told)
    if not groups:
        return finding.open_("No note says how long the pain has lasted", missing=missing)
    statuses = [(reached(item, months, judgement.reference), item) for item in groups[0]]
    order: tuple[Status, ...] = (
        ("met", "not_documented", "not_met") if longest else ("not_met", "not_documented", "met")
    )
    status, item = min(statuses, key=lambda entry: order.index(entry[0]))
    text = f"Pain {_shown(item)}{on(item)}"
    if status == "not_documented":
        return finding.open_(f"{text} does not settle whether it is {months} months", [item], missing=missing)
    if (status == "met") == longest:
        return finding.met(f"{text}, {'at least' if longest else 'less than'} {months} months", [item])
    return finding.not_met(f"{text}, {'less than' if longest else 'not less than'} {months} months", [item])


def _usable(fact: SymptomDuration) -> bool:
    return fact.since is not None or (fact.unit is not None and (fact.low is not None or fact.high is not None))


def reached(item: Item[SymptomDuration], months: int, reference: dt.date | None) -> Status:
    """Whether the pain had lasted `months` at the reference date."""
    fact = item.fact
    if fact.since is not None:
        now = reference or item.date
        if now is None:
            return "not_documented"
        onset = dates.parse(fact.since)
        if dates.add_months(onset.hi, months) <= now:
            return "met"
        return "not_met" if dates.add_months(onset.lo, months) > now else "not_documented"
    gap = max(days_before(item, reference), 0)
    unit = fact.unit or "day"
    if fact.low is not None and dates.length_in_days(fact.low, unit) + gap >= 30 * months:
        return "met"
    if fact.high is not None and dates.length_in_days(fact.high, unit) + gap < 30 * months:
        return "not_met"
    return "not_documented"


def earliest_onset(judgement: Judgement) -> dt.date:
    """The earliest day the present pain can have begun; ``date.min`` when no note says."""
    chart = judgement.chart
    found = []
    for item in chart.durations:
        fact = item.fact
        if not (item.current and chart.concerns(fact.region, item.note) and _usable(fact)):
            continue
        if fact.since is not None:
            found.append(dates.parse(fact.since).lo)
        elif fact.high is not None and fact.unit is not None and item.date is not None:
            found.append(dates.shift(item.date, -dates.length_in_days(fact.high, fact.unit)))
        else:
            return dt.date.min
    return min(found, default=dt.date.min)


def _shown(item: Item[SymptomDuration]) -> str:
    fact = item.fact
    if fact.since is not None:
        return f"since {dates.parse(fact.since)}, as told"
    return f"for {amount(fact.low, fact.high, fact.unit or 'day')} as told"
