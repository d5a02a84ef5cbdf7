"""The chart of one case: its facts, indexed once by kind and ready for the checks.

Facts are sorted before anything reads them, so that the order in which notes and facts come in has no effect.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, Literal, TypeVar

from chartproof.assessment import Evidence
from chartproof.errors import ChartproofError
from chartproof.evaluate import dates
from chartproof.evaluate.regions import ACCEPTED, RegionClass, region_class, region_of_levels
from chartproof.facts import (
    Contraindication,
    Diagnosis,
    ExamTest,
    Fact,
    FactBase,
    FunctionalLimit,
    Imaging,
    Monitoring,
    NoteFacts,
    PainPattern,
    PainScore,
    Patient,
    Procedure,
    PsychEvaluation,
    Relief,
    Statement,
    Surgery,
    SymptomDuration,
    Therapy,
)
from chartproof.notes import Case, Note, Request

F = TypeVar("F", bound=FactBase, covariant=True)

REGION_MEANT: dict[str, str] = {
    "si_joint_injection": "sacroiliac",
    "esi_caudal": "lumbar",
    "sacroiliac_dysfunction": "sacroiliac",
    "sacroiliitis": "sacroiliac",
    "failed_back_surgery": "lumbar",
    "faber": "sacroiliac",
    "gaenslen": "sacroiliac",
    "thigh_thrust": "sacroiliac",
    "si_compression": "sacroiliac",
    "si_distraction": "sacroiliac",
    "posterior_shear": "sacroiliac",
    "yeoman": "sacroiliac",
    "fortin": "sacroiliac",
    "straight_leg_raise": "lumbar",
    "crossed_straight_leg_raise": "lumbar",
    "slump": "lumbar",
    "kemp": "lumbar",
    "spurling": "cervical",
}
"""The region that a procedure, diagnosis or test means without naming it."""

REMOTE_WORDS = ("telehealth", "telemedicine", "video", "phone", "telephone", "virtual")
PROCEDURE_WORDS = ("procedure", "operative", "operation")


@dataclass(frozen=True, slots=True, eq=False)
class Item(Generic[F]):
    """A fact where it stands: its note and the date that counts for it.

    `date` is the note's date; an undated note counts as written on the reference date.
    """

    fact: F
    note: Note
    date: dt.date | None
    order: tuple[int, int, int, str]
    """Position among all facts of the case: note, start and end of the first span, kind."""

    @property
    def current(self) -> bool:
        """Whether the note asserts it of the patient now (not denied, possible, past, planned or another person's)."""
        return self.fact.assertion == "present"


AnyItem = Item[Any]


class Chart:
    """What the checks read: the request, the reference date and the facts by kind, in a fixed order."""

    def __init__(
        self,
        case: Case,
        facts: Sequence[NoteFacts],
        *,
        region: str | None = None,
        code_regions: tuple[str, ...] = (),
        place: Literal["spine", "limb", "device"] = "spine",
    ) -> None:
        """Index the facts of a case.

        `region` is set when the guideline treats only one; `code_regions` are those the requested codes allow;
        `place` says where the treated pain may be (see `Guideline`).
        """
        self.place = place
        self._fixed_region = region
        self._code_regions = code_regions
        self.case = case
        self.request: Request = case.request
        self.reference = reference_date(case)
        self.by_kind: dict[str, list[AnyItem]] = {}
        self.items: list[AnyItem] = []
        self._index(facts)

    def _index(self, facts: Sequence[NoteFacts]) -> None:
        found: dict[str, list[Fact]] = {note.note_id: [] for note in self.case.notes}
        if len(found) != len(self.case.notes):
            raise ChartproofError(f"case {self.case.case_id}: two notes have the same note_id")
        for extraction in facts:
            if extraction.note_id not in found:
                raise ChartproofError(
                    f"case {self.case.case_id}: facts are given for note {extraction.note_id}, which is not in the case"
                )
            found[extraction.note_id].extend(extraction.facts)
        notes = sorted(self.case.notes, key=lambda note: (self.date_of(note) or dt.date.min, note.note_id))
        self.notes: tuple[Note, ...] = tuple(notes)
        for number, note in enumerate(notes):
            date = self.date_of(note)
            placed = [(fact.spans[0], fact.kind, fact) for fact in found[note.note_id]]
            placed.sort(key=lambda entry: (entry[0], entry[1]))
            if len({(span, kind) for span, kind, _ in placed}) != len(placed):
                placed.sort(key=lambda entry: (entry[0], entry[1], entry[2].model_dump_json()))
            for span, kind, fact in placed:
                if max(end for _, end in fact.spans) > len(note.text):
                    raise ChartproofError(
                        f"case {self.case.case_id}: a span ends after the text of note {note.note_id}"
                    )
                item: AnyItem = Item(fact, note, date, (number, span[0], span[1], kind))
                self.items.append(item)
                self.by_kind.setdefault(kind, []).append(item)

    def date_of(self, note: Note) -> dt.date | None:
        """The date that counts for a note: its own, or the reference date when it has none."""
        return note.date or self.reference

    # -- facts by kind ------------------------------------------------------------------------------------------

    @cached_property
    def pain_scores(self) -> list[Item[PainScore]]:
        return self.by_kind.get("pain_score", [])

    @cached_property
    def durations(self) -> list[Item[SymptomDuration]]:
        return self.by_kind.get("symptom_duration", [])

    @cached_property
    def patterns(self) -> list[Item[PainPattern]]:
        return self.by_kind.get("pain_pattern", [])

    @cached_property
    def functional_limits(self) -> list[Item[FunctionalLimit]]:
        return self.by_kind.get("functional_limit", [])

    @cached_property
    def therapies(self) -> list[Item[Therapy]]:
        return self.by_kind.get("therapy", [])

    @cached_property
    def exam_tests(self) -> list[Item[ExamTest]]:
        return self.by_kind.get("exam_test", [])

    @cached_property
    def procedures(self) -> list[Item[Procedure]]:
        return self.by_kind.get("procedure", [])

    @cached_property
    def reliefs(self) -> list[Item[Relief]]:
        return self.by_kind.get("relief", [])

    @cached_property
    def diagnoses(self) -> list[Item[Diagnosis]]:
        return self.by_kind.get("diagnosis", [])

    @cached_property
    def imaging(self) -> list[Item[Imaging]]:
        return self.by_kind.get("imaging", [])

    @cached_property
    def contraindications(self) -> list[Item[Contraindication]]:
        return self.by_kind.get("contraindication", [])

    @cached_property
    def psych_evaluations(self) -> list[Item[PsychEvaluation]]:
        return self.by_kind.get("psych_evaluation", [])

    @cached_property
    def patients(self) -> list[Item[Patient]]:
        return self.by_kind.get("patient", [])

    @cached_property
    def statements(self) -> list[Item[Statement]]:
        return self.by_kind.get("statement", [])

    @cached_property
    def monitoring(self) -> list[Item[Monitoring]]:
        return self.by_kind.get("monitoring", [])

    @cached_property
    def surgeries(self) -> list[Item[Surgery]]:
        return self.by_kind.get("surgery", [])

    def topic(self, name: str) -> list[Item[Statement]]:
        """The statements on one topic, whatever their assertion."""
        return [item for item in self.statements if item.fact.topic == name]

    # -- regions ------------------------------------------------------------------------------------------------

    @cached_property
    def topics(self) -> dict[str, frozenset[str]]:
        """The regions each note speaks of, from its facts about pain, therapy, diagnoses, tests and what is planned.

        Some tests, diagnoses and procedures stand for a region without naming it.
        """
        found: dict[str, set[str]] = {note.note_id: set() for note in self.notes}
        for kind in ("pain_score", "symptom_duration", "pain_pattern", "therapy", "diagnosis"):
            for item in self.by_kind.get(kind, ()):
                region = item.fact.region
                if region is None and kind == "diagnosis":
                    region = REGION_MEANT.get(item.fact.name)
                if region is not None and item.fact.assertion != "family":
                    found[item.note.note_id].add(region)
        for test in self.exam_tests:
            if (region := REGION_MEANT.get(test.fact.test)) is not None:
                found[test.note.note_id].add(region)
        for procedure in self.procedures:
            region = procedure.fact.region or REGION_MEANT.get(procedure.fact.procedure)
            if region is not None and procedure.fact.status == "planned":
                found[procedure.note.note_id].add(region)
        return {note_id: frozenset(regions) for note_id, regions in found.items()}

    @cached_property
    def region(self) -> str | None:
        """The requested region: from the request, its levels or codes, else what the notes plan or speak of."""
        if self._fixed_region is not None:
            return self._fixed_region
        stated = self.request.region
        if stated is not None and stated != "other":
            return stated
        if self.place == "device":
            return None
        if (from_levels := region_of_levels(self.request.levels)) is not None:
            return from_levels
        if len(self._code_regions) == 1:
            return self._code_regions[0]
        allowed = set(self._code_regions or ACCEPTED)
        for note in reversed(self.notes):
            planned = {
                item.fact.region or region_of_levels(item.fact.levels or ())
                for item in self.procedures
                if item.note is note and item.fact.status == "planned"
            } & allowed
            if len(planned) == 1:
                return planned.pop()
        for note in reversed(self.notes):
            spoken = self.topics[note.note_id] & allowed
            if len(spoken) == 1:
                return next(iter(spoken))
        return self._code_regions[0] if self._code_regions else None

    @cached_property
    def region_class(self) -> RegionClass | None:
        """The region in which the request is counted."""
        return region_class(self.region)

    @cached_property
    def accepted(self) -> frozenset[str]:
        """Regions in which a fact counts for this request."""
        accepted = ACCEPTED.get(self.region or "", frozenset(ACCEPTED))
        if self.place == "device" and self.region == "thoracic":
            accepted |= ACCEPTED["lumbar"]  # where leads for pain of the low back and legs lie
        return accepted if self.place == "spine" else accepted | {"other"}

    def concerns(self, region: str | None, note: Note) -> bool:
        """Whether a fact with `region` in `note` is about the requested region.

        Without a region it is, unless everything the note says is about other regions.
        """
        if region is None:
            spoken = self.topics[note.note_id]
            return not spoken or bool(spoken & self.accepted)
        return region in self.accepted


def reference_date(case: Case) -> dt.date | None:
    """The date that windows count back from: the request's, else that of the latest note; None without any."""
    if case.request.date is not None:
        return case.request.date
    return max((note.date for note in case.notes if note.date is not None), default=None)


def is_procedure_note(note: Note) -> bool:
    """Whether the site calls the note a procedure or operative note."""
    kind = (note.type or "").lower()
    return any(word in kind for word in PROCEDURE_WORDS)


def is_remote(note: Note) -> bool:
    """Whether the site calls the note a video or phone contact."""
    kind = (note.type or "").lower()
    return any(word in kind for word in REMOTE_WORDS)


def by_latest_note(items: Iterable[Item[F]]) -> list[list[Item[F]]]:
    """The items grouped by note, the latest note first."""
    groups: dict[int, list[Item[F]]] = {}
    for item in items:
        groups.setdefault(item.order[0], []).append(item)
    return [groups[number] for number in sorted(groups, reverse=True)]


def evidence(items: Iterable[AnyItem]) -> tuple[Evidence, ...]:
    """The spans of the items as evidence, in the order of notes and text, each once."""
    spans = {
        (item.order[0], start, end): item.note
        for item in sorted(items, key=lambda one: one.order)
        for start, end in item.fact.spans
    }
    return tuple(
        Evidence(note_id=note.note_id, start=start, end=end, text=note.text[start:end])
        for (_, start, end), note in sorted(spans.items(), key=lambda entry: entry[0])
    )


def on(item: AnyItem) -> str:
    """`` on <date>`` of the item's note, or nothing when it has no date."""
    return f" on {item.date.isoformat()}" if item.date is not None else ""


def days_before(item: AnyItem, reference: dt.date | None) -> int:
    """Days from the item's note to the reference date; 0 when either is unknown."""
    if item.date is None or reference is None:
        return 0
    return (reference - item.date).days


def when(item: AnyItem) -> dates.Days:
    """The day of the item's note as `Days`; unknown without a date."""
    return dates.day(item.date) if item.date is not None else dates.Days(dt.date.min, dt.date.max)
