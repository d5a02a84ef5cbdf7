"""Which phrases of a note name a therapy of its pain.

"PT" is also the patient, "therapy" may be of anything, "ice" is also what one slips on, and a drug is a
therapy fact only where the note says that it was taken or is given for this pain.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast

from chartproof.extract.kinds.therapy_program import author_of, is_exercise, seen_in
from chartproof.extract.periods import find_periods
from chartproof.extract.regex import Regex
from chartproof.extract.view import PLAN_SECTIONS, Mention, NoteView, Sentence
from chartproof.facts import Modality
from chartproof.spans import Span

#: Sections whose sentences never tell of a therapy.
CLOSED_SECTIONS = frozenset(
    {"family_history", "allergies", "labs", "imaging", "procedure", "procedure_detail", "exam", "ros"}
)
_DRUG_CLOSED = CLOSED_SECTIONS | {"medications", "pmh", "psh", "social_history", "psych"}
_CORE = frozenset({"physical_therapy", "home_exercise", "chiropractic"})

_PATIENT_AFTER = Regex(
    r"\s*(?:also\s+|then\s+|still\s+|now\s+|currently\s+|again\s+|further\s+)?(?:states?|stated|reports?|reported|denies|denied|c/o|complains?|complaining"
    r"|can|can't|cannot|notes|noted|says?|said|told|tells|tolerated|tolerates|tol|instructed|educated|informed|here|returns?|returned|presents?"
    r"|presented|wants?|asks?|asked|agrees?|agreed|verbaliz\w+|understands?|understood|came|comes|rates?|rated|describes?|feels?|felt|prefers?"
    r"|advised|aware|who|identified|positioned|placed|prone|supine|lying|sitting|seated|name|id\b|age|info|demonstrat\w+|requests?|requested|admits?"
    r"|endorses?|walks?|ambulat\w*|uses|takes|took|went|goes|lives|works|able|unable|unsure|thinks|believes|knows|doing|pleased|motivated"
    r"|consent\w*|brought|left\s+(?:work|the|ama)|arrived|made|amb\b|appears|shows|getting|mentions?|pleasant|safety|has\s+not\s+been|lat\s+decub|lateral\s+decub"
    r"|with\s+(?:a|an|hx|history|known|chronic|severe)\b|in\s+(?:prone|supine|no\b|nad)|to\s+(?:keep|call|follow|bring|f/u|be|take|hold|have|do|avoid|schedule|get|see|return|rtc|contact|notify)\b"
    r"|given\b|needs?\b|wishes|hopes|did\s+(?:well|great|fine)|'s\b|’s\b|:?\s*\d+\s*(?:y|yo|y/o|year)\b|is\s+(?:a\b|an\b|s/p|here|doing|status|\d)|was\s+(?:seen|placed|brought|positioned|given|instructed|told|prepped|advised|in\b|able|taken|asked)"
    r"|has\s+(?:a\b|had|been|no\b|not\s+had|failed|tried|completed|done|chronic|pain)|had\s+(?:a\b|an\b|the\b)|will\s+(?:call|return|follow|f/u|be\s+(?:seen|given)|continue|need|have|keep|bring|contact|get|do)"
    r"|would\s+like|received|seen\b|care\b|teaching|family|alert|resting|stable|dressed|sleeping|refuses|refused)",
    re.IGNORECASE,
)
_AGENT_AFTER = Regex(
    r"\s*(?:prescribed|issued|gave\s+(?:him|her|them)\s+(?:\w+\s+){0,2}(?:home|exercise\w*|hep|program|sheet|handout|stretch\w*)|wrote|taught|updated|reviewed|notes?\b|records?\b|reports?\b|summary|documentation|wants|thinks|feels|clinic|goals?|access|states|staff|set\s+up|designed|showed|assigned|provided|cleared\s+(?:him|her)|called|faxed|emailed|drew|developed|progressed|advanced|check(?:s|ed)|monitors|[-\s](?:written|directed|designed|supervised|prescribed)\b)",
    re.IGNORECASE,
)
_AMBIGUOUS_VERB = Regex(
    r"\s*(?:is|was|has|had|did|does|will|would|could|declined|declines|started|stopped|remains)\b", re.IGNORECASE
)
_THERAPY_TALK = Regex(
    r"help|relief|benefit|effective|ongoing|order|recommend|schedul|done|start|complet|tried|prescrib|discuss|offer|restart|improv|week|visit|session|twice|daily|wk|not\s+been\s+tried|success|useful|approved|denied|resume|continue|begin|suggest|advis|for\s+(?:the|his|her)|painful|worse|option|possible|allow|permit|contraindicat|forbid|not\s+safe|on\s+hold|held|stopped|appropriate|\bago\b",
    re.IGNORECASE,
)
_PT_BEFORE_ANY = Regex(
    r"(?:formal|outpatient|out-patient|o/p|op|aquatic|pool|pelvic|physical|supervised|(?:refer\w*|go(?:es|ing)?|went|back|return\w*|sent|send|been)\s+(?:\w+\s+)?to"
    r"|(?:weeks?|wks?|months?|mos?|visits|sessions|course|trial|rounds?|lots)\s+of|(?<!\w)in|complet\w*|did|do(?:es)?|doing|tried|fail\w*|finish\w*|restart\w*|resum\w*|start\w*|begin\w*|began"
    r"|continu\w*|cont\.?|attend\w*|order\w*|(?:script|rx|prescription|referral|referred|eval|needs?)\s+(?:for|to)|no|more|less|recommend\w*|consider\w*|prescrib\w*|discharged?\s+from|d/c['’]?d?\s+from|via|stay\s+in|\d(?:\s*wks?|\s*weeks?)|since|despite|home|any|prior|previous|regular|ongoing|through|thru|trial|candidate\s+for|after|add|undergo\w*|underwent|lumbar|cervical|neck|back)\s*$",
    re.IGNORECASE,
)
_PT_AFTER_ANY = Regex(
    r"\s*(?:x\s*\d|for\s+(?:\d|the\s|his\s|her\s|\w+\s+(?:weeks|wks|months|visits)|back|neck|lumbar|cervical|low)|\(?\s*\d+\s*(?:weeks|wks|x\b|visits|sessions|mos?\b|months)|referral|eval\b|evaluation\b|visits|sessions|program|exercise|ordered|discharge"
    r"|(?:and|&|,|or|/)\s*(?:hep|chiro|massage|home\s+ex|ot\b|nsaid|medication|acupunc|meds|tens|aquatic)|twice|[123]x|(?:was\s+|were\s+)?(?:denied|declined|refused)(?:\s+(?:by\s|due|because|for\s+cost)|\s*[(.;-]|\s*$)|since\s+\w+|w/o|without|didn|did\s+n[o']t|land\b|lumbar|-?\s*(?:none|no)\b)",
    re.IGNORECASE,
)
_NAME_BEFORE = Regex(
    r"\b[A-Z]\.\s*[A-Z][a-z]+,?\s+$|\b(?i:instructed|prescribed|taught|given|directed|advised|written|issued|shown)\s+by\s+(?:the\s+|his\s+|her\s+)?$"
)
_DEGREE = Regex(r"\s*,?\s*(?:DPT|MPT|MSPT|OCS|CSCS|ATC|Cert|LIC)\b")
_COAGULATION = Regex(
    r"\s*(?:\(?inr|[:=]?\s*(?:of\s+|is\s+|was\s+)?\d+\.\d|\d*\s*(?:sec\b|and\s+ptt|/ptt))", re.IGNORECASE
)
_PULSE = Regex(r"(?:\b(?:dp|dorsalis\s+pedis|popliteal|femoral|pulses?)\b[^.;]{0,25}|/)$", re.IGNORECASE)
_BARE_BEFORE = Regex(
    r"(?:\b(?:went\s+(?:through|to)|gone\s+(?:through|to)|in|into|start(?:ed|s|ing)?|begin|began|begun|resume[ds]?|restart(?:ed)?|return(?:ed)?\s+to|back\s+to|go(?:ing|es)?\s+to|been\s+(?:to|in|through)|continu\w+|cont\.?|his|her|with|attend\w*|of|despite"
    r"|after|fail\w*|from|more|regular|weekly|past|prior|previous|any|no|do(?:es|ing)?|did|complet\w+|finish\w+|tried|discussed|referr\w+\s+(?:to|for)|formal|had|undergo\w*|underwent|received|through|for|stay\s+in|ongoing|extensive|maximal|maximum|further|additional|participat\w+\s+in|multiple|all|other|course\s+of|aggressive|intensive|daily|traditional|months|weeks)"
    r"|^|[\[\]•*:-]|\d|\bthe)\s*(?:\bthe\s+)?$",
    re.IGNORECASE,
)
_GOES_ON = Regex(
    r"\s+(?:continues|is\s+ongoing|(?:(?:was|is|has\s+been|being)\s+)?(?:held|on\s+hold|deferred|postponed|stopped|put\s+off)|ended|did\s+not|was\s+not|has\s+not|failed|helped|twice|once|[123]x)\b",
    re.IGNORECASE,
)
_PERSON_BEFORE = Regex(
    r"\b(?:weeks?|months?|visits|sessions|appointments|times?)\s+with\s+(?:an?\s+|the\s+|his\s+|her\s+)?$|\b(?:see|saw|seen|sees|seeing|visit(?:ed|s|ing)?|work(?:s|ed|ing)?\s+with|go(?:es|ing|ne)?\s+(?:back\s+)?to|went\s+(?:back\s+)?to|been\s+(?:going\s+)?to|care\s+of|referr?(?:ed|al)?\s+(?:\w+\s+)?to|treated\s+(?:by|with)|tried|also\s+sees|under|consult(?:ed|s)?|from\s+(?:a|an|his|her)|manipulat\w+\s+by|adjust\w+\s+by)\b(?:[^.;]|(?<=Dr)\.|(?<=Mr)\.|(?<=Ms)\.){0,40}$|\b(?:no|any)\s+$",
    re.IGNORECASE,
)
_PERSON_AFTER = Regex(
    r"\bago\b|\b\d{1,2}/\d{1,2}\b|\bvisits\b|\badjustments\b|\b(?:19|20)\d\d\b|\b[x×]\s*\d|\blast\s+\w+|\b(?:adjusted|manipulated|treated)\b",
    re.IGNORECASE,
)
_WEAK_BEFORE = Regex(
    r"\b(?:tried|has\s+tried|keeps?\s+up(?:\s+with)?|kept\s+up(?:\s+with)?|keep\s+going\s+with|continu\w+(?:\s+with|\s+to\s+do|\s+his|\s+her|\s+the)?|cont\.?|(?<!\bhe )(?:does|doing|performs?|performing|did)(?!\s+not)|participat\w+\s+in|using|uses?|with\s+regular|compliant\s+with|instruct\w*\s+(?:\w+\s+)?in|reviewed|progress(?:ed)?|engag\w+\s+in|taught|demonstrat\w+|treated\s+with|managed\s+with|conservative\s+\w+\s+(?:with|including)|including|failed|placed\s+on|put\s+(?:him\s+|her\s+)?on|given|recommend\w*|advis\w+|encourag\w+|kept)\s+(?:\w+\s+){0,3}$",
    re.IGNORECASE,
)
_PAIN_WITH = Regex(
    r"\b(?:pain|symptoms?|discomfort|spasms?|(?:back|neck)(?!\s+on\b))\s+(?:\w+\s+){0,3}?(?:with|by|on|despite)\s+[^.;]{0,60}$",
    re.IGNORECASE,
)
_DOSE = Regex(
    r"\s*\(?\d+(?:[.,/]\d+)*\s*(?:-\s*\d+\s*)?(?:mg|mcg|g\b|%|bid|tid|qid|qd|qhs|daily|/d|po|tabs?|prn|units)",
    re.IGNORECASE,
)
_SECTION_SIGN = Regex(
    r"^\W*(?:(?:home|outpatient|current|discharge)\s+)?(?:medications?|meds)\s*(?:list)?\s*(?::|-|\bat\b)",
    re.IGNORECASE,
)
_DISPENSED = Regex(
    r"\b(?:authori[sz]ation|approval|dispensed|refilled|refill|prescribed|prescribe|prescriptions?|discharged|sent\s+home|told|instructed|advised|encouraged|recommend\w*|suggest\w*|offer\w*|start(?:ed|ing)?|continue[ds]?|cont\.?|increase[ds]?|decrease[ds]?|add(?:ed)?|trial|try|initiate[ds]?|begin|began|resume[ds]?|renew(?:ed)?|switch(?:ed)?|titrat\w+|taper\w*|wean\w*|given|give|rx|will\s+(?:take|use))\b",
    re.IGNORECASE,
)
_NO_TREATMENT = Regex(
    r"\b(?:allerg(?:y|ic)\s+to|anaphyla\w+|rash\s+with|overdose|(?:drug|serum|blood)\s+levels?|last\s+dose|held|hold|holding|stop\s+(?:before|prior)|npo|anesthe\w+|inject\w*|infus\w*|intrathecal\w*|epidural(?:ly)?|mL\b|cc\b|preop\w*|premedicat\w*|screen|pdmp|uds|positive\s+for)\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Item:
    """A therapy named in a sentence; `modality` None marks a procedure, which only breaks or joins lists."""

    mention: Mention
    modality: Modality | None
    name: str | None
    tag: str
    dosed: bool = False

    @property
    def is_drug(self) -> bool:
        """Whether a drug or drug class is named."""
        return self.modality == "medication"


def is_about_pain(view: NoteView) -> bool:
    """Whether the note speaks of the patient's spine or its pain, so that a bare "PT" or a drug can be its therapy."""
    text = view.note.text
    lowered = text.lower()
    if any(word in lowered for word in _SPINE_PAIN) or ("RSD" in text and _RSD.search(text)):
        return True
    if "spasticity" in lowered and ("baclofen" in lowered or "intrathecal" in lowered or "pump" in lowered):
        return True
    told = named = 0
    for sentence in view.sentences:
        if sentence.section in ("family_history", "ros", "labs", "allergies"):
            continue
        spine: Mention | None = None
        symptom = False
        for mention in sentence.mentions:
            if mention.label == "region":
                if mention.id not in ("limb", "other"):
                    spine = mention
            elif mention.label == "symptom":
                symptom = symptom or mention.id in ("pain", "sensory", "symptoms", "sciatica")
                if mention.span.of(text).lower() in ("lbp", "backache", "neck ache"):
                    spine = mention
            elif mention.label == "procedure" and mention.id.startswith(_SPINE_PROCEDURES):
                past = mention.id.startswith("spinal_surgery") and sentence.section in ("psh", "pmh", "social_history")
                if not past and not (mention.id.startswith("esi") and _ANESTHESIA.search(sentence.text)):
                    return True
        if spine is not None:
            named += _SPINE_WORD.search(sentence.text) is not None
            if (symptom or _SPINE_DIAGNOSIS.search(sentence.text)) and not _DENIED.search(
                sentence.text[: spine.end - sentence.start]
            ):
                told += 1 if len(text) > _SHORT_NOTE else 2
    return told >= 2 or named >= _NAMED_OFTEN


