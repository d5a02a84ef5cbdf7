"""Symptom durations: how long, or since when, the pain or its symptoms have lasted.

An amount of time or a date counts when a word for the symptom or its onset governs it: "for the
past 6 months", "18-month history of back pain", "began three weeks ago", "since 2004", "Onset:
July 2023". Amounts already read as therapy, relief or a procedure's date are left alone, and so are
those that stand nearer to another disease, a job, a drug or a visit.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from chartproof.extract.dates import DateMention, find_dates
from chartproof.extract.kinds import past_episode
from chartproof.extract.kinds.common import box_before, region_near
from chartproof.extract.kinds.topics import antecedent, is_ours, means_ours, topics
from chartproof.extract.quantities import DAYS, Duration
from chartproof.extract.regex import Regex
from chartproof.extract.view import NoteView, Sentence
from chartproof.facts import Assertion, Region, SymptomDuration
from chartproof.spans import Span

_LEAD = Regex(
    r"(?:\b(?:for|over|during|within|in|across|throughout)\s+(?:an?\s+(?=$)|(?:at\s+least|about|approximately|approx\.?|around|nearly|almost|more\s+than|over|greater\s+than|well\s+over|roughly|some|up\s+to|close\s+to|the\s+better\s+part\s+of|just\s+over|just\s+under|the)\s+)*(?:(?:the\s+)?(?:course\s+of|last|past|previous|preceding|next|better\s+part\s+of)\s+)?(?:the\s+)?(?:(?:about|approximately|at\s+least|approx\.?|roughly|or\s+so)\s+)?"
    r"|\b(?:(?:past|last)\s+$|since\s+(?:the\s+)?(?:past|last)|x|×|of|\w+ing)\s*(?:about\s+|approx\.?\s+|approximately\s+|more\s+than\s+|over\s+|at\s+least\s+|~\s?|>\s?)?|(?:duration|length|how\s+long|time\s+since\s+(?:injury|onset)|symptoms?\s+for|sx|onset)\s*(?:of\s+(?:the\s+)?(?:symptoms|pain|sx|problem|complaint|episode|illness|current\s+episode))?\s*[:=|]*\s*(?:about\s+|~\s?|approx\.?\s+|>\s?)?|[:,(]\s*(?:now\s+|about\s+|approx\.?\s+|~\s?|>\s?|greater\s+than\s+|so\s+)*)$",
    re.IGNORECASE,
)
#: The amount stands right behind the symptom, or behind words that say it is there.
_ADJACENT = Regex(
    r"(?:\b(?:pain|lbp|clbp|np|aches?|sciatica|symptoms?|sx|discomfort|radiculopathy|radiculitis|stiffness)\s*(?:[(,]?\s*(?:(?-i:[RL]t?)\s?[>=<]\s?(?-i:[RL]t?)|(?-i:[RL])|left|right|b/l|bilat(?:eral(?:ly)?)?)\)?\s+)?(?:[>~≥x×]|at\s+least|over|about|nearly|almost|now)?\s*"
    r"|\b(?:there|present|going\s+on|around|had\s+it|lasted)\s+(?:for\s+)?the\s+better\s+part\s+of\s+"
    r"|\b(?:going\s+on|present|been\s+(?:there|around|hurting|aching|sore|bad|ongoing|symptomatic|like\s+this|with\s+(?:her|him|me)))\s+(?:for\s+)?(?:about\s+|over\s+|nearly\s+|almost\s+|at\s+least\s+)?"
    r"|,\s*(?:for\s+)?(?:at\s+least|more\s+than|nearly|almost|over|going\s+on)\s+)$",
    re.IGNORECASE,
)
_SINCE_BEGAN = Regex(
    r"\s+since\s+(?:[\w'’-]+\s+){0,6}?(?:beg[au]n|started|onset|came\s+on|developed|first\s+(?:noticed|felt)|accident|injury|fall|fell|crash|collision)\b",
    re.IGNORECASE,
)
_NOW = Regex(r"(?:\s+or\s+so)?\s+now\b(?!\s+(?:off|out|on|after|post|taking|relief))", re.IGNORECASE)
#: "two years this summer", "now four weeks of them", "7 months into this episode".
#: "It's been a year and a half."
_HAS_BEEN = Regex(
    r"^\W*(?:it|this|that)(?:['’]s|\s+has)\s+(?:now\s+)?been\s+(?:(?:about|over|nearly|almost|going\s+on|at\s+least|more\s+than|close\s+to|a\s+good)\s+)*$",
    re.IGNORECASE,
)
_STOPS = Regex(r"\s*(?:now|or\s+so|already)?\s*(?:[.,;]|$)", re.IGNORECASE)
#: "pain since the birth of her son 14 months ago".
_SINCE_THEN = Regex(
    r"\b(?:pain\w*|lbp|aches?|aching|sciatica|symptoms?|numb\w*|tingling|hurt\w*|trouble\w*)\s+(?:(?:has|have|been|present|there|ongoing|ever|constantly|daily|on\s+and\s+off|in\s+(?:the|her|his)\s+\w+)\s+)*since\s+(?!(?:the\s+|his\s+|her\s+)?(?:last|injection|block|shot|epidural|visit|ablation))[^.;,]{2,60}$",
    re.IGNORECASE,
)
_FINE_UNTIL = Regex(
    r"\b(?:was|were|been|felt|feeling|am)\s+(?:\w+ly\s+)?(?:fine|well|okay|ok|healthy|in\s+good\s+health|asymptomatic|pain[- ]?free|symptom[- ]?free)\s+(?:un)?til\b",
    re.IGNORECASE,
)
_HURT_IT = Regex(
    r"^\W*(?:(?:he|she|they|pt|patient|states|says|reports|first|who)\s+){0,3}(?:(?:woke|awoke|awakened)\s+(?:up\s+)?with\s+(?:it|this|(?:[\w-]+\s+){0,4}?(?:pain|sciatica|spasms?|numbness))\b[^.;\d]{0,30}$|(?:re-?)?(?:hurt|injured|strained|tweaked|pulled|wrenched|threw)\s+(?:it|himself|herself|his\s+back|her\s+back|his\s+neck|her\s+neck)\b[^.;]{0,60}$)",
    re.IGNORECASE,
)
_ASKED_LONG = Regex(
    r"^\W*(?:\w+\s+){0,2}?(?:how\s+long|duration|onset|when\s+did\s+(?:it|this|the\s+\w+|your\s+\w+|symptoms)\s+(?:start|begin))\b[^?]{0,50}\?$",
    re.IGNORECASE,
)
#: "Her last flare was 3 years ago": not since when the pain of now has lasted.
_LAST_EPISODE = Regex(
    r"\b(?:last|latest|most\s+recent|previous|prior|earlier)\s+(?:\w+\s+)?(?:flares?|flare-?up|episode|bout|attack|exacerbation|time|spell)\b[^.;]*$",
    re.IGNORECASE,
)
#: How often a treatment is to be given: "Frequency/duration: 2x/wk x 6 wk".
_RATE = Regex(
    r"\bfrequency\b[^.;]{0,25}$|\b(?:\d\s*x|once|twice|times)\s*(?:/|per|an?)?\s*(?:week|wk|day|d)\s*(?:x|for|,)?\s*$",
    re.IGNORECASE,
)
_ROUND = Regex(
    r"\s+this\s+(?:coming\s+)?(?:spring|summer|fall|autumn|winter|month|week|january|february|march|april|may|june|july|august|september|october|november|december)\b",
    re.IGNORECASE,
)
_INTO = Regex(
    r"\s+into\s+(?:this|the|her|his|an?)\s+(?:[\w-]+\s+){0,2}?(?:episode|flare|bout|attack|exacerbation|pain|sciatica|symptoms)\b",
    re.IGNORECASE,
)
_OF_THEM = Regex(r"\s+of\s+(?:them|it|this|these)\b(?!\s+\w+ing\b)", re.IGNORECASE)
_NOW_BEFORE = Regex(r"\b(?:now|been)\s+(?:about\s+|almost\s+|over\s+|nearly\s+)?$", re.IGNORECASE)
#: The spine was hurt, or gave way.
_HURT_SPINE = Regex(
    r"\b(?:hurt|injured|re-?injured|strained|sprained|wrenched|pulled|tweaked|twisted|threw\s+out)\s+(?:his|her|my|the)\s+(?:(?:low(?:er)?|mid(?:dle)?|upper)\s+)?(?:back|neck|spine)\b"
    r"|\b(?:back|neck)\s+(?:\w+ly\s+)?(?:went\s+out|gave\s+out|locked\s+up|seized\s+up)\b",
    re.IGNORECASE,
)
#: "pain since back surgery in 2016": what began with an operation.
_SINCE_SURGERY = Regex(
    r"\b(?:pain|ache|aching|numbness|sciatica|tingling|weakness|symptoms?)\s+(?:(?:has\s+been\s+)?(?:present|ongoing|persistent|constant)\s+)?(?:ever\s+)?since\s+(?:[\w-]+\s+){0,4}?(?:surgery|operation|fusion|laminectomy|discectomy|decompression)\s+(?:in|on|of)\s+$",
    re.IGNORECASE,
)
_GOES_BACK = Regex(
    r"\b(?:pain|sciatica|symptoms?|trouble|problems?|numbness)\b[^.;,]{0,20}\b(?:go(?:es)?|went|trac(?:es|ed))\s+(?:all\s+the\s+way\s+)?(?:back\s+)?to\s+(?:about\s+|around\s+|the\s+year\s+|at\s+least\s+)?$"
    r"|^\W*(?:it|this|that|these|they)\s+(?:all\s+)?(?:dates?|goes|go|traces?)\s+(?:back\s+)?(?:from|to)\s+(?:about\s+|around\s+|early\s+|late\s+)?$",
    re.IGNORECASE,
)
#: The time without the pain.
_FREE = Regex(
    r"\b(?:free\s+of|free\s+from|without|asymptomatic|pain[- ]?free|symptom[- ]?free|nothing|quiet|silent|in\s+remission|no\s+(?:\w+\s+){0,2}?(?:pain|symptoms|trouble|problems?))\b[^.;,]{0,30}$",
    re.IGNORECASE,
)
_UNTIL = Regex(r"\b(?:until|till|til)\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
_WORSE_SINCE = Regex(
    r"\b(?:worse\w*|increas\w*|flared?|more)\s+(?:\w+\s+)?(?:ever\s+)?since\s+(?:\w+\s+){0,3}$", re.IGNORECASE
)
_FOR = Regex(
    r"\b(?:for|over|during|within|past|last|course of|x|×|since past|since last|better part of)\b", re.IGNORECASE
)
_HISTORY = Regex(
    r"[\s'’-]*(?:\+\s*)?(?:plus\s+|or\s+(?:more|so)\s+)?(?:history|hx|h/o|h\.o\.|duration|course|(?:saga|story|siege|ordeal)(?=\s+of))\b(?:\s+of\b)?",
    re.IGNORECASE,
)
_OF_PAIN = Regex(
    r"[\s-]*(?:\+\s*)?(?:of|w/|with)\s+(?:\w+[\s,/-]+){0,5}?(?:pain|ache|sciatica|symptoms?|numbness|tingling|discomfort|sx|radic\w+|back|neck|lbp|stiffness|weakness)\b",
    re.IGNORECASE,
)
#: "8 yrs LBP, worse with sitting": the complaint right behind an amount that opens a clause.
_PAIN_NEXT = Regex(
    r"[\s-]+(?:(?:constant|chronic|progressive|worsening|increasing|intermittent|severe|persistent|atraumatic|mechanical|left|right|bilateral|bilat|l|r|low|lower|mid|upper|axial|radiating)\s+){0,4}"
    r"(?:(?:back|neck|buttock|leg|arm|sij?|sacroiliac|hip|thigh|gluteal|radicular|cervical|lumbar|thoracic)(?:\s*[/&,+]\s*[\w-]+){0,2}\s+(?:pain|ache|pn|sx|symptoms)|lbp(?:\s*[/&+]\s*[\w-]+(?:\s+pain)?)?|sciatica|radiculopathy|radiculitis|neck\s*pain|backache)\b"
    r"(?!\s*(?:-?free|relief|med(?:s|ication)?\b|clinic|diary|log|score|program|manage\w*|journal|control|psych\w*|follow|f/u|service|school|patient))",
    re.IGNORECASE,
)
_OPENS_CLAUSE = Regex(
    r"(?:^|[;:.,(/–-]|\b(?:w/|with|has|having|c/o|co|presents\s+with|in\s+with|here\s+for|~|>|≥|approx\.?|about|almost|nearly|over|at\s+least))\W*$",
    re.IGNORECASE,
)
_AGO = Regex(
    r"\s*(?:or\s+so\s+)?(?:ago|out\s+from|on\s+(?:s?he|they)\b|into|prior|back\b|previously|earlier|before\s+(?:this|presentation|admission|his|her))",
    re.IGNORECASE,
)
_SINCE = Regex(r"\b(?:ever\s+)?since\b[\s:]*(?:[\w'’-]+[\s,]+){0,7}\(?$", re.IGNORECASE)
_PAIN_SINCE = Regex(
    r"\b(?:pain|lbp|np|sciatica|numb\w*|ache|hurt\w*|symptoms?|problems?)\b[^.;]{0,40}\b(?:ever\s+)?since(?:\s+then|\s+that\s+(?:time|day))?\W*$|\bsince\s+(?:then|that\s+(?:time|day))\b[^.;]{0,60}\b(?:pain|ache|symptoms?)\b",
    re.IGNORECASE,
)
_ONSET_STARTS = Regex(
    r"\W*(?:(?:date\s+of\s+)?onset|how\s+long|duration|began|started|(?:it|this|(?:the|his|her)\s+(?:low\s+|lower\s+)?(?:back|neck|leg|arm))\s+(?:all\s+|first\s+)?(?:began|started))\b",
    re.IGNORECASE,
)
#: What came later than the onset that the same sentence dates: "started last August and got bad in March".
_LATER = Regex(
    r"\b(?:got|gotten|became|worse\w*|flared|increas\w*|severe|bad|came\s+back|returned|seen|evaluated)\b",
    re.IGNORECASE,
)
_INJURY = Regex(
    r"\b(?:injur\w+|doi|sudden\w*|cough\w*|sneez\w*|moved|moving|felt|pulled|reach\w+|bending|accident|fell|fall|struck|rear[- ]?ended|collision|mva|mvc|crash|lift\w+|slipped|twist\w+|kicked|hit|stepped|tripped|whiplash|bent|incident|onset|beg[au]n|started|develop\w+|noticed|flar\w+)\b",
    re.IGNORECASE,
)
#: Words of an accident, and of what was felt after it.
_ACCIDENT = Regex(
    r"\b(?:injur(?:y|ies|ed)|accident|incident|fell|fall|slipped|tripped|stepped|struck|(?:rear|t|read)[- ]?(?:ended|boned)|sideswiped|hit\s+from\s+behind|thrown\s+from|collision|mva|mvc|crash\w*|twisted|kicked|was\s+hit|lift(?:ed|ing)|doi)\b",
    re.IGNORECASE,
)
_NEW_CLAUSE = Regex(r"[;.]\s|,\s+(?:and|but|so|which)\s+", re.IGNORECASE)
_FELT = Regex(
    r"\b(?:at\s+the\s+scene|right\s+away|ever\s+since|persist\w*|onset|sudden\w*|immediate\w*|at\s+once|felt|noticed|develop\w*|beg[au]n|started|caus(?:ed|ing)|result\w*\s+in|since\s+(?:then|that\s+(?:time|day|accident))|that\s+(?:evening|night|day)|next\s+(?:day|morning))\b",
    re.IGNORECASE,
)
#: The pain, or a change of it, begins.
_BEGINS = Regex(
    r"\b(?:beg[au]n|begin(?:ning|s)?|start(?:ed|ing)?|onset|develop(?:ed|ing)|notic(?:ed|ing)|came\s+on|set\s+in|appeared|occurred|first"
    r"|sudden(?:ly)?|felt|awoke|woke|flared|flare|recurr\w+|returned|relapsed|going\s+back|go(?:es)?\s+back)\b",
    re.IGNORECASE,
)
#: What ties the pain to an accident, in its sentence or at the head of the next one.
_TIED = Regex(
    r"\b(?:(?:ever\s+)?since|after\s+which|after\s+that|thereafter|as\s+a\s+result|resulting|caus(?:ed|ing)|led\s+to|due\s+to|from"
    r"|dat(?:es|ing)\s+back|related\s+to|secondary\s+to|with\s+(?:the\s+)?(?:immediate|sudden|onset)|immediately|and\s+(?:he|she|then)?\s*(?:has|felt|had|now)\b"
    r"|hurt(?:ing)?|injur(?:ed|ing)|strain(?:ed|ing)|twist(?:ed|ing)|pull(?:ed|ing)|pop)\b",
    re.IGNORECASE,
)
_TIED_NEXT = Regex(
    r"^\W*(?:(?:ever\s+)?since\s+(?:then|that|the)|after\s+(?:that|the)|thereafter|immediately|the\s+(?:next|same)|that\s+(?:day|evening|night)"
    r"|as\s+a\s+result|(?:s?he|the\s+patient|they|i)\s+(?:\w+\s+){0,3}?(?:felt|developed|noticed|began|started|immediately))\b",
    re.IGNORECASE,
)
_OF_EVENT = Regex(
    r"(?:\b(?:on|in|of|dated|around|about)\W+(?:or\s+about\W+)?(?:the\s+)?|^\W*"
    r"|\b(?:date\s+of\s+(?:injury|accident|loss)|doi|boned|ended|struck|hit|fell|fall|slipped|crash|collision|accident|mva|mvc)\b[^.;,\d]{0,25})$",
    re.IGNORECASE,
)
_INJURY_LABEL = Regex(r"\W*(?:date\s+of\s+(?:injury|accident|loss)|doi)\s*[:#|-]?\s*(?=\d)", re.IGNORECASE)
_DATE_OF_INJURY = Regex(r"\W*(?:the\s+)?date\s+of\s+(?:injury|accident|loss)\b", re.IGNORECASE)
_INJURY_LABEL_REACH = 40  # sentences: a form gives the date at its head, and the pain further down
_ACCIDENT_TOLD_IN = 4  # sentences, the accident's own included
#: What the body did in the accident: "..., during which he felt a pop".
_SNAPPED = Regex(
    r"\W*(?:when|during\s+which(?:\s+time)?|at\s+which\s+time|and)\s+(?:s?he|they|the\s+patient)\s+(?:\w+ly\s+)?(?:felt|heard|injured|hurt|strained|pulled|wrenched|twisted|developed)\b",
    re.IGNORECASE,
)
_WITHIN = Regex(r"\bwithin\s+(?:(?:about|approximately|the|first)\s+)*$", re.IGNORECASE)
_OF_ACCIDENT = Regex(
    r"\s+(?:of|after|following|from)\s+(?:the|that|this|his|her)\s+(?:\w+\s+){0,2}?(?:accident|injury|fall|crash|collision|incident|mva|mvc)\b",
    re.IGNORECASE,
)
_REFERRED_BACK = 4  # sentences that "it" or "this" may look back over
_SYMPTOM_WORD = Regex(
    r"\b(?:pain\w*|ach(?:e|es|ing|y)|sciatica|symptom\w*|sx|numb\w*|tingl\w*|discomfort|radicul\w+|hurt\w*|sore\w*|spasm\w*|stiff\w*|weak\w*|lbp|cervicalgia|radiat\w+|paresthes\w+|burn(?:s|ed|ing)?|on\s+fire|problem|trouble|bother\w*|act(?:s|ed|ing)?\s+up|episode|could\s+not\s+walk)\b",
    re.IGNORECASE,
)
_SUBJECT_THIS = Regex(
    r"^\W*(?:how\s+long|length\s+of|it|this|these|they|symptoms?|that|he\s+states\s+that\s+he\s+has\s+had\s+this|sx|onset|duration|began|started|now|approx|ongoing)\b|^\W*(?:about\s+|almost\s+)?[\w.-]+\s+(?:days?|weeks?|wks?|months?|mos?\.?|years?|yrs?)\s+now\b",
    re.IGNORECASE,
)
_OTHER_PAIN = Regex(
    r"\b(?:chest|abdominal|abdomen|stomach|pelvic|head|ear|throat|jaw|tooth|eye|knee|shoulder|wrist|ankle|elbow|foot|heel|hip|groin|testicular|breast|rib|flank|toe)s?\b(?:\s+\w+){0,2}\s*(?:pain|ache|symptoms|soreness|numbness)|\bheadaches?\b|\bmigraines?\b|\bcough\b|\bfatigue\b|\bangina\b",
    re.IGNORECASE,
)
_OTHER_ORGAN = Regex(re.sub(r"\|(?:knee|shoulder|wrist|ankle|elbow|foot|heel|toe)\b", "", _OTHER_PAIN.pattern), re.I)
_SPINE = Regex(
    r"\b(?:back|neck|lumbar|cervical|thoracic|spine|spinal|sciatica|radicul\w+|leg|legs|arm|arms|buttock\w*|sacroiliac|si|sacral|lbp|lower\s+extremit\w+|upper\s+extremit\w+|tailbone|coccyx|calf|calves|thigh\w*|extremit\w+|facet|limb\w*)\b",
    re.IGNORECASE,
)
_LASTING = Regex(
    r"\b(?:last(?:s|ed|ing)|relief|better(?!\s+part\s+of)|improve\w*|help\w*|work(?:s|ed|ing)?|employ\w*|sit\w*|stand\w*|walk\w*|drive|after|take[sn]?|taking|wear\w*)\s+(?:\w+\s+){0,3}(?:for\s+|up\s+to\s+|about\s+|only\s+)*$|\bevery\s+(?:other\s+|few\s+|about\s+)?$",
    re.IGNORECASE,
)
_NOT_AFTER = Regex(
    r"\s*(?:of|after|following|post|with|on)\s+(?:the\s+|his\s+|her\s+|an?\s+|each\s+|that\s+)?(?:\w+\s+){0,2}?"
    r"(?:injection|epidural|surgery|block|procedure|treatment|therapy|pt|relief|benefit|administration|rest|rehab|chiro\w*|exercise\w*|antibiotics?|nsaids?|steroid\w*|ablation|rfa|esi|shot|care|visits?)s?\b"
    r"|[\s-]*(?:(?!of\b|for\b|and\b|with\b|hx\b|history\b|back\b\s+pain|neck\b\s+pain)[\w-]+\s+){0,3}?(?:programs?|trial|regimen|class(?:es)?|protocol|series|sessions?|leave|supply|prescription|regime|taper|appointment|f/u|follow-?up)\b"
    r"|\s*(?:now\s+)?(?:since|after|ago\s+when)\s+(?:the\s+|his\s+|her\s+|that\s+)?(?:\w+\s+){0,2}?(?:injection|block|ablation|rfa|esi|shot|epidural|procedure)s?\b",
    re.IGNORECASE,
)
_DENIED = Regex(r"\b(?:no|not|denie[sd]|denying|without|never|negative\s+for)\b[^,;.]*$", re.IGNORECASE)
_RESOLVED = Regex(
    r"\b(?:resolved|went\s+away|cleared\s+up|gone\s+(?:within|in|by|after)|got\s+better|settled|recovered)\b",
    re.IGNORECASE,
)
_ALL_RESOLVED = Regex(
    r"\W*(?:this|it|these|that|(?:the|his|her|these|those)\s+(?:pain|symptoms?|episode))\s+(?:has|have|had|did)?\s*(?:since|subsequently|then|all|completely|fully|now|eventually|\s)*"
    r"(?:resolved?|went\s+away|gone|cleared)\b",
    re.IGNORECASE,
)
_IMPROVES = Regex(
    r"[\s,]*(?:\w+\s+){0,4}?(?:back\s+to\s+(?:baseline|normal)|(?:had|has|have|was|were)\s+(?:\w+\s+)?(?:resolved|improved|gone|better))\b",
    re.IGNORECASE,
)
#: "... eight years ago, for two weeks": an episode that lasted so long.
_LONG_AGO = Regex(
    r"\byears?\s+ago\W+(?:(?:which|that)\s+)?(?:last(?:ed|ing)\s+)?(?:for\s+)?(?:about\s+|approximately\s+)?$",
    re.IGNORECASE,
)
_IMPROVED = Regex(
    r"\b(?:resolved|improv\w+|better(?!\s+part\s+of)|decreas\w+|subsided|eased|took\s+(?:care|away)|dulled|relieved|knocked\s+out|gave\s+\w+\s+relief)\b[^.;,]{0,30}$",
    re.IGNORECASE,
)
_VISIT = Regex(
    r"\b(?:saw|seen|came|here|evaluat(?:ed|ion)|treated|visited|presented|admitted|hospitalized|discharged|diagnosed|prescribed|given|started\s+on"
    r"|underwent|completed|finished|quit|stopped|surgery|operated)\b[^;,]{0,30}$",
    re.IGNORECASE,
)
_WELL_UNTIL = Regex(r"\b(?:until|till|up\s+to)\s+(?:\w+\s+){0,3}$", re.IGNORECASE)
_WHEN = Regex(r"\W{0,3}(?:when|at\s+which)\b", re.IGNORECASE)
_WELL = Regex(
    r"\b(?:well|fine|okay|good\s+health|healthy|asymptomatic|(?:pain|symptom)[- ]?free|free\s+of|without|no)\b",
    re.IGNORECASE,
)
_BEGINS_NEXT = Regex(
    r"\W{0,3}(?:\w+\W+){0,8}?(?:began|started|developed|onset|noticed|first\s+noticed|radiating|suddenly|experienced|awoke|woke"
    r"|could\s+not|was\s+unable|found\s+(?:that\s+)?(?:s?he|they|himself|herself))\b",
    re.IGNORECASE,
)
_AT_DATE = Regex(
    r"(?:\b(?:on|in|of|around|about)\W+(?:the\s+)?(?:beginning\s+of\s+|early\s+|mid\s+|late\s+)?|\bday\s+(?:of\s+)?\w+,\s*)$",
    re.IGNORECASE,
)
#: "The same pain on the left in 2018", "a similar episode in March 2020".
_EPISODE_IN = Regex(
    r"\b(?:the\s+same|(?:similar|prior|previous|first|earlier|another)\s+(?:episode|flare|bout|attack|pain|problem|symptom)s?)\b(?:(?!\b(?:prior\s+to|before|after|until)\b)[^.;,]){0,40}\bin\s+$",
    re.IGNORECASE,
)
#: "This time it began when she went down on the ice in January": the pain, told by what happened.
_BEGAN_WHEN = Regex(
    r"^\W*(?:(?:this\s+time|and|but|all|now),?\s+)*(?:it|this|that|these|they|all\s+of\s+(?:it|this)|(?:the|his|her)\s+(?:\w+\s+){0,3}?(?:pain|symptoms?|sciatica|ache|episode|trouble))\s+(?:all\s+|first\s+|apparently\s+)?(?:began|started|came\s+on|set\s+in|dates\s+from)\s+(?:when|after|as|while|with)\s[^.;]{0,110}?\b(?:in|on|around|last|this|of)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
#: "back pain following a fall in 2021", "neck pain s/p MVC 3/2023".
_PAIN_SINCE_ACCIDENT = Regex(
    r"\b(?:pain|ache|sciatica|symptoms?|stiffness|lbp|cervicalgia|radiculopathy|radiculitis|spondylosis|strain|sprain|whiplash)\b(?:\s+(?:of|in)\s+(?:the|his|her)\s+(?:\w+\s+)?\w+)?(?:\s+(?:that\s+)?(?:began|started|present))?,?\s+(?:ever\s+)?(?:following|after|since|s/p|status\s+post|from|due\s+to|post)\s+(?:an?\s+|the\s+|his\s+|her\s+|that\s+)?(?:[\w-]+\s+){0,3}?(?:mvc|mva|mcc|accident|collision|crash|fall|fell|slip|injury|incident|lifting)\b(?!\s+prevention)[^.;,\d]{0,40}?$",
    re.IGNORECASE,
)
_WORSENED = Regex(r"\b(?:worsen\w*|exacerbat\w*|increas\w*|aggravat\w*)\b", re.IGNORECASE)
_BEGAN = Regex(r"\b(?:beg[au]n|beginning|started|onset|developed|noticed)\b", re.IGNORECASE)
_JUST_LAST = Regex(
    r"(?<!\bfor )(?<!\bover )(?<!\bin )(?<!\bsince )(?<!\bwithin )(?<!\bduring )(?<!\bthe )\b(?:past|last)\s+$",
    re.IGNORECASE,
)
_ARRIVED = Regex(
    r"\b(?:presented|admitted|transferred|came|went|returned)\s+to\b(?:(?!\b(?:began|started|since|onset)\b)[^;,]){0,70}$",
    re.IGNORECASE,
)
#: The date heads the entry of a record: "3/4/2001: progress note".
_RECORD = Regex(
    r"\s*[:,-]\s*(?:\w+\s+){0,4}(?:note|visit|report|evaluation|exam\w*|records?|x-?rays?|mri)\b", re.IGNORECASE
)
_TODAY = Regex(r"\b(?:today|as\s+of|effective)\b[^.;]{0,15}$", re.IGNORECASE)
_ADVICE = Regex(
    r"\b(?:may|might|can|will|would|should|advised|instructed|expected?|told\s+to|recommended)\b[^.;]{0,160}$"
    r"|\b(?:mg|tablets?|capsules?|b\.?i\.?d|t\.?i\.?d|q\.?\s?\d?\s?h|prescriptions?)\b[^;]{0,40}$",
    re.IGNORECASE,
)
_FUTURE = Regex(
    r"\b(?:in|for|over|within)\s+(?:the\s+)?(?:next|another|coming)\s+(?:\w+\s+){0,2}$|\b(?:return|follow[- ]?up|recheck|rtc|f/u|see\s+\w+)\b[^.]{0,25}$",
    re.IGNORECASE,
)
#: "These last three weeks she has averaged a 5": the time that a score is of, not that of the pain.
_WINDOW = Regex(
    r"(?:\b(?:over|during|in|for|within|across|throughout|of|from)\s+)?(?:(?:the|these|this|those|her|his)\s+)*(?:last|past|previous|prior)\s+(?:about\s+)?$",
    re.IGNORECASE,
)
_PAIN_FOR = Regex(
    r"\b(?:pain|lbp|aches?|aching|sciatica|symptoms?|numbness|tingling|present|ongoing|persist\w*|worsen\w*|began|started)\s+(?:has\s+been\s+(?:present|there|ongoing)\s+)?(?:for|over|x|during|in)?\s*(?:the\s+)?(?:last|past|previous|prior)\s+$",
    re.IGNORECASE,
)
_SCORED = Regex(
    r"\baverag\w+\b|\b(?:pain|score|level|intensity|s?he|it|vas|nprs|nrs|they)\s+(?:(?:has|have|had|mostly|usually|generally|typically|still|only)\s+){0,3}(?:been|was|is|ran|runs|running|ranged|ranging|hovered|hovering|stayed|staying|sat|sits|sitting|rated|rates)\s+(?:(?:about|around|at|an?|mostly|consistently|between|from|roughly|as|it|the|pain)\s+){0,3}(?:\d{1,2}(?:\.\d)?|one|two|three|four|five|six|seven|eight|nine|ten)\b(?!\s*(?:%|percent|days?|weeks?|wks?|months?|mos?|years?|hours?|times|mg|min\w*))",
    re.IGNORECASE,
)
#: An amount that is a sentence of its own: "8 months.", "About a year now, worse with standing."
_ALONE_BEFORE = Regex(
    r"\W*(?:(?:duration|ongoing|present|for|now|x|×|about|approx\.?|approximately|over|nearly|almost|at\s+least|going\s+on|more\s+than|roughly|some|since|past|last|the|~|>|≥|:)\s*)*",
    re.IGNORECASE,
)
_ALONE_AFTER = Regex(
    r"\s*(?:\+|(?:plus|now|or\s+(?:so|more)|of\s+(?:this|it|pain)|duration|in\s+duration|ongoing|total|at\s+least|and\s+counting|this\s+time|by\s+now)\s*)*(?:$|[.!,;(–-])",
    re.IGNORECASE,
)
_ALONE_LENGTH = 90  # characters of the sentence, and of the complaint before it
_NO_COMPLAINT = ("therapy", "therapy_drug", "procedure", "not_symptom", "foreign", "modality", "therapy_outcome")
_VERB = Regex(
    r"\b(?:denie[sd]|no|not|without|resolved|resolution|better|improved|relie\w+|gone|history\s+of|h/o|s/p|if|lasts?|lasted|scheduled|return\w*|follow\w*|last\s+seen)\b",
    re.IGNORECASE,
)
_SECTIONS = frozenset(
    {
        "medications",
        "allergies",
        "family_history",
        "labs",
        "psh",
        "plan",
        "education",
        "procedure_detail",
        "imaging",
        "therapy_detail",
    }
)


def find(view: NoteView) -> Iterator[SymptomDuration]:
    """Yield the symptom durations of a note; an episode that is over is historical."""
    yield from _without_single(view, list(_told(view)))


def _told(view: NoteView) -> Iterator[tuple[Sentence, SymptomDuration]]:
    """The durations with their sentences, whatever else the note tells."""
    for sentence in view.sentences:
        for one in _of_sentence(sentence):
            yield sentence, one
    for sentence in view.sentences:
        if sentence.dates and (sentence.section == "plan" or sentence.section not in _SECTIONS):
            for one in _from_accident(sentence):
                yield sentence, one


def _of_sentence(sentence: Sentence) -> Iterator[SymptomDuration]:
    in_plan = sentence.section == "plan"
    if _asks_how_long(sentence) and (ticked := list(_ticked(sentence))):
        yield from (one for one in ticked if one is not None)
        return
    alone = None if sentence.section in _SECTIONS else _standing_alone(sentence)
    if alone is not None:
        yield alone
        return
    if sentence.section in _SECTIONS and not (in_plan and "since" in sentence.words):
        return
    if not (sentence.has("symptom", "onset", "region", "felt") or _SUBJECT_THIS.match(sentence.text)):
        well = "til" in sentence.lower and _FINE_UNTIL.search(sentence.text) is not None
        if not well or _names_care(sentence) or _names_care(sentence.previous):
            return
    if not in_plan:
        yield from _from_durations(sentence)
    yield from _from_dates(sentence)
    if not in_plan:
        yield from _from_event_before(sentence)


def _asks_how_long(sentence: Sentence) -> bool:
    """Whether a line with boxes is headed by onset or duration, or answers the question before it."""
    if not any(mark in sentence.text for mark in "[(☐☑☒"):
        return False
    if _ONSET_STARTS.match(sentence.text):
        return True
    asked = sentence.previous
    return asked is not None and asked.text.rstrip().endswith("?") and _ONSET_STARTS.match(asked.text) is not None


def _ticked(sentence: Sentence) -> Iterator[SymptomDuration | None]:
    """For each box of a row of answers ("Onset: [ ] < 6 wk [x] 3-6 mo"): the duration of a ticked one, else None."""
    if len(sentence.durations) < _FEWEST_ANSWERS:
        return
    for duration in sentence.durations:
        ticked = box_before(sentence, duration.span)
        if ticked is not None:
            sentence.claim(duration.span)
            yield _from_duration(sentence, duration, "", "present") if ticked else None


_FEWEST_ANSWERS = 2


def _standing_alone(sentence: Sentence) -> SymptomDuration | None:
    """ "Left low back pain. 8 months.": an amount, or "since" a date, as a sentence right behind a complaint."""
    previous = sentence.previous
    if previous is None or len(sentence.text) > _ALONE_LENGTH or previous.section != sentence.section:
        return None
    if sentence.has(*_NO_COMPLAINT) or not (sentence.durations or sentence.dates):
        return None
    opening = sentence.text[sentence.body - sentence.start :]
    asked = _ASKED_LONG.match(previous.text) is not None and means_ours(sentence)
    if not (asked or _is_complaint(previous)) or not _ALONE_BEFORE.match(opening):
        return None
    told: Duration | DateMention | None = None
    if len(sentence.durations) == 1:
        told = sentence.durations[0]
        if told.unit == "hour" or told.low is None:
            return None
    elif not sentence.durations and len(sentence.dates) == 1 and _SINCE_ALONE.match(opening):
        told = sentence.dates[0]
        if told.iso is None or told.form in ("yesterday", "lastunit", "ago"):
            return None
    if told is None or sentence.is_claimed(told.span):
        return None
    before = sentence.text[: told.span.start - sentence.start]
    after = sentence.text[told.span.end - sentence.start :]
    lead = _ALONE_BEFORE if isinstance(told, Duration) else _SINCE_ALONE
    if lead.fullmatch(before) is None or _ALONE_AFTER.match(after) is None or _VERB.search(after):
        return None
    if _WINDOW.search(before) and not _AT_END.match(after):
        return None
    sentence.claim(told.span)
    named = [topic for topic in topics(previous) if topic.kind == "ours"]
    return SymptomDuration(
        spans=(told.span,),
        low=told.low if isinstance(told, Duration) else None,
        high=told.high if isinstance(told, Duration) else None,
        unit=told.unit if isinstance(told, Duration) else None,
        since=told.iso if isinstance(told, DateMention) else None,
        region=region_near(previous, named[-1].span if named else Span(previous.start, previous.end)),
        assertion=_assertion(sentence, told.span),
        section=sentence.section,
        source="rule:symptom_duration.alone",
    )


_AT_END = Regex(r"\W*(?:(?:now|or\s+so)\W*)?$", re.IGNORECASE)
_SINCE_ALONE = Regex(
    r"\W*(?:(?:ever\s+)?since|onset|began|started|dating\s+(?:back\s+)?to|from)\W+(?:(?:about|around|approx\.?|approximately|early|late|mid|the|in|on)\s+)*",
    re.IGNORECASE,
)


def _is_complaint(sentence: Sentence) -> bool:
    """Whether the sentence only names a complaint of ours: "#1 Left low back pain.", "Right sciatica."."""
    if len(sentence.text) > _ALONE_LENGTH or sentence.text.endswith("?") or sentence.has(*_NO_COMPLAINT):
        return False
    if sentence.durations or _VERB.search(sentence.text):
        return False
    kinds = {topic.kind for topic in topics(sentence)}
    if "foreign" in kinds or "event" in kinds or "joint" in kinds or "organ" in kinds:
        return False
    return "ours" in kinds or any(mention.id == "radiculopathy" for mention in sentence.of("dx"))


def _without_single(view: NoteView, told: list[tuple[Sentence, SymptomDuration]]) -> Iterator[SymptomDuration]:
    """The durations; a single episode before the onset of the present pain of the same region is historical.

    Since when the pain is worse is no onset: it was there before.
    """
    single = [past_episode.is_single(sentence, one.spans[0]) for sentence, one in told]
    onsets = [
        (start, one.region)
        for (sentence, one), past in zip(told, single, strict=True)
        if one.assertion == "present" and not past and not past_episode.WORSE.search(sentence.text)
        if (start := _starts(one, view.reference)) is not None
    ]
    for (_, one), past in zip(told, single, strict=True):
        start = _starts(one, view.reference) if past and one.assertion == "present" else None
        later = start is not None and any(
            start < other and (region is None or one.region in (None, region)) for other, region in onsets
        )
        yield one.model_copy(update={"assertion": "historical"}) if later else one


def _starts(one: SymptomDuration, reference: dt.date | None) -> str | None:
    """The day the pain began, as an ISO string that may be partial; None where it cannot be told."""
    if one.since is not None:
        return one.since
    amount = one.high if one.high is not None else one.low
    if reference is None or amount is None or one.unit is None:
        return None
    return (reference - dt.timedelta(days=amount * DAYS[one.unit])).isoformat()


def _from_durations(sentence: Sentence) -> Iterator[SymptomDuration]:
    for duration in sentence.durations:
        if duration.unit == "hour" or sentence.is_claimed(duration.span):
            continue
        before = sentence.text[: duration.span.start - sentence.start]
        after = sentence.text[duration.span.end - sentence.start :]
        if _RATE.search(before):
            continue
        history = _HISTORY.match(after) or _OF_PAIN.match(after) or _SINCE_BEGAN.match(after) or _NOW.match(after)
        history = history or _counted(before, after)
        if history is None and _OPENS_CLAUSE.search(before):
            history = _PAIN_NEXT.match(after)
        if history is None and _HAS_BEEN.match(before) and not _names_care(sentence.previous):
            history = _STOPS.match(after)
        ago = _AGO.match(after)
        adjacent = _ADJACENT.search(before) is not None and not _FUTURE.search(before)
        lead = adjacent or (_LEAD.search(before) and not _LASTING.search(before) and not _FUTURE.search(before))
        if lead and not adjacent and _JUST_LAST.search(before) and " " not in _words(sentence, duration):
            lead = _SNAPPED.match(after) is not None  # not "seen last week"
        until = ago is not None and _UNTIL.search(before) is not None
        if ago and not (history or until or _begins(sentence, before) or _SINCE_THEN.search(before)):
            continue
        if not (history or ago or lead) or (_FREE.search(before) and not until):
            continue
        if duration.low is None and duration.unit == "day" and not history:
            continue
        if lead and _WITHIN.search(before) and _OF_ACCIDENT.match(after):
            if is_ours(sentence, duration.span):
                yield from _soon_after(sentence, duration)
            continue
        if not history and (_NOT_AFTER.match(after) or _IMPROVED.search(before) or _IMPROVES.match(after)):
            continue
        if ago and _LAST_EPISODE.search(before):
            continue
        if (ago and _VISIT.search(before)) or (not history and past_episode.ended(before)):
            continue
        if ago and _WORSENED.search(before) and not _BEGAN.search(sentence.text):
            continue
        if not is_ours(sentence, duration.span, behind=history is not None):
            continue
        short = duration.unit in ("day", "week") and (duration.low or 0) <= 4
        if short and not history and sentence.claimed and any(m.id == "average" for m in sentence.of("statistic")):
            continue  # the time over which a score is averaged
        if not history and not ago and _is_window(sentence, duration, before):
            continue
        assertion = _assertion(sentence, duration.span)
        if assertion == "negated" or _ADVICE.search(before):
            continue
        if (
            not history
            and not ago
            and not adjacent
            and not _FOR.search(before[-40:])
            and not _is_field(sentence, before)
        ):
            continue
        sentence.claim(duration.span)
        yield _from_duration(sentence, duration, before, assertion)


def _names_care(sentence: Sentence | None) -> bool:
    """Whether the sentence names a treatment or a study, which an "it" behind it may mean."""
    return sentence is not None and sentence.has("therapy", "therapy_drug", "procedure", "modality", "not_symptom")


def _is_window(sentence: Sentence, duration: Duration, before: str) -> bool:
    """Whether it is the time that a score, a state or a treatment is told of: "over the last week it has been a 6"."""
    scored = _SCORED.search(sentence.text) if _WINDOW.search(before) is not None else None
    if scored is None:
        return False
    averaged = scored[0].lower().startswith("averag")
    return averaged or (duration.unit in ("day", "week") and _PAIN_FOR.search(before) is None)


def _counted(before: str, after: str) -> re.Match[str] | None:
    """How an amount of time is told to have been reached: "two years this summer", "now four weeks of them"."""
    reached = _ROUND.match(after) or _INTO.match(after)
    if reached is None and _NOW_BEFORE.search(before):
        reached = _OF_THEM.match(after)
    return reached


def _soon_after(sentence: Sentence, duration: Duration) -> Iterator[SymptomDuration]:
    """ "Neck pain within two days of the accident": since the accident, where a sentence before dates it."""
    for one in _backwards(sentence, _REFERRED_BACK):
        date = next((date for date in one.dates if date.iso is not None), None)
        if date is not None and _ACCIDENT.search(one.text):
            sentence.claim(duration.span)
            yield SymptomDuration(
                spans=(duration.span, date.span),
                since=date.iso,
                region=region_near(sentence, duration.span),
                assertion=_assertion(sentence, duration.span),
                section=sentence.section,
                source="rule:symptom_duration.accident",
            )
            return


def _backwards(sentence: Sentence, count: int) -> Iterator[Sentence]:
    """The sentences before, the nearest first, `count` at most."""
    one = sentence.previous
    for _ in range(count):
        if one is None:
            return
        yield one
        one = one.previous


def _year_told(sentence: Sentence, date: DateMention) -> str | None:
    """The date of a month without a year, by the last full date that the story gives before it."""
    text = sentence.view.note.text
    for one in _backwards(sentence, _REFERRED_BACK):
        known = next(
            (other.iso for other in reversed(one.dates) if other.iso is not None and len(other.iso) >= 7), None
        )
        if known is not None:
            told = dt.date(int(known[:4]), int(known[5:7]), 1)
            later = next(find_dates(date.span.of(text), told, date.span.start, ahead=True), None)
            return later.iso if later is not None and later.span == date.span else None
    return None


def _words(sentence: Sentence, duration: Duration) -> str:
    return sentence.view.note.text[duration.span.start : duration.span.end]


def _begins(sentence: Sentence, before: str) -> bool:
    """Whether the sentence says that the pain, or the accident that it comes from, began so long ago."""
    if _ACCIDENT.search(before):
        following = sentence.next
        return _TIED.search(sentence.text) is not None or (
            following is not None and _TIED_NEXT.match(following.text) is not None
        )
    return _BEGINS.search(sentence.text) is not None or _HURT_SPINE.search(sentence.text) is not None


def _is_field(sentence: Sentence, before: str) -> bool:
    """Whether the amount stands where notes put the duration ("LBP, 3 years", "Onset: 6 months")."""
    if re.search(r"\bpain\s+of\s+(?:about|more\s+than|over|at\s+least)?\s*$", before, re.IGNORECASE):
        return True
    if re.search(
        r"(?:duration|length|onset|time\s+since\s+injury|how\s+long|symptoms|pain|sx)\W*(?:of\W+(?:the\W+)?(?:pain|symptoms|sx|problem|complaint|episode|illness)\W*)?(?:about|approx\.?|~|now|so|>|greater\s+than)?\W*$",
        before,
        re.IGNORECASE,
    ):
        return True
    return (
        sentence.section in ("chief_complaint", "hpi", None)
        and re.search(r"[,(]\s*(?:now|about|approx\.?|so|~|>)*\s*$", before, re.IGNORECASE) is not None
    )


def _from_duration(sentence: Sentence, duration: Duration, before: str, assertion: Assertion) -> SymptomDuration:
    lead = re.search(
        r"(?:(?:for|over|during|since|within)\s+)?(?:at\s+least\s+|about\s+|approximately\s+)?(?:the\s+)?(?:past|last|course\s+of)?\s*$",
        before,
        re.IGNORECASE,
    )
    start = duration.span.start
    if lead and lead[0].strip():
        start = sentence.start + lead.start() + (len(lead[0]) - len(lead[0].lstrip()))
    return SymptomDuration(
        spans=(Span(start, duration.span.end),),
        low=duration.low,
        high=duration.high,
        unit=duration.unit,
        region=region_near(sentence, duration.span) or _inherited_region(sentence),
        assertion=assertion,
        section=sentence.section,
        source="rule:symptom_duration.amount",
    )


def _assertion(sentence: Sentence, span: Span) -> Assertion:
    """As ConText says; an episode that the same sentence then calls over is historical."""
    assertion = sentence.assertion(span, "symptom_duration")
    if assertion == "negated" and not _DENIED.search(sentence.text[: span.start - sentence.start]):
        assertion = "present"  # what is denied stands before a comma
    if assertion != "present":
        return assertion
    after = sentence.text[span.end - sentence.start :]
    following = sentence.next
    if _RESOLVED.search(after) or (following is not None and _ALL_RESOLVED.match(following.text)):
        return "historical"
    if past_episode.is_over(sentence, span):
        return "historical"
    if _LONG_AGO.search(sentence.text[: span.start - sentence.start]):
        return "historical"
    return assertion


def _from_dates(sentence: Sentence) -> Iterator[SymptomDuration]:
    begun: Span | None = None
    for date in sentence.dates:
        before = sentence.text[: date.span.start - sentence.start]
        if _is_spelled_out(sentence, date):
            continue
        after_surgery = _SINCE_SURGERY.search(before) is not None
        if date.form in ("yesterday", "ago", "lastunit") or (sentence.is_claimed(date.span) and not after_surgery):
            continue
        since = _SINCE.search(before)
        if since and sentence.durations and _WORSE_SINCE.search(before):
            continue  # the sentence tells the duration itself
        after = sentence.text[date.span.end - sentence.start :]
        onset = _onset_near(sentence, date, before, after)
        if not onset and (not since or not _of_symptom(sentence, before)):
            continue
        if begun is not None and _LATER.search(sentence.between(begun, date.span)):
            continue
        assertion = _assertion(sentence, date.span)
        if assertion == "negated" and _WELL_UNTIL.search(before):
            assertion = "present"  # "no pain until 2019"
        if assertion == "negated" or not (after_surgery or is_ours(sentence, date.span)):
            continue
        sentence.claim(date.span)
        begun = begun or date.span
        yield SymptomDuration(
            spans=(date.span,),
            since=date.iso or _year_told(sentence, date),
            region=_region(sentence, date, before),
            assertion=assertion,
            section=sentence.section,
            source="rule:symptom_duration.since",
        )


def _is_spelled_out(sentence: Sentence, date: DateMention) -> bool:
    """Whether the same day follows in brackets, to the day: "Super Bowl Sunday (2/9)"."""
    return date.iso is not None and any(
        other.iso is not None
        and len(other.iso) > len(date.iso)
        and other.iso.startswith(date.iso)
        and sentence.between(date.span, other.span).strip() in ("(", ",", ", (")
        and other.span.start > date.span.end
        for other in sentence.dates
    )


def _region(sentence: Sentence, date: DateMention, before: str) -> Region | None:
    """The region of the pain; where "it began when ...", what the accident struck is not what hurts."""
    told = None if _BEGAN_WHEN.search(before) else region_near(sentence, date.span)
    return told or _inherited_region(sentence)


def _of_symptom(sentence: Sentence, before: str) -> bool:
    """Whether the clause that ends with "since" is about the pain, and not about what the patient has done since."""
    breaks = list(_NEW_CLAUSE.finditer(before))
    clause = before[breaks[-1].end() :] if breaks else before
    first, last = sentence.start + len(before) - len(clause), sentence.start + len(before)
    return (
        not breaks
        or _SYMPTOM_WORD.search(clause) is not None
        or _SUBJECT_THIS.match(clause) is not None
        or any(first <= m.start < last for m in sentence.of("symptom", "region"))
    )


def _from_event_before(sentence: Sentence) -> Iterator[SymptomDuration]:
    """ "He was struck on August 14. He has had neck pain since.": the date stands in the sentence before."""
    previous = sentence.previous
    since = _PAIN_SINCE.search(sentence.text) if "since" in sentence.lower else None
    if previous is None or since is None or not _INJURY.search(previous.text):
        return
    for date in previous.dates:
        if date.iso is not None and not previous.is_claimed(date.span) and date.form not in ("yesterday", "lastunit"):
            previous.claim(date.span)
            yield SymptomDuration(
                spans=(date.span, Span(sentence.start + since.start(), sentence.start + since.end())),
                since=date.iso,
                region=region_near(sentence, Span(sentence.start + since.start(), sentence.start + since.end())),
                assertion=sentence.assertion(
                    Span(sentence.start + since.start(), sentence.start + since.end()), "symptom_duration"
                ),
                section=sentence.section,
                source="rule:symptom_duration.event",
            )
            return


def _from_accident(sentence: Sentence) -> Iterator[SymptomDuration]:
    """ "On May 3, 2021 he slipped on a step. ... He felt back pain at once.": an accident that began spine pain."""
    if not _ACCIDENT.search(sentence.text):
        return
    labelled = _INJURY_LABEL.match(sentence.text) is not None
    if not labelled and _DATE_OF_INJURY.match(sentence.text):
        return
    reach = _INJURY_LABEL_REACH if labelled else _ACCIDENT_TOLD_IN
    told = next((one for one in _from_here(sentence, reach) if _felt_then(one)), None)
    if told is None:
        return
    for date in sentence.dates:
        before = sentence.text[: date.span.start - sentence.start]
        if date.form in ("yesterday", "lastunit") or sentence.is_claimed(date.span):
            continue
        if not _OF_EVENT.search(before) or _VISIT.search(before) or _TODAY.search(before):
            continue
        sentence.claim(date.span)
        symptom = told.of("symptom", "onset", "region")
        yield SymptomDuration(
            spans=(date.span,),
            since=date.iso,
            region=region_near(told, symptom[0].span if symptom else Span(told.start, told.end)),
            assertion=_assertion(sentence, date.span),
            section=sentence.section,
            source="rule:symptom_duration.accident",
        )
        return


def _from_here(sentence: Sentence, count: int) -> Iterator[Sentence]:
    """The sentence and those after it in the same section, `count` in all."""
    one: Sentence | None = sentence
    for _ in range(count):
        if one is None or one.section != sentence.section:
            return
        yield one
        one = one.next


def _felt_then(sentence: Sentence) -> bool:
    """Whether the sentence tells of spine pain as it began."""
    text = sentence.text
    return bool(_FELT.search(text) and _SYMPTOM_WORD.search(text) and _SPINE.search(_OTHER_PAIN.sub(" ", text)))


def _onset_near(sentence: Sentence, date: DateMention, before: str, after: str) -> bool:
    """Whether the date is that of the onset or of the injury that began the pain."""
    if re.search(r"\bdat(?:es?|ing|ed)\s+(?:back\s+)?to\b(?:\W+\w+){0,10}\W*$", before, re.IGNORECASE):
        return bool(_SYMPTOM_WORD.search(sentence.text))
    if _GOES_BACK.search(before):
        return True
    if _HURT_IT.match(before) and not _VISIT.search(before) and means_ours(sentence):
        return True
    hurt = _HURT_SPINE.search(before)
    if hurt is not None and _AT_DATE.search(before) and not _VISIT.search(before[hurt.end() :]):
        return True
    if re.search(r"\bonset\W*(?:\w+\W+){0,4}$", before, re.IGNORECASE):
        return True
    if re.search(
        r"\b(?:began|started|start|developed|begun|set\s+in|came\s+on|noticed|beginning|first\s+(?:noted|felt|appeared|experienced)|arose)\b(?:\W+\w+){0,10}\W*$",
        before,
        re.IGNORECASE,
    ) and (_SYMPTOM_WORD.search(sentence.text) or _ONSET_STARTS.match(sentence.text[sentence.body - sentence.start :])):
        return True
    if _WELL_UNTIL.search(before) and (_WHEN.match(after) or _WELL.search(before)):
        return True
    if _BEGINS_NEXT.match(after) and _AT_DATE.search(before) and not (_VISIT.search(before) or _ARRIVED.search(before)):
        return any(topic.kind in ("ours", "general", "placeless") for topic in topics(sentence))
    if _BEGAN_WHEN.search(before) or _PAIN_SINCE_ACCIDENT.search(before) or _EPISODE_IN.search(before):
        return True
    if _WORSENED.search(before) and not _BEGAN.search(sentence.text):
        return False
    if (
        re.search(r"\b(?:on|in|of|around|about|dated|back\s+in)\W+(?:the\s+)?$|^\W*$", before[-20:], re.IGNORECASE)
        and _INJURY.search(sentence.text)
        and _SYMPTOM_WORD.search(sentence.text)
        and not (_VISIT.search(before) or _ARRIVED.search(before) or _RECORD.match(after))
    ):
        return not sentence.has("not_symptom", "imaging")
    return False


def _inherited_region(sentence: Sentence) -> Region | None:
    meant = antecedent(sentence)
    return None if meant is None else region_near(meant, Span(meant.end - 1, meant.end))
