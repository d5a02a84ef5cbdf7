"""Where a note names procedures: the words that make one name, read into kind, levels, side and region.

A procedure's name is a head ("injection", "MBB", "fusion") with the words around it that may belong
to it: approach or target, levels, side, region, ordinal. An anchor is one such name. What is said of
it (status, dates) is settled in ``procedure_status`` and ``procedure_timeline``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Literal, cast, get_args

from chartproof.extract.kinds.procedure_drug_trials import with_drug_trials
from chartproof.extract.numbers import parse_number
from chartproof.extract.quantities import Level
from chartproof.extract.regex import Regex
from chartproof.extract.view import Mention, Sentence
from chartproof.facts import Assertion, ProcedureName, Region, Side
from chartproof.spans import Span

Guidance = Literal["fluoroscopy", "ct", "ultrasound"]
Technique = Literal["thermal", "cooled", "pulsed", "cryoablation", "laser", "intraarticular"]
Anesthetic = Literal["lidocaine", "bupivacaine", "ropivacaine"]
Agent = Literal["local_anesthetic", "steroid"]
Status = Literal["done", "planned", "considered"]

PROCEDURES = frozenset(get_args(ProcedureName))
EPIDURALS = frozenset({"esi", "esi_interlaminar", "esi_transforaminal", "esi_caudal"})
#: Heads that say only what is done, not to what.
GENERIC = frozenset({"injection", "block", "ablation", "surgery", "trial"})
_CONNECTORS = frozenset({",", "and", "&", "+", "/", "(", "-", "or", ";", ":", "w", "the", "a", "an"})
_RIGHT_GLUE = frozenset(
    {"of", "at", "to", "in", "into", "on", "the", "her", "his", "my", "(", ")", ",", "and", "&", "+", "-", "/",
     "via", "from", "for", "approach", "through", "joints", "targeting"}
)  # fmt: skip
_NEVER_LAST = frozenset(
    {
        "last",
        "next",
        "initial",
        "repeat",
        "rpt",
        "x",
        "all",
        "us",
        "ct",
        "no",
        "guided",
        "image",
        "ultrasound",
        "fluoro",
        "fluoroscopic",
        "fluoroscopically",
        "(",
        ",",
        "in",
        "the",
        "her",
        "his",
        "of",
        "at",
        "to",
        "and",
        "on",
        "by",
        "for",
        "my",
        "-",
        "/",
        "+",
        "&",
        "into",
        "via",
        "from",
    }
)
_CHUNK_LABELS = ("procedure_part", "procedure_word", "region", "side")
_NUMBER_MARK = Regex(
    r"#\s?(\d{1,2})(?![\d/]|\s?-?\s?(?:gauge|gauage|ga\b|g\b|french|fr\b|blade|inch|\d))|\bno\.\s?(\d)\b|\bnumber\s(\d|one|two|three|four|five)\b",
    re.I,
)
_ORDINALS = {
    "first": 1, "initial": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6,
    "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5, "6th": 6,
}  # fmt: skip
_ORDINAL = Regex(
    r"\b(" + "|".join(_ORDINALS) + r")\b(?!\s+(?:year|week|month|day|visit|time|line|available))", re.IGNORECASE
)
_TIMES = Regex(
    r"\s*(?:,\s*)?(?:\(\s*)?(?:x\s?(\d{1,2})(?![\d.%]|\s*(?:days?|weeks?|wks?|months?|mos?|years?|yrs?|hours?|hrs?|h\b|d\b))|times\s+(two|three|four|five|\d))\b",
    re.I,
)
_COUNT_BEFORE = Regex(
    r"\b(two|three|four|five|six|seven|both|a pair of|(?<![\d/.#-])[2-9])\s+(?:prior|previous|recent|more|separate|different|past|sets? of|earlier|of the)?\s*$",
    re.IGNORECASE,
)
_COUNT_INSIDE = Regex(r"^(?:two|three|four|five|six)\b", re.IGNORECASE)
_GUIDANCE: tuple[tuple[Guidance, Regex], ...] = (
    ("fluoroscopy", Regex(r"fluoro|\bc-?arm\b|image intensif|\bxr guid|x-?ray guid", re.I)),
    ("ct", Regex(r"\bct[ -](?:guid|fluoro)|(?:under|with|by|using) ct\b|computed tomograph\w+ guid", re.I)),
    ("ultrasound", Regex(r"ultraso|\bus[ -]guid|sonograph", re.I)),
)
_ANESTHETIC: tuple[tuple[Anesthetic, Regex], ...] = (
    ("bupivacaine", Regex(r"bupiv|\bbupi\b|marcaine|sensorcaine", re.I)),
    ("ropivacaine", Regex(r"ropiv|\bropi\b|naropin", re.I)),
    ("lidocaine", Regex(r"lidoc|\blido\b|xylocaine|lignocaine", re.I)),
)
_NO_STEROID = Regex(
    r"\b(?:no|without|w/o|and no)\s+(?:cortico)?steroids?\b|local anesthetic only|anesthetic only|steroid[- ]free", re.I
)
_STEROID = Regex(
    r"steroid|dexameth|methylpred|triamcin|kenalog|depo-?medrol|betameth|celestone|decadron|cortisone|\bdex\b", re.I
)
_TECHNIQUE: tuple[tuple[Technique, Regex], ...] = (
    ("pulsed", Regex(r"\bpulsed\b|\bprf\b", re.I)),
    ("cooled", Regex(r"\bcooled\b|water-cooled|coolief", re.I)),
    ("cryoablation", Regex(r"\bcryo", re.I)),
    ("laser", Regex(r"\blaser\b", re.I)),
    (
        "thermal",
        Regex(
            r"\b(?<!non-)(?<!non)(?<!non )thermal(?:ly)?\b|\b(?:conventional|continuous|standard) (?:rf|radiofreq|lesion|heat)|\bheat lesion",
            re.I,
        ),
    ),
)
_DEGREES = r"\s?(?:degrees?|deg\b|°|º|c\b|celsius)"
_TEMPERATURE: tuple[tuple[Technique, Regex], ...] = (
    ("thermal", Regex(rf"\b[789]\d{_DEGREES}", re.I)),
    ("pulsed", Regex(rf"\b4[0-5]{_DEGREES}", re.I)),
)
_RULED_OUT = Regex(
    r"\b(?:not?|never|without|rather than|instead of|as opposed to|in (?:place|lieu) of|over|versus|vs\.?|than)\s+(?:(?:a|an|the|any|with|using|plain|just|be|doing)\s+){0,2}$",
    re.I,
)
_NOT_SPINAL = Regex(
    r"\b(?:ulnar|median|nasogastric|ng|tube|cardiac|ventric\w*|subacrom\w*|carpal|scapul\w*|gastric|bladder|orbit\w*|optic|facial|elbow|ankle|knee|wrist|foot|toe|finger|hip|femur|tibia\w*|"
    r"humer\w*|radius|extensor|bowel|pons|medulla|clivus|brain|cranio\w*|skull|pituitary|sella\w*|adenoma\w*|intracranial|cerebell\w*|suboccipital|excision|metatars\w*|phalang\w*|interphalang\w*|bunion\w*|talus|subtalar|calcane\w*|carpometacarp\w*|thumb|stomach|peroneal|femoral|nerve at the)s?\b",
    re.IGNORECASE,
)
_FUSION_FINDING = Regex(r"\s+(?:was|is|appears?|changes|site|levels?|of the facet)\b", re.IGNORECASE)
_ADJECTIVE_ONLY = Regex(
    r"^epidural\s+(?!injection|inj\b|steroid|block|shot|esi|was|were|is|in\b|on\b|for\b|at\b|x\s?\d|#|done|and\b|with|by\b|or\b|under|to\b|from|that|which|last|twice|once|gave|helped|did|has|had|via|w/|the|a\b|ever|yet|here|today|but|procedure|placed|placement|per|plus|approach|again|then|after|before|elsewhere|performed|given|relief|no\b|if\b|of\b|as\b|since|series|level\b|lumbar|cervical|thoracic|left|right|bilat|l\d|c\d|t\d)[a-z]",
    re.IGNORECASE,
)
_BLEEDING = Regex(
    r"\b(?:subdural|subarachnoid|hemorrhage|hematoma|dura mater|craniotomy|lipoma|bleeders|run-?off)\b", re.IGNORECASE
)
_ANESTHESIA = Regex(r"anesthe|postoperative|recovery|scrot|awaken|hernia|circumcis", re.IGNORECASE)
_CODE_LINE = Regex(
    r"anesthetic agent and/or steroid|separately in addition to code|localization of needle or catheter", re.IGNORECASE
)
_SET = Regex(r"[^.;]{0,45}\b(" + "|".join(_ORDINALS) + r")\s+(?:set|one|in (?:the|a) series)\b", re.IGNORECASE)
_OF = Regex(r"\s+(\d)\s+of\s+\d\b")
_TRIAL_OF = Regex(r"\btrial (?:(?:of|with) )?(?:a |an |the |perc\w* )?$", re.IGNORECASE)
_SPINE_NOTE = 4  # mentions of the spine that make a note one about it
_SPINE = frozenset({"cervical", "thoracic", "lumbar"})
_ROUND = Regex(r"\(?\b360[- ]?degrees?[^),;]{0,20}\)?", re.IGNORECASE)
_WITH = Regex(r"\s*(?:with|plus)\b", re.IGNORECASE)
_LABEL_BEHIND = Regex(r"\s*(?:performed|done|planned|\(s\))?\s*:", re.IGNORECASE)
_SYNDROME = Regex(r"\s*(?:pain\s+)?syndrome\b", re.IGNORECASE)
_CERVICAL_C12 = Regex(r"\bC1[ -/]+C?2\b")


@dataclass(slots=True)
class Anchor:
    """One name of a procedure in the note, with what the name itself says.

    `first` and `last` are the token range of the name, `head` the id of its head word. `specific`:
    the words alone tell the kind. `events` is filled later: one entry per date.
    """

    sentence: Sentence
    span: Span
    first: int
    last: int
    head: str
    head_span: Span
    procedure: ProcedureName
    name: str | None
    specific: bool
    region: Region | None
    levels: tuple[str, ...]
    side: Side | None
    number: int | None
    count: int | None
    text: str
    status: Status = "done"
    assertion: Assertion = "present"
    cue: str = ""  # id of the word that settled the status, "" for a default
    cue_text: str = ""
    is_fact: bool = True
    own: bool = False  # the operation that the note itself reports
    row: bool = False  # a row of a list, which has its procedure from the heading
    by_verb: bool = False  # told by a verb and its object, not by a name
    guidance: Guidance | None = None
    agent: Agent | None = None
    anesthetic: Anesthetic | None = None
    technique: Technique | None = None
    parent: Anchor | None = None
    extra: list[Span] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    @property
    def plural(self) -> bool:
        """Whether the words stand for several procedures."""
        return self.count is not None and self.count > 1


@dataclass(slots=True)
class Event:
    """One procedure on one occasion; `span` is its date's, or None without one."""

    anchor: Anchor
    date: str | None = None
    span: Span | None = None
    number: int | None = None
    anesthetic: Anesthetic | None = None
    side: Side | None = None  # where a series names one per date ("R 5/7/24, L 5/28/24")


