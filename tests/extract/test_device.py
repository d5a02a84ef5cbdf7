"""Statements about limbs, stimulators and pumps, in the ways notes tell them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.extract.helpers import facts

CRPS = "CRPS type I after a wrist fracture.\n"
STIMULATOR = "He has a spinal cord stimulator.\n"
PUMP = "She has an intrathecal baclofen pump for spasticity.\n"


def told(text: str, topic: str, **options: Any) -> list[tuple[Any, ...]]:
    """The statements on one topic as (value, side, assertion), each once, in order."""
    found = [
        (fact.get("value"), fact.get("side"), fact["assertion"])
        for fact in facts(text, "statement", **options)
        if fact["topic"] == topic
    ]
    return list(dict.fromkeys(found))


def amounts(text: str, topic: str) -> list[tuple[Any, ...]]:
    return [
        (fact.get("value"), fact.get("low"), fact.get("high"))
        for fact in facts(text, "statement")
        if fact["topic"] == topic
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Exam: Right hand mottled.", [("vasomotor", "right", "present")]),
        ("Exam: The left foot is colder than the right.", [("vasomotor", "left", "present")]),
        ("Exam: Hand temperature 27.5 C on the left and 31.0 C on the right.", [("vasomotor", "left", "present")]),
        ("Exam: Hand temperature 31.0 C left, 31.2 C right.", [("vasomotor", "left", "negated")]),
        ("Exam: No allodynia.", [("allodynia", None, "negated")]),
        ("Exam: Light touch over the wrist is very painful.", [("allodynia", None, "present")]),
        ("Exam: Light touch is intact.", []),
        ("Exam: Both feet have swelling.", [("edema", "bilateral", "present")]),
        ("Exam: Bilateral ankle edema.", [("edema", "bilateral", "present")]),
        ("Exam: Sweating is symmetric.", [("sudomotor", None, "negated")]),
        ("Exam: Right palm sweaty.", [("sudomotor", "right", "present")]),
        ("Exam: Nails brittle, skin shiny on the left.", [("trophic", "left", "present")]),
        ("Exam: Hair growth normal.", [("trophic", None, "negated")]),
        ("Exam: Swelling has resolved.", [("edema", None, "historical")]),
        ("Three-phase bone scan: diffuse increased uptake in the right hand.", [("bone_scan", "right", "present")]),
        ("Bone scan was normal.", [("bone_scan", None, "negated")]),
        ("A bone scan was ordered.", []),
        ("X-ray shows periarticular demineralization of the left hand.", [("trophic_bone", "left", "present")]),
        ("ROS: no fever, no night sweats.", []),
        ("Call for swelling or redness.", []),
    ],
)
def test_signs_of_the_limb(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert told(CRPS + text, "crps_sign") == expected


def test_signs_are_read_only_where_the_note_is_about_such_a_limb() -> None:
    assert told("Low back pain. Extremities: no edema, skin cool.", "crps_sign") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CRPS I of the left foot.", [("lower", "left", "present")]),
        ("CRPS I, RUE.", [("upper", "right", "present")]),
        ("CRPS. Burning pain in both feet.", [("lower", "bilateral", "present")]),
        ("CRPS. No pain in the right arm.", []),
        ("CRPS. The left leg is normal.", []),
    ],
)
def test_the_painful_limb(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert told(text, "limb_pain") == expected


def test_ischemia_needs_a_word_for_the_vessels() -> None:
    assert told("Critical limb ischemia with rest pain and a non-healing ulcer.", "limb_ischemia") == [
        ("limb_pain", None, "present"),
        ("rest_pain", None, "present"),
        ("ulcer", None, "present"),
    ]
    assert told("Neck pain, pain at rest 5/10.", "limb_ischemia") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Painful diabetic neuropathy of both feet.", ["diabetic_neuropathy"]),
        ("Postherpetic neuralgia of the T6 dermatome.", ["postherpetic_neuralgia"]),
        ("Lumbar arachnoiditis on MRI.", ["arachnoiditis"]),
        ("Chronic L5 radiculopathy.", []),
        ("Chronic intractable pain.", ["intractable_pain"]),
    ],
)
def test_conditions(text: str, expected: list[str]) -> None:
    assert [value for value, _, assertion in told(text, "condition") if assertion == "present"] == expected


def test_a_block_for_post_traumatic_stress_is_told_from_the_diagnosis() -> None:
    assert told("PTSD since deployment.", "condition") == [("ptsd", None, "present")]
    assert told("PTSD since deployment.", "block_purpose") == []
    assert told("Plan: stellate ganglion block for PTSD.", "block_purpose") == [("ptsd", None, "present")]


@pytest.mark.parametrize(
    ("text", "topic", "expected"),
    [
        ("The lead has migrated caudally.", "stimulator_problem", [("lead_migration", None, "present")]),
        ("No lead migration.", "stimulator_problem", [("lead_migration", None, "negated")]),
        ("The stimulator no longer helps.", "stimulator_problem", [("loss_of_effect", None, "present")]),
        ("Generator pocket infection with drainage.", "stimulator_problem", [("infection", None, "present")]),
        ("He wants the stimulator out.", "stimulator_problem", [("patient_request", None, "present")]),
        ("The new medication no longer helps.", "stimulator_problem", []),
        ("Plan: revise the right lead.", "device_request", [("revision", None, "planned")]),
        ("The generator was replaced in 2019.", "device_request", []),
        ("Plan: implant the same system as trialed.", "same_device", [(None, None, "present")]),
        ("We will implant a system from a different company.", "same_device", [(None, None, "negated")]),
        ("SCS: implant the system used in the trial.", "same_device", [(None, None, "present")]),
        ("System trialed: rechargeable, two percutaneous leads.", "same_device", []),
    ],
)
def test_stimulators(text: str, topic: str, expected: list[tuple[Any, ...]]) -> None:
    assert told(STIMULATOR + text, topic) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Seven-day SCS trial in May gave good relief.", [("done", 7, 7)]),
        ("The SCS trial lasted 5 days.", [("done", 5, 5)]),
        ("SCS trial 5/6/2024 to 5/13/2024.", [("done", 7, 7)]),
        ("Plan: SCS trial for 7 days.", []),
        ("During the trial he slept for 6 hours.", []),
        ("She had an SCS trial 3 weeks ago.", []),
        ("SCS candidate. She trialed gabapentin for 2 weeks.", []),
    ],
)
def test_the_length_of_a_trial(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert amounts(text, "device_trial") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SCS trial in May. In the trial he was able to walk a mile.", ["present"]),
        ("SCS trial in May. No functional improvement.", ["negated"]),
        ("He is not able to walk. An SCS trial is planned.", []),
        ("He is able to walk one block and would like an SCS trial.", []),
    ],
)
def test_function_in_a_trial(text: str, expected: list[str]) -> None:
    assert [assertion for _, _, assertion in told(text, "trial_function")] == expected


def test_the_type_tried_and_the_type_to_be_implanted() -> None:
    text = "SCS trial with a Nevro 10 kHz system was successful.\nPlan: permanent implant of a tonic Medtronic system."
    assert [value for value, _, _ in told(text, "device_type")] == [
        "trial:nevro",
        "trial:high_frequency",
        "planned:tonic",
        "planned:medtronic",
    ]


@pytest.mark.parametrize(
    ("text", "topic", "expected"),
    [
        ("Pump alarm: ERI reached.", "pump_problem", [("battery_depletion", None, "present")]),
        ("Motor stall of the pump since May.", "pump_problem", [("malfunction", None, "present")]),
        ("No motor stall of the pump.", "pump_problem", [("malfunction", None, "negated")]),
        ("The pump was interrogated today.", "device_analysis", []),
        ("Interrogation: battery ERI, 2 months left.", "device_analysis", [(None, None, "present")]),
        ("The pump was interrogated. It showed a rotor stall.", "device_analysis", [(None, None, "present")]),
        ("The pump was interrogated in the ED; report not received.", "device_analysis", [(None, None, "planned")]),
        ("It is a constant flow pump.", "pump_type", [("constant_flow", None, "present")]),
        ("Plan: pump replacement.", "device_request", [("replacement", None, "planned")]),
        ("Spasms throw her out of the chair.", "spasticity_effect", [("upright_posture", None, "present")]),
        ("Spasticity from multiple sclerosis.", "spasticity_cause", [("multiple_sclerosis", None, "present")]),
        ("ITB trial: no side effects.", "trial_side_effects", [("tolerable", None, "present")]),
        ("ITB trial stopped for sedation.", "trial_side_effects", [("intolerable", None, "present")]),
    ],
)
def test_pumps_and_spasticity(text: str, topic: str, expected: list[tuple[Any, ...]]) -> None:
    assert told(PUMP + text, topic) == expected


TRIAL = "SCS TRIAL - END OF TRIAL VISIT\nLeads removed 3/20/2024.\n"
DRUG_TRIAL = "INTRATHECAL MORPHINE TRIAL - SUMMARY\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TRIAL + "Leg pain went from 8 to 3.", [("pain", 62.5, 62.5)]),
        (TRIAL + "Pain cut in half.", [("pain", 50, 50)]),
        (TRIAL + "Pain 6 -> 4.", [("pain", 33.3, 33.3)]),
        (TRIAL + "Gabapentin cut by half.", []),
        (TRIAL + "Walked from 10 to 30 minutes.", []),
        (TRIAL + "Program 2 used 70% of the time.", []),
        (TRIAL + "If relief is 50% or more we proceed.", []),
        (
            TRIAL + "Day     back   leg\nbase     8      8\n3/14     4      3\n3/15     3      2\n",
            [("pain", 62.5, 62.5), ("pain", 75, 75)],
        ),
        (TRIAL + "        pre   3/14   3/16\nNRS      8     5      4\nWorst   10     8      8\n", [("pain", 50, 50)]),
        (TRIAL + "        3/14   3/16   3/17\nNRS      5      4      3\n", []),
        (
            DRUG_TRIAL + "Time    NRS   sed\npre      8     0\n2 h      4     1\n6 h      2     0\n24 h     7     0\n",
            [("pain", 75, 75)],
        ),
        ("SCS trial scheduled. Pain went from 6 to 8 this month.", []),
        ("SCS trial last month: 70% relief of leg pain.", [("pain", 70, 70)]),
    ],
)
def test_relief_of_a_trial_by_scores(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert amounts(text, "trial_relief") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SCS TRIAL\nLeads placed 3/10/2024, removed 3/17/2024.", [("dated", 7, 7)]),
        ("STIMULATOR TRIAL\nThe lead was pulled out by accident on day 2.", [("early", None, 2)]),
        ("STIM TRIAL NOTE\nThe trial was stopped early.", [("early", None, None)]),
        ("STIM TRIAL NOTE\nThe dressing tore and both wires were out on the floor.", [("early", None, None)]),
        ("STIM TRIAL NOTE\nThe trial was shortened. It lasted only about 36 hours.", [("early", None, 1.5)]),
        ("STIM TRIAL NOTE\nThe trial was cut short, 70% relief for 36 hours.", [("early", None, None)]),
        ("STIM TRIAL NOTE\nLeads came out intact.", []),
        ("SCS trial: leads did not fall out.", []),
    ],
)
def test_days_of_a_trial_by_its_dates(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert amounts(text, "device_trial") == expected


@pytest.mark.parametrize(
    ("text", "gained"),
    [
        (TRIAL + "Walked 2 miles for the first time in years.", True),
        (TRIAL + "Could only walk to the bathroom.", False),
        (TRIAL + "Instructed not to drive or lift.", False),
        (
            TRIAL + "day    walk(min)   back\nbase     5          8\n3/15    10          4\n3/18    25          3\n",
            True,
        ),
        (
            TRIAL + "day    walk(min)   back\nbase     10         8\n3/15    10          4\n3/18    11          3\n",
            False,
        ),
    ],
)
def test_function_of_a_trial(text: str, gained: bool) -> None:
    assert bool(told(text, "trial_function")) == gained


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("No nausea, no sedation, mild itching.", ["tolerable"]),
        ("Tolerated the infusion well.", ["tolerable"]),
        ("Tolerated the procedure well.", []),
        ("Vomiting and sedation severe, naloxone given.", ["intolerable"]),
        ("Watch for nausea and itching.", []),
        ("No nausea.", []),
    ],
)
def test_side_effects_of_a_drug_trial(text: str, expected: list[str]) -> None:
    assert [value for value, _, _ in told(DRUG_TRIAL + text, "trial_side_effects")] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Spasms pitch him out of the chair.", "upright_posture"),
        ("Adductor tone: needs two people to dress and bathe.", "daily_living"),
        ("Spasticity: falls daily when the legs scissor.", "balance"),
        ("Baclofen and tizanidine have not controlled the spasms.", "intractable"),
        ("Spasms well controlled on baclofen.", None),
        ("No falls from spasms.", None),
        ("Transfers independently despite mild tone.", None),
    ],
)
def test_what_spasticity_prevents(text: str, expected: str | None) -> None:
    values = [
        value
        for value, _, assertion in told("Spasticity from MS.\n" + text, "spasticity_effect")
        if assertion == "present"
    ]
    assert values == [] if expected is None else expected in values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sudomotor/edema neg.", [("sudomotor", "negated"), ("edema", "negated")]),
        ("The foot used to sweat, no longer.", [("sudomotor", "historical")]),
        ("Sweating      same         same\n", [("sudomotor", "negated")]),
        ("Edema         2+           none\n", [("edema", "present")]),
        ("Temp R 28.1 C, L 31.4 C.", [("vasomotor", "present")]),
        ("Temp 98.4.", []),
    ],
)
def test_signs_by_columns_and_joined(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(value, assertion) for value, _, assertion in told(CRPS + "Exam:\n" + text, "crps_sign")] == expected


def test_onset_of_the_pain_of_a_limb() -> None:
    text = "CRPS of the right hand. The right hand was crushed on 3/2/2024."
    assert [fact.get("since") for fact in facts(text, "symptom_duration")] == ["2024-03-02"]
    assert facts("Low back pain. The right hand was crushed on 3/2/2024.", "symptom_duration") == []


def test_relief_of_stress_by_scores() -> None:
    text = "PTSD. PCL-5 60 -> 24 after the last stellate block."
    assert [(fact["percent_low"], fact["procedure"]) for fact in facts(text, "relief")] == [(60.0, "sympathetic_block")]


def test_relief_of_spasms_in_percent_and_by_ashworth_grades() -> None:
    assert amounts(PUMP + "ITB trial: spasms 80% less.", "trial_relief") == [("spasm", 80, 80)]
    assert amounts(PUMP + "After the ITB trial dose Ashworth fell from 4 to 2.", "trial_relief") == [("spasm", 50, 50)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Oxycodone 10 mg four times a day for 6 months.", [("oral", 180.0, "present")]),
        ("Fentanyl patch 50 mcg since 2024-01-11.", [("transdermal", 152.0, "present")]),
        ("MS Contin 30 mg bid.", [("oral", None, "present")]),
        ("She takes no opioids.", [("oral", None, "negated")]),
        ("Fentanyl 25 mcg/h patch since 1/2024.", [("transdermal", 135.0, "present")]),
        ("Fentanyl 50 mcg IV for sedation.", []),
        ("Intrathecal morphine 0.2 mg.", []),
        ("Oxycodone 1/2024 to present.", [("oral", 135.0, "present")]),
        ("She wants to avoid opioids.", []),
        ("Opioids declined.", []),
        ("Oxycodone helps little; the epidural gave relief for 6 months.", [("oral", None, "present")]),
        ("Lidocaine patch, oxycodone.", [("oral", None, "present")]),
        ("Opioid-naive.", [("naive", None, "present")]),
        ("She is not opioid naive.", [("oral", None, "present")]),
        ("She turned down oxycodone after the operation.", []),
        ("Hydrocodone offered today, declined.", []),
        ("Oxycodone offered little relief.", [("oral", None, "present")]),
        ("Tramadol was prescribed but she never filled it.", []),
        ("Does not wish to be started on opioids.", []),
        ("We do not prescribe opioids for this.", []),
        ("Her sister's Percocet is kept locked.", []),
        ("Never took so much as a Norco.", [("oral", None, "negated")]),
        ("Never took more than two Norco a day.", [("oral", None, "present")]),
        ("Never without her tramadol.", [("oral", None, "present")]),
        ("UDS negative for opiates.", []),
        ("Opioids not advised given his sobriety.", []),
    ],
)
def test_opioids(text: str, expected: list[tuple[Any, ...]]) -> None:
    found = [
        (fact["value"], fact.get("low"), fact["assertion"])
        for fact in facts(text, "statement")
        if fact["topic"] == "opioid_use"
    ]
    assert found == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("She is enrolled in hospice for lung cancer.", ["present"]),
        ("No terminal illness.", ["negated"]),
        ("She works as a hospice nurse.", []),
    ],
)
def test_terminal_illness(text: str, expected: list[str]) -> None:
    assert [assertion for _, _, assertion in told(text, "terminal_illness")] == expected


def test_refractory_angina() -> None:
    text = "Refractory angina, CCS class III, persistent angina after CABG, no revascularization options."
    assert told(text, "condition") == [("angina", None, "present")]
    assert ("nyha_class", 3, 3) in amounts(text, "angina")
    assert {"after_revascularization", "not_revascularizable"} <= {value for value, _, _ in told(text, "angina")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("His late wife had a pump while in hospice.", []),
        ("Her mother, who is in hospice, told her of the pump.", []),
        ("A neighbor with terminal cancer has one.", []),
        ("The son reports that she is in hospice.", ["present"]),
        ("Wife reports hospice since Monday.", ["present"]),
        ("He came with his wife; he is in hospice.", ["present"]),
    ],
)
def test_whose_terminal_illness(text: str, expected: list[str]) -> None:
    assert [assertion for _, _, assertion in told(text, "terminal_illness")] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Plan: removal and replacement of the pump.", "replacement"),
        ("Plan: explant the pump and exchange it for a new one.", "replacement"),
        ("Plan: removal of the pump with no replacement.", "removal"),
        ("Plan: removal of the pump, replacement not wanted.", "removal"),
        ("Plan: removal of the pump. Replacement of the battery is another matter.", "removal"),
    ],
)
def test_a_removal_in_order_to_replace(text: str, expected: str) -> None:
    assert told(PUMP + text, "device_request")[0] == (expected, None, "planned")


@pytest.mark.parametrize(
    "text",
    [
        "CRPS may cause swelling and sweating of the limb.",
        "He is afraid that the foot might turn blue.",
        "Left ankle edema from nifedipine.",
    ],
)
def test_what_may_come_or_has_another_cause_is_no_sign(text: str) -> None:
    assert told(CRPS + text, "crps_sign") == []


def test_spasticity_and_pumps_of_others() -> None:
    assert told("Baclofen pump clinic. Her son has spasticity from cerebral palsy.", "condition") == []
    assert told("Baclofen pump visit. Insulin pump malfunction.", "pump_problem") == []
    assert told("Baclofen pump visit. Pump malfunction.", "pump_problem")
