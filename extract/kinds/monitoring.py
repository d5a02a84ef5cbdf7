"""Neurophysiologic monitoring of an operation: who does, supervises and interprets it, how, and with what.

A note is read only when it speaks of such monitoring. Each fact tells one aspect; what one sentence says of the
interpreting physician (where, in real time, at hand) stands in one fact. A role counts when a word for it goes with the
person ("performed by", "Interpreting physician:", "a neurologist reads ..."); a technologist of a monitoring service
without such a word is the one who performs it. Surgeons and anesthesiologists count only where monitoring is said to be
done or read by them, not where they are told of it.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from chartproof.extract.kinds.common import answer_to, box_before, distance
from chartproof.extract.view import Mention, NoteView, Sentence
from chartproof.facts import Assertion, Monitoring, MonitoringAspect, MonitoringModality
from chartproof.spans import Span

_LABELS = (
    "mon_service",
    "mon_modality",
    "mon_who",
    "mon_do",
    "mon_unsupervised",
    "mon_place",
    "mon_time",
    "mon_available",
    "mon_steady",
    "mon_tell",
    "mon_course",
)
_SKIPPED_SECTIONS = frozenset({"family_history", "allergies", "medications"})
_SKIPPED = frozenset({"hypothetical", "family"})
#: Modalities that are only used in operations; the others are also studies of the clinic.
_OF_OPERATIONS = frozenset({"ssep", "tcmep", "mep", "baep", "triggered_emg"})
_SHORT = 70  # characters: the length of a line in a list of modalities
_FEW_WORDS = 4
_NEAR_TITLE = 18
_GOES_ON = 4  # sentences
_NEAR_NAME = 12
_NEAR_PERSON = 60
_NEAR_ROLE = 110
_NEAR_TEAM = 90

_MONITORS = re.compile(
    r"\b(?:monitor\w*|ionm|iom|modalit\w*|evoked|waveforms?|traces?|tracings?|recordings?|signals?|neurophysiolog\w*|interpret\w*|oversight|oversees?|overread)\b",
    re.IGNORECASE,
)
_PHYSICIAN_TITLE = re.compile(r"\b(?:m\.?d\.?|d\.?o\.?|physician|dr\.?)(?![\w])", re.IGNORECASE)
_ROLE_MARK = re.compile(r"\s*(?:\([^)\n]*\))?\s*(?:[:=|]|[-–]\s|\bis\b|\bwas\b|\bwill\s+be\b|\t|\s{2,})", re.IGNORECASE)
_DOES = re.compile(r"^(?:will\s+|is\s+)?(?:perform|conduct|run|ran|carr|operat)", re.IGNORECASE)
_RESULTS = re.compile(
    r"\b(?:monitor\w*|responses?|signals?|data|waveforms?|traces?|tracings?|evoked|emg|eeg|sseps?|meps?|ionm|iom|nim)\b",
    re.IGNORECASE,
)
_NOT_OF_MONITORING = re.compile(
    r"\s*(?:\w+\s+)?(?:fluoro\w*|ultraso\w*|imag\w*|navigat\w*|ct\b|x-?ray|pcr|3d|stereotac\w*)", re.IGNORECASE
)
_LATER_REPORT = re.compile(
    r"\b(?:report|summary|document\w*|dictat\w*|bill\w*|note|sign\w*|neurolog\w+\s+exam\w*)\b", re.I
)
_COMPLAINT_AFTER = re.compile(
    r"\s*(?:\w+\s+)?(?:pain|claudic\w*|numb\w*|symptom\w*|tingl\w*|weak\w*|catheter\w*|pneumatic|compression|fever\w*|headache\w*|hoarse\w*|vertigo|cramp\w*)",
    re.IGNORECASE,
)
_CONTINUOUS = re.compile(r"\bcontinuous(?:ly)?\b", re.IGNORECASE)
_TOLD = re.compile(r"\bcommunicat\w*|\brelay\w*|\binform\w*|\bavailab\w*|\bcontact\b|\bfeedback\b|\bupdate\w*", re.I)
_OPERATING_ROOM = re.compile(r"\b(?:the|with|to)\s+OR\b")
_CERTIFIED = re.compile(r"(?<!board[ -])\b(?:certified|registered|credentialed|trained|cnim)\b", re.IGNORECASE)
_OBJECT = re.compile(r"\s*(?:directly\s+)?(?:the|our|this|a|an|his|her)\s+(?:\w+\s+)?", re.IGNORECASE)
_AT_HAND = re.compile(
    r"\bavailab\w+[^.;\n]{0,30}?\bimmediate\b|\b(?:available|reach(?:able|ed)|on\s+call)\b[^.;\n]{0,40}?\b(?:without\s+delay|at\s+once|immediately|instantly|at\s+all\s+times|throughout|(?:whole|entire)\s+(?:case|operation|procedure|surgery))\b",
    re.IGNORECASE,
)
_WHO_DOES = re.compile(r"\s+who\s+\w+(?:\s+\w+){0,4},\s+an?\s+(?:[\w-]+\s+){0,2}")
_LIST_LINE = re.compile(r"\s*(?:[-*•☑☒☐]|\[[ xX]?\]|\d+[.)])")
_OF_ANESTHESIA = re.compile(
    r"\b(?:train[- ]of[- ](?:four|4)|tof|neuromuscular|hemodynamic\w*|haemodynamic\w*|blood\s+pressure|depth\s+of|bis|arterial|cardiac|airway|temperature)\b",
    re.IGNORECASE,
)
_A_BOX = re.compile(r"\s{0,3}(?:\[[ xX✓]?\]|☐|☑|☒)")
_NAMED = re.compile(
    r"\b(?:Dr\.?|Doctor)\s+(?:[A-Z]\.\s*)*(?P<name>[A-Z][\w'-]+)|\b(?P<titled>[A-Z][\w'-]+),?\s+(?:M\.?D|D\.?O)\b"
)
_BY = re.compile(r"\bby\s+(?:[\w.,-]+\s+){0,4}$", re.IGNORECASE)
_TITLE = re.compile(r"\b(?:dr|drs|mr|mrs|ms|prof|[a-z])\.", re.IGNORECASE)
_CLAUSE_ENDS = re.compile(r";|\.\s|\bbut\b|\bhowever\b|\s{3}|\t|\|")
_SPONTANEOUS = re.compile(r"\bspontaneous\b|\bfree[- ]?run", re.IGNORECASE)


@dataclass(eq=False)
class _Person:
    """Somebody named in a sentence, and what the sentence has them do."""

    mention: Mention
    who: Literal["physician", "technologist", "surgeon", "anesthesiologist"]
    trained: bool | None
    roles: dict[str, Mention | None] = field(default_factory=dict)
    """Role -> the words that give it; None where the person's own name does."""
    supervised: bool = False
    """Whether the sentence has somebody supervise them, so that the verbs behind are not theirs."""


