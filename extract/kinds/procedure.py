"""Finder of procedure facts: interventional pain and spine procedures and spine surgery."""

from __future__ import annotations

from collections.abc import Iterator

from chartproof.extract.kinds.procedure_anchors import Anchor, Event
from chartproof.extract.kinds.procedure_timeline import timeline
from chartproof.extract.regex import Regex
from chartproof.extract.view import NoteView
from chartproof.facts import Fact, Procedure
from chartproof.spans import Span

_AGAIN = Regex(r"\bagain\s+(?:on|in)?\s*$")  # what is said again of another date is a statement of its own


def find(view: NoteView) -> Iterator[Fact]:
    """Yield the procedure facts of a note, one per procedure and date."""
    for anchor in timeline(view):
        if not anchor.is_fact or anchor.assertion == "family":
            continue
        for event in anchor.events:
            yield _fact(anchor, event, first=event is anchor.events[0])


def _fact(anchor: Anchor, event: Event, first: bool) -> Procedure:
    spans: list[Span] = [anchor.span]
    inside = event.span is not None and anchor.span.start <= event.span.start and event.span.end <= anchor.span.end
    if event.span is not None and not inside:
        again = not first and _AGAIN.search(anchor.sentence.between(anchor.span, event.span)) is not None
        spans = [event.span, anchor.span] if again else [anchor.span, event.span]
    return Procedure(
        spans=tuple(spans),
        assertion=anchor.assertion,
        section=anchor.sentence.section,
        source=f"rule:procedure.{_rule(anchor)}",
        procedure=anchor.procedure,
        status=anchor.status,
        date=event.date,
        region=anchor.region,
        levels=anchor.levels or None,
        side=event.side or anchor.side,
        guidance=anchor.guidance,
        number=event.number,
        count=anchor.count if len(anchor.events) == 1 else None,
        agent=anchor.agent,
        anesthetic=event.anesthetic or anchor.anesthetic,
        technique=anchor.technique,
        name=anchor.name,
    )


def _rule(anchor: Anchor) -> str:
    if anchor.own:
        return "own_operation"
    if anchor.row:
        return "list_row"
    return "named" if anchor.specific else "referred"
