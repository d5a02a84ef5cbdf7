"""The commands ``score`` and ``gold``, for the main command line and for ``python -m chartproof.scoring``."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from chartproof import llm_options
from chartproof.console import Output, complain
from chartproof.errors import ChartproofError

GoldPaths = Annotated[
    list[Path],
    typer.Argument(metavar="GOLD...", help="Gold facts or cases: .jsonl, .yaml sources, or folders of them."),
]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", help="Write to this file.", dir_okay=False, show_default=False)
]
NotesOption = Annotated[
    Path | None,
    typer.Option(
        "--notes",
        metavar="NOTES.jsonl",
        help="Texts of gold without text; left out, notes.jsonl beside the gold.",
        show_default=False,
    ),
]


class Format(StrEnum):
    """How a report is written."""

    text = "text"
    json = "json"
    html = "html"


def score(
    gold: GoldPaths,
    notes: NotesOption = None,
    predictions: Annotated[
        list[Path] | None,
        typer.Option(
            "--predictions",
            metavar="FILE",
            help="Score these facts or assessments (.jsonl) in place of running the package; may be repeated.",
            show_default=False,
        ),
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option("--kind", metavar="KIND", help="Score this kind only; may be repeated.", show_default=False),
    ] = None,
    guideline: Annotated[
        list[str] | None,
        typer.Option(
            "--guideline", metavar="ID", help="Score cases of this guideline only; may be repeated.", show_default=False
        ),
    ] = None,
    errors: Annotated[
        bool, typer.Option("--errors", help="List every disagreement. Prints note text: sentences and reasons.")
    ] = False,
    format_: Annotated[
        Format,
        typer.Option("--format", "-f", help="html shows gold and prediction on the notes, so it holds note text."),
    ] = Format.text,
    minimum: Annotated[
        Path | None,
        typer.Option(
            "--min", metavar="FILE.yaml", help="Thresholds; exit code 1 when a figure falls short.", show_default=False
        ),
    ] = None,
    output: OutputOption = None,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report",
            metavar="DIR",
            help="Write the whole evaluation there: report.html (holds note text), report.json, evaluation.md.",
            file_okay=False,
            show_default=False,
        ),
    ] = None,
    robustness: Annotated[
        bool, typer.Option("--robustness", help="In a report, score disturbed copies of the notes as well (slow).")
    ] = False,
    llm: llm_options.Model = None,
    llm_base_url: llm_options.BaseUrl = None,
    allow_remote: llm_options.AllowRemote = False,
    llm_deidentify: llm_options.Deidentify = False,
    llm_max_calls: llm_options.MaxCalls = None,
    llm_max_tokens: llm_options.MaxTokens = None,
    no_llm: llm_options.NoModel = False,
) -> None:
    """Score extraction and assessment against gold: overlap and strict F1, confusion of statuses, intervals.

    With --llm, the rules alone beside the rules with the model: recall gained, precision lost, what was rejected.
    """
    from chartproof.scoring.report import score_run, text_report
    from chartproof.scoring.thresholds import read_thresholds, shortfalls

    out = Output(output, map(str, [*gold, *(predictions or ())]))
    if robustness and (report is None or predictions):
        raise ChartproofError("--robustness runs the package for a report; it needs --report and no --predictions")
    if llm is not None and not no_llm:
        if predictions or errors or minimum or report or format_ is Format.html:
            raise ChartproofError(
                "--llm compares; it goes with neither --predictions, --errors, --min, --report nor html"
            )
        from chartproof.scoring.llm import compare, comparison_text

        asking = llm_options.fallback(
            off=no_llm,
            model=llm,
            base_url=llm_base_url,
            allow_remote=allow_remote,
            deidentify=llm_deidentify,
            max_calls=llm_max_calls,
            max_tokens=llm_max_tokens,
        )
        with asking as model:
            assert model is not None
            compared = compare(gold, model, notes=notes, kinds=kind or None, guidelines=guideline or None)
        is_json = format_ is Format.json
        out.write(
            compared.model_dump_json(indent=1) + "\n" if is_json else comparison_text(compared), for_people=not is_json
        )
        out.close()
        return
    thresholds = read_thresholds(minimum) if minimum else None
    run = score_run(
        gold,
        notes=notes,
        predictions=predictions or (),
        kinds=kind or None,
        guidelines=guideline or None,
        with_differences=errors or report is not None or format_ is Format.html,
    )
    if report is not None:
        from chartproof.scoring.evaluation.write import write_report

        write_report(run, gold, report, with_robustness=robustness)
        complain(f"report written: {report / 'report.html'}")
    if format_ is Format.html:
        from chartproof.scoring.html import html_report

        out.write(html_report(run))
    elif format_ is Format.json:
        out.write(run.report.model_dump_json(indent=1) + "\n")
    else:
        out.write(text_report(run.report, with_errors=errors), for_people=True)
    out.close()
    fallen = shortfalls(thresholds, run.report.facts, run.report.cases) if thresholds else []
    for line in fallen:
        complain(f"below the minimum: {line}")
    if fallen:
        raise typer.Exit(1)


gold_app = typer.Typer(no_args_is_help=True, help="Make and check gold; exchange it with brat.")


@gold_app.command("new")
def new(
    note: Annotated[Path, typer.Argument(metavar="NOTE.txt", help="The text of one note.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE.yaml", help="The source to make.")],
    note_id: Annotated[
        str | None, typer.Option(help="Id of the note; without it, the file's name.", show_default=False)
    ] = None,
    style: Annotated[str, typer.Option(help="How the note is written.")] = "dictated",
    date: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Date of the note.", show_default=False)
    ] = None,
    type_: Annotated[str | None, typer.Option("--type", help="Such as 'office visit'.", show_default=False)] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite FILE.yaml.")] = False,
) -> None:
    """Make a gold source from a note, with the facts that the extractor finds as proposals to correct."""
    from chartproof.scoring.source import new_source

    if output.exists() and not force:
        raise ChartproofError(f"{output}: exists already; --force overwrites it")
    out = Output(output, [str(note)])
    source, count = new_source(note, note_id=note_id, style=style, date=_date(date), note_type=type_)
    out.write(source)
    out.close()
    typer.echo(f"{output}: {count} facts proposed; correct them, then run: chartproof gold check {output}")


@gold_app.command("check")
def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILES]...", help="Sources, .jsonl gold, or folders; without any, the folder gold."),
    ] = None,
    notes: NotesOption = None,
    warnings: Annotated[bool, typer.Option(help="Show what may be wrong, too.")] = True,
) -> None:
    """Check gold: quotes, schema, overlaps, duplicates, dates. Exit code 1 when something is wrong."""
    from chartproof.scoring.check import check_gold

    checked = check_gold(files or [Path("gold")], notes)
    for problem in checked.problems:
        if warnings or not problem.warning:
            typer.echo(str(problem))
    counts = ", ".join(f"{kind} {count}" for kind, count in sorted(checked.facts.items()))
    styles = ", ".join(f"{style} {count}" for style, count in sorted(checked.styles.items()))
    typer.echo(f"{checked.notes} notes, {checked.cases} cases, {sum(checked.facts.values())} facts ({counts})")
    if styles:
        typer.echo(f"styles: {styles}")
    typer.echo(f"{checked.errors} errors, {len(checked.problems) - checked.errors} warnings")
    if checked.errors:
        raise typer.Exit(1)


@gold_app.command("brat-export")
def brat_export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the .txt and .ann files go.")],
    gold: Annotated[
        list[Path] | None,
        typer.Option("--gold", metavar="GOLD", help="Gold to export; without it, the folder gold.", show_default=False),
    ] = None,
    notes: NotesOption = None,
) -> None:
    """Write gold as brat standoff, with the configuration brat wants."""
    from chartproof.scoring.brat import export_brat
    from chartproof.scoring.gold import read_gold

    annotated = read_gold(gold or [Path("gold")], notes).facts
    export_brat(annotated, folder)
    typer.echo(f"{folder}: {len(annotated)} notes written")


@gold_app.command("brat-import")
def brat_import(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder of .txt and .ann files.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="A .jsonl file, or a folder for one .yaml source per note; without it, JSON Lines go to standard output.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Read brat standoff back as gold: JSON Lines that carry the text, or sources."""
    from chartproof.scoring.brat import file_stem, import_brat
    from chartproof.scoring.gold import gold_line
    from chartproof.scoring.source import to_source

    annotated = import_brat(folder)
    if output is None or output.suffix == ".jsonl":
        out = Output(output)
        for note, facts in annotated:
            out.write(f"{gold_line(note, facts)}\n")
        out.close()
    else:
        output.mkdir(parents=True, exist_ok=True)
        for note, facts in annotated:
            out = Output(output / f"{file_stem(note.note_id)}.yaml")
            out.write(to_source(note, facts))
            out.close()
    if output is not None:
        typer.echo(f"{output}: {len(annotated)} notes written")


def _date(value: str | None) -> dt.date | None:
    try:
        return None if value is None else dt.date.fromisoformat(value)
    except ValueError:
        raise ChartproofError("--date: must be a full ISO date, as 2024-03-05") from None


def register(app: typer.Typer) -> None:
    """Add ``score`` and ``gold`` to a command line."""
    app.command("score")(score)
    app.add_typer(gold_app, name="gold")
