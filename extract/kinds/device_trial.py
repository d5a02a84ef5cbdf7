"""The trial of a stimulator or pump, the type of the device, and what is planned for one."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from chartproof.extract.kinds.common import distance
from chartproof.extract.kinds.device_common import before, fact, of, words
from chartproof.extract.quantities import DAYS
from chartproof.extract.regex import Regex
from chartproof.extract.view import PLAN_SECTIONS, Mention, Sentence
from chartproof.facts import Statement
from chartproof.spans import Span

OTHER_TREATMENT = Regex(
    r"\b(?:medicat\w*|drugs?|pills?|therapy|injections?|epidurals?|blocks?|gabapentin|pregabalin|duloxetine|opioids?|nsaids?|tens|pt|brace|baclofen|tizanidine)\b",
    re.IGNORECASE,
)
_DEVICE_NAME = Regex(r"\b(?:stimul\w*|scs|leads?|device|system|generator|pump|intrathecal|itb)\b", re.IGNORECASE)
LATER = Regex(
    r"\b(?:will|plan\w*|schedul\w*|proceed|if|consider\w*|recommend\w*|candidate|before|prior\s+to|request\w*|discuss\w*|referr\w*|awaiting|await|would|return|target)\b",
    re.IGNORECASE,
)
_PLANNING = Regex(
    r"\b(?:plan\w*|schedul\w*|proceed\w*|request\w*|recommend\w*|will|submit\w*|authoriz\w*|needs?|advise\w*|set\s+up|here\s+for|present\w*\s+for|elect\w*|arrange\w*)\b",
    re.IGNORECASE,
)
_LONGEST_TRIAL = 30.0  # days
ONLY_A_LENGTH = 30  # characters
_NEAR_TRIAL = 40  # characters


def trial_days(sentence: Sentence) -> Iterator[Statement]:
    """How many days a trial that was done lasted, as said or from its first and last date."""
    if sentence.section in PLAN_SECTIONS or LATER.search(sentence.text):
        return
    if OTHER_TREATMENT.search(sentence.text) and not _DEVICE_NAME.search(sentence.text):
        return
    told = bool(of(sentence, "dv_trial"))
    if not told and (len(sentence.text) > ONLY_A_LENGTH or not any(of(one, "dv_trial") for one in before(sentence, 3))):
        return
    trials = of(sentence, "dv_trial")
    lengths = [
        (one.span, (one.low or 0) * DAYS[one.unit], None if one.high is None else one.high * DAYS[one.unit])
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
        yield fact(sentence, span, "device_trial", "done", "present", low=low, high=high)


_SAME = Regex(
    r"\b(?:same|identical)\s+(?:[\w-]+\s+){1,3}?(?:system|device|stimulator|manufacturer|maker|waveform|platform|brand)\b",
    re.IGNORECASE,
)
_UNLIKE = Regex(r"\b(?:not|isn't|whether|if|unless|n't|undecided|may|might)\b", re.IGNORECASE)


def same_kind(sentence: Sentence) -> Iterator[Statement]:
    """That the device to be implanted is the tried one, with words between "same" and the device."""
    if not of(sentence, "dv_implant") or not of(sentence, "dv_kind"):
        return
    match = _SAME.search(sentence.text)
    if match is not None and not _UNLIKE.search(sentence.text):
        span = Span(sentence.start + match.start(), sentence.start + match.end())
        yield fact(sentence, span, "same_device", None, "present")


def types(sentence: Sentence) -> Iterator[Statement]:
    """Which kind or maker of stimulator was tried, and which is to be implanted."""
    trials, implants = of(sentence, "dv_trial"), of(sentence, "dv_implant")
    for mention in of(sentence, "dv_kind"):
        if sentence.assertion(mention, "device") in ("negated", "hypothetical", "family"):
            continue
        to_trial = min((distance(one, mention) for one in trials), default=None)
        to_implant = min((distance(one, mention) for one in implants), default=None)
        if to_trial is None and to_implant is None:
            continue
        tried = to_implant is None or (to_trial is not None and to_trial < to_implant)
        if tried and LATER.search(sentence.text) and sentence.section in PLAN_SECTIONS:
            continue
        value = f"{'trial' if tried else 'planned'}:{mention.id}"
        yield fact(sentence, mention.span, "device_type", value, "present" if tried else "planned")


_JOINED = Regex(r"(?:\band\b|\bwith\b|\bfor\b|&|/|\+|,)[^.;]{0,40}$|^\s*$", re.IGNORECASE)


def requests(sentence: Sentence) -> Iterator[Statement]:
    """A revision, removal or replacement that is planned; a removal in order to replace is a replacement."""
    parts = of(sentence, "dv_part")
    planning = sentence.section in PLAN_SECTIONS or sentence.section == "assessment_plan"
    changes = of(sentence, "dv_change")
    for change in changes:
        near = [one for one in parts if distance(one, change) <= 40 and sentence.same_clause(one, change)]
        before = sentence.text[: change.start - sentence.start]
        if not near or not (planning or _PLANNING.search(before[-60:])):
            continue
        if re.search(r"\b(?:trial|temporary)\b", sentence.between(change, near[0]) + words(sentence, near[0])):
            continue
        if sentence.assertion(change, "device") in ("negated", "hypothetical", "family", "historical"):
            continue
        if re.search(
            r"\b(?:was|were|s/p|status\s+post|after|since|had|underwent|prior)\s+(?:\w+\s+){0,2}$", before, re.I
        ):
            continue
        anew = next((one for one in changes if change.id == "removal" and _puts_back(sentence, change, one)), change)
        yield fact(sentence, Span(change.start, anew.end), "device_request", anew.id, "planned")
        return


def _puts_back(sentence: Sentence, removal: Mention, other: Mention) -> bool:
    """Whether a replacement is joined to a removal: "removal and replacement", "explant with placement of a new"."""
    gap = sentence.between(removal, other)
    return (
        other.id == "replacement"
        and other.start >= removal.end
        and sentence.same_clause(removal, other)
        and _JOINED.search(gap) is not None
        and _UNLIKE.search(gap + sentence.view.note.text[other.end : other.end + 20]) is None
        and sentence.assertion(other, "device") not in ("negated", "hypothetical", "family")
    )
