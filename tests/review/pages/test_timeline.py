"""Procedures over time: the rows are the evaluator's events, the drawing is well-formed and says nothing else."""

from __future__ import annotations

import datetime as dt
from xml.etree import ElementTree

from chartproof import api
from chartproof.notes import Case, Note, Request
from chartproof.review.web.timeline import WIDTH, Drawing, draw


def _drawn(text: str, date: str = "2024-06-11") -> Drawing:
    case = Case(
        case_id="c",
        request=Request(cpt=("64483",), date=dt.date.fromisoformat(date)),
        notes=(Note(note_id="n", text=text, date=dt.date(2024, 6, 1)),),
    )
    return draw(case, [api.extract(note) for note in case.notes], None, date)


def _texts(drawing: Drawing) -> list[str]:
    assert drawing.svg is not None
    return ["".join(one.itertext()) for one in ElementTree.fromstring(drawing.svg).iter() if one.tag.endswith("text")]


def test_rows_tell_what_when_side_and_relief() -> None:
    drawing = _drawn(
        "Left L4-5 transforaminal epidural steroid injection on 01/16/2024 gave 60% relief for eight weeks.\n"
        "Right L5-S1 interlaminar epidural steroid injection in 2022.\nL4-5 microdiscectomy in 03/2015.\n"
    )
    told = [(row.what, row.when, row.side, row.relief) for row in drawing.rows]
    assert told == [
        ("Lumbar spine surgery", "2015-03", "", ""),
        ("Lumbar interlaminar epidural", "2022", "right", ""),
        ("Lumbar transforaminal epidural", "2024-01-16", "left", "60%, 8 weeks"),
    ]
    assert drawing.rows[2].percent == 60
    texts = _texts(drawing)
    assert "left · 2024-01-16" in texts
    assert "60%, 8 weeks" in texts
    assert texts.count("relief not told") == 2
    assert "2024-06-11" in texts


def test_the_spans_are_the_mentions() -> None:
    text = "Left L4-5 transforaminal epidural steroid injection on 01/16/2024 gave 60% relief.\n"
    (row,) = _drawn(text).rows
    cited = [text[start:end] for note, start, end in row.spans if note == "n"]
    assert any("transforaminal" in words for words in cited)
    assert any("60%" in words for words in cited)


def test_places_are_in_order_and_inside() -> None:
    drawing = _drawn(
        "Caudal epidural steroid injection 02/2020. Left L4-5 transforaminal epidural injection 01/16/2024.\n"
    )
    assert drawing.svg is not None
    root = ElementTree.fromstring(drawing.svg)
    bar = next(one for one in root.iter() if one.get("class") == "t-event t-span")
    dot = next(one for one in root.iter() if one.get("class") == "t-event")
    request = next(one for one in root.iter() if one.get("class") == "t-request")
    x = float((request.get("d") or "M0 ").split()[0][1:])
    assert 0 < float(bar.get("x") or 0) < float(dot.get("cx") or 0) < x < WIDTH


def test_what_has_no_date_comes_last_and_is_said_to_have_none() -> None:
    drawing = _drawn(
        "She had an L4-5 interlaminar epidural steroid injection. Left L4-5 transforaminal epidural injection on 01/16/2024."
    )
    told = [(row.what, row.when) for row in drawing.rows]
    assert told == [
        ("Lumbar transforaminal epidural", "2024-01-16"),
        ("Lumbar interlaminar epidural", "no date in the notes"),
    ]
    assert "no date in the notes" in _texts(drawing)


def test_without_procedures_nothing_is_drawn() -> None:
    assert _drawn("Average pain 7/10. PLAN: L4-5 transforaminal epidural injection.\n") == Drawing((), None)
