"""Opening a store: where it is, whose it is, and which version made it."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from chartproof.errors import ChartproofError
from chartproof.review.store import default_url, open_store
from chartproof.review.store.database import Database
from chartproof.review.store.migrations import HEAD
from chartproof.review.store.schema import metadata
from tests.review.charts import chart


def test_the_newest_migration_is_the_one_that_is_expected() -> None:
    config = Config()
    config.set_main_option("script_location", "chartproof.review.store:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_the_migrations_make_the_tables_that_queries_are_written_with(url: str) -> None:
    from alembic.autogenerate import compare_metadata

    database = Database(url)
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = [one for one in compare_metadata(context, metadata) if one[0] != "remove_index"]
    database.close()
    assert differences == []


def test_the_file_is_its_owner_s_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "reviews.sqlite"
    before = os.umask(0)
    try:
        with open_store(f"sqlite:///{path}") as store:
            store.create(chart(), actor="ann")
            modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in path.parent.iterdir()}
    finally:
        os.umask(before)
    assert set(modes) >= {"reviews.sqlite", "reviews.sqlite-wal"}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_others_access_to_a_file_is_taken_away(tmp_path: Path) -> None:
    path = tmp_path / "reviews.sqlite"
    open_store(str(path)).close()
    path.chmod(0o644)
    open_store(str(path)).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_commit_is_on_the_disk(sqlite_url: str) -> None:
    with open_store(sqlite_url) as store, store._database.reading() as connection:
        asked = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("journal_mode", "synchronous")
        }
        assert asked == {"journal_mode": "wal", "synchronous": 2}  # 2: FULL


def test_a_path_is_a_sqlite_file(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "x.sqlite")) as store:
        assert store.name == str(tmp_path / "x.sqlite")
    assert (tmp_path / "x.sqlite").is_file()


def test_the_user_s_own_store_is_in_the_data_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_url().startswith("sqlite:///")
    assert default_url().endswith("reviews.sqlite")
    assert str(tmp_path) in default_url()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("mysql://host/reviews", "not supported"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("://", "no URL"),
    ],
)
def test_what_is_no_store_is_said(wrong: str, told: str) -> None:
    with pytest.raises(ChartproofError, match=told):
        open_store(wrong)


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("Average pain 7/10. " * 100)
    with pytest.raises(ChartproofError, match="cannot be opened"):
        open_store(str(path))


def test_a_server_that_is_not_there_is_said_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(ChartproofError, match="cannot be opened") as raised:
        open_store(f"postgresql://ann:hunter2@/reviews?host={tmp_path}")
    assert "hunter2" not in str(raised.value)


def test_a_store_is_not_made_by_looking_at_it(url: str, tmp_path: Path) -> None:
    with pytest.raises(ChartproofError, match=r"there is no (such )?store"):
        open_store(url, create=False)
    assert not any(path.suffix == ".sqlite" for path in tmp_path.rglob("*"))


def test_a_store_of_a_newer_version_is_refused(url: str) -> None:
    with open_store(url) as store, store._database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ChartproofError, match="newer version of chartproof"):
        open_store(url)


def test_many_may_make_the_store_at_once(url: str) -> None:
    failures: list[Exception] = []
    ready = threading.Barrier(6)

    def work() -> None:
        ready.wait()
        try:
            with open_store(url) as store:
                store.users.any()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_no_error_of_the_database_tells_what_was_to_be_written(sqlite_url: str) -> None:
    with open_store(sqlite_url) as store:
        with store._database.writing() as connection:
            connection.execute(text("DROP TABLE content"))
        with pytest.raises(Exception, match="content") as raised:
            store.create(chart(words="Her name is Quillfeather."), actor="ann")
        assert "Quillfeather" not in str(raised.value)
        assert "belt line" not in str(raised.value)
