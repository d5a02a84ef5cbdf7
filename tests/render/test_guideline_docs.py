"""The cross-check tables in docs/guidelines say what the guideline files say."""

from __future__ import annotations

from pathlib import Path

import pytest

from chartproof.evaluate import list_guidelines, load_guideline
from chartproof.evaluate.guideline import Guideline
from chartproof.render.guidelines import guideline_markdown, guideline_text

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "guidelines"


@pytest.mark.parametrize("guideline", list_guidelines(), ids=lambda one: one.id)
def test_table_is_current(guideline: Guideline) -> None:
    assert (FOLDER / f"{guideline.id}.md").read_text("utf-8") == guideline_markdown(guideline), "run `make docs`"


@pytest.mark.parametrize("guideline", list_guidelines(), ids=lambda one: one.id)
def test_every_criterion_has_a_row_with_its_source(guideline: Guideline) -> None:
    table = guideline_markdown(guideline)
    for criterion in guideline.criteria():
        assert f"`{criterion.id}`" in table
        assert criterion.source.replace("|", "\\|") in table


def test_where_the_source_prints_two_thresholds_the_page_says_so() -> None:
    page = (FOLDER / "nia-302.md").read_text("utf-8")
    assert "`pain_or_function(above=6)`" in page
    assert "`pain_or_function(at_least=6)`" in page
    assert "before a repeat one of 6 or more" in page


@pytest.mark.parametrize("guideline", list_guidelines(), ids=lambda one: one.id)
def test_remarks_stand_in_page_and_text(guideline: Guideline) -> None:
    shown = " ".join(guideline_text(guideline, width=100).split())
    for remark in guideline.remarks:
        assert f"- {remark}" in guideline_markdown(guideline)
        assert " ".join(remark.split()) in shown


def test_the_text_says_how_a_guideline_is_judged() -> None:
    shown = " ".join(guideline_text(load_guideline("nia-305"), width=100).split())
    assert "27096: si joint injection; sacroiliac; fluoroscopy or CT included" in shown
    assert "the initial phase has 2; a new episode begins 2 years after the last one" in shown
    assert "Judged where the request and the notes say so: diagnosis (names: spondyloarthropathy; any region)" in shown
    assert "Not asked for where: no other lumbar or sacral injection came since the last sacroiliac one." in shown
    assert "Read as: conservative therapy (weeks: 6; window months: 6; ongoing after injections)" in shown
    assert "Not asked of patients with: diagnosis (names: spondyloarthropathy; any region)" in shown
    assert "ongoing therapy (active: no)" in guideline_text(load_guideline("nia-302"))
