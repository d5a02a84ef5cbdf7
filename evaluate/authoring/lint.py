"""The check of a guideline file: everything that is wrong with it, each with its line and key."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError

from chartproof.errors import ChartproofError
from chartproof.evaluate import guideline as loading
from chartproof.evaluate.authoring.case_lint import check_cases
from chartproof.evaluate.authoring.document import Document, Place, Step
from chartproof.evaluate.authoring.problems import Problem, Report, unknown
from chartproof.evaluate.authoring.shape import CRITERION_PARTS, GROUP_PARTS
from chartproof.evaluate.checks import registry
from chartproof.evaluate.checks.combine import CheckSpec
from chartproof.evaluate.guideline import Criterion, Guideline, Raw
from chartproof.evaluate.site import Site, current_site, guideline_paths, in_force, read_text
from chartproof.evaluate.timeline import FAMILY
from chartproof.facts import ProcedureName

CODE = re.compile(r"\d{4}[0-9A-Z]|[A-Z]\d{4}")
"""The form of a CPT or HCPCS code."""

OWN_KEYS = frozenset(Guideline.model_fields) - {"content_hash"} | {"include"}
CRITERION_KEYS = frozenset(Criterion.model_fields) | {"same_as"}
INHERITED = frozenset({"cpt", "procedures", "history", "pathways", "gates"})
"""What a file that includes another need not write."""


class Checked(NamedTuple):
    """What the check of a file found, in the order of lines, and how many test cases it ran."""

    problems: list[Problem]
    cases: int


def check_file(path: Path) -> Checked:
    """Check a guideline file and the test cases beside it.

    Errors: ChartproofError when the file cannot be read or is no YAML mapping.
    """
    text = read_text(path)
    document = Document(text, path)
    found: list[Problem] = []
    with in_force(site_beside(path)):
        _Check(document, Report(document, found)).run()
        broken = any(problem.severity == "error" for problem in found)
        guideline = None if broken else _loaded(path, Report(document, found))
        cases = check_cases(document, guideline, Report(document, found))
    found.sort(key=lambda one: (one.file != str(path), one.file, one.line, one.key, one.message))
    return Checked(found, cases)


def site_beside(path: Path) -> Site:
    """The guideline files of the folder of `path`, those that cannot be read or have no id and date left out."""
    texts: dict[str, str] = {}
    for one in sorted({*guideline_paths(path.parent), path}):
        try:
            text = read_text(one)
            value = Document(text, one).value
        except ChartproofError:
            continue
        if isinstance(value.get("id"), str) and type(value.get("effective_from")) is dt.date:
            texts[str(one)] = text
    return Site(texts, replaces=True)


def _loaded(path: Path, report: Report) -> Guideline | None:
    """The guideline of a file without errors; what only its loading shows is noted."""
    try:
        return loading.guideline_of_file(str(path))
    except ChartproofError as error:
        report.error((), str(error))
        return None


class _Check:
    """The check of one guideline file, its references resolved among the files in force."""

    def __init__(self, document: Document, report: Report) -> None:
        self.document = document
        self.report = report
        self.raw: Raw = document.value
        self.name = str(document.path)
        written = self.raw.get("id")
        self.id: str | None = written if isinstance(written, str) else None
        site = current_site()
        self.resolvable = site is not None and self.name in site.texts
        self.included: dict[str, Raw] = {}
        self.codes: set[str] = set()
        self.seen: dict[str, Place] = {}
        self.unresolved: set[str] = set()

    def run(self) -> None:
        """Note everything that is wrong."""
        self.report.repeated_keys()
        self._include()
        self._fields()
        self._dates()
        self._codes()
        for part, model in GROUP_PARTS.items():
            for number, entry in enumerate(self._entries(part)):
                self._group((part, number), entry, model)
        for part in CRITERION_PARTS:
            for number, entry in enumerate(self._entries(part)):
                self._criterion((part, number), entry)

    def _entries(self, part: str) -> Sequence[object]:
        entries = self.raw.get(part, [])
        if not isinstance(entries, list):
            self.report.error((part,), "expected a list of entries, each beginning with '- id:', or [] for none")
            return ()
        return entries

    # -- the guideline itself -----------------------------------------------------------------------------------

    def _include(self) -> None:
        target = self.raw.get("include")
        if target is None:
            return
        if not isinstance(target, str) or loading.file_for(target, self._begun()) is None:
            self.report.error(("include",), f"no guideline {target!r} is known")
            return
        if target == self.id:
            self.report.error(("include",), "a guideline cannot include itself")
            return
        further = loading.raw_content(str(loading.file_for(target, self._begun()))).get("include")
        if further is not None:
            self.report.error(
                ("include",), f"{target} itself includes {further}, which would be left out; include that"
            )
            return
        try:
            content = loading.included(target, self.raw, self.name, set())
        except (ChartproofError, RecursionError, KeyError, TypeError, AttributeError):
            self.report.error(("include",), f"the file of {target} has errors; check that one first")
            return
        self.codes |= {str(code) for code in content.get("cpt", {})}
        for part in (*GROUP_PARTS, *CRITERION_PARTS):
            for entry in content.get(part, ()):
                self.included[entry["id"]] = entry
                for one in entry.get("criteria", ()):
                    self.included[one["id"]] = one

    def _begun(self) -> dt.date | None:
        begun = self.raw.get("effective_from")
        return begun if type(begun) is dt.date else None

    def _fields(self) -> None:
        """The keys of the guideline: unknown ones, missing ones, and values of the wrong kind."""
        for key in self.raw:
            if key not in OWN_KEYS:
                self.report.unknown_key((key,), OWN_KEYS)
        for key, field in Guideline.model_fields.items():
            if key == "content_hash":
                continue
            if key not in self.raw:
                if field.is_required() and not ("include" in self.raw and key in INHERITED):
                    self.report.error((), f"{key!r} is missing")
                continue
            if key in GROUP_PARTS or key in CRITERION_PARTS:
                continue
            value = self.raw[key]
            if key == "effective_from" and type(value) is not dt.date:
                self.report.error((key,), f"no date: {value!r}; write dates as YYYY-MM-DD, without quotes")
            elif isinstance(value, Mapping) and "check" in value:
                self._spec((key,), value)
            else:
                self._value((key,), field.annotation, _by_text(value) if key == "cpt" else value)
        if isinstance(self.raw.get("id"), str) and not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", str(self.id)):
            self.report.error(
                ("id",), f"{self.id!r}: write an id in lower case letters, digits and hyphens, like nia-305"
            )
        history = self.raw.get("history")
        if isinstance(history, Mapping) and isinstance(history.get("families"), list):
            known = {*FAMILY.values(), *get_args(ProcedureName)}
            for number, family in enumerate(history["families"]):
                if isinstance(family, str) and family not in known:
                    self.report.warning(("history", "families", number), unknown(str(family), known, "family"))

    def _value(self, place: Place, annotation: Any, value: object) -> None:
        try:
            _adapter(annotation).validate_python(value)
        except ValidationError as error:
            model = annotation if isinstance(annotation, type) and hasattr(annotation, "model_fields") else None
            known = model.model_fields if model is not None else _fields_of_values(annotation)
            self.report.invalid(place, error.errors(include_url=False), known)

    def _dates(self) -> None:
        """The period of the version, alone and beside the other versions of the guideline."""
        begun, ended = self._begun(), self.raw.get("effective_to")
        if begun is None:
            return
        if type(ended) is dt.date and ended < begun:
            self.report.error(("effective_to",), f"the version would end before it begins ({begun.isoformat()})")
        if self.id is None:
            return
        for other in self._other_versions():
            since, until, where = other["effective_from"], other.get("effective_to"), other["file"]
            if since == begun:
                self.report.error(
                    ("effective_from",),
                    f"{where} holds {self.id} from the same day; give this file an id of its own or another date",
                )
            elif other.get("version") == self.raw.get("version"):
                self.report.error(("version",), f"{where} is version {other.get('version')!r} of {self.id} already")
            if since > begun and type(ended) is dt.date and ended >= since:
                self.report.error(("effective_to",), f"the period overlaps that of {where}, from {since.isoformat()}")
            if since < begun and type(until) is dt.date and until >= begun:
                self.report.error(("effective_from",), f"the period overlaps that of {where}, to {until.isoformat()}")

    def _other_versions(self) -> Iterator[Raw]:
        """The other files with this id: of the folder and, for a folder outside the package, of the package."""
        folder = self.document.path.parent
        own = {self.name, str(self.document.path.resolve())}
        for path in guideline_paths(folder):
            if str(path) in own or str(path.resolve()) in own:
                continue
            try:
                value = Document(read_text(path), path).value
            except ChartproofError:
                continue
            if value.get("id") == self.id and type(value.get("effective_from")) is dt.date:
                yield {**value, "file": path.name}
        if not (folder / "__init__.py").is_file():
            for name in loading.guideline_files():
                value = loading.raw_content(name)
                if value.get("id") == self.id:
                    yield {**value, "file": f"the built-in {name}"}

    def _codes(self) -> None:
        codes = self.raw.get("cpt")
        if not isinstance(codes, Mapping):
            return
        for code in codes:
            if CODE.fullmatch(str(code)) is None:
                self.report.error(("cpt", str(code)), f"unknown code {code!r}: no CPT or HCPCS code has this form")
            self.codes.add(str(code))

    # -- pathways and criteria ----------------------------------------------------------------------------------

    def _group(self, place: Place, entry: object, model: type[BaseModel]) -> None:
        if not self._named(place, entry, frozenset(model.model_fields) | {"same_as"}):
            return
        assert isinstance(entry, dict)
        base = {**self.included.get(entry["id"], {}), **(self._target(place, entry, model) or {})}
        self._required(place, {**base, **entry}, model, entry)
        for key, field in model.model_fields.items():
            if key not in entry or key in ("id", "criteria"):
                continue
            if isinstance(entry[key], Mapping):
                self._spec((*place, key), entry[key])
            else:
                self._value((*place, key), field.annotation, entry[key])
        if "criteria" not in entry:
            return
        criteria = entry["criteria"]
        if not isinstance(criteria, list) or not criteria:
            self.report.error((*place, "criteria"), "expected a list of at least one criterion")
            return
        for number, one in enumerate(criteria):
            self._criterion((*place, "criteria", number), one)

    def _criterion(self, place: Place, entry: object) -> None:
        if not self._named(place, entry, CRITERION_KEYS):
            return
        assert isinstance(entry, dict)
        base = {**self.included.get(entry["id"], {}), **(self._target(place, entry, Criterion) or {})}
        whole = {**base, **entry}
        self._required(place, whole, Criterion, entry)
        for key in ("text", "source", "satisfy", "otherwise"):
            if key in entry:
                self._sentence(place, key, entry[key])
        if "when" in entry:
            self._spec((*place, "when"), entry["when"])
        if "check" in entry or ("params" in entry and entry["id"] not in self.unresolved):
            self._call(place, whole.get("check"), whole.get("params"))

    def _named(self, place: Place, entry: object, keys: frozenset[str]) -> bool:
        """Whether an entry is a mapping with an id; its id and its keys are checked."""
        if not isinstance(entry, dict):
            self.report.error(place, "expected an entry with an id")
            return False
        for key in entry:
            if key not in keys:
                self.report.unknown_key((*place, key), keys)
        entry_id = entry.get("id")
        if not isinstance(entry_id, str):
            self.report.error(place, "'id' is missing" if entry_id is None else f"the id {entry_id!r} is no text")
            return False
        if entry_id in self.seen:
            line = self.document.line(self.seen[entry_id])
            self.report.error((*place, "id"), f"two entries have the id {entry_id}; the first is in line {line}")
        self.seen.setdefault(entry_id, place)
        if self.id is not None and not entry_id.startswith(f"{self.id}."):
            self.report.error((*place, "id"), f"the id {entry_id!r} does not begin with {self.id + '.'!r}")
        return True

    def _target(self, place: Place, entry: Raw, model: type[BaseModel]) -> Raw | None:
        """What `same_as` refers to, with what that refers to in turn."""
        if "same_as" not in entry:
            return None
        self.unresolved.add(entry["id"])
        if not self.resolvable:
            return None
        target = entry["same_as"]
        try:
            found = loading.resolved(str(target), self.name)
        except RecursionError:
            self.report.error((*place, "same_as"), f"{target} refers back to this entry")
            return None
        except (AttributeError, KeyError, TypeError):
            self.report.error((*place, "same_as"), f"{target} cannot be read; put its own errors right first")
            return None
        except ChartproofError:
            self.report.error((*place, "same_as"), unknown(str(target), self._targets(str(target)), "id"))
            return None
        if ("criteria" in found) != ("criteria" in model.model_fields):
            kind = model.__name__.lower()
            self.report.error((*place, "same_as"), f"{target} is no {kind}")
            return None
        self.unresolved.discard(entry["id"])
        return found

    def _targets(self, target: str) -> list[str]:
        """The ids that a reference may have meant."""
        file = loading.file_for(target.split(".", 1)[0], self._begun())
        raw = loading.raw_content(file) if file is not None else self.raw
        return [entry["id"] for entry in loading.entries_of(raw) if isinstance(entry.get("id"), str)]

    def _required(self, place: Place, whole: Raw, model: type[BaseModel], entry: Raw) -> None:
        if entry["id"] in self.unresolved:
            return
        for key, field in model.model_fields.items():
            if field.is_required() and key not in whole:
                self.report.error(place, f"{key!r} is missing")

    def _sentence(self, place: Place, key: str, value: object) -> None:
        if not isinstance(value, str) or not value.strip():
            self.report.error((*place, key), f"{key!r} must be text that says something")
        elif key in ("text", "satisfy") and not value.rstrip().endswith("."):
            self.report.warning((*place, key), f"{key!r} is shown as a sentence; end it with a full stop")
        elif key == "source":
            source = self.raw.get("source")
            document = source.get("document") if isinstance(source, Mapping) else None
            if isinstance(document, str) and document not in value:
                self.report.warning((*place, key), f"the citation does not name the document {document}")

    # -- checks -------------------------------------------------------------------------------------------------

    def _spec(self, place: Place, spec: object) -> bool:
        """A check with its parameters; whether it is right."""
        if not isinstance(spec, Mapping):
            self.report.error(place, "expected a check: {check: NAME, params: {...}}")
            return False
        right = True
        for key in spec:
            if key not in CheckSpec.model_fields:
                self.report.unknown_key((*place, str(key)), CheckSpec.model_fields)
                right = False
        return self._call(place, spec.get("check"), spec.get("params")) and right

    def _call(self, place: Place, name: object, params: object) -> bool:
        if name is None:
            self.report.error(place, "'check' is missing")
            return False
        if name not in registry.names():
            self.report.error((*place, "check"), unknown(str(name), registry.names(), "check"))
            return False
        if params is not None and not isinstance(params, Mapping):
            self.report.error((*place, "params"), "expected a mapping of parameters")
            return False
        return self._params(place, str(name), {str(key): value for key, value in (params or {}).items()})

    def _params(self, place: Place, name: str, params: Raw) -> bool:
        model = registry.params_model(name)
        inside = (*place, "params")
        right = True
        for key, value in params.items():
            for deeper, spec in _specs(value, (*inside, key)):
                right &= self._spec(deeper, spec)
            if key == "codes" and isinstance(value, Mapping):
                self._known_codes((*inside, key), value)
        try:
            model.model_validate({key: _with_stubs(value) for key, value in params.items()})
        except ValidationError as error:
            right = False
            for one in error.errors(include_url=False):
                if one["type"] == "extra_forbidden" and len(one["loc"]) == 1:
                    text = unknown(str(one["loc"][0]), model.model_fields, f"parameter of the check {name}:")
                    self.report.error((*inside, *one["loc"]), text)
                elif one["type"] == "missing" and len(one["loc"]) == 1:
                    self.report.error(
                        inside if params else place, f"the check {name} needs the parameter {one['loc'][0]!r}"
                    )
                else:
                    self.report.invalid(inside, [one])
        return right

    def _known_codes(self, place: Place, codes: Mapping[object, object]) -> None:
        for code in codes:
            if str(code) not in self.codes:
                self.report.error(
                    (*place, str(code)), f"unknown code {code!r}: it is not among the codes of this guideline"
                )


@cache
def _adapter(annotation: Any) -> TypeAdapter[Any]:
    return TypeAdapter(annotation)


def _by_text(value: object) -> object:
    """Codes that YAML took for numbers, as text."""
    return {str(code): info for code, info in value.items()} if isinstance(value, Mapping) else value


def _fields_of_values(annotation: Any) -> list[str]:
    """The keys of the models that a dict or tuple annotation holds."""
    return [
        key
        for one in get_args(annotation)
        for key in (one.model_fields if isinstance(one, type) and hasattr(one, "model_fields") else ())
    ]


def _specs(value: object, place: Place) -> Iterator[tuple[Place, Mapping[str, object]]]:
    """The checks inside a parameter, with their places."""
    if isinstance(value, Mapping):
        if "check" in value:
            yield place, value
        else:
            for key, inside in value.items():
                yield from _specs(inside, (*place, str(key)))
    elif isinstance(value, list):
        for number, inside in enumerate(value):
            step: Step = number
            yield from _specs(inside, (*place, step))


def _with_stubs(value: object) -> object:
    """A parameter with a check that is always right in the place of each check inside, which is judged by itself."""
    if isinstance(value, Mapping):
        return {"check": "always"} if "check" in value else {key: _with_stubs(one) for key, one in value.items()}
    return [_with_stubs(one) for one in value] if isinstance(value, list) else value
