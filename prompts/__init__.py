"""The prompts of the fallback: ``frame.md``, and one file for each kind of fact."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from importlib import resources

FRAME = "frame"


@cache
def prompt(name: str) -> str:
    """The text of the prompt file ``<name>.md``."""
    return resources.files("chartproof.prompts").joinpath(f"{name}.md").read_text("utf-8").strip()


def instructions(kinds: Sequence[str]) -> str:
    """The instructions to find facts of the kinds: the frame, then what belongs to each kind."""
    return "\n\n".join([prompt(FRAME), *(prompt(kind) for kind in kinds)])


def hashes(kinds: Sequence[str]) -> dict[str, str]:
    """SHA-256 of the files that `instructions` is made of, by name."""
    return {name: hashlib.sha256(prompt(name).encode()).hexdigest() for name in sorted((FRAME, *kinds))}