_NAMED_OFTEN = 6  # sentences with the spine's name in a note that does not speak of pain
_SPINE_WORD = Regex(r"\b(?:spin(?:e|al)|lumbar|lumbosacral|sacroiliac|vertebra\w*)\b", re.IGNORECASE)
_DENIED = Regex(r"\b(?:no|denies|denied|without)\s+(?:[\w/-]+,?\s+(?:or\s+|and\s+)?){0,4}[\w-]+$", re.IGNORECASE)
_ANESTHESIA = Regex(
    r"\banesth\w+|\blabou?r\b|\bpitocin\b|\bdeliver\w+|\bepidural\s+(?:was\s+)?(?:for|placed|with|that|catheter)\b|\bspinal\s+anesth\w+|\bthoracotom\w+",
    re.IGNORECASE,
)
_SHORT_NOTE = 2000  # characters; in a longer note one sentence about the back may be an aside


_SPINE_PROCEDURES = (
    "esi",
    "medial_branch",
    "rf_ablation",
    "facet",
    "si_joint",
    "scs",
    "sympathetic",
    "bvna",
    "spinal_surgery",
)
_SPINE_PAIN = (
    "crps",
    "complex regional",
    "reflex sympathetic",
    "radiculopath",
    "sciatica",
    "spinal stenosis",
    "lumbar stenosis",
    "sacroiliitis",
    "postlaminectomy",
    "post laminectomy",
    "post-laminectomy",
    "cervicalgia",
    "lumbago",
    "pain syndrome",
)
_RSD = Regex(r"\bRSD\b")
_SPINE_DIAGNOSIS = Regex(
    r"\b(?:stenosis|herniat\w+|spondyl\w+|radicul\w+|strain|sprain|dis[ck]\b|degenerative|facet|fusion|laminectomy|lbp|sacroiliac|myelopathy)",
    re.IGNORECASE,
)


