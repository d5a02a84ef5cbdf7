"""The figures of an evaluation as a page of the documentation: nothing in it depends on the machine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from chartproof.scoring.cases import COLUMNS, STATUSES, CasesReport
from chartproof.scoring.evaluation.model import Calibration, Evaluation, Silence
from chartproof.scoring.facts import FactsReport
from chartproof.scoring.robustness.measure import RobustnessReport
from chartproof.scoring.text import rate, share, spread

_HEAD = """\
# Evaluation

Written by `make report` from the gold in `gold/`; a test holds it against the code. The gold was also
used to develop the rules, so these are figures of the training kind: what unseen notes gave at first sight stands in
[extraction.md](extraction.md). Intervals are bootstrap intervals of 95 % over notes or cases; where no error was seen such an
interval has no width, which is no proof that there are none.
"""


def evaluation_markdown(evaluation: Evaluation) -> str:
    """The page."""
    parts = [_HEAD]
    if evaluation.facts:
        parts += _facts(evaluation.facts)
    if evaluation.styles:
        parts += _styles(evaluation)
    if evaluation.cases:
        parts += _cases(evaluation.cases)
    if evaluation.not_documented:
        parts += _silence(evaluation.not_documented)
    if evaluation.robustness:
        parts += _robustness(evaluation.robustness)
    return "\n".join(parts)


def _facts(facts: FactsReport) -> Iterator[str]:
    yield f"## Facts in {facts.notes} notes\n"
    yield _table(
        ("kind", "gold", "found", "overlap P", "R", "F1", "95 %", "strict F1", "95 %"),
        (
            (
                name,
                score.gold,
                score.predicted,
                rate(score.overlap.precision),
                rate(score.overlap.recall),
                rate(score.overlap.f1),
                spread(score.overlap.f1_95),
                rate(score.strict.f1),
                spread(score.strict.f1_95),
            )
            for name, score in (*facts.kinds.items(), ("**all**", facts.all))
        ),
    )


def _styles(evaluation: Evaluation) -> Iterator[str]:
    yield "## By style of the note\n"
    yield _table(
        ("style", "notes", "facts", "overlap F1", "strict F1"),
        (
            (style, evaluation.style_notes[style], score.gold, rate(score.overlap.f1), rate(score.strict.f1))
            for style, score in evaluation.styles.items()
        ),
    )


def _cases(cases: CasesReport) -> Iterator[str]:
    yield f"## Statuses in {cases.all.cases} cases\n"
    yield (
        "An unsafe met is a criterion reported met where gold says not met; an unsupported one, where gold says not"
        " documented.\n"
    )
    yield _table(
        ("guideline", "cases", "items", "accuracy", "macro-F1", "kappa", "determination", "unsafe", "unsupported"),
        (
            (
                name,
                score.cases,
                score.items,
                rate(score.accuracy.value),
                rate(score.macro_f1.value),
                rate(score.kappa.value),
                rate(score.determination_accuracy.value),
                score.unsafe_mets,
                score.unsupported_mets,
            )
            for name, score in (*cases.guidelines.items(), ("**all**", cases.all))
        ),
    )
    yield "Gold (rows) against reported (columns):\n"
    confusion = cases.all.confusion
    yield _table(
        ("", *(name.replace("_", " ") for name in COLUMNS)),
        ((gold.replace("_", " "), *(confusion[gold][found] for found in COLUMNS)) for gold in STATUSES),
    )


def _silence(calibration: Calibration) -> Iterator[str]:
    yield '## How far "not documented" can be relied on\n'
    yield "Intervals of Wilson, which stay wide where a few criteria all agree.\n"
    rows: tuple[tuple[str, Silence], ...] = (
        ("something is cited that does not suffice", calibration.with_evidence),
        ("nothing is cited", calibration.without_evidence),
        *calibration.guidelines.items(),
        ("**all**", calibration.all),
    )
    yield _table(
        ("where", "reported", "gold agrees", "overlooked", "other", "reliable", "95 %"),
        (
            (name, one.said, one.right, one.overlooked, one.other, share(one.right, one.said), spread(one.reliable_95))
            for name, one in rows
        ),
    )


def _robustness(report: RobustnessReport) -> Iterator[str]:
    yield "## Robustness\n"
    yield (
        "The same notes, disturbed by chance with a fixed seed. Falls are in points of a hundred of F1 (overlap"
        f" {rate(report.overlap_f1)}, strict {rate(report.strict_f1)} undisturbed).\n"
    )
    yield _table(
        ("perturbation", "notes changed", "overlap F1", "fall", "strict F1", "fall", "kinds that fall by more than 5"),
        (
            (
                name,
                one.changed,
                rate(one.overlap_f1),
                one.overlap_fall,
                rate(one.strict_f1),
                one.strict_fall,
                ", ".join(one.fallen()),
            )
            for name, one in report.perturbations.items()
        ),
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, [":--", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines) + "\n"
