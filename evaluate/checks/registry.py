"""The registry: check name -> function and the model of its parameters."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict

from chartproof.evaluate.finding import Finding
from chartproof.evaluate.judgement import Judgement


class Params(BaseModel):
    """Base of check parameters: unknown names are errors when a guideline file is loaded."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NoParams(Params):
    """For checks without parameters."""


P = TypeVar("P", bound=Params)
CheckFunction = Callable[[Judgement, Any], Finding]

_CHECKS: dict[str, tuple[type[Params], CheckFunction]] = {}


def check(
    name: str, params: type[P]
) -> Callable[[Callable[[Judgement, P], Finding]], Callable[[Judgement, P], Finding]]:
    """Register a function as the check `name` with parameters of the model `params`."""

    def register(function: Callable[[Judgement, P], Finding]) -> Callable[[Judgement, P], Finding]:
        if name in _CHECKS:
            raise ValueError(f"two checks are named {name}")
        _CHECKS[name] = (params, function)
        return function

    return register


def names() -> list[str]:
    """The names of all checks, sorted."""
    return sorted(_CHECKS)


def params_of(name: str, values: dict[str, Any]) -> Params:
    """The parameters of check `name` from the values of a guideline file.

    Errors: ValueError for an unknown check; pydantic's ValidationError for unknown or wrong parameters.
    """
    if name not in _CHECKS:
        raise ValueError(f"unknown check {name!r}; known are {', '.join(names())}")
    return _CHECKS[name][0].model_validate(values)


def params_model(name: str) -> type[Params]:
    """The model of the parameters of check `name`. Errors: KeyError for an unknown check."""
    return _CHECKS[name][0]


def meaning(name: str) -> str:
    """What check `name` says when it is met, in a sentence or two. Errors: KeyError for an unknown check."""
    return inspect.getdoc(_CHECKS[name][1]) or ""


def run(judgement: Judgement, name: str, params: Params) -> Finding:
    """Judge one check; `params` come from `params_of`."""
    return _CHECKS[name][1](judgement, params)
