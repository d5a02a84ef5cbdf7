"""The procedures of a note in order: dates, rows of lists, "the second", and what a bare "injection" refers to.

`timeline` is read by the procedure finder, which states them as facts, and by the relief finder,
which links a response to the procedure it followed.
"""

from __future__ import annotations

import re
from typing import cast
from weakref import WeakKeyDictionary

from chartproof.extract.dates import DateMention, find_dates
from chartproof.extract.kinds.procedure_anchors import (
    EPIDURALS,
    Anchor,
    Event,
    agent_in,
    anchors_in,
    anesthetic_in,
    guidance_in,
    headless_anchor,
    level_names,
    technique_in,
)
from chartproof.extract.kinds.procedure_status import planned_assertion, settle
from chartproof.extract.view import PLAN_SECTIONS, NoteView, Sentence
from chartproof.facts import Region
from chartproof.spans import Span

_SKIPPED_SECTIONS = frozenset({"allergies", "medications", "labs", "ros"})
_ROW_LEAD = re.compile(r"[\s\-*•◦·|>]*(?:(?:#\s?(?P<mark>\d{1,2})|(?P<index>\d{1,2})[.)]?)\s*[:|.)-]?\s+)?[\s|]*")
_ROW_INDEX = re.compile(r"[ \t|]*#?(\d{1,2})(?:\s{2,}|\s*\|\s*|\t)\d{1,2}[/-]\d")
_HASH = re.compile(
    r"#\s?([1-9]|1\d)(?![\d/.]|\s*-?\s*(?:gauge|ga\b|g\b|french|fr\b|blade|vicryl|prolene|silk|nylon|ethibond|kerrison|penfield|\d|stitch|suture|tip|scalpel))",
    re.I,
)
_REF_FOLLOW = re.compile(
    r"\s*(?:,|\(|:|was\b|gave\b|on\b|in\b|one\b|set\b|had\b|done\b|\d|helped\b|lasted\b|\w+ \d{1,2}\b|wore\b|did\b)",
    re.I,
)
_FOREIGN = re.compile(
    r"(?<![\d.])(?:[1-9]\d|100)\s?%|\b(?:mri|x-?rays?|xr|ct scan|emg|ncs|labs?|onset|since|dob|born|injur\w*|accident|fell|fall|mvc|mva|seen|visit|(?-i:PT)|physical therapy|therapy|"
    r"chiro\w*|follow(?:ed)?[- ]?up|f/u|until|till|through|thru|by|began|begun|start\w*|pain|lasted|last seen|office|exam|appt|appointment|consult\w*|referral|opinion|explant\w*|removed|revised|relief|better|mos?|wks?|see|discuss|go over|returned|wore|worn|faded|back|"
    r"diagnosed|work since|off work|creep\w*|call\w*|age|films?|radiograph\w*|study|studies|psych\w*|cleared|return(?:s|ed)?|relief until)\b",
    re.IGNORECASE,
)
_TIGHT = re.compile(
    r"[\s:|,()=–-]*(?:(?:done|on|in|performed|from|dated|of|the|was|were|back in|again|here|both|last|most recent|in early|given|dos|by dr\.? \w+|then|and|elsewhere|here on|x\s?\d|\d\s?x|\(?#\d{1,2}\)?|set\s?\d?|right|left|lt|rt|l|r|'s)[\s:|,()-]*)*",
    re.I,
)
_BREAKS_CLAUSE = re.compile(r";|\.\s")
_LEVELS_STOP = re.compile(
    r";|\.\s|\b(?:disc|disk|mri|stenosis|pain|radic\w*|hnp|hernia\w*|for|due|because|root|without|relief|%)\b", re.I
)
_PROC_DATE = re.compile(
    r"\b(?:date of (?:procedure|operation|surgery|service)|procedure date|surgery date|dos|date)\b[ \t]*[:#]?", re.I
)
_OPERATIVE_TYPE = re.compile(r"(?<!pre-)(?<!pre)(?<!post )(?<!post-)(?:proced|operat)|op note|surgical|inject", re.I)
_NOT_OPERATIVE = re.compile(r"checklist|pre-?op|schedul|follow|planning|request|consult|visit|office|phone|call", re.I)
_OPERATIVE_TITLE = re.compile(
    r"\b(?:operative|procedure|op|proc|operation|ambulatory procedure|rfa procedure)\s*/?\s*(?:procedure\s+)?(?:note|report|record)\b|^\s*(?:[A-Za-z]+ ){0,4}(?:procedures?|operations?|proc)(?: [A-Za-z]+){0,3}(?:\s*\(s\))?\s*(?::|$)",
    re.I | re.M,
)
_OPERATIVE_HEAD = re.compile(
    r"\b(?:pre|post)-?\s?(?:operative|procedure|op) (?:diagnos[ei]s|dx)|\banesthesia\s*:|estimated blood loss", re.I
)
_OWN_SECTIONS = frozenset({"procedure"})
_FIRST_EVER = re.compile(r"\bfirst\b|\bno priors?\b", re.I)
_NO_LISTS = frozenset({"spine_surgery", "scs_implant", "scs_trial", "pump_implant", "pump_trial"})
_FOREIGN_ROW = re.compile(r"\b(?:mri|x-?rays?|xr|ct|emg|(?-i:PT)|chiro\w*|visits?|therapy)\b", re.I)
_HEADING = re.compile(r":\s*$|^[^a-z]{8,}|^[^.]{0,70}(?<!\.)$")
_INJECTION_KINDS = EPIDURALS | {
    "facet_injection",
    "medial_branch_block",
    "si_joint_injection",
    "sympathetic_block",
    "trigger_point",
    "other",
}
_BLOCK_KINDS = frozenset(
    {"medial_branch_block", "sympathetic_block", "esi_transforaminal", "facet_injection", "other", "si_joint_injection"}
)
_COMPATIBLE = {
    "injection": _INJECTION_KINDS,
    "block": _BLOCK_KINDS,
    "ablation": frozenset({"rf_ablation", "bvna"}),
    "surgery": frozenset({"spine_surgery"}),
}
_COMPARATIVE = re.compile(r"\b(?:dual|comparative|confirmatory|diagnostic|last|initial)\b", re.I)
_LAST_ONE = re.compile(r"(?:the )?(?:last|most recent|latest)\b", re.I)
_POINTS_BACK = re.compile(
    r"(?:\b(?:the|that|this|these|those|his|her|their|last|each|both|first|second|third|of|prior|previous|'s)\s*|^\s*)$",
    re.I,
)
_FURTHER_DATE_REACH = 140  # characters from one date of a series to the next
_SPINE_WORDS_NEEDED = 2
_SPINE_WORDS_MANY = 8
_BODY_ELSEWHERE = re.compile(
    r"\b(?:knee|hip|shoulder|cataract|eye|hernia|gallbladder|heart|cardiac|bypass|breast|prostate|bladder|thyroid|colon|bowel|tumou?r|cancer|"
    r"carpal|hand|wrist|foot|ankle|elbow|rotator|sinus|tonsil\w*|kidney|bariatric|gastric|aort\w*|carotid|valve|brain|cranio\w*|uter\w*|hyster\w*|"
    r"appendix|append\w*|abdom\w*|lung|liver|vascular|tubal|c-section|cesarean|dental|tooth|ear|nose|skin|vein|toe|bunion|mass|lesion|cyst|hemorrhoid\w*|fibroid\w*)\b",
    re.IGNORECASE,
)

