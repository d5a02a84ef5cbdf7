"""Finder of functional_limit facts."""

from __future__ import annotations

from collections.abc import Iterator

from chartproof.extract.view import NoteView
from chartproof.facts import Fact


def find(view: NoteView) -> Iterator[Fact]:
    """Yield the functional_limit facts of a note."""
    yield from ()
