"""The connection to the database: where it is, how transactions begin, and that its schema is this program's."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import platformdirs
from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from chartproof.errors import ChartproofError
from chartproof.review.store.migrations import HEAD

_BUSY_SECONDS = 30
_POOL = 10
_OVERFLOW = 30
#: Any number that other programs on the same PostgreSQL database do not lock.
_MIGRATION_LOCK = 0x63_68_70_66


def default_url() -> str:
    """The store of this user: a SQLite file in the user's data directory."""
    return f"sqlite:///{Path(platformdirs.user_data_dir('chartproof')) / 'reviews.sqlite'}"


class Database:
    """An engine whose schema is up to date, with transactions for reading and for writing.

    A file is made with access for its owner only. No error and no log holds the values of a statement: they may be
    note text.
    """

    def __init__(self, url: str, *, create: bool = True) -> None:
        """Connect and migrate; without `create` only what is there.

        Errors: ChartproofError for a bad URL, no access, a newer schema, or nothing there.
        """
        self._url = _parsed(url)
        self.is_sqlite = self._url.get_backend_name() == "sqlite"
        path = Path(str(self._url.database))
        self.name = str(path) if self.is_sqlite else self._url.set(drivername="postgresql").render_as_string()
        if self.is_sqlite:
            if not create and not path.exists():
                raise ChartproofError(f"{self.name}: there is no such store; name it with --store")
            _private_file(path)
        self.engine = self._engine()
        try:
            self._migrate(create=create)
        except DBAPIError as error:
            self.engine.dispose()
            raise ChartproofError(f"{self.name}: the store cannot be opened: {_first_line(error)}") from None
        except ChartproofError:
            self.engine.dispose()
            raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the store."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is durable when this ends; in SQLite only one runs at a time."""
        with self.engine.connect().execution_options(chartproof_write=True) as connection, connection.begin():
            yield connection

    def wipe(self, *, rewrite: bool = False) -> None:
        """Let nothing that was deleted remain in SQLite's files: no old page in the write-ahead log, and with
        `rewrite` none in the file either, which is written anew. In PostgreSQL the rows are freed for reuse."""
        if not self.is_sqlite:
            options: dict[str, Any] = {"isolation_level": "AUTOCOMMIT", "chartproof_write": True}
            with self.engine.connect().execution_options(**options) as connection:
                connection.exec_driver_sql("VACUUM FULL content" if rewrite else "VACUUM content")
            return
        with contextlib.closing(self.engine.raw_connection()) as raw:  # where no transaction has begun
            if rewrite:
                raw.cursor().execute("VACUUM")
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def _engine(self) -> Engine:
        options: dict[str, Any] = {"hide_parameters": True, "pool_size": _POOL, "max_overflow": _OVERFLOW}
        if not self.is_sqlite:
            try:
                engine = create_engine(self._url, pool_pre_ping=True, **options)
            except ModuleNotFoundError:
                raise ChartproofError("PostgreSQL needs its driver: pip install 'chartproof[postgres]'") from None
            event.listen(engine, "begin", _begin_postgres)
            return engine
        engine = create_engine(self._url, connect_args={"timeout": _BUSY_SECONDS}, **options)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    def _migrate(self, *, create: bool) -> None:
        with self.reading() as connection:
            current = _revision(connection)
        if current == HEAD:
            return
        if current is None and not create:
            raise ChartproofError(f"{self.name}: there is no store yet; `chartproof review` makes it")
        from alembic import command
        from alembic.config import Config
        from alembic.script import ScriptDirectory

        config = Config()
        config.set_main_option("script_location", "chartproof.review.store:migrations")
        known = {one.revision for one in ScriptDirectory.from_config(config).walk_revisions()}
        with self.writing() as connection:
            if not self.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
            current = _revision(connection)
            if current is not None and current not in known:
                raise ChartproofError(
                    f"{self.name}: a newer version of chartproof made this store (schema {current}, known here up to "
                    f"{HEAD}); use that version"
                )
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _parsed(url: str) -> URL:
    """The URL with its driver; a path alone is a SQLite file."""
    if "://" not in url:
        url = f"sqlite:///{url}"
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ChartproofError("the store is no URL; write sqlite:///FILE or postgresql://HOST/DATABASE") from None
    backend = parsed.get_backend_name()
    if backend in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise ChartproofError(
            f"a store in {backend} is not supported; use sqlite:///FILE or postgresql://HOST/DATABASE"
        )
    if not parsed.database or parsed.database == ":memory:":
        raise ChartproofError("the store names no file; write sqlite:///FILE")
    return parsed.set(drivername="sqlite+pysqlite", database=str(Path(parsed.database).expanduser()))


def _private_file(path: Path) -> None:
    """Make the file and its folder for the owner only, or take others' access to the file away."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    with contextlib.suppress(PermissionError):  # another owner's, who has decided about it
        path.chmod(0o600)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin in `_begin_sqlite`, not where the driver thinks fit
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # what is committed is on the disk
        "secure_delete=ON",  # what is deleted is overwritten
        "temp_store=MEMORY",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("chartproof_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_postgres(connection: Connection) -> None:
    if not connection.get_execution_options().get("chartproof_write"):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def _revision(connection: Connection) -> str | None:
    """The revision of the schema; None for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(found) if found is not None else None


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).strip().splitlines()[0]
