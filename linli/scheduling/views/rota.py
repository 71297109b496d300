"""The rota as a page, and planning it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.accounts.actors import actor_of_request
from linli.registry.context import scope_for
from linli.registry.models import Community
from linli.registry.queries import communities_in
from linli.scheduling.actions import keep_rota, lay_down_shifts, pause_rota, plan_rota
from linli.scheduling.forms import PlanForm, ShiftsForm
from linli.scheduling.presets import PRESETS
from linli.scheduling.queries.people import members_of, officers_of, open_swaps, own_posts, shifts_of
from linli.scheduling.queries.rota import rota_screen
from linli.scheduling.views.entry import community_in, day_in, needs
from linli.scheduling.words import day_words
from linli.ui.form_parts import refusals_in


@require_safe
@needs("scheduling.view")
def rota_page(request: HttpRequest) -> HttpResponse:
    """A week or a month: days and shifts, who is on duty, what is missing, what waits for my answer."""
    now = timezone.now()
    community = community_in(request)
    today = _today(community, now)
    by_month = request.GET.get("view") == "month"
    first, count = _stretch(day_in(request, default=today), by_month=by_month)
    own = own_posts(user_id=request.user.pk, on=timezone.localdate(now))
    asked, asking = open_swaps(post_ids=own, now=now)
    context = {
        "screen": rota_screen(community=community, first=first, count=count, own=own, now=now),
        "community_text": str(community.pk),
        "communities": communities_in(scope=scope_for(request.user)),
        "asked": asked,
        "asking": asking,
        "by_month": by_month,
        "period": _("%(since)s to %(until)s")
        % {"since": day_words(first), "until": day_words(first + timedelta(days=count - 1))},
        "year": first.year,
        "first": first,
        **_neighbours(community, first, count, today, by_month=by_month),
    }
    return render(request, "scheduling/rota.html", context)


def _today(community: Community, now: datetime) -> date:
    return now.astimezone(ZoneInfo(community.time_zone)).date()


def _stretch(day: date, *, by_month: bool) -> tuple[date, int]:
    """The week from its Monday, or the month, that holds this day."""
    day = min(max(day, date(2000, 2, 1)), date(2199, 11, 1))
    if not by_month:
        return day - timedelta(days=day.weekday()), 7
    first = day.replace(day=1)
    return first, ((first + timedelta(days=31)).replace(day=1) - first).days


def _neighbours(community: Community, first: date, count: int, today: date, *, by_month: bool) -> dict[str, str]:
    def link(day: date, view: str) -> str:
        said: dict[str, str | int] = {"community": community.pk, "view": view, "on": day.isoformat()}
        return f"{reverse('scheduling:rota')}?{urlencode(said)}"

    view = "month" if by_month else "week"
    return {
        "earlier": link(first - timedelta(days=1), view),
        "later": link(first + timedelta(days=count), view),
        "this": link(today, view),
        "other_view": link(
            today if first <= today < first + timedelta(days=count) else first, "week" if by_month else "month"
        ),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@needs("scheduling.arrange")
def plan_page(request: HttpRequest) -> HttpResponse:
    """Sharing out the coming weeks; before that, where there are no shifts yet, the shifts."""
    community, now = community_in(request), timezone.now()
    if not shifts_of(community_id=community.pk):
        return _shifts_page(request, community, now)
    today = _today(community, now)
    form = PlanForm(
        request.POST or None,
        officers=officers_of(community_id=community.pk, on=today),
        members=members_of(community_id=community.pk),
        today=today,
    )
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            planned = plan_rota(
                by=actor_of_request(request),
                now=now,
                community_id=community.pk,
                first_on=form.cleaned_data["first_on"],
                weeks=form.cleaned_data["weeks"],
                post_ids=form.cleaned_data["people"],
                replacing=form.cleaned_data["replacing"],
            )
            said = ngettext("%(n)d duty was planned.", "%(n)d duties were planned.", planned) % {"n": planned}
            messages.success(request, said)
            return _back(community)
    return _form_page(request, community, form, title=_("Plan the rota"), button=_("Share out the duties"))


def _shifts_page(request: HttpRequest, community: Community, now: datetime) -> HttpResponse:
    form = ShiftsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            lay_down_shifts(
                by=actor_of_request(request),
                now=now,
                community_id=community.pk,
                shifts=PRESETS[form.cleaned_data["preset"]].shifts,
                since_on=_today(community, now) - timedelta(days=1),  # a night that has begun is planned too
            )
            return redirect(f"{reverse('scheduling:plan')}?community={community.pk}")
    return _form_page(request, community, form, title=_("The shifts"), button=_("Take these shifts"))


def _form_page(request: HttpRequest, community: Community, form: Any, *, title: str, button: str) -> HttpResponse:
    context = {"community": community, "form": form, "page_name": title, "button_text": button}
    return render(request, "scheduling/form.html", context, status=422 if form.errors else 200)


@require_POST
@needs("scheduling.arrange")
def change_kept(request: HttpRequest) -> HttpResponse:
    """Whether alarms go by the rota."""
    community = community_in(request)
    act = pause_rota if request.POST.get("kept") == "no" else keep_rota
    act(by=actor_of_request(request), now=timezone.now(), community_id=community.pk)
    return _back(community)


def _back(community: Community) -> HttpResponse:
    return redirect(f"{reverse('scheduling:rota')}?community={community.pk}")
