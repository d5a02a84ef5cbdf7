"""A small assessed case, and facts of a note, made by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chartproof.assessment import Assessment, CriterionResult, Evidence, PathwayResult, Status
from chartproof.facts import ExamTest, NoteFacts, PainScore
from chartproof.notes import Case, Note, Request
from chartproof.spans import Span

NOTE = Note(
    note_id="n1",
    text='Pain is 7/10.\r\nFABER & "thigh thrust" positive\ton the left. <script>alert(1)</script> 😀\fPage 2',
)


def span(text: str, phrase: str) -> Span:
    """The span of the only place where `phrase` stands in `text`."""
    start = text.index(phrase)
    return Span(start, start + len(phrase))


def result(
    identifier: str, status: Status = "met", phrases: tuple[str, ...] = (), missing: str | None = None
) -> CriterionResult:
    """A criterion with evidence from NOTE."""
    spans = [span(NOTE.text, phrase) for phrase in phrases]
    return CriterionResult(
        id=identifier,
        status=status,
        text=f"The requirement of {identifier}.",
        source="Guide 1, section 2",
        reason=f"The reason of {identifier}.",
        evidence=tuple(Evidence(note_id="n1", start=s.start, end=s.end, text=s.of(NOTE.text)) for s in spans),
        missing=missing,
    )


@pytest.fixture
def note() -> Note:
    return NOTE


@pytest.fixture
def case() -> Case:
    return Case(case_id="c1", request=Request(cpt=("27096",), side="left"), notes=(NOTE,))


@pytest.fixture
def assessment(case: Case) -> Assessment:
    return Assessment(
        case_id="c1",
        request=case.request,
        guideline="g-1",
        guideline_version="2024-01",
        pathway="g-1.main",
        determination="needs_information",
        criteria=(
            result("g-1.main.pain", phrases=("7/10",)),
            result(
                "g-1.main.exam", phrases=('FABER & "thigh thrust" positive', '"thigh thrust" positive\ton the left')
            ),
            result("g-1.main.weeks", "not_documented", missing="The weeks of therapy."),
            result("g-1.other.age", "not_met"),
        ),
        gates=(result("g-1.limit", "not_met"), result("g-1.infection", "not_applicable")),
        pathways=(
            PathwayResult(id="g-1.main", status="not_documented"),
            PathwayResult(id="g-1.other", status="not_met"),
        ),
        initial_or_repeat="initial",
        reference_date="2024-05-21",
    )


@pytest.fixture
def facts() -> NoteFacts:
    text = NOTE.text
    return NoteFacts(
        note_id="n1",
        facts=(
            PainScore(spans=(span(text, "7/10"),), low=7, high=7, section="history", source="rule:pain"),
            ExamTest(
                spans=(span(text, "FABER"), span(text, "positive\ton the left")),
                test="faber",
                result="positive",
                side="left",
            ),
            ExamTest(
                spans=(span(text, "thigh thrust"), span(text, "positive")), test="thigh_thrust", assertion="historical"
            ),
        ),
    )


@pytest.fixture
def replaced(assessment: Assessment) -> Callable[..., Assessment]:
    """The assessment with some of its fields replaced."""
    return lambda **fields: assessment.model_copy(update=fields)
