"""Where a guideline file holds criteria: read off the model, so that a new part needs no change here."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel

from chartproof.evaluate.guideline import Criterion, Guideline


def _entry_model(annotation: Any) -> type[BaseModel] | None:
    """The model of the entries of a ``tuple[Model, ...]``, None for anything else."""
    inside = get_args(annotation)
    entry = inside[0] if len(inside) == 2 and inside[1] is Ellipsis else None
    return entry if isinstance(entry, type) and issubclass(entry, BaseModel) else None


_ENTRIES = {name: _entry_model(field.annotation) for name, field in Guideline.model_fields.items()}

CRITERION_PARTS: tuple[str, ...] = tuple(name for name, model in _ENTRIES.items() if model is Criterion)
"""The keys of a guideline that list criteria: gates, washington."""

GROUP_PARTS: dict[str, type[BaseModel]] = {
    name: model for name, model in _ENTRIES.items() if model is not None and "criteria" in model.model_fields
}
"""The keys that list groups of criteria, with the model of a group: pathways."""
