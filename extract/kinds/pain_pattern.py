"""Pain patterns: axial, referred, radicular, or neurogenic claudication, from words for it or from where the pain goes.

Where the pain goes decides: to a place below knee or elbow, or into a whole limb, is radicular; to
buttock, groin, thigh, hip, shoulder or between the shoulder blades is referred (still axial by the
reading rules). A statement that it does *not* go there ("no leg pain", "never down the arm",
"nothing below the knee") is the pattern ``axial``, asserted present, rather than a negated
``radicular``: it says what the pain is. What one sentence tells as one statement is one pattern ("into
the thigh but not below the knee" is referred). Findings of an examination or an image are no pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from chartproof.extract.kinds.common import box_before, limb_pain_is_over, region_near, side_near
from chartproof.extract.regex import Regex
from chartproof.extract.view import Mention, NoteView, Sentence
from chartproof.facts import PainPattern, PatternName, Region, Side
from chartproof.spans import Span

_SKIPPED = frozenset(
    {"exam", "procedure", "procedure_detail", "imaging", "labs", "medications", "family_history", "psh", "education"}
    | {"therapy_detail", "allergies"}
)
_CLAUSE_BREAK = Regex(
    r"\s*(?:;|\bbut\b|\bhowever\b|\balthough\b|—|–\s)\s*"
    r"|,?\s+(?=(?:and\s+|it\s+|which\s+|that\s+|the pain\s+|pain\s+|she\s+|he\s+)*(?:never|does\s+not|doesn't|do\s+not|did\s+not|not|no|none|nothing|without|denies|denied)\b)"
    r"|,\s+(?=(?:and\s+)?(?:sometimes|occasionally|at times|with|worse|better)\b)",
    re.IGNORECASE,
)
_NEGATOR = Regex(r"\b(?:never|not|n't|\w+n't|no|none|nothing|without|denies|denied|negative\s+for)\b", re.IGNORECASE)
_NUMB_PAIN = Regex(
    r"\b(?:pain|ache|aching|burning|it|symptoms?|discomfort|sx|hurt(?:s|ing)?|zing|zaps?|zapping|jolts?|shocks?|electric\w*|stabs?|stabbing|throb\w*|burns|tingling|numbness|paresthesias?)\b",
    re.IGNORECASE,
)
_NO_PAIN = Regex(
    r"\b(?:no|denies|denied|without|w/o|negative\s+for)\s+(?:any\s+|associated\s+|significant\s+)*(?:pain|symptoms)\b[^.;]{0,40}?\b(?:in|of|down|into)\s+(?:the|her|his|either|both|any)\s+(?:left\s+|right\s+)?(?P<limb>legs?|arms?|lower\s+extremit\w+|upper\s+extremit\w+)\b"
    r"|\b(?:no|denies|denied|without|w/o|negative\s+for)\s+(?:any\s+|associated\s+|significant\s+|true\s+|right\s+|left\s+)*(?P<bare>legs?|arms?|lower\s+extremit\w+|upper\s+extremit\w+|[lu]e|bles?)\s*(?:(?:or|and|/|nor)\s*(?:foot|feet|calf|hand|hands|finger)\s*)?(?:pain|symptoms?|sx|complaints?|radiation|involvement|component|discomfort|problems?)\b",
    re.IGNORECASE,
)
#: "no pain in the legs on palpation" is an examination.
_TOUCHED = Regex(r"[^.;]{0,25}\b(?:palpat\w*|squeez\w*|compression|percussion|examination|touch)\b", re.IGNORECASE)
_LIMB_PLACE = r"(?:legs?|lower\s+(?:legs?|extremit\w+|limbs?)|calf|calves|shins?|foot|feet|toes?|arms?|forearms?|hands?|fingers?|upper\s+(?:extremit\w+|limbs?))"
#: That the limb is spared, without a word for going there: "never in the calf or foot", "legs are fine".
_NOT_THERE = Regex(
    rf"\b(?:never|not|nothing|none)\s+(?:(?:has|have|had|feels?|felt|gets?|got|is|was|goes|go|comes?|really|ever)\s+){{0,3}}(?:(?:it|this|that|pain|anything|any|symptoms|of\s+it)\s+){{0,2}}(?:in|into|down|to)\s+(?:the\s+|her\s+|his\s+|my\s+|either\s+|both\s+)?(?:left\s+|right\s+)?(?P<limb>{_LIMB_PLACE})\b"
    rf"|\b(?:does\s+not|doesn['’]t|never|did\s+not)\s+(?:gets?|got|makes?\s+it|reach(?:es)?|go\s+as\s+far)\s+(?:to\s+|as\s+far\s+as\s+|as\s+)?(?:the\s+|her\s+|his\s+|my\s+|either\s+|both\s+)?(?:left\s+|right\s+)?(?P<reached>{_LIMB_PLACE})\b"
    rf"|\b(?P<fine>legs?|arms?)\s+(?:(?:are|is|feels?|both|were)\s+){{0,2}}(?:fine|ok|okay|spared|not\s+(?:involved|affected))\b|\bspar(?:es|ing)\s+(?:the\s+|her\s+|his\s+|my\s+|both\s+)?(?P<spared>legs?|arms?)\b",
    re.IGNORECASE,
)
#: What is denied there is no pain, or is told of another time.
_OTHER_SIGN = Regex(
    r"\b(?:swell\w*|edema|clots?|dvt|weak\w*|cramp\w*|ulcers?|wounds?|fractur\w*|surg\w*|inject\w*|operat\w*|block\w*|strength|power|reflex\w*|pulses?|used\s+to|iv|needle)\b",
    re.IGNORECASE,
)
#: Where such pain goes is no pattern of the spine.
_OF_A_JOINT = Regex(
    r"\b(?:knee|ankle|foot|heel|elbow|wrist|hand|jaw|tooth|toe|finger)\s+(?:joint\s+)?(?:pain|ache)\b[^.;,]{0,30}$",
    re.IGNORECASE,
)
_MEASURE = Regex(r"(?:['’]?s)?[\s-]+(?:breadths?|widths?)\b", re.IGNORECASE)  #: a hand's breadth is a length
_TO_HIS_FEET = Regex(r"\b(?:gets?|got)\s+to\s+(?:his|her|my|the)?\s*feet\b", re.IGNORECASE)
_NOT_ALL = Regex(r"\W*(?:but|of\s+the)\b", re.IGNORECASE)
_ONE_SIDE = Regex(r"\b(?:left|right|lt|rt|l|r|other|opposite)\b", re.IGNORECASE)
_NONE_SINCE = Regex(r"[^.;]{0,45}\b(?:none|nothing|not\s+(?:\w+\s+)?|never\s+(?:again\s+)?)\s*since\b", re.IGNORECASE)
#: Pain of the buttock or beside the midline, which is of the spine or the sacroiliac joint.
_BUTTOCK_PAIN = Regex(
    r"\b(?:buttocks?|gluteal)\s+(?:pain|ache)\b|\b(?:pain|ache|hurts?)\b[^.;]{0,20}\b(?:in|at|over)\s+(?:the\s+|her\s+|his\s+|my\s+)?(?:left\s+|right\s+)?buttocks?\b|\b(?:left|right|either\s+side|breadth|inch(?:es)?|cm|lateral|side)\s+(?:\w+\s+)?(?:of|to)\s+(?:the\s+)?(?:midline|spine)\b|\b(?:under|over|at|below|around)\s+the\s+(?:\w+\s+)?dimple\b",
    re.IGNORECASE,
)
_OPENS_WITH_MOVE = Regex(
    r"\W*(?:it\s+)?(?:goes|runs|travels?|extends|down|into|moves|tracks|climbs|stays|sits|wraps|shoots|spreads|radiates)\b",
    re.IGNORECASE,
)
_JOINER = Regex(r"(?:->|→|\bto\b|\bthen\b|\binto\b|,|\band\b|>)", re.IGNORECASE)
_PAST = Regex(
    r"\b(?:cleared\s+up|resolved|went\s+away)\b.{0,60}\bnever\s+went\b|\bnever\s+went\b.{0,80}\b(?:cleared|resolved)|\bat that time\b",
    re.IGNORECASE,
)
#: Where the pain went at an earlier time.
_EARLIER = Regex(
    r"\b(?:at\s+(?:the\s+)?(?:initial\s+)?(?:evaluation|intake|onset|first)|initially|originally)\b[^.;]{0,20}\b(?:ran|went|radiated|shot|reached|extended|travel(?:l)?ed)\b",
    re.IGNORECASE,
)
_CAUSE = Regex(r"\b(?:due to|because|secondary to|since|caused by|despite|for|in|relief|of)\b", re.IGNORECASE)
_NO_PAIN_LIST = Regex(
    r"\b(?:strength|sensation|reflex|swelling|edema|tender|atrophy|massage|exercise|stretch|pulse|x-?rays?|films|wound|joint|arthralg|inch|cm\b|replac|fractur|oa\b|arthrit)",
    re.IGNORECASE,
)
_BEYOND_PLACE = Regex(r"(?:below|past|beyond|distal to)\b", re.IGNORECASE)
_PROXIMAL = Regex(r"(?:\w+ |of the )*(?:buttock|glut|thigh|hip|groin|hamstring)", re.IGNORECASE)
_BEYOND = Regex(
    r"\b(?:none|nothing|never|not)\s+(?:(?:go(?:es|ne)?|went|gets?|got|extend\w*|radiat\w*|travel\w*|pass\w*|reach\w*|c[ao]me|spread\w*)\s+)?(?:past|below|beyond)\b|\bnever\s+pass\w*",
    re.IGNORECASE,
)
_JOINED = Regex(r"^\s*(?:,|and|or|&|/|the|top|of|side|\s|\w+\s)+$", re.IGNORECASE)
_WITH_WALKING = Regex(r"\b(?:walk\w*|stand\w*|block|upright|distance)\b", re.IGNORECASE)
_WITH_SITTING = Regex(
    r"\b(?:eas\w*|better|reliev\w*|relief|goes?\s+away|lets?\s+go|improv\w*|resolv\w*|gone|stops?|settles?|subsides?|helps?)\b[^.;]{0,40}\b(?:sit\w*|lean\w*|bend\w*|bent|flex\w*|stoop\w*|crouch\w*|lying)\b"
    r"|\b(?:sit\w*|lean\w*|bend\w*|flexion)\b[^.;]{0,30}\b(?:eas\w*|reliev\w*|helps?|improv\w*|relief|goes\s+away|lets?\s+up|settles?|recovers?)\b",
    re.IGNORECASE,
)
_TICKED = r"(?:\[[xX]\]|\([xX]\))"
_EMPTY = r"(?:\[\s*\]|\(\s*\))"
_FORM_ANSWER = Regex(
    rf"\b(?:below|past|beyond)\s+(?:the\s+)?(?P<joint>knee|elbow)\s*[:?]\s*(?:{_EMPTY}\s*yes\s*)?(?:(?P<no>{_TICKED}\s*no\b|no\b)|{_TICKED}\s*yes\b|yes\b)"
    r"|\b(?P<limb>legs?|arms?)\s*[:=]\s*(?P<clear>no\s+(?:pain|symptoms|sx)|none|negative|neg|ok|fine)\b"
    rf"|\b(?:radiat(?:es|ion|ing)|radiates\s+to|spreads)\s*[:?]\s*(?:{_TICKED}\s*)?(?P<bare>no|none|nowhere|denie[sd])\b|\b(?:pain\s+(?:spreads|radiates|goes|travels)|radiat(?:es|ion|ing)|spreads|leg\s+(?:symptoms|pain)|arm\s+(?:symptoms|pain))\s*[:?]\s*{_TICKED}\s*(?P<none>no|none)\b",
    re.IGNORECASE,
)
_JOINED_GAP = 25  # characters between where the pain goes and where it does not
_IN_DISTRIBUTION = Regex(r"\s*(?:in|along|following)\s+(?:an?\s+|the\s+)?")
#: Pain of the region itself is denied: what else is denied says nothing of a pattern.
_NO_REGION_PAIN = Regex(
    r"\b(?:no|denies|denied|without)\s+(?:any\s+)?(?:(?:low(?:er)?|mid|upper)\s+)?(?:back|neck)\s+(?:or\s+\w+\s+)?(?:pain|symptoms|complaints)\b",
    re.IGNORECASE,
)
_MORE = Regex(r"\s*(?:leg|arm|side)?\s*(?:more|worse|greater|>)", re.IGNORECASE)
_TWO = Regex(r"\b(?:two|both)\b", re.IGNORECASE)
_PLACED = frozenset(
    {
        "isolated to",
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
_VASCULAR = Regex(r"vascular|arterial|ischemi|\babi\b|pad\b|pvd\b|peripheral", re.IGNORECASE)
_ELSEWHERE = Regex(
    r"\bchest\b|\babdom|\bepigastr|\bheadaches?\b|\bjaw\b|\bear\b|\btooth|\bcardiac|\bflank\b|\bpelvic\b|\btestic|\bcoronary|\bneck veins|\bmurmur",
    re.IGNORECASE,
)


def find(view: NoteView) -> Iterator[PainPattern]:
    """Yield the pain patterns of a note."""
    for sentence in view.having("pattern", "pattern_place", "pattern_move"):
        if sentence.section in _SKIPPED or is_study(sentence):
            continue
        taken: list[Span] = []
        told: list[PainPattern] = []
        for fact in _facts(sentence):
            span = fact.spans[0]
            if not any(span.overlaps(other) for other in taken):
                taken.append(span)
                told.append(fact)
        yield from _one_each(sentence, told)


def _one_each(sentence: Sentence, told: list[PainPattern]) -> Iterator[PainPattern]:
    """The patterns of a sentence, those that are one statement joined: "into the thigh but not below the knee"."""
    kept: list[PainPattern] = []
    for fact in sorted(told, key=lambda one: (one.spans[0].start, one.spans[0].end)):
        index, span = _statement_of(sentence, kept, fact)
        if index is None:
            kept.append(fact)
        elif span is not None:
            first = kept[index]
            kept[index] = first.model_copy(update={"spans": span, "side": first.side or fact.side})
    reached = {
        one.region
        for one in kept
        if one.assertion == "present" and one.source in ("rule:pain_pattern.radiation", "rule:pain_pattern.places")
        if one.pattern == "radicular"
    }
    for one in kept:  # "to the ankle but not the foot", "not into the other leg": the limb that hurts decides
        if not (one.pattern == "axial" and one.source == "rule:pain_pattern.absent" and one.region in reached):
            yield one


def _statement_of(
    sentence: Sentence, kept: list[PainPattern], fact: PainPattern
) -> tuple[int | None, tuple[Span, ...] | None]:
    """The earlier pattern that a pattern is one statement with, and the spans of both."""
    for index, first in enumerate(kept):
        if first.assertion != fact.assertion:
            continue
        a, b = first.spans[0], fact.spans[0]
        gap = sentence.between(a, b)
        if first.pattern == fact.pattern == "neurogenic_claudication":
            return index, (Span(min(a.start, b.start), max(a.end, b.end)),)
        if first.pattern == fact.pattern == "axial" and first.region == fact.region:
            if first.source == "rule:pain_pattern.absent" and fact.source == "rule:pain_pattern.word":
                return index, (*fact.spans, *first.spans)
            return index, (*first.spans, *fact.spans)
        if first.pattern == "referred" and fact.pattern == "axial" and len(gap) <= _JOINED_GAP and ". " not in gap:
            return index, (Span(a.start, b.end),)
        if first.pattern == fact.pattern == "radicular" and _IN_DISTRIBUTION.fullmatch(gap):
            return index, (Span(a.start, b.end),)
    return None, None


def is_study(sentence: Sentence) -> bool:
    """Whether the sentence reports a test of the examination or the spread of an injected agent."""
    return sentence.has("exam_test", "pattern_stop") and not sentence.has("pattern")


def _facts(sentence: Sentence) -> Iterator[PainPattern]:
    if not sentence.has("exam_test"):
        for mention in sentence.of("pattern"):
            yield from _named(sentence, mention)
    if ":" in sentence.text or "?" in sentence.text:
        yield from _answered(sentence)
    note = sentence.view.note.text
    places = [
        place
        for place in sentence.of("pattern_place")
        if box_before(sentence, place) is not False and not _MEASURE.match(note, place.end)
    ]
    if not places:
        return
    yield from _claudication(sentence, places)
    yield from _around(sentence, places)
    places = [place for place in places if place.id != "trunk"]
    if not places:
        return
    if _ELSEWHERE.search(sentence.text) and not any(
        m.id in ("cervical", "lumbar", "thoracic") for m in sentence.of("region")
    ):
        return
    absent = _NO_PAIN.search(sentence.text)
    if (
        absent
        and not sentence.has("exam_test")
        and not _TOUCHED.match(sentence.text, absent.end())
        and not _NO_REGION_PAIN.search(sentence.text)
    ):
        span = Span(sentence.start + absent.start(), sentence.start + absent.end())
        yield _fact(
            sentence,
            span,
            "axial",
            "absent",
            _default((absent["limb"] or absent["bare"]).lower().startswith(("arm", "upper", "ue"))),
        )
    yield from _not_there(sentence)
    moves = [move for move in sentence.of("pattern_move") if not _is_time(sentence, move)]
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


def _not_there(sentence: Sentence) -> Iterator[PainPattern]:
    """Pain of the spine that is said not to be in a limb, without a word for going there."""
    match = _NOT_THERE.search(sentence.text)
    if match is None or sentence.has("exam_test") or _OTHER_SIGN.search(sentence.text):
        return
    if not (_NUMB_PAIN.search(sentence.text[: match.start()]) or _pain_before(sentence) or sentence.has("symptom")):
        return
    if not _of_spine(sentence) or _NO_REGION_PAIN.search(sentence.text):
        return
    behind = sentence.text[match.end() : match.end() + 15]
    if _TO_HIS_FEET.search(match[0]) or _NOT_ALL.match(behind) or _ONE_SIDE.search(match[0]):
        return
    lead = sentence.text[max(0, match.start() - 14) : match.start()]
    if (match["fine"] or match["spared"]) and _ONE_SIDE.search(lead):
        return
    limb = (match["limb"] or match["reached"] or match["fine"] or match["spared"]).lower()
    span = Span(sentence.start + match.start(), sentence.start + match.end())
    yield _fact(
        sentence, span, "axial", "absent", _default(limb.startswith(("arm", "forearm", "hand", "finger", "upper")))
    )


def _claudication(sentence: Sentence, places: list[Mention]) -> Iterator[PainPattern]:
    """Leg symptoms that come with walking or standing and go with sitting or bending forward."""
    legs = [place for place in places if place.id in ("leg", "distal_leg", "proximal_leg")]
    if not legs or _WITH_WALKING.search(sentence.text) is None:
        return
    go = _WITH_SITTING.search(sentence.text)
    if go is None or _VASCULAR.search(sentence.text):
        return
    span = Span(legs[0].start, max(legs[0].end, sentence.start + go.end()))
    yield _fact(sentence, span, "neurogenic_claudication", "claudication", "lumbar")


def _around(sentence: Sentence, places: list[Mention]) -> Iterator[PainPattern]:
    """Pain that goes around the trunk along a rib: radicular; one that does not is axial."""
    trunk = [place for place in places if place.id == "trunk"]
    for move in sentence.of("pattern_move"):
        text = sentence.view.note.text
        reached = [
            place for place in trunk if 0 <= place.start - move.end <= 40 or move.start <= place.start < move.end
        ]
        if move.id != "wrap" or not reached:
            continue
        lead = text[max(sentence.start, move.start - 25) : move.start]
        negator = list(_NEGATOR.finditer(lead))
        if negator:
            span = Span(move.start - len(lead) + negator[-1].start(), reached[-1].end)
            yield _fact(sentence, span, "axial", "absent", "thoracic")
        else:
            yield _fact(sentence, Span(move.start, reached[-1].end), "radicular", "radiation", "thoracic")
        return


def _answered(sentence: Sentence) -> Iterator[PainPattern]:
    """The question of a form: "Below knee: [ ] yes [x] no"."""
    match = _FORM_ANSWER.search(sentence.text)
    if match is None:
        return
    span = Span(sentence.start + match.start(), sentence.start + match.end())
    words = match[0].lower()
    default: Region | None = None
    if match["joint"] or match["limb"] or words.startswith(("leg", "arm")):
        default = _default("elbow" in words or words.startswith("arm"))
    yield _fact(
        sentence,
        span,
        "axial" if match["no"] or match["none"] or match["bare"] or match["clear"] else "radicular",
        "answer",
        default,
    )


def _named(sentence: Sentence, mention: Mention) -> Iterator[PainPattern]:
    words = sentence.view.note.text[mention.start : mention.end].lower()
    if mention.id == "none" or box_before(sentence, mention) is False:
        return
    pattern = cast(PatternName, mention.id)
    span = mention.span
    if words in _PLACED:
        near = [m for m in sentence.of("region", "pattern_place") if 0 <= m.start - mention.end <= 40]
        if not near or near[0].id in ("other", "distal_leg", "distal_arm", "leg", "arm") or "tender" in sentence.lower:
            return
        joined = [
            m for m in near if m.start - near[0].end <= 45 and _JOINED.search(sentence.between(near[0], m) or "and")
        ]
        span = Span(mention.start, joined[-1].end if joined else near[0].end)
        asserted = re.search(r"\bnot\s+(?:\w+\s+)?$", sentence.lower[: mention.start - sentence.start]) is None
        yield _fact(sentence, span, pattern, "word", None, asserted=asserted)
        return
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
    absent = _NEGATOR.match(words) is not None
    if absent and _TOUCHED.match(sentence.text, span.end - sentence.start):
        return
    if absent and _NO_REGION_PAIN.search(sentence.text):
        return
    yield _fact(sentence, span, pattern, "absent" if absent else "word", default)


def _is_time(sentence: Sentence, move: Mention) -> bool:
    """Whether "past the" is of the time ("in the past the pain ...", "for the past his ..."), not of a place."""
    return sentence.lower[move.start - sentence.start :].startswith("past") and sentence.lower[
        : move.start - sentence.start
    ].endswith("the ")


def _radiation(
    sentence: Sentence, low: int, high: int, places: list[Mention], moves: list[Mention]
) -> Iterator[PainPattern]:
    if not places:
        return
    text = sentence.view.note.text
    clause = text[low:high]
    moves = [m for m in moves if m.id != "wrap"]
    usable = [m for m in moves if any(p.start >= m.start and _near(text, m, p) for p in places)]
    ids = {place.id for place in places}
    negated = _negated(text, low, places, usable)
    if not usable:
        beyond = _BEYOND_PLACE.match(text[places[0].start : places[0].end])
        if negated is not None and beyond:
            yield _fact(
                sentence, Span(negated, places[0].end), "axial", "absent", _default("elbow" in beyond.string.lower())
            )
        elif negated is None and ids & {"distal_leg", "distal_arm"}:
            yield from _listed(sentence, places)
        return
    strong = any(m.id == "strong" for m in usable)
    if not strong and not _speaks_of_pain(sentence, clause, usable) and not _BEYOND.search(clause):
        return
    first = usable[0]
    if _OF_A_JOINT.search(text[max(low, first.start - 60) : first.start]):
        return
    reached = [p for p in places if p.start >= first.start and p.start - first.end <= 140]
    if not reached:
        return
    ids = {place.id for place in reached}
    if negated is not None:
        if ids & {"leg", "arm", "distal_leg", "distal_arm"} or any(
            re.search(r"past|pass|below|beyond", text[m.start : m.end].lower()) for m in usable
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


def _listed(sentence: Sentence, places: list[Mention]) -> Iterator[PainPattern]:
    """A run of places that ends below knee or elbow, without a verb: "L buttock to calf to lateral foot"."""
    text = sentence.view.note.text
    if sentence.section not in (None, "hpi", "chief_complaint", "assessment", "assessment_plan"):
        return
    start = 0
    while start < len(places) and not _starts_run(text, places[start]):
        start += 1
    run = [places[start]] if start < len(places) else []
    for place in places[start + 1 :]:
        gap = text[run[-1].end : place.start]
        if len(gap) > 40 or not _JOINER.search(gap):
            break
        if place.id.endswith("_arm") != run[0].id.endswith("arm") and place.id != "arm":
            break
        if len(run) == 1 and run[0].id in ("leg", "arm") and not re.search(r"\b(?:to|into)\b|->|→", gap):
            break
        run.append(place)
    if len(run) < 2 or not any(p.id.startswith("distal") for p in run):
        return
    if _NO_PAIN_LIST.search(text[max(sentence.start, run[0].start - 40) : run[-1].end]):
        return
    if not (
        _NUMB_PAIN.search(sentence.text) or sentence.section in ("hpi", "chief_complaint") or _pain_before(sentence)
    ):
        return
    arm = any(p.id in ("arm", "distal_arm") for p in run)
    yield _fact(sentence, Span(run[0].start, run[-1].end), "radicular", "places", _default(arm))


def _starts_run(text: str, place: Mention) -> bool:
    return place.id in ("leg", "arm") or _PROXIMAL.match(text[place.start : place.end]) is not None


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
    if re.match(r"\W*(?:it|this|that|the ache)\b", sentence.lower) and _pain_before(sentence):
        return True
    if _OPENS_WITH_MOVE.match(sentence.text) and _pain_before(sentence):
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
        if _BUTTOCK_PAIN.search(current.text):
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
    sentence: Sentence, span: Span, pattern: PatternName, rule: str, default: Region | None, *, asserted: bool = False
) -> PainPattern:
    region = region_near(sentence, span)
    if default is not None and not _origin(sentence, span):
        region = default  # a region named only as the place the pain reaches
    if region not in ("cervical", "thoracic", "lumbar", "sacroiliac"):
        region = default
    assertion = sentence.assertion(span, "pain_pattern")
    if assertion == "negated" and (asserted or rule != "word"):
        assertion = "present"  # where the pain goes is read with its own negation
    if assertion == "present" and (_PAST.search(sentence.text) or _is_earlier(sentence, span)):
        assertion = "historical"
    if (
        assertion == "present"
        and pattern == "radicular"
        and _NONE_SINCE.match(sentence.text, span.end - sentence.start)
    ):
        assertion = "historical"
    if assertion == "present" and pattern == "radicular" and limb_pain_is_over(sentence, span.end):
        assertion = "historical"
    return PainPattern(
        spans=(span,),
        pattern=pattern,
        region=region,
        side=_side(sentence, span),
        assertion=assertion,
        section=sentence.section,
        source=f"rule:pain_pattern.{rule}",
    )


def _is_earlier(sentence: Sentence, span: Span) -> bool:
    earlier = _EARLIER.search(sentence.text)
    return earlier is not None and span.start - sentence.start <= earlier.end() <= span.end - sentence.start


def _origin(sentence: Sentence, span: Span) -> bool:
    """Whether the sentence names a region of the spine outside the words that say where the pain goes."""
    if any(not level.span.overlaps(span) for level in sentence.levels):
        return True
    spine = [m for m in sentence.of("region") if m.id not in ("limb", "other")]
    return any(not m.span.overlaps(span) for m in spine)


def _side(sentence: Sentence, span: Span) -> Side | None:
    """The side near the words, or the only side that the sentence names."""
    near = side_near(sentence, span, 40)
    named = {sided.side for sided in sentence.sides}
    if _TWO.search(sentence.view.note.text, span.start, span.end):
        return "bilateral"
    if near in ("left", "right") and "bilateral" in named:
        text = sentence.view.note.text
        if any(side.side == near and _MORE.match(text, side.end) for side in sentence.sides):
            return "bilateral"  # "both legs, the left more"
    return near or (named.pop() if len(named) == 1 else None)
