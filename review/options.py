"""What the commands of the review app share: where the store is, its key, and the part that is installed apart."""

from __future__ import annotations

import getpass
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chartproof.errors import ChartproofError

if TYPE_CHECKING:
    from chartproof.review.store import Store

_EXTRA = frozenset(
    {"alembic", "argon2", "cryptography", "docx", "fastapi", "multipart", "platformdirs", "python_multipart"}
    | {"reportlab", "sqlalchemy", "starlette", "uvicorn"}
)
"""The modules of the extra ``review``."""

_DAYS = {"d": 1, "w": 7}


def _store(context: typer.Context, url: str | None) -> str | None:
    """The store that is named nearest to the command; one named in the environment stands behind all of them."""
    at: Any = context
    while at is not None:
        source = at.get_parameter_source("store")
        if source is not None and source.name == "COMMANDLINE":
            return url if at is context else str(at.params["store"])
        at = at.parent
    return url


StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="URL",
        envvar="CHARTPROOF_STORE",
        callback=_store,
        help="sqlite:///FILE, a file name, or postgresql://HOST/DATABASE; without it a file in your data directory.",
        show_default=False,
        show_envvar=True,
    ),
]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


@contextmanager
def extra() -> Iterator[None]:
    """Around imports of what is installed with the extra ``review``: says so where it is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            raise
        raise ChartproofError(
            f"{error.name} is not installed; the review app needs more: pip install 'chartproof[review]'"
        ) from None


def key() -> bytes | None:
    """The key of the store from the environment."""
    with extra():
        from chartproof.review.store.sealing import ENVIRONMENT
    return os.environ.get(ENVIRONMENT, "").encode() or None


def opened(url: str | None, *, create: bool = False, rekeying: bool = False) -> Store:
    """The store of an option, with the key of the environment. Without `create` a store that is not there is an error.

    Errors: ChartproofError, also for what is not installed.
    """
    with extra():
        from chartproof.review.store import open_store
    return open_store(url, key=key(), create=create, rekeying=rekeying)


def actor() -> str:
    """Who uses the command line, for the audit trail."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):  # no such account, as in some containers
        return "cli"


def days(text: str) -> int:
    """Days of an age such as ``90d`` or ``12w``. Errors: ChartproofError for anything else."""
    match = re.fullmatch(r"(\d{1,5})([dw])", text.strip().lower())
    if match is None:
        raise ChartproofError("write an age as days or weeks: 90d, 12w")
    return int(match[1]) * _DAYS[match[2]]
