"""Finder of relief facts: how much, how long and with what gain a treatment helped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from chartproof.extract.generalities import is_general
from chartproof.extract.kinds.common import box_before, is_of_relative
from chartproof.extract.kinds.procedure_dates import row_date
from chartproof.extract.kinds.relief_gains import able_again, stated_gain
from chartproof.extract.kinds.relief_scores import before_and_after, drop, held
from chartproof.extract.kinds.relief_sources import Source, Sources
from chartproof.extract.kinds.relief_tables import unsigned_percents
from chartproof.extract.kinds.relief_time import is_bought, is_of_ability
from chartproof.extract.numbers import NUMBER, parse_number
from chartproof.extract.quantities import Duration, Percent, find_durations
from chartproof.extract.regex import Regex
from chartproof.extract.view import Mention, NoteView, Sentence
from chartproof.facts import Fact, Relief, Side, Unit
from chartproof.spans import Span

_SKIPPED_SECTIONS = frozenset({"ros", "family_history", "allergies", "labs"})
_LABELS = ("relief_word", "relief_gain")
_LEAST_PERCENT = 5  # smaller ones are strengths of a drug
_OVER_REACH = 110  # characters from "relief" over its treatment to how long it lasted
_LASTS = Regex(
    r"\b(?:for|lasting|lasted|x)\s+(?:(?:about|approximately|approx\.?|around|roughly|nearly|almost|only|at least|up to|over|more than|less than|maybe|perhaps|just|some|the|a|~)\s*)*$",
    re.IGNORECASE,
)
_RECOVERY = Regex(
    r"\bimprov\w+\s+(?:over|during|in|for)\s+(?:the\s+|a\s+|his\s+|her\s+|first\s+|next\s+|initial\s+)*[\w -]{3,24}?\s*post-?\s?operative(?:ly)?(?:\s+(?:period|course|interval))?",
    re.IGNORECASE,
)
#: An earlier procedure at the head of its line, up to its date: "First (5/22/25", "Block #1 on 3/4".
_EARLIER = Regex(
    r"[\s\-*•]*(?:(?:the\s+)?(?:first|1st|initial|prior|previous|last|earlier)(?:\s+(?:one|block|injection|mbb|set))?|(?:block|injection|mbb)\s*#?\s?1)\s*[(:,]?\s*(?:on\s+|of\s+)?",
    re.IGNORECASE,
)
_REACH = 45  # characters from a percent to the word that makes it relief
_ROW_REACH = 60  # characters from a procedure or its date to a bare percent
_PAIN = r"(?:pain|symptoms?|discomfort|ache|aching|sciatica|numbness)"
#: "80% of her pain was gone": the share is what went away.
_SHARE_GONE = Regex(
    rf"\s*of\s+(?:the|his|her|their|my|that|this)\s+(?:[\w-]+\s+){{0,2}}?{_PAIN}\s+(?:(?:was|were|is|are|had|has|have|been|went|just|simply)\s+){{0,3}}"
    r"(?:gone|away|abolished|disappeared|vanished|resolved|relieved|removed|eliminated|eradicated|better|improved|subsided|dissipated|lifted|taken\s+away|knocked\s+out)\b",
    re.IGNORECASE,
)
#: "took away 60% of the pain": what a treatment removed.
_SHARE_OF_PAIN = Regex(rf"\s*of\s+(?:the|his|her|their|my|that|this)\s+(?:[\w-]+\s+){{0,2}}?{_PAIN}\b", re.IGNORECASE)
_REMOVED = Regex(
    r"\b(?:took|takes|taken|taking|knock(?:ed|s|ing)|wip(?:ed|es|ing)|clear(?:ed|s))\s+(?:away|off|out|down|care\s+of)\s+(?:[\w~]+\s+){0,3}$"
    r"|\b(?:remov|eliminat|reliev|abolish|eradicat|eas|alleviat|block|suppress|control)(?:ed|es|s|ing)\s+(?:[\w~]+\s+){0,3}$|\brid\s+of\s+(?:[\w~]+\s+){0,3}$",
    re.IGNORECASE,
)
#: Words before "pain was gone" that say that only part of it was.
_PART_OF = Regex(
    r"(?:%|\b(?:percent|pct|most|much|part|some|half|thirds?|quarters?|majority|bulk|portion|all\s+but\s+\w+))\s+of\s+(?:the|his|her|their|my|that|this)\s+(?:[\w-]+\s+){0,2}$",
    re.IGNORECASE,
)
_AGENT_BEHIND = Regex(
    r"\s*(?:preservative[- ]free\s+|plain\s+)?(?:lidocaine|lido\b|marcaine|bupivacaine|bupi\b|ropivacaine|xylocaine|saline|sodium|solution|betadine|chlorhex|dextrose|"
    r"of (?:the |his |her |normal|maximum|max|predicted|body|time|total|impairment)|on room air|ra\b|room air|o2|oxygen|impairment|disab|permanent|whole|body|stenosis|"
    r"loss of|compress|narrow|slip|anterolisthesis|height|occlu|reduction in (?:height|canal|disc)|attendance|adherence|complian|effort|full|range|rom\b|normal|weight|"
    r"wb\b|weight[- ]bearing|chance|likelihood|risk|probab|success rate|of patients|tbsa|sure|certain|accura|grip|strength|ejection|ef\b|sat)",
    re.IGNORECASE,
)
_BETTER_BEHIND = Regex(
    r"\s*(?:better|improved|relieved|reduced|decreased|gone|less\s+(?:pain|painful)|pain[- ]free|resolved|reliev\w+|diminished)\b",
    re.IGNORECASE,
)
_STRENGTH_BEFORE = Regex(
    r"\b(?:lidocaine|lido|marcaine|bupivacaine|bupi|ropivacaine|ropi|xylocaine|lignocaine|saline|sensorcaine)\s*(?:of|at|:|=|-|\()?\s*$",
    re.IGNORECASE,
)
_DRUG_BEFORE = Regex(r"\b(?:lidocaine|lido|bupiv\w*|bupi|ropiv\w*|ropi)\b[^,:;(]{0,12}$", re.IGNORECASE)
_NO_RESPONSE_BEFORE = Regex(
    r"\b(?:mg|ml|cc|degrees|odi|ndi|stenosis|strength|impairment|disab\w*)\b[^,:;(]{0,12}$", re.IGNORECASE
)
_MOST_STRENGTH = 10  # percent: no drug given here is stronger
_AGENT_BEFORE = Regex(
    r"\b(?:odi|ndi|oswestry|disability index|index|stenosis|stenotic|"
    r"sats?|saturation|spo2|o2|ef|ejection fraction|strength|rom|range of motion|grip|attendance|accuracy|body weight|a1c|hct|hematocrit|weight|impairment|rated|"
    r"intake|release|was|loss|occlusion|narrowing|slip|compression|laterality|score|scale|disabled|(?:x\s?\d+))\s*(?:of|at|was|is|:|=|-|\(|to|about|today|up|up by|increased|increased by|improved|improved by|gained|better by)?\s*(?:was|is)?\s*$",
    re.IGNORECASE,
)
_RELIEF_WAS = Regex(
    r"\b(?:relie\w*|releif|improve\w*|benefit|response|reduction|result)\s*(?:of|at|was|is|:|=|-|\(|to|about|today)*\s*(?:was|is|about|roughly)?\s*$",
    re.IGNORECASE,
)
_RELIEF_OF = Regex(
    r"\b(?:relie\w*|improvement|benefit|response|reduction)\s+(?:obtained\s+|noted\s+|achieved\s+)?(?:from|with|after|to|following)\s+[^.;,%\d]{2,50}\s(?:was|is|has\s+been)\s+(?:about\s+|only\s+|around\s+|roughly\s+|approximately\s+)?$",
    re.IGNORECASE,
)
_SHARE_BEHIND = Regex(
    r"\s*(?:of (?:the|his|her|their) (?:pain|symptoms|discomfort)\s*(?:is|are|was|comes?|in|being|lies|located|back|leg|neck|arm)|(?:back|leg|neck|arm|axial|radicular)\b(?!.{0,25}(?:relie|better|improv))|in the (?:back|leg|neck|arm))",
    re.IGNORECASE,
)
_PUTS = Regex(r"\b(?:puts|divide|split|ratio|back:leg|leg:back|attributes)\b", re.IGNORECASE)
_PUTS_RELIEF = Regex(
    r"\bputs\s+(?:(?:the\s+|his\s+|her\s+|their\s+)?(?:relief|improvement|benefit|response)\b"
    r"|(?:it|this|that|that\s+one|this\s+one)\s+at\s+(?:about\s+|around\s+|roughly\s+)?$)",
    re.IGNORECASE,
)
_IMPROVED_BY = Regex(
    r"\s*(?:(?:of|at|by|was|is|about|around|roughly|approximately|an?|overall)\b|[:=~\s])*", re.IGNORECASE
)
_OF_MOVEMENT = Regex(
    r"\b(?:motion|rom|strength|flexion|extension|rotation|range|endurance|grip|gait|balance|posture)\b", re.IGNORECASE
)
_CLAUSE = Regex(r";|\.\s|\bbut\b|\bwhereas\b")
_NOT_HOW_LONG = Regex(
    r"\s*(?:ago|later|after|post|prior|old|follow|from now|out\b(?! of it)|before|visit|mark|of (?:pt|physical|therapy|chiro|conserv|treatment)|earlier|apart|check|f/u|history|hx)",
    re.IGNORECASE,
)
_NOT_HOW_LONG_BEFORE = Regex(
    r"\b(?:in|at|within|every|past|last|next|after|by|over the|day|since|from|until|see (?:him|her) in|recheck|rtc|f/u|up in|another|q|per|each|few|the)\s*$",
    re.IGNORECASE,
)
#: The relief ended "after ten days".
_ENDS_AFTER = Regex(
    r"\b(?:wore\s+off|worn\s+off|faded|wearing\s+off|ended)\s+(?:again\s+|completely\s+|out\s+)?(?:after|within|in)\s+(?:(?:about|around|roughly|only|just|maybe|some|approximately)\s+)*$",
    re.IGNORECASE,
)
_ANESTHETIC_TIME = Regex(
    r"duration of (?:the )?(?:local|anesthetic|bupivacaine|lidocaine|ropivacaine|marcaine)|(?:as long as|what) one would expect of|in line with the (?:local )?anesthetic|(?:duration )?fits (?:the )?"
    r"(?:lidocaine|bupivacaine|ropivacaine|anesthetic)|(?:consistent with|appropriate (?:for|to)|expected (?:duration|time) of|matching|concordant with) (?:the )?(?:duration|expected|anesthetic|local|lidocaine|bupivacaine)|"
    r"anesthetic(?:'s)? (?:duration|phase|time|window)|life of the (?:local|anesthetic)",
    re.IGNORECASE,
)
_UNTIL = Regex(
    r"\b(?:until|till|til|through|thru|into|held to|lasted to|wore off|worn off|faded|fading|returned|came back|come back|coming back|crept back|creeping back|creep back|all the way back|"
    r"back to baseline|gone by|back by|by|return of (?:pain|sx|symptoms)|recurred|recurrence)\b",
    re.IGNORECASE,
)
_ENDED = Regex(
    r"\b(?:(?:lasted|held|good|worked|helped|relief|better|got (?:me|him|her) through|carried (?:me|him|her)|did (?:well|great|nicely)) (?:\w+ )?(?:until|till|til|through|thru|to|into|up to)|"
    r"(?:kept (?:that|it|this) up|went on|carried on|continued|persisted|stayed (?:good|better|that way))\b[^.;]{0,30}?\b(?:until|till|til|through|into|up to)|"
    r"wore off|worn off|wearing off|faded|crept back|creeping back|by)\b",
    re.IGNORECASE,
)
_EITHER = Regex(r"[^.;,]{0,40}\b(?:from|with|after|of)\s+(?:either|both)\b", re.IGNORECASE)
_EACH = Regex(r"\b(?:each|both|apiece|respectively|every one|all)\b", re.IGNORECASE)
_EACH_BEFORE = Regex(r"\b(?:each|both|all|every one)\b(?! day| night| morning| over)", re.IGNORECASE)
_PAIR_OF_TIMES = Regex(rf"({NUMBER})\s+and\s+({NUMBER})\s", re.IGNORECASE)
_LENGTH_LINE = Regex(r"[\s\-*•|]*(?:duration|how long|length|lasted|time)\b[^:=\n]{0,25}[:=]", re.IGNORECASE)
_STILL = Regex(r"\b(?:still|ongoing|present|continu\w+|persist\w*|to date|so far)\b", re.IGNORECASE)
_SIDE_BEHIND = Regex(
    r"\s*(?:relief |better |improve\w* )?(?:on|in|for) (?:the |her |his )?(right|left)\b", re.IGNORECASE
)
_BY_POSTURE = Regex(
    r"\b(?:sitting|lying|laying|rest|resting|standing|walking|bending|leaning|position\w*|reclin\w*|ice|heat)\b[^.;,]{0,25}\b(?:relie\w+|help\w*|improve\w*|eases?|takes?|gives?)\s*(?:about |some )?$",
    re.IGNORECASE,
)
_SPLIT = Regex(rf"({NUMBER})\s*(?:%|percent)?", re.IGNORECASE)
_NOT_ZERO_AFTER = Regex(
    r"\s*(?:until|unless|(?:in|to|on) (?:what|how|(?:his|her|their) (?:function|activit|abilit|work|daily))|from (?:sitting|standing|lying|position)|with (?:position|sitting|standing|lying|rest|change))",
    re.IGNORECASE,
)
# What somebody did no better than before, or did because the test asked for it, is no gain.
_AS_BEFORE = Regex(
    r"[^.;]{0,70}?\b(?:(?:the\s+)?same\s+(?:as|distance|time)|(?:like|as)\s+(?:before|always|ever|usual)|no\s+(?:different\w*|farther|further|longer|better|more)|unchanged"
    r"|(?:and|then|but)\s+(?:still\s+)?(?:had|has|needed)\s+to\s+(?:sit|stop|rest|lie|quit))\b(?!\s+(?:(?:before\s+)?(?:the|his|her|my)\s+)?(?:injur|accident|pain|fall|surger))",
    re.IGNORECASE,
)
_BIDDEN = Regex(r"\b(?:asked|told|instructed|advised|encouraged)\s+to\b[^.;]{0,60}$", re.IGNORECASE)
_NEGATED_GAIN = Regex(
    r"\b(?:examiner|surgeon|not|no|cannot|can't|cant|couldnt|unable|never|without being|hasn't|has not|isn't|wasn't|could not|couldn't|until|wants?|hopes?|would like|goal|if|expects?|plans?|when|before|trying|tried)\b[^,;.]{0,30}$",
    re.IGNORECASE,
)
_PATIENT_SAYS = Regex(
    r"\b(?:patient|pt|estimates?|overall|reports?|says|said|states?)\b|\b\d{1,2} to \d{1,2}\b", re.IGNORECASE
)
_CHANGE_WORD = Regex(r"reduc|decreas|lessen|drop|cut|improv|response|resolution|helpful", re.IGNORECASE)
_RETURN_TO = Regex(
    r"\s*(?:work|full|normal|regular|light|duty|duties|shift|sport|golf|gym|activit|exercis|walk|garden|play|school|job|driv|running|her\b|his\b|most|usual|prior|teach|coach|"
    r"lifting|farm|fishing|church|dancing|swim|cook|house)",
    re.IGNORECASE,
)
_ABILITY = frozenset({"able", "able to", "was able", "now able"})
_OPERATIVE_SECTIONS = frozenset({"procedure", "procedure_detail"})
_SURGEON = Regex(r"\b(?:I|we)\b[^.;]{0,20}$")
_OF_PAIN = Regex(r"pain|symptom|relie|leg|ache|discomfort|numb|radic|sciatica|\b(?:vas|nrs|nprs|vprs)\b", re.IGNORECASE)
_WEAK_ZERO = Regex(
    r"(?:was |were )?(?:ineffective|unhelpful|not effective|no difference|made no difference|no effect|no good|no response)",
    re.IGNORECASE,
)
_GOES_ON = Regex(
    r"[\s\-*•\"“>.\d]*(?:this|these|those|that|it|they|he|she|none|no|without|which|but|states?|stated|reports?|reported|patient|pt|mr|mrs|ms|did|had|has|not|"
    r"however|unfortunately|with|all of|both|neither|says|said|discharged|denies|noted|notes|so far|still|overall|zero|made|hasn|didn|never|outcome|response|result|relief)\b",
    re.IGNORECASE,
)
_RESOLUTION = Regex(
    r"\b(?:complete |full |total )?resolution of (?:(?:all|both|the|his|her|their|these|this|those|my|of|any)\s+)*(?:[\w-]+\s+){0,3}?(?:pain|symptoms?|discomfort|sciatica|numbness|radiculopathy|complaints?)\b|"
    r"\b(?:completely |totally |fully )?resolved (?:(?:all|the|his|her|their|this|of)\s+)+(?:[\w-]+\s+){0,2}?(?:pain|symptoms?|discomfort|sciatica|numbness|radiculopathy)\b",
    re.IGNORECASE,
)
_PARTLY = Regex(
    r"\b(?:partial\w*|some|near|nearly|almost|incomplete\w*|gradual\w*|mostly|mild|slight|moderate|significant\w*|minimal|little|no|without|lack of|slow|delayed|not)\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)
_OTHER_COMPLAINT = Regex(
    r"\b(?:nausea|vomiting|diarrhea|constipation|insomnia|sleep(?:ing)?|depress\w*|anxiety|mood|seizures?|cough|infection|rash|itch\w*|blood pressure|hypertens\w*|reflux|heartburn|"
    r"chest pain|shortness of breath|dyspnea|wheez\w*|fever|headaches?|migraines?|wrinkl\w*|incontinence|erectile|memory|bladder|spasticity|tremor|adhd|attention|breathing|"
    r"abdominal pain|epigastric|sore throat|swallowing|cramp(?:s|ing)? with)\b",
    re.IGNORECASE,
)
_OF_SPINE = Regex(
    r"\b(?:back|neck|leg|arm|spine|spinal|lumbar|cervical|radicul\w*|sciatica|limb|buttock|shoulder|hip|knee|joint|musc\w*)\b",
    re.IGNORECASE,
)
_PLAIN_PAIN = Regex(r"(?<!chest )(?<!abdominal )(?<!epigastric )\bpain\b", re.IGNORECASE)
_SUBJECT_IMPROVED = Regex(
    r"(?:did|has|have|had|is|was)?\s*(?:n't|not)\s*improved?|no better|not any better|(?:no|without|any)(?: \w+)? improvement",
    re.IGNORECASE,
)
_FULL_GUARD = Regex(
    r"\b(?:almost|nearly|near|not|no|never|without|until|if|hop\w+|goal|would|wants?|expect\w*|nor|than)\b[^,;.]{0,30}$",
    re.IGNORECASE,
)
_STRONG_GAIN = Regex(
    r"\b(?:able|back|return\w*|resum\w*|full|whole|slept|sleep\w*|walk\w*|function\w*|active|activity|stand\w*|sit\w*|sat|stood|good months|stretch|trouble|working|again|lasted|limping|wore|sock|sneaker|shoes?|adls?|off)\b",
    re.I,
)
_FUTURE = Regex(
    r"\b(?:if|should|unless|whether|requires?|needs? to|ha(?:s|ve|d) to|must|in order|would give|required|goals?|hopes?|hoping|looks for|looking for|criteria|would need|until|expects?|wants|aims?|drops? below)\b[^.;]{0,60}$|"
    r"(?<!up )\bto\s*(?:about\s*)?$"
    r"|\b(?:needs?|would\s+(?:be\s+(?:happy|satisfied|content|pleased|fine)\s+with|settle\s+for|accept|take|like|want))\s+(?:at\s+least\s+|about\s+|even\s+|a\s+)?$"
    r"|\b(?:gave|given|brought|got|helped)\s+(?:his|her|my|their)\s+(?:wife|husband|brother|sister|mother|father|son|daughter|friend|neighbor|cousin|uncle|aunt|coworker)\s+(?:about\s+|a\s+|some\s+)?$",
    re.IGNORECASE,
)
_DONE_ON = Regex(r"\b(?:done|performed|treated|on|in)\s+(?:the\s+)?(?:end of\s+)?$", re.IGNORECASE)
_LONG_WORDS = Regex(
    r"relie|releif|benefit|improv|help|better|free|last|held|hold|wore|worn|faded|good|out of it|carried|got me|stretch|well|stay|kept",
    re.IGNORECASE,
)
_RELIEF_WORDS = Regex(r"relie|releif|benefit|improv|help|better|free|good for", re.IGNORECASE)
_FREQUENCY = Regex(r"(?:a|an|per|each)\s+(?:hour|day|week|month|year)$", re.IGNORECASE)
_FREQUENCY_LEAD = Regex(
    r"(?:for|lasted|lasting|lasts|about|almost|nearly|only|just|maybe|than|over|under|perhaps|,|\(|[\"“]|-|relief|x)\s*$",
    re.IGNORECASE,
)
_TIMED = Regex(
    r"[\s\"”,]*(?:or so |or better )?(?:better |relief |improvement |reduction )?(?:for|x|lasting|(?:that |which )?(?:lasted|held)(?: for)?|,)\s*(?:about |around |roughly |nearly |almost |only |just |a |~)*$",
    re.IGNORECASE,
)
_GOT = Regex(
    r"\b(?:got|gets|had|gave|reports?|reported|states?|says?|said|noted|notes|about|with|experienced|estimates?|obtained|achieved|provided|describes?)\b[^.;]{0,40}$",
    re.IGNORECASE,
)
_SHORT_TIME = Regex(r"(?<=x)\s?(?P<low>\d+)(?:-(?P<high>\d+))?\s?(?P<unit>[dwm])\b", re.IGNORECASE)
_SLASHED_TIME = Regex(
    r"%\s?/\s?(\d+(?:\.\d)?(?:\s?-\s?\d+)?\s?(?:days?|wks?|weeks?|mos?|months?|yrs?|years?|hrs?|hours?|h)\b)",
    re.IGNORECASE,
)
_SHORT_UNITS: dict[str, Unit] = {"d": "day", "w": "week", "m": "month"}
_PAIN_AT_LEVEL = Regex(
    r"\s*(?:(?:the|his|her|their|an?|about|around)\s+)*(?:baseline|\d|where|same|usual(?!\s+(?:activit|routine|work|self|dut|walk|job|life|exercis|chores?|hobb))|square|pain|how (?:it|he|she))",
    re.IGNORECASE,
)
_PAIN_BEFORE = Regex(r"\b(?:pain|symptoms?|it|numbness|tingling|that|ache|sx)\s*(?:is|was|has|had)?\s*$", re.IGNORECASE)
_HALF_OF_PAIN = Regex(
    r"relie|better|pain|edge|improv|help|gone|symptom|takes|took|taken|off\b|down|\b(?:cut|cuts|knocked|of)\s+it\b|sciatica|ache|burning|\bleg\b",
    re.IGNORECASE,
)
_LIMITED = Regex(r"\b(?:limited|restricted|diminished|down)\s+(?:about\s+)?$", re.IGNORECASE)
_VALUES = {
    "zero": 0.0,
    "full": 100.0,
    "half": 50.0,
    "third": 33.0,
    "two_thirds": 67.0,
    "quarter": 25.0,
    "three_quarters": 75.0,
    "fifth": 20.0,
    "two_fifths": 40.0,
    "three_fifths": 60.0,
    "four_fifths": 80.0,
    "seven_tenths": 70.0,
    "eight_tenths": 80.0,
    "nine_tenths": 90.0,
}
_NONE_CELL = Regex(r"(?:\||\s{3,}|\t)\s*(none|nil|zero)\s*(?:\||$|\s{3,}|\t)", re.IGNORECASE)
_RELIEF_HEADER = Regex(r"(?:\||\s{3,}|\t)\s*(?:\w+ )?(?:relief|benefit|response|result|outcome)\b", re.IGNORECASE)
_HEADER_REACH = 8  # rows between the heading of a table and one of its rows
_OR_TWO = Regex(r"\s+or two\b", re.IGNORECASE)
_REST_OF_CLAUSE = Regex(
    r"[\s,]*(?:he|she|they|i|patient|pt)?\s*(?:was|were|had been)?\s*([^.;]{8,70}?)(?=[.;]|\band\b|$)", re.IGNORECASE
)
_HELD_BY = Regex(r"relie|benefit|%|percent|pain|\bit\b|that|which|half|better|response", re.IGNORECASE)


@dataclass(slots=True)
class _Item:
    """A response being put together; `at` is the value's place."""

    at: Span
    low: float | None = None
    high: float | None = None
    duration: Duration | None = None
    source: Source | None = None
    spans: list[Span] = field(default_factory=list)
    ongoing: bool | None = None
    functional: bool | None = None
    until: str | None = None
    anesthetic: bool | None = None
    distant: bool = False  # the treatment is named in another sentence
    side: Side | None = None
    date: str | None = None