_CACHE: WeakKeyDictionary[NoteView, list[Anchor]] = WeakKeyDictionary()


def timeline(view: NoteView) -> list[Anchor]:
    """All names of procedures in the note, in order, with status, assertion and events settled."""
    found = _CACHE.get(view)
    if found is None:
        found = _CACHE[view] = _build(view)
    return found


def is_operative(view: NoteView) -> bool:
    """Whether the note reports an operation or injection of its own date."""
    if view.note.type is not None:
        known = _OPERATIVE_TYPE.search(view.note.type) is not None
        return known and (_NOT_OPERATIVE.search(view.note.type) is None or view.note.type.lower() == "procedure visit")
    if _OPERATIVE_TITLE.search(view.note.text[:1500]) is None:
        return False
    return (
        any(s.section == "procedure_detail" for s in view.sentences)
        or _OPERATIVE_HEAD.search(view.note.text[:3000]) is not None
    )


def _build(view: NoteView) -> list[Anchor]:
    operative = is_operative(view)
    anchors: list[Anchor] = []
    heading: Anchor | None = None
    since_heading = 0
    for sentence in view.sentences:
        if sentence.section in _SKIPPED_SECTIONS:
            heading = None
            continue
        here = anchors_in(sentence)
        listing = sentence.section == "injections" or (heading is not None and since_heading <= 2)
        dated = _row_date(sentence) if listing and not here else None
        if (
            not here
            and dated is not None
            and (
                sentence.section == "injections"
                or (heading is not None and heading.head == "injection" and since_heading <= 2)
            )
        ):
            listed = headless_anchor(sentence, dated.span)
            here = [listed] if listed is not None else []
        elif not here and sentence.section == "injections" and sentence.dates:
            listed = headless_anchor(sentence, None)
            here = [listed] if listed is not None else []
        if (
            not here
            and dated is not None
            and heading is not None
            and since_heading <= 2
            and _is_row(sentence, heading, dated)
        ):
            heading.is_fact = heading.is_fact and (heading.row or any(event.date for event in heading.events))
            here = [_row(sentence, heading, dated)]
        elif not here:
            since_heading += 1
            here = []
        context = anchors + here
        if context:
            here = _with_references(sentence, here, context)
        if not here:
            continue
        for anchor in here:
            settle(anchor, here)
            anchor.is_fact = anchor.is_fact and anchor.head != "ref"
        _place_dates(sentence, here)
        for anchor in here:
            _details(anchor, here)
            _join_number(anchor)
            _number_from_row(anchor)
        if operative and sentence.section == "procedure_detail":
            for anchor in here:
                anchor.is_fact = (
                    anchor.is_fact and any(event.date for event in anchor.events) and anchor.status == "done"
                )
        if not (here[0].row and here[0].parent is not None):
            best = next((a for a in reversed(here) if a.specific), here[-1])
            heading = best
        since_heading = 0
        anchors.extend(here)
    if operative:
        _own_operation(view, anchors)
    else:
        _drop_titles(view, anchors)
    _settle_epidurals(anchors)
    _resolve_generic(view, anchors)
    _infer_regions(view, anchors)
    _settle_surgery(view, anchors)
    _settle_vague(view, anchors)
    _complete(anchors, view)
    _date_repeats(anchors)
    _drop_headings(anchors)
    return anchors


