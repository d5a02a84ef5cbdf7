"""Home exercise programs: who set them, and whether somebody saw that they were done.

Both are told in many words, so they are read as combinations: a clinician and a verb of giving around the
program ("the stretches that her chiropractor showed her"), and a record and a verb of checking ("his calendar
was looked over").
"""

from __future__ import annotations

import re

from chartproof.extract.regex import Regex
from chartproof.extract.view import Mention, Sentence
from chartproof.spans import Span

_CLINICIAN = (
    r"(?:(?:(?:the|this|a|an|her|his|our|my|their|outpatient|treating|referring|pain|same|licensed)\s+){0,3}"
    r"(?:(?:physical\s+|physio)?therap(?:y|ists?)|physios?|(?-i:P\.?T\.?|DPT|MD|DO|NP|PA)|chiro(?:practors?|practic)?|doctors?|physicians?"
    r"|physiatr(?:y|ists?)|providers?|surgeons?|specialists?|clinicians?|offices?|clinic|department|dept|practice|pcp|rehab|dr\.?\s+[a-z'-]+)(?:\s*\([^)]{1,30}\))?)"
)
_AUTHOR = rf"(?:(?-i:I|We|we|They|they|me|us)\b|{_CLINICIAN}(?!\w))"
_GAVE = (
    r"(?:(?:has|have|had|also|then|first|originally)\s+){0,2}(?:prescribe[ds]?|ordered|wrote|written|gave|given|issued|designed|assigned|set|laid\s+out|drew\s+up"
    r"|put\s+together|taught|show(?:ed|n)|instructed|provided|demonstrated|handed|printed|outlined|made|prepared|developed|devised|started|placed|put\s+(?:him|her|them)\s+(?:on|through)|ha[sd]\s+(?:him|her|them)\s+on"
    r"|(?:am|is|are)\s+(?:prescribing|giving|issuing|assigning|providing|writing|ordering|setting|starting))"
)
_GIVEN = r"(?:directed|prescribed|ordered|written|given|issued|designed|assigned|set(?:\s+up)?|laid\s+out|taught|shown|instructed|provided|demonstrated|handed\s+out|printed|outlined|made|prepared|developed|devised)"
_BEFORE = Regex(rf"\b{_AUTHOR},?\s+{_GAVE}\b\s+(?:[\w'/-]+,?\s+){{0,7}}$", re.IGNORECASE)
_BY_AUTHOR = Regex(
    rf"\b(?:{_CLINICIAN}(?!\w)(?:['’]s|[\s-]+{_GIVEN}|[\s-]+(?:directed|guided|led|supervised|approved|based)))\s+(?:[\w'-]+\s+){{0,3}}$",
    re.IGNORECASE,
)
_AFTER = Regex(
    rf"(?:[\s,]+(?!but|and|if|or)[\w'-]+){{0,4}}?[\s,]*(?:\s(?:that|which|as)\s+)?\s*\b{_AUTHOR}\s+{_GAVE}\b",
    re.IGNORECASE,
)
_GIVEN_BY = Regex(
    rf"[^.;\n]{{0,40}}?\b{_GIVEN}\s+(?:(?:to|for)\s+(?:him|her|them)\s+)?(?:by|from|in|at|through|during)\s*:?\s+{_AUTHOR}",
    re.IGNORECASE,
)
_FROM = Regex(
    rf"(?:[\s(]+(?!but|and|if|or|despite|after)[\w'/-]+){{0,4}}?[\s(]+(?:from|per|by|via)(?:\s*:)?\s+{_AUTHOR}",
    re.IGNORECASE,
)
_HANDED_ON = Regex(
    rf"\b(?:{_CLINICIAN}(?!\w)[^.\n]{{0,80}}\b(?:discharge[ds]?|d/c'?d?|transition(?:ed|s)?|graduated|progressed|released)|(?:discharged|transitioned|graduated|released)\s+from\s+(?:\w+\s+){{0,2}}{_CLINICIAN}(?!\w))\s*(?:(?:him|her|them|on|\d\S*)\s+){{0,3}}\s*(?:in)?to\s+(?:(?:an?|her|his|the|independent|daily|written)\s+)*$",
    re.IGNORECASE,
)
_MADE_BY = Regex(
    rf"[\s(,:-]{{1,3}}{_CLINICIAN}[\s-]+(?:{_GIVEN}|directed|guided|supervised|approved)\b|\s*\((?:from\s+|by\s+)?{_CLINICIAN}(?!\w)[^)]{{0,20}}\)"
    r"|[^.;\n]{0,40}?\bunder\s+(?:my|our|the|(?:his|her|the)\s+\w+['’]s?)\s+(?:supervision|direction|guidance|instruction)\b",
    re.IGNORECASE,
)
_PRESCRIBED_LINE = Regex(
    rf"\W*{_GIVEN}\s*(?:by)?\s*:?\s*[^.;\n]{{0,25}}?(?:{_AUTHOR}|\b[a-z]+\.?\s+[a-z]+,?\s+(?-i:PT|DPT|MD|DC|DO)\b)",
    re.IGNORECASE,
)
_NOT_EXERCISE = Regex(
    r"\b(?:diet\w*|weight|smok\w+|meal|bowel|bladder|medication|titration|insulin|opioid|taper\w*|pain\s+management|recovery|residency|training|methadone|oral|tv)\b[^.;]{0,15}$",
    re.IGNORECASE,
)

