"""Whether the pain is of psychological origin, as an assessment judges it.

A psychological word counts only as an origin: beside a noun of origin, alone ("psychogenic"), or as a
disorder that a word of causing ties to the pain; distress, treatment and testing are none. It is
denied by a denial that reaches it over a word of causing ("not produced or maintained by"), by the
other side of a contrast ("organic rather than"), or behind it ("plays no part"). What is left open,
said of a part only, or denied by the patient alone tells no origin.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from chartproof.extract.kinds.psych_clauses import NEGATED, phrase_start, stripped
from chartproof.extract.regex import Regex

_FINDING = "pain not psychogenic"
_PSYCHIC = Regex(
    r"\b(?:psychogenic|psychological(?:ly)?|psychologic|psychiatric|somatoform|somati[sz]\w+|somatic\s+symptom(?:\s+(?:disorder|diagnosis|dx))?|conversion|malinger\w*|symptom\s+magnification|functional\s+overlay|factitious|hysteri\w+)\b",
    re.IGNORECASE,
)
_OF_ORIGIN = Regex(
    r"\b(?:origins?|cause[ds]?|causal|basis|based|driven|drivers?|explain\w*|explanations?|account\w*|attribut\w*|produced?|maintained|etiolog\w*|components?|in\s+nature|generated|primar\w+|source|pain)\b",
    re.IGNORECASE,
)
_PSYCHIC_ALONE = frozenset(
    {"psychogenic", "somatoform", "conversion", "malingering", "factitious", "somatization", "somatisation"}
)
_CAUSING = r"(?:produced?|producing|maintained|caused|causing|driven|driving|explain\w*|explanation|account\w*|attribut\w+|due|secondary|results?|related|generated|mediated|perpetuated|based|origins?|thought|felt|believed|considered|judged|suspected|suggest\w*|indicat\w*|points?|pointing|reflect\w*|consistent|rooted)"
_ADJECTIVE = frozenset({"psychological", "psychologic", "psychologically", "psychiatric", "conversion"})
#: What an adjective must stand beside to tell an origin: not distress, treatment, testing or status.
_ORIGIN_NOUN = Regex(
    r"\s*(?:$|[,.;:)?/]|(?:in|or|and|rather|nor|but|one|not|is|are|was|were|instead|as|from)\b|(?:or\s+\w+\s+)?(?:(?:\w+\s+)?(?:factors?|causes?|causation|origins?|basis|explanations?|components?|etiolog\w*|sources?|drivers?|overlay|contribut\w+|mechanisms?|process\w*)|driven|based|caused|mediated|generated)\b)",
    re.IGNORECASE,
)
_DISORDER = Regex(
    r"\s+(?:or\s+\w+\s+)?(?:\w+\s+)?(?:disorders?|conditions?|diagnos[ie]s|dx|illness\w*|reactions?)\b", re.IGNORECASE
)
_CAUSE_WORD = Regex(
    rf"\b{_CAUSING}\b|\b(?:causes?|cause\s+of|sources?|basis|drivers?|origins?|explains?|as\s+an?\s+explanation)\b",
    re.IGNORECASE,
)
#: A denial with a word of causing between it and what is denied: "not produced or maintained by".
_CAUSE_DENIED = Regex(
    rf"\b(?:not(?!\s+(?:only|just|merely|solely|purely|entirely|exclusively|wholly|fully))|cannot|can't|isn't|aren't|doesn't|don't|wasn't|never|neither|nor|nothing|unlikely|doubt(?:ful)?)\b"
    rf"(?:(?!\b(?:but|rather|instead)\b)[^.;]){{0,40}}?\b{_CAUSING}\b(?:(?!\b(?:but|rather|instead|organic|physical)\b)[^.;]){{0,50}}$"
    r"|\bunlikely\s+(?:to\s+be\s+)?(?:\w+\s+)?$|\b(?:doubt(?:s|ful)?|unlikely)\s+(?:that\s+)?[^.;]{0,30}$",
    re.IGNORECASE,
)
#: The other of two is meant: "organic rather than".
_NOT_THIS_ONE = Regex(
    r"\b(?:rather\s+than|instead\s+of|as\s+opposed\s+to|and\s+not|not)\s+(?:from\s+|of\s+|to\s+|by\s+)?(?:an?\s+|the\s+)?(?:\w+ly\s+)?$",
    re.IGNORECASE,
)
#: What is left open, said of a part, or denied twice, tells no origin.
_ORIGIN_OPEN = Regex(
    r"\b(?:cannot|can't|can\s+not|could\s+not|couldn't|not|never)\s+(?:yet\s+)?(?:be\s+|been\s+)?(?:said|stated|exclude[ds]?|rule[ds]?\s+out|dismiss\w*|certain|sure|clear)\b"
    r"|\bnot\s+(?:only|just|merely|solely|purely|entirely|exclusively|wholly|fully|without|free)\b"
    r"|\b(?:possibl[ey]|may|might|could\s+be|partly|partially|in\s+part|suspicion|rule\s+out|r/o|questions?\s+of)\b",
    re.IGNORECASE,
)
_NO_CAUSE = Regex(
    r"[^.;]{0,30}?\b(?:(?:do|does|did)\s+not|don't|doesn't|didn't|cannot|can't)\s+(?:\w+\s+){0,2}?(?:explain|account|cause|drive|produce|maintain|generate|contribute|underlie)\b"
    r"|[^.;]{0,30}?\bplay(?:s|ed)?\s+no\b|[^.;]{0,30}?\b(?:is|are|was|were)\s+not\s+(?:felt\s+to\s+be\s+|thought\s+to\s+be\s+)?(?:the\s+|an?\s+)?(?:\w+\s+)?(?:sources?|causes?|drivers?|origin|basis|explanation|factors?|contributors?)\b"
    r"|[^.;]{0,30}(?::|\b(?:is|was|are|were)\b)\s*(?:none|no|not\s+(?:found|present|seen|evident|suspected)|absent|denied|unlikely)\b"
    r"|[^.;]{0,30}?\b(?<!not\s)(?<!not\sbeen\s)(?<!be\s)(?:ruled\s+out|excluded)\b",
    re.IGNORECASE,
)
#: Said of the words before it: "somatization is the primary driver of the pain".
_IS_CAUSE = Regex(
    r"(?:\s+\w+){0,2}?\s+(?:is|are|was|were|appears?\s+to\s+be|seems?\s+to\s+be)\s+(?:the\s+|an?\s+)?(?:\w+\s+)?(?:sources?|causes?|drivers?|origin|basis|explanation)\s+(?:of|for|behind)\b"
    r"|\s+as\s+(?:the|an?)\s+(?:\w+\s+)?(?:sources?|causes?|drivers?|origin|explanation)\b"
    r"|\s+(?:in\s+(?:origin|nature)\b)?\s*(?:rather\s+than|and\s+not|instead\s+of|as\s+opposed\s+to)\s+(?:an?\s+)?(?:organic|physical|medical|structural|neuropathic|somatic)\b",
    re.IGNORECASE,
)
_ORGANIC = Regex(
    r"\b(?:pain|symptoms?|complaints?)\s+(?:is|are|was|were|appears?|seems?)\s+(?:clearly\s+|primarily\s+|felt\s+to\s+be\s+|judged\s+to\s+be\s+)?(?P<not>not\s+)?(?:organic\b|(?:physical|physiologic|bodily|medical|structural)\s+in\s+(?:origin|nature)\b)",
    re.IGNORECASE,
)
_BODILY = Regex(
    r"\b(?:physical|organic|medical|structural|physiologic\w*|anatomic\w*|neuropathic|somatic|neurologic\w*|bodily)\s+(?:\w+\s+){0,2}?(?:basis|causes?|origins?|conditions?|etiolog\w*|patholog\w*|disease|injury|source|explanation|reason)\b",
    re.IGNORECASE,
)
_HAS_CAUSE = Regex(r"\b(?:pain|symptoms?|complaints?)\b|\bhas\s+an?\b", re.IGNORECASE)
#: The patient's opinion is no finding.
_PATIENT_DENIES = Regex(
    r"\b(?:he|she|they|patient|pt|clt|client|(?:mr|ms|mrs)\.?\s+\w+)\s+(?:strongly\s+|adamantly\s+)?(?:denie[sd]|denying|(?:does|did)\s+not\s+(?:believe|think|feel)|believes?|thinks?|feels?|says?|insists?)\b",
    re.IGNORECASE,
)
_ASSERTS = Regex(
    r"\b(?:is|are|appears?|seems?|largely|primarily|mainly|predominantly|significant|has|have)\b", re.IGNORECASE
)


def origin(clause: str, rest: str) -> Iterator[tuple[str, bool, int, int]]:
    """The origin of the pain that a clause tells: the finding, whether it is affirmed, and its characters."""
    question = re.search(r"\?\W*(yes|no)\b", clause, re.IGNORECASE)
    if question is None and _ORIGIN_OPEN.search(clause) is not None:
        return
    for word in _PSYCHIC.finditer(clause):
        before, after = clause[: word.start()], clause[word.end() :]
        told = before + after
        if not (_OF_ORIGIN.search(told) or word[0].lower() in _PSYCHIC_ALONE):
            continue
        if word[0].lower() in _ADJECTIVE and not (
            _ORIGIN_NOUN.match(after) or (_DISORDER.match(after) and (question or _CAUSE_WORD.search(told)))
        ):
            continue
        if question is not None:
            yield _FINDING, question[1].lower() == "no", word.start(), question.end()
            return
        if _NO_CAUSE.match(after):
            yield _FINDING, True, *stripped(clause, word.start(), len(clause))
            return
        if _PATIENT_DENIES.search(before):
            return
        denied = _CAUSE_DENIED.search(before) or _NOT_THIS_ONE.search(before)
        if denied is not None or NEGATED.search(before):
            yield (
                _FINDING,
                True,
                phrase_start(clause, word.start()) if denied is None else denied.start(),
                word.end(),
            )
            return
        if word[0].lower() == "psychiatric":
            continue
        if (caused := _IS_CAUSE.match(after)) is not None:
            yield _FINDING, False, word.start(), word.end() + caused.end()
            return
        if re.search(r"\b(?:pain|symptoms?)\b", told, re.IGNORECASE) and _ASSERTS.search(before):
            yield _FINDING, False, *stripped(clause, 0, word.end())
            return
    if (organic := _ORGANIC.search(clause)) is not None:
        yield _FINDING, organic["not"] is None, organic.start(), organic.end()
        return
    bodily = _BODILY.search(clause)
    if bodily is not None and _HAS_CAUSE.search(clause) and not NEGATED.search(clause[: bodily.start()]):
        yield _FINDING, True, bodily.start(), bodily.end()
