"""The strongest model there can be against grounding: every quote of a note, with every value that our own parsers read in it.

So a claim cannot fail by a wrong value; what holds it back is only what the words around the value mean.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, get_args

import pytest

from chartproof.api import assess
from chartproof.extract import extract_note
from chartproof.extract.llm import READABLE, Fallback, LLMConfig
from chartproof.extract.llm.cache import Reply
from chartproof.extract.llm.claims import read_answer
from chartproof.extract.llm.grounding import Grounding
from chartproof.extract.pipeline import build_view
from chartproof.extract.view import NoteView
from chartproof.facts import ExamTestName, Fact, Modality, PainPattern, ProcedureName
from chartproof.notes import Case, Note, Request
from tests.extract.llm.helpers import a_note
from tests.extract.llm.hostile import TRAPS, TRUE, UNSUPPORTED

OPENING = "HPI: Low back pain.\n"
LONGEST = 40  # words of a quote
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def quotes(text: str, start: int) -> Iterator[str]:
    """Every run of words behind an offset, longest first from each word."""
    words = [(match.start(), match.end()) for match in re.finditer(r"\S+", text[start:])]
    for number, (first, _) in enumerate(words):
        for _, last in reversed(words[number : number + LONGEST]):
            yield text[start + first : start + last]


def claims(view: NoteView, quote: str) -> Iterator[dict[str, Any]]:
    """Claims of every kind with values that stand in the note; what is left out is ours to read, so it agrees."""
    durations = [amount for one in view.sentences for amount in one.durations]
    times = [{"low": one.low, "high": one.high, "unit": one.unit} for one in durations]
    dates = [date.iso for one in view.sentences for date in one.dates if date.iso]
    percents = [{"percent_low": p.low, "percent_high": p.high} for one in view.sentences for p in one.percents]
    for number in {*map(float, NUMBER.findall(quote)), 1.0}:
        yield {"kind": "pain_score", "low": number, "high": number}
    for time in times:
        yield {"kind": "symptom_duration", **time}
    for date in dates:
        yield {"kind": "symptom_duration", "since": date}
    for pattern in get_args(PainPattern.model_fields["pattern"].annotation):
        yield {"kind": "pain_pattern", "pattern": pattern}
    yield {"kind": "functional_limit"}
    has = {label for one in view.sentences for label in one.by_label}
    for modality in get_args(Modality) if has & {"therapy", "therapy_drug"} else ():
        for time in ({}, *times):
            yield {"kind": "therapy", "modality": modality, **time}
    for test in get_args(ExamTestName) if "exam_test" in has else ():
        for result in ("positive", "negative", "equivocal"):
            yield {"kind": "exam_test", "test": test, "result": result}
    for procedure in get_args(ProcedureName) if "procedure" in has else ():
        for date in (None, *dates):
            yield {"kind": "procedure", "procedure": procedure, "date": date}
    for percent in percents:
        for time in ({}, *times):
            yield {"kind": "relief", **percent, **time}


def survivors(text: str, start: int) -> list[Fact]:
    """What any claim about the text behind an offset makes a fact of, beside those the rules find."""
    note = a_note(text)
    view, known = build_view(note), extract_note(note).facts
    found: list[Fact] = []
    for quote in quotes(text, start):
        grounding = Grounding(view, known, "llm:m")
        every = iter([claim | {"quote": quote} for claim in claims(view, quote)])
        while some := list(islice(every, 100)):
            grounding.add(*read_answer(json.dumps({"findings": some}), READABLE), READABLE)
        found.extend(grounding.accepted)
    return found


@pytest.mark.parametrize("text", UNSUPPORTED)
def test_no_quote_and_no_value_makes_a_fact_of_what_is_not_said(text: str) -> None:
    assert not survivors(f"{OPENING}{text}\n", len(OPENING))


@pytest.mark.parametrize("text", [f"HPI: {one[1]}" for one in TRUE[:4]])
def test_the_same_adversary_finds_what_is_said(text: str) -> None:
    """Else the test above would say nothing."""
    assert survivors(f"{OPENING}{text}\n", len(OPENING)) or extract_note(a_note(f"{OPENING}{text}\n")).facts


class Hostile:
    """An endpoint that claims everything our parsers read anywhere in the note, with the quotes it was sent."""

    def __init__(self, note: Note) -> None:
        self._view = build_view(note)

    def ask(self, system: str, user: str, schema: Mapping[str, Any]) -> Reply:
        """Findings of each line of the note, as many as are looked at."""
        lines = [line for line in user.splitlines() if len(line) > 10]
        found = [claim | {"quote": line} for line in lines for claim in claims(self._view, line)]
        wanted = [one for one in found if one["kind"] in ("pain_score", "symptom_duration", "functional_limit")]
        return Reply(json.dumps({"findings": wanted[:100]}), 1, 1)


def test_a_hostile_endpoint_changes_no_criterion() -> None:
    """A chart whose open criteria only traps speak of is judged as without the model."""
    chart = "HPI: Right buttock pain.\nEXAM: FABER positive on the right.\nPLAN: Right sacroiliac joint injection.\n"
    config = LLMConfig(model="m", base_url="http://127.0.0.1:9/v1", cache=False)
    traps = [*(f"{heading}: {sentence}" for heading, sentence in TRAPS), *UNSUPPORTED]
    for some in (traps[at : at + 8] for at in range(0, len(traps), 8)):
        note = Note(note_id="v", text=chart + "\n".join(some) + "\n")
        case = Case(case_id="c", request=Request(cpt=("27096",)), notes=(note,))
        by_rules = assess(case)
        with Fallback(config, client=Hostile(note)) as llm:
            with_llm = assess(case, llm=llm)
        assert with_llm.llm is None or not with_llm.llm.accepted, with_llm.llm.accepted
        assert with_llm.model_copy(update={"llm": None}) == by_rules
