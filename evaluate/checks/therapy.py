"""Conservative therapy: long enough and failed, ongoing, or impossible for a medical reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from chartproof.evaluate import dates, finding
from chartproof.evaluate.chart import AnyItem, Chart, Item, by_latest_note, on, when
from chartproof.evaluate.checks.duration import earliest_onset
from chartproof.evaluate.checks.registry import Params, check
from chartproof.evaluate.checks.wording import number, words
from chartproof.evaluate.courses import ACTIVE, UNKNOWN, Course, courses, told
from chartproof.evaluate.finding import Finding
from chartproof.evaluate.judgement import Judgement
from chartproof.facts import Modality, Therapy

INACTIVE = (
    "medication",
    "activity_modification",
    "ice_heat",
    "brace",
    "acupuncture",
    "massage",
    "tens",
    "psychological",
    "other",
)


class TherapyParams(Params):
    """Least weeks in all, and of active therapy; the window in calendar months before the reference date.

    Without `active_required` any modality counts, or any of `modalities`. A `medical_reason` that rules the therapy out
    is enough unless that is false. With `ongoing_after_injections`, ongoing active therapy is enough for patients with
    earlier spinal injections in the region. Therapy of no stated region counts, whatever its note is about, when it may
    be `anywhere`, as for spasticity.
    """

    weeks: float = 0
    window_months: int | None = None
    active_required: bool = True
    active_weeks: float | None = None
    modalities: tuple[Modality, ...] | None = None
    medical_reason: bool = True
    ongoing_after_injections: bool = False
    anywhere: bool = False


class OngoingParams(Params):
    """Whether active therapy is asked for, and how recently it must be told as current."""

    active: bool = True
    within_days: int = 60


@check("conservative_therapy", TherapyParams)
def conservative_therapy(judgement: Judgement, params: TherapyParams) -> Finding:
    """Conservative therapy of the region failed, or cannot be done for a medical reason.

    With earlier spinal injections in the region, ongoing active therapy is enough where the guideline says so.
    """
    failed = _failed(judgement, params)
    if failed.status == "met":
        return failed
    if params.medical_reason and (impossible := _medical_reason(judgement)) is not None:
        return impossible
    if params.ongoing_after_injections and judgement.injections_before:
        ongoing = _ongoing(judgement, OngoingParams())
        if ongoing.status == "met":
            return ongoing
        return finding.either(failed, ongoing)
    return failed


@check("ongoing_therapy", OngoingParams)
def ongoing_therapy(judgement: Judgement, params: OngoingParams) -> Finding:
    """The patient is engaged in ongoing therapy, or cannot be for a medical reason."""
    ongoing = _ongoing(judgement, params)
    if ongoing.status != "met" and (impossible := _medical_reason(judgement)) is not None:
        return impossible
    return ongoing


# -- failed therapy ----------------------------------------------------------------------------------------------


def _failed(judgement: Judgement, params: TherapyParams) -> Finding:
    chart = judgement.chart
    asked = f"{number(params.weeks)} weeks of" if params.weeks else "a course of"
    active = "active conservative therapy" if params.active_required else "conservative therapy"
    window = f" in the last {params.window_months} months" if params.window_months else ""
    missing = f"{asked} {active} for the region{window}, with dates or weeks and the result"
    opening = dt.date.min
    if params.window_months is not None:
        if judgement.reference is None:
            return finding.open_("Without any date the window cannot be counted", missing="the dates of the notes")
        opening = dates.add_months(judgement.reference, -params.window_months)
    onset = earliest_onset(judgement)
    allowed = params.modalities or (ACTIVE if params.active_required else ACTIVE + INACTIVE)
    begun = courses(chart, allowed, anywhere=params.anywhere)
    unproven = [course for course in begun if course.modality == "home_exercise" and not _supervised(chart)]
    counted = [course for course in begun if course not in unproven] if params.active_required else begun
    needed = params.weeks if params.active_weeks is None else params.active_weeks
    enough, short = _long_enough(counted, 7 * needed, opening, onset)
    if enough and params.active_weeks is not None and params.active_weeks < params.weeks:
        whole, short = _long_enough(courses(chart, ACTIVE + INACTIVE), 7 * params.weeks, opening, onset)
        enough = [[*best, *(course for course in whole[0] if course not in best)] for best in enough if whole]
    if enough:
        return _first_settled([_outcome(chart, done, missing) for done in enough])
    if not begun:
        return _nothing_begun(chart, allowed, active, missing)
    items = [item for course in begun for item in course.items]
    if unproven:
        return finding.open_(
            "The home exercise is not documented as prescribed and followed up", items, missing=missing
        )
    if short:
        late = f" (the window opens {opening.isoformat()})" if params.window_months else ""
        return finding.not_met(
            f"{_shown(begun)} gives less than {number(params.weeks)} weeks of {active}{window}{late}", items
        )
    return finding.open_(
        f"{_shown(begun)} does not show {number(params.weeks)} weeks of {active}{window}", items, missing=missing
    )


def _long_enough(
    begun: Sequence[Course], needed: float, opening: dt.date, onset: dt.date
) -> tuple[list[list[Course]], bool]:
    """Each course that gives the days needed, the longest first, or those that do together; and, where none do,
    whether all are surely too short."""
    measured = [(course, *course.days_since(opening, not_before=onset)) for course in begun]
    alone = [
        [course]
        for course, least, most in sorted(measured, key=lambda entry: -entry[1])
        if least >= needed and (least > 0 or (needed == 0 and (most is None or most > 0)))
    ]
    if alone:
        return alone, False
    apart = _disjoint([entry for entry in measured if entry[1] > 0])
    if sum(least for _, least, _ in apart) >= needed > 0:
        return [[course for course, _, _ in apart]], False
    most_of_all = sum(float("inf") if most is None else most for _, _, most in measured)
    return [], bool(measured) and most_of_all < needed


def _first_settled(found: Sequence[Finding]) -> Finding:
    """One course that failed is enough, unless the notes contradict that of another; else the longest decides."""
    if found[0].status == "not_documented" and not any(one.status == "not_met" for one in found):
        return next((one for one in found if one.status == "met"), found[0])
    return found[0]


def _disjoint(measured: list[tuple[Course, float, float | None]]) -> list[tuple[Course, float, float | None]]:
    """Courses with known dates that follow one another, so that their days add up."""
    known = [entry for entry in measured if entry[0].start.hi != dt.date.max and entry[0].end.lo != dt.date.min]
    known.sort(key=lambda entry: (entry[0].start.lo, entry[0].end.lo))
    chosen: list[tuple[Course, float, float | None]] = []
    for entry in known:
        if not chosen or entry[0].start.lo >= chosen[-1][0].end.hi:
            chosen.append(entry)
    return chosen


def _outcome(chart: Chart, done: Sequence[Course], missing: str) -> Finding:
    """Whether the therapy failed: as a note says, or because the symptoms outlast it."""
    shown = _shown(done)
    items = [item for course in done for item in course.items]
    outcomes = [item for item in items if item.fact.outcome in ("failed", "partial", "helped")]
    for group in by_latest_note(outcomes):
        failed = [item for item in group if item.fact.outcome != "helped"]
        if failed:
            return finding.met(f"{shown} did not bring lasting relief", items)
        resolved = _resolved(chart, group)
        if resolved:
            return finding.not_met(f"{shown} resolved the pain", [*items, *resolved])
        return finding.open_(f"{shown} is said to have helped", items, missing="whether the pain outlasted the therapy")
    ended = max(
        min(when(item).lo for item in course.items) if course.end == UNKNOWN else course.end.lo for course in done
    )
    lasting = _symptoms_after(chart, ended)
    if lasting is None:
        return finding.open_(f"{shown} is documented without its result", items, missing=missing)
    return finding.met(f"{shown}, with pain lasting{on(lasting)}", [*items, lasting])


def _resolved(chart: Chart, group: Sequence[Item[Therapy]]) -> list[AnyItem]:
    """Statements, in the note that tells the result, that the therapy took all of the pain."""
    notes = {item.note.note_id for item in group}
    return [
        item
        for item in chart.reliefs
        if item.note.note_id in notes
        and item.current
        and item.fact.procedure == "therapy"
        and item.fact.percent_low == 100
    ]


def _symptoms_after(chart: Chart, ended: dt.date) -> AnyItem | None:
    """The latest statement of pain or disability not older than the end of the therapy."""
    scores = [
        item
        for item in chart.pain_scores
        if item.current
        and item.fact.moment is None
        and item.fact.low > 0
        and chart.concerns(item.fact.region, item.note)
    ]
    limits = [
        item
        for item in chart.functional_limits
        if item.current and not item.fact.normal and chart.concerns(None, item.note)
    ]
    patterns = [item for item in chart.patterns if item.current and chart.concerns(item.fact.region, item.note)]
    for kind in (scores, limits, patterns):
        late: list[AnyItem] = [item for item in kind if when(item).lo >= ended]
        if late:
            return late[-1]
    return None


def _nothing_begun(chart: Chart, allowed: Sequence[str], active: str, missing: str) -> Finding:
    """No course was begun: contradicted when the notes say so, open when they are silent or only plan it."""
    statements = [item for modality in allowed for item in told(chart, modality)]
    planned = [item for item in statements if item.current and item.fact.status == "planned"]
    refused = [
        item
        for item in statements
        if item.fact.assertion == "negated"
        or (item.current and item.fact.status == "declined")
        or (item.current and item.fact.status == "unable" and item.fact.medical_reason is False)
    ]
    unable = [
        item
        for item in statements
        if item.current and item.fact.status == "unable" and item.fact.medical_reason is None
    ]
    if unable:
        return finding.open_(
            f"{words(dict.fromkeys(item.fact.modality for item in unable)).capitalize()} could not be done,"
            " without a stated medical reason",
            unable,
            missing="the medical reason why the therapy cannot be done",
        )
    if refused and not planned:
        shown = words(dict.fromkeys(item.fact.modality for item in refused))
        return finding.not_met(f"{shown.capitalize()} was not done, and no other {active} is documented", refused)
    return finding.open_(f"No {active} for the region is documented", missing=missing)


def _medical_reason(judgement: Judgement) -> Finding | None:
    """A documented medical reason why active therapy cannot be done; None without one."""
    chart = judgement.chart
    for modality in ACTIVE:
        groups = by_latest_note(item for item in told(chart, modality) if item.current)
        if not groups:
            continue
        unable = [item for item in groups[0] if item.fact.status == "unable" and item.fact.medical_reason]
        if unable and judgement.after_last(unable[0]):
            name = modality.replace("_", " ").capitalize()
            return finding.met(f"{name} cannot be done for a medical reason{on(unable[0])}", unable)
    return None


def _supervised(chart: Chart) -> bool:
    """Whether home exercise was prescribed by a clinician and documented as done."""
    statements = [item for item in told(chart, "home_exercise") if item.fact.assertion in ("present", "planned")]
    return any(item.fact.prescribed for item in statements) and any(
        item.fact.followed_up for item in statements if item.current
    )


# -- ongoing therapy ---------------------------------------------------------------------------------------------


def _ongoing(judgement: Judgement, params: OngoingParams) -> Finding:
    chart, reference = judgement.chart, judgement.reference
    kind = "active conservative therapy" if params.active else "conservative therapy"
    missing = f"{kind} as current within {params.within_days} days before the request"
    unproven: list[Item[Therapy]] = []
    stopped: list[Item[Therapy]] = []
    past: list[Item[Therapy]] = []
    for modality in ACTIVE + (() if params.active else INACTIVE):
        statements = [
            item
            for item in told(chart, modality)
            if item.fact.assertion in ("present", "negated") and item.fact.status != "planned"
        ]
        for group in by_latest_note(statements)[:1]:
            now = _now(judgement, params, modality, group)
            if not now:
                denied = [
                    item
                    for item in group
                    if (
                        item.fact.assertion == "negated"
                        or item.fact.status in ("declined", "unable")
                        or _given_up(item)
                    )
                    and _recent(item, reference, params.within_days)
                ]
                (stopped if denied else past).extend(denied or group)
            elif modality == "home_exercise" and params.active and not _supervised(chart):
                unproven.extend(now)
            else:
                support = _support(chart) if modality == "home_exercise" and params.active else []
                name = modality.replace("_", " ").capitalize()
                return finding.met(f"{name} is ongoing{on(now[-1])}", [*now, *support])
    if unproven:
        return finding.open_(
            "Home exercise is ongoing, but not documented as prescribed and followed up",
            unproven,
            missing="the prescription of the home exercise program and its follow-up",
        )
    if stopped and (not past or (params.active and _nothing_left(stopped, past))):
        shown = words(dict.fromkeys(item.fact.modality for item in stopped))
        return finding.not_met(f"{shown.capitalize()} is not being done{on(stopped[-1])}", [*stopped, *past])
    if stopped or past:
        return finding.open_(f"No {kind} is documented as ongoing", [*stopped, *past], missing=missing)
    return finding.open_(f"No ongoing {kind} is documented", missing=missing)


def _given_up(item: Item[Therapy]) -> bool:
    """Whether the patient left a therapy for a reason that is not medical."""
    return item.fact.status == "completed" and item.fact.medical_reason is False


def _nothing_left(stopped: Sequence[Item[Therapy]], past: Sequence[Item[Therapy]]) -> bool:
    """Whether the exercise at home is denied too, and what else was done is told as over."""
    return any(item.fact.modality == "home_exercise" for item in stopped) and all(
        item.fact.status == "completed" for item in past
    )


def _now(
    judgement: Judgement, params: OngoingParams, modality: str, latest: Sequence[Item[Therapy]]
) -> list[Item[Therapy]]:
    """The statements that show the modality as current: ongoing in a recent note, or with dates that cover today."""
    reference = judgement.reference
    now = [
        item
        for item in latest
        if item.current and item.fact.status == "ongoing" and _recent(item, reference, params.within_days)
    ]
    if now or reference is None:
        return now
    return [
        item
        for item in latest
        if item.current
        and item.fact.status in ("ongoing", "unspecified")
        and item.fact.end is not None
        and dates.parse(item.fact.end).lo >= reference
        and (item.fact.start is None or dates.parse(item.fact.start).hi <= reference)
    ]


def _recent(item: AnyItem, reference: dt.date | None, days: int) -> bool:
    if reference is None or item.date is None:
        return True
    return (reference - item.date).days <= days


def _support(chart: Chart) -> list[Item[Therapy]]:
    """The statements that prescribe the home exercise and follow it up."""
    return [
        item
        for item in told(chart, "home_exercise")
        if item.fact.assertion in ("present", "planned") and (item.fact.prescribed or item.fact.followed_up)
    ]


def _shown(done: Sequence[Course]) -> str:
    """The courses with their dates: ``Physical therapy from 2024-02-19 to 2024-04-12``."""
    texts = []
    for course in done:
        name = course.modality.replace("_", " ")
        start = f" from {course.start}" if course.start.lo != dt.date.min else ""
        if course.ongoing:
            end = f", ongoing on {course.end}" if course.end.lo != dt.date.min else ", ongoing"
        else:
            end = f" to {course.end}" if course.end.lo != dt.date.min else ""
        length = ""
        if course.lengths is not None and not (start and end):
            weeks = course.lengths[0] / 7
            length = f" for {number(round(weeks, 1))} weeks"
        texts.append(f"{name}{length}{start}{end}")
    text = "; ".join(dict.fromkeys(texts))
    return text[:1].upper() + text[1:]
