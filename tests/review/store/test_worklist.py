"""The worklist: what is asked for, in its order, page by page, and never by a word of a note."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest
from sqlalchemy import insert

from chartproof.review.canonical import timestamp
from chartproof.review.model import Review, WorklistQuery, WorklistRow
from chartproof.review.store import Store, worklist
from chartproof.review.store.schema import review as table
from tests.review.charts import EXAM, chart

#: Case id, guideline, determination, signer.
ROWS: Sequence[tuple[str, str, str, str | None]] = (
    ("B-2024-17", "nia-305", "needs_information", None),
    ("a-2024-02", "nia-300", "criteria_met", "Zoë Müller"),
    ("C_9%", "nia-305", "criteria_met", None),
    ("straße-1", "mgb-097", "criteria_not_met", "Ann O'Hara"),
    ("D\\2024", "nia-301", "needs_information", "ANN Example"),
    ("e-2024", "nia-305", "needs_information", None),
)


@pytest.fixture
def listed(store: Store) -> Store:
    """The rows above, each made an hour after the one before and changed in the other order."""
    start = dt.datetime(2024, 8, 1, tzinfo=dt.UTC)
    made = store.create(chart(), actor="ann")
    shown = worklist.columns(made)
    with store._database.writing() as connection:
        connection.execute(table.delete())
        for number, (case_id, guideline, determination, signer) in enumerate(ROWS):
            connection.execute(
                insert(table).values(
                    **shown
                    | {
                        "case_id": case_id,
                        "guideline": guideline,
                        "determination": determination,
                        "signed_by": signer,
                        "state": "signed" if signer else "open",
                        "case_key": case_id.casefold(),
                        "searched": "\n".join((case_id, guideline, signer or "")).casefold(),
                    },
                    id=f"{number:020}",
                    created_at=timestamp(start + dt.timedelta(hours=number)),
                    updated_at=timestamp(start + dt.timedelta(hours=100 - number)),
                    version=1,
                )
            )
    return store


def _cases(store: Store, **query: object) -> list[str]:
    return [row.case_id for row in store.worklist(WorklistQuery.model_validate(query)).rows]


SEARCHES: dict[str, set[str]] = {
    "": {row[0] for row in ROWS},
    "2024": {"B-2024-17", "a-2024-02", "D\\2024", "e-2024"},
    "NIA-305": {"B-2024-17", "C_9%", "e-2024"},
    "2024 nia-305": {"B-2024-17", "e-2024"},
    "müller": {"a-2024-02"},
    "MÜLLER zoë": {"a-2024-02"},
    "ann": {"straße-1", "D\\2024"},
    "STRASSE": {"straße-1"},
    "o'hara": {"straße-1"},
    "%": {"C_9%"},
    "_": {"C_9%"},
    "\\": {"D\\2024"},
    "needs_information": set(),
    "17 nia-300": set(),
    "-17nia": set(),
    "' OR 1=1 --": set(),
}


def test_search(listed: Store) -> None:
    pages = {search: listed.worklist(WorklistQuery(search=search)) for search in SEARCHES}
    assert {search: {row.case_id for row in page.rows} for search, page in pages.items()} == SEARCHES
    assert {search: page.total for search, page in pages.items()} == {
        one: len(found) for one, found in SEARCHES.items()
    }


def test_filters(listed: Store) -> None:
    assert set(_cases(listed, state="signed")) == {"a-2024-02", "straße-1", "D\\2024"}
    assert set(_cases(listed, state="open", guideline="nia-305")) == {"B-2024-17", "C_9%", "e-2024"}
    assert _cases(listed, determination="criteria_met", state="open") == ["C_9%"]
    assert _cases(listed, guideline="nia") == []


def test_sorting(listed: Store) -> None:
    made = [row[0] for row in ROWS]
    assert _cases(listed) == made  # the last change first
    assert _cases(listed, descending=False) == made[::-1]
    assert _cases(listed, sort="created", descending=False) == made
    by_case = ["a-2024-02", "B-2024-17", "C_9%", "D\\2024", "e-2024", "straße-1"]
    assert _cases(listed, sort="case", descending=False) == by_case
    assert _cases(listed, sort="case") == by_case[::-1]
    assert [row.guideline for row in listed.worklist(WorklistQuery(sort="guideline", descending=False)).rows] == sorted(
        row[1] for row in ROWS
    )
    by_determination = listed.worklist(WorklistQuery(sort="determination")).rows
    assert [row.determination for row in by_determination] == sorted((row[2] for row in ROWS), reverse=True)


def test_pages_hold_each_review_once(listed: Store) -> None:
    for sort in ("updated", "created", "case", "determination", "guideline"):
        asked = [WorklistQuery.model_validate({"sort": sort, "size": 2, "page": number}) for number in (1, 2, 3, 4)]
        pages = [listed.worklist(query) for query in asked]
        assert [row.case_id for page in pages for row in page.rows] == _cases(listed, sort=sort)
        assert [len(page.rows) for page in pages] == [2, 2, 2, 0]
        assert {page.total for page in pages} == {len(ROWS)}


def test_a_row_tells_what_the_review_says(store: Store, review: Review) -> None:
    changed = store.override(review.id, EXAM, "not_documented", "Illegible.", actor="ann", version=1)
    signed = store.sign(review.id, "Ann Example", actor="ann", version=2)
    (row,) = store.worklist(WorklistQuery()).rows
    missing = [one for one in (*changed.reviewed.criteria, *changed.reviewed.gates) if one.status == "not_documented"]
    assert row == WorklistRow(
        id=review.id,
        case_id="case-7",
        guideline="nia-305",
        determination="needs_information",
        missing=len(missing),
        state="signed",
        created_at=review.created_at,
        updated_at=signed.updated_at,
        signed_by="Ann Example",
    )
    assert row.missing == 3


def test_no_word_of_a_note_is_found(store: Store, review: Review) -> None:
    for word in ("naproxen", "buttock", "FABER", "second"):
        assert store.worklist(WorklistQuery(search=word)).total == 0
