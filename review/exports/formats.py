"""The documents a review can leave as, by name. What makes each is loaded when it is asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from chartproof.review.errors import NotFound
from chartproof.review.model import Review


@dataclass(frozen=True)
class ExportFormat:
    """A kind of document: its title for people, media type and the end of its file names."""

    name: str
    title: str
    media_type: str
    suffix: str
    write: Callable[[Review], str | bytes]


@dataclass(frozen=True)
class Document:
    """A review as a document; `file_name` is plain ASCII without anything that a path could take amiss."""

    content: bytes
    media_type: str
    file_name: str


def export(review: Review, name: str) -> Document:
    """A review in the format of that name; the same bytes for the same review. Errors: NotFound for an unknown name,
    Invalid for a letter when nothing is missing."""
    found = FORMATS.get(name)
    if found is None:
        raise NotFound(f"there is no such format; choose one of {', '.join(FORMATS)}")
    content = found.write(review)
    case = re.sub(r"[^A-Za-z0-9_-]+", "-", review.case.case_id).strip("-")[:60] or "case"
    encoded = content.encode("utf-8", "replace") if isinstance(content, str) else content
    return Document(encoded, found.media_type, f"{case}-{review.version}{found.suffix}")


def _json(review: Review) -> str:
    from chartproof.review.exports.json import review_json

    return review_json(review)


def _csv(review: Review) -> str:
    from chartproof.review.exports.csv import review_csv

    return review_csv(review)


def _html(review: Review) -> str:
    from chartproof.review.exports.html import review_html

    return review_html(review)


def _pdf(review: Review) -> bytes:
    from chartproof.review.exports.pdf import review_pdf

    return review_pdf(review)


def _fhir(review: Review) -> str:
    from chartproof.review.exports.fhir import review_fhir

    return review_fhir(review)


def _letter_pdf(review: Review) -> bytes:
    from chartproof.review.exports.letter import letter_pdf

    return letter_pdf(review)


def _letter_docx(review: Review) -> bytes:
    from chartproof.review.exports.letter import letter_docx

    return letter_docx(review)


def _letter_text(review: Review) -> str:
    from chartproof.review.exports.letter import letter_text

    return letter_text(review)


_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

FORMATS: dict[str, ExportFormat] = {
    one.name: one
    for one in (
        ExportFormat("pdf", "Summary (PDF)", "application/pdf", ".pdf", _pdf),
        ExportFormat("html", "Page with the notes (HTML)", "text/html; charset=utf-8", ".html", _html),
        ExportFormat("json", "Everything (JSON)", "application/json", ".json", _json),
        ExportFormat("csv", "Criteria as a table (CSV)", "text/csv; charset=utf-8", ".csv", _csv),
        ExportFormat("fhir", "FHIR QuestionnaireResponse", "application/fhir+json", ".fhir.json", _fhir),
        ExportFormat("letter-pdf", "Letter: what is missing (PDF)", "application/pdf", "-letter.pdf", _letter_pdf),
        ExportFormat("letter-docx", "Letter: what is missing (Word)", _DOCX, "-letter.docx", _letter_docx),
        ExportFormat(
            "letter-txt", "Letter: what is missing (text)", "text/plain; charset=utf-8", "-letter.txt", _letter_text
        ),
    )
}