def _drop_titles(view: NoteView, anchors: list[Anchor]) -> None:
    """In a note that reports no operation, a procedure in its title says only what the note is about."""
    for anchor in anchors:
        if anchor.sentence.index > 1:
            return
        if (
            not anchor.cue
            and anchor.assertion == "present"
            and anchor.status == "done"
            and (
                not any(e.date for e in anchor.events)
                or (view.reference is not None and all(e.date == view.reference.isoformat() for e in anchor.events))
            )
            and not re.search(r"[.:]\s*$", anchor.sentence.text)
        ):
            anchor.is_fact = False


def _row_date(sentence: Sentence) -> DateMention | None:
    """The date with which a row of a list begins."""
    lead = _ROW_LEAD.match(sentence.text)
    if lead is None:
        return None
    at = sentence.start + lead.end()
    return next((date for date in sentence.dates if date.span.start == at), None)


def _is_row(sentence: Sentence, heading: Anchor, date: DateMention) -> bool:
    """Whether a line that begins with a date goes on with the injections of the heading."""
    if (
        heading.procedure in _NO_LISTS
        or heading.status == "planned"
        and not heading.row
        or heading.assertion in ("negated", "family", "hypothetical")
    ):
        return False
    rest = sentence.view.note.text[date.span.end : sentence.end]
    if re.search(r"\bpage\b|\bfrom:|\bfax", rest, re.I) or (date.iso or "") > (
        sentence.view.reference.isoformat() if sentence.view.reference else "9999"
    ):
        return False
    if sentence.section == "injections":
        return True
    return bool(
        sentence.percents or sentence.durations or re.search(r"relief|help|better|benefit|improve", rest, re.I)
    ) and not _FOREIGN_ROW.search(rest)


def _row(sentence: Sentence, heading: Anchor, date: DateMention) -> Anchor:
    """An anchor for a row that has its procedure from the heading."""
    lead = _ROW_LEAD.match(sentence.text)
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


def _with_references(sentence: Sentence, here: list[Anchor], context: list[Anchor]) -> list[Anchor]:
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
        aside = [a for a in here if a.span.end < mention.start and "(" in text[a.span.end : mention.start]]
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


def _number_from_row(anchor: Anchor) -> None:
    """The index of a table row that goes on with a date and a procedure is the ordinal."""
    index = _ROW_INDEX.match(anchor.sentence.text)
    if index is not None and anchor.number is None and len(anchor.events) == 1 and anchor.events[0].date:
        anchor.number = anchor.events[0].number = int(index[1])


def _join_number(anchor: Anchor) -> None:
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
        if len(gap) <= 12:
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


def _place_dates(sentence: Sentence, here: list[Anchor]) -> None:
    """Give each date of the sentence to the procedure it belongs to; make the events."""
    text = sentence.view.note.text
    owners: list[tuple[Anchor, DateMention]] = []
    takers = [anchor for anchor in here if anchor.cue != "reference"]
    dates_first = _dates_come_first(sentence, takers)
    previous: tuple[Anchor, DateMention] | None = None
    for date in sentence.dates:
        if not takers:
            break
        if date.form == "md" and text[date.span.start : date.span.end].endswith("/10") and _is_score(sentence, date):
            continue
        if date.form == "yesterday" and text[date.span.start : date.span.end].lower() == "today":
            continue
        inside = next((a for a in takers if a.span.start <= date.span.start and date.span.end <= a.span.end), None)
        if inside is not None:
            owner: Anchor | None = inside
        else:
            owner = _date_owner(text, takers, date, dates_first, previous, [a for a, _ in owners])
        if owner is not None:
            owners.append((owner, date))
            previous = (owner, date)
    for anchor in here:
        own = [date for a, date in owners if a is anchor]
        if anchor.status != "done" and own:
            own = [_ahead(sentence, date) for date in own]
        joined = _join_range(text, own)
        anchor.events = [
            Event(
                anchor,
                iso,
                span,
                anchor.number if len(joined) == 1 else None,
                anesthetic_in(text[span.end : span.end + 30].split(";")[0].split(")")[0]),
            )
            for iso, span in joined
        ]
        _settle_by_date(anchor)
        if anchor.is_fact or anchor.events:
            for _, span in joined:
                sentence.claim(span)
        if not anchor.events:
            anchor.events = [Event(anchor, None, None, anchor.number)]
        elif anchor.assertion not in ("family", "hypothetical"):
            anchor.is_fact = True


