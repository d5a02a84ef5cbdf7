"""Statements of how urgent a spine procedure is: deficits and their course, instability, infections, pain, hardware.

A neurologic deficit needs a word for its course or its degree beside it, or a strength in fifths: 2/5 or less is
severe, 3/5 significant; what lasts and is significant is ``persistent``. What a myelopathy does to gait and hands is
the myelopathy's course and no deficit of its own. "No weakness" and "5/5 throughout" are denials. Instructions of what
to watch for are nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from chartproof.extract.kinds.common import about_spine_pain, answer_to, box_before, distance, once
from chartproof.extract.regex import Regex
from chartproof.extract.view import PLAN_SECTIONS, Mention, NoteView, Sentence
from chartproof.facts import Assertion, Statement, StatementTopic
from chartproof.spans import Span

_SKIPPED = frozenset({"family_history", "allergies", "medications", "education", "social_history"})
_NEVER = ("hypothetical", "family", "historical")
_NEAR = 45
"""Characters between a deficit and the word for its course or degree."""

_STRENGTH = Regex(
    r"(?<![\d/.])(?P<low>[0-5])(?P<sign>[+-]?)(?:\s*(?:-|to)\s*(?P<high>[0-5])[+-]?)?\s*(?:/|out\s+of)\s*5(?![\d/])",
    re.IGNORECASE,
)
_MUSCLE = Regex(
    r"\b(?:strength|weak\w*|motor|dorsiflex\w*|df|pf|plantar\s?flex\w*|ehl|quad\w*|tibialis|ta|deltoid|bicep\w*|tricep\w*|grip|finger|intrinsics?|wrist|hip\s+flex\w*|knee\s+ext\w*|iliopsoas|ip|hamstring\w*|gastroc\w*|toe|ankle|foot|leg|arm|hand)\b",
    re.IGNORECASE,
)
_NOT_STRENGTH = Regex(r"\b(?:pain|nrs|vas|score|reflex\w*|pulse\w*|waddell\w*)\b[^.;,]{0,12}$", re.IGNORECASE)
_FIFTHS = Regex(r"/\s*5|out of 5", re.IGNORECASE)
_SPINAL = ("tr_instability", "tr_abscess", "tr_wound", "tr_hardware", "tr_deformity")
_LABELS = (*_SPINAL, "tr_deficit", "tr_myelopathy", "tr_decompression", "tr_failed", "tr_despite", "tr_pain")
_NOT_GRADED = Regex(r"\s*(?:scale|reflex\w*|pulse\w*|pain|waddell\w*|signs?)\b", re.IGNORECASE)
_RISKS = Regex(r"\b(?:risks?|complications?)\b", re.IGNORECASE)
_SPHINCTER = Regex(r"retention|incontinence|dysfunction|bowel|bladder", re.IGNORECASE)
_NERVOUS = Regex(
    r"\b(?:new|acute|sudden|onset|saddle|perineal|perianal|cauda|cord|weak\w*|numb\w*|myelopath\w*|radicul\w*|leg|legs|neurogenic)\b",
    re.IGNORECASE,
)
_OF_THE_SPINE = Regex(
    r"\b(?:spin\w+|segment\w*|vertebr\w+|flexion|extension|listhesis|\w+listhesis|fracture|lumbar|cervical|thoracic|atlantoaxial|ligament\w*|[CTLS]\d{1,2})\b",
    re.IGNORECASE,
)
_FALSE_COURSE = Regex(
    r"\b(?:strength(?:en)?ing|progressive\s+(?:resistance|resistive|strengthening|exercise|core|loading|muscle\s+relaxation|lens|resistance)|worse\s+(?:with|when|on|after|at|in\s+the)|no\s+worse|not\s+worse)\b",
    re.IGNORECASE,
)
_CHRONIC_CAUSE = Regex(
    r"\b(?:stroke|cva|polio|multiple\s+sclerosis|\bms\b|cerebral\s+palsy|neuropathy|als|parkinson\w*|deconditioning|steroid\s+myopathy|since\s+birth|bell'?s)\b",
    re.IGNORECASE,
)
_TRAVEL = Regex(
    r"\b(?:works?|working|nurse|employed|physician|doctor|job|shift|go|if|return|report)\b[^.;]{0,30}$", re.IGNORECASE
)
_FOR_OTHER = Regex(
    r"\bfor\s+(?:chest\s+pain|a\s+fall|pneumonia|kidney|asthma|migraine|headache|abdominal|flu|covid|laceration)\b",
    re.IGNORECASE,
)
_WATCHED_FOR = Regex(
    r"\b(?:call|return|go|come|seek|report|notify|contact|present|proceed|watch|monitor|advised?|instructed|told|warned|counsel\w*)\b[^.;]{0,80}?\b(?:for|with|if|any|should|of|about)\b",
    re.IGNORECASE,
)
_DESTABILIZING = frozenset({"fracture", "malignancy", "infection"})
_DURATION_UNITS = frozenset({"week", "month", "year"})


def find(view: NoteView) -> Iterator[Statement]:
    """Yield what a note about a spine says of the urgency of its treatment."""
    if not _about_spine(view):
        return
    myelopathic = any(m.id == "myelopathy" for sentence in view.having("dx") for m in sentence.of("dx"))
    infected = bool(view.having("tr_abscess", "tr_infection"))
    for sentence in view.sentences:
        if sentence.section in _SKIPPED or not (
            sentence.has(*_LABELS) or (sentence.has_digits and _FIFTHS.search(sentence.text))
        ):
            continue
        yield from once(_facts(sentence, myelopathic=myelopathic, infected=infected))


def _about_spine(view: NoteView) -> bool:
    return about_spine_pain(view) or bool(view.having(*_SPINAL))


def _facts(sentence: Sentence, *, myelopathic: bool, infected: bool) -> Iterator[Statement]:
    yield from _deficit(sentence)
    yield from _strength(sentence)
    if myelopathic and sentence.has("tr_myelopathy"):
        yield from _course(sentence)
    topics: tuple[tuple[str, StatementTopic], ...] = (
        ("tr_instability", "spinal_instability"),
        ("tr_hardware", "spine_hardware"),
    )
    destabilized = any(one.id in _DESTABILIZING for one in sentence.of("dx"))
    for label, topic in topics:
        for mention in _stated(sentence, label):
            if mention.id == "unspecified" and not _OF_THE_SPINE.search(sentence.text):
                continue
            value = "at_risk" if mention.id == "unspecified" and destabilized else mention.id
            yield _fact(sentence, mention.span, topic, value, _assertion(sentence, mention) or "present")
    yield from _infection(sentence, infected)
    yield from _pain(sentence)
    for mention in _stated(sentence, "tr_deformity"):
        if _assertion(sentence, mention) in ("present", "planned"):
            yield _fact(sentence, mention.span, "deformity_correction", None, "planned")


def _stated(sentence: Sentence, label: str) -> Iterator[Mention]:
    for mention in sentence.of(label):
        if mention.id != "none" and _assertion(sentence, mention) is not None:
            yield mention


def _assertion(sentence: Sentence, mention: Mention | Span) -> Assertion | None:
    """What the note says of it; None for what is past, of relatives, or only something to watch for."""
    answer = answer_to(sentence, mention)
    if answer is not None:
        return "present" if answer else "negated"
    if box_before(sentence, mention) is False or _WATCHED_FOR.search(sentence.text[: mention.start - sentence.start]):
        return None
    if _RISKS.search(sentence.text) and not (isinstance(mention, Mention) and mention.label == "tr_instability"):
        return None
    assertion = sentence.assertion(mention, "triage")
    return None if assertion in _NEVER else assertion


# -- deficits ----------------------------------------------------------------------------------------------------


def _deficit(sentence: Sentence) -> Iterator[Statement]:
    mentions = [one for one in sentence.of("tr_deficit") if one.id != "none"]
    if not mentions or _CHRONIC_CAUSE.search(sentence.text):
        return
    for mention in mentions:
        words = sentence.view.note.text[mention.start : mention.end].lower()
        assertion = _assertion(sentence, mention)
        if assertion is None or (assertion == "planned" and sentence.section in PLAN_SECTIONS):
            continue
        if words in ("strength", "motor function"):
            continue
        if assertion == "negated":
            yield _fact(sentence, mention.span, "neurologic_deficit", None, "negated")
            continue
        if assertion != "present":
            continue
        course = _beside(sentence, mention)
        if mention.id == "severe":
            near = " ".join(one.text for one in (sentence.previous, sentence, sentence.next) if one is not None)
            if _SPHINCTER.search(words) and not _NERVOUS.search(near):
                continue
            yield _fact(sentence, mention.span, "neurologic_deficit", "severe", "present")
        elif "progressive" in course:
            yield _fact(sentence, mention.span, "neurologic_deficit", "progressive", "present")
        elif "severe" in course:
            yield _fact(sentence, mention.span, "neurologic_deficit", "severe", "present")
        elif "significant" in course or "drop" in words:
            lasting = "persistent" in course or _lasts(sentence, mention)
            yield _fact(
                sentence, mention.span, "neurologic_deficit", "persistent" if lasting else "significant", "present"
            )


def _beside(sentence: Sentence, mention: Mention) -> set[str]:
    """The courses and degrees that stand beside a deficit in its clause."""
    found = set()
    for word in sentence.of("tr_course"):
        gap = sentence.between(word, mention)
        if distance(word, mention) > _NEAR or not sentence.same_clause(word, mention) or " pain" in f" {gap}":
            continue
        around = sentence.text[max(0, word.start - sentence.start - 4) : word.end - sentence.start + 20]
        if _FALSE_COURSE.search(around) or sentence.assertion(word, "triage") in ("negated", "hypothetical"):
            continue
        found.add(word.id)
    return found


def _lasts(sentence: Sentence, mention: Mention) -> bool:
    """Whether an amount of weeks or longer says how long the deficit has been there."""
    return any(
        one.unit in _DURATION_UNITS and distance(one.span, mention) <= _NEAR and sentence.same_clause(one.span, mention)
        for one in sentence.durations
    )


def _strength(sentence: Sentence) -> Iterator[Statement]:
    """A strength in fifths: the weakest of the sentence; full strength throughout is a denial."""
    if not _FIFTHS.search(sentence.text) or not _MUSCLE.search(sentence.text) or _CHRONIC_CAUSE.search(sentence.text):
        return
    graded = [
        match
        for match in _STRENGTH.finditer(sentence.text)
        if not _NOT_STRENGTH.search(sentence.text[max(0, match.start() - 25) : match.start()])
        and not _NOT_GRADED.match(sentence.text, match.end())
    ]
    if not graded or sentence.section in PLAN_SECTIONS:
        return
    weakest = min(graded, key=lambda one: (int(one["low"]), one.start()))
    span = Span(sentence.start + weakest.start(), sentence.start + weakest.end())
    if sentence.assertion(span, "triage") in _NEVER:
        return
    grade = int(weakest["low"])
    if grade <= 2:
        yield _fact(sentence, span, "neurologic_deficit", "severe", "present")
    elif grade == 3:
        yield _fact(sentence, span, "neurologic_deficit", "significant", "present")
    elif grade == 5 and weakest["sign"] != "-":
        yield _fact(sentence, span, "neurologic_deficit", None, "negated")


def _course(sentence: Sentence) -> Iterator[Statement]:
    """How a myelopathy goes: gait, balance and hands that get worse."""
    for mention in sentence.of("tr_myelopathy"):
        course = _beside(sentence, mention)
        if "progressive" in course:
            yield _fact(sentence, mention.span, "myelopathy_course", "progressive", "present")
            return
        if re.search(r"\bstable\b|\bunchanged\b|\bno\s+(?:progression|worsening)\b", sentence.lower):
            yield _fact(sentence, mention.span, "myelopathy_course", "stable", "present")
            return


# -- infections, pain --------------------------------------------------------------------------------------------


def _infection(sentence: Sentence, infected: bool) -> Iterator[Statement]:
    for mention in _stated(sentence, "tr_abscess"):
        text = sentence.view.note.text[mention.start : mention.end]
        if text.lower() == "sea" and text != "SEA":
            continue
        yield _fact(
            sentence, mention.span, "spine_infection", "epidural_abscess", _assertion(sentence, mention) or "present"
        )
    for mention in _stated(sentence, "tr_wound"):
        text = sentence.view.note.text[mention.start : mention.end]
        if text.lower() == "ssi" and text != "SSI":
            continue
        yield _fact(sentence, mention.span, "spine_infection", "wound", _assertion(sentence, mention) or "present")
    around = [one for one in (sentence.previous, sentence) if one is not None]
    if not infected or not any(one.has("tr_infection", "tr_abscess", "tr_antibiotic") for one in around):
        return
    for mention in _stated(sentence, "tr_decompression"):
        assertion = _assertion(sentence, mention)
        yield _fact(
            sentence,
            mention.span,
            "spine_infection",
            "decompression_needed",
            "negated" if assertion == "negated" else "present",
        )
    for mention in _stated(sentence, "tr_failed"):
        yield _fact(sentence, mention.span, "spine_infection", "treatment_failed", "present")
        return
    for word in sentence.of("tr_despite"):
        drugs = [one for one in sentence.of("tr_antibiotic") if distance(one, word) <= 60]
        near = [one for one in drugs if one.id != "general" or sentence.has("tr_infection")]
        if near and _assertion(sentence, word) == "present" and sentence.same_clause(near[0], word):
            yield _fact(
                sentence,
                Span(min(word.start, near[0].start), max(word.end, near[0].end)),
                "spine_infection",
                "treatment_failed",
                "present",
            )
            return


def _pain(sentence: Sentence) -> Iterator[Statement]:
    for mention in sentence.of("tr_pain"):
        assertion = _assertion(sentence, mention)
        if assertion is None or assertion == "possible":
            continue
        before = sentence.text[: mention.start - sentence.start]
        if mention.id == "emergency_visit":
            if assertion != "present" or _TRAVEL.search(before[-45:]) or _FOR_OTHER.search(sentence.text):
                continue
            if sentence.section in PLAN_SECTIONS:
                continue
        if mention.id != "managed" and assertion == "planned":
            continue
        words = sentence.view.note.text[mention.start : mention.end].lower()
        if assertion == "negated" and words.startswith(("cannot", "unable", "can not", "pain is not", "pain not")):
            assertion = "present"
        yield _fact(
            sentence, mention.span, "pain_crisis", mention.id, "present" if assertion == "planned" else assertion
        )


def _fact(sentence: Sentence, span: Span, topic: StatementTopic, value: str | None, assertion: Assertion) -> Statement:
    return Statement(
        spans=(span,),
        topic=topic,
        value=value,
        assertion=assertion,
        section=sentence.section,
        source=f"rule:triage.{topic}",
    )
