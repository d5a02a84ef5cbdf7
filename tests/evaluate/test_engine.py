"""The assessment around the criteria: hashes, evidence, Washington, errors."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from chartproof.assessment import Assessment
from chartproof.errors import ChartproofError
from chartproof.evaluate import evaluate, load_guideline
from chartproof.evaluate.engine import in_washington
from chartproof.facts import NoteFacts
from chartproof.notes import Case, Request
from tests.evaluate.casefile import GuidelineCase, build, read_cases

COMPLETE = next(iter(read_cases("nia-305")))


def judge(one: GuidelineCase, **more: Any) -> Assessment:
    return evaluate(one.case, one.facts, load_guideline(one.guideline), **more)


def test_hashes_name_notes_guideline_and_rules() -> None:
    found = judge(COMPLETE, rules_hash="abc").hashes
    note = COMPLETE.case.notes[0]
    assert found == {
        f"note:{note.note_id}": hashlib.sha256(note.text.encode()).hexdigest(),
        "guideline": load_guideline("nia-305").content_hash,
        "rules": "abc",
    }
    assert "rules" not in judge(COMPLETE).hashes


def test_the_assessment_says_how_the_guideline_was_chosen_and_the_reference_date() -> None:
    assessment = judge(COMPLETE, guideline_from="option")
    assert assessment.guideline_from == "option"
    assert assessment.reference_date == "2024-06-20"
    assert assessment.guideline_version == load_guideline("nia-305").version


def test_without_a_request_date_the_latest_note_is_the_reference() -> None:
    notes: list[dict[str, Any]] = [
        {"date": "2024-05-01", "facts": []},
        {"date": "2024-06-13", "facts": []},
        {"facts": []},
    ]
    assert judge(build("nia-305", "dates", {"cpt": ["27096"]}, notes, {})).reference_date == "2024-06-13"


def test_without_any_date_windows_are_open() -> None:
    facts = [
        {"kind": "therapy", "modality": "physical_therapy", "low": 8, "high": 8, "unit": "week", "outcome": "failed"}
    ]
    assessment = judge(build("nia-305", "dates", {"cpt": ["27096"]}, [{"facts": facts}], {}))
    assert assessment.reference_date is None
    statuses = {one.id: one.status for one in assessment.criteria}
    assert statuses["nia-305.sij-pain.conservative"] == "not_documented"


def test_values_stand_in_the_reason_and_spans_in_the_evidence() -> None:
    found = {one.id: one for one in judge(COMPLETE).criteria}["nia-305.sij-pain.pain"]
    assert found.reason == "Average pain 7/10 on 2024-06-13."
    assert [one.text for one in found.evidence] == ["statement 001 of kind pain_score"]


def test_a_conflict_within_one_note_is_flagged() -> None:
    facts = [
        {"kind": "pain_score", "low": 7, "high": 7, "statistic": "average"},
        {"kind": "pain_score", "low": 3, "high": 3, "statistic": "average"},
    ]
    assessment = judge(build("nia-305", "conflict", {"cpt": ["27096"], "date": "2024-06-20"}, [{"facts": facts}], {}))
    found = {one.id: one for one in assessment.criteria}["nia-305.sij-pain.pain"]
    assert (found.status, found.conflict) == ("not_documented", True)


@pytest.mark.parametrize(
    ("state", "plan", "applies"),
    [
        ("WA", "Apple Health", True),
        ("wa", "Apple Health (Medicaid)", True),
        ("Washington", "PEBB", True),
        ("WA", "commercial", False),
        ("OR", "Apple Health", False),
        ("WA", None, False),
        (None, None, False),
    ],
)
def test_where_washington_rules_apply(state: str | None, plan: str | None, applies: bool) -> None:
    assert in_washington(Request(state=state, plan=plan)) is applies


def test_facts_of_a_note_that_is_not_in_the_case_are_an_error() -> None:
    stray = NoteFacts(note_id="stray", facts=())
    with pytest.raises(ChartproofError, match="stray"):
        evaluate(COMPLETE.case, [*COMPLETE.facts, stray], load_guideline("nia-305"))


def test_a_span_beyond_the_note_is_an_error_that_quotes_nothing() -> None:
    case = Case.model_validate({"case_id": "c", "notes": [{"note_id": "n", "text": "private words"}]})
    facts = NoteFacts.model_validate({"note_id": "n", "facts": [{"kind": "patient", "age": 50, "spans": [[5, 99]]}]})
    with pytest.raises(ChartproofError) as error:
        evaluate(case, [facts], load_guideline("nia-305"))
    assert "private" not in str(error.value)


def test_two_notes_of_one_id_are_an_error() -> None:
    note = {"note_id": "n", "text": "a"}
    case = Case.model_validate({"case_id": "c", "notes": [note, note]})
    with pytest.raises(ChartproofError, match="same note_id"):
        evaluate(case, [], load_guideline("nia-305"))
