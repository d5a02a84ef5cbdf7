"""A process that is killed while it writes loses nothing that was acknowledged, and leaves a store that is whole."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from chartproof.review.store import open_store
from tests.review.charts import PAIN, chart

WRITER = Path(__file__).with_name("writer.py")
KILLS = 20


@pytest.fixture
def writer(url: str) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    with open_store(url) as store:
        made = store.create(chart(), actor="ann")
    command = [sys.executable, "-P", str(WRITER), url, made.id, PAIN]
    with subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield process, url, made.id
        assert process.stdin is not None
        process.stdin.close()


def test_nothing_acknowledged_is_lost(writer: tuple[subprocess.Popen[str], str, str]) -> None:
    process, url, review_id = writer
    assert process.stdin is not None
    assert process.stdout is not None
    chance = random.Random(11)
    acknowledged = 1
    for _ in range(KILLS):
        process.stdin.write("begin\n")
        process.stdin.flush()
        pid = int(process.stdout.readline())
        for _ in range(chance.randrange(1, 4)):
            acknowledged = int(process.stdout.readline())
        time.sleep(chance.random() * 0.02)  # somewhere within the next change
        os.kill(pid, signal.SIGKILL)
        while (line := process.stdout.readline().strip()) != "ended":
            acknowledged = int(line)
        with open_store(url) as store:
            kept = store.get(review_id)
            assert kept.version in (acknowledged, acknowledged + 1)  # one may be written and not yet told
            assert kept.corrections.overrides
            assert store.verify() == ()
            told = [entry.after["version"] for entry in store.audit(review_id) if entry.after is not None]
            assert told == list(range(1, kept.version + 1))
        acknowledged = kept.version
    assert acknowledged > KILLS
