"""Dates in the usual US forms, absolute or relative, resolved against the note's date.

A resolved date is an ISO string, partial where the note is ("2023-05"). A month and day without a
year belong to the latest such day not after the note's date (or the next one, in a plan). A year of
two digits is in this century unless that lies ahead of the note.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from dateutil.easter import easter
from dateutil.relativedelta import relativedelta

from chartproof.extract.numbers import NUMBER, parse_number
from chartproof.extract.regex import Regex
from chartproof.spans import Span

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb febr",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_SEASONS = {"spring": 4, "summer": 7, "fall": 10, "autumn": 10, "winter": 1}
_HOLIDAYS: dict[str, tuple[int, int | None]] = {
    "valentine": (2, 14),
    "christmas": (12, 25),
    "new": (1, 1),
    "halloween": (10, 31),
    "thanksgiving": (11, None),
    "labor": (9, None),
    "memorial": (5, None),
    "super": (2, None),
    "mother": (5, None),
    "father": (6, None),
    "independence": (7, 4),
    "fourth": (7, 4),
    "juneteenth": (6, 19),
    "st": (3, 17),
    "veteran": (11, 11),
    "president": (2, None),
    "mlk": (1, None),
    "columbus": (10, None),
}
#: The words of the holidays that do not begin with the name above.
_HOLIDAY_WORDS = ("easter", "superbowl", "mothers", "fathers", "veterans", "presidents", "patrick", "valentines")
_ADDENDUM_DAYS = 10
_FIRST_YEAR = 60  # of two digits behind a month and a slash
_DAY = r"(?:[12]\d|3[01]|0?[1-9])"
_NUMMONTH = r"(?:1[0-2]|0?[1-9])"

#: Days of the month in words, as dictation writes them.
_UNITS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_TEENS = (
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
)
_ORDINALS = {
    name: day
    for day, name in enumerate(
        (*_UNITS, *_TEENS, "twentieth", *(f"twenty-{unit}" for unit in _UNITS), "thirtieth", "thirty-first"), 1
    )
}
_ORDINAL = "|".join(sorted(_ORDINALS, key=len, reverse=True)).replace("-", "[ -]")

_DATE = Regex(
    rf"(?<![\w/.-])(?:"
    rf"(?P<iso>(?P<iy>(?:19|20)\d\d)-(?P<im>\d\d)(?:-(?P<id>\d\d))?)(?![\d-])"
    rf"|(?P<us>(?P<um>{_NUMMONTH})(?P<sep>[/.-])(?P<ud>{_DAY})(?P=sep)(?P<uy>(?:19|20)\d\d|\d\d))(?![\d/])"
    rf"|(?P<my>(?P<mm>{_NUMMONTH})/(?P<my_year>(?:19|20)\d\d))(?![\d/])"
    rf"|(?P<text>(?:(?P<dow>mon|tues?|wed(?:nes)?|thurs?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?(?:(?P<td0>{_DAY})(?:st|nd|rd|th)?\s+(?:of\s+)?)?"
    rf"(?:(?P<part>early|mid|late|(?:the\s+)?(?:beginning|middle|end|first\s+(?:week|of)|last\s+week|1st\s+wk)(?:\s+of)?|around)[\s-]+(?:in\s+|of\s+)?)?"
    rf"(?P<tm>{_MONTH})\b\.?(?:\s+(?P<td>{_DAY})(?:st|nd|rd|th)?(?![\d/%-]|\s*(?:weeks?|months?|years?|days?|wks?|mos?|yrs?|visits?|sessions?|percent|mg|minutes?|hours?)\b)|\s+(?P<tdw>{_ORDINAL})(?=\s*(?:[,.;:)\]]|$)|\s+(?:of|this|last|when|while|with|and|to|through|until|for|after|at|in|on|she|he|they|the|a|an|by|from|as|which|but|19\d\d|20\d\d)\b))?"
    rf"(?:(?:,|\s+of|\s+in)?\s+(?P<ty>(?:19|20)\d\d)|\s+'(?P<ty2>\d\d)|\s+of\s+(?P<rel>last|this|that|the\s+same)\s+year)?)(?![\w-])"
    rf"|(?P<season>(?:(?P<srel>last|this|past|the|early|late|that)\s+)?(?P<sname>spring|summer|fall|autumn|winter)(?:\s+(?:of\s+)?(?P<sy>(?:19|20)\d\d)|\s+of\s+(?P<sof>last|this|that)\s+year)?)(?![\w-])"
    rf"|(?P<holiday>valentine['’]?s(?:\s+day)?|christmas(?:\s+day|\s+eve)?|new\s+year(?:['’]?s)?(?:\s+day|\s+eve)?|halloween|thanksgiving|labor\s+day|memorial\s+day"
    rf"|easter(?:\s+sunday|\s+weekend)?|super\s?bowl(?:\s+sunday|\s+weekend)?|mother['’]?s['’]?\s+day|father['’]?s['’]?\s+day|independence\s+day|fourth\s+of\s+july|juneteenth|st\.?\s+patrick['’]?s\s+day|veteran['’]?s['’]?\s+day|president['’]?s['’]?\s+day|mlk\s+day|columbus\s+day)"
    rf"(?:,?\s+(?:of\s+|in\s+)?(?P<hy>(?:19|20)\d\d)|\s+(?:of\s+)?(?P<hlast>last)\s+year)?(?!\w)"
    rf"|(?P<md>(?P<mdm>{_NUMMONTH})/(?P<mdd>{_DAY}|\d\d))(?![\d/%]|\s?(?:out\s+of)?\s?10\b)"
    rf"|(?P<ago>(?P<an>{NUMBER}|an?|a\s+couple\s+of)\s+(?P<au>day|week|wk|month|mo|year|yr)s?\s+ago)\b"
    rf"|(?P<lastunit>last\s+(?P<lu>week|month|year))\b"
    rf"|(?P<yesterday>yesterday|today|this\s+morning)\b"
    rf"|(?P<year>(?:19[5-9]\d|20[0-4]\d))(?!s\b|[\d/-]|:\d|\s?(?:mg|mcg|ml|/|units?)\b)"
    rf")",
    re.IGNORECASE,
)
#: A text without a digit and without any of these words holds no date; most sentences are done here.
DATE_WORDS = frozenset(
    {*_MONTHS, *_SEASONS, *(_HOLIDAYS.keys() - {"st"}), *_HOLIDAY_WORDS, "ago", "last", "yesterday", "today", "morning"}
)
_MAYBE = Regex(rf"\d[/.-]\d|\d{{4}}|\b(?:{'|'.join(sorted(DATE_WORDS))})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in the text; `iso` is None where the note gives no year and its own date is unknown.

    `form` is the name of the written form: iso, us, my, text, season, md, ago, lastunit, yesterday, year.
    """

    span: Span
    iso: str | None
    form: str


