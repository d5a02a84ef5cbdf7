"""Modules that are loaded only when something of them is used.

medspaCy imports QuickUMLS, and with it the whole of NLTK, for one component that is not used here; that would be a tenth
of the time to the first answer. Whoever does use NLTK finds it as ever: it is loaded at its first use.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType


class _Deferring(MetaPathFinder):
    """Finds one module as the usual finder does, and puts off its loading to the first use of it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self.name:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = importlib.util.LazyLoader(spec.loader)
        return spec


def defer(name: str) -> None:
    """Let the next `import name` load the module at its first use. Nothing changes for one that is loaded or missing."""
    if name not in sys.modules:
        sys.meta_path.insert(0, _Deferring(name))


defer("nltk")
