"""What all tests share: processes that tests start find the installed package, not the folders of this repository."""

from __future__ import annotations

import sys
from pathlib import Path

_ROOT = str(Path(__file__).resolve().parents[1])

# pytest puts this repository first on the path, and a spawned process takes the path over; `tests` is found at its end too.
sys.path[:] = [*(place for place in sys.path if place != _ROOT), _ROOT]
