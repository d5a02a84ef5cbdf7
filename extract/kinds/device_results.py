"""What the trial of a stimulator or pump brought: relief in percent or scores, function, days, and side effects.

The document of a trial (its title speaks of one) is read as a whole; in another note only the
sentence that names a trial and the two after it in the same paragraph.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from chartproof.extract.kinds.device_common import fact, of
from chartproof.extract.kinds.device_tables import changes, is_gain
from chartproof.extract.numbers import NUMBER, parse_number
from chartproof.extract.regex import Regex
from chartproof.extract.view import PLAN_SECTIONS, NoteView, Sentence
from chartproof.facts import Statement
from chartproof.spans import Span

_TITLE_LENGTH = 400  # characters
_FOLLOWS = 2  # sentences
_TITLE = Regex(
    r"\b(?:trial|screening\s+(?:trial|test|bolus|dose|injection)|test\s+(?:dose|bolus)|lead\s+(?:pull|removal)|end\s+of\s+(?:the\s+)?trial)\b",
    re.IGNORECASE,
)
_OF_DEVICE = Regex(
    r"\b(?:scs|stimulat\w*|stim|leads?|intrathecal|itb|it|baclofen|epidural\s+opioid|opioid|morphine|hydromorphone|ziconotide|pump|neuromod\w*|device|drg)\b",
    re.IGNORECASE,
)
_NOT_YET = Regex(
    r"\b(?:will|plan(?:s|ned|ning)?|schedul\w*|proceed|if|once|consider\w*|recommend\w*|candidate|would|goal|target|criteria|expect\w*|request\w*|should|ask(?:s|ed|ing)?\s+(?:for|about))\b|(?:(?<![-=])>=?|≥|at\s+least)\s*\d|\bprior\s+to\b",
    re.IGNORECASE,
)
_AFTERWARDS = Regex(
    r"\b(?:back\s+to|again\s+(?:as|at)|since\s+(?:then|the\s+leads|removal|the\s+trial)|returned|now|today|current(?:ly)?|wore\s+off)\b",
    re.IGNORECASE,
)
_PLANNED_TRIAL = Regex(
    r"\b(?:referr\w*|referral|evaluation|consult\w*|request\w*|clearance|psych\w*|candida\w*|schedul\w*|will|pre[- ]?trial|letter|dear|new\s+patient|plan)\b",
    re.IGNORECASE,
)

_OTHER_NOTE = Regex(r"psych|therap|\bpt\b|phone|referral|letter", re.IGNORECASE)
_RECORD = Regex(r"procedure|operative|device|hospital|trial|discharge|inpatient|progress", re.IGNORECASE)
_RESULT_TITLE = Regex(
    r"\bend\s+of\b|\bsummary\b|\bdiary\b|\blog\b|\blead\s+(?:pull|removal)\b|\bscreening\b|\btest\b|\bresults?\b|\bfollow[- ]?up\b|\bnote\b",
    re.IGNORECASE,
)
_TITLE_LINE = 80  # characters

# -- relief ----------------------------------------------------------------------------------------------------------

_BETTER = Regex(
    r"\b(?:relief|better|improv\w*|reduc\w*|reduction|less|decreas\w*|drop\w*|own\s+number|estimat\w*|states?|rates?|reports?|positive|success\w*|down)\b",
    re.IGNORECASE,
)
_OTHER_PERCENT = Regex(
    r"\b(?:spo2|sats?|oximetry|log|program\w*|p\d|impedance|usage|compliance|battery|on\s+\d|ra|o2|odi|oswestry|dose|lidocaine|bupivacaine|ropivacaine|used|of\s+the\s+time)\b",
    re.IGNORECASE,
)
_SPASM = Regex(r"\b(?:spasm\w*|spasticity|ashworth|mas|penn|tone)\b", re.IGNORECASE)
_PAIN = Regex(r"\b(?:pain|nrs|vas|nprs|legs?|back|foot|feet|arms?|hands?|scores?|discomfort|burning)\b", re.IGNORECASE)
_FROM_TO = Regex(
    rf"(?<![\d./-])(?P<before>{NUMBER})\+?(?:\s*/\s*(?P<of>\d+))?(?:\s+and\s+(?:{NUMBER}))?\s*(?:->|→|–>|=>|to|down\s+to|(?:fell|dropped|went|came|decreased|reduced)\s+(?:down\s+)?to)\s*(?:a\s+|about\s+)?(?P<after>{NUMBER})\+?(?:\s*/\s*\d+)?(?P<unit>\s*(?:%|percent|mg|mcg|min\w*|h\b|hr\w*|hours?|feet|ft|m\b|cm|ml|days?|weeks?|d\b|wks?|months?|am\b|pm\b|/\d|-\d|\.\d))?",
    re.IGNORECASE,
)
_FRACTION = Regex(
    r"\b(?P<two>2/3|two[- ]thirds?)\b|\b(?P<three>3/4|three[- ]quarters?)\b|\b(?P<half>half|halved|1/2)\b|\b(?P<third>1/3|a\s+third|one[- ]third)\b",
    re.IGNORECASE,
)
_OF_FRACTION = {"two": 66.0, "three": 75.0, "half": 50.0, "third": 33.0}
_LESS = Regex(r"\b(?:less|better|relief|reduc\w*|cut|fell|improve\w*|gone|drop\w*)\b", re.IGNORECASE)
_PART_OF_TIME = Regex(
    r"\bhalf\s+(?:an?|the|day|hour|days|tab\w*|dose|strength|a)\b|\b(?:than|over|under)\s+half\b|\bat\s+half\b",
    re.IGNORECASE,
)

# -- function --------------------------------------------------------------------------------------------------------

_DID = Regex(
    r"\b(?:walk(?:ed|ing)|slept|sleeping|stood|standing|sat|sitting|climb(?:ed|ing)|doing\s+stairs|drove|driving|mow(?:ed|ing)|vacuum(?:ed|ing)|cook(?:ed|ing)|shopp(?:ed|ing)|garden(?:ed|ing)|clean(?:ed|ing)|dress(?:ed|ing)\s+(?:self|himself|herself|independently)|danced|returned\s+to\s+work|went\s+(?:shopping|to)|made\s+(?:dinner|meals?|breakfast|lunch)|carried|lifted|showered|bathed|did\s+(?:the\s+|his\s+|her\s+)?(?:dishes|laundry|stairs|shopping|yard|chores|housework)|up\s+and\s+about|out\s+of\s+bed)\b",
    re.IGNORECASE,
)
_MORE = Regex(
    r"\b(?:first|again|without|farther|further|longer|more|through|thru|whole|entire|all\s+night|over|up\s+to|stairs|dinner|meals?|mailbox|stores?|mass|church|dog|yard|lawn|dishes|laundry|grocer\w*|blocks?|miles?|laps?|hall\w*|doubled|twice)\b"
    r"|\d+(?:\.\d)?\s*(?:min\w*|h\b|hr\w*|hours?|ft|feet|m\b|steps|blocks|miles?)|\b(?:hour|mile)\b",
    re.IGNORECASE,
)
_IMPROVED = Regex(
    r"\b(?:improved|better|increased|gained)\s+(?:(?:his|her|the|in)\s+)?(?:\w+\s*(?:,|and)\s*)?(?:sleep|walking|function\w*|activit\w+|standing|sitting|mobility|endurance)\b|\b(?:sleep|walking|function|activity|standing|sitting|mobility)\s+(?:(?:tolerance|level|time)\s+)?(?:was\s+|were\s+)?(?:much\s+|significantly\s+)?(?:improved|better|doubled)\b",
    re.IGNORECASE,
)
_NO_GAIN = Regex(
    r"\b(?:no|not|only|still|unchanged|same|barely|never|cannot|can't|unable|could\s+not|couldn't|without\s+(?:change|gain|improvement)|instructed|avoid|asked\s+to|told\s+to|advised|baseline|before)\b",
    re.IGNORECASE,
)

# -- days ------------------------------------------------------------------------------------------------------------

_PLACED = Regex(
    r"\b(?:in|placed|placement|inserted|implanted|started|begun|began|start|from|leads?\s+in)\b[\s:-]*(?:on\s+)?(?:(?:mon|tue|wed|thu|fri|sat|sun)\w*\.?\s+)?$",
    re.IGNORECASE,
)
_REMOVED = Regex(
    r"\b(?:out|removed|removal|pulled|pull|ended|end|stopped|explanted|to|through|thru|until)\b[\s:-]*(?:on\s+)?(?:(?:mon|tue|wed|thu|fri|sat|sun)\w*\.?\s+)?$",
    re.IGNORECASE,
)
_REMOVAL_NOTE = Regex(
    r"\blead\s+(?:pull|removal)\b|\bend\s+of\s+(?:the\s+)?trial\b|\bleads?\s+(?:\w+\s+){0,3}?(?:removed|pulled|out)\b|\bboth\s+removed\b|\bcath(?:eter)?\s+(?:out|removed|pulled)\b|\bout\s+today\b",
    re.IGNORECASE,
)
_TRIAL_WORD = Regex(r"\b(?:trial|leads?|system|cath\w*)\b", re.IGNORECASE)
_WIRES = r"(?:leads?|wires?|system|cath\w*|electrodes?)"
_LOST_BY = r"(?:accident\w*|mistake|inadvertent\w*|unintentional\w*|premature\w*)"
_EARLY = Regex(
    rf"\b{_WIRES}\b[^.;\n]{{0,40}}?\b(?:(?:fell|slipped)\s+(?:out|away|off|loose)|(?:came|pulled)\s+(?:away|off|loose|out\s+(?:early|by\s+{_LOST_BY}|{_LOST_BY}|on\s+day|overnight|in\s+(?:her|his|the)\s+sleep))|dislodged)\b"
    rf"|\b{_WIRES}\b[^.;\n]{{0,30}}?\bout\s+(?:on|in|onto)\s+(?:the\s+|her\s+|his\s+|a\s+)?(?:sheets?|bed|floor|dressing|shirt|pillow|hands?|shower|towel)\b"
    rf"|\b(?:by\s+)?{_LOST_BY}\s+(?:pulled|removed|yanked|tugged|dislodged|tore|came)\b[^.;\n]{{0,30}}?\b{_WIRES}\b"
    rf"|\b(?:yanked|tugged|tore|ripped|snagged|rolled\s+over)\b[^.;\n]{{0,50}}?\b{_WIRES}\b[^.;\n]{{0,15}}?\bout\b"
    r"|\btrial\b[^.;\n]{0,40}?\b(?:cut\s+short|(?:ended|stopped|aborted|terminated|discontinued)\s+(?:early|after|on\s+day|prematurely)|aborted|shortened)\b|\bshortened\s+(?:\w+\s+)?trial\b",
    re.IGNORECASE,
)
#: How long it had run: "so about 43 hours", "not quite two days".
_RAN_FOR = Regex(
    rf"\b(?:lasted|ran|run|so|only|total\w*|under|about|approximately|roughly|nearly|almost|just|barely|not\s+quite|less\s+than|in\s+all|after)\s+(?:(?:for|of|about|around|only|just|some|a|roughly|approximately|under|over|those)\s+){{0,3}}(?P<number>{NUMBER})\s*-?\s*(?P<unit>h\b|hrs?\b|hours?\b|days?\b)",
    re.IGNORECASE,
)
_GOES_ON = Regex(rf"^\W*(?:it|this|so|that|total)\b|{_TRIAL_WORD.pattern}", re.IGNORECASE)
_OF_RELIEF = Regex(r"\b(?:relief|relieved|better|slept|sleep|later|before|ago)\b", re.IGNORECASE)
_NOT_LOST = Regex(r"\b(?:no|not|never|did\s+not|didn't|without|if|risk)\b", re.IGNORECASE)
_DAY_OF_END = Regex(
    rf"\b(?:on|after|at)\s+(?:day\s+)?(?P<number>{NUMBER})(?P<unit>\s*(?:h\b|hr\w*|hours?|days?))?", re.IGNORECASE
)
_LONGEST = 30  # days

# -- side effects ----------------------------------------------------------------------------------------------------

_EFFECT = Regex(
    r"\b(?:side\s+effects?|adverse\s+(?:effects?|events?|reactions?)|itch\w*|prurit\w*|nausea|vomit\w*|n/v|sedat\w*|retention|drows\w*|headache|ha|respiratory\s+\w+|weakness|dizz\w*|hypotension)\b",
    re.IGNORECASE,
)
_MILD = Regex(
    r"\b(?:none|mild|minor|minimal|slight|trivial|tolerable|tolerated|acceptable|manageable|resolved|self[- ]?limited|gone|easily\s+treated|well\s+tolerated|no)\b|\b(?:no|denies|without)\s+$",
    re.IGNORECASE,
)
_SEVERE = Regex(
    r"\b(?:severe|intolerable|unacceptable|unbearable|not\s+tolera\w*|poorly\s+tolerated|limiting|naloxone|stopped\s+(?:for|because|due)|could\s+not\s+tolerate)\b",
    re.IGNORECASE,
)
_TOLERATES = Regex(
    r"\btolerat(?:ed|ing|es)\s+(?:(?:it|the|this|trial|infusion|bolus|dose|medication|drug|therapy)\s+){0,3}(?:very\s+|quite\s+)?(?:well|ok|fine|without)\b|\bwell\s+tolerated\b",
    re.IGNORECASE,
)
_PROCEDURE = Regex(r"\b(?:procedure|placement|puncture|insertion|exercise|session|therapy)\b", re.IGNORECASE)


def is_document(view: NoteView) -> bool:
    """Whether the note is the record of a device's trial."""
    head = view.note.text[:_TITLE_LENGTH]
    title = _TITLE.search(head)
    if title is None:
        return False
    line = head[head.rfind("\n", 0, title.start()) + 1 :].split("\n")[0]
    kind = view.note.type or ""
    if _OTHER_NOTE.search(kind) or _PLANNED_TRIAL.search(line):
        return False
    if not _RECORD.search(kind) and not (
        len(line.strip()) <= _TITLE_LINE and (line.isupper() or _RESULT_TITLE.search(line))
    ):
        return False
    return _OF_DEVICE.search(line) is not None


