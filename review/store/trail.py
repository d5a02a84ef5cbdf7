"""The audit trail: lines that are only ever added, each chained to the one before by its hash.

The hash of a line is the SHA-256 of its canonical JSON with the hash of the line before in `previous`; the first line's
`previous` is 64 zeros. The number and hash of the last line stand apart in `audit_head`, which also makes writers queue.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, Row, insert, select, update

from chartproof.errors import ChartproofError
from chartproof.review.canonical import canonical, moment, timestamp
from chartproof.review.model import AuditEntry
from chartproof.review.store.schema import audit, audit_head

GENESIS = "0" * 64
_STREAMED = {"yield_per": 1000}


def append(
    connection: Connection,
    *,
    at: dt.datetime,
    actor: str,
    action: str,
    review_id: str | None = None,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """Add a line in a writing transaction, with what it tells of."""
    last, previous = lock(connection)
    content: dict[str, object] = {
        "number": last + 1,
        "at": timestamp(at),
        "actor": actor,
        "action": action,
        "review_id": review_id,
        "before": before,
        "after": after,
        "previous": previous,
    }
    made = _digest(content)
    texts = {name: None if content[name] is None else canonical(content[name]).decode() for name in ("before", "after")}
    connection.execute(insert(audit).values({**content, **texts, "hash": made}))
    connection.execute(update(audit_head).values(number=content["number"], hash=made))


def lock(connection: Connection) -> tuple[int, str]:
    """Number and hash of the last line, which no other transaction adds to until this one ends."""
    found = connection.execute(select(audit_head.c.number, audit_head.c.hash).with_for_update()).one()
    return found.number, found.hash


def entries(connection: Connection, review_id: str | None = None) -> Iterator[AuditEntry]:
    """The lines in their order; those of one review, or all. Errors: ChartproofError for one that cannot be read."""
    query = select(audit).order_by(audit.c.number)
    if review_id is not None:
        query = query.where(audit.c.review_id == review_id)
    for row in connection.execute(query, execution_options=_STREAMED):
        try:
            yield AuditEntry.model_validate({**_content(row), "at": moment(row.at), "hash": row.hash})
        except ValueError:
            raise ChartproofError(
                f"line {row.number} of the audit trail was changed by other means and cannot be read; "
                "`chartproof audit verify` tells more"
            ) from None


def last_told(connection: Connection, review_id: str | None = None) -> dict[str, Mapping[str, object] | None]:
    """What the last line about each review, or about one, tells of it, by id; None for a deleted one.

    Lines that cannot be read are left out.
    """
    told: dict[str, Mapping[str, object] | None] = {}
    query = select(audit).where(audit.c.review_id.is_not(None), audit.c.action != "export").order_by(audit.c.number)
    if review_id is not None:
        query = query.where(audit.c.review_id == review_id)
    for row in connection.execute(query, execution_options=_STREAMED):
        try:
            after = json.loads(row.after) if row.after is not None else None
        except ValueError:
            continue
        if after is None or isinstance(after, dict):
            told[row.review_id] = after
    return told


def head(connection: Connection) -> tuple[int, str]:
    """Number and hash of the last line; 0 and zeros when there is none. Whoever keeps them elsewhere has an anchor."""
    found = connection.execute(select(audit_head.c.number, audit_head.c.hash)).one()
    return found.number, found.hash


def faults(connection: Connection, anchor: tuple[int, str] | None = None) -> Iterator[str]:
    """Where the chain is broken, one sentence each; nothing for a whole chain.

    `anchor` is the number and hash of a line as it was kept elsewhere: that line must still stand.
    """
    previous, expected, anchored = GENESIS, 1, False
    query = select(audit).order_by(audit.c.number)
    for row in connection.execute(query, execution_options=_STREAMED):
        if row.number > expected:
            missing = (
                f"line {expected} is" if row.number == expected + 1 else f"lines {expected} to {row.number - 1} are"
            )
            yield f"{missing} missing"
        elif row.previous != previous:
            yield f"line {row.number} does not follow line {row.number - 1}: one was changed, put in or moved"
        if _altered(row):
            yield f"line {row.number} was changed"
        if anchor is not None and row.number == anchor[0]:
            anchored = row.hash == anchor[1]
        previous, expected = row.hash, row.number + 1
    number, last = head(connection)
    if number >= expected:
        yield f"the end is missing: lines {expected} to {number}"
    elif number < expected - 1 or last != previous:
        yield f"the end was changed: the trail was last written as line {number}, and ends with line {expected - 1}"
    if anchor is not None and not anchored and anchor != (0, GENESIS):
        yield f"line {anchor[0]} is not the one whose hash was kept"


def _altered(row: Row[tuple[object, ...]]) -> bool:
    try:
        return bool(_digest(_content(row)) != row.hash)
    except ValueError:  # what no line was ever written as: broken JSON
        return True


def _content(row: Row[tuple[object, ...]]) -> dict[str, object]:
    """A stored line without its hash."""
    return {
        "number": row.number,
        "at": row.at,
        "actor": row.actor,
        "action": row.action,
        "review_id": row.review_id,
        "before": None if row.before is None else json.loads(row.before),
        "after": None if row.after is None else json.loads(row.after),
        "previous": row.previous,
    }


def _digest(content: Mapping[str, object]) -> str:
    return hashlib.sha256(canonical(content)).hexdigest()
