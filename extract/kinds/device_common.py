"""What the modules about limbs, stimulators and pumps share: mentions, neighbors and the facts they make."""

from __future__ import annotations

from collections.abc import Iterator

from chartproof.extract.view import Mention, Sentence
from chartproof.facts import Assertion, Side, Statement, StatementTopic
from chartproof.spans import Span

#: Assertions of what is not the patient's state.
SKIPPED = ("hypothetical", "planned", "family")


def before(sentence: Sentence, count: int) -> Iterator[Sentence]:
    """Up to so many sentences before one, the nearest first."""
    one = sentence.previous
    while one is not None and count > 0:
        yield one
        one, count = one.previous, count - 1


def around(sentence: Sentence, count: int) -> Iterator[Sentence]:
    """The sentence, up to so many before it and as many after it."""
    yield sentence
    yield from before(sentence, count)
    one = sentence.next
    while one is not None and count > 0:
        yield one
        one, count = one.next, count - 1


def of(sentence: Sentence, label: str) -> list[Mention]:
    """The mentions of a label; those that only shadow another phrase are left out."""
    return [mention for mention in sentence.of(label) if mention.id != "none"]


def words(sentence: Sentence, mention: Mention) -> str:
    """The words of a mention in lower case."""
    return sentence.view.note.text[mention.start : mention.end].lower()


def fact(
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
    """A statement with the sentence\'s section and the rule that found it; amounts are as the topic says."""
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
