"""Monitoring of operations: who does and reads it, what it is for, and the operations it is not meant for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pydantic import Field

from chartproof.evaluate import finding
from chartproof.evaluate.chart import AnyItem, Item, by_latest_note, on
from chartproof.evaluate.checks.combine import CheckSpec
from chartproof.evaluate.checks.registry import NoParams, Params, check
from chartproof.evaluate.checks.wording import words
from chartproof.evaluate.finding import Finding
from chartproof.evaluate.judgement import Judgement
from chartproof.evaluate.operations import Planned, operations, reasons
from chartproof.facts import Monitoring

# -- what is requested -----------------------------------------------------------------------------------------------


class RequestedParams(Params):
    """The lists of which a code is requested; with `otherwise`, also when the request has none of these other lists."""

    lists: tuple[str, ...]
    otherwise: tuple[str, ...] | None = None


@check("codes_requested", RequestedParams)
def codes_requested(judgement: Judgement, params: RequestedParams) -> Finding:
    """The request has a code of the lists."""
    asked = judgement.code_lists.find(judgement.chart.request.cpt, *params.lists)
    if asked:
        return finding.met(f"The request has {words(row.code for row in asked)}")
    if params.otherwise is not None and not judgement.code_lists.find(judgement.chart.request.cpt, *params.otherwise):
        return finding.met("The request has no code of another service")
    return finding.not_met("The request has no such code")


# -- who monitors, and how ---------------------------------------------------------------------------------------------


def _told(judgement: Judgement, *aspects: str) -> list[Item[Monitoring]]:
    """What the notes say of some aspects of the monitoring, done or planned or denied."""
    return [
        item
        for item in judgement.chart.monitoring
        if item.fact.aspect in aspects and item.fact.assertion in ("present", "planned", "negated")
    ]


def _stated(judgement: Judgement, *aspects: str) -> list[Item[Monitoring]]:
    return [item for item in _told(judgement, *aspects) if item.fact.assertion != "negated"]


def _of_the_team(items: Sequence[Item[Monitoring]]) -> list[Item[Monitoring]]:
    return [item for item in items if item.fact.who in ("surgeon", "anesthesiologist")]


def _latest(items: Iterable[Item[Monitoring]]) -> list[Item[Monitoring]]:
    groups = by_latest_note(items)
    return groups[0] if groups else []


@check("monitoring_performer", NoParams)
def monitoring_performer(judgement: Judgement, params: NoParams) -> Finding:
    """A physician trained in clinical neurophysiology, or a trained technologist under one, does the monitoring."""
    missing = "who performs the monitoring, with training and, for a technologist, the supervising neurophysiologist"
    told = _stated(judgement, "performer")
    latest = _latest(told)
    team, good = _of_the_team(latest), [item for item in latest if item not in _of_the_team(latest)]
    if team and any(item.fact.trained for item in good):
        return finding.open_(
            f"One note names different people as performing the monitoring{on(latest[-1])}",
            latest,
            missing=missing,
            conflict=True,
        )
    if team:
        shown = words(dict.fromkeys(str(item.fact.who) for item in team))
        return finding.not_met(f"The {shown} performs the monitoring{on(team[-1])}", team)
    physicians = [item for item in told if item.fact.who == "physician" and item.fact.trained]
    if physicians:
        return finding.met(f"A physician trained in neurophysiology monitors{on(physicians[-1])}", physicians)
    technologists = [item for item in told if item.fact.who == "technologist"]
    if not technologists:
        return finding.open_("Who performs the monitoring is not documented", told, missing=missing)
    supervisors = _told(judgement, "supervisor")
    alone = [item for item in technologists if item.fact.supervised is False]
    alone += [item for item in supervisors if item.fact.assertion == "negated" or item.fact.who == "surgeon"]
    over = [item for item in technologists if item.fact.supervised]
    over += [item for item in supervisors if item.fact.assertion != "negated" and item.fact.trained]
    if alone and over:
        return finding.open_(
            "The notes both state and deny a supervising physician", [*over, *alone], missing=missing, conflict=True
        )
    if alone:
        return finding.not_met(f"The technologist is not supervised by a trained physician{on(alone[-1])}", alone)
    trained = [item for item in technologists if item.fact.trained]
    items = _ordered([*technologists, *over])
    if trained and over:
        return finding.met(
            f"A trained technologist monitors under a physician trained in neurophysiology{on(trained[-1])}", items
        )
    lacking = [] if trained else ["the technologist's training"]
    lacking += [] if over else ["direct supervision by a physician trained in neurophysiology"]
    return finding.open_(f"A technologist monitors; not documented: {words(lacking)}", items, missing=words(lacking))


@check("monitoring_interpreter", NoParams)
def monitoring_interpreter(judgement: Judgement, params: NoParams) -> Finding:
    """A trained physician other than surgeon or anesthesiologist reads it, on site or remote and live, and is at hand."""
    told = _stated(judgement, "interpreter")
    latest = _latest(told)
    team = _of_the_team(latest)
    trained = [item for item in told if item.fact.who == "physician" and item.fact.trained]
    if team:
        if any(item in latest for item in trained):
            return finding.open_(
                f"One note names different people as interpreting the monitoring{on(latest[-1])}",
                latest,
                missing="who interprets the monitoring",
                conflict=True,
            )
        shown = words(dict.fromkeys(str(item.fact.who) for item in team))
        return finding.not_met(f"The {shown} interprets the monitoring{on(team[-1])}", team)
    times = _latest(_told(judgement, "real_time"))
    late = [item for item in times if item.fact.assertion == "negated"]
    if late and len(late) == len(times):
        return finding.not_met(f"The monitoring is interpreted afterwards{on(late[-1])}", late)
    only = [item for item in latest if item.fact.who == "technologist"]
    if only and not trained:
        return finding.open_(
            "A technologist is named as interpreting the monitoring",
            only,
            missing="the physician trained in clinical neurophysiology who interprets it",
        )
    on_site = [item for item in told if item.fact.place == "on_site"]
    remote = [item for item in told if item.fact.place == "remote"]
    live = [item for item in remote if item.fact.real_time] or (
        [item for item in times if item.fact.assertion != "negated"] if remote else []
    )
    at_hand = [item for item in told if item.fact.available]
    lacking = [] if trained else ["a physician trained in clinical neurophysiology who interprets"]
    lacking += [] if on_site or (remote and live) else ["presence in the operating suite or a real-time remote link"]
    lacking += [] if at_hand else ["immediate availability to advise the surgeon"]
    items = _ordered([*trained, *on_site, *remote, *live, *at_hand])
    if not lacking:
        where = "in the operating suite" if on_site else "remotely in real time"
        return finding.met(
            f"A physician trained in neurophysiology interprets {where}, immediately available{on(items[-1])}", items
        )
    return finding.open_(
        f"Not documented of the interpretation: {words(lacking)}", items or told, missing=words(lacking)
    )


@check("monitoring_real_time", NoParams)
def monitoring_real_time(judgement: Judgement, params: NoParams) -> Finding:
    """It is recorded and interpreted in real time, and continuously told to the surgical team."""
    live = _stance(judgement, "real_time", "real-time monitoring and interpretation", "interpreted only afterwards")
    told = _stance(
        judgement,
        "communication",
        "continuous communication with the surgical team",
        "not continuously told to the surgical team",
    )
    return finding.both(live, told)


def _stance(judgement: Judgement, aspect: str, what: str, contrary: str) -> Finding:
    """What the latest note that speaks of an aspect says of it."""
    latest = _latest(_told(judgement, aspect))
    against = [item for item in latest if item.fact.assertion == "negated"]
    stated = [item for item in latest if item.fact.assertion != "negated"]
    if against and stated:
        return finding.open_(f"One note both states and denies {what}", latest, missing=what, conflict=True)
    if against:
        return finding.not_met(f"The monitoring is {contrary}{on(against[-1])}", against)
    if stated:
        return finding.met(f"The notes state {what}{on(stated[-1])}", stated)
    return finding.open_(f"{what[:1].upper()}{what[1:]} is not documented", missing=what)


class ContinuousParams(Params):
    """Lists whose codes stand for continuous monitoring, and lists of tests that are no monitoring of their own."""

    lists: tuple[str, ...]
    integral: tuple[str, ...] = ()


INTEGRAL = frozenset({"train_of_four", "triggered_emg"})


@check("monitoring_continuous", ContinuousParams)
def monitoring_continuous(judgement: Judgement, params: ContinuousParams) -> Finding:
    """The monitoring is continuous: as the notes say, or by a code that stands for continuous monitoring."""
    cpt = judgement.chart.request.cpt
    asked = judgement.code_lists.find(cpt, *params.lists)
    integral = judgement.code_lists.find(cpt, *params.integral)
    latest = _latest(_told(judgement, "continuity"))
    against = [item for item in latest if item.fact.assertion == "negated"]
    stated = [item for item in latest if item.fact.assertion != "negated"]
    missing = "that the monitoring is continuous"
    if against and stated:
        return finding.open_("The notes tell of continuous and of single tests", latest, missing=missing, conflict=True)
    if against:
        return finding.not_met(f"The monitoring is not continuous{on(against[-1])}", against)
    kinds = _stated(judgement, "modality")
    single = [item for item in kinds if item.fact.modality in INTEGRAL]
    if single and len(single) == len(kinds) and not stated:
        shown = words(dict.fromkeys(str(item.fact.modality) for item in single))
        return finding.not_met(f"Only {shown} is planned, which is no continuous monitoring{on(single[-1])}", single)
    also = f"; {words(row.code for row in integral)} is integral to it and not paid apart" if integral else ""
    if stated:
        return finding.met(f"The notes state continuous monitoring{on(stated[-1])}{also}", stated)
    if asked:
        return finding.met(f"{words(row.code for row in asked)} stands for continuous monitoring{also}")
    return finding.open_("Whether the monitoring is continuous is not documented", missing=missing)


class ModalityParams(Params):
    """The modalities that are not accepted, and the lists of their codes."""

    modalities: tuple[str, ...]
    lists: tuple[str, ...]


@check("no_unproven_modality", ModalityParams)
def no_unproven_modality(judgement: Judgement, params: ModalityParams) -> Finding:
    """None of the modalities is requested or planned."""
    asked = judgement.code_lists.find(judgement.chart.request.cpt, *params.lists)
    if asked:
        return finding.not_met(f"{words(f'{row.code} ({row.label})' for row in asked)} is requested")
    told = [item for item in judgement.chart.monitoring if item.fact.modality in params.modalities]
    latest = _latest(told)
    used = [item for item in latest if item.fact.assertion in ("present", "planned")]
    if used:
        shown = words(dict.fromkeys(str(item.fact.modality).upper() for item in used))
        return finding.not_met(f"{shown} is planned{on(used[-1])}", used)
    unsure = [item for item in latest if item.fact.assertion == "possible"]
    if unsure:
        return finding.open_(
            "The notes may mean an unproven modality", unsure, missing="whether SEMG means surface or spontaneous EMG"
        )
    return finding.met("No unproven modality is requested or planned", latest)


class BaselineParams(Params):
    """The criteria of the monitoring itself, lists of which one code is enough, and codes that are told per limb."""

    monitoring: tuple[CheckSpec, ...]
    lists: tuple[str, ...]
    one_of: tuple[str, ...] = ()
    per_limb: tuple[str, ...] = ()


@check("baseline_studies", BaselineParams)
def baseline_studies(judgement: Judgement, params: BaselineParams) -> Finding:
    """The monitoring itself meets its criteria, and each baseline study is requested once."""
    cpt = judgement.chart.request.cpt
    rows = judgement.code_lists.find(dict.fromkeys(cpt), *params.lists)
    twice = [row.code for row in rows if cpt.count(row.code) > 1 and row.code not in params.per_limb]
    if twice:
        return finding.not_met(f"{words(twice)} is requested more than once for one operation")
    several = judgement.code_lists.find(dict.fromkeys(cpt), *params.one_of)
    if len(several) > 1:
        return finding.not_met(f"Of {words(row.code for row in several)} only one goes with monitoring")
    judged = finding.both(*(part.judge(judgement) for part in params.monitoring))
    if judged.status == "met":
        return judged.because("The monitoring meets its criteria, and each baseline study is requested once")
    if judged.status == "not_met":
        return judged.because(f"The monitoring does not meet its criteria: {judged.reason}")
    return judged.because(f"Whether the monitoring meets its criteria is not documented: {judged.reason}")


# -- the operation ---------------------------------------------------------------------------------------------------


class RiskParams(Params):
    """Which operations are listed as dangerous, by the nerve or organ that is in danger, and what makes others so.

    An operation of `examples` is enough. On the spine one of `spine` is, each a set of reasons that stand together, and
    an operation over `long` vertebrae or more in a deformed spine, which is its correction. Operations of `with_reason`
    need a reason beside them. Operations that a check of `not_covered` refuses are no such risk.
    """

    examples: dict[str, tuple[str, ...]]
    spine: tuple[tuple[str, ...], ...]
    long: int = 6
    with_reason: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    not_covered: tuple[CheckSpec, ...] = ()


@check("surgery_risk", RiskParams)
def surgery_risk(judgement: Judgement, params: RiskParams) -> Finding:
    """The operation puts brain, cord, cranial nerves or a major nerve at significant risk."""
    planned = operations(judgement)
    missing = "the operation, and what in it puts brain, cord or nerves at significant risk"
    for danger, names in params.examples.items():
        listed = [one for one in planned if one.name in names]
        if listed:
            return finding.met(f"{_named(listed)} is a listed example ({danger}){_on(listed)}", _items(listed))
    for name, needed in params.with_reason.items():
        these = [one for one in planned if one.name == name]
        why = reasons(judgement, needed)
        if these and why:
            return finding.met(f"{_named(these)} with {words(needed)}{on(why[-1])}", _ordered([*_items(these), *why]))
    spine = [one for one in planned if one.name == "spine"]
    for together in params.spine:
        parts = [reasons(judgement, (reason,), _regions(spine)) for reason in together]
        if spine and all(parts):
            items = [*_items(spine), *(item for part in parts for item in part)]
            return finding.met(f"An operation on the spine with {words(together)}{on(items[-1])}", _ordered(items))
    over = [one for one in spine if one.vertebrae >= params.long]
    deformed = reasons(judgement, ("deformity",), _regions(over))
    if over and deformed:
        return finding.met(
            f"An operation over {_places(over)} in a deformed spine{on(deformed[-1])}",
            _ordered([*_items(over), *deformed]),
        )
    stated = reasons(judgement, ("stated_risk",))
    denied = reasons(judgement, ("no_risk",)) + reasons(judgement, ("stated_risk",), assertion="negated")
    if stated and denied:
        return finding.open_("The notes both state and deny a risk", [*stated, *denied], missing=missing, conflict=True)
    if denied:
        return finding.not_met(f"The notes deny a significant risk{on(denied[-1])}", denied)
    excluded = [found for found in (part.judge(judgement) for part in params.not_covered) if found.status == "not_met"]
    if excluded:
        return finding.either(*excluded).because("The operation is one that the source does not count as such a risk")
    if stated:
        return finding.met(f"The notes state a significant risk{on(stated[-1])}", stated)
    if planned:
        return finding.open_(
            f"{_named(planned)} is no listed example, and no significant risk is stated",
            _items(planned),
            missing=missing,
        )
    return finding.open_("The operation is not documented", missing=missing)


class LumbarParams(Params):
    """The lists of the operations' codes and of the diagnoses that are not covered."""

    procedures: tuple[str, ...]
    diagnoses: tuple[str, ...]


