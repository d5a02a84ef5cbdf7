"""Who is let in: hosts, origins, tokens, sessions, roles, and how often one may guess."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from chartproof.errors import ChartproofError
from chartproof.review.model import Review
from chartproof.review.store import Store
from chartproof.review.web.app import create_app
from chartproof.review.web.sessions import Sessions
from chartproof.review.web.settings import Settings
from chartproof.review.web.state import User
from chartproof.review.web.throttle import Throttle
from tests.review.api.conftest import ORIGIN, PASSWORD, TOKEN, body, log_in

Client = Callable[..., TestClient]


def field(page: str) -> str:
    """The token in a page's form."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


# -- where it listens -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "review.example.org"])
def test_other_machines_need_a_token_or_users(store: Store, host: str) -> None:
    with pytest.raises(ChartproofError, match="set a token"):
        create_app(store, users=None, settings=Settings(host=host))
    create_app(store, users=None, settings=Settings(host=host, token=TOKEN))
    create_app(store, users=store.users, settings=Settings(host=host))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.8.8"])
def test_this_machine_alone_needs_none(store: Store, host: str) -> None:
    create_app(store, users=None, settings=Settings(host=host))


def test_short_tokens_are_refused(store: Store) -> None:
    with pytest.raises(ChartproofError, match="shorter than 16"):
        create_app(store, users=None, settings=Settings(token="short"))


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8350", "", "[", "8.8.8.8"]
)
def test_other_names_are_refused(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8350", "LOCALHOST", "[::1]:8350"])
def test_its_own_names_are_not(client: TestClient, host: str) -> None:
    assert client.get("/api/guidelines", headers={"host": host}).status_code == 200


def test_a_server_for_others_goes_by_its_address_and_given_names(connect: Client) -> None:
    client = connect(host="0.0.0.0", token=TOKEN, allowed_hosts=("review.example.org",))
    for host, expected in (("10.1.2.3:8350", 401), ("review.example.org", 401), ("rebound.example", 421)):
        assert client.get("/api/guidelines", headers={"host": host}).status_code == expected


# -- from where -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:9999", "https://127.0.0.1", ""])
def test_changes_from_foreign_pages_are_refused(client: TestClient, origin: str) -> None:
    answer = client.post("/api/assess", json=body(), headers={"origin": origin})
    assert answer.status_code == 403


def test_changes_from_our_own_pages_are_not(client: TestClient) -> None:
    assert client.post("/api/assess", json=body(), headers={"origin": ORIGIN}).status_code == 200


@pytest.mark.parametrize(
    ("site", "mode", "expected"),
    [
        ("cross-site", "no-cors", 403),
        ("same-site", "cors", 403),
        ("cross-site", "navigate", 200),
        ("same-origin", "cors", 200),
        ("none", "navigate", 200),
    ],
)
def test_foreign_pages_may_link_here_but_embed_nothing(client: TestClient, site: str, mode: str, expected: int) -> None:
    answer = client.get("/api/guidelines", headers={"sec-fetch-site": site, "sec-fetch-mode": mode})
    assert answer.status_code == expected


def test_no_foreign_page_is_allowed_to_read_or_ask(client: TestClient) -> None:
    asked = {"origin": "http://evil.example", "access-control-request-method": "POST"}
    for answer in (client.options("/api/assess", headers=asked), client.get("/api/guidelines", headers=asked)):
        assert not [name for name in answer.headers if name.startswith("access-control")]


# -- CSRF -----------------------------------------------------------------------------------------------------------


def test_a_form_without_the_token_changes_nothing(client: TestClient, review: Review, store: Store) -> None:
    client.get(f"/reviews/{review.id}")
    sent = {"criterion": "nia-305.sij-pain.exam", "status": "not_met", "reason": "x", "version": "1"}
    for fields in (sent, {**sent, "csrf_token": ""}, {**sent, "csrf_token": "guessed"}):
        assert client.post(f"/reviews/{review.id}/override", data=fields).status_code == 403
    assert store.get(review.id) == review


def test_the_token_is_the_session_s_own(connect: Client, review: Review) -> None:
    mine, theirs = connect(), connect()
    token = field(theirs.get(f"/reviews/{review.id}").text)
    mine.get(f"/reviews/{review.id}")
    sent = {"criterion": "nia-305.sij-pain.exam", "status": "not_met", "reason": "x", "version": "1"}
    assert mine.post(f"/reviews/{review.id}/override", data={**sent, "csrf_token": token}).status_code == 403


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_what_a_foreign_form_can_send_is_no_api_call(client: TestClient, kind: str) -> None:
    raw = json.dumps(body()).encode()
    answer = client.post("/api/assessments", content=raw, headers={"content-type": kind})
    assert answer.status_code in (400, 403)
    assert client.get("/api/assessments").json()["total"] == 0


def test_with_users_the_api_asks_a_browser_for_the_token(people: Client) -> None:
    client = people()
    page = client.get("/login").text
    sent = {"csrf_token": field(page), "name": "ada", "password": PASSWORD, "next": "/"}
    assert client.post("/login", data=sent).status_code == 303
    assert client.post("/api/assess", json=body()).status_code == 403
    token = field(client.get("/new").text)
    assert client.post("/api/assess", json=body(), headers={"x-csrf-token": token}).status_code == 200


# -- the cookie and the headers -------------------------------------------------------------------------------------


def test_the_cookie_is_out_of_reach(connect: Client) -> None:
    cookie = connect(token=TOKEN).get("/login").headers["set-cookie"]
    assert cookie.startswith("chartproof-8350=")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Secure" not in cookie
    secure = connect(token=TOKEN, secure=True).get("/login").headers
    assert secure["set-cookie"].startswith("__Host-chartproof=")
    assert "Secure" in secure["set-cookie"]
    assert "max-age" in secure["strict-transport-security"]


@pytest.mark.parametrize("path", ["/", "/new", "/api/guidelines", "/api/nothing", "/static/app.css", "/nothing"])
def test_every_answer_has_the_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert ("no-store" in headers.get("cache-control", "")) != path.startswith("/static")


def test_refusals_have_the_headers_too(client: TestClient) -> None:
    assert client.get("/", headers={"host": "evil"}).headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2f..%2fmodel.py", "/static//etc/passwd"]
)
def test_nothing_but_the_static_files_is_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


