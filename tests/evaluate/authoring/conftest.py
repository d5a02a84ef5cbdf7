"""A right guideline file to begin from."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

GUIDELINE: dict[str, Any] = {
    "id": "x-1",
    "title": "Example",
    "source": {"document": "X_1", "title": "Example", "publisher": "Nobody"},
    "version": "2024",
    "effective_from": dt.date(2024, 1, 1),
    "cpt": {"12345": {"procedures": ["esi"], "regions": ["lumbar"]}},
    "procedures": ["esi"],
    "history": {"families": ["esi"]},
    "pathways": [
        {
            "id": "x-1.a",
            "title": "A",
            "side": "initial",
            "criteria": [
                {
                    "id": "x-1.a.pain",
                    "text": "The pain is 6 or more.",
                    "source": "X_1, bullet 1",
                    "check": "pain_or_function",
                    "params": {"at_least": 6},
                    "satisfy": "A score.",
                }
            ],
        }
    ],
    "gates": [{"id": "x-1.skin", "same_as": "nia-305.contraindication.skin", "source": "X_1, bullet 2"}],
}

CASES: dict[str, Any] = {
    "bases": {
        "one": {"request": {"cpt": ["12345"], "date": "2024-06-20"}, "notes": [{"date": "2024-06-13", "facts": []}]}
    },
    "cases": [
        {"name": "nothing", "base": "one", "expect": {"x-1.a.pain": "not_documented", "x-1.skin": "met"}},
        {
            "name": "pain",
            "base": "one",
            "add": [{"kind": "pain_score", "low": 6, "high": 6, "statistic": "average"}],
            "expect": {"x-1.a.pain": "met"},
        },
        {
            "name": "no pain",
            "base": "one",
            "add": [
                {"kind": "pain_score", "low": 2, "high": 2, "statistic": "average"},
                {"kind": "functional_limit", "activity": "adl", "normal": True},
            ],
            "expect": {"x-1.a.pain": "not_met"},
        },
        {
            "name": "skin",
            "base": "one",
            "add": [{"kind": "contraindication", "what": "skin_infection"}],
            "expect": {"x-1.skin": "not_met"},
        },
        {
            "name": "perhaps skin",
            "base": "one",
            "add": [{"kind": "contraindication", "what": "skin_infection", "assertion": "possible"}],
            "expect": {"x-1.skin": "not_documented"},
        },
    ],
}

Change = Callable[[dict[str, Any]], Any]
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes the right guideline and its cases, changed, and gives the path of the guideline."""

    def written(
        change: Change | None = None, cases: Change | None = None, *, name: str = "x-1", with_cases: bool = True
    ) -> Path:
        content, case_content = copy.deepcopy(GUIDELINE), copy.deepcopy(CASES)
        for changed, value in ((change, content), (cases, case_content)):
            if changed is not None:
                changed(value)
        path = tmp_path / f"{name}.yaml"
        path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
        if with_cases:
            text = yaml.safe_dump(case_content, sort_keys=False)
            (tmp_path / f"{name}.cases.yaml").write_text(text, encoding="utf-8")
        return path

    return written
