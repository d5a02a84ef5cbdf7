"""Who the patient is: age, sex and body mass index.

Age and sex come from the words that introduce the patient ("71F", "56-year-old woman", "58 y/o F",
"Age/Sex: 66 F"); sex alone never from pronouns. Ages of relatives are no patient facts.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Literal

from chartproof.extract.numbers import NUMBER, parse_number
from chartproof.extract.regex import Regex
from chartproof.extract.view import NoteView, Sentence
from chartproof.facts import Patient
from chartproof.spans import Span

Sex = Literal["female", "male"]

_FEMALE = r"female|femal|femle|femail|feamle|woman|lady|girl|gentlewoman|fem"
_MALE = r"male|mael|man|gentleman|boy|gentlemen"
_AGE = Regex(
    rf"(?<![\w/.-])(?P<age>{NUMBER})[\s-]*(?:(?P<old>years?[\s-]*old|year[\s-]*olds?|yrs?[\s-]*old|y\.?/?o\.?(?![a-z])|yo|yrs?\.?\s+of\s+age|years?\s+of\s+age)\b\.?)(?!\s+(?:injur|accident|fractur|mri|fusion|surg|histor|problem|pump|device|stimulat|scar|wound|film|x-?ray|study|report|child|son\b|daughter|father|mother|brother|sister|husband|wife|grand\w+|friend|neighbor))"
    rf"(?:[\s,-]+(?:(?!husband|wife|son|daughter)[\w'/-]+[\s,]+){{0,4}}?(?P<sex>(?:{_FEMALE}|{_MALE})\b|[FM](?![\w/.'’])))?",
    re.IGNORECASE,
)
_SHORT = Regex(
    r"(?<![\w/.-])(?P<age>\d{1,3})\s?(?:y\.?o\.?\s?)?(?P<sex>[FMfm])(?![\w/'’-])|\b(?P<sex2>[FM])\s?,?\s?(?P<age2>\d{2})(?=[\s,.]*(?:yo\b|y/o|yrs?\b))"
)
_HEADER = Regex(
    r"(?<![\w.])(?P<sex2>[FM]),\s*(?:age\s+)?(?P<age2>\d{2})(?![\w/%.])|(?<![\w/.-])(?P<age>\d{2})\s*/\s*(?P<sex>[FM])(?![\w/])"
    r"|\bage\s+(?P<age3>\d{2})(?=\s|$)",
    re.IGNORECASE,
)
_LABEL = Regex(
    r"\b(?:age|sex|gender|age\s*/\s*sex|sex\s*/\s*age)\s*[:=]\s*(?:(?P<age>\d{1,3})(?:\s*(?:y(?:ears?|rs?|/?o)?|years? old))?\s*[/,]?\s*)?(?P<sex>female|male|[FM])?\b",
    re.IGNORECASE,
)
#: Check boxes for the sex behind the age.
_SEX_BOXES = Regex(
    rf"[\s,;|]*(?:(?:sex|gender)\s*[:=]?)?(?:\s*(?:\[\s*\]|\(\s*\))\s*(?:{_FEMALE}|{_MALE}|[FM])\b)?\s*(?:\[[xX]\]|\([xX]\))\s*(?P<sex>{_FEMALE}|{_MALE}|[FM])\b",
    re.IGNORECASE,
)
_IS_AGE = Regex(
    rf"(?:\b(?:he|she|patient|pt)\s+is\s+|^\W*(?:mr|mrs|ms|miss)\.?\s+\S+,\s+|\b[A-Z]\.[A-Z]\.(?:,|\s+is)\s+)(?P<age>{NUMBER})(?=[.,;]|\s+(?:and|who)\b|$)",
    re.IGNORECASE,
)
_TITLE = Regex(r"^\W*(?P<title>mr|mrs|ms|miss)\b", re.IGNORECASE)
_BMI = Regex(r"\b(?:bmi|body\s+mass\s+index)\b[^\d\n]{0,20}(?P<bmi>\d{2}(?:\.\d{1,2})?)(?!\d|\s?%)", re.IGNORECASE)
_RELATIVE = Regex(
    r"\b(?:mother|father|brother|sister|son|daughter|husband|wife|aunt|uncle|grand\w+|child(?:ren)?|cousin|niece|nephew|twin|baby|died|deceased|diagnosed\s+at|at\s+age|since\s+age)\b[^.;]*$",
    re.IGNORECASE,
)
_SHORT_FORM = Regex(r"\d\s?(?:y\.?/?o\.?\s?)?[FMfm]\b")
_OTHER_NUMBER = Regex(r"\btemp|\bt\W*\d*\.?$|\bfr|\bdeg|gauge|°|size|visit|room")
_OF_COMPLAINT = Regex(
    r"\b(?:pain|problem|injury|symptoms?|complaint|ache)\s+(?:is|are|was|were)\s+(?:now\s+|about\s+)?$", re.IGNORECASE
)
_TITLE_LINES = 4  # sentences from the start of a note in which "F, 62" or "age 46" is the patient's
_HEAD = 12  # sentences from the start of a note in which "Mr. F., 59," introduces the patient
_YOUNGEST, _OLDEST = 1, 110
_YOUNGEST_SHORT = 10  # years; "5 F" is a sheath


def find(view: NoteView) -> Iterator[Patient]:
    """Yield age with sex, at its first mention and where it changes, and each body mass index."""
    seen: set[tuple[float | None, str | None]] = set()
    short = {sentence_at(view, match.start()) for match in _SHORT_FORM.finditer(view.note.text)}
    for sentence in view.sentences:
        named = sentence.has("patient_word")
        if not named and sentence.index >= _HEAD and sentence.index not in short:
            continue
        if sentence.section in ("family_history", "social_history"):
            continue
        for span, age, sex in _introductions(sentence):
            if (age, sex) in seen or (sex is None and any(age == other for other, _ in seen)):
                continue
            if age is None and any(sex == other for _, other in seen):
                continue
            seen.add((age, sex))
            yield Patient(spans=(span,), age=age, sex=sex, section=sentence.section, source="rule:patient.introduction")
        for match in _BMI.finditer(sentence.text) if named else ():
            value = float(match["bmi"])
            if 10 <= value <= 90:
                span = Span(sentence.start + match.start(), sentence.start + match.end())
                yield Patient(spans=(span,), bmi=value, section=sentence.section, source="rule:patient.bmi")


def sentence_at(view: NoteView, offset: int) -> int:
    """Index of the sentence that holds, or stands before, a character of the note."""
    return bisect_right(view.sentences, offset, key=lambda sentence: sentence.start) - 1


def _introductions(sentence: Sentence) -> Iterator[tuple[Span, float | None, Sex | None]]:
    found: list[tuple[Span, float | None, Sex | None]] = []
    text = sentence.text
    patterns = [_SHORT] if sentence.has_digits else []
    if sentence.has("patient_word"):
        patterns = [_AGE, *patterns, _LABEL]
    if sentence.may_count:
        patterns.append(_IS_AGE)
    if sentence.index < _TITLE_LINES and sentence.has_digits:
        patterns.append(_HEADER)
    for pattern in patterns:
        for match in pattern.finditer(text):
            groups = match.groupdict()
            age_text = groups.get("age") or groups.get("age2") or groups.get("age3")
            sex_text = groups.get("sex") or groups.get("sex2")
            age = parse_number(age_text) if age_text else None
            if age is not None and not _YOUNGEST <= age <= _OLDEST:
                continue
            if age is None and not sex_text:
                continue
            if _RELATIVE.search(text[: match.start()]) or _OF_COMPLAINT.search(text[: match.start()]):
                continue
            if pattern is _SHORT and (age is None or age < _YOUNGEST_SHORT or not _alone(text, match)):
                continue
            span = Span(sentence.start + match.start(), sentence.start + match.start() + len(match[0].rstrip()))
            if any(span.overlaps(other) for other, _, _ in found):
                continue
            if age is not None and not sex_text and ("[" in text or "(" in text):
                boxed = _SEX_BOXES.match(text, match.end())
                sex_text = boxed["sex"] if boxed is not None else None
            title = _TITLE.match(match[0]) if pattern is _IS_AGE else None
            sex: Sex | None = _sex(sex_text)
            if title:
                sex = "male" if title["title"].lower() == "mr" else "female"
            found.append((span, age, sex))
    return iter(sorted(found))


def _alone(text: str, match: re.Match[str]) -> bool:
    """Whether "71F" introduces a patient, rather than a temperature ("98.6 F") or a size."""
    before = text[max(0, match.start() - 14) : match.start()].lower()
    return _OTHER_NUMBER.search(before) is None


def _sex(text: str | None) -> Sex | None:
    if not text:
        return None
    return "female" if text.lower() in (*_FEMALE.split("|"), "f") else "male"
