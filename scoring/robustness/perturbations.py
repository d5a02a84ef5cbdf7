"""Ways in which the same note comes out differently: capitals, line breaks, typing errors, scanners, dates, numbers.

Each takes an annotated note and a source of chance and gives the disturbed note with its gold moved along. The meaning
for a reader stays the same, so that every fact that is no longer found is a weakness of the rules.
"""

from __future__ import annotations

import datetime as dt
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import resources
from itertools import pairwise
from random import Random
from typing import Any

import yaml

from chartproof.extract.numbers import SMALL_NUMBERS, parse_number
from chartproof.extract.sections import heading_at
from chartproof.scoring.robustness.edits import Edit, Gold, edited, reordered
from chartproof.spans import Span

Perturbation = Callable[[Gold, Random], Gold]

#: One word in so many gets a typing error, one character in so many is misread by the scanner.
TYPO_EVERY = 40
MISREAD_EVERY = 150
#: Columns of a text that was wrapped by a terminal or a fax.
WRAPPED_AT = 66

_WORD = re.compile(r"[A-Za-z]+")
_ISO = re.compile(r"(?<![\d/-])(?P<y>(?:19|20)\d\d)-(?P<m>\d\d)-(?P<d>\d\d)(?![\d-])")
_SLASHED = re.compile(r"(?<![\d/])(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>(?:19|20)?\d\d)(?![\d/])")
_COUNTED = r"(?=[ -](?:day|week|month|year|hour|session|visit|time)s?\b)"
_DIGITS = re.compile(rf"(?<![\w./:%$-])(?P<number>\d{{1,2}}){_COUNTED}")
_NUMBER_WORD = re.compile(
    r"\b(?P<number>two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)" + _COUNTED, re.IGNORECASE
)
_NUMBER_NAMES = (*SMALL_NUMBERS, "twenty")
_MONTH_NAMES = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def capitals(gold: Gold, chance: Random) -> Gold:
    """Everything in capitals, as dictation systems and old records have it."""
    return edited(gold, _recased(gold, str.upper))


def small_letters(gold: Gold, chance: Random) -> Gold:
    """Everything in small letters, as in notes typed in haste."""
    return edited(gold, _recased(gold, str.lower))


def wrapped_lines(gold: Gold, chance: Random) -> Gold:
    """Long lines broken at a fixed width."""
    return edited(gold, _wrapped(gold[0].text))


def joined_lines(gold: Gold, chance: Random) -> Gold:
    """The line breaks inside paragraphs of running text taken out; lists, tables and headings keep theirs."""
    text = gold[0].text
    return edited(gold, (Edit(at, at + 1, " ") for at in _inner_breaks(text)))


def typing_errors(gold: Gold, chance: Random) -> Gold:
    """A letter swapped, doubled or left out in one of some forty words of five letters and more."""
    return edited(gold, _typos(gold[0].text, chance))


def abbreviations(gold: Gold, chance: Random) -> Gold:
    """The field's short forms for half of the words that have one."""
    short = _wordings()["abbreviations"]
    pattern = _alternatives(tuple(short))
    found = pattern.finditer(gold[0].text)
    return edited(gold, [Edit(*match.span(), short[match[0].lower()]) for match in found if chance.random() < 0.5])


def scanner(gold: Gold, chance: Random) -> Gold:
    """Characters misread by a scanner, and now and then a space lost or a word broken."""
    return edited(gold, _misread(gold[0].text, chance))


def section_order(gold: Gold, chance: Random) -> Gold:
    """The sections after the first in another order; those that share a fact stay together."""
    note, facts = gold
    blocks = _blocks(note.text, [Span(min(s.start for s in f.spans), max(s.end for s in f.spans)) for f in facts.facts])
    if len(blocks) < 3:
        return gold
    if not note.text.endswith("\n"):
        closed = edited(gold, [Edit(len(note.text), len(note.text), "\n")])
        return reordered(closed, [*blocks[:-1], Span(blocks[-1].start, len(note.text) + 1)], _shuffled(blocks, chance))
    return reordered(gold, blocks, _shuffled(blocks, chance))


def date_forms(gold: Gold, chance: Random) -> Gold:
    """Full dates in another of the usual forms: 2024-03-05, 03/05/2024, March 5, 2024, 5 Mar 2024."""
    return edited(gold, _dates(gold[0].text, chance))


def number_words(gold: Gold, chance: Random) -> Gold:
    """Counted amounts of time in words where they stood in digits, and in digits where they stood in words."""
    return edited(gold, _numbers(gold[0].text))


#: By name, in the order of the report.
PERTURBATIONS: Mapping[str, Perturbation] = {
    "capitals": capitals,
    "small letters": small_letters,
    "wrapped lines": wrapped_lines,
    "joined lines": joined_lines,
    "typing errors": typing_errors,
    "abbreviations": abbreviations,
    "scanner": scanner,
    "section order": section_order,
    "date forms": date_forms,
    "number words": number_words,
}


