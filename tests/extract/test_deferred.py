"""Modules that are loaded at their first use."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from chartproof.extract.deferred import defer


def test_what_is_loaded_stays_as_it_is() -> None:
    finders = list(sys.meta_path)
    defer("json")
    assert sys.meta_path == finders


def test_a_missing_module_is_missing_as_ever() -> None:
    defer("no_such_module_here")
    try:
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module("no_such_module_here")
    finally:
        del sys.meta_path[0]


def test_nltk_waits_for_its_first_use_and_then_works() -> None:
    code = (
        "import sys, chartproof.extract\n"
        "assert 'nltk.tokenize' not in sys.modules\n"
        "import nltk\n"
        "assert nltk.edit_distance('pain', 'gain') == 1\n"
    )
    subprocess.run([sys.executable, "-P", "-c", code], check=True, capture_output=True)
