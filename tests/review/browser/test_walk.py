"""A reviewer's whole path in the browser: paste, assess, correct, sign, export, find again, verify the audit chain."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from pathlib import Path

import pypdf
from playwright.sync_api import Page, expect

from tests.review.browser.conftest import Site, Tab
from tests.review.charts import EXAM, FIRST, THERAPY
from tests.review.charts import SECOND as _SECOND

SECOND = _SECOND.replace("Denies fever", "The pain does not go past the knee. Denies fever")

DETERMINATION = ".head h1 .status"


def _start(tab: Tab, case_id: str, *texts: str, procedure: str = "27096") -> str:
    """Paste the notes, assess them, and give the review's id."""
    page = tab.page
    page.goto("/new")
    for number, text in enumerate(texts, start=1):
        if number > 1:
            page.get_by_role("button", name="Add a note").click()
        page.get_by_label(f"Note {number}", exact=True).fill(text)
    page.get_by_label("Procedure").fill(procedure)
    page.get_by_label("Date of service").fill("2024-08-06")
    page.get_by_label("Case number").fill(case_id)
    page.get_by_role("button", name="Assess", exact=True).click()
    page.wait_for_url("**/reviews/*")
    return page.url.rpartition("/")[2]


def _select(page: Page, note: int, words: str) -> None:
    """Select words of a note as a mouse would leave them."""
    page.evaluate(
        """([note, words]) => {
            const text = document.querySelectorAll("#notes .text")[note];
            const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
            const nodes = [];
            let all = "";
            while (walker.nextNode()) {
                const node = walker.currentNode;
                if (!node.parentElement.closest("[data-start]")) continue;
                nodes.push([node, all.length]);
                all += node.data;
            }
            const place = (offset, last) => {
                const found = nodes.findLast(([, start]) => last ? start < offset : start <= offset);
                return [found[0], offset - found[1]];
            };
            const start = all.indexOf(words);
            if (start < 0) throw new Error("no such words");
            const range = [...place(start, false), ...place(start + words.length, true)];
            getSelection().setBaseAndExtent(...range);
            text.dispatchEvent(new MouseEvent("mouseup", { bubbles: true }));
        }""",
        [note, words],
    )


def test_the_whole_path(tab: Tab, site: Site, tmp_path: Path) -> None:
    page, store = tab.page, site.store
    review_id = _start(tab, "walk-1", FIRST, SECOND)
    expect(page.locator(DETERMINATION)).to_contain_text("Needs information")
    expect(page.locator(".points")).to_contain_text("Missing from the notes (1)")

    # a status set by keys: to the open criterion, "m", a reason, Enter
    row = page.locator(f'[data-criterion="{THERAPY}"]')
    page.locator(f'.points a[data-go="c-{THERAPY}"]').click()
    expect(row).to_be_focused()
    page.keyboard.press("m")
    page.keyboard.type("Therapist's discharge letter: seven weeks.")
    page.keyboard.press("Enter")
    expect(row.locator(".human-line")).to_contain_text("Set by local")
    expect(row.locator(".human-line")).to_contain_text("was: not documented by machine")
    expect(page.locator(DETERMINATION)).to_contain_text("Criteria met")
    assert store.get(review_id).reviewed.determination == "criteria_met"
    assert store.get(review_id).machine.determination == "needs_information"

    # evidence by selecting words
    _select(page, 1, "nine visits")
    page.get_by_label("For the criterion").select_option(THERAPY)
    page.get_by_role("button", name="Cite", exact=True).click()
    expect(row.locator(".quotes")).to_contain_text("cited by local")
    (evidence,) = store.get(review_id).corrections.evidence
    start = SECOND.index("nine visits")
    assert (evidence.evidence.note_id, evidence.evidence.start, evidence.evidence.text) == (
        "note-2",
        start,
        "nine visits",
    )

    # every exam test rejected: nothing supports the exam any more
    page.get_by_role("link", name="Facts", exact=True).click()
    page.get_by_label("Kind", exact=True).select_option("exam_test")
    page.wait_for_url("**kind=exam_test**")
    counting = page.locator("tr.fact:not(.out)")
    for left in reversed(range(counting.count())):
        row = counting.first
        row.get_by_text("Reject").first.click()
        expect(row.get_by_label("Reason")).to_be_focused()
        page.keyboard.type("read wrong")
        page.keyboard.press("Enter")
        expect(counting).to_have_count(left)
    assert {one.reason for one in store.get(review_id).corrections.rejected} == {"read wrong"}
    reviewed = store.get(review_id).reviewed
    assert next(one.status for one in reviewed.criteria if one.id == EXAM) == "not_documented"
    expect(page.locator(DETERMINATION)).to_contain_text("Needs information")

    # a fact added on selected words, through the form of its kind
    _select(page, 1, "FABER")
    page.get_by_label("Or as a fact of the kind").select_option("exam_test")
    page.get_by_role("button", name="Add as a fact").click()
    dialog = page.locator("#fact-dialog")
    dialog.get_by_label("Test").select_option("faber")
    dialog.get_by_label("Result").select_option("positive")
    dialog.get_by_role("button", name="Add the fact").click()
    expect(page.locator("tr.fact", has_text="added by local")).to_have_count(1)
    expect(page.locator(DETERMINATION)).to_contain_text("Criteria met")

    # what was set can be withdrawn
    page.get_by_role("link", name="Criteria", exact=True).click()
    row = page.locator(f'[data-criterion="{THERAPY}"]')
    row.get_by_role("button", name="Withdraw").click()
    expect(row.locator(".human-line")).to_have_count(0)
    expect(page.locator(DETERMINATION)).to_contain_text("Needs information")

    _export_each(tab, tmp_path)

    page.locator("#sign summary").click()
    page.get_by_label("Your name").fill("Dr. Ada Example")
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.locator(".note-line.signed")).to_contain_text("Signed by Dr. Ada Example")
    expect(page.locator(".change, #sign, #cite")).to_have_count(0)
    assert store.get(review_id).signed is not None

    page.get_by_role("link", name="History", exact=True).click()
    expect(page.locator(".trail")).to_contain_text("override")
    expect(page.locator(".trail")).to_contain_text("sign")

    page.get_by_role("link", name="Worklist", exact=True).click()
    page.get_by_label("Search").fill("walk-1")
    page.keyboard.press("Enter")
    expect(page.locator(".worklist tbody tr")).to_have_count(1)
    expect(page.locator(".worklist tbody tr")).to_contain_text("Dr. Ada Example")
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/reviews/{review_id}")
    assert store.verify() == ()


