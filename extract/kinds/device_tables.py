"""Tables of a trial: scores before and in the trial, by rows or by columns, and what the patient could do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from chartproof.extract.regex import Regex
from chartproof.spans import Span

_CELL = Regex(r"[^\s|](?:[ ]?[^\s|])*")
_MOMENT = Regex(
    r"^(?:(?:pre|base\w*|before|prior|start|post|after|during|end|final|exit|last|peak|trial|d/?c|day|d|hr|h|hour|time)\b"
    r"|\+?\s*\d{1,3}\s*(?:h|hr|hrs|hours?|min)\b|\d{1,2}/\d{1,2}\b|day\s*\d|d\d\b|(?:mon|tue|wed|thu|fri|sat|sun)\w*\b)",
    re.IGNORECASE,
)
_BASELINE = Regex(r"\b(?:pre|base\w*|before|prior)\b", re.IGNORECASE)
_AFTERMATH = Regex(
    r"\b(?:lead\s+out|leads\s+out|off|wash\s*out|post[- ]trial|after\s+(?:pull|removal)|follow[- ]?up|f/u)\b",
    re.IGNORECASE,
)
_HOURS = Regex(r"\d\s*(?:h|hr|hrs|hours?|min)\b", re.IGNORECASE)
_TIME_HEAD = Regex(r"^(?:time|date|day|when|night)s?\b", re.IGNORECASE)
_VALUE = Regex(r"^[~<>]?\s*(?P<value>\d{1,4}(?:\.\d+)?)(?P<rest>.{0,12})$")
_PAIN = Regex(r"\b(?:nrs|vas|nprs|pain|back|legs?|foot|feet|hands?|arms?|calf|calves|buttocks?)\b", re.IGNORECASE)
_SPASM = Regex(r"\b(?:spasms?|penn|mas|ashworth|tone)\b", re.IGNORECASE)
_WORST = Regex(r"\b(?:worst|best|max|min)\b", re.IGNORECASE)
_NOT_PAIN = Regex(
    r"\b(?:dose|rate|temp\w*|strength|meds?|opioids?|tabs?|pills?|sleep|walk\w*|stand\w*|sit\w*|oswestry|odi|visits?)\b",
    re.IGNORECASE,
)
_FUNCTION = Regex(
    r"\b(?:walk\w*|6mwt|sleep|slept|stand\w*|sit\w*|steps|distance|out\s+of\s+bed|up\s*time|activity|stairs|on\s+feet)\b",
    re.IGNORECASE,
)
_LEAST_GAIN = 1.3  # times the amount before the trial


class Change(NamedTuple):
    """A row or column of a table: what is scored, its amounts before and in the trial, and its characters."""

    what: str  # pain, spasm or function
    before: float
    after: float
    span: Span


class _Cell(NamedTuple):
    text: str
    start: int
    end: int


def changes(text: str) -> Iterator[Change]:
    """Yield what the tables of a trial's note show, the best hour of a single dose or the last day of a longer trial."""
    block: list[list[_Cell]] = []
    offset = 0
    for line in [*text.split("\n"), "end"]:
        cells = _cells(line, offset)
        if len(cells) >= 3 or (len(cells) == 2 and block):
            block.append(cells)
        elif line.strip():
            if len(block) >= 2:
                yield from _read(text, block)
            block = []
        offset += len(line) + 1


def _cells(line: str, offset: int) -> list[_Cell]:
    return [_Cell(m[0], offset + m.start(), offset + m.end()) for m in _CELL.finditer(line.replace("\t", "  "))]


def _read(text: str, block: list[list[_Cell]]) -> Iterator[Change]:
    head = block[0]
    moments = [cell for cell in head if _MOMENT.match(cell.text) and not _TIME_HEAD.match(cell.text)]
    if len(moments) >= 2:
        yield from _by_rows(block, moments)
    elif any(_kind(cell.text) for cell in head):
        yield from _by_columns(text, block)