def anchors_in(sentence: Sentence) -> list[Anchor]:
    """The names of procedures in one sentence, in order."""
    heads = with_drug_trials(sentence, [m for m in sentence.mentions if m.label == "procedure" and m.id != "none"])
    if not heads:
        return []
    allowed = _allowed_tokens(sentence)
    anchors: list[Anchor] = []
    floor = sentence.first
    for index, head in enumerate(heads):
        if head.first < floor:
            continue
        ceiling = heads[index + 1].first if index + 1 < len(heads) else sentence.last
        first = _extend_left(sentence, head.first, floor, allowed)
        last = _extend_right(sentence, head.last, ceiling, allowed, ceiling < sentence.last)
        anchor = _read(sentence, head, first, last)
        floor = last
        if anchor is None:
            continue
        anchors.extend(_coordinated(anchor, head))
        if anchors and _is_apposition(sentence, anchors[-1], anchor):
            _absorb(anchors[-1], anchor)
        else:
            anchors.append(anchor)
    return anchors


def _coordinated(anchor: Anchor, head: Mention) -> list[Anchor]:
    """Further kinds that share one head: the facet injection of "facet or epidural injection"."""
    sentence = anchor.sentence
    found: list[Anchor] = []
    if (
        head.id not in ("injection", "block")
        and head.id not in EPIDURALS
        and head.id not in ("facet_injection", "si_joint_injection")
    ):
        return found
    for part in sentence.mentions:
        if (
            part.label != "procedure_part"
            or part.first < anchor.first
            or part.last > head.first
            or part.id not in _COORDINATE
        ):
            continue
        behind = sentence.view.tokens.words[part.last] if part.last < sentence.last else ""
        if behind not in ("and", "or", "/", ","):
            continue
        kind = classify("injection", {part.id}, part.id, None)
        if kind is None or kind[0] == anchor.procedure or (kind[0] in EPIDURALS and anchor.procedure in EPIDURALS):
            continue
        found.append(
            replace(
                anchor,
                span=Span(sentence.view.tokens.starts[anchor.first], part.end),
                last=part.last,
                procedure=kind[0],
                name=kind[1],
                region="sacroiliac" if kind[0] == "si_joint_injection" else anchor.region,
                extra=[],
                events=[],
            )
        )
    return found


