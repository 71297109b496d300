"""Times as people say them. Pages are a door, so this is where the clock is read."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

NOTHING = "—"


def _clock_words(*, at: datetime, now: datetime) -> str:
    """`today 14:05`, `yesterday 09:30`, `21 November 09:30`, with the year only when it is another one."""
    local, today = timezone.localtime(at), timezone.localtime(now).date()
    time = f"{local:%H:%M}"
    if local.date() == today:
        return _("today %(time)s") % {"time": time}
    if local.date() == today - timedelta(days=1):
        return _("yesterday %(time)s") % {"time": time}
    if local.date() == today + timedelta(days=1):
        return _("tomorrow %(time)s") % {"time": time}
    day = date_format(local, _("j M") if local.year == today.year else _("j M Y"))
    return _("%(day)s, %(time)s") % {"day": day, "time": time}


def _ago_words(*, at: datetime, now: datetime) -> str:
    """`just now`, `3 minutes ago`, `in 2 hours`; beyond two days, the clock."""
    seconds = (now - at).total_seconds()
    minutes, hours = int(abs(seconds) // 60), int(abs(seconds) // 3600)
    if abs(seconds) >= 48 * 3600:
        return _clock_words(at=at, now=now)
    if abs(seconds) < 60:
        return _("just now") if seconds >= 0 else _("in under a minute")
    if seconds < 0:
        return _("in %(n)s h") % {"n": hours} if hours else _("in %(n)s min") % {"n": minutes}
    return _("%(n)s h ago") % {"n": hours} if hours else _("%(n)s min ago") % {"n": minutes}


def _exact(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"


def ago(*, at: datetime | None, now: datetime | None = None) -> str:
    """A `<time>` that says how long since, exact time on hover. None gives a dash; a naive time is a bug and raises."""
    if at is None:
        return NOTHING
    words = _ago_words(at=at, now=now or timezone.now())
    return format_html('<time datetime="{}" title="{}" data-since>{}</time>', at.isoformat(), _exact(at), words)


def clock(*, at: datetime | None, now: datetime | None = None) -> str:
    """A `<time>` with day and hour in words, exact time on hover. None gives a dash; a naive time is a bug and raises."""
    if at is None:
        return NOTHING
    words = _clock_words(at=at, now=now or timezone.now())
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), _exact(at), words)
