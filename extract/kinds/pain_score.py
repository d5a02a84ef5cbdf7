"""Pain scores: a number on a pain scale with the words that say which it is.

A number counts when it has its scale ("6/10", "six out of ten", "VAS 65/100", "8 on a scale of
0-10"), or when only glue words stand between it and a word for the scale or the statistic ("worst
9", "4 at best", "pain score of 0"). The statistic comes from its own words only: each word goes to
the score it stands nearest to, across no comma if that can be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, cast

from chartproof.extract.kinds.common import distance, region_near
from chartproof.extract.kinds.score_standing import standing
from chartproof.extract.kinds.topics import SPINE, topics
from chartproof.extract.numbers import NUMBER, RANGE, parse_number
from chartproof.extract.regex import Regex
from chartproof.extract.view import Mention, NoteView, Sentence
from chartproof.facts import Assertion, PainScore, Region, Statistic
from chartproof.spans import Span

_LOOK_BACK = 12  # sentences
_HEADING = 40  # characters; a line no longer than that may be a heading
_SPREADS = Regex(r"\b(?:radiat|spread|shoot|travel|goes\s+(?:in)?to|into\b|down\b)", re.IGNORECASE)
_NO_REGION_FROM = frozenset(
    {"pmh", "psh", "family_history", "social_history", "medications", "allergies", "ros", "imaging", "labs"}
)

Moment = Literal["before_procedure", "after_procedure"]

_MOST = 10
_TEN = r"(?:1[0oO](?!\d)|ten\b)"
_SCALED = Regex(
    rf"(?<![\w./-])(?P<low>{NUMBER})(?P<plus>\+)?(?:\s*/\s*{_TEN})?(?:{RANGE}(?P<high>{NUMBER}))?\+?\s*"
    rf"(?:/\s*(?:(?P<hundred>100)\b|{_TEN})|(?:out\s+of|over|of\s+a\s+possible|of)\s+(?:a\s+(?:possible|total\s+of)\s+)?(?:(?P<hundred2>100|one\s+hundred)\b|{_TEN})"
    rf"|\s*(?:on|using)\s+an?\s+(?:10|ten)[- ]point\s+(?:pain\s+)?scale"
    rf"|(?:\s*pain)?\s*(?:on|using|in)\s+(?:a|the|an)\s+(?:pain\s+|vas\s+|nrs\s+|numeric\s+|visual\s+analog(?:ue)?\s+)*(?:scale|severity\s+scale)?\s*(?:of|from)?\s*(?:0|1|zero|one)\s*(?:-|–|to|through)\s*(?:(?P<hundred3>100)\b|{_TEN}))"
    rf"(?![\d/])",
    re.IGNORECASE,
)
_BARE = Regex(
    rf"(?<![\w./#-])(?:an?\s+)?(?P<low>{NUMBER})(?:{RANGE}(?P<high>{NUMBER}))?(?![\w/%:°²]|\.\d|-\w|\s?[x×]\s?\d)",
    re.IGNORECASE,
)
_ARROW = Regex(rf"\s*(?:->|→|-->|=>|➔|down to|to)\s*(?P<low>{NUMBER})(?![\w/%])", re.IGNORECASE)
_SCALE_FIRST = Regex(
    rf"(?:(?:on|using|in)\s+(?:a|the|an)\s+)?(?:pain\s+)?scale\s+(?:of\s+|from\s+)?(?:0|1|zero|one)\s*(?:-|–|to)\s*{_TEN}|(?:on|using)\s+an?\s+(?:0|1|zero|one)\s*(?:-|–|to)\s*{_TEN}(?:\s+point)?(?:\s+pain)?\s+(?:scale|level)|\b{_TEN}[- ]point\s+(?:pain\s+)?scale",
    re.IGNORECASE,
)
#: A scale printed behind its name: "Pain intensity (0-10): 7"; it is no score.
_PRINTED = Regex(r"\(\s*[01]\s*(?:-|–|to)\s*10\s*\)|(?<=\s)[01]\s?[-–]\s?10(?=\s*\)|\s*:)", re.IGNORECASE)
_ON_SCALE = Regex(r"\s*(?:on|in)\s+(?:the|a|an|her|his|our)\s+(?:\d+-point\s+)?$", re.IGNORECASE)
_GLUE = Regex(
    r"[\s_:=,(|'\"“~≈-]*(?:(?:is|are|was|were|of|at|a|an|as|about|around|approximately|approx|roughly|be|being|runs|run|from|the|it|her|his|their|"
    r"pain|level|levels|score|scores|she|he|would|call|calls|patient|pt|say|says|gives|give|grades|they|rated|rates|rating|rate|reported|reports|to|between|in|on|last|past|over|week|month|\d+ ?(?:d(?:ays)?|weeks?|wks?|months?|mos?|h|hrs?|hours?)|weeks|months|days|has|have|had|been|nrs|vas|nprs|today|now|usually|intensity|"
    r"remains|stays|still|only|gets|listed|recorded|documented|noted|today|reported|back|leg|neck|low|lbp|severity|with activity|this|am|puts|describes|hovers|sits)[\s_:=,()|'\"“~≈.-]*)*",
    re.IGNORECASE,
)
_GLUE_AFTER = Regex(
    r"[\s,(|-]*(?:(?:at|as|in|on|for|is|her|his|the|its|their|an?|when|pain|being|level|levels|score|of|to|daily|usual|and|of intensity)[\s(|-]*)*",
    re.IGNORECASE,
)
#: What a score with its scale holds: ten, a hundred, or 1O as a scanner reads it.
_HAS_TEN = Regex(r"1[0oO]|ten\b|hundred", re.IGNORECASE)
_CIRCLED = Regex(
    r"(?:\b\d{1,2}[ \t]+){2,}[\[(<*](?P<before>\d{1,2})[\])>*]|[\[(<*](?P<after>\d{1,2})[\])>*](?:[ \t]+\d{1,2}\b){2,}"
)
_CELL = Regex(r"[^|\t\s](?:[^|\t\n]*?[^|\t\s])??(?=[ ]{2,}|\t|[ ]*\||\s*$)")
_CELL_SCORE = Regex(
    r"(?P<low>\d{1,2}(?:\.5)?)(?:\s?[-–]\s?(?P<high>\d{1,2}(?:\.5)?))?(?P<end>(?:\s?/\s?10)?)(?:\s*\([^)]*\))?"
)
_OF_TEN = Regex(r"(?<!out )\bof\s+(?:ten|10)$", re.IGNORECASE)
_MILLIMETERS = Regex(r"(?<![\w./])(?P<value>\d{1,3})\s?mm\b(?!\s?hg)", re.IGNORECASE)
_TIME = r"(?:before|pre|baseline|next\s+(?:morning|am|day)|bedtime|half\s+an\s+hour|\d+(?:\.5)?\s?(?:min|minutes?|h|hrs?|hours?)|\d{1,2}:\d\d)"
_LOG = Regex(
    rf"(?<![\w/])(?P<time>{_TIME})\b(?:\s*(?:after|post|mark))?[\s:|=-]+(?P<value>\d{{1,2}})(?:/10)?(?=\s*(?:[,;.|]|$|\s{{2,}}|\n))",
    re.IGNORECASE,
)
_LOG_ROW = Regex(rf"[|\s]*{_TIME}\b(?:\s*(?:after|post))?(?:\s*\||\s{{2,}}|\t)", re.IGNORECASE)
_UNIT_AFTER = Regex(
    r"\s*(?:-\s*)?(?:weeks?|wks?|months?|mos?\b|days?|d\b|years?|yrs?|hours?|hrs?|minutes?|mins?\b|min\b|mg|mcg|ml|cc|cm|mm|times?|visits?|sessions?|blocks?|miles?|pounds?|lbs?|kg|percent|%|°|deg\w*|doses?|tab\w*|pills?|feet|ft|steps?|flights?|stairs|inches|of\b|st\b|nd\b|rd\b|th\b)",
    re.IGNORECASE,
)
_LIST_BEFORE = Regex(
    r"(?:[,;]|\band|\bto|\bit(?:'s|’s| is)|\byesterday|\bthen)\s+(?:and\s+)?(?:an?\s+)?$", re.IGNORECASE
)
_LIST_AFTER = Regex(
    r"\s*(?:w/?\b|with\b|when\b|in\s+the\b|at\b|after\b|lying\b|sitting\b|standing\b|walking\b|on\b|by\b|driving\b|tops\b)",
    re.IGNORECASE,
)
_MAY_FOLLOW = Regex(
    r"\s*(?:$|[.,;:()\]|\"'”’?!-]|–|—|\n|\s{2}|(?:and|at|with|on|when|in|but|while|now|right|today|after|before|most|reported|noted|recorded|documented|per|immediately|lying|sitting|standing|walking|worst|best|avg|average|pain|"
    r"currently|during|by|over|this|since|late|early|all|or|is|was|if|for|as|the|on|using|usually|tops|daily|she|he)\b|w/?\s)",
    re.IGNORECASE,
)
_NOT_A_SCORE_AFTER = Regex(
    r"\s*(?:or\s+(?:less|below|lower|better)|visits?|sessions?|reps?|trials?|nights|days|goals?|appointments?|times?|words?|mg|tabs?|objects?|items?)\b"
    r"|\s*(?:correct|on\s+(?:the\s+|a\s+|an\s+)?(?:[\w-]+\s+){0,4}?(?:tasks?|tests?|subtests?|trials?|recall|naming|speech|items?|questionnaire|inventory|exam))\b",
    re.IGNORECASE,
)
_NO_SCORE_BEFORE = Regex(
    r"\b(?:ages?\s+(?:of\s+)?|aged\s+|scale\s+(?:of|from)\s+|brought\s+up\s+to\s+|(?:seen|arriv\w+|appointment|appt|visit|scheduled|starts?|opens?|woke|wakes|checked\s+in)\s+(?:up\s+|here\s+)?at\s+)$",
    re.IGNORECASE,
)
_AT_LEAST = Regex(r"\bat\s+least$", re.IGNORECASE)
_LARGE = Regex(r"\b[1-9]\d{1,2}\s?[-–]\s?\d{2,3}\b")  # a range above ten: no row of pain scores
_OR_MORE = Regex(r"\s*or\s+(?:more|less|fewer|greater)\b", re.IGNORECASE)
_GOAL_BEFORE = Regex(
    r"(?:\b(?:goals?|reduce|decrease|target|will\s+report|is\s+to\s+report|to\s+tolerate|will\s+tolerate|be\s+able\s+to)\b|get\s+(?:it|pain)\s+(?:down\s+)?to|≤|<=|<|less\s+than|below)\W*(?:\w+\W+){0,4}$",
    re.IGNORECASE,
)
_NOT_BELOW = Regex(
    r"\b(?:never|rarely|hardly|(?:does|did)(?:\s+not|n't))\s+(?:ever\s+)?(?:drop|go|fall|get|dip|come)(?:s|es|ped)?\s+(?:down\s+)?below\s+(?:an?\s+)?$",
    re.IGNORECASE,
)
#: What a bare number is told beside when two or more of them are set against each other.
_CONDITION = (
    r"(?:(?:with(?:out)?|w/o?|off|on)\s+(?:the\s+|her\s+|his\s+|any\s+)?(?:pain\s+)?(?:meds?|medications?|medicines?|pills|opioids)"
    r"|(?:on|at|upon)\s+(?:arrival|admission|discharge|leaving|departure|intake|rest)|(?:with|during)\s+(?:activity|movement|motion|walking|exertion)|rest|activity|movement)"
)
_SET_AGAINST = Regex(
    rf"\b{_CONDITION}\s*[:=,-]?\s*(?:it(?:'s|\s+is)\s+)?(?:an?\s+)?(?P<low>\d{{1,2}}(?:\.5)?)(?P<ten>\s*/\s*10)?(?![\w/%]|\.\d|\s*(?:mg|x|times|tab|weeks|days|hours|min))",
    re.IGNORECASE,
)
#: "gone from an 8 to a 3", "fluctuates between 4 and 7", said of the pain.
_MOVED = Regex(
    rf"\b(?:pain|it|nrs|vas)\b[^.;,]{{0,30}}?\b(?:gone|went|dropped|decreased|fallen|fell|improved|increased|risen|rose|down|up)\s+from\s+(?:an?\s+)?(?P<low>{NUMBER})(?:\s*/\s*10)?\s+(?:down\s+|up\s+)?to\s+(?:an?\s+)?(?P<high>{NUMBER})(?:\s*/\s*10)?",
    re.IGNORECASE,
)
#: "dropped her from an 8 to a 3", said beside a procedure or the pain.
_MOVED_PERSON = Regex(
    rf"\b(?:dropp?ed|took|taken|brought|got|knocked|cut|moved|lowered|pulled|carried|went|gone|came|down|fell|fallen)\s+(?:(?:him|her|me|them|it|things)\s+)?(?:down\s+)?from\s+an?\s+"
    rf"(?P<low>{NUMBER})\s+(?:down\s+)?to\s+(?:about\s+)?an?\s+(?P<high>{NUMBER})",
    re.IGNORECASE,
)
_BETWEEN = Regex(
    rf"\b(?:pain|discomfort|nrs|vas|intensity)\b[^.;,]{{0,30}}?\bbetween\s+(?:an?\s+)?(?P<low>{NUMBER})(?:\s*/\s*10)?\s+and\s+(?:an?\s+)?(?P<high>{NUMBER})(?:\s*/\s*10)?",
    re.IGNORECASE,
)
_WITHOUT_DRUG = Regex(
    r"\b(?:without|w/o|off)\s+(?:the\s+|her\s+|his\s+|any\s+)?(?:pain\s+)?(?:meds?|medications?|medicines?|pills|opioids|treatment|brace)\b[^.;]{0,20}$",
    re.IGNORECASE,
)
_DATE_BEFORE = Regex(
    r"(?:\b(?:on|since|dated|from|until|till|by|done|seen|dos|date|through|thru|before|after)|[,&]\s*\d{1,2}/\d{1,2}\s*(?:and|,)?)\s*$",
    re.IGNORECASE,
)
_SCORE_BEFORE = Regex(
    r"(?:^|\b(?:is|was|are|at|a|an|as|of|rates?|rated|it|to|about|around|approximately|discharged|left|from|now|then|scored?|reports|gives|calls it|,|:)\W*)$",
    re.IGNORECASE,
)
#: What may stand behind a number told by a verb of standing, beyond what may follow any bare one.
_STANDING_FOLLOW = Regex(
    r"\s*(?:day\s+(?:in|to|after)|even|despite|until|till|some|whenever|no\s+matter|throughout|through|without|nowadays|lately|again|though|unless|because|which|from|"
    r"every|any|these|nearly|almost|regardless|whether|once|due|again|under|so|to\s+(?:start|begin))\b",
    re.IGNORECASE,
)
_OTHER_SCALE = Regex(
    r"\s*(?:on|in|for)\s+(?:the|an?|his|her|their)\s+(?!(?:[\w-]+\s+){0,2}(?:pain|vas|nrs|numeric\w*|analog\w*)\b)(?:[\w-]+\s+){0,3}?(?:scale|quiz|test|exam|index|item|form|survey|questionnaire|inventory|game|hole)\b",
    re.IGNORECASE,
)
#: What may stand between "now" and its score: ", now it is down to a".
_NOW_IS = Regex(
    r"\s+(?:it(?:'s|\s+is)|s?he(?:'s|\s+is)|is|at|down\s+to|up\s+to|(?:it\s+|s?he\s+)?(?:sits|hovers|stays|runs|lives|averages|stands|holds)|(?=an?\b))\s+(?:(?:at|only|down|up|to|an?|about|around|more\s+like|just)\s+)*",
    re.IGNORECASE,
)
_SET_APART = Regex(r"\b(?:vs|versus|compared|than|from)\b", re.IGNORECASE)
#: "pre-injection 8, post-injection 3"
_PRE_POST = Regex(
    r"\b(?P<when>pre|post)(?:[- ]?(?:op|injection|inj|procedure|proc|block|treatment|rfa|esi|mbb|tx))?\s*(?:(?:pain|vas|nrs|score|level)\s*)*(?:was|is|of|=|:)?\s*"
    r"(?P<value>\d{1,2}(?:\.5)?)(?![\w/%-]|\s*/|\.\d|\s*(?:mg|ml|cc|mcg|min|weeks?|wks?|days?|months?|hours?|hrs?|h\b|op\b|visits?))",
    re.IGNORECASE,
)
_AVERAGES = Regex(r"averag(?:es?|ed|ing)", re.IGNORECASE)
_AFTER_MINUTES = Regex(
    r"\bat\s+\d+\s*min|\b\d+\s*(?:min(?:utes?)?|hours?|hrs?)\s+(?:after|post|later)|\bpost\b", re.IGNORECASE
)


@dataclass(slots=True)
class _Score:
    span: Span
    low: float
    high: float
    scaled: bool
    moment: Moment | None = None
    label: Mention | None = None  # the word in the first cell of its table row
    past: bool = False  # told of an earlier time


def find(view: NoteView) -> Iterator[PainScore]:
    """Yield the pain scores of a note."""
    procedure_note = "procedure" in (view.note.type or "").lower() or "operative" in (view.note.type or "").lower()
    moment: tuple[int, Moment | None] = (-1, None)
    for sentence in view.sentences:
        if not (sentence.has_digits or sentence.may_count or sentence.has("scale", "statistic", "symptom")):
            continue
        if sentence.section in ("family_history", "labs"):
            continue
        scores = _scores(sentence)
        if scores:
            same_line = moment[0] >= 0 and "\n" not in view.note.text[moment[0] : scores[0].span.start]
            inherited = moment[1] if same_line else None
            for fact in _facts(sentence, scores, procedure_note, inherited):
                moment = (fact.spans[0].end, fact.moment)
                yield fact


def _scores(sentence: Sentence) -> list[_Score]:
    text, offset = sentence.text.replace("_", " "), sentence.start
    found: list[_Score] = [*_circled(text, offset), *_table_row(sentence), *_under_head(sentence), *_log(sentence)]
    found.extend(_set_against(sentence))
    found.extend(_before_and_after(sentence, found))
    found.extend(_stood(sentence, found))
    if sentence.has("scale"):
        found.extend(_millimeters(text, offset))
    pain = _about_pain(sentence)
    ten = _HAS_TEN.search(text) is not None
    if not found and not pain and not ten and not sentence.has("procedure") and " from a" not in sentence.lower:
        return found
    for match in _SCALED.finditer(text) if ten else ():
        score = _score(match, offset, scaled=True)
        if _of_hundred(match) and not sentence.has("scale"):
            continue
        lead = text[: match.start()]
        if score is None or _NOT_A_SCORE_AFTER.match(text, match.end()):
            continue
        if (_GOAL_BEFORE.search(lead) and not _NOT_BELOW.search(lead)) or any(
            score.span.overlaps(other.span) for other in found
        ):
            continue
        if not pain and _OF_TEN.search(match[0]):
            continue  # "five of ten screws"
        if not pain and not _surely_a_score(sentence, match.start()):
            continue
        if _belongs_to_something_else(sentence, score):
            continue
        found.extend(_change(match, offset) or [score])
    moved = sentence.has("procedure") or (" from a" in sentence.lower and _tells_pain(sentence.previous))
    if pain or (moved and not sentence.has("not_pain")):
        found.extend(_moved(sentence, found))
    if pain or found:
        anchors = [
            m
            for m in sentence.mentions
            if m.label == "scale" or (m.label, m.id) == ("symptom", "pain") or _is_statistic(sentence, m)
        ]
        found.extend(_bare_scores(sentence, anchors, found))
    found.sort(key=lambda score: score.span)
    return found


def _is_statistic(sentence: Sentence, mention: Mention) -> bool:
    """Whether the mention is a word for the statistic; the "min" of "30 min" is none."""
    if mention.label != "statistic":
        return False
    lead = sentence.lower[: mention.start - sentence.start].rstrip()
    return not (sentence.lower[mention.start - sentence.start :].startswith("min") and lead[-1:].isdigit())


def _set_against(sentence: Sentence) -> list[_Score]:
    """Scores told for two or more conditions: "without meds 9, with meds 5", "on arrival 7, on discharge 2"."""
    if not sentence.has_digits or sentence.has("not_pain") or sentence.section in ("exam", "medications"):
        return []
    hits = [hit for hit in _SET_AGAINST.finditer(sentence.text) if float(hit["low"]) <= _MOST]
    if len(hits) < 2 or not (
        _about_pain(sentence) or all(hit["ten"] for hit in hits) or _tells_pain(sentence.previous)
    ):
        return []
    return [
        _Score(
            Span(sentence.start + hit.start("low"), sentence.start + hit.end()),
            float(hit["low"]),
            float(hit["low"]),
            True,
        )
        for hit in hits
    ]


def _before_and_after(sentence: Sentence, taken: list[_Score]) -> list[_Score]:
    """The scores that "pre" and "post" mark as those before and after a procedure, where both are given."""
    lower = sentence.lower
    if not sentence.has_digits or "pre" not in lower or "post" not in lower or sentence.has("not_pain"):
        return []
    told = sentence.previous
    if not (
        sentence.has("scale", "procedure") or _tells_pain(sentence) or (told is not None and told.has("procedure"))
    ):
        return []
    hits = [hit for hit in _PRE_POST.finditer(sentence.text) if float(hit["value"]) <= _MOST]
    if len({hit["when"].lower() for hit in hits}) < 2:
        return []
    found: list[_Score] = []
    for hit in hits:
        span = Span(sentence.start + hit.start("value"), sentence.start + hit.end("value"))
        value = float(hit["value"])
        moment: Moment = "before_procedure" if hit["when"].lower() == "pre" else "after_procedure"
        if not any(span.overlaps(other.span) for other in taken):
            found.append(_Score(span, value, value, True, moment))
    return found


def _stood(sentence: Sentence, taken: list[_Score]) -> Iterator[_Score]:
    """The scores told by a verb of standing at them, where nothing behind the number makes it an amount."""
    text = sentence.text
    for one in standing(sentence):
        end = one.span.end - sentence.start
        lead = text[: one.span.start - sentence.start]
        goes_on = _STANDING_FOLLOW.match(text, end) is not None
        if any(one.span.overlaps(other.span) for other in taken) or _GOAL_BEFORE.search(lead):
            continue
        if _OTHER_SCALE.match(text, end):
            continue
        if not goes_on and (
            not _MAY_FOLLOW.match(text, end)
            or _UNIT_AFTER.match(text, end)
            or _NOT_A_SCORE_AFTER.match(text, end)
            or _OR_MORE.match(text, end)
            or _is_amount(sentence, one.span)
        ):
            continue
        yield _Score(one.span, one.low, one.high, True, "before_procedure" if one.before else None, past=one.past)


def _tells_pain(sentence: Sentence | None) -> bool:
    return sentence is not None and any((m.label, m.id) == ("symptom", "pain") for m in sentence.mentions)


def _moved(sentence: Sentence, taken: list[_Score]) -> list[_Score]:
    """The scores of a pain or person that went from one to another, or of a pain that lies between two."""
    lower = sentence.lower
    moved: list[_Score] = []
    if "from" not in lower and "between" not in lower:
        return moved
    for pattern in (_MOVED, _MOVED_PERSON, _BETWEEN):
        for match in pattern.finditer(sentence.text):
            low, high = parse_number(match["low"]), parse_number(match["high"])
            span = Span(sentence.start + match.start("low"), sentence.start + match.end())
            if low is None or high is None or not (0 <= low <= _MOST and 0 <= high <= _MOST):
                continue
            if _UNIT_AFTER.match(sentence.text, match.end()) or any(
                span.overlaps(other.span) for other in [*taken, *moved]
            ):
                continue
            if pattern is _BETWEEN:
                moved.append(_Score(span, min(low, high), max(low, high), True))
                continue
            by_procedure = sentence.has("procedure") and low > high
            moments: tuple[Moment | None, Moment | None] = (
                ("before_procedure", "after_procedure") if by_procedure else (None, None)
            )
            for name, value, moment in zip(("low", "high"), (low, high), moments, strict=True):
                at = Span(sentence.start + match.start(name), sentence.start + match.end(name))
                moved.append(_Score(at, value, value, True, moment))
    return moved


def _score(match: re.Match[str], offset: int, scaled: bool) -> _Score | None:
    low = parse_number(match["low"])
    high = parse_number(match["high"]) if match["high"] is not None else low
    if low is None or high is None or (len(match["low"]) == 2 and match["low"][0] == "0"):
        return None
    if scaled and _of_hundred(match):
        low, high = low / 10, high / 10
    if not (0 <= low <= 10 and 0 <= high <= 10):
        return None
    return _Score(Span(offset + match.start("low"), offset + match.end()), min(low, high), max(low, high), scaled)


def _change(match: re.Match[str], offset: int) -> list[_Score]:
    """The two scores of a change ("from 8/10 to 3/10"), which is no range; empty for anything else."""
    halves = re.fullmatch(
        rf"(?P<first>(?P<a>{NUMBER})\s*/\s*{_TEN})\s*(?:to|-+>|→)\s*(?P<second>(?P<b>{NUMBER})\s*/\s*{_TEN})",
        match[0],
        re.IGNORECASE,
    )
    if halves is None:
        return []
    first, second = parse_number(halves["a"]), parse_number(halves["b"])
    if first is None or second is None or first <= second:
        return []
    at = offset + match.start()
    return [
        _Score(Span(at + halves.start(name), at + halves.end(name)), value, value, True)
        for name, value in (("first", first), ("second", second))
    ]


def _fallen(match: re.Match[str], offset: int) -> list[_Score]:
    """The two scores of a bare change told downwards ("pain 8 to 1"), which is no range; empty for anything else."""
    if match["high"] is None or not re.search(r"\bto\b", match[0], re.IGNORECASE):
        return []
    first, second = parse_number(match["low"]), parse_number(match["high"])
    if first is None or second is None or first <= second:
        return []
    return [
        _Score(Span(offset + match.start(name), offset + match.end(name)), value, value, False)
        for name, value in (("low", first), ("high", second))
    ]


def _circled(text: str, offset: int) -> Iterator[_Score]:
    """A number marked in a printed row of numbers: "0 1 2 3 [4] 5 6"."""
    if not ("[" in text or "(" in text or "<" in text or "*" in text):
        return
    for match in _CIRCLED.finditer(text):
        name = "before" if match["before"] else "after"
        value = float(match[name])
        if value <= 10:
            yield _Score(Span(offset + match.start(name) - 1, offset + match.end(name) + 1), value, value, True)


def _table_row(sentence: Sentence) -> Iterator[_Score]:
    """Every number of a row whose first cell is a word such as "average" is such a score."""
    words = sentence.of("statistic")
    if not words or sentence.has("not_pain"):
        return
    cells = list(_CELL.finditer(sentence.text))
    if any(cell[0].isdigit() and len(cell[0]) > 2 for cell in cells) or _LARGE.search(sentence.text):
        return
    if len(cells) < 2 or not any(cells[0].start() <= word.start - sentence.start < cells[0].end() for word in words):
        return
    if not sentence.has("scale", "symptom") and not any(
        other is not None and other.has("statistic", "scale") for other in (sentence.previous, sentence.next)
    ):
        return
    for cell in cells[1:]:
        match = _CELL_SCORE.fullmatch(cell[0])
        if match is None:
            if not _CELL_SCORE.match(cell[0]):
                continue
            return  # a row of running text
        low, high = float(match["low"]), float(match["high"] or match["low"])
        if low <= high <= 10:
            start = sentence.start + cell.start() + match.start("low")
            yield _Score(Span(start, sentence.start + cell.start() + match.end("end")), low, high, True, label=words[0])


def _under_head(sentence: Sentence) -> Iterator[_Score]:
    """The numbers of a row right under a row of words such as "Now  Average  Worst"."""
    head = sentence.previous
    if head is None or sentence.has("statistic"):
        return
    words = head.of("statistic")
    if len({word.id for word in words}) < 2 or any(map(str.isdigit, head.text)):
        return
    cells = [_CELL_SCORE.fullmatch(cell[0]) for cell in _CELL.finditer(sentence.text)]
    places = list(_CELL.finditer(sentence.text))
    if len(cells) != len(words):
        return
    for place, cell, word in zip(places, cells, words, strict=True):
        if cell is None or not 0 <= float(cell["low"]) <= float(cell["high"] or cell["low"]) <= 10:
            continue
        start = sentence.start + place.start()
        yield _Score(
            Span(start + cell.start("low"), start + cell.end("end")),
            float(cell["low"]),
            float(cell["high"] or cell["low"]),
            True,
            label=word,
        )


def _millimeters(text: str, offset: int) -> Iterator[_Score]:
    """A mark on a line of 100 mm: "VAS 62 mm"."""
    for match in _MILLIMETERS.finditer(text):
        value = float(match["value"]) / 10
        if value <= 10:
            yield _Score(Span(offset + match.start("value"), offset + match.end()), value, value, True)


def _log(sentence: Sentence) -> Iterator[_Score]:
    """Scores at times after a block: rows "30 min | 1" or a run "before 7, 1 h 2, 4 h 5"."""
    hits = list(_LOG.finditer(sentence.text)) if sentence.has_digits else []
    if not hits or (len(hits) < 3 and not (_LOG_ROW.match(sentence.text) and _beside_log(sentence))):
        return
    for hit in hits:
        value = float(hit["value"])
        if value <= 10:
            before = hit["time"].lower().startswith(("before", "pre", "baseline"))
            yield _Score(
                Span(sentence.start + hit.start("value"), sentence.start + hit.end("value")),
                value,
                value,
                True,
                "before_procedure" if before else "after_procedure",
            )


def _beside_log(sentence: Sentence) -> bool:
    return any(other is not None and _LOG_ROW.match(other.text) for other in (sentence.previous, sentence.next))


def _of_hundred(match: re.Match[str]) -> bool:
    return bool(match["hundred"] or match["hundred2"] or match["hundred3"])


def _about_pain(sentence: Sentence) -> bool:
    if any((m.label, m.id) == ("symptom", "pain") or m.label == "scale" for m in sentence.mentions):
        return True
    statistics = {m.id for m in sentence.of("statistic")}
    if len(statistics) >= 2 and not sentence.has("not_pain"):
        return True
    if "hurt" in sentence.lower:
        return True
    if (
        not (sentence.has("statistic") or ("scale" in sentence.lower and _SCALE_FIRST.search(sentence.text)))
        or sentence.has("not_pain")
        or sentence.section not in ("hpi", "chief_complaint", None)
    ):
        return False
    if _beside_statistic(sentence, statistics):
        return True
    previous = sentence.previous
    for _ in range(3):
        if previous is None or previous.section != sentence.section:
            return False
        if previous.has("not_pain"):
            return False
        if any((m.label, m.id) == ("symptom", "pain") or m.label == "scale" for m in previous.mentions):
            return True
        previous = previous.previous
    return False


def _beside_statistic(sentence: Sentence, statistics: set[str]) -> bool:
    """Whether the sentences before or behind go on with another statistic and tell of pain: "Average 6. Worst 9. Low back pain."."""
    sides = (sentence.previous, sentence.next)
    beside = [other for other in sides if other is not None and other.section == sentence.section]
    if any(other.has("not_pain") for other in beside):
        return False
    if not any(other.has_digits and {m.id for m in other.of("statistic")} - statistics for other in beside):
        return False
    return any(_tells_pain(one) for other in beside for one in (other.previous, other, other.next))


def _surely_a_score(sentence: Sentence, start: int) -> bool:
    """Whether "6/10" without a word for pain in its sentence is a score, not a date or another ratio."""
    before = sentence.text[:start]
    if sentence.section in ("imaging", "pmh", "psh", "social_history", "labs", "medications") or _DATE_BEFORE.search(
        before
    ):
        return False
    return sentence.has("statistic", "region") or bool(_SCORE_BEFORE.search(before))


def _belongs_to_something_else(sentence: Sentence, score: _Score) -> bool:
    others = sentence.of("not_pain")
    if not others:
        return False
    pains = [m for m in sentence.mentions if (m.label, m.id) == ("symptom", "pain") or m.label == "scale"]
    nearest_other = min(distance(m, score.span) for m in others)
    return not pains or nearest_other < min(distance(m, score.span) for m in pains)


def _bare_scores(sentence: Sentence, anchors: list[Mention], taken: list[_Score]) -> Iterator[_Score]:
    text, offset = sentence.text.replace("_", " "), sentence.start
    explicit = _SCALE_FIRST.search(text) if "scale" in sentence.lower or "level" in sentence.lower else None
    used = [score.span for score in taken]
    used.extend(Span(offset + m.start(), offset + m.end()) for m in _PRINTED.finditer(text))
    anchors = [m for m in anchors if not _AT_LEAST.search(text[: m.end - offset])]
    firm = [m for m in anchors if text[m.start - offset : m.end - offset].lower() != "up to"]
    if explicit:
        used.append(Span(offset + explicit.start(), offset + explicit.end()))
    for match in _BARE.finditer(text) if sentence.may_count else ():
        span = Span(offset + match.start("low"), offset + match.end())
        if any(span.overlaps(other) for other in used):
            continue
        if _UNIT_AFTER.match(text, match.end()) or not (
            _MAY_FOLLOW.match(text, match.end()) or _right_after(firm, span, text, offset)
        ):
            continue
        score = _score(match, offset, scaled=False)
        if score is None or _is_amount(sentence, span):
            continue
        if _NO_SCORE_BEFORE.search(text[: match.start()]) or _OR_MORE.match(text, match.end()):
            continue
        if explicit and match.start() > explicit.end() and match.start() - explicit.end() < 70:
            yield score
            explicit = None
            used.append(span)
            continue
        word = not match["low"][0].isdigit()
        if _tied(sentence, anchors, span, strict=word) and not _belongs_to_something_else(sentence, score):
            yield from _fallen(match, offset) or [score]
            used.append(span)
            continue
        if (
            used
            and _LIST_BEFORE.search(text[: match.start()])
            and _LIST_AFTER.match(text, match.end())
            and any(0 < span.start - other.end <= 45 for other in used)
        ):
            yield score
            used.append(span)
            continue
        if any(
            score_.span.end <= span.start and _ARROW.fullmatch(text[score_.span.end - offset : match.end()])
            for score_ in taken
        ):
            yield score
    for score in list(taken):
        arrow = _ARROW.match(text, score.span.end - offset)
        if arrow and not any(Span(offset + arrow.start("low"), offset + arrow.end()).overlaps(s) for s in used):
            value = parse_number(arrow["low"])
            if value is not None and 0 <= value <= 10 and "to" not in arrow[0]:
                yield _Score(Span(offset + arrow.start("low"), offset + arrow.end()), value, value, False)


def _is_amount(sentence: Sentence, span: Span) -> bool:
    """Whether the number belongs to an amount of time or a percentage."""
    return any(span.overlaps(amount.span) for amount in sentence.durations) or any(
        span.overlaps(percent.span) for percent in sentence.percents
    )


def _right_after(anchors: list[Mention], span: Span, text: str, offset: int) -> bool:
    """Whether a word for the statistic stands right before the number; what one "averages" may be anything."""
    return any(
        anchor.label == "statistic"
        and anchor.id != "current"
        and 0 < span.start - anchor.end <= 3
        and not _AVERAGES.fullmatch(text[anchor.start - offset : anchor.end - offset])
        for anchor in anchors
    )


def _tied(sentence: Sentence, anchors: list[Mention], span: Span, strict: bool) -> bool:
    """Whether only glue stands between the number and a word for scale or statistic.

    A word for pain ties a number only when it stands right before it ("pain 7", "pain of 7").
    """
    for anchor in anchors:
        if anchor.end <= span.start and span.start - anchor.end <= 40:
            gap = _PRINTED.sub(" ", sentence.view.note.text[anchor.end : span.start])
            if anchor.label == "symptom":
                if not strict and re.fullmatch(
                    r"\s*(?:score\s*|level\s*)?(?:is|was|of|at|:|=|now|today|this am)?\s*(?:now\s+|about\s+|around\s+|an?\s+)?",
                    gap,
                    re.IGNORECASE,
                ):
                    return True
            elif _GLUE.fullmatch(gap):
                return True
        elif span.end <= anchor.start <= span.end + 25:
            gap = sentence.view.note.text[span.end : anchor.start]
            if (_ON_SCALE if anchor.label == "scale" else _GLUE_AFTER).fullmatch(gap) and anchor.label != "symptom":
                return True
    return False


def _facts(
    sentence: Sentence, scores: list[_Score], procedure_note: bool, inherited: Moment | None
) -> Iterator[PainScore]:
    statistics = _assign(sentence, scores)
    columns = len([score for score in scores if score.label is not None]) > 1 and "|" in sentence.text
    for score in scores:
        sentence.claim(score.span)
        words = statistics.get(score.span, [])
        moment = score.moment or _moment(sentence, score, scores, procedure_note and not words, inherited)
        labelled: list[Mention | None] = [*words] or [None]
        for word in labelled:
            spans = (score.span,) if word is None else (score.span, word.span)
            yield PainScore(
                spans=spans,
                low=score.low,
                high=score.high,
                statistic=cast(Statistic, word.id) if word is not None else "unspecified",
                region=None if columns else _region(sentence, score.span),
                moment=moment,
                assertion=_assertion(sentence, score),
                section=sentence.section,
                source="rule:pain_score.scale" if score.scaled else "rule:pain_score.word",
            )


def _assertion(sentence: Sentence, score: _Score) -> Assertion:
    """ConText's assertion; "no pain, 0/10" and "without medication 8/10" are scores all the same."""
    assertion = sentence.assertion(score.span, "pain_score")
    if score.past and assertion == "present":
        return "historical"
    lead = sentence.text[: score.span.start - sentence.start]
    if assertion == "negated" and (score.high == 0 or _WITHOUT_DRUG.search(lead) or _NOT_BELOW.search(lead)):
        return "present"
    return assertion


