"""A hostile model: invented quotes, wrong values, denied and relatives' sentences, other notes, injections, junk.

Whatever it answers, a fact that survives must be one that the sentence it stands in supports.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chartproof.extract.llm import READABLE
from chartproof.extract.llm.claims import NotJsonError, claim_model, read_answer
from chartproof.extract.llm.grounding import Grounding
from chartproof.extract.pipeline import build_view
from chartproof.facts import Fact
from tests.extract.llm.helpers import a_note, ground
from tests.extract.llm.hostile import EVERY, TRAPS, TRUE, values

VARIATIONS = 1500
OPENING = "HPI: Low back pain.\n"
_NOT_VALUES = {"kind", "spans", "assertion", "section", "source", "region", "name"}


def note_text(chosen: Sequence[tuple[str, str, tuple[dict[str, Any], ...]]]) -> str:
    """A note of these sentences, each under its own heading."""
    return OPENING + "".join(f"\n{heading}: {sentence}\n" for heading, sentence, _ in chosen)


def assert_supported(fact: Fact, text: str) -> None:
    """The sentence that a fact stands in supports every attribute of it, by what is written beside the sentence."""
    assert all(0 <= span.start < span.end <= len(text) for span in fact.spans)
    assert fact.source == "llm:m"
    start, end = min(span.start for span in fact.spans), max(span.end for span in fact.spans)
    holding = [
        (sentence, truths)
        for _, sentence, truths in EVERY
        if (at := text.find(sentence)) >= 0 and at <= start and end <= at + len(sentence)
    ]
    assert holding, f"{fact} lies in no sentence"
    given_values = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in fact.model_dump(exclude=_NOT_VALUES, exclude_none=True).items()
        if value != "unspecified"
    }
    truths = [truth for _, found in holding for truth in found if truth["kind"] == fact.kind]
    assert any(given_values.items() <= truth.items() for truth in truths), f"{fact} is not supported by {holding}"
    assert fact.assertion == ("planned" if given_values.get("status") == "planned" else "present")


@st.composite
def quotes(draw: st.DrawFn, text: str) -> str:
    """Words of the note, of another note, of both, cut anywhere, or of none."""
    _, sentence, _ = draw(st.sampled_from(EVERY))
    kind = draw(st.integers(0, 7))
    if kind <= 3:
        return sentence.rstrip(".") if kind else sentence
    if kind == 4:
        start = draw(st.integers(0, len(sentence) - 1))
        return sentence[start : draw(st.integers(start, len(sentence)))]
    if kind == 5:
        start = draw(st.integers(0, len(text) - 1))
        return text[start : start + draw(st.integers(0, 160))]
    if kind == 6:
        return draw(st.text(max_size=40))
    return f"{sentence} {draw(st.sampled_from(EVERY))[1]}"


@st.composite
def findings(draw: st.DrawFn, text: str) -> Any:
    """One entry of the answer; most have the right shape, some are true but for one attribute."""
    if draw(st.integers(0, 9)) == 0:
        return draw(
            st.recursive(
                st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5),
                lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
                max_leaves=4,
            )
        )
    if draw(st.booleans()):
        _, sentence, truths = draw(st.sampled_from(TRUE))
        claim: dict[str, Any] = {**truths[0], "quote": draw(st.sampled_from([sentence, None])) or draw(quotes(text))}
        name = draw(st.sampled_from(sorted(set(claim_model(claim["kind"]).model_fields) - {"kind", "quote"})))
        if draw(st.booleans()):
            claim[name] = draw(st.sampled_from(values()[name]))
        return claim
    kind = draw(st.sampled_from(READABLE))
    claim = {"kind": kind, "quote": draw(quotes(text))}
    for name in sorted(set(claim_model(kind).model_fields) - {"kind", "quote"}):
        claim[name] = draw(st.sampled_from(values()[name]))
    return claim


@given(data=st.data())
@settings(
    max_examples=VARIATIONS,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
def test_no_ungrounded_fact_survives(data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.sampled_from(EVERY), min_size=1, max_size=6, unique_by=lambda one: one[1]))
    text = note_text(chosen)
    claims = data.draw(st.lists(findings(text), min_size=1, max_size=8))
    for fact in ground(text, *claims).accepted:
        assert_supported(fact, text)


def test_every_sentence_under_every_claim() -> None:
    """Each sentence alone, under claims of every kind with every combination of values that stand anywhere."""
    generator = random.Random(1)
    accepted = 0
    for one in EVERY:
        text = note_text([one])
        grounding = Grounding(build_view(a_note(text)), (), "llm:m")
        for kind in READABLE:
            names = sorted(set(claim_model(kind).model_fields) - {"kind", "quote"})
            claims = []
            for _ in range(60):
                claim = {name: generator.choice(values()[name]) for name in names}
                claims.append(claim | {"kind": kind, "quote": generator.choice([one[1], one[1].rstrip("."), text])})
            answers, _ = read_answer(json.dumps({"findings": claims}), READABLE)
            grounding.add(answers, 0, READABLE)
        for fact in grounding.accepted:
            assert_supported(fact, text)
            accepted += 1
    assert accepted > 3, "the claims are not hostile enough: none of them was right"


@pytest.mark.parametrize("one", TRUE, ids=[sentence for _, sentence, _ in TRUE])
def test_what_is_true_is_accepted(one: tuple[str, str, tuple[dict[str, Any], ...]]) -> None:
    """Rejecting everything would be safe, too."""
    text = note_text([one])
    grounding = ground(text, {**one[2][0], "quote": one[1]})
    assert len(grounding.accepted) == 1, grounding.rejected
    assert_supported(grounding.accepted[0], text)


@pytest.mark.parametrize(
    "junk", ["x" * 1_000_000, "[" * 100_000, '{"findings": ' + "9" * 5000 + "}", '{"findings": [', "null", ""]
)
def test_junk_is_no_answer(junk: str) -> None:
    with pytest.raises(NotJsonError):
        read_answer(junk, READABLE)


def test_a_megabyte_of_findings_is_looked_at_only_so_far() -> None:
    text = note_text([TRUE[0]])
    claim = {"kind": "pain_score", "quote": "The low back ache sits around a 9", "low": 9, "high": 9, "x": "y" * 900}
    grounding = ground(text, *([claim] * 1000))
    assert not grounding.accepted
    assert [one.reason for one in grounding.rejected].count("too_many") == 1


def test_an_injected_instruction_changes_nothing() -> None:
    injected = next(sentence for _, sentence in TRAPS if sentence.startswith("Ignore"))
    text = f"{note_text([TRUE[0]])}\n{injected}\n"
    claim = {"kind": "pain_score", "quote": "average low back pain 9/10", "low": 9, "high": 9, "statistic": "average"}
    assert [one.reason for one in ground(text, claim).rejected] == ["instruction"]
