"""Scores told by a verb of standing at a number: "living at an 8", "hovers around 6", "was a 9 and is now a 4".

Such a number has no scale and often no word for pain beside it, so it counts only where its sentence or a neighbour
tells of pain or of a procedure, and where it stands alone, not before the name of what is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, cast

from chartproof.extract.numbers import NUMBER, RANGE, parse_number
from chartproof.extract.regex import Regex
from chartproof.extract.view import Sentence
from chartproof.spans import Span

_MOST = 10
_BACK = 2  # sentences before that may tell what the number is of
_UNREAD = frozenset(
    {"exam", "imaging", "labs", "medications", "allergies", "pmh", "psh", "ros", "family_history", "social_history"}
)
_PERSON = r"(?:s?he|they|i|we|you|(?:the\s+)?(?:patient|client)|pt|mrs?\.?\s+\w+|ms\.?\s+\w+)"
_THING = r"(?:it|that|this|pain|ache|aching|burning|sciatica|discomfort|level|levels|score|intensity|leg|back|neck|arm|buttock|hip)"
_AUX = (
    r"(?:(?:has|have|had|is|was|are|were|been|be|being|will|would|still|usually|mostly|typically|generally|normally|just|only|mainly|often|"
    r"always|now|then|since|also|even|really|pretty\s+much|more\s+or\s+less|today|currently|routinely|consistently|kind\s+of)\s+){0,4}"
)
_NEAR = r"(?:(?:right|down|up|back|in|steady|holding|out|somewhere|mostly)\s+)?(?:(?:at|around|about|near|with|to|between|by)\s+)?(?:about\s+|around\s+|roughly\s+|maybe\s+|only\s+|close\s+to\s+|just\s+)?"
_ARTICLE = r"an?\s+(?:(?:solid|steady|constant|good|bad|strong|manageable|tolerable|low|high|flat|dull|regular)\s+)?"
_SCORE = (
    rf"(?P<low>{NUMBER})(?:{RANGE}(?:an?\s+)?(?P<high>{NUMBER}))?(?!\s*/|[\w/%:°²]|\.\d|-\w|\s?[x×]\s?\d|\s?['\"]\s?\d)"
)
#: Verbs of standing at a number.
_STANDS = (
    r"(?:liv(?:es?|ed|ing)|hover(?:s|ed|ing)?|sit(?:s|ting)?|sat|stay(?:s|ed|ing)?|remain(?:s|ed|ing)?|averag(?:es?|ed|ing)|stuck|stands?|stood|"
    r"run(?:s|ning)?|ran|rest(?:s|ed)|settle[sd]?|hold(?:s|ing)?|held|peak(?:s|ed)|bottoms?\s+out|tops?\s+out|lands?|idles?|idling|cruis(?:es|ing)|camps?\s+out|"
    r"walk(?:s|ed)\s+in|c[oa]mes?\s+in|arriv(?:es|ed)|leaves|left|discharged|(?:gets?|got)\s+(?:back\s+)?(?:down\s+to|up\s+to|to|as\s+(?:high|low)\s+as)|goes|went|climbs?|climbed|drops?|dropped|drifts?|drifted|feels?\s+like|functions?|"
    r"used\s+to\s+(?:be|live|sit|run|hover|stay|average))"
)
_IS = r"(?:is|was|are|were|'s|’s|be|been|used\s+to\s+be|started\s+(?:as|at)|started\s+out\s+(?:as|at)?)"
_BY_PERSON = Regex(
    rf"\b(?P<who>{_PERSON})(?:'s|’s|\s+)\s*(?P<verb>{_AUX}(?:{_STANDS}|{_IS}))\s+(?:(?:now|still|only|just|about|usually|down|up|at|today|around|already|easily)\s+){{0,3}}{_NEAR}{_ARTICLE}{_SCORE}"
    rf"|\b(?P<who2>{_PERSON}\s+)(?P<verb2>{_AUX}(?:hover(?:s|ed|ing)?|averag(?:es?|ed|ing)))\s+{_NEAR}{_SCORE.replace('<low>', '<low2>').replace('<high>', '<high2>')}",
    re.IGNORECASE,
)
_BY_THING = Regex(
    rf"\b(?P<who>{_THING})\s+(?P<verb>{_AUX}(?:{_STANDS}))\s+{_NEAR}(?:{_ARTICLE})?{_SCORE}"
    rf"|\b(?P<who2>{_THING})(?:\s+|(?='s|’s))(?P<verb2>{_AUX}{_IS})\s+(?:(?:now|still|only|just|about|usually|down|up|at|today|around|already|easily|to)\s+){{0,3}}{_ARTICLE}{_SCORE.replace('<low>', '<low2>').replace('<high>', '<high2>')}",
    re.IGNORECASE,
)
#: A further predicate of the same subject, or a clause without one.
_FURTHER = Regex(
    rf"(?:^|[,;.(–—]\s*|\b(?:and|but|then|or|though)\s+)(?P<verb>{_AUX}(?:can\s+|may\s+)?(?:{_STANDS}|{_IS}|now|today|currently|down\s+to|up\s+to))\s+(?:(?:now|still|only|just|about|usually|down|up|at|today|already|to)\s+){{0,3}}{_NEAR}(?P<article>{_ARTICLE})?{_SCORE}",
    re.IGNORECASE,
)
_RATES = Regex(
    rf"\b(?P<verb>rate[sd]?|rating|puts?|calls?|called|scores?|scored|grades?|graded|quotes?|quoted|pegs?|pegged)\s+(?:it|this|that|(?:the|his|her|their|my)\s+(?:\w+\s+){{0,2}}?(?:pain|leg|back|neck|arm|ache|sciatica))\s+"
    rf"(?:today\s+|now\s+)?(?:(?:at|as|around|about|near)\s+)?(?:about\s+|around\s+)?(?:{_ARTICLE})?{_SCORE}",
    re.IGNORECASE,
)
_PAST = Regex(
    r"\b(?:was|were|sat|lived|hovered|stayed|ran|remained|stood|rested|settled|peaked|went|got|came|left|dropped|climbed|started|used\s+to|had\s+been)\b|(?<!\bhas )(?<!\bhave )\baveraged\b",
    re.IGNORECASE,
)
_PERFECT = Regex(
    r"\b(?:has|have)\s+(?:\w+\s+){0,2}(?:been|averaged|stayed|hovered|lived|sat|run|held|remained)", re.IGNORECASE
)
_PRESENT = Regex(r"\bnow\b|\btoday\b|\bcurrently\b", re.IGNORECASE)
_EARLIER = Regex(
    r"\b(?:before|prior\s+to|until|used\s+to|had\s+been|back\s+when|at\s+(?:the\s+)?(?:intake|first|start|outset|initial)|on\s+intake|initially|originally|at\s+the\s+(?:first|initial|last)\s+visit)\b",
    re.IGNORECASE,
)
_BEFORE_DONE = Regex(
    r"\b(?:before|prior\s+to|pre-?|until)\s*(?:(?:the|his|her|their|this|that|any|last|first|second|most\s+recent|we\s+did\s+the)\s+){0,3}(?:[\w-]+\s+){0,4}$",
    re.IGNORECASE,
)
#: Who or what stands at such numbers and is no pain.
_OTHER = Regex(
    r"\b(?:a1c|hba1c|inr|bp|pressure|sugars?|glucose|bmi|weight|phq\S*|gad\S*|oswestry|odi|ndi|psfs|mood|stress|anxiety|energy|fatigue|sleep|happiness|"
    r"shirt|shoe|size|floor|grade|stage|strength|motor|reflex\w*|gaf|apgar|likert|satisf\w*|confidence|readiness|iop|ph|psa|tsh|ecog|gleason|asa|nausea|itch\w*|headaches?|migraines?|goals?|aims?|hopes?|wants?)\b",
    re.IGNORECASE,
)
_BARE_ONE = Regex(r"one", re.IGNORECASE)


class Standing(NamedTuple):
    """A score told by a verb of standing; `past`: of an earlier time, `before`: of the time before a procedure."""

    span: Span
    low: float
    high: float
    past: bool
    before: bool


def standing(sentence: Sentence) -> list[Standing]:
    """The candidates of a sentence, in order; what may follow the number is for the caller to judge."""
    known = cast("dict[int, list[Standing]]", sentence.view.memo.setdefault("score.standing", {}))
    if sentence.index not in known:
        known[sentence.index] = _standing(sentence)
    return known[sentence.index]


def _standing(sentence: Sentence) -> list[Standing]:
    if (
        sentence.section in _UNREAD
        or not sentence.may_count
        or sentence.has("not_pain")
        or _OTHER.search(sentence.text)
        or not _tells_of_pain(sentence)
    ):
        return []
    found: list[Standing] = []
    named = any(m.label == "scale" or (m.label, m.id) == ("symptom", "pain") for m in sentence.mentions)
    for match in _matches(sentence.text, named):
        one = _read(sentence, match)
        if one is not None and not any(one.span.overlaps(other.span) for other in found):
            found.append(one)
    found.sort()
    if any(not one.past for one in found) or _EARLIER.search(sentence.text):
        return found
    return [one if one.before else one._replace(past=False) for one in found]


def _matches(text: str, some: bool) -> Iterator[re.Match[str]]:
    """The matches in a text; a predicate without a subject needs an article unless the text tells of pain before."""
    for pattern in (_BY_PERSON, _BY_THING, _RATES):
        for match in pattern.finditer(text):
            some = True
            yield match
    for match in _FURTHER.finditer(text):
        if some or match["article"]:
            yield match


def _read(sentence: Sentence, match: re.Match[str]) -> Standing | None:
    groups = match.groupdict()
    suffix = "" if groups.get("low") is not None else "2"
    name = "low" + suffix
    low = parse_number(match[name])
    high = parse_number(match["high" + suffix]) if match["high" + suffix] is not None else low
    if low is None or high is None or not 0 <= low <= high <= _MOST or _BARE_ONE.fullmatch(match[name]):
        return None
    span = Span(sentence.start + match.start(name), sentence.start + match.end())
    said = match[0][: match.start(name) - match.start()]
    lead = sentence.text[: match.start()]
    now = _PRESENT.search(said) is not None or _PERFECT.search(said) is not None
    past = _PAST.search(said) is not None and not now
    before = past and _before_procedure(sentence, lead, match.end())
    return Standing(span, low, high, past, before)


def _before_procedure(sentence: Sentence, lead: str, end: int) -> bool:
    """Whether the score is told of the time before a procedure, named with "before" on either side."""
    for mention in sentence.of("procedure", "procedure_ref"):
        at = mention.start - sentence.start
        text = sentence.text[:at]
        if (at < len(lead) or at >= end) and _BEFORE_DONE.search(text):
            between = sentence.text[end:at] if at >= end else sentence.text[mention.end - sentence.start : len(lead)]
            if not re.search(r"\d|;|\b(?:now|today)\b", between):
                return True
    return re.match(r"\s*(?:before|prior to)\s+(?:it|that|this|then)\b", sentence.text[end:], re.IGNORECASE) is not None


def _tells_of_pain(sentence: Sentence) -> bool:
    """Whether the sentence, the two before it or the next one tell of pain or of a procedure."""
    if _is_evidence(sentence):
        return True
    at = sentence.previous
    for _ in range(_BACK):
        if at is None or at.section != sentence.section or at.has("not_pain") or _OTHER.search(at.text):
            break
        if _is_evidence(at):
            return True
        at = at.previous
    after = sentence.next
    return after is not None and after.section == sentence.section and _is_evidence(after)


def _is_evidence(sentence: Sentence) -> bool:
    return sentence.has("procedure", "procedure_ref", "scale") or any(
        m.label == "symptom" and m.id in ("pain", "sciatica") for m in sentence.mentions
    )
