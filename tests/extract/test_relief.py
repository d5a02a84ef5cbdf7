"""Relief facts: how much and how long, and the treatment they belong to."""

from __future__ import annotations

import datetime as dt

import pytest

from chartproof.extract.kinds import procedure, relief
from chartproof.extract.pipeline import build_view
from chartproof.facts import Relief
from chartproof.notes import Note
from tests.extract.helpers import facts as told_facts

TODAY = dt.date(2024, 6, 20)


def found(text: str, note_type: str | None = "office visit", date: dt.date | None = TODAY) -> list[Relief]:
    """The relief facts of a text."""
    view = build_view(Note(note_id="n", text=text, date=date, type=note_type))
    list(procedure.find(view))
    facts = [fact for fact in relief.find(view) if isinstance(fact, Relief)]
    for fact in facts:
        for span in fact.spans:
            assert 0 <= span.start < span.end <= len(text)
    return facts


def one(text: str) -> Relief:
    """The only relief fact of a text."""
    facts = found(text)
    assert len(facts) == 1, [f.model_dump(exclude_none=True) for f in facts]
    return facts[0]


def check(fact: Relief, **expected: object) -> None:
    """Compare the attributes given."""
    actual = {name: getattr(fact, name) for name in expected}
    assert actual == expected


@pytest.mark.parametrize(
    ("text", "percent", "kind"),
    [
        ("She had 80% relief after the left SI joint injection.", (80, 80), "si_joint_injection"),
        ("L5-S1 ESI gave him sixty percent relief.", (60, 60), "esi"),
        ("He is 50% better since the L4-5 TFESI.", (50, 50), "esi_transforaminal"),
        ("The lumbar RFA gave 70-80% improvement.", (70, 80), "rf_ablation"),
        ("The cervical ESI reduced her pain by 75 percent.", (75, 75), "esi"),
        ("The L4-5 ESI gave no relief.", (0, 0), "esi"),
        ("Lumbar trigger point injections did nothing.", (0, 0), "trigger_point"),
        ("The SI joint injection was not helpful.", (0, 0), "si_joint_injection"),
        ("She had complete relief with the L4-5 facet injection.", (100, 100), "facet_injection"),
        ("The SIJ injection took away half of the pain.", (50, 50), "si_joint_injection"),
        ("The L4-5 ESI was better than half.", (50, 50), "esi"),
        (">50% relief with the left L5-S1 TFESI.", (50, 50), "esi_transforaminal"),
        ("Lumbar and low back pain. A TENS unit helps about 30% while it is on.", (30, 30), "therapy"),
        ("Lumbar and low back pain. Gabapentin gives her 40% relief.", (40, 40), "medication"),
        ("Lumbar and low back pain. Physical therapy for 8 weeks with no relief.", (0, 0), "therapy"),
        ("Lumbar and low back pain. Chiropractic care did not help.", (0, 0), "therapy"),
    ],
)
def test_amounts(text: str, percent: tuple[float, float], kind: str) -> None:
    check(one(text), percent_low=percent[0], percent_high=percent[1], procedure=kind)


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("The L5-S1 ESI gave 80% relief for 3 months.", 3, 3, "month"),
        ("L4-5 ESI 2/1/24: 60% x 6-8 wks.", 6, 8, "week"),
        ("MBB on 5/2/24: 85% for about three hours.", 3, 3, "hour"),
        ("LSB 5/2/24: 50% x 2 d.", 2, 2, "day"),
        ("Relief from the L4-5 ESI lasted two weeks.", 2, 2, "week"),
        ("The SIJ injection gave her four months of relief.", 4, 4, "month"),
        ("SIJ injection 1/2/24, 75%, 4 mo.", 4, 4, "month"),
        ("C7-T1 ESI: sixty percent better, and that held nine weeks.", 9, 9, "week"),
    ],
)
def test_how_long(text: str, low: float, high: float, unit: str) -> None:
    check(one(text), low=low, high=high, unit=unit)


