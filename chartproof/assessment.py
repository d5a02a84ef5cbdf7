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


class Assessment(BaseModel):
    """A pre-filled assessment of one request for a human reviewer; never a coverage decision."""

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
    initial_or_repeat: Literal["initial", "repeat"] | None = None
    reference_date: str | None = Field(default=None, description="ISO date the windows count back from.")
    guideline_from: Literal["cpt", "note", "option"] = Field(
        default="cpt", description="How the guideline was chosen; 'note': from the procedure the note plans."
    )
    hashes: dict[str, str] = Field(
        default_factory=dict, description="SHA-256 of each note, of the guideline file and of the rule set."
    )
    llm: LLMReport | None = Field(default=None, description="The part of a language model; absent when none was asked.")
