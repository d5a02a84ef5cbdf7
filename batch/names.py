"""Names of files, which need not be text."""

from __future__ import annotations


def shown(name: str) -> str:
    """A name that can be written anywhere: bytes of it that are not UTF-8, as old archives leave them, as U+FFFD."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
