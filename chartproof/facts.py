"""Facts: what extraction finds in a note and evaluation judges, as a pydantic union on ``kind``.

The kinds and attributes are those of the fact schema; attributes marked *extension* are additions
that the evaluator needs and that gold files may leave out. Attributes the note does not give are
None and are left out of JSON. Dates are ISO strings that may be partial (``2023``, ``2023-05``) or
a range of two joined by a slash (``1990/1994``). Amounts of time are ``low``, ``high`` and ``unit``
as written in the note.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_validator

from chartproof.fallback import LLMReport
from chartproof.spans import Span

Assertion = Literal["present", "negated", "possible", "hypothetical", "planned", "historical", "family"]
Unit = Literal["hour", "day", "week", "month", "year"]
Region = Literal["cervical", "thoracic", "lumbar", "sacroiliac", "other"]
Side = Literal["left", "right", "bilateral"]
Statistic = Literal["current", "average", "worst", "best", "unspecified"]
Modality = Literal[
    "physical_therapy",
    "home_exercise",
    "chiropractic",
    "medication",
    "activity_modification",
    "ice_heat",
    "brace",
    "acupuncture",
    "massage",
    "tens",
    "psychological",
    "other",
]
TherapyStatus = Literal["completed", "ongoing", "planned", "declined", "unable", "unspecified"]
Outcome = Literal["failed", "partial", "helped", "unspecified"]
ExamTestName = Literal[
    "faber",
    "gaenslen",
    "thigh_thrust",
    "si_compression",
    "si_distraction",
    "posterior_shear",
    "yeoman",
    "fortin",
    "straight_leg_raise",
    "crossed_straight_leg_raise",
    "slump",
    "spurling",
    "facet_loading",
    "kemp",
    "other",
]
ProcedureName = Literal[
    "esi_interlaminar",
    "esi_transforaminal",
    "esi_caudal",
    "esi",
    "facet_injection",
    "medial_branch_block",
    "rf_ablation",
    "si_joint_injection",
    "sympathetic_block",
    "scs_trial",
    "scs_implant",
    "pump_trial",
    "pump_implant",
    "bvna",
    "spine_surgery",
    "trigger_point",
    "other",
]
DiagnosisName = Literal[
    "radiculopathy",
    "spinal_stenosis",
    "disc_herniation",
    "disc_degeneration",
    "spondylosis",
    "facet_arthropathy",
    "sacroiliac_dysfunction",
    "sacroiliitis",
    "spondylolisthesis",
    "spondylolysis",
    "failed_back_surgery",
    "epidural_fibrosis",
    "crps",
    "neuropathy",
    "spondyloarthropathy",
    "myelopathy",
    "fracture",
    "infection",
    "malignancy",
    "scoliosis",
    "other",
]
PatternName = Literal["axial", "radicular", "referred", "neurogenic_claudication"]
GuidanceName = Literal["fluoroscopy", "ct", "ultrasound"]
TechniqueName = Literal["thermal", "cooled", "pulsed", "cryoablation", "laser", "intraarticular"]
AnestheticName = Literal["lidocaine", "bupivacaine", "ropivacaine"]
ContraindicationName = Literal[
    "systemic_infection",
    "skin_infection",
    "spinal_infection",
    "intraspinal_obstruction",
    "anticoagulation",
    "pregnancy",
    "allergy",
    "body_habitus",
    "other",
]
StatementTopic = Literal[
    "visit_mode",  # value: in_person, video, phone
    "diagnostic_purpose",  # the requested injection is to identify the pain generator
    "pain_generator_question",  # which structure or level causes the pain is open
    "multilevel_pathology",
    "injection_reason",  # why an injection is needed, in words: aim and why now
    "surgery_plan",  # value: planned, preop_evaluation
    "same_day_procedure",  # another interventional procedure is planned for the same date (negated: none)
    "same_day_reason",  # medical reason for several procedures or regions on one date
    "special_circumstances",  # e.g. elderly, severe stenosis, not an operative candidate
    "new_pathology",  # a new diagnosis or new imaging finding in the region
    "onset_age",  # low, high in years
    "pain_program",  # value: physical_therapy, home_exercise, education, psychosocial, medication
    "spa_feature",  # value: arthritis, enthesitis, uveitis, dactylitis, psoriasis, bowel_disease, nsaid_response,
    # family_history, hla_b27, elevated_crp; signs of inflammatory back pain: insidious_onset, better_with_exercise,
    # not_better_with_rest, night_pain
    "no_other_cause",  # value: structural, pain_syndrome
    "continuous_pain",
    "percutaneous_access",
    "synovial_cyst",
    # sympathetic blocks, stimulators and pumps
    "crps_sign",  # value: allodynia, trophic_bone, osteoporosis, bone_scan, vasomotor, edema, sudomotor, trophic
    "limb_pain",  # value: upper, lower; side: of the painful limb
    "limb_ischemia",  # value: limb_pain, rest_pain, ulcer, failed_revascularization
    "condition",  # value: ptsd, arachnoiditis, postherpetic_neuralgia, ischemic_leg_pain, diabetic_neuropathy,
    # phantom_limb, peripheral_neuropathy, neuropathic_back_pain, angina, spasticity, intractable_pain
    "block_purpose",  # value: ptsd: the block is for post-traumatic stress disorder
    "angina",  # value: after_revascularization, not_revascularizable, nyha_class (low, high: 1 to 4), pharmacotherapy
    "spasticity_effect",  # value: upright_posture, balance, daily_living, intractable
    "spasticity_cause",  # value: spinal_cord_injury, multiple_sclerosis, stiff_person, other
    "terminal_illness",
    "opioid_use",  # an opioid is taken (negated: none); value: oral, transdermal, naive; low: days taken so far
    "therapy_not_indicated",  # active therapy is not indicated
    "device_request",  # value: trial, permanent, revision, removal, replacement; what is planned for a device
    "device_trial",  # value: done, dated (from its dates), early (ended early); low, high: days of the trial
    "trial_relief",  # value: pain, spasm; low, high: percent of relief in the trial
    "trial_function",  # function improved in the trial
    "trial_side_effects",  # value: tolerable, intolerable
    "device_type",  # value: trial:KIND or planned:KIND, KIND being tonic, high_frequency, burst, drg or a maker
    "same_device",  # the device to be implanted is of the type that was tried (negated: of another)
    "stimulator_problem",  # value: lead_migration, loss_of_effect, intolerance, infection, painful_generator,
    # new_deficit, patient_request
    "pump_problem",  # value: malfunction, battery_depletion, infection
    "pump_type",  # value: programmable, constant_flow
    "device_analysis",  # a reading or an analysis report of the implanted device
    # conditions that exclude a procedure
    "comorbidity",  # value: osteoporosis, metabolic_bone_disease, fragility_fracture, spine_malignancy,
    # bone_malignancy, severe_cardiac, cardiac, severe_pulmonary, pulmonary (severity not told),
    # psychiatric_uncontrolled, psychiatric_contributor, bedbound, immobility (neurologic), wheelchair,
    # bmi_over_40, morbid_obesity
    "vertebral_fracture",  # value: recent, old; date: when it happened
    "vertebral_slip",  # spondylolisthesis, with low, high in millimetres or value grade_1 to grade_5
    # urgency of a procedure
    "neurologic_deficit",  # value: progressive, severe, persistent, significant
    "myelopathy_course",  # value: progressive, stable
    "spinal_instability",  # value: at_risk (of fracture, tumor or infection, or of neurologic injury), unspecified
    "spine_infection",  # value: epidural_abscess, decompression_needed, treatment_failed, wound
    "pain_crisis",  # value: intractable, emergency_visit, severe_limitation, excessive_opioid, managed
    "spine_hardware",  # value: symptomatic, pseudarthrosis
    "deformity_correction",
]

MonitoringAspect = Literal[
    "service",  # that an operation is monitored
    "performer",  # who carries the monitoring out
    "supervisor",  # who supervises the technologist
    "interpreter",  # who interprets it, where from, and whether immediately available
    "real_time",  # recorded and read as it happens (negated: afterwards)
    "communication",  # continuously told to the surgical team
    "continuity",  # continuous monitoring (negated: intermittent or single tests only)
    "modality",
]
MonitoringModality = Literal[
    "ssep", "tcmep", "tms_mep", "mep", "emg", "triggered_emg", "semg", "eeg", "baep", "vep", "train_of_four"
]  # fmt: skip

PARTIAL_DATE = r"^\d{4}(-\d{2}(-\d{2})?)?(/\d{4}(-\d{2}(-\d{2})?)?)?$"
PartialDate = Annotated[str, Field(pattern=PARTIAL_DATE)]


class FactBase(BaseModel):
    """What every fact carries: where it stands, whether it is asserted, and what found it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    spans: tuple[Span, ...] = Field(min_length=1, description="Evidence; the first span holds the value.")
    assertion: Assertion = "present"
    section: str | None = Field(default=None, description="Category of the section the first span stands in.")
    source: str | None = Field(default=None, description="What found it: rule:<id> or llm:<model>.")

    @field_validator("spans")
    @classmethod
    def _spans_are_ordered_pairs(cls, spans: tuple[Span, ...]) -> tuple[Span, ...]:
        for start, end in spans:
            if not 0 <= start < end:
                raise ValueError(f"span [{start}, {end}] is not a non-empty half-open range")
        return spans


