"""Running the package on gold input: extraction on notes, assessment on cases."""

from __future__ import annotations

from collections.abc import Sequence

from chartproof.api import assess, extract
from chartproof.assessment import Assessment
from chartproof.errors import ChartproofError
from chartproof.facts import NoteFacts
from chartproof.notes import Case, Note


def extract_all(notes: Sequence[Note]) -> dict[str, NoteFacts]:
    """The extracted facts of each note, by note id."""
    return {note.note_id: extract(note) for note in notes}


def assess_all(cases: Sequence[Case]) -> tuple[dict[str, Assessment], dict[str, str]]:
    """The assessment of each case, by case id; and, for those that cannot be assessed, the message."""
    assessments: dict[str, Assessment] = {}
    failures: dict[str, str] = {}
    for case in cases:
        try:
            assessments[case.case_id] = assess(case)
        except ChartproofError as error:
            failures[case.case_id] = str(error)
    return assessments, failures
