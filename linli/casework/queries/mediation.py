"""Mediations within reach: as a list, one by one, and those whose agreement should be kept by now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from linli.casework.access import REPORTERS, Reach
from linli.casework.errors.mediation import MediationNotFound
from linli.casework.masked import masked_words
from linli.casework.models import Mediation, Party, Reporter, Request
from linli.casework.queries.places import place_of_words
from linli.casework.queries.requests import request_for
from linli.casework.rules.mediation import AGREED, PARTLY, PENDING
from linli.core.errors import Refusal
from linli.core.inner import not_inner
from linli.registry.keeping import clean_name, clean_phone, phone_hash
from linli.registry.models import Resident

DUE = "due"
KIND_OF_CATEGORY = {"family": "family", "dispute": "neighbours", "property": "property", "renovation": "property"}


@dataclass(frozen=True, slots=True)
class MediationFilter:
    """What a list shows; None and "" leave a part open. ``state`` may also be "due". Days are those on which it was begun."""

    state: str = ""
    kind: str = ""
    words: str = ""
    community_id: int | None = None
    since_on: date | None = None
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a mediation begins with that comes out of a request."""

    request: Request
    kind: str
    place: str
    about: str
    name: str = ""
    resident_id: int | None = None


def mediations_reached(*, reach: Reach) -> Q:
    """Those of whole communities, those this person mediates, and those begun from requests within reach."""
    if reach.scope.everything:
        return not_inner("community_id")
    own = Q(community_id__in=reach.scope.communities) | Q(mediator_id__in=reach.posts)
    if reach.sees_all_there:
        return own
    return own | Q(request_id__in=Request.objects.filter(reach.covers()).values("pk"))


def mediations_found(*, reach: Reach, wanted: MediationFilter, on: date) -> QuerySet[Mediation]:
    """Mediations within reach that match: those due by their day, else the newest first; with their parties. Lazy."""
    rows = Mediation.objects.filter(mediations_reached(reach=reach), _parts(wanted, on))
    rows = rows.select_related("community", "mediator").prefetch_related(
        Prefetch("parties", queryset=Party.objects.order_by("position", "pk"))
    )
    return rows.order_by("fulfil_by", "pk") if wanted.state == DUE else rows.order_by("-opened_on", "-pk")


def agreements_due(*, reach: Reach, on: date, limit: int) -> list[Mediation]:
    """Agreements whose day has come, the oldest first. Two queries."""
    return list(mediations_found(reach=reach, wanted=MediationFilter(state=DUE), on=on)[:limit])


def agreements_due_count(*, reach: Reach, on: date) -> int:
    """How many. One query."""
    rows = Mediation.objects.filter(mediations_reached(reach=reach), _parts(MediationFilter(state=DUE), on))
    return rows.count()


def mediation_for(*, reach: Reach, mediation_id: int) -> Mediation:
    """One mediation within reach, with its request and mediator at hand. One query. Raises MediationNotFound."""
    rows = Mediation.objects.filter(mediations_reached(reach=reach), pk=mediation_id)
    found = rows.select_related("community", "mediator", "request").first()
    if found is None:
        raise MediationNotFound
    return found


def parties_of(*, mediation: Mediation) -> list[Party]:
    """Its parties in order. One query."""
    rows = Party.objects.filter(mediation=mediation).select_related("resident__household__dwelling")
    return list(rows.order_by("position", "pk"))


def mediations_of(*, reach: Reach, request_id: int) -> list[Mediation]:
    """Those that were begun from a request. One query."""
    rows = Mediation.objects.filter(mediations_reached(reach=reach), request_id=request_id)
    return list(rows.order_by("-pk"))


def beginning_of(*, reach: Reach, request_id: int) -> Beginning:
    """What is known from a request within reach; who told us only for those who may see it. Raises RequestNotFound."""
    request = request_for(reach=reach, request_id=request_id)
    kind = KIND_OF_CATEGORY.get(request.category.code, "other")
    first = Reporter.objects.filter(request=request).order_by("pk").first() if reach.may(REPORTERS) else None
    return Beginning(
        request, kind, request.place, masked_words(request.text)[:2000],
        name=first.name if first else "", resident_id=first.resident_id if first else None,
    )  # fmt: skip


def resident_named(*, reach: Reach, community_id: int, name: str, phone: str, place: str) -> Resident | None:
    """The one resident within reach who is called exactly so and has this phone or lives behind this door; None if that is nobody, or
    more than one. At most six queries."""
    called = Resident.objects.filter(
        reach.scope.covers_people(), community_id=community_id, name=clean_name(name), died_on__isnull=True
    )
    conditions = Q(pk__in=())
    try:
        number = clean_phone(phone)
    except Refusal:
        number = ""
    if number:
        conditions |= Q(phone_hash=phone_hash(number))
    if place.strip():
        spot = place_of_words(community_id=community_id, words=place)
        if spot.dwelling_id is not None:
            conditions |= Q(household__dwelling_id=spot.dwelling_id, moved_out_on__isnull=True)
    found = list(called.filter(conditions)[:2])
    return found[0] if len(found) == 1 else None


def _parts(wanted: MediationFilter, on: date) -> Q:
    parts = Q()
    if wanted.state == DUE:
        parts &= Q(state=AGREED, fulfilment__in=[PENDING, PARTLY], fulfil_by__lte=on)
    elif wanted.state:
        parts &= Q(state=wanted.state)
    if wanted.kind:
        parts &= Q(kind=wanted.kind)
    if wanted.community_id is not None:
        parts &= Q(community_id=wanted.community_id)
    if wanted.since_on is not None:
        parts &= Q(opened_on__gte=wanted.since_on)
    if wanted.until_on is not None:
        parts &= Q(opened_on__lte=wanted.until_on)
    if words := " ".join(wanted.words.split())[:60]:
        people = Party.objects.filter(name__icontains=words).values("mediation_id")
        parts &= (
            Q(number__iexact=words) | Q(place__icontains=words) | Q(mediator_name__icontains=words) | Q(pk__in=people)
        )
    return parts
