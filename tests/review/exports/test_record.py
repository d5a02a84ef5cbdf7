"""What of a review is the machine's and what is people's."""

from __future__ import annotations

import pytest

from chartproof.review.errors import NotFound
from chartproof.review.exports.formats import FORMATS, export
from chartproof.review.exports.record import authors, content_hash, lines, remarks, sign_off
from tests.review.charts import EXAM, PAIN, THERAPY
from tests.review.exports.samples import machine_review, signed_review


def test_of_the_machine_alone_every_line_is_automatic() -> None:
    assert {(line.origin, line.author, line.change) for line in lines(machine_review())} == {("auto", None, None)}
    assert remarks(machine_review()) == []
    assert sign_off(machine_review()) == "Draft, not signed"


def test_a_set_status_names_who_set_it_and_what_the_machine_said() -> None:
    line = next(one for one in lines(signed_review()) if one.result.id == THERAPY)
    assert (line.origin, line.author, line.result.status) == ("override", "kim", "met")
    assert line.change == "Set by kim on 2024-08-07 09:30 UTC; the machine's status: not documented."


def test_a_status_that_follows_from_corrected_facts_is_not_automatic() -> None:
    line = next(one for one in lines(signed_review()) if one.result.id == EXAM)
    assert (line.origin, line.result.status) == ("override", "not_documented")
    assert line.author is not None
    assert "lee" in line.author
    assert line.change == "Follows from facts corrected by lee; the machine's status: met."


def test_a_status_for_what_the_machine_had_not_judged_is_manual() -> None:
    made = signed_review()
    others = tuple(one for one in made.machine.criteria if one.id != THERAPY)
    judged = made.model_copy(update={"machine": made.machine.model_copy(update={"criteria": others})})
    line = next(one for one in lines(judged) if one.result.id == THERAPY)
    assert (line.origin, line.machine) == ("manual", None)
    assert line.change == "Set by kim on 2024-08-07 09:30 UTC; the machine had not judged it."


def test_what_nobody_touched_stays_automatic() -> None:
    assert next(one for one in lines(signed_review()) if one.result.id == PAIN).origin == "auto"


def test_the_whole_says_who_corrected_and_signed() -> None:
    assert authors(signed_review()) == "kim, lee"
    assert any("rejected by lee" in one for one in remarks(signed_review()))
    assert sign_off(signed_review()) == "Signed by Kim Doe, RN (user kim) on 2024-08-07 09:30 UTC"


def test_the_content_hash_follows_the_content() -> None:
    review = machine_review()
    assert content_hash(review) == content_hash(review.model_copy())
    assert content_hash(review) != content_hash(review.model_copy(update={"version": 2}))


@pytest.mark.parametrize("name", ["", "PDF", "../json", "json/..", "x"])
def test_unknown_formats_are_refused(name: str) -> None:
    with pytest.raises(NotFound, match="choose one of"):
        export(machine_review(), name)


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_review_gives_the_same_bytes(name: str) -> None:
    assert export(machine_review(), name) == export(machine_review().model_copy(), name)


@pytest.mark.parametrize(
    ("case_id", "expected"),
    [
        ("a-1", "a-1-1.csv"),
        ("../../etc/passwd", "etc-passwd-1.csv"),
        ('x"; filename="y.exe', "x-filename-y-exe-1.csv"),
        ("日本", "case-1.csv"),
        ("a\r\nb", "a-b-1.csv"),
        ("z" * 300, f"{'z' * 60}-1.csv"),
    ],
)
def test_file_names_are_plain(case_id: str, expected: str) -> None:
    review = machine_review()
    renamed = review.model_copy(update={"case": review.case.model_copy(update={"case_id": case_id})})
    assert export(renamed, "csv").file_name == expected
