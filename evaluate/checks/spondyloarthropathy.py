"""What the spondyloarthropathy indication of sacroiliac injections asks for."""

from __future__ import annotations

from chartproof.evaluate import dates, finding
from chartproof.evaluate.chart import AnyItem, Item, on
from chartproof.evaluate.checks.registry import Params, check
from chartproof.evaluate.checks.wording import interval, number, words
from chartproof.evaluate.finding import Finding
from chartproof.evaluate.judgement import Judgement
from chartproof.facts import Statement, SymptomDuration


class OnsetParams(Params):
    """The age in years before which the pain must have begun."""

    age: float


@check("onset_before_age", OnsetParams)
def onset_before_age(judgement: Judgement, params: OnsetParams) -> Finding:
    """The pain began before the age: as stated, or because the patient is younger now, or by duration."""
    chart = judgement.chart
    told = [item for item in chart.topic("onset_age") if item.current and item.fact.low is not None]
    if told:
        return _stated_onset(told[-1], params)
    ages = [item for item in chart.patients if item.current and item.fact.age is not None]
    if not ages:
        return finding.open_("The age at onset is not documented", missing="the age at onset")
    age = ages[-1].fact.age or 0
    shown = f"The patient is {number(age)} years old"
    if age < params.age:
        return finding.met(f"{shown} now", [ages[-1]])
    for item in chart.durations:
        if not item.current or not chart.concerns(item.fact.region, item.note):
            continue
        least, most = _years(item)
        if least is not None and age + 1 - least <= params.age:
            return finding.met(f"{shown} and the pain began at least {number(least)} years ago", [ages[-1], item])
        if most is not None and age - most >= params.age:
            return finding.not_met(f"{shown} and the pain began {number(most)} years ago", [ages[-1], item])
    return finding.open_(f"{shown} and the age at onset is not documented", [ages[-1]], missing="the age at onset")


def _stated_onset(item: Item[Statement], params: OnsetParams) -> Finding:
    low, high = item.fact.low or 0, item.fact.high if item.fact.high is not None else item.fact.low or 0
    shown = f"Onset at age {interval(low, high)}"
    if high < params.age:
        return finding.met(shown, [item])
    if low >= params.age:
        return finding.not_met(shown, [item])
    return finding.open_(shown, [item], missing="the age at onset")


def _years(item: Item[SymptomDuration]) -> tuple[float | None, float | None]:
    """The least and the most years the pain had lasted at the note; None where the note leaves it open."""
    fact = item.fact
    if fact.since is not None and item.date is not None:
        onset = dates.parse(fact.since)
        return (item.date - onset.hi).days / 365.25, (item.date - onset.lo).days / 365.25
    if fact.unit is None:
        return None, None
    low = None if fact.low is None else dates.length_in_days(fact.low, fact.unit) / 365
    return low, None if fact.high is None else dates.length_in_days(fact.high, fact.unit) / 365


class ProgramParams(Params):
    """Parts of which one is needed, and the least number of parts in all."""

    core: tuple[str, ...]
    least: int


PART_OF_MODALITY = {
    "physical_therapy": "physical_therapy",
    "home_exercise": "home_exercise",
    "psychological": "psychosocial",
    "medication": "medication",
}


@check("pain_program", ProgramParams)
def pain_program(judgement: Judgement, params: ProgramParams) -> Finding:
    """A pain management program of several parts is in place."""
    chart = judgement.chart
    parts: dict[str, list[AnyItem]] = {}
    for stated in chart.topic("pain_program"):
        if stated.current and stated.fact.value is not None:
            parts.setdefault(stated.fact.value, []).append(stated)
    for item in chart.therapies:
        part = PART_OF_MODALITY.get(item.fact.modality)
        if (
            part is not None
            and item.current
            and item.fact.status == "ongoing"
            and chart.concerns(item.fact.region, item.note)
        ):
            parts.setdefault(part, []).append(item)
    items = [item for found in parts.values() for item in found]
    missing = f"a program with {words(params.core)} and at least {params.least} parts in all"
    if any(core in parts for core in params.core) and len(parts) >= params.least:
        return finding.met(f"The program has {words(sorted(parts))}", items)
    if parts:
        return finding.open_(
            f"Only {words(sorted(parts))} is documented of a pain management program", items, missing=missing
        )
    return finding.open_("No pain management program is documented", missing=missing)


class FeatureParams(Params):
    """Features of which one is enough; signs of inflammatory back pain and how many of them make one more.

    Onset before `onset_age` counts as one of the signs.
    """

    features: tuple[str, ...]
    signs: tuple[str, ...]
    signs_needed: int
    onset_age: float


@check("spondyloarthropathy_features", FeatureParams)
def spondyloarthropathy_features(judgement: Judgement, params: FeatureParams) -> Finding:
    """At least one feature of spondyloarthropathy is documented."""
    told = judgement.chart.topic("spa_feature")
    features = [item for item in told if item.current and item.fact.value in params.features]
    if features:
        return finding.met(
            f"Documented: {words(sorted({item.fact.value or '' for item in features}))}{on(features[-1])}", features
        )
    signs = [item for item in told if item.current and item.fact.value in params.signs]
    named = {item.fact.value or "" for item in signs}
    onset = onset_before_age(judgement, OnsetParams(age=params.onset_age))
    items: list[AnyItem] = [*signs, *(onset.items if onset.status == "met" else ())]
    count = len(named) + (onset.status == "met")
    if count >= params.signs_needed:
        return finding.met(f"Inflammatory back pain with {count} of 5 signs", items)
    missing = "a feature of spondyloarthropathy (laboratory, family history or clinical)"
    denied = {item.fact.value for item in told if item.fact.assertion == "negated"}
    if denied >= set(params.features):
        return finding.not_met("All features are denied", [item for item in told if item.fact.assertion == "negated"])
    return finding.open_(
        f"{count} of 5 signs of inflammatory back pain and no other feature is documented", items, missing=missing
    )
