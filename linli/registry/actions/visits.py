"""Writing down a visit, on the spot or later from paper."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.core.actors import Actor
from linli.registry.access import access_of
from linli.registry.errors import VisitAlreadyKept, VisitDayWrong, VisitIncomplete
from linli.registry.models import HomeVisit, Household
from linli.registry.recording import changed, locked, trace
from linli.registry.rules import may_visit

Found = HomeVisit.Found


@transaction.atomic
def record_visit(
    *,
    by: Actor,
    now: datetime,
    household_id: int,
    key: UUID,
    visited_on: date,
    found: str,
    note: str = "",
    to_do: str = "",
    visitor_name: str = "",
) -> HomeVisit:
    """Keep a visit to a household within the actor's reach; ``visitor_name`` is empty for one's own.

    ``key`` comes with the form: the same form sent twice is one visit and gets the same answer; sent again with other words
    by the same person on the same day it corrects the visit. Raises NotAllowed, NotFound, VisitIncomplete, VisitDayWrong
    or VisitAlreadyKept.
    """
    access = access_of(by=by, now=now)
    may_visit(permissions=access.permissions).enforce()
    household = locked(Household, household_id, access.scope.covers_households(), "dwelling")
    told = {
        "visited_on": visited_on,
        "found": found,
        "note": note.strip(),
        "to_do": to_do.strip(),
        "visitor_name": visitor_name.strip() or by.label[:60],
    }
    kept = HomeVisit.objects.filter(key=key).first()
    if kept is not None and kept.household_id == household.pk and not changed(kept, told):
        return kept
    _check(household, told, timezone.localdate(now))
    if kept is not None:
        return _corrected(kept, by=by, now=now, household=household)
    visit = HomeVisit.objects.create(
        community_id=household.community_id, household=household, key=key, user_id=by.user_id, written_at=now, **told
    )
    trace(visit, by=by, now=now, verb="visited", details={"found": found, "on": visited_on.isoformat()})
    return visit


def _corrected(visit: HomeVisit, *, by: Actor, now: datetime, household: Household) -> HomeVisit:
    """The visit with what the form says now, which was set on it already."""
    same_day = timezone.localdate(visit.written_at) == timezone.localdate(now)
    if visit.household_id != household.pk or visit.user_id != by.user_id or not same_day:
        raise VisitAlreadyKept
    visit.save(update_fields=["visited_on", "found", "note", "to_do", "visitor_name"])
    trace(visit, by=by, now=now, verb="changed", details={"found": visit.found, "on": visit.visited_on.isoformat()})
    return visit


def _check(household: Household, told: dict[str, Any], today: date) -> None:
    if told["found"] not in Found.values:
        raise VisitIncomplete(fields={"found": _("Choose how it was.")})
    if told["found"] == Found.NEEDS_HELP and not (told["note"] or told["to_do"]):
        raise VisitIncomplete(fields={"to_do": _("Say in a word what is needed.")})
    on = told["visited_on"]
    if on > today:
        raise VisitDayWrong(fields={"visited_on": VisitDayWrong.default_sentence})
    if on < household.moved_in_on or (household.moved_out_on is not None and on > household.moved_out_on):
        raise VisitDayWrong(fields={"visited_on": _("The household did not live here on that day.")})
