"""Every test case beside a guideline file, and that they cover each criterion."""

from __future__ import annotations

import pytest

from chartproof.assessment import Assessment, CriterionResult
from chartproof.evaluate import evaluate, load_guideline, select_guideline
from tests.evaluate.casefile import GuidelineCase, all_cases, case_file, guidelines_with_cases, read_cases

CASES = all_cases()
RESULT_FIELDS = ("pathway", "determination", "initial_or_repeat")


def results(assessment: Assessment) -> tuple[CriterionResult, ...]:
    return (*assessment.criteria, *assessment.gates, *assessment.routing)


def judge(one: GuidelineCase) -> Assessment:
    guideline, _ = select_guideline(one.case, one.facts, guideline_id=one.guideline)
    return evaluate(one.case, one.facts, guideline)


@pytest.mark.parametrize("one", CASES, ids=lambda one: f"{one.guideline}: {one.name}")
def test_case_gives_the_expected_statuses(one: GuidelineCase) -> None:
    assessment = judge(one)
    found: dict[str, object] = {result.id: result.status for result in results(assessment)}
    found |= {pathway.id: pathway.status for pathway in assessment.pathways}
    found |= {field: getattr(assessment, field) for field in RESULT_FIELDS}
    if assessment.category is not None:
        found |= {"category": assessment.category.name, "by_default": assessment.category.by_default}
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
    wanted = {
        (criterion.id, status)
        for criterion in load_guideline(guideline_id).criteria()
        for status in ("met", "not_met", "not_documented")
    }
    expected = {item for one in read_cases(guideline_id) for item in one.expect.items()}
    unreachable = {
        (criterion_id, status)
        for criterion_id, statuses in case_file(guideline_id).get("unreachable", {}).items()
        for status in statuses
    }
    assert wanted - expected - unreachable == set()
    assert unreachable & expected == set()
