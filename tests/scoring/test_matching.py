from __future__ import annotations

import random
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from chartproof.facts import FACT_ADAPTER, Fact
from chartproof.scoring.matching import best_assignment, match_facts


def score(start: int, end: int, value: float = 7, **attributes: object) -> Fact:
    return FACT_ADAPTER.validate_python(
        {"kind": "pain_score", "spans": [[start, end]], "low": value, "high": value, **attributes}
    )


def therapy(start: int, end: int, **attributes: object) -> Fact:
    return FACT_ADAPTER.validate_python(
        {"kind": "therapy", "spans": [[start, end]], "modality": "physical_therapy", **attributes}
    )


def counts(gold: list[Fact], predicted: list[Fact]) -> tuple[int, int, int, int]:
    matching = match_facts(gold, predicted)
    strict = sum(match.strict for match in matching.matches)
    return len(matching.matches), strict, len(matching.missed), len(matching.false_alarms)


def test_overlap_of_one_character_is_a_match() -> None:
    assert counts([score(0, 5)], [score(4, 9)]) == (1, 1, 0, 0)


def test_touching_spans_do_not_overlap() -> None:
    assert counts([score(0, 5)], [score(5, 9)]) == (0, 0, 1, 1)


def test_only_first_spans_count() -> None:
    gold = score(0, 4, spans=[[0, 4], [10, 20]])
    assert counts([gold], [score(12, 18)]) == (0, 0, 1, 1)


def test_kinds_must_be_equal() -> None:
    assert counts([score(0, 5)], [therapy(0, 5)]) == (0, 0, 1, 1)


def test_one_prediction_matches_one_gold_fact() -> None:
    assert counts([score(0, 3), score(4, 7)], [score(0, 7)]) == (1, 1, 1, 0)
    assert counts([score(0, 7)], [score(0, 3), score(4, 7)]) == (1, 1, 0, 1)


def test_most_pairs_win_over_a_strict_pair() -> None:
    # The first prediction equals the wide gold fact, but only it can take the narrow one.
    gold = [score(0, 10, 7), score(0, 3, 5)]
    predicted = [score(0, 4, 7), score(6, 10, 9)]
    matching = match_facts(gold, predicted)
    assert len(matching.matches) == 2


def test_strict_pairs_are_preferred() -> None:
    gold = [score(0, 10, 4), score(0, 10, 9)]
    predicted = [score(2, 8, 9), score(2, 8, 4)]
    assert counts(gold, predicted) == (2, 2, 0, 0)


def test_more_equal_attributes_are_preferred_among_loose_pairs() -> None:
    gold = [score(0, 10, 4, statistic="worst", region="lumbar")]
    near = score(0, 10, 4, statistic="best", region="lumbar")
    far = score(0, 10, 5, statistic="best", region="cervical")
    (match,) = match_facts(gold, [far, near]).matches
    assert match.predicted == near
    assert match.differing == ("statistic",)


def test_strict_compares_only_what_gold_gives() -> None:
    assert counts([therapy(0, 5)], [therapy(0, 5, status="ongoing", low=8, high=8, unit="week")]) == (1, 1, 0, 0)
    assert counts([therapy(0, 5, status="ongoing")], [therapy(0, 5)]) == (1, 0, 0, 0)


def test_assertion_is_compared_even_when_gold_leaves_it_out() -> None:
    assert counts([therapy(0, 5)], [therapy(0, 5, assertion="negated")]) == (1, 0, 0, 0)


def test_reported_attributes_do_not_hinder_strict() -> None:
    (match,) = match_facts([therapy(0, 5, region="lumbar")], [therapy(0, 5, region="cervical")]).matches
    assert match.strict
    assert match.attributes["region"] is False


def test_flags_that_are_false_equal_flags_left_out() -> None:
    gold = FACT_ADAPTER.validate_python(
        {"kind": "functional_limit", "spans": [[0, 5]], "activity": "sitting", "normal": False}
    )
    predicted = FACT_ADAPTER.validate_python({"kind": "functional_limit", "spans": [[0, 5]], "activity": "driving"})
    assert counts([gold], [predicted]) == (1, 1, 0, 0)
    assert counts([gold], [predicted.model_copy(update={"normal": True})]) == (1, 0, 0, 0)


def test_order_of_input_does_not_matter() -> None:
    rng = random.Random(7)
    gold = [score(n, n + 6, n % 3, statistic=s) for n, s in enumerate(["worst", "best", "average", "current"])]
    predicted = [score(n, n + 5, n % 4, region="lumbar") for n in range(6)]
    expected = match_facts(gold, predicted)
    for _ in range(20):
        rng.shuffle(gold)
        rng.shuffle(predicted)
        assert match_facts(gold, predicted) == expected


@given(
    st.integers(1, 5).flatmap(
        lambda width: st.lists(st.lists(st.integers(0, 9), min_size=width, max_size=width), min_size=1, max_size=5)
    )
)
def test_assignment_is_the_best_there_is(weights: list[list[int]]) -> None:
    chosen = best_assignment(weights)
    rows, columns = [row for row, _ in chosen], [column for _, column in chosen]
    assert len(set(rows)) == len(rows)
    assert len(set(columns)) == len(columns)
    square = max(len(weights), len(weights[0]))
    padded = [[*row, *[0] * (square - len(row))] for row in weights] + [[0] * square] * (square - len(weights))
    best = max(sum(padded[row][column] for row, column in enumerate(order)) for order in permutations(range(square)))
    assert sum(weights[row][column] for row, column in chosen) == best
