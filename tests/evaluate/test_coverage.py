"""Every id of the shared contract is in the guideline files, and is proven there.

Each has a source citation, a check, a line of what documentation would satisfy it, and test cases that show it met,
not met and not documented, or a written reason (``cannot_be`` in the case file) why a status cannot come out.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import yaml

from chartproof.evaluate import list_guidelines, load_guideline
from chartproof.evaluate.authoring.cases import PROVEN
from chartproof.evaluate.authoring.shape import GROUP_PARTS
from tests.evaluate.casefile import case_file, guidelines_with_cases

CATALOGS = frozenset({"nass-catalog"})
"""What the contract names that has no criteria; `test_catalog.py` holds its rows against the source."""

IDS = yaml.safe_load(Path(__file__).with_name("criterion_ids.yaml").read_text("utf-8"))
KNOWN = frozenset(one.id for one in list_guidelines())
READY = [guideline for guideline in IDS if guideline not in CATALOGS]
GROUPS = [group for guideline in READY for group in IDS[guideline]["groups"]]
CRITERIA = [criterion for guideline in READY for criterion in IDS[guideline]["criteria"]]


@cache
def shown(guideline: str) -> frozenset[tuple[str, str]]:
    """The criteria and statuses that the test cases of a guideline show."""
    return frozenset(item for entry in case_file(guideline).cases for item in entry.expect.items())


def test_every_guideline_has_a_file_and_every_file_is_of_the_contract() -> None:
    assert set(READY) == KNOWN


@pytest.mark.parametrize("group_id", GROUPS)
def test_every_pathway_is_there(group_id: str) -> None:
    guideline = load_guideline(group_id.split(".")[0])
    assert group_id in {one.id for part in GROUP_PARTS for one in getattr(guideline, part)}


@pytest.mark.parametrize("criterion_id", CRITERIA)
def test_every_criterion_is_there_and_says_where_from_and_what_would_settle_it(criterion_id: str) -> None:
    guideline = load_guideline(criterion_id.split(".")[0])
    assert criterion_id in guideline.criterion_ids
    criterion = guideline.criterion(criterion_id)
    assert criterion.source.startswith(guideline.source.document)
    assert len(criterion.source) > len(guideline.source.document)
    assert criterion.check
    assert criterion.text.endswith(".")
    assert criterion.satisfy.endswith(".")


@pytest.mark.parametrize("criterion_id", CRITERIA)
def test_every_criterion_has_cases_or_reasons(criterion_id: str) -> None:
    guideline = criterion_id.split(".")[0]
    assert guideline in guidelines_with_cases()
    reasons = case_file(guideline).cannot_be.get(criterion_id, {})
    for status in PROVEN:
        proven = (criterion_id, status) in shown(guideline)
        assert proven or reasons.get(status, "").endswith("."), f"no case and no reason for {status}"


@pytest.mark.parametrize("guideline", READY)
def test_reasons_are_of_the_criteria_and_sentences(guideline: str) -> None:
    for criterion_id, reasons in case_file(guideline).cannot_be.items():
        assert criterion_id in load_guideline(guideline).criterion_ids
        assert all(reason[0].isupper() and reason.endswith(".") for reason in reasons.values())
