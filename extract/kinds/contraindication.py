"""Contraindications: infection, skin at the needle site, anticoagulants, pregnancy, allergy, obstruction, habitus.

A condition that a note denies is ``negated`` ("denies fever", "skin clear", "no blood thinners"). An
infection that is told as treated and cleared is ``historical``; while it is treated it is present.
Routine instructions ("call for fever", "risks include infection") are nothing. A skin disease away
from the back, neck or needle site is no skin infection. Of the words for the same thing with the
same assertion in one sentence, the first is the fact.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from itertools import pairwise

from chartproof.extract.kinds.common import answer_to, box_before, distance, reports_study
from chartproof.extract.regex import Regex
from chartproof.extract.view import PLAN_SECTIONS, Mention, NoteView, Sentence
from chartproof.facts import Assertion, Contraindication, ContraindicationName
from chartproof.spans import Span

_WHAT: dict[str, ContraindicationName] = {
    "fever": "systemic_infection",
    "afebrile": "systemic_infection",
    "infection": "systemic_infection",
    "on_antibiotics": "systemic_infection",
    "antibiotics": "systemic_infection",
    "spinal_infection": "spinal_infection",
    "skin_infection": "skin_infection",
    "anticoagulation": "anticoagulation",
    "pregnancy": "pregnancy",
    "allergy": "allergy",
    "no_allergy": "allergy",
    "obstruction": "intraspinal_obstruction",
    "no_obstruction": "intraspinal_obstruction",
    "habitus_ok": "body_habitus",
    "habitus_bad": "body_habitus",
}
_DENIED = frozenset({"afebrile", "no_allergy", "no_obstruction", "habitus_ok"})
_SKIPPED = frozenset({"family_history", "education"})
_INSTRUCTION = Regex(
    r"\b(?:call|return|notify|contact|report to|go to (?:the )?(?:er|ed)|watch|risks?|complications?|instruct\w*|precautions|warned|explained|consent|if (?:you|he|she|there|any)|should (?:he|she|you|any)|let us know)\b",
    re.IGNORECASE,
)
_TEMPERATURE = Regex(
    r"\b(?:temp(?:erature)?|t(?:max)?)\b[ :=]*(?:of |is |was |to |up to )*(?P<f>(?:9\d|10\d)(?:\.\d)?)(?!\d)(?!\s*/)",
    re.IGNORECASE,
)
_FEVER_AT = 100.4  # degrees Fahrenheit
_SIGN_DENIED = Regex(r"(?:^|[\s(,;])(?:-|–|−|\(-\)|⊖)\s?(?:new |recent )?$")
_SIGN_PRESENT = Regex(r"(?:^|[\s(,;])(?:\+|\(\+\))\s?(?:new |recent )?$")
_RISK = Regex(r"\brisks?\b|\bcomplications?\b|\bpossibility\b", re.IGNORECASE)
_CALLED_FOR = Regex(
    r"\b(?:call|return|notify|contact|seek|report|watch|go\s+to\s+the\s+e[rd])\b[^.;]{0,40}\b(?:with|for|if|any)\b",
    re.IGNORECASE,
)
_STOPPED = Regex(
    r"\W*(?:was\s+|were\s+)?(?:stopped|discontinued|d/c'?d|completed|finished)\b|[^.;]{0,40}\bnow\s+off\b",
    re.IGNORECASE,
)
_REMOTE = Regex(
    r"\b(?:knees?|elbows?|hands?|foot|feet|face|legs?|scalp|shoulders?|hips?|shins?|ankles?|calf|calves|toes?|arms?)\b"
)
_SIGN_LIST = Regex(r"[-–]\s?\w+\W+[-–]\s?\w|\(-\)")
_NEVER_ACUTE = frozenset(
    {"tuberculosis", "mrsa", "sinusitis", "bronchitis", "diverticulitis", "influenza", "covid", "covid 19"}
)
_SKIN_SIGN = frozenset(
    {
        "erythema",
        "redness",
        "drainage",
        "oozing",
        "lesion",
        "lesions",
        "sores",
        "wounds",
        "purulence",
        "open area",
        "open areas",
    }
)
_TREATED_LATER = Regex(
    r"\b(?:until|through|projected|still|ongoing|continue|continues|continuing|remaining|to complete|in place|today)\b",
    re.IGNORECASE,
)
_GOES_ON = Regex(
    r"\b(?:since|still|ongoing|persist\w*|continu\w*|chronic|current\w*|now|today|until|through|non-?healing)\b",
    re.IGNORECASE,
)
#: The treatment is told as done, in words that come after the infection and may follow a semicolon.
_TREATMENT_DONE = Regex(
    r"\b(?:antibiotics?|abx|course|\w+(?:cillin|mycin|floxacin|cycline|oxime|axone|azole|lexin|azolin|virir|amivir|clovir)|bactrim|keflex|augmentin|cipro|levaquin|macrobid|nitrofurantoin|z-?pa[ck]k?)\b"
    r"[^.;\n]{0,45}?\b(?:complete[d]?|finished|done|ended|stopped)\b|\b(?:complete[d]|finished|ended)\s+(?:(?:a|an|the|his|her|all|full|\d+\s*-?\s*day)\s+){0,3}(?:course|antibiotics?|abx|treatment)\b",
    re.IGNORECASE,
)
#: A culture after the treatment that grew nothing, or no sign of the infection since.
_CLEAN_SINCE = Regex(
    r"\b(?:cultures?|cx|urinalysis|ua|swab)\b(?:(?!\b(?:pending|until|awaiting)\b)[^.;\n]){0,40}?\b(?:sterile|negative|neg|clean|clear|normal|no\s+growth|grew\s+nothing|grew\s+out\s+nothing)\b"
    r"|\b(?:sterile|negative|clean|clear)\s+(?:\w+\s+){0,2}?(?:cultures?|urinalysis|ua|swab)\b"
    r"|\b(?:no|without|not\s+had)\s+(?:any\s+|further\s+|more\s+|urinary\s+|such\s+)*(?:symptoms?|signs?|fevers?|recurrence|trouble)\s+(?:whatever\s+|at\s+all\s+)?since\b"
    r"|\b(?:symptom[- ]free|asymptomatic|well)\s+(?:ever\s+)?since\b",
    re.IGNORECASE,
)
#: The infection is told in the past: "had", "was treated for".
_TOLD_AS_PAST = Regex(
    r"\b(?:had|was\s+(?:treated|hospitalized|admitted|seen)\s+(?:for|with)|were\s+treated\s+for|got\s+over|recovered\s+from|treated\s+for|after|following)\s+(?:[\w'’-]+\s+){0,4}$",
    re.IGNORECASE,
)
_ON_TREATMENT = Regex(
    r"\b(?:on|taking|takes|receiving|iv)\s+(?:\w+\s+){0,2}?(?:antibiotics?|abx|\w+(?:cillin|mycin|floxacin|cycline|oxime|axone|azole|lexin|azolin)|bactrim|keflex|augmentin|cipro|levaquin|macrobid|nitrofurantoin)\b",
    re.IGNORECASE,
)
_STILL_TREATED = Regex(rf"\b(?:is|are|remains|currently|now)\s+(?:still\s+)?{_ON_TREATMENT.pattern}", re.IGNORECASE)
#: Times that a sentence behind the infection may give to something else.
_TIMES = ("last year", "years ago", "in the past", "in childhood", "as a child")
_NOT_YET = Regex(
    r"\b(?:will|would|to\s+be|should|must|due|when|once|after|by|before|not|hasn'?t|needs?|has\s+to|almost|nearly|half)\b",
    re.IGNORECASE,
)
#: "3/10-3/21 (pneumonia": the illness is given with its last day.
_SPAN_OF_DAYS = Regex(r"\s*(?:-|–|to|through|until|thru)\s*", re.IGNORECASE)
_YEAR = Regex(r"(?<![\d/.-])(?:19|20)\d\d(?![\d/-])")
_BESIDE = 20  # characters
_RECENT = 60  # days before the note within which an infection may still go on
_ASKS = Regex(
    r"\s*(?:screen(?:ing)?|use)?\s*[:|]\s*(?P<answer>(?:none|no|n/a|denie[sd]|yes)(?=\s*(?:$|[|.,;])))?", re.IGNORECASE
)
_REACTION = frozenset({"rash", "rashes", "hives", "skin rash"})
_ANSWER_REACH = 30  # characters from a question to the words that answer it
_PREPARATION = Regex(
    r"\b(?:prep|prepped|draped|sterile|chlorhexidine|povidone|wheal|anesthetiz|gauge|needle)\b", re.IGNORECASE
)
#: What only names an infection: a test for it, a carrier, what is done against it, a service or a job.
_NAMES_ONLY = Regex(
    r"\W{1,2}(?:[\w-]+\s+){0,2}?(?:swabs?|nares|nasal|pcr|screen\w*|test(?:ing|ed|s)?|titers?|antibod\w+|coloni[sz]\w+|carriers?|carriage|decoloni\w+|precautions?|prophyla\w+|prevention|control|preventionist|clinic|consult\w*|specialist|physician|doctor|team|service|department|nurse|exposure|protocol|risks?|rates?|booster|vax|jab|clearance)\b",
    re.IGNORECASE,
)
_LOOKED_FOR = Regex(
    r"\b(?:screen\w*|swab\w*|check\w*|test\w*|cultur\w+|look\w*|evaluat\w+|monitor\w*)\s+(?:(?!pos|grew|show|found)[\w-]+\s+){0,2}?for\s+(?:[\w-]+\s+){0,2}$"
    r"|\b(?:screen\w*|swab\w*|r/o|rul(?:e|es|ed|ing)\s+out|expos\w+\s+to|contact\s+with|prophyla\w+|prevent\w*|suppress\w*|against|risks?\s+of|coloni[sz]ed(?:\s+with)?|carrier\s+of|(?:referr?ed|seen|followed)\s+by)\s+(?:(?!pos|grew|show|found)[\w-]+\s+){0,1}$",
    re.IGNORECASE,
)
_FOUND = Regex(r"\b(?:pos(?:itive)?|detected|grew|grows|confirmed)\b|\(\+\)", re.IGNORECASE)
_REACH = 120  # characters around a condition that tell whose and what it is
_ACUTE_IF_FOUND = ("covid", "influenza")
_COLONIZES = ("mrsa", "staph")
_EVERY_YEAR = Regex(
    r"\W*(?:(?:infections?\s+)?(?:every|each)\s+(?:spring|summer|fall|autumn|winter|year)|seasonal\w*|yearly|annually)\b",
    re.IGNORECASE,
)
#: Somebody of the household or work who is ill.
_OTHERS_ILL = Regex(
    r"\b(?:sons?|daughters?|husband|wife|spouse|partner|child(?:ren)?|kids?|grand\w+|mother|father|mom|dad|parents?|roommate|co-?workers?|neighbou?rs?|friends?|household)\b(?!\s+(?:says?|states?|reports?|notes?|and|believes?|thinks?|called|calls))[^.;,]{0,25}\b(?:has|have|had|with|got|caught)\s+(?:(?!not|seen|saw|felt|found|tak|observ|record|check)[\w-]+\s+){0,2}$",
    re.IGNORECASE,
)
_ONCE_ON = Regex(
    r"\b(?:was|were|had\s+been|used\s+to\s+be|previously|formerly)\s+(?:put\s+)?(?:on|taking|treated\s+with|anticoagulated\s+with)\s+(?:[\w-]+\s+){0,2}$",
    re.IGNORECASE,
)
_STILL_ON = Regex(r"\b(?:still|continu\w*|remains?|now|current\w*|resum\w*|restart\w*|held|hold\w*)\b", re.IGNORECASE)
_THINNERS_IN_GENERAL = Regex(
    r"\b(?:discuss\w*|risks?|bleeding\s+(?:with|on|from)|avoid|any|hold|stop)\s+(?:(?:of|all|any|with|your|use)\s+){0,2}$",
    re.IGNORECASE,
)
_TESTED = Regex(r"\b(?:screen|titer|quantiferon|panel|vaccin|test(?:ed|ing)?|culture)\b", re.IGNORECASE)


def find(view: NoteView) -> Iterator[Contraindication]:
    """Yield the contraindications of a note, present, denied or past."""
    study = reports_study(view)
    for sentence in view.sentences:
        if sentence.section in _SKIPPED:
            continue
        if sentence.section == "allergies" and sentence.has("contra_allergen"):
            yield from _allergens(sentence)
        if not sentence.has("contra") and "emp" not in sentence.text and "T " not in sentence.text:
            continue
        seen: set[tuple[str, Assertion]] = set()
        for fact in _by_answer(sentence, list(_facts(sentence))):
            if study and fact.what not in ("spinal_infection", "intraspinal_obstruction"):
                continue
            if fact.what == "skin_infection" and _is_of_another_matter(sentence, fact):
                continue
            if (fact.what, fact.assertion) not in seen:
                seen.add((fact.what, fact.assertion))
                yield fact


def _is_of_another_matter(sentence: Sentence, fact: Contraindication) -> bool:
    """Whether a skin sign is denied of a surgical incision, or is the reaction to a drug."""
    if fact.assertion == "negated":
        return "incision" in sentence.words
    words = fact.spans[0].of(sentence.view.note.text).lower()
    return words in _REACTION and "allerg" in sentence.lower[: fact.spans[0].start - sentence.start]


def _by_answer(sentence: Sentence, facts: list[Contraindication]) -> Iterator[Contraindication]:
    """The facts of a sentence; of a question and its answer ("Blood thinner: warfarin", "| Fever | none |") the answer."""
    for index, fact in enumerate(facts):
        asked = _ASKS.match(sentence.text, fact.spans[0].end - sentence.start)
        if asked is None:
            yield fact
        elif asked["answer"] is not None and "|" in asked[0]:
            answer = Span(sentence.start + asked.start("answer"), sentence.start + asked.end("answer"))
            yield fact.model_copy(update={"spans": (answer, *fact.spans)})
        elif not any(
            (later.what, later.assertion) == (fact.what, fact.assertion)
            and later.spans[0].start - fact.spans[0].end <= _ANSWER_REACH
            for later in facts[index + 1 :]
        ):
            yield fact


def _facts(sentence: Sentence) -> Iterator[Contraindication]:
    for mention in sentence.of("contra"):
        if mention.id == "none":
            continue
        words = sentence.view.note.text[mention.start : mention.end].lower()
        answer = answer_to(sentence, mention) if mention.id in _WHAT and mention.id not in _DENIED else None
        if answer is not None and words not in ("skin", "constitutional"):
            yield _fact(sentence, mention.span, _WHAT[mention.id], "present" if answer else "negated")
            continue
        if mention.id == "skin_infection":
            yield from _skin(sentence, mention, words)
        elif mention.id in _DENIED:
            if mention.id == "no_allergy" and not re.search(r"contr|steroid|anesth|lidocaine|latex", words):
                continue
            if mention.id == "afebrile" or sentence.section not in ("plan", "education"):
                yield _fact(sentence, mention.span, _WHAT[mention.id], "negated")
        else:
            yield from _condition(sentence, mention, words)
    yield from _temperature(sentence)


def _allergens(sentence: Sentence) -> Iterator[Contraindication]:
    """ContraindicationName an injection holds, in a list of allergies."""
    taken = sentence.of("contra")
    for mention in sentence.of("contra_allergen"):
        if any(mention.span.overlaps(other.span) for other in taken) or answer_to(sentence, mention) is False:
            continue
        assertion = sentence.assertion(mention, "contraindication")
        yield _fact(sentence, mention.span, "allergy", assertion)


def _condition(sentence: Sentence, mention: Mention, words: str) -> Iterator[Contraindication]:
    what = _WHAT[mention.id]
    assertion = _assertion(sentence, mention)
    if assertion in ("hypothetical", "planned", "family") or (mention.id == "antibiotics" and assertion != "negated"):
        return
    if mention.id in ("fever", "infection", "spinal_infection", "on_antibiotics", "antibiotics"):
        before = sentence.text[: mention.start - sentence.start]
        after = sentence.lower[mention.end - sentence.start : mention.end - sentence.start + 20]
        if (
            _RISK.search(before)
            or _CALLED_FOR.search(before)
            or re.match(r"\W*(?:vaccin|immuniz|shot\b|screen|booster)", after)
        ):
            return
        if words in _NEVER_ACUTE and re.search(r"\bchronic\s+\w*\s?$", _before(sentence, mention), re.IGNORECASE):
            return
        if assertion != "negated" and _INSTRUCTION.search(sentence.text):
            return
        if assertion != "negated" and mention.id == "fever" and sentence.section in ("plan", "procedure_detail"):
            return
        if words.startswith("constitutional"):
            if assertion != "negated":
                return
        elif (
            mention.id == "fever"
            and assertion == "present"
            and sentence.section in ("ros", "pmh")
            and _listed(sentence)
        ):
            return
        if assertion in ("present", "possible", "historical") and _is_only_named(sentence, mention, words):
            return
        if assertion == "present" and _is_over(sentence, mention):
            assertion = "historical"
        if assertion == "present" and words in _NEVER_ACUTE and sentence.section == "pmh":
            assertion = "historical"
        if (
            assertion == "present"
            and mention.id == "infection"
            and _TESTED.search(sentence.text)
            and words in _NEVER_ACUTE
            and not (words.startswith(_ACUTE_IF_FOUND) and _FOUND.search(sentence.text))
        ):
            return
    elif mention.id == "anticoagulation":
        if sentence.section in ("procedure", "procedure_detail") and assertion == "present":
            return
        if words == "ac" and not (
            sentence.view.note.text[mention.start : mention.end] == "AC" and assertion == "negated"
        ):
            return
        if words.startswith(("bleeding", "coag", "hemoph")) and assertion == "present" and sentence.section == "ros":
            return
        if (
            re.search(r"\b(?:flush|lock|hep-?lock|dvt prophylaxis|allerg|off)\b", sentence.lower)
            and assertion == "present"
        ):
            return
        start = mention.start - sentence.start
        lead = sentence.text[max(0, start - _REACH) : start]
        general = words.startswith(("blood", "anticoagulant", "antiplatelet"))
        if assertion == "present" and general and _THINNERS_IN_GENERAL.search(lead):
            return
        if assertion == "present" and _ONCE_ON.search(lead) and not _STILL_ON.search(sentence.text):
            assertion = "historical"
        if assertion == "present" and _STOPPED.match(sentence.text, mention.end - sentence.start):
            assertion = "historical"
        if assertion == "present" and words.startswith(("anticoag", "antiplatelet")):
            after = sentence.lower[mention.end - sentence.start : mention.end - sentence.start + 40]
            if re.match(r"\W*(?:held: ?\[ \]|none|n/?a\b|no\b|aspirin only)", after) or "[ ]" in after:
                return
    elif mention.id == "pregnancy":
        if re.match(r"(?:urine )?hcg|upt|pregnancy test", words):
            after = sentence.lower[mention.end - sentence.start : mention.end - sentence.start + 25]
            if re.match(r"\W*(?:is |was )?(?:neg|negative)", after):
                assertion = "negated"
            elif not re.match(r"\W*(?:is |was )?(?:pos|positive)", after):
                return
        elif (
            words == "pregnancy"
            and assertion == "present"
            and not re.search(r"current\w* pregnan|week pregnan|intrauterine pregnan", sentence.lower)
        ) or (words == "weeks gestation" and re.search(r"born|delivered|birth", sentence.lower)):
            return
    if box_before(sentence, mention) is False and not (mention.id in ("fever", "infection") and _boxes_deny(sentence)):
        return
    if box_before(sentence, mention) is False:
        assertion = "negated"
    local = re.match(r"cellulitis|abscess|infect|staph|mrsa|purulent|wound", words)
    if mention.id == "infection" and local and assertion != "negated" and _over_site(sentence, mention):
        what = "skin_infection"
    yield _fact(sentence, mention.span, what, assertion)


def _is_only_named(sentence: Sentence, mention: Mention, words: str) -> bool:
    """Whether an infection is named by a test, a carrier, its prevention, a service, or as another person's."""
    text, start, end = sentence.text, mention.start - sentence.start, mention.end - sentence.start
    lead, rest = text[max(0, start - _REACH) : start], text[end : end + _REACH]
    if _OTHERS_ILL.search(lead) or _EVERY_YEAR.match(rest):
        return True
    if words == "infectious disease":
        return re.search(r"\b(?:active|acute|current)\s+$", lead, re.IGNORECASE) is None
    if not (_NAMES_ONLY.match(rest) or _LOOKED_FOR.search(lead)):
        return False
    return words.startswith(_COLONIZES) or _FOUND.search(rest) is None


