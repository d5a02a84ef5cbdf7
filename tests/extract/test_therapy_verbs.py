"""The verb, the mood and the list head that say how a therapy stands; and what is no therapy of the pain."""

from __future__ import annotations

import pytest

from tests.extract.test_therapy import check, only, therapies


@pytest.mark.parametrize(
    ("text", "status", "assertion"),
    [
        ("Naproxen is being prescribed by her internist for the back pain.", "ongoing", "present"),
        ("He is presently being treated with chiropractic care.", "ongoing", "present"),
        ("She has been using a lumbar corset since spring.", "ongoing", "present"),
        ("Her back pain is managed with tramadol.", "ongoing", "present"),
        ("She had been on hydrocodone for the pain.", "completed", "present"),
        ("He was being treated with massage.", "completed", "present"),
        ("She used to wear a back brace.", "completed", "present"),
        ("He was tried on Elavil without success.", "completed", "present"),
        ("It is my recommendation that she wear a cervical collar.", "planned", "planned"),
        ("I advised her to use a TENS unit.", "planned", "planned"),
        ("He should have a trial of physical therapy.", "planned", "planned"),
        ("She is to be placed on physical therapy, twice a week for 5 weeks.", "planned", "planned"),
        ("I would suggest a course of nonoperative care consisting of traction.", "planned", "planned"),
        ("We will increase her OxyContin for the back pain.", "planned", "planned"),
        ("A referral was made to physical therapy.", "planned", "planned"),
        ("She was sent to physical therapy, which she completed.", "completed", "present"),
        ("He was referred to physical therapy but never attended.", "declined", "negated"),
        ("Physical therapy was ordered but the insurer would not authorize it.", "unable", "present"),
        ("He did not show up for his physical therapy.", "declined", "negated"),
        ("He denies any prior physical therapy.", "unspecified", "negated"),
        ("There is no history of prior chiropractic care.", "unspecified", "negated"),
        ("I suggested that she not resume the Percocet.", "unspecified", "negated"),
        ("He is off the Vicodin now.", "completed", "present"),
    ],
)
def test_the_verb_group_says_how_it_stands(text: str, status: str, assertion: str) -> None:
    check(therapies(f"HPI: Low back pain.\n{text}")[-1], {"status": status, "assertion": assertion})


@pytest.mark.parametrize(
    ("text", "statuses"),
    [
        ("CURRENT BACK MEDICATIONS: Norco, Zanaflex and Relafen.", ["ongoing"] * 3),
        ("He takes three drugs for his neck (Mobic, Flexeril and the Norco from last week).", ["ongoing"] * 3),
        ("The following medications are being used for the spine problem: opioids and NSAIDs.", ["ongoing"] * 2),
        ("Medications tried in the past: Vioxx, Celebrex and prednisone.", ["completed"] * 3),
        ("Treatment for this problem includes bracing and physical therapy.", ["ongoing"] * 2),
        ("Several drugs have been tried, including Neurontin, Elavil, and Topamax.", ["completed"] * 3),
        ("PLAN: Continue the medication, which included an antibiotic and the Motrin.", ["ongoing"]),
    ],
)
def test_the_head_of_a_list_holds_for_all_of_it(text: str, statuses: list[str]) -> None:
    assert [fact["status"] for fact in therapies(f"HPI: Low back pain.\n{text}")] == statuses


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("This man has failed extensive nonsurgical management.", {"status": "completed", "outcome": "failed"}),
        ("All nonoperative modalities have been unsuccessful.", {"status": "completed", "outcome": "failed"}),
        ("The back pain is recalcitrant to conservative care.", {"status": "completed", "outcome": "failed"}),
        ("He was under no active treatment before the fall.", {"assertion": "negated"}),
        ("She is to continue with her treatment program.", {"status": "ongoing"}),
    ],
)
def test_general_words_for_care(text: str, expected: dict[str, str]) -> None:
    check(only(f"HPI: Low back pain.\n{text}"), {"modality": "other", **expected})


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Her surgeon has told her not to lift anything.", "ongoing"),
        ("She was advised to stop running by her doctor.", "ongoing"),
        ("I have told her to refrain from heavy lifting.", "planned"),
        ("PLAN: Limit prolonged sitting.", "planned"),
    ],
)
def test_advice_against_an_activity(text: str, status: str) -> None:
    check(only(f"HPI: Low back pain.\n{text}"), {"modality": "activity_modification", "status": status})


