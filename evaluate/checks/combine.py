"""Checks made of other checks, and the constant ones."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from chartproof.evaluate import finding, logic
from chartproof.evaluate.checks import registry
from chartproof.evaluate.checks.registry import NoParams, Params, check
from chartproof.evaluate.finding import Finding
from chartproof.evaluate.judgement import Judgement


class CheckSpec(BaseModel):
    """A check with its parameters, as a guideline file writes it; both are validated when the file is loaded."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    check: str
    params: dict[str, Any] = Field(default_factory=dict)
    _bound: Params = PrivateAttr()

    @model_validator(mode="after")
    def _bind(self) -> CheckSpec:
        self._bound = registry.params_of(self.check, self.params)
        return self

    def judge(self, judgement: Judgement) -> Finding:
        """Run the check."""
        return registry.run(judgement, self.check, self._bound)


class PartsParams(Params):
    """The checks that are combined."""

    parts: tuple[CheckSpec, ...] = Field(min_length=1)


class PartParams(Params):
    """The check that is negated."""

    part: CheckSpec


@check("any_of", PartsParams)
def any_of(judgement: Judgement, params: PartsParams) -> Finding:
    """Met if any part is met, not met only if all parts are not met."""
    return finding.either(*(part.judge(judgement) for part in params.parts))


@check("all_of", PartsParams)
def all_of(judgement: Judgement, params: PartsParams) -> Finding:
    """Met if all parts are met or not applicable, not met if any part is not met."""
    return finding.both(*(part.judge(judgement) for part in params.parts))


@check("stated_or", PartsParams)
def stated_or(judgement: Judgement, params: PartsParams) -> Finding:
    """The first part, or an exception after it that holds only when the notes state it; silence counts as none."""
    first, *exceptions = (part.judge(judgement) for part in params.parts)
    if first.status == "met":
        return first
    return next((one for one in exceptions if one.status == "met"), first)


@check("none_of", PartsParams)
def none_of(judgement: Judgement, params: PartsParams) -> Finding:
    """Not met if any part is met, otherwise met: for absence criteria, where silence is enough."""
    found = [part.judge(judgement) for part in params.parts]
    present = [one for one in found if one.status == "met"]
    if present:
        return finding.either(*present).as_status("not_met")
    unclear = [one for one in found if one.conflict or one.status == "external"]
    if unclear:
        return finding.either(*unclear)
    denied = tuple(item for one in found if one.status == "not_met" for item in one.items)
    return finding.met("No note documents it", denied)


@check("negation", PartParams)
def negation(judgement: Judgement, params: PartParams) -> Finding:
    """Met if the part is not met, and the other way round."""
    found = params.part.judge(judgement)
    return found.as_status(logic.negation(found.status))


@check("always", NoParams)
def always(judgement: Judgement, params: NoParams) -> Finding:
    """Always met."""
    return finding.met("It applies to every such request")
