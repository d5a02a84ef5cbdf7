"""Accounts: who may log in, as what, and that no password is kept."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text

from chartproof.errors import ChartproofError
from chartproof.review.store import Store
from tests.review.store.conftest import Clock

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes as they are in use cost a tenth of a second each, by design."""
    monkeypatch.setattr("chartproof.review.users._HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


def test_a_user_logs_in_with_name_and_password_only(store: Store) -> None:
    assert not store.users.any()
    added = store.users.add(" Ann ", "admin", PASSWORD, actor="cli")
    assert (added.name, added.role) == ("ann", "admin")
    assert store.users.any()
    assert store.users.authenticate("ANN ", PASSWORD) == added
    for name, password in (
        ("ann", PASSWORD.upper()),
        ("ann", PASSWORD + " "),
        ("ann", ""),
        ("bob", PASSWORD),
        ("", ""),
        ("ann", "x" * 100_000),
        ("ann' OR 1=1 --", PASSWORD),
    ):
        assert store.users.authenticate(name, password) is None


def test_only_a_hash_is_kept_and_the_trail_tells_no_password(store: Store) -> None:
    store.users.add("ann", "reviewer", PASSWORD, actor="cli")
    store.users.add("bob", "reviewer", PASSWORD, actor="cli")
    with store._database.reading() as connection:
        hashes = connection.scalars(text("SELECT password_hash FROM account")).all()
        everything = repr(hashes) + repr(connection.execute(text("SELECT * FROM audit")).all())
    assert all(one.startswith("$argon2id$") for one in hashes)
    assert len(set(hashes)) == 2
    assert PASSWORD not in everything
    assert not any(one in repr(store.audit()) for one in hashes)


def test_a_password_composed_otherwise_is_the_same(store: Store) -> None:
    store.users.add("ann", "reviewer", "pässword für Ann", actor="cli")
    assert store.users.authenticate("ann", "pa\u0308ssword fu\u0308r Ann") is not None


def test_password_and_role_are_changed(store: Store, clock: Clock) -> None:
    before = store.users.add("ann", "reviewer", PASSWORD, actor="cli")
    store.users.set_password("Ann", "another long password", actor="cli")
    assert store.users.authenticate("ann", PASSWORD) is None
    after = store.users.authenticate("ann", "another long password")
    assert after is not None
    assert after.changed_at > before.changed_at
    store.users.set_role("ann", "admin", actor="cli")
    found = store.users.find("ann")
    assert found is not None
    assert found.role == "admin"


def test_a_removed_user_is_a_stranger(store: Store) -> None:
    store.users.add("ann", "reviewer", PASSWORD, actor="cli")
    store.users.remove("ann", actor="bob")
    assert store.users.find("ann") is None
    assert store.users.authenticate("ann", PASSWORD) is None
    for attempt in (
        lambda: store.users.remove("ann", actor="bob"),
        lambda: store.users.set_password("ann", PASSWORD, actor="bob"),
        lambda: store.users.set_role("ann", "admin", actor="bob"),
    ):
        with pytest.raises(ChartproofError, match="no such user"):
            attempt()
    assert [entry.action for entry in store.audit()] == ["user.add", "user.remove"]


def test_users_are_listed_by_name(store: Store) -> None:
    for name in ("carl", "ann", "bob"):
        store.users.add(name, "reviewer", PASSWORD, actor="cli")
    assert [user.name for user in store.users.list()] == ["ann", "bob", "carl"]


def test_what_is_no_account_is_refused(store: Store) -> None:
    store.users.add("ann", "reviewer", PASSWORD, actor="cli")
    for name, role, password, told in (
        ("ANN", "reviewer", PASSWORD, "already"),
        ("", "reviewer", PASSWORD, "name has"),
        ("a b", "reviewer", PASSWORD, "name has"),
        ("x" * 65, "reviewer", PASSWORD, "name has"),
        ("<b>", "reviewer", PASSWORD, "name has"),
        ("bob", "owner", PASSWORD, "no such role"),
        ("bob", "admin", "short", "at least 12"),
        ("bob", "admin", "x" * 1001, "at most 1000"),
    ):
        with pytest.raises(ChartproofError, match=told):
            store.users.add(name, role, password, actor="cli")  # type: ignore[arg-type]
    assert len(store.users.list()) == 1
    assert len(store.audit()) == 1
