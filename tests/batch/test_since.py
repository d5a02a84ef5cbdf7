"""Only new and changed cases are judged again, the folder is whole, and it is told how determinations changed."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from chartproof.batch import manifest
from chartproof.batch.formats import Format
from chartproof.batch.run import Plan
from chartproof.batch.since import NEW
from chartproof.errors import ChartproofError
from tests.batch.conftest import check_whole, judged, rows, run, table_bytes

Plans = Callable[..., Plan]


def export(path: Path, cases: dict[str, str], order: list[str] | None = None) -> None:
    """Cases by id with the text of their note."""
    lines = (
        json.dumps(
            {"case_id": one, "request": {"cpt": ["27096"]}, "notes": [{"note_id": f"n-{one}", "text": cases[one]}]}
        )
        for one in order or [*cases]
    )
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


@pytest.fixture
def two(stub_plan: Plans, tmp_path: Path) -> tuple[Plan, Plan]:
    """A finished batch of ten cases, and the plan of one after it: changed, new, gone, and in another order."""
    first = stub_plan([], workers=1)
    before = {f"c{number}": "good" if number % 2 else "fine" for number in range(10)} | {
        "bad": "refuse",
        "worse": "refuse",
    }
    export(first.export, before)
    run(first)
    after = {**before, "c1": "fine", "new": "good", "bad": "good"}
    for gone in ("c4", "c7"):
        del after[gone]
    second = replace(
        first, export=tmp_path / "export2.jsonl", out=tmp_path / "second", since=first.out / "manifest.json"
    )
    order = [one for one in sorted(after, reverse=True) if one != "new"]
    export(second.export, after, order=["new", *order])
    return first, second


def test_only_what_is_new_or_changed_is_judged_and_the_tables_are_whole(
    two: tuple[Plan, Plan], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _first, second = two
    seen = judged(monkeypatch)
    outcome = run(second)
    assert sorted(seen) == ["bad", "c1", "new", "worse"]  # rejected ones are tried again
    check_whole(second.out, 11)
    run(second, since=None, out=tmp_path / "anew")
    assert table_bytes(second.out) == table_bytes(tmp_path / "anew")
    assert outcome.changes is not None
    assert outcome.changes.transitions == {
        ("criteria_met", "needs_information"): 1,
        ("rejected", "criteria_met"): 1,
        (NEW, "criteria_met"): 1,
        ("needs_information", "gone"): 1,
        ("criteria_met", "gone"): 1,
    }
    assert outcome.changes.same == 8
    with (second.out / "changes.csv").open(encoding="utf-8", newline="") as file:
        assert [tuple(one.values()) for one in csv.DictReader(file)] == [
            ("c1", "criteria_met", "needs_information"),
            ("bad", "rejected", "criteria_met"),
            ("c4", "needs_information", "gone"),
            ("c7", "criteria_met", "gone"),
        ]
    told = outcome.changes.text()
    assert "criteria_met -> needs_information  1: c1" in told
    assert "new -> criteria_met  1: new" in told


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("rules", "0" * 64, "the extraction rules have changed"),
        ("code", "0" * 64, "the program has changed"),
        (
            "guidelines",
            [{"id": "nia-305", "version": "1", "sha256": "0"}],
            r"the guidelines have changed \(.*nia-305@1",
        ),
    ],
)
def test_with_other_rules_everything_is_judged_again_and_that_is_said(
    two: tuple[Plan, Plan], monkeypatch: pytest.MonkeyPatch, key: str, value: object, reason: str
) -> None:
    import re

    from chartproof.batch.engine import run_local
    from chartproof.batch.progress import Progress

    _, second = two
    program = manifest.program()
    monkeypatch.setattr("chartproof.batch.manifest.program", lambda: {**program, key: value})
    seen = judged(monkeypatch)
    told: list[str] = []
    run_local(second, Progress(terminal=False), notice=told.append)
    assert len(seen) == 11
    assert any(re.search(f"all cases are judged again: {reason}", one) for one in told), told


def test_another_guideline_option_is_a_reason_too(two: tuple[Plan, Plan], monkeypatch: pytest.MonkeyPatch) -> None:
    _, second = two
    seen = judged(monkeypatch)
    run(second, settings=replace(second.settings, evidence_text=False))
    assert len(seen) == 11


def test_a_killed_run_with_since_goes_on(two: tuple[Plan, Plan], tmp_path: Path) -> None:
    _, second = two
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("chartproof.batch.engine.finish", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            run(second)
    for part in [*second.out.glob(".parts/*.part")][::2]:
        os.unlink(part)
    run(second)
    run(second, since=None, out=tmp_path / "anew")
    assert table_bytes(second.out) == table_bytes(tmp_path / "anew")


def test_what_is_no_earlier_batch_is_refused(two: tuple[Plan, Plan], tmp_path: Path) -> None:
    first, second = two
    nothing = tmp_path / "nothing.json"
    nothing.write_text("[]")
    for since, message in ((tmp_path / "no.json", "no such manifest"), (nothing, "not a manifest")):
        with pytest.raises(ChartproofError, match=message):
            run(second, since=since)
    lines = run(first, out=tmp_path / "lines", table_format=Format.jsonl)
    assert lines.content["counts"]["cases"] == 10
    with pytest.raises(ChartproofError, match="not Parquet"):
        run(second, since=tmp_path / "lines")
    path = first.out / "manifest.json"
    path.write_text(path.read_text().replace('"rows": 12', '"rows": 13'))
    with pytest.raises(ChartproofError, match="was changed since it was written"):
        run(second)


def test_a_table_that_was_changed_is_refused(two: tuple[Plan, Plan]) -> None:
    first, second = two
    with (first.out / "facts.parquet").open("ab") as file:
        file.write(b"x")
    with pytest.raises(ChartproofError, match=r"facts.parquet: is missing or was changed"):
        run(second)


def test_many_row_groups_are_read_as_needed(stub_plan: Plans, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chartproof.batch.writers._ROW_GROUP", 3)
    monkeypatch.setattr("chartproof.batch.since._GROUPS", 1)
    first = stub_plan([], workers=1)
    cases = {f"c{number:02d}": "good" for number in range(20)}
    export(first.export, cases)
    run(first)
    second = replace(first, export=tmp_path / "again.jsonl", out=tmp_path / "second", since=first.out)
    export(second.export, {**cases, "c05": "fine"}, order=[*sorted(cases, reverse=True)])
    seen = judged(monkeypatch)
    run(second)
    assert seen == ["c05"]
    assert [one["case_id"] for one in rows(second.out, "cases")] == [*sorted(cases, reverse=True)]
    run(second, since=None, out=tmp_path / "anew")
    assert table_bytes(second.out) == table_bytes(tmp_path / "anew")
