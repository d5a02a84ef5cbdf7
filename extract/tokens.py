"""Tokens: a note cut into words with character offsets, normalized for phrase matching.

spaCy's tokenizer costs most of the time of a rule pipeline on clinical text, and splits what a
clinician writes as one word. Ours is one regular expression. Tokens are lower case, possessives
lose their ``'s``, a hyphen inside a word vanishes (``straight-leg`` is two tokens, like
``straight leg``), a word hyphenated over a line end is one token, line breaks are no tokens; the
offsets always refer to the note exactly as given.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from itertools import accumulate

from chartproof.extract.regex import Regex


def _pattern(letter: str, alnum: str, digit: str, sign: str, hyphen: str, apostrophe: str) -> Regex:
    """A token as one group, so that splitting a text by it gives what stands between tokens and the tokens by turns.

    The parts are character classes. A word without anything special behind it is most of a note and
    comes first; a hyphen between letters or digits is no token.
    """
    return Regex(
        rf"({letter}++(?!{apostrophe}|-|{digit})"
        rf"|{letter}+(?:{apostrophe}{letter}{{1,2}}(?!{letter}))?(?:-[ \t]*\r?\n[ \t]*[a-z]+)?(?:{digit}+{letter}?(?!{alnum}))?"
        rf"|{digit}+(?:[.,]{digit}+)*"
        rf"|{sign}|{hyphen}(?!{alnum})|(?<!{alnum}){hyphen})"
    )


# The two agree on ASCII, where classes that need no look at Unicode's tables are twice as fast.
_ASCII_TOKEN = _pattern("[A-Za-z]", "[A-Za-z0-9]", "[0-9]", r"[!-,./:-@\[-`{-~\x00-\x08\x0e-\x1b\x7f]", "-", "'")
_TOKEN = _pattern(r"[^\W\d_]", r"[^\W_]", r"\d", r"(?:[^\w\s‐‑–-]|_)", "[-‐‑–]", "['’]")
_PARTS = Regex(
    r"(?P<word>[^\W\d_]+(?:['’][^\W\d_]{1,2})?)(?P<wrap>-[ \t]*\r?\n[ \t]*(?P<rest>[a-z]+))?(?P<tail>\d+[^\W\d_]?)?"
)


@dataclass(slots=True)
class Tokens:
    """Parallel lists: normalized words and their half-open character offsets."""

    words: list[str]
    starts: list[int]
    ends: list[int]


def tokenize(text: str, vocabulary: Container[str] = frozenset()) -> Tokens:
    """Cut `text` into tokens.

    `vocabulary` holds the words of the phrases that will be matched: where both halves of a word
    broken over a line end are known words, they stay two tokens.
    """
    pieces = (_ASCII_TOKEN if text.isascii() else _TOKEN).split(text)
    offsets = list(accumulate(map(len, pieces)))
    words = [piece.lower() for piece in pieces[1::2]]
    tokens = Tokens(words, offsets[0:-1:2], offsets[1::2])
    special = [
        index
        for index, word in enumerate(words)
        if ("'" in word or "’" in word or "\n" in word) and len(word) > 1  # not a mark alone
    ]
    for index in special:
        _normalize(tokens, index, pieces[2 * index + 1], vocabulary)
    if len(words) > len(pieces) // 2:  # second halves were added behind
        order = sorted(range(len(words)), key=tokens.starts.__getitem__)
        tokens.words = [words[index] for index in order]
        tokens.starts = [tokens.starts[index] for index in order]
        tokens.ends = [tokens.ends[index] for index in order]
    return tokens


def _normalize(tokens: Tokens, index: int, written: str, vocabulary: Container[str]) -> None:
    """Settle a word with an apostrophe or a line end in it; where it is two words, the second is added at the end."""
    match = _PARTS.fullmatch(written)
    assert match is not None
    word = match["word"].lower()
    word = word[:-2] if word[-2:] in ("'s", "’s") else word.replace("’", "'")
    rest, tail = match["rest"], (match["tail"] or "").lower()
    if rest is not None and word in vocabulary and rest in vocabulary:
        start, end = tokens.starts[index], tokens.ends[index]
        tokens.words[index], tokens.ends[index] = word, start + match.end("word")
        tokens.words.append(rest + tail)
        tokens.starts.append(start + match.start("rest"))
        tokens.ends.append(end)
    else:
        tokens.words[index] = word + (rest or "") + tail
