"""What strangers and odd files try: no script of theirs runs, nothing of theirs is done, and errors say what to do."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from chartproof.assessment import Evidence
from chartproof.facts import FunctionalLimit
from chartproof.notes import Case, Note, Request
from chartproof.review.corrections import fact_id
from chartproof.spans import Span
from tests.review.browser.conftest import Site, Tab
from tests.review.charts import FIRST, SECOND, THERAPY, chart

XSS = (
    "<script>window.owned = 1; alert(1)</script>",
    "\"><img src=x onerror='window.owned = 1; alert(1)'>",
    "</textarea></pre></mark><svg onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1)",
    "' autofocus onfocus=alert(1) x='",
)


def _untouched(tab: Tab) -> None:
    assert tab.page.evaluate("window.owned") is None
    assert tab.page.locator("img, main script, main svg:not(.timeline)").count() == 0


@pytest.mark.parametrize("words", XSS)
def test_no_script_runs_from_notes_names_and_reasons(tab: Tab, site: Site, words: str) -> None:
    page = tab.page
    case = Case(
        case_id=words,
        request=Request(cpt=("27096",), plan=words, state=words),
        notes=(
            Note(note_id=words, type=words, text=f"{words}\n{SECOND}\n{words} FABER positive {words} on the left."),
            Note(note_id="other", text=FIRST),
        ),
    )
    review = site.store.create(case, guideline=None, actor=words)
    review = site.store.override(review.id, THERAPY, "not_met", words, actor=words, version=1)
    evidence = Evidence(note_id=words, start=0, end=len(words), text=words)
    review = site.store.add_evidence(review.id, THERAPY, evidence, actor=words, version=2)
    spans = (Span(0, len(words)),)
    fact = FunctionalLimit(spans=spans, activity=words, section=words, source=f"manual:{words}")
    review = site.store.add_fact(review.id, words, fact, actor=words, version=3)
    rejected = next(one for one in review.facts[0].facts if one.kind == "exam_test")
    known = fact_id(review.facts[0].note_id, rejected)
    review = site.store.reject_fact(review.id, known, words, actor=words, version=4)
    page.goto(f"/reviews/{review.id}")
    page.locator("#cite-words").evaluate("(area, words) => { area.value = words; }", words)
    page.locator("#cite").evaluate("cite => { cite.open = true; }")
    page.get_by_role("button", name="Add as a fact").click()
    expect(page.locator("#live .error, #fact-dialog blockquote").first).to_be_visible()
    _untouched(tab)
    review = site.store.sign(review.id, words, actor=words, version=5)
    for path in ("", "/facts", "/timeline", "/history"):
        page.goto(f"/reviews/{review.id}{path}")
        assert words in page.content().replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", '"').replace(
            "&#39;", "'"
        )
        _untouched(tab)
    page.goto("/")
    page.get_by_label("Search").fill(words)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_label("Search")).to_have_value(words)
    _untouched(tab)
    page.goto(f"/reviews/{words.replace('/', '%2F').replace('?', '%3F').replace('#', '%23')}")
    _untouched(tab)


@pytest.mark.parametrize("words", XSS)
def test_no_script_runs_from_what_is_typed(tab: Tab, words: str) -> None:
    page = tab.page
    page.goto("/new")
    page.get_by_label("Note 1", exact=True).fill(words)
    for name in ("Procedure", "Plan", "Levels", "Diagnosis codes"):
        page.get_by_label(name, exact=True).fill(words)
    page.get_by_label("Drop files here").set_input_files(
        {"name": f"{words[:40]}.txt".replace("/", "_"), "mimeType": "text/plain", "buffer": words.encode()}
    )
    page.get_by_role("button", name="Assess", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was assessed yet")
    expect(page.get_by_label("Note 1", exact=True)).to_have_value(words)
    expect(page.get_by_label("Plan")).to_have_value(words)
    _untouched(tab)


@pytest.fixture
def elsewhere(site: Site) -> Iterator[str]:
    """Another site, whose page sends a form to ours."""
    review = site.store.create(chart("attacked"), guideline=None, actor="ann")
    form = f"""<!DOCTYPE html><form method="post" action="{site.url}/reviews/{review.id}/sign">
        <input name="name" value="Mallory"><input name="version" value="1"></form>
        <script>document.forms[0].submit()</script>"""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(form.encode())

        def log_message(self, *_: object) -> None:
            return None

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}/?{review.id}"
    server.shutdown()
    server.server_close()


def test_a_foreign_page_can_sign_nothing(context: object, site: Site, elsewhere: str) -> None:
    page = context.new_page()  # type: ignore[attr-defined]
    page.goto("/")  # the browser has our cookie
    page.goto(elsewhere)
    page.wait_for_url(f"{site.url}/**")
    assert site.store.get(elsewhere.rpartition("?")[2]).signed is None
    assert "403" in page.content() or "another site" in page.content()
    page.close()


def test_a_form_without_its_token_is_refused(tab: Tab, site: Site) -> None:
    review = site.store.create(chart("tokenless"), guideline=None, actor="ann")
    page = tab.page
    page.goto(f"/reviews/{review.id}")
    page.locator("#sign summary").click()
    page.evaluate("document.querySelector('#sign [name=csrf_token]').value = 'guessed'")
    page.get_by_label("Your name").fill("Mallory")
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.locator("main")).to_contain_text("out of date")
    assert site.store.get(review.id).signed is None


@pytest.mark.parametrize(
    "path",
    [
        "/static/..%2f..%2f..%2fpyproject.toml",
        "/static/../app.py",
        "/static/%2e%2e/pages.py",
        "/reviews/..%2f..%2fetc%2fpasswd",
        "/reviews/x/exports/..%2f..%2f..%2fetc%2fpasswd",
        "/reviews/%00",
    ],
)
def test_paths_lead_nowhere_else(context: object, path: str) -> None:
    answer = context.request.get(path)  # type: ignore[attr-defined]
    assert answer.status in (400, 404, 422)
    assert "import" not in answer.text()
    assert "root:" not in answer.text()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("case.json", b'{"case_id": "x", "notes": [', "JSON"),
        ("case.json", b'[[[[[[["deep"]]]]]]]', "JSON object"),
        ("cases.jsonl", b'{"case_id": "x"}\n', "at least one note"),
        ("note.txt", b"\x00\x01\x02 FABER", "binary"),
        ("note.txt", b"caf\xe9 FABER positive", "UTF-8"),
        ("note.txt", b"   \n", "empty"),
        ("note.pdf", b"%PDF-1.7 this is none", "note.pdf"),
        ("note.docx", b"PK\x03\x04 this is none", "note.docx"),
        ("note.exe", b"MZ\x90\x00", "note.exe"),
    ],
)
def test_bad_files_are_named_with_what_to_do(tab: Tab, name: str, content: bytes, told: str) -> None:
    page = tab.page
    page.goto("/new")
    page.get_by_label("Note 1", exact=True).fill(SECOND)
    page.get_by_label("Procedure").fill("27096")
    page.get_by_label("Drop files here").set_input_files({"name": name, "mimeType": "text/plain", "buffer": content})
    page.get_by_role("button", name="Assess", exact=True).click()
    expect(page.locator("#error-files")).to_contain_text(told)
    expect(page.get_by_label("Note 1", exact=True)).to_have_value(SECOND)


def test_what_is_too_large_is_refused(tab: Tab, site: Site) -> None:
    page = tab.page
    page.goto("/new")
    page.get_by_label("Drop files here").set_input_files(
        {"name": "big.txt", "mimeType": "text/plain", "buffer": b"x" * 1_100_000}
    )
    with page.expect_response("**/new") as waiting:
        page.get_by_role("button", name="Assess", exact=True).click()
    assert waiting.value.status == 413