def items_of(sentence: Sentence, treatment: bool, therapist: bool = False) -> list[Item]:
    """The therapies that the sentence names, in order, with procedures between them.

    `treatment` says that the sentence stands in a list of treatments, `therapist` in a therapist's note.
    """
    if sentence.text.endswith("?"):
        return []
    found: list[Item] = []
    weak: list[int] = []
    for mention in sentence.mentions:
        if mention.label == "therapy":
            if mention.id == "none":
                continue
            modality, _, tag = mention.id.partition(".")
            if tag == "label":
                if not therapist or mention.start > sentence.start + 4 or _names_more(sentence, mention):
                    continue
                tag = ""
            elif not _is_therapy(sentence, mention, tag):
                continue
            if sentence.section in CLOSED_SECTIONS and not _open_anyway(sentence, mention, modality):
                continue
            if _PRACTITIONER.search(mention.span.of(sentence.view.note.text)) and _TRADE.search(
                _around(sentence, mention)[0]
            ):
                continue
            if modality in ("chiropractic", "brace") and not _is_care(sentence, mention, modality):
                continue
            if tag == "weak":
                weak.append(len(found))
            found.append(Item(mention, cast(Modality, modality), _name(sentence, mention, tag), tag))
        elif mention.label == "therapy_drug":
            if mention.id != "none":
                dosed = _DOSE.match(sentence.view.note.text, mention.end) is not None
                tag = "?" if mention.id[0] == "?" else ""
                found.append(Item(mention, "medication", mention.id.lstrip("?"), tag, dosed))
        elif mention.label == "procedure" and mention.id != "none":
            found.append(Item(mention, None, None, ""))
    if weak:
        found = _drop_weak(sentence, found, weak, treatment)
    found = _without_authors(sentence, found)
    if _is_of_team(sentence, found):
        found = [item for item in found if item.tag not in ("pt", "ot") and item.modality != "physical_therapy"]
    found.sort(key=lambda item: (item.mention.start, -item.mention.end))
    return _without_parts(sentence, _without_overlaps(sentence, found))


