"""Three-valued logic over criterion statuses.

``not_applicable`` parts do not count: they are neutral in an AND and absent from an OR. ``external``
parts (licensed criteria that are not in the source) are open, like ``not_documented``.
"""

from __future__ import annotations

from collections.abc import Iterable

from chartproof.assessment import Status


def all_of(statuses: Iterable[Status]) -> Status:
    """The AND of `statuses`: not_met if any is not_met, else not_documented if any is open, else met.

    Nothing but ``not_applicable`` gives ``not_applicable``; no parts at all give ``met``.
    """
    seen = set(statuses)
    if "not_met" in seen:
        return "not_met"
    if seen & {"not_documented", "external"}:
        return "not_documented"
    return "met" if "met" in seen or not seen else "not_applicable"


def any_of(statuses: Iterable[Status]) -> Status:
    """The OR of `statuses`: met if any is met, not_met only if all that apply are not_met.

    Nothing but ``not_applicable`` gives ``not_applicable``; no parts at all give ``not_met``.
    """
    seen = set(statuses)
    if "met" in seen:
        return "met"
    if seen & {"not_documented", "external"}:
        return "not_documented"
    return "not_met" if "not_met" in seen or not seen else "not_applicable"


def negation(status: Status) -> Status:
    """The NOT of `status`: met and not_met change places, everything else stays."""
    if status == "met":
        return "not_met"
    return "met" if status == "not_met" else status