class PainScore(FactBase):
    """A number on a pain scale, converted to 0-10."""

    kind: Literal["pain_score"] = "pain_score"
    low: float = Field(ge=0, le=10)
    high: float = Field(ge=0, le=10)
    statistic: Statistic = "unspecified"
    region: Region | None = None
    moment: Literal["before_procedure", "after_procedure"] | None = Field(
        default=None, description="Extension: scored around a procedure, so no statement of the usual pain."
    )


class SymptomDuration(FactBase):
    """How long, or since when, the pain or its symptoms have lasted."""

    kind: Literal["symptom_duration"] = "symptom_duration"
    low: float | None = None
    high: float | None = None
    unit: Unit | None = None
    since: PartialDate | None = None
    region: Region | None = None


class PainPattern(FactBase):
    """Where the pain goes."""

    kind: Literal["pain_pattern"] = "pain_pattern"
    pattern: PatternName
    region: Region | None = None
    side: Side | None = None


class FunctionalLimit(FactBase):
    """An activity that the pain limits, or a statement that function is normal."""

    kind: Literal["functional_limit"] = "functional_limit"
    activity: str
    normal: bool | None = None
    percent: float | None = Field(default=None, description="Extension: ODI or NDI score in percent.")


class Therapy(FactBase):
    """A conservative treatment of the spine pain."""

    kind: Literal["therapy"] = "therapy"
    modality: Modality
    low: float | None = None
    high: float | None = None
    unit: Unit | None = None
    sessions: int | str | None = Field(default=None, description="A count, or a range such as '8-9'.")
    start: PartialDate | None = None
    end: PartialDate | None = None
    status: TherapyStatus = "unspecified"
    outcome: Outcome | None = None
    reason: str | None = None
    region: Region | None = None
    name: str | None = Field(default=None, description="Extension: drug or programme, lower case.")
    prescribed: bool | None = Field(
        default=None, description="Extension: prescribed or planned by a physician, therapist or chiropractor."
    )
    followed_up: bool | None = Field(
        default=None, description="Extension: a clinician documents that it was done (log reviewed, completed)."
    )
    medical_reason: bool | None = Field(
        default=None,
        description="Extension: the reason it was not done is medical (pain, weakness, a condition that forbids it): "
        "true; cost, distance, closure, inconvenience, preference or non-compliance: false.",
    )


