"""A site's own guideline files beside the package's, and versions by the date of the request."""

from __future__ import annotations

import datetime as dt
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from chartproof.errors import ChartproofError
from chartproof.evaluate import evaluate, list_guidelines, load_guideline, select_guideline
from chartproof.evaluate.site import current_site, site_guidelines
from tests.evaluate.authoring.conftest import Write
from tests.evaluate.authoring.conftest import write as write
from tests.evaluate.casefile import GuidelineCase, build

BUILT_IN = Path(str(resources.files("chartproof.evaluate.guidelines")))


def request(date: str | None, *codes: str) -> GuidelineCase:
    content = {"cpt": list(codes), "date": date, "region": "lumbar"}
    return build("x-1", "request", content, [{"date": "2024-01-02", "facts": []}], {})


def second_version(content: dict[str, Any]) -> None:
    content.update(version="2025", effective_from=dt.date(2025, 1, 1))


def test_a_site_guideline_is_in_force_while_the_block_runs(write: Write) -> None:
    known = [one.id for one in list_guidelines()]
    with site_guidelines(write().parent):
        assert [one.id for one in list_guidelines()] == sorted([*known, "x-1"])
        one = request("2024-06-20", "12345")
        guideline, origin = select_guideline(one.case, one.facts)
        assert (guideline.id, origin) == ("x-1", "cpt")
        # Parts of the built-in guidelines can be referred to.
        assert guideline.criterion("x-1.skin").check == "no_contraindication"
    assert current_site() is None
    assert [one.id for one in list_guidelines()] == known


@pytest.mark.parametrize(
    ("date", "version", "noted"),
    [
        ("2023-12-31", "2024", True),
        ("2024-01-01", "2024", False),
        ("2024-12-31", "2024", False),
        ("2025-01-01", "2025", False),
        ("2030-01-01", "2025", False),
    ],
)
def test_the_date_of_the_request_picks_the_version(write: Write, date: str, version: str, noted: bool) -> None:
    write()
    with site_guidelines(write(second_version, name="x-1@2025").parent):
        one = request(date, "12345")
        guideline, _ = select_guideline(one.case, one.facts)
        assessment = evaluate(one.case, one.facts, guideline)
    assert assessment.guideline_version == version
    assert (assessment.version_note is not None) is noted
    if noted:
        assert "in force from 2024-01-01, after the reference date 2023-12-31" in (assessment.version_note or "")


def test_codes_count_in_the_version_of_the_date(write: Write) -> None:
    def other_code(content: dict[str, Any]) -> None:
        second_version(content)
        content["cpt"] = {"54321": content["cpt"]["12345"]}

    write()
    with site_guidelines(write(other_code, name="x-1@2025").parent):
        old = request("2024-06-20", "12345")
        assert select_guideline(old.case, old.facts)[0].version == "2024"
        new = request("2025-06-20", "12345")
        with pytest.raises(ChartproofError, match="12345 is not supported"):
            select_guideline(new.case, new.facts)


def test_after_the_last_version_has_ended_its_codes_are_refused(write: Write) -> None:
    def ended(content: dict[str, Any]) -> None:
        content["effective_to"] = dt.date(2024, 12, 31)

    with site_guidelines(write(ended).parent):
        one = request("2025-06-20", "12345")
        with pytest.raises(ChartproofError, match="no version is in force on the reference date"):
            select_guideline(one.case, one.facts)


def test_a_site_file_cannot_take_the_place_of_a_built_in_version(tmp_path: Path) -> None:
    (tmp_path / "nia-305.yaml").write_text((BUILT_IN / "nia-305.yaml").read_text("utf-8"), encoding="utf-8")
    with (
        site_guidelines(tmp_path),
        pytest.raises(ChartproofError, match=r"nia-305 is already in nia-305\.yaml with the effective_from 2024-01-01"),
    ):
        list_guidelines()


def test_a_site_can_add_a_later_version_of_a_built_in_guideline(tmp_path: Path) -> None:
    text = (BUILT_IN / "nia-305.yaml").read_text("utf-8")
    text = text.replace('version: "2024-01"', 'version: "2025-01"').replace("2024-01-01", "2025-01-01")
    text = text.replace("params: {limit: 4}", "params: {limit: 3}")
    (tmp_path / "nia-305.yaml").write_text(text, encoding="utf-8")
    before = load_guideline("nia-302").content_hash
    with site_guidelines(tmp_path):
        assert load_guideline("nia-305", dt.date(2024, 6, 1)).version == "2024-01"
        assert load_guideline("nia-305", dt.date(2025, 6, 1)).criterion("nia-305.limit.annual").params == {"limit": 3}
        # What refers to nia-305 and began before stays as it was.
        assert load_guideline("nia-302").content_hash == before


def test_codes_of_a_site_and_a_built_in_guideline_are_not_chosen_between(write: Write) -> None:
    def same_code(content: dict[str, Any]) -> None:
        content["cpt"] = {"27096": content["cpt"]["12345"]}

    with site_guidelines(write(same_code).parent):
        one = request("2024-06-20", "27096")
        with pytest.raises(ChartproofError, match=r"falls under nia-305, x-1; name the guideline.*--guideline"):
            select_guideline(one.case, one.facts)
        assert select_guideline(one.case, one.facts, guideline_id="x-1")[0].id == "x-1"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.yaml", "a: [1\n", "x.yaml"),
        ("x.yaml", "title: no id\n", "has no id or no effective_from"),
        ("x.yaml", 'id: x\neffective_from: "2024-01-01"\n', "has no id or no effective_from"),
        (
            "x.yaml",
            "id: x\neffective_from: 2024-01-01\ngates: 3\n",
            r"has errors; see: chartproof guidelines check .*x\.yaml",
        ),
        ("x.txt", "id: x\n", "no guideline file"),
    ],
)
def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path, name: str, content: str, message: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(ChartproofError, match=message), site_guidelines(tmp_path):
        list_guidelines()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ChartproofError, match="no such folder"), site_guidelines(tmp_path / "none"):
        pass
