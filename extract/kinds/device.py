"""Statements about limbs, stimulators and pumps: one fact per topic, value and place.

What sympathetic blocks, spinal cord stimulators and intrathecal pumps are judged by: the signs of
complex regional pain syndrome and the limb that hurts, ischemia, conditions that such devices
treat, spasticity with its cause and effect, the trial of a device and what it brought, the type of
the device, and why one is revised or replaced.

A sign that an examination finds equal on both sides is ``negated``. A note's signs are read only
when the note speaks of such a limb, its spasticity only when it speaks of spasticity, and so on.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple, cast

from chartproof.extract.kinds.common import box_before, distance
from chartproof.extract.regex import Regex
from chartproof.extract.view import PLAN_SECTIONS, Mention, NoteView, Sentence
from chartproof.facts import Assertion, Side, Statement, StatementTopic
from chartproof.spans import Span

_LABELS = (
    "crps",
    "dv",
    "dv_touch",
    "dv_limb_pain",
    "dv_ischemia",
    "dv_kind",
    "dv_change",
    "dv_spasm",
    "dv_trial",
    "dv_opioid",
)
_NOT_EXAMINED = frozenset({"family_history", "allergies", "medications", "labs", "education"})
_SKIPPED = ("hypothetical", "planned", "family")

# -- signs ---------------------------------------------------------------------------------------------------------

#: Words that say little without a limb, a side or another sign beside them.
_WEAK = frozenset(
    {"sweats", "sweating", "wet", "damp", "diaphoretic", "clammy", "drier", "icy", "purple", "warmer", "dry skin"}
)
_COMPARED = Regex(
    r"(?:\bvs\.?|\bversus|\bthan(?:\s+(?:on\s+)?the)?|\bcompared\s+(?:with|to)(?:\s+the)?|\bopposite|/)\s*$", re.I
)
_EQUAL = Regex(
    r"(?<!a)\b(?:symmetric(?:al(?:ly)?)?|equal(?:ly)?|the\s+same|same\s+(?:on|side|bilat)\w*|normal(?!\s+(?:side|limb|foot|hand|leg|arm|ankle))"
    r"|unremarkable|absent|negative|neg|none|not\s+(?:present|seen))\b",
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


def _signs(sentence: Sentence) -> Iterator[Statement]:
    mentions = _of(sentence, "crps")
    if sentence.section in _NOT_EXAMINED or sentence.section == "ros":
        return
    for mention in mentions:
        words = _words(sentence, mention)
        value: str = mention.id
        assertion = _sign_assertion(sentence, mention)
        placed = len(mentions) > 1 or _of(sentence, "dv_limb") or bool(sentence.sides) or _SAME.search(sentence.text)
        if (words in _WEAK and not placed) or box_before(sentence, mention) is False:
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
        if assertion in _SKIPPED:
            continue
        yield _fact(sentence, mention.span, "crps_sign", value, assertion, side=_sign_side(sentence, mention))
    yield from _touch(sentence)


def _touch(sentence: Sentence) -> Iterator[Statement]:
    """Touch that hurts is allodynia."""
    hurts = _of(sentence, "dv_hurts")
    for touch in _of(sentence, "dv_touch"):
        near = [one for one in hurts if distance(one, touch) <= 60 and sentence.same_clause(one, touch)]
        if near and sentence.assertion(near[0], "device") == "present" and sentence.section not in PLAN_SECTIONS:
            yield _fact(sentence, touch.span, "crps_sign", "allodynia", "present", side=_sign_side(sentence, touch))
            return


def _sign_assertion(sentence: Sentence, mention: Mention) -> Assertion:
    assertion = sentence.assertion(mention, "device")
    if assertion != "present":
        return assertion
    after = _clause_after(sentence, mention)
    if _GONE.search(after) and not _LESS.search(after):
        return "historical"
    before = sentence.text[: mention.start - sentence.start]
    if _EQUAL.search(after) or _NORMAL_BEFORE.search(before[-40:]):
        return "negated"
    return "present"


def _clause_after(sentence: Sentence, mention: Mention) -> str:
    """What is said of a sign behind it: up to the next sign, comma or full stop, at most fifty characters."""
    text = sentence.view.note.text
    end = min(sentence.end, mention.end + 50)
    later = [other.start for other in _of(sentence, "crps") if other.start >= mention.end]
    return re.split(r"[;.\n|]|,\s|\s-\s|\bbut\b", text[mention.end : min([end, *later])])[0]


def _temperatures(sentence: Sentence, mention: Mention) -> bool | None:
    """Whether two temperatures in the sentence differ by a degree or more; None without two."""
    text = sentence.text[mention.start - sentence.start :]
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
    """The side a sign is on: the one named in its sentence that it is not compared with."""
    if re.search(r"\bbilateral(?:ly)?\b|\bb/l\b", sentence.lower):
        return "bilateral"
    sides = [one for one in sentence.sides if not _COMPARED.search(sentence.text[: one.start - sentence.start])]
    return sides[0].side if sides else None


# -- the painful limb ------------------------------------------------------------------------------------------------


def _limb_pain(sentence: Sentence) -> Iterator[Statement]:
    limbs = _of(sentence, "dv_limb")
    if not limbs or sentence.section in PLAN_SECTIONS or sentence.section == "ros":
        return
    seen: set[tuple[str, str]] = set()
    for pain in _of(sentence, "dv_limb_pain"):
        if sentence.assertion(pain, "device") != "present":
            continue
        near = [one for one in limbs if distance(one, pain) <= 70 and sentence.same_clause(one, pain)]
        for limb in sorted(near, key=lambda one: (distance(one, pain), one.start))[:1]:
            value, _, stated = limb.id.partition(".")
            side = cast("Side | None", stated or None) or _limb_side(sentence, limb)
            if side is None or (value, side) in seen:
                continue
            seen.add((value, side))
            yield _fact(sentence, limb.span, "limb_pain", value, "present", side=side)


def _limb_side(sentence: Sentence, limb: Mention) -> Side | None:
    near = [
        one
        for one in sentence.sides
        if (one.end <= limb.start and limb.start - one.end <= 25) or (0 <= one.start - limb.end <= 3)
    ]
    near = [one for one in near if not _COMPARED.search(sentence.text[: one.start - sentence.start])]
    return near[-1].side if near else None


_VASCULAR = Regex(r"ischemi|ischaemi|\bvascular|\barterial|\bpad\b|\bpvd\b|claudica|revasculari", re.IGNORECASE)


def _ischemia(sentence: Sentence) -> Iterator[Statement]:
    for mention in _of(sentence, "dv_ischemia"):
        assertion = sentence.assertion(mention, "device")
        if assertion not in _SKIPPED and box_before(sentence, mention) is not False:
            yield _fact(sentence, mention.span, "limb_ischemia", mention.id, assertion)


# -- named statements --------------------------------------------------------------------------------------------

_NEEDS = {
    "spasticity_cause": "spasticity",
    "spasticity_effect": "spasticity",
    "stimulator_problem": "stimulator",
    "same_device": "stimulator",
    "trial_function": "stimulator",
    "pump_problem": "pump",
    "pump_type": "pump",
    "device_analysis": "pump",
    "trial_side_effects": "pump",
}
#: What the note must speak of for a topic to be read.

_WORKS_THERE = Regex(r"^\s*(?:nurse|chaplain|worker|volunteer|aide|physician|social)", re.IGNORECASE)
_TRIAL_DRUG = Regex(r"\b(?:trial\w*|infusion|bolus|dose|intrathecal|test|drug|medication|mcg|mg)\b", re.IGNORECASE)
_DEVICE_WORD = Regex(
    r"\b(?:trial\w*|implant\w*|permanent|stimulator|device|system|generator|scs|pump|leads?)\b", re.IGNORECASE
)
_OTHER_TREATMENT = Regex(
    r"\b(?:medicat\w*|drugs?|pills?|therapy|injections?|epidurals?|blocks?|gabapentin|pregabalin|duloxetine|opioids?|nsaids?|tens|pt|brace|baclofen|tizanidine)\b",
    re.IGNORECASE,
)
_COMPARED = Regex(r"\b(?:same|identical)\b", re.IGNORECASE)
_DEVICE_NAME = Regex(r"\b(?:stimul\w*|scs|leads?|device|system|generator|pump|intrathecal|itb)\b", re.IGNORECASE)
_INTRACTABLE = Regex(r"\b(?:intractable|refractory|severe)\b", re.IGNORECASE)
_BLOCK = Regex(r"\b(?:stellate|sgb|sympathetic|block)\b", re.IGNORECASE)
_CLASS = Regex(
    r"\b(?:nyha|ccs|angina)(?:\s+\w+){0,2}?\s+class\s+(?P<low>iv|i{1,3}|[1-4])(?:\s*(?:-|to|/|or)\s*(?P<high>iv|i{1,3}|[1-4]))?\b|\bclass\s+(?P<low2>iv|i{1,3}|[1-4])\s+angina\b",
    re.IGNORECASE,
)
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_TAKEN_FOR = Regex(r"\b(?:for|x|over)\s*(?:the\s+)?(?:past|last|about|more\s+than|over|at\s+least|\s)*$", re.IGNORECASE)
_DAYS = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.0, "year": 365.0}


def _named(sentence: Sentence, contexts: frozenset[str]) -> Iterator[Statement]:
    for mention in _of(sentence, "dv"):
        name, _, value = mention.id.partition(":")
        topic = cast(StatementTopic, name)
        need = _NEEDS.get(topic)
        if need is not None and need not in contexts:
            continue
        if box_before(sentence, mention) is False:
            continue
        check = _CHECKS.get(topic)
        if check is not None and not check(sentence, mention):
            continue
        assertion = sentence.assertion(mention, "device")
        if assertion in ("hypothetical", "family"):
            continue
        if topic == "same_device":
            if assertion == "planned":
                assertion = "present"
            if value == "other":
                assertion = "negated" if assertion == "present" else "present"
            yield _fact(sentence, mention.span, topic, None, assertion)
            continue
        if topic == "opioid_use" and value == "naive" and assertion == "negated":
            value, assertion = "oral", "present"
        low = None
        if topic == "angina" and value == "pharmacotherapy" and sentence.durations:
            one = sentence.durations[0]
            low = (one.low or one.high or 0) * _DAYS[one.unit]
        yield _fact(sentence, mention.span, topic, value or None, assertion, low=low)
        if topic == "condition" and value == "ptsd" and assertion == "present" and _BLOCK.search(sentence.text):
            yield _fact(sentence, mention.span, "block_purpose", "ptsd", "present")
    match = _CLASS.search(sentence.text) if "class" in sentence.lower else None
    if match and "angina" in sentence.view.note.text.lower():
        first = (match["low"] or match["low2"]).lower()
        last = (match["high"] or first).lower()
        low, high = (float(_ROMAN.get(one) or one) for one in (first, last))
        span = Span(sentence.start + match.start(), sentence.start + match.end())
        assertion = sentence.assertion(span, "device")
        yield _fact(sentence, span, "angina", "nyha_class", assertion, low=low, high=high)


_TAKES_FROM = Regex(r"\b(?:since|from|started(?:\s+in)?)\s+(?:\w+\s+){0,1}$", re.IGNORECASE)
_NOT_TAKEN = Regex(
    r"\b(?:avoid\w*|rather\s+than|instead\s+of|spar(?:e|ing)|risks?\s+of|start(?:ing)?|consider\w*|request\w*|wants?|need\s+for"
    r"|reluctan\w*|declin\w*|refus\w*|offer\w*|will\s+(?:try|add)|before|allerg\w*|intoleran\w*)\s+(?:\w+\s+){0,3}$",
    re.IGNORECASE,
)
_NEAR_DRUG = 60  # characters
_OTHER_CLAUSE = Regex(
    r"[;\n]|\.\s|\b(?:but|after|injections?|epidurals?|blocks?|esi|relief|therapy|pt|surgery|pain)\b", re.IGNORECASE
)
_DECLINED = Regex(
    r"\W*(?:(?:was|were|are|is|been)\s+)?(?:declined|refused|avoided|deferred|contraindicated|not\s+(?:started|taken|desired|offered|indicated|tried|prescribed))\b",
    re.IGNORECASE,
)
_PATCH = Regex(r"\b(?:patch|transdermal|duragesic|butrans)\b", re.IGNORECASE)


def _opioids(sentence: Sentence) -> Iterator[Statement]:
    """Opioids taken, with the days they have been taken where the sentence says so."""
    for mention in _of(sentence, "dv_opioid")[:1]:
        if sentence.section in ("allergies", "family_history", "education", *PLAN_SECTIONS):
            return
        assertion = sentence.assertion(mention, "device")
        before = sentence.text[: mention.start - sentence.start][-40:]
        if assertion in _SKIPPED or box_before(sentence, mention) is False or _NOT_TAKEN.search(before):
            return
        after = sentence.view.note.text[mention.end : min(sentence.end, mention.end + _NEAR_DRUG)]
        after = _OTHER_CLAUSE.split(after)[0]
        if _DECLINED.match(after):
            return
        reach = mention.end + len(after)
        low: float | None = None
        for one in sentence.durations:
            lead = sentence.text[: one.span.start - sentence.start][-25:]
            if mention.end <= one.span.start < reach and _TAKEN_FOR.search(lead):
                low = (one.low or 0) * _DAYS[one.unit]
                break
        for date in sentence.dates:
            lead = sentence.text[: date.span.start - sentence.start][-25:]
            told = sentence.view.reference
            if (
                low is None
                and date.iso
                and told
                and mention.end <= date.span.start < reach
                and _TAKES_FROM.search(lead)
            ):
                year, month, day = ([int(part) for part in date.iso.split("/")[-1].split("-")] + [12, 28])[:3]
                low = float(max(0, (told - dt.date(year, month, day)).days))
                break
        value = "transdermal" if _PATCH.search(_words(sentence, mention) + after[:12]) else "oral"
        yield _fact(sentence, mention.span, "opioid_use", value, assertion, low=low or None)


def _not_a_job(sentence: Sentence, mention: Mention) -> bool:
    rest = sentence.view.note.text[mention.end : mention.end + 20]
    return sentence.section != "social_history" and not _WORKS_THERE.match(rest)


def _of_trial(sentence: Sentence, mention: Mention) -> bool:
    """A side effect, or how it was borne, is the trial's in a note that speaks of the trial."""
    if sentence.section in PLAN_SECTIONS:
        return False
    if "effect" in _words(sentence, mention) or "adverse" in _words(sentence, mention):
        return any(_of(one, "dv_trial") for one in sentence.view.sentences)
    return bool(_TRIAL_DRUG.search(sentence.text)) and any(_of(one, "dv_trial") for one in _around(sentence, 3))


