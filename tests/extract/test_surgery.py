"""Operations that are monitored: planned or reported, with levels and reasons; and those that are not meant."""

from __future__ import annotations

from typing import Any

import pytest

from tests.extract.helpers import facts

NOTE = "Neuromonitoring is planned.\n"


def operations(text: str, note_type: str | None = None) -> list[tuple[Any, ...]]:
    return [
        (fact["operation"], fact.get("status"), fact.get("region"), fact.get("levels"))
        for fact in facts(text, "surgery", note_type=note_type)
        if "operation" in fact
    ]


def reasons(text: str) -> list[tuple[Any, ...]]:
    return [
        (fact["reason"], fact["assertion"], fact.get("region")) for fact in facts(text, "surgery") if "reason" in fact
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Plan: C5-6 ACDF.", [("spine", "planned", "cervical", ("C5-6",))]),
        ("Plan: L3-4 and L4-5 laminectomy.", [("spine", "planned", "lumbar", ("L3-4", "L4-5"))]),
        ("Procedure: T4-L1 posterior spinal fusion", [("spine", "planned", "thoracic", ("T4-L1",))]),
        ("Plan: fusion from T10 to the pelvis.", [("spine", "planned", "thoracic", ("T10-S1",))]),
        ("Scheduled for lumbar decompression.", [("spine", "planned", "lumbar", None)]),
        ("Plan: L3-S1 fusion; old T12 fracture.", [("spine", "planned", "lumbar", ("L3-S1",))]),
        ("Plan: L4-5 TLIF for stenosis. MRI also shows T9-10 protrusion.", [("spine", "planned", "lumbar", ("L4-5",))]),
        ("S/p L4-5 laminectomy 2019.", []),
        ("Had a thyroidectomy in 2012.", []),
        ("PSH: carotid endarterectomy, parotidectomy", []),
        ("We may consider T4-L1 fusion.", [("spine", "considered", "thoracic", ("T4-L1",))]),
        ("His father will have a carotid endarterectomy.", []),
        ("Plan: total thyroidectomy.", [("thyroidectomy", "planned", None, None)]),
        ("Plan: left hemithyroidectomy.", [("thyroid_lobectomy", "planned", None, None)]),
        ("Plan: isthmusectomy.", [("thyroid_partial", "planned", None, None)]),
        ("Plan: right parotidectomy.", [("parotidectomy", "planned", None, None)]),
        ("Scheduled for clipping of an MCA aneurysm.", [("cerebral_aneurysm", "planned", None, None)]),
        (
            "Plan: resection of petroclival meningioma, a skull base tumor.",
            [("skull_base_tumor", "planned", None, None)],
        ),
        ("Plan: exploration of the brachial plexus.", [("brachial_plexus", "planned", None, None)]),
        ("Plan: tibial lengthening.", [("leg_lengthening", "planned", None, None)]),
        ("Plan: microvascular decompression for hemifacial spasm.", [("facial_mvd", "planned", None, None)]),
        ("Plan: resection of the intradural tumor at T8.", [("spine", "planned", "thoracic", ("T8",))]),
        ("Plan: T9 laminectomy for placement of a stimulator paddle.", []),
        ("Plan: placement of a paddle lead through a T9-10 laminotomy.", []),
        ("Solid fusion on CT.", []),
    ],
)
def test_operations(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert operations(NOTE + text) == expected


def test_a_craniotomy_is_for_what_the_note_names() -> None:
    text = NOTE + "Dx: left acoustic neuroma\nPlan: retrosigmoid craniotomy for tumor resection."
    assert operations(text) == [("acoustic_neuroma", "planned", None, None)]
    assert operations(NOTE + "Plan: craniotomy.") == [("craniotomy", "planned", None, None)]


def test_what_a_report_reports_is_done() -> None:
    text = "Procedure performed: T4-L1 posterior spinal fusion with SSEP."
    assert operations(text, "operative report") == [("spine", "done", "thoracic", ("T4-L1",))]


def test_common_operations_are_read_only_where_monitoring_is_spoken_of() -> None:
    assert operations("Plan: L4-5 laminectomy.") == []
    assert operations("Plan: total hip arthroplasty.") == []
    assert operations("Plan: carotid endarterectomy.") == [("carotid_endarterectomy", "planned", None, None)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Posterior fusion for correction of kyphosis.", [("deformity_correction", "present", None)]),
        ("Plan: T4-L1 fusion for idiopathic scoliosis.", [("deformity_correction", "present", "thoracic")]),
        ("Idiopathic scoliosis, 55 degrees.", [("deformity", "present", None)]),
        ("Lumbar laminectomy; mild scoliosis.", [("deformity", "present", "lumbar")]),
        ("C3-6 OPLL.", [("opll", "present", "cervical")]),
        ("No OPLL.", [("opll", "negated", None)]),
        ("Severe cord compression at C5.", [("severe_compression", "present", "cervical")]),
        ("T12 burst fracture with cord compression.", [("fracture_compression", "present", "thoracic")]),
        ("Old odontoid fracture.", []),
        ("He fell in 2015 with an odontoid fracture.", []),
        ("S/p resection of a spinal cord tumor.", []),
        ("Monitoring to prevent spinal cord injury.", []),
        ("History of spinal cord injury in childhood.", []),
        ("Mother had a spinal cord tumor.", []),
        ("Jumped facets at C5-6.", [("spinal_injury", "present", "cervical")]),
        ("The spinal cord is at significant risk.", [("stated_risk", "present", None)]),
        (
            "There is no significant risk of nerve injury.",
            [("no_risk", "present", None), ("stated_risk", "negated", None)],
        ),
        ("Risks including high risk of nerve injury were discussed.", []),
        ("High risk for falls.", []),
        ("Traction on the sciatic nerve is expected.", [("sciatic_traction", "present", None)]),
    ],
)
def test_reasons(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert reasons(NOTE + text) == expected
