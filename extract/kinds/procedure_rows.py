"""Rows of lists, ordinals and words such as "the second" that stand for a procedure named before."""

from __future__ import annotations

import re

from chartproof.extract.dates import DateMention
from chartproof.extract.kinds.procedure_anchors import Anchor, Event
from chartproof.extract.kinds.procedure_kinds import NO_LISTS, ROW_LEAD
from chartproof.extract.regex import Regex
from chartproof.extract.view import Sentence
from chartproof.spans import Span

_ROW_INDEX = Regex(r"[ \t|]*#?(\d{1,2})(?:\s{2,}|\s*\|\s*|\t)\d{1,2}[/-]\d")
_HASH = Regex(
    r"#\s?([1-9]|1\d)(?![\d/]|\.\d|\s*-?\s*(?:gauge|ga\b|g\b|french|fr\b|blade|vicryl|prolene|silk|nylon|ethibond|kerrison|penfield|\d(?!\d?/\d)|stitch|suture|tip|scalpel))",
    re.I,
)
_REF_FOLLOW = Regex(
    r"\s*(?:,|\(|:|was\b|gave\b|on\b|in\b|one\b|set\b|had\b|done\b|\d(?!\d?\s*(?:mos?\b|months?|weeks?|wks?|years?|yrs?|days?))|helped\b|lasted\b|\w+ \d{1,2}\b|wore\b|did\b)",
    re.I,
)
_FOREIGN_ROW = Regex(r"\b(?:mri|x-?rays?|xr|ct|emg|(?-i:PT)|chiro\w*|visits?|therapy)\b", re.I)
_LAST_ONE = Regex(r"(?:the )?(?:last|most recent|latest)\b", re.I)


def is_row(sentence: Sentence, heading: Anchor, date: DateMention) -> bool:
    """Whether a line that begins with a date goes on with the injections of the heading."""
    if heading.procedure in NO_LISTS or heading.assertion in ("negated", "family", "hypothetical"):
        return False
    if heading.status == "planned" and not heading.row:
        return False
    if any(m.label == "procedure_part" and m.id == "joint" for m in sentence.mentions):
        return False
    rest = sentence.view.note.text[date.span.end : sentence.end]
    if re.search(r"\bpage\b|\bfrom:|\bfax", rest, re.I) or (date.iso or "") > (
        sentence.view.reference.isoformat() if sentence.view.reference else "9999"
    ):
        return False
    if sentence.section == "injections":
        return True
    if _goes_on(sentence):
        return True
    return bool(
        sentence.percents or sentence.durations or re.search(r"relief|help|better|benefit|improve", rest, re.I)
    ) and not _FOREIGN_ROW.search(rest)


def _goes_on(sentence: Sentence) -> bool:
    """Whether a numbered, dated line follows the dated line with the number before."""
    above = sentence.previous
    here = ROW_LEAD.match(sentence.text)
    there = ROW_LEAD.match(above.text) if above is not None else None
    if here is None or there is None or above is None or not above.dates:
        return False
    number, before = here["index"] or here["mark"], there["index"] or there["mark"]
    return number is not None and before is not None and int(number) == int(before) + 1


def row_anchor(sentence: Sentence, heading: Anchor, date: DateMention) -> Anchor:
    """An anchor for a row that has its procedure from the heading."""
    lead = ROW_LEAD.match(sentence.text)
    mark = lead and (lead["mark"] or lead["index"])
    first, last = sentence.token_range(date.span)
    return _copy(heading, sentence, date.span, first, last, int(mark) if mark else None)


def _copy(source: Anchor, sentence: Sentence, span: Span, first: int, last: int, number: int | None) -> Anchor:
    return Anchor(
        sentence=sentence,
        span=span,
        first=first,
        last=last,
        head=source.head,
        head_span=span,
        procedure=source.procedure,
        name=source.name,
        specific=source.specific,
        region=source.region,
        levels=source.levels,
        side=source.side,
        number=number,
        count=None,
        text=sentence.view.note.text[span.start : span.end],
        row=True,
        guidance=source.guidance,
        agent=source.agent,
        parent=source,
    )


