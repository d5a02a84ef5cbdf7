"""Diagnoses, pain patterns, imaging findings, contraindications and other pain sources."""

from __future__ import annotations

from collections.abc import Sequence

from chartproof.evaluate import finding
from chartproof.evaluate.chart import AnyItem, Item, by_latest_note, on
from chartproof.evaluate.checks.plan import synovial_cyst
from chartproof.evaluate.checks.registry import NoParams, Params, check
from chartproof.evaluate.checks.wording import words
from chartproof.evaluate.finding import Finding
from chartproof.evaluate.judgement import Judgement
from chartproof.facts import Contraindication, ContraindicationName, Diagnosis, DiagnosisName, PainPattern, PatternName


class DiagnosisParams(Params):
    """The diagnoses of which one is enough; systemic ones have no region."""

    names: tuple[DiagnosisName, ...]
    any_region: bool = False


@check("diagnosis", DiagnosisParams)
def diagnosis(judgement: Judgement, params: DiagnosisParams) -> Finding:
    """A clinician's note names one of the diagnoses; the latest note that speaks of them decides."""
    told = [
        item
        for item in judgement.chart.diagnoses
        if item.fact.name in params.names
        and item.fact.assertion in ("present", "negated")
        and _clinical(item)
        and (params.any_region or judgement.chart.concerns(item.fact.region, item.note))
    ]
    wanted = words(params.names)
    for group in by_latest_note(told)[:1]:
        present = [item for item in group if item.current]
        if present:
            shown = words(dict.fromkeys(item.fact.name for item in present))
            return finding.met(f"Diagnosis of {shown}{on(present[-1])}", present)
        return finding.not_met(f"The notes deny {wanted}{on(group[-1])}", group)
    return finding.open_(f"No diagnosis of {wanted} is documented", missing=f"the diagnosis ({wanted})")


def _clinical(item: AnyItem) -> bool:
    """Whether a diagnosis is a clinician's and not only a finding of an imaging report."""
    return item.fact.section != "imaging" and "imaging" not in (item.note.type or "").lower()


class PatternParams(Params):
    """The pain patterns of which one is enough."""

    patterns: tuple[PatternName, ...]


@check("pain_pattern", PatternParams)
def pain_pattern(judgement: Judgement, params: PatternParams) -> Finding:
    """The pain is described with one of the patterns."""
    told = _patterns(judgement, params.patterns)
    wanted = words(params.patterns)
    for group in by_latest_note(item for item in told if item.fact.assertion in ("present", "negated"))[:1]:
        present = [item for item in group if item.current]
        if present:
            shown = words(dict.fromkeys(item.fact.pattern for item in present))
            return finding.met(f"The pain is described as {shown}{on(present[-1])}", present)
        return finding.not_met(f"The notes deny {wanted} pain{on(group[-1])}", group)
    return finding.open_(f"No {wanted} pain is described", missing=f"where the pain goes ({wanted})")


def _patterns(judgement: Judgement, patterns: Sequence[str]) -> list[Item[PainPattern]]:
    return [
        item
        for item in judgement.chart.patterns
        if item.fact.pattern in patterns and judgement.chart.concerns(item.fact.region, item.note)
    ]


class AxialParams(Params):
    """Whether pain that radiates into the leg is still accepted (sacroiliac pain)."""

    leg_allowed: bool = False
    synovial_cyst_allowed: bool = False


@check("axial_pain", AxialParams)
def axial_pain(judgement: Judgement, params: AxialParams) -> Finding:
    """The pain is mainly axial: told as axial or referred, and not as radicular."""
    missing = "where the pain is and whether it goes below the knee or elbow"
    latest = by_latest_note(
        item
        for item in _patterns(judgement, ("axial", "referred", "radicular"))
        if item.fact.assertion in ("present", "negated")
    )
    current = [item for item in latest[0] if item.current or item.fact.pattern == "radicular"] if latest else []
    axial = [
        item
        for item in current
        if (item.fact.pattern != "radicular" and item.current)
        or (item.fact.pattern == "radicular" and not item.current)
    ]
    radicular = [item for item in current if item.fact.pattern == "radicular" and item.current]
    roots = _present(judgement, ("radiculopathy",))
    if radicular and params.synovial_cyst_allowed and (cyst := synovial_cyst(judgement)):
        return finding.met("Radicular pain with a synovial cyst is accepted", [*radicular, *cyst])
    if radicular and not params.leg_allowed and (roots or not axial):
        return finding.not_met(f"The pain is described as radicular{on(radicular[-1])}", [*radicular, *roots])
    if radicular and axial and not params.leg_allowed:
        return finding.open_(
            f"The pain is described as axial and as radicular{on(axial[-1])}",
            [*axial, *radicular],
            missing=missing,
            conflict=True,
        )
    if axial:
        return finding.met(f"The pain is described as axial or without radicular radiation{on(axial[-1])}", axial)
    if radicular and any(item.fact.primary for item in roots):
        return finding.not_met(f"The pain is described as radicular{on(radicular[-1])}", [*radicular, *roots])
    return finding.open_("Whether the pain is mainly axial is not documented", radicular, missing=missing)


