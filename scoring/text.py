"""Scores as text: tables for a terminal, and lists of errors, one disagreement in a line or two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.table import Table

from chartproof.facts import Fact
from chartproof.scoring.attributes import is_strict
from chartproof.scoring.cases import ABSENT, COLUMNS, DETERMINATIONS, STATUSES, CaseDifference, CasesReport, CasesScore
from chartproof.scoring.cases import Figure as CaseFigure
from chartproof.scoring.excerpt import printable
from chartproof.scoring.facts import FactDifference, FactsReport, KindScore, Scores

WIDTH = 132  # the widest table, for output that is no terminal

ERROR_WORDS = {"missed": "MISSED", "false_alarm": "FALSE ALARM", "strict": "DIFFERS"}


def rate(value: float | None) -> str:
    """A rate with three decimals, or a dash when there was nothing to score."""
    return "-" if value is None else f"{value:.3f}"


def spread(value: tuple[float, float] | None) -> str:
    """An interval, or nothing."""
    return "" if value is None else f"{value[0]:.2f}-{value[1]:.2f}"


def share(part: int, whole: int) -> str:
    """A part of a whole in per cent, or a dash when there is no whole."""
    return f"{100 * part / whole:.0f} %" if whole else "-"


def describe(fact: Fact) -> str:
    """The attributes that a fact gives, as ``name=value``."""
    values = fact.model_dump(exclude={"kind", "spans", "section", "source"}, exclude_none=True)
    return printable(" ".join(f"{name}={shown(value)}" for name, value in values.items()))


def shown(value: object) -> str:
    """An attribute value as people write it: whole numbers without decimals, lists with slashes."""
    if isinstance(value, float):
        return f"{value:g}"
    return "/".join(map(str, value)) if isinstance(value, tuple) else str(value)


def new_table(texts: Sequence[str], numbers: Sequence[str]) -> Table:
    """An empty table: columns of text, then columns of numbers."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for name in texts:
        table.add_column(name, no_wrap=True)
    for name in numbers:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def facts_tables(report: FactsReport) -> Iterator[tuple[str, Table]]:
    """Titled tables: the scores per kind, and the attributes of the matches."""
    rates = ("P", "R", "F1", "95 % F1")
    columns = ("gold", "found", "TP", "FP", "FN", *rates, "strict TP", *rates)
    table = new_table(("kind",), columns)
    for kind, score in report.kinds.items():
        table.add_row(*_kind_row(kind, score))
    table.add_section()
    table.add_row(*_kind_row("all", report.all))
    yield f"Facts in {report.notes} notes: overlap, then strict", table
    if report.all.attributes:
        title = "Attributes that gold gives, among matches (* needed for strict)"
        attributes = new_table(("kind", "attribute"), ("equal", "given", "accuracy"))
        for kind, score in report.kinds.items():
            for name, item in score.attributes.items():
                mark = "*" if is_strict(kind, name) else ""
                attributes.add_row(kind, name + mark, str(item.equal), str(item.given), rate(item.accuracy))
        yield title, attributes


def _kind_row(kind: str, score: KindScore) -> list[str]:
    overlap = score.overlap
    return [
        kind,
        *map(str, (score.gold, score.predicted, overlap.tp, overlap.fp, overlap.fn)),
        *_rates(overlap),
        str(score.strict.tp),
        *_rates(score.strict),
    ]


def _rates(scores: Scores) -> list[str]:
    return [rate(scores.precision), rate(scores.recall), rate(scores.f1), spread(scores.f1_95)]


def cases_tables(report: CasesReport) -> Iterator[tuple[str, Table]]:
    """Titled tables: the figures in all and per guideline, the F1 per status, and the two confusion matrices."""
    names = ("cases", "items", "accuracy", "macro-F1", "95 %", "with n/a", "kappa", "determ.", "95 %", "guideline")
    counts = ("pathway", "unsafe", "unsupported")
    table = new_table(("guideline",), (*names, *counts))
    for guideline, score in report.guidelines.items():
        table.add_row(guideline, *_case_row(score))
    table.add_section()
    table.add_row("all", *_case_row(report.all))
    yield "Cases: criteria and gates (unsafe: met where gold says not_met; unsupported: where not_documented)", table
    yield "Statuses (rows gold, columns predicted)", _status_table(report.all)
    determinations = new_table(("",), (*DETERMINATIONS, ABSENT))
    for name, row in report.all.determinations.items():
        determinations.add_row(name, *(str(count) for count in row.values()))
    yield "Determinations (rows gold, columns predicted)", determinations


def _case_row(score: CasesScore) -> list[str]:
    return [
        str(score.cases),
        str(score.items),
        *_figure(score.accuracy)[:1],
        *_figure(score.macro_f1),
        *_figure(score.macro_f1_with_not_applicable)[:1],
        *_figure(score.kappa)[:1],
        *_figure(score.determination_accuracy),
        *_figure(score.guideline_accuracy)[:1],
        *_figure(score.pathway_accuracy)[:1],
        str(score.unsafe_mets),
        str(score.unsupported_mets),
    ]


def _figure(figure: CaseFigure) -> list[str]:
    return [rate(figure.value), spread(figure.interval_95)]


def _status_table(score: CasesScore) -> Table:
    table = new_table(("",), (*COLUMNS, "F1", "95 % F1"))
    for status in STATUSES:
        counts = (str(score.confusion[status][column]) for column in COLUMNS)
        table.add_row(status, *counts, *_figure(score.f1[status]))
    return table


def fact_difference_lines(differences: Sequence[FactDifference]) -> Iterator[str]:
    """Every disagreement on facts: the sentence with its span in double brackets, then what differs."""
    for item in differences:
        place = f"{item.note_id} {item.span[0]}-{item.span[1]}"
        yield f"{ERROR_WORDS[item.error]:<11} {item.kind:<17} {place}: {item.sentence}"
        yield f"{'':<11} {explain(item)}"


def explain(item: FactDifference) -> str:
    """What differs: the attributes of a match that is not strict, or those of the lone fact."""
    if item.gold and item.predicted:
        pairs = (
            f"{name}: gold {shown(getattr(item.gold, name))}, found {shown(getattr(item.predicted, name))}"
            for name in item.differing
        )
        return f"{printable('; '.join(pairs))}; found at [[{item.predicted_text}]] {_source(item.predicted)}".rstrip()
    if item.gold:
        return f"gold  {describe(item.gold)}"
    assert item.predicted is not None
    return f"found {describe(item.predicted)} {_source(item.predicted)}".rstrip()


def _source(fact: Fact) -> str:
    return f"({fact.source})" if fact.source else ""


def case_difference_lines(differences: Sequence[CaseDifference]) -> Iterator[str]:
    """Every disagreement on cases, unsafe ones marked."""
    for item in differences:
        mark = "UNSAFE " if item.unsafe else ""
        reason = f": {printable(item.reason)}" if item.reason else ""
        yield f"{item.case_id} {item.id or item.what}: {mark}gold {item.gold}, found {item.predicted}{reason}"
