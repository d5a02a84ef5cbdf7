"""A run against the scripted server: what is sent, what is kept, and everything that can fail."""

from __future__ import annotations

import json
import logging
import sqlite3
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chartproof.api import assess, extract
from chartproof.errors import ChartproofError
from chartproof.extract import extract_note
from chartproof.extract.llm import READABLE, Fallback, LLMConfig
from chartproof.facts import NoteFacts
from chartproof.notes import Case, Note, Request
from tests.extract.llm.helpers import SCORE, TEXT, a_note
from tests.extract.llm.server import Step, finds, says, serve

pytest.importorskip("langchain_openai")

Configure = Callable[..., LLMConfig]


def run(config: LLMConfig, note: Note | None = None, **more: Any) -> NoteFacts:
    with Fallback(config, **more) as llm:
        return extract(note or a_note(), llm=llm)


def test_the_facts_of_the_model_stand_beside_those_of_the_rules(configure: Configure) -> None:
    with serve([finds(SCORE)]) as server:
        found = run(configure(server.url))
    assert [fact.kind for fact in found.facts if fact.source == "llm:m"] == ["pain_score"]
    assert [fact for fact in found.facts if fact.source != "llm:m"] == list(extract_note(a_note()).facts)
    assert found.llm is not None
    assert (found.llm.calls, found.llm.input_tokens, found.llm.output_tokens) == (1, 100, 20)
    assert [one.kind for one in found.llm.accepted] == ["pain_score"]
    assert set(found.llm.prompts) == {"frame", *found.llm.kinds}


def test_what_is_asked(configure: Configure) -> None:
    with serve([finds()]) as server:
        run(configure(server.url, seed=5))
    (request,) = server.requests
    assert request["temperature"] == 0
    assert request["seed"] == 5
    assert request["max_tokens"] == 1500
    assert request["response_format"]["type"] == "json_schema"
    assert "sits around a 7" in server.asked[0]
    assert "Follow up" not in server.asked[0]


@pytest.mark.parametrize("structured", ["json_schema", "json_object", "json_mode", "function_calling"])
def test_every_way_of_structured_output(configure: Configure, structured: str) -> None:
    step = finds(SCORE)
    if structured == "function_calling":
        body = json.loads(step.body)
        call = {"name": "findings", "arguments": json.dumps({"findings": [SCORE]})}
        body["choices"][0]["message"] = {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"id": "1", "type": "function", "function": call}],
        }
        step = Step(body=json.dumps(body).encode())
    with serve([step]) as server:
        found = run(configure(server.url, structured=structured))
    assert found.llm is not None
    assert len(found.llm.accepted) == 1


