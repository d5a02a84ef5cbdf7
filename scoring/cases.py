"""Scores of assessments against gold cases: statuses of criteria and gates, and determinations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, get_args

import numpy as np
from pydantic import BaseModel, ConfigDict

from chartproof.assessment import Assessment, CriterionResult, Determination, Status
from chartproof.scoring.bootstrap import Array, interval, ratio
from chartproof.scoring.gold import GoldCase

ABSENT = "absent"
STATUSES: tuple[str, ...] = get_args(Status)
COLUMNS: tuple[str, ...] = (*STATUSES, ABSENT)
DECISIVE = ("met", "not_met", "not_documented")
DETERMINATIONS: tuple[str, ...] = get_args(Determination)

Interval = tuple[float, float]
_CELLS = len(STATUSES) * len(COLUMNS)


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Figure(_Model):
    """A figure with its bootstrap interval over cases; None when it is undefined."""

    value: float | None
    interval_95: Interval | None


class CasesScore(_Model):
    """The scores of a group of cases. ``confusion[gold][predicted]`` counts criteria and gates."""

    cases: int
    items: int
    confusion: dict[str, dict[str, int]]
    accuracy: Figure
    f1: dict[str, Figure]
    macro_f1: Figure
    macro_f1_with_not_applicable: Figure
    kappa: Figure
    unsafe_mets: int
    unsupported_mets: int
    determination_accuracy: Figure
    determinations: dict[str, dict[str, int]]
    unsafe_determinations: int
    guideline_accuracy: Figure
    pathway_accuracy: Figure


class CaseDifference(_Model):
    """One disagreement; made only when the user asks for errors, because reasons may quote notes."""

    case_id: str
    what: Literal["guideline", "pathway", "criterion", "gate", "determination"]
    id: str
    gold: str
    predicted: str
    reason: str | None = None
    unsafe: bool = False


class CasesReport(_Model):
    """Scores of all cases and per gold guideline; ``not_assessed`` are cases that have no assessment."""

    all: CasesScore
    guidelines: dict[str, CasesScore]
    not_assessed: dict[str, str]
    differences: tuple[CaseDifference, ...] | None = None


def score_cases(
    gold: Sequence[GoldCase],
    predictions: Mapping[str, Assessment],
    *,
    failures: Mapping[str, str] | None = None,
    with_differences: bool = False,
) -> CasesReport:
    """Score `predictions` (by case id) against `gold`.

    A criterion or gate that gold has and the prediction lacks counts as ``absent``; one that only
    the prediction has is not scored. `failures` says why a case has no prediction.
    """
    reasons = failures or {}
    names = sorted({item.gold.guideline for item in gold})
    differences = None
    if with_differences:
        differences = tuple(
            difference for item in gold for difference in differences_of(item, predictions.get(item.case.case_id))
        )
    return CasesReport(
        all=_score(gold, predictions),
        guidelines={
            name: _score([item for item in gold if item.gold.guideline == name], predictions) for name in names
        },
        not_assessed={
            item.case.case_id: reasons.get(item.case.case_id, "no prediction")
            for item in gold
            if item.case.case_id not in predictions
        },
        differences=differences,
    )


def results_of(predicted: Assessment | None) -> dict[str, CriterionResult]:
    """Every criterion, gate and routing rule of an assessment by its id; nothing without one."""
    return (
        {}
        if predicted is None
        else {result.id: result for result in (*predicted.criteria, *predicted.gates, *predicted.routing)}
    )


def _pairs(item: GoldCase, predicted: Assessment | None) -> list[tuple[str, str]]:
    """Gold and predicted status of every criterion, gate and routing rule of a case."""
    results = results_of(predicted)
    return [
        (status, results[name].status if name in results else ABSENT)
        for name, status in {**item.gold.criteria, **item.gold.gates, **item.gold.routing}.items()
    ]


def _row(item: GoldCase, predicted: Assessment | None) -> list[int]:
    """Counters of one case: the confusion cells, then what is right or counted of the case as a whole."""
    cells = [0] * _CELLS
    for expected, found in _pairs(item, predicted):
        cells[STATUSES.index(expected) * len(COLUMNS) + COLUMNS.index(found)] += 1
    has_pathway = item.gold.pathway is not None
    return [
        *cells,
        1,
        int(predicted is not None and predicted.determination == item.gold.determination),
        int(predicted is not None and predicted.guideline == item.gold.guideline),
        int(has_pathway),
        int(has_pathway and predicted is not None and predicted.pathway == item.gold.pathway),
    ]


_CASES, _DETERMINATION, _GUIDELINE, _WITH_PATHWAY, _PATHWAY = range(_CELLS, _CELLS + 5)


def _score(gold: Sequence[GoldCase], predictions: Mapping[str, Assessment]) -> CasesScore:
    found = [predictions.get(item.case.case_id) for item in gold]
    rows = np.asarray([_row(item, predicted) for item, predicted in zip(gold, found, strict=True)], dtype=np.float64)
    rows = rows.reshape(len(gold), _CELLS + 5)

    def figure(statistic: Callable[[Array], Array]) -> Figure:
        value = float(statistic(rows.sum(axis=0, keepdims=True))[0])
        return Figure(
            value=None if np.isnan(value) else round(value, 4),
            interval_95=interval(rows, statistic) if len(gold) else None,
        )

    confusion = rows[:, :_CELLS].sum(axis=0).astype(int).reshape(len(STATUSES), len(COLUMNS))
    met = COLUMNS.index("met")
    determinations = {name: dict.fromkeys((*DETERMINATIONS, ABSENT), 0) for name in DETERMINATIONS}
    for item, predicted in zip(gold, found, strict=True):
        determinations[item.gold.determination][ABSENT if predicted is None else predicted.determination] += 1
    return CasesScore(
        cases=len(gold),
        items=int(confusion.sum()),
        confusion={
            expected: {name: int(confusion[row, column]) for column, name in enumerate(COLUMNS)}
            for row, expected in enumerate(STATUSES)
        },
        accuracy=figure(_accuracy),
        f1={status: figure(_f1_of(status)) for status in STATUSES},
        macro_f1=figure(_macro_f1(DECISIVE)),
        macro_f1_with_not_applicable=figure(_macro_f1((*DECISIVE, "not_applicable"))),
        kappa=figure(_kappa),
        unsafe_mets=int(confusion[STATUSES.index("not_met"), met]),
        unsupported_mets=int(confusion[STATUSES.index("not_documented"), met]),
        determination_accuracy=figure(lambda sums: ratio(sums[:, _DETERMINATION], sums[:, _CASES])),
        determinations=determinations,
        unsafe_determinations=sum(
            row["criteria_met"] for name, row in determinations.items() if name != "criteria_met"
        ),
        guideline_accuracy=figure(lambda sums: ratio(sums[:, _GUIDELINE], sums[:, _CASES])),
        pathway_accuracy=figure(lambda sums: ratio(sums[:, _PATHWAY], sums[:, _WITH_PATHWAY])),
    )


def _matrix(sums: Array) -> Array:
    """Confusion matrices, square: the gold side has a row for ``absent`` too, which is empty."""
    cells = sums[:, :_CELLS].reshape(len(sums), len(STATUSES), len(COLUMNS))
    return np.concatenate([cells, np.zeros((len(sums), 1, len(COLUMNS)))], axis=1)


def _accuracy(sums: Array) -> Array:
    matrix = _matrix(sums)
    return ratio(np.trace(matrix, axis1=1, axis2=2), matrix.sum(axis=(1, 2)))


def _f1_of(status: str) -> Callable[[Array], Array]:
    index = STATUSES.index(status)

    def f1(sums: Array) -> Array:
        matrix = _matrix(sums)
        return ratio(2 * matrix[:, index, index], matrix[:, index, :].sum(axis=1) + matrix[:, :, index].sum(axis=1))

    return f1


def _macro_f1(statuses: Sequence[str]) -> Callable[[Array], Array]:
    """The mean F1 of the statuses that gold or prediction has."""

    def macro_f1(sums: Array) -> Array:
        values = np.stack([_f1_of(status)(sums) for status in statuses], axis=1)
        return ratio(np.nansum(values, axis=1), np.sum(~np.isnan(values), axis=1).astype(np.float64))

    return macro_f1


def _kappa(sums: Array) -> Array:
    """Cohen's kappa over all statuses, ``absent`` being one more; undefined when chance agreement is 1."""
    matrix = _matrix(sums)
    total = matrix.sum(axis=(1, 2))
    observed = np.trace(matrix, axis1=1, axis2=2) * total
    chance = (matrix.sum(axis=2) * matrix.sum(axis=1)).sum(axis=1)
    return ratio(observed - chance, total * total - chance)


