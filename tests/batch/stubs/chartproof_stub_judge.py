"""What a worker does in the place of extraction and assessment, as the text of the first note says."""

from __future__ import annotations

import os
import signal
import time
from typing import Any

from chartproof.batch.partition import Settings
from chartproof.errors import ChartproofError
from chartproof.notes import Case


def judge(case: Case, settings: Settings) -> dict[str, Any]:
    """Words of the text: sleep SECONDS, hang, wait, crash, exit, memory, bug, refuse; once FILE does the rest only once."""
    words = case.notes[0].text.split()
    if words[:1] == ["once"]:
        marker, *words = words[1:]
        try:
            os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            words = []
    match words:
        case ["sleep", seconds]:
            time.sleep(float(seconds))
        case ["hang"]:
            while True:
                pass
        case ["wait"]:
            time.sleep(1000)
        case ["crash"]:
            os.kill(os.getpid(), signal.SIGSEGV)
        case ["exit"]:
            os._exit(3)
        case ["memory"]:
            raise MemoryError
        case ["allocate", megabytes]:
            bytearray(int(megabytes) * 1_000_000)
        case ["bug"]:
            raise ValueError(f"secret words of {case.notes[0].text}")
        case ["refuse"]:
            raise ChartproofError("give a CPT code")
    determination = "criteria_met" if "good" in words else "needs_information"
    return {
        "case": {
            "case_id": case.case_id,
            "guideline": "nia-305",
            "determination": determination,
            "notes": 1,
            "missing": [],
        },
        "reject": None,
        "criteria": [{"case_id": case.case_id, "id": "c.1", "status": "met", "evidence": []}],
        "facts": [{"case_id": case.case_id, "note_id": case.notes[0].note_id, "kind": "patient", "value": "{}"}] * 2,
    }
