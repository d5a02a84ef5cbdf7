"""Where results go, and in which shape."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from chartproof.console import Batch, Output
from chartproof.errors import ChartproofError
from chartproof.extract.readers import Entry
from chartproof.notes import Note


class Terminal(io.TextIOWrapper):
    """A stream that is a terminal."""

    def __init__(self, encoding: str = "utf-8") -> None:
        super().__init__(io.BytesIO(), encoding=encoding, write_through=True)

    def isatty(self) -> bool:
        return True

    @property
    def written(self) -> bytes:
        assert isinstance(self.buffer, io.BytesIO)
        return self.buffer.getvalue()


def on_terminal(monkeypatch: pytest.MonkeyPatch, encoding: str = "utf-8") -> tuple[Terminal, Terminal]:
    """Standard output and standard error, both terminals; called in the test, since pytest sets them before it."""
    out, err = Terminal(encoding), Terminal(encoding)
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    return out, err


def entries(count: int) -> list[Entry]:
    return [Entry(f"row {number}", Note(note_id=str(number), text="Pain.")) for number in range(count)]


def test_colour_only_on_a_terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    on_terminal(monkeypatch)
    assert Output(None).color
    assert not Output(tmp_path / "out").color
    monkeypatch.setenv("NO_COLOR", "1")
    assert not Output(None).color
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO()))
    assert not Output(None).color


@pytest.mark.parametrize(("columns", "width"), [("80", 80), ("20", 40), ("400", 140)])
def test_width_follows_the_terminal_within_limits(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, columns: str, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert Output(None).width == width
    assert Output(tmp_path / "out").width == 100


def test_json_is_utf8_whatever_the_terminal_and_text_never_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    stream, _ = on_terminal(monkeypatch, "ascii")
    Output(None).write("✓")
    Output(None).write("✓ met", for_people=True)
    assert stream.written == "✓".encode() + b"? met"


def test_a_file_is_made_only_when_something_is_written(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    with Output(path):
        pass
    assert not path.exists()
    with Output(path) as out:
        out.write("a\n")
        out.write("é\r\n")
    assert path.read_bytes() == b"a\n\xc3\xa9\r\n"


def test_an_output_may_replace_an_older_one_but_no_input(tmp_path: Path) -> None:
    path = tmp_path / "visit.txt"
    path.write_text("Pain.")
    Output(path, ["-", str(tmp_path / "none.txt")])
    with pytest.raises(ChartproofError, match="would overwrite an input"):
        Output(path, [str(tmp_path / "." / "visit.txt")])


def test_progress_is_shown_on_a_terminal_for_many_notes_only(monkeypatch: pytest.MonkeyPatch) -> None:
    out, err = on_terminal(monkeypatch)
    for count, quiet in ((3, False), (20, True)):
        assert len(list(Batch(quiet=quiet).each(entries(count), lambda note: note))) == count
        assert err.written == b""
    assert len(list(Batch(quiet=False).each(entries(20), lambda note: note))) == 20
    assert b"Reading" in err.written
    assert out.written == b""