_PRACTITIONER = Regex(r"(?:therapist|practor|puncturist)s?$", re.IGNORECASE)
#: The patient's own trade: "works as a massage therapist".
_TRADE = Regex(
    r"\b(?:works?|worked|working|employed|job|career|trained|occupation|retired)\b(?:\W+(?!with\b)\w+){0,2}\W+$",
    re.IGNORECASE,
)
_NAME_OF_PLACE = Regex(
    r"\s+(?:(?:and|&)\s+\w+\s+)?(?:wellness|cent(?:er|re)|clinic|case|history|form|office|college|board|physicians?)\b",
    re.IGNORECASE,
)
_GOES_THERE = Regex(
    r"\b(?:went|goes|gone|go|going|presented|returned|seen|treat(?:ed|ment)|care|visits?|attend\w*|referred|sent)\s+(?:\w+\s+)?(?:to|at|by|from|with)\s+(?:[\w.]+\s+){0,4}$",
    re.IGNORECASE,
)
_FIRST_AID = Regex(
    r"\b(?:back\s?board|spine\s+board|on\s+a\s+board|ambulance|ems|paramedics?|transport\w*|immobiliz\w+|long\s+board|extricat\w+|cleared|in\s+place)\b",
    re.IGNORECASE,
)


def _is_care(sentence: Sentence, mention: Mention, modality: str) -> bool:
    """Whether it is care: not a chiropractic office that is only named, nor the collar of an ambulance."""
    if modality == "brace":
        return "collar" not in mention.span.of(sentence.view.note.text).lower() or not _FIRST_AID.search(sentence.text)
    before, after = _around(sentence, mention)
    return _NAME_OF_PLACE.match(after) is None or _GOES_THERE.search(before) is not None


def _is_of_team(sentence: Sentence, items: list[Item]) -> bool:
    """Whether PT is named as one of a ward's services ("PT, OT and speech evaluation"), not as care of the pain."""
    if not any(item.modality == "physical_therapy" for item in items):
        return False
    if any(mention.id not in ("other", "limb") for mention in sentence.of("region")) or sentence.has("symptom"):
        return False
    return _HOSPITAL_TEAM.search(sentence.text) is not None


def _is_physio(sentence: Sentence, item: Item) -> bool:
    return item.mention.span.of(sentence.view.note.text).lower() == "physio"


def _without_authors(sentence: Sentence, items: list[Item]) -> list[Item]:
    """Leave out the therapist who set a home program: no therapy of its own."""
    authors = [
        author
        for item in items
        if item.modality == "home_exercise" and (author := author_of(sentence, item.mention)) is not None
    ]
    if not authors:
        return items
    return [
        item
        for item in items
        if not (item.tag in ("pt", "person", "bare") or _is_physio(sentence, item))
        or not any(item.mention.span.overlaps(span) for span in authors)
    ]


_INCLUDING = Regex(
    r"\W*(?:(?:\w+\s+){0,2}(?:including|includes?|included|consist(?:s|ed|ing)\s+of|such\s+as|like|e\.?g\.?,?)|with|in\s+the\s+form\s+of|:|\(|-)\W*(?:[\w-]+\s+){0,3}",
    re.IGNORECASE,
)
_EXERCISE_PARTS = frozenset({"home_exercise", "physical_therapy", "other", "activity_modification", "psychological"})


def _without_parts(sentence: Sentence, items: list[Item]) -> list[Item]:
    """Leave out what only spells out the therapy named before it.

    "conservative care including PT" is the PT; "PT (stretching, traction)" is the PT; "NSAID: naproxen"
    and "as an anti-inflammatory" are the naproxen.
    """
    kept: list[Item] = []
    inside: Item | None = None  # a therapy whose parts are being listed
    for index, item in enumerate(items):
        following = items[index + 1] if index + 1 < len(items) else None
        if following is not None and following.modality is not None:
            gap = sentence.between(item.mention, following.mention)
            if item.tag == "conservative" and len(gap) < 60 and _INCLUDING.fullmatch(gap):
                continue
            if item.is_drug and following.is_drug and item.name in _CLASSES and _OPENS_LIST.fullmatch(gap):
                continue
            if (
                item.is_drug
                and following.is_drug
                and item.name in _CLASSES
                and re.fullmatch(r"\s*(?:[:(-]\s*|\s(?:such\s+as|like|including|e\.?g\.?,?)\s+)?", gap)
            ):
                items[index + 1] = Item(
                    _joined(item.mention, following.mention), "medication", following.name, following.tag
                )
                continue
        if item.is_drug and item.name in _CLASSES and kept and kept[-1].is_drug:
            between = sentence.between(kept[-1].mention, item.mention)
        else:
            between = ""
        if re.search(r"\bas\s+(?:an?|his|her|the)\s+$", between):
            continue
        if (
            inside is not None
            and item.modality in _EXERCISE_PARTS
            and item.tag not in ("pt", "conservative")
            and not _is_home(sentence, item)
        ):
            last = items[index - 1]
            gap = sentence.between(last.mention, item.mention)
            first_gap = sentence.between(inside.mention, item.mention)
            opened = last is inside and (
                _INCLUDING.fullmatch(gap) is not None
                or ("(" in gap and ")" not in gap)
                or (item.tag == "weak" and is_list_gap(gap))
                or ":" in gap
                or (len(gap) < 3 and not gap.strip())
            )
            if (
                opened
                or (last is not inside and is_list_gap(gap))
                or ("(" in first_gap and ")" not in first_gap)
                or (":" in first_gap and ";" not in first_gap)
            ):
                continue
        if item.tag in ("pt", "bare", "person") and _is_source(sentence, item, items):
            continue
        if item.tag == "person" and any(o.modality == item.modality and o.tag != "person" for o in items[index + 1 :]):
            continue  # "saw a chiropractor, who gave nine visits of chiropractic care"
        inside = (
            item
            if item.modality in ("physical_therapy", "chiropractic")
            or (item.modality == "home_exercise" and _is_home(sentence, item))
            else inside
            if item.modality == "other"
            else None
        )
        kept.append(item)
    return kept


