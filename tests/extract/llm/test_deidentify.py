"""Masking: what identifies a person goes, what is clinical stays, and every offset stays what it is."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from chartproof.api import extract
from chartproof.errors import ChartproofError
from chartproof.extract.llm import Fallback, LLMConfig
from chartproof.extract.llm.deidentify import masker
from tests.extract.llm.helpers import SCORE, TEXT, a_note
from tests.extract.llm.server import finds, serve

HEADER = (
    "Patient: Jane Q. Doe\nDOB: 3/4/1970\nMRN: 00123456\nPhone: (555) 123-4567\nAddress: 12 Elm Street, Springfield, IL 62704\n"
    "jane@example.com\nDOS: 6/11/2024\nSeen with Dr. Ruth Roe.\n"
)
IDENTIFYING = ("Jane", "Doe", "1970", "00123456", "123-4567", "Elm", "example.com", "Roe")


def test_without_the_extra_there_is_a_clear_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "presidio_analyzer", None)
    with pytest.raises(ChartproofError, match=r"chartproof\[deidentify\]"):
        masker("no-such-model-for-the-message")


def test_what_identifies_is_masked_in_place() -> None:
    pytest.importorskip("presidio_analyzer")
    text = HEADER + TEXT
    masked = masker()(text)
    assert len(masked) == len(text)
    assert not [word for word in IDENTIFYING if word in masked]
    for kept in ("6/11/2024", "sits around a 7 most days", "lumbar spine"):
        assert masked.index(kept) == text.index(kept)


def test_a_spacy_model_that_is_not_there() -> None:
    pytest.importorskip("presidio_analyzer")
    with pytest.raises(ChartproofError, match="not installed"):
        masker("no_such_model")


def test_the_model_sees_the_mask_and_facts_keep_the_note_s_offsets(configure: Callable[..., LLMConfig]) -> None:
    pytest.importorskip("presidio_analyzer")
    pytest.importorskip("langchain_openai")
    text = TEXT.replace("Truth be told", "Seen with Dr. Ruth Roe;")
    quote = "Seen with Dr. XXXX XXX; the low back ache sits around a 7 most days"
    with serve([finds({**SCORE, "quote": quote})]) as server, Fallback(configure(server.url, deidentify=True)) as llm:
        found = extract(a_note(text), llm=llm)
    assert "Roe" not in server.asked[0]
    assert found.llm is not None
    assert found.llm.deidentified
    (fact,) = [fact for fact in found.facts if fact.source == "llm:m"]
    assert fact.spans[0].of(text) == "7"
