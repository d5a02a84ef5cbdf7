"""Which date of a sentence belongs to which procedure, and what the date says of its status."""

from __future__ import annotations

import datetime as dt
import re

from chartproof.extract.dates import DateMention, find_dates
from chartproof.extract.kinds.procedure_anchors import Anchor, Event, anesthetic_in
from chartproof.extract.kinds.procedure_kinds import ROW_LEAD
from chartproof.extract.kinds.procedure_status import planned_assertion
from chartproof.extract.regex import Regex
from chartproof.extract.view import Sentence
from chartproof.facts import Side
from chartproof.spans import Span

_FOREIGN = Regex(
    r"(?<![\d.])(?:[1-9]\d|100)\s?%|\b(?:mri|x-?rays?|xr|ct scan|emg|ncs|labs?|onset|since|dob|born|injur\w*|accident|fell|fall|mvc|mva|seen|visit|(?-i:PT)|physical therapy|therapy|"
    r"chiro\w*|follow(?:ed)?[- ]?up|f/u|until|till|through|thru|by|began|begun|start\w*|pain|lasted|last seen|office|exam|appt|appointment|consult\w*|referral|opinion|explant\w*|removed|revised|relief|better|mos?|wks?|see|discuss|go over|returned|wore|worn|faded|back|"
    r"diagnosed|work since|off work|creep\w*|call\w*|age|films?|radiograph\w*|study|studies|psych\w*|cleared|return(?:s|ed)?|relief until)\b",
    re.IGNORECASE,
)
_TIGHT = Regex(
    r"(?:\.(?=\s))?[\s:|,()=–-]*(?:(?:done|on|in|performed|from|dated|of|the|was|were|back in|again|here|both|last|most recent|in early|given|dos|by dr\.? \w+|then|and|elsewhere|here on|x\s?\d|\d\s?x|\(?#\d{1,2}\)?|set\s?\d?|right|left|lt|rt|l|r|'s)[\s:|,()-]*)*",
    re.I,
)
_SIDE_LEAD = Regex(r"(?:^|[\s,;:(/&-])(?:(r|rt|right)|(l|lt|left))(?: side)?[\s:,]*(?:on\s+|done\s+)?$", re.IGNORECASE)
_SERIES_GAP = Regex(
    r"\s*(?:\([^()]{0,60}\))?\s*[,;&/]?\s*(?:\band|\bthen)?\s*(?:on\s+)?(?:the\s+)?\b(?:r|l|rt|lt|right|left|repeat|repeated|again)\b(?: side)?[\s:,]*(?:on\s+|in\s+|done\s+)?",
    re.IGNORECASE,
)
_ASIDE = Regex(r"\([^()]{0,50}\)")
_NEXT_IN_LINE = Regex(r"[\s;,](?:\(?[2-9][.)]|#\s?[2-9]:?)\s*$")
_YEAR_LEAD = Regex(r"[\s\-*•|]*((?:19|20)\d\d)(?:\s*[:–|-]\s*|\s+)(?=[A-Za-z])")
_MANY = Regex(
    r"\b(?:in the|over the|within|last|past|prior|previous|months?|mos?|years?|yrs?|\d+|[\s,(])+:\s*$", re.IGNORECASE
)
_BREAKS_CLAUSE = Regex(r";|(?<!\bdr)(?<!\bmr)(?<!\bms)(?<!\bmrs)(?<!\bst)\.\s", re.IGNORECASE)
# "... and in 2005 she had": the date belongs to what follows
_OPENS_CLAUSE = Regex(
    r"\s*,?\s*(?:(?:she|he|they|i|the patient|patient|pt|mrs?\.? \w+|ms\.? \w+)\s+)?(?:also\s+|then\s+|subsequently\s+|again\s+|did\s+|has\s+)?"
    r"(?:had|have|underwent|undergo|undergone|received|receive|got|was given|was treated|had to|went through)\b",
    re.I,
)
_DATE_LEAD = Regex(
    r"(?:^|[,.;:]|\band|\bthen|\bagain|\bbut|\bwhile|\balso)\s*(?:(?:back|early|late|in|on|around|about|of)\s+)*$", re.I
)
_HISTORY = Regex(
    r"\b(?:(?:procedur\w*|injections?|interventional|interventions?|pain|treatments?|blocks?|spine)\s+(?:hx|history|log|list|to\s+date)|(?:prior|previous|past|earlier)\s+(?:procedures?|injections?|interventions?|blocks?|treatments?|esis?|rfas?|mbbs?)|hx)\b[^.\n]{0,30}?:",
    re.IGNORECASE,
)
_MONTH_YEAR = Regex(r"(?P<month>1[0-2]|0?[1-9])/(?P<year>\d\d)")
_PLAIN_YEAR = Regex(r"(?<![\d/.-])20\d\d(?![\d/-])")
_HISTORY_YEARS = 6
_MOST_MONTHS = 12  # a second number up to that may as well be a day
_MOST_PAIN = 10
_FARTHEST = 270  # days to a plan whose date is told without a year
_FURTHER_DATE_REACH = 140  # characters from one date of a series to the next


