"""From a scoring run to an evaluation."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import version
from math import sqrt
from pathlib import Path
from statistics import NormalDist

from chartproof import __version__
from chartproof.assessment import Assessment
from chartproof.facts import NoteFacts
from chartproof.notes import Note
from chartproof.scoring.cases import results_of
from chartproof.scoring.evaluation.model import Calibration, Evaluation, Silence, Versions
from chartproof.scoring.facts import KindScore, score_facts
from chartproof.scoring.gold import GoldCase, gold_files
from chartproof.scoring.report import Run
from chartproof.scoring.robustness.measure import RobustnessReport

#: Libraries whose version can change what is found.
LIBRARIES = ("medspacy", "spacy", "pydantic", "python-dateutil")


def build_evaluation(
    run: Run, files: Iterable[Path], *, robustness: Callable[[], RobustnessReport] | None = None
) -> Evaluation:
    """The evaluation of a run; `files` are the gold it read, `robustness` measures it where that is wanted."""
    return Evaluation(
        facts=run.report.facts,
        styles=_by_style(run),
        style_notes=_counts(run.gold.styles.values()),
        cases=run.report.cases,
        not_documented=_calibration(run.gold.cases, run.assessments) if run.gold.cases else None,
        robustness=robustness() if robustness is not None else None,
        versions=_versions(files),
    )


def _by_style(run: Run) -> dict[str, KindScore]:
    groups: dict[str, list[tuple[Note, NoteFacts]]] = {}
    for note, facts in run.gold.facts:
        if (style := run.gold.styles.get(note.note_id)) is not None:
            groups.setdefault(style, []).append((note, facts))
    return {style: score_facts(notes, run.facts, only=run.kinds).all for style, notes in sorted(groups.items())}


def _counts(values: Iterable[str]) -> dict[str, int]:
    listed = sorted(values)
    return {value: listed.count(value) for value in dict.fromkeys(listed)}


def _calibration(gold: Sequence[GoldCase], assessments: Mapping[str, Assessment]) -> Calibration:
    said: list[tuple[str, bool, str]] = []  # guideline, whether something is cited, what gold says
    for item in gold:
        statuses = {**item.gold.criteria, **item.gold.gates, **item.gold.routing}
        for result in results_of(assessments.get(item.case.case_id)).values():
            if result.status == "not_documented" and result.id in statuses:
                said.append((item.gold.guideline, bool(result.evidence), statuses[result.id]))
    return Calibration(
        all=_silence(told for _, _, told in said),
        with_evidence=_silence(told for _, cited, told in said if cited),
        without_evidence=_silence(told for _, cited, told in said if not cited),
        guidelines={
            name: _silence(told for guideline, _, told in said if guideline == name)
            for name in sorted({guideline for guideline, _, _ in said})
        },
    )


def _silence(told: Iterable[str]) -> Silence:
    counts = _counts(told)
    right = counts.get("not_documented", 0)
    overlooked = counts.get("met", 0) + counts.get("not_met", 0)
    said = sum(counts.values())
    return Silence(
        said=said,
        right=right,
        overlooked=overlooked,
        other=said - right - overlooked,
        reliable_95=_wilson(right, said) if said else None,
    )


def _wilson(part: int, whole: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share: unlike the bootstrap's it stays wide where a few all agree."""
    z = NormalDist().inv_cdf(0.975)
    share, extra = part / whole, z * z / whole
    middle = (share + extra / 2) / (1 + extra)
    reach = z * sqrt(share * (1 - share) / whole + extra / (4 * whole)) / (1 + extra)
    return round(max(0.0, middle - reach), 4), round(min(1.0, middle + reach), 4)


def _versions(files: Iterable[Path]) -> Versions:
    from chartproof.evaluate import list_guidelines
    from chartproof.extract import rules_hash

    return Versions(
        chartproof=__version__,
        python=platform.python_version(),
        libraries={name: version(name) for name in LIBRARIES},
        rules=rules_hash(),
        guidelines={f"{one.id}@{one.version}": one.content_hash for one in list_guidelines()},
        gold={"/".join(file.parts[-2:]): hashlib.sha256(file.read_bytes()).hexdigest() for file in gold_files(files)},
    )
