"""Extraction and assessment with a language model: what is asked for, and that it only fills what was open.

Both steps are cut in two, so that several notes and cases can be asked about at a time: the first part does what needs no
answer and sends the questions; the function it returns waits for the answers.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Generic, TypeVar

from chartproof.assessment import Assessment
from chartproof.facts import Fact, NoteFacts
from chartproof.fallback import AcceptedFact, LLMReport, RejectedAnswer, merged
from chartproof.notes import Case, Note

if TYPE_CHECKING:
    from chartproof.evaluate import Guideline
    from chartproof.evaluate.selection import Origin
    from chartproof.extract.llm import Fallback

Subject = TypeVar("Subject")
Result = TypeVar("Result")


def submit_note(note: Note, found: NoteFacts, llm: Fallback) -> Callable[[], NoteFacts]:
    """Ask about one note: for the kinds of which the rules found nothing that holds of the patient now."""
    from chartproof.extract.llm import READABLE

    known = {fact.kind for fact in found.facts if fact.assertion == "present"}
    return llm.submit(note, found, [kind for kind in READABLE if kind not in known]).result


def submit_case(
    case: Case, found: tuple[NoteFacts, ...], guideline: Guideline, origin: Origin, llm: Fallback
) -> Callable[[], tuple[Assessment, tuple[NoteFacts, ...]]]:
    """Ask about the notes of a case: for the kinds that could settle what the rules left open.

    The function returned gives the assessment and the facts it rests on. A fact of the model that would change the
    pathway, or a status that the rules settled, is rejected.
    """
    from chartproof.evaluate import evaluate, needed_kinds
    from chartproof.extract import rules_hash

    def judge(facts: tuple[NoteFacts, ...]) -> Assessment:
        return evaluate(case, facts, guideline, guideline_from=origin, rules_hash=rules_hash())

    by_rules = judge(found)
    kinds = needed_kinds(by_rules, guideline)
    pending = [llm.submit(note, facts, kinds) for note, facts in zip(case.notes, found, strict=True)]

    def finish() -> tuple[Assessment, tuple[NoteFacts, ...]]:
        answered = [one.result() for one in pending]
        reports = [one.llm for one in answered if one.llm is not None]
        kept, report = found, merged(reports)
        assessment = by_rules
        for index, facts in enumerate(answered):
            for fact in facts.facts:
                if fact.source is None or not fact.source.startswith("llm:"):
                    continue
                tried = (*kept[:index], _with_fact(kept[index], fact), *kept[index + 1 :])
                judged = judge(tried)
                if _settled(by_rules).items() <= _settled(judged).items() and judged.pathway == by_rules.pathway:
                    kept, assessment = tried, judged
                elif report is not None:
                    report = _dropped(report, facts.note_id, fact)
        return assessment.model_copy(update={"llm": report}), kept

    return finish


def _settled(assessment: Assessment) -> dict[str, str]:
    results = (*assessment.criteria, *assessment.gates)
    return {result.id: result.status for result in results if result.status != "not_documented"}


def _with_fact(facts: NoteFacts, fact: Fact) -> NoteFacts:
    """The facts with one more, in the note's order."""
    more = sorted((*facts.facts, fact), key=lambda one: (one.spans, one.kind, one.model_dump_json()))
    return facts.model_copy(update={"facts": tuple(more)})


def _dropped(report: LLMReport, note_id: str, fact: Fact) -> LLMReport:
    """The report with an accepted fact moved to the rejected ones."""
    accepted = AcceptedFact(note_id=note_id, kind=fact.kind, spans=fact.spans)
    rejected = RejectedAnswer(note_id=note_id, kind=fact.kind, reason="changes_settled", span=fact.spans[0])
    return report.model_copy(
        update={
            "accepted": tuple(one for one in report.accepted if one != accepted),
            "rejected": (*report.rejected, rejected),
        }
    )


class Ahead(Generic[Subject, Result]):
    """Works on subjects that are called for one by one in order, with the questions of the next ones already sent."""

    def __init__(
        self, subjects: Iterable[Subject], submit: Callable[[Subject], Callable[[], Result]], width: int
    ) -> None:
        """`submit` sends the questions of a subject; up to `width` subjects are under way at a time."""
        self._subjects = iter(subjects)
        self._submit = submit
        self._width = width
        self._waiting: deque[Callable[[], Result]] = deque()

    def __call__(self, subject: Subject) -> Result:
        """The result of the next subject. Raises what its first or second part raised."""
        while len(self._waiting) < self._width and (following := next(self._subjects, None)) is not None:
            self._waiting.append(self._begun(following))
        return self._waiting.popleft()()

    def _begun(self, subject: Subject) -> Callable[[], Result]:
        try:
            return self._submit(subject)
        except Exception as error:
            failure = error

            def fail() -> Result:
                raise failure

            return fail
