"""Trials of a drug given to the spinal fluid, named by route, drug and kind of test in any order."""

from __future__ import annotations

from chartproof.extract.regex import Regex
from chartproof.extract.view import Mention, NoteView, Sentence
from chartproof.spans import Span

_WORDS = frozenset({"trial", "trials", "bolus", "screening", "test", "dose", "injection", "challenge", "shot"})
_ROUTES = ("thecal", "intraspinal", "subarachnoid", "itb", "baclofen", "spinal ", "epidural ")
_MEMO = "drug trial routes"
_THECAL = r"(?:(?i:intra-?thecal(?:ly)?|intraspinal|subarachnoid)|IT|(?i:itb))"
_DRUG = r"(?i:morphine|hydromorphone|opioids?|opiates?|narcotics?|baclofen|ziconotide|antispasmodic|medication|drug|analgesic)"
_TEST = r"(?i:(?:screening|test)(?:\s+(?:trial|test|bolus|dose|injection|procedure))?|(?:bolus\s+)?trial|bolus(?:\s+(?:test|dose|injection))?|challenge)"
_AMOUNT = r"(?:\s+(?:[\d.]+|(?i:mcg|mg|pf|single|shot|single-shot|screening|bolus|infusion|catheter|pump)),?)"
_TRIAL = Regex(
    rf"(?<!\w){_THECAL}\s+{_DRUG}{_AMOUNT}{{0,3}}\s+{_TEST}\b"
    rf"|(?<!\w){_THECAL}(?:\s+(?i:pump|catheter|infusion))?\s+(?i:trial|screening(?:\s+(?:trial|test|bolus|dose|injection))?|test\s+(?:dose|bolus|injection)|challenge)\b"
    rf"|(?<!\w)(?i:spinal|epidural)\s+(?i:morphine|hydromorphone|opioid|opiate|baclofen|narcotic)(?:\s+(?i:infusion|bolus|catheter))?\s+(?i:trial|screening\s+\w+)\b"
    rf"|\b{_TEST}{_AMOUNT}{{0,2}}\s+(?i:of|with|for|using)\s+(?:(?i:an?|the|lumbar|single)\s+)*{_THECAL}\s+(?:(?i:injection|bolus|infusion)\s+(?i:of)\s+)?{_DRUG}\b"
    rf"|\b(?:(?i:single|one|lumbar)\s+)*{_THECAL}\s+(?i:injection|bolus|dose)\s+(?i:of)\s+(?:[\d.]+\s+(?i:mcg|mg)\s+(?:(?i:of)\s+)?)?{_DRUG}\b"
    rf"|\b(?i:baclofen)\s+(?i:screening|test)\s+(?i:bolus|dose|injection|trial|test)\b"
)


def drug_trials(sentence: Sentence) -> list[Mention]:
    """The names of such trials in a sentence, as heads of procedures."""
    if not _names_route(sentence.view) or sentence.words.isdisjoint(_WORDS):
        return []
    found = []
    for match in _TRIAL.finditer(sentence.text):
        start, end = sentence.start + match.start(), sentence.start + match.end()
        first, last = sentence.token_range(Span(start, end))
        found.append(Mention("procedure", "pump_trial", start, end, first, last))
    return found


def _names_route(view: NoteView) -> bool:
    """Whether the note names such a drug or its way anywhere; looked up once per note."""
    if _MEMO not in view.memo:
        text = view.note.text
        lowered = text.lower()
        view.memo[_MEMO] = "IT" in text or any(word in lowered for word in _ROUTES)
    return bool(view.memo[_MEMO])


def with_drug_trials(sentence: Sentence, heads: list[Mention]) -> list[Mention]:
    """The heads with those trials, each of which stands for the heads that it overlaps."""
    trials = drug_trials(sentence)
    if not trials:
        return heads
    free = [head for head in heads if not any(head.start < one.end and one.start < head.end for one in trials)]
    return sorted([*free, *trials], key=lambda head: head.start)
