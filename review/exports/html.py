"""HTML: one page that needs nothing else, the criteria beside the notes, with what people changed and who signed."""

from __future__ import annotations

from chartproof.render.html import ReviewMarks, assessment_page
from chartproof.review.exports.record import content_hash, guideline_title, lines, remarks, sign_off
from chartproof.review.model import Review


def review_html(review: Review) -> str:
    """The reviewed assessment as a page."""
    marks = ReviewMarks(
        sign_off=sign_off(review),
        changes={line.result.id: line.change for line in lines(review) if line.change is not None},
        remarks=tuple(remarks(review)),
        content_hash=content_hash(review),
    )
    hashes = dict(sorted(review.reviewed.hashes.items()))
    shown = review.reviewed.model_copy(update={"hashes": hashes})
    return assessment_page([(review.case, shown, guideline_title(shown))], marks)
