"""What a psychological assessment finds, part by part.

Each part is told by a word for it and a word for its state in one clause: a word of cognition with
"intact" or "impaired", a physical ability, a will to take part, a substance that is denied or in
remission, the origin of the pain, the handling of the device. A clause that defers a part says
nothing of it, but for the cognitive part, whose deferral is a finding.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from chartproof.extract.kinds.psych_clauses import NEGATED, phrase_start, stripped
from chartproof.extract.kinds.psych_origin import origin
from chartproof.extract.regex import Regex
from chartproof.facts import Assertion


class Part(NamedTuple):
    """A finding of the assessment: its normalized name, whether it is affirmed, and its characters in the text."""

    finding: str
    assertion: Assertion
    start: int
    end: int


_CLAUSE_END = Regex(r"[;\n|]|(?<!\bvs)(?<!\bDr)\.(?=\s)|,?\s+(?:but|however|although|though|whereas)\b", re.IGNORECASE)
_OPEN = Regex(
    r"\b(?:deferred|pending|tbd|incomplete|unclear|undetermined|whether|discontinued|not\s+discussed"
    r"|(?:unable|cannot|can\s*not|could\s+not|not\s+able|too\s+early)\s+(?:to\s+)?(?:be\s+)?(?:yet\s+)?(?:comment|assess|determine|judge|evaluate|rate|address|complete|say)\w*"
    r"|not\s+(?:yet\s+)?(?:been\s+)?(?:assessed|completed|tested|addressed|evaluated|examined|done|covered|determined)"
    r"|(?:to|will|must|should|needs?\s+to|would\s+need\s+to|has\s+yet\s+to|remains\s+to)\s+be\s+(?:assessed|completed|determined|tested|evaluated|shown|addressed|seen)"
    r"|(?:will|must|should|needs?\s+to|would\s+need\s+to|has\s+to|have\s+to|has\s+yet\s+to)\s+(?:first\s+)?(?:be\s+(?:able|willing|taught)|demonstrate|show|learn|prove|agree))\b",
    re.IGNORECASE,
)
#: A condition, or a diagnosis that is only asked after, tells no part.
_CONDITIONAL = Regex(
    r"^\W*(?:if|once|unless|assuming|provided)\b|(?:^|[:,-]\s*|\bto\s+)(?:rule\s+out|r/o)\b"
    r"|\b(?:cannot|can't|can\s+not|could\s+not|couldn't|unable\s+to|not)\s+(?:\w+\s+){0,2}?(?:ruled?\s+out|excluded?)\b",
    re.IGNORECASE,
)
_UNABLE = Regex(
    r"\b(?:unable|inability|not(?!\s+only)|cannot|can't|couldn't|never|lacks?|incapable|fail(?:s|ed)|struggl\w+|difficulty|trouble|no\s+longer|doubt\w*|insufficient|inadequate|questionable|limited)\b",
    re.IGNORECASE,
)
_ASSISTED = Regex(
    r"\b(?:without|w/o|no)\s+(?:any\s+)?(?:prompt\w*|help|difficult\w*|assistance|trouble|cue\w*|errors?|problems?|limits?|limitations?|doubts?)\b",
    re.IGNORECASE,
)
_OTHERS = Regex(
    r"\b(?:brother|sister|father|mother|uncle|aunt|maternal|paternal|husband|wife|spouse|son|daughter|family|parents?|cousin|caregiver|attendant|aide|fhx?)\b",
    re.IGNORECASE,
)
_NOT_ASKED = Regex(
    r"^\W*(?:but|though)?\W*(?:that|this|which|it)\s+(?:is|was)\s+(?:not|n't)\s+(?:required|needed|necessary|expected)",
    re.IGNORECASE,
)

_DEVICE = r"(?:stimulat\w+|neurostimulat\w+|device|programm?er|remote|controller|pump|charger|charging|recharg\w+|system|implant\w*|hardware|equipment|technology|handset|dose\s+manager|ptm|patient\s+unit|programs?|programming|settings|demo\w*)"

# -- cognition -------------------------------------------------------------------------------------------------------

_COGNITION = Regex(
    r"\b(?:cognit\w+|neurocognit\w+|intellect\w*|intelligence|memory|judge?ment|comprehension|executive\s+function\w*|mentation|decision[- ]making\s+capacity|mental\s+capacity)\b",
    re.IGNORECASE,
)
_SOUND = Regex(
    r"\b(?:intact|normal|adequate|average|wnl|sufficient|good|strong|excellent|fine|ok(?:ay)?|able|capable|capacity|preserved|unimpaired|unremarkable|sound|appropriate|competent|nl|yes)\b",
    re.IGNORECASE,
)
_UNSOUND = Regex(
    r"\b(?:impair\w*|deficits?|poor|declin\w+|dementia|inadequate|insufficient|limited|borderline|abnormal\w*|lacks?|concerns?|unable|problems?|difficult\w*|compromised|limitations?|barriers?|disorder|dysfunction|delirium)\b|\bbelow\s+(?:average|normal|expect\w+)",
    re.IGNORECASE,
)
_SCORE = Regex(
    r"\b(?P<test>MoCA|MMSE|SLUMS|Mini-?Cog|RBANS)\b[^\d\n;]{0,18}?(?P<score>\d{1,3})(?!\s*%)(?:\s*/\s*\d+)?",
    re.IGNORECASE,
)
_NORMAL_FROM = {"moca": 26, "mmse": 24, "slums": 27, "minicog": 3, "rbans": 85}

# -- handling the device ---------------------------------------------------------------------------------------------

_HANDLES = Regex(
    rf"\b(?:(?:difficult\w*|trouble|able|capable|can|could|ability|capacity|competent|skills?|knows\s+how)\b(?:\s+[\w/+&'-]+){{0,3}}?\s+(?:manag\w+|operat\w+|us(?:e|ing)|handl\w+|program\w*|learn\w*|recharg\w+|charg\w+|control\w*|adjust\w*|work(?:ing)?|run(?:ning)?|navigat\w+|interact\w*)"
    rf"|(?:demonstrat\w+|return\s+demonstrat\w+|operate[sd]|handle[sd]|navigate[sd]|changed|recharged|adjusted|used|manage[sd]|turned)\b)"
    rf"(?:[\s,]+[\w/+&'()-]+){{0,7}}?[\s,]+{_DEVICE}\b|\b(?:programs|intensit\w+|settings)\s+(?:were\s+)?changed\b",
    re.IGNORECASE,
)
_EXPLAINS = Regex(
    r"\b(?:understands?|understood|explain(?:s|ed)?|describe[sd]?|verbali[sz]e[sd]?|articulate[sd]?|teach[- ]?back|taught\s+back|grasps?|recites?|recited)\b"
    r"(?:[\s,:]+[\w/+&'()-]+){0,8}?[\s,]+(?:pump|device|stimulator|refills?|alarms?|withdrawal|charging|recharging|remote|programmer|magnet|implant)\b",
    re.IGNORECASE,
)

# -- body and will ---------------------------------------------------------------------------------------------------

_BODY = Regex(
    r"\b(?:physical(?:ly)?(?!\s+(?:therap\w*|basis|cause|exam\w*|symptoms?|conditions?|patholog\w*|disease|disorder|abuse|health|pain|injur\w*|origin|complaints?|trauma))"
    r"|(?:manual\s+|finger\s+|hand\s+)?dexterity|hand\s+function|fine\s+motor|use\s+of\s+(?:both|his|her|the)\s+hands?|uses\s+(?:both|his|her|the)\s+hands?)\b",
    re.IGNORECASE,
)
_BODY_SOUND = Regex(
    r"\bup\s+to\b|\b(?:able|ably|capable|capability|fit|adequate|sufficient|good|intact|normal|can|full|well|preserved|appropriate|yes|competent|satisfactory|fine|independent(?:ly)?)\b",
    re.IGNORECASE,
)
#: "no physical barrier to taking part"; the words are a denial and a soundness in one.
_NO_BARRIER = Regex(
    r"\b(?:no|without|nothing)\s+(?:\w+\s+)?(?:physical(?:ly)?|motor|medical\s+or\s+physical)\s+(?:or\s+\w+\s+)?(?:barriers?|limitations?|limits?|obstacles?|reasons?|restrictions?|impediments?|problems?|that\s+would|to)\b[^.;]{0,40}?\b(?:participat\w+|tak(?:e|ing)\s+part|attend\w*|manag\w+|operat\w+|us(?:e|ing)|handl\w+|pump|stimulator|device|care|visits?|refills?|follow[- ]?up)\b",
    re.IGNORECASE,
)
#: What is asked of the body: to come, to take part, to work the device.
_ASKED_OF_BODY = Regex(
    rf"\b(?:participat\w*|tak(?:e|ing)\s+part|attend\w*|operat\w*|manag\w*|press\w*|charg\w*|recharg\w*|travel\w*|refills?|visits?|appointments?|care|{_DEVICE})\b",
    re.IGNORECASE,
)
_UNABLE_TO = Regex(r"\s*(?:\w+\s*)?[:=-]\s*(?:cannot|can't|unable\s+to|not\s+able\s+to|difficulty)\b", re.IGNORECASE)
_ATTENDS = Regex(
    r"\b(?:able|capable|can|has\s+(?:reliable\s+)?transport\w*)\b(?:[\s,]+[\w/+&'()-]+){0,6}?[\s,]+(?:(?:attend|travel|com(?:e|ing)|get|return|drive|mak(?:e|ing)|keep)\w*(?:[\s,]+[\w/+&'()-]+){0,6}?[\s,]+(?:refills?|visits?|appointments?|clinic|follow[- ]?ups?)|(?:participat\w+|tak(?:e|ing)\s+part))\b",
    re.IGNORECASE,
)
_WILL = Regex(
    r"\b(?:willing(?:ness)?|wants?|motivat(?:ed|ion)|eager|keen|agrees?|agreeable|committed|commitment|desires?|wishes|enthusiastic|accepts|consents?)\b",
    re.IGNORECASE,
)
#: What somebody says to do every time is a will to take part.
_WILL_COME = Regex(
    r"\b(?:will|promises\s+to|intends\s+to|plans\s+to|ready\s+to|prepared\s+to)\s+(?:come|keep|attend|return|make|show\s+up|be\s+there|take\s+part|participate|follow\s+through)\b[^.;]{0,30}?\b(?:every|all|each|any|whatever|regular)\b[^.;]{0,30}?\b(?:refills?|adjustments?|visits?|appointments?|follow[- ]?ups?|programming|sessions?)\b",
    re.IGNORECASE,
)
_TO_TAKE_PART = Regex(
    r"\b(?:participat\w*|tak(?:e|ing)\s+part|proceed\w*|go(?:ing)?\s+(?:ahead|forward|through)|comply|compliance|adher\w+|attend\w*|follow\w*|refills?|therapy|treatment|pump|trial|implant\w*|stimulat\w*|device|visits?|appointments?|procedure)\b",
    re.IGNORECASE,
)
_BARE_WILL = Regex(r"\s*(?:[.,;:+&/\"\u201c-]|$|\band\b|w/|yes\b)", re.IGNORECASE)
_POOR_WILL = Regex(
    r"\s*[:=-]\s*(?:no|none|poor|low|limited|unclear|questionable|ambivalent|doubtful|not\b)\b", re.IGNORECASE
)
_UNWILLING = Regex(
    r"\b(?:unwilling|(?:would\s+)?rather\s+not|prefers?\s+not|ambivalen\w+|reluctan\w+|hesitan\w+|hesitat\w+|refus\w+|unsure|undecided|unmotivated|doubts?)\b|\b(?:not|no|never|isn't|poor|lacks?|little|limited|low)\s+(?:\w+\s+){0,2}(?:willing\w*|want|motivat\w+|eager|keen|agree\w*|committed|commitment|interested|sure|ready)\b",
    re.IGNORECASE,
)

# -- personality, substances ------------------------------------------------------------------------

_AXIS = Regex(
    r"\baxis\s+(?:ii|2)\b|\bpersonality\s+(?:disorder\w*|disturbance|patholog\w*|dysfunction|traits?|scales?)|\bcharacter\s+patholog\w*|\bpd\b|\b(?:borderline|antisocial|narcissistic|histrionic|avoidant|dependent|paranoid|schizoid|schizotypal)\s+(?:personality|traits?)",
    re.IGNORECASE,
)
_NONE = Regex(
    r"\b(?:none|nil|negative|neg|absent|no\s+diagnosis|no\s+dx|v71\.09|no|not\s+present|not\s+elevated|wnl|within\s+normal|unremarkable|normal|denied|not\s+found|not\s+seen)\b",
    re.IGNORECASE,
)
_MANAGED = Regex(
    r"\b(?:managed|treated|stable|stabilized|controlled|in\s+remission|in\s+(?:active\s+)?(?:treatment|therapy)|dbt|under\s+(?:care|treatment)|well[- ]managed|compensated)\b",
    re.IGNORECASE,
)
_UNMANAGED = Regex(
    r"\b(?:untreated|unmanaged|uncontrolled|not\s+(?:in\s+treatment|treated|managed|controlled)|declines\s+treatment|unstable)\b",
    re.IGNORECASE,
)
_SUBSTANCE = Regex(
    r"\b(?:addict\w*|substances?(?:[- ]use)?|chemical\s+dependen\w+|alcoholism|(?:alcohol|etoh|drugs?|opioids?|opiates?|cocaine|cannabis|stimulants?|heroin|methamphetamine)(?:\s*(?:,|/|or|and)\s*\w+)*\s+(?:(?:use|abuse|misuse)\s+disorders?|abuse|misuse|addiction|problems?|issues?|depend\w+|concerns?)|use\s+disorders?|aud|oud|sud)\b",
    re.IGNORECASE,
)
_NEVER_TROUBLE = Regex(
    r"\b(?:no|never|denies|without)\b[^.;]{0,25}?\b(?:problems?|trouble|issues?|difficult\w+)\s+(?:with|from)\s+(?:(?:any|either|the|his|her)\s+)?(?:drugs?|alcohol|drink\w*|substances?|opioids?|pills)(?:\s+(?:or|and|nor)\s+(?:\w+\s+)?(?:drugs?|alcohol|drink\w*|substances?|opioids?|pills))?\b",
    re.IGNORECASE,
)
_ONLY_USE = Regex(r"^(?:\s+(?:use|abuse|misuse|issues?|concerns?|problems?|disorders?))?", re.IGNORECASE)
_REMISSION = Regex(
    r"\b(?:in\s+(?:(?:full|sustained|early|stable|complete|long[- ]?term|long[- ]?standing)\s*,?\s*)*(?:remission|recovery)|abstinent|sober|sobriety|treated|stable\s+on\s+(?:buprenorphine|suboxone|methadone|naltrexone|mat|moud)|on\s+(?:mat|moud))\b",
    re.IGNORECASE,
)
_ACTIVE = Regex(
    r"\b(?:active|untreated|current(?:ly)?|ongoing|existing|severe|moderate|continues|meets?\s+criteria|positive)\b",
    re.IGNORECASE,
)
_RELAPSED = Regex(r"(?<!no )(?<!without )(?<!never )\b(?:relaps(?:ed|es)|slips?)\b", re.IGNORECASE)
_BUT_FOR = Regex(r"\b(?:except|other\s+than|apart\s+from|aside\s+from|save\s+for)\b", re.IGNORECASE)


def parts(text: str) -> Iterator[Part]:
    """The findings that a sentence, or a question of a form with its answer, tells."""
    for start, end in _clauses(text):
        clause = text[start:end]
        if not clause.strip():
            continue
        if _OPEN.search(clause):
            match = _COGNITION.search(clause) or _SCORE_NAME.search(clause)
            if match is not None or (_HANDLES.search(clause) and not _BODY.search(clause)):
                yield Part("cognitive part deferred", "present", *stripped(text, start, end))
            continue
        if _CONDITIONAL.search(clause):
            continue
        rest = text[end:]
        for reader in _READERS:
            for finding, holds, first, last in reader(clause, rest):
                yield Part(finding, "present" if holds else "negated", start + first, start + last)


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _CLAUSE_END.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


_Read = Iterator[tuple[str, bool, int, int]]
_SCORE_NAME = Regex(r"\b(?:moca|mmse|slums|mini-?cog|rbans)\b", re.IGNORECASE)


def _state(clause: str, low: int, high: int, good: Regex, bad: Regex) -> tuple[bool, int, int] | None:
    """Whether what stands between two places is called sound (True) or unsound, with the characters of that word."""
    told: list[tuple[bool, int, int]] = []
    for sound, words in ((True, good), (False, bad)):
        for match in words.finditer(clause, max(0, low), min(len(clause), high)):
            negated = NEGATED.search(clause[max(0, match.start() - 40) : match.start()]) is not None
            told.append((sound != negated, match.start(), match.end()))
    if not told or len({holds for holds, _, _ in told}) > 1:
        return None
    return told[0]


def _cognition(clause: str, rest: str) -> _Read:
    for word in () if _BUT_FOR.search(clause) else _COGNITION.finditer(clause):
        if NEGATED.search(clause[: word.start()]) and (bad := _UNSOUND.search(clause, word.end(), word.end() + 40)):
            yield "cognition intact", True, word.start(), bad.end()
            return
        state = _state(clause, word.start() - 40, word.end() + 60, _SOUND, _UNSOUND)
        if state is not None:
            holds, first, last = state
            yield "cognition intact", holds, min(first, word.start()), max(last, word.end())
            return
    for match in _SCORE.finditer(clause):
        least = _NORMAL_FROM[match["test"].lower().replace("-", "")]
        if int(match["score"]) >= least:
            yield "cognition score normal", True, match.start(), match.end()
        elif state := _state(clause, match.end(), match.end() + 40, _SOUND, _UNSOUND):
            yield "cognition intact", state[0], match.start(), state[2]


def _handling(clause: str, rest: str) -> _Read:
    for words in (_HANDLES, _EXPLAINS):
        match = words.search(clause)
        if match is None or _about_another(clause, match.start()):
            continue
        before = clause[clause.rfind(",", 0, match.start()) + 1 : match.start()] + match[0]
        holds = _UNABLE.search(_ASSISTED.sub(" ", before)) is None
        if not holds and (_NOT_ASKED.match(rest) or _BODY.search(clause)):
            continue
        yield "able to manage device", holds, match.start(), match.end()
        return


def _body(clause: str, rest: str) -> _Read:
    free = _NO_BARRIER.search(clause)
    if free is not None and not _about_another(clause, free.start()):
        yield "physically capable", True, free.start(), free.end()
        return
    attends = _ATTENDS.search(clause)
    word = _BODY.search(clause)
    if attends is None and word is None:
        return
    first = word or attends
    assert first is not None
    if _about_another(clause, first.start()) or _NOT_ASKED.match(rest):
        return
    if word is not None:
        label = _UNABLE_TO.match(clause, word.end())
        if label is not None and _ASKED_OF_BODY.search(clause, label.end()) is None:
            return  # one movement that fails under the heading decides nothing
        state = _BODY_SOUND.search(clause, word.end()) or (_BODY_SOUND.search(clause) if word.end() > 0 else None)
        if state is None or state.start() - word.end() > 120:
            if _UNABLE.search(clause):
                yield "physically capable", False, *stripped(clause, word.start(), len(clause))
            return
        span = (min(word.start(), state.start()), max(word.end(), state.end()))
    else:
        assert attends is not None
        span = (attends.start(), attends.end())
    holds = _UNABLE.search(_ASSISTED.sub(" ", clause)) is None
    yield "physically capable", holds, *span


def _will(clause: str, rest: str) -> _Read:
    against = _UNWILLING.search(clause)
    if against is not None and not NEGATED.search(clause[: against.start()]):
        if (
            (_TO_TAKE_PART.search(clause, against.end()) or _WILL.search(against[0]))
            and not _about_another(clause, against.start())
            and _SUBSTANCE.search(clause) is None  # the treatment refused is that of the addiction
        ):
            yield "willing to participate", False, against.start(), against.end()
        return
    if (comes := _WILL_COME.search(clause)) is not None and not _about_another(clause, comes.start()):
        yield "willing to participate", True, comes.start(), comes.end()
        return
    for word in _WILL.finditer(clause):
        if _about_another(clause, word.start()) or NEGATED.search(
            clause[max(0, word.start() - 30) : word.start()].rpartition(",")[2]
        ):
            continue
        target = _TO_TAKE_PART.search(clause, word.end(), min(len(clause), word.end() + 70))
        bare = word[0].lower() in ("willing", "willingness") and _BARE_WILL.match(clause, word.end())
        if bare and (answer := _POOR_WILL.match(clause, word.end())) is not None:
            yield "willing to participate", False, word.start(), answer.end()
            return
        if bare or target is not None:
            yield "willing to participate", True, word.start(), word.end() if target is None else target.end()
            return


def _axis(clause: str, rest: str) -> _Read:
    word = _AXIS.search(clause)
    if word is None or _about_another(clause, word.start()):
        return
    before = clause[max(0, word.start() - 60) : word.start()]
    after = clause[word.end() : word.end() + 60]
    if _UNMANAGED.search(clause):
        yield "axis II managed", False, word.start(), word.end()
    elif (
        NEGATED.search(before)
        or re.search(r"\bno\s+(?:elevation|abnormalit|finding)\w*\b", before, re.IGNORECASE)
        or _NONE.search(after)
    ):
        yield "axis II none", True, phrase_start(clause, word.start()), word.end()
    elif _MANAGED.search(clause):
        yield "axis II managed", True, word.start(), word.end()


def _substances(clause: str, rest: str) -> _Read:
    never = _NEVER_TROUBLE.search(clause)
    if never is not None and not _about_another(clause, never.start()) and not _BUT_FOR.search(clause):
        yield "no untreated addiction", True, never.start(), never.end()
        return
    word = _SUBSTANCE.search(clause)
    if word is None or _about_another(clause, word.start()) or _BUT_FOR.search(clause):
        return
    before, after = clause[: word.start()], clause[word.end() : word.end() + 60]
    end = word.end() + len(_ONLY_USE.match(after)[0])  # type: ignore[index]
    remission = _REMISSION.search(clause)
    if remission is not None and _RELAPSED.search(clause + rest[:60]):
        return
    if remission is not None and not NEGATED.search(clause[: remission.start()][-25:]):
        if re.search(r"\buntreated\b", before, re.IGNORECASE) and not NEGATED.search(before):
            return
        yield "no untreated addiction", True, min(word.start(), remission.start()), max(end, remission.end())
    elif NEGATED.search(before[-60:]) or re.match(
        r"[^.;]{0,14}[:=-]?\s*(?:\w+\s+){0,2}(?:none|no|nil|denied|denies|negative|neg|absent|never)\b",
        after,
        re.IGNORECASE,
    ):
        yield "no untreated addiction", True, phrase_start(clause, word.start()), end
    elif re.search(r"\blow\s+risk\b", clause, re.IGNORECASE):
        yield "no untreated addiction", True, *stripped(clause, 0, end)
    elif (active := _ACTIVE.search(clause)) is not None and re.search(
        r"addict|disorder|depend|abuse|misuse|alcoholism", word[0] + after[:20], re.IGNORECASE
    ):
        yield "no untreated addiction", False, min(active.start(), word.start()), max(active.end(), end)


def _about_another(clause: str, place: int) -> bool:
    """Whether a relative or helper stands as subject before the words."""
    return _OTHERS.search(clause[max(0, place - 30) : place]) is not None


_READERS: tuple[Callable[[str, str], _Read], ...] = (_cognition, _handling, _body, _will, origin, _axis, _substances)
