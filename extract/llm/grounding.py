"""Grounding: which answers of a model become facts. No fact without a place, a reading of our own, and an assertion."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources

from chartproof.extract.llm.claims import Answer, Claim
from chartproof.extract.llm.quoted import Quoted, RejectedError, cues
from chartproof.extract.llm.quotes import locate
from chartproof.extract.llm.reading import read_claim
from chartproof.extract.llm.selection import is_open
from chartproof.extract.llm.vocabulary import refuse_unknown
from chartproof.extract.view import NoteView
from chartproof.facts import Assertion, Fact
from chartproof.fallback import Reason, RejectedAnswer
from chartproof.spans import Span

#: Kinds that may be planned; any other fact must be asserted of the patient now.
_MAY_BE_PLANNED = frozenset({"therapy", "procedure"})
#: Kinds whose first span is an amount, which can belong to one thing only.
_AMOUNTS = frozenset({"pain_score", "symptom_duration", "relief"})


class Grounding:
    """Grounds the answers about one note, one after the other."""

    def __init__(self, view: NoteView, facts: Iterable[Fact], source: str, masked: str | None = None) -> None:
        """`facts` are those the rules found; `source` is written into new ones; `masked` is the text as it was sent,
        of the same length, in which quotes are looked for."""
        self._view = view
        self._known = list(facts)
        self._source = source
        self._text = view.note.text if masked is None else masked
        self.accepted: list[Fact] = []
        self.rejected: list[RejectedAnswer] = []

    def add(self, answers: Sequence[Answer], left_out: int, asked: Sequence[str]) -> None:
        """Ground the answers; `left_out` is the number of those beyond the limit."""
        for answer in answers:
            if answer.claim is None:
                self._reject("not_asked" if answer.kind not in (None, *asked) else "wrong_type", answer.kind)
            else:
                self._ground(answer.claim)
        for _ in range(min(left_out, 1)):
            self._reject("too_many", None)

    def _reject(self, reason: Reason, kind: str | None, span: Span | None = None, attribute: str | None = None) -> None:
        self.rejected.append(
            RejectedAnswer(note_id=self._view.note.note_id, kind=kind, reason=reason, attribute=attribute, span=span)
        )

    def _ground(self, claim: Claim) -> None:
        places = locate(self._text, claim.quote)
        if isinstance(places, str):
            self._reject(places, claim.kind)
            return
        try:
            facts = [self._read(claim, place) for place in places]
            meant = {fact.model_dump_json(exclude={"spans", "section"}) for fact in facts}
            if len(meant) > 1:
                raise RejectedError("ambiguous_quote")
            fact = facts[0]
            self._check_known(fact)
        except RejectedError as rejected:
            reason = rejected.reason if len(places) == 1 else "ambiguous_quote"
            self._reject(reason, claim.kind, places[0], rejected.attribute)
            return
        self.accepted.append(fact)

    def _read(self, claim: Claim, place: Span) -> Fact:
        """The fact that a claim is at one place of its quote. Raises RejectedError."""
        quoted = Quoted(self._view, place)
        if not is_open(quoted.section, claim.kind):
            raise RejectedError("family" if quoted.section == "family_history" else "closed_section")
        if quoted.sentence_says("instruction"):
            raise RejectedError("instruction")
        if quoted.sentence_has("relative") or quoted.sentence_says("people"):
            raise RejectedError("other_person")
        if "?" in quoted.around:
            raise RejectedError("question")
        if cues("denial").search(quoted.lead):
            raise RejectedError("negated")
        if quoted.sentence_says("disowned"):
            raise RejectedError("other_subject")
        if quoted.sentence_says("over"):
            raise RejectedError("historical")
        fact = read_claim(claim, quoted, self._source)
        assertion = quoted.assertion(fact.spans, claim.kind)
        status = getattr(fact, "status", None)
        if claim.kind in _MAY_BE_PLANNED and status in ("planned", "considered"):
            if assertion not in ("present", "planned"):
                raise RejectedError(_reason(assertion))
            assertion = "planned"
        elif assertion == "planned" and claim.kind == "therapy" and status == "unspecified":
            fact = fact.model_copy(update={"status": "planned"})
        elif assertion != "present":
            raise RejectedError(_reason(assertion))
        fact = fact.model_copy(update={"assertion": assertion, "section": quoted.section})
        if not all(quoted.holds(span) for span in fact.spans):
            raise RejectedError("value_not_in_quote")
        refuse_unknown(quoted, fact.spans, claim.kind)
        return fact

    def _check_known(self, fact: Fact) -> None:
        """Raise RejectedError where the rules, or an earlier answer, hold the fact or read its value as something else."""
        first = fact.spans[0]
        for other in (*self._known, *self.accepted):
            if other.kind == fact.kind and other.spans[0].overlaps(first):
                raise RejectedError("duplicate")
            if other.kind != fact.kind and fact.kind in _AMOUNTS and any(span.overlaps(first) for span in other.spans):
                raise RejectedError("read_as_other_kind")


def _reason(assertion: Assertion) -> Reason:
    if assertion == "present":
        raise ValueError("a fact that is present is no reason to reject it")
    return assertion


@cache
def grounding_hash() -> str:
    """SHA-256 over the code and word lists of this package: the version of the grounding."""
    digest = hashlib.sha256()
    root = resources.files("chartproof.extract.llm")
    for folder in (root, root.joinpath("data")):
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if entry.name.endswith((".py", ".yaml")):
                digest.update(entry.name.encode())
                digest.update(entry.read_bytes())
    return digest.hexdigest()
