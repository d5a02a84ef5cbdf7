"""A quote in its note: the sentences it stands in, and the phrases and amounts that our parsers find inside it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, cached_property
from importlib import resources
from typing import Protocol, TypeVar

import yaml

from chartproof.extract.context import PRIORITY
from chartproof.extract.dates import DateMention
from chartproof.extract.kinds.common import answer_to, box_before
from chartproof.extract.quantities import Duration, Level, Percent
from chartproof.extract.regex import Regex
from chartproof.extract.view import Mention, NoteView, Sentence, Sided
from chartproof.facts import Assertion
from chartproof.fallback import Reason
from chartproof.spans import Span


class Placed(Protocol):
    """What has a place in the note."""

    @property
    def span(self) -> Span:
        """The characters."""


P = TypeVar("P", bound=Placed)
_ITEM = Regex(r"[ \t]*(?:[-*•·▪–+]|\(?\d{1,2}[.)]|[a-z][.)])[ \t]")


@cache
def cues(name: str) -> re.Pattern[str]:
    """The words of one list of ``data/cues.yaml`` as an expression over lower case text."""
    text = resources.files("chartproof.extract.llm.data").joinpath("cues.yaml").read_text("utf-8")
    words = sorted(map(str, yaml.load(text, yaml.BaseLoader)[name]), key=len, reverse=True)
    inner = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in words)
    return re.compile(rf"(?<![\w'-])(?:{inner})(?![\w'])")


class RejectedError(Exception):
    """A claim that is not used: why, and which attribute does not agree."""

    def __init__(self, reason: Reason, attribute: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.attribute = attribute


class Quoted:
    """A place of a note and what stands in it. Amounts are parsed over the whole sentence, so that none is cut."""

    def __init__(self, view: NoteView, span: Span) -> None:
        """Raises RejectedError where the place is no single statement."""
        self.view = view
        self.span = span
        self.sentences = [one for one in view.sentences if one.start < span.end and span.start < one.end]
        if not self.sentences:
            raise RejectedError("quote_not_found")
        if len(self.sentences) > 1:
            raise RejectedError("several_statements")

    @property
    def section(self) -> str | None:
        """The section the quote stands in."""
        return self.sentences[0].section

    @cached_property
    def text(self) -> str:
        """The quote's words as the note has them, lower case."""
        return self._lower(self.span)

    @cached_property
    def around(self) -> str:
        """The quote's sentences, lower case."""
        return self._lower(Span(self.sentences[0].start, self.sentences[-1].end))

    @cached_property
    def lead(self) -> str:
        """The line that leads the list the quote stands in, lower case; empty where it is no item of a list."""
        sentence: Sentence | None = self.sentences[0]
        if not _ITEM.match(self.view.note.text, self._line_start(self.sentences[0])):
            return ""
        while sentence is not None and _ITEM.match(self.view.note.text, self._line_start(sentence)):
            sentence = sentence.previous
        return "" if sentence is None else self._lower(Span(sentence.start, sentence.end))

    def _line_start(self, sentence: Sentence) -> int:
        return self.view.note.text.rfind("\n", 0, sentence.start) + 1

    @cached_property
    def _undated(self) -> str:
        """`around` with the dates blanked."""
        text, offset = self.around, self.sentences[0].start
        for sentence in self.sentences:
            for date in sentence.dates:
                start, end = date.span.start - offset, date.span.end - offset
                text = text[:start] + " " * (end - start) + text[end:]
        return text

    def _lower(self, span: Span) -> str:
        return span.of(self.view.note.text).lower().replace("’", "'")

    def says(self, name: str) -> bool:
        """Whether a word of the list stands in the quote."""
        return cues(name).search(self.text) is not None

    def sentence_says(self, name: str) -> bool:
        """Whether a word of the list stands in the quote's sentences; the name of a month is no word."""
        return cues(name).search(self._undated) is not None

    def places(self, name: str) -> list[Span]:
        """Where words of the list stand in the quote."""
        start = self.span.start
        return [Span(start + match.start(), start + match.end()) for match in cues(name).finditer(self.text)]

    def mentions(self, label: str, *ids: str) -> list[Mention]:
        """Phrases of the lexicon inside the quote."""
        return self.inside(
            mention for one in self.sentences for mention in one.of(label) if not ids or mention.id in ids
        )

    def sentence_has(self, *labels: str) -> bool:
        """Whether the quote's sentences hold a phrase with one of the labels."""
        return any(one.has(*labels) for one in self.sentences)

    def inside(self, found: Iterable[P]) -> list[P]:
        """Those that lie wholly inside the quote."""
        return [one for one in found if self.holds(one.span)]

    def holds(self, span: Span) -> bool:
        """Whether a place lies wholly inside the quote."""
        return self.span.start <= span.start and span.end <= self.span.end

    @cached_property
    def durations(self) -> list[Duration]:
        """Amounts of time inside the quote."""
        return self.inside(found for one in self.sentences for found in one.durations)

    @cached_property
    def percents(self) -> list[Percent]:
        """Percentages inside the quote."""
        return self.inside(found for one in self.sentences for found in one.percents)

    @cached_property
    def percents_around(self) -> list[Percent]:
        """Percentages in the quote's sentences, inside the quote or not."""
        return [found for one in self.sentences for found in one.percents]

    @cached_property
    def dates(self) -> list[DateMention]:
        """Dates inside the quote."""
        return self.inside(found for one in self.sentences for found in one.dates)

    @cached_property
    def levels(self) -> list[Level]:
        """Vertebral levels inside the quote."""
        return self.inside(found for one in self.sentences for found in one.levels)

    @cached_property
    def sides(self) -> list[Sided]:
        """Words for a side in the quote's sentences, inside the quote or not: one outside may contradict."""
        return [found for one in self.sentences for found in one.sides]

    def sentence_of(self, span: Span) -> Sentence:
        """The sentence a place inside the quote stands in."""
        return next((one for one in self.sentences if one.start <= span.start < one.end), self.sentences[0])

    def before(self, span: Span, length: int = 30) -> str:
        """The characters of the same sentence before a place, lower case."""
        return self._lower(Span(max(self.sentence_of(span).start, span.start - length), span.start))

    def between(self, left: Span, right: Span) -> str:
        """The characters between two places, in whichever order they stand, lower case; empty where they touch."""
        first, second = sorted((left, right))
        return self._lower(Span(first.end, max(first.end, second.start)))

    def assertion(self, anchors: Iterable[Span], kind: str) -> Assertion:
        """What ConText, the section and the form say of the anchors; the strongest reading counts.

        Here a denial, a condition or a relative reaches to the end of its clause, however far that is.
        """
        found: set[Assertion] = set()
        for anchor in anchors:
            sentence = self.sentence_of(anchor)
            found.add(sentence.assertion(anchor, kind))
            found |= _reaching(sentence, anchor, kind)
            if box_before(sentence, anchor) is False:
                raise RejectedError("unticked")
            if answer_to(sentence, anchor) is False:
                found.add("negated")
        return next((one for one in PRIORITY if one in found), "present")


def _reaching(sentence: Sentence, anchor: Span, kind: str) -> set[Assertion]:
    """Assertions of modifiers before the anchor whose clause no word ends, without the limit of words."""
    first, _ = sentence.token_range(anchor)
    found: set[Assertion] = set()
    for modifier in sentence.modifiers_of(kind):
        category, direction = modifier.category.lower(), modifier.direction.upper()
        _, end = modifier.modifier_span
        if end > first:
            continue
        if direction == "TERMINATE":
            found.discard("negated")
            found.discard("possible")
        elif direction in ("FORWARD", "BIDIRECTIONAL") and category in ("negated", "family", "hypothetical"):
            found.add(category)
    return found
