"""A therapist's own documents: the header of a discharge summary or progress note is one therapy."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass
from typing import cast

from chartproof.extract.dates import find_dates
from chartproof.extract.kinds.therapy_reading import Reading, sessions_in
from chartproof.extract.periods import find_periods
from chartproof.extract.regex import Regex
from chartproof.extract.view import Mention, NoteView, Sentence
from chartproof.facts import Modality, Outcome, Region, TherapyStatus
from chartproof.spans import Span

_TITLE = Regex(
    r"\b(?:(?P<pt>(?:aquatic\s+|pelvic\s+health\s+|outpatient\s+|land\s+and\s+aquatic\s+)?(?:physical\s+therapy|physiotherapy|P\.?T\.?|(?:outpatient\s+)?rehab(?:ilitation)?(?:\s+services)?|OT/PT|PT/OT|aquatic\s+therapy|pool\s+therapy|hand\s+therapy|(?:hand-foot\s+)?therapy))"
    r"|(?P<chiro>chiro(?:practic)?)|(?P<acu>acupuncture)|(?P<massage>massage))\b",
    re.IGNORECASE,
)
_DOCUMENT = Regex(
    r"\b(?:discharge|d/c|progress|prog|final|summary|daily|treatment|visit|note|report|re-?eval\w*|evaluation|eval|letter|care|plan\s+of\s+care|poc|recert\w*|intake|initial)\b",
    re.IGNORECASE,
)
_NOT_TITLE = Regex(
    r"\b(?:referral|order|request|authorization|consult\s+to|prescription|medical|physician|form|questionnaire)\b",
    re.IGNORECASE,
)
_TYPE = Regex(
    r"^(?:(?P<pt>(?:outpatient\s+|aquatic\s+)?(?:pt|physical\s+therapy|therapy|ot/pt|aquatic\s+therapy|rehab\w*))|(?P<chiro>chiropract\w+)|(?P<acu>acupuncture)|(?P<massage>massage))\b",
    re.IGNORECASE,
)
_DISCHARGE = Regex(
    r"\b(?:discharge[ds]?|d/c(?!')|dc\b|final|end\s+of\s+care|released?\b|closing|return\s+to\s+referrer)",
    re.IGNORECASE,
)
_RELEASED = Regex(
    r"\b(?:discharged\s+(?:from|with|to|today)|discharge\s+reason|discharge\s+from\s+skilled|released\s+(?:him|her|from)|at\s+release|no\s+longer\s+indicated|treatment\s+(?:ran|consisted))\b",
    re.IGNORECASE,
)
_BEFORE_LABEL = 40  # characters
_OF_SYMPTOM = Regex(
    r"\b(?:pain|lbp|np|aches?|sore\w*|symptoms?|sx|numb\w*|weak\w*|heaviness|worse\w*|flare\w*|onset|noted|injur\w+|fell|fall|accident|mva|mvc|doi|surgery|off\s+work|hurt\w*|radiat\w+)\b[^.;|\n]*$",
    re.IGNORECASE,
)
_START = Regex(
    r"\b(?:start\s+(?:of\s+care|date)|soc(?:\s+date)?|(?<!re-)(?<!re)(?:date\s+of\s+)?(?:initial\s+)?eval(?:uation)?(?:\s+date)?|first\s+(?:visit|seen)|date\s+of\s+first\s+visit|initial\s+visit|admit(?:ted)?|began|begun|poc\s*\(?\s*start|start(?:ed)?|since|from|care\s+began)\s*(?:on\s+|date\s*)?[:#=]?\s*",
    re.IGNORECASE,
)
_END = Regex(
    r"\b(?:discharge(?:d)?(?:\s+date)?|date\s+of\s+discharge|d/c(?:\s+date)?|dc(?:\s+date)?|last\s+(?:visit|seen)|end\s+of\s+care|final\s+visit|released?|ended|through|thru)\s*(?:on\s+|date\s*)?[:#=]?\s*",
    re.IGNORECASE,
)
_PERIOD_LABEL = Regex(
    r"\b(?:dates?(?:\s+of\s+(?:care|service|treatment))?|episode(?:\s+of\s+care)?|seen|treatment\s+(?:ran|period|dates)|treated|care|period|weekly|from|attended)\b",
    re.IGNORECASE,
)
_REGION_LABEL = Regex(
    r"\b(?:region|area|treated|dx|diagnos\w+|condition|referral|referring|complaint|problem|cervical|lumbar|for)\b",
    re.IGNORECASE,
)
_DETAIL = Regex(
    r"\W*(?:interventions?(?:\s+provided)?|treatment(?:\s+(?:today|this\s+episode|rendered))?|tx(?:\s+(?:today|rendered))?|program(?:\s+consisted)?|care\s+consisted|approach|today)\b\s*(?:[:=]|consisted|included)",
    re.IGNORECASE,
)
#: Care of an earlier episode is not the course that the document is about.
_EARLIER = Regex(
    r"\b(?:years\s+ago|summers\s+ago|(?:earlier|previous|prior)\s+episode|last\s+time)\b"
    r"|\bin\s+(?:19|20)\d\d\b[^.;]*\b(?:cleared|resolved|went\s+away|recovered|got\s+better)\b",
    re.IGNORECASE,
)
_HISTORY = Regex(r"^\W*(?:pmh|psh|past|medications?|meds|history|hx|precautions|goals?\s*\()\b", re.IGNORECASE)
_JOINT_SURGERY = Regex(
    r"\b(?:tka|tha|thr|tkr|total\s+(?:knee|hip|shoulder)|arthroplasty|replacement|artificial|rotator\s+cuff|acl|meniscus|stroke|cva|hemipar\w+|carpal\s+tunnel|fracture\s+of\s+the\s+(?:hip|wrist)|plantar\s+fasciitis)\b",
    re.IGNORECASE,
)
_HEADER_SENTENCES = 14
_FAR_TITLE = 400  # characters: behind them the title is no evidence of the course
_BODY_FAILED = Regex(
    r"\bno\s+(?:meaningful\s+|significant\s+|lasting\s+|real\s+)?(?:change|improvement|progress|carryover|benefit|relief)\b|\bplateau\w*|\bnot\s+met\b|\bunchanged\b|\bstalled\b|\bwithout\s+(?:\w+\s+)?(?:improvement|change|progress|benefit)\b|\bdid\s+not\s+(?:change|improve|help)\b|\bnot\s+(?:changing|improv\w+)\b|\bpain\s+is\s+not\b|\bmaximum\s+\w+\s+improvement\b|\bessentially\s+the\s+same\b|\bwhich\s+is\s+where\s+(?:he|she)\s+started\b|\bmaximal\s+(?:medical\s+)?benefit\b|\bno\s+longer\s+(?:seeing|making)\b|\bfailed\b|\bunaltered\b|\btemporary\s+(?:relief|benefit)\b|\b(?:response|result|outcome)\s*:\s*(?:none|minimal|poor|temporary)\b|\b(?:goals?\s+)?unmet\b|\b(?:pain|nprs|nrs|vas|odi|ndi|oswestry)\b[^\n;|]{0,20}?(?P<first>\d+(?:\.\d+)?(?:\s*-\s*\d+)?)(?:\s*/\s*10)?(?:\s*%)?\s*(?:at\s+\w+\s*)?(?:->|→|to|,)\s*(?P=first)(?![\d%])",
    re.IGNORECASE,
)
_BODY_HELPED = Regex(
    r"\ball\s+(?:\w+\s+)?goals\s+(?:were\s+)?met\b|\bexcellent\s+outcome\b|\bsignificant(?:ly)?\s+improve\w*\b|\bgoals\s+(?:were\s+)?met\b|\bresolved\b|\bpain[- ]free\b|-\s+met\b",
    re.IGNORECASE,
)
_MODALITIES: dict[str, Modality] = {
    "pt": "physical_therapy",
    "chiro": "chiropractic",
    "acu": "acupuncture",
    "massage": "massage",
}


@dataclass(slots=True)
class Document:
    """A therapist's document: the therapy of its header; `header` are the sentences that were read for it."""

    modality: Modality
    spans: list[Span]
    reading: Reading
    status: TherapyStatus
    region: Region | None
    about_spine: bool
    header: frozenset[int]

    def is_detail(self, sentence: Sentence) -> bool:
        """Whether the sentence lists what was done in the sessions."""
        return _DETAIL.match(sentence.text) is not None


