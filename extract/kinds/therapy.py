"""Finder of therapy facts: what was tried, is going on, is planned, was declined or could not be done.

Each therapy named (`therapy_items`) is read together with the text that belongs to it
(`therapy_reading`): up to the next therapy, or shared over a list. A therapist's own document
(`therapy_documents`) is one therapy with the dates and visits of its header.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from chartproof.extract.context import Target, assertion_of
from chartproof.extract.kinds.common import region_near
from chartproof.extract.kinds.therapy_documents import Document, find_document
from chartproof.extract.kinds.therapy_items import Item, drug_counts, is_about_pain, is_list_gap, items_of
from chartproof.extract.kinds.therapy_reading import (
    Reading,
    is_past,
    merge_times,
    nearest_cue,
    outcome_before,
    outcome_in,
    read_dates,
    read_length,
    read_reason,
    read_sessions,
)
from chartproof.extract.view import PLAN_SECTIONS, Mention, NoteView, Sentence
from chartproof.facts import Assertion, Region, Therapy, TherapyStatus
from chartproof.spans import Span

_CORE = frozenset({"physical_therapy", "home_exercise", "chiropractic"})
_PASSIVE = frozenset({"ice_heat", "tens", "massage", "acupuncture", "chiropractic"})
_BOUNDARY = re.compile(r";|\[\s*[xX✓]?\s*\]|☐|☑|☒|\s{3,}|\t|\||\.\s+(?=[A-Z(])|\s[-•]\s|→")
_BOX = re.compile(r"\[(?P<mark>\s*[xX✓]?\s*)\]|(?P<empty>☐)|(?P<full>☑|☒)")
_DENIED_AFTER = re.compile(
    r"\s*(?:\([^)]{0,12}\)\s*)?(?:[:=–|-]+|was|is|has\s+been)?\s*(?:none\b(?!\s+of)|no(?=\s*(?:$|[.,;|)]))|never\b|not\s+(?:yet\s+)?(?:done|tried|had|attempted|yet|to\s+date|used)\b|n/a\b|denies\b|denied(?=\s*(?:$|[.,;)]))|not\s+(?:yet\s+)?(?:started|begun)\b|\(-\)|neg\b)",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"\b(?:conservative|treatments?|therap(?:y|ies)|tried|modalities|measures|what\s+(?:has|have)\s+been\s+(?:done|tried)|tx|before\s+injections?|prior\s+care|failed)\b",
    re.IGNORECASE,
)
_HEADING_FAILED = re.compile(r"\bfailed\b|\bwithout\s+(?:relief|benefit|success)\b|\bunsuccessful\b", re.IGNORECASE)
_HEADING_DONE = re.compile(r"\btried\b|\bprior\b|\bprevious\b|\bpast\b|\bto\s+date\b|\bdone\b|\bso\s+far\b|\bcompleted\b|\bfailed\b", re.IGNORECASE)
_HEADING_NOW = re.compile(r"\bcurrent\b|\bongoing\b|\bpresent\b|\bnow\b", re.IGNORECASE)
_FOLLOWS = re.compile(
    r"\W*(?:it|this|that|these|those|they|neither|none|nothing|no\s+(?:relief|benefit|help|improvement|change|lasting|significant|real)|without|despite|she\s+(?:attended|completed|finished|went|did|had|got|felt|reports|states|noted|says|found|was\s+(?:discharged|compliant))"
    r"|he\s+(?:attended|completed|finished|went|did|had|got|felt|reports|states|noted|says|found|was\s+(?:discharged|compliant))|the\s+(?:therapy|treatment|treatments|therapist|exercises|sessions|program|symptoms|pain\s+(?:did|has|persist\w*|remain\w*))|symptoms|all\s+of|both|sessions|visits|unfortunately|however|pain\s+(?:did|has\s+not|persist\w*|remain\w*)|still|the\s+patient\s+states\s+that\s+after|last\s+(?:visit|session)|attended|completed|finished|ended|started|helped|helps|minimal|temporary|only|discharged)\b",
    re.IGNORECASE,
)
_FOLLOWS_ALL = re.compile(r"\W*(?:these|those|they|neither|none|nothing|all\s+of|both)\b", re.IGNORECASE)
_FOLLOWS_THERAPY = re.compile(r"\b(?:it|this|that|these|those|they|them|neither|none|nothing|therapy|treatments?|all\s+of|both|exercises|sessions|program)\b", re.IGNORECASE)
_NEW_SUBJECT = re.compile(r"\b(?:injection|epidural|block|ablation|rfa|esi|surgery|mri|x-?ray|x-?rays|emg)\b", re.IGNORECASE)
_SIDE_EFFECT = re.compile(
    r"\b(?:made\s+(?:him|her|them|me)\b|side\s+effects?|upset|gastritis|drows\w+|grogg\w+|sleepy|sedat\w+|dizz\w+|nause\w+|constipat\w+|gi\b|gfr|renal|kidney|ckd|lfts?|blood\s+pressure|allerg\w+|rash|not\s+(?:been\s+)?(?:well\s+)?tolerat\w+|intoler\w+|could\s+not\s+tolerate|couldn't\s+tolerate|did\s+not\s+tolerate|dry\s+mouth|foggy|ulcer|bleed\w*|swelling|hives|itch\w*|vomit\w*|confus\w+|stomach|reflux|not\s+allowed)",
    re.IGNORECASE,
)
_DRUG_STOPPED = re.compile(r"\b(?:stop+ed|discontinued|d/c'?d|dc'?d|quit|had\s+to\s+stop|self[- ]discontinued|off\s+the)\b", re.IGNORECASE)
_PLAN_DONE = re.compile(r"\b(?:has|have|had|was|were|did|failed|tried|completed|underwent|finished|went)\b", re.IGNORECASE)
_HOPE = re.compile(r"\b(?:will|would|should|could|may|might|recommend\w*|plan\w*|consider\w*|refer\w*|order\w*|start\w*|begin\w*|discuss\w*|try|options?|rx|prescri\w+|encourag\w*|advis\w*|suggest\w*|schedul\w*|initiat\w*|continue\w*|trial)\b", re.IGNORECASE)
_INSTRUCTION = re.compile(r"\b(?:post-?\s?op|after\s+the\s+(?:procedure|injection|block)|injection\s+site|needle|soreness|tonight)\b", re.IGNORECASE)
_PT_SOURCE = re.compile(r"\b(?:per|by|from|with|via|of)\s+(?:(?:the|her|his|a|outpatient|their)\s+)*$", re.IGNORECASE)
_UNBOXED_REASON = re.compile(r"[-–(:]\s*(?=[^\[\]]*\b(?:prefers?|declin\w+|refus\w+|defer\w*|unable|cannot|can't|not\s+interested)\b)", re.IGNORECASE)


@dataclass(slots=True)
class _Draft:
    """A therapy while the note is read."""

    item: Item
    sentence: Sentence
    reading: Reading
    status: TherapyStatus
    assertion: Assertion
    region: Region | None
    prescribed: bool = False
    followed_up: bool = False
    extra: list[Span] = field(default_factory=list)


def find(view: NoteView) -> Iterator[Therapy]:
    """Yield the therapy facts of a note."""
    if not any(sentence.has("therapy", "therapy_drug") for sentence in view.sentences):
        return
    document = find_document(view)
    about_pain = document.about_spine if document is not None else is_about_pain(view)
    drafts = list(_read(view, document, about_pain))
    if document is not None and document.about_spine:
        yield _document_fact(document)
    for draft in drafts:
        yield _fact(draft)


def _read(view: NoteView, document: Document | None, about_pain: bool) -> Iterator[_Draft]:
    procedure_note = any(sentence.section == "procedure_detail" for sentence in view.sentences)
    heading = _Heading()
    recent: list[_Draft] = []
    recent_index = -9
    for sentence in view.sentences:
        heading.read(sentence)
        if document is not None and sentence.index in document.header:
            continue
        items = items_of(sentence, heading.treatment) if sentence.has("therapy", "therapy_drug") else []
        drafts: list[_Draft] = []
        if any(item.modality is not None for item in items):
            drafts = _drafts(sentence, items, heading, document, about_pain, procedure_note)
        if drafts:
            recent, recent_index = drafts, sentence.index
            _read_log(sentence, drafts, document)
            yield from _held(drafts)
        elif recent and sentence.index - recent_index <= 2:
            _follow(sentence, recent)
            _read_log(sentence, [draft for draft in recent if draft.item.modality == "home_exercise"], document)


def _held(drafts: list[_Draft]) -> Iterator[_Draft]:
    yield from drafts


class _Heading:
    """What the last heading says of the lines under it."""

    def __init__(self) -> None:
        self.treatment = False
        self.failed = False
        self.done = False
        self.now = False
        self._section: str | None = None
        self._from_line = False
        self._left = 0

    def read(self, sentence: Sentence) -> None:
        """Update from a sentence that is, or opens with, a heading."""
        title = sentence.text[: sentence.body - sentence.start]
        section_changed = sentence.section != self._section or (title.strip() and sentence.body > sentence.start)
        if section_changed:
            self._section = sentence.section
            self._set(title if title.strip() else "", sentence.section == "treatment")
            self._from_line = False
        text = sentence.text
        stripped = text.rstrip(" -=:*")
        is_line = text.rstrip().endswith(":") and len(text) < 70
        if not is_line and len(stripped) < 45 and not sentence.has("therapy_drug") and _HEADING.search(stripped):
            is_line = stripped.isupper() or text.lstrip().startswith("#") or re.fullmatch(
                r"(?:what has been (?:done|tried)|(?:prior|previous|past|current|conservative|failed)\s+(?:treatments?|care|therap(?:y|ies)|treatment)(?:,?\s+failed)?|therapies to date|treatments? (?:tried|to date|so far)|before injections?(?:\s*\(\d+\))?)",
                stripped.strip(" #*"),
                re.IGNORECASE,
            ) is not None
        if is_line and not text.lstrip().startswith(("-", "•", "*")):
            if _HEADING.search(text):
                self._set(text, True)
                self._from_line, self._left = True, 14
            elif self._from_line:
                self._set("", sentence.section == "treatment")
                self._from_line = False
        elif self._from_line:
            self._left -= 1
            if self._left <= 0:
                self._set("", sentence.section == "treatment")
                self._from_line = False

    def _set(self, title: str, treatment: bool) -> None:
        self.treatment = treatment
        self.failed = treatment and _HEADING_FAILED.search(title) is not None
        self.done = treatment and _HEADING_DONE.search(title) is not None
        self.now = treatment and _HEADING_NOW.search(title) is not None


def _drafts(
    sentence: Sentence,
    items: list[Item],
    heading: _Heading,
    document: Document | None,
    about_pain: bool,
    procedure_note: bool,
) -> list[_Draft]:
    """Read the therapies of one sentence."""
    found: list[_Draft] = []
    segments = _segments(sentence, items)
    for segment, members in segments:
        for group in _groups(sentence, members):
            found.extend(_group_drafts(sentence, segment, members, group, heading, document, about_pain, procedure_note))
    return found


def _segments(sentence: Sentence, items: list[Item]) -> list[tuple[Span, list[Item]]]:
    """The sentence cut at semicolons, boxes and columns; a part without a therapy goes with the one before it."""
    cuts = [sentence.start]
    for match in _BOUNDARY.finditer(sentence.text):
        cuts.append(sentence.start + match.start())
    cuts.append(sentence.end)
    parts: list[tuple[Span, list[Item]]] = []
    for start, end in zip(cuts, cuts[1:], strict=False):
        inside = [item for item in items if start <= item.mention.start < end]
        if inside or not parts:
            if parts and not parts[-1][1]:
                start = parts[-1][0].start
                parts.pop()
            parts.append((Span(start, max(end, start + 1)), inside))
        else:
            last, members = parts[-1]
            parts[-1] = (Span(last.start, end), members)
    return [(span, members) for span, members in parts if members]


def _groups(sentence: Sentence, members: list[Item]) -> list[list[Item]]:
    """Neighbours that are only joined by commas, "and" or doses."""
    groups: list[list[Item]] = []
    for item in members:
        if groups and is_list_gap(sentence.between(groups[-1][-1].mention, item.mention)):
            groups[-1].append(item)
        else:
            groups.append([item])
    return groups


def _group_drafts(
    sentence: Sentence,
    segment: Span,
    members: list[Item],
    group: list[Item],
    heading: _Heading,
    document: Document | None,
    about_pain: bool,
    procedure_note: bool,
) -> list[_Draft]:
    first, last = group[0].mention, group[-1].mention
    earlier = [item.mention.end for item in members if item.mention.end <= first.start]
    later = [item.mention.start for item in members if item.mention.start >= last.end]
    left = Span(max(earlier, default=segment.start), max(first.start, max(earlier, default=segment.start) + 1))
    right = Span(last.end, max(min(later, default=segment.end), last.end + 1))
    clause_left = Span(segment.start, max(first.start, segment.start + 1))
    whole_right = Span(last.end, max(segment.end, last.end + 1))
    shared = Reading()
    if len(group) > 1:
        _read_group(sentence, shared, left, right)
    outcome = outcome_in(sentence, right) or (outcome_in(sentence, whole_right) if _shares(sentence, members, group) else None)
    before_outcome = outcome_before(sentence, clause_left if not earlier else left)
    drafts: list[_Draft] = []
    for index, item in enumerate(group):
        if item.modality is None:
            continue
        own_left = left if index == 0 else Span(group[index - 1].mention.end, max(item.mention.start, group[index - 1].mention.end + 1))
        is_last = index == len(group) - 1
        own_right = right if is_last else Span(item.mention.end, max(group[index + 1].mention.start, item.mention.end + 1))
        reading = Reading()
        read_length(sentence, reading, own_left, own_right)
        read_sessions(sentence, reading, own_left, own_right, times=item.modality != "medication")
        read_dates(sentence, reading, own_left, own_right, near=own_left if index == 0 else Span(own_left.start, own_left.start + 1))
        if len(group) > 1:
            merge_times(reading, shared)
        chosen = outcome or before_outcome
        if chosen is not None:
            reading.outcome = chosen[0]
            reading.outcome_past = is_past(sentence, chosen[1])
            reading.add(chosen[1].span)
        elif heading.failed:
            reading.outcome, reading.outcome_past = "failed", True
        draft = _settle(
            sentence, segment, item, reading, clause_left, own_left, right, heading, document, about_pain, procedure_note, len(group) > 1
        )
        if draft is not None and not _repeats(draft, drafts):
            drafts.append(draft)
    return drafts


def _shares(sentence: Sentence, members: list[Item], group: list[Item]) -> bool:
    """Whether what ends the sentence is said of this group too: "X twice daily, and a Y, do little"."""
    end = group[-1].mention.end
    gap_end = next((item.mention.start for item in members if item.mention.start >= end), end)
    gap = sentence.view.note.text[end:gap_end]
    return bool(re.search(r"\b(?:and|or|nor)\b[^,;]*$", gap)) and not sentence.of("procedure")


def _read_group(sentence: Sentence, shared: Reading, left: Span, right: Span) -> None:
    """What is said once of a whole list: a length led by "for", or one right before it."""
    text = sentence.view.note.text
    head = text[right.start : right.start + 30]
    if re.match(r"\s*,?\s*(?:all\s+|both\s+|each\s+)?(?:for|over|during|since|from|through|throughout|between)\b", head):
        read_length(sentence, shared, Span(right.start, right.start + 1), right)
        read_dates(sentence, shared, Span(right.start, right.start + 1), right, near=Span(right.start, right.start + 1))
    else:
        read_length(sentence, shared, left, Span(left.start, left.start + 1))


def _repeats(draft: _Draft, drafts: list[_Draft]) -> bool:
    """Whether the same therapy was just named in the same part of the sentence, with nothing new said."""
    for other in drafts:
        if (
            other.item.modality == draft.item.modality
            and other.item.name == draft.item.name
            and draft.item.modality in _CORE
            and not draft.reading.has_time
        ):
            return True
    return False


def _settle(
    sentence: Sentence,
    segment: Span,
    item: Item,
    reading: Reading,
    clause_left: Span,
    own_left: Span,
    right: Span,
    heading: _Heading,
    document: Document | None,
    about_pain: bool,
    procedure_note: bool,
    in_list: bool,
) -> _Draft | None:
    """Decide whether the therapy is a fact, and how it stands; None when it is not one."""
    text = sentence.view.note.text
    mention = item.mention
    before_id, before, after_id, after = nearest_cue(sentence, clause_left, right)
    if before is not None and before.id != "negated" and before.end < clause_left.end - 110:
        before_id, before = None, None
    section = sentence.section
    in_plan = section in PLAN_SECTIONS or (
        section == "assessment_plan" and not _PLAN_DONE.search(text[segment.start : segment.end])
    )
    if document is not None and not _fits_document(sentence, item, document):
        return None
    if not about_pain and not _own_context(sentence, segment, item):
        return None
    if mention.end <= sentence.body and reading.unit is None and not _says_something(sentence, item):
        return None
    if _other_disease(sentence, segment, mention):
        return None
    tried = before_id in ("done", "ongoing", "planned", "unable") or after_id in ("done", "stopped", "unable", "ongoing")
    told = reading.outcome is not None
    if item.is_drug and not (in_list and _listed_with_therapy(sentence, item)):
        if not about_pain and not told:
            return None
        planned_here = in_plan or before_id == "planned" or after_id == "planned"
        stopped = _SIDE_EFFECT.search(text[mention.end : right.end]) is not None
        if not drug_counts(sentence, item, segment, heading.treatment, told or stopped, tried and before_id != "planned" or heading.treatment, planned_here):
            return None
    elif item.is_drug and item.tag == "?" and not told and not heading.treatment:
        return None
    if procedure_note and item.modality not in ("physical_therapy", "home_exercise", "chiropractic", "acupuncture") and item.tag != "conservative":
        return None
    if _INSTRUCTION.search(text[segment.start : segment.end]) and item.modality in ("ice_heat", "medication"):
        return None
    if item.tag in ("pt", "bare", "person") and _PT_SOURCE.search(text[own_left.start : mention.start][-30:]) and _beside_exercise(sentence, item):
        return None
    box = _box_state(sentence, mention)
    assertion = _assertion(sentence, item, reading, before_id)
    if box is False:
        if in_plan:
            if not _UNBOXED_REASON.match(text, mention.end) and not _UNBOXED_REASON.search(text[mention.end : right.end]):
                return None
            assertion = "negated"
            after_id = "declined"
        else:
            assertion = "negated"
    status, assertion = _status(sentence, item, reading, assertion, before_id, after_id, heading, in_plan, right)
    if status in ("declined", "unable") and reading.reason is None:
        read_reason(sentence, reading, right)
    if item.is_drug and assertion == "present" and status in ("completed", "unspecified") and _SIDE_EFFECT.search(text[mention.end : right.end]):
        effect = _SIDE_EFFECT.search(text, mention.end, right.end)
        if effect is not None:
            status = "unable"
            reading.reason = reading.reason or " ".join(re.split(r"[.;)]", text[effect.start() : right.end])[0].split())[:80]
    for cue in (before, after):
        if cue is not None and (status in ("planned", "declined", "unable") or cue.id == "negated"):
            reading.add(cue.span)
    draft = _Draft(item, sentence, reading, status, assertion, _region(sentence, segment, mention, document))
    return draft


def _says_something(sentence: Sentence, item: Item) -> bool:
    """Whether a therapy named in a heading ("PT: 8 weeks") stands for what follows it."""
    body = sentence.text[item.mention.end - sentence.start :].strip(" :-\n\t")
    if not body:
        return False
    return not any(
        mention.label == "therapy" and mention.id != "none" and mention.start >= sentence.body for mention in sentence.mentions
    )


def _fits_document(sentence: Sentence, item: Item, document: Document) -> bool:
    """In a therapist's document the parts of the session are no therapies of their own."""
    if not document.about_spine:
        return False
    if sentence.section == "therapy_detail" or document.is_detail(sentence):
        return item.modality in _PASSIVE and item.modality != document.modality
    if item.modality == "home_exercise":
        return item.tag != "weak"
    if item.modality == document.modality:
        return False
    return item.modality is None or item.modality in _PASSIVE or item.modality in ("physical_therapy", "brace", "medication")


