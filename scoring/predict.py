"""Running the package on gold input: extraction on notes, assessment on cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from chartproof.api import assess, extract, submit
from chartproof.assessment import Assessment
from chartproof.errors import ChartproofError
from chartproof.evaluate import list_guidelines
from chartproof.facts import NoteFacts
from chartproof.notes import Case, Note

if TYPE_CHECKING:
    from chartproof.extract.llm import Fallback


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
    named = _named(asked)
    assessments: dict[str, Assessment] = {}
    failures: dict[str, str] = {}
    for case in cases:
        try:
            assessments[case.case_id] = assess(case, guideline=named.get(case.case_id))
        except ChartproofError as error:
            failures[case.case_id] = str(error)
    return assessments, failures


def _named(asked: Mapping[str, str] | None) -> dict[str, str]:
    """Those guidelines of `asked`, by case id, that have no codes."""
    by_hand = {one.id for one in list_guidelines() if not one.cpt}
    return {case_id: one for case_id, one in (asked or {}).items() if one in by_hand}


def extract_all_with(notes: Sequence[Note], found: dict[str, NoteFacts], llm: Fallback) -> dict[str, NoteFacts]:
    """`found`, the facts of each note by the rules, with those a language model adds."""
    from chartproof.assisted import Ahead, submit_note

    work = Ahead(notes, lambda note: submit_note(note, found[note.note_id], llm), llm.config.concurrency)
    return {note.note_id: work(note) for note in notes}


def assess_all_with(
    cases: Sequence[Case], llm: Fallback, asked: Mapping[str, str] | None = None
) -> dict[str, Assessment]:
    """The assessment of each case with a language model, by case id; those that cannot be assessed are left out."""
    from chartproof.assisted import Ahead

    named = _named(asked)

    def begin(case: Case) -> Callable[[], tuple[Assessment, tuple[NoteFacts, ...]]]:
        return submit(case, guideline=named.get(case.case_id), llm=llm)

    work = Ahead(cases, begin, llm.config.concurrency)
    assessments: dict[str, Assessment] = {}
    for case in cases:
        try:
            assessments[case.case_id] = work(case)[0]
        except ChartproofError:
            continue
    return assessments
