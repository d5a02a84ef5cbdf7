"""Which guideline a case is judged by: from its codes, or from what its notes plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from chartproof.errors import ChartproofError
from chartproof.evaluate.chart import reference_date
from chartproof.evaluate.guideline import Guideline, is_site_guideline, list_guidelines, load_guideline
from chartproof.evaluate.judgement import names_plan
from chartproof.evaluate.site import Site, current_site
from chartproof.facts import NoteFacts, Procedure
from chartproof.notes import Case

Origin = Literal["cpt", "note", "option"]


def select_guideline(
    case: Case, facts: Sequence[NoteFacts], guideline_id: str | None = None
) -> tuple[Guideline, Origin]:
    """The guideline of a case in the version of its reference date, and how it was chosen.

    `guideline_id` goes before everything ("option"); then the request's codes decide ("cpt"); without codes, the
    procedure that the latest planning note plans ("note"). A payer's own guideline takes what the request's plan
    names as that payer's, and codes that no other guideline has. Errors: ChartproofError for unknown codes, codes of
    different guidelines, and notes that plan no single supported procedure.
    """
    on = reference_date(case)
    if guideline_id is not None:
        return load_guideline(guideline_id, on), "option"
    known = list_guidelines(on)
    planned = _planned(case, facts, known)
    if case.request.cpt:
        return load_guideline(_by_codes(case.request.cpt, planned, known, case.request.plan), on), "cpt"
    return load_guideline(_by_plan(planned, known, case.request.plan), on), "note"


def foreign_codes(guideline: Guideline) -> frozenset[str]:
    """The codes of other interventional guidelines, which ask for another procedure."""
    return _interventional_codes(current_site()) - frozenset(guideline.cpt)


@lru_cache(maxsize=16)
def _interventional_codes(site: Site | None) -> frozenset[str]:
    return frozenset(code for one in list_guidelines() if one.interventional for code in one.cpt)


def supported_codes() -> str:
    """Which codes are supported, for messages."""
    return "; ".join(f"{one.id}: {', '.join(one.cpt)}" for one in list_guidelines() if one.cpt)


def _of_payer(claims: Sequence[Guideline], plan: str | None) -> list[Guideline]:
    """Of the guidelines that claim something: those of the payer that the plan names, else those of no one payer."""
    named = [one for one in claims if one.plans and names_plan(plan, one.plans)]
    return named or [one for one in claims if not one.plans] or list(claims)


def _by_codes(codes: Sequence[str], planned: Sequence[Procedure], known: Sequence[Guideline], plan: str | None) -> str:
    claims = {code: _of_payer([one for one in known if code in one.cpt], plan) for code in dict.fromkeys(codes)}
    leading = [one for one in known if any(one in found for found in claims.values())]
    for code, found in claims.items():
        found += [one for one in leading if one not in found and one.accompanied_by(code, known=bool(found))]
        if not found:
            if ended := [one.id for one in list_guidelines() if code in one.cpt]:
                raise ChartproofError(
                    f"CPT code {code} is one of {', '.join(ended)}, of which no version is in force on the reference date"
                )
            raise ChartproofError(f"CPT code {code} is not supported. Supported: {supported_codes()}")
    everywhere = [one for one in next(iter(claims.values())) if all(one in found for found in claims.values())]
    if not everywhere:
        told = ", ".join(f"{code} ({'/'.join(one.id for one in found)})" for code, found in claims.items())
        raise ChartproofError(
            f"the CPT codes belong to different guidelines: {told}; assess them one at a time or name a guideline"
        )
    _refuse_to_choose(everywhere)
    return _preferred(everywhere, planned, codes).id


def _refuse_to_choose(guidelines: Sequence[Guideline]) -> None:
    """Raise ChartproofError where a site's guideline shares the codes with another: the payer decides, not an order."""
    if len(guidelines) > 1 and any(is_site_guideline(one.id) for one in guidelines):
        told = ", ".join(one.id for one in guidelines)
        raise ChartproofError(f"the request falls under {told}; name the guideline of the patient's plan (--guideline)")


def _preferred(guidelines: Sequence[Guideline], planned: Sequence[Procedure], codes: Sequence[str] = ()) -> Guideline:
    """Of guidelines that share codes, the one made for what is planned and can be asked for by each code.

    Failing that it is the general one.
    """
    kinds = {fact.procedure for fact in planned}
    special = [
        one
        for one in guidelines
        if (asked := kinds & set(one.chosen_if_planned))
        and all(asked & set(one.cpt[code].procedures) or one.cpt[code].add_on for code in codes)
    ]
    general = [one for one in guidelines if not one.chosen_if_planned]
    return (special or general or list(guidelines))[0]


def _by_plan(planned: Sequence[Procedure], known: Sequence[Guideline], plan: str | None) -> str:
    found: dict[str, Guideline] = {}
    for fact in planned:
        if fact.name is None:
            fits = [one for one in known if fact.procedure in (*one.procedures, *one.chosen_if_planned)]
            if fits:
                fits = _of_payer(fits, plan)
                _refuse_to_choose(fits)
                chosen = _preferred(fits, planned)
                found[chosen.id] = chosen
    if len(found) > 1:
        found = {one.id: one for one in _of_payer(list(found.values()), plan)}
    if len(found) == 1:
        return next(iter(found))
    problem = (
        f"the notes plan procedures of {', '.join(sorted(found))}" if found else "the notes plan no such procedure"
    )
    raise ChartproofError(f"give a CPT code or a guideline: {problem}. Supported codes: {supported_codes()}")


def _planned(case: Case, facts: Sequence[NoteFacts], known: Sequence[Guideline]) -> list[Procedure]:
    """What the latest note with a supported planned procedure plans."""
    dates = {note.note_id: note.date or reference_date(case) or dt.date.min for note in case.notes}
    supported = {kind for one in known for kind in (*one.procedures, *one.chosen_if_planned)}
    plans = []
    for extraction in facts:
        planned = [
            fact
            for fact in extraction.facts
            if isinstance(fact, Procedure)
            and fact.status == "planned"
            and fact.assertion in ("planned", "present")
            and fact.procedure in supported
        ]
        if planned and extraction.note_id in dates:
            planned.sort(key=lambda fact: (fact.spans[0], fact.procedure))
            plans.append((dates[extraction.note_id], extraction.note_id, planned))
    return max(plans, key=lambda plan: plan[:2])[2] if plans else []
