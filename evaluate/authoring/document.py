"""A YAML file with the line of each of its values, for messages that say where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from chartproof.errors import ChartproofError

Step = str | int
Place = tuple[Step, ...]


class Document:
    """The content of a YAML file, and where each of its keys and entries stands.

    `value` is the content with anchors and merged mappings resolved; `repeated` are the places of keys that stand
    twice in one mapping.
    """

    def __init__(self, text: str, path: Path) -> None:
        """Read `text`, the content of `path`. Errors: ChartproofError, with the line, for what is no YAML mapping."""
        self.path = path
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
        try:
            node = loader.get_single_node()
            if node is None:
                raise ChartproofError(f"{path}:1: the file is empty")
            self.repeated: list[tuple[Place, int]] = list(_repeated(node, (), set()))
            value: object = loader.construct_document(node)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = f":{mark.line + 1}" if mark is not None else ""
            raise ChartproofError(f"{path}{line}: this is no YAML: {error.problem or error.context}") from None
        except yaml.YAMLError:
            raise ChartproofError(f"{path}: this is no YAML text") from None
        finally:
            loader.dispose()
        if not isinstance(value, dict):
            raise ChartproofError(f"{path}:1: expected a mapping of keys and values")
        self.value: dict[str, object] = value
        self._root: yaml.Node = node

    def line(self, place: Sequence[Step]) -> int:
        """The line of the key or entry at a place; of the nearest one around it where the file does not write it."""
        node: yaml.Node | None = self._root
        line = 1
        for step in place:
            node, found = _child(node, step)
            if node is None:
                break
            line = found
        return line

    def name(self, place: Sequence[Step]) -> str:
        """A place in words: keys joined by dots, an entry of a list by its id or name, else by its number."""
        value: object = self.value
        words: list[str] = []
        for step in place:
            inside = value[step] if _holds(value, step) else None  # type: ignore[index]
            if isinstance(step, int):
                called = inside.get("id", inside.get("name")) if isinstance(inside, dict) else None
                words = (
                    [str(called)] if called is not None else [*words[:-1], f"{words[-1] if words else ''}[{step + 1}]"]
                )
            else:
                words.append(str(step))
            value = inside
        return ".".join(words)


def _holds(value: object, step: Step) -> bool:
    if isinstance(value, dict):
        return step in value
    return isinstance(value, list) and isinstance(step, int) and step < len(value)


def _child(node: yaml.Node | None, step: Step) -> tuple[yaml.Node | None, int]:
    """The node under a key or number, and the line where it begins."""
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step].start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in reversed(node.value):
            if isinstance(key, yaml.ScalarNode) and key.value == str(step):
                return value, key.start_mark.line + 1
    return None, 1


def _repeated(node: yaml.Node, place: Place, seen: set[int]) -> Iterator[tuple[Place, int]]:
    """The places and lines of keys that a mapping writes twice; what an alias repeats is looked at once."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for number, entry in enumerate(node.value):
            yield from _repeated(entry, (*place, number), seen)
    elif isinstance(node, yaml.MappingNode):
        written: set[str] = set()
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                here = (*place, key.value)
                if key.value in written and key.value != "<<":
                    yield here, key.start_mark.line + 1
                written.add(key.value)
                yield from _repeated(value, here, seen)