def _export_each(tab: Tab, folder: Path) -> None:
    """Save every document of the export menu and open it."""
    page = tab.page
    names = page.locator("#export .pop a").evaluate_all(
        "all => all.map(one => one.getAttribute('href').split('/').pop())"
    )
    assert {"pdf", "html", "json", "csv", "fhir"} <= set(names)
    for name in names:
        page.locator("#export").evaluate("menu => { menu.open = true; }")
        with page.expect_download() as waiting:
            page.locator(f'#export a[href$="/{name}"]').click()
        path = folder / waiting.value.suggested_filename
        waiting.value.save_as(path)
        raw = path.read_bytes()
        if path.suffix == ".pdf":
            text = "".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(raw)).pages)
            assert len(text) > 200
        elif path.suffix == ".json":
            assert isinstance(json.loads(raw), dict)
        elif path.suffix == ".csv":
            assert any(THERAPY in line for line in csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
        elif path.suffix == ".docx":
            assert "word/document.xml" in zipfile.ZipFile(io.BytesIO(raw)).namelist()
        else:
            assert "week" in raw.decode()


def test_the_procedure_is_found_from_the_notes_and_said_so(tab: Tab) -> None:
    _start(tab, "walk-2", FIRST, SECOND, procedure="")
    expect(tab.page.locator(".head")).to_contain_text("Guideline found from the procedure the note plans")


def test_a_name_without_a_code_offers_codes_and_nothing_typed_is_lost(tab: Tab) -> None:
    page = tab.page
    page.goto("/new")
    page.get_by_label("Note 1", exact=True).fill(SECOND)
    page.get_by_label("Procedure").fill("SI joint")
    page.get_by_label("Date of service").fill("2024-08-06")
    page.get_by_role("button", name="Assess", exact=True).click()
    expect(page.locator("#error-procedure")).to_contain_text("Choose a code")
    expect(page.get_by_label("Procedure")).to_be_focused()
    expect(page.get_by_label("Note 1", exact=True)).to_have_value(SECOND)
    expect(page.get_by_label("Date of service")).to_have_value("2024-08-06")
    page.locator(".suggested").get_by_role("button", name="27096").click()
    page.wait_for_url("**/reviews/*")
    expect(page.locator(".about")).to_contain_text("CPT 27096")


def test_files_are_dropped_read_exactly_and_kept_while_the_form_is_mended(tab: Tab, site: Site) -> None:
    page = tab.page
    text = SECOND.replace("\n", "\r\n")
    page.goto("/new")
    page.get_by_label("Drop files here").set_input_files(
        [
            {"name": "2024-05-02-visit.txt", "mimeType": "text/plain", "buffer": FIRST.encode()},
            {"name": "2024-07-30-visit.txt", "mimeType": "text/plain", "buffer": text.encode()},
        ]
    )
    page.get_by_label("Procedure").fill("00000")
    page.get_by_role("button", name="Assess", exact=True).click()
    expect(page.locator("#error-procedure")).to_be_visible()
    expect(page.locator(".kept .name")).to_have_text(["2024-05-02-visit", "2024-07-30-visit"])
    page.get_by_label("Procedure").fill("27096")
    page.get_by_role("button", name="Assess", exact=True).click()
    page.wait_for_url("**/reviews/*")
    review = site.store.get(page.url.rpartition("/")[2])
    assert [note.text for note in review.case.notes] == [FIRST, text]
    assert [str(note.date) for note in review.case.notes] == ["2024-05-02", "2024-07-30"]


def test_evidence_and_note_are_linked_both_ways(tab: Tab) -> None:
    page = tab.page
    _start(tab, "walk-3", FIRST, SECOND)
    row = page.locator(f'[data-criterion="{EXAM}"]')
    row.hover()
    expect(page.locator("mark.linked").first).to_be_attached()
    mark = page.locator(f'mark[data-owners~="c-{EXAM}"]').first
    mark.scroll_into_view_if_needed()
    mark.hover()
    expect(row).to_have_class(re.compile(r"\blinked\b"))
    mark.click()
    expect(row).to_be_focused()
    page.keyboard.press("e")
    expect(mark).to_be_in_viewport()
    expect(page.locator("#said")).to_contain_text("evidence 1 of")


def test_shortcuts_stay_off_while_typing_and_can_be_turned_off(tab: Tab) -> None:
    page = tab.page
    _start(tab, "walk-4", FIRST, SECOND)
    page.keyboard.press("c")
    words = page.locator("#cite-words")
    expect(words).to_be_focused()
    page.keyboard.type("munj?")
    expect(words).to_have_value("munj?")
    expect(page.locator("details.change[open]")).to_have_count(0)
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.get_by_label("Single-key shortcuts are on").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.locator(".criterion.current")).to_have_count(0)
    page.reload()
    page.keyboard.press("j")
    expect(page.locator(".criterion.current")).to_have_count(0)