def find(view: NoteView) -> Iterator[Monitoring]:
    """Yield what a note says of the neurophysiologic monitoring of an operation."""
    if not about_monitoring(view):
        return
    trained = {
        name
        for sentence in view.having("mon_who")
        for person in _people(sentence)
        if person.who == "physician" and person.trained and (name := _name(sentence, person))
    }
    told = False  # whether the sentence before was about the interpreting physician
    for sentence in view.sentences:
        if sentence.section in _SKIPPED_SECTIONS or not sentence.has(*_LABELS):
            told = False
            continue
        people = _people(sentence)
        for person in people:
            if person.who == "physician" and _name(sentence, person) in trained:
                person.trained = True
        _give_roles(sentence, people)
        yield from _services(sentence)
        yield from _modalities(sentence)
        yield from _performers(sentence, people)
        told = yield from _interpreters(sentence, people, told)
        yield from _times(sentence)
        yield from _communication(sentence)
        yield from _course(sentence)


def about_monitoring(view: NoteView) -> bool:
    """Whether the note speaks of the monitoring of an operation."""
    return any(_speaks_of_it(sentence) for sentence in view.having("mon_service", "mon_modality", "mon_who"))


def _speaks_of_it(sentence: Sentence) -> bool:
    if _of(sentence, "mon_service") or any(one.id in _OF_OPERATIONS for one in _of(sentence, "mon_modality")):
        return True
    return any(one.id == "technologist.trained" for one in sentence.of("mon_who")) and "monitor" in sentence.lower


# -- what and how --------------------------------------------------------------------------------------------------


def _services(sentence: Sentence) -> Iterator[Monitoring]:
    for mention in _of(sentence, "mon_service")[:1]:
        assertion = _assertion(sentence, mention)
        if assertion is not None:
            yield _fact(sentence, [mention.span], "service", assertion)


