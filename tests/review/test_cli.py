"""The commands ``review`` and ``audit``."""

from __future__ import annotations

import builtins
import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from chartproof.cli import app
from chartproof.review.model import WorklistQuery
from chartproof.review.options import days
from chartproof.review.store import open_store
from chartproof.review.store.sealing import new_key
from tests.review.charts import chart

PASSWORD = "correct horse battery\n"


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CHARTPROOF_STORE", "CHARTPROOF_KEY", "CHARTPROOF_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "reviews.sqlite")


def run(*arguments: str, given: str = "") -> Result:
    return CliRunner().invoke(app, arguments, input=given)


def make(path: str, *case_ids: str, age: int = 0, signed: bool = False) -> list[str]:
    """Reviews of an age in days."""
    at = dt.datetime.now(dt.UTC) - dt.timedelta(days=age)
    with open_store(path, clock=lambda: at) as store:
        made = [store.create(chart(case_id), actor="ann") for case_id in case_ids]
        for one in made if signed else ():
            store.sign(one.id, "Ann Example", actor="ann", version=1)
    return [one.id for one in made]


def cases(path: str) -> set[str]:
    with open_store(path) as store:
        return {row.case_id for row in store.worklist(WorklistQuery()).rows}


def test_users(path: str) -> None:
    added = run("review", "users", "add", "Ann", "--role", "admin", "--store", path, given=PASSWORD)
    assert (added.exit_code, added.stdout) == (0, "added ann, admin\n")
    assert run("review", "users", "add", "bob", "--store", path, given=PASSWORD).exit_code == 0
    listed = run("review", "users", "list", "--store", path).stdout
    assert [line.split()[:2] for line in listed.splitlines()] == [["ann", "admin"], ["bob", "reviewer"]]
    assert run("review", "users", "password", "bob", "--store", path, given="another long password\n").exit_code == 0
    with open_store(path) as store:
        assert store.users.authenticate("bob", "another long password") is not None
    assert run("review", "users", "remove", "bob", "--store", path).exit_code == 0
    assert "bob" not in run("review", "users", "list", "--store", path).stdout


def test_a_user_that_cannot_be_is_told_in_one_line(path: str) -> None:
    for arguments, given, told in (
        (("add", "ann"), "short\n", "at least 12"),
        (("add", "ann"), "", "at least 12"),
        (("add", "a b"), PASSWORD, "user name"),
    ):
        refused = run("review", "users", *arguments, "--store", path, given=given)
        assert refused.exit_code == 2
        assert told in refused.stderr
        assert len(refused.stderr.splitlines()) == 1
    for command in ("remove", "password"):
        assert run("review", "users", command, "nobody", "--store", path, given=PASSWORD).exit_code == 2


def test_no_password_can_stand_on_the_command_line(path: str) -> None:
    assert run("review", "users", "add", "ann", "correct horse battery", "--store", path).exit_code == 2
    assert "--password" not in run("review", "users", "add", "--help").stdout


def test_reviews_are_deleted_when_that_is_confirmed(path: str) -> None:
    first, second = make(path, "case-1", "case-2")
    declined = run("review", "delete", first, "--store", path, given="n\n")
    assert declined.exit_code == 1
    assert "case case-1, open" in declined.stdout
    assert cases(path) == {"case-1", "case-2"}
    assert run("review", "delete", first, "--store", path, given="y\n").exit_code == 0
    assert cases(path) == {"case-2"}
    assert run("review", "delete", second, "nothing", "--store", path, "--yes").exit_code == 2
    assert cases(path) == {"case-2"}  # all or none
    assert run("review", "delete", second, second, "--store", path, "--yes").stdout.endswith("deleted 1 review\n")
    assert cases(path) == set()


def test_old_reviews_are_purged(path: str) -> None:
    make(path, "old-signed", age=100, signed=True)
    make(path, "old-open", age=100)
    make(path, "new-signed", age=80, signed=True)
    purge = ("review", "purge", "--store", path, "--older-than", "90d")
    assert run(*purge, given="n\n").exit_code == 1
    assert len(cases(path)) == 3
    assert run(*purge, "--yes").stdout == "deleted 1 review\n"
    assert cases(path) == {"old-open", "new-signed"}
    assert run(*purge, "--yes").stdout == "no review is that old\n"
    assert run(*purge, "--state", "any", "--yes").exit_code == 0
    assert cases(path) == {"new-signed"}
    assert run("audit", "verify", "--store", path).exit_code == 0


