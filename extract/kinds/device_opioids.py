"""Opioids taken, and for how long."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from chartproof.extract.kinds.common import box_before
from chartproof.extract.kinds.device_common import SKIPPED, fact, of, words
from chartproof.extract.quantities import DAYS
from chartproof.extract.regex import Regex
from chartproof.extract.view import PLAN_SECTIONS, Mention, Sentence
from chartproof.facts import Statement

_TAKEN_FOR = Regex(r"\b(?:for|x|over)\s*(?:the\s+)?(?:past|last|about|more\s+than|over|at\s+least|\s)*$", re.IGNORECASE)
_TAKES_FROM = Regex(r"\b(?:since|from|start(?:ed)?(?:\s+in)?|began|begun)\s*:?\s+(?:\w+\s+){0,1}$", re.IGNORECASE)
_NOT_TAKEN = Regex(
    r"\b(?:avoid\w*|rather\s+than|instead\s+of|spar(?:e|ing)|risks?\s+of|start(?:ing)?|consider\w*|request\w*|wants?|need\s+for"
    r"|reluctan\w*|declin\w*|refus\w*|offer\w*|will\s+(?:try|add)|before|allerg\w*|intoleran\w*|turn(?:ed|s|ing)?\s+down|(?:said|says|saying)\s+no\s+to"
    r"|afraid\s+of|fears?|fear\s+of|wary\s+of|(?:worried|worries|concern\w*|asks?|asked|asking|inquir\w*)\s+(?:about|for|whether)|against|opposed\s+to|averse\s+to"
    r"|(?:(?:does|do|did|would|will)(?:\s+not|n['’]t)|doesn['’]t|don['’]t|didn['’]t|wouldn['’]t|won['’]t)\s+(?:want|wish|like|care|agree|consent|fill|start|consider|accept))\s+(?:[\w'’-]+\s+){0,4}$"
    r"|\b(?:talk\w*\s+about|discuss\w*\s+(?:starting|adding|trying|the\s+risks?\s+of))\s+(?:\w+\s+){0,3}$"
    r"|\b(?:do|does|did|will|would|can)(?:\s+not|n['’]t)\s+(?:prescribe|recommend|advise|give)\s+(?:\w+\s+){0,3}$"
    r"|\b(?:would|will)(?:\s+not|n['’]t)\s+(?:take|touch|use)\s+(?:[\w'’-]+\s+){0,4}$",
    re.IGNORECASE,
)
_NEAR_DRUG = 60  # characters
#: A relative who has the drug; a class word as a heading of what follows, which denies it.
_OF_RELATIVE = Regex(
    r"\b(?:wife|husband|spouse|partner|mother|father|mom|dad|sister|brother|son|daughter|roommate|friend|neighbor)(?:['’]s)?\b(?!\s+(?:says|states|reports|gives|notes))[^.;,]{0,20}$",
    re.IGNORECASE,
)
_DENIED_BELOW = Regex(
    r"\s*[:=-]+\s*(?:none\b|no\b|never\b|denie[sd]\b|nil\b|(?:\w+\s+){0,2}?(?:has|have|had)\s+never\b|(?:has|have|had)\s+not\b|naive\b)",
    re.IGNORECASE,
)
_OTHER_CLAUSE = Regex(
    r"[;\n]|\.\s|\b(?:but|after|injections?|epidurals?|blocks?|esi|relief|therapy|pt|surgery|pain)\b", re.IGNORECASE
)
_DECLINED = Regex(
    r"\W*(?:(?:was|were|are|is|been)\s+)?(?:declined|refused|avoided|deferred|contraindicated|not\s+(?:started|taken|desired|offered|indicated|tried|prescribed))\b"
    r"|\W*(?:(?:was|were|are|is|been)\s+)?not\s+(?:(?:felt|thought)\s+to\s+be\s+)?(?:an?\s+)?(?:good\s+)?(?:appropriate|advised|option|recommended|ideal|suitable|wise|safe)\b"
    r"|[^.;,]{0,25}\b(?:was\s+|were\s+)?offered\b(?!\s+(?:\w+\s+)?(?:relief|benefit|help)\b)"
    r"|[^.;,]{0,30},?\s+(?:but\s+)?(?:(?:he|she|they|pt|patient)\s+)?(?:refused|declined|turned\s+(?:it|them)?\s*down|never\s+(?:filled|started|took)|(?:did\s+not|didn['’]t)\s+(?:fill|start|take))\b\s*(?:[.;]|$|it\b|them\b|by\b)",
    re.IGNORECASE,
)
#: "never had so much as a Vicodin"; more, early or without is said of what is taken.
_NEVER_HAD = Regex(
    r"\bnever\s+(?:once\s+)?(?:had|taken|took|used|tried|touched|needed|received|swallowed|filled|been\s+(?:on|given|prescribed))\s+(?!(?:[\w'’-]+\s+){0,4}?(?:more|early|problems?|trouble|relief|without|less)\b)(?:[\w'’-]+\s+){0,5}$",
    re.IGNORECASE,
)
_ALWAYS = Regex(
    r"\bnever\s+(?:without|misse[sd]|skip\w*|runs?\s+out\s+of|\w+\s+(?:more|over)(?:\s+than)?)\s+(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)
#: What a registry or a urine test does not show is no word on what has been taken.
_SEARCHED = Regex(r"\b(?:pdmp|pmp|uds|udt|drug\s+screen|tox\w*|urine|registry|database)\b[^.;]{0,50}$", re.IGNORECASE)
_NOT_BY_MOUTH = Regex(
    r"[^,;.\n]{0,25}?(?:\b(?:pf|preservative|intrathecal\w*|iv|intravenous|epidural|infusion|pump|pca|bolus|injected|spinal)\b|(?-i:\bIT\b)|\b(?:mcg|mg)\s*/\s*(?:ml|day|d)\b|\s*/\s*bupi)",
    re.IGNORECASE,
)
_INTO_THE_BODY = Regex(
    r"(?:\b(?:intrathecal|iv|intravenous|epidural|spinal|pump|pca|intraspinal)|(?-i:\bIT))\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)
_PATCH_DOSE = Regex(
    r"[^;\n]{0,25}?(?:\b(?:patch|transdermal|td|mcg\s*/\s*(?:h|hr|hour)|q\s?72|every\s+72|every\s+3\s+days)\b)",
    re.IGNORECASE,
)
_UNTIL_NOW = Regex(r"\s*(?:-|–|to|thru|through|until)\s*(?:present|now|current|today|date)\b", re.IGNORECASE)
_PATCH = Regex(r"\b(?:patch|transdermal|duragesic|butrans)\b", re.IGNORECASE)


def opioids(sentence: Sentence) -> Iterator[Statement]:
    """Opioids taken, each with the days it has been taken where the sentence says so."""
    if sentence.section in ("allergies", "family_history", "education", *PLAN_SECTIONS):
        return
    told = [one for mention in of(sentence, "dv_opioid") if (one := _taken(sentence, mention)) is not None]
    lasting = [one for one in told if one.low is not None]
    yield from (lasting or told)[:1]


def _taken(sentence: Sentence, mention: Mention) -> Statement | None:
    """The statement of one drug; None where it was not taken by mouth or skin."""
    assertion = sentence.assertion(mention, "device")
    before = sentence.text[: mention.start - sentence.start][-60:]
    if assertion in SKIPPED or box_before(sentence, mention) is False or _NOT_TAKEN.search(before):
        return None
    after = sentence.view.note.text[mention.end : min(sentence.end, mention.end + _NEAR_DRUG)]
    if _NOT_BY_MOUTH.match(after) or _INTO_THE_BODY.search(before) or _OF_RELATIVE.search(before):
        return None
    if _DENIED_BELOW.match(after) or _NEVER_HAD.search(before):
        assertion = "negated"
    if _ALWAYS.search(before):
        assertion = "present"
    if assertion == "negated" and _SEARCHED.search(before):
        return None
    named = words(sentence, mention)
    if named == "fentanyl" and not _PATCH_DOSE.match(after):
        return None
    if _DECLINED.match(after):
        return None
    after = _OTHER_CLAUSE.split(after)[0]
    low = _length(sentence, mention.end, mention.end + len(after))
    if assertion == "negated" and low is not None:
        return None
    value = "transdermal" if _PATCH.search(named + after[:20]) or named == "fentanyl" else "oral"
    return fact(sentence, mention.span, "opioid_use", value, assertion, low=low or None)


def _length(sentence: Sentence, start: int, end: int) -> float | None:
    """The days that a drug has been taken, by a length or a first day named between two places."""
    for one in sentence.durations:
        lead = sentence.text[: one.span.start - sentence.start][-25:]
        if start <= one.span.start < end and _TAKEN_FOR.search(lead):
            return (one.low or 0) * DAYS[one.unit]
    told = sentence.view.reference
    for date in sentence.dates:
        if date.iso is None or told is None or not start <= date.span.start < end:
            continue
        lead = sentence.text[: date.span.start - sentence.start][-25:]
        behind = sentence.text[date.span.end - sentence.start :]
        first, _, last = date.iso.partition("/")
        if last and not _UNTIL_NOW.match(behind):
            return float(max(0, (_latest(last) - _latest(first)).days))
        if _TAKES_FROM.search(lead) or _UNTIL_NOW.match(behind):
            return float(max(0, (told - _latest(first)).days))
    return None


def _latest(iso: str) -> dt.date:
    """The last day that a partial date may mean, but for the end of a month."""
    year, month, day = [int(part) for part in iso.split("-")] + [12, 28][iso.count("-") :]
    return dt.date(year, month, day)
