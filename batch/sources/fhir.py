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
from chartproof.batch.sources.bodysite import read_sites
from chartproof.batch.sources.item import Item, Source
from chartproof.batch.sources.lines import first_object, read_objects, read_whole
from chartproof.batch.sources.payer import Payers, named, state
from chartproof.batch.sources.resources import Resource, day, dig, each, last, references
from chartproof.batch.sources.streams import CutOffError, open_bytes
from chartproof.errors import ChartproofError

_PROCEDURES = ("ama-assn.org/go/cpt", "hcpcs", "2.16.840.1.113883.6.12", "2.16.840.1.113883.6.285")
#: HCPCS codes of supplies and drugs, which have no place of their own.
_SUPPLIES = ("A", "J", "Q")
_DIAGNOSES = ("sid/icd-10", "2.16.840.1.113883.6.90")
_DEAD = frozenset({"entered-in-error", "superseded", "revoked", "cancelled"})
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w-]+)", re.I)
#: Of the same document in several forms the first of these is read.
_FORMS = ("text/plain", "text/html", "text/rtf", "application/rtf", "xml", "wordprocessingml", "pdf")
_HEAD = 1 << 20


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
    for number, entry in enumerate(each(bundle.get("entry")), start=1):
        resource = dig(entry, "resource")
        at = f"{place}:entry {number}"
        if not isinstance(resource, dict):
            yield at, ChartproofError(f"{at}: an entry without a resource")
        else:
            yield at, {"id": last(dig(entry, "fullUrl")), **resource}


