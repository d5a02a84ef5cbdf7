"""The test cases beside the package's guideline files (``evaluate/guidelines/*.cases.yaml``)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import resources

from chartproof.evaluate.authoring.cases import CaseFile, GuidelineCase, build, cases_of, read_case_file

__all__ = ["GuidelineCase", "all_cases", "build", "case_file", "guidelines_with_cases", "read_cases"]

FOLDER = "chartproof.evaluate.guidelines"


def _text(guideline: str) -> str:
    return resources.files(FOLDER).joinpath(f"{guideline}.cases.yaml").read_text(encoding="utf-8")


@cache
def case_file(guideline: str) -> CaseFile:
    """The content of a guideline's case file."""
    return read_case_file(_text(guideline), guideline, _text)


def guidelines_with_cases() -> list[str]:
    """The guidelines that have a case file, sorted."""
    names = (entry.name for entry in resources.files(FOLDER).iterdir())
    return sorted(name.removesuffix(".cases.yaml") for name in names if name.endswith(".cases.yaml"))


def read_cases(guideline: str) -> Iterator[GuidelineCase]:
    """The test cases of a guideline."""
    return cases_of(guideline, case_file(guideline))


def all_cases() -> list[GuidelineCase]:
    """The test cases of all guidelines."""
    return [one for guideline in guidelines_with_cases() for one in read_cases(guideline)]
