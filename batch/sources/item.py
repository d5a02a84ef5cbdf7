"""What a source yields: one note of a case, a whole case, or an error in their place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Item:
    """A part of an export.

    Either `note` (its fields, with `text` or `document`, and with `key` the case it belongs to), or `case` (the content
    of a case), or `error`.
    """

    where: str
    key: str | None = None
    note: Mapping[str, Any] | None = None
    request: Mapping[str, Any] = field(default_factory=dict)
    case: Mapping[str, Any] | None = None
    error: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    cut_off: bool = False
    """With an error: the export ends here though it should go on, so what came before may lack its rest."""


@dataclass(frozen=True)
class Source:
    """An export that was opened: what was found out about it, and its items, which can be read again and again."""

    where: str
    format: str
    items: Callable[[], Iterator[Item]]
    keyed: bool = False
    """Whether items can name the case they belong to."""
    order: Literal["unknown", "by_case", "scattered"] = "unknown"
    """Whether the items of a case follow each other."""
    encoding: str | None = None
    delimiter: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    guessed: frozenset[str] = frozenset()
    unused: tuple[str, ...] = ()
    """Columns of which nothing is read."""
    remarks: tuple[str, ...] = ()
    """What a person should know before the run: guesses, what was passed over."""
    damaged: bool = False
    """Whether nothing is in it but the error that says so."""
