"""Guidelines for people and programs: the list, and one in full."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chartproof.evaluate.guideline import Criterion, Guideline, Pathway
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
        (_pathway_title(pathway), [_block(one) for one in pathway.criteria]) for pathway in guideline.pathways
    ]
    sections.append(("Gates and limits", [_block(one) for one in guideline.gates]))
    sections.append(("Washington (Apple Health, PEBB)", [_block(one) for one in guideline.washington]))
    return outline_text(facts, [section for section in sections if section[1]], width=width, color=color)


def guideline_markdown(guideline: Guideline) -> str:
    """The cross-check table: each criterion with its place in the source, its check and the parameters."""
    source = guideline.source
    lines = [
        f"# {guideline.id}: {guideline.title}",
        "",
        f"{source.publisher}, {source.document}{f', revised {source.revised}' if source.revised else ''}."
        f" Version {guideline.version}, in force {_period(guideline)}. CPT {', '.join(guideline.cpt)}.",
        "",
        "Written by `make docs` from the guideline file; the wording is ours, the numbers are the source's.",
    ]
    parts: list[tuple[str, Sequence[Criterion]]] = [
        (_pathway_title(pathway), pathway.criteria) for pathway in guideline.pathways
    ]
    parts += [("Gates and limits", guideline.gates), ("Washington (Apple Health, PEBB)", guideline.washington)]
    for title, criteria in parts:
        if criteria:
            lines += [
                "",
                f"## {title}",
                "",
                "| source | criterion | requirement | check | settled by |",
                "| --- | --- | --- | --- | --- |",
            ]
            lines += [
                f"| {_cell(one.source)} | `{one.id}` | {_cell(one.text)} | {_check(one)} | {_cell(one.satisfy)} |"
                for one in criteria
            ]
    return "\n".join([*lines, *_code_table(guideline)]) + "\n"


def _pathway_title(pathway: Pathway) -> str:
    return f"Pathway {pathway.id}: {pathway.title}{f' ({pathway.side})' if pathway.side else ''}"


def _code_table(guideline: Guideline) -> list[str]:
    """The code lists of the source with their number of rows."""
    table = guideline.code_table
    if table is None:
        return []
    lines = ["", f"## Codes (`evaluate/codes/{table.file}`)", "", "| source | list | what | role | rows |"]
    lines.append("| --- | --- | --- | --- | --- |")
    lines += [
        f"| {_cell(one.source)} | `{name}` | {_cell(one.title)} | {one.role} | {one.rows} |"
        for name, one in table.lists.items()
    ]
    return lines


def _check(criterion: Criterion) -> str:
    shown = f"`{_call(criterion.check, criterion.params)}`"
    if criterion.when is not None:
        shown = f"when `{_call(criterion.when.check, criterion.when.params)}`: {shown}"
    return _cell(shown)


def _call(name: str, params: Mapping[str, Any]) -> str:
    """A check as one writes a call: ``relief(percent=50, months=2)``."""
    return f"{name}({', '.join(f'{key}={_value(value)}' for key, value in params.items())})"


def _value(value: object) -> str:
    if isinstance(value, Mapping) and "check" in value:
        return _call(str(value["check"]), value.get("params") or {})
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_value(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def guideline_json(guideline: Guideline) -> str:
    """One guideline in full, with its checks and their parameters."""
    return json.dumps(guideline.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n"


def _block(criterion: Criterion) -> Block:
    return criterion.text, f"Satisfied by: {criterion.satisfy}", f"{criterion.id} | {criterion.source}"


def _period(guideline: Guideline) -> str:
    until = f" to {guideline.effective_to.isoformat()}" if guideline.effective_to else ""
    return f"from {guideline.effective_from.isoformat()}{until}"