def _region(sentence: Sentence, span: Span) -> Region | None:
    """The region of the pain that is scored: named in the sentence, else that of the pain told of before."""
    if sentence.has("region"):
        return _in_field(sentence, span) or region_near(sentence, span)
    before = sentence.previous
    for _ in range(_LOOK_BACK):
        if before is None:
            break
        told = _told_region_of(before)
        if told is not None:
            return told or None
        before = before.previous
    return _first_region(sentence.view)


def _in_field(sentence: Sentence, span: Span) -> Region | None:
    """The region in front of a score in its own field of a form: "MID BACK: usual 6    LOW BACK: usual 3"."""
    fields = [m for m in sentence.of("region") if m.end <= span.start and sentence.same_clause(m, span)]
    return cast(Region, fields[-1].id) if fields and fields[-1].id in SPINE and "   " in sentence.text else None


def _told_region_of(sentence: Sentence) -> Region | Literal[""] | None:
    """As `_told_region`, looked up once per sentence, as every score behind it asks."""
    known = cast("dict[int, Region | Literal[''] | None]", sentence.view.memo.setdefault("score.told", {}))
    if sentence.index not in known:
        known[sentence.index] = _told_region(sentence)
    return known[sentence.index]


def _told_region(sentence: Sentence) -> Region | Literal[""] | None:
    """The region that a sentence about pain leaves for the scores behind it; empty where that is open, else None."""
    if sentence.section in _NO_REGION_FROM or not (sentence.has("symptom", "dx") or len(sentence.text) <= _HEADING):
        return None
    spread = _SPREADS.search(sentence.text)
    until = sentence.end if spread is None else sentence.start + spread.start()
    spine = {m.id for m in sentence.of("region") if m.id in SPINE and m.start < until}
    if len(spine) == 1 and not any(t.kind == "organ" for t in topics(sentence)):
        return cast(Region, spine.pop())
    if spine:
        return ""
    for topic in topics(sentence):
        if topic.start < until and topic.kind in ("joint", "foreign") and "pain" in sentence.words:
            if sentence.assertion(topic.span, "pain_score") == "negated":
                return None
            return "" if topic.kind == "joint" else "other"
    return None


