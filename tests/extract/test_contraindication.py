"""Contraindications: present, denied and past, and routine instructions that are none."""

from __future__ import annotations

import pytest

from tests.extract.helpers import facts


def told(text: str) -> list[tuple[str, str]]:
    """What and assertion of each contraindication in the text."""
    return [(f["what"], f["assertion"]) for f in facts(text, "contraindication")]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Currently on Keflex for a foot wound.", "systemic_infection"),
        ("UTI; macrobid to be completed Friday.", "systemic_infection"),
        ("Pneumonia; needs to finish the course of levofloxacin.", "systemic_infection"),
        ("Blood cultures grew MRSA; he has bacteremia.", "systemic_infection"),
        ("Temp 101.4 F.", "systemic_infection"),
        ("MRI with findings of L3-4 discitis.", "spinal_infection"),
        ("There is cellulitis over the planned injection site.", "skin_infection"),
        ("Rash consistent with shingles across the low back.", "skin_infection"),
        ("Takes Eliquis for atrial fibrillation.", "anticoagulation"),
        ("She is 14 weeks pregnant.", "pregnancy"),
        ("Allergic to iodinated contrast.", "allergy"),
        ("Complete CSF effacement at L3-4.", "intraspinal_obstruction"),
        ("Cachectic, too thin for a generator.", "body_habitus"),
        ("Blood thinner [x] yes [ ] no", "anticoagulation"),
    ],
)
def test_present(text: str, what: str) -> None:
    assert told(text) == [(what, "present")]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("ROS: Denies fever, chills, weight loss.", "systemic_infection"),
        ("Afebrile.", "systemic_infection"),
        ("ROS: (-) fever (-) chills", "systemic_infection"),
        ("Fever [ ] yes [x] no", "systemic_infection"),
        ("Infection now? [x] no", "systemic_infection"),
        ("Active infection at present? No.", "systemic_infection"),
        ("No recent infection.", "systemic_infection"),
        ("Skin over the lumbar spine is intact.", "skin_infection"),
        ("She is on no blood thinners.", "anticoagulation"),
        ("| Anticoagulant | none |", "anticoagulation"),
        ("Contrast allergy: no.", "allergy"),
        ("Fever / cough / headache:  N / N / N", "systemic_infection"),
        ("CSF signal is preserved around the roots.", "intraspinal_obstruction"),
        ("Ample soft tissue for a generator.", "body_habitus"),
    ],
)
def test_denied(text: str, what: str) -> None:
    assert told(text) == [(what, "negated")]


@pytest.mark.parametrize(
    "text",
    [
        "She was treated for a UTI last month, which has resolved.",
        "Dental abscess in March, antibiotics completed.",
        "History of vertebral osteomyelitis in 2015, treated, no recurrence.",
        "Bronchitis in May; amoxicillin completed May 12.",
        "UTI last month, finished a 7 day course.",
        "He had influenza in the fall and has been over it for weeks.",
        "Tooth abscess has been dealt with.",
        "Deep infection after the plate, ID signed off.",
    ],
)
def test_cleared_infection_is_historical(text: str) -> None:
    assert {assertion for _, assertion in told(text)} == {"historical"}


@pytest.mark.parametrize(
    "text",
    [
        "Risks including bleeding, infection, and nerve damage were discussed.",
        "Call the office for fever, chills or drainage.",
        "Instructions: no heavy lifting, call with fever or redness.",
        "Psoriasis on the elbows.",
        "Eczema at the left elbow crease.",
        "Pneumonia vaccine given today.",
        "Aspirin 81 mg daily.",
        "Heart rate 72, thermal lesion 80 C.",
    ],
)
def test_none(text: str) -> None:
    assert told(text) == []


def test_boil_in_a_bulleted_review_is_not_denied_by_its_bullet() -> None:
    assert told("ROS:\n- Skin: has a boil over the low back") == [("skin_infection", "present")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rash/open skin at low back?   no", [("skin_infection", "negated")]),
        (
            "Any rash? No   On blood thinners? Yes",
            [("skin_infection", "negated"), ("anticoagulation", "present")],
        ),
        (
            "Rash or sores? NO. Blood thinners? YES. Fever? NO",
            [("skin_infection", "negated"), ("anticoagulation", "present"), ("systemic_infection", "negated")],
        ),
        ("Fever N, blood thinners N", [("systemic_infection", "negated"), ("anticoagulation", "negated")]),
        ("Abscess of the buttock in 2019.", [("skin_infection", "historical")]),
        ("He is being treated for pneumonia.", [("systemic_infection", "present")]),
    ],
)
def test_answers_and_dates(text: str, expected: list[tuple[str, str]]) -> None:
    assert sorted(set(told(text))) == sorted(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Blood thinner: warfarin, held", [("anticoagulation", "present", "warfarin")]),
        ("| Anticoagulant | none |", [("anticoagulation", "negated", "none")]),
        ("Knee incision closed, no redness.", []),
        ("Other allergy: penicillin, rash.", []),
    ],
)
def test_the_answer_to_a_question_is_quoted(text: str, expected: list[tuple[str, str, str]]) -> None:
    found = facts(text, "contraindication")
    assert [(f["what"], f["assertion"], f["quotes"][0]) for f in found] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("She had a kidney infection in May and the control culture grew nothing.", ["historical"]),
        ("He was treated for pneumonia last month. No symptoms since.", ["historical"]),
        ("Repeat urine culture sterile after the urinary tract infection of May.", ["historical"]),
        ("He had a urinary tract infection in May. The culture is pending.", ["present"]),
        ("She had cellulitis in May, culture negative, and is on cephalexin.", ["present"]),
        ("She has a bladder infection. Last year's culture was sterile.", ["present"]),
    ],
)
def test_an_infection_of_which_nothing_is_found_since(text: str, expected: list[str]) -> None:
    found = [f for f in facts(text, "contraindication") if not f.get("sign_only")]
    assert [f["assertion"] for f in found] == expected


@pytest.mark.parametrize(
    "text",
    [
        "MRSA nasal swab sent with the labs.",
        "Staph screen before the implant.",
        "Urine checked for infection before surgery.",
        "UA to rule out UTI.",
        "Known MRSA carrier.",
        "Vancomycin for MRSA prophylaxis.",
        "Referred by infectious disease.",
        "He is an infection control nurse.",
        "Lives with a daughter who has influenza.",
        "Exposed to COVID at work.",
        "COVID booster in the fall.",
        "Bronchitis every winter.",
        "Discussed bleeding with blood thinners.",
    ],
)
def test_what_only_names_a_condition_is_none(text: str) -> None:
    assert told(f"Low back pain. {text}") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Antibiotics not needed.", [("systemic_infection", "negated")]),
        ("Urine screened: positive for UTI, on Cipro.", [("systemic_infection", "present")]),
        ("Tested positive for COVID on Friday.", [("systemic_infection", "present")]),
        ("MRSA abscess of the thigh, on Bactrim.", [("systemic_infection", "present")]),
        ("She was on Eliquis for a clot in 2022.", [("anticoagulation", "historical")]),
        ("She was on Eliquis at the last visit and is still on it.", [("anticoagulation", "present")]),
        ("His father's warfarin was stopped.", []),
    ],
)
def test_found_needed_and_taken_once(text: str, expected: list[tuple[str, str]]) -> None:
    assert told(f"Low back pain. {text}") == expected
