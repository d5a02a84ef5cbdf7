"""The catalog of NASS coverage recommendations: which chapter is about a procedure, and whether it is published."""

from __future__ import annotations

import difflib
import re
from functools import cache
from importlib import resources
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

State = Literal["current", "soon", "planned"]

_STATES: tuple[State, ...] = ("current", "soon", "planned")
_CODE = re.compile(r"[A-Z]?\d{4,5}[A-Z]?", re.IGNORECASE)
_CLOSE = 0.84
"""Likeness (0 to 1) from which a misspelt word is taken for one of the catalog."""

_LONG = 6
"""Letters from which a word may be misspelt; shorter ones differ too little from one another."""

_EMPTY = frozenset({"a", "an", "and", "of", "the", "for", "with", "without", "by", "to", "in", "on", "procedure"})
_GENERAL = frozenset(
    {"injection", "fusion", "block", "spinal", "lumbar", "cervical", "joint", "ct", "pt", "mri", "imaging"}
)
"""Words that alone do not make a longer question one about their topic."""

_SAME = {
    "injections": "injection",
    "blocks": "block",
    "interventions": "injection",
    "intervention": "injection",
    "joints": "joint",
    "sij": "si joint",
    "sacroiliac": "si",
    "discetomy": "discectomy",
    "disk": "disc",
    "spine": "spinal",
    "stimulator": "stimulation",
    "rfa": "radiofrequency ablation",
    "esi": "epidural injection",
    "steroid": "",
    "pumps": "pump",
}
"""Words that say the same for the look-up."""


class Entry(BaseModel):
    """One topic of the catalog; `published` is the year and month of its last publication, ISO, where it has one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    topic: str
    state: State
    published: str | None = None
    names: tuple[str, ...] = ()
    cpt: tuple[str, ...] = ()


@cache
def catalog() -> tuple[Entry, ...]:
    """All topics in the order of the page: current ones, those to be published soon, those planned."""
    text = resources.files("chartproof.evaluate").joinpath("nass-catalog.yaml").read_text(encoding="utf-8")
    content = yaml.safe_load(text)
    return tuple(Entry.model_validate({**entry, "state": state}) for state in _STATES for entry in content[state])


def find_chapters(procedure: str) -> tuple[Entry, ...]:
    """The topics about a procedure, in the order of the catalog; none when the catalog has none.

    `procedure` is a CPT or HCPCS code, or a plain name. A name matches where its words are those of a topic or of one
    of its other names; failing that, where the words of one hold all of the other's. Long words may be misspelt.
    """
    asked = procedure.strip()
    if _CODE.fullmatch(asked):
        return tuple(entry for entry in catalog() if asked.upper() in entry.cpt)
    words = _words(asked)
    if not words:
        return ()
    scored = [(max(_fit(words, name) for name in names), entry) for names, entry in _named()]
    best = max(score for score, _ in scored)
    return tuple(entry for score, entry in scored if score and score == best)


def _fit(asked: frozenset[str], name: frozenset[str]) -> int:
    """2 for the same words, 1 where one holds the other whole, else 0; one general word alone holds nothing."""
    if asked == name:
        return 2
    if asked < name:
        return 1
    return 1 if name < asked and not name <= _GENERAL else 0


@cache
def _named() -> tuple[tuple[tuple[frozenset[str], ...], Entry], ...]:
    """Each topic with the words of all its names."""
    return tuple((tuple(_words(name) for name in (entry.topic, *entry.names)), entry) for entry in catalog())


@cache
def _vocabulary() -> tuple[str, ...]:
    """Every word that the catalog writes, sorted."""
    return tuple(sorted({word for entry in catalog() for name in (entry.topic, *entry.names) for word in _split(name)}))


def _words(text: str) -> frozenset[str]:
    """The words that count, one for those that mean the same; a word the catalog lacks as the one it is nearly."""
    found: list[str] = []
    for word in _split(text):
        if word not in _SAME and len(word) >= _LONG:
            word = next(iter(difflib.get_close_matches(word, _vocabulary(), n=1, cutoff=_CLOSE)), word)
        found.extend(_SAME.get(word, word).split())
    return frozenset(word for word in found if word not in _EMPTY)


def _split(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower().replace(".", "").replace("bmp-", "bmp").replace("x-stop", "xstop"))