_RECORD = Regex(
    r"\b(?:logs?|log\s*sheets?|diary|diaries|calendar|journal|tracker|chart\s+of\s+(?:it|them)|check-?\s?(?:list|sheet)s?|records?\s+of\s+(?:it|them|this|the\s+exercises)"
    r"|(?:tick|tally|compliance|adherence|exercise|hep|program\w*|home|flow|activity)[\s-]*(?:sheet|card|record)s?|sheets?)\b",
    re.IGNORECASE,
)
_OTHER_RECORD = Regex(
    r"\b(?:pain(?!\s+and)|relief|block|hourly|sleep|bp|pressure|glucose|sugar|opioid|drug|medication|weight|headache|food|voiding|medical|hospital|outside|old|instruction|consent|face|x-?ray|clean|bed)\s+$",
    re.IGNORECASE,
)
_SEEN = Regex(
    r"\b(?:reviewed|reviews|checks|inspects|monitors|checked(?:\s+off)?|seen|shown|produced|presented|brings|brought|handed\s+(?:in|back|over)|turned\s+in|gave\s+back|returned|submitted|scanned|filed|examined|inspected"
    r"|looked\s+(?:(?:it|them|this|these)\s+)?over|looked\s+at|went\s+(?:over|through)|verified|confirmed|signed|initial+ed)\b",
    re.IGNORECASE,
)
_SHOWS = Regex(
    r"\b(?:on\s+file|in\s+(?:the\s+)?chart|completed?|filled|ticked|shows?|documents|supports?|confirms?|attests|up\s+to\s+date)\b|\b\d+\s*(?:/|of|out\s+of)\s*\d+\s*(?:days|sessions)",
    re.IGNORECASE,
)
_OTHER_OBJECT = Regex(
    r"[;]|\b(?:mri|ct|x-?rays?|imaging|films?|labs?|pdmp|risks?|options?|medications?|meds|consent|surgery|injections?|block|weeks?\s+of|given|provided|issued|handed\s+out)\b",
    re.IGNORECASE,
)
_VOUCHED = Regex(
    rf"\b(?:adherence|compliance|performance|participation|completion)\s+(?:(?:was|is|has\s+been|with\s+\w+)\s+)*(?:confirmed|verified|checked|documented|reviewed|monitored|good|excellent|full)\b"
    rf"|\b(?:monitored|checked|reviewed)\s+at\s+(?:each|every)\s+visit\b"
    r"|\b(?:checked|monitored|followed)\s+(?:by|over|via)\s+(?:the\s+)?(?:phone|telephone|video|portal)\b"
    rf"|\bf/u['’]?e?d\s+by\s+{_CLINICIAN}"
    rf"|\b(?:verified|confirmed|monitored|checked|followed|supervised)\s+(?:[\w-]+\s+){{0,3}}(?:by|with|w/|at)\s+{_CLINICIAN}"
    rf"|\b{_CLINICIAN}\s+(?:has\s+)?(?:review(?:s|ed)|check(?:s|ed)|monitor(?:s|ed)|verif(?:ies|ied)|confirm(?:s|ed))\s+(?:(?:that|his|her|the|he|she)\s+){{1,2}}(?:progress|program\w*|form|technique|exercis\w+|performance|adherence|compliance|does|did|is\s+doing|has)",
    re.IGNORECASE,
)
_NOT_SEEN = Regex(
    r"\b(?:no|none|not|never|without|forgot\w*|didn't|blank|empty|lost|missing|incomplete|misplaced|non-?complian\w+|poor|will|to\s+be|please|should|keep|remind\w*|next\s+visit|once|when|after)\b|n't\b",
    re.IGNORECASE,
)
_WIPED = Regex(
    r"[^.;]{0,25}\b(?:blank|empty|lost|missing|incomplete|not\s+\w+|no\s+entries|at\s+home|poor|rarely|few)\b|\s*(?:was\s+|were\s+)?(?:reviewed|seen|brought|kept|checked)?\s*[:?-]\s*(?:no|none|n)\b",
    re.IGNORECASE,
)
_REACH = 70  # characters from a record to what was done with it
_REACH_SHOWN = 30  # ... and to what it shows


