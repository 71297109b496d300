"""What residents' requests would like to hear a lecture about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from linli.accounts.actors import actor_of_request
from linli.casework.context import reach_for
from linli.journeys.actions.lectures import record_lectures_taken
from linli.journeys.queries import Demand, lecture_demand, requests_behind, titles_of
from linli.registry.context import scope_for
from linli.registry.errors import NoCommunityYet
from linli.registry.models import Community
from linli.registry.queries import communities_in
from linli.ui.bars import Bar, lying_bars
from linli.ui.downloads import excel_list

PER_PAGE: Final = 40
MOST_ROWS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: a community, and perhaps one topic and one month."""

    communities: list[Community]
    community: Community
    topic: str
    month: date | None


@never_cache
@require_safe
@permission_required("casework.rates", raise_exception=True)
def lectures_page(request: HttpRequest) -> HttpResponse:
    """How many requests ask for which topic, by month, and the requests behind each figure."""
    asked, today, reach = _asked(request), timezone.localdate(), reach_for(request.user)
    demand = lecture_demand(reach=reach, community_id=asked.community.pk, on=today)
    behind = requests_behind(
        reach=reach, community_id=asked.community.pk, on=today, topics=_topics(asked), month=asked.month
    )
    shown = {
        "asked": asked,
        "demand": demand,
        "filtered": _filter_words(asked, demand),
        "picture": _picture(demand),
        "page": (page := Paginator(behind, PER_PAGE).get_page(request.GET.get("page"))),
        "rows": [(one, demand.topics.get(one.topic, one.topic)) for one in page],
        "query": request.GET.urlencode(),
    }
    return render(request, "journeys/lectures.html", shown)


@never_cache
@require_safe
@permission_required(["casework.rates", "casework.export"], raise_exception=True)
def lectures_file(request: HttpRequest) -> HttpResponse:
    """The requests behind the figures as an Excel file, with the same filter as the page; without who told us."""
    asked, now, reach = _asked(request), timezone.now(), reach_for(request.user)
    on = timezone.localdate(now)
    behind = requests_behind(
        reach=reach, community_id=asked.community.pk, on=on, topics=_topics(asked), month=asked.month
    )[:MOST_ROWS]
    titles = titles_of(community_id=asked.community.pk)
    rows = [
        [
            titles.get(one.topic, one.topic), f"{timezone.localtime(one.at):%Y-%m}", one.request.number,
            timezone.localdate(one.request.received_at), one.request.category.title, one.request.place,
            one.request.get_state_display(),
        ]
        for one in behind
    ]  # fmt: skip
    by, words = actor_of_request(request), request.GET.urlencode()
    record_lectures_taken(by=by, now=now, community_id=asked.community.pk, rows=len(rows), asked=words)
    head = [_("Topic"), _("Month"), _("Number"), _("Received on"), _("Category"), _("Place"), _("State")]
    return excel_list(title=_("Lectures asked for"), head=head, rows=rows, on=on)


def _asked(request: HttpRequest) -> Asked:
    """Raises NoCommunityYet. What cannot be read is as if it were not asked."""
    communities = communities_in(scope=scope_for(request.user))
    wanted = request.GET.get("community", "")
    community = next((one for one in communities if str(one.pk) == wanted), communities[0] if communities else None)
    if community is None:
        raise NoCommunityYet
    topic = request.GET.get("topic", "").replace("\0", "")[:30]
    return Asked(communities, community, topic, _month(request.GET.get("month", "")))


def _month(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
    except ValueError:
        return None


def _topics(asked: Asked) -> list[str]:
    return [asked.topic] if asked.topic else []


def _filter_words(asked: Asked, demand: Demand) -> str:
    month = f"{asked.month:%Y-%m}" if asked.month is not None else ""
    return f"{demand.topics.get(asked.topic, asked.topic)} {month}".strip()


def _picture(demand: Demand) -> str:
    bars = [Bar(title, demand.totals[tag]) for tag, title in demand.topics.items()]
    said = _(", ").join(f"{bar.label} {bar.printed}" for bar in bars)
    return lying_bars(bars=bars, says=_("Requests by topic in the last twelve months: %(bars)s") % {"bars": said})
