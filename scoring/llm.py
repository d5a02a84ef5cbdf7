"""What a language model adds: the rules alone beside the rules with the model, on the same gold."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict
from rich.console import Console
from rich.table import Table

from chartproof.errors import ChartproofError
from chartproof.fallback import LLMReport, merged
from chartproof.scoring.cases import CasesReport, score_cases
from chartproof.scoring.facts import FactsReport, score_facts
from chartproof.scoring.gold import GoldSet, read_gold
from chartproof.scoring.predict import assess_all, assess_all_with, extract_all, extract_all_with
from chartproof.scoring.text import WIDTH, new_table, rate

if TYPE_CHECKING:
    from chartproof.extract.llm import Fallback


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Asked(_Model):
    """The part of the model in one half of the run; rates are None when nothing was answered."""

    notes: int
    calls: int
    incomplete: int
    accepted: int
    rejected: int
    rejected_share: float | None
    reasons: dict[str, int]
    tokens_per_note: float
    seconds_per_note: float


class FactsBeside(_Model):
    """Facts by the rules, and with the model."""

    rules: FactsReport
    with_llm: FactsReport
    recall_gained: float
    precision_lost: float
    asked: Asked


class CasesBeside(_Model):
    """Assessments by the rules, and with the model."""

    rules: CasesReport
    with_llm: CasesReport
    asked: Asked


class Comparison(_Model):
    """A run with and without the model; a part that gold does not have is None."""

    model: str
    facts: FactsBeside | None
    cases: CasesBeside | None


def compare(
    gold: Sequence[Path],
    llm: Fallback,
    *,
    notes: Path | None = None,
    kinds: Sequence[str] | None = None,
    guidelines: Sequence[str] | None = None,
) -> Comparison:
    """Score the gold of files and folders by the rules alone and with the model of `llm`.

    `notes`, `kinds` and `guidelines` as in `score_run`. Seconds are those spent on calls that were made, none for
    answers out of the cache. Errors: ChartproofError for bad input.
    """
    data = read_gold(gold, notes)
    cases = tuple(item for item in data.cases if guidelines is None or item.gold.guideline in guidelines)
    data = GoldSet(data.facts, cases)
    if not data.facts and not data.cases:
        raise ChartproofError("no gold to score" + (" for these guidelines" if guidelines else ""))
    return Comparison(
        model=llm.config.model,
        facts=_facts(data, kinds, llm) if data.facts else None,
        cases=_cases(data, llm) if data.cases else None,
    )


def _facts(data: GoldSet, kinds: Sequence[str] | None, llm: Fallback) -> FactsBeside:
    notes = [note for note, _ in data.facts]
    by_rules = extract_all(notes)
    before = llm.seconds
    found = extract_all_with(notes, by_rules, llm)
    rules, with_llm = (score_facts(data.facts, one, only=kinds) for one in (by_rules, found))
    overlaps = rules.all.overlap, with_llm.all.overlap
    return FactsBeside(
        rules=rules,
        with_llm=with_llm,
        recall_gained=round((overlaps[1].recall or 0) - (overlaps[0].recall or 0), 4),
        precision_lost=round((overlaps[0].precision or 0) - (overlaps[1].precision or 0), 4),
        asked=_asked([one.llm for one in found.values() if one.llm], len(notes), llm.seconds - before),
    )


def _cases(data: GoldSet, llm: Fallback) -> CasesBeside:
    cases = [item.case for item in data.cases]
    asked = {item.case.case_id: item.gold.guideline for item in data.cases}
    by_rules, failures = assess_all(cases, asked)
    before = llm.seconds
    found = assess_all_with(cases, llm, asked)
    return CasesBeside(
        rules=score_cases(data.cases, by_rules, failures=failures),
        with_llm=score_cases(data.cases, found, failures=failures),
        asked=_asked(
            [one.llm for one in found.values() if one.llm],
            sum(len(case.notes) for case in cases),
            llm.seconds - before,
        ),
    )


def _asked(reports: Iterable[LLMReport], notes: int, seconds: float) -> Asked:
    report = merged(reports)
    accepted, rejected = (len(report.accepted), len(report.rejected)) if report else (0, 0)
    reasons: dict[str, int] = {}
    for one in report.rejected if report else ():
        reasons[one.reason] = reasons.get(one.reason, 0) + 1
    tokens = report.input_tokens + report.output_tokens if report else 0
    return Asked(
        notes=notes,
        calls=report.calls if report else 0,
        incomplete=len(report.incomplete) if report else 0,
        accepted=accepted,
        rejected=rejected,
        rejected_share=round(rejected / (accepted + rejected), 4) if accepted + rejected else None,
        reasons=dict(sorted(reasons.items(), key=lambda item: (-item[1], item[0]))),
        tokens_per_note=round(tokens / notes, 1) if notes else 0.0,
        seconds_per_note=round(seconds / notes, 3) if notes else 0.0,
    )


def comparison_text(comparison: Comparison) -> str:
    """The comparison as plain text."""
    content = io.StringIO()
    console = Console(file=content, width=WIDTH, highlight=False, markup=False, emoji=False)
    for title, table in _tables(comparison):
        console.print(f"\n{title}\n", soft_wrap=True)
        console.print(table)
    return "\n".join(line.rstrip() for line in content.getvalue().splitlines()).lstrip("\n") + "\n"


def _tables(comparison: Comparison) -> Iterator[tuple[str, Table]]:
    if comparison.facts is not None:
        yield f"Facts (overlap): rules alone, and with {comparison.model}", _facts_table(comparison.facts)
        yield "What was asked", _asked_table(comparison.facts.asked)
    if comparison.cases is not None:
        yield f"Cases: rules alone, and with {comparison.model}", _cases_table(comparison.cases)
        yield "What was asked", _asked_table(comparison.cases.asked)


def _facts_table(facts: FactsBeside) -> Table:
    table = new_table(("kind",), ("gold", "P", "R", "F1", "with: P", "R", "F1", "recall gained", "precision lost"))
    rows = [(kind, facts.rules.kinds.get(kind), score) for kind, score in facts.with_llm.kinds.items()]
    for kind, rules, score in [*rows, ("all", facts.rules.all, facts.with_llm.all)]:
        old, new = (rules.overlap if rules else None), score.overlap
        before = (old.precision, old.recall, old.f1) if old else (None, None, None)
        gained = (new.recall or 0) - (before[1] or 0)
        lost = (before[0] or 0) - (new.precision or 0) if before[0] is not None else 0.0
        rates = (rate(one) for one in (*before, new.precision, new.recall, new.f1))
        table.add_row(kind, str(score.gold), *rates, f"{gained:+.3f}", f"{lost:+.3f}")
    return table


def _cases_table(cases: CasesBeside) -> Table:
    table = new_table(("",), ("cases", "accuracy", "macro-F1", "determ.", "unsafe", "unsupported"))
    for name, report in (("rules", cases.rules), ("with model", cases.with_llm)):
        score = report.all
        table.add_row(
            name,
            str(score.cases),
            rate(score.accuracy.value),
            rate(score.macro_f1.value),
            rate(score.determination_accuracy.value),
            str(score.unsafe_mets),
            str(score.unsupported_mets),
        )
    return table


def _asked_table(asked: Asked) -> Table:
    table = new_table(("",), ("",))
    rows = (
        ("notes", str(asked.notes)),
        ("calls answered", str(asked.calls)),
        ("notes without an answer", str(asked.incomplete)),
        ("facts accepted", str(asked.accepted)),
        ("answers rejected", str(asked.rejected)),
        ("rejected share", rate(asked.rejected_share)),
        ("tokens per note", f"{asked.tokens_per_note:g}"),
        ("seconds per note", f"{asked.seconds_per_note:g}"),
        *((f"  rejected: {reason.replace('_', ' ')}", str(count)) for reason, count in asked.reasons.items()),
    )
    for row in rows:
        table.add_row(*row)
    return table
