"""Finder of therapy facts: what was tried, is going on, is planned, was declined or could not be done.

Each therapy named (`therapy_items`) is read together with the text that belongs to it
(`therapy_reading`): up to the next therapy, or shared over a list; `therapy_status` says how it
stands. A therapist's own document (`therapy_documents`) is one therapy with the dates and visits of
its header.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, takewhile

from chartproof.extract.kinds.common import distance, region_near
from chartproof.extract.kinds.therapy_documents import Document, find_document
from chartproof.extract.kinds.therapy_items import Item, drug_counts, is_about_pain, is_list_gap, items_of
from chartproof.extract.kinds.therapy_program import author_of, is_prescription, is_refuted, seen_in
from chartproof.extract.kinds.therapy_reading import (
    Reading,
    is_medical,
    is_midway,
    is_to_do,
    merge_times,
    nearest_cue,
    outcome_before,
    outcome_in,
    read_dates,
    read_length,
    read_reason,
    read_sessions,
    result_cell,
    tense_of,
)
from chartproof.extract.kinds.therapy_status import (
    Cues,
    Heading,
    assertion_at,
    box_behind,
    box_state,
    boxes_follow,
    forbidden,
    in_plan,
    side_effect,
    status_of,
)
from chartproof.extract.kinds.therapy_verbs import ListHead, governor, list_head, overrides
from chartproof.extract.kinds.topics import topics
from chartproof.extract.quantities import Duration
from chartproof.extract.regex import Regex
from chartproof.extract.view import PLAN_SECTIONS, Mention, NoteView, Sentence
from chartproof.facts import Assertion, Region, Therapy, TherapyStatus
from chartproof.spans import Span

_ACTIVE = frozenset({"physical_therapy", "home_exercise", "chiropractic"})
_PASSIVE = frozenset({"ice_heat", "tens", "massage", "acupuncture", "chiropractic"})
_TOLD = frozenset({"hpi", "chief_complaint", "treatment"})  # sections that tell of the past
_BY_HAND = frozenset({"massage", "other", "chiropractic"})  # also steps of a procedure
_ONE_IN_A_LIST = frozenset({"ice_heat", "other", "home_exercise", "tens", "activity_modification"})
_BOUNDARY = Regex(
    r";|\[\s*[xX✓]?\s*\]|\(\s*[xX✓]?\s*\)|☐|☑|☒|\s{3,}|\t|\||(?<!\bDr)(?<!\bMr)(?<!\bMs)(?<!\bMrs)\.\s+(?=[A-Z(])|(?<!\d)\s[-•]\s|\s[-•]\s(?!\d)|→|(?<![,/&])\n[ \t]+(?=\w)"
)
_FOLLOWS = Regex(
    r"\W*(?:(?:(?:pt|(?:the\s+)?patient|she|he)\s+)?(?:states?|reports?|notes|says|feels|found|attended|completed|finished|did|had|got|felt|noted|was\s+(?:discharged|compliant))"
    r"|it|this|that|these|those|they|neither|none|nothing|no\s+(?:\w+\s+){0,2}(?:relief|benefit|help|improvement|improvment|change|gains?|effect|progress|success|carry-?over)|(?:outcomes?|results?|response|benefit)(?=\s*[:=-])|without|despite|the\s+(?:therapy|treatments?|therapist|exercises|sessions|program|symptoms|pain\s+(?:did|has|persist\w*|remain\w*))|symptoms|all\s+of|both|sessions|visits"
    r"|unfortunately|however|pain\s+(?:did|has\s+not|(?:has\s+|still\s+)?persist\w*|remain\w*|unchanged)|still|the\s+patient\s+states\s+that\s+after|last\s+(?:visit|session)|ended|started|helped|helps|minimal|temporary|only|discharged)\b",
    re.IGNORECASE,
)
_FOLLOWS_ALL = Regex(
    r"\W*(?:these|those|they|neither|none|nothing|all\s+of|both|this\s+has\s+not|the\s+patient\s+states\s+that\s+after)\b",
    re.IGNORECASE,
)
_FOLLOWS_THERAPY = Regex(
    r"\b(?:it|this|that|these|those|they|them|neither|none|nothing|therapy|treatments?|all\s+of|both|exercises|sessions|program)\b",
    re.IGNORECASE,
)
_OTHER_SUBJECT = Regex(
    r"\b(?:injections?|epidurals?|blocks?|ablation|rfa|esi|surgery|mri|x-?rays?|emg)\b", re.IGNORECASE
)
_INSTRUCTION = Regex(
    r"\b(?:post-?\s?op|after\s+the\s+(?:procedure|injection|block)|injection\s+site|needle|soreness|tonight)\b",
    re.IGNORECASE,
)
_UNTICKED_REASON = Regex(
    r"[-–(:]\s*(?=[^\[\]]*\b(?:prefers?|declin\w+|refus\w+|defer\w*|unable|cannot|can't|not\s+interested)\b)",
    re.IGNORECASE,
)
_VISITS_TO_COME = Regex(
    r"(?P<go>\b(?:continue[ds]?|cont|keep)\b\.?\s+(?:\w+\s+){0,3}?)?\b(?:(?:\d(?:\s*-\s*\d)?\s*x|once|twice|(?:three|3|2|4)\s+times)\s*(?:/|per|an?|each)?\s*(?:week|wk)\b|(?:\d+|two|three|four|five|six|eight|ten|twelve)\s+(?:more|additional)\s+(?:visits|sessions|treatments)\b)",
    re.IGNORECASE,
)
_ASKED = Regex(
    r"\b(?:ask(?:ing|ed)?|request(?:ing|ed|s)?|recommend(?:ing|ed|s)?|propos(?:e|es|ed|ing)|seek(?:ing)?|appl(?:y|ied|ying))\b[^.;]{0,40}$|\bplan\s*:[^.;]{0,20}$",
    re.IGNORECASE,
)
_LEAVES = Regex(r"\b(?:discharged?|d/c|dc|released?)\b\s+(?:from|to)\b|\bno\s+longer\s+indicated\b", re.IGNORECASE)
_WAS_ADVISED = Regex(
    r"(?<!\bI )(?<!\bI've )(?<!\bwe )\b(?:has|have|had|was|were|physicians?|doctors?|pcp|who|surgeon)\s+(?:been\s+|also\s+|previously\s+)*(?:advised|told|instructed|asked|cautioned|warned|counseled|encouraged|recommended)\b",
    re.IGNORECASE,
)
#: An amount of a therapy, which its verb says more of: "wants him to finish six weeks of".
_AMOUNT_OF = Regex(r"(?:a\s+|full\s+)?(?:weeks|months|sessions|visits|rounds?|course|trial)\s+of", re.IGNORECASE)
_ONLY_ORDERED = Regex(r"\bprescribed$", re.IGNORECASE)
_IF = Regex(r"\b(?:if|unless)\s+(?:the\s+|his\s+|her\s+)?$", re.IGNORECASE)
_INDEPENDENT = Regex(r"\bindependen\w+\s+(?:with|in)\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
_AFTER_OFF = Regex(r"\s+(?:is|comes)\s+off\b", re.IGNORECASE)
_NOT_PAIN = Regex(
    r"(?:\s+\w+)?\s+for\s+(?:(?:his|her|the|seasonal)\s+)?(?:allerg\w+|smoking|infertil\w+|depress\w+|anxiety|vertigo|sinus\w*|balance|incontinence|tmj|jaw)\b",
    re.IGNORECASE,
)
_CLEARED = Regex(
    r"\b(?:resolved|cleared(?:\s+up)?|went\s+away|fully\s+better|fully\s+recovered|recovered\s+(?:fully|completely)|complete\s+recovery|no\s+recurrence)\b",
    re.IGNORECASE,
)
_EARLIER = Regex(
    r"\b(?:(?:19|20)\d\d|years\s+ago|summers\s+ago|similar\s+episode|(?:earlier|previous|prior)\s+episode|last\s+time)\b",
    re.IGNORECASE,
)
_HOME = Regex(r"\bhome\b|\bhep\b|\bwritten\b|exercise\s+program|\bd(?:oes|oing)\s+(?:them|these|it)\b", re.IGNORECASE)
_NOT_THIS_EPISODE = Regex(
    r"\b(?:no\s+prior|no\s+previous|never|previous(?:ly)?|prior|earlier|in\s+(?:19|20)\d\d|could\s+not|unable|not\s+(?:be\s+)?tolerated|declined)\b",
    re.IGNORECASE,
)
_NONE_OF = Regex(r"\b(?:none|neither)\s+of\s+(?:(?:the|his|her|these|those)\s+)?$", re.IGNORECASE)
#: What is told of all that the line names: "..., none of it helping".
_NONE_OF_THEM = Regex(
    r"\b(?:(?:none|nothing|neither)\s+of\s+(?:it|them|these|those|this|which|the\s+above)|all\s+(?:of\s+(?:it|them|these|which)\s+)?without)\b",
    re.IGNORECASE,
)
_GOAL = Regex(r"(?:-|–|:|\.\.+)\s*(?:partially\s+|not\s+)?met\b", re.IGNORECASE)
_OF_THIS = Regex(
    r"\s*(?:now\s+)?of\s+(?:this|these|all\s+(?:this|that|of\s+(?:it|them))|that|it|them)\b", re.IGNORECASE
)
#: "six weeks of each": of every therapy named before it in its clause.
_OF_EACH = Regex(
    r"\s*(?:(?:now\s+)?of\s+(?:each|both|either|all|them|these|those)\b(?!\s+(?:which|were|was|the|his|her|physical|pt|day|week|month|visit|session)\b)|each\b(?!\s+(?:of|day|week|visit|time|session|month)\b))",
    re.IGNORECASE,
)
_RELIEF = Regex(
    r"(?:%|percent|half|third)[^.;]{0,25}\b(?:relief|better|off|improve\w*|reduc\w*)|\bpain\s+down\b", re.IGNORECASE
)
_REGION_LINK = Regex(
    r"\s*(?:(?:was|is|were|care|treatment|sessions|program|exercises)\s+)*(?:for|to|of|on|targeting|addressing)\s+(?:the\s+|his\s+|her\s+)?(?:painful\s+|chronic\s+)?(?:(?:right|left|rt|lt|r|l|bilateral|both)\s+)?$",
    re.IGNORECASE,
)
_REGION_BEFORE = Regex(r"(?:\s*(?:and\s+\w+\s+)?(?:brace|pain|joint|therapy|rehab)?|\s*:\s*)$", re.IGNORECASE)
_REGION_LABEL = Regex(r"\s*(?:-|–|:|,)\s*(?:(?:right|left|rt|lt|r|l)\s+)?$", re.IGNORECASE)
#: The drug that a new one is to replace, so the patient is still on it.
_IN_LIEU = Regex(
    r"\b(?:in\s+lieu\s+of|to\s+replace|(?:switch|chang|convert|rotat)\w*\s+(?:(?:him|her|them|over)\s+)?from)\s+(?:(?:the|his|her|their|using|taking|continued|current|use\s+of)\s+){0,3}$",
    re.IGNORECASE,
)
#: What is planned in the main clause is something else: "a second block while therapy continues".
_MEANWHILE = Regex(r"\bwhile\s+(?:(?:the|his|her)\s+)?(?:[\w-]+\s+){0,2}$", re.IGNORECASE)
#: What is asked for has not been done: "the insurer requires 8 weeks of PT".
_NEEDED = Regex(
    r"(?<!continues to )(?<!still )\b(needs?|requires?|mandates?|insists?\s+(?:on|upon)|demands?|calls?\s+for|wants?|must\s+(?:first\s+)?(?:have|do|complete|try|undergo|fail))\s+"
    r"(?:(?!has\b|had\b|was\b|were\b|is\b|but\b|after\b|because\b|despite\b|since\b|to\b|after\b|no\b|until\b|while\b|when\b)[\w/-]+\s+){0,7}$",
    re.IGNORECASE,
)
_TO_REDUCE = Regex(
    r"\b(?:decreas|reduc|lessen|minimi[sz]|limit|cut(?:ting)?\s+(?:back|down))\w*\s+(?:(?:on|the|his|her|their|your|use|usage|intake|amount|dose|dosage|of)\s+){0,5}$",
    re.IGNORECASE,
)
_BEGAN = Regex(r"\b(?:develop\w*|beg[au]n|started|onset|noticed|complain\w*|presented)\b", re.IGNORECASE)
_EXHAUSTED_NOT = Regex(r"\bnot\s+(?:yet\s+)?exhausted\s+(?:\w+\s+){0,2}$", re.IGNORECASE)


_PROGRAM_REACH = 3  # sentences after a home program that may tell of its record
_VISIT_TODAY = Regex(
    r"\btoday\b(?:(?!\b(?:last|final|discharg\w*|d/c)\b)[^.;]){0,30}\b(?:visit|session|treatment)\s*#?\s*\d|\b(?:visit|session|treatment)\s*#?\s*\d+(?:(?!\b(?:last|final|discharg\w*|d/c)\b)[^.;]){0,30}\btoday\b",
    re.IGNORECASE,
)
_COMPLIANCE_WITH = Regex(
    r"\b(?:compliance|adherence|consistency|participation)\s+(?:with|to|in)\s+(?:(?:the|his|her)\s+)?$", re.IGNORECASE
)
_POOR_AFTER = Regex(
    r"\s*[:=-]?\s*(?:(?:is|was|has\s+been|remains|program)\s+)*(?:very\s+)?(?:poor|limited|inconsistent|sporadic|minimal|lacking|low|nil|none|zero|spotty|questionable)\b",
    re.IGNORECASE,
)
_DISCHARGED_FROM = Regex(
    r"\b(?:discharged|d/c['’]?d|dc['’]?d|released|graduated)\s+from\s+(?:(?:formal|outpatient|supervised|the|his|her|skilled)\s+)*$",
    re.IGNORECASE,
)
_WILL_END = Regex(
    r"(?:['’]ll|\bwill|\bshould|\bgoing\s+to)\s+be\s+(?:done|finished|through)\s+with\s+(?:(?:his|her|the|formal)\s+)*$",
    re.IGNORECASE,
)
#: What a payer or reader does not find in the record: "six weeks of PT are not documented".
_NOT_ON_RECORD = Regex(
    r"[^.;]{0,60}?\b(?:is|are|was|were|has|have|been)\s+not\s+(?:been\s+)?(?:adequately\s+|clearly\s+)?(?:documented|on\s+(?:file|record)|in\s+(?:the|our)\s+(?:chart|records?|file)|found|shown|submitted|evident|demonstrated|substantiated|provided\s+in)\b",
    re.IGNORECASE,
)
#: What people or payers ask for, not what the patient did: "patients usually do 6 weeks of PT first".
_GENERAL = Regex(
    r"^\W*(?:(?:most|many|all|some)\s+)?(?:patients|people|insurers?|carriers?|payers?|plans?\s+like)\s+(?:\w+\s+)?(?:usually|typically|often|generally|must|should|need|do|are|want|who)\b"
    r"|\b(?:policy|policies|guidelines?|lcd|coverage\s+rules?)\b\s*(?::|is|are|(?:require|call|ask|state|say|want|mandate|specif)\w*)[^.;]*$",
    re.IGNORECASE,
)
_NO_RECORD_OF = Regex(
    r"\b(?:no|not|lack(?:s|ed|ing)?(?:\s+of)?|without|absen(?:t|ce\s+of)|missing|insufficient|needs?|requir\w+)\s+(?:[\w-]+\s+){0,2}?(?:documentation|documented|records?|proof|evidence|documents?)\s+(?:of|that|for|showing)\b[^.;]*$",
    re.IGNORECASE,
)
#: The patient is spoken to: "do these exercises daily", "I'd like you to do".
_TO_YOU = Regex(
    r"(?:^\W*|:\s*)(?:please\s+)?(?:do|perform|repeat|practice)\s+(?:these|the|your|this|all|each)\s+(?:[\w-]+\s+){0,3}$"
    r"|\b(?:want|like|need|ask(?:ing)?|expect)\s+you\s+to\s+(?:[\w-]+\s+){1,5}$|\byou\s+(?:should|must|will|need\s+to|can|may)\s+(?:[\w-]+\s+){1,5}$",
    re.IGNORECASE,
)
_GOING_ON = Regex(r"(?:to\s+)?(?:continu|cont\b|keep|carry|stay|maintain|stop|discontinu)", re.IGNORECASE)
_BEGINS_TODAY = Regex(
    r"\W*(?:to\s+)?(?:begin|start|beginning|starting|begins|starts)\s+(?:today|tomorrow|tonight|now|next\s+week)\b",
    re.IGNORECASE,
)
_HANDED_TODAY = Regex(
    r"^\W*(?:(?:was|were|are|is|sheet|handout|program)\s+)*(?:taught|issued|given|instructed|shown|demonstrated|printed|provided|dispensed|started|initiated)\s+(?:to\s+(?:him|her|them|pt|patient)\s+)?today\b",
    re.IGNORECASE,
)
_ON_ORDER = Regex(r"(?<!not )(?<!un)(?<!never )\bprescribed\b", re.IGNORECASE)
#: A condition or a time that is still to come: "if no better after 6 weeks of PT", "after eight weeks of PT we will ...".
_CONDITION = Regex(r"\b(?:if|unless|should|in\s+case|assuming|whether)\b(?P<said>[^.;]*)$", re.IGNORECASE)
_UNTIL_DONE = Regex(
    r"\b(?:once|when|after|until|following|upon|on\s+completion\s+of|at\s+the\s+end\s+of)\b(?P<said>[^.;]*)$",
    re.IGNORECASE,
)
_COMES_NEXT = Regex(
    r"[^.;]{0,60}?(?:\b(?:will|'ll|shall|plan\s+(?:to|for|on)|is\s+to|are\s+to|going\s+to|can\s+be|may\s+be|would|should)\b|,\s*(?:then\s+)?(?:re-?(?:image|assess|evaluate|check|peat|turn|fer)|consider|proceed|schedule|order|obtain|follow|see|return|mri|injection|esi|refer)\b)",
    re.IGNORECASE,
)
_THEN_CHECKED = Regex(
    r"[^.;]{0,40}?(?:\bthen|,|\band)\s+(?:recheck|re-?assess|re-?eval\w*|return|f/u\b(?!')|follow-?\s?up|rtc|see\s+me|call\s+me|if\s+no\s+better)\b",
    re.IGNORECASE,
)
_IS_COMING = Regex(
    r"\b(?:will|'ll|shall|plan(?:ned|s)?\s+(?:to|for|on)|re-?(?:image|assess|evaluate|check|order|submit|apply)|consider|return|follow\s*-?up|f/u|recheck|hold(?:ing)?\s+off|wait\w*|defer\w*|proceed|see\s+(?:him|her|them|me|us)|approv\w*|cover\w*|authori[sz]\w*|inject)\b[^.;]*$",
    re.IGNORECASE,
)
#: "when she has completed ...", which lies ahead where the main clause does.
_HAVING_DONE = Regex(
    r"\b(?:has|have)\s+(?:been\s+)?(?:completed|finished|done|tried|failed|attended|undergone|been)\b", re.IGNORECASE
)
_PAST_TOLD = Regex(
    r"\b(?:had|did|was|were|failed|completed|tried|underwent|attended|went|finished|felt|began|started|noticed|returned|came|got|despite|without|fully|is\s+still|remains|continues|persists)\b",
    re.IGNORECASE,
)
_COMPLIANT = Regex(r"(?<!non)(?<!non-)(?<!not )\b(?:compliant|adherent)\b", re.IGNORECASE)
_DONE_RATE = Regex(
    r"\b\d\s*(?:-|–|to)?\s*\d?\s*(?:days?\s+)?(?:of|/|out\s+of)\s*(?:each\s+|every\s+)?(?:7|seven)\b|\b(?:days?|times|x)\s*(?:/|a|per|of\s+each|each|out\s+of)\s*(?:the\s+)?(?:week|wk|7|seven)\b|\bdaily\b|\bevery\s+day\b|\bcarry\s+on\b|\bcontinue\b",
    re.IGNORECASE,
)


_OFF = Regex(
    r"(?<!take )(?<!took )(?<!days )(?<!wean )(?<!come )(?<!get )(?<!taper )(?<!weaned )\boff\s+(?:of\s+)?(?:(?:formal|the|all|any|his|her|their)\s+){0,2}$",
    re.IGNORECASE,
)
_ACTIVE_NOW = Regex(r"\s*[:=(,-]+\s*(?:active|doing|in\s+progress|under\s*way)\b", re.IGNORECASE)
_FREQUENCY = Regex(
    r"\b\d\s*(?:-\s*\d\s*)?(?:x|times)\s*(?:/|per\s|a\s|each\s)?\s*(?:wk|week)\b|\b(?:bi)?weekly\b", re.IGNORECASE
)
_FOR_HOURS = Regex(r"\s+for\s+(?:the\s+(?:first|next)\s+)?\d+\s*(?:-\s*\d+\s*)?(?:h|hrs?|hours?)\b", re.IGNORECASE)
_TAKEN_AND_STOPPED = Regex(r"\b(?:stopp?ed|discontinued|d/c|dc'?d|quit|gave\s+(?:it\s+)?up)\b", re.IGNORECASE)
_HAD_TAKEN = Regex(
    r"(?:had|has|have)\s+(?:\w+\s+){0,2}?(?:been\s+(?:on|taking|using)|tried|failed|taken|used)\b|failed\b|tried\b",
    re.IGNORECASE,
)
_HAD_TO_STOP = Regex(r"\b(?:stopped|held|halted)\s+by\b|\bhad\s+to\s+(?:stop|quit|be\s+stopped|leave)\b", re.IGNORECASE)
_RELATIVE = Regex(
    r"\b(?:friend|neighbou?r|co-?worker|colleague|boss|wife|husband|spouse|daughter|son|sister|brother|mother|father|aunt|uncle|cousin)s?\s+(?:who\s+)?(?:also\s+|\w+ly\s+)?(?:got|did|went|swears|benefited|benefitted|recovered|improved|tried|hated|liked|loves|loved|recommends|recommended|suggested|suggests)\s+(?:[\w']+\s+){0,4}$|\b(?:wife|husband|spouse|daughter|son|sister|brother|mother|father|friend|roommate)\s+(?:(?:is|was|has|had|been|does|did|goes|went|attends|also)\s+){1,3}(?:(?:in|to|through|for)\s+)?$"
    r"|\b(?:wife|husband|spouse|daughter|son|sister|brother|mother|father|friend|roommate|neighbou?r)['’]s\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Draft:
    """A therapy while the note is read."""

    item: Item
    sentence: Sentence
    reading: Reading
    status: TherapyStatus
    assertion: Assertion
    region: Region | None
    prescribed: bool = False
    followed_up: bool = False


@dataclass(slots=True)
class _Place:
    """Where a therapy is named: the sentence, its part, and what holds for the whole note."""

    sentence: Sentence
    part: Span
    heading: Heading
    document: Document | None
    about_pain: bool
    procedure_note: bool


@dataclass(slots=True)
class _Area:
    """The text that may speak of a therapy: of its part before it, right before it, and after it."""

    before: Span
    left: Span
    right: Span
    group: int  # where the list that it stands in begins


def find(view: NoteView) -> Iterator[Therapy]:
    """Yield the therapy facts of a note."""
    if not view.having("therapy", "therapy_drug"):
        return
    document = find_document(view)
    if document is not None and document.about_spine:
        yield _document_fact(document)
    about_pain = document.about_spine if document is not None else is_about_pain(view)
    drafts: list[_Draft] = []
    recent: list[_Draft] = []  # of the sentences right before
    last = -9
    heading = Heading()
    procedure_note = _is_procedure_note(view)
    for sentence in view.sentences:
        heading.read(sentence)
        if document is not None and sentence.index in document.header:
            continue
        found: list[_Draft] = []
        if sentence.has("therapy", "therapy_drug"):
            place = _Place(sentence, Span(sentence.start, sentence.end), heading, document, about_pain, procedure_note)
            items = items_of(sentence, heading.treatment, document is not None)
            if any(draft.item.modality == "home_exercise" for draft in _recent(drafts, sentence)):
                items = [item for item in items if item.tag != "log"]  # the record of the program told before
            found = _read_sentence(place, items)
        if found:
            recent = [*recent, *found] if sentence.index == last + 1 else found
            last = sentence.index
            _read_program(sentence, found, document)
            drafts.extend(found)
        elif recent and sentence.index - last <= 2:
            _read_on(sentence, recent)
        if not found:
            programs = [draft for draft in _recent(drafts, sentence) if draft.item.modality == "home_exercise"]
            if programs:
                _read_program(sentence, programs, document)
    for draft in drafts:
        yield _fact(draft)
    if document is not None and document.about_spine:
        yield from _coming_visits(view, document, drafts)


def _recent(drafts: list[_Draft], sentence: Sentence) -> list[_Draft]:
    """The drafts, in order of the note, whose sentences stand right before this one."""
    near = takewhile(lambda draft: sentence.index - draft.sentence.index <= _PROGRAM_REACH, reversed(drafts))
    return list(near)[::-1]


def _coming_visits(view: NoteView, document: Document, drafts: list[_Draft]) -> Iterator[Therapy]:
    """A therapist's plan that names no therapy: "2x/week for 3 more weeks", "six more visits"."""
    told = {draft.sentence.index for draft in drafts if draft.item.modality == document.modality}
    for sentence in view.sentences:
        if not sentence.has_digits and "visits" not in sentence.words and "sessions" not in sentence.words:
            continue
        if sentence.index in document.header or sentence.index in told:
            continue
        match = _VISITS_TO_COME.search(sentence.text)
        if match is None or not (
            sentence.section in ("plan", "assessment_plan") or _ASKED.search(sentence.text[: match.start()])
        ):
            continue
        start = sentence.start + match.start()
        reading = Reading()
        area, nothing = _span(start, sentence.end), Span(start, start + 1)
        read_length(sentence, reading, nothing, area)
        read_sessions(sentence, reading, nothing, area, times=False)
        goes_on = match["go"] is not None
        first = Span(start, sentence.start + match.end())
        yield Therapy(
            spans=(first, *(span for span in sorted(reading.spans) if not span.overlaps(first))),
            assertion="present" if goes_on else "planned",
            modality=document.modality,
            low=reading.low,
            high=reading.high,
            unit=reading.unit,
            sessions=reading.sessions,
            status="ongoing" if goes_on else "planned",
            region=document.region,
            section=sentence.section,
            source="rule:therapy.visits",
        )


