"""Which column of a table holds what: as told, else by names that leave no doubt."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chartproof.errors import ChartproofError

#: The fields that a column can be mapped to, and the names by which a column is known, without case and marks.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "text": (
        "text",
        "notetext",
        "note",
        "notes",
        "notebody",
        "notecontent",
        "body",
        "content",
        "clinicalnote",
        "documenttext",
        "reporttext",
        "narrative",
        "fulltext",
        "transcription",
    ),
    "note_id": ("noteid", "documentid", "docid", "reportid", "noteidentifier", "notekey", "rowid", "id"),
    "date": (
        "date",
        "notedate",
        "visitdate",
        "encounterdate",
        "dateofvisit",
        "chartdate",
        "charttime",
        "documentdate",
        "reportdate",
        "notedatetime",
    ),
    "type": ("type", "notetype", "documenttype", "doctype", "notecategory", "category"),
    "case_id": (
        "caseid",
        "case",
        "requestid",
        "authid",
        "authorizationid",
        "authnumber",
        "authorizationnumber",
        "referralid",
        "referralnumber",
        "casenumber",
        "claimid",
    ),
    "cpt": (
        "cpt",
        "cptcode",
        "cptcodes",
        "cpts",
        "procedurecode",
        "procedurecodes",
        "proccode",
        "hcpcs",
        "hcpcscode",
        "requestedcpt",
    ),
    "icd10": (
        "icd10",
        "icd",
        "icdcode",
        "icdcodes",
        "icd10code",
        "icd10codes",
        "icd10cm",
        "dx",
        "dxcode",
        "dxcodes",
        "diagnosiscode",
        "diagnosiscodes",
    ),
    "request_date": (
        "requestdate",
        "requesteddate",
        "dateofservice",
        "servicedate",
        "dos",
        "requestedon",
        "authdate",
        "plannedon",
    ),
    "state": ("state", "planstate", "memberstate"),
    "plan": ("plan", "planname", "healthplan", "payer", "payername", "payor", "insurance", "lineofbusiness"),
    "region": ("region", "spineregion", "bodyregion"),
    "side": ("side", "laterality"),
    "levels": ("levels", "level", "spinelevels"),
    "provider": ("provider", "providername", "providerid", "npi", "orderingprovider", "physician", "clinician"),
    "site": ("site", "sitename", "clinic", "clinicname", "facility", "facilityname", "location", "department"),
}
#: Those of a note; the others are the request's, but for the case and for what is only kept.
NOTE_FIELDS = ("note_id", "text", "date", "type")
REQUEST_FIELDS = ("cpt", "icd10", "request_date", "state", "plan", "region", "side", "levels")
KEPT_FIELDS = ("provider", "site")

_MARKS = re.compile(r"[^a-z0-9]+")
_LONGEST_NAME = 60
_MOST_NAMES = 40


@dataclass(frozen=True)
class ColumnMapping:
    """Field to column, which of it was guessed, what is kept besides, and of which columns nothing is read."""

    columns: Mapping[str, str]
    guessed: frozenset[str]
    keep: tuple[str, ...]
    unused: tuple[str, ...]


def map_columns(
    where: str,
    names: Iterable[str],
    given: Mapping[str, str],
    *,
    needed: tuple[str, ...] = ("text",),
    keep: Iterable[str] = (),
) -> ColumnMapping:
    """The column of each field.

    Inputs: the file, for messages; its column names; `given`, field to column, blank for "none"; the fields that must
    have one; further columns to keep.
    Errors: ChartproofError for an unknown field or column, for a needed field without a column, and where several
    columns could be meant: that is asked, not guessed.
    """
    names = list(names)
    unknown = sorted(set(given) - set(FIELDS))
    if unknown:
        raise ChartproofError(f"--map: no such field: {', '.join(unknown)}; the fields are {', '.join(FIELDS)}")
    columns: dict[str, str] = {}
    for name, column in given.items():
        if column:
            columns[name] = _existing(where, names, column, f"--map {name}={column}")
    kept = tuple(_existing(where, names, column, f"--keep {column}") for column in keep)
    guessed: set[str] = set()
    taken = set(columns.values())
    doubts: list[str] = []
    for field, known in FIELDS.items():
        if field in given:
            continue
        fitting = [name for name in names if _MARKS.sub("", name.lower()) in known and name not in taken]
        if len(fitting) > 1:
            fitting = [name for name in fitting if name.lower() != "id"]  # weak beside a better name
        if len(fitting) > 1 and field not in KEPT_FIELDS:
            none = "" if field in needed else f" (--map {field}= for none)"
            doubts.append(
                f"columns {_listed(fitting)} may each be the {field}: choose with --map {field}={fitting[0]}{none}"
            )
        elif fitting:
            columns[field] = fitting[0]
            guessed.add(field)
    if doubts:
        raise ChartproofError(f"{where}: {'; '.join(doubts)}")
    for field in needed:
        if field not in columns:
            raise ChartproofError(
                f"{where}: no column is known to hold the {field}; choose with --map {field}=COLUMN; {_present(names)}"
            )
    used = {*columns.values(), *kept}
    return ColumnMapping(columns, frozenset(guessed), kept, tuple(name for name in names if name not in used))


def _existing(where: str, names: list[str], column: str, option: str) -> str:
    if column in names:
        return column
    alike = [name for name in names if name.strip().lower() == column.strip().lower()]
    if len(alike) == 1:
        return alike[0]
    raise ChartproofError(f"{where}: {option}: no such column; {_present(names)}")


def _present(names: list[str]) -> str:
    """The columns there are; of a first row that is no row of names, nothing, for it may be a note."""
    if not names or any(len(name) > _LONGEST_NAME or "\n" in name for name in names):
        return "the first row does not look like column names: give the table one"
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return f"the columns are {_listed(names[:_MOST_NAMES])}{more}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(name.strip() or "(blank)" for name in names)