@pytest.mark.parametrize(
    "text",
    [
        "The L4-5 ESI gave good relief.",
        "She had some improvement after the L4-5 ESI.",
        "L4-5 ESI on 3/4/24 went well.",
        "He says 70% of the pain is in the leg. He had an L4-5 ESI.",
        "ODI 46% after the L4-5 ESI.",
        "L4-5 stenosis of 50%. Prior ESI.",
        "MBB with lidocaine 2% was done.",
        "L4-5 ESI with 1% lidocaine.",
        "If > 50% relief with the SCS trial then permanent implant.",
        "We would need 80% relief from the MBB to go on.",
        "Grip strength reduced 20% on the left. Prior C6-7 ESI.",
        "PT attendance 100%.",
        "She looks for half her pain gone with the stimulator.",
        "Laterality improved to 88% with therapy.",
        "Follow up 3 weeks after the L4-5 ESI.",
        "His PT lasted 8 weeks.",
        "No pain with walking since the visit.",
        "Opioids were tapered by half after the SCS trial.",
    ],
)
def test_none(text: str) -> None:
    assert [f.model_dump(exclude_none=True) for f in found(text)] == []


def test_rows_carry_date_number_and_side() -> None:
    text = "INJECTIONS GIVEN, right L4-5 transforaminal each time:\n #   When         Relief   Held for\n 1   01/09/2024   40%      3 wks\n 2   04/02/2024   60-65%   2 months\n"
    facts = found(text)
    assert [(f.date, f.number, f.side, f.percent_low, f.percent_high, f.low, f.unit) for f in facts] == [
        ("2024-01-09", 1, "right", 40, 40, 3, "week"),
        ("2024-04-02", 2, "right", 60, 65, 2, "month"),
    ]


def test_two_blocks_two_responses() -> None:
    facts = found("Two MBBs, 4/22 and 5/12: 80% and 90%, duration of bupivacaine.")
    assert [(f.date, f.percent_low, f.percent_high, f.anesthetic_duration) for f in facts] == [
        ("2024-04-22", 80, 80, True),
        ("2024-05-12", 90, 90, True),
    ]


def test_one_percentage_for_each_of_two_with_own_times() -> None:
    facts = found("Medial branch blocks 4/19 and 5/10: 85% each, 4 hours and 7 hours.")
    assert [(f.date, f.percent_low, f.low, f.unit) for f in facts] == [
        ("2024-04-19", 85, 4, "hour"),
        ("2024-05-10", 85, 7, "hour"),
    ]


def test_words_for_two_numbers() -> None:
    facts = found(
        "She had two sets of cervical medial branch blocks, in April and May, with eighty and ninety percent relief respectively."
    )
    assert [(f.date, f.percent_low) for f in facts] == [("2024-04", 80), ("2024-05", 90)]


def test_each_response_goes_with_its_own_procedure() -> None:
    text = (
        "Her first cervical epidural was on January 3, 2024 and gave 60% relief for ten weeks. "
        "The second, on April 2, 2024, helped by more than half, and that one carried her two months."
    )
    facts = found(text)
    assert [(f.date, f.number, f.percent_low, f.low, f.unit) for f in facts] == [
        ("2024-01-03", 1, 60, 10, "week"),
        ("2024-04-02", 2, 50, 2, "month"),
    ]


def test_different_treatments_in_one_line() -> None:
    facts = found("SIJ inj 3/11/24: 65% relief about 5 wks. L5-S1 TFESI 4/8/24: leg tingling maybe 20% better.")
    assert [(f.procedure, f.percent_low) for f in facts] == [("si_joint_injection", 65), ("esi_transforaminal", 20)]


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("L4-5 ESI 2/6/24: 55%, it held until April 20.", "2024-04-20"),
        ("Relief from the March ESI (70%) faded in mid May.", "2024-05"),
        ("L4-5 ESI 1/2/24: 60% relief held till Valentine's Day.", "2024-02-14"),
        ("L4-5 ESI 1/2/24 gave 60% relief and wore off in April.", "2024-04"),
    ],
)
def test_until(text: str, until: str) -> None:
    check(one(text), until=until)


def test_ongoing() -> None:
    check(one("Left C5-7 RFA 08/2022, 70% ongoing."), ongoing=True, percent_low=70, side="left", date="2022-08")
    check(one("After the L4-5 ESI of 5/1/24 she is still 60% better."), ongoing=True)


