"""Imaging and electrodiagnostic studies: one fact per study, and per finding in the report of a study.

Findings count where a study is named, under an imaging heading, or in the report of a study; the
study is the last one named before the finding, or else the report's own. ``finding`` is what the note
tells behind the study's colon, verb or date, else the grade, the words and the level of the finding;
``code`` is the normalized finding, of several the one that a guideline asks for, and each further one
that guidelines ask for is a fact of its own. A study whose only such finding is denied ("no pars
defect", "canal patent") is ``negated``. A dated study without findings ("MRI 5/2023 per report") is a
fact without ``finding``; one that is ordered, only considered or not made is planned, hypothetical or
negated. Studies of the head or the trunk and ultrasound that guides a needle are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, cast

from chartproof.extract.kinds.common import box_before, is_of_relative, region_near, reports_study, shows_study
from chartproof.extract.regex import Regex
from chartproof.extract.view import PLAN_SECTIONS, Mention, NoteView, Sentence
from chartproof.facts import Assertion, Imaging, Region
from chartproof.spans import Span

Modality = Literal["mri", "ct", "xray", "emg", "bone_scan", "myelogram", "other"]

_SKIPPED = frozenset(
    {"family_history", "procedure_detail", "allergies", "education", "medications", "ros", "therapy_detail"}
)
_CODES = {
    "stenosis": "stenosis",
    "no_stenosis": "stenosis",
    "severe_stenosis_obstruction": "severe_stenosis_obstruction",
    "no_obstruction": "severe_stenosis_obstruction",
    "disc_herniation": "disc_herniation",
    "facet_arthropathy": "facet_arthropathy",
    "synovial_cyst": "synovial_cyst",
    "pars_defect": "pars_defect",
    "active_sacroiliitis": "active_sacroiliitis",
    "sacroiliitis": "sacroiliitis",
    "radiculopathy": "radiculopathy",
    "epidural_fibrosis": "epidural_fibrosis",
    "disc_degeneration": "disc_degeneration",
    "spondylolisthesis": "spondylolisthesis",
    "root_compression": "root_compression",
    "fracture": "fracture",
    "lesion": "lesion",
    "infection": "infection",
    "neuropathy": "neuropathy",
    "postoperative": "postoperative",
    "cord_signal": "cord_signal",
    "crps": "crps",
}
_LEVELLED = frozenset(
    {
        "stenosis",
        "disc_herniation",
        "disc_degeneration",
        "facet_arthropathy",
        "spondylolisthesis",
        "pars_defect",
        "synovial_cyst",
        "radiculopathy",
    }
)
_SACROILIAC = Regex(r"sacroil|\bsi\b|\bsij\b|\bsis\b|pelvi|iliac|sacral ala|sacral side", re.IGNORECASE)
_GRADE = Regex(
    r"\bgrade\s+(?P<low>[0-4]|i{1,3}v?|iv|one|two|three|four)(?:\s*(?:-|to|/)\s*(?P<high>[0-4]|iv|i{1,3}))?\b",
    re.IGNORECASE,
)
_GRADE_VALUE = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "one": 1, "two": 2, "three": 3, "four": 4}
_BOTH = Regex(r"bilat|both|symmetric|b/l", re.IGNORECASE)
_SI_ELSEWHERE = Regex(
    r"\bgrade\s+\w+\s+(?:anterolisthesis|listhesis|spondylolisthesis|retrolisthesis|slip|mobiliz|strain)", re.IGNORECASE
)
_JOINT = Regex(
    r"sacroil|\bsi\b|\bsij\b|\biliac\b|pelvis film|pelvis x|ap pelvis|xr pelvis|pelvis radiog|pelvis film|pelvis films",
    re.IGNORECASE,
)
_ASKED = Regex(
    r"\b(?:evaluate|evaluation|eval|assess|r/o|rule\s+out|question|indication|hx|reason|query)\b|\?", re.IGNORECASE
)
_NEGATOR_NEAR = Regex(
    r"\b(?:no|without|not|negative for|denies|free of|absence of|resolution of|resolved|rule[sd] out|exclude[sd])\b",
    re.IGNORECASE,
)
_ASKED_FOR = frozenset(
    {"pars_defect", "synovial_cyst", "stenosis", "severe_stenosis_obstruction", "radiculopathy", "epidural_fibrosis"}
)
_NEVER_DONE = Regex(
    r"\bnot (?:yet )?(?:been |be )?(?:done|obtained|performed)|\bcan(?:not|'t) be (?:done|obtained|performed)|\bcontraindicated|\bno (?:mri|x|ct|emg|l-spine|films|imaging)|never",
    re.IGNORECASE,
)
_NO_STUDY = Regex(r"\bno\W+(?:\w+\W+)?$", re.IGNORECASE)
#: A study of the head or the trunk is none of the spine's.
_ELSEWHERE = Regex(
    r"[\s,]*(?:scan\s+)?(?:of\s+)?(?:the\s+|his\s+|her\s+)?(?:brain|head|chest|abdomen|sinus\w*|breast|heart|orbits?|forearm|wrist|knee|ankle|elbow|face|jaw|neck\s+soft)\b",
    re.IGNORECASE,
)
_ELSEWHERE_BEFORE = Regex(r"\b(?:brain|head|chest|abdominal|cardiac|sinus|breast)\s+$", re.IGNORECASE)
_GUIDANCE = Regex(r"(?:\bunder|\bwith|\bby)\s+(?:\w+\s+)?$|^\s*[-\s]?guid", re.IGNORECASE)
_ON_RESULT = Regex(
    r"\b(?:if|once|when|after|unless|until)\s+(?:(?:the|we|they|have|has|she|he|her|his|an?|new|obtain|get|repeat|results?|of|with)\s+)*$",
    re.IGNORECASE,
)
_ORDERED_AT_ONCE = Regex(r"[^.;\[]{0,25}\border", re.IGNORECASE)
_WOULD = Regex(r"\b(?:would|could|might)\s+(?:\w+\s+){0,5}$", re.IGNORECASE)
_CONDITION = Regex(r"\b(?:if|unless|should|were)\b", re.IGNORECASE)
#: Findings whose denial decides a criterion.
_NEEDED = frozenset(
    {"pars_defect", "synovial_cyst", "stenosis", "severe_stenosis_obstruction", "sacroiliitis", "active_sacroiliitis"}
)
_SHOWS = Regex(
    r":(?!\d)|\s[-–]\s|\b(?:shows?|showed|showing|demonstrat(?:es|ed|ing)|reveal(?:s|ed|ing)?|finds?|found|reported|reads?|indicat(?:es|ed|ing)|consistent\s+with"
    r"|(?:was|were|is|are)\s+(?:read\s+as|reported\s+as|notable\s+for|significant\s+for|positive\s+for|negative\s+for)|remarkable\s+for|evidence\s+of)\b(?:\s+(?:as|of|to\s+be|evidence\s+of|that))?",
    re.IGNORECASE,
)
#: The result of a study that shows nothing: "films ... are unremarkable", "XR: neg".
_CLEAN = Regex(
    r"[^.;|]{0,50}?(?:\b(?:is|are|was|were|remains?|looks?|appears?|came\s+back|of\s+the\s+\w+|be)\s+|[:=–-]\s*|(?<=[\s)]))(?P<words>(?:(?:completely|entirely|essentially|otherwise|all|grossly|read\s+as)\s+)?"
    r"(?:unremarkable|normal(?!\s+(?:saline|for|alignment|lordosis|height|stature))|within\s+normal\s+limits|wnl|neg(?:ative)?(?!\s+for)|without\s+(?:acute\s+)?(?:abnormality|pathology|findings)))\b",
    re.IGNORECASE,
)
_REVIEWED_AFTER = Regex(
    r"(?:[\s,()]|\b(?:scan|films?|series|images?|report|results?|disc|cd|was|were|is|are|has|have|been|all|again|also|now|of|the|lumbar|cervical|thoracic|spine|pelvis|si|joints?)\b)*\b(?:reviewed|discussed\s+with|on\s+file|in\s+(?:the\s+)?chart|available\s+(?:for|to)\s+review|noted)\b",
    re.IGNORECASE,
)
_REVIEWED_BEFORE = Regex(
    r"(?<!will\s)(?<!to\s)\b(?:reviewed|brought(?:\s+in)?|brings)\s*:?\s*(?:(?:her|his|the|a|an|outside|recent|their|with|him|patient|previous|prior|all|of)\s+)*(?:(?:lumbar|cervical|thoracic|spine|pelvic)\s+)*$",
    re.IGNORECASE,
)
_LEAD_LENGTH = 70  # characters between the study and the word that opens its finding
_LONGEST = 160  # characters of a finding
_TOLD_LEAD = Regex(r"[\s:,;|)\]*-]*(?:(?:an?|the)\s+)?(?:normal\s+for\s+age\s+apart\s+from\s+)?", re.IGNORECASE)
_TOLD_ENDS = Regex(r"\.(?=\s|$)|;|\||\s{3,}|\t|\s\[|\bper\s+(?:the\s+)?(?:report|rad\w*)\b", re.IGNORECASE)
_NO_RESULT = Regex(
    r"(?:not\s+(?:yet\s+)?(?:done|available|obtained|performed)|pending|reviewed|to\s+be|ordered|with(?:out)?\s+contrast|and\b|was\b|were\b|is\b|per\b|in\s+chart|done\b|today\b|obtained|none\b|see\b|if\b)",
    re.IGNORECASE,
)
_WRAPPED = Regex(r"(?<=[a-z])-[ \t]*\r?\n[ \t]*(?=[a-z])")
_PHRASE_DENIES = frozenset({"no_stenosis", "no_obstruction"})


def find(view: NoteView) -> Iterator[Imaging]:
    """Yield the studies and findings of a note."""
    report = reports_study(view)
    inflammatory = bool(view.having("spa_context"))
    study: tuple[Mention, Sentence] | None = None
    for sentence in view.sentences:
        if sentence.section in _SKIPPED:
            continue
        studies = _studies(sentence) if sentence.has("modality") else []
        named = [m for m in studies if not _is_ordered(sentence, m)]
        if not report and studies and not sentence.has("finding"):
            plain = named if sentence.section in PLAN_SECTIONS else [m for m in named if _never(sentence, m)]
            for mention in studies:
                if (mention in plain or mention not in named) and box_before(sentence, mention) is not False:
                    yield from _not_done(sentence, mention)
            if not named or plain:
                continue
        if study is not None and not report and sentence.section != study[1].section:
            study = None
        relevant = (
            report or bool(named) or sentence.section == "imaging" or (study is not None and shows_study(sentence))
        )
        if named and study is None:
            study = (named[0], sentence)
        if not relevant or (not sentence.has("finding") and not named and "rade" not in sentence.text):
            if not relevant:
                study = None
            continue
        yield from _facts(sentence, named, study, report=report, inflammatory=inflammatory)
        if named:
            study = (named[-1], sentence) if not report or study is None else study


def _facts(
    sentence: Sentence,
    named: list[Mention],
    study: tuple[Mention, Sentence] | None,
    *,
    report: bool,
    inflammatory: bool,
) -> Iterator[Imaging]:
    found: dict[Mention | None, list[Imaging]] = {}
    for mention in sentence.of("finding"):
        if box_before(sentence, mention) is False or not _is_finding(sentence, mention, report, inflammatory):
            continue
        owner = _owner(sentence, mention, named, study)
        if owner is None and sentence.section != "imaging":
            continue
        fact = _finding(sentence, mention, owner)
        if fact.assertion == "hypothetical" or (fact.assertion == "possible" and _ASKED.search(sentence.text)):
            continue
        own = owner is not None and owner[1] is sentence and not report
        found.setdefault(owner[0] if own and owner is not None else None, []).append(fact)
    yield from found.pop(None, ())
    grades = list(_sacroiliac_grades(sentence, named, study)) if inflammatory or _about_sacroiliac(sentence) else []
    if not report:
        for mention in _studies(sentence):
            if mention not in named and box_before(sentence, mention) is not False:
                yield from _not_done(sentence, mention)
    for mention in [] if report else named:
        graded = [fact for fact in grades if fact.spans[-1] == mention.span]
        grades = [fact for fact in grades if fact not in graded]
        yield from _study(sentence, mention, named, found.get(mention, []), graded)
    yield from grades


def _study(
    sentence: Sentence, mention: Mention, named: list[Mention], findings: list[Imaging], graded: list[Imaging]
) -> Iterator[Imaging]:
    """The fact of a study named in a sentence, and one more for each further finding that a guideline asks for."""
    until = min((other.start for other in named if other.start > mention.start), default=sentence.end)
    told = _told(sentence, mention, until)
    coded = [*graded, *findings]
    if graded:
        coded = [fact for fact in coded if fact.code not in ("sacroiliitis", "active_sacroiliitis")]
    main = min(coded, key=lambda fact: _weight(fact), default=None)
    if main is None:
        date = _date(sentence, mention)
        seen_by_author = _is_reviewed(sentence, mention)
        if (date is None and told is None and not seen_by_author) or sentence.assertion(mention, "imaging") not in (
            "present",
            "negated",
        ):
            return
        if told is None and sentence.assertion(mention, "imaging") == "negated":
            return
        yield Imaging(
            spans=(mention.span,) if told is None else (mention.span, told),
            modality=cast(Modality, mention.id),
            date=date,
            region=_region(sentence, mention),
            finding=None if told is None else _words(sentence, told),
            section=sentence.section,
            source="rule:imaging.study",
        )
        return
    denied = main.assertion == "negated"
    update: dict[str, object] = {"spans": (mention.span, main.spans[0] if told is None else told)}
    if told is not None and main not in graded:
        update["finding"] = _words(sentence, told)
    if denied and main.code not in _NEEDED:
        update |= {"assertion": "present", "code": None}
    yield main.model_copy(update=update)
    seen = {main.code}
    for fact in coded:
        if (
            fact.code not in seen
            and _counts(fact)
            and not (fact.code == "sacroiliitis" and "active_sacroiliitis" in seen)
        ):
            seen.add(fact.code)
            yield fact


def _weight(fact: Imaging) -> tuple[bool, bool, Span]:
    """What comes first among a study's findings: asserted before denied, then what a guideline asks for."""
    return fact.assertion == "negated", not _counts(fact), fact.spans[0]