def _in_trial(sentence: Sentence, mention: Mention) -> bool:
    """A gain is the trial's where a trial that was done is told in the sentence or beside it.

    "Not able to walk" is a complaint, and only "no functional improvement" denies a gain.
    """
    if sentence.section in PLAN_SECTIONS:
        return False
    if sentence.assertion(mention, "device") != "present" and "func" not in _words(sentence, mention):
        return False
    return any(
        _of(one, "dv_trial") and one.section not in PLAN_SECTIONS and not _LATER.search(one.text)
        for one in _around(sentence, 1)
    )


def _of_device(sentence: Sentence, mention: Mention) -> bool:
    """What was tried is only the same device where the sentence compares it or speaks of implanting it."""
    compared = mention.id == "same_device:other" or bool(_COMPARED.search(sentence.text))
    return bool(_DEVICE_WORD.search(sentence.text)) and (compared or bool(_of(sentence, "dv_implant")))


def _of_stimulator(sentence: Sentence, mention: Mention) -> bool:
    """A problem is the stimulator's where a word for it stands in the sentence, or just before without another one."""
    if any(part.id == "stimulator" for part in _of(sentence, "dv_part")):
        return True
    if sentence.previous is None or _OTHER_TREATMENT.search(sentence.text):
        return False
    return any(part.id == "stimulator" for part in _of(sentence.previous, "dv_part"))


