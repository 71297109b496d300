"""What is kept of a file and of a plan, as JSON: days are tagged, so that they come back as days."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

_DAY, _MOMENT = "__day__", "__moment__"


def packed(value: Any) -> str:
    """JSON for lists and dictionaries of text, numbers, days and None."""
    return _ENCODER.encode(value)


def _tagged(value: object) -> dict[str, str]:
    if isinstance(value, datetime):
        return {_MOMENT: value.isoformat()}
    if isinstance(value, date):
        return {_DAY: value.isoformat()}
    raise TypeError(type(value).__name__)


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_tagged)  # made once: rows are many


def unpacked(text: str) -> Any:
    """What ``packed`` was given; tuples come back as lists."""
    return json.loads(text, object_hook=_untagged)


def _untagged(found: dict[str, Any]) -> Any:
    if _DAY in found:
        return date.fromisoformat(found[_DAY])
    if _MOMENT in found:
        return datetime.fromisoformat(found[_MOMENT])
    return found