def _over_site(sentence: Sentence, mention: Mention) -> bool:
    """Whether a local infection lies where the needle goes in."""
    after = sentence.lower[mention.end - sentence.start : mention.end - sentence.start + 60]
    return (
        re.match(
            r"\W*(?:\w+\s+){0,2}(?:over|at|overlying|near|around|across|of)\b[^.;]{0,30}?(?:site|lumbar|low(?:er)? back|neck|sacr|buttock|incision|spine|back)",
            after,
        )
        is not None
    )


def _skin(sentence: Sentence, mention: Mention, words: str) -> Iterator[Contraindication]:
    assertion = _assertion(sentence, mention)
    if assertion in ("hypothetical", "planned", "family"):
        return
    if _CALLED_FOR.search(sentence.text[: mention.start - sentence.start]):
        return
    if words == "skin":
        if sentence.section in ("procedure", "procedure_detail", "plan") or _PREPARATION.search(sentence.text):
            return
        good = [m for m in sentence.of("skin_ok") if 0 <= m.start - mention.end <= 60]
        if good and "." not in sentence.between(mention, good[0]):
            around = sentence.lower[mention.start - sentence.start : good[0].end - sentence.start + 25]
            remote = _REMOTE.search(re.split(r"[.;,]", around[good[0].end - mention.start :])[0]) or _REMOTE.search(
                around[: good[0].end - mention.start]
            )
            if not remote:
                yield _fact(sentence, Span(mention.start, good[0].end), "skin_infection", "negated")
        elif assertion == "negated" or (
            sentence.section == "ros"
            and re.match(r"\W*(?:neg|negative|denies|no)\b", sentence.lower[mention.end - sentence.start :])
        ):
            yield _fact(sentence, mention.span, "skin_infection", "negated")
        return
    if box_before(sentence, mention) is False:
        assertion = "negated"
    if assertion == "negated":
        if words in _SKIN_SIGN and not (sentence.has("skin_place") or "skin" in sentence.lower):
            return
        yield _fact(sentence, mention.span, "skin_infection", "negated")
        return
    if _INSTRUCTION.search(sentence.text) or sentence.section in ("plan", "procedure_detail", "procedure"):
        return
    at_site = _at_site(sentence, mention)
    if words in _SKIN_SIGN and not (
        at_site
        and re.search(r"\b(?:puncture|injection|needle|entry|planned|proposed|overlying|skin)\b", sentence.lower)
    ):
        return
    if not at_site:
        return
    if re.search(r"\b(?:psoria|eczema|scar\b|mole|nevus|lipoma|birthmark)", sentence.lower) and not re.search(
        r"infect|open|drain|weep", sentence.lower
    ):
        return
    if assertion == "present" and _is_over(sentence, mention):
        assertion = "historical"
    yield _fact(sentence, mention.span, "skin_infection", assertion)


