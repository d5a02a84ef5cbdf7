"""FHIR R4: a guideline as a Questionnaire and an assessment as its QuestionnaireResponse, in the manner of Da Vinci DTR.

The link ids are those of the criteria. Every answer says where it came from, by the extension ``information-origin`` of
DTR (STU 2): ``auto`` from the machine, ``override`` or ``manual`` with the person who answered. The resources claim no
DTR profile: those ask for patient, coverage and order, which notes and request do not identify.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from chartproof.assessment import Assessment, CriterionResult, Determination, Evidence, Status
from chartproof.evaluate.guideline import Criterion, Guideline
from chartproof.render import wording

Resource = dict[str, Any]

DTR_ORIGIN = "http://hl7.org/fhir/us/davinci-dtr/StructureDefinition/information-origin"
ITEM_CONTROL = "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl"
STATUS_SYSTEM = "urn:chartproof:status"
DETERMINATION_SYSTEM = "urn:chartproof:determination"
CATEGORY_SYSTEM = "urn:chartproof:category"
CASE_SYSTEM = "urn:chartproof:case"
EVIDENCE_SPAN = "urn:chartproof:evidence-span"
MACHINE_STATUS = "urn:chartproof:machine-status"

_NOT_FHIR = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_ID = re.compile(r"[^A-Za-z0-9.-]+")
_NAMESPACE = uuid.UUID("0b7e0a53-6b1d-5c43-9f5e-2f6d0f6f6c55")
_HELP = {
    "coding": [{"system": "http://hl7.org/fhir/questionnaire-item-control", "code": "help", "display": "Help-Button"}]
}


@dataclass(frozen=True)
class AnswerOrigin:
    """Where an answer came from. `author` is needed for, and only for, what a person answered; `machine` is the
    machine's status, where a person set another."""

    source: Literal["auto", "override", "manual"] = "auto"
    author: str | None = None
    machine: Status | None = None


AUTO = AnswerOrigin()


def resource_json(resource: Resource, *, indent: int | None = None) -> str:
    """A resource as JSON with a line end, the same bytes for the same resource."""
    return json.dumps(resource, ensure_ascii=False, indent=indent) + "\n"


def questionnaire(guideline: Guideline) -> Resource:
    """One version of a guideline: a group for each pathway (or category), the gates and the routing."""
    source = guideline.source
    revised = f", revised {source.revised}" if source.revised else ""
    groups = [
        *((part.id, f"Pathway: {part.title}", part.criteria) for part in guideline.pathways),
        *((part.id, f"Category: {part.title}", part.criteria) for part in guideline.categories),
        (_gates(guideline.id), "Gates and limits", (*guideline.gates, *guideline.washington)),
        (_routing(guideline.id), "Line of business", guideline.routing),
    ]
    period = {"start": guideline.effective_from, "end": guideline.effective_to}
    return {
        "resourceType": "Questionnaire",
        "id": _NOT_ID.sub("-", f"{guideline.id}-{guideline.version}")[:64],
        "url": questionnaire_url(guideline.id),
        "version": guideline.version,
        "name": "".join(part.capitalize() for part in re.findall(r"[A-Za-z0-9]+", f"guideline {guideline.id}")),
        "title": fhir_string(guideline.title),
        "status": "active",
        "subjectType": ["Patient"],
        "description": fhir_string(f"Encoded from {source.publisher}, {source.document}, {source.title}{revised}."),
        "effectivePeriod": {name: day.isoformat() for name, day in period.items() if day is not None},
        "code": [{"system": "http://www.ama-assn.org/go/cpt", "code": code} for code in guideline.cpt],
        "item": [
            *_head(guideline),
            *(_question_group(link_id, title, criteria) for link_id, title, criteria in groups if criteria),
        ],
    }


def questionnaire_url(guideline_id: str) -> str:
    """The canonical url of a guideline's Questionnaire, whatever its version."""
    return f"urn:chartproof:guideline:{guideline_id}"


def _head(guideline: Guideline) -> list[Resource]:
    result: Resource = {"linkId": _result(guideline.id), "type": "choice", "readOnly": True}
    if guideline.categories:
        options = [_coding(CATEGORY_SYSTEM, one.id, one.name) for one in guideline.categories]
        result |= {"text": "Category"}
    else:
        options = [
            _coding(DETERMINATION_SYSTEM, one, wording.DETERMINATION_WORDS[one]) for one in get_args(Determination)
        ]
        result |= {"text": "Result of the criteria, no coverage decision"}
    result["answerOption"] = [{"valueCoding": one} for one in options]
    return [{"linkId": _request(guideline.id), "text": "Request", "type": "string", "readOnly": True}, result]


def _question_group(link_id: str, title: str, criteria: Iterable[Criterion]) -> Resource:
    return {
        "linkId": link_id,
        "text": fhir_string(title),
        "type": "group",
        "item": [_question(one) for one in criteria],
    }


def _question(criterion: Criterion) -> Resource:
    return {
        "linkId": criterion.id,
        "text": fhir_string(criterion.text),
        "type": "choice",
        "answerOption": [{"valueCoding": _status(one)} for one in get_args(Status)],
        "item": [
            {
                "linkId": f"{criterion.id}.help",
                "extension": [{"url": ITEM_CONTROL, "valueCodeableConcept": _HELP}],
                "text": fhir_string(f"Satisfied by: {criterion.satisfy} Source: {criterion.source}"),
                "type": "display",
            },
            {"linkId": f"{criterion.id}.reason", "text": "Reason", "type": "text"},
            {"linkId": f"{criterion.id}.missing", "text": "What would settle it", "type": "text"},
            {"linkId": f"{criterion.id}.evidence", "text": "Evidence in the notes", "type": "text", "repeats": True},
        ],
    }


