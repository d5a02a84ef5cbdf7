"""Reviews as FHIR: read back by the library's own models, with the origin of every answer."""

from __future__ import annotations

import json
from typing import Any

from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse

from chartproof.review.exports.fhir import review_fhir
from chartproof.review.model import Review
from tests.review.charts import EXAM, PAIN, THERAPY
from tests.review.exports.samples import machine_review, signed_review

ORIGIN = "http://hl7.org/fhir/us/davinci-dtr/StructureDefinition/information-origin"


def answers(review: Review) -> dict[str, dict[str, Any]]:
    """The first answer of each item, by link id."""
    resource = json.loads(review_fhir(review))
    QuestionnaireResponse.model_validate(resource)
    found: dict[str, dict[str, Any]] = {}

    def walk(items: list[dict[str, Any]]) -> None:
        for item in items:
            walk(item.get("item", []))
            for answer in item.get("answer", []):
                found.setdefault(item["linkId"], answer)
                walk(answer.get("item", []))

    walk(resource["item"])
    return found


def origin(answer: dict[str, Any]) -> tuple[str, str | None]:
    """Source and author of an answer."""
    (told,) = [one for one in answer["extension"] if one["url"] == ORIGIN]
    parts = {one["url"]: one for one in told["extension"]}
    author = parts.get("author")
    return parts["source"]["valueCode"], author["extension"][0]["valueReference"]["display"] if author else None


def test_without_corrections_every_answer_is_automatic_and_has_no_author() -> None:
    review = machine_review()
    found = answers(review)
    shown = (*review.reviewed.criteria, *review.reviewed.gates)
    assert {origin(found[one.id]) for one in shown} == {("auto", None)}
    assert [found[one.id]["valueCoding"]["code"] for one in shown] == [one.status.replace("_", "-") for one in shown]


def test_a_person_s_answers_name_the_person_and_the_machine_s_status() -> None:
    found = answers(signed_review())
    assert origin(found[THERAPY]) == ("override", "kim")
    assert {"url": "urn:chartproof:machine-status", "valueCode": "not-documented"} in found[THERAPY]["extension"]
    assert origin(found[EXAM])[0] == "override"
    assert origin(found[PAIN]) == ("auto", None)


def test_evidence_tells_its_place() -> None:
    (item,) = [one for one in answers(signed_review())[THERAPY]["item"] if one["linkId"] == f"{THERAPY}.evidence"]
    (answer,) = item["answer"]
    place = {one["url"]: one.get("valueString", one.get("valueInteger")) for one in answer["extension"][0]["extension"]}
    note = next(one for one in signed_review().case.notes if one.note_id == place["note"])
    assert answer["valueString"] == "Physical therapy" == note.text[place["start"] : place["end"]]


def test_a_signature_completes_it() -> None:
    draft, signed = (json.loads(review_fhir(one)) for one in (machine_review(), signed_review()))
    assert draft["status"] == "in-progress"
    assert "extension" not in draft
    assert signed["status"] == "completed"
    assert signed["author"] == {"display": "Kim Doe, RN"}
    assert signed["extension"][0]["valueSignature"]["who"] == {"display": "Kim Doe, RN"}


def test_the_id_is_that_of_review_and_version() -> None:
    first, again, later = (
        json.loads(review_fhir(one))["id"]
        for one in (machine_review(), machine_review(), machine_review().model_copy(update={"version": 2}))
    )
    assert first == again != later
