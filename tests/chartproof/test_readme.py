"""The outputs shown in README and documentation are the real ones; CHARTPROOF_UPDATE_README=1 writes them anew."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PAGES = {"README.md": 2, "docs/authoring.md": 5}
BLOCK = re.compile(
    r"(<!-- output of: chartproof (?P<command>[^\n]+) -->\n```text\n)(?P<shown>.*?)(?P<end>```\n)", re.DOTALL
)


@pytest.mark.parametrize("page", PAGES)
def test_the_outputs_shown_are_real(page: str, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "90")

    def real(block: re.Match[str]) -> str:
        result = run(*shlex.split(block["command"]))
        assert result.code in (0, 1), result.err
        return block[1] + result.out + block["end"]

    path = ROOT / page
    text = path.read_text(encoding="utf-8")
    updated, count = BLOCK.subn(real, text)
    assert count == PAGES[page]
    if os.environ.get("CHARTPROOF_UPDATE_README"):
        path.write_text(updated, encoding="utf-8")
    else:
        assert updated == text, "run make readme"
