"""The letter that asks for what is missing: in plain words, without what the notes say of the patient.

It names the requirements and what would settle them, no reason and no quote. What only the sender knows stands as
marked placeholders in square brackets. The same letter as PDF, as a Word document and as text.
"""

from __future__ import annotations

import io
import re
import textwrap
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from chartproof.render import wording
from chartproof.review.errors import Invalid
from chartproof.review.exports.record import guideline_title
from chartproof.review.model import Review

TITLE = "Request for additional information"
_PLACEHOLDER = re.compile(r"(\[[^\]]+\])")
_NOT_XML = re.compile(r"[\ud800-\udfff\ufffe\uffff]")
_TEXT_WIDTH = 78
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Paragraph:
    """A part of the letter: our words, with placeholders, and then words from elsewhere."""

    text: str
    kind: Literal["title", "text", "address", "point", "detail"] = "text"
    quoted: str = ""

    def pieces(self) -> Iterator[tuple[str, bool]]:
        """The words in pieces and whether they are a placeholder."""
        for piece in _PLACEHOLDER.split(self.text):
            if piece:
                yield piece, _PLACEHOLDER.fullmatch(piece) is not None
        if self.quoted:
            yield _NOT_XML.sub("\ufffd", wording.one_line(self.quoted)), False


def letter(review: Review) -> list[Paragraph]:
    """The letter by paragraphs. Errors: Invalid when nothing is missing."""
    missing = [one for title, found in wording.open_points(review.reviewed) for one in found if one.missing]
    if not missing:
        raise Invalid("nothing is missing in this review, so that there is nothing to ask for")
    request = review.reviewed.request
    about = guideline_title(review.reviewed) or review.reviewed.guideline
    codes = f"CPT {', '.join(request.cpt)}" if request.cpt else None
    on = f"request date {request.date.isoformat()}" if request.date else None
    service = ", ".join(part for part in (about, codes, on) if part)
    count = "one point" if len(missing) == 1 else f"{len(missing)} points"
    parts = [
        Paragraph("[Name and address of the requesting provider]", "address"),
        Paragraph("[Date]", "address"),
        Paragraph(TITLE, "title"),
        Paragraph("Member: [name and member ID]", "address"),
        Paragraph("Reference: ", "address", review.case.case_id),
        Paragraph("Service: ", "address", service),
        Paragraph("Dear [name],"),
        Paragraph(
            f"We are reviewing the request named above. The records that we have do not show {count} that the"
            " guideline asks for. Please send the documentation below, or say that there is none."
        ),
    ]
    for number, one in enumerate(missing, start=1):
        parts.append(Paragraph(f"{number}. ", "point", one.text))
        parts.append(Paragraph("What would settle it: ", "detail", one.missing or ""))
    return [
        *parts,
        Paragraph(
            "Parts of the existing chart are enough: visit notes, therapy records, procedure notes or reports, with"
            " their dates. Please send no more of the record than is needed for these points."
        ),
        Paragraph("Please reply by [date] to [fax number or address]. With questions, call [telephone number]."),
        Paragraph("This letter is not a coverage decision."),
        Paragraph("Sincerely,"),
        Paragraph("[Name and title of the sender]", "address"),
    ]


def letter_text(review: Review) -> str:
    """The letter as plain text."""
    told: list[str] = []
    parts = letter(review)
    for part, following in zip(parts, [*parts[1:], None], strict=True):
        indent = "   " if part.kind in ("point", "detail") else ""
        text = "".join(piece for piece, _ in part.pieces())
        told += textwrap.wrap(
            text.upper() if part.kind == "title" else text,
            _TEXT_WIDTH,
            initial_indent=indent if part.kind == "detail" else "",
            subsequent_indent=indent,
            break_on_hyphens=False,
        )
        together = following is not None and (part.kind, following.kind) in (("address",) * 2, ("point", "detail"))
        told += [] if together else [""]
    return "\n".join(told)


def letter_pdf(review: Review) -> bytes:
    """The letter as PDF, placeholders marked in colour."""
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Flowable, KeepTogether
    from reportlab.platypus import Paragraph as Block

    from chartproof.review.exports import paper

    styles = {
        "title": paper.style("letter-title", 14, fontName=paper.BOLD, spaceBefore=14, spaceAfter=8),
        "text": paper.style("letter-text", 10, spaceBefore=8),
        "address": paper.style("letter-address", 10, spaceBefore=2),
        "point": paper.style(
            "letter-point", 10, fontName=paper.BOLD, leftIndent=18, firstLineIndent=-18, spaceBefore=9
        ),
        "detail": paper.style("letter-detail", 10, leftIndent=18, spaceBefore=2),
    }
    parts = letter(review)
    blocks = [
        Block(
            "".join(
                f'<font backColor="#fff1b8">{paper.inline(piece)}</font>' if marked else paper.inline(piece)
                for piece, marked in part.pieces()
            ),
            styles[part.kind],
        )
        for part in parts
    ]
    story: list[Flowable] = []
    for part, block in zip(parts, blocks, strict=True):
        if part.kind == "detail":
            story[-1] = KeepTogether([story[-1], block])
        else:
            story.append(block)

    def foot(canvas: Canvas, page: int, pages: int) -> None:
        canvas.setFont(paper.REGULAR, 7)
        canvas.setFillColor(paper.DIM)
        canvas.drawRightString(paper.MARGIN + paper.WIDTH, 28, f"Page {page} of {pages}")

    return paper.build(story, title=TITLE, foot=foot)


def letter_docx(review: Review) -> bytes:
    """The letter as a Word document, to be completed there; placeholders are highlighted."""
    from docx import Document
    from docx.enum.text import WD_COLOR_INDEX
    from docx.shared import Pt

    document = Document()
    document.core_properties.title = TITLE
    document.core_properties.author = "chartproof"
    document.styles["Normal"].font.name = "Arial"
    document.styles["Normal"].font.size = Pt(10.5)
    for part in letter(review):
        block = document.add_heading(level=1) if part.kind == "title" else document.add_paragraph()
        layout = block.paragraph_format
        layout.space_after = Pt(2 if part.kind in ("address", "point") else 8)
        layout.keep_with_next = part.kind == "point"
        if part.kind == "detail":
            layout.left_indent = Pt(18)
        for piece, marked in part.pieces():
            run = block.add_run(piece)
            run.bold = part.kind == "point" or None
            if marked:
                run.font.highlight_color = WD_COLOR_INDEX.YELLOW
    out = io.BytesIO()
    document.save(out)
    return _undated(out.getvalue())


def _undated(archive: bytes) -> bytes:
    """A zip archive without the time it was made at, so that the same letter has the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        for name in made.namelist():
            written.writestr(zipfile.ZipInfo(name, _ZIP_DATE), made.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
