"""The operation that an operative note itself reports: one fact at its title, with the date of the note."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import cast

from chartproof.extract.dates import find_dates
from chartproof.extract.kinds.procedure_anchors import (
    EPIDURALS,
    Anchor,
    Event,
    agent_in,
    anesthetic_in,
    guidance_in,
    headless_anchor,
    level_names,
    technique_in,
    without_ends,
)
from chartproof.extract.kinds.procedure_body import read_body
from chartproof.extract.kinds.procedure_kinds import NO_LISTS
from chartproof.extract.regex import Regex
from chartproof.extract.view import PLAN_SECTIONS, NoteView
from chartproof.facts import Region, Side
from chartproof.spans import Span

_PROC_DATE = Regex(
    r"\b(?:date of (?:procedure|operation|surgery|service)|procedure date|surgery date|dos|date)\b[ \t]*[:#]?", re.I
)
_OPERATIVE_TYPE = Regex(r"(?<!pre-)(?<!pre)(?<!post )(?<!post-)(?:proced|operat)|op note|surgical|inject", re.I)
_NOT_OPERATIVE = Regex(r"checklist|pre-?op|schedul|follow|planning|request|consult|visit|office|phone|call", re.I)
_OPERATIVE_TITLE = Regex(
    r"\b(?:operative|procedure|op|proc|operation|ambulatory procedure|rfa procedure)\s*/?\s*(?:procedure\s+)?(?:note|report|record)\b|^\s*(?:[A-Za-z]+ ){0,4}(?:procedures?|operations?|proc)(?: [A-Za-z]+){0,3}(?:\s*\(s\))?\s*(?::|$)",
    re.I | re.M,
)
_OPERATIVE_HEAD = Regex(
    r"\b(?:pre|post)-?\s?(?:operative|procedure|op) (?:diagnos[ei]s|dx)|\banesthesia\s*:|estimated blood loss", re.I
)
_NEEDLE_WORK = Regex(
    r"\bneedles?\b[^.;]{0,40}\b(?:was|were) (?:then )?(?:inserted|placed|directed|advanced|introduced|guided|withdrawn)\b",
    re.IGNORECASE,
)
_LEVEL_LINE = Regex(
    r"[\s\-*•]*(?:(?:target(?:ed)?|treated|facet)\s+)?(?:levels?|nerves?|joints?|targets?|sites?)\b", re.IGNORECASE
)
_MEMO = "is operative"
_TITLE = 120  # characters of a title
_FORM_LINES = 14  # sentences at the top of a note that may belong to its form
_OTHER_SIDE = Regex(
    r"\b(?:(?:the\s+)?(?:opposite|other|contralateral)(?:\s+side)?|(?P<side>left|right)\s+side)\b(?=[^;]{0,60}\b(?:done|performed|treated|completed|injected|ablated)\b)",
    re.IGNORECASE,
)
_ROOTS_FREED = Regex(r"(?:\W|\d|left|right|bilateral|[LSC]\d)*\s*nerve root decompression", re.IGNORECASE)
_THROUGH_CATHETER = Regex(r"\b(?:tun-l|racz|epimed|r-?k needle|lys[ei]s of adhesions|adhesiolysis)\b", re.IGNORECASE)
_OWN_SECTIONS = frozenset({"procedure"})


def is_operative(view: NoteView) -> bool:
    """Whether the note reports an operation or injection of its own date; looked up once per note."""
    if _MEMO not in view.memo:
        view.memo[_MEMO] = _is_operative(view)
    return bool(view.memo[_MEMO])


def _is_operative(view: NoteView) -> bool:
    if view.note.type is not None:
        known = _OPERATIVE_TYPE.search(view.note.type) is not None
        return known and (_NOT_OPERATIVE.search(view.note.type) is None or view.note.type.lower() == "procedure visit")
    if _OPERATIVE_TITLE.search(view.note.text[:1500]) is None:
        return False
    return (
        any(s.section == "procedure_detail" for s in view.sentences)
        or _OPERATIVE_HEAD.search(view.note.text[:3000]) is not None
        or _NEEDLE_WORK.search(view.note.text[:3000]) is not None
    )


def own_operation(view: NoteView, anchors: list[Anchor]) -> None:
    """Find the operation the note reports: one fact at its title, other names of it are no facts."""
    titles = [
        a
        for a in anchors
        if a.sentence.section in _OWN_SECTIONS
        and a.assertion != "family"
        and a.head != "ref"
        and a.name != "labor_epidural"
    ]
    lines = view.note.text[:600].count("\n")
    if not any(a.specific for a in titles) and lines:
        early = _early_end(view)
        titles = [
            a for a in anchors if a.span.start < early and a.head != "ref" and a.sentence.section in (None, "procedure")
        ] + titles
    if not any(a.specific for a in titles):
        listed = _headless_title(view)
        if listed is not None:
            titles = [listed, *titles]
            anchors.append(listed)
            anchors.sort(key=lambda a: a.span)
    if not any(a.specific for a in titles):
        titles = [*titles, *_first_told(anchors)]
    if not titles:
        return
    for title in titles if not any(a.specific for a in titles) else ():
        if not title.specific and "nerve block" in title.text.lower() and title.sentence.body > title.sentence.start:
            title.procedure, title.name, title.specific, title.region = "other", "peripheral_block", True, "other"
    date = _operation_date(view)
    owns: list[Anchor] = []
    for title in sorted(titles, key=lambda a: (not a.specific, a.span)):
        dated = title.events[0].date if title.events else None
        if dated is not None and date is not None and dated[:10] != date and not date.startswith(dated):
            continue
        same = next(
            (
                own
                for own in owns
                if own.procedure == title.procedure
                or not title.specific
                or (title.head in ("scs", "pump") and own.procedure in NO_LISTS)
            ),
            None,
        )
        if same is title:
            continue
        if same is not None and title.by_verb and title.levels and set(title.levels).isdisjoint(same.levels):
            same = None  # old hardware taken out elsewhere: an operation of its own
        if same is not None and (title.side in (None, same.side) or same.side is None):
            _merge(same, title)
            title.is_fact = False
            title.own = True
            title.parent = same
            continue
        if title.specific:
            owns.append(title)
        else:
            title.is_fact = False
    # What was done stands outside the plan, which may name what comes next.
    text = "\n".join(sentence.text for sentence in view.sentences if sentence.section not in PLAN_SECTIONS)
    alone = sum(not own.by_verb for own in owns) == 1
    if alone:
        _levels_of_form(view, owns[0])
        anchors.extend(_other_sides(view, owns[0], date, anchors))
        anchors.sort(key=lambda a: a.span)
    _join_catheter_work(view, owns)
    for own in owns:
        own.own, own.is_fact, own.status, own.assertion = True, True, "done", "present"
        own.events = [Event(own, date or own.events[0].date, own.events[0].span, own.number, own.anesthetic)]
        own.guidance = own.guidance or guidance_in(text)
        own.agent = own.agent or agent_in(text)
        if own.procedure in ("medial_branch_block", "sympathetic_block") and own.events[0].anesthetic is None:
            own.anesthetic = own.events[0].anesthetic = anesthetic_in(text)
        if own.procedure == "rf_ablation":
            own.technique = own.technique or technique_in(text)
        if own.side is None and own.procedure not in NO_LISTS and len(own.sentence.text) <= _TITLE:
            sides = {sided.side for sided in own.sentence.sides}
            own.side = sides.pop() if len(sides) == 1 else None
        if alone and own is owns[0]:
            read_body(view, own)
    for anchor in anchors:
        if anchor.own or anchor.assertion in ("negated", "family", "hypothetical"):
            if (not anchor.own and anchor.by_verb) or any(_said_of(anchor, own) for own in owns):
                anchor.is_fact = False
            continue
        if anchor.status != "done" and (
            anchor.sentence.section in PLAN_SECTIONS or anchor.sentence.section == "assessment_plan"
        ):
            continue
        event = anchor.events[0]
        for own in owns:
            same_kind = anchor.procedure == own.procedure or (
                anchor.procedure in EPIDURALS and own.procedure in EPIDURALS
            )
            undated = event.date is None or (date is not None and date.startswith(event.date))
            same_number = anchor.number is None or own.number is None or anchor.number == own.number
            if (
                (same_kind or not anchor.specific)
                and undated
                and same_number
                and not _reaches_back(anchor)
                and not differs(anchor, own)
            ):
                own.number = own.number or (anchor.number if same_kind or not anchor.specific else None)
                own.events[0].number = own.number
                anchor.is_fact = False
                anchor.own = True
                anchor.parent = own
                break


def _first_told(anchors: list[Anchor]) -> list[Anchor]:
    """The operation of a note without a title: the first that the patient is said to go through with."""
    told = (
        a
        for a in anchors
        if a.specific
        and a.name != "labor_epidural"
        and a.status == "planned"
        and a.assertion == "planned"
        and a.sentence.section not in PLAN_SECTIONS
    )
    first = next(told, None)
    return [first] if first is not None else []


def _said_of(anchor: Anchor, own: Anchor) -> bool:
    """Whether what is denied or only possible ("the course without it") is the operation that the note reports."""
    return (
        anchor.assertion in ("negated", "hypothetical")
        and anchor.procedure == own.procedure
        and anchor.name == own.name
        and anchor.status != "done"
        and not anchor.events[0].date
        and not differs(anchor, own)
    )


def _join_catheter_work(view: NoteView, owns: list[Anchor]) -> None:
    """Roots freed through a catheter are no spine surgery: one procedure with the adhesiolysis it belongs to."""
    freed = next((a for a in owns if a.name == "adhesiolysis"), None)
    for own in list(owns):
        if own.procedure != "spine_surgery" or _ROOTS_FREED.match(own.text) is None:
            continue
        if freed is not None:
            _merge(freed, own)
            owns.remove(own)
            own.is_fact, own.own, own.parent = False, True, freed
            if own.span.start < freed.span.start and own.sentence is freed.sentence:
                freed.span = Span(own.span.start, freed.span.end)
        elif _THROUGH_CATHETER.search(view.note.text) is not None:
            own.procedure, own.name = "other", "adhesiolysis"


def _levels_of_form(view: NoteView, own: Anchor) -> None:
    """Levels that a line of the form gives ("Joints ... L4-5, L5-S1"), where the title names none."""
    if own.levels or own.procedure in NO_LISTS:
        return
    for sentence in view.sentences[:_FORM_LINES]:
        if sentence.levels and _LEVEL_LINE.match(sentence.text):
            own.levels = level_names(list(sentence.levels), own.procedure, sentence.text) or own.levels
            own.region = own.region or cast("Region", sentence.levels[0].region)
            if "-" in own.levels[0]:
                return


def _other_sides(view: NoteView, own: Anchor, date: str | None, anchors: list[Anchor]) -> list[Anchor]:
    """The same procedure on the other side, told with its earlier date ("Opposite side: done May 7")."""
    if own.side not in ("left", "right") or date is None:
        return []
    other: Side = "left" if own.side == "right" else "right"
    found: list[Anchor] = []
    for sentence in view.sentences:
        told = _OTHER_SIDE.search(sentence.text)
        if told is None or (told["side"] and told["side"].lower() != other):
            continue
        start = sentence.start + told.start()
        day = next((d for d in sentence.dates if d.span.start > start and d.iso and d.iso < date), None)
        taken = any(event.span == day.span for a in anchors for event in a.events) if day is not None else True
        if day is None or taken:
            continue
        again = replace(
            own, sentence=sentence, span=Span(start, sentence.start + told.end()), side=other, number=None, count=None,
            own=False, row=True, parent=None, status="done", assertion="present", is_fact=True, extra=[], events=[],
        )  # fmt: skip
        again.events = [Event(again, day.iso, day.span)]
        sentence.claim(day.span)
        found.append(again)
    return found


def _reaches_back(anchor: Anchor) -> bool:
    return anchor.cue_text in (
        "prior",
        "previous",
        "history of",
        "hx of",
        "h/o",
        "last",
        "past",
        "s/p",
        "sp",
        "post",
        "status post",
        "underwent",
        "has had",
        "previously",
        "failed",
        "tried",
        "has tried",
    ) or (anchor.count is not None and anchor.count > 1)


def differs(anchor: Anchor, own: Anchor) -> bool:
    """Whether side or region tell two procedures apart."""
    regions = set(anchor.levels).isdisjoint(own.levels) and anchor.region and own.region and anchor.region != own.region
    return bool(regions or (anchor.side and own.side and anchor.side != own.side))


def _early_end(view: NoteView) -> int:
    """Where the first few written lines end."""
    for seen, sentence in enumerate(view.sentences, 1):
        if seen >= 5 or sentence.start > 500:
            return sentence.end
    return len(view.note.text)


def _headless_title(view: NoteView) -> Anchor | None:
    for sentence in view.sentences[:8]:
        if any(m.label == "procedure_part" and m.id == "medial_branch" for m in sentence.mentions) and sentence.levels:
            found = headless_anchor(sentence, None)
            if found is not None:
                found.events = [Event(found)]
                return found
    return None


def _operation_date(view: NoteView) -> str | None:
    if view.note.date is not None:
        return view.note.date.isoformat()
    for label in _PROC_DATE.finditer(view.note.text[:2500]):
        for mention in find_dates(view.note.text[label.end() : label.end() + 30], None):
            if mention.span.start <= 3 and mention.iso is not None and len(mention.iso) == 10:
                return mention.iso
    return view.reference.isoformat() if view.reference else None


def _merge(own: Anchor, other: Anchor) -> None:
    own.levels = (
        own.levels or other.levels
        if not other.levels
        else tuple(dict.fromkeys(own.levels + other.levels))
        if own.levels
        else other.levels
    )
    if own.procedure == "spine_surgery":
        own.levels = without_ends(own.levels)
    if own.procedure != "spine_surgery" or own.sentence is other.sentence:
        own.side = own.side or other.side
    own.region = own.region or other.region
    own.number = own.number or other.number
    own.guidance = own.guidance or other.guidance
    own.anesthetic = own.anesthetic or other.anesthetic
    own.technique = own.technique or other.technique
