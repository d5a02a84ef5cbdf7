"""FHIR: documents joined with the requests of their patients."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from chartproof.batch.sources import find_format
from tests.extract.documents import samples

from .exports import encoded, lines, rows_of, summary

CPT = "http://www.ama-assn.org/go/cpt"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
PATIENT = {"resourceType": "Patient", "id": "p1", "birthDate": "1970-01-02"}


def service(identifier: str = "s1", patient: str = "p1", code: str = "27096", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "ServiceRequest",
        "id": identifier,
        "status": "active",
        "subject": {"reference": f"Patient/{patient}"},
        "code": {"coding": [{"system": CPT, "code": code}]},
        "occurrenceDateTime": "2024-05-21T08:00:00Z",
        **more,
    }


def document(
    identifier: str, text: str | bytes = "Pain 7/10.", kind: str = "text/plain", patient: str = "p1", **more: Any
) -> dict[str, Any]:
    return {
        "resourceType": "DocumentReference",
        "id": identifier,
        "status": "current",
        "subject": {"reference": f"Patient/{patient}"},
        "date": "2024-05-14T10:00:00Z",
        "content": [{"attachment": {"contentType": kind, "data": encoded(text)}}],
        **more,
    }


def read(tmp_path: Path, *resources: Any, name: str = "export.ndjson", **options: Any) -> list[Any]:
    path = tmp_path / name
    path.write_text(lines(*resources))
    assert find_format(path) == "fhir"
    return rows_of(path, **options)


def test_documents_with_the_codes_dates_and_birth_date_of_the_request(tmp_path: Path) -> None:
    condition = {"resourceType": "Condition", "id": "k1", "code": {"coding": [{"system": ICD, "code": "M53.3"}]}}
    asked = service(
        reasonCode=[{"coding": [{"system": ICD, "code": "M46.1"}]}],
        reasonReference=[{"reference": "Condition/k1"}],
        requester={"display": "Dr X"},
    )
    visit = document("d2", type={"text": "office visit"}, context={"period": {"start": "2024-05-13"}})
    (row,) = read(tmp_path, document("d1"), PATIENT, visit, asked, condition)
    assert row.case is not None
    assert row.case.case_id == "ServiceRequest/s1"
    assert row.case.request.cpt == ("27096",)
    assert row.case.request.icd10 == ("M46.1", "M53.3")
    assert str(row.case.request.date) == "2024-05-21"
    assert str(row.case.request.birth_date) == "1970-01-02"
    assert [(note.note_id, str(note.date), note.type) for note in row.case.notes] == [
        ("d1", "2024-05-14", None),
        ("d2", "2024-05-13", "office visit"),
    ]
    assert row.extra == {"provider": "Dr X"}


@pytest.mark.parametrize(
    ("content", "kind", "expected"),
    [
        ("FABER positive.", "text/plain", "FABER positive."),
        ("FABER é".encode("windows-1252"), "text/plain; charset=windows-1252", "FABER é"),
        ("<html><p>FABER <b>positive</b>", "text/html", "FABER positive"),
        (r"{\rtf1 FABER positive.\par}", "text/rtf", "FABER positive."),
        (samples.pdf(["FABER positive."]), "application/pdf", "FABER positive."),
        (samples.ccda(("Exam", "FABER positive.")), "application/xml", "EXAM\nFABER positive."),
    ],
)
def test_the_forms_of_a_document(tmp_path: Path, content: Any, kind: str, expected: str) -> None:
    (row,) = read(tmp_path, document("d1", content, kind))
    assert row.case is not None
    assert row.case.case_id == "Patient/p1"
    assert [note.text for note in row.case.notes] == [expected]


def test_of_several_forms_the_plainest(tmp_path: Path) -> None:
    both = document("d1")
    both["content"] = [
        {"attachment": {"contentType": "application/pdf", "data": encoded("%PDF-1.4 broken")}},
        {"attachment": {"contentType": "text/plain", "data": encoded("plain")}},
    ]
    (row,) = read(tmp_path, both)
    assert row.case is not None
    assert row.case.notes[0].text == "plain"


def test_each_request_has_the_documents_of_its_patient_or_those_it_names(tmp_path: Path) -> None:
    rows = read(
        tmp_path,
        service("s1"),
        service("s2", code="64493", supportingInfo=[{"reference": "DocumentReference/d2"}]),
        service("s3", patient="p2"),
        document("d1"),
        document("d2"),
        document("d3", patient="p2"),
        document("d4", patient="p3"),
    )
    assert summary(rows) == [
        ("ServiceRequest/s1", ["d1", "d2"]),
        ("ServiceRequest/s2", ["d2"]),
        ("ServiceRequest/s3", ["d3"]),
        ("Patient/p3", ["d4"]),
    ]


def test_a_claim_takes_the_place_of_the_request_it_refers_to(tmp_path: Path) -> None:
    claim = {
        "resourceType": "Claim",
        "id": "k1",
        "status": "active",
        "patient": {"reference": "Patient/p1"},
        "created": "2024-05-20",
        "referral": {"reference": "ServiceRequest/s1"},
        "diagnosis": [{"sequence": 1, "diagnosisCodeableConcept": {"coding": [{"system": ICD, "code": "M46.1"}]}}],
        "item": [{"productOrService": {"coding": [{"system": CPT, "code": "27096"}]}, "servicedDate": "2024-05-22"}],
    }
    (row,) = read(tmp_path, service(), claim, document("d1"))
    assert row.case is not None
    assert row.case.case_id == "Claim/k1"
    assert row.case.request.icd10 == ("M46.1",)
    assert str(row.case.request.date) == "2024-05-22"


def coverage(identifier: str = "c1", patient: str = "p1", payor: str | None = "Molina", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Coverage",
        "id": identifier,
        "status": "active",
        "beneficiary": {"reference": f"Patient/{patient}"},
        "payor": [{"display": payor}] if payor else [],
        **more,
    }


def plan_class(name: str, kind: str = "plan") -> dict[str, Any]:
    return {"type": {"coding": [{"code": kind}]}, "value": "1", "name": name}


ORGANIZATION = {"resourceType": "Organization", "id": "o1", "name": "Health Plan of Ours"}
NAMED = {"insurance": [{"reference": "Coverage/c1"}]}
FROM_O1 = [{"reference": "Organization/o1"}]


@pytest.mark.parametrize(
    ("asked", "others", "plan"),
    [
        ({}, [], None),
        ({}, [coverage()], "Molina"),
        ({}, [coverage(**{"class": [plan_class("Apple Health"), plan_class("G7", "group")]})], "Molina, Apple Health"),
        ({}, [coverage(payor=None) | {"payor": FROM_O1}, ORGANIZATION], "Health Plan of Ours"),
        ({}, [coverage(payor=None) | {"payor": FROM_O1}], None),
        ({}, [coverage(payor=None) | {"payor": [{"reference": "Patient/p1", "display": "Jane Doe"}]}], None),
        ({}, [coverage(payor=None) | {"payor": [{"type": "RelatedPerson", "display": "Jane Doe"}]}], None),
        ({}, [coverage(patient="p2")], None),
        ({}, [coverage(status="entered-in-error")], None),
        ({}, [coverage(status=["active"], payor="Molina")], "Molina"),
        ({}, [coverage(), coverage("c2", payor="Other")], None),
        ({}, [coverage(), coverage("c2")], "Molina"),
        ({}, [coverage(order=2), coverage("c2", payor="Other", order=1)], "Other"),
        ({}, [coverage(period={"end": "2023-12-31"}), coverage("c2", payor="Other")], "Other"),
        ({}, [coverage(period={"start": "2024-05-22"})], None),
        (NAMED, [coverage(), coverage("c2", payor="Other")], "Molina"),
        (NAMED, [coverage("c2", payor="Other")], None),
        ({"insurance": [{"reference": "Coverage/c1", "display": "Plan A"}]}, [coverage("c2", payor="Other")], "Plan A"),
        ({"insurance": [{"reference": "#c"}], "contained": [coverage("c", payor="Inner")]}, [coverage()], "Inner"),
        ({"insurance": [7, {"reference": 7}], "contained": 7}, [coverage()], "Molina"),
    ],
)
def test_the_payer_of_a_service_request(
    tmp_path: Path, asked: dict[str, Any], others: list[dict[str, Any]], plan: str | None
) -> None:
    (row,) = read(tmp_path, *others, document("d1"), service(**asked))
    assert row.case is not None
    assert row.case.request.plan == plan


def claim(**more: Any) -> dict[str, Any]:
    item = {"productOrService": {"coding": [{"system": CPT, "code": "64493"}]}, "servicedDate": "2024-05-22"}
    return {
        "resourceType": "Claim",
        "id": "k1",
        "status": "active",
        "patient": {"reference": "Patient/p1"},
        "item": [{**item, **one} for one in more.pop("items", [{}])],
        **more,
    }


@pytest.mark.parametrize(
    ("asked", "others", "plan"),
    [
        ({"insurer": {"display": "Molina"}}, [], "Molina"),
        ({"insurer": {"reference": "Organization/o1"}}, [ORGANIZATION], "Health Plan of Ours"),
        (
            {
                "insurer": {"display": "Molina of Washington"},
                "insurance": [
                    {"focal": False, "coverage": {"reference": "Coverage/c2"}},
                    {"focal": True, "coverage": {"reference": "Coverage/c1"}},
                ],
            },
            [coverage(**{"class": [plan_class("Apple Health")]}), coverage("c2", payor="Other")],
            "Molina of Washington, Apple Health",
        ),
        ({"insurance": [{"focal": True, "coverage": {"reference": "Coverage/c1"}}]}, [coverage()], "Molina"),
        ({"insurance": [{"focal": True, "coverage": {"display": "Plan A"}}]}, [], "Plan A"),
    ],
)
def test_the_payer_of_a_claim(
    tmp_path: Path, asked: dict[str, Any], others: list[dict[str, Any]], plan: str | None
) -> None:
    (row,) = read(tmp_path, *others, document("d1"), claim(**asked))
    assert row.case is not None
    assert row.case.request.plan == plan


@pytest.mark.parametrize(
    ("addresses", "state"),
    [
        ([{"state": "WA"}], "WA"),
        ([{"state": " us-wa ", "country": "USA", "use": "home"}], "WA"),
        ([{"state": "WA", "country": "AU"}], None),
        ([{"state": "Washington"}], None),
        ([{"state": "WA"}, {"state": "OR"}], None),
        ([{"state": "WA"}, {"state": "OR", "use": "old"}, {"state": "ID", "period": {"end": "2020-01-01"}}], "WA"),
        ([{"use": ["home"], "state": "WA"}], None),
        ([{"city": "Seattle"}, 7], None),
        (7, None),
    ],
)
def test_the_state_of_the_patient(tmp_path: Path, addresses: Any, state: str | None) -> None:
    rows = read(tmp_path, {**PATIENT, "address": addresses}, document("d1"), service(), document("d2", patient="p2"))
    assert rows[0].case is not None
    assert rows[0].case.request.state == state
    assert rows[1].case is not None
    assert rows[1].case.request.state is None


def test_the_body_sites_of_a_request(tmp_path: Path) -> None:
    (row,) = read(tmp_path, document("d1"), service(bodySite=[{"text": "left L4-L5"}, {"text": "left L5-S1"}]))
    assert row.case is not None
    asked = row.case.request
    assert (asked.side, asked.region, asked.levels) == ("left", None, ("L4-L5", "L5-S1"))


@pytest.mark.parametrize(
    ("sites", "expected"),
    [
        (["right L4-L5", "right L5-S1"], ("right", ("L4-L5", "L5-S1"))),
        (["right L4-L5", None], (None, ())),  # with one level of two the claim would look smaller than it is
        ([None, None], (None, ())),
    ],
)
def test_the_body_sites_of_a_claim(tmp_path: Path, sites: list[str | None], expected: tuple[Any, ...]) -> None:
    items = [{} if site is None else {"bodySite": {"text": site}} for site in sites]
    drug = {"productOrService": {"coding": [{"system": "http://hcpcs", "code": "J3301"}]}}
    (row,) = read(tmp_path, document("d1"), claim(items=[*items, drug]))
    assert row.case is not None
    assert (row.case.request.side, row.case.request.levels) == expected


def test_a_patient_without_a_request_has_payer_and_state(tmp_path: Path) -> None:
    (row,) = read(tmp_path, {**PATIENT, "address": [{"state": "WA"}]}, coverage(), document("d1"))
    assert row.case is not None
    assert (row.case.case_id, row.case.request.plan, row.case.request.state) == ("Patient/p1", "Molina", "WA")


def test_what_is_withdrawn_is_not_read(tmp_path: Path) -> None:
    rows = read(
        tmp_path,
        service("s1", status="entered-in-error"),
        document("d1"),
        document("d2", status="superseded"),
        document("d3", docStatus="entered-in-error"),
    )
    assert summary(rows) == [("Patient/p1", ["d1"])]


def test_a_bundle_with_references_of_its_own(tmp_path: Path) -> None:
    def entry(resource: dict[str, Any]) -> dict[str, Any]:
        return {"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource}

    asked = {**service(), "subject": {"reference": "urn:uuid:p1"}}
    note = {**document("d1"), "subject": {"reference": "https://fhir.example.org/r4/Patient/p1/_history/2"}}
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps({"resourceType": "Bundle", "entry": [entry(note), entry(asked)]}, indent=2))
    assert find_format(path) == "fhir"
    (row,) = rows_of(path)
    assert summary([row]) == [("ServiceRequest/s1", ["d1"])]
    assert row.where == "bundle.json:entry 1"


def test_files_by_type_are_one_export(tmp_path: Path) -> None:
    folder = tmp_path / "bulk"
    folder.mkdir()
    (folder / "DocumentReference.000.ndjson.gz").write_bytes(gzip.compress(lines(document("d1")).encode()))
    (folder / "ServiceRequest.ndjson").write_text(lines(service()))
    assert find_format(folder) == "fhir"
    assert summary(rows_of(folder)) == [("ServiceRequest/s1", ["d1"])]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"content": [{"attachment": {"url": "Binary/b1"}}]}, "its text is not in the export"),
        ({"content": [{"attachment": {"contentType": "text/plain", "data": "!!"}}]}, "not valid base64"),
        ({"subject": None}, "without a patient"),
        ({"id": None}, "without an id"),
        ({"content": 7}, "its text is not in the export"),
        (document("d1", samples.pdf(None), "application/pdf"), "scanned"),
        (document("d1", "x", "text/plain; charset=klingon"), "encoding that does not exist"),
    ],
)
def test_documents_that_cannot_be_read_are_named(tmp_path: Path, change: dict[str, Any], says: str) -> None:
    (row,) = read(tmp_path, {**document("d1"), **change})
    assert str(row.error).startswith("export.ndjson:1: ")
    assert says in str(row.error)


def test_a_request_without_documents_is_named(tmp_path: Path) -> None:
    rows = read(tmp_path, service("s1", patient="p9"), document("d1"))
    assert summary(rows) == [("Patient/p1", ["d1"]), "error"]
    assert "ServiceRequest/s1: no document" in str(rows[1].error)


def test_a_torn_line_is_named_and_the_others_read(tmp_path: Path) -> None:
    path = tmp_path / "export.ndjson"
    path.write_text(lines(document("d1")) + '{"resourceType": "Docu\n' + lines(document("d2", patient="p2")))
    rows = rows_of(path)
    assert summary(rows) == [("Patient/p1", ["d1"]), "error", ("Patient/p2", ["d2"])]


def test_when_the_export_breaks_off_no_case_is_sure(tmp_path: Path) -> None:
    raw = gzip.compress(lines(*(document(f"d{n}", str(n) * 3000) for n in range(50))).encode())
    path = tmp_path / "export.ndjson.gz"
    path.write_bytes(raw[: len(raw) - 30])
    rows = rows_of(path)
    assert set(summary(rows)) == {"error"}
    assert any("cut off" in str(row.error) for row in rows)
