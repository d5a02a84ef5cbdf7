"""Opioids taken, and for how long."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from chartproof.extract.kinds.common import box_before
from chartproof.extract.kinds.device_common import DAYS, SKIPPED, fact, of, words
from chartproof.extract.regex import Regex
from chartproof.extract.view import PLAN_SECTIONS, Sentence
from chartproof.facts import Statement

_TAKEN_FOR = Regex(r"\b(?:for|x|over)\s*(?:the\s+)?(?:past|last|about|more\s+than|over|at\s+least|\s)*$", re.IGNORECASE)
_TAKES_FROM = Regex(r"\b(?:since|from|started(?:\s+in)?)\s+(?:\w+\s+){0,1}$", re.IGNORECASE)
_NOT_TAKEN = Regex(
    r"\b(?:avoid\w*|rather\s+than|instead\s+of|spar(?:e|ing)|risks?\s+of|start(?:ing)?|consider\w*|request\w*|wants?|need\s+for"
    r"|reluctan\w*|declin\w*|refus\w*|offer\w*|will\s+(?:try|add)|before|allerg\w*|intoleran\w*)\s+(?:\w+\s+){0,3}$",
    re.IGNORECASE,
)
_NEAR_DRUG = 60  # characters
_OTHER_CLAUSE = Regex(
    r"[;\n]|\.\s|\b(?:but|after|injections?|epidurals?|blocks?|esi|relief|therapy|pt|surgery|pain)\b", re.IGNORECASE
)
_DECLINED = Regex(
    r"\W*(?:(?:was|were|are|is|been)\s+)?(?:declined|refused|avoided|deferred|contraindicated|not\s+(?:started|taken|desired|offered|indicated|tried|prescribed))\b",
    re.IGNORECASE,
)
_PATCH = Regex(r"\b(?:patch|transdermal|duragesic|butrans)\b", re.IGNORECASE)


def opioids(sentence: Sentence) -> Iterator[Statement]:
    """Opioids taken, with the days they have been taken where the sentence says so."""
    for mention in of(sentence, "dv_opioid")[:1]:
        if sentence.section in ("allergies", "family_history", "education", *PLAN_SECTIONS):
            return
        assertion = sentence.assertion(mention, "device")
        before = sentence.text[: mention.start - sentence.start][-40:]
        if assertion in SKIPPED or box_before(sentence, mention) is False or _NOT_TAKEN.search(before):
            return
        after = sentence.view.note.text[mention.end : min(sentence.end, mention.end + _NEAR_DRUG)]
        after = _OTHER_CLAUSE.split(after)[0]
        if _DECLINED.match(after):
            return
        reach = mention.end + len(after)
        low: float | None = None
        for one in sentence.durations:
            lead = sentence.text[: one.span.start - sentence.start][-25:]
            if mention.end <= one.span.start < reach and _TAKEN_FOR.search(lead):
                low = (one.low or 0) * DAYS[one.unit]
                break
        for date in sentence.dates:
            lead = sentence.text[: date.span.start - sentence.start][-25:]
            told = sentence.view.reference
            if (
                low is None
                and date.iso
                and told
                and mention.end <= date.span.start < reach
                and _TAKES_FROM.search(lead)
            ):
                year, month, day = ([int(part) for part in date.iso.split("/")[-1].split("-")] + [12, 28])[:3]
                low = float(max(0, (told - dt.date(year, month, day)).days))
                break
        value = "transdermal" if _PATCH.search(words(sentence, mention) + after[:12]) else "oral"
        yield fact(sentence, mention.span, "opioid_use", value, assertion, low=low or None)