def test_ages() -> None:
    assert (days("90d"), days("12w"), days(" 0D ")) == (90, 84, 0)
    for wrong in ("90", "d", "-1d", "1y", "1.5d", "999999d", "90dd"):
        assert run("review", "purge", "--older-than", wrong).exit_code == 2


def test_the_store_is_the_one_that_is_named_nearest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = str(tmp_path / "one.sqlite"), str(tmp_path / "other.sqlite")
    run("review", "users", "add", "ann", "--store", one, given=PASSWORD)
    run("review", "users", "add", "bob", "--store", other, given=PASSWORD)
    monkeypatch.setenv("CHARTPROOF_STORE", one)
    for arguments, found in (
        (("review", "users", "list"), "ann"),
        (("review", "--store", other, "users", "list"), "bob"),
        (("review", "users", "list", "--store", other), "bob"),
        (("review", "--store", other, "users", "list", "--store", one), "ann"),
    ):
        assert run(*arguments).stdout.split()[0] == found


def test_the_trail_is_verified(path: str) -> None:
    make(path, "case-1", signed=True)
    good = run("audit", "verify", "--store", path)
    assert good.exit_code == 0
    head = re.search(r"head (2:[0-9a-f]{64})", good.stdout)
    assert head is not None
    assert run("audit", "verify", "--store", path, "--anchor", head[1]).exit_code == 0
    assert run("audit", "verify", "--store", path, "--anchor", "2:abc").exit_code == 2
    cut = run("audit", "verify", "--store", path, "--anchor", f"3:{'0' * 64}")
    assert (cut.exit_code, "line 3 is not the one" in cut.stdout) == (1, True)
    with open_store(path) as store, store._database.writing() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_no_update")
        connection.exec_driver_sql("UPDATE audit SET actor = 'bob' WHERE number = 1")
    for options in ((), ("--trail-only",)):
        broken = run("audit", "verify", "--store", path, *options)
        assert broken.exit_code == 1
        assert "line 1 was changed" in broken.stdout


def test_a_store_that_is_not_there_is_not_made(path: str) -> None:
    for arguments in (("audit", "verify"), ("audit", "verify", "--trail-only"), ("review", "users", "list")):
        refused = run(*arguments, "--store", path)
        assert refused.exit_code == 2
        assert "there is no such store" in refused.stderr
    assert not Path(path).exists()


def test_a_store_is_encrypted(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make(path, "case-1")
    key = run("review", "new-key").stdout.strip()
    assert run("review", "rekey", "--store", path).exit_code == 2
    monkeypatch.setenv("CHARTPROOF_KEY", key)
    refused = run("audit", "verify", "--store", path)
    assert (refused.exit_code, "rekey" in refused.stderr) == (2, True)
    assert run("review", "rekey", "--store", path).stdout == "encrypted 1 review with the first key\n"
    assert run("audit", "verify", "--store", path).exit_code == 0
    monkeypatch.setenv("CHARTPROOF_KEY", f"{new_key()},{key}")
    assert run("review", "rekey", "--store", path).exit_code == 0
    monkeypatch.delenv("CHARTPROOF_KEY")
    refused = run("audit", "verify", "--store", path)
    assert (refused.exit_code, "set CHARTPROOF_KEY" in refused.stderr) == (2, True)
    assert run("audit", "verify", "--store", path, "--trail-only").exit_code == 0


@pytest.mark.parametrize("missing", ["sqlalchemy", "cryptography", "fastapi"])
def test_what_is_not_installed_is_said(path: str, missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    for name in list(sys.modules):
        if name.startswith(("chartproof.review.store", "chartproof.review.serving", "chartproof.review.web")):
            monkeypatch.delitem(sys.modules, name)
    real = builtins.__import__

    def lacking(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.partition(".")[0] == missing:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", lacking)
    refused = run("review", "--store", path)
    assert refused.exit_code == 2
    assert "pip install 'chartproof[review]'" in refused.stderr


def test_an_address_for_others_needs_a_token_or_users(path: str) -> None:
    refused = run("review", "--store", path, "--host", "0.0.0.0", "--port", "0", "--no-browser")
    assert refused.exit_code == 2
    assert "token" in refused.stderr


def test_a_port_that_is_taken_is_said(path: str) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = run("review", "--store", path, "--no-browser", "--port", str(taken.getsockname()[1]))
    assert refused.exit_code == 2
    assert "choose another" in refused.stderr
