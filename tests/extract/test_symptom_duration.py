"""Symptom durations: amounts and onsets of the pain, and not of other things."""

from __future__ import annotations

from typing import Any

import pytest

from tests.extract.helpers import facts


def _short(text: str) -> list[tuple[Any, ...]]:
    return [(f.get("low"), f.get("high"), f.get("unit"), f.get("since")) for f in facts(text, "symptom_duration")]


def test_the_ticked_region_is_meant() -> None:
    (one,) = facts(
        "Location of pain: [x] low back [ ] neck [ ] mid back\nOnset: [ ] 1-3 mo [x] > 6 mo", "symptom_duration"
    )
    assert (one["low"], one["unit"], one["region"]) == (6, "month", "lumbar")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Low back pain for the past 6 months.", [(6, 6, "month", None)]),
        ("Neck pain for 5 months, average 6/10.", [(5, 5, "month", None)]),
        ("It has been eight months since her low back pain began.", [(8, 8, "month", None)]),
        ("Low back pain going on four years now.", [(4, 4, "year", None)]),
        ("CHRONIC LBP > 10 YRS", [(10, 10, "year", None)]),
        ("He has low back pain. It dates from March 2023 when he lifted a pump.", [(None, None, None, "2023-03")]),
        ("Low back pain since the birth of her second child (4/2023).", [(None, None, None, "2023-04")]),
        ("S: 8 yrs LBP/buttock pain, worse with sitting.", [(8, 8, "year", None)]),
        ("55M w/ 6 mo progressive L leg pain. Lumbar spine.", [(6, 6, "month", None)]),
        ("He is 2 wks back pain free.", []),
        ("2 weeks back pain diary reviewed.", []),
        ("Low back pain.\nOnset:  [ ] < 6 wk  [ ] 6-12 wk  [x] 3-6 mo  [ ] > 6 mo", [(3, 6, "month", None)]),
        ("Low back pain.\nHow long have you had it? [ ] 1-3 mo [x] > 6 mo", [(6, 6, "month", None)]),
        ("Low back pain.\nDuration:  [ ] 1-3 mo  [ ] > 6 mo", []),
        ("She had been free of neck pain for more than a year.", []),
        ("He was free of back pain until two years ago.", [(2, 2, "year", None)]),
        ("Chronic neck pain. It is an ache. It has built up over the course of 9 years.", [(9, 9, "year", None)]),
        (
            "On May 3, 2021 he slipped on a wet ramp. He landed on his side. He felt sudden low back pain.",
            [(None, None, None, "2021-05-03")],
        ),
        (
            "Neck complaint. She was T-boned 2/11/23. Her neck was sore at the scene.",
            [(None, None, None, "2023-02-11")],
        ),
        (
            "PT NOTE\nDate of injury 1/8/24 (MVC)\nGoals met in part.\nNeck pain persists.",
            [(None, None, None, "2024-01-08")],
        ),
        ("Low back pain is worse, and it has been there since May 2022.", [(None, None, None, "2022-05")]),
        ("Work injury of 4/2/2022, which caused the onset of neck pain.", [(None, None, None, "2022-04-02")]),
        ("Low back pain x 3 yrs, worse since May.", [(3, 3, "year", None)]),
        ("An 18-month history of neck pain.", [(18, 18, "month", None)]),
        ("Leg pain began about three weeks ago.", [(3, 3, "week", None)]),
        ("She has had back pain since 2004.", [(None, None, None, "2004")]),
        ("HPI: Onset July 2023, no injury.", [(None, None, None, "2023-07")]),
        ("Pain in the low back for several months.", [(None, None, "month", None)]),
        ("He complains of back pain over the last 2-3 weeks.", [(2, 3, "week", None)]),
        ("CC: low back pain, 3+ years", [(3, 3, "year", None)]),
        ("Left buttock pain since a twist at work 01/22/2024.", [(None, None, None, "2024-01-22")]),
        (
            "She slipped in the garage on May 3, 2022. Her neck has been in pain ever since.",
            [(None, None, None, "2022-05-03")],
        ),
        ("Numbness of both feet for one-and-a-half years.", [(1.5, 1.5, "year", None)]),
    ],
)
def test_durations(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert _short(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Diabetes for 12 years.",
        "Low back pain limits her, and she has had to leave the garden to her son since March 2023.",
        "Date of injury 1/8/24 (MVC). Wrist fracture. Low back is fine.",
        "On May 3, 2021 he slipped on a wet ramp. He felt sudden knee pain.",
        "On May 3, 2021 he fell. No injury resulted. He has a cat. He has a dog. Later he developed back pain.",
        "She was seen on May 3, 2021 after a fall. Low back pain started.",
        "He has gout. It flares in spring. It has been there over the course of 9 years.",
        "She has smoked for 20 years and has back pain.",
        "He has worked there for the last four years.",
        "Follow up in 6 weeks for back pain.",
        "Chest pain for two days.",
        "Over the past two weeks pain has averaged 6/10.",
        "MRI of the lumbar spine 5/2023.",
        "Last seen 3 months ago.",
        "Pain with sitting for 20 minutes.",
    ],
)
def test_what_is_no_symptom_duration(text: str) -> None:
    assert _short(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nausea for 3 weeks and low back pain for 2 years.", [(2, 2, "year", None)]),
        ("A two month history of bladder trouble and numbness in both legs.", [(2, 2, "month", None)]),
        ("Right leg weakness. The symptoms began 5 days ago.", [(5, 5, "day", None)]),
        ("Neck pain since the hysterectomy in 2019.", [(None, None, None, "2019")]),
        ("He was in good health until 4/91, when he developed low back pain.", [(None, None, None, "1991-04")]),
        ("No leg pain until May 2020 when she lifted a crate.", [(None, None, None, "2020-05")]),
        ("She fell a month ago and since that time her neck has hurt.", [(1, 1, "month", None)]),
        ("On 3/2/2021, he suddenly could not feel his left foot.", [(None, None, None, "2021-03-02")]),
        (
            "CC: leg weakness. On the day of presentation, 3/2/2021, he found he was paralyzed.",
            [(None, None, None, "2021-03-02")],
        ),
        ("Her low back pain crept back, past 3 weeks.", [(3, 3, "week", None)]),
        ("Numbness rose from the feet over a 5 week period.", [(5, 5, "week", None)]),
        ("| Complaint | back and legs | Duration | 2-3 years |", [(2, 3, "year", None)]),
        ("Low back pain. How long: 9 months, after her second delivery", [(9, 9, "month", None)]),
    ],
)
def test_the_complaint_named_nearest_is_meant(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert _short(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Epigastric pain and vomiting for 4 months.",
        "He has had urinary symptoms for 3 weeks.",
        "Cough and fever. The symptoms began 5 days ago.",
        "For the past four days, a rash has been spreading on his arms and back.",
        "Blurred vision. The episode occurred three weeks ago while he was driving.",
        "He has been disabled since 2001 because of back pain.",
        "Knee replacement three years ago; back pain with stairs.",
        "Back pain. She was here just last week and was given tablets.",
        "The injection may cause more back pain for two to three days.",
        "Keflex 500 mg t.i.d. x 10 days for the leg.",
        "He also slipped about a week ago and complains of buttock pain.",
        "PAST SURGICAL HISTORY: femoral neck pinning after a fall 4 years ago.",
        "Low back pain. Within two weeks the symptoms were back to baseline.",
        "She presented to the hospital on 3/2/2021 with back pain.",
        "She presented to the county hospital's emergency department on 3/2/2021 after she noticed arm numbness.",
        "3/2/2021: A progress note was made of a fall with neck pain.",
        "Date of injury occurred back in October. Persistent neck pain.",
    ],
)
def test_another_complaint_an_event_or_a_visit_is_not_meant(text: str) -> None:
    assert _short(text) == []


