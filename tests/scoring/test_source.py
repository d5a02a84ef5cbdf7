from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings

from chartproof.errors import ChartproofError
from chartproof.facts import NoteFacts
from chartproof.notes import Note
from chartproof.scoring.check import check_gold
from chartproof.scoring.gold import gold_line, load_gold, read_gold
from chartproof.scoring.source import compile_source, parse_yaml, read_yaml, to_source
from tests.scoring.fact_strategies import annotated

TEXT = "Pain today is 6/10, at worst 9/10.\nPT in 2023, then PT again from May 2023. ESI planned."
GOOD = {"kind": "pain_score", "quotes": ["6/10", "today"], "low": 6, "high": 6, "statistic": "current"}


def source(*facts: dict[str, Any], **head: Any) -> dict[str, Any]:
    return {"note_id": "g-1", "style": "terse", "date": "2024-03-05", "text": TEXT, "facts": list(facts), **head}


def write(folder: Path, data: dict[str, Any], name: str = "g-1.yaml") -> Path:
    path = folder / name
    path.write_text(yaml.safe_dump(data), "utf-8")
    return path


def problems(folder: Path, data: dict[str, Any]) -> list[str]:
    path = write(folder, data)
    return [str(problem).removeprefix(f"{path}: ") for problem in check_gold([path]).problems]


def test_quotes_become_spans() -> None:
    note, gold = compile_source(
        source(GOOD, {"kind": "therapy", "quotes": [["PT", 2], "May 2023"], "modality": "physical_therapy"}), "f"
    )
    assert [span.of(note.text) for span in gold.facts[0].spans] == ["6/10", "today"]
    assert gold.facts[1].spans[0].start == TEXT.rindex("PT again")


def test_yaml_dates_and_years_become_text(tmp_path: Path) -> None:
    path = tmp_path / "n.yaml"
    path.write_text(
        "note_id: n\ntext: |-\n  PT in 2023, ESI planned\nfacts:\n"
        "  - {kind: therapy, quotes: [PT], modality: physical_therapy, start: 2023, end: 2023-02-01}\n",
        "utf-8",
    )
    ((_, gold),) = load_gold(path)
    assert (gold.facts[0].start, gold.facts[0].end) == ("2023", "2023-02-01")  # type: ignore[union-attr]


