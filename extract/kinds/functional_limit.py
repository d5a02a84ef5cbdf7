"""Functional limits: an activity of daily living, work, sleep or posture that the pain limits, and normal function.

Rules: a phrase that says it alone ("on modified duty", "wakes her"); a word for inability before an
activity ("cannot sit", "trouble sleeping"); an activity with a limit after it ("walking limited");
a short tolerance ("can stand ten minutes", "standing tolerance 8 min"); somebody else who does the
task ("her husband does the shopping"); a disability index with its percentage; statements that
function is normal. Sport and hobbies are no activities of daily living and are not in the lexicon.
Regained function ("back to full duty after the shot") is relief, not a limit.

Of several index values in one sentence the last, or the one that no word calls earlier, is current
and comes first; the others are ``historical``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from chartproof.extract.context import Target, assertion_of
from chartproof.extract.kinds.common import about_spine_pain, answer_to, box_before
from chartproof.extract.kinds.functional_wordings import readings
from chartproof.extract.numbers import NUMBER, parse_number
from chartproof.extract.periods import find_periods, nearest_to
from chartproof.extract.regex import Regex
from chartproof.extract.view import PLAN_SECTIONS, Mention, NoteView, Sentence
from chartproof.facts import Assertion, FunctionalLimit
from chartproof.spans import Span

_SKIPPED = frozenset(
    {"medications", "procedure", "procedure_detail", "imaging", "labs", "allergies", "education", "family_history"}
    | {"pmh", "psh", "psych"}
)
_LABELS = ("fl_inability", "fl_limited", "fl_phrase", "fl_helper", "fl_normal", "fl_index", "fl_activity", "fl_hint")
_REACH = {"cannot": 4, "difficulty": 4, "prevents": 6, "only": 3}
#: Words for a lessened amount: in an examination they are about motion or strength, not about function.
_ADJECTIVES = frozenset(
    {"decreased", "impaired", "reduced", "poor", "limited", "restricted", "compromised", "deficits", "deficit"}
)
#: Cues that only count when the activity stands right behind them.
_TIGHT = frozenset(
    {
        "has not",
        "hasn't",
        "have not",
        "no longer",
        "stopped",
        "quit",
        "avoid",
        "avoids",
        "avoiding",
        "affected",
        "limit",
    }
    | {"gave up", "give up", "given up", "left her", "left his", "lost her", "lost his", "discontinued", "ceased"}
    | {"help her", "help him", "help with", "barely", "difficult", "affects", "affecting", "prevented"}
)
_WEAK_ACTIVITY = frozenset({"activity", "activities", "function", "functioning", "distance", "steps", "job", "yard"})
_OBJECT = frozenset(
    {"daughter", "grandson", "granddaughter", "grandchildren", "toddler", "sock", "socks", "shoes", "boot", "clothes"}
    | {"the baby", "her kids", "his kids", "dishes", "trash", "snow", "classroom", "career", "livelihood", "the house"}
    | {"car seat"}
)
_QUANTITY = Regex(
    rf"(?:more\s+than|less\s+than|longer\s+than|over|>|<|≤|about|only|no\s+more\s+than|up\s+to|for|approx(?:imately)?\.?|~|max(?:imum)?|under|around|maybe|to|at|-|:|=|\()?\s*"
    rf"(?P<low>{NUMBER}|an?|half\s+an?|one-half|a\s+few)(?:\s*(?:-|–|to|or)\s*(?:{NUMBER}))?\+?[\s-]*"
    rf"(?P<unit>min(?:ute)?s?\b|mins?\b|hours?\b|hrs?\b|blocks?\b|feet\b|ft\b|yards?\b|yds?\b|aisles?\b|block\b|steps\b|flight)",
    re.IGNORECASE,
)
#: Between two activities that share one limit: "standing more than 5 minutes and walking".
_JOINED = Regex(
    rf"\s*(?:(?:for\s+)?(?:more|longer|greater)\s+than\s+(?:{NUMBER}|an?|a\s+few)\s+\w+)?\s*(?:/|,\s*and|,|and|or|&)\s*",
    re.IGNORECASE,
)
_LIMITING = Regex(
    r"only|no more than|not more than|less than|under|before|then (?:has|must|needs)|\band (?:then )?(?:has|must|needs)|at most|max|limit|tolera|barely|<|≤|up to|at a time|or so|endurance",
    re.IGNORECASE,
)
_OTHER_CAUSE = Regex(
    r"(?:due\s+to|secondary\s+to|owing\s+to|limited\s+by|restricted\s+by|stopped\s+by)\s+(?:\w+\s+){0,4}?(?:knees?|shoulders?|wrists?|ankles?|breath|dyspnea|fatigue|stroke|asthma|copd|chest|vision|heart|weakness of age|depression|dementia)\b"
    r"|^\W*(?:(?:the|his|her|my)\s+)?(?:(?:left|right|bad|other|arthritic)\s+){0,2}(?:knees?|shoulders?|wrists?|ankles?|dyspnea|asthma|copd|breathing|fatigue)\s+(?:pain\s+|arthritis\s+)?(?:keeps?|prevents?|limits?|stops?|restricts?)\b"
    r"|because\s+of\s+(?:\w+\s+){0,4}?(?:knees?|shoulders?|wrists?|ankles?|breath|dyspnea|fatigue|stroke|asthma|copd|chest|vision|heart|depression|dementia)\b"
    r"|\bdisab(?:ility|led)\s+(?:for|from|by|with)\s+(?:\w+\s+){0,2}?(?:ptsd|depression|anxiety|bipolar|schizo\w+|psychiatric|mental|heart|cardiac|copd|asthma|vision|blind\w*|seizures?|epilepsy|kidney|dialysis|stroke|cancer|hiv|diabetes)\b"
    r"|(?:because\s+of|due\s+to|on\s+account\s+of)\s+(?:the\s+|his\s+|her\s+|a\s+)?(?:new\s+|sick\s+|crying\s+)?(?:baby|newborn|infant|toddler|kids|child|noise|heat|weather|dog|cat|puppy|cpap|mask|nocturia|urination|bladder|hot\s+flashes|stress|worry|anxiety|grief|insomnia|shift\s+work|night\s+shifts?|steroids?|prednisone|cough|reflux)\b",
    re.IGNORECASE,
)
_CAUSING = Regex(r"due|secondary|owing|limit|restrict|stop|because|keep|prevent|disab")
_REGAINED = Regex(
    r"\b(?:prior\s+to|previous(?:ly)?|premorbid\w*|return(?:ed|ing)?(?:\s+to)?|back\s+(?:to|at)|resum\w*|releas\w*|clear\w*|until|unable|not|can't|cannot|could|allowed|that whole time|may|goal)\b[^.;,]{0,22}$",
    re.IGNORECASE,
)
_ORGAN = Regex(
    r"\b(?:bowel|bladder|ventricular|lv|rv|renal|liver|hepatic|kidney|lung|pulmonary|sexual|cognitive|erectile|thyroid|cranial|dental|oral|motor|sensory)\b"
)
_ADVICE = Regex(
    r"\b(?:should|advised|instructed|told|encouraged|recommend\w*|please|must|to)\s+(?:\w+\s+)?$", re.IGNORECASE
)
_RATIO = Regex(
    r"(?<![\d/])(?P<points>\d{1,3}(?:\.\d+)?)\s*(?:/|\s+out\s+of\s+)\s*(?P<of>50|100)\b(?!\s?%)(?:\s*(?:=|,|\()?\s*(?P<percent>\d{1,3}(?:\.\d+)?)\s?(?:%|percent)\)?)?"
)
_BARE = Regex(
    r"[\s:=,-]*(?:score|index|disability|of|is|was|today|now|at|=|:|\s)*(?P<value>\d{1,3}(?:\.\d+)?)(?![\d/%]|\s?(?:/|%|weeks?|months?|min|visits?))",
    re.IGNORECASE,
)
#: "ODI was 52, now 30".
_NOW_AT = Regex(
    r"(?:\s?%)?[\s,;(]*(?:and\s+)?(?:(?:now|today|currently|current(?:ly)?|presently|down\s+to|up\s+to|to|->|→|it\s+is|is)[\s:=]*)+(?P<value>\d{1,3}(?:\.\d+)?)(?![\d/])(?!\s?(?:weeks?|months?|min|visits?|days?|times))",
    re.IGNORECASE,
)
_EARLIER = Regex(
    r"\b(?:was|were|previous(?:ly)?|prior|initial(?:ly)?|intake|baseline|eval(?:uation)?|from|start(?:ing)?|admission|before|last (?:visit|time)|down from|up from|original(?:ly)?|onset)\W*(?:\w+\W+){0,2}$",
    re.IGNORECASE,
)
_TELLS_EARLIER = Regex(
    r"\b(?:was|were|from|previous|prior|initial|baseline|intake|eval|admission|start|before|last|at entry|original)",
    re.IGNORECASE,
)
_AIMED = Regex(
    r"\b(?:below|under|goal|target|less than|reduce|improve|decrease|at least|drop|points?)\b[^.;]{0,25}$",
    re.IGNORECASE,
)
_CURRENT = Regex(
    r"\b(?:now|today|current(?:ly)?|discharge|d/c|dc|release|re-?check|to|->|→)\W*(?:\w+\W+){0,2}$", re.IGNORECASE
)
_WORK_CONTEXT = Regex(r"\bwork|\bduty|\bjob|\badls?\b|activit|function|\bemploy|carrier|\bshift", re.IGNORECASE)
_ASKED = Regex(r"trouble|difficult|problem|limit|interfere|keep|prevent|affect|hard\b|unable|help")
_BOX_RULE = "rule:functional_limit.box"
_BOX_MARK = Regex(r"\[[ xX]?\]|\([ xX]\)|[☐☑☒]|\n")
_BOX_ITEM = 80  # characters of one item behind a check box, at most
#: Between an activity and the word that calls it normal; a distance or time that is long enough may stand there.
_TO_FINE = Regex(
    rf"\s*(?:(?:the|his|her|their)\s+dogs?\s*)?(?:(?:up\s+to\s+|for\s+|about\s+)*(?:{NUMBER}|an?|several)\s+(?:miles?|hours)(?:\s+(?:a|per|each|every)\s+(?:day|morning|evening))?|is|are|:|=)?\s*",
    re.IGNORECASE,
)
_NOT_FINE = Regex(r"\b(?:not|unable|asked|cannot|can't|heel|toe|tandem|prior to|before|until)\b[^.;,]*$")
_ACCOMPANIED = Regex(r"\bwith\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
_FINITE = frozenset(
    {"sleeps", "sits", "stands", "walks", "lifts", "drives", "dresses", "cooks", "types", "carries", "bathes"}
)
_BASE = frozenset(
    [
        "sit",
        "stand",
        "walk",
        "ambulate",
        "sleep",
        "lie",
        "lay",
        "work",
        "lift",
        "carry",
        "pick",
        "push",
        "pull",
        "hold",
        "grip",
        "bend",
        "stoop",
        "squat",
        "kneel",
        "twist",
        "reach",
        "crouch",
        "get",
        "rise",
        "transfer",
        "climb",
        "drive",
        "bathe",
        "shower",
        "dress",
        "groom",
        "vacuum",
        "sweep",
        "mop",
        "clean",
        "cook",
        "wash",
        "load",
        "shop",
        "mow",
        "read",
        "write",
        "type",
        "look",
        "turn",
        "put",
        "tie",
        "don",
        "wear",
        "roll",
        "change",
    ]
)
_DONE_BY_OTHERS = frozenset({"household", "self-care", "driving", "lifting", "childcare", "transfers", "stairs"})
_LOOSE_GLUE = Regex(r"[^.;:]{0,45}?(?:,\s*(?:or|nor)?|\s(?:or|nor))\s+(?:to\s+|even\s+)?", re.IGNORECASE)
_AND_FROM = Regex(r"[^.;:,]{0,40}?\s(?:and|or|nor)\s+from\s+", re.IGNORECASE)
_SUBJECT = Regex(r"\b(?:and|he|she|it|they|but|who|which|is|are|has|was)\b", re.IGNORECASE)
_JOB = Regex(r"\s+(?:job|jobs|business|position|company|work)\b", re.IGNORECASE)
_LIST_GLUE = Regex(
    r"\s*(?:[,/&]|\b(?:and|or|nor|from|up|down|to|for|the|a|an|her|his|out|of|in|on|with)\b|\s)*\s*", re.IGNORECASE
)
_TAKES_HELP = Regex(
    r"\W*(?:takes|needs|requires|required|only\s+with|with)\s+(?:(?!no\b)[\w']+\s+){0,3}?(?:help|assist\w*)\b",
    re.IGNORECASE,
)
#: Phrases that are about the pain only where the sentence says so.
_NEEDS_CAUSE = frozenset({"wakes at", "waking up", "retired early"})
_CAUSE = Regex(
    r"\bpain|\bach|\bhurt|\bback\b|\bneck\b|\bspine|\bdisab|\bbecause|\bdue to|\bnight|\bspasm|\bnumb", re.IGNORECASE
)
_CARES_FOR = Regex(
    r"\b(?:helps?|helping|helped|cares?\s+for|caring\s+for|assists?|assisting|takes\s+care\s+of|looks?\s+after)\s+(?:her|his|the|with)?\s*$",
    re.IGNORECASE,
)
_GAIT_TEST = Regex(r"\b(?:heel|toe|tandem|heel-to-toe|heel/toe)\W*$")
_WHERE = Regex(r"\s+(?:distances?|ambulat\w+|door|member)\b")
_ON_HEELS = Regex(r"\s+on\s+(?:his\s+|her\s+|the\s+)?(?:heels?|toes?|tiptoe)")
_NEEDS = Regex(
    r"\b(?:needs?|needing|requires?|requiring|has|gets|getting|wants|asks\s+for|depends\s+on|some|daily)\s+(?:[\w']+\s+){0,3}$|(?:^|[,;:.]\s*)$"
)
_ITEM_IS_FINE = Regex(r"[^,;\n]{0,14}\b(?:none|no|never|0|independent|ok|okay|fine|normal|unlimited)\b", re.IGNORECASE)
_LIST_IS_EMPTY = Regex(r"\s*(?:none|no\b|denies|n/a|nil|unknown)", re.IGNORECASE)
#: A relative as the subject of a sentence, whose own limits it tells.
_RELATIVE = Regex(
    r"\W*(?:(?:his|her|the\s+patient's|my)\s+)?(?:mother|father|brother|sister|husband|wife|son|daughter|parents?|grand\w+)\s+(?:is|was|has\s+(?:been|had|trouble|difficulty)|had|needs|uses|requires|cannot|can't)\b(?!\s+(?:doing|taken|taking|helping|helped|to\b|taken\s+over|her\b|him\b))",
    re.IGNORECASE,
)
_MISSED = Regex(
    r"\bleft\s+(?:his|her)\s+(?:\w+\s+){0,2}?(?:job|position|route|career|practice|post)\b|\b(?:miss(?:ed|es|ing)|called\s+(?:in|off|out)(?:\s+sick)?\s+(?:from\s+)?)\s+(?:\S+\s+){0,5}?(?:work|shifts?|school|classes)\b",
    re.IGNORECASE,
)
_MISSING = frozenset({"left", "missed", "misses", "missing", "called"})
_SLEEP_HOURS = Regex(
    rf"\b(?P<only>only\s+)?(?:sleep(?:s|ing)?|slept)\s+(?:only\s+|about\s+|around\s+|for\s+|maybe\s+)*(?P<hours>{NUMBER})(?:\s*(?:-|–|to|or)\s*{NUMBER})?\s*(?:h|hrs?|hours?)\b",
    re.IGNORECASE,
)
_NUMBERS = Regex(r"(?P<value>\d{1,3}(?:\.\d+)?)\s?(?:%|percent)?")
_SHORT_NIGHT = 5  # hours
_UNBROKEN = Regex(
    r"\s*(?:a night|per night|nightly)?,?\s*(?:uninterrupted|without (?:waking|interruption|difficulty)|straight|through the night)",
    re.IGNORECASE,
)
_INDEX_REACH = 90  # characters from the name of an index to its last value
_NEEDS_CONTEXT = frozenset(
    {"no restrictions", "no limitations", "without restriction", "without restrictions", "without limitation"}
    | {"no disability", "completely independent", "without waking", "full duty", "without difficulty"}
)


def find(view: NoteView) -> Iterator[FunctionalLimit]:
    """Yield the functional limits of a note that is about pain of spine, pelvis or limbs."""
    if not about_spine_pain(view):
        return
    for sentence in view.having(*_LABELS):
        if sentence.section in _SKIPPED:
            continue
        yield from _indices(sentence)
        taken: list[Span] = []
        for fact in _facts(sentence):
            span = fact.spans[0]
            if any(span.overlaps(other) for other in taken):
                continue
            if fact.source == _BOX_RULE and _told(view.note.text, span, taken):
                continue
            taken.append(span)
            yield fact


def _is_none(sentence: Sentence, mention: Mention) -> bool:
    """Whether the word is no activity of daily life here: a unit ("50 yards"), a test ("heel walk"), "work out"."""
    before = sentence.lower[: mention.start - sentence.start].rstrip()
    after = sentence.lower[mention.end - sentence.start :]
    words = _words(sentence, mention)
    if words in ("yard", "yards", "steps") and before[-1:].isdigit():
        return True
    if mention.id == "walking" and (_GAIT_TEST.search(before) or _ON_HEELS.match(after)):
        return True
    if mention.id == "household" and _WHERE.match(after):
        return True
    return words in ("work", "working") and re.match(r"\s+out\b(?!\s+of)", after) is not None


def _told(text: str, span: Span, taken: list[Span]) -> bool:
    """Whether the item of the check box that holds `span` is told by another fact already."""
    return any(
        not _BOX_MARK.search(text[min(span.end, other.end) : max(span.start, other.start)])
        for other in taken
        if abs(other.start - span.start) <= _BOX_ITEM
    )


def _facts(sentence: Sentence) -> Iterator[FunctionalLimit]:
    normals = _normals(sentence)
    yield from normals
    if _CAUSING.search(sentence.lower) and _OTHER_CAUSE.search(sentence.text):
        return
    blocked = [fact.spans[0] for fact in normals]
    activities = [
        m
        for m in sentence.of("fl_activity")
        if not any(m.span.overlaps(span) for span in blocked) and not _is_none(sentence, m)
    ]
    if _RELATIVE.match(sentence.text[sentence.body - sentence.start :]):
        return
    for phrase in sentence.of("fl_phrase"):
        if not any(phrase.span.overlaps(span) for span in blocked):
            yield from _phrase(sentence, phrase)
    missed = _MISSED.search(sentence.text) if sentence.may_say(_MISSING) else None
    if missed:
        span = Span(sentence.start + missed.start(), sentence.start + missed.end())
        if not any(span.overlaps(other) for other in blocked):
            yield from _fact(sentence, span, "work", "phrase", clausal=True)
    for reading in readings(sentence, activities):
        if sentence.section not in PLAN_SECTIONS and not any(reading.span.overlaps(other) for other in blocked):
            yield from _fact(sentence, reading.span, reading.activity, "wording", clausal=True)
    if not activities:
        return
    yield from _amounts(sentence, activities)
    yield from _short_sleep(sentence)
    yield from _taking_help(sentence, activities)
    for cue in sentence.of("fl_inability"):
        if not any(cue.span.overlaps(span) for span in blocked):
            yield from _inability(sentence, cue, activities)
    yield from _limited(sentence, activities)
    if sentence.section not in PLAN_SECTIONS:
        yield from _helped(sentence, activities)
    yield from _boxed(sentence, activities)
    yield from _headed(sentence, activities)


def _phrase(sentence: Sentence, phrase: Mention) -> Iterator[FunctionalLimit]:
    before = sentence.lower[max(0, phrase.start - sentence.start - 30) : phrase.start - sentence.start]
    if phrase.id == "sleep" and sentence.section == "ros":
        return
    if _words(sentence, phrase) in _NEEDS_CAUSE and not _CAUSE.search(sentence.text):
        return
    if not re.search(r"\b(?:prior|before|goal)\b[^.;,]*$", before):
        yield from _fact(sentence, phrase.span, phrase.id, "phrase", clausal=phrase.id in ("work", "sleep", "walking"))


#: A restriction of work that has ended: "light duty ended 5/1", "off work 3/1-4/15", "off work until 4/15".
_WORK_ENDED = Regex(
    r"\s*(?:restrictions?\s+)?(?:(?:was|were|has\s+been|is)\s+)?(?:ended|lifted|expired|over|finished|discontinued|removed)\b",
    re.IGNORECASE,
)
_WORK_UNTIL = Regex(r"\s*(?:from\s+\S+\s+)?(?:until|till|til|through|thru)\s+$", re.IGNORECASE)
_DATED_BY = 40  # characters behind the restriction


def _is_over(sentence: Sentence, span: Span) -> bool:
    """Whether what limits the work is told to have ended before the note."""
    text = sentence.view.note.text
    if _WORK_ENDED.match(text, span.end, sentence.end):
        return True
    reference = sentence.view.reference
    if reference is None or not sentence.has_digits:
        return False
    today, after = reference.isoformat(), text[span.end : min(sentence.end, span.end + _DATED_BY)]
    for period in find_periods(after, reference, span.end):
        lead = text[span.end : period.span.start].strip(" :,(").lower()
        return lead in ("", "from", "between") and period.end is not None and period.end < today[: len(period.end)]
    for date in sentence.dates:
        if (
            date.iso is not None
            and date.span.start >= span.end
            and _WORK_UNTIL.fullmatch(text, span.end, date.span.start)
        ):
            return nearest_to(date.iso, reference) < today[: len(date.iso)]
    return False


def _inability(sentence: Sentence, cue: Mention, activities: list[Mention]) -> Iterator[FunctionalLimit]:
    words = _words(sentence, cue)
    reach = 1 if words in _TIGHT else _REACH[cue.id]
    following = [m for m in activities if 0 <= m.first - cue.last <= reach or m.first < cue.last <= m.last]
    if not following:
        return
    first = following[0]
    if re.search(r"[;:]|\b(?:can|able)\b", sentence.between(cue, first)):
        return
    name = _words(sentence, first)
    if words == "help with" and not _NEEDS.search(sentence.lower[: cue.start - sentence.start]):
        return
    if _JOB.match(sentence.text, first.end - sentence.start) and first.id == "household":
        first = first._replace(id="work")
    if _ORGAN.search(sentence.between(cue, first)) or (sentence.section == "ros" and first.id == "sleep"):
        return
    if words.startswith("avoid") and _ADVICE.search(sentence.text[: cue.start - sentence.start]):
        return
    if name in _OBJECT and cue.id != "cannot":
        return
    if words in _ADJECTIVES:
        if sentence.section == "exam" or first.id in ("lifting", "bending", "transfers") or first.first - cue.last > 1:
            return
        if first.id == "work" or name in ("steps", "distance", "yard"):
            return
    if name in _WEAK_ACTIVITY and cue.id == "cannot" and first.first - cue.last > 2:
        return
    if words in ("stopped", "discontinued", "quit") and name in ("activity", "driving", "function"):
        return
    listed = _listed(sentence, first, activities)
    end = listed[0][1]
    quantity = _QUANTITY.match(sentence.text, _skip_blank(sentence.text, end - sentence.start))
    if quantity is None:
        later = [m.start for m in activities if m.start >= end] + [start for start, _, _ in listed[1:]]
        stop = min(later, default=sentence.end) - sentence.start
        quantity = _QUANTITY.search(sentence.text, end - sentence.start, min(stop, end - sentence.start + 40))
    if cue.id == "only" and not _is_short(quantity):
        return
    if cue.id == "only" and words in ("about", "approximately", "up to", "less than") and first.first - cue.last > 0:
        return
    if cue.id == "only" and re.match(r"can|able", words) and "only" not in words:
        tail = sentence.text[cue.start - sentence.start : (quantity.end() if quantity else 0) + 45]
        if not _LIMITING.search(tail):
            return
    if quantity is not None and _is_short(quantity):
        end = sentence.start + quantity.end()
    if cue.start > end:
        return
    span = Span(min(cue.start, first.start), end)
    made = list(_fact(sentence, span, first.id, cue.id, clausal=cue.id != "difficulty"))
    yield from made
    for start, stop, name in listed[1:]:
        yield from (fact.model_copy(update={"spans": (Span(start, stop),), "activity": name}) for fact in made)


def _limited(sentence: Sentence, activities: list[Mention]) -> Iterator[FunctionalLimit]:
    if sentence.section == "exam":
        tolerated = [m for m in sentence.of("fl_limited") if m.id == "tolerance"]
    else:
        tolerated = sentence.of("fl_limited")
    for cue in tolerated:
        before = [m for m in activities if 0 <= cue.first - m.last <= 3 and m.end <= cue.start]
        if not before and cue.id == "limited":
            before = [
                m for m in activities if 0 <= cue.first - m.last <= 7 and _QUANTITY.search(sentence.between(m, cue))
            ]
        if cue.id == "tolerance":
            yield from _tolerance(sentence, cue, [m for m in before if cue.first - m.last <= 1])
            continue
        if not before:
            continue
        activity = before[-1]
        gap = sentence.between(activity, cue)
        if sentence.section == "ros" or _ORGAN.search(
            sentence.text[max(0, activity.start - sentence.start - 14) : activity.start - sentence.start].lower()
        ):
            continue
        if re.search(r"[,;.]|\bwith(?:out)?\b|\band\b", gap) or _words(sentence, activity) in _OBJECT | {
            "steps",
            "yard",
        }:
            continue
        if activity.id in ("lifting", "bending") and _words(sentence, cue) in (
            "decreased",
            "reduced",
            "impaired",
            "poor",
        ):
            continue
        start = activity.start
        for earlier in reversed(activities):
            if earlier.end <= start and _JOINED.fullmatch(sentence.between(earlier, Span(start, start + 1))):
                start = earlier.start
        end = cue.end
        quantity = _QUANTITY.search(
            sentence.text, end - sentence.start, min(len(sentence.text), end - sentence.start + 30)
        )
        if quantity is not None and _is_short(quantity):
            end = sentence.start + quantity.end()
        yield from _fact(sentence, Span(start, end), activity.id, "limited", clausal=False)


def _tolerance(sentence: Sentence, cue: Mention, before: list[Mention]) -> Iterator[FunctionalLimit]:
    if not before:
        return
    first = True
    reach = min(len(sentence.text), cue.end - sentence.start + 75)
    for quantity in _QUANTITY.finditer(sentence.text, cue.end - sentence.start, reach):
        lead = Span(cue.end, sentence.start + quantity.start())
        if not _is_short(quantity) or re.search(r"[.;]\s", sentence.text[cue.end - sentence.start : quantity.start()]):
            continue
        if any(lead.start <= m.start < lead.end for m in sentence.of("fl_activity")):
            break
        start = before[-1].start if first else sentence.start + quantity.start("low")
        span = Span(start, sentence.start + quantity.end())
        yield from _fact(sentence, span, before[-1].id, "tolerance", clausal=True)
        first = False


def _amounts(sentence: Sentence, activities: list[Mention]) -> Iterator[FunctionalLimit]:
    """A posture with a short amount right after it: "sits no more than 20 min", "walks 30 feet with rollator"."""
    for activity in activities:
        quantity = _QUANTITY.match(sentence.text, _skip_blank(sentence.text, activity.end - sentence.start))
        if quantity is None or not _is_short(quantity) or "goal" in sentence.lower:
            continue
        lead = sentence.text[activity.end - sentence.start : quantity.start("low")]
        if activity.id != "walking" and not quantity["unit"].lower().startswith(("min", "h")):
            continue
        distance = quantity["unit"].lower().startswith(("block", "f", "ya", "yd"))
        posture = activity.id in ("sitting", "standing", "walking", "driving")
        verb = posture and _words(sentence, activity) in ("sits", "stands", "walks")
        if posture and re.match(r"\s*:", lead):
            verb = distance = True
        if not re.search(r"no more|only|less than|max|<|≤|under", lead, re.IGNORECASE):
            if (
                not verb
                or re.search(r"daily|a day|per day|every|/day|exercise|x\s?\d", sentence.lower)
                or "more than" in lead
            ):
                continue
            after = sentence.lower[quantity.end() : quantity.end() + 25]
            if (
                activity.id == "walking"
                and not distance
                and not re.match(r"\W*(?:then|before|and (?:then|has|must|needs))", after)
            ):
                continue
        yield from _fact(
            sentence, Span(activity.start, sentence.start + quantity.end()), activity.id, "amount", clausal=True
        )


def _taking_help(sentence: Sentence, activities: list[Mention]) -> Iterator[FunctionalLimit]:
    """An activity that takes help: "dressing takes her husband's help"; an activity that is none: "no yard work"."""
    for activity in activities:
        offset = sentence.start
        helped = _TAKES_HELP.match(sentence.text, activity.end - offset)
        if helped and activity.id not in ("walking", "standing", "sitting"):
            yield from _fact(sentence, Span(activity.start, offset + helped.end()), activity.id, "helper", clausal=True)
        bare = re.search(r"(?:^|[,;:.-])\s*(?:does\s+|does no\s+)?no\s+$", sentence.lower[: activity.start - offset])
        if bare and activity.id == "household" and sentence.section in ("hpi", "function", "social_history", None):
            start = offset + bare.end() - len("no ")
            yield from _fact(sentence, Span(start, activity.end), activity.id, "none", clausal=True, asserted=True)


def _boxed(sentence: Sentence, activities: list[Mention]) -> Iterator[FunctionalLimit]:
    """Ticked boxes behind a word for limits: "Pain keeps me from: [x] sitting over 30 min"."""
    if not re.search(r"[\[☒☑]|\([xX]\)", sentence.text):
        return
    for activity in activities:
        if answer_to(sentence, activity) is True and _ASKED.search(sentence.lower[: activity.start - sentence.start]):
            yield from _fact(sentence, activity.span, activity.id, "box", clausal=True, asserted=True)
    leads = sentence.of("fl_lead")
    previous = sentence.previous
    heading = previous is not None and previous.has("fl_lead") and previous.text.rstrip().endswith(":")
    for activity in activities:
        if box_before(sentence, activity) and (heading or any(m.end <= activity.start for m in leads)):
            yield from _fact(sentence, activity.span, activity.id, "box", clausal=True, asserted=True)


def _headed(sentence: Sentence, activities: list[Mention]) -> Iterator[FunctionalLimit]:
    """A list behind a word for limits and a colon: "Functional limitations: sitting, lifting > 20 lb"."""
    text, offset = sentence.text, sentence.start
    if "[" in text or sentence.section in (*PLAN_SECTIONS, "exam"):
        return
    for lead in sentence.of("fl_lead"):
        at = lead.end - offset
        if not re.match(r"\s*:", text[at:]) or _LIST_IS_EMPTY.match(text, text.index(":", at) + 1):
            continue
        if re.search(r"\b(?:no|denies|without)\s+(?:\w+\s+)?$", text[: lead.start - offset], re.IGNORECASE):
            return
        for activity in activities:
            if activity.start >= lead.end and not _ITEM_IS_FINE.match(text, activity.end - offset):
                yield from _fact(sentence, activity.span, activity.id, "list", clausal=True, asserted=True)
        return


def _short_sleep(sentence: Sentence) -> Iterator[FunctionalLimit]:
    match = _SLEEP_HOURS.search(sentence.text)
    if match is None:
        return
    hours = parse_number(match["hours"])
    short = hours is not None and hours <= _SHORT_NIGHT
    if short and (
        re.search(r"only|broken|interrupt|because|due to|at a (?:stretch|time)", sentence.lower) or match["only"]
    ):
        span = Span(sentence.start + match.start(), sentence.start + match.end())
        yield from _fact(sentence, span, "sleep", "amount", clausal=True)


def _helped(sentence: Sentence, activities: list[Mention]) -> Iterator[FunctionalLimit]:
    helps = sentence.of("fl_help")
    for helper in sentence.of("fl_helper"):
        if _CARES_FOR.search(sentence.text[: helper.start - sentence.start]):
            continue
        for activity in activities:
            if activity.first < helper.last or activity.id not in _DONE_BY_OTHERS:
                continue
            gap = sentence.between(helper, activity)
            if (
                len(gap) > 70
                or re.search(r"[.;:]| but |driving home|\bdrove\b", gap)
                or _ACCOMPANIED.search(sentence.text[: helper.start - sentence.start])
            ):
                continue
            verb = [m for m in helps if helper.last <= m.first <= helper.last + 7 and m.start <= activity.start]
            hired = re.match(r"hire|pa(?:ys|id)", _words(sentence, helper))
            if (
                not verb
                and not hired
                and not (activity.first - helper.last <= 1 and re.search(r"(?:s|ing)$", _words(sentence, activity)))
            ):
                continue
            if activity.id in ("driving", "lifting") and not re.search(r"s$", _words(sentence, activity)) and not verb:
                continue
            if _words(sentence, activity) in ("daughter", "grandson", "driving", "drive"):
                continue
            yield from _fact(sentence, Span(helper.start, activity.end), activity.id, "helper", clausal=True)
            return


def _normals(sentence: Sentence) -> list[FunctionalLimit]:
    found: list[FunctionalLimit] = []
    if sentence.section in PLAN_SECTIONS:
        return found
    for mention in sentence.of("fl_normal"):
        words = _words(sentence, mention)
        before = sentence.text[: mention.start - sentence.start]
        if (
            words in _NEEDS_CONTEXT
            and not _WORK_CONTEXT.search(before.replace(words, ""))
            and not sentence.has("fl_activity")
        ):
            continue
        if words in ("full duty", "regular duty", "no limitations") and not re.search(
            r"work|carrier|driver|duty|employ|as an? |is an? |,\s*$", before, re.I
        ):
            continue
        if (
            _REGAINED.search(before)
            or box_before(sentence, mention.span) is False
            or answer_to(sentence, mention.span) is False
        ):
            continue
        if any(mention.span.overlaps(fact.spans[0]) for fact in found):
            continue
        assertion = sentence.assertion(mention, "functional_limit")
        if assertion in ("hypothetical", "planned"):
            continue
        fact = FunctionalLimit(
            spans=(mention.span,),
            activity=mention.id,
            normal=True,
            assertion=assertion,
            section=sentence.section,
            source="rule:functional_limit.normal",
        )
        found.append(fact)
    if sentence.section in ("function", "hpi", "social_history", None):
        found.extend(_fine(sentence, found))
    slept = _SLEEP_HOURS.search(sentence.text) if "sle" in sentence.lower else None
    unbroken = _UNBROKEN.match(sentence.text, slept.end()) if slept else None
    if slept and unbroken and not found:
        span = Span(sentence.start + slept.start(), sentence.start + unbroken.end())
        found.append(
            FunctionalLimit(
                spans=(span,),
                activity="sleep",
                normal=True,
                section=sentence.section,
                source="rule:functional_limit.normal",
            )
        )
    return found


def _fine(sentence: Sentence, found: list[FunctionalLimit]) -> Iterator[FunctionalLimit]:
    """One activity that is told as normal: "driving ok"."""
    for word in sentence.of("fl_fine"):
        for activity in sentence.of("fl_activity"):
            if activity.id in ("lifting", "bending") or _words(sentence, activity) in _OBJECT | _WEAK_ACTIVITY:
                continue
            if _words(sentence, activity).startswith("return"):
                continue
            lead = sentence.lower[max(0, activity.start - sentence.start - 30) : activity.start - sentence.start]
            if _NOT_FINE.search(lead) or (activity.id in ("walking", "standing") and sentence.section is None):
                continue
            gap = sentence.view.note.text[activity.end : word.start] if activity.end <= word.start else "-"
            if _TO_FINE.fullmatch(gap) and not any(word.span.overlaps(f.spans[0]) for f in found):
                yield FunctionalLimit(
                    spans=(Span(activity.start, word.end),),
                    activity=activity.id,
                    normal=True,
                    section=sentence.section,
                    source="rule:functional_limit.normal",
                )


def _fact(
    sentence: Sentence, span: Span, activity: str, rule: str, *, clausal: bool, asserted: bool = False
) -> Iterator[FunctionalLimit]:
    if box_before(sentence, span) is False and answer_to(sentence, span) is not True:
        return
    assertion = _assertion(sentence, span, clausal=clausal)
    if answer_to(sentence, span) is False:
        assertion, asserted = "negated", False
    if asserted and assertion == "negated":
        assertion = "present"
    if assertion == "hypothetical":
        return
    if assertion == "present" and rule == "phrase" and sentence.section in PLAN_SECTIONS:
        assertion = "planned"
    if assertion == "present" and activity == "work" and _is_over(sentence, span):
        assertion = "historical"
    words = span.of(sentence.view.note.text)
    yield FunctionalLimit(
        spans=(Span(span.start, span.end - len(words) + len(words.rstrip())),),
        activity=activity,
        assertion=assertion,
        section=sentence.section,
        source=f"rule:functional_limit.{rule}",
    )


def _assertion(sentence: Sentence, span: Span, *, clausal: bool) -> Assertion:
    """ConText's assertion; of a statement that is a clause of its own, no negation from before a comma."""
    if not sentence.context_matches:
        return "present"
    first, last = sentence.token_range(span)
    assertion, modifier = assertion_of(
        sentence.modifiers_of("functional_limit"), Target(first, last, "FUNCTIONAL_LIMIT")
    )
    if assertion == "negated" and modifier is not None and clausal:
        _, end = modifier.modifier_span
        words = sentence.view.tokens.words[end:first]
        if end > first or len(words) > 3 or "," in words or "/" in words:
            return "present"
    return assertion