def _is_procedure_note(view: NoteView) -> bool:
    kind = (view.note.type or "").lower()
    return "procedure" in kind or "operative" in kind or any(s.section == "procedure_detail" for s in view.sentences)


def _read_sentence(place: _Place, items: list[Item]) -> list[_Draft]:
    """Read the therapies of one sentence."""
    sentence = place.sentence
    items = [item for item in items if item.modality is None or _is_said(place, item, items)]
    if not any(item.modality is not None for item in items):
        return []
    found: list[_Draft] = []
    each = _lengths_of_each(sentence, items)
    parts = _parts(sentence, items)
    for part, members in parts:
        here = _Place(sentence, part, place.heading, place.document, place.about_pain, place.procedure_note)
        for group in _groups(sentence, members):
            found.extend(_read_group(here, members, group))
    _share_of_each(sentence, found, each)
    _share_of_this(sentence, found)
    _share_outcome(sentence, found)
    return _without_repeats(found)


def _is_said(place: _Place, item: Item, items: list[Item]) -> bool:
    """Whether the therapy is more than a heading."""
    sentence, mention = place.sentence, item.mention
    if place.heading.on_line and item.tag in ("conservative", "bare", "any"):
        return False
    title_end = sentence.body
    colon = sentence.text.find(":")
    if 0 < colon < 45 and sentence.text[:colon].isupper():
        title_end = max(title_end, sentence.start + colon)
    if item.tag == "bare" and any(other.tag in ("", "pt") and other.modality == item.modality for other in items):
        return False
    if mention.end > title_end:
        if item.tag == "conservative" and not sentence.text.strip(" -*•0123456789.)(:").lower().replace(
            "conservative", ""
        ).strip(" .").count(" "):
            return False
        return not _EXHAUSTED_NOT.search(sentence.view.note.text, sentence.start, mention.start)
    if item.tag in ("conservative", "bare") or item.modality == "activity_modification":
        return False
    rest = sentence.text[mention.end - sentence.start :].strip(" :-\n\t")
    return bool(rest) and not any(
        other.modality is not None and not other.is_drug and other.tag != "weak" and other.mention.start >= title_end
        for other in items
    )