def _own_context(sentence: Sentence, segment: Span, item: Item) -> bool:
    """In a note that is not about the spine: the sentence itself says that the therapy is of such pain."""
    for mention in sentence.of("symptom", "region"):
        if mention.label == "symptom" and mention.id == "sciatica":
            return True
        if mention.label == "region" and mention.id not in ("other", "limb") and sentence.has("symptom"):
            return True
    return False


def _other_disease(sentence: Sentence, segment: Span, mention: Mention) -> bool:
    """Whether the words beside the therapy say that it is of a stroke, a new joint and the like."""
    for other in sentence.of("therapy_disease"):
        if segment.start <= other.start < segment.end and abs(other.start - mention.start) < 90:
            return not any(
                region.id not in ("other", "limb") and abs(region.start - mention.start) < abs(other.start - mention.start)
                for region in sentence.of("region")
            )
    return False


def _listed_with_therapy(sentence: Sentence, item: Item) -> bool:
    """Whether a drug stands in a list beside a therapy that is no drug."""
    return any(
        mention.id != "none"
        and ".weak" not in mention.id
        and ".bare" not in mention.id
        and abs(mention.start - item.mention.start) < 120
        for mention in sentence.of("therapy")
    ) and sentence.section not in ("medications", "pmh", "social_history", "allergies")