def results(view: NoteView, contexts: frozenset[str]) -> Iterator[Statement]:
    """Yield what the note tells of a trial that was done."""
    document = is_document(view)
    told = view.sentences if document else list(_of_trial(view))
    for sentence in told:
        if sentence.section in PLAN_SECTIONS or sentence.section in ("family_history", "allergies"):
            continue
        yield from _relief(sentence, document)
        yield from _function(sentence)
        yield from _early_end(sentence)
        if "pump" in contexts:
            yield from _side_effects(sentence)
    if document:
        yield from _tables(view)
        yield from _dated(view)


def _of_trial(view: NoteView) -> Iterator[Sentence]:
    """The sentences that tell of a trial, each with those that go on about it."""
    seen: set[int] = set()
    for sentence in view.sentences:
        if not of(sentence, "dv_trial") or sentence.section in PLAN_SECTIONS or _NOT_YET.search(sentence.text):
            continue
        one: Sentence | None = sentence
        for step in range(_FOLLOWS + 1):
            if one is None or one.section != sentence.section:
                break
            if step and "\n\n" in view.note.text[one.start - 2 : one.start] + view.note.text[sentence.end : one.start]:
                break
            if one.index not in seen:
                seen.add(one.index)
                yield one
            one = one.next


def _relief(sentence: Sentence, document: bool) -> Iterator[Statement]:
    text = sentence.text
    if _NOT_YET.search(text) or not (
        document or of(sentence, "dv_trial") or (sentence.previous and of(sentence.previous, "dv_trial"))
    ):
        return
    value = "spasm" if _SPASM.search(text) else "pain"
    for clause, start in _clauses(sentence):
        for match in _FROM_TO.finditer(clause):
            percent = _from_scores(clause, match)
            if percent is not None and not _OTHER_PERCENT.search(clause[max(0, match.start() - 20) : match.start()]):
                span = Span(start + match.start(), start + match.end())
                yield fact(sentence, span, "trial_relief", value, "present", low=percent, high=percent)
        fraction = _FRACTION.search(clause)
        if fraction is not None and _is_relief(clause, fraction):
            percent = next(amount for name, amount in _OF_FRACTION.items() if fraction[name])
            yield fact(
                sentence,
                Span(start + fraction.start(), start + fraction.end()),
                "trial_relief",
                value,
                "present",
                low=percent,
                high=percent,
            )
    if document:
        yield from _named_scores(sentence, value)
    for one in sentence.percents:
        around = text[max(0, one.span.start - sentence.start - 60) : one.span.end - sentence.start + 40]
        near = text[max(0, one.span.start - sentence.start - 18) : one.span.end - sentence.start + 6]
        if not (_PAIN.search(text) or _SPASM.search(text) or of(sentence, "dv_trial") or document) or _DRUG.search(
            around
        ):
            continue
        if not _BETTER.search(around) or _OTHER_PERCENT.search(near) or _AFTERWARDS.search(near):
            continue
        yield fact(sentence, one.span, "trial_relief", value, "present", low=one.low, high=one.high)