def _parts(sentence: Sentence, items: list[Item]) -> list[tuple[Span, list[Item]]]:
    """The sentence cut at semicolons, boxes and columns; a part without a therapy goes with the one before it."""
    if boxes_follow(sentence, [item.mention for item in items]):
        starts = [item.mention.start for item in items if box_behind(sentence, item.mention) is not None]
        cuts = sorted({sentence.start, *starts, sentence.end})
    else:
        cuts = [
            sentence.start,
            *(sentence.start + match.start() for match in _BOUNDARY.finditer(sentence.text)),
            sentence.end,
        ]
    parts: list[tuple[Span, list[Item]]] = []
    for start, end in pairwise(cuts):
        inside = [item for item in items if start <= item.mention.start < end]
        if inside:
            parts.append((Span(start, end), inside))
        elif parts and sentence.view.note.text[start] != ".":
            whole, members = parts[-1]
            parts[-1] = (Span(whole.start, end), members)
    return parts


def _groups(sentence: Sentence, members: list[Item]) -> list[list[Item]]:
    """Neighbours that are only joined by commas, "and" or doses."""
    groups: list[list[Item]] = []
    for item in members:
        if groups and is_list_gap(sentence.between(groups[-1][-1].mention, item.mention)):
            groups[-1].append(item)
        else:
            groups.append([item])
    return groups