def row_date(sentence: Sentence) -> DateMention | None:
    """The date with which a row of a list begins."""
    lead = ROW_LEAD.match(sentence.text)
    if lead is None:
        return None
    at = sentence.start + lead.end()
    return next((date for date in sentence.dates if date.span.start == at), None)


def place_dates(sentence: Sentence, here: list[Anchor]) -> None:
    """Give each date of the sentence to the procedure it belongs to; make the events."""
    text = sentence.view.note.text
    owners: list[tuple[Anchor, DateMention]] = []
    takers = [anchor for anchor in here if anchor.cue != "reference"]
    dates_first = _dates_come_first(sentence, takers)
    previous: tuple[Anchor, DateMention] | None = None
    for date in _with_months_and_years(sentence):
        if not takers:
            break
        if date.form == "md" and text[date.span.start : date.span.end].endswith("/10") and _is_score(sentence, date):
            continue
        if date.form == "yesterday" and text[date.span.start : date.span.end].lower() == "today":
            continue
        inside = next((a for a in takers if a.span.start <= date.span.start and date.span.end <= a.span.end), None)
        if inside is not None:
            owner: Anchor | None = inside
        else:
            owner = _date_owner(text, takers, date, dates_first, previous, [a for a, _ in owners])
        if owner is not None:
            owners.append((owner, date))
            previous = (owner, date)
    if not owners and takers and (year := _leading_year(sentence)) is not None:
        owners.append((takers[0], year))
    for anchor in here:
        own = [date for a, date in owners if a is anchor]
        if anchor.status != "done" and own and anchor.assertion != "negated":
            own = [later for date in own if (later := _ahead(sentence, date)) is date or _is_soon(sentence, later)]
        joined = _join_range(text, own)
        anchor.events = [
            Event(
                anchor,
                iso,
                span,
                anchor.number if len(joined) == 1 else None,
                anesthetic_in(text[span.end : span.end + 30].split(";")[0].split(")")[0]),
                _side_before(text, anchor, span),
            )
            for iso, span in joined
        ]
        _settle_by_date(anchor)
        if anchor.is_fact or anchor.events:
            for _, span in joined:
                sentence.claim(span)
        if not anchor.events:
            anchor.events = [Event(anchor, None, None, anchor.number)]
        elif anchor.assertion not in ("family", "hypothetical"):
            anchor.is_fact = True


def _with_months_and_years(sentence: Sentence) -> list[DateMention]:
    """The dates of a sentence; in the list of a history "3/22, 9/22" are months of years where something says so.

    That is a year beside them, the same second number twice, or a day that would lie ahead; and they follow one another.
    """
    if not _HISTORY.search(sentence.text) or sentence.view.reference is None:
        return sentence.dates
    text, year = sentence.view.note.text, sentence.view.reference.year % 100
    short = [date for date in sentence.dates if date.form == "md"]
    pairs = [_MONTH_YEAR.fullmatch(text, date.span.start, date.span.end) for date in short]
    if not pairs or None in pairs:
        return sentence.dates
    read = [(int(pair["year"]), int(pair["month"])) for pair in pairs if pair is not None]
    years = [one for one, _ in read]
    told = any(date.form in ("my", "year") for date in sentence.dates) or _PLAIN_YEAR.search(sentence.text)
    ahead = any(date.iso is not None and date.iso > sentence.view.reference.isoformat() for date in short)
    order = [
        int(pair["year"])
        if (pair := _MONTH_YEAR.fullmatch(text, date.span.start, date.span.end)) is not None
        else int(date.iso[2:4])
        for date in sentence.dates
        if date.iso
    ]
    if not (told or ahead or len(set(years)) < len(years)) or sorted(order) not in (order, order[::-1]):
        return sentence.dates
    if min(years) <= _MOST_MONTHS or not year - _HISTORY_YEARS <= min(years) <= max(years) <= year:
        return sentence.dates
    months = {
        date.span: DateMention(date.span, f"20{one}-{month:02d}", "my")
        for date, (one, month) in zip(short, read, strict=True)
    }
    return [months.get(date.span, date) for date in sentence.dates]