def _at_site(sentence: Sentence, mention: Mention) -> bool:
    places = [m for m in sentence.of("skin_place") if sentence.same_clause(m, mention)]
    return any(abs(m.start - mention.end) <= 60 or abs(mention.start - m.end) <= 60 for m in places)


def _temperature(sentence: Sentence) -> Iterator[Contraindication]:
    for match in _TEMPERATURE.finditer(sentence.text):
        if float(match["f"]) < _FEVER_AT or _INSTRUCTION.search(sentence.text) or sentence.section in PLAN_SECTIONS:
            continue
        if (
            match[0].lower().startswith("t")
            and not match[0].lower().startswith("temp")
            and sentence.section not in ("exam", None)
        ):
            continue
        span = Span(sentence.start + match.start(), sentence.start + match.end())
        yield _fact(sentence, span, "systemic_infection", "historical" if "hospital" in sentence.lower else "present")


def _assertion(sentence: Sentence, mention: Mention) -> Assertion:
    before = _before(sentence, mention)
    if _SIGN_PRESENT.search(before):
        return "present"
    leads = sentence.text[: mention.start - sentence.start].strip(" \t-–")  # a dash that opens the line is a bullet
    if (
        _SIGN_DENIED.search(before)
        and (leads or _SIGN_LIST.search(sentence.text))
        and (sentence.section == "ros" or _SIGN_LIST.search(sentence.text))
    ):
        return "negated"
    return sentence.assertion(mention, "contraindication")


