"""Running the package on gold input: extraction on notes, assessment on cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from chartproof.api import assess, extract, submit
from chartproof.assessment import Assessment
from chartproof.errors import ChartproofError
from chartproof.facts import NoteFacts
from chartproof.notes import Case, Note

if TYPE_CHECKING:
    from chartproof.extract.llm import Fallback


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


def extract_all_with(notes: Sequence[Note], found: dict[str, NoteFacts], llm: Fallback) -> dict[str, NoteFacts]:
    """`found`, the facts of each note by the rules, with those a language model adds."""
    from chartproof.assisted import Ahead, submit_note

    work = Ahead(notes, lambda note: submit_note(note, found[note.note_id], llm), llm.config.concurrency)
    return {note.note_id: work(note) for note in notes}


def assess_all_with(cases: Sequence[Case], llm: Fallback) -> dict[str, Assessment]:
    """The assessment of each case with a language model, by case id; those that cannot be assessed are left out."""
    from chartproof.assisted import Ahead

    def begin(case: Case) -> Callable[[], tuple[Assessment, tuple[NoteFacts, ...]]]:
        return submit(case, llm=llm)

    work = Ahead(cases, begin, llm.config.concurrency)
    assessments: dict[str, Assessment] = {}
    for case in cases:
        try:
            assessments[case.case_id] = work(case)[0]
        except ChartproofError:
            continue
    return assessments
