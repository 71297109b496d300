"""Who lives at a place, whom to call for them, and who looks after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from linli.accounts.roles import Role
from linli.core.errors import NotFound
from linli.core.masking import mask_phone
from linli.incidents.audiences import place_of
from linli.incidents.models import Incident
from linli.registry.keeping import NUMBERED
from linli.registry.models import Resident
from linli.registry.queries import PointCard, PostCard, contacts_of, points_of, posts_over

CAPTAINS = (Role.UNIT_CAPTAIN.value, Role.BUILDING_CAPTAIN.value, Role.GRID_LEAD.value)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to call about an incident. ``kind`` is contact, post or resident; phones are masked."""

    kind: str
    id: int
    name: str
    title: str
    phones: Sequence[str]


@dataclass(frozen=True, slots=True)
class People:
    """Who lives there, whom to call for them, and who is responsible for the place."""

    residents: Sequence[Person] = ()
    relatives: Sequence[Person] = ()
    captains: Sequence[Person] = ()

    def everybody(self) -> Sequence[Person]:
        return [*self.residents, *self.relatives, *self.captains]


def people_at(*, incident: Incident, on: date) -> People:
    """The people of an incident's place. Four queries."""
    household = incident.household_id
    residents = _residents(household) if household is not None else []
    cards = contacts_of(household_ids=[household]).get(household, []) if household is not None else []
    posts = _captains(incident, on)
    points = points_of(contact_ids=[c.id for c in cards], post_ids=[p.id for p in posts])
    return People(
        residents=residents,
        relatives=[
            Person("contact", c.id, c.name, c.relation_label, _masked(points.get(("contact", c.id), []))) for c in cards
        ],
        captains=[
            Person("post", p.id, p.holder_name, str(Role(p.role).label), _masked(points.get(("post", p.id), [])))
            for p in posts
        ],
    )


def _residents(household_id: int) -> list[Person]:
    present = Resident.objects.filter(household_id=household_id, moved_out_on__isnull=True, died_on__isnull=True)
    return [
        Person("resident", r.pk, r.name, r.get_relation_display(), [mask_phone(r.phone)] if r.phone else [])
        for r in present.order_by("-is_head", "born_on", "id")
    ]


def _captains(incident: Incident, on: date) -> list[PostCard]:
    place = place_of(incident=incident)
    posts = posts_over(places=[place], roles=CAPTAINS, on=on)
    return sorted((p for held in posts.values() for p in held), key=lambda p: (CAPTAINS.index(p.role), p.id))


def _phones(points: Sequence[PointCard]) -> list[str]:
    """Each number once, though texts and calls may go to the same one."""
    return list(dict.fromkeys(p.address for p in points if p.kind in NUMBERED))


def _masked(points: Sequence[PointCard]) -> list[str]:
    return [mask_phone(number) for number in _phones(points)]


def numbers_of(*, incident: Incident, kind: str, person_id: int, on: date) -> tuple[Person, list[str]]:
    """Somebody of an incident's place with their whole phone numbers. Raises NotFound for anybody else."""
    person = next(
        (p for p in people_at(incident=incident, on=on).everybody() if (p.kind, p.id) == (kind, person_id)), None
    )
    if person is None:
        raise NotFound
    if kind == "resident":
        phone = Resident.objects.get(pk=person_id).phone
        return person, [phone] if phone else []
    chosen = {"contact_ids": [person_id]} if kind == "contact" else {"post_ids": [person_id]}
    return person, _phones(points_of(**chosen).get((kind, person_id), []))
