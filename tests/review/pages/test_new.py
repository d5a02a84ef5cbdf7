"""The form of a new assessment."""

from __future__ import annotations

import io
import json

import docx
import pytest

from chartproof.review.store import Store
from tests.review.charts import FIRST, SECOND, chart
from tests.review.pages.conftest import Browser, visible

REQUEST = {"procedure": "27096", "date": "2024-08-06", "do": "assess"}


def _all(store: Store) -> list[str]:
    from chartproof.review.model import WorklistQuery

    return [row.id for row in store.worklist(WorklistQuery()).rows]


def test_typed_notes_have_the_line_ends_that_were_seen(browser: Browser, store: Store) -> None:
    sent = {
        "text": [FIRST.replace("\n", "\r\n"), SECOND.replace("\n", "\r\n")],
        "note_date": ["2024-05-02", ""],
        **REQUEST,
    }
    answer = browser.post("/new", sent)
    assert answer.status_code == 303
    review = store.get(answer.headers["location"].rpartition("/")[2])
    assert [note.text for note in review.case.notes] == [FIRST, SECOND]
    assert [note.note_id for note in review.case.notes] == ["note-1", "note-2"]
    assert str(review.case.notes[0].date) == "2024-05-02"
    assert review.case.request.cpt == ("27096",)


def test_the_same_request_has_the_same_made_up_number(browser: Browser, store: Store) -> None:
    names = set()
    for text in (FIRST, FIRST, SECOND):
        answer = browser.post("/new", {"text": text, **REQUEST})
        names.add(store.get(answer.headers["location"].rpartition("/")[2]).case.case_id)
    assert len(names) == 2


@pytest.mark.parametrize(
    ("changed", "place", "told"),
    [
        ({"text": ""}, "notes", "Paste a note"),
        ({"note_date": "2024-02-31"}, "note-1", "dates as YYYY-MM-DD"),
        ({"text": "FABER \x00 positive"}, "note-1", "NUL"),
        ({"date": "yesterday"}, "date", "dates as YYYY-MM-DD"),
        ({"side": "upside down"}, "side", "Input should be"),
        ({"region": "moon"}, "region", "Input should be"),
        ({"procedure": "sacroiliac joint"}, "procedure", "Choose a code"),
        ({"procedure": "99999"}, "procedure", "99999 is not supported"),
        ({"procedure": "27096, 63650"}, "procedure", "different guidelines"),
        ({"procedure": "", "text": "Seen today. Doing well."}, "procedure", "plan no such procedure"),
        ({"guideline": "no-such"}, "guideline", "unknown guideline"),
        ({"case_id": "x" * 400}, "case_id", "characters"),
    ],
)
def test_errors_stand_by_their_field_and_what_was_typed_stays(
    browser: Browser, store: Store, changed: dict[str, str], place: str, told: str
) -> None:
    sent = {"text": SECOND, "plan": "Plan of mine", **REQUEST, **changed}
    page = browser.post("/new", sent)
    assert page.status_code == 422
    _, _, after = page.text.partition(f'id="error-{place}">')
    assert told.lower() in after.partition("</span>")[0].lower()
    assert "Plan of mine" in page.text
    if changed.get("text", SECOND) == SECOND:
        assert "9 visits" not in SECOND
        assert "nine visits, did not help" in visible(page)
    assert _all(store) == []


def test_adding_a_note_keeps_what_is_there(browser: Browser) -> None:
    page = browser.post("/new", {"text": [FIRST], "note_date": ["2024-05-02"], "do": "add-note", "plan": "Gold"})
    assert page.status_code == 200
    assert page.text.count('name="text"') == 3  # two notes and the template of another
    assert "slipped on ice" in page.text
    assert 'value="2024-05-02"' in page.text


def test_names_offer_the_codes_they_mean(browser: Browser) -> None:
    page = browser.post("/new", {"text": SECOND, "procedure": "medial branch lumbar", "do": "assess"})
    assert 'name="chosen" value="64493"' in page.text
    assert 'name="chosen" value="64490"' not in page.text


def test_a_word_document_is_a_note(browser: Browser, store: Store) -> None:
    document = docx.Document()
    for line in SECOND.splitlines():
        document.add_paragraph(line)
    stream = io.BytesIO()
    document.save(stream)
    answer = browser.post("/new", REQUEST, files={"files": ("visit.docx", stream.getvalue())})  # type: ignore[arg-type]
    assert answer.status_code == 303
    (note,) = store.get(answer.headers["location"].rpartition("/")[2]).case.notes
    assert note.note_id == "visit"
    assert "Physical therapy, nine visits" in note.text


def test_case_files_bring_their_own_requests(browser: Browser, store: Store) -> None:
    cases = [chart(f"case-{number}").model_dump(mode="json") for number in range(3)]
    lines = "\n".join(map(json.dumps, cases)).encode()
    answer = browser.post("/new", {"do": "assess"}, files={"files": ("cases.jsonl", lines)})
    assert answer.headers["location"] == "/?done=3"
    assert {store.get(one).case.case_id for one in _all(store)} == {"case-0", "case-1", "case-2"}
    assert "3 cases were assessed" in browser.get("/?done=3").text


def test_a_case_file_beside_typed_notes_is_refused(browser: Browser, store: Store) -> None:
    raw = json.dumps(chart().model_dump(mode="json")).encode()
    page = browser.post("/new", {"text": FIRST, "do": "assess"}, files={"files": ("case.json", raw)})
    assert page.status_code == 422
    assert "brings its own notes" in page.text
    assert "slipped on ice" in page.text
    assert _all(store) == []


def test_files_with_odd_names_are_named_by_their_last_part(browser: Browser, store: Store) -> None:
    answer = browser.post("/new", REQUEST, files={"files": ("..\\..\\etc/pass wd.txt", SECOND.encode())})
    (note,) = store.get(answer.headers["location"].rpartition("/")[2]).case.notes
    assert note.note_id == "pass wd"


def test_a_kept_file_that_was_changed_on_its_way_is_refused(browser: Browser) -> None:
    for packed in ("{", "[]", '{"name": 1}', "null"):
        page = browser.post("/new", {"kept": packed, **REQUEST})
        assert page.status_code == 422
        assert "did not arrive whole" in page.text
