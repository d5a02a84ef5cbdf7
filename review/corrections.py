"""From a machine's assessment and people's corrections to the reviewed assessment.

The evaluator runs again on the corrected facts; then the statuses that people set go before pathways and determination
are judged. A status may be set for any criterion of the guideline: where the corrected facts lead to another pathway,
it counts there, or rests until its pathway is judged again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from chartproof.assessment import Assessment
from chartproof.evaluate import Guideline, evaluate
from chartproof.evaluate.amendment import Amendment
from chartproof.evaluate.guideline import guideline_versions
from chartproof.facts import Fact, NoteFacts
from chartproof.notes import Case
from chartproof.review.canonical import canonical
from chartproof.review.errors import Outdated
from chartproof.review.model import Corrections

_OUTDATED = (
    "the guideline or the program has changed since this review was made, so that its facts and statuses cannot be "
    "changed any more; make a new review of the case"
)


def fact_id(note_id: str, fact: Fact) -> str:
    """The id of a fact within its case: the same for the same fact of the same note."""
    content = [note_id, fact.model_dump(mode="json", exclude_none=True)]
    return hashlib.sha256(canonical(content)).hexdigest()[:20]


def guideline_of(machine: Assessment) -> Guideline:
    """The very version of the guideline that an assessment was made by. Errors: Outdated when it is known no more."""
    for version in guideline_versions(machine.guideline):
        if version.content_hash == machine.hashes.get("guideline"):
            return version
    raise Outdated(_OUTDATED)


def apply(
    case: Case, facts: Sequence[NoteFacts], machine: Assessment, corrections: Corrections, guideline: Guideline
) -> Assessment:
    """The assessment that follows from the corrections; without any it is `machine`.

    Inputs: the case, its facts and its assessment as the machine made them; the guideline of that assessment. Errors:
    Outdated when the facts do not lead to `machine` any more, ChartproofError for corrections that do not fit the case.
    """
    if corrections == Corrections():
        return machine
    rules = machine.hashes.get("rules")
    if evaluate(case, facts, guideline, machine.guideline_from, rules) != machine:
        raise Outdated(_OUTDATED)
    return evaluate(
        case,
        corrected_facts(facts, corrections),
        guideline,
        machine.guideline_from,
        rules,
        amendments=amendments(corrections),
    )


def corrected_facts(facts: Sequence[NoteFacts], corrections: Corrections) -> tuple[NoteFacts, ...]:
    """The facts of each note without the rejected ones, then those that people added."""
    rejected = {one.fact_id for one in corrections.rejected}
    return tuple(
        found.model_copy(
            update={
                "facts": (
                    *(fact for fact in found.facts if fact_id(found.note_id, fact) not in rejected),
                    *(one.fact for one in corrections.added if one.note_id == found.note_id),
                )
            }
        )
        for found in facts
    )


def amendments(corrections: Corrections) -> dict[str, Amendment]:
    """What people say of criteria, by criterion id, as the evaluator takes it."""
    cited = {
        criterion: tuple(one.evidence for one in corrections.evidence if one.criterion_id == criterion)
        for criterion in dict.fromkeys((*corrections.overrides, *(one.criterion_id for one in corrections.evidence)))
    }
    return {
        criterion: Amendment(status=override.status, reason=override.reason, evidence=evidence)
        if (override := corrections.overrides.get(criterion)) is not None
        else Amendment(evidence=evidence)
        for criterion, evidence in cited.items()
    }
