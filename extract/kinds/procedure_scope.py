"""Which names state a procedure of the spine: bare words need a note about it, headings state none."""

from __future__ import annotations

import re
from typing import cast

from chartproof.extract.kinds.procedure_anchors import EPIDURALS, Anchor
from chartproof.extract.kinds.procedure_kinds import SPINE, SPINE_WORDS_NEEDED
from chartproof.extract.regex import Regex
from chartproof.extract.view import NoteView, Sentence

_HEADING = Regex(r":\s*$|^[^a-z]{8,}|^[^.]{0,70}(?<!\.)$")
_SPINE_WORDS_MANY = 8
_BODY_ELSEWHERE = Regex(
    r"\b(?:knee|hip|shoulder|cataract|eye|hernia|gallbladder|heart|cardiac|bypass|breast|prostate|bladder|thyroid|colon|bowel|tumou?r|cancer|"
    r"carpal|hand|wrist|foot|ankle|elbow|rotator|sinus|tonsil\w*|kidney|bariatric|gastric|aort\w*|carotid|valve|brain|cranio\w*|uter\w*|hyster\w*|"
    r"appendix|append\w*|abdom\w*|lung|liver|vascular|tubal|c-section|cesarean|dental|tooth|ear|nose|skin|vein|toe|bunion|mass|lesion|cyst|hemorrhoid\w*|fibroid\w*)\b",
    re.IGNORECASE,
)
_OTHER_INJECTION = Regex(
    r"\b(?:botulin\w*|botox|vaccin\w*|hepatitis|immuniz\w*|dilaudid|toradol|contrast|sclera\w*|conjunctiv\w*|insulin|icterus|retina|eye|breast|penile|z-pak|decongestant|"
    r"regional|elbow|epicondyl\w*|finger|toe|plantar|spur|bullet|flu|tetanus|lymph|sclerosing|keloid|scar)\b",
    re.IGNORECASE,
)
_MEMO = "spine words"


def drop_titles(view: NoteView, anchors: list[Anchor]) -> None:
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


def settle_vague(view: NoteView, anchors: list[Anchor]) -> None:
    """Drop what only a note about the spine may mean by "injection", "block", "ablation", "pump" or another joint."""
    spinal = spine_words(view) >= SPINE_WORDS_NEEDED
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
        elif (
            (not spinal and anchor.assertion != "negated")
            or _OTHER_INJECTION.search(text)
            or (anchor.head == "block" and anchor.procedure == "other" and "nerve" not in anchor.text.lower())
        ):
            anchor.is_fact = False


def spine_words(view: NoteView) -> int:
    """How often the note names the spine, by region or level; counted once per note, and only up to a dozen."""
    if _MEMO not in view.memo:
        view.memo[_MEMO] = _count_spine_words(view)
    return cast(int, view.memo[_MEMO])


def _count_spine_words(view: NoteView) -> int:
    text = view.note.text
    count = 0
    for sentence in view.sentences:
        count += len(sentence.levels) if sentence.has("procedure", "diagnosis", "region") else 0
        for mention in sentence.mentions:
            if (
                mention.label == "region"
                and mention.id in SPINE | {"sacroiliac"}
                and text[mention.start : mention.end].lower() != "back"
            ):
                count += 1
        if count >= 12:
            break
    return count


def settle_surgery(view: NoteView, anchors: list[Anchor]) -> None:
    """A bare "surgery" counts only in a note about the spine and in a sentence about nothing else."""
    bare = [a for a in anchors if a.head == "surgery" and not a.specific]
    if not bare:
        return
    spine = max(
        spine_words(view), sum(1 for s in view.sentences for m in s.mentions if m.label == "region" and m.id in SPINE)
    )
    elsewhere = sum(
        1 for sentence in view.sentences for m in sentence.mentions if m.label == "region" and m.id == "other"
    )
    for anchor in bare:
        spinal_note = spine >= SPINE_WORDS_NEEDED and (spine >= elsewhere or spine >= _SPINE_WORDS_MANY)
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


def drop_headings(anchors: list[Anchor]) -> None:
    """A heading over dated lines ("INJECTION HISTORY (lumbar epidurals)") states no procedure of its own."""
    for index, anchor in enumerate(anchors):
        later = (other for other in anchors[index + 1 : index + 4] if other.sentence is not anchor.sentence)
        following = next(later, None)
        if (
            following is None
            or anchor.own
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


def _follows_options(sentence: Sentence) -> bool:
    at = sentence.previous
    for _ in range(4):
        if at is None:
            return False
        if re.search(r"\boptions?\b|\bdiscussed\b", at.lower):
            return True
        at = at.previous
    return False
