"""A selection in the page is the same characters in the note, whatever stands in it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from chartproof.notes import Case, Note, Request
from tests.review.browser.conftest import Site, Tab

ODD = (
    "\ufeffEXAM:\tFABER positive \U0001f600 on the left.\r\nThigh thrust\rpositive. \U0001f469\u200d\U0001f4bb"
    "e\u0301 pain 7/10\x0c<b>&amp; average</b>\n\n   \tPLAN: Left sacroiliac joint injection.\r\n"
)

#: Gives each selection (in UTF-16 units of the note's pieces) back as the page counts it.
_SELECTED = """(pairs) => {
    const text = document.querySelector("#notes .text");
    const nodes = [];
    let length = 0;
    for (const piece of text.querySelectorAll("[data-start]")) {
        nodes.push([piece.firstChild, length]);
        length += piece.textContent.length;
    }
    const place = (offset, last) => {
        const found = nodes.findLast(([, start]) => (last ? start < offset : start <= offset)) ?? nodes[0];
        return [found[0], offset - found[1]];
    };
    return pairs.map(([start, end]) => {
        getSelection().setBaseAndExtent(...place(start, false), ...place(end, true));
        return window.chartproof.selected();
    });
}"""


@pytest.fixture
def page(tab: Tab, site: Site) -> Page:
    case = Case(case_id="odd", request=Request(cpt=("27096",)), notes=(Note(note_id="odd", text=ODD),))
    review = site.store.create(case, guideline=None, actor="ann")
    tab.page.goto(f"/reviews/{review.id}/facts")
    return tab.page


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def test_the_page_holds_the_note_character_for_character(page: Page) -> None:
    pieces = page.locator("#notes [data-start]").evaluate_all(
        "all => all.map(one => [one.dataset.start, one.textContent])"
    )
    assert "".join(text for _, text in pieces) == ODD
    assert len(pieces) > 3
    for start, text in pieces:
        assert ODD[int(start) :].startswith(text)


def test_every_selection_is_counted_in_characters(page: Page) -> None:
    spans = [(start, end) for start in range(len(ODD)) for end in range(start + 1, min(start + 24, len(ODD)) + 1)]
    pairs = [[_units(ODD[:start]), _units(ODD[:end])] for start, end in spans]
    for (start, end), found in zip(spans, page.evaluate(_SELECTED, pairs), strict=True):
        words = ODD[start:end].strip("\ufeff \t\r\n\x0c")
        if not words:
            assert found is None
            continue
        assert ODD[found["start"] : found["end"]] == words, (start, end)
        assert found["words"] == words
        assert start <= found["start"]
        assert found["end"] <= end


def test_a_selection_that_begins_or_ends_between_the_pieces(page: Page) -> None:
    """A triple click ends in the next element, a careless one in a number that links back."""
    found = page.evaluate(
        """() => {
            const text = document.querySelector("#notes .text");
            getSelection().selectAllChildren(text);
            const all = window.chartproof.selected();
            const back = text.querySelector(".back");
            const last = text.lastElementChild;
            getSelection().setBaseAndExtent(back.firstChild, 0, last.firstChild, last.firstChild.data.length);
            const rest = window.chartproof.selected();
            const before = [...text.querySelectorAll("[data-start]")]
                .filter((one) => one.compareDocumentPosition(back) & Node.DOCUMENT_POSITION_FOLLOWING).at(-1);
            return [all, rest, Number(before.dataset.start) + [...before.textContent].length];
        }"""
    )
    everything, rest, border = found
    assert ODD[everything["start"] : everything["end"]] == ODD.strip("\ufeff \t\r\n\x0c")
    assert ODD[rest["start"] : rest["end"]] == ODD[border:].strip("\ufeff \t\r\n\x0c")


def test_a_double_click_fills_the_form_and_the_very_word_is_cited(page: Page, site: Site) -> None:
    review_id = page.url.split("/")[-2]
    word = page.locator("#notes [data-start]", has_text="sacroiliac").first
    word.dblclick(position={"x": 40, "y": 6})
    chosen = page.locator("#cite-words").input_value()
    assert chosen
    page.get_by_role("button", name="Cite", exact=True).click()
    page.locator("#said", has_text="Saved").wait_for(state="attached")
    (cited,) = site.store.get(review_id).corrections.evidence
    assert cited.evidence.text == chosen
    assert ODD[cited.evidence.start : cited.evidence.end] == chosen