_COORDINATE = frozenset(
    {"facet", "si_joint", "transforaminal", "caudal", "interlaminar", "epidural", "trigger_point", "occipital"}
)


def headless_anchor(sentence: Sentence, date: Span | None) -> Anchor | None:
    """An anchor of a list line that names only the target ("R SIJ 7/18/23"), before `date` if given."""
    parts = [m for m in sentence.mentions if m.label == "procedure_part" and m.id in _HEADLESS]
    if not parts or (parts[0].id == "joint" and not (date is not None and _STEROID.search(sentence.text))):
        return None
    return target_anchor(sentence, parts[0])


def target_anchor(sentence: Sentence, target: Mention) -> Anchor | None:
    """The anchor of a target that stands for the procedure at it: the injection of "R SIJ", the block of "L3-5 MB"."""
    head = "block" if target.id in ("medial_branch", "sympathetic") else "injection"
    return anchor_of(sentence, target._replace(id=head))


_HEADLESS = frozenset(
    {
        "si_joint",
        "transforaminal",
        "interlaminar",
        "caudal",
        "facet",
        "medial_branch",
        "sympathetic",
        "trigger_point",
        "joint",
    }
)


def anchor_of(sentence: Sentence, head: Mention) -> Anchor | None:
    """The name around a head that no phrase of the lexicon gives; None where it names no procedure of ours."""
    allowed = _allowed_tokens(sentence)
    first = _extend_left(sentence, head.first, sentence.first, allowed)
    last = _extend_right(sentence, head.last, sentence.last, allowed, False)
    return _read(sentence, head, first, last)