def _told(sentence: Sentence, mention: Mention, until: int) -> Span | None:
    """The words that tell what a study shows: behind its colon, verb or date, up to the end of the statement."""
    note, offset = sentence.view.note.text, sentence.start
    text = note[mention.end : until]
    dates = [d.span.end for d in sentence.dates if mention.end <= d.span.start < min(until, mention.end + 60)]
    clean = _clean(sentence, mention, until)
    if clean is not None:
        return clean
    opened = _SHOWS.search(text)
    start: int | None = None
    if opened is not None and opened.start() <= _LEAD_LENGTH:
        start = mention.end + opened.end()
    elif dates:
        start = dates[0]
    if start is None or start >= until:
        return None
    ended = _TOLD_ENDS.search(note, start + len(_lead(note, start, until)), until)
    end = ended.start() if ended is not None else until
    start += len(_lead(note, start, end))
    words = note[start:end].rstrip(" .,;|\n\t-")
    if not 4 <= len(words) <= _LONGEST or _NO_RESULT.match(words):
        return None
    return Span(start, start + len(words)) if offset <= start else None


def _clean(sentence: Sentence, mention: Mention, until: int) -> Span | None:
    """The words that call the whole study normal; None where a finding is named or they are denied."""
    text = sentence.view.note.text[mention.end : until]
    match = _CLEAN.match(text)
    if match is None or re.search(r"\b(?:not|n't|than|if)\s+(?:\w+\s+)?$", text[: match.start("words")], re.IGNORECASE):
        return None
    if any(mention.end <= other.start < until for other in sentence.of("finding")):
        return None
    return Span(mention.end + match.start("words"), mention.end + match.end("words"))


