"""Counts over the records of a batch, taken while the tables are written; memory does not grow with the batch."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field

import pyarrow as pa

#: What an export calls the columns that a summary is wanted by.
USUAL_COLUMNS = (
    "provider",
    "site",
    "clinic",
    "facility",
    "location",
    "department",
    "practice",
    "plan",
    "payer",
    "state",
)
_MOST_VALUES = 5_000
_MOST_EXAMPLES = 20
OTHERS = "(others)"
BLANK = "(none)"


@dataclass
class Tally:
    """The counts. `columns`: columns of the export to count by; None for those with a usual name.

    `missing`: by guideline, in how many cases a criterion lacks documentation.
    """

    columns: tuple[str, ...] | None = None
    rows: int = 0
    determinations: Counter[str] = field(default_factory=Counter)
    guidelines: dict[str, Counter[str]] = field(default_factory=dict)
    missing: dict[str, Counter[str]] = field(default_factory=dict)
    by_column: dict[str, dict[str, Counter[str]]] = field(default_factory=dict)
    rejects: Counter[str] = field(default_factory=Counter)
    examples: list[tuple[str, str]] = field(default_factory=list)

    @property
    def cases(self) -> int:
        return self.determinations.total()

    def add(self, results: pa.RecordBatch) -> None:
        """Count `RESULT` records."""
        self.rows += results.num_rows
        columns = (results.column(name).to_pylist() for name in ("where", "case", "reject", "extra"))
        for where, case, reject, extra in zip(*columns, strict=True):
            if case is None:
                self.rejects[reject["kind"]] += 1
                if len(self.examples) < _MOST_EXAMPLES:
                    self.examples.append((where, reject["error"]))
                continue
            determination = case["determination"]
            self.determinations[determination] += 1
            self.guidelines.setdefault(case["guideline"], Counter())[determination] += 1
            self.missing.setdefault(case["guideline"], Counter()).update({one["id"] for one in case["missing"]})
            self._add_columns({**json.loads(extra or "{}")}, determination)

    def _add_columns(self, extra: dict[str, str], determination: str) -> None:
        wanted = self.columns if self.columns is not None else [one for one in extra if one.lower() in USUAL_COLUMNS]
        for column in wanted:
            values = self.by_column.setdefault(column, {})
            value = str(extra.get(column) or "").strip() or BLANK
            if value not in values and len(values) >= _MOST_VALUES:
                value = OTHERS
            values.setdefault(value, Counter())[determination] += 1
