"""The words and groupings that the text and the HTML share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from chartproof.assessment import Assessment, CriterionResult, Determination, Status
from chartproof.facts import Fact
from chartproof.notes import Request

DISCLAIMER = "Pre-filled for a human reviewer, not a coverage decision."

#: status -> symbol and words; a status is never shown by colour alone
STATUS_SYMBOLS: dict[Status, str] = {
    "met": "✓",
    "not_met": "✗",
    "not_documented": "?",
    "not_applicable": "–",
    "external": "→",
}
STATUS_WORDS: dict[Status, str] = {
    "met": "met",
    "not_met": "NOT MET",
    "not_documented": "not documented",
    "not_applicable": "not applicable",
    "external": "external",
}
DETERMINATION_SYMBOLS: dict[Determination, str] = {
    "criteria_met": "✓",
    "criteria_not_met": "✗",
    "needs_information": "?",
}
DETERMINATION_WORDS: dict[Determination, str] = {
    "criteria_met": "Criteria met",
    "criteria_not_met": "Criteria not met",
    "needs_information": "Needs information",
}

_NO_VALUE = {"kind", "spans", "assertion", "section", "source", "low", "high", "unit", "percent_low", "percent_high"}
_BARE = {"statistic", "pattern", "activity", "modality", "test", "result", "name", "what", "topic", "value", "finding"}
_BARE |= {"status", "side", "region", "levels", "sex", "aspect", "who", "place", "operation"}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Group:
    """Criteria that are shown together: one pathway with its status, or the gates."""

    title: str
    status: Status | None
    criteria: tuple[CriterionResult, ...]


def groups(assessment: Assessment) -> list[Group]:
    """The criteria by pathway (of a triage by category), the one the request takes first, then gates and routing."""
    result: list[Group] = []
    rest = list(assessment.criteria)
    for pathway in sorted(assessment.pathways, key=lambda pathway: pathway.id != assessment.pathway):
        own = tuple(criterion for criterion in rest if criterion.id.startswith(f"{pathway.id}."))
        rest = [criterion for criterion in rest if criterion not in own]
        what = "pathway" if assessment.category is None else "category"
        name = what.capitalize() if pathway.id == assessment.pathway else f"Other {what}"
        result.append(Group(f"{name} {pathway.id}", pathway.status, own))
    if rest:
        result.append(Group("Criteria", None, tuple(rest)))
    if assessment.gates:
        result.append(Group("Gates and limits", None, assessment.gates))
    if assessment.routing:
        result.append(Group("Line of business", None, assessment.routing))
    return result


def result_words(assessment: Assessment) -> str:
    """The determination in words; of a triage, which has none, its category."""
    if assessment.category is not None:
        return f"Category: {assessment.category.name}"
    return DETERMINATION_WORDS[assessment.determination]


def result_symbol(assessment: Assessment) -> str:
    """The symbol of the determination; of a triage a neutral one."""
    return "→" if assessment.category is not None else DETERMINATION_SYMBOLS[assessment.determination]


def remarks(assessment: Assessment) -> list[str]:
    """What the determination alone does not say, and what part a language model had."""
    return [*_remarks(assessment), *_model_remarks(assessment)]


def _remarks(assessment: Assessment) -> list[str]:
    """What the determination alone does not say: the recommendation of a triage, and whose criteria are needed."""
    category = assessment.category
    if category is not None:
        return [
            f"{category.recommendation} {category.reason}",
            "A triage of how urgent it is: it makes no coverage decision.",
        ]
    found = []
    undecided = assessment.determination == "needs_information"
    if undecided and any(one.status == "external" for one in _taken(assessment)):
        found.append(
            "Needs the payer's own criteria: parts of this guideline refer to licensed criteria (such as InterQual) that"
            " are not in it, so that the notes alone cannot settle the request."
        )
    if any(one.status == "external" for one in assessment.routing):
        found.append("Other criteria govern this line of business; those judged here are shown for information.")
    if any(one.status == "not_applicable" and one.id.endswith(".authorization") for one in assessment.routing):
        found.append("No authorization is needed on this line of business.")
    return found


def _model_remarks(assessment: Assessment) -> list[str]:
    """What came from a language model, which criteria rest on it, and for which notes it gave no answer."""
    report = assessment.llm
    if report is None:
        return []
    places = {(one.note_id, span.start, span.end) for one in report.accepted for span in one.spans}
    resting = [
        one.id
        for one in (*assessment.criteria, *assessment.gates)
        if any((cited.note_id, cited.start, cited.end) in places for cited in one.evidence)
    ]
    count = len(report.accepted)
    told = [
        f"Read with the help of the language model {report.model}: {count} fact{'' if count == 1 else 's'} found by it"
        f" and read again from the notes, {len(report.rejected)} of its answers rejected."
    ]
    if resting:
        told.append(f"Check what rests on the language model: {', '.join(resting)}.")
    if report.incomplete:
        notes = ", ".join(f"{one_line(note)} ({why.replace('_', ' ')})" for note, why in report.incomplete.items())
        told.append(f"The language model gave no answer for {notes}; run again to fill that in.")
    return told


def _taken(assessment: Assessment) -> list[CriterionResult]:
    """The criteria of the pathway that the request takes."""
    return [
        criterion
        for criterion in assessment.criteria
        if assessment.pathway is None or criterion.id.startswith(f"{assessment.pathway}.")
    ]


OPEN_POINTS: dict[Status, str] = {
    "not_met": "Not met",
    "not_documented": "Missing from the notes",
    "external": "For criteria that are not in this guideline",
}


def open_points(assessment: Assessment) -> list[tuple[str, list[CriterionResult]]]:
    """What stands against the request or open, under headings, in the pathway it takes, the gates and the routing.

    A triage has none: silence about a consideration is nothing that is missing.
    """
    if assessment.category is not None:
        return []
    every = [*_taken(assessment), *assessment.gates, *assessment.routing]
    found = [(title, [one for one in every if one.status == status]) for status, title in OPEN_POINTS.items()]
    return [entry for entry in found if entry[1]]


def request_line(request: Request) -> str:
    """The request in one line: codes, dates, state and plan, where."""
    parts = [f"CPT {', '.join(request.cpt)}" if request.cpt else "no CPT code"]
    if request.icd10:
        parts.append(f"ICD-10 {', '.join(request.icd10)}")
    if request.date:
        parts.append(request.date.isoformat())
    if request.birth_date:
        parts.append(f"born {request.birth_date.isoformat()}")
    parts += [part for part in (request.state, request.plan) if part]
    where = " ".join(part for part in (request.side, request.region, ", ".join(request.levels)) if part)
    return " · ".join([*parts, where] if where else parts)


def guideline_line(assessment: Assessment, title: str | None) -> str:
    """The guideline by id, title and version."""
    name = f"{assessment.guideline} {title}" if title else assessment.guideline
    return f"{name}, version {assessment.guideline_version}"


def guideline_origin(assessment: Assessment) -> str | None:
    """Where the guideline came from, when it was not the CPT codes."""
    if assessment.guideline_from == "note":
        return "Guideline found from the procedure the note plans: the request has no CPT code. Check that it fits."
    if assessment.guideline_from == "option":
        return "Guideline chosen by option, not by CPT code."
    return None


def flat(text: str) -> str:
    """`text` safe on a terminal: white space runs become one space, control characters are replaced."""
    return _CONTROL.sub("\ufffd", re.sub(r"\s+", " ", text))


def one_line(text: str) -> str:
    """`text` flat, without white space around it."""
    return flat(text).strip()


def evidence_text(fact: Fact, text: str) -> str:
    """The quoted evidence of a fact, its spans joined by an ellipsis."""
    return " … ".join(one_line(span.of(text)) for span in fact.spans)


def describe(fact: Fact) -> str:
    """The attributes of a fact in words: ``7-8/10, average, lumbar``."""
    given = fact.model_dump(mode="json", exclude_none=True)
    parts = [*_amounts(fact.kind, given)]
    for name, value in given.items():
        if name in _NO_VALUE or value == "unspecified":
            continue
        words = ", ".join(map(str, value)) if isinstance(value, list) else _words(value)
        if value is True:
            parts.append(_words(name))
        elif value is False:
            parts.append(f"not {_words(name)}")
        elif name in _BARE or name == fact.kind:
            parts.append(words)
        elif name == "procedure":
            parts.append(f"after {words}")
        else:
            parts.append(f"{_words(name)} {words}")
    return ", ".join(parts)


def _amounts(kind: str, given: dict[str, object]) -> Iterable[str]:
    if "percent_low" in given or "percent_high" in given:
        yield f"{_range(given.get('percent_low'), given.get('percent_high'))}%"
    if "low" in given or "high" in given:
        amount = _range(given.get("low"), given.get("high"))
        unit = given.get("unit")
        if kind == "pain_score":
            yield f"{amount}/10"
        elif unit:
            yield f"{amount} {unit}{'' if amount.split()[-1] == '1' else 's'}"
        else:
            yield amount


def _range(low: object, high: object) -> str:
    ends = [f"{end:g}" if isinstance(end, (int, float)) else "" for end in (low, high)]
    if ends[0] == ends[1]:
        return ends[0]
    if not ends[1]:
        return f"over {ends[0]}"
    return f"up to {ends[1]}" if not ends[0] else f"{ends[0]}-{ends[1]}"


def _words(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value).replace("_", " ")