@pytest.mark.parametrize(
    "text",
    [
        "SIJ injection 1/2/24: 75% x 3 mo, back to teaching.",
        "After the L4-5 ESI of 5/1/24 he was able to return to full duty.",
        "L4-5 ESI 5/1/24 gave 60% relief and she slept through the night.",
    ],
)
def test_functional(text: str) -> None:
    check(one(text), functional=True)


@pytest.mark.parametrize(
    "text",
    [
        "Lumbar MBB 3/3/24: 50% relief for four hours, walked to the mailbox same as before.",
        "Lumbar MBB 3/3/24: 60% relief for three hours. Was told to try his chores - stood at the sink and had to sit.",
        "Lumbar MBB 3/3/24: 60% relief for three hours, walked no farther than usual.",
    ],
)
def test_what_went_no_better_than_before_is_no_gain(text: str) -> None:
    assert not any(f.functional for f in found(text))


@pytest.mark.parametrize(
    "text",
    [
        "L4-5 ESI 3/3/24. She would be happy with 50% relief.",
        "Needs 80% relief from two lumbar MBBs to qualify.",
        "The last lumbar ESI gave her sister 80% relief.",
    ],
)
def test_what_is_asked_or_another_s_is_no_relief(text: str) -> None:
    assert found(text) == []


def test_as_well_as_before_the_injury_is_a_gain() -> None:
    check(
        one("Lumbar MBB 3/3/24: 60% relief, and she was able to walk the same as before her injury."), functional=True
    )


def test_functional_in_the_next_sentence() -> None:
    facts = found("L4-5 ESI on 4/1/24 gave 60% relief. During that time he walked two miles.")
    assert [(f.functional, f.percent_low, f.date) for f in facts] == [
        (None, 60, "2024-04-01"),
        (True, None, "2024-04-01"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "L4-5 ESI on 4/1/24. He is not able to work.",
        "L4-5 ESI on 4/1/24. Pain is back to 8/10.",
        "L4-5 ESI on 4/1/24. Goal: return to work.",
    ],
)
def test_no_functional_gain(text: str) -> None:
    assert [f.model_dump(exclude_none=True) for f in found(text)] == []


def test_block_log_in_two_columns() -> None:
    text = (
        "PROCEDURE: Left L3, L4 medial branch block #2\nDATE: 06/18/2024\n\n"
        "BLOCK LOG\n"
        "                     #1 (5/17, lido 2%)     #2 (6/18, bupi 0.5%)\n"
        "Pre                  7                      8\n"
        "Patient relief       85% for 3 hours        70% for 8 hours\n"
    )
    facts = found(text, note_type="procedure note", date=dt.date(2024, 6, 18))
    assert [(f.date, f.percent_low, f.low, f.unit) for f in facts] == [
        ("2024-05-17", 85, 3, "hour"),
        ("2024-06-18", 70, 8, "hour"),
    ]


def test_response_in_an_operative_note_is_to_its_own_procedure() -> None:
    text = (
        "PROCEDURE: Right L3, L4 medial branch block #1\nDATE: 06/18/2024\n"
        "DESCRIPTION: Lidocaine 2%, 0.5 mL each. No steroid.\n"
        "PATIENT DIARY (returned next day): about 90% for two hours.\n"
    )
    facts = found(text, note_type="procedure note", date=dt.date(2024, 6, 18))
    assert [(f.procedure, f.date, f.percent_low, f.low) for f in facts] == [
        ("medial_branch_block", "2024-06-18", 90, 2)
    ]


def test_other_side_than_the_procedure_named_before() -> None:
    text = "On the left side the September RFA gave 70% relief for seven months. The right side, treated in November, still feels 65% better."
    facts = found(text)
    assert [(f.side, f.date, f.percent_low, f.ongoing) for f in facts] == [
        ("left", "2023-09", 70, None),
        ("right", "2023-11", 65, True),
    ]


def test_amounts_used_are_claimed() -> None:
    text = "L4-5 ESI on 4/1/24 gave 60% relief for 3 weeks."
    view = build_view(Note(note_id="n", text=text, date=TODAY))
    list(procedure.find(view))
    list(relief.find(view))
    sentence = view.sentences[0]
    assert all(sentence.is_claimed(duration.span) for duration in sentence.durations)
    assert all(sentence.is_claimed(date.span) for date in sentence.dates)