def _of_pump(sentence: Sentence, mention: Mention) -> bool:
    return any(part.id == "pump" for one in _around(sentence, 2) for part in _of(one, "dv_part"))


def _intractable(sentence: Sentence, mention: Mention) -> bool:
    return (
        mention.id != "spasticity_effect:intractable"
        or bool(_INTRACTABLE.search(sentence.text))
        or ("control" in sentence.lower)
    )


_CHECKS: dict[str, Callable[[Sentence, Mention], bool]] = {
    "terminal_illness": _not_a_job,
    "trial_side_effects": _of_trial,
    "trial_function": _in_trial,
    "same_device": _of_device,
    "stimulator_problem": _of_stimulator,
    "pump_problem": _of_pump,
    "device_analysis": _of_pump,
    "spasticity_effect": _intractable,
}

# -- trial, type and request -----------------------------------------------------------------------------------------

_LATER = Regex(
    r"\b(?:will|plan\w*|schedul\w*|proceed|if|consider\w*|recommend\w*|candidate|before|prior\s+to|request\w*|discuss\w*|referr\w*|awaiting|await|would|return|target)\b",
    re.IGNORECASE,
)
_PLANNING = Regex(
    r"\b(?:plan\w*|schedul\w*|proceed\w*|request\w*|recommend\w*|will|submit\w*|authoriz\w*|needs?|advise\w*|set\s+up|here\s+for|present\w*\s+for|elect\w*|arrange\w*)\b",
    re.IGNORECASE,
)
_LONGEST_TRIAL = 30.0  # days
_ONLY_A_LENGTH = 30  # characters
_NEAR_TRIAL = 40  # characters
_CHANGED = Regex(
    r"\b(?:from\s+)?(?P<before>[0-4](?:\.\d)?\+?)\s*(?:/\s*[45])?\s*(?:->|→|to|down\s+to)\s*(?P<after>[0-4](?:\.\d)?\+?)",
    re.IGNORECASE,
)


