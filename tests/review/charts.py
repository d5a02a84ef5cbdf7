"""A chart of our own, in which one criterion is open, for the tests of reviews."""

from __future__ import annotations

import datetime as dt
from functools import cache

from chartproof import api
from chartproof.assessment import Assessment, Evidence
from chartproof.facts import NoteFacts
from chartproof.notes import Case, Note, Request

EXAM = "nia-305.sij-pain.exam"
THERAPY = "nia-305.sij-pain.conservative"
PAIN = "nia-305.sij-pain.pain"
INFECTION = "nia-305.contraindication.infection"

FIRST = """HISTORY: She slipped on ice four months ago. Low back and buttock pain on the left below the belt line since.
She takes naproxen. No fever. No prior spine surgery or injection.
EXAM: FABER positive on the left. Thigh thrust positive on the left.
"""
SECOND = """HISTORY: The buttock pain is unchanged, now 7 months after the fall. Average pain 7/10. Cannot sit at her desk.
Physical therapy, nine visits, did not help. Denies fever or rash.
EXAM: FABER and compression positive on the left. Skin of the low back clear.
PLAN: Left sacroiliac joint injection under fluoroscopic guidance. No other procedure that day.
"""


def chart(case_id: str = "case-7", *, words: str = "") -> Case:
    """The case; `words` are written at the end of its second note."""
    return Case(
        case_id=case_id,
        request=Request(cpt=("27096",), date=dt.date(2024, 8, 6), side="left"),
        notes=(
            Note(note_id="first", date=dt.date(2024, 5, 2), text=FIRST),
            Note(note_id="second", date=dt.date(2024, 7, 30), text=SECOND + words),
        ),
    )


@cache
def judged() -> tuple[Case, tuple[NoteFacts, ...], Assessment]:
    """The case with its facts and the machine's assessment."""
    case, facts = api.read(chart())
    return case, facts, api.assess(case, facts=facts)


def cited(case: Case, note_id: str, words: str) -> Evidence:
    """The first place of some words in a note."""
    text = next(note.text for note in case.notes if note.note_id == note_id)
    start = text.index(words)
    return Evidence(note_id=note_id, start=start, end=start + len(words), text=words)


def status(assessment: Assessment, criterion_id: str) -> str | None:
    """The status of a criterion or gate; None where it is not shown."""
    shown = (*assessment.criteria, *assessment.gates)
    return next((one.status for one in shown if one.id == criterion_id), None)
