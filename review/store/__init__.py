"""Where reviews are kept: SQLite or PostgreSQL, with an append-only audit trail."""

from chartproof.review.store.database import default_url
from chartproof.review.store.store import Store, open_store, verify_trail

__all__ = ["Store", "default_url", "open_store", "verify_trail"]
