"""JSON: one object per line, the same bytes for the same input."""

from __future__ import annotations

import json
from typing import Any

from chartproof.assessment import Assessment
from chartproof.facts import NoteFacts


def facts_json(facts: NoteFacts) -> str:
    """The extraction of one note on one line, as in the fact schema; attributes not given are left out."""
    return _line(facts.model_dump(mode="json", exclude_none=True))


def assessment_json(assessment: Assessment) -> str:
    """One assessment on one line. Every key stands in every object, with null where there is nothing;
    only the request leaves out what was not asked, and the part of a language model stands where it had one."""
    request = assessment.request
    unasked = None if request.icd10 else {"icd10"}
    content = {
        **assessment.model_dump(mode="json", exclude={"llm"}),
        "request": request.model_dump(mode="json", exclude_none=True, exclude=unasked),
    }
    if assessment.llm is not None:
        content["llm"] = assessment.llm.model_dump(mode="json", exclude_none=True)
    return _line(content)


def _line(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False) + "\n"