def test_defaults_count_as_given() -> None:
    _, gold = compile_source(source({"kind": "therapy", "quotes": [["PT", 1]], "modality": "physical_therapy"}), "f")
    assert {"status", "assertion"} <= gold.facts[0].model_fields_set
    assert "outcome" not in gold.facts[0].model_fields_set


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"quotes": ["8/10"]}, "fact 1: quotes[1]: not found in the text"),
        ({"quotes": ["/10"]}, "fact 1: quotes[1]: occurs 2 times (text lines 1, 1); write [quote, occurrence]"),
        (
            {"quotes": [["/10", 3]]},
            "fact 1: quotes[1]: occurrence 3 is asked for, the text has 2 (text lines 1, 1)",
        ),
        ({"quotes": [["/10", 0]]}, "fact 1: quotes[1]: the occurrence must be a number from 1"),
        ({"quotes": []}, "fact 1: quotes: must be a list of quotes; the first holds the value"),
        ({"quotes": ["6/10", 7]}, "fact 1: quotes[2]: must be text, or a pair of text and occurrence"),
        ({"quotes": ["6/10", "10"]}, "fact 1: quotes[2]: occurs 2 times"),
        ({"quotes": ["6/10", ["10", 1]]}, "fact 1: quotes[2]: overlaps another quote of the same fact"),
        ({"quotes": [" 6/10"]}, "fact 1: quotes[1]: begins or ends with white space"),
        ({"spans": [[0, 1]]}, "fact 1: spans: write quotes; offsets are computed"),
        ({"kind": "headache"}, "fact 1: kind: must be one of pain_score,"),
        ({"statistic": "mean"}, "fact 1: statistic: Input should be 'current'"),
        ({"colour": "red"}, "fact 1: colour: Extra inputs are not permitted"),
        ({"low": 8}, "fact 1: low: greater than high"),
    ],
)
def test_what_is_wrong_with_a_fact_is_named(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    found = problems(tmp_path, source({**GOOD, **change}))
    assert len(found) == 1
    assert found[0].startswith(message)


@pytest.mark.parametrize(
    ("fact", "message"),
    [
        ({"status": "planned"}, "fact 2: assertion: cannot be present when the status is planned"),
        ({"assertion": "planned"}, "fact 2: status: must be planned (or considered) when the assertion is planned"),
        ({"low": 8, "high": 8}, "fact 2: unit: is needed with low and high"),
        ({"low": 8, "unit": "week"}, "fact 2: high: give both low and high, equal when there is one value"),
        ({"start": "2023-02-30"}, "fact 2: start: no such day in the calendar"),
        ({"start": "2023-05", "end": "2023-04"}, "fact 2: end: before start"),
        ({"start": "2024-04"}, "fact 2: start: after the date of the note"),
        ({"start": "2023-05/2022"}, "fact 2: start: the range ends before it begins"),
    ],
)
def test_what_the_schema_cannot_see(tmp_path: Path, fact: dict[str, Any], message: str) -> None:
    therapy = {"kind": "therapy", "quotes": [["PT", 1]], "modality": "physical_therapy", **fact}
    assert problems(tmp_path, source(GOOD, therapy)) == [message]


def test_what_lies_ahead_may_have_a_later_date(tmp_path: Path) -> None:
    planned = {"status": "planned", "assertion": "planned", "date": "2024-04"}
    assert problems(tmp_path, source({"kind": "procedure", "quotes": ["ESI"], "procedure": "esi", **planned})) == []


def test_duplicates_are_errors_and_overlaps_warnings(tmp_path: Path) -> None:
    path = write(tmp_path, source(GOOD, GOOD, {**GOOD, "statistic": "average", "region": "lumbar"}))
    checked = check_gold([path])
    assert [str(problem).split(": ", 1)[1] for problem in checked.problems] == [
        "fact 2: quotes: the same fact as fact 1",
        "fact 3: quotes: warning: the value overlaps that of fact 1, of the same kind",
        "fact 3: quotes: warning: the value overlaps that of fact 2, of the same kind",
    ]
    assert checked.errors == 1


def test_numbers_are_places_in_the_file_even_after_a_bad_fact(tmp_path: Path) -> None:
    found = problems(tmp_path, source({**GOOD, "quotes": ["none"]}, {**GOOD, "low": 7, "high": 6}))
    assert [item.split(":")[0] for item in found] == ["fact 1", "fact 2"]


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ({"style": "poem"}, "style: must be one of dictated"),
        ({"date": "2024-02"}, "date: must be a full ISO date"),
        ({"note_id": 17}, "note_id: must be text"),
        ({"text": " "}, "text: must be text"),
        ({"facts": None}, "facts: must be a list"),
        ({"kinds": ["pain"]}, "kinds: unknown: pain"),
        ({"author": "x"}, "author: unknown; a note has note_id"),
    ],
)
def test_what_is_wrong_with_the_head(tmp_path: Path, head: dict[str, Any], message: str) -> None:
    assert problems(tmp_path, source(**head))[0].startswith(message)


def test_a_kind_that_the_file_does_not_annotate(tmp_path: Path) -> None:
    assert problems(tmp_path, source(GOOD, kinds=["therapy"])) == [
        "fact 1: kind: pain_score is not among the kinds of the file"
    ]


def test_note_ids_are_unique_across_files(tmp_path: Path) -> None:
    first, second = write(tmp_path, source()), write(tmp_path, source(), "g-2.yaml")
    (problem,) = check_gold([tmp_path]).problems
    assert str(problem) == f"{second}: note_id: g-1 is also the note_id in {first}"
    with pytest.raises(ChartproofError, match="occurs twice"):
        read_gold([tmp_path])


