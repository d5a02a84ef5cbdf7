"""The library entry: the same two steps as the command line, on notes and cases in memory.

```python
from chartproof.api import assess, extract
from chartproof.notes import Case, Note, Request

facts = extract(Note(note_id="n1", text="FABER positive on the left."))
assessment = assess(Case(case_id="c1", request=Request(cpt=("27096",)), notes=(...,)))
```
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from chartproof.assessment import Assessment
from chartproof.facts import NoteFacts
from chartproof.notes import Case, Note

if TYPE_CHECKING:
    from chartproof.extract.llm import Fallback


def extract(note: Note, *, llm: Fallback | None = None) -> NoteFacts:
    """Find the facts of one note; every span is valid for ``note.text``. Deterministic.

    With `llm`, the model is asked for the kinds of which the rules found nothing; what it points at is read again by
    the rules' own parsers, and the report of it stands in `llm` of the result.
    """
    from chartproof.extract import extract_note

    found = extract_note(note)
    if llm is None:
        return found
    from chartproof.assisted import submit_note

    return submit_note(note, found, llm)()


def assess(
    case: Case,
    *,
    guideline: str | None = None,
    facts: Sequence[NoteFacts] | None = None,
    llm: Fallback | None = None,
) -> Assessment:
    """Judge one case: a pre-filled assessment for a human reviewer, never a coverage decision.

    Inputs: the case; `guideline`, an id such as ``nia-305``, in place of the one its CPT codes (or, without codes,
    the procedure its notes plan) lead to; `facts`, the extraction of each note in order, where it is at hand; `llm`,
    a model that is asked for what the rules left open, and that cannot change what they have settled.
    Outputs: the assessment. Errors: ChartproofError for unknown or conflicting codes and unknown guidelines.
    """
    from chartproof.evaluate import evaluate, select_guideline
    from chartproof.extract import rules_hash

    if llm is not None:
        return submit(case, guideline=guideline, facts=facts, llm=llm)()[0]
    case, found = read(case, facts)
    chosen, chosen_from = select_guideline(case, found, guideline_id=guideline)
    return evaluate(case, found, chosen, guideline_from=chosen_from, rules_hash=rules_hash())


def submit(
    case: Case, *, guideline: str | None = None, facts: Sequence[NoteFacts] | None = None, llm: Fallback
) -> Callable[[], tuple[Assessment, tuple[NoteFacts, ...]]]:
    """Send the questions about a case, as `assess` does; the function returned waits for the answers.

    It gives the assessment and the facts it rests on.
    """
    from chartproof.assisted import submit_case
    from chartproof.evaluate import select_guideline

    case, found = read(case, facts)
    chosen, chosen_from = select_guideline(case, found, guideline_id=guideline)
    return submit_case(case, found, chosen, chosen_from, llm)


def read(case: Case, facts: Sequence[NoteFacts] | None = None) -> tuple[Case, tuple[NoteFacts, ...]]:
    """The case with the dates its notes give themselves, and the facts of each note, in order: what is judged."""
    from chartproof.extract import note_date

    case = case.model_copy(
        update={"notes": tuple(note.model_copy(update={"date": note_date(note)}) for note in case.notes)}
    )
    return case, tuple(extract(note) for note in case.notes) if facts is None else tuple(facts)
