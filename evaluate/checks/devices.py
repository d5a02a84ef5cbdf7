"""Stimulators and pumps: what is requested, the trial before an implant, and what speaks for a revision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal, cast

from chartproof.evaluate import dates, finding
from chartproof.evaluate.chart import AnyItem, Item, by_latest_note, on
from chartproof.evaluate.checks.duration import earliest_onset
from chartproof.evaluate.checks.neuropathic import told
from chartproof.evaluate.checks.registry import NoParams, Params, check
from chartproof.evaluate.checks.therapy import TherapyParams, conservative_therapy
from chartproof.evaluate.checks.wording import interval, number, words
from chartproof.evaluate.courses import courses
from chartproof.evaluate.courses import told as therapy_told
from chartproof.evaluate.finding import Finding
from chartproof.evaluate.judgement import Judgement
from chartproof.facts import ProcedureName, PsychEvaluation, Relief, Statement, StatementTopic

Kind = Literal["trial", "permanent", "revision", "removal", "replacement"]

OPIOIDS = frozenset(
    {
        "buprenorphine", "codeine", "fentanyl", "hydrocodone", "hydromorphone", "methadone", "morphine", "opioid",
        "oxycodone", "oxymorphone", "propoxyphene", "tapentadol", "tramadol",
    }
)  # fmt: skip

# -- what is requested -------------------------------------------------------------------------------------------


class RequestParams(Params):
    """The kinds of request that are accepted, and the codes that say which kind is asked for.

    `codes` maps codes to the kinds they can ask for, the most telling code first; `planned` says which planned
    procedures ask for a trial and which for an implant.
    """

    kinds: tuple[Kind, ...]
    codes: dict[str, tuple[Kind, ...]]
    planned: dict[ProcedureName, Kind]


@check("device_request", RequestParams)
def device_request(judgement: Judgement, params: RequestParams) -> Finding:
    """The request, by its codes and the plan of the notes, is for one of the kinds."""
    asked, items = _requested(judgement, params)
    if not asked:
        return finding.open_("Neither the codes nor the plan say what is requested", missing="what is requested")
    text = f"The request is for a {words(sorted(asked))}"
    if asked & set(params.kinds):
        return finding.met(text, items)
    return finding.not_met(text, items)


def _requested(judgement: Judgement, params: RequestParams) -> tuple[frozenset[Kind], list[AnyItem]]:
    """The kinds of request that codes and plan agree on, and the planning statements."""
    planned, items = _planned(judgement, params)
    for code, kinds in params.codes.items():
        if code in judgement.chart.request.cpt:
            agreed = [kind for kind in kinds if kind in planned]
            return frozenset(agreed[:1] or kinds[:1]), items
    return planned, items


def _planned(judgement: Judgement, params: RequestParams) -> tuple[frozenset[Kind], list[AnyItem]]:
    chart = judgement.chart
    plans: list[AnyItem] = [
        item
        for item in chart.procedures
        if item.fact.procedure in params.planned
        and item.fact.status == "planned"
        and item.fact.assertion in ("planned", "present")
    ]
    plans += [item for item in chart.topic("device_request") if item.fact.assertion in ("planned", "present")]
    for group in by_latest_note(sorted(plans, key=lambda item: item.order)):
        kinds: set[Kind] = {
            cast(Kind, item.fact.value) if isinstance(item.fact, Statement) else params.planned[item.fact.procedure]
            for item in group
        }
        if kinds & {"revision", "removal", "replacement"}:
            kinds.discard("permanent")
        return frozenset(kinds), group
    return frozenset(), []


class RevisionParams(Params):
    """The topic of the reasons for a revision."""

    topic: StatementTopic
    request: RequestParams


@check("revision_for_infection", RevisionParams)
def revision_for_infection(judgement: Judgement, params: RevisionParams) -> Finding:
    """The request is to revise or remove a device because of its infection; silence says that it is not."""
    present, _ = told(judgement, params.topic, ("infection",))
    asked = device_request(judgement, params.request)
    if present and asked.status == "met":
        return finding.met("The device is to be revised or removed for the infection", present)
    return finding.not_met("The request is no revision or removal for an infection")


# -- psychological assessment --------------------------------------------------------------------------------------


class PsychParams(Params):
    """The parts that are asked for: part -> the normalized findings that document it."""

    parts: dict[str, tuple[str, ...]]


@check("psychological_assessment", PsychParams)
def psychological_assessment(judgement: Judgement, params: PsychParams) -> Finding:
    """A completed assessment documents every part; silence about a part leaves it open."""
    found = judgement.chart.psych_evaluations
    done = [item for item in found if item.fact.done and item.fact.assertion in ("present", "historical")]
    if not done:
        other = [item for item in found if item.fact.assertion in ("present", "planned")]
        return finding.open_(
            "No completed psychological assessment is documented", other, missing="the psychological assessment"
        )
    parts = [_part(done, found, name, codes) for name, codes in params.parts.items()]
    judged = finding.both(*parts)
    if judged.status == "not_documented":
        lacking = [name for name, part in zip(params.parts, parts, strict=True) if part.status == "not_documented"]
        return finding.open_(
            f"The psychological assessment does not document: {'; '.join(lacking)}",
            judged.items or done[-1:],
            missing=f"in the psychological assessment: {'; '.join(lacking)}",
        )
    return (
        judged.because(f"The psychological assessment documents {'; '.join(params.parts)}")
        if (judged.status == "met")
        else judged
    )


def _part(
    done: Sequence[Item[PsychEvaluation]],
    found: Sequence[Item[PsychEvaluation]],
    name: str,
    codes: Sequence[str],
) -> Finding:
    deferred = [item for item in found if f"{codes[0]} deferred" in item.fact.findings]
    said = [
        item
        for item in [*done, *found]
        if not set(codes).isdisjoint(item.fact.findings) and item.fact.assertion != "family"
    ]
    for group in by_latest_note(sorted(dict.fromkeys(said), key=lambda item: item.order))[:1]:
        against = [item for item in group if item.fact.assertion == "negated"]
        if against and len(against) < len(group):
            return finding.open_(
                f"The psychological assessment tells in two ways: {name}", group, missing=name, conflict=True
            )
        if any(item.order >= group[-1].order or item.note.note_id == group[-1].note.note_id for item in deferred):
            return finding.open_(name, [*group, *deferred], missing=name)
        if against:
            return finding.not_met(f"The psychological assessment denies: {name}{on(against[-1])}", against)
        return finding.met(name, group)
    return finding.open_(name, deferred, missing=name)


# -- the trial before an implant -----------------------------------------------------------------------------------


class TrialParams(Params):
    """What a trial must have brought: percent of relief, function, days, and how its effects were borne.

    `what` is pain or spasm; `procedure` is the kind of the trial.
    """

    procedure: ProcedureName
    what: Literal["pain", "spasm"] = "pain"
    percent: float = 50
    function: bool = False
    days: float | None = None
    side_effects: bool = False


@check("device_trial", TrialParams)
def device_trial(judgement: Judgement, params: TrialParams) -> Finding:
    """A trial of the device gave what is asked for."""
    chart = judgement.chart
    of_spasm = {
        (item.note.note_id, item.fact.spans[0]) for item in chart.topic("trial_relief") if item.fact.value == "spasm"
    }
    reliefs = [
        item
        for item in chart.reliefs
        if item.fact.procedure == params.procedure
        and item.fact.assertion in ("present", "historical")
        and (item.note.note_id, item.fact.spans[0]) not in of_spasm
    ]
    parts = [_trial_percent(judgement, params, reliefs)]
    if params.function:
        parts.append(_trial_function(judgement, reliefs))
    if params.days is not None:
        parts.append(_trial_days(judgement, params.days, reliefs))
    if params.side_effects:
        parts.append(_side_effects(judgement))
    return finding.both(*parts)


def _trial_percent(judgement: Judgement, params: TrialParams, reliefs: Sequence[Item[Relief]]) -> Finding:
    stated: list[AnyItem] = [
        item
        for item in judgement.chart.topic("trial_relief")
        if item.fact.assertion in ("present", "historical") and item.fact.value == params.what
    ]
    if params.what == "pain" or not stated:
        stated += [item for item in reliefs if item.fact.percent_low is not None or item.fact.percent_high is not None]
    missing = f"the percent of {params.what} relief in the trial"
    for group in by_latest_note(sorted(stated, key=lambda item: item.order))[:1]:
        bounds = [_percents(item) for item in group]
        shown = " and ".join(dict.fromkeys(f"{interval(*pair)}%" for pair in bounds))
        text = f"The trial gave {shown} {params.what} relief{on(group[-1])}"
        enough = [low is not None and low >= params.percent for low, _ in bounds]
        short = [
            (high is not None and high < params.percent) or (low is not None and low < params.percent)
            for low, high in bounds
        ]
        if all(enough):
            return finding.met(text, group)
        if all(short):
            return finding.not_met(f"{text}, less than {number(params.percent)}%", group)
        return finding.open_(text, group, missing=missing, conflict=any(enough) and any(short))
    return finding.open_(f"The {params.what} relief of a trial is not documented", missing=missing)


def _percents(item: AnyItem) -> tuple[float | None, float | None]:
    fact = item.fact
    return (fact.low, fact.high) if isinstance(fact, Statement) else (fact.percent_low, fact.percent_high)


def _trial_function(judgement: Judgement, reliefs: Sequence[Item[Relief]]) -> Finding:
    present, absent = told(judgement, "trial_function")
    items: list[AnyItem] = [*present, *(item for item in reliefs if item.fact.functional)]
    if items:
        return finding.met("with improved function", sorted(items, key=lambda item: item.order))
    if absent:
        return finding.not_met("Function did not improve in the trial", absent)
    return finding.open_(
        "Improved function in the trial is not documented", missing="what the patient could do in the trial"
    )


def _trial_days(judgement: Judgement, days: float, reliefs: Sequence[Item[Relief]]) -> Finding:
    spans: list[tuple[AnyItem, float, float | None]] = [
        (item, item.fact.low or 0, item.fact.high)
        for item in judgement.chart.topic("device_trial")
        if item.current and item.fact.value != "early" and item.fact.low is not None
    ]
    if not spans:
        spans = [
            (
                item,
                dates.length_in_days(item.fact.low or 0, item.fact.unit),
                None if item.fact.high is None else dates.length_in_days(item.fact.high, item.fact.unit),
            )
            for item in reliefs
            if item.fact.unit is not None
        ]
    missing = "the days of the trial"
    early = [item for item in judgement.chart.topic("device_trial") if item.current and item.fact.value == "early"]
    dated = [entry for entry in spans if isinstance(entry[0].fact, Statement) and entry[0].fact.value == "dated"]
    told = [item for item, _, _ in spans]
    if dated:
        if not early and len({low >= days for _, low, _ in spans}) > 1:
            return finding.open_("The length of the trial is told in two ways", told, missing=missing, conflict=True)
        spans = dated
    elif early:
        ends = [item.fact.high for item in early if item.fact.high is not None]
        if ends and max(ends) < days:
            return finding.not_met(f"The trial ended after {number(max(ends))} days", early)
        return finding.open_("The trial ended early", [*early, *told], missing=missing)
    if not spans:
        return finding.open_(
            "The length of the trial is not documented", missing=f"that the trial lasted at least {number(days)} days"
        )
    items = [item for item, _, _ in spans]
    least = max(low for _, low, _ in spans)
    if least >= days:
        return finding.met(f"over {number(least)} days", items)
    most = [high for _, _, high in spans]
    if None not in most:
        return finding.not_met(f"The trial lasted {number(max(one or 0 for one in most))} days", items)
    return finding.open_("The length of the trial is not settled", items, missing=missing)


def _side_effects(judgement: Judgement) -> Finding:
    good, _ = told(judgement, "trial_side_effects", ("tolerable",))
    bad, _ = told(judgement, "trial_side_effects", ("intolerable",))
    missing = "how the side effects of the trial were tolerated"
    if good and bad:
        latest = max([*good, *bad], key=lambda item: item.order)
        earlier = {item.note.note_id for item in (bad if latest in good else good)}
        if latest.note.note_id in earlier:
            return finding.open_("Side effects are told in two ways", [*good, *bad], missing=missing, conflict=True)
        good, bad = (good, []) if latest in good else ([], bad)
    if good:
        return finding.met("with tolerable side effects", good)
    if bad:
        return finding.not_met("The side effects of the trial were not tolerated", bad)
    return finding.open_("The side effects of the trial are not documented", missing=missing)


@check("same_device", NoParams)
def same_device(judgement: Judgement, params: NoParams) -> Finding:
    """The device to be implanted is of the kind and maker that were tried."""
    missing = "that the same type of device is to be implanted as was tried"
    stated = [
        item
        for item in judgement.chart.topic("same_device")
        if item.fact.assertion in ("present", "planned", "negated")
    ]
    for group in by_latest_note(stated)[:1]:
        other = [item for item in group if item.fact.assertion == "negated"]
        same = [item for item in group if item not in other]
        if other and same:
            return finding.open_("One note names the same and another device", group, missing=missing, conflict=True)
        if other:
            return finding.not_met(f"Another device than the one tried is to be implanted{on(other[-1])}", other)
        types = _types(judgement, missing)
        if types.status == "not_met" and max(item.order for item in types.items) >= same[0].order:
            return finding.open_(
                f"The same device is to be implanted{on(same[-1])}, yet other types are named",
                [*same, *types.items],
                missing=missing,
                conflict=True,
            )
        return finding.met(f"The same device is to be implanted{on(same[-1])}", same)
    return _types(judgement, missing)


MAKERS = frozenset({"medtronic", "boston_scientific", "abbott", "nevro", "saluda", "biotronik"})


def _types(judgement: Judgement, missing: str) -> Finding:
    """The types named for the trial and for the implant, compared as kind of stimulation and as maker."""
    said = [item for item in judgement.chart.topic("device_type") if item.fact.assertion in ("present", "planned")]
    named = [((item.fact.value or "").partition(":"), item) for item in said]
    tried = {name: item for (use, _, name), item in named if use == "trial"}
    wanted = {name: item for (use, _, name), item in named if use == "planned"}
    agreed: list[AnyItem] = []
    for makers in (False, True):
        one = {name: item for name, item in tried.items() if (name in MAKERS) == makers}
        two = {name: item for name, item in wanted.items() if (name in MAKERS) == makers}
        items = [*one.values(), *two.values()]
        if one and two and not set(one) & set(two):
            return finding.not_met(
                f"The trial used {words(sorted(one))}, and {words(sorted(two))} is to be implanted", items
            )
        if one and set(one) == set(two):
            agreed += items
            continue
        return finding.open_("Whether the same type of device is implanted is not documented", items, missing=missing)
    return finding.met("The same kind of stimulation and maker as in the trial are named", agreed)


# -- pumps -------------------------------------------------------------------------------------------------------


@check("not_opioid_naive", NoParams)
def not_opioid_naive(judgement: Judgement, params: NoParams) -> Finding:
    """The patient takes or has taken opioids."""
    taken, denied = _opioids(judgement)
    if taken and denied and denied[-1].order >= taken[-1].order:
        return finding.open_(
            f"An opioid is documented{on(taken[-1])}, and denied{on(denied[-1])}",
            [*taken, *denied],
            missing="the opioids taken",
            conflict=True,
        )
    if taken:
        return finding.met(f"An opioid is documented{on(taken[-1])}", taken)
    if denied:
        return finding.not_met(f"The notes say that no opioid has been taken{on(denied[-1])}", denied)
    return finding.open_("No opioid treatment is documented", missing="the opioids taken")


def _opioids(judgement: Judgement) -> tuple[list[AnyItem], list[AnyItem]]:
    drugs = [item for item in therapy_told(judgement.chart, "medication") if item.fact.name in OPIOIDS]
    taken: list[AnyItem] = [
        item
        for item in drugs
        if item.fact.assertion in ("present", "historical") and item.fact.status not in ("planned", "declined")
    ]
    # a drug refused once says nothing of those taken at other times
    denied: list[AnyItem] = [
        item for item in drugs if item.fact.assertion == "negated" and item.fact.status != "declined"
    ]
    for item in judgement.chart.topic("opioid_use"):
        if item.fact.assertion == "negated" or item.fact.value == "naive":
            denied.append(item)
        elif item.fact.assertion in ("present", "historical"):
            taken.append(item)
    return sorted(taken, key=lambda item: item.order), sorted(denied, key=lambda item: item.order)


class OpioidParams(Params):
    """The least weeks of opioids."""

    weeks: float


@check("opioid_weeks", OpioidParams)
def opioid_weeks(judgement: Judgement, params: OpioidParams) -> Finding:
    """Opioids by mouth or skin were taken for so many weeks."""
    taken, denied = _opioids(judgement)
    missing = f"opioids for at least {number(params.weeks)} weeks, with dates"
    if not taken:
        if denied:
            return finding.not_met(f"The notes say that no opioid has been taken{on(denied[-1])}", denied)
        return finding.open_("No opioid treatment is documented", missing=missing)
    said = [item for item in taken if isinstance(item.fact, Statement) and (item.fact.low or 0) >= 7 * params.weeks]
    if said:
        return finding.met(f"Opioids were taken for at least {number(params.weeks)} weeks", said)
    onset = earliest_onset(judgement)
    begun = [
        course
        for course in courses(judgement.chart, ("medication",))
        if any(item.fact.name in OPIOIDS for item in course.items)
    ]
    lengths = [(course, *course.days_since(dt.date.min, not_before=onset)) for course in begun]
    for course, least, _ in sorted(lengths, key=lambda entry: -entry[1]):
        if least >= 7 * params.weeks:
            return finding.met(f"Opioids were taken for at least {number(params.weeks)} weeks", course.items)
    stated = [item for item in taken if isinstance(item.fact, Statement)]
    if lengths and not stated and all(most is not None for _, _, most in lengths):
        longest = sum(most or 0 for _, _, most in lengths)
        if longest < 7 * params.weeks:
            return finding.not_met(f"Opioids were taken for less than {number(params.weeks)} weeks", taken)
    return finding.open_("How long opioids were taken is not documented", taken, missing=missing)


@check("spasticity", NoParams)
def spasticity(judgement: Judgement, params: NoParams) -> Finding:
    """Intractable spasticity keeps the patient from an upright posture, balance or daily living."""
    named, denied = told(judgement, "condition", ("spasticity",))
    if not named:
        if denied:
            return finding.not_met("The notes deny spasticity", denied)
        return finding.open_("Spasticity is not documented", missing="the spasticity and what it prevents")
    return finding.both(
        finding.met("Spasticity is documented", named), _spasm_effect(judgement, named), _intractable(judgement)
    )


def _spasm_effect(judgement: Judgement, named: Sequence[Item[Statement]]) -> Finding:
    present, absent = told(judgement, "spasticity_effect", ("upright_posture", "balance", "daily_living"))
    notes = {item.note.note_id for item in named}
    limits = [
        item
        for item in judgement.chart.functional_limits
        if item.current and item.note.note_id in notes and item.fact.percent is None
    ]
    hindered: list[AnyItem] = [*present, *(item for item in limits if not item.fact.normal)]
    if hindered:
        return finding.met(
            "it prevents upright posture, balance or daily living", sorted(hindered, key=lambda item: item.order)
        )
    free: list[AnyItem] = [*absent, *(item for item in limits if item.fact.normal)]
    if free:
        return finding.not_met("The spasticity does not hinder posture, balance or daily living", free)
    return finding.open_(
        "What the spasticity prevents is not documented",
        missing="that the spasticity prevents upright posture, balance or daily living",
    )


def _intractable(judgement: Judgement) -> Finding:
    present, absent = told(judgement, "spasticity_effect", ("intractable",))
    if present:
        return finding.met("it is intractable", present)
    failed: list[AnyItem] = [
        item
        for item in judgement.chart.therapies
        if item.current and item.fact.outcome in ("failed", "partial") and item.fact.region in (None, "other")
    ]
    if failed:
        return finding.met("it persists despite treatment", failed)
    if absent:
        return finding.not_met("The spasticity is controlled", absent)
    return finding.open_(
        "That the spasticity is intractable is not documented", missing="that the spasticity is intractable"
    )


@check("spasticity_therapy", TherapyParams)
def spasticity_therapy(judgement: Judgement, params: TherapyParams) -> Finding:
    """Standard therapies of spasticity failed: as told of them, or because they lasted and the spasms are not controlled."""
    found = conservative_therapy(judgement, params)
    if found.status != "not_documented":
        return found
    onset = earliest_onset(judgement)
    tried = [
        course
        for course in courses(judgement.chart, params.modalities or (), anywhere=params.anywhere)
        if course.days_since(dt.date.min, not_before=onset)[0] >= 7 * params.weeks
    ]
    persists, _ = told(judgement, "spasticity_effect", ("intractable",))
    if not tried or not persists:
        return found
    items = [item for course in tried for item in course.items]
    return finding.met(
        f"The spasticity persists after {number(params.weeks)} weeks of therapy{on(persists[-1])}", [*items, *persists]
    )


@check("device_analysis", NoParams)
def device_analysis(judgement: Judgement, params: NoParams) -> Finding:
    """A reading of the implanted device, or its analysis report, is in the notes."""
    present, absent = told(judgement, "device_analysis")
    if present:
        return finding.met(f"A reading of the pump is documented{on(present[-1])}", present)
    if absent:
        return finding.open_(
            f"The notes say that the pump was not read{on(absent[-1])}",
            absent,
            missing="the analysis report of the pump",
        )
    return finding.open_("No reading of the pump is documented", missing="the analysis report of the pump")


@check("programmable", NoParams)
def programmable(judgement: Judgement, params: NoParams) -> Finding:
    """The pump is not told to be of constant flow."""
    fixed, _ = told(judgement, "pump_type", ("constant_flow",))
    if fixed:
        return finding.not_met("The pump is not programmable", fixed)
    return finding.met("The pump is not described as one of constant flow")
