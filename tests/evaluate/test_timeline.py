"""Events from procedure facts of several notes, and the relief that belongs to them."""

from __future__ import annotations

from typing import Any

import pytest

from chartproof.evaluate.chart import Chart
from chartproof.evaluate.timeline import Event, Timeline
from tests.evaluate.casefile import build

REQUEST = {"cpt": ["64483"], "date": "2024-12-05", "region": "lumbar"}
OFFICE = {"date": "2024-11-26", "type": "office visit"}


def done(procedure: str = "esi_transforaminal", **more: Any) -> dict[str, Any]:
    return {"kind": "procedure", "procedure": procedure, "status": "done", "region": "lumbar", **more}


def relief(**more: Any) -> dict[str, Any]:
    return {"kind": "relief", **more}


def timeline(*notes: dict[str, Any]) -> Timeline:
    one = build("nia-300", "timeline", REQUEST, notes, {})
    return Timeline(Chart(one.case, one.facts))


def told(events: list[Event]) -> list[tuple[str, str, str]]:
    return [(event.family, event.kind, str(event.date)) for event in events]


def test_the_same_procedure_told_in_several_notes_is_one_event() -> None:
    events = timeline(
        {"date": "2024-08-22", "type": "procedure note", "facts": [done(side="left", levels=["L5-S1"])]},
        {"date": "2024-09-12", "type": "phone note", "facts": [done("esi", date="2024-08")]},
        {**OFFICE, "facts": [done("esi", date="2024-08-22"), done("esi")]},
    ).events
    assert told(events) == [("esi", "esi_transforaminal", "2024-08-22")]
    assert events[0].side == "left"
    assert events[0].segments == {"L5-S1"}
    assert len(events[0].mentions) == 4


def test_different_dates_are_different_events_in_order_of_time() -> None:
    events = timeline({**OFFICE, "facts": [done(date="2024-08-22"), done(date="2024-03-14"), done(date="2024-04-25")]})
    assert [str(event.date) for event in events.events] == ["2024-03-14", "2024-04-25", "2024-08-22"]


def test_left_and_right_on_one_date_are_one_bilateral_event() -> None:
    events = timeline(
        {**OFFICE, "facts": [done(date="2024-08-22", side="left"), done(date="2024-08-22", side="right")]}
    )
    assert [(str(event.date), event.side) for event in events.events] == [("2024-08-22", "bilateral")]


def test_two_techniques_on_one_date_are_two_events() -> None:
    facts = [done("esi_interlaminar", date="2024-08-22"), done("esi_transforaminal", date="2024-08-22")]
    assert len(timeline({**OFFICE, "facts": facts}).events) == 2


@pytest.mark.parametrize(
    "fact",
    [
        done(status="planned", assertion="planned"),
        done(status="considered", assertion="hypothetical"),
        done(assertion="negated"),
        done(assertion="possible"),
        done(assertion="family"),
        done("other"),
        done(date="2025-01-10"),
        done(date="2024-12-05"),
        done("si_joint_injection", region="other"),
    ],
)
def test_what_is_no_history(fact: dict[str, Any]) -> None:
    assert timeline({**OFFICE, "facts": [fact]}).events == []


def test_a_series_stands_for_as_many_events() -> None:
    events = timeline({**OFFICE, "facts": [done("medial_branch_block", count=2, date="2024-06/2024-08")]}).events
    assert len(events) == 2


def test_a_series_takes_in_the_dated_events_it_repeats() -> None:
    facts = [done(date="2024-06-03"), done(date="2024-07-10"), done("esi", count=2, date="2024-06/2024-08")]
    assert len(timeline({**OFFICE, "facts": facts}).events) == 2


def test_an_undated_procedure_of_a_procedure_note_has_its_date() -> None:
    note = {"date": "2024-08-22", "type": "procedure note", "facts": [done()]}
    assert told(timeline(note).events) == [("esi", "esi_transforaminal", "2024-08-22")]


def test_an_undated_procedure_of_another_kind_in_a_procedure_note_stays_undated() -> None:
    note = {"date": "2024-08-22", "type": "procedure note", "facts": [done(), done("si_joint_injection")]}
    assert [(event.family, event.dated) for event in timeline(note).events] == [("sij", False), ("esi", True)]


def test_a_finer_name_sets_a_procedure_apart() -> None:
    facts = [
        done("rf_ablation", name="sij_rf", date="2024-03-01"),
        done("other", name="labor_epidural", date="2023-07"),
    ]
    assert [event.family for event in timeline({**OFFICE, "facts": facts}).events] == ["labor_epidural", "sij_rf"]


def test_regions_are_counted_apart() -> None:
    facts = [done(date="2024-08-22"), done(date="2024-08-22", region="cervical")]
    line = timeline({**OFFICE, "facts": facts})
    assert len(line.events) == 2
    assert len(line.of(["esi"], "lumbar")) == 1


@pytest.mark.parametrize(
    ("statement", "date"),
    [
        (relief(percent_low=70, date="2024-03-14"), "2024-03-14"),
        (relief(percent_low=70, date="2024-03"), "2024-03-14"),
        (relief(percent_low=70, number=1), "2024-03-14"),
        (relief(percent_low=70, procedure="esi"), "2024-08-22"),
        (relief(percent_low=70, procedure="other", date="2024-08"), "2024-08-22"),
    ],
)
def test_relief_belongs_to_the_event_it_names(statement: dict[str, Any], date: str) -> None:
    note = {**OFFICE, "facts": [done(date="2024-03-14"), done(date="2024-08-22"), statement]}
    assert [str(event.date) for event in timeline(note).events if event.reliefs] == [date]


@pytest.mark.parametrize(
    "statement",
    [
        relief(percent_low=70, procedure="medication"),
        relief(percent_low=70, procedure="therapy"),
        relief(percent_low=70, procedure="si_joint_injection"),
        relief(percent_low=70, procedure="esi", region="cervical"),
        relief(percent_low=70, region="other"),
        relief(percent_low=70, procedure="esi", side="right"),
        relief(percent_low=70, procedure="esi", date="2023"),
        relief(percent_low=70, procedure="esi", number=5),
        relief(percent_low=70, procedure="esi", assertion="hypothetical"),
    ],
)
def test_relief_of_something_else_is_not_attached(statement: dict[str, Any]) -> None:
    note = {**OFFICE, "facts": [done(date="2024-08-22", side="left"), statement]}
    assert [event for event in timeline(note).events if event.reliefs] == []


def test_relief_without_a_name_belongs_to_the_closest_mention() -> None:
    facts = [done("si_joint_injection", date="2024-03-14"), relief(percent_low=70), done(date="2024-08-22")]
    events = timeline({**OFFICE, "facts": facts}).events
    assert [event.family for event in events if event.reliefs] == ["sij"]


def test_relief_far_from_any_mention_is_not_attached() -> None:
    filler = [{"kind": "patient", "age": 50}] * 12
    note = {**OFFICE, "facts": [done(date="2024-08-22"), *filler, relief(percent_low=70)]}
    assert [event for event in timeline(note).events if event.reliefs] == []
