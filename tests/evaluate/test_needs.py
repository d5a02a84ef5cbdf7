"""What a fallback is asked for: the kinds that can settle what is open."""

from __future__ import annotations

from chartproof.evaluate import evaluate, list_guidelines, load_guideline, needed_kinds
from chartproof.evaluate.checks import names
from chartproof.evaluate.needs import _KINDS
from chartproof.facts import KINDS, NoteFacts
from chartproof.notes import Case, Note, Request


def test_the_table_names_checks_and_kinds_that_exist() -> None:
    assert set(_KINDS) <= set(names())
    assert {kind for kinds in _KINDS.values() for kind in kinds} <= set(KINDS)


def test_an_empty_chart_needs_what_its_criteria_rest_on() -> None:
    case = Case(case_id="c", request=Request(cpt=("27096",)), notes=(Note(note_id="n", text="x"),))
    guideline = load_guideline("nia-305")
    assessment = evaluate(case, [NoteFacts(note_id="n", facts=())], guideline)
    kinds = needed_kinds(assessment, guideline)
    assert {"pain_score", "functional_limit", "exam_test", "symptom_duration", "therapy"} <= set(kinds)
    assert kinds == tuple(sorted(kinds))
    settled = assessment.model_copy(
        update={
            "criteria": tuple(one.model_copy(update={"status": "met"}) for one in assessment.criteria),
            "gates": tuple(one.model_copy(update={"status": "met"}) for one in assessment.gates),
        }
    )
    assert needed_kinds(settled, guideline) == ()


def test_every_guideline_can_say_what_it_needs() -> None:
    case = Case(case_id="c", notes=(Note(note_id="n", text="x"),))
    for guideline in list_guidelines():
        assessment = evaluate(case, [NoteFacts(note_id="n", facts=())], guideline)
        assert set(needed_kinds(assessment, guideline)) <= set(KINDS)
