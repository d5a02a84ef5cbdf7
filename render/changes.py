"""What changed between two versions of a guideline, for people and programs."""

from __future__ import annotations

import json
from collections.abc import Sequence

from chartproof.evaluate.authoring.compare import Comparison, EntryChange, FieldChange
from chartproof.render.guidelines import cell, value_text
from chartproof.render.text import Block, outline_text

NONE = "Nothing differs."
TITLES = {"gates": "Gates and limits"}


def changes_text(comparison: Comparison, *, width: int = 100, color: bool = False) -> str:
    """The changes by section, each field as ``old -> new``, in at most `width` columns."""
    facts = [("Old", comparison.old), ("New", comparison.new)]
    if comparison.same:
        return outline_text([*facts, ("", NONE)], [], width=width, color=color)
    sections: list[tuple[str, Sequence[Block]]] = [
        ("Identity", [_field_block(one) for one in comparison.identity]),
        ("Rules of counting and choosing", [_field_block(one) for one in comparison.rules]),
        *((title, [_entry_block(one) for one in entries]) for title, entries in _listed(comparison)),
    ]
    return outline_text(facts, [section for section in sections if section[1]], width=width, color=color)


def changes_json(comparison: Comparison) -> str:
    """The comparison as one JSON object."""
    return json.dumps(comparison.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n"


def changes_markdown(comparison: Comparison) -> str:
    """The changes as tables by section."""
    lines = [f"# {comparison.old} to {comparison.new}"]
    if comparison.same:
        lines += ["", NONE]
    for title, fields in (("Identity", comparison.identity), ("Rules of counting and choosing", comparison.rules)):
        if fields:
            lines += ["", f"## {title}", "", "| field | old | new |", "| --- | --- | --- |"]
            lines += [f"| {one.field} | {_cell(one.old)} | {_cell(one.new)} |" for one in fields]
    for title, entries in _listed(comparison):
        lines += ["", f"## {title}", "", "| id | change | field | old | new |", "| --- | --- | --- | --- | --- |"]
        lines += [row for one in entries for row in _rows(one)]
    return "\n".join(lines) + "\n"


def _listed(comparison: Comparison) -> list[tuple[str, tuple[EntryChange, ...]]]:
    return [(TITLES.get(name, name.capitalize()), entries) for name, entries in comparison.entries.items()]


def _field_block(change: FieldChange) -> Block:
    return f"{change.field}: {_arrow(change)}", "", ""


def _entry_block(change: EntryChange) -> Block:
    told = "\n".join(f"{one.field}: {_arrow(one)}" for one in change.fields)
    text = change.text if change.change != "changed" and change.text else ""
    return f"{change.change} {change.id}", told or text, ""


def _arrow(change: FieldChange) -> str:
    return f"{value_text(change.old)} -> {value_text(change.new)}"


def _rows(change: EntryChange) -> list[str]:
    if not change.fields:
        old, new = ("", change.text or "") if change.change == "added" else (change.text or "", "")
        return [f"| `{change.id}` | {change.change} | | {cell(old)} | {cell(new)} |"]
    return [
        f"| `{change.id}` | {change.change} | {one.field} | {_cell(one.old)} | {_cell(one.new)} |"
        for one in change.fields
    ]


def _cell(value: object) -> str:
    return cell(value_text(value))
