"""One-to-one matching of predicted facts to gold facts of one note.

Two facts can match when their kinds are equal and their first spans, which hold the values,
overlap. Of all matchings the one with most pairs is taken; among those, the one with most strict
pairs, then most equal attributes, then most shared characters. The result does not depend on the
order in which the facts are given.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chartproof.facts import Fact
from chartproof.scoring.attributes import compare, is_strict


@dataclass(frozen=True, slots=True)
class Match:
    """A gold fact with the prediction matched to it; ``attributes`` says which of gold's are equal."""

    gold: Fact
    predicted: Fact
    attributes: dict[str, bool]

    @property
    def differing(self) -> tuple[str, ...]:
        """The attributes that keep the match from being strict."""
        return tuple(name for name, same in self.attributes.items() if not same and is_strict(self.gold.kind, name))

    @property
    def strict(self) -> bool:
        """Whether all strict attributes that gold gives are equal."""
        return not self.differing


@dataclass(frozen=True, slots=True)
class Matching:
    """The facts of one note, matched; each list in the order of the note."""

    matches: tuple[Match, ...]
    missed: tuple[Fact, ...]
    false_alarms: tuple[Fact, ...]


def in_order(facts: Sequence[Fact]) -> list[Fact]:
    """The facts in the order of the note, ties settled by their content."""
    return sorted(facts, key=lambda fact: (fact.spans, fact.kind, fact.model_dump_json(exclude={"source", "section"})))


def match_facts(gold: Sequence[Fact], predicted: Sequence[Fact]) -> Matching:
    """Match the predictions of one note to its gold facts, one to one."""
    golds, predictions = in_order(gold), in_order(predicted)
    edges: dict[tuple[int, int], Match] = {}
    for i, expected in enumerate(golds):
        for j, found in enumerate(predictions):
            if expected.kind == found.kind and expected.spans[0].overlaps(found.spans[0]):
                edges[i, j] = Match(expected, found, compare(expected, found))
    chosen: list[tuple[int, int]] = []
    for rows, columns in _components(edges):
        weights = [[_weight(edges.get((i, j))) for j in columns] for i in rows]
        pairs = ((rows[r], columns[c]) for r, c in best_assignment(weights))
        chosen.extend(pair for pair in pairs if pair in edges)
    chosen.sort()
    taken_gold, taken_predicted = {i for i, _ in chosen}, {j for _, j in chosen}
    return Matching(
        matches=tuple(edges[pair] for pair in chosen),
        missed=tuple(fact for i, fact in enumerate(golds) if i not in taken_gold),
        false_alarms=tuple(fact for j, fact in enumerate(predictions) if j not in taken_predicted),
    )


def _weight(match: Match | None) -> int:
    """Pair, strict, equal attributes and shared characters as one number that sums lexicographically."""
    if match is None:
        return 0
    gold, predicted = match.gold.spans[0], match.predicted.spans[0]
    shared = min(gold.end, predicted.end) - max(gold.start, predicted.start)
    return ((10**6 + int(match.strict)) * 10**6 + sum(match.attributes.values())) * 10**12 + shared


def _components(edges: dict[tuple[int, int], Match]) -> list[tuple[list[int], list[int]]]:
    """The connected parts of the graph of possible pairs, as sorted rows and columns."""
    row_part: dict[int, int] = {}
    column_part: dict[int, int] = {}
    parts: dict[int, tuple[list[int], list[int]]] = {}
    for number, (i, j) in enumerate(edges):
        joined = sorted({part for part in (row_part.get(i), column_part.get(j)) if part is not None})
        rows = sorted({i}.union(*(parts[part][0] for part in joined)))
        columns = sorted({j}.union(*(parts[part][1] for part in joined)))
        for part in joined:
            del parts[part]
        parts[number] = (rows, columns)
        row_part.update(dict.fromkeys(rows, number))
        column_part.update(dict.fromkeys(columns, number))
    return sorted(parts.values())


def best_assignment(weights: list[list[int]]) -> list[tuple[int, int]]:
    """The assignment of rows to columns with the largest sum (Hungarian method, exact integers).

    `weights` is a matrix of non-negative integers; each row and column is used at most once.
    """
    if len(weights) > len(weights[0]):
        transposed = [list(column) for column in zip(*weights, strict=True)]
        return sorted((row, column) for column, row in best_assignment(transposed))
    height, width = len(weights), len(weights[0])
    row_potential, column_potential = [0] * (height + 1), [0] * (width + 1)
    owner = [0] * (width + 1)  # row of each column, 1-based; column 0 is the row being placed
    for row in range(1, height + 1):
        owner[0] = row
        column = 0
        slack: list[int | None] = [None] * (width + 1)
        previous = [0] * (width + 1)
        visited = [False] * (width + 1)
        while owner[column]:
            visited[column] = True
            current = owner[column]
            step: int | None = None
            nearest = 0
            for candidate in range(1, width + 1):
                if visited[candidate]:
                    continue
                cost = -weights[current - 1][candidate - 1] - row_potential[current] - column_potential[candidate]
                known = slack[candidate]
                if known is None or cost < known:
                    known = slack[candidate] = cost
                    previous[candidate] = column
                if step is None or known < step:
                    step, nearest = known, candidate
            assert step is not None
            for candidate in range(width + 1):
                if visited[candidate]:
                    row_potential[owner[candidate]] += step
                    column_potential[candidate] -= step
                else:
                    known = slack[candidate]
                    slack[candidate] = None if known is None else known - step
            column = nearest
        while column:
            owner[column] = owner[previous[column]]
            column = previous[column]
    return sorted((owner[column] - 1, column - 1) for column in range(1, width + 1) if owner[column])
