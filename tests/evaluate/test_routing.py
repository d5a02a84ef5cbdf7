"""Lines of business, routing and its effect on the determination; the category of a triage."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from chartproof.assessment import Assessment, CriterionResult, Determination, Status
from chartproof.evaluate import evaluate, load_guideline
from chartproof.evaluate.engine import _routed
from chartproof.evaluate.judgement import names_plan
from tests.evaluate.casefile import build

LINES = load_guideline("mgb-097").lines


def judged(guideline: str, facts: list[dict[str, Any]], **request: Any) -> Assessment:
    one = build(guideline, "routing", {"date": "2026-03-10", **request}, [{"date": "2026-03-03", "facts": facts}], {})
    return evaluate(one.case, one.facts, load_guideline(guideline))


@pytest.mark.parametrize(
    ("plan", "line"),
    [
        ("Mass General Brigham Health Plan - Commercial", "commercial"),
        ("MGB QHP", "commercial"),
        ("Qualified Health Plan (Connector)", "commercial"),
        ("Mass General Brigham PPO", "commercial"),
        ("MassHealth", "masshealth"),
        ("Mass General Brigham ACO", "masshealth"),
        ("MGB Medicare Advantage HMO", "medicare_advantage"),
        ("medicare", "medicare_advantage"),
        ("OneCare", "one_care"),
        ("One Care (MassHealth and Medicare)", "one_care"),
        ("Senior Care Options", "sco"),
        ("MassHealth SCO", "sco"),
        ("Mass General Brigham", None),
        ("Scottish Widows", None),
        ("", None),
        (None, None),
    ],
)
def test_the_line_of_business_is_read_from_the_plan(plan: str | None, line: str | None) -> None:
    assert next((name for name, words in LINES.items() if names_plan(plan, words)), None) == line


#: The table of the source: line -> answer for injections, catheters (62324-62327) and the ablation (64628, 64629).
TABLE: dict[str, tuple[Status, Status, Status]] = {
    "Commercial": ("met", "not_applicable", "met"),
    "MassHealth": ("met", "not_applicable", "not_met"),
    "Medicare Advantage": ("not_applicable", "not_applicable", "met"),
    "OneCare": ("not_applicable", "not_applicable", "met"),
    "SCO": ("not_applicable", "not_applicable", "met"),
}
FACET = ("64490", "64491", "64492", "64493", "64494", "64495")
CODES = (
    (*("62320", "62321", "62322", "62323", "64479", "64480", "64483", "64484"), *FACET),
    ("62324", "62325", "62326", "62327"),
    ("64628", "64629"),
)


@pytest.mark.parametrize(
    ("plan", "code", "status"),
    [
        (plan, code, status)
        for plan, statuses in TABLE.items()
        for codes, status in zip(CODES, statuses, strict=True)
        for code in codes
    ],
)
def test_the_authorization_table(plan: str, code: str, status: Status) -> None:
    found = judged("mgb-097", [], cpt=[code], plan=plan)
    authorization = {one.id: one for one in found.routing}["mgb-097.authorization"]
    assert authorization.status == status
    assert code in authorization.reason


def test_every_code_of_the_document_is_in_the_table() -> None:
    assert sorted(itertools.chain.from_iterable(CODES)) == sorted(load_guideline("mgb-097").cpt)


@pytest.mark.parametrize(
    ("code", "count", "first"), [("62323", 7, "L39015"), ("64493", 8, "L38773"), ("64628", 3, "L39642")]
)
def test_medicare_lines_name_the_documents_of_cms(code: str, count: int, first: str) -> None:
    (medicare,) = [one for one in judged("mgb-097", [], cpt=[code], plan="SCO").routing if one.status == "external"]
    assert medicare.reason.count("L3") == count
    assert first in medicare.reason


def result(status: Status) -> CriterionResult:
    return CriterionResult(id="g.r", status=status, text="T.", source="S", reason="R.")


@pytest.mark.parametrize(
    ("before", "statuses", "after"),
    [
        ("criteria_met", [], "criteria_met"),
        ("criteria_met", ["met", "not_applicable"], "criteria_met"),
        ("criteria_met", ["not_documented"], "needs_information"),
        ("criteria_not_met", ["not_documented"], "criteria_not_met"),
        ("criteria_met", ["external"], "needs_information"),
        ("criteria_not_met", ["external"], "needs_information"),
        ("criteria_met", ["not_met"], "criteria_not_met"),
        ("needs_information", ["external", "not_met"], "criteria_not_met"),
    ],
)
def test_what_routing_does_to_the_determination(
    before: Determination, statuses: list[Status], after: Determination
) -> None:
    assert _routed(before, [result(status) for status in statuses]) == after


def test_other_guidelines_have_no_routing_and_no_category() -> None:
    found = judged("nia-305", [], cpt=["27096"], plan="MGB Medicare Advantage")
    assert found.routing == ()
    assert found.category is None


def test_licensed_criteria_say_which_they_are() -> None:
    found = {one.id: one for one in judged("mgb-097", [], cpt=["64628"]).criteria}["mgb-097.bvna.interqual"]
    assert found.status == "external"
    assert "InterQual" in found.reason
    assert found.missing is None


def test_an_elective_default_says_that_it_is_one() -> None:
    found = judged("nass-covid", [])
    assert found.category is not None
    assert (found.category.name, found.category.by_default, found.category.evidence) == ("elective", True, ())
    assert found.category.reason.startswith("By default")
    assert found.determination == "needs_information"


def test_what_is_mentioned_but_not_settled_is_named() -> None:
    found = judged("nass-covid", [{"kind": "statement", "topic": "neurologic_deficit", "value": "severe"}])
    assert found.category is not None
    assert "nass-covid.emergent.deficit" in found.category.reason


def test_the_category_has_the_spans_that_say_so() -> None:
    found = judged("nass-covid", [{"kind": "statement", "topic": "spine_infection", "value": "wound"}])
    assert found.category is not None
    assert (found.category.name, found.pathway) == ("emergent", "nass-covid.emergent")
    assert [one.text for one in found.category.evidence] == ["statement 000 of kind statement"]