def find(view: NoteView) -> Iterator[Fact]:
    """Yield the relief facts of a note."""
    sources = Sources(view)
    last: Sentence | None = None  # the last one that told of a response to a procedure
    for sentence in view.sentences:
        if sentence.section in _SKIPPED_SECTIONS or (sentence.section == "imaging" and sources.own is None):
            continue
        items = list(_items(sentence, sources, last))
        if any(item.source is not None and item.source.event is not None and item.low != 0 for item in items):
            last = sentence
        for item in items:
            yield _fact(sentence, item)


def _fact(sentence: Sentence, item: _Item) -> Relief:
    source = item.source
    event = source.event if source is not None else None
    duration = item.duration
    if duration is not None:
        sentence.claim(duration.span)
    return Relief(
        spans=tuple(dict.fromkeys([item.at, *item.spans])),
        section=sentence.section,
        source="rule:relief." + ("amount" if item.low is not None else "time" if duration is not None else "function"),
        percent_low=item.low,
        percent_high=item.high,
        low=duration.low if duration is not None else None,
        high=duration.high if duration is not None else None,
        unit=duration.unit if duration is not None and duration.low is not None else None,
        ongoing=item.ongoing,
        functional=item.functional,
        procedure=source.name if source is not None else None,
        date=item.date or (event.date if event is not None else None),
        number=event.number if event is not None and item.date is None else None,
        until=item.until,
        region=source.region if source is not None else None,
        side=item.side or (source.side if source is not None else None),
        anesthetic_duration=item.anesthetic,
    )


