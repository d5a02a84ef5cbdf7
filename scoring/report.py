"""One scoring run: reading gold, predicting or reading predictions, scoring, and writing the report."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from rich.console import Console

from chartproof.assessment import Assessment
from chartproof.errors import ChartproofError
from chartproof.facts import KINDS, NoteFacts
from chartproof.scoring.cases import CasesReport, score_cases
from chartproof.scoring.facts import FactsReport, score_facts
from chartproof.scoring.gold import GoldSet, read_gold, read_predictions
from chartproof.scoring.text import (
    WIDTH,
    case_difference_lines,
    cases_tables,
    fact_difference_lines,
    facts_tables,
)


class Report(BaseModel):
    """The scores of a run; a part that gold does not have is None."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    facts: FactsReport | None
    cases: CasesReport | None


@dataclass(frozen=True, slots=True)
class Run:
    """A report with what it was made from, for the HTML."""

    gold: GoldSet
    facts: Mapping[str, NoteFacts]
    assessments: Mapping[str, Assessment]
    kinds: Sequence[str] | None
    report: Report


def score_run(
    gold: Sequence[Path],
    *,
    notes: Path | None = None,
    predictions: Sequence[Path] = (),
    kinds: Sequence[str] | None = None,
    guidelines: Sequence[str] | None = None,
    with_differences: bool = False,
) -> Run:
    """Score the gold of files and folders.

    `notes` holds the texts of gold without text. `predictions` are JSONL files of facts and
    assessments; without them the package itself extracts and assesses. `kinds` and `guidelines`
    narrow what is scored. Raises ChartproofError for bad input.
    """
    _known_kinds(kinds)
    data = read_gold(gold, notes)
    cases = tuple(item for item in data.cases if guidelines is None or item.gold.guideline in guidelines)
    data = replace(data, cases=cases)
    if not data.facts and not data.cases:
        raise ChartproofError("no gold to score" + (" for these guidelines" if guidelines else ""))
    failures: dict[str, str] = {}
    if predictions:
        found, assessments = read_predictions(predictions)
        for part, predicted, name in ((data.facts, found, "facts"), (data.cases, assessments, "assessments")):
            if part and not predicted:
                raise ChartproofError(f"the predictions hold no {name}, which the gold has")
    else:
        found, assessments, failures = _predict(data)
    return Run(
        gold=data,
        facts=found,
        assessments=assessments,
        kinds=kinds,
        report=Report(
            facts=score_facts(data.facts, found, only=kinds, with_differences=with_differences) if data.facts else None,
            cases=score_cases(data.cases, assessments, failures=failures, with_differences=with_differences)
            if data.cases
            else None,
        ),
    )


def _predict(data: GoldSet) -> tuple[dict[str, NoteFacts], dict[str, Assessment], dict[str, str]]:
    from chartproof.scoring.predict import assess_all, extract_all

    asked = {item.case.case_id: item.gold.guideline for item in data.cases}
    return extract_all([note for note, _ in data.facts]), *assess_all([item.case for item in data.cases], asked)


def _known_kinds(kinds: Sequence[str] | None) -> None:
    for kind in kinds or ():
        if kind not in KINDS:
            raise ChartproofError(f"unknown kind {kind}; the kinds are {', '.join(KINDS)}")


def text_report(report: Report, *, with_errors: bool = True) -> str:
    """The errors, where the report has them and they are wanted, and then the tables, as plain text."""
    lines: list[str] = []
    if report.facts and with_errors:
        lines.extend(fact_difference_lines(report.facts.differences or ()))
    if report.cases:
        if with_errors:
            lines.extend(case_difference_lines(report.cases.differences or ()))
        not_assessed = sorted(report.cases.not_assessed.items())
        lines.extend(f"{case_id}: not assessed: {reason}" for case_id, reason in not_assessed)
    tables = (
        *(facts_tables(report.facts) if report.facts else ()),
        *(cases_tables(report.cases) if report.cases else ()),
    )
    content = io.StringIO()
    console = Console(file=content, width=WIDTH, highlight=False, markup=False, emoji=False)
    for title, table in tables:
        console.print(f"\n{title}\n", soft_wrap=True)
        console.print(table)
    lines.extend(line.rstrip() for line in content.getvalue().splitlines())
    return "\n".join(lines).lstrip("\n") + "\n"
