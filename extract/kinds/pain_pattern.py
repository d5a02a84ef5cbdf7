"""Pain patterns: axial, referred, radicular, or neurogenic claudication, from words for it or from where the pain goes.

Where the pain goes decides: to a place below knee or elbow, or into a whole limb, is radicular; to
buttock, groin, thigh, hip, shoulder or between the shoulder blades is referred (still axial by the
reading rules). A statement that it does *not* go there ("no leg pain", "never down the arm",
"nothing below the knee") is the pattern ``axial``, asserted present, rather than a negated
``radicular``: it says what the pain is. Findings of an examination or an image are no pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, cast

from chartproof.extract.kinds.common import box_before, region_near, side_near
from chartproof.extract.view import Mention, NoteView, Sentence
from chartproof.facts import PainPattern, Region
from chartproof.spans import Span

Pattern = Literal["axial", "radicular", "referred", "neurogenic_claudication"]

_SKIPPED = frozenset(
    {"exam", "procedure", "procedure_detail", "imaging", "labs", "medications", "family_history", "psh", "education"}
    | {"therapy_detail", "allergies"}
)
_CLAUSE_BREAK = re.compile(
    r"\s*(?:;|\bbut\b|\bhowever\b|\balthough\b|—|–\s)\s*"
    r"|,?\s+(?=(?:and\s+|it\s+|which\s+|that\s+|the pain\s+|pain\s+|she\s+|he\s+)*(?:never|does\s+not|doesn't|do\s+not|did\s+not|not|no|none|nothing|without|denies|denied)\b)"
    r"|,\s+(?=(?:and\s+)?(?:sometimes|occasionally|at times|with|worse|better)\b)",
    re.IGNORECASE,
)
_NEGATOR = re.compile(
    r"\b(?:never|not|n't|\w+n't|no|none|nothing|without|denies|denied|negative\s+for)\b", re.IGNORECASE
)
_NUMB_PAIN = re.compile(
    r"\b(?:pain|ache|aching|burning|it|symptoms?|discomfort|sx|hurts?|zing|tingling|numbness|paresthesias?)\b",
    re.IGNORECASE,
)
_NO_PAIN = re.compile(
    r"\b(?:no|denies|denied|without|negative\s+for)\s+(?:any\s+|associated\s+|significant\s+)*(?:pain|symptoms)\b[^.;]{0,40}?\b(?:in|of|down|into)\s+(?:the|her|his|either|both|any)\s+(?:left\s+|right\s+)?(?P<limb>legs?|arms?|lower\s+extremit\w+|upper\s+extremit\w+)\b",
    re.IGNORECASE,
)
_JOINER = re.compile(r"(?:->|→|\bto\b|\bthen\b|\binto\b|,|\band\b|>)", re.IGNORECASE)
_PAST = re.compile(
    r"\b(?:cleared\s+up|resolved|went\s+away)\b.{0,60}\bnever\s+went\b|\bnever\s+went\b.{0,80}\b(?:cleared|resolved)|\bat that time\b",
    re.IGNORECASE,
)
_CAUSE = re.compile(r"\b(?:due to|because|secondary to|since|caused by|despite|for|in|relief|of)\b", re.IGNORECASE)
_PROXIMAL = re.compile(r"(?:\w+ )?(?:buttock|glut|thigh|hip|groin|hamstring)", re.IGNORECASE)
_BEYOND = re.compile(r"\b(?:none|nothing|never|not)\s+(?:past|below|beyond)\b", re.IGNORECASE)
_PLACED = frozenset(
    {
        "localized to",
        "localizes to",
        "localised to",
        "confined to",
        "stays in",
        "stays across",
        "remains in",
        "well localized",
    }
)
_VASCULAR = re.compile(r"vascular|arterial|ischemi|\babi\b|pad\b|pvd\b|peripheral", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"\bchest\b|\babdom|\bepigastr|\bheadaches?\b|\bjaw\b|\bear\b|\btooth|\bcardiac|\bflank\b|\bpelvic\b|\btestic|\bcoronary|\bneck veins|\bmurmur",
    re.IGNORECASE,
)


def find(view: NoteView) -> Iterator[PainPattern]:
    """Yield the pain patterns of a note."""
    for sentence in view.sentences:
        if not sentence.has("pattern", "pattern_place") or sentence.section in _SKIPPED or is_study(sentence):
            continue
        taken: list[Span] = []
        for fact in _facts(sentence):
            span = fact.spans[0]
            if not any(span.overlaps(other) for other in taken):
                taken.append(span)
                yield fact


def is_study(sentence: Sentence) -> bool:
    """Whether the sentence reports a test of the examination or the spread of an injected agent."""
    return sentence.has("exam_test", "pattern_stop") and not sentence.has("pattern")


def _facts(sentence: Sentence) -> Iterator[PainPattern]:
    for mention in sentence.of("pattern"):
        yield from _named(sentence, mention)
    places = sentence.of("pattern_place")
    if not places:
        return
    if _ELSEWHERE.search(sentence.text) and not any(
        m.id in ("cervical", "lumbar", "thoracic") for m in sentence.of("region")
    ):
        return
    absent = _NO_PAIN.search(sentence.text)
    if absent:
        span = Span(sentence.start + absent.start(), sentence.start + absent.end())
        yield _fact(sentence, span, "axial", "absent", _default(absent["limb"].lower().startswith(("arm", "upper"))))
    moves = sentence.of("pattern_move")
    start = 0
    breaks = [(m.start(), m.end()) for m in _CLAUSE_BREAK.finditer(sentence.text)]
    for end, following in [*breaks, (len(sentence.text), len(sentence.text))]:
        low, high = sentence.start + start, sentence.start + end
        start = following
        yield from _radiation(
            sentence,
            low,
            high,
            [m for m in places if low <= m.start < high],
            [m for m in moves if low <= m.start < high],
        )


def _named(sentence: Sentence, mention: Mention) -> Iterator[PainPattern]:
    words = sentence.view.note.text[mention.start : mention.end].lower()
    if mention.id == "none" or box_before(sentence, mention) is False:
        return
    pattern = cast(Pattern, mention.id)
    span = mention.span
    if words in _PLACED:
        near = [m for m in sentence.of("region", "pattern_place") if 0 <= m.start - mention.end <= 40]
        if not near or near[0].id in ("other", "distal_leg", "distal_arm", "leg", "arm") or "tender" in sentence.lower:
            return
        span = Span(mention.start, near[0].end)
    if "claudica" in words and "neuro" not in words and "spinal" not in words and "pseudo" not in words:
        spinal = _of_spine(sentence, back=0) and not _VASCULAR.search(sentence.text)
        if not spinal or sentence.assertion(mention, "pain_pattern") == "negated":
            return
    if "radiat" in words and "radicul" not in words and (not _of_spine(sentence) or _ELSEWHERE.search(sentence.text)):
        return
    if pattern == "radicular" and sentence.assertion(span, "pain_pattern") == "negated":
        pattern = "axial"
        lead = sentence.text[max(0, span.start - sentence.start - 60) : span.start - sentence.start]
        negators = list(_NEGATOR.finditer(lead))
        if not negators or _CAUSE.search(lead, negators[-1].end()):
            yield _fact(sentence, span, "radicular", "word", None, asserted=True)
            return
        span = Span(span.start - len(lead) + negators[-1].start(), span.end)
        yield _fact(sentence, span, pattern, "absent", None)
        return
    default: Region | None = None
    if re.search(r"\bleg|lower ext|\ble\b", words):
        default = "lumbar"
    elif re.search(r"\barm|upper ext|\bue\b", words):
        default = "cervical"
    yield _fact(sentence, span, pattern, "absent" if _NEGATOR.match(words) else "word", default)


def _radiation(
    sentence: Sentence, low: int, high: int, places: list[Mention], moves: list[Mention]
) -> Iterator[PainPattern]:
    if not places:
        return
    text = sentence.view.note.text
    clause = text[low:high]
    usable = [m for m in moves if any(p.start >= m.start and _near(text, m, p) for p in places)]
    ids = {place.id for place in places}
    negated = _negated(text, low, places, usable)
    if not usable:
        if not negated and "proximal_leg" in ids and "distal_leg" in ids:
            yield from _listed(sentence, low, places)
        return
    strong = any(m.id == "strong" for m in usable)
    if not strong and not _speaks_of_pain(sentence, clause, usable) and not _BEYOND.search(clause):
        return
    first = usable[0]
    reached = [p for p in places if p.start >= first.start and p.start - first.end <= 140]
    if not reached:
        return
    ids = {place.id for place in reached}
    if negated is not None:
        if ids & {"leg", "arm", "distal_leg", "distal_arm"} or any(
            re.search(r"past|below|beyond", text[m.start : m.end].lower()) for m in usable
        ):
            span = Span(min(negated, first.start), reached[-1].end)
            arm = bool(ids & {"arm", "distal_arm", "proximal_arm"})
            yield _fact(sentence, span, "axial", "absent", _default(arm))
        return
    before = [p for p in places if p.start < first.start]
    if (
        any(p.id.startswith("distal") for p in before)
        and not any(p.id.startswith("proximal") for p in before)
        and not strong
    ):
        return
    arm = bool(ids & {"arm", "distal_arm"}) or (
        "proximal_arm" in ids and not ids & {"leg", "distal_leg", "proximal_leg"}
    )
    span = Span(first.start, reached[-1].end)
    if ids & {"distal_leg", "distal_arm"}:
        yield _fact(sentence, span, "radicular", "radiation", _default(arm))
    elif ids & {"leg", "arm"}:
        words = text[reached[-1].start : reached[-1].end].lower()
        stops = words in ("knee", "knees", "elbow", "elbows", "thigh", "thighs")
        yield _fact(sentence, span, "referred" if stops else "radicular", "radiation", _default(arm))
    elif _of_spine(sentence):
        yield _fact(sentence, span, "referred", "radiation", _default(arm))


def _listed(sentence: Sentence, low: int, places: list[Mention]) -> Iterator[PainPattern]:
    """A run of places from buttock or thigh to below the knee, without a verb: "L buttock to calf to lateral foot"."""
    text = sentence.view.note.text
    if sentence.section not in (None, "hpi", "chief_complaint", "assessment", "assessment_plan"):
        return
    if re.search(
        r"\b(?:strength|sensation|reflex|swelling|edema|tender|atrophy|massage|exercise|stretch|pulse|x-?rays?|films|wound|joint|arthralg|inch|cm\b|replac|fractur|oa\b|arthrit)",
        sentence.lower,
    ):
        return
    start = 0
    while start < len(places) and not _PROXIMAL.match(text[places[start].start : places[start].end]):
        start += 1
    run = [places[start]] if start < len(places) else []
    for place in places[start + 1 :]:
        gap = text[run[-1].end : place.start]
        if len(gap) > 40 or not _JOINER.search(gap):
            break
        run.append(place)
    if len(run) < 2 or not any(p.id == "distal_leg" for p in run):
        return
    if not (
        _NUMB_PAIN.search(sentence.text) or sentence.section in ("hpi", "chief_complaint") or _pain_before(sentence)
    ):
        return
    yield _fact(sentence, Span(run[0].start, run[-1].end), "radicular", "places", "lumbar")


def _near(text: str, move: Mention, place: Mention) -> bool:
    gap = text[move.end : place.start]
    return len(gap) <= 70 and "." not in gap.rstrip(".").replace("vs.", "").replace("lat.", "")


def _negated(text: str, low: int, places: list[Mention], moves: list[Mention]) -> int | None:
    """Offset of the word that denies the radiation in this clause, or None."""
    stop = max(moves[0].start if moves else low, places[0].start)
    found = None
    for match in _NEGATOR.finditer(text, low, stop):
        gap = text[match.end() : stop]
        if (
            len(gap) <= 45
            and "," not in gap
            and not re.search(r"\bonly\b|\brelief\b|\bchange\b", text[match.end() : match.end() + 10])
        ):
            found = match.start()
    return found


def _speaks_of_pain(sentence: Sentence, clause: str, moves: list[Mention]) -> bool:
    if all(sentence.view.note.text[m.start : m.end].lower() in ("below", "past", "beyond", "along") for m in moves):
        return sentence.has("symptom")
    if any(m.id != "weakness" for m in sentence.of("symptom")) or _NUMB_PAIN.search(clause):
        return True
    return sentence.section in ("hpi", "chief_complaint") and _pain_before(sentence)


def _of_spine(sentence: Sentence, back: int = 3) -> bool:
    """Whether the sentence, or one of the few before it, names a region of the spine or a spinal diagnosis."""
    current: Sentence | None = sentence
    for _ in range(back + 1):
        if current is None:
            return False
        if any(m.label == "region" and m.id not in ("limb", "other") for m in current.mentions) or current.levels:
            return True
        if any(m.label == "dx" and m.id != "other" for m in current.mentions):
            return True
        current = current.previous
    return False


def _pain_before(sentence: Sentence) -> bool:
    previous = sentence.previous
    for _ in range(2):
        if previous is None:
            return False
        if any(m.label == "symptom" and m.id in ("pain", "sciatica", "sensory") for m in previous.mentions):
            return True
        previous = previous.previous
    return False


def _default(arm: bool) -> Region:
    return "cervical" if arm else "lumbar"


def _fact(
    sentence: Sentence, span: Span, pattern: Pattern, rule: str, default: Region | None, *, asserted: bool = False
) -> PainPattern:
    region = region_near(sentence, span)
    if region not in ("cervical", "thoracic", "lumbar", "sacroiliac"):
        region = default
    assertion = sentence.assertion(span, "pain_pattern")
    if assertion == "negated" and (asserted or rule != "word"):
        assertion = "present"  # where the pain goes is read with its own negation
    if assertion == "present" and _PAST.search(sentence.text):
        assertion = "historical"
    return PainPattern(
        spans=(span,),
        pattern=pattern,
        region=region,
        side=side_near(sentence, span, 40),
        assertion=assertion,
        section=sentence.section,
        source=f"rule:pain_pattern.{rule}",
    )
