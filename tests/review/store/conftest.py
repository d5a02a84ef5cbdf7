"""A store of each kind, empty for each test. PostgreSQL is tested where CHARTPROOF_TEST_POSTGRES names a server."""

from __future__ import annotations

import datetime as dt
import itertools
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from chartproof import api
from chartproof.review.model import Review
from chartproof.review.store import Store, open_store
from tests.review.charts import chart

SERVER = os.environ.get("CHARTPROOF_TEST_POSTGRES")

_names = itertools.count(1)


_extract = cache(api.extract)


@pytest.fixture(autouse=True)
def _each_note_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Extraction gives the same for the same note, and these tests are not about it."""
    monkeypatch.setattr(api, "extract", _extract)


class Clock:
    """A clock that goes on by a second at each look, and can be set forward."""

    def __init__(self) -> None:
        self.at = dt.datetime(2024, 8, 7, 9, 0, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        self.at += dt.timedelta(seconds=1)
        return self.at


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'data' / 'reviews.sqlite'}"


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """A database of its own on the test server."""
    if SERVER is None:
        pytest.skip("set CHARTPROOF_TEST_POSTGRES to the URL of a PostgreSQL server (.ci/with-postgres does)")
    name = f"chartproof_test_{os.getpid()}_{next(_names)}"
    server = make_url(SERVER).set(drivername="postgresql+psycopg")
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield server.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: Any) -> str:
    """The URL of a store that is not there yet."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(url: str, clock: Clock) -> Iterator[Store]:
    with open_store(url, clock=clock) as opened:
        yield opened


@pytest.fixture
def review(store: Store) -> Review:
    return store.create(chart(), actor="ann")