def _recased(gold: Gold, change: Callable[[str], str]) -> Iterator[Edit]:
    for match in _WORD.finditer(gold[0].text):
        if (word := change(match[0])) != match[0]:
            yield Edit(*match.span(), word)


def _wrapped(text: str) -> Iterator[Edit]:
    at = 0
    for line in text.split("\n"):
        if len(line) > WRAPPED_AT and "|" not in line and "\t" not in line:
            place = 0
            for part in textwrap.wrap(line, WRAPPED_AT, break_long_words=False, break_on_hyphens=False)[:-1]:
                place = line.index(part, place) + len(part)
                gap = len(line[place:]) - len(line[place:].lstrip(" "))
                if gap:
                    yield Edit(at + place, at + place + gap, "\n")
        at += len(line) + 1


def _inner_breaks(text: str) -> Iterator[int]:
    """The line breaks between two lines of one sentence: the first is long and the second goes on in small letters."""
    at = 0
    for line, following in pairwise(text.split("\n")):
        end = at + len(line)
        if len(line) > WRAPPED_AT - 20 and following[:1].islower() and not line.rstrip().endswith((".", ":", ";")):
            yield end
        at = end + 1


def _typos(text: str, chance: Random) -> Iterator[Edit]:
    for match in _WORD.finditer(text):
        word = match[0]
        if len(word) < 5 or chance.random() >= 1 / TYPO_EVERY:
            continue
        place = 1 + int(chance.random() * (len(word) - 3))
        pair = word[place : place + 2]
        kind = int(chance.random() * 3)
        wrong = pair[::-1] if kind == 0 else pair[0] + pair if kind == 1 else pair[0]
        yield Edit(match.start() + place, match.start() + place + 2, wrong)


def _misread(text: str, chance: Random) -> Iterator[Edit]:
    confused = _wordings()["scanner"]
    for match in _alternatives(tuple(confused), whole_words=False).finditer(text):
        if chance.random() < 1 / MISREAD_EVERY * 3:  # about a third of all characters can be confused
            yield Edit(*match.span(), confused[match[0]])
    for at, character in enumerate(text):
        if character == " " and text[at - 1 : at].isalpha() and chance.random() < 1 / MISREAD_EVERY:
            yield Edit(at, at + 1, "")


def _dates(text: str, chance: Random) -> Iterator[Edit]:
    for pattern in (_ISO, _SLASHED):
        for match in pattern.finditer(text):
            year, month, day = (int(match[name]) for name in "ymd")
            try:
                date = dt.date(year if year > 99 else 2000 + year, month, day)
            except ValueError:
                continue
            name = _MONTH_NAMES[date.month - 1]
            forms = (
                f"{date:%m/%d/%Y}",
                f"{date:%Y-%m-%d}",
                f"{name} {date.day}, {date.year}",
                f"{date.day} {name[:3]} {date.year}",
            )
            others = [form for form in forms if form != match[0]]
            yield Edit(*match.span(), others[int(chance.random() * len(others))])


def _numbers(text: str) -> Iterator[Edit]:
    for match in _DIGITS.finditer(text):
        if (value := int(match["number"])) < len(_NUMBER_NAMES):
            yield Edit(*match.span(), _NUMBER_NAMES[value])
    for match in _NUMBER_WORD.finditer(text):
        value_of_word = parse_number(match["number"])
        if value_of_word is not None:
            yield Edit(*match.span(), f"{value_of_word:g}")


def _blocks(text: str, kept_whole: list[Span]) -> list[Span]:
    """The text cut before each line that is a heading, but inside none of the spans `kept_whole`."""
    cuts = [0]
    at = 0
    for line in text.split("\n"):
        end = at + len(line)
        is_inside = any(span.start < at < span.end for span in kept_whole)
        if at and line.strip() and not is_inside and heading_at(text, at, end, at_line_start=True) is not None:
            cuts.append(at)
        at = end + 1
    return [Span(start, end) for start, end in pairwise((*cuts, len(text)))]


def _shuffled(blocks: list[Span], chance: Random) -> list[int]:
    """The first block, then the others by chance."""
    return [0, *sorted(range(1, len(blocks)), key=lambda _: chance.random())]


@cache
def _wordings() -> dict[str, dict[str, str]]:
    content: Any = yaml.safe_load(
        resources.files("chartproof.scoring.robustness").joinpath("wordings.yaml").read_text("utf-8")
    )
    return {name: {str(key): str(value) for key, value in words.items()} for name, words in content.items()}


@cache
def _alternatives(words: tuple[str, ...], *, whole_words: bool = True) -> re.Pattern[str]:
    listed = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(rf"\b(?:{listed})\b", re.IGNORECASE) if whole_words else re.compile(listed)
