"""The check of guideline files: every kind of mistake is told with line and key, and right files pass."""

from __future__ import annotations

import datetime as dt
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from chartproof.errors import ChartproofError
from chartproof.evaluate.authoring.lint import check_file
from chartproof.evaluate.authoring.problems import Problem
from tests.evaluate.authoring.conftest import CASES, GUIDELINE, Change, Write

BUILT_IN = Path(str(resources.files("chartproof.evaluate.guidelines")))


def found(path: Path) -> list[Problem]:
    return check_file(path).problems


def criterion(content: dict[str, Any]) -> dict[str, Any]:
    entry: dict[str, Any] = content["pathways"][0]["criteria"][0]
    return entry


def put(*steps: Any, value: Any) -> Change:
    """A change of the value at a place."""

    def change(content: dict[str, Any]) -> None:
        inside: Any = content
        for step in steps[:-1]:
            inside = inside[step]
        inside[steps[-1]] = value

    return change


def take(*steps: Any) -> Change:
    """A change that takes a key out."""

    def change(content: dict[str, Any]) -> None:
        inside: Any = content
        for step in steps[:-1]:
            inside = inside[step]
        del inside[steps[-1]]

    return change


FIRST = ("pathways", 0, "criteria", 0)


def test_a_right_file_has_no_problem(write: Write) -> None:
    checked = check_file(write())
    assert checked.problems == []
    assert checked.cases == 5


@pytest.mark.parametrize("path", sorted(BUILT_IN.glob("nia-???.yaml")), ids=lambda path: path.name)
def test_the_built_in_files_have_no_problem(path: Path) -> None:
    checked = check_file(path)
    assert checked.problems == []
    assert checked.cases > 20


