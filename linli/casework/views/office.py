"""What the office's pages share: which community, what the address says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.http import HttpRequest, QueryDict
from django.utils.dateparse import parse_date

from linli.casework.context import reach_for
from linli.casework.queries.office import chosen_community, communities_whole
from linli.registry.models import Community


def community_looked_after(request: HttpRequest) -> tuple[list[Community], Community]:
    """Those this person looks after as a whole, and the one the form or the address names, else the first.

    Raises NoCommunityYet, NotFound.
    """
    communities = communities_whole(reach=reach_for(request.user))
    wanted = number_in(request.POST.get("community") or request.GET.get("community"))
    return communities, chosen_community(communities=communities, community_id=wanted)


def posted(request: HttpRequest) -> QueryDict | None:
    """What was typed, for a form; None where it is only looked at."""
    return request.POST if request.method == "POST" else None


def number_in(text: str | None) -> int | None:
    """A row's number out of an address or a form."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else None


def numbers_in(texts: Sequence[str]) -> list[int]:
    """Several of them; what is none is left out."""
    return [found for text in texts if (found := number_in(text)) is not None]


def day_in(text: str | None) -> date | None:
    """A day out of an address."""
    try:
        return parse_date(text or "")
    except ValueError:
        return None


def today_in(community: Community, now: datetime) -> date:
    """The day it is there."""
    return now.astimezone(ZoneInfo(community.time_zone)).date()
