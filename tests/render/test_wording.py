"""Facts in words."""

from __future__ import annotations

import pytest

from chartproof.facts import (
    Contraindication,
    Diagnosis,
    Fact,
    PainScore,
    Procedure,
    PsychEvaluation,
    Relief,
    SymptomDuration,
    Therapy,
)
from chartproof.notes import Request
from chartproof.render.wording import describe, one_line, request_line
from chartproof.spans import Span

AT = (Span(0, 1),)


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        (PainScore(spans=AT, low=6, high=7, statistic="average", region="lumbar"), "6-7/10, average, lumbar"),
        (PainScore(spans=AT, low=6.5, high=6.5), "6.5/10"),
        (SymptomDuration(spans=AT, low=1, high=1, unit="year"), "1 year"),
        (SymptomDuration(spans=AT, low=1, unit="year"), "over 1 year"),
        (SymptomDuration(spans=AT, high=6, unit="week"), "up to 6 weeks"),
        (SymptomDuration(spans=AT, since="2023-05"), "since 2023-05"),
        (
            Therapy(spans=AT, modality="physical_therapy", low=6, high=8, unit="week", sessions=12, outcome="failed"),
            "6-8 weeks, physical therapy, sessions 12, outcome failed",
        ),
        (
            Relief(spans=AT, percent_low=80, percent_high=80, low=3, high=3, unit="month", procedure="rf_ablation"),
            "80%, 3 months, after rf ablation",
        ),
        (Relief(spans=AT, percent_low=50, ongoing=True), "over 50%, ongoing"),
        (Procedure(spans=AT, procedure="esi", status="done", levels=("L4-5", "L5-S1")), "esi, done, L4-5, L5-S1"),
        (PsychEvaluation(spans=AT, done=False), "not done"),
        (Contraindication(spans=AT, what="skin_infection"), "skin infection"),
        (Diagnosis(spans=AT, name="crps", icd10="G90.5"), "crps, icd10 G90.5"),
    ],
)
def test_attributes_are_said_in_words(fact: Fact, words: str) -> None:
    assert describe(fact) == words


def test_text_on_one_line_has_no_control_characters() -> None:
    assert one_line(" a\r\n\tb\f c\x07\x1b[0m ") == "a b c\ufffd\ufffd[0m"


def test_the_request_is_one_line() -> None:
    request = Request.model_validate(
        {"cpt": ["64483", "64484"], "date": "2024-05-01", "state": "PA", "side": "left", "levels": ["L4-5"]}
    )
    assert request_line(request) == "CPT 64483, 64484 · 2024-05-01 · PA · left L4-5"
    assert request_line(Request()) == "no CPT code"
