"""How long relief lasted where no word for relief stands beside the time: bought, given, gone again; and what is no such time."""

from __future__ import annotations

import re

from chartproof.extract.quantities import Duration
from chartproof.extract.regex import Regex
from chartproof.extract.view import Sentence

_ABILITY = (
    r"(?:sit|sat|sits|sitting|stand|stands|stood|standing|walk\w*|driv\w*|drove|sleep|sleeps|slept|sleeping|ride|rides|rode|riding|lie|lay|lying|bend\w*|shop\w*|cook\w*|"
    r"garden\w*|mow\w*|travel\w*|kneel\w*|danc\w*|golf\w*|typ(?:e|ed|ing)|play\w*|stay(?:ed)?\s+(?:up|upright|seated)|on\s+(?:his|her|my)\s+feet|(?:to|could|can|at)\s+work|up\s+and\s+about|tolerat\w+|worked\s+a)"
)
#: An hour's length behind a verb of what the patient could do; "without pain" makes it the relief's again.
_OF_ABILITY_BEFORE = Regex(
    rf"\b{_ABILITY}\b(?:(?!\b(?:without|relie\w+|better|pain[- ]?free|no\s+pain|comfort\w*|improv\w+|benefit|lasted|lasting|gone|before\s+(?:it|the\s+pain))\b)[^.;%]){{0,60}}$",
    re.IGNORECASE,
)
_OF_ABILITY_BEHIND = Regex(
    r"(?:['’]s)?\s*(?:-\s*)?(?:of\s+(?:(?!lasting|numbing|feeling|being)\w+ing\b|test\w*|provocation|activit\w+|function|exercise|sleep|pt\b|physical|(?:\w+\s+){0,2}?(?:work|chores|errands|housework|labor|traffic)\b)"
    r"|at\s+a\s+(?:time|stretch)|in\s+(?:the|a|her|his)\s+(?:car|chair|recliner)|(?:car\s+)?(?:drive|ride|walk|flight|trip|shifts?|commute|meeting|movie|class|round|outing|nap|service|workday)\b)",
    re.IGNORECASE,
)
_AMOUNT = r"(?:(?:about|around|roughly|nearly|almost|maybe|perhaps|only|just|some|over|at\s+least|up\s+to|close\s+to|all\s+of|all|a\s+full|a\s+good|a\s+solid|the|another|approximately)\s+){0,3}"
#: "It bought her ten weeks", "he got about four", "gave me".
_BOUGHT = Regex(
    rf"\b(?:(?:b(?:ought|uys)|earned|won|gain(?:ed|s)|spared)\s+(?:(?:him|her|me|them|us|the\s+patient|pt)\s+)?|(?:gave|gives|has\s+given|afforded|allowed|granted|provided|yielded|netted|lasted|did)\s+(?:him|her|me|them|us|the\s+patient|pt)\s+)"
    rf"{_AMOUNT}$",
    re.IGNORECASE,
)
_GOT = Regex(
    rf"(?:^|[.;:(–—-]\s*|\b(?:and|then|but)\s+)[\"“\s]*(?:(?:s?he|they|i|we|(?:the\s+)?patient|pt|mrs?\.?\s+\w+|ms\.?\s+\w+)\s+)?(?:(?:says|reports|states|feels|notes|thinks)\s+(?:that\s+)?(?:s?he\s+)?)?"
    rf"(?:only\s+)?(?:got|gets|enjoyed|had)\s+{_AMOUNT}$",
    re.IGNORECASE,
)
#: What may stand behind a time that someone got; the time of a therapy or of a sickness is another matter.
_GOT_BEHIND = Regex(
    r"\s*(?:or\s+so\s*|or\s+more\s*)?(?:[\"”]?\s*$|[\"”]?\s*[.;,)]|out\s+of\s+(?:it|that|this|them|each|the\s+(?:shot|injection|first|second|last|block|procedure|epidural))|from\s+(?:it|that|this|them|each|the\s+(?:shot|injection|first|second|last|block|procedure|epidural))"
    r"|(?:before|until|till)\s+(?:it|the|that|her|his|things|pain|symptoms)\b|free\s+of\s+(?:pain|it|symptoms)|of\s+(?:freedom|peace|comfort|quiet|good|normal|pain[- ]free)|with\s+(?:it|that\s+one|this\s+one)|then\b|and\s+then\b)",
    re.IGNORECASE,
)
#: The pain, or the patient, was back after some time.
_LEVEL = (
    r"(?:(?:to|at)\s+(?:(?:his|her|the|its|full|square)\s+)?(?:baseline|usual|one|normal\s+level|old\s+level|previous\s+level|prior\s+level|pre-?injection\s+(?:level|baseline))"
    r"|where\s+(?:it|s?he)\s+(?:was|were|started|had\s+been))"
)
_FILL = (
    r"(?:(?:has|had|have|was|were|is|all|then|right|just|slowly|gradually|came|come|crept|crawled|went|got)\s+){0,3}"
)
_BACK_AFTER = Regex(
    rf"\b(?:(?:pain|it|that|symptoms?|leg|ache|aching|everything|sciatica|numbness|burning)\s+{_FILL}(?:back(?:\s+(?:again|in\s+full|{_LEVEL}))?|returned|recurred|reappeared|rebounded|wore\s+off|worn\s+off)"
    rf"|(?:relief|effect|benefit|help)\s+{_FILL}(?:gone|over|waned|faded|wore\s+off|worn\s+off)"
    rf"|(?:s?he|they|i|(?:the\s+)?patient|pt|all|was|were)\s+{_FILL}back\s+{_LEVEL})"
    r"(?:\s+(?:again|already|fully|in\s+full|completely))?\s*,?\s*(?:within|after|in|inside|by\s+the\s+end\s+of)\s+(?:(?:about|only|just|around|roughly|some|the\s+first|less\s+than|under|nearly|almost|maybe|of)\s+)*$",
    re.IGNORECASE,
)
_AT_LARGE = Regex(
    r"\b(?:typically|usually|generally|often|on\s+average|can|may|might|should|will|would|could|supposed\s+to)\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)
_NO_RETURN = Regex(
    r"\b(?:not|never|n't|no|if|should|unless|when|until|work|duty|clinic|office|visit|school|follow)\b", re.IGNORECASE
)
#: A time said of the quiet: "quiet back for eleven months", "all but gone for six weeks", "eight months free of pain".
_QUIET = Regex(
    rf"\b(?:pain|ache|leg|back|arm|neck|it|symptoms?|sciatica|numbness|burning|tingling|that)\b[^.;,%]{{0,30}}?\b(?:gone|absent|away|at\s+bay|quiet|silent|minimal|manageable|tolerable|nearly\s+nothing|next\s+to\s+nothing|cut\s+in\s+half|halved|eased|under\s+control)\s+(?:for|x)\s+{_AMOUNT}$"
    rf"|\b(?:quieted|settled|calmed|eased|controlled|tamed|silenced)\s+(?:it|things|everything|(?:the|his|her)\s+(?:\w+\s+)?\w+)\s+(?:down\s+)?for\s+{_AMOUNT}$"
    rf"|\b(?:quiet|calm|good|comfortable)\s+(?:back|leg|neck|arm|spine|joint)\s+(?:for|x)\s+{_AMOUNT}$"
    rf"|\b(?:comfortable|happy|symptom[- ]free|pain[- ]free|much\s+better|a\s+new\s+(?:man|woman|person)|great|golden)\s+(?:for|x)\s+{_AMOUNT}$",
    re.IGNORECASE,
)
_FREE_BEHIND = Regex(
    r"\s+(?:free\s+of|without)\s+(?:\w+\s+)?(?:pain|symptoms?|it|sciatica)\b|\s+(?:pain|symptom)[- ]free\b",
    re.IGNORECASE,
)
_NOT_OF_RELIEF = Regex(
    r"\b(?:pt|physical\s+therapy|therapy|chiro\w*|antibiotics?|steroid\s+pack|medrol|prednisone|gabapentin|naproxen|off\s+work|days?\s+off|surgery|hospital|rehab|exercises?|soreness|sore|fever|headache|nausea|numb\w*|weak\w*|flare|bruis\w*|waiting|wait)\b",
    re.IGNORECASE,
)


_REACH = 150  # characters before a time, as far as what it is said of may stand


def is_of_ability(sentence: Sentence, duration: Duration) -> bool:
    """Whether an hour's length is that of an activity ("could sit for an hour", "an hour of testing"), not of relief."""
    if duration.unit != "hour":
        return False
    text = sentence.view.note.text
    before = text[max(sentence.start, duration.span.start - _REACH) : duration.span.start]
    return (
        _OF_ABILITY_BEHIND.match(text, duration.span.end, sentence.end) is not None
        or _OF_ABILITY_BEFORE.search(before) is not None
    )


def is_bought(sentence: Sentence, duration: Duration) -> bool:
    """Whether the time is one that a treatment bought: given, got, quiet, or over when the pain was back.

    The caller sees to it that a procedure is what the sentence goes on from.
    """
    return _sounds_bought(sentence, duration) and _NOT_OF_RELIEF.search(sentence.text) is None


def _sounds_bought(sentence: Sentence, duration: Duration) -> bool:
    text = sentence.view.note.text
    before = text[max(sentence.start, duration.span.start - _REACH) : duration.span.start]
    bought = _BOUGHT.search(before)
    if bought is not None or _QUIET.search(before):
        return bought is None or _AT_LARGE.search(before[: bought.start()]) is None
    if _GOT.search(before):
        behind = text[duration.span.end : sentence.end]
        return _GOT_BEHIND.match(behind) is not None or _FREE_BEHIND.match(behind) is not None
    back = _BACK_AFTER.search(before)
    return back is not None and _NO_RETURN.search(before[max(0, back.start() - 25) :]) is None