def _is_reviewed(sentence: Sentence, mention: Mention) -> bool:
    """Whether the author looked at the study, so that it was done, though nothing is told of it."""
    if sentence.section in PLAN_SECTIONS or sentence.assertion(mention, "imaging") != "present":
        return False
    text, offset = sentence.text, sentence.start
    return (
        _REVIEWED_AFTER.match(text, mention.end - offset) is not None
        or _REVIEWED_BEFORE.search(text[: mention.start - offset]) is not None
    )


def _lead(note: str, start: int, end: int) -> str:
    lead = _TOLD_LEAD.match(note, start, end)
    return "" if lead is None else lead[0]


def _words(sentence: Sentence, span: Span) -> str:
    """The text of a finding on one line, a word broken over a line end made whole."""
    return " ".join(_WRAPPED.sub("", sentence.view.note.text[span.start : span.end]).split())


def _counts(fact: Imaging) -> bool:
    """Whether a finding of a study matters to a guideline."""
    code = fact.code or ""
    if fact.assertion == "present":
        return code in _ASKED_FOR or "sacroiliitis" in code
    return code in ("pars_defect", "synovial_cyst") or "sacroiliitis" in code


def _not_done(sentence: Sentence, mention: Mention) -> Iterator[Imaging]:
    """A study that is ordered, only considered, or said not to have been done."""
    if "ultrasound" in sentence.lower[mention.start - sentence.start : mention.end - sentence.start]:
        return  # guidance of a procedure
    if _ON_RESULT.search(sentence.text[: mention.start - sentence.start]):
        return  # what follows depends on its result
    assertion = sentence.assertion(mention, "imaging")
    if _never(sentence, mention):
        assertion = "negated"
    elif assertion not in ("planned", "hypothetical", "negated"):
        assertion = "hypothetical" if _CONDITION.search(sentence.text) else "planned"
    if _ORDERED_AT_ONCE.match(sentence.text, mention.end - sentence.start):
        assertion = "planned"
    elif _WOULD.search(sentence.text[: mention.start - sentence.start]):
        assertion = "hypothetical"
    yield Imaging(
        spans=(mention.span,),
        modality=cast(Modality, mention.id),
        region=_region(sentence, mention),
        assertion=assertion,
        section=sentence.section,
        source="rule:imaging.ordered",
    )