def _is_score(sentence: Sentence, date: DateMention) -> bool:
    """Whether "7/10" is a pain score and not the tenth of July."""
    if sentence.is_claimed(date.span):
        return True
    others = any(other is not date and other.form in ("md", "us") for other in sentence.dates)
    return (
        not others
        and _row_date(sentence) is not date
        and not re.search(r"\bon\s*$", sentence.view.note.text[sentence.start : date.span.start], re.I)
    )


def _dates_come_first(sentence: Sentence, here: list[Anchor]) -> bool:
    """Whether the line reads date, procedure, date, procedure."""
    dates = sentence.dates
    if not dates or not here or dates[0].span.start > here[0].span.start:
        return False
    gap = sentence.view.note.text[dates[0].span.end : here[0].span.start]
    return _TIGHT.fullmatch(gap) is not None or _row_date(sentence) is not None


def _date_owner(
    text: str,
    here: list[Anchor],
    date: DateMention,
    dates_first: bool,
    previous: tuple[Anchor, DateMention] | None,
    dated: list[Anchor],
) -> Anchor | None:
    before = next((a for a in reversed(here) if a.span.end <= date.span.start), None)
    behind = next((a for a in here if a.span.start >= date.span.end), None)
    gap_before = text[before.span.end : date.span.start] if before else ""
    gap_behind = text[date.span.end : behind.span.start] if behind else ""
    tight_before = before is not None and _TIGHT.fullmatch(gap_before) is not None
    tight_behind = behind is not None and _TIGHT.fullmatch(gap_behind) is not None
    if dates_first and tight_behind:
        return behind
    if tight_before:
        return before
    if (
        previous is not None
        and previous[0] is before
        and _is_further_date(text[previous[1].span.end : date.span.start], before)
    ):
        return before
    if tight_behind and not re.search(r"[,;]\s*$|\band\s*$", gap_behind):
        return behind
    listed = any(anchor is before for anchor in dated)
    if (
        before is not None
        and not listed
        and len(gap_before) <= 70
        and not _FOREIGN.search(gap_before)
        and not _BREAKS_CLAUSE.search(gap_before)
    ):
        return before
    if behind is not None and _has_own_date(text, behind, date):
        return None
    if (
        behind is not None
        and len(gap_behind) <= 60
        and not _FOREIGN.search(gap_behind)
        and not _BREAKS_CLAUSE.search(gap_behind)
    ):
        lead = text[max(0, date.span.start - 25) : date.span.start]
        return behind if not _FOREIGN.search(lead) else None
    return None


def _has_own_date(text: str, anchor: Anchor, date: DateMention) -> bool:
    """Whether another date stands right behind the name."""
    return any(
        other is not date
        and other.span.start >= anchor.span.end
        and _TIGHT.fullmatch(text[anchor.span.end : other.span.start]) is not None
        for other in anchor.sentence.dates
    )


def _is_further_date(gap: str, anchor: Anchor | None) -> bool:
    """Whether a date goes on with a list of dates of one procedure ("11/19 and 12/10", "; bupivacaine 2/19/25")."""
    if anchor is None or len(gap) > _FURTHER_DATE_REACH:
        return False
    if re.search(r";\s*(?:and |then )?(?:on )?$", gap) and (anchor.plural or anchor.text.rstrip().endswith("s")):
        return True
    if len(gap) > 60:
        return False
    return re.fullmatch(
        r"[\s,&/;+]*(?:and|then|again|to|-|–|through|in|on)?[\s,]*(?:again\s+)?(?:in|on)?\s*", gap, re.I
    ) is not None or (anesthetic_in(gap[-20:]) is not None and not _FOREIGN.search(gap[-20:]))


def _ahead(sentence: Sentence, date: DateMention) -> DateMention:
    if date.form not in ("md", "text", "season"):
        return date
    text = sentence.view.note.text[date.span.start : date.span.end]
    later = next(find_dates(text, sentence.view.reference, date.span.start, ahead=True), None)
    return later if later is not None and later.span == date.span else date


def _join_range(text: str, dates: list[DateMention]) -> list[tuple[str | None, Span]]:
    joined: list[tuple[str | None, Span]] = []
    for date in dates:
        if joined and date.iso and joined[-1][0] and "/" not in joined[-1][0]:
            if joined[-1][0] == date.iso:
                joined[-1] = (date.iso, date.span)
                continue
            gap = text[joined[-1][1].end : date.span.start].lower()
            if re.fullmatch(r"\s*(?:to|-|–|through|thru)\s*", gap):
                joined[-1] = (f"{joined[-1][0]}/{date.iso}", Span(joined[-1][1].start, date.span.end))
                continue
        joined.append((date.iso, date.span))
    return joined


