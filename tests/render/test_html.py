"""The self-contained page."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from chartproof.assessment import Assessment, CategoryResult, CriterionResult, Evidence
from chartproof.facts import NoteFacts
from chartproof.notes import Case, Note
from chartproof.render.html import assessment_page, facts_page


class Page(HTMLParser):
    """What a browser would make of the page."""

    VOID = frozenset({"meta", "br", "input"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.note_text = ""
        self.marked: dict[str, str] = {}
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "a" and given.get("href"):
            self.links.append(str(given["href"]))
        if tag not in self.VOID:
            self._open.append((tag, given))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        classes = [given.get("class") for _, given in self._open]
        if "text" not in classes or "back" in classes:
            return
        self.note_text += data
        for tag, given in self._open:
            if tag == "mark":
                for owner in str(given["data-owners"]).split():
                    self.marked[owner] = self.marked.get(owner, "") + data


@pytest.fixture
def assessed(case: Case, assessment: Assessment) -> str:
    return assessment_page([(case, assessment, "Sacroiliac joint injections")])


def test_every_link_leads_to_one_place_on_the_page(assessed: str, note: Note, facts: NoteFacts) -> None:
    for page in (Page(assessed), Page(facts_page([(note, facts)]))):
        assert len(page.ids) == len(set(page.ids))
        assert page.links
        assert {link.removeprefix("#") for link in page.links} <= set(page.ids)


def test_the_note_stands_there_as_it_is(assessed: str, note: Note, facts: NoteFacts) -> None:
    assert Page(assessed).note_text == note.text
    assert Page(facts_page([(note, facts)])).note_text == note.text


def test_nothing_of_a_note_becomes_markup(assessed: str, note: Note, facts: NoteFacts) -> None:
    for content in (assessed, facts_page([(note, facts)])):
        assert "<script>alert" not in content
        assert sum(tag == "script" for tag, _ in Page(content).tags) == 1


def test_names_and_reasons_are_escaped_too(replaced: Callable[..., Assessment], case: Case) -> None:
    hostile = '"><img src=x onerror=alert(1)>'
    result = CriterionResult(
        id="g-1.main.a",
        status="not_documented",
        text=hostile,
        source=hostile,
        reason=hostile,
        missing=hostile,
        evidence=(Evidence(note_id=hostile, start=0, end=4, text="Pain"),),
    )
    named = case.model_copy(update={"case_id": hostile, "notes": (case.notes[0].model_copy(update={"type": hostile}),)})
    content = assessment_page([(named, replaced(criteria=(result,), case_id=hostile), hostile)])
    assert not any(tag == "img" for tag, _ in Page(content).tags)


def test_overlapping_evidence_is_marked_in_full(assessed: str) -> None:
    page = Page(assessed)
    assert page.marked["k1-c1"] == "7/10"
    assert page.marked["k1-c2"] == 'FABER & "thigh thrust" positive\ton the left'


def test_facts_are_marked_in_full(note: Note, facts: NoteFacts) -> None:
    page = Page(facts_page([(note, facts)]))
    assert page.marked["n1-f2"] == "FABERpositive\ton the left"
    assert page.marked["n1-f3"] == "thigh thrustpositive"


def test_a_criterion_links_to_its_evidence_and_back(assessed: str) -> None:
    links = Page(assessed).links
    assert "#k1-c1-e0" in links
    assert "#k1-c1" in links


def test_evidence_of_an_absent_note_is_quoted_without_a_link(replaced: Callable[..., Assessment], case: Case) -> None:
    away = Evidence(note_id="elsewhere", start=0, end=4, text="gone")
    result = CriterionResult(id="g-1.main.a", status="met", text="T", source="S", reason="R", evidence=(away,))
    content = assessment_page([(case, replaced(criteria=(result,), gates=()), None)])
    assert "gone" in content
    assert Page(content).links == []


def test_the_page_is_self_contained(assessed: str) -> None:
    page = Page(assessed)
    assert not any({"src", "style", "onclick"} & given.keys() for _, given in page.tags)
    assert not any(tag in {"link", "img", "iframe", "object", "base", "form"} for tag, _ in page.tags)
    assert not re.search(r"url\(|@import|https?:", assessed)


def test_the_policy_allows_the_page_its_own_style_and_script_only(assessed: str) -> None:
    policy = next(
        str(given["content"])
        for tag, given in Page(assessed).tags
        if given.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none';")
    for tag in ("style", "script"):
        content = re.search(rf"<{tag}>(.*?)</{tag}>", assessed, re.DOTALL)
        assert content is not None
        digest = base64.b64encode(hashlib.sha256(content[1].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_the_determination_and_what_is_missing_stand_on_top(assessed: str) -> None:
    order = [
        "Needs information",
        "not a coverage decision",
        "Not met (1)",
        "Missing from the notes (1)",
        "Pathway g-1.main:",
    ]
    places = [assessed.index(part) for part in order]
    assert places == sorted(places)


def test_many_cases_are_one_page_with_a_list(case: Case, assessment: Assessment) -> None:
    other = case.model_copy(update={"case_id": "c2"})
    content = assessment_page(
        [(case, assessment, None), (other, assessment.model_copy(update={"case_id": "c2"}), None)]
    )
    page = Page(content)
    assert {"#k1", "#k2"} <= set(page.links)
    assert len(page.ids) == len(set(page.ids))


def test_a_page_is_the_same_every_time(case: Case, assessment: Assessment, note: Note, facts: NoteFacts) -> None:
    assert assessment_page([(case, assessment, None)]) == assessment_page([(case, assessment, None)])
    assert facts_page([(note, facts)]) == facts_page([(note, facts)])


def test_a_note_without_facts_is_shown(note: Note) -> None:
    page = Page(facts_page([(note, NoteFacts(note_id="n1", facts=()))]))
    assert page.note_text == note.text
    assert page.marked == {}


def test_external_criteria_and_routing_are_said(case: Case, replaced: Callable[..., Assessment]) -> None:
    licensed = CriterionResult(id="g-1.main.iq", status="external", text="Theirs.", source="S", reason="Licensed.")
    lcd = CriterionResult(id="g-1.medicare", status="external", text="Ours.", source="S", reason="The LCD decides.")
    content = assessment_page([(case, replaced(criteria=(licensed,), routing=(lcd,)), None)])
    assert "Needs the payer&#39;s own criteria" in content
    assert "For criteria that are not in this guideline (2)" in content
    assert "Line of business" in content
    page = Page(content)
    assert len(page.ids) == len(set(page.ids))


def test_a_triage_shows_its_category(case: Case, replaced: Callable[..., Assessment]) -> None:
    category = CategoryResult(id="g-1.main", name="elective", recommendation="Postpone.", reason="By default.")
    content = assessment_page([(case, replaced(category=category, gates=()), None)])
    assert "Category: elective" in content
    assert "Postpone. By default." in content
    assert "Needs information" not in content
    assert "Missing from the notes" not in content
