"""What the desk asks across rooms: who lives and who helps at a place, and whether the detectors are alive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, Q

from linli.accounts.roles import Role
from linli.core.errors import NotFound
from linli.core.masking import mask_phone
from linli.desk.rows import Row, ToldRow, next_call_line, row_of, told_row
from linli.desk.sentences import Sentence, sentences_of
from linli.incidents.models import Incident
from linli.incidents.queries import (
    BuildingCount,
    DeskCounts,
    NextCall,
    OpenIncident,
    answers_of,
    closed_since,
    desk_counts,
    next_call_of,
    open_by_building,
    open_incidents_for,
    timeline_of,
    told_of,
)
from linli.notifications.models import Message
from linli.notifications.queries import words_of
from linli.registry.models import Resident
from linli.registry.queries import PlaceRef, PointCard, PostCard, Scope, contacts_of, points_of, posts_over
from linli.safety.models import Device, QuarantinedSignal

RECENTLY = timedelta(hours=3)
MOST_ROWS = 50
MOST_RINGING = 20
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


@dataclass(frozen=True, slots=True)
class SignsOfLife:
    """Whether silence means peace: how many detectors there are, how many reported of late, and when the last did."""

    detectors: int
    heard: int
    last_at: datetime | None
    hours: int = field(default=int(RECENTLY.total_seconds() // 3600))


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
    place = PlaceRef(
        community_id=incident.community_id,
        grid_id=incident.building.grid_id if incident.building else None,
        building_id=incident.building_id,
        unit_id=incident.unit_id,
    )
    posts = posts_over(places=[place], roles=CAPTAINS, on=on)
    return sorted((p for held in posts.values() for p in held), key=lambda p: (CAPTAINS.index(p.role), p.id))


def _phones(points: Sequence[PointCard]) -> list[str]:
    return [p.address for p in points if p.kind == "phone"]


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


def signs_of_life(*, scope: Scope, now: datetime) -> SignsOfLife:
    """How many detectors a scope has, how many were heard in the last three hours, and when the last one was. One query."""
    hanging = Device.objects.filter(
        scope.covers_dwellings("installations__"), is_active=True, installations__removed_on__isnull=True
    )
    row = hanging.aggregate(
        detectors=Count("pk", distinct=True),
        heard=Count("pk", distinct=True, filter=Q(state__last_seen_at__gte=now - RECENTLY)),
        last_at=Max("state__last_seen_at"),
    )
    return SignsOfLife(**row)


def quarantined_since(*, scope: Scope, since: datetime) -> int:
    """How many signals could not be read since then in the communities of a scope; those of no known community count too."""
    if not (scope.communities or scope.everything):
        return 0
    mine = scope.covers_communities() if scope.everything else scope.covers_communities() | Q(community__isnull=True)
    return QuarantinedSignal.objects.filter(mine, received_at__gte=since).count()


@dataclass(frozen=True, slots=True)
class DeskScreen:
    """The whole list as one answer. ``by_building`` is filled during a storm, when the list shows only its first part."""

    rows: Sequence[Row]
    counts: DeskCounts
    by_building: Sequence[BuildingCount]
    building: BuildingCount | None
    life_signs: SignsOfLife | None
    quarantined: int
    closed_today: int

    @property
    def not_shown(self) -> int:
        return (self.building.open if self.building else self.counts.open) - len(self.rows)


@dataclass(frozen=True, slots=True)
class Ringing:
    """What sounds, and what of it is not on this page already."""

    rows: Sequence[Row]
    elsewhere: Sequence[Row]
    waiting_elsewhere: int


def desk_screen(*, scope: Scope, now: datetime, day_start: datetime, building_id: int | None = None) -> DeskScreen:
    """The desk's list: at most 50 incidents, and during a storm the count per building. At most nine queries."""
    counts = desk_counts(scope=scope)
    storm = counts.open > MOST_ROWS or building_id is not None
    by_building = open_by_building(scope=scope) if storm else []
    rows = [
        row_of(open_incident=one)
        for one in (open_incidents_for(scope=scope, limit=MOST_ROWS, building_id=building_id) if counts.open else [])
    ]
    chosen = {b.building_id: b for b in by_building}
    building = chosen.get(building_id, BuildingCount(building_id, "", 0, 0)) if building_id is not None else None
    return DeskScreen(
        rows=rows,
        counts=counts,
        by_building=by_building,
        building=building,
        life_signs=None if counts.open else signs_of_life(scope=scope, now=now),
        quarantined=quarantined_since(scope=scope, since=day_start),
        closed_today=closed_since(scope=scope, since=day_start),
    )


def ringing_for(*, scope: Scope, here: int | None = None) -> Ringing:
    """The incidents that the desk has not acknowledged, as far as they sound; ``here`` is shown by the page itself."""
    counts = desk_counts(scope=scope)
    if not counts.waiting:
        return Ringing([], [], 0)
    rows = [row_of(open_incident=one) for one in open_incidents_for(scope=scope, limit=MOST_RINGING)]
    ringing = [row for row in rows if row.alarm]
    elsewhere = [row for row in ringing if row.incident.pk != here]
    shown_here = sum(1 for row in rows if row.is_waiting and row.incident.pk == here)
    return Ringing(ringing, elsewhere, counts.waiting - shown_here)


@dataclass(frozen=True, slots=True)
class IncidentScreen:
    """Everything that changes on an incident's page."""

    incident: Incident
    row: Row
    told: Sequence[ToldRow]
    lines: Sequence[Sentence]
    next_call: NextCall | None
    next_words: str


def incident_screen(*, incident: Incident) -> IncidentScreen:
    """The page of one incident. Four queries."""
    told = told_of(incident=incident)
    entries = timeline_of(incident_id=incident.pk)
    whole = OpenIncident(incident=incident, told=told, answers=answers_of(incident_id=incident.pk), last_line=None)
    call = next_call_of(incident=incident)
    return IncidentScreen(
        incident=incident,
        row=row_of(open_incident=whole),
        told=[told_row(told=one) for one in told],
        lines=sentences_of(entries=entries, told=told, cause=incident.cause.title if incident.cause else ""),
        next_call=call,
        next_words=next_call_line(call=call),
    )


@dataclass(frozen=True, slots=True)
class InboxLine:
    """A message to one of my posts; ``incident_id`` is what it is about, if it is about an incident."""

    message: Message
    text: str
    incident_id: int | None


def inbox_page_of(*, messages: Sequence[Message]) -> list[InboxLine]:
    """Messages as an inbox shows them: in words also before they went out."""
    return [
        InboxLine(
            message=m,
            text=words_of(message=m),
            incident_id=int(ref) if kind == "incident" and ref.isdecimal() else None,
        )
        for m in messages
        for kind, _sep, ref in [m.about.partition(":")]
    ]
