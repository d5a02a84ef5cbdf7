"""RTF to text."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"\\'[0-9a-fA-F]{2}|\\([a-zA-Z]+)(-?\d+)? ?|\\[^a-zA-Z]|[{}]|[^\\{}]+", re.S)
_HIDING = frozenset({"strike", "striked", "v", "deleted"})
#: Groups of data, which would only take the library's time.
_DATA = frozenset({"pict", "objdata", "themedata", "datastore", "colorschememapping"})


def rtf_text(raw: bytes) -> str:
    """The text of an RTF document, without hidden, deleted and struck-out words."""
    from striprtf.striprtf import rtf_to_text

    text: str = rtf_to_text(_seen(raw.decode("latin-1")), errors="replace")
    return text.strip("\n")


def _seen(source: str) -> str:
    """The document without pictures and without characters that are formatted as hidden, deleted or struck out."""
    kept: list[str] = []
    stack: list[frozenset[str]] = []
    hiding: frozenset[str] = frozenset()
    for token in _TOKEN.finditer(source):
        text, word = token[0], token[1]
        if text == "{":
            stack.append(hiding)
        elif text == "}":
            hiding = stack.pop() if stack else frozenset()
        elif word in _DATA:
            hiding = hiding | {word}
        elif word in _HIDING:
            hiding = hiding - {word} if token[2] == "0" else hiding | {word}
        elif word == "plain":
            hiding &= _DATA
        elif hiding and (word is None or word == "u"):
            continue
        kept.append(text)
    return "".join(kept)
