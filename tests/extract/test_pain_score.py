"""Pain scores: numbers on a scale, their statistic, and what only looks like one."""

from __future__ import annotations

import pytest

from tests.extract.helpers import facts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Low back pain. Ordinary level now 7, peaks 9.", [(7, 7, "average"), (9, 9, "worst")]),
        ("Back pain.\nNow    Avg    Worst\n 5      6       9", [(5, 5, "current"), (6, 6, "average"), (9, 9, "worst")]),
        ("Back pain, VAS 62 mm on average.", [(6.2, 6.2, "average")]),
        ("Pain today is 7/10.", [(7, 7, "current")]),
        ("She rates her back pain six out of ten.", [(6, 6, "unspecified")]),
        ("His leg pain is 4-5/10 on average.", [(4, 5, "average")]),
        ("Pain is 4 at best, 9 at worst, averaging 6-7.", [(4, 4, "best"), (9, 9, "worst"), (6, 7, "average")]),
        (
            "Current: 5/10   Avg: 6   Worst: 8   Least: 2 (lying)",
            [(5, 5, "current"), (6, 6, "average"), (8, 8, "worst"), (2, 2, "best")],
        ),
        ("Today: 5/10 avg, 8 worst, 3 best.", [(5, 5, "average"), (8, 8, "worst"), (3, 3, "best")]),
        ("Low back pain, VAS 65/100.", [(6.5, 6.5, "unspecified")]),
        ("Neck pain is an 8 on a scale of 0-10.", [(8, 8, "unspecified")]),
        ("On a 1 to 10 pain scale, he rates it a 3.", [(3, 3, "unspecified")]),
        ("VITALS: BP 120/80 HR 72 Pain 4/10", [(4, 4, "unspecified")]),
        ("AVERAGE PAIN 5 TO 6/10, WORST 9/10 ON STAIRS.", [(5, 6, "average"), (9, 9, "worst")]),
        ("| Average (7 d) | 6/10 |\n| Worst | 9/10 |", [(6, 6, "average"), (9, 9, "worst")]),
        ("A pain score of 0 was recorded.", [(0, 0, "unspecified")]),
        (
            "On a typical day the neck pain is seven out of ten and on bad days nine.",
            [(7, 7, "average"), (9, 9, "worst")],
        ),
    ],
)
def test_scores(text: str, expected: list[tuple[float, float, str]]) -> None:
    found = [(f["low"], f["high"], f["statistic"]) for f in facts(text, "pain_score")]
    assert found == expected


@pytest.mark.parametrize(
    "text",
    [
        "Strength is 5/5 in both legs.",
        "Patellar reflexes 2/4 and equal.",
        "GAF 55/100, mood 6/10.",
        "MRI was done on 6/10.",
        "She attended 8/10 visits.",
        "Goal: reduce average pain to 3/10 or less.",
        "Take 1 to 2 tablets for pain, up to 6 tablets a day.",
        "Her mean arterial pressure was 7 and the peak was 9.",
        "Sinemet 25/100 three times daily for pain.",
        "Gleason score 3 + 4 = 7/10.",
        "Severe back pain.",
    ],
)
def test_what_is_no_score(text: str) -> None:
    assert facts(text, "pain_score") == []


def test_region_is_the_nearest_named_one() -> None:
    found = facts("The low back is a 6/10, the neck a 3/10 and the knee a 2/10 for pain.", "pain_score")
    assert [f.get("region") for f in found] == ["lumbar", "cervical", "other"]


def test_scores_around_a_procedure_are_marked() -> None:
    found = facts("NRS pre 7/10, NRS post 2/10.", "pain_score", note_type="procedure note")
    assert [(f["low"], f["moment"]) for f in found] == [(7, "before_procedure"), (2, "after_procedure")]
    assert "moment" not in facts("Pain averages 7/10.", "pain_score", note_type="procedure note")[0]


def test_instruction_is_hypothetical() -> None:
    assert facts("Call if pain is above 8/10.", "pain_score")[0]["assertion"] == "hypothetical"


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("Neck pain for a year. Average 6/10.", "cervical"),
        ("Low back pain into the right leg. Now 5/10, worst 8/10.", "lumbar"),
        ("Neck pain. Some spread to the shoulder blade. Average 6/10.", "cervical"),
        ("Chest pain this morning. It was 7/10.", "other"),
        ("Neck and low back pain. Average 6/10.", None),
        ("MID BACK 0-10: usual 6    LOW BACK: worst 4", "thoracic"),
    ],
)
def test_region_of_the_pain_that_is_scored(text: str, region: str | None) -> None:
    assert facts("HPI: " + text, "pain_score")[0].get("region") == region


