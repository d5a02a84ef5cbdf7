"""The pipeline: note -> tokens -> phrases -> sentences with sections -> facts."""

from __future__ import annotations

import datetime as dt
import gc
import hashlib
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from chartproof.extract.casing import has_no_capitals, with_capitals
from chartproof.extract.dates import find_dates
from chartproof.extract.generalities import general_part
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


_new = tuple.__new__


@cache
def _matcher() -> Matcher:
    """The matcher of the process.

    It is built without the garbage collector, which would go over thousands of new rules again and again, and take as
    long as the rest.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        return Matcher()
    finally:
        if collects:
            gc.enable()


def extract_note(note: Note) -> NoteFacts:
    """Find the facts of one note.

    Every span is valid for ``note.text``. The result depends on the note alone: same note, same
    facts, in the order of their first spans.
    """
    view = build_view(note)
    places: dict[tuple[tuple[Span, ...], str], list[Fact]] = {}
    for finder in FINDERS:
        for fact in finder(view):
            places.setdefault((fact.spans, fact.kind), []).append(fact)
    general = [part for sentence in view.sentences if (part := general_part(sentence)) is not None]
    view.take_apart()
    facts: list[Fact] = []
    for place in sorted(places):
        if any(place[0][0].overlaps(span) for span in general):
            continue
        found = places[place]
        if len(found) > 1:
            by_content = {fact.model_dump_json(): fact for fact in reversed(found)}
            found = [by_content[content] for content in sorted(by_content)]
        facts += found
    return NoteFacts(note_id=note.note_id, facts=tuple(facts))


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
    last = previous_end = 0
    for index, (start, end) in enumerate(sentence_bounds(text)):
        first = bisect_left(tokens.starts, start, last)
        last = bisect_left(tokens.starts, end, first)
        sentence = Sentence(view, index, start, end, first, last)
        before = text[previous_end:start]
        line_start = (index == 0 or "\n" in before) and not before[before.rfind("\n") + 1 :].strip()
        heading = heading_at(text, start, end, line_start, bare_letters)
        if heading is not None and not (heading[0] == "exam_part" and section in HISTORY_SECTIONS):
            section, sentence.body = heading
            if section == "exam_part":
                section = "exam"
            inline = "\n" not in text[start : sentence.body]
        elif inline and section in SHORT_SECTIONS and _BLANK_LINE.search(before):
            section = None
        sentence.section = section
        view.sentences.append(sentence)
        previous_end = end
    _place_phrases(view, matcher)
    return view


def _place_phrases(view: NoteView, matcher: Matcher) -> None:
    """Give each sentence the phrases that stand whole in it; within one label the longest match wins."""
    tokens, text = view.tokens, view.note.text
    words, starts, ends = tokens.words, tokens.starts, tokens.ends
    asks = "?" in text
    for sentence in view.sentences:
        mentions, by_label = sentence.mentions, sentence.by_label
        for first, last, (targets, contexts) in matcher.phrases(words, sentence.first, sentence.last):
            start, end = starts[first], ends[last - 1]
            if contexts and not (asks and _answers(text, start, end)):
                sentence.context_matches += [(first, last, rule) for rule in contexts]
            for label, ids in targets:
                same = by_label.get(label)
                if same is None:
                    same = by_label[label] = []
                elif first < same[-1].last:
                    continue
                for one in ids:
                    mention = _new(Mention, (label, one, start, end, first, last))  # half the time of Mention(...)
                    mentions.append(mention)
                    same.append(mention)
        if "ignore" in by_label:
            _drop_ignored(sentence)


def _drop_ignored(sentence: Sentence) -> None:
    """Take away the phrases that stand within a longer one that is to be ignored."""
    ignored = sentence.by_label["ignore"]
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
    sentence.by_label = {}
    for mention in sentence.mentions:
        sentence.by_label.setdefault(mention.label, []).append(mention)


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
    head = text[:2000]
    lowered = head.lower()
    for label in _DATE_LABEL.finditer(head) if "date" in lowered or "dos" in lowered else ():
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
