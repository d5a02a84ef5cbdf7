"""Which kinds of facts could settle the criteria that the notes leave open: what a fallback may be asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chartproof.assessment import Assessment
from chartproof.evaluate.checks.combine import CheckSpec
from chartproof.evaluate.guideline import Guideline

#: Check -> the kinds of facts that can settle it. Kinds that a check only takes its bearings from are left out.
_KINDS: Mapping[str, tuple[str, ...]] = {
    "axial_pain": ("pain_pattern",),
    "pain_pattern": ("pain_pattern",),
    "pain_described": ("pain_score", "pain_pattern", "symptom_duration"),
    "pain_or_function": ("pain_score", "functional_limit"),
    "duration_at_least": ("symptom_duration",),
    "duration_less_than": ("symptom_duration",),
    "conservative_therapy": ("therapy",),
    "ongoing_therapy": ("therapy",),
    "pain_program": ("therapy", "statement"),
    "provocative_exam": ("exam_test",),
    "examined_in_person": ("exam_test", "statement"),
    "response": ("relief", "procedure", "functional_limit"),
    "improvement_before_more": ("relief", "procedure"),
    "diagnostic_block": ("relief", "procedure", "pain_score"),
    "differential_blocks": ("relief", "procedure"),
    "interval": ("procedure",),
    "phase_count": ("procedure",),
    "limit": ("procedure",),
    "other_region": ("procedure", "statement"),
    "other_injection_since": ("procedure",),
    "within_months_of_last": ("procedure",),
    "opposite_side_within_months": ("procedure",),
    "first_weeks_limit": ("procedure",),
    "earlier_procedure": ("procedure",),
    "guidance": ("procedure",),
    "same_day": ("procedure", "statement"),
    "transforaminal_levels": ("procedure",),
    "joints": ("procedure",),
    "covered_region": ("procedure",),
    "technique": ("procedure",),
    "not_excluded": ("procedure",),
    "diagnostic_only": ("procedure",),
    "limb_pain_character": ("symptom_duration", "statement"),
    "refractory_angina": ("therapy", "statement"),
    "diagnosis": ("diagnosis",),
    "no_other_source": ("diagnosis", "pain_pattern"),
    "no_other_cause": ("diagnosis", "statement"),
    "imaging": ("imaging",),
    "no_contraindication": ("contraindication",),
    "psychological_assessment": ("psych_evaluation", "statement"),
    "device_trial": ("procedure", "statement"),
    "age_at_least": ("patient",),
    "onset_before_age": ("patient", "symptom_duration", "statement"),
}
#: What checks that are not listed are settled by: statements in words.
_STATEMENT = ("statement",)


def needed_kinds(assessment: Assessment, guideline: Guideline) -> tuple[str, ...]:
    """The kinds of facts that could settle what is not documented, sorted.

    Inputs: an assessment and the guideline it was made by. Outputs: names of kinds; empty where nothing is open.
    """
    kinds: set[str] = set()
    for result in (*assessment.criteria, *assessment.gates):
        if result.status == "not_documented":
            for spec in _specs(guideline.criterion(result.id)):
                kinds.update(_KINDS.get(spec.check, () if spec.params.get("parts") else _STATEMENT))
    return tuple(sorted(kinds))


def _specs(spec: CheckSpec) -> Iterator[CheckSpec]:
    """A check and those it is made of."""
    yield spec
    for value in (*spec.params.values(), getattr(spec, "when", None)):
        for part in value if isinstance(value, list | tuple) else (value,):
            found = _as_spec(part)
            if found is not None:
                yield from _specs(found)


def _as_spec(value: Any) -> CheckSpec | None:
    if isinstance(value, CheckSpec):
        return value
    return CheckSpec.model_validate(value) if isinstance(value, dict) and "check" in value else None
