"""A worker's first page, and their own messages."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from linli.core.rooms import rooms
from linli.desk.queries import desk_screen, inbox_page_of
from linli.desk.views.entry import is_fragment, staff_context
from linli.notifications.queries import inbox_for
from linli.registry.context import scope_for

PER_PAGE = 30


@require_safe
def today_page(request: HttpRequest) -> HttpResponse:
    """What is open in my places, and a card from every room that has something to say."""
    scope = scope_for(request.user)
    now = timezone.localtime()
    context = {**staff_context(request), "now": now, "sees_incidents": request.user.has_perm("incidents.view")}
    if context["sees_incidents"]:
        start = now.replace(hour=0, minute=0, second=0, microsecond=0)
        context["screen"] = desk_screen(scope=scope, now=now, day_start=start)
    if is_fragment(request):
        return render(request, "desk/parts/today.html", context)
    cards = sorted((card for room in rooms() for card in room.today_cards()), key=lambda card: card.order)
    # A card is a template of its room, already escaped there.
    context["cards"] = [mark_safe(html) for card in cards if (html := card.render(request, scope))]  # noqa: S308
    return render(request, "desk/today.html", context)


@require_safe
def inbox_page(request: HttpRequest) -> HttpResponse:
    """The messages to my posts, newest first."""
    messages = inbox_for(user_id=request.user.pk or 0, on=timezone.localdate())
    page = Paginator(messages, PER_PAGE).get_page(request.GET.get("page"))
    context = {**staff_context(request), "page": page, "lines": inbox_page_of(messages=list(page))}
    return render(request, "desk/parts/inbox.html" if is_fragment(request) else "desk/inbox.html", context)
