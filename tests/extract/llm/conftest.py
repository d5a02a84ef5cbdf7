"""A configuration for the scripted server, and an environment without the user's own settings."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chartproof.extract import pipeline
from chartproof.extract.kinds import FINDERS, pain_score
from chartproof.extract.llm.config import PREFIX, LLMConfig, load_config
from chartproof.extract.view import NoteView
from chartproof.facts import Fact


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting, key, proxy or tracing of the one who runs the tests; cache and configuration in a folder of the test."""
    for name in list(os.environ):
        if name.startswith((PREFIX, "OPENAI_", "LANGCHAIN_", "LANGSMITH_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture(autouse=True)
def scores_left_to_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scores of "most days" stay unread by the rules, as they were when the answers of the cassettes were recorded.

    The fallback asks for what the rules leave open, so its tests need a wording that they do leave.
    """

    def find(view: NoteView) -> Iterator[Fact]:
        for fact in pain_score.find(view):
            if not view.note.text[fact.spans[0].end :].lstrip().startswith("most days"):
                yield fact

    finders = tuple(find if finder is pain_score.find else finder for finder in FINDERS)
    monkeypatch.setattr(pipeline, "FINDERS", finders)


@pytest.fixture
def configure(tmp_path: Path) -> Callable[..., LLMConfig]:
    """Settings for an endpoint, without waiting."""

    def make(url: str, **more: Any) -> LLMConfig:
        config = load_config({"model": "m", "base_url": url, "retries": 0, "timeout": 5, **more})
        assert config is not None
        return config

    return make
