from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from chartproof.facts import NoteFacts
from chartproof.notes import Note
from chartproof.scoring.bootstrap import interval, ratio, resampled_sums
from chartproof.scoring.excerpt import sentence
from chartproof.scoring.facts import score_facts
from chartproof.scoring.text import fact_difference_lines
from chartproof.spans import Span

TEXT = "Her worst pain is 9/10. FABER was positive on the left, and Gaenslen was negative.\nPlan: PT."


def span_of(words: str) -> list[int]:
    start = TEXT.index(words)
    return [start, start + len(words)]


def facts(note_id: str, *found: dict[str, Any], kinds: list[str] | None = None) -> NoteFacts:
    return NoteFacts.model_validate({"note_id": note_id, "facts": found, "kinds": kinds})


PAIN = {"kind": "pain_score", "spans": [span_of("9/10")], "low": 9, "high": 9, "statistic": "worst"}
FABER = {"kind": "exam_test", "spans": [span_of("FABER")], "test": "faber", "result": "positive", "side": "left"}
GAENSLEN = {"kind": "exam_test", "spans": [span_of("Gaenslen")], "test": "gaenslen", "result": "negative"}
THERAPY = {"kind": "therapy", "spans": [span_of("PT")], "modality": "physical_therapy", "status": "planned"}
NOTE = Note(note_id="n1", text=TEXT)


def test_counts_and_rates_by_hand() -> None:
    gold = facts("n1", PAIN, FABER, GAENSLEN)
    predicted = facts("n1", PAIN, {**FABER, "side": "right"}, THERAPY)
    report = score_facts([(NOTE, gold)], {"n1": predicted})
    assert list(report.kinds) == ["pain_score", "therapy", "exam_test"]
    exam = report.kinds["exam_test"]
    assert (exam.overlap.tp, exam.overlap.fp, exam.overlap.fn) == (1, 0, 1)
    assert (exam.strict.tp, exam.strict.fp, exam.strict.fn) == (0, 1, 2)
    assert exam.attributes["side"].accuracy == 0
    assert exam.attributes["result"].accuracy == 1
    assert (report.all.overlap.tp, report.all.overlap.fp, report.all.overlap.fn) == (2, 1, 1)
    assert report.all.overlap.f1 == pytest.approx(2 / 3, abs=1e-4)
    assert report.all.strict.f1 == pytest.approx(1 / 3, abs=1e-4)


def test_only_annotated_kinds_are_scored() -> None:
    report = score_facts([(NOTE, facts("n1", PAIN, kinds=["pain_score"]))], {"n1": facts("n1", PAIN, FABER)})
    assert list(report.kinds) == ["pain_score"]
    assert report.all.overlap.fp == 0


def test_kinds_of_our_own_are_scored_only_where_gold_has_them() -> None:
    own = {"kind": "statement", "spans": [[0, 4]], "topic": "surgery_plan"}
    without = score_facts([(NOTE, facts("n1", PAIN))], {"n1": facts("n1", PAIN, own)})
    assert list(without.kinds) == ["pain_score"]
    having = score_facts([(NOTE, facts("n1", PAIN, own))], {"n1": facts("n1", PAIN)})
    assert having.kinds["statement"].overlap.fn == 1


def test_kinds_can_be_narrowed() -> None:
    report = score_facts([(NOTE, facts("n1", PAIN, FABER))], {"n1": facts("n1", PAIN)}, only=["pain_score"])
    assert report.all.overlap.f1 == 1


def test_a_note_without_prediction_is_all_missed() -> None:
    report = score_facts([(NOTE, facts("n1", PAIN))], {})
    assert report.all.overlap.fn == 1
    assert report.all.overlap.precision is None
    assert report.all.overlap.recall == 0


def test_nothing_to_score_is_none_not_perfect() -> None:
    report = score_facts([(NOTE, facts("n1"))], {"n1": facts("n1")})
    assert report.all.overlap.f1 is None
    assert report.all.overlap.f1_95 is None


def test_no_note_text_unless_asked_for() -> None:
    gold, predicted = facts("n1", PAIN, GAENSLEN), facts("n1", FABER)
    report = score_facts([(NOTE, gold)], {"n1": predicted})
    assert report.differences is None
    assert "worst pain" not in report.model_dump_json()


def test_differences_show_the_sentence_with_its_span() -> None:
    gold = facts("n1", PAIN, FABER)
    predicted = facts("n1", {**FABER, "result": "negative", "source": "rule:x"}, THERAPY)
    report = score_facts([(NOTE, gold)], {"n1": predicted}, with_differences=True)
    assert report.differences is not None
    assert [item.error for item in report.differences] == ["missed", "strict", "false_alarm"]
    lines = list(fact_difference_lines(report.differences))
    assert lines[0].endswith("n1 18-22: Her worst pain is [[9/10]].")
    assert lines[1].strip() == "gold  assertion=present low=9 high=9 statistic=worst"
    assert lines[3].strip() == "result: gold positive, found negative; found at [[FABER]] (rule:x)"
    assert lines[4].endswith("Plan: [[PT]].")


def test_excerpt_has_no_control_characters() -> None:
    text = "one\x1b[31m 7/10\x00 two"
    assert sentence(text, Span(9, 13)) == "one [31m [[7/10]] two"


def test_bootstrap_is_deterministic() -> None:
    rows = np.array([[3, 1], [0, 2], [5, 5], [2, 0]])
    first = resampled_sums(rows)
    assert np.array_equal(first, resampled_sums(rows))
    assert first.shape == (1000, 2)
    assert first[0].tolist() == [13.0, 13.0]  # the same on every machine


def test_interval_holds_the_figure_and_ignores_undefined_resamples() -> None:
    rows = [[1, 1], [0, 1], [0, 0], [1, 1]]
    found = interval(rows, lambda sums: ratio(sums[:, 0], sums[:, 1]))
    assert found is not None
    assert 0 <= found[0] < 2 / 3 < found[1] <= 1
    assert interval([[0, 0]], lambda sums: ratio(sums[:, 0], sums[:, 1])) is None


def test_report_is_the_same_bytes_twice() -> None:
    gold = [(NOTE, facts("n1", PAIN, FABER, GAENSLEN))]
    predicted = {"n1": facts("n1", FABER, THERAPY)}
    assert score_facts(gold, predicted).model_dump_json() == score_facts(gold, predicted).model_dump_json()
