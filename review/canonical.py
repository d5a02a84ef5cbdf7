"""JSON in one form only, so that its bytes can be compared and hashed."""

from __future__ import annotations

import datetime as dt
import json


def canonical(content: object) -> bytes:
    """ASCII JSON with sorted keys and no spaces. Errors: TypeError for what JSON cannot hold."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")


def timestamp(at: dt.datetime) -> str:
    """A moment as text that sorts like time: UTC to the microsecond, ``2026-03-01T09:30:00.000000Z``."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment(text: str) -> dt.datetime:
    """The moment that `timestamp` wrote."""
    return dt.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=dt.UTC)