def _allowed_tokens(sentence: Sentence) -> set[int]:
    allowed: set[int] = set()
    for mention in sentence.mentions:
        if mention.label in _CHUNK_LABELS and mention.id != "limb":
            allowed.update(range(mention.first, mention.last))
    for level in sentence.levels:
        allowed.update(range(*sentence.token_range(level.span)))
    for sided in sentence.sides:
        allowed.update(range(*sentence.token_range(Span(sided.start, sided.end))))
    words = sentence.view.tokens.words
    for index in range(sentence.first, sentence.last):
        if words[index] == "#" or (
            words[index].isdigit() and index > sentence.first and words[index - 1] in ("#", "x")
        ):
            allowed.add(index)
    return allowed


def _extend_left(sentence: Sentence, at: int, floor: int, allowed: set[int]) -> int:
    words = sentence.view.tokens.words
    first = at
    index = at - 1
    while index >= floor and at - index <= 24:
        if index in allowed:
            first = index
        elif words[index] not in (",", "and", "&", "+", "/", "or") or _other_region(sentence, index, first, at):
            break
        index -= 1
    return first


def _other_region(sentence: Sentence, joint: int, first: int, at: int) -> bool:
    """Whether the levels before a connector are of another region than the name behind it ("C4-7 and lumbar fusion")."""
    named = {m.id for m in sentence.mentions if m.label == "region" and first <= m.first < at and m.id in _SPINE}
    if not named or joint + 1 != first:
        return False
    return any(level.region not in named for level in sentence.levels if sentence.token_range(level.span)[1] == joint)


def _extend_right(sentence: Sentence, at: int, ceiling: int, allowed: set[int], shared: bool) -> int:
    """The end of the name; before another head, what follows the last connector belongs to that one."""
    tokens = sentence.view.tokens
    words = tokens.words
    last = at
    index = at
    glue = 0
    while index < ceiling and index - at <= 24:
        if index == at and words[index] == "back":
            break
        if index in allowed:
            last, glue = index + 1, 0
        elif words[index] in _RIGHT_GLUE or (
            words[index] in (":", "all", "log", "history", "hx", "sets") and index - at <= 2
        ):
            glue += 1
            if glue > 3:
                break
        else:
            break
        index += 1
    if shared and index >= ceiling:
        for back in range(ceiling - 1, at - 1, -1):
            if words[back] in (",", "and", "&", "+", "/", "or", "(", ";", ":"):
                last = min(last, _before_level_list(sentence, at, back))
                break
        else:
            last = at
    while last > at and words[last - 1] in _NEVER_LAST:
        last -= 1
    return max(last, at)


def _before_level_list(sentence: Sentence, at: int, joint: int) -> int:
    """The connector before a list of levels that goes on behind `joint` ("fusion and L4-5, L5-S1 facet injections")."""
    words = sentence.view.tokens.words
    levels = {index for level in sentence.levels for index in range(*sentence.token_range(level.span))}
    while words[joint] == "," and joint + 1 in levels:
        start = joint
        while start - 1 in levels:
            start -= 1
        if start == joint or start - 1 < at or words[start - 1] not in (",", "and", "&", "or"):
            break
        joint = start - 1
    return joint


