"""What a bare "injection", "block" or "epidural" refers to, and the region of a name without one."""

from __future__ import annotations

import re
from itertools import islice
from typing import cast

from chartproof.extract.kinds.procedure_anchors import EPIDURALS, Anchor
from chartproof.extract.kinds.procedure_kinds import CALLED_OFF, SPINE
from chartproof.extract.regex import Regex
from chartproof.extract.view import NoteView
from chartproof.facts import Region

_INJECTION_KINDS = EPIDURALS | {
    "facet_injection",
    "medial_branch_block",
    "si_joint_injection",
    "sympathetic_block",
    "trigger_point",
    "other",
}
_BLOCK_KINDS = frozenset(
    {"medial_branch_block", "sympathetic_block", "esi_transforaminal", "facet_injection", "other", "si_joint_injection"}
)
_COMPATIBLE = {
    "injection": _INJECTION_KINDS,
    "block": _BLOCK_KINDS,
    "ablation": frozenset({"rf_ablation", "bvna"}),
    "surgery": frozenset({"spine_surgery"}),
}
_COMPARATIVE = Regex(r"\b(?:dual|comparative|confirmatory|diagnostic|last|initial)\b", re.I)
_POINTS_BACK = Regex(
    r"(?:\b(?:the|that|this|these|those|his|her|their|last|each|both|first|second|third|of|prior|previous|'s)\s*|^\s*)$",
    re.I,
)
_NO_REGION = frozenset({"scs_implant", "scs_trial", "pump_implant", "pump_trial", "si_joint_injection"})
_CHILDBIRTH = Regex(
    r"\b(?:labou?r|c(?:esarean|aesarean)|c-section|deliver(?:y|ed)|pregnan\w*|childbirth|membranes|obstetric\w*|gravida|postpartum|anesthesi\w+)\b",
    re.I,
)
_BARE_EPIDURAL = Regex(r"(?:\w+ )?epidurals?(?: injection| block| level)?", re.I)
_DELIVERY = Regex(
    r"\b(?:in labou?r|vaginal|cesarean|c-section|newborn|fetal|pitocin|gravida|placenta|perineum|infant|membranes|dilated|contractions|antepartum|postpartum)\b",
    re.I,
)
_DELIVERY_WORDS = 4


def resolve_generic(view: NoteView, anchors: list[Anchor]) -> None:
    """Give a bare "injection", "block", "shot" the kind of the procedure it refers to."""
    for index, anchor in enumerate(anchors):
        if (
            anchor.specific
            or anchor.assertion == "family"
            or (
                anchor.assertion == "negated"
                and not CALLED_OFF.search(anchor.cue_text)
                and (anchor.status == "done" or anchor.number is None)
            )
        ):
            continue
        if anchor.head not in _COMPATIBLE and anchor.parent is None:
            continue
        source = _referent(view, anchors, index)
        if source is None:
            _block_before_ablation(anchor, anchors)
            continue
        anchor.parent = source
        anchor.procedure, anchor.name = source.procedure, source.name
        anchor.region = anchor.region or source.region
        anchor.side = anchor.side or source.side
        anchor.levels = anchor.levels or source.levels


def _block_before_ablation(anchor: Anchor, anchors: list[Anchor]) -> None:
    """Diagnostic blocks in a note about facet ablation are medial branch blocks."""
    if anchor.head != "block" or not (_COMPARATIVE.search(anchor.text) or any(event.date for event in anchor.events)):
        return
    ablation = next(
        (
            a
            for a in anchors
            if a.procedure == "rf_ablation" and a.name is None and a.assertion not in ("negated", "family")
        ),
        None,
    )
    if ablation is not None:
        anchor.procedure, anchor.name, anchor.specific = "medial_branch_block", None, True
        anchor.region, anchor.side = anchor.region or ablation.region, anchor.side or ablation.side


def _referent(view: NoteView, anchors: list[Anchor], index: int) -> Anchor | None:
    anchor = anchors[index]
    kinds = _COMPATIBLE.get(anchor.head, _INJECTION_KINDS)
    fit = [
        other
        for other in anchors
        if other.specific
        and other is not anchor
        and other.procedure in kinds
        and other.name not in ("joint_injection", "labor_epidural")
        and other.assertion not in ("negated", "family")
        and not (anchor.region and other.region and anchor.region != other.region)
    ]
    if not fit:
        return None
    dates = {event.date for event in anchor.events if event.date}
    if dates:
        for other in fit:
            if any(
                event.date and any(event.date.startswith(date) or date.startswith(event.date) for date in dates)
                for event in other.events
            ):
                return other
    if anchor.status == "done" and anchor.assertion == "present" and anchor.head == "block":
        fit = _not_only_ahead(anchor, anchors, fit)
        if not fit:
            return None
    lead = view.note.text[max(anchor.sentence.start, anchor.span.start - 16) : anchor.span.start]
    definite = (
        anchor.number is not None
        or _COMPARATIVE.search(anchor.text) is not None
        or _POINTS_BACK.search(lead) is not None
        or bool(dates)
        or anchor.row
        or anchor.head == "ref"
        or anchor.own
        or (anchor.status != "done" and anchor.region is None)
    )
    if not definite:
        return None
    before = [other for other in fit if other.span.start < anchor.span.start]
    done = [other for other in before if other.status == "done"]
    near = [other for other in before if anchor.sentence.index - other.sentence.index <= 3]
    if near:
        return near[-1]
    if done or before:
        return (done or before)[-1]
    kinds_named = {other.procedure for other in fit}
    if len(kinds_named) == 1 and (dates or anchor.number is not None or lead.strip()):
        return fit[0]
    return None