def _leading_year(sentence: Sentence) -> DateMention | None:
    """The year with which a line of a history begins ("2019  L4-5 laminectomy")."""
    match = _YEAR_LEAD.match(sentence.text)
    reference = sentence.view.reference
    if match is None or sentence.dates or (reference is not None and int(match[1]) > reference.year):
        return None
    return DateMention(Span(sentence.start + match.start(1), sentence.start + match.end(1)), match[1], "year")


def _side_before(text: str, anchor: Anchor, date: Span) -> Side | None:
    """The side that stands right before a date of a series, outside the procedure's own name."""
    lead = _SIDE_LEAD.search(text[max(anchor.sentence.start, date.start - 14) : date.start])
    if lead is None or anchor.span.start < date.start < anchor.span.end:
        return None
    return "right" if lead[1] else "left"


def _is_score(sentence: Sentence, date: DateMention) -> bool:
    """Whether "7/10" is a pain score and not the tenth of July."""
    if int(sentence.view.note.text[date.span.start : date.span.end].split("/")[0]) > _MOST_PAIN:
        return False
    if sentence.is_claimed(date.span):
        return True
    others = any(other is not date and other.form in ("md", "us") for other in sentence.dates)
    return (
        not others
        and row_date(sentence) is not date
        and not re.search(r"\bon\s*$", sentence.view.note.text[sentence.start : date.span.start], re.I)
    )


def _dates_come_first(sentence: Sentence, here: list[Anchor]) -> bool:
    """Whether the line reads date, procedure, date, procedure."""
    dates = sentence.dates
    if not dates or not here or dates[0].span.start > here[0].span.start:
        return False
    gap = sentence.view.note.text[dates[0].span.end : here[0].span.start]
    return _TIGHT.fullmatch(gap) is not None or row_date(sentence) is not None


def _date_owner(
    text: str,
    here: list[Anchor],
    date: DateMention,
    dates_first: bool,
    previous: tuple[Anchor, DateMention] | None,
    dated: list[Anchor],
) -> Anchor | None:
    before = next((a for a in reversed(here) if a.span.end <= date.span.start), None)
    behind = next((a for a in here if a.span.start >= date.span.end), None)
    gap_before = text[before.span.end : date.span.start] if before else ""
    gap_behind = text[date.span.end : behind.span.start] if behind else ""
    tight_before = before is not None and _TIGHT.fullmatch(gap_before) is not None
    tight_behind = behind is not None and _TIGHT.fullmatch(gap_behind) is not None
    if dates_first and tight_behind:
        return behind
    if (
        behind is not None
        and _OPENS_CLAUSE.match(gap_behind)
        and _DATE_LEAD.search(text[before.span.end if before else behind.sentence.start : date.span.start])
        and not _FOREIGN.search(gap_behind)
        and not _BREAKS_CLAUSE.search(gap_behind)
    ):
        return behind
    if tight_before:
        return before
    if (
        previous is not None
        and previous[0] is before
        and _is_further_date(text[previous[1].span.end : date.span.start], before)
    ):
        return before
    if tight_behind and not re.search(r"[,;]\s*$|\band\s*$", gap_behind):
        return behind
    listed = any(anchor is before for anchor in dated)
    if before is not None and not listed and before.plural and len(gap_before) <= 50 and _MANY.search(gap_before):
        return before
    if (
        before is not None
        and not listed
        and len(gap_before) <= 70
        and not _FOREIGN.search(gap_before)
        and not _BREAKS_CLAUSE.search(gap_before)
    ):
        return before
    if behind is not None and _has_own_date(text, behind, date):
        return None
    if (
        behind is not None
        and len(gap_behind) <= 60
        and not _FOREIGN.search(gap_behind)
        and not _BREAKS_CLAUSE.search(gap_behind)
    ):
        lead = text[max(0, date.span.start - 25) : date.span.start]
        return behind if not _FOREIGN.search(lead) else None
    return None


