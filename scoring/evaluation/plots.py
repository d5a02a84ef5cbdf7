"""The plots of an evaluation as SVG, drawn by matplotlib; the same figures give the same drawing."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from chartproof.errors import ChartproofError
from chartproof.scoring.cases import COLUMNS, STATUSES, CasesScore
from chartproof.scoring.evaluation.model import Evaluation
from chartproof.scoring.facts import FactsReport, Scores
from chartproof.scoring.robustness.measure import TOLERATED, RobustnessReport

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_DARK, _LIGHT, _WRONG = "#1f5f8b", "#e39c37", "#b3261e"
_STYLE: Any = {  # its keys are a list of literals of the library
    "svg.fonttype": "none",
    "svg.hashsalt": "chartproof",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def plots_of(evaluation: Evaluation) -> dict[str, str]:
    """SVG by name: ``kinds``, ``statuses``, ``robustness``; empty where there is nothing to draw.

    Raises ChartproofError where matplotlib is not installed.
    """
    return {
        "kinds": _kinds(evaluation.facts) if evaluation.facts else "",
        "statuses": _statuses(evaluation.cases.all) if evaluation.cases else "",
        "robustness": _robustness(evaluation.robustness) if evaluation.robustness else "",
    }


def _kinds(facts: FactsReport) -> str:
    names = [*reversed(facts.kinds), "all"]
    scores = [*(facts.kinds[name] for name in names[:-1]), facts.all]
    with _drawing(7.5, 0.33 * len(names) + 0.8) as (figure, axes):
        for offset, color, label, rows in (
            (0.15, _DARK, "overlap", [one.overlap for one in scores]),
            (-0.15, _LIGHT, "strict", [one.strict for one in scores]),
        ):
            places = [index + offset for index in range(len(rows))]
            values = [one.f1 or 0.0 for one in rows]
            axes.errorbar(values, places, xerr=_spread(rows, values), fmt="o", color=color, label=label, capsize=2)
        axes.set(xlim=(0, 1.02), yticks=range(len(names)), yticklabels=names, xlabel="F1 with its 95 % interval")
        axes.grid(axis="x", color="#dddddd")
        axes.legend(loc="lower left", frameon=False)
        return _svg(figure, "F1 of each kind of fact, overlap and strict")


def _spread(rows: Sequence[Scores], values: Sequence[float]) -> list[list[float]]:
    """How far the intervals reach below and above the values."""
    intervals = [one.f1_95 or (value, value) for one, value in zip(rows, values, strict=True)]
    return [
        [max(0.0, value - low) for (low, _), value in zip(intervals, values, strict=True)],
        [max(0.0, high - value) for (_, high), value in zip(intervals, values, strict=True)],
    ]


def _statuses(cases: CasesScore) -> str:
    counts = [[cases.confusion[gold][found] for found in COLUMNS] for gold in STATUSES]
    with _drawing(6.5, 3.2) as (figure, axes):
        shares = [[count / (sum(row) or 1) for count in row] for row in counts]
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
        for row, line in enumerate(counts):
            for column, count in enumerate(line):
                if count:
                    color = "white" if shares[row][column] > 0.5 else "black"
                    axes.text(column, row, str(count), ha="center", va="center", color=color)
        axes.set(xticks=range(len(COLUMNS)), yticks=range(len(STATUSES)), yticklabels=[_words(one) for one in STATUSES])
        axes.set_xticklabels([_words(one) for one in COLUMNS], rotation=20, ha="right")
        axes.set(xlabel="reported", ylabel="gold")
        return _svg(figure, "Statuses of gold against those reported")


def _robustness(report: RobustnessReport) -> str:
    names = [*reversed(report.perturbations)]
    scores = [report.perturbations[name] for name in names]
    with _drawing(7.5, 0.33 * len(names) + 0.8) as (figure, axes):
        for offset, color, label, falls in (
            (0.17, _DARK, "overlap", [one.overlap_fall for one in scores]),
            (-0.17, _LIGHT, "strict", [one.strict_fall for one in scores]),
        ):
            axes.barh([index + offset for index in range(len(names))], falls, 0.32, color=color, label=label)
        axes.axvline(TOLERATED, color=_WRONG, linestyle="--", linewidth=1)
        axes.set(yticks=range(len(names)), yticklabels=names, xlabel="fall of F1, points of a hundred")
        axes.legend(loc="lower right", frameon=False)
        return _svg(figure, "Fall of F1 under each perturbation")


def _words(status: str) -> str:
    return status.replace("_", " ")


@contextmanager
def _drawing(width: float, height: float) -> Iterator[tuple[Figure, Axes]]:
    """A figure of `width` and `height` in inches, with one pair of axes."""
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError:
        raise ChartproofError(
            "the plots of a report need matplotlib; install it with: pip install 'chartproof[report]'"
        ) from None
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        yield figure, figure.subplots()


def _svg(figure: Figure, title: str) -> str:
    """The drawing as an SVG element with a title for those who cannot see it."""
    content = io.StringIO()
    figure.savefig(content, format="svg", metadata={"Date": None, "Title": title, "Creator": None})
    drawing = content.getvalue()
    return drawing[drawing.index("<svg") :].replace("<svg ", f'<svg role="img" aria-label="{title}" ', 1)
