"""A command line runner, and stand-ins for extraction and evaluation: these tests are about reading and writing."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from chartproof.assessment import Assessment, CriterionResult, Evidence, PathwayResult
from chartproof.cli import app
from chartproof.errors import ChartproofError
from chartproof.facts import NoteFacts, PainScore
from chartproof.notes import Case, Note
from chartproof.spans import Span

SECRET = "Xylophone"


class Result:
    """What a command left: exit code, standard output and standard error."""

    def __init__(self, result: Any) -> None:
        self.code: int = result.exit_code
        self.raw: bytes = result.stdout_bytes
        self.out: str = result.stdout
        self.err: str = result.stderr

    @property
    def rows(self) -> list[Any]:
        """Standard output as JSON Lines."""
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command line on arguments, paths included."""
    monkeypatch.setenv("COLUMNS", "100")

    def invoke(*arguments: object, stdin: str | bytes | None = None) -> Result:
        return Result(CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin))

    return invoke


@pytest.fixture
def visit(tmp_path: Path) -> Path:
    """A text note that holds a word no message may repeat."""
    path = tmp_path / "visit.txt"
    path.write_text(f"{SECRET} pain 7/10")
    return path


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    """Two cases in JSON Lines."""
    path = tmp_path / "cases.jsonl"
    rows = (
        {"case_id": name, "request": {"cpt": ["27096"]}, "notes": [{"note_id": f"{name}-1", "text": f"{SECRET} 7/10"}]}
        for name in ("a", "b")
    )
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def fake_extract(note: Note) -> NoteFacts:
    """One pain score wherever the text says 7/10."""
    start = note.text.find("7/10")
    found = (PainScore(spans=(Span(start, start + 4),), low=7, high=7),) if start >= 0 else ()
    return NoteFacts(note_id=note.note_id, facts=found)


def fake_select(case: Case, facts: Sequence[NoteFacts], guideline_id: str | None = None) -> tuple[Any, str]:
    """Knows 27096, and without a code finds the guideline from the note."""
    if case.request.cpt not in ((), ("27096",)):
        raise ChartproofError(f"CPT {', '.join(case.request.cpt)} is not supported; supported: 27096")
    origin = "option" if guideline_id else "cpt" if case.request.cpt else "note"
    return SimpleNamespace(id=guideline_id or "g-1", title="A guideline"), origin


def fake_evaluate(
    case: Case, facts: Sequence[NoteFacts], guideline: Any, guideline_from: Any = "cpt", rules_hash: str | None = None
) -> Assessment:
    """One criterion per note."""
    results = []
    for note, found in zip(case.notes, facts, strict=True):
        spans = [fact.spans[0] for fact in found.facts]
        results.append(
            CriterionResult(
                id=f"g-1.main.{note.note_id}",
                status="met" if spans else "not_documented",
                text="Pain is scored.",
                source="Guide 1",
                reason="A score stands in the note." if spans else "No score.",
                evidence=tuple(
                    Evidence(note_id=note.note_id, start=s.start, end=s.end, text=s.of(note.text)) for s in spans
                ),
                missing=None if spans else "A pain score.",
            )
        )
    settled = all(result.status == "met" for result in results)
    return Assessment(
        case_id=case.case_id,
        request=case.request,
        guideline=guideline.id,
        guideline_version="1",
        pathway="g-1.main",
        determination="criteria_met" if settled else "needs_information",
        criteria=tuple(results),
        gates=(),
        pathways=(PathwayResult(id="g-1.main", status="met" if settled else "not_documented"),),
        guideline_from=guideline_from,
        hashes={"rules": rules_hash or ""},
    )


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Puts the stand-ins in place."""
    replacements: dict[str, Any] = {
        "chartproof.extract.extract_note": fake_extract,
        "chartproof.extract.rules_hash": lambda: "rules",
        "chartproof.evaluate.select_guideline": fake_select,
        "chartproof.evaluate.evaluate": fake_evaluate,
        "chartproof.evaluate.load_guideline": lambda identifier, on=None: SimpleNamespace(title="A guideline"),
    }
    for name, replacement in replacements.items():
        monkeypatch.setattr(name, replacement, raising=False)
    return monkeypatch
