"""The check of the test cases beside a guideline file: they are well-formed, come out as expected, and leave no gap."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from chartproof.assessment import Determination, Status
from chartproof.errors import ChartproofError
from chartproof.evaluate.authoring.cases import (
    RESULT_FIELDS,
    Base,
    CaseEntry,
    CaseFile,
    NoteEntry,
    case_of,
    cases_path,
    differences,
    read_case_file,
    unproven,
)
from chartproof.evaluate.authoring.document import Document, Place
from chartproof.evaluate.authoring.problems import Problem, Report, unknown
from chartproof.evaluate.authoring.shape import CRITERION_PARTS, GROUP_PARTS
from chartproof.evaluate.guideline import Guideline
from chartproof.evaluate.site import CASES_SUFFIX, read_text


def check_cases(guideline_document: Document, guideline: Guideline | None, report: Report) -> int:
    """Note what is wrong with the case file beside a guideline file; the number of cases that ran.

    The cases run only with the `guideline`, which is None when its file has errors. Gaps are noted at the criteria of
    the guideline file.
    """
    path = cases_path(guideline_document.path)
    if not path.is_file():
        report.warning((), f"there are no test cases; write them into {path.name}")
        return 0
    try:
        document = Document(read_text(path), path)
    except ChartproofError as error:
        report.found.append(_unreadable(path, str(error)))
        return 0
    cases = Report(document, report.found)
    cases.repeated_keys()
    if not _well_formed(document, cases):
        return 0
    guideline_id = str(guideline_document.value.get("id"))
    try:
        file = read_case_file(read_text(path), guideline_id, lambda other: _text(path, other))
    except (ChartproofError, OSError, ValidationError, yaml.YAMLError):
        cases.error(("include",), "the included test cases cannot be read; check that guideline first")
        return 0
    _Cases(cases, guideline_id, guideline, file, guideline_document, report).run()
    return len(file.cases) if guideline is not None else 0


def _unreadable(path: Path, message: str) -> Problem:
    place, _, text = message.removeprefix(str(path)).partition(": ")
    line = int(place[1:]) if place[1:].isdigit() else 1
    return Problem(file=str(path), line=line, key="", severity="error", message=text)


def _text(path: Path, guideline_id: str) -> str:
    """The text of another guideline's case file: beside this one, or the package's."""
    beside = path.with_name(f"{guideline_id}{CASES_SUFFIX}")
    if beside.is_file():
        return read_text(beside)
    folder = resources.files("chartproof.evaluate.guidelines")
    return folder.joinpath(f"{guideline_id}{CASES_SUFFIX}").read_text(encoding="utf-8")


def _well_formed(document: Document, report: Report) -> bool:
    """Whether the file has the form of a case file; what has not is noted."""
    try:
        CaseFile.model_validate(document.value)
    except ValidationError as error:
        for one in error.errors(include_url=False):
            inside = [step for step in one["loc"] if isinstance(step, str)]
            model: type[BaseModel] = (
                CaseEntry if inside[:1] == ["cases"] else Base if inside[:1] == ["bases"] else CaseFile
            )
            model = NoteEntry if "notes" in inside[1:] else model
            report.invalid((), [one], model.model_fields)
        return False
    return True


class _Cases:
    """The check of well-formed test cases."""

    def __init__(
        self,
        report: Report,
        guideline_id: str,
        guideline: Guideline | None,
        file: CaseFile,
        guideline_document: Document,
        guideline_report: Report,
    ) -> None:
        self.report = report
        self.guideline_id = guideline_id
        self.guideline = guideline
        self.file = file
        self.guideline_document = guideline_document
        self.guideline_report = guideline_report
        written = report.document.value.get("cases")
        entries: list[Any] = written if isinstance(written, list) else []
        self.places: dict[str, Place] = {}
        for number, entry in enumerate(entries):
            if entry["name"] in self.places:
                report.error(("cases", number, "name"), f"two cases are named {entry['name']!r}")
            self.places[entry["name"]] = ("cases", number)

    def run(self) -> None:
        """Note everything that is wrong."""
        for entry in self.file.cases:
            self._run(entry)
        if self.guideline is not None:
            self._reasons(self.guideline)
            for criterion_id, status in unproven(self.guideline, self.file):
                self.guideline_report.warning(
                    _place_of(self.guideline_document, criterion_id),
                    f"no test case shows {criterion_id} as {status}; write one, or say under cannot_be why none can be",
                )

    def _error(self, entry: CaseEntry, inside: Place, message: str) -> None:
        """Note an error at a case, or for one of the included file at the line that includes it."""
        if entry.name in self.places:
            self.report.error((*self.places[entry.name], *inside), message)
        else:
            self.report.error(("include",), f"case {entry.name!r}: {message}")

    def _run(self, entry: CaseEntry) -> None:
        """Build one case and judge it."""
        if entry.name in self.places and entry.base in self.file.bases:
            written = [fact for note in self.file.bases[entry.base].notes for fact in note.facts]
            for number, dropped in enumerate(entry.drop):
                if not any(_matches(fact, dropped) for fact in written):
                    self.report.warning((*self.places[entry.name], "drop", number), "the base has no such fact to drop")
        try:
            case = case_of(self.guideline_id, entry, self.file.bases)
        except ChartproofError as error:
            self._error(entry, ("base",) if entry.base not in self.file.bases else (), str(error))
            return
        if self.guideline is None:
            return
        known = {*self.guideline.criterion_ids, *_group_ids(self.guideline), *RESULT_FIELDS}
        wrong = {key for key in entry.expect if key not in known}
        for key in wrong:
            self._error(entry, ("expect", key), unknown(key, known, "id"))
        for key, wanted in entry.expect.items():
            allowed = _outcomes(key, self.guideline)
            if key not in wrong and wanted not in allowed:
                wrong.add(key)
                self._error(entry, ("expect", key), unknown(wanted, allowed, "outcome"))
        try:
            differing = differences(case, self.guideline)
        except ChartproofError as error:
            self._error(entry, (), str(error))
            return
        for key, wanted, found in differing:
            if key not in wrong:
                self._error(entry, ("expect", key), f"{key} should be {wanted} and comes out as {found}")

    def _reasons(self, guideline: Guideline) -> None:
        """The reasons why a status cannot be: they belong to criteria, and no case shows the status after all."""
        shown = {item for entry in self.file.cases for item in entry.expect.items()}
        for criterion_id, reasons in self.file.cannot_be.items():
            if criterion_id not in guideline.criterion_ids:
                text = unknown(criterion_id, guideline.criterion_ids, "criterion")
                self.report.error(("cannot_be", criterion_id), text)
            for status, reason in reasons.items():
                if not reason.strip():
                    self.report.error(("cannot_be", criterion_id, status), "write the reason why it cannot be")
                if (criterion_id, status) in shown:
                    text = f"a test case shows {criterion_id} as {status}, so it can be"
                    self.report.error(("cannot_be", criterion_id, status), text)


def _matches(fact: Mapping[str, object], dropped: str | Mapping[str, object]) -> bool:
    if isinstance(dropped, str):
        return fact.get("kind") == dropped
    return all(fact.get(key) == value for key, value in dropped.items())


def _group_ids(guideline: Guideline) -> tuple[str, ...]:
    """The ids of the pathways and of the categories of a triage."""
    return (*(one.id for one in guideline.pathways), *(one.id for one in guideline.categories))


def _outcomes(key: str, guideline: Guideline) -> tuple[str, ...]:
    """What a case may expect of a key."""
    if key == "determination":
        return get_args(Determination)
    if key == "initial_or_repeat":
        return ("initial", "repeat")
    if key == "pathway":
        return _group_ids(guideline)
    if key == "category":
        return tuple(one.name for one in guideline.categories)
    if key == "by_default":
        return ("yes", "no")
    return get_args(Status)


def _place_of(document: Document, criterion_id: str) -> Place:
    """Where a guideline file writes a criterion; the whole file when it takes it from another."""
    for part in CRITERION_PARTS:
        entries: Any = document.value.get(part) or ()
        for number, entry in enumerate(entries):
            if entry.get("id") == criterion_id:
                return part, number
    for part in GROUP_PARTS:
        groups: Any = document.value.get(part) or ()
        for number, group in enumerate(groups):
            for place, entry in enumerate(group.get("criteria", ())):
                if entry.get("id") == criterion_id:
                    return part, number, "criteria", place
    return ("include",) if "include" in document.value else ()
