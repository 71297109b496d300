"""Who is on duty at the demo's desk: two shifts a day, every duty officer in turn."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from linli.core.actors import system_actor
from linli.registry.models import Community
from linli.scheduling.actions import fill_calendar, lay_down_shifts, plan_rota
from linli.scheduling.presets import NewShift
from linli.scheduling.queries.people import officers_of

WEEKS = 4
SHIFTS = (NewShift("白班", time(8), time(20)), NewShift("夜班", time(20), time(8)))


def keep_watch(*, community: Community, now: datetime) -> None:
    """The holidays that are known, the shifts, and duties for four weeks; the worker plans on from there."""
    by = system_actor(part="demo")
    fill_calendar(by=by, now=now)
    today = now.astimezone(ZoneInfo(community.time_zone)).date()
    officers = officers_of(community_id=community.pk, on=today)
    yesterday = today - timedelta(days=1)  # its night may still be on
    lay_down_shifts(by=by, now=now, community_id=community.pk, shifts=SHIFTS, since_on=yesterday)
    posts = [post.pk for post in officers]
    plan_rota(by=by, now=now, community_id=community.pk, first_on=today, weeks=WEEKS, post_ids=posts)
