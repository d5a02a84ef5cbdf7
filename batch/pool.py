"""Worker processes under supervision: what hangs or crashes one is found, tried again alone, and named."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa

from chartproof.batch.children import start
from chartproof.batch.frames import from_bytes, to_bytes
from chartproof.batch.partition import Settings
from chartproof.batch.tables import RESULT, ROWS, batch_of, rejected
from chartproof.batch.worker import BEGUN, DONE, READY
from chartproof.errors import ChartproofError

_CRASHES = 3  # so often may a row end its worker before it is given up
_STARTS = 3  # so often in a row may a worker fail to start
_START_SECONDS = 300.0
_LONGEST_WAIT = 1.0
_LOOK_EVERY = 0.25
# A machine that is busy with other things must not make a case fail: what counts is the time that its worker computes,
# and time on the clock only when it is so many times as much.
_CLOCK_TIMES = 10
# The words that a tokenizer has seen stay in memory; a new worker has seen none.
_ROWS_OF_A_WORKER = 5_000


@dataclass(frozen=True)
class Limits:
    """`seconds`: most computing time for one case. `memory`: most bytes of address space of a worker, 0: no limit."""

    seconds: float = 60.0
    memory: int = 0


@dataclass(frozen=True)
class Piece:
    """Rows `start` and following of part `part`, to be worked on in one go; `last` ends the part.

    `found`: their records, where these are known without work.
    """

    part: int
    start: int
    rows: pa.RecordBatch
    last: bool = True
    crashes: int = 0
    alone: bool = False
    found: pa.RecordBatch | None = None

    def cut(self, start: int, end: int, *, alone: bool = False, crashes: int = 0) -> Piece:
        """Some of its rows, to be tried again."""
        rows = self.rows.slice(start, end - start)
        return Piece(self.part, self.start + start, rows, crashes=crashes, alone=alone)


@dataclass
class _Worker:
    """A process, the piece it works on, and which row of that when begun."""

    process: subprocess.Popen[bytes]
    connection: Connection
    since: float
    ready: bool = False
    computed: float = 0.0
    piece: Piece | None = None
    at: int | None = None
    served: int = 0

    def sign(self) -> None:
        """Note that it has been heard of now."""
        self.since, self.computed = time.monotonic(), computing_time(self.process.pid)

    def late(self, limits: Limits) -> bool:
        """Whether it has taken too long since it was heard of last, and still has nothing to say."""
        clock = time.monotonic() - self.since
        if not self.ready or (self.piece is not None and self.at is None):
            late = clock > _START_SECONDS
        elif self.piece is None or clock <= limits.seconds:
            late = False
        else:
            computed = computing_time(self.process.pid) - self.computed
            late = computed > limits.seconds or clock > _CLOCK_TIMES * limits.seconds
        return late and not self.connection.poll()

    def kill(self) -> int:
        """End the process; its exit code, negative for a signal."""
        self.process.kill()
        self.connection.close()
        return self.process.wait()


@dataclass
class _Gathered:
    """What is there of a part."""

    pieces: dict[int, pa.RecordBatch] = field(default_factory=dict)
    total: int | None = None

    @property
    def rows(self) -> int:
        return sum(piece.num_rows for piece in self.pieces.values())

    @property
    def whole(self) -> bool:
        return self.total is not None and self.rows == self.total

    def joined(self) -> pa.RecordBatch:
        table = pa.Table.from_batches([self.pieces[start] for start in sorted(self.pieces)], RESULT)
        batches = table.combine_chunks().to_batches()
        return batches[0] if batches else batch_of([])


class Pool:
    """A number of worker processes. A context manager, which ends them."""

    def __init__(self, settings: Settings, workers: int, limits: Limits) -> None:
        self._settings = settings.as_json().encode()
        self._limits = limits
        self._count = workers
        self._workers: list[_Worker] = []
        self._failed_starts = 0
        self._gathered: dict[int, _Gathered] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all workers."""
        for worker in self._workers:
            worker.kill()
        self._workers.clear()

    @property
    def under_way(self) -> int:
        """How many rows are done of parts that are not whole."""
        begun = sum(worker.at or 0 for worker in self._workers if worker.piece is not None)
        return begun + sum(part.rows for part in self._gathered.values())

    def run(
        self, pieces: Iterable[Piece], tick: Callable[[], None] = lambda: None
    ) -> Iterator[tuple[int, pa.RecordBatch]]:
        """The `RESULT` records of each part, in the order in which parts become whole.

        Pieces are taken from their iterator only as workers need them; `tick` is called again and again, at least
        every second. Errors: ChartproofError when workers cannot be started.
        """
        try:
            yield from self._run(iter(pieces), tick)
        finally:
            self._forget()

    def _forget(self) -> None:
        """End the workers that are busy, where a run is given up before its end: the next must not hear of its rows."""
        for worker in [one for one in self._workers if one.piece is not None]:
            self._workers.remove(worker)
            worker.kill()
        self._gathered.clear()

    def _run(self, source: Iterator[Piece], tick: Callable[[], None]) -> Iterator[tuple[int, pa.RecordBatch]]:
        waiting: deque[Piece] = deque()
        again: deque[Piece] = deque()
        gathered = self._gathered
        exhausted = False
        while True:
            tick()
            self._assign(again, waiting)
            busy = any(worker.piece is not None for worker in self._workers)
            if exhausted and not busy and not waiting and not again:
                return
            ahead = not exhausted and len(waiting) < 2 * self._count
            if ahead:
                piece = next(source, None)
                if piece is None:
                    exhausted = True
                else:
                    if piece.last:
                        gathered.setdefault(piece.part, _Gathered()).total = piece.start + piece.rows.num_rows
                    if piece.found is None:
                        waiting.append(piece)
                    else:
                        yield from self._whole(piece, piece.found)
            for piece, found in self._heard(0 if ahead else _LONGEST_WAIT, again):
                yield from self._whole(piece, found)

    def _whole(self, piece: Piece, found: pa.RecordBatch) -> Iterator[tuple[int, pa.RecordBatch]]:
        """Keep the records of a piece; gives those of its part when they are all there."""
        part = self._gathered.setdefault(piece.part, _Gathered())
        part.pieces[piece.start] = found
        if part.whole:
            del self._gathered[piece.part]
            yield piece.part, part.joined()

    def _assign(self, again: deque[Piece], waiting: deque[Piece]) -> None:
        """Give idle workers something to do, and start workers where there is more to do than there are."""
        for worker in [one for one in self._workers if one.ready and one.piece is None]:
            if worker.served >= _ROWS_OF_A_WORKER:
                self._workers.remove(worker)
                worker.kill()
                continue
            if not again and not waiting:
                break
            piece = again.popleft() if again else waiting.popleft()
            worker.piece, worker.at = piece, None
            worker.sign()
            try:
                worker.connection.send_bytes(to_bytes(piece.rows, ROWS))
            except OSError:  # it is gone, which the next look at it finds
                continue
        starting = sum(not worker.ready for worker in self._workers)
        for _ in range(min(self._count - len(self._workers), len(again) + len(waiting) - starting)):
            self._workers.append(self._started())

    def _started(self) -> _Worker:
        ours, theirs = socket.socketpair()
        with theirs:
            process = start(
                "chartproof.batch.worker",
                [theirs.fileno(), self._limits.memory],
                pass_fds=[theirs.fileno()],
                stdout=subprocess.DEVNULL,
            )
        connection = Connection(ours.detach())
        with contextlib.suppress(OSError):  # a worker that is gone already is found when it is listened to
            connection.send_bytes(self._settings)
        return _Worker(process, connection, time.monotonic())

    def _heard(self, seconds: float, again: deque[Piece]) -> Iterator[tuple[Piece, pa.RecordBatch]]:
        """What workers have finished; waits up to `seconds` for news. Failed pieces go to `again`, taken apart."""
        listening = {worker.connection: worker for worker in self._workers}
        if not listening:
            return
        for connection in wait([*listening], timeout=min(seconds, max(_LOOK_EVERY, self._limits.seconds / 4))):
            worker = listening[connection]  # type: ignore[index]
            try:
                frame = worker.connection.recv_bytes()
            except (EOFError, OSError):
                yield from self._gone(worker, again)
                continue
            if frame[:1] == READY:
                worker.ready = True
                self._failed_starts = 0
            elif frame[:1] == BEGUN:
                worker.at = int(frame[1:])
                worker.sign()
            elif frame[:1] == DONE and worker.piece is not None:
                piece, worker.piece = worker.piece, None
                worker.served += piece.rows.num_rows
                yield piece, from_bytes(frame[1:], RESULT)
        for worker in [*self._workers]:
            if worker.late(self._limits):
                yield from self._gone(worker, again, too_late=True)

    def _gone(
        self, worker: _Worker, again: deque[Piece], *, too_late: bool = False
    ) -> Iterator[tuple[Piece, pa.RecordBatch]]:
        """End a worker that has crashed or takes too long; its piece is cut around the row that it was at."""
        self._workers.remove(worker)
        code = worker.kill()
        piece, at = worker.piece, worker.at
        if not worker.ready:
            self._failed_starts += 1
            if self._failed_starts >= _STARTS:
                raise ChartproofError(
                    f"the worker processes do not start ({_told(code)}); free some memory, or raise --memory"
                )
            return
        if piece is None:
            return
        rows = piece.rows.num_rows
        if at is None and rows > 1:  # nothing is known against any of its rows; when it goes on, each is tried alone
            crashes = piece.crashes + 1
            if crashes < _CRASHES:
                again.append(replace(piece, crashes=crashes))
            else:
                again.extend(piece.cut(start, start + 1, alone=True) for start in range(rows))
            return
        at = at or 0
        if piece.alone and (too_late or piece.crashes + 1 >= _CRASHES):
            row = piece.rows.slice(at, 1)
            if too_late:
                yield piece, _given_up(row, "timeout", f"took longer than {self._limits.seconds:g} s (--timeout)")
            else:
                yield piece, _given_up(row, "crash", f"the worker process ended at it ({_told(code)})")
            return
        if at > 0:
            again.append(piece.cut(0, at))
        again.append(piece.cut(at, at + 1, alone=True, crashes=piece.crashes + (0 if too_late else 1)))
        if at + 1 < rows:
            again.append(piece.cut(at + 1, rows))


def computing_time(pid: int) -> float:
    """Seconds for which a process has computed; where the system does not tell (not Linux), those on the clock."""
    try:
        fields = Path("/proc", str(pid), "stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:
        return time.monotonic()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _given_up(row: pa.RecordBatch, kind: str, error: str) -> pa.RecordBatch:
    (fields,) = row.to_pylist()
    try:
        case_id = str(json.loads(fields["case"])["case_id"])
    except (TypeError, ValueError, KeyError):  # it may be no case: nothing has looked at it yet
        case_id = None
    return batch_of([rejected(fields["row"], fields["where"], fields["extra"], kind, error, case_id)])


def _told(code: int) -> str:
    """An exit code in words."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