def _trial_days(sentence: Sentence) -> Iterator[Statement]:
    """How many days a trial that was done lasted, as said or from its first and last date."""
    if sentence.section in PLAN_SECTIONS or _LATER.search(sentence.text):
        return
    if _OTHER_TREATMENT.search(sentence.text) and not _DEVICE_NAME.search(sentence.text):
        return
    told = bool(_of(sentence, "dv_trial"))
    if not told and (
        len(sentence.text) > _ONLY_A_LENGTH or not any(_of(one, "dv_trial") for one in _before(sentence, 3))
    ):
        return
    trials = _of(sentence, "dv_trial")
    lengths = [
        (one.span, (one.low or 0) * _DAYS[one.unit], None if one.high is None else one.high * _DAYS[one.unit])
        for one in sentence.durations
        if one.unit in ("day", "week")
        and not re.search(r"\bago\b", sentence.lower)
        and (not told or any(distance(one.span, trial) <= _NEAR_TRIAL for trial in trials))
    ]
    lengths = [entry for entry in lengths if 0 < max(entry[1], entry[2] or 0) <= _LONGEST_TRIAL]
    days = [(one.span, dt.date.fromisoformat(one.iso)) for one in sentence.dates if one.iso and len(one.iso) == 10]
    if not lengths and len(days) >= 2:
        length = float((days[1][1] - days[0][1]).days)
        if 0 < length <= _LONGEST_TRIAL:
            lengths = [(Span(days[0][0].start, days[1][0].end), length, length)]
    for span, low, high in lengths[:1]:
        yield _fact(sentence, span, "device_trial", "done", "present", low=low, high=high)