def _items(sentence: Sentence, sources: Sources, last: Sentence | None) -> Iterator[_Item]:
    """The responses a sentence tells; `last` is the sentence that told one to a procedure before."""
    words = sentence.of("relief_word")
    percents = sentence.percents
    gains = sentence.of("relief_gain")
    unsigned = unsigned_percents(sentence)
    fell = "to" in sentence.words and sentence.may_count and sentence.has("symptom", "procedure", "scale")
    fell = fell or ">" in sentence.text or "→" in sentence.text
    if not words and not percents and not gains and not unsigned and not fell:
        yield from (
            (_of_held_score(sentence, sources.of(sentence), sources) if "for" in sentence.words else [])
            or _of_score_before(sentence, sources)
            or _of_time_bought(sentence, sources.of(sentence), sources)
        )
        return
    here = sources.of(sentence)
    items = [item for percent in percents for item in _of_percent(sentence, percent, words, here)]
    items += [
        _Item(percent.span, percent.low, percent.high)
        for percent in unsigned
        if not any(item.at.overlaps(percent.span) for item in items)
    ]
    items += _of_words(sentence, words, items, here)
    items += _of_empty_cell(sentence, here, items)
    items.sort(key=lambda item: item.at)
    _attribute(sentence, items, here, sources)
    items = [item for item in items if _plausible(sentence, item, sources)]
    if not items:
        items = (
            _of_scores(sentence, here, sources)
            or _of_held_score(sentence, here, sources)
            or _of_score_before(sentence, sources)
            or _of_duration(sentence, words, here, sources)
            or _of_time_bought(sentence, here, sources)
            or _over_recovery(sentence, sources)
        )
    _measure_time(sentence, items, here)
    _add_until(sentence, items)
    _add_now(sentence, items)
    _add_length_below(sentence, items)
    goes_on = last is not None and sentence.index - last.index <= 2
    quoted = any(mark in sentence.text for mark in '"“') and any(source.event is not None for source in here)
    columns = bool(gains) and not here and sources.column(sentence, gains[0].start) is not None
    functional = _gain(sentence, gains, weak=goes_on or columns or quoted or any(item.low for item in items))
    if functional is None and gains and sentence.section not in ("exam", "social_history"):
        functional = stated_gain(sentence)
    if functional is not None:
        if items:
            target = next((item for item in reversed(items) if item.at.start < functional.start), items[-1])
            if target.low != 0 and _about_procedure(target):
                target.functional = True
                target.spans.append(functional)
        else:
            source = (
                _nearest(here, functional) or sources.column(sentence, functional.start) or sources.of_gain(sentence)
            )
            if (
                source is not None
                and source.event is not None
                and (goes_on or _gain_follows(sentence, functional, here, source))
            ):
                items = [_Item(functional, functional=True, source=source)]
                items.extend(_gains_of_other_columns(sentence, gains, sources, source))
                _gain_time(sentence, items[0])
                _add_until(sentence, items)
    if not items:
        items = _of_end(sentence, here, sources, goes_on)
    if items and _ANESTHETIC_TIME.search(sentence.text) is not None:
        for item in items:
            item.anesthetic = True
    yield from items


