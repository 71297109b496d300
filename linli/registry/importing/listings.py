"""What a sheet says of somebody's places on lists of priority groups: since when, on what basis, who helps.

Each is kept by group. Where a cell names several groups, the cells beside it may say as many things, in the same order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from linli.registry.cells import Doubt, day_in, says_nothing, text_of

LISTED: Final[Mapping[str, str]] = {"listed_on": "since_on", "listed_basis": "basis", "helper": "helper_name"}
"""The column of a place on a list by what a column of a sheet holds."""
LONGEST: Final[Mapping[str, int]] = {"listed_basis": 100, "helper": 60}
ROUGHLY: Final = "listed_known"
MASKED: Final = "****"
HARMLESS: Final = frozenset({Doubt.CENTURY})
_DAYS, SEVERAL = re.compile(r"[、,，;；\n]"), re.compile(r"[;；\n]")
Said = dict[str, dict[str, Any]]


def listings_in(
    *, cells: Mapping[str, object], groups: Sequence[str], today: date
) -> tuple[Said, list[tuple[str, str, str]]]:
    """What is said of ``groups``, as the words of their cell name them ("" for a word that names none), and the doubts as
    (field, code, typed)."""
    said: Said = {}
    doubts: list[tuple[str, str, str]] = []
    for name in LISTED:
        cell = cells.get(name)
        if says_nothing(cell):
            continue
        if not any(groups):
            doubts.append((name, "without_group", ""))
        elif name == "listed_on":
            _days(said, doubts, cell, groups, today)
        else:
            parts = _parted(cell, SEVERAL, len(groups)) or [cell] * len(groups)
            texts = {group: _text(part, LONGEST[name]) for group, part in zip(groups, parts, strict=True) if group}
            said[name] = {group: text for group, text in texts.items() if text}
    return {name: told for name, told in said.items() if told}, doubts


def _days(said: Said, doubts: list[tuple[str, str, str]], cell: object, groups: Sequence[str], today: date) -> None:
    parts = _parted(cell, _DAYS, len(groups)) or [cell] * len(groups)
    for part in dict.fromkeys(parts):
        if (found := day_in(part, today=today)).doubt:
            doubts.append(("listed_on", found.doubt, text_of(part)))
    for group, part in zip(groups, parts, strict=True):
        found = day_in(part, today=today)
        if group and found.day and (not found.doubt or found.doubt in HARMLESS):
            said.setdefault("listed_on", {})[group] = found.day
            if found.known != "day":
                said.setdefault(ROUGHLY, {})[group] = found.known


def _parted(cell: object, between: re.Pattern[str], wanted: int) -> list[object] | None:
    """One part for each group, or None where the cell speaks of all of them alike."""
    if wanted < 2 or not isinstance(cell, str):
        return None
    parts: list[object] = [part.strip() for part in between.split(cell)]
    return parts if len(parts) == wanted else None


def _text(cell: object, longest: int) -> str:
    """As it was written, since others read it; what comes masked out of an export says nothing."""
    if says_nothing(cell) or MASKED in text_of(cell):
        return ""
    return (" ".join(cell.split()) if isinstance(cell, str) else text_of(cell))[:longest]


def put_together(told: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What several rows say of one person's lists as one; as it is where they contradict each other."""
    together: dict[str, Any] = {}
    for one in told:
        for group, value in one.items():
            if together.setdefault(group, value) != value:
                return list(told)
    return [together] if together else []


def changes_of(
    *, values: Mapping[str, Any], lists: Mapping[str, Mapping[str, Any]], fills: bool
) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """(name, before, after by group) of what a sheet says otherwise than the register; with ``fills`` only of what was empty."""
    taken = values.get("groups", ())
    for name, column in LISTED.items():
        before: dict[str, Any] = {}
        after: dict[str, Any] = {}
        for group, value in values.get(name, {}).items():
            known = lists.get(group, {}).get(column) or ""
            if group not in taken or (known and (fills or _alike(known, value, values, group))):
                continue
            before, after = before | {group: known}, after | {group: value}
        if after:
            yield name, before, after


def _alike(known: Any, value: Any, values: Mapping[str, Any], group: str) -> bool:
    if not isinstance(value, date):
        return text_of(known) == text_of(value)
    roughly = values.get(ROUGHLY, {}).get(group, "day")
    if roughly == "day":
        return bool(known == value)
    return bool(known.year == value.year and (roughly == "year" or known.month == value.month))
