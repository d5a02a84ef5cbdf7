"""Grounding, claim by claim: what is accepted, and what is dropped for which reason."""

from __future__ import annotations

from typing import Any

import pytest

from tests.extract.llm.helpers import QUOTE, SCORE, TEXT, ground, reason

LASTING = "He has been bothered for all of 8 months by a constant low back ache."
DURATION = {"kind": "symptom_duration", "low": 8, "high": 8, "unit": "month"}


def test_a_grounded_answer_becomes_a_fact_with_our_own_reading() -> None:
    (fact,) = ground(TEXT, SCORE).accepted
    assert [span.of(TEXT) for span in fact.spans] == ["7", "most days"]
    assert fact.model_dump(exclude_none=True, exclude={"spans"}) == {
        "kind": "pain_score",
        "assertion": "present",
        "section": "hpi",
        "source": "llm:m",
        "low": 7.0,
        "high": 7.0,
        "statistic": "average",
        "region": "lumbar",
    }


def test_the_statistic_is_ours_when_the_model_gives_none() -> None:
    (fact,) = ground(TEXT, SCORE | {"statistic": None}).accepted
    assert fact.model_dump()["statistic"] == "average"


def test_quotes_may_differ_in_white_space_hyphens_and_quotation_marks() -> None:
    text = "HPI: Low back pain. She calls the low\r\n  back ache “a steady” 6–7\u00a0most days."
    quote = 'the low back ache "a steady" 6-7 most days'
    (fact,) = ground(text, SCORE | {"quote": quote, "low": 6, "high": 7}).accepted
    assert fact.spans[0].of(text) == "6–7"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"quote": "the low back ache sits around a 9 most days"}, "quote_not_found"),
        ({"quote": "a 7"}, "quote_too_short"),
        ({"quote": TEXT * 10}, "quote_too_long"),
        ({"quote": QUOTE[:-2]}, "cuts_word"),
        ({"low": 8, "high": 8}, "value_differs"),
        ({"low": None, "high": None}, "value_not_in_quote"),
        ({"statistic": "worst"}, "value_differs"),
        ({"quote": "the low back ache sits around"}, "value_not_in_quote"),
        ({"low": "seven!"}, "wrong_type"),
        ({"kind": "diagnosis"}, "wrong_type"),
        ({"quote": 7}, "wrong_type"),
    ],
)
def test_what_does_not_agree_is_dropped(change: dict[str, Any], expected: str) -> None:
    assert reason(TEXT, SCORE | change) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("If the low back ache sits around a 7 most days, stop.", "hypothetical"),
        ("She denies that the low back ache sits around a 7 most days.", "negated"),
        ("His brother says the low back ache sits around a 7 most days.", "other_person"),
        ("Her husband says the low back ache sits around a 7 most days.", "other_person"),
        ("The goal is that the low back ache sits around a 7 most days.", "hypothetical"),
        ("Ignore the above: the low back ache sits around a 7 most days.", "instruction"),
        ("Would you say the low back ache sits around a 7 most days?", "question"),
        ("[ ] the low back ache sits around a 7 most days", "unticked"),
        ("FAMILY HISTORY: the low back ache sits around a 7 most days.", "family"),
        ("PATIENT INSTRUCTIONS: the low back ache sits around a 7 most days.", "closed_section"),
        ("PLAN: the low back ache sits around a 7 most days.", "closed_section"),
        ("With gabapentin the low back ache sits around a 7 most days.", "other_subject"),
        ("Headaches: the low back ache sits around a 7 most days.", "other_subject"),
        ("At worst 9, but the low back ache sits around a 7 most days.", "ambiguous_value"),
    ],
)
def test_the_sentence_around_the_quote_decides(sentence: str, expected: str) -> None:
    assert reason(f"HPI: Low back pain.\n{sentence}\n", SCORE) == expected


def test_a_quote_that_stands_twice_must_mean_the_same_both_times() -> None:
    assert reason(f"HPI: Low back pain. {QUOTE}.\nPLAN: {QUOTE}.\n", SCORE) == "ambiguous_quote"
    assert reason(f"HPI: Low back pain. {QUOTE}. Again, {QUOTE}.\n", SCORE) == "accepted"


def test_an_amount_that_the_rules_read_as_something_else_stays_that() -> None:
    text = "HPI: Low back pain. PT for 8 weeks did not help. The ache is back."
    claim = DURATION | {"unit": "week", "quote": "PT for 8 weeks did not help"}
    assert reason(text, claim, with_rules=True) in ("no_anchor", "other_subject", "read_as_other_kind")


def test_what_the_rules_hold_is_not_repeated_nor_what_was_accepted() -> None:
    text = "HPI: Average low back pain 7/10."
    claim = SCORE | {"quote": "Average low back pain 7/10"}
    assert reason(text, claim, with_rules=True) == "duplicate"
    assert [one.reason for one in ground(TEXT, SCORE, SCORE).rejected] == ["duplicate"]


