"""Psychological evaluations: done or only planned, and what they find, one fact per finding.

The findings that guidelines ask about are normalized: "pain not psychogenic", "axis II none",
"no untreated addiction", "able to manage device", "physically capable", "willing to participate".
They count in a note that is, or speaks of, a psychological evaluation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from chartproof.extract.regex import Regex
from chartproof.extract.view import PLAN_SECTIONS, Mention, NoteView, Sentence
from chartproof.facts import Assertion, PsychEvaluation
from chartproof.spans import Span

_ABOUT_DEVICE = Regex(
    r"\b(?:stimulat\w*|scs|implant\w*|pump|trial|device|neuromodulation|intrathecal|spine|spinal|pain)\b", re.IGNORECASE
)
_UNABLE = Regex(
    r"\b(?:unable\s+to\s+comment|cannot\s+comment|not\s+(?:yet\s+)?(?:been\s+)?(?:assessed|completed|tested)|deferred|pending|incomplete)\b",
    re.IGNORECASE,
)
_NOT = Regex(r"\b(?:not|no|unable|cannot|lacks?|without)\s+(?:\w+\s+){0,3}$", re.IGNORECASE)
_WITH_NEGATION = frozenset(
    {"pain not psychogenic", "axis II none", "no untreated addiction", "cognitive part deferred"}
)


def find(view: NoteView) -> Iterator[PsychEvaluation]:
    """Yield the psychological evaluations of a note and their findings."""
    evaluations = [s for s in view.sentences if s.has("psych_eval")]
    if not evaluations or not _ABOUT_DEVICE.search(view.note.text):
        return
    report = _is_report(view, evaluations[0])
    seen: set[tuple[bool, Assertion]] = set()
    for sentence in evaluations:
        for fact in _evaluations(sentence, report and sentence is evaluations[0]):
            if report and (fact.done, fact.assertion) in seen:
                continue
            seen.add((fact.done, fact.assertion))
            yield fact
    if report or any(done for done, _ in seen):
        for sentence in view.sentences:
            if sentence.has("psych_part"):
                yield from _findings(sentence)


def _is_report(view: NoteView, first: Sentence) -> bool:
    """Whether the note is itself the report of the evaluation."""
    if view.note.type is not None and re.search(r"psych|behavioral", view.note.type, re.IGNORECASE):
        return True
    return first.start < 200 and view.note.type is None and first.text.isupper()


def _evaluations(sentence: Sentence, is_title: bool) -> Iterator[PsychEvaluation]:
    taken = False
    for mention in sentence.of("psych_eval"):
        if taken:
            return
        done, assertion = _status(sentence, mention, is_title)
        if done is None:
            continue
        taken = True
        missing = [
            m
            for m in [*sentence.of("psych_when"), *(sentence.next.of("psych_when") if sentence.next else [])]
            if m.id == "missing"
        ]
        yield PsychEvaluation(
            spans=(mention.span,),
            done=done,
            finding="report not available"
            if missing
            else "cleared"
            if mention.id == "cleared" or _is_cleared(sentence)
            else None,
            assertion=assertion,
            section=sentence.section,
            source="rule:psych_evaluation.evaluation",
        )


def _is_cleared(sentence: Sentence) -> bool:
    return bool(
        re.search(r"\bcleared\b|\bclearance (?:was )?(?:obtained|received|given|on file)|\bpassed\b", sentence.lower)
    )


def _status(sentence: Sentence, mention: Mention, is_title: bool) -> tuple[bool | None, Assertion]:
    if is_title or mention.id == "cleared":
        return True, "present"
    words = sentence.of("psych_when")
    later = [m for m in words if m.id == "later" and abs(m.start - mention.start) <= 80]
    done = [m for m in words if m.id == "done" and abs(m.start - mention.start) <= 80]
    assertion = sentence.assertion(mention, "psych_evaluation")
    after = sentence.lower[mention.end - sentence.start :]
    if re.match(
        r"[^.;]{0,60}\b(?:not\s+(?:yet\s+)?(?:been\s+)?(?:done|completed|obtained|performed)|never\s+done)\b", after
    ):
        return False, "negated"
    if assertion == "negated":
        return False, "negated"
    if done and not re.search(
        r"\b(?:will|to)\s+be\s+(?:done|completed|obtained|performed)|\bnot\s+(?:yet\s+)?(?:been\s+)?(?:done|completed|obtained)|\bonce\b|\bif\b|\bwhen\b",
        sentence.lower,
    ):
        return True, "present"
    if (
        later
        or sentence.section in PLAN_SECTIONS
        or re.search(r"\bwill\b|\bto be\b|\bonce\b|\bnot\s+yet\b", sentence.lower)
    ):
        return False, "planned"
    if sentence.dates or re.search(
        r"\b(?:shows?|showed|found|finds|documents?|documented|states|indicates?|notes|confirms?|by dr|was|had)\b",
        sentence.lower,
    ):
        return True, "present"
    return None, assertion


def _findings(sentence: Sentence) -> Iterator[PsychEvaluation]:
    for mention in sentence.of("psych_part"):
        before = sentence.text[: mention.start - sentence.start]
        assertion: Assertion = "present"
        finding = mention.id
        if mention.id not in _WITH_NEGATION:
            if _UNABLE.search(sentence.text):
                continue
            assertion = sentence.assertion(mention, "psych_evaluation")
            if assertion in ("hypothetical", "family", "planned"):
                continue
            assertion = "negated" if _NOT.search(before) else "present"
        yield PsychEvaluation(
            spans=(Span(mention.start, mention.end),),
            done=True,
            finding=finding,
            assertion=assertion,
            section=sentence.section,
            source="rule:psych_evaluation.finding",
        )
