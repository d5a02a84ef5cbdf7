"""Reviews, their content, the audit trail and accounts."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

GENESIS = "0" * 64

SQLITE_GUARDS = (
    """CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END""",
    """CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END""",
    # INSERT OR REPLACE removes the old row without a DELETE trigger
    """CREATE TRIGGER audit_in_order BEFORE INSERT ON audit
    WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM audit)
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END""",
)
POSTGRES_GUARDS = (
    """CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$""",
    """CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_refuse()""",
    """CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()""",
)


def upgrade() -> None:
    """Make the tables, their indexes and the guards of the audit trail."""
    plain = sa.String().with_variant(sa.String(collation="C"), "postgresql")
    op.create_table(
        "review",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("guideline", plain, nullable=False),
        sa.Column("determination", plain, nullable=False),
        sa.Column("missing", sa.Integer, nullable=False),
        sa.Column("state", plain, nullable=False),
        sa.Column("created_at", plain, nullable=False),
        sa.Column("updated_at", plain, nullable=False),
        sa.Column("signed_by", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("case_key", plain, nullable=False),
        sa.Column("searched", plain, nullable=False),
    )
    for column in ("updated_at", "created_at", "case_key", "determination", "guideline"):
        op.create_index(f"review_by_{column}", "review", [column, "id"])
        op.create_index(f"review_by_state_{column}", "review", ["state", column, "id"])
    op.create_table(
        "content",
        sa.Column("review_id", sa.String(32), primary_key=True),
        sa.Column("subject", sa.LargeBinary, nullable=False),
        sa.Column("changes", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", plain, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("action", plain, nullable=False),
        sa.Column("review_id", sa.String(32)),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_index("audit_by_review", "audit", ["review_id", "number"])
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.bulk_insert(head, [{"id": 1, "number": 0, "hash": GENESIS}])
    op.create_table(
        "account",
        sa.Column("name", plain, primary_key=True),
        sa.Column("role", plain, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("created_at", plain, nullable=False),
        sa.Column("changed_at", plain, nullable=False),
    )
    op.create_table(
        "setting",
        sa.Column("name", plain, primary_key=True),
        sa.Column("value", sa.LargeBinary, nullable=False),
    )
    for statement in SQLITE_GUARDS if op.get_bind().dialect.name == "sqlite" else POSTGRES_GUARDS:
        op.execute(statement)
