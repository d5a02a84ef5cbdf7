"""The form of a fact a person adds: its fields are those of the fact schema, one set for each kind."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from chartproof.errors import ChartproofError
from chartproof.facts import FACT_ADAPTER, KINDS, PARTIAL_DATE, Assertion, Fact, FactBase
from chartproof.facts import Fact as FactUnion
from chartproof.spans import Span

ASSERTIONS: tuple[str, ...] = get_args(Assertion)
_COMMON = set(FactBase.model_fields) | {"kind"}
_EXTENSION = "Extension: "
_LABELS = {"low": "From", "high": "To", "percent_low": "Percent from", "percent_high": "Percent to"}
_ENDS = {"high": "low", "percent_high": "percent_low"}


@dataclass(frozen=True)
class Field:
    """One field: how it is asked for (``choice``, ``yesno``, ``number``, ``date``, ``text`` or ``list``).

    `more` says that it is put aside: a finer attribute that few facts need.
    """

    name: str
    label: str
    kind: Literal["choice", "yesno", "number", "date", "text", "list"]
    required: bool
    options: tuple[str, ...] = ()
    hint: str = ""
    more: bool = False


class FieldsError(ChartproofError):
    """What is wrong with which field of a fact; the values are not repeated."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name.replace('_', ' ')}: {message}" for name, message in errors.items()))
        self.errors = dict(errors)


@cache
def fields_of(kind: str) -> tuple[Field, ...]:
    """The fields of a kind of fact, the required ones first. Errors: ChartproofError for an unknown kind."""
    model = _models().get(kind)
    if model is None:
        raise ChartproofError(f"there is no such kind of fact; kinds are {', '.join(KINDS)}")
    found = [_field(name, info) for name, info in model.model_fields.items() if name not in _COMMON]
    return tuple(sorted(found, key=lambda field: (field.more, not field.required)))


def read_fact(kind: str, values: Mapping[str, str], assertion: str, spans: Sequence[Span], by: str) -> Fact:
    """The fact of a filled-in form; empty fields are values the note does not give, and an amount
    without its upper end is one number.

    Errors: FieldsError, by field and without the values; ChartproofError for an unknown kind.
    """
    content: dict[str, Any] = {
        "kind": kind,
        "spans": list(spans),
        "assertion": assertion or "present",
        "source": f"manual:{by}",
    }
    for field in fields_of(kind):
        typed = values.get(field.name, "").strip()
        if typed:
            content[field.name] = _value(field, typed)
    for high, low in _ENDS.items():
        if low in content:
            content.setdefault(high, content[low])
    try:
        return FACT_ADAPTER.validate_python(content)
    except ValidationError as error:
        raise FieldsError(_explained(error)) from None


def _value(field: Field, typed: str) -> object:
    if field.kind == "list":
        return tuple(part for part in typed.replace(",", " ").split() if part)
    if field.kind == "yesno":
        return {"yes": True, "no": False}.get(typed, typed)
    if field.name == "sessions" and typed.isdecimal():
        return int(typed)
    return typed


def _explained(error: ValidationError) -> dict[str, str]:
    told: dict[str, str] = {}
    for item in error.errors(include_url=False, include_context=False, include_input=False):
        name = str(item["loc"][1]) if len(item["loc"]) > 1 else "kind"
        kind = item["type"]
        if kind == "missing":
            told[name] = "fill this in"
        elif kind == "string_pattern_mismatch":
            told[name] = "write a date as 2024, 2024-05 or 2024-05-14, or two with a slash between"
        elif kind.startswith(("float", "int")):
            told[name] = "write a number"
        else:
            told.setdefault(name, item["msg"][:1].lower() + item["msg"][1:])
    return told


@cache
def _models() -> dict[str, type[FactBase]]:
    union = get_args(FactUnion)[0]
    return {TypeAdapter(model).json_schema()["properties"]["kind"]["const"]: model for model in get_args(union)}


def _field(name: str, info: FieldInfo) -> Field:
    description = info.description or ""
    required = info.is_required()
    extension = description.startswith(_EXTENSION)
    hint = description.removeprefix(_EXTENSION)
    kind, options = _asked(info)
    label = _LABELS.get(name, name.replace("_", " ").capitalize())
    if name in _ENDS:
        required, hint = False, "Empty for one number"
    return Field(name, label, kind, required, options, hint[:1].upper() + hint[1:], extension and not required)


def _asked(info: FieldInfo) -> tuple[Literal["choice", "yesno", "number", "date", "text", "list"], tuple[str, ...]]:
    if any(getattr(one, "pattern", None) == PARTIAL_DATE for one in info.metadata):
        return "date", ()
    kinds = [one for one in _parts(info.annotation) if one is not type(None)]
    options = tuple(str(value) for one in kinds if get_origin(one) is Literal for value in get_args(one))
    if options:
        return "choice", options
    if any(getattr(meta, "pattern", None) == PARTIAL_DATE for one in kinds for meta in _metadata(one)):
        return "date", ()
    if bool in kinds:
        return "yesno", ()
    if any(get_origin(one) is tuple for one in kinds):
        return "list", ()
    return ("number", ()) if set(kinds) <= {int, float} else ("text", ())


def _parts(annotation: object) -> list[object]:
    """The members of a union, of unions inside it too."""
    if get_origin(annotation) in (Union, types.UnionType):
        return [part for one in get_args(annotation) for part in _parts(one)]
    return [annotation]


def _metadata(annotation: object) -> list[object]:
    if get_origin(annotation) is not Annotated:
        return []
    return [meta for one in get_args(annotation)[1:] for meta in [one, *getattr(one, "metadata", [])]]
