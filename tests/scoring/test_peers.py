"""The recorded language model among the peers (bench/peers)."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml

from chartproof.scoring.gold import load_gold

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "bench" / "peers" / "cassettes"


@pytest.fixture(scope="module")
def llm() -> ModuleType:
    """bench/peers/llm.py, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("peers_llm", ROOT / "bench" / "peers" / "llm.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_cassettes_are_small_and_hold_answers_and_nothing_of_the_client() -> None:
    files = sorted(FOLDER.iterdir())
    assert files
    assert {file.stem for file in files} <= {note.note_id for note, _ in load_gold(ROOT / "gold" / "notes")}
    assert sum(file.stat().st_size for file in files) < 1_000_000
    for file in files:
        content = file.read_text("utf-8")
        assert not re.search(r"authorization|bearer|api[-_]key|\bsk-\w{8}", content, re.IGNORECASE)
        for one in yaml.safe_load(content)["interactions"]:
            assert re.fullmatch(r"[0-9a-f]{64}", one["request"]["body"])
            assert set(one["request"]["headers"]) == {"settings"}
            assert json.loads(one["response"]["body"]["string"])["choices"]


def test_the_page_is_of_this_prompt_and_these_notes(llm: ModuleType) -> None:
    page = (ROOT / "docs" / "peers.md").read_text("utf-8")
    assert f"prompt {llm.prompt_hash()[:12]} |" in page
    assert f"### {len(list(FOLDER.iterdir()))} of these notes" in page


def test_the_examples_of_the_prompt_quote_their_texts(llm: ModuleType) -> None:
    for example in yaml.safe_load(llm.PROMPT.read_text("utf-8"))["examples"]:
        for one in example["extractions"]:
            place = " ".join(example["text"].split()).find(one["quote"])
            assert place >= 0, one
            made = llm.fact_of(one["kind"], 0, 5, one["attributes"])
            assert made.assertion == one["attributes"]["assertion"]
            assert set(one["attributes"]) <= made.model_fields_set, "an attribute that the schema does not have"


def test_an_extraction_counts_without_the_values_that_its_kind_does_not_have(llm: ModuleType) -> None:
    made = llm.fact_of("exam_test", 3, 9, {"test": "straight", "result": "positive", "side": "", "mood": "good"})
    assert made.model_dump(exclude_none=True, exclude={"spans"}) == {
        "kind": "exam_test",
        "test": "other",
        "result": "positive",
        "assertion": "present",
    }
    assert made.spans[0] == (3, 9)
    assert llm.fact_of("pain_score", 3, 9, {"low": "bad"}) is None
    assert llm.fact_of("mood", 3, 9, {}) is None


def test_answers_are_replayed_and_only_for_what_was_asked(llm: ModuleType) -> None:
    pytest.importorskip("langextract", reason="the extra bench is not installed")
    note = next(note for note, _ in load_gold(ROOT / "gold" / "notes") if llm.recorded(note))
    model, again = llm.LanguageModel(), llm.LanguageModel()
    assert model(note) == again(note)
    assert model.tally == again.tally
    assert model.tally.answers >= 1
    with pytest.raises(LookupError, match="record anew"):
        model(note.model_copy(update={"text": note.text + " More."}))
