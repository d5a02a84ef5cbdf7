"""What must work where only the wheel is installed, far from the repository. Run by ``make wheel-test``."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import chartproof
from chartproof.api import assess, extract
from chartproof.notes import Case, Note, Request

TEXT = (
    "VISIT 2024-05-14\nLow back pain below the belt line on the right for 7 months, average pain 7/10. "
    "FABER and thigh thrust positive on the right.\nPLAN: right sacroiliac joint injection under fluoroscopy.\n"
)


def command(*words: str, given: str | None = None) -> str:
    """What the command line prints; it must succeed."""
    result = subprocess.run(
        [str(Path(sys.executable).with_name("chartproof")), *words],
        input=given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == 0, (words, result.stderr)
    return result.stdout


def main() -> None:
    """Run each part that reads data files of the package."""
    place = Path(chartproof.__file__)
    assert "site-packages" in place.parts, f"not the installed package: {place}"
    found = extract(Note(note_id="n", text=TEXT))
    assert {"pain_score", "exam_test", "procedure"} <= {fact.kind for fact in found.facts}
    case = Case(case_id="c", request=Request(cpt=("27096",)), notes=(Note(note_id="n", text=TEXT),))
    statuses = {one.id: one.status for one in assess(case).criteria}
    assert statuses["nia-305.sij-pain.exam"] == "met", statuses
    assert statuses["nia-305.sij-pain.conservative"] == "not_documented", statuses

    assert command("--version").split() == ["chartproof", chartproof.__version__]
    assert len(command("guidelines", "list", "--format", "json").splitlines()) >= 11
    assert "95940" in command("guidelines", "show", "cigna-0509")
    assert command("guidelines", "catalog")
    assert json.loads(command("schema", "case"))
    assert json.loads(command("extract", "-", given=TEXT))["facts"]
    assert "<mark" in command("assess", "-", "--cpt", "27096", "--format", "html", given=TEXT)
    with tempfile.TemporaryDirectory() as folder:
        note, source = Path(folder, "visit.txt"), Path(folder, "visit.yaml")
        note.write_text(TEXT, "utf-8")
        command("gold", "new", str(note), "--output", str(source))
        assert "1.000" in command("score", str(source))
    print(f"chartproof {chartproof.__version__} on Python {sys.version.split()[0]}: the wheel works")


if __name__ == "__main__":
    main()
