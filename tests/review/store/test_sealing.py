"""Encryption at rest: nothing of the notes stands in the store in plain, and only the key opens it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import make_url

from chartproof.errors import ChartproofError
from chartproof.review.errors import NotFound
from chartproof.review.model import WorklistQuery
from chartproof.review.store import open_store
from chartproof.review.store.schema import content
from chartproof.review.store.sealing import Sealer, new_key
from tests.review.charts import EXAM, FIRST, PAIN, SECOND, chart, cited

KEY, OTHER = new_key().encode(), new_key().encode()

#: Words of the notes that stand nowhere else, such as in the name of a column.
WORDS = sorted(set(re.findall(r"[A-Za-z]{6,}", FIRST + SECOND)) - {"second"})


def _in_plain(url: str) -> list[str]:
    folder = Path(make_url(url).database or "").parent
    found = b"".join(path.read_bytes() for path in folder.iterdir())
    return [word for word in (*WORDS, "Quillfeather") if word.encode() in found]


def test_the_words_are_found_where_there_is_no_key(sqlite_url: str) -> None:
    with open_store(sqlite_url) as store:
        store.create(chart(words="Her name is Quillfeather."), actor="ann")
        assert len(_in_plain(sqlite_url)) > 20


def test_no_word_stands_in_the_files(sqlite_url: str) -> None:
    with open_store(sqlite_url, key=KEY) as store:
        made = store.create(chart(words="Her name is Quillfeather."), actor="ann")
        made = store.override(made.id, EXAM, "not_met", "Quillfeather has the other side.", actor="ann", version=1)
        quote = cited(made.case, "second", "Quillfeather")
        made = store.add_evidence(made.id, PAIN, quote, actor="ann", version=2)
        assert _in_plain(sqlite_url) == []
    assert _in_plain(sqlite_url) == []
    with open_store(sqlite_url, key=KEY) as store:
        assert store.get(made.id) == made
        assert store.worklist(WorklistQuery(search="case-7")).total == 1
        assert store.verify() == ()


def test_a_missing_or_wrong_key_is_said(url: str) -> None:
    open_store(url, key=KEY).close()
    with pytest.raises(ChartproofError, match="the store is encrypted; set CHARTPROOF_KEY"):
        open_store(url)
    with pytest.raises(ChartproofError, match="does not open"):
        open_store(url, key=OTHER)
    open_store(url, key=KEY).close()


@pytest.mark.parametrize("key", [b"secret", b"x" * 44, KEY + b",short"], ids=["word", "no base64", "second key"])
def test_what_is_no_key_is_said(sqlite_url: str, key: bytes) -> None:
    with pytest.raises(ChartproofError, match="holds no key") as raised:
        open_store(sqlite_url, key=key)
    assert key.decode() not in str(raised.value)


def test_a_store_in_plain_is_not_mixed_with_a_key_but_can_be_encrypted(sqlite_url: str) -> None:
    with open_store(sqlite_url) as store:
        made = store.create(chart(words="Her name is Quillfeather."), actor="ann")
    with pytest.raises(ChartproofError, match="rekey"):
        open_store(sqlite_url, key=KEY)
    assert "Quillfeather" in _in_plain(sqlite_url)
    with open_store(sqlite_url, key=KEY, rekeying=True) as store:
        assert store.rekey(actor="cli") == 1
        assert _in_plain(sqlite_url) == []
        assert store.get(made.id) == made
        assert store.verify() == ()
    with pytest.raises(ChartproofError, match="the store is encrypted"):
        open_store(sqlite_url)


def test_an_empty_store_takes_the_key(url: str) -> None:
    open_store(url).close()
    with open_store(url, key=KEY) as store:
        store.create(chart(), actor="ann")
    with pytest.raises(ChartproofError, match="the store is encrypted"):
        open_store(url)


def test_without_a_key_nothing_is_encrypted_anew(url: str) -> None:
    with open_store(url) as store, pytest.raises(ChartproofError, match="set CHARTPROOF_KEY"):
        store.rekey(actor="cli")


def test_keys_are_changed(url: str) -> None:
    with open_store(url, key=KEY) as store:
        made = store.create(chart(), actor="ann")
    both = OTHER + b"," + KEY
    with open_store(url, key=both, rekeying=True) as store:
        assert store.get(made.id) == made
        changed = store.override(made.id, EXAM, "not_met", "Other side.", actor="ann", version=1)
        assert store.rekey(actor="cli") == 1
    with pytest.raises(ChartproofError, match="does not open"):
        open_store(url, key=KEY)
    with open_store(url, key=OTHER) as store:
        assert store.get(made.id) == changed
        assert store.verify() == ()
        assert store.audit()[-1].action == "store.rekey"


def test_who_still_has_the_old_key_cannot_write_with_it(url: str) -> None:
    with open_store(url) as old, open_store(url, key=KEY, rekeying=True) as new:
        made = old.create(chart(), actor="ann")
        new.rekey(actor="cli")
        with pytest.raises(ChartproofError, match="start the app again"):
            old.create(chart("case-8"), actor="ann")
        with pytest.raises(ChartproofError, match="set CHARTPROOF_KEY"):
            old.get(made.id)
        changed = new.override(made.id, EXAM, "not_met", "Other side.", actor="ann", version=1)
        assert new.get(made.id) == changed
        assert new.verify() == ()


def test_content_of_another_review_or_of_another_key_is_refused(url: str) -> None:
    with open_store(url, key=KEY) as store:
        first, second = store.create(chart(), actor="ann"), store.create(chart("case-8"), actor="ann")
        with store._database.writing() as connection:
            row = connection.execute(select(content).where(content.c.review_id == second.id)).one()
            connection.execute(content.update().where(content.c.review_id == first.id).values(subject=row.subject))
            connection.execute(
                content.update().where(content.c.review_id == second.id).values(changes=Sealer(OTHER).seal(b"{}"))
            )
        for one in (first, second):
            with pytest.raises(ChartproofError) as raised:
                store.get(one.id)
            assert not isinstance(raised.value, NotFound)
            assert "belt line" not in str(raised.value)
        assert len(store.verify()) == 2
        store.delete_all((first.id, second.id), actor="ann")
        assert store.verify() == ()
