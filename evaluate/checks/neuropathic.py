"""Pain of limbs and nerves, and what else sympathetic blocks and stimulators are for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Literal

from chartproof.evaluate import finding
from chartproof.evaluate.chart import AnyItem, Item, by_latest_note, on
from chartproof.evaluate.checks.combine import CheckSpec
from chartproof.evaluate.checks.registry import NoParams, Params, check
from chartproof.evaluate.checks.wording import interval, plural, words
from chartproof.evaluate.finding import Finding
from chartproof.evaluate.judgement import Judgement
from chartproof.evaluate.regions import opposite
from chartproof.facts import Region, Statement, StatementTopic

ASIDE = frozenset({"pmh", "social_history", "family_history", "medications", "labs"})
"""Sections whose conditions are not what is treated."""

LIMB_OF_REGION = {"cervical": "upper", "thoracic": "upper", "lumbar": "lower", "sacroiliac": "lower"}
NON_ISCHEMIC = ("crps", "neuropathy", "radiculopathy")


class StatedParams(Params):
    """The topic and the values of which one is enough (any value when there are none)."""

    topic: StatementTopic
    values: tuple[str, ...] = ()
    what: str


@check("stated_any", StatedParams)
def stated_any(judgement: Judgement, params: StatedParams) -> Finding:
    """A note states one of the values; for each of them the latest note that speaks of it decides."""
    present, absent = told(judgement, params.topic, params.values)
    if present:
        shown = words(dict.fromkeys(item.fact.value or params.what for item in present))
        return finding.met(f"The notes document {shown}{on(present[-1])}", present)
    if absent:
        return finding.not_met(f"The notes deny {params.what}{on(absent[-1])}", absent)
    return finding.open_(f"No note documents {params.what}", missing=params.what)


@check("none_stated", StatedParams)
def none_stated(judgement: Judgement, params: StatedParams) -> Finding:
    """No note states one of the values; a note that denies them is cited."""
    present, absent = told(judgement, params.topic, params.values)
    if present:
        return finding.not_met(f"The notes document {params.what}{on(present[-1])}", present)
    return finding.met(f"No note documents {params.what}", absent)


def told(
    judgement: Judgement, topic: str, values: Sequence[str] = ()
) -> tuple[list[Item[Statement]], list[Item[Statement]]]:
    """Statements on a topic, as those that hold and those that do not, by the latest note for each value.

    What stands in the past history, or is of the other side than the request, is left out.
    """
    present: list[Item[Statement]] = []
    absent: list[Item[Statement]] = []
    spoken = [
        item
        for item in judgement.chart.topic(topic)
        if (not values or item.fact.value in values)
        and item.fact.assertion in ("present", "negated", "historical")
        and item.fact.section not in ASIDE
        and not opposite(item.fact.side, judgement.side)
    ]
    for value in dict.fromkeys(item.fact.value for item in spoken):
        latest = by_latest_note(item for item in spoken if item.fact.value == value)[0]
        holds = [item for item in latest if item.current]
        present += holds
        absent += [] if holds else latest
    return _ordered(present), _ordered(absent)


def _ordered(items: Iterable[Item[Statement]]) -> list[Item[Statement]]:
    return sorted(items, key=lambda item: item.order)


# -- sympathetic blocks ------------------------------------------------------------------------------------------


class PurposeParams(Params):
    """The regions of the block that treats it."""

    regions: tuple[Region, ...]


@check("ptsd_block", PurposeParams)
def ptsd_block(judgement: Judgement, params: PurposeParams) -> Finding:
    """The requested block is one for post-traumatic stress disorder.

    That the disorder stands among other diagnoses of a patient in pain does not say so.
    """
    region = judgement.chart.region
    stated, denied = told(judgement, "block_purpose", ("ptsd",))
    named, absent = told(judgement, "condition", ("ptsd",))
    items = [*stated, *named]
    if not items:
        if denied or absent:
            return finding.not_met("The notes deny post-traumatic stress disorder", [*denied, *absent])
        return finding.open_(
            "Post-traumatic stress disorder is not documented", missing="the diagnosis that the block is for"
        )
    if region is not None and region not in params.regions:
        return finding.not_met("The block requested is no stellate ganglion block", items)
    if not stated and (pain := _limb_pain_named(judgement)):
        return finding.open_(
            "Whether the block is for post-traumatic stress disorder or for pain is not documented",
            [*items, *pain],
            missing="what the block is for",
        )
    return finding.met(f"The block is for post-traumatic stress disorder{on(items[-1])}", items)


def _limb_pain_named(judgement: Judgement) -> list[AnyItem]:
    found: list[AnyItem] = [
        item for item in judgement.chart.diagnoses if item.current and item.fact.name in ("crps", "neuropathy")
    ]
    return found + [item for item in judgement.chart.topic("limb_pain") if item.current]


@check("ischemic_limb", NoParams)
def ischemic_limb(judgement: Judgement, params: NoParams) -> Finding:
    """The limb's pain is told as ischemic; silence says that it is not."""
    present, _ = told(judgement, "limb_ischemia")
    if present:
        return finding.met(f"The limb pain is ischemic{on(present[-1])}", present)
    return finding.not_met("The limb pain is not described as ischemic")


