"""Readings of an implanted pump: only those whose result the note gives."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chartproof.extract.kinds.device_common import fact, of
from chartproof.extract.regex import Regex
from chartproof.extract.view import Mention, Sentence
from chartproof.facts import Statement

_OUTSTANDING = Regex(
    r"\b(?:yet\s+to\s+(?:arrive|come|be)|not\s+(?:yet\s+)?(?:been\s+)?(?:arrived|received|available|obtained|here|sent|done|performed|in\s+hand)|(?:has|have|had)\s+not\s+(?:yet\s+)?(?:come|arrived|been)|await\w*|pending|(?:been|was|is)\s+requested|will\s+(?:fax|send|obtain|be|get)|never\s+(?:got|received|came|arrived)|(?:asked|requested|request)\b[^.;]{0,40}\b(?:for|twice|again|printout|report|copy)|to\s+be\s+(?:done|faxed|sent|obtained)|(?:un|not\s+)able\s+to|could\s*(?:n't|\s+not)|cannot|no\s+(?:programmer|report|printout|interrogation)|without\s+(?:a\s+)?(?:report|printout|interrogation)|nobody|schedul\w*|order(?:ed)?|needs?\s+(?:an?\s+)?(?:interrogation|analysis)|plan\s+to)\b",
    re.IGNORECASE,
)
_READING = Regex(
    r"\b(?:eri|eos|eol|elective\s+replacement|end\s+of\s+(?:service|life)|battery|voltage|volts?|reservoir|residual|volume|rate|mg\s*/\s*(?:d|day)|mcg\s*/\s*(?:d|day)|dose|stall\w*|alarms?|error|event|log|months?|impedance|catheter|discrepan\w*|normal|flow|delivered|programmed|memory|telemetry\s+(?:ok|normal)|motor|rotor)\b|\d\s*ml\b",
    re.IGNORECASE,
)
_IN_HOSPITAL = Regex(r"\b(?:on|with)\s+(?:tele|telemetry)\b|\btelemetry\s+(?:bed|unit|floor|monitor\w*)", re.IGNORECASE)
_FOLLOWS = 2  # sentences


def analysis(sentence: Sentence, mention: Mention) -> Iterator[Statement]:
    """A reading with its result in the sentence or the two behind it; one that is still to come is ``planned``."""
    if _IN_HOSPITAL.search(sentence.text):
        return
    assertion = sentence.assertion(mention, "device")
    if assertion in ("hypothetical", "family", "negated"):
        return
    if _OUTSTANDING.search(sentence.text) or assertion == "planned":
        yield fact(sentence, mention.span, "device_analysis", None, "planned")
        return
    one: Sentence | None = sentence
    for step in range(_FOLLOWS + 1):
        if (
            one is None
            or one.section != sentence.section
            or (step and (_OUTSTANDING.search(one.text) or of(one, "dv_change")))
        ):
            return
        text = one.text if step else one.text[: mention.start - one.start] + " " + one.text[mention.end - one.start :]
        reading = _READING.search(text)
        if reading is not None and (
            step == 0 or not re.search(r"\b(?:pain|tablets?|mg\s+(?:po|tid|bid|q))\b", text, re.IGNORECASE)
        ):
            yield fact(sentence, mention.span, "device_analysis", None, "present")
            return
        one = one.next
