"""A real server and a real browser. Skipped where there is no Chromium; CHARTPROOF_CHROMIUM names one."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from chartproof.review.store import Store, open_store
from chartproof.review.web.app import create_app
from chartproof.review.web.settings import Settings
from chartproof.review.web.state import Users

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
_WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
"""


def chromium() -> str | None:
    """The browser's path, None when there is none."""
    named = os.environ.get("CHARTPROOF_CHROMIUM")
    names = (named,) if named else ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if (found := shutil.which(name))), None)


@dataclass
class Site:
    """The running app and its store."""

    url: str
    store: Store


@dataclass
class Tab:
    """A page with what went wrong in it: dialogs, errors of scripts, refusals by the content policy."""

    page: Page
    dialogs: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def trouble(self) -> list[str]:
        """Everything that no page of ours may do."""
        return [*self.dialogs, *self.errors, *self.page.evaluate("window.violations")]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        pytest.skip("no Chromium: install Debian's chromium, or name one in CHARTPROOF_CHROMIUM")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, headless=True, args=list(_FLAGS))
        yield started
        started.close()


@contextmanager
def serving(store: Store, *, users: Users | None) -> Iterator[Site]:
    """The app over a store, on a free port of this machine, in a thread."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        app = create_app(store, users=users, settings=Settings(port=port, max_body=1_000_000))
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + 30
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.02)
        yield Site(f"http://127.0.0.1:{port}", store)
        server.should_exit = True
        thread.join(20)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder: Path = tmp_path_factory.mktemp("reviews")
    with open_store(f"sqlite:///{folder / 'reviews.sqlite'}") as store, serving(store, users=None) as running:
        yield running


@pytest.fixture
def context(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    made = browser.new_context(base_url=site.url, viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
    made.set_default_timeout(15_000)
    made.add_init_script(_WATCH)
    yield made
    made.close()


@pytest.fixture
def tab(context: BrowserContext, site: Site) -> Iterator[Tab]:
    opened = Tab(context.new_page())
    page = opened.page

    def dismissed(dialog: object) -> None:
        opened.dialogs.append("a dialog was opened")
        dialog.dismiss()  # type: ignore[attr-defined]

    page.on("dialog", dismissed)
    page.on("pageerror", lambda error: opened.errors.append(str(error)))
    page.on("request", lambda request: opened.requests.append(request.url))
    yield opened
    assert opened.trouble() == []
    assert [url for url in opened.requests if not url.startswith((site.url, "about:", "data:", "blob:"))] == []
