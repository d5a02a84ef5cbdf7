"""The outputs shown in the README are the real ones; CHARTPROOF_UPDATE_README=1 writes them anew."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
BLOCK = re.compile(
    r"(<!-- output of: chartproof (?P<command>[^\n]+) -->\n```text\n)(?P<shown>.*?)(?P<end>```\n)", re.DOTALL
)


def test_the_outputs_shown_are_real(run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "90")

    def real(block: re.Match[str]) -> str:
        result = run(*shlex.split(block["command"]))
        assert result.code == 0, result.err
        return block[1] + result.out + block["end"]

    text = README.read_text(encoding="utf-8")
    updated, count = BLOCK.subn(real, text)
    assert count == 2
    if os.environ.get("CHARTPROOF_UPDATE_README"):
        README.write_text(updated, encoding="utf-8")
    else:
        assert updated == text, "run make readme"
