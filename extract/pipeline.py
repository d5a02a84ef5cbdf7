"""The pipeline: note -> tokens -> phrases -> sentences with sections -> facts."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from spacy.tokens import Doc

from chartproof.extract.casing import has_no_capitals, with_capitals
from chartproof.extract.dates import find_dates
from chartproof.extract.kinds import FINDERS
from chartproof.extract.lexicon import Matcher
from chartproof.extract.regex import Regex
from chartproof.extract.sections import HISTORY_SECTIONS, SHORT_SECTIONS, has_bare_letters, heading_at
from chartproof.extract.sentences import sentence_bounds
from chartproof.extract.tokens import tokenize
from chartproof.extract.view import Mention, NoteView, Sentence
from chartproof.facts import Fact, NoteFacts
from chartproof.notes import Note
from chartproof.spans import Span

#: A finder reads a view and yields the facts of one kind.
Finder = Callable[[NoteView], Iterable[Fact]]

_DATE_LABEL = Regex(
    r"\b(?:dos|date of service|date of visit|visit date|encounter date|date seen|date of exam(?:ination)?|exam date|date)\b[ \t]*[:#]?",
    re.IGNORECASE,
)
_ANSWER_ENDS = Regex(r"[ \t]{2,}|[ \t]*(?:[,;.(|\n]|$)|[ \t]+[A-Z]")
_BLANK_LINE = Regex(r"\n[ \t\r]*\n")


@cache
def _matcher() -> Matcher:
    return Matcher()


def extract_note(note: Note) -> NoteFacts:
    """Find the facts of one note.

    Every span is valid for ``note.text``. The result depends on the note alone: same note, same
    facts, in the order of their first spans.
    """
    view = build_view(note)
    facts: dict[tuple[tuple[Span, ...], str, str], Fact] = {}
    for finder in FINDERS:
        for fact in finder(view):
            facts.setdefault((fact.spans, fact.kind, fact.model_dump_json()), fact)
    return NoteFacts(note_id=note.note_id, facts=tuple(facts[key] for key in sorted(facts)))


def build_view(note: Note) -> NoteView:
    """Cut a note into sentences and match the lexicon; a note without capitals is read as if it had them."""
    matcher = _matcher()
    if has_no_capitals(note.text):
        note = note.model_copy(update={"text": with_capitals(note.text)})
    tokens = tokenize(note.text, matcher.vocabulary)
    view = NoteView(note, tokens, note_date(note))
    section: str | None = None
    inline = False
    text = note.text
    bare_letters = has_bare_letters(text)
    for index, (start, end) in enumerate(sentence_bounds(text)):
        first, last = bisect_left(tokens.starts, start), bisect_left(tokens.starts, end)
        sentence = Sentence(view, index, start, end, first, last)
        line_start = start == 0 or not text[text.rfind("\n", 0, start) + 1 : start].strip()
        heading = heading_at(text, start, end, line_start, bare_letters)
        if heading is not None and not (heading[0] == "exam_part" and section in HISTORY_SECTIONS):
            section, sentence.body = heading
            if section == "exam_part":
                section = "exam"
            inline = "\n" not in text[start : sentence.body]
        elif section in SHORT_SECTIONS and inline and _BLANK_LINE.search(text, view.sentences[-1].end, start):
            section = None
        sentence.section = section
        view.sentences.append(sentence)
    if tokens.words:
        _place_matches(view, matcher)
    return view


def _place_matches(view: NoteView, matcher: Matcher) -> None:
    """Give each sentence the phrases that stand whole in it; within one label the longest match wins."""
    tokens, text = view.tokens, view.note.text
    starts, ends = tokens.starts, tokens.ends
    rules = matcher.contexts.rules
    last_end: dict[str, int] = {}
    places = iter(view.sentences)
    sentence = next(places, None)
    for first, last, label, match_id in matcher.match(Doc(matcher.vocab, words=tokens.words)):
        while sentence is not None and first >= sentence.last:
            sentence = next(places, None)
        if sentence is None:
            break
        if first < sentence.first or last > sentence.last:
            continue  # outside every sentence, or across the end of one
        start, end = starts[first], ends[last - 1]
        mentions = sentence.mentions
        if not label:
            if not _answers(text, start, end):
                sentence.context_matches.append((first, last, rules[int(match_id)]))
        elif first >= last_end.get(label, 0) or (
            mentions and mentions[-1].label == label and mentions[-1].first == first and mentions[-1].last == last
        ):
            mentions.append(Mention(label, match_id, start, end, first, last))
            last_end[label] = last
    for sentence in view.sentences:
        ignored = [mention for mention in sentence.mentions if mention.label == "ignore"]
        if ignored:
            sentence.mentions = [
                mention
                for mention in sentence.mentions
                if not any(
                    other.first <= mention.first
                    and mention.last <= other.last
                    and other.last - other.first > mention.last - mention.first
                    for other in ignored
                )
            ]


def _answers(text: str, start: int, end: int) -> bool:
    """Whether a word such as "no" is the answer to the question right before it, and negates nothing behind it."""
    return (
        text[max(0, start - 8) : start].rstrip().endswith("?")
        and text[start:end].lower() in ("no", "none", "never", "denies", "denied")
        and _ANSWER_ENDS.match(text, end) is not None
    )


def note_date(note: Note) -> dt.date | None:
    """The date of a note: its own, else the one its header states ("DOS: 3/5/2024"); None without either."""
    return note.date or _date_in(note.text)


def _date_in(text: str) -> dt.date | None:
    """The date a note gives itself: the first full date after a label such as "DOS", else none."""
    for label in _DATE_LABEL.finditer(text[:2000]):
        for mention in find_dates(text[label.end() : label.end() + 30], None):
            if mention.span.start <= 3 and mention.iso is not None and len(mention.iso) == 10:
                return dt.date.fromisoformat(mention.iso)
    return None


@cache
def rules_hash() -> str:
    """SHA-256 over the extraction code and its data files: the version of the rule set.

    The fallback is no part of it: without a model, nothing depends on that.
    """
    digest = hashlib.sha256()
    for path, content in sorted(_files(resources.files("chartproof.extract"), "")):
        if path.startswith("llm/"):
            continue
        digest.update(path.encode())
        digest.update(content)
    return digest.hexdigest()


def _files(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in folder.iterdir():
        if entry.is_dir() and entry.name != "__pycache__":
            found.extend(_files(entry, f"{prefix}{entry.name}/"))
        elif entry.name.endswith((".py", ".yaml")):
            found.append((prefix + entry.name, entry.read_bytes()))
    return found
