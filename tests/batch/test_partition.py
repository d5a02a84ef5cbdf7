"""The true pipeline: what stands in the tables is what the library says of each case."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest

from chartproof import assess, extract
from chartproof.batch.partition import Partition, Settings, case_hash
from chartproof.batch.reading import encoded
from chartproof.batch.rows import Row
from chartproof.batch.tables import RESULT, ROWS, TABLES, collect, explode
from chartproof.evaluate.site import read_site
from chartproof.notes import Case, Note, Request

GOLD = Path(__file__).parents[2] / "gold"
#: Words that stand in a note and in no guideline.
SECRET = "Zanzibar"


def gold_cases(name: str, count: int) -> list[Case]:
    lines = (GOLD / "cases" / name).read_text(encoding="utf-8").splitlines()
    return [Case.model_validate_json(line) for line in lines[:count]]


def records(cases: list[Case], settings: Settings | None = None) -> pa.RecordBatch:
    rows = [encoded(Row(f"x:{number}", case), number) for number, case in enumerate(cases, start=1)]
    return Partition(settings or Settings())(pa.RecordBatch.from_pylist(rows, schema=ROWS))


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return [*gold_cases("own-a.jsonl", 4), *gold_cases("own-mgb.jsonl", 2), *gold_cases("own-d.jsonl", 2)]


@pytest.fixture(scope="module")
def found(cases: list[Case]) -> pa.RecordBatch:
    return records(cases)


def test_criteria_and_cases_are_those_of_the_assessments(cases: list[Case], found: pa.RecordBatch) -> None:
    tables = {name: batch.to_pylist() for name, batch in explode(found).items()}
    assert tables["rejects"] == []
    for number, case in enumerate(cases, start=1):
        expected = assess(case)
        (row,) = [one for one in tables["cases"] if one["row"] == number]
        assert (row["case_id"], row["determination"], row["pathway"]) == (
            case.case_id,
            expected.determination,
            expected.pathway,
        )
        results = [*expected.criteria, *expected.gates, *expected.routing]
        criteria = [one for one in tables["criteria"] if one["row"] == number]
        assert [one["item"] for one in criteria] == [*range(1, len(results) + 1)]
        assert [(one["id"], one["status"], one["reason"], one["source"], one["missing"]) for one in criteria] == [
            (one.id, one.status, one.reason, one.source, one.missing) for one in results
        ]
        assert [one["evidence"] for one in criteria] == [[dict(span) for span in one.evidence] for one in results]
        kinds = ["criterion"] * len(expected.criteria) + ["gate"] * len(expected.gates)
        assert [one["kind"] for one in criteria] == kinds + ["routing"] * len(expected.routing)
        for one in criteria:
            assert (one["pathway"] is not None) == (one["kind"] == "criterion")
            assert one["pathway"] is None or one["id"].startswith(one["pathway"])
        assert [(one["id"], one["text"]) for one in row["missing"]] == [
            (one.id, one.missing) for one in results if one.missing
        ]


def test_facts_are_those_of_the_notes_and_their_words_stand_at_their_spans(
    cases: list[Case], found: pa.RecordBatch
) -> None:
    facts = explode(found)["facts"].to_pylist()
    for number, case in enumerate(cases, start=1):
        rows = [one for one in facts if one["row"] == number]
        expected = [(note, fact) for note in case.notes for fact in extract(note).facts]
        assert [(one["note_id"], one["kind"], one["assertion"], one["source"]) for one in rows] == [
            (note.note_id, fact.kind, fact.assertion, fact.source) for note, fact in expected
        ]
        for row, (note, fact) in zip(rows, expected, strict=True):
            assert [(span["start"], span["end"]) for span in row["spans"]] == [tuple(span) for span in fact.spans]
            assert all(note.text[span["start"] : span["end"]] == span["text"] for span in row["spans"])
            rebuilt = {**json.loads(row["value"]), **{name: row[name] for name in ("kind", "assertion")}}
            whole = fact.model_dump(mode="json", exclude_none=True, exclude={"spans", "section", "source"})
            assert rebuilt == whole


def test_records_and_tables_hold_the_same(found: pa.RecordBatch) -> None:
    tables = {name: pa.Table.from_batches([batch]) for name, batch in explode(found).items()}
    assert {name: table.schema for name, table in tables.items()} == TABLES
    back = collect(tables["cases"], tables["criteria"], tables["facts"])
    assert pa.RecordBatch.from_pylist(back, schema=RESULT).equals(found)


def test_without_evidence_text_no_word_of_a_note_is_in_places_and_values() -> None:
    text = f"Cannot walk to {SECRET} due to pain. MRI of the lumbar spine on 3/1/2024 showed a {SECRET} sign.\nPT declined due to {SECRET}."
    case = Case(case_id="c", request=Request(cpt=("27096",)), notes=(Note(note_id="n", text=text),))
    spoken = json.dumps(records([case]).to_pylist(), default=str)
    silent = records([case], Settings(evidence_text=False))
    assert SECRET in spoken
    assert SECRET not in json.dumps(silent.to_pylist(), default=str)
    tables = explode(silent)
    for row in [*tables["facts"].to_pylist()]:
        assert all(span["text"] is None and span["end"] > span["start"] for span in row["spans"])
    for row in tables["criteria"].to_pylist():
        assert all(span["text"] is None for span in row["evidence"])


def test_a_case_that_cannot_be_judged_is_rejected_and_its_facts_are_kept() -> None:
    note = Note(note_id="n", text="Average pain 7/10.")
    unknown = Case(case_id="c", request=Request(cpt=("99999",)), notes=(note,))
    tables = explode(records([unknown]))
    (reject,) = tables["rejects"].to_pylist()
    assert (reject["case_id"], reject["kind"], reject["error"]) == ("c", "judge", "CPT code 99999 is not supported.")
    assert tables["cases"].num_rows == tables["criteria"].num_rows == 0
    assert [one["kind"] for one in tables["facts"].to_pylist()] == ["pain_score"]


def test_the_guideline_can_be_chosen_and_a_site_s_own_be_used(cases: list[Case]) -> None:
    (chosen,) = explode(records(cases[:1], Settings(guideline="nia-305")))["cases"].to_pylist()
    assert (chosen["guideline"], chosen["guideline_from"]) == ("nia-305", "option")
    site = read_site(Path(__file__).parents[2] / "docs" / "authoring" / "guidelines")
    settings = Settings(site=tuple(sorted(site.texts.items())))
    assert Settings.of_json(settings.as_json()) == settings
    own = Case(case_id="s", request=Request(cpt=("20553",)), notes=(Note(note_id="n", text="Pain 7/10."),))
    from chartproof.evaluate.site import in_force

    with in_force(site):
        expected = assess(own)
    partition = Partition(settings)
    try:
        row = encoded(Row("x:1", own), 1)
        (judged,) = explode(partition(pa.RecordBatch.from_pylist([row], schema=ROWS)))["cases"].to_pylist()
    finally:
        partition.close()
    assert judged["guideline"] == expected.guideline
    assert judged["version"] == expected.guideline_version


def test_the_hash_changes_with_the_case_and_with_what_stands_beside_it(cases: list[Case]) -> None:
    one = encoded(Row("x:1", cases[0], extra={"site": "North"}), 1)
    same = encoded(Row("y:9", cases[0], extra={"site": "North"}), 9)
    moved = encoded(Row("x:1", cases[0], extra={"site": "South"}), 1)
    other = encoded(Row("x:1", cases[1], extra={"site": "North"}), 1)
    hashes = [case_hash(row["case"], row["extra"]) for row in (one, same, moved, other)]
    assert hashes[0] == hashes[1]
    assert len(set(hashes)) == 3


def test_explode_keeps_the_order_and_takes_empty_lists() -> None:
    empty = pa.RecordBatch.from_pylist([], schema=RESULT)
    assert all(batch.num_rows == 0 for batch in explode(empty).values())


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("no json", "x:1: not a JSON object"),
        ("[]", "x:1: not a JSON object"),
        ('{"case_id": "c", "notes": [{"note_id": "n"}]}', "x:1: note 1: field 'text' is missing"),
        ('{"case_id": "c", "notes": [{"note_id": "n", "text": "Zanzibar", "date": "May 2024"}]}', "x:1: note 1: date"),
        (None, "no case"),
    ],
)
def test_what_is_no_case_is_rejected_and_the_next_row_is_not(content: str | None, told: str) -> None:
    good = '{"case_id": "g", "request": {"cpt": ["27096"]}, "notes": [{"note_id": "n", "text": "Pain 7/10."}]}'
    rows = [
        {"row": number, "where": f"x:{number}", "case": one, "error": None, "extra": None}
        for number, one in enumerate((content, good), start=1)
    ]
    tables = explode(Partition(Settings())(pa.RecordBatch.from_pylist(rows, schema=ROWS)))
    (reject,) = tables["rejects"].to_pylist()
    assert (reject["row"], reject["kind"]) == (1, "read")
    assert reject["error"].startswith(told)
    assert SECRET not in reject["error"]
    assert tables["cases"].column("row").to_pylist() == [2]