def _beside_exercise(sentence: Sentence, item: Item) -> bool:
    return any(
        mention.id.startswith("home_exercise") and abs(mention.start - item.mention.start) < 70 for mention in sentence.of("therapy")
    )


def _box_state(sentence: Sentence, mention: Mention) -> bool | None:
    """Whether the check box before the therapy is ticked; None without a box."""
    state: bool | None = None
    for match in _BOX.finditer(sentence.text, 0, mention.start - sentence.start):
        if match["mark"] is not None:
            state = bool(match["mark"].strip())
        else:
            state = match["full"] is not None
    return state


def _assertion(sentence: Sentence, item: Item, reading: Reading, before_id: str | None) -> Assertion:
    if sentence.section == "family_history":
        return "family"
    after = sentence.view.note.text[item.mention.end : item.mention.end + 40]
    if _DENIED_AFTER.match(after):
        return "negated"
    if before_id == "negated":
        return "negated"
    kept = []
    told = [(m.first, m.last) for m in sentence.of("therapy_outcome", "therapy_before", "therapy_after") if m.id != "ongoing" or m.last - m.first > 1]
    for modifier in sentence.modifiers:
        first, last = modifier.modifier_span
        if modifier.category == "negated":
            if any(a < last and first < b and (b - a) > 1 for a, b in told):
                continue
            gap = sentence.view.note.text[sentence.view.tokens.ends[last - 1] : item.mention.start]
            if last <= item.mention.first and not _negates(gap, reading):
                continue
        kept.append(modifier)
    return assertion_of(kept, Target(item.mention.first, item.mention.last, "THERAPY"))[0]


