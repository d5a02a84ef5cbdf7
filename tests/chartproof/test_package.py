"""Whatever stands in the source folders is installed: a folder or file type that pyproject.toml forgets is found here."""

from __future__ import annotations

import importlib
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS: dict[str, str] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"][
    "package-dir"
]


@pytest.mark.parametrize(("package", "folder"), FOLDERS.items())
def test_every_source_file_is_installed(package: str, folder: str) -> None:
    (installed,) = importlib.import_module(package).__path__
    sources = [path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    names = {path.relative_to(ROOT / folder) for path in sources}
    assert names
    assert not {str(name) for name in names if not (Path(installed) / name).is_file()}
