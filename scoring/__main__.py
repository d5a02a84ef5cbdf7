"""``python -m chartproof.scoring GOLD...`` scores; ``python -m chartproof.scoring gold ...`` makes and checks gold."""

from __future__ import annotations

import sys

import typer

from chartproof.console import Commands
from chartproof.scoring.cli import register


def main() -> None:
    """Run ``gold`` and its commands when the first word says so, and ``score`` for all else.

    A path named ``gold`` is scored as ``./gold`` or ``gold/``.
    """
    app = typer.Typer(cls=Commands, add_completion=False, pretty_exceptions_enable=False)
    register(app)
    words = sys.argv[1:]
    app(args=words if words[:1] in (["gold"], ["score"]) else ["score", *words], prog_name="chartproof")


if __name__ == "__main__":
    main()