def _modalities(sentence: Sentence) -> Iterator[Monitoring]:
    mentions = _of(sentence, "mon_modality")
    seen: set[tuple[str, Assertion]] = set()
    for mention in mentions:
        if mention.id not in _OF_OPERATIONS and not _in_operation(sentence, mention):
            continue
        assertion = _assertion(sentence, mention)
        if assertion is None:
            continue
        written = sentence.view.note.text[mention.start : mention.end].lower().replace("-", "").replace(" ", "")
        if written in ("semg", "semgs"):
            if _SPONTANEOUS.search(sentence.view.note.text):
                continue
            assertion = "possible" if assertion in ("present", "planned") else assertion
        if (mention.id, assertion) not in seen:
            seen.add((mention.id, assertion))
            yield _fact(sentence, [mention.span], "modality", assertion, modality=cast(MonitoringModality, mention.id))


def _in_operation(sentence: Sentence, mention: Mention) -> bool:
    """Whether a study of the clinic is here one of an operation."""
    if sentence.section == "imaging":
        return False
    if _MONITORS.search(sentence.text) or any(
        one.id in _OF_OPERATIONS for one in _of(sentence, "mon_modality") if one is not mention
    ):
        return True
    if len(sentence.text) > _SHORT or not (_LIST_LINE.match(sentence.text) or len(sentence.text.split()) <= _FEW_WORDS):
        return False
    beside = (sentence.previous, sentence.next)
    return any(one is not None and len(one.text) <= _SHORT and _speaks_of_it(one) for one in beside)


def _times(sentence: Sentence) -> Iterator[Monitoring]:
    told = _of(sentence, "mon_time")
    about = _MONITORS.search(sentence.text) or _of(sentence, "mon_do", "mon_modality")
    if not about and not any(answer_to(sentence, one) is not None for one in told):
        return
    live = [one for one in _of(sentence, "mon_time") if _is_live(sentence, one)]
    for mention in live[:1]:
        assertion = _assertion(sentence, mention)
        if assertion is not None:
            yield _fact(sentence, [mention.span], "real_time", assertion)
    if live or _LATER_REPORT.search(sentence.text):
        return
    reading = [one for one in _of(sentence, "mon_do") if one.id.startswith("interpreter")]
    for mention in _of(sentence, "mon_time"):
        if mention.id == "after" and any(distance(one, mention) <= _NEAR_PERSON for one in reading):
            assertion = _assertion(sentence, mention)
            if assertion in ("present", "planned"):
                yield _fact(sentence, [mention.span], "real_time", "negated")
            return


def _is_live(sentence: Sentence, mention: Mention) -> bool:
    text = sentence.view.note.text
    lives = text[mention.start : mention.end].lower() == "lives"
    return mention.id == "real_time" and not lives and not _NOT_OF_MONITORING.match(text, mention.end)


def _communication(sentence: Sentence) -> Iterator[Monitoring]:
    teams = [one.span for one in _of(sentence, "mon_team")]
    teams += [
        Span(sentence.start + match.end() - 2, sentence.start + match.end())
        for match in _OPERATING_ROOM.finditer(sentence.text)
    ]
    steady = _of(sentence, "mon_steady")
    for tell in _of(sentence, "mon_tell"):
        near = [one for one in steady if distance(one, tell) <= _NEAR_TEAM and sentence.same_clause(one, tell)]
        heard = [one for one in teams if distance(one, tell) <= _NEAR_TEAM]
        if not near or not heard:
            continue
        assertions = (_assertion(sentence, tell), _assertion(sentence, near[0]))
        if None not in assertions:
            assertion = "negated" if "negated" in assertions else assertions[0]
            yield _fact(sentence, [tell.span, near[0].span], "communication", assertion or "present")
            return


def _course(sentence: Sentence) -> Iterator[Monitoring]:
    monitored = [*_of(sentence, "mon_service"), *_of(sentence, "mon_modality")]
    about = bool(monitored) or _MONITORS.search(sentence.text) is not None
    goes_on = about or _after_monitoring(sentence)
    for mention in _of(sentence, "mon_course"):
        said = goes_on if mention.id == "intermittent" else about
        if not said or _COMPLAINT_AFTER.match(sentence.view.note.text, mention.end):
            continue
        assertion = _assertion(sentence, mention)
        words = sentence.view.note.text[mention.start : mention.end].lower()
        if assertion is None or (assertion == "negated" and not words.startswith("not")):
            if assertion is not None and mention.id == "continuous":
                yield _fact(sentence, [mention.span], "continuity", "negated")
                return
            continue
        yield _fact(sentence, [mention.span], "continuity", "negated" if mention.id == "intermittent" else assertion)
        return
    match = _CONTINUOUS.search(sentence.text)
    if match is None or not monitored:
        return
    span = Span(sentence.start + match.start(), sentence.start + match.end())
    near = min(monitored, key=lambda one: (distance(one, span), one.start))
    if distance(near, span) <= 40 and not _TOLD.search(sentence.text[match.end() : match.end() + 20]):
        assertion = _assertion(sentence, span)
        if assertion is not None:
            yield _fact(sentence, [span, near.span], "continuity", assertion)


