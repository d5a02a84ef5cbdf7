"""Full dates for later mentions of a procedure that another line of the note dates."""

from __future__ import annotations

from chartproof.extract.kinds.procedure_anchors import EPIDURALS, Anchor, Event
from chartproof.extract.kinds.procedure_kinds import NO_LISTS
from chartproof.extract.kinds.procedure_operation import differs


def date_repeats(anchors: list[Anchor]) -> None:
    """A later undated mention gets the date of the only procedure in the note that it can mean."""
    dated = [(a, e) for a in anchors for e in a.events if e.date and a.status == "done" and a.assertion == "present"]
    for anchor in anchors:
        if (
            anchor.status != "done"
            or anchor.assertion != "present"
            or not anchor.specific
            or anchor.own
            or anchor.plural
            or anchor.head in ("ref",)
        ):
            continue
        event = anchor.events[0]
        if (
            event.date is not None
            or anchor.procedure in NO_LISTS
            or anchor.procedure == "other"
            or anchor.sentence.view.note.text[anchor.head_span.end - 1] == "s"
        ):
            continue
        fits = {
            e.date
            for a, e in dated
            if (a.procedure == anchor.procedure or (anchor.procedure == "esi" and a.procedure in EPIDURALS))
            and not differs(anchor, a)
        }
        named = anchor.region or anchor.side or anchor.levels
        if len(fits) == 1 and (
            named
            or anchor.cue_text
            in ("s/p", "status post", "after", "following", "since", "post", "relief from", "response to")
        ):
            event.date = fits.pop()


def complete_dates(anchors: list[Anchor]) -> None:
    """Full dates and sides for later mentions of a procedure that another line dates fully."""
    full = [(a, e) for a in anchors for e in a.events if e.date and len(e.date) == 10 and a.status == "done"]
    for anchor in anchors:
        for event in anchor.events:
            if event.date is None or len(event.date) >= 10 or "/" in event.date:
                continue
            if len(event.date) == 4 and anchor.procedure in NO_LISTS:
                continue  # another operation of that year, or this one: the note does not say
            match = [
                e
                for a, e in full
                if e.date and e.date.startswith(event.date) and a.procedure == anchor.procedure and a is not anchor
            ]
            if len({e.date for e in match}) == 1:
                event.date = match[0].date
                event.number = event.number or match[0].number
    by_number: dict[tuple[str, int], Event] = {}
    for anchor, event in full:
        if event.number is not None:
            known = by_number.setdefault((anchor.procedure, event.number), event)
            if anchor.head == "ref" and known is not event and known.date == event.date:
                anchor.is_fact = False
    for anchor in anchors:
        for event in anchor.events:
            if (
                event.date is not None
                or event.number is None
                or anchor.assertion != "present"
                or anchor.status != "done"
            ):
                continue
            same = by_number.get((anchor.procedure, event.number))
            if same is not None and not differs(anchor, same.anchor):
                event.date = same.date
                anchor.is_fact = anchor.is_fact and anchor.specific and anchor.head != "ref"
