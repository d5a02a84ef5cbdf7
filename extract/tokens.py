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

from chartproof.extract.regex import Regex

_TOKEN = Regex(
    r"(?P<word>[^\W\d_]+(?:['’][^\W\d_]{1,2}(?![^\W\d_]))?)(?P<wrap>-[ \t]*\r?\n[ \t]*(?P<rest>[a-z]+))?(?P<tail>\d+[^\W\d_]?(?![^\W_]))?"
    r"|(?P<number>\d+(?:[.,]\d+)*)"
    r"|(?P<hyphen>(?<=[^\W_])[-‐‑–](?=[^\W_]))"
    r"|[^\s]"
)
_APOSTROPHES = ("'", "’")


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
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        start, end = match.span()
        if kind == "hyphen":
            continue
        if kind == "number" or kind is None:
            words.append(match[0])
            starts.append(start)
            ends.append(end)
            continue
        word = (match[0] if kind == "word" else match["word"]).lower()
        if word[-2:-1] in _APOSTROPHES and word[-1] == "s":
            word = word[:-2]
        elif "’" in word:
            word = word.replace("’", "'")
        if kind == "word":
            words.append(word)
            starts.append(start)
            ends.append(end)
            continue
        rest = match["rest"]
        if rest is not None:
            if word in vocabulary and rest in vocabulary:
                words.append(word)
                starts.append(start)
                ends.append(match.end("word"))
                word, start = rest, match.start("rest")
            else:
                word += rest
        if match["tail"] is not None:
            word += match["tail"].lower()
        words.append(word)
        starts.append(start)
        ends.append(end)
    return Tokens(words, starts, ends)