def _span(start: int, end: int) -> Span:
    return Span(start, max(end, start + 1))


def _read_group(place: _Place, members: list[Item], group: list[Item]) -> list[_Draft]:
    sentence, part = place.sentence, place.part
    first, last = group[0].mention, group[-1].mention
    earlier = max((item.mention.end for item in members if item.mention.end <= first.start), default=part.start)
    later = min((item.mention.start for item in members if item.mention.start >= last.end), default=part.end)
    left, right = _span(earlier, first.start), _span(last.end, later)
    shared = Reading()
    if len(group) > 1:
        _read_shared(sentence, group, shared, left, right)
    outcome = outcome_in(sentence, right)
    if outcome is None and later < part.end and _continues(sentence, right):
        outcome = outcome_in(sentence, _span(last.end, part.end))
    if outcome is None and later < part.end:
        none = _NONE_OF_THEM.search(sentence.view.note.text, later, part.end)
        told = outcome_in(sentence, _span(none.start(), part.end)) if none is not None else None
        outcome = told if told is not None and told[0] == "failed" else None
    outcome = outcome or outcome_before(sentence, left)
    if outcome is not None and _NONE_OF.search(sentence.view.note.text, part.start, first.start):
        outcome = "failed", outcome[1]
    drafts: list[_Draft] = []
    previous = earlier
    for index, item in enumerate(group):
        own_left = _span(previous, item.mention.start)
        own_right = right if index == len(group) - 1 else _span(item.mention.end, group[index + 1].mention.start)
        previous = item.mention.end
        if item.modality is None:
            continue
        reading = Reading()
        read_length(sentence, reading, own_left, own_right)
        if not item.is_drug:
            read_sessions(sentence, reading, own_left, own_right)
        read_dates(sentence, reading, own_left, own_right)
        if not reading.has_time:
            merge_times(reading, shared)
        if outcome is not None:
            reading.outcome, reading.tense = outcome[0], tense_of(sentence, outcome[1])
            reading.add(outcome[1].span)
        elif reading.has_time and (cell := result_cell(sentence, own_right)) is not None:
            reading.outcome = cell[0]
            reading.add(cell[1].span)
        elif place.heading.failed:
            reading.outcome = "failed"
        area = _Area(_span(part.start, item.mention.start), own_left, right, first.start)
        draft = _settle(place, item, reading, area, len(group) > 1)
        if draft is None:
            continue
        if drafts and _is_one(drafts[-1], draft):
            _join(drafts[-1], draft)
        else:
            drafts.append(draft)
    return drafts


