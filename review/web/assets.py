"""The addresses of the pages' own style and scripts: they change with the content, so that no browser keeps an old one."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources


@cache
def asset_path(name: str) -> str:
    """The address of a file of ``static/``. Errors: FileNotFoundError."""
    content = resources.files("chartproof.review.web").joinpath("static", name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"
