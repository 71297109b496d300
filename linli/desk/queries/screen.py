"""What the desk's own pages ask: the list, what rings, one incident, the inbox, and whether the detectors are alive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q

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
from linli.registry.models import Community
from linli.registry.queries import Scope, communities_in
from linli.safety.models import Device, QuarantinedSignal

RECENTLY = timedelta(hours=3)
MOST_ROWS = 30
MOST_RINGING = 20


@dataclass(frozen=True, slots=True)
class SignsOfLife:
    """Whether silence means peace: how many detectors there are, how many reported of late, and when the last did."""

    detectors: int
    heard: int
    last_at: datetime | None
    hours: int = field(default=int(RECENTLY.total_seconds() // 3600))


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
    communities: Sequence[Community] = ()
    community: Community | None = None

    @property
    def is_of_several(self) -> bool:
        """Whether each line has to say of which community it is."""
        return len(self.communities) > 1 and self.community is None

    @property
    def groups(self) -> list[tuple[str, list[Row]]]:
        """The lines by community, the community with the gravest line first."""
        names = {community.pk: community.name for community in self.communities}
        found: dict[int, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row.incident.community_id, []).append(row)
        return [(names.get(community_id, ""), rows) for community_id, rows in found.items()]

    @property
    def not_shown(self) -> int:
        return (self.building.open if self.building else self.counts.open) - len(self.rows)


@dataclass(frozen=True, slots=True)
class Ringing:
    """What sounds, and what of it is not on this page already."""

    rows: Sequence[Row]
    elsewhere: Sequence[Row]
    waiting_elsewhere: int


def desk_screen(
    *,
    scope: Scope,
    now: datetime,
    day_start: datetime,
    building_id: int | None = None,
    community_id: int | None = None,
    most: int = MOST_ROWS,
) -> DeskScreen:
    """The desk's list: at most ``most`` incidents, and during a storm the count per building. At most ten queries.

    Whoever has posts in several communities sees all of them, or with ``community_id`` one.
    """
    communities = communities_in(scope=scope)
    community = next((one for one in communities if one.pk == community_id), None)
    scope = scope.narrowed(community_id=community.pk if community else None)
    counts = desk_counts(scope=scope)
    storm = counts.open > MOST_ROWS or building_id is not None
    by_building = open_by_building(scope=scope) if storm else []
    names = {one.pk: one.name for one in communities} if len(communities) > 1 and community is None else {}
    rows = [
        row_of(open_incident=one, community=names.get(one.incident.community_id, ""))
        for one in (open_incidents_for(scope=scope, limit=most, building_id=building_id) if counts.open else [])
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
        communities=communities,
        community=community,
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
    whole = OpenIncident(incident=incident, told=told, answers=answers_of(incident_id=incident.pk))
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
