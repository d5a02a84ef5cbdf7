"""Guidelines and assessments as FHIR R4, read by the library's own models."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.questionnaire import Questionnaire
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse

from chartproof import api
from chartproof.assessment import Assessment, CriterionResult
from chartproof.evaluate.guideline import guideline_versions, list_guidelines
from chartproof.records import read_case
from chartproof.render.fhir import assessment_json, questionnaire, response

GOLD = Path(__file__).resolve().parents[2] / "gold" / "cases"
GUIDELINES = [one.id for one in list_guidelines()]
VERSIONS = [version for one in GUIDELINES for version in guideline_versions(one)]


@cache
def gold_assessments() -> dict[str, list[Assessment]]:
    """The gold cases by their guideline, at most two of each: the first, and one that comes out otherwise."""
    found: dict[str, list[Assessment]] = {one: [] for one in GUIDELINES}
    for path in sorted(GOLD.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            content = json.loads(line)
            known = found[content["gold"]["guideline"]]
            if len(known) == 2:
                continue
            made = api.assess(read_case(content, path.name), guideline=content["gold"]["guideline"])
            if not known or made.pathway != known[0].pathway:
                known.append(made)
    return found


def link_ids(items: list[dict[str, Any]]) -> Iterator[str]:
    """Every link id, in order; of a response those below answers too."""
    for item in items:
        yield item["linkId"]
        yield from link_ids(item.get("item", []))
        for answer in item.get("answer", []):
            yield from link_ids(answer.get("item", []))


@pytest.mark.parametrize("guideline", VERSIONS, ids=lambda one: f"{one.id}@{one.version}")
def test_every_guideline_is_a_questionnaire(guideline: Any) -> None:
    resource = questionnaire(guideline)
    Questionnaire.model_validate(resource)
    ids = [*link_ids(resource["item"])]
    assert len(ids) == len(set(ids))
    assert set(guideline.criterion_ids) <= set(ids)


@pytest.mark.parametrize("guideline_id", GUIDELINES)
def test_gold_cases_answer_the_questions_in_their_order(guideline_id: str) -> None:
    assessments = gold_assessments()[guideline_id]
    assert assessments
    for assessment in assessments:
        resource = json.loads(assessment_json(assessment))
        QuestionnaireResponse.model_validate(resource)
        (asked,) = [one for one in guideline_versions(guideline_id) if one.version == assessment.guideline_version]
        questions = questionnaire(asked)
        assert resource["questionnaire"] == f"{questions['url']}|{questions['version']}"
        order = [*link_ids(questions["item"])]
        places = [order.index(one) for one in link_ids(resource["item"])]
        assert places == sorted(places)
        answered = set(link_ids(resource["item"]))
        assert {one.id for one in (*assessment.criteria, *assessment.gates, *assessment.routing)} <= answered


def test_the_answer_is_an_option_of_the_question() -> None:
    def options(items: list[dict[str, Any]]) -> Iterator[tuple[str, Any]]:
        for item in items:
            yield item["linkId"], [one["valueCoding"] for one in item.get("answerOption", [])]
            yield from options(item.get("item", []))

    for guideline_id, assessments in gold_assessments().items():
        asked = dict(options(questionnaire(guideline_versions(guideline_id)[0])["item"]))
        for assessment in assessments:
            for group in response(assessment)["item"]:
                for item in [group, *group.get("item", [])]:
                    for answer in item.get("answer", []):
                        assert "valueCoding" not in answer or answer["valueCoding"] in asked[item["linkId"]]


def test_the_same_assessment_gives_the_same_bytes_and_another_one_another_id() -> None:
    first, second = gold_assessments()["nia-305"][0], gold_assessments()["nia-300"][0]
    assert assessment_json(first) == assessment_json(first)
    assert json.loads(assessment_json(first))["id"] != json.loads(assessment_json(second))["id"]


@pytest.mark.parametrize("odd", ["", " \n ", "a\x00b\x1b", "\ufffe"])
def test_text_that_fhir_does_not_allow_is_left_out_or_replaced(odd: str) -> None:
    assessment = gold_assessments()["nia-305"][0]
    criteria: list[CriterionResult] = [
        one.model_copy(update={"reason": odd, "missing": odd}) for one in assessment.criteria
    ]
    resource = response(assessment.model_copy(update={"criteria": tuple(criteria)}))
    QuestionnaireResponse.model_validate(resource)
    assert odd not in json.dumps(resource, ensure_ascii=False) or not odd
