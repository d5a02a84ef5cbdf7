"""Procedures told by a verb and its object: "have the plate removed", "blocked the radial nerve"."""

from __future__ import annotations

import re

from chartproof.extract.kinds.procedure_anchors import Anchor, anchor_of, classify
from chartproof.extract.kinds.procedure_kinds import SPINE
from chartproof.extract.regex import Regex
from chartproof.extract.view import Mention, Sentence

_UNREAD = frozenset({"procedure_detail", "exam", "imaging", "ros", "medications"})
_LINK = Regex(
    r"[\s,]*(?:(?:of|the|his|her|their|a|an|all|some|any|that|this|these|those|my|existing|old|prior|previous|previously|placed|implanted|retained|painful|"
    r"loose|broken|failed|anterior|posterior|cervical|lumbar|thoracic|spinal|spine|neck|back|left|right|be|been|being|was|were|is|are|to|have|has|had|get|got|and|or|"
    r"metal|titanium|pedicle|bone|out|both|[CTLS]\d{1,2}(?:\s?-\s?[CTLS]?\d{1,2})?)\b[\s,]*)*",
    re.IGNORECASE,
)
_BLOCKABLE = Regex(
    r"\b(?:nerves?|neuritis|neuralgia|neuroma|plexus|ganglion|roots?|facets?|facet joints?|medial branch(?:es)?|joints?)\b",
    re.IGNORECASE,
)
_BLOCK_REACH = 60  # characters from the verb to what was blocked
_NOT_A_BLOCK = Regex(
    r"\b(?:arter\w*|airway|ducts?|stents?|nasal|nose|channel|sinus\w*|coronar\w*|vessels?|vision|flow|outlet|ureter\w*|bowel|cathet\w*|insur\w*|tube|receptors?|view)\b",
    re.IGNORECASE,
)
_PASSIVE = Regex(r"\b(?:is|are|feels?|felt|got|getting|become|becomes)\s*$", re.IGNORECASE)
_SAME_OPERATION = 45  # characters between two parts of one operation


def told_by_verb(sentence: Sentence, here: list[Anchor]) -> list[Anchor]:
    """The names that a verb makes of its object, apart from the names `here` that the sentence has already."""
    if not sentence.has("procedure_verb") or sentence.section in _UNREAD:
        return []
    found: list[Anchor] = []
    for verb in sentence.mentions:
        if verb.label != "procedure_verb" or any(a.first < verb.last and verb.first < a.last for a in here):
            continue
        anchor = None
        if verb.id == "remove":
            anchor = _removal(sentence, verb, here)
        elif verb.id == "block":
            anchor = _block(sentence, verb)
        if anchor is not None and not any(a.span.overlaps(anchor.span) for a in here + found):
            anchor.by_verb = True
            found.append(anchor)
    return found


def _removal(sentence: Sentence, verb: Mention, here: list[Anchor]) -> Anchor | None:
    """What a spine operation had left in the body, taken out again."""
    text = sentence.view.note.text
    for device in sentence.mentions:
        if device.label != "procedure_device" or (device.id == "broad" and not _names_spine(sentence)):
            continue
        left, right = (device, verb) if device.start < verb.start else (verb, device)
        if left.end > right.start or _LINK.fullmatch(text, left.end, right.start) is None:
            continue
        whole = Mention("procedure", "bare_surgery", left.start, right.end, left.first, right.last)
        anchor = anchor_of(sentence, whole)
        if anchor is None or any(
            a.procedure == "spine_surgery" and len(sentence.between(a.span, anchor.span)) < _SAME_OPERATION
            for a in here
        ):
            return None
        return anchor
    return None


def _names_spine(sentence: Sentence) -> bool:
    text = sentence.view.note.text
    return bool(sentence.levels) or any(
        m.label == "region" and m.id in SPINE and text[m.start : m.end].lower() not in ("back", "neck")
        for m in sentence.mentions
    )


def _block(sentence: Sentence, verb: Mention) -> Anchor | None:
    """A nerve or joint that was blocked."""
    if _NOT_A_BLOCK.search(sentence.text) or _PASSIVE.search(sentence.text[: verb.start - sentence.start]):
        return None
    text = sentence.view.note.text
    near = (max(sentence.start, verb.start - _BLOCK_REACH), min(sentence.end, verb.end + _BLOCK_REACH))
    object_ = _BLOCKABLE.search(text, near[0], near[1])
    if object_ is None:
        return None
    anchor = anchor_of(sentence, verb._replace(label="procedure", id="block"))
    if anchor is None:
        return None
    parts = {m.id for m in sentence.of("procedure_part") if near[0] <= m.start and m.end <= near[1]} - {"joint"}
    kind = classify("block", parts, anchor.text, anchor.region) if parts else None
    anchor.procedure, anchor.name, anchor.specific = (
        kind if kind is not None and kind[2] else ("other", "peripheral_block", True)
    )
    sides = {sided.side for sided in sentence.sides if near[0] <= sided.start <= near[1]}
    if anchor.side is None and len(sides) == 1:
        anchor.side = sides.pop()
    if anchor.name == "peripheral_block":
        anchor.region = "other"
    return anchor
