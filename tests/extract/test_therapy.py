"""Therapy facts: each rule with sentences it must read, must not read, and near misses."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from chartproof.extract.periods import find_periods
from tests.extract.helpers import facts as find

NOTE_DATE = dt.date(2024, 6, 11)


def therapies(text: str, note_type: str | None = None) -> list[dict[str, Any]]:
    """Therapy facts of a text."""
    return find(text, "therapy", NOTE_DATE, note_type)


def only(text: str, note_type: str | None = None) -> dict[str, Any]:
    """The one therapy fact of a text."""
    found = therapies(text, note_type)
    assert len(found) == 1, found
    return found[0]


def check(fact: dict[str, Any], expected: dict[str, Any]) -> None:
    """Every expected attribute has its value; None means that it is left out."""
    assert {name: fact.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("HPI: Low back pain. She had physiotherapy in the winter.", "physical_therapy"),
        ("HPI: Low back pain. Tried pool therapy.", "physical_therapy"),
        ("HPI: Low back pain. Does her HEP each morning.", "home_exercise"),
        ("HPI: Low back pain. He sees a chiropractor on Fridays.", "chiropractic"),
        ("HPI: Low back pain. Accupuncture did nothing.", "acupuncture"),
        ("HPI: Low back pain. Deep tissue massage helped for a day.", "massage"),
        ("HPI: Low back pain. Uses a TENS machine.", "tens"),
        ("HPI: Low back pain. She wears a lumbar corset.", "brace"),
        ("HPI: Low back pain. He uses a heating pad.", "ice_heat"),
        ("HPI: Low back pain. Treated with strict bed rest.", "activity_modification"),
        ("HPI: Low back pain. She finished biofeedback.", "psychological"),
        ("HPI: Low back pain. He has failed conservative care.", "other"),
        ("HPI: Low back pain. Tried ibuprofen.", "medication"),
    ],
)
def test_each_modality_is_found(text: str, modality: str) -> None:
    assert only(text)["modality"] == modality


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Six weeks of PT did not help.",
            {"low": 6, "high": 6, "unit": "week", "outcome": "failed", "status": "completed"},
        ),
        ("PT x 6-8 weeks, no relief.", {"low": 6, "high": 8, "unit": "week", "outcome": "failed"}),
        ("PT x10wks with no change.", {"low": 10, "unit": "week"}),
        ("She went to physical therapy for two months.", {"low": 2, "unit": "month", "status": "completed"}),
        ("She finished twelve sessions of physical therapy.", {"sessions": 12, "status": "completed"}),
        ("He kept 11 of 12 chiropractic visits.", {"sessions": 11, "modality": "chiropractic"}),
        ("Seven or eight visits of chiropractic care gave no benefit.", {"sessions": "7-8", "outcome": "failed"}),
        ("Chiro x 5, no change.", {"sessions": 5, "outcome": "failed"}),
        ("Acupuncture three times was pleasant.", {"sessions": 3}),
        ("PT 3/4/24 - 4/26/24, 14 visits.", {"start": "2024-03-04", "end": "2024-04-26", "sessions": 14}),
        ("PT from January through March of this year.", {"start": "2024-01", "end": "2024-03", "status": "completed"}),
        ("PT since April, still going.", {"start": "2024-04", "end": None, "status": "ongoing"}),
        ("Physical therapy ended in May.", {"end": "2024-05", "status": "completed"}),
        ("PT was started 5/6/24 and is ongoing.", {"start": "2024-05-06", "status": "ongoing"}),
        ("She did PT in 2021.", {"start": "2021", "end": "2021", "status": "completed"}),
        ("4 of 12 PT visits done.", {"sessions": 4, "status": "ongoing"}),
    ],
)
def test_length_count_and_dates(text: str, expected: dict[str, Any]) -> None:
    check(only(f"HPI: Low back pain. {text}"), expected)


@pytest.mark.parametrize(
    "text",
    [
        "She does PT twice a week.",
        "He has PT every 2 weeks.",
        "PT: return in 6 weeks.",
        "PT gave relief for two weeks.",
        "PT two years ago.",
    ],
)
def test_frequency_and_other_times_are_no_length(text: str) -> None:
    assert all("unit" not in fact for fact in therapies(f"HPI: Low back pain. {text}"))


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("PT was of no lasting benefit.", "failed"),
        ("PT gave temporary relief only.", "failed"),
        ("Unresponsive to PT.", "failed"),
        ("PT plateaued.", "failed"),
        ("PT helps a little.", "partial"),
        ("PT gave some relief.", "partial"),
        ("PT has been helping with the neck pain, but not the arm.", "partial"),
        ("PT helped a great deal.", "helped"),
        ("She did PT. It gave her no relief.", "failed"),
        ("None of the medications that she takes gives good relief.", "failed"),
        ("She did PT and used heat. Neither helped.", "failed"),
    ],
)
def test_outcome(text: str, outcome: str) -> None:
    assert {fact["outcome"] for fact in therapies(f"HPI: Neck pain. {text}")} == {outcome}


@pytest.mark.parametrize(
    ("text", "status", "assertion"),
    [
        ("HPI: Low back pain. He is currently in physical therapy.", "ongoing", "present"),
        ("HPI: Low back pain. He has tried physical therapy.", "completed", "present"),
        ("Plan: Low back pain. Refer to physical therapy.", "planned", "planned"),
        ("Plan: Low back pain. Physical therapy twice weekly.", "planned", "planned"),
        ("Plan: Low back pain. Cont PT.", "ongoing", "present"),
        ("HPI: Low back pain. She would benefit from physical therapy.", "planned", "planned"),
        ("HPI: Low back pain. He declined physical therapy.", "declined", "negated"),
        ("HPI: Low back pain. Unable to tolerate physical therapy.", "unable", "present"),
        ("HPI: Low back pain. No physical therapy to date.", "unspecified", "negated"),
        ("HPI: Low back pain. She has not been to physical therapy.", "unspecified", "negated"),
        ("HPI: Low back pain. PT: none.", "unspecified", "negated"),
        ("HPI: Low back pain. PT: referral placed today, not started.", "planned", "planned"),
        ("HPI: Low back pain. Her mother had physical therapy for the back.", "unspecified", "family"),
        ("HPI: Low back pain. A similar episode in 2015 resolved with chiropractic.", "completed", "historical"),
    ],
)
def test_status_and_assertion(text: str, status: str, assertion: str) -> None:
    check(only(text), {"status": status, "assertion": assertion})


@pytest.mark.parametrize(
    ("text", "reason", "medical"),
    [
        ("She could not tolerate PT because of severe leg pain.", "because of severe leg pain", True),
        ("PT could not be done due to office closure.", "due to office closure", False),
        ("He declined PT because of cost.", "because of cost", False),
    ],
)
def test_reason_it_was_not_done(text: str, reason: str, medical: bool) -> None:
    check(only(f"HPI: Low back pain. {text}"), {"reason": reason, "medical_reason": medical})


@pytest.mark.parametrize(
    "text",
    [
        "Pt states that he feels well. Low back pain.",
        "HPI: Low back pain. PT is a 50 yo man.",
        "PT DENIES NUMBNESS. LOW BACK PAIN.",
        "Low back pain. Labs: PT 12.3, INR 1.0.",
        "Low back pain. DP/PT pulses are intact.",
        "HPI: Low back pain. He slipped on ice.",
        "HPI: Low back pain. The pain is better at rest.",
        "HPI: Low back pain. Worse with exercise.",
        "HPI: Low back pain. On antibiotic therapy for a sinus infection.",
        "HPI: Low back pain. Did she benefit from physical therapy?",
        "Low back pain.\nMedications: ibuprofen 800 mg, gabapentin 300 mg.",
        "HPI: Low back pain. Takes trazodone for sleep.",
        "HPI: Low back pain. He had therapy after a total knee replacement.",
        "HPI: Sore throat. Physical therapy was consulted.",
        "Social history: Low back pain. She works as a physical therapist.",
        "Low back pain. Allergic to naproxen.",
    ],
)
def test_no_therapy(text: str) -> None:
    assert therapies(text) == []


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("HPI: Low back pain. Naproxen did not help.", "naproxen", {"outcome": "failed", "status": "completed"}),
        ("HPI: Low back pain. Takes Aleve daily.", "naproxen", {"status": "ongoing"}),
        ("HPI: Low back pain. Gabapentin made her dizzy and was stopped.", "gabapentin", {"status": "completed"}),
        (
            "Plan: Low back pain. Start Cymbalta for the pain.",
            "duloxetine",
            {"status": "planned", "assertion": "planned"},
        ),
        ("Plan: Low back pain. Continue gabapentin.", "gabapentin", {"status": "ongoing"}),
        ("PMH: takes Tylenol for low back pain.", "acetaminophen", {"status": "ongoing"}),
        ("HPI: Low back pain. NSAIDs such as meloxicam failed.", "meloxicam", {"outcome": "failed"}),
    ],
)
def test_drugs_told_as_treatment(text: str, name: str, expected: dict[str, Any]) -> None:
    check(only(text), {"modality": "medication", "name": name, **expected})


def test_a_list_shares_cue_and_outcome() -> None:
    found = therapies("HPI: Low back pain. She tried PT, chiropractic, heat and NSAIDs without relief.")
    assert [fact["modality"] for fact in found] == ["physical_therapy", "chiropractic", "ice_heat", "medication"]
    assert {fact["status"] for fact in found} == {"completed"}
    assert {fact["outcome"] for fact in found} == {"failed"}


def test_names_joined_by_a_slash_share_what_is_told_of_them() -> None:
    found = therapies("HPI: Low back pain. PT/chiro x 8 weeks, no relief.")
    assert [(f["modality"], f["low"], f["outcome"]) for f in found] == [
        ("physical_therapy", 8, "failed"),
        ("chiropractic", 8, "failed"),
    ]
    found = therapies("HPI: Low back pain. PT/massage Oct '23 thru March 2024.")
    assert [(f["start"], f["end"]) for f in found] == [("2023-10", "2024-03")] * 2


def test_a_block_of_therapy_is_no_nerve_block() -> None:
    fact = only("HPI: Low back pain. PT/OT block 09/10/2023 - 01/03/2024, 2 per wk.")
    check(fact, {"modality": "physical_therapy", "start": "2023-09-10", "end": "2024-01-03", "status": "completed"})


def test_active_rehabilitation_that_could_not_be_done() -> None:
    fact = only("HPI: Low back pain. She was unable to take part in active rehab because of pain and leg weakness.")
    check(fact, {"modality": "physical_therapy", "status": "unable", "medical_reason": True})


def test_a_length_belongs_to_its_own_therapy() -> None:
    therapy, chiropractic = therapies("HPI: Low back pain. PT x 8 weeks, chiropractic x 3 visits.")
    check(therapy, {"low": 8, "unit": "week", "sessions": None})
    check(chiropractic, {"low": None, "sessions": 3})


def test_conservative_care_that_is_spelled_out_is_its_parts() -> None:
    found = therapies("HPI: Low back pain. Failed conservative care including physical therapy and a back brace.")
    assert [fact["modality"] for fact in found] == ["physical_therapy", "brace"]


def test_check_boxes() -> None:
    found = therapies("Low back pain.\nTREATMENTS TRIED:\n[x] PT 8 weeks, no relief   [ ] chiropractic   [x] heat")
    assert [fact["modality"] for fact in found] == ["physical_therapy", "ice_heat"]
    check(found[0], {"low": 8, "unit": "week", "outcome": "failed", "status": "completed"})


def test_unticked_order_with_a_reason_is_declined() -> None:
    check(
        only("Low back pain.\nPlan:\n[ ] PT referral - patient prefers exercises later"),
        {"status": "declined", "assertion": "negated"},
    )


def test_region_of_another_joint() -> None:
    assert only("HPI: Low back pain. He had PT in 2020 for the right shoulder.")["region"] == "other"
    assert only("HPI: He had PT for the low back; hip pain is new.")["region"] == "lumbar"


@pytest.mark.parametrize(
    ("text", "prescribed", "followed_up"),
    [
        ("She does the home program her physical therapist wrote; log reviewed today.", None, True),
        ("Home exercise program prescribed by Dr. Roe in April, completed log brought in.", True, True),
        ("HEP per PT, daily.", True, None),
        ("Does home exercises off a video on her own.", None, None),
    ],
)
def test_home_exercise_program(text: str, prescribed: bool | None, followed_up: bool | None) -> None:
    fact = only(f"HPI: Low back pain. {text}")
    assert fact["modality"] == "home_exercise"
    assert fact.get("followed_up") is followed_up
    if prescribed or "video" in text:
        assert fact.get("prescribed") is prescribed


@pytest.mark.parametrize(
    "text",
    [
        "The exercises I gave him in March are done every day.",
        "She keeps to the routine that her DPT wrote.",
        "Her physiotherapist set her a programme of stretches, which she does each morning.",
        "Doing the stretches daily that the chiropractor showed her.",
        "He was given a printed exercise plan by Dr. Roe.",
        "Physician supervised home exercises x 8 weeks.",
        "PT-directed home program for 6 weeks.",
        "Home exercise for 8 weeks under my supervision.",
        "Home exercises: yes. Prescribed by: Dr. Hale.",
        "HEP (PT 3/12/24): ongoing.",
    ],
)
def test_who_set_the_home_program(text: str) -> None:
    check(only(f"HPI: Low back pain. {text}"), {"modality": "home_exercise", "prescribed": True})


@pytest.mark.parametrize(
    "text",
    [
        "HEP daily. Calendar produced, ticked 5 days a week.",
        "Home exercises 6 days a week; she kept her log and I looked it over.",
        "HEP sheet turned in, complete, 40 of 42 days.",
        "Home exercises daily, adherence confirmed with log.",
        "Home program: continues. Flow sheet inspected.",
        "HEP compliance good per PT report.",
        "Home program, monitored at each visit.",
        "HEP daily, confirmed w/ PT clinic by phone.",
    ],
)
def test_home_program_followed_up(text: str) -> None:
    check(only(f"HPI: Low back pain. {text}"), {"modality": "home_exercise", "followed_up": True})


@pytest.mark.parametrize(
    "text",
    [
        "HEP: noncompliant, log blank.",
        "Home exercises daily. Forgot the log.",
        "Home exercises daily. Log reviewed: no.",
        "Home exercise log reviewed and shows poor adherence.",
        "Home exercises daily. Pain diary reviewed.",
        "Home exercises daily. MRI reviewed. Outside records reviewed.",
        "Home exercises daily. Blood sugar log shows 140s.",
        "Home exercises daily, writes them down.",
        "HEP sheet provided and reviewed.",
        "Keep up the home program, bring the calendar.",
        "HEP card given, completed a questionnaire.",
    ],
)
def test_home_program_not_followed_up(text: str) -> None:
    assert all("followed_up" not in fact for fact in therapies(f"HPI: Low back pain. {text}"))


@pytest.mark.parametrize(
    "text", ["A methadone program is prescribed by Dr. Roe.", "Weight loss program from her doctor."]
)
def test_other_programs_are_no_exercise(text: str) -> None:
    assert therapies(f"HPI: Low back pain. {text}") == []


@pytest.mark.parametrize(
    "text",
    [
        "Until the valve is replaced she is not to do physical therapy.",
        "No PT on orders of cardiology because of unstable angina.",
        "PT held by neurosurgery due to progressive leg weakness.",
        "Not cleared by cardiology for PT: recent MI, she may not do PT until June.",
        "PT deferred until after delivery, placenta previa, bleeding.",
        "Cannot take part in PT because of uncontrolled heart failure.",
        "She may not do PT until her pelvic fracture heals.",
        "PT is not an option with his ejection fraction of 15%.",
        "He tried PT but had to stop after two visits as each exercise set off leg pain.",
    ],
)
def test_forbidden_for_a_medical_reason(text: str) -> None:
    found = [fact for fact in therapies(f"HPI: Low back pain. {text}") if fact["modality"] == "physical_therapy"]
    check(found[-1], {"status": "unable", "medical_reason": True})


@pytest.mark.parametrize(
    "text",
    [
        "She did not do PT because her pain is mild.",
        "No PT because of office closures.",
        "Cannot attend PT due to work hours; pain 8/10.",
        "He is not allowed NSAIDs per cardiology, attends PT.",
        "She should not need PT.",
        "PT did not do anything for the pain.",
        "Not sure PT is helping her pain.",
        "Pain does not allow her to sit; PT twice weekly.",
        "Cleared for PT by cardiology.",
        "PT too far away, never went.",
    ],
)
def test_no_medical_reason(text: str) -> None:
    assert all(not fact.get("medical_reason") for fact in therapies(f"HPI: Low back pain. {text}"))


@pytest.mark.parametrize(
    "text",
    [
        "Patient stopped attending PT in April.",
        "Off PT since May.",
        "Gave up on chiropractic after five visits.",
        "Is not attending PT at this time.",
        "PT was helping but authorization ran out.",
        "She finished PT and does nothing at home.",
        "Was advised to do home exercises.",
        "She might do better with a home exercise program.",
        "PT: attended 2 visits and then quit.",
        "Refused to attend PT.",
    ],
)
def test_over_or_not_begun_is_not_ongoing(text: str) -> None:
    assert all(fact["status"] != "ongoing" for fact in therapies(f"HPI: Low back pain. {text}"))


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("PT Jan-Mar 2024: made little difference.", "failed"),
        ("PT x 7 wks - pain same.", "failed"),
        ("Ten sessions of PT left him where he began.", "failed"),
        ("PT for six weeks; pain came right back.", "failed"),
        ("PT 1/8/24-3/1/24. Outcome: minimal.", "failed"),
        ("PT x 6 visits w/o improvement.", "failed"),
        ("PT helped maybe 10%.", "partial"),
        ("PT helped for a day.", "partial"),
    ],
)
def test_outcome_as_a_combination_of_words(text: str, outcome: str) -> None:
    assert only(f"HPI: Low back pain. {text}")["outcome"] == outcome


@pytest.mark.parametrize(
    "text",
    [
        "PT 2021, chiropractic 3 months 2022, brace: no lasting benefit from any.",
        "Failed: PT 6wk, chiro 4 visits, HEP.",
    ],
)
def test_one_outcome_for_a_list(text: str) -> None:
    assert {fact["outcome"] for fact in therapies(f"HPI: Low back pain. {text}")} == {"failed"}


def test_planned_end_of_a_therapist_note_leaves_it_ongoing() -> None:
    text = "Lumbar PT progress note 6/7/24 visit 8\nPatient continues 1x/wk since 4/8/24. Plan thru 7/19/24.\nHEP: bridges.\n"
    check(therapies(text, "PT progress note")[0], {"status": "ongoing", "start": "2024-04-08", "end": None})


DISCHARGE = """PHYSICAL THERAPY DISCHARGE SUMMARY
Diagnosis: lumbar strain
Start of care: 02/05/2024   Discharge: 03/29/2024
Visits attended: 13

