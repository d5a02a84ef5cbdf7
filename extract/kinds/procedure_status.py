"""What a note says of a procedure it names: done, planned, considered or denied, and whose it is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from chartproof.extract.context import Target
from chartproof.extract.kinds.common import is_of_relative
from chartproof.extract.kinds.intentions import meant
from chartproof.extract.kinds.procedure_anchors import GENERIC, Anchor, Status
from chartproof.extract.kinds.procedure_kinds import CALLED_OFF
from chartproof.extract.kinds.procedure_reality import fate
from chartproof.extract.regex import Regex
from chartproof.extract.view import PLAN_SECTIONS, Mention, Sentence
from chartproof.facts import Assertion

_BREAK = Regex(
    r";|(?<!incl)(?<![vV]s)(?<![dD]r)(?<!e\.g)(?<!i\.e)\.\s|\bbut\b|\bhowever\b|\s{3,}|\t|\||\s->\s|\[[ xX_]?\]|\([ xX]\)"
)
_NO_BOX = Regex(
    r"\s*[:?]?\s*(?:\(\s?\)\s*y(?:es)?\s*\([xX]\)\s*no?|\[\s?\]\s*y(?:es)?\s*\[[xX]\]\s*no?)\b", re.IGNORECASE
)
_PLAN_LEAD = Regex(r"\s*(?:P|Plan|Recs?)\s*[)\-–:]")
_HAS_NOT = Regex(r"\b(?:not|never)\s+(?:yet\s+)?(?:been\s+)?$", re.IGNORECASE)
_NEVER_MORE = Regex(
    r"\bno (?:more|further|third|fourth|second)\b|\bfor now\b|\bat this time\b|\btoday\b", re.IGNORECASE
)
_DENIED_BOX = Regex(r"\b(?:prior|previous|past|history)\b", re.IGNORECASE)
_MODAL = frozenset(
    {
        "may",
        "might",
        "could",
        "would",
        "will",
        "will be",
        "can be",
        "could be",
        "should be",
        "including",
        "need",
        "needs",
        "versus",
        "vs",
        "or",
        "had",
        "have had",
        "whether",
        "did",
        "done",
        "last",
        "first",
    }
)
_MODAL_REACH = 8  # tokens
# After a negation, these words say that what is denied is an effect, not the procedure.
_DENIES_EFFECT = Regex(
    r"\b(?:relief|benefit|improve\w*|help\w*|better|chang\w*|by|affect\w*|response|effect|complication\w*|problem\w*|difficult\w*|pain|numbness|"
    r"weakness|from|with|after|since|following|until|despite|during|because|fever|infection|drainage|worse|steroid|"
    r"(?:we|he|she|i|they|would|will) \w+|hold|work|last|contraindication\w*|lasting|success|candidate for surgery but|stenosis|listhesis|symptoms?)\b"
)
_SYMPTOM = Regex(
    r"\b(?:pain|numbness|weakness|fever|infection|drainage|stenosis|listhesis|symptoms?|trauma|injur\w+)\b",
    re.IGNORECASE,
)
_LIST_GOES_ON = Regex(
    r"(?:,|\bor|\bnor|/)\s*(?:any |of |prior |previous |past |history of |the |a |an )*$", re.IGNORECASE
)
_UNKNOWN = Regex(
    r"\b(?:(?:not|un)\s?(?:clear|sure|certain|known)|do(?:es)? not (?:know|remember|recall)|cannot (?:tell|recall|remember)|questionable)\b[^.;]{0,60}\b(?:whether|if)\b"
    r"|\bno (?:records?|documentation|mention|report) of\b"
)
_JOINED = Regex(
    r"\s*(?:,|/|&|,?\s*\b(?:and|or|nor|versus|vs)\b\.?)\s*(?:(?:a|an|the|any|possible|further)\s+)*", re.IGNORECASE
)
_DENIED_AFTER = Regex(
    r"\s*(?:\([^)]{0,30}\)\s*)?(?:,?\s*(?:ever|to date|so far|before)\s*)?(?:[:=–-]+|\.{2,})?\s*"
    r"(?:none\b|never\b|nil\b|denie[sd]\b|n/a\b|not done\b|not tried\b|not yet (?:tried|done)\b|0\b(?![.\d/%])|\(-\)|"
    r"no\b(?!\s+(?:relief|benefit|help|improve|change|compl|effect|response|better|\w+ (?:relief|benefit)))(?=\s*(?:$|[.,;)\n]|prior|previous))|(?:has|have) never been)",
    re.IGNORECASE,
)
_NEVER_TOOK_PLACE = Regex(
    r"[^.;]{0,70}\b(?:(?:was|were)\s+(?:never|not)\s+(?:done|performed|given|carried out)|never (?:happened|took place|done|materialized|went (?:through|ahead|forward))|"
    r"did(?: not|n't) (?:happen|take place|go (?:ahead|through|forward)|proceed|show up|have (?:it|this|that) done)|(?:backed|opted|changed (?:his|her|their) mind) out\b|"
    r"(?:was|were|got|is|had to be) (?:cancell?ed|postponed|omitted|skipped|called off|aborted before))\b",
    re.IGNORECASE,
)
_BUT_DECLINED = Regex(
    r"[^.;]{0,40}\bbut\s+(?:(?:he|she|they|the patient|patient|pt)\s+)?(?:has\s+|politely\s+)?(?:declin|refus|does not want|did not want)",
    re.IGNORECASE,
)
_NOT_A = Regex(
    r"\b(?:not|never|n't)\s+(?:(?:be|been|felt|considered|currently|to)\s+)*(?:a |an |any )?(?:good |surgical |ideal )?$"
)
_NO_BEFORE = Regex(r"\b(?:no|denies|denied|without|nor)\s+(?!longer\b)((?:[\w/]+[ ,-]+){0,4})$")
_NEVER_BEFORE = Regex(
    r"\b(?:never (?:had|received|undergone|tried|been)|has not (?:had|received|undergone|tried)|have not (?:had|received|tried)|hasn't had|"
    r"did not (?:have|receive|undergo)|naive to|without (?:any )?(?:prior|previous))\b[^.;]{0,80}$"
)
_BOX = Regex(r"\[\s?(?P<empty>[_ ]?)\]|☐|(?P<checked>\[\s?[xX✓]\s?\]|☑|☒|\([xX]\))|\(\s\)")
_IF_BEFORE = Regex(r"\b(?:if|unless|in the event|in case|assuming|depending on|provided)\b", re.IGNORECASE)
_SHOULD_FIRST = Regex(
    r"(?:^|[.;]\s|\b(?:and|or|but)\s)\s*should\s+(?:the|this|these|he|she|they|it|his|her|pain|symptoms|that|we|i)\b|\bshould\s*$",
    re.IGNORECASE,
)
_IF_AFTER = Regex(
    r"^,?[^,.;]{0,40}\b(?:(?<!see )(?<!know )(?<!tell )(?<!check )(?<!determine )if(?!\s+(?:indicated|needed|necessary|warranted|required|appropriate|desired)\b)|should (?:he|she|it|they|pain|symptoms|this)|unless)\b",
    re.IGNORECASE,
)
_IF_SUITABLE = Regex(
    r"[^.;]{0,60}\bif\s+(?:indicated|needed|necessary|warranted|required|appropriate|desired)\b", re.IGNORECASE
)
# Who denies to think or want something denies the thing; whether an injection "helped" is another matter.
_NOT_HELD = Regex(
    r"\b(?:not|never|n't)\s+(?:(?:currently|yet|really|even|be|been|want to|wish to|like to|going to|planning to)\s+){0,2}"
    r"(?:feel|felt|think|thought|believe|believed|consider|considered|considering|see|find|found|recommend|recommended|recommending|advise|advised|advocate|suggest|suggesting|favou?r|"
    r"want|wish|desire|plan|planning|intend|need|require|pursue|pursuing|contemplat\w+|warrant)\b(?:(?!\bbut\b)[^.;]){0,60}$"
)
_TELLS_EFFECT = Regex(
    r"[^.;]{0,30}\b(?:help\w*|gave|provid\w*|work(?:ed|s)|did|made|lasted|improv\w*|reliev\w*|benefit\w*|effective|caused|was the|were the|contribut\w*|affect\w*)\b",
    re.IGNORECASE,
)
_POOR = Regex(r"\b(?:poor|bad|unsuitable|suboptimal|marginal)\s+$")
_CALLS_FOR_SURGERY = Regex(r"\b(?:candidate|indication|option|candidacy)", re.IGNORECASE)
_SAW = Regex(r"\b(?:saw|seen|had|went|underwent|were)\b")
_VISIT_TO_SURGEON = Regex(r"\b(?:evaluation|consult(?:ation)?|opinion|referral|assessment)\b", re.IGNORECASE)
_REFERENCE_CUES = frozenset(
    {
        "after",
        "post",
        "following",
        "since",
        "last",
        "most recent",
        "recent",
        "relief from",
        "relief of",
        "relief with",
        "here after",
        "returns after",
        "response to",
        "back for",
        "past",
        "did",
        "done",
        "prior",
        "despite",
        "from the",
        "previous",
    }
)
_DEFINITE = Regex(
    r"\b(?:the|that|this|these|those|his|her|their|my|each|both|last|prior|previous|such|any|further|of)\s+(?:(?:two|three|four|\d|few|recent|of)\s+)?$"
)
_CONSULT = Regex(
    r"\s*(?:consult\w*|referral|opinion|eval\w*|surgeon|discussion|appointment|appt|candidacy)\b", re.IGNORECASE
)
_POINTS_TO_TIME = Regex(
    r"\b(?:before|until|prior to|day of|week of|leading to|days? before)\s+(?:the|this|any|his|her|each)?\s*$"
)
_COUNTED_FROM = Regex(
    r"\b(?:rtc|f/?u|follow[- ]?up|return|recheck|see (?:him|her|them|pt|patient)|hold|stop|off)\b[^.;]{0,40}\b(?:after|post|following|before|prior to)\s+(?:the|her|his|each)?\s*$"
)
_ONCE_HAD = Regex(r"\b(?:after|once|when)\s+(?:he|she|they|the patient|patient|pt)\s+(?:has|have|gets?|had)\b")
_RISK = Regex(r"\b(?:risks?|complications?|side effects?|benefits(?! from)|alternatives?|consent)\b[^.;]{0,60}$")
_CONSENTED = Regex(
    r"\b(?:after|following|with|once|upon)\b[^,;.]{0,40}\bconsent\b|\bconsent\b[^,;.]{0,20}(?:\bobtained\b|,)"
)
_PAST_INSIDE = Regex(r"\b(?:last|previous|prior|recent|past)\b", re.IGNORECASE)
_FOLLOW_UP = Regex(
    r"\b(?:f/?u|follow[- ]?up|rtc|return|recheck|see (?:him|her|them|pt|patient)|weeks?|wks?|days?|months?|hold|resume|pt|therapy|call|back)\b[^.;]{0,40}$",
    re.IGNORECASE,
)
_OPERATIONS = frozenset({"spine_surgery", "scs_implant", "scs_trial", "pump_implant", "pump_trial", "rf_ablation"})
_POINTING = Regex(r"(?:last|first|second|third|both|dual|comparative|confirmatory|initial)\b", re.IGNORECASE)


#: What the author thinks of doing it: "is reasonable", "would be the next logical step", "makes sense".
_OPINION = Regex(
    r"(?:(?!\b(?:relief|response|results?|benefit|pain|improvement|effect|outcome|duration|note)\b|\d\s?[/%])[^.;:]){0,50}?\b(?:(?:is|are|would\s+be|will\s+be|seems?|appears?|looks?|remains?)\s+(?:to\s+be\s+)?(?:(?:an?|the|my|our|clearly|certainly|quite|very|also|now|then|both|entirely|perfectly|medically|clinically|well|fully|most)\s+){0,3}"
    r"(?:(?P<firm>indicated|warranted|necessary|in\s+order|called\s+for|appropriate|(?:logical\s+|reasonable\s+|best\s+|obvious\s+)?next\s+(?:\w+\s+)?step)"
    r"|reasonable|sensible|justified|justifiable|worthwhile|worth\s+(?:a\s+try|trying|doing|pursuing|it)|logical|prudent|advisable|desirable|good\s+(?:idea|option|choice)|best\s+(?:option|choice))"
    r"|makes?\s+(?:good\s+|clinical\s+|perfect\s+)?sense)\b",
    re.IGNORECASE,
)
#: "none of the three" denies an effect of what there was.
_NONE_OF_THEM = Regex(
    r"\b(?:none|neither|not\s+one|not\s+any)\s+of\s+(?:the|these|those|his|her|their|my|them)\b[^.;,]{0,30}$",
    re.IGNORECASE,
)
_ONLY_IF = Regex(r"\s*,?\s*(?:but\s+)?only\s+(?:if|when|once)\b", re.IGNORECASE)
#: What a word behind a name is said of, when it is something else: "trial gave 70%, permanent declined".
_OTHER_SUBJECT = Regex(
    r",\s*(?:(?:but|and|the|a|so|with)\s+)*(?:permanent|implant\w*|surgery|surgeon|repeat|second|third|next|another|generator)\b[^,;]{0,25}$",
    re.IGNORECASE,
)
#: "x1" behind a planned procedure says how many, not that it was done.
_TIMES = Regex(r"x ?\d")


def settle(anchor: Anchor, neighbours: Sequence[Anchor]) -> None:
    """Set status, assertion and whether the name states a fact, from the words around it.

    `neighbours` are the anchors of the same sentence, in order.
    """
    sentence = anchor.sentence
    text = sentence.view.note.text
    before = text[sentence.start : anchor.span.start]
    after = _said_behind(anchor, neighbours)
    clause = _clause_before(before)
    lower_clause = clause.lower().replace("’", "'")
    if _is_family(sentence, anchor):
        anchor.assertion, anchor.status = "family", "done"
        anchor.is_fact = anchor.specific or anchor.region is not None
        return
    planned_section = sentence.section in PLAN_SECTIONS or _PLAN_LEAD.match(sentence.text) is not None
    box = _box(before) if not _NO_BOX.match(after) else None
    cue = _cue(sentence, anchor, len(clause), after)
    anchor.cue, anchor.cue_text = (cue.id, cue_words(sentence, cue)) if cue is not None else ("", "")
    if cue is None and _PAST_INSIDE.search(anchor.text):
        anchor.cue, anchor.cue_text = "done", "last"
    ahead = meant(lower_clause) if anchor.cue.removesuffix("_after") in ("", "done") else None
    if ahead is not None and (
        cue is None or cue.start < anchor.span.start - len(clause) + ahead.at or cue.start >= anchor.span.end
    ):
        anchor.cue, anchor.cue_text = ("plan" if ahead.firm else "consider"), lower_clause[ahead.at :]
    kind = anchor.cue.removesuffix("_after")
    if box is None and _settle_unreal(anchor, lower_clause, before, after, kind):
        return
    if box == "empty":
        anchor.is_fact = not planned_section and (
            _DENIED_BOX.search(clause) is not None or _DENIED_AFTER.match(after) is not None
        )
        anchor.assertion, anchor.status = "negated", "done"
        return
    if anchor.procedure == "spine_surgery" and anchor.assertion != "negated" and _CONSULT.match(after):
        anchor.status, anchor.assertion, anchor.cue = "considered", "planned", "consider"
        anchor.is_fact = anchor.specific
        return
    if ("whether" in lower_clause or "if" in lower_clause or "no " in lower_clause) and _UNKNOWN.search(lower_clause):
        anchor.is_fact, anchor.cue = False, "reference"
        return
    if anchor.head == "surgery" and _VISIT_TO_SURGEON.search(anchor.text):
        anchor.status, anchor.assertion = "considered", "planned"
        anchor.is_fact = (
            (kind == "plan" or planned_section) and not _SAW.search(lower_clause) and not lower_clause.endswith("pre-")
        )
        if _is_negated(sentence, anchor, lower_clause, after) or kind == "decline":
            anchor.assertion = "negated"
        elif _is_hypothetical(lower_clause, before, after, anchor):
            anchor.assertion = "hypothetical"
        if not anchor.is_fact:
            anchor.cue = "reference"
        return
    if (
        kind == "decline"
        or _BUT_DECLINED.match(after)
        or (_denies_thought(lower_clause) and _TELLS_EFFECT.match(after) is None)
    ):
        planned = CALLED_OFF.search(anchor.cue_text) is not None and "consider" not in after
        anchor.assertion, anchor.status = "negated", "planned" if planned else "considered"
        return
    if _is_negated(sentence, anchor, lower_clause, after):
        later = planned_section or (kind in ("plan", "consider", "none_yet") and "candidate" not in anchor.text.lower())
        later = later or _NEVER_MORE.search(lower_clause + anchor.text + after[:14]) is not None
        anchor.assertion, anchor.status = "negated", "done"
        if kind == "plan" and _NEVER_TOOK_PLACE.match(after):
            anchor.status = "planned"
        elif anchor.procedure in _OPERATIONS:
            if later or (anchor.head == "surgery" and _is_future_surgery(anchor, before, after)):
                anchor.status = "considered"
        elif later:
            anchor.status = "planned" if planned_section else "considered"
        if kind == "plan" and planned_section and not anchor.specific and anchor.region is None:
            anchor.is_fact = _CALLS_FOR_SURGERY.search(anchor.text) is not None
        return
    if anchor.head == "surgery" and _CALLS_FOR_SURGERY.search(anchor.text):
        kind = anchor.cue = "consider"
        if _POOR.search(lower_clause):
            anchor.assertion, anchor.status = "negated", "considered"
            return
    if kind == "plan" and _IF_SUITABLE.match(after):
        kind = "consider"
    if kind in ("plan", "consider", "none_yet"):
        anchor.status = "planned" if kind == "plan" else "considered"
        anchor.assertion = "planned"
        if kind == "none_yet" and cue is not None and cue_words(sentence, cue).startswith(("yet", "not yet")):
            anchor.status, anchor.assertion = "done", "present"
    elif kind == "done" and not (planned_section and (box == "checked" or _TIMES.fullmatch(anchor.cue_text))):
        anchor.status, anchor.assertion = "done", "present"
    elif planned_section or (sentence.section == "assessment_plan" and _leads_item(before)):
        anchor.status, anchor.assertion = "planned", "planned"
    elif not anchor.cue and (opinion := _OPINION.match(after)) is not None:
        anchor.status = "planned" if opinion["firm"] else "considered"
        anchor.assertion, anchor.cue = "planned", "plan" if opinion["firm"] else "consider"
    elif not anchor.cue and anchor.procedure in _DEVICES and (status := _asked(before, after, text)):
        anchor.status, anchor.assertion = status, "planned"
    elif not anchor.cue and anchor.procedure not in _DEVICES and _speaks_of_now(sentence.text):
        anchor.status, anchor.assertion, anchor.cue = "considered", "planned", "consider"
    if _is_hypothetical(lower_clause, before, after, anchor):
        if anchor.status != "done" or not anchor.cue or _IF_BEFORE.search(lower_clause) or _SHOULD_FIRST.search(before):
            anchor.status, anchor.assertion = "considered", "hypothetical"
            anchor.is_fact = anchor.specific or anchor.head == "surgery"
        return
    _settle_fact(anchor, lower_clause, planned_section)


_NOW = Regex(
    r"\b(?:is|are|be|will|would|can|may|might|could|should|shall|has|have|wants?|thinks?|believes?|needs?|seems?|remains?|hopes?|fears?|asks?|favou?rs?"
    r"|qualif(?:y|ies)|meets?|knows?|wonders?|prefers?|stays?|looks?|feels?|i|we)\b",
    re.IGNORECASE,
)
_ONCE = Regex(
    r"\b(?:was|were|been|had|did|gave|got|went|came|took|made|felt|wore|held|kept|said|told|\w+ed|last|ago|since|every|gets?|receives?|times|twice|after|following|post|prior|previous"
    r"|january|february|march|april|june|july|august|september|october|november|december|(?:19|20)\d\d|\d{1,2}/\d{1,2})\b|\bs/p\b|#\s?\d|\d\s?%",
    re.IGNORECASE,
)


def _speaks_of_now(sentence: str) -> bool:
    """Whether a sentence speaks of what is or may be, with no word of anything that has happened."""
    return _NOW.search(sentence) is not None and _ONCE.search(sentence) is None


#: Words that settle a status of their own, which those of a wish or a time ahead do not overrule.
_SETTLED = frozenset({"done", "decline", "none_yet", "consider"})


def _settle_unreal(anchor: Anchor, clause: str, before: str, after: str, kind: str) -> bool:
    """Settle a procedure that did not take place; False where nothing says so."""
    met = fate(anchor, clause, before, after, kind in _SETTLED)
    if met is None:
        return False
    if met == "planned" and (
        kind in ("decline", "none_yet")
        or _IF_SUITABLE.match(after)
        or _is_hypothetical(clause, before, after, anchor)
        or _is_negated(anchor.sentence, anchor, clause, after)
    ):
        return False
    named = anchor.specific or anchor.region is not None or bool(anchor.levels)
    if met == "talk":
        anchor.is_fact, anchor.cue = False, "reference"
    elif met == "planned":
        anchor.status, anchor.assertion, anchor.cue, anchor.cue_text = "planned", "planned", "plan", ""
        anchor.is_fact = named
    else:
        anchor.status = "planned" if met == "called_off" else "considered"
        anchor.assertion, anchor.cue, anchor.cue_text = "negated", "decline", ""
        anchor.is_fact = named
    return True


_DEVICES = frozenset({"scs_implant", "scs_trial", "pump_implant", "pump_trial"})
_SUBJECT = Regex(r"^\W*(?:re|subject|request|requested(?:\s+service)?)\s*:[^.;\n]{0,30}$", re.IGNORECASE)
_WANTED = Regex(
    r"\s+(?:requests?|candida\w+|evaluation|eval|discussion|consult\w*|consideration|question|screening\s+visit)\b",
    re.IGNORECASE,
)
_TO_PAYER = Regex(r"\b(?:utilization|authori[sz]ation|approval|medical necessity|appeal|coverage)\b", re.IGNORECASE)


def _asked(before: str, after: str, text: str) -> Status | None:
    """The status of a device's name that is a question, or the subject of a letter that asks a payer for it."""
    if after.lstrip(" \t").startswith("?"):
        return "considered"
    if (wanted := _WANTED.match(after)) is not None:
        return "planned" if wanted[0].strip().lower().startswith("request") else "considered"
    return "planned" if _SUBJECT.match(before) and _TO_PAYER.search(text) else None


