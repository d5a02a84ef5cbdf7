"""What is said of patients in general is no fact of this one."""

from __future__ import annotations

import datetime as dt

import pytest

from chartproof.extract.pipeline import extract_note
from chartproof.notes import Note

NOTE_DATE = dt.date(2024, 6, 11)


def found(text: str) -> list[tuple[str, str]]:
    """Kind and words of the facts of a text, diagnoses left out."""
    facts = extract_note(Note(note_id="n", text=f"Lumbar radiculopathy.\n\n{text}", date=NOTE_DATE)).facts
    whole = f"Lumbar radiculopathy.\n\n{text}"
    return [(fact.kind, fact.spans[0].of(whole)) for fact in facts if fact.kind != "diagnosis"]


@pytest.mark.parametrize(
    "text",
    [
        "Most patients get 70% relief for six months from an L4-5 ESI.",
        "About 60% of our patients complete eight weeks of PT.",
        "Patients usually have 6 weeks of physical therapy first.",
        "In selected patients a lumbar RFA gives 80% relief.",
        "The literature supports an L4-5 ESI after 6 weeks of physical therapy.",
    ],
)
def test_no_fact_of_patients_in_general(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("She works with disabled people and completed 6 weeks of PT.", ("therapy", "PT")),
        ("Unlike most patients, he had 80% relief from the L4-5 ESI of 3/1/24.", ("relief", "80% relief")),
        ("The patient had 70% relief from the L4-5 ESI of 3/1/24.", ("relief", "70% relief")),
    ],
)
def test_facts_of_this_patient_stay(text: str, expected: tuple[str, str]) -> None:
    assert expected in found(text)


def test_a_sentence_that_goes_on_to_this_patient_keeps_that_part() -> None:
    told = found("Most patients get 70% relief, but she had 20% relief from the L4-5 ESI of 3/1/24.")
    assert ("relief", "20% relief") in told
    assert ("relief", "70% relief") not in told
