"""What hangs, crashes or fails is named, the rest of its part is kept, and what was not its fault is done after all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from chartproof.batch.partition import Settings
from chartproof.batch.pool import Limits, Piece, Pool
from chartproof.batch.reading import encoded
from chartproof.batch.rows import Row
from chartproof.batch.run import Plan
from chartproof.batch.tables import ROWS
from chartproof.errors import ChartproofError
from chartproof.notes import Case, Note
from tests.batch.conftest import check_whole, rows, run

Plans = Callable[..., Plan]


def test_each_failure_is_named_and_the_others_of_its_part_are_kept(stub_plan: Plans) -> None:
    texts = ["good", "crash", "good", "good", "hang", "fine", "bug", "memory", "refuse", "good", "exit", "good"]
    plan = stub_plan(texts, limits=Limits(seconds=1), part_rows=6)
    run(plan)
    check_whole(plan.out, len(texts))
    rejects = {one["row"]: (one["case_id"], one["kind"], one["error"]) for one in rows(plan.out, "rejects")}
    assert rejects == {
        2: ("c2", "crash", "the worker process ended at it (SIGSEGV)"),
        5: ("c5", "timeout", "took longer than 1 s (--timeout)"),
        7: ("c7", "internal", "internal error: ValueError"),
        8: ("c8", "memory", "needs more memory than a worker may have (--memory)"),
        9: ("c9", "judge", "give a CPT code"),
        11: ("c11", "crash", "the worker process ended at it (exit code 3)"),
    }
    assert [one["case_id"] for one in rows(plan.out, "cases")] == ["c1", "c3", "c4", "c6", "c10", "c12"]
    assert {one["where"] for one in rows(plan.out, "rejects")} == {f"export.jsonl:{row}" for row in rejects}
    assert {one["file"] for one in rows(plan.out, "rejects")} == {"export.jsonl"}


def test_a_case_that_waits_for_ever_is_found_by_the_clock(stub_plan: Plans) -> None:
    plan = stub_plan(["good", "wait", "good"], limits=Limits(seconds=0.5))
    run(plan)
    check_whole(plan.out, 3)
    assert [(one["row"], one["kind"]) for one in rows(plan.out, "rejects")] == [(2, "timeout")]


@pytest.mark.parametrize("failure", ["crash", "hang", "exit"])
def test_what_fails_once_is_done_after_all(stub_plan: Plans, tmp_path: Path, failure: str) -> None:
    texts = ["good"] * 4 + [f"once {tmp_path}/marker {failure}"] + ["good"] * 3
    plan = stub_plan(texts, limits=Limits(seconds=1), part_rows=8)
    run(plan)
    check_whole(plan.out, len(texts))
    assert rows(plan.out, "rejects") == []


def test_rows_whose_place_is_not_known_when_the_worker_ends_are_found_out_one_by_one(stub_plan: Plans) -> None:
    """A worker that may have little memory ends while it loads or works; with enough it does not."""
    plan = stub_plan(["good", "allocate 4000", "good"], limits=Limits(seconds=30, memory=2_500_000_000))
    run(plan)
    check_whole(plan.out, 3)
    assert [(one["row"], one["kind"]) for one in rows(plan.out, "rejects")] == [(2, "memory")]


def test_workers_that_cannot_start_end_the_batch_with_a_message(stub_plan: Plans) -> None:
    plan = stub_plan(["good"] * 3, settings=Settings(judge="chartproof_stub_judge:there_is_none"))
    with pytest.raises(ChartproofError, match="worker processes do not start"):
        run(plan)


def test_words_of_a_note_in_an_error_of_the_program_are_not_told(stub_plan: Plans) -> None:
    plan = stub_plan(["bug"])
    run(plan)
    for path in plan.out.iterdir():
        assert b"secret" not in path.read_bytes(), path


def test_large_notes_go_to_workers_in_small_pieces_but_parts_stay_the_same(stub_plan: Plans) -> None:
    texts = ["good " + "x" * 1_900_000] * 7
    plan = stub_plan(texts, part_rows=5)
    run(plan)
    check_whole(plan.out, 7)
    manifest = json.loads((plan.out / "manifest.json").read_bytes())
    assert manifest["content"]["counts"]["facts"] == 14


def test_a_run_that_is_given_up_leaves_nothing_to_the_next(stub_plan: Plans) -> None:
    def pieces(texts: list[str]) -> Iterator[Piece]:
        for number, text in enumerate(texts):
            note = Note(note_id="n", text=text)
            row = encoded(Row(f"x:{number}", Case(case_id=text.replace(" ", "-"), notes=(note,))), number + 1)
            yield Piece(number, 0, pa.RecordBatch.from_pylist([row], schema=ROWS))

    plan = stub_plan([])
    with Pool(plan.settings, 2, plan.limits) as pool:
        first = pool.run(pieces(["good", *["sleep 0.5"] * 5]))
        assert next(first)[0] == 0
        first.close()
        found = dict(pool.run(pieces(["fine"] * 4)))
    assert sorted(found) == [0, 1, 2, 3]
    assert {record["case_id"] for batch in found.values() for record in batch.column("case").to_pylist()} == {"fine"}