@check("no_lumbar_surgery_below", LumbarParams)
def no_lumbar_surgery_below(judgement: Judgement, params: LumbarParams) -> Finding:
    """No operation on the lumbar spine that lies wholly below L1-L2."""
    spine = [one for one in operations(judgement) if one.name in ("spine", "sacroiliac_fusion")]
    placed = [one for one in spine if one.top is not None]
    missing = "the levels of the operation"
    listed = _all_listed(judgement, params.diagnoses)
    if placed:
        upper = [one for one in placed if (one.top or 0) <= Planned.L1]
        items = _items(placed)
        if not upper:
            return finding.not_met(f"The operation ({_places(placed)}) lies below L1-L2{_on(placed)}", items)
        apart = [
            one
            for one in placed
            if one not in upper and not any((other.lowest or 0) >= (one.top or 0) - 1 for other in upper)
        ]
        if apart:
            return finding.open_(
                f"Besides an operation above, one lies below L1-L2 ({_places(apart)}){_on(apart)}",
                items,
                missing="which of the operations is monitored",
            )
        if listed and all(one.region == "lumbar" or one.bottom_lumbar for one in upper):
            return finding.open_(
                f"The operation ({_places(placed)}) reaches L1-L2 or above, but {words(listed)} is a diagnosis that"
                " the source lists as not covered in lumbar surgery",
                items,
                missing="the diagnosis for which the cord is at risk",
                conflict=True,
            )
        return finding.met(f"The operation ({_places(placed)}) reaches L1-L2 or above{_on(placed)}", items)
    codes = judgement.code_lists.find(judgement.chart.request.cpt, *params.procedures)
    coded = [row for row in codes if row.region in ("lumbar", "sacral", "sacroiliac")]
    lumbar = [one for one in spine if one.region in ("lumbar", "sacroiliac")]
    pelvic = [one for one in spine if one.region == "sacroiliac" or one.name == "sacroiliac_fusion"]
    below = [row for row in coded if row.region in ("sacral", "sacroiliac")]
    if pelvic or below:
        return finding.not_met(f"The operation{_coded(below)} lies below L1-L2", _items(pelvic))
    if (lumbar or coded) and listed:
        return finding.not_met(
            f"Lumbar surgery{_coded(coded)} for {words(listed)} is listed as not covered", _items(lumbar)
        )
    if lumbar or coded:
        return finding.open_(f"Lumbar surgery{_coded(coded)} without its levels", _items(lumbar), missing=missing)
    unclear = [one for one in spine if one.region is None]
    if unclear and not codes:
        return finding.open_("Where on the spine is operated is not documented", _items(unclear), missing=missing)
    return finding.met("No lumbar surgery below L1-L2 is documented", _items(spine))


