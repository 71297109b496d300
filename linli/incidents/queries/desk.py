"""What one can ask about incidents. Always within a scope, except for what a signed link already names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, Exists, F, IntegerField, Max, OuterRef, Q, QuerySet, Value, When

from linli.incidents.errors import IncidentNotFound
from linli.incidents.models import Answer, Audience, Cause, Incident, IncidentKind, TimelineEntry
from linli.incidents.rulebook import QUIET
from linli.incidents.rules import due_links
from linli.notifications.queries import Told, told_about, told_about_many
from linli.registry.models import Building
from linli.registry.scopes import Scope

MOST_LINES = 300
LIFE = 1
UNACKNOWLEDGED = Incident.Handling.UNACKNOWLEDGED


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """One line of the desk's list."""

    incident: Incident
    told: Sequence[Told]
    answers: Sequence[Answer]


@dataclass(frozen=True, slots=True)
class DeskCounts:
    """How many open incidents there are in a scope: all, danger to life, and of each those that the desk has not acknowledged."""

    open: int
    waiting: int
    life: int
    life_waiting: int
    newest_at: datetime | None


@dataclass(frozen=True, slots=True)
class BuildingCount:
    """A building's share of a storm."""

    building_id: int | None
    number: str
    open: int
    waiting: int


@dataclass(frozen=True, slots=True)
class NextCall:
    """The next step of the escalation: whom and when; ``again`` once the chain is over and the desk is called in a loop."""

    audiences: Sequence[str]
    at: datetime
    again: bool


def about_incident(*, incident_id: int) -> str:
    """How messages name an incident."""
    return f"incident:{incident_id}"


def _open(scope: Scope, building_id: int | None = None) -> QuerySet[Incident]:
    found = Incident.objects.filter(scope.covers(), closed_at__isnull=True)
    return found if building_id is None else found.filter(building_id=building_id)


def open_incidents_for(*, scope: Scope, limit: int, building_id: int | None = None) -> list[OpenIncident]:
    """The open incidents of a scope, gravest first, then what the desk has not acknowledged, then newest; at most ``limit``.

    Three queries, whatever their number.
    """
    waiting_first = Case(When(handling=UNACKNOWLEDGED, then=Value(0)), default=Value(1), output_field=IntegerField())
    found = list(
        _open(scope, building_id)
        .select_related("kind")
        .order_by("severity", waiting_first, "-opened_at", "-id")[:limit]
    )
    answers = _latest_answers([i.pk for i in found])
    abouts = {i.pk: about_incident(incident_id=i.pk) for i in found}
    told = told_about_many(community_ids={i.community_id for i in found}, abouts=list(abouts.values()))
    return [
        OpenIncident(
            incident=i,
            told=told.get(abouts[i.pk], []),
            answers=answers.get(i.pk, []),
        )
        for i in found
    ]


def _latest_answers(incident_ids: Sequence[int]) -> Mapping[int, list[Answer]]:
    """By incident: each person's latest answer, in the order of first answers."""
    latest: dict[int, dict[tuple[str, str], Answer]] = defaultdict(dict)
    for answer in Answer.objects.filter(incident_id__in=incident_ids).order_by("at", "id"):
        latest[answer.incident_id][answer.by_kind, answer.by_ref] = answer
    return {pk: list(by_person.values()) for pk, by_person in latest.items()}


def desk_counts(*, scope: Scope) -> DeskCounts:
    """The numbers over the desk's list, in one query."""
    life = Q(severity=LIFE)
    waiting = Q(handling=UNACKNOWLEDGED, severity__lt=QUIET)  # what is quiet has time
    row = _open(scope).aggregate(
        open=Count("id"),
        waiting=Count("id", filter=waiting),
        life=Count("id", filter=life),
        life_waiting=Count("id", filter=life & waiting),
        newest_at=Max("opened_at"),
    )
    return DeskCounts(**row)


def open_by_building(*, scope: Scope) -> list[BuildingCount]:
    """Where a storm is: the buildings with open incidents, those with most waiting first. One query."""
    rows = (
        _open(scope)
        .values("building_id", "building__number")
        .annotate(open=Count("id"), waiting=Count("id", filter=Q(handling=UNACKNOWLEDGED)))
        .order_by("-waiting", "-open", "building__number")
    )
    return [BuildingCount(r["building_id"], r["building__number"] or "", r["open"], r["waiting"]) for r in rows]


def incident_for(*, scope: Scope, incident_id: int) -> Incident:
    """One incident with its kind, place and cause. Raises IncidentNotFound outside the scope."""
    return _whole(Incident.objects.filter(scope.covers()), incident_id)


def incident_behind_link(*, about: str) -> Incident:
    """The incident that a message with a signed link is about; the link itself is the permission. Raises IncidentNotFound."""
    kind, _, ref = about.partition(":")
    if kind != "incident" or not ref.isdecimal():
        raise IncidentNotFound
    return _whole(Incident.objects.all(), int(ref))


