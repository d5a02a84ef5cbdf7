"""The manifest: what a batch was made of, by which program and rules, and what came out, so that it can be checked.

``content`` and its SHA-256 are the same for the same export, options and program; the time it took stands apart.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from chartproof import __version__
from chartproof.batch.names import shown
from chartproof.batch.parts import replace_file
from chartproof.errors import ChartproofError

NAME = "manifest.json"
_CODE = (".py", ".yaml", ".csv")


def program() -> dict[str, Any]:
    """Version and hashes of the program, its rules and the guidelines in force."""
    from chartproof.evaluate.guideline import guideline_versions, list_guidelines
    from chartproof.extract import rules_hash

    guidelines = {
        (version.id, version.version): {"id": version.id, "version": version.version, "sha256": version.content_hash}
        for one in list_guidelines()
        for version in guideline_versions(one.id)
    }
    return {
        "chartproof": __version__,
        "code": _code_hash(),
        "rules": rules_hash(),
        "guidelines": [guidelines[key] for key in sorted(guidelines)],
    }


def _code_hash() -> str:
    """SHA-256 over the files of the program that decide results, extraction rules apart (they have their own hash)."""
    digest = hashlib.sha256()
    for package, pattern in (("chartproof", "*"), ("chartproof.evaluate", "**/*"), ("chartproof.batch", "**/*")):
        folder = Path(import_module(package).__path__[0])
        for path in sorted(folder.glob(pattern)):
            if path.suffix in _CODE and path.is_file():
                digest.update(f"{package}/{path.relative_to(folder).as_posix()}\n".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def inputs(export: Path) -> list[dict[str, Any]]:
    """Name, size and SHA-256 of the files of an export. Errors: ChartproofError when one cannot be read."""
    files = [export]
    if export.is_dir():
        files = sorted(Path(folder, name) for folder, _, names in os.walk(export) for name in names)
    found = []
    for path in files:
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                size = os.fstat(file.fileno()).st_size
        except FileNotFoundError:
            raise ChartproofError(f"{path}: no such file; check the path") from None
        except OSError as error:
            raise ChartproofError(f"{path}: cannot be read ({error.strerror}); check its permissions") from None
        name = path.relative_to(export).as_posix() if export.is_dir() else path.name
        found.append({"name": shown(name), "bytes": size, "sha256": digest})
    return found


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of JSON content, by its keys and values alone."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def write_manifest(folder: Path, content: Mapping[str, Any], timing: Mapping[str, Any]) -> None:
    """Write the manifest of a folder. Errors: OSError."""
    whole = {"content": content, "sha256": digest_of(content), "timing": timing}
    replace_file(folder / NAME, (json.dumps(whole, indent=2, ensure_ascii=False) + "\n").encode())


def read_manifest(path: Path) -> dict[str, Any]:
    """The content of a manifest, which may be named by its folder. Errors: ChartproofError for what is none."""
    path = path / NAME if path.is_dir() else path
    try:
        whole = json.loads(path.read_bytes())
        content: dict[str, Any] = whole["content"]
        sound = digest_of(content) == whole["sha256"]
    except FileNotFoundError:
        raise ChartproofError(f"{path}: no such manifest; name the manifest.json of an earlier batch") from None
    except OSError as error:
        raise ChartproofError(f"{path}: cannot be read ({error.strerror}); check its permissions") from None
    except (ValueError, KeyError, TypeError):
        raise ChartproofError(f"{path}: not a manifest; name the manifest.json of an earlier batch") from None
    if not sound:
        raise ChartproofError(f"{path}: was changed since it was written, so that nothing can be taken over from it")
    return content