# -- tokens, sessions, roles ----------------------------------------------------------------------------------------


def test_without_the_token_nothing_is_shown(connect: Client, review: Review) -> None:
    client = connect(token=TOKEN)
    for path in ("/api/assessments", f"/api/v1/assessments/{review.id}", "/api/openapi.json"):
        answer = client.get(path)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
    for path in ("/", "/new", f"/reviews/{review.id}", f"/reviews/{review.id}/exports/json", "/api/docs"):
        answer = client.get(path)
        assert answer.status_code in (303, 401)
        assert "case-7" not in answer.text
    assert client.post("/api/assess", json=body()).status_code == 401


def test_the_token_opens_the_api(connect: Client) -> None:
    client = connect(token=TOKEN)
    assert client.get("/api/assessments", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200
    assert client.post("/api/assess", json=body(), headers={"authorization": f"bearer {TOKEN}"}).status_code == 200
    for wrong in (f"Bearer {TOKEN}x", "Bearer", f"Basic {TOKEN}", TOKEN, "Bearer \xff"):
        assert client.get("/api/assessments", headers={"authorization": wrong.encode("latin-1")}).status_code == 401


def test_a_login_leads_on_within_the_site_only(connect: Client) -> None:
    client = connect(token=TOKEN)
    answer = client.get("/reviews/abc?view=facts")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=%2Freviews%2Fabc%3Fview%3Dfacts"
    for after, expected in (
        ("/reviews/abc", "/reviews/abc"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nset-cookie: x=y", "/"),
    ):
        client.cookies.clear()
        sent = {"csrf_token": field(client.get("/login").text), "password": TOKEN, "next": after}
        answer = client.post("/login", data=sent)
        assert (answer.status_code, answer.headers["location"]) == (303, expected)


def test_a_login_has_a_key_of_its_own_and_a_logout_ends_it(people: Client) -> None:
    client = people()
    token = field(client.get("/login").text)
    (before,) = client.cookies.values()
    client.post("/login", data={"csrf_token": token, "name": "rob", "password": PASSWORD, "next": "/"})
    (after,) = client.cookies.values()
    assert before != after
    page = client.get("/")
    assert page.status_code == 200
    client.post("/logout", data={"csrf_token": field(page.text)})
    client.cookies.set("chartproof-8350", after)
    assert client.get("/").status_code == 303


def test_the_login_form_needs_its_token(people: Client) -> None:
    client = people()
    assert client.post("/login", data={"name": "ada", "password": PASSWORD}).status_code == 403


def test_reviewers_do_not_delete(people: Client, review: Review, store: Store) -> None:
    rob = log_in(people(), "rob")
    assert rob.delete(f"/api/assessments/{review.id}").status_code == 403
    assert rob.get("/api/audit/verify").status_code == 403
    assert store.get(review.id) == review
    assert log_in(people(), "ada").delete(f"/api/assessments/{review.id}").status_code == 204


def test_changes_bear_the_name_of_who_is_logged_in(people: Client) -> None:
    rob = log_in(people(), "rob")
    assert rob.post("/api/assessments", json=body()).json()["created_by"] == "rob"


def test_a_session_ends_with_a_new_password_and_with_the_account(people: Client, store: Store) -> None:
    rob = log_in(people(), "rob")
    assert rob.get("/api/assessments").status_code == 200
    store.users.set_password("rob", "another long password", actor="cli")
    assert rob.get("/api/assessments").status_code == 401
    again = log_in(people(), "rob", "another long password")
    store.users.remove("rob", actor="cli")
    assert again.get("/api/assessments").status_code == 401


def test_a_session_of_the_api_can_be_ended(people: Client) -> None:
    rob = log_in(people(), "rob")
    assert rob.delete("/api/sessions").status_code == 204
    assert rob.get("/api/assessments").status_code == 401


def test_sessions_end_by_age_and_when_idle() -> None:
    now = 0.0
    sessions = Sessions(age=100, idle=30, clock=lambda: now)
    key, _ = sessions.begin(User("kim", "reviewer"))
    for _ in range(4):
        now += 25
        assert sessions.find(key) is not None
    now = 101.0
    assert sessions.find(key) is None
    key, _ = sessions.begin(None)
    now += 31
    assert sessions.find(key) is None
    assert sessions.find("guessed") is None


def test_anonymous_sessions_make_room_before_those_of_users() -> None:
    sessions = Sessions(age=1e9, idle=1e9)
    key, _ = sessions.begin(User("kim", "reviewer"))
    for _ in range(25_000):
        sessions.begin(None)
    assert sessions.find(key) is not None


# -- guessing -------------------------------------------------------------------------------------------------------


def test_after_failures_even_the_right_password_waits(people: Client) -> None:
    client = people()
    wrong = {"name": "ada", "password": "wrong password here"}
    codes = [client.post("/api/sessions", json=wrong).status_code for _ in range(7)]
    assert codes[:6] == [401] * 6
    assert codes[6] == 429
    answer = client.post("/api/sessions", json={"name": "ada", "password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1
    assert client.post("/api/sessions", json={"name": "rob", "password": PASSWORD}).status_code == 201


def test_an_unknown_name_looks_like_a_wrong_password(people: Client) -> None:
    client = people()
    told = {
        client.post("/api/sessions", json={"name": name, "password": "wrong password here"}).text
        for name in ("ada", "nobody", "")
    }
    assert len(told) == 1


def test_guessed_tokens_wait_as_well(connect: Client) -> None:
    client = connect(token=TOKEN)
    codes = [client.get("/api/assessments", headers={"authorization": f"Bearer {n}"}).status_code for n in range(25)]
    assert codes[:20] == [401] * 20
    assert 429 in codes
    assert client.get("/api/assessments", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 429


def test_the_wait_grows_and_is_forgotten() -> None:
    now = 0.0
    throttle = Throttle(free=2, clock=lambda: now)
    waits = []
    for _ in range(12):
        throttle.failed(["kim"])
        waits.append(throttle.wait(["kim"]))
    assert waits[:5] == [0, 0, 2, 4, 8]
    assert waits[-1] == max(waits) == 900
    assert throttle.wait(["lee"]) == 0
    throttle.succeeded(["kim"])
    assert throttle.wait(["kim"]) == 0
    throttle.failed(["kim"])
    throttle.failed(["kim"])
    now = 4000
    throttle.failed(["kim"])
    assert throttle.wait(["kim"]) == 0
