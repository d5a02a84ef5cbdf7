"""Assessments: what comes out. The JSON of ``chartproof assess``, which others build on."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from chartproof.fallback import LLMReport
from chartproof.notes import Request

Status = Literal["met", "not_met", "not_documented", "not_applicable", "external"]
Determination = Literal["criteria_met", "criteria_not_met", "needs_information"]


class Evidence(BaseModel):
    """A note span that a status rests on; ``text`` is ``note.text[start:end]``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    note_id: str
    start: int
    end: int
    text: str


class CriterionResult(BaseModel):
    """One criterion or gate, judged."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    status: Status
    text: str = Field(description="The requirement in our own words.")
    source: str = Field(description="Document, section and bullet it comes from.")
    reason: str = Field(description="One sentence: why this status.")
    evidence: tuple[Evidence, ...] = ()
    missing: str | None = Field(default=None, description="What documentation would settle it.")
    conflict: bool = Field(default=False, description="Notes contradict each other within one note.")


class PathwayResult(BaseModel):
    """One applicable pathway and its status."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    status: Status


class CategoryResult(BaseModel):
    """The category of a triage guideline that a request falls in, and why."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    name: str
    recommendation: str = Field(description="What the guideline recommends for the category, in our own words.")
    reason: str = Field(description="One sentence: why this category; says so when it is only the default.")
    by_default: bool = Field(
        default=False, description="No consideration of this category is documented: it is what remains."
    )
    evidence: tuple[Evidence, ...] = ()


class Assessment(BaseModel):
    """A pre-filled assessment of one request for a human reviewer; never a coverage decision.

    A triage makes no coverage decision at all: it has a `category`, its `pathway` is the id of that category, and its
    determination is always ``needs_information``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    case_id: str
    request: Request
    guideline: str
    guideline_version: str
    pathway: str | None
    determination: Determination
    criteria: tuple[CriterionResult, ...]
    gates: tuple[CriterionResult, ...]
    pathways: tuple[PathwayResult, ...]
    routing: tuple[CriterionResult, ...] = Field(
        default=(), description="Who authorizes and by whose criteria, by the line of business; empty without such."
    )
    category: CategoryResult | None = Field(default=None, description="The result of a triage guideline.")
    initial_or_repeat: Literal["initial", "repeat"] | None = None
    reference_date: str | None = Field(default=None, description="ISO date the windows count back from.")
    guideline_from: Literal["cpt", "note", "option"] = Field(
        default="cpt", description="How the guideline was chosen; 'note': from the procedure the note plans."
    )
    version_note: str | None = Field(
        default=None, description="Said when the version was not yet in force on the reference date."
    )
    hashes: dict[str, str] = Field(
        default_factory=dict, description="SHA-256 of each note, of the guideline file and of the rule set."
    )
    llm: LLMReport | None = Field(default=None, description="The part of a language model; absent when none was asked.")
