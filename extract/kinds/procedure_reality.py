"""Names of procedures that did not take place: wished for, called off, turned down, refused by a payer, read about.

These wordings carry no single word that settles the status, so that a name beside them would count as done.
"""

from __future__ import annotations

import re
from typing import Literal

from chartproof.extract.generalities import is_general
from chartproof.extract.kinds.procedure_anchors import Anchor
from chartproof.extract.regex import Regex

#: What became of a procedure: ahead, called off after it was planned, not wanted, or only a subject of talk.
Fate = Literal["planned", "called_off", "unwanted", "talk"]

_PAYER = (
    r"(?:insur\w+|payers?|payors?|carrier|health\s+plan|medicare|medicaid|aetna|cigna|bcbs|blue\s+cross|uhc|united(?:\s*healthcare)?|humana|tricare|evicore|carelon|"
    r"(?:work(?:ers?)?['’]?s?\s+|work\s+)comp\w*|adjuster|utilization\s+review|peer[- ]to[- ]peer|medical\s+director)"
)
_WISHED = Regex(
    r"\b(?:time\s+(?:for|to)|move\s+(?:on|ahead|forward)\s+(?:to|with)|on\s+the\s+(?:books|schedule|calendar|list)\s+(?:for|:)|line\s+(?:him|her|them|up)\b|in\s+line\s+for|wait(?:ing|s|ed)?\s+(?:on|for)\s+(?:an?|the|his|her)?"
    r"|(?:let['’]?s|(?:i|we)['’]ll|(?:i|we)(?:\s+would|['’]d)\s+(?:like|love|prefer|want)\s+(?:him|her|them)\s+to)\b(?!\s+(?:do|try|repeat|give|start)\b))"
    r"(?:(?!\b(?:after|since|following|had|underwent|but|review|see|relief|from|effects?|response|records?|results?|discuss\w*|consider\w*|talk|offer|mention|hold|avoid|think|explore|not)\b)[^.;]){0,50}$",
    re.IGNORECASE,
)
_AHEAD = Regex(
    r"[^\S\n]*,?[^\S\n]*(?:(?:is|set|planned)[^\S\n]+)?(?:(?:this\s+coming|this|next)\s+(?:mon|tues|wednes|thurs|fri|satur|sun)(?:day)?\b|(?:this\s+coming|next)\s+(?:week|month|visit|time|step|available)\b|(?:next|tomorrow|soon|shortly)(?=[^\S\n]*(?:[.,;)]|$))"
    r"|(?:in|within)\s+(?:about\s+|around\s+|the\s+next\s+|approximately\s+)?(?:\d+|an?|one|two|three|four|five|six|(?:a\s+)?couple(?:\s+of)?|(?:a\s+)?few)(?:\s*(?:-|to|or)\s*\w+)?\s+(?:days?|weeks?|wks?|months?|mos?)(?:['’]\s*time)?\b(?=[^\S\n]*(?:[.,;)]|$|with|once|pending|for\s+(?:the|his|her)))"
    r"|(?:once|when|as\s+soon\s+as|after|pending)\s+(?:(?:it\s+is|it['’]s|he\s+is|she\s+is|the|insurance|we\s+(?:have|get))\s+)*(?:auth\w*|approv\w*|clear\w*|off\s+(?:his|her|the)|insurance|a1c|inr|labs?)\b)",
    re.IGNORECASE,
)
_SUPPOSED = Regex(
    r"\b(?:had\s+(?:planned|scheduled|hoped\s+for|intended)|(?:was|were|had\s+been)\s+(?:all\s+|originally\s+|initially\s+|once\s+)?(?:supposed\s+to|meant\s+to|to\s+have|to\s+get|scheduled|set|slated|booked|due|lined\s+up|on\s+(?:the\s+\w+\s+)?for|approved|planned))\b[^.;]{0,45}$",
    re.IGNORECASE,
)
_FELL_THROUGH = Regex(
    r"[^.;]{0,60}\b(?:h(?:o|e)ld(?:ing)?\s+off|no\s+longer\s+(?:needed|necessary|planned)|defer\w*|cancel\w*|call(?:ed)?\s+(?:it\s+)?off|postpon\w*|no[- ]?show\w*|fell\s+through|never\s+(?:had|got|went|came|showed|made)|did(?:\s+not|n['’]t)\s+(?:go|show|make|have|come|happen|follow|get)|"
    r"but\s+(?:then\s+)?(?:(?:s?he|it|they|the\s+patient|pt)\s+)?(?:got\s+(?:sick|ill|covid|the\s+flu|a\s+cold|cold\s+feet|pregnant|admitted|scared)|had\s+(?:covid|the\s+flu|an?\s+(?:infection|fever|uti))|was\s+(?:sick|ill|admitted|hospitali[sz]ed|denied)|moved|lost\s+(?:his|her)?\s*(?:insurance|coverage|ride)|backed\s+out|chickened\s+out|changed\s+(?:his|her)\s+mind|could(?:\s+not|n['’]t)\s+(?:make|afford|get)))\b",
    re.IGNORECASE,
)
_TURNED_DOWN = Regex(
    r"\b(?:turn(?:ed|s|ing)\s+down|pass(?:ed|es|ing)?\s+on|sa(?:id|ys)\s+no\s+to|balk(?:ed|s)\s+at|sh(?:ied|ies|ying)\s+away\s+from|wants?\s+no\s+part\s+of|wants?\s+nothing\s+to\s+do\s+with|afraid\s+of|scared\s+of|fearful\s+of|nervous\s+about|(?:would|['’]d)\s+rather\s+not\s+(?:have|get|do|try))"
    r"\s+(?:(?:the|an?|any|his|her|another|further|more|having|getting|all|these|those|idea\s+of)\s+){0,3}$",
    re.IGNORECASE,
)
_NEVER_WENT = Regex(
    r"\b(?:back(?:ed|s)\s+out\s+of|chicken(?:ed|s)\s+out\s+of|put\s+off|never\s+follow(?:ed)?\s+through\s+(?:on|with)|never\s+went\s+(?:through\s+with|for|ahead\s+with)|did(?:\s+not|n['’]t)\s+(?:show(?:\s+up)?|make\s+it|come|go(?:\s+ahead)?)\s+(?:for|to|with)|"
    r"no[- ]?show(?:ed)?\s+(?:for|to)|skipp(?:ed|ing)|bailed\s+on|missed)\s+(?:(?:the|an?|his|her|that|this|scheduled|planned|second|repeat|\d{1,2}/\d{1,2}(?:/\d{2,4})?)\s+){0,4}$",
    re.IGNORECASE,
)
_READ_ABOUT = Regex(
    r"\b(?:hand-?outs?|brochures?|pamphlets?|literature|booklets?|leaflets?|videos?|information(?:al)?(?:\s+(?:sheets?|packet))?|(?:printed|written|reading|educational|education)\s+(?:materials?|information|sheets?)|education|instructions|webpage|website|article|packet|(?:read|reading|heard|googl(?:ed|ing)|curious|asks?|asked|questions?)\s+(?:up\s+)?(?:about|on)|swears\s+by)"
    r"\s+(?:(?:on|about|for|regarding|re|of)\s+)?(?:(?:the|an?|having|getting|lumbar|cervical|repeat)\s+){0,2}$",
    re.IGNORECASE,
)
_PAYER_REFUSED = Regex(
    rf"\b{_PAYER}\b[^.;]{{0,40}}\b(?:den(?:ied|ies|ying)|declin\w+|refus\w+|reject\w+|turned\s+down|(?:will|would|did|does)\s+not\s+(?:approve|cover|authorize|pay\s+for|allow)|(?:won|wouldn|didn|doesn)['’]t\s+(?:approve|cover|authorize|pay\s+for|allow))"
    r"(?:(?!\b(?:after|since|following|had|underwent|but)\b)[^.;]){0,40}$",
    re.IGNORECASE,
)
_REFUSED_BEHIND = Regex(
    rf"(?:(?!\b(?:gave|helped|relief|lasted|worked)\b)[^.;\n]){{0,40}}?(?:\b(?:was|were|is|got|been|keeps\s+(?:getting|being))\s+(?:again\s+)?(?:denied(?!\s+by\s+(?:the\s+)?(?:patient|pt\b))|rejected|turned\s+down|not\s+(?:approved|authorized|covered))\b"
    rf"|(?<!patient\s)\bdenied\s+(?:(?:again|twice|once)\s+)?(?:by\s+(?:the\s+|his\s+|her\s+)?{_PAYER}|on\s+(?:appeal|\d)|x\s?\d|due\s+to|for\s+(?:lack|no\b|not|insuff\w*)|as\s+not|\d{{1,2}}/\d|,?\s*(?:appeal|peer|p2p))|\bnot\s+(?:approved|authorized|covered)\b|{_PAYER}\s+(?:has\s+|again\s+)?(?:denied|refused|rejected))",
    re.IGNORECASE,
)


