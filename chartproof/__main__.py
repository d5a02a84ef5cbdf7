"""``python -m chartproof``."""

from chartproof.cli import app

app(prog_name="chartproof")
