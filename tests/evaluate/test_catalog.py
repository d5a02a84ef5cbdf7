"""The NASS catalog: its rows, and the look-up by name and by code."""

from __future__ import annotations

from collections import Counter

import pytest

from chartproof.evaluate.catalog import catalog, find_chapters


def test_every_row_of_the_page_is_there() -> None:
    assert Counter(entry.state for entry in catalog()) == {"current": 22, "soon": 2, "planned": 16}
    assert len({entry.topic for entry in catalog()}) == 40


def test_current_topics_have_the_month_of_their_publication_and_no_others() -> None:
    for entry in catalog():
        assert (entry.published is not None) == (entry.state == "current")
    months = Counter(entry.published for entry in catalog() if entry.published)
    assert months == {"2014-05": 12, "2014-07": 1, "2014-10": 1, "2015-06": 1, "2015-07": 1, "2015-11": 2, "2016-10": 4}


def test_no_code_stands_in_two_topics() -> None:
    codes = Counter(code for entry in catalog() for code in entry.cpt)
    assert set(codes.values()) == {1}


@pytest.mark.parametrize(
    ("asked", "topic", "state", "published"),
    [
        ("SI joint injection", "Sacroiliac joint injections", "current", "2015-11"),
        ("27096", "Sacroiliac joint injections", "current", "2015-11"),
        ("sacroilliac joint injections", "Sacroiliac joint injections", "current", "2015-11"),
        ("kyphoplasty", "Kyphoplasty, vertebroplasty, sacroplasty", "planned", None),
        ("SCS", "Spinal cord stimulation", "soon", None),
        ("spinal cord stimulator trial", "Spinal cord stimulation", "soon", None),
        ("63650", "Spinal cord stimulation", "soon", None),
        ("62362", "Pain pumps", "soon", None),
        ("medial branch block", "Facet joint interventions", "current", "2016-10"),
        ("0216t", "Facet joint interventions", "current", "2016-10"),
        ("64635", "Facet joint interventions", "current", "2016-10"),
        ("lumbar ESI", "Lumbar epidural injections", "current", "2014-05"),
        ("64483", "Lumbar epidural injections", "current", "2014-05"),
        ("62321", "Cervical epidural injections and diagnostic spinal nerve blocks", "current", "2014-05"),
        ("ACDF", "Cervical fusion", "current", "2015-07"),
        ("sacroiliac RFA", "Sacroiliac radiofrequency ablation", "planned", None),
        ("neuromonitoring", "Intraoperative neurophysiologic monitoring", "planned", None),
        ("G0453", "Intraoperative neurophysiologic monitoring", "planned", None),
    ],
)
def test_a_procedure_leads_to_its_chapter(asked: str, topic: str, state: str, published: str | None) -> None:
    (found,) = find_chapters(asked)
    assert (found.topic, found.state, found.published) == (topic, state, published)


@pytest.mark.parametrize("asked", ["ESI", "epidural injection", "transforaminal epidural"])
def test_a_name_of_several_chapters_leads_to_each(asked: str) -> None:
    assert [entry.topic.split()[0] for entry in find_chapters(asked)] == ["Cervical", "Lumbar"]


@pytest.mark.parametrize(
    "asked", ["64628", "basivertebral nerve ablation", "trigger point injection", "stellate ganglion block", "", "the"]
)
def test_a_procedure_without_a_chapter_leads_to_none(asked: str) -> None:
    assert find_chapters(asked) == ()
