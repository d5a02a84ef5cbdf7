"""``chartproof batch``: an export in, tables out."""

from __future__ import annotations

import signal
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chartproof.batch.formats import Format
from chartproof.console import EXIT_INPUT, EXIT_INTERNAL, Output, complain
from chartproof.errors import ChartproofError
from chartproof.guidelines_cli import GuidelinesOption

if TYPE_CHECKING:
    from chartproof.batch.rows import ReadOptions
    from chartproof.batch.run import Outcome, Plan

EXIT_INTERRUPTED = 130
_MEGABYTE = 1_000_000
_READ, _WORK, _OUT = "Reading the export", "Working", "Output"
_MOST_REJECTS_TOLD = 5


class Engine(StrEnum):
    """What does the work."""

    local = "local"
    spark = "spark"


class ExportFormat(StrEnum):
    """How an export is read."""

    auto = "auto"
    csv = "csv"
    jsonl = "jsonl"
    json = "json"
    parquet = "parquet"
    folder = "folder"
    zip = "zip"
    fhir = "fhir"
    ccda = "ccda"


def batch(
    export: Annotated[
        Path, typer.Argument(metavar="EXPORT", help="The export: a file, or a folder.", show_default=False)
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Folder for the tables; new, or of a run to go on with.", show_default=False),
    ] = None,
    table_format: Annotated[
        Format, typer.Option("--format", "-f", help="How to write the tables.", rich_help_panel=_OUT)
    ] = Format.parquet,
    evidence_text: Annotated[
        bool,
        typer.Option(
            "--evidence-text/--no-evidence-text",
            help="Write the words of the notes beside their places.",
            rich_help_panel=_OUT,
        ),
    ] = True,
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by",
            metavar="COLUMN",
            help="Count by this column in the summary.",
            show_default=False,
            rich_help_panel=_OUT,
        ),
    ] = None,
    since: Annotated[
        Path | None,
        typer.Option(
            "--since",
            metavar="MANIFEST",
            help="Take over what an earlier batch found for unchanged cases; tell what changed.",
            show_default=False,
            rich_help_panel=_WORK,
        ),
    ] = None,
    restart: Annotated[
        bool,
        typer.Option("--restart", help="Begin anew, and replace what a run has left in --out.", rich_help_panel=_WORK),
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit code 2 when a row was rejected.", rich_help_panel=_WORK)
    ] = False,
    guideline: Annotated[
        str | None,
        typer.Option(
            "--guideline", help="Guideline id, whatever the codes say.", show_default=False, rich_help_panel=_WORK
        ),
    ] = None,
    guidelines: GuidelinesOption = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", min=1, help="Worker processes; as many as cores.", show_default=False, rich_help_panel=_WORK
        ),
    ] = None,
    timeout: Annotated[
        float, typer.Option("--timeout", min=0.1, help="Most seconds of computing for one case.", rich_help_panel=_WORK)
    ] = 60.0,
    memory: Annotated[
        int,
        typer.Option("--memory", min=0, help="Most megabytes of a worker; 0: no limit.", rich_help_panel=_WORK),
    ] = 0,
    engine: Annotated[
        Engine, typer.Option("--engine", help="This machine, or Spark.", rich_help_panel=_WORK)
    ] = Engine.local,
    master: Annotated[
        str | None,
        typer.Option("--master", metavar="URL", help="Spark master.", show_default=False, rich_help_panel=_WORK),
    ] = None,
    input_format: Annotated[
        ExportFormat, typer.Option("--input-format", help="What the export is.", rich_help_panel=_READ)
    ] = ExportFormat.auto,
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="FIELD=COLUMN",
            help="Which column holds a field, e.g. text=NOTE_TEXT; may be repeated.",
            show_default=False,
            rich_help_panel=_READ,
        ),
    ] = None,
    keep: Annotated[
        list[str] | None,
        typer.Option(
            "--keep",
            metavar="COLUMN",
            help="Keep this column in the cases; may be repeated.",
            show_default=False,
            rich_help_panel=_READ,
        ),
    ] = None,
    delimiter: Annotated[
        str | None, typer.Option("--delimiter", help="Of CSV.", show_default=False, rich_help_panel=_READ)
    ] = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", help="Of text files.", show_default=False, rich_help_panel=_READ)
    ] = None,
    date_format: Annotated[
        str | None,
        typer.Option(
            "--date-format", help="Of dates that are not ISO, e.g. %m/%d/%Y.", show_default=False, rich_help_panel=_READ
        ),
    ] = None,
    max_bytes: Annotated[
        int, typer.Option("--max-bytes", min=1, help="Largest note, in bytes.", rich_help_panel=_READ)
    ] = 5_000_000,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="Show what would be read, and the problems; judge nothing.", rich_help_panel=_READ
        ),
    ] = False,
    show_text: Annotated[
        bool, typer.Option("--show-text", help="In a dry run, show the beginnings of notes.", rich_help_panel=_READ)
    ] = False,
) -> None:
    """Judge a whole export: tables of cases, criteria, facts and rejects, a summary and a manifest.

    EXPORT is CSV, JSON Lines, Parquet, FHIR, C-CDA, or a folder or zip of documents. A run that was interrupted goes on
    when the same command is given again.
    """
    try:
        from chartproof.batch.rows import ReadOptions
        from chartproof.batch.run import Plan, available_cores
    except ModuleNotFoundError as error:
        if error.name != "pyarrow":
            raise
        raise ChartproofError("batches need one more library; install it: pip install 'chartproof[batch]'") from None

    columns = tuple(by) if by else None
    options = ReadOptions(
        format=input_format.value,
        mapping=_mapping(mapping or []),
        keep=tuple(dict.fromkeys([*(keep or []), *(columns or ())])),
        delimiter=delimiter,
        encoding=encoding,
        date_format=date_format,
        max_bytes=max_bytes,
    )
    if dry_run:
        _show(export, options, show_text=show_text)
        return
    if out is None:
        raise ChartproofError("name a folder for the tables with --out, or look first with --dry-run")
    plan = Plan(
        export=export,
        out=out,
        read=options,
        settings=_settings(guideline, evidence_text),
        limits=_limits(timeout, memory),
        table_format=table_format,
        by=columns,
        since=since,
        workers=workers or available_cores(),
    )
    outcome = _run(plan, engine, master, restart=restart)
    _tell(plan, outcome)
    rejects = outcome.content["counts"]["rejects_by_kind"]
    if "internal" in rejects:
        raise typer.Exit(EXIT_INTERNAL)
    if strict and rejects:
        raise typer.Exit(EXIT_INPUT)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("batch")(batch)


