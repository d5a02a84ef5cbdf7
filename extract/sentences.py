"""Sentences: a note cut where clinical text ends a statement.

Clinical notes mix prose, wrapped lines, lists, check boxes, tables and headings. A line break ends
a sentence unless the next line goes on with it; inside a run of joined lines a full stop ends one,
unless it belongs to an abbreviation, an initial or a number. This takes the place of PyRuSH, which
costs 90 % of medspaCy's time and writes the note's words to stderr.
"""

from __future__ import annotations

import re

from chartproof.extract.regex import Regex

_LINE = Regex(r"[^\n\r\f\v]+")
_STARTS_ITEM = Regex(
    r"[ \t\xa0]*(?:[-*•◦▪‣·+>#=|]|\(?\d{1,2}[.)][ \t]|\(?[a-z][.)][ \t]|\(?[A-Z]\)[ \t]|\[[ xX✓]?\]|☐|☑|☒|[A-Z][A-Za-z/&' -]{0,40}(?::|\.{4}))"
)
_HAS_COLUMNS = Regex(r"\S(?:[ \xa0]{3,}|\t+|[ ]*\|[ ]*)\S")
_ENDS_STATEMENT = Regex(r"[.!?:;]['\")\]]*[ \t\xa0]*$")
_STOP = Regex(r"[.!?]+['\"”’)\]]*(?=[ \t\xa0\n\r]+['\"“‘(\[]*[A-Z0-9\[☐☑(])")
_ABBREVIATION = Regex(
    r"(?:\b(?:dr|drs|mr|mrs|ms|st|jr|sr|vs|approx|appt|inj|dept|est|no|inc|fig|e\.g|i\.e|incl|excl|etc|a\.m|p\.m|mg|ml|pt|avg|temp|wt|ht"
    r"|b\.i\.d|t\.i\.d|q\.i\.d|q\.d|q\.h\.s|p\.r\.n|p\.o|h\.s|hx|dx|tx|sx|rt|lt|bilat|ind|indep)|\b[A-Za-z]|^[ \t]*\(?\d{1,2})\.$",
    re.IGNORECASE,
)
# Abbreviations that often do end a sentence: a capitalized word that starts one decides.
_SOFT = Regex(
    r"(?:etc|a\.m|p\.m|b\.i\.d|t\.i\.d|q\.i\.d|q\.d|q\.h\.s|p\.r\.n|p\.o|h\.s|mg|ml|hx|dx|tx|sx|pt|inj)\.$", re.I
)
_OPENER = Regex(
    r"\s+['\"“]?(?:the|he|she|his|her|they|it|this|that|there|i|we|patient|pain|no|on|in|at|for|review|denies|reports|"
    r"mr|mrs|ms|if|will|has|had|is|was|currently|also|prior|last|exam|plan|straight|mri)\b",
    re.IGNORECASE,
)
_ANSWER = Regex(
    r"[ \t\xa0]*(?:\[[ xX✓]?\][ \t]*|[☐☑☒][ \t]*)?['\"(\[]?(?:yes|no|none|n/?a|[yn]|denie[sd]|never|neg|pos)\b",
    re.IGNORECASE,
)
_NUMBERED = Regex(r"[ \t\xa0]*#?\d")
_NEW_WORD = Regex(r"[ \t\xa0\n\r]+['\"“]?[A-Z][a-z]{3,}")
_LEADS_ON = Regex(r"\b(?:hx|dx|tx|pt)\.$", re.IGNORECASE)
#: Characters. No sentence of 2,300 transcriptions is as long (the longest has 1,243); what is longer is a dump without
#: full stops, and the work on a sentence grows with more than its length.
_LONGEST = 2_000
_NO_SPACE = Regex(r"\S")
_JOINABLE_LENGTH = 45  # characters; a shorter line that ends without punctuation was ended on purpose


def sentence_bounds(text: str) -> list[tuple[int, int]]:
    """Half-open character ranges of the sentences of `text`, in order, without surrounding white space."""
    bounds: list[tuple[int, int]] = []
    for start, end in _joined_lines(text):
        _split_block(text, start, end, bounds)
    return bounds


def _joined_lines(text: str) -> list[tuple[int, int]]:
    blocks: list[tuple[int, int]] = []
    previous_end = -1
    previous_line = ""
    for match in _LINE.finditer(text):
        line = match[0]
        if not any(map(str.isalnum, line)):
            previous_line = ""
            continue
        gap = text[previous_end : match.start()] if blocks else ""
        if blocks and previous_line and gap.count("\n") <= 1 and _continues(previous_line, line):
            blocks[-1] = (blocks[-1][0], match.end())
        else:
            blocks.append((match.start(), match.end()))
        previous_end = match.end()
        previous_line = line
    return blocks


def _continues(previous: str, line: str) -> bool:
    if _STARTS_ITEM.match(line) or _HAS_COLUMNS.search(line) or _HAS_COLUMNS.search(previous):
        return False
    if previous.rstrip().endswith(":"):
        return False
    first = line.lstrip()[0]
    if first.islower():
        return True
    if _ENDS_STATEMENT.search(previous):
        return len(previous) >= _JOINABLE_LENGTH  # the full stop splits it again where it should
    if previous.rstrip()[-1] in ",-/&(":
        return True
    return len(previous.rstrip()) >= _JOINABLE_LENGTH and not line.isupper() | (first in "-_=*")


def _split_block(text: str, start: int, end: int, bounds: list[tuple[int, int]]) -> None:
    at = start
    for stop in _STOP.finditer(text, start, end):
        if stop[0].startswith("...."):
            continue  # dots that lead from a label to its value
        if stop[0][0] == ".":
            head = text[max(at, stop.start() - 12) : stop.start() + 1]
            if (
                not (len(head) > 7 and head[-8:-1].isalpha())  # longer than every abbreviation
                and _ABBREVIATION.search(head, 0 if head[-2:-1].isdigit() else max(0, len(head) - 8))
                and (not head.lower().endswith("no.") or _NUMBERED.match(text, stop.end()))  # "No. 5", not "... no."
                and not (
                    _SOFT.search(head)
                    and (
                        _OPENER.match(text, stop.end(), end)
                        or (_NEW_WORD.match(text, stop.end(), end) and not _LEADS_ON.search(head))
                    )
                )
            ):
                continue
        elif stop[0][0] == "?" and _ANSWER.match(text, stop.end(), end):
            continue  # a question of a form goes with its answer
        _append(text, at, stop.end(), bounds)
        at = stop.end()
    _append(text, at, end, bounds)


def _append(text: str, start: int, end: int, bounds: list[tuple[int, int]]) -> None:
    piece = text[start:end]
    stripped = piece.strip()
    if not stripped:
        return
    first = start + len(piece) - len(piece.lstrip())
    last = first + len(stripped)
    while last - first > _LONGEST:
        cut = _cut(text, first)
        bounds.append((first, first + len(text[first:cut].rstrip())))
        following = _NO_SPACE.search(text, cut)
        assert following is not None  # the sentence ends with it at the latest
        first = following.start()
    bounds.append((first, last))


def _cut(text: str, start: int) -> int:
    """Where to cut what is too long for a sentence: behind the last line, clause or word of its allowed length."""
    window = text[start : start + _LONGEST]
    for mark in ("\n", "; ", ", ", " "):
        place = window.rfind(mark, _LONGEST // 2)
        if place > 0:
            return start + place + len(mark)
    return start + _LONGEST
