"""Guidelines as data: the models of the guideline files and their loading.

A guideline is one YAML file in ``guidelines/``: identity, version and dates, procedure codes, how earlier procedures
are counted, pathways, gates and Washington rules. A pathway or criterion may be `same_as` another one, of this file or
of another guideline: it takes that one's content under its own id, and what it writes itself goes before. A file may
`include` another guideline: it has all of that one's codes, pathways, gates and rules under its own prefix, and what it
writes itself is added to them or, where the id is the same, goes before. What a file refers to it takes in the version
that was in force when its own version began. A site's files (`chartproof.evaluate.site`) stand beside the package's.

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
from chartproof.evaluate.code_lists import NO_CODES, CodeLists, code_lists_text, is_procedure_code, load_code_lists
from chartproof.evaluate.site import Site, current_site
from chartproof.facts import GuidanceName, ProcedureName, Region

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

    procedures: tuple[ProcedureName, ...]
    regions: tuple[Region, ...]
    guidance: tuple[GuidanceName, ...] | None = None
    add_on: bool = False
    transforaminal: bool = False


class CodeList(Strict):
    """One list of a code table: what it is, where the source prints it, and how many rows it has there.

    `role`: codes that are `requested` by this guideline's requests; codes of the procedure that may stand
    `accompanying` them; `diagnosis` codes; or lists kept for `reference`.
    """

    title: str
    source: str
    role: Literal["requested", "accompanying", "diagnosis", "reference"]
    rows: int


class CodeTable(Strict):
    """The code tables of the source: a CSV file of ``codes/`` and its lists.

    The codes of the `requested` lists are the guideline's own. With `any_procedure`, codes that no guideline knows may
    stand beside them too: those of the procedure that the requested service belongs to.
    """

    file: str
    lists: dict[str, CodeList]
    any_procedure: bool = False

    @model_validator(mode="after")
    def _agrees_with_the_file(self) -> CodeTable:
        found = load_code_lists(self.file)
        counted = {name: found.size(name) for name in found.names}
        stated = {name: one.rows for name, one in self.lists.items()}
        if counted != stated:
            wrong = sorted(name for name in counted.keys() | stated if counted.get(name) != stated.get(name))
            raise ValueError(f"{self.file} has other rows than stated: {', '.join(wrong)}")
        return self

    def named(self, *roles: str) -> tuple[str, ...]:
        """The lists with one of the roles."""
        return tuple(name for name, one in self.lists.items() if one.role in roles)


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
    device, wherever the request says, whatever levels its leads are for. With `all_requested`, every pathway that the
    request asks for must be met, where otherwise the best one decides. `plans` are the
    names of the payer in a request's plan: with them the guideline is chosen for codes that it shares with others only
    where the plan names it. `remarks` tell a reader where the source is
    inconsistent or leaves something open, and how it was read.
    """

    id: str
    title: str
    source: Source
    version: str
    effective_from: dt.date
    effective_to: dt.date | None = None
    cpt: dict[str, Code]
    procedures: tuple[ProcedureName, ...]
    region: Literal["sacroiliac"] | None = None
    place: Literal["spine", "limb", "device"] = "spine"
    chosen_if_planned: tuple[ProcedureName, ...] = ()
    interventional: bool = True
    plans: tuple[str, ...] = ()
    lines: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    all_requested: bool = False
    code_table: CodeTable | None = None
    history: History
    pathways: tuple[Pathway, ...]
    gates: tuple[Criterion, ...]
    routing: tuple[Criterion, ...] = ()
    categories: tuple[Category, ...] = ()
    washington: tuple[Criterion, ...] = ()
    washington_exempt: CheckSpec | None = None
    remarks: tuple[str, ...] = ()
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

    @property
    def criterion_ids(self) -> tuple[str, ...]:
        """The ids of all criteria, gates and Washington rules, in the order of the file."""
        return tuple(self._criteria)

    @property
    def codes(self) -> CodeLists:
        """The code lists of the source; empty without a code table."""
        return load_code_lists(self.code_table.file) if self.code_table is not None else NO_CODES

    def accompanied_by(self, code: str, *, known: bool) -> bool:
        """Whether a code may stand beside the guideline's own; `known` when it is another guideline's."""
        if self.code_table is None:
            return False
        listed = self.codes.codes(*self.code_table.named("accompanying"))
        return code in listed or (self.code_table.any_procedure and not known and is_procedure_code(code))

    def criterion(self, criterion_id: str) -> Criterion:
        """The criterion, gate, routing or Washington rule with that id. Errors: KeyError."""
        return self._criteria[criterion_id]


