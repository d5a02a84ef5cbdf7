"""The lexicon: phrases of the field, as data, matched in one pass over the tokens.

Each file of ``data/lexicon`` maps a label to ids and their phrases. Phrases become medspaCy target
rules; all of them, with the ConText rules, are matched in one walk over the normalized tokens, which
is what makes the pipeline fast. A phrase also matches with a plural ``s`` on its last
word. A label may hold a word under several labels; within one label the longest match wins.
"""

from __future__ import annotations

from importlib import resources
from typing import Any

import yaml
from medspacy.context import ConTextRule
from medspacy.target_matcher import TargetRule

from chartproof.extract.context import context_rules
from chartproof.extract.regex import Regex
from chartproof.extract.tokens import tokenize

#: Words that are their own tokens: no tokenizing needed.
_PLAIN = Regex(r"[a-z]+(?: [a-z]+)*\Z")
_NO_PLURAL = ("s", "ed", "ing", "ly", "+", "-", ")", "/")


def data_files(folder: str) -> list[tuple[str, Any]]:
    """Name and parsed content of the YAML files of ``data/<folder>``, in name order."""
    root = resources.files("chartproof.extract.data").joinpath(folder)
    names = sorted(entry.name for entry in root.iterdir() if entry.name.endswith(".yaml"))
    return [(name, yaml.load(root.joinpath(name).read_text("utf-8"), yaml.CSafeLoader)) for name in names]


def target_rules() -> tuple[TargetRule, ...]:
    """Every phrase of ``data/lexicon`` as a medspaCy target rule; ``metadata["id"]`` holds its id."""
    rules: list[TargetRule] = []
    for _, labels in data_files("lexicon"):
        for label, entries in labels.items():
            for entry_id, phrases in entries.items():
                rules.extend(
                    TargetRule(literal=str(phrase), category=label, metadata={"id": str(entry_id)})
                    for phrase in phrases
                )
    return tuple(rules)


#: What a phrase is: its labels, each with its ids, and its ConText rules.
Phrase = tuple[tuple[tuple[str, tuple[str, ...]], ...], tuple[ConTextRule, ...]]
_PREFIX: Phrase = ((), ())


class Matcher:
    """The phrases of all target and ConText rules.

    They stand in one table by their words, and so do the words with which a longer one begins. (A tree of objects
    would be as fast to match and a burden to the garbage collector.)
    """

    def __init__(self) -> None:
        targets: dict[str, dict[str, set[str]]] = {}
        for rule in target_rules():
            words = _words(rule.literal)
            for form in (words,) if words.endswith(_NO_PLURAL) else (words, words + "s"):
                targets.setdefault(form, {}).setdefault(rule.category, set()).add(rule.metadata["id"])
        contexts: dict[str, list[ConTextRule]] = {}
        for rule in context_rules():
            contexts.setdefault(_words(rule.literal), []).append(rule)
        self._table: dict[str, Phrase] = {}
        same: dict[Phrase, Phrase] = {}  # most phrases are one of many for an id
        for form in {**targets, **contexts}:
            labels = tuple((label, tuple(sorted(ids))) for label, ids in sorted(targets.get(form, {}).items()))
            phrase = labels, tuple(contexts.get(form, ()))
            self._table[form] = same.setdefault(phrase, phrase)
        for form in list(self._table):
            prefix = form
            while " " in prefix:
                prefix = prefix.rpartition(" ")[0]
                if self._table.setdefault(prefix, _PREFIX) is not _PREFIX:
                    break  # a phrase, whose own beginnings are added in its turn
        self.vocabulary = frozenset(word for form in self._table for word in form.split())

    def phrases(self, words: list[str], first: int, last: int) -> list[tuple[int, int, Phrase]]:
        """The phrases that stand whole in ``words[first:last]``: first word, the word after the last, and what it is.

        In the order of the first words; of several with the same first word the longest comes first.
        """
        table = self._table
        found: list[tuple[int, int, Phrase]] = []
        for start in range(first, last):
            form = words[start]
            phrase = table.get(form)
            if phrase is None:
                continue
            end = start + 1
            at = len(found)
            while True:
                if phrase is not _PREFIX:
                    found.append((start, end, phrase))
                if end == last:
                    break
                form = f"{form} {words[end]}"
                phrase = table.get(form)
                if phrase is None:
                    break
                end += 1
            if len(found) > at + 1:
                found[at:] = reversed(found[at:])
        return found


def _words(phrase: str) -> str:
    """The phrase as its normalized words, with one space between them."""
    return phrase if _PLAIN.match(phrase) else " ".join(tokenize(phrase).words)
