"""Procedures told by a verb and its object: "have the plate removed", "blocked the radial nerve"."""

from __future__ import annotations

import re

from chartproof.extract.kinds.procedure_anchors import Anchor, anchor_of, classify
from chartproof.extract.kinds.procedure_kinds import SPINE
from chartproof.extract.regex import Regex
from chartproof.extract.view import Mention, Sentence
from chartproof.spans import Span

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


_SPINE_PLACE = r"(?:(?:low(?:er)?|upper|mid)\s+)?(?:back|neck|spine|vertebra\w*|[CTLS]\d{1,2}(?:\s?(?:-|–|/|to|and|through)\s?[CTLS]?\d{1,2})*)"
_OWN = r"(?:(?:his|her|my|their|the|a|an|one|two|that|bad|blown|herniated|bulging|ruptured|slipped)\s+){0,3}"
_UNDERWENT = Regex(r"\b(?:had|has had|having had|got|underwent|surgeon|surgery)\b", re.IGNORECASE)
_LAY_OPERATION = Regex(
    rf"\b(?:had|have|has|having|got|get|getting)\s+(?:had\s+)?{_OWN}(?P<name>{_SPINE_PLACE}\s+fused\b)"
    rf"|(?P<name2>(?<![\w-]){_SPINE_PLACE}\s+(?:was|were|got)\s+fused\b(?=\s+(?:in|on|by|back|at|when|\d)))"
    rf"|\b(?:had|have|has|having|got|get|getting)\s+(?:had\s+)?{_OWN}(?P<name3>(?:disc|disk)s?\s+(?:taken\s+out|took\s+out|removed|trimmed|shaved|cut\s+out|cleaned\s+out)\b(?:\s+(?:at|from|in)\s+{_SPINE_PLACE})?)"
    rf"|(?P<name4>\b(?:took\s+out|cut\s+out|cleaned\s+out|trimmed|shaved|removed)\s+{_OWN}(?:disc|disk)s?\b(?:\s+(?:at|from|in)\s+{_SPINE_PLACE})?)"
    rf"|(?P<name5>\bclean(?:ed)?[ -]?out\s+(?:at|of|in)\s+{_OWN}{_SPINE_PLACE})",
    re.IGNORECASE,
)


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
        if anchor is None and verb.id in ("operate", "remove"):
            anchor = _lay_operation(sentence, verb)
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


def _lay_operation(sentence: Sentence, verb: Mention) -> Anchor | None:
    """An operation as patients tell it: "had his back fused", "a disc taken out at L5-S1", "a clean-out at L4-5"."""
    if sentence.section == "imaging" or (sentence.has("modality", "finding") and not _UNDERWENT.search(sentence.text)):
        return None
    for match in _LAY_OPERATION.finditer(sentence.text):
        name = next(key for key, said in match.groupdict().items() if said is not None)
        start, end = sentence.start + match.start(name), sentence.start + match.end(name)
        if start <= verb.start and verb.end <= end:
            first, last = sentence.token_range(Span(start, end))
            return anchor_of(sentence, Mention("procedure", "spine_surgery", start, end, first, last))
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
