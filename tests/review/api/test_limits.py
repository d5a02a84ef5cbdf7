"""How much may be sent, and that nothing of it is left anywhere: logs, standard error, temporary files, telemetry."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from chartproof.notes import Note
from chartproof.review.model import Review
from chartproof.review.store import Store
from chartproof.review.web.app import create_app
from chartproof.review.web.settings import Settings
from chartproof.review.web.work import Worker
from tests.review.api.conftest import ORIGIN
from tests.review.api.test_access import field
from tests.review.charts import EXAM, chart

Client = Callable[..., TestClient]

SECRET = "Xylophone"


# -- size -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/api/assess", "/new", "/login", "/api/nothing"])
def test_what_says_that_it_is_too_large_is_not_read(client: TestClient, path: str) -> None:
    headers = {"content-length": str(10_000_001), "content-type": "application/json"}
    answer = client.post(path, content=b"{}", headers=headers)
    assert answer.status_code == 413
    assert "10,000,000 bytes" in answer.json()["detail"]


FORM = "multipart/form-data; boundary=b"
OPEN = {FORM: b'--b\r\ncontent-disposition: form-data; name="text"\r\n\r\n', "application/json": b'{"case_id": "'}


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/api/assessments", "application/json"),
        ("/new", FORM),
        ("/new", "application/x-www-form-urlencoded"),
        ("/login", "application/x-www-form-urlencoded"),
    ],
)
def test_what_does_not_say_its_size_is_counted(connect: Client, path: str, kind: str) -> None:
    client, sent = connect(max_body=100_000), 0
    token = field(client.get("/new").text)

    def parts() -> Iterator[bytes]:
        nonlocal sent
        yield OPEN.get(kind, b"text=")
        for _ in range(1000):
            sent += 10_000
            yield b"x" * 10_000

    answer = client.post(path, content=parts(), headers={"content-type": kind, "x-csrf-token": token})
    assert answer.status_code == 413
    assert client.get("/api/assessments").json()["total"] == 0


@pytest.mark.parametrize("length", ["-1", "1e3", "x", "²"])
def test_a_length_that_is_no_number_is_refused(client: TestClient, length: str) -> None:
    answer = client.post("/api/assess", content=b"{}", headers={"content-length": length.encode()})
    assert answer.status_code == 400


def test_a_large_note_within_the_limit_is_taken(client: TestClient) -> None:
    notes = [{"note_id": "n", "text": "Average pain 7/10.\n" + " \n" * 1_200_000}]
    assert client.post("/api/extract", json=notes[0]).status_code == 200


# -- what is left ---------------------------------------------------------------------------------------------------


class Breaking:
    """Reviews that fail inside, with the words of a note in the error."""

    def __getattr__(self, name: str) -> Any:
        def fail(*_: Any, **__: Any) -> Any:
            raise ValueError(f"{SECRET} in {name}")

        return fail


def test_an_error_inside_shows_neither_its_words_nor_where(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    app = create_app(Breaking(), users=None, settings=Settings())  # type: ignore[arg-type]
    client = TestClient(app, base_url=ORIGIN)
    caplog.set_level(logging.DEBUG)
    for path in ("/api/assessments", "/api/assessments/abc", "/", "/reviews/abc"):
        answer = client.get(path)
        assert answer.status_code == 500
        assert answer.json()["detail"] == "something went wrong inside; what was asked for was not done"
        assert "Traceback" not in answer.text
    told = caplog.text + "".join(capfd.readouterr())
    assert "ValueError at" in told
    assert SECRET not in told


def test_a_whole_round_leaves_no_word_of_the_note(
    client: TestClient,
    store: Store,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", lambda _: pytest.fail("a note in a temporary file"))
    caplog.set_level(logging.DEBUG)
    locations = []

    content = chart(words=f"{SECRET} was seen.").model_dump(mode="json")
    review = client.post("/api/assessments", json=content).json()["id"]
    where = f"/api/assessments/{review}"
    token = field(client.get("/new").text)
    text = f"{SECRET} " + chart().notes[0].text
    upload = {"files": ("visit.txt", (text + " \n" * 1_500_000).encode(), "text/plain")}
    sent = {"csrf_token": token, "text": "", "note_date": "", "procedure": "27096", "do": "assess"}
    for answer in (
        client.post("/new", data={**sent, "text": text}),
        client.post("/new", data=sent, files=upload),
        client.post("/new", data={**sent, "procedure": "", "date": SECRET, "text": text}),
        client.get(f"/reviews/{review}"),
        client.get(f"/reviews/{review}/exports/pdf"),
        client.get(f"{where}/exports/html"),
        client.post(f"{where}/overrides", json={"criterion_id": EXAM, "status": "met", "reason": SECRET, "version": 1}),
        client.post(
            f"{where}/overrides", json={"criterion_id": SECRET, "status": SECRET, "reason": SECRET, "version": 2}
        ),
        client.post(f"{where}/sign", json={"name": "", "version": 2}),
        client.post(
            "/api/assess", content=f'{{"notes": "{SECRET}'.encode(), headers={"content-type": "application/json"}
        ),
    ):
        assert answer.status_code < 500, answer.text
        locations.append(answer.headers.get("location", ""))
    assert SECRET in client.get(f"/reviews/{review}").text, "the note itself is shown"
    assert SECRET not in caplog.text
    assert SECRET not in "".join(capfd.readouterr())
    assert not any(SECRET in one for one in locations)
    assert [*temporary.iterdir()] == []
    assert SECRET not in str([entry.model_dump() for entry in store.audit()])


def test_telemetry_stays_off_whatever_the_environment_says(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    app = create_app(store, users=None, settings=Settings())
    config = getattr(app, "_telemetry", None)
    if config is None:
        pytest.skip("this FastAPI has no telemetry")
    assert not any(config[name] for name in ("tracing", "metrics", "logs", "operation_spans", "auto_configure"))


def test_the_server_itself_is_as_silent(tmp_path: Path) -> None:
    """The real process, with a request that is no HTTP among them."""
    command = [sys.executable, "-m", "chartproof", "review", "--no-browser", "--port", "0"]
    command += ["--store", f"sqlite:///{tmp_path / 'reviews.sqlite'}"]
    environment = {**os.environ, "PYTHONSAFEPATH": "1", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[2].rstrip("/")
        try:
            content = chart(words=f"{SECRET} was seen.").model_dump(mode="json")
            answer = httpx.post(f"{address}/api/assess", json=content, timeout=60)
            assert answer.status_code == 200
            assert httpx.get(f"{address}/api/assessments?search={SECRET}").status_code == 200
            assert httpx.get(f"{address}/{SECRET}").status_code == 404
            host, port = address.removeprefix("http://").split(":")
            with socket.create_connection((host, int(port))) as raw:
                raw.sendall(f"{SECRET} nonsense\r\n\r\n".encode())
                assert b"400" in raw.recv(1000)
        finally:
            process.terminate()
            rest, errors = process.communicate(timeout=60)
    assert SECRET not in rest + errors


# -- reading beside the pages ---------------------------------------------------------------------------------------


def test_a_killed_process_is_replaced() -> None:
    worker = Worker(1)
    note = Note(note_id="n", text="Average pain 7/10. FABER positive on the left.")
    try:
        found = worker.extract(note)
        assert found.facts
        pool = worker._pool
        assert pool is not None
        for process in list(pool._processes.values()):
            process.kill()
            process.join()
        assert worker.extract(note) == found
    finally:
        worker.close()


def test_no_process_outlives_the_server() -> None:
    """Not even when the server is killed: a process of a pool would wait for work for ever."""
    program = (
        "import os, signal\n"
        "from chartproof.notes import Note\n"
        "from chartproof.review.web.work import Worker\n"
        "if __name__ == '__main__':\n"
        "    worker = Worker(1)\n"
        "    worker.extract(Note(note_id='n', text='Pain 7/10.'))\n"
        "    print(*worker._pool._processes, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "server.py"
        script.write_text(program, encoding="utf-8")
        # the pipe is at its end only when nobody holds it any more
        ended = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=120)
    assert ended.returncode == -9
    assert ended.stdout.strip().isdigit()


def test_processes_and_threads_read_the_same(review: Review) -> None:
    worker = Worker(1)
    try:
        case, facts = worker.read(chart())
    finally:
        worker.close()
    assert (case, facts) == (review.case, review.facts)
    assert Worker(0).read(chart()) == (case, facts)