def _present(judgement: Judgement, names: Sequence[str]) -> list[Item[Diagnosis]]:
    """Current clinical diagnoses of the region in the latest note that speaks of them."""
    told = [
        item
        for item in judgement.chart.diagnoses
        if item.fact.name in names
        and item.fact.assertion in ("present", "negated")
        and _clinical(item)
        and judgement.chart.concerns(item.fact.region, item.note)
    ]
    return [item for item in by_latest_note(told)[0] if item.current] if told else []


class SourceParams(Params):
    """Diagnoses that are another source whenever present, others only when dominant, and the treated source."""

    always: tuple[DiagnosisName, ...]
    if_primary: tuple[DiagnosisName, ...] = ()
    treated: tuple[DiagnosisName, ...] = ()


@check("no_other_source", SourceParams)
def no_other_source(judgement: Judgement, params: SourceParams) -> Finding:
    """No note documents another primary source of the pain; imaging findings alone do not."""
    missing = "which of the diagnoses is the primary source of the pain"
    treated = _present(judgement, params.treated)
    dominant = any(item.fact.primary for item in treated)
    found: list[AnyItem] = [*_present(judgement, params.always)]
    found += [item for item in _present(judgement, params.if_primary) if item.fact.primary]
    radicular = by_latest_note(
        item for item in _patterns(judgement, ("radicular",)) if item.fact.assertion in ("present", "negated")
    )
    leg = [item for item in radicular[0] if item.current] if radicular else []
    if found and not dominant:
        shown = words(dict.fromkeys(item.fact.name for item in found))
        denied = _denied_in_note(judgement, params.always, found)
        if denied:
            return finding.open_(
                f"One note both names and denies {shown}{on(found[-1])}",
                [*found, *denied],
                missing=missing,
                conflict=True,
            )
        return finding.not_met(f"Diagnosis of {shown}{on(found[-1])}", found)
    if leg and not dominant:
        return finding.not_met(f"The pain goes below the knee or elbow in a root distribution{on(leg[-1])}", leg)
    second = _present(judgement, params.if_primary)
    if second and not treated:
        shown = words(dict.fromkeys(item.fact.name for item in second))
        return finding.not_met(f"Diagnosis of {shown}{on(second[-1])}, and none of the treated source", second)
    denials: list[AnyItem] = [
        item
        for item in judgement.chart.diagnoses
        if item.fact.name in params.always + params.if_primary
        and item.fact.assertion == "negated"
        and judgement.chart.concerns(item.fact.region, item.note)
    ]
    return finding.met("No note documents another primary source of the pain", denials)


def _denied_in_note(judgement: Judgement, names: Sequence[str], found: Sequence[AnyItem]) -> list[AnyItem]:
    notes = {item.note.note_id for item in found}
    return [
        item
        for item in judgement.chart.diagnoses
        if item.fact.name in names
        and item.fact.assertion == "negated"
        and item.note.note_id in notes
        and _clinical(item)
        and judgement.chart.concerns(item.fact.region, item.note)
    ]


class ImagingParams(Params):
    """Normalized findings that show it, those that show that it is not there, and those that leave its degree open."""

    codes: tuple[str, ...]
    contrary: tuple[str, ...] = ()
    ungraded: tuple[str, ...] = ()


