"""Reviews in the store: what is written is read again, each change once, on what was seen, until the signature."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest

from chartproof import api
from chartproof.assessment import Evidence
from chartproof.errors import ChartproofError
from chartproof.facts import ExamTest
from chartproof.review.corrections import fact_id
from chartproof.review.errors import Invalid, NotFound, Signed, Stale
from chartproof.review.model import Review
from chartproof.review.service import Reviews
from chartproof.review.store import Store, open_store
from tests.review.charts import EXAM, PAIN, THERAPY, chart, cited, status

FACT = ExamTest(spans=((0, 7),), test="yeoman", result="positive")  # type: ignore[arg-type]


def _quote(review: Review) -> Evidence:
    return cited(review.case, "second", "nine visits")


def _found(review: Review) -> str:
    return fact_id(review.facts[0].note_id, review.facts[0].facts[0])


#: A change and the one that takes it back, each on the review as it is.
CHANGES: dict[str, tuple[Callable[[Store, Review], Review], Callable[[Store, Review], Review]]] = {
    "status": (
        lambda store, one: store.override(one.id, THERAPY, "met", "By phone.", actor="ann", version=one.version),
        lambda store, one: store.withdraw_override(one.id, THERAPY, actor="ann", version=one.version),
    ),
    "evidence": (
        lambda store, one: store.add_evidence(one.id, PAIN, _quote(one), actor="ann", version=one.version),
        lambda store, one: store.remove_evidence(one.id, PAIN, _quote(one), actor="ann", version=one.version),
    ),
    "rejected": (
        lambda store, one: store.reject_fact(one.id, _found(one), "", actor="ann", version=one.version),
        lambda store, one: store.restore_fact(one.id, _found(one), actor="ann", version=one.version),
    ),
    "added": (
        lambda store, one: store.add_fact(one.id, "first", FACT, actor="ann", version=one.version),
        lambda store, one: store.remove_fact(
            one.id, fact_id("first", one.corrections.added[0].fact), actor="ann", version=one.version
        ),
    ),
}


def test_the_store_is_what_the_pages_need(store: Store) -> None:
    reviews: Reviews = store
    assert reviews is store


def test_a_new_review_holds_what_the_machine_made(store: Store) -> None:
    made = store.create(chart(), actor="ann")
    case, facts = api.read(chart())
    assert (made.case, made.facts) == (case, facts)
    assert made.machine == made.reviewed == api.assess(chart())
    assert (made.state, made.version, made.created_by) == ("open", 1, "ann")
    assert store.get(made.id) == made


def test_notes_without_a_date_get_the_one_they_tell(store: Store) -> None:
    case = chart()
    undated = case.notes[0].model_copy(
        update={"date": None, "text": "Date of visit: 05/02/2024\n" + case.notes[0].text}
    )
    made = store.create(case.model_copy(update={"notes": (undated, case.notes[1])}), actor="ann")
    assert made.case.notes[0].date == dt.date(2024, 5, 2)


def test_a_case_that_cannot_be_assessed_leaves_nothing(store: Store) -> None:
    case = chart()
    with pytest.raises(ChartproofError, match="99999"):
        store.create(
            case.model_copy(update={"request": case.request.model_copy(update={"cpt": ("99999",)})}), actor="ann"
        )
    for case_id in ("", " ", "x" * 201, "a\0b"):
        with pytest.raises(Invalid, match="id"):
            store.create(chart(case_id), actor="ann")
    assert store.audit() == ()


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_kept_and_taken_back(store: Store, review: Review, name: str) -> None:
    change, back = CHANGES[name]
    changed = change(store, review)
    assert store.get(review.id) == changed
    assert changed.version == 2
    assert changed.corrections != review.corrections
    assert changed.machine == review.machine
    assert changed.updated_at > review.updated_at
    undone = back(store, changed)
    assert store.get(review.id) == undone
    assert (undone.version, undone.corrections, undone.reviewed) == (3, review.corrections, review.machine)
    actions = [entry.action for entry in store.audit(review.id)]
    assert len(actions) == 3


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_on_what_is_not_seen_any_more_is_refused(store: Store, review: Review, name: str) -> None:
    change, _ = CHANGES[name]
    changed = store.override(review.id, EXAM, "not_met", "Other side.", actor="bob", version=1)
    with pytest.raises(Stale):
        change(store, review)
    assert store.get(review.id) == changed
    assert len(store.audit(review.id)) == 2


@pytest.mark.parametrize("name", CHANGES)
def test_a_signed_review_can_only_be_read(store: Store, review: Review, name: str) -> None:
    change, back = CHANGES[name]
    changed = change(store, review)
    signed = store.sign(review.id, " Ann Example, RN ", actor="ann", version=2)
    assert signed.signed is not None
    assert (signed.signed.name, signed.signed.by, signed.state) == ("Ann Example, RN", "ann", "signed")
    assert signed.reviewed == changed.reviewed
    for attempt in (change, back):
        with pytest.raises(Signed):
            attempt(store, signed)
    with pytest.raises(Signed):
        store.sign(review.id, "Bob", actor="bob", version=3)
    assert store.get(review.id) == signed


def test_a_signature_needs_a_name(store: Store, review: Review) -> None:
    for name in ("", "  ", "x" * 201, "a\nb"):
        with pytest.raises(Invalid, match="name"):
            store.sign(review.id, name, actor="ann", version=1)
    assert store.get(review.id).state == "open"


def test_what_does_not_fit_changes_nothing(store: Store, review: Review) -> None:
    with pytest.raises(Invalid):
        store.override(review.id, "nia-305.nonsense", "met", "A reason.", actor="ann", version=1)
    with pytest.raises(Invalid):
        store.override(review.id, EXAM, "met", " ", actor="ann", version=1)
    assert store.get(review.id) == review
    assert len(store.audit()) == 1


def test_there_is_no_other_review(store: Store, review: Review) -> None:
    for change, _ in CHANGES.values():
        with pytest.raises(NotFound):
            change(store, review.model_copy(update={"id": "0" * 20}))
    for attempt in (
        lambda: store.get("nothing"),
        lambda: store.sign("nothing", "Ann", actor="ann", version=1),
        lambda: store.delete("nothing", actor="ann"),
        lambda: store.record_export("nothing", "pdf", actor="ann"),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_the_corrected_assessment_is_what_is_kept(store: Store, review: Review) -> None:
    changed = store.override(review.id, EXAM, "not_met", "Other side.", actor="ann", version=1)
    kept = store.get(review.id)
    assert (status(kept.machine, EXAM), status(kept.reviewed, EXAM)) == ("met", "not_met")
    assert kept.reviewed.determination == "criteria_not_met"
    assert kept.corrections.overrides[EXAM].by == "ann"
    assert kept == changed


def test_an_export_stands_in_the_trail(store: Store, review: Review) -> None:
    store.record_export(review.id, "pdf", actor="ann")
    entry = store.audit(review.id)[-1]
    assert (entry.action, entry.actor, entry.after) == ("export", "ann", {"format": "pdf", "version": 1})
    assert store.verify() == ()


def test_everything_is_there_when_it_is_opened_again(url: str) -> None:
    with open_store(url) as first:
        made = first.create(chart(), actor="ann")
        made = first.override(made.id, EXAM, "not_met", "Other side.", actor="ann", version=1)
    with open_store(url) as second:
        assert second.get(made.id) == made
        assert second.verify() == ()


def test_of_many_who_change_the_same_only_one_does(store: Store, review: Review) -> None:
    outcomes: list[str] = []
    ready = threading.Barrier(8)

    def change(number: int) -> None:
        ready.wait()
        try:
            store.override(review.id, EXAM, "not_met", f"Reason {number}.", actor=f"user{number}", version=1)
            outcomes.append("done")
        except Stale:
            outcomes.append("stale")

    threads = [threading.Thread(target=change, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done"] + ["stale"] * 7
    assert store.get(review.id).version == 2
    assert store.verify() == ()


def test_many_at_once_keep_one_chain(store: Store) -> None:
    made = [store.create(chart(f"case-{number}"), actor="ann") for number in range(6)]
    failures: list[Exception] = []

    def work(one: Review) -> None:
        try:
            for step in range(6):
                value = "met" if step % 2 else "not_met"
                one = store.override(one.id, PAIN, value, f"Step {step}.", actor="ann", version=one.version)
                store.get(one.id)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(one,)) for one in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert [entry.number for entry in store.audit()] == list(range(1, 43))
    assert store.verify() == ()