@pytest.mark.parametrize(
    "text", ["", "50%", "relief", "no relief", "80% for", "until May", "x 2 d", "better than half"]
)
def test_fragments_do_not_fail(text: str) -> None:
    found(text)
    found(text, note_type="procedure note", date=None)


_BACK = "Chronic lumbar pain. Lumbar spondylosis on MRI. "


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Lumbar epidurals (transforaminal)\n No.  Date         Pct better   How long\n 1    03/14/2023   40           three weeks\n"
            " 2    07/12/2023   60 to 70     seven weeks\n",
            [(40, 40, "2023-03-14", 3), (60, 70, "2023-07-12", 7)],
        ),
        (
            "Lumbar ESI history\n| Date | Procedure | Relief % |\n| 2023-09-05 | lumbar ESI | 40 |\n",
            [(40, 40, "2023-09-05", None)],
        ),
        (_BACK + "Left SIJ injection 4/17/24.\n% relief: 80\nDuration: 6 weeks", [(80, 80, "2024-04-17", 6)]),
    ],
)
def test_percent_without_its_sign(text: str, expected: list[tuple[int, int, str, int | None]]) -> None:
    """A heading or key may say that a number is the percentage of relief."""
    assert [(f.percent_low, f.percent_high, f.date, f.low) for f in found(text)] == expected


def test_percent_columns_by_date() -> None:
    """A row labelled % under columns headed by the dates of procedures."""
    text = (
        "Lumbar medial branch blocks done 4/2/24 and 4/16/24.\n\nhours        4/2          4/16\n"
        "1            2            1\noverall %    85           75\n"
    )
    assert [(f.percent_low, f.date) for f in found(text)] == [(85, "2024-04-02"), (75, "2024-04-16")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lumbar ESI x 2 (8/2023, 11/2023) - each about 50% better for 3 months.", [(50, 3), (50, 3)]),
        ("Lumbar ESIs 8/1/23 and 11/1/23. Both gave 60% relief for 10 weeks.", [(60, 10), (60, 10)]),
        (
            "Lumbar medial branch blocks on 3/1/24 and 3/15/24 gave 85% and 90% relief for 4 and 8 hours respectively.",
            [(85, 4), (90, 8)],
        ),
    ],
)
def test_one_statement_of_several(text: str, expected: list[tuple[int, int]]) -> None:
    """What is said of each, or in order, goes to each procedure."""
    assert [(f.percent_low, f.low) for f in found(_BACK + text)] == expected


def test_row_of_another_date() -> None:
    """In an operative note a row with another date tells of that date's procedure."""
    text = (
        "Procedure: left L4-5 facet joint injection\n\nThe patient was prone and tolerated it well.\n\n"
        "Earlier sets\n  R 5/14/23, L 5/29/23    60 %, three months\n"
    )
    facts = found(text, note_type="procedure note", date=dt.date(2024, 1, 20))
    assert [(f.date, f.side, f.percent_low) for f in facts] == [
        ("2023-05-14", "right", 60),
        ("2023-05-29", "left", 60),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The lumbar block would have to give 80% relief before ablation.",
        "Her plan requires 50% relief from the ESI.",
        "After the lumbar ESI she could not walk again.",
    ],
)
def test_asked_for_is_no_response(text: str) -> None:
    """What is required, or denied, is no relief."""
    assert found(_BACK + text) == []


def test_unchecked_box_of_percent() -> None:
    """A box that is not checked tells no percentage."""
    facts = found(_BACK + "Response to the 3/1/24 lumbar ESI: [x] >50%  [ ] <30%")
    assert [f.percent_low for f in facts] == [50]


@pytest.mark.parametrize(
    "text",
    [
        "After the 2/20/24 lumbar ESI she was again walking to the market.",
        "The 2/20/24 lumbar ESI let her stand to cook.",
        "After the 2/20/24 lumbar ESI he could drive again.",
    ],
)
def test_gain_by_verbs(text: str) -> None:
    """A verb of ability or return with a verb of activity states a gain."""
    facts = found(_BACK + text)
    assert [(f.functional, f.date) for f in facts] == [(True, "2024-02-20")]


