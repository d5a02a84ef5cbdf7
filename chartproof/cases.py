"""Which requests a command is to judge: those of case files, or one made of all the notes given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chartproof.errors import ChartproofError
from chartproof.extract.readers import Entry, InputFormat, cases_of, read_entries
from chartproof.notes import Case, Note
from chartproof.records import DEFAULT_MAX_BYTES, read_case, read_request


def gather_cases(
    notes: Sequence[str],
    case_files: Sequence[str] = (),
    asked: Mapping[str, Any] | None = None,
    *,
    input_format: InputFormat = "auto",
    max_bytes: int = DEFAULT_MAX_BYTES,
) -> list[Entry]:
    """The cases to judge, each with its place, or the error that stands in its place.

    Inputs: sources of notes, which together are the chart of one request; sources of cases; `asked`, request fields
    that go before those of a case file. Cases may stand among `notes` when no loose note does. Loose notes beside one
    case file are added to its only case.
    Errors: ChartproofError when the inputs cannot be one chart, or a loose note cannot be read: a request must not be
    judged on a part of its chart.
    """
    options = read_request(asked or {}, "options")
    fields = {name: getattr(options, name) for name in asked or {}}
    read = list(read_entries(notes, input_format=input_format, max_bytes=max_bytes))
    loose = [entry.value for entry in read if isinstance(entry.value, Note)]
    has_cases = any(isinstance(entry.value, Case) for entry in read)
    if loose and has_cases:
        raise ChartproofError("notes and cases are mixed; give the case files with --case")
    if loose or (read and not has_cases):
        errors = [str(entry.error) for entry in read if entry.error]
        if errors:
            raise ChartproofError("\n".join([*errors, "nothing was assessed: the notes are the chart of one request"]))
        read = []
        if not case_files:
            case_id = loose[0].note_id if len(loose) == 1 else "case"
            return [
                Entry(
                    case_id,
                    read_case({"case_id": case_id, "request": options.model_dump(mode="json")}, case_id, also=loose),
                )
            ]
    files = list(read_entries(case_files, input_format=input_format, max_bytes=max_bytes, also=loose))
    if loose and len(files) > 1:
        raise ChartproofError(f"{len(files)} cases beside loose notes; the notes can belong to one case only")
    return [_with_request(entry, fields) for entry in cases_of([*read, *files])]


def _with_request(entry: Entry, fields: Mapping[str, Any]) -> Entry:
    if not isinstance(entry.value, Case) or not fields:
        return entry
    request = entry.value.request.model_copy(update=dict(fields))
    return Entry(entry.where, entry.value.model_copy(update={"request": request}))
