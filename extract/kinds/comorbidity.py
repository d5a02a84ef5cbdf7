"""Conditions that exclude a procedure: bone, heart, lungs, weight, mobility, mind, fractures and slips of vertebrae.

One `statement` per condition and sentence. Heart and lungs: a disease told as severe, or with a sign that it is
(oxygen at home, NYHA III), is severe; told as mild, stable or controlled it is nothing; told without either, the value
says only ``cardiac`` or ``pulmonary``, and that for diseases that often are severe. A fracture carries its date, or
whether it is recent or old; a slip of a vertebra its millimetres or its grade. "History of" ends none of the lasting
conditions. Advice, risks and screening are nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from chartproof.extract.kinds.common import answer_to, box_before, distance, once, region_near
from chartproof.extract.regex import Regex
from chartproof.extract.view import Mention, NoteView, Sentence
from chartproof.facts import Assertion, Statement, StatementTopic
from chartproof.spans import Span

_SKIPPED = frozenset({"family_history", "allergies", "medications", "education", "procedure_detail"})
_LABELS = ("cm", "cm_organ", "cm_severe", "cm_psych", "cm_contributor", "cm_measure", "dx")
_NEVER = ("hypothetical", "planned", "family")
_NEAR = 40
"""Characters within which a word of severity or control belongs to a disease."""

_OFTEN_SEVERE = Regex(
    r"failure|\bchf\b|hfref|hfpef|cardiomyopathy|copd|emphysema|obstructive|fibrosis|interstitial|\bild\b|\bipf\b|hypertension",
    re.IGNORECASE,
)
_SEVERE = Regex(
    r"\b(?:very\s+severe|severe(?:ly)?|end[- ]stage|advanced|decompensated|refractory|stage\s+(?:d|iv|4)|symptomatic\s+at\s+rest)\b",
    re.IGNORECASE,
)
_NOT_SEVERE = Regex(
    r"\b(?:mild(?:ly)?|moderate(?:ly)?|stable|controlled|well[- ]\w+|compensated|minimal|trace|trivial|early|non-?obstructive|in\s+remission|recovered|improved|asymptomatic|gold\s+(?:stage\s+)?(?:1|2|i|ii|a|b)|nyha\s+(?:class\s+)?(?:1|2|i|ii)|non-?severe|not\s+severe)\b",
    re.IGNORECASE,
)
_EJECTION = Regex(
    r"\b(?:lv)?(?:ef|ejection\s+fraction)\b[^\d\n%]{0,20}(?P<low>\d{2})(?:\s*[-–]\s*(?P<high>\d{2}))?\s*%",
    re.IGNORECASE,
)
_LOW_EJECTION = 30.0
"""Percent; an ejection fraction below it is a severe disease of the heart."""

_T_SCORE = Regex(r"\bt[- ]?scores?\b[^\d\n]{0,30}?(?P<sign>[-–−]|minus\s)\s?(?P<value>\d(?:\.\d+)?)", re.IGNORECASE)
_OSTEOPOROTIC_T = 2.5
_OVER_40 = Regex(
    r"\b(?:bmi|body\s+mass\s+index)\b[^\d\n.;]{0,15}?(?:>|over|above|greater\s+than|more\s+than|exceed(?:s|ing))\s*(?P<bmi>\d{2}(?:\.\d)?)"
    r"|\bZ68\.4(?P<code>[1-5])",
    re.IGNORECASE,
)
_SPINE = Regex(
    r"\b(?:spin\w+|vertebr\w+|sacr\w+|lumbar|thoracic|cervical|epidural|intradural|[CTLS]\d{1,2})\b", re.IGNORECASE
)
_BONE = Regex(
    r"myeloma|^[^.;]{0,20}\b(?:to|in|of|involv\w+)\s+(?:\w+\s+){0,2}?(?:bones?|osseous|bony|skelet\w+)\b(?!\s+(?:scan|density|marrow))|\b(?:bone|osseous|bony)\s+metasta",
    re.IGNORECASE,
)
_ELSEWHERE = Regex(
    r"\b(?:hips?|femur|femoral|wrist|radius|radial|humer\w+|ankle|foot|feet|toe|tibia\w*|rib|ribs|pelvi\w+|knee|shoulder|metatars\w+)\b",
    re.IGNORECASE,
)
_RECENT = Regex(
    r"\b(?:acute|subacute|sub-acute|new|recent(?:ly)?|healing|unhealed|non-?healed|ongoing|last\s+(?:week|month)|this\s+(?:month|year)|edema|weeks\s+ago|days\s+ago)\b",
    re.IGNORECASE,
)
_OLD = Regex(
    r"\b(?:old|chronic|remote(?:ly)?|healed|years\s+ago|longstanding|long-standing|prior\s+remote|in\s+childhood|as\s+a\s+(?:child|teen\w*|young\s+\w+))\b",
    re.IGNORECASE,
)
_YEAR = Regex(r"\b(?:in|since|of|from|circa|,|\()\s*(?P<year>(?:19|20)\d\d)\b")
_MONTHS_IN = {"day": 1.0, "week": 7.0, "month": 30.4, "year": 365.25}
_MM = Regex(
    r"(?<![\d.])(?P<low>\d{1,2}(?:\.\d+)?)(?:\s*(?:-|–|to)\s*(?P<high>\d{1,2}(?:\.\d+)?))?\s*-?\s*(?P<unit>mm|millimet(?:er|re)s?|cm)\b",
    re.IGNORECASE,
)
_GRADE = Regex(
    r"\bgrade\s*(?:(?P<n>[1-5])|(?P<r>i{1,3}|iv|v))(?:\s*(?:-|–|to|/)\s*(?:grade\s*)?(?:(?P<n2>[1-5])|(?P<r2>i{1,3}|iv|v)))?\b|\bmeyerding\s+(?:grade\s+)?(?P<m>[1-5]|i{1,3}|iv|v)\b",
    re.IGNORECASE,
)
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5}
_SLIP_REACH = 45
"""Characters between a slip and its size."""

_NOT_A_SLIP = Regex(r"\b(?:and\s+fall|on\s+(?:ice|a|the)|fell|tripp\w+)\b", re.IGNORECASE)
_OTHER_SIZE = Regex(
    r"\b(?:disc|disk|protrusion|bulge|herniation|extrusion|cyst|canal|cord|stenosis|needle|lesion|ap\s+diameter|screw|cage)\b",
    re.IGNORECASE,
)


def find(view: NoteView) -> Iterator[Statement]:
    """Yield the excluding conditions that a note tells, present, denied or possible."""
    for sentence in view.having(*_LABELS):
        if sentence.section not in _SKIPPED:
            yield from once(_facts(sentence))
    yield from _fractures(view)
    yield from _slips(view)


def _facts(sentence: Sentence) -> Iterator[Statement]:
    yield from _named(sentence)
    if sentence.has("cm_organ", "cm_severe", "cm_measure"):
        yield from _organs(sentence)
    if sentence.has("cm_psych", "cm_contributor"):
        yield from _mind(sentence)
    if sentence.has("cm_measure"):
        yield from _measures(sentence)
    yield from _malignancy(sentence)


# -- conditions by name ------------------------------------------------------------------------------------------


def _named(sentence: Sentence) -> Iterator[Statement]:
    for mention in sentence.of("cm"):
        if mention.id == "none":
            continue
        assertion = _assertion(sentence, mention)
        if assertion is None:
            continue
        value = mention.id
        if value == "fragility_fracture" and not _of_spine(sentence, mention):
            continue
        if value == "osteoporosis" and sentence.section == "plan" and assertion == "present":
            continue
        if value == "wheelchair" and sentence.of("cm_neuro"):
            value = "immobility"
        if value in ("bedbound", "wheelchair", "immobility") and assertion == "historical":
            continue
        yield _fact(sentence, mention.span, value, "present" if assertion == "historical" else assertion)


def _of_spine(sentence: Sentence, mention: Mention) -> bool:
    """Whether a fracture is of the spine: a level or a word for it stands beside, and no other bone nearer."""
    around = sentence.text[max(0, mention.start - sentence.start - 40) : mention.end - sentence.start + 40]
    return bool(_SPINE.search(around)) and not _ELSEWHERE.search(around)


def _assertion(sentence: Sentence, mention: Mention | Span) -> Assertion | None:
    """What the note says of a condition; None where it only speaks about it."""
    answer = answer_to(sentence, mention)
    if answer is not None:
        return "present" if answer else "negated"
    box = box_before(sentence, mention)
    if box is False:
        return None
    assertion = sentence.assertion(mention, "comorbidity")
    if assertion == "present" and sentence.view.note.text[mention.end : mention.end + 2].lstrip().startswith("?"):
        return "possible"
    return None if assertion in _NEVER else assertion


# -- heart, lungs, mind ------------------------------------------------------------------------------------------


def _organs(sentence: Sentence) -> Iterator[Statement]:
    for sign in sentence.of("cm_severe"):
        assertion = _assertion(sentence, sign)
        if assertion in ("present", "negated", "possible"):
            yield _fact(sentence, sign.span, f"severe_{sign.id}", assertion)
    for match in _EJECTION.finditer(sentence.text):
        if float(match["high"] or match["low"]) <= _LOW_EJECTION:
            span = Span(sentence.start + match.start(), sentence.start + match.end())
            if sentence.assertion(span, "comorbidity") == "present":
                yield _fact(sentence, span, "severe_cardiac", "present")
    for mention in sentence.of("cm_organ"):
        assertion = _assertion(sentence, mention)
        if assertion is None or assertion == "historical":
            continue
        values = ("cardiac", "pulmonary") if mention.id == "cardiopulmonary" else (mention.id,)
        words = _words(sentence, mention)
        severe, mild = _qualified(sentence, mention, _SEVERE), _qualified(sentence, mention, _NOT_SEVERE)
        if assertion == "negated":
            if not severe and not words.endswith("disease"):
                continue  # without asthma, a disease of the lungs may still be severe
            for value in values:
                yield _fact(sentence, mention.span, f"severe_{value}", "negated")
        elif severe and not mild:
            for value in values:
                yield _fact(sentence, mention.span, f"severe_{value}", assertion)
        elif not mild and _OFTEN_SEVERE.search(words) and not sentence.of("cm_severe"):
            yield _fact(sentence, mention.span, mention.id, assertion)


_CLAUSE_END = Regex(
    r"[;.]|,(?!\s*(?:mild|moderate|severe|stable|well|poorly|un|not|in\s|nyha|class|gold|stage))|\band\b", re.IGNORECASE
)


def _qualified(sentence: Sentence, mention: Mention, pattern: Regex) -> bool:
    """Whether a word of `pattern` is said of the mention: right before it, or after it up to the next comma or disease."""
    text = sentence.text
    start, end = mention.start - sentence.start, mention.end - sentence.start
    before = re.split(r"[,;.:(]|\band\b|\bwith\b", text[max(0, start - _NEAR) : start])[-1]
    others = [one.start - sentence.start for one in sentence.of("cm_organ", "cm_psych") if one.start >= mention.end]
    after = _CLAUSE_END.split(text[end : min([end + _NEAR, *others])])[0]
    return bool(pattern.search(before) or pattern.search(after))


_POOR = Regex(
    r"\b(?:poorly|un-?\s?controlled|uncontrolled|not\s+(?:\w+\s+)?(?:controlled|treated|managed)|inadequately|untreated|unmanaged|decompensated|unstable|worsening|treatment[- ]resistant|out\s+of\s+control|not\s+under\s+control|refractory)\b",
    re.IGNORECASE,
)
_MAJOR = Regex(
    r"major|severe|bipolar|schizo|psycho(?:sis|tic)|ptsd|traumatic|psychiatric|mental|personality|somat|conversion|mood|depress|panic",
    re.IGNORECASE,
)
_PAIN = Regex(r"\b(?:pain|symptoms?|presentation|complaints?|disability)\b", re.IGNORECASE)
_DENIES = Regex(
    r"\b(?:not|no|nothing|never|neither|without|(?<!no )(?<!without )doubt\w*|unlikely|nor|isn't|don't|doesn't|does\s+not)\b(?!\s+(?:only|just|merely|solely|doubt|question)\b)",
    re.IGNORECASE,
)
#: A "no" or "not" that is said of something else.
_OTHERWISE_DENIED = Regex(
    r"\b(?:no|without)\s+(?:doubt|question)\b|\bnot\s+(?:only|just|merely|solely)\b|;", re.IGNORECASE
)
#: What is left open, or cannot be denied.
_MAY_ADD = Regex(
    r"\b(?:may|might|could|possibl[ey]|whether|cannot\s+(?:be\s+)?(?:exclude\w*|rule\w*)|unclear)\b[^.;]{0,45}$",
    re.IGNORECASE,
)


def _mind(sentence: Sentence) -> Iterator[Statement]:
    diseases = [one for one in sentence.of("cm_psych") if one.id == "major"]
    for crisis in sentence.of("cm_psych"):
        if crisis.id == "crisis" and _assertion(sentence, crisis) == "present":
            yield _fact(sentence, crisis.span, "psychiatric_uncontrolled", "present")
    for mention in diseases:
        if not _MAJOR.search(_words(sentence, mention)) or _assertion(sentence, mention) != "present":
            continue
        if _qualified(sentence, mention, _POOR):
            yield _fact(sentence, mention.span, "psychiatric_uncontrolled", "present")
            break
    if not diseases and not _follows_mind(sentence):
        return
    for word in sentence.of("cm_contributor"):
        around = sentence.text[max(0, word.start - sentence.start - 50) : word.end - sentence.start + 60]
        if not _PAIN.search(around) and "overlay" not in around.lower():
            continue
        lead = sentence.text[max(0, word.start - sentence.start - 60) : word.start - sentence.start]
        lead = lead.rpartition(";")[2].rpartition(". ")[2]
        if _MAY_ADD.search(lead):
            continue
        before = sentence.text[: word.start - sentence.start][-100:]
        denied = bool(_DENIES.search(lead)) or (
            sentence.assertion(word, "comorbidity") == "negated" and not _OTHERWISE_DENIED.search(before)
        )
        if sentence.assertion(word, "comorbidity") in ("hypothetical", "family"):
            continue
        yield _fact(sentence, word.span, "psychiatric_contributor", "negated" if denied else "present")
        return


def _follows_mind(sentence: Sentence) -> bool:
    """Whether the sentence goes on from one about a psychiatric disease ("This is felt to contribute to ...")."""
    previous = sentence.previous
    return (
        previous is not None
        and previous.has("cm_psych")
        and re.match(r"\W*(?:this|it|that|which|these|both|we|i|the\s+team)\b", sentence.lower) is not None
    )


# -- measures ----------------------------------------------------------------------------------------------------


def _measures(sentence: Sentence) -> Iterator[Statement]:
    for match in _T_SCORE.finditer(sentence.text):
        if float(match["value"]) >= _OSTEOPOROTIC_T:
            yield _fact(sentence, _at(sentence, match), "osteoporosis", "present")
    for match in _OVER_40.finditer(sentence.text):
        span = _at(sentence, match)
        if sentence.assertion(span, "comorbidity") in ("negated", "hypothetical", "family"):
            continue
        if match["code"] is not None:
            yield _fact(sentence, span, "morbid_obesity" if match["code"] == "1" else "bmi_over_40", "present")
        elif float(match["bmi"]) >= 40:
            yield _fact(sentence, span, "bmi_over_40", "present")


def _at(sentence: Sentence, match: re.Match[str]) -> Span:
    return Span(sentence.start + match.start(), sentence.start + match.end())


# -- malignancy, fractures, slips --------------------------------------------------------------------------------


_BENIGN = ("schwannoma", "neurofibroma", "meningioma")
_IN_SPINE = Regex(
    r"^[^.;]{0,25}?\b(?:to|in|of|at|involv\w+|within|throughout)\s+(?:\w+\s+){0,4}?(?:spin\w+|vertebr\w+|sacrum|[CTL]\d{1,2}\b)|^\W*(?:spine|vertebra\w*)\b",
    re.IGNORECASE,
)
_SPINE_BEFORE = Regex(
    r"\b(?:spin\w+|vertebr\w+|epidural|[CTLS]\d{1,2}|lumbar|thoracic|sacral)\s+(?:\w+\s+)?$", re.IGNORECASE
)


def _malignancy(sentence: Sentence) -> Iterator[Statement]:
    for mention in sentence.of("dx"):
        words = _words(sentence, mention)
        if mention.id != "malignancy" or any(name in words for name in _BENIGN):
            continue
        assertion = _assertion(sentence, mention)
        if assertion is None or assertion == "historical":
            continue
        before = sentence.text[max(0, mention.start - sentence.start - 30) : mention.start - sentence.start]
        after = sentence.text[mention.end - sentence.start : mention.end - sentence.start + 60]
        named = re.search(r"spin|vertebr", words) is not None or _IN_SPINE.search(after) is not None
        if assertion == "negated" or named or _SPINE_BEFORE.search(before):
            yield _fact(sentence, mention.span, "spine_malignancy", assertion)
        elif "metasta" in words or _BONE.search(words + after):
            yield _fact(sentence, mention.span, "bone_malignancy", assertion)


def _fractures(view: NoteView) -> Iterator[Statement]:
    """The vertebral fractures of a note; told again without a date, a fracture of the same level keeps its date."""
    told: list[tuple[str | None, Statement]] = []
    for sentence in view.having("dx"):
        if sentence.section in _SKIPPED:
            continue
        for mention in sentence.of("dx"):
            assertion = _assertion(sentence, mention) if mention.id == "fracture" else None
            if assertion is None:
                continue
            value, date = _when(sentence, mention)
            near = sorted((distance(one.span, mention), one.name) for one in sentence.levels)
            fact = Statement(
                spans=(mention.span,),
                topic="vertebral_fracture",
                value=value,
                date=date,
                assertion="present" if assertion == "historical" else assertion,
                section=sentence.section,
                source="rule:comorbidity.vertebral_fracture",
            )
            told.append((near[0][1] if near and near[0][0] <= _NEAR else None, fact))
    known = [(level, fact) for level, fact in told if fact.assertion == "present" and (fact.date or fact.value)]
    for level, fact in told:
        same = [other for place, other in known if level is None or place in (level, None)]
        if fact.assertion == "present" and not fact.date and not fact.value and len(same) == 1:
            fact = fact.model_copy(update={"date": same[0].date, "value": same[0].value})
        yield fact


def _when(sentence: Sentence, mention: Mention) -> tuple[str | None, str | None]:
    """Whether a fracture is told as recent or old, and its date."""
    near = [one for one in sentence.dates if one.iso and distance(one.span, mention) <= 60]
    if near:
        return None, min(near, key=lambda one: distance(one.span, mention)).iso
    reference = sentence.view.reference
    for one in sentence.durations:
        after = sentence.lower[one.span.end - sentence.start : one.span.end - sentence.start + 8]
        if reference is not None and one.low is not None and after.lstrip().startswith(("ago", "prior", "back")):
            days = (one.high or one.low) * _MONTHS_IN.get(one.unit, 1.0)
            happened = reference - dt.timedelta(days=min(days, 36500))
            if one.unit == "year":
                return None, f"{happened.year:04d}"
            return None, f"{happened:%Y-%m}" if one.unit == "month" else happened.isoformat()
    year = _YEAR.search(sentence.text)
    if year is not None:
        return None, year["year"]
    around = sentence.text[max(0, mention.start - sentence.start - 45) : mention.end - sentence.start + 45]
    recent, old = _RECENT.search(around), _OLD.search(around)
    if recent and not old:
        return "recent", None
    return ("old" if old and not recent else None), None


def _slips(view: NoteView) -> Iterator[Statement]:
    """The slips of a note; told again without its size, a slip of the same level keeps it."""
    told = [
        entry for sentence in view.having("dx") if sentence.section not in _SKIPPED for entry in _slips_in(sentence)
    ]
    known = [(level, fact) for level, fact in told if fact.assertion == "present" and fact.low is not None]
    for level, fact in told:
        same = {(other.low, other.high) for place, other in known if level is None or place in (level, None)}
        if fact.assertion == "present" and fact.low is None and len(same) == 1:
            low, high = same.pop()
            fact = fact.model_copy(update={"low": low, "high": high})
        yield fact


def _slips_in(sentence: Sentence) -> Iterator[tuple[str | None, Statement]]:
    """Each slip of a sentence with the level it is told of."""
    mentions = [one for one in sentence.of("dx") if one.id == "spondylolisthesis"]
    mentions = [one for one in mentions if _words(sentence, one) != "slip" or _is_slip(sentence)]
    if not mentions:
        return
    sizes = list(_MM.finditer(sentence.text))
    for index, mention in enumerate(mentions):
        assertion = _assertion(sentence, mention)
        if assertion is None or assertion == "historical":
            continue
        start, end = mention.start - sentence.start, mention.end - sentence.start
        floor = mentions[index - 1].end - sentence.start if index else 0
        ceiling = mentions[index + 1].start - sentence.start if index + 1 < len(mentions) else len(sentence.text)
        own = [
            one
            for one in sizes
            if floor <= one.start() and one.end() <= ceiling and _belongs(sentence, one, start, end)
        ]
        low = high = None
        value: str | None = None
        spans = [mention.span]
        if own and assertion != "negated":
            best = min(own, key=lambda one: (max(start - one.end(), one.start() - end), one.start()))
            factor = 10.0 if best["unit"].lower() == "cm" else 1.0
            low = float(best["low"]) * factor
            high = float(best["high"]) * factor if best["high"] else low
            spans.append(_at(sentence, best))
        elif assertion != "negated":
            grade = next(iter(_GRADE.finditer(sentence.text[max(floor, start - 35) : min(ceiling, end + 35)])), None)
            if grade is not None:
                value = _grade(grade)
                offset = sentence.start + max(floor, start - 35)
                spans.append(Span(offset + grade.start(), offset + grade.end()))
        near = sorted(
            (distance(one.span, mention), one.name)
            for one in sentence.levels
            if floor <= one.span.start - sentence.start and one.span.end - sentence.start <= ceiling
        )
        yield (
            near[0][1] if near and near[0][0] <= _NEAR else None,
            Statement(
                spans=tuple(spans),
                topic="vertebral_slip",
                value=value,
                low=low,
                high=high,
                region=region_near(sentence, mention),
                assertion=assertion,
                section=sentence.section,
                source="rule:comorbidity.vertebral_slip",
            ),
        )


def _belongs(sentence: Sentence, size: re.Match[str], start: int, end: int) -> bool:
    """Whether a size is that of the slip at these offsets, and not of a disc or the canal."""
    gap = sentence.text[size.end() : start] if size.end() <= start else sentence.text[end : size.start()]
    follows = sentence.text[size.end() : size.end() + 20] if size.start() >= end else ""
    return len(gap) <= _SLIP_REACH and not _OTHER_SIZE.search(f"{gap} {follows}") and not re.search(r"[;]|\.\s", gap)


def _grade(match: re.Match[str]) -> str:
    """``grade_2``; of a range the lower end, which is what is certain."""
    told = match["n"] or match["r"] or match["m"]
    return f"grade_{_ROMAN.get(told.lower(), told)}"


def _is_slip(sentence: Sentence) -> bool:
    return bool(sentence.levels or "vertebr" in sentence.lower) and not _NOT_A_SLIP.search(sentence.text)


def _words(sentence: Sentence, mention: Mention) -> str:
    return sentence.view.note.text[mention.start : mention.end].lower()


def _fact(sentence: Sentence, span: Span, value: str, assertion: Assertion) -> Statement:
    topic: StatementTopic = "comorbidity"
    return Statement(
        spans=(span,),
        topic=topic,
        value=value,
        assertion=assertion,
        section=sentence.section,
        source=f"rule:comorbidity.{value}",
    )
