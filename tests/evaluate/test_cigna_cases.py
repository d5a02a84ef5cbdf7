"""Requests for monitoring of our own, from note to determination."""

from __future__ import annotations

from pathlib import Path

import pytest

from chartproof.api import assess
from chartproof.scoring.gold import GoldCase, read_gold

GOLD = read_gold([Path(__file__).resolve().parents[2] / "gold" / "cases" / "own-cigna.jsonl"]).cases


@pytest.mark.parametrize("one", GOLD, ids=lambda one: one.case.case_id)
def test_case_is_judged_as_in_gold(one: GoldCase) -> None:
    found = assess(one.case)
    assert (found.guideline, found.pathway) == (one.gold.guideline, one.gold.pathway)
    statuses = {result.id: result.status for result in (*found.criteria, *found.gates)}
    wanted = {**one.gold.criteria, **one.gold.gates}
    assert {name: statuses[name] for name in wanted} == wanted
    assert found.determination == one.gold.determination


def test_both_services_come_out_in_each_way() -> None:
    found = {(one.gold.pathway, one.gold.determination) for one in GOLD}
    for pathway in ("cigna-0509.iom", "cigna-0509.baseline"):
        for determination in ("criteria_met", "criteria_not_met", "needs_information"):
            assert (pathway, determination) in found
