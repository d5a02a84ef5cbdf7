"""FHIR R4: a review as a QuestionnaireResponse that says of every answer whether it is the machine's or a person's."""

from __future__ import annotations

from chartproof.assessment import CriterionResult
from chartproof.render.fhir import AUTO, AnswerOrigin, Resource, fhir_string, resource_json, response, response_id
from chartproof.review.canonical import timestamp
from chartproof.review.exports.record import authors, lines, result_changed
from chartproof.review.model import Review

_SIGNATURE = "http://hl7.org/fhir/StructureDefinition/questionnaireresponse-signature"
_REVIEWED = {"system": "urn:iso-astm:E1762-95:2013", "code": "1.2.840.10065.1.12.1.13", "display": "Review Signature"}


def review_fhir(review: Review) -> str:
    """Indented JSON. Completed when the review is signed, in progress before; its id is that of review and version."""
    return resource_json(_resource(review), indent=2)


def _resource(review: Review) -> Resource:
    by_id = {line.result.id: line for line in lines(review)}

    def origin(result: CriterionResult) -> AnswerOrigin:
        line = by_id[result.id]
        if line.origin == "auto":
            return AUTO
        differs = line.machine is not None and line.machine.status != result.status
        return AnswerOrigin(line.origin, line.author, line.machine.status if differs and line.machine else None)

    changed = result_changed(review)
    resource = response(review.reviewed, origin, AnswerOrigin("override", authors(review)) if changed else AUTO)
    resource["authored"] = timestamp(review.updated_at)
    head: Resource = {"resourceType": resource.pop("resourceType"), "id": response_id(f"{review.id}/{review.version}")}
    signed = review.signed
    if signed is not None:
        who = {"display": fhir_string(signed.name)}
        signature = {"type": [_REVIEWED], "when": timestamp(signed.at), "who": who}
        head["extension"] = [{"url": _SIGNATURE, "valueSignature": signature}]
        resource |= {"status": "completed", "authored": timestamp(signed.at), "author": who}
    return {**head, **resource}