Interventions: bridging, manual therapy, moist heat.
Assessment: Goals not met, progress has plateaued.
Plan: Discharge. Written home exercise program issued.
"""


def test_discharge_summary_is_one_therapy() -> None:
    summary, heat, program = therapies(DISCHARGE, "PT discharge summary")
    check(
        summary,
        {
            "modality": "physical_therapy",
            "sessions": 13,
            "start": "2024-02-05",
            "end": "2024-03-29",
            "status": "completed",
            "outcome": "failed",
            "region": "lumbar",
        },
    )
    check(heat, {"modality": "ice_heat", "status": "completed"})
    check(program, {"modality": "home_exercise", "prescribed": True})


def test_chiropractor_letter() -> None:
    text = (
        "RE: chiropractic care\n\nDear Doctor,\nDates of care: January 8, 2024 through March 1, 2024\n"
        "Frequency: two visits per week, 15 visits in total\nArea treated: neck\n"
        "The pain did not change and I have released her from care.\n"
    )
    check(
        therapies(text, "chiropractic letter")[0],
        {
            "modality": "chiropractic",
            "sessions": 15,
            "start": "2024-01-08",
            "end": "2024-03-01",
            "status": "completed",
            "outcome": "failed",
            "region": "cervical",
        },
    )


def test_progress_note_is_ongoing() -> None:
    text = "PT PROGRESS NOTE   Visit 5\nReferral: neck pain\nSOC 5/13/24, seen 2x/wk\nTx today: rows, traction.\n"
    check(only(text), {"status": "ongoing", "sessions": 5, "start": "2024-05-13", "end": None, "region": "cervical"})


def test_therapy_after_a_new_knee_is_none() -> None:
    text = (
        "OUTPATIENT REHAB - DAILY NOTE\nDx: s/p R TKA 5/6/2024\nTx: quad sets, ice, gait training.\nP: continue PT.\n"
    )
    assert therapies(text, "PT daily note") == []


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("7/15-9/27/23", "2023-07-15", "2023-09-27"),
        ("Nov to Jan", "2023-11", "2024-01"),
        ("Sept to Nov 2023", "2023-09", "2023-11"),
        ("Feb-Apr 2024", "2024-02", "2024-04"),
        ("8/23-10/23", "2023-08", "2023-10"),
        ("from 11/6/23 - 2/9/24", "2023-11-06", "2024-02-09"),
        ("between 1/8/2024 and 2/20/2024", "2024-01-08", "2024-02-20"),
        ("4/22/24 - present", "2024-04-22", None),
    ],
)
def test_periods(text: str, start: str, end: str | None) -> None:
    (period,) = find_periods(text, NOTE_DATE)
    assert (period.start, period.end, period.open) == (start, end, end is None)


@pytest.mark.parametrize("text", ["pain 6-7/10", "L4-5", "two to three weeks", "10 to 12 visits", "2 - 4"])
def test_no_periods(text: str) -> None:
    assert list(find_periods(text, NOTE_DATE)) == []


def test_clinician_prescribes_home_exercise() -> None:
    text = "Assessment: low back pain\nPlan:\n1. I am prescribing a structured home exercise program with a handout.\n"
    check(only(text), {"modality": "home_exercise", "prescribed": True})


def test_reviewed_exercise_log_is_follow_up() -> None:
    text = "HPI: Low back pain. Brought the log. HEP done 4 days/wk from 3/4/24 to 5/6/24, 30 of 36 sessions ticked.\n"
    check(only(text), {"modality": "home_exercise", "followed_up": True, "start": "2024-03-04", "end": "2024-05-06"})


def test_since_of_the_pain_is_no_start_of_the_therapy() -> None:
    text = "PHYSICAL THERAPY EVALUATION\nLBP with walking x 2 yrs, worse since last spring.\nPLAN: stretching"
    assert next(one.get("start") for one in therapies(text, "PT evaluation")) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Physical therapy has not been tried.", ("unspecified", "negated")),
        ("Chiropractic care has yet to be tried.", ("unspecified", "negated")),
        ("Massage was never attempted.", ("unspecified", "negated")),
        ("Physical therapy has been tried.", ("completed", "present")),
        ("Physical therapy was not helpful.", ("completed", "present")),
    ],
)
def test_told_as_not_done_after_its_name(text: str, expected: tuple[str, str]) -> None:
    fact = only("HPI: Low back pain. " + text)
    assert (fact["status"], fact["assertion"]) == expected


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Physical therapy was offered but he has no transportation.", "unable"),
        ("Acupuncture was recommended, however she could not take time off work.", "unable"),
        ("Physical therapy was offered but he has no fever.", "planned"),
        ("Cognitive behavioral therapy, six sessions so far.", "ongoing"),
        ("Cognitive behavioral therapy, six sessions.", "completed"),
        ("She last attended physical therapy in April.", "completed"),
        ("We will repeat the block next month while physical therapy continues.", "ongoing"),
        ("We will continue physical therapy next month.", "ongoing"),
    ],
)
def test_status_by_hindrance_count_and_clause(text: str, status: str) -> None:
    assert only("HPI: Low back pain. " + text)["status"] == status


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("A Medrol Dosepak provided two days of relief.", "partial"),
        ("Tramadol gives her a few hours' relief.", "partial"),
        ("Prednisone for ten days gave complete relief.", "helped"),
        ("Tramadol gave no relief for two days.", "failed"),
    ],
)
def test_relief_of_a_drug_told_as_time(text: str, outcome: str) -> None:
    fact = only("HPI: Low back pain. " + text)
    assert (fact["modality"], fact["outcome"]) == ("medication", outcome)


def test_a_steroid_for_another_disease_is_no_therapy_of_the_pain() -> None:
    assert therapies("HPI: Low back pain. Prednisone for her asthma helped the wheezing.") == []


def test_with_introduces_a_list_of_therapies() -> None:
    found = therapies("Low back pain. Patient to continue with PT and HEP.")
    assert [(f["modality"], f["status"]) for f in found] == [
        ("physical_therapy", "ongoing"),
        ("home_exercise", "ongoing"),
    ]


def test_the_length_after_an_elided_subject_is_of_the_therapy() -> None:
    fact = only("Low back pain. Last attended therapy in April; went for 9 weeks and her back is no better.")
    check(fact, {"low": 9, "unit": "week", "status": "completed", "outcome": "failed"})
    assert only("Low back pain. Attended therapy; has hurt for 9 weeks.").get("low") is None


def test_visits_asked_for_outside_the_plan_are_planned() -> None:
    text = (
        "CHIROPRACTIC PROGRESS REPORT 9/27/2024\nNeck pain. She kept 18 of 20 scheduled visits since 6/14/2024.\n"
        "I am asking for six more visits.\nShe missed six visits."
    )
    found = therapies(text, "chiropractic progress report")
    assert [(f["sessions"], f["assertion"]) for f in found if "sessions" in f] == [(18, "present"), (6, "planned")]


def test_an_earlier_episode_gives_the_document_no_visits() -> None:
    text = (
        "CHIROPRACTIC PROGRESS REPORT 9/27/2024\nNeck pain. A strain in 2015 cleared with four visits.\n"
        "She kept 18 of 20 scheduled visits between 6/14/2024 and 9/27/2024."
    )
    assert [f.get("sessions") for f in therapies(text, "chiropractic progress report")][:1] == [18]


def test_a_range_of_dates_before_another_therapy_is_one_period() -> None:
    text = "Low back pain.\nTherapy: PT 2/19 - 4/11/24 at the annex, 14 visits (hip strength, SI belt training). No better."
    told = [f for f in therapies(text) if f["modality"] == "physical_therapy"]
    assert [(f["start"], f["end"]) for f in told] == [("2024-02-19", "2024-04-11")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Low back pain. Duloxetine since 3/2023, tried nortriptyline.", ("2023-03", "ongoing")),
        ("Low back pain. Duloxetine since 3/2023 for depression.", None),
        ("Low back pain.\nMedications: lisinopril, duloxetine since 2019.", None),
    ],
)
def test_a_drug_taken_since_a_date(text: str, expected: tuple[str, str] | None) -> None:
    told = [(f.get("start"), f["status"]) for f in therapies(text) if f.get("name") == "duloxetine"]
    assert told == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    ("text", "dates", "status"),
    [
        ("Cervical strain. Light duty through 7/2.", (None, "2024-07-02"), "ongoing"),
        ("Low back pain. Lumbar brace until July 10.", (None, "2024-07-10"), "ongoing"),
        ("Low back pain. PT twice weekly thru the end of July.", (None, "2024-07"), "ongoing"),
        ("Low back pain. PT 5/20 thru 7/1.", ("2024-05-20", "2024-07-01"), "ongoing"),
        ("Low back pain. PT 5/20/24 - 7/1, twice a week.", ("2024-05-20", "2024-07-01"), "ongoing"),
        ("Low back pain. PT through 5/20, no better.", (None, "2024-05-20"), "completed"),
        ("Low back pain. PT 11/20 - 1/15, no better.", ("2023-11-20", "2024-01-15"), "completed"),
        ("Low back pain. He attended PT until 8/20 and was no better.", (None, "2023-08-20"), "completed"),
    ],
)
def test_an_end_without_a_year_may_lie_ahead(text: str, dates: tuple[str | None, str], status: str) -> None:
    told = only(text)
    assert (told.get("start"), told["end"], told["status"]) == (*dates, status)


def test_an_end_never_comes_before_its_start() -> None:
    for told in therapies("Low back pain. PT ended 3/2/24. It was begun on 5/6/24 after the fall."):
        assert told.get("start") is None or told.get("end") is None or told["start"] <= told["end"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Failed 8 wk prescribed HEP, NSAID and belt.", [("home_exercise", "completed")] * 1),
        ("Low back pain. Failed prescribed PT and prescribed home exercises.", [("physical_therapy", "completed")]),
        ("Low back pain despite 9 weeks of physician-prescribed home exercises.", [("home_exercise", "completed")]),
        ("Low back pain. She did six weeks of the prescribed stretches.", [("home_exercise", "completed")]),
        ("Low back pain. Prescribed a home exercise program today.", [("home_exercise", "planned")]),
        ("Low back pain. He will start the prescribed home exercises.", [("home_exercise", "planned")]),
        ("Low back pain. He was prescribed PT for his back.", [("physical_therapy", "planned")]),
    ],
)
def test_prescribed_says_by_whom_and_is_no_plan(text: str, expected: list[tuple[str, str]]) -> None:
    told = therapies("Lumbar radiculopathy.\n\n" + text)
    assert [(f["modality"], f["status"]) for f in told][: len(expected)] == expected
    if expected[0][1] == "completed":
        assert {f["status"] for f in told} == {"completed"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Meds: gabapentin 300 TID x >3 wk, none of it helping.", [("gabapentin", 3, "failed")]),
        (
            "Meds: gabapentin 300 TID x >3 wk, meloxicam 15 daily x>6wks, none of it helping.",
            [("gabapentin", 3, "failed"), ("meloxicam", 6, "failed")],
        ),
        ("Naproxen 500 BID 4+ weeks w/out relief.", [("naproxen", 4, "failed")]),
        ("Meds: gabapentin 300 TID, meloxicam 15 daily.", []),
        ("Meds: gabapentin 300 TID, lisinopril 10 daily, metformin.", []),
    ],
)
def test_drugs_of_a_line_that_tells_they_failed(text: str, expected: list[tuple[str, float, str]]) -> None:
    told = [(f["name"], f.get("low"), f.get("outcome")) for f in therapies("Lumbar radiculopathy.\n\n" + text)]
    assert told == expected


@pytest.mark.parametrize(
    "text",
    [
        "PT, chiropractic and naproxen, six weeks of each, gave no lasting relief.",
        "The PT, chiropractic and naproxen, now six weeks of them, have not changed the leg.",
        "Six weeks each of PT, chiropractic and naproxen, no relief.",
    ],
)
def test_a_length_of_each_is_of_every_therapy_before_it(text: str) -> None:
    told = therapies("Lumbar radiculopathy.\n\n" + text)
    assert [(f["low"], f["unit"], f["outcome"]) for f in told] == [(6, "week", "failed")] * 3
    assert not find("Lumbar radiculopathy.\n\n" + text, "symptom_duration", NOTE_DATE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Here with his exercise log, 4/1 to 6/3, daily.", ("2024-04-01", "2024-06-03", None)),
        ("Exercise log 4/1 to 6/3 reviewed with him.", ("2024-04-01", "2024-06-03", True)),
        ("Given an exercise log to keep daily.", None),
        ("Keep the exercise log daily until 7/1.", None),
        ("The exercise diary was not brought.", None),
        ("HEP log due next visit.", None),
    ],
)
def test_a_log_of_days_is_home_exercise(text: str, expected: tuple[str, str, bool | None] | None) -> None:
    told = [
        (f.get("start"), f.get("end"), f.get("followed_up"))
        for f in therapies("Lumbar radiculopathy.\n\n" + text)
        if f["assertion"] == "present" and f["status"] != "planned"
    ]
    assert told == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Dr. Roe wants him to finish six weeks of PT before the injection.", "planned"),
        ("She was told to complete 6 weeks of physical therapy.", "planned"),
        ("After eight weeks of PT we will re-image.", "planned"),
        ("If no better after 6 weeks of PT, then a block.", "planned"),
        ("Will see her back when she has completed 6 weeks of PT.", "planned"),
        ("He was prescribed physical therapy.", "planned"),
        ("After eight weeks of PT the pain was unchanged.", "completed"),
        ("Once she completed 6 weeks of PT the pain came back.", "completed"),
        ("He finished six weeks of PT before the injection.", "completed"),
    ],
)
def test_what_is_still_to_come_is_not_done(text: str, status: str) -> None:
    assert only("Lumbar radiculopathy.\n\n" + text)["status"] == status


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He has completed four of the planned eight weeks of PT.", (4, "week")),
        ("Completed 4 of 8 weeks of PT.", (4, "week")),
        ("Did eight weeks of PT.", (8, "week")),
        ("HEP done 5 of 7 days.", (None, None)),
        ("Faithful with the exercises her therapist gave her, every morning, going on ten weeks.", (10, "week")),
        ("He did six weeks with the physical therapist.", (6, "week")),
    ],
)
def test_the_length_done_is_read(text: str, expected: tuple[float | None, str | None]) -> None:
    told = only("Lumbar radiculopathy.\n\n" + text)
    assert (told.get("low"), told.get("unit")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PT [x] 8 wks  Chiro [ ]  HEP [x]", [("physical_therapy", 8), ("home_exercise", None)]),
        ("[x] PT 8 wks  [ ] Chiro  [x] HEP", [("physical_therapy", 8), ("home_exercise", None)]),
        ("Physical therapy [ ]   Home exercise [x]", [("home_exercise", None)]),
    ],
)
def test_boxes_before_and_behind_the_names(text: str, expected: list[tuple[str, float | None]]) -> None:
    told = therapies("Lumbar radiculopathy.\n\n" + text)
    assert [(f["modality"], f.get("low")) for f in told] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Has been doing McKenzie at home since her discharge from therapy on 3/28.",
            {"modality": "home_exercise", "start": "2024-03-28", "end": None, "status": "ongoing"},
        ),
        ("Home exercises: taught today, to be done bid.", {"status": "planned"}),
        ("Referred to PT in March; never went.", {"status": "declined", "assertion": "negated"}),
        ("Seen in physical therapy today, visit 6.", {"sessions": 6, "status": "ongoing"}),
        ("Seen in physical therapy today, last visit 6.", {"status": "completed"}),
        ("HEP x8wks, f/u'd by PT 5/30, failed.", {"low": 8, "followed_up": True, "outcome": "failed"}),
    ],
)
def test_since_when_and_how_it_stands(text: str, expected: dict[str, Any]) -> None:
    check(only("Lumbar radiculopathy.\n\n" + text), expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PT/chiro/NSAIDs all tried >6 wks, all failed.", [("failed", 6)] * 3),
        ("Currently on: naproxen, tizanidine. Neither touches it.", [("failed", None)] * 2),
        ("D/C PT, goals unmet.", [("failed", None)]),
        ("Naproxen: no headway.", [("failed", None)]),
        ("Gabapentin titrated over two months without meaningful change.", [("failed", 2)]),
        ("Continue naproxen without change in the plan.", [(None, None)]),
    ],
)
def test_what_is_said_of_all_and_in_other_words(text: str, expected: list[tuple[str | None, float | None]]) -> None:
    told = therapies("Lumbar radiculopathy.\n\n" + text)
    assert [(f.get("outcome"), f.get("low")) for f in told] == expected


def test_a_program_begun_in_a_month_has_no_end() -> None:
    told = only("Low back pain. I put her on a home program in March, which my nurse checked by phone on 4/20.")
    check(told, {"start": "2024-03", "end": None, "status": "ongoing", "prescribed": True, "followed_up": True})


def test_a_drug_for_a_tooth_is_none_of_the_back() -> None:
    assert therapies("Low back pain. Takes ibuprofen from her dentist for a tooth.") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Attended nine of twelve scheduled PT sessions.", {"sessions": 9, "status": "completed"}),
        ("Attended 9 of the 12 scheduled PT sessions.", {"sessions": 9, "status": "completed"}),
        ("PT ordered 4/2, twelfth visit 6/4.", {"sessions": None}),
        ("Chiro 2023 x 3 mos.", {"low": 3, "unit": "month", "start": "2023"}),
        ("He has been told by two surgeons to do PT.", {"status": "planned"}),
        ("Compliance with HEP poor.", {"assertion": "negated"}),
        ("Compliance with HEP good.", {"assertion": "present"}),
        ("Home exercises nightly since New Year.", {"start": "2024-01-01", "status": "ongoing"}),
        ("Ibuprofen 800 tid x2wks - nothing.", {"low": 2, "outcome": "failed"}),
        ("NSAIDs contraindicated (CKD3).", {"status": "unable", "medical_reason": True}),
    ],
)
def test_counts_orders_and_short_results(text: str, expected: dict[str, Any]) -> None:
    check(only("Lumbar radiculopathy.\n\n" + text), expected)


@pytest.mark.parametrize(
    "text",
    [
        "The denial says that six weeks of supervised PT are not documented.",
        "There is no documentation of physical therapy in the last six months.",
        "PT cleared him to return to work.",
    ],
)
def test_what_a_record_lacks_is_no_therapy(text: str) -> None:
    assert therapies("Lumbar radiculopathy.\n\n" + text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He'll be done with PT next week.", ("ongoing", None)),
        ("Discharged from PT 4/30, no better.", ("completed", "2024-04-30")),
        ("Completed PT 4/30.", ("completed", "2024-04-30")),
        ("Discharged from PT and still sore.", ("completed", None)),
    ],
)
def test_the_end_of_a_course(text: str, expected: tuple[str, str | None]) -> None:
    told = only("Lumbar radiculopathy.\n\n" + text)
    assert (told["status"], told.get("end")) == expected


def test_a_home_program_goes_on_after_the_discharge() -> None:
    told = therapies("Lumbar radiculopathy.\n\nDischarged from PT to HEP 4/30, still does it.")
    assert [(f["modality"], f["status"]) for f in told] == [
        ("physical_therapy", "completed"),
        ("home_exercise", "ongoing"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We had hoped she would finish 8 weeks of PT, but she stopped after 3.", (3, "completed")),
        ("He has 4 weeks of PT left.", (None, "ongoing")),
        ("2 weeks into a 6 week PT course.", (2, "ongoing")),
        ("Halfway through 8 weeks of PT.", (None, "ongoing")),
        ("Did 8 weeks of PT, but she still hurts.", (8, "completed")),
        ("Last PT visit 6 weeks ago.", (None, "unspecified")),
    ],
)
def test_only_the_part_that_was_done_counts(text: str, expected: tuple[float | None, str]) -> None:
    told = only("Lumbar radiculopathy.\n\n" + text)
    assert (told.get("low"), told["status"], told.get("sessions")) == (*expected, None)


@pytest.mark.parametrize(
    "text",
    [
        "Do these exercises twice a day for 6 weeks and call me.",
        "Handout: do these exercises daily for 6 weeks.",
        "I'd like you to do the exercises for six weeks.",
        "HEP x 6 wks then recheck.",
        "Exercise program: begin today, 6 weeks.",
    ],
)
def test_what_the_patient_is_told_to_do_is_planned(text: str) -> None:
    assert only("Lumbar radiculopathy.\n\n" + text)["status"] == "planned"


@pytest.mark.parametrize(
    "text",
    [
        "Patients usually do 6 weeks of PT first.",
        "Acme policy: 6 weeks of PT in last 3 months.",
        "Guidelines call for 6 weeks of PT.",
    ],
)
def test_what_payers_ask_for_is_no_therapy_of_the_patient(text: str) -> None:
    assert therapies("Lumbar radiculopathy.\n\n" + text) == []


def test_what_a_friend_did_is_not_the_patients() -> None:
    assert only("Lumbar radiculopathy.\n\nHer friend got better with PT.")["assertion"] == "family"