def list_guidelines(on: dt.date | None = None) -> list[Guideline]:
    """Every guideline, by id: its current version, or with a date the one that `load_guideline` takes for it.

    Guidelines that have ended by that date are left out.
    """
    found = (_version(versions, on) for _, versions in sorted(_versions().items()))
    return [one for one in found if one is not None]


def guideline_versions(guideline_id: str) -> list[Guideline]:
    """All versions of a guideline, the oldest first. Errors: ChartproofError for an unknown guideline."""
    return [_parsed(name) for name in _known(guideline_id)]


def load_guideline(guideline_id: str, on: dt.date | None = None) -> Guideline:
    """The version of a guideline in force on a date; the current one without a date.

    A date before the first known version takes the first. Errors: ChartproofError for an unknown guideline, or for a
    date after the last version has ended.
    """
    chosen = _version(_known(guideline_id), on)
    if chosen is None:
        raise ChartproofError(f"no version of guideline {guideline_id} is in force on {on.isoformat() if on else 'it'}")
    return chosen


def is_site_guideline(guideline_id: str) -> bool:
    """Whether a guideline is known from the site's files only."""
    return guideline_id in _versions() and guideline_id not in _versions_with(None)


def _known(guideline_id: str) -> tuple[str, ...]:
    known = _versions()
    if guideline_id not in known:
        raise ChartproofError(f"unknown guideline {guideline_id}; known are {', '.join(sorted(known))}")
    return known[guideline_id]


def _version(names: tuple[str, ...], on: dt.date | None) -> Guideline | None:
    """Of the files of a guideline, the oldest first, the version for a date; None when it has ended."""
    if on is None:
        return _parsed(names[-1])
    begun = [name for name in names if _raw(name)["effective_from"] <= on]
    chosen = _parsed(begun[-1] if begun else names[0])
    return None if chosen.effective_to is not None and on > chosen.effective_to else chosen


# -- files ---------------------------------------------------------------------------------------------------------


def guideline_files() -> list[str]:
    """The names of the package's guideline files, sorted; test cases (``*.cases.yaml``) are left out."""
    folder = resources.files("chartproof.evaluate.guidelines")
    names = (entry.name for entry in folder.iterdir())
    return sorted(name for name in names if name.endswith(".yaml") and not name.endswith(".cases.yaml"))


def _versions() -> dict[str, tuple[str, ...]]:
    """Guideline id -> its files, the oldest version first; the package's by name, a site's by path."""
    return _versions_with(current_site())


@lru_cache(maxsize=16)
def _versions_with(site: Site | None) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[dt.date, str]] = {}
    for name in [*guideline_files(), *(site.texts if site is not None else ())]:
        guideline_id, begun = _identity(name)
        taken = found.setdefault(guideline_id, {}).get(begun)
        if taken is not None and not (site is not None and site.replaces and name in site.texts):
            raise ChartproofError(
                f"{name}: {guideline_id} is already in {taken} with the effective_from {begun.isoformat()}; give the file"
                " an id of its own, or the date its version begins"
            )
        found[guideline_id][begun] = name
    return {
        guideline_id: tuple(name for _, name in sorted(files.items())) for guideline_id, files in sorted(found.items())
    }


def _identity(name: str) -> tuple[str, dt.date]:
    """The id and the first day of a guideline file."""
    raw = _raw(name)
    guideline_id, begun = raw.get("id"), raw.get("effective_from")
    if not isinstance(guideline_id, str) or type(begun) is not dt.date:
        raise ChartproofError(f"guideline file {name} has no id or no effective_from; see: guidelines check {name}")
    return guideline_id, begun


def file_for(guideline_id: str, begun: dt.date | None) -> str | None:
    """The file of the version of a guideline in force on a day; the first one for a day before it, None without any."""
    names = _versions().get(guideline_id)
    if names is None:
        return None
    earlier = [name for name in names if begun is not None and _raw(name)["effective_from"] <= begun]
    return earlier[-1] if earlier else names[0]


def _text(name: str) -> str:
    site = current_site()
    return site.texts[name] if site is not None and name in site.texts else _package_text(name)


