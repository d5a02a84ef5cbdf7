"""Relief of post-traumatic stress after a block, from scores of the PCL before and after it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chartproof.extract.regex import Regex
from chartproof.extract.view import PLAN_SECTIONS, NoteView, Sentence
from chartproof.facts import Relief
from chartproof.spans import Span

_SCORES = Regex(r"\bpcl(?:[- ]?(?:5|c|m))?\b", re.IGNORECASE)
_CHAIN = Regex(
    r"\bpcl(?:[- ]?(?:5|c|m))?(?:\s+(?:score|total)s?)?\s*(?:(?:went|fell|dropped|improved|decreased|down|came|is|was)\s+)*(?:from\s+)?[:=]?\s*(?P<scores>\d{1,2}(?:\s*(?:->|→|to|down\s+to|then)\s*\d{1,2})+)(?!\s*(?:/|%|weeks?|days?))",
    re.IGNORECASE,
)
_AFTER = Regex(
    r"\b(?:after|since|following|post|with|from)\b[^.;\n]{0,40}\b(?:last|blocks?|sgb|stellate|injection|#\s*\d|procedure)\b|\b(?:blocks?|sgb|stellate)\b",
    re.IGNORECASE,
)
_ROW = Regex(
    r"^[ \t]*(?P<label>[^\n]*?\b(?:\d{1,2}/\d{1,2}|(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d{1,2})\b[^\n\d]{0,45}?)[ \t:|]{2,}(?P<score>\d{1,2})\b",
    re.IGNORECASE | re.MULTILINE,
)
_BEFORE = Regex(
    r"\b(?:before|pre|prior\s+to)\b[^\n]*\b(?:block|sgb|injection|procedure)\b|\bpre[- ]?(?:block|sgb)\b", re.IGNORECASE
)


def ptsd_scores(view: NoteView) -> Iterator[Relief]:
    """Yield the relief after the last block; its date is not told by the scores."""
    for sentence in view.sentences:
        if "pcl" not in sentence.lower or sentence.section in PLAN_SECTIONS:
            continue
        match = _CHAIN.search(sentence.text)
        if match is not None and _AFTER.search(sentence.text):
            scores = [int(one) for one in re.findall(r"\d{1,2}", match["scores"])]
            span = Span(sentence.start + match.start("scores"), sentence.start + match.end("scores"))
            yield _relief(sentence, span, scores[0], scores[1:])
            return
    head = _SCORES.search(view.note.text)
    if head is None:
        return
    rows = list(_ROW.finditer(view.note.text, head.end()))
    marks = [at for at, row in enumerate(rows) if _BEFORE.search(row["label"])]
    if marks and len(rows) > marks[-1] + 1:
        later = rows[marks[-1] + 1 :]
        sentence = next(
            (one for one in view.sentences if one.start <= rows[marks[-1]].start("score") < one.end), view.sentences[0]
        )
        span = Span(later[-1].start("score"), later[-1].end("score"))
        yield _relief(sentence, span, int(rows[marks[-1]]["score"]), [int(row["score"]) for row in later])


def _relief(sentence: Sentence, span: Span, before: int, after: list[int]) -> Relief:
    percents = [max(0.0, round(100 * (before - one) / before, 1)) if before else 0.0 for one in after]
    return Relief(
        spans=(span,),
        percent_low=min(percents),
        percent_high=max(percents),
        ongoing=True,
        procedure="sympathetic_block",
        section=sentence.section,
        source="rule:ptsd_scores.pcl",
    )
