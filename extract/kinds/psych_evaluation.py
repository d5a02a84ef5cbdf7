"""Psychological evaluations: done or only planned, and what they find, one fact per statement.

A finding told in the sentence of the evaluation is part of its fact (several are joined by "; "); one told
elsewhere is a fact of its own.

A note that is the psychologist's own report is the completed evaluation, whether or not a sentence
says so; elsewhere a sentence tells that one was done or is to come. The findings that guidelines
ask about (`psych_parts`) are normalized: "pain not psychogenic", "axis II none", "axis II managed",
"no untreated addiction", "able to manage device", "cognition intact", "cognition score normal",
"physically capable", "willing to participate". They are read in a report, and in another note only
where it tells of an evaluation that was done.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from chartproof.extract.kinds.common import box_before, is_of_relative
from chartproof.extract.kinds.psych_parts import parts
from chartproof.extract.regex import Regex
from chartproof.extract.view import PLAN_SECTIONS, Mention, NoteView, Sentence
from chartproof.facts import Assertion, PsychEvaluation
from chartproof.spans import Span

_ABOUT_DEVICE = Regex(
    r"\b(?:stimulat\w*|neurostimulat\w*|scs|implant\w*|pump|trial|device|neuromodulation|intrathecal|spine|spinal|pain)\b",
    re.IGNORECASE,
)
_FOR_DEVICE = Regex(
    r"\b(?:stimulat\w*|neurostimulat\w*|scs|implant\w*|pump|device|neuromodulation|intrathecal|drug\s+delivery)\b",
    re.IGNORECASE,
)
_PSYCH_TYPE = Regex(r"psych|behavio", re.IGNORECASE)
_SESSION_TYPE = Regex(r"\b(?:therapy|progress|session|group|counsel\w*|letter)\b", re.IGNORECASE)
_TITLE = Regex(
    r"\b(?:psych\w*|neuropsych\w*|behavio(?:u)?ral\s+(?:health|medicine))\b[^\n]{0,60}\b(?:eval\w*|assess\w*|consult\w*|screen\w*|clearance|report|testing)\b"
    r"|\b(?:eval\w*|assess\w*|consult\w*|screen\w*|clearance|report|testing)\b[^\n]{0,40}\b(?:psych\w*|behavio(?:u)?ral\s+(?:health|medicine))\b",
    re.IGNORECASE,
)
_TESTED = Regex(
    r"\b(?:ph\.?d|psy\.?d|psychologist|mmpi\S*|phq-?9|bhi-?2|pai|interview|testing|moca|slums|evaluator|referr\w+|asked)\b",
    re.IGNORECASE,
)
_UNFINISHED = Regex(
    r"\b(?:evaluation|assessment|clearance|report)\s+(?:is|was|remains|will\s+be|has\s+been)\s+(?:incomplete|not\s+(?:yet\s+)?complete\w*|unfinished|pending|deferred|to\s+be\s+completed)\b"
    r"|\b(?:incomplete|unfinished|partial)\s+(?:evaluation|assessment)\b|\b(?:part|session|visit)\s+1\s+of\s+[2-9]\b"
    r"|\bpreliminary\s+(?:report|note|impression|evaluation)\b|\b(?:evaluation|assessment)\s+(?:could\s+not\s+be|not)\s+(?:completed|finished)\b"
    r"|\b(?:no[- ]?show|did\s+not\s+(?:attend|come|show)|reschedul\w+)\b",
    re.IGNORECASE,
)
_EVALUATES = Regex(r"eval|assess|consult|screen|clear|testing", re.IGNORECASE)
_NEAR = 80  # characters between the evaluation and the word that says when
_FOLLOWS = 6  # sentences that may tell the findings of an evaluation named before them


def find(view: NoteView) -> Iterator[PsychEvaluation]:
    """Yield the psychological evaluations of a note and their findings."""
    named = view.having("psych_eval", "psych_short")
    title = _title_of_report(view)
    if title is None and not (named and _ABOUT_DEVICE.search(view.note.text)):
        return
    if title is not None:
        unfinished = next((m for s in view.sentences if (m := _UNFINISHED.search(s.text))), None) is not None
        yield PsychEvaluation(
            spans=(title,),
            done=not unfinished,
            assertion="planned" if unfinished else "present",
            section=view.sentences[0].section,
            source="rule:psych_evaluation.report",
        )
        if not unfinished:
            yield from _clearance(view)
            yield from _findings(view.sentences)
        return
    read: set[int] = set()
    told: set[int] = set()
    for sentence in named:
        for fact in _evaluations(sentence):
            if not fact.done:
                yield fact
                continue
            of_it, apart = _of_statement(fact, _findings([sentence]))
            yield of_it
            yield from apart
            read.add(sentence.index)
            told.update(one.index for one in _telling(sentence))
    yield from _findings([one for one in view.sentences if one.index in told - read])


def _of_statement(
    evaluation: PsychEvaluation, findings: Iterable[PsychEvaluation]
) -> tuple[PsychEvaluation, list[PsychEvaluation]]:
    """The evaluation with the findings that its sentence affirms, and those that it denies or defers."""
    names = [evaluation.finding] if evaluation.finding else []
    spans, apart = list(evaluation.spans), []
    for one in sorted(findings, key=lambda found: found.spans):
        if one.assertion != evaluation.assertion or one.finding is None:
            apart.append(one)
            continue
        names.append(one.finding)
        spans.extend(span for span in one.spans if not any(span.overlaps(other) for other in spans))
    joined = PsychEvaluation.SEPARATOR.join(dict.fromkeys(names)) or None
    return evaluation.model_copy(update={"finding": joined, "spans": tuple(spans)}), apart


def _clearance(view: NoteView) -> Iterator[PsychEvaluation]:
    """The clearance that a report gives, once."""
    for sentence in view.sentences:
        for mention in sentence.of("psych_eval"):
            if mention.id == "cleared" and _status(sentence, mention) == (True, "present"):
                yield PsychEvaluation(
                    spans=(mention.span,),
                    done=True,
                    finding="cleared",
                    section=sentence.section,
                    source="rule:psych_evaluation.clearance",
                )
                return


def _title_of_report(view: NoteView) -> Span | None:
    """The title of a note that is itself the report of an evaluation, or None."""
    text, kind = view.note.text, view.note.type
    of_type = kind is not None and _PSYCH_TYPE.search(kind) is not None
    if kind is not None and not of_type:
        return None
    title = _TITLE.search(text, 0, 300)
    if kind is None and (
        title is None or not text[: title.start()].strip(" \t\n#*=-").count("\n") <= 2 or not _TESTED.search(text)
    ):
        return None
    if kind is None and title is not None and "\n" in text[: title.start()].strip() and not title[0][:1].isupper():
        return None
    evaluates = kind is not None and _EVALUATES.search(kind) is not None
    if not _FOR_DEVICE.search(text) and not (evaluates and _ABOUT_DEVICE.search(text)):
        return None
    if (
        of_type
        and kind is not None
        and _SESSION_TYPE.search(kind)
        and not re.search(r"eval|assess|consult|screen|clear", kind, re.IGNORECASE)
    ):
        return None
    if title is not None:
        return Span(title.start(), title.end())
    first = next((s for s in view.sentences if s.text.strip()), None)
    if first is None:
        return None
    line = first.text.split("\n")[0].rstrip()
    return Span(first.start, first.start + max(1, min(len(line), 80)))


def _telling(sentence: Sentence) -> Iterator[Sentence]:
    """The sentence of an evaluation and those after it that go on about it."""
    yield sentence
    text, one = sentence.view.note.text, sentence
    for _ in range(_FOLLOWS):
        later = one.next
        if later is None or later.section != sentence.section or "\n\n" in text[one.end : later.start]:
            return
        yield later
        one = later


def _evaluations(sentence: Sentence) -> Iterator[PsychEvaluation]:
    for mention in sentence.of("psych_eval", "psych_short"):
        done, assertion = _status(sentence, mention)
        if done is None or is_of_relative(sentence, mention):
            continue
        missing = [
            m
            for m in [*sentence.of("psych_when"), *(sentence.next.of("psych_when") if sentence.next else [])]
            if m.id == "missing"
        ]
        cleared = mention.id == "cleared" or _CLEARED.search(sentence.lower) is not None
        yield PsychEvaluation(
            spans=(mention.span,),
            done=done,
            finding="report not available" if missing else "cleared" if cleared and done else None,
            assertion=assertion,
            section=sentence.section,
            source="rule:psych_evaluation.evaluation",
        )
        return


_CLEARED = Regex(r"(?<!not )\bcleared\b|\bclearance (?:was )?(?:obtained|received|given|on file)|\bpassed\b")
_NOT_DONE = Regex(
    r"[^.;]{0,60}\b(?:not\s+(?:yet\s+)?(?:been\s+)?(?:done|completed|obtained|performed|cleared|had|scheduled)|never\s+done|hasn't\s+been)\b"
)
_SCHEDULED = Regex(r"(?<!not )(?<!not yet )(?<!not been )\b(?:scheduled|booked|appointment|set\s+for)\b")
_NOT_YET = Regex(
    r"\b(?:will|to)\s+be\s+(?:done|completed|obtained|performed|cleared|reviewed)|\bnot\s+(?:yet\s+)?(?:been\s+)?(?:done|completed|obtained|cleared)|\bonce\b|\bif\b|\bwhen\b|\buntil\b|\bmust\b|\bawait\w*|\bpending\b"
)
_LATER = Regex(r"\bwill\b|\bto be\b|\bonce\b|\bnot\s+yet\b")
_TELLS = Regex(
    r"\b(?:shows?|showed|found|finds|documents?|documented|states|indicates?|notes|confirms?|by dr|was|had|saw|seen by|met with)\b"
)


def _status(sentence: Sentence, mention: Mention) -> tuple[bool | None, Assertion]:
    """Whether the evaluation was done (None: not told), and the assertion."""
    if mention.id == "cleared" and not _NOT_YET.search(sentence.lower):
        return True, "present"
    near = [m for m in sentence.of("psych_when") if abs(m.start - mention.start) <= _NEAR]
    if mention.label == "psych_short":
        near = [m for m in near if abs(m.start - mention.end) <= 40 and sentence.same_clause(m, mention)]
        if not near:
            return None, "present"
    later, done = ([m for m in near if m.id == when] for when in ("later", "done"))
    assertion = sentence.assertion(mention, "psych_evaluation")
    if _NOT_DONE.match(sentence.lower[mention.end - sentence.start :]) or assertion == "negated":
        return False, "planned" if _SCHEDULED.search(sentence.lower) else "negated"
    if done and not _NOT_YET.search(sentence.lower):
        return True, "present"
    if later or sentence.section in PLAN_SECTIONS or _LATER.search(sentence.lower):
        return False, "planned"
    if mention.label == "psych_eval" and (sentence.dates or _TELLS.search(sentence.lower)):
        return True, "present"
    return None, assertion


_QUESTION = 60  # characters of the answer to a question of a form


def _findings(sentences: list[Sentence]) -> Iterator[PsychEvaluation]:
    """The parts of the assessment told in the sentences; a question is read with its answer."""
    for sentence in sentences:
        if sentence.section == "family_history":
            continue
        text = sentence.text
        if text.rstrip().endswith("?") and sentence.next is not None:
            text = sentence.view.note.text[sentence.start : min(sentence.next.end, sentence.end + _QUESTION)]
        for finding, assertion, start, end in parts(text):
            if box_before(sentence, Span(sentence.start + start, sentence.start + end)) is False:
                continue
            yield PsychEvaluation(
                spans=(Span(sentence.start + start, sentence.start + end),),
                done=True,
                finding=finding,
                assertion=assertion,
                section=sentence.section,
                source="rule:psych_evaluation.finding",
            )
        for mention in sentence.of("psych_part"):
            if sentence.assertion(mention, "psych_evaluation") == "present":
                yield PsychEvaluation(
                    spans=(mention.span,),
                    done=True,
                    finding=mention.id,
                    section=sentence.section,
                    source="rule:psych_evaluation.finding",
                )
