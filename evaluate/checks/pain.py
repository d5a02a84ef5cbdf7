"""Pain level and functional disability."""

from __future__ import annotations

from collections.abc import Sequence

from chartproof.evaluate import finding
from chartproof.evaluate.chart import Item, by_latest_note, is_procedure_note, on
from chartproof.evaluate.checks.registry import Params, check
from chartproof.evaluate.checks.wording import interval, number
from chartproof.evaluate.finding import Finding
from chartproof.evaluate.judgement import Judgement
from chartproof.facts import FunctionalLimit, PainScore

WHOLE_FUNCTION = frozenset({"adl", "adls", "all adls", "activities of daily living", "function", "odi", "ndi"})
"""Activities that stand for function as a whole."""

STALE_DAYS = 30
"""An average gives way to an unqualified or current score that is this much newer."""


class PainParams(Params):
    """The threshold on the 0-10 scale (`at_least`, or strictly `above`) and the index score that is disability."""

    at_least: float | None = None
    above: float | None = None
    function: bool = True
    disability_percent: float = 21

    def passes(self, score: float) -> bool:
        """Whether a score is high enough."""
        return (self.at_least is None or score >= self.at_least) and (self.above is None or score > self.above)

    @property
    def wanted(self) -> str:
        """The threshold in words."""
        return f"above {number(self.above)}" if self.above is not None else f"at least {number(self.at_least or 0)}"


@check("pain_or_function", PainParams)
def pain_or_function(judgement: Judgement, params: PainParams) -> Finding:
    """The pain limits function, or its usual level reaches the threshold.

    For a repeat only statements made since the last procedure count: pain and disability must continue.
    """
    level = _pain_level(judgement, params)
    return finding.either(level, _function(judgement, params)) if params.function else level


def _pain_level(judgement: Judgement, params: PainParams) -> Finding:
    chart = judgement.chart
    missing = f"an average pain score ({params.wanted} of 10 is asked for)"
    usable = [
        item
        for item in chart.pain_scores
        if item.current
        and item.fact.moment is None
        and item.fact.statistic in ("average", "current", "unspecified")
        and not (item.fact.statistic != "average" and is_procedure_note(item.note))
        and chart.concerns(item.fact.region, item.note)
        and judgement.after_last(item)
    ]
    averages = by_latest_note(item for item in usable if item.fact.statistic == "average")
    others = by_latest_note(item for item in usable if item.fact.statistic != "average")
    deciding = averages[0] if averages else others[0] if others else []
    if averages and others and _newer(others[0][0], averages[0][0]):
        deciding = others[0]
    if not deciding:
        return finding.open_("no usual or current pain score is documented", missing=missing)
    sides = {_side(item, params) for item in deciding}
    shown = ", ".join(dict.fromkeys(_shown(item) for item in deciding))
    if sides == {True}:
        return finding.met(f"{shown}{on(deciding[0])}", deciding)
    if sides == {False}:
        return finding.not_met(f"{shown}{on(deciding[0])}, not {params.wanted}", deciding)
    conflict = {True, False} <= sides
    return finding.open_(
        f"{shown}{on(deciding[0])} does not settle whether the pain is {params.wanted}",
        deciding,
        missing=missing,
        conflict=conflict,
    )


def _newer(other: Item[PainScore], average: Item[PainScore]) -> bool:
    if other.date is None or average.date is None:
        return False
    return (other.date - average.date).days > STALE_DAYS


def _side(item: Item[PainScore], params: PainParams) -> bool | None:
    """Above the threshold, below it, or None for a range across it."""
    low, high = params.passes(item.fact.low), params.passes(item.fact.high)
    return low if low == high else None


def _shown(item: Item[PainScore]) -> str:
    name = {"average": "Average pain", "current": "Current pain"}.get(item.fact.statistic, "Pain")
    return f"{name} {interval(item.fact.low, item.fact.high)}/10"


def _function(judgement: Judgement, params: PainParams) -> Finding:
    chart = judgement.chart
    missing = "a statement of what the pain keeps the patient from doing"
    told = [
        item
        for item in chart.functional_limits
        if item.current
        and chart.concerns(None, item.note)
        and judgement.after_last(item)
        and (_limits(item, params) or _whole(item))
    ]
    for group in by_latest_note(told):
        limits = [item for item in group if _limits(item, params)]
        normal = [item for item in group if not _limits(item, params)]
        if limits and normal:
            return finding.open_(
                f"Function is told as limited and as normal in the same note{on(group[0])}",
                group,
                missing=missing,
                conflict=True,
            )
        if limits:
            return finding.met(f"The pain limits {_activities(limits)}{on(group[0])}", limits)
        return finding.not_met(f"Function is documented as normal{on(group[0])}", normal)
    return finding.open_("no functional limitation is documented", missing=missing)


def _limits(item: Item[FunctionalLimit], params: PainParams) -> bool:
    if item.fact.percent is not None:
        return item.fact.percent >= params.disability_percent
    return not item.fact.normal


def _whole(item: Item[FunctionalLimit]) -> bool:
    """Whether a statement of normal function, or a low index score, is about function as a whole."""
    return item.fact.percent is not None or item.fact.activity.strip().lower() in WHOLE_FUNCTION


def _activities(limits: Sequence[Item[FunctionalLimit]]) -> str:
    """What is limited; a disability index by its score, free text by a general word."""
    names = []
    for item in limits:
        if item.fact.percent is not None:
            names.append(f"function (disability index {number(item.fact.percent)}%)")
        else:
            name = item.fact.activity.strip().lower()
            names.append(name if name in ACTIVITIES else "function" if name in WHOLE_FUNCTION else "daily activity")
    return ", ".join(dict.fromkeys(names))


ACTIVITIES = frozenset(
    {
        "bending", "childcare", "driving", "household", "lifting", "self-care", "sitting", "sleep", "stairs",
        "standing", "transfers", "upright posture", "walking", "work",
    }
)  # fmt: skip
"""Normalized activity names that a reason may repeat; anything else could quote a note."""