@check("imaging", ImagingParams)
def imaging(judgement: Judgement, params: ImagingParams) -> Finding:
    """Imaging shows one of the findings; evidence from any date counts."""
    told = [item for item in judgement.chart.imaging if judgement.chart.concerns(item.fact.region, item.note)]
    shows = [item for item in told if item.current and item.fact.code in params.codes]
    wanted = words(dict.fromkeys(code.split("_grade")[0] for code in params.codes))
    if shows:
        shown = words(dict.fromkeys(item.fact.code or "" for item in shows))
        return finding.met(f"Imaging shows {shown}{on(shows[-1])}", shows)
    graded = [item for item in told if item.current and item.fact.code in params.contrary]
    against = [
        item for item in told if item in graded or (item.fact.assertion == "negated" and item.fact.code in params.codes)
    ]
    # a study of another kind that shows it in an unknown degree may still satisfy the criterion
    studies = {item.fact.modality for item in against}
    open_ = [
        item
        for item in told
        if item.current and item.fact.code in params.ungraded and item.fact.modality not in studies
    ]
    if against and open_ and not graded:
        return finding.open_(
            f"Imaging shows {words(dict.fromkeys(item.fact.code or '' for item in open_))} without a grade{on(open_[-1])}",
            [*open_, *against],
            missing=f"the report that shows {wanted}",
        )
    if against:
        return finding.not_met(f"Imaging does not show {wanted}{on(against[-1])}", against)
    return finding.open_(f"No imaging with {wanted} is documented", missing=f"imaging that shows {wanted}")


class ContraindicationParams(Params):
    """The conditions that bar the procedure, and imaging findings that mean the same."""

    what: tuple[ContraindicationName, ...]
    imaging: tuple[str, ...] = ()


@check("no_contraindication", ContraindicationParams)
def no_contraindication(judgement: Judgement, params: ContraindicationParams) -> Finding:
    """No note documents the condition as present; one that was present stays so until a note says it has cleared."""
    chart = judgement.chart
    told: list[AnyItem] = [item for item in chart.contraindications if item.fact.what in params.what]
    told += [
        item
        for item in chart.imaging
        if item.fact.code in params.imaging and chart.concerns(item.fact.region, item.note)
    ]
    named = words(params.what)
    denied: list[AnyItem] = []
    for group in by_latest_note(sorted(told, key=lambda item: item.order)):
        present = [item for item in group if item.current]
        if present:
            return finding.not_met(f"{_what(present)} is documented{on(present[-1])}", present)
        unsure = [item for item in group if item.fact.assertion == "possible"]
        if unsure:
            return finding.open_(
                f"Possible {_what(unsure)}{on(unsure[-1])}", unsure, missing=f"that there is no {named}"
            )
        denied += [item for item in group if item.fact.assertion in ("negated", "historical")]
        if any(_cleared(item) for item in denied):
            break
    if denied:
        return finding.met(f"The notes deny {named}{on(denied[0])}", denied)
    return finding.met(f"No note documents {named}")


def _cleared(item: AnyItem) -> bool:
    """Whether a denial says that the condition itself is gone, and not only that a sign of it is absent."""
    fact = item.fact
    return not (isinstance(fact, Contraindication) and fact.sign_only and fact.assertion == "negated")


def _what(items: Sequence[AnyItem]) -> str:
    text = words(dict.fromkeys(getattr(item.fact, "what", None) or item.fact.code for item in items))
    return text[:1].upper() + text[1:]


@check("pain_described", NoParams)
def pain_described(judgement: Judgement, params: NoParams) -> Finding:
    """Any pain of the region is described."""
    return pain_pattern(
        judgement, PatternParams(patterns=("axial", "referred", "radicular", "neurogenic_claudication"))
    )


class CauseParams(Params):
    """Diagnoses that are another structural cause or pain syndrome of the spine."""

    diagnoses: tuple[DiagnosisName, ...]


@check("no_other_cause", CauseParams)
def no_other_cause(judgement: Judgement, params: CauseParams) -> Finding:
    """No note documents another cause of the pain; a statement that there is none is cited."""
    found = _present(judgement, params.diagnoses)
    stated: list[AnyItem] = judgement.chart.topic("no_other_cause")
    other = [item for item in stated if item.fact.assertion == "negated"]
    if found or other:
        shown = words(dict.fromkeys(item.fact.name for item in found)) if found else "another cause"
        return finding.not_met(f"The notes document {shown}{on((other or found)[-1])}", [*found, *other])
    return finding.met("No note documents another cause of the pain", [item for item in stated if item.current])