def _has_own_date(text: str, anchor: Anchor, date: DateMention) -> bool:
    """Whether another date stands right behind the name."""
    return any(
        other is not date
        and other.span.start >= anchor.span.end
        and _TIGHT.fullmatch(text[anchor.span.end : other.span.start]) is not None
        for other in anchor.sentence.dates
    )


def _is_further_date(gap: str, anchor: Anchor | None) -> bool:
    """Whether a date goes on with a list of dates of one procedure ("11/19 and 12/10", "; bupivacaine 2/19/25")."""
    if anchor is None or len(gap) > _FURTHER_DATE_REACH:
        return False
    if _SERIES_GAP.fullmatch(gap):
        return True
    if len(gap) <= 70 and (anchor.plural or anchor.text.rstrip().endswith("s")) and _NEXT_IN_LINE.search(gap):
        return True
    if re.search(r";\s*(?:and |then )?(?:(?:bupi|lido|ropi)\w*\s+)?(?:on )?$", gap) and (
        anchor.plural or anchor.text.rstrip().endswith("s")
    ):
        return True
    if len(gap) > 60:
        return False
    gap = _ASIDE.sub(" ", gap)
    return re.fullmatch(
        r"[\s,&/;+]*(?:and|then|again|to|-|–|through|in|on)?[\s,]*(?:again\s+)?(?:in|on)?\s*", gap, re.I
    ) is not None or (anesthetic_in(gap[-20:]) is not None and not _FOREIGN.search(gap[-20:]))


def _ahead(sentence: Sentence, date: DateMention) -> DateMention:
    if date.form not in ("md", "text", "season"):
        return date
    text = sentence.view.note.text[date.span.start : date.span.end]
    later = next(find_dates(text, sentence.view.reference, date.span.start, ahead=True), None)
    return later if later is not None and later.span == date.span else date


def _is_soon(sentence: Sentence, date: DateMention) -> bool:
    """Whether a day of the next year may be meant: "RFA approved 6/1", told on 6/15, is no plan for next June."""
    reference = sentence.view.reference
    if reference is None or date.iso is None or len(date.iso) != len("2025-06-15"):
        return True
    return (dt.date.fromisoformat(date.iso) - reference).days <= _FARTHEST


def _join_range(text: str, dates: list[DateMention]) -> list[tuple[str | None, Span]]:
    joined: list[tuple[str | None, Span]] = []
    for date in dates:
        if joined and date.iso and joined[-1][0] and "/" not in joined[-1][0]:
            if joined[-1][0] == date.iso:
                joined[-1] = (date.iso, date.span)
                continue
            gap = text[joined[-1][1].end : date.span.start].lower()
            if re.fullmatch(r"\s*(?:to|-|–|through|thru)\s*", gap):
                joined[-1] = (f"{joined[-1][0]}/{date.iso}", Span(joined[-1][1].start, date.span.end))
                continue
        joined.append((date.iso, date.span))
    return joined


def _settle_by_date(anchor: Anchor) -> None:
    """A past date makes a procedure done unless words say otherwise; a date ahead makes it planned."""
    reference = anchor.sentence.view.reference
    dates = [event.date for event in anchor.events if event.date]
    if not dates or reference is None or anchor.assertion in ("negated", "family", "hypothetical"):
        return
    today = reference.isoformat()
    past = all(date.split("/")[0] < today[: len(date.split("/")[0])] for date in dates)
    ahead = all(date.split("/")[0] > today[: len(date.split("/")[0])] for date in dates)
    if ahead and anchor.status == "done":
        anchor.status, anchor.assertion = "planned", planned_assertion(anchor)
    elif (
        past
        and anchor.status != "done"
        and (
            not anchor.cue
            or anchor.row
            or anchor.cue.startswith("consider")
            or anchor.cue_text in ("request", "repeat", "rpt", "may", "will", "recommend")
        )
    ):
        anchor.status, anchor.assertion = "done", "present"
