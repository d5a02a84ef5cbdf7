"""The relief that scores tell: a score before and one after ("from 8 to 3", "7 -> 1"), or a low one that held."""

from __future__ import annotations

import re
from typing import NamedTuple

from chartproof.extract.kinds.score_standing import standing
from chartproof.extract.quantities import Duration
from chartproof.extract.regex import Regex
from chartproof.extract.view import Sentence
from chartproof.spans import Span

_MOST_PAIN = 10
_NO_SCORE_BEHIND = r"(?!\s*(?:%|percent|pounds|lbs|mg|mcg|ml|cc|weeks?|wks?|days?|hours?|hrs?|months?|minutes?|min\b|times|tabs?|pills?|per\b|am\b|pm\b|degrees?|deg\b|cm|ft|sec|visits?|/\s?[02-9]|\.\d))"
_FELL = Regex(
    r"\b(?:went|gone|dropped|drop|decreased|fell|came down|brought|down|reduced|improved|lowered|cut|took|taken|knocked|pulled|got)\b[^.;%]{0,30}?\bfrom\s+(?:an?\s+|about\s+)?(?P<worse>\d{1,2})(?:\s?/\s?10)?\s+"
    r"(?:down\s+)?to\s+(?:an?\s+|about\s+)?(?P<better>\d{1,2})(?:\s?/\s?10)?\b" + _NO_SCORE_BEHIND,
    re.IGNORECASE,
)
_ARROW = Regex(
    r"(?<![\w/.:-])(?P<worse>\d{1,2})(?:\s?/\s?10)?\s*(?:-+>|→|=+>)\s*(?P<better>\d{1,2})(?:\s?/\s?10)?(?![\w/])"
    + _NO_SCORE_BEHIND,
    re.IGNORECASE,
)
#: "pain 8 to 1": a range told downwards is a change.
_PAIR = Regex(
    r"\b(?:pain|nrs|nprs|vas|score|scores)\s*(?:(?:level|score|was|from|went|is)\s+|:\s*)*(?P<worse>\d{1,2})(?:\s?/\s?10)?\s+(?:down\s+)?to\s+(?:an?\s+|about\s+)?(?P<better>\d{1,2})(?:\s?/\s?10)?(?![\w/])"
    + _NO_SCORE_BEHIND,
    re.IGNORECASE,
)
#: What an arrow may join that is no pain: "ODI 34 -> 20", "rotation 35 -> 70".
_OTHER_MEASURE = Regex(
    r"\b(?:odi|ndi|oswestry|dash|quickdash|phq\S*|gad\S*|mas|ashworth|mmt|strength|rom|flexion|extension|rotation|ext|flex|rot|sts|5xsts|tug|grip|a1c|pcs|bpm|hr|weight|bmi|tabs?|dose|mg|reps?|slr|reflex\w*|knee|shoulder|hip|thumb|wrist)\b[^.;,]{0,20}$",
    re.IGNORECASE,
)
_HELD = Regex(
    r"\b(?:stay(?:ed|s)|remain(?:ed|s)|held|hover(?:ed|s)|kept)\s+(?:steady\s+|down\s+)?(?:at\s+|around\s+|near\s+)?(?:(?:about|only|just|maybe|roughly|an?)\s+){0,3}(?:\d\s?(?:-|–|to)\s?)?(?P<better>\d{1,2})(?:\s?/\s?10)?\s+for\s+(?:(?:about|only|nearly|almost|roughly|some|around|at\s+least|the|a\s+good|over|more\s+than)\s+)*$",
    re.IGNORECASE,
)
_BACK_TO = Regex(
    r"\b(?:back|returned|return|rose|climbed|went)\s+(?:(?:up|again|all\s+the\s+way)\s+)*to\s+(?:(?:an?|the|his|her|about|usual|baseline|normal|prior)\s+)*(?P<worse>\d{1,2})(?:\s?/\s?10)?\b"
    + _NO_SCORE_BEHIND,
    re.IGNORECASE,
)


class Drop(NamedTuple):
    """Where a drop of the pain is told, and how much of the pain it is, in percent; None where that is not told."""

    span: Span
    percent: float | None
    duration: Duration | None = None
    earlier: Span | None = None  # where the score before stands, if apart


def drop(sentence: Sentence) -> Drop | None:
    """A score before and a lower one after, told together."""
    match = _FELL.search(sentence.text)
    if match is None:
        match = next((m for m in _ARROW.finditer(sentence.text) if _is_pain(sentence, m)), None)
    if match is None and "to" in sentence.words:
        match = _PAIR.search(sentence.text)
    percent = None if match is None else _percent(match["worse"], match["better"])
    if match is None or percent is None:
        return None
    return Drop(Span(sentence.start + match.start(), sentence.start + match.end()), percent)


def held(sentence: Sentence, durations: list[Duration]) -> Drop | None:
    """A low score that held for some time, and the usual one that came back: "stayed at 1 for 3 hours, back to 8"."""
    text = sentence.text
    for duration in durations:
        low = _HELD.search(text[: duration.span.start - sentence.start])
        if low is None or duration.low is None:
            continue
        usual = _BACK_TO.search(text, duration.span.end - sentence.start)
        if usual is None:
            return None
        percent = _percent(usual["worse"], low["better"])
        if percent is None:
            return None
        stated = sentence.percents or (sentence.next is not None and sentence.next.percents)
        span = Span(sentence.start + low.start(), duration.span.end)
        return Drop(span, None if stated else percent, duration)
    return None


#: A further number between two scores, dates apart: which of them the last one follows is open.
_NUMBER_BETWEEN = Regex(r"(?<![\w/.-])\d{1,2}(?![\w/%-])")
_OF_THE_ENDS = frozenset({"worst", "best"})


def before_and_after(sentence: Sentence) -> Drop | None:
    """A score that the pain stood at before a procedure, here or in the sentence before, and the lower one since.

    A worst or best score is no usual one, so a sentence with a word for either gives none.
    """
    here = [one for one in standing(sentence) if not one.past]
    if len(here) != 1 or sentence.percents:
        return None
    earlier = [one for one in standing(sentence) if one.before]
    told = sentence
    if not earlier and sentence.previous is not None and sentence.previous.section == sentence.section:
        told = sentence.previous
        earlier = [one for one in standing(told) if one.before]
    if len(earlier) != 1 or any(m.id in _OF_THE_ENDS for one in {sentence, told} for m in one.of("statistic")):
        return None
    if told.percents or (sentence.next is not None and sentence.next.percents):
        return None
    before, after = earlier[0], here[0]
    left, right = sorted((before.span, after.span))
    if _NUMBER_BETWEEN.search(sentence.view.note.text, left.end, right.start):
        return None
    if before.low <= 0 or after.high >= before.low:
        return None
    percent = float(int(100 * (before.low - after.high) / before.low))
    return Drop(after.span, percent, None, before.span)


def _is_pain(sentence: Sentence, match: re.Match[str]) -> bool:
    return _OTHER_MEASURE.search(sentence.text[: match.start()]) is None


def _percent(worse: str, better: str) -> float | None:
    """The share of the worse score that went, rounded down; None where the pair is no drop on a scale of ten."""
    before, after = float(worse), float(better)
    if not 0 <= after < before <= _MOST_PAIN:
        return None
    return float(int(100 * (before - after) / before))
