"""The work on a partition: rows of an export in, one result record per row out. Both engines run this and nothing else."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import pyarrow as pa
from pydantic import ValidationError

from chartproof.api import assess, extract
from chartproof.assessment import Assessment, CriterionResult, Evidence
from chartproof.batch.documents import DocumentCase, without_places
from chartproof.batch.tables import batch_of, rejected
from chartproof.errors import ChartproofError
from chartproof.extract.documents import NoMemoryError
from chartproof.facts import Fact
from chartproof.notes import Case
from chartproof.records import read_case

#: Attributes of facts that repeat words of the note.
_WORDS_OF_NOTE = frozenset({"activity", "finding", "reason", "name"})
_KINDS_WITH_WORDS = frozenset({"functional_limit", "therapy", "imaging", "psych_evaluation"})


@dataclass(frozen=True)
class Settings:
    """What decides the result of a row, besides the row and the program.

    `guideline`: the id to judge by, None to choose by codes and notes. `evidence_text`: whether the words of the notes
    are written out beside their places. `site`: a site's guideline files, path and text of each. `judge`: module and
    function that does the work on one case.
    """

    guideline: str | None = None
    evidence_text: bool = True
    site: tuple[tuple[str, str], ...] = ()
    judge: str = "chartproof.batch.partition:judged"

    def as_json(self) -> str:
        """For the way to another process."""
        return json.dumps({**vars(self), "site": [list(pair) for pair in self.site]})

    @classmethod
    def of_json(cls, content: str) -> Settings:
        """The settings that `as_json` wrote."""
        fields = json.loads(content)
        return cls(**{**fields, "site": tuple((path, text) for path, text in fields["site"])})


#: The work on one case: criteria, facts and the case's own columns of a result record.
Judge = Callable[[Case, Settings], dict[str, Any]]


@dataclass
class Partition:
    """Works on rows under the same settings; loads the pipeline once."""

    settings: Settings
    _judge: Judge = field(init=False)
    _site: Any = field(init=False, default=None)

    def __post_init__(self) -> None:
        module, _, name = self.settings.judge.partition(":")
        self._judge = getattr(import_module(module), name)
        if self.settings.site:
            from chartproof.evaluate.site import Site, in_force

            self._site = in_force(Site(dict(self.settings.site)))
            self._site.__enter__()

    def close(self) -> None:
        """Put the site's guidelines out of force again, where the process goes on to do something else."""
        if self._site is not None:
            self._site.__exit__(None, None, None)

    def warm_up(self) -> None:
        """Load rules and guidelines, so that the first row takes no longer than the others."""
        if self.settings.judge == Settings.judge:
            from chartproof.evaluate import list_guidelines
            from chartproof.notes import Note

            extract(Note(note_id="warm-up", text="Low back pain 7/10 for 6 months. FABER positive."))
            list_guidelines()

    def __call__(self, rows: pa.RecordBatch, begun: Callable[[int], None] = lambda index: None) -> pa.RecordBatch:
        """The `RESULT` records of `ROWS` records; `begun` hears the index of each row before the work on it."""
        records = []
        for index, row in enumerate(rows.to_pylist()):
            begun(index)
            records.append(self._record(row))
        return batch_of(records)

    def _record(self, row: dict[str, Any]) -> dict[str, Any]:
        place = (row["row"], row["where"], row["extra"])
        if row["case"] is None:
            return rejected(*place, "read", row["error"] or "no case", None)
        case_id: str | None = None
        case: Case | None = None
        try:
            received = _case_of(row["case"], row["where"])
            case_id = received.case_id
            case = received.read(row["where"]) if isinstance(received, DocumentCase) else received
            found = self._judge(case, self.settings)
        except (MemoryError, NoMemoryError):
            return rejected(*place, "memory", "needs more memory than a worker may have (--memory)", case_id)
        except ChartproofError as error:
            if case is None:
                return rejected(*place, "read", str(error), None)
            return rejected(*place, "judge", _brief(error), case_id)
        except Exception as error:  # its message may quote a note
            return rejected(*place, "internal", f"internal error: {type(error).__name__}", case_id)
        if found["case"] is not None:
            found["case"]["hash"] = case_hash(row["case"], row["extra"])
        return {"row": row["row"], "where": row["where"], "extra": row["extra"], **found}


