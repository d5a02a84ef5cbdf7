"""What the words after a procedure's name add: guidance, agent, technique, levels that stand apart."""

from __future__ import annotations

import re
from typing import cast

from chartproof.extract.kinds.procedure_anchors import (
    Anchor,
    Technique,
    agent_in,
    anesthetic_in,
    guidance_in,
    level_names,
    technique_in,
)
from chartproof.extract.kinds.procedure_kinds import NO_LISTS
from chartproof.extract.regex import Regex
from chartproof.facts import Region

_LEVELS_STOP = Regex(
    r";|\.\s|\b(?:disc|disk|mri|stenosis|pain|radic\w*|hnp|hernia\w*|for|due|because|root|without|relief|%)\b", re.I
)

_SENTENCES_BELOW = 4
_NEXT_ITEM = Regex(r"\s*(?:\(?\d{1,2}[.)]\s|#\s?\d)")


def add_details(anchor: Anchor, here: list[Anchor]) -> None:
    """Guidance, agent and technique from the words of the same item."""
    sentence = anchor.sentence
    text = sentence.view.note.text
    end = next((other.span.start for other in here if other.span.start >= anchor.span.end), sentence.end)
    own = text[anchor.span.start : end]
    if (
        not anchor.levels
        and anchor.specific
        and anchor.procedure not in NO_LISTS - {"spine_surgery"}
        and anchor.region not in ("other", "sacroiliac")
    ):
        _levels_after(anchor, own)
    anchor.guidance = anchor.guidance or guidance_in(own)
    if anchor.guidance is None and sentence.next is not None and anchor.status != "done" and len(own) < 200:
        following = sentence.next
        if (
            following.section == sentence.section
            and not following.has("procedure")
            and re.match(r"[\s\-*]*(?:under|with|using|fluoro|c-?arm|ct |ultrasound|image)", following.text, re.I)
        ):
            anchor.guidance = guidance_in(following.text)
    anchor.agent = anchor.agent or agent_in(own)
    if anchor.procedure in (
        "medial_branch_block",
        "sympathetic_block",
        "esi_transforaminal",
        "facet_injection",
        "si_joint_injection",
    ):
        anchor.anesthetic = anesthetic_in(own)
    if anchor.procedure == "rf_ablation":
        before = text[max(sentence.start, anchor.span.start - 12) : anchor.span.start]
        anchor.technique = technique_in(before + own) or _technique_below(anchor, end == sentence.end)
    elif anchor.procedure == "facet_injection" and re.search(r"\bIA\b|intra-?articular", own):
        anchor.technique = "intraarticular"
    if len(anchor.events) == 1 and anchor.events[0].anesthetic is None:
        anchor.events[0].anesthetic = anchor.anesthetic


def _technique_below(anchor: Anchor, last: bool) -> Technique | None:
    """The technique that the sentences after the procedure's own name, in the same list item ("We agreed on ...")."""
    following = anchor.sentence.next
    if not last or anchor.assertion == "negated":
        return None
    for _ in range(_SENTENCES_BELOW):
        if (
            following is None
            or following.section != anchor.sentence.section
            or following.has("procedure")
            or _NEXT_ITEM.match(following.text)
        ):
            return None
        found = technique_in(following.text)
        if found is not None:
            return found
        following = following.next
    return None


def _levels_after(anchor: Anchor, own: str) -> None:
    """Levels that stand apart from the name in the same item ("neurotomy (85 C, 90 s) left L3, L4")."""
    near = anchor.sentence.view.note.text[anchor.span.end : anchor.span.start + min(len(own), 90)]
    stop = _LEVELS_STOP.search(near)
    limit = anchor.span.end + (stop.start() if stop else len(near))
    levels = [level for level in anchor.sentence.levels if anchor.span.end <= level.span.start < limit]
    if not levels:
        return
    anchor.levels = level_names(levels, anchor.procedure)
    anchor.region = anchor.region or cast("Region", levels[0].region)
    if anchor.side is None:
        sides = [sided.side for sided in anchor.sentence.sides if anchor.span.end <= sided.start < limit]
        anchor.side = sides[0] if len(set(sides)) == 1 else None
