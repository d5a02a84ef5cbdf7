"""Three-valued logic over criterion statuses.

``not_applicable`` parts do not count: they are neutral in an AND and absent from an OR. ``external``
parts (licensed criteria that are not in the source) are open; where something is also not documented, that comes
first, for it can be settled by documentation.
"""

from __future__ import annotations

from collections.abc import Iterable

from chartproof.assessment import Status


def all_of(statuses: Iterable[Status]) -> Status:
    """The AND of `statuses`: not_met if any is not_met, else not_documented, else external, else met.

    Nothing but ``not_applicable`` gives ``not_applicable``; no parts at all give ``met``.
    """
    seen = set(statuses)
    if "not_met" in seen:
        return "not_met"
    if (unsettled := _open(seen)) is not None:
        return unsettled
    return "met" if "met" in seen or not seen else "not_applicable"


def any_of(statuses: Iterable[Status]) -> Status:
    """The OR of `statuses`: met if any is met, not_met only if all that apply are not_met, else what is open.

    Nothing but ``not_applicable`` gives ``not_applicable``; no parts at all give ``not_met``.
    """
    seen = set(statuses)
    if "met" in seen:
        return "met"
    if (unsettled := _open(seen)) is not None:
        return unsettled
    return "not_met" if "not_met" in seen or not seen else "not_applicable"


def _open(seen: set[Status]) -> Status | None:
    """The open status among `seen` that counts, or None."""
    if "not_documented" in seen:
        return "not_documented"
    return "external" if "external" in seen else None


def negation(status: Status) -> Status:
    """The NOT of `status`: met and not_met change places, everything else stays."""
    if status == "met":
        return "not_met"
    return "met" if status == "not_met" else status