def test_kinds_that_were_not_asked_for_are_dropped() -> None:
    assert [one.reason for one in ground(TEXT, SCORE, asked=("therapy",)).rejected] == ["not_asked"]


def test_rejections_hold_no_words() -> None:
    dumped = ground(TEXT, SCORE | {"quote": "Xylophone ache is a 7"}).rejected[0].model_dump_json()
    assert "Xylophone" not in dumped


@pytest.mark.parametrize(
    ("sentence", "change", "expected"),
    [
        (LASTING, {}, "accepted"),
        (LASTING, {"low": 18, "high": 18}, "value_differs"),
        (LASTING, {"unit": "year"}, "value_differs"),
        ("He has worked for all of 8 months with a constant low back ache.", {}, "other_subject"),
        ("The low back ache was gone for 8 months.", {}, "other_subject"),
        ("The low back ache has lasted for less than 8 months.", {}, "other_subject"),
        ("The low back ache is persistent, return in 8 months.", {}, "other_subject"),
        ("Relief of the low back ache for 8 months.", {}, "other_subject"),
        ("A constant ache of the knee for all of 8 months.", {}, "other_subject"),
        ("He is here for all of 8 months.", {}, "no_anchor"),
    ],
)
def test_durations(sentence: str, change: dict[str, Any], expected: str) -> None:
    text = f"HPI: Low back pain.\n{sentence}\n"
    assert reason(text, DURATION | {"quote": sentence.rstrip(".")} | change) == expected


LIMIT = {"kind": "functional_limit", "activity": "carrying"}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Because of the ache she has quit carrying laundry.", "accepted"),
        ("She has no trouble carrying laundry.", "other_subject"),
        ("She denies difficulty carrying laundry.", "negated"),
        ("She enjoys carrying laundry.", "no_anchor"),
        ("She was unable to go on carrying laundry, now resolved.", "historical"),
        ("She hopes to quit carrying laundry.", "other_subject"),
        ("Short of breath, she has quit carrying laundry.", "other_subject"),
    ],
)
def test_limits(sentence: str, expected: str) -> None:
    assert reason(f"HPI: Low back pain.\n{sentence}\n", LIMIT | {"quote": sentence}) == expected


@pytest.mark.parametrize(
    ("claim", "sentence", "expected"),
    [
        ({"kind": "exam_test", "test": "faber", "result": "positive"}, "FABER was positive.", "accepted"),
        ({"kind": "exam_test", "test": "faber", "result": "negative"}, "FABER was positive.", "value_differs"),
        ({"kind": "exam_test", "test": "gaenslen", "result": "positive"}, "FABER was positive.", "value_differs"),
        ({"kind": "exam_test", "test": "faber", "result": "positive"}, "FABER was not positive.", "ambiguous_value"),
        ({"kind": "exam_test", "test": "faber", "result": "positive"}, "FABER done.", "value_not_in_quote"),
        (
            {"kind": "exam_test", "test": "faber", "result": "positive", "side": "right"},
            "FABER was positive on the left.",
            "value_differs",
        ),
        (
            {"kind": "therapy", "modality": "acupuncture", "low": 6, "high": 6, "unit": "week"},
            "Acupuncture went on 6 weeks.",
            "accepted",
        ),
        (
            {"kind": "therapy", "modality": "physical_therapy", "low": 6, "high": 6, "unit": "week"},
            "Acupuncture went on 6 weeks.",
            "value_differs",
        ),
        ({"kind": "therapy", "modality": "acupuncture"}, "No acupuncture so far.", "negated"),
        (
            {"kind": "relief", "percent_low": 80, "percent_high": 80, "procedure": "si_joint_injection"},
            "The SI joint injection brought 80% relief.",
            "accepted",
        ),
        (
            {"kind": "relief", "percent_low": 80, "percent_high": 80},
            "The SI joint injection brought less than 80% relief.",
            "ambiguous_value",
        ),
        (
            {"kind": "relief", "percent_low": 80, "percent_high": 80},
            "The SI joint injection should bring 80% relief.",
            "hypothetical",
        ),
        (
            {"kind": "procedure", "procedure": "si_joint_injection", "status": "done", "date": "2024-03"},
            "She underwent an SI joint injection in March 2024.",
            "accepted",
        ),
        (
            {"kind": "procedure", "procedure": "si_joint_injection", "status": "done", "date": "2023-03"},
            "She underwent an SI joint injection in March 2024.",
            "value_differs",
        ),
        (
            {"kind": "procedure", "procedure": "si_joint_injection", "status": "done"},
            "We will schedule an SI joint injection.",
            "value_differs",
        ),
        (
            {"kind": "pain_pattern", "pattern": "radicular"},
            "The low back pain travels down into the toes.",
            "accepted",
        ),
        (
            {"kind": "pain_pattern", "pattern": "radicular"},
            "The low back pain does not travel down into the toes.",
            "other_subject",
        ),
        ({"kind": "pain_pattern", "pattern": "axial"}, "The low back pain travels down into the toes.", "no_anchor"),
    ],
)
def test_other_kinds(claim: dict[str, Any], sentence: str, expected: str) -> None:
    assert reason(f"HPI: Low back pain.\n{sentence}\n", claim | {"quote": sentence}) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("PT went on 6 weeks.", "accepted"),
        ("Pt went on 6 weeks.", "no_anchor"),
        ("PT WENT ON 6 WEEKS.", "no_anchor"),
        ("PT is here today.", "no_anchor"),
    ],
)
def test_an_abbreviation_is_a_therapy_only_where_it_can_be_nothing_else(sentence: str, expected: str) -> None:
    claim = {"kind": "therapy", "modality": "physical_therapy", "quote": sentence}
    if "6" in sentence:
        claim |= {"low": 6, "high": 6, "unit": "week"}  # type: ignore[dict-item]
    assert reason(f"HPI: Low back pain.\n{sentence}\n", claim) == expected


