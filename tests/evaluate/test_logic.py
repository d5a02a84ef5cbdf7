"""Laws of the three-valued logic."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartproof.assessment import Status
from chartproof.evaluate.logic import all_of, any_of, negation

STATUSES: tuple[Status, ...] = get_args(Status)
statuses = st.lists(st.sampled_from(STATUSES), max_size=6)
decided = st.lists(st.sampled_from(("met", "not_met", "not_documented", "external")), min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("parts", "conjunction", "disjunction"),
    [
        ([], "met", "not_met"),
        (["met"], "met", "met"),
        (["not_met"], "not_met", "not_met"),
        (["not_documented"], "not_documented", "not_documented"),
        (["external"], "external", "external"),
        (["external", "not_documented"], "not_documented", "not_documented"),
        (["external", "not_met"], "not_met", "external"),
        (["external", "not_applicable"], "external", "external"),
        (["not_applicable"], "not_applicable", "not_applicable"),
        (["met", "not_met"], "not_met", "met"),
        (["met", "not_documented"], "not_documented", "met"),
        (["not_met", "not_documented"], "not_met", "not_documented"),
        (["met", "not_applicable"], "met", "met"),
        (["not_met", "not_applicable"], "not_met", "not_met"),
        (["met", "external"], "external", "met"),
    ],
)
def test_tables(parts: list[Status], conjunction: Status, disjunction: Status) -> None:
    assert all_of(parts) == conjunction
    assert any_of(parts) == disjunction


@given(statuses)
def test_order_and_repetition_have_no_effect(parts: list[Status]) -> None:
    assert all_of(parts) == all_of(reversed(parts)) == all_of(parts * 2)
    assert any_of(parts) == any_of(reversed(parts)) == any_of(parts * 2)


@given(decided)
def test_de_morgan(parts: list[Status]) -> None:
    assert negation(all_of(parts)) == any_of(negation(part) for part in parts)
    assert negation(any_of(parts)) == all_of(negation(part) for part in parts)


ORDER: tuple[Status, ...] = ("not_met", "not_documented", "external", "met")


@given(st.lists(st.sampled_from(ORDER), min_size=1, max_size=6))
def test_an_and_takes_the_part_that_comes_first(parts: list[Status]) -> None:
    assert all_of(parts) == min(parts, key=ORDER.index)


@given(statuses, statuses)
def test_external_is_never_settled_by_what_is_open(parts: list[Status], more: list[Status]) -> None:
    joined = all_of(["external", *parts])
    assert joined in ("not_met", "not_documented", "external")
    assert (joined == "external") == (not {"not_met", "not_documented"} & set(parts))
    assert any_of(["external", *more]) in ("met", "not_documented", "external")


@given(st.lists(st.sampled_from(STATUSES), max_size=6), st.lists(st.sampled_from(STATUSES), max_size=6))
def test_an_and_of_parts_is_the_and_of_all(parts: list[Status], more: list[Status]) -> None:
    if parts and more:
        assert all_of([all_of(parts), all_of(more)]) == all_of([*parts, *more])
        assert any_of([any_of(parts), any_of(more)]) == any_of([*parts, *more])


@given(statuses)
def test_negation_is_its_own_inverse(parts: list[Status]) -> None:
    assert [negation(negation(part)) for part in parts] == parts


@given(statuses, st.sampled_from(STATUSES))
def test_an_and_is_met_only_if_every_part_is_met_or_not_applicable(parts: list[Status], extra: Status) -> None:
    if all_of([*parts, extra]) == "met":
        assert {*parts, extra} <= {"met", "not_applicable"}


@given(statuses)
def test_an_or_is_met_only_by_a_met_part(parts: list[Status]) -> None:
    assert (any_of(parts) == "met") == ("met" in parts)
