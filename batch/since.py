"""What an earlier batch found: taken over for cases that have not changed, and compared with what is found now."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from chartproof.batch.formats import Format, table_names
from chartproof.batch.manifest import read_manifest
from chartproof.batch.partition import case_hash
from chartproof.batch.tables import collect
from chartproof.errors import ChartproofError

CHANGES = "changes.csv"
#: Beside the determinations, how a case stands in one of two batches.
REJECTED, NEW, GONE = "rejected", "new", "gone"
_GROUPS = 4
_MOST_TOLD = 50


class _Table:
    """A Parquet table of an earlier batch, sorted by `row`; the row groups read last are kept."""

    def __init__(self, path: Path) -> None:
        self._file = pq.ParquetFile(path)
        place = self._file.schema_arrow.names.index("row")
        groups = [self._file.metadata.row_group(number) for number in range(self._file.num_row_groups)]
        statistics = [group.column(place).statistics for group in groups]
        self._first = np.array([one.min for one in statistics], dtype=np.int64)
        self._last = np.array([one.max for one in statistics], dtype=np.int64)
        self._kept: OrderedDict[int, pa.Table] = OrderedDict()

    def of(self, rows: np.ndarray[Any, Any]) -> pa.Table:
        """What the table has of some rows of the earlier batch, in its order."""
        groups = np.flatnonzero(
            [
                bool(((rows >= first) & (rows <= last)).any())
                for first, last in zip(self._first, self._last, strict=True)
            ]
        )
        wanted = pa.array(rows)
        tables = [self._file.schema_arrow.empty_table()]
        for number in groups.tolist():
            group = self._group(number)
            tables.append(group.filter(pc.is_in(group.column("row"), value_set=wanted)))
        return pa.concat_tables(tables)

    def _group(self, number: int) -> pa.Table:
        if number not in self._kept:
            if len(self._kept) >= _GROUPS:
                self._kept.popitem(last=False)
            self._kept[number] = self._file.read_row_group(number)
        self._kept.move_to_end(number)
        return self._kept[number]


class Earlier:
    """The tables of an earlier batch. Memory: some 30 bytes per case, and a few row groups.

    `reason`: why nothing of it can be taken over, None where unchanged cases can.
    """

    def __init__(self, folder: Path, reason: str | None) -> None:
        self.reason = reason
        names = table_names(Format.parquet)
        self._tables = {name: _Table(folder / names[name]) for name in ("cases", "criteria", "facts")}
        keys, rows, hashes, determinations = [], [], [], []
        self._names: list[str] = []
        with pq.ParquetFile(folder / names["cases"]) as file:
            for batch in file.iter_batches(columns=["row", "case_id", "hash", "determination"]):
                rows.append(batch.column("row").to_numpy())
                keys.append(np.array([_key(one) for one in batch.column("case_id").to_pylist()], dtype=np.uint64))
                hashes.append(
                    np.array([int(one[:16], 16) for one in batch.column("hash").to_pylist()], dtype=np.uint64)
                )
                told = [self._number(one) for one in batch.column("determination").to_pylist()]
                determinations.append(np.array(told, dtype=np.int8))
        joined = [
            np.concatenate(part) if part else np.array([], np.int64) for part in (keys, rows, hashes, determinations)
        ]
        order = np.argsort(joined[0], kind="stable")
        self._keys, self._rows, self._hashes, self._determinations = (one[order] for one in joined)
        self._seen = np.zeros(len(order), dtype=bool)
        rejects = pq.read_table(folder / names["rejects"], columns=["case_id"]).column("case_id").to_pylist()
        self._rejected = {one for one in rejects if one is not None}

    @classmethod
    def of(cls, path: Path, identity: Mapping[str, Any]) -> Earlier:
        """The batch of a manifest, to be compared with a run of that identity. Errors: ChartproofError."""
        content = read_manifest(path)
        folder = path if path.is_dir() else path.parent
        expected = [*table_names(Format.parquet).values()]
        if any(name not in content["tables"] for name in expected):
            raise ChartproofError(f"{folder}: its tables are not Parquet; --since needs an earlier batch in Parquet")
        for name in expected:
            table = folder / name
            if not table.is_file() or table.stat().st_size != content["tables"][name]["bytes"]:
                raise ChartproofError(f"{table}: is missing or was changed since the manifest was written")
        return cls(folder, _difference(content, identity))

    def unchanged(self, case_id: str, content_hash: str) -> bool:
        """Whether the case stands in the earlier batch with the same content, and what it found there still holds."""
        return self.reason is None and self._place(case_id, content_hash) is not None

    def records(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The `RESULT` records of rows that are unchanged, under their new numbers and places."""
        places = [self._place(row["case_id"], None) for row in rows]
        old = [int(self._rows[place]) for place in places if place is not None]
        wanted = np.array(sorted(set(old)), dtype=np.int64)
        found = collect(*(self._tables[name].of(wanted) for name in ("cases", "criteria", "facts")))
        by_row = {record["row"]: record for record in found}
        records = []
        for row, number in zip(rows, old, strict=True):
            record = by_row[number]
            same = (row["case_id"], case_hash(row["case"], row["extra"]))
            if (record["case"]["case_id"], record["case"]["hash"]) != same:
                raise ChartproofError(f"{row['where']}: cannot be found in the earlier batch; run without --since")
            records.append({**record, "row": row["row"], "where": row["where"], "extra": row["extra"]})
        return records

    def before(self, case_id: str) -> str:
        """How the case stood in the earlier batch; from now on it is not gone."""
        place = self._place(case_id, None)
        if place is None:
            return REJECTED if case_id in self._rejected else NEW
        self._seen[place] = True
        return self._names[int(self._determinations[place])]

    def gone(self) -> Iterable[tuple[str, str]]:
        """The cases that `before` was not asked about, with their determinations."""
        missing = np.flatnonzero(~self._seen)
        order = missing[np.argsort(self._rows[missing])]
        for start in range(0, len(order), 1000):
            table = self._tables["cases"].of(self._rows[order[start : start + 1000]])
            yield from zip(table.column("case_id").to_pylist(), table.column("determination").to_pylist(), strict=True)

    def _number(self, determination: str) -> int:
        if determination not in self._names:
            self._names.append(determination)
        return self._names.index(determination)

    def _place(self, case_id: str, content_hash: str | None) -> int | None:
        key = _key(case_id)
        place = int(np.searchsorted(self._keys, np.uint64(key)))
        if place >= len(self._keys) or int(self._keys[place]) != key:
            return None
        if content_hash is not None and int(self._hashes[place]) != int(content_hash[:16], 16):
            return None
        return place