def _is_relief(clause: str, fraction: re.Match[str]) -> bool:
    """Whether a fraction is that of the pain or spasm, in its own part of the clause."""
    start = max(clause.rfind(",", 0, fraction.start()), clause.rfind(". ", 0, fraction.start())) + 1
    end = clause.find(",", fraction.end())
    part = clause[start : len(clause) if end < 0 else end]
    told = _LESS.search(part) and (_PAIN.search(part) or _SPASM.search(part))
    return bool(told) and not _PART_OF_TIME.search(part) and not _DRUG.search(part)


_DRUG = Regex(
    r"\b(?:gabapentin|pregabalin|duloxetine|meds?|medic\w*|dose\w*|opioids?|tablets?|pills?|norco|oxycodone|hydrocodone|pca|mg|bont\S*|botox|toxin|botulinum|phenol|epidurals?|esi|blocks?|surgery|injections?)\b",
    re.IGNORECASE,
)


_FIRST = Regex(
    r"\b(?:baseline|pre(?:[- ]?trial)?|before(?:\s+the)?\s+trial)\b[^\d\n]{0,25}(?P<score>\d{1,3}(?:\.\d)?)(?:\s*/\s*(?:10|100|4|5)\b)?(?!\s*(?:mg|mcg|min|%|ml|/))",
    re.IGNORECASE,
)
_SECOND = Regex(
    r"\b(?:during(?:\s+the)?\s+trial|on\s+(?:the\s+)?trial|end\s+of\s+(?:the\s+)?trial|with\s+stim\w*|post(?:[- ]?trial)?)\b[^\d\n]{0,25}(?P<score>\d{1,3}(?:\.\d)?)(?!\s*(?:mg|mcg|min|%|ml))",
    re.IGNORECASE,
)