#: "RFA typically buys nine months": what such a procedure does at large.
_AT_LARGE = Regex(
    r"\s+(?:(?:typically|usually|generally|often|on\s+average)\s+(?:buys?|gives?|lasts?|provides?|helps?|yields?|works?|offers?|takes?|needs?|requires?)"
    r"|(?:can|may|should|will)\s+(?:typically\s+|usually\s+|often\s+)?(?:buy|give|last|provide|yield|offer|work\s+for))\b(?![^.;]*\b(?:him|her|this\s+patient)\b)",
    re.IGNORECASE,
)


#: A refusal or delay that was overcome.
_WENT_AHEAD = Regex(
    r"\b(?:initially|originally|at\s+first|first)\s+(?:denied|refused|rejected|not\s+(?:approved|authorized|covered))\b"
    r"|\b(?:approved|overturned|authorized|granted|won)\s+(?:on|after|upon|with)\b|\b(?:then|later|eventually|finally|but)\s+(?:\w+\s+){0,3}?(?:approved|authorized|overturned|done|performed|completed|given|had\s+it|went\s+ahead)\b"
    r"|\b(?:and|but|then|was)\s+(?:it\s+was\s+)?(?:done|performed|completed)\b",
    re.IGNORECASE,
)


def fate(anchor: Anchor, clause: str, before: str, after: str, cued: bool) -> Fate | None:
    """What became of a procedure that never took place; None where no such wording stands around its name.

    `clause` is the text of its clause before the name, `before` that of its sentence, `after` what the sentence says
    behind it; `cued`: another word has settled that it was done.
    """
    if is_general(anchor.sentence, anchor.span.start):
        return "talk"
    went_ahead = _WENT_AHEAD.search(after) is not None or _WENT_AHEAD.search(clause) is not None
    if not went_ahead and (_PAYER_REFUSED.search(before) or _REFUSED_BEHIND.match(after)):
        return "called_off"
    if _NEVER_WENT.search(clause) or (_SUPPOSED.search(clause) and _FELL_THROUGH.match(after)):
        return "called_off"
    if _TURNED_DOWN.search(clause):
        return "unwanted"
    if _READ_ABOUT.search(clause) or (not cued and _AT_LARGE.match(after)):
        return "talk"
    if _SUPPOSED.search(clause) and "suppos" in clause:
        return "planned"
    if _WISHED.search(clause) or (not cued and _AHEAD.match(after)):
        return "planned"
    return None
