"""Every test case beside a guideline file, and that they cover each criterion."""

from __future__ import annotations

import pytest

from chartproof.assessment import Assessment
from chartproof.evaluate import evaluate, load_guideline, select_guideline
from tests.evaluate.casefile import GuidelineCase, all_cases, case_file, guidelines_with_cases, read_cases

CASES = all_cases()
RESULT_FIELDS = ("pathway", "determination", "initial_or_repeat")


def judge(one: GuidelineCase) -> Assessment:
    guideline, _ = select_guideline(one.case, one.facts, guideline_id=one.guideline)
    return evaluate(one.case, one.facts, guideline)


@pytest.mark.parametrize("one", CASES, ids=lambda one: f"{one.guideline}: {one.name}")
def test_case_gives_the_expected_statuses(one: GuidelineCase) -> None:
    assessment = judge(one)
    found: dict[str, object] = {result.id: result.status for result in (*assessment.criteria, *assessment.gates)}
    found |= {pathway.id: pathway.status for pathway in assessment.pathways}
    found |= {field: getattr(assessment, field) for field in RESULT_FIELDS}
    assert {key: found.get(key) for key in one.expect} == dict(one.expect)


@pytest.mark.parametrize("one", CASES, ids=lambda one: f"{one.guideline}: {one.name}")
def test_results_are_complete(one: GuidelineCase) -> None:
    assessment = judge(one)
    texts = {note.note_id: note.text for note in one.case.notes}
    for result in (*assessment.criteria, *assessment.gates):
        assert result.reason.endswith(".")
        assert not result.reason[0].islower()
        assert (result.missing is not None) == (result.status == "not_documented")
        for evidence in result.evidence:
            assert evidence.text == texts[evidence.note_id][evidence.start : evidence.end] != ""
            assert evidence.text not in result.reason


@pytest.mark.parametrize("guideline_id", guidelines_with_cases())
def test_cases_cover_every_criterion(guideline_id: str) -> None:
    guideline = load_guideline(guideline_id)
    criteria = [criterion for pathway in guideline.pathways for criterion in pathway.criteria]
    wanted = {
        (criterion.id, status)
        for criterion in (*criteria, *guideline.gates, *guideline.washington)
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
