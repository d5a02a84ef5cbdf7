"""The command line. Heavy parts are imported inside the commands, so that ``--help`` is instant."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from chartproof import __version__, llm_options
from chartproof.batch.cli import register as register_batch
from chartproof.console import DEBUG, Batch, Commands, Output
from chartproof.errors import ChartproofError
from chartproof.guidelines_cli import GuidelinesOption, TableFormat, register_authoring
from chartproof.review.cli import register as register_review
from chartproof.scoring.cli import register

if TYPE_CHECKING:
    from chartproof.assessment import Assessment
    from chartproof.extract.llm import Fallback
    from chartproof.extract.readers import Entry
    from chartproof.facts import NoteFacts
    from chartproof.notes import Case, Note

Result = TypeVar("Result")


class OutputFormat(StrEnum):
    """How a result is written."""

    text = "text"
    json = "json"
    html = "html"


class AssessmentFormat(StrEnum):
    """How an assessment is written."""

    text = "text"
    json = "json"
    html = "html"
    fhir = "fhir"


class GuidelineFormat(StrEnum):
    """How a guideline is written."""

    text = "text"
    json = "json"
    markdown = "markdown"
    fhir = "fhir"


class InputFormat(StrEnum):
    """How an input is read."""

    auto = "auto"
    text = "text"
    json = "json"
    jsonl = "jsonl"


class SchemaName(StrEnum):
    """What has a JSON Schema."""

    note = "note"
    case = "case"
    facts = "facts"
    assessment = "assessment"


app = typer.Typer(
    name="chartproof",
    cls=Commands,
    help="Read clinic notes, cite the facts, and pre-fill a prior-authorization assessment for a human reviewer.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
guidelines_app = typer.Typer(help="The guidelines that can be assessed.", no_args_is_help=True)
app.add_typer(guidelines_app, name="guidelines")
register_authoring(guidelines_app)

NotesArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="NOTE",
        show_default=False,
        help="Files .txt, .pdf, .docx, .rtf, .html, .json or .jsonl, directories of documents, or - for standard input.",
    ),
]
FormatOption = Annotated[OutputFormat, typer.Option("--format", "-f", help="How to write the result.")]
TableOption = Annotated[TableFormat, typer.Option("--format", "-f", help="How to write the listing.")]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", help="Write to this file.", dir_okay=False, show_default=False)
]
InputOption = Annotated[
    InputFormat, typer.Option("--input-format", help="Read the inputs as this, whatever their names.")
]
MaxBytesOption = Annotated[int, typer.Option("--max-bytes", min=1, help="Largest note, in bytes.")]


def _version(value: bool) -> None:
    if value:
        typer.echo(f"chartproof {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="On an internal error, show where in the program it happened.")
    ] = False,
) -> None:
    """Options that stand before the command."""
    DEBUG.set(debug)


@app.command()
def extract(
    notes: NotesArgument = None,
    output_format: FormatOption = OutputFormat.json,
    output: OutputOption = None,
    input_format: InputOption = InputFormat.auto,
    max_bytes: MaxBytesOption = 5_000_000,
    llm: llm_options.Model = None,
    llm_base_url: llm_options.BaseUrl = None,
    allow_remote: llm_options.AllowRemote = False,
    llm_deidentify: llm_options.Deidentify = False,
    llm_max_calls: llm_options.MaxCalls = None,
    llm_max_tokens: llm_options.MaxTokens = None,
    no_llm: llm_options.NoModel = False,
) -> None:
    """Find the facts of notes, each with the characters that prove it.

    JSON has one object per note and line. A note that cannot be read is reported, the others go on, and the exit code
    is 2.
    """
    from chartproof.api import extract as extract_facts
    from chartproof.assisted import submit_note
    from chartproof.extract.readers import notes_of, read_entries

    sources = _given(notes)
    asking = llm_options.fallback(
        off=no_llm,
        model=llm,
        base_url=llm_base_url,
        allow_remote=allow_remote,
        deidentify=llm_deidentify,
        max_calls=llm_max_calls,
        max_tokens=llm_max_tokens,
    )
    with Output(output, sources) as out, asking as model:
        entries = list(notes_of(read_entries(sources, input_format=input_format.value, max_bytes=max_bytes)))
        batch = Batch(quiet=out.on_terminal)
        work: Callable[[Note], NoteFacts] = extract_facts
        if model is not None:
            work = _asking_ahead(entries, lambda note: submit_note(note, extract_facts(note), model), model)
        _write_facts(out, output_format, batch.each(entries, work))
    batch.finish()


@app.command()
def assess(
    notes: NotesArgument = None,
    case: Annotated[
        list[str] | None,
        typer.Option("--case", help="A case file (.json, .jsonl): request and notes.", show_default=False),
    ] = None,
    cpt: Annotated[
        list[str] | None, typer.Option("--cpt", help="CPT code; may be repeated.", show_default=False)
    ] = None,
    icd10: Annotated[
        list[str] | None, typer.Option("--icd10", help="ICD-10-CM code; may be repeated.", show_default=False)
    ] = None,
    date: Annotated[
        str | None, typer.Option("--date", help="Date of the request, YYYY-MM-DD.", show_default=False)
    ] = None,
    guideline: Annotated[
        str | None, typer.Option("--guideline", help="Guideline id, whatever the codes say.", show_default=False)
    ] = None,
    state: Annotated[str | None, typer.Option("--state", help="State, e.g. PA.", show_default=False)] = None,
    plan: Annotated[str | None, typer.Option("--plan", help="Health plan.", show_default=False)] = None,
    region: Annotated[
        str | None, typer.Option("--region", help="cervical, thoracic, lumbar or sacroiliac.", show_default=False)
    ] = None,
    side: Annotated[
        str | None, typer.Option("--side", help="left, right, bilateral or midline.", show_default=False)
    ] = None,
    level: Annotated[
        list[str] | None, typer.Option("--level", help="Level, e.g. L4-5; may be repeated.", show_default=False)
    ] = None,
    output_format: Annotated[
        AssessmentFormat,
        typer.Option("--format", "-f", help="How to write the result; fhir: one QuestionnaireResponse per line."),
    ] = AssessmentFormat.text,
    output: OutputOption = None,
    guidelines: GuidelinesOption = None,
    facts: Annotated[bool, typer.Option("--facts", help="In text, list the facts of each note as well.")] = False,
    input_format: InputOption = InputFormat.auto,
    max_bytes: MaxBytesOption = 5_000_000,
    llm: llm_options.Model = None,
    llm_base_url: llm_options.BaseUrl = None,
    allow_remote: llm_options.AllowRemote = False,
    llm_deidentify: llm_options.Deidentify = False,
    llm_max_calls: llm_options.MaxCalls = None,
    llm_max_tokens: llm_options.MaxTokens = None,
    no_llm: llm_options.NoModel = False,
) -> None:
    """Judge a guideline's criteria from notes: a pre-filled assessment for a human reviewer.

    All NOTEs together are the chart of one request; --case files hold requests with their notes, one or many. Options
    go before what a case file says. Without a CPT code the guideline is found from the procedure the notes plan.
    """
    from chartproof import api
    from chartproof.cases import gather_cases

    sources, case_sources = notes or [], case or []
    if not sources and not case_sources:
        raise ChartproofError("no input; name a note, a directory, a case file (--case), or - for standard input")
    request = {
        "cpt": cpt,
        "icd10": icd10,
        "date": date,
        "state": state,
        "plan": plan,
        "region": region,
        "side": side,
        "levels": level,
    }
    asked = {name: value for name, value in request.items() if value}

    def judge(subject: Case) -> tuple[Assessment, tuple[NoteFacts, ...]]:
        found = tuple(api.extract(note) for note in subject.notes)
        return api.assess(subject, guideline=guideline, facts=found), found

    asking = llm_options.fallback(
        off=no_llm,
        model=llm,
        base_url=llm_base_url,
        allow_remote=allow_remote,
        deidentify=llm_deidentify,
        max_calls=llm_max_calls,
        max_tokens=llm_max_tokens,
    )
    with Output(output, [*sources, *case_sources]) as out, asking as model:
        entries = gather_cases(sources, case_sources, asked, input_format=input_format.value, max_bytes=max_bytes)
        batch = Batch(quiet=out.on_terminal)
        work: Callable[[Case], tuple[Assessment, tuple[NoteFacts, ...]]] = judge
        if model is not None:
            work = _asking_ahead(entries, lambda subject: api.submit(subject, guideline=guideline, llm=model), model)
        _write_assessments(out, output_format, batch.each(entries, work), with_facts=facts)
    batch.finish()


@guidelines_app.command("list")
def list_all(output_format: TableOption = TableFormat.text, guidelines: GuidelinesOption = None) -> None:
    """List the guidelines in all their versions, with codes."""
    from chartproof.evaluate.guideline import guideline_versions, list_guidelines
    from chartproof.render.guidelines import guideline_list_json, guideline_list_text

    out = Output(None)
    found = [version for one in list_guidelines() for version in guideline_versions(one.id)]
    if output_format is TableFormat.json:
        out.write(guideline_list_json(found))
    else:
        out.write(guideline_list_text(found, width=out.width, color=out.color), for_people=True)


@guidelines_app.command("show")
def show(
    guideline_id: Annotated[str, typer.Argument(metavar="ID", help="Guideline id, e.g. nia-305, id@version, or file.")],
    output_format: Annotated[
        GuidelineFormat,
        typer.Option(
            "--format", "-f", help="text, json, markdown: the cross-check table, or fhir: the FHIR R4 Questionnaire."
        ),
    ] = GuidelineFormat.text,
    guidelines: GuidelinesOption = None,
) -> None:
    """Show one guideline: its pathways, criteria, gates and sources."""
    from chartproof.evaluate.authoring.names import named_guideline
    from chartproof.render.guidelines import guideline_json, guideline_markdown, guideline_text

    out = Output(None)
    found = named_guideline(guideline_id)
    if output_format is GuidelineFormat.json:
        out.write(guideline_json(found))
    elif output_format is GuidelineFormat.markdown:
        out.write(guideline_markdown(found))
    elif output_format is GuidelineFormat.fhir:
        from chartproof.render.fhir import questionnaire, resource_json

        out.write(resource_json(questionnaire(found), indent=2))
    else:
        out.write(guideline_text(found, width=out.width, color=out.color), for_people=True)


@guidelines_app.command("catalog")
def catalog(
    procedure: Annotated[
        str | None, typer.Argument(help="A procedure by name or code; all without one.", show_default=False)
    ] = None,
    output_format: TableOption = TableFormat.text,
) -> None:
    """Name the NASS coverage recommendation about a procedure, and whether it is published, to come or planned."""
    from chartproof.evaluate.catalog import catalog as every_chapter
    from chartproof.evaluate.catalog import find_chapters
    from chartproof.render.guidelines import catalog_json, catalog_text

    out = Output(None)
    found = every_chapter() if procedure is None else find_chapters(procedure)
    if output_format is TableFormat.json:
        out.write(catalog_json(found))
    else:
        out.write(catalog_text(found, width=out.width, color=out.color), for_people=True)


@app.command()
def schema(
    name: Annotated[
        SchemaName | None, typer.Argument(help="One of them; all without a name.", show_default=False)
    ] = None,
) -> None:
    """Print the JSON Schema of what goes in (note, case) and what comes out (facts, assessment)."""
    from chartproof.schema import schema as schema_of

    content = schema_of(name) if name else {each.value: schema_of(each) for each in SchemaName}
    typer.echo(json.dumps(content, indent=2))


register(app)
register_batch(app)
register_review(app)


def _given(notes: list[str] | None) -> list[str]:
    if not notes:
        raise ChartproofError("no input; name a note, a directory, or - for standard input")
    return notes


def _asking_ahead(
    entries: Sequence[Entry], submit: Callable[[Any], Callable[[], Result]], model: Fallback
) -> Callable[[Any], Result]:
    """Work on readable entries in order, while the model is asked about the next ones."""
    from chartproof.assisted import Ahead

    return Ahead((entry.value for entry in entries if entry.value is not None), submit, model.config.concurrency)


def _write_facts(out: Output, output_format: OutputFormat, found: Iterable[tuple[Note, NoteFacts]]) -> None:
    if output_format is OutputFormat.html:
        from chartproof.render.html import facts_page

        pairs = list(found)
        if pairs:
            out.write(facts_page(pairs))
    elif output_format is OutputFormat.json:
        from chartproof.render.json import facts_json

        for _, facts in found:
            out.write(facts_json(facts))
    else:
        from chartproof.render.text import facts_text

        for number, (note, facts) in enumerate(found):
            text = facts_text(note, facts, width=out.width, color=out.color)
            out.write(f"\n{text}" if number else text, for_people=True)


def _write_assessments(
    out: Output,
    output_format: AssessmentFormat,
    judged: Iterable[tuple[Case, tuple[Assessment, tuple[NoteFacts, ...]]]],
    *,
    with_facts: bool,
) -> None:
    if output_format in (AssessmentFormat.json, AssessmentFormat.fhir):
        from chartproof.render import fhir
        from chartproof.render.json import assessment_json

        write = assessment_json if output_format is AssessmentFormat.json else fhir.assessment_json
        for _, (assessment, _) in judged:
            out.write(write(assessment))
        return
    if output_format is AssessmentFormat.html:
        from chartproof.render.html import assessment_page

        items = [(case, assessment, _title(assessment)) for case, (assessment, _) in judged]
        if items:
            out.write(assessment_page(items))
        return
    from chartproof.render.text import assessment_text

    for number, (case, (assessment, facts)) in enumerate(judged):
        text = assessment_text(
            assessment,
            notes=case.notes,
            title=_title(assessment),
            facts=zip(case.notes, facts, strict=True) if with_facts else (),
            width=out.width,
            color=out.color,
        )
        out.write(f"\n{'═' * out.width}\n\n{text}" if number else text, for_people=True)


def _title(assessment: Assessment) -> str:
    """The title of the guideline in the version that was judged by."""
    from chartproof.evaluate import load_guideline

    on = dt.date.fromisoformat(assessment.reference_date) if assessment.reference_date else None
    return load_guideline(assessment.guideline, on).title