def _never(sentence: Sentence, mention: Mention) -> bool:
    start, end = mention.start - sentence.start, mention.end - sentence.start
    if _NO_STUDY.search(sentence.lower[max(0, start - 12) : start]):
        return True
    return _NEVER_DONE.search(sentence.lower[max(0, start - 12) : end + 25]) is not None


def _studies(sentence: Sentence) -> list[Mention]:
    """The studies of spine and limbs a sentence names; "flex/ext XR" is one, an ultrasound that guides is none."""
    kept: list[Mention] = []
    for mention in sentence.of("modality"):
        start, end = mention.start - sentence.start, mention.end - sentence.start
        if is_of_relative(sentence, mention):
            continue
        if _ELSEWHERE.match(sentence.text, end) or _ELSEWHERE_BEFORE.search(sentence.text[:start]):
            continue
        if mention.id == "other" and (_GUIDANCE.search(sentence.text[:start]) or _GUIDANCE.match(sentence.text[end:])):
            continue
        if kept and kept[-1].id == mention.id and not sentence.between(kept[-1], mention).strip():
            kept[-1] = kept[-1]._replace(end=mention.end, last=mention.last)
            continue
        kept.append(mention)
    return kept


def _of_joint(sentence: Sentence, mention: Mention) -> bool:
    """Whether the words right around a finding name the sacroiliac joint."""
    at = mention.start - sentence.start
    around = sentence.text[max(0, at - 25) : at] + " " + sentence.text[mention.end - sentence.start :][:40]
    return _SACROILIAC.search(around) is not None


