"""Failed logins: after some, the next ones wait, and each further failure doubles the wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

_FIRST_WAIT = 2.0
_LONGEST_WAIT = 900.0
_FORGOTTEN_AFTER = 3600.0
_MOST = 10_000


@dataclass
class _Failures:
    count: int
    last: float
    until: float


class Throttle:
    """Counts failures by key, such as a user's name or an address."""

    def __init__(self, free: int = 5, clock: Callable[[], float] = time.monotonic) -> None:
        """The first `free` failures have no consequence; they are forgotten after an hour without one."""
        self._free, self._clock = free, clock
        self._failures: dict[str, _Failures] = {}
        self._lock = threading.Lock()

    def wait(self, keys: Iterable[str]) -> float:
        """The seconds until another try is allowed for all `keys`; 0 for at once."""
        now = self._clock()
        with self._lock:
            return max((self._failures[key].until - now for key in keys if key in self._failures), default=0.0)

    def failed(self, keys: Iterable[str]) -> None:
        """Count a failure for each of `keys`."""
        now = self._clock()
        with self._lock:
            if len(self._failures) >= _MOST:  # those that failed longest ago
                by_age = sorted(self._failures.items(), key=lambda item: item[1].last)
                self._failures = dict(by_age[_MOST // 10 :])
            for key in keys:
                before = self._failures.get(key)
                count = 1 if before is None or now - before.last > _FORGOTTEN_AFTER else before.count + 1
                over = count - self._free
                pause = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(over - 1, 20)) if over > 0 else 0.0
                self._failures[key] = _Failures(count, now, now + pause)

    def succeeded(self, keys: Iterable[str]) -> None:
        """Forget the failures of `keys`."""
        with self._lock:
            for key in keys:
                self._failures.pop(key, None)