def _spasm_relief(sentence: Sentence) -> Iterator[Statement]:
    """The percent by which spasms fell in a trial, as said or from two Ashworth grades."""
    spasms = _of(sentence, "dv_spasm")
    if not spasms or sentence.section in PLAN_SECTIONS or _LATER.search(sentence.text):
        return
    if not any(_of(one, "dv_trial") for one in _around(sentence, 3)):
        return
    if sentence.percents:
        one = sentence.percents[0]
        yield _fact(sentence, one.span, "trial_relief", "spasm", "present", low=one.low, high=one.high)
        return
    ashworth = next((one for one in spasms if "ashworth" in _words(sentence, one)), None)
    match = _CHANGED.search(sentence.text, ashworth.end - sentence.start) if ashworth is not None else None
    if match:
        before, after = (float(match[name].rstrip("+")) for name in ("before", "after"))
        if before > 0:
            percent = max(0.0, 100 * (before - after) / before)
            span = Span(sentence.start + match.start(), sentence.start + match.end())
            yield _fact(sentence, span, "trial_relief", "spasm", "present", low=percent, high=percent)


def _types(sentence: Sentence) -> Iterator[Statement]:
    """Which kind or maker of stimulator was tried, and which is to be implanted."""
    trials, implants = _of(sentence, "dv_trial"), _of(sentence, "dv_implant")
    for mention in _of(sentence, "dv_kind"):
        if sentence.assertion(mention, "device") in ("negated", "hypothetical", "family"):
            continue
        to_trial = min((distance(one, mention) for one in trials), default=None)
        to_implant = min((distance(one, mention) for one in implants), default=None)
        if to_trial is None and to_implant is None:
            continue
        tried = to_implant is None or (to_trial is not None and to_trial < to_implant)
        if tried and _LATER.search(sentence.text) and sentence.section in PLAN_SECTIONS:
            continue
        value = f"{'trial' if tried else 'planned'}:{mention.id}"
        yield _fact(sentence, mention.span, "device_type", value, "present" if tried else "planned")