def _finding(sentence: Sentence, mention: Mention, owner: tuple[Mention, Sentence] | None) -> Imaging:
    code: str | None = _CODES[mention.id]
    words = " ".join(sentence.view.tokens.words[mention.first : mention.last])
    grade = _grade(sentence, mention)
    level = _level(sentence, mention) if mention.id in _LEVELLED else None
    assertion: Assertion = sentence.assertion(mention, "imaging")
    if mention.id in _PHRASE_DENIES:
        assertion = "negated" if assertion == "present" else assertion
    elif words.endswith("intact"):
        assertion = "negated"
    elif assertion == "negated" and not _denied_nearby(sentence, mention):
        assertion = "present"
    region = _region(sentence, mention)
    if owner is not None:
        region = region or _region(owner[1], owner[0])
    if mention.id in ("active_sacroiliitis", "sacroiliitis"):
        region = "sacroiliac"
    if code == "root_compression" and words.endswith(" the"):
        words = {"displ": "root displacement", "abutt": "root contact"}.get(words[:5], "root compression")
    if code == "disc_degeneration" and "dis" not in words and not level and _of_joint(sentence, mention):
        code = None  # wear of the sacroiliac joint, not of a disc
    parts = [part for part in (grade, words, level) if part]
    start = grade_start(sentence, mention) if grade else mention.start
    return Imaging(
        spans=(Span(start, mention.end),) if owner is None else (Span(start, mention.end), owner[0].span),
        modality="other" if owner is None else cast(Modality, owner[0].id),
        date=None if owner is None else _date(owner[1], owner[0]),
        region=region,
        finding=" ".join(parts),
        code=code,
        assertion=assertion,
        section=sentence.section,
        source="rule:imaging.finding",
    )