def _named_scores(sentence: Sentence, value: str) -> Iterator[Statement]:
    """A score called that of before the trial, and the one of the trial behind it in this sentence or the next."""
    text = sentence.view.note.text
    first = _FIRST.search(text, sentence.start, sentence.end)
    if first is None:
        return
    end = sentence.end if sentence.next is None else sentence.next.end
    second = _SECOND.search(text, first.end(), end)
    if second is None:
        return
    named = text[sentence.start : second.end()]
    scored = (_SPASM if value == "spasm" else _SCALE).search(named)
    before, after = float(first["score"]), float(second["score"])
    if scored is None or before <= 0 or after > before or _NOT_SCORED.search(named):
        return
    percent = round(100 * (before - after) / before, 1)
    yield fact(
        sentence,
        Span(second.start("score"), second.end("score")),
        "trial_relief",
        value,
        "present",
        low=percent,
        high=percent,
    )


_SCALE = Regex(r"\b(?:pain|nrs|vas|nprs|scores?)\b", re.IGNORECASE)


def _clauses(sentence: Sentence) -> Iterator[tuple[str, int]]:
    start = 0
    for match in re.finditer(r"[;\n|]|$", sentence.text):
        yield sentence.text[start : match.start()], sentence.start + start
        start = match.end()


def _from_scores(clause: str, match: re.Match[str]) -> float | None:
    """The percent by which a score fell, where a word for the pain or spasm stands shortly before it."""
    if match["unit"]:
        return None
    before, after = parse_number(match["before"]), parse_number(match["after"])
    if before is None or after is None or before <= 0:
        return None
    lead = clause[: match.start()]
    near = lead[-60:]
    named = [*_PAIN.finditer(near), *_SPASM.finditer(near)]
    if not named or _AFTERWARDS.search(near) or _NOT_SCORED.search(near[max(one.end() for one in named) :]):
        return None
    scale = 100 if (match["of"] == "100" or "vas" in near.lower()) and before > 10 else 10
    if max(before, after) > scale:
        return None
    return round(max(0.0, 100 * (before - after) / before), 1)


