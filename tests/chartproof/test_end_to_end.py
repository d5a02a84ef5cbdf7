"""The whole line on real input: note to facts to assessment, through the command line."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chartproof import api
from chartproof.assessment import Assessment
from chartproof.extract.readers import Entry, notes_of, read_entries
from chartproof.notes import Case, Note

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "gold" / "demo" / "sij-case.json"
SHARED = ROOT.parent / "shared"

NOTES = SHARED / "real-notes" / "notes.jsonl"
CASES = sorted((SHARED / "cases").glob("*.jsonl"))

needs_shared = pytest.mark.skipif(
    not (NOTES.is_file() and CASES), reason="the shared notes and cases are not beside the repository"
)


def values(*paths: Path) -> Iterator[Note | Case]:
    for entry in read_entries([str(path) for path in paths]):
        assert entry.value is not None, entry.error
        yield entry.value


def check_evidence(case: Case, assessment: Assessment) -> None:
    """Every piece of evidence is the text of its span; an open criterion says what would settle it."""
    texts = {note.note_id: note.text for note in case.notes}
    for result in [*assessment.criteria, *assessment.gates]:
        for evidence in result.evidence:
            assert texts[evidence.note_id][evidence.start : evidence.end] == evidence.text
        assert result.reason
        assert result.source
        assert bool(result.missing) == (result.status == "not_documented"), result.id


@pytest.fixture
def demo() -> Case:
    (case,) = values(DEMO)
    assert isinstance(case, Case)
    return case


def test_the_demo_lacks_the_weeks_of_therapy_only(demo: Case) -> None:
    assessment = api.assess(demo)
    check_evidence(demo, assessment)
    assert assessment.guideline == "nia-305"
    assert assessment.determination == "needs_information"
    assert assessment.initial_or_repeat == "initial"
    open_points = [one.id for one in [*assessment.criteria, *assessment.gates] if one.status == "not_documented"]
    assert open_points == ["nia-305.sij-pain.conservative"]
    assert not [one.id for one in [*assessment.criteria, *assessment.gates] if one.status == "not_met"]


def test_the_order_of_the_notes_changes_nothing(demo: Case) -> None:
    turned = demo.model_copy(update={"notes": demo.notes[::-1]})
    assert api.assess(turned) == api.assess(demo)


def test_a_pasted_note_without_a_code_is_judged_by_what_it_plans(run: Callable[..., Any], demo: Case) -> None:
    result = run("assess", "-", "--date", "2024-05-21", "--format", "json", stdin=demo.notes[-1].text.encode())
    assert result.code == 0, result.err
    (row,) = result.rows
    assert row["guideline"] == "nia-305"
    assert row["guideline_from"] == "note"


@pytest.mark.parametrize("codes", [["99999"], ["27096", "64493"]])
def test_unknown_and_conflicting_codes_name_what_is_supported(run: Callable[..., Any], codes: list[str]) -> None:
    options = [part for code in codes for part in ("--cpt", code)]
    result = run("assess", "-", *options, stdin="Low back pain 7/10.")
    assert result.code == 2
    assert "27096" in result.err
    assert "nia-305" in result.err


def test_a_note_without_a_plan_or_code_is_a_clear_error(run: Callable[..., Any]) -> None:
    result = run("assess", "-", stdin="Low back pain 7/10.")
    assert result.code == 2
    assert "CPT" in result.err


@pytest.mark.parametrize("form", ["json", "text", "html"])
def test_two_processes_write_the_same_bytes_and_nothing_to_standard_error(form: str) -> None:
    command = [sys.executable, "-P", "-m", "chartproof", "assess", "--case", str(DEMO), "--format", form]
    outputs = []
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "COLUMNS": "100"}
        done = subprocess.run(command, capture_output=True, env=environment, check=True)
        assert done.stderr == b""
        outputs.append(done.stdout)
    assert outputs[0] == outputs[1] != b""


def test_odd_characters_move_no_span(demo: Case) -> None:
    odd = "\ufeff" + demo.notes[0].text.replace("\n", "\r\n").replace("Pain", "😀\tPain\u00a0\x0c")
    facts = api.extract(Note(note_id="odd", text=odd)).facts
    assert {"pain_score", "exam_test"} <= {fact.kind for fact in facts}
    for fact in facts:
        for span in fact.spans:
            words = span.of(odd)
            assert words == words.strip(), "a span begins and ends with its words"
    scores = [fact.spans[0].of(odd) for fact in facts if fact.kind == "pain_score"]
    assert all("/10" in score for score in scores)


@pytest.mark.parametrize(
    "text", [".", "\n\n-\n", "1" * 50_000, "a\r" * 10_000, "[ ] " * 5_000, "L4-5 " * 5_000, "😀" * 9_999]
)
def test_no_text_is_too_odd(text: str) -> None:
    for fact in api.extract(Note(note_id="n", text=text)).facts:
        assert all(0 <= start < end <= len(text) for start, end in fact.spans)


def test_guidelines_are_listed_and_shown(run: Callable[..., Any]) -> None:
    listed = run("guidelines", "list")
    assert listed.code == 0
    for identifier in ("nia-300", "nia-301", "nia-302", "nia-305"):
        assert identifier in listed.out
        shown = run("guidelines", "show", identifier)
        assert shown.code == 0
        assert "Satisfied by: " in shown.out
        content = json.loads(run("guidelines", "show", identifier, "--format", "json").out)
        assert content["id"] == identifier
        assert all(criterion["id"] in shown.out for pathway in content["pathways"] for criterion in pathway["criteria"])
    assert {"nia-305"} <= {row["id"] for row in run("guidelines", "list", "--format", "json").rows}
    unknown = run("guidelines", "show", "nia-999")
    assert unknown.code == 2
    assert "nia-305" in unknown.err


def test_the_example_in_python_runs() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert "pain_score" in done.stdout
    assert "needs_information" in done.stdout


@needs_shared
def test_real_notes_are_read_without_a_crash() -> None:
    entries: list[Entry] = list(notes_of(read_entries([str(NOTES)])))
    assert entries
    for entry in entries:
        assert isinstance(entry.value, Note), entry.error
        for fact in api.extract(entry.value).facts:
            assert all(0 <= start < end <= len(entry.value.text) for start, end in fact.spans)


@needs_shared
def test_shared_cases_are_answered() -> None:
    supported = {"nia-300", "nia-301", "nia-302", "nia-305"}
    answered = 0
    for path in CASES:
        golds = [json.loads(line)["gold"]["guideline"] for line in path.read_text(encoding="utf-8").splitlines()]
        for gold, case in zip(golds, values(path), strict=True):
            if gold not in supported:
                continue
            assert isinstance(case, Case)
            assessment = api.assess(case)
            assert assessment.guideline == gold
            check_evidence(case, assessment)
            answered += 1
    assert answered
