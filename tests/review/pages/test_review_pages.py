"""The pages of a review and its changes, without a browser's help."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chartproof.notes import Case, Note, Request
from chartproof.records import read_case
from chartproof.review.corrections import fact_id
from chartproof.review.model import Review
from chartproof.review.store import Store
from tests.review.charts import EXAM, PAIN, SECOND, THERAPY, chart
from tests.review.pages.conftest import Browser, visible


@pytest.fixture
def review(store: Store) -> Review:
    return store.create(chart(), guideline=None, actor="ann")


def _status(store: Store, review: Review, criterion: str) -> str:
    reviewed = store.get(review.id).reviewed
    return next(one.status for one in (*reviewed.criteria, *reviewed.gates) if one.id == criterion)


def test_the_page_says_what_the_assessment_says(browser: Browser, review: Review) -> None:
    shown = visible(browser.get(f"/reviews/{review.id}"))
    for one in (*review.reviewed.criteria, *review.reviewed.gates):
        for words in (one.id, one.text, one.reason, one.source, one.missing or ""):
            assert " ".join(words.split()) in " ".join(shown.split())
    assert "Needs information" in shown


def test_an_override_leads_back_to_its_criterion_and_is_marked(browser: Browser, store: Store, review: Review) -> None:
    sent = {"criterion": THERAPY, "status": "met", "reason": "by letter", "version": "1"}
    answer = browser.post(f"/reviews/{review.id}/override", sent)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/reviews/{review.id}#c-{THERAPY}"
    assert _status(store, review, THERAPY) == "met"
    shown = " ".join(visible(browser.get(f"/reviews/{review.id}")).split())
    assert "Set by local" in shown
    assert "was: not documented by machine" in shown
    answer = browser.post(f"/reviews/{review.id}/withdraw", {"criterion": THERAPY, "version": "2"})
    assert answer.status_code == 303
    assert store.get(review.id).reviewed == review.machine


@pytest.mark.parametrize("reason", ["", "   \n"])
def test_a_status_needs_a_reason(browser: Browser, store: Store, review: Review, reason: str) -> None:
    sent = {"criterion": THERAPY, "status": "met", "reason": reason, "version": "1"}
    page = browser.post(f"/reviews/{review.id}/override", sent)
    assert page.status_code == 422
    assert 'id="error-reason"' in page.text
    assert store.get(review.id).version == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"status": "splendid"},
        {"status": ""},
        {"criterion": "nia-305.no-such"},
        {"criterion": ""},
        {"reason": "x" * 2001},
    ],
)
def test_senseless_overrides_change_nothing(
    browser: Browser, store: Store, review: Review, changed: dict[str, str]
) -> None:
    sent = {"criterion": THERAPY, "status": "met", "reason": "by letter", "version": "1", **changed}
    page = browser.post(f"/reviews/{review.id}/override", sent)
    assert page.status_code == 422
    assert 'id="alert"' in page.text
    assert store.get(review.id) == review


@pytest.mark.parametrize("version", ["", "0", "7", "-1", "one", "9" * 40])
def test_a_change_on_another_version_is_stale(browser: Browser, store: Store, review: Review, version: str) -> None:
    sent = {"criterion": THERAPY, "status": "not_met", "reason": "my own words", "version": version}
    page = browser.post(f"/reviews/{review.id}/override", sent)
    assert page.status_code == 409
    assert "Someone else changed this review" in page.text
    assert "my own words" in page.text
    assert store.get(review.id) == review


def test_evidence_must_be_the_words_of_the_note(browser: Browser, store: Store, review: Review) -> None:
    start = SECOND.index("nine visits")
    sent = {"criterion": THERAPY, "note_id": "second", "words": "nine visits", "version": "1"}
    for start_, end_ in ((start + 1, start + 12), (-1, 5), (start, len(SECOND) + 9), ("a", "b"), (start, "")):
        page = browser.post(f"/reviews/{review.id}/evidence", {**sent, "start": start_, "end": end_})
        assert page.status_code == 422
        assert 'id="error-words"' in page.text
    assert store.get(review.id).corrections.evidence == ()
    answer = browser.post(f"/reviews/{review.id}/evidence", {**sent, "start": start, "end": start + 11})
    assert answer.status_code == 303
    (one,) = store.get(review.id).corrections.evidence
    assert (one.evidence.start, one.evidence.end, one.evidence.text) == (start, start + 11, "nine visits")
    removed = {"criterion": THERAPY, "note_id": "second", "start": start, "end": start + 11, "version": "2"}
    assert browser.post(f"/reviews/{review.id}/evidence/remove", removed).status_code == 303
    assert store.get(review.id).corrections.evidence == ()


def test_facts_are_filtered_rejected_and_restored_in_their_place(
    browser: Browser, store: Store, review: Review
) -> None:
    page = browser.get(f"/reviews/{review.id}/facts?kind=pain_score")
    assert page.text.count('class="fact') - page.text.count('class="facts') == 1
    _, row = page.text.split('name="fact" value="')
    known = row.partition('"')[0]
    sent = {"fact": known, "view": "facts", "filter_kind": "pain_score", "version": "1", "reason": "of another day"}
    answer = browser.post(f"/reviews/{review.id}/facts/reject", sent)
    assert answer.headers["location"] == f"/reviews/{review.id}/facts?kind=pain_score#f-{known}"
    shown = visible(browser.get(answer.headers["location"]))
    assert "Rejected by local : of another day" in " ".join(shown.split()).replace("local:", "local :")
    restored = {"fact": known, "view": "facts", "version": "2"}
    assert browser.post(f"/reviews/{review.id}/facts/restore", restored).status_code == 303
    assert store.get(review.id).reviewed == review.machine


def test_a_fact_is_added_by_its_form(browser: Browser, store: Store, review: Review) -> None:
    words = {"note_id": "second", "words": "Physical therapy, nine visits", "kind": "therapy", "version": "1"}
    form = browser.post(f"/reviews/{review.id}/fact-form", words)
    assert form.status_code == 200
    assert 'name="a_modality"' in form.text
    bad = browser.post(f"/reviews/{review.id}/facts", {**words, "a_modality": "", "a_start": "soon", "a_low": "many"})
    assert bad.status_code == 422
    assert {f'id="error-{name}"' for name in ("modality", "start", "low") if f'id="error-{name}"' in bad.text} == {
        'id="error-modality"',
        'id="error-start"',
        'id="error-low"',
    }
    filled = {
        "a_modality": "physical_therapy",
        "a_low": "7",
        "a_unit": "week",
        "a_status": "completed",
        "a_outcome": "failed",
    }
    answer = browser.post(
        f"/reviews/{review.id}/facts",
        {
            **words,
            **filled,
            "a_start": "2024-06-03",
            "a_end": "2024-07-24",
            "a_region": "sacroiliac",
            "assertion": "present",
        },
    )
    assert answer.status_code == 303
    (added,) = store.get(review.id).corrections.added
    assert added.fact.source == "manual:local"
    assert (added.fact.low, added.fact.high) == (7, 7)
    assert added.fact.spans[0].of(SECOND) == "Physical therapy, nine visits"


def test_a_stale_fact_form_keeps_what_was_filled_in(browser: Browser, store: Store, review: Review) -> None:
    store.override(review.id, PAIN, "not_met", "another", actor="bea", version=1)
    sent = {"note_id": "second", "words": "nine visits", "kind": "therapy", "version": "1", "a_modality": "massage"}
    page = browser.post(f"/reviews/{review.id}/facts", sent)
    assert page.status_code == 409
    assert "Someone else changed" in page.text
    assert '<option value="massage" selected>' in page.text
    assert 'name="version" value="2"' in page.text


def test_after_the_sign_off_nothing_can_be_changed(browser: Browser, store: Store, review: Review) -> None:
    assert browser.post(f"/reviews/{review.id}/sign", {"name": "  ", "version": "1"}).status_code == 422
    assert browser.post(f"/reviews/{review.id}/sign", {"name": "Dr. Ada", "version": "1"}).status_code == 303
    signed = store.get(review.id)
    for view in ("", "/facts", "/timeline", "/history"):
        page = browser.get(f"/reviews/{review.id}{view}")
        assert "Signed by Dr. Ada" in visible(page)
        assert "<textarea" not in page.text
        assert page.text.count('<form method="post"') == 0
    fact = signed.facts[1].facts[0]
    for path, sent in {
        "override": {"criterion": THERAPY, "status": "met", "reason": "late"},
        "withdraw": {"criterion": THERAPY},
        "evidence": {"criterion": THERAPY, "note_id": "second", "words": "nine visits"},
        "facts/reject": {"fact": fact_id("second", fact)},
        "facts": {"note_id": "second", "words": "nine visits", "kind": "therapy", "a_modality": "massage"},
        "fact-form": {"note_id": "second", "words": "nine visits", "kind": "therapy"},
        "sign": {"name": "Mallory"},
    }.items():
        answer = browser.post(f"/reviews/{review.id}/{path}", {**sent, "version": str(signed.version)})
        assert answer.status_code == 409, path
        assert "signed" in answer.text
    assert store.get(review.id) == signed


def test_deleting_takes_the_case_out_of_the_worklist(browser: Browser, store: Store, review: Review) -> None:
    assert browser.post(f"/reviews/{review.id}/delete", {}).headers["location"] == "/?done=deleted"
    assert browser.get(f"/reviews/{review.id}").status_code == 404
    assert review.case.case_id not in browser.get("/?done=deleted").text


@pytest.mark.parametrize("path", ["override", "withdraw", "evidence", "facts", "facts/reject", "sign", "delete"])
def test_a_form_without_its_token_changes_nothing(browser: Browser, store: Store, review: Review, path: str) -> None:
    sent = {"criterion": EXAM, "status": "not_met", "reason": "x", "name": "x", "version": "1"}
    browser.get("/new")
    assert browser.client.post(f"/reviews/{review.id}/{path}", data=sent).status_code == 403
    assert store.get(review.id) == review


def test_no_address_holds_words_of_a_note(browser: Browser, review: Review) -> None:
    sent = {"criterion": THERAPY, "note_id": "second", "words": "nine visits", "version": "1", "view": "facts"}
    answer = browser.post(f"/reviews/{review.id}/evidence", sent)
    assert "nine" not in answer.headers["location"]


@pytest.mark.parametrize("path", ["/reviews/nowhere", "/reviews/nowhere/facts", "/reviews/nowhere/history"])
def test_an_unknown_review_is_not_found(browser: Browser, path: str) -> None:
    page = browser.get(path)
    assert page.status_code == 404
    assert "<h1>" in page.text


def _gold_cases() -> dict[str, Case]:
    """The first gold case of each guideline."""
    found: dict[str, Case] = {}
    for path in sorted((Path(__file__).parents[3] / "gold").rglob("*.json*")):
        for line in path.read_text(encoding="utf-8").splitlines() if path.suffix == ".jsonl" else ():
            content = json.loads(line)
            gold = content.get("gold")
            if isinstance(gold, dict) and "guideline" in gold and gold["guideline"] not in found:
                found[gold["guideline"]] = read_case(content, path.name)
    return found


def test_every_view_of_every_guideline_can_be_shown(browser: Browser, store: Store) -> None:
    cases = _gold_cases()
    assert len(cases) >= 8
    for guideline, case in cases.items():
        made = store.create(case, guideline=guideline, actor="ann")
        for view in ("", "/facts", "/timeline", "/history"):
            page = browser.get(f"/reviews/{made.id}{view}")
            assert page.status_code == 200, (guideline, view)
            assert guideline in page.text


def test_a_triage_shows_its_category_and_no_determination(browser: Browser, store: Store) -> None:
    text = "Progressive weakness of both legs since yesterday with urinary retention. PLAN: lumbar decompression."
    case = Case(case_id="triage", request=Request(), notes=(Note(note_id="n", text=text),))
    made = store.create(case, guideline="nass-covid", actor="ann")
    assert made.reviewed.category is not None
    shown = " ".join(visible(browser.get(f"/reviews/{made.id}")).split())
    assert f"Category: {made.reviewed.category.name}" in shown
    assert made.reviewed.category.reason in shown
    assert "makes no coverage decision" in shown
    assert "Needs information" not in shown


def test_the_routing_by_line_of_business_is_shown(browser: Browser, store: Store) -> None:
    plan = "Mass General Brigham Medicare Advantage"
    case = chart().model_copy(update={"request": Request(cpt=("62323",), plan=plan)})
    made = store.create(case, guideline="mgb-097", actor="ann")
    assert made.reviewed.routing
    shown = " ".join(visible(browser.get(f"/reviews/{made.id}")).split())
    for one in made.reviewed.routing:
        assert one.id in shown
    assert "Line of business" in shown


def test_what_follows_from_corrected_facts_is_told_from_what_the_machine_said(
    browser: Browser, store: Store, review: Review
) -> None:
    version = 1
    for found in review.facts:
        for fact in found.facts:
            if fact.kind == "exam_test":
                known = fact_id(found.note_id, fact)
                version = store.reject_fact(review.id, known, "", actor="ann", version=version).version
    assert _status(store, review, EXAM) == "not_documented"
    page = browser.get(f"/reviews/{review.id}")
    row = page.text.partition(f'data-criterion="{EXAM}"')[2].partition("</article>")[0]
    assert "Follows from what people corrected; was: met by machine." in row
    assert page.text.count("Follows from what people corrected") == sum(
        one.status != other.status
        for one, other in zip(review.machine.criteria, store.get(review.id).reviewed.criteria, strict=True)
    ) + sum(
        one.status != other.status
        for one, other in zip(review.machine.gates, store.get(review.id).reviewed.gates, strict=True)
    )