def test_a_stale_change_shows_the_newer_state_and_keeps_the_reason(tab: Tab, site: Site) -> None:
    page = tab.page
    review_id = _start(tab, "walk-5", FIRST, SECOND)
    row = page.locator(f'[data-criterion="{THERAPY}"]')
    row.get_by_text("Change").click()
    row.get_by_label("not met").check()
    row.get_by_label("Reason").fill("only nine visits")
    version = site.store.get(review_id).version
    site.store.override(review_id, EXAM, "not_met", "another reviewer", actor="bea", version=version)
    row.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Someone else changed this review")
    expect(page.locator(f'[data-criterion="{EXAM}"] .human-line')).to_contain_text("Set by bea")
    expect(row.get_by_label("Reason")).to_have_value("only nine visits")
    assert THERAPY not in site.store.get(review_id).corrections.overrides
    row.get_by_role("button", name="Save").click()
    expect(row.locator(".human-line")).to_contain_text("Set by local")


def test_a_status_can_be_set_without_javascript(site: Site, browser: object) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False)  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto("/new")
    page.get_by_label("Note 1", exact=True).fill(FIRST)
    page.get_by_role("button", name="Add a note").click()
    page.get_by_label("Note 2", exact=True).fill(SECOND)
    page.get_by_label("Procedure").fill("27096")
    page.get_by_label("Date of service").fill("2024-08-06")
    page.get_by_role("button", name="Assess", exact=True).click()
    row = page.locator(f'[data-criterion="{THERAPY}"]')
    row.locator(".change summary").click()
    row.get_by_label("✓ met").check()
    row.get_by_label("Reason").fill("by letter")
    row.get_by_role("button", name="Save").click()
    assert page.url.endswith(f"#c-{THERAPY}")
    expect(page.locator(DETERMINATION)).to_contain_text("Criteria met")
    page.locator("#cite summary").click()
    page.locator("#cite-note").select_option("note-2")
    page.locator("#cite-words").fill("nine   visits")
    page.locator("#cite-criterion").select_option(THERAPY)
    page.get_by_role("button", name="Cite", exact=True).click()
    expect(row).to_contain_text("cited by local")
    context.close()
