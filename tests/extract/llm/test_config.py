"""Settings: where they come from, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from chartproof.errors import ChartproofError
from chartproof.extract.llm.config import load_config

LOCAL = "http://127.0.0.1:8080/v1"


def test_off_unless_a_model_is_named() -> None:
    assert load_config({}, {}) is None
    assert load_config({"base_url": LOCAL}, {"CHARTPROOF_LLM_TIMEOUT": "3"}) is None


def test_options_go_before_the_environment_and_that_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "llm.toml"
    file.write_text(f'model = "f"\nbase_url = "{LOCAL}"\ntimeout = 1\nseed = 1\nconcurrency = 1\n')
    env = {"CHARTPROOF_LLM_CONFIG": str(file), "CHARTPROOF_LLM_TIMEOUT": "2", "CHARTPROOF_LLM_SEED": "2"}
    config = load_config({"seed": 3, "model": None}, env)
    assert config is not None
    assert (config.model, config.concurrency, config.timeout, config.seed) == ("f", 1, 2, 3)


def test_the_file_of_the_user_is_found(tmp_path: Path) -> None:
    (tmp_path / "chartproof").mkdir()
    (tmp_path / "chartproof" / "llm.toml").write_text(f'model = "m"\nbase_url = "{LOCAL}"\n')
    assert load_config({}, {"XDG_CONFIG_HOME": str(tmp_path)}) is not None
    assert load_config({}, {"HOME": str(tmp_path)}) is None


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"base_url": None}, "no endpoint"),
        ({"base_url": "localhost:8080"}, "must be a URL"),
        ({"base_url": "http://user:pw@localhost/v1"}, "must not hold a password"),
        ({"base_url": "https://api.openai.com/v1"}, "--allow-remote"),
        ({"base_url": "http://10.0.0.7/v1"}, "--allow-remote"),
        ({"base_url": "http://127.0.0.1.example.com/v1"}, "--allow-remote"),
        ({"base_url": "http://localhost.example.com/v1"}, "--allow-remote"),
        ({"base_url": "http://localhost./v1"}, "--allow-remote"),
        ({"base_url": "http://0.0.0.0:8080/v1"}, "--allow-remote"),
        ({"base_url": "http://[::]/v1"}, "--allow-remote"),
        ({"base_url": "http://[::ffff:10.0.0.7]/v1"}, "--allow-remote"),
        ({"base_url": "http://127.1/v1"}, "--allow-remote"),
        ({"base_url": "http://2130706433/v1"}, "--allow-remote"),
        ({"base_url": "http://localhost%2eexample.com/v1"}, "--allow-remote"),
        ({"base_url": "http://127.0.0.1@example.com/v1"}, "must not hold a password"),
        ({"base_url": "http://127.0.0.1\\@example.com/v1"}, "must be plain"),
        ({"base_url": "http://127.0.0.1#@example.com/v1"}, "must be plain"),
        ({"base_url": "http://127.0.0.1/v1?key=sk-1"}, "must be plain"),
        ({"base_url": "http://127.0.0.1\t.example.com/v1"}, "must be plain"),
        ({"base_url": "http://１２７.0.0.1/v1"}, "must be plain"),
        ({"base_url": "http://127.0.0.1:99999/v1"}, "base_url"),
        ({"timeout": 0}, "timeout"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_refused(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ChartproofError, match=message):
        load_config({"model": "m", "base_url": LOCAL, **values}, {})


@pytest.mark.parametrize("url", [LOCAL, "http://localhost/v1", "http://[::1]:1/v1", "http://127.8.8.8/v1"])
def test_this_machine_needs_no_permission(url: str) -> None:
    config = load_config({"model": "m", "base_url": url}, {})
    assert config is not None
    assert config.local


def test_another_machine_with_permission() -> None:
    config = load_config({"model": "m", "base_url": "https://llm.example.com/v1", "allow_remote": True}, {})
    assert config is not None
    assert not config.local


def test_a_key_comes_from_the_environment_and_is_never_shown(tmp_path: Path) -> None:
    config = load_config({"model": "m", "base_url": LOCAL}, {"CHARTPROOF_LLM_API_KEY": "sk-secret"})
    assert config is not None
    assert "sk-secret" not in repr(config)
    file = tmp_path / "llm.toml"
    file.write_text('api_key = "sk-secret"\n')
    with pytest.raises(ChartproofError, match="no key belongs into a file"):
        load_config({}, {"CHARTPROOF_LLM_CONFIG": str(file)})


@pytest.mark.parametrize("content", [None, "model = ", "\xff"])
def test_a_bad_file(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "llm.toml"
    if content is not None:
        file.write_bytes(content.encode("latin-1"))
    with pytest.raises(ChartproofError, match=r"llm\.toml"):
        load_config({}, {"CHARTPROOF_LLM_CONFIG": str(file)})
