"""Guidelines as data: the models of the guideline files and their loading.

A guideline is one YAML file in ``guidelines/``: identity, version and dates, procedure codes, how earlier procedures
are counted, pathways, gates and Washington rules. A pathway or criterion may be `same_as` another one, of this file or
of another guideline: it takes that one's content under its own id, and what it writes itself goes before. A file may
`include` another guideline: it has all of that one's codes, pathways, gates and rules under its own prefix, and what it
writes itself is added to them or, where the id is the same, goes before.

Routing. A payer's policy may say, by line of business, whether a request needs authorization and whose criteria
decide. `lines` names the lines and the words of a request's plan that mean them, the more special line first;
`routing` holds such rules in the shape of criteria. What their status says, and what it does to the determination:

- ``met``: the request is authorized by this payer on the criteria judged here. No effect.
- ``not_applicable``: the rule does not concern the line, or no authorization is needed. No effect: the criteria are
  judged all the same, and the reason says that nothing has to be authorized.
- ``not_met``: the line does not pay for it. The determination is ``criteria_not_met``.
- ``external``: another body's criteria govern the line (the reason names the documents). The determination is
  ``needs_information``, for the criteria judged here do not bind it - in either direction.
- ``not_documented``: the request does not name the line. It keeps the determination from ``criteria_met``.

Triage. A guideline with `categories` makes no coverage decision. They are judged in their order, each is met when one
of its considerations is, and the first that is met is the result; the last one is what remains otherwise.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, field_validator, model_validator

from chartproof.errors import ChartproofError
from chartproof.evaluate.checks.combine import CheckSpec

Raw = dict[str, Any]


class Strict(BaseModel):
    """Base of the models of a guideline file: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(Strict):
    """The document a guideline is encoded from."""

    document: str
    title: str
    publisher: str
    revised: str | None = None


class Code(Strict):
    """One procedure code: what it asks for.

    `guidance` is the imaging guidance in its descriptor, empty for "without", None when it says nothing of it.
    """

    procedures: tuple[str, ...]
    regions: tuple[str, ...]
    guidance: tuple[str, ...] | None = None
    add_on: bool = False
    transforaminal: bool = False


class History(Strict):
    """How earlier procedures of the kind are counted in the region.

    `new_episode_years` after which, or after surgery or new pathology, a new episode begins (None: never);
    `initial_phase` is the number of procedures in the initial phase (None: no phases), which begins anew after a
    procedure of the family `phase_restarts_after` where the source allows it.
    """

    families: tuple[str, ...]
    new_episode_years: int | None = None
    initial_phase: int | None = None
    phase_restarts_after: str | None = None


class Criterion(CheckSpec):
    """One criterion or gate: its text in our own words, its source, its check, and what would satisfy it.

    `when` is the condition it depends on; where that does not arise the criterion is not applicable, for the reason
    `otherwise`.
    """

    id: str
    text: str
    source: str
    satisfy: str
    when: CheckSpec | None = None
    otherwise: str | None = None


class Pathway(Strict):
    """A set of criteria that are met together.

    `side` is None where the guideline does not tell first requests from repeats. `requested` says whether the
    pathway's own procedure is what is asked for: such a pathway is judged whenever it is
    and, beside pathways without that condition, only then. `indication` says whether the notes name what the pathway
    is for; `described` is the weaker description that is used when the notes name no pathway's indication.
    """

    id: str
    title: str
    side: Literal["initial", "repeat"] | None = None
    phase: Literal["initial", "therapeutic"] | None = None
    requested: CheckSpec | None = None
    indication: CheckSpec | None = None
    described: CheckSpec | None = None
    criteria: tuple[Criterion, ...] = Field(min_length=1)


class Category(Strict):
    """One category of a triage: its considerations, of which one is enough, and what it recommends."""

    id: str
    name: str
    title: str
    recommendation: str
    criteria: tuple[Criterion, ...] = Field(min_length=1)


