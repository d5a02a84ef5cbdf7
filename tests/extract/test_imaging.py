"""Imaging and electrodiagnostic findings with their study, and studies that are only ordered."""

from __future__ import annotations

import pytest

from tests.extract.helpers import facts


@pytest.mark.parametrize(
    ("text", "modality", "code", "assertion"),
    [
        ("MRI 3/14/2024 shows severe central canal stenosis at L4-5.", "mri", "stenosis", "present"),
        ("MRI lumbar spine: canal patent.", "mri", "stenosis", "negated"),
        ("CT lumbar spine: no pars defect.", "ct", "pars_defect", "negated"),
        ("X-rays show bilateral pars defects at L5.", "xray", "pars_defect", "present"),
        ("MRI: 6 mm synovial cyst at L4-5.", "mri", "synovial_cyst", "present"),
        ("EMG consistent with left L5 radiculopathy.", "emg", "radiculopathy", "present"),
        ("MRI: active sacroiliitis of both SI joints.", "mri", "active_sacroiliitis", "present"),
        ("Lumbar MRI: complete effacement of CSF at L3-4.", "mri", "severe_stenosis_obstruction", "present"),
        ("Lumbar MRI: CSF signal preserved.", "mri", "severe_stenosis_obstruction", "negated"),
        ("MRI with gadolinium shows epidural fibrosis at L5-S1.", "mri", "epidural_fibrosis", "present"),
    ],
)
def test_finding(text: str, modality: str, code: str, assertion: str) -> None:
    found = [(f["modality"], f["code"], f["assertion"]) for f in facts(text, "imaging")]
    assert (modality, code, assertion) in found


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("AP pelvis: bilateral grade 3 sacroiliitis.", "sacroiliitis_grade_bilateral_3"),
        ("Pelvic x-ray: grade 4 sacroiliitis on the right.", "sacroiliitis_grade_unilateral_4"),
    ],
)
def test_grade_of_sacroiliitis(text: str, code: str) -> None:
    assert code in [f["code"] for f in facts(text, "imaging")]


def test_date_region_and_words() -> None:
    found = facts("MRI lumbar spine 3/14/2024: moderate foraminal stenosis at L4-5.", "imaging")[0]
    assert (found["date"], found["region"], found["finding"]) == (
        "2024-03-14",
        "lumbar",
        "moderate foraminal stenosis L4-5",
    )


def test_study_without_findings() -> None:
    found = facts("MRI 01/30/2024 reviewed with the patient.", "imaging")
    assert [(f["modality"], f["date"], f.get("finding")) for f in found] == [("mri", "2024-01-30", None)]


@pytest.mark.parametrize(
    ("text", "assertion"),
    [
        ("PLAN: Will order an MRI of the lumbar spine.", "planned"),
        ("IMAGING: lumbar x-ray not done.", "negated"),
        ("PLAN: MRI of the neck if arm weakness appears.", "hypothetical"),
    ],
)
def test_study_that_was_not_made(text: str, assertion: str) -> None:
    assert [f["assertion"] for f in facts(text, "imaging")] == [assertion]


def test_guidance_is_no_study() -> None:
    assert facts("PLAN: SI joint injection under ultrasound.", "imaging") == []


def test_one_fact_a_study_and_one_more_for_what_a_guideline_asks() -> None:
    found = facts("MRI L-spine 5/2024: L4-5 bulge, facet hypertrophy and a synovial cyst.", "imaging")
    assert [f["code"] for f in found if f["code"] == "synovial_cyst"] == ["synovial_cyst"]
    assert len(found) == 2


@pytest.mark.parametrize(
    "text",
    [
        "[ ] MRI L-spine",
        "Mr. Lee has stenosis.",
        "MRI pelvis: bone marrow edema of the coccyx with osteomyelitis of S4-S5.",
    ],
)
def test_no_sacroiliitis_and_no_study(text: str) -> None:
    assert [f for f in facts(text, "imaging") if f.get("code") in (None, "active_sacroiliitis", "stenosis")] == []
