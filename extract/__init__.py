"""Extraction: a note goes in, facts with spans come out."""

import sys

from chartproof.extract import deferred  # before anything that imports medspaCy
from chartproof.extract.callable import CallableModule
from chartproof.extract.pipeline import extract_note, note_date, rules_hash

__all__ = ["deferred", "extract_note", "note_date", "rules_hash"]

sys.modules[__name__].__class__ = CallableModule
