from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import chartproof.scoring.predict
from chartproof.console import Commands
from chartproof.facts import NoteFacts
from chartproof.notes import Case, Note
from chartproof.scoring.cli import register
from chartproof.scoring.gold import load_gold
from chartproof.scoring.html import pieces
from chartproof.spans import Span
from tests.scoring.test_cases import GOLD, PREDICTED

TEXT = "<b>Pain</b> is 7/10 & worse on walking. FABER positive."
GOLD_FACTS = {
    "note_id": "n1",
    "text": TEXT,
    "facts": [
        {"kind": "pain_score", "spans": [[15, 19]], "low": 7, "high": 7, "statistic": "unspecified"},
        {"kind": "exam_test", "spans": [[40, 45]], "test": "faber", "result": "positive"},
    ],
}
FOUND_FACTS = {
    "note_id": "n1",
    "facts": [
        {"kind": "pain_score", "spans": [[15, 19]], "low": 7, "high": 7, "statistic": "worst"},
        {"kind": "functional_limit", "spans": [[22, 38]], "activity": "walking"},
    ],
}


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer(cls=Commands)
    register(app)
    return app


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    cases = [{**item.case.model_dump(mode="json"), "gold": item.gold.model_dump(mode="json")} for item in GOLD]
    files = {
        "facts.jsonl": [json.dumps(GOLD_FACTS)],
        "found.jsonl": [json.dumps(FOUND_FACTS)],
        "cases.jsonl": [json.dumps(case) for case in cases],
        "assessed.jsonl": [assessment.model_dump_json() for assessment in PREDICTED.values()],
    }
    for name, lines in files.items():
        (tmp_path / name).write_text("\n".join(lines) + "\n", "utf-8")
    return tmp_path


