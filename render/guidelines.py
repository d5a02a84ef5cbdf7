"""Guidelines for people and programs: the list, and one in full."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chartproof.evaluate.catalog import Entry
from chartproof.evaluate.checks.combine import CheckSpec
from chartproof.evaluate.checks.wording import plural
from chartproof.evaluate.guideline import Category, Code, Criterion, Guideline, Pathway
from chartproof.render.text import Block, outline_text, table_text

WASHINGTON = "Washington (Apple Health, PEBB)"
LINES = "Line of business"


def guideline_list_text(guidelines: Iterable[Guideline], *, width: int = 100, color: bool = False) -> str:
    """A table of at most `width` columns."""
    rows = [(one.id, one.title, one.version, ", ".join(one.cpt)) for one in guidelines]
    return table_text(("id", "title", "version", "CPT codes"), rows, width=width, color=color)


def guideline_list_json(guidelines: Iterable[Guideline]) -> str:
    """One object per line: id, title, version, dates, source document and codes."""
    fields = {"id", "title", "version", "effective_from", "effective_to", "source"}
    lines = (
        json.dumps({**one.model_dump(mode="json", include=fields), "cpt": [*one.cpt]}, ensure_ascii=False)
        for one in guidelines
    )
    return "".join(f"{line}\n" for line in lines)


CATALOG_STATES = {"current": "current", "soon": "soon to be published", "planned": "planned"}


def catalog_text(entries: Sequence[Entry], *, width: int = 100, color: bool = False) -> str:
    """The NASS chapters as a table of at most `width` columns; says so when there are none."""
    if not entries:
        return "The NASS catalog has no chapter about this procedure.\n"
    rows = [(one.topic, CATALOG_STATES[one.state], one.published or "", ", ".join(one.cpt)) for one in entries]
    return table_text(("NASS coverage recommendation", "state", "published", "codes"), rows, width=width, color=color)


def catalog_json(entries: Iterable[Entry]) -> str:
    """One object per line: topic, state, year and month of publication, other names and codes."""
    return "".join(f"{json.dumps(one.model_dump(mode='json'), ensure_ascii=False)}\n" for one in entries)


def guideline_json(guideline: Guideline) -> str:
    """One guideline in full, with its checks and their parameters."""
    return json.dumps(guideline.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n"


# -- for people --------------------------------------------------------------------------------------------------


def guideline_text(guideline: Guideline, *, width: int = 100, color: bool = False) -> str:
    """One guideline: what it is encoded from, how it is judged, its pathways, gates and state rules with their sources."""
    facts = [
        ("Guideline", f"{guideline.id} {guideline.title}"),
        ("Source", _source(guideline)),
        ("Version", f"{guideline.version}, in force {_period(guideline)}"),
        *(("CPT codes" if number == 0 else "", line) for number, line in enumerate(_codes(guideline))),
        ("Met when", _met_when(guideline)),
        *((("Counting", told),) if (told := _counting(guideline)) else ()),
    ]
    sections: list[tuple[str, Sequence[Block]]] = [
        (_title(pathway), [*_taken(pathway), *(_block(one) for one in pathway.criteria)])
        for pathway in guideline.pathways
    ]
    sections += [(_category(category), [_block(one) for one in category.criteria]) for category in guideline.categories]
    sections.append(("Gates and limits", [_block(one) for one in guideline.gates]))
    sections.append((LINES, [_block(one) for one in guideline.routing]))
    exempt = [(_exemption(guideline.washington_exempt), "", "")] if guideline.washington_exempt else []
    sections.append((WASHINGTON, [*exempt, *(_block(one) for one in guideline.washington)]))
    sections.append(("Remarks on the source", [(remark, "", "") for remark in guideline.remarks]))
    return outline_text(facts, [section for section in sections if section[1]], width=width, color=color)


def _met_when(guideline: Guideline) -> str:
    if guideline.categories:
        return "no coverage decision: the first category with a consideration that is met, else the last"
    asked = "every pathway that is asked for" if guideline.all_requested else "one pathway"
    return f"every criterion of {asked} and every gate is met, or does not apply"


def _source(guideline: Guideline) -> str:
    source = guideline.source
    revised = f", revised {source.revised}" if source.revised else ""
    return f"{source.publisher}, {source.document}, {source.title}{revised}"


def _period(guideline: Guideline) -> str:
    until = f" to {guideline.effective_to.isoformat()}" if guideline.effective_to else ""
    return f"from {guideline.effective_from.isoformat()}{until}"


def _codes(guideline: Guideline) -> list[str]:
    """What each code asks for; codes that ask for the same stand in one line."""
    told: dict[str, list[str]] = {}
    for code, info in guideline.cpt.items():
        told.setdefault(_code(info), []).append(f"+{code}" if info.add_on else code)
    return [f"{', '.join(codes)}: {text}" if text else ", ".join(codes) for text, codes in told.items()]


def _code(info: Code) -> str:
    kinds = " or ".join(kind.replace("_", " ") for kind in info.procedures)
    guidance = ""
    if info.guidance is not None:
        named = " or ".join("CT" if kind == "ct" else kind for kind in info.guidance)
        guidance = f"; {named} included" if named else "; without imaging guidance"
    return "; ".join(part for part in (kinds, ", ".join(info.regions)) if part) + guidance


_NOUNS = {
    "rfa": "a denervation",
    "esi": "an epidural injection",
    "facet": "a facet procedure",
    "sij": "a sacroiliac one",
}


def _counting(guideline: Guideline) -> str:
    """How earlier procedures are counted, empty where they are not."""
    rules = guideline.history
    if not rules.families:
        return ""
    parts = ["earlier procedures of the kind in the region"]
    if rules.initial_phase is not None:
        parts.append(f"the initial phase has {rules.initial_phase}")
    if rules.new_episode_years is not None:
        parts.append(
            f"a new episode begins {plural(rules.new_episode_years, 'year')} after the last one, with surgery there, or with new"
            " pathology"
        )
    else:
        parts.append("the source names no new episode of care, so that any earlier one makes the request a repeat")
    if (family := rules.phase_restarts_after) is not None:
        parts.append(
            f"the initial phase begins anew after {_NOUNS.get(family, family.replace('_', ' '))} when the source of the pain is in question"
            " or other levels are treated"
        )
    return "; ".join(parts)


def _title(pathway: Pathway) -> str:
    phase = f"{pathway.phase} phase" if pathway.phase else None
    told = ", ".join(part for part in (pathway.side, phase) if part is not None)
    return f"Pathway {pathway.id}: {pathway.title}{f' ({told})' if told else ''}"


def _category(category: Category) -> str:
    return f"Category {category.id}: {category.title}. {category.recommendation}"


def _taken(pathway: Pathway) -> list[Block]:
    """When a pathway is judged, beside the request being a first or a repeated one."""
    conditions = [one for one in (pathway.requested, pathway.indication) if one is not None]
    if not conditions:
        return []
    told = "; and ".join(in_words(one.check, one.params) for one in conditions)
    return [(f"Judged where the request and the notes say so: {told}", "", "")]


def _exemption(exempt: CheckSpec) -> str:
    return f"Not asked of patients with: {in_words(exempt.check, exempt.params)}"


def _block(criterion: Criterion) -> Block:
    lines = [f"Satisfied by: {criterion.satisfy}"]
    if criterion.when is not None:
        lines.append(_condition(criterion.when, criterion.otherwise))
    lines.append(f"Read as: {in_words(criterion.check, criterion.params)}")
    return criterion.text, "\n".join(lines), f"{criterion.id} | {criterion.source}"


def _condition(when: CheckSpec, otherwise: str | None) -> str:
    if otherwise is not None:
        return f"Not asked for where: {otherwise[:1].lower()}{otherwise[1:]}."
    return f"Asked for where: {in_words(when.check, when.params)}."


def in_words(check: str, params: Mapping[str, Any]) -> str:
    """A check as a phrase: ``diagnosis (names: spinal stenosis)``, ``A; or B``, ``not A``."""
    parts = [in_words(one["check"], one.get("params") or {}) for one in params.get("parts", ()) if "check" in one]
    if check == "negation":
        inner = params["part"]
        return f"not {in_words(inner['check'], inner.get('params') or {})}"
    if check in _JOINED and parts:
        joined = _JOINED[check].join(parts)
        return f"[{joined}]" if len(parts) > 1 else joined
    if check == "none_of":
        return f"none of [{'; '.join(parts)}]"
    name = check.replace("_", " ")
    told = "; ".join(_phrase(key, value) for key, value in params.items())
    return f"{name} ({told})" if told else name


_JOINED = {"any_of": "; or ", "all_of": "; and ", "stated_or": "; or, where the notes state it, "}


def _phrase(key: str, value: object) -> str:
    if isinstance(value, bool):
        return key.replace("_", " ") if value else f"{key.replace('_', ' ')}: no"
    return f"{key.replace('_', ' ')}: {_plain(value)}"


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_plain(item)}" for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(_plain(item) for item in value)
    return str(value).replace("_", " ")


# -- the cross-check table -----------------------------------------------------------------------------------------


def guideline_markdown(guideline: Guideline) -> str:
    """The cross-check table: each criterion with its place in the source, its check and the parameters."""
    lines = [
        f"# {guideline.id}: {guideline.title}",
        "",
        f"{_source(guideline)}. Version {guideline.version}, in force {_period(guideline)}."
        f" CPT {', '.join(guideline.cpt) or 'none'}.",
        "",
        "Written by `make docs` from the guideline file; the wording is ours, the numbers are the source's.",
    ]
    if told := _counting(guideline):
        lines += ["", f"Counting: {told}."]
    if guideline.remarks:
        lines += ["", "## Remarks on the source", "", *(f"- {remark}" for remark in guideline.remarks)]
    for pathway in guideline.pathways:
        conditions = [("requested", pathway.requested), ("indication", pathway.indication)]
        conditions.append(("or, where none is named, described", pathway.described))
        taken = "; ".join(f"{name} `{call(one.check, one.params)}`" for name, one in conditions if one is not None)
        lines += _table(_title(pathway), pathway.criteria, f"Judged by: {taken}." if taken else "")
    for category in guideline.categories:
        lines += _table(_category(category), category.criteria)
    lines += _table("Gates and limits", guideline.gates)
    lines += _table(LINES, guideline.routing)
    exempt = guideline.washington_exempt
    told = f"Exempt: `{call(exempt.check, exempt.params)}`." if exempt is not None else ""
    lines += _table(WASHINGTON, guideline.washington, told)
    return "\n".join([*lines, *_code_table(guideline)]) + "\n"


def _code_table(guideline: Guideline) -> list[str]:
    """The code lists of the source with their number of rows."""
    table = guideline.code_table
    if table is None:
        return []
    return [
        "",
        f"## Codes (`evaluate/codes/{table.file}`)",
        "",
        "| source | list | what | role | rows |",
        "| --- | --- | --- | --- | --- |",
        *(
            f"| {cell(one.source)} | `{name}` | {cell(one.title)} | {one.role} | {one.rows} |"
            for name, one in table.lists.items()
        ),
    ]


def _table(title: str, criteria: Sequence[Criterion], intro: str = "") -> list[str]:
    if not criteria:
        return []
    return [
        "",
        f"## {title}",
        *(("", intro) if intro else ()),
        "",
        "| source | criterion | requirement | check | settled by |",
        "| --- | --- | --- | --- | --- |",
        *(
            f"| {cell(one.source)} | `{one.id}` | {cell(one.text)} | {_check(one)} | {cell(one.satisfy)} |"
            for one in criteria
        ),
    ]


def _check(criterion: Criterion) -> str:
    shown = f"`{call(criterion.check, criterion.params)}`"
    if criterion.when is not None:
        shown = f"when `{call(criterion.when.check, criterion.when.params)}`: {shown}"
    return cell(shown)


def call(name: str, params: Mapping[str, Any]) -> str:
    """A check as one writes a call: ``response(percent=50, months=2)``."""
    return f"{name}({', '.join(f'{key}={value_text(value)}' for key, value in params.items())})"


def value_text(value: object) -> str:
    """A value of a guideline file in one line; a check as a call, none as ``none``."""
    if isinstance(value, Mapping) and "check" in value:
        return call(str(value["check"]), value.get("params") or {})
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {value_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(value_text(item) for item in value) + "]"
    if value is None:
        return "none"
    return str(value).lower() if isinstance(value, bool) else str(value)


def cell(text: str) -> str:
    """Text that can stand in a cell of a markdown table."""
    return text.replace("|", "\\|").replace("\n", " ")
