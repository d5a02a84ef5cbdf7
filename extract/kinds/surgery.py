"""Operations that endanger brain, cord or nerves: the one that is planned or reported, and why it is done.

An operation is read where it is planned, or where the note reports it; what was done in earlier years is no fact. Its
levels are those that stand with its name ("T4-L1 posterior fusion", "fusion from T10 to the pelvis"). A target such as a
tumor makes an operation together with a word such as "resection", in the same sentence or, for a craniotomy or the like
that names none, from the rest of the note. In a note without a word of monitoring, common operations are left to the
finder of procedures, and the reasons are read only beside a planned operation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, cast

from chartproof.extract.kinds.common import box_before, distance, region_near
from chartproof.extract.kinds.monitoring import about_monitoring
from chartproof.extract.kinds.procedure_operation import is_operative
from chartproof.extract.view import PLAN_SECTIONS, Mention, NoteView, Sentence
from chartproof.facts import Assertion, Region, Surgery
from chartproof.spans import Span

Status = Literal["done", "planned", "considered"]
_ASSERTIONS: dict[Status | None, Assertion] = {"planned": "planned", "considered": "hypothetical"}

_SKIPPED = frozenset({"family_history", "allergies", "medications", "psh", "social_history", "education", "labs"})
_HISTORY = frozenset({"pmh", "ros", "injections", "treatment"})
_PLANNING = PLAN_SECTIONS | {"assessment_plan", "procedure"}
_PAST = re.compile(
    r"\b(?:s/p|status[\s-]+post|prior|previous(?:ly)?|history\s+of|hx\s+of|h/o|underwent|had(?:\s+had)?|has\s+had|ago|old|after|since|following|in\s+(?:19|20)\d\d|last\s+year|earlier)\b[^.;]*$",
    re.IGNORECASE,
)
_PAST_AFTER = re.compile(
    r"^[^.;\n]{0,40}?(?:\b(?:in|on)\s+(?:\w+\s+)?(?:19|20)\d\d\b(?!\s*-)|\b(?:\d+|two|three|several|many)\s+years?\s+ago\b|\((?:19|20)\d\d\))",
    re.IGNORECASE,
)
_PLANNED = re.compile(
    r"\b(?:plan(?:ned|ning|s)?|schedul\w*|propos\w*|will|to\s+undergo|going\s+to|recommend\w*|request\w*|book\w*|posted|upcoming|surgery\s+date|indicated\s+for|proceed\w*|offer\w*|presents?\s+for|here\s+for|admitted\s+for|brought\s+to|consent\w*|is\s+for|operation\s+is|surgery\s+is|authoriz\w*|needs?|rec|sx)\b",
    re.IGNORECASE,
)
_HEADED = re.compile(
    r"^[\s\-*•#]*(?P<plan>planned|proposed|scheduled|intended|requested)?\s*(?:(?:primary|surgical|operative|principal)\s+)?(?:case|procedures?(?:\s*\(s\))?|operations?|surger(?:y|ies))(?:\s+(?:performed|planned|proposed|scheduled|requested|name|type|to\s+be\s+(?:performed|monitored)))?\s*[:|]",
    re.IGNORECASE,
)
_OWN_PLAN = re.compile(
    r"[\s\-*•\d.)]*(?:plan|planned|proposed|scheduled|to\s+or|surgery\s+(?:date|planned))\b", re.IGNORECASE
)
_CONSIDERED = re.compile(
    r"\b(?:(?-i:may)|might|could|would|consider\w*|option\w*|candidate|discuss\w*|possib\w*|if|eventual\w*|not\s+(?:yet\s+)?(?:plan\w*|interested|recommend\w*)|declin\w*|avoid\w*|defer\w*|second\s+opinion)\b",
    re.IGNORECASE,
)
_REPORT_TYPE = re.compile(
    r"\b(?:operat\w*|procedure|surg\w*\s+report|monitoring|ionm|iom|neurophys\w*)\b", re.IGNORECASE
)
_ELSE = re.compile(
    r"[;|]|\.\s|\n\s*\n|\b(?:for|due|because|with\s+(?:known|old|prior|a\s+(?:prior|history))|prior|previous|history|s/p|old|since|after|shows?|mri|ct|radiculopathy|fracture\w*|also)\b",
    re.IGNORECASE,
)
_TO_PELVIS = re.compile(
    r"\b(?P<top>[CTL]\d{1,2})\s*(?:-|–|—|to|through|thru|down\s+to)\s*(?:the\s+)?(?:pelvis|ilium|iliac|sacrum|sacropelvis|s2ai)\b",
    re.IGNORECASE,
)
_FROM_TO = re.compile(
    r"\b(?P<top>[CTL]\d{1,2})\s*(?:to|through|thru|–|—|-)\s*(?:the\s+)?(?P<bottom>[CTLS]\d{1,2})\b", re.IGNORECASE
)
_REACH = 45
_LIST_GAP = 8
_DEVICE = r"\b(?:stimulator|scs|paddle|neurostimulator|pump|drg|lead|catheter)s?\b"
_FOR_DEVICE = re.compile(rf"[^.;]{{0,20}}\b(?:for|to|with)\b[^.;]{{0,50}}?{_DEVICE}", re.IGNORECASE)
_DEVICE_BY = re.compile(
    rf"{_DEVICE}[^.;]{{0,40}}\b(?:via|through|by|with|using)\s+(?:[\w-]+\s+){{0,3}}$", re.IGNORECASE
)
_FOR_DEFORMITY = re.compile(r"\b(?:for|to\s+correct|of|correct\w*)\b[^.;]{0,60}$", re.IGNORECASE)
_OF_CURVES = re.compile(r"\bfus|instrument|psf|psif|arthrodesis|osteotom|rods?\b", re.IGNORECASE)
#: Operations that are read only where monitoring is spoken of.
_COMMON = frozenset({"spine", "joint_replacement", "parathyroidectomy", "thyroid_partial", "sacroiliac_fusion"})
_NO_TARGET_OF_ITS_OWN = frozenset({"craniotomy"})
_INJURIES = frozenset({"spinal_injury", "spinal_fracture", "fracture_compression"})
#: Reasons that an earlier operation may have dealt with.
_TREATED = frozenset({"deformity_correction", "cord_surgery", "cord_tumor", "intraspinal_tumor", "vertebral_tumor"})
_IN_YEAR = re.compile(r"\b(?:in|since|on)\s+(?:\w+\s+)?((?:19|20)\d\d)\b", re.IGNORECASE)
_NEAR_RISK = 90  # characters
_NEAR_ACT = 60  # characters
#: Reasons that are also what is operated on.
_REMOVED = frozenset({"cord_tumor", "intraspinal_tumor", "vertebral_tumor", "cord_surgery"})
_OLD_INJURY = re.compile(
    r"\b(?:old|healed|remote|chronic|prior|previous|history|years?\s+ago|childhood|ruled\s+out)\b", re.I
)


def find(view: NoteView) -> Iterator[Surgery]:
    """Yield the operation that a note plans or reports, and the reasons for it."""
    spoken = view.having("op", "op_target", "op_reason", "op_risk")
    if not spoken:
        return
    monitored = about_monitoring(view)
    reported = is_operative(view)
    target = _target_of_note(spoken)
    found: list[Surgery] = []
    for sentence in spoken:
        if _read(sentence) and sentence.has("op", "op_target", "op_act"):
            found += _operations(sentence, monitored, reported, target)
    yield from (one for one in found if monitored or (one.status == "planned" and one.operation not in _COMMON))
    planned = any(one.status in ("planned", "done") for one in found)
    if monitored or planned:
        for sentence in spoken:
            if _read(sentence) and sentence.section not in _HISTORY:
                yield from _reasons(sentence, monitored)


def _read(sentence: Sentence) -> bool:
    return sentence.section not in _SKIPPED or _OWN_PLAN.match(sentence.text) is not None


# -- operations ------------------------------------------------------------------------------------------------------


def _operations(sentence: Sentence, monitored: bool, reported: bool, target: Mention | None) -> Iterator[Surgery]:
    seen: set[str] = set()
    targets = _targets(sentence)
    named = _of(sentence, "op")
    if targets:
        named = [one for one in named if one.id not in _NO_TARGET_OF_ITS_OWN]
    spine = [one for one in named if one.id.startswith("spine")]
    if not spine:
        spine = _cord_targets(sentence)
    spine = [one for one in spine if not _places_device(sentence, one)]
    others = [one for one in (*named, *targets) if not one.id.startswith("spine")]
    if others and spine and all(one.id == "spine" for one in spine) and not sentence.levels:
        spine = []  # "microvascular decompression", "resection and fusion" of another part
    for mention in sorted(others, key=lambda one: one.start):
        status = _status(sentence, mention, monitored, reported)
        operation = mention.id
        if status is None or operation in seen:
            continue
        spans = [mention.span]
        if operation in _NO_TARGET_OF_ITS_OWN and target is not None:
            operation, spans = target.id, [mention.span, target.span]
        if operation in seen:
            continue
        seen.add(operation)
        yield _fact(sentence, spans, status, operation=operation)
    for mention in spine[:3]:
        status = _status(sentence, mention, monitored, reported)
        if status is None:
            continue
        spans, levels = _levels(sentence, mention)
        region = cast("Region | None", mention.id.partition("@")[2] or None) or _region(sentence, mention, levels)
        key = f"spine {region} {levels}"
        if key in seen or (levels is None and any(one.startswith("spine") for one in seen)):
            continue
        seen.add(key)
        yield _fact(sentence, [mention.span, *spans], status, operation="spine", region=region, levels=levels)


def _targets(sentence: Sentence) -> list[Mention]:
    acts = _of(sentence, "op_act")
    return [
        one
        for one in _of(sentence, "op_target")
        if any(distance(act, one) <= _NEAR_ACT and sentence.same_clause(act, one) for act in acts)
    ]


def _cord_targets(sentence: Sentence) -> list[Mention]:
    """Lesions of the spine that the sentence says are to be removed: an operation on the spine."""
    acts = _of(sentence, "op_act")
    return [
        one
        for one in _of(sentence, "op_reason")
        if one.id in _REMOVED
        and any(distance(act, one) <= _NEAR_ACT and sentence.same_clause(act, one) for act in acts)
    ][:1]


def _target_of_note(spoken: list[Sentence]) -> Mention | None:
    """What a craniotomy that names no target is for: the target that the note names, when it is one."""
    found = [
        one
        for sentence in spoken
        if sentence.section not in _SKIPPED
        for one in _of(sentence, "op_target")
        if _assertion(sentence, one) == "present"
        and not _PAST.search(sentence.text[: one.start - sentence.start][-40:])
    ]
    return found[-1] if found and len({one.id for one in found}) == 1 else None


def _places_device(sentence: Sentence, mention: Mention) -> bool:
    """Whether a laminectomy is only the way to place a stimulator or a pump."""
    place = mention.start - sentence.start, mention.end - sentence.start
    after = re.split(r"[;.]", sentence.text[place[1] :][:80])[0]
    return bool(_FOR_DEVICE.match(after) or _DEVICE_BY.search(sentence.text[: place[0]]))


def _status(sentence: Sentence, mention: Mention, monitored: bool, reported: bool) -> Status | None:
    """Whether the operation is planned, done by the note's own account or considered; None for another's or earlier."""
    if box_before(sentence, mention) is False:
        return None
    assertion = _assertion(sentence, mention)
    if assertion in ("family", "negated", "historical"):
        return None
    before = sentence.text[: mention.start - sentence.start]
    clause = re.split(r"[;\n]|\.\s", before)[-1]
    after = sentence.text[mention.end - sentence.start :]
    headed = _HEADED.match(sentence.text)
    if headed is None and (_PAST.search(clause) or _PAST_AFTER.match(after)):
        return None
    if headed is not None or sentence.section == "procedure":
        told_done = reported or (headed is not None and "performed" in headed[0].lower())
        return "done" if told_done and not (headed and headed["plan"]) else "planned"
    if assertion == "hypothetical" or _CONSIDERED.search(sentence.text):
        return "considered" if not _firm(sentence) else "planned"
    if reported and sentence.section in ("procedure_detail", None):
        return "done"
    if sentence.section in _HISTORY:
        return None
    if sentence.section in _PLANNING or assertion == "planned" or _PLANNED.search(sentence.text):
        return "planned"
    if monitored and (_of(sentence, "mon_service") or _of(sentence, "mon_modality")):
        return "planned"
    return None


def _firm(sentence: Sentence) -> bool:
    return (
        re.search(
            r"\b(?:scheduled|booked|posted|will\s+undergo|will\s+be\s+performed|surgery\s+date|consent\w*)\b",
            sentence.lower,
        )
        is not None
    )


def _levels(sentence: Sentence, mention: Mention) -> tuple[list[Span], tuple[str, ...] | None]:
    """The levels that stand with an operation, in order; a range down to the pelvis ends at S1."""
    text = sentence.text
    places: dict[Span, str] = {one.span: one.name for one in sentence.levels}
    for pattern in (_FROM_TO, _TO_PELVIS):
        for match in pattern.finditer(text):
            span = Span(sentence.start + match.start(), sentence.start + match.end())
            bottom = match["bottom"].upper() if pattern is _FROM_TO else "S1"
            places = {one: name for one, name in places.items() if not span.overlaps(one)}
            places[span] = f"{match['top'].upper()}-{_short(match['top'], bottom)}"
    kept: list[Span] = []
    for span in sorted(places, key=lambda one: distance(one, mention)):
        gap = distance(span, mention)
        listed = any(distance(span, other) <= _LIST_GAP for other in kept)
        if (gap <= _REACH or listed) and not _ELSE.search(sentence.between(span, kept[-1] if listed else mention)):
            kept.append(span)
    kept.sort()
    names = tuple(dict.fromkeys(places[one] for one in kept))
    return kept, names or None


def _short(top: str, bottom: str) -> str:
    return bottom[1:] if top[:1].upper() == bottom[:1] else bottom


def _region(sentence: Sentence, mention: Mention, levels: tuple[str, ...] | None) -> Region | None:
    if levels:
        first: dict[str, Region] = {"C": "cervical", "T": "thoracic", "L": "lumbar", "S": "lumbar"}
        return first[levels[0][0]]
    region = region_near(sentence, mention)
    return region if region != "other" else None


# -- reasons ---------------------------------------------------------------------------------------------------------


def _reasons(sentence: Sentence, monitored: bool) -> Iterator[Surgery]:
    seen: set[tuple[str, Assertion]] = set()
    for mention in _of(sentence, "op_reason"):
        reason = mention.id
        assertion = _assertion(sentence, mention)
        if assertion in ("family", "hypothetical") or (assertion == "possible" and reason == "no_risk"):
            continue
        if box_before(sentence, mention) is False:
            continue
        before = sentence.text[: mention.start - sentence.start]
        if reason in _INJURIES and (_OLD_INJURY.search(before[-30:]) or _of_earlier_years(sentence)):
            continue
        if reason in _TREATED and (_PAST.search(re.split(r"[;\n]|\.\s", before)[-1]) or _of_earlier_years(sentence)):
            continue
        if reason == "deformity" and _corrects(sentence, mention):
            reason = "deformity_correction"
        if (reason, assertion) in seen:
            continue
        seen.add((reason, assertion))
        region = region_near(sentence, mention)
        yield _fact(
            sentence,
            [mention.span],
            None,
            reason=reason,
            region=region if region != "other" else None,
            assertion=assertion,
        )
    if monitored:
        yield from _stated_risk(sentence)


def _of_earlier_years(sentence: Sentence) -> bool:
    """Whether the sentence puts what it tells into an earlier year than the last."""
    reference = sentence.view.reference
    years = [int(match[1]) for match in _IN_YEAR.finditer(sentence.text)]
    return reference is not None and any(year < reference.year - 1 for year in years)


def _corrects(sentence: Sentence, mention: Mention) -> bool:
    """Whether a fusion in the sentence is done for the deformity."""
    before = sentence.text[: mention.start - sentence.start]
    fused = [one for one in _of(sentence, "op") if one.id.startswith("spine") and one.end <= mention.start]
    return any(
        _OF_CURVES.search(sentence.view.note.text[one.start : one.end])
        and _FOR_DEFORMITY.search(before[one.end - sentence.start :])
        for one in fused
    )


def _stated_risk(sentence: Sentence) -> Iterator[Surgery]:
    nerves = _of(sentence, "op_nerve")
    for risk in _of(sentence, "op_risk"):
        near = [one for one in nerves if distance(one, risk) <= _NEAR_RISK and sentence.same_clause(one, risk)]
        if not near:
            continue
        assertion = _assertion(sentence, risk)
        if assertion in ("present", "planned", "negated"):
            spans = [risk.span, min(near, key=lambda one: (distance(one, risk), one.start)).span]
            yield _fact(sentence, spans, None, reason="stated_risk", assertion=assertion)
            return


# -- shared ----------------------------------------------------------------------------------------------------------


def _of(sentence: Sentence, label: str) -> list[Mention]:
    return [mention for mention in sentence.of(label) if mention.id != "none"]


def _assertion(sentence: Sentence, mention: Mention) -> Assertion:
    return sentence.assertion(mention, "surgery")


def _fact(
    sentence: Sentence,
    spans: list[Span],
    status: Status | None,
    *,
    operation: str | None = None,
    reason: str | None = None,
    region: Region | None = None,
    levels: tuple[str, ...] | None = None,
    assertion: Assertion | None = None,
) -> Surgery:
    if assertion is None:
        assertion = _ASSERTIONS.get(status, "present")
    return Surgery(
        spans=tuple(dict.fromkeys(spans)),
        assertion=assertion,
        section=sentence.section,
        source=f"rule:surgery.{'operation' if operation else 'reason'}",
        operation=operation,
        reason=reason,
        status=status,
        region=region,
        levels=levels,
    )
