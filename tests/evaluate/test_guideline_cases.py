"""Every test case beside a guideline file, and that they cover each criterion."""

from __future__ import annotations

import pytest

from chartproof.assessment import Assessment, CriterionResult
from chartproof.evaluate import evaluate, load_guideline, select_guideline
from chartproof.evaluate.authoring.cases import outcome, unproven
from tests.evaluate.casefile import GuidelineCase, all_cases, case_file, guidelines_with_cases

CASES = all_cases()


def results(assessment: Assessment) -> tuple[CriterionResult, ...]:
    return (*assessment.criteria, *assessment.gates, *assessment.routing)


def judge(one: GuidelineCase) -> Assessment:
    guideline, _ = select_guideline(one.case, one.facts, guideline_id=one.guideline)
    return evaluate(one.case, one.facts, guideline)


@pytest.mark.parametrize("one", CASES, ids=lambda one: f"{one.guideline}: {one.name}")
def test_case_gives_the_expected_statuses(one: GuidelineCase) -> None:
    found = outcome(judge(one))
    assert {key: found.get(key) for key in one.expect} == dict(one.expect)


@pytest.mark.parametrize("one", CASES, ids=lambda one: f"{one.guideline}: {one.name}")
def test_results_are_complete(one: GuidelineCase) -> None:
    assessment = judge(one)
    texts = {note.note_id: note.text for note in one.case.notes}
    for result in results(assessment):
        assert result.reason.endswith(".")
        assert not result.reason[0].islower()
        assert (result.missing is not None) == (result.status == "not_documented")
        for evidence in result.evidence:
            assert evidence.text == texts[evidence.note_id][evidence.start : evidence.end] != ""
            assert evidence.text not in result.reason


@pytest.mark.parametrize("guideline_id", guidelines_with_cases())
def test_cases_cover_every_criterion(guideline_id: str) -> None:
    file = case_file(guideline_id)
    assert unproven(load_guideline(guideline_id), file) == []
    expected = {item for entry in file.cases for item in entry.expect.items()}
    told = {(criterion_id, status) for criterion_id, reasons in file.cannot_be.items() for status in reasons}
    assert told & expected == set()
