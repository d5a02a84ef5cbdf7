"""A module that can be called: `chartproof.extract` is this subpackage and, in ``from chartproof import extract``, the
function of that name. Both are one object, so that the order of imports cannot decide which of them a name means."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import TYPE_CHECKING

from chartproof.facts import NoteFacts
from chartproof.notes import Note

if TYPE_CHECKING:
    from chartproof.extract.llm import Fallback


class CallableModule(ModuleType):
    """The class of the module `chartproof.extract`."""

    def __call__(self, note: Note, *, llm: Fallback | None = None) -> NoteFacts:
        """Find the facts of one note, as `chartproof.api.extract` does."""
        from chartproof.api import extract

        return extract(note, llm=llm)

    def __reduce__(self) -> tuple[object, tuple[str]]:
        """A function can be sent to another process, so this can be, too."""
        return importlib.import_module, (self.__name__,)