def _is_finding(sentence: Sentence, mention: Mention, report: bool, inflammatory: bool) -> bool:
    words = sentence.view.note.text[mention.start : mention.end].lower()
    text = sentence.text
    if mention.id in ("active_sacroiliitis", "sacroiliitis"):
        if "sacroil" in words or "si joint" in words:
            return True
        if re.search(r"vertebr|endplate|modic|coccy|osteomyel|\bs[2-5]\b|femor|knee|hip\b", sentence.lower):
            return False
        return bool(_JOINT.search(text)) or (
            inflammatory and bool(re.search(r"\bjoints?\b|\bsides?\b", sentence.lower))
        )
    if words in ("mass", "abscess", "fracture", "fx", "neuropathy", "slip") and not (
        sentence.levels
        or any(m.id not in ("limb", "other") for m in sentence.of("region"))
        or report
        or sentence.section == "imaging"
    ):
        return False
    if words in ("displacing the", "displaces the", "abutting the", "compressing the"):
        return (
            re.match(r"[\w\s]{0,40}(?:root|cord|sac|nerve)", text[mention.end - sentence.start :], re.IGNORECASE)
            is not None
        )
    if words in ("cord signal",):
        return re.search(r"abnormal|chang|no |without|increas|t2", text, re.IGNORECASE) is not None
    return True


def _about_sacroiliac(sentence: Sentence) -> bool:
    if _SACROILIAC.search(sentence.text):
        return True
    return bool(sentence.view.sentences and _SACROILIAC.search(sentence.view.sentences[0].text))


def _owner(
    sentence: Sentence, mention: Mention, named: list[Mention], study: tuple[Mention, Sentence] | None
) -> tuple[Mention, Sentence] | None:
    before = [m for m in named if m.start <= mention.start]
    if before:
        return before[-1], sentence
    if study is not None:
        return study
    return (named[0], sentence) if named else None


def _is_ordered(sentence: Sentence, mention: Mention) -> bool:
    """Whether the study is only ordered, wished for or refused."""
    if box_before(sentence, mention) is False:
        return True
    if sentence.has("finding") and sentence.section not in PLAN_SECTIONS:
        return False
    if _WOULD.search(sentence.text[: mention.start - sentence.start]):
        return True
    for word in sentence.of("imaging_planned"):
        if -40 <= word.start - mention.end <= 30 and ";" not in sentence.between(word, mention):
            return True
    if sentence.section not in PLAN_SECTIONS and _clean(sentence, mention, sentence.end) is not None:
        return False
    return sentence.assertion(mention, "imaging") in ("planned", "hypothetical", "negated")