def open_among(*, abouts: Collection[str]) -> list[Incident]:
    """The incidents still open among what messages are about, oldest first, with their kinds. One query; the links are the permission."""
    ids = [
        int(ref)
        for kind, _, ref in (about.partition(":") for about in abouts)
        if kind == "incident" and ref.isdecimal()
    ]
    found = Incident.objects.filter(pk__among=ids, closed_at__isnull=True).select_related("kind")
    return list(found.order_by("opened_at", "id"))


def answered_by(*, incident_ids: Collection[int], by_kind: str, by_ref: str) -> frozenset[int]:
    """Those of these incidents that this person has answered. One query."""
    mine = Answer.objects.filter(incident_id__among=incident_ids, by_kind=by_kind, by_ref=by_ref)
    return frozenset(mine.values_list("incident_id", flat=True))


def _whole(incidents: QuerySet[Incident], incident_id: int) -> Incident:
    parts = ("community", "kind", "building__grid", "unit__building", "dwelling", "household", "cause")
    found = incidents.select_related(*parts).filter(pk=incident_id).first()
    if found is None:
        raise IncidentNotFound
    return found


def incidents_of_household(*, household_id: int, limit: int = 5) -> list[Incident]:
    """The household's incidents: open ones first, then the newest closed ones."""
    mine = Incident.objects.filter(household_id=household_id).select_related("kind", "cause")
    return list(mine.order_by(F("closed_at").desc(nulls_first=True), "-opened_at")[:limit])


def households_with_open_incident() -> frozenset[int]:
    """Everywhere: the households of incidents that nobody has closed. Asked by what must not touch them."""
    rows = Incident.objects.filter(closed_at__isnull=True, household_id__isnull=False)
    return frozenset(rows.values_list("household_id", flat=True))


def timeline_of(*, incident_id: int) -> list[TimelineEntry]:
    """What happened, newest first; the newest 300 lines."""
    return list(TimelineEntry.objects.filter(incident_id=incident_id).order_by("-at", "-id")[:MOST_LINES])


def answers_of(*, incident_id: int) -> list[Answer]:
    """Each person's latest answer, in the order in which people first answered."""
    return _latest_answers([incident_id]).get(incident_id, [])


def every_answer_to(*, incident_id: int) -> list[Answer]:
    """All that was ever answered, second thoughts too, oldest first."""
    return list(Answer.objects.filter(incident_id=incident_id).order_by("at", "id"))


def has_acknowledged(*, incident: Incident, by_kind: str, by_ref: str) -> bool:
    """Whether this person said that they have it in hand for the desk, since its chain last began."""
    mine = Answer.objects.filter(
        incident=incident,
        by_kind=by_kind,
        by_ref=by_ref,
        audience=Audience.DUTY_DESK,
        choice=Answer.Choice.GOING,
        at__gte=incident.turned_at or incident.opened_at,
    )
    return mine.exists()


def told_of(*, incident: Incident) -> list[Told]:
    """Who was told about an incident, and what became of their messages."""
    return told_about(community_id=incident.community_id, about=about_incident(incident_id=incident.pk))


def causes_of(*, kind_code: str) -> list[Cause]:
    """The causes to choose from when an incident of this kind is closed, in their order."""
    return list(Cause.objects.filter(kind_id=kind_code).order_by("position", "id"))


def next_call_of(*, incident: Incident) -> NextCall | None:
    """Who is called next and when; None once the escalation has stopped."""
    if incident.next_step_at is None:
        return None
    position = incident.next_step
    width = due_links(chain=incident.chain, position=position)
    if not width:
        return NextCall(audiences=[Audience.DUTY_DESK], at=incident.next_step_at, again=True)
    links = incident.chain[position : position + width]
    return NextCall(
        audiences=list(dict.fromkeys(str(link[1]) for link in links)), at=incident.next_step_at, again=False
    )


def still_waiting(*, scope: Scope, incident_ids: Collection[int]) -> list[int]:
    """Those of these incidents that are in the scope and that the desk has not taken in hand, oldest first. One query."""
    waiting = Incident.objects.filter(scope.covers(), pk__among=incident_ids, handling=UNACKNOWLEDGED)
    return list(waiting.order_by("opened_at", "id").values_list("pk", flat=True))


def closed_since(*, scope: Scope, since: datetime) -> int:
    """How many incidents of a scope were closed since then, of those opened in the month before or later."""
    opened_at = since - timedelta(days=31)  # keeps the count on the newest part of the index, however long the history
    return Incident.objects.filter(scope.covers(), opened_at__gte=opened_at, closed_at__gte=since).count()


def kinds_of_incident() -> list[IncidentKind]:
    """Every kind, gravest first, for a choice."""
    return list(IncidentKind.objects.order_by("severity", "code"))


def buildings_in(*, scope: Scope) -> list[Building]:
    """The buildings of a scope that ever had an incident, in the order people count them, for a choice."""
    found = Building.objects.filter(Exists(Incident.objects.filter(scope.covers(), building=OuterRef("pk"))))
    return sorted(found, key=lambda b: (int("".join(c for c in b.number if c.isdigit()) or 0), b.number))
