"""FHIR R4, as NDJSON or Bundles: the inline documents of a patient, with the codes and dates of each request.

A case is a ServiceRequest or Claim that names a procedure code, with the documents it names as supporting information,
or, where it names none, with all of the patient's. A patient without such a request is one case. A ServiceRequest that a
Claim refers to is that Claim's. Documents that are superseded or entered in error are not read.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from chartproof.batch.documents import text_or_document
from chartproof.batch.rows import ReadOptions
from chartproof.batch.scratch import scratch
from chartproof.batch.sources.item import Item, Source
from chartproof.batch.sources.lines import first_object, read_objects, read_whole
from chartproof.batch.sources.streams import CutOffError, open_bytes
from chartproof.errors import ChartproofError

_PROCEDURES = ("ama-assn.org/go/cpt", "hcpcs", "2.16.840.1.113883.6.12", "2.16.840.1.113883.6.285")
_DIAGNOSES = ("sid/icd-10", "2.16.840.1.113883.6.90")
_DEAD = frozenset({"entered-in-error", "superseded", "revoked", "cancelled"})
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w-]+)", re.I)
#: Of the same document in several forms the first of these is read.
_FORMS = ("text/plain", "text/html", "text/rtf", "application/rtf", "xml", "wordprocessingml", "pdf")
_HEAD = 1 << 20

Resource = Mapping[str, Any]


def open_fhir(paths: Sequence[Path], where: str, options: ReadOptions) -> Source:
    """Files of resources, which may refer to each other, as a source."""
    names = {path: path.name if len(paths) == 1 else f"{where}/{path.name}" for path in paths}
    remark = f"{len(paths):,} files as one export" if len(paths) > 1 else None
    return Source(
        where,
        "fhir",
        partial(_items, names, options),
        keyed=True,
        order="scattered",
        encoding="utf-8",
        remarks=(remark,) if remark else (),
    )


def _items(names: Mapping[Path, str], options: ReadOptions) -> Iterator[Item]:
    with scratch(options.work_dir, "index") as database:
        index = _Index(database)
        for _, resource in _resources(names, options):
            if not isinstance(resource, ChartproofError):
                index.add(resource)
        index.close()
        for place, resource in _resources(names, options):
            if isinstance(resource, ChartproofError):
                yield Item(place, error=str(resource), cut_off=isinstance(resource, CutOffError))
            elif resource.get("resourceType") in ("DocumentReference", "DiagnosticReport"):
                yield from _documents(place, resource, index, options)
        for key, at in index.without_notes():
            yield Item(at, key, error=f"{at}: no document of this request's patient is in the export")


def _resources(names: Mapping[Path, str], options: ReadOptions) -> Iterator[tuple[str, Any]]:
    """Every resource with its place, those of a Bundle one by one, or an error."""
    for path, where in names.items():
        for place, content in _contents(path, where, options):
            if isinstance(content, ChartproofError):
                yield place, content
            elif not isinstance(content, dict):
                yield place, ChartproofError(f"{place}: expected a FHIR resource")
            elif content.get("resourceType") == "Bundle":
                yield from _entries(place, content)
            else:
                yield place, content


def _contents(path: Path, where: str, options: ReadOptions) -> Iterator[tuple[str, Any]]:
    try:
        with open_bytes(path, where) as stream:
            in_lines = first_object(stream.read(_HEAD)) is not None or path.name.lower().endswith((".ndjson", ".jsonl"))
        yield from read_objects(path, where, options.max_bytes) if in_lines else read_whole(path, where)
    except ChartproofError as error:
        # Without this file, what the others refer to may be missing.
        yield where, CutOffError(str(error))


def _entries(place: str, bundle: Resource) -> Iterator[tuple[str, Any]]:
    for number, entry in enumerate(_list(bundle.get("entry")), start=1):
        resource = _dig(entry, "resource")
        at = f"{place}:entry {number}"
        if not isinstance(resource, dict):
            yield at, ChartproofError(f"{at}: an entry without a resource")
        else:
            yield at, {"id": _last(_dig(entry, "fullUrl")), **resource}


class _Index:
    """What documents are joined with: requests by patient."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.execute("CREATE TABLE requests (key TEXT PRIMARY KEY, subject TEXT, content TEXT, used INTEGER)")
        database.execute("CREATE TABLE diagnoses (id TEXT PRIMARY KEY, codes TEXT)")
        database.execute("CREATE TABLE claimed (key TEXT PRIMARY KEY)")
        database.execute("CREATE TABLE patients (id TEXT PRIMARY KEY, born TEXT)")

    def add(self, resource: Resource) -> None:
        """Take in a resource; those that say nothing about a request are passed over."""
        kind, identifier = resource.get("resourceType"), str(resource.get("id") or "")
        if kind == "Condition":
            codes = _codes(resource.get("code"), _DIAGNOSES)
            self._database.execute("INSERT OR REPLACE INTO diagnoses VALUES (?, ?)", (identifier, json.dumps(codes)))
        elif kind == "Patient" and (born := _day(resource.get("birthDate"))):
            self._database.execute("INSERT OR REPLACE INTO patients VALUES (?, ?)", (identifier, born))
        elif kind in ("ServiceRequest", "Claim") and resource.get("status") not in _DEAD:
            found = _of_service_request(resource) if kind == "ServiceRequest" else _of_claim(resource)
            for reference in found["claims"]:
                self._database.execute("INSERT OR IGNORE INTO claimed VALUES (?)", (reference,))
            subject = _last(_dig(resource, "subject" if kind == "ServiceRequest" else "patient", "reference"))
            if found["cpt"] and subject and identifier:
                self._database.execute(
                    "INSERT OR REPLACE INTO requests VALUES (?, ?, ?, 0)",
                    (f"{kind}/{identifier}", subject, json.dumps(found)),
                )

    def close(self) -> None:
        """All resources are in."""
        self._database.execute("DELETE FROM requests WHERE key IN (SELECT key FROM claimed)")
        self._database.execute("CREATE INDEX by_subject ON requests (subject, key)")

    def cases(self, subject: str, document: str) -> list[tuple[str, dict[str, Any], dict[str, str]]]:
        """Key, request and kept columns of each case that a document of the patient belongs to."""
        rows = self._database.execute(
            "SELECT key, content FROM requests WHERE subject = ? ORDER BY key", (subject,)
        ).fetchall()
        (born,) = self._database.execute("SELECT born FROM patients WHERE id = ?", (subject,)).fetchone() or (None,)
        patient = {"birth_date": born} if born else {}
        if not rows:
            return [(f"Patient/{subject}", patient, {})]
        found = []
        for key, content in rows:
            asked = json.loads(content)
            if asked["documents"] and document not in asked["documents"]:
                continue
            self._database.execute("UPDATE requests SET used = 1 WHERE key = ?", (key,))
            icd10 = [*asked["icd10"]]
            for condition in asked["conditions"]:
                row = self._database.execute("SELECT codes FROM diagnoses WHERE id = ?", (condition,)).fetchone()
                icd10 += json.loads(row[0]) if row else []
            request = {"cpt": asked["cpt"], "icd10": [*dict.fromkeys(icd10)], "date": asked["date"], **patient}
            found.append((key, {name: value for name, value in request.items() if value}, asked["extra"]))
        return found

    def without_notes(self) -> Iterator[tuple[str, str]]:
        """Key and place of the requests that no document belongs to."""
        for (key,) in self._database.execute("SELECT key FROM requests WHERE used = 0 ORDER BY key").fetchall():
            yield key, key