def _read(sentence: Sentence, head: Mention, first: int, last: int) -> Anchor | None:
    view = sentence.view
    tokens = view.tokens
    span = Span(tokens.starts[first], tokens.ends[last - 1])
    text = view.note.text[span.start : span.end]
    parts = {m.id for m in sentence.mentions if m.label == "procedure_part" and m.first >= first and m.last <= last}
    levels = [level for level in sentence.levels if span.start <= level.span.start and level.span.end <= span.end]
    base, _, region_hint = head.id.partition("@")
    region = cast("Region | None", region_hint or None) or _region(sentence, first, last, levels)
    if (
        base in ("surgery", "bare_surgery")
        and _LABEL_BEHIND.match(view.note.text, head.end)
        and head.end + 3 < sentence.end
    ):
        return None
    if base == "spine_surgery" and _SYNDROME.match(view.note.text, span.end):
        return None
    if base == "bare_surgery":
        named = bool(levels) or region in ("cervical", "thoracic", "lumbar")
        if not named and text.lower().endswith(("surgery", "operation")):
            named = any(other.has("procedure") and other.levels for other in view.sentences)
        if not named and (not _spinal(sentence, levels, region) or _NOT_SPINAL.search(sentence.text)):
            return None
        if (
            base == "bare_surgery"
            and _FUSION_FINDING.match(view.note.text, head.end)
            and not sentence.has("procedure_cue")
        ):
            return None
    if head.id == "esi" and _ADJECTIVE_ONLY.search(view.note.text[head.start : head.end + 16]) and not parts:
        return None
    if base == "esi" and _BLEEDING.search(sentence.text):
        return None
    if base == "esi_caudal" and "block" in text.lower() and _ANESTHESIA.search(sentence.text):
        return None
    if _CODE_LINE.search(sentence.text):
        return None
    if (
        base == "bare_trigger"
        and sentence.section not in ("treatment", "injections")
        and not any(0 <= date.span.start - head.end <= 12 for date in sentence.dates)
    ):
        return None
    if (base == "ablation" and text.lower().rstrip("sd").endswith("denervat")) or "enervation" in text:
        seen = {m.id for m in sentence.mentions if m.label == "procedure_part"} & {
            "facet",
            "medial_branch",
            "radiofrequency",
        }
        if not seen:
            return None
        parts |= seen
    kind = classify(base, parts, text, region)
    if kind is None and base == "rf" and _is_dated_ablation(sentence, head):
        kind = "rf_ablation", None, True
    if kind is None:
        return None
    procedure, name, specific = kind
    if procedure == "si_joint_injection" or name == "sij_rf":
        region = "sacroiliac"
    elif name in ("joint_injection", "labor_epidural", "peripheral_block"):
        region = "other"
    elif procedure == "esi_caudal":
        region = "lumbar"
    elif procedure == "spine_surgery" and region == "other":
        return None
    number, count = _number_and_count(sentence, span, head)
    if (
        procedure in ("scs_implant", "pump_implant")
        and base in ("scs", "pump", "bare_pump")
        and _TRIAL_OF.search(view.note.text, max(sentence.start, span.start - 24), span.start)
    ):
        procedure = "scs_trial" if base == "scs" else "pump_trial"
    return Anchor(
        sentence=sentence,
        span=span,
        first=first,
        last=last,
        head=base.partition(".")[0],
        head_span=head.span,
        procedure=procedure,
        name=name,
        specific=specific,
        region=region,
        levels=level_names(levels, procedure, text),
        side=_side(sentence, span),
        number=number,
        count=count,
        text=text,
    )


def _is_dated_ablation(sentence: Sentence, head: Mention) -> bool:
    """Whether a bare "RF" is an ablation by the date behind it ("RF 2/2024: quiet for a year"), not the rheumatoid factor."""
    text = sentence.view.note.text
    date = next((d for d in sentence.dates if 0 <= d.span.start - head.end <= _RF_GAP), None)
    return (
        date is not None
        and text[head.start : head.end] == "RF"
        and _RF_RESULT.match(text, date.span.end) is None
        and _spine_mentions(sentence) > 0
    )


