"""Code lists: the CPT, HCPCS and ICD-10-CM tables of a source, as CSV files in ``codes/``.

One row per row of the source: ``list`` (which of its tables), ``system``, ``code``, ``label``, ``region`` (of the
spine, where the code names one), ``from`` and ``until`` (days between which the code is valid, empty when the source
says nothing). CPT and HCPCS codes have a short label of our own, ICD-10-CM codes the public descriptor.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import NamedTuple

_PROCEDURE_CODE = re.compile(r"\d{4}[0-9A-Z]|[A-Z]\d{4}")


class CodeRow(NamedTuple):
    """One row of a table; the names are those of the CSV columns, `since` being ``from``."""

    list: str
    system: str
    code: str
    label: str
    region: str
    since: str
    until: str


class CodeLists:
    """The tables of one source."""

    def __init__(self, rows: Iterable[CodeRow] = ()) -> None:
        self.rows = tuple(rows)
        self._of: dict[str, dict[str, CodeRow]] = {}
        for row in self.rows:
            self._of.setdefault(row.list, {})[row.code] = row

    @property
    def names(self) -> tuple[str, ...]:
        """The lists, in the order of the file."""
        return tuple(self._of)

    def size(self, name: str) -> int:
        """How many codes a list has; 0 for an unknown one."""
        return len(self._of.get(name, ()))

    def find(self, codes: Iterable[str], *names: str) -> list[CodeRow]:
        """The rows of the given lists for the given codes, in the order of the codes."""
        found = [self._of[name][code] for code in codes for name in names if code in self._of.get(name, ())]
        return list(dict.fromkeys(found))

    def codes(self, *names: str) -> tuple[str, ...]:
        """The codes of the lists, in order, each once."""
        return tuple(dict.fromkeys(code for name in names for code in self._of.get(name, ())))


NO_CODES = CodeLists()


def is_procedure_code(code: str) -> bool:
    """Whether it is written like a CPT or HCPCS code."""
    return _PROCEDURE_CODE.fullmatch(code) is not None


@cache
def code_lists_text(name: str) -> str:
    """The content of a file of ``codes/``. Errors: FileNotFoundError."""
    return resources.files("chartproof.evaluate.codes").joinpath(name).read_text(encoding="utf-8")


@cache
def load_code_lists(name: str) -> CodeLists:
    """The lists of a file of ``codes/``. Errors: FileNotFoundError."""
    lines = csv.reader(code_lists_text(name).splitlines())
    next(lines)
    return CodeLists(CodeRow(*line) for line in lines)