class Guideline(Strict):
    """One version of a guideline. `content_hash` is the SHA-256 of its file (and of the files it refers to).

    `place` says where the treated pain may be: in the requested region of the spine; there or in a limb; or, for a
    device, wherever the request says, whatever levels its leads are for. `plans` are the names of the payer in a
    request's plan: with them the guideline is chosen for codes that it shares with others only where the plan names it.
    """

    id: str
    title: str
    source: Source
    version: str
    effective_from: dt.date
    effective_to: dt.date | None = None
    cpt: dict[str, Code]
    procedures: tuple[str, ...]
    region: Literal["sacroiliac"] | None = None
    place: Literal["spine", "limb", "device"] = "spine"
    chosen_if_planned: tuple[str, ...] = ()
    interventional: bool = True
    plans: tuple[str, ...] = ()
    lines: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    history: History
    pathways: tuple[Pathway, ...]
    gates: tuple[Criterion, ...]
    routing: tuple[Criterion, ...] = ()
    categories: tuple[Category, ...] = ()
    washington: tuple[Criterion, ...] = ()
    washington_exempt: CheckSpec | None = None
    content_hash: str
    _criteria: dict[str, Criterion] = PrivateAttr(default_factory=dict)

    @field_validator("cpt", mode="before")
    @classmethod
    def _codes_are_text(cls, value: Mapping[object, object]) -> dict[str, object]:
        return {str(code): info for code, info in value.items()}

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Guideline:
        for criterion in self.criteria():
            if criterion.id in self._criteria:
                raise ValueError(f"two criteria have the id {criterion.id}")
            if not criterion.id.startswith(f"{self.id}."):
                raise ValueError(f"criterion {criterion.id} does not begin with {self.id}")
            self._criteria[criterion.id] = criterion
        return self

    def criteria(self) -> list[Criterion]:
        """Every criterion, consideration, gate, routing and Washington rule, in the order of the file."""
        return [
            *(one for pathway in self.pathways for one in pathway.criteria),
            *(one for category in self.categories for one in category.criteria),
            *self.gates,
            *self.routing,
            *self.washington,
        ]

    def criterion(self, criterion_id: str) -> Criterion:
        """The criterion, gate, routing or Washington rule with that id. Errors: KeyError."""
        return self._criteria[criterion_id]


def list_guidelines() -> list[Guideline]:
    """The current version of every guideline, by id."""
    return [_parsed(versions[-1]) for _, versions in sorted(_versions().items())]


def load_guideline(guideline_id: str, on: dt.date | None = None) -> Guideline:
    """The version of a guideline in force on a date; the current one without a date.

    A date before the first known version takes the first. Errors: ChartproofError for an unknown guideline, or for a
    date after the last version has ended.
    """
    known = _versions()
    if guideline_id not in known:
        raise ChartproofError(f"unknown guideline {guideline_id}; known are {', '.join(sorted(known))}")
    versions = [_parsed(name) for name in known[guideline_id]]
    if on is None:
        return versions[-1]
    chosen = next((one for one in reversed(versions) if one.effective_from <= on), versions[0])
    if chosen.effective_to is not None and on > chosen.effective_to:
        raise ChartproofError(f"no version of guideline {guideline_id} is in force on {on.isoformat()}")
    return chosen


# -- files ---------------------------------------------------------------------------------------------------------


def guideline_files() -> list[str]:
    """The names of the guideline files, sorted; test cases (``*.cases.yaml``) are left out."""
    folder = resources.files("chartproof.evaluate.guidelines")
    names = (entry.name for entry in folder.iterdir())
    return sorted(name for name in names if name.endswith(".yaml") and not name.endswith(".cases.yaml"))


@lru_cache(maxsize=1)
def _versions() -> dict[str, tuple[str, ...]]:
    """Guideline id -> its files, the oldest version first."""
    found: dict[str, list[tuple[dt.date, str]]] = {}
    for name in guideline_files():
        raw = _raw(name)
        found.setdefault(str(raw["id"]), []).append((raw["effective_from"], name))
    return {guideline_id: tuple(name for _, name in sorted(files)) for guideline_id, files in found.items()}


@cache
def _text(name: str) -> str:
    return resources.files("chartproof.evaluate.guidelines").joinpath(name).read_text(encoding="utf-8")


@cache
def _raw(name: str) -> Raw:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    content = yaml.load(_text(name), Loader=loader)
    if not isinstance(content, dict):
        raise ChartproofError(f"guideline file {name} holds no mapping")
    return content