def with_references(sentence: Sentence, here: list[Anchor], context: list[Anchor]) -> list[Anchor]:
    """`here` with anchors for "the second", "that one" and "#1", which stand for procedures named before."""
    added: list[Anchor] = []
    taken = [(anchor.span.start, anchor.span.end) for anchor in here]
    text = sentence.view.note.text
    for mention in sentence.mentions:
        if mention.label != "procedure_ref" or any(a <= mention.start < b or a < mention.end <= b for a, b in taken):
            continue
        if mention.id not in ("that", "those") and not _REF_FOLLOW.match(text, mention.end, sentence.end):
            continue
        number = int(mention.id) if mention.id.isdigit() else None
        aside = [a for a in here if a.span.end < mention.start and _opens(text[a.span.end : mention.start])]
        if number is not None and aside and ")" in text[mention.end : sentence.end]:
            aside[-1].number = aside[-1].number or number
            continue
        reach = 40 if mention.id == "those" or text[mention.start : mention.end].lower().endswith("set") else 4
        source = _reference_source(sentence, mention.start, context + added, reach)
        if source is None:
            continue
        anchor = _copy(source, sentence, mention.span, mention.first, mention.last, number)
        anchor.row, anchor.head, anchor.is_fact = False, "ref", False
        added.append(anchor)
        taken.append((mention.start, mention.end))
    if "#" in sentence.text and not (sentence.section == "procedure_detail" and not sentence.dates):
        for match in _HASH.finditer(sentence.text):
            start, end = sentence.start + match.start(), sentence.start + match.end()
            if any(a - 14 <= start and end <= b + 4 for a, b in taken):
                continue
            source = _reference_source(sentence, start, context, 40)
            if source is None or source.head in ("scs", "surgery"):
                continue
            first, last = sentence.token_range(Span(start, end))
            anchor = _copy(source, sentence, Span(start, end), first, last, int(match[1]))
            anchor.row, anchor.head, anchor.is_fact = False, "ref", False
            added.append(anchor)
            taken.append((start, end))
    return sorted(here + added, key=lambda a: a.span) if added else here


def _opens(gap: str) -> bool:
    """Whether a bracket stands open at the end of `gap`."""
    return gap.rfind("(") > gap.rfind(")")


def number_from_row(anchor: Anchor) -> None:
    """The index of a table row that goes on with a date and a procedure is the ordinal."""
    index = _ROW_INDEX.match(anchor.sentence.text)
    if index is not None and anchor.number is None and len(anchor.events) == 1 and anchor.events[0].date:
        anchor.number = anchor.events[0].number = int(index[1])


def join_number(anchor: Anchor) -> None:
    """A "#2" that a line break or full stop parts from its procedure belongs to it."""
    source = anchor.parent
    if (
        anchor.head == "ref"
        and source is not None
        and source.sentence is anchor.sentence
        and _LAST_ONE.match(anchor.text)
        and not any(e.date for e in source.events)
    ):
        gap = anchor.sentence.view.note.text[source.span.end : anchor.span.start]
        if len(gap) <= 12 and source.status != "done" and source.assertion == "planned":
            anchor.status, anchor.assertion, anchor.is_fact = "done", "present", True
        elif len(gap) <= 12:
            source.events = [Event(source, event.date, event.span) for event in anchor.events]
            anchor.is_fact = False
        return
    if anchor.head != "ref" or source is None or anchor.number is None or source.number not in (None, anchor.number):
        return
    if anchor.sentence.index - source.sentence.index > 1 or source.span.end > anchor.span.start:
        return
    gap = anchor.sentence.view.note.text[source.span.end : anchor.span.start]
    if not gap.strip():
        source.number = anchor.number
        if anchor.events[0].date and not source.events[0].date:
            source.events = [Event(source, event.date, event.span, anchor.number) for event in anchor.events]
            source.status, source.assertion = anchor.status, anchor.assertion
            anchor.is_fact = False
    elif source.status == "planned" and not anchor.events[0].date and len(gap) <= 60:
        source.number = source.events[0].number = anchor.number


def _reference_source(sentence: Sentence, at: int, context: list[Anchor], reach: int) -> Anchor | None:
    for anchor in reversed(context):
        if (
            anchor.span.start < at
            and sentence.index - anchor.sentence.index <= reach
            and anchor.assertion not in ("negated", "family")
        ):
            return anchor
    return None
