"""``from chartproof import extract, assess``: functions, whatever was imported before, and nothing heavy until used."""

from __future__ import annotations

import importlib
import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest

import chartproof

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"
IMPORTS = (
    "from chartproof import assess, extract",
    "import chartproof.extract.pipeline",
    "from chartproof.extract import extract_note",
    "from chartproof.api import assess as a, extract as e",
)
USE = """
from chartproof import assess, extract
import chartproof, chartproof.extract.dates, chartproof.extract as package, pickle
from chartproof.extract.pipeline import extract_note
from chartproof.notes import Case, Note, Request
note = Note(note_id="n", text="Average pain 7/10.", date="2024-05-01")
facts = extract(note)
assert [(one.kind, one.low) for one in facts.facts] == [("pain_score", 7.0)], facts
assert facts == package.extract_note(note) == chartproof.extract(note) == pickle.loads(pickle.dumps(extract))(note)
assert chartproof.extract.dates.find_dates
assert assess(Case(case_id="c", request=Request(cpt=("27096",)), notes=(note,))).guideline == "nia-305"
"""


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=False, timeout=300)


@pytest.mark.parametrize("first", [*itertools.permutations(IMPORTS, 2)][::3], ids=" then ".join)
def test_both_are_functions_in_any_order_of_imports(first: tuple[str, ...]) -> None:
    done = python("\n".join([*first, USE]))
    assert done.returncode == 0, done.stderr


def test_importing_the_package_loads_nothing_heavy() -> None:
    done = python(
        "import chartproof, sys; assert chartproof.__version__;"
        "print(sorted({'spacy', 'medspacy', 'pydantic', 'typer', 'chartproof.extract'} & {*sys.modules}))"
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_an_unknown_name_is_refused() -> None:
    done = python("import chartproof\ntry:\n    chartproof.judge\nexcept AttributeError as error:\n    print(error)")
    assert "no attribute 'judge'" in done.stdout
    assert "cannot import name 'judge'" in python("from chartproof import judge").stderr


def staged(folder: Path) -> Path:
    """The package as it lies when it is installed: type checkers cannot follow an editable install's finder."""
    package = folder / "chartproof"
    package.mkdir()
    for entry in Path(chartproof.__path__[0]).iterdir():
        (package / entry.name).symlink_to(entry)
    for name in ("extract", "evaluate"):
        if not (package / name).exists():
            (package / name).symlink_to(importlib.import_module(f"chartproof.{name}").__path__[0])
    return folder


def test_a_type_checker_sees_functions(tmp_path: Path) -> None:
    user = staged(tmp_path) / "user.py"
    user.write_text(
        "from chartproof import assess, extract\n"
        "from chartproof.extract import extract_note\n"
        "from chartproof.extract.pipeline import note_date\n"
        "from chartproof.notes import Case, Note\n\n"
        "def work(note: Note, case: Case) -> None:\n"
        "    reveal_type(extract(note))\n"
        "    reveal_type(assess(case))\n"
        "    reveal_type(extract_note(note))\n"
        "    note_date(note)\n"
        "    extract(1)\n"
    )
    done = subprocess.run(
        [
            sys.executable,
            "-P",
            "-m",
            "mypy",
            "--strict",
            "--config-file",
            PYPROJECT,
            "--cache-dir",
            tmp_path / "c",
            user,
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": str(tmp_path)},
        timeout=600,
    )
    revealed = [line.split('"')[1] for line in done.stdout.splitlines() if "Revealed type" in line]
    assert [name.rsplit(".", 1)[-1] for name in revealed] == ["NoteFacts", "Assessment", "NoteFacts"], done.stdout
    errors = [line for line in done.stdout.splitlines() if line.startswith("user.py:") and " error: " in line]
    assert [line.split(" [")[0] for line in errors] == [
        'user.py:11: error: Argument 1 to "extract" has incompatible type "int"; expected "Note" '
    ], done.stdout
