"""The alembic migrations of the store, run when it is opened."""

#: The revision that this version of the program works with.
HEAD = "0001"
