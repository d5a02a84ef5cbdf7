"""JSON Schema of what goes in and what comes out."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

from chartproof.assessment import Assessment
from chartproof.facts import NoteFacts
from chartproof.notes import Case, Note

MODELS: dict[str, type[BaseModel]] = {"note": Note, "case": Case, "facts": NoteFacts, "assessment": Assessment}


def schema(name: str) -> dict[str, Any]:
    """JSON Schema (2020-12) of ``note``, ``case``, ``facts`` or ``assessment``; KeyError for another name."""
    mode: Literal["validation", "serialization"] = "serialization" if name in ("facts", "assessment") else "validation"
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **MODELS[name].model_json_schema(mode=mode),
    }
