"""What can go wrong with a review; the web app answers each with its own status."""

from __future__ import annotations

from chartproof.errors import ChartproofError


class NotFound(ChartproofError):  # noqa: N818 - the names of the contract in service.py
    """There is no such review, fact or piece of evidence."""


class Stale(ChartproofError):  # noqa: N818
    """Someone else changed the review meanwhile."""


class Signed(ChartproofError):  # noqa: N818
    """The review is signed and thereby read-only."""


class Invalid(ChartproofError):  # noqa: N818
    """A change that makes no sense: a span outside its note, an unknown criterion, an empty reason."""


class Outdated(Invalid):
    """The guideline or the program judges differently now than when the review was made."""
