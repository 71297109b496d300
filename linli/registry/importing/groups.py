"""Rows that speak of the same person, put together whatever their order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from linli.registry.importing.entries import Entry, Note
from linli.registry.importing.listings import LISTED, ROUGHLY, put_together

Door = tuple[str, int | None, str]
JOINED: Final = "；"


@dataclass(slots=True)
class Group:
    """One person of the sheet. ``clash`` is why the rows cannot be put together: differing_rows, two_doors or same_name."""

    rows: tuple[int, ...]
    values: dict[str, Any]
    notes: list[Note]
    clash: str = ""
    clash_detail: str = ""

    @property
    def door(self) -> Door:
        return self.values.get("building", ""), self.values.get("unit"), self.values.get("door", "")

    @property
    def identity(self) -> str:
        return identity_of(self.values)


def identity_of(values: Mapping[str, Any]) -> str:
    """Name, ID number, birth and door as one text: what is remembered of somebody told apart from another."""
    told = ("name", "id_number", "born_on", "building", "unit", "door")
    return "|".join(str(values.get(name) or "") for name in told)


def with_stairwells(entries: Sequence[Entry], *, doors: Collection[Door]) -> list[Entry]:
    """Give 8-502 its stairwell: the only one with that door, the only one of the building, or the first of a building that has
    none yet. Where several could be meant the row is stopped. Doors that the sheet itself names in full count as known."""
    known = {*doors, *(entry.door for entry in entries if entry.door[1] is not None)}
    of_door, of_building = defaultdict(set), defaultdict(set)
    for building, unit, door in known:
        of_door[building, door].add(unit)
        of_building[building].add(unit)
    return [_with_stairwell(entry, of_door, of_building) for entry in entries]


def _with_stairwell(entry: Entry, of_door: dict[Any, set[Any]], of_building: dict[Any, set[Any]]) -> Entry:
    building, unit, door = entry.door
    if not building or unit is not None:
        return entry
    units = of_door.get((building, door)) or of_building.get(building) or {1}
    if len(units) > 1:
        shown = "、".join(str(unit) for unit in sorted(units))
        return replace(entry, notes=[*entry.notes, Note("address", "which_stairwell", shown)])
    noted = [] if (building, door) in of_door else [Note("address", "stairwell_taken", str(min(units)), stops=False)]
    return replace(entry, values=entry.values | {"unit": min(units)}, notes=[*entry.notes, *noted])


def groups_of(entries: Iterable[Entry]) -> list[Group]:
    """One group per person: the same ID number, or the same name behind the same door and nothing that tells them apart."""
    by_id: dict[str, list[Entry]] = defaultdict(list)
    by_name: dict[tuple[str, Door], list[Entry]] = defaultdict(list)
    for entry in entries:
        if number := entry.values.get("id_number"):
            by_id[number].append(entry)
        else:
            by_name[entry.values["name"], entry.door].append(entry)
    numbers_at: dict[tuple[str, Door], set[str]] = defaultdict(set)
    for number, bearers in by_id.items():
        for entry in bearers:
            numbers_at[entry.values["name"], entry.door].add(number)
    groups = []
    for key, unnumbered in by_name.items():
        groups += _unnumbered(unnumbered, sorted(numbers_at.get(key, ())), by_id)
    return [*(_group(bearers) for bearers in by_id.values()), *groups]


def _unnumbered(entries: list[Entry], numbers: Sequence[str], by_id: dict[str, list[Entry]]) -> list[Group]:
    """Rows without ID number go to their namesake behind the door if there is one; to several of different birth by birth."""
    own: dict[Any, list[Entry]] = defaultdict(list)
    groups = []
    births = {by_id[number][0].values.get("born_on"): number for number in numbers}
    for entry in entries:
        born = entry.values.get("born_on")
        if born is not None and born in births:
            by_id[births[born]].append(entry)
        elif len(numbers) == 1 and born is None:
            by_id[numbers[0]].append(entry)
        elif numbers and born is None:
            groups.append(_clashing([entry], "same_name"))
        else:
            own[born].append(entry)
    unborn = own.pop(None, [])
    if len(own) == 1:
        next(iter(own.values())).extend(unborn)
    elif own:
        groups += [_clashing([entry], "same_name") for entry in unborn]
    elif unborn:
        own[None] = unborn
    return groups + [_group(same) for same in own.values()]


def _clashing(entries: Sequence[Entry], clash: str, detail: str = "") -> Group:
    notes = [note for entry in entries for note in entry.notes]
    return Group(tuple(entry.row for entry in entries), dict(entries[0].values), notes, clash, detail)


def _group(entries: Sequence[Entry]) -> Group:
    entries = sorted(entries, key=lambda entry: entry.row)
    if len({entry.door for entry in entries}) > 1:
        return _clashing(entries, "two_doors", "、".join(str(entry.row) for entry in entries))
    said: dict[str, list[Any]] = defaultdict(list)
    for entry in entries:
        for name, value in entry.values.items():
            if value not in said[name]:
                said[name].append(value)
    if said["groups"]:
        said["groups"] = [tuple(sorted({group for named in said["groups"] for group in named}))]
    for name in (*LISTED, ROUGHLY):
        said[name] = put_together(said[name])
    said["note"] = [JOINED.join(sorted({*said["note"]}))] if said["note"] else []
    differing = sorted(name for name, values in said.items() if len(values) > 1)
    if differing:
        return _clashing(entries, "differing_rows", "、".join(str(entry.row) for entry in entries))
    values = {name: found[0] for name, found in said.items() if found}
    return Group(tuple(entry.row for entry in entries), values, [note for entry in entries for note in entry.notes])
