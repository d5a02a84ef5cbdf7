"""What a check finds: a status, one sentence of why, and the facts it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chartproof.assessment import Status
from chartproof.evaluate import logic
from chartproof.evaluate.chart import AnyItem


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check.

    `reason` is a clause without a full stop that states values and never quotes a note; `missing` says what
    documentation would settle an open question; `conflict` marks statements of one note that contradict each other.
    """

    status: Status
    reason: str
    items: tuple[AnyItem, ...] = ()
    missing: str | None = None
    conflict: bool = False

    def as_status(self, status: Status) -> Finding:
        """The same finding with another status."""
        return replace(self, status=status)

    def because(self, reason: str) -> Finding:
        """The same finding with another reason."""
        return replace(self, reason=reason)


def met(reason: str, items: Sequence[AnyItem] = ()) -> Finding:
    """The requirement holds."""
    return Finding("met", reason, tuple(items))


def not_met(reason: str, items: Sequence[AnyItem] = ()) -> Finding:
    """The notes contradict the requirement."""
    return Finding("not_met", reason, tuple(items))


def open_(reason: str, items: Sequence[AnyItem] = (), *, missing: str | None = None, conflict: bool = False) -> Finding:
    """The notes do not decide it."""
    return Finding("not_documented", reason, tuple(items), missing, conflict)


def not_applicable(reason: str, items: Sequence[AnyItem] = ()) -> Finding:
    """The requirement's own condition does not arise."""
    return Finding("not_applicable", reason, tuple(items))


def external(reason: str, items: Sequence[AnyItem] = ()) -> Finding:
    """Criteria decide that are not in the source: licensed ones, or those of another body."""
    return Finding("external", reason, tuple(items))


def either(*parts: Finding) -> Finding:
    """The OR of `parts`, with the reasons and evidence of those that decide it."""
    return _join(logic.any_of(part.status for part in parts), parts)


def both(*parts: Finding) -> Finding:
    """The AND of `parts`, with the reasons and evidence of those that decide it."""
    return _join(logic.all_of(part.status for part in parts), parts)


def _join(status: Status, parts: Sequence[Finding]) -> Finding:
    deciding = [part for part in parts if part.status == status]
    reasons = list(dict.fromkeys(part.reason for part in deciding))
    items = tuple(dict.fromkeys(item for part in deciding for item in part.items))
    missing = "; ".join(dict.fromkeys(part.missing for part in deciding if part.missing)) or None
    return Finding(status, "; ".join(reasons), items, missing, any(part.conflict for part in deciding))
