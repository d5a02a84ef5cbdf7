"""The checks that guideline files can name, as a table made from the registry."""

from __future__ import annotations

import inspect
import types
from collections.abc import Iterable
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from chartproof.evaluate.checks import registry
from chartproof.evaluate.checks.combine import CheckSpec
from chartproof.evaluate.checks.registry import NoParams
from chartproof.facts import (
    AnestheticName,
    ContraindicationName,
    DiagnosisName,
    ExamTestName,
    GuidanceName,
    Modality,
    PatternName,
    ProcedureName,
    Region,
    StatementTopic,
    TechniqueName,
)
from chartproof.render.guidelines import cell
from chartproof.render.text import outline_text

VOCABULARIES: dict[str, Any] = {
    "anesthetic": AnestheticName,
    "contraindication": ContraindicationName,
    "diagnosis": DiagnosisName,
    "guidance": GuidanceName,
    "pattern": PatternName,
    "procedure": ProcedureName,
    "region": Region,
    "technique": TechniqueName,
    "test": ExamTestName,
    "therapy": Modality,
    "topic": StatementTopic,
}
"""Names for the closed lists of values, which stand once at the end of the table."""


def checks_text(*, width: int = 100, color: bool = False) -> str:
    """Each check with its parameters and what they mean, in at most `width` columns."""
    blocks = [
        (
            name,
            "\n".join(part for part in (registry.meaning(name), _parameters_meaning(name)) if part),
            _signature(name),
        )
        for name in registry.names()
    ]
    return outline_text([], [("Checks", blocks)], width=width, color=color)


def checks_markdown() -> str:
    """The table of checks, and the values that their parameters take."""
    lines = [
        "# Checks",
        "",
        "Written by `make docs` from the program: what a guideline file can name under `check`, with its `params`. A",
        "parameter without a default must be given. How to use them is told in [authoring.md](authoring.md).",
        "",
        "| check | met when | parameters | what they mean |",
        "| --- | --- | --- | --- |",
    ]
    for name in registry.names():
        parameters = "<br>".join(f"`{one}`" for one in _parameters(registry.params_model(name))) or "none"
        meaning = cell(registry.meaning(name).replace("\n\n", " "))
        lines.append(f"| `{name}` | {meaning} | {cell(parameters)} | {cell(_parameters_meaning(name))} |")
    lines += ["", "## Values", "", "| name | values |", "| --- | --- |"]
    lines += [f"| {name} | {', '.join(f'`{one}`' for one in get_args(kind))} |" for name, kind in VOCABULARIES.items()]
    return "\n".join(lines) + "\n"


def _signature(name: str) -> str:
    return f"params: {'; '.join(_parameters(registry.params_model(name))) or 'none'}"


def _parameters_meaning(name: str) -> str:
    model = registry.params_model(name)
    return "" if model is NoParams else " ".join((inspect.getdoc(model) or "").split())


def _parameters(model: type[BaseModel]) -> Iterable[str]:
    """The parameters of a model: ``weeks: number = 0``."""
    for name, field in model.model_fields.items():
        yield f"{name}: {_kind(field.annotation)}{_default(field)}"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return ""
    value = field.get_default(call_default_factory=True)
    if isinstance(value, bool):
        return f" = {str(value).lower()}"
    if isinstance(value, (tuple, dict)):
        return f" = {'[' + ', '.join(map(str, value)) + ']' if isinstance(value, tuple) else '{}'}"
    return " = none" if value is None else f" = {value}"


def _kind(annotation: Any) -> str:
    """The kind of a parameter in words of a guideline file."""
    named = next((name for name, kind in VOCABULARIES.items() if kind == annotation), None)
    if named is not None:
        return named
    origin, inside = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        return " or ".join(_kind(one) for one in inside if one is not type(None))
    if origin is tuple:
        return f"list of {_kind(inside[0])}"
    if origin is dict:
        return f"{_kind(inside[0])} -> {_kind(inside[1])}"
    if origin is Literal:
        return " or ".join(map(str, inside))
    if isinstance(annotation, type) and issubclass(annotation, CheckSpec):
        return "check"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "{" + ", ".join(_parameters(annotation)) + "}"
    return {str: "text", bool: "true or false", int: "whole number", float: "number"}.get(annotation, "value")
