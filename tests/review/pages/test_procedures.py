"""Procedures by code and by name."""

from __future__ import annotations

import pytest

from chartproof.errors import ChartproofError
from chartproof.evaluate.guideline import list_guidelines
from chartproof.review.web.procedures import choices, codes_of, matching


def test_every_code_of_every_guideline_is_offered_once() -> None:
    offered = [one.code for one in choices()]
    assert sorted(offered) == sorted({code for one in list_guidelines() for code in one.cpt})
    assert all(one.label and "_" not in one.label for one in choices())


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("", ()),
        ("  ", ()),
        ("27096", ("27096",)),
        ("27096 sacroiliac (SI) joint injection, with fluoroscopy or CT", ("27096",)),
        ("64493, 64494 64493", ("64493", "64494")),
        ("g0453", ("G0453",)),
        ("0213t", ("0213T",)),
    ],
)
def test_codes_are_read_out_of_what_is_typed(typed: str, codes: tuple[str, ...]) -> None:
    assert codes_of(typed) == codes


@pytest.mark.parametrize("typed", ["SI joint", "270966", "L4-5", "1234"])
def test_words_without_a_code_are_no_code(typed: str) -> None:
    with pytest.raises(ChartproofError):
        codes_of(typed)


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("SI joint", {"27096"}),
        ("sacroiliac", {"27096"}),
        ("interlaminar lumbar fluoroscopy", {"62323"}),
        ("basivertebral", {"64628", "64629"}),
        ("appendix", set()),
        ("", set()),
        ("?!", set()),
    ],
)
def test_names_find_their_codes(typed: str, codes: set[str]) -> None:
    assert {one.code for one in matching(typed, choices())} == codes
