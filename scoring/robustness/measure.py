"""How far the scores fall when notes are disturbed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from random import Random

from pydantic import BaseModel, ConfigDict, Field

from chartproof.facts import NoteFacts
from chartproof.notes import Note
from chartproof.scoring.facts import score_facts
from chartproof.scoring.robustness.edits import Gold
from chartproof.scoring.robustness.perturbations import PERTURBATIONS

SEED = "2024-06-11"

#: A fall of F1 by more than this, in points of a hundred, is a weakness to be worked on.
TOLERATED = 5.0


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PerturbationScore(_Model):
    """F1 over all kinds on the disturbed notes, and by how many points of a hundred it fell."""

    changed: int = Field(description="How many notes the perturbation changed.")
    overlap_f1: float
    strict_f1: float
    overlap_fall: float
    strict_fall: float
    kinds: dict[str, float] = Field(description="The fall of overlap F1 of each kind, in points.")

    def fallen(self) -> list[str]:
        """The kinds that fall by more than is tolerated, with their fall."""
        return [f"{kind} {fall:g}" for kind, fall in self.kinds.items() if fall > TOLERATED]


class RobustnessReport(_Model):
    """The scores on notes as they are and under each perturbation."""

    notes: int
    seed: str
    overlap_f1: float
    strict_f1: float
    perturbations: dict[str, PerturbationScore]


def measure(
    gold: Sequence[Gold],
    extract_all: Callable[[Sequence[Note]], Mapping[str, NoteFacts]],
    names: Iterable[str] = tuple(PERTURBATIONS),
) -> RobustnessReport:
    """Score `extract_all` on `gold` as it is and under the perturbations called `names`.

    The chance of each note and perturbation is seeded by their names, so that the figures can be repeated and a new
    note changes nothing for the others.
    """
    plain = _f1(gold, extract_all)
    found: dict[str, PerturbationScore] = {}
    for name in names:
        disturbed = [PERTURBATIONS[name](item, Random(f"{SEED}/{name}/{item[0].note_id}")) for item in gold]
        score = _f1(disturbed, extract_all)
        found[name] = PerturbationScore(
            changed=sum(before[0].text != after[0].text for before, after in zip(gold, disturbed, strict=True)),
            overlap_f1=score["all"],
            strict_f1=score["strict"],
            overlap_fall=_points(plain["all"], score["all"]),
            strict_fall=_points(plain["strict"], score["strict"]),
            kinds={kind: _points(plain[kind], score[kind]) for kind in plain if kind in score and kind not in _TOTALS},
        )
    return RobustnessReport(
        notes=len(gold), seed=SEED, overlap_f1=plain["all"], strict_f1=plain["strict"], perturbations=found
    )


_TOTALS = ("all", "strict")


def _f1(gold: Sequence[Gold], extract_all: Callable[[Sequence[Note]], Mapping[str, NoteFacts]]) -> dict[str, float]:
    """Overlap F1 by kind and of ``all``, and ``strict`` F1 of all."""
    report = score_facts(gold, extract_all([note for note, _ in gold]))
    by_kind = {kind: score.overlap.f1 or 0.0 for kind, score in report.kinds.items() if score.gold}
    return {"all": report.all.overlap.f1 or 0.0, "strict": report.all.strict.f1 or 0.0, **by_kind}


def _points(before: float, after: float) -> float:
    return round(100 * (before - after), 1)
