"""How a therapy stands: done, ongoing, planned, declined, impossible or denied."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from chartproof.extract.context import Target, assertion_of
from chartproof.extract.kinds.intentions import lies_ahead
from chartproof.extract.kinds.therapy_items import Item
from chartproof.extract.kinds.therapy_reading import Reading, is_medical
from chartproof.extract.quantities import DAYS
from chartproof.extract.regex import Regex
from chartproof.extract.view import PLAN_SECTIONS, Mention, Sentence
from chartproof.facts import Assertion, TherapyStatus
from chartproof.spans import Span

_ANY_BOX = r"[\[(](?P<mark>\s*[xX✓]?\s*)[\])]|(?P<empty>☐)|(?P<full>☑|☒)"
_BOX = Regex(_ANY_BOX)
_BOX_BEHIND = Regex(rf"\s?(?:{_ANY_BOX})")
_DENIED_AFTER = Regex(
    r"\s*(?:\([^)]{0,12}\)\s*)?(?:[:=–|-]*\s*(?:completed|done|tried|had|received)\s*[:?=]+\s*(?=n)|[:=–|-]+|was|is|has\s+been)?\s*(?:none\b(?!\s+of)|no(?=\s*(?:$|[.,;|)\n]))|never\b|not\s+(?:yet\s+)?(?:done|tried|had|attempted|yet|to\s+date|used)\b|n/a\b|denies\b|denied(?=\s*(?:$|[.,;)]))|not\s+(?:yet\s+)?(?:started|begun)\b|\(-\)|neg\b|(?-i:N)(?=\s*(?:$|[.,;|)\n]|\s{2,})))",
    re.IGNORECASE,
)
#: "has not been tried", "was never attempted", "has yet to be tried": it was not done.
_NOT_DONE_AFTER = Regex(
    r"\s+(?:(?:has|have|had)\s+(?:(?:not|never)\s+(?:yet\s+)?been|yet\s+to\s+be)|(?:was|were|is)\s+never|(?:was|were)\s+not|(?:has|have|had)n't\s+(?:yet\s+)?been|(?:was|were)n't)\s+"
    r"(?:tried|attempted|undertaken|pursued|done|performed|explored|utili[sz]ed|used|trialed|part\s+of)\b",
    re.IGNORECASE,
)
_REACHES_NOT = Regex(
    r"\b(?:despite|after|following|with|from|until|since|tried|has\s+(?:had|done|tried|completed)|underwent|continu\w+|is\s+(?:doing|taking|in)|takes|uses|started|did|went|because)\b|[.;]|\n",
    re.IGNORECASE,
)
_TREATED_WITH = Regex(
    r"\s*(?:(?:had|been|received|undergone|tried)\b|(?:any\s+)?(?:prior\s+)?(?:treatment|care)\s+with\b)[^.;,]*$",
    re.IGNORECASE,
)
_NONE_OF = Regex(r"\bnone\s+of\s+(?:the|his|her|these|those)?\s*$", re.IGNORECASE)
_DONE = Regex(
    r"\b(?:has|have|had|was|were|did|failed|tried|completed|underwent|finished|went)\b(?!\s+(?:recommended|advised|suggested|discussed|asked))",
    re.IGNORECASE,
)
_TO_COME = Regex(
    r"\b(?:will|recommend\w*|plan\w*|refer\w*|order\w*|start|begin|try|rx|prescri\w+|schedul\w+|appointment|next\s+(?:week|month)|soon)\b",
    re.IGNORECASE,
)
_HEADING = Regex(
    r"\b(?:conservative|treatments?|therap(?:y|ies)|tried|modalities|measures|what\s+(?:has|have)\s+been\s+(?:done|tried)|tx|before\s+injections?|prior\s+care|failed)\b",
    re.IGNORECASE,
)
_HEADING_LINE = Regex(
    r"(?:what has been (?:done|tried)|(?:prior|previous|past|current|conservative|failed)\s+(?:treatments?|care|therap(?:y|ies))(?:,?\s+failed)?|(?:treatments?|therap(?:y|ies)|conservative care) (?:tried|to date|so far|failed)|before injections?(?:\s*\(\d+\))?)",
    re.IGNORECASE,
)
_HEADING_FAILED = Regex(r"\bfailed\b|\bwithout\s+(?:relief|benefit|success)\b|\bunsuccessful\b", re.IGNORECASE)
_HEADING_DONE = Regex(
    r"\btried\b|\bprior\b|\bprevious\b|\bpast\b|\bto\s+date\b|\bdone\b|\bso\s+far\b|\bcompleted\b|\bfailed\b|\bbefore\b",
    re.IGNORECASE,
)
_HEADING_NOW = Regex(r"\bcurrent\b|\bongoing\b|\bpresent\b|\bnow\b", re.IGNORECASE)
_HEADING_REACH = 14  # sentences under a heading line that is no section of its own
_FORBIDS = Regex(r"no\b|avoid\b|take\s+breaks", re.IGNORECASE)
_SIDE_EFFECT = Regex(
    r"\b(?:makes?\s+(?:him|her)\s+(?:too\s+)?\w+|made\s+(?:him|her|them)\s+(?:too\s+|very\s+)?(?!worse)\w+|side\s+effects?|upsets?\b|gastritis|drows\w+|grogg\w+|sedat\w+|dizz\w+|nause\w+|constipat\w+|gi\s+\w+|gfr|renal|kidney|ckd|lfts?|blood\s+pressure|rash|not\s+(?:been\s+)?(?:well\s+)?tolerat\w+|intoler\w+|(?:could|did|does)(?:\s+not|n't)\s+tolerate|dry\s+mouth|ulcer|bleed\w*|hives|itch\w*|vomit\w*|confus\w+|stomach|reflux|not\s+allowed)",
    re.IGNORECASE,
)
_STOPPED = Regex(
    r"\b(?:stopp?ed|discontinued|d/c'?e?d|dc'?d|quit|had\s+to\s+stop|made\s+(?:him|her|them)|upsets?|not\s+(?:\w+\s+)?tolerat\w+|intoler\w+|(?:could|did|does)(?:\s+not|n't)\s+tolerate|not\s+allowed|side\s+effects\s+or)\b",
    re.IGNORECASE,
)


_ORDERED_BY = r"(?:\b(?:per|by|from|on|under)\s+(?:(?:the|his|her)\s+)?(?:(?:strict|medical|cardiac)\s+)?(?:(?:orders?|advice|recommendations?|instructions?|restrictions?|grounds?)\b(?:\s+(?:of|from|by)\s+(?:the\s+|his\s+|her\s+)?[\w-]+)?|(?:cardi|neurosurg|oncolog|pulmon|vascul|nephrol|hematol|rheumatol|orthop|obstet|surge|ortho\b)\w*))"
_NOT_LET_BEFORE = Regex(
    r"\b(?:not\s+(?:to|(?:allow|permit)(?:ed)?(?:\s+to)?|(?:medically\s+)?cleared(?:\s+(?:for|to))?|safe\s+(?:for|to)|(?:medically\s+)?(?:fit|stable|strong|well)\s+(?:enough\s+)?(?:to|for))|(?:must|may|should)\s+not|forb(?:id(?:s|den)?|ade)|prohibit(?:s|ed)"
    r"|preclud(?:es?|ed|ing)|restricted\s+from|barred\s+from|advise[ds]\s+against|too\s+(?:weak|ill|sick|frail|unstable)\s+(?:to|for))\s+(?:(?!attend|go(?:es)?\b|does\b|is\b|has\b|per\b|continu|underg|but\b|then\b|only\b|because\b|tolerat|help|enough\b)[\w/-]+[\s,]+){0,10}$",
    re.IGNORECASE,
)
_NOT_LET_AFTER = Regex(
    rf"[^.;\n]{{0,25}}?\b(?:(?:is|are|was|were|has\s+been|have\s+been|being)\s+)?(?:not\s+(?:an?\s+option|to\s+be\s+(?:done|started|given|used)|possible|allowed|permitted|safe|appropriate|advis(?:ed|able)|recommended|feasible)|forbidden|prohibited|precluded|ruled\s+out|restricted|(?:held|deferred|postponed|put\s+off|on\s+hold|stopped|withheld|contraindicated)(?=[^.;\n]{{0,20}}?(?:{_ORDERED_BY}|\bfor\b|\bdue\b|\bbecause\b|\bsecondary\b|\bd/t\b|\buntil\b|\b2/2\b)))",
    re.IGNORECASE,
)
_CANNOT_BEFORE = Regex(
    r"\b(?:cannot|can't|can\s+not|could\s+not|couldn't|unable\s+to|not\s+able\s+to)\s+(?:take\s+part|participate|engage|join|do|complete|attend|tolerate|perform|undergo|start|begin|go)\s+(?:[\w/-]+,?\s+){0,5}$",
    re.IGNORECASE,
)
_NOT_FINISHED = Regex(
    r"[^.;\n]{0,40}\b(?:had\s+to\s+(?:stop|quit|leave|be\s+stopped)|(?:could\s+not|couldn't|was\s+unable\s+to|unable\s+to|cannot)\s+(?:get\s+through|finish|complete|tolerate|bear|manage|go\s+on|do))\b",
    re.IGNORECASE,
)
_CAUSE = Regex(
    rf"{_ORDERED_BY}|\b(?:because|due\s+to|secondary\s+to|owing\s+to|d/t|2/2|on\s+account\s+of)\b|\s-\s|:\s",
    re.IGNORECASE,
)


_EASY = Regex(r"\b(?:mild|minor|tolerable|minimal|improv\w+|better|resolved|controlled)\b", re.IGNORECASE)


def forbidden(sentence: Sentence, mention: Mention, part: Span, right: Span, negated: bool) -> str | None:
    """The medical reason for which the therapy was forbidden or could not be done, in the words of the note.

    `negated` says that the therapy is told as not done: then only a cause or an order given for it counts.
    """
    text = sentence.view.note.text
    before = text[max(part.start, mention.start - 120) : mention.start]
    after = text[mention.end : sentence.end]
    if _NOT_LET_BEFORE.search(before) is not None:
        reason = text[part.start : sentence.end]
    elif _CANNOT_BEFORE.search(before) is not None:
        match = _CAUSE.search(after[:110])
        if match is None:
            return None
        reason = after[match.start() :]
    else:
        match = _NOT_LET_AFTER.match(after) or _NOT_FINISHED.match(after)
        if match is None and negated:
            match = _CAUSE.search(after[:110])
        if match is None:
            return None
        reason = after[match.start() :]
    reason = " ".join(re.split(r"[.;]\s", reason)[0].split()).rstrip(".")
    return reason[:120] if is_medical(reason) and not _EASY.search(reason) else None


_VISITED = ("physical_therapy", "chiropractic")


class Heading:
    """What the last heading says of the lines under it: whether they list treatments, and how those stand."""

    def __init__(self) -> None:
        self.treatment = False
        self.failed = False
        self.done = False
        self.now = False
        self.on_line = False
        self._section: str | None = None
        self._from_line = False
        self._left = 0

    def read(self, sentence: Sentence) -> None:
        """Update from a sentence that is a heading or opens with one."""
        title = sentence.text[: sentence.body - sentence.start].strip()
        if sentence.section != self._section or title:
            self._section = sentence.section
            self._set(title, sentence.section == "treatment")
            self._from_line = False
        text = sentence.text.strip()
        bare = text.strip(" -=:*#")
        self.on_line = text.endswith(":") and len(text) < 70 and not text.startswith(("-", "•", "*"))
        if not self.on_line and len(bare) < 45:
            self.on_line = _HEADING_LINE.fullmatch(bare) is not None or (
                bare.isupper()
                and bool(_HEADING.search(bare))
                and not sentence.has("therapy_outcome", "therapy_after", "therapy_drug")
            )
        if self.on_line and _HEADING.search(text):
            self._set(text, True)
            self._from_line, self._left = True, _HEADING_REACH
        elif self._from_line:
            self._left -= 1
            if self.on_line or self._left <= 0:
                self._set("", sentence.section == "treatment")
                self._from_line = False

    def _set(self, title: str, treatment: bool) -> None:
        self.treatment = treatment
        self.failed = treatment and _HEADING_FAILED.search(title) is not None
        self.done = treatment and _HEADING_DONE.search(title) is not None
        self.now = treatment and _HEADING_NOW.search(title) is not None


@dataclass(frozen=True, slots=True)
class Cues:
    """The status words before and after a therapy, by id, with their places."""

    before: str | None
    before_mention: Mention | None
    after: str | None
    after_mention: Mention | None


def in_plan(sentence: Sentence, part: Span) -> bool:
    """Whether a plain statement here is what the author plans."""
    if sentence.section in PLAN_SECTIONS:
        return True
    return sentence.section == "assessment_plan" and not _DONE.search(part.of(sentence.view.note.text))


def box_state(sentence: Sentence, mention: Mention) -> bool | None:
    """Whether the check box before the therapy is ticked; None without a box."""
    state: bool | None = None
    end = -1
    for match in _BOX.finditer(sentence.text, 0, mention.start - sentence.start):
        ticked = _is_ticked(match)
        side_by_side = end >= 0 and not sentence.text[end : match.start()].strip()
        state = (state or ticked) if side_by_side else ticked  # columns "yes [x] no [ ]" before the name
        end = match.end()
    return state


def box_behind(sentence: Sentence, mention: Mention) -> bool | None:
    """Whether the check box right behind the therapy is ticked; None without one."""
    match = _BOX_BEHIND.match(sentence.view.note.text, mention.end, sentence.end)
    return None if match is None else _is_ticked(match)


def _is_ticked(box: re.Match[str]) -> bool:
    return bool(box["mark"].strip()) if box["mark"] is not None else box["full"] is not None


def boxes_follow(sentence: Sentence, mentions: list[Mention]) -> bool:
    """Whether the boxes of a line stand behind what they tick: "PT [x] 8 wks  Chiro [ ]"."""
    first = _BOX.search(sentence.text)
    if first is None:
        return False
    lead = sentence.text[: first.start()]
    if not lead.strip(" \t-*•"):
        return False
    return any(box_behind(sentence, mention) is not None for mention in mentions) and not re.search(r":\s*$", lead)


def assertion_at(sentence: Sentence, item: Item, reading: Reading, before: str | None) -> Assertion:
    """The assertion of the therapy: ConText, less the negations that are of an outcome ("did not help")."""
    text = sentence.view.note.text
    mention = item.mention
    if sentence.section == "family_history":
        return "family"
    if item.tag == "any":
        return "negated"
    if _DENIED_AFTER.match(text, mention.end) or _NOT_DONE_AFTER.match(text, mention.end) or before == "negated":
        return "negated"
    if _NONE_OF.search(text, sentence.start, mention.start):
        return "present"
    if not sentence.context_matches:
        return "present"
    told = [
        (m.first, m.last)
        for m in sentence.of("therapy_outcome", "therapy_before", "therapy_after")
        if m.last - m.first > 1
        and not (m.first <= mention.first < m.last)
        and not (m.label == "therapy_before" and m.id in ("done", "ongoing", "named"))
    ]
    kept = []
    for modifier in sentence.modifiers_of("therapy"):
        first, last = modifier.modifier_span
        if modifier.category.lower() == "negated":
            if any(a < last and first < b for a, b in told):
                continue
            if last <= mention.first:
                gap = text[sentence.view.tokens.ends[last - 1] : mention.start]
                if not _negates(gap, reading):
                    continue
        kept.append(modifier)
    return assertion_of(kept, Target(mention.first, mention.last, "THERAPY"))[0]


def _negates(gap: str, reading: Reading) -> bool:
    """Whether a "no" or "not" reaches over the words between it and the therapy."""
    if _REACHES_NOT.search(gap):
        return _TREATED_WITH.match(gap) is not None
    if reading.has_time or reading.outcome is not None:
        return "," not in gap and len(gap) < 40
    return True


def status_of(
    sentence: Sentence,
    item: Item,
    reading: Reading,
    assertion: Assertion,
    cues: Cues,
    heading: Heading,
    planned: bool,
    part: Span,
) -> tuple[TherapyStatus, Assertion]:
    """Status and assertion of a therapy; `planned`: it stands in the plan; `part`: its part of the sentence."""
    before, after = cues.before, cues.after
    if assertion == "family":
        return "unspecified", assertion
    if "unable" in (before, after):
        return "unable", "present"
    if "declined" in (before, after):
        return "declined", "negated"
    if assertion == "negated":
        return "unspecified", assertion
    if assertion == "hypothetical":
        return ("planned" if planned or before == "planned" else "unspecified"), assertion
    if after == "not_started":
        coming = (
            before == "planned"
            or _TO_COME.search(part.of(sentence.view.note.text))
            or "referral" in _words(sentence, cues.after_mention)
        )
        return ("planned", "planned") if coming else ("unspecified", "negated")
    if "stopped" in (before, after):
        return "completed", "present"
    if (
        before in (None, "done")
        and after != "ongoing"
        and reading.outcome is None
        and _is_to_come(sentence, item, part)
    ):
        return "planned", "planned"
    if after != "done" and _has_just_begun(sentence, item, reading, part):
        reading.low = reading.high = reading.unit = None  # of the course, not of what is behind the patient
        return "ongoing", "present"
    timed = _from_dates(sentence, reading, before, after)
    if timed is not None:
        return timed, "present"
    if reading.outcome is not None and before == "planned" and _was_sent(sentence, item, reading, cues, planned):
        return "completed", "present"
    if reading.outcome is not None and before != "planned":
        return _from_outcome(item, reading, before, after, heading), "present"
    if planned:
        return _in_plan(sentence, item, cues, part)
    near = cues.after_mention is not None and cues.after_mention.start - item.mention.end < 15
    if before is None and _FORBIDS.match(item.mention.span.of(sentence.view.note.text)):
        return "planned", "planned"
    return _from_cues(item, reading, before, after, heading, near)


_COURSE_BEGUN = Regex(
    r"\b(?:start(?:ed|s|ing)|beg[au]n|begins?|enrolled\s+in|entered|embarked\s+on|(?:week|wk|visit|session)\s+\w+\s+of|days?\s+into|partway\s+through|midway\s+through|halfway\s+through)\s+"
    r"(?:an?|the|his|her|their|another)\s+(?:new\s+|planned\s+|prescribed\s+)?[\w-]+[\s-]?(?:week|wk|month)s?(?:['’]s?)?\s+(?:(?:long\s+)?(?:course|program|round|block|series|trial|stint|plan)\s+)?(?:of\s+)?(?:[\w-]+\s+){0,2}$",
    re.IGNORECASE,
)


def _has_just_begun(sentence: Sentence, item: Item, reading: Reading, part: Span) -> bool:
    """Whether a course was begun whose length, as far as the note tells, is not yet over: "started a 6-week program of"."""
    if reading.low is None or reading.unit is None or reading.end is not None or reading.outcome is not None:
        return False
    if _COURSE_BEGUN.search(sentence.view.note.text[part.start : item.mention.start]) is None:
        return False
    reference = sentence.view.reference
    if reading.start is None or reference is None:
        return True
    length = dt.timedelta(days=reading.low * DAYS[reading.unit])
    return reading.start > (reference - length).isoformat()[: len(reading.start)]


def _is_to_come(sentence: Sentence, item: Item, part: Span) -> bool:
    """Whether the words around a therapy say that it is meant, owed or still to come."""
    text = sentence.view.note.text
    before, after = text[part.start : item.mention.start], text[item.mention.end : part.end]
    return lies_ahead(before.lower().replace("’", "'"), after.lower())


_WAS_SENT = Regex(r"\b(?:was|were|had\s+been|referred|sent|ordered|prescribed)\b", re.IGNORECASE)
_WHICH_DID = Regex(r"[^.;]{0,40}?\b(?:which|that|and|but|with(?:out)?)\b", re.IGNORECASE)


def _was_sent(sentence: Sentence, item: Item, reading: Reading, cues: Cues, planned: bool) -> bool:
    """Whether what was ordered is then told to have had an effect: "was referred to PT, which helped"."""
    return (
        not planned
        and not item.is_drug
        and reading.tense == "past"
        and cues.before_mention is not None
        and _WAS_SENT.search(_words(sentence, cues.before_mention)) is not None
        and _WHICH_DID.match(sentence.view.note.text, item.mention.end, sentence.end) is not None
    )


def _from_dates(sentence: Sentence, reading: Reading, before: str | None, after: str | None) -> TherapyStatus | None:
    reference = sentence.view.reference
    if reading.end is not None and reference is not None and reading.end > reference.isoformat()[: len(reading.end)]:
        return "ongoing" if before != "planned" else None
    if reading.open:
        return "ongoing"
    if reading.end is not None and not reading.at:
        return "completed"
    if reading.end is not None and before != "planned":
        if "ongoing" in (before, after) or after == "regular":
            reading.end = None  # the date is when it was begun
            return "ongoing"
        return "completed"
    return None


def _from_outcome(
    item: Item, reading: Reading, before: str | None, after: str | None, heading: Heading
) -> TherapyStatus:
    if reading.tense == "timeless":
        return "unspecified"
    if reading.tense == "present" and item.name != "methylprednisolone":  # a pack is over in a week
        return "ongoing"
    if before == "ongoing" or (after == "ongoing" and before != "done"):
        return "ongoing"
    if item.is_drug and before is None and (after == "regular" or (reading.tense == "none" and item.dosed)):
        return "ongoing"
    return "completed"


_HANDED_OUT = frozenset({"home_exercise", "brace", "medication", "tens"})


def _in_plan(sentence: Sentence, item: Item, cues: Cues, part: Span) -> tuple[TherapyStatus, Assertion]:
    before, after = cues.before, cues.after
    goes_on = _words(sentence, cues.after_mention) in (
        "to be continued",
        "to continue",
        "continues",
        "to go on",
        "goes on",
    )
    if before == "ongoing" or (after == "ongoing" and (before is None or goes_on)):
        return "ongoing", "present"
    if after == "done" and item.modality in _HANDED_OUT and "given" in _words(sentence, cues.after_mention):
        return "planned", "planned"
    if "done" in (before, after) and after != "planned" and _DONE.search(part.of(sentence.view.note.text)):
        return "completed", "present"
    return "planned", "planned"


def _from_cues(
    item: Item, reading: Reading, before: str | None, after: str | None, heading: Heading, after_near: bool
) -> tuple[TherapyStatus, Assertion]:
    if before == "planned":
        if after == "done":
            return "completed", "present"
        if reading.start is not None and (after in ("ongoing", "regular") or item.modality == "home_exercise"):
            return "ongoing", "present"
        return "planned", "planned"
    if after == "planned" and (before is None or (before == "done" and after_near)):
        return "planned", "planned"
    if before == "ongoing" or after == "ongoing":
        return "ongoing", "present"
    if before == "done" or after == "done":
        return "completed", "present"
    if heading.now:
        return "ongoing", "present"
    lasted = reading.unit is not None or reading.end is not None
    if after == "regular" and (item.is_drug or not (heading.done or (lasted and item.modality in _VISITED))):
        return "ongoing", "present"
    if heading.done or reading.end is not None or reading.unit is not None or reading.sessions is not None:
        return "completed", "present"
    if item.modality == "activity_modification":
        return "ongoing", "present"
    return "unspecified", "present"


def _words(sentence: Sentence, mention: Mention | None) -> str:
    return "" if mention is None else mention.span.of(sentence.view.note.text).lower()


def side_effect(sentence: Sentence, area: Span) -> str | None:
    """The side effect for which a drug was stopped or not taken, as the words in `area` tell it."""
    text = area.of(sentence.view.note.text)
    effect = _SIDE_EFFECT.search(text)
    if effect is None or _STOPPED.search(text) is None:
        return None
    words = re.split(r"[.;)]", text[effect.start() :])[0]
    return " ".join(re.sub(r"\s+(?:and|or)\s*$", "", words).split())[:80]
