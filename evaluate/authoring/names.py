"""A guideline by the name one gives it on the command line: id, id and version, or file."""

from __future__ import annotations

from pathlib import Path

from chartproof.errors import ChartproofError
from chartproof.evaluate.authoring.lint import site_beside
from chartproof.evaluate.guideline import Guideline, guideline_of_file, guideline_versions
from chartproof.evaluate.site import in_force, read_text


def named_guideline(name: str) -> Guideline:
    """The guideline ``nia-305`` (its current version), ``nia-305@2024-01``, or that of a file ``policies/x-1.yaml``.

    Errors: ChartproofError when there is none, or its file has errors.
    """
    path = Path(name)
    if path.suffix in (".yaml", ".yml") or path.is_file():
        read_text(path)
        site = site_beside(path)
        if str(path) not in site.texts:
            raise ChartproofError(f"{path}: no guideline can be read; see: chartproof guidelines check {path}")
        with in_force(site):
            return guideline_of_file(str(path))
    guideline_id, _, version = name.partition("@")
    versions = guideline_versions(guideline_id)
    chosen = next((one for one in reversed(versions) if version in ("", one.version)), None)
    if chosen is None:
        told = ", ".join(one.version for one in versions)
        raise ChartproofError(f"no version {version} of {guideline_id}; known are {told}")
    return chosen
