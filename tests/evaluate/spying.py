"""Which facts a criterion reads: its check runs on a chart that notes what is asked of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from chartproof.evaluate import engine
from chartproof.evaluate.chart import Chart, Item
from chartproof.evaluate.guideline import Criterion, Guideline
from chartproof.evaluate.judgement import Judgement
from chartproof.evaluate.timeline import Timeline
from chartproof.facts import KINDS, Fact, NoteFacts, Statement
from chartproof.notes import Case

KIND_OF = {
    "pain_scores": "pain_score",
    "durations": "symptom_duration",
    "patterns": "pain_pattern",
    "functional_limits": "functional_limit",
    "therapies": "therapy",
    "exam_tests": "exam_test",
    "procedures": "procedure",
    "reliefs": "relief",
    "diagnoses": "diagnosis",
    "imaging": "imaging",
    "contraindications": "contraindication",
    "psych_evaluations": "psych_evaluation",
    "patients": "patient",
    "statements": "statement",
}
"""The lists of a chart and the kinds they hold; any other list counts as all kinds."""


class SpyChart(Chart):
    """A chart that notes the kinds of facts, and the topics of statements, that are read.

    Which regions a note speaks of is context that every check shares, and no reading.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.read: set[str] = set()
        super().__init__(*arguments, **options)
        _ = self.topics
        self.read.clear()

    def __getattribute__(self, name: str) -> Any:
        if name in KIND_OF:
            read = {*self.read, KIND_OF[name]}
            found = object.__getattribute__(self, name)
            self.read = read
            return found
        if name in ("items", "by_kind"):
            self.read.update(KINDS)
        return object.__getattribute__(self, name)

    def topic(self, name: str) -> list[Item[Statement]]:
        read = {*self.read, f"statement:{name}"}
        found = super().topic(name)
        self.read = read
        return found


class SpyJudgement(Judgement):
    """A judgement whose timeline counts as read only when a criterion asks for it."""

    @property
    def timeline(self) -> Timeline:  # type: ignore[override]
        assert isinstance(self.chart, SpyChart)
        self.chart.read |= {"procedure", "relief"}
        return self._timeline

    @timeline.setter
    def timeline(self, value: Timeline) -> None:
        self._timeline = value


@dataclass(frozen=True)
class Reading:
    """The status of a criterion, and what it read: kinds of facts, and topics as ``statement:topic``."""

    status: str
    read: frozenset[str]

    def has(self, fact: Fact) -> bool:
        """Whether a fact is among what was read."""
        topic = f"statement:{fact.topic}" if isinstance(fact, Statement) else fact.kind
        return fact.kind in self.read or topic in self.read


class Spy:
    """Judges single criteria of a case, each on a chart of its own, as the engine would build it."""

    def __init__(self, case: Case, facts: Sequence[NoteFacts], guideline: Guideline) -> None:
        self.case = case
        made: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {}

        class Charts(Chart):
            def __init__(self, *arguments: Any, **options: Any) -> None:
                made["chart"] = (arguments[2:], options)
                super().__init__(*arguments, **options)

        class Judgements(Judgement):
            def __init__(self, *arguments: Any, **options: Any) -> None:
                made["judgement"] = (arguments[1:], options)
                super().__init__(*arguments, **options)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(engine, "Chart", Charts)
            patch.setattr(engine, "Judgement", Judgements)
            engine.evaluate(case, facts, guideline)
        self._made = made

    def judge(self, criterion: Criterion, facts: Sequence[NoteFacts]) -> Reading:
        """The status of a criterion with these facts, and what it read."""
        arguments, options = self._made["chart"]
        chart = SpyChart(self.case, facts, *arguments, **options)
        arguments, options = self._made["judgement"]
        judgement = SpyJudgement(chart, *arguments, **options)
        chart.read.clear()
        if criterion.when is not None and criterion.when.judge(judgement).status != "met":
            return Reading("not_applicable", frozenset(chart.read))
        status = criterion.judge(judgement).status
        return Reading(status, frozenset(chart.read))
