"""Any sequence of what people do leaves the store as a simple model says, with a trail that is whole."""

from __future__ import annotations

import shutil
import tempfile
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from chartproof.facts import ExamTest
from chartproof.review.corrections import fact_id
from chartproof.review.errors import Invalid, NotFound, Signed, Stale
from chartproof.review.model import Review, WorklistQuery
from chartproof.review.store import open_store
from tests.review.charts import EXAM, INFECTION, PAIN, THERAPY, chart, cited

CRITERIA = st.sampled_from([EXAM, PAIN, THERAPY, INFECTION])
STATUSES = st.sampled_from(["met", "not_met", "not_documented"])
FACTS = st.integers(0, 2)


class StoreMachine(RuleBasedStateMachine):
    """The model is what each review was when it was last given back, and how many lines the trail must have."""

    reviews: Bundle[str] = Bundle("reviews")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.mkdtemp()
        self.url = f"sqlite:///{self.folder}/reviews.sqlite"
        self.store = open_store(self.url)
        self.known: dict[str, Review] = {}
        self.gone: set[str] = set()
        self.lines = 0

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)

    @rule(target=reviews, number=st.integers(0, 3))
    def create(self, number: int) -> str:
        made = self.store.create(chart(f"case-{number}"), actor="ann")
        self.known[made.id] = made
        self.lines += 1
        return made.id

    @rule(one=reviews, criterion=CRITERIA, status=STATUSES, seen=st.integers(0, 1))
    def override(self, one: str, criterion: str, status: Any, seen: int) -> None:
        self._change(one, seen, self.store.override, criterion, status, "A reason.")

    @rule(one=reviews, criterion=CRITERIA)
    def withdraw(self, one: str, criterion: str) -> None:
        fits = one in self.known and criterion in self.known[one].corrections.overrides
        self._change(one, 0, self.store.withdraw_override, criterion, fits=fits)

    @rule(one=reviews, criterion=CRITERIA, words=st.sampled_from(["Low back", "No fever"]))
    def cite(self, one: str, criterion: str, words: str) -> None:
        quote = cited(chart(), "first", words)
        cited_already = one in self.known and any(
            (each.criterion_id, each.evidence) == (criterion, quote) for each in self.known[one].corrections.evidence
        )
        self._change(one, 0, self.store.add_evidence, criterion, quote, fits=not cited_already)

    @rule(one=reviews, number=FACTS)
    def reject(self, one: str, number: int) -> None:
        if one in self.known:
            struck = self._fact(one, number)
            rejected = struck in {each.fact_id for each in self.known[one].corrections.rejected}
            self._change(one, 0, self.store.reject_fact, struck, "", fits=not rejected)

    @rule(one=reviews, number=FACTS)
    def restore(self, one: str, number: int) -> None:
        if one in self.known:
            struck = self._fact(one, number)
            rejected = struck in {each.fact_id for each in self.known[one].corrections.rejected}
            self._change(one, 0, self.store.restore_fact, struck, fits=rejected)

    @rule(one=reviews, start=st.integers(0, 2))
    def add(self, one: str, start: int) -> None:
        fact = ExamTest(spans=((start, start + 7),), test="yeoman", result="positive")  # type: ignore[arg-type]
        there = one in self.known and any(each.fact.spans == fact.spans for each in self.known[one].corrections.added)
        self._change(one, 0, self.store.add_fact, "first", fact, fits=not there)

    @rule(one=reviews)
    def sign(self, one: str) -> None:
        self._change(one, 0, self.store.sign, "Ann Example")

    @rule(one=reviews)
    def export(self, one: str) -> None:
        if one in self.gone:
            with pytest.raises(NotFound):
                self.store.record_export(one, "pdf", actor="ann")
            return
        self.store.record_export(one, "pdf", actor="ann")
        self.lines += 1

    @rule(one=reviews)
    def delete(self, one: str) -> None:
        if one in self.gone:
            with pytest.raises(NotFound):
                self.store.delete(one, actor="ann")
            return
        self.store.delete(one, actor="ann")
        del self.known[one]
        self.gone.add(one)
        self.lines += 1

    @rule()
    def open_again(self) -> None:
        self.store.close()
        self.store = open_store(self.url)

    @invariant()
    def the_store_is_as_the_model(self) -> None:
        for one, known in self.known.items():
            assert self.store.get(one) == known
        rows = self.store.worklist(WorklistQuery(size=500)).rows
        assert {(row.id, row.determination, row.state) for row in rows} == {
            (one.id, one.reviewed.determination, one.state) for one in self.known.values()
        }
        assert len(self.store.audit()) == self.lines
        assert self.store.verify() == ()

    def _fact(self, one: str, number: int) -> str:
        found = self.known[one].facts[0]
        return fact_id(found.note_id, found.facts[number])

    def _change(self, one: str, behind: int, change: Any, *arguments: Any, fits: bool = True) -> None:
        """Make a change as someone who saw the review `behind` versions ago; `fits` says whether the model takes it."""
        if one in self.gone:
            with pytest.raises(NotFound):
                change(one, *arguments, actor="ann", version=1)
            return
        known = self.known[one]
        refusal = Signed if known.signed else Stale if behind else None if fits else Invalid
        if refusal is not None:
            with pytest.raises(refusal):
                change(one, *arguments, actor="ann", version=known.version - behind)
            return
        changed = change(one, *arguments, actor="ann", version=known.version)
        assert changed.version == known.version + 1
        assert changed.machine == known.machine
        if not changed.corrections.overrides and not changed.corrections.evidence:
            assert changed.corrections.rejected or changed.corrections.added or changed.reviewed == changed.machine
        self.known[one] = changed
        self.lines += 1


StoreMachine.TestCase.settings = settings(
    max_examples=10, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)


class TestStoreMachine(StoreMachine.TestCase):  # type: ignore[name-defined,misc]
    """The machine as a test."""
