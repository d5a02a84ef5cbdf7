"""The accounts of people who review: names, roles and argon2 hashes of their passwords."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import delete, func, insert, select, update

from chartproof.errors import ChartproofError
from chartproof.review.canonical import moment, timestamp
from chartproof.review.store import trail
from chartproof.review.store.database import Database
from chartproof.review.store.schema import account

Role = Literal["reviewer", "admin"]

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1000  # longer ones only cost time

_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")
_HASHER = PasswordHasher()


@dataclass(frozen=True, slots=True)
class User:
    """An account. `changed_at` is when its role or password was last set: sessions from before are void."""

    name: str
    role: Role
    created_at: dt.datetime
    changed_at: dt.datetime


class Users:
    """The accounts in a store; each change has its line in the audit trail. Names are written small."""

    def __init__(self, database: Database, clock: Callable[[], dt.datetime]) -> None:
        """Use `Store.users`."""
        self._database = database
        self._clock = clock

    def authenticate(self, name: str, password: str) -> User | None:
        """The user of that name, if that is the password. An unknown name takes as long as a wrong password."""
        name = name.strip().lower()
        with self._database.reading() as connection:
            row = connection.execute(select(account).where(account.c.name == name)).one_or_none()
        if len(password) > LONGEST_PASSWORD:
            return None
        hashed = row.password_hash if row is not None else _nobody()
        try:
            _HASHER.verify(hashed, _normal(password))
        except (Argon2Error, InvalidHashError):
            return None
        if row is None:
            return None
        if _HASHER.check_needs_rehash(hashed):
            with self._database.writing() as connection:
                connection.execute(
                    update(account)
                    .where(account.c.name == name, account.c.password_hash == hashed)
                    .values(password_hash=_HASHER.hash(_normal(password)))
                )
        return User(row.name, row.role, moment(row.created_at), moment(row.changed_at))

    def find(self, name: str) -> User | None:
        """The user of that name, if there is one."""
        with self._database.reading() as connection:
            row = connection.execute(select(account).where(account.c.name == name.strip().lower())).one_or_none()
        return User(row.name, row.role, moment(row.created_at), moment(row.changed_at)) if row is not None else None

    def list(self) -> Sequence[User]:
        """All users by name."""
        with self._database.reading() as connection:
            rows = connection.execute(select(account).order_by(account.c.name)).all()
        return tuple(User(row.name, row.role, moment(row.created_at), moment(row.changed_at)) for row in rows)

    def any(self) -> bool:
        """Whether there are accounts at all."""
        with self._database.reading() as connection:
            return connection.execute(select(func.count()).select_from(account)).scalar_one() > 0

    def add(self, name: str, role: Role, password: str, *, actor: str) -> User:
        """Add a user. Errors: ChartproofError for a name that is taken or no name, an unknown role, a bad password."""
        name = name.strip().lower()
        if not _NAME.fullmatch(name):
            raise ChartproofError("a user name has 1 to 64 letters, digits or ._@- and begins with a letter or digit")
        if role not in get_args(Role):
            raise ChartproofError(f"there is no such role; choose {' or '.join(get_args(Role))}")
        hashed, at = _hashed(password), self._clock()
        with self._database.writing() as connection:
            trail.lock(connection)
            if connection.scalar(select(account.c.name).where(account.c.name == name)) is not None:
                raise ChartproofError(f"there is a user {name} already")
            now = timestamp(at)
            connection.execute(
                insert(account).values(name=name, role=role, password_hash=hashed, created_at=now, changed_at=now)
            )
            trail.append(connection, at=at, actor=actor, action="user.add", after={"user": name, "role": role})
        return User(name, role, at, at)

    def set_password(self, name: str, password: str, *, actor: str) -> None:
        """Give a user another password. Errors: ChartproofError for an unknown user or a bad password."""
        hashed, at = _hashed(password), self._clock()
        self._change(name, at, actor, "user.password", password_hash=hashed)

    def set_role(self, name: str, role: Role, *, actor: str) -> None:
        """Give a user another role. Errors: ChartproofError for an unknown user or role."""
        if role not in get_args(Role):
            raise ChartproofError(f"there is no such role; choose {' or '.join(get_args(Role))}")
        self._change(name, self._clock(), actor, "user.role", role=role)

    def remove(self, name: str, *, actor: str) -> None:
        """Remove a user; what they did stays. Errors: ChartproofError for an unknown user."""
        name = name.strip().lower()
        with self._database.writing() as connection:
            if connection.execute(delete(account).where(account.c.name == name)).rowcount == 0:
                raise _unknown()
            trail.append(connection, at=self._clock(), actor=actor, action="user.remove", before={"user": name})

    def _change(self, name: str, at: dt.datetime, actor: str, action: str, **values: str) -> None:
        name = name.strip().lower()
        told = {"user": name, **({"role": values["role"]} if "role" in values else {})}
        with self._database.writing() as connection:
            changing = update(account).where(account.c.name == name).values(changed_at=timestamp(at), **values)
            if connection.execute(changing).rowcount == 0:
                raise _unknown()
            trail.append(connection, at=at, actor=actor, action=action, after=told)


def _unknown() -> ChartproofError:
    return ChartproofError("there is no such user; `chartproof review users list` shows them")


def _hashed(password: str) -> str:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise ChartproofError(f"a password has at least {SHORTEST_PASSWORD} characters, and at most {LONGEST_PASSWORD}")
    return _HASHER.hash(_normal(password))


def _normal(password: str) -> bytes:
    """The same bytes however a keyboard composes the characters."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


@cache
def _nobody() -> str:
    """A hash that no password is tried against in earnest."""
    return _HASHER.hash(b"nobody's password")