def _of_service_request(resource: Resource) -> dict[str, Any]:
    supporting = _references(resource.get("supportingInfo"), "DocumentReference", "DiagnosticReport")
    return {
        "cpt": _codes(resource.get("code"), _PROCEDURES),
        "icd10": [code for reason in _list(resource.get("reasonCode")) for code in _codes(reason, _DIAGNOSES)],
        "conditions": _references(resource.get("reasonReference"), "Condition"),
        "documents": supporting,
        "date": _day(resource.get("occurrenceDateTime"))
        or _day(_dig(resource, "occurrencePeriod", "start"))
        or _day(resource.get("authoredOn")),
        "claims": [],
        "extra": _provider(resource.get("requester")),
    }


def _of_claim(resource: Resource) -> dict[str, Any]:
    items = _list(resource.get("item"))
    diagnoses = _list(resource.get("diagnosis"))
    served = [_day(_dig(item, "servicedDate")) or _day(_dig(item, "servicedPeriod", "start")) for item in items]
    links = [_dig(resource, name, "reference") for name in ("referral", "prescription")]
    return {
        "cpt": [*dict.fromkeys(code for item in items for code in _codes(_dig(item, "productOrService"), _PROCEDURES))],
        "icd10": [code for each in diagnoses for code in _codes(_dig(each, "diagnosisCodeableConcept"), _DIAGNOSES)],
        "conditions": _references([_dig(each, "diagnosisReference") for each in diagnoses], "Condition"),
        "documents": _references(
            [_dig(each, "valueReference") for each in _list(resource.get("supportingInfo"))],
            "DocumentReference",
            "DiagnosticReport",
        ),
        "date": next(filter(None, served), None)
        or _day(_dig(resource, "billablePeriod", "start"))
        or _day(resource.get("created")),
        "claims": [f"ServiceRequest/{_last(link)}" for link in links if isinstance(link, str)],
        "extra": _provider(resource.get("provider")),
    }


