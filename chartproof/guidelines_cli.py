"""The commands for authors of guideline files: check, diff, checks; and the option for a site's own files."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from chartproof.console import EXIT_INPUT, Output, complain
from chartproof.errors import ChartproofError

EXIT_FINDINGS = 1
ENVIRONMENT = "CHARTPROOF_GUIDELINES"


class DocumentFormat(StrEnum):
    """How a document is written."""

    text = "text"
    json = "json"
    markdown = "markdown"


class TableFormat(StrEnum):
    """How a listing or a list of findings is written."""

    text = "text"
    json = "json"


class ChecksFormat(StrEnum):
    """How the table of checks is written."""

    text = "text"
    markdown = "markdown"


def _use(context: typer.Context, folder: Path | None) -> Path | None:
    """Put a site's guideline files in force until the command ends."""
    if folder is not None:
        from chartproof.evaluate.site import site_guidelines

        context.with_resource(site_guidelines(folder))
    return folder


GuidelinesOption = Annotated[
    Path | None,
    typer.Option(
        "--guidelines",
        metavar="DIR",
        envvar=ENVIRONMENT,
        callback=_use,
        help="Folder of your own guideline files, in force beside the built-in ones.",
        show_default=False,
    ),
]


def register_authoring(app: typer.Typer) -> None:
    """Add the commands to ``chartproof guidelines``."""
    app.command("check")(check)
    app.command("diff")(diff)
    app.command("checks")(checks)


def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Guideline files (*.yaml).")],
    output_format: Annotated[TableFormat, typer.Option("--format", "-f")] = TableFormat.text,
    strict: Annotated[bool, typer.Option("--strict", help="Fail for warnings as well.")] = False,
) -> None:
    """Check guideline files and run the test cases beside them (FILE.cases.yaml).

    Every finding is told with its file, line and key. The exit code is 1 when there are errors and 2 when a file cannot
    be read.
    """
    from chartproof.evaluate.authoring.lint import check_file
    from chartproof.render.problems import problems_json, problems_text

    out = Output(None)
    code = 0
    for path in files:
        try:
            found, cases = check_file(path)
        except ChartproofError as error:
            complain(str(error))
            code = EXIT_INPUT
            continue
        if any(one.severity == "error" or strict for one in found):
            code = code or EXIT_FINDINGS
        if output_format is TableFormat.json:
            out.write(problems_json(found))
            continue
        out.write(problems_text(found), for_people=True)
        errors = sum(one.severity == "error" for one in found)
        told = ", ".join(
            f"{count} {noun}{'' if count == 1 else 's'}"
            for count, noun in ((errors, "error"), (len(found) - errors, "warning"), (cases, "test case"))
        )
        out.write(f"{path}: {told}\n", for_people=True)
    if code:
        raise typer.Exit(code)


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="Guideline id, id@version, or file.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="Guideline id, id@version, or file.")],
    output_format: Annotated[DocumentFormat, typer.Option("--format", "-f")] = DocumentFormat.text,
    guidelines: GuidelinesOption = None,
) -> None:
    """Show what changed between two versions of a guideline: identity, codes, pathways, criteria, parameters."""
    from chartproof.evaluate.authoring.compare import compare
    from chartproof.evaluate.authoring.names import named_guideline
    from chartproof.render.changes import changes_json, changes_markdown, changes_text

    out = Output(None)
    found = compare(named_guideline(old), named_guideline(new))
    if output_format is DocumentFormat.json:
        out.write(changes_json(found))
    elif output_format is DocumentFormat.markdown:
        out.write(changes_markdown(found))
    else:
        out.write(changes_text(found, width=out.width, color=out.color), for_people=True)


def checks(
    output_format: Annotated[ChecksFormat, typer.Option("--format", "-f")] = ChecksFormat.text,
) -> None:
    """List the checks that a guideline file can name, with their parameters."""
    from chartproof.render.checks import checks_markdown, checks_text

    out = Output(None)
    if output_format is ChecksFormat.markdown:
        out.write(checks_markdown())
    else:
        out.write(checks_text(width=out.width, color=out.color), for_people=True)
