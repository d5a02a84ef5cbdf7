from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from chartproof.console import Commands
from chartproof.scoring.cli import register
from chartproof.scoring.evaluation.build import build_evaluation
from chartproof.scoring.evaluation.markdown import evaluation_markdown
from chartproof.scoring.html import html_report
from chartproof.scoring.report import score_run
from tests.scoring.test_cases import GOLD, PREDICTED

ROOT = Path(__file__).resolve().parents[2]
SOURCE = """\
note_id: e-1
style: terse
text: "Pain averages 7/10 zebra."
facts:
  - {kind: pain_score, quotes: ["7/10"], low: 7, high: 7, statistic: average}
"""


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer(cls=Commands)
    register(app)
    return app


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    (tmp_path / "e-1.yaml").write_text(SOURCE, "utf-8")
    return tmp_path


def cases(folder: Path) -> tuple[Path, Path]:
    judged = [{**one.case.model_dump(mode="json"), "gold": one.gold.model_dump(mode="json")} for one in GOLD]
    for name, lines in (
        ("cases.jsonl", [json.dumps(one) for one in judged]),
        ("assessed.jsonl", [one.model_dump_json() for one in PREDICTED.values()]),
    ):
        (folder / name).write_text("\n".join(lines) + "\n", "utf-8")
    return folder / "cases.jsonl", folder / "assessed.jsonl"


def test_the_report_has_figures_by_style_and_versions(gold: Path) -> None:
    evaluation = build_evaluation(score_run([gold]), [gold])
    assert evaluation.style_notes == {"terse": 1}
    assert evaluation.styles["terse"].overlap.f1 == 1.0
    assert len(evaluation.versions.rules) == 64
    assert [*evaluation.versions.gold] == [f"{gold.name}/e-1.yaml"]
    assert any(name.startswith("nia-305@") for name in evaluation.versions.guidelines)


def test_what_is_called_not_documented_is_held_against_gold(tmp_path: Path) -> None:
    judged, assessed = cases(tmp_path)
    calibration = build_evaluation(score_run([judged], predictions=[assessed]), [judged]).not_documented
    assert calibration is not None
    expected = {"right": 0, "overlooked": 0, "other": 0}
    for item in GOLD:
        prediction = PREDICTED.get(item.case.case_id)
        statuses = {**item.gold.criteria, **item.gold.gates, **item.gold.routing}
        for result in (*prediction.criteria, *prediction.gates, *prediction.routing) if prediction else ():
            if result.status == "not_documented" and result.id in statuses:
                told = statuses[result.id]
                key = "right" if told == "not_documented" else "overlooked" if told in ("met", "not_met") else "other"
                expected[key] += 1
    assert calibration.all.model_dump(exclude={"reliable_95"}) == {"said": sum(expected.values()), **expected}
    assert calibration.all.said == calibration.with_evidence.said + calibration.without_evidence.said
    assert calibration.all.said == sum(one.said for one in calibration.guidelines.values())


def test_the_reliability_of_silence_has_an_interval() -> None:
    paths = [ROOT / "gold" / "cases" / "own-e.jsonl"]
    calibration = build_evaluation(score_run(paths), paths).not_documented
    assert calibration is not None
    parts = (calibration.all, calibration.with_evidence, calibration.without_evidence, *calibration.guidelines.values())
    assert any(one.right < one.said for one in parts)
    assert any(one.right == one.said for one in parts)
    for one in parts:
        if one.said:
            assert one.reliable_95 is not None
            low, high = one.reliable_95
            assert 0 <= low < high <= 1
            assert low <= one.right / one.said <= high


def test_the_report_is_written_and_only_its_page_holds_note_text(app: typer.Typer, gold: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="the extra report is not installed")
    out = tmp_path / "out"
    for _ in range(2):
        result = CliRunner().invoke(app, ["score", str(gold / "e-1.yaml"), "--report", str(out), "--robustness"])
        assert result.exit_code == 0, result.output
        contents = {name: (out / name).read_text("utf-8") for name in ("report.html", "report.json", "evaluation.md")}
        assert "zebra" in contents["report.html"]
        assert "<svg" in contents["report.html"]
        assert "http://" not in contents["report.html"].replace("http://www.w3.org/", "").replace(
            "http://purl.org/", ""
        ).replace("http://creativecommons.org/", "")
        assert "zebra" not in contents["report.json"] + contents["evaluation.md"]
    assert {name: (out / name).read_text("utf-8") for name in contents} == contents
    assert json.loads(contents["report.json"])["robustness"]["perturbations"]["capitals"]["changed"] == 1
    assert "| capitals | 1 |" in contents["evaluation.md"]


def test_each_style_has_its_worst_note(gold: Path) -> None:
    pytest.importorskip("matplotlib", reason="the extra report is not installed")
    two = SOURCE.replace("e-1", "e-2").replace("averages 7/10", "averages 4/10\n and 5/10")
    (gold / "e-2.yaml").write_text(two.replace('["7/10"]', '["zebra"]'), "utf-8")
    (gold / "e-3.yaml").write_text(SOURCE.replace("e-1", "e-3").replace("terse", "letter"), "utf-8")
    run = score_run([gold])
    page = html_report(run, build_evaluation(run, [gold]))
    table = page.partition("The worst note of each style")[2].partition("</table>")[0]
    letter, terse = table.partition("<td>terse</td>")[::2]
    assert "every fact of every note is right" in letter
    assert 'href="#note-e-2"' in terse
    missed, alarms = terse.partition("</ul>")[::2]
    assert "pain_score: “zebra”" in missed
    assert "pain_score: “4/10 and 5/10”" in alarms
    assert '<details id="note-e-2"' in page


def test_only_the_notes_with_the_most_differences_and_the_worst_of_each_style_are_shown(gold: Path) -> None:
    pytest.importorskip("matplotlib", reason="the extra report is not installed")
    wrong = SOURCE.replace('["7/10"]', '["zebra"]')
    for number in range(10, 22):
        (gold / f"e-{number}.yaml").write_text(wrong.replace("e-1", f"e-{number}"), "utf-8")
    differing = wrong.replace("e-1", "e-90").replace("terse", "letter").replace('["zebra"]', '["7/10"]')
    (gold / "e-90.yaml").write_text(differing.replace("average}", "worst}"), "utf-8")
    run = score_run([gold])
    page = html_report(run, build_evaluation(run, [gold]))
    assert re.findall(r'<details id="note-(e-\d+)"', page) == [*(f"e-{number}" for number in range(10, 20)), "e-90"]


def test_without_the_library_of_the_plots_nothing_is_written(
    app: typer.Typer, gold: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    result = CliRunner().invoke(app, ["score", str(gold / "e-1.yaml"), "--report", str(tmp_path / "out")])
    assert result.exit_code == 2
    assert "chartproof[report]" in result.output
    assert not (tmp_path / "out").exists()


def test_robustness_belongs_to_a_report(app: typer.Typer, gold: Path) -> None:
    result = CliRunner().invoke(app, ["score", str(gold), "--robustness"])
    assert result.exit_code == 2
    assert "--report" in result.output


def test_the_page_of_the_documentation_is_what_the_code_gives() -> None:
    """All but the robustness table, which takes too long for a test; `make report` writes both."""
    paths = [ROOT / "gold" / "notes", ROOT / "gold" / "cases"]
    expected = evaluation_markdown(build_evaluation(score_run(paths), paths))
    written = (ROOT / "docs" / "evaluation.md").read_text("utf-8")
    assert written.partition("## Robustness")[0].strip() == expected.strip(), "run: make report"
