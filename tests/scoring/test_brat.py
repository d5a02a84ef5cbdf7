from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings

from chartproof.errors import ChartproofError
from chartproof.facts import NoteFacts
from chartproof.notes import Note
from chartproof.scoring.attributes import given as attributes_given
from chartproof.scoring.brat import configuration, export_brat, import_brat
from tests.scoring.fact_strategies import annotated

TEXT = "Pain is usually 6-7.\nShe did PT for 8 weeks."


@settings(max_examples=150, deadline=None)
@given(annotated())
def test_round_trip_loses_nothing(gold: tuple[Note, NoteFacts]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        export_brat([gold], Path(folder))
        back = import_brat(Path(folder))
    assert back == [gold]
    for before, after in zip(gold[1].facts, back[0][1].facts, strict=True):
        assert attributes_given(before) == attributes_given(after)


def gold() -> tuple[Note, NoteFacts]:
    facts = [
        {"kind": "pain_score", "spans": [[16, 19], [8, 15]], "low": 6, "high": 7, "statistic": "average"},
        {"kind": "therapy", "spans": [[29, 31]], "modality": "physical_therapy", "low": 8, "high": 8, "unit": "week"},
    ]
    note = Note(note_id="site/7", text=TEXT)
    return note, NoteFacts.model_validate({"note_id": note.note_id, "facts": facts})


def test_files_are_what_brat_reads(tmp_path: Path) -> None:
    export_brat([gold()], tmp_path)
    assert (tmp_path / "site%2F7.txt").read_text("utf-8") == TEXT
    assert (tmp_path / "site%2F7.ann").read_text("utf-8").splitlines() == [
        "T1\tpain_score 8 15;16 19\tusually 6-7",
        "A1\tassertion T1 present",
        "A2\tpain_score-statistic T1 average",
        '#1\tAnnotatorNotes T1\t{"low": 6.0, "high": 7.0, "order": [2, 1]}',
        "T2\ttherapy 29 31\tPT",
        "A3\tassertion T2 present",
        "A4\ttherapy-modality T2 physical_therapy",
        "A5\ttherapy-unit T2 week",
        '#2\tAnnotatorNotes T2\t{"low": 8.0, "high": 8.0}',
    ]


def test_configuration_names_each_attribute_once() -> None:
    lines = configuration().splitlines()
    assert "therapy-status\tArg:therapy, Value:completed|ongoing|planned|declined|unable|unspecified" in lines
    names = [line.split("\t")[0] for line in lines[lines.index("[attributes]") + 1 :]]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]+", name) for name in names)


def test_annotations_made_by_hand(tmp_path: Path) -> None:
    (tmp_path / "n1.txt").write_text(TEXT, "utf-8")
    (tmp_path / "n1.ann").write_text(
        "T1\tpain_score 8 15;16 19\tusually 6-7\r\n"
        "A1\tpain_score-statistic T1 average\n"
        "#1\tAnnotatorNotes T1\tlow=6; high=7; first=2\n"
        "T2\tprocedure 29 31\tPT\n"
        "A2\tprocedure T2 esi\nA3\tstatus T2 done\n"
        "#2\tAnnotatorNotes T2\tlevels=L4-5, L5-S1\n"
        "R1\tsame Arg1:T1 Arg2:T2\n",
        "utf-8",
    )
    ((note, facts),) = import_brat(tmp_path)
    assert (note.note_id, facts.note_id, note.text) == ("n1", "n1", TEXT)
    score, procedure = facts.facts
    assert score.spans == ((16, 19), (8, 15))
    assert (score.low, score.high, score.statistic) == (6, 7, "average")  # type: ignore[union-attr]
    assert procedure.levels == ("L4-5", "L5-S1")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("T1\theadache 0 4\tPain", "line 1: unknown kind"),
        ("T1\tpain_score 0 400\tPain", "line 1: offset after the end"),
        ("T1\tpain_score 0 4\tPain\n#1\tAnnotatorNotes T1\tsix or so", "line 2: the note must be name=value"),
        ("T1\tpain_score 0 4\tPain\n#1\tAnnotatorNotes T1\t{low", "line 2: the note is not JSON"),
        ("T1\tpain_score 0 4\tPain\n#1\tAnnotatorNotes T1\tlow=6;high=7;first=3", "no such fragment"),
        ("T1\tpain_score 0 4\tPain", "line 1: low: Field required"),
        ("A1\tassertion T9 present", "line 1: T9 is not in this file"),
        ("Pain is usually", "line 1: not a line of brat standoff"),
    ],
)
def test_errors_name_file_and_line_and_hold_no_note_text(tmp_path: Path, lines: str, message: str) -> None:
    (tmp_path / "n1.txt").write_text(TEXT, "utf-8")
    (tmp_path / "n1.ann").write_text(lines, "utf-8")
    with pytest.raises(ChartproofError, match=re.escape(message)) as raised:
        import_brat(tmp_path)
    assert "n1.ann" in str(raised.value)
    assert "usually" not in str(raised.value)


def test_text_is_kept_byte_by_byte(tmp_path: Path) -> None:
    text = "FAX\r\n\x0cPain\t7/10\n\n"
    export_brat([(Note(note_id="n", text=text), NoteFacts(note_id="n", facts=()))], tmp_path)
    assert import_brat(tmp_path)[0][0].text == text


def test_half_a_surrogate_pair_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ChartproofError, match="surrogate"):
        export_brat([(Note(note_id="n", text="7/10 \ud83d"), NoteFacts(note_id="n", facts=()))], tmp_path)


def test_annotations_are_never_overwritten(tmp_path: Path) -> None:
    export_brat([gold()], tmp_path)
    with pytest.raises(ChartproofError, match=r"holds \.ann files already"):
        export_brat([gold()], tmp_path)
