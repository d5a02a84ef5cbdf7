"""Diagnoses: names and codes, their assertion, and findings of studies that are none."""

from __future__ import annotations

import pytest

from tests.extract.helpers import facts


def names(text: str, note_type: str | None = None) -> list[tuple[str, str]]:
    """Name and assertion of each diagnosis in the text."""
    return [(f["name"], f["assertion"]) for f in facts(text, "diagnosis", note_type=note_type)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ASSESSMENT: Lumbar radiculopathy, left.", "radiculopathy"),
        ("ASSESSMENT: L4-5 HNP.", "disc_herniation"),
        ("ASSESSMENT: Central canal stenosis L4-5.", "spinal_stenosis"),
        ("ASSESSMENT: Cervical facet mediated pain.", "facet_arthropathy"),
        ("ASSESSMENT: Right SI joint pain.", "sacroiliac_dysfunction"),
        ("ASSESSMENT: Right sacroiliitis.", "sacroiliitis"),
        ("ASSESSMENT: Failed back surgery syndrome.", "failed_back_surgery"),
        ("ASSESSMENT: Epidural fibrosis at L5.", "epidural_fibrosis"),
        ("ASSESSMENT: Complex regional pain syndrome of the hand.", "crps"),
        ("ASSESSMENT: Axial spondyloarthritis.", "spondyloarthropathy"),
        ("ASSESSMENT: PTSD.", "other"),
        ("He has known lumbar spinal stenosis.", "spinal_stenosis"),
    ],
)
def test_names(text: str, name: str) -> None:
    assert (name, "present") in names(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("No evidence of radiculopathy.", ("radiculopathy", "negated")),
        ("ASSESSMENT: Suspect SI joint dysfunction.", ("sacroiliac_dysfunction", "possible")),
        ("Her mother has spinal stenosis.", ("spinal_stenosis", "family")),
        ("Radiculopathy has resolved.", ("radiculopathy", "historical")),
        ("He has a history of lumbar spinal stenosis.", ("spinal_stenosis", "present")),
    ],
)
def test_assertion(text: str, expected: tuple[str, str]) -> None:
    assert expected in names(text)


def test_without_ends_at_a_comma() -> None:
    found = names("ASSESSMENT: Lumbar stenosis without myelopathy or radiculopathy, facet arthropathy L4-5.")
    assert found == [
        ("spinal_stenosis", "present"),
        ("myelopathy", "negated"),
        ("radiculopathy", "negated"),
        ("facet_arthropathy", "present"),
    ]


def test_without_in_the_name_of_a_spondylosis_denies_nothing() -> None:
    found = names("ASSESSMENT: Lumbar spondylosis without myelopathy or radiculopathy, facet arthropathy L4-5.")
    assert found == [("spondylosis", "present"), ("facet_arthropathy", "present")]


@pytest.mark.parametrize(
    "text",
    [
        "MRI shows a disc herniation at L4-5.",
        "IMAGING: Facet arthropathy L4-S1.",
        "Severe aortic stenosis.",
        "DIAGNOSIS: ( ) M54.16 lumbar radiculopathy",
    ],
)
def test_no_diagnosis(text: str) -> None:
    assert names(text) == []


def test_report_of_a_study_has_none() -> None:
    assert names("IMPRESSION: Active left S1 radiculopathy.", note_type="EMG report") == []


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        ("Dx: M54.16", "radiculopathy", "M54.16"),
        ("ASSESSMENT: M48.062 lumbar stenosis", "spinal_stenosis", "M48.062"),
        ("ASSESSMENT: Lumbar facet arthropathy (M47.816)", "facet_arthropathy", "M47.816"),
        ("ASSESSMENT: Postlaminectomy syndrome M96.1", "failed_back_surgery", "M96.1"),
        ("ASSESSMENT: G90.522", "crps", "G90.522"),
    ],
)
def test_codes(text: str, name: str, code: str) -> None:
    found = facts(text, "diagnosis")
    assert [(f["name"], f["icd10"]) for f in found] == [(name, code)]


def test_primary() -> None:
    text = "ASSESSMENT: Left S1 radiculopathy, the dominant problem. Lumbar facet arthropathy."
    found = {f["name"]: f.get("primary") for f in facts(text, "diagnosis")}
    assert found == {"radiculopathy": True, "facet_arthropathy": None}


def test_structure_named_as_the_source() -> None:
    found = facts("The primary pain generator is the left sacroiliac joint.", "diagnosis")
    assert [(f["name"], f["primary"], f["side"]) for f in found] == [("sacroiliac_dysfunction", True, "left")]