def _negates(gap: str, reading: Reading) -> bool:
    """Whether a "no" or "not" reaches over the words between it and the therapy."""
    if re.search(r"\b(?:despite|after|following|with|from|until|since|tried|has\s+(?:had|done|tried|completed)|underwent|continu\w+|is\s+(?:doing|taking|in)|takes|uses|started|did|went|because)\b", gap, re.IGNORECASE):
        return bool(re.match(r"\s*(?:been\s+(?:treated\s+with|to)|(?:any\s+)?(?:prior\s+)?treatment\s+with)", gap, re.IGNORECASE))
    if reading.has_time or reading.outcome is not None:
        return "," not in gap and len(gap) < 40
    return True


def _status(
    sentence: Sentence,
    item: Item,
    reading: Reading,
    assertion: Assertion,
    before_id: str | None,
    after_id: str | None,
    heading: _Heading,
    in_plan: bool,
    right: Span,
) -> tuple[TherapyStatus, Assertion]:
    if assertion == "family":
        return "unspecified", assertion
    if after_id == "unable" or before_id == "unable":
        return "unable", "present"
    if after_id == "declined" or before_id == "declined":
        return "declined", "negated"
    if assertion == "negated":
        return "unspecified", assertion
    if assertion == "hypothetical":
        return ("planned" if in_plan or before_id == "planned" else "unspecified"), assertion
    if after_id == "not_started":
        return ("planned", "planned") if before_id == "planned" or _HOPE.search(sentence.text) else ("unspecified", "negated")
    if after_id == "stopped" or before_id == "stopped":
        return "completed", "present"
    if reading.end is not None and reading.outcome is None and not _is_future(sentence, reading.end):
        return "completed", "present"
    if reading.open:
        return "ongoing", "present"
    if reading.outcome is not None and before_id != "planned":
        if reading.end is not None:
            return "completed", "present"
        if before_id == "ongoing" or (after_id == "ongoing" and before_id != "done"):
            return "ongoing", "present"
        if reading.outcome_past or before_id == "done" or reading.outcome == "failed" or after_id == "done":
            return "completed", "present"
        if heading.done:
            return "completed", "present"
        return "ongoing" if item.is_drug or item.modality != "massage" and not heading.treatment else "unspecified", "present"
    if in_plan:
        if before_id == "ongoing" or after_id == "ongoing" and before_id is None and not item.is_drug:
            return "ongoing", "present"
        if before_id == "done" and _PLAN_DONE.search(sentence.text):
            return "completed", "present"
        if after_id == "done" and before_id is None and _PLAN_DONE.search(sentence.text):
            return "completed", "present"
        return "planned", "planned"
    if before_id == "planned":
        if after_id == "done" or (reading.outcome is not None and reading.outcome_past):
            return "completed", "present"
        if after_id == "ongoing" and reading.start is not None:
            return "ongoing", "present"
        if item.modality == "home_exercise" and reading.start is not None:
            return "ongoing", "present"
        return "planned", "planned"
    if after_id == "planned" and before_id is None:
        return "planned", "planned"
    if before_id == "ongoing" or (after_id == "ongoing" and before_id is None):
        return "ongoing", "present"
    if before_id == "done" or after_id == "done":
        return ("ongoing", "present") if after_id == "ongoing" and before_id == "done" and reading.start is not None else ("completed", "present")
    if heading.now:
        return "ongoing", "present"
    if heading.done or reading.end is not None:
        return "completed", "present"
    if reading.unit is not None or reading.sessions is not None:
        return "completed", "present"
    return "unspecified", "present"


