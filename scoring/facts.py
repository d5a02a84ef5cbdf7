"""Scores of extracted facts against gold facts: per kind and in all, overlap and strict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from chartproof.facts import KINDS, SCHEMA_KINDS, Fact, NoteFacts
from chartproof.notes import Note
from chartproof.scoring.bootstrap import Array, interval, ratio
from chartproof.scoring.excerpt import printable, sentence
from chartproof.scoring.matching import Matching, match_facts

Gold = tuple[Note, NoteFacts]
Interval = tuple[float, float]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Scores(_Model):
    """Counts and rates of one way of matching; a rate is None when nothing was there to score."""

    tp: int
    fp: int
    fn: int
    precision: float | None
    recall: float | None
    f1: float | None
    precision_95: Interval | None
    recall_95: Interval | None
    f1_95: Interval | None


class AttributeScore(_Model):
    """How often a match gives the attribute that gold gives."""

    equal: int
    given: int
    accuracy: float


class KindScore(_Model):
    """The scores of one kind, or of all kinds together."""

    gold: int
    predicted: int
    overlap: Scores
    strict: Scores
    attributes: dict[str, AttributeScore]


class FactDifference(_Model):
    """One disagreement, with its sentence; made only when the user asks for errors."""

    error: Literal["missed", "false_alarm", "strict"]
    note_id: str
    kind: str
    span: tuple[int, int]
    sentence: str
    gold: Fact | None
    predicted: Fact | None
    predicted_text: str | None
    differing: tuple[str, ...] = ()


class FactsReport(_Model):
    """Scores of all notes; ``kinds`` holds the kinds that gold or prediction has, in schema order."""

    notes: int
    all: KindScore
    kinds: dict[str, KindScore]
    differences: tuple[FactDifference, ...] | None = None


def scored_kinds(gold: NoteFacts, only: Sequence[str] | None = None) -> tuple[str, ...]:
    """The kinds to score in a note: those that were annotated, narrowed to `only`.

    Gold that does not say which is annotated for the kinds of the fact schema, and for others that it holds.
    """
    held = {fact.kind for fact in gold.facts}
    annotated = gold.kinds
    if annotated is None:
        annotated = tuple(kind for kind in KINDS if kind in SCHEMA_KINDS or kind in held)
    return tuple(kind for kind in KINDS if kind in annotated and (only is None or kind in only))


def match_note(gold: NoteFacts, predicted: NoteFacts | None, only: Sequence[str] | None = None) -> Matching:
    """Match the facts of one note over the kinds that are scored in it."""
    kinds = scored_kinds(gold, only)
    found = () if predicted is None else predicted.facts
    return match_facts(
        [fact for fact in gold.facts if fact.kind in kinds], [fact for fact in found if fact.kind in kinds]
    )


def score_facts(
    gold: Sequence[Gold],
    predictions: Mapping[str, NoteFacts],
    *,
    only: Sequence[str] | None = None,
    with_differences: bool = False,
) -> FactsReport:
    """Score `predictions` (by note id) against `gold`.

    A note without prediction counts as one with no facts. `only` narrows the kinds. With
    `with_differences` the report holds every miss, false alarm and strict difference with its
    sentence, which is note text.
    """
    matchings = [match_note(facts, predictions.get(note.note_id), only) for note, facts in gold]
    present = {fact.kind for matching in matchings for fact in _all_facts(matching)}
    differences = None
    if with_differences:
        differences = tuple(
            difference
            for (note, _), matching in zip(gold, matchings, strict=True)
            for difference in differences_of(note, matching)
        )
    return FactsReport(
        notes=len(gold),
        all=_score(matchings, None),
        kinds={kind: _score(matchings, kind) for kind in KINDS if kind in present},
        differences=differences,
    )


def _all_facts(matching: Matching) -> list[Fact]:
    return [*(match.gold for match in matching.matches), *matching.missed, *matching.false_alarms]


def _score(matchings: Sequence[Matching], kind: str | None) -> KindScore:
    rows: list[tuple[int, int, int, int]] = []
    attributes: dict[str, list[bool]] = {}
    for matching in matchings:
        matches = [match for match in matching.matches if kind in (None, match.gold.kind)]
        missed = sum(kind in (None, fact.kind) for fact in matching.missed)
        alarms = sum(kind in (None, fact.kind) for fact in matching.false_alarms)
        rows.append((len(matches) + missed, len(matches) + alarms, len(matches), sum(m.strict for m in matches)))
        for match in matches:
            for name, same in match.attributes.items():
                attributes.setdefault(name, []).append(same)
    gold, predicted = sum(row[0] for row in rows), sum(row[1] for row in rows)
    return KindScore(
        gold=gold,
        predicted=predicted,
        overlap=_rates(rows, 2),
        strict=_rates(rows, 3),
        attributes={
            name: AttributeScore(equal=sum(same), given=len(same), accuracy=round(sum(same) / len(same), 4))
            for name, same in sorted(attributes.items())
        },
    )


def _rates(rows: Sequence[tuple[int, int, int, int]], column: int) -> Scores:
    """Scores from rows of (gold, predicted, overlap hits, strict hits); `column` says which hits count."""
    gold, predicted, hits = (sum(row[index] for row in rows) for index in (0, 1, column))

    def precision(sums: Array) -> Array:
        return ratio(sums[:, column], sums[:, 1])

    def recall(sums: Array) -> Array:
        return ratio(sums[:, column], sums[:, 0])

    def f1(sums: Array) -> Array:
        return ratio(2 * sums[:, column], sums[:, 0] + sums[:, 1])

    return Scores(
        tp=hits,
        fp=predicted - hits,
        fn=gold - hits,
        precision=_quotient(hits, predicted),
        recall=_quotient(hits, gold),
        f1=_quotient(2 * hits, gold + predicted),
        precision_95=interval(rows, precision),
        recall_95=interval(rows, recall),
        f1_95=interval(rows, f1),
    )


def _quotient(numerator: int, denominator: int) -> float | None:
    return round(numerator / denominator, 4) if denominator else None


def differences_of(note: Note, matching: Matching) -> list[FactDifference]:
    """Every disagreement in one note, in the order of the note."""
    found: list[FactDifference] = []
    for match in matching.matches:
        if match.differing:
            found.append(_difference(note, "strict", match.gold, match.predicted, match.differing))
    found.extend(_difference(note, "missed", fact, None) for fact in matching.missed)
    found.extend(_difference(note, "false_alarm", None, fact) for fact in matching.false_alarms)
    return sorted(found, key=lambda difference: (difference.span, difference.kind, difference.error))


def _difference(
    note: Note,
    error: Literal["missed", "false_alarm", "strict"],
    gold: Fact | None,
    predicted: Fact | None,
    differing: tuple[str, ...] = (),
) -> FactDifference:
    shown = gold or predicted
    assert shown is not None
    return FactDifference(
        error=error,
        note_id=note.note_id,
        kind=shown.kind,
        span=shown.spans[0],
        sentence=sentence(note.text, shown.spans[0]),
        gold=gold,
        predicted=predicted,
        predicted_text=printable(predicted.spans[0].of(note.text)) if predicted else None,
        differing=differing,
    )