class CervicalParams(Params):
    """The lists of codes, the exceptions as sets of reasons that stand together, and diagnosis codes that name one.

    `icd10` maps an exception to the beginnings of the ICD-10-CM codes that say it.
    """

    procedures: tuple[str, ...]
    diagnoses: tuple[str, ...]
    exceptions: tuple[tuple[str, ...], ...]
    icd10: dict[str, tuple[str, ...]] = Field(default_factory=dict)


@check("no_cervical_surgery_without_exception", CervicalParams)
def no_cervical_surgery_without_exception(judgement: Judgement, params: CervicalParams) -> Finding:
    """No operation on the cervical spine, or one for a reason that the source accepts; silence counts as none."""
    spine = [one for one in operations(judgement) if one.name == "spine"]
    neck = [one for one in spine if one.region == "cervical"]
    codes = judgement.code_lists.find(judgement.chart.request.cpt, *params.procedures)
    coded = [row for row in codes if row.region == "cervical"]
    if not neck and not coded:
        unclear = [one for one in spine if one.region is None and one.top is None]
        if unclear and not codes:
            return finding.open_(
                "Where on the spine is operated is not documented",
                _items(unclear),
                missing="the levels of the operation",
            )
        return finding.met("No cervical spine surgery is documented", _items(spine))
    listed = _all_listed(judgement, params.diagnoses)
    found = _exception(judgement, params)
    if found is None:
        for_these = f" for {words(listed)}" if listed else ""
        return finding.not_met(
            f"Cervical spine surgery{_coded(coded)}{for_these} without an accepted reason", _items(neck)
        )
    reason, items = found
    if listed:
        return finding.open_(
            f"Cervical spine surgery with {reason}, but {words(listed)} is a diagnosis that the source lists as not"
            " covered in it",
            _ordered([*_items(neck), *items]),
            missing="the diagnosis code of the accepted reason",
            conflict=True,
        )
    return finding.met(f"Cervical spine surgery with {reason}", _ordered([*_items(neck), *items]))


