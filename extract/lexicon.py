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


class Node:
    """A place in the tree of phrases: what the words up to here are, and where each next word leads.

    `targets` are the labels of a phrase that ends here, each with its ids; `contexts` its ConText rules;
    `ends` says whether there are any.
    """

    __slots__ = ("contexts", "ends", "following", "targets")

    def __init__(self) -> None:
        self.ends = False
        self.targets: tuple[tuple[str, tuple[str, ...]], ...] = ()
        self.contexts: tuple[ConTextRule, ...] = ()
        self.following: dict[str, Node] = {}


class Matcher:
    """The phrases of all target and ConText rules as one tree of words."""

    def __init__(self) -> None:
        self._root = Node()
        targets: dict[str, dict[str, set[str]]] = {}
        for rule in target_rules():
            words = _words(rule.literal)
            for form in (words,) if words.endswith(_NO_PLURAL) else (words, words + "s"):
                targets.setdefault(form, {}).setdefault(rule.category, set()).add(rule.metadata["id"])
        contexts: dict[str, list[ConTextRule]] = {}
        for rule in context_rules():
            contexts.setdefault(_words(rule.literal), []).append(rule)
        for form, labels in targets.items():
            node = self._node(form)
            node.targets, node.ends = tuple((label, tuple(sorted(ids))) for label, ids in sorted(labels.items())), True
        for form, rules in contexts.items():
            node = self._node(form)
            node.contexts, node.ends = tuple(rules), True
        self.vocabulary = frozenset(word for form in (*targets, *contexts) for word in form.split())

    def _node(self, form: str) -> Node:
        node = self._root
        for word in form.split():
            following = node.following.get(word)
            if following is None:
                following = node.following[word] = Node()
            node = following
        return node

    def phrases(self, words: list[str], first: int, last: int) -> list[tuple[int, int, Node]]:
        """The phrases that stand whole in ``words[first:last]``: first word, the word after the last, and what it is.

        In the order of the first words; of several with the same first word the longest comes first.
        """
        roots = self._root.following
        found: list[tuple[int, int, Node]] = []
        for start in range(first, last):
            node = roots.get(words[start])
            if node is None:
                continue
            end = start + 1
            at = len(found)
            while True:
                if node.ends:
                    found.append((start, end, node))
                if end == last:
                    break
                node = node.following.get(words[end])
                if node is None:
                    break
                end += 1
            if len(found) > at + 1:
                found[at:] = reversed(found[at:])
        return found


def _words(phrase: str) -> str:
    """The phrase as its normalized words, with one space between them."""
    return phrase if _PLAIN.match(phrase) else " ".join(tokenize(phrase).words)