class ExamTest(FactBase):
    """A named provocative or nerve-tension test with its result; result None when none is stated."""

    kind: Literal["exam_test"] = "exam_test"
    test: ExamTestName
    result: Literal["positive", "negative", "equivocal"] | None = None
    side: Side | None = None


class Procedure(FactBase):
    """An interventional pain or spine procedure, or spine surgery, of this patient."""

    kind: Literal["procedure"] = "procedure"
    procedure: ProcedureName
    status: Literal["done", "planned", "considered"]
    date: PartialDate | None = None
    region: Region | None = None
    levels: tuple[str, ...] | None = None
    side: Side | None = None
    guidance: GuidanceName | None = None
    number: int | None = Field(default=None, description="Extension: ordinal in its series ('#2', 'second').")
    count: int | None = Field(default=None, description="Extension: how many the mention stands for ('x 2').")
    agent: Literal["local_anesthetic", "steroid"] | None = Field(
        default=None, description="Extension: local anesthetic only, or with steroid."
    )
    anesthetic: AnestheticName | None = Field(
        default=None, description="Extension: the local anesthetic of a diagnostic block."
    )
    technique: TechniqueName | None = None
    name: str | None = Field(
        default=None,
        description="Extension: finer name where a guideline needs it: sacral_lateral_branch_block, sij_rf, "
        "occipital_nerve_block, hardware_block, atlantoaxial_injection, discogram, labor_epidural, joint_injection, "
        "postoperative_analgesia, surgical_anesthesia, chemotherapy_port.",
    )


