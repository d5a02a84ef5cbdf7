"""Procedures to choose from in a form: the codes of all guidelines in plain words, and what a person types read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chartproof.errors import ChartproofError
from chartproof.evaluate.guideline import Code, Guideline, list_guidelines
from chartproof.facts import Region

_CODE = re.compile(r"(?<![0-9A-Z])(?:\d{4}[0-9A-Z]|[A-Z]\d{4})(?![0-9A-Z])")
_WORD = re.compile(r"[a-z0-9]+")
_NAMES = {
    "esi_interlaminar": "interlaminar epidural injection",
    "esi_transforaminal": "transforaminal epidural injection",
    "esi_caudal": "caudal epidural injection",
    "esi": "",
    "si_joint_injection": "sacroiliac (SI) joint injection",
    "medial_branch_block": "medial branch block",
    "rf_ablation": "radiofrequency ablation of facet nerves",
    "scs_trial": "spinal cord stimulator trial",
    "scs_implant": "spinal cord stimulator implant",
    "pump_trial": "infusion pump trial",
    "pump_implant": "infusion pump implant",
    "bvna": "basivertebral nerve ablation",
}
_MOST = 8


@dataclass(frozen=True)
class Choice:
    """One code as it is offered."""

    code: str
    label: str
    guidelines: tuple[str, ...]


def choices() -> list[Choice]:
    """Every code of the guidelines in force, by code, with its procedures in words."""
    found: dict[str, list[tuple[Guideline, Code]]] = {}
    for guideline in list_guidelines():
        for code, info in guideline.cpt.items():
            found.setdefault(code, []).append((guideline, info))
    return [
        Choice(code, _label(code, owners), tuple(one.id for one, _ in owners)) for code, owners in sorted(found.items())
    ]


def codes_of(typed: str) -> tuple[str, ...]:
    """The codes in what was typed: ``27096``, ``64493, 64494`` or ``27096 sacroiliac joint injection``.

    Empty for an empty field. Errors: ChartproofError for words without a code; `matching` says what they can mean.
    """
    codes = tuple(dict.fromkeys(_CODE.findall(typed.upper())))
    if typed.strip() and not codes:
        raise ChartproofError("choose a code for this procedure, or leave it empty to take what the notes plan")
    return codes


def matching(typed: str, offered: Sequence[Choice]) -> list[Choice]:
    """The codes whose words hold all the words typed, at most eight; none for no words."""
    words = _WORD.findall(typed.lower())
    if not words:
        return []
    return [one for one in offered if all(word in one.label.lower() for word in words)][:_MOST]


def _label(code: str, owners: Sequence[tuple[Guideline, Code]]) -> str:
    guideline, info = owners[0]
    listed = guideline.codes.find([code], *guideline.codes.names)
    if listed:
        return listed[0].label
    names = [_NAMES.get(kind, kind.replace("_", " ")) for kind in info.procedures]
    parts = [" or ".join(name for name in names if name) or guideline.title, _regions(info.regions)]
    if info.guidance:
        parts.append(f"with {' or '.join('CT' if one == 'ct' else one for one in info.guidance)}")
    elif info.guidance == ():
        parts.append("without imaging")
    if info.add_on:
        parts.append("additional level")
    return ", ".join(part for part in parts if part)


def _regions(regions: Sequence[Region]) -> str:
    return " or ".join(region for region in regions if region != "sacroiliac")
