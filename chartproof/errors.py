"""Errors the user can act on: a clear message, exit code 2, never a traceback, never note text."""

from __future__ import annotations


class ChartproofError(Exception):
    """Bad input or bad configuration; the message names the file, row or code and says what to do."""
