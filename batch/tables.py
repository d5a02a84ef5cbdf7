"""The tables of a batch and their schemas.

The work on one row of an export is one `RESULT` record, whatever engine did it: the case as judged, its criteria and
facts, or why it was rejected. The four tables are these records taken apart (`explode`), without a change of order.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

_SPAN = [pa.field("start", pa.int64()), pa.field("end", pa.int64()), pa.field("text", pa.string())]
_WORDS = pa.list_(pa.string())

#: What goes to a worker: a row of the export, its case as JSON, or the error that stands in its place.
ROWS = pa.schema(
    [
        pa.field("row", pa.int64()),
        pa.field("where", pa.string()),
        pa.field("case", pa.string()),
        pa.field("error", pa.string()),
        pa.field("extra", pa.string()),
    ]
)

_CASE = [
    pa.field("case_id", pa.string()),
    pa.field("guideline", pa.string()),
    pa.field("version", pa.string()),
    pa.field("guideline_from", pa.string()),
    pa.field("pathway", pa.string()),
    pa.field("determination", pa.string()),
    pa.field("category", pa.string()),
    pa.field("initial_or_repeat", pa.string()),
    pa.field("reference_date", pa.date32()),
    pa.field("missing", pa.list_(pa.struct([pa.field("id", pa.string()), pa.field("text", pa.string())]))),
    pa.field("notes", pa.int32()),
    pa.field("cpt", _WORDS),
    pa.field("icd10", _WORDS),
    pa.field("date", pa.date32()),
    pa.field("state", pa.string()),
    pa.field("plan", pa.string()),
    pa.field("region", pa.string()),
    pa.field("side", pa.string()),
    pa.field("levels", _WORDS),
    pa.field("hash", pa.string()),
]
_CRITERION = [
    pa.field("case_id", pa.string()),
    pa.field("guideline", pa.string()),
    pa.field("version", pa.string()),
    pa.field("pathway", pa.string()),
    pa.field("id", pa.string()),
    pa.field("kind", pa.string()),
    pa.field("status", pa.string()),
    pa.field("conflict", pa.bool_()),
    pa.field("reason", pa.string()),
    pa.field("source", pa.string()),
    pa.field("missing", pa.string()),
    pa.field("evidence", pa.list_(pa.struct([pa.field("note_id", pa.string()), *_SPAN]))),
]
_FACT = [
    pa.field("case_id", pa.string()),
    pa.field("note_id", pa.string()),
    pa.field("kind", pa.string()),
    pa.field("assertion", pa.string()),
    pa.field("section", pa.string()),
    pa.field("source", pa.string()),
    pa.field("spans", pa.list_(pa.struct(_SPAN))),
    pa.field("value", pa.string()),
]
_REJECT = [pa.field("case_id", pa.string()), pa.field("kind", pa.string()), pa.field("error", pa.string())]

#: What comes back: exactly one record per row, either with a case or with a reject.
RESULT = pa.schema(
    [
        pa.field("row", pa.int64()),
        pa.field("where", pa.string()),
        pa.field("extra", pa.string()),
        pa.field("case", pa.struct(_CASE)),
        pa.field("reject", pa.struct(_REJECT)),
        pa.field("criteria", pa.list_(pa.struct(_CRITERION))),
        pa.field("facts", pa.list_(pa.struct(_FACT))),
    ]
)

_ROW = pa.field("row", pa.int64())
_ITEM = pa.field("item", pa.int32())
_WHERE = pa.field("where", pa.string())

#: The tables by name. `row` numbers the rows of the export from 1, `item` those of one case from 1.
TABLES: dict[str, pa.Schema] = {
    "cases": pa.schema([_ROW, _WHERE, *_CASE, pa.field("extra", pa.string())]),
    "criteria": pa.schema([_ROW, _ITEM, *_CRITERION]),
    "facts": pa.schema([_ROW, _ITEM, *_FACT]),
    "rejects": pa.schema([_ROW, _WHERE, pa.field("file", pa.string()), *_REJECT]),
}


#: What follows the file in a place, such as ":12" of "export.csv:12".
FILE_OF_PLACE = r":\[?\d+\]?$"


def explode(results: pa.RecordBatch) -> dict[str, pa.RecordBatch]:
    """The tables of `RESULT` records, in their order."""
    return {
        "cases": _ones(results, "case", ("extra",)),
        "criteria": _many(results, "criteria"),
        "facts": _many(results, "facts"),
        "rejects": _with_file(_ones(results, "reject", ())),
    }


def _ones(results: pa.RecordBatch, name: str, more: tuple[str, ...]) -> pa.RecordBatch:
    chosen = results.filter(pc.is_valid(results.column(name)))
    columns = [chosen.column("row"), chosen.column("where"), *chosen.column(name).flatten()]
    fields = [_ROW, _WHERE, *results.schema.field(name).type]
    columns += [chosen.column(one) for one in more]
    fields += [results.schema.field(one) for one in more]
    return pa.record_batch(columns, schema=pa.schema(fields))


def _with_file(rejects: pa.RecordBatch) -> pa.RecordBatch:
    """Rejects with the file, which a place ("export.csv:12") begins with."""
    file = pc.replace_substring_regex(rejects.column("where"), FILE_OF_PLACE, "")
    by_name = dict(zip(rejects.schema.names, rejects.columns, strict=True)) | {"file": file}
    schema = TABLES["rejects"]
    return pa.record_batch([by_name[name] for name in schema.names], schema=schema)


def _many(results: pa.RecordBatch, name: str) -> pa.RecordBatch:
    lists = results.column(name)
    parents = pc.list_parent_indices(lists)
    counts = pc.fill_null(pc.list_value_length(lists), 0).to_pylist()
    items = pa.array([number for count in counts for number in range(1, count + 1)], type=_ITEM.type)
    columns = [pc.take(results.column("row"), parents), items, *pc.list_flatten(lists).flatten()]
    return pa.record_batch(columns, schema=TABLES[name])


def collect(cases: pa.Table, criteria: pa.Table, facts: pa.Table) -> list[dict[str, Any]]:
    """The records of cases taken from the tables again, in the order of `cases`: the reverse of `explode`.

    `criteria` and `facts` may hold more rows than those of `cases`.
    """
    parts: dict[str, dict[int, list[dict[str, Any]]]] = {}
    for name, table in (("criteria", criteria), ("facts", facts)):
        found = parts.setdefault(name, {})
        for record in table.to_pylist():
            row = record.pop("row")
            del record["item"]
            found.setdefault(row, []).append(record)
    records = []
    for case in cases.to_pylist():
        row, where, extra = case.pop("row"), case.pop("where"), case.pop("extra")
        records.append(
            {
                "row": row,
                "where": where,
                "extra": extra,
                "case": case,
                "reject": None,
                "criteria": parts["criteria"].get(row, []),
                "facts": parts["facts"].get(row, []),
            }
        )
    return records


def batch_of(records: list[dict[str, Any]]) -> pa.RecordBatch:
    """`RESULT` records out of Python ones."""
    return pa.RecordBatch.from_pylist(records, schema=RESULT)


def rejected(row: int, where: str, extra: str | None, kind: str, error: str, case_id: str | None) -> dict[str, Any]:
    """The record of a row that gave no case. `kind`: read, judge, crash, timeout, memory or internal."""
    return {
        "row": row,
        "where": where,
        "extra": extra,
        "case": None,
        "reject": {"case_id": case_id, "kind": kind, "error": error},
        "criteria": [],
        "facts": [],
    }
