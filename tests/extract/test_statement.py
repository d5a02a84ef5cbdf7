"""Statements that guidelines ask for and that are no other kind."""

from __future__ import annotations

import pytest

from tests.extract.helpers import facts

PAIN = "HPI: Chronic low back and left leg pain.\n\n"


def statements(text: str) -> list[tuple[str, str | None, str]]:
    """Topic, value and assertion of each statement in a note about back pain."""
    return [(f["topic"], f.get("value"), f["assertion"]) for f in facts(PAIN + text, "statement")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Patient was seen in person today.", ("visit_mode", "in_person", "present")),
        ("Visit type: [ ] In person [x] Video [ ] Phone", ("visit_mode", "video", "present")),
        (
            "PLAN: Caudal ESI to allow her to take part in physical therapy.",
            ("injection_reason", "aim", "present"),
        ),
        (
            "PLAN: He is not a surgical candidate, therefore an epidural injection is requested.",
            ("injection_reason", "not_surgical_candidate", "present"),
        ),
        (
            "PLAN: Diagnostic selective nerve root block to identify the symptomatic level.",
            ("diagnostic_purpose", None, "present"),
        ),
        ("PLAN: L4-5 fusion is scheduled for 6/30/2024.", ("surgery_plan", "planned", "present")),
        ("PLAN: Preoperative clearance obtained.", ("surgery_plan", "preop_evaluation", "present")),
        ("PLAN: No other procedure is planned that day.", ("same_day_procedure", None, "negated")),
        ("PLAN: SI joint and trigger point injections both same day.", ("same_day_procedure", None, "present")),
        (
            "PLAN: The purpose of a caudal epidural is to bring steroid to the scar around the root.",
            ("injection_reason", "aim", "present"),
        ),
        (
            "PLAN: A caudal injection is proposed since gabapentin was not tolerated.",
            ("injection_reason", "reason", "present"),
        ),
        (
            "PLAN: Selective nerve root block to confirm L5 as the pain generator.",
            ("diagnostic_purpose", None, "present"),
        ),
        (
            "PLAN: L3-4 and L4-5 transforaminal injections to find out which level hurts.",
            ("diagnostic_purpose", None, "present"),
        ),
        ("PLAN:\n- L4-5 TFESI, low volume, diagnostic", ("diagnostic_purpose", None, "present")),
        ("Every day since the fall, no let up.", ("continuous_pain", None, "present")),
        ("Seen today at the spine clinic.", ("visit_mode", "in_person", "present")),
        ("It is uncertain if L4-5 or L5-S1 causes the leg pain.", ("pain_generator_question", None, "present")),
        ("We do not know which level is responsible.", ("pain_generator_question", None, "present")),
        ("PLAN: L4-5 ESI. No concurrent injections.", ("same_day_procedure", None, "negated")),
        ("PLAN: SI joint injection as a stand-alone visit.", ("same_day_procedure", None, "negated")),
        ("The pain generator is uncertain.", ("pain_generator_question", None, "present")),
        ("Multilevel degenerative disc disease.", ("multilevel_pathology", None, "present")),
        ("MRI shows a new L4-5 disc herniation.", ("new_pathology", None, "present")),
        ("MRI: L4-5 disc herniation, unchanged.", ("new_pathology", None, "negated")),
        ("MRI: no synovial cyst at L4-5.", ("synovial_cyst", None, "negated")),
        ("The pain is constant.", ("continuous_pain", None, "present")),
        ("There is no other structural cause for her pain.", ("no_other_cause", "structural", "present")),
        ("The joint was fused; percutaneous access was not possible.", ("percutaneous_access", None, "negated")),
    ],
)
def test_statement(text: str, expected: tuple[str, str | None, str]) -> None:
    assert expected in statements(text)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("PLAN: Follow up in clinic in 4 weeks.", "visit_mode"),
        (
            "HPI: After both blocks the relief of the epidural was gone by the end of the same day.",
            "same_day_procedure",
        ),
        ("PLAN: Medial branch blocks, diagnostic", "diagnostic_purpose"),
        ("IMAGING: Diagnostic quality is poor for the epidural fat.", "diagnostic_purpose"),
        ("He has a pool. Every day he swims.", "continuous_pain"),
        ("He watched the videos about the device.", "visit_mode"),
        ("PLAN: Bilateral facet injections, both sides in one session.", "same_day_procedure"),
        ("The physician is in clinic, the patient at home.", "visit_mode"),
        ("She prefers video visits but came in today.", "visit_mode"),
        ("PLAN: Caudal ESI because physical therapy failed.", "injection_reason"),
        ("The pain generator is clearly the L5 root.", "pain_generator_question"),
        ("PLAN: Caudal ESI for failed back surgery syndrome.", "injection_reason"),
        ("PLAN: He would like to try an epidural to get back to work.", "injection_reason"),
        ("PLAN: If injections fail we will consider surgery.", "surgery_plan"),
        ("PLAN: Fusion is not scheduled.", "surgery_plan"),
    ],
)
def test_no_statement(text: str, topic: str) -> None:
    assert topic not in [found[0] for found in statements(text)]