def _after_monitoring(sentence: Sentence) -> bool:
    """Whether one of the few sentences before, in the same section, speaks of the monitoring."""
    one = sentence.previous
    for _ in range(_GOES_ON):
        if one is None or one.section != sentence.section:
            return False
        if _speaks_of_it(one):
            return True
        one = one.previous
    return False


# -- people --------------------------------------------------------------------------------------------------------


def _people(sentence: Sentence) -> list[_Person]:
    """Who is named in a sentence; a title beside a specialty ("Dr. Lee, neurologist") is one person."""
    people: list[_Person] = []
    training = _of(sentence, "mon_trained")
    objects = [one for one in _of(sentence, "mon_do") if one.id == "supervisor.does"]
    for mention in _of(sentence, "mon_who"):
        kind, _, more = mention.id.partition(".")
        trained = True if "trained" in more else None
        if kind == "neurophysiologist":
            titled = any(
                distance(Span(sentence.start + one.start(), sentence.start + one.end()), mention) <= 40
                for one in _PHYSICIAN_TITLE.finditer(sentence.text)
            )
            kind, trained = ("physician" if titled else "technologist"), True
        if trained is None and any(distance(one, mention) <= _NEAR_PERSON for one in training):
            trained = kind in ("physician", "technologist") or None
        if trained is None and kind == "technologist":
            beside = sentence.text[: mention.end - sentence.start + _NEAR_TITLE][
                max(0, mention.start - sentence.start - _NEAR_TITLE) :
            ]
            trained = _CERTIFIED.search(beside) is not None or None
        person = _Person(mention, cast(Any, kind), trained)
        person.supervised = any(
            one.end <= mention.start and _OBJECT.fullmatch(sentence.between(one, mention)) for one in objects
        )
        for role in ("interpreter", "supervisor"):
            if role in more:
                person.roles[role] = None
        last = people[-1] if people else None
        if last is not None and last.who == person.who != "surgeon" and _apposed(sentence, last, person):
            last.trained = last.trained or person.trained
            last.supervised = last.supervised or person.supervised
            last.roles |= person.roles
            continue
        people.append(person)
    return people


def _name(sentence: Sentence, person: _Person) -> str | None:
    """The surname that stands with a physician: "Dr. Lee, neurologist", "the neurologist Dr. Lee"."""
    for match in _NAMED.finditer(sentence.text):
        span = Span(sentence.start + match.start(), sentence.start + match.end())
        if distance(span, person.mention) <= _NEAR_NAME:
            return match["name"] or match["titled"]
    return None


def _apposed(sentence: Sentence, one: _Person, other: _Person) -> bool:
    gap = sentence.view.note.text[one.mention.end : other.mention.start]
    if _WHO_DOES.fullmatch(gap):
        return True
    return len(gap) <= 40 and not re.search(r"[;\n]|\b(?:and|or|who|by)\b|\.\s+[A-Z][a-z]+\s+[a-z]", gap)


def _give_roles(sentence: Sentence, people: list[_Person]) -> None:
    text = sentence.view.note.text
    for cue in _of(sentence, "mon_do"):
        role, kind = cue.id.split(".")
        if kind == "does":
            person = _subject(sentence, people, role, cue) or _agent(sentence, people, cue)
            if person is None:
                continue
        elif own := [one for one in people if distance(one.mention, cue) == 0 and one.mention.start < cue.end]:
            person = own[0]  # "Technologist: ..." names the person itself
        else:
            after = [one for one in people if one.mention.start >= cue.end]
            person = after[0] if after else None
            if (
                person is None
                or person.mention.start - cue.end > _NEAR_PERSON
                or "\n\n" in text[cue.end : person.mention.start]
            ):
                continue
            if kind == "role" and not _ROLE_MARK.match(text, cue.end):
                continue
            if person.who in ("surgeon", "anesthesiologist") and not _of_monitoring(sentence, cue):
                continue
        person.roles.setdefault(role, cue)
    for person in people:
        if person.who == "technologist" and not person.roles:
            person.roles["performer"] = None