def _first_region(view: NoteView) -> Region | None:
    """The first spine region the note names, where it names no other one."""
    if "score.region" not in view.memo:
        spine = {
            m.id
            for sentence in view.sentences
            if sentence.section not in _NO_REGION_FROM
            for m in sentence.of("region")
            if m.id in SPINE
        }
        view.memo["score.region"] = spine.pop() if len(spine) == 1 else None
    return cast("Region | None", view.memo["score.region"])


def _assign(sentence: Sentence, scores: list[_Score]) -> dict[Span, list[Mention]]:
    assigned: dict[Span, list[Mention]] = {}
    for score in scores:
        if score.label is not None:
            assigned[score.span] = [score.label]
    scores = [score for score in scores if score.label is None]
    words = [
        m
        for m in sentence.of("statistic")
        if _is_statistic(sentence, m)
        and not any(m.span.overlaps(s.span) for s in scores)
        and not _AT_LEAST.search(sentence.text[: m.end - sentence.start])
    ]
    if not scores:
        return assigned
    leading = _leading(sentence, words, scores)
    for word in words:
        best: tuple[float, int] | None = None
        for index, score in enumerate(scores):
            gap = sentence.between(word, score.span)
            between = [
                other
                for other in scores
                if other is not score
                and min(word.end, score.span.end) <= other.span.start
                and other.span.end <= max(word.start, score.span.start)
            ]
            if (
                between
                or len(gap) > 60
                or ". " in gap
                or (word.id == "current" and (score.past or any(map(str.isdigit, gap))))
            ):
                continue
            cost: float = len(gap) + 25 * sum(gap.count(mark) for mark in ",|") + 45 * gap.count(";")
            cost += 15 * gap.count("  ")
            after = word.start >= score.span.end
            if after == leading:
                cost += 30
            if _SET_APART.search(gap):
                cost += 40
            if word.id == "current" and not after and _NOW_IS.fullmatch(gap):
                cost = 0
            if best is None or cost < best[0]:
                best = (cost, index)
        if best is not None:
            assigned.setdefault(scores[best[1]].span, []).append(word)
    for span, found in assigned.items():
        distinct: dict[str, Mention] = {}
        for word in found:
            if word.id not in distinct or distance(word, span) < distance(distinct[word.id], span):
                distinct[word.id] = word
        strong = [word for word in distinct.values() if word.id != "current"]
        keep = list(distinct.values())
        if strong and len(keep) > 1 and not any(_joined(sentence, a, b) for a in keep for b in keep if a is not b):
            keep = [min(keep, key=lambda word: (word.id == "current", distance(word, span)))]
        assigned[span] = sorted(keep, key=lambda word: word.start)
    _share_head(sentence, scores, assigned)
    return assigned