class _Index:
    """What documents are joined with: requests by patient."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.execute("CREATE TABLE requests (key TEXT PRIMARY KEY, subject TEXT, content TEXT, used INTEGER)")
        database.execute("CREATE TABLE diagnoses (id TEXT PRIMARY KEY, codes TEXT)")
        database.execute("CREATE TABLE claimed (key TEXT PRIMARY KEY)")
        database.execute("CREATE TABLE patients (id TEXT PRIMARY KEY, content TEXT)")
        self._payers = Payers(database)

    def add(self, resource: Resource) -> None:
        """Take in a resource; those that say nothing about a request are passed over."""
        kind, identifier = resource.get("resourceType"), str(resource.get("id") or "")
        if kind == "Condition":
            codes = _codes(resource.get("code"), _DIAGNOSES)
            self._database.execute("INSERT OR REPLACE INTO diagnoses VALUES (?, ?)", (identifier, json.dumps(codes)))
        elif kind == "Patient":
            known = {"birth_date": day(resource.get("birthDate")), "state": state(resource)}
            content = json.dumps({name: value for name, value in known.items() if value})
            self._database.execute("INSERT OR REPLACE INTO patients VALUES (?, ?)", (identifier, content))
        elif kind in ("Coverage", "Organization"):
            self._payers.add(resource, identifier)
        elif kind in ("ServiceRequest", "Claim") and str(resource.get("status")) not in _DEAD:
            found = (_of_service_request if kind == "ServiceRequest" else _of_claim)(resource, identifier)
            self._payers.add(resource, identifier)
            for reference in found["claims"]:
                self._database.execute("INSERT OR IGNORE INTO claimed VALUES (?)", (reference,))
            subject = last(dig(resource, "subject" if kind == "ServiceRequest" else "patient", "reference"))
            if found["cpt"] and subject and identifier:
                self._database.execute(
                    "INSERT OR REPLACE INTO requests VALUES (?, ?, ?, 0)",
                    (f"{kind}/{identifier}", subject, json.dumps(found)),
                )

    def close(self) -> None:
        """All resources are in."""
        self._database.execute("DELETE FROM requests WHERE key IN (SELECT key FROM claimed)")
        self._database.execute("CREATE INDEX by_subject ON requests (subject, key)")
        self._payers.close()

    def cases(self, subject: str, document: str) -> list[tuple[str, dict[str, Any], dict[str, str]]]:
        """Key, request and kept columns of each case that a document of the patient belongs to."""
        rows = self._database.execute(
            "SELECT key, content FROM requests WHERE subject = ? ORDER BY key", (subject,)
        ).fetchall()
        known = self._database.execute("SELECT content FROM patients WHERE id = ?", (subject,)).fetchone()
        patient: dict[str, Any] = json.loads(known[0]) if known else {}
        if not rows:
            plan = self._payers.plan(named(None, (), ""), subject, None)
            return [(f"Patient/{subject}", {**patient, "plan": plan} if plan else patient, {})]
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
            request = {
                "cpt": asked["cpt"],
                "icd10": [*dict.fromkeys(icd10)],
                "date": asked["date"],
                "plan": self._payers.plan(asked["payer"], subject, asked["date"]),
                **asked["sites"],
                **patient,
            }
            found.append((key, {name: value for name, value in request.items() if value}, asked["extra"]))
        return found

    def without_notes(self) -> Iterator[tuple[str, str]]:
        """Key and place of the requests that no document belongs to."""
        for (key,) in self._database.execute("SELECT key FROM requests WHERE used = 0 ORDER BY key").fetchall():
            yield key, key


def _of_service_request(resource: Resource, identifier: str) -> dict[str, Any]:
    supporting = references(resource.get("supportingInfo"), "DocumentReference", "DiagnosticReport")
    return {
        "cpt": _codes(resource.get("code"), _PROCEDURES),
        "icd10": [code for reason in each(resource.get("reasonCode")) for code in _codes(reason, _DIAGNOSES)],
        "conditions": references(resource.get("reasonReference"), "Condition"),
        "documents": supporting,
        "date": day(resource.get("occurrenceDateTime"))
        or day(dig(resource, "occurrencePeriod", "start"))
        or day(resource.get("authoredOn")),
        "payer": named(None, each(resource.get("insurance")), identifier),
        "sites": read_sites(each(resource.get("bodySite"))),
        "claims": [],
        "extra": _provider(resource.get("requester")),
    }


def _of_claim(resource: Resource, identifier: str) -> dict[str, Any]:
    items = each(resource.get("item"))
    coded = [(item, _codes(dig(item, "productOrService"), _PROCEDURES)) for item in items]
    asked = [item for item, codes in coded if any(not code.startswith(_SUPPLIES) for code in codes)]
    insurances = each(resource.get("insurance"))
    focal = [one for one in insurances if dig(one, "focal") is True] or insurances
    diagnoses = each(resource.get("diagnosis"))
    served = [day(dig(item, "servicedDate")) or day(dig(item, "servicedPeriod", "start")) for item in items]
    links = [dig(resource, name, "reference") for name in ("referral", "prescription")]
    return {
        "cpt": [*dict.fromkeys(code for _, codes in coded for code in codes)],
        "icd10": [code for each in diagnoses for code in _codes(dig(each, "diagnosisCodeableConcept"), _DIAGNOSES)],
        "conditions": references([dig(each, "diagnosisReference") for each in diagnoses], "Condition"),
        "documents": references(
            [dig(each, "valueReference") for each in each(resource.get("supportingInfo"))],
            "DocumentReference",
            "DiagnosticReport",
        ),
        "date": next(filter(None, served), None)
        or day(dig(resource, "billablePeriod", "start"))
        or day(resource.get("created")),
        "payer": named(resource.get("insurer"), [dig(one, "coverage") for one in focal], identifier),
        "sites": read_sites([dig(item, "bodySite") for item in asked]),
        "claims": [f"ServiceRequest/{last(link)}" for link in links if isinstance(link, str)],
        "extra": _provider(resource.get("provider")),
    }


def _documents(place: str, resource: Resource, index: _Index, options: ReadOptions) -> Iterator[Item]:
    """The note of a document, once for each case it belongs to."""
    if str(resource.get("status")) in _DEAD or resource.get("docStatus") == "entered-in-error":
        return
    of_report = resource["resourceType"] == "DiagnosticReport"
    attachments = (
        each(resource.get("presentedForm"))
        if of_report
        else [dig(content, "attachment") for content in each(resource.get("content"))]
    )
    if of_report and not attachments:
        return  # results without a text
    subject = last(dig(resource, "subject", "reference"))
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
            "date": day(dig(resource, "context", "period", "start"))
            or day(resource.get("effectiveDateTime"))
            or day(resource.get("date"))
            or day(resource.get("issued")),
            "type": _type(resource.get("code" if of_report else "type")),
        }
    except ChartproofError as failure:
        error = str(failure)
    for key, request, extra in index.cases(subject, identifier):
        yield Item(place, key, note=note, request=request, error=error, extra=extra)


def _content(place: str, attachments: Sequence[Any], options: ReadOptions) -> dict[str, Any]:
    """The text of a document, or the document itself."""
    inline = [each for each in attachments if isinstance(dig(each, "data"), str)]
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
    for coding in each(dig(concept, "coding")):
        system, code = str(dig(coding, "system") or "").lower(), dig(coding, "code")
        if isinstance(code, str) and any(each in system for each in systems):
            found.append(code.strip())
    return [*dict.fromkeys(found)]


def _provider(reference: Any) -> dict[str, str]:
    shown = dig(reference, "display") or dig(reference, "reference")
    return {"provider": shown} if isinstance(shown, str) and shown else {}


def _type(concept: Any) -> str | None:
    shown = dig(concept, "text") or next(
        filter(None, (dig(coding, "display") for coding in each(dig(concept, "coding")))), None
    )
    return shown if isinstance(shown, str) else None