def classify(
    head: str, parts: set[str], text: str, region: Region | None
) -> tuple[ProcedureName, str | None, bool] | None:
    """Kind, finer name, and whether the words alone tell it; None when they name no procedure of ours.

    `head` is the id of the head word without its region, `parts` the ids of the approach or target
    words in the name.
    """
    base, _, name = head.partition(".")
    if base == "other":
        return "other", name or None, True
    if base == "rf_ablation" or (
        base == "ablation" and parts & {"radiofrequency", "medial_branch", "facet", "lateral_branch", "si_joint"}
    ):
        if "basivertebral" in parts:
            return "bvna", None, True
        if name or "lateral_branch" in parts or ("si_joint" in parts and not parts & {"facet", "medial_branch"}):
            return "rf_ablation", "sij_rf", True
        if parts & {"joint"} and not parts & {"medial_branch", "facet"}:
            return "other", "joint_injection", True
        return "rf_ablation", None, True
    if base == "ablation":
        if "basivertebral" in parts:
            return "bvna", None, True
        return ("rf_ablation", None, region is not None) if region != "other" else None
    if base in ("injection", "block"):
        return _classify_injection(base, parts, text, region)
    if base == "rf":
        if (
            parts & {"medial_branch", "facet", "lateral_branch", "si_joint"}
            or region
            or re.search(r"thermal|cooled|pulsed|conventional", text, re.I)
        ):
            return "rf_ablation", "sij_rf" if parts & {"lateral_branch", "si_joint"} else None, True
        return None
    if base in EPIDURALS:
        return _approach(parts, base), None, True
    if base in ("medial_branch_block", "facet_injection", "si_joint_injection"):
        if base == "facet_injection" and _CERVICAL_C12.search(text):
            return "other", "atlantoaxial_injection", True
        if "radiofrequency" in parts and base != "si_joint_injection":
            return "rf_ablation", None, True
        return cast(ProcedureName, base), None, True
    if base in ("scs", "scs_trial", "scs_implant"):
        if base == "scs" and re.search(r"\btrial|\btemporary", text, re.I):
            return "scs_trial", None, True
        return ("scs_implant" if base == "scs" else cast(ProcedureName, base)), None, True
    if base in ("pump", "pump_trial", "pump_implant"):
        if base == "pump" and re.search(r"\btrial", text, re.I):
            return "pump_trial", None, True
        return ("pump_implant" if base == "pump" else cast(ProcedureName, base)), None, True
    if base == "trial":
        if "scs" in parts:
            return "scs_trial", None, True
        if "pump" in parts:
            return "pump_trial", None, True
        return None
    if base == "surgery":
        spine = region in ("cervical", "thoracic", "lumbar")
        return ("spine_surgery", None, spine) if region != "other" and region != "sacroiliac" else None
    if base == "bare_trigger":
        return "trigger_point", None, True
    if base == "cortisone":
        placed = parts & {"joint", "si_joint", "facet", "epidural", "caudal"} or region is not None
        return _classify_injection("injection", parts, text, region) if placed else None
    if base == "bare_pump":
        return "pump_implant", None, False
    if base in ("spinal_surgery", "bare_surgery"):
        return "spine_surgery", None, True
    return (cast(ProcedureName, base), None, True) if base in PROCEDURES else None


def _approach(parts: set[str], base: str) -> ProcedureName:
    if base != "esi":
        return cast(ProcedureName, base)
    for part, kind in (
        ("transforaminal", "esi_transforaminal"),
        ("caudal", "esi_caudal"),
        ("interlaminar", "esi_interlaminar"),
    ):
        if part in parts:
            return cast(ProcedureName, kind)
    return "esi"


def _classify_injection(
    base: str, parts: set[str], text: str, region: Region | None
) -> tuple[ProcedureName, str | None, bool]:
    if "radiofrequency" in parts:
        return "rf_ablation", "sij_rf" if parts & {"lateral_branch", "si_joint"} else None, True
    if "atlantoaxial" in parts or ("facet" in parts and _CERVICAL_C12.search(text)):
        return "other", "atlantoaxial_injection", True
    if "lateral_branch" in parts:
        return "other", "sacral_lateral_branch_block", True
    if "medial_branch" in parts:
        return "medial_branch_block", None, True
    if "sympathetic" in parts:
        return "sympathetic_block", None, True
    if "occipital" in parts:
        return "other", "occipital_nerve_block", True
    if "hardware" in parts:
        return "other", "hardware_block", True
    if "trigger_point" in parts:
        return "trigger_point", None, True
    if parts & {"transforaminal", "caudal", "interlaminar", "epidural"}:
        return _approach(parts, "esi"), None, True
    if "facet" in parts:
        return "facet_injection", None, True
    if "si_joint" in parts or region == "sacroiliac":
        return "si_joint_injection", None, True
    if "disc" in parts:
        return "other", "intradiscal", True
    if "piriformis" in parts:
        return "other", "peripheral_block", True
    if "joint" in parts or region == "other":
        return "other", "joint_injection", True
    return "other", "injection" if base == "injection" else None, False


def _spine_mentions(sentence: Sentence) -> int:
    """How often the note names the neck or back, counted up to `_SPINE_NOTE`."""
    count = 0
    for other in sentence.view.sentences:
        count += sum(1 for m in other.mentions if m.label == "region" and m.id in ("cervical", "thoracic", "lumbar"))
        if count >= _SPINE_NOTE:
            break
    return count


def _spinal(sentence: Sentence, levels: list[Level], region: Region | None) -> bool:
    """Whether a word that other surgery uses too ("fusion", "decompression") stands beside the spine."""
    if levels or sentence.levels or region in ("cervical", "thoracic", "lumbar"):
        return True
    if _spine_mentions(sentence) >= _SPINE_NOTE:
        return True
    around = [sentence, sentence.previous, sentence.next]
    return any(
        (m.label in ("region", "diagnosis") and m.id in ("cervical", "thoracic", "lumbar"))
        or (m.label == "procedure" and m.id.startswith(("spine_surgery", "spinal")))
        for near in around
        if near is not None
        for m in near.mentions
    )


