"""Bootstrap 95 % intervals over notes or cases: resampled with replacement, seeded."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

SEED = 20240611
RESAMPLES = 1000


def resampled_sums(counts: npt.ArrayLike, seed: int = SEED, resamples: int = RESAMPLES) -> Array:
    """Column sums of `resamples` samples of the rows of `counts`, drawn with replacement.

    `counts` has one row per note (or case) and one column per counter; the result has one row per
    resample. The legacy generator is used because numpy promises its stream never changes.
    """
    rows = np.asarray(counts, dtype=np.float64)
    picks = np.random.RandomState(seed).randint(0, len(rows), size=(resamples, len(rows)))
    weights = np.apply_along_axis(np.bincount, 1, picks, minlength=len(rows)).astype(np.float64)
    return weights @ rows


def interval(counts: npt.ArrayLike, statistic: Callable[[Array], Array]) -> tuple[float, float] | None:
    """The 95 % interval of `statistic`, which maps sums (resamples x counters) to one value each.

    Resamples where it is undefined (nan) are left out; None when there is no row or no value.
    """
    if len(np.atleast_1d(np.asarray(counts))) == 0:
        return None
    values = statistic(resampled_sums(counts))
    values = values[~np.isnan(values)]
    if not len(values):
        return None
    low, high = np.percentile(values, [2.5, 97.5])
    return round(float(low), 4), round(float(high), 4)


def ratio(numerator: Array, denominator: Array) -> Array:
    """Element-wise quotient, nan where the denominator is zero."""
    return np.divide(numerator, denominator, out=np.full_like(numerator, np.nan), where=denominator > 0)