def _is_future(sentence: Sentence, iso: str) -> bool:
    reference = sentence.view.reference
    return reference is not None and iso[:10] > reference.isoformat()[: len(iso)]


def _region(sentence: Sentence, segment: Span, mention: Mention, document: Document | None) -> Region | None:
    region = region_near(sentence, mention)
    if region is None and document is not None:
        return document.region
    return region


def _follow(sentence: Sentence, recent: list[_Draft]) -> None:
    """ "It gave her no lasting benefit.": what the next sentence says of the therapies before it."""
    if not _FOLLOWS.match(sentence.text) or (_NEW_SUBJECT.search(sentence.text) and not _FOLLOWS_ALL.match(sentence.text)):
        return
    area = Span(sentence.start, sentence.end)
    outcome = outcome_in(sentence, area, 120)
    if outcome is not None and outcome[0] == "helped" and not _FOLLOWS_THERAPY.search(sentence.text[:60]):
        outcome = None
    targets = [draft for draft in recent if draft.assertion == "present" and draft.status != "unable"]
    if not _FOLLOWS_ALL.match(sentence.text):
        targets = targets[-1:] if len({draft.item.mention.start for draft in targets}) > 1 and not outcome else targets
    reading = Reading()
    if len(targets) == 1 and not targets[0].reading.has_time and not targets[0].item.is_drug and not sentence.has("symptom"):
        start = Span(sentence.start, sentence.start + 1)
        read_length(sentence, reading, start, area)
        read_sessions(sentence, reading, start, area, times=False)
        read_dates(sentence, reading, start, area, near=start)
        merge_times(targets[0].reading, reading)
    for draft in targets:
        if outcome is not None and draft.reading.outcome is None:
            draft.reading.outcome = outcome[0]
            draft.reading.add(outcome[1].span)
            if draft.status == "unspecified":
                draft.status = "completed" if is_past(sentence, outcome[1]) else draft.status
        if reading.end is not None and draft.status == "unspecified":
            draft.status = "completed"


