"""Where the shared texts are, for tests that use them when they are there."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"
needs_shared = pytest.mark.skipif(
    not (SHARED / "real-notes" / "notes.jsonl").is_file(), reason=f"the shared notes are not at {SHARED}"
)
