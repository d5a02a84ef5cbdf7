"""From facts and a request to an assessment: pathways, gates and the determination."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

from chartproof.assessment import (
    Assessment,
    CategoryResult,
    CriterionResult,
    Determination,
    PathwayResult,
    Status,
)
from chartproof.errors import ChartproofError
from chartproof.evaluate import logic
from chartproof.evaluate.amendment import Amendments, amended
from chartproof.evaluate.chart import Chart, evidence, reference_date
from chartproof.evaluate.finding import Finding, not_applicable
from chartproof.evaluate.guideline import Criterion, Guideline, Pathway
from chartproof.evaluate.judgement import Judgement
from chartproof.evaluate.selection import Origin, foreign_codes
from chartproof.facts import NoteFacts
from chartproof.notes import Case, Request

WASHINGTON_STATES = frozenset({"wa", "washington"})
WASHINGTON_PLANS = ("apple health", "pebb")


def evaluate(
    case: Case,
    facts: Sequence[NoteFacts],
    guideline: Guideline,
    guideline_from: Origin = "cpt",
    rules_hash: str | None = None,
    amendments: Amendments | None = None,
) -> Assessment:
    """Judge a case by a guideline.

    Inputs: the case with its notes; the facts of each note; the guideline and how it was chosen; the hash of the
    extraction rules, carried into `hashes`; what people say of criteria, which goes before pathways and determination
    are judged. Output: the assessment, a pure function of these that does not depend on the order of notes or facts.
    Errors: ChartproofError when facts do not fit the notes, or amendments the guideline.
    """
    if amendments and (unknown := sorted(amendments.keys() - set(guideline.criterion_ids))):
        raise ChartproofError(f"{guideline.id} has no criterion {', '.join(unknown)}")
    chart = Chart(
        case,
        facts,
        region=guideline.region,
        code_regions=_code_regions(case.request, guideline),
        place=guideline.place,
    )
    judgement = Judgement(
        chart,
        guideline.cpt,
        guideline.procedures,
        guideline.history,
        foreign_codes(guideline),
        code_lists=guideline.codes,
        lines=guideline.lines,
        amendments=amendments,
    )
    reference = reference_date(case)
    about: dict[str, Any] = {
        "case_id": case.case_id,
        "request": case.request,
        "guideline": guideline.id,
        "guideline_version": guideline.version,
        "reference_date": reference.isoformat() if reference else None,
        "guideline_from": guideline_from,
        "version_note": _version_note(guideline, reference),
        "hashes": _hashes(case, guideline, rules_hash),
    }
    if guideline.categories:
        return Assessment(**about, **_triage(judgement, guideline))
    judged = [(pathway, _judge_all(judgement, pathway.criteria)) for pathway in _applicable(judgement, guideline)]
    pathways = [(pathway, results, logic.all_of(one.status for one in results)) for pathway, results in judged]
    gates = _judge_all(judgement, guideline.gates) + _washington(judgement, guideline)
    routing = _judge_all(judgement, guideline.routing)
    choose = max if guideline.all_requested else min
    best = choose(pathways, key=lambda entry: _rank(entry[1], entry[2])) if pathways else None
    taken = [best] if best else []
    counted, shown = (taken, pathways) if guideline.all_requested else (pathways, taken)
    determination = _determination([status for _, _, status in counted], [gate.status for gate in gates])
    return Assessment(
        **about,
        pathway=best[0].id if best else None,
        determination=_routed(determination, routing),
        criteria=tuple(one for _, results, _ in shown for one in results),
        gates=tuple(gates),
        pathways=tuple(PathwayResult(id=pathway.id, status=status) for pathway, _, status in pathways),
        routing=tuple(routing),
        initial_or_repeat=best[0].side if best else None,
    )


def _triage(judgement: Judgement, guideline: Guideline) -> dict[str, Any]:
    """The fields of an assessment that says how urgent a request is, and nothing of its coverage."""
    judged = [(one, _judge_all(judgement, one.criteria)) for one in guideline.categories]
    statuses = [logic.any_of(result.status for result in results) for _, results in judged]
    place = statuses.index("met") if "met" in statuses else len(judged) - 1
    chosen, results = judged[place]
    shown = [one for one in results if one.status == "met"]
    if shown:
        reason = f"{len(shown)} of its {len(results)} considerations {'is' if len(shown) == 1 else 'are'} documented."
    else:
        before = " or ".join(one.name for one in guideline.categories[:-1])
        reason = f"By default: no note documents a consideration that would make it {before}, nor one of this category."
    undecided = [
        one.id for _, found in judged[:place] for one in found if one.status == "not_documented" and one.evidence
    ]
    if undecided:
        reason += f" Mentioned but not settled: {', '.join(undecided)}."
    spans = {(one.note_id, one.start, one.end): one for result in shown for one in result.evidence}
    return {
        "pathway": chosen.id,
        "determination": "needs_information",
        "criteria": tuple(result for _, found in judged for result in found),
        "gates": (),
        "pathways": tuple(
            PathwayResult(id=one.id, status=status) for (one, _), status in zip(judged, statuses, strict=True)
        ),
        "category": CategoryResult(
            id=chosen.id,
            name=chosen.name,
            recommendation=chosen.recommendation,
            reason=reason,
            by_default=not shown,
            evidence=tuple(spans.values()),
        ),
    }


def _version_note(guideline: Guideline, reference: dt.date | None) -> str | None:
    """What a reader must know of a version that is judged by before it was in force; no earlier one is known then."""
    if reference is None or reference >= guideline.effective_from:
        return None
    return (
        f"Version {guideline.version} of {guideline.id} is in force from {guideline.effective_from.isoformat()}, after the"
        f" reference date {reference.isoformat()}; the version of that time is not known here."
    )


def _code_regions(request: Request, guideline: Guideline) -> tuple[str, ...]:
    """The regions that all requested codes of the guideline allow, in the order of its file."""
    codes = [guideline.cpt[code].regions for code in request.cpt if code in guideline.cpt]
    return tuple(region for region in (codes[0] if codes else ()) if all(region in regions for regions in codes))


def in_washington(request: Request) -> bool:
    """Whether the Washington rules apply to the request's state and plan."""
    plan = (request.plan or "").lower()
    return (request.state or "").lower() in WASHINGTON_STATES and any(name in plan for name in WASHINGTON_PLANS)