@pytest.mark.parametrize(
    "text",
    [
        "Abdominal pain with up to 2-4 stools per day.",
        "Back pain since the age of 8, at his highest 330 pounds.",
        "Back pain. He scored 2 out of 10 on the naming task.",
        "| Average | 25-74 | 90-109 | 8-11 |",
    ],
)
def test_counts_ages_and_other_tests_are_no_pain_scores(text: str) -> None:
    assert facts("HPI: " + text, "pain_score") == []


def test_at_least_is_no_best_score() -> None:
    found = facts("HPI: The pain is at least 3-4/10.", "pain_score")
    assert [(f["low"], f["high"], f["statistic"]) for f in found] == [(3, 4, "unspecified")]


def test_it_on_a_scale_after_pain() -> None:
    found = facts("HPI: Low back pain. On a scale from 1 to 10, it is 8.", "pain_score")
    assert [f["low"] for f in found] == [8]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Without meds 9, with meds 5.", [9, 5]),
        ("Rest 2/10, activity 7/10.", [2, 7]),
        ("Pain on arrival 7, on discharge 2.", [7, 2]),
        ("The pain has gone from an 8 to a 3.", [8, 3]),
        ("Pain never drops below 4/10.", [4]),
        ("Without medication the pain is 8/10.", [8]),
        ("No pain today (0/10).", [0]),
        ("Overall pain level this week has been 5.", [5]),
        ("Pain before block 8/10, 30 min 1/10, 60 min 2/10, 3 hours 4/10.", [8, 1, 2, 4]),
    ],
)
def test_scores_told_beside_a_condition(text: str, expected: list[float]) -> None:
    found = facts("HPI: The patient has low back pain. " + text, "pain_score")
    assert [(f["low"], f["high"], f["assertion"]) for f in found] == [(value, value, "present") for value in expected]
    assert all(f["statistic"] in ("unspecified", "current") for f in found)


def test_between_two_numbers_is_one_range() -> None:
    found = facts("HPI: Pain fluctuates between 4 and 7.", "pain_score")
    assert [(f["low"], f["high"]) for f in found] == [(4, 7)]


@pytest.mark.parametrize(
    "text",
    [
        "Five of ten screws were loose.",
        "With meds 5 mg, without meds 3 days.",
        "The goal is to keep pain below 4/10.",
        "The pain is felt between L4 and L5.",
        "The dose went from 8 to 3 tablets.",
    ],
)
def test_numbers_that_are_no_scores(text: str) -> None:
    assert facts("HPI: The patient has low back pain. " + text, "pain_score") == []


