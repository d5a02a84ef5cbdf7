"""What changed between two versions of a guideline, or between two guidelines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from chartproof.evaluate.authoring.shape import CRITERION_PARTS, GROUP_PARTS
from chartproof.evaluate.guideline import Guideline

IDENTITY = ("id", "title", "version", "effective_from", "effective_to", "source")
LISTED = (*GROUP_PARTS, *CRITERION_PARTS)


class FieldChange(BaseModel):
    """One field with its old and new value; None where the side has no such field."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    field: str
    old: Any
    new: Any


class EntryChange(BaseModel):
    """One code, pathway, criterion, gate or rule that was added, removed or changed; `text` says what it asks for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    change: Literal["added", "removed", "changed"]
    text: str | None = None
    fields: tuple[FieldChange, ...] = ()


class Comparison(BaseModel):
    """What differs. `entries` has the sections with differences: codes, pathways, criteria, gates and the like."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    old: str
    new: str
    identity: tuple[FieldChange, ...]
    rules: tuple[FieldChange, ...]
    entries: dict[str, tuple[EntryChange, ...]]

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not (self.identity or self.rules or self.entries)


def compare(old: Guideline, new: Guideline) -> Comparison:
    """What differs between two guidelines, from `old` to `new`.

    Entries are matched by their ids; those of guidelines with different ids by what follows the guideline's id.
    """
    one, two = _content(old), _content(new)
    rest = [key for key in dict.fromkeys([*one, *two]) if key not in (*IDENTITY, *LISTED, "cpt")]
    sections = {"codes": _entries(one["cpt"], two["cpt"])}
    for part in GROUP_PARTS:
        sections[part] = _entries(_by_id(one[part], "criteria"), _by_id(two[part], "criteria"))
    sections["criteria"] = _entries(_by_id(_criteria(one)), _by_id(_criteria(two)))
    for part in CRITERION_PARTS:
        sections[part] = _entries(_by_id(one[part]), _by_id(two[part]))
    return Comparison(
        old=f"{old.id}@{old.version}",
        new=f"{new.id}@{new.version}",
        identity=tuple(change for key in IDENTITY for change in _changes(one.get(key), two.get(key), key)),
        rules=tuple(change for key in rest for change in _changes(one.get(key), two.get(key), key)),
        entries={name: changes for name, changes in sections.items() if changes},
    )


def _content(guideline: Guideline) -> dict[str, Any]:
    return guideline.model_dump(mode="json", exclude={"content_hash"})


def _criteria(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [one for part in GROUP_PARTS for group in content[part] for one in group["criteria"]]


def _by_id(entries: Sequence[Mapping[str, Any]], *left_out: str) -> dict[str, Mapping[str, Any]]:
    return {entry["id"]: {key: value for key, value in entry.items() if key not in left_out} for entry in entries}


def _entries(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[EntryChange, ...]:
    """Removed and changed entries in the order of the old side, then the added ones in that of the new."""
    names = {_tail(entry_id): entry_id for entry_id in new}
    found: list[EntryChange] = []
    for entry_id, entry in old.items():
        other = names.pop(_tail(entry_id), None)
        if other is None:
            found.append(EntryChange(id=entry_id, change="removed", text=_text(entry)))
            continue
        fields = tuple(
            change
            for key in dict.fromkeys([*entry, *new[other]])
            if key != "id"
            for change in _changes(entry.get(key), new[other].get(key), key)
        )
        if fields:
            found.append(EntryChange(id=other, change="changed", text=_text(new[other]), fields=fields))
    return (
        *found,
        *(EntryChange(id=entry_id, change="added", text=_text(new[entry_id])) for entry_id in names.values()),
    )


def _tail(entry_id: str) -> str:
    """What follows the guideline's id."""
    return entry_id.split(".", 1)[-1]


def _text(entry: Mapping[str, Any]) -> str | None:
    return entry.get("text") or entry.get("title")


def _changes(old: Any, new: Any, field: str) -> Iterator[FieldChange]:
    """The differing values below a field, each with its path: ``params.weeks``, ``params.parts[2].check``."""
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys([*old, *new]):
            yield from _changes(old.get(key), new.get(key), f"{field}.{key}")
    elif _of_mappings(old) and _of_mappings(new):
        for number in range(max(len(old), len(new))):
            before, after = (side[number] if number < len(side) else None for side in (old, new))
            yield from _changes(before, after, f"{field}[{number + 1}]")
    else:
        yield FieldChange(field=field, old=old, new=new)


def _of_mappings(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)
