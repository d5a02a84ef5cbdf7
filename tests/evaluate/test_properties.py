"""What must hold for every case: determinism, independence of order, and no effect of unrelated facts."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chartproof.assessment import Assessment
from chartproof.evaluate import evaluate, load_guideline
from chartproof.facts import NoteFacts
from chartproof.notes import Case
from tests.evaluate.casefile import GuidelineCase, all_cases

CASES = all_cases()
cases = st.sampled_from(CASES)

UNRELATED: tuple[dict[str, Any], ...] = (
    {"kind": "pain_score", "low": 9, "high": 9, "statistic": "average", "region": "other"},
    {"kind": "pain_score", "low": 2, "high": 2, "statistic": "worst"},
    {"kind": "symptom_duration", "low": 1, "high": 1, "unit": "week", "region": "other"},
    {"kind": "therapy", "modality": "physical_therapy", "start": "2024-01", "region": "other", "outcome": "helped"},
    {"kind": "therapy", "modality": "chiropractic", "status": "ongoing", "assertion": "family"},
    {"kind": "procedure", "procedure": "other", "name": "joint_injection", "status": "done", "region": "other"},
    {"kind": "procedure", "procedure": "esi", "status": "considered", "assertion": "hypothetical", "region": "lumbar"},
    {"kind": "relief", "percent_low": 90, "percent_high": 90, "procedure": "medication"},
    {"kind": "relief", "percent_low": 5, "percent_high": 5, "procedure": "therapy", "low": 1, "high": 1, "unit": "day"},
    {"kind": "diagnosis", "name": "radiculopathy", "assertion": "family"},
    {"kind": "diagnosis", "name": "spinal_stenosis", "assertion": "possible"},
    {"kind": "contraindication", "what": "systemic_infection", "assertion": "family"},
    {"kind": "contraindication", "what": "allergy"},
    {"kind": "exam_test", "test": "other", "result": "positive"},
    {"kind": "psych_evaluation", "done": True},
    {"kind": "patient", "sex": "female"},
)


def judge(one: GuidelineCase, case: Case, facts: tuple[NoteFacts, ...]) -> Assessment:
    guideline = load_guideline(one.guideline, case.request.date)
    return evaluate(case, facts, guideline, rules_hash="0")


def outcome(assessment: Assessment) -> dict[str, str | None]:
    judged = (*assessment.criteria, *assessment.gates, *assessment.routing)
    found: dict[str, str | None] = {one.id: one.status for one in judged}
    return found | {"pathway": assessment.pathway, "determination": assessment.determination}


@given(cases, st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_the_order_of_notes_and_facts_has_no_effect(one: GuidelineCase, random: Any) -> None:
    notes, facts = list(one.case.notes), []
    random.shuffle(notes)
    for extraction in one.facts:
        shuffled = list(extraction.facts)
        random.shuffle(shuffled)
        facts.append(extraction.model_copy(update={"facts": tuple(shuffled)}))
    random.shuffle(facts)
    case = one.case.model_copy(update={"notes": tuple(notes)})
    expected = judge(one, one.case, one.facts).model_dump_json()
    assert judge(one, case, tuple(facts)).model_dump_json() == expected


@given(cases)
@settings(max_examples=50, deadline=None)
def test_the_same_input_gives_the_same_bytes(one: GuidelineCase) -> None:
    assert judge(one, one.case, one.facts).model_dump_json() == judge(one, one.case, one.facts).model_dump_json()


@given(cases, st.sampled_from(UNRELATED))
@settings(max_examples=400, deadline=None)
def test_an_unrelated_fact_changes_no_status(one: GuidelineCase, fact: dict[str, Any]) -> None:
    # Where the treated pain may be in a limb, facts of the region "other" are about it.
    assume(fact.get("region") != "other" or load_guideline(one.guideline, one.case.request.date).place == "spine")
    # The fact goes to the first note, the one that names the requested region: in a note that speaks of another
    # region only, facts without a region are about that one.
    note = one.case.notes[0]
    longer = note.model_copy(update={"text": note.text + "\nunrelated"})
    case = one.case.model_copy(update={"notes": (longer, *one.case.notes[1:])})
    span = [len(note.text) + 1, len(longer.text)]
    added = NoteFacts.model_validate({"note_id": note.note_id, "facts": [{"spans": [span], **fact}]})
    assert outcome(judge(one, case, (*one.facts, added))) == outcome(judge(one, one.case, one.facts))


@given(cases)
@settings(max_examples=100, deadline=None)
def test_without_facts_nothing_is_met_but_absence_and_what_the_request_says(one: GuidelineCase) -> None:
    assessment = judge(one, one.case, ())
    for result in (*assessment.criteria, *assessment.gates, *assessment.routing):
        assert result.evidence == ()
    assert assessment.determination != "criteria_met"
