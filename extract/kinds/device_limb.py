"""Limbs: the signs of complex regional pain syndrome, the limb that hurts, and its ischemia.

A sign that an examination finds equal on both sides, or lacking, is ``negated``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from chartproof.extract.kinds.common import box_before, distance
from chartproof.extract.kinds.device_common import SKIPPED, fact, of, words
from chartproof.extract.regex import Regex
from chartproof.extract.view import PLAN_SECTIONS, Mention, Sentence
from chartproof.facts import Assertion, Side, Statement

_NOT_EXAMINED = frozenset({"family_history", "allergies", "medications", "labs", "education"})

#: Words that say little without a limb, a side or another sign beside them.
_WEAK = frozenset(
    {
        "moist",
        "sweat",
        "sweats",
        "sweating",
        "wet",
        "damp",
        "diaphoretic",
        "clammy",
        "drier",
        "icy",
        "purple",
        "warmer",
        "dry skin",
    }
)
_COMPARED = Regex(
    r"(?:\bvs\.?|\bversus|\bthan(?:\s+(?:on\s+)?the)?|\bcompared\s+(?:with|to)(?:\s+the)?|\bopposite|/)\s*$", re.I
)
_EQUAL = Regex(
    r"(?<!a)\b(?:symmetric(?:al(?:ly)?)?|equal(?:ly)?|the\s+same|same\s+(?:on|side|bilat)\w*|same(?=\s*$)|normal(?!\s+(?:side|limb|foot|hand|leg|arm|ankle))"
    r"|unremarkable|absent|negative|neg|none|nil|wnl|not\s+(?:present|seen|noted|found)|no\s+(?:difference|asymmetry|change))\b|^\(?-\)?(?:\s|$)|^\s*0(?:\s|$)",
    re.IGNORECASE,
)
_SAME = Regex(r"(?<!a)\bsymmetric|\bequal\b|\bthe\s+same\b|\bside\s+to\s+side\b", re.IGNORECASE)
_GONE = Regex(r"\b(?:has\s+|have\s+)?(?:resolved|gone|subsided|cleared)\b", re.IGNORECASE)
_NORMAL_BEFORE = Regex(
    r"\b(?<!ab)(?:normal|symmetric(?:al)?|equal|no\s+\w*\s*asymmetr\w+\s+(?:of|in))\s+(?:\w+,?\s+){0,3}$", re.I
)
_LESS = Regex(r"\bnot?\s+(?:as\s+)?(?:much|resolved|normal)\b", re.IGNORECASE)
_TEMPERATURE = Regex(
    r"(?<![\d.])(\d{2}(?:\.\d)?)\s*(?:°\s*)?(?:[CF]\b|deg\w*)?(?!\s*(?:/|%|min|sec|days?|weeks?|cm|mm|mg|visits?))"
)
_SCAN_POSITIVE = Regex(
    r"\bincreased|\buptake|consistent\s+with|\bpositive|compatible\s+with|diagnostic\s+of|supports?", re.I
)
_SCAN_NEGATIVE = Regex(
    r"\bnormal\b|\bnegative\b|\bno\s+(?:increased|abnormal|evidence|asymmetr\w+)|not\s+consistent|unremarkable", re.I
)
_NOT_DONE = Regex(
    r"\b(?:order\w*|denied|pending|schedul\w*|request\w*|will|consider\w*|recommend\w*|would|not\s+done)\b", re.I
)


def signs(sentence: Sentence) -> Iterator[Statement]:
    mentions = of(sentence, "crps")
    if sentence.section in _NOT_EXAMINED or sentence.section == "ros":
        return
    for mention in mentions:
        named = words(sentence, mention)
        value: str = mention.id
        assertion = _sign_assertion(sentence, mention)
        placed = (
            len(mentions) > 1
            or of(sentence, "dv_limb")
            or bool(sentence.sides)
            or _SAME.search(sentence.text)
            or _columns(sentence, mention)
        )
        if (named in _WEAK and not placed) or box_before(sentence, mention) is False:
            continue
        if value == "vasomotor_measure":
            measured = _temperatures(sentence, mention)
            if measured is None:
                continue
            value, assertion = "vasomotor", "present" if measured else "negated"
        elif value == "bone_scan":
            scanned = _scan(sentence)
            if scanned is None:
                continue
            assertion = scanned
        if assertion in SKIPPED or (assertion == "present" and _is_no_sign(sentence, mention)):
            continue
        yield fact(sentence, mention.span, "crps_sign", value, assertion, side=_sign_side(sentence, mention))
    yield from _touch(sentence)


def _is_no_sign(sentence: Sentence, mention: Mention) -> bool:
    """Whether the sentence tells what may come, or gives the swelling another cause."""
    before = sentence.text[: mention.start - sentence.start][-100:]
    return (
        _MAY_COME.search(before) is not None
        or _OTHER_CAUSE.match(sentence.text, mention.end - sentence.start) is not None
    )


def _touch(sentence: Sentence) -> Iterator[Statement]:
    """Touch that hurts is allodynia."""
    hurts = of(sentence, "dv_hurts")
    for touch in of(sentence, "dv_touch"):
        near = [one for one in hurts if distance(one, touch) <= 60 and sentence.same_clause(one, touch)]
        if near and sentence.assertion(near[0], "device") == "present" and sentence.section not in PLAN_SECTIONS:
            yield fact(sentence, touch.span, "crps_sign", "allodynia", "present", side=_sign_side(sentence, touch))
            return


def _sign_assertion(sentence: Sentence, mention: Mention) -> Assertion:
    columns = _columns(sentence, mention)
    if len(columns) >= 2:
        return "negated" if all(_EQUAL.search(column) for column in columns) else "present"
    assertion = sentence.assertion(mention, "device")
    if assertion != "present":
        return assertion
    if _ONCE.search(sentence.text[: mention.start - sentence.start]):
        return "historical"
    after = _clause_after(sentence, mention)
    if _GONE.search(after) and not _LESS.search(after):
        return "historical"
    before = sentence.text[: mention.start - sentence.start]
    if _EQUAL.search(after) or _NORMAL_BEFORE.search(before[-40:]):
        return "negated"
    return "present"


_MAY_COME = Regex(
    r"\b(?:can|may|could|might)\s+(?:\w+\s+)?$"
    r"|\b(?:can|may|could|might)\s+(?:\w+\s+){0,2}?(?:cause|produce|bring|include|lead|come|present|be|turn|become|develop)\b[^.;]{0,60}$"
    r"|\b(?:worr(?:y|ies|ied)|afraid|fears?|fearful)\b[^.;]{0,60}$",
    re.IGNORECASE,
)
_OTHER_CAUSE = Regex(
    r"[^.;]{0,12}\b(?:from|due\s+to|secondary\s+to|because\s+of|on|with)\s+(?:\w+\s+){0,2}?(?:amlodipine|nifedipine|diltiazem|gabapentin|pregabalin|steroids?|nsaids?|heart\s+failure|chf|venous|lymph\w*|cirrhosis|renal|kidney|pregnan\w+|dvt)\b",
    re.IGNORECASE,
)
_ONCE = Regex(r"\b(?:used\s+to|previously|formerly|initially|early\s+on|at\s+first)\s+(?:\w+\s+){0,3}$", re.IGNORECASE)
_ROW_LABEL = Regex(r"[\s\W]*(?:\w+\s*/\s*)?$")


def _columns(sentence: Sentence, mention: Mention) -> list[str]:
    """The columns of a row that a sign heads, as for the left and the right limb; empty where it heads none."""
    text = sentence.view.note.text
    line = text.rfind("\n", 0, mention.start) + 1
    if not _ROW_LABEL.fullmatch(text, line, mention.start):
        return []
    end = text.find("\n", mention.end)
    rest = text[mention.end : len(text) if end < 0 else end]
    rest = re.sub(r"^\s*/\s*\w+", "", rest)
    if not rest.startswith(("  ", "\t", "|", " |")):
        return []
    return [cell for cell in re.split(r"\s{2,}|\t|\|", rest.strip(" |\t")) if cell.strip()]


def _clause_after(sentence: Sentence, mention: Mention) -> str:
    """What is said of a sign behind it, at most fifty characters.

    It ends at the next sign, comma, full stop or column; signs joined by a slash or "and" share what is said.
    """
    text = sentence.view.note.text
    start = mention.end
    for other in _of_later(sentence, mention):
        if _JOINED.fullmatch(text[start : other.start]) is None:
            break
        start = other.end
    later = [other.start for other in of(sentence, "crps") if other.start >= start]
    said = text[start : min([sentence.end, start + 50, *later])]
    if not _ROW_LABEL.fullmatch(text, text.rfind("\n", 0, mention.start) + 1, mention.start) and said.startswith("  "):
        return ""
    said = said.lstrip(" \t:=")
    return _ENDS.split(said)[0]


def _of_later(sentence: Sentence, mention: Mention) -> list[Mention]:
    return [other for other in of(sentence, "crps") if other.start >= mention.end]


_JOINED = Regex(r"\s*(?:/|\band\b|\bor\b|,|&)\s*(?:and\s+|or\s+)?")
_ENDS = Regex(r"[;.\n|]|,\s|\s-\s|\bbut\b|\s{2,}")


def _temperatures(sentence: Sentence, mention: Mention) -> bool | None:
    """Whether two temperatures in the sentence differ by a degree or more; None without two."""
    text = sentence.text[mention.start - sentence.start :]
    if words(sentence, mention).startswith("temp") and len({one.side for one in sentence.sides}) < 2:
        return None
    found = [float(match[1]) for match in _TEMPERATURE.finditer(text)]
    found = [one for one in found if 18 <= one <= 40 or 65 <= one <= 100][:2]
    if len(found) == 2:
        return abs(found[0] - found[1]) >= 1.0
    if re.search(r"(?<!a)\bsymmetric|\bequal\b|\bthe same\b|\bnormal\b", text, re.IGNORECASE):
        return False
    return None


def _scan(sentence: Sentence) -> Assertion | None:
    if _SCAN_NEGATIVE.search(sentence.text):
        return "negated"
    if _SCAN_POSITIVE.search(sentence.text) and not _NOT_DONE.search(sentence.text):
        return "present"
    return None


def _sign_side(sentence: Sentence, mention: Mention) -> Side | None:
    """The side a sign is on: the one named in its sentence that it is not compared with or found normal on."""
    columns = _columns(sentence, mention)
    if len(columns) >= 2:
        found = [column for column in columns if not _EQUAL.search(column)]
        named = _SIDE_WORD.search(found[0]) if len(found) == 1 else None
        return None if named is None else "left" if named[0].lower().startswith("l") else "right"
    if re.search(r"\bbilateral(?:ly)?\b|\bb/l\b", sentence.lower):
        return "bilateral"
    sides = [one for one in sentence.sides if not _COMPARED.search(sentence.text[: one.start - sentence.start])]
    return sides[0].side if sides else None


_SIDE_WORD = Regex(r"\b(?:left|right|L|R|lt|rt)\b")


# -- the painful limb ------------------------------------------------------------------------------------------------


def limb_pain(sentence: Sentence) -> Iterator[Statement]:
    limbs = of(sentence, "dv_limb")
    if not limbs or sentence.section in PLAN_SECTIONS or sentence.section == "ros":
        return
    seen: set[tuple[str, str]] = set()
    for pain in of(sentence, "dv_limb_pain"):
        if sentence.assertion(pain, "device") != "present":
            continue
        near = [one for one in limbs if distance(one, pain) <= 70 and sentence.same_clause(one, pain)]
        for limb in sorted(near, key=lambda one: (distance(one, pain), one.start))[:1]:
            value, _, stated = limb.id.partition(".")
            side = cast("Side | None", stated or None) or _limb_side(sentence, limb)
            if side is None or (value, side) in seen:
                continue
            seen.add((value, side))
            yield fact(sentence, limb.span, "limb_pain", value, "present", side=side)


def _limb_side(sentence: Sentence, limb: Mention) -> Side | None:
    near = [
        one
        for one in sentence.sides
        if (one.end <= limb.start and limb.start - one.end <= 25) or (0 <= one.start - limb.end <= 3)
    ]
    near = [one for one in near if not _COMPARED.search(sentence.text[: one.start - sentence.start])]
    return near[-1].side if near else None


VASCULAR = Regex(r"ischemi|ischaemi|\bvascular|\barterial|\bpad\b|\bpvd\b|claudica|revasculari", re.IGNORECASE)


def ischemia(sentence: Sentence) -> Iterator[Statement]:
    for mention in of(sentence, "dv_ischemia"):
        assertion = sentence.assertion(mention, "device")
        if assertion not in SKIPPED and box_before(sentence, mention) is not False:
            yield fact(sentence, mention.span, "limb_ischemia", mention.id, assertion)
