"""Shortcuts for the tests of the fallback."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from chartproof.extract import extract_note
from chartproof.extract.llm import READABLE
from chartproof.extract.llm.claims import read_answer
from chartproof.extract.llm.grounding import Grounding
from chartproof.extract.pipeline import build_view
from chartproof.notes import Note

#: Its score is of a wording that the fixtures of these tests keep from the rules.
TEXT = """HPI: Low back pain for a long time. Truth be told the low back ache sits around a 7 most days.
EXAM: Tender over the lumbar spine.
PLAN: Follow up.
"""
QUOTE = "the low back ache sits around a 7 most days"
SCORE = {"kind": "pain_score", "quote": QUOTE, "low": 7, "high": 7, "statistic": "average"}


def a_note(text: str = TEXT, note_id: str = "n") -> Note:
    """A note of a fixed date."""
    return Note(note_id=note_id, text=text, date=dt.date(2024, 6, 11))


def ground(text: str, *claims: dict[str, Any], with_rules: bool = False, asked: Sequence[str] = READABLE) -> Grounding:
    """Ground claims in a text; `with_rules` lets the rules find their facts first."""
    note = a_note(text)
    grounding = Grounding(build_view(note), extract_note(note).facts if with_rules else (), "llm:m")
    grounding.add(*read_answer(json.dumps({"findings": claims}), asked), asked)
    return grounding


def reason(text: str, claim: dict[str, Any], *, with_rules: bool = False) -> str:
    """Why a claim is rejected; "accepted" when it is not."""
    grounding = ground(text, claim, with_rules=with_rules)
    return "accepted" if grounding.accepted else grounding.rejected[0].reason