def _read_log(sentence: Sentence, drafts: list[_Draft], document: Document | None) -> None:
    """Who prescribed a home exercise program, and whether somebody followed up that it was done."""
    for draft in drafts:
        if draft.item.modality != "home_exercise" or draft.assertion == "negated":
            continue
        for mention in sentence.of("therapy_log"):
            if mention.id == "followed":
                draft.followed_up = True
                draft.reading.add(mention.span)
            elif mention.id == "prescribed" and abs(mention.start - draft.item.mention.start) < 110 and draft.sentence is sentence:
                if not any(other.id == "unsupervised" for other in sentence.of("therapy_log")):
                    draft.prescribed = True


def _fact(draft: _Draft) -> Therapy:
    item, reading = draft.item, draft.reading
    first = item.mention.span
    spans = [first]
    for span in sorted(reading.spans):
        if not any(span.overlaps(other) for other in spans):
            spans.append(span)
    assert item.modality is not None
    known = draft.assertion != "negated" or draft.status == "declined"
    return Therapy(
        spans=tuple(spans),
        assertion=draft.assertion,
        modality=item.modality,
        low=reading.low,
        high=reading.high,
        unit=reading.unit,
        sessions=reading.sessions,
        start=reading.start,
        end=reading.end,
        status=draft.status,
        outcome=reading.outcome if known and draft.status != "planned" else None,
        reason=reading.reason if draft.status in ("declined", "unable") else None,
        region=draft.region,
        name=item.name,
        prescribed=draft.prescribed or None,
        followed_up=draft.followed_up or None,
        section=draft.sentence.section,
        source="rule:therapy.drug" if item.is_drug else "rule:therapy.named",
    )


def _document_fact(document: Document) -> Therapy:
    return Therapy(
        spans=tuple(document.spans),
        modality=document.modality,
        low=document.reading.low,
        high=document.reading.high,
        unit=document.reading.unit,
        sessions=document.reading.sessions,
        start=document.reading.start,
        end=document.reading.end,
        status=document.status,
        outcome=document.reading.outcome,
        region=document.region,
        section=None,
        source="rule:therapy.document",
    )
