"""A short fuzzing of the readers and the extractor, the same in every run; `make fuzz` goes on for longer."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .seeds import SEEDS
from .targets import TARGETS


def mutated(raw: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    """The bytes with a few places changed, cut, doubled or taken from another seed."""
    found = bytearray(raw)
    for _ in range(chance.randint(1, 8)):
        start = chance.randrange(len(found) + 1)
        end = min(len(found), start + chance.choice([1, 1, 2, 8, 100, 1000]))
        change = chance.randrange(5)
        if change == 0:
            found[start:end] = chance.randbytes(end - start)
        elif change == 1:
            del found[start:end]
        elif change == 2:
            found[start:start] = found[start:end] * chance.choice([1, 2, 50])
        elif change == 3:
            other = chance.choice(others)
            found[start:end] = other[chance.randrange(len(other)) :][:200]
        else:
            del found[start:]
            break
    return bytes(found)


@pytest.mark.parametrize("target", TARGETS)
def test_the_seeds_themselves(target: str, tmp_path: Path) -> None:
    for seed in SEEDS[target]():
        TARGETS[target](seed, tmp_path)


@pytest.mark.parametrize(("target", "rounds"), [("documents", 150), ("exports", 100), ("notes", 20)])
def test_changed_seeds(target: str, rounds: int, tmp_path: Path) -> None:
    seeds = SEEDS[target]()
    chance = random.Random(20240514)
    for _ in range(rounds):
        raw = mutated(chance.choice(seeds), seeds, chance)
        try:
            TARGETS[target](raw, tmp_path)
        except BaseException:
            (tmp_path / "failing").write_bytes(raw)
            raise


@given(st.sampled_from(["documents", "exports"]), st.binary(max_size=2000))
@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_bytes(tmp_path: Path, target: str, raw: bytes) -> None:
    TARGETS[target](raw, tmp_path)
