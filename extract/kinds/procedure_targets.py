"""Targets that stand apart from the word for the procedure: "injection on 2/2 (left SIJ)", "her facets were injected"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import cast

from chartproof.extract.kinds.procedure_anchors import (
    EPIDURALS,
    Anchor,
    classify,
    headless_anchor,
    level_names,
    target_anchor,
)
from chartproof.extract.regex import Regex
from chartproof.extract.view import Mention, Sentence
from chartproof.facts import ProcedureName, Region

_TARGETS = frozenset(
    {"transforaminal", "interlaminar", "caudal", "si_joint", "facet", "medial_branch", "sympathetic", "occipital"}
)
_INJECTED = frozenset({"joint", "si_joint", "facet", "medial_branch", "sympathetic", "trigger_point", "occipital"})
_REACH = 60  # characters from the name to the target behind it
_VERB_REACH = 7  # tokens between a target and the verb
_LINK = Regex(
    r"(?:[\s:,()=–/&+-]|\b(?:on|at|done|performed|given|of|in|the|was|were|today|yesterday|here|last|all|each|every|elsewhere|level|levels|right|left|"
    r"bilateral|and|x|dos|date|type|approach|via|an?|r|l|rt|lt)\b|#\s?\d)*",
    re.IGNORECASE,
)
_OPERATIVE_SECTIONS = frozenset({"procedure", "procedure_detail", "exam"})
_APPROACHES: dict[str, ProcedureName] = {
    "caudal": "esi_caudal",
    "transforaminal": "esi_transforaminal",
    "interlaminar": "esi_interlaminar",
}
_AND = Regex(r"\s*(?:,|and|&|,\s*and|the other|then)?\s*(?:one|a|the other|another|once|was|were)?\s*", re.IGNORECASE)
_THAT_JOINT = Regex(r"\b(?:that|this|the)\s+(?:joint|jt)\b", re.IGNORECASE)
_JOINT_BACK = 2  # sentences
_NOUNS = frozenset({"si_joint", "caudal", "transforaminal", "interlaminar"})
_TELLS = frozenset({"helped", "gave", "was", "did", "lasted", "worked", "provided", "took", "brought", "made"})
_DEFINITE = frozenset({"the", "her", "his", "that", "first", "second", "last"})
#: What "the caudal" belongs to where it stands for no procedure.
_ANATOMY = frozenset(
    {
        "epidural",
        "canal",
        "space",
        "aspect",
        "end",
        "direction",
        "approach",
        "extent",
        "portion",
        "tilt",
        "part",
        "to",
        "and",
        "catheter",
    }
)
_CUE_REACH = 4  # tokens
_DATE_GAP = 5  # characters from a target to its date
_LEAD = Regex(r"[\s\W]*(?:\d{1,2}\W+)?(?:(?:left|right|bilateral|[LR]t?)\W+)?", re.IGNORECASE)
_TITLE_LENGTH = 80  # characters
#: A list of injections follows: "Injections (all fluoroscopic, left):".
_LIST_HEAD = Regex(r"[ \t)]*(?:\([^)\n]{0,40}\)|(?:so far|to date|done|history|hx|log|list))?[ \t]*:")
_DENIES = Regex(r"\b(?:no|not|never|without|neither|rule|denies|negative)\b", re.IGNORECASE)
_OPEN = ("injection", "block")
_NO_BLOCKS = frozenset({"exam", "exam_part", "imaging", "plan", "family_history", "procedure", "procedure_detail"})
_BLOCK_REACH = 24  # characters from a target to its date, levels and side between them
_BLOCK_GAP = Regex(
    r"(?:[\s:,()–-]|\b(?:on|in|at|right|left|bilat(?:eral)?|rt|lt|[rl]|[cTls]\d{1,2}(?:-[cTls]?\d{1,2})?)\b)*",
    re.IGNORECASE,
)
#: What a dated block goes on with: a percentage or relief, right behind the date.
_RESPONSE = Regex(
    r"\)?\s*[(:,–=-]*>?\s*(?:(?:gave|with|relief|got|about|approx\.?|~|>|no|zero|good|excellent|complete)\s*)*(?:\d{1,3}\s?(?:-\s?\d{1,3}\s?)?(?:%|pct|percent)|relief|benefit|no\s+(?:relief|help))",
    re.IGNORECASE,
)
_NO_BLOCK_BEFORE = Regex(
    r"\b(?:mri|ct|xr|x-?rays?|films?|scan|emg|tender\w*|pain|fusion|fused|surgery|exam|spurs?|arthritis|stenosis|disc|no|not|never|denies|plan(?:ned)?|schedul\w+|request\w*)\b[^;,.]*$",
    re.IGNORECASE,
)


def specify(sentence: Sentence, here: list[Anchor]) -> None:
    """Give names that leave the target or approach open what the words right behind them add."""
    for index, anchor in enumerate(here):
        if anchor.procedure != "esi" and (anchor.specific or anchor.head not in _OPEN):
            continue
        limit = here[index + 1].span.start if index + 1 < len(here) else sentence.end
        target = next(
            (
                mention
                for mention in sentence.mentions
                if mention.label == "procedure_part"
                and mention.id in _TARGETS
                and anchor.span.end <= mention.start < min(limit, anchor.span.end + _REACH)
            ),
            None,
        )
        if target is None or not _linked(sentence, anchor, target):
            target = _topic(sentence, anchor) or _title(sentence, anchor) or _that_joint(sentence, anchor)
        if target is None:
            continue
        parts = {target.id, "epidural"} if anchor.procedure == "esi" else {target.id}
        kind = classify(anchor.head if anchor.procedure != "esi" else "esi", parts, anchor.text, anchor.region)
        if kind is None or (anchor.procedure == "esi" and kind[0] not in EPIDURALS):
            continue
        anchor.procedure, anchor.name, anchor.specific = kind
        if kind[0] == "si_joint_injection":
            anchor.region = "sacroiliac"
        levels = [lv for lv in sentence.levels if anchor.span.end <= lv.span.start and lv.span.end <= target.start]
        if levels and not anchor.levels:
            anchor.levels = level_names(levels, anchor.procedure)
            anchor.region = anchor.region or cast("Region", levels[0].region)
        sides = {one.side for one in sentence.sides if anchor.span.end <= one.start <= target.end}
        if anchor.side is None and len(sides) == 1:
            anchor.side = sides.pop()


def by_approach(sentence: Sentence, here: list[Anchor]) -> list[Anchor]:
    """Epidurals of different approaches, told apart behind their common name ("two epidurals, one caudal and one ...")."""
    if len(here) != 1 or here[0].procedure != "esi" or not here[0].text.lower().endswith("s"):
        return here
    ways = [
        m
        for m in sentence.mentions
        if m.label == "procedure_part" and m.id in _APPROACHES and m.start >= here[0].span.end
    ]
    if len({way.id for way in ways}) != 2 or not _AND.fullmatch(sentence.between(ways[0], ways[1])):
        return here
    return [
        replace(
            here[0], span=way.span, first=way.first, last=way.last, procedure=_APPROACHES[way.id], count=None,
            number=None, text=sentence.view.note.text[way.start : way.end], extra=[], events=[],
        )
        for way in ways[:2]
    ]  # fmt: skip


def _topic(sentence: Sentence, anchor: Anchor) -> Mention | None:
    """The target that heads the sentence: "L SI joint: after the 1/14 injection ..."."""
    text = sentence.view.note.text
    for mention in sentence.mentions:
        if mention.label == "procedure_part" and mention.id in _TARGETS and mention.end < anchor.span.start:
            lead, behind = text[sentence.start : mention.start], text[mention.end : mention.end + 3]
            return mention if _LEAD.fullmatch(lead) and behind.lstrip().startswith(":") else None
    return None


def _title(sentence: Sentence, anchor: Anchor) -> Mention | None:
    """The one target of the short line or sentence before a list: "The left SI joint. Injections (all here): ..."."""
    title, text = sentence.previous, sentence.view.note.text
    if title is None or len(title.text) > _TITLE_LENGTH or "\n\n" in text[title.end : sentence.start]:
        return None
    if not _LEAD.fullmatch(text[sentence.start : anchor.span.start]) or not _LIST_HEAD.match(text, anchor.span.end):
        return None
    targets = [m for m in title.of("procedure_part") if m.id in _TARGETS]
    if len({m.id for m in targets}) != 1 or title.has("procedure", "procedure_cue") or _DENIES.search(title.text):
        return None
    return targets[0]


def _that_joint(sentence: Sentence, anchor: Anchor) -> Mention | None:
    """The joint of the sentences before that "that joint" in the name points to."""
    if not _THAT_JOINT.search(anchor.text):
        return None
    at = sentence.previous
    for _ in range(_JOINT_BACK):
        if at is None:
            return None
        joints = [m for m in at.of("procedure_part") if m.id in ("si_joint", "facet", "joint")]
        if joints:
            return joints[-1] if joints[-1].id != "joint" else None
        at = at.previous
    return None


def _linked(sentence: Sentence, anchor: Anchor, target: Mention) -> bool:
    """Whether nothing but dates, levels, sides and small words stand between a name and its target."""
    start, text = anchor.span.end, sentence.view.note.text
    gap = list(text[start : target.start])
    known = [date.span for date in sentence.dates] + [level.span for level in sentence.levels]
    for span in known:
        for at in range(max(span.start, start), min(span.end, target.start)):
            gap[at - start] = " "
    return _LINK.fullmatch("".join(gap)) is not None


def named_by_target(sentence: Sentence) -> list[Anchor]:
    """A target that stands for the procedure: "since the L SIJ 3/3/24", "the March caudal helped"."""
    if sentence.section in _OPERATIVE_SECTIONS:
        return []
    words = sentence.view.tokens.words
    for part in sentence.mentions:
        if part.label != "procedure_part" or part.id not in _NOUNS:
            continue
        dated = any(0 <= date.span.start - part.end <= _DATE_GAP for date in sentence.dates)
        follows = any(
            cue.label == "procedure_cue" and cue.id == "done" and 0 <= part.first - cue.last <= _CUE_REACH
            for cue in sentence.mentions
        )
        behind = words[part.last] if part.last < sentence.last else ""
        lead = words[max(sentence.first, part.first - _CUE_REACH) : part.first]
        told = part.id == "caudal" and behind in _TELLS and bool(_DEFINITE & set(lead))
        told = told or (part.id == "caudal" and follows and bool(_DEFINITE & set(lead)) and behind not in _ANATOMY)
        if (dated and follows) or told:
            named = headless_anchor(sentence, None)
            return [named] if named is not None else []
    return []


def dated_blocks(sentence: Sentence, here: list[Anchor]) -> list[Anchor]:
    """Targets that stand for procedures in a list of dates and responses: "R SIJ 3/1/24 (80%, 4 months); R SIJ 7/2/24 (75%)"."""
    if sentence.section in _NO_BLOCKS or not sentence.dates or not (sentence.percents or sentence.has("relief_word")):
        return []
    text, found = sentence.view.note.text, []
    for part in sentence.mentions:
        if part.label != "procedure_part" or part.id not in _TARGETS:
            continue
        date = next((d for d in sentence.dates if 0 <= d.span.start - part.end <= _BLOCK_REACH), None)
        if date is None or any(anchor.span.start < part.end and part.start < anchor.span.end for anchor in here):
            continue
        between = sentence.between(part, date.span)
        if _BLOCK_GAP.fullmatch(between) is None or _RESPONSE.match(text, date.span.end, sentence.end) is None:
            continue
        lead = text[max(sentence.start, part.start - _BLOCK_REACH) : part.start]
        named = None if _NO_BLOCK_BEFORE.search(lead) else target_anchor(sentence, part)
        if named is not None:
            found.append(named)
    return found


def injected(sentence: Sentence) -> list[Anchor]:
    """Names made by the verb: "had his SI joint injected", "we will inject the trigger points"."""
    if sentence.section in _OPERATIVE_SECTIONS:
        return []
    verb = next((m for m in sentence.mentions if m.label == "procedure_verb" and m.id == "inject"), None)
    if verb is None:
        return []
    near = [
        mention
        for mention in sentence.mentions
        if mention.label == "procedure_part"
        and mention.id in _INJECTED
        and (0 <= verb.first - mention.last <= _VERB_REACH or 0 <= mention.first - verb.last <= _VERB_REACH)
    ]
    named = headless_anchor(sentence, None) if near else None
    return [named] if named is not None else []
