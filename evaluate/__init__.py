"""Evaluation: from facts and a request to an assessment by a payer guideline's criteria."""

from chartproof.evaluate.engine import evaluate
from chartproof.evaluate.guideline import Guideline, list_guidelines, load_guideline
from chartproof.evaluate.needs import needed_kinds
from chartproof.evaluate.selection import select_guideline

__all__ = ["Guideline", "evaluate", "list_guidelines", "load_guideline", "needed_kinds", "select_guideline"]
