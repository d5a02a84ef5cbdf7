"""What the API takes: the bodies of its requests."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from chartproof.assessment import Status
from chartproof.facts import Fact

#: The version of the review that a change was made on: another one's change in between is not overwritten.
Version = Annotated[int, Field(ge=1, description="The version of the review this change is made on.")]


class Body(BaseModel):
    """Base of the bodies: unknown fields are errors."""

    model_config = ConfigDict(extra="forbid")


class LoginBody(Body):
    """Who logs in. Without users, the password is the token."""

    name: str = Field(default="", max_length=200)
    password: str = Field(max_length=1000)


class LoggedIn(BaseModel):
    """A session: its key goes into ``Authorization: Bearer``."""

    token: str
    name: str
    role: str
    seconds: int = Field(description="How long the session lasts; it ends earlier when it is not used.")


class OverrideBody(Body):
    """A status that a person sets, and why."""

    criterion_id: str
    status: Status
    reason: str
    version: Version


class SpanBody(Body):
    """A place in a note, as half-open offsets in characters."""

    note_id: str
    start: int = Field(ge=0)
    end: int = Field(ge=1)


class EvidenceBody(Body):
    """A place in a note that a person cites for a criterion, or takes back."""

    criterion_id: str
    evidence: SpanBody
    version: Version


class FactBody(Body):
    """A fact that a person adds; its ``source`` will be the person."""

    note_id: str
    fact: Fact
    version: Version


class RejectionBody(Body):
    """A fact of the machine that a person strikes out."""

    fact_id: str
    reason: str = ""
    version: Version


class SignBody(Body):
    """The name that closes a review."""

    name: str
    version: Version


class GuidelineSummary(BaseModel):
    """A guideline that can be asked for."""

    id: str
    title: str
    version: str
    cpt: tuple[str, ...]


class Verified(BaseModel):
    """Whether the audit trail is whole, and what is wrong with it."""

    intact: bool
    faults: tuple[str, ...]


def json_body(model: type[BaseModel], also: dict[str, Any] | None = None) -> dict[str, Any]:
    """The description of a body that is read by our own reader, whose errors name the field; `also`: more properties."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)  # the answers of the API bring them along
    schema["properties"] |= also or {}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
