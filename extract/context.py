"""ConText: negation, uncertainty, plans, history and family, by medspaCy's algorithm, sentence by sentence.

medspaCy's component matches its rules over the whole document and compares all modifiers with each
other, which is slow and grows with the square of the note. Only sentences that hold a candidate
fact matter, so the modifiers of one sentence at a time go through medspaCy's own
``ConTextModifier`` (scopes, directions, termination). The rules are data: ``data/context/*.yaml``.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources

import yaml
from medspacy.context import ConTextModifier, ConTextRule

from chartproof.facts import Assertion

# The strongest reading first: what is said of a relative is not the patient's, whatever else is said.
PRIORITY: tuple[Assertion, ...] = ("family", "negated", "hypothetical", "planned", "historical", "possible")


def context_rules() -> tuple[ConTextRule, ...]:
    """The ConText rules of ``data/context``.

    Each entry: ``category`` (an assertion, or ``stop``), ``direction`` (forward, backward,
    bidirectional, terminate, pseudo), ``phrases``, and optionally ``scope`` (tokens), ``only`` and
    ``never`` (labels of targets).
    """
    rules: list[ConTextRule] = []
    root = resources.files("chartproof.extract.data").joinpath("context")
    for name in sorted(entry.name for entry in root.iterdir() if entry.name.endswith(".yaml")):
        for entry in yaml.load(root.joinpath(name).read_text("utf-8"), yaml.CSafeLoader):
            allowed = {label.upper() for label in entry["only"]} if "only" in entry else None
            excluded = {label.upper() for label in entry["never"]} if "never" in entry else None
            rules.extend(
                ConTextRule(
                    literal=str(phrase),
                    category=entry["category"],
                    direction=entry["direction"].upper(),
                    max_scope=entry.get("scope"),
                    allowed_types=allowed,
                    excluded_types=excluded,
                )
                for phrase in entry["phrases"]
            )
    return tuple(rules)


@dataclass(frozen=True, slots=True)
class Target:
    """What a modifier may modify: token range and label, as medspaCy's algorithm reads them."""

    start: int
    end: int
    label_: str


def scoped_modifiers(
    matches: list[tuple[int, int, ConTextRule]], sentence: tuple[int, int], label: str | None = None
) -> list[ConTextModifier]:
    """The modifiers of one sentence with their scopes settled.

    `matches` are (first token, token after the last, rule); `sentence` is the token range. With a
    `label`, rules that may not modify a target of that label take no part: they neither hide a
    shorter rule nor end its scope. A match inside a longer one is dropped, so that "no longer" is
    no "no".
    """
    kept: list[tuple[int, int, ConTextRule]] = []
    for match in sorted(matches, key=lambda m: (m[0], -m[1])):
        if label is not None and not _allows(match[2], label):
            continue
        if any(k[0] <= match[0] and match[1] <= k[1] and k[:2] != match[:2] for k in kept):
            continue
        kept.append(match)
    modifiers = []
    for start, end, rule in kept:
        scope_start, scope_end = sentence
        if rule.direction == "FORWARD":
            scope_start = end
        elif rule.direction == "BACKWARD":
            scope_end = start
        if rule.max_scope is not None:
            scope_start = max(scope_start, start - rule.max_scope)
            scope_end = min(scope_end, end + rule.max_scope)
        modifiers.append(ConTextModifier(rule, start, end, None, scope_start, scope_end))
    for index, first in enumerate(modifiers):
        for second in modifiers[index + 1 :]:
            first.limit_scope(second)
            second.limit_scope(first)
    return modifiers


def _allows(rule: ConTextRule, label: str) -> bool:
    if rule.allowed_types is not None and label not in rule.allowed_types:
        return False
    return rule.excluded_types is None or label not in rule.excluded_types


def assertion_of(modifiers: list[ConTextModifier], target: Target) -> tuple[Assertion, ConTextModifier | None]:
    """The assertion that the modifiers give the target, and the modifier that decided it."""
    best: ConTextModifier | None = None
    rank = len(PRIORITY)
    for modifier in modifiers:
        first, last = modifier.modifier_span
        if target.start <= first and last <= target.end:
            continue  # a word of the target itself
        category = modifier.category.lower()  # medspaCy writes categories in capitals
        if category in PRIORITY and modifier.modifies(target):
            index = PRIORITY.index(category)
            if index < rank:
                best, rank = modifier, index
    if best is None:
        return "present", None
    return PRIORITY[rank], best
