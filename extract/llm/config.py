"""Settings of the fallback: from options, environment variables (``CHARTPROOF_LLM_*``) and a TOML file, in that order."""

from __future__ import annotations

import ipaddress
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from chartproof.errors import ChartproofError

PREFIX = "CHARTPROOF_LLM_"
_FILE = f"{PREFIX}CONFIG"


class LLMConfig(BaseModel):
    """Which model is asked, where, and how much. Times are seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    model: str = Field(min_length=1)
    base_url: str = Field(description="Of an OpenAI-compatible endpoint, such as http://127.0.0.1:8080/v1.")
    api_key: SecretStr | None = Field(default=None, description="From the environment only.")
    allow_remote: bool = False
    deidentify: bool = False
    deidentify_model: str | None = Field(default=None, description="An installed spaCy model that finds names.")
    structured: Literal["json_schema", "json_object", "json_mode", "function_calling"] = Field(
        default="json_schema",
        description="How the endpoint is asked for JSON; json_object: with a schema, as llama.cpp.",
    )
    timeout: float = Field(default=120, gt=0)
    retries: int = Field(default=3, ge=0, le=10)
    concurrency: int = Field(default=4, ge=1, le=64)
    seed: int = 0
    max_input_tokens: int = Field(default=3000, ge=100, description="Of the note's text in one call.")
    max_output_tokens: int = Field(default=1500, ge=16)
    max_calls: int | None = Field(default=None, ge=0, description="Calls of one run; cached answers are none.")
    max_tokens: int | None = Field(default=None, ge=0, description="Tokens of one run, in and out, at most.")
    cache: bool = True
    cache_dir: Path | None = None

    @field_validator("base_url")
    @classmethod
    def _is_http(cls, value: str) -> str:
        if not value.isascii() or not value.isprintable() or any(one in value for one in " \\?#"):
            raise ValueError("must be plain: no spaces, no ? and no #; the key goes into CHARTPROOF_LLM_API_KEY")
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("must be a URL such as http://127.0.0.1:8080/v1")
        _ = parts.port  # raises for one that is none
        if parts.username or parts.password:
            raise ValueError("must not hold a password; the key goes into CHARTPROOF_LLM_API_KEY")
        return value.rstrip("/")

    @property
    def host(self) -> str:
        """The endpoint's host."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def local(self) -> bool:
        """Whether the endpoint is this machine's loopback interface."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def load_config(options: Mapping[str, Any] | None = None, env: Mapping[str, str] | None = None) -> LLMConfig | None:
    """The settings, or None when no model is named anywhere: the fallback is off.

    Inputs: `options` go before `env` (without it, the process's), which goes before the file. The file is the one that
    ``CHARTPROOF_LLM_CONFIG`` names, else ``chartproof/llm.toml`` in the user's configuration directory, if it is there.
    Errors: ChartproofError for unknown or wrong settings, a missing endpoint, and a remote endpoint that is not allowed.
    """
    env = os.environ if env is None else env
    values = _from_file(env) | _from_env(env) | {name: one for name, one in (options or {}).items() if one is not None}
    if not values.get("model"):
        return None
    if not values.get("base_url"):
        raise ChartproofError(
            "the language model has no endpoint; give --llm-base-url, e.g. http://127.0.0.1:8080/v1 for a local server"
        )
    try:
        config = LLMConfig.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        name = ".".join(map(str, first["loc"]))
        raise ChartproofError(f"setting {name!r} of the language model: {first['msg']}") from None
    if not config.local and not config.allow_remote:
        raise ChartproofError(
            f"{config.host} is not this machine: text of notes would leave it; --allow-remote permits that"
        )
    return config


def _from_env(env: Mapping[str, str]) -> dict[str, Any]:
    names = LLMConfig.model_fields.keys()
    return {name: value for name in names if (value := env.get(f"{PREFIX}{name.upper()}"))}


def _from_file(env: Mapping[str, str]) -> dict[str, Any]:
    named = env.get(_FILE)
    base = env.get("XDG_CONFIG_HOME") or (f"{env['HOME']}/.config" if env.get("HOME") else None)
    if not named and not base:
        return {}
    path = Path(named) if named else Path(str(base)) / "chartproof" / "llm.toml"
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        if named:
            raise ChartproofError(f"{path}: no such file; {_FILE} names it") from None
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ChartproofError(f"{path}: cannot be read as TOML ({type(error).__name__})") from None
    if "api_key" in content:
        raise ChartproofError(f"{path}: no key belongs into a file; put it into {PREFIX}API_KEY")
    return content
