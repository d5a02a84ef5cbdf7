"""Body sites: read where each word is known, else not at all."""

from __future__ import annotations

from typing import Any

import pytest

from chartproof.batch.sources.bodysite import Site, read_site, read_sites


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("left L4-L5", Site("left", None, ("L4-L5",))),
        ("Right L4/5 facet joint", Site("right", None, ("L4-L5",))),
        ("Bilateral L4\u20135, L5-S1", Site("bilateral", None, ("L4-L5", "L5-S1"))),
        ("left and right C7-T1", Site("bilateral", None, ("C7-T1",))),
        ("Structure of left sacroiliac joint (body structure)", Site("left", "sacroiliac", ())),
        ("RT SI joint", Site("right", "sacroiliac", ())),
        ("Lumbar spine", Site(None, "lumbar", ())),
        ("cervical C5 - C6 disc", Site(None, "cervical", ("C5-C6",))),
        ("lumbar L5-S1", Site(None, "lumbar", ("L5-S1",))),
        ("T12-L1, midline", Site("midline", None, ("T12-L1",))),
        ("L4 vertebra", Site(None, None, ("L4",))),
        ("L4 and L5 nerve roots, left", Site("left", None, ("L4", "L5"))),
        ("Left (qualifier value)", Site("left", None, ())),
    ],
)
def test_plain_words(words: str, expected: Site) -> None:
    assert read_site(words) == expected


@pytest.mark.parametrize(
    "words",
    [
        "not left L4-L5",
        "left knee",
        "left L4-L5 and right L5-S1",
        "both L4-L5 and L5-S1?",
        "L3-L5",
        "L4-L5-S1",
        "L3-5",
        "L4 L5",
        "L6-S1",
        "L4-L5, 5-1",
        "lumbar C5-C6",
        "cervical and lumbar spine",
        "low back",
        "L4-L5 left > right",
        "joint",
        "",
        "L45",
        "SIJ6",
    ],
)
def test_what_is_not_plain_is_not_read(words: str) -> None:
    assert read_site(words) is None


def concept(text: str | None = None, *displays: str) -> dict[str, Any]:
    return {"text": text, "coding": [{"display": display} for display in displays]}


@pytest.mark.parametrize(
    ("concepts", "expected"),
    [
        ([], {}),
        ([concept("left L4-L5")], {"side": "left", "levels": ["L4-L5"]}),
        ([concept(None, "Left lumbar facet joint")], {"side": "left", "region": "lumbar"}),
        ([concept("left L4-L5", "Zygapophyseal joint of somewhere")], {"side": "left", "levels": ["L4-L5"]}),
        ([concept("L4-L5", "Left lumbar spine")], {"side": "left", "region": "lumbar", "levels": ["L4-L5"]}),
        ([concept("left L4-L5", "Right lumbar spine")], {}),
        ([concept("the usual place", "Left lumbar spine")], {}),
        ([concept(None, "Left lumbar spine", "Somewhere")], {}),
        ([concept("left"), concept("L4-L5"), concept("L5-S1")], {"side": "left", "levels": ["L4-L5", "L5-S1"]}),
        ([concept("left L4-L5"), concept("right L4-L5")], {"levels": ["L4-L5"]}),
        ([concept("left L4-L5"), concept("L5-S1")], {"levels": ["L4-L5", "L5-S1"]}),
        ([concept("L4-L5"), concept("lumbar spine")], {"region": "lumbar"}),
        ([concept("L4-L5"), concept("cervical spine")], {}),
        ([concept("L4-L5"), concept("see order")], {}),
        ([concept("L4-L5"), None], {}),
        ([7, {"text": 7, "coding": [7, {"display": 7}]}], {}),
    ],
)
def test_the_sites_of_a_request_together(concepts: list[Any], expected: dict[str, Any]) -> None:
    assert read_sites(concepts) == expected
