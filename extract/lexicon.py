"""The lexicon: phrases of the field, as data, matched in one pass over the tokens.

Each file of ``data/lexicon`` maps a label to ids and their phrases. Phrases become medspaCy target
rules; all of them, with the ConText rules, are matched by one phrase matcher over the normalized
tokens, which is what makes the pipeline fast. A phrase also matches with a plural ``s`` on its last
word. A label may hold a word under several labels; within one label the longest match wins.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import yaml
from medspacy.target_matcher import TargetRule
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from chartproof.extract.context import ContextRules
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


@cache
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


class Matcher:
    """One phrase matcher for all target and ConText rules.

    `match(doc)` returns tuples (first token, token after the last, label, id): for a ConText
    modifier the label is ``""`` and the id the index of its rule in `contexts`.
    """

    def __init__(self) -> None:
        self.vocab = Vocab()
        self.contexts = ContextRules()
        self._keys: dict[int, tuple[tuple[str, str], ...]] = {}
        phrases: dict[str, set[tuple[str, str]]] = {}
        for rule in target_rules():
            target = (rule.category, rule.metadata["id"])
            words = _words(rule.literal)
            phrases.setdefault(words, set()).add(target)
            if not words.endswith(_NO_PLURAL):
                phrases.setdefault(words + "s", set()).add(target)
        for index, rule in enumerate(self.contexts.rules):
            phrases.setdefault(_words(rule.literal), set()).add(("", str(index)))
        self.vocabulary = frozenset(word for words in phrases for word in words.split())
        self._matcher = PhraseMatcher(self.vocab, attr="ORTH")
        orths = {word: self.vocab.strings.add(word) for word in self.vocabulary}
        patterns: dict[tuple[tuple[str, str], ...], list[tuple[int, ...]]] = {}
        for words, targets in phrases.items():
            patterns.setdefault(tuple(sorted(targets)), []).append(tuple(orths[word] for word in words.split()))
        for number, (found, group) in enumerate(patterns.items()):
            self._keys[self.vocab.strings.add(f"#{number}")] = found
            # A pattern may be a document or, as when a matcher is unpickled, the hashes of its words: 13,000 small
            # documents would cost a quarter of a second at every start.
            self._matcher.add(f"#{number}", group)

    def match(self, doc: Doc) -> list[tuple[int, int, str, str]]:
        """All matches in token order, longer ones first at the same start."""
        found = [(s, e, label, i) for key, s, e in self._matcher(doc) for label, i in self._keys[key]]
        found.sort(key=lambda item: (item[0], -item[1], item[2], item[3]))
        return found


def _words(phrase: str) -> str:
    """The phrase as its normalized words, with one space between them."""
    return phrase if _PLAIN.match(phrase) else " ".join(tokenize(phrase).words)