@pytest.mark.parametrize(
    ("change", "line_of", "key", "message"),
    [
        (put("titel", value="x"), "titel:", "titel", "did you mean 'title'?"),
        (take("title"), "id: x-1", "", "'title' is missing"),
        (put("version", value=2024), "version:", "version", "put it in quotes"),
        (put("effective_from", value="2024-01-01"), "effective_from:", "effective_from", "without quotes"),
        (put("effective_to", value=dt.date(2023, 1, 1)), "effective_to:", "effective_to", "end before it begins"),
        (put("source", "sauce", value="x"), "sauce:", "source.sauce", "unknown key 'sauce'"),
        (put("history", "famlies", value=[]), "famlies:", "history.famlies", "did you mean 'families'?"),
        (put("procedures", value=["esy"]), "- esy", "procedures[1]", "did you mean 'esi'?"),
        (put("cpt", "123", value={"procedures": ["esi"], "regions": []}), "'123':", "cpt.123", "unknown code '123'"),
        (put("cpt", "12345", "regions", value=["lumber"]), "- lumber", "cpt.12345.regions[1]", "mean 'lumbar'?"),
        (put(*FIRST, "id", value="y-1.a.pain"), "- id: y-1.a.pain", "y-1.a.pain.id", "does not begin with 'x-1.'"),
        (put("gates", 0, "id", value="x-1.a.pain"), "id: x-1.a.pain\n  same", "x-1.a.pain.id", "two entries have"),
        (put(*FIRST, "sorce", value="x"), "sorce:", "x-1.a.pain.sorce", "did you mean 'source'?"),
        (take(*FIRST, "source"), "- id: x-1.a.pain", "x-1.a.pain", "'source' is missing"),
        (take(*FIRST, "satisfy"), "- id: x-1.a.pain", "x-1.a.pain", "'satisfy' is missing"),
        (put(*FIRST, "satisfy", value=" "), "satisfy:", "x-1.a.pain.satisfy", "text that says something"),
        (take(*FIRST, "check"), "- id: x-1.a.pain", "x-1.a.pain", "'check' is missing"),
        (put(*FIRST, "check", value="pain_or_functoin"), "check:", "x-1.a.pain.check", "mean 'pain_or_function'?"),
        (put(*FIRST, "params", value={"at_lest": 6}), "at_lest:", "x-1.a.pain.params.at_lest", "mean 'at_least'?"),
        (put(*FIRST, "params", value={"at_least": "x"}), "at_least:", "x-1.a.pain.params.at_least", "valid number"),
        (put(*FIRST, "params", value=[6]), "params:", "x-1.a.pain.params", "mapping of parameters"),
        (put(*FIRST, "when", value={"check": "diagnosis"}), "when:", "x-1.a.pain.when", "needs the parameter 'names'"),
        (put("gates", 0, "same_as", value="nia-305.contraindication.skn"), "same_as:", "x-1.skin.same_as", "mean 'nia-305"),
        (put("gates", 0, "same_as", value="nia-999.x"), "same_as:", "x-1.skin.same_as", "unknown id"),
        (put("gates", 0, "same_as", value="x-1.skin"), "same_as:", "x-1.skin.same_as", "refers back"),
        (put("gates", 0, "same_as", value="nia-305.sij-pain"), "same_as:", "x-1.skin.same_as", "is no criterion"),
        (put("include", value="nia-999"), "include:", "include", "no guideline 'nia-999'"),
        (put("include", value="nia-408"), "include:", "include", "itself includes nia-300"),
        (put("include", value="x-1"), "include:", "include", "cannot include itself"),
        (put("pathways", 0, "side", value="first"), "side:", "x-1.a.side", "unknown value 'first'"),
        (put("pathways", 0, "criteria", value=[]), "criteria:", "x-1.a.criteria", "at least one criterion"),
        (put("gates", value=None), "gates:", "gates", "[] for none"),
        (put("pathways", 0, "criteria", value=None), "criteria:", "x-1.a.criteria", "at least one criterion"),
        (put("gates", value={"id": "x-1.gate"}), "gates:", "gates", "list of entries"),
        (put("gates", 0, value="x-1.gate"), "- x-1.gate", "gates[1]", "an entry with an id"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_with_its_line_and_key(
    write: Write, change: Change, line_of: str, key: str, message: str
) -> None:
    path = write(change, with_cases=False)
    text = path.read_text("utf-8")
    errors = [one for one in found(path) if one.severity == "error"]
    line = text[: text.index(line_of)].count("\n") + 1
    assert [(one.line, one.key) for one in errors] == [(line, key)], errors
    assert message in errors[0].message
    assert errors[0].file == str(path)


@pytest.mark.parametrize(
    ("check", "params", "key", "message"),
    [
        ("diagnosis", {"names": ["radiculopathi"]}, "params.names[1]", "did you mean 'radiculopathy'?"),
        ("statement", {"topic": "injection_resaon"}, "params.topic", "did you mean 'injection_reason'?"),
        ("any_of", {"parts": [{"check": "alway"}]}, "params.parts[1].check", "did you mean 'always'?"),
        ("any_of", {"parts": []}, "params.parts", "at least 1 item"),
        ("any_of", {"parts": [{"check": "always", "param": {}}]}, "params.parts[1].param", "did you mean 'params'?"),
        (
            "negation",
            {"part": {"check": "interval", "params": {"days": "x"}}},
            "params.part.params.days",
            "valid integer",
        ),
        (
            "device_request",
            {"kinds": ["trial"], "codes": {"99999": ["trial"]}, "planned": {}},
            "params.codes.99999",
            "not among the codes of this guideline",
        ),
    ],
)
def test_mistakes_inside_parameters(write: Write, check: str, params: Any, key: str, message: str) -> None:
    def change(content: dict[str, Any]) -> None:
        criterion(content).update(check=check, params=params)

    errors = [one for one in found(write(change, with_cases=False)) if one.severity == "error"]
    assert [one.key for one in errors] == [f"x-1.a.pain.{key}"]
    assert message in errors[0].message


def test_an_id_has_a_form(write: Write) -> None:
    told = [one for one in found(write(put("id", value="X 1"), with_cases=False)) if one.key == "id"]
    assert [(one.line, "lower case" in one.message) for one in told] == [(1, True)]


def test_all_mistakes_are_told_at_once(write: Write) -> None:
    def change(content: dict[str, Any]) -> None:
        content["surprise"] = 1
        criterion(content)["check"] = "nothing"
        del content["gates"][0]["source"]
        content["gates"][0]["same_as"] = "x-1.nothing"

    def cases(content: dict[str, Any]) -> None:
        content["cases"][0]["base"] = "none"

    told = found(write(change, cases))
    assert {one.key for one in told} == {"surprise", "x-1.a.pain.check", "x-1.skin.same_as", "nothing.base"}


def test_a_key_that_stands_twice_is_told(write: Write) -> None:
    path = write()
    path.write_text(path.read_text("utf-8") + "title: Another\n", encoding="utf-8")
    assert [(one.key, "stands twice" in one.message) for one in found(path)] == [("title", True)]


def test_text_without_a_full_stop_and_a_foreign_citation_are_warnings(write: Write) -> None:
    def change(content: dict[str, Any]) -> None:
        criterion(content).update(text="No stop", source="Y_2, bullet 1")

    told = found(write(change))
    assert [(one.severity, one.key) for one in told] == [
        ("warning", "x-1.a.pain.text"),
        ("warning", "x-1.a.pain.source"),
    ]


# -- versions ------------------------------------------------------------------------------------------------------


def later(**more: Any) -> Change:
    def change(content: dict[str, Any]) -> None:
        content.update(version="2025", effective_from=dt.date(2025, 1, 1), **more)

    return change


def test_two_versions_one_after_the_other(write: Write) -> None:
    first = write(put("effective_to", value=dt.date(2024, 12, 31)))
    assert found(write(later(), name="x-1@2025")) == []
    assert found(first) == []


def test_a_version_without_an_end_lasts_until_the_next(write: Write) -> None:
    first = write()
    assert found(write(later(), name="x-1@2025")) == []
    assert found(first) == []


def test_overlapping_versions_are_errors_in_both_files(write: Write) -> None:
    first = write(put("effective_to", value=dt.date(2025, 1, 1)))
    second = write(later(), name="x-1@2025")
    assert [(one.key, "overlaps" in one.message) for one in found(first)] == [("effective_to", True)]
    assert [(one.key, "overlaps" in one.message) for one in found(second)] == [("effective_from", True)]


def test_two_versions_from_one_day_or_of_one_name_are_errors(write: Write) -> None:
    write()
    same_day = write(put("version", value="2025"), name="x-1@2025")
    assert [one.key for one in found(same_day)] == ["effective_from"]
    same_name = write(put("effective_from", value=dt.date(2025, 1, 1)), name="x-1@2025")
    assert [one.key for one in found(same_name)] == ["version"]


def test_a_file_outside_the_package_cannot_take_the_place_of_a_built_in_version(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text((BUILT_IN / "nia-305.yaml").read_text("utf-8"), encoding="utf-8")
    (tmp_path / "mine.cases.yaml").write_text((BUILT_IN / "nia-305.cases.yaml").read_text("utf-8"), encoding="utf-8")
    assert [(one.key, "built-in nia-305.yaml" in one.message) for one in found(path)] == [("effective_from", True)]


# -- cases ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "key", "message"),
    [
        (put("cases", 1, "expect", value={"x-1.a.pain": "not_met"}), "pain.expect.x-1.a.pain", "comes out as met"),
        (put("cases", 1, "expect", value={"x-1.a.pian": "met"}), "pain.expect.x-1.a.pian", "mean 'x-1.a.pain'?"),
        (put("cases", 1, "expect", "determination", value="met"), "pain.expect.determination", "unknown outcome 'met'"),
        (put("cases", 1, "base", value="two"), "pain.base", "there is no base 'two'; known are one"),
        (put("cases", 1, "ad", value=[]), "pain.ad", "did you mean 'add'?"),
        (put("cases", 1, "add", value=[{"kind": "pain_score", "low": 60, "high": 6}]), "pain", "less than or equal"),
        (put("cases", 1, "name", value="nothing"), "nothing.name", "two cases are named"),
        (put("cannot_be", value={"x-1.nothing": {"met": "No."}}), "cannot_be.x-1.nothing", "unknown criterion"),
        (put("cannot_be", value={"x-1.skin": {"met": "No."}}), "cannot_be.x-1.skin.met", "so it can be"),
        (put("cannot_be", value={"x-1.skin": {"mett": "No."}}), "cannot_be.x-1.skin.mett", "unknown value 'mett'"),
        (put("include", value="nia-999"), "include", "cannot be read"),
    ],
)
def test_mistakes_in_the_cases(write: Write, change: Change, key: str, message: str) -> None:
    errors = [one for one in found(write(cases=change)) if one.severity == "error"]
    assert [one.key for one in errors] == [key]
    assert message in errors[0].message
    assert errors[0].file.endswith("x-1.cases.yaml")


def test_a_fact_to_drop_that_is_not_there_is_a_warning(write: Write) -> None:
    told = found(write(cases=put("cases", 1, "drop", value=["therapy"])))
    assert [(one.severity, one.key) for one in told] == [("warning", "pain.drop[1]")]


def test_a_status_that_no_case_shows_is_a_warning_unless_a_reason_is_given(write: Write) -> None:
    told = found(write(cases=take("cases", 4)))
    assert [(one.severity, one.key) for one in told] == [("warning", "x-1.skin")]
    assert "x-1.skin as not_documented" in told[0].message

    def with_reason(content: dict[str, Any]) -> None:
        del content["cases"][4]
        content["cannot_be"] = {"x-1.skin": {"not_documented": "The reason."}}

    assert found(write(cases=with_reason)) == []


def test_missing_cases_are_a_warning(write: Write) -> None:
    told = found(write(with_cases=False))
    assert [(one.severity, one.line) for one in told] == [("warning", 1)]
    assert "x-1.cases.yaml" in told[0].message


# -- files that cannot be read -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a: [1\nb: 2", r"x\.yaml:2: this is no YAML"),
        (b"- 1", r"x\.yaml:1: expected a mapping"),
        (b"", r"x\.yaml:1: the file is empty"),
        (b"\xff\xfe", r"x\.yaml: the file is not UTF-8"),
    ],
)
def test_what_is_no_yaml_mapping(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    with pytest.raises(ChartproofError, match=message):
        check_file(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ChartproofError, match="nothing\\.yaml"):
        check_file(tmp_path / "nothing.yaml")


def test_cases_that_are_no_yaml_are_an_error_with_their_line(write: Write) -> None:
    path = write()
    path.with_name("x-1.cases.yaml").write_text("bases:\n  a: [1\nb: 2\n", encoding="utf-8")
    told = found(path)
    assert [(Path(one.file).name, one.line, one.severity) for one in told] == [("x-1.cases.yaml", 3, "error")]


@pytest.mark.parametrize("value", [None, "x", [1], {"check": "x"}], ids=repr)
def test_whatever_stands_in_a_file_is_told_and_never_breaks_the_check(write: Write, value: Any) -> None:
    """Each value of the right file, and of its cases, in turn replaced by something of another kind."""

    def places(inside: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        steps = inside.items() if isinstance(inside, dict) else enumerate(inside) if isinstance(inside, list) else ()
        return [place, *(deeper for step, one in steps for deeper in places(one, (*place, step)))]

    for place in places(GUIDELINE)[1:]:
        found(write(put(*place, value=value), with_cases=False))
    right = write()
    for place in places(CASES)[1:]:
        write(cases=put(*place, value=value))
        found(right)
