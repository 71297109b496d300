"""The call list on paper, for when nothing else is left: whom to ring, in which order, with numbers masked or in clear."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from linli.accounts.roles import Role
from linli.core.errors import NotFound
from linli.core.masking import mask_phone
from linli.desk.rows import told_row
from linli.incidents.audiences import place_of
from linli.incidents.models import Incident
from linli.incidents.queries import told_of
from linli.notifications.models import Message
from linli.registry.keeping import NUMBERED
from linli.registry.models import Building, Household, Relation, Resident, Unit
from linli.registry.queries import (
    ContactCard,
    PlaceRef,
    PointCard,
    PostCard,
    Scope,
    contacts_of,
    points_of,
    posts_over,
)

CAPTAINS = (Role.UNIT_CAPTAIN.value, Role.BUILDING_CAPTAIN.value, Role.GRID_LEAD.value)
MOST_HOUSEHOLDS = 600


@dataclass(frozen=True, slots=True)
class CallLine:
    """One person to ring. ``numbers`` are in clear until ``masked`` is asked for; ``news`` is what became of our messages."""

    kind: str
    id: int
    name: str
    title: str
    numbers: Sequence[str]
    news: str = ""
    unreached: bool = False


@dataclass(frozen=True, slots=True)
class CallBlock:
    """The people of one door, or those who look after the place, in the order to ring them."""

    place: str
    lines: Sequence[CallLine]


@dataclass(frozen=True, slots=True)
class CallSheet:
    """A list to print. ``in_clear`` says whether it shows whole numbers."""

    title: str
    community_id: int
    community: str
    desk_phone: str
    blocks: Sequence[CallBlock]
    in_clear: bool = True

    def lines(self) -> list[CallLine]:
        return [line for block in self.blocks for line in block.lines]

    def masked(self) -> CallSheet:
        """The same without whole numbers."""
        blocks = [
            CallBlock(b.place, [replace(one, numbers=[mask_phone(n) for n in one.numbers]) for one in b.lines])
            for b in self.blocks
        ]
        return replace(self, blocks=blocks, in_clear=False)


def calls_of_incident(*, incident: Incident, on: date) -> CallSheet:
    """Relatives in their order, who lives there, then who looks after the place; those who heard nothing are marked. Six queries."""
    place = place_of(incident=incident)
    households = [incident.household_id] if incident.household_id is not None else []
    homes = _homes(dict.fromkeys(households, incident.place))
    captains = _captains([place], on)
    news = {(t.recipient_kind, t.recipient_id): t for t in told_of(incident=incident)}
    blocks = []
    for block in [*homes, *captains]:
        lines = []
        for line in block.lines:
            told = news.get((line.kind, line.id))
            unreached = told is not None and told.state == Message.State.FAILED
            lines.append(replace(line, news=told_row(told=told).badge.word if told else "", unreached=unreached))
        blocks.append(CallBlock(block.place, lines))
    title = _("%(place)s %(kind)s") % {"place": incident.place, "kind": incident.kind.title}
    return _sheet(title, incident.community, blocks)


def calls_of_building(*, scope: Scope, building_id: int, unit_id: int | None, on: date) -> CallSheet:
    """Every home of a building, or of one unit of it, door by door, as far as the scope reaches. Seven queries. Raises NotFound."""
    building = Building.objects.select_related("community").filter(pk=building_id).first()
    if building is None:
        raise NotFound
    units = (
        Unit.objects.filter(building=building)
        if unit_id is None
        else Unit.objects.filter(building=building, pk=unit_id)
    )
    unit_ids = {unit.pk: unit.number for unit in units}
    homes = (
        Household.objects.filter(scope.covers_households(), dwelling__unit__in=unit_ids, moved_out_on__isnull=True)
        .order_by("dwelling__unit__number", "-dwelling__floor", "dwelling__door")
        .values_list("pk", "dwelling__label", "dwelling__unit_id")[:MOST_HOUSEHOLDS]
    )
    rows = list(homes)
    if not rows:
        raise NotFound
    reached = {unit for _pk, _label, unit in rows}
    places = [
        PlaceRef(building.community_id, grid_id=building.grid_id, building_id=building.pk, unit_id=unit)
        for unit in sorted(reached)
    ]
    blocks = [*_captains(places, on), *_homes({pk: label for pk, label, _unit in rows})]
    named = _("Building %(number)s") % {"number": building.number}
    if unit_id is not None:
        named = _("%(building)s, unit %(number)s") % {"building": named, "number": unit_ids.get(unit_id, "")}
    return _sheet(named, building.community, blocks)


def _sheet(title: str, community: object, blocks: Sequence[CallBlock]) -> CallSheet:
    return CallSheet(
        title=title,
        community_id=getattr(community, "pk", 0),
        community=str(community),
        desk_phone=getattr(community, "desk_phone", ""),
        blocks=blocks,
    )


def _homes(labels: Mapping[int, str]) -> list[CallBlock]:
    """Relatives first: who is at home does not answer when it matters."""
    if not labels:
        return []
    contacts = contacts_of(household_ids=labels)
    points = points_of(contact_ids=[card.id for cards in contacts.values() for card in cards])
    residents = _residents(labels)
    return [
        CallBlock(place, [*_relatives(contacts.get(pk, ()), points), *residents.get(pk, ())])
        for pk, place in labels.items()
    ]


def _relatives(cards: Iterable[ContactCard], points: Mapping[tuple[str, int], list[PointCard]]) -> list[CallLine]:
    return [
        CallLine("contact", c.id, c.name, c.relation_label, numbers_in(points=points.get(("contact", c.id), [])))
        for c in cards
    ]


def _residents(household_ids: Collection[int]) -> dict[int, list[CallLine]]:
    present = Resident.objects.filter(
        household_id__among=list(household_ids), moved_out_on__isnull=True, died_on__isnull=True
    ).order_by("household_id", "-is_head", "born_on", "id")
    found: dict[int, list[CallLine]] = {}
    for person in present:
        line = CallLine(
            "resident",
            person.pk,
            person.name,
            str(Relation(person.relation).label),
            [person.phone] if person.phone else [],
        )
        found.setdefault(person.household_id, []).append(line)
    return found


def _captains(places: Sequence[PlaceRef], on: date) -> list[CallBlock]:
    posts = posts_over(places=places, roles=CAPTAINS, on=on)
    unique: dict[int, PostCard] = {post.id: post for held in posts.values() for post in held}
    ordered = sorted(unique.values(), key=lambda p: (CAPTAINS.index(p.role), p.id))
    points = points_of(post_ids=[post.id for post in ordered])
    lines = [
        CallLine(
            "post", p.id, p.holder_name, str(Role(p.role).label), numbers_in(points=points.get(("post", p.id), []))
        )
        for p in ordered
    ]
    return [CallBlock(_("Who looks after the place"), lines)] if lines else []


def numbers_in(*, points: Sequence[PointCard]) -> list[str]:
    """The phone numbers among somebody's ways, each once; one that is known to reach nobody comes last."""
    ordered = sorted((p for p in points if p.kind in NUMBERED), key=lambda p: (p.dead, p.position))
    return list(dict.fromkeys(p.address for p in ordered))
