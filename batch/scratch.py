"""A small database on disk for what a reading must remember, in a folder of its own that is removed at the end."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_CACHE = -64_000  # kibibytes


@contextmanager
def scratch(work_dir: Path | None, name: str = "rows") -> Iterator[sqlite3.Connection]:
    """A database in a new folder of `work_dir` that only this user can open, or in memory for None.

    It is not meant to outlive the process: what a killed one left in `work_dir` under this name is removed first.
    """
    if work_dir is None:
        connection = sqlite3.connect(":memory:", isolation_level=None)
        try:
            connection.execute("BEGIN")
            yield connection
        finally:
            connection.close()
        return
    work_dir.mkdir(parents=True, exist_ok=True)
    prefix = f".reading-{name}-"
    for left in work_dir.glob(f"{prefix}*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = tempfile.mkdtemp(prefix=prefix, dir=work_dir)  # mode 0700
    connection = sqlite3.connect(Path(folder, "data.sqlite"), isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(f"PRAGMA cache_size = {_CACHE}")
        connection.execute("BEGIN")
        yield connection
    finally:
        connection.close()
        shutil.rmtree(folder, ignore_errors=True)