def test_answers_are_cached_and_the_result_is_the_same(configure: Configure, tmp_path: Path) -> None:
    with serve([finds(SCORE)]) as server:
        first = run(configure(server.url))
        second = run(configure(server.url))
        assert len(server.requests) == 1
        run(configure(server.url, model="other"))
        run(configure(server.url, cache=False))
        assert len(server.requests) == 3
    assert first == second
    path = tmp_path / "cache" / "chartproof" / "llm.sqlite3"
    assert path.stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(path) as base:
        rows = base.execute("SELECT * FROM answer").fetchall()
    assert "Tender over" not in str(rows)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (Step(500), "server_error"),
        (Step(503), "server_error"),
        (Step(429, headers=(("Retry-After", "0"),)), "rate_limit"),
        (Step(401), "unauthorized"),
        (Step(422), "bad_request"),
        (Step(302, headers=(("Location", "http://127.0.0.1:9/"),)), "bad_request"),
        (Step(cut=True), "unreachable"),
        (Step(delay=0.6), "timeout"),
        (Step(body=b"<html>"), "server_error"),
        (Step(body=b'{"choices": []}'), "server_error"),
        (says('{"findings": [{"kind": "pain_'), "not_json"),
        (says('{"findings": [{"kind": "pain_', finish="length"), "truncated"),
        (says("I am sorry."), "not_json"),
        (says(None, refusal="I will not."), "refused"),
        (says(None, finish="content_filter"), "refused"),
        (says("[1, 2"), "not_json"),
        (says('{"findings": "none"}'), "not_json"),
        (says("x" * 1_000_000), "not_json"),
    ],
)
def test_a_failure_keeps_the_result_of_the_rules_and_marks_the_note(
    configure: Configure, step: Step, expected: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with serve([step, finds(SCORE)]) as server:
        config = configure(server.url, timeout=0.3)
        found = run(config)
        assert found.facts == extract_note(a_note()).facts
        assert found.llm is not None
        assert found.llm.incomplete == {"n": expected}
        assert found.llm.calls == 0
        again = run(config)
    assert again.llm is not None
    assert not again.llm.incomplete
    assert len(again.llm.accepted) == 1
    seen = capfd.readouterr()
    assert "ache" not in seen.out + seen.err + caplog.text


def test_wrong_types_lose_only_their_own_entry(configure: Configure) -> None:
    answer = says(json.dumps({"findings": [7, None, {"kind": "pain_score"}, {**SCORE, "low": "x"}, SCORE]}))
    with serve([answer]) as server:
        found = run(configure(server.url))
    assert found.llm is not None
    assert [one.reason for one in found.llm.rejected] == ["wrong_type"] * 4
    assert len(found.llm.accepted) == 1


def test_rate_limits_and_errors_are_tried_again(configure: Configure) -> None:
    busy = Step(429, headers=(("Retry-After-Ms", "1"),))
    with serve([busy, Step(500, headers=(("Retry-After-Ms", "1"),)), finds(SCORE)]) as server:
        found = run(configure(server.url, retries=2))
    assert len(server.requests) == 3
    assert found.llm is not None
    assert not found.llm.incomplete


def test_several_notes_are_asked_about_at_a_time(configure: Configure) -> None:
    together = threading.Barrier(3, timeout=30)

    def answer(request: dict[str, Any]) -> Step:
        together.wait()
        return finds(SCORE)

    notes = [a_note(TEXT.replace("HPI: Low", f"HPI: {number} Low"), f"n{number}") for number in range(3)]
    with serve(answer) as server, Fallback(configure(server.url, concurrency=3, timeout=60)) as llm:
        pending = [llm.submit(note, extract_note(note), ["pain_score"]) for note in notes]
        reports = [one.result().llm for one in pending]
    assert [one.incomplete for one in reports if one] == [{}, {}, {}]


def test_nobody_answers(configure: Configure) -> None:
    found = run(configure("http://127.0.0.1:9/v1"))
    assert found.llm is not None
    assert found.llm.incomplete == {"n": "unreachable"}


def test_the_budget_is_kept_and_a_rerun_goes_on(configure: Configure) -> None:
    notes = [a_note(TEXT.replace("Tender", f"Tender {number}"), f"n{number}") for number in range(3)]
    notes = [note.model_copy(update={"text": note.text.replace("Truth", f"{note.note_id}: Truth")}) for note in notes]
    with serve([finds()]) as server:
        config = configure(server.url, max_calls=2)
        for done in (["n0", "n1"], ["n0", "n1", "n2"]):
            with Fallback(config) as llm:
                reports = [extract(note, llm=llm).llm for note in notes]
            assert [
                note.note_id for note, one in zip(notes, reports, strict=True) if one and not one.incomplete
            ] == done
        with Fallback(configure(server.url, max_tokens=1, cache=False)) as llm:
            report = extract(notes[0], llm=llm).llm
    assert report is not None
    assert report.incomplete == {"n0": "budget"}
    assert len(server.requests) == 3


def test_where_text_goes_is_said_once_before_it_goes(configure: Configure) -> None:
    told: list[str] = []
    with serve([finds()]) as server:
        config = configure(server.url)
        with Fallback(config, notice=told.append) as llm:
            extract(a_note(), llm=llm)
            extract(a_note(TEXT + "\nHPI: more low back pain\n"), llm=llm)
        assert told == [f"text of notes is sent to {server.url} (on this machine, model m)"]
        run(config, notice=told.append)
    assert len(told) == 1, "nothing is sent out of the cache"


def test_notes_without_an_answer_are_told_at_the_end(configure: Configure) -> None:
    told: list[str] = []
    run(configure("http://127.0.0.1:9/v1"), notice=told.append)
    assert told[-1].startswith("notes without an answer of the model: unreachable 1")


def test_nothing_is_asked_where_nothing_can_stand(configure: Configure) -> None:
    with serve([finds()]) as server:
        found = run(configure(server.url), a_note("The weather is fine."))
    assert not server.requests
    assert found.llm is not None
    assert found.llm.calls == 0


def test_neither_proxy_nor_tracing_gets_text_of_a_local_run(
    configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve([finds(SCORE)]) as server, serve([finds()]) as spy:
        monkeypatch.setenv("HTTP_PROXY", spy.url)
        monkeypatch.setenv("ALL_PROXY", spy.url)
        monkeypatch.setenv("OPENAI_PROXY", spy.url)
        monkeypatch.setenv("OPENAI_BASE_URL", spy.url)
        monkeypatch.setenv("LANGSMITH_TRACING", "true")
        monkeypatch.setenv("LANGSMITH_ENDPOINT", spy.url)
        monkeypatch.setenv("LANGSMITH_API_KEY", "x")
        run(configure(server.url))
    assert len(server.requests) == 1
    assert not spy.requests


def test_the_key_comes_from_our_own_variable_only(configure: Configure, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-other")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-other")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-other")
    with serve([finds()]) as server:
        run(configure(server.url, cache=False))
        monkeypatch.setenv("CHARTPROOF_LLM_API_KEY", "sk-own")
        run(configure(server.url, cache=False))
    assert [headers["authorization"] for headers in server.headers] == ["Bearer none", "Bearer sk-own"]
    assert "-other" not in str(server.headers)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(configure: Configure, status: int) -> None:
    with serve([finds(SCORE)]) as elsewhere:
        moved = Step(status, headers=(("Location", f"{elsewhere.url}/chat/completions"),))
        with serve([moved]) as server:
            found = run(configure(server.url))
        assert not elsewhere.requests
    assert found.llm is not None
    assert found.llm.incomplete == {"n": "bad_request"}


def test_without_the_extra_there_is_a_clear_message(configure: Configure, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "langchain_openai", None)
    with pytest.raises(ChartproofError, match=r"pip install 'chartproof\[llm\]'"):
        Fallback(configure("http://127.0.0.1:9/v1"))


CHART = """HPI: Low back pain on the right for 7 months. The low back ache sits around a 7 most days.
EXAM: FABER positive on the right.
ASSESSMENT: Sacroiliac joint dysfunction.
PLAN: Right sacroiliac joint injection under fluoroscopy.
"""


def a_case(text: str = CHART) -> Case:
    return Case(case_id="c", request=Request(cpt=("27096",)), notes=(a_note(text, "v"),))


def statuses(case: Case, llm: Fallback | None = None) -> dict[str, str]:
    assessment = assess(case, llm=llm)
    return {one.id: one.status for one in (*assessment.criteria, *assessment.gates)}


def test_an_assessment_asks_for_what_is_open_and_fills_it(configure: Configure) -> None:
    claim = {**SCORE, "quote": "The low back ache sits around a 7 most days"}
    with serve([finds(claim)]) as server, Fallback(configure(server.url)) as llm:
        without, with_llm = assess(a_case()), assess(a_case(), llm=llm)
    before = {one.id: one.status for one in without.criteria}
    after = {one.id: one.status for one in with_llm.criteria}
    assert before["nia-305.sij-pain.pain"] == "not_documented"
    assert after.pop("nia-305.sij-pain.pain") == "met"
    assert after.items() <= before.items()
    assert without.llm is None
    assert with_llm.llm is not None
    assert "exam_test" not in with_llm.llm.kinds
    assert [(one.note_id, one.kind) for one in with_llm.llm.accepted] == [("v", "pain_score")]


def test_the_model_cannot_change_what_the_rules_have_settled(configure: Configure) -> None:
    text = CHART.replace("sits around a 7 most days", "keeps him from work").replace(
        "EXAM", "SECOND OPINION: None.\nEXAM"
    )
    text += "HPI: Gaenslen on the right was negative.\n"
    claims = [
        {
            "kind": "procedure",
            "quote": "She had an SI joint injection in March 2024",
            "procedure": "si_joint_injection",
            "status": "done",
            "date": "2024-03",
        },
    ]
    case = a_case(text + "\nHPI: She had an SI joint injection in March 2024.\n")
    with serve([finds(*claims)]) as server, Fallback(configure(server.url)) as llm:
        by_rules, with_llm = assess(case), assess(case, llm=llm)
    assert with_llm.pathway == by_rules.pathway
    settled = {one.id: one.status for one in (*by_rules.criteria, *by_rules.gates) if one.status != "not_documented"}
    assert settled.items() <= {one.id: one.status for one in (*with_llm.criteria, *with_llm.gates)}.items()


def test_a_server_that_dies_in_a_batch(configure: Configure) -> None:
    cases = [a_case(f"{CHART}\nHPI: Visit {number} for low back pain.\n") for number in range(4)]
    claim = {**SCORE, "quote": "The low back ache sits around a 7 most days"}
    with serve(lambda request: Step(500) if "Visit 2" in str(request) else finds(claim)) as server:
        config = configure(server.url)
        with Fallback(config) as llm:
            first = [assess(case, llm=llm) for case in cases]
        server.script = [finds(claim)]
        with Fallback(config) as llm:
            second = [assess(case, llm=llm) for case in cases]
    marks = [one.llm.incomplete if one.llm else None for one in first]
    assert marks == [{}, {}, {"v": "server_error"}, {}]
    assert first[2].model_copy(update={"llm": None}) == assess(cases[2])
    assert all(one.llm and not one.llm.incomplete for one in second)
    assert len(server.requests) == 5, "the cache keeps what was answered"


def test_readable_kinds_are_kinds_of_facts() -> None:
    from chartproof.facts import KINDS

    assert set(READABLE) <= set(KINDS)