def find_dates(text: str, reference: dt.date | None, offset: int = 0, ahead: bool = False) -> Iterator[DateMention]:
    """Dates in `text`, resolved against `reference` (the note's date).

    `ahead` reads a date without a year as the next such day (for plans). `offset` is added to offsets.
    """
    if _MAYBE.search(text) is None:
        return
    for match in _DATE.finditer(text):
        form = match.lastgroup or ""
        form = next(name for name in _FORMS if match[name] is not None)
        if form == "text" and match["tm"].lower() in ("may", "mar", "sat", "sun") and not _is_month(match, text):
            continue
        if (
            form == "season"
            and match["sname"].lower() in ("fall", "spring")
            and not (match["srel"] or match["sy"] or match["sof"])
        ):
            continue
        if form == "season" and _is_tumble(match, text):
            continue
        if form == "year" and not re.search(
            r"(?:\b(?:in|since|of|from|until|till|to|circa|early|late|mid|through|thru|and|about|around|around|by|&)|[(,:-]|\w)\s*$",
            text[: match.start()],
            re.IGNORECASE,
        ):
            continue
        iso = _RESOLVERS[form](match, reference, ahead)
        if iso is _INVALID:
            continue
        end = match.end() - (text[match.end() - 1] == ".")
        yield DateMention(Span(offset + match.start(), offset + end), iso, form)


_STUDY_BEFORE = Regex(
    r"\b(?:mri|mr|ct|x-?rays?|xr|emg|ncs|films?|radiographs?|dexa|a1c|myelogram)\b[^.;,\d]{0,18}[(\s]*$", re.IGNORECASE
)
_IN_BEFORE = Regex(r"\b(?:in|since|circa|back in)\s+(?:about\s+|early\s+|late\s+)?$", re.IGNORECASE)
_FORMS = ("iso", "us", "my", "text", "season", "holiday", "md", "ago", "lastunit", "yesterday", "year")
_INVALID = "invalid"


