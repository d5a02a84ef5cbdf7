"""Procedure facts: kind, status, dates, levels, side and what is none."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from chartproof.extract.kinds import procedure
from chartproof.extract.pipeline import build_view
from chartproof.facts import Procedure
from chartproof.notes import Note
from tests.extract.helpers import facts

TODAY = dt.date(2024, 6, 20)


def found(text: str, note_type: str | None = "office visit", date: dt.date | None = TODAY) -> list[Procedure]:
    """The procedure facts of a text."""
    view = build_view(Note(note_id="n", text=text, date=date, type=note_type))
    facts = [fact for fact in procedure.find(view) if isinstance(fact, Procedure)]
    for fact in facts:
        for span in fact.spans:
            assert 0 <= span.start < span.end <= len(text)
    return facts


def one(text: str, **kwargs: Any) -> Procedure:
    """The only procedure fact of a text."""
    facts = found(text, **kwargs)
    assert len(facts) == 1, [(f.procedure, f.status, f.date, f.spans[0].of(text)) for f in facts]
    return facts[0]


def check(fact: Procedure, **expected: object) -> None:
    """Compare the attributes given."""
    actual = {name: getattr(fact, name) for name in expected}
    assert actual == expected


@pytest.mark.parametrize(
    ("text", "kind", "region"),
    [
        ("She underwent a lumbar ESI last fall.", "esi", "lumbar"),
        ("Hx of LESI with brief help.", "esi", "lumbar"),
        ("Had a CESI in the past.", "esi", "cervical"),
        ("She had a C7-T1 ILESI done.", "esi_interlaminar", "cervical"),
        ("S/p L4-5 interlaminar epidural steroid injection.", "esi_interlaminar", "lumbar"),
        ("He received a left L5 TFESI.", "esi_transforaminal", "lumbar"),
        ("He has had a right L4 selective nerve root block.", "esi_transforaminal", "lumbar"),
        ("Prior S1 SNRB was done elsewhere.", "esi_transforaminal", "lumbar"),
        ("Status post caudal epidural.", "esi_caudal", "lumbar"),
        ("Underwent bilateral L4-5 facet joint injections.", "facet_injection", "lumbar"),
        ("He had intra-articular C5-6 facet steroid injections.", "facet_injection", "cervical"),
        ("Prior right L3, L4 medial branch and L5 dorsal ramus blocks were done.", "medial_branch_block", "lumbar"),
        ("She had lumbar MBBs.", "medial_branch_block", "lumbar"),
        ("Status post cervical radiofrequency neurotomy.", "rf_ablation", "cervical"),
        ("Prior lumbar medial branch rhizotomy helped.", "rf_ablation", "lumbar"),
        ("Underwent RFA of the L4-5 and L5-S1 facets.", "rf_ablation", "lumbar"),
        ("He had a left SI joint injection.", "si_joint_injection", "sacroiliac"),
        ("She got an SI injection elsewhere.", "si_joint_injection", "sacroiliac"),
        ("He had an injection of the right sacroiliac joint.", "si_joint_injection", "sacroiliac"),
        ("Prior lumbar sympathetic block was performed.", "sympathetic_block", "lumbar"),
        ("She had a stellate ganglion block.", "sympathetic_block", None),
        ("Trigger point injections were done for the neck.", "trigger_point", "cervical"),
        ("She underwent an L4-5 laminectomy.", "spine_surgery", "lumbar"),
        ("S/p ACDF.", "spine_surgery", "cervical"),
        ("Status post TLIF at L4-5.", "spine_surgery", "lumbar"),
        ("She had back surgery as a young woman.", "spine_surgery", "lumbar"),
        ("He underwent a spinal cord stimulator trial.", "scs_trial", None),
        ("He has had a spinal cord stimulator implant.", "scs_implant", None),
        ("She underwent an intrathecal baclofen trial.", "pump_trial", None),
        ("Had Intracept at L4 and L5.", "bvna", "lumbar"),
        ("Underwent L2 kyphoplasty.", "other", "lumbar"),
    ],
)
def test_kinds_of_done_procedures(text: str, kind: str, region: str | None) -> None:
    fact = one(text)
    check(fact, procedure=kind, status="done", assertion="present")
    if region is not None:
        check(fact, region=region)


@pytest.mark.parametrize(
    ("text", "procedure_name", "name"),
    [
        ("She had a labor epidural with her first child.", "other", "labor_epidural"),
        ("He had SIJ RFA.", "rf_ablation", "sij_rf"),
        ("Prior sacral lateral branch block was done.", "other", "sacral_lateral_branch_block"),
        ("She had an occipital nerve block for her neck pain.", "other", "occipital_nerve_block"),
        ("He had a hardware block at L4.", "other", "hardware_block"),
        ("Status post C1-2 facet injection.", "other", "atlantoaxial_injection"),
        ("Lumbar discogram was done at three levels.", "other", "discogram"),
    ],
)
def test_finer_names(text: str, procedure_name: str, name: str) -> None:
    check(one(text), procedure=procedure_name, name=name)


def test_injection_of_another_joint_in_a_back_pain_note() -> None:
    facts = found("Low back pain, worse with lumbar extension.\nRight knee cortisone injection 2021 helped.")
    check(facts[0], procedure="other", name="joint_injection", region="other", side="right", date="2021")


@pytest.mark.parametrize(
    ("text", "levels", "side"),
    [
        ("Underwent right L4-5 and L5-S1 TFESI.", ("L4-5", "L5-S1"), "right"),
        ("s/p L L5-S1 TFESI", ("L5-S1",), "left"),
        ("S/p R C4-6 RFA.", ("C4-6",), "right"),
        ("She had bilateral L3, L4 medial branch blocks.", ("L3", "L4"), "bilateral"),
        (
            "She had left medial branch blocks at L3, L4 and L5 (L4-5 and L5-S1 joints).",
            ("L4-5", "L5-S1"),
            "left",
        ),
        ("Underwent L4-5 ESI on the left.", ("L4-5",), "left"),
        ("He had left L4-L5 transforaminal ESI (L4 nerve root).", ("L4-5",), "left"),
        ("R>L back pain. He had an L5-S1 ESI.", ("L5-S1",), None),
    ],
)
def test_levels_and_side(text: str, levels: tuple[str, ...], side: str | None) -> None:
    check(one(text), levels=levels, side=side)


@pytest.mark.parametrize(
    ("text", "status", "assertion"),
    [
        ("I recommend a right L4-5 TFESI.", "planned", "planned"),
        ("We are requesting bilateral L4-5 facet injections.", "planned", "planned"),
        ("Will submit for a caudal ESI.", "planned", "planned"),
        ("She is scheduled for a left SI joint injection.", "planned", "planned"),
        ("Left SI joint injection was ordered.", "planned", "planned"),
        ("She is a candidate for L4-5 TLIF.", "considered", "planned"),
        ("Discussed microdiscectomy at L5-S1.", "considered", "planned"),
        ("We will consider a cervical ESI.", "considered", "planned"),
        ("If the blocks work we would go to lumbar RFA.", "considered", "hypothetical"),
        ("If no better, L4-5 ESI.", "considered", "hypothetical"),
        ("Should this fail we would offer an L5-S1 discectomy.", "considered", "hypothetical"),
        ("He declines spinal surgery.", "considered", "negated"),
        ("She is not a candidate for lumbar fusion.", "considered", "negated"),
        ("He does not wish to proceed with an ESI.", "considered", "negated"),
        ("She wants to avoid back surgery.", "considered", "negated"),
    ],
)
def test_plans(text: str, status: str, assertion: str) -> None:
    check(one(text), status=status, assertion=assertion)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("I'd like to do an L5-S1 interlaminar epidural and see what it buys her.", "planned"),
        ("We'll do a left L4-5 TFESI on the 9th.", "planned"),
        ("Let's try a caudal epidural before anything bigger.", "planned"),
        ("He has failed therapy and I am inclined to repeat the left SI joint injection.", "planned"),
        ("It seems reasonable to try a right L5-S1 TFESI.", "considered"),
        ("She asked me to do another L4-5 ESI.", "considered"),
        ("A left SI joint injection was advised.", "planned"),
        ("Her boss thinks an ESI at L4-5 is what she needs.", "considered"),
        ("A caudal epidural is still on the table.", "considered"),
        ("He qualifies for bilateral L4-5 facet injections.", "considered"),
        ("I suggest a right L4 selective nerve root block to see if the root is the source.", "considered"),
    ],
)
def test_what_is_wanted_or_spoken_of_was_not_done(text: str, status: str) -> None:
    fact = one(text)
    assert (fact.status, fact.assertion) == (status, "planned")


@pytest.mark.parametrize(
    "text",
    [
        "He went on to have an L4-5 epidural steroid injection.",
        "She came back to have her second L4-5 ESI in May.",
        "After failing therapy he was able to have the left SI joint injection.",
        "He agreed to have an L4-5 ESI, and it was done on 3/4/24.",
        "R buttock: SI injection held three weeks.",
        "He is quite sure the L4-5 ESI was in 2021.",
    ],
)
def test_what_came_to_be_was_done(text: str) -> None:
    assert one(text).status == "done"


@pytest.mark.parametrize(
    "text",
    [
        "No prior spine injections.",
        "She has never had an injection in her back.",
        "No ESI to date.",
        "Denies prior back surgery.",
        "Prior spinal injections: none.",
        "[ ] prior spinal injections - none ever",
        "Treatments tried:\n[ ] prior epidural injections",
        "He has had no epidurals.",
        "She has not undergone RFA.",
        "There have been no injections of the lumbar spine.",
        "Spine surgery: denied.",
    ],
)
def test_denied(text: str) -> None:
    facts = found(text)
    assert facts
    assert all(fact.assertion == "negated" and fact.status == "done" for fact in facts)


def test_an_empty_box_of_a_list_of_treatments_is_no_fact() -> None:
    assert found("Treatments tried:\n[x] ibuprofen for the low back\n[ ] epidural injections") == []


def test_a_list_of_denials_denies_each() -> None:
    facts = found("No lumbar RFA, no ESI, no spine surgery.")
    assert [(fact.procedure, fact.assertion) for fact in facts] == [
        ("rf_ablation", "negated"),
        ("esi", "negated"),
        ("spine_surgery", "negated"),
    ]


def test_two_targets_of_one_denial() -> None:
    facts = found("No cervical facet or epidural injection ever.")
    assert {(fact.procedure, fact.assertion) for fact in facts} == {("facet_injection", "negated"), ("esi", "negated")}


@pytest.mark.parametrize(
    "text",
    [
        "No relief from the lumbar ESI in 2023.",
        "No complications after the L4-5 ESI of 2023.",
        "She had no lasting benefit with an ESI in 2023.",
        "No new weakness since her ESI in 2023.",
    ],
)
def test_a_denied_effect_denies_no_procedure(text: str) -> None:
    fact = one(text)
    check(fact, assertion="present", status="done", date="2023")


@pytest.mark.parametrize(
    "text",
    [
        "His mother had a neck fusion.",
        "Sister with stenosis who had epidurals.",
        "Family history: brother s/p lumbar laminectomy.",
        "Her father has had two back operations.",
    ],
)
def test_what_relatives_had_is_no_fact_of_the_patient(text: str) -> None:
    assert found(text) == []


def test_a_relative_in_the_room_had_nothing_done() -> None:
    check(one("She came with her mother and underwent a lumbar ESI in May."), assertion="present")


@pytest.mark.parametrize(
    "text",
    [
        "MRI shows epidural fibrosis at L4-5.",
        "Lumbar postlaminectomy syndrome.",
        "No epidural hematoma in the lumbar canal.",
        "He can walk two blocks before his back hurts.",
        "EKG shows a heart block. Low back pain.",
        "Flu shot given today. Back pain is unchanged.",
        "Conjunctivae without injection. Lumbar spine tender.",
        "Cardiac ablation in 2019. Low back pain.",
        "Injection site clean. Low back non tender.",
        "EMG: acute denervation of the left L5 myotome.",
        "Solid fusion at L4-5 on films.",
        "Insulin pump in place. Lumbar pain.",
        "MMPI-2-RF valid. Lumbar pain.",
        "Palpable trigger points in the lumbar paraspinals.",
        "NG tube for decompression.",
        "Return three weeks after the injection.",
    ],
)
def test_none(text: str) -> None:
    assert [(f.procedure, f.spans[0].of(text)) for f in found(text)] == []


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("L L5-S1 TFESI on 3/4/24.", "2024-03-04"),
        ("3/4/2024: left L5-S1 TFESI", "2024-03-04"),
        ("She had a left SIJ injection in March 2023.", "2023-03"),
        ("On May 2, 2024 she underwent a C7-T1 ILESI.", "2024-05-02"),
        ("S/p L4-5 discectomy (2019).", "2019"),
        ("SIJ inj 5/6 with good relief.", "2024-05-06"),
    ],
)
def test_dates(text: str, date: str) -> None:
    check(one(text), date=date, status="done")


@pytest.mark.parametrize(
    "text",
    [
        "She had an ESI. MRI 3/4/24 showed stenosis.",
        "L4-5 ESI gave relief until 3/4/24.",
        "Pain since 3/4/24 and one prior L4-5 ESI.",
    ],
)
def test_dates_of_something_else(text: str) -> None:
    check(one(text), date=None)


def test_several_dates_of_one_mention() -> None:
    facts = found("MBB x 2 on 4/22 and 5/12, 80% and 90%.")
    assert [(f.procedure, f.date) for f in facts] == [
        ("medial_branch_block", "2024-04-22"),
        ("medial_branch_block", "2024-05-12"),
    ]


def test_table_rows() -> None:
    text = (
        "PRIOR INJECTIONS (epidurals, low back)\n\n"
        " #   When         What              Benefit  How long\n"
        " 1   01/09/2024   R L4-5 TFESI      40%      3 weeks\n"
        " 2   03/12/2024   R L4-5 TFESI      60%      2 months\n"
    )
    facts = found(text)
    assert [(f.date, f.number, f.side, f.levels) for f in facts] == [
        ("2024-01-09", 1, "right", ("L4-5",)),
        ("2024-03-12", 2, "right", ("L4-5",)),
    ]


def test_rows_take_the_procedure_of_their_heading() -> None:
    text = "Epidurals so far, each one left L5-S1 TFESI:\n- 1/8/24: 45% better, near 2 wks\n- 3/4/24: 60%, 9 wks\n"
    facts = found(text)
    assert [(f.procedure, f.date, f.side, f.levels) for f in facts] == [
        ("esi_transforaminal", "2024-01-08", "left", ("L5-S1",)),
        ("esi_transforaminal", "2024-03-04", "left", ("L5-S1",)),
    ]


def test_rows_that_name_only_the_target() -> None:
    facts = found("Injection history:\n- R SIJ 7/18/23, 65% for 2 mo\n- L L5-S1 ILESI 3/28/24, half better\n")
    assert [(f.procedure, f.date, f.side) for f in facts] == [
        ("si_joint_injection", "2023-07-18", "right"),
        ("esi_interlaminar", "2024-03-28", "left"),
    ]


def test_following_sentences_inherit() -> None:
    text = "Her first cervical epidural was on January 3, 2024. The second, March 2, 2024, was better. The third was on May 10, 2024."
    facts = found(text)
    assert [(f.procedure, f.number, f.date, f.region) for f in facts] == [
        ("esi", 1, "2024-01-03", "cervical"),
        ("esi", 2, "2024-03-02", "cervical"),
        ("esi", 3, "2024-05-10", "cervical"),
    ]


def test_bare_injection_takes_kind_from_the_dated_row() -> None:
    text = "The April injection has worn off.\nInjection list, right L4-5 transforaminal each time\n 1   02/06/2024   50%   5 wks\n 2   04/02/2024   70%   6 wks\n"
    fact = found(text)[0]
    check(fact, procedure="esi_transforaminal", date="2024-04-02", side="right", number=2)


def test_block_before_ablation_is_a_medial_branch_block() -> None:
    text = "His comparative blocks were positive: lidocaine 4/22/24, bupivacaine 5/19/24.\nPlan: left L4-5 facet RFA."
    facts = found(text)
    assert [(f.procedure, f.date, f.anesthetic) for f in facts[:2]] == [
        ("medial_branch_block", "2024-04-22", None),
        ("medial_branch_block", "2024-05-19", None),
    ] or [f.procedure for f in facts[:2]] == ["medial_branch_block", "medial_branch_block"]


def test_plan_section() -> None:
    text = "PLAN:\n 1. L4-5 interlaminar ESI under fluoroscopy.\n 2. Recheck 3 weeks after the ESI."
    check(one(text), procedure="esi_interlaminar", status="planned", guidance="fluoroscopy", levels=("L4-5",))


def test_plan_with_thermal_ablation() -> None:
    fact = one("Plan: thermal radiofrequency ablation of the left L3 and L4 medial branches and the L5 dorsal ramus.")
    check(fact, procedure="rf_ablation", technique="thermal", side="left", levels=("L3", "L4", "L5"))


def test_planned_date_lies_ahead() -> None:
    check(one("Plan: L5-S1 ILESI 7/2."), status="planned", date="2024-07-02")


def test_own_operation_once() -> None:
    text = (
        "PROCEDURE NOTE\n\nDate of service: 06/18/2024\n"
        "Procedure: Right L5-S1 transforaminal epidural steroid injection #2\n"
        "Indication: right S1 radiculitis. The March injection gave 60% for two months.\n\n"
        "Description: The patient was placed prone. Under fluoroscopy a needle was advanced to the foramen. "
        "The epidural injection was then performed with dexamethasone.\n"
    )
    facts = found(text, note_type="procedure note", date=dt.date(2024, 6, 18))
    check(
        facts[0],
        procedure="esi_transforaminal",
        status="done",
        date="2024-06-18",
        number=2,
        side="right",
        levels=("L5-S1",),
        guidance="fluoroscopy",
        agent="steroid",
    )
    assert [(f.procedure, f.date) for f in facts[1:]] == [("esi_transforaminal", "2024-03")]


def test_diagnostic_block_of_an_operative_note() -> None:
    text = (
        "PROCEDURE: Left L3, L4 medial branch and L5 dorsal ramus block #1\nDATE: 06/18/2024\n"
        "TECHNIQUE: Bupivacaine 0.5% to the three nerves under C-arm. No steroid.\n"
    )
    fact = one(text, note_type="procedure note", date=dt.date(2024, 6, 18))
    check(fact, procedure="medial_branch_block", number=1, agent="local_anesthetic", anesthetic="bupivacaine")


def test_parts_of_one_operation_are_one_fact() -> None:
    text = (
        "PREOPERATIVE DIAGNOSIS: Herniated disc C5-C6.\nOPERATION PERFORMED:\n1. Anterior cervical discectomy C5-C6.\n"
        "2. Anterior cervical fusion C5-C6.\n3. Anterior plating C5-C6.\n\nDESCRIPTION OF PROCEDURE: The discectomy was carried out.\n"
    )
    check(one(text, note_type=None), procedure="spine_surgery", status="done", levels=("C5-6",))


def test_count_and_number() -> None:
    check(one("She had two lumbar epidurals in 2021."), count=2, date="2021")
    check(one("Epidurals x 4 in 2020 for the low back."), count=4)
    check(one("Status post left SIJ injection #3 on 5/1/24."), number=3, count=None)


def test_first_of_its_kind_in_an_operative_note_numbers_it() -> None:
    text = "Procedure: L4-5 interlaminar ESI\nDescription: Prone, prepped.\nThis is the first lumbar injection for this patient.\n"
    check(one(text, note_type="procedure note"), number=1)


def test_same_text_same_facts() -> None:
    text = "MBB x 2 on 4/22 and 5/12. Plan: lumbar RFA."
    assert found(text) == found(text)


@pytest.mark.parametrize(
    "text", ["", "injection", "ESI", "#1", "L4-5", "the second", "block\n#2 3/4/24 50%", "surgery: "]
)
def test_fragments_do_not_fail(text: str) -> None:
    found(text)
    found(text, note_type="procedure note", date=None)


_NECK = "Axial neck pain. Cervical spondylosis on cervical films. "
_BACK = "Chronic lumbar pain. Lumbar spondylosis on MRI. "


@pytest.mark.parametrize(
    ("text", "technique"),
    [
        (
            _NECK + "PLAN:\n1. RFA of right C3, C4. She prefers the pulsed mode over a heat lesion.\n2. Home exercise.",
            "pulsed",
        ),
        (_NECK + "PLAN:\nRight C3-4, C4-5 RFA at 42 degrees C, 120 seconds.", "pulsed"),
        (_NECK + "PLAN:\nRight C3-4, C4-5 RFA at 80 C for 90 s, not pulsed.", "thermal"),
        (_NECK + "PLAN:\nRight C3-4, C4-5 RFA. We will use thermal rather than pulsed lesions.", "thermal"),
        (_NECK + "PLAN:\nLaser ablation of the left C4, C5 medial branches.", "laser"),
        (_NECK + "PLAN:\n1. RFA right C4, C5, C6.\n2. Pulsed electromagnetic mat at home.", None),
    ],
)
def test_technique(text: str, technique: str | None) -> None:
    """The technique may stand in the sentences after the name, as a temperature, or be ruled out."""
    check(one(text), procedure="rf_ablation", status="planned", technique=technique)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I propose a right L4-5 transforaminal epidural.", {"status": "planned", "assertion": "planned"}),
        ("An application for a left L4-5 TFESI is being made.", {"status": "planned"}),
        ("We hope for half relief with the epidural planned for next week.", {"status": "planned"}),
        ("She was offered an L4-5 epidural, but she declined.", {"status": "considered", "assertion": "negated"}),
        ("Cancelled the 3/5 epidural because of fever.", {"assertion": "negated"}),
        ("The epidural booked for 3/5 was never done.", {"assertion": "negated"}),
        ("Discussed options incl. ESI and RFA.", {"status": "considered"}),
        ("Never operated (one epidural 5/12/24).", {"assertion": "present", "date": "2024-05-12"}),
    ],
)
def test_status_of_wordings(text: str, expected: dict[str, Any]) -> None:
    """Requests, cancelled procedures and brackets after a denial."""
    facts = [fact for fact in found(_BACK + text) if fact.procedure.startswith("esi")]
    assert len(facts) == 1
    check(facts[0], **expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Injection 12/5/23, right L5-S1 transforaminal.", ("esi_transforaminal", "2023-12-05", "right")),
        ("She had an epidural in Feb 2024 (L4-5, interlaminar).", ("esi_interlaminar", "2024-02", None)),
        ("After the injection on 2/2/24 (left SIJ) she sat longer.", ("si_joint_injection", "2024-02-02", "left")),
        ("He had his right SI joint injected on 3/12/24.", ("si_joint_injection", "2024-03-12", "right")),
        ("Dr. Lowe injected her left SI joint 3/12/24.", ("si_joint_injection", "2024-03-12", "left")),
    ],
)
def test_target_apart_from_the_name(text: str, expected: tuple[str, str, str | None]) -> None:
    """The target may stand behind the date, or be the object of the verb."""
    fact = one(_BACK + text)
    assert (fact.procedure, fact.date, fact.side) == expected


def test_series_of_dates_with_sides() -> None:
    """Each date of a series may name its own side."""
    facts = found(_BACK + "Ablations: R 5/7/23 (80%), L 5/28/23 (75%).")
    facts += found(_BACK + "Lumbar RFA right 5/7/23, left 5/28/23.")
    ablations = [(fact.side, fact.date) for fact in facts if fact.procedure == "rf_ablation"]
    assert ablations[-2:] == [("right", "2023-05-07"), ("left", "2023-05-28")]


def test_dates_after_a_count() -> None:
    """The dates behind "three ESIs in the last 12 months:" are one procedure each."""
    facts = found(_BACK + "3 prior ESIs in the last 12 mos: 7/12/23, 10/25/23, 1/30/24.")
    assert [fact.date for fact in facts] == ["2023-07-12", "2023-10-25", "2024-01-30"]


def test_numbered_rows_go_on() -> None:
    """A numbered, dated row belongs to the list even where it tells no response."""
    text = "Lumbar pain.\nEPIDURALS (all lumbar transforaminal)\n 1   02/01/2023   40%   3 weeks\n 2   05/02/2023   see below\n"
    assert [(f.date, f.number) for f in found(text)] == [("2023-02-01", 1), ("2023-05-02", 2)]


def test_other_side_of_an_operation() -> None:
    """An operative note may tell of the other side, done before; its form gives the levels."""
    text = (
        "RADIOFREQUENCY ABLATION, LUMBAR, LEFT\n\nJoints ....... L4-5, L5-S1\n"
        "Other side ....... RIGHT, same nerves, done May 7, 2024\n\nTechnique. Prone. Two cannulae were placed.\n"
    )
    facts = found(text, note_type="procedure note", date=dt.date(2024, 5, 28))
    assert [(f.side, f.date, f.levels) for f in facts] == [
        ("left", "2024-05-28", ("L4-5", "L5-S1")),
        ("right", "2024-05-07", ("L4-5", "L5-S1")),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "RTC 2 weeks after the epidural.",
        "Hold clopidogrel 7 days before the epidural.",
        "Botox was injected into the forehead.",
        "Her sister's RFA helped.",
    ],
)
def test_points_to_a_procedure_only(text: str) -> None:
    """A time counted from a procedure, or another injection, is no procedure."""
    assert found(_BACK + text) == []


def test_blocks_done_are_not_what_is_planned_below() -> None:
    """Blocks before an ablation are not the other block that the plan names."""
    text = (
        "Cervical facet pain, neck axial. Both April blocks helped for hours.\n\n"
        "PLAN:\n1. RFA left C4, C5, C6.\n2. Left greater occipital nerve block."
    )
    done = [fact for fact in found(text) if fact.status == "done"]
    assert [(fact.procedure, fact.date) for fact in done] == [("medial_branch_block", "2024-04")]


@pytest.mark.parametrize(
    ("text", "kind", "date"),
    [
        ("Much better after the L SIJ 3/3/24.", "si_joint_injection", "2024-03-03"),
        ("The March 2024 caudal helped.", "esi_caudal", "2024-03"),
    ],
)
def test_target_stands_for_the_procedure(text: str, kind: str, date: str) -> None:
    """A target with a date, or with a verb of effect, stands for the procedure."""
    check(one(_BACK + text), procedure=kind, date=date, status="done")


def test_ticked_order_of_a_plan_is_planned() -> None:
    check(one("PLAN: [x] R L5-S1 TFESI x1 level"), procedure="esi_transforaminal", status="planned", side="right")


def test_vertebrae_of_an_ablation_told_with_strokes() -> None:
    (found,) = facts("Plan: Intracept L4/L5/S1.", "procedure")
    assert {"L4", "L5", "S1"} <= set(found["levels"])


def test_a_procedure_with_a_concurrent_other_one() -> None:
    found = facts("Low back pain.\nPlan: Intracept L4, L5 with concurrent L4-5 medial branch RFA.", "statement")
    assert [(one["topic"], one["assertion"]) for one in found] == [("same_day_procedure", "present")]


OPERATIVE = """PREOPERATIVE DIAGNOSIS: Lumbar radiculitis.