def _add_length_below(sentence: Sentence, items: list[_Item]) -> None:
    """How long, where a form gives it on a line of its own below ("Duration: 12 weeks", "How long: still present")."""
    wanting = [item for item in items if item.low and item.duration is None and not item.ongoing and item.until is None]
    below = sentence.next
    if len(wanting) != 1 or len(items) != 1:
        return
    for _ in range(2):
        if below is None or below.section != sentence.section:
            return
        if _LENGTH_LINE.match(below.text):
            if below.durations and below.durations[0].low is not None:
                _set_time(items[0], below.durations[0])
                below.claim(below.durations[0].span)
            elif (now := _STILL.search(below.text)) is not None:
                items[0].ongoing = True
                items[0].spans.append(Span(below.start + now.start(), below.start + now.end()))
            return
        below = below.next


def _gains_of_other_columns(
    sentence: Sentence, gains: list[Mention], sources: Sources, first: Source
) -> Iterator[_Item]:
    seen = [first.event]
    for gain in gains:
        source = sources.column(sentence, gain.start)
        if source is not None and source.event not in seen:
            seen.append(source.event)
            yield _Item(gain.span, functional=True, source=source)


def _gain_time(sentence: Sentence, item: _Item) -> None:
    """How long a functional gain lasted ("able to garden again; that held for a month")."""
    text = sentence.view.note.text
    for duration in _durations(sentence):
        gap = text[item.at.end : duration.span.start] if duration.span.start >= item.at.end else ""
        if (
            duration.low is not None
            and gap
            and len(gap) <= 50
            and _is_how_long(sentence, duration)
            and re.search(
                r"(?:\bfor|lasted|ran|about|roughly|all|good)\s*(?:about |roughly |almost |nearly )?$", gap, re.I
            )
        ):
            _set_time(item, duration)
            return


def _about_procedure(item: _Item) -> bool:
    return item.source is not None and item.source.event is not None


