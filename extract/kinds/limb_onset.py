"""When the pain of a limb began: by the date of its injury or a heading, or a length beside its diagnosis."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chartproof.extract.kinds.device_common import of
from chartproof.extract.regex import Regex
from chartproof.extract.view import PLAN_SECTIONS, NoteView, Sentence
from chartproof.facts import SymptomDuration
from chartproof.spans import Span

_INJURED = Regex(
    r"\b(?:caught|crush\w*|injur\w*|fractur\w*|fx|foosh|fell|fall|sprain\w*|twist\w*|lacerat\w*|burn(?:ed|t)\b|orif|crpp|cast(?:ed)?|struck|smashed|amputat\w*|doi)\b",
    re.IGNORECASE,
)
_ONSET = Regex(
    r"^\W*(?:onset|began|date\s+of\s+(?:injury|onset)|doi|injury\s+date)\s*[:=]?\s*(?:in\s+|on\s+)?$", re.IGNORECASE
)
_ALONE = Regex(r"(?:,|\(|-|–|x|\bfor)\s*(?:about\s+|now\s+|at\s+|approximately\s+|~)?$", re.IGNORECASE)
_OTHER_TIME = Regex(
    r"\b(?:ago|therapy|pt|ot|gabapentin|relief|better|blocks?|cast|splint|visits?|follow|return|rtc|off\s+work|healed|later|after|until|old|yo|age)\b",
    re.IGNORECASE,
)
_NOT_NOW = Regex(
    r"\b(?:healed\s+without|resolved|uneventful\w*|years\s+ago|childhood|remote|other\s+(?:hand|foot|leg|arm))\b",
    re.IGNORECASE,
)

_NEAR_INJURY = 70  # characters


def limb_onset(view: NoteView) -> Iterator[SymptomDuration]:
    """Yield the onset of the limb's pain, once, where the note tells it in one of these ways."""
    for sentence in view.sentences:
        if sentence.section in PLAN_SECTIONS or sentence.section in (
            "pmh",
            "family_history",
            "social_history",
            "surgical_history",
        ):
            continue
        for fact in (*_headed(sentence), *_by_length(sentence), *_by_injury(sentence)):
            yield fact
            return


def _headed(sentence: Sentence) -> Iterator[SymptomDuration]:
    for one in sentence.dates:
        if one.iso is not None and _ONSET.match(sentence.text[: one.span.start - sentence.start]):
            yield _since(sentence, one.iso, one.span.start, one.span.end)


def _by_length(sentence: Sentence) -> Iterator[SymptomDuration]:
    """A length that stands alone behind a diagnosis or pain of a limb ("CRPS of the hand, seven weeks")."""
    if sentence.section not in ("assessment", "assessment_plan", "chief_complaint") or not of(sentence, "dv_limb_pain"):
        return
    if not of(sentence, "dv_limb"):
        return
    pain = of(sentence, "dv_limb_pain")[0]
    for one in sentence.durations:
        lead = sentence.text[: one.span.start - sentence.start]
        rest = sentence.text[one.span.end - sentence.start :][:14]
        if one.span.start < pain.end or one.unit in ("hour",) or sentence.is_claimed(one.span):
            continue
        if _ALONE.search(lead) and not _OTHER_TIME.search(lead[-40:]) and not _OTHER_TIME.search(rest):
            yield SymptomDuration(
                spans=(one.span,),
                low=one.low,
                high=one.high,
                unit=one.unit,
                region="other",
                section=sentence.section,
                source="rule:limb_onset.length",
            )


def _by_injury(sentence: Sentence) -> Iterator[SymptomDuration]:
    """The date of an injury to a limb, in a note about that limb's pain."""
    if not of(sentence, "dv_limb") or _NOT_NOW.search(sentence.text):
        return
    injury = _INJURED.search(sentence.text)
    if injury is None:
        return
    for one in sentence.dates:
        near = one.span.start - sentence.start
        if one.iso is None or not injury.start() < near or near - injury.end() > _NEAR_INJURY:
            continue
        if sentence.assertion(one.span, "symptom_duration") not in ("negated", "family", "hypothetical"):
            yield _since(sentence, one.iso, one.span.start, one.span.end)


def _since(sentence: Sentence, iso: str, start: int, end: int) -> SymptomDuration:
    return SymptomDuration(
        spans=(Span(start, end),),
        since=iso.split("/")[0],
        region="other",
        section=sentence.section,
        source="rule:limb_onset.date",
    )
