"""What excludes a procedure: conditions of the patient, vertebrae that may not be treated, procedures beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from chartproof.evaluate import dates, finding
from chartproof.evaluate.chart import AnyItem, Item, by_latest_note, on, when
from chartproof.evaluate.checks.plan import SAME_DAY
from chartproof.evaluate.checks.registry import Params, check
from chartproof.evaluate.checks.wording import interval, number, words
from chartproof.evaluate.finding import Finding
from chartproof.evaluate.judgement import Judgement
from chartproof.evaluate.regions import ORDER, vertebrae
from chartproof.evaluate.timeline import family_of
from chartproof.facts import Procedure, Statement

# -- conditions --------------------------------------------------------------------------------------------------


class ConditionParams(Params):
    """The topic with the values that exclude, and those that leave it open because they say too little."""

    topic: str = "comorbidity"
    values: tuple[str, ...]
    unsure: tuple[str, ...] = ()
    needed: str


@check("no_condition", ConditionParams)
def no_condition(judgement: Judgement, params: ConditionParams) -> Finding:
    """No note documents the condition; of each of its forms the latest note that speaks of it decides."""
    told = [item for item in judgement.chart.topic(params.topic) if item.fact.assertion != "family"]
    present, unsure, conflicts, denied = _sorted_out(told, params.values)
    if present:
        return finding.not_met(f"{_named(present)} documented{on(present[-1])}", present)
    if conflicts:
        return finding.open_(
            f"One note both states and denies {_values(conflicts)}{on(conflicts[-1])}",
            conflicts,
            missing=params.needed,
            conflict=True,
        )
    vague, more_unsure, more_conflicts, _ = _sorted_out(told, params.unsure)
    open_items = [*unsure, *vague, *more_unsure, *more_conflicts]
    if open_items:
        return finding.open_(
            f"{_named(open_items)} told, which does not settle it{on(open_items[-1])}",
            open_items,
            missing=params.needed,
        )
    return finding.met("No note documents it", denied)


def _sorted_out(
    told: Sequence[Item[Statement]], values: Sequence[str]
) -> tuple[list[AnyItem], list[AnyItem], list[AnyItem], list[AnyItem]]:
    """What the latest notes say of each value: present, possible, both stated and denied, denied."""
    present: list[AnyItem] = []
    unsure: list[AnyItem] = []
    conflicts: list[AnyItem] = []
    denied: list[AnyItem] = []
    for value in values:
        own = [item for item in told if item.fact.value == value]
        for group in by_latest_note(item for item in own if item.fact.assertion in ("present", "negated", "possible"))[
            :1
        ]:
            stated = [item for item in group if item.current]
            against = [item for item in group if item.fact.assertion == "negated"]
            if stated and against:
                conflicts.extend(group)
            elif stated:
                present.extend(stated)
            elif against:
                denied.extend(against)
            else:
                unsure.extend(group)
    return present, unsure, conflicts, denied


def _values(items: Iterable[AnyItem]) -> str:
    return words(dict.fromkeys(item.fact.value or "" for item in items))


def _named(items: Sequence[AnyItem]) -> str:
    text = _values(items)
    several = len({item.fact.value for item in items}) > 1
    return f"{text[:1].upper()}{text[1:]} {'are' if several else 'is'}"


class TogetherParams(Params):
    """The topic, and the values that exclude only where all of them hold."""

    topic: str
    values: tuple[str, ...]
    needed: str


@check("not_together", TogetherParams)
def not_together(judgement: Judgement, params: TogetherParams) -> Finding:
    """Not all of the conditions hold; with one documented and another not told of, that is open."""
    told = [item for item in judgement.chart.topic(params.topic) if item.fact.assertion != "family"]
    found = [_sorted_out(told, (value,)) for value in params.values]
    present = [item for stated, *_ in found for item in stated]
    vague = [item for _, unsure, conflicts, _ in found for item in (*unsure, *conflicts)]
    denied = [item for stated, _, _, against in found if not stated for item in against]
    if denied or not (present or vague):
        return finding.met("The notes deny a part of it" if denied else "No note documents it", denied)
    if all(stated for stated, *_ in found):
        return finding.not_met(f"{_named(present)} documented{on(present[-1])}", present)
    items = [*present, *vague]
    return finding.open_(f"Only a part of it is documented{on(items[-1])}", items, missing=params.needed)


class BmiParams(Params):
    """The highest body mass index that is accepted."""

    at_most: float


@check("bmi_at_most", BmiParams)
def bmi_at_most(judgement: Judgement, params: BmiParams) -> Finding:
    """The body mass index is not above the limit; silence about it excludes nothing."""
    chart = judgement.chart
    over: list[AnyItem] = [
        item for item in chart.topic("comorbidity") if item.fact.value == "bmi_over_40" and item.current
    ]
    measured: list[AnyItem] = [
        item
        for item in chart.patients
        if item.current and item.fact.bmi is not None and not any(_overlap(item, other) for other in over)
    ]
    for group in by_latest_note(sorted([*over, *measured], key=lambda item: item.order))[:1]:
        high = [item for item in group if item in over or (item.fact.bmi or 0) > params.at_most]
        limit = number(params.at_most)
        if not high:
            return finding.met(f"The body mass index is {number(group[-1].fact.bmi or 0)}, not above {limit}", group)
        if len(high) < len(group):
            return finding.open_(
                "One note gives different body mass indices", group, missing="the body mass index", conflict=True
            )
        stated = [item for item in high if item not in over]
        shown = number(stated[-1].fact.bmi or 0) if stated else f"over {limit}"
        return finding.not_met(f"The body mass index is {shown}, above {limit}", high)
    vague = [item for item in chart.topic("comorbidity") if item.fact.value == "morbid_obesity" and item.current]
    if vague:
        return finding.open_("Severe obesity is told without an index", vague, missing="the body mass index")
    return finding.met("No note documents it")


def _overlap(one: AnyItem, other: AnyItem) -> bool:
    return one.note is other.note and any(
        first.overlaps(second) for first in one.fact.spans for second in other.fact.spans
    )


class FractureParams(Params):
    """Calendar months before the reference date within which a fracture counts."""

    months: int


@check("no_recent_fracture", FractureParams)
def no_recent_fracture(judgement: Judgement, params: FractureParams) -> Finding:
    """No vertebral fracture falls in the months before the reference date; one without any date is open."""
    chart = judgement.chart
    told = chart.topic("vertebral_fracture")
    reference = judgement.reference
    missing = "when the vertebral fracture happened"
    opening = dates.add_months(reference, -params.months) if reference is not None else None
    recent: list[AnyItem] = []
    unsure: list[AnyItem] = []
    old: list[AnyItem] = []
    for item in told:
        if item.fact.assertion not in ("present", "historical", "possible"):
            continue
        if item.fact.assertion == "possible":
            unsure.append(item)
        elif item.fact.date is not None:
            happened = dates.parse(item.fact.date)
            if opening is None or happened.lo <= opening < happened.hi:
                unsure.append(item)
            else:
                (recent if happened.lo > opening else old).append(item)
        elif item.fact.value == "old" or (opening is not None and when(item).hi <= opening):
            old.append(item)
        else:
            (recent if item.fact.value == "recent" else unsure).append(item)
    if recent:
        return finding.not_met(
            f"A vertebral fracture within {params.months} months is documented{on(recent[-1])}", recent
        )
    if unsure:
        return finding.open_(f"A vertebral fracture is told without its date{on(unsure[-1])}", unsure, missing=missing)
    if old:
        return finding.met(f"The vertebral fracture was more than {params.months} months ago", old)
    return finding.met("No note documents it", [item for item in told if item.fact.assertion == "negated"])


class SlipParams(Params):
    """The largest slip in millimetres that is accepted."""

    at_most: float


@check("slip_at_most", SlipParams)
def slip_at_most(judgement: Judgement, params: SlipParams) -> Finding:
    """No vertebra has slipped by more than the limit; of a slip without its size that is open.

    A slip of grade 2 or more is a quarter of the vertebra and so above any limit of a few millimetres; one of grade 1
    may be on either side.
    """
    chart = judgement.chart
    told: list[AnyItem] = [
        *chart.topic("vertebral_slip"),
        *(item for item in chart.diagnoses if item.fact.name == "spondylolisthesis"),
    ]
    told = [
        item
        for item in told
        if item.fact.assertion in ("present", "negated") and chart.concerns(item.fact.region, item.note)
    ]
    told.sort(key=lambda item: item.order)
    limit = f"{number(params.at_most)} mm"
    groups = by_latest_note(told)
    if not groups or not any(item.current for item in groups[0]):
        return finding.met("No note documents it", groups[0] if groups else ())
    for group in groups:
        sized = [item for item in group if item.current and _size(item) is not None]
        if not sized:
            continue
        shown = ", ".join(dict.fromkeys(_size_shown(item) for item in sized))
        sizes = [_size(item) or (0.0, 0.0) for item in sized]
        if any(low > params.at_most for low, _ in sizes):
            return finding.not_met(f"A slip of {shown} is documented{on(sized[-1])}, above {limit}", sized)
        unsized = [item for item in group if item.current and item.fact.kind == "statement" and _size(item) is None]
        if unsized:
            return finding.open_(
                f"One slip is {shown}, the size of another is not documented{on(sized[-1])}",
                [*sized, *unsized],
                missing="the size of each slip in millimetres",
            )
        if all(high <= params.at_most for _, high in sizes):
            return finding.met(f"The slip is {shown}{on(sized[-1])}, not above {limit}", sized)
        return finding.open_(
            f"A slip of {shown} may be above {limit}", sized, missing="the size of the slip in millimetres"
        )
    present = [item for group in groups for item in group if item.current]
    graded = any(item.fact.kind == "statement" and item.fact.value == "grade_1" for item in present)
    told_as = "of grade 1, which may be more or less," if graded else "without its size"
    return finding.open_(
        f"Spondylolisthesis is documented {told_as}{on(present[0])}",
        present,
        missing="the size of the slip in millimetres",
    )


def _size(item: AnyItem) -> tuple[float, float] | None:
    """The slip in millimetres, lowest and highest; a grade of 2 or more is above any such limit."""
    fact = item.fact
    if fact.kind != "statement":
        return None
    if fact.low is not None or fact.high is not None:
        return fact.low or 0.0, float("inf") if fact.high is None else fact.high
    if fact.value in ("grade_2", "grade_3", "grade_4", "grade_5"):
        return float("inf"), float("inf")
    return None


def _size_shown(item: AnyItem) -> str:
    fact = item.fact
    if fact.low is not None or fact.high is not None:
        return f"{interval(fact.low, fact.high)} mm"
    return (fact.value or "").replace("_", " ")


# -- vertebrae and procedures ------------------------------------------------------------------------------------


class VertebraeParams(Params):
    """The highest and the lowest vertebra that may be treated, and the kind of procedure."""

    top: str
    bottom: str
    kind: str


@check("vertebrae_within", VertebraeParams)
def vertebrae_within(judgement: Judgement, params: VertebraeParams) -> Finding:
    """Every vertebra that is to be treated lies within the bounds."""
    asked, items = _asked(judgement, params.kind)
    if not asked:
        return finding.open_(
            "The vertebrae to be treated are not documented", items, missing="the vertebrae to be treated"
        )
    first, last = ORDER.index(params.top), ORDER.index(params.bottom)
    outside = [one for one in ORDER if one in asked and not first <= ORDER.index(one) <= last]
    shown = words(one for one in ORDER if one in asked)
    if outside:
        return finding.not_met(f"{words(outside)} lies outside {params.top} to {params.bottom}", items)
    return finding.met(f"To be treated: {shown}", items)


class EarlierParams(Params):
    """The families of procedures that exclude, and the diagnoses that stand for them."""

    families: tuple[str, ...]
    diagnoses: tuple[str, ...] = ()


@check("no_earlier", EarlierParams)
def no_earlier(judgement: Judgement, params: EarlierParams) -> Finding:
    """No procedure of the families was ever done in the region."""
    chart = judgement.chart
    events = judgement.timeline.of(params.families, chart.region_class)
    named: list[AnyItem] = [
        item
        for item in chart.diagnoses
        if item.fact.name in params.diagnoses and item.current and chart.concerns(item.fact.region, item.note)
    ]
    items: list[AnyItem] = [*(item for event in events for item in event.mentions), *named]
    if items:
        shown = f"done on {events[-1].describe()}" if events else "told of by its diagnosis"
        return finding.not_met(f"It was {shown}", items)
    kinds = {item.fact.procedure for item in chart.procedures if family_of(item.fact) in params.families}
    denied = [item for item in chart.procedures if item.fact.procedure in kinds and item.fact.assertion == "negated"]
    return finding.met("No note documents it", denied)


class TreatedParams(Params):
    """The kind of procedure that may not be repeated at a vertebra."""

    kind: str


@check("vertebrae_untreated", TreatedParams)
def vertebrae_untreated(judgement: Judgement, params: TreatedParams) -> Finding:
    """No vertebra that is to be treated had the procedure before."""
    events = judgement.timeline.of((params.kind,), None)
    if not events:
        denied = [
            item
            for item in judgement.chart.procedures
            if item.fact.procedure == params.kind and item.fact.assertion == "negated"
        ]
        return finding.met("No earlier treatment of the kind is documented", denied)
    asked, planned = _asked(judgement, params.kind)
    mentions: list[AnyItem] = [item for event in events for item in event.mentions]
    treated = [frozenset().union(*(_vertebrae(item.fact) for item in event.mentions)) for event in events]
    again = frozenset().union(*treated) & asked
    if again:
        shown = words(one for one in ORDER if one in again)
        return finding.not_met(f"{shown} was treated before", [*mentions, *planned])
    if not asked or not all(treated):
        return finding.open_(
            "An earlier treatment is documented, and whether it was of the same vertebrae is not",
            [*mentions, *planned],
            missing="the vertebrae treated before, and those to be treated now",
        )
    return finding.met("The vertebrae treated before are others", [*mentions, *planned])


def _asked(judgement: Judgement, kind: str) -> tuple[frozenset[str], list[AnyItem]]:
    """The vertebrae to be treated: from the request, else from the plan; and the planning statements."""
    planned: list[AnyItem] = [item for item in judgement.plan.requested if item.fact.procedure == kind]
    stated = frozenset().union(*(vertebrae(level) for level in judgement.chart.request.levels))
    return stated or frozenset().union(*(_vertebrae(item.fact) for item in planned)), planned


def _vertebrae(fact: Procedure) -> frozenset[str]:
    return frozenset().union(*(vertebrae(level) for level in fact.levels or ()))


class AloneParams(Params):
    """The kind of procedure that has to be done alone."""

    kind: str


@check("done_alone", AloneParams)
def done_alone(judgement: Judgement, params: AloneParams) -> Finding:
    """No other procedure is asked for or planned for the same date; there is no exception for medical reasons."""
    chart, plan = judgement.chart, judgement.plan
    codes = [
        code
        for code in dict.fromkeys(chart.request.cpt)
        if code in judgement.foreign_codes
        or (code in judgement.codes and params.kind not in judgement.codes[code].procedures)
    ]
    if codes:
        return finding.not_met(f"The request also asks for code {words(codes)}")
    stated = [
        item for item in chart.topic("same_day_procedure") if item.fact.assertion in ("present", "negated", "planned")
    ]
    latest = by_latest_note(stated)[0] if stated else []
    denied = [item for item in latest if item.fact.assertion == "negated"]
    together = [item for item in latest if item.fact.assertion != "negated"]
    if together:
        return finding.not_met("Another procedure is planned for the same date", together)
    own = [item for item in plan.requested if item.fact.procedure == params.kind]
    others = [
        item
        for item in (*plan.requested, *plan.beside)
        if item.fact.procedure != params.kind and own and item.note is own[0].note
    ]
    days = {item.fact.date for item in own} - {None}
    if chart.request.date is not None:
        days.add(chart.request.date.isoformat())
    same = [item for item in others if item.fact.date is not None and item.fact.date in days]
    if same:
        return finding.not_met("Another procedure is planned for the same date", [*own, *same])
    if denied:
        return finding.met(f"No other procedure is planned for the date{on(denied[-1])}", denied)
    undated = [
        item
        for item in others
        if item.fact.date is None and family_of(item.fact) in SAME_DAY | {"surgery", "joint_injection"}
    ]
    if undated:
        return finding.open_(
            "Another procedure is planned without a date",
            undated,
            missing="that the other planned procedure is on another date",
        )
    return finding.met("Nothing else is planned beside the request", own)


class KindParams(Params):
    """The kinds of procedure that are asked for, and those beside which they do not count."""

    kinds: tuple[str, ...]
    unless: tuple[str, ...] = ()


@check("procedure_requested", KindParams)
def procedure_requested(judgement: Judgement, params: KindParams) -> Finding:
    """The codes, or without codes the plan, ask for one of the kinds."""
    codes = [code for code in judgement.chart.request.cpt if code in judgement.codes]
    coded = {kind for code in codes for kind in judgement.codes[code].procedures}
    asked = coded or {item.fact.procedure for item in judgement.plan.requested}
    if asked & set(params.kinds) and not asked & set(params.unless):
        return finding.met("It is asked for", judgement.plan.requested)
    return finding.not_met("It is not asked for", judgement.plan.requested)