def _settle_by_date(anchor: Anchor) -> None:
    """A past date makes a procedure done unless words say otherwise; a date ahead makes it planned."""
    reference = anchor.sentence.view.reference
    dates = [event.date for event in anchor.events if event.date]
    if not dates or reference is None or anchor.assertion in ("negated", "family", "hypothetical"):
        return
    today = reference.isoformat()
    past = all(date.split("/")[0] < today[: len(date.split("/")[0])] for date in dates)
    ahead = all(date.split("/")[0] > today[: len(date.split("/")[0])] for date in dates)
    if ahead and anchor.status == "done":
        anchor.status, anchor.assertion = "planned", planned_assertion(anchor)
    elif (
        past
        and anchor.status != "done"
        and (
            not anchor.cue
            or anchor.row
            or anchor.cue.startswith("consider")
            or anchor.cue_text in ("request", "repeat", "rpt", "may", "will", "recommend")
        )
    ):
        anchor.status, anchor.assertion = "done", "present"


def _details(anchor: Anchor, here: list[Anchor]) -> None:
    """Guidance, agent and technique from the words of the same item."""
    sentence = anchor.sentence
    text = sentence.view.note.text
    end = next((other.span.start for other in here if other.span.start >= anchor.span.end), sentence.end)
    own = text[anchor.span.start : end]
    if (
        not anchor.levels
        and anchor.specific
        and anchor.procedure not in _NO_LISTS - {"spine_surgery"}
        and anchor.region not in ("other", "sacroiliac")
    ):
        _levels_after(anchor, own)
    anchor.guidance = anchor.guidance or guidance_in(own)
    if anchor.guidance is None and sentence.next is not None and anchor.status != "done" and len(own) < 200:
        following = sentence.next
        if (
            following.section == sentence.section
            and not following.has("procedure")
            and re.match(r"[\s\-*]*(?:under|with|using|fluoro|c-?arm|ct |ultrasound|image)", following.text, re.I)
        ):
            anchor.guidance = guidance_in(following.text)
    anchor.agent = anchor.agent or agent_in(own)
    if anchor.procedure in (
        "medial_branch_block",
        "sympathetic_block",
        "esi_transforaminal",
        "facet_injection",
        "si_joint_injection",
    ):
        anchor.anesthetic = anesthetic_in(own)
    if anchor.procedure == "rf_ablation":
        before = text[max(sentence.start, anchor.span.start - 12) : anchor.span.start]
        anchor.technique = technique_in(before + own)
    elif anchor.procedure == "facet_injection" and re.search(r"\bIA\b|intra-?articular", own):
        anchor.technique = "intraarticular"
    if len(anchor.events) == 1 and anchor.events[0].anesthetic is None:
        anchor.events[0].anesthetic = anchor.anesthetic


def _levels_after(anchor: Anchor, own: str) -> None:
    """Levels that stand apart from the name in the same item ("neurotomy (85 C, 90 s) left L3, L4")."""
    near = anchor.sentence.view.note.text[anchor.span.end : anchor.span.start + min(len(own), 90)]
    stop = _LEVELS_STOP.search(near)
    limit = anchor.span.end + (stop.start() if stop else len(near))
    levels = [level for level in anchor.sentence.levels if anchor.span.end <= level.span.start < limit]
    if not levels:
        return
    anchor.levels = level_names(levels, anchor.procedure)
    anchor.region = anchor.region or cast("Region", levels[0].region)
    if anchor.side is None:
        sides = [sided.side for sided in anchor.sentence.sides if anchor.span.end <= sided.start < limit]
        anchor.side = sides[0] if len(set(sides)) == 1 else None


def _own_operation(view: NoteView, anchors: list[Anchor]) -> None:
    """Find the operation the note reports: one fact at its title, other names of it are no facts."""
    titles = [
        a for a in anchors if a.sentence.section in _OWN_SECTIONS and a.assertion not in ("family",) and a.head != "ref"
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
    if not titles:
        return
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
                or title.head in ("scs", "pump")
                and own.procedure in _NO_LISTS
            ),
            None,
        )
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
    text = view.note.text
    for own in owns:
        own.own, own.is_fact, own.status, own.assertion = True, True, "done", "present"
        own.events = [Event(own, date or own.events[0].date, own.events[0].span, own.number, own.anesthetic)]
        own.guidance = own.guidance or guidance_in(text)
        own.agent = own.agent or agent_in(text)
        if own.procedure in ("medial_branch_block", "sympathetic_block") and own.events[0].anesthetic is None:
            own.anesthetic = own.events[0].anesthetic = _injected(text)
        if own.procedure == "rf_ablation":
            own.technique = own.technique or technique_in(text)
    for anchor in anchors:
        if anchor.own or anchor.assertion in ("negated", "family", "hypothetical"):
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
                and not _differs(anchor, own)
            ):
                own.number = own.number or (anchor.number if same_kind or not anchor.specific else None)
                own.events[0].number = own.number
                anchor.is_fact = False
                anchor.own = True
                anchor.parent = own
                break


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
        "status post",
        "underwent",
        "has had",
        "previously",
        "failed",
        "tried",
        "has tried",
    ) or (anchor.count is not None and anchor.count > 1)