def assessment_json(assessment: Assessment) -> str:
    """An assessment of the machine as a QuestionnaireResponse on one line, in progress until a person completes it."""
    resource = response(assessment)
    digest = hashlib.sha256(resource_json(resource).encode()).hexdigest()
    return resource_json({"resourceType": resource.pop("resourceType"), "id": response_id(digest), **resource})


def response_id(key: str) -> str:
    """The id of the response with this key: the same for the same key."""
    return str(uuid.uuid5(_NAMESPACE, key))


def response(
    assessment: Assessment,
    origin: Callable[[CriterionResult], AnswerOrigin] = lambda _: AUTO,
    result: AnswerOrigin = AUTO,
) -> Resource:
    """An assessment as answers to its guideline's Questionnaire, without an id.

    `origin` tells where the status of a criterion came from, `result` where the determination or category did.
    """
    guideline = assessment.guideline
    groups: list[tuple[str, Sequence[CriterionResult]]] = [
        *_by_part(assessment).items(),
        (_gates(guideline), assessment.gates),
        (_routing(guideline), assessment.routing),
    ]
    return {
        "resourceType": "QuestionnaireResponse",
        "identifier": {"system": CASE_SYSTEM, "value": fhir_string(assessment.case_id)},
        "questionnaire": f"{questionnaire_url(guideline)}|{assessment.guideline_version}",
        "status": "in-progress",
        "item": [
            {
                "linkId": _request(guideline),
                "answer": [{"valueString": fhir_string(wording.request_line(assessment.request))}],
            },
            {"linkId": _result(guideline), "answer": [_result_answer(assessment, result)]},
            *(
                {"linkId": link_id, "item": [_answered(one, origin(one)) for one in criteria]}
                for link_id, criteria in groups
                if criteria
            ),
        ],
    }


def _by_part(assessment: Assessment) -> dict[str, list[CriterionResult]]:
    """The criteria by the pathway or category they belong to: of those whose ids begin alike, the one with the longest."""
    ids = sorted((one.id for one in assessment.pathways), key=len, reverse=True)
    parts: dict[str, list[CriterionResult]] = {one.id: [] for one in assessment.pathways}
    for one in assessment.criteria:
        part = next((id_ for id_ in ids if one.id.startswith(f"{id_}.")), one.id.rpartition(".")[0])
        parts.setdefault(part, []).append(one)
    return parts


def _result_answer(assessment: Assessment, origin: AnswerOrigin) -> Resource:
    category = assessment.category
    if category is not None:
        coding = _coding(CATEGORY_SYSTEM, category.id, category.name)
    else:
        determination = assessment.determination
        coding = _coding(DETERMINATION_SYSTEM, determination, wording.DETERMINATION_WORDS[determination])
    return {"extension": _origin(origin), "valueCoding": coding}


def _answered(result: CriterionResult, origin: AnswerOrigin) -> Resource:
    nested = [
        *_told(
            f"{result.id}.reason", [{"valueString": fhir_string(result.reason)}] if fhir_string(result.reason) else []
        ),
        *_told(
            f"{result.id}.missing",
            [{"valueString": fhir_string(result.missing)}] if fhir_string(result.missing) else [],
        ),
        *_told(f"{result.id}.evidence", [_evidence(one) for one in result.evidence]),
    ]
    answer = {"extension": _origin(origin), "valueCoding": _status(result.status)}
    text = fhir_string(result.text)
    return {
        "linkId": result.id,
        **({"text": text} if text else {}),
        "answer": [{**answer, "item": nested} if nested else answer],
    }


def _told(link_id: str, answers: list[Resource]) -> list[Resource]:
    return [{"linkId": link_id, "answer": answers}] if answers else []


def _evidence(evidence: Evidence) -> Resource:
    """The quoted words and their place: half-open offsets in characters of the note as given."""
    place = [
        {"url": "note", "valueString": fhir_string(evidence.note_id)},
        {"url": "start", "valueInteger": evidence.start},
        {"url": "end", "valueInteger": evidence.end},
    ]
    return {
        "extension": [{"url": EVIDENCE_SPAN, "extension": place}],
        "valueString": fhir_string(evidence.text) or "\ufffd",
    }


def _origin(origin: AnswerOrigin) -> list[Resource]:
    parts: list[Resource] = [{"url": "source", "valueCode": origin.source}]
    if origin.author is not None:
        who = {"url": "practitioner", "valueReference": {"display": fhir_string(origin.author)}}
        parts.append({"url": "author", "extension": [who]})
    told: list[Resource] = [{"url": DTR_ORIGIN, "extension": parts}]
    if origin.machine is not None:
        told.append({"url": MACHINE_STATUS, "valueCode": _code(origin.machine)})
    return told


def _status(status: Status) -> Resource:
    return _coding(STATUS_SYSTEM, status, wording.STATUS_WORDS[status].lower())


def _coding(system: str, code: str, display: str) -> Resource:
    coding = {"system": system, "code": _code(code)}
    shown = fhir_string(display)
    return {**coding, "display": shown} if shown else coding


def _code(value: str) -> str:
    return value.replace("_", "-")


def fhir_string(text: str | None) -> str:
    """`text` as FHIR allows it: without control characters but tab and line ends, empty for nothing but white space."""
    shown = _NOT_FHIR.sub("\ufffd", text or "")
    return shown if shown.strip() else ""


def _gates(guideline_id: str) -> str:
    return f"{guideline_id}.gates"


def _routing(guideline_id: str) -> str:
    return f"{guideline_id}.routing"


def _result(guideline_id: str) -> str:
    return f"{guideline_id}.determination"


def _request(guideline_id: str) -> str:
    return f"{guideline_id}.request"