#: "in the fall", "through the fall": the season; without such a word "the fall" is what somebody had.
_SEASON_LEAD = Regex(r"\b(?:in|during|over|through(?:out)?|by|until|till|early|late|all|of)\s+$", re.IGNORECASE)
_TUMBLED = Regex(
    r"\s+(?:in|on|from|off|down|at|when|while|that|he|she|onto|outside|inside|two|three|four|\d+|last|this)\b",
    re.IGNORECASE,
)


def _is_tumble(match: re.Match[str], text: str) -> bool:
    """Whether "the fall" is somebody's fall and no season."""
    if match["sname"].lower() != "fall" or match["sy"] or match["sof"]:
        return False
    if (match["srel"] or "").lower() not in ("the", "that", "this"):
        return False
    if _TUMBLED.match(text, match.end()):
        return True
    return match["srel"].lower() == "the" and _SEASON_LEAD.search(text, 0, match.start()) is None


def _is_month(match: re.Match[str], text: str) -> bool:
    """Whether "may" (mostly a verb) names the month here."""
    if match["td"] or match["ty"] or match["ty2"] or match["td0"] or match["part"]:
        return True
    before = text[max(0, match.start() - 12) : match.start()].lower()
    return match["tm"][0].isupper() and bool(
        re.search(
            r"(?:\b(?:in|since|of|until|till|last|from|to|mid|early|late|through|thru|by|during|and|&)|[-–])\s*$",
            before,
        )
    )


def _year(two_digits: str, reference: dt.date | None) -> int:
    if len(two_digits) == 4:
        return int(two_digits)
    year = 2000 + int(two_digits)
    limit = (reference.year if reference else 2049) + 1
    return year if year <= limit else year - 100


def _iso(year: int, month: int | None = None, day: int | None = None) -> str:
    if month is None:
        return f"{year:04d}"
    if day is None:
        return f"{year:04d}-{month:02d}" if 1 <= month <= 12 else _INVALID
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return _INVALID


def _without_year(month: int, day: int | None, reference: dt.date | None, ahead: bool) -> str | None:
    if reference is None:
        return None
    year = reference.year
    if ahead:
        if (month, day or 31) < (reference.month, reference.day):
            year += 1
    elif (month, day or 1) > (reference.month, reference.day) and not _just_ahead(month, day, reference):
        year -= 1
    return _iso(year, month, day)


def _just_ahead(month: int, day: int | None, reference: dt.date) -> bool:
    """Whether the day lies within the days after the note in which an addendum is written."""
    if day is None:
        return False
    try:
        return 0 < (dt.date(reference.year, month, day) - reference).days <= _ADDENDUM_DAYS
    except ValueError:
        return False


def _resolve_iso(match: re.Match[str], reference: dt.date | None, ahead: bool) -> str | None:
    return _iso(int(match["iy"]), int(match["im"]), int(match["id"]) if match["id"] else None)


def _resolve_us(match: re.Match[str], reference: dt.date | None, ahead: bool) -> str | None:
    return _iso(_year(match["uy"], reference), int(match["um"]), int(match["ud"]))


def _resolve_my(match: re.Match[str], reference: dt.date | None, ahead: bool) -> str | None:
    return _iso(int(match["my_year"]), int(match["mm"]))


def _resolve_text(match: re.Match[str], reference: dt.date | None, ahead: bool) -> str | None:
    month = _MONTHS[match["tm"].lower()]
    day_text = match["td"] or match["td0"]
    day = int(day_text) if day_text else None
    if match["tdw"]:
        day = _ORDINALS["-".join(match["tdw"].lower().replace("-", " ").split())]
    if match["ty"]:
        return _iso(int(match["ty"]), month, day)
    if match["ty2"]:
        return _iso(_year(match["ty2"], reference), month, day)
    if match["rel"] and match["rel"].lower() in ("that", "the same"):
        return None
    if match["rel"] and reference:
        return _iso(reference.year - (1 if match["rel"].lower() == "last" else 0), month, day)
    return _without_year(month, day, reference, ahead)


