"""Guidelines for people and programs: the list, and one in full."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from chartproof.evaluate.guideline import Criterion, Guideline
from chartproof.render.text import Block, outline_text, table_text


def guideline_list_text(guidelines: Iterable[Guideline], *, width: int = 100, color: bool = False) -> str:
    """A table of at most `width` columns."""
    rows = [(one.id, one.title, one.version, ", ".join(one.cpt)) for one in guidelines]
    return table_text(("id", "title", "version", "CPT codes"), rows, width=width, color=color)


def guideline_list_json(guidelines: Iterable[Guideline]) -> str:
    """One object per line: id, title, version, dates, source document and codes."""
    fields = {"id", "title", "version", "effective_from", "effective_to", "source"}
    lines = (
        json.dumps({**one.model_dump(mode="json", include=fields), "cpt": [*one.cpt]}, ensure_ascii=False)
        for one in guidelines
    )
    return "".join(f"{line}\n" for line in lines)


def guideline_text(guideline: Guideline, *, width: int = 100, color: bool = False) -> str:
    """One guideline: what it is encoded from, its pathways, gates and state rules with what would satisfy them."""
    source = guideline.source
    facts = [
        ("Guideline", f"{guideline.id} {guideline.title}"),
        ("Source", f"{source.publisher}, {source.document}{f', revised {source.revised}' if source.revised else ''}"),
        ("Version", f"{guideline.version}, in force {_period(guideline)}"),
        ("CPT codes", ", ".join(guideline.cpt)),
    ]
    sections: list[tuple[str, Sequence[Block]]] = [
        (f"Pathway {pathway.id}: {pathway.title} ({pathway.side})", [_block(one) for one in pathway.criteria])
        for pathway in guideline.pathways
    ]
    sections.append(("Gates and limits", [_block(one) for one in guideline.gates]))
    sections.append(("Washington (Apple Health, PEBB)", [_block(one) for one in guideline.washington]))
    return outline_text(facts, [section for section in sections if section[1]], width=width, color=color)


def guideline_json(guideline: Guideline) -> str:
    """One guideline in full, with its checks and their parameters."""
    return json.dumps(guideline.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n"


def _block(criterion: Criterion) -> Block:
    return criterion.text, f"Satisfied by: {criterion.satisfy}", f"{criterion.id} | {criterion.source}"


def _period(guideline: Guideline) -> str:
    until = f" to {guideline.effective_to.isoformat()}" if guideline.effective_to else ""
    return f"from {guideline.effective_from.isoformat()}{until}"