def differences_of(item: GoldCase, predicted: Assessment | None) -> list[CaseDifference]:
    """Every disagreement of one case: guideline, pathway, criteria and gates, determination."""
    case_id, gold = item.case.case_id, item.gold
    if predicted is None:
        return [CaseDifference(case_id=case_id, what="guideline", id="", gold=gold.guideline, predicted=ABSENT)]
    found: list[CaseDifference] = []
    if predicted.guideline != gold.guideline:
        found.append(
            CaseDifference(case_id=case_id, what="guideline", id="", gold=gold.guideline, predicted=predicted.guideline)
        )
    if gold.pathway is not None and predicted.pathway != gold.pathway:
        found.append(
            CaseDifference(
                case_id=case_id, what="pathway", id="", gold=gold.pathway, predicted=predicted.pathway or ABSENT
            )
        )
    results = results_of(predicted)
    whats: tuple[tuple[Literal["criterion", "gate"], dict[str, Status]], ...] = (
        ("criterion", gold.criteria),
        ("gate", {**gold.gates, **gold.routing}),
    )
    for what, statuses in whats:
        for name, status in statuses.items():
            result = results.get(name)
            if result is not None and result.status == status:
                continue
            found.append(
                CaseDifference(
                    case_id=case_id,
                    what=what,
                    id=name,
                    gold=status,
                    predicted=ABSENT if result is None else result.status,
                    reason=None if result is None else result.reason,
                    unsafe=result is not None and result.status == "met" and status in ("not_met", "not_documented"),
                )
            )
    if predicted.determination != gold.determination:
        found.append(
            CaseDifference(
                case_id=case_id,
                what="determination",
                id="",
                gold=gold.determination,
                predicted=predicted.determination,
                unsafe=predicted.determination == "criteria_met",
            )
        )
    return found
