"""What makes a procedure urgent: statements of which one is enough, and care that was tried without a procedure."""

from __future__ import annotations

from dataclasses import replace

from chartproof.evaluate import finding
from chartproof.evaluate.chart import AnyItem, by_latest_note, on
from chartproof.evaluate.checks.combine import PartsParams
from chartproof.evaluate.checks.registry import Params, check
from chartproof.evaluate.checks.wording import words
from chartproof.evaluate.finding import Finding
from chartproof.evaluate.judgement import Judgement

TRIED = ("completed", "ongoing", "unspecified")
"""What a therapy's status can be when it was begun."""


class StatedParams(Params):
    """The topic, the values of which one is enough, and those that say too little to decide."""

    topic: str
    values: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    needed: str


@check("stated_now", StatedParams)
def stated_now(judgement: Judgement, params: StatedParams) -> Finding:
    """A note states one of the values; the latest note that speaks of them decides, a plain denial denies all."""
    told: list[AnyItem] = [
        item
        for item in judgement.chart.topic(params.topic)
        if item.fact.assertion in ("present", "planned", "negated")
        and (not params.values or item.fact.value is None or item.fact.value in (*params.values, *params.unsure))
    ]
    for group in by_latest_note(told)[:1]:
        stated = [item for item in group if item.fact.assertion != "negated"]
        sure = [item for item in stated if not params.values or item.fact.value in params.values]
        if sure:
            shown = words(dict.fromkeys(item.fact.value or item.fact.topic for item in sure))
            return finding.met(f"The notes state it ({shown}){on(sure[-1])}", sure)
        if stated:
            return finding.open_(
                f"What the notes state{on(stated[-1])} does not settle it", stated, missing=params.needed
            )
        return finding.not_met(f"The notes deny it{on(group[-1])}", group)
    return finding.open_("No note states it", missing=params.needed)


@check("all_cited", PartsParams)
def all_cited(judgement: Judgement, params: PartsParams) -> Finding:
    """The AND of the parts, citing what is stated of some while others are open: it is mentioned, not settled."""
    parts = [part.judge(judgement) for part in params.parts]
    found = finding.both(*parts)
    if found.status != "not_documented":
        return found
    stated = dict.fromkeys(item for part in parts if part.status != "not_met" for item in part.items)
    return replace(found, items=tuple(stated))


class TriedParams(Params):
    """Whether what was tried has to have failed."""

    failed: bool = False


@check("managed_conservatively", TriedParams)
def managed_conservatively(judgement: Judgement, params: TriedParams) -> Finding:
    """Something other than a procedure was tried for the region: therapy or medication begun (that did not help enough)."""
    begun = [
        item
        for item in judgement.chart.therapies
        if item.current
        and judgement.chart.concerns(item.fact.region, item.note)
        and (item.fact.status in TRIED or item.fact.outcome)
        and (not params.failed or item.fact.outcome in ("failed", "partial"))
    ]
    if begun:
        shown = words(dict.fromkeys(item.fact.modality for item in begun))
        return finding.met(f"Tried without a procedure: {shown}", begun)
    return finding.open_(
        "No treatment without a procedure is documented", missing="what was tried without a procedure, and its result"
    )