def _continues(sentence: Sentence, gap: Span) -> bool:
    """Whether what ends the sentence is said of this therapy too: "X twice daily, and a Y, do little"."""
    return bool(re.search(r"\b(?:and|or|nor)\b[^,;]*$", gap.of(sentence.view.note.text))) and not sentence.has(
        "procedure"
    )


def _read_shared(sentence: Sentence, group: list[Item], shared: Reading, left: Span, right: Span) -> None:
    """What is said once of a whole list: a length led by "for", or one right before it."""
    text = right.of(sentence.view.note.text)
    nothing = Span(right.start, right.start + 1)
    gaps = [sentence.between(one.mention, other.mention) for one, other in pairwise(group)]
    if all(gap.strip() == "/" for gap in gaps):  # "PT/chiro x 8 weeks": one name for what went on together
        read_length(sentence, shared, left, right)
        read_dates(sentence, shared, left, right)
        return
    lead = re.match(r"[^,.;\d]{0,30}?\b(?:all|each|both|for|over|during|since|from|through|throughout|between)\b", text)
    if lead is not None and not (
        group[-1].is_drug and not all(item.is_drug for item in group) and re.search(r"\d", text[:12])
    ):
        read_length(sentence, shared, nothing, right)
        read_dates(sentence, shared, nothing, right)
    else:
        read_length(sentence, shared, left, Span(left.start, left.start + 1))


def _lengths_of_each(sentence: Sentence, items: list[Item]) -> list[Duration]:
    """The lengths told of every therapy before them ("A and B, six weeks of each"), which no single one may take."""
    text = sentence.view.note.text
    told = [
        duration
        for duration in sentence.durations
        if duration.unit not in ("hour", "day")
        and _OF_EACH.match(text, duration.span.end)
        and sum(item.modality is not None and item.mention.end <= duration.span.start for item in items) > 1
    ]
    for duration in told:
        sentence.claim(duration.span)
    return told


def _share_of_each(sentence: Sentence, drafts: list[_Draft], told: list[Duration]) -> None:
    """Give every therapy before "six weeks of each" its length, and what is told of all of them behind it."""
    for duration in told:
        before = [draft for draft in drafts if draft.item.mention.end <= duration.span.start]
        clause = [draft for draft in before if ";" not in sentence.between(draft.item.mention, duration.span)]
        outcome = outcome_in(sentence, _span(duration.span.end, sentence.end))
        for draft in clause:
            if draft.assertion != "present" or draft.status in ("unable", "declined"):
                continue
            if draft.reading.unit is None:
                draft.reading.low, draft.reading.high, draft.reading.unit = duration.low, duration.high, duration.unit
                draft.reading.add(duration.span)
            if outcome is not None and draft.reading.outcome is None:
                draft.reading.outcome = outcome[0]
                draft.reading.add(outcome[1].span)
            if draft.status == "unspecified":
                draft.status = "completed"


def _share_of_this(sentence: Sentence, drafts: list[_Draft]) -> None:
    """ "A, B and C. 5 weeks of this, no change.": a length and outcome of all that stands before it."""
    for duration in sentence.durations:
        if duration.unit == "hour" or not _OF_THIS.match(sentence.view.note.text, duration.span.end):
            continue
        before = [draft for draft in drafts if draft.item.mention.end <= duration.span.start]
        outcome = outcome_in(sentence, _span(duration.span.end, sentence.end))
        sentence.claim(duration.span)
        for draft in before:
            if draft.reading.unit is None and draft.assertion == "present":
                draft.reading.low, draft.reading.high, draft.reading.unit = duration.low, duration.high, duration.unit
                draft.reading.add(duration.span)
            if outcome is not None and draft.reading.outcome is None:
                draft.reading.outcome = outcome[0]
                draft.reading.add(outcome[1].span)


_FAILED_LIST = Regex(r"\W*(?:(?:has|have|tried|and|&|/)\s*){0,3}failed\s*(?:[\w ]{0,30})?:", re.IGNORECASE)
_OF_ALL = Regex(
    r":\s|\b(?:from|with|to|by|of)\s+(?:any|all|either|both|each|these|those)\b|\b(?:none|neither|both|all)\b",
    re.IGNORECASE,
)


def _share_outcome(sentence: Sentence, drafts: list[_Draft]) -> None:
    """A bad outcome of a whole list: "Failed: A, B, C", "A, B and C: no lasting benefit from any"."""
    done = [draft for draft in drafts if draft.assertion == "present" and draft.status in ("completed", "unspecified")]
    if len(done) < 2:
        return
    every = _FAILED_LIST.match(sentence.text) is not None
    last = done[-1]
    if not every:
        tail = sentence.text[last.item.mention.end - sentence.start :]
        if last.reading.outcome != "failed" or ";" in sentence.text or not _OF_ALL.search(tail):
            return
        every = not any(draft.reading.outcome not in (None, "failed") for draft in done)
    if every:
        for draft in done:
            if draft.reading.outcome is None:
                draft.reading.outcome = "failed"
                draft.status = "completed"
                for span in last.reading.spans[-1:] if draft is not last else ():
                    draft.reading.add(span)


def _is_one(first: _Draft, second: _Draft) -> bool:
    """Whether two neighbours of a list are one therapy: "ice and heat", two names of a class."""
    if first.item.modality != second.item.modality or first.item.name != second.item.name:
        return False
    if not (second.item.is_drug or second.item.modality in _ONE_IN_A_LIST):
        return False
    if second.item.is_drug and "," in first.sentence.between(first.item.mention, second.item.mention):
        return False
    return first.status == second.status and not (first.reading.has_time and second.reading.has_time)


def _join(first: _Draft, second: _Draft) -> None:
    merge_times(first.reading, second.reading)
    a, b = first.item.mention, second.item.mention
    first.item.mention = Mention(a.label, a.id, a.start, b.end, a.first, b.last)


def _without_repeats(drafts: list[_Draft]) -> list[_Draft]:
    """Leave out a therapy that the sentence names a second time with nothing new about it."""
    kept: list[_Draft] = []
    for draft in drafts:
        same = [
            other
            for other in kept
            if other.item.modality == draft.item.modality in _ACTIVE
            and other.status == draft.status
            and other.region == draft.region
            and other.item.name == draft.item.name
        ]
        if same and not draft.reading.has_time:
            if same[-1].reading.outcome is None:
                same[-1].reading.outcome = draft.reading.outcome
            continue
        kept.append(draft)
    return kept


