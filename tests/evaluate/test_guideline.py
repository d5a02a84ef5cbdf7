"""Loading of guideline files: strict keys, references, versions and hashes."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml

from chartproof.errors import ChartproofError
from chartproof.evaluate import guideline as loading
from chartproof.evaluate import list_guidelines, load_guideline

CHECK: dict[str, Any] = {"check": "pain_or_function", "params": {"at_least": 6}}


def criterion(criterion_id: str, **more: Any) -> dict[str, Any]:
    return {"id": criterion_id, "text": "Pain.", "source": "X_1, bullet 1", "satisfy": "A score.", **CHECK, **more}


def raw(**more: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "id": "x-1",
        "title": "Example",
        "source": {"document": "X_1", "title": "Example", "publisher": "Nobody"},
        "version": "1",
        "effective_from": dt.date(2024, 1, 1),
        "cpt": {"12345": {"procedures": ["esi"], "regions": ["lumbar"]}},
        "procedures": ["esi"],
        "history": {"families": ["esi"]},
        "pathways": [{"id": "x-1.a", "title": "A", "side": "initial", "criteria": [criterion("x-1.a.pain")]}],
        "gates": [],
    }
    return base | more


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of guideline files in place of the package's own."""
    monkeypatch.setattr(resources, "files", lambda _: tmp_path)
    forget()
    yield tmp_path
    forget()


def forget() -> None:
    """Let the files be read anew."""
    for cached in (loading._versions_with, loading._package_text, loading._parsed_with):
        cached.cache_clear()


def write(folder: Path, name: str, content: dict[str, Any]) -> None:
    (folder / name).write_text(yaml.safe_dump(content), encoding="utf-8")


@pytest.mark.parametrize(
    "change",
    [
        {"surprise": 1},
        {"source": {"document": "X_1", "title": "E", "publisher": "N", "surprise": 1}},
        {"history": {"families": ["esi"], "surprise": 1}},
        {"gates": [criterion("x-1.gate", surprise=1)]},
        {"gates": [criterion("x-1.gate", check="no_such_check")]},
        {"gates": [criterion("x-1.gate", params={"at_lest": 6})]},
        {"gates": [criterion("x-1.a.pain")]},
        {"gates": [criterion("y-1.gate")]},
        {"gates": [criterion("x-1.gate", same_as="x-1.missing")]},
    ],
)
def test_mistakes_in_a_file_are_errors(folder: Path, change: dict[str, Any]) -> None:
    write(folder, "x-1.yaml", raw(**change))
    with pytest.raises(ChartproofError, match=r"x-1\.yaml"):
        load_guideline("x-1")


def test_a_definition_can_be_referred_to_from_another_guideline(folder: Path) -> None:
    write(folder, "x-1.yaml", raw())
    gates = [{"id": "y-2.gate", "same_as": "x-1.a.pain", "source": "Y_2, bullet 9"}]
    write(folder, "y-2.yaml", raw(id="y-2", pathways=[{"id": "y-2.b", "same_as": "x-1.a"}], gates=gates))
    found = load_guideline("y-2")
    assert [one.id for one in found.pathways[0].criteria] == ["y-2.b.pain"]
    assert found.criterion("y-2.b.pain").text == "Pain."
    assert found.criterion("y-2.gate").source == "Y_2, bullet 9"
    before = found.content_hash
    write(folder, "x-1.yaml", raw(title="Changed"))
    forget()
    assert load_guideline("y-2").content_hash != before


def test_a_guideline_can_include_another(folder: Path) -> None:
    write(folder, "x-1.yaml", raw(gates=[criterion("x-1.gate")]))
    own = {
        "id": "y-2",
        "title": "Other",
        "source": {"document": "Y_2", "title": "Other", "publisher": "Nobody"},
        "version": "1",
        "effective_from": dt.date(2024, 1, 1),
        "include": "x-1",
        "cpt": {"54321": {"procedures": ["esi"], "regions": ["lumbar"]}},
        "gates": [{"id": "y-2.gate", "text": "Own."}, criterion("y-2.more")],
    }
    write(folder, "y-2.yaml", own)
    found = load_guideline("y-2")
    assert [(one.id, [part.id for part in one.criteria]) for one in found.pathways] == [("y-2.a", ["y-2.a.pain"])]
    assert [one.id for one in found.gates] == ["y-2.gate", "y-2.more"]
    assert found.criterion("y-2.gate").text == "Own."
    assert found.criterion("y-2.a.pain").source == "Y_2, bullet 1"
    assert list(found.cpt) == ["12345", "54321"]
    assert found.history.families == ("esi",)
    write(folder, "y-2.yaml", own | {"include": "z-3"})
    forget()
    with pytest.raises(ChartproofError, match="z-3"):
        load_guideline("y-2")


def test_the_version_goes_by_the_date(folder: Path) -> None:
    write(folder, "x-1.yaml", raw(effective_to=dt.date(2024, 12, 31)))
    write(
        folder,
        "x-1@2025.yaml",
        raw(version="2", effective_from=dt.date(2025, 1, 1), effective_to=dt.date(2025, 12, 31)),
    )
    assert load_guideline("x-1").version == "2"
    assert load_guideline("x-1", dt.date(2023, 5, 1)).version == "1"
    assert load_guideline("x-1", dt.date(2024, 12, 31)).version == "1"
    assert load_guideline("x-1", dt.date(2025, 1, 1)).version == "2"
    with pytest.raises(ChartproofError, match="in force on 2026-01-01"):
        load_guideline("x-1", dt.date(2026, 1, 1))
    assert [one.version for one in list_guidelines()] == ["2"]


def test_an_unknown_guideline_names_the_known_ones() -> None:
    with pytest.raises(ChartproofError, match=r"unknown guideline nia-999.*nia-300"):
        load_guideline("nia-999")


def test_the_hash_is_that_of_the_file() -> None:
    content = resources.files("chartproof.evaluate.guidelines").joinpath("nia-305.yaml").read_bytes()
    assert load_guideline("nia-305").content_hash == hashlib.sha256(content).hexdigest()


def test_every_criterion_says_where_it_comes_from_and_what_would_settle_it() -> None:
    for guideline in list_guidelines():
        for one in guideline.criteria():
            assert one.text.endswith(".")
            assert one.satisfy.endswith(".")
            assert one.source.startswith(guideline.source.document)
