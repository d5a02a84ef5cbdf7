"""Hypothesis strategies for notes and facts, made from the schema itself."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

from hypothesis import strategies as st

from chartproof.facts import FACT_ADAPTER, Fact, FactBase, NoteFacts
from chartproof.notes import Note

MODELS = sorted(FactBase.__subclasses__(), key=lambda model: model.__name__)
DATES = st.sampled_from(["2023", "2023-05", "2024-02-29", "1990/1994"])
NUMBERS = st.floats(min_value=0, max_value=10, allow_nan=False)
WORDS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12)
NOTE_TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=4, max_size=80).filter(
    lambda text: bool(text.strip())
)


def values(annotation: Any) -> st.SearchStrategy[Any]:
    """Values of a field's type."""
    if get_origin(annotation) is Literal:
        return st.sampled_from(get_args(annotation))
    if get_args(annotation) and "pattern" in str(annotation):
        return st.none() | DATES
    if get_origin(annotation) is tuple:
        return st.lists(WORDS, max_size=3).map(tuple)
    if get_args(annotation):
        return st.one_of(*[values(part) for part in get_args(annotation)])
    plain = {float: NUMBERS, int: st.integers(0, 10), bool: st.booleans(), str: WORDS, type(None): st.none()}
    return plain[annotation]


@st.composite
def facts(draw: st.DrawFn, length: int) -> Fact:
    """A fact of any kind with spans inside a text of `length` characters."""
    model = draw(st.sampled_from(MODELS))
    attributes: dict[str, Any] = {"kind": model.model_fields["kind"].default}
    for name, field in model.model_fields.items():
        if name not in ("kind", "spans", "source", "section") and (field.is_required() or draw(st.booleans())):
            attributes[name] = draw(values(field.annotation))
    span = st.tuples(st.integers(0, length - 1), st.integers(1, length)).filter(lambda pair: pair[0] < pair[1])
    attributes["spans"] = draw(st.lists(span, min_size=1, max_size=4))
    return FACT_ADAPTER.validate_python(attributes)


@st.composite
def annotated(draw: st.DrawFn) -> tuple[Note, NoteFacts]:
    """A note with its gold."""
    text = draw(NOTE_TEXTS)
    # a blank note_id is refused with an error of its own
    note_id = draw(
        st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10).filter(str.strip)
    )
    note = Note(note_id=note_id, text=text, date=draw(st.none() | st.dates()), type=draw(st.none() | WORDS))
    found = tuple(draw(st.lists(facts(len(text)), max_size=4)))
    kinds = draw(st.none() | st.just(("pain_score", "therapy")))
    return note, NoteFacts(note_id=note_id, facts=found, kinds=kinds)
