"""The worklist page, and who may see what."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from chartproof.review.store import Store, open_store
from chartproof.review.web.app import create_app
from chartproof.review.web.settings import Settings
from tests.review.charts import chart
from tests.review.pages.conftest import Browser, visible

PASSWORD = "correct horse battery"


def test_an_empty_worklist_says_how_to_begin(browser: Browser) -> None:
    assert "No assessments yet" in visible(browser.get("/"))


def test_search_filters_and_pages(browser: Browser, store: Store) -> None:
    made = [store.create(chart(f"case-{number:02}"), guideline=None, actor="ann") for number in range(5)]
    store.sign(made[3].id, "Dr. Ada", actor="ann", version=1)
    assert visible(browser.get("/?search=case-03")).count("case-0") == 1
    assert "Dr. Ada" in visible(browser.get("/?state=signed"))
    assert "case-03" not in visible(browser.get("/?state=open"))
    assert "No assessment fits" in visible(browser.get("/?determination=criteria_met"))
    page = visible(browser.get("/?sort=case&order=asc&size=2&page=2"))
    assert ("case-02" in page, "case-03" in page, "case-01" in page) == (True, True, False)
    assert "Page 2 of 3" in page


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=x", "size=100000", "sort=drop", "state=odd", "search=" + "y" * 5000, "page=99", "order=%00"],
)
def test_odd_addresses_show_a_worklist(browser: Browser, store: Store, query: str) -> None:
    store.create(chart(), guideline=None, actor="ann")
    page = browser.client.get(f"/?{query}", follow_redirects=True)
    assert page.status_code == 200
    assert "<h1>Worklist</h1>" in page.text


@pytest.fixture
def members(tmp_path: Path) -> TestClient:
    store = open_store(f"sqlite:///{tmp_path / 'reviews.sqlite'}")
    store.users.add("ada", "admin", PASSWORD, actor="setup")
    store.users.add("bea", "reviewer", PASSWORD, actor="setup")
    app = create_app(store, users=store.users, settings=Settings())
    return TestClient(app, base_url="http://127.0.0.1:8350")


def _logged_in(client: TestClient, name: str) -> Browser:
    answer = Browser(client, "/login").post("/login", {"name": name, "password": PASSWORD, "next": "/"})
    assert answer.status_code == 303
    return Browser(client)


def test_pages_lead_to_the_login_and_back(members: TestClient) -> None:
    for path in ("/", "/new", "/help", "/users", "/reviews/abc"):
        answer = members.get(path, follow_redirects=False)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/login?next=")
    page = Browser(members, "/login").post("/login", {"name": "ada", "password": "wrong"})
    assert page.status_code == 401
    assert "do not fit" in page.text


def test_admins_manage_users_and_reviewers_do_not(members: TestClient) -> None:
    ada = _logged_in(members, "ada")
    assert "bea" in visible(ada.get("/users"))
    assert ada.post("/users", {"name": "cyd", "role": "reviewer", "password": "short"}).status_code == 422
    assert ada.post("/users", {"name": "cyd", "role": "reviewer", "password": PASSWORD}).status_code == 303
    assert "cyd" in visible(ada.get("/users"))
    assert ada.post("/users/remove", {"name": "ada"}).status_code == 422
    assert ada.post("/users/remove", {"name": "cyd"}).status_code == 303
    assert "cyd" not in visible(ada.get("/users"))
    assert ada.post("/logout", {}).status_code == 303
    bea = _logged_in(members, "bea")
    assert bea.get("/users").status_code == 403
    assert "/users" not in bea.get("/").text


def test_with_a_token_there_are_no_users_to_manage(store: Store) -> None:
    app = create_app(store, users=None, settings=Settings(token="a long and random token"))
    with TestClient(app, base_url="http://127.0.0.1:8350") as client:
        entered = Browser(client, "/login").post("/login", {"password": "a long and random token", "next": "/"})
        assert entered.status_code == 303
        assert "/users" not in client.get("/").text
        assert client.get("/users").status_code == 404


def test_reviewers_delete_nothing(members: TestClient) -> None:
    store = members.app.state.reviews  # type: ignore[attr-defined]
    made = store.create(chart(), guideline=None, actor="ada")
    bea = _logged_in(members, "bea")
    assert "Delete" not in visible(bea.get(f"/reviews/{made.id}"))
    assert bea.post(f"/reviews/{made.id}/delete", {}).status_code == 403
    assert store.get(made.id) == made