def find_document(view: NoteView) -> Document | None:
    """The therapy that a therapist's note documents, or None when the note is not a therapist's."""
    title = _title(view)
    if title is None:
        return None
    modality, span, line = title
    text = view.note.text
    reading = Reading()
    attended = _read_header(view, reading)
    kind = f"{view.note.type or ''} {line}"
    discharged = _DISCHARGE.search(kind) is not None or _RELEASED.search(text) is not None
    if reading.end is not None and view.reference is not None and _is_ahead(reading.end, view.reference):
        reading.end = None  # how long it is planned to go on
    status: TherapyStatus = "completed" if discharged or reading.end is not None else "ongoing"
    outcome = _outcome(view, status)
    if outcome is not None:
        reading.outcome = outcome[0]
        reading.add(outcome[1])
    about_spine, region = _about_spine(view)
    found = [s for s in sorted(reading.spans) if not s.overlaps(span)]
    spans = found if found and span.start >= _FAR_TITLE else [span, *found]
    if attended is not None:  # the visits are the value; the title only names what they were
        spans = [attended, *(s for s in spans if s != attended)]
    header = frozenset(
        s.index
        for s in view.sentences
        if any(s.start <= x.start < s.end for x in spans) and s.start < 700 and not _has_home(s)
    )
    return Document(modality, spans, reading, status, region, about_spine, header)


