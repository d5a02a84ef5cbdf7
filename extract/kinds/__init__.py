"""One module per fact kind. Order matters: a finder claims the amounts it uses before the next one reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from chartproof.extract.kinds import (
    comorbidity,
    contraindication,
    device,
    diagnosis,
    exam_test,
    functional_limit,
    imaging,
    monitoring,
    pain_pattern,
    pain_score,
    patient,
    procedure,
    psych_evaluation,
    relief,
    statement,
    surgery,
    symptom_duration,
    therapy,
    triage,
)
from chartproof.extract.view import NoteView
from chartproof.facts import Fact

FINDERS: tuple[Callable[[NoteView], Iterable[Fact]], ...] = (
    pain_score.find,
    exam_test.find,
    procedure.find,
    relief.find,
    therapy.find,
    symptom_duration.find,
    functional_limit.find,
    pain_pattern.find,
    diagnosis.find,
    imaging.find,
    contraindication.find,
    psych_evaluation.find,
    patient.find,
    statement.find,
    device.find,
    comorbidity.find,
    triage.find,
    monitoring.find,
    surgery.find,
)
