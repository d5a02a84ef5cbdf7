"""The scores as one self-contained HTML page, with gold and prediction on each note side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from chartproof.facts import Fact
from chartproof.scoring.attributes import is_strict
from chartproof.scoring.cases import ABSENT, COLUMNS, DETERMINATIONS, STATUSES
from chartproof.scoring.facts import match_note
from chartproof.scoring.matching import Matching
from chartproof.scoring.report import Run
from chartproof.scoring.text import describe, rate, share, spread

if TYPE_CHECKING:
    from chartproof.scoring.evaluation.model import Evaluation

# From the least to the most remarkable; where facts overlap the last one colors the text.
_STATES = ("same", "differs", "missed", "alarm")


_WORST = 10  # notes that an evaluation shows


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of note text with the facts that cover it: CSS classes and a tooltip, or neither."""

    text: str
    classes: str
    title: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a note's table of facts: the gold fact, the predicted one, and how they compare.

    `words` are those of the note at the first span of the gold fact, or of the predicted one where gold has none.
    """

    state: str
    kind: str
    words: str
    gold: str
    predicted: str
    differing: str
    start: int


@dataclass(frozen=True, slots=True)
class NoteView:
    """One note as the page shows it."""

    note_id: str
    style: str | None
    gold: list[Piece]
    predicted: list[Piece]
    rows: list[Row]
    differences: int

    def of(self, state: str) -> list[Row]:
        """The lines of one state."""
        return [row for row in self.rows if row.state == state]


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(rate=rate, spread=spread)
    environment.globals["share"] = share
    source = resources.files("chartproof.scoring").joinpath("report.html.j2").read_text("utf-8")
    return environment.from_string(source)


def html_report(run: Run, evaluation: Evaluation | None = None) -> str:
    """The page; it holds the text of the notes and needs nothing from elsewhere.

    With `evaluation` it is the whole report: plots, styles, reliability, robustness, versions, and of the notes only
    those with the most disagreements, in all and of each style. Raises ChartproofError where the plots' library is absent.
    """
    views = [
        note_view(
            note.note_id,
            note.text,
            match_note(gold, run.facts.get(note.note_id), run.kinds),
            run.gold.styles.get(note.note_id),
        )
        for note, gold in run.gold.facts
    ]
    worst: dict[str, NoteView] = {}
    plots: Mapping[str, Markup] = dict.fromkeys(("kinds", "statuses", "robustness"), Markup())
    if evaluation is not None:
        from chartproof.scoring.evaluation.plots import plots_of

        ranked = sorted(views, key=lambda view: (-view.differences, view.note_id))
        for view in ranked:
            if view.style is not None:
                worst.setdefault(view.style, view)
        of_styles = [view for view in worst.values() if view.differences]
        views = [view for view in ranked if view in ranked[:_WORST] or view in of_styles]
        plots = {name: Markup(drawing) for name, drawing in plots_of(evaluation).items()}
    return _template().render(
        report=run.report,
        evaluation=evaluation,
        plots=plots,
        notes=views,
        worst=dict(sorted(worst.items())),
        columns=COLUMNS,
        statuses=STATUSES,
        determinations=(*DETERMINATIONS, ABSENT),
        is_strict=is_strict,
    )


def note_view(note_id: str, text: str, matching: Matching, style: str | None) -> NoteView:
    """The two sides and the table of one note."""
    rows = sorted(_rows(text, matching), key=lambda row: (row.start, row.kind, _STATES.index(row.state)))
    states = [("same" if match.strict else "differs", match) for match in matching.matches]
    gold = [(state, match.gold) for state, match in states] + [("missed", fact) for fact in matching.missed]
    predicted = [(state, match.predicted) for state, match in states]
    predicted += [("alarm", fact) for fact in matching.false_alarms]
    return NoteView(
        note_id=note_id,
        style=style,
        gold=pieces(text, gold),
        predicted=pieces(text, predicted),
        rows=rows,
        differences=sum(row.state != "same" for row in rows),
    )


def _rows(text: str, matching: Matching) -> Iterator[Row]:
    for match in matching.matches:
        yield Row(
            "same" if match.strict else "differs",
            match.gold.kind,
            _words(text, match.gold),
            describe(match.gold),
            describe(match.predicted),
            ", ".join(match.differing),
            match.gold.spans[0].start,
        )
    for fact in matching.missed:
        yield Row("missed", fact.kind, _words(text, fact), describe(fact), "", "", fact.spans[0].start)
    for fact in matching.false_alarms:
        yield Row("alarm", fact.kind, _words(text, fact), "", describe(fact), "", fact.spans[0].start)


def _words(text: str, fact: Fact) -> str:
    return " ".join(fact.spans[0].of(text).split())


def pieces(text: str, facts: Sequence[tuple[str, Fact]]) -> list[Piece]:
    """`text` cut at every span border; joined again, the pieces are the text.

    Values (first spans) get the class ``value``. Spans beyond the end of the text are cut off.
    """
    borders = {0, len(text)}
    for _, fact in facts:
        borders.update(min(offset, len(text)) for span in fact.spans for offset in span)
    ordered = sorted(borders)
    place = {border: index for index, border in enumerate(ordered)}
    covering: list[list[tuple[int, bool, str]]] = [[] for _ in ordered]
    for state, fact in facts:
        title = f"{fact.kind}: {describe(fact)}"
        for number, span in enumerate(fact.spans):
            for index in range(place[min(span.start, len(text))], place[min(span.end, len(text))]):
                covering[index].append((_STATES.index(state), number == 0, title))
    found: list[Piece] = []
    for index, (start, end) in enumerate(pairwise(ordered)):
        over = covering[index]
        classes = ""
        if over:
            state = _STATES[max(item[0] for item in over)]
            classes = f"{state} value" if any(item[1] for item in over) else state
        found.append(Piece(text[start:end], classes, "\n".join(dict.fromkeys(item[2] for item in over))))
    return found