def _said_behind(anchor: Anchor, neighbours: Sequence[Anchor]) -> str:
    """What the sentence says behind a name, up to the next one; joined names ("injections or surgery") share it."""
    text, end = anchor.sentence.view.note.text, anchor.sentence.end
    start = anchor.span.end
    for other in neighbours:
        if other.span.start < start:
            continue
        if _JOINED.fullmatch(text, start, other.span.start) is None or any(event.date for event in other.events):
            return text[start : other.span.start]
        start = other.span.end
    return text[start:end]


def _settle_fact(anchor: Anchor, clause: str, planned_section: bool) -> None:
    """Whether a name is a statement of its own or only points to a procedure stated elsewhere."""
    if _RISK.search(clause) and anchor.status != "planned" and not _CONSENTED.search(clause):
        anchor.is_fact = anchor.specific and (anchor.cue.startswith("plan") or planned_section)
        if planned_section and anchor.status != "done":
            anchor.status = "planned"
        return
    if _COUNTED_FROM.search(clause) and not anchor.levels and anchor.number is None:
        anchor.is_fact, anchor.cue = False, "reference"
        return
    if _POINTS_TO_TIME.search(clause) and not (anchor.status == "planned" and anchor.specific):
        anchor.is_fact, anchor.cue = False, "reference"
        return
    if (
        re.search(r"\b(?:is|was)\s+(?:the|his|her)\s*$", clause)
        and anchor.text.lower().startswith("first")
        and anchor.cue != "plan"
    ):
        anchor.status, anchor.assertion = "done", "present"
    if (
        planned_section
        and anchor.status == "planned"
        and not anchor.cue
        and (anchor.text.lower().startswith("first") or re.search(r"\b(?:by|from|since|after) the\s*$", clause))
    ):
        anchor.status, anchor.assertion, anchor.is_fact = "done", "present", False
        return
    if anchor.sentence.section == "exam" and not anchor.cue:
        anchor.is_fact = False
        return
    if planned_section and anchor.status == "done" and _ONCE_HAD.search(clause):
        anchor.status, anchor.assertion = "planned", "planned"
        return
    if (
        planned_section
        and anchor.status == "done"
        and (anchor.cue_text in _REFERENCE_CUES or _FOLLOW_UP.search(clause))
    ):
        anchor.is_fact = False
        return
    if planned_section and anchor.status == "planned" and not anchor.cue and _FOLLOW_UP.search(clause):
        anchor.is_fact = anchor.specific and not re.search(
            r"\b(?:after|post|before|until|prior to|from|following|of|procedure)\b[^.;]{0,20}$", clause
        )
        return
    if anchor.specific or anchor.head not in GENERIC:
        return
    definite = _DEFINITE.search(clause) is not None or _POINTING.match(anchor.text) is not None
    if anchor.status == "done":
        had = anchor.cue_text in (
            "had",
            "has had",
            "have had",
            "underwent",
            "received",
            "undergone",
            "tried",
            "got",
            "gotten",
            "has undergone",
            "has received",
            "having had",
            "s/p",
            "status post",
            "has tried",
        )
        anchor.is_fact = not definite and (had or anchor.region is not None or (anchor.count or 0) > 1)
    else:
        anchor.is_fact = bool(anchor.cue) and (
            anchor.region is not None
            or anchor.side is not None
            or bool(anchor.levels)
            or anchor.number is not None
            or anchor.cue.startswith(("plan", "consider"))
        )
        named = anchor.region or anchor.side or anchor.levels or anchor.number
        if definite and not named and anchor.head != "surgery":
            anchor.is_fact = False