@pytest.mark.parametrize(
    ("text", "assertion"),
    [
        ("Symptoms first started two years ago with neck pain. This has since resolved.", "historical"),
        ("She had back pain five years ago for about two weeks.", "historical"),
        ("Neck pain for two years. This has not changed.", "present"),
    ],
)
def test_an_episode_that_is_over(text: str, assertion: str) -> None:
    assert [f["assertion"] for f in facts(text, "symptom_duration")] == [assertion]


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("In October of 2019 he fell off a ladder. In early December he developed pain in the low back.", "2019-12"),
        ("In October of 2019 he fell off a ladder. In January he developed pain in the low back.", "2020-01"),
        ("He fell off a ladder. In early December he developed pain in the low back.", None),
        ("In 3/2015 she was in a car accident. She noted low back pain within two days of the accident.", "2015-03"),
        (
            "Her symptoms first began after a car crash in May 2012. Her vision was blurred. Since that time she has had neck pain.",
            "2012-05",
        ),
    ],
)
def test_year_and_accident_told_before(text: str, since: str | None) -> None:
    found = [f.get("since") for f in facts(text, "symptom_duration", date=None)]
    assert since in found


def test_days_after_an_undated_accident_are_no_duration() -> None:
    assert _short("She noted low back pain within two days of the accident.") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Right neck and shoulder stiffness. The symptoms worsened over the 5 month course.", [(5, 5, "month", None)]),
        ("Right shoulder stiffness. The symptoms worsened over the 5 month course.", []),
        ("No neck pain, toothache pain for the past three days.", []),
        (
            "She had some neck stiffness and was moving a sofa last week, during which she felt a snap. Then her arm hurt.",
            [(1, 1, "week", None)],
        ),
        ("She has neck pain. She was seen last week.", []),
    ],
)
def test_whose_the_amount_is(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert _short(text) == expected


def test_duration_with_a_stroke_and_how_long_a_drug_worked() -> None:
    assert _short("Low back pain. The symptoms are of 4 years' duration.") == [(4, 4, "year", None)]
    assert _short("A Medrol pack took care of the leg pain for a week.") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It has been two years this summer since the pain began.", {"low": 2, "unit": "year"}),
        ("Now 7 months into this episode of back pain.", {"low": 7, "unit": "month"}),
        ("Back spasms, now four weeks of them.", {"low": 4, "unit": "week"}),
        ("Strained his low back 3 weeks ago.", {"low": 3, "unit": "week"}),
        ("Her back went out 5 months ago.", {"low": 5, "unit": "month"}),
        ("He hurt his back at work on 11/3/2023.", {"since": "2023-11-03"}),
        ("The back pain goes back to 1998.", {"since": "1998"}),
        ("Chronic leg pain since back surgery in 2016.", {"since": "2016"}),
    ],
)
def test_reached_hurt_and_traced_back(text: str, expected: dict[str, object]) -> None:
    (fact,) = facts(text, "symptom_duration")
    assert {name: fact.get(name) for name in expected} == expected
    assert fact["assertion"] == "present"


