"""The procedures of a note in order: dates, rows of lists, "the second", and what a bare "injection" refers to.

`timeline` is read by the procedure finder, which states them as facts, and by the relief finder,
which links a response to the procedure it followed.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import cast

from chartproof.extract.kinds.procedure_anchors import Anchor, Event, anchors_in, headless_anchor
from chartproof.extract.kinds.procedure_dates import place_dates, row_date
from chartproof.extract.kinds.procedure_details import add_details
from chartproof.extract.kinds.procedure_kinds import SPINE_WORDS_NEEDED
from chartproof.extract.kinds.procedure_operation import is_operative, own_operation
from chartproof.extract.kinds.procedure_referents import infer_regions, resolve_generic, settle_epidurals
from chartproof.extract.kinds.procedure_repeats import complete_dates, date_repeats, date_title
from chartproof.extract.kinds.procedure_rows import is_row, join_number, number_from_row, row_anchor, with_references
from chartproof.extract.kinds.procedure_scope import (
    drop_consent,
    drop_headings,
    drop_retold,
    drop_titles,
    settle_surgery,
    settle_vague,
    spine_words,
)
from chartproof.extract.kinds.procedure_status import settle
from chartproof.extract.kinds.procedure_targets import by_approach, dated_blocks, injected, named_by_target, specify
from chartproof.extract.kinds.procedure_verbs import told_by_verb
from chartproof.extract.regex import Regex
from chartproof.extract.view import NoteView, Sentence

_SKIPPED_SECTIONS = frozenset({"allergies", "medications", "labs", "ros"})
_MEMO = "procedures"
_HEADS_LIST = Regex(
    r"(?=.*\b(?:all|each|every|log|list|record)\b)[^.]{0,90}", re.DOTALL | re.IGNORECASE
)  # as over a list
_EARLIER = Regex(r"\b(?:previous|prior(?! to)|status post|s/p|history of)\b[^.;]{0,25}$", re.IGNORECASE)
_LAST = Regex(r"\b(?:last|previous|prior|most recent|earlier)\b", re.IGNORECASE)
_LIST_REACH = 2  # sentences from a heading or row to the next row


def timeline(view: NoteView) -> list[Anchor]:
    """All names of procedures in the note, in order, with status, assertion and events settled."""
    if _MEMO not in view.memo:
        view.memo[_MEMO] = _build(view)
    return cast("list[Anchor]", view.memo[_MEMO])


def _build(view: NoteView) -> list[Anchor]:
    operative = is_operative(view)
    anchors: list[Anchor] = []
    heading: Anchor | None = None
    since_heading = 0
    for sentence in view.sentences:
        if sentence.section in _SKIPPED_SECTIONS:
            heading = None
            continue
        named = _named_in(sentence, heading if since_heading <= _LIST_REACH else None)
        if not named:
            since_heading += 1
        here = with_references(sentence, named, anchors + named) if anchors or named else []
        if not here:
            continue
        _settle_all(sentence, here, operative)
        if not (here[0].row and here[0].parent is not None):
            heading = next((anchor for anchor in reversed(here) if anchor.specific), here[-1])
        since_heading = 0
        anchors.extend(here)
    settle_epidurals(anchors)
    if operative:
        own_operation(view, anchors)
    else:
        drop_titles(view, anchors)
        drop_consent(anchors)
        date_title(view, anchors)
    resolve_generic(view, anchors)
    infer_regions(view, anchors)
    settle_surgery(view, anchors)
    settle_vague(view, anchors)
    complete_dates(anchors)
    date_repeats(anchors)
    drop_headings(anchors)
    drop_retold(anchors)
    return anchors


def _named_in(sentence: Sentence, heading: Anchor | None) -> list[Anchor]:
    """The names of one sentence; in a list also lines that name the target alone, or nothing but a date."""
    here = anchors_in(sentence)
    if here:
        specify(sentence, here)
        here = by_approach(sentence, here)
    elif sentence.has("procedure_part"):
        here = injected(sentence) or named_by_target(sentence)
    if sentence.has("procedure_part") and sentence.dates:
        here = sorted(here + dated_blocks(sentence, here), key=lambda anchor: anchor.span)
    if sentence.has("procedure_verb"):
        here = sorted(here + told_by_verb(sentence, here), key=lambda anchor: anchor.span)
    if len(here) == 1 and here[0].head == "injection" and not here[0].specific and _HEADS_LIST.fullmatch(sentence.text):
        whole = headless_anchor(sentence, None)
        return [whole] if whole is not None else here
    listing = sentence.section == "injections"
    if here or not (listing or heading is not None):
        return here
    dated = row_date(sentence)
    if (listing and sentence.dates) or (dated is not None and heading is not None and heading.head == "injection"):
        alone = headless_anchor(sentence, dated.span if dated is not None else None)
        if alone is not None:
            return [alone]
    if dated is None or heading is None or not is_row(sentence, heading, dated):
        return []
    heading.is_fact = heading.is_fact and (heading.row or any(event.date for event in heading.events))
    return [row_anchor(sentence, heading, dated)]


def _settle_all(sentence: Sentence, here: list[Anchor], operative: bool) -> None:
    """Status, dates and details of the names of one sentence."""
    for anchor in here:
        settle(anchor, here)
        anchor.is_fact = anchor.is_fact and anchor.head != "ref"
    place_dates(sentence, here)
    here.extend(one for anchor in list(here) if (one := _predecessor(anchor)) is not None)
    for anchor in here:
        add_details(anchor, here)
        join_number(anchor)
        number_from_row(anchor)
        if operative and sentence.section == "procedure_detail":
            dated = any(event.date for event in anchor.events)
            lead = sentence.view.note.text[max(sentence.start, anchor.span.start - 40) : anchor.span.start]
            earlier = anchor.specific and _EARLIER.search(lead) is not None
            anchor.is_fact = anchor.is_fact and (dated or earlier) and anchor.status == "done"


def _predecessor(anchor: Anchor) -> Anchor | None:
    """The earlier procedure whose date stands behind the name of its planned repeat ("repeat L4-5 ESI, last done 1/22/25")."""
    reference = anchor.sentence.view.reference
    dates = [event.date for event in anchor.events if event.date]
    if (
        not anchor.cue.startswith("plan")
        or anchor.assertion not in ("planned", "present")
        or not dates
        or not reference
    ):
        return None
    first = anchor.events[0].span
    if first is None or first.start < anchor.span.end or max(dates) >= reference.isoformat():
        return None
    if _LAST.search(anchor.sentence.between(anchor.span, first)) is None:
        return None
    earlier = replace(
        anchor, status="done", assertion="present", cue="done", cue_text="last", number=None, events=[], extra=[]
    )
    earlier.events = [replace(event, anchor=earlier) for event in anchor.events]
    anchor.events = [Event(anchor, None, None, anchor.number)]
    anchor.status, anchor.assertion = "planned", "planned"
    return earlier


def about_spine(view: NoteView) -> bool:
    """Whether the note is about spine or nerve pain, so that a bare "injection" or drug belongs to it."""
    return spine_words(view) >= SPINE_WORDS_NEEDED or any(a.specific and a.is_fact for a in timeline(view))
