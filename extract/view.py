"""A note as the fact finders see it: sentences with their section, phrases, amounts and assertions."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple, cast

from medspacy.context import ConTextModifier, ConTextRule

from chartproof.extract.context import Target, assertion_of, scoped_modifiers
from chartproof.extract.dates import DATE_WORDS, DateMention, find_dates
from chartproof.extract.lazy import lazy
from chartproof.extract.numbers import NUMBER_WORDS
from chartproof.extract.quantities import (
    UNIT_WORDS,
    Duration,
    Level,
    Percent,
    find_durations,
    find_levels,
    find_percents,
    has_short_unit,
)
from chartproof.extract.regex import Regex
from chartproof.extract.tokens import Tokens
from chartproof.facts import Assertion, Side
from chartproof.notes import Note
from chartproof.spans import Span

#: Sections whose plain statements are the author's plan.
PLAN_SECTIONS = frozenset({"plan", "education"})


class Mention(NamedTuple):
    """A phrase of the lexicon in the note: its label and id, character range and token range."""

    label: str
    id: str
    start: int
    end: int
    first: int
    last: int  # the token after the last one

    @property
    def span(self) -> Span:
        """The characters of the phrase."""
        return Span(self.start, self.end)


_DIGIT = Regex(r"\d")
#: What a date without a word has.
_NUMERIC_DATE = Regex(r"\d[/.-]\d|\d{4}")
_SIDE_LETTER = Regex(
    r"(?<![\w/.'-])(?:(?P<l>Lt?)|(?P<r>Rt?)|(?P<b>[Bb]/[Ll]|B(?=\s[CTL]\d)|(?:(?<=-\d\s)|(?<=[CTLS]\d\s))B))(?![\w'-]|/[A-Za-z]|\.\w|\s?\d{1,2}\s?[-/]\s?\d)"
)


class Sided(NamedTuple):
    """A word or letter for a side."""

    start: int
    end: int
    side: Side


class Sentence:
    """One sentence of a note.

    `start` and `end` are character offsets into the note; `body` is where the text after a heading
    begins; `text` is the sentence as it stands in the note, `lower` the same in lower case with
    typographic apostrophes made plain (offsets as in `text`), `words` its normalized words; `section` is the category of the section it stands in (None when unknown); `mentions` are
    the phrases in it, `by_label` the same by their labels. Amounts are found on first use.
    """

    __slots__ = (
        "__dict__",
        "_modifiers",
        "body",
        "by_label",
        "claimed",
        "context_matches",
        "end",
        "first",
        "index",
        "last",
        "lower",
        "mentions",
        "section",
        "start",
        "text",
        "view",
        "words",
    )

    def __init__(self, view: NoteView, index: int, start: int, end: int, first: int, last: int) -> None:
        self.view = view
        self.text = text = view.note.text[start:end]
        lowered = text.lower().replace("’", "'")
        self.lower = lowered if len(lowered) == len(text) else text
        self.words = frozenset(view.tokens.words[first:last])
        self.index = index
        self.start = start
        self.end = end
        self.body = start
        self.first = first
        self.last = last
        self.section: str | None = None
        self.mentions: list[Mention] = []
        self.by_label: dict[str, list[Mention]] = {}
        self.context_matches: list[tuple[int, int, ConTextRule]] = []
        self.claimed: list[Span] = []
        self._modifiers: dict[str | None, list[ConTextModifier]] = {}

    @lazy
    def _is_plain(self) -> bool:
        """Whether `words` hold every word as it is written: nothing shortened, broken over a line or unusual."""
        return self.text.isascii() and "'" not in self.text and "\n" not in self.text

    def may_say(self, words: frozenset[str]) -> bool:
        """Whether one of the words may stand in the sentence; False only where surely none does."""
        return not (self._is_plain and self.words.isdisjoint(words))

    @lazy
    def may_count(self) -> bool:
        """Whether a number, in digits or words, may stand in the sentence; False only where surely none does."""
        return self.has_digits or self.may_say(NUMBER_WORDS)

    @lazy
    def has_digits(self) -> bool:
        """Whether a digit stands in the sentence."""
        return _DIGIT.search(self.text) is not None

    @lazy
    def durations(self) -> list[Duration]:
        """Amounts of time, with offsets into the note."""
        if UNIT_WORDS.isdisjoint(self.words) and not (self.has_digits and has_short_unit(self.text)):
            return []
        return sorted(find_durations(self.text, self.start), key=lambda duration: duration.span)

    @lazy
    def percents(self) -> list[Percent]:
        """Percentages, with offsets into the note."""
        return (
            list(find_percents(self.text, self.start))
            if "%" in self.text or "percent" in self.lower or "per cent" in self.lower
            else []
        )

    @lazy
    def dates(self) -> list[DateMention]:
        """Dates resolved against the note's date, with offsets into the note."""
        if DATE_WORDS.isdisjoint(self.words) and (
            not self.has_digits or (self._is_plain and _NUMERIC_DATE.search(self.text) is None)
        ):
            return []
        return list(find_dates(self.text, self.view.reference, self.start, ahead=False))

    @lazy
    def levels(self) -> list[Level]:
        """Vertebral levels, with offsets into the note."""
        return list(find_levels(self.text, self.start)) if self.has_digits else []

    @lazy
    def sides(self) -> list[Sided]:
        """Words and capital letters ("L", "R", "b/l") that name a side, in order."""
        found = [Sided(m.start, m.end, cast(Side, m.id)) for m in self.mentions if m.label == "side"]
        text = self.text
        for match in _SIDE_LETTER.finditer(text) if "L" in text or "R" in text or "B" in text or "/" in text else ():
            side: Side = "left" if match["l"] else "right" if match["r"] else "bilateral"
            start, end = self.start + match.start(), self.start + match.end()
            if not any(start < other.end and other.start < end for other in found):
                found.append(Sided(start, end, side))
        return sorted(found)

    def of(self, *labels: str) -> list[Mention]:
        """The mentions with one of the labels, in order."""
        if len(labels) == 1:
            return list(self.by_label.get(labels[0], ()))
        return [mention for mention in self.mentions if mention.label in labels] if self.has(*labels) else []

    def has(self, *labels: str) -> bool:
        """Whether a mention has one of the labels."""
        return not self.by_label.keys().isdisjoint(labels)

    @property
    def previous(self) -> Sentence | None:
        """The sentence before this one, or None."""
        return self.view.sentences[self.index - 1] if self.index else None

    @property
    def next(self) -> Sentence | None:
        """The sentence after this one, or None."""
        return self.view.sentences[self.index + 1] if self.index + 1 < len(self.view.sentences) else None

    def claim(self, span: Span) -> None:
        """Mark an amount as used, so that a later finder does not read it as its own."""
        self.claimed.append(span)

    def is_claimed(self, span: Span) -> bool:
        """Whether an earlier finder used an amount that overlaps `span`."""
        return any(span.overlaps(other) for other in self.claimed)

    def between(self, left: Span | Mention, right: Span | Mention) -> str:
        """The text between two ranges, in whichever order they stand, lower case."""
        a, b = sorted(((left.start, left.end), (right.start, right.end)))
        return self.view.note.text[a[1] : b[0]].lower() if a[1] < b[0] else ""

    def same_clause(self, left: Span | Mention, right: Span | Mention) -> bool:
        """Whether no semicolon, full stop, contrast or line break of a list stands between the two."""
        gap = self.between(left, right)
        return not (
            ";" in gap or ". " in gap or " but " in gap or "however" in gap or "   " in gap or "\t" in gap or "|" in gap
        )

    @property
    def modifiers(self) -> list[ConTextModifier]:
        """The ConText modifiers of this sentence with their scopes, whatever they may modify."""
        return self.modifiers_of(None)

    def modifiers_of(self, label: str | None) -> list[ConTextModifier]:
        """The ConText modifiers that may modify targets of a label (a fact kind), with their scopes."""
        label = label.upper() if label is not None else None
        if label not in self._modifiers:
            self._modifiers[label] = scoped_modifiers(self.context_matches, (self.first, self.last), label)
        return self._modifiers[label]

    def token_range(self, span: Span) -> tuple[int, int]:
        """Token range that covers a character span of this sentence."""
        tokens = self.view.tokens
        first = bisect_left(tokens.ends, span.start + 1)
        last = bisect_left(tokens.starts, span.end)
        return first, max(last, first + 1)

    def assertion(self, span: Span | Mention, label: str) -> Assertion:
        """The assertion of what stands at `span`, as ConText and the section say.

        `label` is the fact kind; ConText rules may be limited to some kinds.
        """
        if self.section == "family_history":
            return "family"
        if not self.context_matches:
            return "present"
        if isinstance(span, Mention):
            first, last = span.first, span.last
        else:
            first, last = self.token_range(span)
        return assertion_of(self.modifiers_of(label), Target(first, last, label.upper()))[0]


