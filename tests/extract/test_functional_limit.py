"""Functional limits: limited activities, normal function, disability indices, and what is neither."""

from __future__ import annotations

import pytest

from tests.extract.helpers import facts

PAIN = "Chronic low back pain.\n\n"


def limits(text: str) -> list[tuple[str, str, bool | None]]:
    """Activity, assertion and normal of each functional limit in a note about back pain."""
    found = facts(PAIN + text, "functional_limit")
    return [(f["activity"], f["assertion"], f.get("normal")) for f in found]


@pytest.mark.parametrize(
    ("text", "activity"),
    [
        ("Walking is limited to about half a block.", "walking"),
        ("Sit 15', stand 10', walk 1 block.", "sitting"),
        ("Sitting tol 20 min. Standing tol 10 min.", "standing"),
        ("ACTIVITY        TOLERANCE\nSitting         15 min\nStanding        5 min\n", "standing"),
        ("She has to rest every 50 yards.", "walking"),
        ("After 5 min of standing he must sit.", "standing"),
        ("Ten minutes on her feet is the limit.", "standing"),
        ("He crawls up the staircase at night.", "stairs"),
        ("The stairs have become a struggle.", "stairs"),
        ("No problem sitting; needs help with stairs.", "stairs"),
        ("It takes her half an hour to put on her socks.", "self-care"),
        ("Requires assistance w/ LE dressing.", "self-care"),
        ("Dressing       min assist", "self-care"),
        ("He leaves the lifting to his coworkers.", "lifting"),
        ("The housework is done by her sister.", "household"),
        ("Her pain rules out any housework.", "household"),
        ("He is too sore to mow.", "household"),
        ("Sleep: 3 hrs/night d/t pain.", "sleep"),
        ("Awakens 2x nightly d/t pain.", "sleep"),
        ("Her hours were cut because of the back.", "work"),
        ("Not working at present due to pain.", "work"),
        ("He can neither sit through a film nor stand in line.", "standing"),
        ("The pain prevents her from standing at the sink and from lifting her son.", "lifting"),
        ("Functional limitations: prolonged sitting, lifting > 20 lb.", "sitting"),
        ("Interferes with: sleep 7/10, mood 3/10, walking 6/10.", "walking"),
        ("Do you have trouble with:  walking [x] yes [ ] no   sitting [ ] yes [x] no", "walking"),
        ("Cannot ride in the car beyond the county line.", "driving"),
        ("She is only able to stand for five minutes at a time.", "standing"),
        ("She can stand at the sink for no longer than ten minutes.", "standing"),
        ("He walks to the barn gate and no farther.", "walking"),
        ("She gets as far as the second aisle and then has to rest.", "walking"),
        ("His brother has taken over the milking.", "household"),
        ("Standing at the press is out after half an hour.", "standing"),
        ("Sitting limited to 20 min.", "sitting"),
        ("Standing more than a quarter hour is too much for him; sitting past 30 minutes stops him.", "sitting"),
        ("She is working 3 days a week instead of 5.", "work"),
        ("He can sit for about 20 minutes, then needs to get up.", "sitting"),
        ("Standing more than 10 minutes is impossible.", "standing"),
        ("Sits no more than 15 min at her computer.", "sitting"),
        ("Standing tolerance: 5 min", "standing"),
        ("Pain makes it hard to put on his shoes.", "self-care"),
        ("The pain keeps her up most nights.", "sleep"),
        ("Only sleeps 3-4 hours a night because of the pain.", "sleep"),
        ("She has missed six days of work this month.", "work"),
        ("He is on modified duty.", "work"),
        ("Unable to drive for more than 15 minutes.", "driving"),
        ("She can no longer vacuum the stairs.", "household"),
        ("Her daughter has been doing the grocery shopping.", "household"),
        ("He had to hire someone to mow the lawn.", "household"),
        ("Dressing takes help from his wife.", "self-care"),
        ("Pain interferes with activities of daily living.", "adl"),
        ("He still cannot work overhead.", "reaching overhead"),
        ("Keeps me from: [x] sleeping [ ] driving", "sleep"),
    ],
)
def test_limits(text: str, activity: str) -> None:
    assert (activity, "present", None) in limits(text)