@check("limb_pain_character", NoParams)
def limb_pain_character(judgement: Judgement, params: NoParams) -> Finding:
    """The pain is in one upper or one lower extremity, or it is ischemic with one of its listed features."""
    ischemic = _ischemic(judgement)
    if ischemic.status == "met":
        return ischemic
    return finding.either(_one_limb(judgement), ischemic)


def _one_limb(judgement: Judgement) -> Finding:
    limb = LIMB_OF_REGION.get(judgement.chart.region or "")
    said = [item for item in judgement.chart.topic("limb_pain") if limb is None or item.fact.value == limb]
    for group in by_latest_note(item for item in said if item.current and item.fact.side is not None):
        sides = {item.fact.side for item in group}
        name = words(dict.fromkeys(f"{item.fact.value} extremity" for item in group))
        if len(sides) == 1 and "bilateral" not in sides:
            side = next(iter(sides))
            if opposite(side, judgement.side):
                return finding.not_met(f"The pain is in the {side} {name}, not on the requested side", group)
            return finding.met(f"The pain is in the {side} {name}{on(group[-1])}", group)
        return finding.not_met(f"The pain is in both sides of the {name}{on(group[-1])}", group)
    return finding.open_("Pain in one extremity is not documented", missing="which extremity is painful, and its side")


def _ischemic(judgement: Judgement) -> Finding:
    pain, no_pain = told(judgement, "limb_ischemia", ("limb_pain",))
    features, denied = told(judgement, "limb_ischemia", ("rest_pain", "ulcer", "failed_revascularization"))
    if pain and features:
        shown = words(dict.fromkeys(item.fact.value or "" for item in features))
        return finding.met(f"Ischemic limb pain with {shown}{on(features[-1])}", [*pain, *features])
    other: list[AnyItem] = [
        item for item in judgement.chart.diagnoses if item.current and item.fact.name in NON_ISCHEMIC
    ]
    if no_pain or (other and not pain and not features):
        return finding.not_met("The limb pain is not ischemic", [*no_pain, *(other if not no_pain else ())])
    if pain and len({item.fact.value for item in denied}) == 3:
        return finding.not_met("Ischemic limb pain without a listed feature", [*pain, *denied])
    return finding.open_(
        "Ischemic limb pain with a listed feature is not documented",
        [*pain, *features],
        missing="ischemic pain with rest pain, ulcers that do not heal or failed revascularization",
    )


class SignsParams(Params):
    """The listed signs, and how many of them are asked for."""

    signs: tuple[str, ...]
    at_least: int


