"""Sessions, kept in the server's memory: a restart ends them all."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from chartproof.review.web.state import User

_MOST = 10_000


def new_secret() -> str:
    """256 random bits as text."""
    return secrets.token_urlsafe(32)


@dataclass
class Session:
    """One browser (or API client). `user` is None before the login; `csrf` goes into every form."""

    user: User | None
    began: float
    used: float
    csrf: str = field(default_factory=new_secret)


class Sessions:
    """Sessions by their key, of which only the hash is kept."""

    def __init__(self, *, age: float, idle: float, clock: Callable[[], float] = time.monotonic) -> None:
        """A session ends `age` seconds after it began and `idle` seconds after its last use."""
        self._age, self._idle, self._clock = age, idle, clock
        self._sessions: dict[str, Session] = {}
        self._lock = threading.Lock()

    def begin(self, user: User | None) -> tuple[str, Session]:
        """A new session and its key."""
        key, now = new_secret(), self._clock()
        session = Session(user, now, now)
        with self._lock:
            if len(self._sessions) >= _MOST:
                self._make_room()
            self._sessions[_hash(key)] = session
        return key, session

    def find(self, key: str) -> Session | None:
        """The session of `key`, which is thereby used; None when there is none or it has ended."""
        hashed = _hash(key)
        with self._lock:
            session = self._sessions.get(hashed)
            if session is None:
                return None
            if self._ended(session):
                del self._sessions[hashed]
                return None
            session.used = self._clock()
            return session

    def end(self, key: str) -> None:
        """End the session of `key`, if there is one."""
        with self._lock:
            self._sessions.pop(_hash(key), None)

    def _ended(self, session: Session) -> bool:
        now = self._clock()
        return now - session.began > self._age or now - session.used > self._idle

    def _make_room(self) -> None:
        """Drop what has ended; if that is not enough, the sessions without a user and then those used longest ago."""
        self._sessions = {key: one for key, one in self._sessions.items() if not self._ended(one)}
        if len(self._sessions) < _MOST:
            return
        kept = sorted(self._sessions.items(), key=lambda item: (item[1].user is not None, item[1].used))
        self._sessions = dict(kept[_MOST // 10 :])


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
