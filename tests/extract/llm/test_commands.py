"""The commands with a language model, against the scripted server; and that without one nothing changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from chartproof.cli import app
from tests.extract.llm.helpers import SCORE
from tests.extract.llm.server import Step, finds, serve
from tests.extract.llm.test_session import CHART

pytest.importorskip("langchain_openai")

CLAIM = {**SCORE, "quote": "The low back ache sits around a 7 most days"}


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    path = tmp_path / "cases.jsonl"
    rows = [
        {
            "case_id": f"c{number}",
            "request": {"cpt": ["27096"], "date": "2024-06-11"},
            "notes": [{"note_id": f"v{number}", "text": f"{CHART}\nHPI: Visit {number} for low back pain.\n"}],
            "gold": {
                "guideline": "nia-305",
                "criteria": {"nia-305.sij-pain.pain": "met"},
                "determination": "needs_information",
            },
        }
        for number in range(3)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def run(*arguments: object) -> Any:
    return CliRunner().invoke(app, [str(one) for one in arguments])


def test_assess_with_a_model(cases: Path) -> None:
    with serve([finds(CLAIM)]) as server:
        result = run("assess", "--case", cases, "--format", "json", "--llm", "m", "--llm-base-url", server.url)
        text = run("assess", "--case", cases, "--llm", "m", "--llm-base-url", server.url)
    assert result.exit_code == 0
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [len(row["llm"]["accepted"]) for row in rows] == [1, 1, 1]
    assert result.stderr.count("text of notes is sent to") == 1
    assert "language model m: 1 fact found by it" in " ".join(text.stdout.split())
    assert "rests on the language model: nia-305.sij-pain.pain" in " ".join(text.stdout.split())


def test_no_llm_gives_the_bytes_of_the_rules(cases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = {form: run("assess", "--case", cases, "--format", form).stdout_bytes for form in ("text", "json", "html")}
    facts = run("extract", cases).stdout_bytes
    assert b'"llm"' not in plain["json"] + facts
    monkeypatch.setenv("CHARTPROOF_LLM_MODEL", "m")
    with serve([finds(CLAIM)]) as server:
        monkeypatch.setenv("CHARTPROOF_LLM_BASE_URL", server.url)
        for form, expected in plain.items():
            assert run("assess", "--case", cases, "--format", form, "--no-llm").stdout_bytes == expected
        assert run("extract", cases, "--no-llm", "--llm", "x").stdout_bytes == facts
        assert not server.requests
        assert run("extract", cases).stdout_bytes != facts


def test_the_same_run_gives_the_same_bytes(cases: Path) -> None:
    with serve([finds(CLAIM)]) as server:
        arguments = ("assess", "--case", cases, "--format", "json", "--llm", "m", "--llm-base-url", server.url)
        assert run(*arguments).stdout_bytes == run(*arguments).stdout_bytes


def test_a_dead_server_is_told_on_standard_error_and_the_rules_stand(cases: Path) -> None:
    url = "http://127.0.0.1:9/v1"
    result = run("assess", "--case", cases, "--format", "json", "--llm", "m", "--llm-base-url", url)
    assert result.exit_code == 0
    assert "unreachable 3" in result.stderr
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row.pop("llm")["incomplete"] for row in rows] == [{f"v{number}": "unreachable"} for number in range(3)]
    assert rows == [json.loads(line) for line in run("assess", "--case", cases, "--format", "json").stdout.splitlines()]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--llm", "m"), "no endpoint"),
        (("--llm", "m", "--llm-base-url", "https://llm.example.com/v1"), "--allow-remote"),
    ],
)
def test_bad_options(cases: Path, options: tuple[str, ...], message: str) -> None:
    result = run("extract", cases, *options)
    assert result.exit_code == 2
    assert message in result.stderr


def test_score_shows_the_rules_beside_the_model(cases: Path) -> None:
    with serve([finds(CLAIM, {**CLAIM, "low": 9})]) as server:
        options = ("--llm", "m", "--llm-base-url", server.url)
        text = run("score", cases, *options)
        report = json.loads(run("score", cases, *options, "--format", "json").stdout)
    assert text.exit_code == 0
    assert "rejected share" in text.stdout
    asked = report["cases"]["asked"]
    assert (asked["accepted"], asked["rejected"], asked["rejected_share"]) == (3, 3, 0.5)
    assert asked["tokens_per_note"] == 120
    accuracies = [report["cases"][name]["all"]["accuracy"]["value"] for name in ("rules", "with_llm")]
    assert accuracies == [0.0, 1.0]


def test_score_of_facts(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    at = CHART.index("7 most")
    gold = [{"kind": "pain_score", "spans": [[at, at + 1]], "low": 7, "high": 7, "statistic": "average"}]
    path.write_text(json.dumps({"note_id": "v", "text": CHART, "kinds": ["pain_score"], "facts": gold}) + "\n")
    with serve([finds(CLAIM)]) as server:
        report = run("score", path, "--llm", "m", "--llm-base-url", server.url, "--format", "json")
    facts = json.loads(report.stdout)["facts"]
    assert facts["recall_gained"] == 1.0
    assert facts["precision_lost"] <= 0
    result = run("score", path, "--llm", "m", "--llm-base-url", "http://127.0.0.1:9/v1", "--errors")
    assert result.exit_code == 2


def test_a_failing_note_does_not_stop_the_others(cases: Path) -> None:
    with serve(lambda request: Step(500) if "Visit 1" in str(request) else finds(CLAIM)) as server:
        options = ("--llm", "m", "--llm-base-url", server.url)
        result = run("extract", cases, *options)
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [len(row["llm"]["accepted"]) for row in rows] == [1, 0, 1]