def test_gain_kept_up_until() -> None:
    """The next sentence tells how long the gain lasted."""
    facts = found(
        _BACK
        + "After the 2/20/24 lumbar ESI she was again walking to the market. She kept that up until the 24th of May."
    )
    assert [f.until for f in facts] == [None, "2024-05-24"]


def test_side_of_each_percent() -> None:
    """One session on both sides may help each side differently."""
    facts = found(_BACK + "Bilateral S1 transforaminals 3/6/24: 70% relief on the right, 40% on the left.")
    assert [(f.percent_low, f.side) for f in facts] == [(70, "right"), (40, "left")]


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("He rates the improvement after the L4-5 ESI at 70 percent.", 70),
        ("L5-S1 ESI 2/6. Improvement of 60 percent, still holding.", 60),
        ("After the L4-5 ESI she estimates 40 percent improvement for six weeks.", 40),
    ],
)
def test_improvement_by_percent(text: str, percent: int) -> None:
    check(one(text), percent_low=percent, percent_high=percent)


def test_a_share_of_the_pain_left_is_no_relief() -> None:
    assert found("She rates her pain at 70 percent of what it was.") == []


def test_numbered_item_names_the_injected_joint() -> None:
    fact = one("(2) R SI joint: after the 3/14 injection the buttock pain was down by 75 percent for two months.")
    check(fact, percent_low=75, procedure="si_joint_injection", low=2, high=2, unit="month")


@pytest.mark.parametrize(
    ("text", "low", "unit", "kind"),
    [
        ("Lumbar pain. Fair relief with her last trigger point injections for about six weeks.", 6, "week", "trigger_point"),
        ("The lumbar nerve root blocks gave some relief, at best lasting a week or so.", 1, "week", "esi_transforaminal"),
        ("He had a lumbar laminectomy in 1999. He did well for four years.", 4, "year", "spine_surgery"),
        ("After the cervical laminectomy he improved over a 4-month postoperative period.", 4, "month", "spine_surgery"),
    ],
)  # fmt: skip
def test_how_long_without_a_percentage(text: str, low: float, unit: str, kind: str) -> None:
    check(one(text), percent_low=None, low=low, unit=unit, procedure=kind)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("She had an L4-5 microdiscectomy with complete resolution of her leg symptoms.", "spine_surgery"),
        ("The right C6 nerve root was blocked with resolution of the arm pain.", "esi_transforaminal"),
    ],
)
def test_symptoms_resolved_by_a_procedure(text: str, kind: str) -> None:
    check(one(text), percent_low=100, percent_high=100, procedure=kind)


@pytest.mark.parametrize(
    "text",
    [
        "She had an L4-5 microdiscectomy with partial resolution of her leg symptoms.",
        "He had a lumbar fusion. Pneumonia followed, with resolution of the fever.",
        "Low back pain and lumbar stenosis. He was started on prednisone for a rash. He did not improve.",
        "Low back pain and lumbar stenosis. Morphine was given with complete relief of the chest pain.",
        "Low back pain, lumbar stenosis. Ibuprofen has not helped the headaches.",
        "After the lumbar fusion he was able to be extubated.",
        "After the lumbar fusion he needs a walker and an aide to be able to stand.",
        "After the lumbar fusion her daughter will be able to help her dress.",
    ],
)
def test_improvement_that_is_no_relief(text: str) -> None:
    assert not found(text)


def test_ability_regained() -> None:
    check(one("After the lumbar fusion she was able to walk to the store."), functional=True, procedure="spine_surgery")


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("He had a right SI joint injection on 5/2/24. His usual pain went from 8 to 3.", 62),
        ("After the L4-5 TFESI in May her leg pain dropped from 6/10 down to 3/10.", 50),
    ],
)
def test_scores_before_and_after_a_procedure(text: str, percent: float) -> None:
    check(one(text), percent_low=percent, percent_high=percent)


