"""Whether an episode of pain that a note dates is over: a bout of another year is not the present pain.

An episode is over where its end is told ("that was over in six weeks", "it settled with therapy", "the back was fine
from then until this fall"), in its sentence or in the next two. A single or earlier episode ("a bout of neck pain in
2019", "he had back pain in 2016") is also past where the same note gives the present pain a later beginning. An end
that is denied or partial, and pain told as going on since, keep an episode present.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from chartproof.extract.kinds.topics import topics
from chartproof.extract.regex import Regex
from chartproof.extract.view import Sentence
from chartproof.spans import Span

_TOLD_WITHIN = 2  # sentences behind the one with the date
_TIME = r"(?:[\w./-]+\s+(?:and\s+a\s+half\s+|or\s+(?:so|\w+)\s+)?(?:days?|weeks?|wks?|months?|mos?|years?|yrs?|hours?)|(?:a\s+)?(?:season|summer|winter|spring|fall|autumn|month|week|year))\b"
_OVER = Regex(
    r"\b(?:"
    r"(?:was|were|is|are|been|being|it'?s|that'?s)\s+(?:(?:all|completely|fully|entirely|totally|pretty\s+much|quickly|soon|since)\s+)*(?:over(?!\s+(?:the|a|his|her|\d))|gone|done\s+with|behind\s+(?:him|her|them)|cured)"
    r"|(?:resolved|settled|subsided|cleared|went\s+away|disappeared|remitted|abated|vanished|passed|healed|recovered|calmed\s+down|quieted\s+down)"
    r"|got(?:ten)?\s+(?:over\s+it|well|better|completely\s+better)|(?:full|complete|good|uneventful)\s+recovery|full\s+resolution"
    r"|back\s+to\s+(?:normal|baseline|his\s+usual\s+self|her\s+usual\s+self|himself|herself)"
    r"|(?<!has\s)(?<!have\s)(?<!had\s)(?<!'s\s)lasted\s+(?:(?:for|only|just|about|some|roughly|around|maybe|nearly|almost|a|the\s+better\s+part\s+of)\s+)*"
    + _TIME
    + r"|(?:pain|symptom)[- ]?free(?:\s+(?:since|after|thereafter|until|till|from|for|between|within|in|by)\b)?"
    r")",
    re.IGNORECASE,
)
#: The end, and the word that leads to the time it took.
_ENDED = Regex(
    r"\b(?:resolved|settled|subsided|cleared|went\s+away|disappeared|passed|healed|recovered|(?:was|were)\s+(?:over|gone|better)|got(?:ten)?\s+(?:over\s+it|well|better)|recovery)\s+(?:[\w-]+\s+){0,3}?(?:in|within|after|over|by|inside)\s+(?:(?:about|the|only|just|some|a|first|next)\s+)*$",
    re.IGNORECASE,
)
#: Well between the episode and now: "perfect from then until this accident", "no trouble in between".
_WELL_BETWEEN = Regex(
    r"\b(?:perfect|fine|well|good|great|okay|ok|quiet|silent|asymptomatic|solid|normal|no\s+(?:\w+\s+){0,3}?(?:pain|trouble|problems?|issues?|symptoms?|complaints?)|nothing|without\s+(?:\w+\s+){0,2}?(?:pain|trouble|problems?|issues?|symptoms?)|did\s+not\s+(?:bother|trouble)\s+(?:him|her))"
    r"\s+(?:\w+\s+){0,4}?(?:(?:from|since)\s+then|since(?=\s*[.,;]|\s*$)|after\s+that|afterwards?|thereafter|in\s+between|between|until|till|up\s+to|before\s+this)\b",
    re.IGNORECASE,
)
#: An end that did not come, or only in part.
_NOT_OVER = Regex(
    r"\b(?:not|never|n['’]t|nor|without|hardly|barely|partly|partially|mostly|somewhat|almost|nearly|incomplete\w*|no)\s+(?:\w+\s+){0,3}$",
    re.IGNORECASE,
)
_IN_PART = Regex(
    r"\s+(?:only\s+|but\s+)?(?:partly|partially|in\s+part|somewhat|mostly|incompletely|a\s+(?:little|bit)|to\s+some\s+extent)\b",
    re.IGNORECASE,
)
#: Pain that goes on from the episode: it is no past one.
_GOES_ON = Regex(
    r"\b(?:ever\s+since|since\s+then(?!\s+(?:no|none|fine|well|nothing))|on\s+and\s+off|off\s+and\s+on|come(?:s)?\s+and\s+go(?:es)?|intermittent\w*|persist\w*|continu\w*|ongoing|never\s+(?:\w+\s+){0,2}?(?:left|stopped|same|went|resolved|right|recovered|better|let\s+up)"
    r"|(?:has|have)\s+(?:\w+\s+)?(?:remained|stayed|been\s+(?:there|present|in\s+pain|constant|a\s+problem))|without\s+(?:a\s+)?(?:break|let-?up|interruption))\b",
    re.IGNORECASE,
)
#: The next sentence goes on about the episode.
_ABOUT_IT = Regex(
    r"\W*(?:(?:but|and|then|eventually|fortunately|luckily)\s+)?(?:it|this|that|these|those|they|(?:the|his|her|that|this)\s+(?:\w+\s+){0,2}?(?:pain|episode|bout|attack|spell|flare|symptoms?|problem|back|neck|sciatica|trouble|one)|(?:he|she|they|the\s+patient|pt)\s+(?:\w+\s+)?(?:recovered|got|was|had|made|went|returned|did)|(?:resolved|settled|cleared|recovered|lasted|gone|over|full|complete|pain[- ]?free|symptom[- ]?free|fine|no|well|nothing|asymptomatic)\b)",
    re.IGNORECASE,
)
#: The pain is told to have grown, so that it was there before.
WORSE = Regex(
    r"\b(?:wors(?:e|en\w*|ening)|increas\w*|flar(?:e|ed|es|ing)\b|exacerbat\w*|aggravat\w*|intensif\w*|deteriorat\w*|more\s+(?:severe|intense|frequent)|progress\w*)",
    re.IGNORECASE,
)
_EPISODE = (
    r"(?:episodes?|bouts?|spells?|attacks?|flares?|flare-?ups?|rounds?|brush(?:es)?|stretch(?:es)?|go-?rounds?|touch)"
)
#: "a bout of neck pain", "a prior episode", "one spell": an episode of its own, told with its date.
_ONE_EPISODE = Regex(
    r"\b(?:an?|one|two|several|a\s+few|his|her|first|prior|previous|earlier|similar|remote|old|past|another|single)\s+(?:(?:brief|short|prior|previous|earlier|similar|remote|old|past|minor|mild|severe|bad|single|isolated|self[- ]limited|acute|distant|first)\s+){0,3}"
    + _EPISODE
    + r"\b",
    re.IGNORECASE,
)
_PRESENT_EPISODE = Regex(
    r"\b(?:this|present|current|latest|most\s+recent|new|newest|recent|today'?s)\s+(?:\w+\s+){0,1}?" + _EPISODE + r"\b",
    re.IGNORECASE,
)
#: The simple past: "he had neck pain in 2016", and not "he has had" or "had been having".
_ONCE_HAD = Regex(
    r"\b(?:he|she|they|i|patient|pt|mr\.?\s+\w+|mrs\.?\s+\w+|ms\.?\s+\w+)\s+(?:also\s+|once\s+|did\s+)?(?:had|have|hurt|strained|sprained|injured|pulled|wrenched|threw)\s+(?!been\b)",
    re.IGNORECASE,
)


def is_over(sentence: Sentence, span: Span) -> bool:
    """Whether the end of the episode that the words at `span` date is told behind them."""
    for at, text in _behind(sentence, span):
        if _GOES_ON.search(text):
            return False
        for told in (*_OVER.finditer(text), *_WELL_BETWEEN.finditer(text)):
            part = _NOT_OVER.search(text[: told.start()]) or _IN_PART.match(text, told.end())
            if not part and (at or _of_pain(text[: told.start()])):
                return True
    return False


def ended(before: str) -> bool:
    """Whether the text before an amount of time says what ended in it: "it cleared up within ..."."""
    told = _ENDED.search(before)
    return told is not None and not _NOT_OVER.search(before[: told.start()])


def is_single(sentence: Sentence, span: Span) -> bool:
    """Whether the words at `span` date an episode of its own, or pain told in the simple past, that does not go on."""
    before, after = sentence.text[: span.start - sentence.start], sentence.text[span.end - sentence.start :]
    if _PRESENT_EPISODE.search(sentence.text) or _GOES_ON.search(after) or re.search(r"\bsince\b", before[-30:], re.I):
        return False
    return _ONE_EPISODE.search(before) is not None or _ONCE_HAD.search(before) is not None


def _behind(sentence: Sentence, span: Span) -> Iterator[tuple[int, str]]:
    """What is told behind the date: the rest of its sentence, and up to two more that go on about the episode."""
    yield 0, sentence.text[span.end - sentence.start :]
    one = sentence.next
    for count in range(1, _TOLD_WITHIN + 1):
        if one is None or one.section != sentence.section or not _ABOUT_IT.match(one.text):
            return
        if any(topic.kind == "foreign" for topic in topics(one)):
            return
        yield count, one.text
        one = one.next


def _of_pain(text: str) -> bool:
    """Whether the words between the date and its end tell of nothing else that ended."""
    return not re.search(
        r"\b(?:fever|infection|swelling|headaches?|fracture|wound|bruis\w+|tingling|numbness|weakness|leg|arm)\b",
        text,
        re.I,
    )