@check("counted_signs", SignsParams)
def counted_signs(judgement: Judgement, params: SignsParams) -> Finding:
    """Enough of the listed signs are documented; not met when those documented as absent leave too few possible."""
    present, absent = _signs(judgement, params.signs)
    found = list(dict.fromkeys(item.fact.value or "" for item in present))
    gone = list(dict.fromkeys(item.fact.value or "" for item in absent))
    shown = f"{plural(len(found), 'listed sign')} documented" + (f" ({words(found)})" if found else "")
    if len(found) >= params.at_least:
        return finding.met(shown, present)
    if len(params.signs) - len(gone) < params.at_least:
        return finding.not_met(f"{shown}, {words(gone)} absent", [*present, *absent])
    return finding.open_(
        f"{shown}, {params.at_least} are asked for",
        [*present, *absent],
        missing=f"{params.at_least} of the listed signs on examination or imaging",
    )


UNILATERAL = frozenset({"osteoporosis", "vasomotor", "edema", "sudomotor", "trophic"})
"""Signs that count when they are on one side only."""


def _signs(judgement: Judgement, signs: Sequence[str]) -> tuple[list[Item[Statement]], list[Item[Statement]]]:
    present, absent = told(judgement, "crps_sign", signs)
    both = [item for item in present if item.fact.side == "bilateral" and item.fact.value in UNILATERAL]
    single = {item.fact.value for item in present if item not in both}
    absent += [item for item in both if item.fact.value not in single]
    return [item for item in present if item not in both], _ordered(absent)


class GroupsParams(Params):
    """Groups of signs, one of each of which is asked for."""

    groups: tuple[tuple[str, ...], ...]


@check("crps_with_signs", GroupsParams)
def crps_with_signs(judgement: Judgement, params: GroupsParams) -> Finding:
    """Complex regional pain syndrome with a sign of every group."""
    diagnosed = [item for item in judgement.chart.diagnoses if item.fact.name == "crps"]
    current = [item for item in diagnosed if item.current and item.fact.section not in ASIDE]
    if not current:
        denied = [item for item in diagnosed if item.fact.assertion == "negated"]
        if denied:
            return finding.not_met("The notes deny complex regional pain syndrome", denied)
        return finding.open_("Complex regional pain syndrome is not documented", missing="the cause of the pain")
    parts = [finding.met("Complex regional pain syndrome is diagnosed", current)]
    for group in params.groups:
        present, absent = _signs(judgement, group)
        shown = words(dict.fromkeys(item.fact.value or "" for item in present)) if present else words(group)
        if present:
            parts.append(finding.met(f"{shown} changes on one side", present))
        elif {item.fact.value for item in absent} >= set(group):
            parts.append(finding.not_met(f"there are no {shown} changes", absent))
        else:
            parts.append(finding.open_(f"{shown} changes are not documented", missing=f"{shown} changes on one side"))
    return finding.both(*parts)


class CauseParams(Params):
    """The causes of which one is enough; of CRPS, its groups of signs."""

    crps: GroupsParams
    parts: tuple[CheckSpec, ...]


@check("listed_cause", CauseParams)
def listed_cause(judgement: Judgement, params: CauseParams) -> Finding:
    """The pain comes from one of the listed causes.

    CRPS without the signs asked for is no such cause; where the notes name it as the cause, name no other, and deny
    radiculopathy and neuropathy, none of the list is left.
    """
    crps = crps_with_signs(judgement, params.crps)
    others = [part.judge(judgement) for part in params.parts]
    found = finding.either(crps, *others)
    if found.status != "not_documented" or crps.status != "not_met":
        return found
    if any(part.status == "not_documented" and part.items for part in others):
        return found
    _, neuropathy = told(judgement, "condition", ("peripheral_neuropathy",))
    roots = [
        item
        for item in judgement.chart.diagnoses
        if item.fact.assertion == "negated" and item.fact.name in ("radiculopathy", "neuropathy")
    ]
    studies = [
        item
        for item in judgement.chart.imaging
        if item.fact.modality == "emg"
        and (item.fact.assertion == "negated" or (item.fact.finding or "").lower().startswith(("normal", "no radic")))
    ]
    if not neuropathy or not (roots or studies):
        return found
    return finding.not_met(
        f"{crps.reason}, and the notes deny radiculopathy and neuropathy and name no other cause",
        [*crps.items, *neuropathy, *roots, *studies],
    )