_SOURCE = Regex(
    r"\b(?:per|by|from|with|via)(?:\s*:)?\s+(?:(?:the|her|his|a|an|our|outpatient|their)\s+)*$",
    re.IGNORECASE,
)


def _is_source(sentence: Sentence, item: Item, items: list[Item]) -> bool:
    """Whether the therapist is named as the source of exercises: "HEP per PT", "PT home program"."""
    text = sentence.view.note.text
    sourced = _SOURCE.search(text, max(sentence.start, item.mention.start - 30), item.mention.start) is not None
    for other in items:
        if other.modality != "home_exercise":
            continue
        gap = sentence.between(item.mention, other.mention)
        if sourced and len(gap) < 60 and not is_list_gap(gap):
            return True
        if other.mention.start >= item.mention.end and re.fullmatch(
            r"(?:'s)?\s*(?:prescribed\s+|directed\s+|daily\s+)?", gap
        ):
            return True
    return False


_OPENS_LIST = Regex(r"(?:\s[^.;:()]{1,90})?(?::|\s\()\s*(?:the\s+|his\s+|her\s+)?")
_CLASSES = frozenset({"nsaid", "opioid", "muscle_relaxant", "analgesic", "neuropathic", "medication", "topical"})


def _joined(first: Mention, second: Mention) -> Mention:
    return Mention(second.label, second.id, first.start, second.end, first.first, second.last)


def _is_home(sentence: Sentence, item: Item) -> bool:
    """Whether an exercise program is called one: "home", "HEP"."""
    return re.match(r"home|hep", item.mention.span.of(sentence.view.note.text), re.IGNORECASE) is not None


def _names_more(sentence: Sentence, mention: Mention) -> bool:
    """Whether a line that opens with "Home:" names its exercises or other therapies."""
    return any(other is not mention and other.id != "none" for other in sentence.of("therapy"))


def _without_overlaps(sentence: Sentence, items: list[Item]) -> list[Item]:
    kept: list[Item] = []
    for item in items:
        if kept and item.mention.start < kept[-1].mention.end:
            if kept[-1].modality is None and item.modality is not None and item.tag != "weak":
                kept[-1] = item
            continue
        if kept and kept[-1].modality == item.modality and item.modality in _CORE:
            between = sentence.between(kept[-1].mention, item.mention).strip()
            if between in ("(", "/", "- ", "-", ",", "aka"):
                continue  # "physical therapy (PT)"
        kept.append(item)
    return kept


def _open_anyway(sentence: Sentence, mention: Mention, modality: str) -> bool:
    """Therapy told in a section that is about something else, as dictated notes do."""
    if sentence.section in ("family_history", "allergies", "labs"):
        return False
    if sentence.section in ("procedure", "procedure_detail") and tag_of(mention) not in ("person", "weak", "bare"):
        lead = sentence.text[max(0, mention.start - sentence.start - 70) : mention.start - sentence.start]
        if _TOLD_BEFORE.search(lead):
            return True
    if sentence.section in ("procedure", "procedure_detail") and tag_of(mention) == "weak":
        return False
    if modality not in _CORE:
        return False
    if modality == "home_exercise" and seen_in(sentence) is not None:
        return True
    return sentence.has("therapy_outcome") or any(
        m.id in ("done", "ongoing", "negated", "planned", "named")
        and m.end <= mention.start
        and mention.start - m.end < 30
        for m in sentence.of("therapy_before")
    )


_TOLD_BEFORE = Regex(
    r"\b(?:failed|tried|undergone|exhausted|despite|refractory|recalcitrant|unresponsive|(?:had|has|have)\s+(?:had|received|completed|been\s+(?:treated|through))|did\s+not\s+(?:respond|wish|want|improve)|declined|refused|offered|options?)\b[^.;]*$",
    re.IGNORECASE,
)


def tag_of(mention: Mention) -> str:
    """What follows the modality in the id of a therapy's phrase; empty without one."""
    return mention.id.partition(".")[2]


def _name(sentence: Sentence, mention: Mention, tag: str) -> str | None:
    return tag if tag in ("aquatic", "conservative") else "aquatic" if tag == "aquatic_pt" else None


def _around(sentence: Sentence, mention: Mention, before: int = 60, after: int = 60) -> tuple[str, str]:
    start, end = mention.start - sentence.start, mention.end - sentence.start
    return sentence.text[max(0, start - before) : start], sentence.text[end : end + after]