def run(app: typer.Typer, *words: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def both(folder: Path) -> tuple[object, ...]:
    paths = (folder / "facts.jsonl", folder / "cases.jsonl")
    return ("score", *paths, "--predictions", folder / "found.jsonl", "--predictions", folder / "assessed.jsonl")


def test_text_holds_figures_and_no_note_text(app: typer.Typer, folder: Path) -> None:
    code, out, _ = run(app, *both(folder))
    assert code == 0
    assert "Facts in 1 notes" in out
    assert "needs_information" in out
    assert "7/10" not in out
    assert "Because of" not in out


def test_errors_are_listed_on_request(app: typer.Typer, folder: Path) -> None:
    _, out, _ = run(app, *both(folder), "--errors")
    assert "[[7/10]]" in out
    assert "statistic: gold unspecified, found worst" in out
    assert "c1 b: UNSAFE gold not_met, found met: Because of b." in out


def test_json_is_the_report(app: typer.Typer, folder: Path) -> None:
    _, out, _ = run(app, *both(folder), "--format", "json")
    report = json.loads(out)
    assert report["facts"]["all"]["overlap"]["tp"] == 1
    assert report["cases"]["all"]["unsafe_mets"] == 1
    assert "7/10" not in out
    assert run(app, *both(folder), "--format", "json")[1] == out


def test_html_is_escaped_and_self_contained(app: typer.Typer, folder: Path) -> None:
    code, _, _ = run(app, *both(folder), "--format", "html", "--output", folder / "r.html")
    page = (folder / "r.html").read_text("utf-8")
    assert code == 0
    assert "<b>" not in page
    assert "&lt;b&gt;Pain&lt;/b&gt; is" in page
    assert '<mark class="differs value"' in page
    assert '<mark class="alarm value"' in page
    assert '<mark class="missed value"' in page
    assert not any(word in page for word in ("http:", "https:", "<script", "<link", "src="))


def test_pieces_joined_are_the_text(folder: Path) -> None:
    gold = load_gold(folder / "facts.jsonl")[0][1]
    beyond = gold.facts[0].model_copy(update={"spans": (gold.facts[0].spans[0], Span(50, 400))})
    found = pieces(TEXT, [("same", gold.facts[0]), ("alarm", beyond), ("missed", gold.facts[1])])
    assert "".join(piece.text for piece in found) == TEXT
    assert [piece.classes for piece in found if piece.text == "7/10"] == ["alarm value"]


def test_kind_and_guideline_narrow(app: typer.Typer, folder: Path) -> None:
    _, out, _ = run(app, *both(folder), "--kind", "exam_test", "--format", "json")
    assert list(json.loads(out)["facts"]["kinds"]) == ["exam_test"]
    code, _, err = run(app, "score", folder / "cases.jsonl", "--guideline", "nia-300")
    assert (code, err) == (2, "chartproof: no gold to score for these guidelines\n")


@pytest.mark.parametrize(
    ("thresholds", "fallen"),
    [
        ("facts: {overlap_f1: 0.5, strict_f1: 0}\ncases: {accuracy: 0.5, max_unsafe_mets: 1}", []),
        ("facts: {overlap_f1: 0.51}", ["facts.overlap_f1: 0.5, at least 0.51 needed"]),
        (
            "facts: {kinds: {exam_test: {overlap_recall: 0.1}, relief: {strict_f1: 0.1}}}",
            [
                "facts.kinds.exam_test.overlap_recall: 0, at least 0.1 needed",
                "facts.kinds.relief.strict_f1: nothing to score, at least 0.1 needed",
            ],
        ),
        ("facts: {each_kind: {overlap_f1: 0.8}}", ["facts.each_kind.exam_test.overlap_f1: 0, at least 0.8 needed"]),
        (
            "facts: {attributes: {statistic: 1, low: 1}}",
            ["facts.attributes.statistic: 0, at least 1 needed"],
        ),
        (
            "cases: {max_unsafe_mets: 0, f1: {met: 0.8}, guidelines: {nia-305: {kappa: 0.9}}}",
            [
                "cases.max_unsafe_mets: 1, at most 0 allowed",
                "cases.f1.met: 0.75, at least 0.8 needed",
                "cases.guidelines.nia-305.kappa: 0.1429, at least 0.9 needed",
            ],
        ),
    ],
)
def test_minimum(app: typer.Typer, folder: Path, thresholds: str, fallen: list[str]) -> None:
    (folder / "min.yaml").write_text(thresholds, "utf-8")
    code, _, err = run(app, *both(folder), "--min", folder / "min.yaml")
    assert code == (1 if fallen else 0)
    assert err.splitlines() == [f"chartproof: below the minimum: {line}" for line in fallen]


def test_a_minimum_without_gold_to_compare_falls_short(app: typer.Typer, folder: Path) -> None:
    (folder / "min.yaml").write_text("cases: {accuracy: 0}", "utf-8")
    code, _, err = run(
        app, "score", folder / "facts.jsonl", "--predictions", folder / "found.jsonl", "--min", folder / "min.yaml"
    )
    assert (code, err) == (1, "chartproof: below the minimum: cases: no cases in the gold\n")


@pytest.mark.parametrize("text", ["facts: {overlap: 0.9}", "facts: {overlap_f1: 92}", "- 1", "facts: {"])
def test_a_bad_minimum_file_is_an_input_error(app: typer.Typer, folder: Path, text: str) -> None:
    (folder / "min.yaml").write_text(text, "utf-8")
    code, _, err = run(app, *both(folder), "--min", folder / "min.yaml")
    assert code == 2
    assert "min.yaml" in err


def test_predictions_must_fit_the_gold(app: typer.Typer, folder: Path) -> None:
    code, _, err = run(app, "score", folder / "cases.jsonl", "--predictions", folder / "found.jsonl")
    assert code == 2
    assert "hold no assessments" in err


def test_unknown_kind(app: typer.Typer, folder: Path) -> None:
    code, _, err = run(app, *both(folder), "--kind", "headache")
    assert code == 2
    assert "unknown kind headache" in err


def test_without_predictions_the_package_runs(app: typer.Typer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def extract(note: Note) -> NoteFacts:
        return NoteFacts.model_validate(FOUND_FACTS | {"note_id": note.note_id})

    def assess(case: Case, *, guideline: str | None = None) -> object:
        assert guideline is None  # chosen by the codes, which is a part of what is measured
        return PREDICTED[case.case_id]

    monkeypatch.setattr(chartproof.scoring.predict, "extract", extract)
    monkeypatch.setattr(chartproof.scoring.predict, "assess", assess)
    _, out, _ = run(app, "score", folder / "facts.jsonl", folder / "cases.jsonl", "--format", "json")
    assert out == run(app, *both(folder), "--format", "json")[1]


def test_gold_check_exit_codes(app: typer.Typer, folder: Path) -> None:
    code, out, _ = run(app, "gold", "check", folder / "facts.jsonl", folder / "cases.jsonl")
    assert code == 0
    assert "1 notes, 2 cases, 2 facts (exam_test 1, pain_score 1)" in out
    (folder / "bad.yaml").write_text("note_id: x\ntext: y\nfacts: [{kind: relief, quotes: [z]}]", "utf-8")
    code, out, _ = run(app, "gold", "check", folder / "bad.yaml")
    assert code == 1
    assert f"{folder / 'bad.yaml'}: fact 1: quotes[1]: not found in the text" in out


def test_gold_new_proposes_facts(app: typer.Typer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def extract(note: Note) -> NoteFacts:
        return NoteFacts.model_validate(FOUND_FACTS | {"note_id": note.note_id})

    monkeypatch.setattr("chartproof.api.extract", extract)
    (folder / "visit.txt").write_text(TEXT + "\r\nPlan.\n", "utf-8", newline="")
    words = ("gold", "new", folder / "visit.txt", "-o", folder / "visit.yaml", "--date", "2024-03-05")
    assert run(app, *words)[0] == 0
    ((note, facts),) = load_gold(folder / "visit.yaml")
    assert (note.note_id, note.text, str(note.date)) == ("visit", TEXT + "\r\nPlan.\n", "2024-03-05")
    assert [fact.spans for fact in facts.facts] == [((15, 19),), ((22, 38),)]
    code, _, err = run(app, *words)
    assert code == 2
    assert "--force" in err


def test_brat_there_and_back(app: typer.Typer, folder: Path) -> None:
    gold = load_gold(folder / "facts.jsonl")
    assert run(app, "gold", "brat-export", folder / "brat", "--gold", folder / "facts.jsonl")[0] == 0
    assert run(app, "gold", "brat-import", folder / "brat", "-o", folder / "back.jsonl")[0] == 0
    assert load_gold(folder / "back.jsonl") == gold
    assert run(app, "gold", "brat-import", folder / "brat", "-o", folder / "back")[0] == 0
    assert load_gold(folder / "back") == gold
    assert run(app, "gold", "brat-import", folder / "brat")[1] == (folder / "back.jsonl").read_text("utf-8")