@pytest.mark.parametrize(
    "text",
    [
        "Her sister took over the practice in 2020.",
        "He walks to the park and then feeds the ducks.",
        "She can stand at the sink for two hours.",
        "He was working 5 days a week.",
        "Pain with walking and bending.",
        "He can do his own yard work and can drive.",
        "PT session: stand on foam 2 min, sit on ball 3 min daily.",
        "He stands 6 feet tall.",
        "Sitting: 120/80, standing: 118/76.",
        "After 30 minutes he was able to walk and was discharged.",
        "Mother is disabled and needs help with bathing.",
        "She helps her mother with bathing and dressing.",
        "Injection did not help with walking.",
        "Unable to perform heel walk.",
        "Cannot work out at the gym.",
        "Driving limited by the arthritis of his knees.",
        "Functional limitations: none reported.",
        "Interference: sleep 0/10, work 1/10.",
        "She was up at night with a sick child.",
        "He wakes at 5 to feed the cows.",
        "He cannot play golf any more.",
        "Back to full duty after the injection.",
        "Walks 2 miles a day for exercise.",
        "Goal: patient will be able to stand 30 minutes.",
        "Difficulty walking due to knee pain.",
        "FUNCTION: [ ] walking limited [ ] on light duty",
        "Left ventricular function is reduced.",
        "Discharged home with his wife driving.",
        "You should avoid lifting for two days.",
    ],
)
def test_no_limit(text: str) -> None:
    assert [found for found in limits(text) if found[1:] == ("present", None)] == []


def test_note_without_pain_of_the_spine_has_none() -> None:
    assert facts("Sore throat. She cannot sleep.", "functional_limit") == []


@pytest.mark.parametrize(
    ("text", "activity"),
    [
        ("Independent in all activities of daily living.", "adl"),
        ("No functional limitations reported.", "adl"),
        ("Works full time, no restrictions.", "work"),
        ("Sleeps 7 h uninterrupted.", "sleep"),
        ("Sleeps through the night.", "sleep"),
    ],
)
def test_normal_function(text: str, activity: str) -> None:
    assert (activity, "present", True) in limits(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He denies any difficulty with walking.", [("walking", "negated", None)]),
        ("Denies weakness, falls, dropping things.", [("lifting", "negated", None)]),
        ("No numbness, cannot sit through dinner.", [("sitting", "present", None)]),
    ],
)
def test_assertion(text: str, expected: list[tuple[str, str, bool | None]]) -> None:
    assert limits(text) == expected


def test_list_of_activities_is_one_fact_each() -> None:
    assert limits("He cannot sit or climb stairs.") == [("sitting", "present", None), ("stairs", "present", None)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ODI 52%", [("ODI", 52, "present")]),
        ("Oswestry score 44/100.", [("ODI", 44, "present")]),
        ("NDI 19/50 (38%).", [("NDI", 38, "present")]),
        ("NDI 22/50.", [("NDI", 44, "present")]),
        ("ODI improved from 48% to 22%.", [("ODI", 48, "historical"), ("ODI", 22, "present")]),
        ("ODI 58% (admission 60%).", [("ODI", 58, "present"), ("ODI", 60, "historical")]),
        ("ODI   54%   ->  52%", [("ODI", 54, "historical"), ("ODI", 52, "present")]),
    ],
)
def test_indices(text: str, expected: list[tuple[str, float, str]]) -> None:
    found = facts(PAIN + text, "functional_limit")
    assert [(f["activity"], f["percent"], f["assertion"]) for f in found] == expected


def test_what_can_be_done_is_no_limit() -> None:
    assert [
        activity for activity, _, normal in limits("Unable to vacuum, unable to garden, can drive.") if not normal
    ] == ["household"]


def test_an_abbreviated_pain_makes_a_note_about_the_spine() -> None:
    found = facts("LBP. She cannot sit for dinner.", "functional_limit")
    assert [f["activity"] for f in found] == ["sitting"]


def test_the_answer_no_denies_a_limit() -> None:
    assert ("adl", "present", None) not in limits("Does pain interfere with daily activities? No")
    assert ("adl", "present", None) in limits("Does pain interfere with daily activities? Yes")


