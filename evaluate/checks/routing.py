"""Who decides on a request, and by whose criteria: licensed criteria, and the payer's lines of business."""

from __future__ import annotations

from typing import Literal

from chartproof.evaluate import finding
from chartproof.evaluate.checks.registry import Params, check
from chartproof.evaluate.checks.wording import words
from chartproof.evaluate.finding import Finding
from chartproof.evaluate.judgement import Judgement

Answer = Literal["required", "not_required", "not_payable"]

ANSWERS: dict[Answer, str] = {
    "required": "authorization is required",
    "not_required": "no authorization is needed",
    "not_payable": "the line does not pay for it",
}


class ExternalParams(Params):
    """Which criteria decide, in words, and where a reviewer finds them."""

    criteria: str


@check("external", ExternalParams)
def external(judgement: Judgement, params: ExternalParams) -> Finding:
    """Always external: the source refers to criteria that are licensed and not in it."""
    return finding.external(f"The payer's own criteria decide this and are not in the source: {params.criteria}")


class AuthorizationParams(Params):
    """The table of the source: groups of codes, and the answer for each group by line of business."""

    groups: dict[str, tuple[str, ...]]
    answers: dict[str, dict[str, Answer]]


@check("authorization", AuthorizationParams)
def authorization(judgement: Judgement, params: AuthorizationParams) -> Finding:
    """Whether the line of business wants the requested codes authorized, and pays for them."""
    line = judgement.line
    if line is None:
        return _no_line(judgement)
    asked = _groups(judgement, params)
    if not asked:
        return finding.open_(
            "Neither a code nor the plan of the notes says what is requested", missing="the procedure code"
        )
    told = {name: params.answers[line][name] for name in asked}
    found = set(told.values())
    if not judgement.chart.request.cpt and len(found) > 1:
        return finding.open_(
            "Without a code the table of the line gives more than one answer", missing="the procedure code"
        )
    shown = "; ".join(f"{_codes(asked[name])}{ANSWERS[answer]}" for name, answer in told.items())
    text = f"{_title(judgement)}: {shown}"
    if "not_payable" in found:
        return finding.not_met(text)
    if "required" in found:
        return finding.met(text)
    return finding.not_applicable(f"{text}; the criteria are judged all the same")


def _groups(judgement: Judgement, params: AuthorizationParams) -> dict[str, list[str]]:
    """The groups of the table that the request asks for, each with its requested codes."""
    codes = list(dict.fromkeys(judgement.chart.request.cpt))
    if codes:
        coded = {name: [code for code in codes if code in group] for name, group in params.groups.items()}
        return {name: found for name, found in coded.items() if found}
    return {
        name: []
        for name, group in params.groups.items()
        if any(judgement.kinds & set(judgement.codes[code].procedures) for code in group)
    }


def _codes(codes: list[str]) -> str:
    return f"{words(codes)} - " if codes else ""


class Governance(Params):
    """How one line of business finds its criteria: in words, with the documents of CMS or without."""

    rule: str
    documents: bool = False


class GovernedParams(Params):
    """The lines that other criteria govern, and the documents of CMS by the kinds of procedure they are for."""

    lines: dict[str, Governance]
    documents: dict[str, tuple[str, ...]]
    kinds: dict[str, tuple[str, ...]]


@check("governed_by", GovernedParams)
def governed_by(judgement: Judgement, params: GovernedParams) -> Finding:
    """External where CMS guidance governs the line, naming its documents for what is requested."""
    line = judgement.line
    if line is None:
        return _no_line(judgement)
    rule = params.lines[line]
    if not rule.documents:
        return finding.not_applicable(f"{_title(judgement)}: {rule.rule}")
    named = [name for name, kinds in params.kinds.items() if judgement.kinds & set(kinds)] or list(params.documents)
    listed = words(document for name in named for document in params.documents[name])
    return finding.external(f"{_title(judgement)}: {rule.rule}; listed for it are {listed}")


def _title(judgement: Judgement) -> str:
    """The line of business as its first name in the guideline file says it."""
    return judgement.lines[judgement.line or ""][0]


def _no_line(judgement: Judgement) -> Finding:
    known = words(names[0] for names in judgement.lines.values())
    told = "does not name" if judgement.chart.request.plan else "gives no plan, so not"
    return finding.open_(
        f"The request {told} the line of business", missing=f"the line of business in the request's plan ({known})"
    )
