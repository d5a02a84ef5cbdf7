"""What a person says of a criterion in place of, or beside, what the checks found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chartproof.assessment import CriterionResult, Evidence, Status


@dataclass(frozen=True, slots=True)
class Amendment:
    """A status that a person set for a criterion, or spans that a person cites for it.

    With a `status`, it, the `reason` and the `evidence` stand in place of those found. Without one, the evidence is
    added to what was found, and the status stays.
    """

    status: Status | None = None
    reason: str = ""
    evidence: tuple[Evidence, ...] = ()


#: Criterion, gate or rule id -> what a person says of it.
Amendments = Mapping[str, Amendment]


def amended(found: CriterionResult, amendment: Amendment, *, notes: Sequence[str], satisfy: str) -> CriterionResult:
    """A result as a person leaves it.

    `notes` are the note ids in the order that evidence is listed in; `satisfy` is what would settle the criterion,
    which is missing where the person calls it not documented.
    """
    if amendment.status is None:
        return found.model_copy(update={"evidence": _ordered((*found.evidence, *amendment.evidence), notes)})
    return found.model_copy(
        update={
            "status": amendment.status,
            "reason": amendment.reason,
            "evidence": _ordered(amendment.evidence, notes),
            "missing": satisfy if amendment.status == "not_documented" else None,
            "conflict": False,
        }
    )


def _ordered(evidence: Sequence[Evidence], notes: Sequence[str]) -> tuple[Evidence, ...]:
    """Each span once, in the order of notes and text."""
    return tuple(sorted(dict.fromkeys(evidence), key=lambda one: (notes.index(one.note_id), one.start, one.end)))