def cue_words(sentence: Sentence, cue: Mention) -> str:
    """The words of a cue as normalized tokens."""
    return " ".join(sentence.view.tokens.words[cue.first : cue.last])


def _clause_before(before: str) -> str:
    start = 0
    for match in _BREAK.finditer(before):
        start = match.end()
    return before[start:]


def _box(before: str) -> str | None:
    found = None
    for match in _BOX.finditer(before):
        found = "checked" if match["checked"] else "empty"
    return found


def _cue(sentence: Sentence, anchor: Anchor, clause_length: int, after: str) -> Mention | None:
    """The word that settles the status: the nearest before the name, or one right behind it."""
    clause_start = anchor.span.start - clause_length
    forward: Mention | None = None
    backward: Mention | None = None
    words = sentence.view.tokens.words
    far: Mention | None = None  # a modal verb that governs a name further on
    behind = len(_BREAK.split(after, maxsplit=1)[0])
    for cue in sentence.mentions:
        if cue.label != "procedure_cue":
            continue
        if cue.id.endswith("_after"):
            near = anchor.span.end <= cue.start <= anchor.span.end + min(behind, 60)
            near = near and _OTHER_SUBJECT.search(after[: cue.start - anchor.span.end]) is None
            if near and cue.id == "done_after" and _HAS_NOT.search(after[: cue.start - anchor.span.end]):
                continue
            if near and (backward is None or cue.id == "decline_after"):
                backward = cue
        if clause_start <= cue.start and cue.last <= anchor.first and cue.id not in ("decline_after", "done_after"):
            if " ".join(words[cue.first : cue.last]) in _MODAL and anchor.first - cue.last > _MODAL_REACH:
                if cue.id in ("plan", "consider"):
                    far = cue
                continue
            if cue.id == "done" and cue.first > sentence.first and words[cue.first - 1] == "be":
                continue  # "consideration can be given to"
            forward = cue
    if backward is not None and backward.id == "plan_after" and backward.start - anchor.span.end <= 2:
        return backward  # "with the epidural planned for next week"
    if backward is not None and (
        forward is None or (backward.start - anchor.span.end <= 15 and not forward.id.startswith(("decline", "done")))
    ):
        return backward
    if forward is not None and forward.id in ("plan", "consider"):
        declined = [
            c
            for c in sentence.mentions
            if c.label == "procedure_cue"
            and c.id == "decline"
            and clause_start <= c.start
            and c.last <= forward.last
            and forward.first - c.last <= 8
        ]
        if declined:
            return declined[-1]
    if forward is not None and backward is not None and backward.id == "decline_after":
        return backward
    return forward or backward or far


