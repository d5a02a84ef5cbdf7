"""Regular expressions compiled at their first use."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest

import chartproof.extract
from chartproof.extract.regex import Regex


def test_it_works_like_a_compiled_one() -> None:
    lazy, compiled = Regex(r"(\d+) mg", re.IGNORECASE), re.compile(r"(\d+) mg", re.IGNORECASE)
    text = "5 MG or 10 mg"
    assert lazy.findall(text) == compiled.findall(text) == ["5", "10"]
    assert [one.span() for one in lazy.finditer(text)] == [one.span() for one in compiled.finditer(text)]
    assert lazy.sub("x", text) == "x or x"
    assert lazy.split(text) == compiled.split(text)
    assert lazy.search("none") is None
    assert lazy.match(text)
    assert not lazy.fullmatch(text)


def test_other_attributes_are_errors() -> None:
    with pytest.raises(AttributeError):
        _ = Regex("a").groupindex


def test_every_expression_of_the_rules_compiles() -> None:
    found = 0
    for module in pkgutil.walk_packages(chartproof.extract.__path__, "chartproof.extract."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Regex):
                value.search("")
                found += 1
    assert found > 300
