"""Statements a guideline asks for that are none of the other kinds: one fact per topic and value in a sentence.

A topic that is told not to hold has the assertion ``negated``: no other procedure on the date, no
synovial cyst, HLA-B27 negative, no new finding, no percutaneous access. ``injection_reason`` needs
an aim or a reason in words beside an injection ("to let her resume therapy", "not a surgical
candidate, so ..."); the bare diagnosis, failed care and the patient's wish are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from chartproof.extract.kinds.common import about_spine_pain, box_before
from chartproof.extract.numbers import NUMBER, parse_number
from chartproof.extract.regex import Regex
from chartproof.extract.view import PLAN_SECTIONS, Mention, NoteView, Sentence
from chartproof.facts import Assertion, Statement, StatementTopic
from chartproof.spans import Span

_HISTORY = frozenset({"family_history", "allergies", "medications", "labs"})

_LATER = Regex(
    r"\b(?:prefers?|preferred|wants?|would\s+like|wish\w*|ask(?:s|ed|ing)?|whether|could|possible|on\s+(?:the|his|her|a)\s*$|offered|declin\w*|rather\s+than|instead\s+of|cannot|can't|not|follow[- ]?up|f/u|fu|rtc|return|appt|appointment|schedul\w*|next|will|would|another|call(?:ed)? back|to be seen|come in|bring|if|before|prior|previous\w*|last|initially|first|can be seen|followed|please see|refer to|ago|done|performed|taken|after)\b.*$",
    re.IGNORECASE,
)
_SEEN = Regex(
    r"\b(?:seen|seeing|examin\w+|evaluated|presents?|presented|comes?|returns?|here|encounter|visit|type|today)\b",
    re.IGNORECASE,
)
_CLINICIAN = Regex(r"\b(?:i\s+am|i'm|i\s+was|provider|physician|doctor|clinician|surgeon)\b[^.;]{0,12}$")
_DATED = 12  # characters between a visit and its date
_TITLE_LENGTH = 60  # characters: a sentence this short near the top of a note is its title
_SAME_DAY_NONE = Regex(
    r"\b(?:nothing\s+else(?:\s+\w+){0,5}?|no\s+(?:other|additional|further|concurrent|concomitant)\s+(?:\w+\s+){0,3}?(?:proc(?:edure)?s?|injections?|interventions?|blocks?)(?:\s+\w+){0,4}?|(?:there\s+is\s+)?no(?:thing)?\s+(?:else|other)\s+(?:is\s+)?(?:planned|scheduled|requested)(?:\s+\w+){0,3}?)\s+(?:(?:on|for|at)\s+)?(?:that|the\s+same|the|this|same)\s+(?:day|date|session|visit|setting|time)\b"
    r"|\b(?:single|sole|only)\s+(?:procedure|injection|intervention)(?:\s+(?:planned|requested|scheduled))?\s+(?:on\s+|for\s+)?(?:that|this|the)\s+(?:day|date|visit|session)\b"
    r"|\bonly\s+(?:that|this|one)(?:\s+(?:procedure|injection|block))?\s+on\s+(?:the|that)\s+(?:day|date)\b"
    r"|\bno\s+(?:other|additional|concurrent|concomitant)\s+(?:interventional\s+|pain\s+|spine\s+|spinal\s+)*(?:proc(?:edure)?s?|injections?|interventions?)\s+(?:are\s+|is\s+|being\s+)*(?:planned|scheduled|requested|to be done|will be (?:done|performed))\b"
    r"|\bno\s+(?:concurrent|concomitant|simultaneous)\s+(?:\w+\s+){0,2}?(?:proc(?:edure)?s?|injections?|interventions?|blocks?)\b"
    r"|\bstand-?\s?alone\s+(?:visit|procedure|injection|session|date|appointment)\b"
    r"|\b(?:single|sole|only)\s+(?:procedure|injection|intervention)(?:\s+(?:planned|requested|scheduled))?\s+(?:on|for|at|of|during)\s+(?:that|this|the)\s+(?:day|date|visit|session|appointment|sitting)\b"
    r"|\bonly\s+the\s+(?:[\w-]+\s+){1,5}?(?:will\s+be|is\s+to\s+be)\s+(?:injected|treated|done)\b(?!\s+(?:first|today))"
    r"|\b(?:on|at)\s+(?:different|separate)\s+(?:dates?|days?|sessions?|visits?)\b"
    r"|\bnot\s+(?:be\s+)?(?:done|performed|combined)\s+(?:on\s+)?the\s+same\s+(?:day|date|session)\b",
    re.IGNORECASE,
)
_SAME_DAY = Regex(
    r"\b(?:(?:at|in|during)\s+that\s+(?:session|sitting|visit|appointment)|(?:on|at|in|during)\s+the\s+same\s+(?:day|date|session|setting|visit|time|sitting)|same[- ](?:day|session|date|sitting)|that\s+same\s+(?:day|date)|in\s+one\s+(?:session|sitting|visit)|concurrent(?:ly)?\s+with|with\s+(?:an?\s+)?(?:concurrent|concomitant|same[- ]day)|simultaneous(?:ly)?|in\s+combination\s+with|combined\s+with|at\s+the\s+time\s+of\s+the\s+(?:injection|block|epidural|procedure))\b",
    re.IGNORECASE,
)
_INTENDED = Regex(
    r"\b(?:will|plan\w*|schedul\w*|request\w*|to\s+be|propos\w*|would|wants?|wish\w*|combin\w*|asks?|asked|going\s+to|proceed\w*|recommend\w*|concurrent\w*)\b",
    re.IGNORECASE,
)
_MEDICAL_REASON = Regex(
    r"anticoag|blood thinner|apixaban|warfarin|eliquis|coumadin|xarelto|clopidogrel|plavix|hold(?:ing)?\b|held\b|bleed|stroke risk|sedat|anesthe|anxi|contrast allerg|immunosuppress|steroid exposure|glucose|brittle|undue risk|cardiac risk|synovial cyst",
    re.IGNORECASE,
)
_NOT_MEDICAL = Regex(
    r"\blives?\b|\bdrive\b|\btravel|convenien|\bwork\b|schedul|insurance|holiday|vacation|transportation", re.IGNORECASE
)
_AIM = Regex(
    r"(?:\b(?:in\s+order\s+to|so\s+(?:that\s+)?(?:she|he|we|they|the\s+patient|pt|patient)\s+(?:can|may|could|is\s+able\s+to|will\s+be\s+able\s+to)|with\s+the\s+(?:goal|aim|hope|intent(?:ion)?)\s+(?:of|to|that)|(?:the\s+)?(?:goal|aim|purpose|intent(?:ion)?|point|objective|reason|idea|rationale)\s+(?:(?:of|for|behind|in)\s+(?:[\w-]+\s+){1,6}?)?(?:is|being)\s+(?:to|of)|to)\s+"
    r"(?:\w+\s+){0,3}?(?:allow|permit|enable|let|get|resume|restart|return|participat|engag|progress|tolerat|advanc|avoid|delay|postpon|spare|reduc|decreas|lower|cut|treat|target|reach|place|put|bring|deliver|soften|loosen|prevent|forestall|shrink|control|wean|taper|bridge|facilitat|break|calm|quiet|settle|help\s+(?:her|him)|make\s+it\s+possible|keep|restor|regain|start|begin|stay)\w*"
    r"|\bas\s+a\s+bridge\b|\bbridge\s+(?:to|until|while)\b)[^.;]{0,90}",
    re.IGNORECASE,
)
_AIM_WORD = Regex(r"\b(?:to|so|bridge|goal|aim|purpose|because|since|why)\b", re.IGNORECASE)
_AIM_OBJECT = Regex(
    r"therap|exercise|rehab|\bpt\b|strengthen|function|work|\bjob\b|walk|stand|sit|sleep|surg|fusion|operation|opioid|narcotic|oxycodone|hydrocodone|tramadol|morphine|inflam|scar|adhesion|nerve root|roots?\b|fibrosis|ganglion|stimulator|activit|adalimumab|biologic|takes?\s+hold|weight|duty|shift|program|conditioning|care\s+for|\bmobil|steroid to|swelling|flare",
    re.IGNORECASE,
)
#: A reason for the injection in words: why it, and why now.
_BECAUSE = Regex(
    r"\b(?:because|since|as|given\s+(?:that)?|due\s+to|owing\s+to|in\s+view\s+of|for\s+the\s+reason\s+that)\b(?P<why>[^.]{8,220})",
    re.IGNORECASE,
)
_NEEDED = Regex(
    r"\b(?:warranted|needed|necessary|justified|indicated|reasonable|appropriate|favou?red|best|chosen|request\w*|recommend\w*|propos\w*|offer\w*|why|reason|rationale|medical(?:ly)?\s+necess\w*|purpose|proceed\w*)\b",
    re.IGNORECASE,
)
_WHY_LEAD = Regex(
    r"\b(?:why(?:\s+(?:now|this|an?|the|inject\w*|epidural)){0,3}|rationale|reason\s+for\s+(?:the\s+|this\s+)?(?:injection|epidural|procedure|request)|medical\s+necessity)\s*[:?-]",
    re.IGNORECASE,
)
_WHY = Regex(
    r"\b(?:scar(?:red|ring)?|fibrosis|adhesions?|tether\w*|encas\w*)\b[^.;]{0,40}\b(?:root|nerve|sac|match\w*|pain)"
    r"|\b(?:root|nerve|pain)\b[^.;]{0,40}\b(?:scar(?:red|ring)?|fibrosis|adhesions?)\b"
    r"|\b(?:drugs?|medicines?|medications?|nsaids?|gabapentin|pregabalin|duloxetine|neuroleptics?|opioids?|pills|agents)\b[^.;]{0,45}\b(?:stopped|not\s+tolerated|intoleran\w*|side\s+effects?|contraindicated|unsafe|forbidden|not\s+an\s+option|exhausted|cannot\s+be)\b"
    r"|\b(?:cannot|can't|could\s+not|unable\s+to|must\s+not|may\s+not)\s+(?:take|tolerate|use|have|undergo)\b"
    r"|\b(?:not\s+a|no|poor)\s+(?:\w+\s+)?(?:candidate|option)\b[^.;]{0,30}\b(?:surg\w*|operation|fusion|re-?operation|revision)|\b(?:surg\w*|operation|revision|re-?operation)\b[^.;]{0,30}\b(?:not\s+(?:an\s+)?option|ruled\s+out|too\s+risky|contraindicated|declined\s+by)"
    r"|\bsurgeon\b[^.;]{0,60}\b(?:know|ask\w*|needs?|wants?|decid\w*|request\w*)\b"
    r"|\b(?:avoid|delay|defer|postpone|spare|decid\w+\s+(?:on|between|about))\b[^.;]{0,40}\b(?:surg\w*|operation|re-?operation|revision|re-?exploration|stimulator|fusion)",
    re.IGNORECASE,
)
_INJECTION = Regex(r"\b(?:inject\w*|injxn|inj|epidural|esi|tfesi|ilesi|caudal|block|shot)\b", re.IGNORECASE)
_WISH = Regex(
    r"\b(?:(?:she|he|patient|pt)\s+(?:would\s+(?:very\s+much\s+)?like|wants|wishes|asks?|hopes|prefers|requests)|having\s+heard|keen)\b",
    re.IGNORECASE,
)
_PAST_TENSE = Regex(r"\b(?:was|were|had)\s+(?:able\s+to|back|given|done)\b", re.IGNORECASE)
_AGE = rf"(?P<low>{NUMBER})(?:\s*(?:-|–|to|or)\s*(?P<high>{NUMBER}))?"
_ONSET_AGE = Regex(
    rf"\b(?:(?:at|since|from|by)\s+(?:the\s+)?age\s+(?:of\s+)?{_AGE}|(?:when|since)\s+(?:he|she|they|the\s+patient|pt)\s+(?:was|were)\s+(?:about\s+|around\s+|only\s+)?(?P<low2>{NUMBER})\b(?!\s*(?:weeks?|months?|days?))|onset\s+(?:age|at)\s*:?\s*(?:age\s+)?(?P<low3>{NUMBER})\b(?!\s*(?:/|weeks?|months?|days?|years?\s+ago))|age\s+(?:at|of)\s+onset\s*(?:was|is|of|:)?\s*(?P<low4>{NUMBER})|in\s+(?:his|her|their)\s+(?P<part>early\s+|mid[- ]?|late\s+)?(?P<decade>twenties|thirties|forties|fifties|sixties|teens|20'?s|30'?s|40'?s|50'?s|60'?s))",
    re.IGNORECASE,
)
_ONSET = Regex(
    r"\b(?:onset|began|begun|beginning|start\w*|came\s+on|since|first|developed|symptoms?|back\s+pain|stiffness|diagnosed)\b",
    re.IGNORECASE,
)
_ABOUT_BACK = Regex(r"\b(?:back|spine|pain|stiff\w*|symptoms?|buttock|sacroil\w*|si\s+joint|sij)\b", re.IGNORECASE)
_DECADES = {"teens": 13, "twenties": 20, "thirties": 30, "forties": 40, "fifties": 50, "sixties": 60}
_CRP_VALUE = Regex(
    r"\W*(?:was|is|of|at|level|=|:|last\s+\w+|\s)*(?P<value>\d+(?:\.\d+)?)\s*(?P<unit>mg/?d?l)?(?P<flag>\s*\(?(?:H|high|elevated)\)?)?",
    re.IGNORECASE,
)
_CRP_LIMIT = Regex(
    r"\b(?:upper\s+limit|limit\s+of\s+normal|uln|normal|ref(?:erence)?(?:\s+range)?)\b[^\d;.]{0,20}(?:0(?:\.0)?\s*(?:-|–|to)\s*)?(?P<limit>\d+(?:\.\d+)?)",
    re.IGNORECASE,
)  #: the laboratory's own limit, where the sentence gives it
_CRP_HIGH = 10.0  # mg/L; the upper limit laboratories print is 3 to 10
_WITH_OTHERS = Regex(r"\b(?:no|nothing|without|not)\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
_OPERATION = r"(?:fusion|decompression|laminectomy|hemilaminectomy|discectomy|microdiscectomy|acdf|tlif|plif|alif|xlif|foraminotomy|laminoplasty|corpectomy|laminotomy|spine\s+surgery|spinal\s+surgery|back\s+surgery|neck\s+surgery|lumbar\s+surgery|cervical\s+surgery)"
_BOOKED = Regex(
    rf"\b{_OPERATION}\b[^.;]{{0,30}}?\b(?:scheduled|posted|booked|set\s+for|planned\s+(?:for|on)|on\s+the\s+(?:or\s+|surgical\s+|operative\s+)?schedule\s+for)\b|\b(?:scheduled|posted|booked)\s+(?:for|to\s+undergo)\s+(?:\S+\s+){{0,5}}?{_OPERATION}\b",
    re.IGNORECASE,
)
_NOT_BOOKED = Regex(
    r"\b(?:if|not|no|would|may|might|consider\w*|could|never|unless|was|were|injection\s+is\s+scheduled)\b",
    re.IGNORECASE,
)
_OPEN = Regex(
    r"\b(?:unclear|uncertain|unsure|not\s+(?:settled|clear|certain|known|established)|question|undetermined|remains?\s+to\s+be|to\s+be\s+determined|open|asks?|asked|wants?\s+to\s+know|not\s+know|n't\s+know|needs?\s+to\s+know|decide|tell\s+us|determine|identify|clarify|unknown|sort\s+out|whether)\b|\?",
    re.IGNORECASE,
)
_DONE_BEFORE = Regex(
    r"\b(?:previous|prior|last|earlier|old|after|since|following|s/p|underwent|had|received|got|two|three|both|first|second)\s+(?:[\w/-]+\s+){0,4}$",
    re.IGNORECASE,
)
_DONE_AFTER = Regex(
    r"[^.;]{0,30}?\b(?:(?:was|were)\s+(?:\w+\s+)?(?:negative|positive|non-?diagnostic|inconclusive|concordant|done|performed|given|carried|completed|helpful)|(?:of|in|on)\s+(?:\w+\s+)?(?:(?:19|20)\d\d|\d{1,2}/\d)|(?:gave|provided|brought|yielded|failed|helped|relieved|produced))\b",
    re.IGNORECASE,
)
_SOURCE = r"(?:(?:pain|symptom)\s+(?:source|generator)|(?:source|origin|generator|cause)\s+of\s+(?:(?:the|her|his|their|this)\s+)?(?:\w+\s+){0,2}?(?:pain|symptoms))"
_STRUCTURE = r"(?:[CTLS]\d{1,2}(?:\s?[-/]\s?[CTLS]?\d{1,2})?|facets?(?:\s+joints?)?|dis[ck]s?|(?:SI|sacroiliac)(?:\s+joints?)?|SIJ|hip|nerve\s+roots?)(?:\s+(?:roots?|levels?|joints?|nerves?|segments?|pain|disease|pathology))?"
_UNSETTLED = r"(?:unclear|uncertain|unsure|not\s+(?:entirely\s+|yet\s+|fully\s+)?(?:certain|clear|settled|established|known|obvious)|unknown|undetermined|in\s+(?:question|doubt)|an?\s+open\s+question|hard\s+to\s+(?:tell|say)|difficult\s+to\s+(?:tell|say))"
_SOURCE_OPEN = Regex(rf"\b{_SOURCE}\b[^.;]{{0,30}}?\b{_UNSETTLED}\b", re.IGNORECASE)
_OPEN_SOURCE = Regex(rf"\b{_UNSETTLED}\b[^.;]{{0,40}}?\b{_SOURCE}\b", re.IGNORECASE)
_ONE_OR_OTHER = Regex(
    rf"\b(?:{_UNSETTLED}|sort\s+out|distinguish|differentiate|discriminate|separate|tell(?:\s+apart)?|determine|clarify|decide|whether|question(?:\s+is)?)\b[^.;]{{0,60}}?\b{_STRUCTURE}\s*(?:,\s*)?(?:or|vs\.?|versus|from)\s+(?:the\s+|an?\s+)?{_STRUCTURE}",
    re.IGNORECASE,
)
_DENIED_QUESTION = Regex(
    r"\b(?:not|no|never|isn't)\s+(?!(?:\w+\s+)?(?:know|known|clear|certain|sure|settled|established|determined|obvious|say|tell)\b)(?:\w+\s+){0,2}$"
)
_SETTLED = Regex(
    r"\b(?:no\s+(?:question|doubt)|not\s+in\s+(?:question|doubt)|no\s+longer|has\s+been\s+(?:answered|settled|determined))\b",
    re.IGNORECASE,
)
_FIND_OUT = Regex(
    r"\b(?:identify|determine|confirm|localize|isolate|establish|pin\s+down|pinpoint|find(?:\s+out)?|clarify|verify|define|prove|(?:sort|work|figure)\s+out|single\s+out|locate|ascertain|learn|to\s+(?:see|show|tell|know|settle|answer)|help\s+(?:us\s+)?(?:see|tell|decide))\b[^.;]{0,45}$",
    re.IGNORECASE,
)
_ROOT_INJECTIONS = frozenset({"esi_transforaminal", "esi"})
_FRAGMENT, _FRAGMENT_LEAD = 11, 2  # tokens of a sentence without a subject, and before the phrase that it opens with
_SPINE_FINDING = frozenset(
    {
        "disc_herniation",
        "stenosis",
        "fracture",
        "synovial_cyst",
        "spondylolisthesis",
        "lesion",
        "infection",
        "pars_defect",
        "root_compression",
    }
)


def find(view: NoteView) -> Iterator[Statement]:
    """Yield the statements of a note."""
    spinal = about_spine_pain(view)
    inflammatory = spinal and bool(view.having("spa_context"))
    modes: set[tuple[str, Assertion]] = set()
    for sentence in view.sentences:
        if sentence.section in _HISTORY and not sentence.has("spa"):
            continue
        seen: set[tuple[str, str | None]] = set()
        for fact in _facts(sentence, spinal=spinal, inflammatory=inflammatory):
            key = (fact.topic, fact.value)
            if key in seen:
                continue
            seen.add(key)
            if fact.topic == "visit_mode":
                if fact.value == "in_person" and _is_remote(sentence, fact.spans[0], modes):
                    continue
                if (fact.value or "", fact.assertion) in modes:
                    continue
                modes.add((fact.value or "", fact.assertion))
            yield fact


def _is_remote(sentence: Sentence, span: Span, modes: set[tuple[str, Assertion]]) -> bool:
    """Whether "in clinic" tells where the clinician sits: in a note already told to be of a video or phone visit."""
    lead = sentence.lower[max(0, span.start - sentence.start - 25) : span.start - sentence.start]
    if _CLINICIAN.search(lead):
        return True
    words = span.of(sentence.view.note.text).lower()
    return bool(modes & {("video", "present"), ("phone", "present")}) and not words.startswith(
        ("in person", "in-person", "face")
    )


def _facts(sentence: Sentence, *, spinal: bool, inflammatory: bool) -> Iterator[Statement]:
    if sentence.has("st_visit"):
        yield from _visit(sentence)
    if not spinal:
        return
    if sentence.has("st"):
        yield from _named(sentence, inflammatory)
    cues = {cue.id for cue in sentence.of("st_cue")}
    if "day" in cues:
        yield from _same_day(sentence)
    if sentence.has("procedure") or (sentence.previous is not None and sentence.previous.has("procedure")):
        yield from _reason(sentence)
    if "booked" in cues:
        yield from _booked(sentence)
    if "question" in cues:
        yield from _question(sentence)
    if "generator" in cues:
        yield from _identify(sentence)
    if "diagnostic" in cues:
        yield from _diagnostic(sentence)
    if sentence.has("imaging_new") and sentence.has("finding", "dx", "modality"):
        yield from _new_pathology(sentence)
    if inflammatory:
        yield from _onset_age(sentence)
        yield from _features(sentence)


def _visit(sentence: Sentence) -> Iterator[Statement]:
    for mention in sentence.of("st_visit"):
        words = sentence.view.note.text[mention.start : mention.end].lower()
        before = sentence.text[: mention.start - sentence.start]
        after = sentence.lower[mention.end - sentence.start : mention.end - sentence.start + 25]
        box = box_before(sentence, mention)
        if box is False:
            continue
        if box is None:
            title = sentence.start < 300 and len(sentence.text) <= _TITLE_LENGTH
            if mention.id == "in_person" and not title:
                if (
                    sentence.start > 300
                    and not re.match(r"presents|comes|seen today|in person|face", words)
                    and not (
                        _SEEN.search(before[-50:]) and re.match(r"\s*(?:today|again|this|for|with|:|,|\.|$)", after)
                    )
                ):
                    continue
                if any(0 <= d.span.start - mention.end <= 30 for d in sentence.dates if d.form not in ("yesterday",)):
                    continue
            if (
                mention.id != "in_person"
                and before.strip()
                and any(
                    0 <= d.span.start - mention.end <= _DATED and _is_other_day(sentence, d.iso) for d in sentence.dates
                )
            ):
                continue  # the visit of another day
            if (
                sentence.section in PLAN_SECTIONS
                or _LATER.search(before[-60:])
                or re.match(r"\s+(?:exercise|therap|circuit|procedure|injection|trip|policy|number)", after)
            ):
                continue
            if (
                sentence.section in ("exam", "hpi", "pmh")
                and mention.id == "video"
                and words == "video"
                and not re.search(r"\bby\b|\bvia\b|visit", before[-12:])
            ):
                continue
            if words.rstrip("s") in ("phone", "telephone", "video", "zoom") and (
                words.endswith("s") or not _at_head(sentence)
            ):
                continue
            if words in (
                "by phone",
                "by telephone",
                "over the phone",
                "phone call",
                "telephone call",
                "over the telephone",
                "telephone",
                "phone",
            ) and not _opening(sentence):
                continue
        assertion = sentence.assertion(mention, "statement")
        if assertion != "present":
            continue
        yield _fact(sentence, mention.span, "visit_mode", mention.id)


def _is_other_day(sentence: Sentence, iso: str | None) -> bool:
    reference = sentence.view.reference
    return iso is not None and reference is not None and not reference.isoformat().startswith(iso[:10])


def _at_head(sentence: Sentence) -> bool:
    return sentence.start < 300 or re.search(r"\b(?:visit|encounter|type)\b", sentence.lower) is not None


def _opening(sentence: Sentence) -> bool:
    return sentence.start < 400 and sentence.section in (None, "hpi", "chief_complaint")


def _named(sentence: Sentence, inflammatory: bool) -> Iterator[Statement]:
    parts: list[Statement] = []
    for mention in sentence.of("st"):
        topic, _, value = mention.id.partition(":")
        if topic == "pain_program" and not inflammatory and value != "comprehensive":
            continue
        check = _CHECKS.get(topic)
        if box_before(sentence, mention) is False or (check is not None and not check(sentence, mention)):
            continue
        assertion = sentence.assertion(mention, "statement")
        if assertion in ("hypothetical", "family") and topic != "diagnostic_purpose":
            continue
        if topic in ("no_other_cause", "special_circumstances"):
            assertion = "present"
        if topic in ("pain_generator_question", "diagnostic_purpose") and assertion != "family":
            lead = sentence.lower[max(0, mention.start - sentence.start - 25) : mention.start - sentence.start]
            assertion = "negated" if _DENIED_QUESTION.search(lead) else "present"
        if topic == "continuous_pain":
            before = sentence.lower[max(0, mention.start - sentence.start - 30) : mention.start - sentence.start]
            words = sentence.view.note.text[mention.start : mention.end].lower()
            if "pain free" in words.replace("-", " ") or "comfortable day" in words:
                if not re.search(r"\b(?:not|no|never|without|hasn't|n't)\b", before + words):
                    continue
                assertion = "present"
            elif words.startswith(("never", "has not", "does", "unre", "without", "not ")):
                assertion = "present"
        if topic == "percutaneous_access":
            assertion, value = ("negated" if value == "no" else "present"), ""
        fact = _fact(sentence, mention.span, topic, value or None, assertion)
        if topic == "pain_program":
            parts.append(fact)
        else:
            yield fact
    yield from parts
    if parts and (len(parts) > 1 or any(part.value == "comprehensive" for part in parts)):
        for mention in sentence.of("st_part"):
            yield _fact(sentence, mention.span, "pain_program", mention.id, sentence.assertion(mention, "statement"))


def _same_day(sentence: Sentence) -> Iterator[Statement]:
    none = _SAME_DAY_NONE.search(sentence.text)
    if none:
        span = Span(sentence.start + none.start(), sentence.start + none.end())
        yield _fact(sentence, span, "same_day_procedure", None, "negated")
        return
    same = _SAME_DAY.search(sentence.text)
    if same is None:
        return
    names = {m.id.split("@")[0].split(".")[0] for m in sentence.of("procedure")} - {"injection", "none", "block"}
    planned = sentence.section in PLAN_SECTIONS | {"assessment_plan", "assessment", None, "procedure"}
    other = (
        len(names) > 1
        or re.search(
            r"\b(?:also|plus|along with|as well|in addition|both(?!\s+(?:sides?|joints?|levels?|facets?|right|left|legs?)))\b",
            sentence.lower,
        )
        is not None
        or bool(names and _planned_beside(sentence) - names)
    )
    if not sentence.has("procedure") or not planned or not other:
        return
    if sentence.section not in PLAN_SECTIONS | {"assessment_plan"} and not _INTENDED.search(sentence.text):
        return  # "relief was gone by the end of the same day"
    span = Span(sentence.start + same.start(), sentence.start + same.end())
    yield _fact(sentence, span, "same_day_procedure", None, sentence.assertion(span, "statement"))
    if _MEDICAL_REASON.search(sentence.text) and not _NOT_MEDICAL.search(sentence.text):
        reason = _MEDICAL_REASON.search(sentence.text)
        if reason is not None:
            spot = Span(sentence.start + reason.start(), sentence.start + reason.end())
            yield _fact(sentence, spot, "same_day_reason", None)


def _planned_beside(sentence: Sentence) -> set[str]:
    """The procedures that the sentences of the same plan name before this one."""
    found: set[str] = set()
    previous = sentence.previous
    while (
        previous is not None
        and previous.section == sentence.section
        and sentence.section in PLAN_SECTIONS | {"assessment_plan"}
    ):
        found |= {
            m.id.split("@")[0].split(".")[0]
            for m in previous.of("procedure")
            if sentence.assertion(m, "procedure") != "negated"
        }
        previous = previous.previous
    return found - {"injection", "none", "block"}


def _question(sentence: Sentence) -> Iterator[Statement]:
    """Which structure or level hurts is told as open."""
    if sentence.section in ("imaging", "exam", "procedure_detail", "education", "family_history", "ros"):
        return
    for pattern in (_SOURCE_OPEN, _OPEN_SOURCE, _ONE_OR_OTHER):
        match = pattern.search(sentence.text)
        if match is not None and not _SETTLED.search(sentence.text):
            span = Span(sentence.start + match.start(), sentence.start + match.end())
            yield _fact(sentence, span, "pain_generator_question", None)
            return


def _identify(sentence: Sentence) -> Iterator[Statement]:
    """The injection is to find or confirm the source of the pain."""
    for mention in sentence.of("st_cue"):
        if mention.id != "generator":
            continue
        verb = _FIND_OUT.search(sentence.text[: mention.start - sentence.start])
        if verb is not None and sentence.has("procedure"):
            yield _fact(sentence, Span(sentence.start + verb.start(), mention.end), "diagnostic_purpose", None)
            return


def _diagnostic(sentence: Sentence) -> Iterator[Statement]:
    """An injection beside a nerve root that the plan calls diagnostic."""
    if sentence.section not in PLAN_SECTIONS | {"assessment", "assessment_plan"}:
        return
    kinds = {mention.id.split("@")[0].split(".")[0] for mention in sentence.of("procedure")}
    cue = next(mention for mention in sentence.of("st_cue") if mention.id == "diagnostic")
    if kinds & _ROOT_INJECTIONS and sentence.assertion(cue, "statement") in ("present", "planned"):
        yield _fact(sentence, cue.span, "diagnostic_purpose", None)


def _booked(sentence: Sentence) -> Iterator[Statement]:
    """Spine surgery with a date or on the schedule."""
    match = _BOOKED.search(sentence.text)
    if match is None or _NOT_BOOKED.search(sentence.text) or sentence.section in ("pmh", "psh", "procedure_detail"):
        return
    span = Span(sentence.start + match.start(), sentence.start + match.end())
    if sentence.assertion(span, "statement") in ("present", "planned"):
        yield _fact(sentence, span, "surgery_plan", "planned")


def _reason(sentence: Sentence) -> Iterator[Statement]:
    """An aim of the injection in the same sentence, or in the one right after the request for it."""
    if sentence.section in ("procedure_detail", "exam", "imaging", "therapy_detail", "education", "ros", "pmh", "psh"):
        return
    if not (sentence.has("st") or _AIM_WORD.search(sentence.text) or _NEEDED.search(sentence.text)):
        return
    injection = _INJECTION.search(sentence.text)
    previous = sentence.previous
    if injection is None and not (
        previous is not None
        and _INJECTION.search(previous.text)
        and re.search(r"\b(?:goal|aim|purpose|this|it)\b", sentence.lower)
    ):
        return
    for aim in _AIM.finditer(sentence.text):
        if not _AIM_OBJECT.search(aim[0]) and not re.match(r"as a bridge|bridge", aim[0], re.IGNORECASE):
            continue
        before = injection is not None and aim.start() < injection.start()
        named = re.search(r"\b(?:injection|epidural|esi|block)\b", sentence.lower[: aim.end()])
        if before and not named and not re.match(r"in order to|so", aim[0], re.IGNORECASE):
            continue
        if (
            _WISH.search(sentence.text[: aim.start()])
            or _PAST_TENSE.search(sentence.text)
            or re.search(
                r"\b(?:return|back) to (?:clinic|office|see)|relief|before the (?:shot|injection)",
                aim[0],
                re.IGNORECASE,
            )
        ):
            continue
        span = Span(sentence.start + aim.start(), sentence.start + aim.end())
        while sentence.text[span.end - sentence.start - 1] in " ,\n":
            span = Span(span.start, span.end - 1)
        if not re.search(r"\b(?:not|no|never|n't)\s+(?:\w+\s+){0,2}$", sentence.lower[: aim.start()]):
            yield _fact(sentence, span, "injection_reason", "aim")
            return
    lead = _WHY_LEAD.search(sentence.text)
    told = _WHY.search(sentence.text, lead.end()) if lead is not None else None
    if told is not None:
        span = Span(sentence.start + told.start(), sentence.start + told.end())
        yield _fact(sentence, span, "injection_reason", "reason")
        return
    if _NEEDED.search(sentence.text) and not _PAST_TENSE.search(sentence.text):
        for because in _BECAUSE.finditer(sentence.text):
            why = _WHY.search(because["why"])
            if why is None or _WISH.search(sentence.text[: because.start()]):
                continue
            start = sentence.start + because.start("why")
            yield _fact(sentence, Span(start + why.start(), start + why.end()), "injection_reason", "reason")
            return
    if injection is not None:
        for mention in sentence.of("st"):
            if mention.id.startswith("special_circumstances") and re.search(
                r"\b(?:so|therefore|thus|hence|because|since|as|given|and)\b", sentence.lower
            ):
                yield _fact(sentence, mention.span, "injection_reason", "not_surgical_candidate")
                return


def _new_pathology(sentence: Sentence) -> Iterator[Statement]:
    findings = [m for m in sentence.of("finding") if m.id in _SPINE_FINDING]
    if not sentence.levels and not any(m.id not in ("limb", "other") for m in sentence.of("region")):
        return
    for word in sentence.of("imaging_new"):
        text = sentence.view.note.text[word.start : word.end].lower()
        if word.id == "unchanged":
            if sentence.section in ("imaging", "assessment", None, "hpi") and sentence.has("finding", "modality"):
                if text == "stable" and not sentence.has("finding"):
                    continue
                yield _fact(sentence, word.span, "new_pathology", None, "negated")
            continue
        near = [m for m in findings if -60 <= m.start - word.end <= 45]
        if (
            not near
            or sentence.assertion(word, "statement") == "negated"
            or _WITH_OTHERS.search(sentence.text[: word.start - sentence.start])
        ):
            continue
        if sentence.assertion(near[0], "imaging") == "negated":
            continue
        if text == "new" and near[0].start < word.start:
            continue
        yield _fact(sentence, Span(min(word.start, near[0].start), max(word.end, near[0].end)), "new_pathology", None)


def _onset_age(sentence: Sentence) -> Iterator[Statement]:
    if sentence.section in ("family_history", "social_history", "pmh", "psh"):
        return
    if not _ONSET.search(sentence.text) or not _ABOUT_BACK.search(sentence.text):
        return
    for match in _ONSET_AGE.finditer(sentence.text):
        if match["decade"]:
            name = match["decade"].lower().replace("'", "")
            base = _DECADES.get(name) or int(name[:2])
            part = (match["part"] or "").strip(" -").lower()
            low, high = {"early": (base, base + 3), "mid": (base + 4, base + 6), "late": (base + 7, base + 9)}.get(
                part, (base, base + 9)
            )
        else:
            text = match["low"] or match["low2"] or match["low3"] or match["low4"]
            value = parse_number(text)
            top = parse_number(match["high"]) if match["high"] else value
            if value is None or top is None or not 1 <= value <= 110:
                continue
            low, high = int(value), int(top)
        span = Span(sentence.start + match.start(), sentence.start + match.end())
        assertion = sentence.assertion(span, "statement")
        if assertion in ("family", "hypothetical"):
            continue
        yield _fact(sentence, span, "onset_age", None, "present", float(low), float(high))
        return


def _features(sentence: Sentence) -> Iterator[Statement]:
    for mention in sentence.of("spa"):
        words = sentence.view.note.text[mention.start : mention.end].lower()
        assertion = sentence.assertion(mention, "statement")
        if assertion in ("hypothetical", "planned"):
            continue
        if mention.id in ("hla_b27", "elevated_crp"):
            told = _laboratory(sentence, mention)
            if told is None:
                continue
            span, assertion = told
            yield _fact(sentence, span, "spa_feature", mention.id, assertion)
            continue
        if mention.id == "insidious_onset":
            if words.startswith("no "):
                assertion = "present"
            if words == "gradually" and not re.search(r"\b(?:came|began|start\w*|onset|develop\w*)\b", sentence.lower):
                continue
            if not _ABOUT_BACK.search(sentence.text):
                continue
        if mention.id in ("no_improvement_with_rest", "improves_with_exercise"):
            assertion = "present" if mention.id == "no_improvement_with_rest" else assertion
        if words == "heels not tender" or words in ("no response to nsaids", "nsaids do not help"):
            assertion = "negated"
        yield _fact(sentence, mention.span, "spa_feature", mention.id, assertion)
    for mention in sentence.of("dx"):
        if mention.id == "spondyloarthropathy" and sentence.assertion(mention, "diagnosis") == "family":
            yield _fact(sentence, mention.span, "spa_feature", "family_history")


def _laboratory(sentence: Sentence, mention: Mention) -> tuple[Span, Assertion] | None:
    """Span and assertion of a laboratory result that stands behind or before its name."""
    values = sorted(sentence.of("spa_value"), key=lambda m: abs(m.start - mention.start))
    after = [m for m in values if 0 <= m.start - mention.end <= 25 and ";" not in sentence.between(mention, m)]
    before = [m for m in values if 0 <= mention.start - m.end <= 12]
    chosen = after[0] if after else before[0] if before else None
    if chosen is not None:
        between = sentence.between(mention, chosen)
        if "," not in between:
            assertion: Assertion = "present" if chosen.id == "positive" else "negated"
            if sentence.assertion(mention, "statement") == "family":
                return None
            return Span(min(mention.start, chosen.start), max(mention.end, chosen.end)), assertion
    if mention.id == "elevated_crp":
        number = _CRP_VALUE.match(sentence.text, mention.end - sentence.start)
        if (
            number is not None
            and (value := parse_number(number["value"])) is not None
            and "/" not in sentence.text[number.end("value") : number.end("value") + 1]
        ):
            told = _CRP_LIMIT.search(sentence.text, number.end())
            usual = 1.0 if (number["unit"] or "").lower().replace("/", "") == "mgdl" else _CRP_HIGH
            limit = float(told["limit"]) if told is not None else usual
            high = bool(number["flag"]) or value > limit
            return Span(mention.start, sentence.start + number.end()), "present" if high else "negated"
    return None


def _is_open(sentence: Sentence, mention: Mention) -> bool:
    words = sentence.view.note.text[mention.start : mention.end].lower()
    if words.startswith(("which", "whether")):
        return bool(_OPEN.search(sentence.text.replace(words, "", 1))) and bool(
            sentence.levels or re.search(r"root|level|disc|facet|joint|source|generator", sentence.lower)
        )
    if words.startswith(("not certain", "unsure", "unclear", "uncertain", "not clear")):
        return bool(sentence.levels or re.search(r"root|level|disc|facet|joint|source|generator", sentence.lower))
    return True


def _is_about_pain(sentence: Sentence, mention: Mention) -> bool:
    if re.search(r"\bchest\b|abdom|headache|epigastr|\bha\b|angina|pelvic pain", sentence.lower):
        return False
    if sentence.section in (
        "exam",
        "imaging",
        "procedure",
        "procedure_detail",
        "plan",
        "education",
        "ros",
        "therapy_detail",
        "treatment",
    ):
        return False
    words = sentence.view.note.text[mention.start : mention.end].lower()
    if mention.first - sentence.first <= _FRAGMENT_LEAD and sentence.last - sentence.first <= _FRAGMENT:
        # "Every day since then, no breaks.": said of what the sentence before is about
        before = sentence.previous
        return before is not None and before.has("symptom") and sentence.section in ("hpi", None, "chief_complaint")
    if words in (
        "every day",
        "all the time",
        "constantly",
        "continuously",
        "uninterrupted",
        "without interruption",
    ) and not re.search(r"\bpain\b|\bache|\bburning|\bit\b|\bthere\b", sentence.lower):
        return False
    if any(m.label == "symptom" for m in sentence.mentions):
        return not re.search(r"\b(?:improv|relief|nausea|cough|fever|traction|pressure)\b", sentence.lower)
    previous = sentence.previous
    return (
        previous is not None
        and previous.has("symptom")
        and sentence.section in ("hpi", None, "chief_complaint")
        and " it " in f" {sentence.lower} "
    )


def _is_diagnostic(sentence: Sentence, mention: Mention) -> bool:
    """Whether it is the purpose of an injection to come, and not one that was done or judged."""
    if sentence.section in ("imaging", "family_history", "ros", "psh"):
        return False
    words = sentence.view.note.text[mention.start : mention.end].lower()
    if not words.startswith("diagnostic") or sentence.section in PLAN_SECTIONS:
        return True
    before = sentence.text[: mention.start - sentence.start][-80:]
    return not (_DONE_BEFORE.search(before) or _DONE_AFTER.match(sentence.text, mention.end - sentence.start))


def _is_spine_surgery(sentence: Sentence, mention: Mention) -> bool:
    words = sentence.view.note.text[mention.start : mention.end].lower()
    text = sentence.lower
    if sentence.section in ("procedure", "procedure_detail", "pmh", "psh") or re.search(
        r"\bhip\b|prostat|bariatric|colectomy|cardiac surg|breast|gallbladder|hysterect", text
    ):
        return False
    if re.search(
        r"\b(?:consider|discuss(?:ed)? possible|if\b|would|may|might|should|cataract|knee|hip replacement|shoulder|dental|bypass|colon|hernia)\b",
        text,
    ) and not re.search(r"\bsurgery discussed, indicated", text):
        return False
    if re.search(
        r"\b(?:no|not|never|without|avoid|declin\w*|refus\w*|prior|previous|past|history|status post|s/p|underwent|had)\b",
        text[: mention.start - sentence.start][-40:],
    ):
        return False
    if re.match(
        r"\s*(?:was|were)\s+(?!\w*(?:set|booked|scheduled|confirmed|given|moved|changed))",
        text[mention.end - sentence.start :],
    ):
        return False
    if words in ("posted", "surgery on", "or date", "surgery will be", "surgery date"):
        return bool(sentence.dates) and bool(
            re.search(r"fusion|decompress|lamin|discect|tlif|acdf|surgery|\bor\b|posted", text)
        )
    return True


def _is_multilevel(sentence: Sentence, mention: Mention) -> bool:
    if sentence.section in ("procedure", "procedure_detail", "exam", "psh"):
        return False
    return bool(
        re.search(
            r"disc|stenosis|patholog|degenerat|disease|dz\b|spondyl|facet|foramin|herniat|protrus|bulg", sentence.lower
        )
    )


def _is_program(sentence: Sentence, mention: Mention) -> bool:
    if sentence.section in ("psych", "education", "procedure_detail", "social_history", "family_history"):
        return False
    return not re.search(
        r"smok|tobacco|dietary|nutrition|diabet|pre-?implant|consent|clear(?:ed|ance)|evaluat", sentence.lower
    )


def _is_cyst(sentence: Sentence, mention: Mention) -> bool:
    return sentence.section not in ("education", "family_history")


_CHECKS = {
    "pain_generator_question": _is_open,
    "continuous_pain": _is_about_pain,
    "diagnostic_purpose": _is_diagnostic,
    "surgery_plan": _is_spine_surgery,
    "multilevel_pathology": _is_multilevel,
    "pain_program": _is_program,
    "synovial_cyst": _is_cyst,
}


def _fact(
    sentence: Sentence,
    span: Span,
    topic: str,
    value: str | None = None,
    assertion: Assertion = "present",
    low: float | None = None,
    high: float | None = None,
) -> Statement:
    words = span.of(sentence.view.note.text)
    return Statement(
        spans=(Span(span.start, span.end - len(words) + len(words.rstrip(" \t\r\n,"))),),
        topic=cast(StatementTopic, topic),
        value=value,
        low=low,
        high=high,
        assertion=assertion,
        section=sentence.section,
        source=f"rule:statement.{topic}",
    )
