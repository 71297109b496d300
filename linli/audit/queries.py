"""What one can ask the trail, always for somebody who may read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from linli.accounts.roles import communities_of
from linli.audit.models import AuditEntry
from linli.core.errors import NotAllowed
from linli.core.inner import not_inner

if TYPE_CHECKING:
    from linli.accounts.models import User

PAGE_ROWS = 50


@dataclass(frozen=True, slots=True)
class Sought:
    """What somebody looks for: a person's or thing's name (part of it), a verb, a kind of thing, one thing, days (both ends count)."""

    who: str = ""
    thing: str = ""
    verb: str = ""
    object_type: str = ""
    object_ref: str = ""
    since: date | None = None
    until: date | None = None

    def __bool__(self) -> bool:
        return any((self.who, self.thing, self.verb, self.object_type, self.object_ref, self.since, self.until))


def entries_for(*, reader: User, sought: Sought) -> QuerySet[AuditEntry]:
    """The entries ``reader`` may see, newest first. Raises NotAllowed without the permission audit.view.

    Whoever holds a post over a whole community sees that community's entries; entries of no community (sign-ins, users) are for
    those who manage users; a superuser sees all.
    """
    if not reader.has_perm("audit.view"):
        raise NotAllowed
    return AuditEntry.objects.filter(_reach(reader), _condition(sought)).order_by("-id")


def entries_about(*, object_type: str, object_ref: str, limit: int = 200) -> Sequence[AuditEntry]:
    """The newest entries about one thing, for a room that has already decided that its reader may see that thing."""
    return list(AuditEntry.objects.filter(object_type=object_type, object_ref=object_ref).order_by("-id")[:limit])


def latest_about(*, object_types: Sequence[str]) -> datetime | None:
    """When something of these kinds was last written down; None if never. One query, of an index."""
    rows = AuditEntry.objects.filter(object_type__in=object_types)
    latest: datetime | None = rows.aggregate(latest=Max("at"))["latest"]
    return latest


def object_types_seen() -> list[str]:
    """The kinds of things that have entries. A loose index scan: one short look-up per kind, however long the trail."""
    found: list[str] = []
    last = ""
    while True:
        after = (
            AuditEntry.objects.filter(object_type__gt=last)
            .order_by("object_type")
            .values_list("object_type", flat=True)
        )
        following = after.first()
        if following is None:
            return found
        found.append(following)
        last = following


def _reach(reader: User) -> Q:
    if reader.is_superuser:
        return not_inner()
    reach = Q(community_id__in=communities_of(user_id=reader.pk))
    return reach | Q(community_id__isnull=True) if reader.has_perm("accounts.manage") else reach


def _condition(sought: Sought) -> Q:
    exact = {name: getattr(sought, name) for name in ("verb", "object_type", "object_ref") if getattr(sought, name)}
    condition = Q(**exact)
    if sought.who:
        condition &= Q(actor_label__icontains=sought.who)
    if sought.thing:
        condition &= Q(object_label__icontains=sought.thing)
    if sought.since:
        condition &= Q(at__gte=_midnight(sought.since))
    if sought.until:
        condition &= Q(at__lt=_midnight(sought.until + timedelta(days=1)))
    return condition


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