def _before(sentence: Sentence, mention: Mention) -> str:
    return sentence.text[max(0, mention.start - sentence.start - 24) : mention.start - sentence.start]


def _is_over(sentence: Sentence, mention: Mention) -> bool:
    """Whether the same sentence, or the next one, says that the infection is treated and gone."""
    if _STILL_TREATED.search(sentence.text):
        return False
    for word in sentence.of("infection_over"):
        if not (";" in sentence.between(word, mention) or ". " in sentence.between(word, mention)):
            text = sentence.view.note.text[word.start : word.end].lower()
            if text == "treated" and (
                _TREATED_LATER.search(sentence.text) or re.search(r"being treated|treated currently", sentence.lower)
            ):
                continue
            if text in ("no longer", "better now") and word.start < mention.start:
                continue
            return True
    if _is_dated_past(sentence, mention) or _lasted_until(sentence, mention):
        return True
    after = mention.end - sentence.start
    done = _TREATMENT_DONE.search(sentence.text, after)
    between = sentence.text[after : done.end()] if done is not None else ""
    if done is not None and not _TREATED_LATER.search(between) and not _NOT_YET.search(between):
        return True
    if _TOLD_AS_PAST.search(sentence.text[: mention.start - sentence.start]) and _is_clean_since(sentence):
        return True
    following = sentence.next
    if following is None or following.section != sentence.section:
        return False
    note = sentence.view.note.text
    if any(not note[word.start : word.end].lower().startswith(_TIMES) for word in following.of("infection_over")):
        lead = following.lower[:80]
        return bool(
            re.search(r"\b(?:it|this|that|infection|culture|antibiotics|which)\b|dried up", lead)
        ) and not following.has("modality")
    return False


