"""Running the package on gold input: extraction on notes, assessment on cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chartproof.api import assess, extract
from chartproof.assessment import Assessment
from chartproof.errors import ChartproofError
from chartproof.evaluate import list_guidelines
from chartproof.facts import NoteFacts
from chartproof.notes import Case, Note


def extract_all(notes: Sequence[Note]) -> dict[str, NoteFacts]:
    """The extracted facts of each note, by note id."""
    return {note.note_id: extract(note) for note in notes}


def assess_all(
    cases: Sequence[Case], asked: Mapping[str, str] | None = None
) -> tuple[dict[str, Assessment], dict[str, str]]:
    """The assessment of each case, by case id; and, for those that cannot be assessed, the message.

    `asked` are guidelines by case id. One is taken only where it has no codes, so that it can be chosen in no other
    way; otherwise the choice is a part of what is measured.
    """
    by_hand = {one.id for one in list_guidelines() if not one.cpt}
    assessments: dict[str, Assessment] = {}
    failures: dict[str, str] = {}
    for case in cases:
        try:
            named = (asked or {}).get(case.case_id)
            assessments[case.case_id] = assess(case, guideline=named if named in by_hand else None)
        except ChartproofError as error:
            failures[case.case_id] = str(error)
    return assessments, failures
