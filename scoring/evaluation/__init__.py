"""The evaluation report: every figure that a sceptic asks for, from one run over gold."""

from chartproof.scoring.evaluation.build import build_evaluation
from chartproof.scoring.evaluation.model import Evaluation

__all__ = ["Evaluation", "build_evaluation"]
