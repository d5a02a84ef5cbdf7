"""What a response in a sentence is to: the procedures, therapies and drugs it may follow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from chartproof.extract.kinds.procedure_anchors import Anchor, Event
from chartproof.extract.kinds.procedure_timeline import about_spine, timeline
from chartproof.extract.regex import Regex
from chartproof.extract.view import Mention, NoteView, Sentence
from chartproof.facts import ProcedureName, Region, Side
from chartproof.spans import Span

#: What relief may be attributed to.
SourceName = ProcedureName | Literal["therapy", "medication"]

_PATIENT_LETTERS = Regex(
    r"\s*(?:is|was|states?|stated|reports?|reported|has|had|presents|denies|with|will|says|returns|here|describes|rates|notes|would|does|did|can|in|to)\b",
    re.I,
)
_THERAPIST = Regex(
    r"\b(?:PT|OT|physical therapy|occupational therapy|therapy|therapist|chiro\w*|rehab\w*|acupuncture)\b",
    re.IGNORECASE,
)
_OTHER_TYPE = Regex(r"\b(?:office|visit|procedure|phone|consult)\b(?!.*\b(?:PT|therapy|chiro)\b)", re.IGNORECASE)
_BACK = 10  # sentences to look back for the procedure that a response is to
_HAS_COLUMNS = Regex(r"\S(?:[ \xa0]{3,}|\t+|\s*\|\s*)\S")
_COLUMN_SHIFT = 12  # characters that a cell may stand left or right of its header
_AFTER = Regex(r"\b(?:after|since|following|from|with|in)\s+(?:the\s+)?(?:last\s+)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """A treatment at a place in the text; `event` is the procedure on its date, if it is one."""

    span: Span
    name: SourceName | None
    event: Event | None = None

    @property
    def anchor(self) -> Anchor | None:
        """The procedure named, if the treatment is one."""
        return self.event.anchor if self.event is not None else None

    @property
    def region(self) -> Region | None:
        """Region of the procedure."""
        return self.event.anchor.region if self.event is not None else None

    @property
    def side(self) -> Side | None:
        """Side of the procedure."""
        return (self.event.side or self.event.anchor.side) if self.event is not None else None


class Sources:
    """The treatments of a note by sentence, and the procedure the note itself reports."""

    def __init__(self, view: NoteView) -> None:
        self._by_sentence: dict[int, list[Source]] = {}
        self._cache: dict[int, list[Source]] = {}
        self.own: Source | None = None
        self.unclear: set[int] = set()  # sentences about surgery of which the note does not say what it was
        self._conservative = about_spine(view)
        self.therapist = (
            _THERAPIST.search(view.note.type or "") is not None and _OTHER_TYPE.search(view.note.type or "") is None
        )
        self._dated: list[Event] = [
            event
            for anchor in timeline(view)
            for event in anchor.events
            if event.date and anchor.status == "done" and anchor.is_fact
        ]
        for anchor in timeline(view):
            if anchor.own and anchor.parent is None and anchor.is_fact and self.own is None:
                self.own = Source(anchor.span, anchor.procedure, anchor.events[0])
            if anchor.assertion in ("negated", "family", "hypothetical") or (
                anchor.status != "done" and anchor.cue.startswith(("plan", "consider")) and not anchor.row
            ):
                continue
            origin = _origin(anchor)
            if origin.head == "surgery" and not origin.specific and origin.parent is None:
                self.unclear.add(anchor.sentence.index)
                continue
            events = anchor.events if origin is anchor else origin.events
            if origin is not anchor and anchor.head == "ref" and anchor.number is not None and len(events) > 1:
                events = events[anchor.number - 1 : anchor.number]
            for event in events:
                span = (
                    event.span
                    if event.span is not None and origin is anchor and len(anchor.events) > 1
                    else anchor.span
                )
                name: SourceName | None = origin.procedure
                if (
                    not origin.specific
                    and origin.parent is None
                    and origin.procedure == "other"
                    and origin.head in ("block", "ablation")
                ):
                    name = None
                self._by_sentence.setdefault(anchor.sentence.index, []).append(Source(span, name, event))

    def of(self, sentence: Sentence) -> list[Source]:
        """The treatments named in a sentence, in order."""
        found = self._cache.get(sentence.index)
        if found is None:
            found = list(self._by_sentence.get(sentence.index, ()))
            found.extend(self._by_month(sentence, found))
            for mention in sentence.mentions if self._conservative else ():
                name = _conservative(sentence, mention)
                if name is not None and not any(mention.span.overlaps(other.span) for other in found):
                    found.append(Source(mention.span, name))
            found.sort(key=lambda source: source.span)
            self._cache[sentence.index] = found
        return found

    def _by_month(self, sentence: Sentence, found: list[Source]) -> list[Source]:
        """Procedures meant by a bare month: "did nicely after September"."""
        text = sentence.view.note.text
        added: list[Source] = []
        for date in sentence.dates:
            if date.iso is None or len(date.iso) != 7 or any(date.span.overlaps(source.span) for source in found):
                continue
            if not _AFTER.search(text[sentence.start : date.span.start]):
                continue
            if any(source.event is not None and source.event.span == date.span for source in found):
                continue
            events = {event.date: event for event in self._dated if event.date and event.date.startswith(date.iso)}
            if len(events) == 1:
                event = next(iter(events.values()))
                added.append(Source(date.span, event.anchor.procedure, event))
        return added

    def column(self, sentence: Sentence, at: int) -> Source | None:
        """The procedure of the table column in which `at` stands, if a header above names procedures by column."""
        if not _HAS_COLUMNS.search(sentence.text):
            return None
        header = sentence.previous
        for _ in range(14):
            if header is None:
                return None
            named = [source for source in self.of(header) if source.event is not None] or self._by_date(header)
            if len(named) >= 2 and _HAS_COLUMNS.search(header.text):
                text = sentence.view.note.text
                offset = at - text.rfind("\n", 0, at)
                starts = [
                    (abs(source.span.start - text.rfind("\n", 0, source.span.start) - offset), source)
                    for source in named
                ]
                gap, nearest = min(starts, key=lambda pair: pair[0])
                return nearest if gap <= _COLUMN_SHIFT else None
            if not _HAS_COLUMNS.search(header.text):
                return None
            header = header.previous
        return None

    def _by_date(self, header: Sentence) -> list[Source]:
        """The procedures whose dates head the columns of a table."""
        events = {event.date: event for event in self._dated}
        return [
            Source(date.span, events[date.iso].anchor.procedure, events[date.iso])
            for date in header.dates
            if date.iso in events
        ]

    def before(self, sentence: Sentence, reach: int) -> Source | None:
        """The last treatment named in the `reach` sentences before, within the same section."""
        at = sentence.previous
        for _ in range(reach):
            if at is None or at.section != sentence.section:
                return None
            found = self.of(at)
            if found:
                return found[-1]
            at = at.previous
        return None

    def of_gain(self, sentence: Sentence) -> Source | None:
        """What a response without a named treatment is to: that of the sentence before, else the last procedure."""
        direct = self.before(sentence, 1)
        if direct is not None and (direct.event is not None or self.own is None):
            return direct
        if self.therapist:
            return Source(Span(0, 0), "therapy")
        if self.own is not None and self.own.span.start < sentence.start:
            return self.own
        at = sentence.previous
        for _ in range(_BACK):
            if at is None or (at.section != sentence.section and self.own is None):
                break
            procedures = [source for source in self.of(at) if source.event is not None]
            if procedures:
                return procedures[-1]
            at = at.previous
        return direct


def _origin(anchor: Anchor) -> Anchor:
    """The anchor whose events a name stands for: its own, or those of what "the injection" points to."""
    parent = anchor.parent
    if parent is None or anchor.assertion != "present":
        return anchor
    if anchor.own:
        return parent
    if (
        anchor.head == "ref"
        and anchor.number is not None
        and len(parent.events) >= anchor.number > 0
        and len(parent.events) > 1
    ):
        return parent
    undated = all(event.date is None for event in anchor.events) and anchor.number is None
    return parent if undated and not anchor.row and parent.status == "done" and len(parent.events) == 1 else anchor


def _conservative(sentence: Sentence, mention: Mention) -> SourceName | None:
    if mention.label == "therapy_drug":
        return "medication" if mention.id != "none" else None
    if mention.label != "therapy" or mention.id == "none":
        return None
    if mention.id == "physical_therapy.pt":
        text = sentence.view.note.text
        if text[mention.start : mention.end] != "PT" or _PATIENT_LETTERS.match(text, mention.end):
            return None
    return "therapy"
