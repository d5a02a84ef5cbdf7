"""JSON lines."""

from __future__ import annotations

import json

from chartproof.assessment import Assessment
from chartproof.facts import NoteFacts
from chartproof.render.json import assessment_json, facts_json


def test_facts_are_one_line_without_what_the_note_does_not_give(facts: NoteFacts) -> None:
    line = facts_json(facts)
    assert line.endswith("\n")
    assert line.count("\n") == 1
    content = json.loads(line)
    assert content["note_id"] == "n1"
    assert "kinds" not in content
    assert content["facts"][0] == {
        "spans": [[8, 12]],
        "assertion": "present",
        "section": "history",
        "source": "rule:pain",
        "kind": "pain_score",
        "low": 7.0,
        "high": 7.0,
        "statistic": "unspecified",
    }


def test_assessment_has_every_key_of_the_contract(assessment: Assessment) -> None:
    content = json.loads(assessment_json(assessment))
    assert {"case_id", "request", "guideline", "guideline_version", "pathway", "determination"} <= content.keys()
    assert {"criteria", "gates", "pathways"} <= content.keys()
    assert content["request"] == {"cpt": ["27096"], "side": "left", "levels": []}
    first = content["criteria"][0]
    assert {"id", "status", "text", "source", "reason", "evidence", "missing"} <= first.keys()
    assert first["missing"] is None
    assert first["evidence"] == [{"note_id": "n1", "start": 8, "end": 12, "text": "7/10"}]
    assert content["pathways"][0] == {"id": "g-1.main", "status": "not_documented"}
    assert Assessment.model_validate(content) == assessment
