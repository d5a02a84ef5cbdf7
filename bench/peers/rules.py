"""The rules that every peer gets, and the facts that their matches stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

from chartproof.facts import FACT_ADAPTER, Assertion, Fact


@dataclass(frozen=True)
class Rule:
    """A kind of fact with the phrases or the pattern that point at it, and the attributes that follow from them."""

    kind: str
    phrases: tuple[str, ...]
    pattern: str | None
    attributes: dict[str, Any]

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """The rule as one regular expression."""
        listed = "|".join(re.escape(phrase) for phrase in sorted(self.phrases, key=len, reverse=True))
        return re.compile(self.pattern or rf"\b(?:{listed})\b", re.IGNORECASE)


@cache
def _content() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("rules.yaml").read_text("utf-8"))
    return content


def read_rules() -> list[Rule]:
    """The rules of ``rules.yaml``."""
    return [
        Rule(one["kind"], tuple(one.get("phrases", ())), one.get("pattern"), one.get("attributes", {}))
        for one in _content()["rules"]
    ]


def _nearby(kind: str, text: str, start: int, end: int) -> dict[str, str]:
    """Attributes of a kind from the nearest of their words in the line."""
    reach = _content()["reach"]
    left = max(text.rfind("\n", 0, start) + 1, start - reach)
    stop = text.find("\n", end)
    right = min(len(text) if stop < 0 else stop, end + reach)
    found: dict[str, str] = {}
    for name, listed in _content()["nearby"].items():
        if kind not in listed["kinds"]:
            continue
        places = [
            (max(start - match.end(), match.start() - end, 0), value)
            for word, value in listed["words"].items()
            for match in re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE).finditer(text, left, right)
        ]
        if places:
            found[name] = min(places)[1]
    return found


def fact(rule: Rule, text: str, start: int, end: int, assertion: Assertion) -> Fact | None:
    """The fact of a match of `rule` in a note; None where its numbers are out of range."""
    match = rule.expression.search(text, start, end)
    numbers = {name: value for name, value in (match.groupdict() if match else {}).items() if value}
    content: dict[str, Any] = {**rule.attributes, **_nearby(rule.kind, text, start, end), **numbers}
    for low, high in (("low", "high"), ("percent_low", "percent_high")):
        if low in content:
            content.setdefault(high, content[low])
    if rule.kind == "exam_test":
        content["result"] = "negative" if assertion == "negated" else content.get("result")
        assertion = "present"
    if rule.kind == "procedure":
        content["status"] = "planned" if assertion in ("hypothetical", "planned") else "done"
    try:
        return FACT_ADAPTER.validate_python(
            {"kind": rule.kind, "spans": [[start, end]], "assertion": assertion, **content}
        )
    except ValueError:
        return None
