"""The library entry: the same two steps as the command line, on notes and cases in memory.

from chartproof.api import assess, extract
from chartproof.notes import Case, Note, Request

facts = extract(Note(note_id="n1", text="FABER positive on the left."))
assessment = assess(Case(case_id="c1", request=Request(cpt=("27096",)), notes=(...,)))
"""

from __future__ import annotations

from collections.abc import Sequence

from chartproof.assessment import Assessment
from chartproof.facts import NoteFacts
from chartproof.notes import Case, Note


def extract(note: Note) -> NoteFacts:
    """Find the facts of one note; every span is valid for ``note.text``. Deterministic."""
    from chartproof.extract import extract_note

    return extract_note(note)


def assess(case: Case, *, guideline: str | None = None, facts: Sequence[NoteFacts] | None = None) -> Assessment:
    """Judge one case: a pre-filled assessment for a human reviewer, never a coverage decision.

    Inputs: the case; `guideline`, an id such as ``nia-305``, in place of the one its CPT codes (or, without codes,
    the procedure its notes plan) lead to; `facts`, the extraction of each note in order, where it is at hand.
    Outputs: the assessment. Errors: ChartproofError for unknown or conflicting codes and unknown guidelines.
    """
    from chartproof.evaluate import evaluate, select_guideline
    from chartproof.extract import note_date, rules_hash

    case = case.model_copy(
        update={"notes": tuple(note.model_copy(update={"date": note_date(note)}) for note in case.notes)}
    )
    found = tuple(extract(note) for note in case.notes) if facts is None else tuple(facts)
    chosen, chosen_from = select_guideline(case, found, guideline_id=guideline)
    return evaluate(case, found, chosen, guideline_from=chosen_from, rules_hash=rules_hash())
