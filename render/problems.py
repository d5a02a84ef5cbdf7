"""What the check of guideline files found, for people and programs."""

from __future__ import annotations

import json
from collections.abc import Sequence

from chartproof.evaluate.authoring.problems import Problem


def problems_text(problems: Sequence[Problem]) -> str:
    """One line per finding: ``file:line: error: key: message``."""
    return "".join(
        f"{one.file}:{one.line}: {one.severity}: {f'{one.key}: ' if one.key else ''}{one.message}\n" for one in problems
    )


def problems_json(problems: Sequence[Problem]) -> str:
    """One object per finding and line."""
    return "".join(json.dumps(one.model_dump(mode="json"), ensure_ascii=False) + "\n" for one in problems)
