"""Notes, requests and cases: what goes in."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator


class Note(BaseModel):
    """One clinic note exactly as read; every offset anywhere refers to `text`."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    note_id: str
    text: str
    date: dt.date | None = None
    type: str | None = Field(default=None, description="As the site calls it, e.g. 'office visit'.")


class Request(BaseModel):
    """What is asked for: codes, service date and where."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    cpt: tuple[str, ...] = ()
    date: dt.date | None = None
    state: str | None = None
    plan: str | None = None
    region: Literal["cervical", "thoracic", "lumbar", "sacroiliac", "other"] | None = None
    side: Literal["left", "right", "bilateral", "midline"] | None = None
    levels: tuple[str, ...] = ()
    icd10: tuple[str, ...] = Field(default=(), description="ICD-10-CM codes that stand beside the procedure codes.")
    birth_date: dt.date | None = Field(default=None, description="The patient's; read where no note gives the age.")

    @field_validator("state", "plan", "region", "side", mode="before")
    @classmethod
    def _blank_is_none(cls, value: object) -> object:
        if isinstance(value, str):
            return value.strip() or None
        return value

    @field_validator("cpt", mode="before")
    @classmethod
    def _codes_are_text(cls, value: object) -> object:
        if isinstance(value, (list, tuple)):
            return tuple(str(code).strip().upper() for code in value)
        return value

    @field_validator("icd10", mode="before")
    @classmethod
    def _diagnoses_have_a_point(cls, value: object) -> object:
        """Codes in capitals with their point: ``m48061`` is ``M48.061``."""
        if isinstance(value, (list, tuple)):
            codes = [str(code).strip().upper().replace(".", "") for code in value]
            return tuple(f"{code[:3]}.{code[3:]}" if len(code) > 3 else code for code in codes)
        return value


class Case(BaseModel):
    """A request with its notes."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    case_id: str
    request: Request = Request()
    notes: tuple[Note, ...] = Field(min_length=1)
