"""What a policy asks for and the program does not read."""

from __future__ import annotations

from chartproof.evaluate import finding
from chartproof.evaluate.checks.registry import NoParams, check
from chartproof.evaluate.finding import Finding
from chartproof.evaluate.judgement import Judgement


@check("reviewer", NoParams)
def reviewer(judgement: Judgement, params: NoParams) -> Finding:
    """Never met: no fact is read for it, so that it stays open and the reviewer looks it up in the notes."""
    return finding.open_("The program does not read this in notes, so that a reviewer looks it up")
