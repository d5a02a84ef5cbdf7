from __future__ import annotations

import pytest

from chartproof.assessment import Assessment, CriterionResult
from chartproof.notes import Case, Note, Request
from chartproof.scoring.cases import score_cases
from chartproof.scoring.gold import CaseGold, GoldCase


def result(name: str, status: str) -> CriterionResult:
    return CriterionResult.model_validate(
        {"id": name, "status": status, "text": "Text.", "source": "Source.", "reason": f"Because of {name}."}
    )


def gold_case(case_id: str, criteria: dict[str, str], gates: dict[str, str], determination: str) -> GoldCase:
    return GoldCase(
        Case(case_id=case_id, notes=(Note(note_id="n", text="text"),)),
        CaseGold.model_validate(
            {
                "guideline": "nia-305",
                "pathway": "nia-305.sij-pain",
                "criteria": criteria,
                "gates": gates,
                "determination": determination,
            }
        ),
    )


def assessment(case_id: str, statuses: dict[str, str], determination: str, guideline: str = "nia-305") -> Assessment:
    return Assessment.model_validate(
        {
            "case_id": case_id,
            "request": Request(),
            "guideline": guideline,
            "guideline_version": "1",
            "pathway": "nia-305.sij-pain",
            "determination": determination,
            "criteria": [result(name, status) for name, status in statuses.items()],
            "gates": [],
            "pathways": [],
        }
    )


GOLD = [
    gold_case("c1", {"a": "met", "b": "not_met"}, {"g": "met"}, "criteria_not_met"),
    gold_case("c2", {"a": "not_documented", "b": "met"}, {"g": "not_applicable"}, "needs_information"),
]
PREDICTED = {
    "c1": assessment("c1", {"a": "met", "b": "met", "g": "met", "extra": "met"}, "criteria_met"),
    "c2": assessment("c2", {"a": "met", "b": "met"}, "needs_information"),
}


def test_confusion_and_figures_by_hand() -> None:
    score = score_cases(GOLD, PREDICTED).all
    assert (score.cases, score.items) == (2, 6)
    assert score.confusion["met"]["met"] == 3
    assert score.confusion["not_met"]["met"] == score.unsafe_mets == 1
    assert score.confusion["not_documented"]["met"] == score.unsupported_mets == 1
    assert score.confusion["not_applicable"]["absent"] == 1
    assert score.accuracy.value == 0.5
    assert score.f1["met"].value == pytest.approx(6 / 8)
    assert score.f1["external"].value is None
    assert score.macro_f1.value == pytest.approx(0.25)
    assert score.macro_f1_with_not_applicable.value == pytest.approx(0.75 / 4, abs=1e-4)
    # Gold: 3 met and one each of three others; found: 5 met, 1 absent. Chance: 15/36.
    assert score.kappa.value == pytest.approx((3 / 6 - 15 / 36) / (1 - 15 / 36), abs=1e-4)
    assert score.determination_accuracy.value == 0.5
    assert score.unsafe_determinations == 1


def test_perfect_agreement() -> None:
    predicted = {
        item.case.case_id: assessment(
            item.case.case_id, {**item.gold.criteria, **item.gold.gates}, item.gold.determination
        )
        for item in GOLD
    }
    report = score_cases(GOLD, predicted, with_differences=True)
    figures = (report.all.kappa, report.all.macro_f1, report.all.determination_accuracy)
    assert [figure.value for figure in figures] == [1, 1, 1]
    assert report.all.kappa.interval_95 == (1, 1)
    assert report.differences == ()


def test_kappa_of_one_status_only_is_undefined() -> None:
    gold = [gold_case("c1", {"a": "met"}, {}, "criteria_met")]
    score = score_cases(gold, {"c1": assessment("c1", {"a": "met"}, "criteria_met")}).all
    assert score.kappa.value is None
    assert score.macro_f1.value == 1


def test_a_case_without_assessment_is_all_absent() -> None:
    report = score_cases(GOLD, {"c2": PREDICTED["c2"]}, failures={"c1": "unknown code"}, with_differences=True)
    assert report.not_assessed == {"c1": "unknown code"}
    assert sum(row["absent"] for row in report.all.confusion.values()) == 4
    assert report.all.determinations["criteria_not_met"]["absent"] == 1


def test_differences_mark_what_is_unsafe_and_give_the_reason() -> None:
    report = score_cases(GOLD, PREDICTED, with_differences=True)
    assert report.differences is not None
    shown = [(item.case_id, item.what, item.id, item.predicted, item.unsafe) for item in report.differences]
    assert shown == [
        ("c1", "criterion", "b", "met", True),
        ("c1", "determination", "", "criteria_met", True),
        ("c2", "criterion", "a", "met", True),
        ("c2", "gate", "g", "absent", False),
    ]
    assert report.differences[0].reason == "Because of b."


def test_another_guideline_is_a_difference() -> None:
    predicted = {"c1": assessment("c1", {}, "needs_information", guideline="nia-300")}
    report = score_cases(GOLD[:1], predicted, with_differences=True)
    assert report.all.guideline_accuracy.value == 0
    assert report.differences is not None
    assert (report.differences[0].what, report.differences[0].predicted) == ("guideline", "nia-300")


def test_scores_per_guideline() -> None:
    other = GoldCase(
        GOLD[0].case.model_copy(update={"case_id": "c3"}), GOLD[0].gold.model_copy(update={"guideline": "nia-300"})
    )
    report = score_cases([*GOLD, other], PREDICTED)
    assert {name: score.cases for name, score in report.guidelines.items()} == {"nia-300": 1, "nia-305": 2}
