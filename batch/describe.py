"""What a batch would read, before it does: the format, the columns, the first rows and the problems."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from chartproof.batch.grouping import rows_of
from chartproof.batch.mapping import FIELDS
from chartproof.batch.rows import ReadOptions, Row
from chartproof.batch.sources import Item, open_source

_SHOWN = 5
_PROBLEMS = 20
_TEXT = 200  # characters


@dataclass(frozen=True)
class DryRun:
    """What was found out about an export by its first rows."""

    path: Path
    format: str
    encoding: str | None
    delimiter: str | None
    columns: Mapping[str, str]
    """Field to column."""
    guessed: frozenset[str]
    unused: tuple[str, ...]
    remarks: tuple[str, ...]
    looked_at: int
    """Rows, or notes of formats without rows."""
    whole: bool
    """Whether these are all there are."""
    cases: int
    notes: int
    first: tuple[Row, ...]
    problems: tuple[str, ...]
    more_problems: int


def describe(path: Path, options: ReadOptions, *, limit: int = 10_000) -> DryRun:
    """Read at most `limit` rows of an export and say what they are; nothing is written but what `options` allow.

    Raises ChartproofError as `read_export` does.
    """
    source = open_source(path, options)
    looked_at = 0

    def some() -> Iterator[Item]:
        nonlocal looked_at
        looked_at = 0
        for item in islice(source.items(), limit + 1):
            looked_at += 1
            if looked_at <= limit:
                yield item

    first: list[Row] = []
    problems: list[str] = []
    cases = notes = failed = 0
    for row in map(Row.read, rows_of(replace(source, items=some), options)):
        if row.case is not None:
            cases += 1
            notes += len(row.case.notes)
            if len(first) < _SHOWN:
                first.append(row)
        else:
            failed += 1
            if len(problems) < _PROBLEMS:
                problems.append(str(row.error))
    return DryRun(
        path=path,
        format=source.format,
        encoding=source.encoding,
        delimiter=source.delimiter,
        columns=source.columns,
        guessed=source.guessed,
        unused=source.unused,
        remarks=source.remarks,
        looked_at=min(looked_at, limit),
        whole=looked_at <= limit,
        cases=cases,
        notes=notes,
        first=tuple(first),
        problems=tuple(problems),
        more_problems=failed - len(problems),
    )


def dry_run_text(run: DryRun, *, show_text: bool = False) -> str:
    """The dry run for people; words of the notes only with `show_text`, and then their beginning."""
    form = ", ".join(filter(None, [run.format, run.encoding, run.delimiter]))
    seen = f"{run.looked_at:,}{'' if run.whole else ' looked at, there are more'}"
    lines = [f"Export    {run.path}", f"Format    {form}", f"Rows      {seen}", f"Cases     {_cases(run)}"]
    lines += [f"Note      {remark}" for remark in run.remarks]
    if run.columns:
        lines += ["", "Columns"]
        for field in FIELDS:
            if field in run.columns:
                origin = "by its name" if field in run.guessed else "as told"
                lines.append(f"  {field:<13} {run.columns[field]}  ({origin})")
        if run.unused:
            lines.append(f"  {'not read':<13} {', '.join(run.unused)}")
    if run.first:
        lines += ["", "First cases" if run.cases > len(run.first) else "Cases"]
        for row in run.first:
            lines += _case_lines(row, show_text)
    if run.problems:
        lines += ["", f"Problems ({len(run.problems) + run.more_problems:,})"]
        lines += [f"  {problem}" for problem in run.problems]
        if run.more_problems:
            lines.append(f"  and {run.more_problems:,} more")
    return "\n".join(lines) + "\n"


def _cases(run: DryRun) -> str:
    return f"{run.cases:,} with {run.notes:,} notes, {len(run.problems) + run.more_problems:,} that cannot be read"


def _case_lines(row: Row, show_text: bool) -> list[str]:
    assert row.case is not None
    request = row.case.request
    asked = [
        f"CPT {' '.join(request.cpt)}" if request.cpt else "no CPT",
        f"ICD-10 {' '.join(request.icd10)}" if request.icd10 else None,
        f"on {request.date}" if request.date else None,
        *(value for value in (request.state, request.plan, request.region, request.side) if value),
        *(f"{name} {value}" for name, value in row.extra.items()),
    ]
    lines = [f"  {row.case.case_id}  ({row.where})  {' · '.join(filter(None, asked))}"]
    for note in row.case.notes:
        kind = f"  {note.type}" if note.type else ""
        lines.append(f"    {note.note_id}  {note.date or 'no date'}  {len(note.text):,} characters{kind}")
        if show_text:
            lines.append(f"      {' '.join(note.text[:_TEXT].split())}{'…' if len(note.text) > _TEXT else ''}")
    return lines