def _differs(anchor: Anchor, own: Anchor) -> bool:
    return any(a and b and a != b for a, b in ((anchor.side, own.side), (anchor.region, own.region)))


def _injected(text: str) -> str | None:  # type: ignore[misc]
    """The anesthetic of a block: not the one of the skin wheal where another is named."""
    return anesthetic_in(text)


def _early_end(view: NoteView) -> int:
    """Where the first few written lines end."""
    seen = 0
    for sentence in view.sentences:
        seen += 1
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
    own.side = own.side or other.side
    own.region = own.region or other.region
    own.number = own.number or other.number
    own.guidance = own.guidance or other.guidance
    own.anesthetic = own.anesthetic or other.anesthetic
    own.technique = own.technique or other.technique


def _resolve_generic(view: NoteView, anchors: list[Anchor]) -> None:
    """Give a bare "injection", "block", "shot" the kind of the procedure it refers to."""
    for index, anchor in enumerate(anchors):
        if anchor.specific or anchor.assertion == "family" or (anchor.assertion == "negated" and (anchor.status == "done" or anchor.number is None)):
            continue
        if anchor.head not in _COMPATIBLE and anchor.parent is None:
            continue
        source = _referent(view, anchors, index)
        if source is None:
            _block_before_ablation(anchor, anchors)
            continue
        anchor.parent = source
        anchor.procedure, anchor.name = source.procedure, source.name
        anchor.region = anchor.region or source.region
        anchor.side = anchor.side or source.side
        anchor.levels = anchor.levels or source.levels


def _block_before_ablation(anchor: Anchor, anchors: list[Anchor]) -> None:
    """Diagnostic blocks in a note about facet ablation are medial branch blocks."""
    if anchor.head != "block" or not (_COMPARATIVE.search(anchor.text) or any(event.date for event in anchor.events)):
        return
    ablation = next(
        (
            a
            for a in anchors
            if a.procedure == "rf_ablation" and a.name is None and a.assertion not in ("negated", "family")
        ),
        None,
    )
    if ablation is not None:
        anchor.procedure, anchor.name, anchor.specific = "medial_branch_block", None, True
        anchor.region, anchor.side = anchor.region or ablation.region, anchor.side or ablation.side


def _referent(view: NoteView, anchors: list[Anchor], index: int) -> Anchor | None:
    anchor = anchors[index]
    kinds = _COMPATIBLE.get(anchor.head, _INJECTION_KINDS)
    fit = [
        other
        for other in anchors
        if other.specific and other is not anchor and other.procedure in kinds and other.name != "joint_injection" and other.assertion not in ("negated", "family")
        and not (anchor.region and other.region and anchor.region != other.region)
        and not (other.name == "labor_epidural")
    ]  # fmt: skip
    if not fit:
        return None
    dates = {event.date for event in anchor.events if event.date}
    if dates:
        for other in fit:
            if any(
                event.date and any(event.date.startswith(date) or date.startswith(event.date) for date in dates)
                for event in other.events
            ):
                return other
    lead = view.note.text[max(anchor.sentence.start, anchor.span.start - 16) : anchor.span.start]
    definite = (
        anchor.number is not None
        or _COMPARATIVE.search(anchor.text) is not None
        or _POINTS_BACK.search(lead) is not None
        or bool(dates)
        or anchor.row
        or anchor.head == "ref"
        or anchor.own
        or (anchor.status != "done" and anchor.region is None)
    )
    if not definite:
        return None
    before = [other for other in fit if other.span.start < anchor.span.start]
    done = [other for other in before if other.status == "done"]
    near = [other for other in before if anchor.sentence.index - other.sentence.index <= 3]
    if near:
        return near[-1]
    if done or before:
        return (done or before)[-1]
    kinds_named = {other.procedure for other in fit}
    if len(kinds_named) == 1 and (dates or anchor.number is not None or lead.strip()):
        return fit[0]
    return None


def _settle_epidurals(anchors: list[Anchor]) -> None:
    """A bare "epidural" beside childbirth is an anesthetic, no injection for pain."""
    childbirth = False
    for anchor in anchors:
        if anchor.procedure != "esi" or not re.fullmatch(r"(?:\w+ )?epidurals?(?: injection)?", anchor.text, re.I):
            continue
        near = [anchor.sentence, anchor.sentence.previous, anchor.sentence.next]
        if childbirth or any(sentence is not None and _CHILDBIRTH.search(sentence.text) for sentence in near):
            childbirth = True
            anchor.procedure, anchor.name, anchor.region, anchor.is_fact = "other", "labor_epidural", "other", False