class Relief(FactBase):
    """How much, or how long, a treatment helped."""

    kind: Literal["relief"] = "relief"
    percent_low: float | None = Field(default=None, ge=0, le=100)
    percent_high: float | None = Field(default=None, ge=0, le=100)
    low: float | None = None
    high: float | None = None
    unit: Unit | None = None
    ongoing: bool | None = None
    functional: bool | None = None
    procedure: ProcedureName | Literal["therapy", "medication"] | None = None
    date: PartialDate | None = Field(default=None, description="Extension: date of the procedure it followed.")
    number: int | None = Field(default=None, description="Extension: ordinal of the procedure it followed.")
    until: PartialDate | None = Field(default=None, description="Extension: when the relief ended.")
    region: Region | None = Field(default=None, description="Extension: region of the procedure it followed.")
    side: Side | None = Field(default=None, description="Extension: side of the procedure it followed.")
    anesthetic_duration: bool | None = Field(
        default=None, description="Extension: the note says the relief lasted as long as the anesthetic."
    )


class Diagnosis(FactBase):
    """A diagnosis of the spine, its joints or nerves."""

    kind: Literal["diagnosis"] = "diagnosis"
    name: DiagnosisName
    icd10: str | None = None
    region: Region | None = None
    side: Side | None = None
    primary: bool | None = Field(default=None, description="Extension: named as the main or dominant problem.")


class Imaging(FactBase):
    """An imaging or electrodiagnostic study and its finding."""

    kind: Literal["imaging"] = "imaging"
    modality: Literal["mri", "ct", "xray", "emg", "bone_scan", "myelogram", "other"]
    date: PartialDate | None = None
    region: Region | None = None
    finding: str | None = None
    code: str | None = Field(
        default=None,
        description="Extension: normalized finding: pars_defect, synovial_cyst, active_sacroiliitis, "
        "sacroiliitis_grade_bilateral_3 and the like, severe_stenosis_obstruction, stenosis, disc_herniation, "
        "radiculopathy, epidural_fibrosis, facet_arthropathy.",
    )


class Contraindication(FactBase):
    """A condition that speaks against an injection or a device."""

    kind: Literal["contraindication"] = "contraindication"
    what: ContraindicationName
    sign_only: bool | None = Field(
        default=None,
        description="Extension: only a sign such as fever or chills is denied, which does not say that an infection "
        "has cleared.",
    )