PROCEDURE: Lumbar epidural steroid injection{title}.

ANESTHESIA: Local.

DESCRIPTION OF PROCEDURE: With the patient prone the back was prepared and draped. {body} Depo-Medrol 80 mg was given.
"""


@pytest.mark.parametrize(
    ("body", "kind", "side", "levels"),
    [
        ("The L3-L4 interspace was found and a 20-gauge Tuohy needle advanced by loss of resistance.", "esi_interlaminar", None, ("L3-4",)),
        ("A right paramedian entry was chosen and the needle advanced to the ligamentum flavum.", "esi_interlaminar", "right", None),
        ("The needle was passed through the sacral hiatus and a loss of resistance was felt.", "esi_caudal", None, None),
        ("A spinal needle was directed below the pedicle into the left L5 neural foramen.", "esi_transforaminal", "left", ("L5",)),
        ("Contrast spread along the root toward the foramen.", "esi", None, None),
        ("The risks of the needle near the foramen had been explained.", "esi", None, None),
        ("The needle entered the L4-5 interspace to the left of midline, then the opposite side was done.", "esi_interlaminar", None, ("L4-5",)),
    ],
)  # fmt: skip
def test_body_tells_how_the_needle_went_in(
    body: str, kind: str, side: str | None, levels: tuple[str, ...] | None
) -> None:
    fact = one(OPERATIVE.format(title="", body=body), note_type=None, date=None)
    check(fact, procedure=kind, side=side, levels=levels, status="done")


def test_guidance_ruled_out_is_none() -> None:
    body = "A Tuohy needle entered the L4-5 interspace."
    assert one(OPERATIVE.format(title=" without fluoroscopy", body=body), note_type=None, date=None).guidance is None
    title = " under fluoroscopic guidance"
    assert one(OPERATIVE.format(title=title, body=body), note_type=None, date=None).guidance == "fluoroscopy"


def test_needle_gauge_is_no_ordinal() -> None:
    body = "A #18-gauge needle entered the L4-5 interspace."
    assert one(OPERATIVE.format(title="", body=body), note_type=None, date=None).number is None


def test_parts_of_a_listed_operation_are_one_fact() -> None:
    text = (
        "PREOPERATIVE DIAGNOSES\n1. Status post anterior cervical fusion C5-C6.\n2. Radiculopathy.\n\n"
        "OPERATIVE PROCEDURES\n1. Left posterior cervical laminectomy C4-C5 with foraminotomy.\n"
        "2. Posterior cervical fusion C4-C5.\n3. Iliac graft.\n\nTECHNIQUE: The patient was turned prone.\n"
    )
    facts = found(text, note_type=None, date=None)
    assert [(f.levels, f.side) for f in facts] == [(("C5-6",), None), (("C4-5",), "left")]


def test_operation_without_a_title_is_the_one_gone_through_with() -> None:
    text = (
        "PREOPERATIVE DIAGNOSIS: Lumbar segmental dysfunction.\n\nANESTHESIA: Sedation.\n\n"
        "CONSENT: The patient has decided to proceed with spinal manipulation under anesthesia. The course without "
        "manipulation under anesthesia was explained.\n\nPROCEDURE IN DETAIL: The lumbar spine was mobilized.\n"
    )
    check(one(text, note_type=None, date=None), procedure="other", status="done", assertion="present")


@pytest.mark.parametrize(
    ("text", "status", "assertion", "region"),
    [
        ("She is to have the cervical plate taken out next month.", "planned", "planned", "cervical"),
        ("The L4-S1 pedicle screws were removed in 2019.", "done", "present", "lumbar"),
        ("We discussed removing her lumbar hardware.", "considered", "planned", "lumbar"),
        ("He would like the loose C5-6 plate removed.", "considered", "planned", "cervical"),
    ],
)
def test_hardware_taken_out(text: str, status: str, assertion: str, region: str) -> None:
    check(one(text), procedure="spine_surgery", status=status, assertion=assertion, region=region)


@pytest.mark.parametrize(
    "text",
    [
        "The plate and screws in his ankle were removed last year.",
        "The sutures were removed and the low back wound is dry.",
        "All instrumentation was removed and he was turned back to the anesthesia team.",
    ],
)
def test_other_things_taken_out(text: str) -> None:
    assert not found(text)


@pytest.mark.parametrize(
    ("text", "kind", "region", "side"),
    [
        ("Dr. Hale blocked the right median nerve, and the hand pain eased.", "other", "other", "right"),
        ("The left L5 nerve root was blocked in April.", "esi_transforaminal", "lumbar", "left"),
        ("For his shoulder pain he had a suprascapular nerve block.", "other", "other", None),
    ],
)
def test_nerves_blocked(text: str, kind: str, region: str, side: str | None) -> None:
    check(one(text), procedure=kind, region=region, side=side, status="done")


@pytest.mark.parametrize(
    "text",
    [
        "His left carotid artery is blocked.",
        "The request was blocked by the insurer, his nerve pain goes on.",
        "Anesthesia: general with an axillary nerve block for postoperative pain.",
    ],
)
def test_no_nerve_blocked_for_pain(text: str) -> None:
    assert not found(text)


@pytest.mark.parametrize(
    ("text", "status", "assertion"),
    [
        ("Lumbar surgery is not a consideration at present.", "considered", "negated"),
        ("A lumbar fusion was scheduled for May, but he did not go through with it.", "planned", "negated"),
        ("The surgeon did not feel that he was a surgical candidate for the lumbar stenosis.", "considered", "negated"),
        ("He does not want to consider lumbar surgery.", "considered", "negated"),
        ("Tomorrow's L4-5 TFESI was cancelled.", "planned", "negated"),
        ("I recommended a surgical evaluation for the cervical stenosis.", "considered", "planned"),
        ("Repeat lumbar trigger point injections in a month if indicated.", "considered", "planned"),
        ("He denied a history of back pain or back surgery.", "done", "negated"),
        ("No surgical or medical treatment of the lumbar stenosis was begun.", "considered", "negated"),
    ],
)
def test_denied_called_off_or_only_weighed(text: str, status: str, assertion: str) -> None:
    check(one(text), status=status, assertion=assertion)


@pytest.mark.parametrize(
    "text",
    [
        "It is not clear from the records whether he ever had a lumbar epidural injection.",
        "He saw the spine surgeon for a neurosurgical consultation about the lumbar stenosis two weeks ago.",
        "Diagnosis: post cervical laminectomy pain syndrome.",
        "PROCEDURES: 1. Diagnostic laparoscopy. 2. Extensive lysis of adhesions.",
        "Arthrodesis of the second and third toes was done in 2020.",
    ],
)
def test_states_no_procedure(text: str) -> None:
    assert not found(text)


def test_not_feeling_a_benefit_denies_no_injection() -> None:
    check(one("She did not feel that the lumbar epidural helped."), status="done", assertion="present")


def test_year_before_the_verb_dates_what_follows() -> None:
    facts = found("He has had three back surgeries and in 2011 he underwent a C5-C6 ACDF.")
    assert [(f.count, f.date) for f in facts] == [(3, None), (None, "2011")]


def test_joined_names_share_what_is_said_behind_them() -> None:
    facts = found("Lumbar epidurals or a lumbar fusion were not considered; facet injections are planned.")
    assert [(f.procedure, f.status) for f in facts][-1] == ("facet_injection", "planned")
    both = found("Neither lumbar injections nor lumbar fusion are under consideration.")
    assert {(f.status, f.assertion) for f in both} == {("considered", "negated")}


def test_epidurals_told_apart_by_approach() -> None:
    facts = found("She had two lumbar epidurals, one caudal and one transforaminal, without much help.")
    assert [f.procedure for f in facts] == ["esi_caudal", "esi_transforaminal"]


def test_named_again_only_for_its_effect() -> None:
    text = "Her lumbar facet nerves were ablated by radiofrequency. The radiofrequency ablation helped."
    assert len(found(text)) == 1


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("He had facet injections at L34, L45 and L5S1.", ("L3-4", "L4-5", "L5-S1")),
        ("He had a fusion from C3 though C6.", ("C3-6",)),
    ],
)
def test_levels_written_together(text: str, levels: tuple[str, ...]) -> None:
    assert one(text).levels == levels


def test_surgery_of_another_organ_near_a_back_complaint() -> None:
    text = (
        "Low back pain for years with lumbar disc disease. He was seen for a thyroid mass by the endocrinologist. "
        "He is scheduled for surgery next week."
    )
    assert not found(text)


def test_month_and_year_behind_in() -> None:
    check(one("She had an L4-5 laminectomy in 02/05."), date="2005-02")


@pytest.mark.parametrize(
    ("title", "kind", "side"),
    [
        ("PROCEDURE: Left superior cluneal nerve block.", "other", "left"),
        ("PROCEDURE: Right sacral ala and sacroiliac joint injections.", "si_joint_injection", "right"),
        ("LEFT SACROILIAC JOINT INJECTION\n\nPROCEDURE: Consent was given.", "si_joint_injection", "left"),
        ("PROCEDURE: Right hip joint steroid injection.", "other", "right"),
    ],
)
def test_own_injection_without_a_form(title: str, kind: str, side: str) -> None:
    text = f"{title} With the patient prone a 22-gauge needle was advanced and the solution given."
    check(one(text, note_type=None, date=None), procedure=kind, side=side, status="done")


def test_injection_as_part_of_other_surgery_is_none() -> None:
    text = (
        "PREOPERATIVE DIAGNOSIS: Trigger finger.\n\nPROCEDURES:\n1. Release of the A1 pulley.\n"
        "2. Cortisone injection of the wrist.\n\nANESTHESIA: Local.\n"
    )
    assert not found(text, note_type=None, date=None)


@pytest.mark.parametrize(
    ("text", "status", "assertion"),
    [
        ("She might benefit from a cervical epidural.", "considered", "planned"),
        ("Consideration can be given to a repeat lumbar epidural.", "considered", "planned"),
        ("We will refer her to the pain clinic at the county hospital for a lumbar epidural.", "planned", "planned"),
        ("He is a poor surgical candidate with his lumbar stenosis and cervical spondylosis.", "considered", "negated"),
        ("She had benefit from the lumbar epidural.", "done", "present"),
        ("After consent was given, the right SI joint was injected with Kenalog.", "done", "present"),
    ],
)
def test_what_may_come_is_not_done(text: str, status: str, assertion: str) -> None:
    check(one(text), status=status, assertion=assertion)


def test_levels_belong_to_the_name_that_they_lead() -> None:
    facts = found("He had C5-6 and C6-7 fusion and L3-4, L4-5 facet injections.")
    assert [(f.procedure, f.levels) for f in facts] == [
        ("spine_surgery", ("C5-6", "C6-7")),
        ("facet_injection", ("L3-4", "L4-5")),
    ]
    facts = found("History of cervical fusion with plating from C4 through C6 and lumbar laminectomy.")
    assert [f.region for f in facts] == ["cervical", "lumbar"]


def test_hardware_taken_out_at_another_level_is_an_operation_of_its_own() -> None:
    head = "OPERATIVE NOTE\n\nPROCEDURES\n1. Anterior cervical discectomy and fusion, C5-C6.\n2. Removal of old "
    body = "\n\nPROCEDURE IN DETAIL: The patient was placed supine."
    other = found(head + "plate, C6-C7." + body, note_type="operative note")
    assert [(f.procedure, f.levels) for f in other] == [("spine_surgery", ("C5-6",)), ("spine_surgery", ("C6-7",))]
    same = found(head + "plate, C5-C6." + body, note_type="operative note")
    assert [f.levels for f in same] == [("C5-6",)]


def test_title_gets_the_date_of_the_above_procedure_and_the_wish_for_it_is_none() -> None:
    text = (
        "ADMITTING DIAGNOSIS: L4-5 disc herniation.\n\nPRIMARY OPERATIVE PROCEDURE: Microdiscectomy at L4-5.\n\n"
        "SUMMARY: A woman with back and leg pain. Risks were explained and she elected to go ahead with surgery. "
        "She underwent the above procedure on 03/05/2021 and did well."
    )
    fact = one(text, note_type=None, date=None)
    assert (fact.status, fact.date, fact.levels) == ("done", "2021-03-05", ("L4-5",))


def test_study_named_after_a_procedure_is_none() -> None:
    assert found("Lumbar stenosis. She read about a lumbar disk replacement study at the university.") == []


def test_dated_blocks_with_a_response_are_procedures() -> None:
    facts = found("R SIJ 3/1/24 (80%, 4 months); Right SI joint 4/2/24: 75% for 3 months.")
    assert [(fact.procedure, fact.status, fact.date, fact.side) for fact in facts] == [
        ("si_joint_injection", "done", "2024-03-01", "right"),
        ("si_joint_injection", "done", "2024-04-02", "right"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "MRI R SIJ 3/1/24 (30% of the joint shows edema).",
        "Tender R SIJ 3/1/24, 50% better with ice.",
        "Right SI joint 3/1/24: normal.",
    ],
)
def test_dated_joint_without_an_injection(text: str) -> None:
    assert found("Low back pain. " + text) == []


def test_trial_of_a_dorsal_root_ganglion_stimulator() -> None:
    assert (one("He had a DRG stimulator trial in March 2024.").procedure) == "scs_trial"
    assert found("Dorsal root ganglion inflammation was seen in March 2024.") == []


@pytest.mark.parametrize(
    ("text", "status", "assertion"),
    [
        ("I believe a left SI joint injection with fluoroscopy is reasonable.", "considered", "planned"),
        ("Lumbar medial branch blocks are the next logical step.", "planned", "planned"),
        ("A right L4-5 transforaminal epidural makes good sense.", "considered", "planned"),
        ("A caudal epidural appears to be indicated.", "planned", "planned"),
        ("Lumbar medial branch blocks are not indicated.", "considered", "negated"),
        ("Left SI joint injection was done and was reasonable.", "done", "present"),
        ("Lumbar MBB 3/3/24: the relief is appropriate to the anesthetic.", "done", "present"),
    ],
)
def test_an_opinion_about_a_procedure_is_not_its_history(text: str, status: str, assertion: str) -> None:
    assert [(f["status"], f["assertion"]) for f in facts(text, "procedure")] == [(status, assertion)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("First, the right SI joint. Injections (all here):\n  3/12/2024 - 60%, 7 weeks.", "si_joint_injection"),
        ("The right SI joint is not the problem. Injections (all here):\n  3/12/2024 - 60%, 7 weeks.", "other"),
        ("The right SI joint.\n\nInjections (lumbar):\n  3/12/2024 - 60%, 7 weeks.", "other"),
    ],
)
def test_a_list_under_the_title_of_a_joint(text: str, expected: str) -> None:
    assert [f["procedure"] for f in facts(text, "procedure")] == [expected]


@pytest.mark.parametrize(
    ("text", "status", "assertion"),
    [
        ("Low back pain. Let's try a lumbar epidural next.", "planned", "planned"),
        ("Low back pain. I'd like to get a left SI injection done.", "planned", "planned"),
        ("Low back pain. L5-S1 ESI in two weeks.", "planned", "planned"),
        ("Low back pain. L5-S1 ESI next Tuesday.", "planned", "planned"),
        ("Low back pain. He was scheduled for an L5-S1 ESI on 5/1 but cancelled.", "planned", "negated"),
        ("Low back pain. He was supposed to have an L5-S1 ESI in March but got COVID.", "planned", "negated"),
        ("Low back pain. Insurance denied the lumbar RFA in April.", "planned", "negated"),
        ("Low back pain. The lumbar RFA was denied twice.", "planned", "negated"),
        ("Low back pain. She turned down the lumbar epidural.", "considered", "negated"),
        ("Low back pain. She had an L5-S1 ESI in two weeks' time of the fall.", "done", "present"),
        ("Low back pain. After the L5-S1 ESI in April he was seen in the office.", "done", "present"),
        ("Low back pain. Consider L5-S1 ESI in two weeks.", "considered", "planned"),
        ("Low back pain. L4-5 ESI 5/2/24, which was initially denied by insurance.", "done", "present"),
        ("Low back pain. Waiting for relief from the L4-5 ESI of 6/2/24.", "done", "present"),
        ("Low back pain. SCS trial 3/2024 gave 70%, permanent declined.", "done", "present"),
    ],
)
def test_what_did_not_take_place(text: str, status: str, assertion: str) -> None:
    check(one(text), status=status, assertion=assertion)


@pytest.mark.parametrize(
    "text",
    [
        "Low back pain. Patients do well with lumbar RFA.",
        "Low back pain. Lumbar RFA typically buys 9 months.",
        "Low back pain. Handout on lumbar epidural steroid injections given.",
        "Low back pain. RF 2/2024 negative, ANA negative.",
        "Low back pain. MRI: L4-5 is fused.",
        "Low back pain. He cleaned out the garage.",
        "Low back pain. The dye went toward the caudal end after the pause.",
    ],
)
def test_names_that_state_no_procedure(text: str) -> None:
    assert [f.model_dump(exclude_none=True) for f in found(text)] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Low back pain. Had cortisone in the low back in 2022.",
            {"procedure": "other", "region": "lumbar", "date": "2022"},
        ),
        ("Right sacroiliac joint pain. He had one cortisone in that joint.", {"procedure": "si_joint_injection"}),
        ("Lumbar pain. The nerves were burned in 2021.", {"procedure": "rf_ablation", "date": "2021"}),
        ("Lumbar pain. RF 2/2024: quiet since.", {"procedure": "rf_ablation", "date": "2024-02"}),
        (
            "Lumbar medial branch RFA: they did both sides a week apart.",
            {"procedure": "rf_ablation", "side": "bilateral"},
        ),
        ("He had his back fused in 2015.", {"procedure": "spine_surgery", "date": "2015"}),
        ("She had a disc taken out at L5-S1 in 2012.", {"procedure": "spine_surgery", "levels": ("L5-S1",)}),
        ("Had a clean-out at L4-5 in 2018.", {"procedure": "spine_surgery", "date": "2018"}),
        ("She had the temporary stimulator in March.", {"procedure": "scs_trial"}),
        ("Low back pain. After the caudal she could walk.", {"procedure": "esi_caudal", "status": "done"}),
    ],
)
def test_lay_and_short_names(text: str, expected: dict[str, object]) -> None:
    check(one(text), **expected)


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("Lumbar pain. Interventional hx: TFESI 3/22, 9/22; RFA 2023.", ["2022-03", "2022-09", "2023"]),
        ("Lumbar pain. Prior injections: MBB 3/14, MBB 4/18.", ["2024-03-14", "2024-04-18"]),
        ("Lumbar pain. Prior injections: MBB 4/22, 5/20; RFA 2023.", ["2024-04-22", "2024-05-20", "2023"]),
        ("Lumbar pain. RFA approved 6/1.", [None]),
    ],
)
def test_months_and_years_of_a_history(text: str, dates: list[str | None]) -> None:
    assert [fact.date for fact in found(text)] == dates


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Low back pain.\nPlan: repeat R L5-S1 TFESI (last one 1/22/24 gave >60% for 11 wks).",
            [("planned", None), ("done", "2024-01-22")],
        ),
        (
            "Low back pain. Request: left L4-5 RFA, prior one 4/2/23 gave 10 months.",
            [("planned", None), ("done", "2023-04-02")],
        ),
        ("Low back pain. Repeat L4-5 ESI was done 3/4/24.", [("done", "2024-03-04")]),
        (
            "Lumbar facet pain. MBB L3-5 4/2 (lido, 90% x 3h) and 4/30 (bupi).",
            [("done", "2024-04-02"), ("done", "2024-04-30")],
        ),
        ("Had L SI inj. 4/1, R SI inj 4/15.", [("done", "2024-04-01"), ("done", "2024-04-15")]),
    ],
)
def test_the_date_of_an_earlier_one_is_not_that_of_the_plan(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert [(fact.status, fact.date) for fact in found(text)] == expected


@pytest.mark.parametrize(
    ("text", "side"),
    [("B L3-5 RFA in 2022.", "bilateral"), ("Lumbar RFA R 3/20, L 4/3.", None), ("L3-5 B RFA in 2022.", "bilateral")],
)
def test_letters_of_sides_beside_levels_and_dates(text: str, side: str | None) -> None:
    facts = found(text)
    assert not any("L4-3" in (fact.levels or ()) for fact in facts)
    assert side is None or facts[0].side == side


@pytest.mark.parametrize(
    ("text", "status", "assertion"),
    [
        ("Low back pain.\nPlan: lumbar RFA only if both blocks give 80%.", "considered", "hypothetical"),
        ("Low back pain. We had planned a second lumbar ESI but will hold off.", "planned", "negated"),
        ("Low back pain. None of the lumbar epidural injections did a thing.", "done", "present"),
    ],
)
def test_conditions_and_partitives(text: str, status: str, assertion: str) -> None:
    check(one(text), status=status, assertion=assertion)
