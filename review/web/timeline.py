"""The procedures of a case drawn over time: what was done, when, on which side, and what it brought.

One row for each procedure and one for the request, as an inline SVG without styles of its own (classes only), and as
rows for the table that says the same in words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from chartproof.evaluate.chart import Chart, Item
from chartproof.evaluate.dates import Days
from chartproof.evaluate.guideline import Guideline
from chartproof.evaluate.timeline import Event, Timeline
from chartproof.facts import NoteFacts, Relief
from chartproof.notes import Case

WIDTH = 680
_LEFT, _RIGHT = 224, 492  # the axis runs between these; what and side stand left of it, the relief right
_TOP, _ROW = 12, 34
_BAR = 64  # the length of 100% relief
_LONGEST = 32  # letters of a name, or of a relief, that fit beside the axis

_NAMES = {
    "esi": "epidural injection",
    "esi_interlaminar": "interlaminar epidural",
    "esi_transforaminal": "transforaminal epidural",
    "esi_caudal": "caudal epidural",
    "si_joint_injection": "SI joint injection",
    "rf_ablation": "radiofrequency ablation",
    "scs_trial": "stimulator trial",
    "scs_implant": "stimulator implant",
    "bvna": "basivertebral ablation",
}


@dataclass(frozen=True)
class TimelineRow:
    """One procedure in words, and the spans of its mentions and relief statements: (note id, start, end)."""

    what: str
    when: str
    side: str
    relief: str
    spans: tuple[tuple[str, int, int], ...]
    days: Days | None
    percent: float | None


@dataclass(frozen=True)
class Drawing:
    """The procedures, oldest first, with those without a date at the end; `svg` is None when there are none."""

    rows: tuple[TimelineRow, ...]
    svg: Markup | None


def draw(case: Case, facts: Sequence[NoteFacts], guideline: Guideline | None, reference: str | None) -> Drawing:
    """The procedures of a case as the evaluator counts them: one event for all the notes that tell it.

    Inputs: the case and the facts of its notes; its guideline, None when that is not at hand; the ISO date of the
    request, which the drawing ends at.
    """
    chart = Chart(case, facts, region=guideline.region, place=guideline.place) if guideline else Chart(case, facts)
    events = Timeline(chart).events
    rows = sorted(map(_row, events), key=lambda row: row.days is None)
    asked = dt.date.fromisoformat(reference) if reference else None
    return Drawing(tuple(rows), _svg(rows, asked) if rows else None)


def _row(event: Event) -> TimelineRow:
    where = "" if event.kind in ("si_joint_injection", "esi_caudal") else event.region or ""
    name = _NAMES.get(event.kind, event.kind.replace("_", " ")) if event.family in _families(event) else event.family
    what = " ".join(part for part in (where, name.replace("_", " ")) if part)
    spans = [(item.note.note_id, *span) for item in (*event.mentions, *event.reliefs) for span in item.fact.spans]
    told = list(dict.fromkeys(filter(None, map(_relief, event.reliefs))))
    percents = [item.fact.percent_low for item in event.reliefs if item.fact.percent_low is not None]
    return TimelineRow(
        what[:1].upper() + what[1:],
        str(event.date) if event.dated else "no date in the notes",
        event.side or "",
        "; ".join(told),
        tuple(dict.fromkeys(spans)),
        event.date if event.dated else None,
        max(percents) if percents else None,
    )


def _families(event: Event) -> set[str]:
    """The families that the kind's own name says enough of."""
    return {event.kind, "esi", "facet", "rfa", "sij", "surgery"}


def _relief(item: Item[Relief]) -> str:
    fact = item.fact
    parts = []
    if fact.percent_low is not None or fact.percent_high is not None:
        parts.append(f"{_range(fact.percent_low, fact.percent_high)}%")
    if fact.unit and (fact.low is not None or fact.high is not None):
        amount = _range(fact.low, fact.high)
        parts.append(f"{amount} {fact.unit}{'' if amount == '1' else 's'}")
    if fact.ongoing:
        parts.append("ongoing")
    if fact.functional:
        parts.append("better function")
    return ", ".join(parts)


def _range(low: float | None, high: float | None) -> str:
    if low is None:
        return f"up to {high:g}"
    return f"over {low:g}" if high is None else f"{low:g}" if low == high else f"{low:g}-{high:g}"


# -- drawing -------------------------------------------------------------------------------------------------------


