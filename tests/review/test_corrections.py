"""What people change, and the assessment that follows from it."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chartproof.assessment import Assessment, CriterionResult, Evidence, Status
from chartproof.errors import ChartproofError
from chartproof.evaluate import Guideline, evaluate, load_guideline
from chartproof.evaluate.amendment import Amendment
from chartproof.facts import ExamTest, Fact, NoteFacts, Therapy
from chartproof.notes import Case
from chartproof.review import changes
from chartproof.review.corrections import apply, fact_id, guideline_of
from chartproof.review.errors import Invalid, Outdated
from chartproof.review.model import AddedEvidence, AddedFact, Corrections, Override, RejectedFact, Review
from tests.evaluate.casefile import GuidelineCase, all_cases
from tests.review.charts import EXAM, INFECTION, PAIN, THERAPY, chart, cited, judged, status

AT = dt.datetime(2024, 8, 7, 9, 30, tzinfo=dt.UTC)
CASES = all_cases()
STATUSES: tuple[Status, ...] = ("met", "not_met", "not_documented", "not_applicable", "external")


def set_to(value: Status, reason: str = "As told by phone.") -> Override:
    return Override(status=value, reason=reason, by="ann", at=AT)


def shown(assessment: Assessment) -> tuple[CriterionResult, ...]:
    return (*assessment.criteria, *assessment.gates, *assessment.routing)


def reviewed(corrections: Corrections) -> Assessment:
    case, facts, machine = judged()
    return apply(case, facts, machine, corrections, guideline_of(machine))


def review(corrections: Corrections | None = None) -> Review:
    case, facts, machine = judged()
    return Review(
        id="r1",
        case=case,
        facts=facts,
        machine=machine,
        corrections=corrections or Corrections(),
        reviewed=machine if corrections is None else reviewed(corrections),
        created_at=AT,
        created_by="ann",
        updated_at=AT,
    )


def guideline() -> Guideline:
    return load_guideline("nia-305", chart().request.date)


# -- statuses ------------------------------------------------------------------------------------------------------


def test_without_corrections_the_machine_s_assessment_stands() -> None:
    _, _, machine = judged()
    assert reviewed(Corrections()) == machine


def test_a_set_status_decides_pathway_and_determination() -> None:
    _, _, machine = judged()
    open_ones = [one.id for one in machine.criteria if one.status == "not_documented"]
    assert machine.determination == "needs_information"
    assert THERAPY in open_ones
    made = reviewed(Corrections(overrides={one: set_to("met") for one in open_ones}))
    assert made.determination == "criteria_met"
    assert {one.status for one in made.pathways} == {"met"}
    almost = reviewed(Corrections(overrides={one: set_to("met") for one in open_ones[1:]}))
    assert almost.determination == "needs_information"


@pytest.mark.parametrize("criterion", [PAIN, INFECTION])
def test_a_criterion_or_gate_that_is_set_to_not_met_refuses(criterion: str) -> None:
    assert reviewed(Corrections(overrides={criterion: set_to("not_met")})).determination == "criteria_not_met"


def test_reason_and_evidence_of_a_set_status_are_the_person_s() -> None:
    case, _, machine = judged()
    own = cited(case, "second", "nine visits")
    made = reviewed(
        Corrections(
            overrides={EXAM: set_to("not_met", "Left and right are mixed up.")},
            evidence=(AddedEvidence(criterion_id=EXAM, evidence=own, by="ann", at=AT),),
        )
    )
    before, after = (next(one for one in each.criteria if one.id == EXAM) for each in (machine, made))
    assert before.evidence
    assert (after.status, after.reason, after.evidence) == ("not_met", "Left and right are mixed up.", (own,))
    assert (after.text, after.source) == (before.text, before.source)
    assert machine == judged()[2]


def test_what_is_set_to_not_documented_says_what_would_settle_it() -> None:
    made = reviewed(Corrections(overrides={PAIN: set_to("not_documented")}))
    assert next(one for one in made.criteria if one.id == PAIN).missing == guideline().criterion(PAIN).satisfy


def test_cited_evidence_is_added_in_the_order_of_the_notes_and_changes_no_status() -> None:
    case, _, machine = judged()
    own = cited(case, "first", "Low back and buttock pain on the left")
    made = reviewed(Corrections(evidence=(AddedEvidence(criterion_id=EXAM, evidence=own, by="ann", at=AT),)))
    before = next(one for one in machine.criteria if one.id == EXAM)
    after = next(one for one in made.criteria if one.id == EXAM)
    assert set(after.evidence) == {*before.evidence, own}
    assert after.evidence[0] == own
    assert after.model_copy(update={"evidence": before.evidence}) == before
    assert made.determination == machine.determination


def test_a_status_for_an_unknown_criterion_is_refused() -> None:
    with pytest.raises(ChartproofError, match=r"no criterion nia-305[.]nonsense"):
        reviewed(Corrections(overrides={"nia-305.nonsense": set_to("met")}))


# -- facts ---------------------------------------------------------------------------------------------------------


def exam_facts() -> list[tuple[str, Fact]]:
    _, facts, _ = judged()
    return [(found.note_id, fact) for found in facts for fact in found.facts if fact.kind == "exam_test"]


def test_rejected_facts_count_no_more() -> None:
    rejected = tuple(RejectedFact(fact_id=fact_id(*one), by="ann", at=AT) for one in exam_facts())
    assert len(rejected) == 4
    made = reviewed(Corrections(rejected=rejected))
    assert status(judged()[2], EXAM) == "met"
    assert status(made, EXAM) == "not_documented"
    assert not next(one for one in made.criteria if one.id == EXAM).evidence


def test_an_added_fact_counts_and_is_cited() -> None:
    case, _, machine = judged()
    told = cited(case, "second", "Physical therapy, nine visits, did not help")
    fact = Therapy(
        spans=((told.start, told.end),),  # type: ignore[arg-type]
        modality="physical_therapy",
        low=8,
        high=8,
        unit="week",
        start="2024-05-10",
        end="2024-07-05",
        status="completed",
        outcome="failed",
    )
    made = reviewed(Corrections(added=(AddedFact(note_id="second", fact=fact, by="ann", at=AT),)))
    assert (status(machine, THERAPY), status(made, THERAPY)) == ("not_documented", "met")
    assert told in next(one for one in made.criteria if one.id == THERAPY).evidence


def test_ids_tell_facts_apart_and_stay() -> None:
    _, facts, _ = judged()
    ids = [fact_id(found.note_id, fact) for found in facts for fact in found.facts]
    assert len(set(ids)) == len(ids)
    again = [
        fact_id(found.note_id, fact)
        for found in (NoteFacts.model_validate(one.model_dump(mode="json")) for one in facts)
        for fact in found.facts
    ]
    assert again == ids
    first = facts[0].facts[0]
    assert fact_id("first", first) != fact_id("second", first)


# -- what must hold for all corrections ------------------------------------------------------------------------------


@st.composite
def some_corrections(draw: st.DrawFn) -> Corrections:
    """Any corrections of the chart that fit it."""
    case, facts, machine = judged()
    ids = [fact_id(found.note_id, fact) for found in facts for fact in found.facts]
    criteria = guideline_of(machine).criterion_ids
    overrides = draw(st.dictionaries(st.sampled_from(criteria), st.sampled_from(STATUSES), max_size=4))
    rejected = draw(st.lists(st.sampled_from(ids), unique=True, max_size=4))
    evidence: list[AddedEvidence] = []
    for criterion in draw(st.lists(st.sampled_from(criteria), max_size=3)):
        note = draw(st.sampled_from(case.notes))
        start = draw(st.integers(0, len(note.text) - 2))
        end = draw(st.integers(start + 1, len(note.text)))
        span = Evidence(note_id=note.note_id, start=start, end=end, text=note.text[start:end])
        evidence.append(AddedEvidence(criterion_id=criterion, evidence=span, by="ann", at=AT))
    added = [
        AddedFact(
            note_id="first",
            fact=ExamTest(spans=((start, start + 5),), test=test, result=result, source="manual:ann"),  # type: ignore[arg-type]
            by="ann",
            at=AT,
        )
        for start, test, result in draw(
            st.lists(
                st.tuples(
                    st.integers(0, 90), st.sampled_from(["faber", "yeoman"]), st.sampled_from(["positive", "negative"])
                ),
                unique=True,
                max_size=3,
            )
        )
    ]
    return Corrections(
        overrides={criterion: set_to(value) for criterion, value in overrides.items()},
        rejected=tuple(RejectedFact(fact_id=one, by="ann", at=AT) for one in rejected),
        added=tuple(added),
        evidence=tuple(evidence),
    )


@given(some_corrections())
@settings(max_examples=60, deadline=None)
def test_what_is_set_is_shown_and_everything_cited_stands_in_its_note(corrections: Corrections) -> None:
    case, _, _ = judged()
    made = reviewed(corrections)
    for one in shown(made):
        if one.id in corrections.overrides:
            assert one.status == corrections.overrides[one.id].status
            assert set(one.evidence) == {e.evidence for e in corrections.evidence if e.criterion_id == one.id}
    texts = {note.note_id: note.text for note in case.notes}
    assert all(texts[span.note_id][span.start : span.end] == span.text for one in shown(made) for span in one.evidence)
    assert reviewed(corrections) == made


@given(some_corrections(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_corrections_has_no_effect(corrections: Corrections, random: Any) -> None:
    def shuffled(items: Any) -> list[Any]:
        return random.sample(list(items), len(items))

    other = Corrections(
        overrides=dict(shuffled(corrections.overrides.items())),
        rejected=tuple(shuffled(corrections.rejected)),
        added=tuple(shuffled(corrections.added)),
        evidence=tuple(shuffled(corrections.evidence)),
    )
    assert reviewed(other).model_dump_json() == reviewed(corrections).model_dump_json()


@given(some_corrections(), st.sampled_from(STATUSES), st.data())
@settings(max_examples=40, deadline=None)
def test_what_is_taken_back_leaves_no_trace(corrections: Corrections, value: Status, data: st.DataObject) -> None:
    before = review(corrections)
    _, facts, _ = judged()
    criterion = data.draw(
        st.sampled_from(guideline().criterion_ids).filter(lambda one: one not in corrections.overrides)
    )
    struck = {one.fact_id for one in corrections.rejected}
    standing = [fact_id(one.note_id, fact) for one in facts for fact in one.facts]
    rejected = data.draw(st.sampled_from([one for one in standing if one not in struck]))

    changed = changes.override(before, guideline(), criterion, value, "A reason.", "ann", AT).corrections
    after = before.model_copy(update={"corrections": changed})
    changed = changes.reject_fact(after, rejected, "", "ann", AT).corrections
    after = before.model_copy(update={"corrections": changed})
    changed = changes.withdraw_override(after, criterion).corrections
    after = before.model_copy(update={"corrections": changed})
    changed = changes.restore_fact(after, rejected).corrections

    assert changed == corrections
    assert reviewed(changed) == before.reviewed


# -- every guideline -----------------------------------------------------------------------------------------------


def by_rules(one: GuidelineCase) -> tuple[Case, tuple[NoteFacts, ...], Assessment, Guideline]:
    judged_by = load_guideline(one.guideline, one.case.request.date)
    return one.case, one.facts, evaluate(one.case, one.facts, judged_by), judged_by


@given(st.sampled_from(CASES))
@settings(max_examples=150, deadline=None)
def test_setting_what_the_machine_says_changes_nothing_that_follows(one: GuidelineCase) -> None:
    case, facts, machine, judged_by = by_rules(one)
    same = {each.id: set_to(each.status, each.reason) for each in shown(machine)}
    made = apply(case, facts, machine, Corrections(overrides=same), judged_by)
    told = [(each.id, each.status, each.reason) for each in shown(made)]
    assert told == [(each.id, each.status, each.reason) for each in shown(machine)]
    assert (made.pathway, made.pathways) == (machine.pathway, machine.pathways)
    assert made.determination == machine.determination
    assert (made.category and made.category.id) == (machine.category and machine.category.id)


@cache
def with_a_choice() -> list[GuidelineCase]:
    """The cases in which one of several pathways is shown, and is not refused."""
    found = []
    for one in CASES:
        _, _, machine, judged_by = by_rules(one)
        if len(machine.pathways) > 1 and machine.category is None and not judged_by.all_requested:
            best = next(each for each in machine.pathways if each.id == machine.pathway)
            found += [one] if best.status != "not_met" else []
    return found


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_status_counts_when_it_leads_to_another_pathway(data: st.DataObject) -> None:
    case, facts, machine, judged_by = by_rules(data.draw(st.sampled_from(with_a_choice())))
    refused = data.draw(st.sampled_from(machine.criteria)).id
    made = apply(case, facts, machine, Corrections(overrides={refused: set_to("not_met")}), judged_by)
    statuses = {each.id: each.status for each in made.pathways}
    assert statuses[machine.pathway or ""] == "not_met"
    if any(value != "not_met" for value in statuses.values()):
        assert statuses[made.pathway or ""] != "not_met"
        assert refused not in {each.id for each in made.criteria}
    # and it still stands when its own pathway is judged again
    again = apply(
        case,
        facts,
        machine,
        Corrections(
            overrides={
                refused: set_to("not_met"),
                **{
                    other.id: set_to("not_met")
                    for pathway in judged_by.pathways
                    if pathway.id != machine.pathway
                    for other in pathway.criteria
                },
            }
        ),
        judged_by,
    )
    assert {each.status for each in again.pathways} == {"not_met"}
    assert again.determination == "criteria_not_met"


def test_some_case_does_lead_to_another_pathway() -> None:
    led = 0
    for one in with_a_choice():
        case, facts, machine, judged_by = by_rules(one)
        corrections = Corrections(overrides={machine.criteria[0].id: set_to("not_met")})
        led += apply(case, facts, machine, corrections, judged_by).pathway != machine.pathway
    assert led


# -- what has changed since ----------------------------------------------------------------------------------------


def test_a_guideline_that_has_changed_since_is_refused() -> None:
    _, _, machine = judged()
    other = machine.model_copy(update={"hashes": {**machine.hashes, "guideline": "0" * 64}})
    with pytest.raises(Outdated, match="make a new review"):
        guideline_of(other)


def test_an_evaluator_that_judges_otherwise_is_refused() -> None:
    case, facts, machine = judged()
    other = machine.model_copy(update={"determination": "criteria_met"})
    with pytest.raises(Outdated, match="make a new review"):
        apply(case, facts, other, Corrections(overrides={PAIN: set_to("met")}), guideline())


# -- changes that do not fit ---------------------------------------------------------------------------------------


def exam(start: int, end: int) -> Fact:
    return ExamTest(spans=((start, end),), test="faber", result="positive")  # type: ignore[arg-type]


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2001])
def test_a_status_needs_a_reason(reason: str) -> None:
    with pytest.raises(Invalid, match="reason"):
        changes.override(review(), guideline(), PAIN, "met", reason, "ann", AT)


def test_a_status_needs_a_known_criterion_and_status() -> None:
    with pytest.raises(Invalid, match="no such criterion"):
        changes.override(review(), guideline(), "nia-304.pain", "met", "A reason.", "ann", AT)
    with pytest.raises(Invalid, match="no such status"):
        changes.override(review(), guideline(), PAIN, "approved", "A reason.", "ann", AT)  # type: ignore[arg-type]


def test_evidence_must_be_the_text_of_its_note() -> None:
    case, _, _ = judged()
    good = cited(case, "first", "No fever")
    length = len(case.notes[0].text)
    for wrong, told in (
        ({"text": "no fever"}, "not the text"),
        ({"note_id": "third"}, "no such note"),
        ({"end": length + 1}, "does not lie"),
        ({"start": -1}, "does not lie"),
        ({"start": good.end}, "does not lie"),
        ({"start": length - 1, "end": length, "text": "\n"}, "no words"),
    ):
        with pytest.raises(Invalid, match=told):
            changes.add_evidence(review(), guideline(), PAIN, good.model_copy(update=wrong), "ann", AT)
    changed = changes.add_evidence(review(), guideline(), PAIN, good, "ann", AT).corrections
    with pytest.raises(Invalid, match="already"):
        changes.add_evidence(review(changed), guideline(), PAIN, good, "ann", AT)
    with pytest.raises(Invalid, match="no person"):
        changes.remove_evidence(review(changed), EXAM, good)
    assert changes.remove_evidence(review(changed), PAIN, good).corrections == Corrections()


def test_an_added_fact_must_lie_in_its_note_and_be_new() -> None:
    length = len(judged()[0].notes[0].text)
    for span, note_id, told in (
        ((length - 2, length + 1), "first", "does not lie"),
        ((0, 4), "third", "no such note"),
        ((length - 1, length), "first", "no words"),
    ):
        with pytest.raises(Invalid, match=told):
            changes.add_fact(review(), note_id, exam(*span), "ann", AT)
    changed = changes.add_fact(review(), "first", exam(0, 7), "ann", AT).corrections
    assert changed.added[0].fact.source == "manual:ann"
    with pytest.raises(Invalid, match="already"):
        changes.add_fact(review(changed), "first", exam(0, 7), "bob", AT)
    note_id, found = exam_facts()[0]
    with pytest.raises(Invalid, match="already"):
        changes.add_fact(review(), note_id, found, "ann", AT)
    struck = changes.reject_fact(review(), fact_id(note_id, found), "", "ann", AT).corrections
    assert changes.add_fact(review(struck), note_id, found, "ann", AT).corrections.added


def test_only_facts_of_the_machine_are_rejected_and_only_facts_of_people_removed() -> None:
    changed = changes.add_fact(review(), "first", exam(0, 7), "ann", AT).corrections
    own = fact_id("first", changed.added[0].fact)
    machine_s = fact_id(*exam_facts()[0])
    with pytest.raises(Invalid, match="removed, not rejected"):
        changes.reject_fact(review(changed), own, "", "ann", AT)
    with pytest.raises(Invalid, match="rejected, not removed"):
        changes.remove_fact(review(changed), machine_s)
    with pytest.raises(Invalid, match="not rejected"):
        changes.restore_fact(review(), machine_s)
    struck = changes.reject_fact(review(), machine_s, "", "ann", AT).corrections
    with pytest.raises(Invalid, match="already"):
        changes.reject_fact(review(struck), machine_s, "", "ann", AT)
    assert changes.remove_fact(review(changed), own).corrections == Corrections()
    with pytest.raises(Invalid, match="no status"):
        changes.withdraw_override(review(), PAIN)


def test_what_the_audit_trail_is_told_holds_no_word_of_a_note_or_a_person() -> None:
    case, _, _ = judged()
    quote = cited(case, "second", "Cannot sit at her desk")
    made = [
        changes.override(review(), guideline(), PAIN, "met", "Secret reason", "ann", AT),
        changes.add_evidence(review(), guideline(), PAIN, quote, "ann", AT),
        changes.add_fact(review(), "first", exam(0, 7), "ann", AT),
        changes.reject_fact(review(), fact_id(*exam_facts()[0]), "Secret reason", "ann", AT),
    ]
    for change in made:
        told = repr((change.before, change.after))
        assert "Secret" not in told
        assert "desk" not in told
        assert change.private


def test_amendments_leave_the_default_as_it_is() -> None:
    case, facts, machine = judged()
    plain = evaluate(case, facts, guideline(), rules_hash=machine.hashes["rules"])
    assert plain.model_dump_json() == machine.model_dump_json()
    unused = {THERAPY: Amendment()}
    told = evaluate(case, facts, guideline(), rules_hash=machine.hashes["rules"], amendments=unused)
    assert told.model_dump_json() == machine.model_dump_json()
