"""What messages say. Rooms lay down their sentences here, in Chinese and in English; the worker fills them in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Wording:
    """``title`` and ``text`` with {names} to fill in."""

    title: str
    text: str


_wordings: dict[tuple[str, str], Wording] = {}


def lay_down(code: str, *, zh: Wording, en: Wording) -> None:
    """Make a wording known under ``code``."""
    _wordings[code, "zh"], _wordings[code, "en"] = zh, en


def filled(code: str, *, language: str, params: Mapping[str, Any]) -> Wording:
    """The wording in the reader's language, filled in. Raises KeyError for an unknown code or a missing value: a bug."""
    spoken = "en" if language.startswith("en") else "zh"
    wording = _wordings[code, spoken]
    values = {**params, "kind": params.get(f"kind_{spoken}", ""), "recipient": params.get("recipient", "")}
    return Wording(title=wording.title.format_map(values), text=wording.text.format_map(values))
