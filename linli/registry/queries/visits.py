"""Who is to be visited by when: from the lists they are on, and the last visit that found somebody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from linli.accounts.roles import Role
from linli.core.errors import NotFound
from linli.registry.groups import Group
from linli.registry.models import HomeVisit, Household, Membership, Post, Resident
from linli.registry.rules import visit_due_on
from linli.registry.scopes import Scope, valid_on

FOUND_SOMEBODY: Final = (HomeVisit.Found.WELL, HomeVisit.Found.NEEDS_HELP)
COMING_DAYS: Final = 14
_HOME, _DOOR = "resident__household", "resident__household__dwelling"
_COLUMNS: Final = {
    "home": f"{_HOME}_id", "since": "since_on", "every": "every_days", "list": "group", "helper": "helper_name",
    "town": f"{_DOOR}__community_id", "house": f"{_DOOR}__unit__building_id", "number": f"{_DOOR}__unit__building__number",
    "stairwell": f"{_DOOR}__unit_id", "unit_number": f"{_DOOR}__unit__number", "storey": f"{_DOOR}__floor",
    "door": f"{_DOOR}__door", "place": f"{_DOOR}__label",
}  # fmt: skip
DoorKey = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class VisitDue:
    """A household with somebody on a list. ``late_days`` is below zero while there is time left.

    ``groups`` holds only those the reader may know of; the others count for the day all the same. ``looks_after`` is the
    helper named on a list the reader may see, else the captain of the stairwell or building, else "".
    """

    household_id: int
    place: str
    unit_id: int
    building_id: int
    people: tuple[str, ...]
    groups: tuple[str, ...]
    due_on: date
    late_days: int
    last_on: date | None
    looks_after: str
    door_key: DoorKey

    @property
    def lateness(self) -> DoorKey:
        """The latest first, then door by door."""
        return (self.due_on, self.door_key)


@dataclass(frozen=True, slots=True)
class HouseholdVisits:
    """What the household's page shows of visits: ``due_on`` is None where nobody has to visit."""

    last: HomeVisit | None
    due_on: date | None


def visits_due(*, scope: Scope, on: date, until: date, groups: Collection[str]) -> list[VisitDue]:
    """The households in scope that are to be visited by ``until``, the latest first, then door by door. Four queries.

    ``groups`` are those the reader may see (``groups_seen``).
    """
    homes: dict[int, list[dict[str, Any]]] = defaultdict(list)
    columns = {name: F(path) for name, path in _COLUMNS.items()}
    owed: QuerySet[Any] = _owed(scope, on, until).annotate(last=_last_visit())
    for row in owed.values("last", **columns):
        homes[row["home"]].append(row)
    names = names_in(household_ids=homes)
    captains = _captains({row[0]["stairwell"] for row in homes.values()}, on) if homes else {}
    found = [_due(rows, on, names, captains, groups) for rows in homes.values()]
    return sorted(found, key=lambda row: row.lateness)


def overdue_count(*, scope: Scope, on: date) -> int:
    """How many households in scope should have been visited before this day. Two queries."""
    late: QuerySet[Any] = _owed(scope, on, on - timedelta(days=1))
    return late.values(_COLUMNS["home"]).distinct().count()


def due_by_door(*, doors: Mapping[str, int], on: date) -> dict[int, date]:
    """By when somebody behind each door is to be visited; ``doors`` are conditions on the list. One query."""
    rows = Membership.objects.filter(valid_on(day=on), _present(), **doors).annotate(last=_last_visit())
    found: dict[int, date] = {}
    for row in rows.values("last", door=F(f"{_HOME}__dwelling_id"), since=F("since_on"), every=F("every_days")):
        due = _when(row)
        found[row["door"]] = min(due, found.get(row["door"], due))
    return found


def visits_at(*, household_id: int, on: date) -> HouseholdVisits:
    """The last visit to a household and by when the next is due. Asks nothing about the reader's scope. Two queries."""
    last = HomeVisit.objects.filter(household_id=household_id).order_by("-visited_on", "-pk").first()
    return HouseholdVisits(last, _due_of(household_id=household_id, on=on, seen=Q()))


def due_before(*, visit: HomeVisit, on: date) -> date | None:
    """By when the household was to be visited, had this visit not been. One query."""
    return _due_of(household_id=visit.household_id, on=on, seen=~Q(pk=visit.pk))


def visit_for(*, scope: Scope, visit_id: int) -> HomeVisit:
    """A visit within reach, with its household's door at hand. Raises NotFound."""
    visits = HomeVisit.objects.filter(scope.covers_households("household__"), pk=visit_id)
    visit = visits.select_related("household__dwelling__unit__building").first()
    if visit is None:
        raise NotFound
    return visit


def visit_of_form(*, key: Any, household_id: int, user_id: int) -> HomeVisit | None:
    """What this person has written down already with this form."""
    return HomeVisit.objects.filter(key=key, household_id=household_id, user_id=user_id).first()


