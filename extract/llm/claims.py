"""What a model may answer: for each kind a quote and those attributes that our parsers can read again from it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from chartproof.facts import (
    ExamTest,
    FactBase,
    FunctionalLimit,
    PainPattern,
    PainScore,
    Procedure,
    Relief,
    SymptomDuration,
    Therapy,
)

#: Kind -> its fact model and the attributes that are asked for. Other kinds are read by the rules from single words,
#: so that a model could only repeat or contradict them.
_ASKED: dict[str, tuple[type[FactBase], tuple[str, ...]]] = {
    "pain_score": (PainScore, ("low", "high", "statistic")),
    "symptom_duration": (SymptomDuration, ("low", "high", "unit", "since")),
    "pain_pattern": (PainPattern, ("pattern",)),
    "functional_limit": (FunctionalLimit, ("activity",)),
    "therapy": (Therapy, ("modality", "low", "high", "unit", "sessions", "status", "outcome")),
    "exam_test": (ExamTest, ("test", "result", "side")),
    "procedure": (Procedure, ("procedure", "status", "date", "levels", "side")),
    "relief": (Relief, ("percent_low", "percent_high", "low", "high", "unit", "procedure")),
}
READABLE: tuple[str, ...] = tuple(_ASKED)
MAX_CLAIMS = 100


class Claim(BaseModel):
    """An answer of the model: `quote` is said to stand in the note; the attributes differ by kind."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    kind: str
    quote: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One entry of the model's list: a claim, or the kind of one that has the wrong shape."""

    kind: str | None
    claim: Claim | None


class NotJsonError(ValueError):
    """The answer is no JSON object with a list of findings."""


@cache
def claim_model(kind: str) -> type[Claim]:
    """The pydantic model of the claims of a kind, made from its fact model."""
    fact, names = _ASKED[kind]
    fields: dict[str, Any] = {"kind": (Literal[kind], ...), "quote": (str, ...)}
    for name in names:
        annotation: Any = fact.model_fields[name].annotation
        fields[name] = (annotation | None, None)
    return create_model(f"{fact.__name__}Claim", __base__=Claim, **fields)


def answer_schema(kinds: Sequence[str]) -> dict[str, Any]:
    """JSON Schema of the whole answer: an object whose `findings` are claims of the kinds."""
    definitions = []
    for kind in kinds:
        schema = claim_model(kind).model_json_schema()
        properties = {"kind": {"type": "string", "enum": [kind]}, "quote": {"type": "string"}}
        for name, content in schema["properties"].items():
            if name not in properties:
                properties[name] = _plain(content)
        definitions.append(
            {
                "type": "object",
                "properties": properties,
                "required": list(properties),
                "additionalProperties": False,
            }
        )
    items = definitions[0] if len(definitions) == 1 else {"anyOf": definitions}
    return {
        "title": "findings",
        "description": "What the note says, each with a quote from it.",
        "type": "object",
        "properties": {"findings": {"type": "array", "items": items}},
        "required": ["findings"],
        "additionalProperties": False,
    }


def _plain(schema: Any) -> Any:
    """A schema without what not every endpoint can turn into a grammar; the answer is checked here in any case."""
    if isinstance(schema, dict):
        return {key: _plain(value) for key, value in schema.items() if key not in ("default", "title", "pattern")}
    return [_plain(one) for one in schema] if isinstance(schema, list) else schema


def read_answer(content: str, kinds: Sequence[str]) -> tuple[list[Answer], int]:
    """The entries of an answer of the kinds asked for, and how many beyond `MAX_CLAIMS` were left out.

    An entry of the wrong shape does not lose the others. Errors: NotJsonError.
    """
    try:
        data = json.loads(_unfenced(content))
    except (ValueError, RecursionError):
        raise NotJsonError from None
    found = data.get("findings") if isinstance(data, dict) else data
    if not isinstance(found, list):
        raise NotJsonError
    return [_answer(item, kinds) for item in found[:MAX_CLAIMS]], max(0, len(found) - MAX_CLAIMS)


def _unfenced(content: str) -> str:
    """The answer without the code fence that some models put around JSON."""
    text = content.strip()
    if text.startswith("```") and text.endswith("```"):
        text = text[3:-3].removeprefix("json")
    return text


def _answer(item: object, kinds: Sequence[str]) -> Answer:
    kind = item.get("kind") if isinstance(item, dict) else None
    if not isinstance(kind, str) or kind not in _ASKED:
        return Answer(None, None)
    if kind not in kinds:
        return Answer(kind, None)
    try:
        return Answer(kind, claim_model(kind).model_validate(item))
    except ValidationError:
        return Answer(kind, None)
