"""The documents, read back by other libraries: what they say, and that no input turns into markup or a formula."""

from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser

import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from pypdf import PdfReader

from chartproof.assessment import Evidence
from chartproof.review.errors import Invalid
from chartproof.review.exports.csv import review_csv
from chartproof.review.exports.fhir import review_fhir
from chartproof.review.exports.formats import FORMATS, export
from chartproof.review.exports.html import review_html
from chartproof.review.exports.json import review_json
from chartproof.review.exports.letter import letter_docx, letter_pdf, letter_text
from chartproof.review.exports.pdf import review_pdf
from chartproof.review.exports.record import content_hash
from chartproof.review.model import Review
from tests.review.charts import THERAPY
from tests.review.exports.samples import machine_review, reviews, signed_review

PROPERTY = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
SCRIPT = "<script>alert('x')</script><img src=x onerror=alert(1)>"


def rows(review: Review) -> list[dict[str, str]]:
    text = review_csv(review)
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def pdf_text(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


class Tags(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def everywhere(review: Review, words: str) -> Review:
    """The review with `words` in every text that a note, a case file or a person brings."""
    case = review.case.model_copy(
        update={
            "case_id": words,
            "notes": tuple(
                note.model_copy(update={"note_id": f"{words}{index}", "type": words, "text": words * 3})
                for index, note in enumerate(review.case.notes)
            ),
        }
    )
    evidence = Evidence(note_id=f"{words}0", start=0, end=len(words), text=words)
    request = review.reviewed.request.model_copy(update={"plan": words, "state": words})
    told = [
        one.model_copy(update={"reason": words, "missing": words, "evidence": (evidence,)})
        for one in review.reviewed.criteria
    ]
    assert review.signed is not None
    return review.model_copy(
        update={
            "case": case,
            "reviewed": review.reviewed.model_copy(
                update={"case_id": words, "request": request, "criteria": tuple(told)}
            ),
            "corrections": review.corrections.model_copy(
                update={
                    "overrides": {
                        name: one.model_copy(update={"reason": words, "by": words})
                        for name, one in review.corrections.overrides.items()
                    }
                }
            ),
            "signed": review.signed.model_copy(update={"name": words, "by": words}),
        }
    )


# -- JSON and CSV ---------------------------------------------------------------------------------------------------


def test_json_reads_back_to_the_same_review() -> None:
    content = json.loads(review_json(signed_review()))
    again = Review.model_validate(content["review"])
    assert again == signed_review()
    assert content["content_hash"] == content_hash(again)


def test_csv_has_a_row_for_each_criterion_with_its_origin() -> None:
    found = {row["id"]: row for row in rows(signed_review())}
    shown = signed_review().reviewed
    assert [*found] == [one.id for one in (*shown.criteria, *shown.gates)]
    row = found[THERAPY]
    assert (row["status"], row["machine_status"], row["origin"]) == ("met", "not_documented", "override")
    assert row["evidence"].endswith("] Physical therapy")
    assert row["signed_by"] == "Kim Doe, RN"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", " =", "＝", "\x00="])
def test_no_cell_is_a_formula(start: str) -> None:
    for row in rows(everywhere(signed_review(), f'{start}cmd|" /C calc"!A0')):
        for cell in row.values():
            assert not cell or cell[0] not in "=+-@\t\r＝＋－＠"
    assert rows(everywhere(signed_review(), f"{start}1"))[0]["case_id"].startswith(("'", "\ufffd"))


# -- HTML -----------------------------------------------------------------------------------------------------------


def test_html_marks_what_people_changed_and_who_signed() -> None:
    page = Tags(review_html(signed_review()))
    assert "Signed by Kim Doe, RN (user kim) on 2024-08-07 09:30 UTC." in page.text
    assert "Set by kim on 2024-08-07 09:30 UTC; the machine's status: not documented." in page.text
    assert content_hash(signed_review()) in page.text
    # the therapy, the test whose facts were rejected, and that it was done in person
    assert sum(attrs.get("class") == "human" for _, attrs in page.tags) == 3


def test_html_of_the_machine_alone_marks_nothing() -> None:
    page = Tags(review_html(machine_review()))
    assert "Draft, not signed." in page.text
    assert not any(attrs.get("class") == "human" for _, attrs in page.tags)


def test_markup_stays_text_in_html() -> None:
    plain, odd = Tags(review_html(signed_review())), Tags(review_html(everywhere(signed_review(), SCRIPT)))
    assert {tag for tag, _ in odd.tags} <= {tag for tag, _ in plain.tags} | {"h2"}
    assert [tag for tag, _ in odd.tags].count("script") == 1
    assert not any(name.startswith("on") for _, attrs in odd.tags for name in attrs)
    assert SCRIPT in odd.text


# -- PDF ------------------------------------------------------------------------------------------------------------


def test_the_pdf_says_what_a_reader_needs() -> None:
    text = pdf_text(review_pdf(signed_review()))
    for words in (
        "case-7",
        "CPT 27096",
        "nia-305 Sacroiliac joint injections, version",
        "Set by kim on 2024-08-07 09:30 UTC; the machine's status: not documented.",
        "Therapy record of 8 weeks seen.",
        "Signed by Kim Doe, RN (user kim) on 2024-08-07 09:30 UTC",
        f"Content SHA-256 {content_hash(signed_review())}",
        THERAPY,
    ):
        assert words in text


def test_a_usual_case_takes_two_pages_with_their_numbers() -> None:
    pages = PdfReader(io.BytesIO(review_pdf(machine_review()))).pages
    assert len(pages) <= 2
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page.extract_text()


def test_what_is_missing_stands_on_the_first_page() -> None:
    first = PdfReader(io.BytesIO(review_pdf(machine_review()))).pages[0].extract_text()
    assert "Needs information" in first
    assert "Missing from the notes (2)" in first


def test_the_pdf_runs_nothing_and_holds_its_fonts() -> None:
    reader = PdfReader(io.BytesIO(review_pdf(everywhere(signed_review(), SCRIPT))))
    assert "/OpenAction" not in reader.trailer["/Root"]
    assert "/Names" not in reader.trailer["/Root"]
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    assert {
        "FontFile2" in str(font.get("/FontDescriptor", {}).get_object()) for font in fonts if "/FontDescriptor" in font
    } == {True}


def test_the_pdf_shows_other_alphabets_and_says_what_it_cannot_show() -> None:
    assert "β ≥ 5 Ångström Привет" in pdf_text(review_pdf(everywhere(signed_review(), "β ≥ 5 Ångström Привет")))
    assert "stands for a character" not in pdf_text(review_pdf(signed_review()))
    assert "stands for a character" in pdf_text(review_pdf(everywhere(signed_review(), "pain 痛 10")))


# -- the letter -----------------------------------------------------------------------------------------------------


def test_the_letter_asks_for_what_is_missing_and_tells_nothing_of_the_patient() -> None:
    missing = [one for one in machine_review().reviewed.criteria if one.status == "not_documented"]
    assert len(missing) == 2
    for text in (letter_text(machine_review()), pdf_text(letter_pdf(machine_review())), docx_text(machine_review())):
        plain = " ".join(text.split())
        for one in missing:
            assert one.text in plain
            assert f"What would settle it: {one.missing}" in plain
            assert one.reason not in plain
        assert "case-7" in plain
        assert "[Name and address of the requesting provider]" in plain
        for note in machine_review().case.notes:
            for sentence in filter(str.strip, note.text.split(".")):
                assert " ".join(sentence.split()) not in plain


def docx_text(review: Review) -> str:
    return "\n".join(one.text for one in Document(io.BytesIO(letter_docx(review))).paragraphs)


def test_placeholders_are_marked_in_the_word_document() -> None:
    runs = [run for one in Document(io.BytesIO(letter_docx(machine_review()))).paragraphs for run in one.runs]
    marked = {run.text for run in runs if run.font.highlight_color is not None}
    assert "[Date]" in marked
    assert all(run.text in marked for run in runs if run.text.startswith("[") and run.text.endswith("]"))


def test_brackets_of_others_are_no_placeholders() -> None:
    review = machine_review()
    named = review.model_copy(update={"case": review.case.model_copy(update={"case_id": "[case]"})})
    runs = [run for one in Document(io.BytesIO(letter_docx(named))).paragraphs for run in one.runs]
    assert [run.font.highlight_color for run in runs if run.text == "[case]"] == [None]


def test_without_gaps_there_is_no_letter() -> None:
    review = machine_review()
    closed = [one.model_copy(update={"status": "met", "missing": None}) for one in review.reviewed.criteria]
    whole = review.model_copy(update={"reviewed": review.reviewed.model_copy(update={"criteria": tuple(closed)})})
    with pytest.raises(Invalid, match="nothing is missing"):
        letter_text(whole)


# -- whatever comes -------------------------------------------------------------------------------------------------


@PROPERTY
@given(reviews())
def test_every_review_can_leave_in_every_format(review: Review) -> None:
    for name in FORMATS:
        try:
            document = export(review, name)
        except Invalid:
            assert name.startswith("letter")
            continue
        assert document.content


@PROPERTY
@given(reviews())
def test_generated_reviews_come_out_well_formed(review: Review) -> None:
    from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse

    QuestionnaireResponse.model_validate_json(review_fhir(review))
    assert Review.model_validate(json.loads(review_json(review))["review"]) == review
    assert len(rows(review)) == len(review.reviewed.criteria) + len(review.reviewed.gates)
    assert [tag for tag, _ in Tags(review_html(review)).tags].count("script") == 1
    assert PdfReader(io.BytesIO(review_pdf(review))).pages
