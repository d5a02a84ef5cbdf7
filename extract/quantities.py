"""Amounts of time, percentages and vertebral levels in a stretch of text, with their offsets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from chartproof.extract.numbers import NUMBER, RANGE, parse_number
from chartproof.extract.regex import Regex
from chartproof.facts import Unit
from chartproof.spans import Span

_UNIT_NAMES: dict[str, Unit] = {}
_NAMES: tuple[tuple[Unit, str], ...] = (
    ("hour", "hours hour hrs hr h"),
    ("day", "days day"),
    ("week", "weeks week wks wk weekks"),
    ("month", "months month mos mo mths mth mnths"),
    ("year", "years year yrs yr"),
)
for _unit, _names in _NAMES:
    for _name in _names.split():
        _UNIT_NAMES[_name] = _unit
_UNIT = "|".join(sorted(_UNIT_NAMES, key=len, reverse=True))
_VAGUE = r"several|a\s+few|few|many|some|multiple|numerous|a\s+number\s+of|countless"

_DURATION = Regex(
    rf"(?:(?<![\w.,/$-])|(?<=[\s(,;:][xX]))(?:"
    rf"(?P<low>{NUMBER})(?:{RANGE}(?P<high>{NUMBER}))?(?P<plus>\s*\+|\s*(?:or\s+)?(?:so|more)(?=\s))?[\s-]*(?:full\s+|whole\s+|solid\s+|good\s+|consecutive\s+)?"
    rf"|(?P<couple>(?:(?:the|a)\s+)?(?:last\s+|past\s+)?couple(?:\s+of)?\s+|couple(?:\s+of)?\s+)"
    rf"|(?P<halfyear>half\s+(?:a\s+|an\s+))"
    rf"|(?P<one>(?:an?|one\s+full|the\s+(?:past|last)|(?:past|last|the))\s+(?:full\s+|whole\s+|good\s+|solid\s+)?)"
    rf"|(?P<vague>(?:{_VAGUE})[\s-]+(?:more\s+)?)"
    rf"|(?P<bare>(?<=for\s)|(?<=many\s))"
    rf")(?P<unit>{_UNIT})\b(?P<andhalf>\s+and\s+(?:a|one)\s+half)?(?!\s*/\s*\d|\s*old\b|-old\b|\s+of\s+(?:jan|feb|mar|apr|may\b|jun|jul|aug|sep|oct|nov|dec))",
    re.IGNORECASE,
)
#: A text without a unit holds no amount of time; most sentences are done here.
UNIT_WORDS = frozenset(_UNIT_NAMES)
#: "x15y", ">10d": a unit of one letter counts only behind a number with such a sign.
_SHORT = Regex(
    r"(?:(?<![A-Za-z])[xX×]\s?|[>~≥]\s?)(?P<low>\d{1,2})(?:\s?[-–]\s?(?P<high>\d{1,2}))?\s?\+?(?P<unit>[ywd])(?![\w/]|\s?/)"
)
_SHORT_UNITS: dict[str, Unit] = {"y": "year", "w": "week", "d": "day"}
_UNIT_WORD = Regex(rf"(?<![A-Za-z])(?:{_UNIT})\b", re.IGNORECASE)
_PERCENT = Regex(
    rf"(?<![\w.#])(?<![^%]/)(?P<cmp>(?:>=|≥|(?<![-=])>|<|~|≈)\s*)?(?P<low>{NUMBER})(?:\s?%)?(?:{RANGE}(?P<high>{NUMBER}))?\s?-?(?:%|percent\b|per\s+cent\b|pct\b)",
    re.IGNORECASE,
)
_LEVEL = Regex(
    r"(?<![A-Za-z0-9])(?P<top>[CTLS])\s?-?(?P<n>\d{1,2})(?:(?:\s?(?:-|–|‑|/|through|though|thru|to)\s?|,(?=\d(?:,\d)?(?![\d/.%,]))|(?=[CTLS]\d))(?P<bottom>[CTLS]?)(?P<m>\d{1,2}))?(?P<more>(?:(?:[-/]\s?[CTLS]?|,)\d(?!\s?-\s?[CTLS]?\d))*)(?![\d%]|/(?![CTLS]\d)|\s?(?:mm|cm|kg|mg)\b)",
)
_LEVEL_RANGE = {"C": 8, "T": 12, "L": 5, "S": 5}
_RUN_TOGETHER = frozenset({"23", "34", "45", "56", "67", "78"})  # "L45" for "L4-5"


#: "L 4/3": a left side and the third of April, as no level runs upwards.
_SIDE_AND_DATE = Regex(r"L\s\d{1,2}/\d{1,2}")
#: Days of a unit.
DAYS: dict[Unit, float] = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.0, "year": 365.0}


@dataclass(frozen=True, slots=True)
class Duration:
    """An amount of time as written; `low` and `high` are None for a vague one ("several weeks")."""

    span: Span
    low: float | None
    high: float | None
    unit: Unit


@dataclass(frozen=True, slots=True)
class Percent:
    """A percentage or a range of them; `comparison` is the sign before it, such as ``>``."""

    span: Span
    low: float
    high: float
    comparison: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """A vertebral level ("L4-5"), a single vertebra or root ("L5"), or a run ("C3-5")."""

    span: Span
    name: str

    @property
    def region(self) -> str:
        """Region of the upper end; L5-S1 is lumbar."""
        return {"C": "cervical", "T": "thoracic", "L": "lumbar", "S": "lumbar"}[self.name[0]]


def has_short_unit(text: str) -> bool:
    """Whether an amount of time with a unit of one letter ("x10d") stands in the text."""
    return _SHORT.search(text) is not None


def find_durations(text: str, offset: int = 0) -> Iterator[Duration]:
    """Amounts of time in `text`; `offset` is added to their offsets."""
    for match in _SHORT.finditer(text):
        low = float(match["low"])
        high = float(match["high"]) if match["high"] is not None else low
        span = Span(offset + match.start("low"), offset + match.end())
        yield Duration(span, min(low, high), max(low, high), _SHORT_UNITS[match["unit"]])
    yield from _find_long(text, offset)


def _find_long(text: str, offset: int) -> Iterator[Duration]:
    if _UNIT_WORD.search(text) is None:
        return
    for match in _DURATION.finditer(text):
        low: float | None
        high: float | None
        if match["low"] is not None:
            low = parse_number(match["low"])
            high = parse_number(match["high"]) if match["high"] is not None else low
        elif match["couple"] is not None:
            low = high = 2.0
        elif match["halfyear"] is not None:
            low = high = 0.5
        elif match["one"] is not None:
            if match["unit"].lower() not in ("hour", "day", "week", "month", "year", "hr", "wk", "mo", "yr"):
                low = high = None
                if not match["one"].lower().startswith(("the past", "the last", "past", "last")):
                    continue
            elif match["one"].lower().strip() == "the":
                continue
            else:
                low = high = 1.0
        else:
            if match["bare"] is not None and match["unit"].lower() not in ("years", "months", "weeks", "days"):
                continue
            low = high = None
        if match["andhalf"] and low is not None and high is not None:
            low, high = low + 0.5, high + 0.5
        if low is not None and high is not None and high < low:
            low, high = high, low
        start = match.start("couple") if match["couple"] is not None else match.start()
        lead = re.match(r"(?:the\s+)?(?:past|last)\s+|the\s+", text[start : match.end()], re.IGNORECASE)
        if lead and match["low"] is None and lead.end() < match.end() - start:
            start += lead.end()
        yield Duration(Span(offset + start, offset + match.end()), low, high, _UNIT_NAMES[match["unit"].lower()])


def find_percents(text: str, offset: int = 0) -> Iterator[Percent]:
    """Percentages between 0 and 100 in `text`; `offset` is added to their offsets."""
    for match in _PERCENT.finditer(text):
        low = parse_number(match["low"])
        high = parse_number(match["high"]) if match["high"] is not None else low
        if low is None or high is None or not 0 <= low <= 100 or not 0 <= high <= 100:
            continue
        sign = (match["cmp"] or "").strip()
        yield Percent(Span(offset + match.start(), offset + match.end()), min(low, high), max(low, high), sign)


def find_levels(text: str, offset: int = 0) -> Iterator[Level]:
    """Vertebral levels in `text`, written "L4-5" and "L5-S1" whatever the note writes; `offset` is added."""
    for match in _LEVEL.finditer(text):
        top, number = match["top"], int(match["n"])
        if match["m"] is None and match["n"] in _RUN_TOGETHER and number > _LEVEL_RANGE[top]:
            yield Level(Span(offset + match.start(), offset + match.end()), f"{top}{match['n'][0]}-{match['n'][1]}")
            continue
        if not 1 <= number <= _LEVEL_RANGE[top]:
            continue
        name = f"{top}{number}"
        if match["m"] is not None:
            bottom, last = match["bottom"] or top, int(match["m"])
            if not 1 <= last <= _LEVEL_RANGE[bottom]:
                continue
            if bottom == top and last < number and _SIDE_AND_DATE.fullmatch(match[0]):
                continue
            name += f"-{last}" if bottom == top else f"-{bottom}{last}"
        if match["more"] and not match["bottom"]:
            last_part = re.findall(r"([CTLS]?)(\d)", match["more"])[-1]
            name = f"{top}{number}-{last_part[0] if last_part[0] != top else ''}{last_part[1]}"
        yield Level(Span(offset + match.start(), offset + match.end()), name)