def _of_percent(sentence: Sentence, percent: Percent, words: list[Mention], here: list[Source]) -> list[_Item]:
    """The responses a percentage states: none, one, or one per number of "80% and 90%"."""
    text = sentence.view.note.text
    before = text[sentence.start : percent.span.start]
    behind = text[percent.span.end : min(sentence.end, percent.span.end + 60)]
    if box_before(sentence, percent.span) is False:
        return []
    if (percent.high < _LEAST_PERCENT and percent.high != 0) or not percent.low.is_integer():
        return []
    gone = _SHARE_GONE.match(behind)
    if gone is not None and not _FUTURE.search(before):
        return [_Item(Span(percent.span.start, percent.span.end + gone.end()), percent.low, percent.high)]
    if _SHARE_OF_PAIN.match(behind) and _REMOVED.search(before) and not _FUTURE.search(before):
        return [_Item(percent.span, percent.low, percent.high)]
    if (
        _AGENT_BEHIND.match(behind)
        or (percent.high < _MOST_STRENGTH and _STRENGTH_BEFORE.search(before))
        or (_is_of_agent(before, behind) and not (_RELIEF_WAS.search(before) or _RELIEF_OF.search(before)))
        or (_SHARE_BEHIND.match(behind) and not _RELIEF_WAS.search(before))
        or (_PUTS.search(before) and not _PUTS_RELIEF.search(before))
    ):
        return []
    near = _nearest_word(sentence, percent.span, words)
    listed = any(
        source.event is not None and source.span.end <= percent.span.start and _row_gap(sentence, source, percent)
        for source in here
    )
    quoted = (
        not here
        and re.search(r"[\"“]\s*(?:about |maybe |a solid |solid |better than )?$", before) is not None
        and bool(sentence.durations)
    )
    timed = any(
        d.span.start > percent.span.end and _TIMED.fullmatch(text[percent.span.end : d.span.start])
        for d in _durations(sentence)
    )
    linked = (
        re.match(
            r"[\s\"”]*(?:off\b|(?:so|thus)\s+far\b|already\b|(?:with|from|after|out\s+of)\s+(?:that|this|the|each|his|her|it|both)\b)",
            behind,
            re.I,
        )
        is not None
    )
    if near is None and not listed and not quoted and not timed and not (linked and _GOT.search(before)):
        return []
    if _FUTURE.search(before) or _BY_POSTURE.search(before):
        return []
    span = percent.span
    if (
        near is not None
        and near.id == "better"
        and 0 <= near.start - span.end <= 12
        and re.fullmatch(r"[\s\"”]*(?:pain |of )?", text[span.end : near.start])
    ):
        span = Span(span.start, near.end)
    pieces = _pieces(text[percent.span.start : percent.span.end])
    if len(pieces) == 2 and _several(here):
        first, second = pieces
        return [
            _Item(Span(percent.span.start, percent.span.start + first[1]), first[0], first[0]),
            _Item(Span(percent.span.start + second[2], span.end), second[0], second[0]),
        ]
    return [_Item(span, percent.low, percent.high)]


def _is_of_agent(before: str, behind: str) -> bool:
    """Whether a percentage is that of something else named right before it; who "was 85% better" is the patient."""
    agent = _AGENT_BEFORE.search(before)
    if agent is None:
        return False
    patient = agent[0].lower().startswith("was") and _BETTER_BEHIND.match(behind) is not None
    return not patient or _OF_MOVEMENT.search(before[-60:]) is not None


def _pieces(text: str) -> list[tuple[float, int, int]]:
    """The numbers of "80% and 90%" with their ends and starts; empty when no "and" joins them."""
    if not re.search(r"\band\b|&", text, re.IGNORECASE):
        return []
    found = []
    for match in _SPLIT.finditer(text):
        value = parse_number(match[1])
        if value is not None:
            found.append((value, match.end(), match.start()))
    return found


def _several(here: list[Source]) -> bool:
    events = [source for source in here if source.event is not None]
    if len(events) > 1:
        return True
    return any(source.anchor is not None and source.anchor.plural for source in events)


def _row_gap(sentence: Sentence, source: Source, percent: Percent) -> bool:
    """Whether a bare percentage stands in the row of a procedure or right behind its date."""
    gap = sentence.between(source.span, percent.span)
    if len(gap) > _ROW_REACH + 20 or re.search(r"[;.]\s", gap):
        return False
    if percent.high <= _MOST_STRENGTH and _DRUG_BEFORE.search(gap):
        return False
    return _NO_RESPONSE_BEFORE.search(gap) is None


def _nearest_word(sentence: Sentence, span: Span, words: list[Mention]) -> Mention | None:
    best: tuple[int, Mention] | None = None
    for word in words:
        if word.id in ("zero", "lasted"):
            continue
        if (
            _CHANGE_WORD.match(word_text := sentence.view.note.text[word.start : word.end])
            and not _OF_PAIN.search(
                word_text + sentence.view.note.text[max(sentence.start, word.start - 40) : word.end + 40]
            )
            and not _PATIENT_SAYS.search(sentence.text)
            and not (
                word_text.lower().startswith("improvement")
                and _IMPROVED_BY.fullmatch(sentence.between(word.span, span))
                and not _OF_MOVEMENT.search(sentence.text)
            )
        ):
            continue
        gap = sentence.between(word.span, span)
        size = len(gap)
        if size > _REACH or _CLAUSE.search(gap) or "%" in gap or "\n\n" in gap:
            continue
        if best is None or size < best[0]:
            best = (size, word)
    return best[1] if best is not None else None


def _of_empty_cell(sentence: Sentence, here: list[Source], found: list[_Item]) -> list[_Item]:
    """No relief, where the row of a procedure says "none" under a heading such as "Relief"."""
    if found or not any(source.event is not None for source in here):
        return []
    cell = _NONE_CELL.search(sentence.text)
    header = sentence.previous
    for _ in range(_HEADER_REACH):
        if cell is None or header is None:
            return []
        if _RELIEF_HEADER.search(header.text):
            return [_Item(Span(sentence.start + cell.start(1), sentence.start + cell.end(1)), 0.0, 0.0)]
        header = header.previous
    return []


def _tells_of_treatment(sentence: Sentence, word: Mention, here: list[Source]) -> bool:
    """Whether "no relief" is said of a treatment: one named before it, or the subject goes on from the sentence before."""
    text = sentence.view.note.text
    if any(source.span.end <= word.start or source.span.start - word.end <= 40 for source in here):
        named = [source for source in here if source.span.end <= word.start]
        return bool(named) or _WEAK_ZERO.fullmatch(text[word.start : word.end]) is None
    return _GOES_ON.match(text[sentence.start : word.end]) is not None


def _of_words(sentence: Sentence, words: list[Mention], found: list[_Item], here: list[Source]) -> list[_Item]:
    """Responses stated in words: none, complete, half."""
    text = sentence.view.note.text
    items: list[_Item] = []
    for word in words:
        if word.id not in _VALUES or (word.id == "zero" and box_before(sentence, word.span) is False):
            continue
        if any(item.at.overlaps(word.span) or _same_statement(sentence, item, word) for item in found):
            continue
        before = text[sentence.start : word.start]
        behind = text[word.end : sentence.end]
        if word.id == "zero" and _NOT_ZERO_AFTER.match(behind):
            continue
        if word.id == "full" and (
            _FULL_GUARD.search(before)
            or _PART_OF.search(before)
            or not _OF_PAIN.search(before[-40:] + text[word.start : word.end] + behind[:30])
        ):
            continue
        if word.id == "zero" and not _tells_of_treatment(sentence, word, here):
            continue
        if _FUTURE.search(before):
            continue
        if word.id not in ("zero", "full") and _LIMITED.search(before):
            continue
        if word.id not in ("zero", "full") and not _HALF_OF_PAIN.search(
            before[-25:] + text[word.start : word.end + 25]
        ):
            continue
        value = _VALUES[word.id]
        items.append(_Item(word.span, value, value))
    if not items and not found and "resol" in sentence.lower:
        items = _of_resolution(sentence, here)
    return items