@cache
def _parsed(name: str) -> Guideline:
    raw = _raw(name)
    used: set[str] = {name}
    content: Raw = dict(raw)
    content["pathways"] = [_pathway(entry, name, used) for entry in raw.get("pathways", ())]
    for part in ("gates", "washington"):
        content[part] = [_criterion(entry, name, used) for entry in raw.get(part, ())]
    if (included := content.pop("include", None)) is not None:
        content = _merged(_included(included, raw, name, used), content)
    digest = hashlib.sha256("".join(_text(one) for one in sorted(used)).encode("utf-8"))
    try:
        return Guideline.model_validate({**content, "content_hash": digest.hexdigest()})
    except ValidationError as error:
        raise ChartproofError(f"guideline file {name}: {error}") from error


def _included(guideline_id: str, raw: Raw, name: str, used: set[str]) -> Raw:
    """What another guideline holds, under the prefix and document of this one."""
    file = _versions().get(guideline_id, (None,))[-1]
    if file is None:
        raise ChartproofError(f"guideline file {name} includes {guideline_id}, which does not exist")
    used.add(file)
    other = _raw(file)
    shared = ("cpt", "procedures", "history", "washington_exempt", "region", "place", "interventional")
    content: Raw = {key: other[key] for key in shared if key in other}
    content["pathways"] = [_pathway(entry, file, used) for entry in other.get("pathways", ())]
    for part in ("gates", "washington"):
        content[part] = [_criterion(entry, file, used) for entry in other.get(part, ())]
    own, document = str(raw["id"]), (other["source"]["document"], raw["source"]["document"])

    def renamed(entry: Raw) -> Raw:
        return _cited({**entry, "id": f"{own}{entry['id'].removeprefix(guideline_id)}"}, *document)

    for pathway in content["pathways"]:
        pathway["criteria"] = [renamed(one) for one in pathway["criteria"]]
    for part in ("pathways", "gates", "washington"):
        content[part] = [renamed(one) for one in content[part]]
    return content


def _merged(base: Raw, own: Raw) -> Raw:
    """Two contents as one: lists joined by id, codes together, and of the rest what `own` writes."""
    content = {**base, **own, "cpt": {**base.get("cpt", {}), **own.get("cpt", {})}}
    for part in ("pathways", "gates", "washington"):
        entries = {entry["id"]: entry for entry in base[part]}
        for entry in own[part]:
            entries[entry["id"]] = {**entries.get(entry["id"], {}), **entry}
        content[part] = list(entries.values())
    return content


def _cited(entry: Raw, document: str, by: str) -> Raw:
    """The entry with another document in its citation."""
    return {**entry, "source": entry["source"].replace(document, by)} if "source" in entry else entry


def _pathway(entry: Raw, name: str, used: set[str]) -> Raw:
    """A pathway with what it refers to; the criteria of another pathway take its own id as prefix."""
    own = dict(entry)
    target_id = own.pop("same_as", None)
    if target_id is None:
        own["criteria"] = [_criterion(one, name, used) for one in entry.get("criteria", ())]
        return own
    target, file = _find(target_id, name, used)
    base = _pathway(target, file, used)
    if file != name:
        document = _raw(file)["source"]["document"], _raw(name)["source"]["document"]
        base["criteria"] = [_cited(one, *document) for one in base["criteria"]]
    criteria = own.pop("criteria", None)
    renamed = [{**one, "id": f"{own['id']}{one['id'].removeprefix(target_id)}"} for one in base["criteria"]]
    if criteria is not None:
        renamed = [_criterion(one, name, used) for one in criteria]
    return {**base, **own, "criteria": renamed}


def _criterion(entry: Raw, name: str, used: set[str]) -> Raw:
    """A criterion with what it refers to."""
    own = dict(entry)
    target_id = own.pop("same_as", None)
    if target_id is None:
        return own
    target, file = _find(target_id, name, used)
    return {**_criterion(target, file, used), **own}


def _find(target_id: str, name: str, used: set[str]) -> tuple[Raw, str]:
    """The raw entry with an id, and the file it stands in: this one, or the current file of that guideline."""
    guideline_id = target_id.split(".", 1)[0]
    own = str(_raw(name)["id"]) == guideline_id
    file = name if own else _versions().get(guideline_id, (None,))[-1]
    if file is not None:
        used.add(file)
        raw = _raw(file)
        entries: list[Raw] = [*raw.get("pathways", ()), *raw.get("gates", ()), *raw.get("washington", ())]
        entries += [one for pathway in raw.get("pathways", ()) for one in pathway.get("criteria", ())]
        for entry in entries:
            if entry.get("id") == target_id:
                return entry, file
    raise ChartproofError(f"guideline file {name} refers to {target_id}, which does not exist")
