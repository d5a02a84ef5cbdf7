"""Load: many reviewers at once on the review app, each waiting a moment between clicks.

Starts the real server on a free loopback port with a new SQLite store, lets the users read the worklist, open reviews,
assess a note of 5 kB and set statuses through the pages, and reports errors and times by kind of click. A click's time
runs until the page that follows it is there, redirects included. Server and users share the machine's cores.
"""

from __future__ import annotations

import argparse
import asyncio
import html
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
NOTE_BYTES = 5000
_START_SECONDS = 60
_CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
_STATUSES = ("met", "not_met", "not_documented")


class Clicks:
    """Times in seconds and errors by kind of click."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = defaultdict(list)
        self.errors: dict[str, list[str]] = defaultdict(list)


class User:
    """One reviewer with a browser of their own."""

    def __init__(self, number: int, client: httpx.AsyncClient, clicks: Clicks, note: str) -> None:
        self._number, self._client, self._clicks, self._note = number, client, clicks, note
        self._random = random.Random(number)
        self._reviews: list[str] = []
        self._made = 0

    async def work(self, until: float, pause: float) -> None:
        """Click until the time is over."""
        await asyncio.sleep(self._random.uniform(0, 2 * pause))
        await self._click("assess", self._assess)
        kinds: dict[str, Callable[[], Awaitable[None]]] = {
            "worklist": self._worklist,
            "view": self._view,
            "assess": self._assess,
            "override": self._override,
        }
        while time.perf_counter() < until:
            kind = self._random.choices([*kinds], (30, 40, 15, 15))[0]
            await self._click(kind, kinds[kind])
            await asyncio.sleep(self._random.uniform(0, 2 * pause))

    async def _click(self, kind: str, action: Callable[[], Awaitable[None]]) -> None:
        try:
            await action()
        except (httpx.HTTPError, ValueError) as error:
            self._clicks.errors[kind].append(f"{type(error).__name__}: {str(error)[:100]}")

    async def _timed(self, kind: str, request: Awaitable[httpx.Response]) -> httpx.Response:
        start = time.perf_counter()
        answer = await request
        answer.raise_for_status()
        self._clicks.times[kind].append(time.perf_counter() - start)
        return answer

    async def _worklist(self) -> None:
        await self._timed("worklist", self._client.get("/"))

    async def _view(self) -> None:
        if self._reviews:
            await self._timed("view", self._client.get(self._random.choice(self._reviews)))

    async def _assess(self) -> None:
        page = await self._client.get("/new")
        self._made += 1
        fields = {
            "csrf_token": _token(page),
            "text": f"Load test, user {self._number}, note {self._made}.\n{self._note}",
            "note_date": "2024-05-14",
            "procedure": "27096",
            "date": "2024-05-21",
            "side": "right",
            "region": "sacroiliac",
            "do": "assess",
        }
        answer = await self._timed("assess", self._client.post("/new", data=fields))
        if not answer.url.path.startswith("/reviews/"):
            raise ValueError(f"the assessment led to {answer.url.path}")
        self._reviews.append(answer.url.path)

    async def _override(self) -> None:
        if not self._reviews:
            return
        path = self._random.choice(self._reviews)
        page = await self._client.get(path)
        version = re.search(r'name="version" value="(\d+)"', page.text)
        if version is None:
            raise ValueError("the review has no form")
        fields = {
            "csrf_token": _token(page),
            "version": version[1],
            "criterion": "nia-305.sij-pain.exam",
            "status": self._random.choice(_STATUSES),
            "reason": "Seen in the outside record.",
        }
        await self._timed("override", self._client.post(f"{path}/override", data=fields))


def _token(page: httpx.Response) -> str:
    found = _CSRF.search(page.text)
    if found is None:
        raise ValueError(f"{page.url.path} has no form")
    return html.unescape(found[1])


def note_text() -> str:
    """The notes of the demo case, one after the other, cut to about 5 kB."""
    case = json.loads((ROOT / "gold" / "demo" / "sij-case.json").read_text(encoding="utf-8"))
    texts = [note["text"] for note in case["notes"]]
    return "\n\n".join(texts * 3)[:NOTE_BYTES]


@contextmanager
def server() -> Iterator[str]:
    """The address of a server with a store of its own; both end with the block."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "chartproof", "review", "--no-browser", "--port", "0"]
        command += ["--store", f"sqlite:///{folder}/reviews.sqlite"]
        environment = {**os.environ, "PYTHONSAFEPATH": "1", "PYTHONUNBUFFERED": "1"}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
            try:
                assert process.stdout is not None
                line = process.stdout.readline()
                found = _ADDRESS.search(line)
                if found is None:
                    raise SystemExit(f"the server did not start: {line.strip()}")
                yield found[0]
            finally:
                process.terminate()
                process.wait(_START_SECONDS)


async def run(address: str, users: int, seconds: float, pause: float) -> Clicks:
    """Let the users work."""
    clicks, note = Clicks(), note_text()
    limits = httpx.Limits(max_connections=2)
    clients = [
        httpx.AsyncClient(base_url=address, follow_redirects=True, timeout=30, limits=limits) for _ in range(users)
    ]
    try:
        await User(0, clients[0], Clicks(), note).work(time.perf_counter(), 0)  # a warm server
        until = time.perf_counter() + seconds
        await asyncio.gather(
            *(User(number, client, clicks, note).work(until, pause) for number, client in enumerate(clients, start=1))
        )
    finally:
        for client in clients:
            await client.aclose()
    return clicks


def report(clicks: Clicks, seconds: float) -> None:
    """The times as a table, and the errors."""
    table = Table("click", "count", "errors", "p50 ms", "p95 ms", "max ms")
    for kind, times in sorted(clicks.times.items()):
        ordered = sorted(times)
        p95 = ordered[max(0, round(0.95 * len(ordered)) - 1)]
        figures = (statistics.median(ordered), p95, ordered[-1])
        table.add_row(kind, str(len(times)), str(len(clicks.errors[kind])), *(f"{1000 * one:.0f}" for one in figures))
    Console().print(table)
    count = sum(map(len, clicks.times.values()))
    print(f"{count} clicks in {seconds:.0f} s, {count / seconds:.1f} per second; load average {os.getloadavg()[0]:.1f}")
    for kind, errors in clicks.errors.items():
        for told in sorted(set(errors)):
            print(f"{kind}: {told} ({errors.count(told)})")


def main() -> None:
    """Run the users against a server."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pause", type=float, default=5, help="mean seconds between a user's clicks")
    options = parser.parse_args()
    with server() as address:
        clicks = asyncio.run(run(address, options.users, options.seconds, options.pause))
    report(clicks, options.seconds)
    sys.exit(any(clicks.errors.values()))


if __name__ == "__main__":
    main()
