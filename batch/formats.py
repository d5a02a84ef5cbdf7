"""How the tables are written, and the names of their files."""

from __future__ import annotations

from enum import StrEnum

TABLE_NAMES = ("cases", "criteria", "facts", "rejects")


class Format(StrEnum):
    """How the tables are written."""

    parquet = "parquet"
    csv = "csv"
    jsonl = "jsonl"


def table_names(table_format: Format) -> dict[str, str]:
    """Table name to file name."""
    return {name: f"{name}.{table_format.value}" for name in TABLE_NAMES}