@pytest.mark.parametrize(
    ("text", "activity"),
    [
        ("It takes her twice as long to clean the house.", "household"),
        ("It takes him three tries to get out of a chair.", "transfers"),
        ("He walks with a cane because of the leg pain.", "walking"),
        ("Her tolerance for sitting has dropped to 30 minutes.", "sitting"),
        ("She can tolerate only ten minutes of standing.", "standing"),
        ("He needs to change position every few minutes.", "sitting"),
        ("Household tasks are left to his son.", "household"),
        ("Cooking and shopping are no longer possible.", "household"),
        ("She is up most of the night with pain.", "sleep"),
        ("The pain has taken a toll on her daily life.", "adl"),
    ],
)
def test_limits_told_by_effort_aid_tolerance_and_shift(text: str, activity: str) -> None:
    assert [
        (f["activity"], f["assertion"])
        for f in facts("HPI: Low back pain. " + text, "functional_limit")
        if not f.get("normal")
    ] == [(activity, "present")]


@pytest.mark.parametrize(
    "text",
    [
        "It takes her ten minutes to walk to the shop.",
        "He walks with a cane because of his vision.",
        "He is up most of the night with the new baby.",
        "Her tolerance for opioids is high.",
        "The position of the screws is good.",
    ],
)
def test_effort_aid_and_nights_for_another_reason(text: str) -> None:
    assert facts("HPI: Low back pain. " + text, "functional_limit") == []


def test_an_amount_belongs_to_the_activity_before_it() -> None:
    found = facts("HPI: Low back pain. She cannot vacuum, drives < 20 min.", "functional_limit")
    assert [f["quotes"][0] for f in found] == ["cannot vacuum", "drives < 20 min"]


@pytest.mark.parametrize(
    ("text", "assertion"),
    [
        ("In the past three weeks she has trouble with buttons.", "present"),
        ("In the past she had trouble with buttons.", "historical"),
        ("She walks well; before, she could not sit.", "historical"),
        ("As before, she cannot sit.", "present"),
    ],
)
def test_time_of_a_limit(text: str, assertion: str) -> None:
    assert [f["assertion"] for f in facts("HPI: Neck pain. " + text, "functional_limit")] == [assertion]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("She sits on a stool to brush her teeth.", ["self-care"]),
        ("He has to sit on a chair to cook.", ["household"]),
        ("He leans on the cart in the store.", ["walking"]),
        ("Drives with a pillow and gets out every 30 miles.", ["driving"]),
        ("Leaning on the cart eases it.", []),
        ("She sits on a chair to read.", []),
        ("Gets out every 30 minutes.", []),
        ("Knee pain keeps him from kneeling.", []),
    ],
)
def test_what_is_done_to_get_by(text: str, expected: list[str]) -> None:
    assert [activity for activity, _, _ in limits(text)] == expected


def test_an_index_that_was_and_now_is() -> None:
    found = facts(PAIN + "ODI was 52, now 30.", "functional_limit")
    assert {(f["percent"], f["assertion"]) for f in found} == {(30, "present"), (52, "historical")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Driving more than an hour is murder.", [("driving", None)]),
        ("Not sleeping because of the baby.", []),
        ("Not sleeping because of the pain.", [("sleep", None)]),
        ("Able to do all chores.", [("adl", True)]),
        ("The pain does not keep her from anything.", [("adl", True)]),
    ],
)
def test_causes_and_plain_words(text: str, expected: list[tuple[str, bool | None]]) -> None:
    assert [(activity, normal) for activity, _, normal in limits(text)] == expected


@pytest.mark.parametrize(
    ("text", "assertion"),
    [
        ("Light duty ended 5/1.", "historical"),
        ("Off work 3/1-4/15.", "historical"),
        ("Off work until 4/15.", "historical"),
        ("Off work until 7/15.", "present"),
        ("Off work 5/1 - 7/1.", "present"),
        ("Off work since 4/15.", "present"),
        ("On disability for her back.", "present"),
    ],
)
def test_a_restriction_of_work_that_has_ended(text: str, assertion: str) -> None:
    assert [(activity, told) for activity, told, _ in limits(text)] == [("work", assertion)]


def test_disability_for_another_disease_is_none_of_the_pain() -> None:
    assert limits("On disability for PTSD.") == []
