"""What of a note is sent: the sentences that can hold a fact of the kinds asked for, within a number of tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chartproof.extract.view import NoteView, Sentence

#: Labels of the lexicon of which one must stand in a sentence that holds a fact of the kind.
_LABELS: dict[str, tuple[str, ...]] = {
    "pain_score": ("symptom", "scale", "statistic"),
    "symptom_duration": ("symptom", "onset"),
    "pain_pattern": ("pattern", "pattern_move", "pattern_place"),
    "functional_limit": ("fl_activity", "fl_inability", "fl_limited", "fl_phrase", "fl_index"),
    "therapy": ("therapy", "therapy_drug"),
    "exam_test": ("exam_test", "exam_test_weak"),
    "procedure": ("procedure", "procedure_part", "procedure_verb"),
    "relief": ("relief_word", "relief_gain", "relief_now"),
}
_EVERYWHERE = frozenset({"family_history", "allergies", "labs", "education", "medications", "procedure_detail"})
#: Sections that cannot hold a fact of the kind, beside those that hold none at all.
_CLOSED: dict[str, frozenset[str]] = {
    "pain_score": frozenset({"imaging", "pmh", "psh", "social_history", "plan"}),
    "symptom_duration": frozenset({"imaging", "plan", "therapy_detail", "psh"}),
    "pain_pattern": frozenset({"exam", "imaging", "psh", "procedure", "plan"}),
    "functional_limit": frozenset({"imaging", "plan", "procedure", "ros", "exam", "psh"}),
    "therapy": frozenset({"imaging", "ros", "psh"}),
    "exam_test": frozenset({"imaging", "plan", "psh", "pmh"}),
    "procedure": frozenset({"imaging", "ros", "exam", "social_history"}),
    "relief": frozenset({"imaging", "plan", "ros"}),
}
_NOT_OUT = 3  # bytes of UTF-8 a token stands for at least, in English


@dataclass(frozen=True, slots=True)
class Selection:
    """The text to send, and the most tokens it can be."""

    text: str
    tokens: int


def tokens_of(text: str) -> int:
    """How many tokens a text is at most, about: an estimate that needs no model's vocabulary."""
    return len(text.encode("utf-8", "surrogatepass")) // _NOT_OUT + 1


def is_open(section: str | None, kind: str) -> bool:
    """Whether a section can hold a fact of the kind."""
    return section is None or (section not in _EVERYWHERE and section not in _CLOSED[kind])


def select(view: NoteView, text: str, kinds: Sequence[str], max_tokens: int) -> Selection:
    """The sentences of `text` that can hold a fact of the kinds, each with the one before it, in the note's order.

    `text` is the note's text or a copy of the same length with parts masked. Where the budget does not hold all,
    sentences that can hold more of the kinds go first. Empty where there is none.
    """
    worth = {index: score for index, one in enumerate(view.sentences) if (score := _score(one, kinds))}
    chosen: set[int] = set()
    used = 0
    for index in sorted(worth, key=lambda index: (-worth[index], index)):
        wanted = {index} | ({index - 1} if _leads(view, index) else set())
        cost = sum(tokens_of(_piece(view.sentences[one], text)) for one in wanted - chosen)
        if used + cost <= max_tokens:
            chosen |= wanted
            used += cost
    parts: list[str] = []
    last: Sentence | None = None
    for index in sorted(chosen):
        sentence = view.sentences[index]
        if last is not None:
            parts.append(" " if last.index + 1 == index and "\n" not in text[last.end : sentence.start] else "\n")
        parts.append(_piece(sentence, text))
        last = sentence
    joined = "".join(parts)
    return Selection(joined, tokens_of(joined))


def _piece(sentence: Sentence, text: str) -> str:
    return text[sentence.start : sentence.end]


def _score(sentence: Sentence, kinds: Sequence[str]) -> int:
    return sum(is_open(sentence.section, kind) and sentence.has(*_LABELS[kind]) for kind in kinds)


def _leads(view: NoteView, index: int) -> bool:
    """Whether the sentence before belongs to the same part of the note and may be sent with it."""
    if not index:
        return False
    before, here = view.sentences[index - 1], view.sentences[index]
    return before.section == here.section and before.section not in _EVERYWHERE