def case_hash(case: str, extra: str | None) -> str:
    """SHA-256 of a case as it goes to a worker, and of the columns beside it: equal for what gives equal results.

    Of documents it is over their bytes, whatever file they came in.
    """
    content = f"{without_places(case)}\n{extra or ''}"
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def judged(case: Case, settings: Settings) -> dict[str, Any]:
    """Extract and assess one case: the fields `case`, `reject`, `criteria` and `facts` of its record.

    Where the case cannot be judged (no supported code or planned procedure), its facts are kept beside the reject.
    """
    found = [extract(note) for note in case.notes]
    words = settings.evidence_text
    facts = [
        _fact(case, note.text, facts.note_id, fact, words)
        for note, facts in zip(case.notes, found, strict=True)
        for fact in facts.facts
    ]
    try:
        assessment = assess(case, guideline=settings.guideline, facts=found)
    except ChartproofError as error:
        return {
            "case": None,
            "reject": {"case_id": case.case_id, "kind": "judge", "error": _brief(error)},
            "criteria": [],
            "facts": facts,
        }
    return {"case": _case(case, assessment), "reject": None, "criteria": _criteria(assessment, words), "facts": facts}


def _case_of(content: str, where: str) -> Case | DocumentCase:
    """A case from its JSON, which our readers have checked and a frame of Spark's need not have been."""
    for kind in (Case, DocumentCase):
        with suppress(ValidationError):
            return kind.model_validate_json(content)
    try:
        fields = json.loads(content)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        raise ChartproofError(f"{where}: not a JSON object; a case has case_id, request and notes")
    return read_case(fields, where)


def _brief(error: ChartproofError) -> str:
    """The message without the list of all supported codes, which would stand in every row."""
    return str(error).partition(" Supported")[0]


def _case(case: Case, assessment: Assessment) -> dict[str, Any]:
    request = case.request
    results = (*assessment.criteria, *assessment.gates, *assessment.routing)
    return {
        "case_id": case.case_id,
        "guideline": assessment.guideline,
        "version": assessment.guideline_version,
        "guideline_from": assessment.guideline_from,
        "pathway": assessment.pathway,
        "determination": assessment.determination,
        "category": assessment.category.name if assessment.category else None,
        "initial_or_repeat": assessment.initial_or_repeat,
        "reference_date": _date(assessment.reference_date),
        "missing": [{"id": one.id, "text": one.missing} for one in results if one.missing is not None],
        "notes": len(case.notes),
        "cpt": list(request.cpt),
        "icd10": list(request.icd10),
        "date": request.date,
        "state": request.state,
        "plan": request.plan,
        "region": request.region,
        "side": request.side,
        "levels": list(request.levels),
    }


def _criteria(assessment: Assessment, words: bool) -> list[dict[str, Any]]:
    pathways = sorted((one.id for one in assessment.pathways), key=len, reverse=True)
    results = (
        *(("criterion", one) for one in assessment.criteria),
        *(("gate", one) for one in assessment.gates),
        *(("routing", one) for one in assessment.routing),
    )
    return [_criterion(assessment, kind, one, pathways, words) for kind, one in results]


def _criterion(
    assessment: Assessment, kind: str, result: CriterionResult, pathways: list[str], words: bool
) -> dict[str, Any]:
    own = next((one for one in pathways if result.id.startswith(f"{one}.")), assessment.pathway)
    return {
        "case_id": assessment.case_id,
        "guideline": assessment.guideline,
        "version": assessment.guideline_version,
        "pathway": own if kind == "criterion" else None,
        "id": result.id,
        "kind": kind,
        "status": result.status,
        "conflict": result.conflict,
        "reason": result.reason,
        "source": result.source,
        "missing": result.missing,
        "evidence": [_evidence(one, words) for one in result.evidence],
    }


def _evidence(evidence: Evidence, words: bool) -> dict[str, Any]:
    return {
        "note_id": evidence.note_id,
        "start": evidence.start,
        "end": evidence.end,
        "text": evidence.text if words else None,
    }


def _fact(case: Case, text: str, note_id: str, fact: Fact, words: bool) -> dict[str, Any]:
    left_out = {"kind", "spans", "assertion", "section", "source"}
    if not words and fact.kind in _KINDS_WITH_WORDS:
        left_out |= _WORDS_OF_NOTE
    value = fact.model_dump(mode="json", exclude_none=True, exclude=left_out)
    return {
        "case_id": case.case_id,
        "note_id": note_id,
        "kind": fact.kind,
        "assertion": fact.assertion,
        "section": fact.section,
        "source": fact.source,
        "spans": [
            {"start": span.start, "end": span.end, "text": span.of(text) if words else None} for span in fact.spans
        ],
        "value": json.dumps(value, ensure_ascii=False),
    }


def _date(iso: str | None) -> dt.date | None:
    return None if iso is None else dt.date.fromisoformat(iso)
