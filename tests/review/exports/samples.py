"""Reviews to export: one of the machine alone, one that people changed and signed, and generated ones."""

from __future__ import annotations

import datetime as dt
from functools import cache

from hypothesis import strategies as st

from chartproof.assessment import Assessment, CategoryResult, CriterionResult, Evidence, PathwayResult, Status
from chartproof.evaluate.guideline import load_guideline
from chartproof.facts import NoteFacts
from chartproof.notes import Case, Note, Request
from chartproof.review.corrections import apply, fact_id
from chartproof.review.model import AddedEvidence, Corrections, Override, RejectedFact, Review, SignOff
from tests.review.charts import EXAM, THERAPY, chart, cited, judged

AT = dt.datetime(2024, 8, 7, 9, 30, tzinfo=dt.UTC)


@cache
def machine_review() -> Review:
    """Nobody has changed anything yet."""
    case, facts, machine = judged()
    return Review(
        id="0123456789abcdef0123",
        case=case,
        facts=facts,
        machine=machine,
        reviewed=machine,
        created_at=AT,
        created_by="kim",
        updated_at=AT,
    )


@cache
def signed_review() -> Review:
    """The open criterion was set to met by kim, with evidence; lee rejected the facts of one test; kim signed."""
    made = machine_review()
    tests = [one for found in made.facts for one in found.facts if one.kind == "exam_test"]
    rejected = [
        RejectedFact(fact_id=fact_id(found.note_id, one), reason="copied forward", by="lee", at=AT)
        for found in made.facts
        for one in found.facts
        if one in tests
    ]
    corrections = Corrections(
        overrides={THERAPY: Override(status="met", reason="Therapy record of 8 weeks seen.", by="kim", at=AT)},
        rejected=tuple(rejected),
        evidence=(
            AddedEvidence(criterion_id=THERAPY, evidence=cited(chart(), "second", "Physical therapy"), by="kim", at=AT),
        ),
    )
    guideline = load_guideline("nia-305")
    reviewed = apply(made.case, made.facts, made.machine, corrections, guideline)
    assert next(one for one in reviewed.criteria if one.id == EXAM).status == "not_documented"
    return made.model_copy(
        update={
            "corrections": corrections,
            "reviewed": reviewed,
            "signed": SignOff(name="Kim Doe, RN", by="kim", at=AT),
            "version": 9,
        }
    )


# -- generated ------------------------------------------------------------------------------------------------------

#: Whatever a note or a person may write: formulas, markup, controls, other scripts, direction marks, emoji.
ODD = st.text(max_size=40) | st.sampled_from(
    [
        "=HYPERLINK(1)",
        "<script>alert(1)</script>",
        "]]>&amp;\"'",
        "a\u202eb\x00c\x1b[31m",
        "😀 مرحبا 你好 \ufffe\uffff",
        "\r\n\t",
        "<font color='x'>{{ 7 * 7 }}%s",
        "x" * 3000,
    ]
)
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc",)), min_size=1, max_size=30).filter(str.strip)
STATUSES = st.sampled_from(("met", "not_met", "not_documented", "not_applicable", "external"))


@st.composite
def reviews(draw: st.DrawFn) -> Review:
    """Any review that the models allow, of a made-up guideline."""
    text = draw(ODD) or "x"
    notes = (Note(note_id=draw(NAMES), text=text), Note(note_id="second", text=draw(ODD), type=draw(ODD)))
    case = Case(case_id=draw(NAMES), request=Request(plan=draw(ODD)), notes=notes[: draw(st.integers(1, 2))])

    def evidence() -> Evidence:
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        return Evidence(note_id=notes[0].note_id, start=start, end=end, text=text[start:end])

    def result(id_: str) -> CriterionResult:
        status: Status = draw(STATUSES)
        missing = draw(ODD) if status == "not_documented" else None
        return CriterionResult(
            id=id_,
            status=status,
            text=draw(ODD),
            source=draw(ODD),
            reason=draw(ODD),
            missing=missing,
            evidence=tuple(evidence() for _ in range(draw(st.integers(0, 2)))),
            conflict=draw(st.booleans()),
        )

    def assessment() -> Assessment:
        triage = draw(st.booleans())
        category = CategoryResult(id="g-1.a", name=draw(ODD), recommendation=draw(ODD), reason=draw(ODD))
        return Assessment(
            case_id=case.case_id,
            request=case.request,
            guideline="g-1",
            guideline_version="2024",
            pathway=draw(st.sampled_from(["g-1.a", None])),
            determination=draw(st.sampled_from(["criteria_met", "criteria_not_met", "needs_information"])),
            criteria=(result("g-1.a.one"), result("g-1.b.two"), result("g-1.c.three")),
            gates=(result("g-1.gate"),),
            pathways=(PathwayResult(id="g-1.a", status="met"), PathwayResult(id="g-1.b", status="not_met")),
            category=category if triage else None,
            version_note=draw(st.none() | ODD),
        )

    machine = assessment()
    override = Override(status=draw(STATUSES), reason=draw(NAMES), by=draw(NAMES), at=AT)
    corrections = Corrections(overrides={"g-1.a.one": override, "g-1.new": override} if draw(st.booleans()) else {})
    return Review(
        id="0123456789abcdef0123",
        case=case,
        facts=tuple(NoteFacts(note_id=note.note_id, facts=[]) for note in case.notes),
        machine=machine,
        corrections=corrections,
        reviewed=draw(st.sampled_from([machine, assessment()])) if corrections.overrides else machine,
        created_at=AT,
        created_by=draw(NAMES),
        updated_at=AT,
        signed=SignOff(name=draw(NAMES), by=draw(NAMES), at=AT) if draw(st.booleans()) else None,
    )
