"""Finding incidents again: by words, kind, cause, place, period, who had to do with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from linli.incidents.models import Answer, Cause, Incident, TimelineEntry
from linli.registry.scopes import Scope

ANY, YES, NO = "", "yes", "no"
CLOSED, OPEN = "", "open"
EVERY = "all"


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """What a search asks for; None and "" leave a part open. Dates are those of the opening, both included.

    ``words`` are looked for in place, detector, what was done and notes, each of them; ``who`` among those who were told,
    answered or acted. ``drill`` and ``false_alarm`` are "yes", "no" or "" for both. ``state`` is "" (closed), "open" or "all".
    """

    since_on: date | None = None
    until_on: date | None = None
    building_id: int | None = None
    community_id: int | None = None
    kind_code: str = ""
    cause_code: str = ""
    words: str = ""
    who: str = ""
    drill: str = ANY
    false_alarm: str = ANY
    state: str = CLOSED


def incidents_found(*, scope: Scope, wanted: HistoryFilter) -> QuerySet[Incident]:
    """The incidents of a scope that match, newest first. Lazy, so that a page of it costs a page."""
    found = (
        Incident.objects.filter(scope.covers(), opened_within(since_on=wanted.since_on, until_on=wanted.until_on))
        .filter(_plain_parts(wanted))
        .select_related("kind", "cause", "building", "community", "drill")
    )
    for word in wanted.words.split()[:6]:
        found = found.filter(_says(word))
    if wanted.who:
        found = found.filter(_had_to_do_with(wanted.who))
    return found.order_by("-opened_at", "-id")


def opened_within(*, since_on: date | None, until_on: date | None) -> Q:
    """Opened on these days, both included; None leaves that end open."""
    within = Q()
    if since_on is not None:
        within &= Q(opened_at__gte=midnight_of(day=since_on))
    if until_on is not None and until_on < date.max:
        within &= Q(opened_at__lt=midnight_of(day=until_on + timedelta(days=1)))
    return within


def midnight_of(*, day: date) -> datetime:
    """The first instant of a day where we are."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())


def _plain_parts(wanted: HistoryFilter) -> Q:
    parts = Q()
    if wanted.state != EVERY:
        parts &= Q(closed_at__isnull=wanted.state == OPEN)
    for field, value in (
        ("building_id", wanted.building_id),
        ("community_id", wanted.community_id),
        ("kind_id", wanted.kind_code or None),
        ("cause__code", wanted.cause_code or None),
    ):
        if value is not None:
            parts &= Q(**{field: value})
    if wanted.drill:
        parts &= Q(drill__isnull=wanted.drill == NO)
    if wanted.false_alarm:
        parts &= Q(cause__false_alarm=wanted.false_alarm == YES)
    return parts


def _says(word: str) -> Q:
    notes = TimelineEntry.objects.filter(incident=OuterRef("pk"), verb="noted", params__text__icontains=word)
    texts = ("place", "source_label", "outcome", "kind__title_zh", "kind__title_en")
    said = Q(Exists(notes))
    for field in texts:
        said |= Q(**{f"{field}__icontains": word})
    return said


def _had_to_do_with(name: str) -> Q:
    acted = TimelineEntry.objects.filter(incident=OuterRef("pk"), actor_label__icontains=name)
    answered = Answer.objects.filter(incident=OuterRef("pk"), by_label__icontains=name)
    told = TimelineEntry.objects.filter(incident=OuterRef("pk"), verb="told", params__names__icontains=name)
    return Q(Exists(acted)) | Q(Exists(answered)) | Q(Exists(told))


def every_cause() -> list[tuple[str, str]]:
    """Each cause's code and title once, whatever the kinds that have it, for a choice."""
    titles: dict[str, str] = {}
    for cause in Cause.objects.order_by("kind__severity", "kind", "position", "id"):
        titles.setdefault(cause.code, cause.title)
    return list(titles.items())
