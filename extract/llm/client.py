"""Asking the endpoint: langchain's OpenAI client, imported when it is first used.

Nothing of a note goes anywhere but to the endpoint: tracing is off whatever the environment says, requests are not
logged, redirects are not followed, and a local endpoint is never reached through a proxy.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from chartproof.errors import ChartproofError
from chartproof.extract.llm.cache import Reply
from chartproof.extract.llm.config import LLMConfig
from chartproof.fallback import Incomplete

_OPENAI_HOSTS = ("openai.com", "azure.com")
_LOGGERS = ("openai", "httpx", "httpx2", "httpcore", "httpcore2", "langchain_core", "langchain_openai", "langsmith")


class FailureError(Exception):
    """The endpoint gave no answer that can be used; `reason` is the code for the report."""

    def __init__(self, reason: Incomplete) -> None:
        super().__init__(reason)
        self.reason: Incomplete = reason


class Client(Protocol):
    """Anything that answers a prompt."""

    def ask(self, system: str, user: str, schema: Mapping[str, Any]) -> Reply:
        """The answer to one prompt, as JSON of a schema if the endpoint can; raises FailureError."""


class EndpointClient:
    """An OpenAI-compatible endpoint."""

    def __init__(self, config: LLMConfig) -> None:
        """Prepare the client; ChartproofError when the packages of the extra ``llm`` are not installed."""
        try:
            import openai
            from langchain_openai import ChatOpenAI
            from langsmith import tracing_context
        except ImportError:
            raise ChartproofError(
                "a language model needs the extra packages: pip install 'chartproof[llm]' (or leave out --llm)"
            ) from None
        for name in _LOGGERS:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._openai = openai
        self._untraced: Callable[..., Any] = tracing_context
        self._structured = config.structured
        hosted = config.host.endswith(_OPENAI_HOSTS)
        limit: dict[str, Any] = (
            {"max_tokens": config.max_output_tokens}  # sent as max_completion_tokens, which others do not know
            if hosted
            else {"extra_body": {"max_tokens": config.max_output_tokens}}
        )
        self._chat = ChatOpenAI(
            model=config.model,
            base_url=config.base_url,
            api_key=config.api_key.get_secret_value if config.api_key else (lambda: "none"),
            temperature=0,
            seed=config.seed,
            timeout=config.timeout,
            max_retries=config.retries,
            use_responses_api=False,
            cache=False,
            openai_proxy=None,
            http_client=openai.DefaultHttpxClient(
                trust_env=not config.local, follow_redirects=False, event_hooks={"request": [_without_account]}
            ),
            **limit,
        )

    def ask(self, system: str, user: str, schema: Mapping[str, Any]) -> Reply:
        """One call with retries: waits as the endpoint asks, else with growing pauses. Raises FailureError."""
        try:
            with self._untraced(enabled=False):
                message = self._bound(schema).invoke([("system", system), ("user", user)])
        except Exception as error:
            raise FailureError(self._reason(error)) from None
        return _reply(message)

    def _bound(self, schema: Mapping[str, Any]) -> Any:
        """The model, asked for output of a schema.

        That is what langchain's structured output binds, without its parser: it mends broken JSON, which must stay
        broken here, and on a megabyte of junk it takes minutes.
        """
        if self._structured == "function_calling":
            function = {"name": schema["title"], "description": schema["description"], "parameters": dict(schema)}
            return self._chat.bind_tools([{"type": "function", "function": function}], tool_choice=schema["title"])
        wanted: dict[str, Any] = {"type": "json_object"}
        if self._structured == "json_object":
            wanted["schema"] = dict(schema)
        elif self._structured == "json_schema":
            wanted = {"type": "json_schema", "json_schema": {"name": schema["title"], "schema": dict(schema)}}
        return self._chat.bind(response_format=wanted)

    def _reason(self, error: Exception) -> Incomplete:
        """The code of a failure. Messages are not used: they may quote the note."""
        openai = self._openai
        kinds: Sequence[tuple[type[Exception], Incomplete]] = (
            (openai.APITimeoutError, "timeout"),
            (openai.APIConnectionError, "unreachable"),
            (openai.RateLimitError, "rate_limit"),
            (openai.LengthFinishReasonError, "truncated"),
            (openai.ContentFilterFinishReasonError, "refused"),
            (openai.AuthenticationError, "unauthorized"),
            (openai.PermissionDeniedError, "unauthorized"),
            (openai.InternalServerError, "server_error"),
            (openai.APIStatusError, "bad_request"),
        )
        return next((reason for kind, reason in kinds if isinstance(error, kind)), "server_error")


def _without_account(request: Any) -> None:
    """Take out headers that the client makes of variables of the environment, which are meant for another service."""
    for name in ("openai-organization", "openai-project"):
        request.headers.pop(name, None)


def _reply(message: Any) -> Reply:
    refusal = message.additional_kwargs.get("refusal")
    finish = message.response_metadata.get("finish_reason")
    if refusal or finish == "content_filter":
        raise FailureError("refused")
    if finish == "length":
        raise FailureError("truncated")
    content = message.content if isinstance(message.content, str) else ""
    if not content and message.tool_calls:
        content = json.dumps(message.tool_calls[0]["args"])
    usage = message.usage_metadata or {}
    return Reply(content, int(usage.get("input_tokens", 0)), int(usage.get("output_tokens", 0)))
