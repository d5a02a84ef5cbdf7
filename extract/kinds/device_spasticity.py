"""What spasticity keeps a patient from, whether treatment controls it, and pain that is called intractable."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chartproof.extract.kinds.device_common import fact
from chartproof.extract.regex import Regex
from chartproof.extract.view import PLAN_SECTIONS, NoteView, Sentence
from chartproof.facts import Statement
from chartproof.spans import Span

_NO_STATE = frozenset({"family_history", "allergies", "medications", "labs", "education", *PLAN_SECTIONS})
_SPASM = Regex(
    r"\b(?:spasm\w*|spastic\w*|tone|hypertonia|clonus|rigid\w*|stiff\w*|scissor\w*|adductors?|extensors?|flexors?|locked\s+up)\b",
    re.IGNORECASE,
)
_UPRIGHT = Regex(
    r"\b(?:throw(?:s|n|ing)?|threw|pitch(?:es|ed)?|knock(?:s|ed)?|bounc(?:es|ed)|launch(?:es|ed)|slid(?:es?|ing)?|arch(?:es|ed))\b[^.;\n]{0,25}?\b(?:chair|wheelchair|seat|board|bed|lift|cushion|stander)\b"
    r"|\b(?:cannot|can't|can\s+not|unable\s+to|not\s+able\s+to|could\s+not|impossible\s+to|inability\s+to)\s+(?:\w+\s+){0,2}?(?:stay|remain|sit|hold|maintain|keep|be)\b[^.;\n]{0,18}?\b(?:upright|up|erect|in\s+(?:the|her|his)\s+(?:wheel)?chair)\b"
    r"|\bonly\s+(?:stays?|sits?)\s+(?:upright|in\s+(?:the|her|his)\s+chair)\s+(?:with|if)\b[^.;\n]{0,20}\b(?:strap|belt|harness)\w*",
    re.IGNORECASE,
)
_BALANCE = Regex(
    r"\b(?:falls?|fell|fallen|falling|topple[sd]?|pitch(?:es|ed)?|retropuls\w+|los(?:es|t|ing)\s+(?:\w+\s+)?balance|lob|scissor\w*)\b"
    r"|\bbalance\b[^.;\n]{0,25}?\b(?:severely|impaired|poor|unsafe|lost|off)\b|\b(?:severely\s+)?(?:affect|impair|limit)\w*\s+(?:\w+\s+)?balance\b",
    re.IGNORECASE,
)
_NO_FALLS = Regex(
    r"\b(?:no|denies|without|never|not)\s+(?:\w+\s+){0,2}$|^\s*[:-]?\s*(?:none|no|denied|0)\b", re.IGNORECASE
)
_DAILY = Regex(
    r"\b(?:transfers?|dress(?:ing|es)?|bath(?:e|es|ing)|hygiene|perineal|cath\w*|bowel\s+program|toilet\w*|groom\w*|feed(?:ing|s)?|bed\s+mobility|sleep\w*|car|wash(?:ing|es)?)\b",
    re.IGNORECASE,
)
_HINDERED = Regex(
    r"\b(?:max(?:imal)?|mod(?:erate)?|total)\s*(?:a\b|assist\w*)|\bdependent\b|\bneeds?\s+(?:his|her|a|an|two|2|the)\s+\w+|\btakes?\s+(?:two|2|\d+\+?\s*min\w*|(?:an?|one|over\s+an)\s+hour)|\b(?:cannot|can't|unable|impossible|no\s+longer|given?\s+up|gave\s+up|interfer\w*|prevents?|difficult\w*|wakes?|woken|interrupts?|disrupts?|\d+\+?\s*min\w*)\b|\b(?:two|2)\s+(?:ppl|people|person)",
    re.IGNORECASE,
)
_INDEPENDENT = Regex(r"\b(?:independent\w*|without\s+(?:help|difficulty|assistance)|mod\s*i\b)\b", re.IGNORECASE)
_UNCONTROLLED = Regex(
    r"\b(?:none|nothing|neither|not|never|no\s+\w+)\b[^.;\n]{0,30}?\b(?:control(?:s|led)?|help(?:s|ed)?|touch(?:ed|es)?|relie\w+|eas(?:ed|es)|held|manage[sd]?|dent\w*)\b"
    r"|\b(?:no\s+(?:effect|response|benefit|better|change|improvement|gain)|unchanged|uncontrolled|un-?responsive|failed|refractory|intractable|inadequate\w*|poorly\s+controlled|quit\s+(?:on|working)|stopped\s+working|not\s+enough)\b",
    re.IGNORECASE,
)
_TREATED = Regex(
    r"\b(?:baclofen|tizanidine|dantrolene|diazepam|clonazepam|gabapentin|oral|pills?|meds?|drugs?|medications?|agents?|therap\w*|pt|toxin|botox|bont\S*|botulinum|phenol|treatments?|it|doses?)\b",
    re.IGNORECASE,
)
_NOT_ONLY = Regex(r"\b(?:well\s+controlled|good\s+control|controlled\s+(?:on|with)|resolved)\b", re.IGNORECASE)
_INTRACTABLE = Regex(r"\b(?:intractable|refractory)\b", re.IGNORECASE)
_PAINFUL = Regex(
    r"\b(?:pain|post-?\s?laminectomy|failed\s+back|fbss|crps|neuropath\w*|arachnoiditis|radiculopath\w*|neuralgia|lumbago|sciatica)\b",
    re.IGNORECASE,
)
_OTHER_ILLNESS = Regex(
    r"\b(?:angina|epilep\w*|seizures?|migraine|headaches?|nausea|depression|hypertension|spasm\w*|spastic\w*)\b",
    re.IGNORECASE,
)
_WARNED = Regex(r"\b(?:risks?|complications?|contact|call|return|fever|notify|instructed|emergency)\b", re.IGNORECASE)
_STIFF = Regex(r"\bstiff[- ](?:person|man|limb)\b", re.IGNORECASE)
_RIGID = Regex(r"\b(?:spasm\w*|rigid\w*|stiffness|locked\s+up)\b", re.IGNORECASE)


def spasticity(sentence: Sentence) -> Iterator[Statement]:
    """The effects of spasticity that a sentence tells."""
    if sentence.section in _NO_STATE:
        return
    text = sentence.text
    for value, words in (("upright_posture", _UPRIGHT), ("balance", _BALANCE)):
        match = words.search(text)
        if match is None or not (_tells_spasm(sentence) if value == "balance" else _near_spasm(sentence)):
            continue
        if _NO_FALLS.search(text[: match.start()][-25:]) or _NO_FALLS.match(text[match.end() :][:12]):
            continue
        if sentence.assertion(Span(sentence.start + match.start(), sentence.start + match.end()), "device") not in (
            "hypothetical",
            "family",
            "planned",
        ):
            yield _told(sentence, value, match.start(), match.end())
    daily = _DAILY.search(text)
    hindered = _HINDERED.search(text) if daily is not None else None
    if daily is not None and hindered is not None and _near_spasm(sentence) and not _INDEPENDENT.search(text):
        yield _told(sentence, "daily_living", min(daily.start(), hindered.start()), max(daily.end(), hindered.end()))
    match = _UNCONTROLLED.search(text)
    if (
        match is not None
        and _tells_spasm(sentence)
        and (_TREATED.search(text) or _INTRACTABLE.search(text))
        and not _NOT_ONLY.search(text)
    ):
        yield _told(sentence, "intractable", match.start(), match.end())


def _tells_spasm(sentence: Sentence) -> bool:
    return _SPASM.search(sentence.text) is not None


def _near_spasm(sentence: Sentence) -> bool:
    near = (sentence, sentence.previous, sentence.next)
    return any(one is not None and _tells_spasm(one) for one in near)


def stiff_person(view: NoteView) -> Statement | None:
    """The spasticity that stiff person syndrome is, where the note tells of spasms or rigidity."""
    for sentence in view.sentences:
        match = _STIFF.search(sentence.text) if "stiff" in sentence.lower else None
        if match is None or sentence.section in ("family_history",):
            continue
        span = Span(sentence.start + match.start(), sentence.start + match.end())
        if sentence.assertion(span, "device") == "present" and _RIGID.search(view.note.text):
            return fact(sentence, span, "condition", "spasticity", "present")
    return None


def intractable_pain(sentence: Sentence) -> Iterator[Statement]:
    """Pain, or a syndrome of it, that a sentence calls intractable."""
    match = _INTRACTABLE.search(sentence.text)
    if match is None or sentence.section in ("family_history", "education") or not _PAINFUL.search(sentence.text):
        return
    if _OTHER_ILLNESS.search(sentence.text) or _WARNED.search(sentence.text[: match.start()]):
        return
    span = Span(sentence.start + match.start(), sentence.start + match.end())
    assertion = sentence.assertion(span, "device")
    if assertion in ("present", "negated"):
        yield fact(sentence, span, "condition", "intractable_pain", assertion)


def _told(sentence: Sentence, value: str, start: int, end: int) -> Statement:
    return fact(sentence, Span(sentence.start + start, sentence.start + end), "spasticity_effect", value, "present")