def _settle(place: _Place, item: Item, reading: Reading, area: _Area, in_list: bool) -> _Draft | None:
    """Decide whether the therapy is a fact, and how it stands; None when it is not one."""
    sentence, text, mention = place.sentence, place.sentence.view.note.text, item.mention
    cues, head = _cues_at(place, item, area)
    if (item.modality in _ACTIVE or item.is_drug) and _OFF.search(
        text, max(sentence.start, mention.start - 30), mention.start
    ):
        cues = Cues("stopped", None, cues.after, cues.after_mention)
        reading.end, reading.start, reading.open = reading.end or reading.start, None, False
        reading.low = reading.high = reading.unit = None  # how long it has been over
        lengths = [duration.span for duration in sentence.durations]
        reading.spans = [span for span in reading.spans if not any(span.overlaps(length) for length in lengths)]
    if item.modality in _ACTIVE and (is_midway(text, place.part.start, mention.start) or is_to_do(text, mention.end)):
        cues = Cues("ongoing", None, None, None)
    if item.modality in _ACTIVE and _DISCHARGED_FROM.search(
        text, max(sentence.start, mention.start - 45), mention.start
    ):
        cues = Cues("stopped", None, None, None)
    elif item.modality in _ACTIVE and _WILL_END.search(text, max(sentence.start, mention.start - 45), mention.start):
        cues = Cues("ongoing", None, None, None)
    if _POOR_AFTER.match(text, mention.end) and _COMPLIANCE_WITH.search(text, place.part.start, mention.start):
        cues = Cues("negated", None, None, None)
    planned = in_plan(sentence, place.part) and not (
        place.document is not None and item.modality in (*_PASSIVE, "home_exercise")
    )
    effect = side_effect(sentence, area.right) if item.is_drug else None
    if not _is_fact(place, item, reading, area, cues, head, planned, effect is not None, in_list):
        return None
    assertion = assertion_at(sentence, item, reading, cues.before)
    if _RELATIVE.search(text, max(sentence.start, mention.start - 50), mention.start):
        assertion = "family"
    if item.tag == "any" and not _really_negated(sentence, item):
        return None
    boxed = box_behind(sentence, mention) if boxes_follow(sentence, [mention]) else box_state(sentence, mention)
    if boxed is False:
        reason = _UNTICKED_REASON.search(text, mention.end, sentence.end)
        if reason is None:
            return None
        assertion = "negated"
        cues = Cues(None, None, "declined", None)
    status, assertion = status_of(sentence, item, reading, assertion, cues, place.heading, planned, place.part)
    if status in ("declined", "unable"):
        read_reason(sentence, reading, area.right)
        if reading.medical is None and cues.after_mention is not None and cues.after in ("declined", "unable"):
            clause = " ".join(re.split(r"[.;]", text[cues.after_mention.start : area.right.end])[0].split())
            if is_medical(clause) is False:
                reading.reason, reading.medical = clause[:120], False
    if status == "completed" and "stopped" in (cues.before, cues.after) and item.modality in _ACTIVE:
        read_reason(sentence, reading, area.right)
    can_be_barred = item.modality in _ACTIVE and assertion in ("present", "negated") and reading.outcome is None
    if status == "completed":
        can_be_barred = can_be_barred and _HAD_TO_STOP.search(area.right.of(text)) is not None
    if can_be_barred and (status == "unable" or cues.after != "done"):
        barred = forbidden(sentence, mention, place.part, area.right, assertion == "negated")
    else:
        barred = None
    if barred is not None:
        status, assertion = "unable", "present"
        reading.reason, reading.medical = barred, True
    if (
        effect is not None
        and assertion == "present"
        and status in ("completed", "unspecified", "unable", "ongoing")
        and not reading.open
        and reading.tense != "present"
    ):
        taken = _TAKEN_AND_STOPPED.search(area.right.of(text)) is not None and "unable" not in (cues.before, cues.after)
        status = "completed" if taken else "unable"
        reading.reason, reading.medical = effect, is_medical(effect)
    if status == "planned":
        reading.start = reading.end = None
    for cue in (cues.before_mention, cues.after_mention):
        if (
            cue is not None
            and (status in ("planned", "declined", "unable") or cue.id == "negated")
            and not cue.span.overlaps(mention.span)
        ):
            reading.add(cue.span)
    if assertion == "present" and status == "unspecified":
        if item.modality == "home_exercise" and (place.document is not None or "written" in mention.span.of(text)):
            status = "ongoing"
        elif place.document is not None:
            status = place.document.status
        elif item.modality in _ACTIVE and (
            _ACTIVE_NOW.match(text, mention.end)
            or (reading.start and not reading.end and not reading.at and _FREQUENCY.search(area.right.of(text)))
        ):
            status = "ongoing"
    if (
        item.modality == "home_exercise"
        and assertion == "present"
        and status in ("ongoing", "unspecified")
        and not reading.has_time
        and _HANDED_TODAY.search(area.right.of(text)[:60])
    ) or (item.modality in _ACTIVE and assertion == "present" and _BEGINS_TODAY.match(text, mention.end)):
        status, assertion = "planned", "planned"
    if (
        status == "completed"
        and assertion == "present"
        and item.modality in _ACTIVE
        and reading.end is None
        and _VISIT_TODAY.search(place.part.of(text))
    ):
        status = "ongoing"
    if (
        item.modality in _ACTIVE
        and assertion == "present"
        and reading.outcome is None
        and not (cues.before_mention is not None and _GOING_ON.match(cues.before_mention.span.of(text)))
        and _TO_YOU.search(text[place.part.start : mention.start])
    ):
        status, assertion = "planned", "planned"
    if item.tag == "order" and assertion in ("present", "planned"):
        by_others = _WAS_ADVISED.search(text, place.part.start, mention.start) is not None
        status, assertion = ("ongoing", "present") if by_others and not planned else ("planned", "planned")
    if (
        assertion == "present"
        and status in ("completed", "unspecified")
        and not item.is_drug
        and reading.start is None
        and _is_to_come(place, mention, told=reading.outcome is not None)
    ):
        status, assertion = "planned", "planned"
        reading.outcome = None
    if assertion == "present" and status in ("completed", "unspecified") and _is_earlier(place):
        status, assertion = "completed", "historical"
    return _Draft(item, sentence, reading, status, assertion, _region(place, item))


def _is_to_come(place: _Place, mention: Mention, told: bool) -> bool:
    """Whether the therapy stands in a condition, or is what something planned waits for; `told`: its outcome is known."""
    text, part = place.sentence.view.note.text, place.part
    before, after = text[part.start : mention.start], text[mention.end : part.end]
    condition = _CONDITION.search(before)
    if condition is not None and not _PAST_TOLD.search(condition["said"]):
        return True
    checked = None if told else _THEN_CHECKED.match(after)
    if checked is not None and not _PAST_TOLD.search(before + checked[0]):
        return True
    waited = _UNTIL_DONE.search(before)
    if waited is None or _PAST_TOLD.search(_HAVING_DONE.sub("", waited["said"])):
        return False
    next_ = _COMES_NEXT.match(after)
    if next_ is not None and not _PAST_TOLD.search(next_[0]):
        return True
    lead = before[: waited.start()]
    return _IS_COMING.search(lead) is not None and not _PAST_TOLD.search(lead)


def _is_earlier(place: _Place) -> bool:
    """Whether the therapy was of an earlier problem that has cleared."""
    text = place.part.of(place.sentence.view.note.text)
    return _CLEARED.search(text) is not None and _EARLIER.search(text) is not None


def _really_negated(sentence: Sentence, item: Item) -> bool:
    """Whether "any treatment" is denied: "has not had any treatment", "no prior treatment"."""
    text = sentence.view.note.text
    if item.mention.span.of(text).lower().startswith("no "):
        return (
            re.match(
                r"\s*(?:for\b|to\s+date|so\s+far|yet|has\s+been|before\b|prior\b|until\b|since\b|when\b|of\s+any\b|at\s+(?:that|this|the)\b|[.,;]|$)",
                text[item.mention.end : sentence.end],
                re.IGNORECASE,
            )
            is not None
        )
    before = text[max(sentence.start, item.mention.start - 40) : item.mention.start]
    return re.search(r"\b(?:not|never|denies|without|no)\b[^.;]*$", before, re.IGNORECASE) is not None