def _infer_regions(view: NoteView, anchors: list[Anchor]) -> None:
    """The region of a name without one: that of its sentence, else the only spine region the note is about."""
    spine: set[str] = set()
    for anchor in anchors:
        if anchor.region is not None or anchor.assertion in ("negated", "family") or anchor.procedure in _NO_REGION:
            continue
        text = view.note.text
        here = {
            m.id
            for m in anchor.sentence.mentions
            if m.label == "region" and m.id in _SPINE and text[m.start : m.end].lower() != "back"
        } | {level.region for level in anchor.sentence.levels}
        if len(here) == 1:
            anchor.region = cast("Region", here.pop())
            continue
        same = _same_kind_region(anchor, anchors)
        if len(same) == 1:
            anchor.region = cast("Region", same.pop())
            continue
        nearby = _region_before(view, anchor)
        if nearby is not None:
            anchor.region = nearby
            continue
        if not spine:
            spine = _note_regions(view)
        if len(spine) == 1:
            anchor.region = cast("Region", next(iter(spine)))


def _region_before(view: NoteView, anchor: Anchor) -> Region | None:
    """The spine region named last in the few sentences before, in the same section."""
    at = anchor.sentence.previous
    for _ in range(4):
        if at is None or at.section != anchor.sentence.section:
            return None
        named = [
            m.id
            for m in at.mentions
            if m.label == "region" and m.id in _SPINE and view.note.text[m.start : m.end].lower() != "back"
        ]
        if named:
            return cast("Region", named[-1]) if len(set(named)) == 1 else None
        at = at.previous
    return None


def _same_kind_region(anchor: Anchor, anchors: list[Anchor]) -> set[str]:
    return {
        other.region
        for other in anchors
        if other.region in _SPINE
        and other.assertion not in ("negated", "family")
        and (other.procedure == anchor.procedure or {other.procedure, anchor.procedure} <= EPIDURALS)
    }


def _note_regions(view: NoteView) -> set[str]:
    counts = {"cervical": 0, "thoracic": 0, "lumbar": 0}
    for sentence in view.sentences:
        if sentence.section in ("exam", "family_history", "ros", "medications", "allergies"):
            continue
        for mention in sentence.mentions:
            if view.note.text[mention.start : mention.end].lower() == "back":
                continue
            if mention.label == "region" and mention.id in counts:
                counts[mention.id] += 1
            elif mention.label == "region" and mention.id == "sacroiliac":
                counts["lumbar"] += 1
        for level in sentence.levels if sentence.has("procedure", "diagnosis") else ():
            counts[level.region] += 1
    return {region for region, count in counts.items() if count} or {"none", "unknown"}


_SPINE = frozenset({"cervical", "thoracic", "lumbar"})
_NO_REGION = frozenset({"scs_implant", "scs_trial", "pump_implant", "pump_trial", "si_joint_injection"})
_OTHER_INJECTION = re.compile(
    r"\b(?:botulin\w*|botox|vaccin\w*|hepatitis|immuniz\w*|dilaudid|toradol|contrast|sclera\w*|conjunctiv\w*|insulin|icterus|retina|eye|breast|penile|z-pak|decongestant|"
    r"regional|elbow|epicondyl\w*|finger|toe|plantar|spur|bullet|flu|tetanus|lymph|sclerosing|keloid|scar)\b",
    re.IGNORECASE,
)
_CHILDBIRTH = re.compile(
    r"\b(?:labou?r|c(?:esarean|aesarean)|c-section|deliver(?:y|ed)|pregnan\w*|childbirth|membranes|obstetric\w*|gravida|postpartum|anesthesi\w+)\b",
    re.I,
)


def _settle_vague(view: NoteView, anchors: list[Anchor]) -> None:
    """Drop what only a note about the spine may mean by "injection", "block", "ablation", "pump" or another joint."""
    spinal = _spine_words(view) >= _SPINE_WORDS_NEEDED
    pumps = any(a.specific and a.procedure in ("pump_implant", "pump_trial") for a in anchors)
    for anchor in anchors:
        if not anchor.is_fact:
            continue
        text = anchor.sentence.text
        if anchor.procedure == "other" and anchor.name in ("joint_injection", "peripheral_block"):
            anchor.is_fact = spinal
        elif anchor.procedure == "pump_implant" and not anchor.specific:
            anchor.is_fact = pumps or (spinal and anchor.assertion == "planned")
        elif anchor.procedure == "scs_implant" and anchor.head == "scs" and "stimulator" in anchor.text.lower():
            anchor.is_fact = spinal
        elif anchor.specific or anchor.parent is not None or anchor.head not in ("injection", "block", "ablation"):
            continue
        elif anchor.head == "ablation":
            anchor.is_fact = spinal and any(
                a.procedure in ("rf_ablation", "medial_branch_block", "facet_injection") and a is not anchor
                for a in anchors
            )
        elif (not spinal and anchor.assertion != "negated") or _OTHER_INJECTION.search(text):
            anchor.is_fact = False
        elif anchor.head == "block" and anchor.procedure == "other" and "nerve" not in anchor.text.lower():
            anchor.is_fact = False


