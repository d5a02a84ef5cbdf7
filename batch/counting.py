"""How many rows an export has: read through by a process of its own, beside the work, for the time that is left."""

from __future__ import annotations

import dataclasses
import os
import subprocess
from pathlib import Path
from typing import Any

from chartproof.batch.children import start
from chartproof.batch.rows import ReadOptions, read_export


class Counting:
    """A count that goes on in the background; `total` is None until it is done."""

    def __init__(self, export: Path, options: ReadOptions) -> None:
        fields = {one.name: getattr(options, one.name) for one in dataclasses.fields(options)}
        given = {**fields, "work_dir": None if options.work_dir is None else str(options.work_dir)}
        self._process = start("chartproof.batch.counting", [str(export), given], stdout=subprocess.PIPE)
        self._total: int | None = None

    @property
    def total(self) -> int | None:
        if self._total is None and self._process.poll() == 0 and self._process.stdout is not None:
            self._total = int(self._process.stdout.read())
        return self._total

    def close(self) -> None:
        """End the count."""
        self._process.kill()
        self._process.communicate()


def main(export: str, fields: dict[str, Any]) -> None:
    """Print the number of rows."""
    os.nice(5)
    work_dir = None if fields["work_dir"] is None else Path(fields["work_dir"])
    options = ReadOptions(**{**fields, "keep": tuple(fields["keep"]), "work_dir": work_dir})
    print(sum(1 for _ in read_export(Path(export), options, read_documents=False)))
