"""What the comparison of two guidelines tells."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from chartproof.errors import ChartproofError
from chartproof.evaluate import load_guideline
from chartproof.evaluate.authoring.compare import Comparison, compare
from chartproof.evaluate.authoring.names import named_guideline
from chartproof.evaluate.site import site_guidelines
from chartproof.render.changes import changes_json, changes_markdown, changes_text
from tests.evaluate.authoring.conftest import Write


def changed(content: dict[str, Any]) -> None:
    content.update(version="2025", effective_from=dt.date(2025, 1, 1))
    content["cpt"] = {
        "12345": {"procedures": ["esi"], "regions": ["lumbar", "cervical"]},
        "12346": {"procedures": ["esi"], "regions": ["lumbar"]},
    }
    content["history"]["initial_phase"] = 3
    first = content["pathways"][0]
    first["title"] = "B"
    first["criteria"][0]["params"] = {"at_least": 7}
    first["criteria"].append({**first["criteria"][0], "id": "x-1.a.more", "text": "More."})
    content["gates"] = []


@pytest.fixture
def comparison(write: Write) -> Comparison:
    return compare(named_guideline(str(write())), named_guideline(str(write(changed, name="x-1@2025"))))


def test_every_kind_of_change(comparison: Comparison) -> None:
    assert [(one.field, one.old, one.new) for one in comparison.identity] == [
        ("version", "2024", "2025"),
        ("effective_from", "2024-01-01", "2025-01-01"),
    ]
    assert [(one.field, one.old, one.new) for one in comparison.rules] == [("history.initial_phase", None, 3)]
    assert [(one.id, one.change) for one in comparison.entries["codes"]] == [("12345", "changed"), ("12346", "added")]
    assert [(one.field, one.new) for one in comparison.entries["codes"][0].fields] == [
        ("regions", ["lumbar", "cervical"])
    ]
    assert [(one.id, [field.field for field in one.fields]) for one in comparison.entries["pathways"]] == [
        ("x-1.a", ["title"])
    ]
    assert [(one.id, one.change) for one in comparison.entries["criteria"]] == [
        ("x-1.a.pain", "changed"),
        ("x-1.a.more", "added"),
    ]
    assert [(one.field, one.old, one.new) for one in comparison.entries["criteria"][0].fields] == [
        ("params.at_least", 6, 7)
    ]
    assert [(one.id, one.change) for one in comparison.entries["gates"]] == [("x-1.skin", "removed")]
    assert not comparison.same


def test_the_forms_it_is_written_in(comparison: Comparison) -> None:
    text = changes_text(comparison, width=90)
    assert "changed x-1.a.pain\n   params.at_least: 6 -> 7" in text
    assert "added x-1.a.more\n   More." in text
    assert "removed x-1.skin" in text
    assert max(map(len, text.splitlines())) <= 90
    assert json.loads(changes_json(comparison))["entries"]["criteria"][0]["fields"] == [
        {"field": "params.at_least", "old": 6, "new": 7}
    ]
    table = changes_markdown(comparison)
    assert "| `x-1.a.pain` | changed | params.at_least | 6 | 7 |" in table
    assert "| version | 2024 | 2025 |" in table


def test_a_guideline_does_not_differ_from_itself() -> None:
    same = compare(load_guideline("nia-305"), load_guideline("nia-305"))
    assert same.same
    assert "Nothing differs." in changes_text(same)
    assert "Nothing differs." in changes_markdown(same)


def test_guidelines_with_different_ids_are_matched_by_the_rest_of_the_id() -> None:
    found = compare(load_guideline("nia-300"), load_guideline("nia-408"))
    criteria = {one.id: one.change for one in found.entries["criteria"]}
    assert criteria["nia-408.drug-trial-pain.opioid"] == "added"
    assert {one.field for entry in found.entries["criteria"] for one in entry.fields} == {"source"}
    assert {one.id for one in found.entries["gates"] if one.change == "added"} == {"nia-408.contraindication.habitus"}


def test_parts_of_a_check_are_told_by_their_place() -> None:
    one = load_guideline("nia-302")
    other = one.model_copy(update={"washington_exempt": load_guideline("nia-305").washington_exempt})
    assert [change.field for change in compare(one, other).rules] == ["washington_exempt"]


# -- names ---------------------------------------------------------------------------------------------------------


def test_names(write: Write) -> None:
    assert named_guideline("nia-305").version == "2024-01"
    assert named_guideline("nia-305@2024-01").id == "nia-305"
    first, second = write(), write(changed, name="x-1@2025")
    assert named_guideline(str(second)).version == "2025"
    with site_guidelines(first.parent):
        assert named_guideline("x-1").version == "2025"
        assert named_guideline("x-1@2024").version == "2024"
        with pytest.raises(ChartproofError, match="no version 2026 of x-1; known are 2024, 2025"):
            named_guideline("x-1@2026")
    with pytest.raises(ChartproofError, match="unknown guideline x-1"):
        named_guideline("x-1")
    with pytest.raises(ChartproofError, match=r"nothing\.yaml"):
        named_guideline("nothing.yaml")