@pytest.mark.parametrize(
    "text",
    [
        "She had to stop running because of the pain.",
        "He cannot lift more than ten pounds.",
        "PLAN: PT, OT and speech therapy consults.",
        "I do not recommend physical therapy at present.",
        "Her doctor does not prescribe opioids.",
        "I reviewed the physical therapy notes.",
        "The intake form came from the Chiropractic Wellness Center.",
        "Paramedics brought him in with a cervical collar on a backboard.",
        "He takes Tylenol for headaches.",
        "She was given morphine for chest pain.",
        "CURRENT MEDICATIONS: Zocor 20 mg, naproxen, lisinopril 10 mg.",
        "I do Symbol Digit Modalities testing.",
        "The metatarsal fracture was treated nonoperatively.",
    ],
)
def test_no_therapy_of_the_pain(text: str) -> None:
    assert therapies(f"HPI: Low back pain.\n{text}") == []


def test_how_long_the_pain_lasts_is_no_length_of_the_therapy() -> None:
    check(only("HPI: Low back pain for six months despite physical therapy."), {"low": None, "unit": None})


def test_last_week_is_no_length() -> None:
    check(only("HPI: Low back pain. He was given Norco last week for the back pain."), {"low": None})


@pytest.mark.parametrize(
    "text",
    [
        "PAST SURGICAL HISTORY: Back surgery 1998.\nHPI: Chest pain. She takes ibuprofen. Physical therapy was ordered.",
        "HPI: Labor. She received an epidural for pain control in labor. She was put on bed rest.",
        "HPI: Jaw pain. No neck pain. No back pain. She should take Motrin as needed for pain.",
    ],
)
def test_a_note_about_something_else_has_no_therapy(text: str) -> None:
    assert therapies(text) == []


def test_what_was_taken_before_an_operation_is_told_in_its_report() -> None:
    text = "PREOPERATIVE DIAGNOSIS: Lumbar radiculopathy.\nDESCRIPTION OF PROCEDURE: She had been taking hydrocodone."
    check(only(text), {"name": "hydrocodone", "status": "completed"})


def test_a_course_of_steroids_counts_and_a_steroid_in_passing_does_not() -> None:
    check(only("HPI: Lumbar radiculopathy. He received a short course of prednisone."), {"name": "steroid"})
    assert therapies("HPI: Lumbar radiculopathy. She was placed back on prednisone.") == []


@pytest.mark.parametrize(
    ("text", "status", "assertion"),
    [
        ("The worst of the back pain is handled by Percocet.", "ongoing", "present"),
        (
            "For his lumbar pain he has been on a lengthy conservative course including ibuprofen.",
            "completed",
            "present",
        ),
        ("For his lumbar pain he has been on a stable regimen of ibuprofen.", "ongoing", "present"),
        ("After the fall he was sent home on Vicodin for the back pain.", "completed", "present"),
        ("He is given a dose of Tylenol in triage for the neck pain.", "completed", "present"),
        ("He is given Tylenol by his wife for the neck pain.", "ongoing", "present"),
        ("She is awaiting authorization for Lidoderm patches for the back pain.", "planned", "planned"),
    ],
)
def test_voice_and_course(text: str, status: str, assertion: str) -> None:
    check(only("Low back and neck pain. " + text), {"status": status, "assertion": assertion})


def test_prescriptions_with_quantities_are_one_list() -> None:
    found = therapies(
        "Neck pain. Scripts were written for Skelaxin 800 mg 1 p.o. q.i.d. p.r.n. #40 with 2 refills"
        " and Norco 5/325 mg 1 p.o. q.6 h. p.r.n. #30 with no refills."
    )
    assert [(f["status"], f["assertion"]) for f in found] == [("planned", "planned")] * 2


def test_drug_that_a_new_one_replaces_is_still_taken() -> None:
    found = therapies(
        "Low back pain. She will consider a trial of Kadian in lieu of methadone, which clouds her thinking."
    )
    assert [(f["name"], f["status"]) for f in found] == [("morphine", "planned"), ("methadone", "ongoing")]


