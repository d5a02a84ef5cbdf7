"""What all tests share."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

_ROOT = str(Path(__file__).resolve().parents[1])


@pytest.fixture(scope="session", autouse=True)
def _the_installed_package_in_every_process() -> None:
    """pytest has put this repository first on the path by now, and a spawned process takes the path over, where the
    folder `chartproof` would stand for the package. At its end it still serves for `tests`."""
    sys.path[:] = [*(place for place in sys.path if place != _ROOT), _ROOT]
