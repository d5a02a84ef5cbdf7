"""Which names state a procedure of the spine: bare words need a note about it, headings state none."""

from __future__ import annotations

import re
from itertools import pairwise
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
    r"appendix|append\w*|abdom\w*|lung|liver|vascular|tubal|c-section|cesarean|dental|tooth|ear|nose|stomach|ulcer|skin|vein|toe|bunion|mass|lesion|cyst|hemorrhoid\w*|fibroid\w*)\b",
    re.IGNORECASE,
)
_OTHER_INJECTION = Regex(
    r"\b(?:botulin\w*|botox|vaccin\w*|hepatitis|immuniz\w*|dilaudid|toradol|contrast|sclera\w*|conjunctiv\w*|insulin|icterus|retina|eye|breast|penile|z-pak|decongestant|"
    r"various medications|gluteal|intramuscular\w*|regional|elbow|epicondyl\w*|finger|toe|plantar|spur|bullet|flu|tetanus|lymph|sclerosing|keloid|scar)\b",
    re.IGNORECASE,
)
_ANESTHESIA = Regex(
    r"\b(?:anesthe\w+|anaesthe\w+|sedation|tourniquet|incision|intraoperative\w*|preoperative\w*)\b", re.IGNORECASE
)
_SURGEON_WORK = Regex(
    r"\b(?:\w+(?:ectomy|ectomies|otomy|plasty|plasties|oscopy|orrhaphy)|release|repair|excision|incision|fixation|reduction|replacement|debridement|graft\w*|tourniquet|biopsy|cesarean|delivery|botulinum|neurolysis)\b",
    re.IGNORECASE,
)
_BELLY = Regex(
    r"\b(?:lapar\w*|bowel|abdom\w*|uter\w*|cesarean|c-section|ovar\w*|oophor\w*|cholecyst\w*|gastr\w*|periton\w*|omental|prostat\w*|nephr\w*|hernia|colectomy|hyster\w*|knee|shoulder|frozen|elbow|arthroscop\w*|pelvic adhesions?)\b",
    re.IGNORECASE,
)
_ORGAN = Regex(
    r"\b(?:thyroid\w*|goiter|prostat\w*|hydroneph\w*|kidneys?|renal|bladder|uter\w*|hyster\w*|ovar\w*|breasts?|mastectomy|brain|crani\w*|hydroceph\w*|shunt|tumou?rs?|"
    r"cancer|carcinoma|hernia|gallbladder|cholecyst\w*|heart|cardiac|coronary|valves?|bypass|aort\w*|carotid|cataracts?|eyes?|knees?|hip|shoulders?|rotator|pregnan\w*|colon|"
    r"bowel|abdom\w*|appendi\w*|aneurysm\w*|sinus(?:es)?|tonsil\w*|dental|carpal)\b",
    re.IGNORECASE,
)
_NECK_ORGAN = Regex(
    r"\b(?:thyroid\w*|parathyroid\w*|lymph\w*|nodes?|carotid|parotid|laryn\w*|trache\w*|tonsil\w*|neck dissection)\b",
    re.IGNORECASE,
)
_AILS = Regex(
    r"\s*(?:and (?:neck|back|arm|leg|shoulder)\s*)?(?:pain|ache|surg|problem|injur|symptom|spasm|strain|complain|disease|condition|fusion|operation)",
    re.IGNORECASE,
)
_NO_TOPIC = frozenset({"exam", "ros", "labs", "family_history", "allergies", "medications"})
_LISTED = 4  # sentences to either side
_TITLE = 140  # characters of an item in a list of operations
_TOPIC_REACH = 3  # sentences
_POINTS_BACK = Regex(r"^\W*(?:but |and |so far )?(?:the|this|that|these|those)\s+$", re.IGNORECASE)
_TELLS_EFFECT = Regex(
    r"\s+(?:procedure |injections? |treatment )?(?:has |have |had |did |was |were )?(?:not )?(?:been )?(?:helped|help|helpful|gave|given|provided|worked|lasted|relieved|improved|reduced|decreased|effective|eased)\b",
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
        loose = anchor.head == "ref" and anchor.parent is not None and anchor.procedure == "other" and not spinal
        if loose or (anchor.by_verb and anchor.assertion == "hypothetical"):
            anchor.is_fact = False
        elif anchor.procedure == "other" and anchor.name in ("joint_injection", "peripheral_block", "sacral_block"):
            own = anchor.own and anchor.parent is None and not _beside_surgery(anchor.sentence)
            anchor.is_fact = spinal or own or (anchor.name == "peripheral_block" and _for_pain(anchor))
        elif anchor.procedure == "other" and anchor.name in ("adhesiolysis", "manipulation"):
            anchor.is_fact = _in_spine(anchor, spinal)
        elif anchor.procedure == "pump_implant" and not anchor.specific:
            anchor.is_fact = pumps or (spinal and anchor.assertion == "planned")
        elif (
            anchor.procedure == "scs_implant"
            and anchor.head == "scs"
            and "spinal" not in (said := anchor.text.lower())
            and "stimulator" in said
        ):
            anchor.is_fact = spinal
        elif anchor.specific or anchor.parent is not None or anchor.head not in ("injection", "block", "ablation"):
            continue
        elif anchor.head == "ablation":
            anchor.is_fact = spinal and any(
                a.procedure in ("rf_ablation", "medial_branch_block", "facet_injection") and a is not anchor
                for a in anchors
            )
        elif (
            (not spinal and not _names_back(anchor) and (anchor.assertion != "negated" or anchor.status != "done"))
            or _OTHER_INJECTION.search(text)
            or (anchor.head == "block" and anchor.procedure == "other" and "nerve" not in anchor.text.lower())
        ):
            anchor.is_fact = (
                "nerve block" in anchor.text.lower() and anchor.assertion == "present" and _for_pain(anchor)
            )


def _names_back(anchor: Anchor) -> bool:
    """Whether the name itself or its sentence names the spine, with more than a bare "back"."""
    text = anchor.sentence.view.note.text
    return anchor.region in SPINE and any(
        m.label == "region"
        and m.id in SPINE
        and (text[m.start : m.end].lower() not in ("back", "neck") or _AILS.match(text, m.end) is not None)
        for m in anchor.sentence.mentions
    )


def _beside_surgery(sentence: Sentence) -> bool:
    """Whether the list of operations in which an injection stands names surgery."""
    listed = sentence.view.sentences[max(0, sentence.index - _LISTED) : sentence.index + _LISTED]
    return any(
        _SURGEON_WORK.search(one.text)
        for one in listed
        if one is sentence or (one.section == "procedure" and len(one.text) <= _TITLE)
    )


def _for_pain(anchor: Anchor) -> bool:
    """Whether a nerve was blocked for pain and not for an operation."""
    sentence = anchor.sentence
    return (
        sentence.section not in ("procedure", "procedure_detail")
        and sentence.has("symptom")
        and _ANESTHESIA.search(sentence.text) is None
    )


def _in_spine(anchor: Anchor, spinal: bool) -> bool:
    """Whether adhesions were freed, or a joint manipulated, in the spine and not in the belly, knee or shoulder."""
    sentence = anchor.sentence
    if _BODY_ELSEWHERE.search(sentence.text) or _BELLY.search(sentence.view.note.text[:1500]):
        return False
    return spinal or anchor.region in SPINE or "epidural" in anchor.text.lower()


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


def _spine_topic(view: NoteView) -> int:
    """How often the note tells of the spine outside the examination; a bare "neck" or "back" only with what ails it."""
    text = view.note.text
    count = 0
    for sentence in view.sentences:
        if sentence.section in _NO_TOPIC:
            continue
        count += len(sentence.levels) if sentence.has("procedure", "diagnosis", "dx", "region") else 0
        for mention in sentence.mentions:
            if mention.label == "region" and mention.id in SPINE | {"sacroiliac"}:
                bare = text[mention.start : mention.end].lower() in ("back", "neck", "upper back")
                count += not bare or _AILS.match(text, mention.end) is not None
        if count >= _SPINE_WORDS_MANY:
            break
    return count


def _topic_elsewhere(sentence: Sentence) -> bool:
    """Whether the sentences before, the nearest first, tell of another organ before they tell of the spine."""
    at = sentence.previous
    for _ in range(_TOPIC_REACH):
        if at is None or at.section != sentence.section:
            return False
        if at.levels or any(m.label == "region" and m.id in SPINE for m in at.mentions):
            return False
        if _ORGAN.search(at.text):
            return True
        at = at.previous
    return False


def settle_surgery(view: NoteView, anchors: list[Anchor]) -> None:
    """A bare "surgery" counts only in a note about the spine and in a sentence about nothing else."""
    for anchor in anchors:
        if (
            anchor.head == "surgery"
            and anchor.specific
            and anchor.region == "cervical"
            and _NECK_ORGAN.search(anchor.sentence.text)
        ):
            anchor.is_fact = False
    bare = [a for a in anchors if a.head == "surgery" and not a.specific]
    if not bare:
        return
    spine = _spine_topic(view)
    elsewhere = sum(
        1 for sentence in view.sentences for m in sentence.mentions if m.label == "region" and m.id == "other"
    )
    for anchor in bare:
        spinal_note = spine >= SPINE_WORDS_NEEDED and (spine >= elsewhere or spine >= _SPINE_WORDS_MANY)
        sentence = anchor.sentence
        about_spine = any(
            m.label == "region" and m.id in ("cervical", "thoracic", "lumbar") for m in sentence.mentions
        ) or bool(sentence.levels)
        if (
            _BODY_ELSEWHERE.search(sentence.text)
            or not (spinal_note or about_spine)
            or (not about_spine and _topic_elsewhere(sentence))
        ):
            anchor.is_fact = False
        elif re.fullmatch(r"[\s\d.)(*•-]*surger(?:y|ies)[.\s]*", sentence.text, re.I) and _follows_options(sentence):
            anchor.status, anchor.assertion, anchor.is_fact = "considered", "planned", True
        elif anchor.status == "done" and anchor.assertion == "present":
            anchor.is_fact = anchor.is_fact and about_spine
        elif anchor.assertion == "negated" and anchor.status == "done":
            anchor.is_fact = about_spine or sentence.section in ("hpi", "injections", "treatment")
        elif sentence.section in ("family_history", "social_history", "exam", "pmh"):
            anchor.is_fact = False


def drop_retold(anchors: list[Anchor]) -> None:
    """A procedure told of in the sentence before, named again only to say what it did ("The denervation helped"), is no new one."""
    for before, anchor in pairwise(anchors):
        if (
            anchor.is_fact
            and before.is_fact
            and not anchor.own
            and (anchor.procedure, anchor.name) == (before.procedure, before.name)
            and (anchor.status, anchor.assertion) == ("done", "present") == (before.status, before.assertion)
            and anchor.sentence.index - before.sentence.index == 1
            and not (anchor.levels or anchor.side or anchor.number or any(event.date for event in anchor.events))
        ):
            text = anchor.sentence.text
            at = anchor.span.start - anchor.sentence.start
            if _POINTS_BACK.search(text[:at]) and _TELLS_EFFECT.match(text, anchor.span.end - anchor.sentence.start):
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
