"""The JSON API: what it takes, what it gives, and what it says when something is wrong."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from chartproof import api
from chartproof.assessment import Assessment
from chartproof.facts import NoteFacts
from chartproof.render.json import assessment_json, facts_json
from chartproof.review.corrections import fact_id
from chartproof.review.exports.formats import FORMATS, export
from chartproof.review.model import Review
from chartproof.review.store import Store
from tests.review.api.conftest import body
from tests.review.charts import EXAM, THERAPY, chart, cited, status

SECRET = "Xylophone"


def problem(answer: Any, code: int) -> str:
    """The detail of a problem, which has the form of RFC 9457."""
    assert answer.status_code == code, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    content = answer.json()
    assert content["status"] == code
    assert "Traceback" not in answer.text
    return str(content["detail"])


# -- reading --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["/api", "/api/v1"])
def test_assess_gives_what_the_command_line_gives(client: TestClient, store: Store, prefix: str) -> None:
    answer = client.post(f"{prefix}/assess", json=body())
    assert answer.status_code == 200
    assert answer.text == assessment_json(api.assess(chart()))
    assert Assessment.model_validate(answer.json()).determination == "needs_information"
    assert client.get("/api/assessments").json()["total"] == 0, "nothing is kept"


def test_a_guideline_can_be_chosen(client: TestClient) -> None:
    content = body()
    content["request"]["cpt"] = []
    assert client.post("/api/assess", json={**content, "guideline": "nia-302"}).json()["guideline"] == "nia-302"
    assert "unknown guideline" in problem(client.post("/api/assess", json={**content, "guideline": "nia-999"}), 422)
    assert "guideline" in problem(client.post("/api/assess", json={**content, "guideline": 5}), 422)


def test_extract_gives_facts_with_spans(client: TestClient) -> None:
    note = chart().notes[1]
    answer = client.post("/api/extract", json=note.model_dump(mode="json"))
    assert answer.text == facts_json(api.extract(note))
    assert NoteFacts.model_validate(answer.json()).facts


def test_guidelines_are_listed(client: TestClient) -> None:
    found = {one["id"]: one for one in client.get("/api/guidelines").json()}
    assert found["nia-305"]["cpt"] == ["27096"]
    assert len(found) == 11


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({}, "notes"),
        ({"case_id": "x", "notes": []}, "notes"),
        ({"case_id": "x", "notes": [{"note_id": "n"}]}, "text"),
        ({"case_id": "x", "notes": [{"note_id": "n", "text": " "}]}, "empty"),
        ({"case_id": "x", "notes": [{"note_id": "n", "text": SECRET, "date": SECRET}]}, "YYYY-MM-DD"),
        ({"case_id": "x", "notes": [{"note_id": "n", "text": f"{SECRET}\0"}]}, "NUL"),
        ({"case_id": "x", "notes": [{"note_id": "n", "text": SECRET}] * 2}, "twice"),
        ({"case_id": "x", "request": {"side": SECRET}, "notes": [{"note_id": "n", "text": SECRET}]}, "side"),
        ({"case_id": {"a": SECRET}, "notes": [{"note_id": "n", "text": "x"}]}, "case_id"),
        ({"case_id": "x", "notes": [{"note_id": "n", "text": f"{SECRET}\ud800"}]}, "half a character"),
        ({"case_id": "x\udc00", "notes": [{"note_id": "n", "text": SECRET}]}, "half a character"),
    ],
)
def test_bad_cases_are_explained_without_their_words(client: TestClient, content: Any, told: str) -> None:
    for path in ("/api/assess", "/api/assessments"):
        raw = json.dumps(content).encode()
        detail = problem(client.post(path, content=raw, headers={"content-type": "application/json"}), 422)
        assert told in detail
        assert SECRET not in detail


def test_whole_characters_may_be_written_in_halves(client: TestClient) -> None:
    raw = json.dumps({"note_id": "n", "text": "Pain 7/10 \N{GRINNING FACE}"}).encode()
    assert rb"\ud83d\ude00" in raw
    answer = client.post("/api/extract", content=raw, headers={"content-type": "application/json"})
    assert answer.status_code == 200


@pytest.mark.parametrize("raw", [b"", b"{", b"[1]", b"5", b'"x"', b"\xff\xfe", b"[" * 100_000, b'{"a":' * 50_000])
def test_what_is_no_json_object_is_refused(client: TestClient, raw: bytes) -> None:
    answer = client.post("/api/assess", content=raw, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)
    problem(answer, answer.status_code)


# -- reviews --------------------------------------------------------------------------------------------------------


def test_the_whole_path_of_a_review(client: TestClient, store: Store) -> None:
    answer = client.post("/api/assessments", json=body())
    assert answer.status_code == 201
    where = answer.headers["location"]
    made = Review.model_validate(answer.json())
    assert where == f"/api/v1/assessments/{made.id}"
    assert made.created_by == "local"

    def change(path: str, **content: Any) -> Review:
        nonlocal version
        answer = client.post(f"{where}/{path}", json={**content, "version": version})
        assert answer.status_code == 200, answer.text
        version += 1
        changed = Review.model_validate(answer.json())
        assert changed.version == version
        return changed

    version = 1
    changed = change("overrides", criterion_id=THERAPY, status="met", reason="Record seen.")
    assert status(changed.reviewed, THERAPY) == "met"
    place = cited(chart(), "second", "Physical therapy")
    span = {"note_id": "second", "start": place.start, "end": place.end}
    changed = change("evidence", criterion_id=THERAPY, evidence=span)
    assert changed.corrections.evidence[0].evidence == place
    changed = change("evidence/remove", criterion_id=THERAPY, evidence=span)
    assert changed.corrections.evidence == ()

    note_id, fact = next((one.note_id, fact) for one in made.facts for fact in one.facts if fact.kind == "exam_test")
    changed = change("rejections", fact_id=fact_id(note_id, fact), reason="copied")
    assert len(changed.corrections.rejected) == 1
    answer = client.delete(f"{where}/rejections/{fact_id(note_id, fact)}?version={version}")
    version += 1
    assert Review.model_validate(answer.json()).corrections.rejected == ()

    added = {"kind": "pain_score", "low": 9, "high": 9, "statistic": "worst", "spans": [[place.start, place.end]]}
    changed = change("facts", note_id="second", fact=added)
    (one,) = changed.corrections.added
    assert one.fact.source == "manual:local"
    answer = client.delete(f"{where}/facts/{fact_id('second', one.fact)}?version={version}")
    version += 1
    assert Review.model_validate(answer.json()).corrections.added == ()

    answer = client.delete(f"{where}/overrides/{THERAPY}?version={version}")
    version += 1
    assert Review.model_validate(answer.json()).reviewed == made.machine

    assert change("sign", name="Kim Doe").signed is not None
    detail = problem(
        client.post(
            f"{where}/overrides", json={"criterion_id": EXAM, "status": "met", "reason": "x", "version": version}
        ),
        409,
    )
    assert "signed" in detail
    assert client.get(where).json()["signed"]["name"] == "Kim Doe"
    assert {one["action"] for one in client.get(f"{where}/audit").json()} >= {"create", "override", "sign"}
    assert client.get("/api/audit/verify").json() == {"intact": True, "faults": []}
    assert client.delete(where).status_code == 204
    problem(client.get(where), 404)


def test_a_change_on_an_older_version_is_refused(client: TestClient, review: Review) -> None:
    path = f"/api/assessments/{review.id}/overrides"
    first = {"criterion_id": EXAM, "status": "not_met", "reason": "mine", "version": 1}
    assert client.post(path, json=first).status_code == 200
    problem(client.post(path, json=first), 409)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("overrides", {"criterion_id": EXAM, "status": SECRET, "reason": "x", "version": 1}),
        ("overrides", {"criterion_id": EXAM, "status": "met", "reason": " ", "version": 1}),
        ("overrides", {"criterion_id": SECRET, "status": "met", "reason": "x", "version": 1}),
        ("overrides", {"criterion_id": EXAM, "status": "met", "reason": "x", "version": 1, SECRET: SECRET}),
        ("overrides", {"criterion_id": EXAM, "status": "met", "reason": "x", "version": SECRET}),
        ("evidence", {"criterion_id": EXAM, "evidence": {"note_id": SECRET, "start": 0, "end": 3}, "version": 1}),
        ("evidence", {"criterion_id": EXAM, "evidence": {"note_id": "first", "start": 5, "end": 5}, "version": 1}),
        ("evidence", {"criterion_id": EXAM, "evidence": {"note_id": "first", "start": 0, "end": 10**9}, "version": 1}),
        ("evidence", {"criterion_id": EXAM, "evidence": {"note_id": "first", "start": -3, "end": 5}, "version": 1}),
        ("facts", {"note_id": "first", "fact": {"kind": SECRET, "spans": [[0, 4]]}, "version": 1}),
        ("facts", {"note_id": "first", "fact": {"kind": "pain_score", "low": SECRET}, "version": 1}),
        ("rejections", {"fact_id": SECRET, "version": 1}),
        ("sign", {"name": "", "version": 1}),
        ("sign", {"name": "Kim \ud800", "version": 1}),
        ("overrides", {"criterion_id": EXAM, "status": "met", "reason": f"{SECRET}\udfff", "version": 1}),
    ],
)
def test_bad_changes_are_explained_without_their_words(
    client: TestClient, store: Store, review: Review, path: str, content: Any
) -> None:
    raw = json.dumps(content).encode()
    headers = {"content-type": "application/json"}
    detail = problem(client.post(f"/api/assessments/{review.id}/{path}", content=raw, headers=headers), 422)
    assert detail
    assert SECRET not in detail
    assert store.get(review.id) == review


BAD_IDS = ["nope", "0" * 20, "..", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "a%00b", "x" * 500, "%F0%9F%98%80", "'--", "*"]


@pytest.mark.parametrize("id_", BAD_IDS)
def test_unknown_and_odd_ids_are_refused(client: TestClient, id_: str) -> None:
    for answer in (
        client.get(f"/api/v1/assessments/{id_}"),
        client.get(f"/api/v1/assessments/{id_}/exports/json"),
        client.delete(f"/api/v1/assessments/{id_}"),
        client.get(f"/reviews/{id_}/exports/pdf"),
    ):
        assert answer.status_code in (404, 405, 422)
        assert "root:" not in answer.text


def test_the_worklist_is_searched_and_paged(client: TestClient, store: Store) -> None:
    for number in range(5):
        store.create(chart(f"case-{number}"), actor="kim")
    page = client.get("/api/assessments", params={"sort": "case", "descending": False, "size": 2, "page": 2}).json()
    assert [row["case_id"] for row in page["rows"]] == ["case-2", "case-3"]
    assert page["total"] == 5
    assert client.get("/api/assessments", params={"search": "case-4"}).json()["total"] == 1
    problem(client.get("/api/assessments", params={"size": 100_000}), 422)
    problem(client.get("/api/assessments", params={"sort": SECRET}), 422)


# -- exports --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("path", ["/api/v1/assessments", "/reviews"])
def test_every_format_can_be_downloaded(client: TestClient, store: Store, review: Review, path: str, name: str) -> None:
    answer = client.get(f"{path}/{review.id}/exports/{name}")
    expected = export(review, name)
    assert answer.content == expected.content
    assert answer.headers["content-type"] == FORMATS[name].media_type
    assert answer.headers["content-disposition"] == f'attachment; filename="{expected.file_name}"'
    assert "script" not in answer.headers["content-security-policy"]
    assert "sandbox" in answer.headers["content-security-policy"]
    assert store.audit(review.id)[-1].action.startswith("export")


@pytest.mark.parametrize("name", ["exe", "%2e%2e%2fjson", "json%00", "JSON", "pdf%2f..%2f..%2fetc%2fpasswd"])
def test_other_formats_are_not(client: TestClient, store: Store, review: Review, name: str) -> None:
    lines = len(store.audit())
    for path in (f"/api/v1/assessments/{review.id}/exports/{name}", f"/reviews/{review.id}/exports/{name}"):
        assert client.get(path).status_code in (404, 422)
    assert len(store.audit()) == lines


# -- the description ------------------------------------------------------------------------------------------------


def test_openapi_describes_every_path_once_and_its_references_resolve(client: TestClient) -> None:
    described = client.get("/api/v1/openapi.json").json()
    assert set(described["paths"]) >= {"/api/v1/assess", "/api/v1/extract", "/api/v1/assessments/{review_id}/sign"}
    assert all(path.startswith("/api/v1/") for path in described["paths"])
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(described)))
    assert named <= set(described["components"]["schemas"])


def test_the_page_of_the_api_lists_it_and_loads_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/api/docs").text
    assert "POST /api/v1/assess<" in page
    assert "DELETE /api/v1/assessments/{review_id}<" in page
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)


# -- whatever comes -------------------------------------------------------------------------------------------------

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
_FIELDS = st.sampled_from(
    ["case_id", "request", "notes", "note_id", "text", "date", "cpt", "guideline", "version", "fact"]
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(_FIELDS, _JSON), st.sampled_from(["assess", "extract", "assessments", "sessions"]))
def test_no_body_brings_the_server_down(client: TestClient, content: dict[str, Any], path: str) -> None:
    raw = json.dumps(content).encode()
    answer = client.post(f"/api/v1/{path}", content=raw, headers={"content-type": "application/json"})
    assert answer.status_code < 500
