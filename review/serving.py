"""Serves the review app until it is interrupted, and opens the browser once it answers."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
import webbrowser

import typer
import uvicorn

from chartproof.errors import ChartproofError
from chartproof.review.store import Store
from chartproof.review.web.app import create_app
from chartproof.review.web.settings import Settings

_LOOK_EVERY = 0.05  # seconds between looks whether the app answers yet


def serve(
    store: Store,
    *,
    host: str,
    port: int,
    token: str | None,
    allowed_hosts: tuple[str, ...],
    secure: bool,
    browser: bool,
) -> None:
    """Serve the reviews of a store; port 0 takes a free one.

    With users in the store people log in by name. Errors: ChartproofError when the address cannot be had, or when the
    settings would let strangers in.
    """
    users = store.users if store.users.any() else None
    Settings(host=host, port=port, token=token, allowed_hosts=allowed_hosts, secure=secure).check(
        users=users is not None
    )
    with _listening(host, port) as listener:
        port = listener.getsockname()[1]
        settings = Settings(host=host, port=port, token=token, allowed_hosts=allowed_hosts, secure=secure, workers=1)
        app = create_app(store, users=users, settings=settings)
        store.read = app.state.worker.read
        # no access log and no log of errors: either could hold what was sent
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            ws="none",
            proxy_headers=secure,  # without a proxy anyone could name the address that failed logins count for
        )
        server = uvicorn.Server(config)
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
        threading.Thread(target=_greet, args=(server, address, store.name, browser), daemon=True).start()
        try:
            server.run(sockets=[listener])
        except KeyboardInterrupt:  # how people end it
            typer.echo("", err=True)


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        raise ChartproofError(
            f"{host} port {port}: {error.strerror or 'no such address'}; choose another with --port or --host"
        ) from None


def _greet(server: uvicorn.Server, address: str, store: str, browser: bool) -> None:
    while not server.started:
        if server.should_exit:
            return
        time.sleep(_LOOK_EVERY)
    typer.echo(f"Review app: {address}  (store {store}; Ctrl+C ends it)")
    if browser and _has_display():
        webbrowser.open(address)


def _has_display() -> bool:
    """Whether a browser would open in a window: elsewhere one would take the terminal."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
