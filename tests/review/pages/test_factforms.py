"""The form of a fact has the fields of its kind, and gives the fact that was filled in."""

from __future__ import annotations

import pytest

from chartproof.errors import ChartproofError
from chartproof.facts import FACT_ADAPTER, KINDS, FactBase
from chartproof.review.web.factforms import FieldsError, fields_of, read_fact
from chartproof.spans import Span

SPANS = (Span(0, 4),)


@pytest.mark.parametrize("kind", KINDS)
def test_every_attribute_of_a_kind_is_asked_for_once(kind: str) -> None:
    names = [field.name for field in fields_of(kind)]
    model = next(one for one in FactBase.__subclasses__() if one.model_fields["kind"].default == kind)
    assert sorted(names) == sorted(set(model.model_fields) - set(FactBase.model_fields) - {"kind"})


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_choice_of_every_field_makes_a_fact(kind: str) -> None:
    samples = {"yesno": "yes", "number": "3", "date": "2024-05", "text": "walking", "list": "L4-5, L5-S1"}
    values = {field.name: (field.options or (samples.get(field.kind, ""),))[0] for field in fields_of(kind)}
    fact = read_fact(kind, values, "historical", SPANS, "ann")
    assert (fact.kind, fact.assertion, fact.source) == (kind, "historical", "manual:ann")
    assert FACT_ADAPTER.validate_json(fact.model_dump_json()) == fact


def test_one_number_is_an_exact_amount_and_a_range_stays_one() -> None:
    exact = read_fact("pain_score", {"low": "7"}, "", SPANS, "ann")
    assert exact.model_dump(exclude_none=True)["high"] == 7
    told = read_fact("pain_score", {"low": "7", "high": "8"}, "", SPANS, "ann")
    assert told.model_dump(exclude_none=True)["high"] == 8


@pytest.mark.parametrize(
    ("kind", "values", "wrong"),
    [
        ("pain_score", {}, {"low", "high"}),
        ("pain_score", {"low": "secret-word"}, {"low", "high"}),
        ("pain_score", {"low": "11"}, {"low", "high"}),
        ("exam_test", {"test": "secret-word"}, {"test"}),
        ("therapy", {"modality": "massage", "start": "secret-word"}, {"start"}),
        ("psych_evaluation", {"done": "secret-word"}, {"done"}),
    ],
)
def test_errors_name_their_field_and_never_the_value(kind: str, values: dict[str, str], wrong: set[str]) -> None:
    with pytest.raises(FieldsError) as raised:
        read_fact(kind, values, "present", SPANS, "ann")
    assert set(raised.value.errors) == wrong
    assert "secret-word" not in str(raised.value)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ChartproofError, match="no such kind"):
        fields_of("rumour")
