"""The verb or list head that governs a therapy, read as grammar: tense, voice and mood in place of single words.

"is being used" is ongoing, "had been using" is over, "recommended that she wear" is planned; a head such as
"pain medications he takes now:" or "on three drugs for his back (" says the same of the whole list behind it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from chartproof.extract.regex import Regex
from chartproof.extract.view import Mention, Sentence
from chartproof.spans import Span

_ADV = r"(?:(?:currently|presently|now|also|already|still|just|only|then|again|since|quite|both|instead|\w+ly)\s+)*"
_DOING = (
    r"(?:taking|using|doing|getting|receiving|having|undergoing|attending|wearing|trying|performing|participating"
    r"|applying|relying|managing|treating|controlling|practicing)"
)
_DONE = r"(?:used|taken|prescribed|treated|managed|handled|addressed|controlled|maintained|utilized|employed|given(?!\s+(?:\w+\s+){1,2}doses?\b)|kept|covered|stabilized)"
_PUT = r"(?:fitted\s+with|(?:placed|put|kept)\s+(?:on|in|into)|tried\s+(?:on|with)|provided\s+with|given\s+an?|sent\s+(?:for|to|home\s+(?:on|with)))"
_DO = (
    r"(?:increase|decrease|titrate|take|use|wear|do|try|finish|complete|go\s+(?:to|through|for|back)|have|get|receive|undergo|attend|begin|start|participate|perform|apply|give|put|place|treat|manage|send|add|switch|initiate"
    r"|be\s+(?:(?:\w+ly|also)\s+)?(?:given|started|placed|put|treated|managed|prescribed|sent|fitted|enrolled|tried|provided|seen|on|in))"
)
_WHO = r"(?:he|she|they|him|her|them|the\s+patient|(?:mr|mrs|ms|miss)\.?\s+\w+|this\s+(?:patient|\w*man)|pt)"
_CARE = r"(?:treatments?|therap(?:y|ies)|management|regimen|care|medications?|meds|medicines?|analgesics?|modalities|measures|program)"

_GOVERNOR = Regex(
    # a prescription that was handed over, which is no plan where it is told of the past
    rf"\b(?P<rx>(?:(?:was|were|been|is|got|received)\s+)?{_ADV}(?:given|provided|supplied|issued|got|received|obtained)\s+(?:(?:with|him|her|an?|the|another|some|new|short|small|limited)\s+)*(?:prescriptions?|scripts?|rx|refills?|samples?|supply)\s+(?:for|of)\b)"
    rf"|\b(?P<ongoing>(?:is|are|am|he's|she's)\s+{_ADV}(?:being\s+)?(?:{_DOING}|{_DONE}|on\b|in\b|under\b)"
    rf"|(?:has|have)\s+{_ADV}(?:started|begun|resumed|restarted)(?!\s+to\b)|(?:has|have|he's|she's)\s+been\s+{_ADV}(?:{_DOING}|on\b(?!\s+(?:[\w-]+\s+){{0,3}}(?:course|trial)s?\b)|prescribed|maintained|(?:managed|placed|put|started|kept)\s+(?:back\s+)?on|controlled\s+(?:on|with))"
    rf"|(?:needs|has|have)\s+to\s+{_ADV}(?:take|use|wear|rely\s+on)"
    rf"|(?<!will )(?:treat(?:s|ing)|manag(?:es|ing)|controls|relie(?:ves|ving))\s+(?:(?:his|her|their|the|this|it|that|with)\s+){{0,2}}(?:\w+\s+){{0,3}}?(?:with|by)\b"
    rf"|{_CARE}\s+(?:(?:for|of|at|to)\s+(?:[\w']+\s+){{1,5}})?{_ADV}(?:includes?|consists?\s+of|comprises?))\b"
    rf"|\b(?P<done>had\s+been\s+{_ADV}(?:{_DOING}|{_DONE}|on\b|in\b|under\b)|(?:was|were)\s+{_ADV}(?:being\s+)?(?:{_DOING}|{_DONE}|on\b|{_PUT})"
    rf"|(?:has|have)\s+been\s+{_ADV}(?:{_DONE}|{_PUT}|on\s+(?:[\w-]+\s+){{0,3}}(?:course|trial)s?)"
    r"|(?<!\bi )(?<!\bwe )(?<!have )(?<!will )(?<!to )(?:put|placed|started)\s+(?:him|her|them|the\s+patient)\s+on"
    rf"|(?:is|was|were|been)\s+{_ADV}given\s+(?:\w+\s+){{1,2}}doses?\s+of"
    rf"|used\s+to\s+(?:take|use|do|wear|attend|go\s+to|see|be\s+on)|{_CARE}\s+(?:(?!which|that)[\w']+\s+){{0,6}}?(?:(?:has|have)\s+)?(?:included|consisted\s+of))\b"
    rf"|\b(?P<planned>(?:will|shall|he'll|she'll|we'll|i'll|should|(?:is|am|are)\s+(?:(?!not\b)\w+\s+)?(?:going\s+)?to)\s+{_ADV}(?:be\s+able\s+to\s+)?{_DO}"
    r"|i\s+(?:(?:have|also|then)\s+){0,2}(?:given|gave|provided|prescribed|wrote|written)(?:\s+(?:him|her|them|the\s+patient))?"
    r"|to\s+be\s+(?:placed|put|started|given|sent|fitted|treated|enrolled|seen|evaluated)"
    r"|(?:was|were)\s+(?:(?:supposed|meant|scheduled|due|going)\s+)?to\s+(?:have\s+)?(?:gone|go|done|do|had|started?|begun|begin|attended|attend|received?|undergone|undergo|tried|try|been\s+\w+)"
    rf"|(?:ask|tell|told|advis|instruct|encourag|urg|want|recommend|suggest|counsel|direct|request|allow|remind)\w*\s+(?:by\s+(?:[\w.'’]+\s+){{1,4}}|\w+\s+)?(?:that\s+)?(?:{_WHO}\s+)?(?:to\s+)?{_ADV}{_DO}(?<!get)(?<!have)"
    r"|(?:discuss|recommend|consider|requir|advis|suggest|plan|need|contact)\w*\s+(?:[\w']+\s+){0,6}?(?:increas|escalat|titrat|rais|adjust)\w+\s+(?:the\s+|his\s+|her\s+)?(?:dos(?:e|age)|level)s?\s+of"
    rf"|(?:have|get)\s+{_WHO}\s+(?:{_DO}|fitted|seen|evaluated|enrolled|started|set\s+up|on)|(?:may|can)\s+{_ADV}(?:take|use|apply|try|wear|have|start|be\s+given|be\s+treated))\b",
    re.IGNORECASE,
)
_COMMAND = Regex(r"[\W\d]*(?:please\s+)?(?P<planned>take|use|wear|apply|try|start|begin|add)\b", re.IGNORECASE)
_NOT_AGAIN = Regex(
    r"(?:\bnot\s+(?:to\s+)?(?:re-?start|resume|continue(?:\s+with)?|go\s+back\s+on)|\bbut\s+not)\s+(?:(?:the|his|her|their|any|on|with)\s+){0,2}$",
    re.IGNORECASE,
)
_NOT_YET = Regex(
    r"\b(?:has|have|had)(?:\s+not|n['’]t)\s+(?:yet|ever|as\s+yet|so\s+far|previously|recently|actually|really)\s+(?:had|done|tried|received|started|begun|undergone|attended|been\s+(?:to|in|through))"
    r"\s+(?:(?:any|an?|the|his|her|formal|much|prior)\s+){0,3}$",
    re.IGNORECASE,
)
_LATELY = Regex(
    r"\b(?:last\s+night|yesterday|this\s+morning|earlier\s+today|\w+\s+days?\s+ago|the\s+other\s+(?:day|night)|recently)\b",
    re.IGNORECASE,
)
_REFUSALS = frozenset({"declined", "unable", "negated", "stopped", "withdrawn"})
_HISTORY = frozenset({"hpi", "chief_complaint", "pmh", "history", "treatment", "subjective", "pain_history"})
_REACH = 150  # characters before a therapy in which its verb is looked for


_PROPOSED = "proposed"


def governor(sentence: Sentence, start: int, end: int) -> tuple[str, Mention] | None:
    """The verb group last before `end` (offsets into the note): how it says that the therapy stands, and its place."""
    text = sentence.view.note.text
    begin = max(start, end - _REACH)
    again = _NOT_AGAIN.search(text, begin, end) or _NOT_YET.search(text, begin, end)
    if again is not None:
        return "negated", _mention("negated", again.start(), again.end())
    last: re.Match[str] | None = None
    for match in _GOVERNOR.finditer(text, begin, end):
        last = match
    if last is None:
        last = _COMMAND.match(text, begin, end) if begin == start else None
    upper = _proposal(text, begin, end)
    if upper is not None and (last is None or last.start() <= upper.end() or not _FINITE.match(last[0])):
        return _PROPOSED, _mention("planned", upper.start(), upper.end())
    if last is None or last.lastgroup is None:
        return None
    name = last.lastgroup
    if name == "rx":
        if sentence.section not in _HISTORY and sentence.section != "exam":
            return None
        name = "ongoing" if _LATELY.search(sentence.text) else "done" if sentence.section in _HISTORY else "planned"
    return name, _mention(name, last.start(), last.end())


_PROPOSAL = Regex(
    r"\b(?:(?:orders?|referrals?|prescriptions?|scripts?|requests?)\s+(?:(?:was|were|has\s+been|is)\s+)?(?:sent|made|placed|given|written|faxed|submitted)\s+(?:to|for)\b"
    r"|(?:recommend(?:ed|s|ing)?|suggest(?:ed|s|ing)?|propos(?:e|ed|ing)|advis(?:e|ed|ing)|consider(?:ed|ing)?|discuss(?:ed|ing)?|order(?:ed|ing)?|offer(?:ed|ing)?|request(?:ed|ing)?)\s+(?!by\b|and\s+he\b)"
    r"|(?:talk|spok|speak|chat)\w*\s+(?:(?:with|to)\s+(?:him|her|them|the\s+patient)\s+)?about\b"
    r"|(?:a?waiting|pending)\s+(?:\w+\s+){0,2}?(?:authori[sz]ation|approval|coverage)\b"
    r"|(?:admitted|transferred)\s+(?:to\s+)?[^.;]{0,80}?\bfor\b(?=\s+[\w\s]*$|\s+(?:\w+\s+){0,2}(?:therap|rehab))"
    r"|(?:told|instructed|asked|encouraged|urged|directed)\s+(?:(?:him|her|them|the\s+patient)\s+)?to\b"
    r"|recommendations?\s+(?:for|of|is|are|include)\b|(?:options?|alternatives?|choices?)\s+(?:are|include|including|of|such|would|from|range)\b|would\s+(?:benefit|like|prefer|recommend|suggest|favor)\b|candidate\s+for\b"
    r"|would\s+(?:\w+ly\s+|first\s+)?(?:finish|complete|do|attend|try|start|begin)\b"
    r"|(?:will|should|shall|may|might|could|must|ought\s+to|needs?\s+to)\s+(?:\w+ly\s+|also\s+|first\s+|then\s+)?(?:finish|complete|have|get|try|do|receive|start|begin|go|see|be\s+(?:placed|put|started|given|sent|fitted|treated|enrolled|seen|evaluated|managed|offered|set|referred))\b"
    r"|(?:will|should|shall)\s+(?:\w+\s+)?(?:undergo|include|consist|need|require|proceed|benefit)\w*\b|to\s+be\s+(?:placed|put|started|given|sent|fitted|treated|enrolled)\b)",
    re.IGNORECASE,
)
_NO_PROPOSAL = Regex(
    r"\b(?:was|were|has|had|have|did|does|is|are|who|which|but|because|after|since|until|however|continue\w*|remain\w*|not|underwent|tried|received|took|takes|went|attended|completed|failed|without|declin\w+|refus\w+|despite|and\s+(?:he|she|they|the\s+patient|i))\b|[.;:]",
    re.IGNORECASE,
)
_STILL_OPEN = Regex(r"continued\s+(?!with\b|to\b|on\b)[\w\s/-]+,", re.IGNORECASE)
_FINITE = Regex(r"(?:is|are|am|has|have|had|was|were|used|he's|she's)\b", re.IGNORECASE)


def _proposal(text: str, begin: int, end: int) -> re.Match[str] | None:
    """A word of proposing on which the therapy hangs with no finite verb in between: "recommend a course of"."""
    found: re.Match[str] | None = None
    for match in _PROPOSAL.finditer(text, begin, end):
        gap = _STILL_OPEN.sub("", text[match.end() : end])
        if _NO_PROPOSAL.search(gap) is None and not re.search(
            r"\b(?:not|never|no|without|as)\s+(?:\w+ly\s+)?$",
            text[max(begin, match.start() - 25) : match.start()],
        ):
            found = match
    return found


def overrides(cue: str | None, cue_mention: Mention | None, verb: str, verb_mention: Mention) -> bool:
    """Whether the verb group says more than the single word found nearest to the therapy."""
    if cue_mention is None or cue is None or verb == "negated":
        return True
    if cue in _REFUSALS:
        return False
    if verb == _PROPOSED:
        return True
    return cue_mention.start < verb_mention.end


def _mention(name: str, start: int, end: int) -> Mention:
    return Mention("therapy_before", name, start, end, 0, 0)


@dataclass(frozen=True, slots=True)
class ListHead:
    """The words that open a list of treatments: of what, since when, and how it stands; `span` in the note."""

    span: Span
    tense: str | None  # ongoing, done, planned
    of_pain: bool
    of_drugs: bool
    failed: bool


_HEAD_NOUN = Regex(
    r"\b(?:(?P<drugs>medications?|medicines?|meds|drugs?|pills|analgesics?|pain\s?killers?|prescriptions?|agents)|(?P<care>treatments?|therap(?:y|ies)|modalities|measures|management|care|regimen))\b",
    re.IGNORECASE,
)
_HEAD_PAIN = Regex(
    r"\b(?:pain|spine|spinal|back|neck|lumbar|cervical|sciatica|leg|arm|radicul\w+|analges\w+|pain\s?killers?|spasms?)\b",
    re.IGNORECASE,
)
_HEAD_OTHER = Regex(
    r"\b(?:chest|abdominal|headaches?|migraines?|blood|seizures?|asthma|allerg\w+|cardiac|heart|diabet\w+|general|psych\w*)\b",
    re.IGNORECASE,
)
_HEAD_FAILED = Regex(
    r"\b(?:failed|without\s+(?:relief|benefit|success|improvement)|unsuccessful\w*|ineffective|not\s+(?:helped|helpful|effective))\b",
    re.IGNORECASE,
)
_HEAD_DONE = Regex(
    r"\b(?:past|previous(?:ly)?|prior|tried|failed|to\s+date|thus\s+far|so\s+far|(?:have|has)\s+(?:been\s+)?(?:used|taken|included)|had|was|were|formerly)\b",
    re.IGNORECASE,
)
_HEAD_NOW = Regex(
    r"\b(?:current(?:ly)?|presently|present\s+(?=spine|pain|problem|treat|med|regimen|therap)|now|ongoing|(?:is|are)\s+(?:\w+\s+)?(?:on|being|taking|using)|takes|using|taking|includes?|consists?)\b",
    re.IGNORECASE,
)
_HEAD_PLAN = Regex(r"\b(?:recommend\w*|plan\w*|options?|new|start\w*|suggest\w*|propos\w+|discharge)\b", re.IGNORECASE)
_HEAD_REACH = 130


def list_head(sentence: Sentence, start: int, end: int) -> ListHead | None:
    """The head of the list that the therapy at `end` stands in: what goes before the last colon or bracket."""
    text = sentence.view.note.text
    begin = max(sentence.start, end - 240)
    mark = max(text.rfind(":", begin, end), text.rfind("(", begin, end))
    for word in (" including ", " such as "):
        place = text.rfind(word, begin, end)
        if place > mark:
            mark = place
    if mark < 0 or (text[mark] == "(" and ")" in text[mark:end]) or re.search(r"[.;]\s|\n\s*\n", text[mark:end]):
        return None
    lead = text[max(begin, mark - _HEAD_REACH) : mark]
    cut = max(lead.rfind(". "), lead.rfind(";"), lead.rfind("\n\n"), lead.rfind(":"), lead.rfind(")"))
    head = lead[cut + 1 :]
    noun = None
    for match in _HEAD_NOUN.finditer(head):
        noun = match
    if noun is not None and text[mark] == " " and noun["drugs"] is None:
        return None
    if noun is None or (text[mark] == "(" and len(head) - noun.end() > 45):
        return None
    tense = None
    told = head[max(0, noun.start() - 50) :]
    if _HEAD_PLAN.search(told):
        tense = "planned"
    elif _HEAD_NOW.search(told) and not re.search(r"\bcurrent\s+(?:problem|pain|episode)\b", told, re.IGNORECASE):
        tense = "ongoing"
    elif _HEAD_DONE.search(told):
        tense = "done"
    elif _HEAD_NOW.search(told):
        tense = "ongoing"
    pain = _HEAD_PAIN.search(head) is not None and _HEAD_OTHER.search(head) is None
    if tense is None and pain and noun["drugs"] is not None:
        tense = "ongoing"
    return ListHead(
        Span(mark - len(head), mark + 1),
        tense,
        pain
        or noun["care"] is not None
        or (tense == "done" and _HEAD_OTHER.search(head) is None and _USED.search(head) is not None),
        noun["drugs"] is not None,
        _HEAD_FAILED.search(head) is not None,
    )


_USED = Regex(r"\b(?:tried|failed|(?:been|has|have)\s+used|trials?)\b", re.IGNORECASE)
