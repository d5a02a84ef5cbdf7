"""The app over a store of its own, with a client that does what a browser does for forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from chartproof.review.store import Store, open_store
from chartproof.review.web.app import create_app
from chartproof.review.web.settings import Settings

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser:
    """Loads pages and sends forms with the token of the page before."""

    def __init__(self, client: TestClient, token_from: str = "/new") -> None:
        self.client = client
        self._token_from = token_from

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path)

    def post(self, path: str, fields: dict[str, object], **more: object) -> httpx.Response:
        found = _TOKEN.search(self.client.get(self._token_from).text)
        assert found, "no form with a token"
        return self.client.post(path, data={**fields, "csrf_token": found[1]}, follow_redirects=False, **more)  # type: ignore[arg-type]


def visible(page: httpx.Response) -> str:
    """The text of a page as it was before it was escaped."""
    return unescape(re.sub(r"<[^>]*>", " ", page.text))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'reviews.sqlite'}") as opened:
        yield opened


@pytest.fixture
def browser(store: Store) -> Iterator[Browser]:
    app = create_app(store, users=None, settings=Settings(max_body=2_000_000))
    with TestClient(app, base_url="http://127.0.0.1:8350") as client:
        yield Browser(client)