@pytest.mark.parametrize(
    "text",
    [
        "He had a right SI joint injection on 5/2/24. His pain went from 3 to 8.",
        "Lumbar pain, s/p L4-5 ESI. Gabapentin for the pain was cut from 6 to 3 tabs.",
        "Low back pain went from 8 to 3 by itself.",
    ],
)
def test_scores_that_give_no_relief(text: str) -> None:
    assert not found(text)


def test_neither_of_two_procedures_helped() -> None:
    facts = found("She got no benefit from either the lumbar epidural or the SI joint injection.")
    assert [(f.percent_high, f.procedure) for f in facts] == [(0, "esi"), (0, "si_joint_injection")]


def test_relief_of_an_operation_is_not_that_of_an_injection_before() -> None:
    text = "Buttock pain after a fusion at L4-S1. S/p right SIJ injection 4/8/24 with 30% relief.\n\n"
    facts = found(text + "Fusion surgery helped her old leg pain 90%.")
    assert [(f.percent_high, f.procedure) for f in facts] == [(30, "si_joint_injection"), (90, "spine_surgery")]


def test_blocks_of_one_row_each_with_agent_date_and_percent() -> None:
    facts = found("MBB x 2 right C5, C6: lido 3/4/24 90% 2 hr; bupi 4/1/24 80% about 7 hr.")
    assert [(f.percent_high, f.low, f.date) for f in facts] == [(90, 2, "2024-03-04"), (80, 7, "2024-04-01")]


@pytest.mark.parametrize(("note_type", "count"), [("PT discharge summary", 1), ("office visit", 0)])
def test_freedom_of_pain_in_a_therapists_note_is_of_the_therapy(note_type: str, count: int) -> None:
    text = (
        "PHYSICAL THERAPY DISCHARGE\nSI joint pain.\nSeen 4/14/2025 to 6/6/2025. Strength is full. Gait is even.\n"
        "She is now completely free of pain."
    )
    told = [fact for fact in told_facts(text, "relief", note_type=note_type) if fact["percent_low"] == 100]
    assert [fact["procedure"] for fact in told] == ["therapy"] * count


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("It took away sixty percent of the pain.", 60),
        ("The shot knocked out 70 percent of her pain.", 70),
        ("The injection removed about 80% of his leg pain.", 80),
        ("Eighty percent of her pain was gone the same day.", 80),
        ("90% of the pain was abolished for eight hours.", 90),
        ("Pain down 60%.", 60),
        ("Relief from the last injection was 90 % and held until last week.", 90),
        ("He had a 70% reduction in VAS score.", 70),
        ("% relief 80", 80),
    ],
)
def test_share_of_the_pain_that_went_away(text: str, percent: float) -> None:
    check(one("Low back pain. He had an epidural in March. " + text), percent_low=percent, percent_high=percent)


@pytest.mark.parametrize(
    "text",
    [
        "60% of the pain is in the leg.",
        "Most of the pain was gone for two months.",
        "The disc removed 50% of the canal.",
        "We hope it will take away 80% of the pain.",
    ],
)
def test_share_of_the_pain_that_is_no_relief(text: str) -> None:
    facts = found("Low back pain. He had an epidural in March. " + text)
    assert [fact for fact in facts if fact.percent_low is not None] == []


@pytest.mark.parametrize(
    ("text", "low", "unit"),
    [
        ("The injection wore off after 10 days.", 10, "day"),
        ("The pain stayed away for five months.", 5, "month"),
    ],
)
def test_length_by_the_end_of_the_relief(text: str, low: float, unit: str) -> None:
    check(one("Low back pain. He had an epidural in March. " + text), low=low, unit=unit)


def test_blocks_of_date_and_response_keep_their_own_dates() -> None:
    facts = found("INJECTIONS: R SIJ 3/1/24 (80%, 4 months); L SIJ 4/2/24 (75%, 3 months).")
    told = [(fact.date, fact.percent_low, fact.low, fact.procedure, fact.side) for fact in facts]
    assert told == [
        ("2024-03-01", 80, 4, "si_joint_injection", "right"),
        ("2024-04-02", 75, 3, "si_joint_injection", "left"),
    ]


