"""Gains of function told by a verb of ability or return with a verb of activity: "was again walking", "could drive again"."""

from __future__ import annotations

import re

from chartproof.extract.regex import Regex
from chartproof.extract.view import Mention, Sentence
from chartproof.spans import Span

_ACTIVITY = (
    r"(?:walk|stand|sit|turn|driv|sleep|lift|bend|work|garden|shop|cook|climb|golf|swim|danc|play|rid|hik|mow|vacuum|clean|dress|"
    r"shower|carr|reach|kneel|travel|typ|teach|coach|fish|runn?|exercis|volunteer|stock|bowl|sew|paint|farm|cycl|camp|rak|bak|"
    r"do(?:ing)? (?:the |her |his |my )?(?:dish|laundr|chor|housework|yard))\w*"
)
_AGAIN = Regex(
    rf"\b(?:could|can|able to|managed to)\s+(?:now\s+|once\s+)?(?:again\s+)?{_ACTIVITY}\b[^.;]{{0,50}}?\b(?:again|without|longer|further|farther|for (?:the )?\w+ (?:hours?|minutes?|blocks?|miles?))\b"
    rf"|\b(?:could|can)\s+(?:once\s+)?again\s+{_ACTIVITY}"
    rf"|\b(?:was|were|is|am|been)\s+(?:once\s+)?(?:again|back)\s+(?:to\s+|at\s+)?{_ACTIVITY}"
    rf"|\bability to\s+(?:again\s+)?{_ACTIVITY}"
    rf"|\b(?:resumed|returned to|went back to|gone back to|got back to)\s+(?:the\s+|his\s+|her\s+)?{_ACTIVITY}"
    rf"|\b(?:let|lets|allowed|allows|enabled|permitted)\s+(?:him|her|me|them|the patient|patient|pt)\s+(?:to\s+)?{_ACTIVITY}"
    rf"|\b{_ACTIVITY}\s+(?:[\w']+\s+){{0,6}}again\b",
    re.IGNORECASE,
)
_DOES = Regex(
    rf"\s*(?:to\s+)?(?:(?:once|again|now|also|even|then|only|fully|easily|comfortably|independently|finally)\s+)*(?:{_ACTIVITY}|(?:go|get|return|resume|perform|do|carry|enjoy|swing|use|put|take (?:care|walks)|ambulat\w*|"
    r"raise|hold|participate|tolerate (?:sitting|standing|walking|activit\w*)|function|move|tie|wear|open|write|pick|push|pull|squat|jog|bath\w*|complete|continue|attend|make|wash|care)\b(?! (?:an? )?(?:mri|exam|x-?ray|adequate|good|stud)))"
    r"(?![^.;,]{0,30}\b(?:with (?:assist\w*|the assistance|help|a walker|a cane|support|difficulty)|only with|minimally))",
    re.IGNORECASE,
)
_NOT_NOW = Regex(
    r"\b(?:needs?|requires?)\b[^.;]{0,90}$|\b(?:will|would|should|may|might|could|not|never|cannot|un|if|until|hop\w+|goal\w*|in order|expect\w*|son|daughter|wife|husband|mother|father|i|we|surgeon|nurse)\b[^.;]{0,40}$",
    re.IGNORECASE,
)
_GUARD = Regex(
    r"\b(?:not|no|never|n't|cannot|unable|until|unless|if|when|want\w*|wish\w*|hop\w+|goal\w*|would|will|expect\w*|try\w*|plan\w*|before|pain|hurts?|worse|trouble|difficult\w*|wak\w+|limp\w*|while|stopped|again needs|limit\w*)\b[^,;.]{0,40}$",
    re.IGNORECASE,
)
_AFTER_GUARD = Regex(
    r"\s*(?:is|was|are|were|hurts?|caus\w+|brings?|makes?|aggravat\w*|worsen\w*|limited|impossible|painful|difficult)\b",
    re.IGNORECASE,
)


def able_again(sentence: Sentence, ability: Mention) -> bool:
    """Whether what the patient is able to do is an activity, now, without help."""
    text = sentence.text
    start, end = ability.start - sentence.start, ability.end - sentence.start
    if _NOT_NOW.search(text[:start]):
        return False
    return _DOES.match(text, end) is not None


def stated_gain(sentence: Sentence) -> Span | None:
    """The words of a sentence that state a function regained; None without any, or with a negated or wished one."""
    for match in _AGAIN.finditer(sentence.text):
        if _GUARD.search(sentence.text[: match.start()]) or _AFTER_GUARD.match(sentence.text, match.end()):
            continue
        if re.search(r"\b(?:pain|hurts?|cannot|not|worse|limit\w*|unable)\b", match[0], re.IGNORECASE):
            continue
        return Span(sentence.start + match.start(), sentence.start + match.end())
    return None
