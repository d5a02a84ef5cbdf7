"""Which attributes a strict match compares, and how two values are compared.

This module is the one place that says what "strict" means. A strict match needs every attribute
listed here that gold gives to be equal, and the assertion always. Any other attribute that gold
gives is only reported, as its accuracy among matches.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chartproof.facts import FactBase

# The assertion is compared for every kind, whether or not gold writes it out.
STRICT: Mapping[str, tuple[str, ...]] = {
    "pain_score": ("low", "high", "statistic"),
    "symptom_duration": ("low", "high", "unit", "since"),
    "pain_pattern": ("pattern", "side"),
    "functional_limit": ("normal",),
    "therapy": ("modality", "low", "high", "unit", "sessions", "status"),
    "exam_test": ("test", "result", "side"),
    "procedure": ("procedure", "status", "date", "side"),
    "relief": ("percent_low", "percent_high", "low", "high", "unit", "procedure", "date", "side"),
    "diagnosis": ("name", "side"),
    "imaging": ("modality", "date"),
    "contraindication": ("what",),
    "psych_evaluation": ("done",),
    "patient": ("age", "sex", "bmi"),
    "statement": ("topic", "value", "low", "high"),
}

# Not attributes of meaning, or free wording that two annotators never give alike.
NEVER_COMPARED = frozenset({"kind", "spans", "section", "source", "activity"})


def given(gold: FactBase) -> tuple[str, ...]:
    """The attributes that gold gives, in the order of the schema; the assertion always."""
    return tuple(
        name
        for name in type(gold).model_fields
        if name not in NEVER_COMPARED
        and (name == "assertion" or (name in gold.model_fields_set and getattr(gold, name) is not None))
    )


def is_strict(kind: str, name: str) -> bool:
    """Whether a strict match of this kind needs the attribute to be equal."""
    return name == "assertion" or name in STRICT[kind]


def equal(gold: Any, predicted: Any) -> bool:
    """Whether two attribute values mean the same.

    Numbers within 1e-6, text without regard to case, lists as sets. A flag is either true or left
    out in the schema, so False equals None.
    """
    if isinstance(gold, bool):
        return gold is bool(predicted)
    if predicted is None:
        return gold is None
    if isinstance(gold, float) and isinstance(predicted, (int, float)):
        return abs(gold - predicted) < 1e-6
    if isinstance(gold, tuple) and isinstance(predicted, tuple):
        return {str(item).casefold() for item in gold} == {str(item).casefold() for item in predicted}
    return str(gold).strip().casefold() == str(predicted).strip().casefold()


def compare(gold: FactBase, predicted: FactBase) -> dict[str, bool]:
    """For each attribute that gold gives, whether the prediction gives the same."""
    return {name: equal(getattr(gold, name), getattr(predicted, name)) for name in given(gold)}
