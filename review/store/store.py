"""The store of reviews: every change is one transaction with its line in the audit trail."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import Connection, Row, delete, insert, select, update

from chartproof import api
from chartproof.assessment import Evidence, Status
from chartproof.errors import ChartproofError
from chartproof.facts import Fact, NoteFacts
from chartproof.notes import Case
from chartproof.review import changes
from chartproof.review.canonical import canonical, moment, timestamp
from chartproof.review.corrections import apply, guideline_of
from chartproof.review.errors import Invalid, NotFound, Signed, Stale
from chartproof.review.model import AuditEntry, Review, SignOff, State, WorklistPage, WorklistQuery
from chartproof.review.store import trail, worklist
from chartproof.review.store.database import Database, default_url
from chartproof.review.store.schema import content, review, setting
from chartproof.review.store.sealing import ENVIRONMENT, Sealer

if TYPE_CHECKING:
    from chartproof.review.users import Users

Clock = Callable[[], dt.datetime]

_LONGEST_CASE_ID = 200
_CHECK = "key_check"
_STREAMED = {"yield_per": 50}


_NOT_FOUND = "there is no such review; it may have been deleted"
_PLAIN_CHECK = b'{"store":"chartproof"}'
"""What is sealed in every store, so that a wrong key is found out before anything is written with it."""


def open_store(
    url: str | None = None,
    *,
    key: bytes | None = None,
    clock: Clock | None = None,
    create: bool = True,
    rekeying: bool = False,
) -> Store:
    """Open the store at a URL, ``sqlite:///FILE`` or ``postgresql://HOST/DATABASE``; without one the user's own.

    It is made, unless `create` is false, or brought to this version's schema, where that is needed. `key` is what its
    content is encrypted with (see `Sealer`); with `rekeying` a store that is not encrypted yet may be opened with one,
    for `Store.rekey`; `clock` tells the time. Errors: ChartproofError for a bad URL, no access, a store of a newer
    version, and a missing or wrong key.
    """
    sealer = Sealer(key)
    database = Database(url or default_url(), create=create)
    try:
        check = _checked_key(database, sealer, takes_key=create, rekeying=rekeying)
        if database.is_sqlite:  # what a process that was killed after a deletion left in the log
            database.wipe()
    except BaseException:
        database.close()
        raise
    return Store(database, sealer, check, clock or (lambda: dt.datetime.now(dt.UTC)))


def verify_trail(
    url: str | None = None, anchor: tuple[int, str] | None = None
) -> tuple[tuple[int, str], Sequence[str]]:
    """The head of a store's audit trail and what is wrong with the trail; the reviews are not looked at, nor any key.

    Errors: ChartproofError as for `open_store`; a store that is not there is not made.
    """
    database = Database(url or default_url(), create=False)
    try:
        with database.reading() as connection:
            return trail.head(connection), tuple(trail.faults(connection, anchor))
    finally:
        database.close()


@dataclass(frozen=True, slots=True)
class _Stored:
    """A review as it was read, with what keys the hashes of its content in the audit trail."""

    review: Review
    subject: bytes
    salt: bytes
    digest: str

    def keyed_hash(self, text: str) -> str:
        return _keyed_hash(self.salt, text.encode())


class Store:
    """Reviews in a database (see `chartproof.review.service.Reviews`). A context manager; safe for use by threads."""

    def __init__(self, database: Database, sealer: Sealer, check: bytes, clock: Clock) -> None:
        """Use `open_store`."""
        self._database = database
        self._sealer = sealer
        self._check = check
        self._clock = clock
        #: How the notes of a new case are read; a server reads them in another process.
        self.read: Callable[[Case], tuple[Case, tuple[NoteFacts, ...]]] = api.read

    @cached_property
    def users(self) -> Users:
        """The accounts of this store."""
        from chartproof.review.users import Users  # which needs this package first

        return Users(self._database, self._clock)

    @property
    def name(self) -> str:
        """The URL of the store, without its password."""
        return self._database.name

    @property
    def encrypts(self) -> bool:
        """Whether the content is encrypted."""
        return self._sealer.encrypts

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._database.close()

    # -- reading ------------------------------------------------------------------------------------------------

    def get(self, review_id: str) -> Review:
        """A review. Errors: NotFound."""
        return self._load(review_id).review

    def worklist(self, query: WorklistQuery) -> WorklistPage:
        """One page of the worklist."""
        with self._database.reading() as connection:
            return worklist.page(connection, query)

    def audit(self, review_id: str | None = None) -> Sequence[AuditEntry]:
        """The audit trail in its order; of one review, which may be deleted, or of all."""
        with self._database.reading() as connection:
            return tuple(trail.entries(connection, review_id))

    def audit_head(self) -> tuple[int, str]:
        """Number and hash of the last line of the audit trail, to be kept outside of the store."""
        with self._database.reading() as connection:
            return trail.head(connection)

    def verify(self, anchor: tuple[int, str] | None = None) -> Sequence[str]:
        """What is wrong with the audit trail, or with a review that is not as the trail says; nothing when all is well.

        `anchor` is number and hash of a line as `audit_head` gave it at some time.
        """
        with self._database.reading() as connection:
            return (*trail.faults(connection, anchor), *self._strays(connection))

    # -- changing -----------------------------------------------------------------------------------------------

    def create(self, case: Case, *, guideline: str | None = None, actor: str) -> Review:
        """Assess a case and begin its review. Errors: ChartproofError for a case that cannot be assessed."""
        if not case.case_id.strip() or len(case.case_id) > _LONGEST_CASE_ID or not case.case_id.isprintable():
            raise Invalid(f"give the case an id of at most {_LONGEST_CASE_ID} printable characters")
        case, facts = self.read(case)
        machine = api.assess(case, guideline=guideline, facts=facts)
        at = self._clock()
        made = Review(
            id=secrets.token_hex(10),
            case=case,
            facts=facts,
            machine=machine,
            reviewed=machine,
            created_at=at,
            created_by=actor,
            updated_at=at,
        )
        subject, state = _subject(made, salt := secrets.token_bytes(32)), _changes(made)
        digest = _keyed_hash(salt, subject, state)
        with self._writing_content() as connection:
            connection.execute(
                insert(review).values(
                    id=made.id,
                    created_at=timestamp(at),
                    updated_at=timestamp(at),
                    version=made.version,
                    **worklist.columns(made),
                )
            )
            connection.execute(
                insert(content).values(
                    review_id=made.id, subject=self._sealer.seal(subject), changes=self._sealer.seal(state)
                )
            )
            trail.append(
                connection,
                at=at,
                actor=actor,
                action="create",
                review_id=made.id,
                after={
                    **_summary(made, digest),
                    "guideline": machine.guideline,
                    "guideline_version": machine.guideline_version,
                    "case_hash": _keyed_hash(salt, case.case_id.encode()),
                },
            )
        return made

    def override(
        self, review_id: str, criterion_id: str, status: Status, reason: str, *, actor: str, version: int
    ) -> Review:
        """Set the status of a criterion, for a reason."""
        return self._correct(
            review_id,
            actor,
            version,
            lambda made, guideline, at: changes.override(made, guideline, criterion_id, status, reason, actor, at),
        )

    def withdraw_override(self, review_id: str, criterion_id: str, *, actor: str, version: int) -> Review:
        """Take a set status back."""
        return self._correct(
            review_id, actor, version, lambda made, _guideline, _at: changes.withdraw_override(made, criterion_id)
        )

    def add_evidence(
        self, review_id: str, criterion_id: str, evidence: Evidence, *, actor: str, version: int
    ) -> Review:
        """Cite a span for a criterion."""
        return self._correct(
            review_id,
            actor,
            version,
            lambda made, guideline, at: changes.add_evidence(made, guideline, criterion_id, evidence, actor, at),
        )

    def remove_evidence(
        self, review_id: str, criterion_id: str, evidence: Evidence, *, actor: str, version: int
    ) -> Review:
        """Take back a span that a person cited."""
        return self._correct(
            review_id,
            actor,
            version,
            lambda made, _guideline, _at: changes.remove_evidence(made, criterion_id, evidence),
        )

    def reject_fact(self, review_id: str, fact_id: str, reason: str, *, actor: str, version: int) -> Review:
        """Strike out a fact of the machine."""
        return self._correct(
            review_id,
            actor,
            version,
            lambda made, _guideline, at: changes.reject_fact(made, fact_id, reason, actor, at),
        )

    def restore_fact(self, review_id: str, fact_id: str, *, actor: str, version: int) -> Review:
        """Let a rejected fact count again."""
        return self._correct(
            review_id, actor, version, lambda made, _guideline, _at: changes.restore_fact(made, fact_id)
        )

    def add_fact(self, review_id: str, note_id: str, fact: Fact, *, actor: str, version: int) -> Review:
        """Add a fact."""
        return self._correct(
            review_id, actor, version, lambda made, _guideline, at: changes.add_fact(made, note_id, fact, actor, at)
        )

    def remove_fact(self, review_id: str, fact_id: str, *, actor: str, version: int) -> Review:
        """Take back a fact that a person added."""
        return self._correct(
            review_id, actor, version, lambda made, _guideline, _at: changes.remove_fact(made, fact_id)
        )

    def sign(self, review_id: str, name: str, *, actor: str, version: int) -> Review:
        """Sign a review under a name: afterwards it is read-only."""
        at = self._clock()
        stored = self._load_to_change(review_id, version)
        if not name.strip() or len(name) > 200 or not name.isprintable():
            raise Invalid("sign with a name of at most 200 printable characters")
        signed = stored.review.model_copy(
            update={"signed": SignOff(name=name.strip(), by=actor, at=at), "updated_at": at, "version": version + 1}
        )
        self._save(stored, signed, actor, "sign", {"state": "open"}, {"state": "signed", "signed_by": name.strip()})
        return signed

    def delete(self, review_id: str, *, actor: str) -> None:
        """Delete a review and its notes for good; the audit trail keeps ids and hashes. Errors: NotFound."""
        self.delete_all((review_id,), actor=actor)

    def delete_all(self, review_ids: Sequence[str], *, actor: str) -> None:
        """Delete reviews as `delete` does. Errors: NotFound at the first that is none; those before it are gone."""
        try:
            for review_id in review_ids:
                with self._database.writing() as connection:
                    row = connection.execute(
                        select(review).where(review.c.id == review_id).with_for_update()
                    ).one_or_none()
                    if row is None:
                        raise NotFound(_NOT_FOUND)
                    told = trail.last_told(connection, review_id).get(review_id) or {}
                    connection.execute(delete(review).where(review.c.id == review_id))
                    connection.execute(delete(content).where(content.c.review_id == review_id))
                    trail.append(
                        connection,
                        at=self._clock(),
                        actor=actor,
                        action="delete",
                        review_id=review_id,
                        before={
                            "version": row.version,
                            "determination": row.determination,
                            "state": row.state,
                            "content_hash": told.get("content_hash"),
                        },
                    )
        finally:
            self._database.wipe()

    def expired(self, older_than: dt.timedelta, state: State | None = None) -> Sequence[str]:
        """The ids of reviews that were last changed longer ago, the oldest first; of one state, or of both."""
        query = select(review.c.id).where(review.c.updated_at < timestamp(self._clock() - older_than))
        if state is not None:
            query = query.where(review.c.state == state)
        with self._database.reading() as connection:
            return tuple(connection.scalars(query.order_by(review.c.updated_at, review.c.id)))

    def record_export(self, review_id: str, export_format: str, *, actor: str) -> None:
        """Note in the audit trail that a review left the store. Errors: NotFound."""
        with self._database.writing() as connection:
            version = connection.scalar(select(review.c.version).where(review.c.id == review_id))
            if version is None:
                raise NotFound(_NOT_FOUND)
            trail.append(
                connection,
                at=self._clock(),
                actor=actor,
                action="export",
                review_id=review_id,
                after={"format": export_format, "version": version},
            )

    def rekey(self, *, actor: str) -> int:
        """Seal all content with the first key that the store was opened with; gives the number of reviews.

        A store that was not encrypted is afterwards. Errors: ChartproofError without a key.
        """
        if not self._sealer.encrypts:
            raise ChartproofError(
                f"set {ENVIRONMENT} to the key to encrypt with; `chartproof review new-key` makes one"
            )
        check = self._sealer.seal(_PLAIN_CHECK)
        with self._database.writing() as connection:
            connection.execute(update(setting).where(setting.c.name == _CHECK).values(value=check))  # others wait here
            ids = connection.scalars(select(content.c.review_id).with_for_update()).all()
            for review_id in ids:
                row = connection.execute(select(content).where(content.c.review_id == review_id)).one()
                sealed = {
                    name: self._sealer.seal(self._sealer.unseal(row._mapping[name])) for name in ("subject", "changes")
                }
                connection.execute(update(content).where(content.c.review_id == review_id).values(sealed))
            trail.append(connection, at=self._clock(), actor=actor, action="store.rekey", after={"reviews": len(ids)})
        self._check = check
        self._database.wipe(rewrite=True)
        return len(ids)

    # -- inside -------------------------------------------------------------------------------------------------

    def _correct(self, review_id: str, actor: str, version: int, changing: changes.Changing) -> Review:
        at = self._clock()
        stored = self._load_to_change(review_id, version)
        made = stored.review
        guideline = guideline_of(made.machine)
        change = changing(made, guideline, at)
        reviewed = apply(made.case, made.facts, made.machine, change.corrections, guideline)
        changed = made.model_copy(
            update={
                "corrections": change.corrections,
                "reviewed": reviewed,
                "updated_at": at,
                "version": version + 1,
            }
        )
        private: dict[str, object] = {
            f"{name}_hash": stored.keyed_hash(text) for name, text in change.private.items() if text
        }
        before, after = change.before, change.after
        if after:
            after = {**after, **private}
        else:
            before = {**before, **private}
        self._save(stored, changed, actor, change.action, before, after)
        return changed

    @contextmanager
    def _writing_content(self) -> Iterator[Connection]:
        """A transaction that writes content by the key of the store. Errors: ChartproofError when that was changed."""
        query = select(setting.c.value).where(setting.c.name == _CHECK).with_for_update(read=True)
        with self._database.writing() as connection:
            if connection.scalar(query) != self._check:
                raise ChartproofError(
                    "the key of the store was changed meanwhile; start the app again with the new key"
                )
            yield connection

    def _load_to_change(self, review_id: str, version: int) -> _Stored:
        stored = self._load(review_id)
        _check_changeable(stored.review.state, stored.review.version, version)
        return stored

    def _save(
        self,
        stored: _Stored,
        changed: Review,
        actor: str,
        action: str,
        before: Mapping[str, object],
        after: Mapping[str, object],
    ) -> None:
        """Write a changed review, unless it was changed or signed since it was read."""
        state = _changes(changed)
        digest = _keyed_hash(stored.salt, stored.subject, state)
        with self._writing_content() as connection:
            written = connection.execute(
                update(review)
                .where(review.c.id == changed.id, review.c.version == stored.review.version, review.c.state == "open")
                .values(updated_at=timestamp(changed.updated_at), version=changed.version, **worklist.columns(changed))
            )
            if written.rowcount == 0:
                found = connection.execute(select(review.c.state, review.c.version).where(review.c.id == changed.id))
                row = found.one_or_none()
                if row is None:
                    raise NotFound(_NOT_FOUND)
                _check_changeable(row.state, row.version, stored.review.version)
            connection.execute(
                update(content).where(content.c.review_id == changed.id).values(changes=self._sealer.seal(state))
            )
            trail.append(
                connection,
                at=changed.updated_at,
                actor=actor,
                action=action,
                review_id=changed.id,
                before={**before, **_summary(stored.review, stored.digest)},
                after={**after, **_summary(changed, digest)},
            )

    def _load(self, review_id: str) -> _Stored:
        query = (
            select(review, content).join(content, content.c.review_id == review.c.id).where(review.c.id == review_id)
        )
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise NotFound(_NOT_FOUND)
        return self._stored(row)

    def _stored(self, row: Row[tuple[Any, ...]]) -> _Stored:
        subject, state = self._sealer.unseal(row.subject), self._sealer.unseal(row.changes)
        try:
            first, last = json.loads(subject), json.loads(state)
            if {first.pop("id"), last.pop("id")} != {row.id}:
                raise ValueError("another review's content")
            salt = bytes.fromhex(first.pop("salt"))
            made = Review.model_validate(
                {
                    **first,
                    **last,
                    "id": row.id,
                    "created_at": moment(row.created_at),
                    "updated_at": moment(row.updated_at),
                    "version": row.version,
                }
            )
        except (ValueError, KeyError, AttributeError, TypeError):  # its message would quote the content
            raise ChartproofError(
                f"review {row.id} cannot be read: its content in the store was changed by other means; restore a backup"
            ) from None
        return _Stored(made, subject, salt, _keyed_hash(salt, subject, state))

    def _strays(self, connection: Connection) -> Iterator[str]:
        """Reviews that are not as the last line about them in the audit trail says."""
        told = trail.last_told(connection)
        query = select(review, content).join(content, content.c.review_id == review.c.id).order_by(review.c.id)
        for row in connection.execute(query, execution_options=_STREAMED):
            last = told.pop(row.id, None)
            if last is None:
                yield f"review {row.id} is not in the audit trail"
                continue
            try:
                stored = self._stored(row)
            except ChartproofError as error:
                yield str(error)
                continue
            told_of = _summary(stored.review, stored.digest)
            shown = worklist.columns(stored.review)
            if any(last.get(name) != value for name, value in told_of.items()) or any(
                row._mapping[name] != value for name, value in shown.items()
            ):
                yield f"review {row.id} is not as the audit trail says: it was changed by other means"
        for review_id, last in told.items():
            if last is not None:
                yield f"review {review_id} is gone, and the audit trail does not say that it was deleted"


def _checked_key(database: Database, sealer: Sealer, *, takes_key: bool, rekeying: bool) -> bytes:
    """Refuse a missing or wrong key, and a key for a store whose content is not encrypted; gives what was checked by.

    With `takes_key` a store without content takes the key.
    """
    with database.reading() as connection:
        stored = connection.scalar(select(setting.c.value).where(setting.c.name == _CHECK))
    if stored is None or (takes_key and sealer.encrypts and stored == _PLAIN_CHECK and not rekeying):
        with database.writing() as connection:
            if not database.is_sqlite:
                trail.lock(connection)
            stored = connection.scalar(select(setting.c.value).where(setting.c.name == _CHECK))
            if stored is None or (stored == _PLAIN_CHECK and connection.scalar(select(content.c.review_id)) is None):
                stored = sealer.seal(_PLAIN_CHECK)
                connection.execute(delete(setting).where(setting.c.name == _CHECK))
                connection.execute(insert(setting).values(name=_CHECK, value=stored))
    if sealer.unseal(stored) != _PLAIN_CHECK:
        raise ChartproofError(f"{database.name} is no store of reviews")
    if sealer.encrypts and stored == _PLAIN_CHECK and not rekeying:
        raise ChartproofError(
            f"a key is set ({ENVIRONMENT}), and the store is not encrypted; `chartproof review rekey` encrypts it"
        )
    return stored


def _check_changeable(state: State, version: int, expected: int) -> None:
    if state == "signed":
        raise Signed("the review is signed and can only be read")
    if version != expected:
        raise Stale("someone else has changed the review meanwhile; look at it again, then make the change")


def _subject(made: Review, salt: bytes) -> bytes:
    """What never changes of a review, as it is stored."""
    told = made.model_dump(mode="json", include={"id", "case", "facts", "machine", "created_by"})
    return canonical({**told, "salt": salt.hex()})


def _changes(made: Review) -> bytes:
    """What people change of a review, as it is stored."""
    return canonical(made.model_dump(mode="json", include={"id", "corrections", "reviewed", "signed"}))


def _summary(made: Review, digest: str) -> dict[str, object]:
    """What every line about a review tells of it. `content_hash` is keyed with a secret that is deleted with the review,
    so that the hash proves the content while there is one, and tells nothing of it afterwards."""
    return {"version": made.version, "determination": made.reviewed.determination, "content_hash": digest}


def _keyed_hash(salt: bytes, *parts: bytes) -> str:
    return hmac.new(salt, b"\n".join(parts), hashlib.sha256).hexdigest()