@pytest.mark.parametrize(
    "text",
    [
        "Low back pain. In view of her kidneys I would recommend reducing the use of Naprosyn.",
        "Low back pain in the past. Vasculitis was suspected and he was treated with a short course of IV steroids.",
        "Low back pain in the past. On the ward he needed tube feeding and supportive care.",
    ],
)
def test_less_of_a_drug_or_care_of_another_disease_is_none(text: str) -> None:
    assert therapies(text) == []


def test_therapy_of_a_limb_told_in_the_sentence_before() -> None:
    text = "He has acne. In May he developed pain in the back of the right thigh."
    assert len(therapies(f"{text} Physical therapy was tried and the pain improved.")) == 1
    assert therapies("He has acne. In May he developed pain in the right ear. Physical therapy was tried.") == []


@pytest.mark.parametrize(
    ("text", "status", "assertion"),
    [
        ("He was referred to physical therapy for nine visits, which helped a bit.", "completed", "present"),
        ("He was referred to physical therapy.", "planned", "planned"),
        ("We spoke about a trial of Lyrica.", "planned", "planned"),
        ("Another doctor put her on a Medrol Dosepak, which took care of the leg pain.", "completed", "present"),
        ("I put her on Flexeril for the spasm.", "planned", "planned"),
        ("The pain responds to Aleve.", "ongoing", "present"),
        ("He self-medicates with Advil, which dulls the pain.", "ongoing", "present"),
        ("He was told to attend physical therapy but never did go.", "declined", "negated"),
        ("He was told to attend physical therapy but did not go.", "declined", "negated"),
        ("He was to have started physical therapy in March.", "planned", "planned"),
        ("She has only just begun physical therapy.", "ongoing", "present"),
        ("PT was suggested by his internist.", "planned", "planned"),
    ],
)
def test_what_was_ordered_and_what_was_done(text: str, status: str, assertion: str) -> None:
    check(only("Low back pain. " + text), {"status": status, "assertion": assertion})


def test_not_keeping_to_the_exercises_is_no_therapy_done() -> None:
    for words in ("noncompliant with", "not compliant with"):
        assert only(f"Low back pain. She has been {words} the home exercises.")["assertion"] == "negated"
    assert only("Low back pain. She has been compliant with the home exercises.")["status"] == "ongoing"


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("Nine weeks of therapy were authorized but only two sessions were attended.", None),
        ("Nine weeks of therapy were completed.", 9),
        ("He has been off narcotics for 5 months.", None),
        ("He has been on narcotics for 5 months.", 5),
        ("He has been off physical therapy for 5 months.", None),
        ("She takes two Vicodin a day.", None),
    ],
)
def test_length_of_what_was_done(text: str, length: float | None) -> None:
    assert only("Low back pain. " + text).get("low") == length


@pytest.mark.parametrize(
    "text",
    [
        "Low back pain. She is employed as a massage therapist.",
        "Low back pain. We are holding off on PT until the scan is back.",
    ],
)
def test_trade_and_what_is_put_off_are_none(text: str) -> None:
    assert therapies(text) == []


def test_therapy_that_is_spelled_out_is_its_parts() -> None:
    found = therapies("Low back pain. His therapy has consisted of heat and Motrin.")
    assert [f["modality"] for f in found] == ["ice_heat", "medication"]


@pytest.mark.parametrize(
    ("text", "status", "assertion"),
    [
        ("Has not yet had PT.", "unspecified", "negated"),
        ("She hasn't ever tried physical therapy.", "unspecified", "negated"),
        ("Her insurer requires 8 weeks of physical therapy first.", "planned", "planned"),
        ("Needs 8 weeks of PT before the scan.", "planned", "planned"),
        ("She had 8 weeks of PT.", "completed", "present"),
        ("He wants to continue physical therapy.", "ongoing", "present"),
        ("She canceled physical therapy.", "declined", "negated"),
    ],
)
def test_what_is_asked_for_or_not_yet_had_is_not_done(text: str, status: str, assertion: str) -> None:
    check(only("Low back pain. " + text), {"status": status, "assertion": assertion})
