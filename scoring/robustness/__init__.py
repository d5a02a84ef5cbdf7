"""Robustness: gold notes disturbed as charts are in life, and how much of the score is left."""

from chartproof.scoring.robustness.measure import RobustnessReport, measure
from chartproof.scoring.robustness.perturbations import PERTURBATIONS

__all__ = ["PERTURBATIONS", "RobustnessReport", "measure"]
