"""The cross-check tables in docs/guidelines say what the guideline files say."""

from __future__ import annotations

from pathlib import Path

import pytest

from chartproof.evaluate import list_guidelines
from chartproof.evaluate.guideline import Guideline
from chartproof.render.guidelines import guideline_markdown

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
