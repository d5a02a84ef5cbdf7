"""The pictures of the documentation. `make screenshots` takes them anew from the demo case."""

from __future__ import annotations

import json
import os
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from chartproof.notes import Case, Note, Request
from chartproof.records import read_case
from tests.review.browser.conftest import Site

ROOT = Path(__file__).parents[3]
IMAGES = ROOT / "docs" / "images"
NAMES = ("review", "review-change", "review-facts", "review-timeline", "review-new", "review-dark")
LARGEST = 300_000
THERAPY = "nia-305.sij-pain.conservative"

_HISTORY = """SPINE CLINIC - FOLLOW-UP VISIT
Date of service: 06/04/2024

SUBJECTIVE: Low back pain into the left leg below the knee for 9 months. Average pain 7/10.
Left L4-5 transforaminal epidural steroid injection on 01/16/2024 gave 60% relief for eight weeks.
Left L4-5 and L5-S1 medial branch block on 11/07/2023 with 80% relief for one day.
Right L5-S1 interlaminar epidural steroid injection in 2022 gave 30% relief. L4-5 microdiscectomy in 03/2020.

PLAN: Repeat left L4-5 transforaminal epidural steroid injection under fluoroscopy.
"""


@pytest.mark.parametrize("name", NAMES)
def test_pictures_are_there_and_small(name: str) -> None:
    assert (IMAGES / f"{name}.png").stat().st_size < LARGEST


@pytest.mark.skipif(not os.environ.get("CHARTPROOF_SCREENSHOTS"), reason="takes pictures with CHARTPROOF_SCREENSHOTS=1")
def test_take_pictures(browser: Browser, site: Site) -> None:
    demo = read_case(json.loads((ROOT / "gold/demo/sij-case.json").read_text(encoding="utf-8")), "the demo case")
    shown = site.store.create(demo, guideline=None, actor="ada")
    request = Request(cpt=("64483",), date="2024-06-11", side="left")  # type: ignore[arg-type]
    notes = (Note(note_id="2024-06-04-visit", text=_HISTORY),)
    earlier = site.store.create(Case(case_id="demo-esi", request=request, notes=notes), guideline=None, actor="ada")
    for scheme in ("light", "dark"):
        context = browser.new_context(
            base_url=site.url,
            viewport={"width": 1366, "height": 768},
            color_scheme=scheme,  # type: ignore[arg-type]
            reduced_motion="reduce",
        )
        page = context.new_page()
        page.goto(f"/reviews/{shown.id}")
        page.locator(f'.points a[data-go="c-{THERAPY}"]').click()
        page.keyboard.press("e")
        page.locator("#said", has_text="evidence").wait_for(state="attached")
        page.evaluate("document.querySelectorAll('.flash').forEach((one) => one.classList.remove('flash'))")
        _save(page, "review" if scheme == "light" else "review-dark")
        if scheme == "light":
            page.keyboard.press("m")
            page.keyboard.type("Discharge letter of the therapist: seven weeks, 2024-03-04 to 2024-04-19.")
            _save(page, "review-change")
            page.goto(f"/reviews/{shown.id}/facts")
            _save(page, "review-facts")
            page.goto(f"/reviews/{earlier.id}/timeline")
            _save(page, "review-timeline")
            page.goto("/new")
            page.get_by_label("Note 1", exact=True).fill(demo.notes[-1].text)
            page.get_by_label("Procedure").fill("27096")
            _save(page, "review-new")
        context.close()


def _save(page: Page, name: str) -> None:
    """A picture with 256 colours, which is a third of the size and looks the same."""
    IMAGES.mkdir(exist_ok=True)
    page.mouse.move(0, 0)
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(256, dither=Image.Dither.NONE).save(IMAGES / f"{name}.png", optimize=True)
