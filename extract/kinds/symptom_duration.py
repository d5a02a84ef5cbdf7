"""Symptom durations: how long, or since when, the pain or its symptoms have lasted.

An amount of time or a date counts when a word for the symptom or its onset governs it: "for the
past 6 months", "18-month history of back pain", "began three weeks ago", "since 2004", "Onset:
July 2023". Amounts already read as therapy, relief or a procedure's date are left alone, and so are
those that stand nearer to another disease, a job, a drug or a visit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from chartproof.extract.dates import DateMention
from chartproof.extract.kinds.common import distance, region_near
from chartproof.extract.quantities import Duration
from chartproof.extract.regex import Regex
from chartproof.extract.view import Mention, NoteView, Sentence
from chartproof.facts import Assertion, Region, SymptomDuration
from chartproof.spans import Span

_LEAD = Regex(
    r"(?:\b(?:for|over|during|within|in|across|throughout)\s+(?:(?:at\s+least|about|approximately|approx\.?|around|nearly|almost|more\s+than|over|greater\s+than|well\s+over|roughly|some|up\s+to|close\s+to|the\s+better\s+part\s+of|just\s+over|just\s+under|the)\s+)*(?:(?:the\s+)?(?:course\s+of|last|past|previous|preceding|next|better\s+part\s+of)\s+)?(?:the\s+)?(?:(?:about|approximately|at\s+least|approx\.?|roughly|or\s+so)\s+)?"
    r"|\b(?:since\s+(?:the\s+)?(?:past|last)|x|×|of|\w+ing)\s*(?:about\s+|approx\.?\s+|approximately\s+|more\s+than\s+|over\s+|at\s+least\s+|~\s?|>\s?)?|(?:duration|length|how\s+long|symptoms?\s+for|sx|onset)\s*(?:of\s+(?:symptoms|pain|sx))?\s*[:=|]*\s*(?:about\s+|~\s?|approx\.?\s+|>\s?)?|[:,(]\s*(?:now\s+|about\s+|approx\.?\s+|~\s?|>\s?|greater\s+than\s+|so\s+)*)$",
    re.IGNORECASE,
)
#: The amount stands right behind the symptom, or behind words that say it is there.
_ADJACENT = Regex(
    r"(?:\b(?:pain|lbp|clbp|np|aches?|sciatica|symptoms?|sx|discomfort|radiculopathy|radiculitis|stiffness)\s*(?:[>~≥x×]|at\s+least|over|about|nearly|almost|now)?\s*"
    r"|\b(?:going\s+on|present|been\s+(?:there|around|hurting|aching|sore|bad|ongoing|symptomatic|like\s+this|with\s+(?:her|him|me)))\s+(?:for\s+)?(?:about\s+|over\s+|nearly\s+|almost\s+|at\s+least\s+)?"
    r"|,\s*(?:for\s+)?(?:at\s+least|more\s+than|nearly|almost|over|going\s+on)\s+)$",
    re.IGNORECASE,
)
_SINCE_BEGAN = Regex(
    r"\s+since\s+(?:[\w'’-]+\s+){0,6}?(?:beg[au]n|started|onset|came\s+on|developed|first\s+(?:noticed|felt)|accident|injury|fall|fell|crash|collision)\b",
    re.IGNORECASE,
)
_NOW = Regex(r"(?:\s+or\s+so)?\s+now\b(?!\s+(?:off|out|on|after|post|taking|relief))", re.IGNORECASE)
#: The time without the pain.
_FREE = Regex(
    r"\b(?:free\s+of|free\s+from|without|asymptomatic|pain[- ]?free|symptom[- ]?free|nothing|quiet|silent|in\s+remission|no\s+(?:\w+\s+){0,2}?(?:pain|symptoms|trouble|problems?))\b[^.;,]{0,30}$",
    re.IGNORECASE,
)
_UNTIL = Regex(r"\b(?:until|till|til)\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
_WORSE_SINCE = Regex(
    r"\b(?:worse\w*|increas\w*|flared?|more)\s+(?:\w+\s+)?(?:ever\s+)?since\s+(?:\w+\s+){0,3}$", re.IGNORECASE
)
_FOR = Regex(
    r"\b(?:for|over|during|within|past|last|course of|x|×|since past|since last|better part of)\b", re.IGNORECASE
)
_HISTORY = Regex(
    r"[\s-]*(?:\+\s*)?(?:plus\s+|or\s+(?:more|so)\s+)?(?:history|hx|h/o|h\.o\.|duration|course)\b(?:\s+of\b)?",
    re.IGNORECASE,
)
_OF_PAIN = Regex(
    r"[\s-]*(?:\+\s*)?(?:of|w/|with)\s+(?:\w+[\s,/-]+){0,5}?(?:pain|ache|sciatica|symptoms?|numbness|tingling|discomfort|sx|radic\w+|back|neck|lbp|stiffness|weakness)\b",
    re.IGNORECASE,
)
_AGO = Regex(
    r"\s*(?:or\s+so\s+)?(?:ago|out\s+from|on\s+(?:s?he|they)\b|into|prior|back\b|previously|earlier|before\s+(?:this|presentation|admission|his|her))",
    re.IGNORECASE,
)
_SINCE = Regex(r"\b(?:ever\s+)?since\b[\s:]*(?:[\w'’-]+[\s,]+){0,7}$", re.IGNORECASE)
_PAIN_SINCE = Regex(
    r"\b(?:pain|ache|hurt\w*|symptoms?|problems?)\b[^.;]{0,40}\b(?:ever\s+)?since(?:\s+then|\s+that\s+(?:time|day))?\W*$|\bsince\s+(?:then|that\s+(?:time|day))\b[^.;]{0,60}\b(?:pain|ache|symptoms?)\b",
    re.IGNORECASE,
)
_ONSET_STARTS = Regex(r"\W*(?:(?:date\s+of\s+)?onset|how\s+long|duration|began|started)\b", re.IGNORECASE)
_INJURY = Regex(
    r"\b(?:injur\w+|sudden\w*|cough\w*|sneez\w*|moved|moving|felt|pulled|reach\w+|bending|accident|fell|fall|struck|rear[- ]?ended|collision|mva|mvc|crash|lift\w+|slipped|twist\w+|kicked|hit|stepped|tripped|whiplash|bent|incident|onset|beg[au]n|started|develop\w+|noticed|flar\w+)\b",
    re.IGNORECASE,
)
#: Words of an accident, and of what was felt after it.
_ACCIDENT = Regex(
    r"\b(?:injur(?:y|ies|ed)|accident|incident|fell|fall|slipped|tripped|stepped|struck|rear[- ]?ended|collision|mva|mvc|crash\w*|twisted|kicked|was\s+hit|lift(?:ed|ing))\b",
    re.IGNORECASE,
)
_FELT = Regex(
    r"\b(?:onset|sudden\w*|immediate\w*|at\s+once|felt|noticed|develop\w*|beg[au]n|started|caus(?:ed|ing)|result\w*\s+in|since\s+then|that\s+(?:evening|night|day)|next\s+(?:day|morning))\b",
    re.IGNORECASE,
)
_OF_EVENT = Regex(r"(?:\b(?:on|in|of|dated|around|about)\W+(?:or\s+about\W+)?(?:the\s+)?|^\W*)$", re.IGNORECASE)
_ACCIDENT_TOLD_IN = 4  # sentences, the accident's own included
_REFERRED_BACK = 4  # sentences that "it" or "this" may look back over
_SYMPTOM_WORD = Regex(
    r"\b(?:pain\w*|ach(?:e|es|ing|y)|sciatica|symptom\w*|sx|numb\w*|tingl\w*|discomfort|radicul\w+|hurt\w*|sore\w*|spasm\w*|stiff\w*|weak\w*|lbp|cervicalgia|radiat\w+|paresthes\w+|burn(?:s|ed|ing)?|on\s+fire|problem|trouble|episode|could\s+not\s+walk)\b",
    re.IGNORECASE,
)
_SUBJECT_THIS = Regex(
    r"^\W*(?:how\s+long|it|this|these|they|symptoms?|that|he\s+states\s+that\s+he\s+has\s+had\s+this|sx|onset|duration|began|started|now|approx|ongoing)\b|^\W*(?:about\s+|almost\s+)?[\w.-]+\s+(?:days?|weeks?|wks?|months?|mos?\.?|years?|yrs?)\s+now\b",
    re.IGNORECASE,
)
_OTHER_PAIN = Regex(
    r"\b(?:chest|abdominal|abdomen|stomach|pelvic|head|ear|throat|jaw|tooth|eye|knee|shoulder|wrist|ankle|elbow|foot|heel|hip|groin|testicular|breast|rib|flank|toe)s?\b(?:\s+\w+){0,2}\s*(?:pain|ache|symptoms|soreness|numbness)|\bheadaches?\b|\bmigraines?\b|\bcough\b|\bfatigue\b|\bangina\b",
    re.IGNORECASE,
)
_OTHER_ORGAN = Regex(re.sub(r"\|(?:knee|shoulder|wrist|ankle|elbow|foot|heel|toe)\b", "", _OTHER_PAIN.pattern), re.I)
_SPINE = Regex(
    r"\b(?:back|neck|lumbar|cervical|thoracic|spine|spinal|sciatica|radicul\w+|leg|legs|arm|arms|buttock\w*|sacroiliac|si|sacral|lbp|lower\s+extremit\w+|upper\s+extremit\w+|tailbone|coccyx|calf|calves|thigh\w*|extremit\w+|facet|limb\w*)\b",
    re.IGNORECASE,
)
_LASTING = Regex(
    r"\b(?:last(?:s|ed|ing)|relief|better|improve\w*|help\w*|work(?:s|ed|ing)?|employ\w*|sit\w*|stand\w*|walk\w*|drive|after|take[sn]?|taking|wear\w*)\s+(?:\w+\s+){0,3}(?:for\s+|up\s+to\s+|about\s+|only\s+)*$|\bevery\s+(?:other\s+|few\s+|about\s+)?$",
    re.IGNORECASE,
)
_NOT_AFTER = Regex(
    r"\s*(?:of|after|following|post|with|on)\s+(?:the\s+|his\s+|her\s+|an?\s+|each\s+|that\s+)?(?:\w+\s+){0,2}?"
    r"(?:injection|epidural|surgery|block|procedure|treatment|therapy|pt|relief|benefit|administration|rest|rehab|chiro\w*|exercise\w*|antibiotics?|nsaids?|steroid\w*|ablation|rfa|esi|shot|care|visits?)s?\b",
    re.IGNORECASE,
)
_DENIED = Regex(r"\b(?:no|not|denie[sd]|denying|without|never|negative\s+for)\b[^,;.]*$", re.IGNORECASE)
_RESOLVED = Regex(
    r"\b(?:resolved|went\s+away|cleared\s+up|gone\s+(?:within|in|by|after)|got\s+better|settled|recovered)\b",
    re.IGNORECASE,
)
_IMPROVED = Regex(r"\b(?:resolved|improv\w+|better|decreas\w+|subsided|eased)\b[^.;,]{0,30}$", re.IGNORECASE)
_VISIT = Regex(
    r"\b(?:saw|seen|evaluated|treated|visited|underwent|completed|finished|quit|stopped|surgery|operated)\b[^;,]{0,30}$",
    re.IGNORECASE,
)
_WORSENED = Regex(r"\b(?:worsen\w*|exacerbat\w*|increas\w*|aggravat\w*)\b", re.IGNORECASE)
_BEGAN = Regex(r"\b(?:beg[au]n|beginning|started|onset|developed|noticed)\b", re.IGNORECASE)
_FUTURE = Regex(
    r"\b(?:in|for|over|within)\s+(?:the\s+)?(?:next|another|coming)\s+(?:\w+\s+){0,2}$|\b(?:return|follow[- ]?up|recheck|rtc|f/u|see\s+\w+)\b[^.]{0,25}$",
    re.IGNORECASE,
)
_SECTIONS = frozenset(
    {
        "medications",
        "allergies",
        "family_history",
        "labs",
        "plan",
        "education",
        "procedure_detail",
        "imaging",
        "therapy_detail",
    }
)


def find(view: NoteView) -> Iterator[SymptomDuration]:
    """Yield the symptom durations of a note."""
    for sentence in view.sentences:
        if sentence.section in _SECTIONS:
            continue
        if not (sentence.has("symptom", "onset", "region") or _SUBJECT_THIS.match(sentence.text)):
            continue
        yield from _from_durations(sentence)
        yield from _from_dates(sentence)
        yield from _from_event_before(sentence)
    for sentence in view.sentences:
        if sentence.dates and sentence.section not in _SECTIONS:
            yield from _from_accident(sentence)


def _from_durations(sentence: Sentence) -> Iterator[SymptomDuration]:
    for duration in sentence.durations:
        if duration.unit == "hour" or sentence.is_claimed(duration.span):
            continue
        before = sentence.text[: duration.span.start - sentence.start]
        after = sentence.text[duration.span.end - sentence.start :]
        history = _HISTORY.match(after) or _OF_PAIN.match(after) or _SINCE_BEGAN.match(after) or _NOW.match(after)
        ago = _AGO.match(after)
        adjacent = _ADJACENT.search(before) is not None and not _FUTURE.search(before)
        lead = adjacent or (_LEAD.search(before) and not _LASTING.search(before) and not _FUTURE.search(before))
        until = ago is not None and _UNTIL.search(before) is not None
        if ago and not (history or until or _INJURY.search(sentence.text) or sentence.has("onset")):
            continue
        if not (history or ago or lead) or (_FREE.search(before) and not until):
            continue
        if duration.low is None and duration.unit == "day" and not history:
            continue
        if not history and (_NOT_AFTER.match(after) or _IMPROVED.search(before)):
            continue
        if ago and _VISIT.search(before):
            continue
        if ago and _WORSENED.search(before) and not _BEGAN.search(sentence.text):
            continue
        if not _about_symptom(sentence, duration.span, near=bool(history)):
            continue
        short = duration.unit in ("day", "week") and (duration.low or 0) <= 4
        if short and not history and sentence.claimed and any(m.id == "average" for m in sentence.of("statistic")):
            continue  # the time over which a score is averaged
        if (
            not history
            and not ago
            and not adjacent
            and not _FOR.search(before[-40:])
            and not _is_field(sentence, before)
        ):
            continue
        sentence.claim(duration.span)
        yield _from_duration(sentence, duration, before)


def _is_field(sentence: Sentence, before: str) -> bool:
    """Whether the amount stands where notes put the duration ("LBP, 3 years", "Onset: 6 months")."""
    if re.search(r"\bpain\s+of\s+(?:about|more\s+than|over|at\s+least)?\s*$", before, re.IGNORECASE):
        return True
    if re.search(
        r"(?:duration|onset|how\s+long|symptoms|pain|sx)\W*(?:of\W+(?:pain|symptoms|sx)\W*)?(?:about|approx\.?|~|now|so|>|greater\s+than)?\W*$",
        before,
        re.IGNORECASE,
    ):
        return True
    return (
        sentence.section in ("chief_complaint", "hpi", None)
        and re.search(r"[,(]\s*(?:now|about|approx\.?|so|~|>)*\s*$", before, re.IGNORECASE) is not None
    )


def _from_duration(sentence: Sentence, duration: Duration, before: str) -> SymptomDuration:
    lead = re.search(
        r"(?:(?:for|over|during|since|within)\s+)?(?:at\s+least\s+|about\s+|approximately\s+)?(?:the\s+)?(?:past|last|course\s+of)?\s*$",
        before,
        re.IGNORECASE,
    )
    start = duration.span.start
    if lead and lead[0].strip():
        start = sentence.start + lead.start() + (len(lead[0]) - len(lead[0].lstrip()))
    return SymptomDuration(
        spans=(Span(start, duration.span.end),),
        low=duration.low,
        high=duration.high,
        unit=duration.unit,
        region=region_near(sentence, duration.span) or _inherited_region(sentence),
        assertion=_assertion(sentence, duration.span),
        section=sentence.section,
        source="rule:symptom_duration.amount",
    )


def _assertion(sentence: Sentence, span: Span) -> Assertion:
    """As ConText says; an episode that the same sentence then calls over is historical."""
    assertion = sentence.assertion(span, "symptom_duration")
    if assertion == "negated" and not _DENIED.search(sentence.text[: span.start - sentence.start]):
        assertion = "present"  # what is denied stands before a comma
    if assertion == "present" and _RESOLVED.search(sentence.text[span.end - sentence.start :]):
        return "historical"
    return assertion


def _from_dates(sentence: Sentence) -> Iterator[SymptomDuration]:
    for date in sentence.dates:
        if date.form in ("yesterday", "ago", "lastunit") or sentence.is_claimed(date.span):
            continue
        before = sentence.text[: date.span.start - sentence.start]
        since = _SINCE.search(before)
        if since and sentence.durations and _WORSE_SINCE.search(before):
            continue  # the sentence tells the duration itself
        after = sentence.text[date.span.end - sentence.start :]
        onset = _onset_near(sentence, date, before, after)
        if not since and not onset:
            continue
        if not _about_symptom(sentence, date.span, near=False):
            continue
        sentence.claim(date.span)
        spans = [date.span]
        yield SymptomDuration(
            spans=tuple(spans),
            since=date.iso,
            region=region_near(sentence, date.span) or _inherited_region(sentence),
            assertion=_assertion(sentence, date.span),
            section=sentence.section,
            source="rule:symptom_duration.since",
        )


def _from_event_before(sentence: Sentence) -> Iterator[SymptomDuration]:
    """ "He was struck on August 14. He has had neck pain since.": the date stands in the sentence before."""
    previous = sentence.previous
    since = _PAIN_SINCE.search(sentence.text)
    if previous is None or since is None or not _INJURY.search(previous.text):
        return
    for date in previous.dates:
        if date.iso is not None and not previous.is_claimed(date.span) and date.form not in ("yesterday", "lastunit"):
            previous.claim(date.span)
            yield SymptomDuration(
                spans=(date.span, Span(sentence.start + since.start(), sentence.start + since.end())),
                since=date.iso,
                region=region_near(sentence, Span(sentence.start + since.start(), sentence.start + since.end())),
                assertion=sentence.assertion(
                    Span(sentence.start + since.start(), sentence.start + since.end()), "symptom_duration"
                ),
                section=sentence.section,
                source="rule:symptom_duration.event",
            )
            return


def _from_accident(sentence: Sentence) -> Iterator[SymptomDuration]:
    """ "On May 3, 2021 he slipped on a step. ... He felt back pain at once.": an accident that began spine pain."""
    if not _ACCIDENT.search(sentence.text):
        return
    told = next((one for one in _from_here(sentence, _ACCIDENT_TOLD_IN) if _felt_then(one)), None)
    if told is None:
        return
    for date in sentence.dates:
        before = sentence.text[: date.span.start - sentence.start]
        if date.form in ("yesterday", "lastunit") or sentence.is_claimed(date.span):
            continue
        if not _OF_EVENT.search(before) or _VISIT.search(before):
            continue
        sentence.claim(date.span)
        symptom = told.of("symptom", "onset", "region")
        yield SymptomDuration(
            spans=(date.span,),
            since=date.iso,
            region=region_near(told, symptom[0].span if symptom else Span(told.start, told.end)),
            assertion=_assertion(sentence, date.span),
            section=sentence.section,
            source="rule:symptom_duration.accident",
        )
        return


def _from_here(sentence: Sentence, count: int) -> Iterator[Sentence]:
    """The sentence and those after it in the same section, `count` in all."""
    one: Sentence | None = sentence
    for _ in range(count):
        if one is None or one.section != sentence.section:
            return
        yield one
        one = one.next


def _felt_then(sentence: Sentence) -> bool:
    """Whether the sentence tells of spine pain as it began."""
    text = sentence.text
    return bool(_FELT.search(text) and _SYMPTOM_WORD.search(text) and _SPINE.search(_OTHER_PAIN.sub(" ", text)))


def _onset_near(sentence: Sentence, date: DateMention, before: str, after: str) -> bool:
    """Whether the date is that of the onset or of the injury that began the pain."""
    if re.search(r"\bdat(?:es|ing|ed)\s+(?:back\s+)?to\b(?:\W+\w+){0,10}\W*$", before, re.IGNORECASE):
        return bool(_SYMPTOM_WORD.search(sentence.text))
    if re.search(r"\bonset\W*(?:\w+\W+){0,4}$", before, re.IGNORECASE):
        return True
    if re.search(
        r"\b(?:began|started|start|developed|begun|set\s+in|came\s+on|noticed|beginning)\b(?:\W+\w+){0,10}\W*$",
        before,
        re.IGNORECASE,
    ) and (_SYMPTOM_WORD.search(sentence.text) or _ONSET_STARTS.match(sentence.text[sentence.body - sentence.start :])):
        return True
    if re.match(
        r"\W{0,3}(?:\w+\W+){0,8}?(?:began|started|developed|onset|noticed|first\s+noticed|radiating)\b",
        after,
        re.IGNORECASE,
    ) and re.search(
        r"\b(?:on|in|of|around|about)\W+(?:the\s+)?(?:beginning\s+of\s+|early\s+|mid\s+|late\s+)?$",
        before,
        re.IGNORECASE,
    ):
        return bool(_SYMPTOM_WORD.search(sentence.text))
    if _WORSENED.search(before) and not _BEGAN.search(sentence.text):
        return False
    if (
        re.search(r"\b(?:on|in|of|around|about|dated|back\s+in)\W+(?:the\s+)?$|^\W*$", before[-20:], re.IGNORECASE)
        and _INJURY.search(sentence.text)
        and _SYMPTOM_WORD.search(sentence.text)
    ):
        return not sentence.has("not_symptom", "imaging")
    return False


def _about_symptom(sentence: Sentence, span: Span, near: bool) -> bool:
    text = sentence.text
    at = span.start - sentence.start
    window = text[max(0, at - 90) : span.end - sentence.start + 60]
    if not near and _nearer_to_other(sentence, span):
        return False
    other = _OTHER_PAIN if not _is_of_limb(sentence.view) else _OTHER_ORGAN
    if other.search(window) and not _SPINE.search(other.sub(" ", text)):
        return False
    if (
        _SYMPTOM_WORD.search(window)
        or _SYMPTOM_WORD.search(text)
        or any(m.label == "region" and m.id != "other" for m in sentence.mentions)
    ):
        return True
    if _ONSET_STARTS.match(text[sentence.body - sentence.start :]) and sentence.section in (
        None,
        "hpi",
        "chief_complaint",
    ):
        return True
    meant = _antecedent(sentence)
    return meant is not None and bool(_SYMPTOM_WORD.search(meant.text)) and not _OTHER_PAIN.search(meant.text)


def _antecedent(sentence: Sentence) -> Sentence | None:
    """What "it" or "this" at the start stands for: the last sentence before that begins otherwise."""
    meant: Sentence | None = sentence
    for _ in range(_REFERRED_BACK):
        if meant is None or not _SUBJECT_THIS.match(meant.text):
            break
        meant = meant.previous
    return None if meant is sentence else meant


def _is_of_limb(view: NoteView) -> bool:
    """Whether the note is about a painful limb (complex regional pain syndrome, a sympathetic block)."""
    if "duration.limb" not in view.memo:
        view.memo["duration.limb"] = any(
            m.id == "limb" for sentence in view.sentences for m in sentence.of("dv_context")
        )
    return bool(view.memo["duration.limb"])


def _nearer_to_other(sentence: Sentence, span: Span) -> bool:
    others = [m for m in sentence.of("not_symptom") if sentence.same_clause(m, span)]
    if not others:
        return False
    own: list[Mention] = [m for m in sentence.of("symptom", "onset") if sentence.same_clause(m, span)]
    if not own:
        return True
    return min(_ahead(m, span) for m in others) < min(_ahead(m, span) for m in own)


def _ahead(mention: Mention, span: Span) -> int:
    """Distance to the amount; what comes after it counts as further away, since amounts follow what they measure."""
    return distance(mention, span) + (20 if mention.start >= span.end else 0)


def _inherited_region(sentence: Sentence) -> Region | None:
    meant = _antecedent(sentence)
    return None if meant is None else region_near(meant, Span(meant.end - 1, meant.end))
