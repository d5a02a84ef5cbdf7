"""What must hold for every case: determinism, independence of order, and no effect of unrelated facts."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chartproof.assessment import Assessment
from chartproof.evaluate import evaluate, load_guideline
from chartproof.evaluate.chart import REGION_MEANT
from chartproof.facts import KINDS, Fact, NoteFacts
from chartproof.notes import Case
from tests.evaluate.casefile import GuidelineCase, all_cases
from tests.evaluate.spying import Reading, Spy

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


def test_the_reverse_order_has_no_effect_in_any_case() -> None:
    for one in CASES:
        facts = [each.model_copy(update={"facts": each.facts[::-1]}) for each in one.facts[::-1]]
        case = one.case.model_copy(update={"notes": one.case.notes[::-1]})
        assert judge(one, case, tuple(facts)).model_dump_json() == judge(one, one.case, one.facts).model_dump_json()


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


# -- facts that a criterion does not read --------------------------------------------------------------------------


def without_region(fact: Fact) -> Fact | None:
    """The fact as one that speaks of no region; None when it stands for one by what it is."""
    given = fact.model_dump(exclude_none=True)
    if any(isinstance(value, str) and value in REGION_MEANT for value in given.values()):
        return None
    return fact.model_copy(update={"region": None}) if "region" in given else fact


POOL: tuple[Fact, ...] = tuple(
    {
        fact.model_dump_json(exclude={"spans"}): fact
        for one in CASES
        for extraction in one.facts
        for fact in map(without_region, extraction.facts)
        if fact is not None
    }.values()
)
"""Every fact of the test cases, without a region: which region a note speaks of is context for all its facts."""


def test_the_pool_has_every_kind_but_tests_that_stand_for_a_region() -> None:
    assert {fact.kind for fact in POOL} >= set(KINDS) - {"exam_test"}


@given(cases, st.sampled_from(POOL), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_a_fact_that_a_criterion_does_not_read_never_changes_its_status(
    one: GuidelineCase, fact: Fact, random: Any
) -> None:
    guideline = load_guideline(one.guideline, one.case.request.date)
    note = random.choice([note for note in one.case.notes if note.text])
    added = NoteFacts(note_id=note.note_id, facts=(fact.model_copy(update={"spans": ((0, 1),)}),))
    spy = Spy(one.case, one.facts, guideline)
    for criterion_id in guideline.criterion_ids:
        criterion = guideline.criterion(criterion_id)
        before = spy.judge(criterion, one.facts)
        if not before.has(fact):
            after = spy.judge(criterion, (*one.facts, added))
            assert after.status == before.status, criterion_id


def test_what_is_read_is_told() -> None:
    one = next(each for each in CASES if each.guideline == "nia-305")
    guideline = load_guideline("nia-305")
    spy = Spy(one.case, one.facts, guideline)

    def read(criterion_id: str) -> Reading:
        return spy.judge(guideline.criterion(criterion_id), one.facts)

    assert read("nia-305.contraindication.skin").read == {"contraindication", "imaging"}
    assert read("nia-305.sij-pain.duration").read == {"symptom_duration"}
    assert read("nia-305.limit.annual").read >= {"procedure"}
    assert "statement:onset_age" in read("nia-305.spondyloarthropathy.onset").read
    assert "statement" not in read("nia-305.spondyloarthropathy.onset").read