def _is_clean_since(sentence: Sentence) -> bool:
    """Whether the sentence, or the next one, says that nothing has been found since."""
    following = sentence.next
    told = [sentence.text]
    if following is not None and following.section == sentence.section:
        told.append(following.text)
    return any(_CLEAN_SINCE.search(text) for text in told) and not any(
        _TREATED_LATER.search(text) or _ON_TREATMENT.search(text) for text in told
    )


def _is_dated_past(sentence: Sentence, mention: Mention) -> bool:
    """Whether the clause gives the infection a date well before the note and does not say that it goes on."""
    reference = sentence.view.reference
    text, offset = sentence.text, sentence.start
    around = text[max(0, mention.start - offset - 45) : mention.end - offset + 45]
    if reference is None or _GOES_ON.search(around):
        return False
    limit = (reference - dt.timedelta(days=_RECENT)).isoformat()
    dated = [(d.span, d.iso) for d in sentence.dates if d.iso is not None]
    dated += [(Span(offset + m.start(), offset + m.end()), m[0]) for m in _YEAR.finditer(text)]
    return any(
        iso < limit[: len(iso)] and distance(span, mention) <= 45 and sentence.same_clause(span, mention)
        for span, iso in dated
        if "/" not in iso
    )


def _lasted_until(sentence: Sentence, mention: Mention) -> bool:
    """Whether the infection stands beside a first and a last day, the last one before the note."""
    reference, note = sentence.view.reference, sentence.view.note.text
    if reference is None:
        return False
    days = sentence.dates
    for first, last in pairwise(days):
        if (
            last.iso is not None
            and last.iso < reference.isoformat()[: len(last.iso)]
            and _SPAN_OF_DAYS.fullmatch(note[first.span.end : last.span.start])
            and min(distance(first.span, mention), distance(last.span, mention)) <= _BESIDE
        ):
            return True
    return False


def _listed(sentence: Sentence) -> bool:
    """Whether the sentence is a bare list of a review of systems, which asserts nothing."""
    return not re.search(r"\b(?:positive|reports|admits|has|had|complains|endorses|notes|\+)", sentence.lower)


def _boxes_deny(sentence: Sentence) -> bool:
    return sentence.section in ("ros", "hpi", None)


#: Words that name an infection or its treatment; without one, a denial is of a sign such as fever.
_CONDITION = ("infect", "antibiotic", "abx", "sepsis", "pneumonia", "uti", "bacter", "abscess")


def _fact(sentence: Sentence, span: Span, what: ContraindicationName, assertion: Assertion) -> Contraindication:
    said = span.of(sentence.view.note.text).lower()
    sign = what == "systemic_infection" and assertion == "negated" and not any(word in said for word in _CONDITION)
    return Contraindication(
        spans=(span,),
        what=what,
        assertion=assertion,
        section=sentence.section,
        source=f"rule:contraindication.{what}",
        sign_only=True if sign else None,
    )
