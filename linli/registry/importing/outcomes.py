"""Who is in the register, and what becomes of somebody in a sheet."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

Door = tuple[str, int | None, str]
PERSONAL: Final = (
    "name", "sex", "ethnicity", "id_number", "born_on", "born_known", "relation", "phone", "other_phones", "politics",
    "education", "marriage", "residence", "workplace", "registered_address", "moved_in_on", "moved_out_on", "died_on", "note",
)  # fmt: skip
NEW: Final = "new"
MOVED: Final = "has_moved"
HEAD: Final = "02"
OUR_KEY: Final = re.compile(r"T[2-9A-HJ-NP-Z]{8}|")
UNSAID: Final[Mapping[str, Collection[Any]]] = {"sex": ("", "0", "9"), "relation": ("", "80"), "born_known": ("",)}


class Policy(StrEnum):
    """What happens to somebody who is in the register already. Blank cells erase nothing under any of them."""

    SKIP = "skip"
    UPDATE = "update"
    FILL = "fill"
    FORCE_NEW = "new"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the register: the columns of ``PERSONAL``, where they live, the priority groups whose lists they are on with what is
    kept of each (pk, since_on, basis, helper_name), and who is called for their household."""

    pk: int
    values: Mapping[str, Any]
    door: Door
    household_id: int
    household_number: str = ""
    contacts: Mapping[str, Collection[str]] = field(default_factory=dict)
    groups: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def gone(self) -> bool:
        return bool(self.values.get("moved_out_on") or self.values.get("died_on"))


@dataclass(slots=True)
class Outcome:
    """What becomes of one person of the sheet, who may stand in several of its rows.

    ``kind`` is create, update, same, question, conflict or error; ``changes`` has (before, after) for each column;
    ``reasons`` are (code, detail), most of them shown beside the row even where they stop nothing.
    """

    kind: str
    rows: tuple[int, ...]
    values: dict[str, Any]
    person: Person | None = None
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    candidates: tuple[Person, ...] = ()
    reasons: list[tuple[str, str]] = field(default_factory=list)

    @property
    def door(self) -> Door:
        return self.values.get("building", ""), self.values.get("unit"), self.values.get("door", "")

    @property
    def moved(self) -> bool:
        """Whether somebody of the register lives behind another door now."""
        return "place" in self.changes

    def refuse(self, code: str, detail: str = "", *, kind: str = "conflict") -> None:
        self.kind = kind
        self.reasons.insert(0, (code, detail))