def test_number_sign_is_no_percent() -> None:
    facts = found("100% relief following medial branch block #1 and 90% following #2.")
    assert [(fact.percent_low, fact.percent_high, fact.number) for fact in facts] == [(100, 100, 1), (90, 90, 2)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lumbar MBB 3/3/24. 9 -> 2 for six hours.", [(77, 6, "hour", "2024-03-03")]),
        ("Left MBB 3/3/24: 7/10 → 1/10 x 3 hours, then baseline.", [(85, 3, "hour", "2024-03-03")]),
        ("Lumbar MBB 3/3/24. It stayed at 1-2/10 for five hours and was back to 8.", [(75, 5, "hour", "2024-03-03")]),
        (
            "Lumbar MBB 3/3/24. It held at 2 for 4 hours, then returned to 7. That is 70% better.",
            [(None, 4, "hour", "2024-03-03"), (70, None, None, "2024-03-03")],
        ),
        ("L5-S1 ESI 1/4/24. She puts it at 60 percent for ten weeks.", [(60, 10, "week", "2024-01-04")]),
        ("L5-S1 ESI 1/4/24. She puts it at 60% back and 40% leg.", []),
        ("L5-S1 ESI 1/4/24. ODI 52 -> 30.", []),
        ("L5-S1 ESI 1/4/24. Gabapentin 300 -> 600.", []),
        ("L5-S1 ESI 1/4/24. PT: 8 -> 4 over six weeks.", []),
        ("If the MBB of 3/3/24 brings it 8 -> 2 we ablate.", []),
        ("Lumbar MBB 3/3/24. It stayed at 7 for five hours and went back to 7.", []),
    ],
)
def test_relief_by_scores(text: str, expected: list[tuple[float | None, float | None, str | None, str]]) -> None:
    assert [(f.percent_low, f.low, f.unit, f.date) for f in found(text)] == expected


def test_a_first_block_told_in_the_note_of_the_second() -> None:
    text = "MEDIAL BRANCH BLOCK\nDATE: 06/12/2024\nLeft C3-5 medial branch blocks, lidocaine.\nFirst (5/22/24, bupivacaine): 7 -> 1, lasted six hours.\n"
    assert [(f.percent_low, f.low, f.date) for f in found(text, "procedure note")] == [(85, 6, "2024-05-22")]


@pytest.mark.parametrize("text", ["was back to the usual 6 by supper", "was back to her usual pain by supper"])
def test_pain_that_comes_back_is_no_gain(text: str) -> None:
    assert not any(f.functional for f in found(f"Lumbar MBB 3/3/24. It stayed at 1 for three hours and {text}."))


def test_usual_activities_are_a_gain() -> None:
    assert any(
        f.functional for f in found("Lumbar ESI 1/4/24 gave 60% relief and he was back to his usual activities.")
    )


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("L4-5 ESI 3/4/24. It took away sixty percent of the pain and she could sit for an hour.", None),
        ("L4-5 MBB 5/1/24: 90% relief for an hour of testing.", None),
        ("L4-5 MBB 5/1/24: 80% relief, tolerated 3 hours of yard work.", None),
        ("L4-5 ESI 3/4/24 gave 70% relief and she drives for two hours at a stretch.", None),
        ("Left SI joint injection 2/10/24. 80% better within an hour.", None),
        ("L4-5 MBB 5/1/24 with lidocaine. An hour later he was 85% better.", None),
        ("L4-5 MBB 5/1/24. 90% relief for 4 hours, during which she walked the dog for an hour.", "hour"),
        ("L4-5 MBB 5/1/24: 85% relief, could stand and cook without pain for 6 hours.", "hour"),
        ("L4-5 ESI 3/4/24: 70% relief for two months, and she slept six hours a night.", "month"),
    ],
)
def test_the_length_of_an_activity_is_none_of_relief(text: str, unit: str | None) -> None:
    facts = [fact for fact in found(text) if fact.percent_low]
    assert [fact.unit for fact in facts] == [unit], [f.model_dump(exclude_none=True) for f in found(text)]


