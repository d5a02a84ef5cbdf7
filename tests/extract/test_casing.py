from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartproof.extract import extract_note
from chartproof.extract.casing import has_no_capitals, with_capitals
from chartproof.notes import Note

NOTE = """\
pt is a 45 yo f with low back pain x 6 months, avg 7/10. she did pt for 8 weeks in march without relief.
exam: faber positive on the left, slr neg r.
plan: l4-5 tfesi, l side. seen by dr. smith.
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("low back pain. no leg pain.\nslr neg", "Low back pain. No leg pain.\nSLR neg"),
        ("- did pt for 6 weeks", "- Did PT for 6 weeks"),
        ("pain is bad and pt reports no relief", "Pain is bad and pt reports no relief"),
        ("per pt it is worse", "Per pt it is worse"),
        ("pt ambulates with a cane. pt x 6 wks.", "Pt ambulates with a cane. PT x 6 wks."),
        ("r hip, l knee, l4-5 and c5/6", "R hip, L knee, L4-5 and C5/6"),
        ("pain may be worse in may", "Pain may be worse in May"),
        ("seen in the er, or at home", "Seen in the ER, or at home"),
        ("see dr. smith e.g. in june", "See dr. Smith e.g. in June"),
        ("it's the patient's mri, not r's", "It's the patient's MRI, not r's"),
    ],
)
def test_capitals_stand_where_a_careful_writer_sets_them(text: str, expected: str) -> None:
    assert with_capitals(text) == expected


def test_a_note_without_capitals_is_known_by_them() -> None:
    assert has_no_capitals(NOTE)
    assert not has_no_capitals(NOTE.capitalize().replace("exam", "Exam").replace("plan", "Plan"))
    assert not has_no_capitals(NOTE.upper())
    assert not has_no_capitals("pain 7/10")  # too short to say


def test_a_note_without_capitals_says_the_same() -> None:
    found = {
        (fact.kind, fact.model_dump().get("side"), fact.model_dump().get("status"), fact.spans[0].of(NOTE))
        for fact in extract_note(Note(note_id="n", text=NOTE)).facts
    }
    assert ("exam_test", "left", None, "faber") in found
    assert ("exam_test", "right", None, "slr") in found
    assert any(kind == "therapy" and status == "completed" and "pt" in span for kind, _, status, span in found)
    assert any(kind == "procedure" and side == "left" and status == "planned" for kind, side, status, _ in found)
    assert sum(kind == "therapy" for kind, *_ in found) == 1  # "pt is" and no second therapy


@given(st.text(max_size=300))
def test_only_the_case_of_letters_changes(text: str) -> None:
    raised = with_capitals(text)
    assert len(raised) == len(text)
    assert all(new in (old, old.upper()) for new, old in zip(raised, text, strict=True))


@given(st.text(alphabet="abcdeprt. \n/0123456789", max_size=200))
def test_capitals_are_given_once(text: str) -> None:
    assert with_capitals(with_capitals(text)) == with_capitals(text)
