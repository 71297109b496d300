"""Who is meant by an audience, for many places at once in a handful of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from linli.accounts.roles import Role
from linli.incidents.models import Audience, Incident
from linli.registry.queries import ContactCard, PlaceRef, PostCard, contacts_of, posts_over
from linli.scheduling.queries import Duty, on_duty

CHINA = ZoneInfo("Asia/Shanghai")
ROLE_OF = {
    Audience.UNIT_CAPTAIN.value: Role.UNIT_CAPTAIN.value,
    Audience.BUILDING_CAPTAIN.value: Role.BUILDING_CAPTAIN.value,
    Audience.GRID_LEAD.value: Role.GRID_LEAD.value,
    Audience.DUTY_DESK.value: Role.DUTY_OFFICER.value,
    Audience.SECRETARY.value: Role.SECRETARY.value,
}


@dataclass(frozen=True, slots=True)
class Where:
    """The place of an incident as far as audiences need it. ``grid_id`` may be None if it is not known."""

    place: PlaceRef
    household_id: int | None


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to tell: ``kind`` is contact or post; ``title`` is a Relation or a Role value."""

    kind: str
    id: int
    name: str
    title: str
    language: str


def place_of(*, incident: Incident) -> PlaceRef:
    """Where it happens, for those who look people up. Reads the building, if the caller has not."""
    building = incident.building
    return PlaceRef(
        community_id=incident.community_id,
        grid_id=building.grid_id if building else None,
        building_id=incident.building_id,
        unit_id=incident.unit_id,
    )


class Audiences:
    """The audiences of some places, looked up once."""

    def __init__(self, *, wheres: Sequence[Where], audiences: Iterable[str], at: datetime) -> None:
        wanted, on = {str(a) for a in audiences}, at.astimezone(CHINA).date()
        self._duty: dict[int, Duty] = {}
        if Audience.DUTY_DESK in wanted:
            self._duty = on_duty(community_ids={w.place.community_id for w in wheres}, at=at)
            if any(not duty.post_ids for duty in self._duty.values()):
                wanted.add(Audience.SECRETARY.value)  # who stands in where nobody is on call
        households = {w.household_id for w in wheres if w.household_id is not None}
        self._contacts: dict[int, list[ContactCard]] = (
            contacts_of(household_ids=sorted(households)) if Audience.FAMILY in wanted and households else {}
        )
        roles = sorted(ROLE_OF[a] for a in wanted if a in ROLE_OF)
        self._posts: dict[tuple[str, int], list[PostCard]] = (
            posts_over(places=list({w.place for w in wheres}), roles=roles, on=on) if roles else {}
        )

    def recipients(self, *, where: Where, audience: str) -> list[Recipient]:
        """Everybody of this audience for this place, relatives in call order.

        For the desk those on duty by the rota, if the community keeps one; where nobody is, the secretary stands in.
        """
        if audience == Audience.FAMILY:
            cards = self._contacts.get(where.household_id, []) if where.household_id is not None else []
            return [Recipient("contact", c.id, c.name, c.relation, c.language) for c in cards]
        place = where.place
        duty = self._duty.get(place.community_id) if audience == Audience.DUTY_DESK else None
        if duty is not None and not duty.post_ids:
            return self.recipients(where=where, audience=Audience.SECRETARY)
        role = ROLE_OF[audience]
        scope = {
            Role.UNIT_CAPTAIN.value: place.unit_id,
            Role.BUILDING_CAPTAIN.value: place.building_id,
            Role.GRID_LEAD.value: place.grid_id,
        }.get(role, place.community_id)
        posts = self._posts.get((role, scope), []) if scope is not None else []
        return [
            Recipient("post", p.id, p.holder_name, p.role, p.language)
            for p in posts
            if duty is None or p.id in duty.post_ids
        ]

    def nobody_on_duty(self, *, where: Where) -> bool:
        """The community keeps a rota, and it names nobody for now."""
        duty = self._duty.get(where.place.community_id)
        return duty is not None and not duty.post_ids


def applies(*, audience: str, where: Where) -> bool:
    """Whether a place can have this audience at all: a stairwell has no relatives."""
    if audience == Audience.FAMILY:
        return where.household_id is not None
    if audience == Audience.UNIT_CAPTAIN:
        return where.place.unit_id is not None
    return audience != Audience.BUILDING_CAPTAIN or where.place.building_id is not None