def _of_resolution(sentence: Sentence, here: list[Source]) -> list[_Item]:
    """Pain or symptoms said to be resolved by a procedure of the sentence ("blocked this with resolution of her pain")."""
    events = [source for source in here if source.event is not None]
    for match in _RESOLUTION.finditer(sentence.text):
        before = sentence.text[: match.start()]
        if _FULL_GUARD.search(before) or _PARTLY.search(before) or _PART_OF.search(before) or _FUTURE.search(before):
            continue
        if any(source.span.end <= sentence.start + match.start() for source in events):
            return [_Item(Span(sentence.start + match.start(), sentence.start + match.end()), 100.0, 100.0)]
    return []


def _same_statement(sentence: Sentence, item: _Item, word: Mention) -> bool:
    gap = sentence.between(item.at, word.span)
    return len(gap) < 25 and not _CLAUSE.search(gap) and "," not in gap


def _attribute(sentence: Sentence, items: list[_Item], here: list[Source], sources: Sources) -> None:
    """Link each response to what it followed."""
    events = [source for source in here if source.event is not None]
    if (
        len(items) == len(events) >= 2
        and events[-1].span.end <= items[0].at.start
        and len({s.anchor.procedure for s in events if s.anchor}) == 1
    ):
        for item, source in zip(items, events, strict=True):
            item.source = source
        return
    for item in items:
        item.source = _nearest(here, item.at, sentence) if here else sources.column(sentence, item.at.start)
        if item.source is None:
            item.source = _context(sentence, item, sources)
            item.distant = True
            _of_other_date(sentence, item, sources)
        _settle_side(sentence, item, len(items))
    if (
        len(items) == 1
        and items[0].distant
        and _EACH_BEFORE.search(sentence.view.note.text[sentence.start : items[0].at.end + 40])
    ):
        _to_each_told(sentence, items, sources)
        return
    if (
        len(items) == 1
        and len(events) >= 2
        and row_date(sentence) is not None
        and events[-1].span.end <= items[0].at.start
    ):
        base = items[0]
        base.source = events[0]
        items.extend(_Item(base.at, base.low, base.high, source=source) for source in events[1:])
        return
    if (
        len(items) == 1
        and len(events) == 2
        and items[0].at.end <= events[0].span.start
        and _EITHER.match(sentence.view.note.text, items[0].at.end, events[0].span.start)
    ):
        base = items[0]
        base.source = events[0]
        items.append(_Item(base.at, base.low, base.high, source=events[1]))
        return
    if (
        len(items) == 1
        and len(events) >= 2
        and items[0].source in events
        and _EACH.search(
            sentence.view.note.text[max(events[-1].span.end, items[0].at.start - 30) : items[0].at.end + 40]
        )
    ):
        base = items[0]
        base.source = events[0]
        items.extend(
            _Item(base.at, base.low, base.high, source=source) for source in events[1:] if source.name == events[0].name
        )


def _of_other_date(sentence: Sentence, item: _Item, sources: Sources) -> None:
    """A row that begins with another date tells of that date's procedure, not of the one the note reports."""
    source = item.source
    if source is None or source is not sources.own or source.event is None:
        return
    first = row_date(sentence)
    if first is not None and first.iso is not None and first.iso != source.event.date:
        item.date = first.iso
        item.source = Source(source.span, source.name)


def _to_each_told(sentence: Sentence, items: list[_Item], sources: Sources) -> None:
    """One response said of all the procedures of the sentence before ("Each gave half a year")."""
    base = items[0]
    told = sentence.previous
    if told is None or base.source is None or base.source.event is None:
        return
    same = [source for source in sources.of(told) if source.event is not None and source.name == base.source.name]
    if len(same) >= 2:
        base.source = same[0]
        items.extend(_Item(base.at, base.low, base.high, source=source, distant=True) for source in same[1:])


def _settle_side(sentence: Sentence, item: _Item, count: int) -> None:
    """The side and date that the response itself names ("the right side, done in November, is 65% better")."""
    source = item.source
    if source is None or source.event is None:
        return
    if count > 1:
        own = _SIDE_BEHIND.match(sentence.view.note.text, item.at.end, sentence.end)
        if own is not None and source.side in (None, "bilateral"):
            item.side = "right" if own[1].lower() == "right" else "left"
        return
    sides = {sided.side for sided in sentence.sides if sided.start < item.at.end + 30}
    if len(sides) != 1:
        return
    side = next(iter(sides))
    if source.side is None:
        item.side = side
    if item.distant and source.side != side:
        item.side = side
        text = sentence.view.note.text
        done = [
            d.iso
            for d in sentence.dates
            if d.iso and d.span.end <= item.at.start and _DONE_ON.search(text[sentence.start : d.span.start])
        ]
        if done:
            item.date = done[-1]


def _context(sentence: Sentence, item: _Item, sources: Sources) -> Source | None:
    """What a response is to when its sentence names no treatment."""
    if item.low == 0:
        source = sources.before(sentence, 3) or (sources.of_gain(sentence) if sources.therapist else None)
    else:
        source = sources.of_gain(sentence) or sources.before(sentence, 6)
    if sentence.index in sources.unclear and source is not None and source.name != "spine_surgery":
        return None
    return source


def _nearest(here: list[Source], at: Span, sentence: Sentence | None = None) -> Source | None:
    """The treatment a response is about: the last one before it in its clause, else the next one behind it."""
    before = [source for source in here if source.span.end <= at.start]
    behind = [source for source in here if source.span.start >= at.end]
    if sentence is not None:
        text = sentence.view.note.text
        for source in behind:
            gap = text[at.end : source.span.start]
            if len(gap) <= 30 and re.match(
                r"[\s,]*(?:(?:of |in )?(?:relief|pain|improvement|benefit|response|help)?\s*)?(?:from|with|after|to|following|since|w/)\s+(?:the|a|an|his|her|that|this|each|any|prior|last|\w+)?\s*(?:\w+\s*)?$",
                gap,
                re.I,
            ):
                return source
        clause = [source for source in before if not _CLAUSE.search(text[source.span.end : at.start])]
        if clause:
            return clause[-1]
        return before[-1] if before else (behind[0] if behind else None)
    return before[-1] if before else (behind[0] if behind else None)


def _plausible(sentence: Sentence, item: _Item, sources: Sources) -> bool:
    """A response needs a treatment and is the patient's; "no change" of something else is none."""
    if is_of_relative(sentence, item.at) or is_general(sentence, item.at.start):
        return False
    drug = item.source is not None and item.source.name == "medication"
    other = _OTHER_COMPLAINT.search(sentence.text) and not _OF_SPINE.search(sentence.text)
    if (item.source is None or drug) and other and not _PLAIN_PAIN.search(sentence.text):
        return False
    if item.source is None:
        return bool(item.low) and "relie" in sentence.lower
    if drug and sentence.section == "medications" and not _OF_SPINE.search(sentence.text):
        return False
    if item.distant and item.source.event is None and item.low in (0, 100):
        words = sentence.view.note.text[item.at.start : item.at.end]
        adjacent = sentence.previous is not None and item.source.span.start >= sentence.previous.start
        of_author = sources.therapist and item.source.name == "therapy"  # a therapist's note is about the therapy
        if (item.low == 100 or drug) and not adjacent and not of_author:
            return False
        if drug and item.low == 0 and _SUBJECT_IMPROVED.fullmatch(words):
            return False
    return not (item.low == 0 and item.source.event is None and item.source.span.start < sentence.start - 400)


