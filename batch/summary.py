"""The summary of a batch: one self-contained page with charts, made of counts alone; no word of a note stands in it."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from chartproof.batch.tally import BLANK, OTHERS, Tally
from chartproof.evaluate.guideline import guideline_versions
from chartproof.render.wording import DETERMINATION_SYMBOLS, DETERMINATION_WORDS, DISCLAIMER

_WIDTH = 1000
_MOST_MISSING = 10
_MOST_VALUES = 20
REJECT_WORDS = {
    "read": "cannot be read",
    "judge": "cannot be judged (codes, or no planned procedure)",
    "timeout": "took too long",
    "crash": "ended the worker process",
    "memory": "needed too much memory",
    "internal": "error of the program",
}


@dataclass(frozen=True)
class Segment:
    """A piece of a bar: its class, place and width in a bar of 1000, and how many cases it stands for."""

    name: str
    start: float
    width: float
    count: int


@dataclass(frozen=True)
class Bar:
    """A bar with its label; `detail` is a second line. Its length is relative to the longest of its chart."""

    label: str
    total: int
    segments: tuple[Segment, ...]
    detail: str = ""
    share: str = ""


def summary_page(tally: Tally, content: Mapping[str, Any]) -> str:
    """The page. `content` is that of the manifest."""
    style = resources.files("chartproof.batch").joinpath("summary.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment = Environment(
        loader=PackageLoader("chartproof.batch", ""),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    return environment.get_template("summary.html.j2").render(
        tally=tally,
        content=content,
        overall=_determinations({"All cases": tally.determinations}),
        guidelines=_determinations(_by_size(tally.guidelines)),
        missing={name: _missing(tally, name) for name in _by_size(tally.guidelines) if tally.missing.get(name)},
        columns={name: _column(values) for name, values in tally.by_column.items()},
        rejects=[(REJECT_WORDS[kind], count) for kind, count in _ranked(tally.rejects)],
        words=DETERMINATION_WORDS,
        symbols=DETERMINATION_SYMBOLS,
        disclaimer=DISCLAIMER,
        style=Markup(style),
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
    )


def percent(part: int, whole: int) -> str:
    """A share in words: never 0% or 100% for what is not none or all."""
    if not whole or part in (0, whole):
        return "100%" if whole and part else "0%"
    return f"{min(max(round(100 * part / whole), 1), 99)}%"


def _ranked(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _by_size(groups: Mapping[str, Counter[str]]) -> dict[str, Counter[str]]:
    return dict(sorted(groups.items(), key=lambda pair: (-pair[1].total(), pair[0])))


def _determinations(groups: Mapping[str, Counter[str]]) -> list[Bar]:
    longest = max((counts.total() for counts in groups.values()), default=0)
    bars = []
    for label, counts in groups.items():
        segments, start = [], 0.0
        for name in DETERMINATION_WORDS:
            width = _WIDTH * counts[name] / max(longest, 1)
            segments.append(Segment(name, round(start, 2), round(width, 2), counts[name]))
            start += width
        bars.append(Bar(label, counts.total(), tuple(segments)))
    return bars


def _missing(tally: Tally, guideline: str) -> list[Bar]:
    """What would settle it is told in the guideline's words: those of an assessment may hold dates of a patient."""
    satisfy = {one.id: one.satisfy for version in guideline_versions(guideline) for one in version.criteria()}
    cases = tally.guidelines[guideline].total()
    return [
        Bar(
            satisfy.get(criterion, criterion),
            count,
            (Segment("missing", 0, round(_WIDTH * count / cases, 2), count),),
            detail=criterion,
            share=percent(count, cases),
        )
        for criterion, count in _ranked(tally.missing[guideline])[:_MOST_MISSING]
    ]


def _column(values: Mapping[str, Counter[str]]) -> list[Bar]:
    """The values with most cases, the others together, and cases without a value last."""
    named = _by_size({value: counts for value, counts in values.items() if value not in (OTHERS, BLANK)})
    shown = dict([*named.items()][:_MOST_VALUES])
    others = sum((counts for value, counts in named.items() if value not in shown), values.get(OTHERS, Counter()))
    for label, counts in ((OTHERS, others), (BLANK, values.get(BLANK, Counter()))):
        if counts.total():
            shown[label] = counts
    return _determinations(shown)
