"""Reading notes beside the pages: in processes of their own, so that pages stay quick while notes are read.

What is read does not depend on guidelines, so that a process needs nothing but the note. Judging takes a tenth of the
time and stays where the guidelines are.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Sequence
from concurrent.futures import CancelledError, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import cast

from starlette.requests import Request

from chartproof import api
from chartproof.assessment import Assessment
from chartproof.facts import NoteFacts
from chartproof.notes import Case, Note

_WARM = Note(note_id="warm-up", text="Average pain 5/10. FABER positive on the left.")


class Worker:
    """Extracts and assesses. Its methods block: call them in a thread; many threads may."""

    def __init__(self, processes: int) -> None:
        """With 0 processes notes are read in the calling thread. Nothing is started before the first use."""
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None
        self._lock = threading.Lock()

    def extract(self, note: Note) -> NoteFacts:
        """The facts of a note."""
        return self._facts([note])[0]

    def read(self, case: Case) -> tuple[Case, tuple[NoteFacts, ...]]:
        """The case with the dates its notes give themselves, and the facts of each note: what is judged."""
        dated, _ = api.read(case, ())
        return dated, self._facts(dated.notes)

    def assess(self, case: Case, guideline: str | None) -> Assessment:
        """The assessment of a case. Errors: ChartproofError for a case that cannot be assessed."""
        case, facts = self.read(case)
        return api.assess(case, guideline=guideline, facts=facts)

    def warm_up(self) -> None:
        """Load the rules, so that the first answer is as quick as the others."""
        self._facts([_WARM] * max(1, self._processes))

    def close(self) -> None:
        """Wait for the processes to end; what has not begun is given up."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(cancel_futures=True)

    def _facts(self, notes: Sequence[Note]) -> tuple[NoteFacts, ...]:
        if not self._processes:
            return tuple(map(api.extract, notes))
        pool = self._started()
        try:
            return tuple(pool.map(api.extract, notes))
        except (BrokenProcessPool, CancelledError):  # a process was killed, for want of memory perhaps
            self._give_up(pool)
            return tuple(self._started().map(api.extract, notes))

    def _started(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._pool is None:
                # spawn: the fork of a process with threads may stand still for ever
                context = multiprocessing.get_context("spawn")
                self._pool = ProcessPoolExecutor(self._processes, context, initializer=_end_with_the_server)
            return self._pool

    def _give_up(self, broken: ProcessPoolExecutor) -> None:
        with self._lock:
            if self._pool is broken:
                self._pool = None
        broken.shutdown(wait=False, cancel_futures=True)


def _end_with_the_server() -> None:
    """End this process when the server is gone, even killed: a pool's processes would wait for work for ever."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the server's; it ends us in order
    threading.Thread(target=_wait_for_the_server, daemon=True).start()


def _wait_for_the_server() -> None:
    server = multiprocessing.parent_process()
    if server is not None:
        server.join()
        os._exit(0)


def worker_of(request: Request) -> Worker:
    """The worker of the app."""
    return cast(Worker, request.app.state.worker)