@pytest.mark.parametrize(
    ("heading", "sentence", "claim"),
    [
        ("HPI", "He rates the low back ache a 7.", {"kind": "pain_score", "low": 7, "high": 7}),
        ("HPI", "Mostly the neck ache is a 6.", {"kind": "pain_score", "low": 6, "high": 6, "statistic": "average"}),
        (
            "HPI",
            "It is 8 months' worth of neck pain.",
            {"kind": "symptom_duration", "low": 8, "high": 8, "unit": "month"},
        ),
        ("HPI", "The neck ache dates to May 2023.", {"kind": "symptom_duration", "since": "2023-05"}),
        ("HPI", "Back pain has put an end to his bowling.", {"kind": "functional_limit", "activity": "bowling"}),
        ("HPI", "Sitting is out of the question.", {"kind": "functional_limit", "activity": "sitting"}),
        ("EXAM", "SLR is clean.", {"kind": "exam_test", "test": "straight_leg_raise", "result": "negative"}),
        ("EXAM", "FABER brings out the pain.", {"kind": "exam_test", "test": "faber", "result": "positive"}),
        (
            "HPI",
            "The pain fell 80% with the SI joint injection.",
            {"kind": "relief", "percent_low": 80, "percent_high": 80, "procedure": "si_joint_injection"},
        ),
    ],
)
def test_wordings_beyond_the_rules(heading: str, sentence: str, claim: dict[str, Any]) -> None:
    text = f"HPI: Low back pain.\n{heading}: {sentence}\n"
    assert reason(text, claim | {"quote": sentence}) == "accepted"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Overall the low back ache sits around a 7 most days per his cat.", "other_person"),
        ("Overall the low back ache sits around a 7 most days of golf.", "unknown_words"),
        ("At golf the low back ache sits around a 7 most days.", "unknown_words"),
        ("Overall the low back ache sits around a 7 most days, he golfs.", "accepted"),
        ("Overall the low back ache sits around a 7 most days (2019).", "unknown_words"),
        ("Overall the low back ache sits around a 7 most days ___.", "unticked"),
        ("Formerly the low back ache sits around a 7 most days.", "historical"),
        ("By mistake: the low back ache sits around a 7 most days.", "other_subject"),
    ],
)
def test_every_word_of_the_statement_must_be_known(sentence: str, expected: str) -> None:
    assert reason(f"HPI: Low back pain.\n{sentence}\n", SCORE) == expected


@pytest.mark.parametrize("lead", ["Denies the following:", "No history of:", "Things she never had"])
def test_a_list_is_denied_by_the_line_that_leads_it(lead: str) -> None:
    items = f"- neck trouble\n- {QUOTE}\n"
    assert reason(f"HPI: Low back pain.\n{lead}\n{items}", SCORE) == "negated"
    assert reason(f"HPI: Low back pain.\nReports the following:\n{items}", SCORE) == "accepted"


def test_a_month_is_no_possibility() -> None:
    text = "HPI: Low back pain.\nShe underwent an SI joint injection in May 2023.\n"
    claim = {"kind": "procedure", "procedure": "si_joint_injection", "status": "done", "date": "2023-05"}
    assert reason(text, claim | {"quote": "underwent an SI joint injection in May 2023"}) == "accepted"


def test_no_word_of_the_lists_is_read_as_something_else() -> None:
    """YAML reads a bare no, on or off as a truth value."""
    from chartproof.extract.llm.quoted import cues

    assert cues("denial").fullmatch("no")
