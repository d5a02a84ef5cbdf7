"""What is requested and planned: guidance, same-day procedures, levels, technique and exclusions."""

from __future__ import annotations

from pydantic import Field

from chartproof.evaluate import finding
from chartproof.evaluate.chart import AnyItem, on
from chartproof.evaluate.checks.registry import NoParams, Params, check
from chartproof.evaluate.checks.wording import plural, words
from chartproof.evaluate.finding import Finding
from chartproof.evaluate.judgement import Judgement
from chartproof.evaluate.regions import NAMES, segments
from chartproof.evaluate.timeline import INTERVENTIONS, family_of
from chartproof.facts import GuidanceName, ProcedureName, Region, TechniqueName

SAME_DAY = INTERVENTIONS | {"trigger_point", "occipital_nerve_block", "hardware_block", "scs_trial", "pump_trial"}
"""Families that are interventional pain procedures when planned beside the requested one."""


class GuidanceParams(Params):
    """The kinds of imaging guidance that are accepted."""

    accept: tuple[GuidanceName, ...]


@check("guidance", GuidanceParams)
def guidance(judgement: Judgement, params: GuidanceParams) -> Finding:
    """The plan, or the descriptor of the requested code, says accepted imaging guidance."""
    planned = [item for item in judgement.plan.requested if item.fact.guidance is not None]
    good = [item for item in planned if item.fact.guidance in params.accept]
    if good:
        kinds = words(dict.fromkeys(item.fact.guidance or "" for item in good))
        return finding.met(f"The plan names {kinds} guidance{on(good[-1])}", good)
    if planned:
        kinds = words(dict.fromkeys(item.fact.guidance or "" for item in planned))
        return finding.not_met(f"The plan names {kinds} guidance, which is not accepted here", planned)
    described = {
        code: judgement.codes[code].guidance for code in judgement.chart.request.cpt if code in judgement.codes
    }
    included = [code for code, kinds in described.items() if kinds and set(kinds) <= set(params.accept)]
    if included:
        return finding.met(f"The requested code {included[0]} includes imaging guidance")
    without = [code for code, kinds in described.items() if kinds == ()]
    if without:
        return finding.not_met(f"The requested code {without[0]} is the one without imaging guidance")
    return finding.open_("Neither the plan nor a code says imaging guidance", missing="the imaging guidance planned")


class SameDayParams(Params):
    """Whether a facet injection with an epidural for an imaged synovial cyst is allowed."""

    synovial_cyst_allowed: bool = False


@check("same_day", SameDayParams)
def same_day(judgement: Judgement, params: SameDayParams) -> Finding:
    """No other interventional pain procedure on the same date, or a medical reason for it is stated."""
    chart = judgement.chart
    latest = [
        item for item in chart.topic("same_day_procedure") if item.fact.assertion in ("present", "negated", "planned")
    ]
    note = latest[-1].note if latest else None
    stated = [item for item in latest if item.note is note]
    denied = [item for item in stated if item.fact.assertion == "negated"]
    others: list[AnyItem] = [item for item in stated if item.fact.assertion != "negated"]
    dated, undated = _beside(judgement)
    others.extend(dated)
    codes = _other_codes(judgement)
    if not others and not codes:
        if denied:
            return finding.met(f"No other procedure is planned for the date{on(denied[-1])}", denied)
        if undated:
            return finding.open_(
                "Another interventional procedure is planned without a date",
                undated,
                missing="that the other planned procedure is on another date",
            )
        return finding.met("Nothing else is planned beside the request")
    reasons = [item for item in chart.topic("same_day_reason") if item.current]
    if reasons:
        return finding.met("A medical reason for several procedures on one date is stated", [*others, *reasons])
    if params.synovial_cyst_allowed and (cyst := synovial_cyst(judgement)):
        return finding.met(
            "A facet injection with an epidural for an imaged synovial cyst is allowed", [*others, *cyst]
        )
    what = f"code {words(codes)}" if codes and not others else "another interventional procedure"
    return finding.not_met(f"The same date is planned for {what}, without a stated medical reason", others)


def _beside(judgement: Judgement) -> tuple[list[AnyItem], list[AnyItem]]:
    """Other interventional procedures planned beside the request: those for its date, and those without a date."""
    dated: list[AnyItem] = []
    undated: list[AnyItem] = []
    if not judgement.plan.requested:
        return dated, undated
    own = {item.fact.date for item in judgement.plan.requested} - {None}
    if judgement.chart.request.date is not None:
        own.add(judgement.chart.request.date.isoformat())
    for item in judgement.plan.beside:
        if family_of(item.fact) not in SAME_DAY or item.fact.region == "other":
            continue
        if item.fact.date is None:
            undated.append(item)
        elif item.fact.date in own:
            dated.append(item)
    return dated, undated


def _other_codes(judgement: Judgement) -> list[str]:
    """Codes of the request that ask for another procedure: of another guideline, kind or region."""
    asked = list(dict.fromkeys(judgement.chart.request.cpt))
    foreign = [code for code in asked if code in judgement.foreign_codes]
    base = [code for code in asked if code in judgement.codes and not judgement.codes[code].add_on]
    return foreign + [code for code in base[1:] if not _alike(judgement, base[0], code)]


def _alike(judgement: Judgement, one: str, other: str) -> bool:
    first, second = judgement.codes[one], judgement.codes[other]
    return bool(set(first.procedures) & set(second.procedures)) and bool(set(first.regions) & set(second.regions))


def synovial_cyst(judgement: Judgement) -> list[AnyItem]:
    """Statements or imaging of a synovial cyst."""
    chart = judgement.chart
    stated: list[AnyItem] = [item for item in chart.topic("synovial_cyst") if item.current]
    return stated + [item for item in chart.imaging if item.current and item.fact.code == "synovial_cyst"]


