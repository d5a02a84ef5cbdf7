"""Sentences about patients in general ("most patients get half a year out of it"): nothing in them is a fact of this one."""

from __future__ import annotations

import re

from chartproof.extract.regex import Regex
from chartproof.extract.view import Sentence
from chartproof.spans import Span

_WORDS = frozenset(
    {
        "patients",
        "people",
        "persons",
        "individuals",
        "literature",
        "research",
        "cases",
        "folks",
        "others",
        "guideline",
        "guidelines",
    }
)
_PEOPLE = r"(?:\w+\s+){0,2}?(?:patients|people|persons|individuals|folks|others)\b"
_IN_GENERAL = Regex(
    rf"(?<!like )(?<!with )\b(?:most|many|some|few|(?:half|majority|minority|number|third|quarter|percentage)\s+of|(?:\d+\s?(?:%|percent)|out)\s+of(?:\s+(?:the|our|my))?)\s+(?:of\s+(?:the|our|my)\s+)?{_PEOPLE}"
    r"|(?:^|[.;:]\s*)\W*(?:in\s+general,?\s+)?(?:the\s+)?(?:patients|people|individuals|folks|others)\s+(?:typically|usually|generally|often|commonly|who|may|can|will|get|have|report|respond|tend|do|with)\b"
    r"|\b(?:in|for|among)\s+(?:most|many|some|other|such|these|suitable|selected|appropriate)\s+(?:patients|people|individuals|cases)\b"
    r"|\b(?:the\s+(?:medical\s+|published\s+|current\s+)?literature|(?:published\s+|clinical\s+|recent\s+)?research|(?:the\s+)?(?:\w+\s+)?guidelines?)\s+(?:shows?|suggests?|indicates?|supports?|reports?|describes?|requires?|says?)\b",
    re.IGNORECASE,
)
#: Where the same sentence goes on to the patient at hand.
_THIS_ONE = Regex(
    r"\b(?:but|however|whereas|while|although|though)\b(?=[^.;]*\b(?:he|she|her|his|him|this\s+patient|the\s+patient|mr|mrs|ms|i)\b)",
    re.IGNORECASE,
)


def general_part(sentence: Sentence) -> Span | None:
    """The part of a sentence that speaks of patients in general and of nobody in particular; None without one."""
    if sentence.words.isdisjoint(_WORDS):
        return None
    match = _IN_GENERAL.search(sentence.text)
    if match is None:
        return None
    other = _THIS_ONE.search(sentence.text)
    if other is None:
        return Span(sentence.start, sentence.end)
    if other.start() > match.start():
        return Span(sentence.start, sentence.start + other.start())
    return Span(sentence.start + match.start(), sentence.end)


def is_general(sentence: Sentence, at: int) -> bool:
    """Whether what stands at the offset `at` of the note is told of patients in general."""
    part = general_part(sentence)
    return part is not None and part.start <= at < part.end
