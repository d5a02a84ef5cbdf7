"""Numbers as clinicians write them: digits, words, fractions, ranges, and vague amounts."""

from __future__ import annotations

import re

from chartproof.extract.regex import Regex

#: The names of the numbers from 0 to 19, in order.
SMALL_NUMBERS = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
_UNITS = {word: value for value, word in enumerate(SMALL_NUMBERS)}
_TENS = {
    word: 10 * value
    for value, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
_WORDS: dict[str, float] = {
    **_UNITS,
    **_TENS,
    "hundred": 100,
    "dozen": 12,
    "couple": 2,
    "half": 0.5,
    "a": 1,
    "an": 1,
    "single": 1,
    "once": 1,
    "twice": 2,
    "nil": 0,
}
_FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75}

_UNIT_WORD = "zero|one|two|three|four|five|six|seven|eight|nine"
_TEEN_WORD = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_TENS_WORD = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"

#: One number: ``7``, ``7.5``, ``1 1/2``, ``2½``, ``seven``, ``thirty-five``, ``one-and-a-half``.
NUMBER = (
    rf"(?:\d+\s1/2|\d+(?:\.\d+)?[½¼¾]?|½|(?:{_TENS_WORD})(?:[- ](?:{_UNIT_WORD}))?"
    rf"|(?:{_TEEN_WORD}|{_UNIT_WORD})(?:[- ]and[- ]a[- ]half)?|(?:one|a)[- ]hundred)"
)
#: Between the ends of a range.
RANGE = r"(?:\s*(?:-|–|—|‑)\s*|\s+(?:to|or|and)\s+(?:a\s+|an\s+)?|-(?:to|or)-)"

#: The words of which `NUMBER` consists; a text without a digit, "½" and any of them holds no number.
NUMBER_WORDS = frozenset(f"{_UNIT_WORD}|{_TEEN_WORD}|{_TENS_WORD}|hundred".split("|"))

_HALF = Regex(r"[- ]and[- ]a[- ]half$")


def parse_number(text: str) -> float | None:
    """The value of a number as matched by `NUMBER` or of a vague word such as "couple"; None if it has none."""
    text = text.strip().lower()
    extra = 0.0
    if half := _HALF.search(text):
        text, extra = text[: half.start()], 0.5
    if text.endswith(" 1/2"):
        text, extra = text[:-4], 0.5
    if text and text[-1] in _FRACTIONS:
        extra, text = _FRACTIONS[text[-1]], text[:-1]
        if not text:
            return extra
    try:
        return float(text) + extra
    except ValueError:
        pass
    if "hundred" in text:
        return 100.0
    total = 0.0
    for part in re.split(r"[- ]", text):
        if part not in _WORDS:
            return None
        total += _WORDS[part]
    return total + extra