@pytest.mark.parametrize(
    "text",
    [
        "Pain Intensity (0-10): 7",
        "Patient-reported pain (NRS 0-10) today - 7",
        "The pain intensity is listed as 7 (0-10).",
        "Her pain hovers around a 7 on the pain scale.",
        "Pain, which she rates at 7 on a 10-point scale, is dull.",
    ],
)
def test_a_printed_scale_is_no_score(text: str) -> None:
    assert [(f["low"], f["high"]) for f in facts("HPI: Low back pain.\n" + text, "pain_score")] == [(7, 7)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Average pain 6/10 in the back and 7/10 in the leg, worst 9/10.", ["average", "average", "worst"]),
        ("Average low back pain was 7/10 on admission and 4/10 at discharge.", ["average", "average"]),
        ("On a usual day she puts the back at three and the leg at six out of ten.", ["average", "average"]),
        # another time, another condition, a word of its own, a clause of its own
        ("Low back pain averages 5/10 in the morning and 7/10 by evening.", ["average", "unspecified"]),
        ("Average low back pain 6/10 in the back and 3/10 at rest.", ["average", "unspecified"]),
        ("Average pain 5/10 and today 7/10.", ["average", "current"]),
        ("Average pain is 5/10 and it was 9/10 after the fall.", ["average", "unspecified"]),
        ("Low back pain is 2 at its best; on most days it is a 6-7.", ["best", "average"]),
    ],
)
def test_scores_joined_by_and_share_the_word_before_both(text: str, expected: list[str]) -> None:
    assert [fact.get("statistic", "unspecified") for fact in facts(f"HPI: {text}", "pain_score")] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Low back pain that used to be 9/10.", ["historical"]),
        ("Her low back pain used to average 8/10, now it is 3/10.", ["historical", "present"]),
        ("He used to drive a truck. Low back pain 7/10.", ["present"]),
        ("She is used to it; the low back pain averages 6/10.", ["present"]),
    ],
)
def test_what_a_score_used_to_be_is_history(text: str, expected: list[str]) -> None:
    assert [fact["assertion"] for fact in facts(f"HPI: {text}", "pain_score")] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Low back pain. Since the flare she has been parked in bed and lives at a 6.", [(6, 6, "unspecified")]),
        (
            "The low back pain idles at a 4 and climbs to a 9 by evening.",
            [(4, 4, "unspecified"), (9, 9, "worst")],
        ),
        ("Leg pain stays a 5 even on duloxetine.", [(5, 5, "unspecified")]),
        ("She pegs the leg pain at 6 to 7 most of the day.", [(6, 7, "average")]),
        ("Neck pain. He hovers around 3 most days.", [(3, 3, "average")]),
        ("Low back pain averages 6 most days.", [(6, 6, "average")]),
        ("Low back pain. He arrived at a 7 today.", [(7, 7, "current")]),
        ("The back pain sits between 4 and 6.", [(4, 6, "unspecified")]),
        ("Average 6. Worst 9. This is her low back pain.", [(6, 6, "average"), (9, 9, "worst")]),
        ("Low back pain. The block took him from a 9 to a 2.", [(9, 9, "unspecified"), (2, 2, "unspecified")]),
        ("NRS: cur 4, worst 8", [(4, 4, "current"), (8, 8, "worst")]),
        ("Leg pain 9 to 3 after the block.", [(9, 9, "unspecified"), (3, 3, "unspecified")]),
    ],
)
def test_verbs_of_standing_at_a_number(text: str, expected: list[tuple[float, float, str]]) -> None:
    assert [(f["low"], f["high"], f["statistic"]) for f in facts(text, "pain_score")] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Low back pain. She was a 9 and is now a 4.", [(9, "historical", None), (4, "present", None)]),
        ("Leg pain used to be an 8, now it is a 3.", [(8, "historical", None), (3, "present", None)]),
        (
            "Before the L4-5 ESI he sat at an 8, day in, day out. This month he has averaged a 5.",
            [(8, "historical", "before_procedure"), (5, "present", None)],
        ),
        (
            "Leg pain today 5, was 8 before the epidural.",
            [(5, "present", None), (8, "historical", "before_procedure")],
        ),
    ],
)
def test_an_earlier_score_is_not_the_present_one(text: str, expected: list[tuple[float, str, str | None]]) -> None:
    assert [(f["low"], f["assertion"], f.get("moment")) for f in facts(text, "pain_score")] == expected


@pytest.mark.parametrize(
    "text",
    [
        "Her A1c hovers around 7. Low back pain unchanged.",
        "Low back pain. She was a 7 pound baby.",
        "Low back pain. He lives at 8 Birch Lane.",
        "Low back pain. She stays at 4 Elm.",
        "Low back pain. He runs 6 miles.",
        "Low back pain. He takes 4 tablets a day and averages 2 naps.",
        "Low back pain. His brother is at an 8.",
        "Low back pain. He hopes to be at a 2 by summer.",
        "Low back pain. Mood is a 6 and sleep is a 4.",
        "Low back pain. He is a 3 on the Borg scale.",
        "Low back pain. She is seen at 9 today.",
        "Low back pain. He went from a 42 to a 38 waist.",
        "Low back pain. It was a 4 hour drive.",
        "He came in at 7 and left at 9. Leg pain.",
    ],
)
def test_what_stands_at_a_number_without_being_pain(text: str) -> None:
    assert facts(text, "pain_score") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Average low back pain dropped from 7 to 4 since the RFA.",
            [(7, "average", "before_procedure"), (4, "average", "after_procedure")],
        ),
        ("Neck 6/10 today vs 8/10 last visit.", [(6, "current", None), (8, "unspecified", None)]),
        (
            "L4-5 ESI 5/1/24: VAS pre-injection 8, post-injection 3.",
            [(8, "unspecified", "before_procedure"), (3, "unspecified", "after_procedure")],
        ),
        ("Low back pain, preop weight 200, post op day 2.", []),
    ],
)
def test_scores_set_apart_by_time(text: str, expected: list[tuple[float, str, str | None]]) -> None:
    assert [(f["low"], f["statistic"], f.get("moment")) for f in facts(text, "pain_score")] == expected
