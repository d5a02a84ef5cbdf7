"""Where a quote stands in a note: exactly, or with white space, hyphens and quotation marks made alike."""

from __future__ import annotations

from chartproof.extract.regex import Regex
from chartproof.fallback import Reason
from chartproof.spans import Span

MIN_LETTERS = 5
MAX_LENGTH = 400  # characters
_MOST_PLACES = 20
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("‘’‚‛`´", "'"),
        **dict.fromkeys("“”„‟", '"'),
        "\u00ad": None,
    }
)
_NUMBER_GOES_ON = Regex(r"[\d][.,/-]?\Z")


def locate(text: str, quote: str) -> list[Span] | Reason:
    """Every place of `quote` in `text`, in order, or why there is none that can be used."""
    quote = quote.strip().strip("\"'“”").strip()
    if len(quote) > MAX_LENGTH:
        return "quote_too_long"
    if sum(map(str.isalnum, quote)) < MIN_LETTERS:
        return "quote_too_short"
    places = _find(text, quote) or _find_alike(text, quote)
    if not places:
        return "quote_not_found"
    whole = [place for place in places if not _cuts(text, place)]
    return whole or "cuts_word"


def _find(text: str, quote: str) -> list[Span]:
    places: list[Span] = []
    at = text.find(quote)
    while at >= 0 and len(places) < _MOST_PLACES:
        places.append(Span(at, at + len(quote)))
        at = text.find(quote, at + 1)
    return places


def _find_alike(text: str, quote: str) -> list[Span]:
    plain, offsets = _plain(text)
    wanted, _ = _plain(quote)
    return [Span(offsets[place.start], offsets[place.end - 1] + 1) for place in _find(plain, wanted)] if wanted else []


def _plain(text: str) -> tuple[str, list[int]]:
    """`text` with white space runs as one space and signs made alike; and the offset each character comes from."""
    characters: list[str] = []
    offsets: list[int] = []
    for offset, character in enumerate(text):
        if character.isspace():
            if not characters or characters[-1] != " ":
                characters.append(" ")
                offsets.append(offset)
            continue
        for alike in character.translate(_ALIKE):
            characters.append(alike)
            offsets.append(offset)
    return "".join(characters), offsets


def _cuts(text: str, place: Span) -> bool:
    """Whether the place begins or ends inside a word, or inside a number such as 6-7 or 1.5."""
    start, end = place
    if start and text[start].isalnum() and text[start - 1].isalnum():
        return True
    if end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        return True
    if start and text[start].isdigit() and _NUMBER_GOES_ON.search(text[max(0, start - 2) : start]):
        return True
    return (
        text[end - 1].isdigit()
        and text[end : end + 1] in (".", ",", "/", "-", "%")
        and text[end + 1 : end + 2].isdigit()
    )
