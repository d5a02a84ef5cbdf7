"""Closed vocabulary: a statement is read only when every word of it is known, so that none can turn its sense unseen.

Words are known from ``data/vocabulary.yaml``, from phrases of the lexicon that belong to the kind, and from the value
itself. A list of words that spoil a statement would always lack one; a list of words that do not can only be too short.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources

import yaml

from chartproof.extract.llm.quoted import Quoted, RejectedError
from chartproof.extract.regex import Regex
from chartproof.spans import Span

#: Kind -> labels of the lexicon whose phrases are known beside its value.
_LABELS: Mapping[str, tuple[str, ...]] = {
    "pain_score": ("symptom", "scale", "statistic"),
    "symptom_duration": ("symptom", "onset"),
    "pain_pattern": ("symptom", "pattern", "pattern_move", "pattern_place"),
    "functional_limit": ("symptom", "fl_activity", "fl_inability", "fl_limited", "fl_phrase"),
    "therapy": ("symptom", "therapy", "therapy_drug", "therapy_outcome"),
    "exam_test": ("symptom", "exam_test", "exam_test_weak", "exam_result"),
    "procedure": ("procedure", "procedure_part", "procedure_word", "procedure_cue"),
    "relief": ("symptom", "relief_word", "procedure", "procedure_part", "procedure_word", "therapy", "therapy_drug"),
}
#: Kinds whose span may hold words that were not read.
_LOOSE = frozenset({"functional_limit"})
#: Kinds beside whose value an amount of time may stand that is not part of it.
_TIMES = frozenset({"functional_limit"})
_WORD = Regex(r"[^\W_]+(?:['’][^\W_]+)*")
_EMPTY = Regex(r"\[[ \t_]*\]|\([ \t_]*\)|☐|_{2,}|[{}<>]|~~")
_DEGREES = Regex(r"\d{1,3}\s*(?:degrees?|deg\b|°)")
#: Where a statement ends: on its left only where a new one begins for sure, since what leads in holds for all of it.
_BEFORE = Regex(r";|,\s+(?:and|but)\b")
_BEHIND = Regex(r"[,;]|\b(?:and|but|although|though)\b")


def refuse_unknown(quoted: Quoted, spans: Iterable[Span], kind: str) -> None:
    """Raise RejectedError where the statement that holds the spans of a fact has a word, number or blank that is not known."""
    spans = list(spans)
    scope = statement(quoted, spans)
    text = scope.of(quoted.view.note.text).lower().replace("’", "'")
    if _EMPTY.search(text):
        raise RejectedError("unticked")
    read = [False] * len(text)
    known = [*([] if kind in _LOOSE else spans), *_said(quoted, kind)]
    for span in known:
        for at in range(max(span.start, scope.start), min(span.end, scope.end)):
            read[at - scope.start] = True
    for match in _words(kind).finditer(text):
        read[match.start() : match.end()] = [True] * (match.end() - match.start())
    if kind == "exam_test":
        for match in _DEGREES.finditer(text):
            read[match.start() : match.end()] = [True] * (match.end() - match.start())
    if any(not all(read[match.start() : match.end()]) for match in _WORD.finditer(text)):
        raise RejectedError("unknown_words")


def statement(quoted: Quoted, spans: Iterable[Span]) -> Span:
    """The part of the sentence that says something of the spans."""
    sentence = quoted.sentences[0]
    spans = list(spans)
    start, end = min(span.start for span in spans), max(span.end for span in spans)
    text = sentence.text
    first = sentence.body - sentence.start
    for match in _BEFORE.finditer(text, first, max(first, start - sentence.start)):
        first = match.end()
    behind = _BEHIND.search(text, end - sentence.start)
    return Span(min(start, sentence.start + first), sentence.start + (behind.start() if behind else len(text)))


def _said(quoted: Quoted, kind: str) -> Iterable[Span]:
    """Phrases of the lexicon that belong to the kind or name a place of the spine, and amounts that may stand beside."""
    for sentence in quoted.sentences:
        yield from (mention.span for mention in sentence.of(*_LABELS[kind]))
        yield from (mention.span for mention in sentence.of("region") if mention.id not in ("limb", "other"))
        yield from (level.span for level in sentence.levels)
        yield from (Span(sided.start, sided.end) for sided in sentence.sides)
        if kind in _TIMES:
            yield from (amount.span for amount in sentence.durations)
    if kind in _LOOSE:
        for name in ("limiting", "limiting_behind", "activities"):
            yield from quoted.places(name)


@cache
def _words(kind: str) -> re.Pattern[str]:
    """The known words of a kind as an expression over lower case text; longer phrases first."""
    text = resources.files("chartproof.extract.llm.data").joinpath("vocabulary.yaml").read_text("utf-8")
    lists = yaml.load(text, yaml.BaseLoader)
    words = sorted({*map(str, lists["common"]), *map(str, lists[kind])}, key=lambda word: (-len(word), word))
    inner = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in words)
    return re.compile(rf"(?<![\w'])(?:{inner})(?![\w'])")