def _indices(sentence: Sentence) -> Iterator[FunctionalLimit]:
    mentions = sentence.of("fl_index")
    for number, mention in enumerate(mentions):
        stop = mentions[number + 1].start if number + 1 < len(mentions) else sentence.end
        values = _values(sentence, mention, stop)
        current: list[FunctionalLimit] = []
        earlier: list[FunctionalLimit] = []
        for index, (span, percent) in enumerate(values):
            before = sentence.text[max(0, span.start - sentence.start - 30) : span.start - sentence.start]
            after = sentence.text[span.end - sentence.start : span.end - sentence.start + 22]
            if _AIMED.search(before) and sentence.section in (*PLAN_SECTIONS, "assessment", "assessment_plan", None):
                continue
            is_last = index == len(values) - 1
            old = bool(_EARLIER.search(before)) and not _CURRENT.search(before)
            if not old and not is_last and len(values) > 1:
                following = sentence.text[span.end - sentence.start : values[index + 1][0].start - sentence.start]
                old = not _TELLS_EARLIER.search(following)
            if re.match(r"\s*(?:at|on)\s+(?:intake|eval|initial|admission|baseline)", after, re.IGNORECASE):
                old = True
            if len(values) == 1:
                old = old and bool(
                    re.search(r"previous|prior|last (?:visit|time)|initial|intake|baseline|eval", before, re.I)
                )
            assertion: Assertion = "historical" if old else sentence.assertion(span, "functional_limit")
            if assertion == "negated":
                assertion = "present"
            fact = FunctionalLimit(
                spans=(span, mention.span),
                activity=mention.id,
                percent=percent,
                assertion=assertion,
                section=sentence.section,
                source="rule:functional_limit.index",
            )
            if assertion != "hypothetical":
                (earlier if old else current).append(fact)
        yield from current
        yield from earlier