def _is_ahead(date: str, reference: dt.date) -> bool:
    return date > reference.isoformat()[: len(date)]


def _has_home(sentence: Sentence) -> bool:
    return any(mention.id.startswith("home_exercise") for mention in sentence.of("therapy")) and sentence.index > 0


def _title(view: NoteView) -> tuple[Modality, Span, str] | None:
    """Modality, place and line of the title; the note's type helps where the title is a letter's."""
    kind = (view.note.type or "").strip()
    by_type = (
        None
        if re.search(r"\b(?:intake|form|questionnaire|referral|order)\b", kind, re.IGNORECASE)
        else _TYPE.match(kind)
    )
    for sentence in view.sentences[:4]:
        if sentence.start > 400:
            break
        line = sentence.text
        if len(line) > 130 and by_type is None:
            continue
        match = _TITLE.search(line)
        if match is None or _NOT_TITLE.search(line):
            continue
        if by_type is None:
            if not _DOCUMENT.search(line.replace(match[0], " ")):
                continue
            if (
                match["pt"]
                and match[0].lower() in ("pt", "therapy")
                and not ((match[0] == "PT" and _leads(line, match)) or (match[0].isupper() and _leads(line, match)))
            ):
                continue
            if not (
                match.start() < 45
                and (line.isupper() or sentence.index == 0 or re.match(r"\W*re\b", line, re.IGNORECASE))
            ):
                continue
            if re.search(r"[a-z]{2,}\s+(?:was|is|has|had|presents|returns|went|states)\b", line):
                continue
        key = next(name for name in _MODALITIES if match[name] is not None)
        start = sentence.start + match.start(key)
        return _MODALITIES[key], Span(start, sentence.start + match.end(key)), line
    if by_type is not None:
        key = next(name for name in _MODALITIES if by_type[name] is not None)
        for sentence in view.sentences:
            match = _TITLE.search(sentence.text)
            if match is not None and match[key] is not None:
                return (
                    _MODALITIES[key],
                    Span(sentence.start + match.start(key), sentence.start + match.end(key)),
                    sentence.text,
                )
    return None


def _leads(line: str, match: re.Match[str]) -> bool:
    """Whether the title is "PT PROGRESS NOTE" and the like: the document word follows at once."""
    return (
        re.match(
            r"\s*(?:[-–:]\s*)?(?:(?:lumbar|cervical|thoracic|spine|back|neck|outpatient|op)\b\s*(?:[-–:]\s*)?)?(?:discharge|d/c|progress|prog|daily|treatment|visit|note|eval\w*|re-?eval\w*|summary|plan|poc|initial|final|last|dc)\b",
            line[match.end() :],
            re.IGNORECASE,
        )
        is not None
    )