def _of_duration(sentence: Sentence, words: list[Mention], here: list[Source], sources: Sources) -> list[_Item]:
    """Responses that give only how long: "relief lasted two weeks", "four months of benefit"."""
    items: list[_Item] = []
    text = sentence.view.note.text
    for duration in _durations(sentence):
        if sentence.is_claimed(duration.span) or not _is_how_long(sentence, duration) or duration.low is None:
            continue
        if _FUTURE.search(text[sentence.start : duration.span.start]):
            continue
        for word in words:
            if word.id == "zero" or not _LONG_WORDS.search(text[word.start : word.end]):
                continue
            if text[word.start : word.end].lower() in ("held", "holding", "lasted") and not _HELD_BY.search(
                text[max(sentence.start, word.start - 30) : word.start]
            ):
                continue
            gap = sentence.between(word.span, duration.span)
            if word.end <= duration.span.start and _reaches_over(sentence, word, duration, gap, here):
                items.append(_Item(duration.span, source=_nearest(here, duration.span, sentence), duration=duration))
                break
            if len(gap) > 24 or _CLAUSE.search(gap):
                continue
            joined = text[duration.span.end : word.start] if word.start >= duration.span.end else ""
            if word.start >= duration.span.end and not re.fullmatch(
                r"['’]?\s*(?:or (?:so|more|better|two)|of|worth of|['’]s|pain|good|great|decent|partial|significant|excellent|\s)*\s*",
                joined,
                re.I,
            ):
                continue
            if word.end <= duration.span.start and not re.fullmatch(r"[\s\w,'()~-]*", gap):
                continue
            source = _nearest(here, duration.span, sentence) or sources.of_gain(sentence)
            if is_general(sentence, duration.span.start):
                continue
            if source is None or (source.event is None and not _RELIEF_WORDS.search(text[word.start : word.end])):
                continue
            items.append(_Item(duration.span, source=source, duration=duration))
            break
    return items


def _of_time_bought(sentence: Sentence, here: list[Source], sources: Sources) -> list[_Item]:
    """The time that a procedure, named here or in the sentence before, bought without a word for relief."""
    if not sentence.durations or sentence.section in _OPERATIVE_SECTIONS:
        return []
    for duration in _durations(sentence):
        if duration.low is None or sentence.is_claimed(duration.span) or is_of_ability(sentence, duration):
            continue
        if not is_bought(sentence, duration) or _FUTURE.search(
            sentence.view.note.text[sentence.start : duration.span.start]
        ):
            continue
        named = [source for source in here if source.span.end <= duration.span.start]
        source = named[-1] if named else sources.before(sentence, 1)
        if source is None or source.event is None:
            return []
        return [_Item(duration.span, source=source, duration=duration)]
    return []


def _of_scores(sentence: Sentence, here: list[Source], sources: Sources) -> list[_Item]:
    """The relief that a score before and one after an earlier procedure give ("went from 8 to 3", "8 -> 3")."""
    told = drop(sentence) if sentence.has_digits else None
    if told is None or sentence.section in _OPERATIVE_SECTIONS:
        return []
    if _FUTURE.search(sentence.text[: told.span.start - sentence.start]):
        return []
    before = [source for source in here if source.span.end <= told.span.start]
    source = before[-1] if before else sources.before(sentence, 1)
    if source is None or source.event is None:
        return []
    item = _Item(told.span, told.percent, told.percent, source=source)
    _of_first(sentence, item)
    of_own = sources.own is not None and source.event is sources.own.event
    return [item] if item.date is not None or not of_own else []


def _of_first(sentence: Sentence, item: _Item) -> None:
    """A line that opens with an earlier one and its date ("First (5/22): 7 -> 1") tells of that one."""
    lead = _EARLIER.match(sentence.text)
    event = item.source.event if item.source is not None else None
    date = lead and next((d for d in sentence.dates if d.span.start == sentence.start + lead.end()), None)
    if (
        item.source is not None
        and event is not None
        and date
        and date.iso
        and (event.date is None or date.iso < event.date)
    ):
        item.date = date.iso
        item.source = Source(item.source.span, item.source.name)


def _of_held_score(sentence: Sentence, here: list[Source], sources: Sources) -> list[_Item]:
    """How long a low score held after a procedure, here or in a call after it."""
    told = held(sentence, _durations(sentence)) if sentence.has_digits else None
    if told is None or told.duration is None or _FUTURE.search(sentence.text[: told.span.start - sentence.start]):
        return []
    source = _nearest(here, told.span, sentence) if here else sources.of_gain(sentence)
    if source is None or source.event is None:
        return []
    item = _Item(told.span, told.percent, told.percent, source=source)
    _set_time(item, told.duration)
    return [item]


def _of_score_before(sentence: Sentence, sources: Sources) -> list[_Item]:
    """The relief that the usual score before a procedure and the one since give, told apart or in one sentence."""
    told = before_and_after(sentence) if sentence.may_count else None
    if told is None or told.earlier is None or sentence.section in _OPERATIVE_SECTIONS:
        return []
    at = sentence if told.earlier.start >= sentence.start else sentence.previous
    named = [source for source in sources.of(at) if source.event is not None] if at is not None else []
    source = named[-1] if named else sources.of_gain(at or sentence)
    if source is None or source.event is None:
        return []
    return [_Item(told.span, told.percent, told.percent, source=source, spans=[told.earlier])]


def _over_recovery(sentence: Sentence, sources: Sources) -> list[_Item]:
    """An improvement told over the time after an operation ("improved over a three month postoperative period")."""
    if "operative" not in sentence.lower:
        return []
    match = _RECOVERY.search(sentence.text)
    if match is None:
        return []
    start, end = sentence.start + match.start(), sentence.start + match.end()
    duration = next((d for d in sentence.durations if start <= d.span.start and d.span.end <= end and d.low), None)
    before = [source for source in sources.of(sentence) if source.span.end <= start]
    source = before[-1] if before else sources.of_gain(sentence)
    if duration is None or source is None or source.name != "spine_surgery":
        return []
    return [_Item(Span(start, end), source=source, duration=duration, spans=[duration.span])]


def _reaches_over(sentence: Sentence, word: Mention, duration: Duration, gap: str, here: list[Source]) -> bool:
    """Whether a length of relief stands behind the treatment ("relief with the injection for about one month")."""
    if len(gap) > _OVER_REACH or "," in gap or "%" in gap or _CLAUSE.search(gap) or not _LASTS.search(gap):
        return False
    return any(
        source.event is not None and word.end <= source.span.start and source.span.end <= duration.span.start
        for source in here
    )


def _durations(sentence: Sentence) -> list[Duration]:
    """The amounts of time of a sentence, with the "x 2 d" of terse notes."""
    text = sentence.view.note.text
    found = [
        Duration(Span(d.span.start, d.span.end + tail.end()), d.low, 2.0, d.unit)
        if d.low == d.high == 1 and (tail := _OR_TWO.match(text[d.span.end : d.span.end + 12])) is not None
        else d
        for d in sentence.durations
    ]
    for match in _SLASHED_TIME.finditer(sentence.text) if "/" in sentence.text else ():
        found.extend(find_durations(match[1], sentence.start + match.start(1)))
    for match in _SHORT_TIME.finditer(sentence.text):
        span = Span(sentence.start + match.start("low"), sentence.start + match.end())
        low = float(match["low"])
        found.append(Duration(span, low, float(match["high"] or low), _SHORT_UNITS[match["unit"].lower()]))
    return sorted(found, key=lambda duration: duration.span)


def _of_end(sentence: Sentence, here: list[Source], sources: Sources, goes_on: bool) -> list[_Item]:
    """Responses that tell only when they ended: "that one got me through to February"."""
    text = sentence.view.note.text
    if sentence.section in ("plan", "exam", "assessment"):
        return []
    for match in _ENDED.finditer(text, sentence.start, sentence.end):
        date = next((d for d in sentence.dates if 0 <= d.span.start - match.end() <= 24 and d.iso), None)
        if date is None or any(source.event is not None and source.event.span == date.span for source in here):
            continue
        if _FUTURE.search(text[sentence.start : match.start()]) or not re.fullmatch(
            r"(?:(?!\b(?:following|after|since)\b)[\s\w,'’()~-])*", text[match.end() : date.span.start]
        ):
            continue
        events = [source for source in here if source.event is not None and source.span.start < match.start()]
        source = events[-1] if events else sources.of_gain(sentence)
        if source is None or source.event is None or (source.event.date or "") > (date.iso or ""):
            continue
        if not events and not goes_on and source.span.end < sentence.start - 250:
            continue
        sentence.claim(date.span)
        return [_Item(Span(match.start(), date.span.end), source=source, until=date.iso)]
    return []


