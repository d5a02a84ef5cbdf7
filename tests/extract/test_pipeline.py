"""The whole pipeline: spans, determinism, sections, assertions, and nothing on stderr."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chartproof.extract import extract_note, rules_hash
from chartproof.extract.pipeline import build_view
from chartproof.notes import Note
from tests.extract.helpers import facts
from tests.shared import SHARED, needs_shared

PIECES = st.sampled_from(
    [
        "Pain averages 7/10.",
        "FABER positive on the left.",
        "PT for 8 weeks without relief.",
        "L5-S1 ESI on 3/4/2024 gave 80% relief for 3 months.",
        "Mother has back pain.",
        "HPI:",
        "PLAN:",
        "No fever.",
        "\r\n",
        "\n\n",
        "\t",
        "\u00a0",
        "\ufeff",
        "\f",
        "😀",
        "e\u0301",
        "[x] PT [ ] chiro",
        "7/10 -> 2/10",
        "since January",
        "İ",
        "ß",
    ]
)


@given(st.lists(PIECES, max_size=12))
@settings(max_examples=60, deadline=None)
def test_spans_lie_in_the_note_and_the_same_note_gives_the_same_bytes(pieces: list[str]) -> None:
    note = Note(note_id="n", text=" ".join(pieces), date=dt.date(2024, 6, 11))
    first = extract_note(note)
    for fact in first.facts:
        for start, end in fact.spans:
            assert 0 <= start < end <= len(note.text)
    assert first.model_dump_json() == extract_note(note).model_dump_json()


@given(st.text(max_size=400))
@settings(max_examples=100, deadline=None)
def test_any_text_is_read(text: str) -> None:
    for fact in extract_note(Note(note_id="n", text=text)).facts:
        assert all(text[start:end] for start, end in fact.spans)


def test_offsets_do_not_shift_with_what_stands_before() -> None:
    for lead in ("", "\ufeff", "\r\n\r\n", "😀\t", "İstanbul "):
        text = lead + "Pain averages 7/10."
        (found,) = facts(text, "pain_score")
        assert found["quotes"] == ["7/10", "averages"]


@pytest.mark.parametrize(
    ("text", "sections"),
    [
        ("S sore back\nO tender\nA SI joint pain\nP repeat the injection", ["hpi", "exam", "assessment", "plan"]),
        ("Sore back.\nA/P SI joint pain, repeat the injection", [None, "assessment_plan"]),
        ("S> sore\nP>\n- repeat the injection", ["hpi", "plan", "plan"]),
        ("A 45-year-old man.\nP waves are normal.\nA dog bit him.", [None, None, None]),
    ],
)
def test_bare_letters_of_a_soap_note_are_headings(text: str, sections: list[str | None]) -> None:
    assert [one.section for one in build_view(Note(note_id="n", text=text)).sentences] == sections


def test_sections() -> None:
    view = build_view(
        Note(note_id="n", text="HPI: Pain.\nFAMILY HISTORY:\nBack pain.\nPLAN\n1. MRI.\nUNKNOWN HEADING: x")
    )
    assert [s.section for s in view.sentences] == ["hpi", "family_history", "family_history", "plan", "plan", None]


@pytest.mark.parametrize(
    ("text", "assertion"),
    [
        ("Her mother rates her back pain 8/10.", "family"),
        ("Call the office if pain is above 8/10.", "hypothetical"),
        ("Pain is 8/10.", "present"),
    ],
)
def test_assertions(text: str, assertion: str) -> None:
    assert facts(text, "pain_score")[0]["assertion"] == assertion


def test_note_date_is_read_from_its_header_when_not_given() -> None:
    (found,) = facts("DOS: 06/12/2024\nNeck pain since March.", "symptom_duration", date=None)
    assert found["since"] == "2024-03"


def test_nothing_of_the_note_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    extract_note(Note(note_id="n", text="Zebrafish pain averages 7/10 in the unicorn."))
    out, err = capfd.readouterr()
    assert "ebrafish" not in out + err


def test_rules_hash_is_stable() -> None:
    assert rules_hash() == rules_hash()
    assert len(rules_hash()) == 64


@needs_shared
def test_every_shared_note_is_read_without_error() -> None:
    for line in (SHARED / "real-notes" / "notes.jsonl").read_text("utf-8").splitlines():
        note = Note.model_validate(json.loads(line))
        for fact in extract_note(note).facts:
            assert all(0 <= start < end <= len(note.text) for start, end in fact.spans)