class NoteView:
    """A note with its sentences; `reference` is the date that relative dates count from, if known."""

    def __init__(self, note: Note, tokens: Tokens, reference: dt.date | None) -> None:
        self.note = note
        self.tokens = tokens
        self.reference = reference
        self.sentences: list[Sentence] = []
        self.memo: dict[str, object] = {}  # what one finder leaves for another, by name

    @lazy
    def _by_label(self) -> dict[str, list[Sentence]]:
        found: dict[str, list[Sentence]] = {}
        for sentence in self.sentences:
            for label in sentence.by_label:
                found.setdefault(label, []).append(sentence)
        return found

    def having(self, *labels: str) -> list[Sentence]:
        """The sentences with a mention of one of the labels, in order."""
        if len(labels) == 1:
            return list(self._by_label.get(labels[0], ()))
        indices = {sentence.index for label in labels for sentence in self._by_label.get(label, ())}
        return [self.sentences[index] for index in sorted(indices)]

    def take_apart(self) -> None:
        """Let go of everything, so that the memory is free at once.

        Sentences know their view and the view its sentences; such a ring would stay until the garbage
        collector comes by, which would be a tenth of the time of a long run.
        """
        self.__dict__.clear()

    def in_sections(self, *sections: str) -> Iterator[Sentence]:
        """Sentences of the given sections."""
        return (sentence for sentence in self.sentences if sentence.section in sections)
