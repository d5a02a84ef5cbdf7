"""The checks: a small set of typed, pure functions that guideline files refer to by name.

Each check takes the `Judgement` of a case (chart, timeline, guideline) and its own parameters, and returns a
`Finding`. A guideline that needs no new check needs no Python.
"""

from chartproof.evaluate.checks import (  # noqa: F401  (importing a module registers its checks)
    combine,
    conditions,
    devices,
    duration,
    exam,
    exclusions,
    history,
    monitoring,
    neuropathic,
    pain,
    plan,
    review,
    routing,
    spondyloarthropathy,
    statement,
    therapy,
    triage,
)
from chartproof.evaluate.checks.registry import NoParams, Params, meaning, names, params_model, params_of, run

__all__ = ["NoParams", "Params", "meaning", "names", "params_model", "params_of", "run"]