def _cues_at(place: _Place, item: Item, area: _Area) -> tuple[Cues, ListHead | None]:
    """The words that say how the therapy stands: the nearest one, the verb group, or the head of its list."""
    sentence, mention = place.sentence, item.mention
    if item.is_drug and _IN_LIEU.search(
        sentence.view.note.text, max(place.part.start, mention.start - 40), mention.start
    ):
        return Cues("ongoing", None, None, None), None
    cues = Cues(*nearest_cue(sentence, area.before, area.right))
    if cues.after == "ongoing" and _MEANWHILE.search(sentence.view.note.text, place.part.start, mention.start):
        return Cues(None, None, cues.after, cues.after_mention), None
    if cues.before_mention is not None and cues.before != "negated" and mention.start - cues.before_mention.end > 110:
        cues = Cues(None, None, cues.after, cues.after_mention)
    if item.is_drug and cues.after == "planned" and cues.after_mention is not None and sentence.section in _TOLD:
        told = cues.after_mention.span.of(sentence.view.note.text).lower()
        if told.endswith("prescribed"):
            cues = Cues(cues.before, cues.before_mention, "done", cues.after_mention)
    head = list_head(sentence, place.part.start, area.group)
    if head is not None and head.tense is not None:
        start, end = head.span
        if cues.before_mention is None or cues.before_mention.start < end:
            cue = Mention("therapy_before", head.tense, start, end, 0, 0)
            return Cues(head.tense, cue, cues.after, cues.after_mention), head
    need = None if item.is_drug else _NEEDED.search(sentence.view.note.text, place.part.start, area.group)
    if need is not None and cues.before not in ("declined", "unable", "negated", "stopped", "withdrawn"):
        cue = Mention("therapy_before", "planned", need.start(1), need.end(1), 0, 0)
        return Cues("planned", cue, cues.after, cues.after_mention), head
    verb = governor(sentence, place.part.start, area.group)
    if item.modality in _ACTIVE:  # "was prescribed PT" does not say that it was done
        if verb is not None and _ONLY_ORDERED.search(verb[1].span.of(sentence.view.note.text)):
            verb = None
        if (
            cues.before in ("done", "ongoing")
            and cues.before_mention is not None
            and _ONLY_ORDERED.search(cues.before_mention.span.of(sentence.view.note.text))
        ):
            cues = Cues("planned", cues.before_mention, cues.after, cues.after_mention)
    amount = cues.before_mention is not None and _AMOUNT_OF.fullmatch(
        cues.before_mention.span.of(sentence.view.note.text)
    )
    if verb is not None and (amount or overrides(cues.before, cues.before_mention, *verb)):
        cues = Cues(verb[1].id, verb[1], cues.after, cues.after_mention)
    return cues, head


def _is_fact(
    place: _Place,
    item: Item,
    reading: Reading,
    area: _Area,
    cues: Cues,
    head: ListHead | None,
    planned: bool,
    stopped: bool,
    in_list: bool,
) -> bool:
    sentence, text, mention = place.sentence, place.sentence.view.note.text, item.mention
    if place.document is not None and not _fits_document(sentence, item, place.document):
        return False
    lead = text[place.part.start : mention.start]
    if _GENERAL.search(lead) and not _PAST_TOLD.search(lead):
        return False
    if _NOT_ON_RECORD.match(text, mention.end, place.part.end) or _NO_RECORD_OF.search(
        text, place.part.start, mention.start
    ):
        return False
    if not place.about_pain and not _is_of_pain(sentence):
        return False
    if _is_of_other_disease(sentence, place.part, mention) and (
        "unable" not in (cues.before, cues.after)
        and forbidden(sentence, mention, place.part, area.right, negated=False) is None
    ):
        return False
    if item.is_drug and _IN_LIEU.search(text, max(place.part.start, mention.start - 40), mention.start):
        return any(other.id != "none" and other.end <= mention.start for other in sentence.of("therapy_drug"))
    if cues.before == "withdrawn" or (
        cues.before == "planned" and _TO_REDUCE.search(text, max(place.part.start, mention.start - 40), mention.start)
    ):
        return False
    if (
        place.procedure_note
        and item.is_drug
        and (reading.outcome is None or sentence.section in ("plan", "education", "procedure_detail"))
        and not _was_taken(sentence, item, cues)
    ):
        return False
    if item.is_drug and _INSTRUCTION.search(place.part.of(text)):
        return False
    if place.document is not None and item.modality == place.document.modality and _LEAVES.search(place.part.of(text)):
        return False
    if _IF.search(text, max(place.part.start, mention.start - 30), mention.start) or _AFTER_OFF.match(
        text, mention.end
    ):
        return False
    if _INDEPENDENT.search(text, max(place.part.start, mention.start - 40), mention.start):
        return False
    if item.modality in _ACTIVE and _FOR_HOURS.match(text, mention.end):
        return False
    if not item.is_drug and _NOT_PAIN.match(text, mention.end):
        return False
    if not item.is_drug:
        return not (
            place.procedure_note
            and cues.before in (None, "ongoing")
            and cues.after is None
            and reading.outcome is None
            and (item.tag == "weak" or item.modality in _BY_HAND)
            and not planned
        )
    told = reading.outcome is not None or stopped or _RELIEF.search(area.right.of(text)) is not None
    tried = (
        place.heading.treatment
        or cues.before in ("done", "ongoing", "unable", "stopped")
        or cues.after in ("done", "stopped", "unable", "ongoing")
        or (reading.open and reading.start is not None)  # "duloxetine since 3/2023"
    )
    if in_list and planned and not item.tag and item.dosed:
        return True
    if "declined" in (cues.before, cues.after) and not item.tag and not place.procedure_note:
        return sentence.section not in ("medications", "allergies", "labs")
    if head is not None and head.of_pain and (head.of_drugs or not item.tag):
        return True
    if cues.before == "negated" and cues.before_mention is not None and cues.before_mention.first == 0:
        return item.name not in ("aspirin", "steroid", "medication")  # told not to take it again
    if in_list and _is_listed(sentence, item):
        return not item.tag or told or place.heading.treatment or tried
    return drug_counts(
        sentence,
        item,
        place.part,
        place.heading.treatment,
        told=told,
        tried=tried or (cues.after == "regular" and not planned),
        planned=planned or "planned" in (cues.before, cues.after),
        failed=reading.outcome == "failed",
    )


def _was_taken(sentence: Sentence, item: Item, cues: Cues) -> bool:
    """Whether a procedure note tells that the patient had been on a drug for pain before it."""
    if cues.before not in ("done", "ongoing") or cues.before_mention is None or item.tag:
        return False
    lead = sentence.view.note.text[cues.before_mention.start : item.mention.start]
    return _HAD_TAKEN.match(lead) is not None and sentence.section not in PLAN_SECTIONS


def _is_listed(sentence: Sentence, item: Item) -> bool:
    """Whether a drug stands in a list beside a therapy that is no drug, or one that is always for pain."""
    if sentence.section in ("medications", "pmh", "social_history", "allergies"):
        return False
    for mention in sentence.of("therapy"):
        if (
            mention.id != "none"
            and not mention.id.endswith((".weak", ".bare"))
            and distance(mention, item.mention) < 120
        ):
            return True
    return bool(item.tag) and any(
        m.id in ("analgesic", "opioid", "nsaid", "muscle_relaxant") and distance(m, item.mention) < 40
        for m in sentence.of("therapy_drug")
    )


