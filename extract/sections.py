"""Sections: which part of the note a sentence stands in, from headings at the start of a line or sentence."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

import yaml
from medspacy.section_detection import SectionRule

from chartproof.extract.regex import Regex

_LEAD = r"[ \t\xa0#=*_|>-]*(?P<item>\(?\d{1,2}[.)]\s+)?"
_HEADING = Regex(
    rf"{_LEAD}(?P<title>[A-Za-z][A-Za-z/&,'’ ()-]{{0,60}}?)(?:[ \t]*\([^()\n]{{1,24}}\))?(?P<mark>[ \t]*(?::|>(?=\s|$)|={{2,}}|--+|\.(?=\s|$)|[ \t]+-(?=\s)|\r?\n|$))"
)
#: What no heading opens with, and most sentences do: a title too long, or a character behind it that neither is of a
#: title nor marks its end. It is quickly seen, while the expression of a heading tries every length of the title.
_PROSE = Regex(
    rf"{_LEAD}[A-Za-z](?:[A-Za-z/&,'’ ]{{60}}[A-Za-z/&,'’]|[A-Za-z/&,'’ ]*+[0-9;%+?!\"\[\]])",
)
#: "A R SI joint pain", "P Repeat injection": the letters of a SOAP note without a mark.
_BARE_LETTER = Regex(r"^[ \t]*(?P<title>[SOAP]|A/P)[ \t]+(?=\S)", re.MULTILINE)


@cache
def section_rules() -> tuple[SectionRule, ...]:
    """The headings of ``data/sections.yaml`` as medspaCy section rules."""
    text = resources.files("chartproof.extract.data").joinpath("sections.yaml").read_text("utf-8")
    data = yaml.load(text, yaml.CSafeLoader)
    return tuple(SectionRule(literal=title, category=category) for category, titles in data.items() for title in titles)


@cache
def _headings() -> dict[str, str]:
    return {_squash(rule.literal): rule.category for rule in section_rules()}


#: Sections that are over at the next blank line when their heading stands before text on its own line.
SHORT_SECTIONS = frozenset({"family_history", "allergies", "medications", "social_history", "ros"})


#: Sections in which a part of the body ("Neck:") is a topic of the history, not of an examination.
HISTORY_SECTIONS = frozenset(
    {"chief_complaint", "hpi", "function", "treatment", "injections", "plan", "assessment", "assessment_plan"}
)


def _squash(title: str) -> str:
    title = title.lower().replace("’", "'")
    if "(" in title:
        title = re.sub(r"\([^)]*\)", " ", title)
    return " ".join(title.replace("/", " ").replace("&", " ").split())


def has_bare_letters(text: str) -> bool:
    """Whether lines of the note open with the letters of a SOAP note in their order, ending with plan, each once."""
    letters = "".join(match["title"].replace("/", "") for match in _BARE_LETTER.finditer(text))
    return letters in ("SOAP", "SAP", "OAP", "AP")


def heading_at(
    text: str, start: int, end: int, at_line_start: bool, bare_letters: bool = False
) -> tuple[str | None, int] | None:
    """The heading with which the sentence ``text[start:end]`` opens, if any; `bare_letters` as `has_bare_letters` says.

    Returns its category (None for a heading that is not in the list, which still ends the section
    before it) and the offset where the text after the heading begins; None where there is no heading.
    """
    if bare_letters and at_line_start and (letter := _BARE_LETTER.match(text, start, end)) is not None:
        return _headings()[_squash(letter["title"])], letter.end()
    match = _HEADING.match(text, start, end) if _PROSE.match(text, start, end) is None else None
    if match is None:
        return None
    title, mark = match["title"], match["mark"].strip()
    category = _headings().get(_squash(title))
    if category is not None:
        explicit = mark in (":", "-", ">") or mark.startswith(("=", "--"))
        alone = match.end() >= end or "\n" in match["mark"]
        if explicit or (at_line_start and match["item"] is None and (alone or title.isupper())):
            return category, match.end()
        return None
    if at_line_start and title.isupper() and len(title) > 3 and mark:
        return _headings().get(_squash(title).rsplit(" ", 1)[-1]), match.end()
    return None
