"""Tests of chartproof.evaluate."""
