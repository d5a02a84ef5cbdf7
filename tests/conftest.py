"""What all tests share."""

from __future__ import annotations

import sys
from pathlib import Path

_ROOT = str(Path(__file__).resolve().parents[1])

# For `tests`, at the end of the path only: further up, the folder `chartproof` would stand for the installed package, also
# in the processes that tests spawn, which take the path over. pytest itself leaves the path alone (--import-mode=importlib).
if _ROOT not in sys.path:
    sys.path.append(_ROOT)
