"""Pain patterns: where the pain goes, where it does not go, and what is no pain pattern."""

from __future__ import annotations

import pytest

from tests.extract.helpers import facts


def patterns(text: str) -> list[tuple[str, str | None, str]]:
    """Pattern, region and assertion of each pain pattern in the text."""
    return [(f["pattern"], f.get("region"), f["assertion"]) for f in facts(text, "pain_pattern")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Low back pain without leg symptoms.", ("axial", "lumbar")),
        ("Low back pain. Radiates: no.", ("axial", None)),
        ("Pain radiates down the left leg to the heel.", ("radicular", "lumbar")),
        ("Neck pain shooting down the arm into the thumb.", ("radicular", "cervical")),
        ("Low back pain travels from the buttock to the calf.", ("radicular", "lumbar")),
        ("HPI: Pain in the R buttock, thigh, calf and foot.", ("radicular", "lumbar")),
        ("Right leg pain in an L5 distribution.", ("radicular", "lumbar")),
        ("Mid back pain wraps around the left ribs.", ("radicular", "thoracic")),
        ("Low back pain with radiation to the right groin.", ("referred", "lumbar")),
        ("Neck pain spreads to the top of the shoulder.", ("referred", "cervical")),
        ("Symptoms of neurogenic claudication.", ("neurogenic_claudication", None)),
        ("Chronic axial low back pain.", ("axial", "lumbar")),
    ],
)
def test_pattern(text: str, expected: tuple[str, str | None]) -> None:
    assert (*expected, "present") in patterns(text)


@pytest.mark.parametrize(
    "text",
    [
        "Low back pain. It never goes into the leg.",
        "Neck pain which does not radiate into the arms.",
        "Low back pain, nothing below the knee.",
        "Low back pain. Denies pain, numbness, or tingling in the legs.",
        "Back pain. No radicular symptoms.",
        "Low back pain. Below knee: [ ] yes [x] no",
    ],
)
def test_denied_radiation_is_axial_and_present(text: str) -> None:
    found = patterns(text)
    assert {pattern for pattern, _, _ in found} == {"axial"}
    assert {assertion for _, _, assertion in found} == {"present"}


@pytest.mark.parametrize(
    "text",
    [
        "Chest pain radiating to the left arm.",
        "Straight leg raise gives pain down the leg to the foot.",
        "EXAM: Sensation decreased over the thigh, calf and foot.",
        "Axial T2 images were obtained.",
        "Buttock pain, pointing with one finger to the spot.",
        "Contrast spread down to the foot of the cuff.",
        "No strain over the past year in the leg.",
    ],
)
def test_no_pattern(text: str) -> None:
    assert patterns(text) == []


def test_side() -> None:
    assert facts("Pain radiates down the left leg to the heel.", "pain_pattern")[0]["side"] == "left"


@pytest.mark.parametrize(
    ("text", "assertion"),
    [
        ("In spring he had right leg sciatica. After an epidural the leg pain went away.", "historical"),
        ("Right leg sciatica last year; it has completely resolved.", "historical"),
        ("In spring he had sciatica. The leg pain went away but came back in June.", "present"),
        ("Right sciatica. He takes gabapentin. The rash is gone.", "present"),
    ],
)
def test_limb_pain_that_went_away_is_historical(text: str, assertion: str) -> None:
    assert [fact["assertion"] for fact in facts(text, "pain_pattern") if fact["pattern"] == "radicular"] == [assertion]
    assert [fact["assertion"] for fact in facts(text, "diagnosis")] == [assertion]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HPI: Back pain goes into the thigh but never past the knee.", [("referred", "present")]),
        ("HPI: Low back pain, axial, no leg symptoms.", [("axial", "present")]),
        ("HPI: No back pain and no leg pain.", []),
        ("EXAM: Straight leg raise to 80 degrees without leg pain.", []),
        (
            "HPI: Low back pain now stops above the knee; at intake it ran to the ankle.",
            [("referred", "present"), ("radicular", "historical")],
        ),
    ],
)
def test_one_statement_is_one_pattern(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(f["pattern"], f["assertion"]) for f in facts(text, "pain_pattern")] == expected


def test_both_legs_the_left_more() -> None:
    found = facts("HPI: Pain in both legs, the left more, running down the back of the calves.", "pain_pattern")
    assert [f["side"] for f in found] == ["bilateral"]


def test_past_the_pain_is_time_and_past_the_knee_a_place() -> None:
    found = facts("HPI: Back pain. In the past the pain radiated to the left foot.", "pain_pattern")
    assert [(f["pattern"], f["assertion"]) for f in found] == [("radicular", "historical")]
    found = facts("HPI: Back pain. The pain runs past the knee.", "pain_pattern")
    assert [(f["pattern"], f["assertion"]) for f in found] == [("radicular", "present")]


@pytest.mark.parametrize(
    ("text", "patterns"),
    [
        ("It never went below the knee.", ["axial"]),
        ("The pain has never spread past the buttock.", ["axial"]),
        ("She has never gone into labor.", []),
    ],
)
def test_pain_that_never_went_there(text: str, patterns: list[str]) -> None:
    assert [f["pattern"] for f in facts("HPI: Low back pain. " + text, "pain_pattern")] == patterns


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("Low back pain, never in the foot or calf.", "lumbar"),
        ("Low back pain for a year. Nothing in either leg.", "lumbar"),
        ("Back ache at the beltline, both legs are fine.", "lumbar"),
        ("Low back pain that spares the legs.", "lumbar"),
        ("Neck pain and stiffness; it does not get to the hands.", "cervical"),
        ("Neck pain w/o arm symptoms.", "cervical"),
        ("Left buttock pain. She has never had it in the calf.", "lumbar"),
        ("Back pain isolated to the low back.", "lumbar"),
    ],
)
def test_a_limb_that_is_spared(text: str, region: str) -> None:
    assert [one[0] for one in patterns(text)] == ["axial"]
    assert {one[1] for one in patterns(text)} <= {region, None}


@pytest.mark.parametrize(
    "text",
    [
        "Low back pain. No swelling, nothing in the calf to suggest a clot; no edema.",
        "Low back pain. She never gets to her feet without help.",
        "Low back pain, and the left leg is fine.",
        "Low back pain that shoots to the right ankle, never into the left leg.",
        "Low back pain. Injection: leg pain free for four days.",
    ],
)
def test_no_limb_is_spared(text: str) -> None:
    assert "axial" not in {one[0] for one in patterns(text)}


def test_pain_of_the_buttock_goes_where_it_goes() -> None:
    text = "Right buttock pain. It hurts a hand's breadth right of the midline and down the thigh as far as the knee."
    assert [one[0] for one in patterns(text)] == ["referred"]


@pytest.mark.parametrize(
    ("text", "assertion"),
    [("Had sciatica in 2018, none since.", "historical"), ("Husband has sciatica to the foot.", "family")],
)
def test_sciatica_of_another_time_or_person(text: str, assertion: str) -> None:
    assert {one[2] for one in patterns(text)} == {assertion}


def test_pain_of_a_joint_goes_nowhere_from_the_spine() -> None:
    assert patterns("Seen today. Knee pain radiates to the shin.") == []
    assert patterns("Seen today. Back and knee pain; the back pain radiates to the shin.")
