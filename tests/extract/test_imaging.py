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
        ("MRI of the SI joints excludes sacroiliitis.", "mri", "sacroiliitis", "negated"),
        ("MRI has ruled out a synovial cyst.", "mri", "synovial_cyst", "negated"),
        ("Pelvis film: grade III sacroiliitis on both sides.", "xray", "sacroiliitis_grade_bilateral_3", "present"),
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
        "moderate foraminal stenosis at L4-5",
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


def test_one_fact_a_study_with_the_code_that_a_guideline_asks_for() -> None:
    found = facts("MRI L-spine 5/2024: L4-5 bulge, facet hypertrophy and a synovial cyst.", "imaging")
    assert [(f["code"], f["finding"]) for f in found] == [
        ("synovial_cyst", "L4-5 bulge, facet hypertrophy and a synovial cyst")
    ]


def test_two_findings_that_guidelines_ask_for_are_two_facts() -> None:
    found = facts("MRI 5/2024 shows severe stenosis at L4-5 and a synovial cyst.", "imaging")
    assert sorted(f["code"] for f in found) == ["stenosis", "synovial_cyst"]


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("XR pelvis 2/2024: hardware intact, no lucency.", "hardware intact, no lucency"),
        (
            "Films from March 2023 showed narrow thoracic discs with no fracture.",
            "narrow thoracic discs with no fracture",
        ),
        ("Flexion-extension films show 3 mm of motion.", "3 mm of motion"),
        ("MRI of 2 May 2024 shows a large left extrusion at L5-S1.", "large left extrusion at L5-S1"),
        ("CT 3/2024, facet sclerosis at C4-5, per report.", "facet sclerosis at C4-5"),
    ],
)
def test_finding_as_the_note_tells_it(text: str, finding: str) -> None:
    found = facts("IMAGING: " + text, "imaging")
    assert [(f.get("finding"), f["assertion"]) for f in found] == [(finding, "present")]


@pytest.mark.parametrize(
    "text",
    [
        "MRI of the brain on 6/10/2023 was normal.",
        "PLAN: facet injections if MRI shows no disc problem.",
        "The block of 8/2/2024, done under ultrasound, gave four good days.",
        "X-ray forearm: no fracture.",
    ],
)
def test_no_study_of_the_spine(text: str) -> None:
    assert facts(text, "imaging") == []


def test_a_study_that_would_be_made() -> None:
    found = facts("PLAN: Should it flare, I would repeat the MRI.", "imaging")
    assert [f["assertion"] for f in found] == ["hypothetical"]


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


@pytest.mark.parametrize(
    ("text", "modality", "finding"),
    [
        ("IMAGING\nLumbar spine films, AP and lateral, are unremarkable.", "xray", "unremarkable"),
        ("IMAGING\nL-spine XR: neg.", "xray", "neg"),
        ("HPI: Low back pain. X-rays were negative.", "xray", "negative"),
        ("HPI: Low back pain. Electrodiagnostic testing was negative.", "emg", "negative"),
        ("IMAGING\nThe MRI was reviewed with the patient.", "mri", None),
        ("HPI: Low back pain. She brought in her lumbar MRI.", "mri", None),
    ],
)
def test_study_without_a_finding_was_done(text: str, modality: str, finding: str | None) -> None:
    assert [(f["modality"], f["assertion"], f.get("finding")) for f in facts(text, "imaging")] == [
        (modality, "present", finding)
    ]


@pytest.mark.parametrize(
    ("text", "assertions"),
    [
        ("IMAGING\nAn MRI was not done.", ["negated"]),
        ("IMAGING\nAn MRI cannot be done because of the pacemaker.", ["negated"]),
        ("PLAN: Review the MRI next visit.", ["planned"]),
        ("HPI: Low back pain. We will review the MRI when it comes.", []),
    ],
)
def test_study_to_be_reviewed_was_not_seen(text: str, assertions: list[str]) -> None:
    assert [f["assertion"] for f in facts(text, "imaging")] == assertions


def test_normal_beside_a_finding_is_not_the_result() -> None:
    (fact,) = facts("IMAGING\nThe MRI shows a normal cord and severe stenosis at L4-5.", "imaging")
    assert "severe stenosis" in fact["finding"]
    assert facts("IMAGING\nThe MRI is not normal.", "imaging") == []


def test_study_of_a_relative_is_none() -> None:
    assert facts("Low back pain. Her husband's MRI showed a disc herniation.", "imaging") == []
    assert facts("Low back pain. Husband drove her; MRI 3/1/2024 shows a disc herniation.", "imaging")
