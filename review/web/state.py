"""What the parts of the app share: kept in ``app.state`` and read through these functions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, ParamSpec, Protocol, TypeVar, cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from chartproof.review.service import Reviews
from chartproof.review.web.settings import Settings

Role = Literal["reviewer", "admin"]
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class User:
    """Who acts. Admins may also delete reviews and manage users."""

    name: str
    role: Role
    changed_at: dt.datetime | None = None

    @classmethod
    def of(cls, account: Account) -> User:
        """The user of an account."""
        return cls(account.name, account.role, account.changed_at)


class Account(Protocol):
    """A user as they are stored; `changed_at` is when password or role were last set."""

    @property
    def name(self) -> str: ...
    @property
    def role(self) -> Role: ...
    @property
    def changed_at(self) -> dt.datetime: ...


class Users(Protocol):
    """The users of the app."""

    def authenticate(self, name: str, password: str) -> Account | None:
        """The user with this name and password, None when there is none."""

    def find(self, name: str) -> Account | None:
        """The user of this name, None when there is none (any more)."""


def reviews_of(request: Request) -> Reviews:
    """The reviews. Its methods block: call them with `in_thread`, or in a handler that is no coroutine."""
    return cast(Reviews, request.app.state.reviews)


def settings_of(request: Request) -> Settings:
    """The settings the app was made with."""
    return cast(Settings, request.app.state.settings)


def users_of(request: Request) -> Users | None:
    """The users; None where there are none and a token, or nothing, is asked for."""
    return cast("Users | None", request.app.state.users)


async def in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do blocking `work` beside the event loop."""
    return await run_in_threadpool(work, *args, **kwargs)
