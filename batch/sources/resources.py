"""Looking into FHIR resources, of which any part may be missing or of another kind than it should be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

Resource = Mapping[str, Any]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def dig(value: Any, *names: str) -> Any:
    """What lies under these names, one in the other; None where there is nothing."""
    for name in names:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def each(value: Any) -> list[Any]:
    """The elements of a list; none of what is no list."""
    return value if isinstance(value, list) else []


def day(value: Any) -> str | None:
    """The day of a FHIR date or time; None for one that gives only its year or month."""
    match = _DAY.match(value) if isinstance(value, str) else None
    return match[0] if match else None


def last(reference: Any) -> str:
    """The id that a reference or URL ends with."""
    if not isinstance(reference, str):
        return ""
    return re.split(r"[/:]", reference.split("/_history/")[0].split("|")[0])[-1]


def references(values: Any, *kinds: str, owner: str = "") -> list[str]:
    """The ids that references point to, where they are of one of the kinds or do not say their kind.

    `owner`: the id of the resource, by which those are known that it contains (``#c1``).
    """
    found = [dig(value, "reference") for value in each(values)]
    return [
        f"{owner}{one}" if one.startswith("#") else last(one)
        for one in found
        if isinstance(one, str) and (one.startswith(("urn:", "#")) or any(f"{kind}/" in one for kind in kinds))
    ]
