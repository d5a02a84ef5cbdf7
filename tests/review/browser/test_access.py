"""Accessibility and layout of every page, in light and dark, at laptop and tablet width."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from chartproof.notes import Case, Note, Request
from chartproof.review.store import open_store
from tests.review.browser.conftest import Site, serving
from tests.review.charts import EXAM, PAIN, THERAPY, chart, cited

_RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
_HISTORY = """HISTORY: Left lumbar transforaminal epidural steroid injection at L4-5 on 01/16/2024 gave 60% relief for
eight weeks. Right L5-S1 interlaminar epidural steroid injection in 2022 gave 30% relief. Average pain 7/10.
PLAN: Repeat left L4-5 transforaminal epidural steroid injection under fluoroscopy.
"""
SIZES = ((1366, 768), (820, 1180))


@pytest.fixture(scope="module")
def paths(site: Site) -> dict[str, str]:
    """Every kind of page, with a review that people changed, one with earlier procedures, and a signed one."""
    store = site.store
    changed = store.create(chart("changed"), guideline=None, actor="ann")
    changed = store.override(changed.id, THERAPY, "met", "by letter", actor="ann", version=1)
    evidence = cited(changed.case, "second", "nine visits")
    changed = store.add_evidence(changed.id, THERAPY, evidence, actor="ann", version=2)
    signed = store.create(chart("signed"), guideline=None, actor="ann")
    store.sign(signed.id, "Dr. Ada Example", actor="ann", version=1)
    note = Note(note_id="visit", text=_HISTORY)
    earlier = store.create(
        Case(case_id="earlier", request=Request(cpt=("64483",), date="2024-06-11", side="left"), notes=(note,)),  # type: ignore[arg-type]
        guideline=None,
        actor="ann",
    )
    return {
        "worklist": "/",
        "nothing found": "/?search=nothing-like-it",
        "new": "/new",
        "help": "/help",
        "criteria": f"/reviews/{changed.id}",
        "facts": f"/reviews/{changed.id}/facts",
        "history": f"/reviews/{changed.id}/history",
        "signed": f"/reviews/{signed.id}",
        "timeline": f"/reviews/{earlier.id}/timeline",
        "not found": "/reviews/nowhere",
    }


@pytest.fixture(params=["light", "dark"])
def page(request: pytest.FixtureRequest, browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(base_url=site.url, color_scheme=request.param, reduced_motion="reduce")
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def _violations(page: Page) -> list[str]:
    found = Axe().run(page, options=_RULES).response["violations"]
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize(
    "name",
    ["worklist", "nothing found", "new", "help", "criteria", "facts", "history", "signed", "timeline", "not found"],
)
def test_axe_finds_nothing_and_nothing_is_cut_off(page: Page, paths: dict[str, str], name: str) -> None:
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.goto(paths[name])
        if width == SIZES[0][0] or name in ("criteria", "facts"):
            assert _violations(page) == [], width
        wide = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{name} scrolls sideways at {width}"


def test_axe_would_find_something(page: Page, paths: dict[str, str]) -> None:
    page.goto(paths["criteria"])
    page.evaluate("document.documentElement.style.setProperty('--dim', 'rgb(128 128 128 / 40%)')")
    page.evaluate(
        "document.querySelector('#main').insertAdjacentHTML('beforeend', '<input><img src=\"/static/icon.svg\">')"
    )
    found = " ".join(_violations(page))
    assert "label" in found
    assert "image-alt" in found
    assert "color-contrast" in found


def test_axe_finds_nothing_in_open_forms_and_dialogs(page: Page, paths: dict[str, str]) -> None:
    page.goto(paths["criteria"])
    page.keyboard.press("?")
    page.locator("#keys[open]").wait_for()
    assert _violations(page) == []
    page.keyboard.press("Escape")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert _violations(page) == []
    page.reload()
    page.keyboard.press("c")
    page.locator("#cite-note").select_option("second")
    page.locator("#cite-words").fill("nine visits")
    page.locator("#cite-kind").select_option("therapy")
    page.get_by_role("button", name="Add as a fact").click()
    page.locator("#fact-dialog[open]").wait_for()
    assert _violations(page) == []
    page.goto("/new")
    page.get_by_role("button", name="Assess", exact=True).click()
    page.locator(".error").first.wait_for()
    assert _violations(page) == []


def test_axe_finds_nothing_on_login_and_users(page: Page, tmp_path: Path) -> None:
    password = "correct horse battery"
    with open_store(f"sqlite:///{tmp_path / 'reviews.sqlite'}") as store:
        store.users.add("ada", "admin", password, actor="setup")
        store.users.add("bea", "reviewer", password, actor="setup")
        with serving(store, users=store.users) as members:
            page.goto(f"{members.url}/users")
            assert _violations(page) == []
            for typed in ("wrong", password):
                page.get_by_label("Name").fill("ada")
                page.get_by_label("Password").fill(typed)
                page.get_by_role("button", name="Log in").click()
                page.locator("#main").wait_for()
                assert _violations(page) == []
            assert page.url == f"{members.url}/users"
            expect(page.get_by_role("button", name="Remove bea")).to_be_visible()


def test_everything_can_be_reached_by_the_tabulator(page: Page, paths: dict[str, str]) -> None:
    page.goto(paths["criteria"])
    reached = set()
    for _ in range(200):
        page.keyboard.press("Tab")
        at = page.evaluate(
            "(document.activeElement.closest('.criterion')?.dataset.criterion ?? document.activeElement.textContent.trim())"
        )
        if at in reached and at == "Skip to the content":
            break
        reached.add(at)
    assert {"Skip to the content", EXAM, PAIN, "Cite words of a note", "Sign off"} <= reached


def test_text_twice_as_large_still_fits(page: Page, paths: dict[str, str]) -> None:
    """200% zoom of a laptop is a window of half its size."""
    page.set_viewport_size({"width": 683, "height": 384})
    for path in paths.values():
        page.goto(path)
        assert page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0, path
