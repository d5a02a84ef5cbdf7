"""Limits told by a whole clause rather than by a cue and an activity beside each other.

Shapes: an action that takes long ("takes her half an hour to dress"); rest that is needed after an
amount ("must sit after 5 min of standing", "rests every 50 yards"); tolerances in a list or a table
("sit 15', stand 10'"); a task handed to somebody else; less work ("hours cut", "on leave"); broken
nights; an interference scale. Each reading names the activity and the characters that say it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from chartproof.extract.numbers import NUMBER, parse_number
from chartproof.extract.regex import Regex
from chartproof.extract.view import Mention, Sentence
from chartproof.spans import Span


class Reading(NamedTuple):
    """A limited activity and the words that say so."""

    span: Span
    activity: str


_AMOUNT = (
    rf"(?:only\s+|about\s+|around\s+|maybe\s+|roughly\s+|up\s+to\s+|a\s+good\s+|<\s?|≤\s?|~\s?)*(?P<low>half\s+an?|an?|{NUMBER})(?:\s?(?:-|–|to|or)\s?{NUMBER})?"
    rf"(?:\s?(?P<tick>['’](?!\w))|[\s-]*(?P<unit>min(?:ute)?s?\b|hours?\b|hrs?\b|h\b|blocks?\b|feet\b|ft\b|yards?\b|yds?\b|aisles?\b|flights?\b|houses?\b))"
)
_POSTURES = frozenset({"sitting", "standing", "walking", "driving"})
_TOLERANCE = Regex(
    rf"[\s|:=.,–-]*(?:(?:tol(?:erance|erated|\.)?|max(?:imum)?|limit(?:ed)?|time|for|no\s+more\s+than|at\s+most|to)\b[\s|:=.–-]*)*{_AMOUNT}",
    re.IGNORECASE,
)
_DONE_REGULARLY = Regex(
    r"\bdaily\b|\ba day\b|\bper day\b|/day|\bevery (?:day|morning|evening)\b|\beach (?:day|morning)\b|\bexercis|\bgoal|\bprogram\b|x\s?\d|\bnow able\b|\bable to now\b|\bimprov|\bafter the (?:injection|block|shot)",
    re.IGNORECASE,
)
_TOLERANCE_WORD = Regex(r"\btol\b|toler|\bmax\b|no more than|at most|limited to", re.IGNORECASE)
_GAP = Regex(r"\s{2,}|\t|\|")
_TOLERANCE_HEAD = Regex(r"toler|limit|max|able|capacity|endurance", re.IGNORECASE)
_NEED = r"(?:has|have|had|needs?|must|forced|makes?\s+(?:her|him))\s+(?:to\s+)?"
_REST = r"(?:stop|rest|sit|lie|lean|pause|get\s+off)\w*"
_REST_AFTER = Regex(
    rf"\b(?:{_NEED}|stops?|rests?|pauses?)[^.;,]{{0,30}}?\b(?:every|after|at)\s+{_AMOUNT}", re.IGNORECASE
)
_AFTER_REST = Regex(
    rf"\b(?:after|at)\s+{_AMOUNT}(?:\s+(?:of|on)\s+[^.;,]{{0,30}}?)?,?\s+(?:s?he|the\s+patient|pt|they)\s+{_NEED}{_REST}",
    re.IGNORECASE,
)
_IS_LIMIT = Regex(
    rf"\b{_AMOUNT}\s+(?:of|on|in|behind)\b[^.;,]{{0,30}}?\s(?:is|are)\s+(?:about\s+)?(?:(?:the|her|his|my)\s+(?:limit|max(?:imum)?|most|ceiling)|all|as\s+(?:much|long|far))\b[^.;,]{{0,20}}",
    re.IGNORECASE,
)
_EFFORT = rf"(?:{_AMOUNT}|forever|ages|all\s+(?:day|morning)|(?:(?:twice|three\s+times|much|a\s+lot|far|considerably)\s+)?(?:as\s+long|longer)|(?:\w+\s+)?(?:tries|attempts))"
_TAKES_LONG = Regex(rf"\s*(?:now\s+)?takes?\s+(?:her\s+|him\s+|me\s+)?{_EFFORT}", re.IGNORECASE)
_IT_TAKES = Regex(
    rf"\b(?:it\s+)?takes?\s+(?:her\s+|him\s+|me\s+)?{_EFFORT}\s+(?:just\s+)?to\s+(?=(?P<task>\w))", re.IGNORECASE
)
_PAIN_CAUSE = r"(?:because\s+of|due\s+to|d/t|2/2|secondary\s+to|on\s+account\s+of|owing\s+to)\s+(?:[\w-]+\s+){0,3}?(?:pain|back|leg|legs|sciatica|spasms?|claudication|symptoms)\b"
#: "walks with a cane because of the leg pain".
_WITH_AID = Regex(
    rf"\b(?:walk(?:s|ing)?|ambulat\w+|gets?\s+around|mobile)\s+(?:only\s+|now\s+)?(?:with|using|on)\s+(?:an?|the|her|his|two|bilateral)?\s*(?:[\w-]+\s+){{0,2}}?(?:cane|walker|rollator|crutch(?:es)?|wheelchair|scooter)\b(?=[^.;]{{0,20}}?\b{_PAIN_CAUSE})",
    re.IGNORECASE,
)
_AIDS = frozenset({"cane", "walker", "rollator", "crutch", "crutches", "wheelchair", "scooter"})
#: "her tolerance for sitting has dropped to 30 minutes"; the posture stands between the two groups.
_TOLERANCE_OF = Regex(r"\btoler\w+\s+(?:for|to|of)\s+(?:prolonged\s+|any\s+)?$", re.IGNORECASE)
_TOLERANCE_IS = Regex(
    rf"\s*(?:(?:is|was|has|now|down|dropped|fallen|decreased|shrunk|been|limited|reduced|remains|to|at|of|only|about|just|less\s+than|under)\s+|[:=,(]\s*)+{_AMOUNT}",
    re.IGNORECASE,
)
#: "can tolerate only ten minutes of standing"; the posture stands behind.
_ONLY_OF = Regex(
    rf"\b(?:toler\w+|manages?|handles?|bears?|can\s+(?:do|take|stand))\s+(?:only|just|barely|no\s+more\s+than|at\s+most|up\s+to|less\s+than|about)\s+{_AMOUNT}\s+(?:of|in|on)\s+(?:a\s+|the\s+|any\s+)?$",
    re.IGNORECASE,
)
#: "can stand at the counter for no more than five minutes"; the posture stands before.
_NO_LONGER = Regex(
    rf"(?:\s+(?:at|in|by|over|on|behind|through|beside)\s+(?:[\w'-]+\s+){{0,3}}?[\w'-]+)?,?\s+(?:for\s+)?(?:no\s+(?:more|longer)\s+than|not\s+(?:more|longer)\s+than|at\s+(?:the\s+)?most|barely|less\s+than|under)\s+{_AMOUNT}",
    re.IGNORECASE,
)
#: "standing at the lathe is out after 30 min".
_IS_OUT = Regex(
    rf"[^.;,]{{0,25}}?\s(?:is|are)\s+(?:now\s+)?out(?:\s+of\s+the\s+question)?(?:\s+(?:after|beyond|past)\s+{_AMOUNT})?(?=\s*(?:[.;,]|$|now\b|since\b|because\b))",
    re.IGNORECASE,
)
#: "standing more than 20 minutes stops her".
_TOO_LONG = Regex(
    rf"[^.;,]{{0,20}}?\s(?:(?:for\s+)?(?:more|longer)\s+than|over|past|beyond)\s+{_AMOUNT}\s+(?:stops|is\s+too\s+much\s+for|defeats|finishes|does\s+(?:her|him)\s+in|is\s+(?:beyond|more\s+than)|sets\s+it\s+off|bothers|kills)\b(?:\s+(?:her|him))?",
    re.IGNORECASE,
)
#: "gets as far as the gate and has to stop", "makes it to the mailbox and no farther", "two blocks and he is done".
_AS_FAR_AS = Regex(
    rf"\b(?:gets?|walks?|makes\s+it|goes|go)\s+(?:only\s+|just\s+|about\s+)?(?:as\s+far\s+as|to)\s+[^.;]{{3,60}}?,?\s+(?:and|before|then)\s+(?:s?he\s+)?(?:{_NEED}{_REST}|(?:can\s+go\s+|goes\s+)?no\s+(?:farther|further))"
    rf"|\b{_AMOUNT},?\s+(?:and|then)\s+(?:s?he|the\s+patient|pt)\s+(?:{_NEED}{_REST}|(?:is|'s)\s+(?:done|finished|through))",
    re.IGNORECASE,
)
#: "her son has taken over the feeding"; the helper stands before.
_TAKEN_OVER = Regex(
    r"\s+(?:has\s+|have\s+|had\s+to\s+|now\s+)?(?:tak(?:es?|en|ing)|took)\s+over\s+(?:the\s+|all\s+(?:of\s+)?(?:the\s+)?|most\s+of\s+the\s+|her\s+|his\s+)?(?:\w+\s+)?"
    r"(?:chores?|yard|laundry|dishes|errands|house(?:work|hold)|farm\s?work|groceries|cooking|cleaning|mowing|driving|shopping|feeding|milking|gardening|vacuuming|lifting|raking|shoveling|ironing|carrying)\b",
    re.IGNORECASE,
)
#: What the patient does to get a task done: "sits on a stool to brush her teeth", "leans on the cart in the store".
_COMPENSATES = Regex(
    r"\b(?:has\s+to\s+|must\s+|needs\s+to\s+|now\s+)?(?:sits?|uses?|needs?|props?|leans?|braces?)\s+(?:(?:up|down)\s+)?(?:on\s+|against\s+|in\s+|over\s+)?(?:an?\s+|the\s+|her\s+|his\s+)?(?:\w+\s+)?(?:stool|chair|bench|counter|sink|wall)\s+(?:just\s+)?to\s+(?:(?P<care>brush|shower|bathe|dress|shave|wash\s+(?:up|her|his)|put\s+on|get\s+dressed)|(?P<house>cook|do\s+(?:the\s+)?dishes|wash\s+(?:the\s+)?dishes|prepare|iron|fold|chop|make\s+(?:dinner|meals|supper)))\b(?:\s+(?:her|his|the)\s+\w+)?"
    r"|\b(?P<cart>(?:has\s+to\s+|must\s+)?(?:leans|hangs|hunches|lean)\s+(?:on|onto|over)\s+(?:the\s+|a\s+|her\s+|his\s+)?(?:shopping\s+|grocery\s+)?cart)\b(?![^.;]{0,15}\b(?:relie\w*|eas\w*|help\w*|better|no\s+longer))"
    rf"|\b(?P<car>(?:has\s+to\s+|must\s+|needs\s+to\s+)?(?:gets?|pulls?|stops?)\s+(?:over|out)?\s*(?:of\s+the\s+(?:car|truck)\s+|and\s+(?:stretch\w*|walks?)\s+)*every\s+(?:{NUMBER}|few|couple)\s*(?:miles|min(?:ute)?s?|hours?))\b",
    re.IGNORECASE,
)
_COMPENSATION_WORDS = frozenset({"stool", "chair", "bench", "counter", "sink", "wall", "cart", "every"})
_DRIVES = Regex(r"\b(?:driv\w*|car|truck|road|miles)\b", re.IGNORECASE)
_SHIFTS = Regex(
    r"\b(?:needs?|has|have|had|must|forced|constantly|frequently|continually)\s+(?:to\s+)?(?:keep\s+)?(?:chang|shift|alternat|switch)(?:e|es|ing|s)?\s+(?:(?:her|his)\s+)?(?:positions?|posture)\b",
    re.IGNORECASE,
)
_HANDED = Regex(r"\b(?:leaves?|left|leaving|hand(?:s|ed)\s+(?:over|off)|delegates?)\s+[^.;,]{0,25}$", re.IGNORECASE)
_DONE_BY = Regex(
    r"[^.;,]{0,12}\b(?:(?:is|are|being|gets?|now)\s+)?(?:(?:done|handled|managed|performed|taken\s+(?:care\s+of|over)|carried|cooked|driven)\s+by|left\s+(?:to|for))\b[^.;,]{0,12}$",
    re.IGNORECASE,
)
_TO_OTHER = Regex(r"[^.;,]{0,12}\b(?:to|for|with)\b[^.;,]{0,12}$", re.IGNORECASE)
_STAIRS = Regex(
    r"\b(?:crawl\w*|scoot\w*|(?:pulls?|drags?|hauls?)\s+(?:him|her)self)\b[^.;,]{0,25}?\b(?:stairs?|staircase|stairway|steps)\b|\b(?:stairs?|steps)\b[^.;]{0,30}?\bone\s+(?:step\s+)?at\s+a\s+time\b",
    re.IGNORECASE,
)
_SLEEP = Regex(
    rf"\b(?:sleep\w*|slept)\b(?:\s+(?:is|has\s+been|are|remains?|gets?|only|about|now))*\s*[:=-]?\s*(?:only\s+|about\s+|~\s?|<\s?|at\s+most\s+)?(?P<hours>{NUMBER})(?:\s?(?:-|–|to|or)\s?{NUMBER})?\s*(?:h|hrs?|hours?)\b(?:\s*(?:/|a|per|each)\s*(?:night|noc)|\s+nightly)?"
    r"|\bsleep\w*\s+(?:is\s+|in\s+|on\s+|has\s+been\s+)*(?:pieces|bits|fragments|snatches|spurts|stretches|fits|fitful\w*|lightly|propped|upright|sitting\s+up|semi-?upright|(?:an?|the|her|his)\s+(?:recliner|chair|couch|sofa|floor))\b"
    r"|\b(?:wakes?|awakens?|awakened|waking|awakening)\s+(?:up\s+)?(?:(?:\d|two|three|four|several|multiple|many)(?:\s?(?:-|to|or)\s?(?:\d|three|four|five|six))?)?\s*(?:x|×|times)?\s*(?:(?:/|a|per|each|every)\s*(?:night|noc)\b|nightly\b)"
    r"|\b(?:is\s+|gets\s+|up\s+)(?:up\s+|awake\s+)?(?:most\s+of|half|all)\s+(?:the\s+)?night\b"
    r"|\b(?:is\s+|gets\s+)?up\s+(?:by|at|from)\s+\w+(?:\s?(?:am|a\.m\.))?\s+(?:every|most|each)\s+(?:morning|night)s?\b|\bup\s+(?:several|multiple|two|three|four|\d(?:-\d)?)\s+times\s+(?:a|per|each|every)\s+night\b",
    re.IGNORECASE,
)
_FOR_PAIN = Regex(
    r"\bpain|\bach|\bhurt|\bbecause|\bdue to|\bd/t|2/2|\bsecondary|\bfrom the|\bback\b|\bneck\b", re.IGNORECASE
)
_SHORT_NIGHT = 5  # hours
_WORK = Regex(
    r"\b(?:hours|shifts?|schedule|route|workload|caseload|duties|days)\b[^.;,]{0,25}?\b(?:cut|reduced|halved|shortened|trimmed)\b(?!\s+back\s+on)[^.;,]{0,20}"
    r"|\b(?:cut|reduced|halved|shortened|trimmed|dropped)\s+(?:back\s+)?(?:on\s+)?(?:her|his|the|my)\s+(?:work\s+)?(?:hours|shifts?|schedule|route|workload|caseload|duties|days)\b"
    r"|\bon\s+(?:medical\s+|sick\s+|unpaid\s+|fmla\s+)?leave\b(?!\s+(?:of\s+senses))"
    r"|\bwork(?:\s+status)?\s*[:=]\s*(?:out|off|none|not\s+working|ttd|restricted|light|modified|disabled|unable)\b"
    r"|\b(?:early|medical)\s+retirement\b|\bretired\s+early\b"
    r"|\bwork(?:s|ing)\s+(?:only\s+)?[\w./-]+\s+(?:days?|hours?|hrs?|shifts?)\s*(?:(?:/|a|per|each)\s*(?:wk|week|day|month))?\s+(?:instead\s+of|rather\s+than|down\s+from)\s+(?:\d+|two|three|four|five|six|seven|eight|ten|twelve)\b"
    r"|\bshort\s+on\s+(?:work\s+)?(?:hours|hrs)\b"
    r"|\b(?:shifted|moved|switched|transferred|reassigned)\s+(?:over\s+)?to\s+(?:an?\s+|the\s+)?(?:\w+\s+)?(?:desk|counter|dispatch|office|sedentary|seated|sit-down)\b(?!\s+(?:visit|hours))"
    r"|\bcost\s+(?:her|him|me)\s+(?:\w+\s+){0,2}(?:jobs?|position|career|business)\b"
    r"|\b(?:can(?:not|'t)|no\s+longer|can\s+no\s+longer|unable\s+to|hardly)\s+(?:able\s+to\s+)?(?:make|makes|get|gets|finish|complete|last|lasts|work|works)\s+(?:it\s+)?(?:through\s+|out\s+)?(?:an?|the|her|his)\s+(?:\w+\s+){0,2}(?:shifts?|workday|work\s+day|day\s+(?:at|of)\s+work)\b",
    re.IGNORECASE,
)
_NOT_WORKING = Regex(
    r"(?:^|\b(?:is|are|has|patient|pt|currently|status)\W+)not\s+(?:currently\s+|presently\s+|been\s+|yet\s+)?work(?:ing|ed)\b(?=[^.;]{0,40}(?:\bdue\b|\bbecause|\bd/t\b|2/2|\bsecondary|\bfrom\b|\bpain))",
    re.IGNORECASE,
)
_OTHER_LEAVE = Regex(
    r"\b(?:maternity|paternity|parental|vacation|holiday|bereavement|school break|parole|sabbatical)\b|\b(?:his|her)\s+(?:wife|husband|mother|father)\b[^.;]{0,15}\bleave\b",
    re.IGNORECASE,
)
_BACK_CAUSE = Regex(
    r"\bbecause|\bdue to|\bon account|\bdisab|\bpain|\bback\b|\bneck\b|\bspine|\bsecondary", re.IGNORECASE
)
_SHORT_WAY = Regex(
    r"\b(?P<verb>drives?|driving|walks?|walking|ambulates?)\s+(?:only\s+)?(?:for\s+)?(?:very\s+)?short\s+(?:distances?|trips?|stretches|drives)\b|\b(?P<manages>(?:manages?|makes?\s+it)\s+(?:only\s+|about\s+|maybe\s+|barely\s+)*)"
    + _AMOUNT,
    re.IGNORECASE,
)
_IN_BED = Regex(
    r"\bmost\s+of\s+(?:the|her|his|each)\s+(?:day|days|time|evening)\s+(?:\w+\s+){0,3}?(?:bed|recliner|couch|sofa|chair|lying\s+down|floor)\b|\b(?:in|on)\s+(?:the\s+|her\s+|his\s+|a\s+)?(?:bed|recliner|couch|sofa)\s+(?:for\s+)?most\s+of\s+(?:the|her|his)\s+(?:day|time)\b",
    re.IGNORECASE,
)
_CLAUSE_TAIL = Regex(r"\s*(?:(?:of|out|from|in|on|up|bed|a|the|chair|car|socks|shoes|and|her|his|morning|tub)\s+)*")
_SCALE_LEAD = Regex(r"\binterfer\w*(?:\s+(?:with|score|scale))?\s*(?:\(0\s?-\s?10\))?\s*:", re.IGNORECASE)
_SCALE_VALUE = Regex(r"\s*[:=]?\s*(?P<value>\d{1,2})\s?/\s?10\b")
_INTERFERES_AT = 4  # of 10


#: Words without which the expressions about amounts, stairs, beds, short ways and work find nothing; most sentences
#: have none of them, and the expressions are costly.
_AMOUNT_WORDS = frozenset(
    [
        "min",
        "mins",
        "minute",
        "minutes",
        "hour",
        "hours",
        "hr",
        "hrs",
        "h",
        "block",
        "blocks",
        "feet",
        "ft",
        "yard",
        "yards",
        "yd",
        "yds",
        "aisle",
        "aisles",
        "flight",
        "flights",
        "house",
        "houses",
    ]
)
_STAIR_WORDS = frozenset({"stair", "stairs", "staircase", "stairway", "steps"})
_WAY_WORDS = frozenset({"short", "manage", "manages", "make", "makes"})
_NIGHT_PARTS = ("sleep", "slept", "wake", "waking", "awaken", "up ")
_WORK_WORDS = frozenset(
    [
        "hours",
        "shift",
        "shifts",
        "schedule",
        "route",
        "workload",
        "caseload",
        "duties",
        "days",
        "leave",
        "work",
        "working",
        "worked",
        "retirement",
        "retired",
        "cost",
        "workday",
    ]
)


def readings(sentence: Sentence, activities: list[Mention]) -> Iterator[Reading]:
    """Yield the limits that whole clauses of a sentence tell, in no order; they may overlap."""
    words, offset = sentence.words, sentence.start
    if not words.isdisjoint(_AMOUNT_WORDS) or "'" in sentence.lower:
        yield from _tolerances(sentence, activities)
        yield from _rests(sentence, activities)
        yield from _tolerance_of(sentence, activities)
    yield from _no_farther(sentence, activities)
    if not words.isdisjoint(_AIDS):
        for match in _WITH_AID.finditer(sentence.text):
            yield Reading(Span(offset + match.start(), offset + match.end()), "walking")
    if "position" in sentence.lower or "posture" in sentence.lower:
        for match in _SHIFTS.finditer(sentence.text):
            yield Reading(Span(offset + match.start(), offset + match.end()), "sitting")
    if not words.isdisjoint(_COMPENSATION_WORDS):
        yield from _compensations(sentence)
    yield from _slow(sentence, activities)
    yield from _handed_over(sentence, activities)
    if "interfer" in sentence.lower:
        yield from _interference(sentence, activities)
    if not words.isdisjoint(_STAIR_WORDS):
        for match in _STAIRS.finditer(sentence.text):
            yield Reading(Span(offset + match.start(), offset + match.end()), "stairs")
    if "most" in words:
        for match in _IN_BED.finditer(sentence.text):
            yield Reading(Span(offset + match.start(), offset + match.end()), "walking")
    if any(part in sentence.lower for part in _NIGHT_PARTS):
        yield from _nights(sentence)
    if not words.isdisjoint(_WORK_WORDS):
        yield from _less_work(sentence)
    if words.isdisjoint(_WAY_WORDS):
        return
    for match in _SHORT_WAY.finditer(sentence.text):
        span = Span(offset + match.start(), offset + match.end())
        if match["manages"] is None:
            if re.search(r"\b(?:only|just|at most|limit\w*|can)\b", sentence.lower) and not re.search(
                r"\byou\b|\bmay\b", sentence.lower
            ):
                yield Reading(span, "driving" if match["verb"].lower().startswith("dr") else "walking")
        elif _is_way(match):
            yield Reading(span, "walking")


def _compensations(sentence: Sentence) -> Iterator[Reading]:
    for match in _COMPENSATES.finditer(sentence.text):
        if match["car"] is not None and not _DRIVES.search(sentence.text):
            continue
        activity = (
            "self-care"
            if match["care"]
            else "household"
            if match["house"]
            else "walking"
            if match["cart"]
            else "driving"
        )
        yield Reading(Span(sentence.start + match.start(), sentence.start + match.end()), activity)


def _tolerances(sentence: Sentence, activities: list[Mention]) -> Iterator[Reading]:
    """Postures with short amounts: two or more in one sentence, or a row of a tolerance table."""
    if sentence.section in ("therapy_detail", "treatment") or _DONE_REGULARLY.search(sentence.text):
        return
    found: list[Reading] = []
    for activity in activities:
        if activity.id not in _POSTURES:
            continue
        amount = _TOLERANCE.match(sentence.text, activity.end - sentence.start)
        if amount is not None and is_short(amount):
            found.append(Reading(Span(activity.start, sentence.start + amount.end()), activity.id))
    if len({reading.activity for reading in found}) >= 2:
        yield from found
        return
    for reading in found:
        text = reading.span.of(sentence.view.note.text)
        lead = sentence.text[: reading.span.start - sentence.start]
        in_cells = _GAP.search(text) is not None and not lead.strip(" |-*•\t\n")
        if _TOLERANCE_WORD.search(text) or (in_cells and _under_tolerance_head(sentence)):
            yield reading


def _tolerance_of(sentence: Sentence, activities: list[Mention]) -> Iterator[Reading]:
    """Postures with a tolerance named before them: "tolerance for sitting is 20 min", "tolerates only an hour of driving"."""
    text, offset = sentence.text, sentence.start
    for activity in activities:
        if activity.id not in _POSTURES:
            continue
        before = text[max(0, activity.start - offset - _TOLERANCE_LEAD) : activity.start - offset]
        lead = activity.start - len(before)
        named = _TOLERANCE_OF.search(before)
        amount = _TOLERANCE_IS.match(text, activity.end - offset) if named is not None else None
        if named is not None and amount is not None and is_short(amount):
            yield Reading(Span(lead + named.start(), offset + amount.end()), activity.id)
        only = _ONLY_OF.search(before)
        if only is not None and is_short(only):
            yield Reading(Span(lead + only.start(), activity.end), activity.id)


def _no_farther(sentence: Sentence, activities: list[Mention]) -> Iterator[Reading]:
    """Where a posture or a way ends, and what is no longer done at all."""
    text, offset = sentence.text, sentence.start
    for activity in activities:
        if activity.id not in _POSTURES:
            continue
        at = activity.end - offset
        limit = _NO_LONGER.match(text, at)
        if limit is not None and is_short(limit):
            yield Reading(Span(activity.start, offset + limit.end()), activity.id)
        much = _TOO_LONG.match(text, at)
        if much is not None and is_short(much):
            yield Reading(Span(activity.start, offset + much.end()), activity.id)
        out = _IS_OUT.match(text, at) if " out" in sentence.lower else None
        if out is not None:
            yield Reading(Span(activity.start, offset + out.end()), activity.id)
    if not sentence.words.isdisjoint(_FAR_WORDS):
        for match in _AS_FAR_AS.finditer(text):
            if match["low"] is None or _is_way(match):
                yield Reading(Span(offset + match.start(), offset + match.end()), "walking")


_FAR_WORDS = frozenset({"far", "farther", "further", "stop", "rest", "sit", "done", "finished", "through"})


def _is_way(amount: re.Match[str]) -> bool:
    """Whether an amount is one of distance, and short."""
    return is_short(amount) and (amount["unit"] or "").lower().startswith(("bl", "f", "y", "a", "hous"))


_TOLERANCE_LEAD = 70  # characters before a posture that may name its tolerance


def _under_tolerance_head(sentence: Sentence) -> bool:
    previous = sentence.previous
    for _ in range(6):
        if previous is None:
            return False
        if _TOLERANCE_HEAD.search(previous.text):
            return True
        if not previous.has("fl_activity"):
            return False
        previous = previous.previous
    return False


def _rests(sentence: Sentence, activities: list[Mention]) -> Iterator[Reading]:
    for pattern in (_REST_AFTER, _AFTER_REST, _IS_LIMIT):
        for match in pattern.finditer(sentence.text):
            if not is_short(match):
                continue
            span = Span(sentence.start + match.start(), sentence.start + match.end())
            posture = [
                m for m in activities if m.id in _POSTURES and (abs(m.start - span.end) < 40 or span.overlaps(m.span))
            ]
            named = [m for m in posture if pattern is not _AFTER_REST or m.start < span.end - 6]
            far = (match["unit"] or "").lower().startswith(("bl", "f", "y", "a", "hous"))
            if far:
                yield Reading(span, "walking")
            elif named:
                last = max(span.end, named[0].end) if pattern is _REST_AFTER else span.end
                yield Reading(Span(min(span.start, named[0].start), last), named[0].id)
            elif re.search(r"\bdish|\bstove|\bsink|\bcook|\bfeet\b", sentence.lower):
                yield Reading(span, "standing")


def _slow(sentence: Sentence, activities: list[Mention]) -> Iterator[Reading]:
    """An action of daily life that takes minutes or hours."""
    for activity in activities:
        if activity.id in ("transfers", "self-care", "stairs", "household", "getting about"):
            match = _TAKES_LONG.match(sentence.text, _clause_tail(sentence, activity.end - sentence.start))
            if match is not None:
                yield Reading(Span(activity.start, sentence.start + match.end()), activity.id)
    for match in _IT_TAKES.finditer(sentence.text) if "take" in sentence.lower else ():
        at = sentence.start + match.end()
        task = [m for m in activities if 0 <= m.start - at <= 15]
        if task and task[0].id not in ("work", "driving", "walking"):
            yield Reading(Span(sentence.start + match.start(), task[0].end), task[0].id)


def _clause_tail(sentence: Sentence, at: int) -> int:
    """Where the verb may begin behind an activity: over "of bed in the morning" and the like."""
    tail = _CLAUSE_TAIL.match(sentence.text, at)
    return max(at, tail.end() - 1) if tail is not None and tail.end() > at else at


def _handed_over(sentence: Sentence, activities: list[Mention]) -> Iterator[Reading]:
    """ "Leaves the lifting to his coworkers", "the shopping is done by her sister"."""
    text, offset = sentence.text, sentence.start
    for helper in sentence.of("fl_helper"):
        for activity in activities:
            if activity.end > helper.start or helper.start - activity.end > 50:
                continue
            gap = text[activity.end - offset : helper.start - offset]
            before = text[: activity.start - offset]
            handed = _HANDED.search(before)
            if handed is not None and _TO_OTHER.fullmatch(gap):
                yield Reading(Span(offset + handed.start(), helper.end), activity.id)
            elif _DONE_BY.fullmatch(gap):
                yield Reading(Span(activity.start, helper.end), activity.id)
        over = _TAKEN_OVER.match(text, helper.end - offset) if "over" in sentence.words else None
        if over is not None:
            task = next((one.id for one in activities if helper.end <= one.start < offset + over.end()), "household")
            yield Reading(Span(helper.start, offset + over.end()), task)


def _interference(sentence: Sentence, activities: list[Mention]) -> Iterator[Reading]:
    lead = _SCALE_LEAD.search(sentence.text)
    if lead is None:
        return
    for activity in activities:
        value = _SCALE_VALUE.match(sentence.text, activity.end - sentence.start)
        if activity.start - sentence.start >= lead.end() and value and int(value["value"]) >= _INTERFERES_AT:
            yield Reading(Span(activity.start, sentence.start + value.end()), activity.id)


def _nights(sentence: Sentence) -> Iterator[Reading]:
    if sentence.section == "ros":
        return
    for match in _SLEEP.finditer(sentence.text):
        if match["hours"] is not None:
            hours = parse_number(match["hours"])
            if hours is None or hours > _SHORT_NIGHT or not _FOR_PAIN.search(sentence.text):
                continue
        elif match[0].lower().startswith(("up ", "is up", "gets up", "wak", "awak")) and not _FOR_PAIN.search(
            sentence.text
        ):
            continue
        yield Reading(
            Span(sentence.start + match.start(), sentence.start + len(sentence.text[: match.end()].rstrip())), "sleep"
        )


def _less_work(sentence: Sentence) -> Iterator[Reading]:
    for pattern in (_WORK, _NOT_WORKING):
        for match in pattern.finditer(sentence.text):
            words = match[0].lower()
            if _OTHER_LEAVE.search(sentence.text) or ("retire" in words and not _BACK_CAUSE.search(sentence.text)):
                continue
            if words.startswith("days") or re.search(r"\b(?:dose|tablet|mg|smok|opioid|visits?)\b", sentence.lower):
                continue
            end = sentence.start + len(sentence.text[: match.end()].rstrip())
            start = match.start() + len(match[0]) - len(match[0].lstrip(" \t\n:,"))
            yield Reading(Span(sentence.start + start, end), "work")


def is_short(amount: re.Match[str]) -> bool:
    """Whether an amount of time or distance is short enough to be a limit: an hour, six blocks, 500 feet."""
    unit = (amount["unit"] or "min").lower()
    low = 1.0 if amount["low"].lower() in ("a", "an", "half a", "half an") else parse_number(amount["low"])
    if low is None:
        return False
    if amount["tick"] or unit.startswith("min"):
        return low <= 60
    if unit.startswith("h") and not unit.startswith("hous"):
        return low <= 2
    return low <= (6 if unit.startswith(("bl", "fl", "a", "hous")) else 500)
