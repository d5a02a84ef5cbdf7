"""Where a request is for, out of the words of its body sites: side, region and levels, or nothing.

A site counts only where each of its words is known, so that a word that turns its sense cannot be passed over, and several
sites only where all of them are understood: with one level of two, a request would look smaller than it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from chartproof.batch.sources.resources import dig, each
from chartproof.evaluate.regions import ORDER

_SIDES = {
    "left": "left",
    "lt": "left",
    "right": "right",
    "rt": "right",
    "bilateral": "bilateral",
    "bilaterally": "bilateral",
    "midline": "midline",
}
_REGIONS = {"cervical": "cervical", "thoracic": "thoracic", "lumbar": "lumbar", "sacroiliac": "sacroiliac"}
_LETTERS = {"cervical": "c", "thoracic": "t", "lumbar": "ls", "sacroiliac": "s"}
#: Words that change nothing about the place.
_PLAIN = frozenset(
    {
        "of",
        "the",
        "at",
        "and",
        "side",
        "sided",
        "body",
        "structure",
        "entire",
        "qualifier",
        "value",
        "region",
        "segment",
    }
    | {"spine", "spinal", "column", "vertebra", "vertebrae", "vertebral", "level", "levels", "space", "interspace"}
    | {"joint", "joints", "facet", "facets", "zygapophyseal", "zygapophysial", "apophyseal", "foramen", "foramina"}
    | {
        "disc",
        "discs",
        "disk",
        "disks",
        "intervertebral",
        "nerve",
        "nerves",
        "root",
        "roots",
        "epidural",
        "interlaminar",
    }
)
#: Beside one of these a single vertebra is what is meant; else "L4 L5" may be one segment or two places.
_OF_ONE = frozenset({"vertebra", "vertebrae", "vertebral", "nerve", "nerves", "root", "roots"})
_BOTH = re.compile(r"\b(?:left\s+(?:and|&)\s+right|right\s+(?:and|&)\s+left|both\s+sides)\b")
_SACROILIAC = re.compile(r"\b(?:sij|si\s+joints?)\b")
_DASH = re.compile("[\u2010-\u2015\u2212]")
_TOKEN = re.compile(
    r"(?P<level>\b(?P<letter>[ctls])\s?(?P<top>\d{1,2})(?:\s?[-/]\s?(?P<under>[ctls])?\s?(?P<bottom>\d{1,2}))?(?![\w-]|/\d))"
    r"|(?P<word>[a-z]+)|(?P<mark>[\s,;&()-])|(?P<other>.)",
    re.S,
)


@dataclass(frozen=True)
class Site:
    """What a site says; nothing of what it does not."""

    side: str | None = None
    region: str | None = None
    levels: tuple[str, ...] = ()


def read_sites(concepts: Sequence[Any]) -> dict[str, Any]:
    """The fields `side`, `region` and `levels` of a request whose body sites (CodeableConcepts) these are.

    None of them where a site is not understood or the regions differ; a side only where it is that of all places, and
    levels only where all places have them.
    """
    sites: list[Site] = []
    for concept in concepts:
        site = _of_concept(concept)
        if site is None:
            return {}
        sites.append(site)
    places = [site for site in sites if site.region or site.levels]
    alone = {site.side for site in sites if site not in places}
    common = next(iter(alone)) if len(alone) == 1 else None
    sides = alone | {site.side or common for site in places}
    regions = {site.region for site in places if site.region}
    levels = [*dict.fromkeys(level for site in places for level in site.levels)]
    if len(regions) > 1 or any(not _within(level, region) for region in regions for level in levels):
        return {}
    found = {
        "side": next(iter(sides)) if len(sides) == 1 else None,
        "region": next(iter(regions), None),
        "levels": levels if all(site.levels for site in places) else None,
    }
    return {name: value for name, value in found.items() if value}


def _of_concept(concept: Any) -> Site | None:
    """What the text says, or without one the names of its codes, where they agree; None where it is not understood."""
    text = dig(concept, "text")
    names = [shown for coding in each(dig(concept, "coding")) if isinstance(shown := dig(coding, "display"), str)]
    told = [read_site(name) for name in names]
    known = [site for site in told if site is not None]
    if isinstance(text, str) and text.strip():
        site = read_site(text)
        if site is None:
            return None
        known.insert(0, site)
    elif len(known) < len(told):
        return None
    if not known or any(_contradict(one, other) for one in known for other in known):
        return None
    return _joined(known)


def _contradict(one: Site, other: Site) -> bool:
    pairs = ((one.side, other.side), (one.region, other.region), (one.levels, other.levels))
    return any(here and there and here != there for here, there in pairs)


def _joined(sites: Iterable[Site]) -> Site:
    found = Site()
    for site in sites:
        found = Site(found.side or site.side, found.region or site.region, found.levels or site.levels)
    return found


def read_site(text: str) -> Site | None:
    """What the words of one site say; None where a word is not known, they contradict each other, or say nothing."""
    words = _BOTH.sub("bilateral", _DASH.sub("-", unicodedata.normalize("NFKC", text)).lower())
    sides: set[str] = set()
    regions: set[str] = set()
    levels: list[str] = []
    plain: set[str] = set()
    for token in _TOKEN.finditer(_SACROILIAC.sub("sacroiliac", words)):
        if token["level"] is not None:
            level = _level(token)
            if level is None:
                return None
            levels.append(level)
        elif token["word"] is not None:
            word = token["word"]
            if word in _SIDES:
                sides.add(_SIDES[word])
            elif word in _REGIONS:
                regions.add(_REGIONS[word])
            elif word in _PLAIN:
                plain.add(word)
            else:
                return None
        elif token["other"] is not None:
            return None
    single = [level for level in levels if "-" not in level]
    if (
        len(sides) > 1
        or len(regions) > 1
        or (len(single) > 1 and not plain & _OF_ONE)
        or not (sides or regions or levels)
    ):
        return None
    region = next(iter(regions), None)
    if region is not None and any(not _within(level, region) for level in levels):
        return None
    return Site(next(iter(sides), None), region, tuple(dict.fromkeys(levels)))


def _within(level: str, region: str) -> bool:
    """Whether an end of the level lies in the region."""
    return any(letter in level.lower() for letter in _LETTERS[region])


def _level(token: re.Match[str]) -> str | None:
    """``L4`` or ``L4-L5``; None for no vertebra and for more than one segment, of which the ends do not tell how many."""
    top = f"{token['letter']}{int(token['top'])}".upper()
    if top not in ORDER:
        return None
    if token["bottom"] is None:
        return top
    bottom = f"{token['under'] or token['letter']}{int(token['bottom'])}".upper()
    if bottom not in ORDER or ORDER.index(bottom) != ORDER.index(top) + 1:
        return None
    return f"{top}-{bottom}"
