"""Days and hours of a rota as people say them, by the clock of the community."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _


def day_words(day: date) -> str:
    """``Sat 28 Nov``; the Chinese order is in the catalogue."""
    return date_format(day, _("D j M"))


def moment_words(*, at: datetime, zone: ZoneInfo) -> str:
    """``Sat 28 Nov 20:00``"""
    local = at.astimezone(zone)
    return f"{day_words(local.date())} {local:%H:%M}"


def span_words(*, begin: datetime, finish: datetime, zone: ZoneInfo) -> str:
    """``Sat 28 Nov 20:00 to Sun 29 Nov 08:00``; the day once if it is one day."""
    one, other = begin.astimezone(zone), finish.astimezone(zone)
    if one.date() == other.date():
        return f"{day_words(one.date())} {one:%H:%M}-{other:%H:%M}"
    return _("%(since)s to %(until)s") % {
        "since": moment_words(at=begin, zone=zone),
        "until": moment_words(at=finish, zone=zone),
    }