def _region(sentence: Sentence, first: int, last: int, levels: list[Level]) -> Region | None:
    named = [
        m.id
        for m in sentence.mentions
        if m.label == "region" and m.id != "limb" and m.first >= first and m.last <= last
    ]
    if levels:
        return cast(Region, levels[0].region)
    spine = [region for region in named if region != "other"]
    return cast(Region, (spine or named)[0]) if named else None


_BOTH_SIDES = Regex(
    r"[\s,:(–-]*(?:(?:they|we|i|dr\.? \w+|was|were|done|did|performed|treated|on|to|the)\s+){0,4}both sides\b",
    re.IGNORECASE,
)
_RF_GAP = 6  # characters from "RF" to its date
_RF_RESULT = Regex(
    r"[^.;]{0,15}\b(?:neg\w*|pos\w*|normal|elevated|high|low|titer|iu|u/ml|ana|ccp|esr|crp|factor)\b", re.IGNORECASE
)
#: Vertebrae that are told one by one with strokes between them.
_VERTEBRAE = Regex(r"[TLS]\d(?:\s?/\s?[TLS]\d){2,}", re.IGNORECASE)


def without_ends(names: tuple[str, ...]) -> tuple[str, ...]:
    """Level names without the single vertebrae or roots that an interval among them already holds."""
    ends: set[str] = set()
    for name in names:
        if "-" in name:
            top, bottom = name.split("-")
            ends.update((top, bottom if bottom[0].isalpha() else top[0] + bottom))
    return tuple(name for name in names if "-" in name or name not in ends)


def level_names(levels: list[Level], procedure: str, text: str = "") -> tuple[str, ...]:
    """Level names, each once, in order; single vertebrae or roots that an interval already holds are left out.

    Medial branches are named by their nerves or by the joints; where both are given, the joints.
    """
    names = list(dict.fromkeys(level.name for level in levels))
    chain = _VERTEBRAE.search(text) if procedure == "bvna" else None
    if chain is not None:
        names += [one for one in re.findall(r"[TLS]\d", chain[0].upper()) if one not in names]
    intervals = [name for name in names if "-" in name]
    if not intervals or chain is not None:
        return tuple(names)
    if procedure in ("medial_branch_block", "rf_ablation", "facet_injection"):
        return (
            tuple(intervals) if len(intervals) > 1 or re.search(r"joint|facet", text, re.IGNORECASE) else tuple(names)
        )
    return without_ends(tuple(names))


def _side(sentence: Sentence, span: Span) -> Side | None:
    text = sentence.view.note.text
    found: set[Side] = set()
    for sided in sentence.sides:
        inside = span.start <= sided.start and sided.end <= span.end
        counted = text[sided.start : sided.end].lower() == "both" and re.match(
            r"\s+(?:\w+\s+){0,2}(?:blocks|injections|shots|procedures|ablations|rfas|epidurals|mbbs)\b",
            text[sided.end : span.end],
            re.I,
        )
        if inside and not counted and not text[sided.end : sided.end + 3].lstrip().startswith((">", "<")):
            found.add(sided.side)
    if "bilateral" in found or len(found) > 1:
        return "bilateral"
    if found:
        return found.pop()
    after = text[span.end : span.end + 40].lower()
    match = re.match(
        r"[\s,]*(?:on [\w ,/]{3,20}, )?(?:done |performed )?(?:(?:on|to) (?:the |her |his )?)?(left|right)(?: side(?:d)?)?\b",
        after,
    )
    if match and span.end + match.end() <= sentence.end:
        return cast(Side, match[1])
    both = _BOTH_SIDES.match(after)
    return "bilateral" if both is not None and span.end + both.end() <= sentence.end else None


def _number_and_count(sentence: Sentence, span: Span, head: Mention) -> tuple[int | None, int | None]:
    text = sentence.view.note.text
    inside = text[span.start : span.end]
    tail = text[span.end : min(sentence.end, span.end + 26)]
    before = text[max(sentence.start, span.start - 24) : span.start]
    number: int | None = None
    mark = _NUMBER_MARK.search(inside) or _NUMBER_MARK.match(tail.lstrip(" (:,-")) or _OF.match(tail)
    if mark is None:
        mark = re.search(r"#\s?(\d{1,2})\s*(?:was|done|:|-|\(|=)?\s*$", before)
    if mark is not None:
        digits = next(group for group in mark.groups() if group)
        value = parse_number(digits)
        number = int(value) if value is not None else None
    else:
        ordinal = _ORDINAL.search(inside)
        if ordinal is None:
            ordinal = _SET.match(text, span.end, sentence.end)
        if ordinal is None:
            ordinal = re.match(
                r"[\s]*,?\s*(?:diagnostic,\s+)?\(?(FIRST|SECOND|THIRD|[Ff]irst|[Ss]econd|[Tt]hird)\)?\s*(?:\(|$|,)",
                tail,
            )
        if ordinal is None:
            ordinal = re.search(
                r"\b(" + "|".join(_ORDINALS) + r")\s+(?:right|left|set of|positive|of (?:the|three|two))?\s*$",
                before,
                re.I,
            )
        if ordinal is not None:
            number = _ORDINALS[ordinal[1].lower()]
    count: int | None = None
    times = _TIMES.search(inside) or _TIMES.match(tail)
    if times is not None:
        value = parse_number(times[1] or times[2])
        count = int(value) if value is not None else None
    else:
        own = _COUNT_INSIDE.match(inside)
        ahead = None if own else _COUNT_BEFORE.search(before)
        if ahead and any(
            date.span.end > span.start - len(before) + ahead.start(1)
            for date in sentence.dates
            if date.span.end <= span.start
        ):
            ahead = None  # "the October 8 injections"
        if own or ahead:
            word = (own[0] if own else ahead[1] if ahead else "").lower()
            value = 2.0 if word in ("both", "a pair of") else parse_number(word)
            count = int(value) if value is not None else None
        elif re.search(r"\bdual\b", inside, re.I) and number is None:
            count = 2
    return number, count


