"""Provocative tests, and whether the examination was in person."""

from __future__ import annotations

from collections.abc import Sequence

from chartproof.evaluate import finding
from chartproof.evaluate.chart import Item, by_latest_note, is_remote, on
from chartproof.evaluate.checks.registry import Params, check
from chartproof.evaluate.checks.wording import words
from chartproof.evaluate.finding import Finding
from chartproof.evaluate.judgement import Judgement
from chartproof.evaluate.regions import sides_agree
from chartproof.evaluate.timeline import INTERVENTIONS, Event
from chartproof.facts import ExamTest, ExamTestName
from chartproof.notes import Note


class ExamParams(Params):
    """The tests of which one positive is enough.

    With `after_other_injection` only tests since the latest other injection in the region count.
    """

    tests: tuple[ExamTestName, ...]
    after_other_injection: bool = False


@check("provocative_exam", ExamParams)
def provocative_exam(judgement: Judgement, params: ExamParams) -> Finding:
    """A listed test is positive; not met only if every documented one is negative."""
    tests = _tests(judgement, params.tests)
    missing = "the result of a listed provocative test"
    since = ""
    if params.after_other_injection:
        other = _other_injection(judgement)
        if other is not None and other.dated:
            tests = [item for item in tests if item.date is not None and item.date > other.date.lo]
            since = f" since the other injection of {other.date}"
    tests = _latest_results(tests)
    named = words(dict.fromkeys(item.fact.test for item in tests))
    positive = [item for item in tests if item.fact.result == "positive"]
    if positive:
        shown = words(dict.fromkeys(item.fact.test for item in positive))
        return finding.met(f"Positive {shown}{on(positive[-1])}", positive)
    if not tests:
        return finding.open_(f"No listed provocative test is documented{since}", missing=missing)
    if all(item.fact.result == "negative" for item in tests):
        return finding.not_met(f"All listed tests documented{since} are negative ({named})", tests)
    return finding.open_(f"The result of {named} is not stated", tests, missing=missing)


@check("examined_in_person", ExamParams)
def examined_in_person(judgement: Judgement, params: ExamParams) -> Finding:
    """The provocative examination relied on was in person: the tests since the last injection, else all of them."""
    tests = _tests(judgement, params.tests)
    recent = [item for item in tests if judgement.after_last(item)]
    tests = recent or tests
    missing = "a provocative examination at an in-person visit"
    if not tests:
        seen = [note for note in judgement.chart.notes if _is_visit(note) and not remote(judgement, note)]
        if seen:
            day = f" on {seen[-1].date.isoformat()}" if seen[-1].date else ""
            return finding.met(f"The patient was seen in person{day}, without a listed provocative test")
        return finding.open_("No provocative examination in person is documented", missing=missing)
    in_person = [item for item in tests if not remote(judgement, item.note)]
    if in_person:
        return finding.met(f"Provocative tests were done in person{on(in_person[-1])}", in_person)
    return finding.not_met(f"The provocative tests were done by video or phone{on(tests[-1])}", tests)


class OtherInjectionParams(Params):
    """Families of procedures that count as another injection."""

    families: tuple[str, ...] = ("esi", "facet", "rfa")


@check("other_injection_since", OtherInjectionParams)
def other_injection_since(judgement: Judgement, params: OtherInjectionParams) -> Finding:
    """Another interventional injection in the region came after the last one of the requested kind."""
    other = _other_injection(judgement, params.families)
    if other is None:
        return finding.not_met("No other injection in the region came since the last one")
    return finding.met(f"Another injection in the region was done on {other.date}", other.mentions)


def _other_injection(judgement: Judgement, families: Sequence[str] = ("esi", "facet", "rfa")) -> Event | None:
    last = judgement.last
    others = [family for family in families if family not in judgement.rules.families and family in INTERVENTIONS]
    since = [
        event
        for event in judgement.timeline.of(others, judgement.chart.region_class)
        if last is None or event.date.hi > last.date.lo
    ]
    return since[-1] if since else None


def _tests(judgement: Judgement, names: Sequence[str]) -> list[Item[ExamTest]]:
    """The current listed tests that are not of the other side only."""
    return [
        item
        for item in judgement.chart.exam_tests
        if item.current and item.fact.test in names and sides_agree(item.fact.side, judgement.side)
    ]


def _latest_results(tests: Sequence[Item[ExamTest]]) -> list[Item[ExamTest]]:
    """Of each test its results in the latest note that gives one; without any, the mentions without result."""
    chosen: list[Item[ExamTest]] = []
    for name in dict.fromkeys(item.fact.test for item in tests):
        same = [item for item in tests if item.fact.test == name]
        groups = by_latest_note(item for item in same if item.fact.result is not None)
        chosen.extend(groups[0] if groups else same)
    return sorted(chosen, key=lambda item: item.order)


def remote(judgement: Judgement, note: Note) -> bool:
    """Whether a note tells of a video or phone contact, by a statement in it or by its type."""
    modes = {item.fact.value for item in judgement.chart.topic("visit_mode") if item.note is note and item.current}
    if "in_person" in modes:
        return False
    return bool(modes & {"video", "phone"}) or is_remote(note)


def _is_visit(note: Note) -> bool:
    kind = (note.type or "visit").lower()
    return any(word in kind for word in ("visit", "office", "consult", "clinic", "exam", "follow"))
