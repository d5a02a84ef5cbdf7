"""Writes into a store until it is killed. For each line on standard input one process is begun, which prints its id and
then the version of each change that the store has acknowledged. Arguments: the store's URL, the ids of a review and of a
criterion. Run as a file: the source folders must not stand on the path of the installed package."""

from __future__ import annotations

import os
import sys

from chartproof.review.store import open_store


def write(url: str, review_id: str, criterion: str) -> None:
    """Change the review again and again."""
    print(os.getpid(), flush=True)
    with open_store(url) as store:
        made = store.get(review_id)
        while True:
            value = "met" if made.version % 2 else "not_met"
            made = store.override(made.id, criterion, value, f"Step {made.version}.", actor="ann", version=made.version)
            print(made.version, flush=True)


if __name__ == "__main__":
    for _ in sys.stdin:
        if (child := os.fork()) == 0:
            write(*sys.argv[1:])
        os.waitpid(child, 0)
        print("ended", flush=True)
