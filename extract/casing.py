"""Notes typed without capitals, read as if they had them.

Where a sentence begins, and whether "pt" is a patient or a therapy and "l" a side, many rules see by capitals. A note
that has none is given them before it is read: the same text but for the case of letters, so that every offset stays.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Any

import yaml

from chartproof.extract.regex import Regex

#: Ordinary prose has three capitals and more in a hundred letters, a note typed without them hardly any.
_FEW = 0.008
_ENOUGH_LETTERS = 30
_CAPITALS = dict.fromkeys(range(ord("A"), ord("Z") + 1))

_SENTENCE_START = Regex(r"(?:\A|\n|(?<!\.[a-z])[.!?]['\")\]]*\s)[ \t\xa0>*•#=\"'(\[-]*(?P<letter>[a-z])(?!\.\w)")
_MONTH = Regex(
    r"\b(?:january|february|april|june|july|august|september|october|november|december|jan|feb|apr|jun|jul|aug|sept?|oct|nov|dec)\b"
    r"|(?:(?<=\bin )|(?<=\bsince )|(?<=\bof )|(?<=\buntil ))(?:march|mar|may)\b|\b(?:march|mar|may)(?=\s+\d)"
)
_OPENS = Regex(r"(?:\A|\n|[.!?:]\s)\s*$")


def has_no_capitals(text: str) -> bool:
    """Whether a note is typed without capitals."""
    capitals = len(text) - len(text.translate(_CAPITALS))
    if capitals > _FEW * len(text):
        return False
    letters = sum(map(str.isalpha, text))
    return letters >= _ENOUGH_LETTERS and capitals <= _FEW * letters


def with_capitals(text: str) -> str:
    """`text` with capitals where a careful writer sets them; as long as before, and the same but for them."""
    characters = list(text)
    for match in _SENTENCE_START.finditer(text):
        _raise(characters, match.start("letter"), match.end("letter"))
    for match in _MONTH.finditer(text):
        _raise(characters, match.start(), match.start() + 1)
    for match in _letters().finditer(text):
        _raise(characters, *match.span())
    for match in _acronyms().finditer(text):
        if _is_acronym(text, match):
            _raise(characters, *match.span())
    return "".join(characters)


def _is_acronym(text: str, match: re.Match[str]) -> bool:
    words = _words()
    before = text[max(0, match.start() - 24) : match.start()]
    if match[0] == "pt":
        after = text[match.end() : match.end() + 40]
        if re.search(words["patient_before"], before) or re.match(words["patient"], after):
            return False
        return _OPENS.search(before) is None or re.match(words["therapy_after"], after) is not None
    needed = words["with_neighbour"].get(match[0])
    return needed is None or re.search(needed, before) is not None


def _raise(characters: list[str], start: int, end: int) -> None:
    for at in range(start, end):
        if "a" <= characters[at] <= "z":
            characters[at] = characters[at].upper()


@cache
def _words() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(
        resources.files("chartproof.extract.data").joinpath("casing.yaml").read_text("utf-8")
    )
    return content


@cache
def _letters() -> re.Pattern[str]:
    return re.compile(_words()["letters"])


@cache
def _acronyms() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w'’])(?:{'|'.join(sorted(_words()['acronyms'], key=len, reverse=True))})(?!['’]?\w)")
