"""What the readers of a psychological assessment share: denials, and the characters of a finding in its clause."""

from __future__ import annotations

import re

from chartproof.extract.regex import Regex

_DENIES = r"(?:no|not|nor|non|never|none|without|denies|denied|denying|absent|negative\s+for|rules?\s+out|ruled\s+out|nothing|neither|free\s+of|lacks?)"
NEGATED = Regex(
    rf"\b{_DENIES}\s+(?:[(]?[\w'-]+[),/]*\s+){{0,4}}[(]?$"
    r"|\bnothing\b[^.;]{0,40}?\b(?:points?|suggests?|indicat\w+|supports?|favors?|consistent)\b[^.;]{0,30}$"
    r"|\b(?:no|without|nor|lacks?)\s+(?:any\s+|clear\s+)?(?:evidence|indication|signs?|suggestion|reason|history|findings?|basis)\b[^.;]{0,60}$",
    re.IGNORECASE,
)


def stripped(text: str, start: int, end: int) -> tuple[int, int]:
    """The two places moved inwards to letters or digits."""
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return start, max(end, start + 1)


def phrase_start(clause: str, place: int) -> int:
    """Where the denial that ends at a place begins, or the place itself."""
    match = NEGATED.search(clause[:place])
    return place if match is None else match.start()