@cache
def _package_text(name: str) -> str:
    return resources.files("chartproof.evaluate.guidelines").joinpath(name).read_text(encoding="utf-8")


def _raw(name: str) -> Raw:
    content = _yaml(_text(name), name)
    if not isinstance(content, dict):
        raise ChartproofError(f"guideline file {name} holds no mapping")
    return content


@lru_cache(maxsize=256)
def _yaml(text: str, name: str) -> object:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(text, Loader=loader)
    except yaml.YAMLError as error:
        raise ChartproofError(f"guideline file {name}: {error}") from error


def _parsed(name: str) -> Guideline:
    return _parsed_with(name, current_site())


@lru_cache(maxsize=256)
def _parsed_with(name: str, site: Site | None) -> Guideline:
    used: set[str] = {name}
    try:
        content = _expanded(name, used)
    except (AttributeError, KeyError, TypeError, RecursionError):
        raise ChartproofError(f"guideline file {name} has errors; see: chartproof guidelines check {name}") from None
    text = "".join(_text(one) for one in sorted(used))
    if (table := content.get("code_table")) is not None:
        text += code_lists_text(table["file"])
    digest = hashlib.sha256(text.encode("utf-8"))
    try:
        return Guideline.model_validate({**content, "content_hash": digest.hexdigest()})
    except ValidationError as error:
        raise ChartproofError(f"guideline file {name}: {error}") from error


def _expanded(name: str, used: set[str]) -> Raw:
    """The content of a guideline file with what it includes and refers to; the files it needs are added to `used`."""
    raw = _raw(name)
    content: Raw = dict(raw)
    content["pathways"] = [_pathway(entry, name, used) for entry in raw.get("pathways", ())]
    for part in ("gates", "washington"):
        content[part] = [_criterion(entry, name, used) for entry in raw.get(part, ())]
    if (target := content.pop("include", None)) is not None:
        content = _merged(included(target, raw, name, used), content)
    if (table := content.get("code_table")) is not None:
        content["cpt"] = {**_requested_codes(table), **content.get("cpt", {})}
    return content


def guideline_of_file(path: str) -> Guideline:
    """The guideline of a file of the site in force. Errors: ChartproofError when it cannot be loaded."""
    return _parsed(path)


def raw_content(name: str) -> Raw:
    """What a guideline file writes, before anything is taken from elsewhere. Errors: ChartproofError."""
    return _raw(name)


def _requested_codes(table: Raw) -> Raw:
    """The codes of the requested lists of a code table, as a guideline file would write them."""
    names = [name for name, one in table["lists"].items() if one["role"] == "requested"]
    return {code: {"procedures": [], "regions": []} for code in load_code_lists(table["file"]).codes(*names)}


def included(guideline_id: str, raw: Raw, name: str, used: set[str]) -> Raw:
    """What another guideline holds, under the prefix and document of this one."""
    file = file_for(guideline_id, raw.get("effective_from"))
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


def resolved(target_id: str, name: str) -> Raw:
    """The pathway or criterion that a file refers to, with what that refers to in turn.

    Errors: ChartproofError for an id that does not exist, RecursionError for references in a circle.
    """
    target, file = _find(target_id, name, set())
    is_pathway = any(entry is target for entry in _raw(file).get("pathways", ()))
    return (_pathway if is_pathway else _criterion)(target, file, set())


def entries_of(raw: Raw) -> list[Raw]:
    """The pathways, gates, rules and criteria that a file writes, first those and then the criteria inside them."""
    lists = [value for value in raw.values() if isinstance(value, list)]
    entries: list[Raw] = [one for value in lists for one in value if isinstance(one, dict) and "id" in one]
    return entries + [one for entry in entries for one in entry.get("criteria") or ()]


def _find(target_id: str, name: str, used: set[str]) -> tuple[Raw, str]:
    """The raw entry with an id, and the file it stands in: this one, or the file of that guideline for this version."""
    guideline_id = target_id.split(".", 1)[0]
    own = str(_raw(name)["id"]) == guideline_id
    file = name if own else file_for(guideline_id, _raw(name).get("effective_from"))
    if file is not None:
        used.add(file)
        for entry in entries_of(_raw(file)):
            if entry.get("id") == target_id:
                return entry, file
    raise ChartproofError(f"guideline file {name} refers to {target_id}, which does not exist")