def _date(sentence: Sentence, mention: Mention) -> str | None:
    dates = [d for d in sentence.dates if d.iso is not None and d.form not in ("ago", "lastunit", "yesterday")]
    after = [d for d in dates if 0 <= d.span.start - mention.end <= 45]
    if after:
        return after[0].iso
    before = [d for d in dates if 0 <= mention.start - d.span.end <= 20]
    return before[-1].iso if before else _labelled_date(sentence)


def _labelled_date(sentence: Sentence) -> str | None:
    """The date of a report whose title line or the lines after it give one."""
    if not reports_study(sentence.view):
        return None
    if sentence.view.note.date is not None:
        return sentence.view.note.date.isoformat()
    return None


def _region(sentence: Sentence, mention: Mention) -> Region | None:
    region = region_near(sentence, mention)
    return region if region != "other" or sentence.section == "imaging" else None


def _grade(sentence: Sentence, mention: Mention) -> str | None:
    found = [m for m in sentence.of("finding_grade") if 0 <= mention.first - m.last <= 3]
    if not found:
        return None
    gap = sentence.between(found[-1], mention)
    if "," in gap and found[-1].id != "severe":
        return None
    return found[-1].id


def grade_start(sentence: Sentence, mention: Mention) -> int:
    """Offset of the word of severity right before a finding, or of the finding itself."""
    found = [m for m in sentence.of("finding_grade") if 0 <= mention.first - m.last <= 3]
    return found[-1].start if found else mention.start


def _level(sentence: Sentence, mention: Mention) -> str | None:
    best: tuple[int, str] | None = None
    for level in sentence.levels:
        gap = max(level.span.start - mention.end, mention.start - level.span.end, 0)
        if gap <= 45:
            best = min(best or (1000, ""), (gap, level.name))
    return best[1] if best else None


def _denied_nearby(sentence: Sentence, mention: Mention) -> bool:
    """Whether the denial belongs to this finding: nothing that is asserted stands between."""
    before = sentence.text[: mention.start - sentence.start]
    after = sentence.lower[mention.end - sentence.start :]
    matches = list(_NEGATOR_NEAR.finditer(before))
    if not matches:
        return re.match(r"[^,;.]{0,30}\b(?:not|none|negative|unlikely|excluded|absent)\b", after) is not None
    gap = before[matches[-1].end() :]
    return not re.search(r";|\bbut\b|\bwith\s+(?:mild|moderate|severe|right|left|small|large)\b", gap)


def _sacroiliac_grades(
    sentence: Sentence, named: list[Mention], study: tuple[Mention, Sentence] | None
) -> Iterator[Imaging]:
    """Radiographic sacroiliitis by grade: "grade 2 bilaterally", "grade 3 on the left"."""
    if "grade" not in sentence.lower or not (named or study is not None):
        return
    for match in _GRADE.finditer(sentence.text):
        if _SI_ELSEWHERE.match(sentence.text, match.start()) or re.search(r"listhesis|\bslip\b|sprain", sentence.lower):
            continue
        span = Span(sentence.start + match.start(), sentence.start + match.end())
        low = _number(match["low"])
        if low is None:
            continue
        tail = sentence.text[match.start() - 30 if match.start() > 30 else 0 : match.end() + 45]
        side = "bilateral" if _BOTH.search(tail) else "unilateral"
        radiographs = [m for m in named if m.id in ("xray", "ct")]
        owner = radiographs[0] if radiographs else (named[0] if named else study[0] if study else None)
        if owner is None:
            continue
        modality: Modality = cast(Modality, owner.id)
        dates = _date(sentence, owner) if owner in named else None
        yield Imaging(
            spans=(span, owner.span),
            modality=modality,
            date=dates,
            region="sacroiliac",
            finding=f"sacroiliitis grade {low} {side}",
            code=f"sacroiliitis_grade_{side}_{low}",
            assertion=sentence.assertion(span, "imaging"),
            section=sentence.section,
            source="rule:imaging.sacroiliitis_grade",
        )


def _number(text: str) -> int | None:
    text = text.lower()
    return _GRADE_VALUE.get(text, int(text) if text.isdigit() else None)
