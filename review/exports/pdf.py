"""PDF: a summary of the review for the file and for an appeal, each criterion with its source and its evidence."""

from __future__ import annotations

from collections.abc import Mapping

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import CondPageBreak, Flowable, HRFlowable, KeepTogether, Paragraph, Spacer, Table, TableStyle

from chartproof.assessment import Status
from chartproof.render import wording
from chartproof.render.quotes import Quote, quotes
from chartproof.review.exports import paper
from chartproof.review.exports.paper import bold, colored, inline, style, words
from chartproof.review.exports.record import (
    Line,
    Section,
    content_hash,
    guideline_title,
    remarks,
    sections,
    sign_off,
)
from chartproof.review.model import Review

_STATUS_COLORS: Mapping[Status, HexColor] = {
    "met": paper.GREEN,
    "not_met": paper.RED,
    "not_documented": paper.AMBER,
    "not_applicable": paper.DIM,
    "external": paper.BLUE,
}
_DETERMINATION_COLORS = {
    "criteria_met": paper.GREEN,
    "criteria_not_met": paper.RED,
    "needs_information": paper.AMBER,
}
_BY_A_PERSON = "✎ by a person"
_MOST_QUOTES = 3
_LONGEST_QUOTE = 240

_TITLE = style("title", 15, fontName=paper.BOLD)
_SUBTITLE = style("subtitle", 8.5, textColor=paper.DIM)
_LABEL = style("label", 8.5, textColor=paper.DIM)
_TEXT = style("text", 8.5)
_REMARK = style("remark", 8.5, spaceBefore=3)
_HEADING = style("heading", 10, fontName=paper.BOLD, spaceBefore=7, spaceAfter=3)
_REQUIREMENT = style("requirement", 8.5, fontName=paper.BOLD)
_QUOTE = style("quote", 7.5, leftIndent=6, textColor=paper.INK)
_SOURCE = style("source", 6.5, textColor=paper.DIM)
_STATUS = style("status", 8, fontName=paper.BOLD)

_STATUS_WIDTH = 30 * mm


def review_pdf(review: Review) -> bytes:
    """The summary. Quotes are shortened; JSON and HTML have all of them."""
    digest = content_hash(review)
    shown = sections(review)
    story: list[Flowable] = [*_head(review), *_open_points(review)]
    for section in shown:
        story += _section(section, review) if section.taken else _other(section)
    story += _closing(review)

    def foot(canvas: Canvas, page: int, pages: int) -> None:
        canvas.setFont(paper.REGULAR, 6.5)
        canvas.setFillColor(paper.DIM)
        canvas.drawString(paper.MARGIN, 10.5 * mm, f"Content SHA-256 {digest}")
        canvas.drawString(paper.MARGIN, 7.5 * mm, f"Review {review.id}, version {review.version}. {_signed(review)}")
        canvas.drawRightString(paper.MARGIN + paper.WIDTH, 10.5 * mm, f"Page {page} of {pages}")

    return paper.build(story, title=f"Review of case {review.reviewed.case_id}", foot=foot)


def _signed(review: Review) -> str:
    """Signed or draft, in a word for the foot of a page."""
    return "Draft, not signed." if review.signed is None else "Signed."


def _head(review: Review) -> list[Flowable]:
    shown = review.reviewed
    color = paper.BLUE if shown.category is not None else _DETERMINATION_COLORS[shown.determination]
    result = f"{wording.result_symbol(shown)} {wording.result_words(shown)}"
    rows = [
        ("Case", shown.case_id),
        ("Request", wording.request_line(shown.request)),
        ("Guideline", wording.guideline_line(shown, guideline_title(shown))),
    ]
    if shown.pathway is not None and shown.category is None:
        phase = f", {shown.initial_or_repeat} request" if shown.initial_or_repeat else ""
        rows.append(("Pathway", f"{shown.pathway}{phase}"))
    if shown.reference_date is not None:
        rows.append(("Reference date", shown.reference_date))
    notes = [f"{note.note_id}{f' ({note.date.isoformat()})' if note.date else ''}" for note in review.case.notes]
    rows.append(("Notes read", ", ".join(notes)))
    rows.append(("Review", sign_off(review)))
    table = Table(
        [[Paragraph(label, _LABEL), Paragraph(words(value), _TEXT)] for label, value in rows],
        colWidths=[_STATUS_WIDTH, paper.WIDTH - _STATUS_WIDTH],
        splitInRow=1,
    )
    table.setStyle(_PLAIN)
    told = [
        *remarks(review),
        *wording.remarks(shown),
        *(one for one in (wording.guideline_origin(shown), shown.version_note) if one),
    ]
    return [
        Paragraph(colored(words(result), color), _TITLE),
        Spacer(1, 2),
        Paragraph(words(wording.DISCLAIMER), _SUBTITLE),
        Spacer(1, 5),
        table,
        *(Paragraph(bold("! ") + words(remark), _REMARK) for remark in told),
    ]