def test_problems_hold_no_note_text(tmp_path: Path) -> None:
    found = problems(tmp_path, source({**GOOD, "quotes": ["today", ["worst", 9]]}, {**GOOD, "activity": TEXT}))
    assert found
    assert not any("worst" in item or "today" in item for item in found)


def test_unreadable_yaml_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("note_id: g\nnote_id: h\n", "utf-8")
    with pytest.raises(ChartproofError, match=r"bad\.yaml, line 2: .*'note_id' occurs twice"):
        read_yaml(path)
    (problem,) = check_gold([path]).problems
    assert not problem.warning


@settings(max_examples=150, deadline=None)
@given(annotated())
def test_a_written_source_compiles_to_the_same_gold(gold: tuple[Note, NoteFacts]) -> None:
    note, facts = gold
    back_note, back = compile_source(parse_yaml(to_source(note, facts, "fax"), "f", "a note"), "f")
    assert back_note == note.model_copy(update={"type": note.type or None})
    assert back == facts


def test_a_source_keeps_text_readable() -> None:
    note, gold = compile_source(source(GOOD), "f")
    lines = to_source(note, gold, "terse").splitlines()
    assert lines[4:] == [
        "  Pain today is 6/10, at worst 9/10.",
        "  PT in 2023, then PT again from May 2023. ESI planned.",
        "facts:",
        "  - {kind: pain_score, quotes: [6/10, today], low: 6, high: 6, statistic: current}",
    ]


def test_jsonl_gold_reads_its_texts_from_notes_beside_it(tmp_path: Path) -> None:
    note, gold = compile_source(source(GOOD), "f")
    (tmp_path / "gold.jsonl").write_text(gold.model_dump_json() + "\n", "utf-8")
    with pytest.raises(ChartproofError, match="--notes"):
        load_gold(tmp_path / "gold.jsonl")
    (tmp_path / "notes.jsonl").write_text(note.model_dump_json() + "\n\n", "utf-8")
    assert load_gold(tmp_path / "gold.jsonl") == [(note, gold)]
    assert load_gold(tmp_path) == [(note, gold)]
    (tmp_path / "notes.jsonl").rename(tmp_path / "other.txt")
    assert load_gold(tmp_path / "gold.jsonl", tmp_path / "other.txt") == [(note, gold)]


def test_jsonl_gold_may_carry_its_text(tmp_path: Path) -> None:
    note, gold = compile_source(source(GOOD, kinds=["pain_score"]), "f")
    path = tmp_path / "with-text.jsonl"
    path.write_text(gold_line(note, gold) + "\n", "utf-8")
    assert load_gold(path) == [(note, gold)]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 1: not JSON"),
        ("[1]", "line 1: not a JSON object"),
        ('{"note_id": "n"}', "line 1: neither a case"),
        ('{"note_id": "n", "text": "x", "facts": [{"kind": "pain_score"}]}', "line 1: facts.0.pain_score.spans"),
        (
            '{"note_id": "n", "text": "x", "facts": [{"kind": "pain_score", "spans": [[0, 9]], "low": 1, "high": 1}]}',
            "line 1: fact 1: spans: end after the end of the note",
        ),
        ('{"case_id": "c", "notes": [{"note_id": "n", "text": "x"}]}', "line 1: the case has no gold"),
    ],
)
def test_bad_jsonl_is_named_with_its_line(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "g.jsonl"
    path.write_text(line + "\n", "utf-8")
    with pytest.raises(ChartproofError) as raised:
        read_gold([path])
    assert str(raised.value).startswith(f"{path}, {message}")


def test_missing_paths_are_named(tmp_path: Path) -> None:
    with pytest.raises(ChartproofError, match="no such file"):
        read_gold([tmp_path / "none.jsonl"])
    with pytest.raises(ChartproofError, match=r"no \.yaml or \.jsonl"):
        read_gold([tmp_path])


def test_the_gold_of_the_project_has_no_errors() -> None:
    checked = check_gold([Path(__file__).resolve().parents[2] / "gold"])
    assert [str(problem) for problem in checked.problems if not problem.warning] == []
    assert checked.notes >= 60
