"""Numbers and words for reasons."""

from __future__ import annotations

from collections.abc import Iterable


def number(value: float) -> str:
    """A number without needless decimals: 6.0 -> ``6``, 6.5 -> ``6.5``."""
    return f"{value:.1f}".removesuffix(".0")


def interval(low: float | None, high: float | None) -> str:
    """``6``, ``5-7``, ``at least 3`` or ``at most 3``."""
    if low is None:
        return f"at most {number(high)}" if high is not None else "an unstated amount"
    if high is None:
        return f"at least {number(low)}"
    return number(low) if low == high else f"{number(low)}-{number(high)}"


def amount(low: float | None, high: float | None, unit: str) -> str:
    """``6-8 weeks``, ``1 month``."""
    plural = "" if (low == 1 and high in (1, None)) or (low is None and high == 1) else "s"
    return f"{interval(low, high)} {unit}{plural}"


def plural(count: int, noun: str) -> str:
    """``1 injection``, ``3 injections``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def words(values: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``, underscores as spaces."""
    found = [value.replace("_", " ") for value in values]
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}" if found else "none"
