"""The audit trail: only ever added to, and every other change to it or behind its back is found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from chartproof.review.model import Review
from chartproof.review.store import Store, open_store, verify_trail
from tests.review.charts import EXAM, PAIN, chart

GUARDS = {
    "sqlite": ("DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete", "DROP TRIGGER audit_in_order"),
    "postgresql": ("DROP TRIGGER audit_no_change ON audit", "DROP TRIGGER audit_no_truncate ON audit"),
}


def _run(store: Store, *statements: str, guarded: bool = False) -> None:
    """Change the database as someone with access to it could."""
    with store._database.writing() as connection:
        for statement in (*(() if guarded else GUARDS[connection.dialect.name]), *statements):
            connection.execute(text(statement))


@pytest.fixture
def used(store: Store, review: Review) -> Store:
    """A store whose trail has five lines, about two reviews."""
    store.override(review.id, PAIN, "not_met", "A reason.", actor="ann", version=1)
    store.create(chart("case-8"), actor="bob")
    store.sign(review.id, "Ann Example", actor="ann", version=2)
    store.record_export(review.id, "pdf", actor="ann")
    return store


def test_the_hash_is_the_one_that_is_documented(used: Store) -> None:
    previous = "0" * 64
    for entry in used.audit():
        content = {
            "number": entry.number,
            "at": entry.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "actor": entry.actor,
            "action": entry.action,
            "review_id": entry.review_id,
            "before": entry.before,
            "after": entry.after,
            "previous": previous,
        }
        text_of = json.dumps(content, sort_keys=True, separators=(",", ":"))
        assert entry.hash == hashlib.sha256(text_of.encode()).hexdigest()
        assert entry.previous == previous
        previous = entry.hash
    assert used.audit_head() == (5, previous)
    assert used.verify() == ()


def test_a_line_says_who_did_what_to_what(used: Store, review: Review) -> None:
    made, changed, signed, exported = used.audit(review.id)
    assert [entry.action for entry in (made, changed, signed, exported)] == ["create", "override", "sign", "export"]
    assert made.before is None
    assert made.after is not None
    assert (made.after["guideline"], made.after["version"]) == ("nia-305", 1)
    assert changed.before is not None
    assert changed.after is not None
    assert (changed.before["criterion"], changed.before["status"], changed.after["status"]) == (PAIN, "met", "not_met")
    assert (changed.before["determination"], changed.after["determination"]) == (
        "needs_information",
        "criteria_not_met",
    )
    assert signed.after is not None
    assert signed.after["signed_by"] == "Ann Example"


def test_no_word_of_a_note_or_a_reason_stands_in_the_trail(store: Store) -> None:
    made = store.create(chart(words="Her name is Quillfeather."), actor="ann")
    store.override(made.id, EXAM, "not_met", "Quillfeather has the other side.", actor="ann", version=1)
    with store._database.reading() as connection:
        rows = repr(connection.execute(text("SELECT * FROM audit")).all())
    assert "uillfeather" not in rows
    assert "belt line" not in rows
    assert "case-7" not in rows


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'bob' WHERE number = 2",
        "DELETE FROM audit WHERE number = 5",
        "DELETE FROM audit",
    ],
)
def test_the_database_refuses_to_change_the_trail(used: Store, statement: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        _run(used, statement, guarded=True)
    assert used.verify() == ()


def test_sqlite_refuses_to_replace_a_line(sqlite_url: str) -> None:
    with open_store(sqlite_url) as store:
        store.create(chart(), actor="ann")
        with pytest.raises(DBAPIError, match="append-only"):
            _run(
                store,
                "INSERT OR REPLACE INTO audit SELECT number, at, 'bob', action, review_id, before, after, previous, hash"
                " FROM audit WHERE number = 1",
                guarded=True,
            )


def test_postgres_refuses_to_empty_the_trail(postgres_url: str) -> None:
    with open_store(postgres_url) as store:
        store.create(chart(), actor="ann")
        with pytest.raises(DBAPIError, match="append-only"):
            _run(store, "TRUNCATE audit", guarded=True)


_TO_3 = "UPDATE audit SET number = 30 WHERE number = 3"
_TO_4 = "UPDATE audit SET number = 3 WHERE number = 4"


@pytest.mark.parametrize(
    ("statements", "told"),
    [
        (["UPDATE audit SET actor = 'bob' WHERE number = 2"], ["line 2 was changed"]),
        (['UPDATE audit SET after = \'{"status":"met"}\' WHERE number = 2'], ["line 2 was changed"]),
        (["UPDATE audit SET after = '{' WHERE number = 2"], ["line 2 was changed"]),
        (["UPDATE audit SET hash = repeat_f WHERE number = 5"], ["line 5 was changed", "the end was changed"]),
        (["DELETE FROM audit WHERE number = 3"], ["line 3 is missing"]),
        (["DELETE FROM audit WHERE number IN (2, 3)"], ["lines 2 to 3 are missing"]),
        (["DELETE FROM audit WHERE number = 1"], ["line 1 is missing"]),
        (["DELETE FROM audit WHERE number >= 4"], ["the end is missing: lines 4 to 5"]),
        (["DELETE FROM audit"], ["the end is missing: lines 1 to 5"]),
        ([_TO_3, _TO_4, "UPDATE audit SET number = 4 WHERE number = 30"], ["line 3 was changed", "line 4 was changed"]),
        (
            ["DELETE FROM audit WHERE number = 3", "UPDATE audit SET number = number - 1 WHERE number > 3"],
            [
                "line 3 does not follow line 2",
                "line 3 was changed",
                "line 4 was changed",
                "the end is missing: lines 5",
            ],
        ),
        (["UPDATE audit_head SET number = 4"], ["the end was changed"]),
    ],
)
def test_every_other_change_is_found(used: Store, statements: Sequence[str], told: Sequence[str]) -> None:
    _run(used, *(statement.replace("repeat_f", f"'{'f' * 64}'") for statement in statements))
    found = used.verify()
    for one in told:
        assert any(one in fault for fault in found), (one, found)


def test_a_forged_chain_is_found_by_an_anchor_that_was_kept_elsewhere(used: Store) -> None:
    anchor = used.audit_head()
    used.record_export(used.audit()[0].review_id or "", "csv", actor="bob")
    assert used.verify(anchor) == ()
    assert used.verify((3, used.audit()[2].hash)) == ()
    # the last two lines are cut off, and the head is set back: the trail alone cannot tell
    last = used.audit()[3]
    _run(
        used,
        "DELETE FROM audit WHERE number > 4",
        f"UPDATE audit_head SET number = 4, hash = '{last.hash}'",
    )
    assert used.verify() == ()
    assert used.verify(anchor) == ("line 5 is not the one whose hash was kept",)
    assert used.verify((4, "0" * 64)) == ("line 4 is not the one whose hash was kept",)


def test_the_trail_alone_is_checked_without_the_key(url: str) -> None:
    from chartproof.review.store.sealing import new_key

    with open_store(url, key=new_key().encode()) as store:
        store.create(chart(), actor="ann")
        head = store.audit_head()
    assert verify_trail(url) == (head, ())
    assert verify_trail(url, (1, "0" * 64))[1] == ("line 1 is not the one whose hash was kept",)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE review SET determination = 'criteria_met' WHERE case_id = 'case-8'", "is not as the audit trail says"),
        (
            "UPDATE review SET state = 'open', signed_by = NULL WHERE case_id = 'case-7'",
            "is not as the audit trail says",
        ),
        ("UPDATE review SET version = 1 WHERE case_id = 'case-7'", "is not as the audit trail says"),
        ("DELETE FROM review WHERE case_id = 'case-8'", "is gone"),
        ("DELETE FROM content", "is gone"),
        (
            "UPDATE content SET changes = (SELECT changes FROM content AS other WHERE other.review_id <> content.review_id)",
            "cannot be read",
        ),
    ],
)
def test_a_review_that_was_changed_by_other_means_is_found(used: Store, statement: str, told: str) -> None:
    _run(used, statement, guarded=True)
    found = used.verify()
    assert found
    assert all(told in fault for fault in found)


def test_content_that_was_changed_by_other_means_is_found(used: Store, review: Review) -> None:
    with used._database.writing() as connection:
        row = connection.execute(
            text("SELECT changes FROM content WHERE review_id = :id"), {"id": review.id}
        ).scalar_one()
        forged = bytes(row).replace(b"A reason.", b"A season.")
        assert forged != bytes(row)
        connection.execute(
            text("UPDATE content SET changes = :changes WHERE review_id = :id"), {"changes": forged, "id": review.id}
        )
    assert [fault for fault in used.verify() if review.id in fault and "other means" in fault]
    assert len(used.verify()) == 1
