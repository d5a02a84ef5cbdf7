"""A worker process: loads the pipeline once, then works on the rows it is sent, one case after the other.

Frames on its connection. In: the settings; then `ROWS` records (Arrow IPC). Out: ``+`` ready, ``>`` and the index of the row that is begun,
``=`` and the `RESULT` records. It ends when the connection does, and with its parent.
"""

from __future__ import annotations

import contextlib
import gc
import signal
import sys
from multiprocessing.connection import Connection

import pyarrow as pa

from chartproof.batch.frames import from_bytes, to_bytes
from chartproof.batch.partition import Partition, Settings
from chartproof.batch.tables import RESULT, ROWS

READY, BEGUN, DONE = b"+", b">", b"="


def main(descriptor: int, memory: int) -> None:
    """Serve the connection of a descriptor. `memory`: most bytes of address space, 0 for no limit."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends its workers
    _end_with_parent()
    if memory:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    connection = Connection(descriptor)
    partition = Partition(Settings.of_json(connection.recv_bytes().decode()))
    partition.warm_up()
    # What is loaded stays: no garbage collection need look at it again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    pa.set_cpu_count(1)
    with contextlib.suppress(EOFError, OSError):
        connection.send_bytes(READY)
        while True:
            rows = from_bytes(connection.recv_bytes(), ROWS)
            found = partition(rows, lambda index: connection.send_bytes(BEGUN + str(index).encode()))
            connection.send_bytes(DONE + to_bytes(found, RESULT))


def _end_with_parent() -> None:
    """On Linux, be killed when the parent is: a worker that hangs would notice nothing."""
    if sys.platform == "linux":
        import ctypes

        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)