def _read_header(view: NoteView, reading: Reading) -> Span | None:
    """Read dates and visits of the header; the place of the visits, if it gives them."""
    attended: Span | None = None
    for sentence in view.sentences:
        if sentence.index > 40:
            break
        early = sentence.index < _HEADER_SENTENCES
        line = sentence.text
        if _HISTORY.match(line):
            continue
        if reading.start is None or reading.end is None:
            _read_header_dates(view, sentence, reading, early)
        if reading.sessions is None and not _EARLIER.search(line) and (early or re.search(r"\bvisits?\b", line)):
            found = sessions_in(line)
            if found is not None and not re.search(
                r"\b(?:more|remaining|next|missed|authorized|for\s+a\s+total)\s+(?:\w+\s+)?(?:visits?|sessions?)",
                line,
                re.IGNORECASE,
            ):
                reading.sessions = found[0]
                attended = Span(sentence.start + found[1].start, sentence.start + found[1].end)
                reading.add(attended)
    return attended if attended in reading.spans else None


def _read_header_dates(view: NoteView, sentence: Sentence, reading: Reading, early: bool) -> None:
    line = sentence.text
    if reading.start is None:
        for period in find_periods(line, view.reference, sentence.start):
            lead = line[: period.span.start - sentence.start]
            if not early and not _PERIOD_LABEL.search(lead):
                continue
            if re.search(r"\bgoals?\b|\bsymptom", lead, re.IGNORECASE):
                continue
            reading.start, reading.end = period.start, period.end
            reading.add(period.span)
            return
    if not early:
        return
    for pattern, name in ((_START, "start"), (_END, "end")):
        if getattr(reading, name) is not None:
            continue
        for label in pattern.finditer(line):
            if _OF_SYMPTOM.search(line, max(0, label.start() - _BEFORE_LABEL), label.start()):
                continue  # "worse since last summer" dates the pain, not the therapy
            for date in find_dates(line[label.end() : label.end() + 30], view.reference, sentence.start + label.end()):
                if date.span.start <= sentence.start + label.end() + 8 and date.iso is not None and len(date.iso) >= 7:
                    setattr(reading, name, date.iso)
                    reading.add(date.span)
                break
            if getattr(reading, name) is not None:
                break


def _outcome(view: NoteView, status: TherapyStatus) -> tuple[Outcome, Span] | None:
    """What the therapist's assessment says came of it."""
    failed: Span | None = None
    helped: Span | None = None
    partial: Mention | None = None
    for sentence in view.sentences:
        if sentence.section in ("pmh", "psh", "medications", "ros") or _HISTORY.match(sentence.text):
            continue
        bad = _BODY_FAILED.search(sentence.text)
        if bad is not None and failed is None:
            failed = Span(sentence.start + bad.start(), sentence.start + bad.end())
        good = _BODY_HELPED.search(sentence.text)
        if good is not None and helped is None:
            helped = Span(sentence.start + good.start(), sentence.start + good.end())
        if partial is None:
            partial = next((m for m in sentence.of("therapy_outcome") if m.id == "partial"), None)
    if failed is not None:
        return "failed", failed
    if status == "completed" and helped is not None:
        return "helped", helped
    if partial is not None:
        return "partial", partial.span
    return None


def _about_spine(view: NoteView) -> tuple[bool, Region | None]:
    """Whether the body region treated is the spine or a painful limb, and which region it is."""
    counts: Counter[str] = Counter()
    surgery = False
    for sentence in view.sentences[:_HEADER_SENTENCES]:
        if _HISTORY.match(sentence.text) or sentence.section in ("pmh", "psh", "medications", "ros"):
            continue
        labelled = _REGION_LABEL.search(sentence.text) is not None or sentence.index == 0
        surgery = surgery or _JOINT_SURGERY.search(sentence.text) is not None
        for mention in sentence.of("region"):
            if mention.id == "limb":
                continue
            counts[mention.id] += 3 if labelled else 1
        for level in sentence.levels:
            counts[level.region] += 1
    spine = {name: count for name, count in counts.items() if name != "other"}
    if surgery and (not spine or counts["other"] >= max(spine.values())):
        return False, "other"
    if spine:
        best = max(sorted(spine), key=lambda name: spine[name])
        if counts["other"] > 2 * spine[best]:
            return True, "other"
        return True, cast(Region, best)
    return (not surgery), None
