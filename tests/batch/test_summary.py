"""The page of counts: right, self-contained, and without anything of a note."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter
from typing import Any

import pyarrow as pa
import pytest

from chartproof.batch.summary import percent, summary_page
from chartproof.batch.tables import RESULT, rejected
from chartproof.batch.tally import BLANK, OTHERS, Tally

CONTENT = {"program": {"chartproof": "1", "guidelines": [{"id": "nia-305", "version": "2024-01", "sha256": "x"}]}}


def case(row: int, determination: str, missing: tuple[str, ...] = (), extra: str | None = None) -> dict[str, Any]:
    return {
        "row": row,
        "where": f"x:{row}",
        "extra": extra,
        "case": {
            "case_id": f"c{row}",
            "guideline": "nia-305",
            "determination": determination,
            "missing": [{"id": one, "text": "after the procedure of 2024-03-05"} for one in missing],
        },
        "reject": None,
        "criteria": [],
        "facts": [],
    }


def counted(records: list[dict[str, Any]], columns: tuple[str, ...] | None = None) -> Tally:
    tally = Tally(columns)
    tally.add(pa.RecordBatch.from_pylist(records, schema=RESULT))
    return tally


def cells(page: str) -> list[list[str]]:
    """The rows of all tables of the page as text."""
    root = ET.fromstring(re.sub(r"<!DOCTYPE html>|<meta [^>]*>|<br>", "", page))
    return [[" ".join("".join(cell.itertext()).split()) for cell in row] for row in root.iter("tr")]


def test_counts_of_determinations_guidelines_and_columns() -> None:
    tally = counted(
        [
            case(1, "criteria_met", extra='{"site": "North", "room": "1"}'),
            case(2, "needs_information", ("nia-305.sij-pain.conservative",), extra='{"site": "North"}'),
            case(
                3,
                "needs_information",
                ("nia-305.sij-pain.conservative", "nia-305.sij-pain.exam"),
                extra='{"site": " "}',
            ),
            rejected(4, "x:4", None, "read", "x:4: <b>not valid</b>", None),
        ]
    )
    assert (tally.rows, tally.cases) == (4, 3)
    assert tally.by_column == {
        "site": {"North": Counter(criteria_met=1, needs_information=1), BLANK: Counter(needs_information=1)}
    }
    page = summary_page(tally, CONTENT)
    rows = cells(page)
    assert ["All cases", "", "1", "0", "2", "3"] in rows
    assert ["nia-305", "", "1", "0", "2", "3"] in rows
    assert ["North", "", "1", "0", "1", "2"] in rows
    assert [BLANK, "", "0", "0", "1", "1"] in rows
    missing = [row for row in rows if row[0].endswith("nia-305.sij-pain.conservative")]
    assert [row[2:] for row in missing] == [["2", "67%"]]
    assert "2024-03-05" not in page
    assert "&lt;b&gt;not valid" in page
    assert not re.search(r"https?://|<script|<link|<img", page)
    assert "default-src &#39;none&#39;" in page


def test_columns_are_those_asked_for() -> None:
    tally = counted([case(1, "criteria_met", extra='{"site": "North", "room": "1"}')], columns=("room",))
    assert tally.by_column == {"room": {"1": Counter(criteria_met=1)}}


def test_values_of_a_column_are_bounded_and_the_rest_is_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chartproof.batch.tally._MOST_VALUES", 3)
    records = [case(row, "criteria_met", extra=f'{{"site": "s{row}"}}') for row in range(1, 10)]
    assert counted(records).by_column["site"][OTHERS].total() == 6
    assert ["(others)", "", "6", "0", "0", "6"] in cells(summary_page(counted(records), CONTENT))


def test_an_empty_batch_has_a_page() -> None:
    assert "No case was judged" in summary_page(counted([]), CONTENT)


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [(0, 0, "0%"), (0, 9, "0%"), (9, 9, "100%"), (1, 1000, "1%"), (999, 1000, "99%"), (1, 3, "33%")],
)
def test_a_share_is_none_or_all_only_when_it_is(part: int, whole: int, told: str) -> None:
    assert percent(part, whole) == told
