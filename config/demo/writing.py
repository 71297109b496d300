"""Writes the planned town into the database, table by table, many rows to a statement."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import models

from config.demo.devices import write_devices
from config.demo.paper import Plan, PlannedHousehold, PlannedPost, PlannedUnit
from linli.accounts.models import User
from linli.core.bulk import insert_rows
from linli.registry import keeping
from linli.registry.models import (
    Building,
    Community,
    Contact,
    ContactPoint,
    Dwelling,
    Grid,
    Household,
    Post,
    Resident,
    Unit,
)

Progress = Callable[[str, int, int], None]
ROWS_AT_ONCE = 1000
WEBHOOK, INBOX, PHONE = 1, 2, 3
UNUSABLE = "!"


@dataclass(slots=True)
class Ids:
    """What has been written so far, by its place in the plan."""

    community: int
    grids: list[int] = field(default_factory=list)
    buildings: list[int] = field(default_factory=list)
    units: list[int] = field(default_factory=list)
    dwellings: dict[tuple[int, str], int] = field(default_factory=dict)
    households: dict[int, int] = field(default_factory=dict)
    residents: dict[str, int] = field(default_factory=dict)


class Writer:
    """One town, one transaction (the caller's). The methods are called in the order in which they stand."""

    def __init__(self, *, plan: Plan, community: Community, today: date, seed: int, progress: Progress) -> None:
        self._plan, self._today, self._progress = plan, today, progress
        self._dice = random.Random(f"devices:{seed}")  # noqa: S311  the point is that it repeats
        self._ids = Ids(community=community.pk)

    def write(self) -> None:
        self._places()
        self._households()
        self._residents()
        self._contacts()
        self._posts()
        self._devices()

    def _places(self) -> None:
        ids, plan = self._ids, self._plan
        grids = [(ids.community, n, f"第{n}网格") for n in range(1, plan.grids + 1)]
        ids.grids = self._in_order("grids", Grid, ("community", "number", "name"), grids, key=("number",))
        buildings = [(ids.community, ids.grids[b.grid], b.number, b.floors) for b in plan.buildings]
        columns: Sequence[str] = ("community", "grid", "number", "floors")
        ids.buildings = self._in_order("buildings", Building, columns, buildings, key=("number",))
        units = [(ids.community, ids.buildings[n], u.number) for n, b in enumerate(plan.buildings) for u in b.units]
        columns = ("community", "building", "number")
        ids.units = self._in_order("stairwells", Unit, columns, units, key=("building", "number"))
        doors = [
            (
                ids.community,
                unit_id,
                door.floor,
                door.door,
                keeping.dwelling_label(building=number, unit=unit.number, door=door.door),
            )
            for number, unit_id, unit in self._stairwells()
            for door in unit.dwellings
        ]
        columns = ("community", "unit", "floor", "door", "label")
        written = self._insert("dwellings", Dwelling, columns, doors, returning=("pk", "unit", "door"))
        ids.dwellings = {(unit, door): pk for pk, unit, door in written}

    def _stairwells(self) -> Iterator[tuple[str, int, PlannedUnit]]:
        """(number of the building, id of the stairwell, what is planned in it)."""
        numbers = [(building.number, unit) for building in self._plan.buildings for unit in building.units]
        for unit_id, (number, unit) in zip(self._ids.units, numbers, strict=True):
            yield number, unit_id, unit

    def _inhabited(self) -> Iterator[tuple[int, int, PlannedHousehold]]:
        """(id of the stairwell, id of the dwelling, who is planned to live there)."""
        for _, unit_id, unit in self._stairwells():
            for door in unit.dwellings:
                if door.household:
                    yield unit_id, self._ids.dwellings[unit_id, door.door], door.household

    def _households(self) -> None:
        rows = [
            (self._ids.community, dwelling, f"D{place:05}", home.moved_in_on, None)
            for place, (_, dwelling, home) in enumerate(self._inhabited(), start=1)
        ]
        columns: Sequence[str] = ("community", "dwelling", "number", "moved_in_on", "moved_out_on")
        written = self._insert("households", Household, columns, rows, returning=("pk", "dwelling"))
        self._ids.households = {dwelling: pk for pk, dwelling in written}

    def _residents(self) -> None:
        rows: list[dict[str, Any]] = []
        for _, dwelling, home in self._inhabited():
            for resident in home.residents:
                person = resident.person
                kept = {
                    "community": self._ids.community,
                    "household": self._ids.households[dwelling],
                    "reference": f"D{len(rows) + 1:06}",
                    "sex": person.sex,
                    "born_on": person.born_on,
                    "relation": resident.relation,
                    "is_head": resident.is_head,
                    "moved_in_on": max(home.moved_in_on, person.born_on),
                    "moved_out_on": None,
                    "died_on": None,
                    **keeping.name_columns(person.name),
                    # A child has no phone of its own.
                    **keeping.phone_columns(person.phone if person.age >= 12 else ""),
                    **keeping.id_number_columns(person.id_number),
                }
                rows.append(kept)
        columns: Sequence[str] = tuple(rows[0]) if rows else ()
        lines = [tuple(row.values()) for row in rows]
        written = self._insert("residents", Resident, columns, lines, returning=("pk", "id_number_hash"))
        self._ids.residents = {number_hash: pk for pk, number_hash in written}

    def _contacts(self) -> None:
        rows, phones = [], {}
        for _, dwelling, home in self._inhabited():
            household = self._ids.households[dwelling]
            for order, contact in enumerate(home.contacts, start=1):
                named = keeping.name_columns(contact.name).values()
                rows.append((self._ids.community, household, *named, contact.relation, order, contact.language, None))
                phones[household, order] = contact.phone
        columns: Sequence[str] = (
            "community", "household", "name", "name_pinyin", "name_initials", "relation", "call_order", "language", "ended_on",
        )  # fmt: skip
        written = self._insert("relatives", Contact, columns, rows, returning=("pk", "household", "call_order"))
        points = [
            point
            for pk, household, order in sorted(written)
            for point in self._points(contact=pk, post=None, phone=phones[household, order])
        ]
        self._insert("ways to reach relatives", ContactPoint, POINT_COLUMNS, points)

    def _posts(self) -> None:
        users = self._users()
        rows, phones = [], {}
        since_on = self._today - timedelta(days=400)
        for post in self._plan.posts:
            place = (
                self._at(self._ids.grids, post.grid),
                self._at(self._ids.buildings, post.building),
                self._at(self._ids.units, post.unit),
            )
            resident = self._ids.residents.get(keeping.id_number_hash(post.id_number)) if post.id_number else None
            rows.append(
                (
                    self._ids.community,
                    post.role,
                    *place,
                    users.get(post.username),
                    resident,
                    post.name,
                    "zh-hans",
                    since_on,
                    None,
                )
            )
            phones[post.role, *place, post.name] = post.phone
        columns: Sequence[str] = (
            "community", "role", "grid", "building", "unit", "user", "resident", "holder_name", "language", "since_on", "until_on",
        )  # fmt: skip
        returning = ("pk", "role", "grid", "building", "unit", "holder_name")
        written = self._insert("posts", Post, columns, rows, returning=returning)
        points = [
            point
            for pk, *key in sorted(written)
            for point in self._points(contact=None, post=pk, phone=phones[tuple(key)])
        ]
        self._insert("ways to reach posts", ContactPoint, POINT_COLUMNS, points)

    def _users(self) -> dict[str, int]:
        """Logins without a password yet: keys are issued afterwards."""
        with_login = [post for post in self._plan.posts if post.username]
        return {post.username: _user(post).pk for post in with_login}

    def _points(self, *, contact: int | None, post: int | None, phone: str) -> Iterator[tuple[Any, ...]]:
        community = self._ids.community
        yield (community, contact, post, "inbox", "", "", INBOX)
        kept = keeping.address_columns(kind="phone", address=phone)
        yield (community, contact, post, "phone", kept["address"], kept["address_hash"], PHONE)

    def _devices(self) -> None:
        write_devices(
            plan=self._plan,
            community_id=self._ids.community,
            today=self._today,
            dice=self._dice,
            stairwells=((unit_id, unit) for _, unit_id, unit in self._stairwells()),
            homes=self._inhabited(),
            insert=self._insert,
        )

    def _in_order(
        self,
        part: str,
        model: type[models.Model],
        columns: Sequence[str],
        rows: list[tuple[Any, ...]],
        *,
        key: tuple[str, ...],
    ) -> list[int]:
        """Ids in the order of ``rows``, matched by ``key``: a database may return rows in any order."""
        written = self._insert(part, model, columns, rows, returning=("pk", *key))
        by_key = {tuple(values): pk for pk, *values in written}
        places = [columns.index(name) for name in key]
        return [by_key[tuple(row[place] for place in places)] for row in rows]

    def _insert(
        self,
        part: str,
        model: type[models.Model],
        columns: Sequence[str],
        rows: list[tuple[Any, ...]],
        returning: Sequence[str] = (),
    ) -> list[tuple[Any, ...]]:
        written: list[tuple[Any, ...]] = []
        for start in range(0, len(rows), ROWS_AT_ONCE):
            self._progress(part, start, len(rows))
            written += insert_rows(model, columns=columns, rows=rows[start : start + ROWS_AT_ONCE], returning=returning)
        self._progress(part, len(rows), len(rows))
        return written

    @staticmethod
    def _at(ids: list[int], place: int | None) -> int | None:
        return None if place is None else ids[place]


POINT_COLUMNS = ("community", "contact", "post", "kind", "address", "address_hash", "position")


def _user(post: PlannedPost) -> User:
    """The login of a demo post; one that is there already from an earlier demo is taken."""
    user, _ = User.objects.get_or_create(username=post.username, defaults={"name": post.name, "password": UNUSABLE})
    return user