def _svg(rows: Sequence[TimelineRow], asked: dt.date | None) -> Markup:
    days = [row.days for row in rows if row.days is not None]
    first, last = _axis(days, asked)
    bottom = _TOP + _ROW * (len(rows) + (asked is not None))
    parts = [
        f'<svg class="timeline" viewBox="0 0 {WIDTH} {bottom + 24}" role="img" aria-labelledby="timeline-title">',
        f'<title id="timeline-title">{len(rows)} procedure{"" if len(rows) == 1 else "s"} over time; the table below'
        " says the same in words</title>",
    ]
    if first is not None and last is not None:
        parts += _ticks(first, last, bottom)
    for number, row in enumerate(rows):
        parts += _drawn(row, number, first, last)
    if asked is not None and first is not None and last is not None:
        y = _TOP + _ROW * len(rows) + _ROW / 2
        x = _place(asked, first, last)
        parts.append(f'<text x="0" y="{y + 4:g}" class="t-what">Request</text>')
        parts.append(f'<path d="M{x:.1f} {y - 7:g} l7 7 l-7 7 l-7 -7 z" class="t-request"/>')
        parts.append(f'<text x="{_RIGHT + 16}" y="{y + 4:g}" class="t-small">{asked.isoformat()}</text>')
    parts.append("</svg>")
    return Markup("".join(parts))


def _axis(days: Sequence[Days], asked: dt.date | None) -> tuple[dt.date | None, dt.date | None]:
    """The ends of the axis: whole months around everything that has a date."""
    known = [day for one in days for day in one if day not in (dt.date.min, dt.date.max)]
    if asked is not None:
        known.append(asked)
    if not known:
        return None, None
    first, last = min(known).replace(day=1), max(known)
    if (last - first).days < 60:
        first = (first - dt.timedelta(days=45)).replace(day=1) if first.year > 1 else first
    return first, last


def _place(day: dt.date, first: dt.date, last: dt.date) -> float:
    share = (min(max(day, first), last) - first).days / max((last - first).days, 1)
    return _LEFT + 8 + share * (_RIGHT - _LEFT - 16)


def _ticks(first: dt.date, last: dt.date, bottom: float) -> list[str]:
    months = (last.year - first.year) * 12 + last.month - first.month
    step = next((step for step in (1, 2, 3, 6, 12, 24, 60, 120, 240) if months / step <= 5), 600)
    parts = [f'<line x1="{_LEFT}" y1="{bottom}" x2="{_RIGHT}" y2="{bottom}" class="t-axis"/>']
    for index in range(first.year * 12 + first.month - 1, last.year * 12 + last.month, 1):
        if index % step:
            continue
        day = dt.date(index // 12, index % 12 + 1, 1)
        x = _place(day, first, last)
        if day < first or (last - day).days / max((last - first).days, 1) < 0.04:
            continue
        label = f"{day.year}" if step >= 12 else f"{day:%b} {day.year}"
        parts.append(f'<line x1="{x:.1f}" y1="{_TOP - 8}" x2="{x:.1f}" y2="{bottom}" class="t-grid"/>')
        parts.append(f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="middle" class="t-small">{label}</text>')
    return parts


def _drawn(row: TimelineRow, number: int, first: dt.date | None, last: dt.date | None) -> list[str]:
    y = _TOP + _ROW * number + _ROW / 2
    what = row.what if len(row.what) <= _LONGEST else f"{row.what[: _LONGEST - 1]}…"
    parts = [
        f'<text x="0" y="{y - 2:g}" class="t-what">{escape(what)}</text>',
        f'<text x="0" y="{y + 12:g}" class="t-small">{escape(" · ".join(filter(None, (row.side, row.when))))}</text>',
    ]
    if row.days is not None and first is not None and last is not None:
        left, right = _place(row.days.lo, first, last), _place(row.days.hi, first, last)
        parts.append(f'<line x1="{_LEFT}" y1="{y:g}" x2="{_RIGHT}" y2="{y:g}" class="t-grid"/>')
        if row.days.exact:
            parts.append(f'<circle cx="{left:.1f}" cy="{y:g}" r="6" class="t-event"/>')
        else:
            parts.append(
                f'<rect x="{left - 4:.1f}" y="{y - 5:g}" width="{max(right - left, 4) + 8:.1f}" height="10" rx="5"'
                ' class="t-event t-span"/>'
            )
    return parts + _relief_drawn(row, y)


def _relief_drawn(row: TimelineRow, y: float) -> list[str]:
    x = _RIGHT + 16
    if row.percent is None:
        return [f'<text x="{x}" y="{y + 4:g}" class="t-small">{escape(_short(row.relief) or "relief not told")}</text>']
    filled = _BAR * min(row.percent, 100) / 100
    return [
        f'<rect x="{x}" y="{y - 8:g}" width="{_BAR}" height="8" rx="4" class="t-track"/>',
        f'<rect x="{x}" y="{y - 8:g}" width="{filled:.1f}" height="8" rx="4" class="t-relief"/>',
        f'<text x="{x}" y="{y + 12:g}" class="t-small">{escape(_short(row.relief))}</text>',
    ]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
