"""Statements about limbs, stimulators and pumps: one fact per topic, value and place.

What sympathetic blocks, spinal cord stimulators and intrathecal pumps are judged by: the signs of
complex regional pain syndrome and the limb that hurts, ischemia, conditions that such devices
treat, spasticity with its cause and effect, the trial of a device and what it brought, the type of
the device, and why one is revised or replaced.

A sign that an examination finds equal on both sides is ``negated``. A note's signs are read only
when the note speaks of such a limb, its spasticity only when it speaks of spasticity, and so on.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import NamedTuple, cast

from chartproof.extract.kinds.common import box_before, is_of_relative
from chartproof.extract.kinds.device_analysis import analysis
from chartproof.extract.kinds.device_common import around, fact, of, words
from chartproof.extract.kinds.device_limb import VASCULAR, ischemia, limb_pain, signs
from chartproof.extract.kinds.device_opioids import opioids
from chartproof.extract.kinds.device_results import results
from chartproof.extract.kinds.device_spasticity import intractable_pain, spasticity, stiff_person
from chartproof.extract.kinds.device_trial import (
    LATER,
    ONLY_A_LENGTH,
    OTHER_TREATMENT,
    requests,
    same_kind,
    trial_days,
    types,
)
from chartproof.extract.kinds.limb_onset import limb_onset
from chartproof.extract.kinds.ptsd_scores import ptsd_scores
from chartproof.extract.quantities import DAYS
from chartproof.extract.regex import Regex
from chartproof.extract.view import PLAN_SECTIONS, Mention, NoteView, Sentence
from chartproof.facts import Relief, Statement, StatementTopic, SymptomDuration
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
    "dv_intractable",
)
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
#: What makes a terminal illness the relative's that is named before it; one who only reports it is no patient.
_KIN_HAS = Regex(r"^(?!\W*(?:and|says|said|states|reports|reported|called|asks|notes|tells|confirms)\b)")
_OF_A_PERSON = frozenset({"condition", "spasticity_cause", "spasticity_effect"})
_OTHER_PUMP = Regex(r"\b(?:insulin|breast|sump|heart|balloon|feeding)\s+(?:pump\s*)?$", re.IGNORECASE)
_TRIAL_DRUG = Regex(r"\b(?:trial\w*|infusion|bolus|dose|intrathecal|test|drug|medication|mcg|mg)\b", re.IGNORECASE)
_DEVICE_WORD = Regex(
    r"\b(?:trial\w*|implant\w*|permanent|stimulator|device|system|generator|scs|pump|leads?)\b", re.IGNORECASE
)
_COMPARED = Regex(r"\b(?:same|identical)\b", re.IGNORECASE)
_INTRACTABLE = Regex(r"\b(?:intractable|refractory|severe)\b", re.IGNORECASE)
_BLOCK = Regex(r"\b(?:stellate|sgb|sympathetic|block)\b", re.IGNORECASE)
_CLASS = Regex(
    r"\b(?:nyha|ccs|angina)(?:\s+\w+){0,2}?\s+class\s+(?P<low>iv|i{1,3}|[1-4])(?:\s*(?:-|to|/|or)\s*(?P<high>iv|i{1,3}|[1-4]))?\b|\bclass\s+(?P<low2>iv|i{1,3}|[1-4])\s+angina\b",
    re.IGNORECASE,
)
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


def _named(sentence: Sentence, contexts: frozenset[str]) -> Iterator[Statement]:
    for mention in of(sentence, "dv"):
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
        if topic == "device_analysis":
            yield from analysis(sentence, mention)
            continue
        assertion = sentence.assertion(mention, "device")
        if assertion in ("hypothetical", "family") or (name in _OF_A_PERSON and is_of_relative(sentence, mention)):
            continue
        if words(sentence, mention) == "neuropathy" and assertion != "negated":
            continue  # which neuropathy it is must be said, that there is none need not
        if topic == "same_device":
            if assertion == "planned":
                assertion = "present"
            if value == "other":
                assertion = "negated" if assertion == "present" else "present"
            yield fact(sentence, mention.span, topic, None, assertion)
            continue
        if topic == "opioid_use" and value == "naive" and assertion == "negated":
            value, assertion = "oral", "present"
        low = None
        if topic == "angina" and value == "pharmacotherapy" and sentence.durations:
            one = sentence.durations[0]
            low = (one.low or one.high or 0) * DAYS[one.unit]
        yield fact(sentence, mention.span, topic, value or None, assertion, low=low)
        if topic == "condition" and value == "ptsd" and assertion == "present" and _BLOCK.search(sentence.text):
            yield fact(sentence, mention.span, "block_purpose", "ptsd", "present")
    match = _CLASS.search(sentence.text) if "class" in sentence.lower else None
    if match and "angina" in sentence.view.note.text.lower():
        first = (match["low"] or match["low2"]).lower()
        last = (match["high"] or first).lower()
        low, high = (float(_ROMAN.get(one) or one) for one in (first, last))
        span = Span(sentence.start + match.start(), sentence.start + match.end())
        assertion = sentence.assertion(span, "device")
        yield fact(sentence, span, "angina", "nyha_class", assertion, low=low, high=high)


def _not_a_job(sentence: Sentence, mention: Mention) -> bool:
    if is_of_relative(sentence, mention, _KIN_HAS):
        return False
    rest = sentence.view.note.text[mention.end : mention.end + 20]
    return sentence.section != "social_history" and not _WORKS_THERE.match(rest)


def _of_trial(sentence: Sentence, mention: Mention) -> bool:
    """A side effect, or how it was borne, is the trial's in a note that speaks of the trial."""
    if sentence.section in PLAN_SECTIONS:
        return False
    if "effect" in words(sentence, mention) or "adverse" in words(sentence, mention):
        return any(of(one, "dv_trial") for one in sentence.view.sentences)
    return bool(_TRIAL_DRUG.search(sentence.text)) and any(of(one, "dv_trial") for one in around(sentence, 3))


