"""Statements a guideline asks for in words, and facts about the patient."""

from __future__ import annotations

from dateutil.relativedelta import relativedelta

from chartproof.evaluate import finding
from chartproof.evaluate.chart import by_latest_note, on
from chartproof.evaluate.checks.registry import Params, check
from chartproof.evaluate.checks.wording import number
from chartproof.evaluate.finding import Finding
from chartproof.evaluate.judgement import Judgement
from chartproof.facts import StatementTopic

SHOWN = {
    "diagnostic_purpose": "that the injection is to identify the pain generator",
    "pain_generator_question": "that the pain generator is in question",
    "multilevel_pathology": "multi-level pathology",
    "injection_reason": "a medical reason for the injection",
    "surgery_plan": "a plan for surgery",
    "same_day_procedure": "another procedure on the same date",
    "same_day_reason": "a medical reason for several procedures on one date",
    "special_circumstances": "special circumstances",
    "new_pathology": "new pathology",
    "no_other_cause": "that there is no other cause",
    "continuous_pain": "continuous pain",
    "percutaneous_access": "percutaneous access",
    "synovial_cyst": "a synovial cyst",
}


class StatementParams(Params):
    """The topic; with `values`, each of them must be stated."""

    topic: StatementTopic
    values: tuple[str, ...] = ()


@check("statement", StatementParams)
def statement(judgement: Judgement, params: StatementParams) -> Finding:
    """A note states it; the latest note that speaks of it decides."""
    told = [
        item
        for item in judgement.chart.topic(params.topic)
        if item.fact.assertion in ("present", "negated")
        and (not params.values or item.fact.value is None or item.fact.value in params.values)
    ]
    what = SHOWN.get(params.topic, params.topic.replace("_", " "))
    if not told:
        return finding.open_(f"No note states {what}")
    if params.values:
        stated = [item for item in told if item.current and item.fact.value is not None]
        absent = [value for value in params.values if value not in {item.fact.value for item in stated}]
        if not absent:
            return finding.met(f"The notes state {what}{on(stated[-1])}", stated)
        lacking = ", ".join(value.replace("_", " ") for value in absent)
        return finding.open_(f"The notes do not state {what}: {lacking} is missing", stated, missing=lacking)
    latest = by_latest_note(told)[0]
    present = [item for item in latest if item.current]
    if present and len(present) < len(latest):
        return finding.open_(f"One note both states and denies {what}{on(latest[0])}", latest, conflict=True)
    if present:
        return finding.met(f"The notes state {what}{on(latest[0])}", present)
    return finding.not_met(f"The notes deny {what}{on(latest[0])}", latest)


class AgeParams(Params):
    """The least age in years."""

    at_least: float


@check("age_at_least", AgeParams)
def age_at_least(judgement: Judgement, params: AgeParams) -> Finding:
    """The patient is at least so old."""
    ages = [item for item in judgement.chart.patients if item.current and item.fact.age is not None]
    for group in by_latest_note(ages):
        passed = [item for item in group if (item.fact.age or 0) >= params.at_least]
        shown = number(group[0].fact.age or 0)
        if len(passed) == len(group):
            return finding.met(f"The patient is {shown} years old", passed)
        if not passed:
            return finding.not_met(f"The patient is {shown} years old", group)
        return finding.open_("One note gives different ages", group, missing="the patient's age", conflict=True)
    # Where the notes are silent, the birth date that came with the request says it.
    born, reference = judgement.chart.request.birth_date, judgement.reference
    if born is not None and reference is not None and born <= reference:
        age = relativedelta(reference, born).years
        decided = finding.met if age >= params.at_least else finding.not_met
        return decided(f"The patient is {age} years old by the birth date of the request")
    return finding.open_("The patient's age is not documented", missing="the patient's age")
