"""Monitoring of operations: who does and reads it, how, and with what; and what only looks like it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.extract.helpers import facts

NOTE = "Intraoperative neuromonitoring is planned.\n"


def told(text: str, aspect: str, *names: str) -> list[tuple[Any, ...]]:
    """The facts of one aspect as the values of some attributes, in order."""
    return [tuple(fact.get(name) for name in names) for fact in facts(text, "monitoring") if fact["aspect"] == aspect]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Monitoring is performed by a CNIM technologist under the direct supervision of a neurologist.",
            [("technologist", True, True)],
        ),
        ("Technologist: P. Roy, CNIM", [("technologist", True, None)]),
        ("A technician will be in the room.", [("technologist", None, None)]),
        ("Technologist (certified), without physician oversight.", [("technologist", True, False)]),
        (
            "A neurophysiology technologist runs the recordings, supervised by the surgeon for monitoring.",
            [("technologist", True, False)],
        ),
        ("Neuromonitoring will be performed by Dr. Lind, neurologist.", [("physician", True, None)]),
        ("Nerve monitoring was performed by the surgeon.", [("surgeon", None, None)]),
        ("The neuromonitoring is run by anesthesia.", [("anesthesiologist", None, None)]),
        ("The technologist (CNIM) will not be supervised by a neurologist.", [("technologist", True, False)]),
        ("Policy requires that a technologist works under direct supervision of a neurologist.", []),
        ("The surgeon is informed of all changes.", []),
        ("The operation was performed by the surgeon.", []),
        ("Train of four monitoring is done by the anesthesiologist.", []),
        ("The surgical technologist opened the trays.", []),
        (
            "Technologist: certified, supervised directly by the interpreting neurologist",
            [("technologist", True, True)],
        ),
    ],
)
def test_who_performs_it(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert told(NOTE + text, "performer", "who", "trained", "supervised") == expected


def test_a_supervisor_is_known_by_name_from_elsewhere_in_the_note() -> None:
    text = NOTE + "She works under the direct supervision of Dr. Okoye.\nReader: Dr. Okoye, neurologist, remote."
    assert told(text, "supervisor", "who", "trained") == [("physician", True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "A neurologist reads the tracings remotely in real time and is immediately available.",
            [("physician", True, "remote", True, True)],
        ),
        (
            "Interpreting physician: Dr. A. Roe, board certified in clinical neurophysiology, in the operating suite",
            [("physician", True, "on_site", None, None)],
        ),
        ("Interpreted by: M. Gray, MD", [("physician", None, None, None, None)]),
        ("Oversight is provided off-site by a neurologist.", [("physician", True, "remote", None, None)]),
        ("The anesthesiologist will interpret the EEG.", [("anesthesiologist", None, None, None, None)]),
        ("Signals are interpreted by the surgeon.", [("surgeon", None, None, None, None)]),
        ("The neurologist can be reached at once.", [("physician", True, None, None, True)]),
        ("The interpreting neurologist is not immediately available.", [("physician", True, None, None, None)]),
        ("[ ] Neurologist remote", []),
        ("Neurologist consulted in 2019 for migraine.", []),
        ("Blood is immediately available.", []),
    ],
)
def test_who_interprets_it(text: str, expected: list[tuple[Any, ...]]) -> None:
    assert told(NOTE + text, "interpreter", "who", "trained", "place", "real_time", "available") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Data are interpreted in real time.", ["present"]),
        ("Interpretation is not in real time.", ["negated"]),
        ("The recordings are interpreted after the case by a neurologist.", ["negated"]),
        ("Interpretation in real time: [x] yes [ ] no", ["present"]),
        ("Interpretation in real time: [ ] yes [x] no", ["negated"]),
        ("A written monitoring report follows after the case.", []),
        ("Real-time fluoroscopy is used for monitoring of the screws.", []),
    ],
)
def test_real_time(text: str, expected: list[str]) -> None:
    assert [one[0] for one in told(NOTE + text, "real_time", "assertion")] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Findings are continuously communicated to the surgical team.", ["present"]),
        ("There is constant two-way contact with the surgeon.", ["present"]),
        ("Communication with the surgical team will not be continuous.", ["negated"]),
        ("The surgeon is told of alerts.", []),
        ("Continuous EEG.", []),
    ],
)
def test_communication(text: str, expected: list[str]) -> None:
    assert [one[0] for one in told(NOTE + text, "communication", "assertion")] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Continuous SSEP and MEP monitoring.", ["present"]),
        ("Recorded from incision to closure, SSEP and EMG.", ["present"]),
        ("SSEP spot checks only.", ["negated"]),
        ("Monitoring is intermittent.", ["negated"]),
        ("[x] continuous monitoring   [ ] intermittent monitoring", ["present"]),
        ("Intermittent claudication, no monitoring needed for it.", []),
        ("Continuous low back pain.", []),
    ],
)
def test_continuity(text: str, expected: list[str]) -> None:
    assert [one[0] for one in told(NOTE + text, "continuity", "assertion")] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Modalities: SSEP, TcMEP, free-run EMG, EEG.", ["ssep", "tcmep", "emg", "eeg"]),
        ("BAEP and facial EMG.", ["baep", "emg"]),
        ("Motor evoked potentials by transcranial magnetic stimulation.", ["tms_mep"]),
        ("SSEP with flash visual evoked potentials.", ["ssep", "vep"]),
        ("SSEP; surface EMG.", ["ssep", "semg"]),
        ("SSEP; VEP will not be used.", ["ssep", "-vep"]),
        ("[x] SSEP [ ] VEP [x] EEG", ["ssep", "eeg"]),
        ("SSEP [x]  VEP [ ]  EEG [x]", ["ssep", "eeg"]),
        ("Pedicle screw stimulation, train of four monitoring.", ["triggered_emg", "train_of_four"]),
        ("EMG in March showed a C6 radiculopathy.", []),
        ("Transcranial magnetic stimulation for depression.", []),
    ],
)
def test_modalities(text: str, expected: list[str]) -> None:
    found = told(NOTE + text, "modality", "assertion", "modality")
    assert [f"{'-' if assertion == 'negated' else ''}{name}" for assertion, name in found] == expected


def test_semg_may_mean_spontaneous_or_surface() -> None:
    assert told("IONM: SSEP, sEMG.", "modality", "assertion", "modality")[1:] == [("possible", "semg")]
    assert ("possible", "semg") not in told("IONM: SSEP, sEMG (spontaneous).", "modality", "assertion", "modality")


@pytest.mark.parametrize(
    "text",
    [
        "Low back pain. EMG: L5 radiculopathy. The technologist performed the study, interpreted by a neurologist.",
        "Continuous glucose monitoring. Seen by neurologist in real time by video.",
        "Follow up with neurologist, who is available.",
    ],
)
def test_notes_that_are_not_about_monitoring(text: str) -> None:
    assert facts(text, "monitoring") == []


def test_denied_monitoring() -> None:
    assert told("No intraoperative neuromonitoring is planned.", "service", "assertion") == [("negated",)]