def author_of(sentence: Sentence, mention: Mention) -> Span | None:
    """Where the sentence says that a clinician set the program at `mention`; None when it does not."""
    text = sentence.view.note.text
    before = text[max(sentence.start, mention.start - 110) : mention.start]
    after = text[mention.end : min(sentence.end, mention.end + 110)]
    if _HANDED_ON.search(before):
        return Span(mention.start, mention.end)  # the therapist named before it is a therapy of its own
    for pattern in (_BEFORE, _BY_AUTHOR):
        match = pattern.search(before)
        if match is not None and not re.search(r"\b(?:not|never|no)\b|n't\b", match[0]):
            return Span(mention.start - len(before) + match.start(), mention.start)
    for pattern in (_MADE_BY, _AFTER, _GIVEN_BY, _FROM):
        match = pattern.match(after)
        if match is not None and not re.search(r"\b(?:not|never|no|but)\b|n't\b", match[0]):
            return Span(mention.end, mention.end + match.end())
    return None


def is_exercise(sentence: Sentence, mention: Mention) -> bool:
    """Whether a "program" or "routine" may be of exercises."""
    return _NOT_EXERCISE.search(sentence.text[: mention.start - sentence.start]) is None


def is_prescription(sentence: Sentence) -> bool:
    """Whether the sentence is a line of a form that says who prescribed the program: "Prescribed by: Dr. Roe"."""
    return _PRESCRIBED_LINE.match(sentence.text) is not None


def is_refuted(sentence: Sentence, end: int) -> bool:
    """Whether what follows at `end` undoes the record: "log reviewed: no", "log shows poor adherence"."""
    return _WIPED.match(sentence.view.note.text, end, sentence.end) is not None


_HANDED_OUT = Regex(
    r"\b(?:issued|given|gave|handed|provided|handouts?|take\s+(?:the\s+)?\w*\s*home|printed)\b", re.IGNORECASE
)


def seen_in(sentence: Sentence) -> Span | None:
    """Where the sentence tells that a clinician saw the record of the exercises, or vouches for them."""
    text = sentence.text
    for record in _RECORD.finditer(text):
        if _OTHER_RECORD.search(text[: record.start()]) or _WIPED.match(text, record.end()):
            continue
        if record[0].lower() in ("sheet", "sheets") and _HANDED_OUT.search(text):
            continue  # the sheet of exercises that was given out, not a record of them
        for pattern, reach in ((_SEEN, _REACH), (_SHOWS, _REACH_SHOWN)):
            for verb in pattern.finditer(text, max(0, record.start() - reach), record.end() + reach):
                start, end = min(record.start(), verb.start()), max(record.end(), verb.end())
                around = text[max(0, start - 20) : end]
                if (
                    _NOT_SEEN.search(around) is None
                    and _OTHER_OBJECT.search(text, start, end) is None
                    and not is_refuted(sentence, sentence.start + end)
                ):
                    return Span(sentence.start + start, sentence.start + end)
    vouched = _VOUCHED.search(text)
    if vouched is not None and _NOT_SEEN.search(text[max(0, vouched.start() - 20) : vouched.end()]) is None:
        return Span(sentence.start + vouched.start(), sentence.start + vouched.end())
    return None