@pytest.mark.parametrize(
    ("text", "value", "assertion"),
    [
        ("HLA-B27 is positive.", "hla_b27", "present"),
        ("HLA-B27 neg.", "hla_b27", "negated"),
        ("CRP 24 mg/L.", "elevated_crp", "present"),
        ("CRP was normal at 3.", "elevated_crp", "negated"),
        ("CRP was 7, upper limit of normal 6.", "elevated_crp", "present"),
        ("CRP 7 (normal 0-8).", "elevated_crp", "negated"),
        ("Denies psoriasis and uveitis.", "psoriasis", "negated"),
        ("Good response to NSAIDs.", "nsaid_response", "present"),
        ("His father has ankylosing spondylitis.", "family_history", "present"),
        ("Back pain improves with exercise.", "improves_with_exercise", "present"),
        ("Back pain is not relieved by rest.", "no_improvement_with_rest", "present"),
    ],
)
def test_features_of_spondyloarthropathy(text: str, value: str, assertion: str) -> None:
    assert ("spa_feature", value, assertion) in statements("Axial spondyloarthritis. " + text)


def test_onset_age() -> None:
    found = facts(PAIN + "Axial spondyloarthritis. Back pain began when he was twenty-four.", "statement")
    assert [(f["low"], f["high"]) for f in found if f["topic"] == "onset_age"] == [(24, 24)]


def test_a_note_of_a_video_visit_is_not_in_person() -> None:
    text = "VIDEO VISIT\n\nPatient at home, team in clinic.\n\nLow back pain."
    assert [f["value"] for f in facts(text, "statement") if f["topic"] == "visit_mode"] == ["video"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Diagnostic blocks were negative in March.", []),
        ("He had two diagnostic blocks.", []),
        ("A diagnostic block is requested.", ["diagnostic_purpose"]),
        ("Asks whether a video visit would do next time.", []),
        ("TLIF L4-5 is on the schedule for 8/4.", ["surgery_plan"]),
        ("Surgery date was 3/4/2019.", []),
        ("The low back pain never lets up.", ["continuous_pain"]),
        ("The low back pain lets up at night.", []),
        ("TLIF would be on the schedule for 8/4 if she wishes.", []),
    ],
)
def test_done_asked_and_booked(text: str, expected: list[str]) -> None:
    found = [fact["topic"] for fact in facts(f"Low back pain with L5 radiculopathy. {text}", "statement")]
    assert found == expected


def test_the_visit_of_another_day_is_not_this_one() -> None:
    modes = [one["value"] for one in facts("Seen by video in March, here today in person.", "statement")]
    assert modes == ["in_person"]
    assert [one["value"] for one in facts("Video visit today.", "statement")] == ["video"]