def _in_trial(sentence: Sentence, mention: Mention) -> bool:
    """A gain is the trial's where a trial that was done is told in the sentence or beside it.

    "Not able to walk" is a complaint, and only "no functional improvement" denies a gain.
    """
    if sentence.section in PLAN_SECTIONS:
        return False
    if sentence.assertion(mention, "device") != "present" and "func" not in words(sentence, mention):
        return False
    return any(
        of(one, "dv_trial") and one.section not in PLAN_SECTIONS and not LATER.search(one.text)
        for one in around(sentence, 1)
    )


def _of_device(sentence: Sentence, mention: Mention) -> bool:
    """What was tried is only the same device where the sentence compares it or speaks of implanting it."""
    compared = mention.id == "same_device:other" or bool(_COMPARED.search(sentence.text))
    return bool(_DEVICE_WORD.search(sentence.text)) and (compared or bool(of(sentence, "dv_implant")))


def _of_stimulator(sentence: Sentence, mention: Mention) -> bool:
    """A problem is the stimulator's where a word for it stands in the sentence, or just before without another one."""
    if any(part.id == "stimulator" for part in of(sentence, "dv_part")):
        return True
    if sentence.previous is None or OTHER_TREATMENT.search(sentence.text):
        return False
    return any(part.id == "stimulator" for part in of(sentence.previous, "dv_part"))


def _of_pump(sentence: Sentence, mention: Mention) -> bool:
    if _OTHER_PUMP.search(sentence.text[: mention.start - sentence.start]):
        return False
    return any(part.id == "pump" for one in around(sentence, 2) for part in of(one, "dv_part"))


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

# -- the note --------------------------------------------------------------------------------------------------------


class _Key(NamedTuple):
    topic: str
    value: str | None
    side: str | None
    assertion: str


def find(view: NoteView) -> Iterator[Statement | SymptomDuration | Relief]:
    """Yield the statements of a note about limbs, stimulators and pumps."""
    contexts = frozenset(one.id for sentence in view.having("dv_context") for one in of(sentence, "dv_context"))
    ischemic = [one for sentence in view.having("dv_ischemia") for one in of(sentence, "dv_ischemia")]
    if ischemic and VASCULAR.search(view.note.text):
        contexts |= {"limb", "ischemia"}
    if "limb" in contexts and any(of(sentence, "dv_limb_pain") for sentence in view.having("dv_limb_pain")):
        yield from limb_onset(view)
    if any(one.id == "condition:ptsd" for sentence in view.having("dv") for one in of(sentence, "dv")):
        yield from ptsd_scores(view)
    by_sentence = _results(view, contexts)
    stiff = stiff_person(view) if "spasticity" in contexts else None
    if stiff is not None:
        yield stiff
    for sentence in view.sentences:
        yield from by_sentence.get(sentence.index, ())
        told = (
            sentence.has(*_LABELS)
            or (sentence.durations and contexts)
            or "spasticity" in contexts
            or "ract" in sentence.lower
        )
        if not told and not (contexts & {"stimulator", "pump"} and len(sentence.text) <= ONLY_A_LENGTH):
            continue
        seen: set[_Key] = set()
        for one in _facts(sentence, contexts):
            key = _Key(one.topic, one.value, one.side, one.assertion)
            if key not in seen:
                seen.add(key)
                yield one


def _results(view: NoteView, contexts: frozenset[str]) -> dict[int, list[Statement]]:
    """What the note tells of a trial, by the index of the sentence."""
    found: dict[int, list[Statement]] = {}
    if contexts & {"stimulator", "pump"}:
        starts = [sentence.start for sentence in view.sentences]
        seen: set[tuple[str, str | None, Span]] = set()
        for one in results(view, contexts):
            key = (one.topic, one.value, one.spans[0])
            if key not in seen:
                seen.add(key)
                found.setdefault(max(0, bisect_right(starts, one.spans[0].start) - 1), []).append(one)
    return found


def _facts(sentence: Sentence, contexts: frozenset[str]) -> Iterator[Statement]:
    if "limb" in contexts:
        yield from signs(sentence)
        yield from limb_pain(sentence)
    if "ischemia" in contexts:
        yield from ischemia(sentence)
    if sentence.has("dv_opioid"):
        yield from opioids(sentence)
    yield from _named(sentence, contexts)
    if sentence.has("dv_intractable"):
        yield from intractable_pain(sentence)
    if "spasticity" in contexts:
        yield from spasticity(sentence)
    if contexts & {"stimulator", "pump"}:
        yield from trial_days(sentence)
        yield from requests(sentence)
    if "stimulator" in contexts:
        yield from types(sentence)
        yield from same_kind(sentence)