def _requests(sentence: Sentence) -> Iterator[Statement]:
    """A revision, removal or replacement that is planned."""
    parts = _of(sentence, "dv_part")
    planning = sentence.section in PLAN_SECTIONS or sentence.section == "assessment_plan"
    for change in _of(sentence, "dv_change"):
        near = [one for one in parts if distance(one, change) <= 40 and sentence.same_clause(one, change)]
        before = sentence.text[: change.start - sentence.start]
        if not near or not (planning or _PLANNING.search(before[-60:])):
            continue
        if re.search(r"\b(?:trial|temporary)\b", sentence.between(change, near[0]) + _words(sentence, near[0])):
            continue
        if sentence.assertion(change, "device") in ("negated", "hypothetical", "family", "historical"):
            continue
        if re.search(
            r"\b(?:was|were|s/p|status\s+post|after|since|had|underwent|prior)\s+(?:\w+\s+){0,2}$", before, re.I
        ):
            continue
        yield _fact(sentence, change.span, "device_request", change.id, "planned")
        return


# -- the note --------------------------------------------------------------------------------------------------------


class _Key(NamedTuple):
    topic: str
    value: str | None
    side: str | None
    assertion: str


def find(view: NoteView) -> Iterator[Statement]:
    """Yield the statements of a note about limbs, stimulators and pumps."""
    contexts = frozenset(one.id for sentence in view.sentences for one in _of(sentence, "dv_context"))
    ischemic = [one for sentence in view.sentences for one in _of(sentence, "dv_ischemia")]
    if ischemic and _VASCULAR.search(view.note.text):
        contexts |= {"limb", "ischemia"}
    for sentence in view.sentences:
        told = sentence.has(*_LABELS) or (sentence.durations and contexts)
        if not told and not (contexts & {"stimulator", "pump"} and len(sentence.text) <= _ONLY_A_LENGTH):
            continue
        seen: set[_Key] = set()
        for fact in _facts(sentence, contexts):
            key = _Key(fact.topic, fact.value, fact.side, fact.assertion)
            if key not in seen:
                seen.add(key)
                yield fact


def _facts(sentence: Sentence, contexts: frozenset[str]) -> Iterator[Statement]:
    if "limb" in contexts:
        yield from _signs(sentence)
        yield from _limb_pain(sentence)
    if "ischemia" in contexts:
        yield from _ischemia(sentence)
    if sentence.has("dv_opioid"):
        yield from _opioids(sentence)
    yield from _named(sentence, contexts)
    if contexts & {"stimulator", "pump"}:
        yield from _trial_days(sentence)
        yield from _requests(sentence)
    if "stimulator" in contexts:
        yield from _types(sentence)
    if "pump" in contexts:
        yield from _spasm_relief(sentence)


def _before(sentence: Sentence, count: int) -> Iterator[Sentence]:
    one = sentence.previous
    while one is not None and count > 0:
        yield one
        one, count = one.previous, count - 1


def _around(sentence: Sentence, count: int) -> Iterator[Sentence]:
    yield sentence
    yield from _before(sentence, count)
    one = sentence.next
    while one is not None and count > 0:
        yield one
        one, count = one.next, count - 1


def _of(sentence: Sentence, label: str) -> list[Mention]:
    """The mentions of a label; those that only shadow another phrase are left out."""
    return [mention for mention in sentence.of(label) if mention.id != "none"]


def _words(sentence: Sentence, mention: Mention) -> str:
    return sentence.view.note.text[mention.start : mention.end].lower()


def _fact(
    sentence: Sentence,
    span: Span,
    topic: StatementTopic,
    value: str | None,
    assertion: Assertion,
    *,
    low: float | None = None,
    high: float | None = None,
    side: Side | None = None,
) -> Statement:
    return Statement(
        spans=(span,),
        topic=topic,
        value=value,
        low=low,
        high=high,
        side=side,
        assertion=assertion,
        section=sentence.section,
        source=f"rule:device.{topic}",
    )
