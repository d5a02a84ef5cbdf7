"""The queries of docs/batch.md run on the tables of a batch, and what they say is so."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from chartproof.batch.run import Plan
from tests.batch.conftest import rows, run

duckdb = pytest.importorskip("duckdb")
ROOT = Path(__file__).parents[2]
QUERIES = re.findall(r"```sql\n(.*?)```", (ROOT / "docs" / "batch.md").read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tables of gold cases and one reject in ``out``."""
    path = tmp_path_factory.mktemp("docs")
    lines = (ROOT / "gold" / "cases" / "own-a.jsonl").read_text(encoding="utf-8").splitlines()[:8]
    cases = [
        {**json.loads(line), "provider": "Dr. Ames" if number % 2 else "Dr. Osei"} for number, line in enumerate(lines)
    ]
    (path / "cases.jsonl").write_text(
        "".join(f"{json.dumps(case)}\n" for case in cases) + "no case\n", encoding="utf-8"
    )
    run(Plan(path / "cases.jsonl", path / "out", workers=1))
    return path


def asked(query: str, folder: Path) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = duckdb.sql(query.replace("'out/", f"'{folder}/out/")).fetchall()
    return found


def test_every_query_has_an_answer(folder: Path) -> None:
    assert len(QUERIES) == 6
    for query in QUERIES:
        assert asked(query, folder), query


def test_the_answers_are_those_of_the_tables(folder: Path) -> None:
    cases = rows(folder / "out", "cases")
    assert len(cases) == 8
    counts = Counter((one["guideline"], one["determination"]) for one in cases)
    assert {(guideline, told): count for guideline, told, count in asked(QUERIES[0], folder)} == counts
    missing = Counter((one["guideline"], entry["id"]) for one in cases for entry in one["missing"])
    assert {(guideline, name): count for guideline, name, count in asked(QUERIES[1], folder)}.items() <= missing.items()
    assert {provider: count for provider, count, _ in asked(QUERIES[2], folder)} == {"Dr. Ames": 4, "Dr. Osei": 4}
    scores = [
        json.loads(one["value"])["low"]
        for one in rows(folder / "out", "facts")
        if (one["kind"], one["assertion"]) == ("pain_score", "present")
    ]
    assert sorted(score for _, _, score in asked(QUERIES[4], folder)) == sorted(one for one in scores if one >= 7)
    assert [(kind, count) for kind, count, _, _ in asked(QUERIES[5], folder)] == [("read", 1)]