class FirstWeeksParams(Params):
    """At most so many procedures, this one included, in the first weeks from the first one."""

    limit: int
    weeks: int


@check("first_weeks_limit", FirstWeeksParams)
def first_weeks_limit(judgement: Judgement, params: FirstWeeksParams) -> Finding:
    """The first weeks of treatment hold no more procedures than allowed."""
    events, reference = judgement.episode, judgement.reference
    items = [item for event in events for item in event.mentions]
    if not events or reference is None:
        return finding.met("No earlier procedure counts toward the limit")
    span = dt.timedelta(weeks=params.weeks)
    first = events[0].date
    if first.lo != dt.date.min and reference > first.hi + span:
        return finding.met(f"The first {params.weeks} weeks have passed since {events[0].describe()}", items)
    count = max(len(events), judgement.count_in_phase) + 1
    text = f"This would be number {count} of at most {params.limit} in the first {params.weeks} weeks"
    if count <= params.limit:
        return finding.met(text, items)
    if first.lo != dt.date.min and reference <= first.lo + span:
        return finding.not_met(text, items)
    return finding.open_(text, items, missing="the date of the first procedure")


# -- angina ------------------------------------------------------------------------------------------------------


class AnginaParams(Params):
    """The least class of angina, and the least months of the best drug treatment."""

    least_class: int = 3
    months: int = 1


@check("refractory_angina", AnginaParams)
def refractory_angina(judgement: Judgement, params: AnginaParams) -> Finding:
    """Chronic angina that revascularization and drugs have not controlled, each part stated."""
    named, denied = told(judgement, "condition", ("angina",))
    if not named:
        if denied:
            return finding.not_met("The notes deny angina", denied)
        return finding.open_("Refractory angina is not documented", missing="the cause of the pain")
    parts = [finding.met("angina is documented", named)]
    values: tuple[Literal["after_revascularization", "not_revascularizable"], ...] = (
        "after_revascularization",
        "not_revascularizable",
    )
    for value in values:
        parts.append(stated_any(judgement, StatedParams(topic="angina", values=(value,), what=value.replace("_", " "))))
    parts.append(_graded(judgement, "nyha_class", params.least_class, f"angina of class {params.least_class} or 4"))
    parts.append(_treated(judgement, params.months))
    return finding.both(*parts)


def _graded(judgement: Judgement, value: str, least: float, what: str) -> Finding:
    present, _ = told(judgement, "angina", (value,))
    low = [item.fact.low for item in present if item.fact.low is not None]
    if not low:
        return finding.open_(f"No note documents {what}", missing=what)
    shown = f"angina class {interval(min(low), max(low))}"
    if min(low) >= least:
        return finding.met(shown, present)
    return (
        finding.not_met(f"{shown}, below {interval(least, least)}", present)
        if max(low) < least
        else finding.open_(shown, present, conflict=True)
    )


def _treated(judgement: Judgement, months: int) -> Finding:
    """Best drug treatment for the months; its length in days stands in `low`, and saying only that it was best is open."""
    what = f"the best drug treatment for at least {plural(months, 'month')} and its result"
    present, absent = told(judgement, "angina", ("pharmacotherapy",))
    if present:
        days = [item.fact.low for item in present if item.fact.low is not None]
        if days and max(days) >= 30 * months:
            return finding.met(f"drug treatment for at least {plural(months, 'month')} did not suffice", present)
        if days:
            return finding.not_met(f"drug treatment for less than {plural(months, 'month')}", present)
        return finding.open_("The length of the drug treatment is not documented", present, missing=what)
    if absent:
        return finding.not_met("The notes say that drug treatment is not at its best", absent)
    return finding.open_(f"No note documents {what}", missing=what)