def _mapping(given: list[str]) -> dict[str, str]:
    pairs = {}
    for one in given:
        field, equals, column = one.partition("=")
        if not equals:
            raise ChartproofError(f"--map {one}: write FIELD=COLUMN, e.g. text=NOTE_TEXT")
        pairs[field.strip()] = column.strip()
    return pairs


def _settings(guideline: str | None, evidence_text: bool) -> Any:
    from chartproof.batch.partition import Settings
    from chartproof.evaluate import load_guideline
    from chartproof.evaluate.site import current_site

    if guideline is not None:
        load_guideline(guideline)
    site = current_site()
    texts = () if site is None else tuple(sorted(site.texts.items()))
    return Settings(guideline=guideline, evidence_text=evidence_text, site=texts)


def _limits(timeout: float, memory: int) -> Any:
    from chartproof.batch.pool import Limits

    return Limits(seconds=timeout, memory=memory * _MEGABYTE)


def _show(export: Path, options: ReadOptions, *, show_text: bool) -> None:
    from chartproof.batch.describe import describe, dry_run_text

    Output(None).write(dry_run_text(describe(export, options), show_text=show_text), for_people=True)


class _Interrupted(BaseException):
    """Stopped by a person. Not KeyboardInterrupt: where that passes through code that was made from text, as in the making of
    a dataclass, Python ends by the signal whoever caught it, and the exit code would not be ours."""


def _run(plan: Plan, engine: Engine, master: str | None, *, restart: bool) -> Outcome:
    """Run the plan; an interruption says how to go on."""

    def interrupted(number: int, frame: object) -> None:
        raise _Interrupted

    usual = {number: signal.signal(number, interrupted) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        if engine is Engine.spark:
            from chartproof.batch.spark import run_spark

            return run_spark(plan, master, restart=restart, notice=complain)
        from chartproof.batch.engine import run_local
        from chartproof.batch.progress import Progress

        return run_local(plan, Progress(), restart=restart, notice=complain)
    except _Interrupted:
        complain("stopped; give the same command again to go on where it stopped")
        raise typer.Exit(EXIT_INTERRUPTED) from None
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)


def _tell(plan: Plan, outcome: Outcome) -> None:
    """What came out, in a few lines; the first rejects on standard error."""
    from chartproof.batch.run import SUMMARY

    counts = outcome.content["counts"]
    out = Output(None)
    if outcome.tally is None:
        out.write(f"Nothing to do: {plan.out} holds the finished tables of this command.\n", for_people=True)
    told = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts["determinations"].items())
    line = f"{counts['rows']:,} rows: {counts['cases']:,} cases judged{f' ({told})' if told else ''}"
    out.write(f"{line}, {counts['rejects']:,} rejected\n", for_people=True)
    if outcome.tally is not None:
        fresh = counts["rows"] - outcome.before
        out.write(f"{outcome.seconds:.1f} s, {fresh / max(outcome.seconds, 0.001):.1f} rows/s\n", for_people=True)
        for where, error in outcome.tally.examples[:_MOST_REJECTS_TOLD]:
            complain(error if error.startswith(where) else f"{where}: {error}")
        if counts["rejects"] > _MOST_REJECTS_TOLD:
            complain(f"{counts['rejects'] - _MOST_REJECTS_TOLD:,} more rejects in the table")
    if outcome.changes is not None:
        out.write(outcome.changes.text(), for_people=True)
    tables = ", ".join(outcome.content["tables"])
    out.write(f"{plan.out}: {tables}, {SUMMARY}\n", for_people=True)
