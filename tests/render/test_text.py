"""Text for people."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chartproof.assessment import Assessment, CategoryResult, CriterionResult, Evidence, PathwayResult
from chartproof.facts import NoteFacts
from chartproof.notes import Note
from chartproof.render.text import assessment_text, facts_text, table_text


@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_is_wider_than_asked(assessment: Assessment, note: Note, facts: NoteFacts, width: int) -> None:
    text = assessment_text(assessment, title="A title", facts=[(note, facts)], width=width)
    assert max(map(len, text.splitlines())) <= width


def test_the_determination_and_what_is_missing_come_first(assessment: Assessment) -> None:
    text = assessment_text(assessment, title="Sacroiliac joint injections", width=80)
    order = [
        "NEEDS INFORMATION",
        "Pre-filled for a human reviewer, not a coverage decision.",
        "Not met (1)",
        "The reason of g-1.limit.",
        "Missing from the notes (1)",
        "The weeks of therapy.",
        "Pathway g-1.main: not documented",
        "Other pathway g-1.other: NOT MET",
        "Gates and limits",
    ]
    places = [text.index(part) for part in order]
    assert places == sorted(places)


def test_a_pathway_that_was_not_taken_is_no_open_point(assessment: Assessment) -> None:
    head = assessment_text(assessment).split("Pathway g-1.main:")[0]
    assert "g-1.other.age" not in head


def test_each_status_is_said_in_words_and_evidence_is_quoted_with_its_place(assessment: Assessment, note: Note) -> None:
    text = assessment_text(assessment, notes=[note], width=120)
    for words in ("✓ met", "✗ NOT MET", "? not documented", "– not applicable"):
        assert words in text
    assert "> Pain is «7/10». [n1 8-12]" in text
    assert '«FABER & "thigh thrust" positive on the left».' in text


def test_nothing_missing_is_said(replaced: Callable[..., Assessment], assessment: Assessment) -> None:
    settled = replaced(determination="criteria_met", criteria=assessment.criteria[:2], gates=())
    text = assessment_text(settled)
    assert "CRITERIA MET" in text
    assert "Nothing is missing." in text


def test_a_guideline_found_from_the_note_is_said(replaced: Callable[..., Assessment]) -> None:
    assert "the request has no CPT code" in " ".join(assessment_text(replaced(guideline_from="note")).split())
    assert "no CPT code" not in assessment_text(replaced(guideline_from="cpt"))


def test_a_conflict_is_said(replaced: Callable[..., Assessment], assessment: Assessment) -> None:
    result = assessment.criteria[0].model_copy(update={"conflict": True})
    assert "The notes contradict each other." in assessment_text(replaced(criteria=(result,)))


def test_colour_only_when_asked(assessment: Assessment) -> None:
    assert "\x1b" not in assessment_text(assessment)
    assert "\x1b[" in assessment_text(assessment, color=True)


def test_a_note_cannot_write_to_the_terminal(replaced: Callable[..., Assessment]) -> None:
    hostile = Evidence(note_id="n\x1b[2J", start=0, end=9, text="[x] \x1b[31mred\u202e [bold]:smile:")
    result = CriterionResult(id="g-1.main.a", status="met", text="T", source="S", reason="R", evidence=(hostile,))
    text = assessment_text(replaced(criteria=(result,), gates=()), width=120)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "[x]" in text
    assert "[bold]:smile:" in text


def test_facts_are_a_table_with_spans_values_and_assertions(note: Note, facts: NoteFacts) -> None:
    text = facts_text(note, facts, width=120)
    assert "Note n1  3 facts" in text
    assert "8-12" in text
    assert "7/10" in text
    assert "FABER … positive on the left" in text
    assert "faber, positive, left" in text
    assert "historical" in text


def test_a_note_without_facts_says_so(note: Note) -> None:
    assert facts_text(note, NoteFacts(note_id="n1", facts=())) == "Note n1  0 facts\n"


def test_a_table_has_its_headings() -> None:
    assert table_text(("id", "title"), [("g-1", "One")]) == "id   title\ng-1  One\n"


def external(identifier: str) -> CriterionResult:
    return CriterionResult(id=identifier, status="external", text="Theirs.", source="S", reason="The LCD decides.")


def test_external_criteria_are_said_in_plain_words(replaced: Callable[..., Assessment], assessment: Assessment) -> None:
    text = assessment_text(replaced(criteria=(*assessment.criteria, external("g-1.main.interqual"))), width=120)
    head = " ".join(text.split("Pathway g-1.main:")[0].split())
    assert "Needs the payer's own criteria" in head
    assert "InterQual" in head
    assert "For criteria that are not in this guideline (1)" in head
    assert "Needs the payer's own criteria" not in assessment_text(assessment)


def test_routing_is_shown_with_what_it_means(replaced: Callable[..., Assessment]) -> None:
    spared = CriterionResult(
        id="g-1.authorization", status="not_applicable", text="It is authorized.", source="S", reason="Not needed."
    )
    text = " ".join(assessment_text(replaced(routing=(spared, external("g-1.medicare"))), width=120).split())
    assert "No authorization is needed on this line of business." in text
    assert "Other criteria govern this line of business" in text
    assert "Line of business – not applicable It is authorized." in text


def test_a_triage_shows_its_category_and_no_determination(replaced: Callable[..., Assessment]) -> None:
    category = CategoryResult(
        id="g-1.main", name="urgent", recommendation="Go ahead if possible.", reason="One is documented."
    )
    pathways = (PathwayResult(id="g-1.main", status="met"), PathwayResult(id="g-1.other", status="not_met"))
    text = assessment_text(replaced(category=category, pathways=pathways, gates=(), initial_or_repeat=None), width=120)
    assert text.startswith("→ CATEGORY: URGENT")
    assert "NEEDS INFORMATION" not in text
    assert "Go ahead if possible. One is documented." in text
    assert "makes no coverage decision" in text
    assert "Category g-1.main: met" in text
    assert "Other category g-1.other: NOT MET" in text
    assert "Missing from the notes" not in text
