"""Who pays and in which state, out of FHIR: coverages, organizations and patients. What is in doubt stays empty."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from chartproof.batch.sources.resources import Resource, day, dig, each, last, references

_DEAD = frozenset({"entered-in-error", "cancelled", "draft"})
_PEOPLE = ("Patient", "RelatedPerson")
_COUNTRIES = frozenset({None, "", "us", "usa", "united states", "united states of america"})


class Payers:
    """The coverages and payers of an export, in its database."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.execute("CREATE TABLE organizations (id TEXT PRIMARY KEY, name TEXT)")
        database.execute("CREATE TABLE coverages (id TEXT PRIMARY KEY, subject TEXT, content TEXT)")

    def add(self, resource: Resource, identifier: str) -> None:
        """Take in a coverage or an organization, or those that another resource contains."""
        for contained in each(resource.get("contained")):
            if isinstance(contained, dict):
                self.add({**contained, "contained": None}, f"{identifier}#{contained.get('id')}")
        name = dig(resource, "name")
        if resource.get("resourceType") == "Organization" and isinstance(name, str) and name.strip():
            self._database.execute("INSERT OR REPLACE INTO organizations VALUES (?, ?)", (identifier, name.strip()))
        elif resource.get("resourceType") == "Coverage" and str(resource.get("status")) not in _DEAD:
            subject = last(dig(resource, "beneficiary", "reference"))
            order, owner = resource.get("order"), identifier.split("#")[0]
            content = {
                "payers": [named for one in each(resource.get("payor")) if (named := payer(one, owner))],
                "plans": _plans(resource),
                "order": order if type(order) is int else None,
                "start": day(dig(resource, "period", "start")),
                "end": day(dig(resource, "period", "end")),
            }
            self._database.execute(
                "INSERT OR REPLACE INTO coverages VALUES (?, ?, ?)", (identifier, subject, json.dumps(content))
            )

    def close(self) -> None:
        """All resources are in."""
        self._database.execute("CREATE INDEX by_beneficiary ON coverages (subject, id)")

    def plan(self, asked: Mapping[str, Any], subject: str, date: str | None) -> str | None:
        """The payer and plan of a request: of the insurer and coverages that it names, else of its patient's coverages.

        `asked`: what `named` found in the request. None where several coverages could be meant, and none of them is said
        to be the first.
        """
        insurer, ids, shown = asked["insurer"], asked["coverages"], asked["shown"]
        if ids:
            query = "SELECT content FROM coverages WHERE id = ?"
            rows = [row for one in dict.fromkeys(ids) for row in self._database.execute(query, (one,))]
        else:
            query = "SELECT content FROM coverages WHERE subject = ? ORDER BY id"
            rows = [] if shown else self._database.execute(query, (subject,)).fetchall()
        told: set[str] = set()
        if not ids or len(rows) == len(set(ids)):
            told = {self._told(one, insurer) for one in _first([json.loads(content) for (content,) in rows], date)}
        if len(told) == 1 and (found := told.pop()):
            return found
        if insurer is not None and (name := self._name(insurer)):
            return name
        return str(shown[0]) if not rows and len(shown) == 1 else None

    def _told(self, coverage: dict[str, Any], insurer: dict[str, str] | None) -> str:
        payers = [insurer] if insurer is not None else coverage["payers"]
        names = [name for one in payers if (name := self._name(one))]
        return ", ".join(dict.fromkeys([*names, *coverage["plans"]]))

    def _name(self, one: dict[str, str]) -> str | None:
        if one["display"]:
            return one["display"]
        row = self._database.execute("SELECT name FROM organizations WHERE id = ?", (one["id"],)).fetchone()
        return None if row is None else str(row[0])


def named(insurer: Any, insurances: Sequence[Any], owner: str) -> dict[str, Any]:
    """What a request says of its payer: `insurer`, the ids of `coverages`, and how these are `shown` in the request."""
    shown = {text.strip() for one in insurances if isinstance(text := dig(one, "display"), str) and text.strip()}
    return {
        "insurer": payer(insurer, owner),
        "coverages": references([*insurances], "Coverage", owner=owner),
        "shown": sorted(shown),
    }


def payer(reference: Any, owner: str) -> dict[str, str] | None:
    """An organization as a payer, by its name and id; None for a person, who pays for herself."""
    target, display = dig(reference, "reference"), dig(reference, "display")
    if any(dig(reference, "type") == kind or f"{kind}/" in str(target) for kind in _PEOPLE):
        return None
    (found, *_) = [*references([reference], "Organization", owner=owner), ""]
    shown = display.strip() if isinstance(display, str) else ""
    return {"display": shown, "id": found} if shown or found else None


def state(patient: Resource) -> str | None:
    """The state that a patient lives in, as two letters; None where addresses differ or lie elsewhere."""
    found = set()
    for address in each(patient.get("address")):
        code, country = dig(address, "state"), dig(address, "country")
        if str(dig(address, "use") or "home") != "home" or dig(address, "period", "end") or not isinstance(code, str):
            continue
        here = country is None or (isinstance(country, str) and country.strip().lower() in _COUNTRIES)
        code = code.strip().upper().removeprefix("US-")
        found.add(code if here and len(code) == 2 and code.isascii() and code.isalpha() else None)
    return found.pop() if len(found) == 1 else None


def _first(coverages: list[dict[str, Any]], date: str | None) -> list[dict[str, Any]]:
    """The coverages that hold on the day; of several with an order those that come first in it."""
    valid = [
        one for one in coverages if date is None or ((one["start"] or date) <= date and date <= (one["end"] or date))
    ]
    orders = [one["order"] for one in valid]
    if None in orders or not orders:
        return valid
    return [one for one in valid if one["order"] == min(orders)]


def _plans(coverage: Resource) -> list[str]:
    """The names of the plan, where a class of the coverage gives them."""
    found = []
    for one in each(coverage.get("class")):
        codes = [dig(coding, "code") for coding in each(dig(one, "type", "coding"))]
        name = dig(one, "name")
        if "plan" in codes and isinstance(name, str) and name.strip():
            found.append(name.strip())
    return found