class PsychEvaluation(FactBase):
    """A psychological evaluation, done or not; several findings of one statement are joined by the separator."""

    SEPARATOR: ClassVar[str] = "; "

    kind: Literal["psych_evaluation"] = "psych_evaluation"
    done: bool
    finding: str | None = None

    @property
    def findings(self) -> tuple[str, ...]:
        """The findings one by one."""
        return tuple(self.finding.split(self.SEPARATOR)) if self.finding else ()


class Patient(FactBase):
    """Who the patient is."""

    kind: Literal["patient"] = "patient"
    age: float | None = None
    sex: Literal["female", "male"] | None = None
    bmi: float | None = None


class Statement(FactBase):
    """Extension kind: a statement a guideline asks for that is none of the other kinds."""

    kind: Literal["statement"] = "statement"
    topic: StatementTopic
    value: str | None = None
    low: float | None = None
    high: float | None = None
    side: Side | None = Field(default=None, description="Side of the limb a sign or pain is of.")
    region: Region | None = None
    date: PartialDate | None = Field(default=None, description="When it happened.")


class Monitoring(FactBase):
    """Extension kind: one thing a note says of the neurophysiologic monitoring of an operation."""

    kind: Literal["monitoring"] = "monitoring"
    aspect: MonitoringAspect
    who: Literal["physician", "technologist", "surgeon", "anesthesiologist"] | None = None
    trained: bool | None = Field(
        default=None, description="Trained or certified in clinical neurophysiology, as specialty, title or words say."
    )
    supervised: bool | None = Field(default=None, description="Of a technologist: works under direct supervision.")
    place: Literal["on_site", "remote"] | None = None
    real_time: bool | None = None
    available: bool | None = Field(default=None, description="Immediately available throughout the operation.")
    modality: MonitoringModality | None = None


class Surgery(FactBase):
    """Extension kind: an operation on nerves, spine, brain, neck or vessels that may be monitored, or why it is done.

    `operation` names what is planned or, in the report of an operation, done; earlier operations are no such facts.
    A fact with `reason` instead tells what makes an operation one that endangers nerves: a tumor, an injury, a
    deformity to be corrected, a compressed cord, or a risk that the note states.
    """

    kind: Literal["surgery"] = "surgery"
    operation: str | None = Field(
        default=None, description="As in the lexicon: spine, thyroidectomy, acoustic_neuroma."
    )
    reason: str | None = Field(default=None, description="As in the lexicon: opll, cord_tumor, stated_risk.")
    status: Literal["done", "planned", "considered"] | None = None
    region: Region | None = None
    levels: tuple[str, ...] | None = None


Fact = Annotated[
    PainScore
    | SymptomDuration
    | PainPattern
    | FunctionalLimit
    | Therapy
    | ExamTest
    | Procedure
    | Relief
    | Diagnosis
    | Imaging
    | Contraindication
    | PsychEvaluation
    | Patient
    | Statement
    | Monitoring
    | Surgery,
    Field(discriminator="kind"),
]

FACT_ADAPTER: TypeAdapter[Fact] = TypeAdapter(Fact)

#: The kinds of the fact schema that others annotate by.
SCHEMA_KINDS: tuple[str, ...] = (
    "pain_score",
    "symptom_duration",
    "pain_pattern",
    "functional_limit",
    "therapy",
    "exam_test",
    "procedure",
    "relief",
    "diagnosis",
    "imaging",
    "contraindication",
    "psych_evaluation",
    "patient",
)
#: With our own ones, which gold holds only where its file names them.
KINDS: tuple[str, ...] = (*SCHEMA_KINDS, "statement", "monitoring", "surgery")


class NoteFacts(BaseModel):
    """The extraction of one note: the JSON of ``chartproof extract`` and of gold files."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    note_id: str
    facts: tuple[Fact, ...]
    kinds: tuple[str, ...] | None = Field(
        default=None, description="In gold: the kinds that were annotated; None means all of the fact schema."
    )
    llm: LLMReport | None = Field(default=None, description="The part of a language model; absent when none was asked.")