def _is_therapy(sentence: Sentence, mention: Mention, tag: str) -> bool:
    if tag == "":
        return True
    before, after = _around(sentence, mention)
    if tag == "pt":
        return _is_pt(sentence, mention, before, after)
    if tag == "order":
        return sentence.section in PLAN_SECTIONS or _ADVISED.search(before) is not None
    if tag == "care":
        return sentence.section not in ("psych", "pmh") and _CARRIED_ON.search(before) is not None
    if tag == "ot":
        return mention.span.of(sentence.view.note.text).isupper() and bool(re.search(r"\bPT\b|therapy", sentence.text))
    if tag == "log":
        return _tells_of_days(sentence, mention)
    if tag == "bare":
        if _MADE_OF.match(after) and sentence.has("therapy_drug"):
            return False  # "his therapy has consisted of heat and ibuprofen"
        if _GOES_ON.match(after):
            return True
        if sentence.section == "psych" or _is_psychotherapy(sentence.view):
            return False
        if (
            mention.start == sentence.start
            and len(sentence.text) < 40
            and not sentence.has("therapy_outcome", "therapy_after")
        ):
            return False
        return _BARE_BEFORE.search(before) is not None and not re.match(
            r"\s*(?:for|of)\s+(?:depress|anxi|hypert|cancer|hiv|diabet|\w+\s+cancer)|\s+(?:dog|was\s+consulted)",
            after,
            re.IGNORECASE,
        )
    if tag == "program":
        return is_exercise(sentence, mention) and author_of(sentence, mention) is not None
    if tag == "person":
        first = before.strip(" -*•\t").lower() in ("", "a", "the", "his", "her") or before.rstrip().endswith((".", ":"))
        return _PERSON_BEFORE.search(before) is not None or (first and _PERSON_AFTER.search(after) is not None)
    return True


_DAYS_DONE = Regex(
    r"\b(?:daily|every\s+day|each\s+day|(?:\d|two|three|four|five|six)\s*(?:-\s*\d\s*)?(?:x|times|days)\s*(?:/|a|per|each|of\s+(?:7|seven))\s*(?:week|wk)?|\d+\s*(?:/|of|out\s+of)\s*\d+\s*(?:days|sessions))\b",
    re.IGNORECASE,
)
_LOG_TO_COME = Regex(
    r"\b(?:given|provided|issued|handed|keep(?:ing)?|start|bring\s+back|return\s+with|will|please|should|to\s+(?:complete|fill|keep|bring)|next\s+visit|blank|empty|no|not|without|never|forgot\w*|lost|lacks|needs?|remind\w*|download\w*|missing|incomplete)\b|n['’]t\b",
    re.IGNORECASE,
)


def _tells_of_days(sentence: Sentence, mention: Mention) -> bool:
    """Whether a log of exercises tells on which days they were done, and is no log to be kept."""
    if sentence.section in PLAN_SECTIONS or _LOG_TO_COME.search(sentence.text):
        return False
    after = sentence.text[mention.end - sentence.start :]
    start = mention.end
    return _DAYS_DONE.search(after) is not None or any(
        True for _ in find_periods(after, sentence.view.reference, start)
    )


_MADE_OF = Regex(r"\s+(?:(?:has|have|to\s+date|so\s+far)\s+)*(?:consist|includ|compris)\w*\b", re.IGNORECASE)
_ADVISED = Regex(
    r"\b(?:advis\w+|told|tell(?:ing)?|instruct\w+|ask(?:ed)?|recommend\w*|encourag\w+|caution\w+|warn\w+|counsel\w+|should|must|ought|limited\s+to|suggest\w*|order(?:s|ed)|restrict\w+)\b[^.;]{0,55}$",
    re.IGNORECASE,
)
_CARRIED_ON = Regex(
    r"\b(?:continu\w+|remain\w*|stay\w*|keep\w*|proceed\w*|carry\s+on|maintain\w*|follow\w*|resume)\s+(?:\w+\s+){0,2}?(?:(?:his|her|the|their|your|same|this|current|present|ongoing)\s+(?:\w+\s+)?)?$",
    re.IGNORECASE,
)
_PSYCHOTHERAPY = Regex(
    r"\b(?:psychotherap\w+|suicid\w+|psychiatrist|bipolar|schizo\w+|cognitive[- ]behavio\w+)\b", re.IGNORECASE
)
_PHYSICAL = Regex(r"\b(?:physical\s+therap\w+|physiotherap\w+|PT)\b")


def _is_psychotherapy(view: NoteView) -> bool:
    """Whether a bare "therapy" in this note is of the mind: a psychiatrist's note that names no physical therapy."""
    if "therapy.psych" not in view.memo:
        text = view.note.text
        view.memo["therapy.psych"] = (view.note.type or "").lower().startswith("psych") or (
            _PSYCHOTHERAPY.search(text) is not None and _PHYSICAL.search(text) is None
        )
    return bool(view.memo["therapy.psych"])


_HOSPITAL_TEAM = Regex(
    r"\b(?:speech|swallow\w*|respiratory\s+therap\w+|cardiac\s+rehab\w*|social\s+work\w*|dietician|dietitian|nutrition\w*)\b",
    re.IGNORECASE,
)


def _is_pt(sentence: Sentence, mention: Mention, before: str, after: str) -> bool:
    written = mention.span.of(sentence.view.note.text)
    if _COAGULATION.match(after) or _PULSE.search(before[-30:]) or re.search(r"\b(?:INR|a?PTT)\b", sentence.text):
        return False
    if _NAME_BEFORE.search(before):
        return False
    if written == "PT" and (_MADE_WORSE.match(after) or _LAST_ONE.search(before)):
        return True
    if _AGENT_AFTER.match(after) or _DEGREE.match(after):
        return False
    positive = _PT_BEFORE_ANY.search(before) is not None or _PT_AFTER_ANY.match(after) is not None
    if written == "PT" and not _is_capitals(sentence.text):
        if _PT_AFTER_ANY.match(after):
            return True
        if _AMBIGUOUS_VERB.match(after):
            return _THERAPY_TALK.search(after) is not None and not re.match(
                r"\s*(?:has|had)\s+(?:tried|done|completed|failed|had|a\b|been\s+(?:doing|taking|using))",
                after,
                re.IGNORECASE,
            )
        if re.search(r"\b(?:this|the|new|each|est|established|our)\s+$", before, re.IGNORECASE) and not positive:
            return False
        return _PATIENT_AFTER.match(after) is None or (_PT_BEFORE_ANY.search(before) is not None)
    if _PATIENT_AFTER.match(after) and not _PT_AFTER_ANY.match(after):
        return False
    if written == "Pt" and not before.strip(" -*•\t["):
        return _PT_AFTER_ANY.match(after) is not None
    return positive