_NOT_SCORED = Regex(
    r"\b(?:walk\w*|sleep\w*|slept|sit\w*|stand\w*|odi|dose|meds?|tabs?|pills?|level|from\s+[lt]\d)\b", re.IGNORECASE
)


def _function(sentence: Sentence) -> Iterator[Statement]:
    if _NOT_YET.search(sentence.text):
        return
    for clause, start in _clauses(sentence):
        for part, at in _parts(clause, start):
            match = _DID.search(part)
            told = match is not None and _MORE.search(part) is not None
            if not told:
                match, told = _IMPROVED.search(part), True
            if match is not None and told and not _NO_GAIN.search(part) and not _AFTERWARDS.search(part):
                yield fact(sentence, Span(at + match.start(), at + match.end()), "trial_function", None, "present")
                return


def _parts(clause: str, start: int) -> Iterator[tuple[str, int]]:
    at = 0
    for match in re.finditer(r"\.\s|\bbut\b|$", clause):
        yield clause[at : match.start()], start + at
        at = match.end()


def _tables(view: NoteView) -> Iterator[Statement]:
    for change in changes(view.note.text):
        sentence = next((one for one in view.sentences if one.start <= change.span.start < one.end), view.sentences[0])
        span = change.span
        if change.what == "function":
            if is_gain(change):
                yield fact(sentence, span, "trial_function", None, "present")
        elif change.before > 0:
            percent = round(max(0.0, 100 * (change.before - change.after) / change.before), 1)
            yield fact(sentence, span, "trial_relief", change.what, "present", low=percent, high=percent)


