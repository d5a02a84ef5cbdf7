"""What a review is: a case, what the machine made of it, what people changed, and what follows from both.

`machine` never changes after it was made. `reviewed` is the machine's evaluation run again on the corrected facts, with
the statuses that a person set; every value's origin can be told from `corrections`.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from chartproof.assessment import Assessment, Evidence, Status
from chartproof.facts import Fact, NoteFacts
from chartproof.notes import Case

#: How a shown status came about: by the machine, by the machine and then changed by a person, or by a person alone
#: (Da Vinci DTR: auto, override, manual).
Origin = Literal["auto", "override", "manual"]
State = Literal["open", "signed"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Override(_Model):
    """A status that a person set, with the reason given for it (never empty)."""

    status: Status
    reason: str = Field(min_length=1, max_length=2000)
    by: str
    at: dt.datetime


class RejectedFact(_Model):
    """A fact of the machine that a person struck out; `fact_id` is that of `fact_id(note_id, fact)`."""

    fact_id: str
    reason: str = Field(default="", max_length=2000)
    by: str
    at: dt.datetime


class AddedFact(_Model):
    """A fact that a person added; its `source` is ``manual:<name>`` and its spans lie in the note."""

    note_id: str
    fact: Fact
    by: str
    at: dt.datetime


class AddedEvidence(_Model):
    """A span that a person cites for a criterion."""

    criterion_id: str
    evidence: Evidence
    by: str
    at: dt.datetime


class Corrections(_Model):
    """Everything people changed, in the order they did."""

    overrides: dict[str, Override] = Field(default_factory=dict, description="By criterion or gate id.")
    rejected: tuple[RejectedFact, ...] = ()
    added: tuple[AddedFact, ...] = ()
    evidence: tuple[AddedEvidence, ...] = ()


class SignOff(_Model):
    """The signature that closes a review; afterwards it is read-only."""

    name: str = Field(min_length=1, max_length=200)
    by: str
    at: dt.datetime


class Review(_Model):
    """One assessment under review. `version` counts the changes; a change names the version it was made on."""

    id: str
    case: Case
    facts: tuple[NoteFacts, ...] = Field(description="What the machine found, one entry per note, in order.")
    machine: Assessment
    corrections: Corrections = Corrections()
    reviewed: Assessment
    created_at: dt.datetime
    created_by: str
    updated_at: dt.datetime
    signed: SignOff | None = None
    version: int = 1

    @property
    def state(self) -> State:
        """Whether the review is still open for changes."""
        return "open" if self.signed is None else "signed"


class WorklistQuery(_Model):
    """What of the worklist is shown."""

    search: str = Field(default="", description="Words in case id, guideline or name of the signer; never note text.")
    state: State | None = None
    determination: str | None = None
    guideline: str | None = None
    sort: Literal["updated", "created", "case", "determination", "guideline"] = "updated"
    descending: bool = True
    page: int = Field(default=1, ge=1)
    size: int = Field(default=50, ge=1, le=500)


class WorklistRow(_Model):
    """A review in the worklist; nothing of the notes."""

    id: str
    case_id: str
    guideline: str
    determination: str
    missing: int = Field(description="How many criteria and gates are not documented.")
    state: State
    created_at: dt.datetime
    updated_at: dt.datetime
    signed_by: str | None = None


class WorklistPage(_Model):
    """One page of the worklist and how many reviews there are in all."""

    rows: tuple[WorklistRow, ...]
    total: int
    query: WorklistQuery


class AuditEntry(_Model):
    """One line of the audit trail. `before` and `after` hold ids, statuses and hashes, no note text.

    `hash` is the SHA-256 over this entry without it and the `previous` entry's hash.
    """

    number: int
    at: dt.datetime
    actor: str
    action: str
    review_id: str | None
    before: dict[str, object] | None
    after: dict[str, object] | None
    previous: str
    hash: str