_LAST_ONE = Regex(
    r"(?:^|[.;:,]\s*|\b(?:his|her|the)\s+)(?:last|latest|most\s+recent)\s+(?:round\s+of\s+|course\s+of\s+)?$",
    re.IGNORECASE,
)
_MADE_WORSE = Regex(
    r"\s+(?:has\s+|only\s+)?(?:made|makes|aggravat\w+|exacerbat\w+|worsened)\s+(?:him|her|it|things|everything|the|his|symptoms|pain)\b",
    re.IGNORECASE,
)


def _is_capitals(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return len(letters) > 12 and sum(c.isupper() for c in letters) > 0.8 * len(letters)


_REGULAR = Regex(
    r"\b(?:daily|(?:once|twice|three\s+times)\s+(?:a|per)\s+(?:day|week)|every\s+(?:day|morning)|\dx?\s*/\s*(?:d|day|wk|week)|at\s+home|on\s+(?:his|her)\s+own|from\s+a\s+video|(?:days|times)\s+a\s+week)\b",
    re.IGNORECASE,
)
_LENGTH_OF = Regex(
    r"\b(?:w(?:ee)?ks?|months?|mos?|days)\s+of\s+(?:(?:his|her|their|the|these|those|daily|prescribed|supervised|directed|home|back|neck|core|regular|physician|doctor|therapist)[\s-]+){1,5}$",
    re.IGNORECASE,
)
_DO = Regex(r"\bdo\s+(?:the\s+|his\s+|her\s+)?$", re.IGNORECASE)


def _drop_weak(sentence: Sentence, items: list[Item], weak: list[int], treatment: bool) -> list[Item]:
    """Leave out "rest", "exercise" and the like unless done as a therapy or listed beside one."""
    kept: list[Item] = []
    for index, item in enumerate(items):
        if index not in weak:
            kept.append(item)
            continue
        if item.modality == "home_exercise" and any(
            other.modality == "home_exercise" and i not in weak for i, other in enumerate(items)
        ):
            continue
        if treatment or (sentence.section in PLAN_SECTIONS and item.modality != "activity_modification"):
            kept.append(item)
            continue
        before, after = _around(sentence, item.mention)
        if item.modality == "activity_modification" and re.search(r"\b(?:not|denies|no)\b", before[-25:]):
            continue
        if item.modality == "home_exercise" and author_of(sentence, item.mention) is not None:
            kept.append(item)
            continue
        if item.modality == "home_exercise" and (_REGULAR.search(after[:40]) or _DO.search(before)):
            kept.append(item)
            continue
        if item.modality == "home_exercise" and re.match(r"\s+(?:when|while)\b", after):
            continue
        if re.search(r"\bthe\s+$", before, re.IGNORECASE) and any(
            0 <= m.start - item.mention.end < 30 for m in sentence.of("therapy_outcome")
        ):
            kept.append(item)
            continue
        if item.modality == "home_exercise" and _LENGTH_OF.search(before):
            kept.append(item)
            continue
        if _WEAK_BEFORE.search(before) or any(
            other.modality is not None
            and other.tag != "weak"
            and is_list_gap(sentence.between(other.mention, item.mention))
            for other in (*items[max(0, index - 1) : index], *items[index + 1 : index + 2])
        ):
            kept.append(item)
    return kept


_LIST_GAP = Regex(
    r"(?:\W|\b(?:and|or|as|well|also|plus|including|included|includes?|e\.?g|such|with|then|an?|the|some|of|his|her|their|various|multiple|oral|topical|otc|over|counter|prescription|home|formal|trials?|courses?|in|addition|to|both|either|other|medications?|therap(?:y|ies)|treatments?|like"
    r"|mg|mcg|gm?|[bhinopqrt]|refills?|dispensed?|sig|mouth|by|total|number|quantity|daily|bid|tid|qid|qhs|qd|prn|hs|po|at|night|bedtime|nightly|once|twice|three|two|four|times|day|needed|every|hours?|tabs?|tablets?|capsules?|x|days?|d|units?|w|intermittent|occasional|gentle|regular|several|different|physician|directed|supervised|along|even|care|use|using|over-the-counter|\d+(?:[.,]\d+)*(?:mg|mcg|g|k)?))*",
    re.IGNORECASE,
)


def is_list_gap(gap: str) -> bool:
    """Whether the text between two therapies only joins them in a list (commas, "and", doses)."""
    return len(gap) < 60 and ";" not in gap and "[" not in gap and _LIST_GAP.fullmatch(gap) is not None


def drug_counts(
    sentence: Sentence,
    item: Item,
    segment: Span,
    treatment: bool,
    told: bool,
    tried: bool,
    planned: bool,
    failed: bool = False,
) -> bool:
    """Whether a drug named here is told as a treatment of the pain.

    `segment` is its part of the sentence. `treatment`: in a list of treatments; `told`: an effect is told;
    `tried`: a word says that it was tried or is taken; `planned`: it stands in the plan; `failed`: it did nothing.
    """
    mention = item.mention
    text = sentence.view.note.text[segment.start : segment.end]
    before = text[: mention.start - segment.start]
    after = text[mention.end - segment.start :]
    if sentence.section in ("allergies", "family_history", "labs", "imaging"):
        return False
    if sentence.section in ("procedure", "procedure_detail"):
        if tried and not item.tag and _BEFORE_SURGERY.search(before):
            return True
        if not _PRESCRIBER.search(before):
            return False
    if item.name == "medication" and (mention.end <= sentence.body or after.startswith(":")):
        return False
    if _NO_TREATMENT.search(
        re.split(r",|\b(?:but|and)\b", before[-60:])[-1] + item.mention.span.of(sentence.view.note.text) + after[:45]
    ):
        return False
    for_pain = _for_pain(sentence, mention, before, after)
    purpose = (
        for_pain in ("spine", "pain")
        or _PAIN_WITH.search(before) is not None
        or re.match(r".{0,40}\bas\s+an?\s+(?:anti|pain|muscle|analges)", after) is not None
    )
    if for_pain == "other" and "spine" not in text.lower() and "back" not in text.lower():
        return False
    if for_pain == "spine" and sentence.section != "procedure_detail":
        return True
    if _SECTION_SIGN.match(sentence.text):
        return told and (purpose or (failed and not item.tag))
    if _for_other(sentence, mention) and not purpose:
        return False
    if len(_DOSES.findall(text)) > sum(m.id != "none" for m in sentence.of("therapy_drug")) + 1 and not purpose:
        return False  # a list of all that the patient takes
    if _MEDICATION_LINE.match(sentence.text) and not purpose and not told and not treatment and not planned:
        return False
    closed = sentence.section in _DRUG_CLOSED
    if purpose and (not closed or tried or told):
        return sentence.section != "medications" or tried
    if closed:
        return told and (tried or sentence.section == "ros") and sentence.section != "medications" and item.tag != "?"
    if item.tag == "?":
        if item.name == "medication":
            return told or (planned and re.search(r"\bcourse\b|management|pain", text, re.IGNORECASE) is not None)
        if item.name == "steroid" and tried and _COURSE.search(before):
            return sentence.has("symptom", "region", "dx") or not _SUGGESTED.search(before)
        return (told and (sentence.has("symptom", "region") or "relief" in text.lower())) or (
            treatment and bool(_DOSE.match(after))
        )
    if treatment or told:
        return True
    if planned or sentence.section in PLAN_SECTIONS or sentence.section == "assessment_plan":
        return (
            bool(_DISPENSED.search(text))
            or _DOSE.match(after) is not None
            or tried
            or not before.strip(" -*•[]xX0123456789.:")
        )
    return tried


_PAIN_OBJECT = Regex(
    r"\b(?:for|prn|p\.r\.n\.?|(?:to\s+|which\s+|that\s+)?(?:control|manag|treat|help|reliev|reduc|address|eas)\w*)\s+(?:with\s+|of\s+)?(?P<of>(?:[\w'/-]+,?\s+){0,6}?)(?P<what>pain\w*|spasms?|back|neck|legs?|arms?|sciatica|discomfort|symptoms?|radic\w+|neuropath\w+|numbness|tingling|paresthesias?|inflammation|aches?|soreness|hip|knee|shoulder)\b",
    re.IGNORECASE,
)
_PAIN_FIRST = Regex(
    r"\b(?:for|because\s+of|due\s+to|to\s+(?:control|treat|manage|help\s+with)|has|had|having|with)\s+(?P<of>(?:[\w'/-]+\s+){0,5}?)(?P<what>pain|spasms?|sciatica|discomfort|symptoms|soreness)\b(?:\s+(?:control|relief|management))?[^.;:]{0,70}$",
    re.IGNORECASE,
)
_SPINE_OBJECT = Regex(
    r"\b(?:back|neck|spine|spinal|lumbar|cervical|sciatica|radicul\w+|lbp|sacroiliac|thoracic|paraspinal)\b",
    re.IGNORECASE,
)
_OTHER_OBJECT = Regex(
    r"\b(?:chest|abdominal|abdomen|tooth|teeth|dental|jaw|ear|throat|head|headaches?|migraines?|stomach|epigastric|pelvic|menstrual|sinus|eye|breast|bladder|flank|kidney|cancer|surgical|operative|postoperative|incision\w*|wound|anginal?|gout\w*|blood|heart|cold|cough|allerg\w+|seizures?|nausea|bladder|urinary|depress\w+|anxiety|breathing|sleep|restless)\b",
    re.IGNORECASE,
)
_DOSES = Regex(r"\b[a-z][a-z-]{4,}\s+\d+(?:[.,/]\d+)*\s*(?:mg|mcg|units?|mEq)\b", re.IGNORECASE)
_COURSE = Regex(r"\b(?:course|burst|taper|pulse|pack)\s+of\s+(?:(?:oral|iv|intravenous)\s+)?$", re.IGNORECASE)
#: Another disease that the drug was given for.
_SUGGESTED = Regex(
    r"\b(?:suggest\w*|suspect\w*|presum\w*|thought\s+to|possib\w+|concern\w*|diagnos\w+)\b", re.IGNORECASE
)
_BEFORE_SURGERY = Regex(
    r"\b(?:has|had|have)\s+(?:\w+\s+){0,2}(?:on|tried|failed|taken|used|taking|using)\b", re.IGNORECASE
)


def _for_pain(sentence: Sentence, mention: Mention, before: str, after: str) -> str | None:
    """What the drug is said to be for: "spine", "pain" (of the limbs or not said where), "other" pain, or None."""
    for pattern, text in ((_PAIN_OBJECT, after[:120]), (_PAIN_FIRST, before)):
        match = pattern.search(text)
        if match is None:
            continue
        words = match["of"] + match["what"]
        if pattern is _PAIN_OBJECT and sentence.section == "medications" and "," in text[: match.start()]:
            continue  # of another drug of the list
        if pattern is _PAIN_FIRST and _TAKES.search(before[match.end("what") :]) is None:
            continue
        if _SPINE_OBJECT.search(words):
            return "spine"
        return "other" if _OTHER_OBJECT.search(words) else "pain"
    return None


_TAKES = Regex(
    r"\b(?:takes?|taking|took|taken|uses?|using|used|on|given|gave|prescribed|prescribes?|treat\w*|try|tried|receiv\w+|start\w*|add\w*|requir\w+|placed|put|continue\w*|get|give|order\w*|managed)\b",
    re.IGNORECASE,
)
_PRESCRIBER = Regex(r"\bI\s+(?:also\s+)?(?:dispensed|refilled|prescribed|gave|renewed)\b")
_MEDICATION_LINE = Regex(r"\s*\d{1,2}[.)]\s")


def _for_other(sentence: Sentence, mention: Mention) -> bool:
    """Whether the drug is said to be for something else than the pain."""
    text = sentence.view.note.text
    for other in sentence.of("drug_purpose"):
        if mention.end < other.start < mention.end + 45:
            return True
        if other.end <= mention.start <= other.end + 70 and re.search(
            r"\b(?:treated|controlled|managed|helped|relieved)\s+(?:with|by)\b",
            text[other.end : mention.start],
            re.IGNORECASE,
        ):
            return True
    return False
