from __future__ import annotations

from collections.abc import Sequence

from chartproof.facts import NoteFacts, PainScore
from chartproof.notes import Note
from chartproof.scoring.robustness import measure
from chartproof.spans import Span


def reads_small_letters(notes: Sequence[Note]) -> dict[str, NoteFacts]:
    """Finds the score only behind the word pain in small letters."""
    found = {}
    for note in notes:
        at = note.text.find("pain 7/10")
        facts = () if at < 0 else (PainScore(kind="pain_score", spans=(Span(at + 5, at + 9),), low=7, high=7),)
        found[note.note_id] = NoteFacts(note_id=note.note_id, facts=facts)
    return found


def test_a_weakness_shows_as_a_fall() -> None:
    note = Note(note_id="n", text="Has pain 7/10.")
    gold = [(note, reads_small_letters([note])["n"])]
    report = measure(gold, reads_small_letters, ["capitals", "number words"])
    assert report.overlap_f1 == 1.0
    capitals, numbers = report.perturbations["capitals"], report.perturbations["number words"]
    assert (capitals.changed, capitals.overlap_f1, capitals.overlap_fall) == (1, 0.0, 100.0)
    assert capitals.fallen() == ["pain_score 100"]
    assert (numbers.changed, numbers.overlap_fall, numbers.fallen()) == (0, 0.0, [])
