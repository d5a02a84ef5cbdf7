"""Text for people, at a terminal or in a pipe: the determination and what is missing first, then the rest."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from chartproof.assessment import Assessment, CriterionResult, Determination, Status
from chartproof.facts import NoteFacts
from chartproof.notes import Note
from chartproof.render.quotes import quotes
from chartproof.render.wording import (
    DISCLAIMER,
    STATUS_SYMBOLS,
    STATUS_WORDS,
    describe,
    evidence_text,
    groups,
    guideline_line,
    guideline_origin,
    one_line,
    open_points,
    remarks,
    request_line,
    result_symbol,
    result_words,
)

_STATUS_STYLES: dict[Status, str] = {
    "met": "green",
    "not_met": "bold red",
    "not_documented": "yellow",
    "not_applicable": "dim",
    "external": "cyan",
}
_DETERMINATION_STYLES: dict[Determination, str] = {
    "criteria_met": "bold green",
    "criteria_not_met": "bold red",
    "needs_information": "bold yellow",
}
_STATUS_WIDTH = 16

#: head line, explanation, reference; the last two may be empty
Block = tuple[str, str, str]


def assessment_text(
    assessment: Assessment,
    *,
    notes: Iterable[Note] = (),
    title: str | None = None,
    facts: Iterable[tuple[Note, NoteFacts]] = (),
    width: int = 100,
    color: bool = False,
) -> str:
    """One assessment as text of at most `width` columns.

    With `notes`, evidence is quoted in its sentence; with `facts`, what was read from each note follows.
    """
    texts = {note.note_id: note.text for note in notes}
    parts: list[RenderableType] = [*_head(assessment, title), *_open_points(assessment)]
    for group in groups(assessment):
        heading = Text(group.title, style="bold underline")
        if group.status:
            heading.append(f": {STATUS_WORDS[group.status]}", style="bold")
        parts += [Text(), heading, _criteria(group.criteria, texts)]
    for note, found in facts:
        parts += [Text(), _facts(note, found)]
    return _rendered(parts, width, color)


def facts_text(note: Note, found: NoteFacts, *, width: int = 100, color: bool = False) -> str:
    """The facts of one note as a table of at most `width` columns."""
    return _rendered([_facts(note, found)], width, color)


def table_text(headings: Sequence[str], rows: Iterable[Sequence[str]], *, width: int = 100, color: bool = False) -> str:
    """A plain table of at most `width` columns."""
    return _rendered([_table(headings, rows)], width, color)


def outline_text(
    facts: Iterable[tuple[str, str]],
    sections: Iterable[tuple[str, Iterable[Block]]],
    *,
    width: int = 100,
    color: bool = False,
) -> str:
    """Named facts, then blocks of a head line, an explanation and a reference under section headings."""
    parts: list[RenderableType] = [_named(facts)]
    for title, blocks in sections:
        parts += [Text(), Text(title, style="bold underline")]
        for head, explanation, reference in blocks:
            content = Text(head, style="bold")
            if explanation:
                content.append(f"\n{explanation}", style="not bold")
            if reference:
                content.append(f"\n{reference}", style="not bold dim")
            parts.append(_listed("-", content))
    return _rendered(parts, width, color)


def _named(facts: Iterable[tuple[str, str]]) -> Table:
    rows = Table.grid(padding=(0, 2))
    rows.add_column(no_wrap=True, style="dim")
    rows.add_column()
    for name, value in facts:
        rows.add_row(name, Text(value))
    return rows


def _head(assessment: Assessment, title: str | None) -> Iterable[RenderableType]:
    style = "bold" if assessment.category is not None else _DETERMINATION_STYLES[assessment.determination]
    determination = Text(f"{result_symbol(assessment)} {result_words(assessment).upper()}", style=style)
    determination.append(f"   case {one_line(assessment.case_id)}", style="bold")
    yield determination
    yield Text(DISCLAIMER, style="dim")
    yield Text()
    facts = [("Request", one_line(request_line(assessment.request))), ("Guideline", guideline_line(assessment, title))]
    if assessment.pathway and assessment.category is None:
        kind = f", {assessment.initial_or_repeat} request" if assessment.initial_or_repeat else ""
        facts.append(("Pathway", assessment.pathway + kind))
    if assessment.reference_date:
        facts.append(("Reference date", assessment.reference_date))
    yield _named(facts)
    for remark in remarks(assessment):
        yield Text(f"! {remark}", style="bold")
    for caution in (guideline_origin(assessment), assessment.version_note):
        if caution:
            yield Text(f"! {caution}", style="bold yellow")


def _open_points(assessment: Assessment) -> Iterable[RenderableType]:
    found = open_points(assessment)
    if not found and assessment.category is None:
        yield Text()
        yield Text("Nothing is missing.", style="bold")
    for title, criteria in found:
        yield Text()
        yield Text(f"{title} ({len(criteria)})", style="bold underline")
        yield Group(*(_point(criterion, criterion.missing or criterion.reason) for criterion in criteria))


def _point(criterion: CriterionResult, explanation: str) -> RenderableType:
    content = Text(criterion.text)
    content.append(f"\n{explanation}", style="bold")
    content.append(f"\n{criterion.id}", style="dim")
    return _listed(Text(STATUS_SYMBOLS[criterion.status], style=_STATUS_STYLES[criterion.status]), content)


def _listed(symbol: RenderableType, content: Text) -> RenderableType:
    """`content` after a symbol, its lines under one another."""
    row = Table.grid(padding=(0, 1))
    row.add_column(no_wrap=True)
    row.add_column()
    row.add_row(symbol, content)
    return Padding(row, (0, 0, 0, 1))


def _criteria(criteria: Sequence[CriterionResult], texts: Mapping[str, str]) -> RenderableType:
    rows = Table.grid(padding=(0, 1))
    rows.add_column(no_wrap=True, width=_STATUS_WIDTH)
    rows.add_column()
    for criterion in criteria:
        status = Text(
            f"{STATUS_SYMBOLS[criterion.status]} {STATUS_WORDS[criterion.status]}",
            style=_STATUS_STYLES[criterion.status],
        )
        content = Text(criterion.text, style="bold")
        content.append(f"\n{criterion.reason}", style="not bold")
        if criterion.conflict:
            content.append("\n! The notes contradict each other.", style="bold yellow")
        if criterion.missing:
            content.append(f"\nWould settle it: {criterion.missing}", style="not bold")
        for quote in quotes(criterion.evidence, texts):
            content.append("\n> ", style="not bold dim")
            for words, cited in quote.pieces:
                content.append(f"«{words}»" if cited else words, style="not bold underline" if cited else "not bold")
            content.append(f" [{one_line(quote.note_id)} {quote.start}-{quote.end}]", style="not bold dim")
        content.append(f"\n{criterion.id} | {criterion.source}", style="not bold dim")
        rows.add_row(status, content)
    return rows


def _facts(note: Note, found: NoteFacts) -> RenderableType:
    about = " · ".join(part for part in (note.date.isoformat() if note.date else None, note.type) if part)
    count = f"{len(found.facts)} fact{'' if len(found.facts) == 1 else 's'}"
    heading = Text(f"Note {one_line(note.note_id)}", style="bold underline")
    heading.append(f"  {one_line(about)}{'  ' if about else ''}{count}", style="not bold not underline dim")
    if not found.facts:
        return heading
    rows = (
        (
            f"{fact.spans[0].start}-{fact.spans[0].end}",
            fact.kind.replace("_", " "),
            evidence_text(fact, note.text),
            one_line(describe(fact)),
            "" if fact.assertion == "present" else fact.assertion,
        )
        for fact in found.facts
    )
    return Group(heading, _table(("span", "kind", "evidence", "value", "assertion"), rows))


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> RenderableType:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for heading in headings:
        table.add_column(heading, no_wrap=heading in ("span", "id"), overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table


def _rendered(parts: Iterable[RenderableType], width: int, color: bool) -> str:
    stream = io.StringIO()
    console = Console(
        file=stream,
        width=width,
        force_terminal=color,
        color_system="standard" if color else None,
        no_color=not color,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
    )
    for part in parts:
        console.print(part)
    return "".join(f"{line.rstrip()}\n" for line in stream.getvalue().split("\n")[:-1])