def _subject(sentence: Sentence, people: list[_Person], role: str, cue: Mention) -> _Person | None:
    """Who stands before a verb as the one who does it."""
    before = [one for one in people if one.mention.end <= cue.start and not one.supervised]
    if not before or cue.start - before[-1].mention.end > _NEAR_ROLE:
        return None
    person = before[-1]
    gap = _TITLE.sub("", sentence.between(person.mention, cue).lstrip(". "))
    return person if not _CLAUSE_ENDS.search(gap) and _can_do(sentence, person, role, cue) else None


def _agent(sentence: Sentence, people: list[_Person], cue: Mention) -> _Person | None:
    """Who stands behind a verb with "by": "interpreted after the case by the neurologist"."""
    person = next((one for one in people if one.mention.start >= cue.end), None)
    if person is None or person.mention.start - cue.end > _NEAR_PERSON:
        return None
    gap = sentence.between(cue, person.mention)
    if _words(sentence, person.mention) == "myself":
        return person if _RESULTS.search(gap) else None
    if person.who in ("surgeon", "anesthesiologist") and not _of_monitoring(sentence, cue):
        return None
    return person if _BY.search(gap) else None


def _can_do(sentence: Sentence, person: _Person, role: str, cue: Mention) -> bool:
    """Whether a verb behind a person makes a role: only what that person would do with the monitoring."""
    words = sentence.view.note.text[cue.start : cue.end].lower()
    after = sentence.view.note.text[cue.end : min(sentence.end, cue.end + 45)]
    if person.who == "technologist":
        return role == "performer" or (role == "interpreter" and _RESULTS.search(after) is not None)
    if person.who == "physician":
        return role != "performer" or (_DOES.match(words) is not None and _RESULTS.search(after) is not None)
    return (
        role != "supervisor"
        and (role == "interpreter" or _DOES.match(words) is not None)
        and bool(_RESULTS.search(after))
    )


def _of_monitoring(sentence: Sentence, cue: Mention) -> bool:
    """Whether what stands before "by the surgeon" is the monitoring and not the operation."""
    words = sentence.view.note.text[max(sentence.start, cue.start - 70) : cue.end]
    if _OF_ANESTHESIA.search(words):
        return False
    return (
        re.search(r"\b(?:(?:neuro)?monitor\w*|interpret\w*|ionm|iom|nim|evoked|supervis\w*)\b", words, re.IGNORECASE)
        is not None
    )


def _performers(sentence: Sentence, people: list[_Person]) -> Iterator[Monitoring]:
    supervisors = [one for one in people if "supervisor" in one.roles]
    none = _of(sentence, "mon_unsupervised")
    for person in supervisors:
        assertion = _assertion(sentence, person.mention)
        if assertion in ("present", "planned"):
            spans = _spans(person, "supervisor")
            yield _fact(sentence, spans, "supervisor", assertion, who=person.who, trained=person.trained)
    performing = [one for one in people if "performer" in one.roles]
    for person in performing:
        assertion = _assertion(sentence, person.mention)
        if assertion not in ("present", "planned"):
            continue
        supervised: bool | None = None
        if person.who == "technologist":
            over = [one for one in supervisors if one.who == "physician" and one.trained]
            refused = any(_assertion(sentence, one.mention) == "negated" for one in over)
            if any(_holds(sentence, one.mention) for one in over):
                supervised = True
            elif none or refused or any(one.who in ("surgeon", "anesthesiologist") for one in supervisors):
                supervised = False
        spans = [*_spans(person, "performer"), *(one.span for one in none)]
        yield _fact(
            sentence, spans, "performer", assertion, who=person.who, trained=person.trained, supervised=supervised
        )
    if none and not performing:
        yield _fact(sentence, [none[0].span], "supervisor", "negated")


