"""Deleting for good: no word of a deleted review remains in the store's files."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from chartproof.review.errors import NotFound
from chartproof.review.model import Review, WorklistQuery
from chartproof.review.store import Store, open_store
from tests.review.charts import EXAM, PAIN, chart
from tests.review.store.conftest import Clock


def _bytes(url: str) -> bytes:
    """Everything that stands in the folder of a SQLite store: the file, its log and its index."""
    folder = Path(make_url(url).database or "").parent
    files = sorted(folder.iterdir())
    assert files
    return b"".join(path.read_bytes() for path in files)


def test_a_deleted_review_is_gone_and_its_trail_stays(store: Store, review: Review) -> None:
    other = store.create(chart("case-8"), actor="ann")
    before = store.audit(review.id)
    store.delete(review.id, actor="bob")
    with pytest.raises(NotFound):
        store.get(review.id)
    with pytest.raises(NotFound):
        store.delete(review.id, actor="bob")
    assert [row.id for row in store.worklist(WorklistQuery()).rows] == [other.id]
    after = store.audit(review.id)
    assert after[:-1] == before
    assert (after[-1].action, after[-1].actor, after[-1].after) == ("delete", "bob", None)
    assert after[-1].before is not None
    assert set(after[-1].before) == {"version", "determination", "state", "content_hash"}
    assert store.verify() == ()


def test_no_word_remains_in_the_files(sqlite_url: str) -> None:
    marker = b"Quillfeather"
    with open_store(sqlite_url) as store:
        kept = store.create(chart("kept", words="Her name is Brackenridge."), actor="ann")
        made = store.create(chart("gone", words="Her name is Quillfeather."), actor="ann")
        made = store.override(made.id, EXAM, "not_met", "Quillfeather has the other side.", actor="ann", version=1)
        assert marker in _bytes(sqlite_url)
        store.delete(made.id, actor="ann")
        assert marker not in _bytes(sqlite_url)
        assert b"gone" not in _bytes(sqlite_url)
        assert b"Brackenridge" in _bytes(sqlite_url)
        assert store.get(kept.id) == kept
    assert marker not in _bytes(sqlite_url)


def test_no_word_remains_after_much_use(sqlite_url: str) -> None:
    chance = random.Random(7)
    standing: dict[str, str] = {}
    gone: list[str] = []
    with open_store(sqlite_url) as store:
        for number in range(40):
            marker = f"Mrs{number}Quillfeather"
            words = f"Called {marker}. " * chance.choice([1, 30, 300])
            made = store.create(chart(f"case-{number}", words=words), actor="ann")
            for step in range(chance.randrange(3)):
                reason = f"As {marker} says. " * chance.choice([1, 60])
                made = store.override(
                    made.id, PAIN, "met" if step else "not_met", reason, actor="ann", version=made.version
                )
            standing[made.id] = marker
            if chance.random() < 0.5:
                taken = chance.choice(sorted(standing))
                store.delete(taken, actor="ann")
                gone.append(standing.pop(taken))
        left = _bytes(sqlite_url)
    assert len(gone) > 10
    assert [marker for marker in gone if marker.encode() in left] == []
    assert [marker for marker in standing.values() if marker.encode() not in left] == []


def test_reviews_of_an_age_are_deleted(store: Store, clock: Clock) -> None:
    old = store.create(chart("old"), actor="ann")
    signed = store.create(chart("old and signed"), actor="ann")
    store.sign(signed.id, "Ann Example", actor="ann", version=1)
    clock.at += dt.timedelta(days=100)
    new = store.create(chart("new and signed"), actor="ann")
    store.sign(new.id, "Ann Example", actor="ann", version=1)
    age = dt.timedelta(days=90)
    assert store.expired(age, "signed") == (signed.id,)
    assert store.expired(age) == (old.id, signed.id)
    assert store.expired(dt.timedelta(days=101)) == ()
    store.delete_all(store.expired(age), actor="cli")
    assert {row.id for row in store.worklist(WorklistQuery()).rows} == {new.id}
    assert store.verify() == ()
