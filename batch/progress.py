"""How far a batch is: a bar on a terminal, else a plain line now and then. Nothing of a note is ever told."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any, Self

from chartproof.console import complain

_LINE_EVERY = 10.0


class Progress:
    """Tells on standard error how many rows are done, how fast it goes and how long it will take.

    A context manager. `total` may be set when it becomes known; without it no time left is told.
    """

    def __init__(self, *, terminal: bool | None = None, every: float = _LINE_EVERY) -> None:
        self.total: int | None = None
        self._every = every
        self._terminal = sys.stderr.isatty() if terminal is None else terminal
        self._begun = self._told = time.monotonic()
        self._before: int | None = None
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Self:
        if self._terminal:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
            from rich.progress import Progress as Bar

            self._bar = Bar(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[rate]}"),
                TimeElapsedColumn(),
                TextColumn("left"),
                TimeRemainingColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._bar.start()
            self._task = self._bar.add_task("Cases", total=None, rate="")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def at(self, done: int) -> None:
        """Say that `done` rows are done, those of an earlier run included."""
        now = time.monotonic()
        if self._before is None:
            self._before, self._begun = done, now
        seconds = now - self._begun
        rate = (done - self._before) / seconds if seconds > 1 else 0.0
        if self._bar is not None:
            told = f"{rate:.1f}/s" if rate else ""
            self._bar.update(self._task, completed=done, total=self.total, rate=told)
        elif now - self._told >= self._every:
            self._told = now
            complain(line(done, self.total, rate))


def line(done: int, total: int | None, rate: float) -> str:
    """A line of progress: ``1,200 of 5,000 cases (24%), 85.0/s, 0:00:45 left``."""
    parts = [f"{done:,} cases" if total is None else f"{done:,} of {total:,} cases ({100 * done // max(total, 1)}%)"]
    if rate > 0:
        parts.append(f"{rate:.1f}/s")
        if total is not None:
            left = round((total - done) / rate)
            parts.append(f"{left // 3600}:{left // 60 % 60:02d}:{left % 60:02d} left")
    return ", ".join(parts)
