"""The commands ``chartproof review`` and ``chartproof audit``. Heavy parts are imported inside the commands."""

from __future__ import annotations

import datetime as dt
import re
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from chartproof.console import complain
from chartproof.errors import ChartproofError
from chartproof.guidelines_cli import GuidelinesOption
from chartproof.review.options import StoreOption, YesOption, actor, days, extra, opened

if TYPE_CHECKING:
    from chartproof.review.model import State

EXIT_BROKEN = 1

review_app = typer.Typer(help="Review assessments in the browser: check, correct, sign, export.")
users_app = typer.Typer(help="The people who may use the review app.", no_args_is_help=True)
audit_app = typer.Typer(help="The audit trail of the review app.", no_args_is_help=True)
review_app.add_typer(users_app, name="users")

_ANCHOR = re.compile(r"(\d+):([0-9a-f]{64})")


class RoleName(StrEnum):
    """What a user may do; admins may also delete reviews and manage users."""

    reviewer = "reviewer"
    admin = "admin"


class StateName(StrEnum):
    """Which reviews a purge takes."""

    signed = "signed"
    open = "open"
    any = "any"


_STATES: dict[StateName, State | None] = {StateName.signed: "signed", StateName.open: "open", StateName.any: None}


def register(app: typer.Typer) -> None:
    """Add the commands to the main command line."""
    app.add_typer(review_app, name="review")
    app.add_typer(audit_app, name="audit")


@review_app.callback(invoke_without_command=True)
def review(
    context: typer.Context,
    store: StoreOption = None,
    host: Annotated[str, typer.Option("--host", help="Address to listen on; needs a token or users.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")] = 8350,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open the browser.")] = False,
    token: Annotated[
        str | None,
        typer.Option(
            "--token",
            envvar="CHARTPROOF_TOKEN",
            help="Ask for this at the login where there are no users; better set in the environment.",
            show_default=False,
            show_envvar=True,
        ),
    ] = None,
    allowed_host: Annotated[
        list[str] | None,
        typer.Option("--allowed-host", metavar="NAME", help="A name the app is reached by; may be repeated."),
    ] = None,
    https: Annotated[bool, typer.Option("--https", help="People reach the app by https, through a proxy.")] = False,
    guidelines: GuidelinesOption = None,
) -> None:
    """Start the review app and open the browser. It listens on this machine only unless --host says otherwise."""
    if context.invoked_subcommand is not None:
        return
    with extra():
        from chartproof.review.serving import serve
    with opened(store, create=True) as reviews:
        serve(
            reviews,
            host=host,
            port=port,
            token=token,
            allowed_hosts=tuple(allowed_host or ()),
            secure=https,
            browser=not no_browser,
        )


# -- users ---------------------------------------------------------------------------------------------------------


@users_app.command("add")
def add_user(
    name: Annotated[str, typer.Argument(help="Name to log in with.")],
    role: Annotated[RoleName, typer.Option("--role", help="Admins may also delete reviews.")] = RoleName.reviewer,
    store: StoreOption = None,
) -> None:
    """Add a user; the password is asked for, or read from standard input."""
    with opened(store, create=True) as reviews:
        added = reviews.users.add(name, role.value, _password(), actor=actor())
    typer.echo(f"added {added.name}, {added.role}")


@users_app.command("list")
def list_users(store: StoreOption = None) -> None:
    """List the users with role and since when."""
    with opened(store) as reviews:
        users = reviews.users.list()
    width = max((len(user.name) for user in users), default=0)
    for user in users:
        typer.echo(f"{user.name:{width}}  {user.role:8}  {user.created_at:%Y-%m-%d}")


@users_app.command("remove")
def remove_user(name: str, store: StoreOption = None) -> None:
    """Remove a user; what they did stays in the reviews and in the audit trail."""
    with opened(store) as reviews:
        reviews.users.remove(name, actor=actor())
    typer.echo(f"removed {name}")


@users_app.command("password")
def set_password(name: str, store: StoreOption = None) -> None:
    """Give a user another password; it is asked for, or read from standard input."""
    with opened(store) as reviews:
        if reviews.users.find(name) is None:
            raise ChartproofError("there is no such user; `chartproof review users list` shows them")
        reviews.users.set_password(name, _password(), actor=actor())
    typer.echo(f"changed the password of {name}")