_JOINS = Regex(
    r"(?:\s+(?:in|on|at|for)\s+(?:the\s+|his\s+|her\s+)?[a-z]+(?:\s+[a-z]+)?)?\s+and\s+"
    r"(?:(?:in|on|for)\s+)?(?:(?:the|his|her)\s+[a-z]+(?:\s+[a-z]+)?\s+(?:at\s+)?(?:an?\s+)?)?",
    re.IGNORECASE,
)
_DOWN_TO = Regex(r"\s*(?:(?:down|up)\s+)?to\s+(?:about\s+)?(?:an?\s+)?|\s*(?:-+>|→)\s*", re.IGNORECASE)
_A_TIME_OR_STATE = r"\b(?:morning|noon|afternoon|evening|night|bed|rest|activit\w+|movement|walking|standing|sitting|arrival|flares?)\b"
_TIME_OR_STATE = Regex(_A_TIME_OR_STATE, re.IGNORECASE)
_TIME_OR_STATE_AFTER = Regex(
    rf"\s+(?:(?:by|in|at|on|with|after|when|while|during)\s+(?:the\s+|a\s+)?)?{_A_TIME_OR_STATE}|\s+(?:with|after|when|while|during)\b",
    re.IGNORECASE,
)


def _share_head(sentence: Sentence, scores: list[_Score], assigned: dict[Span, list[Mention]]) -> None:
    """A second score joined to the first by "and", with another place or visit, stands under the same word before both:
    "average 6/10 in the back and 7/10 in the leg". Times of the day and conditions are no such second."""
    for first, second in pairwise(scores):
        words = assigned.get(first.span, [])
        if (
            len(words) != 1
            or words[0].id == "current"
            or assigned.get(second.span)
            or words[0].start > first.span.start
        ):
            continue
        end = second.span.end - sentence.start
        between = sentence.text[first.span.end - sentence.start : second.span.start - sentence.start]
        if _DOWN_TO.fullmatch(between) or (
            _JOINS.fullmatch(between)
            and not _TIME_OR_STATE.search(between)
            and not _TIME_OR_STATE_AFTER.match(sentence.text, end)
        ):
            assigned[second.span] = list(words)