def _values(sentence: Sentence, mention: Mention, stop: int) -> list[tuple[Span, float]]:
    text, offset = sentence.text, sentence.start
    values: list[tuple[Span, float]] = []
    for ratio in _RATIO.finditer(text, mention.end - offset, stop - offset):
        share = float(ratio["points"]) / float(ratio["of"]) * 100
        percent = float(ratio["percent"]) if ratio["percent"] else round(share, 1)
        if 0 <= percent <= 100:
            values.append((Span(offset + ratio.start(), offset + ratio.end()), percent))
    for found in sentence.percents:
        start, end = found.span
        if not mention.end <= start < min(stop, mention.end + _INDEX_REACH):
            continue
        if text[start - offset] == ">" and text[start - offset - 1] == "-":  # the head of an arrow, no comparison
            start += len(text[start - offset + 1 :]) - len(text[start - offset + 1 :].lstrip()) + 1
        if any(Span(start, end).overlaps(span) for span, _ in values):
            continue
        if found.low == found.high:
            values.append((Span(start, end), found.high))
            continue
        for number in _NUMBERS.finditer(text, start - offset, end - offset):  # "48% to 22%" is two scores
            values.append((Span(offset + number.start(), offset + number.end()), float(number["value"])))
    if not values and mention.id == "ODI":
        bare = _BARE.match(text, mention.end - offset, stop - offset)
        if bare is not None and (value := parse_number(bare["value"])) is not None and 0 <= value <= 100:
            values.append((Span(offset + bare.start("value"), offset + bare.end("value")), value))
            later = _NOW_AT.match(text, bare.end(), stop - offset)
            if later is not None and (now := parse_number(later["value"])) is not None and now <= 100:
                values.append((Span(offset + later.start("value"), offset + later.end("value")), now))
    return sorted(values)