def household_to_visit(*, scope: Scope, household_id: int) -> Household:
    """A household within reach with its door at hand. Raises NotFound."""
    reached = Household.objects.filter(scope.covers_households(), pk=household_id)
    household = reached.select_related("dwelling__unit__building").first()
    if household is None:
        raise NotFound
    return household


def names_in(*, household_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Who lives in these households, the head first: whom a visit is for is told to those who may see their lists. One query."""
    present = Resident.objects.filter(
        household_id__among=list(household_ids), moved_out_on__isnull=True, died_on__isnull=True
    )
    found: dict[int, tuple[str, ...]] = {}
    for home, name in present.order_by("-is_head", "born_on", "pk").values_list("household_id", "name"):
        found[home] = (*found.get(home, ()), name)
    return found


def looks_after(*, household: Household, on: date) -> str:
    """The captain of the household's stairwell, else of its building, else nobody. One query."""
    unit_id = household.dwelling.unit_id
    return _captains({unit_id}, on).get(unit_id, "")


def door_key_of(*, household: Household) -> DoorKey:
    """Where a household stands when one walks past the doors; compares with ``VisitDue.door_key``."""
    dwelling = household.dwelling
    number = dwelling.unit.building.number
    return (dwelling.community_id, len(number), number, dwelling.unit.number, dwelling.floor, dwelling.door)


def _present() -> Q:
    """Somebody on a list who lives here and is to be visited."""
    gone = ("resident__moved_out_on", "resident__died_on", f"{_HOME}__moved_out_on")
    return Q(**{f"{name}__isnull": True for name in gone}, every_days__isnull=False)


def _owed(scope: Scope, on: date, until: date) -> QuerySet[Membership]:
    """Who is on a list on that day and has a visit due by ``until``.

    The databases differ in how they add days to a date, so each interval in use is compared with a day of its own: somebody
    to be seen every week is due unless they were put on the list, or visited, after the day a week before.
    """
    listed = Membership.objects.filter(valid_on(day=on), _present(), scope.covers_people("resident__"))
    due: Any = Q(pk__in=())
    for days in listed.order_by().values_list("every_days", flat=True).distinct():
        start = until - timedelta(days=days or 0)
        seen_since = HomeVisit.objects.filter(
            household=OuterRef(f"{_HOME}_id"), found__in=FOUND_SOMEBODY, visited_on__gt=start
        )
        due |= Q(every_days=days, since_on__lte=start) & ~Exists(seen_since)
    return listed.filter(due)


def _last_visit(*which: Q) -> Subquery:
    visits = HomeVisit.objects.filter(*which, household=OuterRef(f"{_HOME}_id"), found__in=FOUND_SOMEBODY)
    return Subquery(visits.order_by("-visited_on").values("visited_on")[:1])


def _due(
    rows: list[dict[str, Any]],
    on: date,
    names: Mapping[int, tuple[str, ...]],
    captains: Mapping[int, str],
    groups: Collection[str],
) -> VisitDue:
    one = rows[0]
    seen = [row for row in rows if row["list"] in groups]
    helper = next((row["helper"] for row in sorted(seen, key=_when) if row["helper"]), "")
    due_on = min(map(_when, rows))
    listed = {row["list"] for row in seen}
    return VisitDue(
        household_id=one["home"],
        place=one["place"],
        unit_id=one["stairwell"],
        building_id=one["house"],
        people=names.get(one["home"], ()),
        groups=tuple(str(group.label) for group in Group if group in listed),
        due_on=due_on,
        late_days=(on - due_on).days,
        last_on=one["last"],
        looks_after=helper or captains.get(one["stairwell"], ""),
        door_key=(one["town"], len(one["number"]), one["number"], one["unit_number"], one["storey"], one["door"]),
    )


def _when(row: Mapping[str, Any]) -> date:
    return visit_due_on(since_on=row["since"], every_days=row["every"], last_on=row["last"])


def _due_of(*, household_id: int, on: date, seen: Q) -> date | None:
    rows = (
        Membership.objects.filter(valid_on(day=on), _present(), resident__household_id=household_id)
        .annotate(last=_last_visit(seen))
        .values("last", since=F("since_on"), every=F("every_days"))
    )
    return min(map(_when, rows), default=None)


def _captains(unit_ids: Collection[int], on: date) -> dict[int, str]:
    """Who looks after each stairwell: its captain, else that of its building."""
    own: dict[int, str] = {}
    of_building: dict[int, str] = {}
    posts = Post.objects.filter(
        valid_on(day=on),
        Q(role=Role.UNIT_CAPTAIN, unit_id__among=list(unit_ids))
        | Q(role=Role.BUILDING_CAPTAIN, building__unit__among=list(unit_ids)),
    )
    for unit_id, over, holder in posts.order_by("pk").values_list("unit_id", "building__unit", "holder_name"):
        if unit_id is not None:
            own.setdefault(unit_id, holder)
        elif over is not None:
            of_building.setdefault(over, holder)
    return of_building | own
