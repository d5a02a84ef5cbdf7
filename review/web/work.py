"""Reading notes beside the pages: in processes of their own, so that pages stay quick while notes are read."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar, TypeVarTuple, cast

from starlette.requests import Request

from chartproof import api
from chartproof.assessment import Assessment
from chartproof.facts import NoteFacts
from chartproof.notes import Case, Note

Args = TypeVarTuple("Args")
T = TypeVar("T")

#: The case with the dates its notes give, their facts, and the assessment.
Assessed = tuple[Case, tuple[NoteFacts, ...], Assessment]


class Worker:
    """Extracts and assesses, a few at a time. Without processes it works in one thread: more would only wait in turn."""

    def __init__(self, processes: int) -> None:
        """Nothing is started before the first use."""
        self._processes = processes
        self._pool: Executor | None = None

    async def extract(self, note: Note) -> NoteFacts:
        """The facts of a note."""
        return await self._do(api.extract, note)

    async def assess(self, case: Case, guideline: str | None) -> Assessed:
        """A case assessed. Errors: ChartproofError for a case that cannot be."""
        return await self._do(assessed, case, guideline)

    async def warm_up(self) -> None:
        """Load the rules, so that the first answer is as quick as the others."""
        await asyncio.gather(*(self.extract(_WARM) for _ in range(max(1, self._processes))))

    def close(self) -> None:
        """End the processes; what has not begun is given up."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    async def _do(self, work: Callable[[*Args], T], *args: *Args) -> T:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._started(), work, *args)
        except BrokenProcessPool:  # a process was killed, for want of memory perhaps: once more, in a new one
            self.close()
            return await loop.run_in_executor(self._started(), work, *args)

    def _started(self) -> Executor:
        if self._pool is None:
            if self._processes:
                # spawn: a fork of a process with threads may stand still for ever
                self._pool = ProcessPoolExecutor(self._processes, multiprocessing.get_context("spawn"))
            else:
                self._pool = ThreadPoolExecutor(1, "reading")
        return self._pool


def assessed(case: Case, guideline: str | None) -> Assessed:
    """The case as it is judged, its facts and its assessment. Errors: ChartproofError."""
    case, facts = api.read(case)
    return case, facts, api.assess(case, guideline=guideline, facts=facts)


def worker_of(request: Request) -> Worker:
    """The worker of the app."""
    return cast(Worker, request.app.state.worker)


_WARM = Note(note_id="warm-up", text="Average pain 5/10. FABER positive on the left.")