def _by_rows(block: list[list[_Cell]], moments: list[_Cell]) -> Iterator[Change]:
    """The moments stand in the heading, what is scored in the first cell of a row."""
    before = next((at for at, cell in enumerate(moments) if _BASELINE.search(cell.text)), None)
    if before is None:
        return
    for row in _without_worst(block[1:]):
        what = _kind(row[0].text)
        if what is None or len(row) != len(moments) + 1:
            continue
        values = [_value(cell.text) for cell in row[1:]]
        later = [
            (value, moment)
            for value, moment in zip(values[before + 1 :], moments[before + 1 :], strict=True)
            if value is not None and not _AFTERMATH.search(moment.text)
        ]
        first = values[before]
        if first is not None and later:
            yield Change(what, first, _chosen(what, later), Span(row[0].start, row[-1].end))


def _by_columns(text: str, block: list[list[_Cell]]) -> Iterator[Change]:
    """What is scored stands in the heading, the moment in the first cell of a row."""
    head = block[0][1:] if _TIME_HEAD.match(block[0][0].text) or _kind(block[0][0].text) is None else block[0]
    rows = [row for row in block[1:] if _MOMENT.match(row[0].text)]
    for at, title in enumerate(head):
        what = _kind(title.text)
        if what is None or (_WORST.search(title.text) and sum(_kind(one.text) == what for one in head) > 1):
            continue
        told = [(row[at + 1], row[0]) for row in rows if len(row) > at + 1]
        values = [(value, moment) for one, moment in told if (value := _value(one.text)) is not None]
        before = next((value for value, moment in values if _BASELINE.search(moment.text)), None)
        later = [one for one in values if not _BASELINE.search(one[1].text) and not _AFTERMATH.search(one[1].text)]
        if before is None and what == "pain":
            before = _told_before(text[: title.start], title.text)
        if before is not None and later:
            amount = _chosen(what, later)
            row = next(moment for value, moment in later if value == amount)
            cell = next(one for one, moment in told if moment is row)
            yield Change(what, before, amount, Span(row.start, cell.end))


_BEFORE_TABLE = Regex(
    r"\b(?:pre|baseline|before)\b[^\n\d]{0,25}?\b(?P<scale>vas|nrs|nprs|pain)\b[^\n\d]{0,8}(?P<score>\d{1,3}(?:\.\d)?)",
    re.IGNORECASE,
)


def _told_before(above: str, label: str) -> float | None:
    """The score before the trial that a line above the table gives on the same scale."""
    for match in _BEFORE_TABLE.finditer(above):
        if match["scale"].lower() in label.lower():
            return float(match["score"])
    return None


def _without_worst(rows: list[list[_Cell]]) -> list[list[_Cell]]:
    """The rows without those of worst and best scores, unless there are no others."""
    usual = [row for row in rows if not _WORST.search(row[0].text)]
    return usual if any(_kind(row[0].text) == "pain" for row in usual) else rows


def _kind(label: str) -> str | None:
    if _SPASM.search(label):
        return "spasm"
    if _FUNCTION.search(label):
        return "function"
    return "pain" if _PAIN.search(label) and not _NOT_PAIN.search(label) else None


def _value(text: str) -> float | None:
    match = _VALUE.match(text)
    return None if match is None or match["rest"].lstrip().startswith("/0") else float(match["value"])


def _chosen(what: str, later: list[tuple[float, _Cell]]) -> float:
    """The amount that speaks for the trial: the best hour of a single dose, otherwise the last one."""
    values = [value for value, _ in later]
    if all(_HOURS.search(moment.text) for _, moment in later):
        return max(values) if what == "function" else min(values)
    return values[-1]


def is_gain(change: Change) -> bool:
    """Whether an amount of function rose clearly."""
    return change.what == "function" and change.after >= max(_LEAST_GAIN * change.before, change.before + 1)
