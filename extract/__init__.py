"""Extraction: a note goes in, facts with spans come out."""

from chartproof.extract import deferred  # before anything that imports medspaCy
from chartproof.extract.pipeline import extract_note, note_date, rules_hash

__all__ = ["deferred", "extract_note", "note_date", "rules_hash"]
