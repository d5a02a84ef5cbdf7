"""A scripted server, no model: it speaks the chat part of the OpenAI API on loopback and answers what a test wrote down.

Each request takes the next step of the script; the last one goes on for ever. What was asked is kept for the test.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Step:
    """One answer: a status with a body, or a connection that is cut."""

    status: int = 200
    body: bytes = b"{}"
    headers: tuple[tuple[str, str], ...] = ()
    delay: float = 0.0
    cut: bool = False


Script = Sequence[Step] | Callable[[dict[str, Any]], Step]


def says(content: str | None, *, finish: str = "stop", refusal: str | None = None) -> Step:
    """A complete answer of the model with this text."""
    message = {"role": "assistant", "content": content, "refusal": refusal}
    body = {
        "id": "scripted",
        "object": "chat.completion",
        "created": 0,
        "model": "scripted",
        "choices": [{"index": 0, "message": message, "finish_reason": finish, "logprobs": None}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
    }
    return Step(body=json.dumps(body).encode())


def finds(*findings: dict[str, Any]) -> Step:
    """An answer with these findings."""
    return says(json.dumps({"findings": findings}))


@dataclass
class Scripted:
    """The running server: where it is, and what it was asked."""

    url: str
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    script: Script = ()

    @property
    def asked(self) -> list[str]:
        """The user messages so far."""
        return [request["messages"][-1]["content"] for request in self.requests]


@contextmanager
def serve(script: Script) -> Iterator[Scripted]:
    """Run the server for the time of a test."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with lock:
                number = len(state.requests)
                state.requests.append(request)
                state.headers.append({name.lower(): value for name, value in self.headers.items()})
                now = state.script
            step = now(request) if callable(now) else now[min(number, len(now) - 1)]
            time.sleep(step.delay)
            if step.cut:
                self.close_connection = True
                self.connection.close()
                return
            self.send_response(step.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(step.body)))
            for name, value in step.headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(step.body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state = Scripted(f"http://127.0.0.1:{server.server_port}/v1", script=script)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
