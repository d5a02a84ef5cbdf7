"""Thresholds a run must reach: a YAML file of smallest (and for unsafe results largest) figures.

facts:
  overlap_f1: 0.92
  kinds: {therapy: {overlap_f1: 0.8}}
cases:
  macro_f1: 0.9
  max_unsafe_mets: 0
  guidelines: {nia-305: {accuracy: 0.9}}
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chartproof.errors import ChartproofError
from chartproof.scoring.cases import CasesReport, CasesScore, Figure
from chartproof.scoring.facts import FactsReport, KindScore
from chartproof.scoring.source import read_yaml

Rate = Annotated[float, Field(ge=0, le=1)]
Kappa = Annotated[float, Field(ge=-1, le=1)]
Count = Annotated[int, Field(ge=0)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class KindMinimum(_Model):
    """Smallest rates of one kind; ``attributes`` are accuracies among matches."""

    overlap_precision: Rate | None = None
    overlap_recall: Rate | None = None
    overlap_f1: Rate | None = None
    strict_precision: Rate | None = None
    strict_recall: Rate | None = None
    strict_f1: Rate | None = None
    attributes: dict[str, Rate] = {}


class FactsMinimum(KindMinimum):
    """Smallest rates over all kinds; ``each_kind`` holds for every kind that gold has."""

    each_kind: KindMinimum | None = None
    kinds: dict[str, KindMinimum] = {}


class GroupMinimum(_Model):
    """Smallest figures and largest counts of a group of cases."""

    accuracy: Rate | None = None
    macro_f1: Rate | None = None
    macro_f1_with_not_applicable: Rate | None = None
    kappa: Kappa | None = None
    determination_accuracy: Rate | None = None
    guideline_accuracy: Rate | None = None
    pathway_accuracy: Rate | None = None
    f1: dict[str, Rate] = {}
    max_unsafe_mets: Count | None = None
    max_unsupported_mets: Count | None = None
    max_unsafe_determinations: Count | None = None


class CasesMinimum(GroupMinimum):
    """Figures over all cases; ``guidelines`` holds those of single guidelines."""

    guidelines: dict[str, GroupMinimum] = {}


class Thresholds(_Model):
    """A threshold file."""

    facts: FactsMinimum | None = None
    cases: CasesMinimum | None = None


def read_thresholds(path: Path) -> Thresholds:
    """The thresholds of a YAML file. Raises ChartproofError naming the key that is wrong."""
    try:
        return Thresholds.model_validate(read_yaml(path, "facts and cases"))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        raise ChartproofError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def shortfalls(thresholds: Thresholds, facts: FactsReport | None, cases: CasesReport | None) -> list[str]:
    """What fell short, one line each; a figure that is not there to compare falls short too."""
    found: list[str] = []
    if thresholds.facts is not None:
        found.extend(["facts: no annotated notes in the gold"] if facts is None else _facts(thresholds.facts, facts))
    if thresholds.cases is not None:
        found.extend(["cases: no cases in the gold"] if cases is None else _cases(thresholds.cases, cases))
    return found


def _facts(minimum: FactsMinimum, report: FactsReport) -> Iterator[str]:
    yield from _kind("facts", minimum, report.all)
    if minimum.each_kind is not None:
        for kind, score in report.kinds.items():
            if score.gold:
                yield from _kind(f"facts.each_kind.{kind}", minimum.each_kind, score)
    for kind, needed in minimum.kinds.items():
        yield from _kind(f"facts.kinds.{kind}", needed, report.kinds.get(kind))


def _kind(where: str, minimum: KindMinimum, score: KindScore | None) -> Iterator[str]:
    for way in ("overlap", "strict"):
        for name in ("precision", "recall", "f1"):
            needed = getattr(minimum, f"{way}_{name}")
            if needed is not None:
                value = None if score is None else getattr(getattr(score, way), name)
                yield from _least(f"{where}.{way}_{name}", needed, value)
    for name, needed in minimum.attributes.items():
        attribute = None if score is None else score.attributes.get(name)
        yield from _least(f"{where}.attributes.{name}", needed, None if attribute is None else attribute.accuracy)


def _cases(minimum: CasesMinimum, report: CasesReport) -> Iterator[str]:
    yield from _group("cases", minimum, report.all)
    for name, needed in minimum.guidelines.items():
        yield from _group(f"cases.guidelines.{name}", needed, report.guidelines.get(name))


def _group(where: str, minimum: GroupMinimum, score: CasesScore | None) -> Iterator[str]:
    for name in GroupMinimum.model_fields:
        needed = getattr(minimum, name)
        if needed is None or name == "f1":
            continue
        if name.startswith("max_"):
            count = None if score is None else getattr(score, name.removeprefix("max_"))
            if count is None or count > needed:
                yield f"{where}.{name}: {_shown(count)}, at most {needed} allowed"
        else:
            figure: Figure | None = None if score is None else getattr(score, name)
            yield from _least(f"{where}.{name}", needed, None if figure is None else figure.value)
    for status, needed in minimum.f1.items():
        figure = None if score is None else score.f1.get(status)
        yield from _least(f"{where}.f1.{status}", needed, None if figure is None else figure.value)


def _least(where: str, needed: float, value: float | None) -> Iterator[str]:
    if value is None or value < needed:
        yield f"{where}: {_shown(value)}, at least {needed:g} needed"


def _shown(value: float | None) -> str:
    return "nothing to score" if value is None else f"{value:g}"