@pytest.mark.parametrize(
    ("text", "low", "unit"),
    [
        ("Left L5 TFESI on 9/3/23. It bought her ten weeks.", 10, "week"),
        ("Left L5 TFESI on 9/3/23. She got six weeks.", 6, "week"),
        ("Left L5 TFESI on 9/3/23. He had eight months free of pain.", 8, "month"),
        ("Left L5 TFESI on 9/3/23. The pain was back within a week.", 1, "week"),
        ("Left L5 TFESI on 9/3/23. He was back to baseline in three weeks.", 3, "week"),
        ("Left L5 TFESI on 9/3/23. The leg pain was all but gone for six weeks.", 6, "week"),
        ("L4-S1 RFA 8/1/23. Comfortable for 9 months.", 9, "month"),
    ],
)
def test_time_bought(text: str, low: float, unit: str) -> None:
    check(one(text), low=low, unit=unit, percent_low=None)


@pytest.mark.parametrize(
    "text",
    [
        "Left L5 TFESI on 9/3/23. She had two weeks of PT after.",
        "Left L5 TFESI on 9/3/23. She got two weeks of antibiotics.",
        "Left L5 TFESI on 9/3/23. She had a month in Florida.",
        "Left L5 TFESI on 9/3/23. Back in two weeks for a recheck.",
        "Left L5 TFESI on 9/3/23. She was back within 2 weeks asking for another.",
        "Left L5 TFESI on 9/3/23. He returned in three weeks.",
        "Lumbar pain. RFA typically buys 9 months.",
        "Lumbar pain. Most patients get 3 to 6 months of relief from an RFA.",
        "Lumbar pain. Her sister had an ESI and got 90% relief.",
        "Left L5 TFESI on 9/3/23. Lumbar extension is limited by half.",
    ],
)
def test_no_time_bought(text: str) -> None:
    assert [f.model_dump(exclude_none=True) for f in found(text)] == []


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("L4-5 ESI 1/5/24. It cut it in half.", 50),
        ("L4-5 ESI 1/5/24. It took a good half of it away.", 50),
        ("L4-5 ESI 1/5/24: nine-tenths of the leg pain gone.", 90),
        ("L4-5 ESI 1/5/24: four fifths of the pain gone.", 80),
        ("L4-5 ESI 1/5/24 was a total dud.", 0),
        ("L4-5 ESI 1/5/24. He was 85% better.", 85),
        ("L4-5 ESI 1/5/24. The leg pain was 80% improved.", 80),
        ("L4-5 MBB 5/2/24: pain 8 to 1.", 87),
        ("L4-5 ESI 4/2/24 took her from an 8 to a 3.", 62),
        ("L4-5 ESI on 4/2/24. He was a 9 before it and now sits at a 3.", 66),
        ("Before the L4-5 ESI he sat at an 8 all day. Since then he has averaged a 5.", 37),
    ],
)
def test_shares_and_scores(text: str, percent: float) -> None:
    check(one(text), percent_low=percent, percent_high=percent)


@pytest.mark.parametrize(
    "text",
    [
        "L4-5 ESI on 4/2/24. He was a 9 before it. Worst is an 8 now.",
        "Before the L4-5 ESI she was an 8, the day after a 2, now she is a 7.",
        "L4-5 ESI on 4/2/24. It took most of it.",
        "L4-5 ESI on 4/2/24. Cervical rotation was 80% improved.",
    ],
)
def test_no_share(text: str) -> None:
    assert [f.model_dump(exclude_none=True) for f in found(text) if f.percent_low is not None] == []


def test_an_end_told_of_a_good_run() -> None:
    check(one("Left L5 TFESI on 9/3/23. She had a good run until Thanksgiving."), until="2023-11")


def test_shares_and_lengths_behind_a_stroke() -> None:
    first, second = found("Lumbar MBB 3/4/24 and 3/18/24: 80%/90%.")
    assert [(first.date, first.percent_low), (second.date, second.percent_low)] == [
        ("2024-03-04", 80),
        ("2024-03-18", 90),
    ]
    check(one("L3-5 RFA 5/2/23 - 80%/10 mo."), percent_low=80, low=10, unit="month")


def test_a_share_so_far_is_of_the_injection_told_before() -> None:
    check(one("Phone call, 10 days out from the R SIJ inj. Says 50% so far."), percent_low=50, ongoing=True)