def _leading(sentence: Sentence, words: list[Mention], scores: list[_Score]) -> bool:
    """Whether the words of this sentence stand before their scores ("avg 7, worst 9"), not after ("7 avg, 9 worst")."""
    before = after = 0
    for word in words:
        for score in scores:
            if 0 <= score.span.start - word.end <= 4 and "," not in sentence.between(word, score.span):
                before += 1
            if 0 <= word.start - score.span.end <= 4 and "," not in sentence.between(word, score.span):
                after += 1
    return before >= after if before or after else bool(words) and words[0].end <= scores[0].span.start


def _joined(sentence: Sentence, first: Mention, second: Mention) -> bool:
    return re.fullmatch(r"\s*(?:and|&|/|,)\s*(?:her|his|the)?\s*", sentence.between(first, second)) is not None


def _moment(
    sentence: Sentence, score: _Score, scores: list[_Score], procedure_note: bool, inherited: Moment | None
) -> Moment | None:
    marks = [
        m
        for m in sentence.of("score_moment")
        if distance(m, score.span) <= 25
        and not any(
            distance(m, other.span) < distance(m, score.span) for other in scores if other.past and other is not score
        )
    ]
    both = len({m.id for m in sentence.of("score_moment")}) == 2
    if marks and (procedure_note or both or sentence.has("procedure")):
        return cast(Moment, min(marks, key=lambda m: (distance(m, score.span), m.start)).id)
    if not procedure_note:
        return None
    after = sentence.text[score.span.end - sentence.start : score.span.end - sentence.start + 25]
    before = sentence.text[max(0, score.span.start - sentence.start - 45) : score.span.start - sentence.start]
    if _AFTER_MINUTES.search(after) or _AFTER_MINUTES.search(before):
        return "after_procedure"
    return inherited or "before_procedure"
