"""Answers on disk: hash of model, prompts and text -> the model's answer and its tokens. The text itself is not stored.

An answer quotes the note, so the file is as private as the notes: it is readable by its owner only.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from chartproof.errors import ChartproofError


@dataclass(frozen=True, slots=True)
class Reply:
    """What the endpoint answered: the text and its tokens."""

    content: str
    input_tokens: int
    output_tokens: int


def cache_key(parts: Mapping[str, str]) -> str:
    """SHA-256 over named parts."""
    return hashlib.sha256(json.dumps(dict(parts), sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()


def default_directory(env: Mapping[str, str] | None = None) -> Path:
    """``chartproof`` in the user's cache directory."""
    env = os.environ if env is None else env
    base = env.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "chartproof"


class Cache:
    """The answers of one file, ``llm.sqlite3``; safe to use from several threads and processes."""

    def __init__(self, directory: Path) -> None:
        """Open the cache, making directory and file for their owner only; ChartproofError when that fails."""
        path = directory / "llm.sqlite3"
        self._lock = threading.Lock()
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            path.chmod(0o600)
            self._base = sqlite3.connect(path, timeout=30, check_same_thread=False)
            with self._lock, self._base:
                self._base.execute(
                    "CREATE TABLE IF NOT EXISTS answer (key TEXT PRIMARY KEY, content TEXT, tokens_in INT, tokens_out INT)"
                )
        except (OSError, sqlite3.Error) as error:
            raise ChartproofError(f"{path}: the cache cannot be opened ({type(error).__name__})") from None

    def get(self, key: str) -> Reply | None:
        """The stored answer, or None; None as well when the file cannot be read."""
        query = "SELECT content, tokens_in, tokens_out FROM answer WHERE key = ?"
        try:
            with self._lock:
                row = self._base.execute(query, (key,)).fetchone()
        except sqlite3.Error:
            return None
        return None if row is None else Reply(*row)

    def put(self, key: str, reply: Reply) -> None:
        """Store an answer; one that cannot be stored is asked for again the next time."""
        with suppress(sqlite3.Error), self._lock, self._base:
            self._base.execute(
                "INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?)",
                (key, reply.content, reply.input_tokens, reply.output_tokens),
            )

    def close(self) -> None:
        """Close the file."""
        self._base.close()