def _not_only_ahead(anchor: Anchor, anchors: list[Anchor], fit: list[Anchor]) -> list[Anchor]:
    """Without blocks only planned further down, where an ablation is asked for: the blocks done led to that."""
    asked = any(
        a.procedure == "rf_ablation" and a.name is None and a.assertion not in ("negated", "family") for a in anchors
    )
    if not asked:
        return fit
    return [other for other in fit if other.status == "done" or other.procedure == "medial_branch_block"]


def settle_epidurals(anchors: list[Anchor]) -> None:
    """A bare "epidural" beside childbirth is an anesthetic, no injection for pain."""
    bare = [a for a in anchors if a.procedure == "esi" and _BARE_EPIDURAL.fullmatch(a.text)]
    if not bare:
        return
    childbirth = (
        sum(1 for _ in islice(_DELIVERY.finditer(bare[0].sentence.view.note.text), _DELIVERY_WORDS)) == _DELIVERY_WORDS
    )
    for anchor in bare:
        near = [anchor.sentence, anchor.sentence.previous, anchor.sentence.next]
        if childbirth or any(sentence is not None and _CHILDBIRTH.search(sentence.text) for sentence in near):
            childbirth = True
            anchor.procedure, anchor.name, anchor.region, anchor.is_fact = "other", "labor_epidural", "other", False


def infer_regions(view: NoteView, anchors: list[Anchor]) -> None:
    """The region of a name without one: that of its sentence, else the only spine region the note is about."""
    spine: set[str] = set()
    for anchor in anchors:
        if anchor.region is not None or anchor.assertion in ("negated", "family") or anchor.procedure in _NO_REGION:
            continue
        text = view.note.text
        here = {
            m.id
            for m in anchor.sentence.mentions
            if m.label == "region" and m.id in SPINE and text[m.start : m.end].lower() != "back"
        } | {level.region for level in anchor.sentence.levels}
        if len(here) == 1:
            anchor.region = cast("Region", here.pop())
            continue
        same = _same_kind_region(anchor, anchors)
        if len(same) == 1:
            anchor.region = cast("Region", same.pop())
            continue
        nearby = _region_before(view, anchor)
        if nearby is not None:
            anchor.region = nearby
            continue
        if not spine:
            spine = _note_regions(view)
        if len(spine) == 1:
            anchor.region = cast("Region", next(iter(spine)))


def _region_before(view: NoteView, anchor: Anchor) -> Region | None:
    """The spine region named last in the few sentences before, in the same section."""
    at = anchor.sentence.previous
    for _ in range(4):
        if at is None or at.section != anchor.sentence.section:
            return None
        named = [
            m.id
            for m in at.mentions
            if m.label == "region" and m.id in SPINE and view.note.text[m.start : m.end].lower() != "back"
        ]
        if named:
            return cast("Region", named[-1]) if len(set(named)) == 1 else None
        at = at.previous
    return None


def _same_kind_region(anchor: Anchor, anchors: list[Anchor]) -> set[str]:
    return {
        other.region
        for other in anchors
        if other.region in SPINE
        and other.assertion not in ("negated", "family")
        and (other.procedure == anchor.procedure or {other.procedure, anchor.procedure} <= EPIDURALS)
    }


def _note_regions(view: NoteView) -> set[str]:
    counts = {"cervical": 0, "thoracic": 0, "lumbar": 0}
    for sentence in view.sentences:
        if sentence.section in ("exam", "family_history", "ros", "medications", "allergies"):
            continue
        for mention in sentence.mentions:
            if view.note.text[mention.start : mention.end].lower() == "back":
                continue
            if mention.label == "region" and mention.id in counts:
                counts[mention.id] += 1
            elif mention.label == "region" and mention.id == "sacroiliac":
                counts["lumbar"] += 1
        for level in sentence.levels if sentence.has("procedure", "diagnosis") else ():
            counts[level.region] += 1
    return {region for region, count in counts.items() if count} or {"none", "unknown"}
