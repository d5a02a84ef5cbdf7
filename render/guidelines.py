"""Guidelines for people and programs: the list, and one in full."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chartproof.evaluate.catalog import Entry
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


CATALOG_STATES = {"current": "current", "soon": "soon to be published", "planned": "planned"}


def catalog_text(entries: Sequence[Entry], *, width: int = 100, color: bool = False) -> str:
    """The NASS chapters as a table of at most `width` columns; says so when there are none."""
    if not entries:
        return "The NASS catalog has no chapter about this procedure.\n"
    rows = [(one.topic, CATALOG_STATES[one.state], one.published or "", ", ".join(one.cpt)) for one in entries]
    return table_text(("NASS coverage recommendation", "state", "published", "codes"), rows, width=width, color=color)


def catalog_json(entries: Iterable[Entry]) -> str:
    """One object per line: topic, state, year and month of publication, other names and codes."""
    return "".join(f"{json.dumps(one.model_dump(mode='json'), ensure_ascii=False)}\n" for one in entries)


def guideline_text(guideline: Guideline, *, width: int = 100, color: bool = False) -> str:
    """One guideline: what it is encoded from, its pathways, gates and state rules with what would satisfy them."""
    source = guideline.source
    facts = [
        ("Guideline", f"{guideline.id} {guideline.title}"),
        ("Source", f"{source.publisher}, {source.document}{f', revised {source.revised}' if source.revised else ''}"),
        ("Version", f"{guideline.version}, in force {_period(guideline)}"),
        ("CPT codes", ", ".join(guideline.cpt) or "none"),
    ]
    sections: list[tuple[str, Sequence[Block]]] = [
        (title, [_block(one) for one in criteria]) for title, criteria in _parts(guideline)
    ]
    return outline_text(facts, [section for section in sections if section[1]], width=width, color=color)


def guideline_markdown(guideline: Guideline) -> str:
    """The cross-check table: each criterion with its place in the source, its check and the parameters."""
    source = guideline.source
    lines = [
        f"# {guideline.id}: {guideline.title}",
        "",
        f"{source.publisher}, {source.document}{f', revised {source.revised}' if source.revised else ''}."
        f" Version {guideline.version}, in force {_period(guideline)}. CPT {', '.join(guideline.cpt) or 'none'}.",
        "",
        "Written by `make docs` from the guideline file; the wording is ours, the numbers are the source's.",
    ]
    for title, criteria in _parts(guideline):
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
    return "\n".join(lines) + "\n"


def _parts(guideline: Guideline) -> list[tuple[str, Sequence[Criterion]]]:
    """The criteria under the headings that both listings share."""
    return [
        *(
            (f"Pathway {one.id}: {one.title}{f' ({one.side})' if one.side else ''}", one.criteria)
            for one in guideline.pathways
        ),
        *((f"Category {one.id}: {one.title}. {one.recommendation}", one.criteria) for one in guideline.categories),
        ("Gates and limits", guideline.gates),
        ("Line of business", guideline.routing),
        ("Washington (Apple Health, PEBB)", guideline.washington),
    ]


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
