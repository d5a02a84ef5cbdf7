"""Inputs from which the fuzzing begins: documents, exports and notes of our own words."""

from __future__ import annotations

import base64
import csv
import gzip
import io
import json
import zipfile

from tests.extract.documents import samples

NOTE = """2024-05-14 office visit
HPI: 54-year-old female with low back pain for 7 months, average 7/10, 9/10 at worst. No fever.
She went to physical therapy from 2/1/2024 to 4/2/2024 without relief; NSAIDs for 8 weeks failed.
EXAM: FABER and thigh thrust positive on the right, Gaenslen negative. Straight leg raise negative bilaterally.
MRI 03/2024: L4-5 disc bulge. Prior right SI joint injection 1/5/2024 gave 80% relief for 3 months.
Tried gabapentin 300 mg. A1c 7.2 %. BMI 31.4. PHQ-9: 4.
PLAN: repeat right sacroiliac joint injection under fluoroscopic guidance. Spinal cord stimulator trial declined.
"""


def _table() -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(
        [
            ["note_id", "case_id", "date", "text", "cpt"],
            ["1", "a", "05/14/2024", NOTE, "27096"],
            ["2", "b", "2024-05-20", 'x "y", z', ""],
            ["3", "a", "", "37° C\n\nnext", "27096"],
        ]
    )
    return stream.getvalue().encode()


def _zip() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("c1/2024-05-14-visit.txt", NOTE)
        archive.writestr("c1/b.rtf", r"{\rtf1 FABER positive.\par}")
        archive.writestr("../x.html", "<html><p>Pain")
    return stream.getvalue()


def _fhir() -> list[dict[str, object]]:
    return [
        {"resourceType": "Patient", "id": "p1", "birthDate": "1970-01-02", "address": [{"state": "WA"}]},
        {
            "resourceType": "Coverage",
            "id": "c1",
            "beneficiary": {"reference": "Patient/p1"},
            "payor": [{"display": "Plan"}],
            "class": [{"type": {"coding": [{"code": "plan"}]}, "name": "A"}],
            "order": 1,
        },
        {
            "resourceType": "ServiceRequest",
            "id": "s1",
            "status": "active",
            "subject": {"reference": "Patient/p1"},
            "code": {"coding": [{"system": "http://www.ama-assn.org/go/cpt", "code": "27096"}]},
            "occurrenceDateTime": "2024-05-21",
            "bodySite": [{"text": "left L4-L5"}],
            "insurance": [{"reference": "Coverage/c1"}],
            "supportingInfo": [{"reference": "DocumentReference/d1"}],
        },
        {
            "resourceType": "DocumentReference",
            "id": "d1",
            "subject": {"reference": "Patient/p1"},
            "content": [
                {"attachment": {"contentType": "text/plain", "data": base64.b64encode(NOTE.encode()).decode()}}
            ],
        },
    ]


def _lines(*contents: object) -> bytes:
    return "".join(json.dumps(content) + "\n" for content in contents).encode()


def documents() -> list[bytes]:
    """One of each kind."""
    table = "<table><tr><th>Test</th><td>FABER</td></tr></table>"
    return [
        NOTE.encode(),
        NOTE.encode("utf-16"),
        samples.pdf(NOTE.splitlines(), ["second page"]),
        samples.docx(NOTE.splitlines(), table=[["a", "b"]], header="h"),
        (rb"{\rtf1\ansi\ansicpg1252 {\b Pain} 7/10 \u8211?\'b0\par\trowd\cell x\cell\row {\strike y}}"),
        f"<!DOCTYPE html><html><body><p>{NOTE}</p>{table}<ul><li>x<s>y</s></ul><pre>z</pre></body></html>".encode(),
        samples.ccda(("Plan", f"<paragraph>Injection<br/></paragraph>{table}<list><item>x</item></list>")),
    ]


def exports() -> list[bytes]:
    """One of each format; the first byte chooses the name (`targets.exports`)."""
    case = {
        "case_id": "c",
        "request": {"cpt": ["27096"], "date": "2024-05-21"},
        "notes": [{"note_id": "n", "text": NOTE}],
    }
    note = {"note_id": "n", "text": NOTE, "date": "2024-05-14", "case_id": "k"}
    found = [
        b"\0" + _table(),
        b"\0" + _table().replace(b",", b";").decode().encode("windows-1252"),
        b"\0" + _table().decode().encode("utf-16"),
        b"\1" + _lines(note, case),
        b"\2" + json.dumps([case], indent=1).encode(),
        b"\3" + _lines(*_fhir()),
        b"\2" + json.dumps({"resourceType": "Bundle", "entry": [{"resource": one} for one in _fhir()]}).encode(),
        b"\5" + _zip(),
        b"\6" + gzip.compress(_table()),
        b"\7" + samples.ccda(("Plan", "Injection")),
    ]
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        return found
    sink = io.BytesIO()
    pq.write_table(pa.table({"note_id": ["1", "2"], "text": [NOTE, "x"], "case_id": ["a", "b"]}), sink)
    return [*found, b"\4" + sink.getvalue()]


def notes() -> list[bytes]:
    """A note, its parts, and what repeats."""
    return [NOTE.encode(), *(line.encode() for line in NOTE.splitlines()), NOTE.encode() * 4]


SEEDS = {"documents": documents, "exports": exports, "notes": notes}
