"""A city for measuring in: communities of 7,000 people, written with plain bulk inserts. All of it is invented.

    python -m bench.registry.city --residents 1000000

Every community has 34 buildings of 6, 11 or 18 floors, a relative to call and a door for each household, a detector for every
fifth. Phones and ID numbers are hashed for everybody, but encrypted only ten thousand times: what is searched is true, what is
only shown is shared.
"""

from __future__ import annotations

import argparse
import os
import random
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, cycle, islice
from typing import Any

import django

from bench.town import mend_sequences

COMMUNITY_RESIDENTS = 7000
GRIDS, BUILDINGS, UNITS, DOORS = 5, 34, 4, 2
FLOORS = (6, 6, 6, 11, 18)
HOUSEHOLDS = (1, 2, 3, 2, 4, 3, 5, 2, 3)
SINCE = date(2020, 1, 1)
ENDS = 10_000
DETECTOR_EVERY = 5
MOVED_OUT_OF = 50
ROOT, CITY, WORKER, CAPTAIN = "root", "city", "worker", "captain"

Rows = dict[Any, list[tuple[Any, ...]]]


def phone_of(number: int) -> str:
    """A number in a range that is not given out; of a million people a hundred share the last four digits."""
    return f"160{number // ENDS:04d}{number * 7919 % ENDS:04d}"


def id_number_of(number: int, born_on: date) -> str:
    """Of an area that does not exist; the check character is right."""
    head = f"99{number // 1000:04d}{born_on:%Y%m%d}{number % 1000:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return head + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(head, weights, strict=True)) % 11]


def build(*, residents: int, each: int = COMMUNITY_RESIDENTS) -> None:
    """Fills an empty, migrated database, ``each`` residents a community, and lets PostgreSQL look at what there is."""
    from django.db import connection, transaction

    builder = Builder()
    with transaction.atomic():
        builder.lay_ground()
        for number, start in enumerate(range(0, residents, each), 1):
            people = min(each, residents - start)
            for model, rows in builder.community(number, people).items():
                write_rows(model, COLUMNS[model.__name__], rows)
        _employ()
        mend_sequences()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")


COLUMNS: Mapping[str, Sequence[str]] = {
    "Community": ("id", "code", "name", "subdistrict", "district", "city", "time_zone", "desk_phone"),
    "Grid": ("id", "community", "number", "name"),
    "Building": ("id", "community", "grid", "number", "floors"),
    "Unit": ("id", "community", "building", "number"),
    "Dwelling": ("id", "community", "unit", "floor", "door", "label"),
    "Household": ("id", "community", "dwelling", "number", "moved_in_on", "moved_out_on"),
    "Resident": (
        "id", "community", "household", "name", "name_pinyin", "name_initials", "sex", "reference", "born_on", "relation",
        "is_head", "phone", "phone_hash", "phone_tail_hash", "id_number", "id_number_hash", "moved_out_on",
    ),
    "Contact": (
        "id", "community", "household", "name", "name_pinyin", "name_initials", "relation", "call_order", "language",
    ),
    "Post": ("id", "community", "role", "grid", "building", "unit", "user", "resident", "holder_name", "language", "since_on",
             "until_on"),
    "ContactPoint": ("id", "community", "contact", "post", "kind", "address", "address_hash", "position"),
    "Membership": ("id", "community", "resident", "group", "since_on", "until_on", "basis", "grade", "every_days",
                   "helper_name"),
    "HomeVisit": ("id", "community", "household", "key", "visited_on", "found", "note", "to_do", "visitor_name", "written_at"),
    "Device": ("id", "community", "model", "serial", "secret_hash", "made_on", "is_active"),
    "Installation": ("id", "community", "device", "unit", "dwelling", "spot", "installed_on", "removed_on"),
    "DeviceState": ("device", "community", "last_seen_at", "last_signal_at", "alarming", "gas_percent_lel", "battery_percent",
                    "deadline_at"),
}  # fmt: skip