def _applicable(judgement: Judgement, guideline: Guideline) -> list[Pathway]:
    """The pathways of the request's side and phase whose indication the notes name; all of them if they name none.

    Pathways whose own procedure is requested go before; where it is not, the others do.
    """
    side = "repeat" if judgement.is_repeat else "initial"
    possible = [one for one in guideline.pathways if one.requested and one.requested.judge(judgement).status == "met"]
    if not possible:
        possible = [
            pathway
            for pathway in guideline.pathways
            if pathway.side in (side, None) and (side == "initial" or pathway.phase in (None, judgement.phase))
        ]
        possible = [one for one in possible if one.requested is None] or possible
    for spec in ("indication", "described"):
        named = [
            pathway
            for pathway in possible
            if (check := getattr(pathway, spec)) is not None and check.judge(judgement).status == "met"
        ]
        if named:
            return named
    return possible


def _judge_all(judgement: Judgement, criteria: Sequence[Criterion]) -> list[CriterionResult]:
    return [_judge(judgement, criterion) for criterion in criteria]


def _judge(judgement: Judgement, criterion: Criterion) -> CriterionResult:
    found = None
    if criterion.when is not None:
        condition = criterion.when.judge(judgement)
        if condition.status != "met":
            found = not_applicable(criterion.otherwise or condition.reason, condition.items)
    if found is None:
        found = criterion.judge(judgement)
    return _result(judgement, criterion, found)


def _result(judgement: Judgement, criterion: Criterion, found: Finding) -> CriterionResult:
    reason = found.reason[:1].upper() + found.reason[1:]
    result = CriterionResult(
        id=criterion.id,
        status=found.status,
        text=criterion.text,
        source=criterion.source,
        reason=reason if reason.endswith(".") else f"{reason}.",
        evidence=evidence(found.items),
        missing=_missing(criterion, found),
        conflict=found.conflict,
    )
    amendment = judgement.amendments.get(criterion.id)
    if amendment is None:
        return result
    notes = [note.note_id for note in judgement.chart.notes]
    return amended(result, amendment, notes=notes, satisfy=criterion.satisfy)


def _missing(criterion: Criterion, found: Finding) -> str | None:
    if found.status != "not_documented":
        return None
    return criterion.satisfy if found.missing is None else f"{found.missing[:1].upper()}{found.missing[1:]}."


def _washington(judgement: Judgement, guideline: Guideline) -> list[CriterionResult]:
    """The Washington rules where they apply; not applicable to patients whom the state's policy exempts."""
    if not guideline.washington or not in_washington(judgement.chart.request):
        return []
    exempt = guideline.washington_exempt.judge(judgement) if guideline.washington_exempt is not None else None
    if exempt is not None and exempt.status == "met":
        spared = not_applicable("The state's rule does not apply with a systemic inflammatory disease", exempt.items)
        return [_result(judgement, criterion, spared) for criterion in guideline.washington]
    return _judge_all(judgement, guideline.washington)


def _rank(results: Sequence[CriterionResult], status: Status) -> tuple[int, int, int]:
    """Best first: by status, then by how little is lacking. Equal pathways keep the guideline's order."""
    order = {"met": 0, "not_applicable": 0, "not_documented": 1, "external": 1, "not_met": 2}
    counted = [one.status for one in results]
    return order[status], counted.count("not_met"), counted.count("not_documented")


def _determination(pathways: Sequence[Status], gates: Sequence[Status]) -> Determination:
    if "not_met" in gates or (pathways and all(status == "not_met" for status in pathways)):
        return "criteria_not_met"
    passed = any(status in ("met", "not_applicable") for status in pathways)
    if passed and all(status in ("met", "not_applicable") for status in gates):
        return "criteria_met"
    return "needs_information"


def _routed(determination: Determination, routing: Sequence[CriterionResult]) -> Determination:
    """The determination as the line of business leaves it (see the guideline model)."""
    statuses = {one.status for one in routing}
    if "not_met" in statuses:
        return "criteria_not_met"
    if "external" in statuses or (determination == "criteria_met" and "not_documented" in statuses):
        return "needs_information"
    return determination


def _hashes(case: Case, guideline: Guideline, rules_hash: str | None) -> dict[str, str]:
    found = {
        f"note:{note.note_id}": hashlib.sha256(note.text.encode("utf-8", "surrogatepass")).hexdigest()
        for note in sorted(case.notes, key=lambda note: note.note_id)
    }
    found["guideline"] = guideline.content_hash
    if rules_hash is not None:
        found["rules"] = rules_hash
    return found