def _open_points(review: Review) -> list[Flowable]:
    """What stands against the request, and what is missing: the first thing a reader looks for."""
    story: list[Flowable] = []
    for title, results in wording.open_points(review.reviewed):
        story.append(Paragraph(words(f"{title} ({len(results)})"), _HEADING))
        for result in results:
            symbol = colored(words(wording.STATUS_SYMBOLS[result.status]), _STATUS_COLORS[result.status])
            told = Paragraph(
                f"{bold(symbol)} {bold(words(result.text))} {words(result.missing or result.reason)}", _TEXT
            )
            story += [told, Spacer(1, 2)]
    if not story and review.reviewed.category is None:
        story.append(Paragraph("Nothing is missing.", _HEADING))
    return story


def _section(section: Section, review: Review) -> list[Flowable]:
    texts = {note.note_id: note.text for note in review.case.notes}
    return [*_title(section), *(_row(line, _told(line, texts)) for line in section.lines)]


def _other(section: Section) -> list[Flowable]:
    """A pathway that the request does not take: its statuses only."""
    return [
        *_title(section),
        *(
            _row(line, [Paragraph(words(line.result.text), _TEXT), *_change(line), _place(line)])
            for line in section.lines
        ),
    ]


def _title(section: Section) -> list[Flowable]:
    status = section.status
    told = words(section.title)
    if status is not None:
        told += ": " + colored(words(_status_words(status)), _STATUS_COLORS[status])
    return [CondPageBreak(28 * mm), Paragraph(told, _HEADING)]


def _row(line: Line, told: list[Flowable]) -> Flowable:
    """A criterion, on one page where it fits on one."""
    status = line.result.status
    shown = [Paragraph(colored(words(_status_words(status)), _STATUS_COLORS[status]), _STATUS)]
    if line.origin != "auto":
        shown.append(Paragraph(colored(_BY_A_PERSON, paper.BLUE), _SOURCE))
    table = Table([[shown, told]], colWidths=[_STATUS_WIDTH, paper.WIDTH - _STATUS_WIDTH], splitInRow=1)
    table.setStyle(_RULED)
    return KeepTogether([table])


def _told(line: Line, texts: Mapping[str, str]) -> list[Flowable]:
    result = line.result
    found = quotes(result.evidence, texts)
    told: list[Flowable] = [
        Paragraph(words(result.text), _REQUIREMENT),
        Paragraph(words(result.reason), _TEXT),
        *_change(line),
    ]
    if result.conflict:
        told.append(Paragraph(bold("! The notes contradict each other."), _TEXT))
    if result.missing:
        told.append(Paragraph(f"{bold('Would settle it:')} {words(result.missing)}", _TEXT))
    told += [_quote(one) for one in found[:_MOST_QUOTES]]
    if len(found) > _MOST_QUOTES:
        told.append(Paragraph(f"and {len(found) - _MOST_QUOTES} more", _QUOTE))
    return [*told, _place(line)]


def _change(line: Line) -> list[Flowable]:
    return [Paragraph(colored(bold("✎ ") + words(line.change), paper.BLUE), _TEXT)] if line.change else []


def _place(line: Line) -> Flowable:
    return Paragraph(words(f"{line.result.id} · {line.result.source}"), _SOURCE)


def _quote(quote: Quote) -> Flowable:
    """The cited words in bold within their sentence, shortened, and where they stand."""
    parts, left = [], _LONGEST_QUOTE
    for text, cited in quote.pieces:
        cut = text if len(text) <= left else f"{text[:left].rstrip()}…"
        parts.append(bold(inline(cut)) if cited else inline(cut))
        left -= len(text)
        if left <= 0:
            break
    place = colored(words(f"[{quote.note_id} {quote.start}-{quote.end}]"), paper.DIM)
    return Paragraph(f"“{''.join(parts)}” {place}", _QUOTE)


def _closing(review: Review) -> list[Flowable]:
    signed = [
        Spacer(1, 8),
        HRFlowable(width="100%", thickness=0.6, color=paper.LINE),
        Spacer(1, 4),
        Paragraph(bold(words(sign_off(review))), _TEXT),
    ]
    hashes = ", ".join(f"{name} {value[:16]}" for name, value in sorted(review.reviewed.hashes.items()))
    signed.append(Paragraph(words(f"Read with: {hashes}"), _SOURCE) if hashes else Spacer(1, 1))
    if paper.lacks_glyphs(*_every_text(review)):
        signed.append(
            Paragraph(
                f"{paper.UNSHOWN} stands for a character that this document cannot show; HTML and JSON do.", _SOURCE
            )
        )
    return [KeepTogether(signed)]


def _every_text(review: Review) -> list[str]:
    """What may hold characters that the fonts lack."""
    shown = review.reviewed
    return [
        shown.case_id,
        *(note.note_id for note in review.case.notes),
        *(f"{line.result.reason} {line.change or ''}" for section in sections(review) for line in section.lines),
        *(one.text for section in sections(review) for line in section.lines for one in line.result.evidence),
    ]


def _status_words(status: Status) -> str:
    return f"{wording.STATUS_SYMBOLS[status]} {wording.STATUS_WORDS[status]}"


_PLAIN = TableStyle(
    [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 0.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
    ]
)
_RULED = TableStyle(
    [
        *_PLAIN.getCommands(),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
        ("LINEABOVE", (0, 0), (-1, -1), 0.4, paper.LINE),
    ]
)