class Builder:
    """Numbers what it makes from 1 on, so that rows know each other before they are written."""

    def __init__(self) -> None:
        from bench.registry.names import names
        from linli.core.fields import sealed

        self.names = names(seed=7)
        self.sizes = cycle(HOUSEHOLDS)
        self.chance = random.Random(8)
        self.numbers: dict[str, Iterator[int]] = {name: count(1) for name in COLUMNS}
        self.phones = [sealed(phone_of(number)) for number in range(ENDS)]
        self.ids = [sealed(id_number_of(number, self.birthday())) for number in range(ENDS)]

    def birthday(self) -> date:
        return date(1931, 1, 1) + timedelta(days=self.chance.randrange(95 * 365))

    def lay_ground(self) -> None:
        from linli.safety.models import DeviceModel

        DeviceModel.objects.create(id=1, code="bench-gas", maker="bench", name="gas", raises_id="gas_leak")

    def community(self, number: int, residents: int) -> Rows:
        """The rows of one community by model, in the order in which they can be written."""
        from linli.registry import models as registry
        from linli.safety import models as safety

        self.rows: Rows = {
            model: []
            for model in (
                registry.Community, registry.Grid, registry.Building, registry.Unit, registry.Dwelling, registry.Household,
                registry.Resident, registry.Contact, registry.Post, registry.ContactPoint, registry.Membership,
                registry.HomeVisit, safety.Device, safety.Installation, safety.DeviceState,
            )
        }  # fmt: skip
        self.by_name = {model.__name__: rows for model, rows in self.rows.items()}
        self.here = self.add("Community", f"c{number:04d}", f"第{number}社区", "", "", "", "Asia/Shanghai", "")
        grids = [self.add("Grid", self.here, n, f"第{n}网格") for n in range(1, GRIDS + 1)]
        for role, grid in (("secretary", None), ("duty_officer", None), *(("grid_lead", grid) for grid in grids)):
            self.post(role, grid, None)
        left = residents
        for building, unit, floor, door in self.doors(grids):
            dwelling = self.add("Dwelling", self.here, unit, floor, door, f"{building}{door}")
            people = min(next(self.sizes), left)
            if people:
                self.household(dwelling, unit, people)
            left -= people
        assert not left, "the doors of a community are too few"
        return self.rows

    def doors(self, grids: Sequence[int]) -> Iterator[tuple[str, int, int, str]]:
        """The beginning of the address, stairwell, floor and door."""
        for number in range(1, BUILDINGS + 1):
            floors = FLOORS[number % len(FLOORS)]
            building = self.add("Building", self.here, grids[number % GRIDS], str(number), floors)
            for stairs in range(1, UNITS + 1):
                unit = self.add("Unit", self.here, building, stairs)
                self.post("unit_captain", None, unit)
                for floor in range(1, floors + 1):
                    for door in range(1, DOORS + 1):
                        yield f"{number}栋{stairs}单元", unit, floor, f"{floor}{door:02d}"

    def household(self, dwelling: int, unit: int, people: int) -> None:
        household = self.add("Household", self.here, dwelling, f"H{dwelling:08d}", SINCE, None)
        for position in range(people):
            self.resident(household, position)
        number = next(self.numbers["Contact"])
        self.row("Contact", number, self.here, household, *self.name(), "20", 1, "zh-hans")
        self.point(contact=number)
        if household % 10 == 0:
            visited = SINCE + timedelta(days=household % 2000)
            at = datetime.combine(visited, time(9), tzinfo=UTC)
            self.add("HomeVisit", self.here, household, uuid.uuid4(), visited, "well", "", "", "走访员", at)
        if household % DETECTOR_EVERY == 0:
            device = self.add("Device", self.here, 1, f"R{household:07d}", f"{household:064d}", None, True)
            self.add("Installation", self.here, device, unit, dwelling, "厨房", SINCE, None)
            self.row("DeviceState", device, self.here, None, None, False, None, None, None)

    def resident(self, household: int, position: int) -> None:
        from linli.registry import keeping

        number, born_on = next(self.numbers["Resident"]), self.birthday()
        phone = phone_of(number)
        gone = date(2025, 5, 1) if position and number % MOVED_OUT_OF == 0 else None
        self.row(
            "Resident", number, self.here, household, *self.name(), str(number % 2 + 1), f"T{number:08d}", born_on,
            "02" if position == 0 else "20", position == 0, self.phones[number % ENDS], keeping.phone_hash(phone),
            keeping.phone_tail_hash(phone), self.ids[number % ENDS], keeping.id_number_hash(id_number_of(number, born_on)), gone,
        )  # fmt: skip
        if born_on.year < 1946 and not gone:
            self.add("Membership", self.here, number, "advanced_age", SINCE, None, "", "", 30, "")

    def name(self) -> tuple[str, str, str]:
        columns = next(self.names)
        return columns["name"], columns["name_pinyin"], columns["name_initials"]

    def post(self, role: str, grid: int | None, unit: int | None) -> None:
        number = next(self.numbers["Post"])
        holder = self.name()[0]
        self.row("Post", number, self.here, role, grid, None, unit, None, None, holder, "zh-hans", SINCE, None)
        self.point(post=number)

    def point(self, *, contact: int | None = None, post: int | None = None) -> None:
        from linli.registry import keeping

        number = next(self.numbers["ContactPoint"])
        told = self.phones[number % ENDS], keeping.phone_hash(phone_of(10**7 + number))
        self.row("ContactPoint", number, self.here, contact, post, "phone", *told, 1)

    def add(self, name: str, *values: Any) -> int:
        number = next(self.numbers[name])
        self.row(name, number, *values)
        return number

    def row(self, name: str, *values: Any) -> None:
        self.by_name[name].append(values)


def write_rows(model: Any, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """COPY is what makes a million people a matter of minutes."""
    from django.db import connection

    from linli.core.bulk import insert_rows

    if connection.vendor != "postgresql":
        left = iter(rows)
        while chunk := list(islice(left, 5000)):
            insert_rows(model, columns=columns, rows=chunk)
        return
    names = ", ".join(f'"{model._meta.get_field(name).column}"' for name in columns)
    with connection.cursor() as cursor, cursor.copy(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)


def _employ() -> None:
    """Who will ask: somebody for everything, for the whole city, for the first community, and for its first stairwell."""
    from linli.accounts.models import User
    from linli.registry.models import Community, Post, Unit

    User.objects.create(username=ROOT, name="管理员", is_staff=True, is_superuser=True)
    city, worker, captain = (User.objects.create(username=name, name=name) for name in (CITY, WORKER, CAPTAIN))
    every = Community.objects.filter(code__startswith="c").order_by("pk")
    held: list[Any] = [Post(community=one, role="secretary", user=city, holder_name=CITY) for one in every]
    held.append(Post(community=every[0], role="secretary", user=worker, holder_name=WORKER))
    first = Unit.objects.filter(community=every[0]).order_by("pk")[0]
    held.append(Post(community=every[0], role="unit_captain", unit=first, user=captain, holder_name=CAPTAIN))
    for post in held:
        post.since_on = SINCE
        post.pk = None
    mend_sequences()
    Post.objects.bulk_create(held)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--residents", type=int, required=True)
    args = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    build(residents=args.residents)


if __name__ == "__main__":
    main()