def _is_how_long(sentence: Sentence, duration: Duration) -> bool:
    text = sentence.view.note.text
    before = text[sentence.start : duration.span.start]
    behind = text[duration.span.end : sentence.end]
    if is_of_ability(sentence, duration):
        return False
    if _FREQUENCY.match(text[duration.span.start : duration.span.end]) and not _FREQUENCY_LEAD.search(before):
        return False
    if _ENDS_AFTER.search(before) and not re.match(r"\s*(?:of|before|prior)\b", behind, re.I):
        return True
    if _NOT_HOW_LONG.match(behind) and not (
        re.match(r"\s*after\b", behind) and re.search(r"\b(?:for|x|lasted)\s*(?:about\s*)?$", before, re.I)
    ):
        return False
    return (
        _NOT_HOW_LONG_BEFORE.search(before) is None
        or re.search(r"\b(?:got|lasted|held|through)\s+(?:the\s+)?(?:past|last|at)\s*$", before, re.I) is not None
    )


def _measure_time(sentence: Sentence, items: list[_Item], here: list[Source]) -> None:
    """Give each response the length that stands in its clause, after it or else before it."""
    text = sentence.view.note.text
    free = [
        d
        for d in _durations(sentence)
        if not sentence.is_claimed(d.span) and d.low is not None and _is_how_long(sentence, d)
    ]
    if not free:
        return
    wanting = [
        item
        for item in items
        if item.duration is None
        and item.low != 0
        and item.source is not None
        and (item.source.event is not None or item.low is not None)
    ]
    if len(wanting) == 2 and len(free) == 1 and free[0].span.start >= wanting[-1].at.end:
        pair = _PAIR_OF_TIMES.match(text[free[0].span.start : free[0].span.end])
        values = [parse_number(pair[1]), parse_number(pair[2])] if pair is not None else []
        if len(values) == 2 and None not in values:
            for item, value in zip(wanting, values, strict=True):
                _set_time(item, Duration(free[0].span, value, value, free[0].unit))
            return
    if len(wanting) >= 2 and len(free) == len(wanting) and free[0].span.start >= wanting[-1].at.end:
        for item, duration in zip(wanting, free, strict=True):
            _set_time(item, duration)
        return
    for index, item in enumerate(items):
        if item not in wanting:
            continue
        limit = next((other.at.start for other in items[index + 1 :] if other.at.start > item.at.end), sentence.end)
        for duration in free:
            if item.at.end <= duration.span.start < limit and not any(d.duration is duration for d in items):
                gap = text[item.at.end : duration.span.start]
                if len(gap) <= 75 and not re.search(r"\bago\b|;", gap) and not _blocked_by_source(here, item, duration):
                    _set_time(item, duration)
                    break
        if item.duration is None:
            start = items[index - 1].at.end if index else sentence.start
            for duration in reversed(free):
                if (
                    start <= duration.span.start
                    and duration.span.end <= item.at.start
                    and not any(d.duration is duration for d in items)
                ):
                    gap = text[duration.span.end : item.at.start]
                    if len(gap) <= 20 and re.fullmatch(
                        r"[\s\w,]*(?:of|at|with|,)?\s*|[\s;,|]*(?:%|pct|percent\w*)[\s\w]*[:=]\s*", gap
                    ):
                        _set_time(item, duration)
                        break
    for item in items:
        twin = next((other for other in items if other.at == item.at and other.duration is not None), None)
        if item.duration is None and twin is not None:
            _set_time(item, twin.duration)
    each = [item for item in items if item.duration is not None]
    if len(each) == 1 and len(items) > 1 and _EACH.search(text[each[0].at.start : sentence.end]):
        for item in items:
            if item.duration is None and item.low != 0:
                _set_time(item, each[0].duration)


def _blocked_by_source(here: list[Source], item: _Item, duration: Duration) -> bool:
    event = item.source.event if item.source is not None else None
    return any(
        item.at.end <= source.span.start
        and source.span.end <= duration.span.start
        and source is not item.source
        and (event is None or source.event is not event)
        for source in here
    )


def _set_time(item: _Item, duration: Duration | None) -> None:
    if duration is not None:
        item.duration = duration
        if duration.span != item.at:
            item.spans.append(duration.span)


def _add_until(sentence: Sentence, items: list[_Item]) -> None:
    """When the relief ended: the date behind "until", "wore off", "back by"."""
    text = sentence.view.note.text
    for index, item in enumerate(items):
        if item.low == 0:
            continue
        start = items[index - 1].at.end if index else (item.at.start if item.low is not None else sentence.start)
        limit = next((other.at.start for other in items[index + 1 :] if other.at.start > item.at.end), sentence.end)
        for match in _UNTIL.finditer(text, start, limit):
            date = next((d for d in sentence.dates if 0 <= d.span.start - match.end() <= 28 and d.iso), None)
            if date is None or (
                item.source is not None and item.source.event is not None and date.span == item.source.event.span
            ):
                continue
            if not re.fullmatch(r"[\s\w,'’()~-]*", text[match.end() : date.span.start]):
                continue
            item.until = date.iso
            item.spans.append(date.span)
            sentence.claim(date.span)
            break


def _add_now(sentence: Sentence, items: list[_Item]) -> None:
    for index, item in enumerate(items):
        if not item.low:
            continue
        limit = next((other.at.start for other in items[index + 1 :] if other.at.start > item.at.end), sentence.end)
        floor = max((other.at.end for other in items[:index]), default=sentence.start)
        for word in sentence.mentions:
            if word.label != "relief_now" or item.until is not None:
                continue
            behind = item.at.end <= word.start < limit and word.start - item.at.end <= 40
            ahead = floor <= word.start and word.end <= item.at.start and item.at.start - word.end <= 20
            if (behind or ahead) and not re.search(
                r"\b(?:pain|works?|needs?|has)\s*$", sentence.view.note.text[sentence.start : word.start], re.I
            ):
                gap = sentence.between(item.at, word.span)
                if not _CLAUSE.search(gap):
                    item.ongoing = True
                    item.spans.append(word.span)
                    break


def _gain(sentence: Sentence, gains: list[Mention], weak: bool) -> Span | None:
    """A functional gain that the sentence states, as the span of its words; a bare activity counts if `weak`."""
    text = sentence.view.note.text
    for gain in sorted(gains, key=lambda mention: (mention.id == "activity", mention.start)):
        if gain.id == "again" or (gain.id == "activity" and not weak):
            continue
        words = text[gain.start : gain.end].lower()
        if words.startswith("return") and words.endswith("to") and not _RETURN_TO.match(text, gain.end):
            continue
        if words in _ABILITY and not able_again(sentence, gain):
            continue
        before = text[sentence.start : gain.start]
        if _NEGATED_GAIN.search(before) or (sentence.section in _OPERATIVE_SECTIONS and _SURGEON.search(before)):
            continue
        if _AS_BEFORE.match(text, gain.end, sentence.end) or _BIDDEN.search(before):
            continue
        if "back" in text[gain.start : gain.end].lower() and (
            _PAIN_AT_LEVEL.match(text, gain.end) or _PAIN_BEFORE.search(before)
        ):
            continue
        if gain.id == "window":
            return _told_in(sentence, gain)
        return gain.span
    return None


def _told_in(sentence: Sentence, window: Mention) -> Span:
    """What was done in the time that words such as "while it was working" name: the rest of the clause."""
    text = sentence.view.note.text
    match = _REST_OF_CLAUSE.match(text, window.end, sentence.end)
    return Span(match.start(1), match.end(1)) if match is not None else window.span


def _gain_follows(sentence: Sentence, gain: Span, here: list[Source], source: Source) -> bool:
    """Whether a gain without a percentage is told of the procedure before it."""
    told = (
        any(mark in sentence.text for mark in '"“')
        or re.search(r"\b(?:call|phone|reports?|reported|states?|stated|says|said)\b", sentence.lower) is not None
    )
    if sentence.section in ("plan", "procedure", "procedure_detail", "exam", "assessment") and not told:
        return False
    if source in here:
        return ";" not in sentence.between(source.span, gain)
    words = sentence.view.note.text[gain.start : gain.end]
    return _STRONG_GAIN.search(words) is not None and source.span.end > sentence.start - 350
