"""A configuration for the scripted server, and an environment without the user's own settings."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chartproof.extract.llm.config import PREFIX, LLMConfig, load_config


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting, key, proxy or tracing of the one who runs the tests; cache and configuration in a folder of the test."""
    for name in list(os.environ):
        if name.startswith((PREFIX, "OPENAI_", "LANGCHAIN_", "LANGSMITH_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


@pytest.fixture
def configure(tmp_path: Path) -> Callable[..., LLMConfig]:
    """Settings for an endpoint, without waiting."""

    def make(url: str, **more: Any) -> LLMConfig:
        config = load_config({"model": "m", "base_url": url, "retries": 0, "timeout": 5, **more})
        assert config is not None
        return config

    return make
