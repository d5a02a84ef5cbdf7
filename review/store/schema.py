"""The tables. The migrations make them; these definitions are what queries are written with.

`review` holds what the worklist shows and searches, and nothing of the notes. The notes, the facts and everything that
cites them stand in `content`, encrypted where there is a key.
"""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table, Text

metadata = MetaData()

#: Text that sorts by its characters in every database, whatever its locale.
Plain = String().with_variant(String(collation="C"), "postgresql")

review = Table(
    "review",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("case_id", Text, nullable=False),
    Column("guideline", Plain, nullable=False),
    Column("determination", Plain, nullable=False),
    Column("missing", Integer, nullable=False),
    Column("state", Plain, nullable=False),
    Column("created_at", Plain, nullable=False),
    Column("updated_at", Plain, nullable=False),
    Column("signed_by", Text),
    Column("version", Integer, nullable=False),
    Column("case_key", Plain, nullable=False),
    Column("searched", Plain, nullable=False),
)

content = Table(
    "content",
    metadata,
    Column("review_id", String(32), primary_key=True),
    Column("subject", LargeBinary, nullable=False),
    Column("changes", LargeBinary, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Plain, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Plain, nullable=False),
    Column("review_id", String(32)),
    Column("before", Text),
    Column("after", Text),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)

account = Table(
    "account",
    metadata,
    Column("name", Plain, primary_key=True),
    Column("role", Plain, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("created_at", Plain, nullable=False),
    Column("changed_at", Plain, nullable=False),
)

setting = Table(
    "setting",
    metadata,
    Column("name", Plain, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)