def _dated(view: NoteView) -> Iterator[Statement]:
    """The days between the placing of the leads or catheter and their removal, as the record dates them."""
    placed: tuple[Sentence, dt.date, Span] | None = None
    removed: dt.date | None = None
    for sentence in view.sentences:
        if sentence.section in PLAN_SECTIONS:
            continue
        text = sentence.text
        for one in sentence.dates:
            if one.iso is not None and len(one.iso) == 21 and _TRIAL_WORD.search(text):
                begun, ended = (dt.date.fromisoformat(part) for part in one.iso.split("/"))
                if 0 < (ended - begun).days <= _LONGEST:
                    length = float((ended - begun).days)
                    yield fact(sentence, one.span, "device_trial", "dated", "present", low=length, high=length)
                    return
            if one.iso is None or len(one.iso) != 10:
                continue
            lead = text[: one.span.start - sentence.start][-40:]
            day = dt.date.fromisoformat(one.iso)
            if (
                placed is None
                and _PLACED.search(lead)
                and _TRIAL_WORD.search(text + (sentence.previous.text if sentence.previous else ""))
            ):
                placed = (sentence, day, one.span)
            elif placed is not None and removed is None and _REMOVED.search(lead):
                removed = day
    if placed is None:
        return
    if removed is None and _REMOVAL_NOTE.search(view.note.text):
        removed = view.reference
    if removed is None:
        return
    days = float((removed - placed[1]).days)
    if 0 <= days <= _LONGEST:
        yield fact(placed[0], placed[2], "device_trial", "dated", "present", low=days, high=days)


