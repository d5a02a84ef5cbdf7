"""What an evaluation holds: the JSON beside the HTML report."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from chartproof.scoring.cases import CasesReport
from chartproof.scoring.facts import FactsReport, KindScore
from chartproof.scoring.robustness.measure import RobustnessReport


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Silence(_Model):
    """What gold says where the system says ``not_documented``.

    `right`: gold says so too. `overlooked`: gold says met or not_met, so that the notes hold something that was not
    read. `other`: not applicable, or external. Counted apart: criteria about which the assessment cites something that
    does not suffice, and those about which it cites nothing.
    """

    said: int = Field(description="How often the system said not_documented.")
    right: int
    overlooked: int
    other: int
    reliable_95: tuple[float, float] | None = Field(
        description="95 % interval of right / said, by Wilson; None where nothing was said."
    )


class Calibration(_Model):
    """How far "not documented" can be relied on."""

    all: Silence
    with_evidence: Silence
    without_evidence: Silence
    guidelines: dict[str, Silence]


class Versions(_Model):
    """What was measured, so that it can be measured again; hashes are SHA-256."""

    chartproof: str
    python: str
    libraries: dict[str, str]
    rules: str = Field(description="Hash of the extraction rules.")
    guidelines: dict[str, str] = Field(description="Hash of each guideline file, by id@version.")
    gold: dict[str, str] = Field(description="Hash of each gold file, by folder and name.")


class Evaluation(_Model):
    """All figures of one run over gold. A part that the gold has nothing for is None or empty."""

    facts: FactsReport | None
    styles: dict[str, KindScore] = Field(description="Scores over all kinds by the style of the note.")
    style_notes: dict[str, int] = Field(description="How many notes there are of each style.")
    cases: CasesReport | None
    not_documented: Calibration | None
    robustness: RobustnessReport | None = Field(description="None unless it was asked for.")
    versions: Versions