def _is_negated(sentence: Sentence, anchor: Anchor, clause: str, after: str) -> bool:
    if _NONE_OF_THEM.search(clause):
        return False
    if _DENIED_AFTER.match(after):
        return True
    if "candidate" in anchor.text.lower() and _NOT_A.search(clause):
        return True
    if _NO_BOX.match(after):
        return True
    if _NEVER_TOOK_PLACE.match(after):
        return True
    plain = _NO_BEFORE.search(clause)
    if plain is not None and not _effect_denied(plain[1]) and "(" not in plain[1]:
        return True
    if _NEVER_BEFORE.search(clause) and not re.search(r"other than|except|besides|aside from|apart from|until", clause):
        return True
    target = Target(anchor.first, anchor.last, "PROCEDURE")
    for modifier in sentence.modifiers:
        if modifier.category.lower() != "negated" or not modifier.modifies(target):
            continue
        tokens = sentence.view.tokens
        first, last = modifier.modifier_span
        if last <= anchor.first:
            gap = sentence.view.note.text[tokens.ends[last - 1] : anchor.span.start].lower()
            if (
                _effect_denied(gap)
                or gap.rfind("(") > gap.rfind(")")
                or re.search(r"\bhad\b.*\bhad\b|\bunderwent\b|\bs/p\b|\bhas been\b", gap)
                or _BREAK.search(gap)
            ):
                continue
            return True
        if first >= anchor.last:
            gap = sentence.view.note.text[anchor.span.end : tokens.starts[first]].lower()
            if (
                not _DENIES_EFFECT.search(gap)
                and not _BREAK.search(gap)
                and not re.search(r"\d", gap)
                and len(gap) <= 12
            ):
                return True
    return False


