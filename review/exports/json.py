"""JSON: the whole review, from which it can be read again, with the hash of its content."""

from __future__ import annotations

import json

from chartproof.review.exports.record import content_hash
from chartproof.review.model import Review


def review_json(review: Review) -> str:
    """Indented JSON: ``{"format", "content_hash", "review"}``; the same bytes for the same review."""
    content = {
        "format": "chartproof-review-1",
        "content_hash": content_hash(review),
        "review": review.model_dump(mode="json"),
    }
    return json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
