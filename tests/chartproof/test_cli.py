"""The commands: what they write, what they say when something is wrong, and how they end."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chartproof import __version__
from chartproof.assessment import Assessment
from chartproof.cli import extract
from chartproof.facts import NoteFacts
from chartproof.records import DEFAULT_MAX_BYTES

Run = Callable[..., Any]

SECRET = "Xylophone"  # stands in every note of the fixtures

pytestmark = pytest.mark.usefixtures("fakes")


def fail(*_: Any, **__: Any) -> Any:
    raise ValueError(SECRET)


def test_extract_prints_one_object_per_note(run: Run, visit: Path, cases: Path) -> None:
    result = run("extract", visit, cases)
    assert result.code == 0
    assert [row["note_id"] for row in result.rows] == ["visit", "a-1", "b-1"]
    assert all(NoteFacts.model_validate(row).facts for row in result.rows)
    assert result.err == ""


def test_the_same_command_prints_the_same_bytes(run: Run, cases: Path) -> None:
    for command in ("extract", "assess"):
        for form in ("json", "text", "html"):
            assert run(command, cases, "--format", form).raw == run(command, cases, "--format", form).raw != b""


def test_spans_are_those_of_the_text_as_given(run: Run) -> None:
    text = "\ufeffa\r\n😀\x0c 7/10"
    (row,) = run("extract", "-", stdin=text.encode()).rows
    ((start, end),) = row["facts"][0]["spans"]
    assert text[start:end] == "7/10"


def test_standard_input_may_be_json(run: Run) -> None:
    rows = "".join(json.dumps({"note_id": name, "text": "7/10"}) + "\n" for name in "xy")
    assert len(run("extract", "-", "--input-format", "jsonl", stdin=rows).rows) == 2


def test_extract_writes_text_and_html(run: Run, visit: Path, cases: Path) -> None:
    text = run("extract", visit, cases, "--format", "text").out
    assert "Note visit  1 fact" in text
    assert "Note b-1  1 fact" in text
    assert run("extract", visit, "--format", "html").out.startswith("<!DOCTYPE html>")


def test_output_goes_to_a_file(run: Run, visit: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    result = run("extract", visit, "--output", target)
    assert result.out == ""
    assert json.loads(target.read_text())["note_id"] == "visit"


def test_output_never_replaces_an_input(run: Run, visit: Path) -> None:
    before = visit.read_text()
    result = run("extract", visit, "--output", visit)
    assert result.code == 2
    assert "would overwrite an input" in result.err
    assert visit.read_text() == before


def test_output_to_a_place_that_is_not_there(run: Run, visit: Path, tmp_path: Path) -> None:
    result = run("extract", visit, "--output", tmp_path / "none" / "out.json")
    assert result.code == 2
    assert "No such file or directory" in result.err


def test_a_bad_row_is_reported_and_the_rest_goes_on(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "batch.jsonl"
    path.write_text('{"note_id": "n1", "text": "7/10"}\n{"note_id": "n2"}\n{"note_id": "n3", "text": "7/10"}\n')
    result = run("extract", path)
    assert result.code == 2
    assert [row["note_id"] for row in result.rows] == ["n1", "n3"]
    assert result.err == f"chartproof: {path}:2: field 'text' is missing\n"


@pytest.mark.parametrize("content", [b"", b"\0", b"\xff", b"  \n"])
def test_what_is_no_note_ends_with_code_2(run: Run, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "visit.txt"
    path.write_bytes(content)
    for command in ("extract", "assess"):
        result = run(command, path)
        assert result.code == 2
        assert str(path) in result.err
        assert "Traceback" not in result.err


def test_no_input_is_said(run: Run) -> None:
    for command in ("extract", "assess"):
        result = run(command)
        assert result.code == 2
        assert "no input; name a note" in result.err


def test_a_note_over_the_limit_is_refused(run: Run, visit: Path) -> None:
    result = run("extract", visit, "--max-bytes", "5")
    assert result.code == 2
    assert "longer than 5 bytes" in result.err
    assert inspect.signature(extract).parameters["max_bytes"].default == DEFAULT_MAX_BYTES


def test_assess_takes_all_notes_as_one_chart(run: Run, visit: Path, tmp_path: Path) -> None:
    (tmp_path / "more.txt").write_text("No number here.")
    result = run("assess", visit, tmp_path / "more.txt", "--cpt", "27096", "--date", "2024-05-21", "--format", "json")
    assert result.code == 0
    (row,) = result.rows
    assessment = Assessment.model_validate(row)
    assert [criterion.status for criterion in assessment.criteria] == ["met", "not_documented"]
    assert row["request"] == {"cpt": ["27096"], "date": "2024-05-21", "levels": []}
    assert row["guideline_from"] == "cpt"


def test_assess_takes_diagnoses_beside_the_codes(run: Run, visit: Path) -> None:
    (row,) = run("assess", visit, "--cpt", "27096", "--icd10", "m48062", "--icd10", "C72.0", "--format", "json").rows
    assert row["request"]["icd10"] == ["M48.062", "C72.0"]


def test_assess_reads_case_files(run: Run, cases: Path) -> None:
    assert [row["case_id"] for row in run("assess", "--case", cases, "--format", "json").rows] == ["a", "b"]
    assert [row["case_id"] for row in run("assess", cases, "--format", "json").rows] == ["a", "b"]


def test_assess_prints_text_unless_told_otherwise(run: Run, visit: Path) -> None:
    result = run("assess", visit, "--cpt", "27096")
    assert result.out.startswith("✓ CRITERIA MET   case visit\n")
    assert "A guideline" in result.out
    assert "\x1b" not in result.out
    assert "span" not in result.out
    assert "span" in run("assess", visit, "--cpt", "27096", "--facts").out


def test_assess_says_when_the_guideline_was_not_given_by_codes(run: Run, visit: Path) -> None:
    assert "found from the procedure the note plans" in run("assess", visit).out
    assert "chosen by option" in run("assess", visit, "--guideline", "g-1").out


def test_assess_writes_html(run: Run, cases: Path) -> None:
    page = run("assess", "--case", cases, "--format", "html").out
    assert page.count("<article") == 2


def test_an_unknown_code_is_said_and_the_rest_goes_on(run: Run, cases: Path) -> None:
    lines = cases.read_text().splitlines()
    cases.write_text(lines[0].replace("27096", "99999") + "\n" + lines[1] + "\n")
    result = run("assess", "--case", cases, "--format", "json")
    assert result.code == 2
    assert result.err == f"chartproof: {cases}:1: CPT 99999 is not supported; supported: 27096\n"
    assert [row["case_id"] for row in result.rows] == ["b"]


@pytest.mark.parametrize(
    ("option", "value"), [("--date", "5/21/24"), ("--region", "knee"), ("--side", "up"), ("--format", "pdf")]
)
def test_a_bad_option_ends_with_code_2(run: Run, visit: Path, option: str, value: str) -> None:
    result = run("assess", visit, option, value)
    assert result.code == 2
    assert option.removeprefix("--") in result.err
    assert "Traceback" not in result.err


@pytest.mark.parametrize("broken", ["chartproof.extract.extract_note", "chartproof.evaluate.evaluate"])
def test_an_internal_error_is_one_line_without_the_words_of_a_note(
    run: Run, cases: Path, fakes: pytest.MonkeyPatch, broken: str
) -> None:
    fakes.setattr(broken, fail)
    result = run("assess", "--case", cases)
    assert result.code == 1
    assert result.err == "".join(f"chartproof: {cases}:{row}: internal error: ValueError\n" for row in (1, 2))


def test_an_internal_error_outside_of_a_batch_is_one_line_too(run: Run, visit: Path, fakes: pytest.MonkeyPatch) -> None:
    fakes.setattr("chartproof.render.text.assessment_text", fail)
    result = run("assess", visit)
    assert result.code == 1
    assert result.err == "chartproof: internal error: ValueError\n"


def test_debug_shows_where_but_never_what(run: Run, visit: Path, fakes: pytest.MonkeyPatch) -> None:
    fakes.setattr("chartproof.extract.extract_note", fail)
    result = run("--debug", "extract", visit)
    assert result.code == 1
    assert "in fail" in result.err
    assert SECRET not in result.err


def test_schemas_are_json_schema(run: Run) -> None:
    everything = json.loads(run("schema").out)
    assert everything.keys() == {"note", "case", "facts", "assessment"}
    for name, schema in everything.items():
        assert json.loads(run("schema", name).out) == schema
        assert schema["$schema"].startswith("https://json-schema.org/")
        assert "properties" in schema
    assert run("schema", "nothing").code == 2


def test_version_and_help(run: Run) -> None:
    assert run("--version").out == f"chartproof {__version__}\n"
    for arguments in (["--help"], ["extract", "--help"], ["assess", "--help"], ["guidelines", "--help"], ["-h"]):
        assert run(*arguments).code == 0


def test_help_loads_no_heavy_part() -> None:
    code = (
        "import sys\nfrom typer.testing import CliRunner\nfrom chartproof.cli import app\n"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0\n"
        "print(*({'spacy', 'medspacy', 'jinja2', 'numpy', 'chartproof.extract', 'chartproof.evaluate'} & {*sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_the_catalog_is_listed_and_searched(run: Run) -> None:
    assert len(run("guidelines", "catalog", "--format", "json").rows) == 40
    (row,) = run("guidelines", "catalog", "27096", "--format", "json").rows
    assert (row["topic"], row["state"], row["published"]) == ("Sacroiliac joint injections", "current", "2015-11")
    assert "soon to be published" in run("guidelines", "catalog", "SCS").out
    result = run("guidelines", "catalog", "tonsillectomy")
    assert (result.code, result.err) == (0, "")
    assert "no chapter" in result.out