def _password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")


# -- retention and encryption --------------------------------------------------------------------------------------


@review_app.command("delete")
def delete(
    review_ids: Annotated[list[str], typer.Argument(metavar="ID", help="Ids of reviews, as in their addresses.")],
    yes: YesOption = False,
    store: StoreOption = None,
) -> None:
    """Delete reviews and their notes for good. The audit trail keeps ids and hashes."""
    with opened(store) as reviews:
        found = [reviews.get(review_id) for review_id in dict.fromkeys(review_ids)]
        for one in found:
            typer.echo(f"{one.id}  case {one.case.case_id}, {one.state}, last changed {one.updated_at:%Y-%m-%d}")
        if not yes:
            typer.confirm("Delete with all notes, for good?", abort=True)
        reviews.delete_all([one.id for one in found], actor=actor())
    typer.echo(_deleted(len(found)))


@review_app.command("purge")
def purge(
    older_than: Annotated[str, typer.Option("--older-than", metavar="AGE", help="Since the last change: 90d, 12w.")],
    state: Annotated[StateName, typer.Option("--state", help="Reviews in this state.")] = StateName.signed,
    yes: YesOption = False,
    store: StoreOption = None,
) -> None:
    """Delete all reviews of an age, with their notes, for good. The audit trail keeps ids and hashes."""
    age = dt.timedelta(days=days(older_than))
    with opened(store) as reviews:
        found = reviews.expired(age, _STATES[state])
        if not found:
            typer.echo("no review is that old")
            return
        if not yes:
            typer.confirm(f"Delete {len(found)} with all notes, for good?", abort=True)
        reviews.delete_all(found, actor=actor())
    typer.echo(_deleted(len(found)))


@review_app.command("new-key")
def new_key() -> None:
    """Print a new key to encrypt a store with; set it as CHARTPROOF_KEY and keep a copy: without it all is lost."""
    with extra():
        from chartproof.review.store.sealing import new_key as made
    typer.echo(made())


@review_app.command("rekey")
def rekey(store: StoreOption = None) -> None:
    """Encrypt a store with the first key in CHARTPROOF_KEY; older ones follow it after commas."""
    with opened(store, rekeying=True) as reviews:
        count = reviews.rekey(actor=actor())
    typer.echo(f"encrypted {count} review{'' if count == 1 else 's'} with the first key")


def _deleted(count: int) -> str:
    return f"deleted {count} review{'' if count == 1 else 's'}"


# -- audit ---------------------------------------------------------------------------------------------------------


@audit_app.command("verify")
def verify(
    store: StoreOption = None,
    anchor: Annotated[
        str | None,
        typer.Option(
            "--anchor", metavar="NUMBER:HASH", help="The head as it was printed once and kept.", show_default=False
        ),
    ] = None,
    trail_only: Annotated[
        bool, typer.Option("--trail-only", help="Check the trail, not the reviews; needs no key.")
    ] = False,
) -> None:
    """Check that the audit trail is whole and the reviews are as it says; exit code 1 when not.

    Keep the head that is printed outside of the store: with --anchor it proves later that nothing up to it was changed.
    """
    kept = _anchor(anchor) if anchor is not None else None
    if trail_only:
        with extra():
            from chartproof.review.store import verify_trail
        (number, last), faults = verify_trail(store, kept)
    else:
        with opened(store) as reviews:
            (number, last), faults = reviews.audit_head(), reviews.verify(kept)
    for fault in faults:
        typer.echo(fault)
    if faults:
        complain(f"the audit trail is broken ({len(faults)} finding{'' if len(faults) == 1 else 's'})")
        raise typer.Exit(EXIT_BROKEN)
    typer.echo(f"{number} line{'' if number == 1 else 's'}, whole")
    typer.echo(f"head {number}:{last}")


def _anchor(text: str) -> tuple[int, str]:
    match = _ANCHOR.fullmatch(text.strip())
    if match is None:
        raise ChartproofError("write an anchor as `chartproof audit verify` prints the head: NUMBER:HASH")
    return int(match[1]), match[2]