def _denies_thought(clause: str) -> bool:
    return ("not" in clause or "n't" in clause or "never" in clause) and _NOT_HELD.search(clause) is not None


def _effect_denied(gap: str) -> bool:
    """Whether the words between a negation and a name deny an effect; in a list of what is denied they deny the name too."""
    if _LIST_GOES_ON.search(gap):
        gap = _SYMPTOM.sub(" ", gap)
    return _DENIES_EFFECT.search(gap) is not None


def _is_future_surgery(anchor: Anchor, before: str, after: str) -> bool:
    words = anchor.text.lower()
    if any(word in words for word in ("candidate", "indication", "option")):
        return True
    return re.match(
        r"\s*[\w -]{3,40}?\s(?:was|were) (?:begun|initiated|started|undertaken|pursued|offered|advised|recommended|needed|indicated|required)\b|"
        r"\s*(?:is|was|are|at this (?:time|point)|now|indicated|needed|recommended|necessary|for now|planned|would)\b",
        after,
        re.I,
    ) is not None and not re.search(r"\b(?:prior|previous|past|history|ever|had)\b", before, re.I)


def _is_hypothetical(clause: str, before: str, after: str, anchor: Anchor) -> bool:
    if _IF_BEFORE.search(clause) or _SHOULD_FIRST.search(before) or _ONLY_IF.match(after):
        return True
    whole = re.split(r"[.;]\s|\bbut\b", before)[-1].lower()
    if _IF_BEFORE.search(whole) and "->" in whole:
        return True
    return (
        (anchor.status != "done" or not anchor.cue)
        and _IF_AFTER.match(after) is not None
        and not anchor.cue.startswith("plan")
    )


def _leads_item(before: str) -> bool:
    """Whether nothing but a bullet, number or plan word stands before the name."""
    return (
        re.fullmatch(
            r"[\s\-*•◦·>#\d.)(\]\[xX:/]*(?:(?:a/p|plan|rec|proc|procedure|schedule|next)[:\s-]*)?",
            before,
            re.IGNORECASE,
        )
        is not None
    )


def _is_family(sentence: Sentence, anchor: Anchor) -> bool:
    """Whether the procedure is a relative's: the section, or a relative as the one who had it."""
    return sentence.section == "family_history" or is_of_relative(sentence, anchor.span)


def planned_assertion(anchor: Anchor) -> Assertion:
    """The assertion of a procedure that turned out to lie ahead."""
    return anchor.assertion if anchor.assertion in ("negated", "hypothetical", "family") else "planned"
