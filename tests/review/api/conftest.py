"""The app over a new store, and clients of it: one where nobody logs in, one with a token, one with users."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from chartproof import api
from chartproof.review.model import Review
from chartproof.review.store import Store, open_store
from chartproof.review.web.app import create_app
from chartproof.review.web.settings import Settings
from tests.review.charts import chart

ORIGIN = "http://127.0.0.1:8350"
TOKEN = "a-token-of-more-than-sixteen"
PASSWORD = "correct horse battery"

_extract = cache(api.extract)

Client = Callable[..., TestClient]


@pytest.fixture(autouse=True)
def _each_note_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Extraction gives the same for the same note, and these tests are not about it."""
    monkeypatch.setattr(api, "extract", _extract)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'reviews.sqlite'}") as opened:
        yield opened


@pytest.fixture
def review(store: Store) -> Review:
    return store.create(chart(), actor="kim")


@pytest.fixture
def connect(store: Store) -> Client:
    """Makes a client; keyword arguments are settings, `users` says whether people log in by name."""

    def made(*, users: bool = False, address: str = "127.0.0.1", base: str = ORIGIN, **settings: Any) -> TestClient:
        app = create_app(store, users=store.users if users else None, settings=Settings(**settings))
        return TestClient(app, base_url=base, client=(address, 50000), follow_redirects=False)

    return made


@pytest.fixture
def client(connect: Client) -> TestClient:
    """On a machine of one person: nobody logs in."""
    return connect()


@pytest.fixture
def people(store: Store, connect: Client) -> Client:
    """As `connect`, with the users ada (admin) and rob (reviewer)."""
    store.users.add("ada", "admin", PASSWORD, actor="cli")
    store.users.add("rob", "reviewer", PASSWORD, actor="cli")
    return lambda **settings: connect(users=True, **settings)


def body(**more: Any) -> dict[str, Any]:
    """The chart as the body of a request."""
    content: dict[str, Any] = chart().model_dump(mode="json")
    return content | more


def log_in(client: TestClient, name: str, password: str = PASSWORD) -> TestClient:
    """The client with the header of a session of its own."""
    answer = client.post("/api/v1/sessions", json={"name": name, "password": password})
    assert answer.status_code == 201, answer.text
    client.headers["authorization"] = f"Bearer {answer.json()['token']}"
    return client