@pytest.mark.parametrize(
    "text",
    [
        "Back pain. He hurt his knee on 11/3/2023.",
        "Back pain. He goes back to work on 11/3/2023.",
        "Back pain. She is 7 months into this job.",
        "Back pain. Back surgery in 2016.",
        "Headaches, now four weeks of them.",
    ],
)
def test_times_of_something_else(text: str) -> None:
    assert facts(text, "symptom_duration") == []


def test_a_back_that_recovered_is_history() -> None:
    (fact,) = facts("He injured his back in 2005 and recovered.", "symptom_duration")
    assert fact["assertion"] == "historical"


@pytest.mark.parametrize(
    ("text", "present"),
    [
        ("A spell of low back pain in 2016 was over within a month. The back was fine until now.", []),
        ("Back pain began in 2018 after a fall. It settled with massage.", []),
        ("Her neck first hurt in May 2020; she got over it in two weeks.", []),
        ("Low back pain started in 2021 and lasted six weeks.", []),
        (
            "He hurt his low back in 2013. It has been well since then until a crash on 2/2/24 hurt it again.",
            ["2024-02-02"],
        ),
        # the present pain begins later: a single episode is not its onset
        ("He had low back pain in 2017 after moving. The low back pain began again in January 2024.", ["2024-01"]),
        ("A prior bout of sciatica in 2015. This sciatica started on March 3, 2024.", ["2024-03-03"]),
        # since when it is worse is no onset, and another region is another pain
        (
            "He hurt his low back in 2015 lifting. The low back pain has been worse over the last 2 months.",
            ["2015", None],
        ),
        ("She had low back pain in 2015 after a fall. Neck pain for 3 months.", ["2015", None]),
        # near-misses: not over, over only in part, or something else is over
        ("Back pain began in 2018 after a fall. It has never settled.", ["2018"]),
        ("Neck pain started in 2021. She recovered only partly.", ["2021"]),
        ("Neck pain began in May 2022 and has lasted until today.", ["2022-05"]),
        ("Back pain since 2014. The numbness went away.", ["2014"]),
        ("Low back pain since a fall in 2020. It comes and goes, and after that it is fine.", ["2020"]),
        ("He had an attack of low back pain in March 2024 while lifting; it persists.", ["2024-03"]),
    ],
)
def test_an_episode_that_ended_is_not_the_present_pain(text: str, present: list[str]) -> None:
    assert [f.get("since") for f in facts(text, "symptom_duration") if f["assertion"] == "present"] == present