def _resolve_season(match: re.Match[str], reference: dt.date | None, ahead: bool) -> str | None:
    if match["sy"]:
        return _iso(int(match["sy"]), _SEASONS[match["sname"].lower()])
    if reference is None:
        return None
    month = _SEASONS[match["sname"].lower()]
    if "that" in ((match["srel"] or "").lower(), (match["sof"] or "").lower()):
        return None  # the year is named elsewhere
    if match["sof"]:
        return _iso(reference.year - (1 if match["sof"].lower() == "last" else 0), month)
    year = reference.year if month <= reference.month else reference.year - 1
    return _iso(year, month)


def _resolve_holiday(match: re.Match[str], reference: dt.date | None, ahead: bool) -> str | None:
    told = int(match["hy"]) if match["hy"] else None
    if told is None and match["hlast"] and reference is not None:
        told = reference.year - 1
    name = match["holiday"].lower()
    if name.startswith("easter"):
        return _easter(told, reference, ahead)
    month, day = next(when for start, when in _HOLIDAYS.items() if name.startswith(start))
    return _without_year(month, day, reference, ahead) if told is None else _iso(told, month, day)


def _easter(year: int | None, reference: dt.date | None, ahead: bool) -> str | None:
    """Easter Sunday of the year, else the last one before the reference (the next one where `ahead`)."""
    if year is not None:
        return easter(year).isoformat()
    if reference is None:
        return None
    days = [easter(reference.year + step) for step in (-1, 0, 1)]
    return (
        min(day for day in days if day >= reference) if ahead else max(d for d in days if d <= reference)
    ).isoformat()


def _resolve_md(match: re.Match[str], reference: dt.date | None, ahead: bool) -> str | None:
    month, second = int(match["mdm"]), int(match["mdd"])
    year = 2000 + second
    if (
        reference is not None
        and reference.year - 6 <= year <= reference.year
        and _STUDY_BEFORE.search(match.string[: match.start()])
    ):
        return _iso(year, month)  # "MRI 4/24" is a month and a year
    if second >= _FIRST_YEAR:
        return _iso(_year(match["mdd"], reference), month)  # "7/93"
    past = reference is None or year <= reference.year
    if match["mdd"].startswith("0") and past and _IN_BEFORE.search(match.string[: match.start()]):
        return _iso(year, month)  # "in 02/05"
    if second == 0 or second > 31:
        return _INVALID
    return _without_year(month, second, reference, ahead)


def _resolve_ago(match: re.Match[str], reference: dt.date | None, ahead: bool) -> str | None:
    if reference is None:
        return None
    amount = parse_number(match["an"].lower().replace("a couple of", "couple"))
    if amount is None:
        return None
    unit = match["au"].lower()
    if unit == "day":
        return (reference - dt.timedelta(days=amount)).isoformat()
    if unit in ("week", "wk"):
        return (reference - dt.timedelta(weeks=amount)).isoformat()
    months = amount * (12 if unit in ("year", "yr") else 1)
    day = reference - relativedelta(months=int(months), days=int((months % 1) * 30))
    return f"{day.year:04d}-{day.month:02d}" if unit in ("month", "mo") else f"{day.year:04d}"


def _resolve_lastunit(match: re.Match[str], reference: dt.date | None, ahead: bool) -> str | None:
    if reference is None:
        return None
    unit = match["lu"].lower()
    if unit == "week":
        return (reference - dt.timedelta(weeks=1)).isoformat()
    if unit == "month":
        return (reference - relativedelta(months=1)).isoformat()[:7]
    return str(reference.year - 1)


def _resolve_yesterday(match: re.Match[str], reference: dt.date | None, ahead: bool) -> str | None:
    if reference is None:
        return None
    back = 1 if match["yesterday"].lower() == "yesterday" else 0
    return (reference - dt.timedelta(days=back)).isoformat()


def _resolve_year(match: re.Match[str], reference: dt.date | None, ahead: bool) -> str | None:
    return match["year"]


_RESOLVERS = {
    "iso": _resolve_iso,
    "us": _resolve_us,
    "my": _resolve_my,
    "text": _resolve_text,
    "season": _resolve_season,
    "holiday": _resolve_holiday,
    "md": _resolve_md,
    "ago": _resolve_ago,
    "lastunit": _resolve_lastunit,
    "yesterday": _resolve_yesterday,
    "year": _resolve_year,
}
