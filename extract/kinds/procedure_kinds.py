"""Groups of procedures and note words that several steps of the procedure reader share."""

from __future__ import annotations

from chartproof.extract.regex import Regex

ROW_LEAD = Regex(
    r"[\s\-*•◦·|>]*(?:(?:#\s?(?P<mark>\d{1,2})|(?P<index>\d{1,2})[.)]?)\s*[:|.)-]?\s+)?[\s|]*(?:(?:R|L|RT|LT|[Rr]ight|[Ll]eft)\b[\s|:]*)?"
)
NO_LISTS = frozenset({"spine_surgery", "scs_implant", "scs_trial", "pump_implant", "pump_trial"})
SPINE_WORDS_NEEDED = 2
SPINE = frozenset({"cervical", "thoracic", "lumbar"})
#: Words of what was planned and is not going to be.
CALLED_OFF = Regex(r"cancel|postpon|called off|no show|missed")
