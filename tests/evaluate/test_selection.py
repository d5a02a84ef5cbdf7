"""Which guideline is chosen from codes, plan or option."""

from __future__ import annotations

from typing import Any

import pytest

from chartproof.errors import ChartproofError
from chartproof.evaluate import select_guideline
from tests.evaluate.casefile import build


def select(
    cpt: list[str],
    facts: list[dict[str, Any]] | None = None,
    guideline_id: str | None = None,
    plan: str | None = None,
) -> tuple[str, str]:
    notes = [{"date": "2024-06-13", "type": "office visit", "facts": facts or []}]
    one = build("none", "selection", {"cpt": cpt, "date": "2024-06-20", "plan": plan}, notes, {})
    guideline, origin = select_guideline(one.case, one.facts, guideline_id)
    return guideline.id, origin


def planned(procedure: str, **more: Any) -> dict[str, Any]:
    return {"kind": "procedure", "procedure": procedure, "status": "planned", "assertion": "planned", **more}


@pytest.mark.parametrize(
    ("cpt", "guideline"),
    [
        (["27096"], "nia-305"),
        (["27096", "27096"], "nia-305"),
        (["64483", "64484"], "nia-300"),
        (["64483", "64484", "64484"], "nia-300"),
        (["62321"], "nia-300"),
        (["64490", "64491", "64492"], "nia-301"),
        (["0216t", "0217T"], "nia-301"),
        (["64635", "64636"], "nia-302"),
        (["64520"], "nia-404"),
        (["63650", "63650", "63685"], "nia-405"),
        (["62350", "62362"], "nia-310"),
        (["95940"], "cigna-0509"),
        (["g0453", "95938"], "cigna-0509"),
        (["S3900"], "cigna-0509"),
    ],
)
def test_codes(cpt: list[str], guideline: str) -> None:
    assert select(cpt) == (guideline, "cpt")


@pytest.mark.parametrize(
    ("cpt", "procedure", "guideline"),
    [
        ("62323", "esi_interlaminar", "nia-300"),
        ("62323", "pump_trial", "nia-408"),
        ("62322", "pump_trial", "nia-408"),
        ("64483", "pump_trial", "nia-300"),
        ("62350", "pump_trial", "nia-310"),
    ],
)
def test_an_epidural_code_is_a_drug_trial_only_when_the_notes_plan_one(
    cpt: str, procedure: str, guideline: str
) -> None:
    assert select([cpt], [planned(procedure)]) == (guideline, "cpt")


@pytest.mark.parametrize("beside", [["22612"], ["63655"], ["27096"], ["60240"], ["22551", "22845", "63650"]])
def test_the_procedure_that_is_monitored_stands_beside_monitoring(beside: list[str]) -> None:
    assert select(["95940", *beside]) == ("cigna-0509", "cpt")


def test_the_procedure_alone_is_its_own_guideline_or_none() -> None:
    assert select(["63655"]) == ("nia-405", "cpt")
    with pytest.raises(ChartproofError, match="22612"):
        select(["22612"])
    with pytest.raises(ChartproofError, match=r"64520 \(nia-404\)"):
        select(["95940", "64520"])


def test_an_unknown_code_is_named_with_what_is_supported() -> None:
    with pytest.raises(ChartproofError, match=r"99999.*27096"):
        select(["27096", "99999"])


def test_codes_of_different_guidelines_are_named() -> None:
    with pytest.raises(ChartproofError, match=r"27096 \(nia-305\).*64635 \(nia-302\)"):
        select(["27096", "64635"])


@pytest.mark.parametrize(
    ("procedure", "guideline"),
    [
        ("si_joint_injection", "nia-305"),
        ("esi_caudal", "nia-300"),
        ("medial_branch_block", "nia-301"),
        ("rf_ablation", "nia-302"),
        ("sympathetic_block", "nia-404"),
        ("scs_trial", "nia-405"),
        ("pump_trial", "nia-408"),
        ("pump_implant", "nia-310"),
    ],
)
def test_without_codes_the_plan_decides(procedure: str, guideline: str) -> None:
    assert select([], [planned(procedure)]) == (guideline, "note")


@pytest.mark.parametrize(
    "facts",
    [
        [],
        [planned("spine_surgery")],
        [planned("rf_ablation", name="sij_rf")],
        [planned("si_joint_injection"), planned("rf_ablation")],
        [planned("si_joint_injection") | {"assertion": "hypothetical", "status": "considered"}],
        [planned("si_joint_injection") | {"assertion": "present", "status": "done"}],
    ],
)
def test_without_codes_and_a_single_plan_a_code_is_asked_for(facts: list[dict[str, Any]]) -> None:
    with pytest.raises(ChartproofError, match="give a CPT code"):
        select([], facts)


def test_the_option_goes_before_the_codes() -> None:
    assert select(["64635"], guideline_id="nia-305") == ("nia-305", "option")
    with pytest.raises(ChartproofError, match="unknown guideline"):
        select(["64635"], guideline_id="nia-000")


@pytest.mark.parametrize(
    ("cpt", "plan", "guideline"),
    [
        (["62323"], "Mass General Brigham Health Plan", "mgb-097"),
        (["64493", "64494"], "MGB commercial", "mgb-097"),
        (["64483"], "MassGeneral Brigham Medicare Advantage", "mgb-097"),
        (["62323"], "commercial", "nia-300"),
        (["62323"], "MassHealth", "nia-300"),
        (["62323"], None, "nia-300"),
        (["64493"], None, "nia-301"),
        (["64628", "64629"], None, "mgb-097"),
        (["62324"], "commercial", "mgb-097"),
        (["27096"], "MGB commercial", "nia-305"),
        (["64628", "64493"], "MGB commercial", "mgb-097"),
    ],
)
def test_a_payers_guideline_takes_shared_codes_only_where_the_plan_names_it(
    cpt: list[str], plan: str | None, guideline: str
) -> None:
    assert select(cpt, plan=plan) == (guideline, "cpt")


@pytest.mark.parametrize("cpt", [["62323", "64493"], ["64628", "64493"]])
def test_without_its_name_a_payers_guideline_joins_no_codes_of_others(cpt: list[str]) -> None:
    with pytest.raises(ChartproofError, match="different guidelines"):
        select(cpt)


@pytest.mark.parametrize(
    ("procedures", "plan", "guideline"),
    [
        (["bvna"], None, "mgb-097"),
        (["esi_interlaminar"], "MGB commercial", "mgb-097"),
        (["esi_interlaminar"], None, "nia-300"),
        (["esi_interlaminar", "bvna"], None, "nia-300"),
        (["esi_interlaminar", "bvna"], "MGB commercial", "mgb-097"),
    ],
)
def test_without_codes_the_plan_names_the_payer_too(procedures: list[str], plan: str | None, guideline: str) -> None:
    assert select([], [planned(one) for one in procedures], plan=plan) == (guideline, "note")


def test_the_triage_is_chosen_by_hand_only() -> None:
    assert select([], [planned("esi_interlaminar")], "nass-covid") == ("nass-covid", "option")
