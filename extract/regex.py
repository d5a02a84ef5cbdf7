"""Regular expressions that are compiled at their first use.

The finders hold some seven hundred expressions, most of which one note never needs; compiling all of them at import
would be a good part of the time to the first answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any


class Regex:
    """A regular expression with the methods of a compiled one, which after the first use are the compiled one's own.

    An error in the expression shows at its first use; a test compiles all of them.
    """

    __slots__ = ("_flags", "findall", "finditer", "fullmatch", "match", "pattern", "search", "split", "sub")

    search: Callable[..., re.Match[str] | None]
    match: Callable[..., re.Match[str] | None]
    fullmatch: Callable[..., re.Match[str] | None]
    finditer: Callable[..., Iterator[re.Match[str]]]
    findall: Callable[..., list[Any]]
    split: Callable[..., list[str | Any]]
    sub: Callable[..., str]

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        if name not in self.__slots__:
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self._flags)
        for method in ("search", "match", "fullmatch", "finditer", "findall", "split", "sub"):
            setattr(self, method, getattr(compiled, method))
        return getattr(self, name)