def test_the_time_an_episode_took_to_end_is_no_duration() -> None:
    assert facts("An attack of low back pain cleared up within three months.", "symptom_duration") == []


@pytest.mark.parametrize(
    ("text", "since", "region"),
    [
        ("Low back pain. It began when he slipped off a ramp in October 2023.", "2023-10", "lumbar"),
        ("Neck pain. It all started after she struck her knee on a desk in May 2023.", "2023-05", "cervical"),
        ("Facet pain of the neck following MVA 9/2023.", "2023-09", "cervical"),
        ("Low back pain s/p a bad fall on 3/5/24.", "2024-03-05", "lumbar"),
        ("Low back pain began on February twenty-first of this year.", "2024-02-21", "lumbar"),
    ],
)
def test_an_onset_told_by_what_happened(text: str, since: str, region: str) -> None:
    assert [(f.get("since"), f.get("region")) for f in facts(text, "symptom_duration")] == [(since, region)]


@pytest.mark.parametrize(
    "text",
    [
        "Low back pain. It started her on gabapentin in May 2023.",
        "Low back pain following an injection in May 2023.",
        "Neck pain after a collision; physical therapy in May 2023 helped.",
    ],
)
def test_a_treatment_is_no_onset(text: str) -> None:
    assert facts(text, "symptom_duration") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#1 Left low back pain. 8 months.", [(8, 8, "month", None)]),
        ("Low back pain, right. Three years. Worse with standing.", [(3, 3, "year", None)]),
        ("CC: neck pain. About a year now.", [(1, 1, "year", None)]),
        ("Right sciatica.\n8 weeks, gradual onset.", [(8, 8, "week", None)]),
        ("Neck pain. Since March.", [(None, None, None, "2024-03")]),
        ("Knee pain. 8 months.", []),
        ("Low back pain. 8 months postpartum.", []),
        ("Low back pain. 3 weeks off work.", []),
        ("Low back pain. Follow up in 3 months.", []),
        ("No back pain. 3 months.", []),
        ("Low back pain, better since the injection. 3 months.", []),
    ],
)
def test_an_amount_as_a_sentence_behind_the_complaint(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert _short(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Low back pain. These last three weeks she has averaged a 5.", []),
        ("Low back pain. Over the last week it has been a 6/10.", []),
        ("Low back pain. Average pain last 30 days 6/10.", []),
        ("Low back pain for the past three weeks, 7/10.", [(3, 3, "week", None)]),
        ("The back pain has been 7/10 for the past 6 months.", [(6, 6, "month", None)]),
    ],
)
def test_the_time_of_a_score_is_no_duration(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert _short(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Neck pain since Easter.", [(None, None, None, "2024-03-31")]),
        ("Low back pain began Super Bowl Sunday (2/11).", [(None, None, None, "2024-02-11")]),
        ("Neck pain since Thanksgiving 2022.", [(None, None, None, "2022-11")]),
        ("Neck pain ever since the fall in March.", [(None, None, None, "2024-03")]),
        ("Neck pain since the fall of 2022.", [(None, None, None, "2022-10")]),
        ("Neck pain began in the fall.", [(None, None, None, "2023-10")]),
        ("Neck pain since the fall.", []),
    ],
)
def test_an_onset_at_a_holiday_or_a_fall(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert _short(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("LBP x15y, worse with sitting.", [(15, 15, "year", None)]),
        ("Chronic LBP (>15y).", [(15, 15, "year", None)]),
        ("Left leg numb x 10d.", [(10, 10, "day", None)]),
        ("Low back pain. 54y F.", []),
        ("Low back pain. PT x2d/wk.", []),
        ("Low back pain. It's been a year and a half.", [(1.5, 1.5, "year", None)]),
        ("Low back pain. He had an epidural. It's been three months.", []),
        ("Low back pain since the birth of her son 14 months ago.", [(14, 14, "month", None)]),
        ("Low back pain, better since the injection 2 months ago.", []),
        ("Low back pain. Hurt it lifting a generator 5/3.", [(None, None, None, "2024-05-03")]),
        ("Low back pain. Symptoms date to a 2019 MVA.", [(None, None, None, "2019")]),
        ("DOI 11/4/23. Low back pain since.", [(None, None, None, "2023-11-04")]),
        ("Low back pain. She was fine until the first week of May.", [(None, None, None, "2024-05")]),
        ("Low back pain. ESI in January. She was fine until May.", []),
        ("Low back pain. Length of problem: 4 months.", [(4, 4, "month", None)]),
        ("Low back pain. How long? 7 weeks.", [(7, 7, "week", None)]),
        ("Low back pain. Enrolled in an 8-week back program.", []),
    ],
)
def test_more_ways_to_tell_how_long(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert _short(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Low back pain. Her last flare was 3 years ago.", []),
        ("Low back pain for the better part of two years.", [(2, 2, "year", None)]),
        ("Low back pain. Much better two years after the fusion.", []),
        ("Low back pain. She woke with it on April 6.", [(None, None, None, "2024-04-06")]),
        ("Low back pain. It started last August and got bad in March.", [(None, None, None, "2023-08")]),
        ("Low back pain. Time since injury 14 wks.", [(14, 14, "week", None)]),
        ("Seven-month saga of sciatica.", [(7, 7, "month", None)]),
    ],
)
def test_onsets_and_lengths_in_other_words(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert _short(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("58M LBP R>L 18mo.", [(18, 18, "month", None)]),
        ("MVA 11/2. Neck and LBP since.", [(None, None, None, "2023-11-02")]),
        ("Low back pain. Eleven months of this.", [(11, 11, "month", None)]),
        ("Low back pain. Six weeks: done.", []),
        ("Low back pain present since surgery in 2019.", [(None, None, None, "2019")]),
    ],
)
def test_terse_durations(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert _short(text) == expected


def test_each_length_is_of_the_region_of_its_own_part() -> None:
    found = facts("Chronic neck pain x 3 years; LBP x 2 months.", "symptom_duration")
    assert [(f["low"], f["region"]) for f in found] == [(3, "cervical"), (2, "lumbar")]


def test_how_often_a_treatment_is_given_is_no_duration() -> None:
    assert _short("Low back pain. Frequency/duration: 2x/wk x 6 wk.") == []
    assert _short("Left leg pain. POC 2x/wk x 6 wk, start today.") == []
