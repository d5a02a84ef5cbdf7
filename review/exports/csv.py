"""CSV: one row for each criterion, for a spreadsheet."""

from __future__ import annotations

import csv
import io

from chartproof.render.wording import one_line
from chartproof.review.exports.record import Line, lines
from chartproof.review.model import Review

COLUMNS = (
    "case_id",
    "guideline",
    "guideline_version",
    "determination",
    "group",
    "id",
    "text",
    "status",
    "origin",
    "machine_status",
    "changed",
    "reason",
    "missing",
    "source",
    "evidence",
    "signed_by",
)
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")


def review_csv(review: Review) -> str:
    """CSV as of RFC 4180 with a byte order mark, by which spreadsheets know UTF-8. Evidence is ``[note 12-30] words``.

    A cell that a spreadsheet would take for a formula begins with an apostrophe.
    """
    out = io.StringIO()
    out.write("\ufeff")
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for line in lines(review):
        rows.writerow(map(_cell, _row(review, line)))
    return out.getvalue()


def _row(review: Review, line: Line) -> tuple[str, ...]:
    shown, result = review.reviewed, line.result
    evidence = [f"[{one.note_id} {one.start}-{one.end}] {one.text}" for one in result.evidence]
    return (
        shown.case_id,
        shown.guideline,
        shown.guideline_version,
        shown.determination if shown.category is None else shown.category.id,
        line.group,
        result.id,
        result.text,
        result.status,
        line.origin,
        line.machine.status if line.machine is not None else "",
        line.change or "",
        result.reason,
        result.missing or "",
        result.source,
        " | ".join(evidence),
        review.signed.name if review.signed is not None else "",
    )


def _cell(value: str) -> str:
    """One line that is no formula."""
    text = one_line(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