def _day_of_end(sentence: Sentence, start: int, end: int) -> float | None:
    """The days that a trial had run when it was lost between two places of the sentence, as far as told."""
    told = _DAY_OF_END.search(sentence.text, end - 12)
    if told is not None and (number := parse_number(told["number"])) is not None:
        unit = (told["unit"] or "").strip().lower()
        if unit or "day" in told[0].lower():
            return number / 24 if unit.startswith("h") else number
    for one in (sentence, sentence.next, sentence.previous):
        if one is None or (one is not sentence and not _GOES_ON.search(one.text)):
            continue
        for ran in _RAN_FOR.finditer(one.text):
            beside = one.text[max(0, ran.start() - 25) : ran.end() + 15]
            if (number := parse_number(ran["number"])) is not None and not _OF_RELIEF.search(beside):
                return number / 24 if ran["unit"].lower().startswith("h") else number
    days = [(date.span, dt.date.fromisoformat(date.iso)) for date in sentence.dates if date.iso and len(date.iso) == 10]
    first = [day for span, day in days if span.end <= sentence.start + start]
    last = [day for span, day in days if span.start >= sentence.start + end]
    if first and last and 0 <= (last[0] - first[-1]).days <= _LONGEST:
        return float((last[0] - first[-1]).days)
    return None


def _early_end(sentence: Sentence) -> Iterator[Statement]:
    match = _EARLY.search(sentence.text)
    if match is None or _NOT_LOST.search(match[0]) or _NOT_LOST.search(sentence.text[: match.start()][-25:]):
        return
    high = _day_of_end(sentence, match.start(), match.end())
    yield fact(
        sentence,
        Span(sentence.start + match.start(), sentence.start + match.end()),
        "device_trial",
        "early",
        "present",
        high=high,
    )


def _side_effects(sentence: Sentence) -> Iterator[Statement]:
    text = sentence.text
    if _NOT_YET.search(text):
        return
    effects = list(_EFFECT.finditer(text))
    tolerates = _TOLERATES.search(text)
    if (
        tolerates is not None
        and not _PROCEDURE.search(tolerates[0] + text[tolerates.end() : tolerates.end() + 12])
        and not re.search(r"\bnot\s+$", text[: tolerates.start()][-5:], re.I)
    ):
        yield fact(
            sentence,
            Span(sentence.start + tolerates.start(), sentence.start + tolerates.end()),
            "trial_side_effects",
            "tolerable",
            "present",
        )
        return
    if not effects:
        return
    bad = _SEVERE.search(text)
    if bad is not None and not re.search(
        r"\b(?:no|not|without|denies)\s+(?:\w+\s+)?$", text[: bad.start()], re.IGNORECASE
    ):
        yield fact(
            sentence,
            Span(sentence.start + bad.start(), sentence.start + bad.end()),
            "trial_side_effects",
            "intolerable",
            "present",
        )
        return
    named = re.search(r"side\s+effects?|adverse", effects[0][0], re.IGNORECASE) is not None
    borne = [one for one in effects if _MILD.search(text[max(0, one.start() - 14) : one.end() + 25])]
    if len(borne) == len(effects) and (named or len(effects) >= 2):
        yield fact(
            sentence,
            Span(sentence.start + effects[0].start(), sentence.start + effects[-1].end()),
            "trial_side_effects",
            "tolerable",
            "present",
        )
