"""A site's own guideline files: a folder outside the package, in force while a `site_guidelines` block runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from chartproof.errors import ChartproofError

CASES_SUFFIX = ".cases.yaml"


@dataclass(frozen=True, eq=False)
class Site:
    """The guideline files of a folder as they were read: path -> text.

    `replaces` is set for files that are to be checked in the place of the package's own.
    """

    texts: Mapping[str, str]
    replaces: bool = False


_SITE: ContextVar[Site | None] = ContextVar("site", default=None)


def current_site() -> Site | None:
    """The site whose guidelines are in force, None for those of the package alone."""
    return _SITE.get()


@contextmanager
def site_guidelines(folder: Path) -> Iterator[None]:
    """While it runs, the guideline files (``*.yaml``) of `folder` are in force beside those of the package.

    Errors: ChartproofError when the folder or a file in it cannot be read.
    """
    with in_force(read_site(folder)):
        yield


@contextmanager
def in_force(site: Site) -> Iterator[None]:
    """While it runs, the files of `site` are in force beside those of the package."""
    token = _SITE.set(site)
    try:
        yield
    finally:
        _SITE.reset(token)


def read_site(folder: Path) -> Site:
    """The guideline files of a folder, test cases left out. Errors: ChartproofError when one cannot be read."""
    if not folder.is_dir():
        raise ChartproofError(f"{folder}: no such folder; name the folder of your guideline files")
    paths = guideline_paths(folder)
    if not paths:
        raise ChartproofError(f"{folder}: no guideline file (*.yaml) is in this folder")
    return Site({str(path): read_text(path) for path in paths})


def guideline_paths(folder: Path) -> list[Path]:
    """The guideline files of a folder, sorted by name; test cases (``*.cases.yaml``) are left out."""
    return sorted(path for path in folder.glob("*.yaml") if path.is_file() and not path.name.endswith(CASES_SUFFIX))


def read_text(path: Path) -> str:
    """The text of a file. Errors: ChartproofError when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ChartproofError(f"{path}: {error.strerror or 'cannot be read'}") from None
    except UnicodeDecodeError:
        raise ChartproofError(f"{path}: the file is not UTF-8 text") from None
