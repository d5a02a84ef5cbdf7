"""Writes into a store until it is killed. For each line on standard input one process is begun, which prints its id and
then the version of each change that the store has acknowledged. Arguments: the store's URL and the review's id."""

from __future__ import annotations

import os
import sys

from chartproof.review.store import open_store
from tests.review.charts import PAIN


def write(url: str, review_id: str) -> None:
    """Change the review again and again."""
    print(os.getpid(), flush=True)
    with open_store(url) as store:
        made = store.get(review_id)
        while True:
            value = "met" if made.version % 2 else "not_met"
            made = store.override(made.id, PAIN, value, f"Step {made.version}.", actor="ann", version=made.version)
            print(made.version, flush=True)


if __name__ == "__main__":
    for _ in sys.stdin:
        if (child := os.fork()) == 0:
            write(sys.argv[1], sys.argv[2])
        os.waitpid(child, 0)
        print("ended", flush=True)
