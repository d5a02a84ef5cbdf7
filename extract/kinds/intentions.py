"""What lies ahead: wished for, meant, owed or asked for, by the verbs and nouns that say so around the thing.

"I'd like to do", "let's try", "it is reasonable to repeat", "has yet to finish". What a person "came to have", "went on to
have" or "had to do" is none of it: that has happened.
"""

from __future__ import annotations

from typing import NamedTuple

from chartproof.extract.regex import Regex

_ADVERB = r"(?:\w+ly\s+)?(?:(?:then|also|just|now|first|still|at\s+least|go\s+ahead(?:\s+and|\s+to)?)\s+)?"
_VERB = (
    r"(?:do|try|perform|give(?:\s+(?:him|her|them|you))?|repeat|get|have|undergo|schedule|arrange|book|offer|start(?:\s+with)?|begin(?:\s+with)?|proceed\s+with"
    r"|use|attempt|place|put|request|submit|order|obtain|pursue|receive|complete|finish|attend|go\s+through|get\s+through|fail|see\s+(?:if|whether|how))"
)
#: Up to the thing itself; a verb that has happened, or a new clause, ends it.
_GAP = (
    r"\s+(?:(?!\b(?:had|has|have|was|were|after|following|since|because|while|whereas|until|when|but|which|that|who|did|completed|finished|failed|tried|underwent|attended|received)\b"
    r"|\band\s+(?:s?he|they|the\s+patient|patient|pt)\b)[^,.;:]){0,70}$"
)
_WHOM = r"(?:\s+(?:him|her|them|me|us|you|the\s+patient|patient|pt))?"
_MEANT = Regex(
    rf"\b(?:(?P<firm>(?:i|we)(?:\s*(?:'ll|will|shall)|\s*(?:'d|would)\s+(?:like|prefer|want){_WHOM}\s+to|\s+(?:want|wish|intend|propose|hope|aim|mean){_WHOM}\s+to"
    rf"|\s*(?:'m|am|'re|are)\s+(?:inclined|happy|going|planning|hoping|prepared)\s+to)|let\s?'?s|let\s+us|will|(?:plan|intention|aim|preference)\s+(?:is|would\s+be){_WHOM}\s+to)"
    rf"|(?:would|likes?|wants?|wish(?:es)?|inclined|happy|reasonable|sensible|worthwhile|prudent|best|hopes?|hoping|keen|eager|willing|asked?|better|ready|prefers?|tempted|logical|appropriate)"
    rf"(?:\s+for)?{_WHOM}\s+to)\s+{_ADVERB}{_VERB}{_GAP}"
    rf"|\b(?:expects?|anticipates?|hopes?|hoping)\b(?!\s+to\b){_GAP}"
)
_OWED = Regex(
    rf"\b(?:(?:has|have|is|are|needs?|expected|supposed|required|would\s+(?:have|need)|ought)\s+(?:yet\s+|still\s+)?to|yet\s+to|must|should)\s+{_ADVERB}(?!have\s+(?:had|done|failed|completed|tried)){_VERB}{_GAP}"
)
_ASKED_ABOUT = Regex(
    r"\b(?:ask(?:s|ed|ing)?\s+about|inquir(?:es?|ed|ing)\s+about|questions?\s+about|curious\s+about|(?:plan\s+of\s+care|poc|recommendation|prescription|order)\s*(?:is|was|:)(?:\s+for)?)\s+(?:(?!\b(?:had|has|was|after)\b)[^,.;:]){0,40}$"
)
_TO_COME = Regex(
    r"(?:\s+(?:for|x|over)\s+[\w -]{1,20}?)?\s+(?:(?:is|are|would\s+be|seems?|looks?)\s+(?:\w+ly\s+|also\s+|still\s+)?(?:reasonable|sensible|advisable|worthwhile|indicated|appropriate|the\s+(?:best\s+)?next\s+step|next|warranted|needed|necessary|required|called\s+for)\b"
    r"|(?:still\s+)?(?:remains?|remaining|left|to\s+go)(?=\s*(?:[.,;)]|$|on\b|before\b|in\s+(?:the|his|her)\b)))"
)


class Meant(NamedTuple):
    """Where in the words before a thing an intention begins, and whether it is the author's own."""

    at: int
    firm: bool


def meant(before: str) -> Meant | None:
    """What the lower-case words of a clause before a thing say that somebody means to do with it; None if nothing."""
    match = _MEANT.search(before)
    return None if match is None else Meant(match.start(), match["firm"] is not None)


def lies_ahead(before: str, after: str) -> bool:
    """Whether the lower-case words around a thing say that it is meant, owed, asked about or still to come."""
    return any(one.search(before) for one in (_MEANT, _OWED, _ASKED_ABOUT)) or _TO_COME.match(after) is not None