def _is_apposition(sentence: Sentence, first: Anchor, second: Anchor) -> bool:
    """Whether the second name says the first again ("... ESI (third cervical epidural)") or adds a part of one operation."""
    gap = sentence.view.note.text[first.span.end : second.span.start]
    same = first.procedure == second.procedure or (first.procedure in EPIDURALS and second.procedure in EPIDURALS)
    if first.procedure == second.procedure == "spine_surgery":
        if first.head == "surgery" and not first.specific and re.search(r",|\band\b", gap):
            return False
        if first.region and second.region and first.region != second.region:
            return False
        if second.levels and first.levels and set(second.levels) - set(first.levels):
            return False
        gap = _ROUND.sub(" ", gap)
        reach = 70 if _WITH.match(gap) else 40
        return len(gap) <= reach and not re.search(r"\d{2,4}|[;.]|\bor\b|\bthen\b", gap)
    if not same and second.head not in GENERIC:
        return False
    if not gap.strip() and second.head in GENERIC and not second.specific:
        return True
    opened = "(" in gap and ")" not in gap
    if opened and same and not re.search(r"\d", gap) and not _conflict(first, second):
        return True
    if (
        first.procedure == second.procedure
        and not _conflict(first, second)
        and re.fullmatch(r"[\s,]*(?:and|&|/|=|-|aka)?\s*", gap)
        and second.specific
    ):
        return first.head not in GENERIC or not first.specific
    return False


def _conflict(first: Anchor, second: Anchor) -> bool:
    return any(
        a and b and a != b
        for a, b in ((first.levels, second.levels), (first.side, second.side), (first.region, second.region))
    )


def _absorb(first: Anchor, second: Anchor) -> None:
    """Take over what the second name adds."""
    if not first.specific and second.specific:
        first.procedure, first.name, first.specific, first.head = second.procedure, second.name, True, second.head
    elif first.procedure == "esi" and second.procedure in EPIDURALS:
        first.procedure = second.procedure
    first.levels = tuple(dict.fromkeys(first.levels + second.levels))
    first.side = first.side or second.side
    first.region = first.region or second.region
    first.number = first.number or second.number
    first.count = first.count or second.count
    first.span = Span(first.span.start, second.span.end)
    first.last = second.last
    first.text = first.sentence.view.note.text[first.span.start : first.span.end]


def guidance_in(text: str) -> Guidance | None:
    """The imaging guidance that `text` names and does not rule out ("without fluoroscopy"), if any."""
    for name, pattern in _GUIDANCE:
        if any(
            not _RULED_OUT.search(text[max(0, match.start() - 40) : match.start()]) for match in pattern.finditer(text)
        ):
            return name
    return None


def anesthetic_in(text: str) -> Anesthetic | None:
    """The first local anesthetic that `text` names, long-acting ones first; one that was not used is not counted."""
    cleaned = re.sub(r"\b(?:no|without)\s+(?:bupivacaine|lidocaine|ropivacaine|marcaine)", " ", text, flags=re.I)
    return next((name for name, pattern in _ANESTHETIC if pattern.search(cleaned)), None)


def agent_in(text: str) -> Agent | None:
    """Whether `text` says that steroid was used or that none was."""
    if _NO_STEROID.search(text):
        return "local_anesthetic"
    return "steroid" if _STEROID.search(text) else None


def technique_in(text: str) -> Technique | None:
    """The radiofrequency technique that `text` names and does not rule out, by name or else by its temperature."""
    for name, pattern in _TECHNIQUE:
        if any(not _RULED_OUT.search(text[: match.start()]) for match in pattern.finditer(text)):
            return name
    return next((name for name, pattern in _TEMPERATURE if pattern.search(text)), None)