def _fits_document(sentence: Sentence, item: Item, document: Document) -> bool:
    """In a therapist's document the parts of the session are no therapies of their own."""
    if not document.about_spine:
        return False
    if item.modality == "home_exercise":
        return _HOME.search(sentence.text) is not None and _GOAL.search(sentence.text) is None
    if item.modality == document.modality:
        if item.tag not in ("", "pt", "bare"):
            return False
        return sentence.section in ("plan", "assessment_plan") or _NOT_THIS_EPISODE.search(sentence.text) is not None
    if sentence.section == "therapy_detail" or document.is_detail(sentence):
        return item.modality in _PASSIVE
    return item.modality in _PASSIVE or item.modality in ("physical_therapy", "brace", "medication")


def _is_of_pain(sentence: Sentence) -> bool:
    """In a note that is not about the spine: whether the sentence itself says that it is of such pain."""
    has_symptom = sentence.has("symptom")
    if has_symptom and sentence.previous is not None and _tells_of_limb(sentence.previous):
        return True
    return any(
        (mention.label == "symptom" and mention.id == "sciatica")
        or (mention.label == "region" and mention.id not in ("other", "limb") and has_symptom)
        for mention in sentence.of("symptom", "region")
    )


def _tells_of_limb(sentence: Sentence) -> bool:
    """Whether the sentence tells that pain of a limb, no joint, began."""
    return _BEGAN.search(sentence.text) is not None and any(
        topic.kind == "ours"
        and any(place.id == "limb" and distance(place, topic.span) < 60 for place in sentence.of("region"))
        for topic in topics(sentence)
    )


def _is_of_other_disease(sentence: Sentence, part: Span, mention: Mention) -> bool:
    """Whether the words beside the therapy say that it is of a stroke, a new joint and the like."""
    for other in sentence.of("therapy_disease"):
        if part.start <= other.start < part.end and distance(other, mention) < 90:
            return not any(
                region.id not in ("other", "limb") and distance(region, mention) < distance(other, mention)
                for region in sentence.of("region")
            )
    return False


def _region(place: _Place, item: Item) -> Region | None:
    """The region treated: another joint only where it is said to be what the therapy was for."""
    sentence, mention = place.sentence, item.mention
    region = region_near(sentence, mention)
    if region == "other":
        region = None
        for other in sentence.of("region"):
            if other.id != "other":
                continue
            gap = sentence.between(other, mention)
            if other.start >= mention.end and (
                _REGION_LINK.match(gap) or _REGION_LABEL.match(gap) or re.search(r"\bfor\b[^,;]{0,25}$", gap)
            ):
                return "other"
            if other.end <= mention.start and _REGION_BEFORE.match(gap) and item.tag != "program":
                return "other"
    if region is None and place.document is not None:
        return place.document.region
    return region


def _read_on(sentence: Sentence, recent: list[_Draft]) -> None:
    """ "It gave her no lasting benefit.": what the next sentence says of the therapies before it."""
    every = _FOLLOWS_ALL.match(sentence.text) is not None
    if not _FOLLOWS.match(sentence.text) or (_OTHER_SUBJECT.search(sentence.text) and not every):
        return
    whole = Span(sentence.start, sentence.end)
    outcome = outcome_in(sentence, whole, 120) or result_cell(sentence, whole)
    if outcome is not None and outcome[0] != "failed" and not _FOLLOWS_THERAPY.search(sentence.text[:60]):
        outcome = None
    targets = [draft for draft in recent if draft.assertion == "present" and draft.status != "unable"]
    if not every and targets:
        targets = [draft for draft in targets if draft.sentence is targets[-1].sentence]
    if len(targets) == 1 and not targets[0].item.is_drug and not sentence.has("symptom"):
        reading = Reading()
        start = Span(sentence.start, sentence.start + 1)
        read_length(sentence, reading, start, whole)
        read_sessions(sentence, reading, start, whole, times=False)
        read_dates(sentence, reading, start, whole)
        merge_times(targets[0].reading, reading)
        if reading.end is not None and targets[0].status == "unspecified":
            targets[0].status = "completed"
    if outcome is None:
        return
    for draft in targets:
        if draft.reading.outcome is None:
            draft.reading.outcome = outcome[0]
            draft.reading.add(outcome[1].span)
            if draft.status == "unspecified":
                draft.status = "completed" if tense_of(sentence, outcome[1]) == "past" else "ongoing"


def _read_program(sentence: Sentence, drafts: list[_Draft], document: Document | None) -> None:
    """Who prescribed a home exercise program, and whether somebody followed up that it was done."""
    words = sentence.of("therapy_log")
    alone = any(mention.id == "unsupervised" for mention in words) and not _ON_ORDER.search(sentence.text)
    for draft in drafts:
        if draft.item.modality != "home_exercise" or draft.assertion == "negated":
            continue
        draft.prescribed = draft.prescribed or (document is not None and document.modality in _ACTIVE)
        seen = seen_in(sentence)
        if seen is None and sentence is draft.sentence and sentence.previous is not None:
            seen = seen_in(sentence.previous)  # "Brings the log. Did the program daily ..."
        if seen is not None and (sentence is not draft.sentence or not in_plan(sentence, seen)):
            draft.followed_up = True
            draft.reading.add(seen)
        if document is not None and draft.prescribed and _COMPLIANT.search(sentence.text):
            draft.followed_up = True
        if draft.sentence is not sentence and draft.assertion == "present" and is_prescription(sentence):
            draft.prescribed = True
        if draft.followed_up and draft.assertion == "planned" and not in_plan(draft.sentence, draft.item.mention.span):
            draft.assertion, draft.status = "present", "unspecified"
        if draft.followed_up and draft.status == "unspecified" and _DONE_RATE.search(sentence.text):
            draft.status = "ongoing"
        if draft.sentence is sentence and not alone and author_of(sentence, draft.item.mention) is not None:
            draft.prescribed = True
        for mention in words:
            if (
                mention.id == "followed"
                and sentence.assertion(mention, "therapy") == "present"
                and not is_refuted(sentence, mention.end)
            ):
                draft.followed_up = True
                draft.reading.add(mention.span)
            elif (
                mention.id == "prescribed"
                and draft.sentence is sentence
                and distance(mention, draft.item.mention) < 110
                and not alone
            ):
                draft.prescribed = True


def _fact(draft: _Draft) -> Therapy:
    item, reading = draft.item, draft.reading
    assert item.modality is not None
    spans = [item.mention.span]
    for span in sorted(reading.spans):
        if not any(span.overlaps(other) for other in spans):
            spans.append(span)
    if reading.at and draft.status == "ongoing" and reading.end == reading.start:
        reading.end = None  # when it was begun
    if reading.start is not None and reading.end is not None and _ends_first(reading.start, reading.end):
        reading.start = reading.end = None  # of two statements: what they date cannot be told
    done = draft.assertion == "present"
    not_done = draft.status in ("declined", "unable") or (draft.status == "completed" and reading.medical is False)
    return Therapy(
        spans=tuple(spans),
        assertion=draft.assertion,
        modality=item.modality,
        low=reading.low,
        high=reading.high,
        unit=reading.unit,
        sessions=reading.sessions,
        start=reading.start,
        end=reading.end,
        status=draft.status,
        outcome=reading.outcome if done else None,
        reason=reading.reason if not_done else None,
        medical_reason=reading.medical if not_done else None,
        region=draft.region,
        name=item.name,
        prescribed=draft.prescribed or None,
        followed_up=draft.followed_up or None,
        section=draft.sentence.section,
        source="rule:therapy.drug" if item.is_drug else "rule:therapy.named",
    )


def _ends_first(start: str, end: str) -> bool:
    known = min(len(start), len(end))
    return end[:known] < start[:known]


def _document_fact(document: Document) -> Therapy:
    reading = document.reading
    return Therapy(
        spans=tuple(document.spans),
        assertion="planned" if document.status == "planned" else "present",
        modality=document.modality,
        sessions=reading.sessions,
        start=reading.start,
        end=reading.end,
        status=document.status,
        outcome=reading.outcome,
        region=document.region,
        source="rule:therapy.document",
    )