def _documents(place: str, resource: Resource, index: _Index, options: ReadOptions) -> Iterator[Item]:
    """The note of a document, once for each case it belongs to."""
    if resource.get("status") in _DEAD or resource.get("docStatus") == "entered-in-error":
        return
    of_report = resource["resourceType"] == "DiagnosticReport"
    attachments = (
        _list(resource.get("presentedForm"))
        if of_report
        else [_dig(content, "attachment") for content in _list(resource.get("content"))]
    )
    if of_report and not attachments:
        return  # results without a text
    subject = _last(_dig(resource, "subject", "reference"))
    identifier = str(resource.get("id") or "")
    if not subject or not identifier:
        yield Item(
            place, error=f"{place}: a document without {'an id' if subject else 'a patient (subject.reference)'}"
        )
        return
    note: dict[str, Any] | None = None
    error: str | None = None
    try:
        note = {
            "note_id": identifier,
            **_content(place, attachments, options),
            "date": _day(_dig(resource, "context", "period", "start"))
            or _day(resource.get("effectiveDateTime"))
            or _day(resource.get("date"))
            or _day(resource.get("issued")),
            "type": _type(resource.get("code" if of_report else "type")),
        }
    except ChartproofError as failure:
        error = str(failure)
    for key, request, extra in index.cases(subject, identifier):
        yield Item(place, key, note=note, request=request, error=error, extra=extra)


def _content(place: str, attachments: Sequence[Any], options: ReadOptions) -> dict[str, Any]:
    """The text of a document, or the document itself."""
    inline = [each for each in attachments if isinstance(_dig(each, "data"), str)]
    if not inline:
        raise ChartproofError(f"{place}: its text is not in the export (no attachment.data); export documents inline")
    chosen = min(inline, key=_rank)
    try:
        raw = base64.b64decode("".join(chosen["data"].split()), validate=True)
    except (binascii.Error, ValueError):
        raise ChartproofError(f"{place}: attachment.data is not valid base64; export it again") from None
    charset = _CHARSET.search(str(chosen.get("contentType") or ""))
    try:
        return text_or_document(place, raw, max_bytes=options.max_bytes, encoding=charset[1] if charset else None)
    except LookupError:
        raise ChartproofError(f"{place}: contentType names an encoding that does not exist") from None


def _rank(attachment: Resource) -> int:
    form = str(attachment.get("contentType") or "").lower()
    return next((rank for rank, each in enumerate(_FORMS) if each in form), len(_FORMS))


def _codes(concept: Any, systems: Sequence[str]) -> list[str]:
    """The codes of a concept that are of one of the systems."""
    found = []
    for coding in _list(_dig(concept, "coding")):
        system, code = str(_dig(coding, "system") or "").lower(), _dig(coding, "code")
        if isinstance(code, str) and any(each in system for each in systems):
            found.append(code.strip())
    return [*dict.fromkeys(found)]


def _references(values: Any, *kinds: str) -> list[str]:
    """The ids that references point to, where they are of one of the kinds or do not say their kind."""
    found = [_dig(value, "reference") for value in _list(values)]
    return [
        _last(each)
        for each in found
        if isinstance(each, str) and (each.startswith("urn:") or any(f"{kind}/" in each for kind in kinds))
    ]


def _provider(reference: Any) -> dict[str, str]:
    shown = _dig(reference, "display") or _dig(reference, "reference")
    return {"provider": shown} if isinstance(shown, str) and shown else {}


def _type(concept: Any) -> str | None:
    shown = _dig(concept, "text") or next(
        filter(None, (_dig(coding, "display") for coding in _list(_dig(concept, "coding")))), None
    )
    return shown if isinstance(shown, str) else None


def _day(value: Any) -> str | None:
    """The day of a FHIR date or time; None for one that gives only its year or month."""
    match = _DAY.match(value) if isinstance(value, str) else None
    return match[0] if match else None


def _last(reference: Any) -> str:
    """The id that a reference or URL ends with."""
    if not isinstance(reference, str):
        return ""
    return re.split(r"[/:]", reference.split("/_history/")[0].split("|")[0])[-1]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _dig(value: Any, *names: str) -> Any:
    for name in names:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value
