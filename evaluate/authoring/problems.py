"""What is wrong with a file, and the words for it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from pydantic_core import ErrorDetails

from chartproof.evaluate.authoring.document import Document, Step

FEW = 8
"""Up to so many allowed values are listed in a message."""


class Problem(BaseModel):
    """One finding of a check: an error, or a warning about what a careful author would still do."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str
    line: int
    key: str
    severity: Literal["error", "warning"]
    message: str


@dataclass(frozen=True)
class Report:
    """Collects the problems of one document."""

    document: Document
    found: list[Problem]

    def error(self, place: Sequence[Step], message: str) -> None:
        """Note an error at a place of the document."""
        self._note(place, "error", message)

    def warning(self, place: Sequence[Step], message: str) -> None:
        """Note a warning at a place of the document."""
        self._note(place, "warning", message)

    def _note(self, place: Sequence[Step], severity: Literal["error", "warning"], message: str) -> None:
        problem = Problem(
            file=str(self.document.path),
            line=self.document.line(place),
            key=self.document.name(place),
            severity=severity,
            message=message,
        )
        if problem not in self.found:
            self.found.append(problem)

    def repeated_keys(self) -> None:
        """Note the keys that stand twice: of them only the last one counts."""
        for place, line in self.document.repeated:
            self.found.append(
                Problem(
                    file=str(self.document.path),
                    line=line,
                    key=self.document.name(place),
                    severity="error",
                    message="the key stands twice; only the last one would count",
                )
            )

    def unknown_key(self, place: Sequence[Step], known: Iterable[str], what: str = "key") -> None:
        """Note a key or name that is not one of `known`."""
        self.error(place, unknown(str(place[-1]), known, what))

    def invalid(self, place: Sequence[Step], errors: Iterable[ErrorDetails], known: Iterable[str] = ()) -> None:
        """Note what pydantic found under a place; `known` are the keys allowed there."""
        for one in errors:
            inside = tuple(step for step in one["loc"] if _is_step(step))
            if one["type"] == "extra_forbidden":
                self.unknown_key((*place, *inside), known)
            elif one["type"] == "missing":
                self.error((*place, *inside[:-1]), f"{inside[-1]!r} is missing")
            else:
                self.error((*place, *inside), _told(one))


def unknown(value: str, known: Iterable[str], what: str) -> str:
    """``unknown check 'limt'; did you mean 'limit'?``"""
    allowed = sorted(known)
    close = difflib.get_close_matches(value, allowed, n=1, cutoff=0.6)
    text = f"unknown {what} {value!r}"
    if close:
        return f"{text}; did you mean {close[0]!r}?"
    return f"{text}; known are {', '.join(allowed)}" if 0 < len(allowed) <= FEW else text


def _is_step(step: int | str) -> bool:
    """Whether a part of pydantic's location is one of the file: a dict's key is told twice, as ``[key]``."""
    return step != "[key]"


def _told(one: ErrorDetails) -> str:
    value: Any = one["input"]
    if one["type"] == "literal_error":
        allowed = re.findall(r"'([^']*)'", one.get("ctx", {}).get("expected", ""))
        return unknown(str(value), allowed, "value")
    if one["type"] == "string_type":
        return f"expected text, found {value!r}; put it in quotes"
    if one["type"].startswith("date"):
        return f"no date: {value!r}; write dates as YYYY-MM-DD, without quotes"
    return f"{one['msg'][0].lower()}{one['msg'][1:]}, found {value!r}"
