"""The options of a language model that several commands have, and the run that follows from them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chartproof.console import complain

if TYPE_CHECKING:
    from chartproof.extract.llm import Fallback

PANEL = "Language model (off unless named)"

Model = Annotated[
    str | None,
    typer.Option(
        "--llm",
        metavar="MODEL",
        help="Ask this model for what the rules left open.",
        show_default=False,
        rich_help_panel=PANEL,
    ),
]
BaseUrl = Annotated[
    str | None,
    typer.Option(
        "--llm-base-url",
        metavar="URL",
        help="OpenAI-compatible endpoint, e.g. http://127.0.0.1:8080/v1.",
        show_default=False,
        rich_help_panel=PANEL,
    ),
]
AllowRemote = Annotated[
    bool, typer.Option("--allow-remote", help="Permit an endpoint on another machine.", rich_help_panel=PANEL)
]
Deidentify = Annotated[
    bool,
    typer.Option(
        "--llm-deidentify",
        help="Mask names and identifiers in what is sent (extra: deidentify).",
        rich_help_panel=PANEL,
    ),
]
MaxCalls = Annotated[
    int | None,
    typer.Option("--llm-max-calls", min=0, help="Most calls of this run.", show_default=False, rich_help_panel=PANEL),
]
MaxTokens = Annotated[
    int | None,
    typer.Option(
        "--llm-max-tokens",
        min=0,
        help="Most tokens of this run, in and out.",
        show_default=False,
        rich_help_panel=PANEL,
    ),
]
NoModel = Annotated[
    bool, typer.Option("--no-llm", help="Rules only, whatever the configuration says.", rich_help_panel=PANEL)
]


@contextmanager
def fallback(
    *,
    off: bool,
    model: str | None,
    base_url: str | None,
    allow_remote: bool,
    deidentify: bool,
    max_calls: int | None,
    max_tokens: int | None,
) -> Iterator[Fallback | None]:
    """The run that options, environment and configuration file ask for, or None: rules only.

    Where text of notes is sent is said on standard error before it first is. Errors: ChartproofError.
    """
    if off:
        yield None
        return
    from chartproof.extract.llm.config import load_config

    options: dict[str, Any] = {
        "model": model,
        "base_url": base_url,
        "allow_remote": allow_remote or None,
        "deidentify": deidentify or None,
        "max_calls": max_calls,
        "max_tokens": max_tokens,
    }
    config = load_config(options)
    if config is None:
        yield None
        return
    from chartproof.extract.llm.session import Fallback

    with Fallback(config, notice=complain) as run:
        yield run