class LevelsParams(Params):
    """The most levels in one day."""

    at_most: int


@check("transforaminal_levels", LevelsParams)
def transforaminal_levels(judgement: Judgement, params: LevelsParams) -> Finding:
    """No more transforaminal levels than allowed are requested or planned for one day."""
    chart = judgement.chart
    codes = [code for code in chart.request.cpt if code in judgement.codes and judgement.codes[code].transforaminal]
    planned = [item for item in judgement.plan.requested if item.fact.procedure == "esi_transforaminal"]
    if not codes and not planned:
        return finding.met("No transforaminal injection is requested")
    asked = segments(chart.request.levels) if codes else frozenset()
    told = frozenset().union(*(segments(item.fact.levels) for item in planned))
    count = max(len(asked), len(told)) or max(len(codes), 1)
    text = f"{plural(count, 'transforaminal level')} requested, at most {params.at_most} allowed"
    return (finding.met if count <= params.at_most else finding.not_met)(text, planned)


class JointsParams(Params):
    """The most joints per intervention, and the segments covered, by region."""

    at_most: dict[Region, int]
    segments: dict[Region, tuple[str, ...]] = Field(default_factory=dict)


@check("joints", JointsParams)
def joints(judgement: Judgement, params: JointsParams) -> Finding:
    """No more joints than allowed, in the segments allowed, are requested."""
    chart = judgement.chart
    region = chart.region_class
    limit = params.at_most.get(region) if region is not None else None
    if region is None or limit is None:
        return finding.not_applicable("No number of joints is set for this region")
    asked = segments(chart.request.levels)
    codes = [code for code in chart.request.cpt if code in judgement.codes]
    planned = list(judgement.plan.requested)
    count = len(asked) or len(codes)
    if not count:
        return finding.open_("The joints requested are not documented", missing="the joints to be treated")
    outside = sorted(asked - set(params.segments[region])) if region in params.segments else []
    if outside:
        return finding.not_met(f"{words(outside)} is outside the levels covered", planned)
    text = f"{plural(count, 'joint')} requested, at most {limit} allowed"
    return (finding.met if count <= limit else finding.not_met)(text, planned)


class RegionParams(Params):
    """Regions that are not covered."""

    excluded: tuple[Region, ...]


@check("covered_region", RegionParams)
def covered_region(judgement: Judgement, params: RegionParams) -> Finding:
    """The requested region is covered."""
    region = judgement.chart.region
    if region is None:
        return finding.open_("The requested region is not documented", missing="the region")
    name = NAMES[region]
    if region in params.excluded:
        return finding.not_met(f"The {name} spine is not covered")
    return finding.met(f"The request is for the {name} spine")


class TechniqueParams(Params):
    """Techniques that are not accepted."""

    excluded: tuple[TechniqueName, ...]


@check("technique", TechniqueParams)
def technique(judgement: Judgement, params: TechniqueParams) -> Finding:
    """The planned technique is accepted; radiofrequency without more is thermal."""
    stated = [item for item in judgement.plan.requested if item.fact.technique is not None]
    wrong = [item for item in stated if item.fact.technique in params.excluded]
    if wrong:
        return finding.not_met(
            f"The plan names the technique {words(dict.fromkeys(item.fact.technique or '' for item in wrong))}", wrong
        )
    if stated:
        return finding.met(
            f"The plan names the technique {words(dict.fromkeys(item.fact.technique or '' for item in stated))}", stated
        )
    return finding.met("No other technique is named, so it is thermal", judgement.plan.requested)


class ExclusionParams(Params):
    """Procedures that are excluded, by finer name or kind, and levels that stand for them."""

    names: tuple[str, ...] = ()
    kinds: tuple[ProcedureName, ...] = ()
    levels: tuple[str, ...] = ()


@check("not_excluded", ExclusionParams)
def not_excluded(judgement: Judgement, params: ExclusionParams) -> Finding:
    """What is requested is none of the excluded procedures."""
    excluded: list[AnyItem] = [
        item
        for item in judgement.plan.beside
        if (item.fact.name in params.names or item.fact.procedure in params.kinds)
    ]
    requested = judgement.plan.requested
    if excluded and not requested:
        return finding.not_met(
            f"What is planned is {words(dict.fromkeys(item.fact.name or item.fact.procedure for item in excluded))}",
            excluded,
        )
    wrong = judgement.levels & set(params.levels)
    if wrong and wrong == judgement.levels:
        return finding.not_met(f"The level {words(sorted(wrong))} is excluded", requested)
    return finding.met("No excluded procedure is requested", requested)


@check("diagnostic_only", NoParams)
def diagnostic_only(judgement: Judgement, params: NoParams) -> Finding:
    """The request is a diagnostic block, not a therapeutic injection."""
    planned = judgement.plan.requested
    steroid = [item for item in planned if item.fact.agent == "steroid" or item.fact.procedure == "facet_injection"]
    if steroid:
        return finding.not_met("A therapeutic injection is planned", steroid)
    if judgement.is_repeat and judgement.phase == "therapeutic":
        return finding.not_met("The request follows the diagnostic phase and is therapeutic", planned)
    blocks: list[AnyItem] = [item for item in planned if item.fact.agent == "local_anesthetic" or item.fact.anesthetic]
    blocks += [item for item in judgement.chart.topic("diagnostic_purpose") if item.current]
    if blocks:
        return finding.met("A diagnostic block is planned", blocks)
    return finding.open_(
        "Whether the block is diagnostic or therapeutic is not documented",
        planned,
        missing="that the block is diagnostic, with local anesthetic only",
    )