def _interpreters(sentence: Sentence, people: list[_Person], told: bool) -> Generator[Monitoring, None, bool]:
    """The interpreting physician of a sentence; returns whether the sentence was about one."""
    interpreting = [one for one in people if "interpreter" in one.roles]
    at_hand = [one.span for one in _of(sentence, "mon_available") if _holds(sentence, one)]
    if not at_hand and (match := _AT_HAND.search(sentence.text)):
        span = Span(sentence.start + match.start(), sentence.start + match.end())
        at_hand = [span] if _holds(sentence, span) else []
    live = [one for one in _of(sentence, "mon_time") if _is_live(sentence, one)]
    real_time = True if live and all(_holds(sentence, one) for one in live) else None
    found = False
    for person in interpreting:
        assertion = _assertion(sentence, person.mention)
        if assertion not in ("present", "planned"):
            continue
        place = _place(sentence, person, people)
        spans = [*_spans(person, "interpreter"), *([place.span] if place else []), *at_hand[:1]]
        found = True
        yield _fact(
            sentence,
            spans,
            "interpreter",
            assertion,
            who=person.who,
            trained=person.trained,
            place=place.id if place else None,
            real_time=real_time,
            available=True if at_hand else None,
        )
    if interpreting:
        return found
    cues = [one for one in _of(sentence, "mon_do") if one.id.startswith("interpreter")]
    doctors = [one for one in people if one.who == "physician" and _holds(sentence, one.mention)]
    remote = [one for one in _of(sentence, "mon_place") if one.id == "remote"]
    asked = any(answer_to(sentence, one) is not None for one in _of(sentence, "mon_available"))
    if not (cues or doctors or told or asked or (remote and _MONITORS.search(sentence.text))):
        return False
    away = [one for one in remote if _holds(sentence, one)]
    there = [one for one in _of(sentence, "mon_place") if one.id == "on_site" and _holds(sentence, one)]
    there = there if (doctors or told) and all(one.who == "physician" for one in people) else []
    place = next(iter((*away, *there)), None)
    if not at_hand and place is None:
        return False
    who = doctors[0] if doctors else None
    spans = [*at_hand[:1], *([place.span] if place else [])]
    yield _fact(
        sentence,
        sorted(spans),
        "interpreter",
        "present",
        who=who.who if who else None,
        trained=who.trained if who else None,
        place=place.id if place else None,
        real_time=real_time,
        available=True if at_hand else None,
    )
    return True


def _place(sentence: Sentence, person: _Person, people: list[_Person]) -> Mention | None:
    """Where the interpreting person is: remote is never the technologist, on site is who stands nearest."""
    for mention in _of(sentence, "mon_place"):
        if not _holds(sentence, mention):
            continue
        if mention.id == "remote":
            return mention
        nearest = min(people, key=lambda one: (distance(one.mention, mention), one.mention.start))
        if nearest is person:
            return mention
    return None


def _spans(person: _Person, role: str) -> list[Span]:
    cue = person.roles[role]
    inside = cue is None or (cue.start < person.mention.end and person.mention.start < cue.end)
    return [person.mention.span] if cue is None or inside else [person.mention.span, cue.span]


# -- shared ----------------------------------------------------------------------------------------------------------


def _of(sentence: Sentence, *labels: str) -> list[Mention]:
    return [mention for mention in sentence.of(*labels) if mention.id != "none"]


def _assertion(sentence: Sentence, place: Mention | Span) -> Assertion | None:
    """The assertion of a phrase, as its form answers or its sentence says; None where it is none of the patient's."""
    answer = answer_to(sentence, place)
    if answer is not None:
        return "present" if answer else "negated"
    box = _box_behind(sentence, place)
    if box is False or (box is None and box_before(sentence, place) is False):
        return None
    assertion = sentence.assertion(place, "monitoring")
    return None if assertion in _SKIPPED else assertion


def _box_behind(sentence: Sentence, place: Mention | Span) -> bool | None:
    """Whether the box behind the words is ticked, in a line whose boxes stand behind their words; None elsewhere."""
    text = sentence.text
    first = _A_BOX.search(text)
    if first is None or not re.search(r"\w", text[: first.start()].split(":")[-1]):
        return None
    box = _A_BOX.match(text, place.end - sentence.start)
    return None if box is None else bool(re.search(r"[xX✓☑☒]", box[0]))


def _words(sentence: Sentence, mention: Mention) -> str:
    return sentence.view.note.text[mention.start : mention.end].lower()


def _holds(sentence: Sentence, place: Mention | Span) -> bool:
    """Whether what a phrase says is so, or is planned so."""
    return _assertion(sentence, place) in ("present", "planned")


def _fact(
    sentence: Sentence, spans: list[Span], aspect: MonitoringAspect, assertion: Assertion, **attributes: Any
) -> Monitoring:
    return Monitoring(
        spans=tuple(dict.fromkeys(spans)),
        aspect=aspect,
        assertion=assertion,
        section=sentence.section,
        source=f"rule:monitoring.{aspect}",
        **attributes,
    )