def _exception(judgement: Judgement, params: CervicalParams) -> tuple[str, list[AnyItem]] | None:
    """The accepted reason that the notes state, or that a diagnosis code of the request names."""
    for together in params.exceptions:
        parts = [reasons(judgement, (reason,), frozenset({"cervical"})) for reason in together]
        if all(parts):
            return words(together), [item for part in parts for item in part]
    not_covered = {row.code for row in judgement.code_lists.find(judgement.chart.request.icd10, *params.diagnoses)}
    codes = [code for code in judgement.chart.request.icd10 if code not in not_covered]
    for name, beginnings in params.icd10.items():
        code = next((code for code in codes if code.startswith(beginnings)), None)
        if code is not None:
            return f"{name} ({code})", []
    return None


class PainParams(Params):
    """The list of the procedures' codes, and the procedures as the notes name them."""

    lists: tuple[str, ...]
    procedures: tuple[str, ...]


@check("not_during_pain_procedure", PainParams)
def not_during_pain_procedure(judgement: Judgement, params: PainParams) -> Finding:
    """The monitoring is not for an epidural, sacroiliac, radiofrequency, stimulator or pump procedure."""
    asked = judgement.code_lists.find(judgement.chart.request.cpt, *params.lists)
    if asked:
        return finding.not_met(f"{words(f'{row.code} ({row.label})' for row in asked)} is the procedure")
    monitored = {item.note.note_id for item in _stated(judgement, "service", "modality")}
    planned = [
        item
        for item in judgement.chart.procedures
        if item.fact.procedure in params.procedures
        and item.fact.status == "planned"
        and item.fact.assertion in ("planned", "present")
    ]
    done = [
        item
        for item in judgement.chart.procedures
        if item.fact.procedure in params.procedures
        and item.fact.status == "done"
        and item.current
        and item.date is not None
        and item.fact.date == item.date.isoformat()
    ]
    there = [item for item in (*planned, *done) if item.note.note_id in monitored]
    if there and not operations(judgement):
        shown = words(dict.fromkeys(item.fact.procedure for item in there))
        return finding.not_met(f"The monitoring is for {shown}{on(there[-1])}", there)
    return finding.met("The monitoring is for no such procedure")


