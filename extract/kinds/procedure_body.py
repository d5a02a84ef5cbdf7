"""What the description in an operative note adds to its title: how the needle went in, on which side, at which level."""

from __future__ import annotations

import re
from typing import cast

from chartproof.extract.kinds.procedure_anchors import EPIDURALS, Anchor, level_names
from chartproof.extract.regex import Regex
from chartproof.extract.view import NoteView, Sentence
from chartproof.facts import ProcedureName, Region, Side

_BY_NEEDLE = EPIDURALS | {
    "facet_injection",
    "medial_branch_block",
    "si_joint_injection",
    "rf_ablation",
    "sympathetic_block",
}
_NEEDLE = Regex(
    r"\b(?:needles?|tuohy|touhy|tuohey|crawford|quincke|cannulae?|cannulas?|catheter|inserted|insertion|entered|entry|advanced|introduced|interspaces?|epidural space|hiatus|approach)\b",
    re.IGNORECASE,
)
_RISK = Regex(
    r"\b(?:risks?|complications?|consent\w*|headaches?|alternatives|mri|diagnos\w+|presents?|presented|history|complain\w*|symptoms?)\b",
    re.IGNORECASE,
)
_CONTRAST = Regex(r"\b(?:contrast|dye|omnipaque|isovue|spread|flow|epidurogra\w*|outlin\w*|run-?off)\b", re.IGNORECASE)
_APPROACHES: tuple[tuple[ProcedureName, Regex], ...] = (
    (
        "esi_caudal",
        Regex(
            r"\bsacral (?:hiatus|cornua)|\bsacrococcygeal\b|\bcaudal (?:canal|epidural|space|approach|route|needle|catheter)",
            re.I,
        ),
    ),
    (
        "esi_transforaminal",
        Regex(
            r"\b(?:neuro|neural |intervertebral |inter)?\s?foram(?:en|ina|inal)\b|\btransforaminal|\bsafe triangle|\bkambin|"
            r"\b(?:under|below|beneath|inferior to|underside of)\b[^.;]{0,25}\bpedicles?\b|\bo'?.?clock\b[^.;]{0,30}\bpedicles?\b",
            re.I,
        ),
    ),
    (
        "esi_interlaminar",
        Regex(
            r"\binter-?\s?laminar|\bintralaminar|\btranslaminar|\binterspaces?\b|\binterspinous|\bpara-?\s?median|\bparasagittal|\bmidline\b|"
            r"\bloss[- ](?:of[- ])?(?:resistance|pulsation)|\bhanging[- ]drop|\bligamentum flavum|\b(?:superior|inferior|edge|border|aspect) (?:to |of )?(?:the )?lamina",
            re.I,
        ),
    ),
)
_SIDE = Regex(
    r"\b(?P<a>left|right)(?:[- ]sided?)?\s+(?:para\w+|lateral approach|oblique approach|of (?:the )?midline|(?:L|C|T|S)\d|interspace|interlaminar|sacroiliac|si joint|neuro\w*|neural|"
    r"foram\w+|pedicles?|facets?|trans\w+|sacral ala|lumbar|cervical)|"
    r"\b(?:approach|interspace|needle|level|insertion|entry|point|paramedian|foramen|joint)\b[^.;,]{0,30}\b(?:on|to|from|at) the (?P<b>left|right)\b(?! (?:arm|hand|foot|lateral|decub|wrist))",
    re.IGNORECASE,
)
_BOTH = Regex(r"\b(?:opposite|contralateral|other side|each side|both sides|bilateral\w*)\b", re.IGNORECASE)
_NOT_A_SIDE = Regex(r"\b(?:decubitus|antecubital|iv|intravenous|arm|hand|thigh|monitor)\b", re.IGNORECASE)


def read_body(view: NoteView, own: Anchor) -> None:
    """Complete the operation `own` of an operative note from the sentences that tell how it was done."""
    if own.procedure not in _BY_NEEDLE:
        return
    told = [
        sentence
        for sentence in view.sentences
        if sentence.start > own.span.start
        and sentence.section != "plan"
        and _NEEDLE.search(sentence.text)
        and not _RISK.search(sentence.text)
    ]
    if own.procedure == "esi":
        own.procedure = _approach(told)
        if own.procedure == "esi_caudal":
            own.region = "lumbar"
    if own.side is None:
        own.side = _side(view, own, told)
    if not own.levels and own.procedure in EPIDURALS and own.procedure != "esi_caudal":
        levels = [level for sentence in told if not _CONTRAST.search(sentence.text) for level in sentence.levels]
        if len({level.name for level in levels}) == 1 and (own.region is None or levels[0].region == own.region):
            own.levels = level_names(levels[:1], own.procedure)
            own.region = own.region or cast("Region", levels[0].region)


def _approach(told: list[Sentence]) -> ProcedureName:
    """The way to the epidural space: the hiatus before the foramen before the interspace, where several words tell it."""
    found: set[ProcedureName] = set()
    for sentence in told:
        spreads = _CONTRAST.search(sentence.text) is not None
        for name, pattern in _APPROACHES:
            if not (spreads and name == "esi_transforaminal") and pattern.search(sentence.text):
                found.add(name)
    return next((name for name, _ in _APPROACHES if name in found), "esi")


def _side(view: NoteView, own: Anchor, told: list[Sentence]) -> Side | None:
    """The side on which the needle went in, where the sentences agree and nothing tells of the other."""
    sides: set[str] = set()
    for sentence in told:
        if sentence.sides and not _NOT_A_SIDE.search(sentence.text):
            sides.update((match["a"] or match["b"]).lower() for match in _SIDE.finditer(sentence.text))
    if len(sides) != 1:
        return None
    side = cast("Side", sides.pop())
    below = (s for s in view.sentences if s.start > own.span.start and not _RISK.search(s.text))
    if any(
        _BOTH.search(s.text) or any(one.side != side for one in s.sides if not _NOT_A_SIDE.search(s.text))
        for s in below
    ):
        return None
    return side
