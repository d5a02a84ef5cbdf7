"""Writing an evaluation: a page for people, the figures for programs, and a page for the documentation."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from chartproof.scoring.evaluation.build import build_evaluation
from chartproof.scoring.evaluation.markdown import evaluation_markdown
from chartproof.scoring.html import html_report
from chartproof.scoring.predict import extract_all
from chartproof.scoring.report import Run
from chartproof.scoring.robustness import measure


def write_report(run: Run, gold: Sequence[Path], folder: Path, *, with_robustness: bool = False) -> None:
    """Write ``report.html`` (with note text), ``report.json`` and ``evaluation.md`` (without) into `folder`.

    `gold` are the files that `run` has read. Raises ChartproofError where the plots' library is absent.
    """
    robustness = partial(measure, run.gold.facts, extract_all) if with_robustness and run.gold.facts else None
    evaluation = build_evaluation(run, gold, robustness=robustness)
    page = html_report(run, evaluation)
    folder.mkdir(parents=True, exist_ok=True)
    figures = evaluation.model_dump_json(indent=1, exclude={"facts": {"differences"}, "cases": {"differences"}})
    for name, content in (
        ("report.html", page),
        ("report.json", figures + "\n"),
        ("evaluation.md", evaluation_markdown(evaluation)),
    ):
        (folder / name).write_text(content, "utf-8", newline="")