def about_spine(view: NoteView) -> bool:
    """Whether the note is about spine or nerve pain, so that a bare "injection" or drug belongs to it."""
    return _spine_words(view) >= _SPINE_WORDS_NEEDED or any(a.specific and a.is_fact for a in timeline(view))


def _spine_words(view: NoteView) -> int:
    text = view.note.text
    count = 0
    for sentence in view.sentences:
        count += len(sentence.levels) if sentence.has("procedure", "diagnosis", "region") else 0
        for mention in sentence.mentions:
            if (
                mention.label == "region"
                and mention.id in _SPINE | {"sacroiliac"}
                and text[mention.start : mention.end].lower() != "back"
            ):
                count += 1
        if count >= 12:
            break
    return count


def _settle_surgery(view: NoteView, anchors: list[Anchor]) -> None:
    """A bare "surgery" counts only in a note about the spine and in a sentence about nothing else."""
    bare = [a for a in anchors if a.head == "surgery" and not a.specific]
    if not bare:
        return
    spine = sum(
        1
        for sentence in view.sentences
        for m in sentence.mentions
        if m.label == "region" and m.id in ("cervical", "thoracic", "lumbar")
    )
    elsewhere = sum(
        1 for sentence in view.sentences for m in sentence.mentions if m.label == "region" and m.id == "other"
    )
    for anchor in bare:
        spinal_note = spine >= _SPINE_WORDS_NEEDED and (spine >= elsewhere or spine >= _SPINE_WORDS_MANY)
        sentence = anchor.sentence
        about_spine = any(
            m.label == "region" and m.id in ("cervical", "thoracic", "lumbar") for m in sentence.mentions
        ) or bool(sentence.levels)
        if _BODY_ELSEWHERE.search(sentence.text) or not (spinal_note or about_spine):
            anchor.is_fact = False
        elif re.fullmatch(r"[\s\d.)(*•-]*surger(?:y|ies)[.\s]*", sentence.text, re.I) and _follows_options(sentence):
            anchor.status, anchor.assertion, anchor.is_fact = "considered", "planned", True
        elif anchor.status == "done" and anchor.assertion == "present":
            anchor.is_fact = anchor.is_fact and about_spine
        elif anchor.assertion == "negated" and anchor.status == "done":
            anchor.is_fact = about_spine or sentence.section in ("hpi", "injections", "treatment")
        elif sentence.section in ("family_history", "social_history", "exam", "pmh"):
            anchor.is_fact = False


def _drop_headings(anchors: list[Anchor]) -> None:
    """A heading over dated lines ("INJECTION HISTORY (lumbar epidurals)") states no procedure of its own."""
    for anchor, following in zip(anchors, anchors[1:], strict=False):
        if (
            anchor.own
            or anchor.status != "done"
            or anchor.assertion != "present"
            or any(event.date for event in anchor.events)
        ):
            continue
        gap = following.sentence.index - anchor.sentence.index
        same = (
            following.procedure == anchor.procedure
            or {following.procedure, anchor.procedure} <= EPIDURALS
            or not anchor.specific
        )
        if (
            1 <= gap <= 3
            and same
            and any(event.date for event in following.events)
            and _HEADING.search(anchor.sentence.text)
        ):
            anchor.is_fact = False


def _date_repeats(anchors: list[Anchor]) -> None:
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
            or anchor.procedure in _NO_LISTS
            or anchor.procedure == "other"
            or anchor.sentence.view.note.text[anchor.head_span.end - 1] == "s"
        ):
            continue
        fits = {
            e.date
            for a, e in dated
            if (a.procedure == anchor.procedure or (anchor.procedure == "esi" and a.procedure in EPIDURALS))
            and not _differs(anchor, a)
        }
        named = anchor.region or anchor.side or anchor.levels
        if len(fits) == 1 and (
            named
            or anchor.cue_text
            in ("s/p", "status post", "after", "following", "since", "post", "relief from", "response to")
        ):
            event.date = fits.pop()


def _follows_options(sentence: Sentence) -> bool:
    at = sentence.previous
    for _ in range(4):
        if at is None:
            return False
        if re.search(r"\boptions?\b|\bdiscussed\b", at.lower):
            return True
        at = at.previous
    return False


def _complete(anchors: list[Anchor], view: NoteView) -> None:
    """Full dates and sides for later mentions of a procedure that another line dates fully."""
    full = [(a, e) for a in anchors for e in a.events if e.date and len(e.date) == 10 and a.status == "done"]
    for anchor in anchors:
        for event in anchor.events:
            if event.date is None or len(event.date) >= 10 or "/" in event.date:
                continue
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
            known = by_number.get((anchor.procedure, event.number))
            if known is not None and not _differs(anchor, known.anchor):
                event.date = known.date
                anchor.is_fact = anchor.is_fact and anchor.specific and anchor.head != "ref"
