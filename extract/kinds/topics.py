"""What a statement is about: the patient's spine, limb or nerve complaint, or another complaint, disease or event.

An amount of time, a date or a score belongs to the complaint named nearest to it. A complaint is one of ours by its
body place ("pain" in the chest is not); a general word ("symptoms", "the episode") takes the meaning of what was named
before it: in the sentence, in the sentences before, or as the note's first complaint.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, cast

from chartproof.extract.kinds.common import distance
from chartproof.extract.regex import Regex
from chartproof.extract.view import Mention, NoteView, Sentence
from chartproof.spans import Span

#: ours: pain, numbness or weakness of spine or limb; joint: pain of a joint of a limb; placeless: pain, numbness or
#: weakness of who knows what; foreign: another complaint or disease; event: a treatment, a visit, a state of life;
#: general: "symptoms", whatever they are. What is no complaint by itself: a structural finding, a spine region or limb
#: (place), another organ.
Kind = Literal["ours", "joint", "placeless", "foreign", "event", "general", "finding", "place", "organ"]

_PLACE_REACH = 45  # characters between a complaint and its body place
_PLACE_APART = 15  # what a comma or "and" between the two adds
_QUALIFIER_REACH = 12  # characters between a general word and what it is of: "urinary symptoms"
_LOOK_BACK = 4  # sentences
_BREATH = 25  # characters between two body places that share a complaint
_JOINED = Regex(
    r"\s*(?:[,/&]|\band\b|\bor\b|,\s*and\b)\s*(?:(?:the|left|right|his|her|bilateral|lower|upper)\s+){0,3}",
    re.IGNORECASE,
)
_AFTER = 20  # what is named behind an amount counts as further away
_HEAD_PAIN = ("headache", "migraine", "pressure")
_SPECIFIC = ("stiff", "spasm")
_OF = ("of", "of the", "with", "like", "type", "-like", "-type", "-", "")
_OFTEN = 3  # sentences that make a history one of ours
_HISTORY = frozenset({None, "hpi", "chief_complaint", "history"})
_NAMED: frozenset[Kind] = frozenset({"ours", "joint", "foreign"})
_MEASURED: frozenset[Kind] = _NAMED | {"general", "placeless", "event"}
SPINE = frozenset({"cervical", "thoracic", "lumbar", "sacroiliac"})
_OTHER_PROBLEM = frozenset({"complaint", "disease"})
#: Words that make what follows an event that something else is dated by: "pain since the operation".
_BY_EVENT = Regex(r"\b(?:after|since|following|before|until|from)\s+(?:[\w'’]+\s+){0,2}$", re.IGNORECASE)
_APART = Regex(r",|\b(?:which|that|who|when|where|after|before|until|with|by)\b")
#: The amount opens its clause: "Over the last three days, she has had ...".
_LEADS = Regex(
    r"(?:^|[,;.]\s|\b(?:and|but|that|recently|additionally|addition)\s)\W*(?:(?:for|over|within|during|in|since|on|the|past|last|about|approximately|also|more|recently)\W+)*$",
    re.IGNORECASE,
)
_PAIN_FINDINGS = frozenset({"radiculopathy", "crps", "neuropathy", "failed_back_surgery", "other"})


class Topic(NamedTuple):
    """Something a sentence speaks of."""

    start: int
    end: int
    kind: Kind

    @property
    def span(self) -> Span:
        """The characters of the words."""
        return Span(self.start, self.end)


def topics(sentence: Sentence) -> list[Topic]:
    """The complaints, diseases, events and body places that a sentence names, in order."""
    if "topics" not in sentence.__dict__:
        sentence.__dict__["topics"] = sorted(_read(sentence)) if sentence.mentions else []
    return cast(list[Topic], sentence.__dict__["topics"])


def _read(sentence: Sentence) -> list[Topic]:
    foreign = sentence.of("not_symptom", "foreign")
    organs = sentence.of("organ")
    places = sentence.of("region")
    found = [Topic(m.start, m.end, "foreign" if m.id in _OTHER_PROBLEM else "event") for m in foreign]
    used: list[Mention] = []
    for mention in sentence.of("symptom", "felt"):
        if any(
            (other.start <= mention.start and mention.end <= other.end)
            or (other.id in _OTHER_PROBLEM and mention.start - other.end == 1)
            for other in foreign
        ):
            continue
        word = sentence.lower[mention.start - sentence.start : mention.end - sentence.start]
        if mention.id == "symptoms" and not word.startswith(_SPECIFIC):
            kind: Kind = "foreign" if _is_qualified(sentence, mention, [*foreign, *organs]) else "general"
        elif word.startswith(_HEAD_PAIN):
            kind = "foreign"
        else:
            place = _place(sentence, mention, [*organs, *places])
            kind = "ours" if place is None or place.label == "region" else "foreign"
            if place is None and mention.id != "sciatica":
                kind = "placeless"
            elif place is not None:
                used.append(place)
                if place.label == "region" and place.id == "other" and not _beside_spine(sentence, place, places):
                    kind = "joint"
        found.append(Topic(mention.start, mention.end, kind))
    found.extend(Topic(m.start, m.end, "finding") for m in sentence.of("dx") if m.id not in _PAIN_FINDINGS)
    found.extend(Topic(m.start, m.end, "place") for m in places if m.id != "other" and m not in used)
    found.extend(Topic(m.start, m.end, "organ") for m in organs if m not in used)
    return found


def _place(sentence: Sentence, mention: Mention, places: list[Mention]) -> Mention | None:
    """The body place of a complaint: the nearest one within reach."""
    best: tuple[int, int] | None = None
    for index, place in enumerate(places):
        gap = sentence.between(place, mention)
        apart = distance(place, mention) + _PLACE_APART * (gap.count(",") + (" and " in gap))
        if apart <= _PLACE_REACH and ";" not in gap and (best is None or apart < best[0]):
            best = (apart, index)
    return None if best is None else places[best[1]]


def _beside_spine(sentence: Sentence, joint: Mention, places: list[Mention]) -> bool:
    """Whether a joint is named in one breath with the spine: "neck and shoulder pain", "hip and low back"."""
    return any(
        other.id in SPINE and distance(other, joint) <= _BREATH and _JOINED.fullmatch(sentence.between(other, joint))
        for other in places
    )


def _is_qualified(sentence: Sentence, mention: Mention, others: list[Mention]) -> bool:
    """Whether a general word is said to be of another thing: "urinary symptoms", "symptoms of reflux"."""
    for other in others:
        if distance(other, mention) <= _QUALIFIER_REACH:
            gap = sentence.between(other, mention).strip()
            if gap in _OF and (other.end <= mention.start or gap):
                return True
    return False


def is_ours(sentence: Sentence, span: Span, behind: bool = False) -> bool:
    """Whether an amount of time, a date or a score belongs to a complaint of spine, limb or nerve.

    `behind` says that what it measures stands behind it ("3-day history of ...").
    """
    named = topics(sentence)
    clause = [
        topic for topic in named if sentence.same_clause(topic.span, span) and not _is_aside(sentence, topic, span)
    ]
    if behind:
        after = [topic for topic in clause if topic.start >= span.end]
        if any(topic.kind == "ours" for topic in after):
            return True
        clause = after or clause
    if not clause and not any(topic.kind in ("foreign", "event") for topic in named):
        clause = named  # the other cells of a row, the other fields of a form
    measured = [topic for topic in clause if topic.kind in _MEASURED]
    if any(topic.kind in ("ours", "placeless") for topic in measured):
        measured = [
            topic for topic in measured if topic.kind not in ("foreign", "event") or not _dates(sentence, topic)
        ]
    if not measured:
        kinds = {topic.kind for topic in clause}
        return means_ours(sentence) if not kinds else "finding" not in kinds and "place" in kinds
    kind = min(measured, key=lambda topic: (_apart(topic, span), topic.start)).kind
    if kind in ("general", "placeless"):
        kinds = {topic.kind for topic in named}
        return "ours" in kinds or ("foreign" not in kinds and ("place" in kinds or means_ours(sentence)))
    if kind == "joint":
        return limb_note(sentence.view) or any(mention.id in SPINE for mention in sentence.of("region"))
    return kind == "ours"


def _is_aside(sentence: Sentence, topic: Topic, span: Span) -> bool:
    """Whether something foreign only follows the amount in words of its own: "14 months, after a delivery"."""
    if (
        topic.kind not in ("foreign", "event")
        or topic.start < span.end
        or not _APART.search(sentence.between(span, topic.span))
    ):
        return False
    return _LEADS.search(sentence.view.note.text[min(sentence.body, span.start) : span.start]) is None


def _dates(sentence: Sentence, topic: Topic) -> bool:
    """Whether a topic is an event that the complaint is dated by."""
    return (
        _BY_EVENT.search(sentence.text[max(0, topic.start - sentence.start - 40) : topic.start - sentence.start])
        is not None
    )


def _apart(topic: Topic, span: Span) -> int:
    return distance(topic.span, span) + (_AFTER if topic.start >= span.end else 0)


def antecedent(sentence: Sentence) -> Sentence | None:
    """The sentence that says what "it" or "the symptoms" stand for: the last one before that names a complaint."""
    meant = sentence.previous
    for _ in range(_LOOK_BACK):
        if meant is None or any(topic.kind in _NAMED for topic in topics(meant)):
            return meant
        meant = meant.previous
    return None


def means_ours(sentence: Sentence) -> bool:
    """Whether a sentence that names no complaint is about one of ours."""
    meant = antecedent(sentence)
    kinds = first_complaint(sentence.view) if meant is None else {topic.kind for topic in topics(meant)}
    return not kinds or "ours" in kinds or ("joint" in kinds and limb_note(sentence.view))


def first_complaint(view: NoteView) -> frozenset[Kind]:
    """What the first sentence with a complaint or a body place in the note is about."""
    if "topics.first" not in view.memo:
        first: frozenset[Kind] = frozenset()
        for sentence in view.sentences:
            kinds = frozenset(topic.kind for topic in topics(sentence))
            first = kinds & _NAMED or (frozenset({"ours"}) if "place" in kinds else frozenset())
            if first:
                break
        if "ours" not in first and _mostly_ours(view):
            first |= {"ours"}
        view.memo["topics.first"] = first
    return cast("frozenset[Kind]", view.memo["topics.first"])


def _mostly_ours(view: NoteView) -> bool:
    """Whether more sentences of the history tell of a complaint of ours than of another."""
    kinds = [{topic.kind for topic in topics(s)} for s in view.sentences if s.section in _HISTORY]
    ours = sum("ours" in kind for kind in kinds)
    return ours >= _OFTEN and ours > sum("foreign" in kind and "ours" not in kind for kind in kinds)


def limb_note(view: NoteView) -> bool:
    """Whether the note is about a painful limb (complex regional pain syndrome, a sympathetic block)."""
    if "topics.limb" not in view.memo:
        view.memo["topics.limb"] = any(m.id == "limb" for s in view.having("dv_context") for m in s.of("dv_context"))
    return bool(view.memo["topics.limb"])