def _key(case_id: str) -> int:
    return int.from_bytes(hashlib.sha256(case_id.encode()).digest()[:8], "big")


def _difference(content: Mapping[str, Any], identity: Mapping[str, Any]) -> str | None:
    """Why results of another run do not hold for this one, None where they do."""
    before, now = content["program"], identity["program"]
    if before["guidelines"] != now["guidelines"]:
        known = {(one["id"], one["version"]): one["sha256"] for one in before["guidelines"]}
        current = {(one["id"], one["version"]): one["sha256"] for one in now["guidelines"]}
        changed = sorted({name for name, _ in {*known.items()} ^ {*current.items()}})
        return f"the guidelines have changed ({', '.join('@'.join(name) for name in changed)})"
    if before["rules"] != now["rules"]:
        return "the extraction rules have changed"
    if (before["chartproof"], before["code"]) != (now["chartproof"], now["code"]):
        return "the program has changed"
    if content["options"]["settings"] != identity["options"]["settings"]:
        return "the options have changed (guideline, evidence text)"
    return None


@dataclass
class Changes:
    """How determinations differ between two batches."""

    earlier: Earlier
    transitions: Counter[tuple[str, str]] = field(default_factory=Counter)
    cases: list[tuple[str, str, str]] = field(default_factory=list)
    same: int = 0

    def add(self, results: pa.RecordBatch) -> None:
        """Compare `RESULT` records."""
        columns = (results.column(name).to_pylist() for name in ("case", "reject"))
        for case, reject in zip(*columns, strict=True):
            case_id = case["case_id"] if case else reject["case_id"]
            if case_id is not None:
                self._note(case_id, self.earlier.before(case_id), case["determination"] if case else REJECTED)

    def end(self) -> None:
        """Count what is gone."""
        for case_id, before in self.earlier.gone():
            self._note(case_id, before, GONE)

    def _note(self, case_id: str, before: str, now: str) -> None:
        if before == now:
            self.same += 1
            return
        self.transitions[before, now] += 1
        if before != NEW or self.transitions[before, now] <= _MOST_TOLD:
            self.cases.append((case_id, before, now))

    def table(self) -> bytes:
        """Every case whose determination is another one now, as CSV; cases that were not there before are left out."""
        lines = io.StringIO()
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(("case_id", "before", "now"))
        writer.writerows(one for one in self.cases if one[1] != NEW)
        return lines.getvalue().encode()

    def text(self) -> str:
        """Counts, and the first cases of each change."""
        told = [f"{self.same:,} determinations are as they were, {self.transitions.total():,} are not\n"]
        for (before, now), count in sorted(self.transitions.items()):
            names = [case_id for case_id, *change in self.cases if change == [before, now]]
            place = "" if before == NEW else f" in {CHANGES}"
            more = f" and {count - _MOST_TOLD:,} more{place}" if count > _MOST_TOLD else ""
            told.append(f"  {before} -> {now}  {count:,}: {', '.join(names[:_MOST_TOLD])}{more}\n")
        return "".join(told)
