"""What a sentence says of a therapy: how long, how often, when, how it stands and what it did."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from chartproof.extract.dates import DateMention
from chartproof.extract.numbers import NUMBER, parse_number
from chartproof.extract.periods import find_periods, nearest_to
from chartproof.extract.quantities import Duration
from chartproof.extract.regex import Regex
from chartproof.extract.view import Mention, Sentence
from chartproof.facts import Outcome, Unit
from chartproof.spans import Span


@dataclass(slots=True)
class Reading:
    """The attributes of one therapy as read so far; `spans` hold their evidence."""

    low: float | None = None
    high: float | None = None
    unit: Unit | None = None
    sessions: int | str | None = None
    start: str | None = None
    end: str | None = None
    open: bool = False
    at: bool = False  # the dates are of one "in 2022"
    outcome: Outcome | None = None
    tense: str = "past"  # of the outcome: past, present, none (a noun), or timeless
    reason: str | None = None
    medical: bool | None = None
    spans: list[Span] = field(default_factory=list)

    @property
    def has_time(self) -> bool:
        """Whether a length, a count or a date is known."""
        return self.unit is not None or self.sessions is not None or self.start is not None or self.end is not None

    def add(self, span: Span) -> None:
        """Keep a span as evidence."""
        if not any(span.overlaps(other) for other in self.spans):
            self.spans.append(span)


_A_UNIT = Regex(r"(?:an?|each|per)\s+\w+$", re.IGNORECASE)
_LASTS = Regex(
    r"\b(?:for|over|last(?:ed|s|ing)|about|almost|nearly|approximately|roughly|than|within|during|after|only|just|took|did|x|least|and|completed|finished|underwent|had|tried|to)\W+$|^\W*$|[(,:-]\s*$",
    re.IGNORECASE,
)
#: What was granted or ordered, of which less was done: "ten weeks of PT were approved, but ...".
_ON_PAPER = Regex(
    r"\s*(?:(?:was|were|is|are|has|have|had|been|only|initially|originally)\s+)+(?:authori[sz]ed|approved|ordered|prescribed|recommended|scheduled|offered|planned|requested)\b[^.;]{0,60}?\b(?:but|though|although|however|only|of\s+which|never)\b",
    re.IGNORECASE,
)
_OF_THERAPY = Regex(
    r"[\s-]*(?:(?:course|trial|program|period|stint|round|regimen|block|run|total|duration|worth|session|history)s?\s+)?(?:\(\d+\)\s*)?(?:of|in|with|doing|receiving|going\s+to|attending|undergoing)?\s*(?:[\w'-]+[\s,/-]+){0,5}$",
    re.IGNORECASE,
)
_BLOCKS_LEFT = Regex(
    r"\b(?:ago|despite|spite|while|although|though|when|during|even|pain|symptoms?|relief|after|since|has|was|before|prior\s+to|then|no|not|old|later|history|without|in\s+the\s+last|but|injur\w+|numb\w+)\b|[.;:]",
    re.IGNORECASE,
)
_OF_COMPLAINT = Regex(
    r"\b(?:pain\w*|symptom\w*|problems?|complain\w*|discomfort|numbness|tingling|weakness|suffer\w*|hurt\w*|aching|aches?|bother\w*|sciatica|spasms?|radiculopathy|injur\w+|accident|onset|sick|ill|trouble\w*)\b[^.;:()]{0,30}$",
    re.IGNORECASE,
)
_OF_IT = Regex(r"\s*of\s", re.IGNORECASE)
_EVERY = Regex(
    r"(?:\b(?:every|each|per|q|times?|twice|once|visits?|sessions?|days?|nights?|mornings?|hours?|\d\s*x|time|another\s+visit)\s*(?:in\s+)?|(?<!\d{3})\d\s*[x/]\s*|/)$",
    re.IGNORECASE,
)
_OTHER_TIME = Regex(
    r"\b(?:follow[- ]?up|f/u|recheck|rtc|return|returns?|see\s+\w+|back|reassess\w*|re-?evaluat\w*|relief|help\w*|eas(?:e|es|ed)|loosen\w*|better|reliev\w+|flar\w+|sore|worse\w*|aggravat\w+|lasted|lasting|pain-?free|symptom\w*|pain\s+for|pain\s+x|onset|old|smok\w+|worked|improve\w*)\s+(?:\w+\s+){0,4}(?:in|for|of|at|about|after|x|within)?\s*(?:about\s+|approximately\s+|only\s+|up\s+to\s+)?$",
    re.IGNORECASE,
)
_NOT_LENGTH_AFTER = Regex(
    r"\s*(?:/\s*(?:wk|week)|per\s+w\w+|a\s+week|out\s+of|ago\b|later|prior|before|after|out\b|from\s+now|history\s+of|of\s+(?:\w+\s+)?(?:relief|benefit|pain|symptoms?|improvement)|following|post|old|s/p|postop\w*|earlier)\b",
    re.IGNORECASE,
)
_LENGTH_LEAD = Regex(
    r"(?:\b(?:x|×|for|over|lasting|lasted|times|during|throughout|total(?:ing)?|of|about|approximately|approx\.?|almost|nearly|at\s+least|more\s+than|greater\s+than|over\s+the|past|last|next|least|another|additional|full|completed|did|after|is|was|ran|attended|through|than|:|period\s+of|course\s+of|some|only|just|around|roughly|up\s+to|the|totaling|spanning|going\s+on|now|all)|[x×,(:~>≥/=|\]–-]|^|\b(?:[bt]\.?i\.?d\.?|qid|q\.?d\.?|qhs|prn|daily|nightly|hs|po|mg|mcg|weekly)|(?:/|\bper\s|\ba\s)\s*(?:wk|week|d|day)\b)\s*(?:a\s+(?:total|period|course)\s+of\s*)?(?:the\s+(?:last|past|next)\s*)?(?:about\s+|approximately\s+|at\s+least\s+|~\s?|>\s?|≥\s?)?$",
    re.IGNORECASE,
)
_SPAN_LEAD = Regex(
    r"(?:for|over|during|through(?:out)?)\s+(?:a\s+period\s+of\s+|the\s+(?:last|past|next)\s+|the\s+|at\s+least\s+|about\s+)*$",
    re.IGNORECASE,
)
_COUNT = Regex(
    rf"(?<![\w./-])(?:(?P<low>{NUMBER})(?:\s*(?:-|–|to|or)\s*(?P<high>{NUMBER}))?\s*(?:(?:of|/|out\s+of)\s*(?:the\s+|his\s+|her\s+)?(?P<all>\d+|{NUMBER})\s*)?(?:total\s+|more\s+|additional\s+|formal\s+|full\s+|supervised\s+|scheduled\s+|attended\s+|pt\s+|p\.t\.\s+|chiro(?:practic)?\s+|therapy\s+|physical\s+therapy\s+|acupuncture\s+|outpatient\s+|billed\s+|completed\s+|pool\s+|prior\s+){{0,3}}(?:visits?\b|sessions?\b|times\b|treatments?\b(?!\s+(?:room|options))|appointments\b|appts\b|vis\b))"
    r"(?!\s*(?:/|per\b|a\s|an\s|each\b|every\b|weekly|daily|in\s+the\s+past\s+week|left|remaining|on\s+the\s+books|authorized|auth\b|approved|cancel|missed))",
    re.IGNORECASE,
)
_TIMES = Regex(
    rf"(?:(?<=\s)|^|(?<=\())(?:x|×|times)\s*(?P<n>{NUMBER})(?!\s*(?:-|–|to\s)?\s*\d*\s*(?:wk|week|mo|month|day|yr|year|min|h\b|hr|/|%|per\b|x|a\s|times|rounds?\b|courses?\b|mg|reps|sets))(?![\w/])",
    re.IGNORECASE,
)
_LABELLED = Regex(
    r"(?<!next\s)(?<!last\s)(?<!first\s)(?<!office\s)(?<!up\s)(?<!to\s)\b(?:(?:total\s+)?(?:visits?|sessions?)(?:\s+(?:attended|completed|to\s+date|number|total|seen|so\s+far|used))?|attended|(?<=PT\s)#|visits?\s*#|visit\s*(?:no\.?|number|#)|#\s*(?:of\s+)?visits|number\s+of\s+visits)\s*[:#=]?\s*(?P<n>\d{1,3})(?!\s*(?:min|%|/\s*10\b|x|wk|/wk|per|/\d+/|weeks?|months?|mos?\b|days?|years?))(?:\s*(?:of|/)\s*(?P<all>\d+))?(?![\d/-])",
    re.IGNORECASE,
)
_PART_DONE = Regex(
    r"(?P<low>\d+)\s*(?:of|/|out\s+of)\s*(?P<all>\d+)\s*(?:\w+\s+){0,2}(?:done|completed|used|so\s+far)\b",
    re.IGNORECASE,
)
_ONCE = Regex(
    r"\s*(?P<n>once(?=\s*(?:[.,;)]|$|in\b|last\b))|twice)\b(?!\s*(?:/|per\b|a\s|weekly|daily|every|each|in\s+a))",
    re.IGNORECASE,
)
_ORDINAL = Regex(r"\b(?P<n>\d{1,3})(?:st|nd|rd|th)\s+(?:visit|session|treatment)\b", re.IGNORECASE)
_SINCE = Regex(
    r"\b(?:(?:prescribed|issued|written)\s+by\s+(?:me|(?:my|our|the|her|his)\s+\w+|dr\.?\s+\w+|PT)|since|s/p\s+start|from|soc|start(?:ed|ing|s)?(?:\s+of\s+care)?|beg[aiu]n(?:ning)?|restarted|resumed|initiated|starting)\s*(?:on|in|back|date|of|around|about|:|the|early|late|again)*\s*(?:\w+,\s*)?$",
    re.IGNORECASE,
)
#: "doing them since her discharge from therapy on": when the home program began.
_SINCE_END_OF = Regex(
    r"\b(?:since|after|following)\s+(?:(?:his|her|the|their|being|she|he|was|formal)\s+)*(?:discharged?|d/c'?d?|finish(?:ed|ing)|complet(?:ed|ing|ion)|end(?:ed|ing)|released?|graduat\w+|stopp(?:ed|ing)|last\s+(?:visit|session))\b[^.;,]*?(?:on|in|around|about|of)?\s*$",
    re.IGNORECASE,
)
_STOPPED_ON = Regex(
    r"\b(?:end(?:ed|s|ing)?|finish(?:ed|ing)?|complet(?:ed|ing|ion)|until|till|through|thru|discharged?|d/c'?d?|stopp?(?:ed|ing)?|released|concluded|last\s+(?:visit|session)|to|ran\s+to|up\s+to|quit|discontinued)\s*(?:from\s+\w+\s*)?(?:on|in|around|about|of|the|back|:|early|late|visit)*\s*$",
    re.IGNORECASE,
)
_AT = Regex(
    r"(?:\b(?:in|during|of|around|about|on|back\s+in|last|this|over|from)|[(,:|-])\s*(?:the\s+)?$|^\s*$|\bPT\s*$",
    re.IGNORECASE,
)
_NEXT_VISIT = Regex(
    r"\b(?:next|follow[- ]?up|f/u|appt|appointment|due|mri|x-?ray|surgery|recheck|injury|accident|dob|mva|mvc|onset)\b[^,;]{0,20}$",
    re.IGNORECASE,
)
_CUT = Regex(
    r";(?!\s*(?:(?:he|she|they)\s+)?(?:went|attended|completed|did|finished|kept)\b)|(?<!Dr)(?<!Mr)(?<!Ms)(?<!Mrs)\.\s|\bbut\b|\bhowever\b|\bwhich\s+(?:began|started)\b",
)
_BECAUSE = Regex(
    r"\b(?:because(?:\s+of)?|due\s+to|secondary\s+to|owing\s+to|d/t|2/2|on\s+account\s+of|given\s+(?:his|her|the)|as\s+(?:he|she|it|the|pain)|since\s+(?:he|she|it|the|no|there)|for\s+(?:fear|lack)\s+of|from\s+(?:the\s+)?pain|after\s+it|cannot\s+picture|made\s+(?:him|her)|until\s+after|while|until|for\s+(?:his|her|severe|unstable)|as\s+each|with\s+(?:his|her|an?))\b",
    re.IGNORECASE,
)
_NEGATED_HELP = Regex(
    r"(?:\b(?:not|never|no|without|w/o|neither|nor|none|nothing|hardly|barely|didn't|doesn't|hasn't|haven't|wasn't|isn't|aren't|don't|didnt|doesnt|hasnt|cannot|can't|fail\w*\s+to|less|nobody)\b|n't)\s*(?:\w+\s+){0,4}$",
    re.IGNORECASE,
)
_PURPOSE_OF_HELP = Regex(
    r"\b(?:to|will|would|may|might|could|should|can|in\s+order\s+to|hopefully|hopes?|hoping|if|whether|until|unless|for|need|needs|asks?\s+for|with\s+the|his|her|of)\s+(?:also\s+|\w+ly\s+)?$",
    re.IGNORECASE,
)
_OTHER_SUBJECT = Regex(
    r"\b(?:pain|symptoms?|numbness|weakness|strength|function|walking|gait|sleep)\s+(?:is|are|has|have|was|were)\s+(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)


#: "four of the planned eight weeks", "4 of 8 weeks": what was done of it.
_SHARE_DONE = Regex(
    rf"(?<![\w./-])(?P<n>{NUMBER})\s*(?:(?:weeks?|wks?)\s+)?(?:out\s+of|of|/)\s*(?:(?:the|his|her|an?|these|those)\s+)?(?:(?:planned|prescribed|ordered|recommended|authori[sz]ed|approved|scheduled|intended|required|expected|proposed|total)\s+)*$",
    re.IGNORECASE,
)
_SHARE_REACH = 80  # characters before the length
_PART_OF = Regex(r"\d\s*(?:of|/|out\s+of)\s*$")  # "40 of 42 days"
_LAST = Regex(r"\b(?:last|this|next)\s+$", re.IGNORECASE)
_LAST_UNIT = Regex(r"(?:last|this|next)\s+[a-z]+$", re.IGNORECASE)
_OF_NEXT = Regex(r"\s+of\s+(?:[\w-]+\s+){0,2}", re.IGNORECASE)


def read_length(sentence: Sentence, reading: Reading, left: Span, right: Span) -> None:
    """Read how long the therapy lasts from the text right before (`left`) or after it (`right`)."""
    text = sentence.view.note.text
    best = None
    for duration in sentence.durations:
        if duration.unit == "hour" or sentence.is_claimed(duration.span):
            continue
        start, end = duration.span
        before, after = text[sentence.start : start], text[end : sentence.end]
        share = _SHARE_DONE.search(before[-_SHARE_REACH:]) if duration.unit in ("week", "month") else None
        if _A_UNIT.match(text, start, end) and not _LASTS.search(before):
            continue  # "two tablets a day"
        if _LAST_UNIT.match(text, start, end) or (_LAST.search(before[-6:]) and text[start:end].isalpha()):
            continue
        if (
            (share is None and _PART_OF.search(before[-14:]))
            or _EVERY.search(before[-24:])
            or _NOT_LENGTH_AFTER.match(after)
        ):
            continue
        if share is not None and (done := parse_number(share["n"])) is not None:
            duration = Duration(Span(start - share.end() + share.start("n"), end), done, done, duration.unit)
        if left.start <= start and end <= left.end:
            gap = text[end : left.end]
            if _OF_COMPLAINT.search(before) and not _OF_IT.match(gap):
                continue
            if (
                len(gap) <= 60
                and _OF_THERAPY.match(gap)
                and not _BLOCKS_LEFT.search(gap)
                and not _ON_PAPER.match(text, right.start, sentence.end)
            ):
                best = duration
        elif right.start <= start and end <= right.end and best is None:
            gap = text[right.start : start]
            if right.end < sentence.end and _OF_NEXT.fullmatch(text[end : right.end]):
                continue  # "wrote a program after ten weeks of PT"
            cut = _CUT.search(gap) or _NEW_SUBJECT.search(gap)
            if cut and cut.start() < len(gap) - 1:
                break
            if any(m.start >= right.start and 0 <= start - m.end <= 15 for m in sentence.of("therapy_outcome")):
                continue  # how long it helped
            if not _LENGTH_LEAD.search(gap) or _OTHER_TIME.search(gap) or re.search(r"\bago\b", after[:8]):
                continue
            best = duration
            break
    if (
        best is None
        or _STILL_TO_DO.match(text, right.start)
        or _MIDWAY.search(text, max(sentence.start, best.span.start - _SHARE_REACH), best.span.start)
    ):
        return
    best = _really_done(sentence, best, right)
    reading.low, reading.high, reading.unit = best.low, best.high, best.unit
    sentence.claim(best.span)
    lead = _SPAN_LEAD.search(text, sentence.start, best.span.start)
    start = best.span.start
    if lead and lead.end() == start and lead.start() >= right.start:
        start = lead.start()
    reading.add(Span(start, best.span.end))


#: "has 4 weeks of PT left", "halfway through 8 weeks of PT": no length that was done.
_STILL_TO_DO = Regex(r"\s*(?:left|remaining|to\s+go|still\s+to\s+do)\b", re.IGNORECASE)
_MIDWAY = Regex(
    r"\b(?:half-?way|part-?way|midway|part\s+of\s+the\s+way|not\s+quite)\s+(?:through|into|done\s+with)\s+(?:(?:his|her|an?|the|their)\s+)?$",
    re.IGNORECASE,
)
#: "2 weeks into a 6 week PT course".
_INTO_COURSE = Regex(r"\s+into\s+(?:an?|the|his|her|their|this)\s+(?:planned\s+|prescribed\s+)?", re.IGNORECASE)
#: "... 8 weeks of PT, but she stopped after 3".
_LESS_DONE = Regex(
    rf"[^.;]{{0,40}}?\b(?:but|although|though|however)\b[^.;]{{0,25}}?\b(?:stopped|quit|left|did|made|completed|attended|managed|went|finished|dropped\s+out|got\s+through)\s+(?:(?:it|at|after|only|just|about|to|through|for)\s+)*(?P<n>{NUMBER})\b(?!\s*(?:visits?|sessions?|treatments?|times|appointments?|%|/|percent|days?\s+(?:a|per)|x))",
    re.IGNORECASE,
)


_THE_COURSE = Regex(
    rf"\b(?:half-?way|part-?way|midway)\s+(?:through|into)\s+(?:(?:his|her|an?|the|their)\s+)?(?:{NUMBER}[\s-]+(?:weeks?|wks?|months?)\s+(?:course\s+)?(?:of\s+)?)?(?:(?:formal|supervised|his|her)\s+)?$",
    re.IGNORECASE,
)


def is_midway(text: str, start: int, end: int) -> bool:
    """Whether the text between the offsets, right before a therapy, says that it is half done: "halfway through"."""
    return _THE_COURSE.search(text, start, end) is not None


def is_to_do(text: str, end: int) -> bool:
    """Whether what follows a therapy at `end` says how much of it is left."""
    return _STILL_TO_DO.match(text, end) is not None


def _really_done(sentence: Sentence, told: Duration, right: Span) -> Duration:
    """The length that was done where the sentence tells less than was planned."""
    text = sentence.view.note.text
    for other in sentence.durations:
        into = other.span.end <= told.span.start and _INTO_COURSE.fullmatch(text, other.span.end, told.span.start)
        if into and other.unit != "hour":
            return other
    less = _LESS_DONE.match(text, right.start, sentence.end)
    done = parse_number(less["n"]) if less is not None else None
    if less is None or done is None or told.low is None or done >= told.low:
        return told
    named = next((other for other in sentence.durations if other.span.start == less.start("n")), None)
    if named is not None:
        return named
    return Duration(Span(less.start("n"), less.end("n")), done, done, told.unit)


def read_sessions(sentence: Sentence, reading: Reading, left: Span, right: Span, times: bool = True) -> None:
    """Read the number of visits; `times` accepts "x 6" without a unit."""
    text = sentence.view.note.text
    for pattern in (_PART_DONE, _COUNT):
        across = next(
            (m for m in pattern.finditer(text, left.start, right.end) if m.start() < left.end < right.start <= m.end()),
            None,
        )
        if across is not None:
            _set_sessions(reading, across)
            return
    for match in _COUNT.finditer(text, left.start, left.end):
        gap = text[match.end() : left.end]
        if len(gap) <= 45 and re.match(r"\s*(?:of|with|at|for|to|from|in)?\s*(?:[\w'-]+\s+){0,4}$", gap):
            _set_sessions(reading, match)
            return
    part = _PART_DONE.search(text, right.start, min(right.end, right.start + 25))
    if part is not None:
        _set_sessions(reading, part)
        return
    once = _ONCE.match(text, right.start, right.end)
    if once is not None:
        _set_sessions(reading, once)
        return
    patterns = (_COUNT, _LABELLED, _ORDINAL, _TIMES) if times else (_COUNT, _LABELLED, _ORDINAL)
    for pattern in patterns:
        found = pattern.search(text, right.start, right.end)
        if found is not None:
            if pattern is _TIMES and found.start() - right.start > 30:
                continue
            _set_sessions(reading, found)
            return


def sessions_in(text: str) -> tuple[int | str, Span] | None:
    """The number of visits that a header line gives ("Visits attended: 14", "9 of 12 visits"), with its place."""
    best: tuple[int | str, Span] | None = None
    for pattern in (_LABELLED, _COUNT, _ORDINAL):
        match = pattern.search(text)
        if match is not None:
            reading = Reading()
            _set_sessions(reading, match)
            if reading.sessions is not None:
                best = (reading.sessions, Span(*match.span()))
                break
    return best


_SO_FAR = Regex(r"\s*(?:so|thus)\s+far\b", re.IGNORECASE)


def _set_sessions(reading: Reading, match: re.Match[str]) -> None:
    groups = match.groupdict()
    low = parse_number(groups.get("low") or groups.get("n") or "")
    high = parse_number(groups["high"]) if groups.get("high") else None
    if low is None or low != int(low) or not 0 < low < 400:
        return
    whole = parse_number(groups["all"]) if groups.get("all") else None
    if whole is not None and low > whole:
        return  # "visit 6/4" is a date
    if _SO_FAR.match(match.string, match.end()):
        reading.open = True
    if whole is not None and low < whole and re.search(r"\b(?:done|used|so\s+far)$", match[0]):
        reading.open = True
    reading.sessions = int(low) if high is None else f"{int(low)}-{int(high)}"
    reading.add(Span(*match.span()))


def read_dates(sentence: Sentence, reading: Reading, left: Span, right: Span) -> None:
    """Read when the therapy began and ended, from the text before (`left`) and after it (`right`)."""
    text = sentence.view.note.text
    reference = sentence.view.reference
    for area in (right, left):
        for period in find_periods(text[area.start : area.end], reference, area.start):
            if area is left and not re.match(
                r"[\s)]*(?:of|with|in|for|:|,|-)?\s*(?:[\w'-]+\s+){0,3}$", text[period.span.end : area.end]
            ):
                continue
            if _NEXT_VISIT.search(text[area.start : period.span.start]) or sentence.is_claimed(period.span):
                continue
            reading.start, reading.end, reading.open = period.start, period.end, period.open
            sentence.claim(period.span)
            reading.add(period.span)
            return
    for date in sentence.dates:
        if date.iso is None or sentence.is_claimed(date.span) or date.form == "yesterday":
            continue
        inside_right = right.start <= date.span.start and date.span.end <= right.end
        inside_left = left.start <= date.span.start and date.span.end <= left.end
        if not inside_right and not (inside_left and left.end - date.span.end < 60):
            continue
        if inside_left and ")" in text[date.span.end : left.end]:
            continue
        before = text[(right.start if inside_right else left.start) : date.span.start]
        since = _SINCE.search(before) or _SINCE_END_OF.search(before)
        of_ten = date.form == "md" and not since and date.span.of(text).endswith("/10")
        if _NEXT_VISIT.search(before) or (of_ten and not _UNTIL.search(before)):
            continue
        if _NEW_SUBJECT.search(before) and inside_right:
            break
        if since:
            if reading.start is None and not re.search(r"\band,\s*since\b[^,]*$", before, re.IGNORECASE):
                reading.start = date.iso
                reading.open = reading.open or re.search(r"\bsince\b[^,;]*$", before, re.IGNORECASE) is not None
                _use(sentence, reading, date.span)
        elif inside_right and _STOPPED_ON.search(before):
            if reading.end is None:
                reading.end = _not_before(_end_told(sentence, date, before), date.form, reading.start)
                _use(sentence, reading, date.span)
        elif reading.start is None and reading.end is None and len(before) < 70:
            if not inside_right and (date.form in ("us", "iso", "md") or not _AT.search(before)):
                continue
            if not _AT.search(before) and date.form not in ("season", "lastunit", "ago"):
                continue
            if (
                inside_right
                and _FINISHED.search(text, left.start, left.end)
                and re.search(r"\b(?:on|in)\s+$|^\s*$", before)
            ):
                reading.end = date.iso
                _use(sentence, reading, date.span)
                continue
            reading.start = date.iso
            reading.at = True
            if len(date.iso) == 4 or (len(date.iso) == 7 and date.form in ("text", "my")):
                reading.end = date.iso
            _use(sentence, reading, date.span)


_FINISHED = Regex(r"\b(?:complet\w+|finish\w+|discharged\s+from|graduated\s+from)\b[^.;]{0,30}$", re.IGNORECASE)
_NEW_SUBJECT = Regex(r",\s+(?:(?:an?|our|and\s+an?)\s+\w+|(?:the|his|her)\s+\w+['’]s\b)", re.IGNORECASE)


#: Until when it lasts, which may lie ahead: "light duty through 7/14".
_UNTIL = Regex(r"\b(?:until|till|til|through|thru)\s+(?:the\s+)?(?:end\s+of\s+)?$", re.IGNORECASE)
_IS_OVER = Regex(
    r"\b(?:attended|completed|did|went|underwent|finished|received|ended|stopped|wore|took|used|ran|tried|failed)\b",
    re.IGNORECASE,
)


def _end_told(sentence: Sentence, date: DateMention, before: str) -> str:
    """The end of a therapy; "until" a day without a year may lie ahead of the note, unless the therapy is told as over."""
    assert date.iso is not None
    text = sentence.view.note.text
    if not _UNTIL.search(before) or _IS_OVER.search(text, sentence.start, date.span.start):
        return date.iso
    if date.form not in ("md", "text", "holiday") or _YEAR_TOLD.search(date.span.of(text)):
        return date.iso
    return nearest_to(date.iso, sentence.view.reference)


_YEAR_TOLD = Regex(r"\d{4}|['’]\d\d|\byear\b", re.IGNORECASE)


def _not_before(iso: str, form: str, start: str | None) -> str:
    """An end without a year belongs to the first such day after the start."""
    if start is not None and form in ("md", "text", "season", "holiday") and iso < start[: len(iso)]:
        return f"{int(iso[:4]) + 1:04d}{iso[4:]}"
    return iso


def _use(sentence: Sentence, reading: Reading, span: Span) -> None:
    sentence.claim(span)
    reading.add(span)


_GAIN = r"(?:relief|benefit|improvement|help|difference|effect|gains?|progress|success|carry-?\s?over|response|impact)"
_NO_GAIN = Regex(
    rf"\b(?:no|not\s+(?:any|much)|(?:without|w/o|w/out|wo)(?:\s+any)?|little|minimal|negligible|hardly\s+any|scant|zero|nil|limited|lack\s+of)\s+(?:(?!side\b|adverse\b|ill\b|doubt\b)[\w-]+\s+){{0,3}}?{_GAIN}\b"
    r"|\b(?:pain|symptoms?|(?:leg|back|neck|arm)(?:\s+pain)?|function)\s+(?:(?:is|was|were|remains?|remained|stayed|has|have|been|still|about|exactly|essentially)\s+){0,3}(?:the\s+)?(?:same|unchanged|no\s+(?:better|different)|not\s+(?:any\s+)?(?:better|different|changed|improved)|as\s+(?:bad|before))\b"
    r"|\b(?:pain|symptoms?|it|this|that|(?:which|all)\s+of\s+it)\s+(?:came|comes|crept|went)\s+(?:right\s+|straight\s+)?back\b|\bonly\s+(?:while|when|during|as\s+long\s+as)\b"
    r"|\b(?:pain|symptoms?)\s+(?:(?:has|have|still)\s+)*persist(?:s|ed)?\b|\bnever\s+budged\b|\b(?:felt|pain|got|made\s+\w+)\s+worse\b"
    r"|\b(?:(?:has|have|had|did|does|do)(?:\s+not|n[’']?t)|never|(?:has|have)\s+(?:yet\s+to|hardly|barely|scarcely))\s+(?:really\s+|yet\s+)?(?:chang|touch|mov|budg|dent|eas|help|shift|affect)(?:e|ed|s|es|ing)?\b(?!\s+(?:to|in\s+the\s+plan|jobs?))"
    r"|\b(?:without|w/o|w/out|little|minimal|negligible|hardly\s+any|zero|no\s+(?:meaningful|lasting|real|significant|appreciable|durable|net|sustained))\s+(?:(?:any|meaningful|lasting|real|significant|appreciable|much)\s+){0,2}change\b(?!\s+(?:in|to)\s+(?:the\s+)?(?:plan|med\w*|dos\w*|bowel|bladder))"
    r"|(?:(?<=\s[-–—]\s)|(?<=:\s))(?:nothing|nada|zip|zilch|no\s+go)(?=\s*(?:[.;,]|$))"
    r"|\b(?:neither|none|nothing)\s+(?:(?:one|really|ever|has|have|much|of\s+the\s+(?:two|three))\s+){0,2}(?:touch|help|work|chang|eas|mov|did|does|made|gave|budg|last)\w*|\b(?:no|not\s+an?y?|hardly\s+an?y?|little)\s+(?:dent|headway)\b"
    r"|\bnone\s+of\s+(?:it|them|these|those|which|that|the\s+(?:above|\w+))\s+(?:(?:is|are|has|have|was|were|been|really|actually|ever|much)\s+)*(?:help\w*|work\w*|(?:touch|chang|mov|budg|eas|lasted|made|gave|of\s+(?:any\s+)?(?:help|benefit|use)|effective)\w*)"
    r"|\b(?:no|none\s+the|not\s+any|never)\s+(?:the\s+)?better\b|\bwhere\s+(?:he|she|they)\s+(?:had\s+)?(?:began|begun|started|was\s+before)\b"
    r"|\b(?:did|does|do)(?:\s+not|n't)\s+(?:really\s+|ever\s+)?(?:last|hold|carry\s+over|amount|stick)\b"
    r"|\b(?:gave|got|brought|changed|did|achieved|accomplished)\s+(?:him\s+|her\s+)?nothing\b|\b(?:relief|help|benefit|effect)\s+(?:only\s+)?(?:lasted|for)\s+(?:only\s+)?(?:hours|minutes|an?\s+(?:hour|day|few)|the\s+day)\b",
    re.IGNORECASE,
)
_SOME_GAIN = Regex(
    rf"\b(?:some|slight|modest|partial|mild|moderate|fair|a\s+(?:little|bit|degree)(?:\s+of)?)\s+(?:[\w-]+\s+){{0,2}}?{_GAIN}\b"
    rf"|\b(?:[5-9]|[1-4]\d)\s*(?:%|percent)\s+(?:better|improve\w+|relief|help)"
    rf"|\bgood\s+for\s+(?:(?:about|only|maybe|all\s+of)\s+)*(?:{NUMBER}|an?|(?:a\s+)?few|(?:a\s+)?couple(?:\s+of)?)\s+(?:hour|day|week)s?\b"
    rf"|\b(?:{NUMBER}|an?|few|several|couple(?:\s+of)?)\s+(?:good\s+)?(?:hour|day|week)s?['’]?\s+(?:worth\s+)?(?:of\s+)?(?:\w+\s+)?{_GAIN}\b",
    re.IGNORECASE,
)
_RESULT = Regex(
    r"(?:\b(?:outcome|results?|response|relief|benefit|effect)\s*(?::|=|-|was|were)\s*|\|\s*|\s{3,}|\t\s*)"
    r"(?:(?P<failed>(?:none|nil|no|minimal|min|little|poor|temporary|temp|brief|transient|short-?\s?lived|failed|0\s*%?|unchanged|same|no\s+change|nothing)(?!\s*(?:of|\d|mg|wk|week|visit))|not\s+helpful)|(?P<partial>partial|some|mild|moderate|fair|slight))\s*(?:relief|benefit|help|improvement)?\s*(?:$|[.;|,)\n])",
    re.IGNORECASE,
)


def result_cell(sentence: Sentence, area: Span) -> tuple[Outcome, Mention] | None:
    """A result given as one word in its own column or after its label: "| none |", "Outcome: minimal"."""
    match = _RESULT.search(sentence.view.note.text, area.start, area.end)
    if match is None:
        return None
    name = "failed" if match["failed"] is not None else "partial"
    return name, Mention("therapy_outcome", name, match.start(name), match.end(name), 0, 0)  # type: ignore[return-value]


def _grammar(sentence: Sentence, area: Span, limit: int) -> tuple[Outcome, Mention] | None:
    """An outcome told as a combination of words: no, little or some, and relief, progress or the like."""
    text = sentence.view.note.text
    for pattern, name in ((_NO_GAIN, "failed"), (_SOME_GAIN, "partial")):
        match = pattern.search(text, area.start, min(area.end, area.start + limit))
        if match is not None and not _SUPPOSED.search(text, max(area.start, match.start() - 40), match.start()):
            return name, Mention("therapy_outcome", name, match.start(), match.end(), 0, 0)  # type: ignore[return-value]
    return None


_SUPPOSED = Regex(r"\b(?:if|should|until|unless|in\s+case|were\s+to|until|when)\s+(?:\w+\s+){0,4}$", re.IGNORECASE)


def outcome_in(sentence: Sentence, area: Span, limit: int = 400) -> tuple[Outcome, Mention] | None:
    """What the words in `area` say that the therapy did: failed before partial before helped."""
    found: dict[str, Mention] = {}
    for mention in sentence.of("therapy_outcome"):
        if not (area.start <= mention.start and mention.end <= area.end) or mention.start - area.start > limit:
            continue
        name = _outcome_of(sentence, mention)
        if name is not None:
            found.setdefault(name, mention)
    helped = found.get("helped") or found.get("partial")
    failed = found.get("failed")
    if helped is not None and failed is None:
        rest = sentence.view.note.text[helped.end : area.end]
        if re.search(r"\bbut\s+not\b|\bbut\s+(?:only|still|the\s+\w+\s+(?:is|are|remain))", rest, re.IGNORECASE):
            return "partial", helped
    if failed is not None:
        return "failed", failed
    text = sentence.view.note.text
    if helped is not None and (
        _FOR_A_WHILE.match(text, helped.end, area.end) or _BY_LITTLE.search(text, area.start, helped.start)
    ):
        return "partial", helped
    told = _grammar(sentence, area, limit)
    if told is not None and (told[0] == "failed" or helped is None):
        return told
    if "partial" in found:
        return "partial", found["partial"]
    if "helped" in found:
        return "helped", found["helped"]
    return None


_FOR_A_WHILE = Regex(
    r"\s+(?:(?:him|her|them|it|only|but|just|the\s+pain)\s+){0,2}(?:(?:for\s+)?(?:about\s+|maybe\s+)?(?:an?|one|two|\d)\s+(?:few\s+)?(?:days?|hours?)\b|some\b|a\s+(?:little|bit|while)\b|(?:maybe\s+|about\s+|only\s+|by\s+)?(?:[5-9]|[1-4]\d)\s*(?:%|percent)|briefly|temporarily|somewhat|slightly)",
    re.IGNORECASE,
)


_BY_LITTLE = Regex(r"(?<!\d)(?:[5-9]|[1-4]\d)\s*(?:%|percent)\s+$")
_IF_BEFORE = Regex(r"\b(?:if|should|until|unless|in\s+case|were\s+to|without)\s+(?:\w+\s+){0,4}$", re.IGNORECASE)


def _outcome_of(sentence: Sentence, mention: Mention) -> str | None:
    text = sentence.view.note.text
    before = text[max(sentence.start, mention.start - 50) : mention.start]
    word = mention.span.of(text).lower()
    if mention.id in ("helped", "partial"):
        if _NEGATED_HELP.search(before):
            return "failed"
        if _PURPOSE_OF_HELP.search(before) and word in (
            "help",
            "improved",
            "improvement",
            "relieve",
            "comfort",
            "helping",
            "gains",
            "successful",
            "effective",
            "better",
            "good control",
        ):
            return None
        if word in ("somewhat", "a little", "partially", "slightly", "partial") and _OTHER_SUBJECT.search(before):
            return None
    elif (
        (word in ("without change", "no change", "unchanged") and _KEPT.search(before))
        or (word == "failure" and _ORGAN.search(before))
        or _IF_BEFORE.search(before)
        or (word.endswith("nothing") and re.match(r"\s+(?:at\s+home|active)", text[mention.end : mention.end + 10]))
    ):
        return None
    return mention.id


#: "continue naproxen without change": what stays the same is the order.
_KEPT = Regex(r"\b(?:continu(?:e|es|ing)|cont|keep|maintain|refill\w*|renew\w*|same)\b[^.;]{0,45}$", re.IGNORECASE)
_ORGAN = Regex(r"\b(?:heart|renal|kidney|liver|hepatic|respiratory|hardware|treatment\s+of)\s+$", re.IGNORECASE)


def outcome_before(sentence: Sentence, left: Span) -> tuple[Outcome, Mention] | None:
    """An outcome that stands right before the therapy ("no relief with", "failed", "unresponsive to")."""
    text = sentence.view.note.text
    for mention in reversed(sentence.of("therapy_outcome")):
        if not (left.start <= mention.start and mention.end <= left.end):
            continue
        gap = text[mention.end : left.end]
        word = mention.span.of(text).lower()
        strong = word in (
            "failed",
            "failing",
            "has failed",
            "have failed",
            "failure",
            "refractory",
            "unresponsive",
            "did not respond",
            "not responded",
            "not respond",
            "failed to improve",
            "alleviating factors",
            "alleviating factor",
            "relieving factors",
            "relieved by",
            "alleviated by",
        )
        linked = re.match(
            r"\W*(?:with|from|by|to|after|despite|of|using|following|on|while\s+on|in\s+spite\s+of|for|including|such\s+as|is|are)\b(?:\s+[\w'/-]+,?){0,5}\s*$",
            gap,
            re.IGNORECASE,
        )
        if word.endswith((" with", " to", " on", " in", " is", " by")):
            strong = strong or len(gap) < 60
        if (strong and len(gap) < 90 and ";" not in gap) or linked:
            name = _outcome_of(sentence, mention)
            if name is not None:
                return name, mention  # type: ignore[return-value]
        return None
    return None


def tense_of(sentence: Sentence, mention: Mention) -> str:
    """Whether an outcome is told as past, present or timeless ("alleviating factors")."""
    words = mention.span.of(sentence.view.note.text).lower()
    if _WAS.search(sentence.view.note.text, sentence.start, mention.start):
        return "past"
    if "factor" in words:
        return "timeless"
    before = sentence.view.note.text[max(sentence.start, mention.start - 30) : mention.start].lower()
    if words.startswith(("refractory", "recalcitrant", "unresponsive", "resistant", "intractable")):
        return "past"
    if mention.id == "failed" and _PERFECT.search(before) and not _PRESENT.search(words):
        return "past"
    if _PRESENT.search(words) or _PRESENT_BEFORE.search(before):
        return "present"
    if words == "help" and _WHICH.search(before):
        return "present"
    if mention.id in ("helped", "partial") and words in ("helpful", "effective", "beneficial"):
        return "past" if re.search(r"\b(?:was|were|been)\s+(?:\w+\s+)?$", before) else "present"
    return "past" if _VERBAL.search(words) or _VERBAL.search(before) else "none"


_PERFECT = Regex(r"\bha(?:s|ve)\s+(?:(?:also|been|so\s+far|\w+ly)\s+)*$", re.IGNORECASE)
_WHICH = Regex(
    r"\b(?:which|that|these|they|both|and|pills|drugs|exercises|medications)\s+(?:\w+ly\s+|do\s+)?$", re.IGNORECASE
)
_WAS = Regex(r"\b(?:was|were|had\s+been)\s+(?:\w+ly\s+)?$", re.IGNORECASE)
_PRESENT = Regex(
    r"\b(?:helps|helping|does|doesn't|doesnt|do\s+not|dont|don't|do\s+little|do\s+much|is|isn't|are|relieves|alleviates|responds|dulls|provides|gives|improves|improving|works|working|controls|takes|take\s+the|makes|loosens|eases|failing|receiving|touches|not\s+quite|no\s+longer\s+\w+)\b"
)
_PRESENT_BEFORE = Regex(
    r"(?:\b(?:is|are|isn't|aren't|does|doesn't|do|don't|gives|provides|gets|takes|getting|giving|providing|helps|removes)\b(?:\s+not)?(?:\s+(?:him|her|them|only|just|about))?\W+(?:\w+\s+)?"
    r"|\bha(?:s|ve)\s+(?:(?:almost|significantly|greatly|really|also|been|not)\s+){0,3}(?:of\s+)?)$"
)
_VERBAL = Regex(
    r"\b(?:helped|did|gave|was|were|had|made|improved|relieved|failed|worked|resolved|without|plateaued|stirred|benefited|tried)\b"
)


def read_reason(sentence: Sentence, reading: Reading, area: Span) -> None:
    """Read why the therapy was stopped or not done."""
    text = sentence.view.note.text[area.start : area.end]
    match = _BECAUSE.search(text)
    if match is not None:
        clause = re.split(r"[.;]|\band\s+(?:is|was|has|he|she)\b|\band\s*$", text[match.start() :])[0]
    else:
        bracket = re.search(r"\(([^)]{3,80})\)|(?:\s-\s|--|–|:|,|;)\s*([^.;]{4,100})", text)
        if bracket is None:
            return
        clause = bracket[1] or bracket[2] or ""
    reading.reason = " ".join(clause.split())[:120] or None
    if reading.reason:
        reading.medical = is_medical(reading.reason)


_MEDICAL = Regex(
    r"\b(?:pain\w*|hurts?|weak\w*|tolera\w+|intoler\w+|fracture|fx|surg\w+|pregnan\w*|cardiac|heart|dizz\w*|numb\w*|spasms?|fever|infect\w*|wound|stroke|seizures?|renal|kidney|ckd(?:\s?\d\w?)?|gfr|liver|lft\w*|ulcers?|gi\b|gastr\w+|bleed\w*|blood\s+(?:thinner|pressure)\w*|anticoag\w*|allerg\w*|rash|drows\w+|sedat\w+|grogg\w+|sleepy|fog\w*|confus\w+|nause\w*|vomit\w*|constipat\w*|stomach|swell\w*|side\s+effects?|contraindicat\w*|copd|breath\w*|oxygen|unstable|instability|myelopathy|osteopor\w+|weight[- ]bearing|neuro\w*|deficit|foot\s+drop|severe|flare\w*|worse\w*|dry\s+mouth|lying\s+on\s+a\s+table|medical|itch\w*|mouth|reflux|bp|cannot\s+(?:stand|walk|sit|bend)|aort\w+|valv\w+|angina|ejection|ef\b|arrhythmi\w+|aneurysm\w*|embol\w+|dvt|thromb\w+|metasta\w+|tumou?r\w*|cancer|malignan\w+|chemo\w*|transplant|dialysis|syncop\w*|lightheaded\w*|myocardial|coronary|bypass|cardio\w+|neurosurg\w+|oncolog\w+|pulmon\w+|hernia|wheelchair|bed-?bound|paraly\w+|pleg\w+|quadripleg\w+|paraple\w+|(?:multiple|lateral)\s+sclerosis|(?-i:MS|ALS|PE|MI|CHF)\b|dystrophy|parkinson\w*|replacement|cauda|osteomyelitis|aggravat\w+|physically)\b",
    re.IGNORECASE,
)
_NOT_MEDICAL = Regex(
    r"\b(?:cost|afford\w*|copay\w*|co-pay\w*|expens\w+|insur\w*|cover\w*|carrier|author\w+|approv\w*|denied|distance|(?<!so )far|(?:work|job)\s+(?:hours|demands)|(?:due\s+to|because\s+of)\s+(?:his\s+|her\s+)?(?:work|job)\b|drive|driving|transport\w*|car\b|ride|bus\b|work\s+schedule|schedul\w+|(?<!this )(?<!that )(?<!the )(?<!same )time\b|busy|child\s?care|clos(?:ed|ure)|covid|pandemic|inconvenien\w*|prefers?|interested|want|keep\s+up|waste|moved|travel\w*|forgot|motivat\w*|complian\w*|no[- ]show\w*|fear\s+of\s+needles|needles|bor(?:ed?|es|ing)\b|across\s+town|lost\s+interest|uneasy|belie\w+|vacation|holiday\w*|refus\w*|staff\w*|wait\s?list)\b",
    re.IGNORECASE,
)


def is_medical(reason: str) -> bool | None:
    """Whether a reason for not doing a therapy is a medical one; None when it cannot be told."""
    if _NOT_MEDICAL.search(reason):
        return False
    if _MEDICAL.search(reason):
        return True
    return None


_NOT_NOW = Regex(
    r"(?:\b(?:not|never|isn't|hasn't|doesn't)\s+(?:(?:currently|presently|yet|been|now|really)\s+)*)$", re.IGNORECASE
)
_LISTS = ("included", "includes", "include", "has included", "have included", "consisted of")
_TO_DO = ("do", "use", "take", "attend")
#: "his prescribed exercises", "failed 10 wk prescribed HEP", "a physician-prescribed program": what was prescribed and done.
_ADJECTIVE = Regex(
    r"(?:\b(?:his|her|their|the|my|our|your|all|fail(?:s|ed|ing|ure\s+of)?|did|do|does|done|doing|complet(?:ed?|ing)|finish(?:ed|ing)|tried|underwent|undergone|attended|perform(?:s|ed|ing)"
    r"|continu(?:es?|ed|ing)|after|despite|with|of|from|following|through|formal|daily|home|supervised|previously|prior|compliant\s+with|(?<!was )(?<!is )(?<!been )(?:doctor|physician|md|provider|clinician|therapist|pt|surgeon|chiropractor)-"
    r"|(?:\d+|two|three|four|five|six|seven|eight|nine|ten|twelve)\s*\+?[\s-]*(?:w(?:ee)?ks?|months?|mos?|days?)(?:\s+of)?)[\s-]*|(?<!given )(?<!wrote )(?<!gave )\ban?\s+)(?:(?:doctor|physician|md|provider|therapist|pt|surgeon)[\s-]+)?(?:prescribed|recommended|ordered|directed)$",
    re.IGNORECASE,
)
#: "failed prescribed PT and prescribed NSAIDs": the second one of a list of what was done.
_ADJECTIVE_TOO = Regex(r"(?:\band|,|/|&)\s*(?:prescribed|recommended)$", re.IGNORECASE)


def _is_adjective(sentence: Sentence, mention: Mention, left: Span, before_id: str | None) -> bool:
    """Whether "prescribed" only says by whom the therapy was set: "does his prescribed exercises"."""
    text = sentence.view.note.text
    if _ADJECTIVE.search(text, max(sentence.start, mention.start - 40), mention.end):
        return not _HANDS_OUT.search(text, left.start, mention.start)
    if _OF_SCHEDULED.search(text, max(sentence.start, mention.start - 60), mention.end):
        return True
    if _ADJECTIVE_TOO.search(text, max(sentence.start, mention.start - 6), mention.end) is None:
        return False
    told = _OUTCOME_LEADS.search(text, left.start, mention.start)
    return before_id == "done" or told is not None


#: "attended nine of twelve scheduled sessions".
_OF_SCHEDULED = Regex(
    rf"\b(?:attended|completed|did|done|had|kept|made|used|finished)\s+(?:\w+\s+)?{NUMBER}\s*(?:out\s+of|of|/)\s*(?:(?:the|his|her)\s+)?(?:{NUMBER}\s+)?(?:scheduled|planned|authori[sz]ed|approved|ordered|prescribed|recommended)$",
    re.IGNORECASE,
)
_HANDS_OUT = Regex(
    r"\b(?:will|recommend\w*|start|begin|refer\w*|order|plan|advised?|given|giving|gave|provided?|issued?|trial\s+of)\b[^.;]{0,40}$",
    re.IGNORECASE,
)
_OUTCOME_LEADS = Regex(r"\b(?:failed|failing|failure\s+of|despite|completed|exhausted|tried)\b", re.IGNORECASE)
_MAYBE = Regex(
    r"\b(?:(?:might|would|could|may)\s+(?:\w+\s+){0,2}|(?:advised|told|asked|encouraged|urged|supposed|instructed)\s+(?:by\s+(?:[\w.'’]+\s+){1,4})?to\s+(?:(?:also|start|just)\s+)?)$",
    re.IGNORECASE,
)
_ONCE_DONE = Regex(r"\b(?:once|when|after|until|if|before)\b[^.;,]*$", re.IGNORECASE)


def nearest_cue(
    sentence: Sentence, left: Span, right: Span, after_reach: int = 90
) -> tuple[str | None, Mention | None, str | None, Mention | None]:
    """The status words next to a therapy: (id before, mention, id after, mention)."""
    before_id: str | None = None
    before: Mention | None = None
    for mention in sentence.of("therapy_before"):
        if left.start <= mention.start and mention.end <= left.end and mention.id != "named":
            if (
                mention.id == "planned"
                and before_id in ("declined", "unable")
                and before is not None
                and mention.start - before.end < 70
                and not re.search(r"\b(?:and|but)\b|,", sentence.view.note.text[before.end : mention.start])
            ):
                continue  # "does not wish to proceed with"
            gap = sentence.view.note.text[before.end : mention.start].strip().lower() if before is not None else "."
            if before_id in ("ongoing", "planned") and mention.span.of(sentence.view.note.text).lower() in _LISTS:
                continue  # "continue medication, which includes"
            if mention.id == "planned" and _is_adjective(sentence, mention, left, before_id):
                continue
            if before_id in ("declined", "unable", "negated", "planned") and mention.id == "ongoing" and gap == "to":
                continue  # "prefers not to do", "was advised to do"
            if before_id in ("stopped", "negated") and mention.id == "ongoing" and gap in ("", "with", "going to"):
                continue  # "stopped attending"
            if before_id == "planned" and not gap and mention.span.of(sentence.view.note.text).lower() in _TO_DO:
                continue  # "wants to do"
            lead = sentence.view.note.text[max(sentence.start, mention.start - 30) : mention.start]
            if mention.id == "ongoing" and _NOT_NOW.search(lead):
                before_id, before = "negated", mention
            elif mention.id == "ongoing" and _MAYBE.search(lead):
                before_id, before = "planned", mention
            else:
                before_id, before = mention.id, mention
    after_id: str | None = None
    after: Mention | None = None
    rank = ("unable", "declined", "not_started", "stopped", "ongoing", "done", "planned", "regular")
    text = sentence.view.note.text
    stop = _NEW_SUBJECT.search(text, right.start, right.end)
    reach = min(right.start + after_reach, stop.start() if stop else right.end)
    for mention in sentence.of("therapy_after"):
        far = reach if mention.id not in ("ongoing", "unable", "stopped") or stop else reach + 90
        if not (right.start < mention.end <= right.end and mention.start <= far):
            continue
        if mention.id == "done" and (
            _ONCE_DONE.search(text, max(right.start, mention.start - 30), mention.start)
            or _NEVER.search(text, max(right.start, mention.start - 20), mention.start)
        ):
            continue
        if after_id is None or rank.index(mention.id) < rank.index(after_id):
            after_id, after = mention.id, mention
    if after_id is None and before_id == "planned":
        went = _WENT.match(text, right.start, min(right.end, right.start + 90))
        if went is not None:
            after_id, after = "done", Mention("therapy_after", "done", went.start(1), went.end(), 0, 0)
    if after_id == "planned" and after is not None and _OFFERED.search(after.span.of(text)) is not None:
        hindered = _HINDERED.match(text, after.end, min(right.end, after.end + 130))
        if hindered is not None:
            after_id, after = "unable", Mention("therapy_after", "unable", hindered.start(1), hindered.end(1), 0, 0)
    undone = _UNDONE.search(text, right.start, min(right.end, right.start + 130))
    if undone is not None and after_id not in ("unable", "declined", "stopped"):
        after_id = "unable" if undone["unpaid"] is not None else "declined"
        after = Mention("therapy_after", after_id, undone.start(), undone.end(), 0, 0)
    return before_id, before, after_id, after


_WENT = Regex(
    r"[^.;]{0,40}?\b((?:where|which)\s+(?:(?:he|she|they|the\s+patient)\s+)?(?:has\s+|have\s+)?(?:had|did|done|received|underwent|undergone|attended|completed|finished|participated)"
    r"|and\s+(?:(?:he|she|they|the\s+patient)\s+)?(?:has\s+)?(?:attended|completed|finished))\b(?!\s+not)",
    re.IGNORECASE,
)
_OFFERED = Regex(
    r"\b(?:offered|ordered|recommended|advised|suggested|prescribed|scheduled|arranged|requested)\b", re.IGNORECASE
)
#: "... was offered but he has no transportation".
_HINDERED = Regex(
    r"[^.;]{0,30}?\b(?:but|however|though|although)\s+((?:\w+\s+){0,4}?(?:no|lack(?:s|ed)?|without|cannot|can't|could\s+not|couldn't|unable|not\s+able)\s+(?:\w+\s+){0,4}?"
    r"(?:transport\w*|car|ride|way|insurance|coverage|money|afford|pay|time|child\s?care|get\s+(?:there|to|off)|attend|go|take\s+time)\b)",
    re.IGNORECASE,
)
_NEVER = Regex(r"\b(?:never|not|n't)\s+(?:\w+\s+)?$", re.IGNORECASE)
_UNDONE = Regex(
    r"(?:\bbut|[;,–-](?=\s*(?:(?:he|she|they|pt|patient)\s+)?(?:has\s+)?(?:never\b|did\s*(?:not|n't)\s+go\b|no-?\s?show)))\s*(?:(?:he|she|they|the\s+patient|pt|then|it|this|has|had|his|her)\s+){0,3}(?:(?P<unpaid>(?:\w+\s+){0,3}?(?:insurance|insurer|carrier|medicare|medicaid|hmo|adjuster|comp\w*|it|this)\s+(?:\w+\s+){0,2}?(?:denied|refused|(?:did|would|has|will|was|is)(?:\s+not|n't)\s+(?:\w+\s+)?(?:approve|authoriz|cover|pay)\w*)"
    r"|(?:was|were|been)\s+(?:not\s+(?:\w+\s+)?(?:approved|authorized|covered)|denied))"
    r"|(?:never|did\s+not|didn't|has\s+not|not)\s+(?:\w+ly\s+)?(?:go(?:ne)?|went|attend(?:ed)?|follow(?:ed)?|start(?:ed)?|do(?:ne)?|did|begin|begun|began|pursued?|fill(?:ed)?|show(?:ed)?|take|took|tried|try)\b(?!\s+(?:well|much|yet)))",
    re.IGNORECASE,
)


def merge_times(target: Reading, source: Reading) -> None:
    """Fill what `target` does not know of length, count, dates and outcome from `source`."""
    taken = False
    if target.unit is None and source.unit is not None:
        target.low, target.high, target.unit, taken = source.low, source.high, source.unit, True
    if target.sessions is None and source.sessions is not None:
        target.sessions, taken = source.sessions, True
    if target.start is None and target.end is None and (source.start or source.end):
        target.start, target.end, target.open, target.at = source.start, source.end, source.open, source.at
        taken = True
    if target.outcome is None and source.outcome is not None:
        target.outcome, target.tense, taken = source.outcome, source.tense, True
    if taken:
        for span in source.spans:
            target.add(span)