# -- shared ------------------------------------------------------------------------------------------------------------


def _all_listed(judgement: Judgement, lists: Sequence[str]) -> list[str]:
    """The diagnosis codes of the request when each of them stands in the lists; empty otherwise."""
    codes = judgement.chart.request.icd10
    found = [row.code for row in judgement.code_lists.find(codes, *lists)]
    return found if len(found) == len(set(codes)) else []


def _regions(planned: Sequence[Planned]) -> frozenset[str]:
    return frozenset(region for one in planned for region in one.regions)


def _named(planned: Sequence[Planned]) -> str:
    text = words(dict.fromkeys(one.name for one in planned))
    return text[:1].upper() + text[1:]


def _places(planned: Sequence[Planned]) -> str:
    return ", ".join(dict.fromkeys(level for one in planned for level in one.levels))


def _coded(rows: Sequence[object]) -> str:
    codes = [getattr(row, "code", "") for row in rows]
    return f" ({', '.join(codes)})" if codes else ""


def _on(planned: Sequence[Planned]) -> str:
    items = _items(planned)
    return on(items[-1]) if items else ""


def _items(planned: Sequence[Planned]) -> list[AnyItem]:
    return [one.item for one in planned if one.item is not None]


def _ordered(items: Iterable[AnyItem]) -> list[AnyItem]:
    return sorted(dict.fromkeys(items), key=lambda item: item.order)