def _listed(sentence: Sentence, first: Mention, activities: list[Mention]) -> list[tuple[int, int, str]]:
    """The activities of a list that opens with `first`: start, end and name, those of one name in a row joined."""
    found = [(first.start, first.end, first.id)]
    form = _form(_words(sentence, first))
    for activity in activities:
        start, end, name = found[-1]
        if activity.start < end:
            if activity.start >= first.start:
                found[-1] = (start, max(end, activity.end), name)
            continue
        gap = sentence.view.note.text[end : activity.start]
        other = _form(_words(sentence, activity))
        loose = (
            form == other == "base" and _LOOSE_GLUE.fullmatch(gap) is not None and _SUBJECT.search(gap) is None
        ) or (form == other == "ing" and _AND_FROM.fullmatch(gap) is not None)
        if not loose and (not _LIST_GLUE.fullmatch(gap) or (other != form and "noun" not in (form, other))):
            break
        if loose:
            found.append((activity.start, activity.end, activity.id))
        elif activity.id == name or ("," not in gap and not re.search(r"\b(?:or|and|nor)\b|[/&]", gap, re.IGNORECASE)):
            found[-1] = (start, activity.end, name)
        else:
            found.append((activity.start, activity.end, activity.id))
    return found


def _form(word: str) -> str:
    if word.endswith("ing"):
        return "ing"
    return "s" if word in _FINITE else "base" if word.split()[0] in _BASE else "noun"


def _is_short(quantity: re.Match[str] | None) -> bool:
    """Whether the amount is a limit for walking, standing, sitting or driving: up to an hour, blocks or feet."""
    if quantity is None:
        return False
    unit = quantity["unit"].lower()
    low = parse_number(quantity["low"])
    if unit.startswith("min"):
        return low is None or low <= 60
    if unit.startswith(("h",)):
        return low is None or low <= 2
    if unit.startswith(("block", "flight", "aisle")):
        return low is None or low <= 6
    return low is None or low <= 500


def _words(sentence: Sentence, mention: Mention) -> str:
    return " ".join(sentence.view.tokens.words[mention.first : mention.last])


def _skip_blank(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\n":
        at += 1
    return at
